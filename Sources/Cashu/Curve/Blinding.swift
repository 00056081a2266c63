internal import CSecp256k1

/// The key that a mint signs one amount of one keyset with: A = kG. Parsed once and kept.
public struct MintKey: Sendable {
  /// As the keyset has it.
  public let compressed: CompressedPoint
  let point: CurvePoint
  /// As NUT-12 hashes it: digits of 04, x and y.
  let digits: [UInt8]
  let multiples: PointMultiples?
}

/// Blind signatures (NUT-00: D. Wagner's variant of D. Chaum's "Blind signatures for untraceable payments", 1982), and
/// the proofs that the mint made them with the key it announced (NUT-12).
///
///     Y = hashToCurve(secret)    B_ = Y + rG    C_ = kB_    C = C_ - rA = kY
///
/// The wallet keeps secret and r, the mint sees B_ and signs it, and nobody can tell which C came of which C_. The
/// proof (e, s) of C_ shows that it has the same k that A has:
///
///     R1 = sG - eA    R2 = sB_ - eC_    e = SHA-256(R1, R2, A, C_)
///
/// Each point is hashed as text: the 130 lower-case hexadecimal digits of its 65 bytes. Whoever is given a token with r
/// computes B_ and C_ from Y and C first. What is verified is known to others, so it takes a time that depends on it.
extension Curve {
  /// The key that a keyset has for an amount; nil: it is no point.
  /// - Parameter isOftenUsed: Verifying with it takes a fifth less, for 173 kB and some 6 ms now.
  public func mintKey(_ compressed: CompressedPoint, isOftenUsed: Bool = false) -> MintKey? {
    guard let point = point(compressed) else { return nil }
    let multiples = isOftenUsed ? unsafe PointMultiples(of: point, context) : nil
    return MintKey(compressed: compressed, point: point, digits: digits(point), multiples: multiples)
  }

  /// B_: what a mint is to sign for the secret, which `factor` hides from it. Nil: the factor is no scalar.
  public func blind(_ secret: String, factor: Bytes32) -> CompressedPoint? {
    guard let hidden = publicKey(factor), let hashed = hashToCurve(secret), let blinded = sum(hashed, hidden) else {
      return nil
    }
    return compressed(blinded)
  }

  /// C, of C_ that a mint answered with: verify its proof first. Nil: it is no point, or the factor no scalar.
  public func unblind(_ signature: CompressedPoint, factor: Bytes32, key: MintKey) -> CompressedPoint? {
    guard let negated = negated(factor), let hidden = product(negated, key.point), let signature = point(signature),
      let unblinded = sum(signature, hidden)
    else { return nil }
    return compressed(unblinded)
  }

  /// Whether the proof shows that C_ is B_ signed with the key. Its r is not looked at.
  public func verify(
    _ dleq: DLEQProof, signature: CompressedPoint, blinded: CompressedPoint, key: MintKey
  ) -> Bool {
    guard let signature = point(signature), let blinded = point(blinded) else { return false }
    return verify(dleq, signature: signature, blinded: blinded, key: key)
  }

  /// Whether a token's proof shows that its signature is the key's on its secret. Without a proof, or without r in it,
  /// it does not.
  public func verify(_ proof: Proof, key: MintKey) -> Bool {
    guard let hashed = hashToCurve(proof.secret) else { return false }
    return verify(proof, hashed: hashed, key: key)
  }

  /// As `verify(_:key:)`, where `hashToCurve` of the proof's secret is known already.
  public func verify(_ proof: Proof, hashed: CurvePoint, key: MintKey) -> Bool {
    guard let dleq = proof.dleq, let factor = dleq.r, isScalar(factor), let unblinded = point(proof.signature) else {
      return false
    }
    var (blinded, signature) = (PointSum(self), PointSum(self))
    blinded.add(hashed)
    blinded.add(factor, times: generator)
    signature.add(unblinded)
    signature.add(factor, times: key)
    guard let blinded = blinded.point, let signature = signature.point else { return false }
    return verify(dleq, signature: signature, blinded: blinded, key: key)
  }

  private func verify(_ dleq: DLEQProof, signature: CurvePoint, blinded: CurvePoint, key: MintKey) -> Bool {
    guard isScalar(dleq.s), let negated = negated(dleq.e) else { return false }
    var (first, second) = (PointSum(self), PointSum(self))
    first.add(dleq.s, times: generator)
    first.add(negated, times: key)
    second.add(dleq.s, times: blinded)
    second.add(negated, times: signature)
    guard let first = first.point, let second = second.point else { return false }
    return dleq.e == challenge(first, second, key, signature)
  }

  /// e, of R1, R2, A and C_.
  func challenge(_ first: CurvePoint, _ second: CurvePoint, _ key: MintKey, _ signature: CurvePoint) -> Bytes32? {
    Bytes32(Self.sha256(digits(first) + digits(second) + key.digits + digits(signature)))
  }

  /// How a point is hashed. Not by way of `String`, which costs several microseconds a proof.
  private func digits(_ point: CurvePoint) -> [UInt8] {
    var digits: [UInt8] = []
    let bytes = uncompressed(point)
    digits.reserveCapacity(2 * bytes.count)
    for byte in bytes {
      digits.append(Self.digit(byte >> 4))
      digits.append(Self.digit(byte & 15))
    }
    return digits
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + (value - 10)
  }
}
