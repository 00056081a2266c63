import Cashu
import ScriptedMint
import Testing

/// Locks, read as the real mint read them: it was told each of these by its owner and by a thief.
@Suite(.enabled(if: Recording.has("locks.json"))) struct LockTests {
  @Test func `locks hold where the real mint's do`() throws {
    let file = try Recording.file("locks.json")
    let secret = try #require(file["key"]?.string.flatMap { Bytes32(hex: $0) })
    let owner = try #require(LockKey(secret: secret, curve: Fixture.curve))
    let thief = try Fixture.key(3)
    var mint = try Fixture.mint()
    mint.now = 1_795_981_447
    let locks = try #require(file["locks"]?.elements)
    #expect(locks.count > 100)
    for lock in locks {
      let why = try #require(lock["why"]?.string)
      let text = try #require(lock["secret"]?.string)
      let toThief = try #require(lock["mint_to_thief"]?.string)
      let toUs = try #require(lock["mint_to_us"]?.string)
      // A half of a surrogate pair is no text that could be signed here.
      guard !text.contains("\u{fffd}") else { continue }
      let coin = try Fixture.coin(text, from: &mint)
      switch toThief {
      case "200 without a signature":
        let told = mint.spend(coin)
        #expect(told == nil, "\(why)")
        #expect(toUs == "200", "\(why)")
        continue
      // His key is not recorded.
      case "200 with a signature of his own": break
      default:
        let told = mint.spend(coin, signedBy: thief)
        #expect(told == toThief, "\(why)")
      }
      let again = try Fixture.coin(text, from: &mint)
      let told = mint.spend(again, signedBy: owner) ?? "200"
      #expect(told == toUs, "\(why)")
    }
  }
}

extension Fixture {
  /// A coin with that secret.
  static func coin(_ secret: String, amount: UInt64 = 1, from mint: inout ScriptedMint) throws -> Proof {
    let keyset = try #require(mint.activeKeyset())
    // It has to differ each time: two coins of one secret are two outputs.
    let factor = try #require(Bytes32((0..<32).map { _ in UInt8.random(in: 1...254) }))
    let point = try #require(curve.blind(secret, factor: factor))
    let signature = try #require(mint.give([BlindedMessage(amount: amount, keyset: keyset.id, point: point)])?.first)
    let key = try #require(keyset.keys[amount].flatMap { curve.mintKey($0) })
    let unblinded = try #require(curve.unblind(signature.point, factor: factor, key: key))
    return Proof(amount: amount, keyset: keyset.id, secret: secret, signature: unblinded)
  }

  /// An output that nobody has a secret for.
  static func output(_ amount: UInt64, keyset: KeysetID) throws -> BlindedMessage {
    let factor = try #require(Bytes32((0..<32).map { _ in UInt8.random(in: 1...254) }))
    return BlindedMessage(amount: amount, keyset: keyset, point: try #require(curve.blind("nobody's", factor: factor)))
  }
}

extension ScriptedMint {
  /// Spends a coin, with a signature of that key. What was answered, unless it was spent.
  fileprivate mutating func spend(_ coin: Proof, signedBy key: LockKey? = nil) -> String? {
    var coin = coin
    if let key, let signature = key.sign(coin.secret, auxiliary: key.publicKey.x) {
      coin.witness = P2PKSecret.witness(signature: signature.bytes)
    }
    guard let output = try? Fixture.output(coin.amount, keyset: coin.keyset) else { return "no output" }
    guard let refusal = refusal(of: .swap(inputs: [coin], outputs: [output])) else { return nil }
    return "\(refusal.status) \(refusal.detail)"
  }
}
