/// A record, or the place where the walk of a segment ended, as `JournalReader` finds it.
public struct JournalFinding: Equatable, Sendable {
  /// What recovery makes of it.
  public let recoveryCase: RecoveryCase
  /// Name of the segment's file.
  public let file: String
  /// Byte in it.
  public let offset: Int
  /// The record's batch; where the walk ended, the one that would have been next, or 0 when that is not known.
  public let batch: UInt64
  /// The record; nil where the walk ended.
  public let record: RecordHeader?
}

/// A file of the directory that is no segment.
public struct SpareFile: Equatable, Sendable {
  /// What it is for.
  public enum Kind: Sendable {
    /// To become a segment.
    case reserve
    /// To start with.
    case snapshot
    /// What a repair kept.
    case aside
  }

  /// Its name.
  public let name: String
  /// Bytes in it.
  public let byteCount: Int
  /// What it is for.
  public let kind: Kind
}

/// Walks a journal's directory read-only and says what is there, for tools that look, check, export and audit. It may run beside
/// the broker: the end that it sees is then that of some moment.
///
/// Goes on where recovery refuses: each segment whose header can be read is walked from its own header on.
public struct JournalReader<Files: JournalFiles> {
  private let files: Files
  private let survey: Survey

  /// Looks at all segments.
  public init(_ files: Files, identity: UInt128? = nil) throws(FileError) {
    self.files = files
    survey = try Survey(files, identity: identity)
  }

  /// The segments in their order, as far as their headers tell.
  public var segments: [SurveyedSegment] { survey.segments }
  /// The journal's; nil when no header can be read.
  public var identity: UInt128? { survey.identity }
  /// Which shard's journal it is.
  public var shard: UInt16 { survey.shard }
  /// Newest batch that the last segment attests.
  public var attested: UInt64 { survey.attested }

  /// Newest batch that is known to have been durable of those in a segment: of the last one by its records, of another by the
  /// next one's name.
  public func attested(inSegment index: Int) -> UInt64 { survey.bounds(index).attested }

  /// Reserves, snapshots, and what repairs moved aside, by name. One that gets another name meanwhile is left out.
  public func spareFiles() throws(FileError) -> [SpareFile] {
    var spare: [SpareFile] = []
    for name in try files.list().sorted() {
      guard let kind = SpareFile.Kind(name), let file = try? files.open(name, forWriting: false) else { continue }
      defer { files.close(file) }
      spare.append(SpareFile(name: name, byteCount: try files.byteCount(of: file), kind: kind))
    }
    return spare
  }

  /// The segment at which a start begins to read, if its newest snapshot is good.
  public func firstNeededSegment() throws(FileError) -> Int {
    let start = try SnapshotFiles.batches(in: files).first ?? 0
    return survey.firstSegment(from: start) ?? 0
  }

  /// Walks every segment that can be. The visitor takes each record with its commands, and the end of each segment with none;
  /// false ends the walk.
  ///
  /// - Parameter sequence: Segments that end before this command are passed over.
  public func walk(from sequence: UInt64 = 0, _ visitor: (JournalFinding, RawSpan) -> Bool) throws(FileError) {
    var passed: Chain?
    for index in segments.indices {
      if index + 1 < segments.count, let next = segments[index + 1].header, next.firstSequence <= sequence { continue }
      guard let header = segments[index].header else {
        passed = nil
        continue
      }
      guard try walk(index, header, after: &passed, visitor) else { return }
    }
  }

  /// The records after a batch, of segments that are full: those that are never written again. Stops where one of them is
  /// damaged or missing, and gives that finding.
  public func sealedRecords(after batch: UInt64, _ visitor: RecordVisitor) throws(FileError) -> JournalFinding? {
    var passed: Chain?
    for index in segments.indices.dropLast() {
      guard let header = segments[index].header else {
        return JournalFinding(
          recoveryCase: segments[index].recoveryCase, file: segments[index].name, offset: 0, batch: 0, record: nil)
      }
      if let next = segments[index + 1].header, next.firstBatch <= batch &+ 1 { continue }
      var trouble: JournalFinding?
      let goesOn = try walk(index, header, after: &passed) { finding, commands in
        switch finding.recoveryCase {
        case .record:
          guard let record = finding.record, record.batch > batch else { return true }
          return visitor(record, commands)
        case .lowerTerm, .segmentEnd: return true
        default:
          trouble = finding
          return false
        }
      }
      if let trouble { return trouble }
      guard goesOn else { return nil }
    }
    return nil
  }

  /// Every record that can be reached, and no ends.
  public func records(_ visitor: RecordVisitor) throws(FileError) {
    try walk { finding, commands in
      guard finding.recoveryCase == .record, let record = finding.record else { return true }
      return visitor(record, commands)
    }
  }

  /// What recovery says of the segments before it looks at records: those whose headers it refuses, and a
  /// beginning that is gone and in no snapshot.
  public func segmentTroubles() throws(FileError) -> [JournalFinding] {
    var found = segments.filter { $0.recoveryCase.decision == .refuse }.map {
      JournalFinding(recoveryCase: $0.recoveryCase, file: $0.name, offset: 0, batch: 0, record: nil)
    }
    let newest = try SnapshotFiles.batches(in: files).first ?? 0
    if let first = segments.first?.header, first.firstBatch - 1 > newest {
      found.append(JournalFinding(recoveryCase: .journalMissing, file: "", offset: 0, batch: 1, record: nil))
    }
    return found
  }

  /// In recovery's words; nil for what it does not refuse.
  public func refusal(of finding: JournalFinding) -> RecoveryRefusal? {
    guard finding.recoveryCase.decision == .refuse else { return nil }
    return RecoveryRefusal(
      recoveryCase: finding.recoveryCase, file: finding.file, offset: finding.offset, batch: finding.batch,
      attested: attested)
  }

  /// Why a start refuses a journal that ends with this batch: there is a snapshot of a later one, so that some of it is gone.
  public func refusal(endingAt batch: UInt64) throws(FileError) -> RecoveryRefusal? {
    for snapshot in try SnapshotFiles.batches(in: files) where snapshot > batch {
      guard try SnapshotFiles.isWhole(snapshot, in: files) else { continue }
      return RecoveryRefusal(
        recoveryCase: .otherHistory, file: SegmentName.snapshot(named: snapshot), offset: 0, batch: batch + 1,
        attested: max(attested, snapshot))
    }
    return nil
  }

  /// Why a start refuses the directory as a whole, whatever is in it: it is a backup, or its life went on elsewhere.
  public var mark: RecoveryRefusal? {
    let found = RecoveryTable.mark(isBackup: survey.isBackup, isMoved: survey.isMoved, isRestore: false)
    guard found.decision == .refuse else { return nil }
    return RecoveryRefusal(recoveryCase: found, file: "", offset: 0, batch: 0, attested: attested)
  }

  /// What recovery would cut at the place where the walk of the last segment ended.
  public func remains(at end: JournalFinding) throws(FileError) -> (batchCount: Int, byteCount: Int) {
    guard end.recoveryCase == .tornTail, let last = segments.last, let header = last.header, last.name == end.file
    else { return (0, 0) }
    var reader = try SegmentReader(files, last.name)
    let remains = try reader.remains(from: end.offset, of: header)
    return (remains.batchCount, remains.byteCount)
  }

  /// The first finding that recovery refuses, wherever it is; nil when it would start.
  public func trouble() throws(FileError) -> JournalFinding? {
    var found = try segmentTroubles().first
    try walk { finding, _ in
      guard finding.recoveryCase.decision == .refuse else { return true }
      // What a segment's records say comes before what the next segment's header says.
      if found.map({ finding.file < $0.file }) ?? true { found = finding }
      return false
    }
    return found
  }

  /// Whether the visitor wants more. The chain is the one after the segment; nil behind damage, which nothing need follow.
  private func walk(
    _ index: Int, _ header: SegmentHeader, after passed: inout Chain?, _ visitor: (JournalFinding, RawSpan) -> Bool
  ) throws(FileError) -> Bool {
    let name = segments[index].name
    var goesOn = true
    let tell = { (found: RecoveryCase, offset: Int, batch: UInt64) in
      JournalFinding(recoveryCase: found, file: name, offset: offset, batch: batch, record: nil)
    }
    if let passed, segments[index].recoveryCase == .segment, !passed.isFollowed(by: header) {
      goesOn = unsafe visitor(tell(.chainBroken, 0, passed.position.batch + 1), [UInt8]().span.bytes)
      if !goesOn { return false }
    }
    var chain = passed.flatMap { $0.isFollowed(by: header) ? $0 : nil } ?? Chain(before: header)
    var reader = try SegmentReader(files, name)
    let (end, offset) = try reader.walk(header, survey.bounds(index), &chain) { judged, record, offset, commands in
      let finding = JournalFinding(
        recoveryCase: judged, file: name, offset: offset, batch: record.batch, record: record)
      goesOn = visitor(finding, commands)
      return goesOn
    }
    if goesOn { goesOn = unsafe visitor(tell(end, offset, chain.position.batch + 1), [UInt8]().span.bytes) }
    passed = end.decision == .refuse ? nil : chain
    return goesOn
  }
}

extension SpareFile.Kind {
  init?(_ name: String) {
    switch SegmentName(name) {
    case .reserve: self = .reserve
    case .snapshot: self = .snapshot
    case .other where name.hasPrefix(SegmentName.asidePrefix): self = .aside
    default: return nil
    }
  }
}
