/// What a record holds.
public enum RecordKind: UInt8, Sendable {
  /// A batch of commands.
  case commands = 1
  /// Nothing. It attests the record before it, when no batch follows soon.
  case seal = 2
  /// The 16 bytes of the state's digest after everything before it. A full segment's last record; zero: none was taken.
  case digest = 3
}

/// The first 128 bytes of a record. All integers are little-endian.
///
///       0        8         16               32                48       52     56      58       60     61     62
///      +--------+---------+----------------+-----------------+--------+------+-------+--------+------+------+------+
///      |checksum| segment | hash           | previous        | bytes  | comm.| shard | core   | kind | flags| zero |
///      +--------+---------+----------------+-----------------+--------+------+-------+--------+------+------+------+
///      | term   | batch   | first sequence | time            | attested        | zero                               |
///      +--------+---------+----------------+-----------------+-----------------+------------------------------------+
///       64       72        80               88                96                104                                128
///
/// Bytes 0..<32 are the local frame: where this copy lies, and that it lies there whole. Bytes from 32 on are the record
/// proper, the same in every copy. `checksum` covers 8..<128, so the segment's number too (what a recycled file still holds is
/// nothing) and the hash; its seed is the journal's identity. `hash` covers 32..<byteCount, so the commands too.
public struct RecordHeader: Equatable, Sendable {
  /// Bytes of the header.
  public static let byteCount = 128
  /// Bit 0 of `flags`.
  static let unsyncedFlag: UInt8 = 1

  /// Number of the segment in which the record lies.
  public var segment: UInt64 = 0
  /// XXH3-128 of the record proper.
  public var hash: UInt128 = 0
  /// The hash of the record before; of the first one: zero.
  public var previous: UInt128 = 0
  /// Bytes of header and commands, without padding.
  public var recordByteCount: UInt32 = 128
  /// Commands in it.
  public var commandCount: UInt32 = 0
  /// Which shard's journal this is.
  public var shard: UInt16 = 0
  /// Version of the core that applied the commands.
  public var coreVersion: UInt16 = 0
  /// What it holds.
  public var kind = RecordKind.commands
  /// It was written without a sync, so it attests nothing.
  public var isUnsynced = false
  /// Term of the leader that made it.
  public var term: UInt64 = 0
  /// Number of the record in the journal, from 1.
  public var batch: UInt64 = 0
  /// Sequence of the first command; where there is none, of the next.
  public var firstSequence: UInt64 = 1
  /// The leader's clock, in milliseconds.
  public var time: UInt64 = 0
  /// Newest batch that was durable when this one was handed over; 0: none, or not known.
  public var attested: UInt64 = 0

  /// An empty record.
  public init() {}

  /// Sequence of the command after the last.
  public var nextSequence: UInt64 { firstSequence &+ UInt64(commandCount) }

  /// Bytes in the file, in whole sectors.
  var paddedByteCount: Int { JournalLimits.padded(Int(recordByteCount)) }

  /// Reads a frame: nil when these bytes are no record of this segment of this journal, or one that no version 1 makes.
  init?(_ bytes: RawSpan, segment: UInt64, seed: UInt64) {
    guard bytes.byteCount >= Self.byteCount else { return nil }
    let header = bytes.extracting(first: Self.byteCount)
    guard header.integer(UInt64.self, at: 8) == segment,
      header.integer(UInt64.self, at: 0) == Checksum.hash64(header.extracting(droppingFirst: 8), seed: seed),
      let kind = RecordKind(rawValue: header.integer(UInt8.self, at: 60))
    else { return nil }
    let flags = header.integer(UInt8.self, at: 61)
    self.segment = segment
    hash = header.integer(UInt128.self, at: 16)
    previous = header.integer(UInt128.self, at: 32)
    recordByteCount = header.integer(UInt32.self, at: 48)
    commandCount = header.integer(UInt32.self, at: 52)
    shard = header.integer(UInt16.self, at: 56)
    coreVersion = header.integer(UInt16.self, at: 58)
    self.kind = kind
    isUnsynced = flags & Self.unsyncedFlag != 0
    term = header.integer(UInt64.self, at: 64)
    batch = header.integer(UInt64.self, at: 72)
    firstSequence = header.integer(UInt64.self, at: 80)
    time = header.integer(UInt64.self, at: 88)
    attested = header.integer(UInt64.self, at: 96)
    guard flags & ~Self.unsyncedFlag == 0, header.integer(UInt16.self, at: 62) == 0,
      header.extracting(droppingFirst: 104).isZero, isSensible
    else { return nil }
  }

  /// What holds for each record that was ever written, whatever the commands are.
  private var isSensible: Bool {
    let commandByteCount = Int(recordByteCount) - Self.byteCount
    guard (0...JournalLimits.batchByteCountMax).contains(commandByteCount), batch > 0, attested < batch,
      !firstSequence.addingReportingOverflow(UInt64(commandCount)).overflow
    else { return false }
    return switch kind {
    case .commands: commandCount > 0 && commandByteCount >= commandCount
    case .seal: commandCount == 0 && commandByteCount == 0
    case .digest: commandCount == 0 && commandByteCount == 16
    }
  }

  /// Whether the bytes of the whole padded record are those that were hashed, and its padding is zero.
  func isWhole(_ bytes: RawSpan) -> Bool {
    bytes.byteCount >= paddedByteCount
      && bytes.extracting(Int(recordByteCount)..<paddedByteCount).isZero
      && hash == Checksum.hash128(bytes.extracting(32..<Int(recordByteCount)))
  }

  /// Writes the header before the commands that lie in `bytes`, and the zeros behind them; computes hash and checksum.
  mutating func finish(in bytes: inout MutableRawSpan, seed: UInt64) {
    bytes.zero(Int(recordByteCount)..<bytes.byteCount)
    bytes.store(segment, at: 8)
    bytes.store(previous, at: 32)
    bytes.store(recordByteCount, at: 48)
    bytes.store(commandCount, at: 52)
    bytes.store(shard, at: 56)
    bytes.store(coreVersion, at: 58)
    bytes.store(kind.rawValue, at: 60)
    bytes.store(isUnsynced ? Self.unsyncedFlag : UInt8(0), at: 61)
    bytes.store(UInt16(0), at: 62)
    bytes.store(term, at: 64)
    bytes.store(batch, at: 72)
    bytes.store(firstSequence, at: 80)
    bytes.store(time, at: 88)
    bytes.store(attested, at: 96)
    bytes.zero(104..<Self.byteCount)
    hash = Checksum.hash128(bytes.bytes.extracting(32..<Int(recordByteCount)))
    bytes.store(hash, at: 16)
    bytes.store(Checksum.hash64(bytes.bytes.extracting(8..<Self.byteCount), seed: seed), at: 0)
  }
}
