/// A value of JSON as a mint has it: what it was sent, read leniently as real mints do, and what it answers.
///
/// It shares nothing with the reader of `Cashu`, which judges what this writes. Members keep their order, and names that stand there twice are kept twice: who looks
/// one up gets the last. Numbers are kept as they are written.
public enum JSONValue: Hashable, Sendable {
  /// A member of an object.
  public struct Member: Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// What it is.
    public var value: JSONValue
  }

  /// Nothing.
  case null
  /// True or false.
  case bool(Bool)
  /// A number's text.
  case number(String)
  /// A text.
  case text(String)
  /// A list.
  case array([JSONValue])
  /// Members in their order.
  case object([Member])

  /// An integer.
  public static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }

  /// An object of a table, in the order of its names.
  public static func object<Value>(of table: [String: Value], _ value: (Value) -> JSONValue) -> JSONValue {
    .object(table.sorted { $0.key < $1.key }.map { Member(name: $0.key, value: value($0.value)) })
  }

  // MARK: Looking into it

  /// The last member of an object that has the name; nil: there is none, or it is no object. Set: the last one is changed, or one appended.
  public subscript(name: String) -> JSONValue? {
    get { members?.last { $0.name == name }?.value }
    set {
      guard case .object(var members) = self, let newValue else { return }
      if let index = members.lastIndex(where: { $0.name == name }) {
        members[index].value = newValue
      } else {
        members.append(Member(name: name, value: newValue))
      }
      self = .object(members)
    }
  }

  /// Leaves a member out.
  public mutating func remove(_ name: String) {
    guard case .object(let members) = self else { return }
    self = .object(members.filter { $0.name != name })
  }

  /// An object's members.
  public var members: [Member]? { if case .object(let members) = self { members } else { nil } }

  /// A list's elements.
  public var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

  /// A text.
  public var string: String? { if case .text(let text) = self { text } else { nil } }

  /// True or false.
  public var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }

  /// A number that is a plain integer of 38 digits at most; nil: it is another, or none.
  public var wholeNumber: Int128? {
    guard case .number(let text) = self, text.utf8.count <= 39 else { return nil }
    return Int128(text)
  }

  // MARK: Writing

  /// Its text, without spaces.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  private func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += Array("null".utf8)
    case .bool(let flag): bytes += Array((flag ? "true" : "false").utf8)
    case .number(let text): bytes += Array(text.utf8)
    case .text(let text): Self.write(text, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(member.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        bytes += Array((byte < 0x10 ? "\\u000" : "\\u00").utf8) + Array(digits.utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

/// So that an answer reads as what it is. Not from `nil`: where a value may be missing, that would be two things.
extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A list.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object, its members in this order.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }
}
