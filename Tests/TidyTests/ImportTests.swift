import Foundation
import Testing

/// What each target may import. The table of targets in ARCHITECTURE.md is the only statement of it; Package.swift and the source
/// may allow themselves less, never more.
@Suite struct ImportTests {
  /// Which targets may import a module from outside; a module that is not here is allowed to none.
  private static let outside: [String: Set<String>] = [
    "ArgumentParser": ["turnpiked", "turnpike", "turnpike-agent", "turnpike-load"],
    "CLibcrypto": ["CCrypto"],
    "CLibuv": ["EventLoop"],
    "CPrefetch": ["BrokerCore", "Sessions"],
    "CXXHash": [],
    "Foundation": ["turnpiked", "turnpike", "turnpike-load"],
    "Glibc": [
      "Payments", "EventLoop", "Broker", "TurnpikeClient", "TurnpikeAgent", "Enforcement", "LoadGenerator", "turnpiked",
      "turnpike", "turnpike-agent", "turnpike-load",
    ],
    "Histogram": ["LoadGenerator", "turnpike-load"],
    "Logging": ["Broker", "Enforcement", "turnpiked", "turnpike-agent"],
    "Yams": ["Enforcement"],
    "Synchronization": [
      "EventLoop", "Broker", "TurnpikeClient", "TurnpikeAgent", "turnpiked", "turnpike", "turnpike-load",
    ],
  ]

  /// Single files that may import more: zeroed pages come from `calloc`, which only the C library has; an atomic gives a struct
  /// an address; the journal knows system calls in one file, and its hash function in another, as sessions do.
  private static let exceptions: [String: Set<String>] = [
    "Sources/BrokerCore/Tables/FlatMemory.swift": ["Glibc", "Musl", "Darwin"],
    "Sources/BrokerCore/Tables/AddressAnchor.swift": ["Synchronization"],
    "Sources/Journal/PosixFiles.swift": ["Glibc"],
    "Sources/Journal/Checksum.swift": ["CXXHash"],
    "Sources/Sessions/ContentDigest.swift": ["CXXHash"],
  ]

  @Test func `every target stands in ARCHITECTURE.md`() throws {
    #expect(Set(try Self.architecture().keys) == Set(try Repository.targets()))
  }

  @Test func `imports point the way that ARCHITECTURE.md says`() throws {
    let allowed = try Self.architecture()
    let targets = Set(try Repository.targets())
    var checked = 0
    for target in targets {
      for path in Repository.paths(below: "Sources/\(target)") where path.hasSuffix(".swift") {
        for module in Self.imports(SwiftCode(try Repository.text(path))) {
          checked += 1
          let isAllowed =
            targets.contains(module) && !["CLibuv", "CLibcrypto", "CPrefetch", "CXXHash"].contains(module)
            ? allowed[target]?.contains(module) == true
            : Self.outside[module]?.contains(target) == true || Self.exceptions[path]?.contains(module) == true
          #expect(isAllowed, "\(path) imports \(module)")
        }
      }
    }
    #expect(checked > 50)
  }

  @Test func `Package.swift declares nothing beyond ARCHITECTURE.md`() throws {
    let allowed = try Self.architecture()
    let package = try Self.package()
    // What the C compiler builds alone is no part of the package.
    #expect(Set(package.keys).isSuperset(of: Set(try Repository.targets()).subtracting(["turnpike-guardian"])))
    for (target, dependencies) in package {
      // What is only there for tests may depend on anything.
      guard let allowed = allowed[target] else { continue }
      let extra = dependencies.intersection(package.keys).subtracting(allowed)
      #expect(extra.isEmpty, "\(target) depends on \(extra.sorted())")
    }
  }

  /// Rows of the table: targets, what they do, what they import. A row's targets may import each other.
  private static func architecture() throws -> [String: Set<String>] {
    var table: [String: Set<String>] = [:]
    for line in try Repository.text("ARCHITECTURE.md").lines where line.hasPrefix("| `") {
      let cells = line.split(separator: "|")
      guard cells.count == 3 else { continue }
      let names = words(cells[0])
      if names.contains(where: { $0.contains("/") }) { continue }
      var imports = Set(names)
      if cells[2].contains("all above") || cells[2].contains("libraries") {
        imports.formUnion(table.keys)
      } else {
        imports.formUnion(words(cells[2]))
      }
      for name in names { table[name] = imports.subtracting([name]) }
    }
    return table
  }

  /// Targets and their dependencies: the quoted words of `library("Name", ["A", "B"])`, of `.target(name: "Name", ...)` and so on.
  private static func package() throws -> [String: Set<String>] {
    let text = try Repository.text("Package.swift")
    var table: [String: Set<String>] = [:]
    for head in ["library(", "executable(", ".target(", ".executableTarget(", ".systemLibrary("] {
      for rest in text.components(separatedBy: head).dropFirst() {
        var depth = 1
        let call = rest.prefix { character in
          depth += character == "(" ? 1 : character == ")" ? -1 : 0
          return depth > 0
        }
        let quoted = call.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
          .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
        guard let name = quoted.first else { continue }
        table[name] = Set(quoted.dropFirst())
      }
    }
    return table
  }

  private static func imports(_ code: SwiftCode) -> [String] {
    code.lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let at = words.firstIndex(of: "import"), words[..<at].allSatisfy(isImportModifier) else { return nil }
      return words[(at + 1)...].last.map { String($0.prefix { $0 != "." }) }
    }
  }

  private static func isImportModifier(_ word: Substring) -> Bool {
    word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
  }

  private static func words(_ cell: Substring) -> [String] {
    cell.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "/") }.map(String.init).filter { $0 != "-" }
  }
}
