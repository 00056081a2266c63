/// JSON as it comes, one value after the other, into bytes that are taken out again and again: nothing of a journal's size is
/// ever kept. Commas are its business; that names and values alternate is the caller's.
struct JSONWriter {
  /// What was written and not taken out.
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// Gives what was written, and begins anew with its memory.
  mutating func drain(_ body: ([UInt8]) -> Bool) -> Bool {
    defer { bytes.removeAll(keepingCapacity: true) }
    return body(bytes)
  }

  mutating func object(_ body: (inout JSONWriter) -> Void) { nest("{", "}", body) }

  mutating func list(_ body: (inout JSONWriter) -> Void) { nest("[", "]", body) }

  /// The name of the value that follows.
  mutating func name(_ name: String) {
    text(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  mutating func number(_ number: some BinaryInteger) {
    separate()
    bytes.append(contentsOf: String(number).utf8)
  }

  mutating func flag(_ flag: Bool) {
    separate()
    bytes.append(contentsOf: (flag ? "true" : "false").utf8)
  }

  mutating func nothing() {
    separate()
    bytes.append(contentsOf: "null".utf8)
  }

  mutating func text(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars { append(scalar) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Ends a line; what follows is another value.
  mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func nest(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void) {
    separate()
    bytes.append(UInt8(ascii: open))
    needsComma = false
    body(&self)
    bytes.append(UInt8(ascii: close))
    needsComma = true
  }

  /// Control characters are escaped, C1 and those that turn the direction of text too: a terminal may show it.
  private mutating func append(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x22, 0x5C:
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    case ..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069:
      bytes.append(contentsOf: "\\u".utf8)
      bytes.append(contentsOf: Hexadecimal.text(UInt64(scalar.value), digitCount: 4).utf8)
    case ..<0x80: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    default: bytes.append(contentsOf: String(scalar).utf8)
    }
  }
}

/// Hexadecimal digits, lower case.
enum Hexadecimal {
  static func text(_ number: some FixedWidthInteger & UnsignedInteger, digitCount: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digitCount - digits.utf8.count)) + digits
  }
}
