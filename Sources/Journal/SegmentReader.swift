/// What lies at a multiple of 512 bytes, where a record could begin.
enum Place {
  /// Nothing: a sector of zeros, or the segment's end.
  case vacant
  /// Something that is no header of a record of this segment, or can't be read.
  case bad
  /// A record's header, and not all of what it says.
  case torn(RecordHeader)
  /// A record.
  case whole(RecordHeader)
}

/// What a crash left behind the last record.
struct Remains {
  /// Batches: not whole, or after one that is not.
  var batchCount = 0
  /// Bytes from the end to that of the last of them.
  var byteCount = 0
  /// Where headers of records lie.
  var offsets: [Int] = []
}

/// Reads one segment through a window of the longest record. Trusts no byte of it.
struct SegmentReader<Files: JournalFiles>: ~Copyable {
  private let files: Files
  let file: FileNumber
  /// Bytes in the file.
  let fileByteCount: Int
  private var window: [UInt8]
  private var windowOffset = 0
  private var windowByteCount = 0

  init(_ files: Files, _ name: String) throws(FileError) {
    let file = try files.open(name, forWriting: false)
    let fileByteCount: Int
    do throws(FileError) {
      fileByteCount = try files.byteCount(of: file)
    } catch {
      files.close(file)
      throw error
    }
    self.files = files
    self.file = file
    self.fileByteCount = fileByteCount
    let byteCount = JournalLimits.paddedByteCountMax + JournalLimits.sectorByteCount
    window = [UInt8](
      repeating: 0, count: min(byteCount, max(JournalLimits.padded(fileByteCount), SegmentHeader.byteCount)))
  }

  deinit {
    files.close(file)
  }

  mutating func header() throws(FileError) -> SegmentHeader.Reading {
    guard try load(SegmentHeader.byteCount, at: 0) else { return .damaged }
    return unsafe SegmentHeader.read(window.span.bytes.extracting(first: SegmentHeader.byteCount))
  }

  /// What stands where the identity would, in a header that can't be believed.
  mutating func identityInDamagedHeader() throws(FileError) -> UInt128 {
    guard try load(SegmentHeader.byteCount, at: 0) else { return 0 }
    return unsafe window.span.bytes.integer(UInt128.self, at: 16)
  }

  /// What lies at `offset` of a segment that has this header.
  mutating func place(at offset: Int, of header: SegmentHeader) throws(FileError) -> Place {
    let end = Int(clamping: header.segmentByteCount)
    let sector = JournalLimits.sectorByteCount
    if offset > end - sector { return .vacant }
    guard try load(sector, at: offset) else { return .bad }
    let begin = offset - windowOffset
    if unsafe window.span.bytes.extracting(begin..<begin + sector).isZero { return .vacant }
    guard
      let record = unsafe RecordHeader(
        window.span.bytes.extracting(droppingFirst: begin), segment: header.segment, seed: header.seed),
      record.paddedByteCount <= end - offset
    else { return .bad }
    guard try load(record.paddedByteCount, at: offset) else { return .torn(record) }
    let isWhole = unsafe record.isWhole(window.span.bytes.extracting(droppingFirst: offset - windowOffset))
    return isWhole ? .whole(record) : .torn(record)
  }

  /// The commands of the record that `place` found last, at `offset`.
  borrowing func withCommands<Result>(
    of record: RecordHeader, at offset: Int, _ body: (RawSpan) -> Result
  ) -> Result {
    let begin = offset - windowOffset
    return unsafe body(
      window.span.bytes.extracting(begin + RecordHeader.byteCount..<begin + Int(record.recordByteCount)))
  }

  /// Gives every header of a record of this segment from `offset` on, also where no record is expected.
  mutating func scan(from offset: Int, of header: SegmentHeader, _ visitor: (Int, RecordHeader) -> Void)
    throws(FileError)
  {
    var offset = offset
    let end = min(fileByteCount, Int(clamping: header.segmentByteCount))
    while offset <= end - JournalLimits.sectorByteCount {
      var step = JournalLimits.sectorByteCount
      switch try place(at: offset, of: header) {
      case .vacant, .bad: break
      case .torn(let record): visitor(offset, record)
      case .whole(let record):
        visitor(offset, record)
        step = record.paddedByteCount
      }
      offset += step
    }
  }

  /// What lies from the end of the records on.
  mutating func remains(from end: Int, of header: SegmentHeader) throws(FileError) -> Remains {
    var remains = Remains()
    var cutEnd = end + JournalLimits.sectorByteCount
    if case .bad = try place(at: end, of: header) { remains.batchCount += 1 }
    try scan(from: end, of: header) { offset, record in
      remains.batchCount += 1
      remains.offsets.append(offset)
      cutEnd = max(cutEnd, offset + record.paddedByteCount)
    }
    remains.byteCount = cutEnd - end
    return remains
  }

  /// Makes sure that the window holds these bytes; false when the file has not so many.
  private mutating func load(_ count: Int, at offset: Int) throws(FileError) -> Bool {
    if offset >= windowOffset, offset + count <= windowOffset + windowByteCount { return true }
    windowByteCount = 0
    windowByteCount = try Self.fill(&window, files, file, at: offset)
    windowOffset = offset
    return windowByteCount >= count
  }

  private static func fill(_ window: inout [UInt8], _ files: Files, _ file: FileNumber, at offset: Int)
    throws(FileError) -> Int
  {
    var span = window.mutableSpan
    var bytes = unsafe span.mutableBytes
    return try files.readAll(into: &bytes, from: file, at: offset)
  }
}
