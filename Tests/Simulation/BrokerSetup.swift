import BrokerCore
import Cashu
import Payments
import Sessions
import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// How the broker of a seed is set up: the same at each of its starts.
struct BrokerSetup {
  let seed: UInt64
  let segmentByteCount: Int
  private(set) var limits: SessionLimits
  let unit: Name32
  /// Whether the journal before the older of two snapshots is dropped.
  let dropsJournal: Bool
  /// Whether a client may find no session free, and one that keeps no receipts may make place for another's.
  var hasFewSessions: Bool { capacity.sessions < 16 }
  /// Whether agents provision more than one resource.
  let hasSecondAgents: Bool
  /// The operator's fee on revenue, in millionths.
  let fee: UInt32
  /// The smallest claim that can be made, as CONFIGURE says at each start; nil: it says nothing, and any will do.
  let claimMinimum: UInt64?
  /// Mints whose ecash is taken.
  let mintCount: Int
  /// Whether payments in ecash that ended make place for others.
  var hasFewPayments: Bool { capacity.ecash < 64 }
  /// Whether one of two mints can have all that it may have, and nothing else is wanting then.
  var hasSmallShares: Bool { mintCount == 2 && hasFewPayments && capacity.notes > 10_000 && capacity.receipts > 1_000 }
  /// Payments in ecash that are kept.
  var paymentCountMax: Int { Int(capacity.ecash) }
  /// Of how many payments with notes one is in ecash instead, and of how many things that a client does one is a payout.
  let ecashOneIn: Int
  let payoutOneIn: Int
  private let capacity: Capacity
  /// Lines of the ledger that are kept, which no capacity raises.
  static let statementLineCount: UInt64 = 1_024

  /// Tables so small that some fill up.
  private struct Capacity {
    var receipts: UInt32 = 16_384
    var sessions: UInt32 = 64
    var debitKeys: UInt32 = 64
    var reservations: UInt32 = 64
    var chains: UInt32 = 64
    var claims: UInt32 = 1_024
    /// Of pools, of campaigns, of offerings and of auctions: more than one resource may have.
    var fundings: UInt32 = 96
    var notes: UInt64 = 1 << 18
    var agents: UInt32 = 16
    var services: UInt32 = 512
    var ecash: UInt32 = 512
    var proofs: UInt32 = 2_048
    var pieces: UInt32 = 16_384
    var treasury: UInt32 = 8_192
  }

  init(seed: UInt64) {
    var chance = Chance(seed: seed &* 31 &+ 7)
    self.seed = seed
    let segment = [64, 96, 256][chance.below(3)] * 1024
    dropsJournal = chance.oneIn(3)
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
    limits.handleCountMax = chance.oneIn(3) ? 8 : 64
    limits.subscriptionCountMax = chance.oneIn(2) ? 4 : 64
    // More than there are clients: each comes back until it is let in.
    limits.connectionCountMax = 60
    self.limits = limits
    var capacity = Capacity()
    if chance.oneIn(4) { capacity.receipts = UInt32(chance.among(30...200)) }
    if chance.oneIn(6) { capacity.sessions = 7 }
    if chance.oneIn(3) { capacity.debitKeys = 4 }
    if chance.oneIn(3) { capacity.reservations = 4 }
    if chance.oneIn(3) { capacity.chains = 4 }
    if chance.oneIn(6) { capacity.notes = 800 }
    if chance.oneIn(4) { capacity.claims = 12 }
    if chance.oneIn(4) { capacity.fundings = 4 }
    if chance.oneIn(4) { capacity.agents = UInt32(chance.among(2...4)) }
    if chance.oneIn(6) { capacity.services = 12 }
    hasSecondAgents = chance.oneIn(3)
    mintCount = chance.oneIn(3) ? 1 + chance.below(2) : 0
    // A batch must have room for the longest command in ecash.
    segmentByteCount = mintCount > 0 ? max(segment, 96 * 1024) : segment
    if chance.oneIn(8) { (capacity.ecash, capacity.proofs) = (12, 64) }
    if mintCount == 2, chance.oneIn(3) { (capacity.ecash, capacity.proofs) = (24, 160) }
    // In some worlds coins come together, in others they go.
    (ecashOneIn, payoutOneIn) = chance.oneIn(4) ? (2, 120) : (4, 20)
    self.capacity = capacity
    // Some in every world have a single unit to give, or what EXCHANGE left.
    claimMinimum = chance.oneIn(2) ? nil : chance.among(2...900)
    // No world has as many leases as a turn fires timers: in some any are late, as where a million leases end together. Where receipts
    // are few, nearly all would wait for room. Nor would swaps begin there while nobody asks for anything.
    if mintCount == 0, capacity.receipts > 1_000, chance.oneIn(4) { self.limits.advanceCountMaxPerTurn = 0 }
  }

  var keys: KeyDerivation {
    var chance = Chance(seed: seed)
    let bytes = (0..<SecretKey.byteCount).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
    guard let key = unsafe SecretKey(bytes.span.bytes) else { preconditionFailure("a key has 32 bytes") }
    return KeyDerivation(masterKey: key)
  }

  /// The secrets of a broker's ecash; nil: it has none.
  func ecashKeys(genesis: UInt64) -> EcashKeys? {
    EcashKeys(keys, genesis: genesis)
  }

  func credential(_ identity: RoleIdentity) -> RoleCredential { keys.credential(identity) }

  func genesis(now: UInt64) -> GenesisCommand {
    GenesisCommand(
      coreVersion: CoreLimits.coreVersion, slot: 0, incarnation: now / 1_000, now: now,
      hashSeed: keys.value(.tableSeed), resourceCountMax: 16, leaseCountMax: 4_096, sessionCountMax: capacity.sessions,
      receiptCountMax: capacity.receipts, debitKeyCountMax: capacity.debitKeys,
      reservationCountMax: capacity.reservations, noteCountMax: capacity.notes, feePerMillion: fee,
      providerCountMax: 16, algorithm: .hmacSha256_128, chainCountMax: capacity.chains,
      claimCountMax: capacity.claims, fundingCountMax: capacity.fundings,
      agentCountMax: capacity.agents, serviceCountMax: capacity.services, ecashCountMax: capacity.ecash,
      proofCountMax: capacity.proofs, pieceCountMax: capacity.pieces, treasuryCountMax: capacity.treasury, unit: unit)
  }
}
