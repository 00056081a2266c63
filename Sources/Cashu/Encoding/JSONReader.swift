/// Reads JSON (RFC 8259) from the first byte to the last, asked for one value after the other: who reads knows what
/// should come. It is strict, since what one reader lets pass another one reads differently, and the difference is
/// somebody's money: no name twice in an object, however it is escaped, no text after the end, UTF-8 and whole
/// surrogate pairs only, integers without fraction, exponent or leading zero. What is skipped is held to the same.
///
/// Work and memory are bounded by the text's size, which the caller limits, recursion by `CashuLimits.depthMax`.
struct JSONReader {
  private let bytes: [UInt8]
  private var at = 0
  private var depth = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// What `body` reads of the one value that the bytes have to be.
  static func read<Value>(
    _ bytes: [UInt8], byteCountMax: Int, _ body: (inout JSONReader) throws(FormatError) -> Value
  ) throws(FormatError) -> Value {
    guard bytes.count <= byteCountMax else { throw .tooLarge }
    var reader = JSONReader(bytes)
    let value = try body(&reader)
    reader.skipSpace()
    guard reader.at == bytes.count else { throw .syntax }
    return value
  }

  /// An object: `member` is called with the name of each, and reads its value or leaves it, which skips it. A name that
  /// is not of ASCII is nobody's.
  mutating func object(
    _ member: (_ name: String, inout JSONReader) throws(FormatError) -> Void
  ) throws(FormatError) {
    try begin(UInt8(ascii: "{"))
    var names: Set<[UInt8]> = []
    if try take(UInt8(ascii: "}")) { return end() }
    repeat {
      guard try next() == UInt8(ascii: "\"") else { throw .syntax }
      let name = try string()
      guard names.insert(name).inserted else { throw .duplicate }
      guard names.count <= CashuLimits.memberCountMax else { throw .tooLarge }
      guard try take(UInt8(ascii: ":")) else { throw .syntax }
      _ = try next()
      let start = at
      if name.allSatisfy({ $0 < 0x80 }) { try member(String(decoding: name, as: UTF8.self), &self) }
      if at == start { try skip() }
    } while try take(UInt8(ascii: ","))
    guard try take(UInt8(ascii: "}")) else { throw .syntax }
    end()
  }

  /// An array: `element` is called for each, and reads it or leaves it, which skips it.
  mutating func array(
    countMax: Int = CashuLimits.arrayCountMax, _ element: (inout JSONReader) throws(FormatError) -> Void
  ) throws(FormatError) {
    try begin(UInt8(ascii: "["))
    var count = 0
    if try take(UInt8(ascii: "]")) { return end() }
    repeat {
      guard count < countMax else { throw .tooLarge }
      count += 1
      _ = try next()
      let start = at
      try element(&self)
      if at == start { try skip() }
    } while try take(UInt8(ascii: ","))
    guard try take(UInt8(ascii: "]")) else { throw .syntax }
    end()
  }

  /// A text of so many bytes at most.
  mutating func text(byteCountMax: Int) throws(FormatError) -> String {
    guard try next() == UInt8(ascii: "\"") else { throw .wrongType }
    let bytes = try string()
    guard bytes.count <= byteCountMax else { throw .tooLarge }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A number that is a plain integer, from 0 to 2^64 - 1.
  mutating func unsigned() throws(FormatError) -> UInt64 {
    guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= (try next()) else { throw .wrongType }
    let digits = try number()
    guard digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { throw .wrongType }
    return try UInt64(String(decoding: digits, as: UTF8.self)).valid()
  }

  /// Whether it says true.
  mutating func bool() throws(FormatError) -> Bool {
    if try take("true") { return true }
    if try take("false") { return false }
    throw .wrongType
  }

  /// Whether null comes, which is taken then.
  mutating func takeNull() throws(FormatError) -> Bool { try take("null") }

  /// Whether a value of that kind comes: its first byte tells.
  mutating func isNext(_ first: Character) throws(FormatError) -> Bool { try next() == first.asciiValue }

  /// Any value, of which the text is told.
  @discardableResult
  mutating func skip() throws(FormatError) -> ArraySlice<UInt8> {
    let first = try next()
    let start = at
    switch first {
    case UInt8(ascii: "{"): try object { _, _ throws(FormatError) in }
    case UInt8(ascii: "["): try array(countMax: .max) { _ throws(FormatError) in }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): guard try take("true") else { throw .syntax }
    case UInt8(ascii: "f"): guard try take("false") else { throw .syntax }
    case UInt8(ascii: "n"): guard try take("null") else { throw .syntax }
    default: _ = try number()
    }
    return bytes[start..<at]
  }

  // MARK: Tokens

  private mutating func skipSpace() {
    while at < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[at]) { at += 1 }
  }

  /// The first byte of what comes.
  private mutating func next() throws(FormatError) -> UInt8 {
    skipSpace()
    guard at < bytes.count else { throw .syntax }
    return bytes[at]
  }

  private mutating func take(_ byte: UInt8) throws(FormatError) -> Bool {
    guard try next() == byte else { return false }
    at += 1
    return true
  }

  private mutating func take(_ word: StaticString) throws(FormatError) -> Bool {
    _ = try next()
    let word = Array(word.description.utf8)
    guard bytes[at...].starts(with: word) else { return false }
    at += word.count
    return true
  }

  private mutating func begin(_ bracket: UInt8) throws(FormatError) {
    guard try take(bracket) else { throw .wrongType }
    depth += 1
    guard depth <= CashuLimits.depthMax else { throw .tooLarge }
  }

  private mutating func end() { depth -= 1 }

  /// A number as RFC 8259 has it.
  private mutating func number() throws(FormatError) -> ArraySlice<UInt8> {
    let start = at
    takeAny("-")
    let integer = takeDigits()
    guard integer == 1 || integer > 1 && bytes[at - integer] != UInt8(ascii: "0") else { throw .syntax }
    if takeAny(".") { guard takeDigits() > 0 else { throw .syntax } }
    if takeAny("eE") {
      takeAny("+-")
      guard takeDigits() > 0 else { throw .syntax }
    }
    return bytes[start..<at]
  }

  @discardableResult
  private mutating func takeAny(_ choice: StaticString) -> Bool {
    guard at < bytes.count, choice.description.utf8.contains(bytes[at]) else { return false }
    at += 1
    return true
  }

  private mutating func takeDigits() -> Int {
    let start = at
    while at < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[at] { at += 1 }
    return at - start
  }
}

/// Strings.
extension JSONReader {
  /// The text between quotes, as UTF-8: valid, and without escapes.
  private mutating func string() throws(FormatError) -> [UInt8] {
    var text: [UInt8] = []
    at += 1
    while true {
      let run = bytes[at...].prefix { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
      text += run
      at = run.endIndex
      guard at < bytes.count, bytes[at] >= 0x20 else { throw .syntax }
      at += 1
      if bytes[at - 1] == UInt8(ascii: "\"") { break }
      try escape(into: &text)
    }
    guard String(validating: text, as: UTF8.self) != nil else { throw .notUnicode }
    return text
  }

  private mutating func escape(into text: inout [UInt8]) throws(FormatError) {
    guard at < bytes.count else { throw .syntax }
    at += 1
    switch bytes[at - 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(bytes[at - 1])
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var value = try codeUnit()
      if 0xd800...0xdbff ~= value, bytes[at...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
        at += 2
        let low = try codeUnit()
        guard 0xdc00...0xdfff ~= low else { throw .notUnicode }
        value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw .notUnicode }
      text += Array(String(Character(scalar)).utf8)
    default: throw .syntax
    }
  }

  private mutating func codeUnit() throws(FormatError) -> UInt32 {
    let digits = bytes[at...].prefix(4)
    guard let pair = Hexadecimal.decode(String(decoding: digits, as: UTF8.self), byteCount: 2) else { throw .syntax }
    at += 4
    return UInt32(pair[0]) << 8 | UInt32(pair[1])
  }
}
