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
  }

  @Test func namesAreToldFromWhatIsNone() throws {
    let entries = try JSONDecoder().decode(NameFile.self, from: VectorFile.content("names.json")).names
    #expect(entries.count { $0.isValid } > 5 && entries.count { !$0.isValid } > 15)
    for entry in entries {
      let bytes = hexadecimal(entry.bytes)
      try #require(bytes.count == 32, "\(entry.name)")
      let name = unsafe bytes.span.bytes.name32(at: 0)
      #expect(name.isValid == entry.isValid, "\(entry.name)")
      if entry.isValid { #expect(Name32(name.string) == name, "\(entry.name)") }
    }
  }
}
