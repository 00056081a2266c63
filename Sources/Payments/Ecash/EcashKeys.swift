public import Cashu
internal import TurnpikeCrypto
public import WireProtocol

/// The broker's secrets of ecash: what the keys are made of that it is locked to, what keeps it in the journal, and the seed of its own
/// proofs.
public final class EcashKeys: Sendable {
  private enum Purpose: UInt8 {
    case lock = 1
    case seal = 2
    case seed = 3
  }

  let curve: Curve
  let seal: Seal
  let secrets: DeterministicSecrets
  /// The twelve words that a wallet restores the broker's ecash with (BIP-39, NUT-13). Secret.
  public let words: Mnemonic
  private let lockSecret: Bytes32

  /// The secrets of a broker whose life began with this GENESIS. Nil: there is no memory, or (once in 2^120) no such key.
  public init?(_ keys: borrowing KeyDerivation, genesis: UInt64) {
    // Against whoever measures what computing with secrets costs; of no outcome's concern.
    let blinding = SecretKey.random()?.withBytes { bytes in Bytes32((0..<32).map { bytes.uint8(at: $0) }) }
    guard let seed = blinding ?? Bytes32(Array(repeating: 1, count: 32)), let curve = Curve(seed: seed),
      let lockSecret = Self.secret(.lock, keys, genesis),
      let sealSecret = Self.secret(.seal, keys, genesis), let seal = Seal(key: sealSecret),
      let entropy = Self.secret(.seed, keys, genesis),
      let words = Mnemonic(entropy: Array(entropy.bytes.prefix(Mnemonic.entropyByteCount))),
      let walletSeed = words.seed(), let secrets = DeterministicSecrets(seed: walletSeed, curve: curve)
    else { return nil }
    self.curve = curve
    self.lockSecret = lockSecret
    self.seal = seal
    self.words = words
    self.secrets = secrets
  }

  /// The key that ecash is locked to in an epoch, derived anew. Nil, as for one in 2^128: there is none.
  func lockKey(of epoch: LockEpoch) -> LockKey? {
    let (secret, fields) = (lockSecret.bytes, [epoch.life.littleEndian, epoch.period.littleEndian])
    let key = unsafe HMACKey(secret.span.bytes)
    let master = unsafe Bytes32(key.derive(label: KeyDerivation.ecashLockLabel, fields: fields.span.bytes))
    return master.flatMap { LockKey(master: $0, curve: curve) }
  }

  private static func secret(_ purpose: Purpose, _ keys: borrowing KeyDerivation, _ genesis: UInt64) -> Bytes32? {
    Bytes32(keys.ecashKey(purpose: purpose.rawValue, genesis: genesis))
  }
}

extension Bytes32 {
  /// A copy of a secret.
  fileprivate init?(_ secret: borrowing SecretKey) {
    self.init(secret.withBytes { bytes in (0..<SecretKey.byteCount).map { bytes.uint8(at: $0) } })
  }
}

extension Bytes16 {
  /// Its bytes, in their order.
  var octets: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: low >> UInt64(8 * $0)) }
      + (0..<8).map { UInt8(truncatingIfNeeded: high >> UInt64(8 * $0)) }
  }

  /// Eight little-endian and eight more of 16 bytes, from `offset` on.
  init(octets: [UInt8], at offset: Int) {
    var (low, high) = (UInt64(0), UInt64(0))
    for index in 0..<8 {
      low |= UInt64(octets[offset + index]) << UInt64(8 * index)
      high |= UInt64(octets[offset + 8 + index]) << UInt64(8 * index)
    }
    self.init(low: low, high: high)
  }
}

extension CompressedPoint {
  /// Of the halves in which records keep an x.
  public init?(x0: Bytes16, x1: Bytes16, isOdd: Bool) {
    guard let x = Bytes32(x0.octets + x1.octets) else { return nil }
    self.init(isOdd: isOdd, x: x)
  }

  /// The halves of its x.
  public var halves: (x0: Bytes16, x1: Bytes16) {
    let bytes = x.bytes
    return (Bytes16(octets: bytes, at: 0), Bytes16(octets: bytes, at: 16))
  }
}
