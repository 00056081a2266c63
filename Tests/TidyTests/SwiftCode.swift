/// Swift source with the contents of comments and string literals blanked, so that what is left is code. Offsets and lines stay.
///
/// Code inside a string's interpolation stays. Regular expression literals are not known; no target uses them.
struct SwiftCode {
  /// A declaration with a body: functions, initialisers, subscripts and computed properties.
  struct Declaration: Equatable {
    var line: Int
    var lineCount: Int
  }

  let bytes: [UInt8]

  var lines: [Substring] { String(decoding: bytes, as: UTF8.self).lines }

  init(_ text: String) {
    var scanner = Scanner(Array(text.utf8))
    bytes = scanner.blanked()
  }

  /// Every declaration with a body. `lineCount` runs from the keyword's line to the closing brace's.
  func declarations() -> [Declaration] {
    var found: [Declaration] = []
    var line = 1
    var offset = 0
    while offset < bytes.count {
      if bytes[offset] == UInt8(ascii: "\n") { line += 1 }
      guard isWordStart(offset) else {
        offset += 1
        continue
      }
      var end = offset
      while end < bytes.count, bytes[end].isWord { end += 1 }
      let word = String(decoding: bytes[offset..<end], as: UTF8.self)
      if let body = body(of: word, at: offset, from: end) {
        let lineCount = bytes[offset...body].count { $0 == UInt8(ascii: "\n") } + 1
        found.append(Declaration(line: line, lineCount: lineCount))
      }
      offset = end
    }
    return found
  }

  /// Offset of the brace that closes the body of the declaration whose keyword is `word`; nil when it is none, or has no body.
  private func body(of word: String, at start: Int, from end: Int) -> Int? {
    let isProperty = word == "var"
    guard isProperty || ["func", "init", "deinit", "subscript"].contains(word) else { return nil }
    // `self.init(...)` and `.init(...)` are calls.
    if let before = bytes[..<start].last(where: { $0 != UInt8(ascii: " ") }), before == UInt8(ascii: ".") { return nil }
    var depth = 0
    var offset = end
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"):
        depth -= 1
        if depth < 0 { return nil }
      case UInt8(ascii: "{") where depth == 0: return closingBrace(from: offset)
      case UInt8(ascii: "}") where depth == 0: return nil
      case UInt8(ascii: "=") where depth == 0 && isProperty: return nil
      case UInt8(ascii: "\n") where depth == 0:
        // A property's type ends with its line; a requirement of a protocol ends where the next declaration begins.
        if isProperty || beginsDeclaration(after: offset) { return nil }
      default: break
      }
      offset += 1
    }
    return nil
  }

  private func closingBrace(from open: Int) -> Int? {
    var depth = 0
    for offset in open..<bytes.count {
      if bytes[offset] == UInt8(ascii: "{") { depth += 1 }
      if bytes[offset] == UInt8(ascii: "}") {
        depth -= 1
        if depth == 0 { return offset }
      }
    }
    return nil
  }

  private func beginsDeclaration(after newline: Int) -> Bool {
    let rest = bytes[(newline + 1)...].drop { $0 == UInt8(ascii: " ") }
    let word = rest.prefix { $0.isWord }
    return ["func", "init", "var", "let", "case", "subscript", "mutating", "static", "associatedtype"]
      .contains(String(decoding: word, as: UTF8.self))
  }

  private func isWordStart(_ offset: Int) -> Bool {
    bytes[offset].isWord && (offset == 0 || !bytes[offset - 1].isWord)
  }
}

/// One pass over the bytes of a source file, with a stack of what the current place is inside of.
private struct Scanner {
  private enum Context {
    /// Code; inside an interpolation, with the count of parentheses still open.
    case code(parentheses: Int)
    case string(hashes: Int, quotes: Int)
  }

  private let bytes: [UInt8]
  private var output: [UInt8] = []
  private var offset = 0
  private var contexts: [Context] = [.code(parentheses: 0)]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    output.reserveCapacity(bytes.count)
  }

  mutating func blanked() -> [UInt8] {
    while offset < bytes.count {
      switch contexts.last {
      case .string(let hashes, let quotes): scanString(hashes, quotes)
      case .code(let parentheses): scanCode(parentheses)
      case nil: contexts = [.code(parentheses: 0)]
      }
    }
    return output
  }

  private mutating func scanCode(_ parentheses: Int) {
    if starts(with: "//") {
      while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { blank(1) }
    } else if starts(with: "/*") {
      scanBlockComment()
    } else if let (hashes, quotes) = openingQuotes() {
      contexts.append(.string(hashes: hashes, quotes: quotes))
      blank(hashes + quotes)
    } else {
      if contexts.count > 1 {
        let change = bytes[offset] == UInt8(ascii: "(") ? 1 : bytes[offset] == UInt8(ascii: ")") ? -1 : 0
        contexts.removeLast()
        if parentheses + change > 0 { contexts.append(.code(parentheses: parentheses + change)) }
      }
      output.append(bytes[offset])
      offset += 1
    }
  }

  private mutating func scanString(_ hashes: Int, _ quotes: Int) {
    let marks = String(repeating: "#", count: hashes)
    if starts(with: String(repeating: "\"", count: quotes) + marks) {
      contexts.removeLast()
      blank(quotes + hashes)
    } else if starts(with: "\\" + marks + "(") {
      contexts.append(.code(parentheses: 1))
      blank(1 + hashes + 1)
    } else if starts(with: "\\" + marks) {
      blank(2 + hashes)
    } else {
      blank(1)
    }
  }

  private mutating func scanBlockComment() {
    var depth = 0
    repeat {
      if starts(with: "/*") {
        depth += 1
        blank(2)
      } else if starts(with: "*/") {
        depth -= 1
        blank(2)
      } else {
        blank(1)
      }
    } while depth > 0 && offset < bytes.count
  }

  /// Hashes and quotes of a string literal that begins here.
  private func openingQuotes() -> (hashes: Int, quotes: Int)? {
    let hashes = bytes[offset...].prefix { $0 == UInt8(ascii: "#") }.count
    let rest = bytes[(offset + hashes)...]
    if rest.starts(with: "\"\"\"".utf8) { return (hashes, 3) }
    return rest.first == UInt8(ascii: "\"") ? (hashes, 1) : nil
  }

  private func starts(with text: String) -> Bool { bytes[offset...].starts(with: text.utf8) }

  private mutating func blank(_ count: Int) {
    for byte in bytes[offset...].prefix(count) {
      output.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
      offset += 1
    }
  }
}

extension UInt8 {
  /// Part of an identifier. Bytes above ASCII count, so that a letter is never cut.
  var isWord: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
