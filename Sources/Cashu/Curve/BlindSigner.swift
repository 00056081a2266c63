internal import CCrypto

/// A mint's side of `Curve`'s blind signatures: its key of one amount. For mints in tests and simulations; what it
/// computes with the key takes constant time all the same.
public final class BlindSigner: Sendable {
  private static let nonceLabel = Array("Cashu_DLEQ_R_v1".utf8)

  /// A, of which verifiers know.
  public let publicKey: MintKey
  private let curve: Curve
  private let secret: Bytes32

  /// The signer with the key k; nil: it is no scalar.
  public init?(secret: Bytes32, curve: Curve) {
    guard let point = curve.publicKey(secret), let compressed = curve.compressed(point),
      let publicKey = curve.mintKey(compressed)
    else { return nil }
    (self.publicKey, self.curve, self.secret) = (publicKey, curve, secret)
  }

  /// C_ = kB_, with its proof, which has no r; nil: B_ is no point.
  public func sign(_ blinded: CompressedPoint) -> (signature: CompressedPoint, dleq: DLEQProof)? {
    guard let blinded = curve.point(blinded), let signature = curve.product(secret, blinded),
      let nonce = nonce(blinded, signature), let first = curve.publicKey(nonce),
      let second = curve.product(nonce, blinded), let e = curve.challenge(first, second, publicKey, signature),
      let product = curve.product(secret, e), let s = curve.sum(product, nonce),
      let compressed = curve.compressed(signature)
    else { return nil }
    return (compressed, DLEQProof(e: e, s: s, r: nil))
  }

  /// Whether C is this key's on the secret: C = kY. In a time that depends on the secret's text.
  public func verify(_ secret: String, signature: CompressedPoint) -> Bool {
    guard let hashed = curve.hashToCurve(secret), let expected = curve.product(self.secret, hashed) else {
      return false
    }
    return curve.compressed(expected) == signature
  }

  /// What R1 and R2 are made with: the first scalar among HMAC-SHA256(k, "Cashu_DLEQ_R_v1" || A || B_ || C_ ||
  /// counter), points in 65 bytes (NUT-12). The same for the same B_, and never for two challenges: those would tell k.
  private func nonce(_ blinded: CurvePoint, _ signature: CurvePoint) -> Bytes32? {
    let message = [publicKey.point, blinded, signature].reduce(Self.nonceLabel) { $0 + curve.uncompressed($1) }
    let key = HMACSHA256(secret.bytes)
    for counter in UInt8.min...UInt8.max {
      if let nonce = key.authenticate(message + [counter]), curve.isScalar(nonce) { return nonce }
    }
    return nil
  }
}
