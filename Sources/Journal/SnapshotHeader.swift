/// The first sector of a snapshot: which state it is, and what its bytes must hash to. All integers are little-endian.
///
///       0          8         12         16         32      40         48     64     72           80
///      +----------+---------+----------+----------+-------+----------+------+------+------------+-----------+
///      | TPSNAPSH | version | features | identity | batch | sequence | hash | time | byte count | body hash |
///      +----------+---------+----------+----------+-------+----------+------+------+------------+-----------+
///      | core version | shard | zero                                                         | checksum |
///      +--------------+-------+--------------------------------------------------------------+----------+
///       96             98      100                                                            504      512
///
/// The body, `byte count` bytes behind it, is the core's. `checksum` is XXH3-64 of 0..<504 without seed. `body hash` goes from block
/// to block of `JournalLimits.snapshotBlockByteCount` bytes (the last may be shorter): XXH3-128 of the block and, behind it, the
/// hash so far, which begins as zero.
public struct SnapshotHeader: Equatable, Sendable {
  /// Bytes of the header.
  public static let byteCount = 512
  /// The version that this code writes and the newest that it reads.
  public static let formatVersion: UInt32 = 1
  /// "TPSNAPSH"
  private static let magic: UInt64 = 0x4853_5041_4E53_5054

  /// The journal's.
  public var identity: UInt128
  /// The state is that after this record.
  public var position: JournalPosition
  /// Time of that record.
  public var time: UInt64
  /// Bytes of the body.
  public var bodyByteCount: UInt64 = 0
  /// Their hash.
  public var bodyHash: UInt128 = 0
  /// Version of the core that wrote it.
  public var coreVersion: UInt16
  /// Which shard's state it is.
  public var shard: UInt16

  /// Of a body that is still to be written.
  public init(identity: UInt128, position: JournalPosition, time: UInt64, coreVersion: UInt16, shard: UInt16) {
    self.identity = identity
    self.position = position
    self.time = time
    self.coreVersion = coreVersion
    self.shard = shard
  }

  /// Reads a first sector.
  static func read(_ bytes: RawSpan) -> Result<SnapshotHeader, SnapshotFault> {
    guard bytes.byteCount >= byteCount, bytes.integer(UInt64.self, at: 0) == magic,
      bytes.integer(UInt64.self, at: 504) == Checksum.hash64(bytes.extracting(first: 504), seed: 0)
    else { return .failure(.damaged) }
    guard bytes.integer(UInt32.self, at: 8) == formatVersion, bytes.integer(UInt32.self, at: 12) == 0 else {
      return .failure(.newer)
    }
    var header = SnapshotHeader(
      identity: bytes.integer(UInt128.self, at: 16),
      position: JournalPosition(
        batch: bytes.integer(UInt64.self, at: 32), sequence: bytes.integer(UInt64.self, at: 40),
        hash: bytes.integer(UInt128.self, at: 48)),
      time: bytes.integer(UInt64.self, at: 64), coreVersion: bytes.integer(UInt16.self, at: 96),
      shard: bytes.integer(UInt16.self, at: 98))
    header.bodyByteCount = bytes.integer(UInt64.self, at: 72)
    header.bodyHash = bytes.integer(UInt128.self, at: 80)
    return .success(header)
  }

  /// Writes it to the first sector of `bytes`.
  func write(to bytes: inout MutableRawSpan) {
    bytes.zero(0..<Self.byteCount)
    bytes.store(Self.magic, at: 0)
    bytes.store(Self.formatVersion, at: 8)
    bytes.store(identity, at: 16)
    bytes.store(position.batch, at: 32)
    bytes.store(position.sequence, at: 40)
    bytes.store(position.hash, at: 48)
    bytes.store(time, at: 64)
    bytes.store(bodyByteCount, at: 72)
    bytes.store(bodyHash, at: 80)
    bytes.store(coreVersion, at: 96)
    bytes.store(shard, at: 98)
    bytes.store(Checksum.hash64(bytes.bytes.extracting(first: 504), seed: 0), at: 504)
  }
}

/// Why a snapshot is of no use.
public enum SnapshotFault: String, Error, Equatable, Sendable {
  /// Its bytes are not those that were written.
  case damaged
  /// Written by a later version.
  case newer
}
