import Journal
import Testing

/// The tables have no hole and no overlap, and every case is somebody's.
@Suite struct RecoveryTableTests {
  private static let flags = [false, true]

  private static func segments() -> [SegmentFindings] {
    SegmentFindings.Header.allCases.flatMap { header in
      (0..<64).map { bits in
        SegmentFindings(
          header: header, isOurs: bits & 1 > 0, isNamedRight: bits & 2 > 0, adjoins: bits & 4 > 0,
          isFullSize: bits & 8 > 0, isLast: bits & 16 > 0, isUsed: bits & 32 > 0)
      }
    }
  }

  private static func records() -> [RecordFindings] {
    RecordFindings.Place.allCases.flatMap { place in
      (0..<32).map { bits in
        RecordFindings(
          place: place, follows: bits & 1 > 0, isLowerTerm: bits & 2 > 0, isAttested: bits & 4 > 0,
          isLast: bits & 8 > 0, hasLater: bits & 16 > 0)
      }
    }
  }

  @Test func exactlyOneCaseMatchesEachFinding() {
    #expect(Set(Self.segments()).count == 192)
    for found in Self.segments() { #expect(RecoveryTable.matching(found).count == 1, "\(found)") }
    #expect(Set(Self.records()).count == 128)
    for found in Self.records() { #expect(RecoveryTable.matching(found).count == 1, "\(found)") }
  }

  @Test func everyCaseIsReached() {
    var reached = Set(Self.segments().flatMap { RecoveryTable.matching($0) })
    reached.formUnion(Self.records().flatMap { RecoveryTable.matching($0) })
    for isExpected in Self.flags { reached.insert(RecoveryTable.noSegments(isExpected: isExpected)) }
    for isBackup in Self.flags {
      for isMoved in Self.flags {
        let mark = RecoveryTable.mark(isBackup: isBackup, isMoved: isMoved, isRestore: false)
        reached.insert(mark)
        #expect((mark.decision == .refuse) == (isBackup || isMoved))
        #expect(RecoveryTable.mark(isBackup: isBackup, isMoved: isMoved, isRestore: true) == .ready)
      }
    }
    for lastTime in [0, 1, 1 << 40, UInt64.max] {
      reached.insert(RecoveryTable.clock(lastTime: lastTime, now: 1 << 40, isAccepted: false))
    }
    // Judged where the start position is compared.
    reached.insert(.otherHistory)
    #expect(reached == Set(RecoveryCase.allCases))
  }

  /// What an attested record protects, whatever else is found.
  @Test func nothingAttestedIsEverCut() {
    for found in Self.records() where found.isAttested {
      #expect(RecoveryTable.matching(found).allSatisfy { $0.decision != .cut && $0.decision != .finish })
    }
    for found in Self.records() where found.place == .whole && !found.follows {
      #expect(RecoveryTable.matching(found) == [.chainBroken])
    }
  }

  @Test(arguments: [
    (0, 5, false, RecoveryCase.ready), (1_000_000, 1_000_000, false, .ready),
    (1_060_000, 1_000_000, false, .ready), (1_060_001, 1_000_000, false, .clockBehind),
    (1_060_001, 1_000_000, true, .ready), (1_000_000, 605_800_000, false, .ready),
    (1_000_000, 605_800_001, false, .clockAhead), (1_000_000, 605_800_001, true, .ready),
    (UInt64.max, 0, false, .clockBehind), (1, UInt64.max, false, .clockAhead),
  ])
  func theClockMayNotStandFarFromTheLastRecord(lastTime: UInt64, now: UInt64, isAccepted: Bool, expected: RecoveryCase)
  {
    #expect(RecoveryTable.clock(lastTime: lastTime, now: now, isAccepted: isAccepted) == expected)
  }
}
