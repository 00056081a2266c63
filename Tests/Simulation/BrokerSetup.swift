import BrokerCore
import Payments
import Sessions
import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// How the broker of a seed is set up: the same at each of its starts.
struct BrokerSetup {
  let seed: UInt64
  let segmentByteCount: Int
  let limits: SessionLimits
  let unit: Name32
  private let fee: UInt32

  init(seed: UInt64) {
    var chance = Chance(seed: seed &* 31 &+ 7)
    self.seed = seed
    // Larger than any batch that the clients can fill in one turn.
    segmentByteCount = [96, 128, 256][chance.below(3)] * 1024
    unit = Name32("msat") ?? Name32()
    fee = [0, 10_000, 333_333][chance.below(3)]
    var limits = SessionLimits()
    if chance.oneIn(2) {
      limits.outboxByteCountHigh = 24 * 1024
      limits.outboxByteCountLow = 4 * 1024
      limits.pushByteCountMax = 8 * 1024
      limits.workCountMaxPerShare = 32
      limits.workCountMaxPerTurn = 128
    }
    limits.handleCountMax = 64
    limits.connectionCountMax = 24
    self.limits = limits
  }

  var keys: KeyDerivation {
    var chance = Chance(seed: seed)
    let bytes = (0..<SecretKey.byteCount).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
    guard let key = unsafe SecretKey(bytes.span.bytes) else { preconditionFailure("a key has 32 bytes") }
    return KeyDerivation(masterKey: key)
  }

  func credential(_ identity: RoleIdentity) -> RoleCredential { keys.credential(identity) }

  /// Tables so small that some fill up.
  func genesis(now: UInt64) -> GenesisCommand {
    GenesisCommand(
      coreVersion: CoreLimits.coreVersion, slot: 0, incarnation: now / 1_000, now: now,
      hashSeed: keys.value(.tableSeed),
      resourceCountMax: 16, leaseCountMax: 4_096, sessionCountMax: 64, receiptCountMax: 16_384, debitKeyCountMax: 64,
      reservationCountMax: 64, noteCountMax: 1 << 18, feePerMillion: fee, providerCountMax: 16,
      algorithm: .hmacSha256_128, unit: unit)
  }
}
