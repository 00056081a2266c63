import Journal
import SimulatedDisk
import Testing

/// What is left after a repair is a beginning of what was. It starts where nothing was lost, and else a restore goes on from it.
@Suite struct RepairTests {
  private func name(_ number: Int) -> String { "journal-000000000000000\(number)" }

  private func written() throws -> JournalScript<SimulatedFiles> {
    let script = JournalScript(SimulatedFiles())
    try script.open()
    for _ in 0..<7 { script.append([900]) }
    script.seal()
    script.close()
    return script
  }

  /// Repairs, opens, appends, opens again; gives how many batches were kept, and how many steps it took.
  private func repair(_ script: JournalScript<SimulatedFiles>) throws -> (batches: Int, steps: Int, plan: RepairPlan) {
    let before = script.files.contents
    let plan = try RepairPlan.make(for: script.files)
    #expect(script.files.contents == before)
    try plan.apply(to: script.files)
    script.files.crash()
    if plan.mayLose {
      #expect(refusal { try script.open() }?.recoveryCase == .backup)
      try Backup.removeMark(from: script.files)
    }
    let batches = try script.open()
    #expect(Array(script.acknowledged.prefix(batches.count)) == batches)
    #expect(script.report.cutByteCount == 0)
    _ = script.fault(in: batches)
    for _ in 0..<3 { #expect(script.append([800])) }
    script.close()
    #expect(script.fault(in: try script.open()) == nil)
    return (batches.count, plan.steps.count, plan)
  }

  @Test func aGoodJournalNeedsNone() throws {
    let (batches, steps, plan) = try repair(try written())
    #expect(batches == 7)
    #expect(steps == 0)
    #expect(plan.obstacle == nil)
    #expect(try JournalReader(try written().files).trouble() == nil)
  }

  @Test func damageInTheMiddleIsCutThere() throws {
    let script = try written()
    script.files[name(2)]?[2_100] ^= 1
    #expect(try JournalReader(script.files).trouble()?.file == name(2))
    let (batches, _, plan) = try repair(script)
    #expect(batches == 3)
    #expect(plan.attested > plan.keptBatch)
    #expect(
      plan.steps == [
        .cut(file: name(2), offset: 2048, segmentByteCount: 4096), .moveAside(file: name(3)),
        .moveAside(file: name(4)),
      ])
  }

  @Test func aLostHeaderIsMadeFromTheFirstRecord() throws {
    for number in 2...4 {
      let script = try written()
      script.files[name(number)]?[40] ^= 1
      #expect(try JournalReader(script.files).trouble()?.recoveryCase == .usedHeaderDamaged)
      let (batches, steps, _) = try repair(script)
      #expect(batches == 7)
      #expect(steps == 1)
    }
  }

  @Test func aGapEndsTheJournal() throws {
    let script = try written()
    script.files[name(2)] = nil
    let (batches, steps, _) = try repair(script)
    #expect(batches == 2)
    // Two files aside, and the end of the first: the next segment there was attested more.
    #expect(steps == 3)
  }

  @Test func aCopyIsMovedAside() throws {
    let script = try written()
    script.files["journal-0000000000000009"] = script.files[name(3)]
    let (batches, _, plan) = try repair(script)
    #expect(batches == 7)
    #expect(plan.steps == [.moveAside(file: "journal-0000000000000009")])
    #expect(script.files["aside-journal-0000000000000009"] != nil)
  }

  @Test func aShortFileIsFilledAgain() throws {
    let script = try written()
    script.files[name(4)]?.removeLast(3_000)
    let (batches, steps, _) = try repair(script)
    #expect(batches == 6)
    #expect(steps == 1)
  }

  @Test func aNewerFormatIsLeftAlone() throws {
    let script = try written()
    var bytes = try #require(script.files[name(3)])
    bytes[8] = 2
    script.files[name(3)] = SealedHeader.of(bytes)
    let before = script.files.contents
    let plan = try RepairPlan.make(for: script.files)
    #expect(plan.obstacle == .newerFormat)
    try plan.apply(to: script.files)
    #expect(script.files.contents == before)
  }
}
