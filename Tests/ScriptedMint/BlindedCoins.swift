public import Cashu

/// Coins on their way: outputs, and what a wallet keeps of them until they are signed.
public struct BlindedCoins: Sendable {
  /// What the mint is to sign.
  public let outputs: [BlindedMessage]
  /// The keyset that is to sign.
  public let keyset: Keyset
  let secrets: [String]
  let factors: [Bytes32]

  /// The coins that signatures make, in the order of the outputs. Nil: one of them is not what was asked for, or not proved to be the keyset's.
  public func coins(_ signatures: [BlindSignature], curve: Curve) -> [Proof]? {
    guard signatures.count == outputs.count else { return nil }
    let places = signatures.enumerated().map { RestoredSignature(outputIndex: $0.offset, signature: $0.element) }
    let areAsked = zip(signatures, outputs).allSatisfy { $0.amount == $1.amount }
    return areAsked ? coins(places, curve: curve) : nil
  }

  /// The same of some of them, such as were restored, or came back as change: with whatever amount.
  public func coins(_ signatures: [RestoredSignature], curve: Curve) -> [Proof]? {
    var coins: [Proof] = []
    for restored in signatures {
      let (index, signature) = (restored.outputIndex, restored.signature)
      guard outputs.indices.contains(index), signature.keyset == keyset.id,
        let key = keyset.keys[signature.amount].flatMap({ curve.mintKey($0) }), let dleq = signature.dleq,
        curve.verify(dleq, signature: signature.point, blinded: outputs[index].point, key: key),
        let point = curve.unblind(signature.point, factor: factors[index], key: key)
      else { return nil }
      coins.append(
        Proof(
          amount: signature.amount, keyset: signature.keyset, secret: secrets[index], signature: point,
          dleq: DLEQProof(e: dleq.e, s: dleq.s, r: factors[index])))
    }
    return coins
  }

  /// The same of blank outputs, whichever of these keysets signed them, with no proof of it: only the mint can say then whether they are good.
  /// Nil: of a keyset that is not among them, or of an amount that it has no key for.
  public func coins(_ signatures: [RestoredSignature], among keysets: [Keyset], curve: Curve) -> [Proof]? {
    var coins: [Proof] = []
    for restored in signatures {
      let (index, signature) = (restored.outputIndex, restored.signature)
      guard outputs.indices.contains(index), let keyset = keysets.first(where: { $0.id == signature.keyset }),
        let key = keyset.keys[signature.amount].flatMap({ curve.mintKey($0) }),
        let point = curve.unblind(signature.point, factor: factors[index], key: key)
      else { return nil }
      coins.append(
        Proof(amount: signature.amount, keyset: signature.keyset, secret: secrets[index], signature: point))
    }
    return coins
  }
}

/// Why a wallet did not get what it wanted.
public enum WalletFailure: Error, Hashable, Sendable {
  /// The mint said so.
  case refused(MintRefusal)
  /// What it was given, or what the mint answered, can't be read.
  case format(FormatError)
  /// Signatures are not what was asked for.
  case signatures
  /// There is not enough, or no coins of such amounts.
  case amount
  /// A keyset is not the mint's.
  case keyset
}
