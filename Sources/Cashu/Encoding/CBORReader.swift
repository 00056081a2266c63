/// Reads CBOR (RFC 8949) from the first byte to the last, asked for one item after the other, as `JSONReader` reads
/// JSON and as strictly. What wallets send is of definite lengths, in the shortest heads, its maps keyed by texts; so
/// nothing else is read: no indefinite length, no longer head than needed, no tag, no other key, no key twice, nothing
/// after the end. (The wallets' own readers refuse indefinite lengths in part, so nobody can send them.)
///
/// Work and memory are bounded by the number of bytes, which the caller limits, recursion by `CashuLimits.depthMax`.
struct CBORReader {
  /// The upper three bits of an item's first byte.
  private enum Major: UInt8 {
    case unsigned, negative, bytes, text, array, map, tag, simple
  }

  private let bytes: [UInt8]
  private var at = 0
  private var depth = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// What `body` reads of the one item that the bytes have to be.
  static func read<Value>(
    _ bytes: [UInt8], _ body: (inout CBORReader) throws(FormatError) -> Value
  ) throws(FormatError) -> Value {
    var reader = CBORReader(bytes)
    let value = try body(&reader)
    guard reader.at == bytes.count else { throw .syntax }
    return value
  }

  /// A map: `member` is called with the key of each, and reads its value or leaves it, which skips it. A key that is
  /// not of ASCII is nobody's.
  mutating func map(_ member: (_ name: String, inout CBORReader) throws(FormatError) -> Void) throws(FormatError) {
    let count = try begin(.map)
    guard count <= CashuLimits.memberCountMax else { throw .tooLarge }
    var names: Set<[UInt8]> = []
    for _ in 0..<count {
      let name = try string(.text)
      guard names.insert(Array(name)).inserted else { throw .duplicate }
      let start = at
      if name.allSatisfy({ $0 < 0x80 }) { try member(String(decoding: name, as: UTF8.self), &self) }
      if at == start { try skip() }
    }
    depth -= 1
  }

  /// An array: `element` is called for each, and reads it or leaves it, which skips it.
  mutating func array(
    countMax: Int, _ element: (inout CBORReader) throws(FormatError) -> Void
  ) throws(FormatError) {
    let count = try begin(.array)
    guard count <= UInt64(countMax) else { throw .tooLarge }
    for _ in 0..<count {
      let start = at
      try element(&self)
      if at == start { try skip() }
    }
    depth -= 1
  }

  /// A text of so many bytes at most.
  mutating func text(byteCountMax: Int) throws(FormatError) -> String {
    let text = try string(.text)
    guard text.count <= byteCountMax else { throw .tooLarge }
    return String(decoding: text, as: UTF8.self)
  }

  /// Bytes, of which the caller judges how many there may be.
  mutating func data() throws(FormatError) -> ArraySlice<UInt8> { try string(.bytes) }

  /// An integer from 0 to 2^64 - 1.
  mutating func unsigned() throws(FormatError) -> UInt64 { try head(.unsigned) }

  /// Whether it says true.
  mutating func bool() throws(FormatError) -> Bool {
    let first = try next()
    guard first == 0xf4 || first == 0xf5 else { throw .wrongType }
    at += 1
    return first == 0xf5
  }

  /// Whether null comes or, as JavaScript writes of what it does not have, undefined; which is taken then.
  mutating func takeNull() throws(FormatError) -> Bool {
    let first = try next()
    guard first == 0xf6 || first == 0xf7 else { return false }
    at += 1
    return true
  }

  /// Any item.
  mutating func skip() throws(FormatError) {
    let first = try next()
    switch Major(rawValue: first >> 5) {
    case .unsigned: _ = try head(.unsigned)
    case .negative: _ = try head(.negative)
    case .bytes: _ = try string(.bytes)
    case .text: _ = try string(.text)
    case .array: try array(countMax: bytes.count) { _ throws(FormatError) in }
    case .map: try map { _, _ throws(FormatError) in }
    case .tag, nil: throw .syntax
    case .simple:
      // false, true, null, undefined; then floating-point numbers of 2, 4, 8 bytes.
      let byteCounts: [UInt8: Int] = [20: 1, 21: 1, 22: 1, 23: 1, 25: 3, 26: 5, 27: 9]
      guard let byteCount = byteCounts[first & 31], byteCount <= bytes.count - at else { throw .syntax }
      at += byteCount
    }
  }

  private func next() throws(FormatError) -> UInt8 {
    guard at < bytes.count else { throw .syntax }
    return bytes[at]
  }

  /// The argument of a head of that type.
  private mutating func head(_ major: Major) throws(FormatError) -> UInt64 {
    let first = try next()
    guard first >> 5 == major.rawValue else { throw .wrongType }
    let info = first & 31
    at += 1
    if info < 24 { return UInt64(info) }
    guard info <= 27 else { throw .syntax }
    let byteCount = 1 << Int(info - 24)
    guard byteCount <= bytes.count - at else { throw .syntax }
    let value = bytes[at..<(at + byteCount)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    at += byteCount
    // The shortest head only: what would do without the upper half of the bytes has to.
    guard byteCount == 1 ? value >= 24 : value >> UInt64(byteCount * 4) != 0 else { throw .syntax }
    return value
  }

  private mutating func begin(_ major: Major) throws(FormatError) -> UInt64 {
    let count = try head(major)
    depth += 1
    guard depth <= CashuLimits.depthMax else { throw .tooLarge }
    return count
  }

  private mutating func string(_ major: Major) throws(FormatError) -> ArraySlice<UInt8> {
    let count = try head(major)
    guard count <= UInt64(bytes.count - at) else { throw .syntax }
    let string = bytes[at..<(at + Int(count))]
    if major == .text, String(validating: string, as: UTF8.self) == nil { throw .notUnicode }
    at = string.endIndex
    return string
  }
}
