import Cashu

/// A keyset with the secrets that it signs with.
///
/// They are derived as Nutshell derives its own (BIP-32, `m/0'/unit'/generation'/n'` of the seed's text, n for the amount 2^n), so a mint of the same seed has the
/// same keys as the one whose answers were recorded, and gives the same signatures.
struct SigningKeyset: Sendable {
  /// What is told of it.
  var keyset: Keyset
  private let signers: [UInt64: BlindSigner]

  /// What a generation of keys is like.
  struct Terms {
    var version: UInt8
    var keyCount: Int
    var inputFeePPK: UInt64
    var finalExpiry: UInt64?
  }

  /// Units by their numbers in the path of keys.
  private static let unitNumbers: [String: UInt32] = ["sat": 0, "msat": 1, "usd": 2, "eur": 3, "btc": 4]

  /// The keyset of a unit's generation. Nil: there is no such number of keys, or for one in 2^127 seeds.
  init?(seed: String, unit: String, generation: UInt32, terms: Terms, curve: Curve) {
    guard (1...CashuLimits.keyCountMax).contains(terms.keyCount) else { return nil }
    let path = [0, Self.unitNumbers[unit] ?? 5, generation]
    var node = ExtendedKey(seed: Array(seed.utf8), curve: curve)
    for index in path { node = node?.child(ExtendedKey.hardened | index, curve: curve) }
    guard let node else { return nil }
    var signers: [UInt64: BlindSigner] = [:]
    for order in 0..<terms.keyCount {
      guard let secret = node.child(ExtendedKey.hardened | UInt32(order), curve: curve)?.secret,
        let signer = BlindSigner(secret: secret, curve: curve)
      else { return nil }
      signers[1 << UInt64(order)] = signer
    }
    let keys = signers.mapValues(\.publicKey.compressed)
    guard
      let id = Keyset.id(
        version: terms.version, unit: unit, inputFeePPK: terms.inputFeePPK, finalExpiry: terms.finalExpiry, keys: keys)
    else { return nil }
    do throws(FormatError) {
      keyset = try Keyset(
        id: id, unit: unit, isActive: true, inputFeePPK: terms.inputFeePPK, finalExpiry: terms.finalExpiry, keys: keys)
    } catch {
      return nil
    }
    self.signers = signers
  }

  /// What signs an amount; nil: there is no such key.
  func signer(_ amount: Int128) -> BlindSigner? { UInt64(exactly: amount).flatMap { signers[$0] } }

  /// What `/v1/keysets` says of it.
  var summary: JSONValue {
    [
      "id": .text(keyset.id.hex), "unit": .text(keyset.unit), "active": .bool(keyset.isActive),
      "input_fee_ppk": .integer(keyset.inputFeePPK),
      "final_expiry": keyset.finalExpiry.map { .integer($0) } ?? .null,
    ]
  }

  /// The same with its keys, as `/v1/keys` has it.
  var summaryWithKeys: JSONValue {
    var all = summary
    let keys = keyset.amounts.compactMap { amount in
      keyset.keys[amount].map { JSONValue.Member(name: String(amount), value: .text($0.hex)) }
    }
    all["keys"] = .object(keys)
    return all
  }
}
