// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.

/// What a resource costs and how its leases behave. Announced by REGISTER and UPDATE, as a numbered version.
///
/// 120 bytes.
public struct Terms: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 120
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
  /// How long an agent may take to provision a lease; from 1 with policy AGENT, else 0.
  public var provision: UInt64
  /// How long an agent may be lost before the leases that it provisions end; from 1 with policy AGENT, else 0.
  public var outage: UInt64
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
    provision: UInt64,
    outage: UInt64,
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
    self.provision = provision
    self.outage = outage
    self.meter0 = meter0
    self.meter1 = meter1
    self.meter2 = meter2
    self.meter3 = meter3
    self.units = units
    self.policy = policy
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 120 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.price = unsafe bytes.take(UInt64.self, at: offset)
    self.period = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.throttledPrice = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.shortest = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.longest = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.low = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.throttle = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.grace = unsafe bytes.take(UInt64.self, at: offset &+ 56)
    self.provision = unsafe bytes.take(UInt64.self, at: offset &+ 64)
    self.outage = unsafe bytes.take(UInt64.self, at: offset &+ 72)
    self.meter0 = unsafe bytes.take(UInt64.self, at: offset &+ 80)
    self.meter1 = unsafe bytes.take(UInt64.self, at: offset &+ 88)
    self.meter2 = unsafe bytes.take(UInt64.self, at: offset &+ 96)
    self.meter3 = unsafe bytes.take(UInt64.self, at: offset &+ 104)
    self.units = unsafe bytes.take(UInt32.self, at: offset &+ 112)
    self.policy = ResourcePolicy(rawValue: unsafe bytes.take(UInt32.self, at: offset &+ 116))
    guard policy.rawValue & ~ResourcePolicy.known == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 120 else { return 120 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 116) & ~ResourcePolicy.known != 0 { return 116 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 120)
    unsafe bytes.put(price, at: offset)
    unsafe bytes.put(period, at: offset &+ 8)
    unsafe bytes.put(throttledPrice, at: offset &+ 16)
    unsafe bytes.put(shortest, at: offset &+ 24)
    unsafe bytes.put(longest, at: offset &+ 32)
    unsafe bytes.put(low, at: offset &+ 40)
    unsafe bytes.put(throttle, at: offset &+ 48)
    unsafe bytes.put(grace, at: offset &+ 56)
    unsafe bytes.put(provision, at: offset &+ 64)
    unsafe bytes.put(outage, at: offset &+ 72)
    unsafe bytes.put(meter0, at: offset &+ 80)
    unsafe bytes.put(meter1, at: offset &+ 88)
    unsafe bytes.put(meter2, at: offset &+ 96)
    unsafe bytes.put(meter3, at: offset &+ 104)
    unsafe bytes.put(units, at: offset &+ 112)
    unsafe bytes.put(policy.rawValue, at: offset &+ 116)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.detail = unsafe bytes.take(UInt64.self, at: offset)
    self.token = unsafe bytes.take(UInt8.self, at: offset &+ 8)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 9) == 0 else { return nil }
    self.field = unsafe bytes.take(UInt16.self, at: offset &+ 10)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 9) != 0 { return 9 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(detail, at: offset)
    unsafe bytes.put(token, at: offset &+ 8)
    unsafe bytes.put(UInt8(0), at: offset &+ 9)
    unsafe bytes.put(field, at: offset &+ 10)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 64 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.name = unsafe bytes.takeName32(at: offset &+ 8)
    self.price = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.period = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.units = unsafe bytes.take(UInt32.self, at: offset &+ 56)
    self.unitsFree = unsafe bytes.take(UInt32.self, at: offset &+ 60)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 64 else { return 64 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 64)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(name, at: offset &+ 8)
    unsafe bytes.put(price, at: offset &+ 40)
    unsafe bytes.put(period, at: offset &+ 48)
    unsafe bytes.put(units, at: offset &+ 56)
    unsafe bytes.put(unitsFree, at: offset &+ 60)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let rail = Rail(rawValue: unsafe bytes.take(UInt8.self, at: offset)) else { return nil }
    self.rail = rail
    guard unsafe bytes.take(UInt8.self, at: offset &+ 1) == 0 else { return nil }
    self.byteCount = unsafe bytes.take(UInt16.self, at: offset &+ 2)
    self.keyEpoch = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.serial = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.binding = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.tag = unsafe bytes.takeBytes16(at: offset &+ 32)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if Rail(rawValue: unsafe bytes.take(UInt8.self, at: offset)) == nil { return 0 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 1) != 0 { return 1 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 48)
    unsafe bytes.put(rail.rawValue, at: offset)
    unsafe bytes.put(UInt8(0), at: offset &+ 1)
    unsafe bytes.put(byteCount, at: offset &+ 2)
    unsafe bytes.put(keyEpoch, at: offset &+ 4)
    unsafe bytes.put(serial, at: offset &+ 8)
    unsafe bytes.put(amount, at: offset &+ 16)
    unsafe bytes.put(binding, at: offset &+ 24)
    unsafe bytes.put(tag, at: offset &+ 32)
  }
}

/// A tick: a word of a hash chain of the lease that is paid. It pays the chain's weight for each step from the last
/// word to this one.
///
/// 32 bytes.
public struct TickToken: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// CHAIN.
  public var rail: Rail
  /// 32: this token, these four bytes included.
  public var byteCount: UInt16
  /// The chain's number.
  public var chain: UInt32
  /// Index of the word; from 1 to the chain's length.
  public var index: UInt32
  /// The word.
  public var word: Bytes16

  /// All fields, in the order of the layout.
  public init(rail: Rail, byteCount: UInt16, chain: UInt32, index: UInt32, word: Bytes16) {
    self.rail = rail
    self.byteCount = byteCount
    self.chain = chain
    self.index = index
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
    guard let rail = Rail(rawValue: unsafe bytes.take(UInt8.self, at: offset)) else { return nil }
    self.rail = rail
    guard unsafe bytes.take(UInt8.self, at: offset &+ 1) == 0 else { return nil }
    self.byteCount = unsafe bytes.take(UInt16.self, at: offset &+ 2)
    self.chain = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.index = unsafe bytes.take(UInt32.self, at: offset &+ 8)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
    self.word = unsafe bytes.takeBytes16(at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if Rail(rawValue: unsafe bytes.take(UInt8.self, at: offset)) == nil { return 0 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 1) != 0 { return 1 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(rail.rawValue, at: offset)
    unsafe bytes.put(UInt8(0), at: offset &+ 1)
    unsafe bytes.put(byteCount, at: offset &+ 2)
    unsafe bytes.put(chain, at: offset &+ 4)
    unsafe bytes.put(index, at: offset &+ 8)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
    unsafe bytes.put(word, at: offset &+ 16)
  }
}

/// Ecash, as the token of a payment. The text of a Cashu token follows, `byteCount` - 24 bytes.
///
/// 24 bytes.
public struct EcashToken: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// CASHU.
  public var rail: Rail
  /// This token, these four bytes and the text included.
  public var byteCount: UInt16
  /// Hash of a secret refund key, which the payer keeps.
  public var refundHash: Bytes16

  /// All fields, in the order of the layout.
  public init(rail: Rail, byteCount: UInt16, refundHash: Bytes16) {
    self.rail = rail
    self.byteCount = byteCount
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
    guard let rail = Rail(rawValue: unsafe bytes.take(UInt8.self, at: offset)) else { return nil }
    self.rail = rail
    guard unsafe bytes.take(UInt8.self, at: offset &+ 1) == 0 else { return nil }
    self.byteCount = unsafe bytes.take(UInt16.self, at: offset &+ 2)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
    self.refundHash = unsafe bytes.takeBytes16(at: offset &+ 8)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if Rail(rawValue: unsafe bytes.take(UInt8.self, at: offset)) == nil { return 0 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 1) != 0 { return 1 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(rail.rawValue, at: offset)
    unsafe bytes.put(UInt8(0), at: offset &+ 1)
    unsafe bytes.put(byteCount, at: offset &+ 2)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
    unsafe bytes.put(refundHash, at: offset &+ 8)
  }
}

/// A mint whose ecash is taken, in one unit.
///
/// 160 bytes.
public struct MintOffer: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 160
  /// Its number here.
  public var mint: UInt32
  /// What it takes for each proof that is spent, in thousandths of its unit: the most of its keysets that are in use;
  /// 0: nothing, or it is not known yet.
  public var feePerThousand: UInt32
  /// Rate: so many of the broker's units ...
  public var numerator: UInt64
  /// ... for so many of the mint's.
  public var denominator: UInt64
  /// Least that a payment is worth after the mint's fees, in its unit.
  public var minimum: UInt64
  /// Its unit.
  public var unit: Name32
  /// Where it is.
  public var url: Text96

  /// All fields, in the order of the layout.
  public init(
    mint: UInt32,
    feePerThousand: UInt32,
    numerator: UInt64,
    denominator: UInt64,
    minimum: UInt64,
    unit: Name32,
    url: Text96
  ) {
    self.mint = mint
    self.feePerThousand = feePerThousand
    self.numerator = numerator
    self.denominator = denominator
    self.minimum = minimum
    self.unit = unit
    self.url = url
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
    self.mint = unsafe bytes.take(UInt32.self, at: offset)
    self.feePerThousand = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.numerator = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.denominator = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.minimum = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.unit = unsafe bytes.takeName32(at: offset &+ 32)
    self.url = unsafe bytes.takeText96(at: offset &+ 64)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 160 else { return 160 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 160)
    unsafe bytes.put(mint, at: offset)
    unsafe bytes.put(feePerThousand, at: offset &+ 4)
    unsafe bytes.put(numerator, at: offset &+ 8)
    unsafe bytes.put(denominator, at: offset &+ 16)
    unsafe bytes.put(minimum, at: offset &+ 24)
    unsafe bytes.put(unit, at: offset &+ 32)
    unsafe bytes.put(url, at: offset &+ 64)
  }
}

/// A blinded message whose amount the broker will choose (NUT-08's idea): a point of the curve.
///
/// 40 bytes.
public struct BlankOutput: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// Its x: the first half.
  public var x0: Bytes16
  /// The other half.
  public var x1: Bytes16
  /// 1: its y is odd; else 0.
  public var isOdd: UInt8

  /// All fields, in the order of the layout.
  public init(x0: Bytes16, x1: Bytes16, isOdd: UInt8) {
    self.x0 = x0
    self.x1 = x1
    self.isOdd = isOdd
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
    self.x0 = unsafe bytes.takeBytes16(at: offset)
    self.x1 = unsafe bytes.takeBytes16(at: offset &+ 16)
    self.isOdd = unsafe bytes.take(UInt8.self, at: offset &+ 32)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 33) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 34) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 36) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 33) != 0 { return 33 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 34) != 0 { return 34 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 36) != 0 { return 36 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 40)
    unsafe bytes.put(x0, at: offset)
    unsafe bytes.put(x1, at: offset &+ 16)
    unsafe bytes.put(isOdd, at: offset &+ 32)
    unsafe bytes.put(UInt8(0), at: offset &+ 33)
    unsafe bytes.put(UInt16(0), at: offset &+ 34)
    unsafe bytes.put(UInt32(0), at: offset &+ 36)
  }
}

/// What a mint signed of a payout: the signature on the blank output of the same number, and the key that it is of.
///
/// 72 bytes.
public struct PayoutSignature: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 72
  /// The blind signature: its x, the first half.
  public var x0: Bytes16
  /// The other half.
  public var x1: Bytes16
  /// The mint's key for this amount: its x, the first half.
  public var keyX0: Bytes16
  /// The other half.
  public var keyX1: Bytes16
  /// 1: the signature's y is odd; else 0.
  public var isOdd: UInt8
  /// 1: the key's y is odd; else 0.
  public var keyIsOdd: UInt8
  /// It is worth 2 to this power.
  public var exponent: UInt8

  /// All fields, in the order of the layout.
  public init(
    x0: Bytes16,
    x1: Bytes16,
    keyX0: Bytes16,
    keyX1: Bytes16,
    isOdd: UInt8,
    keyIsOdd: UInt8,
    exponent: UInt8
  ) {
    self.x0 = x0
    self.x1 = x1
    self.keyX0 = keyX0
    self.keyX1 = keyX1
    self.isOdd = isOdd
    self.keyIsOdd = keyIsOdd
    self.exponent = exponent
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
    self.x0 = unsafe bytes.takeBytes16(at: offset)
    self.x1 = unsafe bytes.takeBytes16(at: offset &+ 16)
    self.keyX0 = unsafe bytes.takeBytes16(at: offset &+ 32)
    self.keyX1 = unsafe bytes.takeBytes16(at: offset &+ 48)
    self.isOdd = unsafe bytes.take(UInt8.self, at: offset &+ 64)
    self.keyIsOdd = unsafe bytes.take(UInt8.self, at: offset &+ 65)
    self.exponent = unsafe bytes.take(UInt8.self, at: offset &+ 66)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 67) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 68) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 72 else { return 72 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 67) != 0 { return 67 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 68) != 0 { return 68 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 72)
    unsafe bytes.put(x0, at: offset)
    unsafe bytes.put(x1, at: offset &+ 16)
    unsafe bytes.put(keyX0, at: offset &+ 32)
    unsafe bytes.put(keyX1, at: offset &+ 48)
    unsafe bytes.put(isOdd, at: offset &+ 64)
    unsafe bytes.put(keyIsOdd, at: offset &+ 65)
    unsafe bytes.put(exponent, at: offset &+ 66)
    unsafe bytes.put(UInt8(0), at: offset &+ 67)
    unsafe bytes.put(UInt32(0), at: offset &+ 68)
  }
}

/// What the broker has of a keyset.
///
/// 64 bytes.
public struct KeysetHolding: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 64
  /// Its number here.
  public var keyset: UInt32
  /// Fee for an input, in thousandths of the unit.
  public var feePerThousand: UInt32
  /// What the broker's proofs of it are worth, in the mint's unit.
  public var amount: UInt64
  /// When its proofs end, in seconds since 1970; 0: never.
  public var finalExpiry: UInt64
  /// Its id: bytes 0 to 15, zero-padded where it has 8.
  public var id0: Bytes16
  /// Bytes 16 to 31.
  public var id1: Bytes16
  /// Proofs.
  public var count: UInt32
  /// Byte 32.
  public var idLast: UInt8
  /// 8 or 33.
  public var idByteCount: UInt8
  /// 1: the mint signs with it; else 0.
  public var isActive: UInt8

  /// All fields, in the order of the layout.
  public init(
    keyset: UInt32,
    feePerThousand: UInt32,
    amount: UInt64,
    finalExpiry: UInt64,
    id0: Bytes16,
    id1: Bytes16,
    count: UInt32,
    idLast: UInt8,
    idByteCount: UInt8,
    isActive: UInt8
  ) {
    self.keyset = keyset
    self.feePerThousand = feePerThousand
    self.amount = amount
    self.finalExpiry = finalExpiry
    self.id0 = id0
    self.id1 = id1
    self.count = count
    self.idLast = idLast
    self.idByteCount = idByteCount
    self.isActive = isActive
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
    self.keyset = unsafe bytes.take(UInt32.self, at: offset)
    self.feePerThousand = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.finalExpiry = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.id0 = unsafe bytes.takeBytes16(at: offset &+ 24)
    self.id1 = unsafe bytes.takeBytes16(at: offset &+ 40)
    self.count = unsafe bytes.take(UInt32.self, at: offset &+ 56)
    self.idLast = unsafe bytes.take(UInt8.self, at: offset &+ 60)
    self.idByteCount = unsafe bytes.take(UInt8.self, at: offset &+ 61)
    self.isActive = unsafe bytes.take(UInt8.self, at: offset &+ 62)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 63) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 64 else { return 64 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 63) != 0 { return 63 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 64)
    unsafe bytes.put(keyset, at: offset)
    unsafe bytes.put(feePerThousand, at: offset &+ 4)
    unsafe bytes.put(amount, at: offset &+ 8)
    unsafe bytes.put(finalExpiry, at: offset &+ 16)
    unsafe bytes.put(id0, at: offset &+ 24)
    unsafe bytes.put(id1, at: offset &+ 40)
    unsafe bytes.put(count, at: offset &+ 56)
    unsafe bytes.put(idLast, at: offset &+ 60)
    unsafe bytes.put(idByteCount, at: offset &+ 61)
    unsafe bytes.put(isActive, at: offset &+ 62)
    unsafe bytes.put(UInt8(0), at: offset &+ 63)
  }
}

/// The fixed part of a reply that a receipt keeps, as its operation lays it out, zero-padded.
///
/// 40 bytes.
public struct KeptReply: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// Bytes 0 to 7.
  public var word0: UInt64
  /// Bytes 8 to 15.
  public var word1: UInt64
  /// Bytes 16 to 23.
  public var word2: UInt64
  /// Bytes 24 to 31.
  public var word3: UInt64
  /// Bytes 32 to 39.
  public var word4: UInt64

  /// All fields, in the order of the layout.
  public init(word0: UInt64, word1: UInt64, word2: UInt64, word3: UInt64, word4: UInt64) {
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
    self.word3 = word3
    self.word4 = word4
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
    self.word0 = unsafe bytes.take(UInt64.self, at: offset)
    self.word1 = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.word2 = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.word3 = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.word4 = unsafe bytes.take(UInt64.self, at: offset &+ 32)
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
    unsafe bytes.put(word0, at: offset)
    unsafe bytes.put(word1, at: offset &+ 8)
    unsafe bytes.put(word2, at: offset &+ 16)
    unsafe bytes.put(word3, at: offset &+ 24)
    unsafe bytes.put(word4, at: offset &+ 32)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.amount = unsafe bytes.take(UInt64.self, at: offset)
    self.binding = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(amount, at: offset)
    unsafe bytes.put(binding, at: offset &+ 8)
  }
}

/// A resource of a pool.
///
/// 16 bytes.
public struct PoolMember: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// The resource.
  public var resource: UInt64
  /// Its share in every donation is its weight over the sum of all; from 1.
  public var weight: UInt32

  /// All fields, in the order of the layout.
  public init(resource: UInt64, weight: UInt32) {
    self.resource = resource
    self.weight = weight
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
    self.weight = unsafe bytes.take(UInt32.self, at: offset &+ 8)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(weight, at: offset &+ 8)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
  }
}

/// A tier of an offering: investments of at least `from`, and less than the next tier's.
///
/// 16 bytes.
public struct Tier: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Least investment of this tier; above that of the tier before, and a multiple of the unit.
  public var from: UInt64
  /// What each unit of money weighs when revenue is shared; from 1.
  public var rate: UInt32

  /// All fields, in the order of the layout.
  public init(from: UInt64, rate: UInt32) {
    self.from = from
    self.rate = rate
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
    self.from = unsafe bytes.take(UInt64.self, at: offset)
    self.rate = unsafe bytes.take(UInt32.self, at: offset &+ 8)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(from, at: offset)
    unsafe bytes.put(rate, at: offset &+ 8)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
  }
}

/// A tier of an offering, and how it stands.
///
/// 40 bytes.
public struct TierFigures: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// Least investment of this tier.
  public var from: UInt64
  /// What was invested in it.
  public var amount: UInt64
  /// What it got of the revenue.
  public var earned: UInt64
  /// FIXED: what it gets in all; else 0.
  public var target: UInt64
  /// What each unit of money weighs.
  public var rate: UInt32
  /// 1: it got all that it gets.
  public var retired: UInt32

  /// All fields, in the order of the layout.
  public init(from: UInt64, amount: UInt64, earned: UInt64, target: UInt64, rate: UInt32, retired: UInt32) {
    self.from = from
    self.amount = amount
    self.earned = earned
    self.target = target
    self.rate = rate
    self.retired = retired
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
    self.from = unsafe bytes.take(UInt64.self, at: offset)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.earned = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.target = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.rate = unsafe bytes.take(UInt32.self, at: offset &+ 32)
    self.retired = unsafe bytes.take(UInt32.self, at: offset &+ 36)
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
    unsafe bytes.put(from, at: offset)
    unsafe bytes.put(amount, at: offset &+ 8)
    unsafe bytes.put(earned, at: offset &+ 16)
    unsafe bytes.put(target, at: offset &+ 24)
    unsafe bytes.put(rate, at: offset &+ 32)
    unsafe bytes.put(retired, at: offset &+ 36)
  }
}

/// A recipient of a resource's revenue, beside its provider.
///
/// 16 bytes.
public struct RevenueShare: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Number of the provider that gets it, as earnings.
  public var provider: UInt64
  /// How much, in millionths of what is left after the operator's fee; from 1.
  public var perMillion: UInt32

  /// All fields, in the order of the layout.
  public init(provider: UInt64, perMillion: UInt32) {
    self.provider = provider
    self.perMillion = perMillion
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
    self.provider = unsafe bytes.take(UInt64.self, at: offset)
    self.perMillion = unsafe bytes.take(UInt32.self, at: offset &+ 8)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(provider, at: offset)
    unsafe bytes.put(perMillion, at: offset &+ 8)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
  }
}

/// A SHA-256.
///
/// 32 bytes.
public struct Digest32: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Its first 16 bytes.
  public var first: Bytes16
  /// Its last 16 bytes.
  public var last: Bytes16

  /// All fields, in the order of the layout.
  public init(first: Bytes16, last: Bytes16) {
    self.first = first
    self.last = last
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
    self.first = unsafe bytes.takeBytes16(at: offset)
    self.last = unsafe bytes.takeBytes16(at: offset &+ 16)
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
    unsafe bytes.put(first, at: offset)
    unsafe bytes.put(last, at: offset &+ 16)
  }
}

/// What a sponsor says in its period.
///
/// 192 bytes.
public struct Banner: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 192
  /// Text; zero bytes: none.
  public var text: Text96
  /// Where a link leads; zero bytes: nowhere.
  public var link: Text96

  /// All fields, in the order of the layout.
  public init(text: Text96, link: Text96) {
    self.text = text
    self.link = link
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
    self.text = unsafe bytes.takeText96(at: offset)
    self.link = unsafe bytes.takeText96(at: offset &+ 96)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 192 else { return 192 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 192)
    unsafe bytes.put(text, at: offset)
    unsafe bytes.put(link, at: offset &+ 96)
  }
}

/// A line of an auction's transcript.
///
/// 72 bytes.
public struct BidLine: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 72
  /// The bid's claim.
  public var claim: UInt64
  /// As the kind says.
  public var amount: UInt64
  /// Payment id of BID and RAISE; else 0.
  public var payment: UInt64
  /// When.
  public var instant: UInt64
  /// What it tells.
  public var kind: BidLineKind
  /// As the kind says.
  public var data: Digest32

  /// All fields, in the order of the layout.
  public init(claim: UInt64, amount: UInt64, payment: UInt64, instant: UInt64, kind: BidLineKind, data: Digest32) {
    self.claim = claim
    self.amount = amount
    self.payment = payment
    self.instant = instant
    self.kind = kind
    self.data = data
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
    self.claim = unsafe bytes.take(UInt64.self, at: offset)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.instant = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    guard let kind = BidLineKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 32)) else { return nil }
    self.kind = kind
    guard unsafe bytes.take(UInt8.self, at: offset &+ 33) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 34) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 36) == 0 else { return nil }
    guard let data = unsafe Digest32(whole: bytes, at: offset &+ 40) else { return nil }
    self.data = data
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 72 else { return 72 }
    if BidLineKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 32)) == nil { return 32 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 33) != 0 { return 33 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 34) != 0 { return 34 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 36) != 0 { return 36 }
    if let inner = Digest32.fault(in: bytes, at: offset &+ 40) { return 40 + inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 72)
    unsafe bytes.put(claim, at: offset)
    unsafe bytes.put(amount, at: offset &+ 8)
    unsafe bytes.put(payment, at: offset &+ 16)
    unsafe bytes.put(instant, at: offset &+ 24)
    unsafe bytes.put(kind.rawValue, at: offset &+ 32)
    unsafe bytes.put(UInt8(0), at: offset &+ 33)
    unsafe bytes.put(UInt16(0), at: offset &+ 34)
    unsafe bytes.put(UInt32(0), at: offset &+ 36)
    data.write(to: &bytes, at: offset &+ 40)
  }
}

/// A line of the ledger: money that moved from one account to another.
///
/// 56 bytes.
public struct StatementLine: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 56
  /// Its number, of all lines of the ledger; from 1.
  public var sequence: UInt64
  /// Number of the line before it of the same resource; 0: it is the first.
  public var previous: UInt64
  /// When money moved first.
  public var instant: UInt64
  /// The resource; 0: it concerns none.
  public var resource: UInt64
  /// What it was for: a claim, campaign, offering, auction, pool or payment; 0: leases.
  public var subject: UInt64
  /// How much.
  public var amount: UInt64
  /// Movements that share the line.
  public var count: UInt32
  /// Where it came from.
  public var from: Account
  /// Where it went; the same: a pool's gift that waits for a public lease of this resource.
  public var to: Account

  /// All fields, in the order of the layout.
  public init(
    sequence: UInt64,
    previous: UInt64,
    instant: UInt64,
    resource: UInt64,
    subject: UInt64,
    amount: UInt64,
    count: UInt32,
    from: Account,
    to: Account
  ) {
    self.sequence = sequence
    self.previous = previous
    self.instant = instant
    self.resource = resource
    self.subject = subject
    self.amount = amount
    self.count = count
    self.from = from
    self.to = to
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
    self.sequence = unsafe bytes.take(UInt64.self, at: offset)
    self.previous = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.instant = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.resource = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.subject = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.count = unsafe bytes.take(UInt32.self, at: offset &+ 48)
    guard let from = Account(rawValue: unsafe bytes.take(UInt16.self, at: offset &+ 52)) else { return nil }
    self.from = from
    guard let to = Account(rawValue: unsafe bytes.take(UInt16.self, at: offset &+ 54)) else { return nil }
    self.to = to
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return 56 }
    if Account(rawValue: unsafe bytes.take(UInt16.self, at: offset &+ 52)) == nil { return 52 }
    if Account(rawValue: unsafe bytes.take(UInt16.self, at: offset &+ 54)) == nil { return 54 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 56)
    unsafe bytes.put(sequence, at: offset)
    unsafe bytes.put(previous, at: offset &+ 8)
    unsafe bytes.put(instant, at: offset &+ 16)
    unsafe bytes.put(resource, at: offset &+ 24)
    unsafe bytes.put(subject, at: offset &+ 32)
    unsafe bytes.put(amount, at: offset &+ 40)
    unsafe bytes.put(count, at: offset &+ 48)
    unsafe bytes.put(from.rawValue, at: offset &+ 52)
    unsafe bytes.put(to.rawValue, at: offset &+ 54)
  }
}

/// A lease, as an agent enforces it. Instants are of the agent's own clock, in milliseconds: what it last told of
/// itself, `stamp`, and durations from there.
///
/// 56 bytes.
public struct AgentLease: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 56
  /// The lease.
  public var lease: UInt64
  /// Its fencing epoch.
  public var epoch: UInt64
  /// The agent's stamp from which the others are counted.
  public var stamp: UInt64
  /// Last stamp at which there is access; of PENDING: at which it can be reported ready. 0: none.
  public var until: UInt64
  /// First stamp at which access is reduced, if nothing is paid until then; 0: never, or it is.
  public var throttleAt: UInt64
  /// First stamp at which the lease is over, if nothing is paid until then; 0: it is.
  public var end: UInt64
  /// Its units.
  public var units: UInt32
  /// Its state.
  public var state: LeaseState
  /// 1: this agent provisions it.
  public var isYours: UInt8

  /// All fields, in the order of the layout.
  public init(
    lease: UInt64,
    epoch: UInt64,
    stamp: UInt64,
    until: UInt64,
    throttleAt: UInt64,
    end: UInt64,
    units: UInt32,
    state: LeaseState,
    isYours: UInt8
  ) {
    self.lease = lease
    self.epoch = epoch
    self.stamp = stamp
    self.until = until
    self.throttleAt = throttleAt
    self.end = end
    self.units = units
    self.state = state
    self.isYours = isYours
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
    self.epoch = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.stamp = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.until = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.throttleAt = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.end = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.units = unsafe bytes.take(UInt32.self, at: offset &+ 48)
    guard let state = LeaseState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 52)) else { return nil }
    self.state = state
    self.isYours = unsafe bytes.take(UInt8.self, at: offset &+ 53)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 54) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 56 else { return 56 }
    if LeaseState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 52)) == nil { return 52 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 54) != 0 { return 54 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 56)
    unsafe bytes.put(lease, at: offset)
    unsafe bytes.put(epoch, at: offset &+ 8)
    unsafe bytes.put(stamp, at: offset &+ 16)
    unsafe bytes.put(until, at: offset &+ 24)
    unsafe bytes.put(throttleAt, at: offset &+ 32)
    unsafe bytes.put(end, at: offset &+ 40)
    unsafe bytes.put(units, at: offset &+ 48)
    unsafe bytes.put(state.rawValue, at: offset &+ 52)
    unsafe bytes.put(isYours, at: offset &+ 53)
    unsafe bytes.put(UInt16(0), at: offset &+ 54)
  }
}

/// What an agent tells of a lease.
///
/// 40 bytes.
public struct AgentUsage: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// The lease.
  public var lease: UInt64
  /// Its epoch, as the agent knows it.
  public var epoch: UInt64
  /// For how long, in milliseconds, its gate was shut that should have been open, up to now; all bits set: for as long
  /// as the agent was lost.
  public var shut: UInt64
  /// Bytes from its holder, since the report before.
  public var received: UInt64
  /// Bytes to its holder, since the report before.
  public var sent: UInt64

  /// All fields, in the order of the layout.
  public init(lease: UInt64, epoch: UInt64, shut: UInt64, received: UInt64, sent: UInt64) {
    self.lease = lease
    self.epoch = epoch
    self.shut = shut
    self.received = received
    self.sent = sent
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
    self.shut = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.received = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.sent = unsafe bytes.take(UInt64.self, at: offset &+ 32)
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
    unsafe bytes.put(shut, at: offset &+ 16)
    unsafe bytes.put(received, at: offset &+ 24)
    unsafe bytes.put(sent, at: offset &+ 32)
  }
}

/// A statement that a use was paid, which an agent can check by itself. The tag covers the 80 bytes before it
/// (specification, Vouchers).
///
/// 96 bytes.
public struct UseVoucher: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 96
  /// The resource of the lease.
  public var resource: UInt64
  /// The lease that paid.
  public var lease: UInt64
  /// Number of the voucher: no other voucher of the resource has it.
  public var serial: UInt64
  /// Of the agent that it is for.
  public var bootNonce: Bytes16
  /// Stamp of that agent when the use was paid, as far as the broker knew.
  public var stamp: UInt64
  /// Last stamp of that agent at which it is good.
  public var until: UInt64
  /// Quantity of the use.
  public var quantity: UInt64
  /// What it cost.
  public var charged: UInt64
  /// The agent's number.
  public var agent: UInt32
  /// Meter of the use.
  public var meter: UInt8
  /// MAC under the key of the resource's agents.
  public var tag: Bytes16

  /// All fields, in the order of the layout.
  public init(
    resource: UInt64,
    lease: UInt64,
    serial: UInt64,
    bootNonce: Bytes16,
    stamp: UInt64,
    until: UInt64,
    quantity: UInt64,
    charged: UInt64,
    agent: UInt32,
    meter: UInt8,
    tag: Bytes16
  ) {
    self.resource = resource
    self.lease = lease
    self.serial = serial
    self.bootNonce = bootNonce
    self.stamp = stamp
    self.until = until
    self.quantity = quantity
    self.charged = charged
    self.agent = agent
    self.meter = meter
    self.tag = tag
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
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.serial = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.bootNonce = unsafe bytes.takeBytes16(at: offset &+ 24)
    self.stamp = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.until = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.quantity = unsafe bytes.take(UInt64.self, at: offset &+ 56)
    self.charged = unsafe bytes.take(UInt64.self, at: offset &+ 64)
    self.agent = unsafe bytes.take(UInt32.self, at: offset &+ 72)
    self.meter = unsafe bytes.take(UInt8.self, at: offset &+ 76)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 77) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 78) == 0 else { return nil }
    self.tag = unsafe bytes.takeBytes16(at: offset &+ 80)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 96 else { return 96 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 77) != 0 { return 77 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 78) != 0 { return 78 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 96)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(lease, at: offset &+ 8)
    unsafe bytes.put(serial, at: offset &+ 16)
    unsafe bytes.put(bootNonce, at: offset &+ 24)
    unsafe bytes.put(stamp, at: offset &+ 40)
    unsafe bytes.put(until, at: offset &+ 48)
    unsafe bytes.put(quantity, at: offset &+ 56)
    unsafe bytes.put(charged, at: offset &+ 64)
    unsafe bytes.put(agent, at: offset &+ 72)
    unsafe bytes.put(meter, at: offset &+ 76)
    unsafe bytes.put(UInt8(0), at: offset &+ 77)
    unsafe bytes.put(UInt16(0), at: offset &+ 78)
    unsafe bytes.put(tag, at: offset &+ 80)
  }
}

/// A voucher, and what its holder proves with that it is his.
///
/// 112 bytes.
public struct IssuedVoucher: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 112
  /// The voucher, to be shown to the agent once.
  public var voucher: UseVoucher
  /// Secret of who was given the voucher.
  public var holderKey: Bytes16

  /// All fields, in the order of the layout.
  public init(voucher: UseVoucher, holderKey: Bytes16) {
    self.voucher = voucher
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
    guard let voucher = unsafe UseVoucher(whole: bytes, at: offset) else { return nil }
    self.voucher = voucher
    self.holderKey = unsafe bytes.takeBytes16(at: offset &+ 96)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 112 else { return 112 }
    if let inner = UseVoucher.fault(in: bytes, at: offset) { return inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 112)
    voucher.write(to: &bytes, at: offset)
    unsafe bytes.put(holderKey, at: offset &+ 96)
  }
}

/// A statement of a lease that an agent can check by itself. The tag covers the 80 bytes before it (specification,
/// Tickets).
///
/// 96 bytes.
public struct LeaseTicket: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 96
  /// Its resource.
  public var resource: UInt64
  /// The lease.
  public var lease: UInt64
  /// Its fencing epoch.
  public var epoch: UInt64
  /// Number of the ticket, of all that the broker gave since it was started.
  public var sequence: UInt64
  /// Of the agent that it is for.
  public var bootNonce: Bytes16
  /// Stamp of that agent when it was given, as far as the broker knew.
  public var stamp: UInt64
  /// Last stamp of that agent at which it is good.
  public var until: UInt64
  /// The agent's number.
  public var agent: UInt32
  /// Units of the lease.
  public var units: UInt32
  /// The lease's state.
  public var state: LeaseState
  /// MAC under the key of the resource's agents.
  public var tag: Bytes16

  /// All fields, in the order of the layout.
  public init(
    resource: UInt64,
    lease: UInt64,
    epoch: UInt64,
    sequence: UInt64,
    bootNonce: Bytes16,
    stamp: UInt64,
    until: UInt64,
    agent: UInt32,
    units: UInt32,
    state: LeaseState,
    tag: Bytes16
  ) {
    self.resource = resource
    self.lease = lease
    self.epoch = epoch
    self.sequence = sequence
    self.bootNonce = bootNonce
    self.stamp = stamp
    self.until = until
    self.agent = agent
    self.units = units
    self.state = state
    self.tag = tag
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
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.epoch = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.sequence = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.bootNonce = unsafe bytes.takeBytes16(at: offset &+ 32)
    self.stamp = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.until = unsafe bytes.take(UInt64.self, at: offset &+ 56)
    self.agent = unsafe bytes.take(UInt32.self, at: offset &+ 64)
    self.units = unsafe bytes.take(UInt32.self, at: offset &+ 68)
    guard let state = LeaseState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 72)) else { return nil }
    self.state = state
    guard unsafe bytes.take(UInt8.self, at: offset &+ 73) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 74) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 76) == 0 else { return nil }
    self.tag = unsafe bytes.takeBytes16(at: offset &+ 80)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 96 else { return 96 }
    if LeaseState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 72)) == nil { return 72 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 73) != 0 { return 73 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 74) != 0 { return 74 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 76) != 0 { return 76 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 96)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(lease, at: offset &+ 8)
    unsafe bytes.put(epoch, at: offset &+ 16)
    unsafe bytes.put(sequence, at: offset &+ 24)
    unsafe bytes.put(bootNonce, at: offset &+ 32)
    unsafe bytes.put(stamp, at: offset &+ 48)
    unsafe bytes.put(until, at: offset &+ 56)
    unsafe bytes.put(agent, at: offset &+ 64)
    unsafe bytes.put(units, at: offset &+ 68)
    unsafe bytes.put(state.rawValue, at: offset &+ 72)
    unsafe bytes.put(UInt8(0), at: offset &+ 73)
    unsafe bytes.put(UInt16(0), at: offset &+ 74)
    unsafe bytes.put(UInt32(0), at: offset &+ 76)
    unsafe bytes.put(tag, at: offset &+ 80)
  }
}

/// A notice that is kept.
///
/// 32 bytes.
public struct MailboxEntry: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// When it came.
  public var at: UInt64
  /// As the kind says (of PAYOUT_READY: what is due on the claim).
  public var amount: UInt64
  /// As the kind says.
  public var instant: UInt64
  /// What happened.
  public var kind: NoticeKind

  /// All fields, in the order of the layout.
  public init(at: UInt64, amount: UInt64, instant: UInt64, kind: NoticeKind) {
    self.at = at
    self.amount = amount
    self.instant = instant
    self.kind = kind
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
    self.at = unsafe bytes.take(UInt64.self, at: offset)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.instant = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    guard let kind = NoticeKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 24)) else { return nil }
    self.kind = kind
    guard unsafe bytes.take(UInt8.self, at: offset &+ 25) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 26) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 28) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if NoticeKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 24)) == nil { return 24 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 25) != 0 { return 25 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 26) != 0 { return 26 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 28) != 0 { return 28 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(at, at: offset)
    unsafe bytes.put(amount, at: offset &+ 8)
    unsafe bytes.put(instant, at: offset &+ 16)
    unsafe bytes.put(kind.rawValue, at: offset &+ 24)
    unsafe bytes.put(UInt8(0), at: offset &+ 25)
    unsafe bytes.put(UInt16(0), at: offset &+ 26)
    unsafe bytes.put(UInt32(0), at: offset &+ 28)
  }
}

/// One thing that FUNDING tells.
///
/// 88 bytes.
public struct FundingEntry: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 88
  /// Of the campaign, offering or claim; or as the kind says; else 0.
  public var id: UInt64
  /// As the kind says.
  public var goal: UInt64
  /// As the kind says.
  public var amount: UInt64
  /// As the kind says.
  public var detail: UInt64
  /// As the kind says.
  public var count: UInt64
  /// As the kind says.
  public var instant: UInt64
  /// What it is.
  public var kind: FundingEntryKind
  /// Its state.
  public var state: FundingState
  /// Its label; zero bytes: none.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(
    id: UInt64,
    goal: UInt64,
    amount: UInt64,
    detail: UInt64,
    count: UInt64,
    instant: UInt64,
    kind: FundingEntryKind,
    state: FundingState,
    label: Name32
  ) {
    self.id = id
    self.goal = goal
    self.amount = amount
    self.detail = detail
    self.count = count
    self.instant = instant
    self.kind = kind
    self.state = state
    self.label = label
  }

  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 88 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.id = unsafe bytes.take(UInt64.self, at: offset)
    self.goal = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.detail = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.count = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.instant = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    guard let kind = FundingEntryKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 48)) else { return nil }
    self.kind = kind
    guard let state = FundingState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 49)) else { return nil }
    self.state = state
    guard unsafe bytes.take(UInt16.self, at: offset &+ 50) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 52) == 0 else { return nil }
    self.label = unsafe bytes.takeName32(at: offset &+ 56)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 88 else { return 88 }
    if FundingEntryKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 48)) == nil { return 48 }
    if FundingState(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 49)) == nil { return 49 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 50) != 0 { return 50 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 52) != 0 { return 52 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 88)
    unsafe bytes.put(id, at: offset)
    unsafe bytes.put(goal, at: offset &+ 8)
    unsafe bytes.put(amount, at: offset &+ 16)
    unsafe bytes.put(detail, at: offset &+ 24)
    unsafe bytes.put(count, at: offset &+ 32)
    unsafe bytes.put(instant, at: offset &+ 40)
    unsafe bytes.put(kind.rawValue, at: offset &+ 48)
    unsafe bytes.put(state.rawValue, at: offset &+ 49)
    unsafe bytes.put(UInt16(0), at: offset &+ 50)
    unsafe bytes.put(UInt32(0), at: offset &+ 52)
    unsafe bytes.put(label, at: offset &+ 56)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let account = Account(rawValue: unsafe bytes.take(UInt16.self, at: offset)) else { return nil }
    self.account = account
    guard unsafe bytes.take(UInt16.self, at: offset &+ 2) == 0 else { return nil }
    self.keyEpoch = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.balance = unsafe bytes.take(Int64.self, at: offset &+ 8)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if Account(rawValue: unsafe bytes.take(UInt16.self, at: offset)) == nil { return 0 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 2) != 0 { return 2 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(account.rawValue, at: offset)
    unsafe bytes.put(UInt16(0), at: offset &+ 2)
    unsafe bytes.put(keyEpoch, at: offset &+ 4)
    unsafe bytes.put(UInt64(bitPattern: balance), at: offset &+ 8)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.byteCount = unsafe bytes.take(UInt32.self, at: offset)
    guard let kind = CommandKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 4)) else { return nil }
    self.kind = kind
    self.flags = CommandFlags(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 5))
    guard flags.rawValue & ~CommandFlags.known == 0 else { return nil }
    self.noteCount = unsafe bytes.take(UInt8.self, at: offset &+ 6)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 7) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    if CommandKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 4)) == nil { return 4 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 5) & ~CommandFlags.known != 0 { return 5 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 7) != 0 { return 7 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(byteCount, at: offset)
    unsafe bytes.put(kind.rawValue, at: offset &+ 4)
    unsafe bytes.put(flags.rawValue, at: offset &+ 5)
    unsafe bytes.put(noteCount, at: offset &+ 6)
    unsafe bytes.put(UInt8(0), at: offset &+ 7)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.session = unsafe bytes.take(UInt64.self, at: offset)
    self.number = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.digest = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.window = unsafe bytes.take(UInt16.self, at: offset &+ 24)
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
    unsafe bytes.put(session, at: offset)
    unsafe bytes.put(number, at: offset &+ 8)
    unsafe bytes.put(digest, at: offset &+ 16)
    unsafe bytes.put(window, at: offset &+ 24)
    unsafe bytes.put(UInt16(0), at: offset &+ 26)
    unsafe bytes.put(UInt32(0), at: offset &+ 28)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.keyEpoch = unsafe bytes.take(UInt32.self, at: offset)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
    self.serial = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.binding = unsafe bytes.take(UInt64.self, at: offset &+ 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(keyEpoch, at: offset)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
    unsafe bytes.put(serial, at: offset &+ 8)
    unsafe bytes.put(amount, at: offset &+ 16)
    unsafe bytes.put(binding, at: offset &+ 24)
  }
}

/// A tick whose word was hashed back to the chain's last one. The last 8 bytes say how it was proved, and are no part
/// of the content that a receipt's digest covers: a repeat finds another last word.
///
/// 32 bytes.
public struct VerifiedTick: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// The chain's number.
  public var chain: UInt32
  /// Index of its word.
  public var index: UInt32
  /// The word.
  public var word: Bytes16
  /// Index of the word that it was hashed back to; `index`: of none, since the chain's last one is not below it, or
  /// there is no such chain.
  public var from: UInt32
  /// Where the chain lies in the table (a hint that the core checks).
  public var chainIndex: UInt32

  /// All fields, in the order of the layout.
  public init(chain: UInt32, index: UInt32, word: Bytes16, from: UInt32, chainIndex: UInt32) {
    self.chain = chain
    self.index = index
    self.word = word
    self.from = from
    self.chainIndex = chainIndex
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
    self.chain = unsafe bytes.take(UInt32.self, at: offset)
    self.index = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.word = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.from = unsafe bytes.take(UInt32.self, at: offset &+ 24)
    self.chainIndex = unsafe bytes.take(UInt32.self, at: offset &+ 28)
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
    unsafe bytes.put(chain, at: offset)
    unsafe bytes.put(index, at: offset &+ 4)
    unsafe bytes.put(word, at: offset &+ 8)
    unsafe bytes.put(from, at: offset &+ 24)
    unsafe bytes.put(chainIndex, at: offset &+ 28)
  }
}

/// What pays for a command in ecash: `proofCount` VerifiedProof records follow, then `sealedByteCount` bytes, zero-
/// padded to a multiple of 8.
///
/// 32 bytes.
public struct EcashPayment: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Number of the mint.
  public var mint: UInt32
  /// Proofs; from 1.
  public var proofCount: UInt16
  /// Flags.
  public var flags: EcashFlags
  /// Hash of the payer's refund key and of the token.
  public var refundHash: Bytes16
  /// Bytes that follow the proofs.
  public var sealedByteCount: UInt32
  /// Of a LOCKED one: when the first of its proofs' locks ends, in seconds since 1970; 0: none does.
  public var locktime: UInt32

  /// All fields, in the order of the layout.
  public init(
    mint: UInt32,
    proofCount: UInt16,
    flags: EcashFlags,
    refundHash: Bytes16,
    sealedByteCount: UInt32,
    locktime: UInt32
  ) {
    self.mint = mint
    self.proofCount = proofCount
    self.flags = flags
    self.refundHash = refundHash
    self.sealedByteCount = sealedByteCount
    self.locktime = locktime
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
    self.mint = unsafe bytes.take(UInt32.self, at: offset)
    self.proofCount = unsafe bytes.take(UInt16.self, at: offset &+ 4)
    self.flags = EcashFlags(rawValue: unsafe bytes.take(UInt16.self, at: offset &+ 6))
    guard flags.rawValue & ~EcashFlags.known == 0 else { return nil }
    self.refundHash = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.sealedByteCount = unsafe bytes.take(UInt32.self, at: offset &+ 24)
    self.locktime = unsafe bytes.take(UInt32.self, at: offset &+ 28)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 6) & ~EcashFlags.known != 0 { return 6 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(mint, at: offset)
    unsafe bytes.put(proofCount, at: offset &+ 4)
    unsafe bytes.put(flags.rawValue, at: offset &+ 6)
    unsafe bytes.put(refundHash, at: offset &+ 8)
    unsafe bytes.put(sealedByteCount, at: offset &+ 24)
    unsafe bytes.put(locktime, at: offset &+ 28)
  }
}

/// A proof of ecash.
///
/// 40 bytes.
public struct VerifiedProof: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// The x of Y, the secret on the curve: its first half.
  public var y0: Bytes16
  /// The other half.
  public var y1: Bytes16
  /// Number of its keyset.
  public var keyset: UInt32
  /// It is worth 2 to this power.
  public var exponent: UInt8

  /// All fields, in the order of the layout.
  public init(y0: Bytes16, y1: Bytes16, keyset: UInt32, exponent: UInt8) {
    self.y0 = y0
    self.y1 = y1
    self.keyset = keyset
    self.exponent = exponent
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
    self.y0 = unsafe bytes.takeBytes16(at: offset)
    self.y1 = unsafe bytes.takeBytes16(at: offset &+ 16)
    self.keyset = unsafe bytes.take(UInt32.self, at: offset &+ 32)
    self.exponent = unsafe bytes.take(UInt8.self, at: offset &+ 36)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 37) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 38) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 37) != 0 { return 37 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 38) != 0 { return 38 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 40)
    unsafe bytes.put(y0, at: offset)
    unsafe bytes.put(y1, at: offset &+ 16)
    unsafe bytes.put(keyset, at: offset &+ 32)
    unsafe bytes.put(exponent, at: offset &+ 36)
    unsafe bytes.put(UInt8(0), at: offset &+ 37)
    unsafe bytes.put(UInt16(0), at: offset &+ 38)
  }
}

/// The key of a keyset for one amount, also a signature of one: a point of the curve.
///
/// 40 bytes.
public struct KeysetKey: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// Its x: the first half.
  public var x0: Bytes16
  /// The other half.
  public var x1: Bytes16
  /// 1: its y is odd; else 0.
  public var isOdd: UInt8
  /// The amount is 2 to this power.
  public var exponent: UInt8

  /// All fields, in the order of the layout.
  public init(x0: Bytes16, x1: Bytes16, isOdd: UInt8, exponent: UInt8) {
    self.x0 = x0
    self.x1 = x1
    self.isOdd = isOdd
    self.exponent = exponent
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
    self.x0 = unsafe bytes.takeBytes16(at: offset)
    self.x1 = unsafe bytes.takeBytes16(at: offset &+ 16)
    self.isOdd = unsafe bytes.take(UInt8.self, at: offset &+ 32)
    self.exponent = unsafe bytes.take(UInt8.self, at: offset &+ 33)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 34) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 36) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 34) != 0 { return 34 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 36) != 0 { return 36 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 40)
    unsafe bytes.put(x0, at: offset)
    unsafe bytes.put(x1, at: offset &+ 16)
    unsafe bytes.put(isOdd, at: offset &+ 32)
    unsafe bytes.put(exponent, at: offset &+ 33)
    unsafe bytes.put(UInt16(0), at: offset &+ 34)
    unsafe bytes.put(UInt32(0), at: offset &+ 36)
  }
}

/// Of a swap that ended. SIGNED: the signature on an output, unblinded. REFUSED: a payment that is to blame.
///
/// 48 bytes.
public struct SwapRecord: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 48
  /// SIGNED: its x, the first half. Else zero.
  public var x0: Bytes16
  /// The other half.
  public var x1: Bytes16
  /// REFUSED: the payment. Else 0.
  public var payment: UInt64
  /// REFUSED: why. Else OK.
  public var status: Status
  /// SIGNED: 1: its y is odd. Else 0.
  public var isOdd: UInt8

  /// All fields, in the order of the layout.
  public init(x0: Bytes16, x1: Bytes16, payment: UInt64, status: Status, isOdd: UInt8) {
    self.x0 = x0
    self.x1 = x1
    self.payment = payment
    self.status = status
    self.isOdd = isOdd
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
    self.x0 = unsafe bytes.takeBytes16(at: offset)
    self.x1 = unsafe bytes.takeBytes16(at: offset &+ 16)
    self.payment = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    guard let status = Status(rawValue: unsafe bytes.take(UInt16.self, at: offset &+ 40)) else { return nil }
    self.status = status
    self.isOdd = unsafe bytes.take(UInt8.self, at: offset &+ 42)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 43) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 44) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if Status(rawValue: unsafe bytes.take(UInt16.self, at: offset &+ 40)) == nil { return 40 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 43) != 0 { return 43 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 44) != 0 { return 44 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 48)
    unsafe bytes.put(x0, at: offset)
    unsafe bytes.put(x1, at: offset &+ 16)
    unsafe bytes.put(payment, at: offset &+ 32)
    unsafe bytes.put(status.rawValue, at: offset &+ 40)
    unsafe bytes.put(isOdd, at: offset &+ 42)
    unsafe bytes.put(UInt8(0), at: offset &+ 43)
    unsafe bytes.put(UInt32(0), at: offset &+ 44)
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
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    guard let authority = Authority(rawValue: unsafe bytes.take(UInt8.self, at: offset)) else { return nil }
    self.authority = authority
    guard unsafe bytes.take(UInt8.self, at: offset &+ 1) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 2) == 0 else { return nil }
    self.generation = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.id = unsafe bytes.take(UInt64.self, at: offset &+ 8)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if Authority(rawValue: unsafe bytes.take(UInt8.self, at: offset)) == nil { return 0 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 1) != 0 { return 1 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 2) != 0 { return 2 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(authority.rawValue, at: offset)
    unsafe bytes.put(UInt8(0), at: offset &+ 1)
    unsafe bytes.put(UInt16(0), at: offset &+ 2)
    unsafe bytes.put(generation, at: offset &+ 4)
    unsafe bytes.put(id, at: offset &+ 8)
  }
}

/// A proof of the broker's own: one that the mint signed and that is unspent, or (zeros but for `counter`) one that the
/// broker has and that is spent.
///
/// 40 bytes.
public struct ReconcileRecord: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// The signature, unblinded: the first half of its x.
  public var x0: Bytes16
  /// The other half.
  public var x1: Bytes16
  /// Its counter.
  public var counter: UInt32
  /// It is worth two to this power.
  public var exponent: UInt8
  /// 1: y is odd.
  public var isOdd: UInt8

  /// All fields, in the order of the layout.
  public init(x0: Bytes16, x1: Bytes16, counter: UInt32, exponent: UInt8, isOdd: UInt8) {
    self.x0 = x0
    self.x1 = x1
    self.counter = counter
    self.exponent = exponent
    self.isOdd = isOdd
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
    self.x0 = unsafe bytes.takeBytes16(at: offset)
    self.x1 = unsafe bytes.takeBytes16(at: offset &+ 16)
    self.counter = unsafe bytes.take(UInt32.self, at: offset &+ 32)
    self.exponent = unsafe bytes.take(UInt8.self, at: offset &+ 36)
    self.isOdd = unsafe bytes.take(UInt8.self, at: offset &+ 37)
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
    unsafe bytes.put(x0, at: offset)
    unsafe bytes.put(x1, at: offset &+ 16)
    unsafe bytes.put(counter, at: offset &+ 32)
    unsafe bytes.put(exponent, at: offset &+ 36)
    unsafe bytes.put(isOdd, at: offset &+ 37)
    unsafe bytes.put(UInt16(0), at: offset &+ 38)
  }
}

/// Of a swap of the broker's own proofs that ended. SIGNED: the signature on an output, as it came on one of the
/// payer's, unblinded on one of the broker's. REFUSED: a proof that somebody else spent.
///
/// 48 bytes.
public struct PayoutRecord: WireLayout {
  /// Bytes of the fixed part.
  public static let byteCount = 48
  /// SIGNED: its x, the first half. Else zero.
  public var x0: Bytes16
  /// The other half.
  public var x1: Bytes16
  /// REFUSED: number of the proof's keyset. Else 0.
  public var keyset: UInt32
  /// REFUSED: its counter. Else 0.
  public var counter: UInt32
  /// SIGNED: 1: its y is odd. Else 0.
  public var isOdd: UInt8

  /// All fields, in the order of the layout.
  public init(x0: Bytes16, x1: Bytes16, keyset: UInt32, counter: UInt32, isOdd: UInt8) {
    self.x0 = x0
    self.x1 = x1
    self.keyset = keyset
    self.counter = counter
    self.isOdd = isOdd
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
    self.x0 = unsafe bytes.takeBytes16(at: offset)
    self.x1 = unsafe bytes.takeBytes16(at: offset &+ 16)
    self.keyset = unsafe bytes.take(UInt32.self, at: offset &+ 32)
    self.counter = unsafe bytes.take(UInt32.self, at: offset &+ 36)
    self.isOdd = unsafe bytes.take(UInt8.self, at: offset &+ 40)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 41) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 42) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 44) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 41) != 0 { return 41 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 42) != 0 { return 42 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 44) != 0 { return 44 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 48)
    unsafe bytes.put(x0, at: offset)
    unsafe bytes.put(x1, at: offset &+ 16)
    unsafe bytes.put(keyset, at: offset &+ 32)
    unsafe bytes.put(counter, at: offset &+ 36)
    unsafe bytes.put(isOdd, at: offset &+ 40)
    unsafe bytes.put(UInt8(0), at: offset &+ 41)
    unsafe bytes.put(UInt16(0), at: offset &+ 42)
    unsafe bytes.put(UInt32(0), at: offset &+ 44)
  }
}
