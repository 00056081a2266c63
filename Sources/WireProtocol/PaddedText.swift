/// Text in a field of fixed length: UTF-8 without control characters (bidirectional ones included), padded with zero bytes, of
/// which there is at least one.
///
/// Holds any bytes; `isValid` says whether they are such a text.
public protocol PaddedText {
  /// Bytes of the field.
  static var fieldByteCount: Int { get }

  /// All zero: no text.
  init()

  /// A byte of the field, from 0.
  subscript(index: Int) -> UInt8 { get set }
}

extension PaddedText {
  /// The field for `text`; nil when it is empty, too long for the field or has control characters.
  public init?(_ text: String) {
    self.init()
    guard text.utf8.count < Self.fieldByteCount else { return nil }
    for (index, byte) in text.utf8.enumerated() { self[index] = byte }
    guard isValid else { return nil }
  }

  /// Bytes before the padding.
  public var byteCount: Int {
    var count = 0
    while count < Self.fieldByteCount, self[count] != 0 { count += 1 }
    return count
  }

  /// Whether the bytes are a text: not empty, zero-padded, UTF-8, no control character (C0, DEL, C1), and none that turns the
  /// direction of text or ends a line, by which one text can be made to look like another.
  public var isValid: Bool {
    let count = byteCount
    guard count > 0, count < Self.fieldByteCount else { return false }
    for index in count..<Self.fieldByteCount where self[index] != 0 { return false }
    var decoder = Unicode.UTF8.ForwardParser()
    var bytes = ByteIterator(text: self, end: count)
    while true {
      switch decoder.parseScalar(from: &bytes) {
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded).value
        if scalar < 0x20 || (0x7F...0x9F).contains(scalar) { return false }
        if (0x202A...0x202E).contains(scalar) || (0x2066...0x2069).contains(scalar) { return false }
        if scalar == 0x061C || (0x200E...0x200F).contains(scalar) || (0x2028...0x2029).contains(scalar) { return false }
      case .emptyInput: return true
      case .error: return false
      }
    }
  }

  /// The text; bytes that are not UTF-8 are replaced.
  public var string: String { String(decoding: (0..<byteCount).map { self[$0] }, as: UTF8.self) }
}

/// The bytes of a text before its padding.
private struct ByteIterator<Text: PaddedText>: IteratorProtocol {
  let text: Text
  let end: Int
  var index = 0

  init(text: Text, end: Int) { (self.text, self.end) = (text, end) }

  mutating func next() -> UInt8? {
    guard index < end else { return nil }
    defer { index += 1 }
    return text[index]
  }
}
