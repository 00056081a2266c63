/// Keeps zero-written files in stock, so that a new segment costs no more than a name. Writes and syncs whole files: it runs
/// on a thread of its own, beside the log, and shares nothing with it but the directory.
public struct ReserveMaker<Files: JournalFiles> {
  private let files: Files
  private let segmentByteCount: Int
  /// Whether the last of `JournalLimits.reserveCount` could not be made: what takes money must stop, while the others last.
  public private(set) var isLowOnSpace = false
  /// Why.
  public private(set) var lastError: FileError?

  /// A maker of files of this size.
  public init(_ files: Files, segmentByteCount: Int = JournalLimits.segmentByteCount) {
    self.files = files
    self.segmentByteCount = JournalLimits.allowed(segmentByteCount: segmentByteCount)
  }

  /// Makes what is missing. Asked at the start, and whenever a segment was begun or there may be room again.
  public mutating func refill() {
    do throws(FileError) {
      while true {
        let reserves = try files.reserves()
        if reserves.count >= JournalLimits.reserveCount { break }
        try makeOne(after: reserves.last ?? 0)
      }
      isLowOnSpace = false
      lastError = nil
    } catch {
      isLowOnSpace = true
      lastError = error
      // Half a reserve is room that the others may need.
      try? files.remove(SegmentName.reserveDraft)
    }
  }

  private func makeOne(after last: UInt64) throws(FileError) {
    files.close(try files.createZeros(SegmentName.reserveDraft, byteCount: segmentByteCount))
    let number = max(last &+ 1, SegmentName.firstMadeReserve)
    try files.rename(SegmentName.reserveDraft, to: SegmentName.reserve(named: number))
    try files.syncDirectory()
  }
}

extension ReserveMaker: Sendable where Files: Sendable {}
