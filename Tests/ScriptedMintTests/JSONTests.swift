import ScriptedMint
import Testing

/// The mint's own JSON.
@Suite struct JSONTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-1", "1.5", "1e9", "\"\"", "[]", "{}", "[1,[2,{\"a\":null}]]",
    "{\"a\":1,\"a\":2}", "\"\\\"\\\\\"", "\"\\u0001\"", "18446744073709551616",
  ])
  func `what it reads it writes`(text: String) {
    #expect(JSONValue(Array(text.utf8)).map { String(decoding: $0.bytes, as: UTF8.self) } == text)
  }

  @Test(arguments: [
    "", " ", "x", "nul", "01", "-", "1.", "1e", "+1", "[", "[1", "[1,", "[1,]", "{", "{\"a\"}", "{\"a\":}",
    "{\"a\":1,}",
    "{a:1}", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\n\"", "[]x", "[] []", "'a'",
  ])
  func `what is no JSON is not read`(text: String) { #expect(JSONValue(Array(text.utf8)) == nil) }

  @Test func `texts with escapes`() {
    let read = JSONValue(Array("\"\\u0041\\n\\/\\ud83d\\ude00\\ud800\"".utf8))
    #expect(read == .text("A\n/\u{1f600}\u{fffd}"))
    #expect(JSONValue([0x22, 0xff, 0x22]) == nil)
  }

  @Test func `members`() {
    var value: JSONValue = ["a": 1, "b": [true]]
    #expect(value["a"]?.wholeNumber == 1)
    #expect(value["b"]?.elements == [true])
    #expect(value["c"] == nil)
    value["a"] = "x"
    value["c"] = .null
    value.remove("b")
    #expect(String(decoding: value.bytes, as: UTF8.self) == "{\"a\":\"x\",\"c\":null}")
    #expect(JSONValue(Array("{\"a\":1,\"a\":2}".utf8))?["a"] == 2)
    #expect(JSONValue.number("1.5").wholeNumber == nil)
    #expect(JSONValue.number(String(repeating: "9", count: 50)).wholeNumber == nil)
  }

  @Test func `depth is bounded`() {
    let deep = { (count: Int) in
      [UInt8](repeating: UInt8(ascii: "["), count: count) + [UInt8](repeating: UInt8(ascii: "]"), count: count)
    }
    #expect(JSONValue(deep(ScriptedMintLimits.depthMax)) != nil)
    #expect(JSONValue(deep(ScriptedMintLimits.depthMax + 2)) == nil)
    #expect(JSONValue(deep(100_000)) == nil)
  }
}
