/// What it takes to make a journal start again that recovery refuses, made without writing. Whoever applies it accepts the loss.
///
/// A repair never makes up a record: it keeps the longest part from the beginning that is whole, cuts behind it, and moves later
/// files aside under names that begin with "aside-". It does not help against the clock, or a later version's files.
public struct RepairPlan: Equatable, Sendable {
  /// One change.
  public enum Step: Equatable, Sendable {
    /// Zeros a segment from this byte on, to its whole size.
    case cut(file: String, offset: Int, segmentByteCount: Int)
    /// Writes a header that was lost, as the first record has it.
    case rewriteHeader(file: String, SegmentHeader)
    /// Gives a file a name that no journal has.
    case moveAside(file: String)
  }

  /// In order; empty when recovery would start.
  public let steps: [Step]
  /// Newest batch that is kept.
  public let keptBatch: UInt64
  /// Newest batch that is attested: those above `keptBatch` up to here were acknowledged, and are lost.
  public let attested: UInt64
  /// What can't be repaired here.
  public let obstacle: RecoveryCase?

  /// Looks at a journal.
  public static func make(for files: some JournalFiles, identity: UInt128? = nil) throws(FileError) -> RepairPlan {
    let survey = try Survey(files, identity: identity)
    var steps: [Step] = []
    var obstacle: RecoveryCase?
    var chain: Chain?
    var isOver = false
    for (index, segment) in survey.segments.enumerated() {
      if isOver || segment.recoveryCase == .foreignSegment || segment.recoveryCase == .misnamedSegment {
        steps.append(.moveAside(file: segment.name))
        continue
      }
      if segment.recoveryCase == .newerFormat { obstacle = .newerFormat }
      if segment.recoveryCase == .unusedHeaderDamaged { continue }
      let lost = try segment.header == nil ? lostHeader(files, segment, after: chain, survey) : nil
      guard let header = segment.header ?? lost, chain.map({ $0.isFollowed(by: header) }) ?? true else {
        steps.append(.moveAside(file: segment.name))
        isOver = true
        continue
      }
      if lost != nil { steps.append(.rewriteHeader(file: segment.name, header)) }
      var walked = chain ?? Chain(before: header)
      var reader = try SegmentReader(files, segment.name)
      var bounds = survey.bounds(index)
      if lost != nil { bounds.attested = 0 }
      let (end, offset) = try reader.walk(header, bounds, &walked) { _, _, _, _ in true }
      chain = walked
      if end.decision == .refuse || segment.recoveryCase == .shortSegment {
        let byteCount = Int(clamping: header.segmentByteCount)
        steps.append(.cut(file: segment.name, offset: offset, segmentByteCount: byteCount))
        isOver = true
      }
    }
    return RepairPlan(
      steps: steps, keptBatch: chain?.position.batch ?? 0, attested: survey.attested, obstacle: obstacle)
  }

  /// The header of a segment that has lost it: its first record says all that it said.
  private static func lostHeader(
    _ files: some JournalFiles, _ segment: SurveyedSegment, after chain: Chain?, _ survey: Survey
  ) throws(FileError) -> SegmentHeader? {
    guard case .damaged = segment.reading, let identity = survey.identity, segment.number > 0,
      segment.fileByteCount >= JournalLimits.segmentByteCountMin,
      segment.fileByteCount % JournalLimits.sectorByteCount == 0
    else { return nil }
    var header = SegmentHeader(
      identity: identity, segment: segment.number, segmentByteCount: UInt64(segment.fileByteCount), firstBatch: 1,
      previous: 0, term: 0, firstSequence: 1, shard: survey.shard)
    var reader = try SegmentReader(files, segment.name)
    guard case .whole(let record) = try reader.place(at: SegmentHeader.byteCount, of: header) else { return nil }
    header.firstBatch = record.batch
    header.previous = record.previous
    header.term = record.term
    header.firstSequence = record.firstSequence
    return header
  }

  /// Does it. Later files go first, so that a crash in between leaves a journal that can be repaired.
  public func apply(to files: some JournalFiles) throws(FileError) {
    if obstacle != nil { return }
    for step in steps.reversed() {
      switch step {
      case .moveAside(let name):
        try files.rename(name, to: Self.freeName(for: name, among: try files.list()))
        try files.syncDirectory()
      case .cut(let name, let offset, let segmentByteCount):
        let byteCount = max(0, segmentByteCount - offset)
        let zeros = [UInt8](repeating: 0, count: min(byteCount, JournalLimits.zeroByteCount))
        try Self.change(name, files) { file throws(FileError) in
          var done = 0
          while done < byteCount {
            let count = min(zeros.count, byteCount - done)
            try unsafe files.writeAll(zeros.span.bytes.extracting(first: count), to: file, at: offset + done)
            done += count
          }
        }
      case .rewriteHeader(let name, let header):
        var memory = [UInt8](repeating: 0, count: SegmentHeader.byteCount)
        var span = memory.mutableSpan
        var bytes = unsafe span.mutableBytes
        header.write(to: &bytes)
        try Self.change(name, files) { file throws(FileError) in
          try unsafe files.writeAll(memory.span.bytes, to: file, at: 0)
        }
      }
    }
  }

  private static func change(
    _ name: String, _ files: some JournalFiles, _ body: (FileNumber) throws(FileError) -> Void
  ) throws(FileError) {
    let file = try files.open(name, forWriting: true)
    defer { files.close(file) }
    try body(file)
    try files.sync(file)
  }

  private static func freeName(for name: String, among names: [String]) -> String {
    var free = "aside-" + name
    while names.contains(free) { free = "aside-" + free }
    return free
  }
}
