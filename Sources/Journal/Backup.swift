/// Why a journal could not be copied.
public enum BackupError: Error, Equatable, Sendable {
  /// A call failed.
  case file(FileError)
  /// The journal is not one that a start would take.
  case refused(RecoveryRefusal)
  /// The later one is not that, or not the same journal later, or itself a backup, or its life went on elsewhere already.
  case laterRefused(RecoveryRefusal)
  /// Where the copy should go there is something already.
  case notEmpty
}

/// What a copy holds.
public struct BackupReport: Equatable, Sendable {
  /// After its last record.
  public var position = JournalPosition.beginning
  /// That record's time; 0: there is none.
  public var time: UInt64 = 0
  /// Segments in it.
  public var segmentCount = 0
  /// Batch of its snapshot; nil: it has none.
  public var snapshot: UInt64?
}

/// Copies a journal, record by verified record, beside the broker or without it.
///
/// What is copied ends with the last whole record that is there: a copy attests nothing that it does not have. The first thing
/// in it, and durable before anything else is, is a mark, with which no start takes it: a broker that went on from a copy would
/// take every note again that was taken since. `Restoration` makes a new life of it.
public enum Backup {
  /// Copies all segments and the newest good snapshot into an empty directory, and makes them durable.
  ///
  /// - Parameter later: The same journal as it was at the end, as from a disk that was recovered: what follows is taken from there. It
  ///   must have the last record of `source`, and no mark: a backup does not have the end.
  @discardableResult
  public static func copy<Source: JournalFiles>(
    _ source: Source, later: Source? = nil, to target: some JournalFiles
  ) throws(BackupError) -> BackupReport {
    try mark(target)
    var report = BackupReport()
    do { report.snapshot = try copySnapshot(from: later ?? source, to: target) } catch { throw .file(error) }
    var walk = try BackupWalk(source)
    if let later {
      var laterWalk = try BackupWalk(later, identity: walk.survey.identity, isLater: true)
      let mark = RecoveryTable.mark(
        isBackup: laterWalk.survey.isBackup, isMoved: laterWalk.survey.isMoved, isRestore: false)
      guard mark.decision != .refuse else { throw laterWalk.refusal(mark) }
      _ = try walk.run(copyingTo: Source?.none)
      let end = walk.chain?.position ?? .beginning
      (walk.chain, walk.segmentCount) = (nil, 0)
      // Of a segment that both have, the later copy has all.
      let first = laterWalk.survey.segments[0].number
      _ = try walk.run(copyingTo: target, before: first)
      laterWalk.chain = walk.chain
      let isPassed = try laterWalk.run(copyingTo: target, through: end)
      guard isPassed || walk.chain?.position == end else { throw laterWalk.refusal(.otherHistory) }
      laterWalk.segmentCount += walk.segmentCount
      walk = laterWalk
    } else {
      _ = try walk.run(copyingTo: target)
    }
    // A snapshot knows of more than the journal has: some of it is gone.
    if let snapshot = report.snapshot, snapshot > walk.chain?.position.batch ?? 0 {
      throw walk.refusal(.otherHistory, SegmentName.snapshot(named: snapshot))
    }
    do { try target.syncDirectory() } catch { throw .file(error) }
    report.position = walk.chain?.position ?? .beginning
    report.time = walk.chain?.time ?? 0
    report.segmentCount = walk.segmentCount
    return report
  }

  /// Takes the mark away: a start takes what is in the directory from here on.
  public static func removeMark(from target: some JournalFiles) throws(FileError) {
    try target.remove(SegmentName.backupMark)
    try target.syncDirectory()
  }

  /// Marks a journal whose life goes on elsewhere: no start takes it any more.
  public static func markMoved(_ files: some JournalFiles) throws(FileError) {
    files.close(try files.create(SegmentName.movedMark))
    try files.syncDirectory()
  }

  /// Marks a journal that has lost some of its end: only a restore goes on from it, as a new life.
  static func markCut(_ files: some JournalFiles) throws(FileError) {
    files.close(try files.create(SegmentName.backupMark))
    try files.syncDirectory()
  }

  private static func mark(_ target: some JournalFiles) throws(BackupError) {
    var isEmpty = true
    do throws(FileError) {
      isEmpty = try target.list().isEmpty
      if isEmpty {
        target.close(try target.create(SegmentName.backupMark))
        try target.syncDirectory()
      }
    } catch { throw .file(error) }
    if !isEmpty { throw .notEmpty }
  }

  /// The newest that is what was written.
  private static func copySnapshot(
    from source: some JournalFiles, to target: some JournalFiles
  ) throws(FileError) -> UInt64? {
    for batch in try SnapshotFiles.batches(in: source) where try SnapshotFiles.isWhole(batch, in: source) {
      let name = SegmentName.snapshot(named: batch)
      let copy = try target.create(SegmentName.snapshotDraft)
      defer { target.close(copy) }
      try source.copy(name, upTo: .max, to: copy, of: target)
      try target.sync(copy)
      try target.rename(SegmentName.snapshotDraft, to: name)
      return batch
    }
    return nil
  }
}

/// One way through all segments of a journal, with or without a copy of them.
private struct BackupWalk<Source: JournalFiles> {
  let files: Source
  let survey: Survey
  let isLater: Bool
  var chain: Chain?
  var segmentCount = 0

  init(_ files: Source, identity: UInt128? = nil, isLater: Bool = false) throws(BackupError) {
    self.files = files
    self.isLater = isLater
    do { survey = try Survey(files, identity: identity) } catch { throw .file(error) }
    if survey.segments.isEmpty { throw refusal(.journalMissing) }
  }

  /// Checks each record as a start does, and copies what was checked.
  ///
  /// - Parameters:
  ///   - number: Segments from this number on are left out.
  ///   - wanted: A record's position.
  /// - Returns: Whether it passed that record.
  mutating func run<Target: JournalFiles>(
    copyingTo target: Target?, before number: UInt64 = .max, through wanted: JournalPosition? = nil
  ) throws(BackupError) -> Bool {
    var isPassed = false
    for (index, segment) in survey.segments.enumerated() where segment.number < number {
      guard segment.recoveryCase.decision != .refuse else { throw refusal(segment.recoveryCase, segment.name) }
      // The last one may have no header, and nothing in it.
      guard let header = segment.header else { continue }
      guard chain?.isFollowed(by: header) ?? true else { throw refusal(.chainBroken, segment.name) }
      var walked = chain ?? Chain(before: header)
      let (end, offset): (RecoveryCase, Int)
      do throws(FileError) {
        var reader = try SegmentReader(files, segment.name)
        (end, offset) = try reader.walk(header, survey.bounds(index), &walked) { judged, record, _, _ in
          if judged == .record, record.batch == wanted?.batch, record.hash == wanted?.hash { isPassed = true }
          return true
        }
        if end.decision != .refuse, let target { try copy(segment.name, header, upTo: offset, to: target) }
      } catch { throw .file(error) }
      chain = walked
      if end.decision == .refuse { throw refusal(end, segment.name, offset) }
      segmentCount += 1
    }
    return isPassed
  }

  /// A segment of its whole size, with what was checked at its beginning and zeros behind it.
  private func copy<Target: JournalFiles>(
    _ name: String, _ header: SegmentHeader, upTo end: Int, to target: Target
  ) throws(FileError) {
    let copy = try target.createZeros(SegmentName.segmentDraft, byteCount: Int(clamping: header.segmentByteCount))
    defer { target.close(copy) }
    try files.copy(name, upTo: end, to: copy, of: target)
    try target.sync(copy)
    try target.rename(SegmentName.segmentDraft, to: name)
  }

  func refusal(_ found: RecoveryCase, _ file: String = "", _ offset: Int = 0) -> BackupError {
    let refusal = RecoveryRefusal(
      recoveryCase: found, file: file, offset: offset, batch: (chain?.position.batch ?? 0) + 1,
      attested: survey.attested)
    return isLater ? .laterRefused(refusal) : .refused(refusal)
  }
}

extension JournalFiles {
  /// Copies a file, or the beginning of it, into a file of another directory.
  fileprivate func copy<Target: JournalFiles>(
    _ name: String, upTo end: Int, to copy: FileNumber, of target: Target
  ) throws(FileError) {
    let file = try open(name, forWriting: false)
    defer { close(file) }
    var memory = [UInt8](repeating: 0, count: JournalLimits.zeroByteCount)
    var offset = 0
    while offset < end {
      var span = memory.mutableSpan
      var bytes = unsafe span.mutableBytes
      let count = min(try readAll(into: &bytes, from: file, at: offset), end - offset)
      if count == 0 { break }
      try target.writeAll(bytes.bytes.extracting(first: count), to: copy, at: offset)
      offset += count
    }
  }
}
