import Journal
import SimulatedDisk
import Testing

/// The log between two recoveries.
@Suite struct LocalLogTests {
  private func script(_ files: SimulatedFiles = SimulatedFiles(), _ durability: Durability = .fsync) throws
    -> JournalScript<SimulatedFiles>
  {
    let script = JournalScript(files, durability: durability)
    #expect(try script.open().isEmpty)
    return script
  }

  private func records(_ script: JournalScript<SimulatedFiles>, after batch: UInt64 = 0) throws -> [RecordHeader]? {
    var records: [RecordHeader] = []
    let log = try #require(script.log)
    let isComplete = try log.read(after: batch) { record, _ in
      records.append(record)
      return true
    }
    return isComplete ? records : nil
  }

  @Test func aRecordIsOneWriteAndOneSync() throws {
    let script = try script()
    let before = script.files.calls.count
    script.append([100, 20])
    script.append([5])
    #expect(Array(script.files.calls[before...]) == [.write, .sync, .write, .sync])
    let unsynced = try self.script(SimulatedFiles(), .os)
    let begun = unsynced.files.calls.count
    unsynced.append([100, 20])
    #expect(Array(unsynced.files.calls[begun...]) == [.write])
  }

  @Test func eachRecordAttestsTheOnesBeforeIt() throws {
    let script = try script()
    script.append([100, 20])
    script.append([5])
    script.seal()
    let records = try #require(try records(script))
    #expect(records.map(\.kind) == [.commands, .commands, .seal])
    #expect(records.map(\.batch) == [1, 2, 3])
    #expect(records.map(\.attested) == [0, 1, 2])
    #expect(records.map(\.firstSequence) == [1, 3, 4])
    #expect(records.map(\.commandCount) == [2, 1, 0])
    #expect(records.map(\.previous) == [0, records[0].hash, records[1].hash])
    #expect(records.map(\.time) == (1...3).map { JournalScript<SimulatedFiles>.now + min($0, 2) })
    let unsynced = try self.script(SimulatedFiles(), .os)
    unsynced.append([1])
    unsynced.append([1])
    let flagged = try #require(try self.records(unsynced))
    #expect(flagged.map(\.attested) == [0, 0])
    #expect(flagged.map(\.isUnsynced) == [true, true])
  }

  @Test func aFullSegmentEndsWithADigestOfTheStateBefore() throws {
    let script = try script()
    for _ in 0..<9 { script.append([1_000]) }
    #expect(script.log?.segmentRange == 1...5)
    var digests: [(RecordHeader, UInt128)] = []
    var last: [UInt64: RecordKind] = [:]
    try JournalReader(script.files).records { record, commands in
      last[record.segment] = record.kind
      if record.kind == .digest {
        digests.append((record, unsafe commands.unsafeLoadUnaligned(as: UInt128.self)))
      }
      return true
    }
    #expect(last == [1: .digest, 2: .digest, 3: .digest, 4: .digest, 5: .commands])
    // The script's digest names the last sequence.
    for (record, digest) in digests { #expect(digest == UInt128(record.firstSequence - 1) << 64 | 7) }
    #expect(digests.count == 4)
  }

  @Test func aBatchThatCannotFitFails() throws {
    let script = try script()
    #expect(!script.append([4_000]))
    #expect(script.log?.hasFailed == true)
    #expect(!script.append([1]))
  }

  @Test func aBatchForAnotherPositionFails() throws {
    let script = try script()
    let log = try #require(script.log)
    var commit = GroupCommit(after: 3)
    unsafe commit.room()[0] = 1
    commit.commit(byteCount: 1)
    let next = commit.nextBatch()
    let batch = try #require(next)
    let callCount = script.files.callCount
    #expect(log.append(batch) == .failed)
    #expect(log.hasFailed)
    #expect(script.files.callCount == callCount)
  }

  @Test func aLeaderOfALowerTermFails() throws {
    let script = try script()
    #expect(script.append([1], term: 5))
    #expect(!script.append([1], term: 4))
    script.close()
    #expect(script.fault(in: try script.open()) == nil)
    #expect(!script.append([1], term: 4))
  }

  @Test func shortWritesAreContinued() throws {
    let files = SimulatedFiles()
    for call in 1...40 { files.faults[call] = .short(call % 3 == 0 ? 1 : 700) }
    let script = try script(files)
    for _ in 0..<6 { #expect(script.append([1_500])) }
    script.close()
    files.crash()
    #expect(script.fault(in: try script.open()) == nil)
  }

  @Test func aWriteThatTakesNothingFails() throws {
    let script = try script()
    script.files.faults[script.files.callCount + 1] = .short(0)
    #expect(!script.append([10]))
    #expect(script.log?.error?.call == .write)
  }

  @Test(arguments: [5, 28] as [Int32]) func errorsOfWriteAndSyncEndIt(number: Int32) throws {
    for call in 1...2 {
      let script = try script()
      script.append([10])
      script.files.faults[script.files.callCount + call] = .fail(number)
      #expect(!script.append([10]))
      #expect(script.log?.error == FileError(call == 1 ? .write : .sync, path: "", number: number))
      #expect(!script.append([10]))
    }
  }

  @Test func recordsAreReadFromAnywhereAndDroppedInSegments() throws {
    let script = try script()
    for _ in 0..<12 { script.append([900]) }
    let log = try #require(script.log)
    let all = try #require(try records(script))
    #expect(all.count > 12)
    for batch in 0...UInt64(all.count) {
      #expect(try records(script, after: batch) == Array(all[Int(batch)...]))
    }
    try log.drop(before: 1)
    #expect(log.segmentRange.lowerBound == 1)
    let second = try #require(all.first { $0.segment == 3 })
    try log.drop(before: second.batch)
    #expect(log.segmentRange.lowerBound == 3)
    #expect(try records(script, after: second.batch - 1)?.first == second)
    #expect(try records(script, after: second.batch - 2) == nil)
    // Never the current one.
    try log.drop(before: .max)
    #expect(log.segmentRange.lowerBound == log.segmentRange.upperBound)
    #expect(script.append([900]))
    script.close()
    #expect(refusal { try script.open() }?.recoveryCase == .journalMissing)
  }

  /// A reader is told when the middle is gone, instead of being given the rest.
  @Test func readingStopsAtDamage() throws {
    let script = try script()
    for _ in 0..<6 { script.append([900]) }
    script.files["journal-0000000000000001"]?[700] ^= 1
    #expect(try records(script) == nil)
  }

  @Test func reservesAreMadeAndUsed() throws {
    let script = try script()
    var maker = ReserveMaker(script.files, segmentByteCount: 4096)
    maker.refill()
    #expect(!maker.isLowOnSpace)
    func reserveCount() -> Int { script.files.contents.keys.count { $0.hasPrefix("reserve-") } }
    #expect(reserveCount() == 3)
    for _ in 0..<9 { script.append([1_000]) }
    #expect(reserveCount() == 0)
    // Dropped segments are the next ones, as many as are wanted.
    try script.log?.drop(before: .max)
    #expect(reserveCount() == 3)
    script.files["reserve-0000000000000001"] = [1]
    let before = script.files.calls.count
    for _ in 0..<3 { #expect(script.append([1_000])) }
    // A reserve of another size is left alone, and none is made while one is there.
    #expect(reserveCount() == 2)
    #expect(!script.files.calls[before...].contains(.create))
  }

  @Test func aFullDiskIsToldBeforeAppendsFail() throws {
    let files = SimulatedFiles()
    let script = try script(files)
    files.capacity = 4096 * 3 + 1_000
    var maker = ReserveMaker(files, segmentByteCount: 4096)
    maker.refill()
    #expect(maker.isLowOnSpace)
    #expect(maker.lastError?.number == 28)
    #expect(files.contents.keys.sorted().map { String($0.prefix(8)) } == ["journal-", "reserve-", "reserve-"])
    // What must go on does, through both reserves.
    for _ in 0..<6 { #expect(script.append([1_000])) }
    #expect(!script.append([1_000]))
    #expect(script.log?.error?.number == 28)
    files.capacity = .max
    maker.refill()
    #expect(!maker.isLowOnSpace)
    script.close()
    #expect(script.fault(in: try script.open()) == nil)
  }

  /// The segment that a file was before lies under the new one's records, whole, and is nothing.
  @Test func aRecycledSegmentGivesNothingBack() throws {
    let script = try script()
    for _ in 0..<7 { script.append([100]) }
    try script.log?.drop(before: .max)
    for _ in 0..<2 { script.append([900]) }
    #expect(script.files.contents.keys.filter { $0.hasPrefix("journal-") }.count == 2)
    let header = try #require(try JournalReader(script.files).segments.first?.header)
    script.close()
    let start = JournalPosition(
      batch: header.firstBatch - 1, sequence: header.firstSequence - 1, hash: header.previous)
    let batches = try script.open { $0.start = start }
    #expect(batches == Array(script.acknowledged.suffix(batches.count)))
    #expect(batches.count == 3)
    // What is left of the old one is not even a torn tail.
    #expect(script.report.cutByteCount == 0)
    #expect(script.report.attested == script.report.tail.batch - 1)
  }

  @Test func memoryReadsWhatItKeeps() {
    var journal = GroupCommit(after: 4)
    var storage = MemoryStorage(byteCountMax: 100, after: JournalPosition(batch: 2, sequence: 4, hash: 1))
    for value in UInt8(1)...3 {
      unsafe journal.room()[0] = value
      journal.commit(byteCount: 1)
      guard let batch = journal.nextBatch() else { continue }
      #expect(storage.append(batch) == .durable)
      journal.appended()
    }
    #expect(storage.tail.batch == 5)
    #expect(storage.tail.sequence == 7)
    var seen: [UInt64] = []
    let isComplete = storage.read(after: 3) { record, commands in
      #expect(commands.byteCount == 1)
      seen.append(record.batch)
      return true
    }
    #expect(isComplete)
    #expect(seen == [4, 5])
  }
}
