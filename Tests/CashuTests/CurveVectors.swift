import Cashu
import Foundation

/// What was recorded from a mint (`Vectors/mint.json`), and what random tests are made of.
enum CurveVectors {
  struct Recording: Decodable {
    let keyset: Keyset
    let private_keys: [String: String]
    let proofs: [RecordedProof]
    let p2pk_privkey: String
    let p2pk_pubkey: String
    let p2pk_proofs: [RecordedProof]
    let swap_outputs: [Output]
  }

  struct Keyset: Decodable {
    let id: String
    let keys: [String: String]
  }

  struct RecordedDLEQ: Decodable {
    let e: String
    let s: String
    let r: String?
  }

  struct RecordedProof: Decodable {
    let id: String
    let amount: UInt64
    let secret: String
    let C: String
    let dleq: RecordedDLEQ
    let Y: String
    let witness: String?
  }

  struct Output: Decodable {
    let amount: UInt64
    let secret: String
    let r: String
    let B_: String
    let C_: String
    let dleq: RecordedDLEQ
    let C: String
  }

  /// There is none where a test's bundle lacks its folder.
  static func recording() throws -> Recording {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/mint.json")
    return try JSONDecoder().decode(Recording.self, from: Data(contentsOf: file))
  }

  /// One for all tests.
  static let curve = Curve(seed: random())

  /// Bytes that differ at each run.
  static func random() -> Bytes32 { filled { UInt8.random(in: 0...255) } }

  /// 32 bytes that are all the same.
  static func bytes(_ byte: UInt8) -> Bytes32 { filled { byte } }

  private static func filled(_ byte: () -> UInt8) -> Bytes32 {
    while true { if let bytes = Bytes32((0..<Bytes32.byteCount).map { _ in byte() }) { return bytes } }
  }

  static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// n, the order of the curve, and what is one less.
  static let order = Bytes32(hex: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
  static let orderLessOne = Bytes32(hex: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140")
}

extension CurveVectors.RecordedProof {
  /// As this project has proofs.
  func proof() -> Proof? {
    guard let keyset = KeysetID(hex: id), let signature = CompressedPoint(hex: C), let dleq = dleq.proof() else {
      return nil
    }
    return Proof(
      amount: amount, keyset: keyset, secret: secret, signature: signature, dleq: dleq, witness: witness)
  }
}

extension CurveVectors.RecordedDLEQ {
  func proof() -> DLEQProof? {
    guard let e = Bytes32(hex: e), let s = Bytes32(hex: s) else { return nil }
    return DLEQProof(e: e, s: s, r: r.flatMap { Bytes32(hex: $0) })
  }
}

extension Bytes32 {
  /// With one bit turned over.
  func flipped(_ bit: Int) -> Bytes32 {
    var bytes = bytes
    bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    return Bytes32(bytes) ?? self
  }
}
