/// One option of a frame: its type, and where its value lies.
public struct FrameOption: Sendable {
  /// What it is; a reader skips the types that it does not know.
  public let type: UInt8
  /// Where the value begins.
  public let valueOffset: Int
  /// Bytes of the value.
  public let valueByteCount: Int
}

/// A walk over the options of a frame, and their writing.
///
///     block:   byte count of the options (2)  zero (2)  options, back to back
///     option:  type (1)  zero (1)  byte count of the value (2)  value
///
/// `next(in:)` gives nil at the end and at the first option that is not whole; `isAtEnd` tells the two apart.
public struct FrameOptions: Sendable {
  /// Bytes of the block's head, and of each option's.
  public static let headByteCount = 4

  /// Where the next option begins.
  public private(set) var offset: Int
  /// Whether the walk stopped at an option whose reserved byte is set.
  public private(set) var isReservedSet = false
  private let end: Int

  /// A walk over `byteCount` bytes of options from `offset`.
  public init(offset: Int, byteCount: Int) {
    self.offset = offset
    self.end = offset + byteCount
  }

  /// A walk over the options that `layout` found.
  public init(_ layout: FrameLayout) {
    self.init(offset: layout.optionsOffset, byteCount: layout.optionsByteCount)
  }

  /// Whether every option was whole so far and none is left.
  public var isAtEnd: Bool { offset == end }

  /// The next option, or nil.
  public mutating func next(in frame: RawSpan) -> FrameOption? {
    guard offset >= 0, end <= frame.byteCount, end - offset >= Self.headByteCount else { return nil }
    if frame.uint8(at: offset + 1) != 0 {
      isReservedSet = true
      return nil
    }
    let valueByteCount = Int(frame.uint16(at: offset + 2))
    guard end - offset - Self.headByteCount >= valueByteCount else { return nil }
    let option = FrameOption(
      type: frame.uint8(at: offset), valueOffset: offset + Self.headByteCount, valueByteCount: valueByteCount)
    offset += Self.headByteCount + valueByteCount
    return option
  }
}
