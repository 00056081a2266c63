/// Texts of others that are compared, logged or shown.
enum PrintableText {
  /// Whether a text is of printable ASCII without spaces, not empty and within its limit. Whatever else Unicode can do
  /// is left to nobody to compare: Swift has U+212A equal to "K", which no mint has.
  static func isPlain(_ text: String, byteCountMax: Int) -> Bool {
    !text.isEmpty && text.utf8.count <= byteCountMax && text.utf8.allSatisfy { 0x21...0x7e ~= $0 }
  }

  /// What may be logged of any bytes: so many at most, and a question mark for each that is not printable ASCII.
  static func cut(_ bytes: some Sequence<UInt8>, byteCountMax: Int) -> String {
    String(decoding: bytes.prefix(byteCountMax).map { 0x20...0x7e ~= $0 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
  }
}
