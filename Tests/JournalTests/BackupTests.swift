import Journal
import SimulatedDisk
import Testing

/// A copy has all that was whole, and no start takes it; a crash in the middle leaves nothing else.
@Suite struct BackupTests {
  /// A journal of several segments.
  private func journal(_ batchCount: Int = 14, seed: UInt64 = 1) throws -> JournalScript<SimulatedFiles> {
    let script = JournalScript(SimulatedFiles(seed: seed))
    try script.open()
    append(batchCount, to: script)
    return script
  }

  private func append(_ batchCount: Int, to script: JournalScript<SimulatedFiles>) {
    for step in 0..<batchCount { #expect(script.append([[40, 7], [300, 300, 20], [2_000]][step % 3])) }
  }

  private func batches(in files: SimulatedFiles) throws -> [[UInt8]] {
    try JournalScript(files).open { ($0.isRestore, $0.newIdentity) = (true, nil) }
  }

  @Test func aCopyHasAllAndIsNoJournal() throws {
    let script = try journal()
    let copy = SimulatedFiles()
    let report = try Backup.copy(script.files, to: copy)
    #expect(report.position == script.log?.tail && report.segmentCount > 3)
    #expect(refusal { try JournalScript(copy).open() }?.recoveryCase == .backup)
    #expect(try batches(in: copy) == script.acknowledged)
    #expect(throws: BackupError.notEmpty) { try Backup.copy(script.files, to: copy) }
    try Backup.removeMark(from: copy)
    #expect(try JournalScript(copy).open() == script.acknowledged)
    // The broker went on beside it.
    append(3, to: script)
  }

  @Test func whatIsTornIsNotCopiedAndWhatIsDamagedIsRefused() throws {
    let script = try journal()
    script.close()
    let names = script.files.contents.keys.filter { $0.hasPrefix("journal-") }.sorted()
    let last = try #require(names.last)
    script.files.corrupt(names[0], at: 700, bits: 1)
    #expect(throws: BackupError.self) { try Backup.copy(script.files, to: SimulatedFiles()) }
    script.files.corrupt(names[0], at: 700, bits: 1)
    let header = try #require(try JournalReader(script.files).segments.last?.header)
    var end = 0
    try JournalReader(script.files).walk { finding, _ in
      if finding.file == last, finding.record != nil { end = finding.offset }
      return true
    }
    #expect(end > 0 && header.segment > 1)
    // The very last record is not attested: what is left of it is nothing.
    script.files.corrupt(last, at: end + 130, bits: 1)
    let copy = SimulatedFiles()
    try Backup.copy(script.files, to: copy)
    #expect(try batches(in: copy) == Array(script.acknowledged.dropLast()))
    // Not even what a later record may attest once it is whole.
    #expect(copy[last]?[end...].allSatisfy { $0 == 0 } == true)
  }

  @Test func theLaterJournalGoesOnWhereTheBackupEnds() throws {
    let script = try journal(5)
    let backup = SimulatedFiles()
    try Backup.copy(script.files, to: backup)
    append(12, to: script)
    let tail = script.log?.tail
    let target = SimulatedFiles()
    #expect(try Backup.copy(backup, later: script.files, to: target).position == tail)
    #expect(try batches(in: target) == script.acknowledged)
    // One that ends before it is not later, and another history is not the same.
    let early = try journal(2)
    #expect(throws: BackupError.self) { try Backup.copy(backup, later: early.files, to: SimulatedFiles()) }
    let other = JournalScript(SimulatedFiles())
    try other.open()
    for _ in 0..<9 { #expect(other.append([100])) }
    #expect(throws: BackupError.self) { try Backup.copy(backup, later: other.files, to: SimulatedFiles()) }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>) func aCrashLeavesNothingThatAStartTakes(seed: UInt64) throws {
    let script = try journal(6)
    var crashCount = 0
    for call in 1... {
      let target = SimulatedFiles(seed: seed &* 1_009 &+ UInt64(call))
      target.faults = [call: .crash]
      _ = try? Backup.copy(script.files, to: target)
      if !target.hasCrashed { break }
      crashCount += 1
      target.crash()
      target.faults = [:]
      let names = try target.list()
      guard names.contains(where: { $0.hasPrefix("journal-") || $0.hasPrefix("snapshot-") }) else { continue }
      #expect(refusal { try JournalScript(target).open() }?.recoveryCase == .backup, "call \(call): \(names)")
    }
    #expect(crashCount > 20)
  }
}
