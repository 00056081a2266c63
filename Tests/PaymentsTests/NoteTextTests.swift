import Payments
import Testing
import TurnpikeCrypto
import WireProtocol

@Suite struct NoteTextTests {
  @Test func theTextOfANoteIsTheNote() throws {
    let fixture = try NoteFixture()
    let bytes = fixture.token(serial: 0xfedc_ba98_7654_3210, amount: 123_456_789, binding: 42)
    let token = try #require(bytes.withSpan { NoteToken($0) })
    let text = NoteText.encode(token)
    #expect(text == "tpnote1AQAAABAyVHaYutz-Fc1bBwAAAAAqAAAAAAAAAGjF_8obPAQdDQh09N8ZtZs_d5t4")
    #expect(text.utf8.count == NoteText.characterCount)
    #expect(try NoteText.decode(text) == token)
  }

  @Test func everyAlteredCharacterOfATextIsRefused() throws {
    let fixture = try NoteFixture()
    let token = try #require(fixture.token().withSpan { NoteToken($0) })
    let text = Array(NoteText.encode(token).utf8)
    for offset in text.indices {
      for character in UInt8.min...UInt8(127) where character != text[offset] {
        var altered = text
        altered[offset] = character
        #expect(throws: NoteText.Fault.self) { try NoteText.decode(String(decoding: altered, as: UTF8.self)) }
      }
    }
  }

  private static let faults: [(String, NoteText.Fault)] = [
    ("", .prefix),
    ("tpnote", .prefix),
    ("TPNOTE1" + digits(64), .prefix),
    ("tpnote2" + digits(64), .prefix),
    ("tpnote1", .length),
    ("tpnote1" + digits(63), .length),
    ("tpnote1" + digits(65), .length),
    ("tpnote1" + digits(63) + "=", .character(offset: 70)),
    ("tpnote1+" + digits(63), .character(offset: 7)),
    ("tpnote1 " + digits(63), .character(offset: 7)),
    ("tpnote1" + digits(62) + "é", .character(offset: 69)),
    ("tpnote1" + digits(64), .checksum),
  ]

  private static func digits(_ count: Int) -> String { String(repeating: "A", count: count) }

  @Test(arguments: faults)
  func aTextThatIsNoNoteSaysWhy(text: String, fault: NoteText.Fault) {
    #expect(throws: fault) { try NoteText.decode(text) }
  }
}
