public import Cashu

/// A wallet for tests and simulations: makes tokens against a mint in memory, plain or locked, and takes them.
///
/// Owns its coins, and a counter for each keyset, from which secrets follow (NUT-13): two wallets of one seed make the same coins, so no two may use one mint. It verifies
/// what the mint signs, and judges no lock. For a mint elsewhere, `blind` makes outputs and `BlindedCoins.coins` has what was signed.
public struct ScriptedWallet: Sendable {
  /// What its tokens call the mint.
  public let url: String
  /// What it counts in.
  public let unit: String
  /// What it has.
  public private(set) var coins: [Proof] = []

  let curve: Curve
  private let secrets: DeterministicSecrets
  private var counters: [KeysetID: UInt64] = [:]

  /// A wallet without coins. Nil, as for one seed in 2^127: it has no secrets.
  public init?(seed: String, url: String = "http://127.0.0.1", unit: String = "sat", curve: Curve) {
    var chance = SeededChance(text: seed)
    let bytes = (0..<DeterministicSecrets.seedByteCount).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
    guard let secrets = DeterministicSecrets(seed: bytes, curve: curve) else { return nil }
    (self.url, self.unit, self.curve, self.secrets) = (url, unit, curve, secrets)
  }

  /// What it has in all.
  public var balance: UInt64 { coins.reduce(0) { $0 &+ $1.amount } }

  // MARK: Coins on their way

  /// Outputs of these amounts with new secrets: locked to a key, until some time or for ever, or not at all. Nil: no such amounts.
  public mutating func blind(
    _ amounts: [UInt64], keyset: Keyset, lock: CompressedPoint? = nil, locktime: UInt64? = nil
  ) -> BlindedCoins? {
    var (outputs, texts, factors): ([BlindedMessage], [String], [Bytes32]) = ([], [], [])
    for amount in amounts {
      let counter = counters[keyset.id, default: 0]
      counters[keyset.id] = counter + 1
      guard let (secret, factor) = secrets.secret(keyset: keyset.id, counter: counter) else { return nil }
      var text = secret
      if let lock {
        guard let nonce = Bytes32(hex: secret),
          let locked = P2PKSecret.text(nonce: nonce, key: lock, locktime: locktime)
        else { return nil }
        text = locked
      }
      guard let point = curve.blind(text, factor: factor) else { return nil }
      outputs.append(BlindedMessage(amount: amount, keyset: keyset.id, point: point))
      texts.append(text)
      factors.append(factor)
    }
    return BlindedCoins(outputs: outputs, keyset: keyset, secrets: texts, factors: factors)
  }

  /// Coins with a signature of a key on each that is locked.
  public func sign(_ coins: [Proof], with key: LockKey) -> [Proof] {
    coins.map { coin in
      guard case .key = SpendingCondition(secret: coin.secret),
        let signature = key.sign(coin.secret, auxiliary: key.publicKey.x)
      else { return coin }
      var coin = coin
      coin.witness = P2PKSecret.witness(signature: signature.bytes)
      return coin
    }
  }

  // MARK: Coins that it has

  mutating func keep(_ coins: [Proof]) { self.coins += coins }

  /// Coins for an amount and what spending them costs, taken out; nil: there are not enough of them.
  mutating func take(_ amount: UInt64, feePPK: UInt64) -> (coins: [Proof], rest: UInt64)? {
    var (taken, sum): ([Proof], UInt64) = ([], 0)
    // The greatest first: fewest are spent.
    let sorted = coins.sorted { $0.amount > $1.amount }
    for coin in sorted {
      taken.append(coin)
      sum += coin.amount
      guard let fee = Keyset.fee(inputs: [(feePPK, taken.count)]) else { return nil }
      let (needed, isTooMuch) = amount.addingReportingOverflow(fee)
      guard !isTooMuch else { return nil }
      if sum >= needed {
        coins = Array(sorted.dropFirst(taken.count))
        return (taken, sum - needed)
      }
    }
    return nil
  }
}
