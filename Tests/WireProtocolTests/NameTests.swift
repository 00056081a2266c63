import Foundation
import Testing
import WireProtocol

/// proto-spec/vectors/names.json.
struct NameTests {
  private struct NameFile: Decodable {
    struct Entry: Decodable {
      let name: String
      let bytes: String
      let isValid: Bool
    }

    let names: [Entry]
    let texts: [Entry]
  }

  @Test func namesAreToldFromWhatIsNone() throws {
    let entries = try JSONDecoder().decode(NameFile.self, from: VectorFile.content("names.json")).names
    #expect(entries.count { $0.isValid } > 5 && entries.count { !$0.isValid } > 15)
    for entry in entries {
      let bytes = hexadecimal(entry.bytes)
      try #require(bytes.count == 32, "\(entry.name)")
      judge(unsafe bytes.span.bytes.name32(at: 0), entry)
    }
  }

  @Test func textsAreToldFromWhatIsNone() throws {
    let entries = try JSONDecoder().decode(NameFile.self, from: VectorFile.content("names.json")).texts
    #expect(entries.count { $0.isValid } >= 5 && entries.count { !$0.isValid } > 10)
    for entry in entries {
      let bytes = hexadecimal(entry.bytes)
      try #require(bytes.count == 96, "\(entry.name)")
      let text = unsafe bytes.span.bytes.text96(at: 0)
      judge(text, entry)
      var copy = [UInt8](repeating: 0xEE, count: 96)
      var span = copy.mutableSpan
      var raw = unsafe span.mutableBytes
      raw.store(text, at: 0)
      #expect(copy == bytes && (0..<96).map { text[$0] } == bytes && text.isZero == bytes.allSatisfy { $0 == 0 })
    }
  }

  /// What the two kinds of field have in common.
  private func judge<Text: PaddedText & Equatable>(_ text: Text, _ entry: NameFile.Entry) {
    #expect(text.isValid == entry.isValid, "\(entry.name)")
    if entry.isValid { #expect(Text(text.string) == text, "\(entry.name)") }
  }
}
