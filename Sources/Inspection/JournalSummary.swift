public import Journal

/// Numbers from the first to the last that were seen.
public struct Extent: Equatable, Sendable {
  /// The first one.
  public var first: UInt64
  /// The last one.
  public var last: UInt64
}

/// One segment, as its header and its records say.
public struct SegmentSummary: Equatable, Sendable {
  /// The file, its header, and what recovery makes of that.
  public let segment: SurveyedSegment
  /// Newest batch in it that is known to have been durable.
  public let attested: UInt64
  /// Records in it that follow one another, of all kinds.
  public fileprivate(set) var recordCount = 0
  /// Commands in them.
  public fileprivate(set) var commandCount: UInt64 = 0
  /// Numbers of its records; nil: there are none.
  public fileprivate(set) var batches: Extent?
  /// Numbers of its commands; nil: there are none.
  public fileprivate(set) var sequences: Extent?
  /// The leader's clock.
  public fileprivate(set) var times: Extent?
  /// Terms of the leaders.
  public fileprivate(set) var terms: Extent?
  /// Versions of the core.
  public fileprivate(set) var coreVersions: Extent?
  /// Where the walk ended, and why; nil where there was none.
  public fileprivate(set) var end: JournalFinding?

  fileprivate init(_ segment: SurveyedSegment, attested: UInt64) {
    self.segment = segment
    self.attested = attested
  }

  fileprivate mutating func take(_ record: RecordHeader) {
    recordCount += 1
    commandCount += UInt64(record.commandCount)
    batches.include(record.batch)
    times.include(record.time)
    terms.include(record.term)
    coreVersions.include(UInt64(record.coreVersion))
    guard record.commandCount > 0 else { return }
    sequences.include(record.firstSequence)
    sequences.include(record.nextSequence - 1)
  }
}

/// A whole journal as it was found: its segments, what recovery would say, and what lies beside them. Made by reading everything
/// once; every checksum and the chain of hashes are checked on the way.
public struct JournalSummary: Equatable, Sendable {
  /// Drawn when the journal was begun; nil: no header can be read.
  public let identity: UInt128?
  /// Newest batch that the last segment attests.
  public let attested: UInt64
  /// In the order of their names.
  public private(set) var segments: [SegmentSummary] = []
  /// What recovery refuses, in its words, what comes first in the journal first.
  public private(set) var troubles: [RecoveryRefusal] = []
  /// Those of them that a start would meet: it reads nothing before its snapshot.
  public private(set) var refusals: [RecoveryRefusal] = []
  /// Why a start refuses it whatever is in it.
  public let mark: RecoveryRefusal?
  /// The last record that was found.
  public private(set) var tail = JournalPosition.beginning
  /// Its time.
  public private(set) var lastTime: UInt64 = 0
  /// Batches that recovery would cut: nobody was told of them.
  public private(set) var cutBatchCount = 0
  /// Bytes of them.
  public private(set) var cutByteCount = 0
  /// Reserves, and what repairs kept.
  public let spareFiles: [SpareFile]

  /// Reads a journal. The visitor takes each record before the first trouble, and stops nothing.
  public init(_ reader: JournalReader<some JournalFiles>, _ visitor: (RecordHeader, RawSpan) -> Void = { _, _ in })
    throws(FileError)
  {
    (identity, attested, mark) = (reader.identity, reader.attested, reader.mark)
    spareFiles = try reader.spareFiles()
    segments = reader.segments.indices.map {
      SegmentSummary(reader.segments[$0], attested: reader.attested(inSegment: $0))
    }
    let headers = try reader.segmentTroubles().compactMap(reader.refusal)
    var (indices, found) = ([String: Int](), [RecoveryRefusal]())
    for (index, segment) in segments.enumerated() { indices[segment.segment.name] = index }
    var (records, last) = (segments, JournalFinding?.none)
    var (tail, lastTime) = (tail, lastTime)
    try reader.walk { finding, commands in
      guard let index = indices[finding.file] else { return true }
      guard let record = finding.record else {
        if let refusal = reader.refusal(of: finding) { found.append(refusal) }
        records[index].end = finding
        last = finding
        return true
      }
      guard finding.recoveryCase == .record else { return true }
      records[index].take(record)
      tail = JournalPosition(batch: record.batch, sequence: record.nextSequence - 1, hash: record.hash)
      lastTime = record.time
      if headers.isEmpty, found.isEmpty { visitor(record, commands) }
      return true
    }
    (segments, self.tail, self.lastTime) = (records, tail, lastTime)
    troubles = (headers + found).sorted { $0.file < $1.file }
    let first = try reader.firstNeededSegment()
    refusals = troubles.filter { headers.contains($0) || indices[$0.file].map { $0 >= first } ?? true }
    if let missing = try reader.refusal(endingAt: tail.batch) {
      troubles.append(missing)
      refusals.append(missing)
    }
    if let last, refusals.isEmpty { (cutBatchCount, cutByteCount) = try reader.remains(at: last) }
  }

  /// What a start would do now, in one line.
  public func verdict(now: UInt64) -> String {
    if let trouble = mark ?? refusals.first { return "a start would be refused: \(trouble.explanation)" }
    let clock = RecoveryTable.clock(lastTime: lastTime, now: now, isAccepted: false)
    var verdict = "a start would go on after batch \(tail.batch), command \(tail.sequence)"
    if !troubles.isEmpty { verdict += "; what is damaged is before its newest snapshot" }
    if let last = segments.last, last.segment.recoveryCase == .unusedHeaderDamaged {
      verdict += "; it would write the header of \(last.segment.name) again, which nothing follows"
    }
    if cutByteCount > 0 {
      verdict +=
        "; it would cut \(cutBatchCount) \(cutBatchCount == 1 ? "batch" : "batches") (\(cutByteCount) bytes) that nobody was"
        + " told of, or that a broker is writing just now"
    }
    if clock == .clockBehind { verdict += "; it wants --accept-clock: the clock stands before the last record" }
    if clock == .clockAhead { verdict += "; it wants --accept-clock: the clock stands long after the last record" }
    return verdict
  }
}

extension Extent? {
  fileprivate mutating func include(_ number: UInt64) {
    self = Extent(first: Swift.min(self?.first ?? number, number), last: Swift.max(self?.last ?? number, number))
  }
}
