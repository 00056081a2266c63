import WireProtocol

/// Counts Turnpike's frames in a stream of bytes. Keeps at most a header that was cut.
struct FrameCounter {
  /// Stands for GOODBYE among the statuses.
  static let goodbye = Meter.statusCountMax - 1

  private var bodyLeft = 0
  private var headerCount = 0
  private var header = (UInt64(0), UInt64(0))

  @inline(__always)
  mutating func take(_ bytes: UnsafeRawBufferPointer, of connection: Int, into meter: Meter) -> Int {
    var offset = 0
    var replies = 0
    while offset < bytes.count {
      if bodyLeft > 0 {
        let step = min(bodyLeft, bytes.count - offset)
        bodyLeft -= step
        offset += step
        continue
      }
      if headerCount == 0, bytes.count - offset >= 16 {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset += 16
        replies += begin(word, connection, meter)
        continue
      }
      let step = min(16 - headerCount, bytes.count - offset)
      unsafe withUnsafeMutableBytes(of: &header) { header in
        for index in 0..<step { unsafe header[headerCount + index] = unsafe bytes[offset + index] }
      }
      headerCount += step
      offset += step
      if headerCount == 16 {
        headerCount = 0
        replies += begin(header.0, connection, meter)
      }
    }
    return replies
  }

  /// The first word of a header: length, opcode, flags, status.
  @inline(__always)
  private mutating func begin(_ word: UInt64, _ connection: Int, _ meter: Meter) -> Int {
    let word = UInt64(littleEndian: word)
    bodyLeft = max(0, Int(UInt32(truncatingIfNeeded: word)) - 16)
    let opcode = UInt8(truncatingIfNeeded: word >> 32)
    if opcode >= 0x80 {
      if opcode == PushCode.goodbye.rawValue { meter.happened(Self.goodbye) }
      return 0
    }
    meter.replied(connection, Int(word >> 48))
    return 1
  }
}

/// One frame. `tokens` are whole, as they travel.
func frame(_ opcode: Opcode, word: UInt16 = 0, number: UInt64, _ fixed: some WireLayout, tokens: [[UInt8]] = [])
  -> [UInt8]
{
  var buffer = [UInt8](repeating: 0, count: 512 + tokens.reduce(0) { $0 + $1.count })
  var builder = FrameBuilder()
  var storage = buffer.mutableSpan
  var raw = unsafe storage.mutableBytes
  builder.append(fixed, to: &raw)
  for token in tokens { unsafe builder.append(token: token.span.bytes, to: &raw) }
  let byteCount = builder.finish(opcode: opcode.rawValue, word: word, number: number, in: &raw) ?? 0
  buffer.removeLast(buffer.count - byteCount)
  return buffer
}

/// The bytes of a token.
func token(_ token: some WireLayout) -> [UInt8] {
  var buffer = [UInt8](repeating: 0, count: type(of: token).byteCount)
  var storage = buffer.mutableSpan
  var raw = unsafe storage.mutableBytes
  token.write(to: &raw, at: 0)
  return buffer
}

/// A request that was built once: copied, then given its numbers.
@safe struct FrameTemplate: ~Copyable {
  private let bytes: Fixed<UInt8>

  init(_ frame: [UInt8]) {
    bytes = Fixed(repeating: 0, count: frame.count)
    for (index, byte) in frame.enumerated() { bytes[index] = byte }
  }

  var byteCount: Int { bytes.count }

  func set(_ byte: UInt8, at index: Int) { bytes[index] = byte }

  @inline(__always)
  func copy(to destination: UnsafeMutableRawPointer) {
    unsafe destination.copyMemory(from: bytes.base, byteCount: bytes.count)
  }
}

/// HELLO without a role.
func hello(session: Bytes16) -> [UInt8] {
  frame(
    .hello, number: 1 << 62,
    HelloRequest(
      versionMin: WireLimits.version, versionMax: WireLimits.version, role: .none, generation: 0, roleID: 0,
      session: session, nonce: Bytes16()))
}

/// Whole frames at the beginning of some bytes.
func wholeFrames(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  var frames: [ArraySlice<UInt8>] = []
  var offset = 0
  while bytes.count - offset >= FrameHeader.byteCount {
    let length = Int(unsafe bytes.span.bytes.uint32(at: offset))
    guard length >= FrameHeader.byteCount, bytes.count - offset >= length else { break }
    frames.append(bytes[offset..<offset + length])
    offset += length
  }
  return frames
}

extension UnsafeMutableRawPointer {
  @inline(__always)
  func put(_ value: UInt64, at offset: Int) {
    unsafe storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
  }

  @inline(__always)
  func put(_ value: UInt32, at offset: Int) {
    unsafe storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
  }
}

extension ArraySlice<UInt8> {
  /// What a reply's frame says of a greeting.
  var verdict: GreetingVerdict {
    let status =
      Int(self[startIndex + FrameHeader.wordOffset]) | Int(self[startIndex + FrameHeader.wordOffset + 1]) << 8
    return status == Status.ok.rawValue ? .accepted : .refused(turnpikeStatusName(status))
  }
}

extension UnsafeMutableRawPointer {
  @inline(__always)
  func put(_ value: UInt16, at offset: Int) {
    unsafe storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt16.self)
  }
}
