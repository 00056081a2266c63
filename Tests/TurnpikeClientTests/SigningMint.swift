import Cashu
import TurnpikeClient
import WireProtocol

/// A mint and the broker's share in signing: what SIGNATURES tells of the blank outputs of a PAYOUT.
struct SigningMint: Sendable {
  static let place = PayoutMint(number: 1, unit: "sat", url: "http://127.0.0.1:3338")
  static let offer = MintOffer(
    mint: 1, feePerThousand: 0, numerator: 1_000, denominator: 1, minimum: 2, unit: Name32("sat") ?? Name32(),
    url: Text96("http://127.0.0.1:3338") ?? Text96())
  /// Of version 01: 33 bytes, which tokens shorten.
  static let keyset = KeysetID(hex: "01" + String(repeating: "5a", count: 32))

  let curve: Curve
  /// By exponent.
  let signers: [BlindSigner]

  init?() {
    guard let seed = Bytes32([UInt8](repeating: 7, count: 32)), let curve = Curve(seed: seed) else { return nil }
    self.curve = curve
    signers = (UInt8(0)..<64).compactMap { exponent in
      Bytes32([UInt8](repeating: exponent + 1, count: 32)).flatMap { BlindSigner(secret: $0, curve: curve) }
    }
    guard signers.count == 64 else { return nil }
  }

  /// The body of the reply to SIGNATURES, of so much on the first outputs of a PAYOUT's body.
  func signatures(of amount: UInt64, on outputs: [UInt8]) -> [UInt8]? {
    var records: [UInt8] = []
    var offset = PayoutRequest.byteCount
    for exponent in (UInt8(0)..<64).reversed() where amount >> UInt64(exponent) & 1 == 1 {
      guard let output = unsafe BlankOutput(outputs.span.bytes, at: offset),
        let record = PayoutSignature(output, exponent, signers[Int(exponent)])
      else { return nil }
      records += record.bytes
      offset += BlankOutput.byteCount
    }
    guard let id = Self.keyset?.hex, let id0 = Bytes16(hexadecimal: id.prefix(32)),
      let id1 = Bytes16(hexadecimal: id.dropFirst(32).prefix(32))
    else { return nil }
    let fixed = SignaturesReply(
      amount: amount, id0: id0, id1: id1, idLast: 0x5a, idByteCount: 33,
      count: UInt16(records.count / PayoutSignature.byteCount), mint: 1)
    return fixed.bytes + records
  }

  /// Whether every proof of a token is this mint's; what they are worth.
  func worth(of token: String) throws -> UInt64? {
    let token = try Token(text: token)
    guard token.mint == Self.place?.url, token.unit == "sat" else { return nil }
    for proof in token.proofs {
      guard let keyset = Self.keyset, proof.keyset.stands(for: keyset),
        signers[proof.amount.trailingZeroBitCount].verify(proof.secret, signature: proof.signature)
      else { return nil }
    }
    return token.amount
  }
}

extension PayoutSignature {
  fileprivate init?(_ output: BlankOutput, _ exponent: UInt8, _ signer: BlindSigner) {
    guard let x = Bytes32(hex: output.x0.hexadecimal + output.x1.hexadecimal),
      let signed = signer.sign(CompressedPoint(isOdd: output.isOdd == 1, x: x))?.signature,
      let x0 = Bytes16(hexadecimal: signed.x.hex.prefix(32)), let x1 = Bytes16(hexadecimal: signed.x.hex.suffix(32))
    else { return nil }
    let key = signer.publicKey.compressed
    guard let key0 = Bytes16(hexadecimal: key.x.hex.prefix(32)), let key1 = Bytes16(hexadecimal: key.x.hex.suffix(32))
    else { return nil }
    self.init(
      x0: x0, x1: x1, keyX0: key0, keyX1: key1, isOdd: signed.isOdd ? 1 : 0, keyIsOdd: key.isOdd ? 1 : 0,
      exponent: exponent)
  }
}
