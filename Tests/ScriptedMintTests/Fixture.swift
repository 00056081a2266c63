import Cashu
import ScriptedMint
import Testing

/// What tests begin with.
enum Fixture {
  /// A process needs one.
  static let curve: Curve = {
    guard let seed = Bytes32([UInt8](repeating: 7, count: Bytes32.byteCount)), let curve = Curve(seed: seed) else {
      preconditionFailure("no memory for a curve")
    }
    return curve
  }()

  static func mint(_ seed: String = "mint", units: [String] = ["sat"], terms: ScriptedMint.Terms = .init()) throws
    -> ScriptedMint
  {
    try #require(ScriptedMint(seed: seed, units: units, terms: terms, curve: curve))
  }

  static func wallet(_ seed: String = "wallet", unit: String = "sat") throws -> ScriptedWallet {
    try #require(ScriptedWallet(seed: seed, unit: unit, curve: curve))
  }

  static func key(_ byte: UInt8) throws -> LockKey {
    try #require(
      Bytes32([UInt8](repeating: byte, count: Bytes32.byteCount)).flatMap { LockKey(secret: $0, curve: curve) })
  }
}

extension ScriptedMint {
  /// The refusal of a request; nil: it is none.
  mutating func refusal(of request: MintRequest) -> MintRefusal? {
    let (status, body) = handle(request)
    return status == 200 ? nil : MintRefusal(status: status, body: body)
  }

  mutating func states(of proofs: [Proof]) throws -> [ProofState] {
    let points = try proofs.map { try #require(Fixture.curve.hashToCurve($0.secret).flatMap(Fixture.curve.compressed)) }
    return try ProofState.all(in: handle(.checkState(points)).body, for: points)
  }
}

extension ScriptedWallet {
  mutating func blinded(_ amounts: [UInt64], keyset: Keyset) throws -> BlindedCoins {
    let blinded = blind(amounts, keyset: keyset)
    return try #require(blinded)
  }
}
