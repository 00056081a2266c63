import Journal
import SimulatedDisk
import Testing

/// Each case of the table, made by hand.
@Suite struct RecoveryTests {
  private static let first = "journal-0000000000000001"
  private static let second = "journal-0000000000000002"
  private static let third = "journal-0000000000000003"

  /// Three segments: two batches and a digest, the same again, one batch and a seal.
  private func written() throws -> JournalScript<SimulatedFiles> {
    let script = JournalScript(SimulatedFiles())
    try script.open()
    for _ in 0..<5 { #expect(script.append([900])) }
    #expect(script.seal())
    #expect(script.log?.segmentRange == 1...3)
    script.close()
    return script
  }

  private func refused(_ script: JournalScript<SimulatedFiles>, _ change: (inout RecoveryOptions) -> Void = { _ in })
    -> RecoveryRefusal?
  {
    let before = script.files.contents
    let found = refusal { try script.open(change) }
    // Who refuses leaves everything as it was.
    #expect(script.files.contents == before)
    return found
  }

  @Test func anEmptyDirectoryIsANewJournal() throws {
    let script = JournalScript(SimulatedFiles())
    #expect(try script.open().isEmpty)
    #expect(script.report.isNew)
    #expect(script.log?.identity == JournalScript<SimulatedFiles>.identity)
    #expect(script.log?.tail == .beginning)
    script.close()
    #expect(try script.open().isEmpty)
    #expect(!script.report.isNew)
  }

  /// A snapshot of all there was, and nothing after it: it alone says how late it was.
  @Test func theClockIsHeldAgainstTheSnapshotToo() throws {
    let script = JournalScript(SimulatedFiles())
    try script.open()
    script.close()
    let (time, week) = (UInt64(1) << 40, JournalLimits.clockAheadMillisecondsMax)
    for (now, found) in [(time + week + 1, RecoveryCase.clockAhead), (time - week, .clockBehind)] {
      #expect(
        refused(script) { options in (options.startTime, options.now) = (time, now) }?.recoveryCase == found)
    }
    try script.open { options in (options.startTime, options.now) = (time, time + week) }
    #expect(script.report.lastTime == time)
  }

  @Test func anEmptyDirectoryIsRefusedWhereAJournalIsExpected() throws {
    let script = JournalScript(SimulatedFiles())
    #expect(refused(script) { $0.newIdentity = nil }?.recoveryCase == .journalMissing)
    #expect(refused(script) { $0.start.batch = 1 }?.recoveryCase == .journalMissing)
  }

  @Test func aCleanEndGivesEverything() throws {
    let script = try written()
    let batches = try script.open()
    #expect(batches == script.acknowledged)
    let report = script.report
    #expect(report.recordCount == 8)
    #expect(report.commandCount == 5)
    #expect(report.attested == 7)
    #expect(report.tail.batch == 8)
    #expect(report.cutByteCount == 0 && report.cutBatchCount == 0 && !report.isHeaderRewritten)
    #expect(report.lastTime > 0)
  }

  @Test func aTornTailIsCutAndStaysCut() throws {
    let script = try written()
    #expect(try script.open().count == 5)
    script.append([600])
    script.close()
    let offset = 512 + 1536 + 512
    #expect(script.files[Self.third]?[offset] != 0)
    script.files[Self.third]?[offset + 700] ^= 0xFF
    let batches = try script.open()
    #expect(batches.count == 5)
    #expect(script.report.cutBatchCount == 1)
    #expect(script.report.cutByteCount == 1024)
    script.close()
    #expect(try script.open().count == 5)
    #expect(script.report.cutByteCount == 0)
  }

  @Test func aBadRecordBelowTheAttestedPositionIsRefused() throws {
    for (name, offset) in [(Self.first, 700), (Self.second, 1_500), (Self.third, 512), (Self.third, 1_100)] {
      let script = try written()
      script.files[name]?[offset] ^= 1
      let found = try #require(refused(script))
      #expect(found.recoveryCase == .corruption)
      #expect(found.file == name)
      #expect(found.batch <= found.attested || name != Self.third)
      #expect(found.explanation.contains("turnpiked journal inspect"))
      #expect(found.explanation.contains("turnpiked journal repair"))
    }
  }

  @Test func aMissingSegmentIsRefused() throws {
    let script = try written()
    script.files[Self.second] = nil
    #expect(refused(script)?.recoveryCase == .missingSegment)
    let beheaded = try written()
    beheaded.files[Self.first] = nil
    #expect(refused(beheaded)?.recoveryCase == .journalMissing)
  }

  @Test func aForeignSegmentIsRefused() throws {
    let script = try written()
    let other = JournalScript(SimulatedFiles())
    try other.open { $0.newIdentity = 99 }
    for _ in 0..<6 { other.append([900]) }
    script.files[Self.third] = other.files[Self.third]
    #expect(refused(script)?.recoveryCase == .foreignSegment)
    #expect(refused(try written()) { $0.identity = 5 }?.recoveryCase == .foreignSegment)
  }

  @Test func aMisnamedSegmentIsRefused() throws {
    let script = try written()
    script.files["journal-0000000000000004"] = script.files[Self.third]
    #expect(refused(script)?.recoveryCase == .misnamedSegment)
    let badlyNamed = try written()
    badlyNamed.files["journal-3"] = badlyNamed.files[Self.third]
    #expect(refused(badlyNamed)?.recoveryCase == .misnamedSegment)
  }

  @Test func aShortSegmentIsRefused() throws {
    let script = try written()
    script.files[Self.third]?.removeLast()
    #expect(refused(script)?.recoveryCase == .shortSegment)
  }

  @Test(arguments: [8, 12]) func aNewerFormatIsRefused(offset: Int) throws {
    // A header that another version wrote has a good checksum: the one of a file with the byte changed.
    let script = try written()
    var bytes = try #require(script.files[Self.third])
    bytes[offset] += 1
    script.files[Self.third] = SealedHeader.of(bytes)
    let found = try #require(refused(script))
    #expect(found.recoveryCase == .newerFormat)
    #expect(!found.explanation.contains("repair"))
  }

  @Test func aDamagedHeaderIsRewrittenOnlyWhenNothingWasInTheSegment() throws {
    let used = try written()
    used.files[Self.third]?[40] ^= 1
    #expect(refused(used)?.recoveryCase == .usedHeaderDamaged)
    let only = JournalScript(SimulatedFiles())
    try only.open()
    only.close()
    only.files[Self.first]?[40] ^= 1
    #expect(refused(only)?.recoveryCase == .usedHeaderDamaged)

    let unused = JournalScript(SimulatedFiles())
    try unused.open()
    unused.append([1_000])
    unused.append([1_000])
    // The next append begins a segment, and its record does not come into it.
    for call in 1... {
      let before = unused.files.contents
      unused.files.faults = [unused.files.callCount + call: .fail(5)]
      let isAppended = unused.append([1_000])
      unused.close()
      unused.files.kill()
      #expect(!isAppended)
      if unused.files[Self.second] != nil { break }
      #expect(before.keys.count <= unused.files.contents.keys.count)
      _ = unused.fault(in: try unused.open())
    }
    unused.files[Self.second]?.replaceSubrange(0..<4096, with: [UInt8](repeating: 0, count: 4096))
    unused.files[Self.second]?[100] = 1
    #expect(unused.fault(in: try unused.open()) == nil)
    #expect(unused.report.isHeaderRewritten)
    #expect(unused.append([1_000]))
    unused.close()
    #expect(unused.fault(in: try unused.open()) == nil)
    #expect(!unused.report.isHeaderRewritten)
  }

  @Test func aRecordThatDoesNotFollowIsRefused() throws {
    // A whole record of this very segment, from another life of the journal.
    let script = try written()
    let other = JournalScript(SimulatedFiles(script.files.contents))
    try other.open()
    other.append([100], term: 3)
    other.append([200])
    try script.open()
    script.append([101])
    script.close()
    let bytes = try #require(other.files[Self.third])
    let offset = 512 + 1536 + 512 + 512
    script.files[Self.third]?.replaceSubrange(offset..<offset + 512, with: bytes[offset..<offset + 512])
    #expect(refused(script)?.recoveryCase == .chainBroken)
  }

  @Test func theStartPositionMustBeOfThisHistory() throws {
    let script = try written()
    var positions: [JournalPosition] = []
    var batches: [[UInt8]] = []
    try JournalReader(script.files).records { record, _ in
      positions.append(JournalPosition(batch: record.batch, sequence: record.nextSequence - 1, hash: record.hash))
      return true
    }
    for position in positions {
      batches = try script.open { $0.start = position }
      #expect(batches == Array(script.acknowledged[Int(position.sequence)...]))
      #expect(script.report.recordCount == 8 - Int(position.batch))
      script.close()
      for change in 0..<2 {
        var other = position
        if change == 0 { other.hash ^= 1 } else { other.sequence += 1 }
        #expect(refused(script) { $0.start = other }?.recoveryCase == .otherHistory)
      }
    }
    #expect(
      refused(script) { $0.start = JournalPosition(batch: 9, sequence: 5, hash: 1) }?.recoveryCase == .otherHistory)
  }

  @Test func theClockIsComparedWithTheLastRecord() throws {
    let script = try written()
    let now = JournalScript<SimulatedFiles>.now
    #expect(refused(script) { $0.now = now - 70_000 }?.recoveryCase == .clockBehind)
    #expect(refused(script) { $0.now = now + 8 * 86_400_000 }?.recoveryCase == .clockAhead)
    for time in [now - 70_000, now + 8 * 86_400_000] {
      let batches = try script.open {
        $0.now = time
        $0.acceptsClock = true
      }
      #expect(batches == script.acknowledged)
    }
  }

  @Test func theVisitorMayStop() throws {
    let script = try written()
    var seen = 0
    #expect(throws: RecoveryError.stopped(batch: 3)) {
      _ = try Recovery.open(script.files, script.options()) { _, _ in
        seen += 1
        return seen < 3
      }
    }
  }

  /// A write that went astray over an acknowledged record, or that never was: found, because what follows attests it.
  @Test(arguments: [SimulatedFiles.Fault.lost, .misdirected(1536), .misdirected(-1536)])
  func writesThatGoAstrayAreFound(fault: SimulatedFiles.Fault) throws {
    let script = JournalScript(SimulatedFiles(), segmentByteCount: 16_384)
    try script.open()
    for _ in 0..<2 { script.append([900]) }
    script.files.faults[script.files.callCount + 1] = fault
    script.append([900])
    #expect(script.seal())
    script.close()
    let found = try #require(refused(script)?.recoveryCase)
    #expect([.corruption, .chainBroken].contains(found))
  }
}
