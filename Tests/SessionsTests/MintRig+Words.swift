import Cashu
import Payments
import ScriptedMint
import Testing
import WireProtocol

/// What there is at the mint for whoever has the broker's words.
extension MintRig {
  /// A proof of the broker's own, of some counter of some keyset.
  struct WordsProof {
    let secret: String
    let factor: Bytes32
    let point: CompressedPoint
    let y: CompressedPoint
  }

  func wordsProof(_ counter: UInt64, keyset: Int = 0) throws -> WordsProof {
    let secrets = try #require(wordsSecrets)
    let id = mint.allKeysets[keyset].id
    let (secret, factor) = try #require(secrets.secret(keyset: id, counter: counter))
    let hashed = try #require(curve.hashToCurve(secret))
    return WordsProof(
      secret: secret, factor: factor, point: try #require(curve.blind(secret, factor: factor)),
      y: try #require(curve.compressed(hashed)))
  }

  /// What the words are worth: all that the mint signed for them and that is not spent.
  func wordsWorth(counters: UInt64 = 64) throws -> UInt64 {
    var sum: UInt64 = 0
    for keyset in mint.allKeysets.indices {
      for counter in 0..<counters {
        let proof = try wordsProof(counter, keyset: keyset)
        guard let signature = mint.signature(on: proof.point) else { continue }
        let states = try ProofState.all(in: mint.handle(.checkState([proof.y])).body, for: [proof.y])
        if states != [.spent] { sum += signature.amount }
      }
    }
    return sum
  }

  /// Whoever has the words has the mint sign for them.
  func giveToWords(_ counter: UInt64, _ amount: UInt64, keyset: Int = 0) throws {
    let output = BlindedMessage(
      amount: amount, keyset: mint.allKeysets[keyset].id, point: try wordsProof(counter, keyset: keyset).point)
    #expect(mint.give([output]) != nil)
  }

  /// A coin that the words have.
  func wordsCoin(_ counter: UInt64, keyset: Int = 0) throws -> Proof {
    let proof = try wordsProof(counter, keyset: keyset)
    let signature = try #require(mint.signature(on: proof.point))
    let key = try #require(mint.allKeysets[keyset].keys[signature.amount].flatMap { curve.mintKey($0) })
    return Proof(
      amount: signature.amount, keyset: signature.keyset, secret: proof.secret,
      signature: try #require(curve.unblind(signature.point, factor: proof.factor, key: key)))
  }

  /// Whoever has the words spends a coin of theirs.
  func spendWithWords(_ counter: UInt64, keyset: Int = 0) throws {
    let coin = try wordsCoin(counter, keyset: keyset)
    try wallet.receive(try wallet.token(of: [coin]).text(), at: &mint)
  }

  /// Whoever has the words pays an invoice with these, and the payment stays under way. Gives its quote.
  func melt(_ coins: [Proof]) throws -> String {
    try melt(
      .array(
        coins.map { coin -> JSONValue in
          [
            "amount": .integer(coin.amount), "id": .text(coin.keyset.hex), "secret": .text(coin.secret),
            "C": .text(coin.signature.hex),
          ]
        }))
  }

  /// Of a question: the outputs that are to be signed.
  static func outputs(of request: MintRequest) -> [BlindedMessage] {
    (JSONValue(request.body ?? [])?["outputs"]?.elements ?? []).compactMap { output in
      guard let amount = output["amount"]?.wholeNumber.flatMap({ UInt64(exactly: $0) }),
        let id = output["id"]?.string.flatMap({ KeysetID(hex: $0) }),
        let point = output["B_"]?.string.flatMap({ CompressedPoint(hex: $0) })
      else { return nil }
      return BlindedMessage(amount: amount, keyset: id, point: point)
    }
  }

  /// The first half of a keyset's id, as replies have it.
  func keysetID(_ index: Int) throws -> Bytes16 {
    var bytes = mint.allKeysets[index].id.bytes
    bytes += Array(repeating: 0, count: 32 - min(bytes.count, 32))
    let x = try #require(Bytes32(bytes.prefix(32)))
    return CompressedPoint(isOdd: false, x: x).halves.x0
  }
}
