import Testing

/// A check that sees nothing passes: these are the cases that the reader of source must tell apart.
@Suite struct SwiftCodeTests {
  @Test(arguments: [
    ("let a = b // c!", "let a = b"),
    ("a /* b /* c */ d */ e", "a                   e"),
    ("let a = \"b!\" + c", "let a =      + c"),
    ("let a = \"\\\"b\" + c", "let a =       + c"),
    ("let a = \"x\\(b(c)!)y\" + d", "let a =     b(c)! ) + d"),
    ("let a = #\"b\"c\\(d)\"# + e", "let a =              + e"),
    ("let a = \"\"\"\n  b\"c\n  \"\"\" + d", "let a =\n\n      + d"),
  ])
  func `comments and strings are blanked, code in them is not`(source: String, expected: String) {
    let lines = SwiftCode(source).lines.map { Self.withoutSpaces($0) }
    #expect(lines == expected.lines.map { Self.withoutSpaces($0) })
    #expect(SwiftCode(source).bytes.count == source.utf8.count)
  }

  @Test func `declarations are found with their bodies`() {
    let source = """
      protocol P {
        func noBody(_ a: Int) -> Int
        var value: Int { get }
      }
      struct S {
        var stored = 1
        var computed: Int {
          stored
        }
        init(a: @escaping () -> Int = { 1 }) {
          self.init()
        }
        func long(
          _ a: Int
        ) -> Int where Int: P {
          if a > 1 { return "}".count }
          return 2
        }
      }
      """
    let found = SwiftCode(source).declarations()
    #expect(found.map(\.line) == [3, 7, 10, 13])
    #expect(found.map(\.lineCount) == [1, 3, 3, 6])
  }

  private static func withoutSpaces(_ text: some StringProtocol) -> String {
    String(text.filter { $0 != " " && $0 != ")" })
  }
}
