import Journal
import SimulatedDisk
import Testing

/// Every bit of a small journal flipped, and every file cut at every length: found, or cut above what is attested, or without
/// effect because nothing lies there; never silently another journal.
@Suite struct DamageTests {
  private struct Tally: Equatable {
    var detected = 0
    var cut = 0
    var harmless = 0
    var silent = 0
  }

  /// A journal of two segments whose last batch is not sealed, so that there is something to cut.
  private func journal() throws -> JournalScript<SimulatedFiles> {
    let script = JournalScript(SimulatedFiles(), segmentByteCount: 3072)
    try script.open()
    for size in [300, 500, 700, 350, 40] { #expect(script.append([size, 9])) }
    #expect(script.log?.segmentRange == 1...2)
    script.close()
    return script
  }

  /// - Parameter attested: Batches of commands that must be there, whatever is cut.
  private func judge(_ contents: [String: [UInt8]], _ original: [[UInt8]], attested: Int, _ tally: inout Tally) {
    let script = JournalScript(SimulatedFiles(contents), segmentByteCount: 3072)
    do {
      let batches = try script.open()
      if batches == original {
        if script.report.cutByteCount > 0 || script.report.isHeaderRewritten {
          tally.cut += 1
        } else {
          tally.harmless += 1
        }
      } else if batches.count >= attested, Array(original.prefix(batches.count)) == batches,
        script.report.cutByteCount > 0
      {
        tally.cut += 1
      } else {
        tally.silent += 1
      }
    } catch {
      tally.detected += 1
    }
  }

  @Test func everyBitFlipped() throws {
    let script = try journal()
    let contents = script.files.contents
    var tally = Tally()
    for (name, bytes) in contents {
      for index in bytes.indices {
        for bit in 0..<8 {
          var changed = contents
          changed[name]?[index] ^= 1 << UInt8(bit)
          judge(changed, script.acknowledged, attested: script.acknowledged.count - 1, &tally)
        }
      }
    }
    #expect(tally.silent == 0)
    #expect(tally.detected + tally.cut + tally.harmless == contents.values.reduce(0) { $0 + $1.count * 8 })
    // Of the last record and of the sector that marks the end.
    #expect(tally.cut >= 2 * 512 * 8)
    #expect(tally.detected > 5 * 512 * 8)
    print("flipped bits: detected \(tally.detected), cut \(tally.cut), nothing there \(tally.harmless), silent 0")
  }

  @Test func everyLengthCut() throws {
    let script = try journal()
    let contents = script.files.contents
    var tally = Tally()
    for (name, bytes) in contents {
      for count in 0..<bytes.count {
        var changed = contents
        changed[name] = Array(bytes[..<count])
        judge(changed, script.acknowledged, attested: script.acknowledged.count, &tally)
      }
    }
    #expect(tally == Tally(detected: contents.values.reduce(0) { $0 + $1.count }))
  }

  /// Garbage of any kind is answered, not trapped on.
  @Test(arguments: 1...40 as ClosedRange<UInt64>) func garbageIsAnswered(seed: UInt64) throws {
    let script = try journal()
    var chance = Chance(seed: seed)
    for _ in 0..<50 {
      var contents = script.files.contents
      let name = contents.keys.sorted()[chance.below(contents.count)]
      for _ in 0...chance.below(20) {
        let begin = chance.below(3072)
        for index in begin..<min(3072, begin + chance.below(64)) {
          contents[name]?[index] = chance.below(3) == 0 ? 0xFF : UInt8(chance.below(256))
        }
      }
      var tally = Tally()
      judge(contents, script.acknowledged, attested: 0, &tally)
      #expect(tally.silent == 0)
      let plan = try RepairPlan.make(for: SimulatedFiles(contents))
      #expect(plan.keptBatch <= 7)
    }
  }
}
