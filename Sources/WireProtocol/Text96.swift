/// A text as it travels: 1 to 95 bytes, zero-padded to 96.
public struct Text96: PaddedText, Hashable, Sendable {
  /// 96.
  public static var fieldByteCount: Int { 96 }

  /// The 96 bytes, in thirds.
  public var thirds: (Name32, Name32, Name32)

  /// All zero: no text.
  public init() { thirds = (Name32(), Name32(), Name32()) }

  /// From 96 bytes as they were received, in thirds.
  @inlinable public init(thirds: (Name32, Name32, Name32)) { self.thirds = thirds }

  /// Whether all bytes are zero.
  public var isZero: Bool { thirds.0.isZero && thirds.1.isZero && thirds.2.isZero }

  /// Byte number `index`, 0 to 95.
  public subscript(index: Int) -> UInt8 {
    get {
      switch index >> 5 {
      case 0: thirds.0[index]
      case 1: thirds.1[index - 32]
      default: thirds.2[index - 64]
      }
    }
    set {
      switch index >> 5 {
      case 0: thirds.0[index] = newValue
      case 1: thirds.1[index - 32] = newValue
      default: thirds.2[index - 64] = newValue
      }
    }
  }

  /// Equal when all 96 bytes are.
  public static func == (left: Text96, right: Text96) -> Bool { left.thirds == right.thirds }

  /// Feeds all 96 bytes.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(thirds.0)
    hasher.combine(thirds.1)
    hasher.combine(thirds.2)
  }
}
