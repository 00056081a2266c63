// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.

/// First command of a journal: what never changes.
///
/// 88 bytes.
public struct GenesisCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.genesis
  /// Bytes of the fixed part.
  public static let byteCount = 88
  /// Version of the core that made it.
  public var coreVersion: UInt32
  /// 12-bit slot of this broker's ids.
  public var slot: UInt32
  /// Number of this broker's life.
  public var incarnation: UInt64
  /// Instant of genesis.
  public var now: UInt64
  /// Seed of the core's hash tables.
  public var hashSeed: Bytes16
  /// Capacity: resources.
  public var resourceCountMax: UInt32
  /// Capacity: leases, live and ended.
  public var leaseCountMax: UInt32
  /// Capacity: sessions.
  public var sessionCountMax: UInt32
  /// Capacity: receipts, of all sessions.
  public var receiptCountMax: UInt32
  /// Capacity: debit keys.
  public var debitKeyCountMax: UInt32
  /// Capacity: reservations.
  public var reservationCountMax: UInt32
  /// Capacity: notes of one key epoch.
  public var noteCountMax: UInt64
  /// Operator's fee on revenue, in millionths.
  public var feePerMillion: UInt32
  /// Capacity: providers.
  public var providerCountMax: UInt32
  /// Tag algorithm of key epoch 1.
  public var algorithm: TagAlgorithm

  /// All fields, in the order of the layout.
  public init(
    coreVersion: UInt32,
    slot: UInt32,
    incarnation: UInt64,
    now: UInt64,
    hashSeed: Bytes16,
    resourceCountMax: UInt32,
    leaseCountMax: UInt32,
    sessionCountMax: UInt32,
    receiptCountMax: UInt32,
    debitKeyCountMax: UInt32,
    reservationCountMax: UInt32,
    noteCountMax: UInt64,
    feePerMillion: UInt32,
    providerCountMax: UInt32,
    algorithm: TagAlgorithm
  ) {
    self.coreVersion = coreVersion
    self.slot = slot
    self.incarnation = incarnation
    self.now = now
    self.hashSeed = hashSeed
    self.resourceCountMax = resourceCountMax
    self.leaseCountMax = leaseCountMax
    self.sessionCountMax = sessionCountMax
    self.receiptCountMax = receiptCountMax
    self.debitKeyCountMax = debitKeyCountMax
    self.reservationCountMax = reservationCountMax
    self.noteCountMax = noteCountMax
    self.feePerMillion = feePerMillion
    self.providerCountMax = providerCountMax
    self.algorithm = algorithm
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.coreVersion = bytes.uint32(at: offset)
    self.slot = bytes.uint32(at: offset + 4)
    self.incarnation = bytes.uint64(at: offset + 8)
    self.now = bytes.uint64(at: offset + 16)
    self.hashSeed = bytes.bytes16(at: offset + 24)
    self.resourceCountMax = bytes.uint32(at: offset + 40)
    self.leaseCountMax = bytes.uint32(at: offset + 44)
    self.sessionCountMax = bytes.uint32(at: offset + 48)
    self.receiptCountMax = bytes.uint32(at: offset + 52)
    self.debitKeyCountMax = bytes.uint32(at: offset + 56)
    self.reservationCountMax = bytes.uint32(at: offset + 60)
    self.noteCountMax = bytes.uint64(at: offset + 64)
    self.feePerMillion = bytes.uint32(at: offset + 72)
    self.providerCountMax = bytes.uint32(at: offset + 76)
    guard let algorithm = TagAlgorithm(rawValue: bytes.uint8(at: offset + 80)) else { return nil }
    self.algorithm = algorithm
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 88 else { return 88 }
    if TagAlgorithm(rawValue: bytes.uint8(at: offset + 80)) == nil { return 80 }
    if bytes.uint8(at: offset + 81) != 0 { return 81 }
    if bytes.uint16(at: offset + 82) != 0 { return 82 }
    if bytes.uint32(at: offset + 84) != 0 { return 84 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(coreVersion, at: offset)
    bytes.store(slot, at: offset + 4)
    bytes.store(incarnation, at: offset + 8)
    bytes.store(now, at: offset + 16)
    bytes.store(hashSeed, at: offset + 24)
    bytes.store(resourceCountMax, at: offset + 40)
    bytes.store(leaseCountMax, at: offset + 44)
    bytes.store(sessionCountMax, at: offset + 48)
    bytes.store(receiptCountMax, at: offset + 52)
    bytes.store(debitKeyCountMax, at: offset + 56)
    bytes.store(reservationCountMax, at: offset + 60)
    bytes.store(noteCountMax, at: offset + 64)
    bytes.store(feePerMillion, at: offset + 72)
    bytes.store(providerCountMax, at: offset + 76)
    bytes.store(algorithm.rawValue, at: offset + 80)
    bytes.store(UInt8(0), at: offset + 81)
    bytes.store(UInt16(0), at: offset + 82)
    bytes.store(UInt32(0), at: offset + 84)
  }
}

/// Time: max(previous, clock). Fires at most `advanceTimerCountMax` timers.
///
/// 8 bytes.
public struct AdvanceCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.advance
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The instant.
  public var now: UInt64

  /// All fields, in the order of the layout.
  public init(now: UInt64) {
    self.now = now
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.now = bytes.uint64(at: offset)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(now, at: offset)
  }
}

/// Changes what an operator may change at a start.
///
/// 8 bytes.
public struct ConfigureCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.configure
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Operator's fee on revenue, in millionths.
  public var feePerMillion: UInt32

  /// All fields, in the order of the layout.
  public init(feePerMillion: UInt32) {
    self.feePerMillion = feePerMillion
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.feePerMillion = bytes.uint32(at: offset)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    if bytes.uint32(at: offset + 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(feePerMillion, at: offset)
    bytes.store(UInt32(0), at: offset + 4)
  }
}

/// A session's first request that keeps a receipt.
///
/// 16 bytes.
public struct OpenSessionCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.openSession
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Hash of the secret session id.
  public var sessionHash: Bytes16

  /// All fields, in the order of the layout.
  public init(sessionHash: Bytes16) {
    self.sessionHash = sessionHash
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.sessionHash = bytes.bytes16(at: offset)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(sessionHash, at: offset)
  }
}

/// REGISTER.
///
/// 144 bytes.
public struct RegisterCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.register
  /// Bytes of the fixed part.
  public static let byteCount = 144
  /// The provider.
  public var provider: UInt64
  /// Name.
  public var name: Name32
  /// Terms.
  public var terms: Terms

  /// All fields, in the order of the layout.
  public init(provider: UInt64, name: Name32, terms: Terms) {
    self.provider = provider
    self.name = name
    self.terms = terms
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.provider = bytes.uint64(at: offset)
    self.name = bytes.name32(at: offset + 8)
    guard let terms = Terms(bytes, at: offset + 40) else { return nil }
    self.terms = terms
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 144 else { return 144 }
    if let inner = Terms.fault(in: bytes, at: offset + 40) { return 40 + inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(provider, at: offset)
    bytes.store(name, at: offset + 8)
    terms.write(to: &bytes, at: offset + 40)
  }
}

/// UPDATE.
///
/// 120 bytes.
public struct UpdateCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.update
  /// Bytes of the fixed part.
  public static let byteCount = 120
  /// The provider.
  public var provider: UInt64
  /// The resource.
  public var resource: UInt64
  /// Terms.
  public var terms: Terms

  /// All fields, in the order of the layout.
  public init(provider: UInt64, resource: UInt64, terms: Terms) {
    self.provider = provider
    self.resource = resource
    self.terms = terms
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.provider = bytes.uint64(at: offset)
    self.resource = bytes.uint64(at: offset + 8)
    guard let terms = Terms(bytes, at: offset + 16) else { return nil }
    self.terms = terms
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 120 else { return 120 }
    if let inner = Terms.fault(in: bytes, at: offset + 16) { return 16 + inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(provider, at: offset)
    bytes.store(resource, at: offset + 8)
    terms.write(to: &bytes, at: offset + 16)
  }
}

/// ACQUIRE.
///
/// 48 bytes.
public struct AcquireCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.acquire
  /// Bytes of the fixed part.
  public static let byteCount = 48
  /// The provider, of an open lease; else 0.
  public var provider: UInt64
  /// The resource.
  public var resource: UInt64
  /// Units.
  public var units: UInt32
  /// Options.
  public var flags: AcquireFlags
  /// Owner key hash.
  public var keyHash: Bytes16
  /// Least time wanted.
  public var minimum: UInt64

  /// All fields, in the order of the layout.
  public init(
    provider: UInt64,
    resource: UInt64,
    units: UInt32,
    flags: AcquireFlags,
    keyHash: Bytes16,
    minimum: UInt64
  ) {
    self.provider = provider
    self.resource = resource
    self.units = units
    self.flags = flags
    self.keyHash = keyHash
    self.minimum = minimum
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.provider = bytes.uint64(at: offset)
    self.resource = bytes.uint64(at: offset + 8)
    self.units = bytes.uint32(at: offset + 16)
    self.flags = AcquireFlags(rawValue: bytes.uint32(at: offset + 20))
    self.keyHash = bytes.bytes16(at: offset + 24)
    self.minimum = bytes.uint64(at: offset + 40)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if bytes.uint32(at: offset + 20) & ~AcquireFlags.known != 0 { return 20 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(provider, at: offset)
    bytes.store(resource, at: offset + 8)
    bytes.store(units, at: offset + 16)
    bytes.store(flags.rawValue, at: offset + 20)
    bytes.store(keyHash, at: offset + 24)
    bytes.store(minimum, at: offset + 40)
  }
}

/// FUND.
///
/// 24 bytes.
public struct FundCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.fund
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// OWNER: own money; NONE: a gift.
  public var actor: Actor
  /// The lease.
  public var lease: UInt64

  /// All fields, in the order of the layout.
  public init(actor: Actor, lease: UInt64) {
    self.actor = actor
    self.lease = lease
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let actor = Actor(bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = bytes.uint64(at: offset + 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    actor.write(to: &bytes, at: offset)
    bytes.store(lease, at: offset + 16)
  }
}

/// USE. It has a ReceiptKey when, and only when, it has notes.
///
/// 48 bytes.
public struct UseCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.use
  /// Bytes of the fixed part.
  public static let byteCount = 48
  /// OWNER, DEBIT_KEY, or NONE for an open lease.
  public var actor: Actor
  /// The lease.
  public var lease: UInt64
  /// Quantity.
  public var quantity: UInt64
  /// Use number.
  public var useNumber: UInt64
  /// Meter.
  public var meter: UInt8
  /// Where the lease lies in the table (a hint that the core checks).
  public var leaseIndex: UInt32

  /// All fields, in the order of the layout.
  public init(actor: Actor, lease: UInt64, quantity: UInt64, useNumber: UInt64, meter: UInt8, leaseIndex: UInt32) {
    self.actor = actor
    self.lease = lease
    self.quantity = quantity
    self.useNumber = useNumber
    self.meter = meter
    self.leaseIndex = leaseIndex
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let actor = Actor(bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = bytes.uint64(at: offset + 16)
    self.quantity = bytes.uint64(at: offset + 24)
    self.useNumber = bytes.uint64(at: offset + 32)
    self.meter = bytes.uint8(at: offset + 40)
    self.leaseIndex = bytes.uint32(at: offset + 44)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    if bytes.uint8(at: offset + 41) != 0 { return 41 }
    if bytes.uint16(at: offset + 42) != 0 { return 42 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    actor.write(to: &bytes, at: offset)
    bytes.store(lease, at: offset + 16)
    bytes.store(quantity, at: offset + 24)
    bytes.store(useNumber, at: offset + 32)
    bytes.store(meter, at: offset + 40)
    bytes.store(UInt8(0), at: offset + 41)
    bytes.store(UInt16(0), at: offset + 42)
    bytes.store(leaseIndex, at: offset + 44)
  }
}

/// RESERVE.
///
/// 48 bytes.
public struct ReserveCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.reserve
  /// Bytes of the fixed part.
  public static let byteCount = 48
  /// OWNER or DEBIT_KEY.
  public var actor: Actor
  /// The lease.
  public var lease: UInt64
  /// Greatest quantity.
  public var quantityMax: UInt64
  /// Time-out.
  public var timeout: UInt64
  /// Meter.
  public var meter: UInt8

  /// All fields, in the order of the layout.
  public init(actor: Actor, lease: UInt64, quantityMax: UInt64, timeout: UInt64, meter: UInt8) {
    self.actor = actor
    self.lease = lease
    self.quantityMax = quantityMax
    self.timeout = timeout
    self.meter = meter
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let actor = Actor(bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = bytes.uint64(at: offset + 16)
    self.quantityMax = bytes.uint64(at: offset + 24)
    self.timeout = bytes.uint64(at: offset + 32)
    self.meter = bytes.uint8(at: offset + 40)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    if bytes.uint8(at: offset + 41) != 0 { return 41 }
    if bytes.uint16(at: offset + 42) != 0 { return 42 }
    if bytes.uint32(at: offset + 44) != 0 { return 44 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    actor.write(to: &bytes, at: offset)
    bytes.store(lease, at: offset + 16)
    bytes.store(quantityMax, at: offset + 24)
    bytes.store(timeout, at: offset + 32)
    bytes.store(meter, at: offset + 40)
    bytes.store(UInt8(0), at: offset + 41)
    bytes.store(UInt16(0), at: offset + 42)
    bytes.store(UInt32(0), at: offset + 44)
  }
}

/// SETTLE.
///
/// 40 bytes.
public struct SettleCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.settle
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// OWNER or DEBIT_KEY.
  public var actor: Actor
  /// The lease.
  public var lease: UInt64
  /// The reservation.
  public var reservation: UInt64
  /// Actual quantity.
  public var quantity: UInt64

  /// All fields, in the order of the layout.
  public init(actor: Actor, lease: UInt64, reservation: UInt64, quantity: UInt64) {
    self.actor = actor
    self.lease = lease
    self.reservation = reservation
    self.quantity = quantity
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let actor = Actor(bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = bytes.uint64(at: offset + 16)
    self.reservation = bytes.uint64(at: offset + 24)
    self.quantity = bytes.uint64(at: offset + 32)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    actor.write(to: &bytes, at: offset)
    bytes.store(lease, at: offset + 16)
    bytes.store(reservation, at: offset + 24)
    bytes.store(quantity, at: offset + 32)
  }
}

/// GRANT_DEBIT_KEY.
///
/// 56 bytes.
public struct GrantDebitKeyCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.grantDebitKey
  /// Bytes of the fixed part.
  public static let byteCount = 56
  /// OWNER.
  public var actor: Actor
  /// The lease.
  public var lease: UInt64
  /// Key hash of the debit key.
  public var keyHash: Bytes16
  /// Limit per second.
  public var perSecond: UInt64
  /// Limit in total.
  public var total: UInt64

  /// All fields, in the order of the layout.
  public init(actor: Actor, lease: UInt64, keyHash: Bytes16, perSecond: UInt64, total: UInt64) {
    self.actor = actor
    self.lease = lease
    self.keyHash = keyHash
    self.perSecond = perSecond
    self.total = total
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let actor = Actor(bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = bytes.uint64(at: offset + 16)
    self.keyHash = bytes.bytes16(at: offset + 24)
    self.perSecond = bytes.uint64(at: offset + 40)
    self.total = bytes.uint64(at: offset + 48)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return 56 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    actor.write(to: &bytes, at: offset)
    bytes.store(lease, at: offset + 16)
    bytes.store(keyHash, at: offset + 24)
    bytes.store(perSecond, at: offset + 40)
    bytes.store(total, at: offset + 48)
  }
}

/// RELEASE.
///
/// 24 bytes.
public struct ReleaseCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.release
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// OWNER.
  public var actor: Actor
  /// The lease.
  public var lease: UInt64

  /// All fields, in the order of the layout.
  public init(actor: Actor, lease: UInt64) {
    self.actor = actor
    self.lease = lease
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let actor = Actor(bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = bytes.uint64(at: offset + 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    actor.write(to: &bytes, at: offset)
    bytes.store(lease, at: offset + 16)
  }
}

/// REVOKE.
///
/// 24 bytes.
public struct RevokeCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.revoke
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// PROVIDER or OPERATOR.
  public var actor: Actor
  /// The lease.
  public var lease: UInt64

  /// All fields, in the order of the layout.
  public init(actor: Actor, lease: UInt64) {
    self.actor = actor
    self.lease = lease
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let actor = Actor(bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = bytes.uint64(at: offset + 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    actor.write(to: &bytes, at: offset)
    bytes.store(lease, at: offset + 16)
  }
}

/// TRANSFER.
///
/// 40 bytes.
public struct TransferCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.transfer
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// OWNER.
  public var actor: Actor
  /// The lease.
  public var lease: UInt64
  /// New owner key hash.
  public var keyHash: Bytes16

  /// All fields, in the order of the layout.
  public init(actor: Actor, lease: UInt64, keyHash: Bytes16) {
    self.actor = actor
    self.lease = lease
    self.keyHash = keyHash
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let actor = Actor(bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = bytes.uint64(at: offset + 16)
    self.keyHash = bytes.bytes16(at: offset + 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    actor.write(to: &bytes, at: offset)
    bytes.store(lease, at: offset + 16)
    bytes.store(keyHash, at: offset + 24)
  }
}

/// EXCHANGE.
///
/// 32 bytes.
public struct ExchangeCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.exchange
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// OWNER of `lease`, or NONE.
  public var actor: Actor
  /// Lease whose bound notes may be taken, or 0.
  public var lease: UInt64
  /// Records that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(actor: Actor, lease: UInt64, count: UInt16) {
    self.actor = actor
    self.lease = lease
    self.count = count
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let actor = Actor(bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = bytes.uint64(at: offset + 16)
    self.count = bytes.uint16(at: offset + 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    if bytes.uint16(at: offset + 26) != 0 { return 26 }
    if bytes.uint32(at: offset + 28) != 0 { return 28 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    actor.write(to: &bytes, at: offset)
    bytes.store(lease, at: offset + 16)
    bytes.store(count, at: offset + 24)
    bytes.store(UInt16(0), at: offset + 26)
    bytes.store(UInt32(0), at: offset + 28)
  }
}

/// ISSUE.
///
/// 24 bytes.
public struct IssueCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.issue
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Amount of each.
  public var amount: UInt64
  /// Lease to bind them to, or 0.
  public var binding: UInt64
  /// How many.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(amount: UInt64, binding: UInt64, count: UInt16) {
    self.amount = amount
    self.binding = binding
    self.count = count
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.amount = bytes.uint64(at: offset)
    self.binding = bytes.uint64(at: offset + 8)
    self.count = bytes.uint16(at: offset + 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if bytes.uint16(at: offset + 18) != 0 { return 18 }
    if bytes.uint32(at: offset + 20) != 0 { return 20 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(amount, at: offset)
    bytes.store(binding, at: offset + 8)
    bytes.store(count, at: offset + 16)
    bytes.store(UInt16(0), at: offset + 18)
    bytes.store(UInt32(0), at: offset + 20)
  }
}

/// WITHDRAW.
///
/// 24 bytes.
public struct WithdrawCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.withdraw
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// PROVIDER or OPERATOR.
  public var actor: Actor
  /// How much; 0: all.
  public var amount: UInt64

  /// All fields, in the order of the layout.
  public init(actor: Actor, amount: UInt64) {
    self.actor = actor
    self.amount = amount
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let actor = Actor(bytes, at: offset) else { return nil }
    self.actor = actor
    self.amount = bytes.uint64(at: offset + 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    actor.write(to: &bytes, at: offset)
    bytes.store(amount, at: offset + 16)
  }
}

/// ROTATE.
///
/// 16 bytes.
public struct RotateCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.rotate
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Validity of the epoch that ends its issue.
  public var validity: UInt64
  /// Tag algorithm of the new epoch.
  public var algorithm: TagAlgorithm

  /// All fields, in the order of the layout.
  public init(validity: UInt64, algorithm: TagAlgorithm) {
    self.validity = validity
    self.algorithm = algorithm
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.validity = bytes.uint64(at: offset)
    guard let algorithm = TagAlgorithm(rawValue: bytes.uint8(at: offset + 8)) else { return nil }
    self.algorithm = algorithm
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if TagAlgorithm(rawValue: bytes.uint8(at: offset + 8)) == nil { return 8 }
    if bytes.uint8(at: offset + 9) != 0 { return 9 }
    if bytes.uint16(at: offset + 10) != 0 { return 10 }
    if bytes.uint32(at: offset + 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(validity, at: offset)
    bytes.store(algorithm.rawValue, at: offset + 8)
    bytes.store(UInt8(0), at: offset + 9)
    bytes.store(UInt16(0), at: offset + 10)
    bytes.store(UInt32(0), at: offset + 12)
  }
}
