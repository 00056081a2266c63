import Testing

/// A file is one thing, a function is one step. Reaching a limit is a question, and splitting by size alone is the wrong answer.
@Suite struct SizeTests {
  private static let fileLineCountMax = 450
  private static let functionLineCountMax = 80

  @Test func `files are short`() throws {
    let endings = [".swift", ".c", ".h", ".py", ".sh", ".lua"]
    let paths = ["Sources", "Tests", "Examples", "scripts"].flatMap { Repository.paths(below: $0) }
      .filter { path in
        let hasNoEnding = !(path.split(separator: "/").last ?? "").contains(".")
        return !Repository.isGenerated(path) && (hasNoEnding || endings.contains { path.hasSuffix($0) })
      }
    #expect(paths.count > 20)
    #expect(paths.contains("scripts/test"))
    for path in paths {
      // Not text: a journal, say.
      if path.contains("/Golden/") { continue }
      let count = try Repository.text(path).lines.count - 1
      #expect(count <= Self.fileLineCountMax, "\(path) has \(count) lines")
    }
  }

  @Test func `functions are short`() throws {
    var checked = 0
    for path in Repository.swiftPaths(below: "Sources") + Repository.swiftPaths(below: "Tests") {
      for declaration in SwiftCode(try Repository.text(path)).declarations() {
        checked += 1
        #expect(
          declaration.lineCount <= Self.functionLineCountMax,
          "\(path):\(declaration.line) has \(declaration.lineCount) lines")
      }
    }
    #expect(checked > 200)
  }
}
