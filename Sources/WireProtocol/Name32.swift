/// A name as it travels: 1 to 31 bytes of text, zero-padded to 32.
public struct Name32: PaddedText, Hashable, Sendable {
  /// 32.
  public static var fieldByteCount: Int { 32 }

  /// The 32 bytes as little-endian words.
  public var words: (UInt64, UInt64, UInt64, UInt64)

  /// All zero: no name.
  public init() { words = (0, 0, 0, 0) }

  /// From 32 bytes as they were received.
  public init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// Whether all bytes are zero.
  public var isZero: Bool { words.0 | words.1 | words.2 | words.3 == 0 }

  /// Byte number `index`, 0 to 31.
  public subscript(index: Int) -> UInt8 {
    get { UInt8(truncatingIfNeeded: word(index >> 3) >> UInt64((index & 7) * 8)) }
    set {
      let shift = UInt64((index & 7) * 8)
      let updated = word(index >> 3) & ~(0xFF << shift) | UInt64(newValue) << shift
      switch index >> 3 {
      case 0: words.0 = updated
      case 1: words.1 = updated
      case 2: words.2 = updated
      default: words.3 = updated
      }
    }
  }

  private func word(_ index: Int) -> UInt64 {
    switch index {
    case 0: words.0
    case 1: words.1
    case 2: words.2
    default: words.3
    }
  }

  /// Equal when all 32 bytes are.
  public static func == (left: Name32, right: Name32) -> Bool { left.words == right.words }

  /// Feeds all 32 bytes.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}
