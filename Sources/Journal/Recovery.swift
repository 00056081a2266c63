/// Why a journal can't be opened.
public enum RecoveryError: Error, Equatable, Sendable {
  /// A call failed.
  case file(FileError)
  /// Something is there that must not be passed over.
  case refused(RecoveryRefusal)
  /// The visitor wanted no more, at this batch.
  case stopped(batch: UInt64)
}

/// Where recovery stopped, and why.
public struct RecoveryRefusal: Error, Equatable, Sendable {
  /// The row of the table.
  public let recoveryCase: RecoveryCase
  /// The file; empty when it is the directory as a whole.
  public let file: String
  /// Byte in it.
  public let offset: Int
  /// The batch that should have been there; 0: none in particular.
  public let batch: UInt64
  /// Newest batch that is attested.
  public let attested: UInt64

  /// In words, with the command that helps.
  public var explanation: String { "\(finding). \(advice)" }

  /// Where, and what.
  public var finding: String { (file.isEmpty ? "the journal" : "\(file), byte \(offset)") + ": \(reason)" }

  private var reason: String {
    switch recoveryCase {
    case .journalMissing: "there is no journal that reaches back to where the state begins"
    case .newerFormat: "written by a later version"
    case .backup: "this is a backup, or a restore that was not finished, and does not have what was done since"
    case .moved: "its life went on in another directory, by \"turnpiked restore --later\": the money is there"
    case .foreignSegment: "belongs to another journal"
    case .misnamedSegment: "its name is not that of its number"
    case .missingSegment: "segments before it are missing"
    case .shortSegment: "the file was cut short"
    case .usedHeaderDamaged: "the segment's header is damaged"
    case .chainBroken: "a record that does not follow the one before (batch \(batch) was expected)"
    case .corruption: "batch \(batch) is damaged, and everything up to batch \(attested) was acknowledged"
    case .otherHistory: "the journal has another history, or ends, before the position from which to start"
    case .clockBehind: "the clock stands before the journal's last record"
    case .clockAhead: "the clock stands long after the journal's last record"
    default: "\(recoveryCase.rawValue)"
    }
  }

  /// What can be done about it.
  public var advice: String {
    switch recoveryCase {
    case .clockBehind, .clockAhead: "Set the clock, or confirm that it is right with --accept-clock"
    case .newerFormat: "Start the version that wrote it"
    case .journalMissing: "Put it back, or restore a backup"
    case .backup: "\"turnpiked restore\" makes a broker of it"
    case .moved:
      "Start the broker there. If that restore was not finished, and no broker ever ran there, remove the file \"moved\" here"
    default:
      "\"turnpiked journal inspect\" shows what is there; \"turnpiked journal repair --dry-run\" what could be saved"
    }
  }
}

/// How to open a journal.
public struct RecoveryOptions: Sendable {
  /// How durable appends are from here on.
  public var durability = Durability.fsync
  /// Bytes of the segments made from here on.
  public var segmentByteCount = JournalLimits.segmentByteCount
  /// Where the state begins to which records are to be added: that of a snapshot.
  public var start = JournalPosition.beginning
  /// That snapshot's time, in milliseconds; 0: there is none. Behind it there may be no record that says how late it is.
  public var startTime: UInt64 = 0
  /// The journal's identity where it is known, as from a snapshot.
  public var identity: UInt128?
  /// Random: the identity of the journal that is begun where there is none; nil: there must be one.
  public var newIdentity: UInt128?
  /// Which shard's journal is begun.
  public var shard: UInt16 = 0
  /// The clock, in milliseconds.
  public var now: UInt64
  /// The operator says that the clock is right, wherever it stands.
  public var acceptsClock = false
  /// The state is to begin a new life from a backup.
  public var isRestore = false

  /// The defaults, at an instant.
  public init(now: UInt64) { self.now = now }
}

/// What a recovery found and did.
public struct RecoveryReport: Equatable, Sendable {
  /// The journal was begun just now.
  public var isNew = false
  /// Segments there are.
  public var segmentCount = 0
  /// Records given to the visitor.
  public var recordCount = 0
  /// Commands in them.
  public var commandCount: UInt64 = 0
  /// Records of a lower term, passed over.
  public var passedOverCount = 0
  /// Newest batch that was attested.
  public var attested: UInt64 = 0
  /// Batches that were cut: not whole, or after one that was not. None was acknowledged.
  public var cutBatchCount = 0
  /// Bytes cut, from the first of them to the end of the last.
  public var cutByteCount = 0
  /// The last segment's header was damaged and was written again.
  public var isHeaderRewritten = false
  /// The last record's time, or that of the snapshot; 0: none.
  public var lastTime: UInt64 = 0
  /// Where the next record goes.
  public var tail = JournalPosition.beginning

  /// Of nothing yet.
  public init() {}
}

/// Opens the journal in a directory: finds its end, gives every record from the start position on to a visitor, makes sure that
/// what was not acknowledged never comes back, and leaves a log that is ready to append. `RecoveryCase` names what it can find.
///
/// Nothing is written before everything was read and judged. A crash at any point of it leaves a journal that the next
/// recovery reads the same way. Memory: a window of one record, and a few words for each segment.
public struct Recovery<Files: JournalFiles> {
  private let files: Files
  private let options: RecoveryOptions
  private var report = RecoveryReport()
  private var chain = Chain()
  private var headers: [SegmentHeader] = []
  /// Where the walk of the last segment ended, how, and where the first record lies that nothing attests.
  private var end: (end: RecoveryCase, offset: Int) = (.cleanEnd, SegmentHeader.byteCount)
  private var unattestedOffset: Int?

  private init(_ files: Files, _ options: RecoveryOptions) {
    var options = options
    options.segmentByteCount = JournalLimits.allowed(segmentByteCount: options.segmentByteCount)
    self.files = files
    self.options = options
  }

  /// Opens a journal, or begins one.
  public static func open(
    _ files: Files, _ options: RecoveryOptions, _ visitor: RecordVisitor
  ) throws(RecoveryError) -> (log: LocalLog<Files>, report: RecoveryReport) {
    var recovery = Recovery(files, options)
    let survey: Survey
    do { survey = try Survey(files, identity: options.identity) } catch { throw .file(error) }
    let mark = RecoveryTable.mark(
      isBackup: survey.isBackup, isMoved: survey.isMoved, isRestore: options.isRestore)
    guard mark.decision != .refuse else { throw recovery.refusal(mark) }
    if survey.segments.isEmpty { return try recovery.begin() }
    for segment in survey.segments {
      if segment.recoveryCase.decision == .refuse { throw recovery.refusal(segment.recoveryCase, segment.name) }
    }
    try recovery.walk(survey, visitor)
    let clock = RecoveryTable.clock(
      lastTime: recovery.lastTime, now: options.now, isAccepted: options.acceptsClock)
    if clock != .ready { throw recovery.refusal(clock) }
    do { return try recovery.settle(survey) } catch { throw .file(error) }
  }

  private func refusal(_ found: RecoveryCase, _ file: String = "", _ offset: Int = 0) -> RecoveryError {
    .refused(
      RecoveryRefusal(
        recoveryCase: found, file: file, offset: offset, batch: chain.position.batch + 1, attested: report.attested))
  }

  /// Time of the last record, or of the snapshot where none follows it.
  private var lastTime: UInt64 { max(chain.time, options.startTime) }

  private mutating func begin() throws(RecoveryError) -> (log: LocalLog<Files>, report: RecoveryReport) {
    let found = RecoveryTable.noSegments(isExpected: options.newIdentity == nil || options.start != .beginning)
    guard found.decision == .create, let identity = options.newIdentity else { throw refusal(found) }
    let header = SegmentHeader(
      identity: identity, segment: 1, segmentByteCount: UInt64(options.segmentByteCount), firstBatch: 1, previous: 0,
      term: 0, firstSequence: 1, shard: options.shard)
    do {
      let file = try LocalLog.begin(header, in: files)
      report.isNew = true
      headers = [header]
      return log(file)
    } catch { throw .file(error) }
  }

  private mutating func log(_ file: FileNumber) -> (log: LocalLog<Files>, report: RecoveryReport) {
    report.segmentCount = headers.count
    report.tail = chain.position
    report.lastTime = lastTime
    let log = LocalLog(
      files, durability: options.durability, segmentByteCount: options.segmentByteCount, segments: headers,
      current: headers[headers.count - 1], file: file, offset: end.offset, chain: chain)
    return (log, report)
  }

  // MARK: Reading

  private mutating func walk(_ survey: Survey, _ visitor: RecordVisitor) throws(RecoveryError) {
    report.attested = survey.attested
    headers = survey.segments.compactMap(\.header)
    let start = options.start.batch
    let isReachedBy = { (header: SegmentHeader) in header.firstBatch - 1 <= start }
    guard let first = survey.segments.lastIndex(where: { $0.header.map(isReachedBy) ?? false }),
      let header = survey.segments[first].header
    else { throw refusal(.journalMissing) }
    chain = Chain(before: header)
    for index in first..<survey.segments.count {
      try walk(survey.segments[index], survey.bounds(index), visitor)
    }
    if chain.position.batch < options.start.batch { throw refusal(.otherHistory) }
  }

  private mutating func walk(
    _ segment: SurveyedSegment, _ bounds: SegmentBounds, _ visitor: RecordVisitor
  ) throws(RecoveryError) {
    guard let header = segment.header else {
      // The last one, with nothing in it.
      end = (.cleanEnd, SegmentHeader.byteCount)
      unattestedOffset = nil
      return
    }
    guard chain.isFollowed(by: header) else { throw refusal(.chainBroken, segment.name) }
    var trouble: RecoveryError?
    try checkStart(segment.name)
    do throws(FileError) {
      var reader = try SegmentReader(files, segment.name)
      var (walked, unattested) = (chain, Int?.none)
      let ended = try reader.walk(header, bounds, &walked) { judged, record, offset, commands in
        trouble = pass(judged, record, segment.name, offset, commands, visitor)
        if judged == .record, record.batch > bounds.attested, unattested == nil { unattested = offset }
        return trouble == nil
      }
      (chain, unattestedOffset, end) = (walked, unattested, ended)
    } catch { throw .file(error) }
    if let trouble { throw trouble }
    if end.end.decision == .refuse { throw refusal(end.end, segment.name, end.offset) }
  }

  /// Takes one record; what it gives ends the recovery.
  private mutating func pass(
    _ judged: RecoveryCase, _ record: RecordHeader, _ file: String, _ offset: Int, _ commands: RawSpan,
    _ visitor: RecordVisitor
  ) -> RecoveryError? {
    if judged == .lowerTerm {
      report.passedOverCount += 1
      return nil
    }
    if record.batch == options.start.batch {
      let start = JournalPosition(batch: record.batch, sequence: record.nextSequence - 1, hash: record.hash)
      return start == options.start ? nil : refusal(.otherHistory, file, offset)
    }
    if record.batch < options.start.batch { return nil }
    report.recordCount += 1
    report.commandCount += UInt64(record.commandCount)
    return visitor(record, commands) ? nil : .stopped(batch: record.batch)
  }

  /// A start position between two segments.
  private func checkStart(_ file: String) throws(RecoveryError) {
    if chain.position.batch == options.start.batch, chain.position != options.start {
      throw refusal(.otherHistory, file)
    }
  }

  // MARK: Writing

  /// Everything up to the end is durable when this is done, and nothing behind it comes back.
  private mutating func settle(_ survey: Survey) throws(FileError) -> (log: LocalLog<Files>, report: RecoveryReport) {
    let last = survey.segments[survey.segments.count - 1]
    let file = try files.open(last.name, forWriting: true)
    do throws(FileError) {
      if let header = last.header {
        if end.end == .tornTail { try cut(header, last.name, file) }
        if let unattestedOffset { try writeAgain(unattestedOffset..<end.offset, file) }
      } else {
        try rewriteHeader(last, after: headers[headers.count - 1], file)
      }
      // Of a process that was killed, names and records may only be in the system's memory; the next record attests them.
      try files.sync(file)
      try files.syncDirectory()
    } catch {
      files.close(file)
      throw error
    }
    return log(file)
  }

  /// Zeros the end, and every sector behind it that could be taken for a record of this segment: first the end alone, so that a
  /// crash in between changes nothing about where it is.
  private mutating func cut(_ header: SegmentHeader, _ name: String, _ file: FileNumber) throws(FileError) {
    var reader = try SegmentReader(files, name)
    let remains = try reader.remains(from: end.offset, of: header)
    report.cutBatchCount += remains.batchCount
    report.cutByteCount = remains.byteCount
    try zero(end.offset, file)
    try files.sync(file)
    for offset in remains.offsets where offset > end.offset { try zero(offset, file) }
  }

  private func zero(_ offset: Int, _ file: FileNumber) throws(FileError) {
    let zeros = [UInt8](repeating: 0, count: JournalLimits.sectorByteCount)
    try unsafe files.writeAll(zeros.span.bytes, to: file, at: offset)
  }

  /// Records that nobody attests may be what a failed sync left in the system's memory, where no later sync looks: they are
  /// written again, byte by byte the same. In the default mode it is one.
  private func writeAgain(_ range: Range<Int>, _ file: FileNumber) throws(FileError) {
    var memory = [UInt8](repeating: 0, count: min(range.count, JournalLimits.zeroByteCount))
    var offset = range.lowerBound
    while offset < range.upperBound {
      var span = memory.mutableSpan
      var bytes = unsafe span.mutableBytes
      let count = min(try files.readAll(into: &bytes, from: file, at: offset), range.upperBound - offset)
      guard count > 0 else { throw FileError(.read, path: "", number: 0) }
      try files.writeAll(bytes.bytes.extracting(first: count), to: file, at: offset)
      offset += count
    }
  }

  private mutating func rewriteHeader(
    _ segment: SurveyedSegment, after before: SegmentHeader, _ file: FileNumber
  ) throws(FileError) {
    var header = before
    header.segment = segment.number
    header.firstBatch = chain.position.batch + 1
    header.previous = chain.position.hash
    header.firstSequence = chain.position.sequence + 1
    header.term = chain.term
    var memory = [UInt8](repeating: 0, count: SegmentHeader.byteCount)
    var span = memory.mutableSpan
    var bytes = unsafe span.mutableBytes
    header.write(to: &bytes)
    try files.writeAll(bytes.bytes, to: file, at: 0)
    headers.append(header)
    chain.isClosed = false
    report.isHeaderRewritten = true
  }
}
