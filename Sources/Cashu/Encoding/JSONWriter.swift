/// Writes JSON without spaces, as it is told: who writes has to give each member a name, and each name once.
struct JSONWriter {
  /// What was written.
  private(set) var bytes: [UInt8] = []
  /// Whether something stands before, from which the next has to be parted.
  private var follows = false

  /// The text that `body` writes.
  static func text(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    body(&writer)
    return writer.bytes
  }

  /// An object of the members that `members` writes: a name, and a value, of each.
  mutating func object(_ members: (inout JSONWriter) -> Void) { enclose("{", members, "}") }

  /// An array of what `elements` writes.
  mutating func array(_ elements: (inout JSONWriter) -> Void) { enclose("[", elements, "]") }

  /// The name of the member whose value comes next.
  mutating func name(_ name: StaticString) {
    text(name.description)
    bytes.append(UInt8(ascii: ":"))
    follows = false
  }

  /// A text.
  mutating func text(_ text: String) {
    part()
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: bytes += Array("\\u00".utf8) + Array(Hexadecimal.encode([byte]).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// An integer.
  mutating func number(_ number: UInt64) {
    part()
    bytes += Array(String(number).utf8)
  }

  private mutating func enclose(_ open: Unicode.Scalar, _ body: (inout JSONWriter) -> Void, _ close: Unicode.Scalar) {
    part()
    bytes.append(UInt8(ascii: open))
    follows = false
    body(&self)
    bytes.append(UInt8(ascii: close))
    follows = true
  }

  private mutating func part() {
    if follows { bytes.append(UInt8(ascii: ",")) }
    follows = true
  }
}
