import Cashu
import ScriptedMint
import SimulatedDisk

/// What whoever has a broker's words has at a mint: all that was ever signed for them (NUT-13).
extension SimulatedMint {
  /// What the words make at one counter.
  struct OwnOutput {
    let secret: String
    let factor: Bytes32
    let point: CompressedPoint
    /// The Y of its coin.
    let y: CompressedPoint
  }

  /// A coin of the words, as whoever has them restores it.
  struct OwnCoin {
    let proof: Proof
    let y: CompressedPoint
    let isSpent: Bool
  }

  /// So many counters in a row of which nothing was signed are the end: nobody leaves out as many.
  private static let gapMax = 24

  /// All coins that were ever made with these words. Nil: one cannot be made.
  func coins(of secrets: DeterministicSecrets) -> [OwnCoin]? {
    var coins: [OwnCoin] = []
    for keyset in mint.allKeysets {
      var (counter, gap) = (0, 0)
      while gap < Self.gapMax {
        guard let output = output(counter, keyset.id, secrets) else { return nil }
        counter += 1
        gap += 1
        guard let signed = mint.signature(on: output.point) else { continue }
        gap = 0
        // Whichever keyset signed it: the words do not make a coin of another one.
        guard signed.keyset == keyset.id, let key = keyset.keys[signed.amount].flatMap({ curve.mintKey($0) }),
          let signature = curve.unblind(signed.point, factor: output.factor, key: key)
        else { return nil }
        let proof = Proof(amount: signed.amount, keyset: keyset.id, secret: output.secret, signature: signature)
        guard let state = states(of: [output.y])?.first else { return nil }
        coins.append(OwnCoin(proof: proof, y: output.y, isSpent: state == .spent))
      }
    }
    return coins
  }

  private func output(_ counter: Int, _ keyset: KeysetID, _ secrets: DeterministicSecrets) -> OwnOutput? {
    if let known = ownOutputs[keyset], counter < known.count { return known[counter] }
    guard let (secret, factor) = secrets.secret(keyset: keyset, counter: UInt64(counter)),
      let point = curve.blind(secret, factor: factor), let y = curve.hashToCurve(secret).flatMap(curve.compressed)
    else { return nil }
    let output = OwnOutput(secret: secret, factor: factor, point: point, y: y)
    ownOutputs[keyset, default: []].append(output)
    return output
  }

  // MARK: Somebody else who has them

  /// Somebody with the broker's words spends some of what it has; false: that is worth less than its fee.
  func steal(_ coins: [OwnCoin]) -> Bool {
    guard spend(coins.map(\.proof)) else { return false }
    stolen.formUnion(coins.map(\.y))
    return true
  }

  /// Somebody with the broker's words has some more outputs of theirs signed, a few counters after all that were, or at the next ones; false:
  /// they cannot be.
  func signAhead(_ secrets: DeterministicSecrets, _ amounts: [UInt64], gap: Int) -> Bool {
    guard let keyset = mint.activeKeyset(terms.unit) else { return false }
    var (first, counter, unsigned) = (0, 0, 0)
    while unsigned < Self.gapMax {
      guard let output = output(counter, keyset.id, secrets) else { return false }
      counter += 1
      unsigned += 1
      if mint.signature(on: output.point) != nil { (first, unsigned) = (counter, 0) }
    }
    let outputs = amounts.indices.compactMap { output(first + gap + $0, keyset.id, secrets) }
    let messages = zip(outputs, amounts).map { BlindedMessage(amount: $1, keyset: keyset.id, point: $0.point) }
    guard outputs.count == amounts.count, mint.give(messages) != nil else { return false }
    for (output, amount) in zip(outputs, amounts) { ahead[output.y] = amount }
    return true
  }
}
