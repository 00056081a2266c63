/// The first sector of a segment, written and synced before the file has its name. All integers are little-endian.
///
///       0          8         12         16         32        40          48            56         72
///      +----------+---------+----------+----------+---------+-----------+-------------+----------+------+
///      | TPSEGMNT | version | features | identity | segment | byteCount | first batch | previous | term |
///      +----------+---------+----------+----------+---------+-----------+-------------+----------+------+
///      | first sequence | shard | zero                                                       | checksum |
///      +----------------+-------+------------------------------------------------------------+----------+
///       80               88      90                                                           504     512
///
/// `checksum` is XXH3-64 of 0..<504, without seed. Magic, version, features and checksum keep their places in all versions.
/// That the file has its name says that every record before `first batch` is durable.
public struct SegmentHeader: Equatable, Sendable {
  /// Bytes of the header.
  public static let byteCount = 512
  /// The version that this code writes and the newest that it reads.
  public static let formatVersion: UInt32 = 1
  /// "TPSEGMNT"
  private static let magic: UInt64 = 0x544E_4D47_4553_5054

  /// What a first sector is.
  public enum Reading: Equatable, Sendable {
    /// A header of a version that this code reads.
    case header(SegmentHeader)
    /// No header, or one that changed.
    case damaged
    /// A header of a later version, or with features that this code does not know.
    case newer(formatVersion: UInt32, features: UInt32)
  }

  /// Drawn at random when the journal was begun; the same in all its segments.
  public var identity: UInt128
  /// Number of the segment, from 1.
  public var segment: UInt64
  /// Bytes of the whole file.
  public var segmentByteCount: UInt64
  /// Number of the first record.
  public var firstBatch: UInt64
  /// Hash of the record before it.
  public var previous: UInt128
  /// Term of the first record when it was handed over.
  public var term: UInt64
  /// Sequence of the first command.
  public var firstSequence: UInt64
  /// Which shard's journal this is.
  public var shard: UInt16

  /// Reads a first sector.
  static func read(_ bytes: RawSpan) -> Reading {
    guard bytes.byteCount >= byteCount, bytes.integer(UInt64.self, at: 0) == magic,
      bytes.integer(UInt64.self, at: 504) == Checksum.hash64(bytes.extracting(first: 504), seed: 0)
    else { return .damaged }
    let version = bytes.integer(UInt32.self, at: 8)
    let features = bytes.integer(UInt32.self, at: 12)
    guard version == formatVersion, features == 0 else { return .newer(formatVersion: version, features: features) }
    let header = SegmentHeader(
      identity: bytes.integer(UInt128.self, at: 16), segment: bytes.integer(UInt64.self, at: 32),
      segmentByteCount: bytes.integer(UInt64.self, at: 40), firstBatch: bytes.integer(UInt64.self, at: 48),
      previous: bytes.integer(UInt128.self, at: 56), term: bytes.integer(UInt64.self, at: 72),
      firstSequence: bytes.integer(UInt64.self, at: 80), shard: bytes.integer(UInt16.self, at: 88))
    return header.isSensible && bytes.extracting(90..<504).isZero ? .header(header) : .damaged
  }

  private var isSensible: Bool {
    segment > 0 && firstBatch > 0 && firstSequence > 0
      && (UInt64(JournalLimits.segmentByteCountMin)...UInt64(JournalLimits.segmentByteCountMax))
        .contains(segmentByteCount)
      && segmentByteCount % UInt64(JournalLimits.sectorByteCount) == 0
  }

  /// Writes it to the first sector of `bytes`, and zeros to the rest.
  func write(to bytes: inout MutableRawSpan) {
    bytes.zero(0..<bytes.byteCount)
    bytes.store(Self.magic, at: 0)
    bytes.store(Self.formatVersion, at: 8)
    bytes.store(identity, at: 16)
    bytes.store(segment, at: 32)
    bytes.store(segmentByteCount, at: 40)
    bytes.store(firstBatch, at: 48)
    bytes.store(previous, at: 56)
    bytes.store(term, at: 72)
    bytes.store(firstSequence, at: 80)
    bytes.store(shard, at: 88)
    bytes.store(Checksum.hash64(bytes.bytes.extracting(first: 504), seed: 0), at: 504)
  }

  /// Seed of the checksums of its records' frames: the identity, which nobody outside knows, so that a client's bytes never
  /// look like a record.
  var seed: UInt64 { UInt64(truncatingIfNeeded: identity) }
}
