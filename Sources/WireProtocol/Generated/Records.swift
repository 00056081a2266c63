// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.

/// What a resource costs and how its leases behave. Announced by REGISTER and UPDATE, as a numbered version.
///
/// 104 bytes.
public struct Terms: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 104
  /// Amount per unit and period; from 1.
  public var price: UInt64
  /// Length of the price period; from 1.
  public var period: UInt64
  /// Amount per unit and period while throttled; from 1.
  public var throttledPrice: UInt64
  /// Shortest lease: what the first payment must buy; from 1.
  public var shortest: UInt64
  /// How far ahead of now a lease may be funded; at least `shortest`.
  public var longest: UInt64
  /// Low-water mark: funded time left at which a lease is LOW; at least `throttle`.
  public var low: UInt64
  /// Funded time left at which a lease is THROTTLED.
  public var throttle: UInt64
  /// How long a SUSPENDED lease is kept.
  public var grace: UInt64
  /// Price of one unit of use on meter 0; 0: there is no such meter.
  public var meter0: UInt64
  /// The same for meter 1.
  public var meter1: UInt64
  /// The same for meter 2.
  public var meter2: UInt64
  /// The same for meter 3.
  public var meter3: UInt64
  /// Units the resource has; from 1.
  public var units: UInt32
  /// Policies.
  public var policy: ResourcePolicy

  /// All fields, in the order of the layout.
  public init(
    price: UInt64,
    period: UInt64,
    throttledPrice: UInt64,
    shortest: UInt64,
    longest: UInt64,
    low: UInt64,
    throttle: UInt64,
    grace: UInt64,
    meter0: UInt64,
    meter1: UInt64,
    meter2: UInt64,
    meter3: UInt64,
    units: UInt32,
    policy: ResourcePolicy
  ) {
    self.price = price
    self.period = period
    self.throttledPrice = throttledPrice
    self.shortest = shortest
    self.longest = longest
    self.low = low
    self.throttle = throttle
    self.grace = grace
    self.meter0 = meter0
    self.meter1 = meter1
    self.meter2 = meter2
    self.meter3 = meter3
    self.units = units
    self.policy = policy
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.price = bytes.uint64(at: offset)
    self.period = bytes.uint64(at: offset + 8)
    self.throttledPrice = bytes.uint64(at: offset + 16)
    self.shortest = bytes.uint64(at: offset + 24)
    self.longest = bytes.uint64(at: offset + 32)
    self.low = bytes.uint64(at: offset + 40)
    self.throttle = bytes.uint64(at: offset + 48)
    self.grace = bytes.uint64(at: offset + 56)
    self.meter0 = bytes.uint64(at: offset + 64)
    self.meter1 = bytes.uint64(at: offset + 72)
    self.meter2 = bytes.uint64(at: offset + 80)
    self.meter3 = bytes.uint64(at: offset + 88)
    self.units = bytes.uint32(at: offset + 96)
    self.policy = ResourcePolicy(rawValue: bytes.uint32(at: offset + 100))
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 104 else { return 104 }
    if bytes.uint32(at: offset + 100) & ~ResourcePolicy.known != 0 { return 100 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(price, at: offset)
    bytes.store(period, at: offset + 8)
    bytes.store(throttledPrice, at: offset + 16)
    bytes.store(shortest, at: offset + 24)
    bytes.store(longest, at: offset + 32)
    bytes.store(low, at: offset + 40)
    bytes.store(throttle, at: offset + 48)
    bytes.store(grace, at: offset + 56)
    bytes.store(meter0, at: offset + 64)
    bytes.store(meter1, at: offset + 72)
    bytes.store(meter2, at: offset + 80)
    bytes.store(meter3, at: offset + 88)
    bytes.store(units, at: offset + 96)
    bytes.store(policy.rawValue, at: offset + 100)
  }
}

/// Body of every reply whose status is not OK, one that the reader does not know included.
///
/// 16 bytes.
public struct Refusal: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// What the status says; else 0.
  public var detail: UInt64
  /// Number of the token to blame, from 0; 255: none.
  public var token: UInt8
  /// Offset in the frame of the field to blame; 65535: none.
  public var field: UInt16

  /// All fields, in the order of the layout.
  public init(detail: UInt64, token: UInt8, field: UInt16) {
    self.detail = detail
    self.token = token
    self.field = field
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.detail = bytes.uint64(at: offset)
    self.token = bytes.uint8(at: offset + 8)
    self.field = bytes.uint16(at: offset + 10)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if bytes.uint8(at: offset + 9) != 0 { return 9 }
    if bytes.uint32(at: offset + 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(detail, at: offset)
    bytes.store(token, at: offset + 8)
    bytes.store(UInt8(0), at: offset + 9)
    bytes.store(field, at: offset + 10)
    bytes.store(UInt32(0), at: offset + 12)
  }
}

/// One resource in a reply to LIST.
///
/// 64 bytes.
public struct ResourceEntry: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 64
  /// Its id.
  public var resource: UInt64
  /// Its name.
  public var name: Name32
  /// Amount per unit and period.
  public var price: UInt64
  /// Length of the price period.
  public var period: UInt64
  /// Units it has.
  public var units: UInt32
  /// Units that are free.
  public var unitsFree: UInt32

  /// All fields, in the order of the layout.
  public init(resource: UInt64, name: Name32, price: UInt64, period: UInt64, units: UInt32, unitsFree: UInt32) {
    self.resource = resource
    self.name = name
    self.price = price
    self.period = period
    self.units = units
    self.unitsFree = unitsFree
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.resource = bytes.uint64(at: offset)
    self.name = bytes.name32(at: offset + 8)
    self.price = bytes.uint64(at: offset + 40)
    self.period = bytes.uint64(at: offset + 48)
    self.units = bytes.uint32(at: offset + 56)
    self.unitsFree = bytes.uint32(at: offset + 60)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 64 else { return 64 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(resource, at: offset)
    bytes.store(name, at: offset + 8)
    bytes.store(price, at: offset + 40)
    bytes.store(period, at: offset + 48)
    bytes.store(units, at: offset + 56)
    bytes.store(unitsFree, at: offset + 60)
  }
}

/// A note, as a token of a payment and as the broker pays out. The tag covers the 32 bytes before it.
///
/// 48 bytes.
public struct NoteToken: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 48
  /// NOTE.
  public var rail: Rail
  /// 48: this token, these four bytes included.
  public var byteCount: UInt16
  /// Key epoch whose key made the tag.
  public var keyEpoch: UInt32
  /// Serial: 12-bit slot that keeps the spent bit, and counter within the key epoch.
  public var serial: UInt64
  /// What it is worth; from 1.
  public var amount: UInt64
  /// Lease that it can be paid to; 0: any.
  public var binding: UInt64
  /// MAC under the key of the epoch.
  public var tag: Bytes16

  /// All fields, in the order of the layout.
  public init(
    rail: Rail,
    byteCount: UInt16,
    keyEpoch: UInt32,
    serial: UInt64,
    amount: UInt64,
    binding: UInt64,
    tag: Bytes16
  ) {
    self.rail = rail
    self.byteCount = byteCount
    self.keyEpoch = keyEpoch
    self.serial = serial
    self.amount = amount
    self.binding = binding
    self.tag = tag
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let rail = Rail(rawValue: bytes.uint8(at: offset)) else { return nil }
    self.rail = rail
    self.byteCount = bytes.uint16(at: offset + 2)
    self.keyEpoch = bytes.uint32(at: offset + 4)
    self.serial = bytes.uint64(at: offset + 8)
    self.amount = bytes.uint64(at: offset + 16)
    self.binding = bytes.uint64(at: offset + 24)
    self.tag = bytes.bytes16(at: offset + 32)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if Rail(rawValue: bytes.uint8(at: offset)) == nil { return 0 }
    if bytes.uint8(at: offset + 1) != 0 { return 1 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(rail.rawValue, at: offset)
    bytes.store(UInt8(0), at: offset + 1)
    bytes.store(byteCount, at: offset + 2)
    bytes.store(keyEpoch, at: offset + 4)
    bytes.store(serial, at: offset + 8)
    bytes.store(amount, at: offset + 16)
    bytes.store(binding, at: offset + 24)
    bytes.store(tag, at: offset + 32)
  }
}

/// A note that EXCHANGE is asked to make.
///
/// 16 bytes.
public struct NoteOutput: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Its amount; from 1.
  public var amount: UInt64
  /// Lease to bind it to; 0: none.
  public var binding: UInt64

  /// All fields, in the order of the layout.
  public init(amount: UInt64, binding: UInt64) {
    self.amount = amount
    self.binding = binding
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.amount = bytes.uint64(at: offset)
    self.binding = bytes.uint64(at: offset + 8)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(amount, at: offset)
    bytes.store(binding, at: offset + 8)
  }
}

/// One balance of the ledger, or one counter.
///
/// 16 bytes.
public struct Figure: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Which.
  public var account: Account
  /// Key epoch, of the accounts that are kept per key epoch; else 0.
  public var keyEpoch: UInt32
  /// Balance or count.
  public var balance: Int64

  /// All fields, in the order of the layout.
  public init(account: Account, keyEpoch: UInt32, balance: Int64) {
    self.account = account
    self.keyEpoch = keyEpoch
    self.balance = balance
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let account = Account(rawValue: bytes.uint16(at: offset)) else { return nil }
    self.account = account
    self.keyEpoch = bytes.uint32(at: offset + 4)
    self.balance = Int64(bitPattern: bytes.uint64(at: offset + 8))
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if Account(rawValue: bytes.uint16(at: offset)) == nil { return 0 }
    if bytes.uint16(at: offset + 2) != 0 { return 2 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(account.rawValue, at: offset)
    bytes.store(UInt16(0), at: offset + 2)
    bytes.store(keyEpoch, at: offset + 4)
    bytes.store(UInt64(bitPattern: balance), at: offset + 8)
  }
}

/// Begins every command.
///
/// 8 bytes.
public struct CommandHeader: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The whole command, these bytes included.
  public var byteCount: UInt32
  /// Which.
  public var kind: CommandKind
  /// Flags.
  public var flags: CommandFlags
  /// VerifiedNote records at its end.
  public var noteCount: UInt8

  /// All fields, in the order of the layout.
  public init(byteCount: UInt32, kind: CommandKind, flags: CommandFlags, noteCount: UInt8) {
    self.byteCount = byteCount
    self.kind = kind
    self.flags = flags
    self.noteCount = noteCount
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.byteCount = bytes.uint32(at: offset)
    guard let kind = CommandKind(rawValue: bytes.uint8(at: offset + 4)) else { return nil }
    self.kind = kind
    self.flags = CommandFlags(rawValue: bytes.uint8(at: offset + 5))
    self.noteCount = bytes.uint8(at: offset + 6)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    if CommandKind(rawValue: bytes.uint8(at: offset + 4)) == nil { return 4 }
    if bytes.uint8(at: offset + 5) & ~CommandFlags.known != 0 { return 5 }
    if bytes.uint8(at: offset + 7) != 0 { return 7 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(byteCount, at: offset)
    bytes.store(kind.rawValue, at: offset + 4)
    bytes.store(flags.rawValue, at: offset + 5)
    bytes.store(noteCount, at: offset + 6)
    bytes.store(UInt8(0), at: offset + 7)
  }
}

/// Under what the receipt of a command is kept.
///
/// 32 bytes.
public struct ReceiptKey: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// The session, as the core numbers it.
  public var session: UInt64
  /// Request number.
  public var number: UInt64
  /// Digest of the request's content, to tell a repeat from a conflict.
  public var digest: UInt64
  /// Receipts below number - window are no longer wanted.
  public var window: UInt16

  /// All fields, in the order of the layout.
  public init(session: UInt64, number: UInt64, digest: UInt64, window: UInt16) {
    self.session = session
    self.number = number
    self.digest = digest
    self.window = window
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.session = bytes.uint64(at: offset)
    self.number = bytes.uint64(at: offset + 8)
    self.digest = bytes.uint64(at: offset + 16)
    self.window = bytes.uint16(at: offset + 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if bytes.uint16(at: offset + 26) != 0 { return 26 }
    if bytes.uint32(at: offset + 28) != 0 { return 28 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(session, at: offset)
    bytes.store(number, at: offset + 8)
    bytes.store(digest, at: offset + 16)
    bytes.store(window, at: offset + 24)
    bytes.store(UInt16(0), at: offset + 26)
    bytes.store(UInt32(0), at: offset + 28)
  }
}

/// A note whose tag was verified.
///
/// 32 bytes.
public struct VerifiedNote: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Key epoch.
  public var keyEpoch: UInt32
  /// Serial.
  public var serial: UInt64
  /// Amount.
  public var amount: UInt64
  /// Lease that it is bound to, or 0.
  public var binding: UInt64

  /// All fields, in the order of the layout.
  public init(keyEpoch: UInt32, serial: UInt64, amount: UInt64, binding: UInt64) {
    self.keyEpoch = keyEpoch
    self.serial = serial
    self.amount = amount
    self.binding = binding
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    self.keyEpoch = bytes.uint32(at: offset)
    self.serial = bytes.uint64(at: offset + 8)
    self.amount = bytes.uint64(at: offset + 16)
    self.binding = bytes.uint64(at: offset + 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if bytes.uint32(at: offset + 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(keyEpoch, at: offset)
    bytes.store(UInt32(0), at: offset + 4)
    bytes.store(serial, at: offset + 8)
    bytes.store(amount, at: offset + 16)
    bytes.store(binding, at: offset + 24)
  }
}

/// Who asks, as a verified fact. OWNER: `generation` is the lease's owner generation that the key matched. DEBIT_KEY:
/// `id` is the debit key. PROVIDER: `id` is its number.
///
/// 16 bytes.
public struct Actor: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// In whose name.
  public var authority: Authority
  /// Owner generation, or 0.
  public var generation: UInt32
  /// Debit key or provider, or 0.
  public var id: UInt64

  /// All fields, in the order of the layout.
  public init(authority: Authority, generation: UInt32, id: UInt64) {
    self.authority = authority
    self.generation = generation
    self.id = id
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard Self.fault(in: bytes, at: offset) == nil else { return nil }
    guard let authority = Authority(rawValue: bytes.uint8(at: offset)) else { return nil }
    self.authority = authority
    self.generation = bytes.uint32(at: offset + 4)
    self.id = bytes.uint64(at: offset + 8)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if Authority(rawValue: bytes.uint8(at: offset)) == nil { return 0 }
    if bytes.uint8(at: offset + 1) != 0 { return 1 }
    if bytes.uint16(at: offset + 2) != 0 { return 2 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    bytes.store(authority.rawValue, at: offset)
    bytes.store(UInt8(0), at: offset + 1)
    bytes.store(UInt16(0), at: offset + 2)
    bytes.store(generation, at: offset + 4)
    bytes.store(id, at: offset + 8)
  }
}
