// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.

/// First command of a journal: what never changes.
///
/// 152 bytes.
public struct GenesisCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.genesis
  /// Bytes of the fixed part.
  public static let byteCount = 152
  /// Version of the core that made it.
  public var coreVersion: UInt32
  /// 12-bit slot of this broker's ids.
  public var slot: UInt32
  /// Number of this broker's life, below 2^32.
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
  /// Capacity: hash chains.
  public var chainCountMax: UInt32
  /// Capacity: claims.
  public var claimCountMax: UInt32
  /// Capacity: pools, campaigns, offerings, and auctions, of each kind.
  public var fundingCountMax: UInt32
  /// Capacity: agents, of all resources.
  public var agentCountMax: UInt32
  /// Capacity: leases that agents provision, live and ended.
  public var serviceCountMax: UInt32
  /// Capacity: payments in ecash that are kept.
  public var ecashCountMax: UInt32
  /// Capacity: proofs of others, those in payments that wait and those that were accepted locked.
  public var proofCountMax: UInt32
  /// Capacity: pieces of 48 bytes of what waits.
  public var pieceCountMax: UInt32
  /// Capacity: proofs of the broker's own.
  public var treasuryCountMax: UInt32
  /// Unit of all amounts.
  public var unit: Name32

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
    algorithm: TagAlgorithm,
    chainCountMax: UInt32,
    claimCountMax: UInt32,
    fundingCountMax: UInt32,
    agentCountMax: UInt32,
    serviceCountMax: UInt32,
    ecashCountMax: UInt32,
    proofCountMax: UInt32,
    pieceCountMax: UInt32,
    treasuryCountMax: UInt32,
    unit: Name32
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
    self.chainCountMax = chainCountMax
    self.claimCountMax = claimCountMax
    self.fundingCountMax = fundingCountMax
    self.agentCountMax = agentCountMax
    self.serviceCountMax = serviceCountMax
    self.ecashCountMax = ecashCountMax
    self.proofCountMax = proofCountMax
    self.pieceCountMax = pieceCountMax
    self.treasuryCountMax = treasuryCountMax
    self.unit = unit
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 152 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.coreVersion = unsafe bytes.take(UInt32.self, at: offset)
    self.slot = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.incarnation = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.now = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.hashSeed = unsafe bytes.takeBytes16(at: offset &+ 24)
    self.resourceCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 40)
    self.leaseCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 44)
    self.sessionCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 48)
    self.receiptCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 52)
    self.debitKeyCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 56)
    self.reservationCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 60)
    self.noteCountMax = unsafe bytes.take(UInt64.self, at: offset &+ 64)
    self.feePerMillion = unsafe bytes.take(UInt32.self, at: offset &+ 72)
    self.providerCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 76)
    guard let algorithm = TagAlgorithm(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 80)) else { return nil }
    self.algorithm = algorithm
    guard unsafe bytes.take(UInt8.self, at: offset &+ 81) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 82) == 0 else { return nil }
    self.chainCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 84)
    self.claimCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 88)
    self.fundingCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 92)
    self.agentCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 96)
    self.serviceCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 100)
    self.ecashCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 104)
    self.proofCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 108)
    self.pieceCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 112)
    self.treasuryCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 116)
    self.unit = unsafe bytes.takeName32(at: offset &+ 120)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 152 else { return 152 }
    if TagAlgorithm(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 80)) == nil { return 80 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 81) != 0 { return 81 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 82) != 0 { return 82 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 152)
    unsafe bytes.put(coreVersion, at: offset)
    unsafe bytes.put(slot, at: offset &+ 4)
    unsafe bytes.put(incarnation, at: offset &+ 8)
    unsafe bytes.put(now, at: offset &+ 16)
    unsafe bytes.put(hashSeed, at: offset &+ 24)
    unsafe bytes.put(resourceCountMax, at: offset &+ 40)
    unsafe bytes.put(leaseCountMax, at: offset &+ 44)
    unsafe bytes.put(sessionCountMax, at: offset &+ 48)
    unsafe bytes.put(receiptCountMax, at: offset &+ 52)
    unsafe bytes.put(debitKeyCountMax, at: offset &+ 56)
    unsafe bytes.put(reservationCountMax, at: offset &+ 60)
    unsafe bytes.put(noteCountMax, at: offset &+ 64)
    unsafe bytes.put(feePerMillion, at: offset &+ 72)
    unsafe bytes.put(providerCountMax, at: offset &+ 76)
    unsafe bytes.put(algorithm.rawValue, at: offset &+ 80)
    unsafe bytes.put(UInt8(0), at: offset &+ 81)
    unsafe bytes.put(UInt16(0), at: offset &+ 82)
    unsafe bytes.put(chainCountMax, at: offset &+ 84)
    unsafe bytes.put(claimCountMax, at: offset &+ 88)
    unsafe bytes.put(fundingCountMax, at: offset &+ 92)
    unsafe bytes.put(agentCountMax, at: offset &+ 96)
    unsafe bytes.put(serviceCountMax, at: offset &+ 100)
    unsafe bytes.put(ecashCountMax, at: offset &+ 104)
    unsafe bytes.put(proofCountMax, at: offset &+ 108)
    unsafe bytes.put(pieceCountMax, at: offset &+ 112)
    unsafe bytes.put(treasuryCountMax, at: offset &+ 116)
    unsafe bytes.put(unit, at: offset &+ 120)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.now = unsafe bytes.take(UInt64.self, at: offset)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(now, at: offset)
  }
}

/// Changes what an operator may change at a start.
///
/// 24 bytes.
public struct ConfigureCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.configure
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Operator's fee on revenue, in millionths.
  public var feePerMillion: UInt32
  /// Least payment that makes a claim; 0: any.
  public var claimMinimum: UInt64
  /// When the life begins: what agents were told before is of another one.
  public var now: UInt64

  /// All fields, in the order of the layout.
  public init(feePerMillion: UInt32, claimMinimum: UInt64, now: UInt64) {
    self.feePerMillion = feePerMillion
    self.claimMinimum = claimMinimum
    self.now = now
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.feePerMillion = unsafe bytes.take(UInt32.self, at: offset)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
    self.claimMinimum = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.now = unsafe bytes.take(UInt64.self, at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(feePerMillion, at: offset)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
    unsafe bytes.put(claimMinimum, at: offset &+ 8)
    unsafe bytes.put(now, at: offset &+ 16)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.sessionHash = unsafe bytes.takeBytes16(at: offset)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(sessionHash, at: offset)
  }
}

/// The broker's life begins anew from a backup. No request leads to it.
///
/// 32 bytes.
public struct RestoreCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.restore
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Number of the new life, below 2^32 and above the one before and the key epoch in use: also the number of the key
  /// epoch that begins.
  public var incarnation: UInt64
  /// As of ROTATE, of the key epoch in use.
  public var validity: UInt64
  /// Instant of the restore: key epochs that were valid until before it have ended. Time goes on with the next ADVANCE.
  public var now: UInt64
  /// Whether something may be lost.
  public var flags: RestoreFlags
  /// Tag algorithm of the new key epoch.
  public var algorithm: TagAlgorithm

  /// All fields, in the order of the layout.
  public init(incarnation: UInt64, validity: UInt64, now: UInt64, flags: RestoreFlags, algorithm: TagAlgorithm) {
    self.incarnation = incarnation
    self.validity = validity
    self.now = now
    self.flags = flags
    self.algorithm = algorithm
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.incarnation = unsafe bytes.take(UInt64.self, at: offset)
    self.validity = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.now = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.flags = RestoreFlags(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 24))
    guard flags.rawValue & ~RestoreFlags.known == 0 else { return nil }
    guard let algorithm = TagAlgorithm(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 25)) else { return nil }
    self.algorithm = algorithm
    guard unsafe bytes.take(UInt16.self, at: offset &+ 26) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 28) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 24) & ~RestoreFlags.known != 0 { return 24 }
    if TagAlgorithm(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 25)) == nil { return 25 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 26) != 0 { return 26 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 28) != 0 { return 28 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(incarnation, at: offset)
    unsafe bytes.put(validity, at: offset &+ 8)
    unsafe bytes.put(now, at: offset &+ 16)
    unsafe bytes.put(flags.rawValue, at: offset &+ 24)
    unsafe bytes.put(algorithm.rawValue, at: offset &+ 25)
    unsafe bytes.put(UInt16(0), at: offset &+ 26)
    unsafe bytes.put(UInt32(0), at: offset &+ 28)
  }
}

/// A mint whose ecash is taken, in one unit. No request leads to it.
///
/// 176 bytes.
public struct SetMintCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.setMint
  /// Bytes of the fixed part.
  public static let byteCount = 176
  /// Its number, from 1.
  public var mint: UInt32
  /// Flags.
  public var flags: MintFlags
  /// Rate: so many of the broker's units ...
  public var numerator: UInt64
  /// ... for so many of the mint's.
  public var denominator: UInt64
  /// Least that a payment is worth after fees, in the mint's unit.
  public var minimum: UInt64
  /// Most that may be credited and not swapped, in the mint's unit.
  public var exposure: UInt64
  /// Most that the broker has and takes of its ecash, in the mint's unit; 0: any.
  public var ceiling: UInt64
  /// Its unit.
  public var unit: Name32
  /// Where it is.
  public var url: Text96

  /// All fields, in the order of the layout.
  public init(
    mint: UInt32,
    flags: MintFlags,
    numerator: UInt64,
    denominator: UInt64,
    minimum: UInt64,
    exposure: UInt64,
    ceiling: UInt64,
    unit: Name32,
    url: Text96
  ) {
    self.mint = mint
    self.flags = flags
    self.numerator = numerator
    self.denominator = denominator
    self.minimum = minimum
    self.exposure = exposure
    self.ceiling = ceiling
    self.unit = unit
    self.url = url
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 176 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.mint = unsafe bytes.take(UInt32.self, at: offset)
    self.flags = MintFlags(rawValue: unsafe bytes.take(UInt32.self, at: offset &+ 4))
    guard flags.rawValue & ~MintFlags.known == 0 else { return nil }
    self.numerator = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.denominator = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.minimum = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.exposure = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.ceiling = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.unit = unsafe bytes.takeName32(at: offset &+ 48)
    self.url = unsafe bytes.takeText96(at: offset &+ 80)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 176 else { return 176 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) & ~MintFlags.known != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 176)
    unsafe bytes.put(mint, at: offset)
    unsafe bytes.put(flags.rawValue, at: offset &+ 4)
    unsafe bytes.put(numerator, at: offset &+ 8)
    unsafe bytes.put(denominator, at: offset &+ 16)
    unsafe bytes.put(minimum, at: offset &+ 24)
    unsafe bytes.put(exposure, at: offset &+ 32)
    unsafe bytes.put(ceiling, at: offset &+ 40)
    unsafe bytes.put(unit, at: offset &+ 48)
    unsafe bytes.put(url, at: offset &+ 80)
  }
}

/// A keyset of a mint. No request leads to it.
///
/// 64 bytes.
public struct SetKeysetCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.setKeyset
  /// Bytes of the fixed part.
  public static let byteCount = 64
  /// Number of the mint.
  public var mint: UInt32
  /// Its own number, from 1, over all mints.
  public var keyset: UInt32
  /// Its id: bytes 0 to 15, zero-padded where it has 8.
  public var id0: Bytes16
  /// Bytes 16 to 31.
  public var id1: Bytes16
  /// Byte 32.
  public var idLast: UInt8
  /// 8 or 33.
  public var idByteCount: UInt8
  /// Fee for an input, in thousandths of the unit.
  public var feePerThousand: UInt32
  /// When its proofs end, in seconds since 1970; 0: never.
  public var finalExpiry: UInt64
  /// Flags.
  public var flags: KeysetFlags
  /// Records that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(
    mint: UInt32,
    keyset: UInt32,
    id0: Bytes16,
    id1: Bytes16,
    idLast: UInt8,
    idByteCount: UInt8,
    feePerThousand: UInt32,
    finalExpiry: UInt64,
    flags: KeysetFlags,
    count: UInt16
  ) {
    self.mint = mint
    self.keyset = keyset
    self.id0 = id0
    self.id1 = id1
    self.idLast = idLast
    self.idByteCount = idByteCount
    self.feePerThousand = feePerThousand
    self.finalExpiry = finalExpiry
    self.flags = flags
    self.count = count
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 64 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.mint = unsafe bytes.take(UInt32.self, at: offset)
    self.keyset = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.id0 = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.id1 = unsafe bytes.takeBytes16(at: offset &+ 24)
    self.idLast = unsafe bytes.take(UInt8.self, at: offset &+ 40)
    self.idByteCount = unsafe bytes.take(UInt8.self, at: offset &+ 41)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 42) == 0 else { return nil }
    self.feePerThousand = unsafe bytes.take(UInt32.self, at: offset &+ 44)
    self.finalExpiry = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.flags = KeysetFlags(rawValue: unsafe bytes.take(UInt32.self, at: offset &+ 56))
    guard flags.rawValue & ~KeysetFlags.known == 0 else { return nil }
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 60)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 62) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 64 else { return 64 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 42) != 0 { return 42 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 56) & ~KeysetFlags.known != 0 { return 56 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 62) != 0 { return 62 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 64)
    unsafe bytes.put(mint, at: offset)
    unsafe bytes.put(keyset, at: offset &+ 4)
    unsafe bytes.put(id0, at: offset &+ 8)
    unsafe bytes.put(id1, at: offset &+ 24)
    unsafe bytes.put(idLast, at: offset &+ 40)
    unsafe bytes.put(idByteCount, at: offset &+ 41)
    unsafe bytes.put(UInt16(0), at: offset &+ 42)
    unsafe bytes.put(feePerThousand, at: offset &+ 44)
    unsafe bytes.put(finalExpiry, at: offset &+ 48)
    unsafe bytes.put(flags.rawValue, at: offset &+ 56)
    unsafe bytes.put(count, at: offset &+ 60)
    unsafe bytes.put(UInt16(0), at: offset &+ 62)
  }
}

/// Payments that wait are to be swapped at their mint. No request leads to it.
///
/// 8 bytes.
public struct BeginSwapCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.beginSwap
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Number of the mint.
  public var mint: UInt32
  /// Number of the keyset of the outputs.
  public var keyset: UInt32

  /// All fields, in the order of the layout.
  public init(mint: UInt32, keyset: UInt32) {
    self.mint = mint
    self.keyset = keyset
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.mint = unsafe bytes.take(UInt32.self, at: offset)
    self.keyset = unsafe bytes.take(UInt32.self, at: offset &+ 4)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(mint, at: offset)
    unsafe bytes.put(keyset, at: offset &+ 4)
  }
}

/// What the mint made of a swap. No request leads to it.
///
/// 8 bytes.
public struct EndSwapCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.endSwap
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Number of the mint.
  public var mint: UInt32
  /// How it ended.
  public var outcome: SwapOutcome
  /// Records that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(mint: UInt32, outcome: SwapOutcome, count: UInt16) {
    self.mint = mint
    self.outcome = outcome
    self.count = count
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.mint = unsafe bytes.take(UInt32.self, at: offset)
    guard let outcome = SwapOutcome(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 4)) else { return nil }
    self.outcome = outcome
    guard unsafe bytes.take(UInt8.self, at: offset &+ 5) == 0 else { return nil }
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 6)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    if SwapOutcome(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 4)) == nil { return 4 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 5) != 0 { return 5 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(mint, at: offset)
    unsafe bytes.put(outcome.rawValue, at: offset &+ 4)
    unsafe bytes.put(UInt8(0), at: offset &+ 5)
    unsafe bytes.put(count, at: offset &+ 6)
  }
}

/// Proofs of the broker's own are to be spent at their mint: for the payout that waits longest, or for fewer proofs. No
/// request leads to it.
///
/// 8 bytes.
public struct BeginPayoutCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.beginPayout
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Number of the mint.
  public var mint: UInt32
  /// Number of the keyset of the outputs.
  public var keyset: UInt32

  /// All fields, in the order of the layout.
  public init(mint: UInt32, keyset: UInt32) {
    self.mint = mint
    self.keyset = keyset
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.mint = unsafe bytes.take(UInt32.self, at: offset)
    self.keyset = unsafe bytes.take(UInt32.self, at: offset &+ 4)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(mint, at: offset)
    unsafe bytes.put(keyset, at: offset &+ 4)
  }
}

/// What the mint made of that. No request leads to it.
///
/// 8 bytes.
public struct EndPayoutCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.endPayout
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Number of the mint.
  public var mint: UInt32
  /// How it ended.
  public var outcome: SwapOutcome
  /// Records that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(mint: UInt32, outcome: SwapOutcome, count: UInt16) {
    self.mint = mint
    self.outcome = outcome
    self.count = count
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.mint = unsafe bytes.take(UInt32.self, at: offset)
    guard let outcome = SwapOutcome(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 4)) else { return nil }
    self.outcome = outcome
    guard unsafe bytes.take(UInt8.self, at: offset &+ 5) == 0 else { return nil }
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 6)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    if SwapOutcome(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 4)) == nil { return 4 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 5) != 0 { return 5 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(mint, at: offset)
    unsafe bytes.put(outcome.rawValue, at: offset &+ 4)
    unsafe bytes.put(UInt8(0), at: offset &+ 5)
    unsafe bytes.put(count, at: offset &+ 6)
  }
}

/// What a mint says of the broker's own proofs in a keyset whose counter is not known: those that it signed and the
/// broker has not, and those that it has and that were spent. No request leads to it.
///
/// 24 bytes.
public struct ReconcileCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.reconcile
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Number of the mint.
  public var mint: UInt32
  /// Number of the keyset.
  public var keyset: UInt32
  /// Its counter before.
  public var first: UInt32
  /// Its counter from now on: behind the last that the mint signed.
  public var next: UInt32
  /// Flags.
  public var flags: ReconcileFlags
  /// Records that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(mint: UInt32, keyset: UInt32, first: UInt32, next: UInt32, flags: ReconcileFlags, count: UInt16) {
    self.mint = mint
    self.keyset = keyset
    self.first = first
    self.next = next
    self.flags = flags
    self.count = count
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.mint = unsafe bytes.take(UInt32.self, at: offset)
    self.keyset = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.first = unsafe bytes.take(UInt32.self, at: offset &+ 8)
    self.next = unsafe bytes.take(UInt32.self, at: offset &+ 12)
    self.flags = ReconcileFlags(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 16))
    guard flags.rawValue & ~ReconcileFlags.known == 0 else { return nil }
    guard unsafe bytes.take(UInt8.self, at: offset &+ 17) == 0 else { return nil }
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 18)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 20) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 16) & ~ReconcileFlags.known != 0 { return 16 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 17) != 0 { return 17 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 20) != 0 { return 20 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(mint, at: offset)
    unsafe bytes.put(keyset, at: offset &+ 4)
    unsafe bytes.put(first, at: offset &+ 8)
    unsafe bytes.put(next, at: offset &+ 12)
    unsafe bytes.put(flags.rawValue, at: offset &+ 16)
    unsafe bytes.put(UInt8(0), at: offset &+ 17)
    unsafe bytes.put(count, at: offset &+ 18)
    unsafe bytes.put(UInt32(0), at: offset &+ 20)
  }
}

/// What a mint signed on the blank outputs of a payout that may have been carried out by a life that was lost. No
/// request leads to it.
///
/// 24 bytes.
public struct ResolvePayoutCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.resolvePayout
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Number of the mint.
  public var mint: UInt32
  /// Number of the keyset of the signatures; 0: there are none.
  public var keyset: UInt32
  /// The payout.
  public var payout: UInt64
  /// Records that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(mint: UInt32, keyset: UInt32, payout: UInt64, count: UInt16) {
    self.mint = mint
    self.keyset = keyset
    self.payout = payout
    self.count = count
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.mint = unsafe bytes.take(UInt32.self, at: offset)
    self.keyset = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.payout = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 16)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 18) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 20) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 18) != 0 { return 18 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 20) != 0 { return 20 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(mint, at: offset)
    unsafe bytes.put(keyset, at: offset &+ 4)
    unsafe bytes.put(payout, at: offset &+ 8)
    unsafe bytes.put(count, at: offset &+ 16)
    unsafe bytes.put(UInt16(0), at: offset &+ 18)
    unsafe bytes.put(UInt32(0), at: offset &+ 20)
  }
}

/// REGISTER.
///
/// 160 bytes.
public struct RegisterCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.register
  /// Bytes of the fixed part.
  public static let byteCount = 160
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 160 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.provider = unsafe bytes.take(UInt64.self, at: offset)
    self.name = unsafe bytes.takeName32(at: offset &+ 8)
    guard let terms = unsafe Terms(whole: bytes, at: offset &+ 40) else { return nil }
    self.terms = terms
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 160 else { return 160 }
    if let inner = Terms.fault(in: bytes, at: offset &+ 40) { return 40 + inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 160)
    unsafe bytes.put(provider, at: offset)
    unsafe bytes.put(name, at: offset &+ 8)
    terms.write(to: &bytes, at: offset &+ 40)
  }
}

/// UPDATE.
///
/// 136 bytes.
public struct UpdateCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.update
  /// Bytes of the fixed part.
  public static let byteCount = 136
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 136 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.provider = unsafe bytes.take(UInt64.self, at: offset)
    self.resource = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    guard let terms = unsafe Terms(whole: bytes, at: offset &+ 16) else { return nil }
    self.terms = terms
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 136 else { return 136 }
    if let inner = Terms.fault(in: bytes, at: offset &+ 16) { return 16 + inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 136)
    unsafe bytes.put(provider, at: offset)
    unsafe bytes.put(resource, at: offset &+ 8)
    terms.write(to: &bytes, at: offset &+ 16)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.provider = unsafe bytes.take(UInt64.self, at: offset)
    self.resource = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.units = unsafe bytes.take(UInt32.self, at: offset &+ 16)
    self.flags = AcquireFlags(rawValue: unsafe bytes.take(UInt32.self, at: offset &+ 20))
    guard flags.rawValue & ~AcquireFlags.known == 0 else { return nil }
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 24)
    self.minimum = unsafe bytes.take(UInt64.self, at: offset &+ 40)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 20) & ~AcquireFlags.known != 0 { return 20 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 48)
    unsafe bytes.put(provider, at: offset)
    unsafe bytes.put(resource, at: offset &+ 8)
    unsafe bytes.put(units, at: offset &+ 16)
    unsafe bytes.put(flags.rawValue, at: offset &+ 20)
    unsafe bytes.put(keyHash, at: offset &+ 24)
    unsafe bytes.put(minimum, at: offset &+ 40)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(lease, at: offset &+ 16)
  }
}

/// USE. It has a ReceiptKey when, and only when, it has notes (a tick is not one).
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.quantity = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.useNumber = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.meter = unsafe bytes.take(UInt8.self, at: offset &+ 40)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 41) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 42) == 0 else { return nil }
    self.leaseIndex = unsafe bytes.take(UInt32.self, at: offset &+ 44)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    if unsafe bytes.take(UInt8.self, at: offset &+ 41) != 0 { return 41 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 42) != 0 { return 42 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 48)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(lease, at: offset &+ 16)
    unsafe bytes.put(quantity, at: offset &+ 24)
    unsafe bytes.put(useNumber, at: offset &+ 32)
    unsafe bytes.put(meter, at: offset &+ 40)
    unsafe bytes.put(UInt8(0), at: offset &+ 41)
    unsafe bytes.put(UInt16(0), at: offset &+ 42)
    unsafe bytes.put(leaseIndex, at: offset &+ 44)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.quantityMax = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.timeout = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.meter = unsafe bytes.take(UInt8.self, at: offset &+ 40)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 41) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 42) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 44) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    if unsafe bytes.take(UInt8.self, at: offset &+ 41) != 0 { return 41 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 42) != 0 { return 42 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 44) != 0 { return 44 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 48)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(lease, at: offset &+ 16)
    unsafe bytes.put(quantityMax, at: offset &+ 24)
    unsafe bytes.put(timeout, at: offset &+ 32)
    unsafe bytes.put(meter, at: offset &+ 40)
    unsafe bytes.put(UInt8(0), at: offset &+ 41)
    unsafe bytes.put(UInt16(0), at: offset &+ 42)
    unsafe bytes.put(UInt32(0), at: offset &+ 44)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.reservation = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.quantity = unsafe bytes.take(UInt64.self, at: offset &+ 32)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 40)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(lease, at: offset &+ 16)
    unsafe bytes.put(reservation, at: offset &+ 24)
    unsafe bytes.put(quantity, at: offset &+ 32)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 24)
    self.perSecond = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.total = unsafe bytes.take(UInt64.self, at: offset &+ 48)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return 56 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 56)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(lease, at: offset &+ 16)
    unsafe bytes.put(keyHash, at: offset &+ 24)
    unsafe bytes.put(perSecond, at: offset &+ 40)
    unsafe bytes.put(total, at: offset &+ 48)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(lease, at: offset &+ 16)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(lease, at: offset &+ 16)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 40)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(lease, at: offset &+ 16)
    unsafe bytes.put(keyHash, at: offset &+ 24)
  }
}

/// OPEN_CHAIN.
///
/// 56 bytes.
public struct OpenChainCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.openChain
  /// Bytes of the fixed part.
  public static let byteCount = 56
  /// OWNER.
  public var actor: Actor
  /// The lease.
  public var lease: UInt64
  /// What each step is worth.
  public var weight: UInt64
  /// Its number.
  public var chain: UInt32
  /// Steps.
  public var length: UInt32
  /// Word 0.
  public var root: Bytes16

  /// All fields, in the order of the layout.
  public init(actor: Actor, lease: UInt64, weight: UInt64, chain: UInt32, length: UInt32, root: Bytes16) {
    self.actor = actor
    self.lease = lease
    self.weight = weight
    self.chain = chain
    self.length = length
    self.root = root
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.weight = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.chain = unsafe bytes.take(UInt32.self, at: offset &+ 32)
    self.length = unsafe bytes.take(UInt32.self, at: offset &+ 36)
    self.root = unsafe bytes.takeBytes16(at: offset &+ 40)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return 56 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 56)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(lease, at: offset &+ 16)
    unsafe bytes.put(weight, at: offset &+ 24)
    unsafe bytes.put(chain, at: offset &+ 32)
    unsafe bytes.put(length, at: offset &+ 36)
    unsafe bytes.put(root, at: offset &+ 40)
  }
}

/// CLOSE_CHAIN.
///
/// 32 bytes.
public struct CloseChainCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.closeChain
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// OWNER.
  public var actor: Actor
  /// The lease.
  public var lease: UInt64
  /// Its number.
  public var chain: UInt32

  /// All fields, in the order of the layout.
  public init(actor: Actor, lease: UInt64, chain: UInt32) {
    self.actor = actor
    self.lease = lease
    self.chain = chain
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.chain = unsafe bytes.take(UInt32.self, at: offset &+ 24)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 28) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    if unsafe bytes.take(UInt32.self, at: offset &+ 28) != 0 { return 28 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(lease, at: offset &+ 16)
    unsafe bytes.put(chain, at: offset &+ 24)
    unsafe bytes.put(UInt32(0), at: offset &+ 28)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 24)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 26) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 28) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    if unsafe bytes.take(UInt16.self, at: offset &+ 26) != 0 { return 26 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 28) != 0 { return 28 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(lease, at: offset &+ 16)
    unsafe bytes.put(count, at: offset &+ 24)
    unsafe bytes.put(UInt16(0), at: offset &+ 26)
    unsafe bytes.put(UInt32(0), at: offset &+ 28)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.amount = unsafe bytes.take(UInt64.self, at: offset)
    self.binding = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 16)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 18) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 20) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 18) != 0 { return 18 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 20) != 0 { return 20 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(amount, at: offset)
    unsafe bytes.put(binding, at: offset &+ 8)
    unsafe bytes.put(count, at: offset &+ 16)
    unsafe bytes.put(UInt16(0), at: offset &+ 18)
    unsafe bytes.put(UInt32(0), at: offset &+ 20)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(amount, at: offset &+ 16)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.validity = unsafe bytes.take(UInt64.self, at: offset)
    guard let algorithm = TagAlgorithm(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 8)) else { return nil }
    self.algorithm = algorithm
    guard unsafe bytes.take(UInt8.self, at: offset &+ 9) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 10) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if TagAlgorithm(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 8)) == nil { return 8 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 9) != 0 { return 9 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 10) != 0 { return 10 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(validity, at: offset)
    unsafe bytes.put(algorithm.rawValue, at: offset &+ 8)
    unsafe bytes.put(UInt8(0), at: offset &+ 9)
    unsafe bytes.put(UInt16(0), at: offset &+ 10)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
  }
}

/// ACCEPT_LOSS.
///
/// 8 bytes.
public struct AcceptLossCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.acceptLoss
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The most that may be taken twice.
  public var amount: UInt64

  /// All fields, in the order of the layout.
  public init(amount: UInt64) {
    self.amount = amount
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.amount = unsafe bytes.take(UInt64.self, at: offset)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(amount, at: offset)
  }
}

/// REFUND.
///
/// 24 bytes.
public struct RefundCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.refund
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// The payment; 0: the one that the hash leads to.
  public var payment: UInt64
  /// Hash of the key and of the token that were shown.
  public var keyHash: Bytes16

  /// All fields, in the order of the layout.
  public init(payment: UInt64, keyHash: Bytes16) {
    self.payment = payment
    self.keyHash = keyHash
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.payment = unsafe bytes.take(UInt64.self, at: offset)
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 8)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(payment, at: offset)
    unsafe bytes.put(keyHash, at: offset &+ 8)
  }
}

/// PAYOUT.
///
/// 24 bytes.
public struct PayoutCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.payout
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Number of the mint.
  public var mint: UInt32
  /// Records that follow.
  public var count: UInt16
  /// Hash of the payer's refund key.
  public var refundHash: Bytes16

  /// All fields, in the order of the layout.
  public init(mint: UInt32, count: UInt16, refundHash: Bytes16) {
    self.mint = mint
    self.count = count
    self.refundHash = refundHash
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.mint = unsafe bytes.take(UInt32.self, at: offset)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 4)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 6) == 0 else { return nil }
    self.refundHash = unsafe bytes.takeBytes16(at: offset &+ 8)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 6) != 0 { return 6 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(mint, at: offset)
    unsafe bytes.put(count, at: offset &+ 4)
    unsafe bytes.put(UInt16(0), at: offset &+ 6)
    unsafe bytes.put(refundHash, at: offset &+ 8)
  }
}

/// DONATE.
///
/// 48 bytes.
public struct DonateCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.donate
  /// Bytes of the fixed part.
  public static let byteCount = 48
  /// The resource, lease or pool.
  public var target: UInt64
  /// Which of them.
  public var kind: DonationTarget
  /// Label.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(target: UInt64, kind: DonationTarget, label: Name32) {
    self.target = target
    self.kind = kind
    self.label = label
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.target = unsafe bytes.take(UInt64.self, at: offset)
    guard let kind = DonationTarget(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 8)) else { return nil }
    self.kind = kind
    guard unsafe bytes.take(UInt8.self, at: offset &+ 9) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 10) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
    self.label = unsafe bytes.takeName32(at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if DonationTarget(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 8)) == nil { return 8 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 9) != 0 { return 9 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 10) != 0 { return 10 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 48)
    unsafe bytes.put(target, at: offset)
    unsafe bytes.put(kind.rawValue, at: offset &+ 8)
    unsafe bytes.put(UInt8(0), at: offset &+ 9)
    unsafe bytes.put(UInt16(0), at: offset &+ 10)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
    unsafe bytes.put(label, at: offset &+ 16)
  }
}

/// SPEND_DONATIONS.
///
/// 24 bytes.
public struct SpendDonationsCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.spendDonations
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// The provider.
  public var provider: UInt64
  /// The resource.
  public var resource: UInt64
  /// How much; 0: all.
  public var amount: UInt64

  /// All fields, in the order of the layout.
  public init(provider: UInt64, resource: UInt64, amount: UInt64) {
    self.provider = provider
    self.resource = resource
    self.amount = amount
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.provider = unsafe bytes.take(UInt64.self, at: offset)
    self.resource = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(provider, at: offset)
    unsafe bytes.put(resource, at: offset &+ 8)
    unsafe bytes.put(amount, at: offset &+ 16)
  }
}

/// SET_POOL.
///
/// 64 bytes.
public struct SetPoolCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.setPool
  /// Bytes of the fixed part.
  public static let byteCount = 64
  /// PROVIDER or OPERATOR.
  public var actor: Actor
  /// The pool; 0: a new one.
  public var pool: UInt64
  /// Name.
  public var name: Name32
  /// Records that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(actor: Actor, pool: UInt64, name: Name32, count: UInt16) {
    self.actor = actor
    self.pool = pool
    self.name = name
    self.count = count
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 64 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.pool = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.name = unsafe bytes.takeName32(at: offset &+ 24)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 56)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 58) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 60) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 64 else { return 64 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    if unsafe bytes.take(UInt16.self, at: offset &+ 58) != 0 { return 58 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 60) != 0 { return 60 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 64)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(pool, at: offset &+ 16)
    unsafe bytes.put(name, at: offset &+ 24)
    unsafe bytes.put(count, at: offset &+ 56)
    unsafe bytes.put(UInt16(0), at: offset &+ 58)
    unsafe bytes.put(UInt32(0), at: offset &+ 60)
  }
}

/// MATCH.
///
/// 80 bytes.
public struct MatchCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.match
  /// Bytes of the fixed part.
  public static let byteCount = 80
  /// The resource.
  public var resource: UInt64
  /// Claim key hash.
  public var keyHash: Bytes16
  /// Ratio.
  public var numerator: UInt32
  /// Ratio.
  public var denominator: UInt32
  /// Most that it adds to one donation; 0: no limit.
  public var cap: UInt64
  /// How long it matches.
  public var duration: UInt64
  /// Label.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(
    resource: UInt64,
    keyHash: Bytes16,
    numerator: UInt32,
    denominator: UInt32,
    cap: UInt64,
    duration: UInt64,
    label: Name32
  ) {
    self.resource = resource
    self.keyHash = keyHash
    self.numerator = numerator
    self.denominator = denominator
    self.cap = cap
    self.duration = duration
    self.label = label
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 80 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.numerator = unsafe bytes.take(UInt32.self, at: offset &+ 24)
    self.denominator = unsafe bytes.take(UInt32.self, at: offset &+ 28)
    self.cap = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.duration = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.label = unsafe bytes.takeName32(at: offset &+ 48)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 80 else { return 80 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 80)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(keyHash, at: offset &+ 8)
    unsafe bytes.put(numerator, at: offset &+ 24)
    unsafe bytes.put(denominator, at: offset &+ 28)
    unsafe bytes.put(cap, at: offset &+ 32)
    unsafe bytes.put(duration, at: offset &+ 40)
    unsafe bytes.put(label, at: offset &+ 48)
  }
}

/// SCHEDULE.
///
/// 80 bytes.
public struct ScheduleCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.schedule
  /// Bytes of the fixed part.
  public static let byteCount = 80
  /// The resource.
  public var resource: UInt64
  /// Claim key hash.
  public var keyHash: Bytes16
  /// Instalments.
  public var count: UInt32
  /// Time until the first one.
  public var first: UInt64
  /// Time from one to the next.
  public var interval: UInt64
  /// Label.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(resource: UInt64, keyHash: Bytes16, count: UInt32, first: UInt64, interval: UInt64, label: Name32) {
    self.resource = resource
    self.keyHash = keyHash
    self.count = count
    self.first = first
    self.interval = interval
    self.label = label
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 80 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.count = unsafe bytes.take(UInt32.self, at: offset &+ 24)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 28) == 0 else { return nil }
    self.first = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.interval = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.label = unsafe bytes.takeName32(at: offset &+ 48)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 80 else { return 80 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 28) != 0 { return 28 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 80)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(keyHash, at: offset &+ 8)
    unsafe bytes.put(count, at: offset &+ 24)
    unsafe bytes.put(UInt32(0), at: offset &+ 28)
    unsafe bytes.put(first, at: offset &+ 32)
    unsafe bytes.put(interval, at: offset &+ 40)
    unsafe bytes.put(label, at: offset &+ 48)
  }
}

/// OPEN_CAMPAIGN.
///
/// 80 bytes.
public struct OpenCampaignCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.openCampaign
  /// Bytes of the fixed part.
  public static let byteCount = 80
  /// The provider.
  public var provider: UInt64
  /// The resource.
  public var resource: UInt64
  /// Goal.
  public var goal: UInt64
  /// Least pledge.
  public var minimum: UInt64
  /// Time until it closes.
  public var duration: UInt64
  /// Whose unclaimed refunds are.
  public var rule: UnclaimedRule
  /// Label.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(
    provider: UInt64,
    resource: UInt64,
    goal: UInt64,
    minimum: UInt64,
    duration: UInt64,
    rule: UnclaimedRule,
    label: Name32
  ) {
    self.provider = provider
    self.resource = resource
    self.goal = goal
    self.minimum = minimum
    self.duration = duration
    self.rule = rule
    self.label = label
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 80 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.provider = unsafe bytes.take(UInt64.self, at: offset)
    self.resource = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.goal = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.minimum = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.duration = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    guard let rule = UnclaimedRule(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 40)) else { return nil }
    self.rule = rule
    guard unsafe bytes.take(UInt8.self, at: offset &+ 41) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 42) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 44) == 0 else { return nil }
    self.label = unsafe bytes.takeName32(at: offset &+ 48)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 80 else { return 80 }
    if UnclaimedRule(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 40)) == nil { return 40 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 41) != 0 { return 41 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 42) != 0 { return 42 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 44) != 0 { return 44 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 80)
    unsafe bytes.put(provider, at: offset)
    unsafe bytes.put(resource, at: offset &+ 8)
    unsafe bytes.put(goal, at: offset &+ 16)
    unsafe bytes.put(minimum, at: offset &+ 24)
    unsafe bytes.put(duration, at: offset &+ 32)
    unsafe bytes.put(rule.rawValue, at: offset &+ 40)
    unsafe bytes.put(UInt8(0), at: offset &+ 41)
    unsafe bytes.put(UInt16(0), at: offset &+ 42)
    unsafe bytes.put(UInt32(0), at: offset &+ 44)
    unsafe bytes.put(label, at: offset &+ 48)
  }
}

/// PLEDGE.
///
/// 56 bytes.
public struct PledgeCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.pledge
  /// Bytes of the fixed part.
  public static let byteCount = 56
  /// The campaign.
  public var campaign: UInt64
  /// Claim key hash.
  public var keyHash: Bytes16
  /// Label.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(campaign: UInt64, keyHash: Bytes16, label: Name32) {
    self.campaign = campaign
    self.keyHash = keyHash
    self.label = label
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.campaign = unsafe bytes.take(UInt64.self, at: offset)
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.label = unsafe bytes.takeName32(at: offset &+ 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return 56 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 56)
    unsafe bytes.put(campaign, at: offset)
    unsafe bytes.put(keyHash, at: offset &+ 8)
    unsafe bytes.put(label, at: offset &+ 24)
  }
}

/// CANCEL.
///
/// 24 bytes.
public struct CancelCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.cancel
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// PROVIDER or OPERATOR.
  public var actor: Actor
  /// The campaign, offering or claim.
  public var funding: UInt64

  /// All fields, in the order of the layout.
  public init(actor: Actor, funding: UInt64) {
    self.actor = actor
    self.funding = funding
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.funding = unsafe bytes.take(UInt64.self, at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(funding, at: offset &+ 16)
  }
}

/// CLAIM.
///
/// 32 bytes.
public struct ClaimCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.claim
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// The claim.
  public var claim: UInt64
  /// Hash of the key that was shown.
  public var keyHash: Bytes16
  /// Options.
  public var flags: ClaimFlags

  /// All fields, in the order of the layout.
  public init(claim: UInt64, keyHash: Bytes16, flags: ClaimFlags) {
    self.claim = claim
    self.keyHash = keyHash
    self.flags = flags
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.claim = unsafe bytes.take(UInt64.self, at: offset)
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.flags = ClaimFlags(rawValue: unsafe bytes.take(UInt32.self, at: offset &+ 24))
    guard flags.rawValue & ~ClaimFlags.known == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 28) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 24) & ~ClaimFlags.known != 0 { return 24 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 28) != 0 { return 28 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(claim, at: offset)
    unsafe bytes.put(keyHash, at: offset &+ 8)
    unsafe bytes.put(flags.rawValue, at: offset &+ 24)
    unsafe bytes.put(UInt32(0), at: offset &+ 28)
  }
}

/// ROTATE_CLAIM.
///
/// 40 bytes.
public struct RotateClaimCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.rotateClaim
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// The claim.
  public var claim: UInt64
  /// Hash of the key that was shown.
  public var keyHash: Bytes16
  /// Hash of the new one.
  public var newKeyHash: Bytes16

  /// All fields, in the order of the layout.
  public init(claim: UInt64, keyHash: Bytes16, newKeyHash: Bytes16) {
    self.claim = claim
    self.keyHash = keyHash
    self.newKeyHash = newKeyHash
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.claim = unsafe bytes.take(UInt64.self, at: offset)
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.newKeyHash = unsafe bytes.takeBytes16(at: offset &+ 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 40)
    unsafe bytes.put(claim, at: offset)
    unsafe bytes.put(keyHash, at: offset &+ 8)
    unsafe bytes.put(newKeyHash, at: offset &+ 24)
  }
}

/// SPLIT_REVENUE.
///
/// 24 bytes.
public struct SplitRevenueCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.splitRevenue
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// The provider.
  public var provider: UInt64
  /// The resource.
  public var resource: UInt64
  /// Records that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(provider: UInt64, resource: UInt64, count: UInt16) {
    self.provider = provider
    self.resource = resource
    self.count = count
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.provider = unsafe bytes.take(UInt64.self, at: offset)
    self.resource = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 16)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 18) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 20) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 18) != 0 { return 18 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 20) != 0 { return 20 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(provider, at: offset)
    unsafe bytes.put(resource, at: offset &+ 8)
    unsafe bytes.put(count, at: offset &+ 16)
    unsafe bytes.put(UInt16(0), at: offset &+ 18)
    unsafe bytes.put(UInt32(0), at: offset &+ 20)
  }
}

/// OPEN_OFFERING.
///
/// 104 bytes.
public struct OpenOfferingCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.openOffering
  /// Bytes of the fixed part.
  public static let byteCount = 104
  /// The provider.
  public var provider: UInt64
  /// The resource.
  public var resource: UInt64
  /// Most that it takes.
  public var cap: UInt64
  /// Revenue that ends the start-up phase.
  public var criterion: UInt64
  /// Every investment is a multiple of it.
  public var unit: UInt64
  /// Time until it closes.
  public var duration: UInt64
  /// How long it shares.
  public var period: UInt64
  /// Share in the start-up phase.
  public var startShare: UInt32
  /// Share after it.
  public var share: UInt32
  /// Fixed return.
  public var returnPerMillion: UInt32
  /// Records that follow.
  public var count: UInt16
  /// What investors get.
  public var kind: OfferingKind
  /// Label.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(
    provider: UInt64,
    resource: UInt64,
    cap: UInt64,
    criterion: UInt64,
    unit: UInt64,
    duration: UInt64,
    period: UInt64,
    startShare: UInt32,
    share: UInt32,
    returnPerMillion: UInt32,
    count: UInt16,
    kind: OfferingKind,
    label: Name32
  ) {
    self.provider = provider
    self.resource = resource
    self.cap = cap
    self.criterion = criterion
    self.unit = unit
    self.duration = duration
    self.period = period
    self.startShare = startShare
    self.share = share
    self.returnPerMillion = returnPerMillion
    self.count = count
    self.kind = kind
    self.label = label
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 104 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.provider = unsafe bytes.take(UInt64.self, at: offset)
    self.resource = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.cap = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.criterion = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.unit = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.duration = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.period = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.startShare = unsafe bytes.take(UInt32.self, at: offset &+ 56)
    self.share = unsafe bytes.take(UInt32.self, at: offset &+ 60)
    self.returnPerMillion = unsafe bytes.take(UInt32.self, at: offset &+ 64)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 68)
    guard let kind = OfferingKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 70)) else { return nil }
    self.kind = kind
    guard unsafe bytes.take(UInt8.self, at: offset &+ 71) == 0 else { return nil }
    self.label = unsafe bytes.takeName32(at: offset &+ 72)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 104 else { return 104 }
    if OfferingKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 70)) == nil { return 70 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 71) != 0 { return 71 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 104)
    unsafe bytes.put(provider, at: offset)
    unsafe bytes.put(resource, at: offset &+ 8)
    unsafe bytes.put(cap, at: offset &+ 16)
    unsafe bytes.put(criterion, at: offset &+ 24)
    unsafe bytes.put(unit, at: offset &+ 32)
    unsafe bytes.put(duration, at: offset &+ 40)
    unsafe bytes.put(period, at: offset &+ 48)
    unsafe bytes.put(startShare, at: offset &+ 56)
    unsafe bytes.put(share, at: offset &+ 60)
    unsafe bytes.put(returnPerMillion, at: offset &+ 64)
    unsafe bytes.put(count, at: offset &+ 68)
    unsafe bytes.put(kind.rawValue, at: offset &+ 70)
    unsafe bytes.put(UInt8(0), at: offset &+ 71)
    unsafe bytes.put(label, at: offset &+ 72)
  }
}

/// INVEST.
///
/// 24 bytes.
public struct InvestCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.invest
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// The offering.
  public var offering: UInt64
  /// Claim key hash.
  public var keyHash: Bytes16

  /// All fields, in the order of the layout.
  public init(offering: UInt64, keyHash: Bytes16) {
    self.offering = offering
    self.keyHash = keyHash
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.offering = unsafe bytes.take(UInt64.self, at: offset)
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 8)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(offering, at: offset)
    unsafe bytes.put(keyHash, at: offset &+ 8)
  }
}

/// OPEN_AUCTION.
///
/// 112 bytes.
public struct OpenAuctionCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.openAuction
  /// Bytes of the fixed part.
  public static let byteCount = 112
  /// The provider.
  public var provider: UInt64
  /// The resource.
  public var resource: UInt64
  /// Least bid.
  public var reserve: UInt64
  /// How far a bid must be above the best one.
  public var increment: UInt64
  /// Time until it takes no more bids.
  public var duration: UInt64
  /// Time for revealing bids.
  public var reveal: UInt64
  /// How far a late bid moves the end.
  public var extendBy: UInt64
  /// Time until the period begins.
  public var start: UInt64
  /// Length of the period.
  public var period: UInt64
  /// What a bid that is not revealed leaves to the resource.
  public var forfeitPerMillion: UInt32
  /// Rules.
  public var flags: AuctionFlags
  /// Label.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(
    provider: UInt64,
    resource: UInt64,
    reserve: UInt64,
    increment: UInt64,
    duration: UInt64,
    reveal: UInt64,
    extendBy: UInt64,
    start: UInt64,
    period: UInt64,
    forfeitPerMillion: UInt32,
    flags: AuctionFlags,
    label: Name32
  ) {
    self.provider = provider
    self.resource = resource
    self.reserve = reserve
    self.increment = increment
    self.duration = duration
    self.reveal = reveal
    self.extendBy = extendBy
    self.start = start
    self.period = period
    self.forfeitPerMillion = forfeitPerMillion
    self.flags = flags
    self.label = label
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 112 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.provider = unsafe bytes.take(UInt64.self, at: offset)
    self.resource = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.reserve = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.increment = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.duration = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.reveal = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.extendBy = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.start = unsafe bytes.take(UInt64.self, at: offset &+ 56)
    self.period = unsafe bytes.take(UInt64.self, at: offset &+ 64)
    self.forfeitPerMillion = unsafe bytes.take(UInt32.self, at: offset &+ 72)
    self.flags = AuctionFlags(rawValue: unsafe bytes.take(UInt32.self, at: offset &+ 76))
    guard flags.rawValue & ~AuctionFlags.known == 0 else { return nil }
    self.label = unsafe bytes.takeName32(at: offset &+ 80)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 112 else { return 112 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 76) & ~AuctionFlags.known != 0 { return 76 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 112)
    unsafe bytes.put(provider, at: offset)
    unsafe bytes.put(resource, at: offset &+ 8)
    unsafe bytes.put(reserve, at: offset &+ 16)
    unsafe bytes.put(increment, at: offset &+ 24)
    unsafe bytes.put(duration, at: offset &+ 32)
    unsafe bytes.put(reveal, at: offset &+ 40)
    unsafe bytes.put(extendBy, at: offset &+ 48)
    unsafe bytes.put(start, at: offset &+ 56)
    unsafe bytes.put(period, at: offset &+ 64)
    unsafe bytes.put(forfeitPerMillion, at: offset &+ 72)
    unsafe bytes.put(flags.rawValue, at: offset &+ 76)
    unsafe bytes.put(label, at: offset &+ 80)
  }
}

/// BID.
///
/// 248 bytes.
public struct BidCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.bid
  /// Bytes of the fixed part.
  public static let byteCount = 248
  /// The auction.
  public var auction: UInt64
  /// Claim key hash.
  public var keyHash: Bytes16
  /// Commitment.
  public var commitment: Digest32
  /// Banner.
  public var banner: Banner

  /// All fields, in the order of the layout.
  public init(auction: UInt64, keyHash: Bytes16, commitment: Digest32, banner: Banner) {
    self.auction = auction
    self.keyHash = keyHash
    self.commitment = commitment
    self.banner = banner
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 248 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.auction = unsafe bytes.take(UInt64.self, at: offset)
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 8)
    guard let commitment = unsafe Digest32(whole: bytes, at: offset &+ 24) else { return nil }
    self.commitment = commitment
    guard let banner = unsafe Banner(whole: bytes, at: offset &+ 56) else { return nil }
    self.banner = banner
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 248 else { return 248 }
    if let inner = Digest32.fault(in: bytes, at: offset &+ 24) { return 24 + inner }
    if let inner = Banner.fault(in: bytes, at: offset &+ 56) { return 56 + inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 248)
    unsafe bytes.put(auction, at: offset)
    unsafe bytes.put(keyHash, at: offset &+ 8)
    commitment.write(to: &bytes, at: offset &+ 24)
    banner.write(to: &bytes, at: offset &+ 56)
  }
}

/// RAISE_BID.
///
/// 56 bytes.
public struct RaiseBidCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.raiseBid
  /// Bytes of the fixed part.
  public static let byteCount = 56
  /// The bid's claim.
  public var claim: UInt64
  /// Hash of the key that was shown.
  public var keyHash: Bytes16
  /// Commitment.
  public var commitment: Digest32

  /// All fields, in the order of the layout.
  public init(claim: UInt64, keyHash: Bytes16, commitment: Digest32) {
    self.claim = claim
    self.keyHash = keyHash
    self.commitment = commitment
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.claim = unsafe bytes.take(UInt64.self, at: offset)
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 8)
    guard let commitment = unsafe Digest32(whole: bytes, at: offset &+ 24) else { return nil }
    self.commitment = commitment
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return 56 }
    if let inner = Digest32.fault(in: bytes, at: offset &+ 24) { return 24 + inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 56)
    unsafe bytes.put(claim, at: offset)
    unsafe bytes.put(keyHash, at: offset &+ 8)
    commitment.write(to: &bytes, at: offset &+ 24)
  }
}

/// REVEAL_BID.
///
/// 32 bytes.
public struct RevealBidCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.revealBid
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// The bid's claim.
  public var claim: UInt64
  /// The bid.
  public var amount: UInt64
  /// Secret number.
  public var nonce: Bytes16

  /// All fields, in the order of the layout.
  public init(claim: UInt64, amount: UInt64, nonce: Bytes16) {
    self.claim = claim
    self.amount = amount
    self.nonce = nonce
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.claim = unsafe bytes.take(UInt64.self, at: offset)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.nonce = unsafe bytes.takeBytes16(at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(claim, at: offset)
    unsafe bytes.put(amount, at: offset &+ 8)
    unsafe bytes.put(nonce, at: offset &+ 16)
  }
}

/// REFUSE_BID.
///
/// 24 bytes.
public struct RefuseBidCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.refuseBid
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// PROVIDER or OPERATOR.
  public var actor: Actor
  /// The bid's claim.
  public var claim: UInt64

  /// All fields, in the order of the layout.
  public init(actor: Actor, claim: UInt64) {
    self.actor = actor
    self.claim = claim
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.claim = unsafe bytes.take(UInt64.self, at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(claim, at: offset &+ 16)
  }
}

/// ATTACH.
///
/// 16 bytes.
public struct AttachCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.attach
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// The resource.
  public var resource: UInt64
  /// The agent's number.
  public var agent: UInt32
  /// What it does.
  public var flags: AgentFlags

  /// All fields, in the order of the layout.
  public init(resource: UInt64, agent: UInt32, flags: AgentFlags) {
    self.resource = resource
    self.agent = agent
    self.flags = flags
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.agent = unsafe bytes.take(UInt32.self, at: offset &+ 8)
    self.flags = AgentFlags(rawValue: unsafe bytes.take(UInt32.self, at: offset &+ 12))
    guard flags.rawValue & ~AgentFlags.known == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) & ~AgentFlags.known != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(agent, at: offset &+ 8)
    unsafe bytes.put(flags.rawValue, at: offset &+ 12)
  }
}

/// The connection of an agent ended, or nothing was heard of it for too long. No request leads to it.
///
/// 24 bytes.
public struct DetachCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.detach
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// The resource.
  public var resource: UInt64
  /// Last instant up to which the agent is known to have carried out every push; 0: none.
  public var heardAt: UInt64
  /// The agent's number.
  public var agent: UInt32

  /// All fields, in the order of the layout.
  public init(resource: UInt64, heardAt: UInt64, agent: UInt32) {
    self.resource = resource
    self.heardAt = heardAt
    self.agent = agent
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.heardAt = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.agent = unsafe bytes.take(UInt32.self, at: offset &+ 16)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 20) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 20) != 0 { return 20 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(heardAt, at: offset &+ 8)
    unsafe bytes.put(agent, at: offset &+ 16)
    unsafe bytes.put(UInt32(0), at: offset &+ 20)
  }
}

/// REPORT.
///
/// 24 bytes.
public struct ReportCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.report
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// The agent's resource.
  public var resource: UInt64
  /// Number of the report.
  public var number: UInt64
  /// The agent's number.
  public var agent: UInt32
  /// Records that follow.
  public var count: UInt16
  /// 1: all is told of the time in which the agent was lost.
  public var last: UInt8

  /// All fields, in the order of the layout.
  public init(resource: UInt64, number: UInt64, agent: UInt32, count: UInt16, last: UInt8) {
    self.resource = resource
    self.number = number
    self.agent = agent
    self.count = count
    self.last = last
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.number = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.agent = unsafe bytes.take(UInt32.self, at: offset &+ 16)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 20)
    self.last = unsafe bytes.take(UInt8.self, at: offset &+ 22)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 23) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 23) != 0 { return 23 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(number, at: offset &+ 8)
    unsafe bytes.put(agent, at: offset &+ 16)
    unsafe bytes.put(count, at: offset &+ 20)
    unsafe bytes.put(last, at: offset &+ 22)
    unsafe bytes.put(UInt8(0), at: offset &+ 23)
  }
}

/// PROVISION.
///
/// 128 bytes.
public struct ProvisionCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.provision
  /// Bytes of the fixed part.
  public static let byteCount = 128
  /// The agent's resource.
  public var resource: UInt64
  /// The lease.
  public var lease: UInt64
  /// Its epoch, as the agent knows it.
  public var epoch: UInt64
  /// The agent's number.
  public var agent: UInt32
  /// 1: READY. 0: FAILED.
  public var ready: UInt8
  /// Where it is; or why not.
  public var endpoint: Text96

  /// All fields, in the order of the layout.
  public init(resource: UInt64, lease: UInt64, epoch: UInt64, agent: UInt32, ready: UInt8, endpoint: Text96) {
    self.resource = resource
    self.lease = lease
    self.epoch = epoch
    self.agent = agent
    self.ready = ready
    self.endpoint = endpoint
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 128 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.epoch = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.agent = unsafe bytes.take(UInt32.self, at: offset &+ 24)
    self.ready = unsafe bytes.take(UInt8.self, at: offset &+ 28)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 29) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 30) == 0 else { return nil }
    self.endpoint = unsafe bytes.takeText96(at: offset &+ 32)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 128 else { return 128 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 29) != 0 { return 29 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 30) != 0 { return 30 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 128)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(lease, at: offset &+ 8)
    unsafe bytes.put(epoch, at: offset &+ 16)
    unsafe bytes.put(agent, at: offset &+ 24)
    unsafe bytes.put(ready, at: offset &+ 28)
    unsafe bytes.put(UInt8(0), at: offset &+ 29)
    unsafe bytes.put(UInt16(0), at: offset &+ 30)
    unsafe bytes.put(endpoint, at: offset &+ 32)
  }
}

/// VOUCHER.
///
/// 56 bytes.
public struct VoucherCommand: WireCommand {
  /// What it is on the wire.
  public static let kind = CommandKind.voucher
  /// Bytes of the fixed part.
  public static let byteCount = 56
  /// OWNER or DEBIT_KEY.
  public var actor: Actor
  /// The lease.
  public var lease: UInt64
  /// Quantity of each.
  public var quantity: UInt64
  /// Number of the agent that they are for; 0: the one that provisions the lease.
  public var agent: UInt32
  /// Meter.
  public var meter: UInt8
  /// Vouchers.
  public var count: UInt16
  /// Stamp of the agent now. This and what follows is no part of the content: a repeat gets that of the first.
  public var stamp: UInt64
  /// First 8 bytes of its boot nonce.
  public var boot: UInt64

  /// All fields, in the order of the layout.
  public init(
    actor: Actor,
    lease: UInt64,
    quantity: UInt64,
    agent: UInt32,
    meter: UInt8,
    count: UInt16,
    stamp: UInt64,
    boot: UInt64
  ) {
    self.actor = actor
    self.lease = lease
    self.quantity = quantity
    self.agent = agent
    self.meter = meter
    self.count = count
    self.stamp = stamp
    self.boot = boot
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let actor = unsafe Actor(whole: bytes, at: offset) else { return nil }
    self.actor = actor
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.quantity = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.agent = unsafe bytes.take(UInt32.self, at: offset &+ 32)
    self.meter = unsafe bytes.take(UInt8.self, at: offset &+ 36)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 37) == 0 else { return nil }
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 38)
    self.stamp = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.boot = unsafe bytes.take(UInt64.self, at: offset &+ 48)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return 56 }
    if let inner = Actor.fault(in: bytes, at: offset) { return inner }
    if unsafe bytes.take(UInt8.self, at: offset &+ 37) != 0 { return 37 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 56)
    actor.write(to: &bytes, at: offset)
    unsafe bytes.put(lease, at: offset &+ 16)
    unsafe bytes.put(quantity, at: offset &+ 24)
    unsafe bytes.put(agent, at: offset &+ 32)
    unsafe bytes.put(meter, at: offset &+ 36)
    unsafe bytes.put(UInt8(0), at: offset &+ 37)
    unsafe bytes.put(count, at: offset &+ 38)
    unsafe bytes.put(stamp, at: offset &+ 40)
    unsafe bytes.put(boot, at: offset &+ 48)
  }
}
