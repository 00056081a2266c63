import Cashu
import Foundation
import ScriptedMint
import Testing

/// What a real mint (Nutshell 0.21) was told, and what it answered, as `CashuTests` keeps it.
enum Recording {
  struct Exchange: Sendable {
    let name, method, path: String
    let request: JSONValue?
    let status: Int
    let response: JSONValue
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "CashuTests/Vectors")

  /// Whether a file was recorded.
  static func has(_ file: String) -> Bool {
    FileManager.default.isReadableFile(atPath: folder.appending(path: file).path(percentEncoded: false))
  }

  static func file(_ name: String) throws -> JSONValue {
    try #require(JSONValue(Array(Data(contentsOf: folder.appending(path: name)))))
  }

  /// All exchanges, in their order.
  static func exchanges() throws -> [Exchange] {
    let list = try #require(try file("exchanges.json")["exchanges"]?.elements)
    return try list.map { json in
      Exchange(
        name: try #require(json["name"]?.string), method: try #require(json["method"]?.string),
        path: try #require(json["path"]?.string), request: json["request"],
        status: try #require(json["status"]?.wholeNumber.map { Int($0) }), response: json["response"] ?? .null)
    }
  }
}

extension JSONValue {
  /// With members in the order of their names, and without those that no two mints have alike.
  func comparable(without names: Set<String>) -> JSONValue {
    switch self {
    case .array(let elements): .array(elements.map { $0.comparable(without: names) })
    case .object(let members):
      .object(
        members.filter { !names.contains($0.name) }.sorted { $0.name < $1.name }
          .map { member in
            var member = member
            member.value = member.value.comparable(without: names)
            return member
          })
    default: self
    }
  }
}
