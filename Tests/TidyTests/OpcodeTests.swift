import Testing

/// Every message of the schema is specified, has vectors, and is served. The schema is read here without the generator.
@Suite struct OpcodeTests {
  private struct Message {
    var name: String
    var opcode: String
    var isPush: Bool

    /// As the specification writes it: GRANT_DEBIT_KEY.
    var specificationName: String {
      var text = ""
      for character in name {
        if character.isUppercase, !text.isEmpty { text.append("_") }
        text.append(contentsOf: character.uppercased())
      }
      return text
    }

    /// As the generated enumeration writes it: grantDebitKey.
    var caseName: String { name.prefix(1).lowercased() + name.dropFirst() }
  }

  @Test func `the schema is read whole`() throws {
    let messages = try Self.messages()
    #expect(messages.count { !$0.isPush } >= 25)
    #expect(messages.count { $0.isPush } >= 5)
    #expect(Set(messages.map(\.opcode)).count == messages.count)
  }

  @Test func `every message stands in the specification with its opcode`() throws {
    let tables = try Repository.text("proto-spec/tables.md").lines
    // What it does is written by hand: an operation has a section of its own, a push a row of the table of pushes.
    let operations = Set(try Repository.text("proto-spec/operations.md").lines)
    let specification = try Repository.text("proto-spec/specification.md").lines
    for message in try Self.messages() {
      let name = message.specificationName
      #expect(tables.contains { Self.words($0).contains(name[...]) && $0.lowercased().contains(message.opcode) })
      let isTold =
        message.isPush ? specification.contains { $0.hasPrefix("| \(name) |") } : operations.contains("## \(name)")
      #expect(isTold, "\(name)")
    }
  }

  @Test func `every message has vectors`() throws {
    let words = try Repository.paths(below: "proto-spec/vectors").filter { $0.hasSuffix(".json") }
      .reduce(into: Set<String>()) { $0.formUnion(Self.words(try Repository.text($1)[...]).map(String.init)) }
    let missing = try Self.messages().filter { message in
      !words.contains(message.specificationName) && !words.contains(message.name)
    }
    #expect(missing.map(\.specificationName) == [])
  }

  @Test func `every operation is dispatched, every push is sent`() throws {
    let words = try Repository.swiftPaths(below: "Sources/Sessions").reduce(into: Set<String>()) {
      $0.formUnion(SwiftCode(try Repository.text($1)).lines.flatMap(Self.words).map(String.init))
    }
    let missing = try Self.messages().filter { message in
      !words.contains(message.caseName) && !(message.isPush && words.contains(message.name + "Push"))
    }
    #expect(missing.map(\.specificationName) == [])
  }

  /// Tables `[[operation]]` and `[[push]]`, whose `name` and `opcode` stand at the beginnings of lines.
  private static func messages() throws -> [Message] {
    var found: [Message] = []
    var table: Substring = ""
    var name = ""
    for line in try Repository.text("proto-spec/turnpike.toml").lines {
      if line.hasPrefix("[") { table = line }
      if line.hasPrefix("name = \"") { name = String(line.dropFirst(8).dropLast()) }
      if line.hasPrefix("opcode = "), table == "[[operation]]" || table == "[[push]]" {
        found.append(Message(name: name, opcode: line.dropFirst(9).lowercased(), isPush: table == "[[push]]"))
      }
    }
    return found
  }

  private static func words(_ text: Substring) -> [Substring] {
    text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
