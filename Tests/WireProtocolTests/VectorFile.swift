import Foundation
import Testing
import WireProtocol

/// hand.json and generated.json as they are written; proto-spec/vectors/README.md explains the form.
struct VectorFile: Decodable {
  let vectors: [Vector]
  let rejects: [Reject]?
  let rejectFrames: [Vector]?

  /// One message, its bytes and what they mean.
  struct Vector: Decodable, Sendable {
    let name: String
    let kind: Kind
    let message: String
    let bytes: [Part]
    let header: [String: String]?
    let receipt: [String: String]?
    let fields: [String: String]?
    let recordCount: Int?
    let records: [[String: String]]?
    let tokenCount: Int?
    let tokens: [[String: String]]?
    let noteCount: Int?
    let notes: [[String: String]]?
    let tick: [String: String]?
    let options: [Option]?
    let mac: String?
    let status: String?
    let field: Int?

    var octets: [UInt8] {
      bytes.flatMap { part in repeatElement(hexadecimal(part.hex), count: part.times).flatMap { $0 } }
    }
    /// The layout of its fixed part.
    var layoutName: String {
      switch kind {
      case .refusal: "Refusal"
      case .request: message + "Request"
      case .reply: message + "Reply"
      case .push: message + "Push"
      case .command: message + "Command"
      }
    }
  }

  enum Kind: String, Decodable {
    case request, reply, refusal, push, command

    var direction: FrameLayout.Direction {
      switch self {
      case .request: .request
      case .push: .push
      case .reply, .refusal, .command: .reply
      }
    }
  }

  /// `[hex, comment]` or `[hex, comment, times]`.
  struct Part: Decodable {
    let hex: String
    let times: Int

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      hex = try values.decode(String.self)
      _ = try values.decode(String.self)
      times = values.isAtEnd ? 1 : try values.decode(Int.self)
    }
  }

  struct Option: Decodable {
    let type: String
    let value: String
  }

  /// What makes a vector one to refuse.
  struct Reject: Decodable {
    let of: String
    let rule: String?
    let what: String?
    let edit: [Edit]?
    let byteCounts: [Int]?
    let values: [UInt32]?
    let status: String
    let field: Int?
  }

  /// `[offset, hex]`.
  struct Edit: Decodable {
    let offset: Int
    let octets: [UInt8]

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      offset = try values.decode(Int.self)
      octets = hexadecimal(try values.decode(String.self))
    }
  }

  /// The bytes of a file of vectors.
  static func content(_ name: String) throws -> Data {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try Data(contentsOf: root.appendingPathComponent("proto-spec/vectors/\(name)"))
  }

  static func load(_ name: String) throws -> VectorFile {
    try JSONDecoder().decode(VectorFile.self, from: content(name))
  }
}

func hexadecimal(_ text: String) -> [UInt8] {
  let digits = text.utf8.map { UInt8($0 >= 0x61 ? $0 - 0x57 : $0 - 0x30) }
  return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
