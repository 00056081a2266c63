internal import BrokerCore
public import EventLoop
public import Journal
public import Sessions
public import WireProtocol

/// How a broker is to run.
public struct BrokerOptions: Sendable {
  /// Where to listen; at least one.
  public var endpoints: [Endpoint] = []
  /// Permissions of unix-domain sockets.
  public var socketMode: UInt32 = 0o600
  /// Unit of all amounts, of a broker that begins; nil: `msat`, and whatever it is of one that goes on.
  public var unit: Name32?
  /// Where the journal is, and how durable; nil: nothing is kept.
  public var journal: JournalPlace?
  /// Operator's fee on revenue, in millionths; nil: as it was, at first 0.
  public var feePerMillion: UInt32?
  /// Least payment that makes a claim; nil: as it was, at first 1.
  public var claimMinimum: UInt64?
  /// Mints whose ecash is taken.
  public var mints: [EcashMint] = []
  /// A PEM file of the certificate authorities that mints are checked by; nil: the system's.
  public var mintAuthoritiesFile: String?
  /// Capacities of the state machine's tables.
  public var capacity = BrokerCapacity()
  /// Whether all memory of the state machine's tables is taken at the start, instead of when it is needed first.
  public var populatesMemory = false
  /// Limits of the sessions.
  public var limits = SessionLimits()
  /// Whether SIGTERM and SIGINT end the broker in order.
  public var handlesSignals = false

  /// The defaults, which listen nowhere.
  public init() {}
}

/// Where a broker keeps its journal.
public struct JournalPlace: Sendable {
  /// The directory, which exists.
  public var path: String
  /// What an acknowledgement means.
  public var durability = Durability.fsync
  /// Bytes of the segments that are made from here on.
  public var segmentByteCount = JournalLimits.segmentByteCount
  /// How long a start may have to replay; beyond it, a snapshot is written.
  public var tailMilliseconds = BrokerLimits.tailMilliseconds
  /// How long a start may have to replay while a snapshot is being written; beyond it, requests are slowed.
  public var lagMilliseconds = BrokerLimits.lagMilliseconds
  /// Whether segments are dropped that a start needs no more. An audit needs them all.
  public var dropsCovered = false
  /// The operator says that the clock is right, wherever it stands.
  public var acceptsClock = false

  /// The defaults, in a directory.
  public init(path: String) { self.path = path }
}

/// How much a broker can keep. Memory is reserved at the start and used as it fills.
public struct BrokerCapacity: Sendable {
  /// Resources.
  public var resourceCountMax: UInt32 = 4_096
  /// Leases, live and ended.
  public var leaseCountMax: UInt32 = 1 << 20
  /// Sessions with receipts.
  public var sessionCountMax: UInt32 = 1 << 16
  /// Receipts of all sessions.
  public var receiptCountMax: UInt32 = 1 << 20
  /// Debit keys.
  public var debitKeyCountMax: UInt32 = 1 << 18
  /// Open reservations.
  public var reservationCountMax: UInt32 = 1 << 18
  /// Open hash chains.
  public var chainCountMax: UInt32 = 1 << 18
  /// Claims: pledges, matching deposits, scheduled pledges, investments.
  public var claimCountMax: UInt32 = 1 << 20
  /// Pools, campaigns, offerings: of each.
  public var fundingCountMax: UInt32 = 1 << 14
  /// Agents of all resources.
  public var agentCountMax: UInt32 = 4_096
  /// Leases that agents provision, those that ended in the last 30 days included.
  public var serviceCountMax: UInt32 = 1 << 17
  /// Payments in ecash that wait, or ended in the last 30 days.
  public var ecashCountMax: UInt32 = 1 << 16
  /// Proofs of payments in ecash that wait, and of all that were accepted locked.
  public var proofCountMax: UInt32 = 1 << 20
  /// Pieces of 48 bytes of what waits in ecash.
  public var pieceCountMax: UInt32 = 1 << 18
  /// Proofs of the broker's own.
  public var treasuryCountMax: UInt32 = 1 << 16
  /// Notes of one key epoch.
  public var noteCountMax: UInt64 = 1 << 28
  /// Providers.
  public var providerCountMax: UInt32 = 4_096

  /// The defaults.
  public init() {}

  /// The command that begins a state machine of this size.
  func genesis(now: UInt64, hashSeed: Bytes16, feePerMillion: UInt32?, unit: Name32) -> GenesisCommand {
    GenesisCommand(
      coreVersion: CoreLimits.coreVersion, slot: 0, incarnation: now / 1_000, now: now, hashSeed: hashSeed,
      resourceCountMax: resourceCountMax,
      leaseCountMax: leaseCountMax, sessionCountMax: sessionCountMax, receiptCountMax: receiptCountMax,
      debitKeyCountMax: debitKeyCountMax, reservationCountMax: reservationCountMax, noteCountMax: noteCountMax,
      feePerMillion: feePerMillion ?? 0, providerCountMax: providerCountMax, algorithm: .hmacSha256_128,
      chainCountMax: chainCountMax, claimCountMax: claimCountMax, fundingCountMax: fundingCountMax,
      agentCountMax: agentCountMax, serviceCountMax: serviceCountMax, ecashCountMax: ecashCountMax,
      proofCountMax: proofCountMax, pieceCountMax: pieceCountMax, treasuryCountMax: treasuryCountMax, unit: unit)
  }
}
