import Foundation
import Inspection
import Testing

/// Every command, as the vectors have it: each field by its name, and nothing besides.
@Suite struct ExportTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "proto-spec/vectors")

  @Test(arguments: [("hand.json", 19), ("generated.json", 38)])
  func everyFieldOfEveryCommandIsPrinted(file: String, leastCount: Int) throws {
    let data = try Data(contentsOf: Self.folder.appending(path: file))
    let content = try JSONSerialization.jsonObject(with: data)
    let vectors = try #require((content as? [String: Any])?["vectors"] as? [[String: Any]])
    var count = 0
    for vector in vectors where vector["kind"] as? String == "command" {
      let name = vector["name"] as? String ?? ""
      let bytes = try #require(Self.octets(vector))
      let text = try #require(Self.text(bytes), "\(name)")
      let printed = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      #expect(printed["kind"] as? String == (vector["header"] as? [String: String])?["kind"])
      for part in ["receipt", "fields"] {
        #expect(Self.flat(printed[part]) == vector[part] as? [String: String] ?? [:], "\(name): \(part)")
      }
      for (part, countName) in [("records", "recordCount"), ("notes", "noteCount")] {
        let lines = printed[part] as? [Any] ?? []
        #expect(lines.count == vector[countName] as? Int ?? 0, "\(name): \(part)")
        let first = (vector[part] as? [[String: String]])?.first
        if !lines.isEmpty { #expect(Self.flat(lines[0]) == first, "\(name): \(part)") }
      }
      count += 1
    }
    #expect(count >= leastCount)
  }

  @Test func whatIsNoCommandHasNoLine() {
    #expect(Self.text([UInt8](repeating: 0, count: 64)) == nil)
    #expect(Self.text([]) == nil)
  }

  private static func text(_ bytes: [UInt8]) -> String? { unsafe JournalExport.text(of: bytes.span.bytes) }

  private static func octets(_ vector: [String: Any]) -> [UInt8]? {
    var octets: [UInt8] = []
    for part in vector["bytes"] as? [[Any]] ?? [] {
      guard let digits = (part.first as? String)?.utf8.map({ $0 }) else { return nil }
      let piece = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
      }
      for _ in 0..<(part.count > 2 ? part[2] as? Int ?? 0 : 1) { octets += piece }
    }
    return octets
  }

  /// Values as the vectors state them: all strings, `a.b` for a field of a field, flags as the number that their bits make.
  private static func flat(_ value: Any?, _ prefix: String = "") -> [String: String] {
    var flat: [String: String] = [:]
    for (name, value) in value as? [String: Any] ?? [:] {
      switch value {
      case let fields as [String: Any]: flat.merge(Self.flat(fields, prefix + name + ".")) { first, _ in first }
      case let names as [String]: flat[prefix + name] = "\(names.reduce(0) { $0 | (bits[name]?[$1] ?? 1 << 40) })"
      default: flat[prefix + name] = "\(value)"
      }
    }
    return flat
  }

  /// Of the fields that are flags.
  private static let bits = [
    "policy": ["GIFTS_REFUSED": 1, "USE_SPENDS_GIVEN": 2, "INVESTORS_ASKED": 4, "AGENT": 8, "UNITS_HELD": 16],
    "flags": [
      "OPEN": 1, "GIFTS_REFUSED": 2, "LOSSY": 1, "CANCEL": 1, "AGAIN": 2, "SECOND_PRICE": 1, "SEALED": 2,
      "PROVISIONS": 1, "REPORTS": 2, "ENABLED": 1, "ACTIVE": 1, "LAST": 1,
    ],
  ]
}
