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
  /// Its units.
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
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.lease = bytes.uint64(at: offset)
    self.resource = bytes.uint64(at: offset + 8)
    self.epoch = bytes.uint64(at: offset + 16)
    self.deadline = bytes.uint64(at: offset + 24)
    self.balance = bytes.uint64(at: offset + 32)
    guard let state = LeaseState(rawValue: bytes.uint8(at: offset + 40)) else { return nil }
    self.state = state
    guard let cause = ChangeCause(rawValue: bytes.uint8(at: offset + 41)) else { return nil }
    self.cause = cause
    self.units = bytes.uint32(at: offset + 44)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if LeaseState(rawValue: bytes.uint8(at: offset + 40)) == nil { return 40 }
    if ChangeCause(rawValue: bytes.uint8(at: offset + 41)) == nil { return 41 }
    if bytes.uint16(at: offset + 42) != 0 { return 42 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(lease, at: offset)
    bytes.store(resource, at: offset + 8)
    bytes.store(epoch, at: offset + 16)
    bytes.store(deadline, at: offset + 24)
    bytes.store(balance, at: offset + 32)
    bytes.store(state.rawValue, at: offset + 40)
    bytes.store(cause.rawValue, at: offset + 41)
    bytes.store(UInt16(0), at: offset + 42)
    bytes.store(units, at: offset + 44)
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
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.resource = bytes.uint64(at: offset)
    self.version = bytes.uint32(at: offset + 8)
    self.units = bytes.uint32(at: offset + 12)
    self.price = bytes.uint64(at: offset + 16)
    self.period = bytes.uint64(at: offset + 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(resource, at: offset)
    bytes.store(version, at: offset + 8)
    bytes.store(units, at: offset + 12)
    bytes.store(price, at: offset + 16)
    bytes.store(period, at: offset + 24)
  }
}

/// A message to funders and holders.
///
/// 40 bytes.
public struct NoticePush: WirePush {
  /// What it is on the wire.
  public static let code = PushCode.notice
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// The lease; 0: the resource as a whole.
  public var lease: UInt64
  /// The resource.
  public var resource: UInt64
  /// As the kind says.
  public var amount: UInt64
  /// As the kind says; else the deadline.
  public var instant: UInt64
  /// What happened.
  public var kind: NoticeKind

  /// All fields, in the order of the layout.
  public init(lease: UInt64, resource: UInt64, amount: UInt64, instant: UInt64, kind: NoticeKind) {
    self.lease = lease
    self.resource = resource
    self.amount = amount
    self.instant = instant
    self.kind = kind
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.lease = bytes.uint64(at: offset)
    self.resource = bytes.uint64(at: offset + 8)
    self.amount = bytes.uint64(at: offset + 16)
    self.instant = bytes.uint64(at: offset + 24)
    guard let kind = NoticeKind(rawValue: bytes.uint8(at: offset + 32)) else { return nil }
    self.kind = kind
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if NoticeKind(rawValue: bytes.uint8(at: offset + 32)) == nil { return 32 }
    if bytes.uint8(at: offset + 33) != 0 { return 33 }
    if bytes.uint16(at: offset + 34) != 0 { return 34 }
    if bytes.uint32(at: offset + 36) != 0 { return 36 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(lease, at: offset)
    bytes.store(resource, at: offset + 8)
    bytes.store(amount, at: offset + 16)
    bytes.store(instant, at: offset + 24)
    bytes.store(kind.rawValue, at: offset + 32)
    bytes.store(UInt8(0), at: offset + 33)
    bytes.store(UInt16(0), at: offset + 34)
    bytes.store(UInt32(0), at: offset + 36)
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
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.lost = bytes.uint64(at: offset)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(lost, at: offset)
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
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let reason = Status(rawValue: bytes.uint16(at: offset)) else { return nil }
    self.reason = reason
    self.detail = bytes.uint64(at: offset + 8)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if Status(rawValue: bytes.uint16(at: offset)) == nil { return 0 }
    if bytes.uint16(at: offset + 2) != 0 { return 2 }
    if bytes.uint32(at: offset + 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(reason.rawValue, at: offset)
    bytes.store(UInt16(0), at: offset + 2)
    bytes.store(UInt32(0), at: offset + 4)
    bytes.store(detail, at: offset + 8)
  }
}
