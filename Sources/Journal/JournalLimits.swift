/// The named maxima of the journal.
public enum JournalLimits {
  /// Bytes of the commands of one batch, and so of one append.
  public static let batchByteCountMax = 512 * 1024

  /// Bytes of the longest command but those in ecash and END PAYOUT, which ask for theirs. A batch with less room than this is full.
  public static let recordByteCountMax = 8 * 1024

  /// Bytes of the longest command there can be (`GroupCommit.room`).
  public static let longRecordByteCountMax = 64 * 1024

  /// What a disk writes whole or not at all. Records begin and end at multiples of it.
  public static let sectorByteCount = 512

  /// Bytes of a segment, unless somebody asks for others.
  public static let segmentByteCount = 64 * 1024 * 1024

  /// Bytes of the smallest and the largest segment.
  public static let segmentByteCountMin = 2 * 1024
  /// See `segmentByteCountMin`.
  public static let segmentByteCountMax = 1 << 40

  /// Zero-written segments in stock. When the last of them can't be made the disk is low; the others are for what must go on.
  public static let reserveCount = 3

  /// How long the last batch of commands may go without a later record that attests it.
  public static let sealMilliseconds: UInt64 = 100

  /// How far the clock may stand before the last record's time at a start without the operator's word: what a step of NTP may be.
  public static let clockBehindMillisecondsMax: UInt64 = 60_000

  /// How far after it: a broker that was off for longer would find every lease ended.
  public static let clockAheadMillisecondsMax: UInt64 = 7 * 24 * 3_600_000

  /// Bytes of a snapshot that are written and read at a time.
  static let snapshotBlockByteCount = 1024 * 1024

  /// Files that a journal's directory may hold.
  public static let fileCountMax = 1 << 16

  /// The longest record, padded.
  static let paddedByteCountMax = padded(RecordHeader.byteCount + batchByteCountMax)

  /// Bytes written at a time when a file is filled with zeros.
  static let zeroByteCount = 1024 * 1024

  /// Bytes of the smallest segment that a broker makes: its largest batch holds a few requests of the longest kind.
  public static let brokerSegmentByteCountMin = 64 * 1024

  /// Bytes of the commands of the largest batch that has a place in a segment of that size, beside headers and the digest.
  public static func batchByteCountMax(inSegmentOf segmentByteCount: Int) -> Int {
    max(0, min(batchByteCountMax, segmentByteCount - 4 * sectorByteCount))
  }

  /// The size of segments that comes nearest to what was asked for.
  static func allowed(segmentByteCount: Int) -> Int {
    padded(min(max(segmentByteCount, segmentByteCountMin), segmentByteCountMax))
  }

  /// Rounds up to whole sectors. Not for numbers from files.
  static func padded(_ byteCount: Int) -> Int { (byteCount + sectorByteCount - 1) / sectorByteCount * sectorByteCount }
}
