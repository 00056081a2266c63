/// Writes one frame, part after part, in the order of the layout: fixed part, records, payment block, options.
///
/// The caller's span must have room for the frame; a part that does not fit is not written and `isOverrun` says so. `finish`
/// writes the header and gives the byte count, MAC included: its 16 bytes are left for the caller to fill.
public struct FrameBuilder: Sendable {
  /// Where the frame begins.
  public let start: Int
  /// Where the next part goes.
  public private(set) var cursor: Int
  /// Whether a part did not fit.
  public private(set) var isOverrun = false
  private var flags: FrameFlags
  private var paymentOffset = 0
  private var tokenCount: UInt8 = 0
  private var optionsOffset = 0

  /// A frame that begins at `start`, with flags beside PAYMENT and OPTIONS (those follow from what is appended).
  public init(at start: Int = 0, flags: FrameFlags = []) {
    self.start = start
    self.flags = flags
    cursor = start + FrameHeader.byteCount
  }

  /// Appends a fixed part or a record.
  public mutating func append(_ part: some WireLayout, to bytes: inout MutableRawSpan) {
    guard let at = room(type(of: part).byteCount, in: bytes) else { return }
    part.write(to: &bytes, at: at)
  }

  /// Appends one token of the payment, whole as it was received or made.
  public mutating func append(token: RawSpan, to bytes: inout MutableRawSpan) {
    if paymentOffset == 0 {
      guard let at = room(4, in: bytes) else { return }
      paymentOffset = at
      flags.insert(.payment)
    }
    let count = Int(tokenCount) + 1
    let tokensByteCount = cursor - paymentOffset - 4 + token.byteCount
    guard count <= WireLimits.tokenCountMax, tokensByteCount <= Int(UInt16.max) else {
      isOverrun = true
      return
    }
    guard let at = room(token.byteCount, in: bytes) else { return }
    Self.copy(token, to: &bytes, at: at)
    tokenCount = UInt8(count)
    bytes.store(UInt16(tokensByteCount), at: paymentOffset)
    bytes.store(tokenCount, at: paymentOffset + 2)
    bytes.store(UInt8(0), at: paymentOffset + 3)
  }

  /// Appends one option.
  public mutating func append(option type: UInt8, value: RawSpan, to bytes: inout MutableRawSpan) {
    let head = FrameOptions.headByteCount
    if optionsOffset == 0 {
      guard let at = room(head, in: bytes) else { return }
      optionsOffset = at
      flags.insert(.options)
      bytes.store(UInt32(0), at: at)
    }
    let byteCount = cursor - optionsOffset + value.byteCount
    guard byteCount <= WireLimits.optionByteCountMax else {
      isOverrun = true
      return
    }
    guard let at = room(head + value.byteCount, in: bytes) else { return }
    bytes.store(type, at: at)
    bytes.store(UInt8(0), at: at + 1)
    bytes.store(UInt16(value.byteCount), at: at + 2)
    Self.copy(value, to: &bytes, at: at + head)
    bytes.store(UInt16(byteCount), at: optionsOffset)
  }

  /// Writes the header and gives the frame's byte count; nil when a part did not fit.
  public mutating func finish(opcode: UInt8, word: UInt16, number: UInt64, in bytes: inout MutableRawSpan) -> Int? {
    if flags.contains(.authenticated) { _ = room(WireLimits.macByteCount, in: bytes) }
    let length = cursor - start
    guard !isOverrun, length <= WireLimits.frameByteCountMax else { return nil }
    FrameHeader(length: UInt32(length), opcode: opcode, flags: flags, word: word, number: number)
      .write(to: &bytes, at: start)
    return length
  }

  /// Copies `source` to `offset`, where there is room for it.
  private static func copy(_ source: RawSpan, to bytes: inout MutableRawSpan, at offset: Int) {
    unsafe bytes.withUnsafeMutableBytes { target in
      unsafe source.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: source)
      }
    }
  }

  /// Takes room for `byteCount` bytes and gives where it begins.
  private mutating func room(_ byteCount: Int, in bytes: borrowing MutableRawSpan) -> Int? {
    guard !isOverrun, start >= 0, bytes.byteCount - cursor >= byteCount else {
      isOverrun = true
      return nil
    }
    defer { cursor += byteCount }
    return cursor
  }
}
