/// A name as it travels: 1 to 31 bytes of UTF-8 without control characters (bidirectional ones included), zero-padded to 32.
///
/// Holds any 32 bytes; `isValid` says whether they are a name.
public struct Name32: Hashable, Sendable {
  /// The 32 bytes as little-endian words.
  public var words: (UInt64, UInt64, UInt64, UInt64)

  /// All zero: no name.
  public init() { words = (0, 0, 0, 0) }

  /// From 32 bytes as they were received.
  public init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// The field for `name`; nil when it is empty, longer than 31 bytes of UTF-8 or has control characters.
  public init?(_ name: String) {
    self.init()
    guard name.utf8.count <= 31 else { return nil }
    for (index, byte) in name.utf8.enumerated() { self[index] = byte }
    guard isValid else { return nil }
  }

  /// Whether all bytes are zero.
  public var isZero: Bool { words.0 | words.1 | words.2 | words.3 == 0 }

  /// Bytes before the padding.
  public var byteCount: Int {
    var count = 0
    while count < 32, self[count] != 0 { count += 1 }
    return count
  }

  /// Whether the bytes are a name: not empty, zero-padded, UTF-8, no control character (C0, DEL, C1), and none that turns the
  /// direction of text, by which one name can be made to look like another.
  public var isValid: Bool {
    let count = byteCount
    guard count > 0, count < 32 else { return false }
    for index in count..<32 where self[index] != 0 { return false }
    var decoder = Unicode.UTF8.ForwardParser()
    var bytes = ByteIterator(name: self, end: count)
    while true {
      switch decoder.parseScalar(from: &bytes) {
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded).value
        if scalar < 0x20 || (0x7F...0x9F).contains(scalar) { return false }
        if (0x202A...0x202E).contains(scalar) || (0x2066...0x2069).contains(scalar) { return false }
      case .emptyInput: return true
      case .error: return false
      }
    }
  }

  /// The name as text; bytes that are not UTF-8 are replaced.
  public var string: String {
    String(decoding: ByteIterator(name: self, end: byteCount).rest(), as: UTF8.self)
  }

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

  private struct ByteIterator: IteratorProtocol {
    let name: Name32
    let end: Int
    var index = 0

    init(name: Name32, end: Int) { (self.name, self.end) = (name, end) }

    mutating func next() -> UInt8? {
      guard index < end else { return nil }
      defer { index += 1 }
      return name[index]
    }

    func rest() -> [UInt8] { (0..<end).map { name[$0] } }
  }
}
