/// What it takes to make a journal whole again that recovery refuses, made without writing. Whoever applies it accepts the loss.
///
/// A repair never makes up a record: it keeps the longest part from the beginning that is whole, cuts behind it, and moves later
/// files aside under names that begin with "aside-". Of a file that it changes it first keeps a copy under such a name. It
/// does not help against the clock, or a later version's files, and leaves alone what it could keep nothing of: a state
/// that begins anew under the same keys would take every note a second time.
public struct RepairPlan: Equatable, Sendable {
  /// One change.
  public enum Step: Equatable, Sendable {
    /// Zeros a segment from this byte on, to its whole size.
    case cut(file: String, offset: Int, segmentByteCount: Int)
    /// Writes a header that was lost, as the first record has it.
    case rewriteHeader(file: String, SegmentHeader)
    /// Gives a file a name that no journal has.
    case moveAside(file: String)

    /// The file.
    public var file: String {
      switch self {
      case .cut(let file, _, _), .rewriteHeader(let file, _), .moveAside(let file): file
      }
    }
  }

  /// In order; empty when recovery would start.
  public internal(set) var steps: [Step] = []
  /// Newest batch that is kept.
  public internal(set) var keptBatch: UInt64 = 0
  /// Sequence of the last command that is kept.
  public internal(set) var keptSequence: UInt64 = 0
  /// Newest batch that is attested: those above `keptBatch` up to here were acknowledged, and are lost.
  public internal(set) var attested: UInt64 = 0
  /// Newest batch of which there is any trace: nothing above it was acknowledged.
  public internal(set) var newestBatch: UInt64 = 0
  /// Sequence of the last command of which there is.
  public internal(set) var newestSequence: UInt64 = 0
  /// A file of which nothing can be told is moved aside.
  public internal(set) var hidesUnreadable = false
  /// What can't be repaired here.
  public internal(set) var obstacle: RecoveryCase?

  /// Batches that were acknowledged, and go.
  public var acknowledgedLossCount: UInt64 { attested > keptBatch ? attested - keptBatch : 0 }
  /// The most batches that were acknowledged and go, as far as can be told.
  public var batchLossMax: UInt64 { newestBatch > keptBatch ? newestBatch - keptBatch : 0 }
  /// The commands in them, as far as can be told.
  public var commandLossMax: UInt64 { newestSequence > keptSequence ? newestSequence - keptSequence : 0 }
  /// Whether something goes that may have been acknowledged.
  public var mayLose: Bool { batchLossMax > 0 || hidesUnreadable }

  /// Looks at a journal.
  public static func make(for files: some JournalFiles, identity: UInt128? = nil) throws(FileError) -> RepairPlan {
    var plan = RepairPlan()
    // A start needs nothing before its snapshot. The newest counts that what is kept reaches.
    for start in try SnapshotFiles.wholeBatches(in: files) + [0] {
      var planner = try RepairPlanner(files, identity: identity, start: start)
      plan = try planner.run()
      if plan.obstacle == nil, plan.keptBatch >= start { break }
    }
    if plan.obstacle != nil { return plan }
    for batch in try SnapshotFiles.batches(in: files) where batch > plan.keptBatch {
      plan.steps.append(.moveAside(file: SegmentName.snapshot(named: batch)))
      plan.newestBatch = max(plan.newestBatch, batch)
    }
    return plan
  }
}

/// Goes through a journal's segments, and keeps as long as there is something whole to keep.
private struct RepairPlanner<Files: JournalFiles> {
  private let files: Files
  private let survey: Survey
  /// Batch after which the state begins.
  private let start: UInt64
  private var plan = RepairPlan()
  private var chain: Chain?
  /// Nothing more is kept.
  private var isOver = false

  init(_ files: Files, identity: UInt128?, start: UInt64) throws(FileError) {
    self.files = files
    self.start = start
    let all = try Survey(files, identity: identity)
    // What is not of this journal, or of another place in it, says nothing about the rest.
    let strangers = all.segments.filter { $0.recoveryCase == .foreignSegment || $0.recoveryCase == .misnamedSegment }
    survey = strangers.isEmpty ? all : try Survey(files, identity: all.identity, without: strangers.map(\.name))
    plan.attested = survey.attested
    for segment in strangers { try moveAside(segment) }
  }

  mutating func run() throws(FileError) -> RepairPlan {
    let first = survey.firstSegment(from: start) ?? 0
    for index in 0..<refusedCount(before: first) { try moveAside(survey.segments[index]) }
    for index in survey.segments.indices.dropFirst(first) { try take(index) }
    plan.keptBatch = chain?.position.batch ?? 0
    plan.keptSequence = chain?.position.sequence ?? 0
    plan.newestBatch = max(plan.newestBatch, plan.attested, plan.keptBatch)
    plan.newestSequence = max(plan.newestSequence, plan.keptSequence)
    if plan.obstacle == nil, !plan.steps.isEmpty, plan.keptBatch == 0 { plan.obstacle = .journalMissing }
    return plan
  }

  /// Segments, from the beginning, of which a start would refuse one without needing any.
  private func refusedCount(before first: Int) -> Int {
    var count = 0
    for (index, segment) in survey.segments.enumerated() where index <= first {
      if segment.recoveryCase == .missingSegment {
        count = index
      } else if segment.recoveryCase.decision == .refuse, index < first {
        count = index + 1
      }
    }
    return count
  }

  private mutating func take(_ index: Int) throws(FileError) {
    let segment = survey.segments[index]
    if segment.recoveryCase == .newerFormat { plan.obstacle = .newerFormat }
    if isOver { return try moveAside(segment) }
    if segment.recoveryCase == .unusedHeaderDamaged { return }
    let lost = try lostHeader(segment)
    guard let header = segment.header ?? lost, chain.map({ $0.isFollowed(by: header) }) ?? true else {
      isOver = true
      return try moveAside(segment)
    }
    if chain == nil, header.firstBatch - 1 > start { plan.obstacle = .journalMissing }
    if let lost { plan.steps.append(.rewriteHeader(file: segment.name, lost)) }
    var walked = chain ?? Chain(before: header)
    var reader = try SegmentReader(files, segment.name)
    var bounds = survey.bounds(index)
    if lost != nil, bounds.isLast {
      try reader.scan(from: SegmentHeader.byteCount, of: header) { offset, record in
        bounds.attested = max(bounds.attested, record.attested)
        bounds.lastOffset = offset
      }
      plan.attested = max(plan.attested, bounds.attested)
    }
    let (end, offset) = try reader.walk(header, bounds, &walked) { _, _, _, _ in true }
    chain = walked
    guard end.decision == .refuse || segment.recoveryCase == .shortSegment else { return }
    try reader.scan(from: offset, of: header) { plan.see($1) }
    let byteCount = Int(clamping: header.segmentByteCount)
    plan.steps.append(.cut(file: segment.name, offset: offset, segmentByteCount: byteCount))
    isOver = true
  }

  private mutating func moveAside(_ segment: SurveyedSegment) throws(FileError) {
    plan.steps.append(.moveAside(file: segment.name))
    guard let header = segment.header else {
      plan.hidesUnreadable = true
      return
    }
    // Another journal's loses nothing of this one.
    guard header.identity == survey.identity else { return }
    var reader = try SegmentReader(files, segment.name)
    try reader.scan(from: SegmentHeader.byteCount, of: header) { plan.see($1) }
  }

  /// The header of a segment that has lost it: its first record says all that it said. Of the only segment the identity too is
  /// only there; the record's checksum shows whether it was spared.
  private func lostHeader(_ segment: SurveyedSegment) throws(FileError) -> SegmentHeader? {
    guard case .damaged = segment.reading, segment.number > 0,
      segment.fileByteCount >= JournalLimits.segmentByteCountMin,
      segment.fileByteCount % JournalLimits.sectorByteCount == 0
    else { return nil }
    var reader = try SegmentReader(files, segment.name)
    var identity = survey.identity ?? 0
    if survey.identity == nil { identity = try reader.identityInDamagedHeader() }
    var header = SegmentHeader(
      identity: identity, segment: segment.number, segmentByteCount: UInt64(segment.fileByteCount), firstBatch: 1,
      previous: 0, term: 0, firstSequence: 1, shard: survey.shard)
    guard case .whole(let record) = try reader.place(at: SegmentHeader.byteCount, of: header) else { return nil }
    header.firstBatch = record.batch
    header.previous = record.previous
    // The first segment is begun before there is a record, and so of no term.
    header.term = record.batch == 1 ? 0 : record.term
    header.firstSequence = record.firstSequence
    header.shard = record.shard
    return header
  }
}

extension RepairPlan {
  fileprivate mutating func see(_ record: RecordHeader) {
    newestBatch = max(newestBatch, record.batch)
    newestSequence = max(newestSequence, record.nextSequence - 1)
  }
}
