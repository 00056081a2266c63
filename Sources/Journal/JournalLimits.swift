/// The named maxima of the journal.
public enum JournalLimits {
  /// Bytes of one batch, and so of one append.
  public static let batchByteCountMax = 512 * 1024

  /// Bytes of the longest record. A batch with less room than this is full.
  public static let recordByteCountMax = 8 * 1024
}
