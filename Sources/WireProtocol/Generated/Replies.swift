// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.

/// Reply to HELLO.
///
/// 80 bytes.
public struct HelloReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.hello
  /// Bytes of the fixed part.
  public static let byteCount = 80
  /// Version spoken from here on.
  public var version: UInt8
  /// 1: the session has receipts from before.
  public var resumed: UInt8
  /// Largest `window` the broker takes.
  public var windowMax: UInt16
  /// Largest frame in either direction.
  public var frameByteCountMax: UInt32
  /// Handles of one connection.
  public var handleCountMax: UInt32
  /// Subscriptions of one connection.
  public var subscriptionCountMax: UInt32
  /// The broker's time.
  public var now: UInt64
  /// Number of this broker's life: a higher one when it was restored from a backup.
  public var incarnation: UInt64
  /// Random nonce of the broker.
  public var nonce: Bytes16
  /// Unit of all amounts, for instance `msat`.
  public var unit: Name32

  /// All fields, in the order of the layout.
  public init(
    version: UInt8,
    resumed: UInt8,
    windowMax: UInt16,
    frameByteCountMax: UInt32,
    handleCountMax: UInt32,
    subscriptionCountMax: UInt32,
    now: UInt64,
    incarnation: UInt64,
    nonce: Bytes16,
    unit: Name32
  ) {
    self.version = version
    self.resumed = resumed
    self.windowMax = windowMax
    self.frameByteCountMax = frameByteCountMax
    self.handleCountMax = handleCountMax
    self.subscriptionCountMax = subscriptionCountMax
    self.now = now
    self.incarnation = incarnation
    self.nonce = nonce
    self.unit = unit
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
    self.version = unsafe bytes.take(UInt8.self, at: offset)
    self.resumed = unsafe bytes.take(UInt8.self, at: offset &+ 1)
    self.windowMax = unsafe bytes.take(UInt16.self, at: offset &+ 2)
    self.frameByteCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.handleCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 8)
    self.subscriptionCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 12)
    self.now = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.incarnation = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.nonce = unsafe bytes.takeBytes16(at: offset &+ 32)
    self.unit = unsafe bytes.takeName32(at: offset &+ 48)
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
    unsafe bytes.put(version, at: offset)
    unsafe bytes.put(resumed, at: offset &+ 1)
    unsafe bytes.put(windowMax, at: offset &+ 2)
    unsafe bytes.put(frameByteCountMax, at: offset &+ 4)
    unsafe bytes.put(handleCountMax, at: offset &+ 8)
    unsafe bytes.put(subscriptionCountMax, at: offset &+ 12)
    unsafe bytes.put(now, at: offset &+ 16)
    unsafe bytes.put(incarnation, at: offset &+ 24)
    unsafe bytes.put(nonce, at: offset &+ 32)
    unsafe bytes.put(unit, at: offset &+ 48)
  }
}

/// Reply to AUTHENTICATE.
///
/// 0 bytes.
public struct AuthenticateReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.authenticate
  /// Bytes of the fixed part.
  public static let byteCount = 0

  /// Has no fields.
  public init() {}

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount >= offset else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 0 else { return 0 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
  }
}

/// Reply to PING.
///
/// 16 bytes.
public struct PingReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.ping
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// The same value.
  public var echo: UInt64
  /// The broker's time.
  public var now: UInt64

  /// All fields, in the order of the layout.
  public init(echo: UInt64, now: UInt64) {
    self.echo = echo
    self.now = now
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
    self.echo = unsafe bytes.take(UInt64.self, at: offset)
    self.now = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(echo, at: offset)
    unsafe bytes.put(now, at: offset &+ 8)
  }
}

/// Reply to REGISTER.
///
/// 8 bytes.
public struct RegisterReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.register
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Its id.
  public var resource: UInt64

  /// All fields, in the order of the layout.
  public init(resource: UInt64) {
    self.resource = resource
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
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(resource, at: offset)
  }
}

/// Reply to UPDATE.
///
/// 16 bytes.
public struct UpdateReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.update
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Version of the terms.
  public var version: UInt32
  /// Live leases that will run on the old terms until the deadline they have.
  public var leases: UInt64

  /// All fields, in the order of the layout.
  public init(version: UInt32, leases: UInt64) {
    self.version = version
    self.leases = leases
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
    self.version = unsafe bytes.take(UInt32.self, at: offset)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
    self.leases = unsafe bytes.take(UInt64.self, at: offset &+ 8)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(version, at: offset)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
    unsafe bytes.put(leases, at: offset &+ 8)
  }
}

/// Reply to LIST.
///
/// 8 bytes.
public struct ListReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.list
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Records that follow.
  public var count: UInt16
  /// 1: there are more.
  public var more: UInt8

  /// All fields, in the order of the layout.
  public init(count: UInt16, more: UInt8) {
    self.count = count
    self.more = more
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
    self.count = unsafe bytes.take(UInt16.self, at: offset)
    self.more = unsafe bytes.take(UInt8.self, at: offset &+ 2)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 3) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 3) != 0 { return 3 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(count, at: offset)
    unsafe bytes.put(more, at: offset &+ 2)
    unsafe bytes.put(UInt8(0), at: offset &+ 3)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
  }
}

/// Reply to DESCRIBE.
///
/// 176 bytes.
public struct DescribeReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.describe
  /// Bytes of the fixed part.
  public static let byteCount = 176
  /// Its id.
  public var resource: UInt64
  /// Its provider's number.
  public var provider: UInt64
  /// Its name.
  public var name: Name32
  /// Its current terms.
  public var terms: Terms
  /// Their version.
  public var version: UInt32

  /// All fields, in the order of the layout.
  public init(resource: UInt64, provider: UInt64, name: Name32, terms: Terms, version: UInt32) {
    self.resource = resource
    self.provider = provider
    self.name = name
    self.terms = terms
    self.version = version
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
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.provider = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.name = unsafe bytes.takeName32(at: offset &+ 16)
    guard let terms = unsafe Terms(whole: bytes, at: offset &+ 48) else { return nil }
    self.terms = terms
    self.version = unsafe bytes.take(UInt32.self, at: offset &+ 168)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 172) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 176 else { return 176 }
    if let inner = Terms.fault(in: bytes, at: offset &+ 48) { return 48 + inner }
    if unsafe bytes.take(UInt32.self, at: offset &+ 172) != 0 { return 172 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 176)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(provider, at: offset &+ 8)
    unsafe bytes.put(name, at: offset &+ 16)
    terms.write(to: &bytes, at: offset &+ 48)
    unsafe bytes.put(version, at: offset &+ 168)
    unsafe bytes.put(UInt32(0), at: offset &+ 172)
  }
}

/// Reply to STATUS.
///
/// 56 bytes.
public struct StatusReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.status
  /// Bytes of the fixed part.
  public static let byteCount = 56
  /// Units it has.
  public var units: UInt32
  /// Units held by leases (may be above `units` after an UPDATE).
  public var unitsLeased: UInt32
  /// Live leases.
  public var leaseCount: UInt32
  /// Of them, suspended at their last wake-up.
  public var leaseCountSuspended: UInt32
  /// Revenue since it was registered, fees included, up to each lease's last settlement.
  public var earned: UInt64
  /// Its donation purse.
  public var donations: UInt64
  /// Amount that its running leases cost per period at their prices, at their last wake-up.
  public var burnRate: UInt64
  /// Lower bound of the instant at which a unit may become free; 0: one is free.
  public var earliestFree: UInt64
  /// Version of the terms.
  public var version: UInt32

  /// All fields, in the order of the layout.
  public init(
    units: UInt32,
    unitsLeased: UInt32,
    leaseCount: UInt32,
    leaseCountSuspended: UInt32,
    earned: UInt64,
    donations: UInt64,
    burnRate: UInt64,
    earliestFree: UInt64,
    version: UInt32
  ) {
    self.units = units
    self.unitsLeased = unitsLeased
    self.leaseCount = leaseCount
    self.leaseCountSuspended = leaseCountSuspended
    self.earned = earned
    self.donations = donations
    self.burnRate = burnRate
    self.earliestFree = earliestFree
    self.version = version
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
    self.units = unsafe bytes.take(UInt32.self, at: offset)
    self.unitsLeased = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.leaseCount = unsafe bytes.take(UInt32.self, at: offset &+ 8)
    self.leaseCountSuspended = unsafe bytes.take(UInt32.self, at: offset &+ 12)
    self.earned = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.donations = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.burnRate = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.earliestFree = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.version = unsafe bytes.take(UInt32.self, at: offset &+ 48)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 52) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return 56 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 52) != 0 { return 52 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 56)
    unsafe bytes.put(units, at: offset)
    unsafe bytes.put(unitsLeased, at: offset &+ 4)
    unsafe bytes.put(leaseCount, at: offset &+ 8)
    unsafe bytes.put(leaseCountSuspended, at: offset &+ 12)
    unsafe bytes.put(earned, at: offset &+ 16)
    unsafe bytes.put(donations, at: offset &+ 24)
    unsafe bytes.put(burnRate, at: offset &+ 32)
    unsafe bytes.put(earliestFree, at: offset &+ 40)
    unsafe bytes.put(version, at: offset &+ 48)
    unsafe bytes.put(UInt32(0), at: offset &+ 52)
  }
}

/// Reply to QUOTE.
///
/// 40 bytes.
public struct QuoteReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.quote
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// Smallest amount whose normal-price deadline is not before `duration` from the grant.
  public var amount: UInt64
  /// Smallest amount that ACQUIRE takes.
  public var amountMin: UInt64
  /// Greatest amount that ACQUIRE takes.
  public var amountMax: UInt64
  /// Lower bound of the instant at which the units may be free; 0: they are.
  public var earliestFree: UInt64
  /// Units free now.
  public var unitsFree: UInt32
  /// Version of the terms.
  public var version: UInt32

  /// All fields, in the order of the layout.
  public init(
    amount: UInt64,
    amountMin: UInt64,
    amountMax: UInt64,
    earliestFree: UInt64,
    unitsFree: UInt32,
    version: UInt32
  ) {
    self.amount = amount
    self.amountMin = amountMin
    self.amountMax = amountMax
    self.earliestFree = earliestFree
    self.unitsFree = unitsFree
    self.version = version
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
    self.amount = unsafe bytes.take(UInt64.self, at: offset)
    self.amountMin = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.amountMax = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.earliestFree = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.unitsFree = unsafe bytes.take(UInt32.self, at: offset &+ 32)
    self.version = unsafe bytes.take(UInt32.self, at: offset &+ 36)
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
    unsafe bytes.put(amount, at: offset)
    unsafe bytes.put(amountMin, at: offset &+ 8)
    unsafe bytes.put(amountMax, at: offset &+ 16)
    unsafe bytes.put(earliestFree, at: offset &+ 24)
    unsafe bytes.put(unitsFree, at: offset &+ 32)
    unsafe bytes.put(version, at: offset &+ 36)
  }
}

/// Reply to ACQUIRE.
///
/// 40 bytes.
public struct AcquireReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.acquire
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// The lease's public id.
  public var lease: UInt64
  /// Its fencing epoch.
  public var epoch: UInt64
  /// Last instant that is paid.
  public var deadline: UInt64
  /// Its purse: the amount credited.
  public var balance: UInt64
  /// Payment id.
  public var payment: UInt64

  /// All fields, in the order of the layout.
  public init(lease: UInt64, epoch: UInt64, deadline: UInt64, balance: UInt64, payment: UInt64) {
    self.lease = lease
    self.epoch = epoch
    self.deadline = deadline
    self.balance = balance
    self.payment = payment
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
    self.lease = unsafe bytes.take(UInt64.self, at: offset)
    self.epoch = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.deadline = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.balance = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 32)
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
    unsafe bytes.put(lease, at: offset)
    unsafe bytes.put(epoch, at: offset &+ 8)
    unsafe bytes.put(deadline, at: offset &+ 16)
    unsafe bytes.put(balance, at: offset &+ 24)
    unsafe bytes.put(payment, at: offset &+ 32)
  }
}

/// Reply to FUND.
///
/// 40 bytes.
public struct FundReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.fund
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// The purse now.
  public var balance: UInt64
  /// Last instant that is paid.
  public var deadline: UInt64
  /// What this payment added.
  public var credited: UInt64
  /// Payment id.
  public var payment: UInt64
  /// The lease's epoch (a new one when it was suspended).
  public var epoch: UInt64

  /// All fields, in the order of the layout.
  public init(balance: UInt64, deadline: UInt64, credited: UInt64, payment: UInt64, epoch: UInt64) {
    self.balance = balance
    self.deadline = deadline
    self.credited = credited
    self.payment = payment
    self.epoch = epoch
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
    self.balance = unsafe bytes.take(UInt64.self, at: offset)
    self.deadline = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.credited = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.epoch = unsafe bytes.take(UInt64.self, at: offset &+ 32)
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
    unsafe bytes.put(balance, at: offset)
    unsafe bytes.put(deadline, at: offset &+ 8)
    unsafe bytes.put(credited, at: offset &+ 16)
    unsafe bytes.put(payment, at: offset &+ 24)
    unsafe bytes.put(epoch, at: offset &+ 32)
  }
}

/// Reply to BIND.
///
/// 24 bytes.
public struct BindReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.bind
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// The handle; from 1.
  public var handle: UInt32
  /// OWNER or DEBIT_KEY.
  public var authority: Authority
  /// The lease's state.
  public var state: LeaseState
  /// The lease's epoch.
  public var epoch: UInt64
  /// Last use number used with this key: go on above it.
  public var useNumber: UInt64

  /// All fields, in the order of the layout.
  public init(handle: UInt32, authority: Authority, state: LeaseState, epoch: UInt64, useNumber: UInt64) {
    self.handle = handle
    self.authority = authority
    self.state = state
    self.epoch = epoch
    self.useNumber = useNumber
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
    self.handle = unsafe bytes.take(UInt32.self, at: offset)
    guard let authority = Authority(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 4)) else { return nil }
    self.authority = authority
    guard let state = LeaseState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 5)) else { return nil }
    self.state = state
    guard unsafe bytes.take(UInt16.self, at: offset &+ 6) == 0 else { return nil }
    self.epoch = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.useNumber = unsafe bytes.take(UInt64.self, at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if Authority(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 4)) == nil { return 4 }
    if LeaseState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 5)) == nil { return 5 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 6) != 0 { return 6 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(authority.rawValue, at: offset &+ 4)
    unsafe bytes.put(state.rawValue, at: offset &+ 5)
    unsafe bytes.put(UInt16(0), at: offset &+ 6)
    unsafe bytes.put(epoch, at: offset &+ 8)
    unsafe bytes.put(useNumber, at: offset &+ 16)
  }
}

/// Reply to USE.
///
/// 16 bytes.
public struct UseReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.use
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// What it cost. Of a repeat (REPLAYED) 0: it was charged before, and how much is not kept.
  public var charged: UInt64
  /// The purse now.
  public var balance: UInt64

  /// All fields, in the order of the layout.
  public init(charged: UInt64, balance: UInt64) {
    self.charged = charged
    self.balance = balance
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
    self.charged = unsafe bytes.take(UInt64.self, at: offset)
    self.balance = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(charged, at: offset)
    unsafe bytes.put(balance, at: offset &+ 8)
  }
}

/// Reply to RESERVE.
///
/// 32 bytes.
public struct ReserveReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.reserve
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Its id.
  public var reservation: UInt64
  /// Amount held.
  public var held: UInt64
  /// When it goes back.
  public var until: UInt64
  /// What is left in the purse.
  public var balance: UInt64

  /// All fields, in the order of the layout.
  public init(reservation: UInt64, held: UInt64, until: UInt64, balance: UInt64) {
    self.reservation = reservation
    self.held = held
    self.until = until
    self.balance = balance
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
    self.reservation = unsafe bytes.take(UInt64.self, at: offset)
    self.held = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.until = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.balance = unsafe bytes.take(UInt64.self, at: offset &+ 24)
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
    unsafe bytes.put(reservation, at: offset)
    unsafe bytes.put(held, at: offset &+ 8)
    unsafe bytes.put(until, at: offset &+ 16)
    unsafe bytes.put(balance, at: offset &+ 24)
  }
}

/// Reply to SETTLE.
///
/// 24 bytes.
public struct SettleReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.settle
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// What it cost.
  public var charged: UInt64
  /// What went back.
  public var returned: UInt64
  /// The purse now.
  public var balance: UInt64

  /// All fields, in the order of the layout.
  public init(charged: UInt64, returned: UInt64, balance: UInt64) {
    self.charged = charged
    self.returned = returned
    self.balance = balance
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
    self.charged = unsafe bytes.take(UInt64.self, at: offset)
    self.returned = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.balance = unsafe bytes.take(UInt64.self, at: offset &+ 16)
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
    unsafe bytes.put(charged, at: offset)
    unsafe bytes.put(returned, at: offset &+ 8)
    unsafe bytes.put(balance, at: offset &+ 16)
  }
}

/// Reply to GRANT_DEBIT_KEY.
///
/// 16 bytes.
public struct GrantDebitKeyReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.grantDebitKey
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// What the key has debited so far.
  public var spent: UInt64
  /// Id of the debit key; 0: withdrawn.
  public var debitKey: UInt64

  /// All fields, in the order of the layout.
  public init(spent: UInt64, debitKey: UInt64) {
    self.spent = spent
    self.debitKey = debitKey
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
    self.spent = unsafe bytes.take(UInt64.self, at: offset)
    self.debitKey = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(spent, at: offset)
    unsafe bytes.put(debitKey, at: offset &+ 8)
  }
}

/// Reply to CHECK.
///
/// 72 bytes.
public struct CheckReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.check
  /// Bytes of the fixed part.
  public static let byteCount = 72
  /// Its resource.
  public var resource: UInt64
  /// Its fencing epoch.
  public var epoch: UInt64
  /// Its state now.
  public var state: LeaseState
  /// 1: an open lease.
  public var open: UInt8
  /// Its units (of an ended lease: those it had).
  public var units: UInt32
  /// Last instant that is paid (of an ended lease: when it ended).
  public var deadline: UInt64
  /// Deadline + 1 + grace: when it expires (of an ended lease: when it is forgotten).
  public var end: UInt64
  /// Own money in its purse (of an ended lease: what its owner can collect).
  public var own: UInt64
  /// Given money in its purse.
  public var given: UInt64
  /// Money held by RESERVE.
  public var reserved: UInt64
  /// Own money in its open chains (of an ended lease: 0).
  public var deposits: UInt64

  /// All fields, in the order of the layout.
  public init(
    resource: UInt64,
    epoch: UInt64,
    state: LeaseState,
    open: UInt8,
    units: UInt32,
    deadline: UInt64,
    end: UInt64,
    own: UInt64,
    given: UInt64,
    reserved: UInt64,
    deposits: UInt64
  ) {
    self.resource = resource
    self.epoch = epoch
    self.state = state
    self.open = open
    self.units = units
    self.deadline = deadline
    self.end = end
    self.own = own
    self.given = given
    self.reserved = reserved
    self.deposits = deposits
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 72 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.epoch = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    guard let state = LeaseState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 16)) else { return nil }
    self.state = state
    self.open = unsafe bytes.take(UInt8.self, at: offset &+ 17)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 18) == 0 else { return nil }
    self.units = unsafe bytes.take(UInt32.self, at: offset &+ 20)
    self.deadline = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.end = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.own = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.given = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.reserved = unsafe bytes.take(UInt64.self, at: offset &+ 56)
    self.deposits = unsafe bytes.take(UInt64.self, at: offset &+ 64)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 72 else { return 72 }
    if LeaseState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 16)) == nil { return 16 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 18) != 0 { return 18 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 72)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(epoch, at: offset &+ 8)
    unsafe bytes.put(state.rawValue, at: offset &+ 16)
    unsafe bytes.put(open, at: offset &+ 17)
    unsafe bytes.put(UInt16(0), at: offset &+ 18)
    unsafe bytes.put(units, at: offset &+ 20)
    unsafe bytes.put(deadline, at: offset &+ 24)
    unsafe bytes.put(end, at: offset &+ 32)
    unsafe bytes.put(own, at: offset &+ 40)
    unsafe bytes.put(given, at: offset &+ 48)
    unsafe bytes.put(reserved, at: offset &+ 56)
    unsafe bytes.put(deposits, at: offset &+ 64)
  }
}

/// Reply to RELEASE.
///
/// 32 bytes.
public struct ReleaseReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.release
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Amount paid out.
  public var change: UInt64
  /// Given money that went to the resource's donation purse.
  public var given: UInt64
  /// Serial of the note; 0: none.
  public var firstSerial: UInt64
  /// Its key epoch.
  public var keyEpoch: UInt32
  /// Notes that follow: 0 or 1.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(change: UInt64, given: UInt64, firstSerial: UInt64, keyEpoch: UInt32, count: UInt16) {
    self.change = change
    self.given = given
    self.firstSerial = firstSerial
    self.keyEpoch = keyEpoch
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
    self.change = unsafe bytes.take(UInt64.self, at: offset)
    self.given = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.firstSerial = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.keyEpoch = unsafe bytes.take(UInt32.self, at: offset &+ 24)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 28)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 30) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 30) != 0 { return 30 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(change, at: offset)
    unsafe bytes.put(given, at: offset &+ 8)
    unsafe bytes.put(firstSerial, at: offset &+ 16)
    unsafe bytes.put(keyEpoch, at: offset &+ 24)
    unsafe bytes.put(count, at: offset &+ 28)
    unsafe bytes.put(UInt16(0), at: offset &+ 30)
  }
}

/// Reply to REVOKE.
///
/// 16 bytes.
public struct RevokeReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.revoke
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Own money kept for the owner.
  public var refund: UInt64
  /// Given money that went to the resource's donation purse.
  public var given: UInt64

  /// All fields, in the order of the layout.
  public init(refund: UInt64, given: UInt64) {
    self.refund = refund
    self.given = given
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
    self.refund = unsafe bytes.take(UInt64.self, at: offset)
    self.given = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(refund, at: offset)
    unsafe bytes.put(given, at: offset &+ 8)
  }
}

/// Reply to TRANSFER.
///
/// 8 bytes.
public struct TransferReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.transfer
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The lease's new epoch.
  public var epoch: UInt64

  /// All fields, in the order of the layout.
  public init(epoch: UInt64) {
    self.epoch = epoch
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
    self.epoch = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(epoch, at: offset)
  }
}

/// Reply to SUBSCRIBE.
///
/// 8 bytes.
public struct SubscribeReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.subscribe
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Subscriptions of this connection now.
  public var count: UInt64

  /// All fields, in the order of the layout.
  public init(count: UInt64) {
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
    self.count = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(count, at: offset)
  }
}

/// Reply to OPEN_CHAIN.
///
/// 32 bytes.
public struct OpenChainReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.openChain
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// What was put into the chain.
  public var deposit: UInt64
  /// The purse now.
  public var balance: UInt64
  /// Last instant that is paid.
  public var deadline: UInt64
  /// Payment id; 0: no payment was attached.
  public var payment: UInt64

  /// All fields, in the order of the layout.
  public init(deposit: UInt64, balance: UInt64, deadline: UInt64, payment: UInt64) {
    self.deposit = deposit
    self.balance = balance
    self.deadline = deadline
    self.payment = payment
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
    self.deposit = unsafe bytes.take(UInt64.self, at: offset)
    self.balance = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.deadline = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 24)
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
    unsafe bytes.put(deposit, at: offset)
    unsafe bytes.put(balance, at: offset &+ 8)
    unsafe bytes.put(deadline, at: offset &+ 16)
    unsafe bytes.put(payment, at: offset &+ 24)
  }
}

/// Reply to CLOSE_CHAIN.
///
/// 24 bytes.
public struct CloseChainReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.closeChain
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// What went back to the purse.
  public var returned: UInt64
  /// The purse now.
  public var balance: UInt64
  /// Index of the last word that was shown.
  public var index: UInt32

  /// All fields, in the order of the layout.
  public init(returned: UInt64, balance: UInt64, index: UInt32) {
    self.returned = returned
    self.balance = balance
    self.index = index
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
    self.returned = unsafe bytes.take(UInt64.self, at: offset)
    self.balance = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.index = unsafe bytes.take(UInt32.self, at: offset &+ 16)
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
    unsafe bytes.put(returned, at: offset)
    unsafe bytes.put(balance, at: offset &+ 8)
    unsafe bytes.put(index, at: offset &+ 16)
    unsafe bytes.put(UInt32(0), at: offset &+ 20)
  }
}

/// Reply to CHECK_CHAIN.
///
/// 32 bytes.
public struct CheckChainReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.checkChain
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Index of the last word that was shown.
  public var index: UInt32
  /// Its steps.
  public var length: UInt32
  /// What each is worth.
  public var weight: UInt64
  /// The last word that was shown; index 0: the root.
  public var word: Bytes16

  /// All fields, in the order of the layout.
  public init(index: UInt32, length: UInt32, weight: UInt64, word: Bytes16) {
    self.index = index
    self.length = length
    self.weight = weight
    self.word = word
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
    self.index = unsafe bytes.take(UInt32.self, at: offset)
    self.length = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.weight = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.word = unsafe bytes.takeBytes16(at: offset &+ 16)
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
    unsafe bytes.put(index, at: offset)
    unsafe bytes.put(length, at: offset &+ 4)
    unsafe bytes.put(weight, at: offset &+ 8)
    unsafe bytes.put(word, at: offset &+ 16)
  }
}

/// Reply to PAYMENT.
///
/// 64 bytes.
public struct PaymentReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.payment
  /// Bytes of the fixed part.
  public static let byteCount = 64
  /// What became of it.
  public var outcome: PaymentOutcome
  /// Of ecash: the operation that it was for; else 0.
  public var opcode: UInt8
  /// Of ecash: PAYMENT_PENDING, OK, or why it was not taken or could not do what it was for; else OK.
  public var status: Status
  /// Bit n: token number n was taken.
  public var spent: UInt32
  /// Sum of the tokens shown; of ecash what it is worth here, or becomes; else 0.
  public var amount: UInt64
  /// As `status` says.
  public var detail: UInt64
  /// Of ecash that was taken: the reply to its request; else zero.
  public var reply: KeptReply

  /// All fields, in the order of the layout.
  public init(
    outcome: PaymentOutcome,
    opcode: UInt8,
    status: Status,
    spent: UInt32,
    amount: UInt64,
    detail: UInt64,
    reply: KeptReply
  ) {
    self.outcome = outcome
    self.opcode = opcode
    self.status = status
    self.spent = spent
    self.amount = amount
    self.detail = detail
    self.reply = reply
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
    guard let outcome = PaymentOutcome(rawValue: unsafe bytes.take(UInt8.self, at: offset)) else { return nil }
    self.outcome = outcome
    self.opcode = unsafe bytes.take(UInt8.self, at: offset &+ 1)
    guard let status = Status(rawValue: unsafe bytes.take(UInt16.self, at: offset &+ 2)) else { return nil }
    self.status = status
    self.spent = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.detail = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    guard let reply = unsafe KeptReply(whole: bytes, at: offset &+ 24) else { return nil }
    self.reply = reply
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 64 else { return 64 }
    if PaymentOutcome(rawValue: unsafe bytes.take(UInt8.self, at: offset)) == nil { return 0 }
    if Status(rawValue: unsafe bytes.take(UInt16.self, at: offset &+ 2)) == nil { return 2 }
    if let inner = KeptReply.fault(in: bytes, at: offset &+ 24) { return 24 + inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 64)
    unsafe bytes.put(outcome.rawValue, at: offset)
    unsafe bytes.put(opcode, at: offset &+ 1)
    unsafe bytes.put(status.rawValue, at: offset &+ 2)
    unsafe bytes.put(spent, at: offset &+ 4)
    unsafe bytes.put(amount, at: offset &+ 8)
    unsafe bytes.put(detail, at: offset &+ 16)
    reply.write(to: &bytes, at: offset &+ 24)
  }
}

/// Reply to REFUND.
///
/// 24 bytes.
public struct RefundReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.refund
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// What it is worth.
  public var amount: UInt64
  /// Serial of the first note; the others follow on.
  public var firstSerial: UInt64
  /// Their key epoch.
  public var keyEpoch: UInt32
  /// Notes that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(amount: UInt64, firstSerial: UInt64, keyEpoch: UInt32, count: UInt16) {
    self.amount = amount
    self.firstSerial = firstSerial
    self.keyEpoch = keyEpoch
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
    self.firstSerial = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.keyEpoch = unsafe bytes.take(UInt32.self, at: offset &+ 16)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 20)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 22) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 22) != 0 { return 22 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(amount, at: offset)
    unsafe bytes.put(firstSerial, at: offset &+ 8)
    unsafe bytes.put(keyEpoch, at: offset &+ 16)
    unsafe bytes.put(count, at: offset &+ 20)
    unsafe bytes.put(UInt16(0), at: offset &+ 22)
  }
}

/// Reply to MINTS.
///
/// 40 bytes.
public struct MintsReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.mints
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// The x of the key, its first half.
  public var lockX0: Bytes16
  /// The other half.
  public var lockX1: Bytes16
  /// 1: its y is odd; else 0.
  public var lockIsOdd: UInt8
  /// Records that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(lockX0: Bytes16, lockX1: Bytes16, lockIsOdd: UInt8, count: UInt16) {
    self.lockX0 = lockX0
    self.lockX1 = lockX1
    self.lockIsOdd = lockIsOdd
    self.count = count
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
    self.lockX0 = unsafe bytes.takeBytes16(at: offset)
    self.lockX1 = unsafe bytes.takeBytes16(at: offset &+ 16)
    self.lockIsOdd = unsafe bytes.take(UInt8.self, at: offset &+ 32)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 33) == 0 else { return nil }
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 34)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 36) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 33) != 0 { return 33 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 36) != 0 { return 36 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 40)
    unsafe bytes.put(lockX0, at: offset)
    unsafe bytes.put(lockX1, at: offset &+ 16)
    unsafe bytes.put(lockIsOdd, at: offset &+ 32)
    unsafe bytes.put(UInt8(0), at: offset &+ 33)
    unsafe bytes.put(count, at: offset &+ 34)
    unsafe bytes.put(UInt32(0), at: offset &+ 36)
  }
}

/// Reply to PAYOUT.
///
/// 24 bytes.
public struct PayoutReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.payout
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// The payout, as PAYMENT, SIGNATURES and REFUND name it.
  public var payment: UInt64
  /// What is paid out, in the mint's unit.
  public var amount: UInt64
  /// What is kept of it for the mint's fees, in the mint's unit.
  public var fee: UInt64

  /// All fields, in the order of the layout.
  public init(payment: UInt64, amount: UInt64, fee: UInt64) {
    self.payment = payment
    self.amount = amount
    self.fee = fee
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
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.fee = unsafe bytes.take(UInt64.self, at: offset &+ 16)
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
    unsafe bytes.put(amount, at: offset &+ 8)
    unsafe bytes.put(fee, at: offset &+ 16)
  }
}

/// Reply to SIGNATURES.
///
/// 48 bytes.
public struct SignaturesReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.signatures
  /// Bytes of the fixed part.
  public static let byteCount = 48
  /// What they are worth, in the mint's unit.
  public var amount: UInt64
  /// Id of their keyset: bytes 0 to 15, zero-padded where it has 8.
  public var id0: Bytes16
  /// Bytes 16 to 31.
  public var id1: Bytes16
  /// Byte 32.
  public var idLast: UInt8
  /// 8 or 33.
  public var idByteCount: UInt8
  /// Records that follow: of the first so many outputs.
  public var count: UInt16
  /// Number of the mint.
  public var mint: UInt32

  /// All fields, in the order of the layout.
  public init(
    amount: UInt64,
    id0: Bytes16,
    id1: Bytes16,
    idLast: UInt8,
    idByteCount: UInt8,
    count: UInt16,
    mint: UInt32
  ) {
    self.amount = amount
    self.id0 = id0
    self.id1 = id1
    self.idLast = idLast
    self.idByteCount = idByteCount
    self.count = count
    self.mint = mint
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
    self.amount = unsafe bytes.take(UInt64.self, at: offset)
    self.id0 = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.id1 = unsafe bytes.takeBytes16(at: offset &+ 24)
    self.idLast = unsafe bytes.take(UInt8.self, at: offset &+ 40)
    self.idByteCount = unsafe bytes.take(UInt8.self, at: offset &+ 41)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 42)
    self.mint = unsafe bytes.take(UInt32.self, at: offset &+ 44)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 48)
    unsafe bytes.put(amount, at: offset)
    unsafe bytes.put(id0, at: offset &+ 8)
    unsafe bytes.put(id1, at: offset &+ 24)
    unsafe bytes.put(idLast, at: offset &+ 40)
    unsafe bytes.put(idByteCount, at: offset &+ 41)
    unsafe bytes.put(count, at: offset &+ 42)
    unsafe bytes.put(mint, at: offset &+ 44)
  }
}

/// Reply to TREASURY.
///
/// 104 bytes.
public struct TreasuryReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.treasury
  /// Bytes of the fixed part.
  public static let byteCount = 104
  /// What the broker's proofs are worth, those being spent included; like all sums here in the mint's unit.
  public var held: UInt64
  /// Of payments that are not credited.
  public var waiting: UInt64
  /// Of payments that are credited and not swapped.
  public var credited: UInt64
  /// Of payouts that wait.
  public var promised: UInt64
  /// What swaps of payments brought.
  public var received: UInt64
  /// What was paid out.
  public var paid: UInt64
  /// What the mint kept as fees.
  public var fees: UInt64
  /// What was credited and refused, and proofs of the broker's that somebody else spent.
  public var lost: UInt64
  /// Proofs of the broker's that the mint had signed and it did not know of.
  public var found: UInt64
  /// Most that is had and taken; 0: any.
  public var ceiling: UInt64
  /// When the mint last answered as a mint does; 0: not since the start.
  public var answeredAt: UInt64
  /// When the first lock ends of what is credited and not swapped; 0: none does.
  public var locktime: UInt64
  /// Questions in a row of which nothing came.
  public var failureCount: UInt32
  /// Records that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(
    held: UInt64,
    waiting: UInt64,
    credited: UInt64,
    promised: UInt64,
    received: UInt64,
    paid: UInt64,
    fees: UInt64,
    lost: UInt64,
    found: UInt64,
    ceiling: UInt64,
    answeredAt: UInt64,
    locktime: UInt64,
    failureCount: UInt32,
    count: UInt16
  ) {
    self.held = held
    self.waiting = waiting
    self.credited = credited
    self.promised = promised
    self.received = received
    self.paid = paid
    self.fees = fees
    self.lost = lost
    self.found = found
    self.ceiling = ceiling
    self.answeredAt = answeredAt
    self.locktime = locktime
    self.failureCount = failureCount
    self.count = count
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
    self.held = unsafe bytes.take(UInt64.self, at: offset)
    self.waiting = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.credited = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.promised = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.received = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.paid = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.fees = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.lost = unsafe bytes.take(UInt64.self, at: offset &+ 56)
    self.found = unsafe bytes.take(UInt64.self, at: offset &+ 64)
    self.ceiling = unsafe bytes.take(UInt64.self, at: offset &+ 72)
    self.answeredAt = unsafe bytes.take(UInt64.self, at: offset &+ 80)
    self.locktime = unsafe bytes.take(UInt64.self, at: offset &+ 88)
    self.failureCount = unsafe bytes.take(UInt32.self, at: offset &+ 96)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 100)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 102) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 104 else { return 104 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 102) != 0 { return 102 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 104)
    unsafe bytes.put(held, at: offset)
    unsafe bytes.put(waiting, at: offset &+ 8)
    unsafe bytes.put(credited, at: offset &+ 16)
    unsafe bytes.put(promised, at: offset &+ 24)
    unsafe bytes.put(received, at: offset &+ 32)
    unsafe bytes.put(paid, at: offset &+ 40)
    unsafe bytes.put(fees, at: offset &+ 48)
    unsafe bytes.put(lost, at: offset &+ 56)
    unsafe bytes.put(found, at: offset &+ 64)
    unsafe bytes.put(ceiling, at: offset &+ 72)
    unsafe bytes.put(answeredAt, at: offset &+ 80)
    unsafe bytes.put(locktime, at: offset &+ 88)
    unsafe bytes.put(failureCount, at: offset &+ 96)
    unsafe bytes.put(count, at: offset &+ 100)
    unsafe bytes.put(UInt16(0), at: offset &+ 102)
  }
}

/// Reply to EXCHANGE.
///
/// 32 bytes.
public struct ExchangeReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.exchange
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Their sum.
  public var amount: UInt64
  /// Serial of the first; the others follow on.
  public var firstSerial: UInt64
  /// Payment id.
  public var payment: UInt64
  /// Their key epoch.
  public var keyEpoch: UInt32
  /// Notes that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(amount: UInt64, firstSerial: UInt64, payment: UInt64, keyEpoch: UInt32, count: UInt16) {
    self.amount = amount
    self.firstSerial = firstSerial
    self.payment = payment
    self.keyEpoch = keyEpoch
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
    self.amount = unsafe bytes.take(UInt64.self, at: offset)
    self.firstSerial = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.keyEpoch = unsafe bytes.take(UInt32.self, at: offset &+ 24)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 28)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 30) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 30) != 0 { return 30 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(amount, at: offset)
    unsafe bytes.put(firstSerial, at: offset &+ 8)
    unsafe bytes.put(payment, at: offset &+ 16)
    unsafe bytes.put(keyEpoch, at: offset &+ 24)
    unsafe bytes.put(count, at: offset &+ 28)
    unsafe bytes.put(UInt16(0), at: offset &+ 30)
  }
}

/// Reply to ISSUE.
///
/// 24 bytes.
public struct IssueReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.issue
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Their sum.
  public var amount: UInt64
  /// Serial of the first; the others follow on.
  public var firstSerial: UInt64
  /// Their key epoch.
  public var keyEpoch: UInt32
  /// Notes that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(amount: UInt64, firstSerial: UInt64, keyEpoch: UInt32, count: UInt16) {
    self.amount = amount
    self.firstSerial = firstSerial
    self.keyEpoch = keyEpoch
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
    self.firstSerial = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.keyEpoch = unsafe bytes.take(UInt32.self, at: offset &+ 16)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 20)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 22) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 22) != 0 { return 22 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(amount, at: offset)
    unsafe bytes.put(firstSerial, at: offset &+ 8)
    unsafe bytes.put(keyEpoch, at: offset &+ 16)
    unsafe bytes.put(count, at: offset &+ 20)
    unsafe bytes.put(UInt16(0), at: offset &+ 22)
  }
}

/// Reply to WITHDRAW.
///
/// 32 bytes.
public struct WithdrawReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.withdraw
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Amount paid out.
  public var amount: UInt64
  /// Earnings that are left.
  public var left: UInt64
  /// Serial of the note.
  public var firstSerial: UInt64
  /// Its key epoch.
  public var keyEpoch: UInt32
  /// Notes that follow: 1.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(amount: UInt64, left: UInt64, firstSerial: UInt64, keyEpoch: UInt32, count: UInt16) {
    self.amount = amount
    self.left = left
    self.firstSerial = firstSerial
    self.keyEpoch = keyEpoch
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
    self.amount = unsafe bytes.take(UInt64.self, at: offset)
    self.left = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.firstSerial = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.keyEpoch = unsafe bytes.take(UInt32.self, at: offset &+ 24)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 28)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 30) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 30) != 0 { return 30 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(amount, at: offset)
    unsafe bytes.put(left, at: offset &+ 8)
    unsafe bytes.put(firstSerial, at: offset &+ 16)
    unsafe bytes.put(keyEpoch, at: offset &+ 24)
    unsafe bytes.put(count, at: offset &+ 28)
    unsafe bytes.put(UInt16(0), at: offset &+ 30)
  }
}

/// Reply to ROTATE.
///
/// 16 bytes.
public struct RotateReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.rotate
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// The new key epoch.
  public var keyEpoch: UInt32
  /// When notes of the one before end.
  public var validUntil: UInt64

  /// All fields, in the order of the layout.
  public init(keyEpoch: UInt32, validUntil: UInt64) {
    self.keyEpoch = keyEpoch
    self.validUntil = validUntil
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
    self.keyEpoch = unsafe bytes.take(UInt32.self, at: offset)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
    self.validUntil = unsafe bytes.take(UInt64.self, at: offset &+ 8)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(keyEpoch, at: offset)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
    unsafe bytes.put(validUntil, at: offset &+ 8)
  }
}

/// Reply to ACCEPT_LOSS.
///
/// 8 bytes.
public struct AcceptLossReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.acceptLoss
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// What the notes that were quarantined are worth; 0: there were none.
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

/// Reply to BROKER_STATUS.
///
/// 96 bytes.
public struct BrokerStatusReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.brokerStatus
  /// Bytes of the fixed part.
  public static let byteCount = 96
  /// The broker's time.
  public var now: UInt64
  /// When it started.
  public var startedAt: UInt64
  /// Commands applied since its genesis.
  public var sequence: UInt64
  /// Of them, durable.
  public var durable: UInt64
  /// Requests accepted since it started.
  public var accepted: UInt64
  /// Requests refused since it started.
  public var refused: UInt64
  /// Money credited to purses since its genesis.
  public var credited: UInt64
  /// Money charged for time and use since its genesis.
  public var charged: UInt64
  /// Connections.
  public var connections: UInt32
  /// Sessions that are kept.
  public var sessions: UInt32
  /// Resources.
  public var resources: UInt32
  /// Live leases.
  public var leases: UInt32
  /// Ended leases that are remembered.
  public var ended: UInt32
  /// Subscriptions.
  public var subscriptions: UInt32
  /// Note key epoch in use.
  public var keyEpoch: UInt32
  /// Capacity of the lease table.
  public var leaseCountMax: UInt32

  /// All fields, in the order of the layout.
  public init(
    now: UInt64,
    startedAt: UInt64,
    sequence: UInt64,
    durable: UInt64,
    accepted: UInt64,
    refused: UInt64,
    credited: UInt64,
    charged: UInt64,
    connections: UInt32,
    sessions: UInt32,
    resources: UInt32,
    leases: UInt32,
    ended: UInt32,
    subscriptions: UInt32,
    keyEpoch: UInt32,
    leaseCountMax: UInt32
  ) {
    self.now = now
    self.startedAt = startedAt
    self.sequence = sequence
    self.durable = durable
    self.accepted = accepted
    self.refused = refused
    self.credited = credited
    self.charged = charged
    self.connections = connections
    self.sessions = sessions
    self.resources = resources
    self.leases = leases
    self.ended = ended
    self.subscriptions = subscriptions
    self.keyEpoch = keyEpoch
    self.leaseCountMax = leaseCountMax
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 96 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.now = unsafe bytes.take(UInt64.self, at: offset)
    self.startedAt = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.sequence = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.durable = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.accepted = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.refused = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.credited = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.charged = unsafe bytes.take(UInt64.self, at: offset &+ 56)
    self.connections = unsafe bytes.take(UInt32.self, at: offset &+ 64)
    self.sessions = unsafe bytes.take(UInt32.self, at: offset &+ 68)
    self.resources = unsafe bytes.take(UInt32.self, at: offset &+ 72)
    self.leases = unsafe bytes.take(UInt32.self, at: offset &+ 76)
    self.ended = unsafe bytes.take(UInt32.self, at: offset &+ 80)
    self.subscriptions = unsafe bytes.take(UInt32.self, at: offset &+ 84)
    self.keyEpoch = unsafe bytes.take(UInt32.self, at: offset &+ 88)
    self.leaseCountMax = unsafe bytes.take(UInt32.self, at: offset &+ 92)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 96 else { return 96 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 96)
    unsafe bytes.put(now, at: offset)
    unsafe bytes.put(startedAt, at: offset &+ 8)
    unsafe bytes.put(sequence, at: offset &+ 16)
    unsafe bytes.put(durable, at: offset &+ 24)
    unsafe bytes.put(accepted, at: offset &+ 32)
    unsafe bytes.put(refused, at: offset &+ 40)
    unsafe bytes.put(credited, at: offset &+ 48)
    unsafe bytes.put(charged, at: offset &+ 56)
    unsafe bytes.put(connections, at: offset &+ 64)
    unsafe bytes.put(sessions, at: offset &+ 68)
    unsafe bytes.put(resources, at: offset &+ 72)
    unsafe bytes.put(leases, at: offset &+ 76)
    unsafe bytes.put(ended, at: offset &+ 80)
    unsafe bytes.put(subscriptions, at: offset &+ 84)
    unsafe bytes.put(keyEpoch, at: offset &+ 88)
    unsafe bytes.put(leaseCountMax, at: offset &+ 92)
  }
}

/// Reply to AUDIT_FIGURES.
///
/// 24 bytes.
public struct AuditFiguresReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.auditFigures
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Commands applied when the figures were taken.
  public var sequence: UInt64
  /// Their instant.
  public var now: UInt64
  /// Records that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(sequence: UInt64, now: UInt64, count: UInt16) {
    self.sequence = sequence
    self.now = now
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
    self.sequence = unsafe bytes.take(UInt64.self, at: offset)
    self.now = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(sequence, at: offset)
    unsafe bytes.put(now, at: offset &+ 8)
    unsafe bytes.put(count, at: offset &+ 16)
    unsafe bytes.put(UInt16(0), at: offset &+ 18)
    unsafe bytes.put(UInt32(0), at: offset &+ 20)
  }
}

/// Reply to STATEMENT.
///
/// 24 bytes.
public struct StatementReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.statement
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// The broker's time: lines of the same minute may still grow.
  public var now: UInt64
  /// Number of the last line there is of what was asked for; 0: none ever was.
  public var last: UInt64
  /// Lines that follow.
  public var count: UInt16
  /// Number of the broker's life: a restored broker may have other lines under numbers that were told.
  public var incarnation: UInt32

  /// All fields, in the order of the layout.
  public init(now: UInt64, last: UInt64, count: UInt16, incarnation: UInt32) {
    self.now = now
    self.last = last
    self.count = count
    self.incarnation = incarnation
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
    self.now = unsafe bytes.take(UInt64.self, at: offset)
    self.last = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 16)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 18) == 0 else { return nil }
    self.incarnation = unsafe bytes.take(UInt32.self, at: offset &+ 20)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 18) != 0 { return 18 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(now, at: offset)
    unsafe bytes.put(last, at: offset &+ 8)
    unsafe bytes.put(count, at: offset &+ 16)
    unsafe bytes.put(UInt16(0), at: offset &+ 18)
    unsafe bytes.put(incarnation, at: offset &+ 20)
  }
}

/// Reply to DONATE.
///
/// 40 bytes.
public struct DonateReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.donate
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// What this payment gave.
  public var credited: UInt64
  /// What sponsors added to it.
  public var matched: UInt64
  /// Payment id.
  public var payment: UInt64
  /// The lease that it funds; 0: it went to a donation purse, or to a pool.
  public var lease: UInt64
  /// Last instant of that lease that is paid; 0: there is none.
  public var deadline: UInt64

  /// All fields, in the order of the layout.
  public init(credited: UInt64, matched: UInt64, payment: UInt64, lease: UInt64, deadline: UInt64) {
    self.credited = credited
    self.matched = matched
    self.payment = payment
    self.lease = lease
    self.deadline = deadline
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
    self.credited = unsafe bytes.take(UInt64.self, at: offset)
    self.matched = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.deadline = unsafe bytes.take(UInt64.self, at: offset &+ 32)
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
    unsafe bytes.put(credited, at: offset)
    unsafe bytes.put(matched, at: offset &+ 8)
    unsafe bytes.put(payment, at: offset &+ 16)
    unsafe bytes.put(lease, at: offset &+ 24)
    unsafe bytes.put(deadline, at: offset &+ 32)
  }
}

/// Reply to SPEND_DONATIONS.
///
/// 40 bytes.
public struct SpendDonationsReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.spendDonations
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// What was moved.
  public var amount: UInt64
  /// What is left in the donation purse.
  public var left: UInt64
  /// The public lease.
  public var lease: UInt64
  /// Its purse now.
  public var balance: UInt64
  /// Last instant that is paid.
  public var deadline: UInt64

  /// All fields, in the order of the layout.
  public init(amount: UInt64, left: UInt64, lease: UInt64, balance: UInt64, deadline: UInt64) {
    self.amount = amount
    self.left = left
    self.lease = lease
    self.balance = balance
    self.deadline = deadline
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
    self.amount = unsafe bytes.take(UInt64.self, at: offset)
    self.left = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.balance = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.deadline = unsafe bytes.take(UInt64.self, at: offset &+ 32)
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
    unsafe bytes.put(amount, at: offset)
    unsafe bytes.put(left, at: offset &+ 8)
    unsafe bytes.put(lease, at: offset &+ 16)
    unsafe bytes.put(balance, at: offset &+ 24)
    unsafe bytes.put(deadline, at: offset &+ 32)
  }
}

/// Reply to SET_POOL.
///
/// 8 bytes.
public struct SetPoolReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.setPool
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The pool.
  public var pool: UInt64

  /// All fields, in the order of the layout.
  public init(pool: UInt64) {
    self.pool = pool
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
    self.pool = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(pool, at: offset)
  }
}

/// Reply to DESCRIBE_POOL.
///
/// 64 bytes.
public struct DescribePoolReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.describePool
  /// Bytes of the fixed part.
  public static let byteCount = 64
  /// Its id.
  public var pool: UInt64
  /// Its name.
  public var name: Name32
  /// What was given to it.
  public var donated: UInt64
  /// In how many donations.
  public var donationCount: UInt64
  /// Resources that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(pool: UInt64, name: Name32, donated: UInt64, donationCount: UInt64, count: UInt16) {
    self.pool = pool
    self.name = name
    self.donated = donated
    self.donationCount = donationCount
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
    self.pool = unsafe bytes.take(UInt64.self, at: offset)
    self.name = unsafe bytes.takeName32(at: offset &+ 8)
    self.donated = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.donationCount = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 56)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 58) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 60) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 64 else { return 64 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 58) != 0 { return 58 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 60) != 0 { return 60 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 64)
    unsafe bytes.put(pool, at: offset)
    unsafe bytes.put(name, at: offset &+ 8)
    unsafe bytes.put(donated, at: offset &+ 40)
    unsafe bytes.put(donationCount, at: offset &+ 48)
    unsafe bytes.put(count, at: offset &+ 56)
    unsafe bytes.put(UInt16(0), at: offset &+ 58)
    unsafe bytes.put(UInt32(0), at: offset &+ 60)
  }
}

/// Reply to MATCH.
///
/// 32 bytes.
public struct MatchReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.match
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Claim on what is left of it.
  public var claim: UInt64
  /// The deposit.
  public var amount: UInt64
  /// First instant at which it matches no more.
  public var until: UInt64
  /// Payment id.
  public var payment: UInt64

  /// All fields, in the order of the layout.
  public init(claim: UInt64, amount: UInt64, until: UInt64, payment: UInt64) {
    self.claim = claim
    self.amount = amount
    self.until = until
    self.payment = payment
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
    self.until = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 24)
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
    unsafe bytes.put(until, at: offset &+ 16)
    unsafe bytes.put(payment, at: offset &+ 24)
  }
}

/// Reply to SCHEDULE.
///
/// 32 bytes.
public struct ScheduleReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.schedule
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Claim on what has not been paid.
  public var claim: UInt64
  /// The sum of all instalments.
  public var amount: UInt64
  /// When the first one is paid.
  public var next: UInt64
  /// Payment id.
  public var payment: UInt64

  /// All fields, in the order of the layout.
  public init(claim: UInt64, amount: UInt64, next: UInt64, payment: UInt64) {
    self.claim = claim
    self.amount = amount
    self.next = next
    self.payment = payment
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
    self.next = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 24)
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
    unsafe bytes.put(next, at: offset &+ 16)
    unsafe bytes.put(payment, at: offset &+ 24)
  }
}

/// Reply to OPEN_CAMPAIGN.
///
/// 16 bytes.
public struct OpenCampaignReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.openCampaign
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Its id.
  public var campaign: UInt64
  /// First instant at which it takes no more pledges.
  public var closesAt: UInt64

  /// All fields, in the order of the layout.
  public init(campaign: UInt64, closesAt: UInt64) {
    self.campaign = campaign
    self.closesAt = closesAt
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
    self.campaign = unsafe bytes.take(UInt64.self, at: offset)
    self.closesAt = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(campaign, at: offset)
    unsafe bytes.put(closesAt, at: offset &+ 8)
  }
}

/// Reply to PLEDGE.
///
/// 40 bytes.
public struct PledgeReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.pledge
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// Claim on the pledge.
  public var claim: UInt64
  /// What was pledged.
  public var amount: UInt64
  /// What all have pledged so far.
  public var pledged: UInt64
  /// When the campaign closes.
  public var closesAt: UInt64
  /// Payment id.
  public var payment: UInt64

  /// All fields, in the order of the layout.
  public init(claim: UInt64, amount: UInt64, pledged: UInt64, closesAt: UInt64, payment: UInt64) {
    self.claim = claim
    self.amount = amount
    self.pledged = pledged
    self.closesAt = closesAt
    self.payment = payment
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
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.pledged = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.closesAt = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 32)
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
    unsafe bytes.put(amount, at: offset &+ 8)
    unsafe bytes.put(pledged, at: offset &+ 16)
    unsafe bytes.put(closesAt, at: offset &+ 24)
    unsafe bytes.put(payment, at: offset &+ 32)
  }
}

/// Reply to CANCEL.
///
/// 8 bytes.
public struct CancelReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.cancel
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// What is due to claim keys by that.
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

/// Reply to CLAIM.
///
/// 32 bytes.
public struct ClaimReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.claim
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Amount paid out.
  public var amount: UInt64
  /// Money of the claim that is still at work.
  public var left: UInt64
  /// Serial of the note.
  public var firstSerial: UInt64
  /// Its key epoch.
  public var keyEpoch: UInt32
  /// Notes that follow: 1.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(amount: UInt64, left: UInt64, firstSerial: UInt64, keyEpoch: UInt32, count: UInt16) {
    self.amount = amount
    self.left = left
    self.firstSerial = firstSerial
    self.keyEpoch = keyEpoch
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
    self.amount = unsafe bytes.take(UInt64.self, at: offset)
    self.left = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.firstSerial = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.keyEpoch = unsafe bytes.take(UInt32.self, at: offset &+ 24)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 28)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 30) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 30) != 0 { return 30 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(amount, at: offset)
    unsafe bytes.put(left, at: offset &+ 8)
    unsafe bytes.put(firstSerial, at: offset &+ 16)
    unsafe bytes.put(keyEpoch, at: offset &+ 24)
    unsafe bytes.put(count, at: offset &+ 28)
    unsafe bytes.put(UInt16(0), at: offset &+ 30)
  }
}

/// Reply to ROTATE_CLAIM.
///
/// 8 bytes.
public struct RotateClaimReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.rotateClaim
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// What is due on it.
  public var due: UInt64

  /// All fields, in the order of the layout.
  public init(due: UInt64) {
    self.due = due
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
    self.due = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(due, at: offset)
  }
}

/// Reply to CHECK_CLAIM.
///
/// 64 bytes.
public struct CheckClaimReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.checkClaim
  /// Bytes of the fixed part.
  public static let byteCount = 64
  /// Its resource.
  public var resource: UInt64
  /// Its campaign, offering or auction; 0: it has none.
  public var funding: UInt64
  /// What was put in.
  public var amount: UInt64
  /// Of it, still at work.
  public var left: UInt64
  /// What can be collected with CLAIM.
  public var due: UInt64
  /// What was collected last; 0: nothing.
  public var paid: UInt64
  /// When its state changes by itself: next instalment, closing, end; when what is due is forfeit, or the claim
  /// forgotten.
  public var instant: UInt64
  /// What it is on.
  public var kind: ClaimKind
  /// Its state.
  public var state: FundingState

  /// All fields, in the order of the layout.
  public init(
    resource: UInt64,
    funding: UInt64,
    amount: UInt64,
    left: UInt64,
    due: UInt64,
    paid: UInt64,
    instant: UInt64,
    kind: ClaimKind,
    state: FundingState
  ) {
    self.resource = resource
    self.funding = funding
    self.amount = amount
    self.left = left
    self.due = due
    self.paid = paid
    self.instant = instant
    self.kind = kind
    self.state = state
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
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.funding = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.left = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.due = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.paid = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.instant = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    guard let kind = ClaimKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 56)) else { return nil }
    self.kind = kind
    guard let state = FundingState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 57)) else { return nil }
    self.state = state
    guard unsafe bytes.take(UInt16.self, at: offset &+ 58) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 60) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 64 else { return 64 }
    if ClaimKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 56)) == nil { return 56 }
    if FundingState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 57)) == nil { return 57 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 58) != 0 { return 58 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 60) != 0 { return 60 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 64)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(funding, at: offset &+ 8)
    unsafe bytes.put(amount, at: offset &+ 16)
    unsafe bytes.put(left, at: offset &+ 24)
    unsafe bytes.put(due, at: offset &+ 32)
    unsafe bytes.put(paid, at: offset &+ 40)
    unsafe bytes.put(instant, at: offset &+ 48)
    unsafe bytes.put(kind.rawValue, at: offset &+ 56)
    unsafe bytes.put(state.rawValue, at: offset &+ 57)
    unsafe bytes.put(UInt16(0), at: offset &+ 58)
    unsafe bytes.put(UInt32(0), at: offset &+ 60)
  }
}

/// Reply to FUNDING.
///
/// 128 bytes.
public struct FundingReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.funding
  /// Bytes of the fixed part.
  public static let byteCount = 128
  /// Its public lease: the open lease granted last; 0: none lives.
  public var lease: UInt64
  /// The purse of that lease.
  public var balance: UInt64
  /// Its last instant that is paid; 0: none lives.
  public var deadline: UInt64
  /// Its LeaseState; 0: none lives.
  public var state: UInt8
  /// Records that follow.
  public var count: UInt16
  /// Its donation purse: gifts that wait for a public lease.
  public var donations: UInt64
  /// Donations and pledges so far.
  public var donationCount: UInt64
  /// Given by DONATE, to it and to its leases.
  public var plain: UInt64
  /// Given by way of pools.
  public var pool: UInt64
  /// Added by sponsors' deposits.
  public var matched: UInt64
  /// Instalments so far.
  public var scheduled: UInt64
  /// From campaigns that reached their goal.
  public var campaign: UInt64
  /// From offerings that closed.
  public var invested: UInt64
  /// From winners of auctions.
  public var sponsored: UInt64
  /// Revenue since it was registered, fees included, up to each lease's last settlement.
  public var earned: UInt64
  /// Amount that its running leases cost per period at their prices, at their last wake-up.
  public var burnRate: UInt64
  /// Length of the price period.
  public var period: UInt64

  /// All fields, in the order of the layout.
  public init(
    lease: UInt64,
    balance: UInt64,
    deadline: UInt64,
    state: UInt8,
    count: UInt16,
    donations: UInt64,
    donationCount: UInt64,
    plain: UInt64,
    pool: UInt64,
    matched: UInt64,
    scheduled: UInt64,
    campaign: UInt64,
    invested: UInt64,
    sponsored: UInt64,
    earned: UInt64,
    burnRate: UInt64,
    period: UInt64
  ) {
    self.lease = lease
    self.balance = balance
    self.deadline = deadline
    self.state = state
    self.count = count
    self.donations = donations
    self.donationCount = donationCount
    self.plain = plain
    self.pool = pool
    self.matched = matched
    self.scheduled = scheduled
    self.campaign = campaign
    self.invested = invested
    self.sponsored = sponsored
    self.earned = earned
    self.burnRate = burnRate
    self.period = period
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
    self.lease = unsafe bytes.take(UInt64.self, at: offset)
    self.balance = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.deadline = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.state = unsafe bytes.take(UInt8.self, at: offset &+ 24)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 25) == 0 else { return nil }
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 26)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 28) == 0 else { return nil }
    self.donations = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.donationCount = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.plain = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.pool = unsafe bytes.take(UInt64.self, at: offset &+ 56)
    self.matched = unsafe bytes.take(UInt64.self, at: offset &+ 64)
    self.scheduled = unsafe bytes.take(UInt64.self, at: offset &+ 72)
    self.campaign = unsafe bytes.take(UInt64.self, at: offset &+ 80)
    self.invested = unsafe bytes.take(UInt64.self, at: offset &+ 88)
    self.sponsored = unsafe bytes.take(UInt64.self, at: offset &+ 96)
    self.earned = unsafe bytes.take(UInt64.self, at: offset &+ 104)
    self.burnRate = unsafe bytes.take(UInt64.self, at: offset &+ 112)
    self.period = unsafe bytes.take(UInt64.self, at: offset &+ 120)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 128 else { return 128 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 25) != 0 { return 25 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 28) != 0 { return 28 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 128)
    unsafe bytes.put(lease, at: offset)
    unsafe bytes.put(balance, at: offset &+ 8)
    unsafe bytes.put(deadline, at: offset &+ 16)
    unsafe bytes.put(state, at: offset &+ 24)
    unsafe bytes.put(UInt8(0), at: offset &+ 25)
    unsafe bytes.put(count, at: offset &+ 26)
    unsafe bytes.put(UInt32(0), at: offset &+ 28)
    unsafe bytes.put(donations, at: offset &+ 32)
    unsafe bytes.put(donationCount, at: offset &+ 40)
    unsafe bytes.put(plain, at: offset &+ 48)
    unsafe bytes.put(pool, at: offset &+ 56)
    unsafe bytes.put(matched, at: offset &+ 64)
    unsafe bytes.put(scheduled, at: offset &+ 72)
    unsafe bytes.put(campaign, at: offset &+ 80)
    unsafe bytes.put(invested, at: offset &+ 88)
    unsafe bytes.put(sponsored, at: offset &+ 96)
    unsafe bytes.put(earned, at: offset &+ 104)
    unsafe bytes.put(burnRate, at: offset &+ 112)
    unsafe bytes.put(period, at: offset &+ 120)
  }
}

/// Reply to SPLIT_REVENUE.
///
/// 8 bytes.
public struct SplitRevenueReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.splitRevenue
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// What is left to the provider at least, in millionths: open offerings count too, and each with the greater of its
  /// shares.
  public var left: UInt64

  /// All fields, in the order of the layout.
  public init(left: UInt64) {
    self.left = left
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
    self.left = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(left, at: offset)
  }
}

/// Reply to OPEN_OFFERING.
///
/// 16 bytes.
public struct OpenOfferingReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.openOffering
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Its id.
  public var offering: UInt64
  /// First instant at which it takes no more.
  public var closesAt: UInt64

  /// All fields, in the order of the layout.
  public init(offering: UInt64, closesAt: UInt64) {
    self.offering = offering
    self.closesAt = closesAt
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
    self.offering = unsafe bytes.take(UInt64.self, at: offset)
    self.closesAt = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(offering, at: offset)
    unsafe bytes.put(closesAt, at: offset &+ 8)
  }
}

/// Reply to INVEST.
///
/// 40 bytes.
public struct InvestReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.invest
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// Claim on its part of the revenue.
  public var claim: UInt64
  /// What was invested.
  public var amount: UInt64
  /// What all have invested so far.
  public var raised: UInt64
  /// When the offering closes, and its claims begin to share.
  public var closesAt: UInt64
  /// Payment id.
  public var payment: UInt64

  /// All fields, in the order of the layout.
  public init(claim: UInt64, amount: UInt64, raised: UInt64, closesAt: UInt64, payment: UInt64) {
    self.claim = claim
    self.amount = amount
    self.raised = raised
    self.closesAt = closesAt
    self.payment = payment
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
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.raised = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.closesAt = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 32)
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
    unsafe bytes.put(amount, at: offset &+ 8)
    unsafe bytes.put(raised, at: offset &+ 16)
    unsafe bytes.put(closesAt, at: offset &+ 24)
    unsafe bytes.put(payment, at: offset &+ 32)
  }
}

/// Reply to DESCRIBE_OFFERING.
///
/// 128 bytes.
public struct DescribeOfferingReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.describeOffering
  /// Bytes of the fixed part.
  public static let byteCount = 128
  /// Its resource.
  public var resource: UInt64
  /// Most that it takes.
  public var cap: UInt64
  /// Revenue that ends the start-up phase.
  public var criterion: UInt64
  /// Of it, still to come.
  public var startLeft: UInt64
  /// Every investment is a multiple of it.
  public var unit: UInt64
  /// What was invested.
  public var raised: UInt64
  /// Investments.
  public var claims: UInt64
  /// What it got of the revenue so far.
  public var earned: UInt64
  /// When it closes, or closed.
  public var closesAt: UInt64
  /// REVENUE: when it shares no more; else 0.
  public var endsAt: UInt64
  /// Its share in the start-up phase, in millionths.
  public var startShare: UInt32
  /// Its share after it.
  public var share: UInt32
  /// FIXED: what a tier gets in all.
  public var returnPerMillion: UInt32
  /// Tiers that follow.
  public var count: UInt16
  /// What investors get.
  public var kind: OfferingKind
  /// Its state.
  public var state: FundingState
  /// What it is for.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(
    resource: UInt64,
    cap: UInt64,
    criterion: UInt64,
    startLeft: UInt64,
    unit: UInt64,
    raised: UInt64,
    claims: UInt64,
    earned: UInt64,
    closesAt: UInt64,
    endsAt: UInt64,
    startShare: UInt32,
    share: UInt32,
    returnPerMillion: UInt32,
    count: UInt16,
    kind: OfferingKind,
    state: FundingState,
    label: Name32
  ) {
    self.resource = resource
    self.cap = cap
    self.criterion = criterion
    self.startLeft = startLeft
    self.unit = unit
    self.raised = raised
    self.claims = claims
    self.earned = earned
    self.closesAt = closesAt
    self.endsAt = endsAt
    self.startShare = startShare
    self.share = share
    self.returnPerMillion = returnPerMillion
    self.count = count
    self.kind = kind
    self.state = state
    self.label = label
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
    self.cap = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.criterion = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.startLeft = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.unit = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.raised = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.claims = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.earned = unsafe bytes.take(UInt64.self, at: offset &+ 56)
    self.closesAt = unsafe bytes.take(UInt64.self, at: offset &+ 64)
    self.endsAt = unsafe bytes.take(UInt64.self, at: offset &+ 72)
    self.startShare = unsafe bytes.take(UInt32.self, at: offset &+ 80)
    self.share = unsafe bytes.take(UInt32.self, at: offset &+ 84)
    self.returnPerMillion = unsafe bytes.take(UInt32.self, at: offset &+ 88)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 92)
    guard let kind = OfferingKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 94)) else { return nil }
    self.kind = kind
    guard let state = FundingState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 95)) else { return nil }
    self.state = state
    self.label = unsafe bytes.takeName32(at: offset &+ 96)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 128 else { return 128 }
    if OfferingKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 94)) == nil { return 94 }
    if FundingState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 95)) == nil { return 95 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 128)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(cap, at: offset &+ 8)
    unsafe bytes.put(criterion, at: offset &+ 16)
    unsafe bytes.put(startLeft, at: offset &+ 24)
    unsafe bytes.put(unit, at: offset &+ 32)
    unsafe bytes.put(raised, at: offset &+ 40)
    unsafe bytes.put(claims, at: offset &+ 48)
    unsafe bytes.put(earned, at: offset &+ 56)
    unsafe bytes.put(closesAt, at: offset &+ 64)
    unsafe bytes.put(endsAt, at: offset &+ 72)
    unsafe bytes.put(startShare, at: offset &+ 80)
    unsafe bytes.put(share, at: offset &+ 84)
    unsafe bytes.put(returnPerMillion, at: offset &+ 88)
    unsafe bytes.put(count, at: offset &+ 92)
    unsafe bytes.put(kind.rawValue, at: offset &+ 94)
    unsafe bytes.put(state.rawValue, at: offset &+ 95)
    unsafe bytes.put(label, at: offset &+ 96)
  }
}

/// Reply to OPEN_AUCTION.
///
/// 16 bytes.
public struct OpenAuctionReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.openAuction
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Its id.
  public var auction: UInt64
  /// First instant at which it takes no more bids, if none moves it.
  public var closesAt: UInt64

  /// All fields, in the order of the layout.
  public init(auction: UInt64, closesAt: UInt64) {
    self.auction = auction
    self.closesAt = closesAt
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
    self.auction = unsafe bytes.take(UInt64.self, at: offset)
    self.closesAt = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(auction, at: offset)
    unsafe bytes.put(closesAt, at: offset &+ 8)
  }
}

/// Reply to BID.
///
/// 40 bytes.
public struct BidReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.bid
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// Claim on what does not pay for the period.
  public var claim: UInt64
  /// The money of the bid.
  public var amount: UInt64
  /// Payment id.
  public var payment: UInt64
  /// The transcript up to this bid: the first 16 bytes of its head.
  public var head: Bytes16

  /// All fields, in the order of the layout.
  public init(claim: UInt64, amount: UInt64, payment: UInt64, head: Bytes16) {
    self.claim = claim
    self.amount = amount
    self.payment = payment
    self.head = head
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
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.head = unsafe bytes.takeBytes16(at: offset &+ 24)
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
    unsafe bytes.put(amount, at: offset &+ 8)
    unsafe bytes.put(payment, at: offset &+ 16)
    unsafe bytes.put(head, at: offset &+ 24)
  }
}

/// Reply to RAISE_BID.
///
/// 40 bytes.
public struct RaiseBidReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.raiseBid
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// All money of the bid.
  public var amount: UInt64
  /// First instant at which the auction takes no more bids.
  public var closesAt: UInt64
  /// Payment id.
  public var payment: UInt64
  /// The transcript up to this raise: the first 16 bytes of its head.
  public var head: Bytes16

  /// All fields, in the order of the layout.
  public init(amount: UInt64, closesAt: UInt64, payment: UInt64, head: Bytes16) {
    self.amount = amount
    self.closesAt = closesAt
    self.payment = payment
    self.head = head
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
    self.amount = unsafe bytes.take(UInt64.self, at: offset)
    self.closesAt = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.head = unsafe bytes.takeBytes16(at: offset &+ 24)
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
    unsafe bytes.put(amount, at: offset)
    unsafe bytes.put(closesAt, at: offset &+ 8)
    unsafe bytes.put(payment, at: offset &+ 16)
    unsafe bytes.put(head, at: offset &+ 24)
  }
}

/// Reply to REVEAL_BID.
///
/// 24 bytes.
public struct RevealBidReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.revealBid
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// What can be collected with CLAIM by that.
  public var due: UInt64
  /// The transcript up to this line: the first 16 bytes of its head.
  public var head: Bytes16

  /// All fields, in the order of the layout.
  public init(due: UInt64, head: Bytes16) {
    self.due = due
    self.head = head
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
    self.due = unsafe bytes.take(UInt64.self, at: offset)
    self.head = unsafe bytes.takeBytes16(at: offset &+ 8)
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
    unsafe bytes.put(due, at: offset)
    unsafe bytes.put(head, at: offset &+ 8)
  }
}

/// Reply to REFUSE_BID.
///
/// 8 bytes.
public struct RefuseBidReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.refuseBid
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// What is due by that.
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

/// Reply to DESCRIBE_AUCTION.
///
/// 192 bytes.
public struct DescribeAuctionReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.describeAuction
  /// Bytes of the fixed part.
  public static let byteCount = 192
  /// Its resource.
  public var resource: UInt64
  /// Least bid.
  public var reserve: UInt64
  /// How far a bid must be above the best one.
  public var increment: UInt64
  /// Least bid that is accepted now.
  public var least: UInt64
  /// Claim of the best bid: of one that counts and is not sealed, and from AWARDED on of the winner; 0: none.
  public var winner: UInt64
  /// What was bid by it.
  public var amount: UInt64
  /// From AWARDED on: what the winner pays; else 0.
  public var price: UInt64
  /// Money of all its bids, as far as it is not due or given.
  public var held: UInt64
  /// First instant at which it takes no more bids.
  public var closesAt: UInt64
  /// When the winner is found: then, or at the end of revealing.
  public var decidedAt: UInt64
  /// When the period begins.
  public var startsAt: UInt64
  /// When it ends.
  public var endsAt: UInt64
  /// How far a late bid moves the end.
  public var extendBy: UInt64
  /// What a bid that is not revealed leaves to the resource.
  public var forfeitPerMillion: UInt32
  /// Rules.
  public var flags: AuctionFlags
  /// Bids, refused ones included.
  public var bidCount: UInt32
  /// Lines of its transcript.
  public var lineCount: UInt32
  /// Its state.
  public var state: FundingState
  /// Head of its transcript.
  public var head: Digest32
  /// What it is for.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(
    resource: UInt64,
    reserve: UInt64,
    increment: UInt64,
    least: UInt64,
    winner: UInt64,
    amount: UInt64,
    price: UInt64,
    held: UInt64,
    closesAt: UInt64,
    decidedAt: UInt64,
    startsAt: UInt64,
    endsAt: UInt64,
    extendBy: UInt64,
    forfeitPerMillion: UInt32,
    flags: AuctionFlags,
    bidCount: UInt32,
    lineCount: UInt32,
    state: FundingState,
    head: Digest32,
    label: Name32
  ) {
    self.resource = resource
    self.reserve = reserve
    self.increment = increment
    self.least = least
    self.winner = winner
    self.amount = amount
    self.price = price
    self.held = held
    self.closesAt = closesAt
    self.decidedAt = decidedAt
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.extendBy = extendBy
    self.forfeitPerMillion = forfeitPerMillion
    self.flags = flags
    self.bidCount = bidCount
    self.lineCount = lineCount
    self.state = state
    self.head = head
    self.label = label
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 192 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.reserve = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.increment = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.least = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.winner = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.price = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.held = unsafe bytes.take(UInt64.self, at: offset &+ 56)
    self.closesAt = unsafe bytes.take(UInt64.self, at: offset &+ 64)
    self.decidedAt = unsafe bytes.take(UInt64.self, at: offset &+ 72)
    self.startsAt = unsafe bytes.take(UInt64.self, at: offset &+ 80)
    self.endsAt = unsafe bytes.take(UInt64.self, at: offset &+ 88)
    self.extendBy = unsafe bytes.take(UInt64.self, at: offset &+ 96)
    self.forfeitPerMillion = unsafe bytes.take(UInt32.self, at: offset &+ 104)
    self.flags = AuctionFlags(rawValue: unsafe bytes.take(UInt32.self, at: offset &+ 108))
    guard flags.rawValue & ~AuctionFlags.known == 0 else { return nil }
    self.bidCount = unsafe bytes.take(UInt32.self, at: offset &+ 112)
    self.lineCount = unsafe bytes.take(UInt32.self, at: offset &+ 116)
    guard let state = FundingState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 120)) else { return nil }
    self.state = state
    guard unsafe bytes.take(UInt8.self, at: offset &+ 121) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 122) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 124) == 0 else { return nil }
    guard let head = unsafe Digest32(whole: bytes, at: offset &+ 128) else { return nil }
    self.head = head
    self.label = unsafe bytes.takeName32(at: offset &+ 160)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 192 else { return 192 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 108) & ~AuctionFlags.known != 0 { return 108 }
    if FundingState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 120)) == nil { return 120 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 121) != 0 { return 121 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 122) != 0 { return 122 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 124) != 0 { return 124 }
    if let inner = Digest32.fault(in: bytes, at: offset &+ 128) { return 128 + inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 192)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(reserve, at: offset &+ 8)
    unsafe bytes.put(increment, at: offset &+ 16)
    unsafe bytes.put(least, at: offset &+ 24)
    unsafe bytes.put(winner, at: offset &+ 32)
    unsafe bytes.put(amount, at: offset &+ 40)
    unsafe bytes.put(price, at: offset &+ 48)
    unsafe bytes.put(held, at: offset &+ 56)
    unsafe bytes.put(closesAt, at: offset &+ 64)
    unsafe bytes.put(decidedAt, at: offset &+ 72)
    unsafe bytes.put(startsAt, at: offset &+ 80)
    unsafe bytes.put(endsAt, at: offset &+ 88)
    unsafe bytes.put(extendBy, at: offset &+ 96)
    unsafe bytes.put(forfeitPerMillion, at: offset &+ 104)
    unsafe bytes.put(flags.rawValue, at: offset &+ 108)
    unsafe bytes.put(bidCount, at: offset &+ 112)
    unsafe bytes.put(lineCount, at: offset &+ 116)
    unsafe bytes.put(state.rawValue, at: offset &+ 120)
    unsafe bytes.put(UInt8(0), at: offset &+ 121)
    unsafe bytes.put(UInt16(0), at: offset &+ 122)
    unsafe bytes.put(UInt32(0), at: offset &+ 124)
    head.write(to: &bytes, at: offset &+ 128)
    unsafe bytes.put(label, at: offset &+ 160)
  }
}

/// Reply to DESCRIBE_BID.
///
/// 256 bytes.
public struct DescribeBidReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.describeBid
  /// Bytes of the fixed part.
  public static let byteCount = 256
  /// Its auction.
  public var auction: UInt64
  /// Its money, as far as it is not due or given.
  public var held: UInt64
  /// The bid; of a sealed one 0 until it is revealed.
  public var amount: UInt64
  /// Of a sealed one; else zero bytes.
  public var commitment: Digest32
  /// What is shown if it wins.
  public var banner: Banner
  /// Its state.
  public var state: FundingState

  /// All fields, in the order of the layout.
  public init(
    auction: UInt64,
    held: UInt64,
    amount: UInt64,
    commitment: Digest32,
    banner: Banner,
    state: FundingState
  ) {
    self.auction = auction
    self.held = held
    self.amount = amount
    self.commitment = commitment
    self.banner = banner
    self.state = state
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 256 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.auction = unsafe bytes.take(UInt64.self, at: offset)
    self.held = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    guard let commitment = unsafe Digest32(whole: bytes, at: offset &+ 24) else { return nil }
    self.commitment = commitment
    guard let banner = unsafe Banner(whole: bytes, at: offset &+ 56) else { return nil }
    self.banner = banner
    guard let state = FundingState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 248)) else { return nil }
    self.state = state
    guard unsafe bytes.take(UInt8.self, at: offset &+ 249) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 250) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 252) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 256 else { return 256 }
    if let inner = Digest32.fault(in: bytes, at: offset &+ 24) { return 24 + inner }
    if let inner = Banner.fault(in: bytes, at: offset &+ 56) { return 56 + inner }
    if FundingState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 248)) == nil { return 248 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 249) != 0 { return 249 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 250) != 0 { return 250 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 252) != 0 { return 252 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 256)
    unsafe bytes.put(auction, at: offset)
    unsafe bytes.put(held, at: offset &+ 8)
    unsafe bytes.put(amount, at: offset &+ 16)
    commitment.write(to: &bytes, at: offset &+ 24)
    banner.write(to: &bytes, at: offset &+ 56)
    unsafe bytes.put(state.rawValue, at: offset &+ 248)
    unsafe bytes.put(UInt8(0), at: offset &+ 249)
    unsafe bytes.put(UInt16(0), at: offset &+ 250)
    unsafe bytes.put(UInt32(0), at: offset &+ 252)
  }
}

/// Reply to TRANSCRIPT.
///
/// 8 bytes.
public struct TranscriptReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.transcript
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Lines there are.
  public var lineCount: UInt32
  /// Lines that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(lineCount: UInt32, count: UInt16) {
    self.lineCount = lineCount
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
    self.lineCount = unsafe bytes.take(UInt32.self, at: offset)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 4)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 6) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 6) != 0 { return 6 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(lineCount, at: offset)
    unsafe bytes.put(count, at: offset &+ 4)
    unsafe bytes.put(UInt16(0), at: offset &+ 6)
  }
}

/// Reply to MAILBOX.
///
/// 32 bytes.
public struct MailboxReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.mailbox
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Its resource.
  public var resource: UInt64
  /// Its campaign, offering or auction; 0: it has none.
  public var funding: UInt64
  /// The broker's time: one less is `after` of the next question.
  public var now: UInt64
  /// Records that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(resource: UInt64, funding: UInt64, now: UInt64, count: UInt16) {
    self.resource = resource
    self.funding = funding
    self.now = now
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
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.funding = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.now = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 24)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 26) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 28) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 26) != 0 { return 26 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 28) != 0 { return 28 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(funding, at: offset &+ 8)
    unsafe bytes.put(now, at: offset &+ 16)
    unsafe bytes.put(count, at: offset &+ 24)
    unsafe bytes.put(UInt16(0), at: offset &+ 26)
    unsafe bytes.put(UInt32(0), at: offset &+ 28)
  }
}

/// Reply to ATTACH.
///
/// 32 bytes.
public struct AttachReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.attach
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Last epoch of the resource that was drawn: a lease with an epoch up to it that AGENT_LEASES does not tell of is
  /// over.
  public var epochFloor: UInt64
  /// Number of the last REPORT of this agent that was taken; 0: none.
  public var reportNumber: UInt64
  /// Leases of the resource.
  public var leaseCount: UInt32
  /// How often to send HEARTBEAT.
  public var heartbeatMillis: UInt32
  /// After how long a silence the broker takes the agent for lost.
  public var silenceMillis: UInt32

  /// All fields, in the order of the layout.
  public init(
    epochFloor: UInt64,
    reportNumber: UInt64,
    leaseCount: UInt32,
    heartbeatMillis: UInt32,
    silenceMillis: UInt32
  ) {
    self.epochFloor = epochFloor
    self.reportNumber = reportNumber
    self.leaseCount = leaseCount
    self.heartbeatMillis = heartbeatMillis
    self.silenceMillis = silenceMillis
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
    self.epochFloor = unsafe bytes.take(UInt64.self, at: offset)
    self.reportNumber = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.leaseCount = unsafe bytes.take(UInt32.self, at: offset &+ 16)
    self.heartbeatMillis = unsafe bytes.take(UInt32.self, at: offset &+ 20)
    self.silenceMillis = unsafe bytes.take(UInt32.self, at: offset &+ 24)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 28) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 28) != 0 { return 28 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(epochFloor, at: offset)
    unsafe bytes.put(reportNumber, at: offset &+ 8)
    unsafe bytes.put(leaseCount, at: offset &+ 16)
    unsafe bytes.put(heartbeatMillis, at: offset &+ 20)
    unsafe bytes.put(silenceMillis, at: offset &+ 24)
    unsafe bytes.put(UInt32(0), at: offset &+ 28)
  }
}

/// Reply to HEARTBEAT.
///
/// 8 bytes.
public struct HeartbeatReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.heartbeat
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The same stamp.
  public var stamp: UInt64

  /// All fields, in the order of the layout.
  public init(stamp: UInt64) {
    self.stamp = stamp
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
    self.stamp = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(stamp, at: offset)
  }
}

/// Reply to AGENT_LEASES.
///
/// 8 bytes.
public struct AgentLeasesReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.agentLeases
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Records that follow.
  public var count: UInt16
  /// 1: there are more.
  public var more: UInt8

  /// All fields, in the order of the layout.
  public init(count: UInt16, more: UInt8) {
    self.count = count
    self.more = more
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
    self.count = unsafe bytes.take(UInt16.self, at: offset)
    self.more = unsafe bytes.take(UInt8.self, at: offset &+ 2)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 3) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 3) != 0 { return 3 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(count, at: offset)
    unsafe bytes.put(more, at: offset &+ 2)
    unsafe bytes.put(UInt8(0), at: offset &+ 3)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
  }
}

/// Reply to PROVISION.
///
/// 8 bytes.
public struct ProvisionReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.provision
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Its epoch now: another one, when it was READY before with another endpoint.
  public var epoch: UInt64

  /// All fields, in the order of the layout.
  public init(epoch: UInt64) {
    self.epoch = epoch
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
    self.epoch = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(epoch, at: offset)
  }
}

/// Reply to SERVICE.
///
/// 136 bytes.
public struct ServiceReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.service
  /// Bytes of the fixed part.
  public static let byteCount = 136
  /// The lease.
  public var lease: UInt64
  /// Its epoch.
  public var epoch: UInt64
  /// Number of the agent that provisions it; 0: none does.
  public var agent: UInt32
  /// Its state.
  public var state: LeaseState
  /// 1: that agent is attached.
  public var attached: UInt8
  /// Bytes from the holder that agents reported.
  public var received: UInt64
  /// Bytes to the holder that agents reported.
  public var sent: UInt64
  /// Where it is; zero bytes: the agent did not say, or not yet. Of a FAILED lease: why.
  public var endpoint: Text96

  /// All fields, in the order of the layout.
  public init(
    lease: UInt64,
    epoch: UInt64,
    agent: UInt32,
    state: LeaseState,
    attached: UInt8,
    received: UInt64,
    sent: UInt64,
    endpoint: Text96
  ) {
    self.lease = lease
    self.epoch = epoch
    self.agent = agent
    self.state = state
    self.attached = attached
    self.received = received
    self.sent = sent
    self.endpoint = endpoint
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
    self.lease = unsafe bytes.take(UInt64.self, at: offset)
    self.epoch = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.agent = unsafe bytes.take(UInt32.self, at: offset &+ 16)
    guard let state = LeaseState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 20)) else { return nil }
    self.state = state
    self.attached = unsafe bytes.take(UInt8.self, at: offset &+ 21)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 22) == 0 else { return nil }
    self.received = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.sent = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.endpoint = unsafe bytes.takeText96(at: offset &+ 40)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 136 else { return 136 }
    if LeaseState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 20)) == nil { return 20 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 22) != 0 { return 22 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 136)
    unsafe bytes.put(lease, at: offset)
    unsafe bytes.put(epoch, at: offset &+ 8)
    unsafe bytes.put(agent, at: offset &+ 16)
    unsafe bytes.put(state.rawValue, at: offset &+ 20)
    unsafe bytes.put(attached, at: offset &+ 21)
    unsafe bytes.put(UInt16(0), at: offset &+ 22)
    unsafe bytes.put(received, at: offset &+ 24)
    unsafe bytes.put(sent, at: offset &+ 32)
    unsafe bytes.put(endpoint, at: offset &+ 40)
  }
}

/// Reply to TICKET.
///
/// 112 bytes.
public struct TicketReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.ticket
  /// Bytes of the fixed part.
  public static let byteCount = 112
  /// The ticket, to be shown to the agent.
  public var ticket: LeaseTicket
  /// Secret: proves that whoever shows the ticket is the one it was given to.
  public var holderKey: Bytes16

  /// All fields, in the order of the layout.
  public init(ticket: LeaseTicket, holderKey: Bytes16) {
    self.ticket = ticket
    self.holderKey = holderKey
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
    guard let ticket = unsafe LeaseTicket(whole: bytes, at: offset) else { return nil }
    self.ticket = ticket
    self.holderKey = unsafe bytes.takeBytes16(at: offset &+ 96)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 112 else { return 112 }
    if let inner = LeaseTicket.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 112)
    ticket.write(to: &bytes, at: offset)
    unsafe bytes.put(holderKey, at: offset &+ 96)
  }
}

/// Reply to REPORT.
///
/// 16 bytes.
public struct ReportReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.report
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Number of the last report that was taken.
  public var number: UInt64
  /// Time that leases were given back by this report, of all together; of a repeat 0.
  public var credited: UInt64

  /// All fields, in the order of the layout.
  public init(number: UInt64, credited: UInt64) {
    self.number = number
    self.credited = credited
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
    self.number = unsafe bytes.take(UInt64.self, at: offset)
    self.credited = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(number, at: offset)
    unsafe bytes.put(credited, at: offset &+ 8)
  }
}

/// Reply to VOUCHER.
///
/// 40 bytes.
public struct VoucherReply: WireReply {
  /// What it is on the wire.
  public static let opcode = Opcode.voucher
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// Serial of the first; the others follow on.
  public var firstSerial: UInt64
  /// What all of them cost.
  public var charged: UInt64
  /// Stamp of the agent when they were paid.
  public var stamp: UInt64
  /// First 8 bytes of its boot nonce.
  public var boot: UInt64
  /// Number of the agent that they are for.
  public var agent: UInt32
  /// Vouchers that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(firstSerial: UInt64, charged: UInt64, stamp: UInt64, boot: UInt64, agent: UInt32, count: UInt16) {
    self.firstSerial = firstSerial
    self.charged = charged
    self.stamp = stamp
    self.boot = boot
    self.agent = agent
    self.count = count
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
    self.firstSerial = unsafe bytes.take(UInt64.self, at: offset)
    self.charged = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.stamp = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.boot = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.agent = unsafe bytes.take(UInt32.self, at: offset &+ 32)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 36)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 38) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 38) != 0 { return 38 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 40)
    unsafe bytes.put(firstSerial, at: offset)
    unsafe bytes.put(charged, at: offset &+ 8)
    unsafe bytes.put(stamp, at: offset &+ 16)
    unsafe bytes.put(boot, at: offset &+ 24)
    unsafe bytes.put(agent, at: offset &+ 32)
    unsafe bytes.put(count, at: offset &+ 36)
    unsafe bytes.put(UInt16(0), at: offset &+ 38)
  }
}
