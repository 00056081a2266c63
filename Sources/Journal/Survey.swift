/// A segment as its file says, before its records are walked.
public struct SurveyedSegment: Equatable, Sendable {
  /// The file's name.
  public let name: String
  /// The number in the name; 0 for a name that has none.
  public let number: UInt64
  /// Bytes in the file.
  public let fileByteCount: Int
  /// The first sector.
  public let reading: SegmentHeader.Reading
  /// What recovery makes of it.
  public let recoveryCase: RecoveryCase

  /// The header, if it is one.
  public var header: SegmentHeader? { if case .header(let header) = reading { header } else { nil } }
}

/// All segments of a directory in order, each judged as far as it can be without walking records; of the last one, how far it
/// attests. Reads only.
struct Survey {
  private(set) var segments: [SurveyedSegment] = []
  /// Of the journal; nil when no header can be read.
  private(set) var identity: UInt128?
  private(set) var shard: UInt16 = 0
  /// Newest batch that a record in the last segment attests, or the last header.
  private(set) var attested: UInt64 = 0
  /// Whether the directory has the mark of a backup.
  private(set) var isBackup = false
  /// Whether it has the mark of a life that went on elsewhere.
  private(set) var isMoved = false
  /// Where the last header of a record lies in the last segment.
  private(set) var lastOffset = 0

  /// - Parameters:
  ///   - identity: The journal's, where it is known; else the first header's counts.
  ///   - ignored: Files that are not looked at.
  init(_ files: some JournalFiles, identity: UInt128? = nil, without ignored: [String] = []) throws(FileError) {
    self.identity = identity
    var names: [(UInt64, String)] = []
    for name in try files.list() where !ignored.contains(name) {
      isBackup = isBackup || name == SegmentName.backupMark
      isMoved = isMoved || name == SegmentName.movedMark
      switch SegmentName(name) {
      case .segment(let number): names.append((number, name))
      case .misnamed: names.append((0, name))
      case .reserve, .snapshot, .other: break
      }
    }
    names.sort { $0 < $1 }
    for (index, (number, name)) in names.enumerated() {
      segments.append(try look(files, name, number, isLast: index == names.count - 1))
    }
  }

  private mutating func look(_ files: some JournalFiles, _ name: String, _ number: UInt64, isLast: Bool)
    throws(FileError) -> SurveyedSegment
  {
    var reader = try SegmentReader(files, name)
    let reading = try reader.header()
    let before = segments.last
    var found = SegmentFindings(
      header: .good, isOurs: true, isNamedRight: true,
      adjoins: before.map { $0.number &+ 1 == number } ?? true,
      isFullSize: true, isLast: isLast, isUsed: false)
    switch reading {
    case .header(let header):
      if identity == nil { identity = header.identity }
      if segments.isEmpty { shard = header.shard }
      found.isOurs = header.identity == identity && header.shard == shard
      found.isNamedRight = header.segment == number
      found.isFullSize = reader.fileByteCount >= Int(clamping: header.segmentByteCount)
      if isLast { found.isUsed = try scan(&reader, header) }
    case .damaged:
      found.header = .damaged
      found.adjoins = found.adjoins && before?.header != nil
      if isLast, let header = before?.header {
        found.isFullSize = reader.fileByteCount == Int(clamping: header.segmentByteCount)
        found.isUsed = try scan(&reader, stand(for: number, after: header))
      }
    case .newer:
      found.header = .newer
    }
    return SurveyedSegment(
      name: name, number: number, fileByteCount: reader.fileByteCount, reading: reading,
      recoveryCase: RecoveryTable.segment(found))
  }

  /// What can be said of a header that is lost: enough to find records.
  private func stand(for number: UInt64, after header: SegmentHeader) -> SegmentHeader {
    var header = header
    header.segment = number
    header.firstBatch = 1
    return header
  }

  /// Whether there is anything in it.
  private mutating func scan(_ reader: inout SegmentReader<some JournalFiles>, _ header: SegmentHeader)
    throws(FileError) -> Bool
  {
    var (newest, last) = (header.firstBatch - 1, 0)
    try reader.scan(from: SegmentHeader.byteCount, of: header) { offset, record in
      newest = max(newest, record.attested)
      last = offset
    }
    (attested, lastOffset) = (newest, last)
    if last > 0 { return true }
    if case .vacant = try reader.place(at: SegmentHeader.byteCount, of: header) { return false }
    return true
  }

  /// The segment in which the record after this batch is, or would be; nil: none reaches back to it.
  func firstSegment(from batch: UInt64) -> Int? {
    segments.lastIndex { segment in segment.header.map { $0.firstBatch - 1 <= batch } ?? false }
  }

  /// How far the records of a segment must reach.
  func bounds(_ index: Int) -> SegmentBounds {
    guard index + 1 < segments.count else {
      return SegmentBounds(isLast: true, attested: attested, lastOffset: lastOffset)
    }
    // That the next segment has its name says that all before it was durable.
    let next = segments[index + 1].header
    return SegmentBounds(isLast: false, attested: next.map { $0.firstBatch - 1 } ?? 0, lastOffset: 0)
  }
}
