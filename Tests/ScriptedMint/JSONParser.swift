extension JSONValue {
  /// Reads a text from its first byte to its last; nil: it is no JSON, or nested deeper than that.
  public init?(_ bytes: some Collection<UInt8>, depthMax: Int = ScriptedMintLimits.depthMax) {
    var parser = JSONParser(Array(bytes), depthMax: depthMax)
    guard let value = parser.whole() else { return nil }
    self = value
  }
}

/// Reads JSON (RFC 8259) into values. Work is bounded by the number of bytes, recursion by `depthMax`.
struct JSONParser {
  private let bytes: [UInt8]
  private let depthMax: Int
  private var at = 0

  init(_ bytes: [UInt8], depthMax: Int) { (self.bytes, self.depthMax) = (bytes, depthMax) }

  /// The one value that the bytes have to be.
  mutating func whole() -> JSONValue? {
    guard let value = value(depth: 0) else { return nil }
    skipSpace()
    return at == bytes.count ? value : nil
  }

  private mutating func value(depth: Int) -> JSONValue? {
    skipSpace()
    guard at < bytes.count, depth <= depthMax else { return nil }
    switch bytes[at] {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["): return array(depth: depth)
    case UInt8(ascii: "\""): return string().map(JSONValue.text)
    case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
    case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
    case UInt8(ascii: "n"): return take("null") ? .null : nil
    default: return number()
    }
  }

  private mutating func object(depth: Int) -> JSONValue? {
    var members: [JSONValue.Member] = []
    at += 1
    if takeSign("}") { return .object([]) }
    repeat {
      skipSpace()
      guard at < bytes.count, bytes[at] == UInt8(ascii: "\""), let name = string(), takeSign(":"),
        let value = value(depth: depth + 1)
      else { return nil }
      members.append(JSONValue.Member(name: name, value: value))
    } while takeSign(",")
    return takeSign("}") ? .object(members) : nil
  }

  private mutating func array(depth: Int) -> JSONValue? {
    var elements: [JSONValue] = []
    at += 1
    if takeSign("]") { return .array([]) }
    repeat {
      guard let element = value(depth: depth + 1) else { return nil }
      elements.append(element)
    } while takeSign(",")
    return takeSign("]") ? .array(elements) : nil
  }

  private mutating func number() -> JSONValue? {
    let start = at
    _ = take("-")
    let digitCount = takeDigits()
    guard digitCount == 1 || digitCount > 1 && bytes[at - digitCount] != UInt8(ascii: "0") else { return nil }
    if take(".") { guard takeDigits() > 0 else { return nil } }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      guard takeDigits() > 0 else { return nil }
    }
    return .number(String(decoding: bytes[start..<at], as: UTF8.self))
  }

  // MARK: Texts

  private mutating func string() -> String? {
    var text: [UInt8] = []
    at += 1
    while at < bytes.count, bytes[at] >= 0x20 {
      let byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: "\"") { return String(validating: text, as: UTF8.self) }
      if byte != UInt8(ascii: "\\") {
        text.append(byte)
      } else {
        guard let escaped = escape() else { return nil }
        text += escaped
      }
    }
    return nil
  }

  private mutating func escape() -> [UInt8]? {
    guard at < bytes.count else { return nil }
    let byte = bytes[at]
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0c]
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return codePoint().map { Array(String(Character($0)).utf8) }
    default: return nil
    }
  }

  /// What follows `\u`. Half of a surrogate pair is no text, but mints take it: it becomes a replacement character here.
  private mutating func codePoint() -> Unicode.Scalar? {
    guard let first = codeUnit() else { return nil }
    let start = at
    if 0xd800...0xdbff ~= first, take("\\u"), let second = codeUnit(), 0xdc00...0xdfff ~= second {
      return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    }
    at = start
    return Unicode.Scalar(first) ?? "\u{fffd}"
  }

  private mutating func codeUnit() -> UInt32? {
    guard bytes.count - at >= 4 else { return nil }
    let digits = bytes[at..<(at + 4)]
    let areDigits = digits.allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
    guard areDigits, let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else { return nil }
    at += 4
    return value
  }

  // MARK: Bytes

  private mutating func skipSpace() {
    while at < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[at]) { at += 1 }
  }

  /// One sign, with space before it or none.
  private mutating func takeSign(_ sign: Unicode.Scalar) -> Bool {
    skipSpace()
    guard at < bytes.count, bytes[at] == UInt8(ascii: sign) else { return false }
    at += 1
    return true
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let word = Array(word.description.utf8)
    guard bytes[at...].starts(with: word) else { return false }
    at += word.count
    return true
  }

  private mutating func takeDigits() -> Int {
    let start = at
    while at < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[at] { at += 1 }
    return at - start
  }
}
