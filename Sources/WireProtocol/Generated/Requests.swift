// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.

/// Opens the conversation: version, session, and the nonce of a role to be proved. First frame of a connection.
///
/// 48 bytes.
public struct HelloRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.hello
  /// Bytes of the fixed part.
  public static let byteCount = 48
  /// Oldest version the client speaks.
  public var versionMin: UInt8
  /// Newest version the client speaks.
  public var versionMax: UInt8
  /// Role to be proved by AUTHENTICATE; NONE for an ordinary client.
  public var role: Role
  /// Generation of the role key; 0 for an ordinary client.
  public var generation: UInt32
  /// Provider's number; 0 otherwise.
  public var roleID: UInt64
  /// Secret random session id; all zero: no session.
  public var session: Bytes16
  /// Random nonce of the client; all zero for an ordinary client.
  public var nonce: Bytes16

  /// All fields, in the order of the layout.
  public init(
    versionMin: UInt8,
    versionMax: UInt8,
    role: Role,
    generation: UInt32,
    roleID: UInt64,
    session: Bytes16,
    nonce: Bytes16
  ) {
    self.versionMin = versionMin
    self.versionMax = versionMax
    self.role = role
    self.generation = generation
    self.roleID = roleID
    self.session = session
    self.nonce = nonce
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
    self.versionMin = unsafe bytes.take(UInt8.self, at: offset)
    self.versionMax = unsafe bytes.take(UInt8.self, at: offset &+ 1)
    guard let role = Role(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 2)) else { return nil }
    self.role = role
    guard unsafe bytes.take(UInt8.self, at: offset &+ 3) == 0 else { return nil }
    self.generation = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.roleID = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.session = unsafe bytes.takeBytes16(at: offset &+ 16)
    self.nonce = unsafe bytes.takeBytes16(at: offset &+ 32)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if Role(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 2)) == nil { return 2 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 3) != 0 { return 3 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 48)
    unsafe bytes.put(versionMin, at: offset)
    unsafe bytes.put(versionMax, at: offset &+ 1)
    unsafe bytes.put(role.rawValue, at: offset &+ 2)
    unsafe bytes.put(UInt8(0), at: offset &+ 3)
    unsafe bytes.put(generation, at: offset &+ 4)
    unsafe bytes.put(roleID, at: offset &+ 8)
    unsafe bytes.put(session, at: offset &+ 16)
    unsafe bytes.put(nonce, at: offset &+ 32)
  }
}

/// Proves the role that HELLO named. Its reply, and every frame after it in both directions, ends in a MAC.
///
/// 16 bytes.
public struct AuthenticateRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.authenticate
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// The client's proof (specification, Roles).
  public var proof: Bytes16

  /// All fields, in the order of the layout.
  public init(proof: Bytes16) {
    self.proof = proof
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
    self.proof = unsafe bytes.takeBytes16(at: offset)
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
    unsafe bytes.put(proof, at: offset)
  }
}

/// Asks for a sign of life and the broker's time.
///
/// 8 bytes.
public struct PingRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.ping
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Any value.
  public var echo: UInt64

  /// All fields, in the order of the layout.
  public init(echo: UInt64) {
    self.echo = echo
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
    self.echo = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(echo, at: offset)
  }
}

/// Offers a resource.
///
/// 152 bytes.
public struct RegisterRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.register
  /// Bytes of the fixed part.
  public static let byteCount = 152
  /// Its name, unique on this broker.
  public var name: Name32
  /// Its first terms.
  public var terms: Terms

  /// All fields, in the order of the layout.
  public init(name: Name32, terms: Terms) {
    self.name = name
    self.terms = terms
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
    self.name = unsafe bytes.takeName32(at: offset)
    guard let terms = unsafe Terms(whole: bytes, at: offset &+ 32) else { return nil }
    self.terms = terms
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 152 else { return 152 }
    if let inner = Terms.fault(in: bytes, at: offset &+ 32) { return 32 + inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 152)
    unsafe bytes.put(name, at: offset)
    terms.write(to: &bytes, at: offset &+ 32)
  }
}

/// Announces new terms. New leases have them at once, a live lease from the deadline it had at the announcement; units,
/// longest, shortest, meters and policies hold at once for all. No deadline moves earlier.
///
/// 128 bytes.
public struct UpdateRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.update
  /// Bytes of the fixed part.
  public static let byteCount = 128
  /// The resource, of this provider.
  public var resource: UInt64
  /// The new terms.
  public var terms: Terms

  /// All fields, in the order of the layout.
  public init(resource: UInt64, terms: Terms) {
    self.resource = resource
    self.terms = terms
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
    guard let terms = unsafe Terms(whole: bytes, at: offset &+ 8) else { return nil }
    self.terms = terms
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 128 else { return 128 }
    if let inner = Terms.fault(in: bytes, at: offset &+ 8) { return 8 + inner }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 128)
    unsafe bytes.put(resource, at: offset)
    terms.write(to: &bytes, at: offset &+ 8)
  }
}

/// Lists resources in the order of their ids, a page at a time.
///
/// 16 bytes.
public struct ListRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.list
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// List ids above this one; 0: from the start.
  public var after: UInt64
  /// How many at most; 0: as many as fit a page.
  public var countMax: UInt16

  /// All fields, in the order of the layout.
  public init(after: UInt64, countMax: UInt16) {
    self.after = after
    self.countMax = countMax
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
    self.after = unsafe bytes.take(UInt64.self, at: offset)
    self.countMax = unsafe bytes.take(UInt16.self, at: offset &+ 8)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 10) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 10) != 0 { return 10 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(after, at: offset)
    unsafe bytes.put(countMax, at: offset &+ 8)
    unsafe bytes.put(UInt16(0), at: offset &+ 10)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
  }
}

/// Tells the terms of a resource, by id or by name.
///
/// 40 bytes.
public struct DescribeRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.describe
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// Its id; 0: by name.
  public var resource: UInt64
  /// Its name, when the id is 0; else zero bytes.
  public var name: Name32

  /// All fields, in the order of the layout.
  public init(resource: UInt64, name: Name32) {
    self.resource = resource
    self.name = name
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
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.name = unsafe bytes.takeName32(at: offset &+ 8)
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
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(name, at: offset &+ 8)
  }
}

/// Tells how a resource is doing: units, leases, money.
///
/// 8 bytes.
public struct StatusRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.status
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The resource.
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

/// Tells what a lease costs now. A quote binds nobody: state the shortest time you want in ACQUIRE.
///
/// 24 bytes.
public struct QuoteRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.quote
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// The resource.
  public var resource: UInt64
  /// Units; from 1.
  public var units: UInt32
  /// Time wanted, at the full price; 0: the shortest lease.
  public var duration: UInt64

  /// All fields, in the order of the layout.
  public init(resource: UInt64, units: UInt32, duration: UInt64) {
    self.resource = resource
    self.units = units
    self.duration = duration
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
    self.units = unsafe bytes.take(UInt32.self, at: offset &+ 8)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
    self.duration = unsafe bytes.take(UInt64.self, at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(units, at: offset &+ 8)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
    unsafe bytes.put(duration, at: offset &+ 16)
  }
}

/// Takes a lease, with the money in the request. An open lease needs the resource's provider.
///
/// 40 bytes.
public struct AcquireRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.acquire
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// The resource.
  public var resource: UInt64
  /// Units; from 1.
  public var units: UInt32
  /// Options.
  public var flags: AcquireFlags
  /// Key hash of the owner key that the client chose (specification, Keys).
  public var keyHash: Bytes16
  /// Refuse if the payment buys less than this at the full price; 0: the resource's shortest.
  public var minimum: UInt64

  /// All fields, in the order of the layout.
  public init(resource: UInt64, units: UInt32, flags: AcquireFlags, keyHash: Bytes16, minimum: UInt64) {
    self.resource = resource
    self.units = units
    self.flags = flags
    self.keyHash = keyHash
    self.minimum = minimum
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
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.units = unsafe bytes.take(UInt32.self, at: offset &+ 8)
    self.flags = AcquireFlags(rawValue: unsafe bytes.take(UInt32.self, at: offset &+ 12))
    guard flags.rawValue & ~AcquireFlags.known == 0 else { return nil }
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 16)
    self.minimum = unsafe bytes.take(UInt64.self, at: offset &+ 32)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) & ~AcquireFlags.known != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 40)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(units, at: offset &+ 8)
    unsafe bytes.put(flags.rawValue, at: offset &+ 12)
    unsafe bytes.put(keyHash, at: offset &+ 16)
    unsafe bytes.put(minimum, at: offset &+ 32)
  }
}

/// Adds money to a lease. With a handle of its owner it is the owner's own money, otherwise a gift; a tick's is always
/// the owner's.
///
/// 16 bytes.
public struct FundRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.fund
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// The lease.
  public var lease: UInt64
  /// Handle of this connection for the lease's owner key; 0: a gift.
  public var handle: UInt32

  /// All fields, in the order of the layout.
  public init(lease: UInt64, handle: UInt32) {
    self.lease = lease
    self.handle = handle
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
    self.lease = unsafe bytes.take(UInt64.self, at: offset)
    self.handle = unsafe bytes.take(UInt32.self, at: offset &+ 8)
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
    unsafe bytes.put(lease, at: offset)
    unsafe bytes.put(handle, at: offset &+ 8)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
  }
}

/// Proves an owner key or a debit key once, and gives a handle for it on this connection.
///
/// 24 bytes.
public struct BindRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.bind
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// The lease.
  public var lease: UInt64
  /// The secret key.
  public var key: Bytes16

  /// All fields, in the order of the layout.
  public init(lease: UInt64, key: Bytes16) {
    self.lease = lease
    self.key = key
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
    self.lease = unsafe bytes.take(UInt64.self, at: offset)
    self.key = unsafe bytes.takeBytes16(at: offset &+ 8)
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
    unsafe bytes.put(lease, at: offset)
    unsafe bytes.put(key, at: offset &+ 8)
  }
}

/// Debits a use: quantity x the meter's price. Without a payment, and with a tick, its own use number makes it safe to
/// repeat; with notes it keeps a receipt and needs a session.
///
/// 32 bytes.
public struct UseRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.use
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Handle of the lease's owner key or of a debit key; 0 with `lease`: an open lease, paid by the attached payment.
  public var handle: UInt32
  /// Meter, 0 to 3.
  public var meter: UInt8
  /// Quantity; from 1.
  public var quantity: UInt64
  /// Number of this use, above all earlier ones of this key; 0 with an open lease.
  public var useNumber: UInt64
  /// An open lease, when `handle` is 0; else 0.
  public var lease: UInt64

  /// All fields, in the order of the layout.
  public init(handle: UInt32, meter: UInt8, quantity: UInt64, useNumber: UInt64, lease: UInt64) {
    self.handle = handle
    self.meter = meter
    self.quantity = quantity
    self.useNumber = useNumber
    self.lease = lease
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
    self.handle = unsafe bytes.take(UInt32.self, at: offset)
    self.meter = unsafe bytes.take(UInt8.self, at: offset &+ 4)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 5) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 6) == 0 else { return nil }
    self.quantity = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.useNumber = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.lease = unsafe bytes.take(UInt64.self, at: offset &+ 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 5) != 0 { return 5 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 6) != 0 { return 6 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(meter, at: offset &+ 4)
    unsafe bytes.put(UInt8(0), at: offset &+ 5)
    unsafe bytes.put(UInt16(0), at: offset &+ 6)
    unsafe bytes.put(quantity, at: offset &+ 8)
    unsafe bytes.put(useNumber, at: offset &+ 16)
    unsafe bytes.put(lease, at: offset &+ 24)
  }
}

/// Holds money of the purse for a cost not known in advance. At its time-out all of it goes back to the purse.
///
/// 24 bytes.
public struct ReserveRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.reserve
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Handle of the owner key or of a debit key.
  public var handle: UInt32
  /// Meter, 0 to 3.
  public var meter: UInt8
  /// Greatest quantity that may be settled; from 1.
  public var quantityMax: UInt64
  /// How long to hold it; from 1, at most one day.
  public var timeout: UInt64

  /// All fields, in the order of the layout.
  public init(handle: UInt32, meter: UInt8, quantityMax: UInt64, timeout: UInt64) {
    self.handle = handle
    self.meter = meter
    self.quantityMax = quantityMax
    self.timeout = timeout
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
    self.meter = unsafe bytes.take(UInt8.self, at: offset &+ 4)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 5) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 6) == 0 else { return nil }
    self.quantityMax = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.timeout = unsafe bytes.take(UInt64.self, at: offset &+ 16)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 5) != 0 { return 5 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 6) != 0 { return 6 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(meter, at: offset &+ 4)
    unsafe bytes.put(UInt8(0), at: offset &+ 5)
    unsafe bytes.put(UInt16(0), at: offset &+ 6)
    unsafe bytes.put(quantityMax, at: offset &+ 8)
    unsafe bytes.put(timeout, at: offset &+ 16)
  }
}

/// Charges the actual quantity of a reservation, at the price of its RESERVE; the rest goes back to the purse. Quantity
/// 0 gives all of it back.
///
/// 24 bytes.
public struct SettleRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.settle
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Handle of the key that reserved.
  public var handle: UInt32
  /// The reservation.
  public var reservation: UInt64
  /// Actual quantity; at most what was reserved.
  public var quantity: UInt64

  /// All fields, in the order of the layout.
  public init(handle: UInt32, reservation: UInt64, quantity: UInt64) {
    self.handle = handle
    self.reservation = reservation
    self.quantity = quantity
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
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
    self.reservation = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.quantity = unsafe bytes.take(UInt64.self, at: offset &+ 16)
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
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
    unsafe bytes.put(reservation, at: offset &+ 8)
    unsafe bytes.put(quantity, at: offset &+ 16)
  }
}

/// Lets the holder of another key debit this lease, within limits. Granting a key hash again replaces its limits and
/// keeps what was spent; a total of 0 withdraws it.
///
/// 40 bytes.
public struct GrantDebitKeyRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.grantDebitKey
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// Handle of the owner key.
  public var handle: UInt32
  /// Key hash of the debit key.
  public var keyHash: Bytes16
  /// Most that it may debit within one second of the broker's time.
  public var perSecond: UInt64
  /// Most that it may debit in all, what it has debited included.
  public var total: UInt64

  /// All fields, in the order of the layout.
  public init(handle: UInt32, keyHash: Bytes16, perSecond: UInt64, total: UInt64) {
    self.handle = handle
    self.keyHash = keyHash
    self.perSecond = perSecond
    self.total = total
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
    self.handle = unsafe bytes.take(UInt32.self, at: offset)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.perSecond = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.total = unsafe bytes.take(UInt64.self, at: offset &+ 32)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 40)
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
    unsafe bytes.put(keyHash, at: offset &+ 8)
    unsafe bytes.put(perSecond, at: offset &+ 24)
    unsafe bytes.put(total, at: offset &+ 32)
  }
}

/// Tells the state of a lease, to anyone.
///
/// 8 bytes.
public struct CheckRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.check
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The lease.
  public var lease: UInt64

  /// All fields, in the order of the layout.
  public init(lease: UInt64) {
    self.lease = lease
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
    self.lease = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(lease, at: offset)
  }
}

/// Ends a lease and pays its unused own money out as a note; what is left of gifts goes to the resource's donation
/// purse. Of a lease that ended otherwise, it collects what is due to the owner.
///
/// 8 bytes.
public struct ReleaseRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.release
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Handle of the owner key.
  public var handle: UInt32

  /// All fields, in the order of the layout.
  public init(handle: UInt32) {
    self.handle = handle
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
    self.handle = unsafe bytes.take(UInt32.self, at: offset)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
  }
}

/// Ends a lease. Its own money is kept for its owner, who collects it with RELEASE within 30 days.
///
/// 8 bytes.
public struct RevokeRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.revoke
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The lease.
  public var lease: UInt64

  /// All fields, in the order of the layout.
  public init(lease: UInt64) {
    self.lease = lease
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
    self.lease = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(lease, at: offset)
  }
}

/// Hands a lease, with its own money, to a new owner key. Handles of the old key and all debit keys end.
///
/// 24 bytes.
public struct TransferRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.transfer
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Handle of the owner key.
  public var handle: UInt32
  /// Key hash of the new owner key.
  public var keyHash: Bytes16

  /// All fields, in the order of the layout.
  public init(handle: UInt32, keyHash: Bytes16) {
    self.handle = handle
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
    self.handle = unsafe bytes.take(UInt32.self, at: offset)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 8)
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
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
    unsafe bytes.put(keyHash, at: offset &+ 8)
  }
}

/// Asks for pushes about a lease, about a resource and all that belongs to it, about a campaign, an offering or an
/// auction and its claims, or about a claim. Ends with the connection.
///
/// 32 bytes.
public struct SubscribeRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.subscribe
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// A lease; or 0.
  public var lease: UInt64
  /// A resource; or 0.
  public var resource: UInt64
  /// A campaign, offering, auction or claim; or 0. Exactly one of the three is not 0.
  public var funding: UInt64
  /// What is wanted; 0 ends the subscription.
  public var mask: SubscriptionMask

  /// All fields, in the order of the layout.
  public init(lease: UInt64, resource: UInt64, funding: UInt64, mask: SubscriptionMask) {
    self.lease = lease
    self.resource = resource
    self.funding = funding
    self.mask = mask
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
    self.lease = unsafe bytes.take(UInt64.self, at: offset)
    self.resource = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.funding = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.mask = SubscriptionMask(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 24))
    guard mask.rawValue & ~SubscriptionMask.known == 0 else { return nil }
    guard unsafe bytes.take(UInt8.self, at: offset &+ 25) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 26) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 28) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 24) & ~SubscriptionMask.known != 0 { return 24 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 25) != 0 { return 25 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 26) != 0 { return 26 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 28) != 0 { return 28 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(lease, at: offset)
    unsafe bytes.put(resource, at: offset &+ 8)
    unsafe bytes.put(funding, at: offset &+ 16)
    unsafe bytes.put(mask.rawValue, at: offset &+ 24)
    unsafe bytes.put(UInt8(0), at: offset &+ 25)
    unsafe bytes.put(UInt16(0), at: offset &+ 26)
    unsafe bytes.put(UInt32(0), at: offset &+ 28)
  }
}

/// Opens a prepaid hash chain on a lease: `length` words of `weight` each, of which each tick releases some into the
/// purse. The deposit, length x weight, is the payment's sum exactly, or without a payment own money of the purse.
///
/// 40 bytes.
public struct OpenChainRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.openChain
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// Handle of the owner key.
  public var handle: UInt32
  /// Its number, chosen by the owner: none of an open chain of this lease; from 1.
  public var chain: UInt32
  /// What each step is worth; from 1.
  public var weight: UInt64
  /// Steps; from 1.
  public var length: UInt32
  /// Word 0 (specification, Hash chains).
  public var root: Bytes16

  /// All fields, in the order of the layout.
  public init(handle: UInt32, chain: UInt32, weight: UInt64, length: UInt32, root: Bytes16) {
    self.handle = handle
    self.chain = chain
    self.weight = weight
    self.length = length
    self.root = root
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
    self.handle = unsafe bytes.take(UInt32.self, at: offset)
    self.chain = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.weight = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.length = unsafe bytes.take(UInt32.self, at: offset &+ 16)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 20) == 0 else { return nil }
    self.root = unsafe bytes.takeBytes16(at: offset &+ 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 40 else { return 40 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 20) != 0 { return 20 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 40)
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(chain, at: offset &+ 4)
    unsafe bytes.put(weight, at: offset &+ 8)
    unsafe bytes.put(length, at: offset &+ 16)
    unsafe bytes.put(UInt32(0), at: offset &+ 20)
    unsafe bytes.put(root, at: offset &+ 24)
  }
}

/// Closes a chain: what no tick has paid goes back to the purse.
///
/// 8 bytes.
public struct CloseChainRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.closeChain
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Handle of the owner key.
  public var handle: UInt32
  /// Its number.
  public var chain: UInt32

  /// All fields, in the order of the layout.
  public init(handle: UInt32, chain: UInt32) {
    self.handle = handle
    self.chain = chain
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
    self.handle = unsafe bytes.take(UInt32.self, at: offset)
    self.chain = unsafe bytes.take(UInt32.self, at: offset &+ 4)
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
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(chain, at: offset &+ 4)
  }
}

/// Tells how far a chain was used.
///
/// 16 bytes.
public struct CheckChainRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.checkChain
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// The lease.
  public var lease: UInt64
  /// Its number.
  public var chain: UInt32

  /// All fields, in the order of the layout.
  public init(lease: UInt64, chain: UInt32) {
    self.lease = lease
    self.chain = chain
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
    self.lease = unsafe bytes.take(UInt64.self, at: offset)
    self.chain = unsafe bytes.take(UInt32.self, at: offset &+ 8)
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
    unsafe bytes.put(lease, at: offset)
    unsafe bytes.put(chain, at: offset &+ 8)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
  }
}

/// Tells what became of a payment: by its id, or by showing its tokens, which are not spent.
///
/// 8 bytes.
public struct PaymentRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.payment
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Payment id; 0: the attached tokens are meant.
  public var payment: UInt64

  /// All fields, in the order of the layout.
  public init(payment: UInt64) {
    self.payment = payment
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
    self.payment = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(payment, at: offset)
  }
}

/// Pays out, as a note, ecash that was taken and could not do what it was for; again later the same note (REPLAYED). Of
/// an EXCHANGE that was put off and done then: its notes, once more (REPLAYED).
///
/// 40 bytes.
public struct RefundRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.refund
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// The payment; 0: the one that key and token lead to.
  public var payment: UInt64
  /// The secret refund key.
  public var key: Bytes16
  /// Hash of the token's text; of a payout zero.
  public var token: Bytes16

  /// All fields, in the order of the layout.
  public init(payment: UInt64, key: Bytes16, token: Bytes16) {
    self.payment = payment
    self.key = key
    self.token = token
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
    self.payment = unsafe bytes.take(UInt64.self, at: offset)
    self.key = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.token = unsafe bytes.takeBytes16(at: offset &+ 24)
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
    unsafe bytes.put(payment, at: offset)
    unsafe bytes.put(key, at: offset &+ 8)
    unsafe bytes.put(token, at: offset &+ 24)
  }
}

/// The mints whose ecash the broker takes, and the key that ecash can be locked to so that only this broker can spend
/// it.
///
/// 0 bytes.
public struct MintsRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.mints
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

/// Takes notes and pays them out as ecash of a mint, on blank outputs of the payer's own: nobody but he can spend what
/// becomes of them. PAYMENT and a push tell when the mint has signed, SIGNATURES what; what cannot be paid out, REFUND
/// gives back.
///
/// 24 bytes.
public struct PayoutRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.payout
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Number of the mint.
  public var mint: UInt32
  /// Blank outputs: from 1. What is paid out has at most so many bits set.
  public var count: UInt16
  /// Hash of a secret refund key, which the payer keeps.
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

/// What the mint signed of a payout. It is worth nothing to anybody else.
///
/// 8 bytes.
public struct SignaturesRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.signatures
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The payout.
  public var payment: UInt64

  /// All fields, in the order of the layout.
  public init(payment: UInt64) {
    self.payment = payment
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
    self.payment = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(payment, at: offset)
  }
}

/// What the broker has of a mint's ecash, and how that mint does.
///
/// 8 bytes.
public struct TreasuryRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.treasury
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Number of the mint.
  public var mint: UInt32

  /// All fields, in the order of the layout.
  public init(mint: UInt32) {
    self.mint = mint
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
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(mint, at: offset)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
  }
}

/// Takes notes and makes others of the same sum: split, merge, renew, bind. To take notes bound to a lease, show a
/// handle of its owner key.
///
/// 8 bytes.
public struct ExchangeRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.exchange
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Handle of the owner key of the lease that the notes are bound to; 0: none is bound.
  public var handle: UInt32
  /// Notes wanted: from 1.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(handle: UInt32, count: UInt16) {
    self.handle = handle
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
    self.handle = unsafe bytes.take(UInt32.self, at: offset)
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
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(count, at: offset &+ 4)
    unsafe bytes.put(UInt16(0), at: offset &+ 6)
  }
}

/// Creates notes, which the operator sells or gives away.
///
/// 24 bytes.
public struct IssueRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.issue
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Amount of each; from 1.
  public var amount: UInt64
  /// Lease to bind them to; 0: none.
  public var binding: UInt64
  /// How many; from 1 to issueCountMax.
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

/// Pays out what the provider (or, in fees, the operator) has earned, as a note.
///
/// 8 bytes.
public struct WithdrawRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.withdraw
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// How much; 0: all there is.
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

/// Begins a new note key epoch. Notes of the one before stay valid for the validity time from now.
///
/// 16 bytes.
public struct RotateRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.rotate
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// How long notes of the epoch that ends its issue stay valid; 0: one year, which is also the least.
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

/// Ends the quarantine of notes that a restore began: what was taken after the backup can be taken once more.
///
/// 8 bytes.
public struct AcceptLossRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.acceptLoss
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The most that may be taken twice: at least what the quarantined notes are worth.
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

/// Tells how the broker is doing, to anyone.
///
/// 0 bytes.
public struct BrokerStatusRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.brokerStatus
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

/// Gives every balance of the ledger, and the counters beside it.
///
/// 0 bytes.
public struct AuditFiguresRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.auditFigures
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

/// Tells the lines of the ledger that concern a resource, or, to the operator, all of them, from the one after a line
/// on.
///
/// 16 bytes.
public struct StatementRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.statement
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// The resource; 0: the whole ledger, which is the operator's to read.
  public var resource: UInt64
  /// Number of a line that was told; 0, or one that is not kept any more: from the first that is.
  public var after: UInt64

  /// All fields, in the order of the layout.
  public init(resource: UInt64, after: UInt64) {
    self.resource = resource
    self.after = after
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
    self.after = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(after, at: offset &+ 8)
  }
}

/// Gives money to a resource, a lease or a pool. Nobody can take it out again: it buys access for everyone, or for the
/// lease.
///
/// 48 bytes.
public struct DonateRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.donate
  /// Bytes of the fixed part.
  public static let byteCount = 48
  /// The resource, lease or pool.
  public var target: UInt64
  /// Which of them.
  public var kind: DonationTarget
  /// Public label; zero bytes: none.
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

/// Moves money of a resource's donation purse into its public lease.
///
/// 16 bytes.
public struct SpendDonationsRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.spendDonations
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// The resource, of this provider.
  public var resource: UInt64
  /// How much; 0: all.
  public var amount: UInt64

  /// All fields, in the order of the layout.
  public init(resource: UInt64, amount: UInt64) {
    self.resource = resource
    self.amount = amount
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
    self.amount = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(amount, at: offset &+ 8)
  }
}

/// Makes a pool, or says which resources share it from now on. A provider's pool holds resources of its own, the
/// operator's any.
///
/// 48 bytes.
public struct SetPoolRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.setPool
  /// Bytes of the fixed part.
  public static let byteCount = 48
  /// The pool, of this provider or operator; 0: a new one.
  public var pool: UInt64
  /// Its name, unique among pools.
  public var name: Name32
  /// Resources that follow; 0: it takes no more donations.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(pool: UInt64, name: Name32, count: UInt16) {
    self.pool = pool
    self.name = name
    self.count = count
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
    self.pool = unsafe bytes.take(UInt64.self, at: offset)
    self.name = unsafe bytes.takeName32(at: offset &+ 8)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 40)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 42) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 44) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 48 else { return 48 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 42) != 0 { return 42 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 44) != 0 { return 44 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 48)
    unsafe bytes.put(pool, at: offset)
    unsafe bytes.put(name, at: offset &+ 8)
    unsafe bytes.put(count, at: offset &+ 40)
    unsafe bytes.put(UInt16(0), at: offset &+ 42)
    unsafe bytes.put(UInt32(0), at: offset &+ 44)
  }
}

/// Tells who shares a pool, by its id or by its name.
///
/// 40 bytes.
public struct DescribePoolRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.describePool
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// The pool; 0: by name.
  public var pool: UInt64
  /// Its name, when the id is 0; else zero bytes.
  public var name: Name32

  /// All fields, in the order of the layout.
  public init(pool: UInt64, name: Name32) {
    self.pool = pool
    self.name = name
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
    self.pool = unsafe bytes.take(UInt64.self, at: offset)
    self.name = unsafe bytes.takeName32(at: offset &+ 8)
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
    unsafe bytes.put(pool, at: offset)
    unsafe bytes.put(name, at: offset &+ 8)
  }
}

/// Puts down a deposit that matches each donation to a resource, numerator : denominator, while it lasts. What is not
/// matched by its end goes back to the claim key.
///
/// 80 bytes.
public struct MatchRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.match
  /// Bytes of the fixed part.
  public static let byteCount = 80
  /// The resource.
  public var resource: UInt64
  /// Key hash of the claim key that the sponsor chose (specification, Keys).
  public var keyHash: Bytes16
  /// It adds numerator / denominator times each donation, rounded down; from 1.
  public var numerator: UInt32
  /// From 1.
  public var denominator: UInt32
  /// Most that it adds to one donation; 0: no limit.
  public var cap: UInt64
  /// How long it matches; from 1.
  public var duration: UInt64
  /// The sponsor's public label; zero bytes: none.
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

/// Pledges money that goes to a resource in equal instalments. What has not been paid can be taken back with the claim
/// key.
///
/// 80 bytes.
public struct ScheduleRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.schedule
  /// Bytes of the fixed part.
  public static let byteCount = 80
  /// The resource.
  public var resource: UInt64
  /// Key hash of the claim key that the pledger chose.
  public var keyHash: Bytes16
  /// Instalments; from 1.
  public var count: UInt32
  /// Time until the first one.
  public var first: UInt64
  /// Time from one to the next; at least `instalmentMillisMin`.
  public var interval: UInt64
  /// Public label; zero bytes: none.
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

/// Opens an all-or-nothing campaign: when its goal is reached at its closing time, the pledges fund the resource; when
/// not, each goes back to its claim key.
///
/// 72 bytes.
public struct OpenCampaignRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.openCampaign
  /// Bytes of the fixed part.
  public static let byteCount = 72
  /// The resource, of this provider.
  public var resource: UInt64
  /// What must be pledged; from 1.
  public var goal: UInt64
  /// Least pledge; 0: any.
  public var minimum: UInt64
  /// Time until it closes; from 1.
  public var duration: UInt64
  /// Whose the refunds are that nobody claims.
  public var rule: UnclaimedRule
  /// What it is for; zero bytes: nothing said.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(resource: UInt64, goal: UInt64, minimum: UInt64, duration: UInt64, rule: UnclaimedRule, label: Name32) {
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
    guard offset >= 0, bytes.byteCount &- offset >= 72 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.goal = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.minimum = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.duration = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    guard let rule = UnclaimedRule(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 32)) else { return nil }
    self.rule = rule
    guard unsafe bytes.take(UInt8.self, at: offset &+ 33) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 34) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 36) == 0 else { return nil }
    self.label = unsafe bytes.takeName32(at: offset &+ 40)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 72 else { return 72 }
    if UnclaimedRule(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 32)) == nil { return 32 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 33) != 0 { return 33 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 34) != 0 { return 34 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 36) != 0 { return 36 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 72)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(goal, at: offset &+ 8)
    unsafe bytes.put(minimum, at: offset &+ 16)
    unsafe bytes.put(duration, at: offset &+ 24)
    unsafe bytes.put(rule.rawValue, at: offset &+ 32)
    unsafe bytes.put(UInt8(0), at: offset &+ 33)
    unsafe bytes.put(UInt16(0), at: offset &+ 34)
    unsafe bytes.put(UInt32(0), at: offset &+ 36)
    unsafe bytes.put(label, at: offset &+ 40)
  }
}

/// Pledges money to a campaign.
///
/// 56 bytes.
public struct PledgeRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.pledge
  /// Bytes of the fixed part.
  public static let byteCount = 56
  /// The campaign.
  public var campaign: UInt64
  /// Key hash of the claim key that the pledger chose.
  public var keyHash: Bytes16
  /// Public label; zero bytes: none.
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

/// Ends a campaign, an offering or an auction before its time: each pledge, investment or bid goes back. Or a matching
/// deposit or a schedule: what is left of it is due to its claim key.
///
/// 8 bytes.
public struct CancelRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.cancel
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The campaign, offering or auction, or the claim of the deposit or schedule, on a resource of this provider.
  public var funding: UInt64

  /// All fields, in the order of the layout.
  public init(funding: UInt64) {
    self.funding = funding
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
    self.funding = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(funding, at: offset)
  }
}

/// Pays out what is due on a claim, as a note: a refund, or revenue. When nothing is due, the note that it was paid out
/// as last, once more (REPLAYED).
///
/// 32 bytes.
public struct ClaimRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.claim
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// The claim.
  public var claim: UInt64
  /// The secret claim key.
  public var key: Bytes16
  /// Options.
  public var flags: ClaimFlags

  /// All fields, in the order of the layout.
  public init(claim: UInt64, key: Bytes16, flags: ClaimFlags) {
    self.claim = claim
    self.key = key
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
    self.key = unsafe bytes.takeBytes16(at: offset &+ 8)
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
    unsafe bytes.put(key, at: offset &+ 8)
    unsafe bytes.put(flags.rawValue, at: offset &+ 24)
    unsafe bytes.put(UInt32(0), at: offset &+ 28)
  }
}

/// Gives a claim a new key: that is how it changes hands.
///
/// 40 bytes.
public struct RotateClaimRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.rotateClaim
  /// Bytes of the fixed part.
  public static let byteCount = 40
  /// The claim.
  public var claim: UInt64
  /// The secret claim key.
  public var key: Bytes16
  /// Key hash of the new one.
  public var keyHash: Bytes16

  /// All fields, in the order of the layout.
  public init(claim: UInt64, key: Bytes16, keyHash: Bytes16) {
    self.claim = claim
    self.key = key
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
    self.claim = unsafe bytes.take(UInt64.self, at: offset)
    self.key = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.keyHash = unsafe bytes.takeBytes16(at: offset &+ 24)
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
    unsafe bytes.put(key, at: offset &+ 8)
    unsafe bytes.put(keyHash, at: offset &+ 24)
  }
}

/// Tells how a claim stands, to anyone.
///
/// 8 bytes.
public struct CheckClaimRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.checkClaim
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The claim.
  public var claim: UInt64

  /// All fields, in the order of the layout.
  public init(claim: UInt64) {
    self.claim = claim
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
    self.claim = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(claim, at: offset)
  }
}

/// Tells how a resource is funded: by whom, by which ways, and what is under way.
///
/// 8 bytes.
public struct FundingRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.funding
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The resource.
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

/// Says who shares a resource's revenue from now on, beside its provider and investors. Replaces what was said before.
///
/// 16 bytes.
public struct SplitRevenueRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.splitRevenue
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// The resource, of this provider.
  public var resource: UInt64
  /// Recipients that follow.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(resource: UInt64, count: UInt16) {
    self.resource = resource
    self.count = count
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
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 8)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 10) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 10) != 0 { return 10 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(count, at: offset &+ 8)
    unsafe bytes.put(UInt16(0), at: offset &+ 10)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
  }
}

/// Offers shares of a resource's revenue for money. What is invested funds the resource when the offering closes.
///
/// 96 bytes.
public struct OpenOfferingRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.openOffering
  /// Bytes of the fixed part.
  public static let byteCount = 96
  /// The resource, of this provider.
  public var resource: UInt64
  /// Most that it takes; from 1.
  public var cap: UInt64
  /// Revenue, fees not included, that ends the start-up phase; 0: there is none.
  public var criterion: UInt64
  /// Every investment is a multiple of it; from 1.
  public var unit: UInt64
  /// Time until it closes; from 1.
  public var duration: UInt64
  /// REVENUE: how long it shares after it closed; else 0.
  public var period: UInt64
  /// Its share of the revenue in the start-up phase, in millionths.
  public var startShare: UInt32
  /// Its share after it, in millionths; from 1.
  public var share: UInt32
  /// FIXED: what a tier gets in all, in millionths of what was invested in it; else 0.
  public var returnPerMillion: UInt32
  /// Tiers that follow; from 1.
  public var count: UInt16
  /// What investors get.
  public var kind: OfferingKind
  /// What it is for; zero bytes: nothing said.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(
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
    guard offset >= 0, bytes.byteCount &- offset >= 96 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.cap = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.criterion = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.unit = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.duration = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.period = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.startShare = unsafe bytes.take(UInt32.self, at: offset &+ 48)
    self.share = unsafe bytes.take(UInt32.self, at: offset &+ 52)
    self.returnPerMillion = unsafe bytes.take(UInt32.self, at: offset &+ 56)
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 60)
    guard let kind = OfferingKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 62)) else { return nil }
    self.kind = kind
    guard unsafe bytes.take(UInt8.self, at: offset &+ 63) == 0 else { return nil }
    self.label = unsafe bytes.takeName32(at: offset &+ 64)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 96 else { return 96 }
    if OfferingKind(rawValue: unsafe bytes.take(UInt8.self, at: offset &+ 62)) == nil { return 62 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 63) != 0 { return 63 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 96)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(cap, at: offset &+ 8)
    unsafe bytes.put(criterion, at: offset &+ 16)
    unsafe bytes.put(unit, at: offset &+ 24)
    unsafe bytes.put(duration, at: offset &+ 32)
    unsafe bytes.put(period, at: offset &+ 40)
    unsafe bytes.put(startShare, at: offset &+ 48)
    unsafe bytes.put(share, at: offset &+ 52)
    unsafe bytes.put(returnPerMillion, at: offset &+ 56)
    unsafe bytes.put(count, at: offset &+ 60)
    unsafe bytes.put(kind.rawValue, at: offset &+ 62)
    unsafe bytes.put(UInt8(0), at: offset &+ 63)
    unsafe bytes.put(label, at: offset &+ 64)
  }
}

/// Invests in an offering.
///
/// 24 bytes.
public struct InvestRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.invest
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// The offering.
  public var offering: UInt64
  /// Key hash of the claim key that the investor chose.
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

/// Tells the terms of an offering and how it stands.
///
/// 8 bytes.
public struct DescribeOfferingRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.describeOffering
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The offering.
  public var offering: UInt64

  /// All fields, in the order of the layout.
  public init(offering: UInt64) {
    self.offering = offering
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
    self.offering = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(offering, at: offset)
  }
}

/// Opens an auction: whoever wins it sponsors the resource for a period, and shows a banner.
///
/// 104 bytes.
public struct OpenAuctionRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.openAuction
  /// Bytes of the fixed part.
  public static let byteCount = 104
  /// The resource, of this provider.
  public var resource: UInt64
  /// Least bid; from 1.
  public var reserve: UInt64
  /// How far a bid must be above the best one; from 1.
  public var increment: UInt64
  /// Time until it takes no more bids; from 1.
  public var duration: UInt64
  /// SEALED: time for revealing bids, after that; from 1. Else 0.
  public var reveal: UInt64
  /// A bid that comes later than this before the end moves the end this far away from it, though not beyond the begin
  /// of the period; 0: none does. SEALED: 0.
  public var extendBy: UInt64
  /// Time until the period begins; at least `duration` and `reveal` together.
  public var start: UInt64
  /// Length of the period; from 1.
  public var period: UInt64
  /// SEALED: what a bid that is not revealed leaves to the resource, in millionths of its money. Else 0.
  public var forfeitPerMillion: UInt32
  /// Rules.
  public var flags: AuctionFlags
  /// What it is for; zero bytes: nothing said.
  public var label: Name32

  /// All fields, in the order of the layout.
  public init(
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
    guard offset >= 0, bytes.byteCount &- offset >= 104 else { return nil }
    unsafe self.init(whole: bytes, at: offset)
  }

  /// Reads the fixed part at `offset`, all of whose bytes are there.
  @unsafe @inlinable @inline(__always)
  init?(whole bytes: RawSpan, at offset: Int) {
    self.resource = unsafe bytes.take(UInt64.self, at: offset)
    self.reserve = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.increment = unsafe bytes.take(UInt64.self, at: offset &+ 16)
    self.duration = unsafe bytes.take(UInt64.self, at: offset &+ 24)
    self.reveal = unsafe bytes.take(UInt64.self, at: offset &+ 32)
    self.extendBy = unsafe bytes.take(UInt64.self, at: offset &+ 40)
    self.start = unsafe bytes.take(UInt64.self, at: offset &+ 48)
    self.period = unsafe bytes.take(UInt64.self, at: offset &+ 56)
    self.forfeitPerMillion = unsafe bytes.take(UInt32.self, at: offset &+ 64)
    self.flags = AuctionFlags(rawValue: unsafe bytes.take(UInt32.self, at: offset &+ 68))
    guard flags.rawValue & ~AuctionFlags.known == 0 else { return nil }
    self.label = unsafe bytes.takeName32(at: offset &+ 72)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 104 else { return 104 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 68) & ~AuctionFlags.known != 0 { return 68 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 104)
    unsafe bytes.put(resource, at: offset)
    unsafe bytes.put(reserve, at: offset &+ 8)
    unsafe bytes.put(increment, at: offset &+ 16)
    unsafe bytes.put(duration, at: offset &+ 24)
    unsafe bytes.put(reveal, at: offset &+ 32)
    unsafe bytes.put(extendBy, at: offset &+ 40)
    unsafe bytes.put(start, at: offset &+ 48)
    unsafe bytes.put(period, at: offset &+ 56)
    unsafe bytes.put(forfeitPerMillion, at: offset &+ 64)
    unsafe bytes.put(flags.rawValue, at: offset &+ 68)
    unsafe bytes.put(label, at: offset &+ 72)
  }
}

/// Bids in an auction: the payment is the bid, or of a sealed one the most that it can be.
///
/// 248 bytes.
public struct BidRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.bid
  /// Bytes of the fixed part.
  public static let byteCount = 248
  /// The auction.
  public var auction: UInt64
  /// Key hash of the claim key that the bidder chose.
  public var keyHash: Bytes16
  /// SEALED: what the bid is (specification, Auctions). Else zero bytes.
  public var commitment: Digest32
  /// What is shown if it wins.
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

/// Adds money to a bid.
///
/// 56 bytes.
public struct RaiseBidRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.raiseBid
  /// Bytes of the fixed part.
  public static let byteCount = 56
  /// The bid's claim.
  public var claim: UInt64
  /// The secret claim key.
  public var key: Bytes16
  /// SEALED: what the bid is from now on. Else zero bytes.
  public var commitment: Digest32

  /// All fields, in the order of the layout.
  public init(claim: UInt64, key: Bytes16, commitment: Digest32) {
    self.claim = claim
    self.key = key
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
    self.key = unsafe bytes.takeBytes16(at: offset &+ 8)
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
    unsafe bytes.put(key, at: offset &+ 8)
    commitment.write(to: &bytes, at: offset &+ 24)
  }
}

/// Reveals a sealed bid. What was paid above it is due to its claim at once.
///
/// 32 bytes.
public struct RevealBidRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.revealBid
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// The bid's claim.
  public var claim: UInt64
  /// The bid; at most its money.
  public var amount: UInt64
  /// The secret number in its commitment.
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

/// Refuses a bid, for its banner say, until its period begins: all its money is due to its claim.
///
/// 8 bytes.
public struct RefuseBidRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.refuseBid
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The bid's claim; in an auction for a resource of this provider.
  public var claim: UInt64

  /// All fields, in the order of the layout.
  public init(claim: UInt64) {
    self.claim = claim
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
    self.claim = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(claim, at: offset)
  }
}

/// Tells the rules of an auction and how it stands.
///
/// 8 bytes.
public struct DescribeAuctionRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.describeAuction
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The auction.
  public var auction: UInt64

  /// All fields, in the order of the layout.
  public init(auction: UInt64) {
    self.auction = auction
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
    self.auction = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(auction, at: offset)
  }
}

/// Tells how a bid stands, and what it would show.
///
/// 8 bytes.
public struct DescribeBidRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.describeBid
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// The bid's claim.
  public var claim: UInt64

  /// All fields, in the order of the layout.
  public init(claim: UInt64) {
    self.claim = claim
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
    self.claim = unsafe bytes.take(UInt64.self, at: offset)
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
    unsafe bytes.put(claim, at: offset)
  }
}

/// Tells what happened in an auction, line by line: enough to find its winner anew.
///
/// 16 bytes.
public struct TranscriptRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.transcript
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// The auction.
  public var auction: UInt64
  /// Number of the first line wanted; from 0.
  public var from: UInt32

  /// All fields, in the order of the layout.
  public init(auction: UInt64, from: UInt32) {
    self.auction = auction
    self.from = from
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
    self.from = unsafe bytes.take(UInt32.self, at: offset &+ 8)
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
    unsafe bytes.put(auction, at: offset)
    unsafe bytes.put(from, at: offset &+ 8)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
  }
}

/// Tells the notices that are kept for a claim: the latest of each kind that concerns it.
///
/// 32 bytes.
public struct MailboxRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.mailbox
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// The claim.
  public var claim: UInt64
  /// The secret claim key.
  public var key: Bytes16
  /// Only what came after this; 0: all.
  public var after: UInt64

  /// All fields, in the order of the layout.
  public init(claim: UInt64, key: Bytes16, after: UInt64) {
    self.claim = claim
    self.key = key
    self.after = after
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
    self.key = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.after = unsafe bytes.take(UInt64.self, at: offset &+ 24)
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
    unsafe bytes.put(key, at: offset &+ 8)
    unsafe bytes.put(after, at: offset &+ 24)
  }
}

/// Makes this connection that of an agent of the resource: every change of its leases is pushed (AGENT_LEASE_CHANGED)
/// until it ends. Whoever was this agent before is told AGENT_TAKEN_OVER.
///
/// 32 bytes.
public struct AttachRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.attach
  /// Bytes of the fixed part.
  public static let byteCount = 32
  /// Which of the resource's agents, from 1.
  public var agent: UInt32
  /// What it does.
  public var flags: AgentFlags
  /// Random number that the agent drew when it started.
  public var bootNonce: Bytes16
  /// Its clock, in milliseconds: one that never goes back, from 1, and counts on while it sleeps.
  public var stamp: UInt64

  /// All fields, in the order of the layout.
  public init(agent: UInt32, flags: AgentFlags, bootNonce: Bytes16, stamp: UInt64) {
    self.agent = agent
    self.flags = flags
    self.bootNonce = bootNonce
    self.stamp = stamp
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
    self.agent = unsafe bytes.take(UInt32.self, at: offset)
    self.flags = AgentFlags(rawValue: unsafe bytes.take(UInt32.self, at: offset &+ 4))
    guard flags.rawValue & ~AgentFlags.known == 0 else { return nil }
    self.bootNonce = unsafe bytes.takeBytes16(at: offset &+ 8)
    self.stamp = unsafe bytes.take(UInt64.self, at: offset &+ 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 32 else { return 32 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) & ~AgentFlags.known != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 32)
    unsafe bytes.put(agent, at: offset)
    unsafe bytes.put(flags.rawValue, at: offset &+ 4)
    unsafe bytes.put(bootNonce, at: offset &+ 8)
    unsafe bytes.put(stamp, at: offset &+ 24)
  }
}

/// Tells that the agent is there, and what its clock says.
///
/// 16 bytes.
public struct HeartbeatRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.heartbeat
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Its clock, in milliseconds.
  public var stamp: UInt64
  /// Number of the last push of this connection that it has carried out.
  public var heard: UInt64

  /// All fields, in the order of the layout.
  public init(stamp: UInt64, heard: UInt64) {
    self.stamp = stamp
    self.heard = heard
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
    self.stamp = unsafe bytes.take(UInt64.self, at: offset)
    self.heard = unsafe bytes.take(UInt64.self, at: offset &+ 8)
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
    unsafe bytes.put(stamp, at: offset)
    unsafe bytes.put(heard, at: offset &+ 8)
  }
}

/// Lists the leases of the agent's resource in the order of their ids, a page at a time.
///
/// 16 bytes.
public struct AgentLeasesRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.agentLeases
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Leases above this one; 0: from the start.
  public var after: UInt64
  /// How many at most; 0: as many as fit a page.
  public var countMax: UInt16

  /// All fields, in the order of the layout.
  public init(after: UInt64, countMax: UInt16) {
    self.after = after
    self.countMax = countMax
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
    self.after = unsafe bytes.take(UInt64.self, at: offset)
    self.countMax = unsafe bytes.take(UInt16.self, at: offset &+ 8)
    guard unsafe bytes.take(UInt16.self, at: offset &+ 10) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 10) != 0 { return 10 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(after, at: offset)
    unsafe bytes.put(countMax, at: offset &+ 8)
    unsafe bytes.put(UInt16(0), at: offset &+ 10)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
  }
}

/// Reports what became of provisioning a lease: READY begins its time and captures its money; FAILED ends it, and what
/// was not used is due to its owner. Repeating it is harmless.
///
/// 120 bytes.
public struct ProvisionRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.provision
  /// Bytes of the fixed part.
  public static let byteCount = 120
  /// The lease, which this agent provisions.
  public var lease: UInt64
  /// Its epoch, as the agent knows it.
  public var epoch: UInt64
  /// 1: READY. 0: FAILED.
  public var ready: UInt8
  /// READY: where its holder finds it; zero bytes: nowhere in particular. FAILED: why. No secret: it is kept as it is.
  public var endpoint: Text96

  /// All fields, in the order of the layout.
  public init(lease: UInt64, epoch: UInt64, ready: UInt8, endpoint: Text96) {
    self.lease = lease
    self.epoch = epoch
    self.ready = ready
    self.endpoint = endpoint
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
    self.lease = unsafe bytes.take(UInt64.self, at: offset)
    self.epoch = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.ready = unsafe bytes.take(UInt8.self, at: offset &+ 16)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 17) == 0 else { return nil }
    guard unsafe bytes.take(UInt16.self, at: offset &+ 18) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 20) == 0 else { return nil }
    self.endpoint = unsafe bytes.takeText96(at: offset &+ 24)
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 120 else { return 120 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 17) != 0 { return 17 }
    if unsafe bytes.take(UInt16.self, at: offset &+ 18) != 0 { return 18 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 20) != 0 { return 20 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 120)
    unsafe bytes.put(lease, at: offset)
    unsafe bytes.put(epoch, at: offset &+ 8)
    unsafe bytes.put(ready, at: offset &+ 16)
    unsafe bytes.put(UInt8(0), at: offset &+ 17)
    unsafe bytes.put(UInt16(0), at: offset &+ 18)
    unsafe bytes.put(UInt32(0), at: offset &+ 20)
    unsafe bytes.put(endpoint, at: offset &+ 24)
  }
}

/// Tells the holder of a lease where it is provided.
///
/// 8 bytes.
public struct ServiceRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.service
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Handle of the owner key.
  public var handle: UInt32

  /// All fields, in the order of the layout.
  public init(handle: UInt32) {
    self.handle = handle
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
    self.handle = unsafe bytes.take(UInt32.self, at: offset)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 4) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 8 else { return 8 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 4) != 0 { return 4 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 8)
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(UInt32(0), at: offset &+ 4)
  }
}

/// Gives the holder of a lease a ticket: what an agent that the broker cannot be asked through can check by itself.
///
/// 8 bytes.
public struct TicketRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.ticket
  /// Bytes of the fixed part.
  public static let byteCount = 8
  /// Handle of the owner key.
  public var handle: UInt32
  /// Number of the agent that it is for; 0: the one that provisions the lease.
  public var agent: UInt32

  /// All fields, in the order of the layout.
  public init(handle: UInt32, agent: UInt32) {
    self.handle = handle
    self.agent = agent
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
    self.handle = unsafe bytes.take(UInt32.self, at: offset)
    self.agent = unsafe bytes.take(UInt32.self, at: offset &+ 4)
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
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(agent, at: offset &+ 4)
  }
}

/// Tells what passed through gates, and for how long they were shut while the agent was lost, which leases get back.
/// Its own number makes it safe to repeat.
///
/// 16 bytes.
public struct ReportRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.report
  /// Bytes of the fixed part.
  public static let byteCount = 16
  /// Number of the report: one above the last that was taken.
  public var number: UInt64
  /// Records that follow.
  public var count: UInt16
  /// 1: all is told of the time in which the agent was lost.
  public var last: UInt8

  /// All fields, in the order of the layout.
  public init(number: UInt64, count: UInt16, last: UInt8) {
    self.number = number
    self.count = count
    self.last = last
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
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 8)
    self.last = unsafe bytes.take(UInt8.self, at: offset &+ 10)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 11) == 0 else { return nil }
    guard unsafe bytes.take(UInt32.self, at: offset &+ 12) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 16 else { return 16 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 11) != 0 { return 11 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 12) != 0 { return 12 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 16)
    unsafe bytes.put(number, at: offset)
    unsafe bytes.put(count, at: offset &+ 8)
    unsafe bytes.put(last, at: offset &+ 10)
    unsafe bytes.put(UInt8(0), at: offset &+ 11)
    unsafe bytes.put(UInt32(0), at: offset &+ 12)
  }
}

/// Debits uses of a lease, as USE does, and gives a voucher for each: what an agent that serves the use can check by
/// itself.
///
/// 24 bytes.
public struct VoucherRequest: WireRequest {
  /// What it is on the wire.
  public static let opcode = Opcode.voucher
  /// Bytes of the fixed part.
  public static let byteCount = 24
  /// Handle of the lease's owner key or of a debit key.
  public var handle: UInt32
  /// Number of the agent that it is for; 0: the one that provisions the lease.
  public var agent: UInt32
  /// Quantity of each use; from 1.
  public var quantity: UInt64
  /// Meter, 0 to 3.
  public var meter: UInt8
  /// Vouchers wanted; from 1.
  public var count: UInt16

  /// All fields, in the order of the layout.
  public init(handle: UInt32, agent: UInt32, quantity: UInt64, meter: UInt8, count: UInt16) {
    self.handle = handle
    self.agent = agent
    self.quantity = quantity
    self.meter = meter
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
    self.handle = unsafe bytes.take(UInt32.self, at: offset)
    self.agent = unsafe bytes.take(UInt32.self, at: offset &+ 4)
    self.quantity = unsafe bytes.take(UInt64.self, at: offset &+ 8)
    self.meter = unsafe bytes.take(UInt8.self, at: offset &+ 16)
    guard unsafe bytes.take(UInt8.self, at: offset &+ 17) == 0 else { return nil }
    self.count = unsafe bytes.take(UInt16.self, at: offset &+ 18)
    guard unsafe bytes.take(UInt32.self, at: offset &+ 20) == 0 else { return nil }
  }

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.
  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {
    guard offset >= 0, bytes.byteCount &- offset >= 24 else { return 24 }
    if unsafe bytes.take(UInt8.self, at: offset &+ 17) != 0 { return 17 }
    if unsafe bytes.take(UInt32.self, at: offset &+ 20) != 0 { return 20 }
    return nil
  }

  /// Writes the fixed part at `offset`, which the caller has made room for.
  @inlinable @inline(__always)
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= 24)
    unsafe bytes.put(handle, at: offset)
    unsafe bytes.put(agent, at: offset &+ 4)
    unsafe bytes.put(quantity, at: offset &+ 8)
    unsafe bytes.put(meter, at: offset &+ 16)
    unsafe bytes.put(UInt8(0), at: offset &+ 17)
    unsafe bytes.put(count, at: offset &+ 18)
    unsafe bytes.put(UInt32(0), at: offset &+ 20)
  }
}
