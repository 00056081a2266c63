// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.

/// A lease changed: to those who subscribed to it, or to its resource.
///
/// 48 bytes.
public struct LeaseChangedPush: WirePush {
  /// What it is on the wire.
  public static let code = PushCode.leaseChanged
  /// Bytes of the fixed part.
  public static let byteCount = 48
  /// The lease.
  public var lease: UInt64
  /// Its resource.
  public var resource: UInt64
  /// Its epoch.
  public var epoch: UInt64
  /// Last instant that is paid.
  public var deadline: UInt64
  /// Its purse.
  public var balance: UInt64
  /// Its state.
  public var state: LeaseState
  /// Why.
  public var cause: ChangeCause
  /// Its units (of an ended lease: those it had).
  public var units: UInt32

  /// All fields, in the order of the layout.
  public init(
    lease: UInt64,
    resource: UInt64,
    epoch: UInt64,
    deadline: UInt64,
    balance: UInt64,
    state: LeaseState,
    cause: ChangeCause,
    units: UInt32
  ) {
    self.lease = lease
    self.resource = resource
    self.epoch = epoch
    self.deadline = deadline
    self.balance = balance
    self.state = state
    self.cause = cause
    self.units = units
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
    self.lease = unsafe bytes.take(UInt64.self, at: offset)
    self.resource = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.epoch = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.deadline = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.balance = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    guard let state = LeaseState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 40)) else { return nil }
    self.state = state
    guard let cause = ChangeCause(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 41)) else { return nil }
    self.cause = cause
    guard unsafe bytes.take(UInt16.self, at: offset &+ 42) == 0 else { return nil }
    self.units = unsafe bytes.take(UInt32.self, at: offset &+ 44)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if LeaseState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 40)) == nil { return 40 }
    if ChangeCause(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 41)) == nil { return 41 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 42) != 0 { return 42 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 48)
    unsafe bytes.put(lease, at: offset)
    unsafe bytes.put(resource, at: offset &+ 8)
    unsafe bytes.put(epoch, at: offset &+ 16)
    unsafe bytes.put(deadline, at: offset &+ 24)
    unsafe bytes.put(balance, at: offset &+ 32)
    unsafe bytes.put(state.rawValue, at: offset &+ 40)
    unsafe bytes.put(cause.rawValue, at: offset &+ 41)
    unsafe bytes.put(UInt16(0), at: offset &+ 42)
    unsafe bytes.put(units, at: offset &+ 44)
  }
}

/// A resource announced new terms.
///
/// 32 bytes.
public struct ResourceChangedPush: WirePush {
  /// What it is on the wire.
  public static let code = PushCode.resourceChanged
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// The resource.
  public var resource: UInt64
  /// Version of its terms.
  public var version: UInt32
  /// Units it has.
  public var units: UInt32
  /// Amount per unit and period.
  public var price: UInt64
  /// Length of the price period.
  public var period: UInt64

  /// All fields, in the order of the layout.
  public init(resource: UInt64, version: UInt32, units: UInt32, price: UInt64, period: UInt64) {
    self.resource = resource
    self.version = version
    self.units = units
    self.price = price
    self.period = period
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
    self.version = unsafe bytes.take(UInt32.self, at: offset &+ 8)
    self.units = unsafe bytes.take(UInt32.self, at: offset &+ 12)
    self.price = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.period = unsafe bytes.take(UInt64.self, at: offset &+ 24)
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
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(version, at: offset &+ 8)
    unsafe bytes.put(units, at: offset &+ 12)
    unsafe bytes.put(price, at: offset &+ 16)
    unsafe bytes.put(period, at: offset &+ 24)
  }
}

/// A message to funders and holders.
///
/// 56 bytes.
public struct NoticePush: WirePush {
  /// What it is on the wire.
  public static let code = PushCode.notice
  /// Bytes of the fixed part.
  public static let byteCount = 56
  /// The lease; 0: none, or the resource as a whole.
  public var lease: UInt64
  /// The resource.
  public var resource: UInt64
  /// The campaign, offering or auction, or of a claim that has none the claim; else 0.
  public var funding: UInt64
  /// The claim; 0: all of them.
  public var claim: UInt64
  /// As the kind says.
  public var amount: UInt64
  /// As the kind says; else the deadline.
  public var instant: UInt64
  /// What happened.
  public var kind: NoticeKind

  /// All fields, in the order of the layout.
  public init(
    lease: UInt64,
    resource: UInt64,
    funding: UInt64,
    claim: UInt64,
    amount: UInt64,
    instant: UInt64,
    kind: NoticeKind
  ) {
    self.lease = lease
    self.resource = resource
    self.funding = funding
    self.claim = claim
    self.amount = amount
    self.instant = instant
    self.kind = kind
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
    self.lease = unsafe bytes.take(UInt64.self, at: offset)
    self.resource = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.funding = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.claim = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.instant = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    guard let kind = NoticeKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 48)) else { return nil }
    self.kind = kind
    guard unsafe bytes.take(UInt8.self, at: offset &+ 49) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 50) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 52) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return 56 }
    if NoticeKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 48)) == nil { return 48 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 49) != 0 { return 49 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 50) != 0 { return 50 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 52) != 0 { return 52 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 56)
    unsafe bytes.put(lease, at: offset)
    unsafe bytes.put(resource, at: offset &+ 8)
    unsafe bytes.put(funding, at: offset &+ 16)
    unsafe bytes.put(claim, at: offset &+ 24)
    unsafe bytes.put(amount, at: offset &+ 32)
    unsafe bytes.put(instant, at: offset &+ 40)
    unsafe bytes.put(kind.rawValue, at: offset &+ 48)
    unsafe bytes.put(UInt8(0), at: offset &+ 49)
    unsafe bytes.put(UInt16(0), at: offset &+ 50)
    unsafe bytes.put(UInt32(0), at: offset &+ 52)
  }
}

/// Pushes were dropped because this connection did not read: ask CHECK and STATUS anew.
///
/// 8 bytes.
public struct LaggedPush: WirePush {
  /// What it is on the wire.
  public static let code = PushCode.lagged
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Pushes dropped since the last one delivered.
  public var lost: UInt64

  /// All fields, in the order of the layout.
  public init(lost: UInt64) {
    self.lost = lost
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
    self.lost = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(lost, at: offset)
  }
}

/// Last frame of a connection that the broker ends: why. Requests not answered before it: repeat them on a new
/// connection.
///
/// 16 bytes.
public struct GoodbyePush: WirePush {
  /// What it is on the wire.
  public static let code = PushCode.goodbye
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Why.
  public var reason: Status
  /// As the status says.
  public var detail: UInt64

  /// All fields, in the order of the layout.
  public init(reason: Status, detail: UInt64) {
    self.reason = reason
    self.detail = detail
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
    guard let reason = Status(rawValue: unsafe bytes.take(UInt16.self, at: offset)) else { return nil }
    self.reason = reason
    guard unsafe bytes.take(UInt16.self, at: offset &+ 2) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
    self.detail = unsafe bytes.take(UInt64.self, at: offset &+ 8)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if Status(rawValue: unsafe bytes.take(UInt16.self, at: offset)) == nil { return 0 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 2) != 0 { return 2 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(reason.rawValue, at: offset)
    unsafe bytes.put(UInt16(0), at: offset &+ 2)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
    unsafe bytes.put(detail, at: offset &+ 8)
  }
}

/// A lease of an agent's resource began, changed or ended.
///
/// 56 bytes.
public struct AgentLeaseChangedPush: WirePush {
  /// What it is on the wire.
  public static let code = PushCode.agentLeaseChanged
  /// Bytes of the fixed part.
  public static let byteCount = 56
  /// The lease as it is now.
  public var lease: AgentLease

  /// All fields, in the order of the layout.
  public init(lease: AgentLease) {
    self.lease = lease
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
    guard let lease = unsafe AgentLease(whole: bytes, at: offset) else { return nil }
    self.lease = lease
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return 56 }
    if let inner = AgentLease.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 56)
    lease.write(to: &bytes, at: offset)
  }
}

/// A payment in ecash, or a payout, is no longer pending: to the connection of the session that made it. The same as
/// PAYMENT tells of it.
///
/// 72 bytes.
public struct PaymentSettledPush: WirePush {
  /// What it is on the wire.
  public static let code = PushCode.paymentSettled
  /// Bytes of the fixed part.
  public static let byteCount = 72
  /// The payment.
  public var payment: UInt64
  /// What became of it.
  public var outcome: PaymentOutcome
  /// The operation that it was for.
  public var opcode: UInt8
  /// OK, or why it was not taken or could not do what it was for.
  public var status: Status
  /// What it is worth here.
  public var amount: UInt64
  /// As `status` says.
  public var detail: UInt64
  /// Where it was taken: the reply to its request; else zero.
  public var reply: KeptReply

  /// All fields, in the order of the layout.
  public init(
    payment: UInt64,
    outcome: PaymentOutcome,
    opcode: UInt8,
    status: Status,
    amount: UInt64,
    detail: UInt64,
    reply: KeptReply
  ) {
    self.payment = payment
    self.outcome = outcome
    self.opcode = opcode
    self.status = status
    self.amount = amount
    self.detail = detail
    self.reply = reply
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
    self.payment = unsafe bytes.take(UInt64.self, at: offset)
    guard let outcome = PaymentOutcome(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 8)) else { return nil }
    self.outcome = outcome
    self.opcode = unsafe bytes.take(UInt8.self, at: offset &+ 9)
    guard let status = Status(rawValue: unsafe bytes.take(UInt16.self, at: offset &+ 10)) else { return nil }
    self.status = status
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.detail = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    guard let reply = unsafe KeptReply(whole: bytes, at: offset &+ 32) else { return nil }
    self.reply = reply
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 72 else { return 72 }
    if PaymentOutcome(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 8)) == nil { return 8 }
    if Status(rawValue: unsafe bytes.take(UInt16.self, at: offset &+ 10)) == nil { return 10 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    if let inner = KeptReply.fault(in: bytes, at: offset &+ 32) { return 32 + inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 72)
    unsafe bytes.put(payment, at: offset)
    unsafe bytes.put(outcome.rawValue, at: offset &+ 8)
    unsafe bytes.put(opcode, at: offset &+ 9)
    unsafe bytes.put(status.rawValue, at: offset &+ 10)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
    unsafe bytes.put(amount, at: offset &+ 16)
    unsafe bytes.put(detail, at: offset &+ 24)
    reply.write(to: &bytes, at: offset &+ 32)
  }
}
