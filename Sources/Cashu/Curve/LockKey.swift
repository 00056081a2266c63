internal import CSecp256k1

/// A key that unlocks ecash that is locked to it (NUT-11), and its derivation. The lock of lease n has the key
///
///     K(n) = K + tG    t = SHA-256(h || h || K (33) || n (8, little-endian))    h = SHA-256("turnpike cashu lease v1")
///
/// so whoever knows K can lock ecash to one lease, which nobody can have counted for another, and who has K's secret k
/// unlocks it with k + t. Hence **the secret of one lease's key tells k**, and with it all others: neither may leave
/// the process.
public final class LockKey: Sendable {
  private static let masterTag = "turnpike cashu lock v1"

  /// What ecash is locked to.
  public let publicKey: CompressedPoint
  private let curve: Curve
  private let secret: Bytes32

  /// The key with a secret; nil: it is no scalar.
  public init?(secret: Bytes32, curve: Curve) {
    guard let point = curve.publicKey(secret), let publicKey = curve.compressed(point) else { return nil }
    (self.publicKey, self.curve, self.secret) = (publicKey, curve, secret)
  }

  /// The broker's key K: its secret is the tagged hash of the broker's master secret, with "turnpike cashu lock v1".
  /// Nil: that is no scalar, as for one in 2^128 of them.
  public convenience init?(master: Bytes32, curve: Curve) {
    guard let secret = Curve.taggedHash(Self.masterTag, master.bytes) else { return nil }
    self.init(secret: secret, curve: curve)
  }

  /// The key K(n) of a lease, of this K.
  public func leaseKey(_ lease: UInt64) -> LockKey? {
    guard let tweak = Curve.tweak(publicKey, lease), let secret = curve.sum(secret, tweak) else { return nil }
    return LockKey(secret: secret, curve: curve)
  }

  /// The signature that unlocks ecash with this secret: of its SHA-256, in constant time.
  /// - Parameter auxiliary: 32 random bytes, against whoever measures; without them a secret has one signature.
  public func sign(_ secret: String, auxiliary: Bytes32) -> SchnorrSignature? {
    Bytes32(Curve.sha256(Array(secret.utf8))).flatMap { sign(message: $0, auxiliary: auxiliary) }
  }

  /// The signature of a message of 32 bytes (BIP-340).
  public func sign(message: Bytes32, auxiliary: Bytes32) -> SchnorrSignature? {
    var (pair, signature) = (secp256k1_keypair(), [UInt8](repeating: 0, count: SchnorrSignature.byteCount))
    guard unsafe secp256k1_keypair_create(curve.context, &pair, secret.bytes) == 1,
      unsafe secp256k1_schnorrsig_sign32(curve.context, &signature, message.bytes, &pair, auxiliary.bytes) == 1
    else { return nil }
    return SchnorrSignature(signature)
  }
}

extension Curve {
  private static let leaseTag = "turnpike cashu lease v1"

  /// The public K(n) of a lease, of the public K: `LockKey` says how. Nil: K is no point.
  public func leaseKey(_ key: CompressedPoint, lease: UInt64) -> CompressedPoint? {
    guard let tweak = Self.tweak(key, lease), var point = point(key) else { return nil }
    let succeeded = unsafe secp256k1_ec_pubkey_tweak_add(context, &point.key, tweak.bytes) == 1
    return succeeded ? compressed(point) : nil
  }

  /// t.
  fileprivate static func tweak(_ key: CompressedPoint, _ lease: UInt64) -> Bytes32? {
    taggedHash(leaseTag, key.bytes + (0..<8).map { UInt8(truncatingIfNeeded: lease >> (8 * $0)) })
  }
}
