/// Snapshots in a directory.
public enum SnapshotFiles {
  /// Batches after which there is one, the newest first.
  public static func batches(in files: some JournalFiles) throws(FileError) -> [UInt64] {
    try files.list().compactMap { if case .snapshot(let batch) = SegmentName($0) { batch } else { nil } }
      .sorted(by: >)
  }

  /// Those of them that are what was written, as far as can be told without the core. Reads all of each.
  static func wholeBatches(in files: some JournalFiles) throws(FileError) -> [UInt64] {
    var whole: [UInt64] = []
    for batch in try batches(in: files) where try isWhole(batch, in: files) { whole.append(batch) }
    return whole
  }

  /// Whether the one after this batch is.
  static func isWhole(_ batch: UInt64, in files: some JournalFiles) throws(FileError) -> Bool {
    do throws(SnapshotReadError) {
      try readThrough(try SnapshotFileReader(files, batch: batch))
      return true
    } catch {
      if case .file(let error) = error { throw error }
      return false
    }
  }

  /// Removes all but the newest `count`, and gives after which batch the oldest of those is: what the journal has before it is not
  /// needed for a start, if one of them is good. Nil when there are fewer.
  public static func retain(_ count: Int, in files: some JournalFiles) throws(FileError) -> UInt64? {
    try retain(count, of: try batches(in: files), in: files)
  }

  /// As `retain`, of those that are read back from the disk and are what was written: then the journal before that batch may be
  /// dropped. Nothing is removed before there are `count` of them. `tell` hears of those that are not.
  public static func retainWhole(
    _ count: Int, in files: some JournalFiles, _ tell: (UInt64, SnapshotReadError) -> Void
  ) throws(FileError) -> UInt64? {
    var whole: [UInt64] = []
    for batch in try batches(in: files) where whole.count < count {
      do throws(SnapshotReadError) {
        let reader = try SnapshotFileReader(files, batch: batch)
        reader.forget()
        try readThrough(reader)
        whole.append(batch)
      } catch {
        tell(batch, error)
      }
    }
    return try retain(count, of: whole, in: files)
  }

  private static func retain(_ count: Int, of kept: [UInt64], in files: some JournalFiles) throws(FileError) -> UInt64?
  {
    guard count > 0, kept.count >= count else { return nil }
    for batch in try batches(in: files) where batch < kept[count - 1] {
      try files.remove(SegmentName.snapshot(named: batch))
    }
    return kept[count - 1]
  }

  private static func readThrough(_ reader: SnapshotFileReader<some JournalFiles>) throws(SnapshotReadError) {
    var rest = reader.header.bodyByteCount
    var memory = [UInt8](repeating: 0, count: JournalLimits.snapshotBlockByteCount)
    while rest > 0 {
      let count = Int(clamping: min(rest, UInt64(memory.count)))
      let isRead = unsafe memory.withUnsafeMutableBytes {
        unsafe reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<count]))
      }
      if !isRead { break }
      rest -= UInt64(count)
    }
    try reader.finish()
  }
}
