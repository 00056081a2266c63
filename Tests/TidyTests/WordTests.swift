import Testing

/// Words that do not belong where they stand.
@Suite struct WordTests {
  /// Targets whose code runs for each request: nothing of the runtime's slow half, by name.
  private static let hotTargets = ["WireProtocol", "BrokerCore", "Payments", "Journal", "Sessions", "TurnpikeCrypto"]

  @Test func `hot targets use no slow machinery`() throws {
    for path in Self.hotTargets.flatMap({ Repository.swiftPaths(below: "Sources/\($0)") }) {
      for (line, code) in Self.code(path) {
        for word in ["Foundation", "Dispatch", "async", "await", "Task"] {
          #expect(!Self.words(code).contains(word[...]), "\(path):\(line) uses \(word)")
        }
        #expect(!Self.hasExistential(code), "\(path):\(line) uses an existential")
      }
    }
  }

  @Test func `no code traps on purpose or by an unchecked promise`() throws {
    var checked = 0
    for path in Repository.swiftPaths(below: "Sources") {
      for (line, code) in Self.code(path) {
        checked += 1
        for word in ["fatalError", "preconditionFailure", "assertionFailure"] {
          #expect(!Self.words(code).contains(word[...]), "\(path):\(line) calls \(word)")
        }
        for mark in ["try!", "as!"] { #expect(!code.contains(mark), "\(path):\(line) has \(mark)") }
        #expect(!Self.hasForceUnwrap(code), "\(path):\(line) unwraps by force")
      }
    }
    #expect(checked > 2_000)
  }

  /// A secret that is compared byte by byte tells by its time how much of it was right.
  @Test func `secrets are compared in constant time`() throws {
    let code = SwiftCode(try Repository.text("Sources/Sessions/SessionEngine+Reads.swift")).lines
    let begin = try #require(code.firstIndex { $0.contains("mutating func bind(") })
    let bind = code[begin...].prefix { $0 != "  }" }
    #expect(bind.contains { $0.contains("keyHash.isEqualInConstantTime(to: lease.keyHash)") })
    for name in ["keyHash", "bind.key", "proof", "mac", "tag"] {
      for path in ["Sessions", "TurnpikeCrypto", "Payments"].flatMap({ Repository.swiftPaths(below: "Sources/\($0)") })
      {
        for (line, code) in Self.code(path) {
          let isCompared = ["\(name) == ", "\(name) != "].contains { code.contains($0) }
          #expect(!isCompared, "\(path):\(line) compares \(name)")
        }
      }
    }
  }

  @Test func `nothing is left to be done later, and nothing names one machine`() throws {
    // In two pieces each, so that this file passes its own test.
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
    let places = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", "/op" + "t/"]
    var checked = 0
    for path in Repository.paths() where path != "LICENSE" && path != "Package.resolved" {
      guard let text = try? Repository.text(path) else { continue }  // Not text: a capture, say.
      checked += 1
      let words = Set(Self.words(text[...]))
      for mark in marks {
        let isMarked = words.contains(mark[...])
        #expect(!isMarked, "\(path) contains \(mark)")
      }
      for place in places {
        let isNamed = text.contains(place)
        #expect(!isNamed, "\(path) contains \(place)")
      }
    }
    #expect(checked > 50)
  }

  @Test(arguments: [
    ("let a = b!", true), ("b!.c", true), ("f()!", true), ("a[0]! + 1", true), ("var a: Int!", true),
    ("a != b", false), ("!a", false), ("if !a, !(b)", false), ("a ! = b", false),
  ])
  func `force unwraps are told from negations`(code: String, isForced: Bool) {
    #expect(Self.hasForceUnwrap(code[...]) == isForced)
  }

  private static func code(_ path: String) -> [(line: Int, code: Substring)] {
    guard let text = try? Repository.text(path) else { return [] }
    return SwiftCode(text).lines.enumerated().map { ($0.offset + 1, $0.element) }
  }

  private static func words(_ code: Substring) -> [Substring] {
    code.split { !($0.isLetter || $0.isNumber || $0 == "_") }
  }

  /// `any` before a type.
  private static func hasExistential(_ code: Substring) -> Bool {
    zip(words(code), words(code).dropFirst()).contains { $0 == "any" && $1.first?.isUppercase == true }
  }

  /// A `!` after a name or a closing bracket, and not part of `!=`.
  private static func hasForceUnwrap(_ code: Substring) -> Bool {
    let bytes = Array(code.utf8)
    return bytes.indices.dropFirst().contains { at in
      guard bytes[at] == UInt8(ascii: "!") else { return false }
      if at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "=") { return false }
      return bytes[at - 1].isWord || [UInt8(ascii: ")"), UInt8(ascii: "]")].contains(bytes[at - 1])
    }
  }
}
