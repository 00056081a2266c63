internal import CCrypto
package import TurnpikeCrypto
internal import WireProtocol

/// The content of a master key file, and its text:
///
///     turnpike-master-key 1
///     key <64 lower-case hexadecimal digits>
///     generation <operator|provider|agent> <id> <generation>      any number of times, up to a limit
///
/// Every line ends in one newline, fields are separated by one space, numbers have no superfluous zeros or signs, and a
/// holder is named at most once. Whoever is not named has generation 0.
package struct MasterKeyText: ~Copyable {
  /// Holders whose generation can be kept.
  package static let generationCountMax = 4_096
  /// Bytes of the largest file; no generation line is longer than 64 bytes.
  package static let byteCountMax = headByteCount + 64 * generationCountMax

  private static let versionLine = "turnpike-master-key 1\n"
  private static let keyWord = "key "
  private static let generationWord = "generation"
  private static let keyOffset = versionLine.utf8.count + keyWord.utf8.count
  private static let newlineOffset = keyOffset + 2 * SecretKey.byteCount
  /// Bytes of the first two lines.
  private static let headByteCount = newlineOffset + 1

  package let key: SecretKey
  package private(set) var generations: [RoleHolder: UInt32]

  /// A new master key, with every generation 0.
  package init(key: consuming SecretKey) {
    self.key = key
    generations = [:]
  }

  /// Reads the bytes of a whole file, or throws which line is wrong.
  package init(_ bytes: RawSpan) throws(MasterKeyFileError) {
    guard bytes.byteCount <= Self.byteCountMax else { throw .tooLarge }
    guard Self.holds(bytes, Self.versionLine, at: 0) else { throw .line(1) }
    guard Self.holds(bytes, Self.keyWord, at: Self.versionLine.utf8.count),
      Self.holds(bytes, "\n", at: Self.newlineOffset), let key = Self.parseKey(bytes)
    else { throw .line(2) }
    let lines = bytes.extracting(droppingFirst: Self.headByteCount)
    generations = try Self.parseGenerations(lines)
    self.key = key
  }

  /// Notes the generation of a holder. False when as many holders as possible have one.
  package mutating func setGeneration(_ generation: UInt32, of holder: RoleHolder) -> Bool {
    guard generations.count < Self.generationCountMax || generations[holder] != nil else { return false }
    generations[holder] = generation
    return true
  }

  /// Gives the bytes of the first two lines to `body`, and overwrites them with zeros after it.
  package func withHead<Result, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.headByteCount, alignment: 1)
    defer {
      unsafe tp_cleanse(buffer.baseAddress, buffer.count)
      unsafe buffer.deallocate()
    }
    unsafe buffer.copyBytes(from: (Self.versionLine + Self.keyWord).utf8)
    key.withBytes { key in
      for index in 0..<SecretKey.byteCount {
        let byte = key.uint8(at: index)
        unsafe buffer[Self.keyOffset + 2 * index] = Self.digit(byte >> 4)
        unsafe buffer[Self.keyOffset + 2 * index + 1] = Self.digit(byte & 15)
      }
    }
    unsafe buffer[Self.newlineOffset] = UInt8(ascii: "\n")
    return try unsafe body(UnsafeRawBufferPointer(buffer).bytes)
  }

  /// The lines after the first two, in the order of role and number.
  package var generationLines: String {
    generations
      .sorted { ($0.key.role.rawValue, $0.key.id) < ($1.key.role.rawValue, $1.key.id) }
      .map { "\(Self.generationWord) \(Self.name(of: $0.key.role)) \($0.key.id) \($0.value)\n" }
      .joined()
  }

  private static func parseGenerations(_ bytes: RawSpan) throws(MasterKeyFileError) -> [RoleHolder: UInt32] {
    guard !bytes.isEmpty else { return [:] }
    let text = unsafe bytes.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
    guard var lines = text?.split(separator: "\n", omittingEmptySubsequences: false) else { throw .line(3) }
    guard lines.removeLast().isEmpty else { throw .line(3 + lines.count) }
    guard lines.count <= generationCountMax else { throw .line(3 + generationCountMax) }
    var generations: [RoleHolder: UInt32] = [:]
    for (index, line) in lines.enumerated() {
      guard let (holder, generation) = parseGeneration(line), generations[holder] == nil else {
        throw .line(3 + index)
      }
      generations[holder] = generation
    }
    return generations
  }

  private static func parseGeneration(_ line: Substring) -> (RoleHolder, UInt32)? {
    let fields = line.split(separator: " ", omittingEmptySubsequences: false)
    guard fields.count == 4, fields[0] == generationWord,
      let role = [Role.operator, .provider, .agent].first(where: { name(of: $0) == fields[1] }),
      let id = UInt64(fields[2]), String(id) == fields[2],
      let generation = UInt32(fields[3]), String(generation) == fields[3]
    else { return nil }
    return (RoleHolder(role: role, id: id), generation)
  }

  private static func parseKey(_ bytes: RawSpan) -> SecretKey? {
    unsafe withUnsafeTemporaryAllocation(byteCount: SecretKey.byteCount, alignment: 8) { buffer in
      defer { unsafe tp_cleanse(buffer.baseAddress, buffer.count) }
      for index in 0..<SecretKey.byteCount {
        guard let high = value(of: bytes.uint8(at: keyOffset + 2 * index)),
          let low = value(of: bytes.uint8(at: keyOffset + 2 * index + 1))
        else { return nil }
        unsafe buffer[index] = high << 4 | low
      }
      return unsafe SecretKey(UnsafeRawBufferPointer(buffer).bytes)
    }
  }

  /// Whether `text` lies at `offset`.
  private static func holds(_ bytes: RawSpan, _ text: String, at offset: Int) -> Bool {
    guard bytes.byteCount >= offset + text.utf8.count else { return false }
    return text.utf8.enumerated().allSatisfy { bytes.uint8(at: offset + $0.offset) == $0.element }
  }

  private static func name(of role: Role) -> String { role.specificationName.lowercased() }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + (value - 10)
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
