/// What is found of a segment's file before its records are looked at.
public struct SegmentFindings: Hashable, Sendable {
  /// How its header reads.
  public enum Header: CaseIterable, Sendable { case good, damaged, newer }

  /// How its header reads. The others of these say what they can when it is damaged.
  public var header: Header
  /// Identity and shard are the journal's.
  public var isOurs: Bool
  /// The name is that of the number in the header.
  public var isNamedRight: Bool
  /// The number is the one after the segment before; of the first: any, when its header is good.
  public var adjoins: Bool
  /// The file is not shorter than its header says; without a header: than the segment before.
  public var isFullSize: Bool
  /// No segment comes after it.
  public var isLast: Bool
  /// A header of a record of this segment lies somewhere in it, or something lies where its first record would.
  public var isUsed: Bool

  /// All of them.
  public init(
    header: Header, isOurs: Bool, isNamedRight: Bool, adjoins: Bool, isFullSize: Bool, isLast: Bool, isUsed: Bool
  ) {
    self.header = header
    self.isOurs = isOurs
    self.isNamedRight = isNamedRight
    self.adjoins = adjoins
    self.isFullSize = isFullSize
    self.isLast = isLast
    self.isUsed = isUsed
  }
}

/// What is found where the next record should be.
public struct RecordFindings: Hashable, Sendable {
  /// What lies there.
  public enum Place: CaseIterable, Sendable { case vacant, bad, torn, whole }

  /// What lies there.
  public var place: Place
  /// It has the next number, the next sequence, and the hash of the record before.
  public var follows: Bool
  /// Its term is lower than that of the record before.
  public var isLowerTerm: Bool
  /// A later record or segment attests that there was one.
  public var isAttested: Bool
  /// No segment comes after this one.
  public var isLast: Bool
  /// Headers of records of this segment lie after this place.
  public var hasLater: Bool

  /// All of them.
  public init(place: Place, follows: Bool, isLowerTerm: Bool, isAttested: Bool, isLast: Bool, hasLater: Bool) {
    self.place = place
    self.follows = follows
    self.isLowerTerm = isLowerTerm
    self.isAttested = isAttested
    self.isLast = isLast
    self.hasLater = hasLater
  }
}

/// Which case applies to which findings. A dash (nil) is: whatever it is. Exactly one row matches.
public enum RecoveryTable {
  private static let segments: [(RecoveryCase, [SegmentFindings.Header], [Bool?])] = [
    //                                           ours   named  adjoins full   last   used
    (.segment, [.good], [ /*               */true, true, true, true, nil, nil]),
    (.foreignSegment, [.good], [ /*        */false, nil, nil, nil, nil, nil]),
    (.misnamedSegment, [.good], [ /*       */true, false, nil, nil, nil, nil]),
    (.missingSegment, [.good], [ /*        */true, true, false, nil, nil, nil]),
    (.shortSegment, [.good], [ /*          */true, true, true, false, nil, nil]),
    (.newerFormat, [.newer], [ /*          */nil, nil, nil, nil, nil, nil]),
    (.unusedHeaderDamaged, [.damaged], [ /**/nil, nil, true, true, true, false]),
    (.usedHeaderDamaged, [.damaged], [ /*  */nil, nil, false, nil, nil, nil]),
    (.usedHeaderDamaged, [.damaged], [ /*  */nil, nil, true, false, nil, nil]),
    (.usedHeaderDamaged, [.damaged], [ /*  */nil, nil, true, true, false, nil]),
    (.usedHeaderDamaged, [.damaged], [ /*  */nil, nil, true, true, true, true]),
  ]

  private static let records: [(RecoveryCase, [RecordFindings.Place], [Bool?])] = [
    //                                                follows lower  attested last  later
    (.record, [.whole], [ /*                       */true, false, nil, nil, nil]),
    (.lowerTerm, [.whole], [ /*                    */true, true, nil, nil, nil]),
    (.chainBroken, [.whole], [ /*                  */false, nil, nil, nil, nil]),
    (.corruption, [.vacant, .bad, .torn], [ /*     */nil, nil, true, nil, nil]),
    (.segmentEnd, [.vacant, .bad, .torn], [ /*     */nil, nil, false, false, nil]),
    (.cleanEnd, [.vacant], [ /*                    */nil, nil, false, true, false]),
    (.tornTail, [.vacant], [ /*                    */nil, nil, false, true, true]),
    (.tornTail, [.bad, .torn], [ /*                */nil, nil, false, true, nil]),
  ]

  /// The rows that match: always one.
  public static func matching(_ found: SegmentFindings) -> [RecoveryCase] {
    let values = [
      found.isOurs, found.isNamedRight, found.adjoins, found.isFullSize, found.isLast, found.isUsed,
    ]
    return segments.filter { $0.1.contains(found.header) && matches($0.2, values) }.map(\.0)
  }

  /// The rows that match: always one.
  public static func matching(_ found: RecordFindings) -> [RecoveryCase] {
    let values = [found.follows, found.isLowerTerm, found.isAttested, found.isLast, found.hasLater]
    return records.filter { $0.1.contains(found.place) && matches($0.2, values) }.map(\.0)
  }

  /// Of a directory: whether it holds a segment, and whether a journal is expected there.
  public static func noSegments(isExpected: Bool) -> RecoveryCase { isExpected ? .journalMissing : .noJournal }

  /// Of a directory: whether it has a mark with which only a restore takes it.
  public static func mark(isBackup: Bool, isMoved: Bool, isRestore: Bool) -> RecoveryCase {
    if isRestore { return .ready }
    return isBackup ? .backup : isMoved ? .moved : .ready
  }

  /// Of the end: the last record's time against the clock. 0: there is no record.
  public static func clock(lastTime: UInt64, now: UInt64, isAccepted: Bool) -> RecoveryCase {
    if isAccepted || lastTime == 0 { return .ready }
    if lastTime > now { return lastTime - now > JournalLimits.clockBehindMillisecondsMax ? .clockBehind : .ready }
    return now - lastTime > JournalLimits.clockAheadMillisecondsMax ? .clockAhead : .ready
  }

  /// The one case; damage is what is left when the table has a hole, which a test rules out.
  static func segment(_ found: SegmentFindings) -> RecoveryCase { matching(found).first ?? .usedHeaderDamaged }

  /// The one case of a record, decided without going through rows: it is asked for each.
  static func record(_ found: RecordFindings) -> RecoveryCase {
    if found.place == .whole, found.follows, !found.isLowerTerm { return .record }
    return matching(found).first ?? .corruption
  }

  private static func matches(_ row: [Bool?], _ values: [Bool]) -> Bool {
    zip(row, values).allSatisfy { wanted, value in wanted == nil || wanted == value }
  }
}
