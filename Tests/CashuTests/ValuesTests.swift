import Cashu
import Testing

@Suite("Values of ecash")
struct ValuesTests {
  @Test("Hexadecimal digits are read in either case, and nothing else is")
  func hexadecimal() throws {
    let text = "02C6FF217ddc70894790c93bec8a4c9d6a75f8f4a5fac25924463445c68b07b938"
    let point = try #require(CompressedPoint(hex: text))
    #expect(point.hex == text.lowercased())
    #expect(CompressedPoint(hex: "04" + text.dropFirst(2)) == nil)
    #expect(CompressedPoint(hex: text.dropLast()) == nil)
    #expect(CompressedPoint(hex: text.dropLast() + "g") == nil)
    #expect(Bytes32(point.bytes.dropFirst())?.hex == point.x.hex)
    #expect(Bytes32(point.bytes) == nil)
  }

  @Test("A short keyset id stands for the whole one that begins with it")
  func keysets() throws {
    let whole = try #require(KeysetID(hex: "012290c05cc54619b8e7be908463b663cfb43a778670f73e22b6b28bbe07996f52"))
    let short = try #require(KeysetID(hex: "012290c05cc54619"))
    let old = try #require(KeysetID(hex: "009a1f293253e41e"))
    #expect(short.isShortened && !whole.isShortened && !old.isShortened)
    #expect(short.stands(for: whole) && whole.stands(for: whole) && old.stands(for: old))
    #expect(!old.stands(for: whole) && !whole.stands(for: short))
    #expect(KeysetID(hex: "022290c05cc54619") == nil && KeysetID(hex: "00") == nil && KeysetID(hex: "") == nil)
  }
}
