/// The secrets of a wallet, all of them made of one seed (NUT-13): whoever keeps twelve words can ask the mint for its
/// ecash again.
///
/// Each keyset has a counter, which is the caller's to keep: **two secrets of one counter are the same secret**, and
/// the mint signs it but once. With a keyset of version 00 they are keys of BIP-32,
///
///     m / 129372' / 0' / (id as a big-endian number, mod 2^31 - 1)' / counter' / 0: secret, 1: r
///
/// and with one of version 01
///
///     HMAC-SHA256(seed, "Cashu_KDF_HMAC_SHA256" || id (33) || counter (8, big-endian) || 0: secret, 1: r)
public final class DeterministicSecrets: Sendable {
  /// Bytes of a seed, as BIP-39 makes it.
  public static let seedByteCount = 64
  /// The first counter that a keyset of version 00 has not.
  public static let counterEndOfVersion0 = UInt64(ExtendedKey.hardened)

  private static let purpose: UInt32 = 129_372
  private static let keysetModulus: UInt64 = (1 << 31) - 1
  private static let label = Array("Cashu_KDF_HMAC_SHA256".utf8)

  private let curve: Curve
  /// m / 129372' / 0'
  private let account: ExtendedKey
  private let key: HMACSHA256

  /// The secrets of a seed, which must have 64 bytes. Nil, as for one in 2^127 of them: BIP-32 has no key for it.
  public init?(seed: [UInt8], curve: Curve) {
    guard seed.count == Self.seedByteCount, let master = ExtendedKey(seed: seed, curve: curve),
      let account = master.child(ExtendedKey.hardened | Self.purpose, curve: curve)?
        .child(ExtendedKey.hardened, curve: curve)
    else { return nil }
    (self.curve, self.account, key) = (curve, account, HMACSHA256(seed))
  }

  /// The secret of a counter, and what it is blinded with. Nil: the id is shortened, or the counter beyond what version
  /// 00 has. So it is for one counter in 2^127, which is to be left out: what its hash gives is no scalar.
  public func secret(keyset: KeysetID, counter: UInt64) -> (secret: String, factor: Bytes32)? {
    guard !keyset.isShortened else { return nil }
    let isVersion0 = keyset.bytes.count == KeysetID.shortByteCount
    guard let pair = isVersion0 ? pairOfVersion0(keyset, counter) : pairOfVersion1(keyset, counter),
      curve.isScalar(pair.factor)
    else { return nil }
    return (pair.secret.hex, pair.factor)
  }

  private func pairOfVersion0(_ keyset: KeysetID, _ counter: UInt64) -> (secret: Bytes32, factor: Bytes32)? {
    let id = keyset.bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % Self.keysetModulus
    guard counter < Self.counterEndOfVersion0,
      let parent = account.child(ExtendedKey.hardened | UInt32(id), curve: curve)?
        .child(ExtendedKey.hardened | UInt32(counter), curve: curve),
      let secret = parent.child(0, curve: curve), let factor = parent.child(1, curve: curve)
    else { return nil }
    return (secret.secret, factor.secret)
  }

  private func pairOfVersion1(_ keyset: KeysetID, _ counter: UInt64) -> (secret: Bytes32, factor: Bytes32)? {
    let count = (0..<8).map { UInt8(truncatingIfNeeded: counter >> (56 - 8 * $0)) }
    let message = Self.label + keyset.bytes + count
    guard let secret = key.authenticate(message + [0]), let factor = key.authenticate(message + [1]) else { return nil }
    return (secret, factor)
  }
}
