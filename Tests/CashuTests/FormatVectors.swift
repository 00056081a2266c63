import Cashu
import Foundation
import Testing

/// What was recorded of a real mint (Nutshell 0.21.0): values of it, and exchanges.
enum FormatVectors {
  struct Mint: Decodable {
    struct Coin: Decodable {
      struct DLEQ: Decodable { let e, s, r: String }
      let id: String
      let amount: UInt64
      let secret: String
      let C: String
      let dleq: DLEQ?
      let witness: String?

      /// As a token has it.
      func proof() throws -> Proof {
        Proof(
          amount: amount, keyset: try #require(KeysetID(hex: id)), secret: secret,
          signature: try #require(CompressedPoint(hex: C)),
          dleq: try dleq.map { dleq in
            DLEQProof(
              e: try #require(Bytes32(hex: dleq.e)), s: try #require(Bytes32(hex: dleq.s)), r: Bytes32(hex: dleq.r))
          }, witness: witness)
      }
    }
    struct Lock: Decodable { let why, secret: String }
    struct Serialized: Decodable {
      let name, serialized: String
      let C: [String]
    }
    struct Keys: Decodable {
      let id, unit: String
      let keys: [String: String]
    }
    let url: String
    let keyset: Keys
    let proofs, p2pk_proofs: [Coin]
    let p2pk_pubkey: String
    let p2pk_not_plain: [Lock]
    let tokens: [Serialized]
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors")

  static func mint() throws -> Mint {
    try JSONDecoder().decode(Mint.self, from: Data(contentsOf: folder.appending(path: "mint.json")))
  }

  /// One exchange: what was asked, the body of that, and the body of the answer, which JSON escapes in another way than
  /// the mint does.
  static func exchange(_ name: String) throws -> (request: String, asked: NSDictionary?, status: Int, answer: [UInt8]) {
    let one = try #require(exchanges()[name])
    let answer = try #require(one["response"])
    return (
      try #require(one["request"] as? String), one["body"] as? NSDictionary, try #require(one["status"] as? Int),
      Array(try JSONSerialization.data(withJSONObject: answer))
    )
  }

  static func exchanges() throws -> [String: [String: Any]] {
    let data = try Data(contentsOf: folder.appending(path: "messages.json"))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
  }

  /// What the body of a request says.
  static func object(_ body: [UInt8]?) throws -> NSDictionary {
    let body = try #require(body)
    return try #require(JSONSerialization.jsonObject(with: Data(body)) as? NSDictionary)
  }

  /// The outputs of a request.
  static func outputs(_ asked: NSDictionary?) throws -> [BlindedMessage] {
    let list = try #require(asked?["outputs"] as? [NSDictionary])
    return try list.map { output in
      BlindedMessage(
        amount: try #require((output["amount"] as? NSNumber)?.uint64Value),
        keyset: try #require((output["id"] as? String).flatMap { KeysetID(hex: $0) }),
        point: try #require((output["B_"] as? String).flatMap { CompressedPoint(hex: $0) }))
    }
  }

  /// The inputs of a request, with DLEQ proofs that must not be sent.
  static func inputs(_ asked: NSDictionary?) throws -> [Proof] {
    let list = try #require(asked?["inputs"] as? [NSDictionary])
    let filler = try #require(Bytes32([UInt8](repeating: 9, count: 32)))
    return try list.map { input in
      Proof(
        amount: try #require((input["amount"] as? NSNumber)?.uint64Value),
        keyset: try #require((input["id"] as? String).flatMap { KeysetID(hex: $0) }),
        secret: try #require(input["secret"] as? String),
        signature: try #require((input["C"] as? String).flatMap { CompressedPoint(hex: $0) }),
        dleq: DLEQProof(e: filler, s: filler, r: filler), witness: input["witness"] as? String)
    }
  }

  /// The id of the quote that a request is about.
  static func quote(_ asked: NSDictionary?) throws -> QuoteID {
    try #require((asked?["quote"] as? String).flatMap { QuoteID($0) })
  }

  /// The error that reading ends with; nil: it does not.
  static func error(_ read: () throws(FormatError) -> Void) -> FormatError? {
    do throws(FormatError) {
      try read()
      return nil
    } catch {
      return error
    }
  }
}

/// Pseudorandom numbers of a seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
    return word ^ word >> 31
  }
}
