/// What the next record must follow.
struct Chain: Equatable {
  var position = JournalPosition.beginning
  /// Of the last record.
  var term: UInt64 = 0
  /// Of the last record; 0: none.
  var time: UInt64 = 0
  /// The last record is a digest: the segment is full.
  var isClosed = false

  init() {}

  /// Before the first record of a segment.
  init(before header: SegmentHeader) {
    position = JournalPosition(
      batch: header.firstBatch - 1, sequence: header.firstSequence - 1, hash: header.previous)
  }

  func isFollowed(by record: RecordHeader) -> Bool {
    record.batch == position.batch &+ 1 && record.previous == position.hash
      && record.firstSequence == position.sequence &+ 1
  }

  func isFollowed(by header: SegmentHeader) -> Bool { Chain(before: header).position == position }

  mutating func pass(_ record: RecordHeader) {
    position = JournalPosition(batch: record.batch, sequence: record.nextSequence - 1, hash: record.hash)
    term = record.term
    time = record.time
    isClosed = record.kind == .digest
  }
}

/// How far the records of a segment must reach, and what else lies in it.
struct SegmentBounds {
  /// No segment comes after it.
  var isLast: Bool
  /// Newest batch known to have been durable.
  var attested: UInt64
  /// Where the last header of a record of this segment lies, expected or not.
  var lastOffset: Int
}

extension SegmentReader {
  /// Walks the records in their order, as far as they go. Gives the case that ends the walk, and where.
  ///
  /// - Parameter visitor: Takes each record, its place and commands, also those passed over; false ends the walk, with `record`.
  mutating func walk(
    _ header: SegmentHeader, _ bounds: SegmentBounds, _ chain: inout Chain,
    _ visitor: (RecoveryCase, RecordHeader, Int, RawSpan) -> Bool
  ) throws(FileError) -> (end: RecoveryCase, offset: Int) {
    var offset = SegmentHeader.byteCount
    while true {
      let place = try place(at: offset, of: header)
      let found = RecordFindings(
        place: place.kind, follows: place.record.map { chain.isFollowed(by: $0) } ?? false,
        isLowerTerm: place.record.map { $0.term < chain.term } ?? false,
        isAttested: chain.position.batch < bounds.attested, isLast: bounds.isLast,
        hasLater: bounds.lastOffset > offset)
      let judged = RecoveryTable.record(found)
      guard let record = place.record, judged == .record || judged == .lowerTerm else { return (judged, offset) }
      if judged == .record { chain.pass(record) }
      let goesOn = withCommands(of: record, at: offset) { visitor(judged, record, offset, $0) }
      if !goesOn { return (.record, offset) }
      offset += record.paddedByteCount
    }
  }
}

extension Place {
  fileprivate var kind: RecordFindings.Place {
    switch self {
    case .vacant: .vacant
    case .bad: .bad
    case .torn: .torn
    case .whole: .whole
    }
  }

  fileprivate var record: RecordHeader? {
    switch self {
    case .vacant, .bad: nil
    case .torn(let record), .whole(let record): record
    }
  }
}
