public import EventLoop
public import Sessions
public import WireProtocol

/// How a broker is to run.
public struct BrokerOptions: Sendable {
  /// Where to listen; at least one.
  public var endpoints: [Endpoint] = []
  /// Permissions of unix-domain sockets.
  public var socketMode: UInt32 = 0o600
  /// Unit of all amounts.
  public var unit = Name32()
  /// File that every command is written to before it is acknowledged; nil: nothing is kept.
  public var exportPath: String?
  /// Operator's fee on revenue, in millionths.
  public var feePerMillion: UInt32 = 0
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
  /// Notes of one key epoch.
  public var noteCountMax: UInt64 = 1 << 28
  /// Providers.
  public var providerCountMax: UInt32 = 4_096

  /// The defaults.
  public init() {}

  /// The command that begins a state machine of this size.
  func genesis(now: UInt64, hashSeed: Bytes16, feePerMillion: UInt32) -> GenesisCommand {
    GenesisCommand(
      coreVersion: 1, slot: 0, incarnation: now, now: now, hashSeed: hashSeed, resourceCountMax: resourceCountMax,
      leaseCountMax: leaseCountMax, sessionCountMax: sessionCountMax, receiptCountMax: receiptCountMax,
      debitKeyCountMax: debitKeyCountMax, reservationCountMax: reservationCountMax, noteCountMax: noteCountMax,
      feePerMillion: feePerMillion, providerCountMax: providerCountMax, algorithm: .hmacSha256_128)
  }
}
