/// How durable "appended" is.
public enum Durability: String, Sendable {
  /// Written and synced.
  case fsync
  /// Written: it survives the process, and not the machine. Such records attest nothing.
  case os
}

/// The journal as a directory of segments: the first of the storages behind `JournalStorage`, and what others send to replicas.
///
///     journal-1: | header | record | record | ... | digest |      full: never written again
///     journal-2: | header | record | record | 0 ....................  current
///     reserve-8000000000000001, ...                                   the next ones
///
/// Every call is synchronous; one thread uses it at a time, not always the same. Comes from `Recovery` only.
///
/// An append is one write and one sync: the record, padded to whole sectors, and one sector of zeros behind it, so that the end
/// is a place and not a guess even in a file that held an older segment. A batch that does not fit ends the segment: digest
/// record, sync; header into a reserve, sync; the reserve's new name, sync of the directory; only then the batch.
///
/// States: *open*, *failed*. Any error of a write or sync leads from the first to the second, for ever: after a failed sync
/// nobody knows what is on the disk, so nothing more is written or acknowledged, and the process must end.
public final class LocalLog<Files: JournalFiles>: JournalStorage, @unchecked Sendable {
  private struct Segment {
    var number: UInt64
    var firstBatch: UInt64
    var byteCount: Int
  }

  private let files: Files
  private let durability: Durability
  private let segmentByteCount: Int
  private var segments: [Segment] = []
  private var current: SegmentHeader
  private var file: FileNumber
  private var offset: Int
  private var chain: Chain

  /// Why it failed.
  public private(set) var error: FileError?
  /// Whether it did, and appends nothing more.
  public private(set) var hasFailed = false

  /// Goes on where a recovery ended.
  init(
    _ files: Files, durability: Durability, segmentByteCount: Int, segments: [SegmentHeader], current: SegmentHeader,
    file: FileNumber, offset: Int, chain: Chain
  ) {
    self.files = files
    self.durability = durability
    self.segmentByteCount = segmentByteCount
    self.current = current
    self.file = file
    self.offset = offset
    self.chain = chain
    self.segments = segments.map {
      Segment(number: $0.segment, firstBatch: $0.firstBatch, byteCount: Int(clamping: $0.segmentByteCount))
    }
  }

  deinit {
    files.close(file)
  }

  /// After the last record.
  public var tail: JournalPosition { chain.position }

  /// Drawn when the journal was begun.
  public var identity: UInt128 { current.identity }

  /// Numbers of the first and the current segment.
  public var segmentRange: ClosedRange<UInt64> { (segments.first?.number ?? current.segment)...current.segment }

  /// Bytes that the current segment has left.
  public var freeByteCount: Int { max(0, Int(clamping: current.segmentByteCount) - offset) }

  /// Whether the current segment has room for the batch: no other is begun for it.
  public func hasRoom(for batch: JournalBatch) -> Bool { !chain.isClosed && hasRoom(for: batch.header) }

  // MARK: Appending

  /// Appends at the tail, and returns when the batch is as durable as it gets. A batch that does not begin there, or is of a term
  /// that is over, fails like one that can't be written.
  public func append(_ batch: JournalBatch) -> AppendResult {
    guard !hasFailed else { return .failed }
    do throws(FileError) {
      guard batch.firstSequence == tail.sequence &+ 1, batch.context.term >= chain.term else {
        throw FileError(.write, path: SegmentName.segment(named: current.segment), number: 0)
      }
      var header = batch.header
      if chain.isClosed || !hasRoom(for: header) { try beginSegment(for: batch) }
      guard hasRoom(for: header) else {
        throw FileError(.write, path: SegmentName.segment(named: current.segment), number: 0)
      }
      var bytes = unsafe batch.record.mutableBytes
      try write(&header, in: &bytes)
      return .durable
    } catch {
      hasFailed = true
      self.error = error
      return .failed
    }
  }

  /// The last sector but one is for the digest; a record of it needs no more.
  private func hasRoom(for header: RecordHeader) -> Bool {
    Int(clamping: current.segmentByteCount) - offset - JournalLimits.sectorByteCount >= header.paddedByteCount
  }

  /// - Parameter bytes: The record, with room for padding and a sector of zeros.
  private func write(_ header: inout RecordHeader, in bytes: inout MutableRawSpan) throws(FileError) {
    header.segment = current.segment
    header.previous = chain.position.hash
    header.batch = chain.position.batch + 1
    header.isUnsynced = durability == .os
    header.attested = durability == .os ? 0 : chain.position.batch
    header.finish(in: &bytes, seed: current.seed)
    let byteCount = min(bytes.byteCount, Int(clamping: current.segmentByteCount) - offset)
    try files.writeAll(bytes.bytes.extracting(first: byteCount), to: file, at: offset)
    if durability == .fsync { try files.sync(file) }
    chain.pass(header)
    offset += header.paddedByteCount
  }

  private func beginSegment(for batch: JournalBatch) throws(FileError) {
    if !chain.isClosed { try writeDigest(before: batch) }
    // Also where records are not synced one by one: a name of a segment attests all before it.
    if durability == .os { try files.sync(file) }
    let header = SegmentHeader(
      identity: current.identity, segment: current.segment + 1, segmentByteCount: UInt64(segmentByteCount),
      firstBatch: chain.position.batch + 1, previous: chain.position.hash, term: batch.context.term,
      firstSequence: chain.position.sequence + 1, shard: current.shard)
    let next = try Self.begin(header, in: files)
    files.close(file)
    file = next
    current = header
    segments.append(
      Segment(number: header.segment, firstBatch: header.firstBatch, byteCount: segmentByteCount))
    offset = SegmentHeader.byteCount
    chain.isClosed = false
  }

  private func writeDigest(before batch: JournalBatch) throws(FileError) {
    var header = RecordHeader()
    header.kind = .digest
    header.recordByteCount = UInt32(RecordHeader.byteCount + 16)
    header.shard = batch.context.shard
    header.coreVersion = batch.context.coreVersion
    header.term = batch.context.term
    header.firstSequence = chain.position.sequence + 1
    header.time = batch.context.time
    var memory = [UInt8](repeating: 0, count: JournalBatch.memoryByteCount(16))
    var span = memory.mutableSpan
    var bytes = unsafe span.mutableBytes
    bytes.store(batch.digestBefore, at: RecordHeader.byteCount)
    try write(&header, in: &bytes)
  }

  /// Makes a segment that has its name, its header, and nothing in it; open.
  static func begin(_ header: SegmentHeader, in files: Files) throws(FileError) -> FileNumber {
    let (file, draft) = try take(Int(clamping: header.segmentByteCount), from: files)
    do throws(FileError) {
      // And the sector of zeros where the first record will be.
      var memory = [UInt8](repeating: 0, count: SegmentHeader.byteCount + JournalLimits.sectorByteCount)
      var span = memory.mutableSpan
      var bytes = unsafe span.mutableBytes
      header.write(to: &bytes)
      try files.writeAll(bytes.bytes, to: file, at: 0)
      try files.sync(file)
      try files.rename(draft, to: SegmentName.segment(named: header.segment))
      try files.syncDirectory()
    } catch {
      files.close(file)
      throw error
    }
    return file
  }

  /// A reserve of that size, or, when there is none, a new file: it takes longer and does the same.
  private static func take(_ byteCount: Int, from files: Files) throws(FileError) -> (FileNumber, name: String) {
    for number in try files.reserves() {
      let name = SegmentName.reserve(named: number)
      let file = try files.open(name, forWriting: true)
      if try files.byteCount(of: file) == byteCount { return (file, name) }
      files.close(file)
    }
    return (try files.createZeros(SegmentName.segmentDraft, byteCount: byteCount), SegmentName.segmentDraft)
  }

  // MARK: Reading and dropping

  /// Gives the records after a batch as the files hold them; damage ends it with false.
  public func read(after batch: UInt64, _ visitor: RecordVisitor) throws(FileError) -> Bool {
    guard let first = segments.lastIndex(where: { $0.firstBatch <= batch.addingReportingOverflow(1).partialValue })
    else { return false }
    var passed: Chain?
    for index in first..<segments.count {
      var reader = try SegmentReader(files, SegmentName.segment(named: segments[index].number))
      guard case .header(let header) = try reader.header(), header.identity == identity else { return false }
      var chain = passed ?? Chain(before: header)
      guard chain.isFollowed(by: header) else { return false }
      let isLast = index == segments.count - 1
      let attested = isLast ? tail.batch : segments[index + 1].firstBatch - 1
      let bounds = SegmentBounds(isLast: isLast, attested: attested, lastOffset: 0)
      let (end, _) = try reader.walk(header, bounds, &chain) { judged, record, _, commands in
        judged == .lowerTerm || record.batch <= batch || visitor(record, commands)
      }
      if end == .record { return true }
      guard end == .segmentEnd || isLast && end != .corruption && end != .chainBroken else { return false }
      passed = chain
    }
    return passed?.position == tail
  }

  /// Drops whole segments, one after the other: a crash in between leaves no gap. A segment becomes a reserve by its new name when
  /// one is wanted: its records can't come back, because their checksums cover the segment's number.
  public func drop(before batch: UInt64) throws(FileError) {
    while segments.count > 1, segments[1].firstBatch <= batch {
      let name = SegmentName.segment(named: segments[0].number)
      let isWanted = segments[0].byteCount == segmentByteCount
      if isWanted, try files.reserves().count < JournalLimits.reserveCount {
        try files.rename(name, to: SegmentName.reserve(named: segments[0].number))
      } else {
        try files.remove(name)
      }
      try files.syncDirectory()
      segments.removeFirst()
    }
  }
}
