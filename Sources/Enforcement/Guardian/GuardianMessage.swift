internal import TurnpikeAgent

/// What is said to a guardian: 72 bytes, as `Sources/turnpike-guardian/guardian.h` has them. They never leave the machine.
struct GuardianOrder {
  enum Kind: UInt16 {
    /// Access until `until`, reduced from `throttleAt` on. The first one starts the command.
    case run = 1
    case freeze = 2
    /// The polite signal, and the sure one after the grace.
    case end = 3
    case kill = 4
    // Changes of a lease, for a script.
    case provision = 16
    case open = 17
    case reduce = 18
    case move = 19
    case shut = 20
    case leaseEnd = 21
  }

  static let byteCount = 72
  private static let magic: UInt32 = 0x314f_5054

  var kind: Kind
  var lease: UInt64
  var epoch: UInt64 = 0
  var units: UInt64 = 0
  var until: UInt64 = 0
  var throttleAt: UInt64 = 0
  var end: UInt64 = 0

  /// With what a guardian needs of a lease. Instants beyond what it takes for possible are as good as the last possible one.
  init(_ kind: Kind, _ lease: EnforcedLease, now: UInt64) {
    let furthest = now + EnforcementLimits.instantMilliseconds
    self.kind = kind
    self.lease = lease.id
    epoch = lease.epoch
    units = UInt64(lease.units)
    until = min(lease.until, furthest)
    throttleAt = min(lease.throttleAt, furthest)
    end = lease.end > until ? min(lease.end, furthest + 1) : 0
  }

  /// The bytes of it as the order with this number.
  func bytes(sequence: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    GuardianReport.append(Self.magic, to: &bytes)
    GuardianReport.append(kind.rawValue, to: &bytes)
    GuardianReport.append(UInt16(0), to: &bytes)
    for field in [sequence, lease, epoch, units, until, throttleAt, end] {
      GuardianReport.append(field, to: &bytes)
    }
    GuardianReport.append(UInt32(0), to: &bytes)
    GuardianReport.append(GuardianReport.checksum(bytes[...]), to: &bytes)
    return bytes
  }
}

/// What a guardian says: 128 bytes.
struct GuardianReport {
  enum Kind: UInt16 {
    /// The command runs; `value` is its process.
    case started = 1
    /// `text` is the endpoint.
    case ready = 2
    /// `text` is the reason.
    case failed = 3
    case shut = 4
    case reduced = 5
    case opened = 6
    /// Nothing is left.
    case ended = 7
    /// For the log.
    case trouble = 8
  }

  static let byteCount = 128
  private static let magic: UInt32 = 0x3152_5054

  var kind: Kind
  var lease: UInt64
  var value: UInt32
  var text: String

  /// The report in these bytes; nil when it is none.
  init?(_ bytes: ArraySlice<UInt8>) {
    let start = bytes.startIndex
    guard bytes.count == Self.byteCount, Self.number(bytes, at: 0, UInt32.self) == Self.magic,
      Self.number(bytes, at: 124, UInt32.self) == Self.checksum(bytes[start..<start + 124]),
      let kind = Kind(rawValue: Self.number(bytes, at: 4, UInt16.self))
    else { return nil }
    let length = Int(Self.number(bytes, at: 6, UInt16.self))
    guard length <= EnforcementLimits.textByteCountMax else { return nil }
    self.kind = kind
    lease = Self.number(bytes, at: 8, UInt64.self)
    value = Self.number(bytes, at: 24, UInt32.self)
    text = String(decoding: bytes[start + 28..<start + 28 + length], as: UTF8.self)
  }

  /// FNV-1a.
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }

  // In the machine's order; every one that libuv and Swift run on has the least byte first.
  static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
    for place in 0..<Number.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
  }

  private static func number<Number: FixedWidthInteger>(
    _ bytes: ArraySlice<UInt8>, at offset: Int, _: Number.Type
  ) -> Number {
    let start = bytes.startIndex + offset
    return (0..<Number.bitWidth / 8).reduce(0) { $0 | Number(bytes[start + $1]) << (8 * $1) }
  }
}
