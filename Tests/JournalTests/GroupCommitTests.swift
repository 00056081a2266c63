import Journal
import Testing

@Suite struct GroupCommitTests {
  /// Commits a record of `count` bytes of one value.
  private func commit(_ value: UInt8, count: Int, to journal: inout GroupCommit) {
    let room = unsafe journal.room()
    for index in 0..<count { unsafe room[index] = value }
    journal.commit(byteCount: count)
  }

  /// `#expect` cannot look into a value that is owned once.
  private func expect(_ condition: Bool, line: Int = #line) {
    #expect(condition, "line \(line)")
  }

  private func bytes(_ batch: JournalBatch?) -> [UInt8] { batch.map { unsafe Array($0.bytes) } ?? [] }

  @Test func oneBatchIsInFlightWhileTheNextOneFills() {
    var journal = GroupCommit()
    expect(bytes(journal.nextBatch()).isEmpty)
    commit(1, count: 3, to: &journal)
    commit(2, count: 2, to: &journal)
    let first = journal.nextBatch()
    #expect(bytes(first) == [1, 1, 1, 2, 2])
    #expect(first?.firstSequence == 1)
    #expect(first?.lastSequence == 2)
    expect(journal.isAppending)
    commit(3, count: 1, to: &journal)
    expect(journal.isFilled)
    expect(bytes(journal.nextBatch()).isEmpty)
    // What is being appended does not change under the storage.
    #expect(bytes(first) == [1, 1, 1, 2, 2])
    expect(journal.durableSequence == 0)
    journal.appended()
    expect(journal.durableSequence == 2)
    let second = journal.nextBatch()
    #expect(bytes(second) == [3])
    #expect(second?.firstSequence == 3)
    journal.appended()
    expect(journal.durableSequence == 3)
    expect(!journal.isAppending && !journal.isFilled)
  }

  @Test func whatIsNotCommittedIsNotThere() {
    var journal = GroupCommit(after: 41)
    let room = unsafe journal.room()
    unsafe room[0] = 9
    commit(5, count: 1, to: &journal)
    let batch = journal.nextBatch()
    #expect(bytes(batch) == [5])
    #expect(batch?.firstSequence == 42)
  }

  @Test func aBatchIsFullBeforeARecordWouldNotFit() {
    var journal = GroupCommit()
    var count = 0
    while !journal.isFull {
      commit(7, count: JournalLimits.recordByteCountMax, to: &journal)
      count += 1
    }
    #expect(count == JournalLimits.batchByteCountMax / JournalLimits.recordByteCountMax)
    expect(unsafe journal.room().isEmpty)
    expect(bytes(journal.nextBatch()).count == JournalLimits.batchByteCountMax)
    // The other buffer is empty.
    expect(!journal.isFull)
    expect(journal.freeByteCount == JournalLimits.batchByteCountMax)
  }

  @Test func memoryKeepsWholeBatchesUpToItsBound() {
    var journal = GroupCommit()
    var storage = MemoryStorage(byteCountMax: 5)
    for (value, count) in [(UInt8(1), 3), (2, 3), (3, 1)] {
      commit(value, count: count, to: &journal)
      guard let batch = journal.nextBatch() else { continue }
      #expect(storage.append(batch) == .durable)
      journal.appended()
    }
    // The second did not fit; a later one would leave a gap.
    #expect(storage.bytes == [1, 1, 1])
    #expect(storage.isTruncated)
  }

  @Test func anIdleJournalIsSealedOnce() {
    var journal = GroupCommit(after: 7)
    expect(journal.sealDeadline == nil)
    commit(1, count: 4, to: &journal)
    expect(journal.sealDeadline == nil)
    let batch = journal.nextBatch(RecordContext(time: 1_000, stateDigest: 8))
    #expect(batch?.kind == .commands)
    #expect(batch?.digestBefore == 0)
    // What is being appended can't be sealed yet.
    expect(journal.sealDeadline == nil)
    journal.appended()
    expect(journal.sealDeadline == 1_100)
    // What waits will attest it as well.
    commit(2, count: 4, to: &journal)
    expect(journal.sealDeadline == nil)
    expect(bytes(journal.nextSeal()).isEmpty && journal.isFilled)
    _ = journal.nextBatch(RecordContext(time: 1_050, stateDigest: 9))
    journal.appended()
    expect(journal.sealDeadline == 1_150)
    let seal = journal.nextSeal(RecordContext(time: 1_151, stateDigest: 9))
    #expect(seal?.kind == .seal)
    #expect(seal?.commandCount == 0)
    #expect(seal?.digestBefore == 9)
    #expect(seal?.firstSequence == 10)
    #expect(seal?.lastSequence == 9)
    #expect(bytes(seal).isEmpty)
    expect(journal.isAppending)
    // The next batch fills meanwhile, and waits.
    commit(3, count: 1, to: &journal)
    expect(bytes(journal.nextBatch()).isEmpty)
    journal.appended()
    expect(journal.durableSequence == 9 && !journal.isAppending)
    #expect(bytes(journal.nextBatch(RecordContext(time: .max))) == [3])
    journal.appended()
    expect(journal.sealDeadline == .max)
    _ = journal.nextSeal()
    journal.appended()
    // A seal is never sealed.
    expect(journal.sealDeadline == nil)
  }
}
