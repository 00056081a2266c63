import Journal
import SimulatedDisk
import Testing

/// Power fails at every call of a repair: whatever is there then can be repaired to the same end, and nothing that was in the
/// directory is gone.
@Suite struct RepairCrashTests {
  /// What is wrong with the journal.
  enum Damage: CaseIterable {
    case middle, end, lostHeaders, lostFirstHeader, gap, copy, shortFile, foreign
  }

  private func name(_ number: Int) -> String { "journal-000000000000000\(number)" }

  private func damaged(_ damage: Damage) throws -> (contents: [String: [UInt8]], acknowledged: [[UInt8]]) {
    let script = JournalScript(SimulatedFiles())
    try script.open()
    for _ in 0..<7 { script.append([900]) }
    script.seal()
    script.close()
    let files = script.files
    switch damage {
    case .middle: files[name(2)]?[2_100] ^= 1
    case .end: files[name(4)]?[700] ^= 1
    case .lostHeaders: for number in 2...3 { files[name(number)]?[40] ^= 1 }
    case .lostFirstHeader: files[name(1)]?[40] ^= 1
    case .gap: files[name(2)] = nil
    case .copy: files["journal-0000000000000009"] = files[name(3)]
    case .shortFile: files[name(3)]?.removeLast(3_000)
    case .foreign: files[name(5)] = files[name(4)].map { SealedHeader.of(Array($0[..<16]) + [7] + Array($0[17...])) }
    }
    return (files.contents, script.acknowledged)
  }

  /// Gives the batches that the journal has after a repair.
  private func batches(_ files: SimulatedFiles) throws -> [[UInt8]] {
    // Where something was lost, only a restore takes it.
    try JournalScript(files).open { $0.isRestore = true }
  }

  @Test(arguments: Damage.allCases) func aCrashChangesNothingOfTheOutcome(damage: Damage) throws {
    let (contents, acknowledged) = try damaged(damage)
    let whole = SimulatedFiles(contents)
    #expect(refusal { _ = try batches(SimulatedFiles(contents)) } != nil)
    try RepairPlan.make(for: whole).apply(to: whole)
    let kept = try batches(whole)
    #expect(!kept.isEmpty && kept == Array(acknowledged.prefix(kept.count)))

    var crashCount = 0
    for (call, seed) in (1...).lazy.flatMap({ call in (0..<4).map { (call, UInt64($0)) } }) {
      let files = SimulatedFiles(contents, seed: seed &* 1_000_003 &+ UInt64(call))
      files.faults = [call: .crash]
      do {
        try RepairPlan.make(for: files).apply(to: files)
        break
      } catch {
        #expect(files.hasCrashed)
        crashCount += 1
      }
      files.crash()
      try RepairPlan.make(for: files).apply(to: files)
      files.crash()
      #expect(try batches(files) == kept, "\(damage), call \(call), seed \(seed)")
      for (name, bytes) in contents {
        let isKept = files.contents.values.contains(bytes)
        #expect(isKept, "\(damage), call \(call), seed \(seed): \(name) is gone")
      }
    }
    #expect(crashCount >= 8)
  }

  @Test(arguments: Damage.allCases) func aCallThatFailsLeavesSomethingToRepair(damage: Damage) throws {
    let (contents, _) = try damaged(damage)
    let whole = SimulatedFiles(contents)
    try RepairPlan.make(for: whole).apply(to: whole)
    let kept = try batches(whole)
    for call in 1... {
      let files = SimulatedFiles(contents)
      files.faults = [call: .fail(5)]
      guard (try? RepairPlan.make(for: files).apply(to: files)) == nil else { return }
      files.faults = [:]
      try RepairPlan.make(for: files).apply(to: files)
      #expect(try batches(files) == kept, "\(damage), call \(call)")
    }
  }

  @Test func aFullDiskChangesNothing() throws {
    let (contents, _) = try damaged(.middle)
    let files = SimulatedFiles(contents)
    files.capacity = contents.values.reduce(0) { $0 + $1.count } + 1024
    let plan = try RepairPlan.make(for: files)
    #expect(throws: FileError.self) { try plan.apply(to: files) }
    let isUntouched = contents.allSatisfy { files[$0] == $1 }
    #expect(isUntouched)
  }

  /// The only segment's header is also the only place of the journal's identity.
  @Test func theOnlySegmentGetsItsHeaderBack() throws {
    let script = JournalScript(SimulatedFiles())
    try script.open()
    script.append([900])
    script.seal()
    script.close()
    let good = try #require(script.files[name(1)])
    script.files[name(1)]?[60] ^= 1
    let plan = try RepairPlan.make(for: script.files)
    #expect(!plan.mayLose && plan.steps.count == 1)
    try plan.apply(to: script.files)
    let isSame = script.files[name(1)] == good
    #expect(isSame)

    // Without the identity nothing shows that these are records, and a beginning anew would be worse than none.
    script.files[name(1)]?[16] ^= 1
    let before = script.files.contents
    let hopeless = try RepairPlan.make(for: script.files)
    #expect(hopeless.obstacle == .journalMissing && hopeless.mayLose)
    try hopeless.apply(to: script.files)
    let isUntouched = script.files.contents == before
    #expect(isUntouched)
  }

  @Test func aPlanCountsWhatGoes() throws {
    let (contents, _) = try damaged(.middle)
    let plan = try RepairPlan.make(for: SimulatedFiles(contents))
    #expect(plan.keptSequence == 3)
    #expect(plan.newestSequence == 7)
    #expect(plan.commandLossMax == 4)
    #expect(plan.mayLose && plan.acknowledgedLossCount > 0)
    let (copied, _) = try damaged(.copy)
    #expect(try RepairPlan.make(for: SimulatedFiles(copied)).mayLose == false)
    let (foreign, _) = try damaged(.foreign)
    #expect(try RepairPlan.make(for: SimulatedFiles(foreign)).mayLose == false)
  }
}
