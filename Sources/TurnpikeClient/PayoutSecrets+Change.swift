internal import Cashu

/// The same secrets where a mint is asked directly: blank outputs for change (NUT-08).
extension PayoutSecrets {
  /// The first so many outputs, to be signed by a keyset. The mint chooses their amounts.
  func blanks(_ count: Int, keyset: KeysetID) throws(TurnpikeError) -> [BlindedMessage] {
    try outputs(count).compactMap { output in
      CompressedPoint(hex: output.blinded).map { BlindedMessage(amount: 1, keyset: keyset, point: $0) }
    }
  }

  /// The coins that signatures make of them. Nil: one is not proved to be the keyset's (NUT-12), or of no amount of it.
  func coins(_ signatures: [RestoredSignature], of outputs: [BlindedMessage], by keyset: Keyset) -> [Proof]? {
    var coins: [Proof] = []
    guard let made = try? self.outputs(outputs.count) else { return nil }
    for restored in signatures {
      let (index, signature) = (restored.outputIndex, restored.signature)
      guard outputs.indices.contains(index), made.indices.contains(index), signature.keyset == keyset.id,
        let key = keyset.keys[signature.amount].flatMap({ curve.mintKey($0) }), let dleq = signature.dleq,
        curve.verify(dleq, signature: signature.point, blinded: outputs[index].point, key: key),
        let factor = Bytes32(hex: made[index].factor),
        let point = curve.unblind(signature.point, factor: factor, key: key)
      else { return nil }
      coins.append(
        Proof(amount: signature.amount, keyset: keyset.id, secret: made[index].secret, signature: point))
    }
    return coins
  }

  /// What a mint knows a proof by.
  func point(of proof: Proof) -> CompressedPoint? { curve.hashToCurve(proof.secret).flatMap { curve.compressed($0) } }
}
