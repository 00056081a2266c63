/// A record, or the place where the walk of a segment ended, as `JournalReader` finds it.
public struct JournalFinding: Equatable, Sendable {
  /// What recovery makes of it.
  public let recoveryCase: RecoveryCase
  /// Name of the segment's file.
  public let file: String
  /// Byte in it.
  public let offset: Int
  /// The record; nil where the walk ended.
  public let record: RecordHeader?
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

  /// Walks every segment that can be. The visitor takes each record with its commands, and the end of each segment with none;
  /// false ends the walk.
  public func walk(_ visitor: (JournalFinding, RawSpan) -> Bool) throws(FileError) {
    var passed: Chain?
    for index in segments.indices {
      guard let header = segments[index].header else {
        passed = nil
        continue
      }
      guard let chain = try walk(index, header, after: passed, visitor) else { return }
      passed = chain
    }
  }

  /// The records after a batch, of segments that are full: those that are never written again. Stops where one of them is
  /// damaged or missing, and gives that finding.
  public func sealedRecords(after batch: UInt64, _ visitor: RecordVisitor) throws(FileError) -> JournalFinding? {
    var passed: Chain?
    for index in segments.indices.dropLast() {
      guard let header = segments[index].header else {
        return JournalFinding(
          recoveryCase: segments[index].recoveryCase, file: segments[index].name, offset: 0, record: nil)
      }
      if let next = segments[index + 1].header, next.firstBatch <= batch { continue }
      var trouble: JournalFinding?
      let chain = try walk(index, header, after: passed) { finding, commands in
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
      guard let chain else { return nil }
      passed = chain
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

  /// The first finding that recovery refuses, wherever it is; nil when it would start.
  public func trouble() throws(FileError) -> JournalFinding? {
    var found: JournalFinding?
    for segment in segments where segment.recoveryCase.decision == .refuse {
      found = JournalFinding(recoveryCase: segment.recoveryCase, file: segment.name, offset: 0, record: nil)
      break
    }
    try walk { finding, _ in
      guard finding.recoveryCase.decision == .refuse else { return true }
      // What a segment's records say comes before what the next segment's header says.
      if found.map({ finding.file < $0.file }) ?? true { found = finding }
      return false
    }
    return found
  }

  /// The chain after the segment; nil when the visitor wanted no more.
  private func walk(
    _ index: Int, _ header: SegmentHeader, after passed: Chain?, _ visitor: (JournalFinding, RawSpan) -> Bool
  ) throws(FileError) -> Chain? {
    let name = segments[index].name
    var goesOn = true
    let tell = { (found: RecoveryCase, offset: Int) in
      JournalFinding(recoveryCase: found, file: name, offset: offset, record: nil)
    }
    if let passed, segments[index].recoveryCase == .segment, !passed.isFollowed(by: header) {
      goesOn = unsafe visitor(tell(.chainBroken, 0), [UInt8]().span.bytes)
      if !goesOn { return nil }
    }
    var chain = passed.flatMap { $0.isFollowed(by: header) ? $0 : nil } ?? Chain(before: header)
    var reader = try SegmentReader(files, name)
    let (end, offset) = try reader.walk(header, survey.bounds(index), &chain) { judged, record, offset, commands in
      goesOn = visitor(JournalFinding(recoveryCase: judged, file: name, offset: offset, record: record), commands)
      return goesOn
    }
    if goesOn { goesOn = unsafe visitor(tell(end, offset), [UInt8]().span.bytes) }
    return goesOn ? chain : nil
  }
}
