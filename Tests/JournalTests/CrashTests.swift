import Journal
import SimulatedDisk
import Testing

/// Power fails at every call, also those of the recovery after it: what was acknowledged is there, in order.
@Suite struct CrashTests {
  private static let seeds: ClosedRange<UInt64> = 1...6

  /// Appends with segment changes, reserves made in between, and drops.
  private func run(_ script: JournalScript<SimulatedFiles>, droppingAfter: Int? = 9) {
    var maker = ReserveMaker(script.files, segmentByteCount: script.segmentByteCount)
    for step in 0..<14 {
      if step % 5 == 1 { maker.refill() }
      if step == 8 { script.seal() }
      // One, two and five sectors of record.
      let sizes = [[40, 7], [300, 300, 20], [2_000]][step % 3]
      if !script.append(sizes) { return }
      if step == droppingAfter { try? script.log?.drop(before: script.log?.tail.batch ?? 0) }
    }
    script.seal()
  }

  /// Lets the power fail again at each call of the recovery from the same state, then recovers.
  private func recover(_ script: JournalScript<SimulatedFiles>, seed: UInt64) throws -> String? {
    let files = script.files
    for call in 1... {
      files.faults = [files.callCount + call: .crash]
      do {
        let batches = try script.open()
        files.faults = [:]
        return script.fault(in: batches)
      } catch {
        guard files.hasCrashed else { throw error }
        files.crash()
      }
    }
    return nil
  }

  /// Crashes at each call, recovers, goes on, crashes, recovers; gives what was wrong.
  private func faults(
    _ durability: Durability = .fsync, seed: UInt64, _ change: (SimulatedFiles) -> Void = { _ in }
  ) throws -> (faults: [String], runCount: Int) {
    var faults: [String] = []
    for call in 1... {
      let files = SimulatedFiles(seed: seed &* 1_000_003 &+ UInt64(call))
      change(files)
      let script = JournalScript(files, durability: durability)
      files.faults = [call: .crash]
      let opened = try? script.open()
      if opened != nil { run(script, droppingAfter: nil) }
      if !files.hasCrashed { return (faults, call) }
      script.close()
      files.crash()
      do {
        if let fault = try recover(script, seed: seed) { faults.append("call \(call): \(fault)") }
        // It is as good as new.
        run(script, droppingAfter: nil)
        script.close()
        files.crash()
        if let fault = script.fault(in: try script.open()) { faults.append("call \(call), later: \(fault)") }
      } catch {
        faults.append("call \(call): \(error)")
      }
    }
    return (faults, 0)
  }

  @Test(arguments: seeds) func nothingAcknowledgedIsLost(seed: UInt64) throws {
    let (faults, runCount) = try faults(seed: seed)
    #expect(faults.isEmpty)
    #expect(runCount > 60)
  }

  /// The same disk, lying about its syncs: the test above must be able to fail.
  @Test func aDiskThatDoesNotSyncIsFoundOut() throws {
    let (faults, _) = try faults(seed: 1) { $0.ignoresSyncs = true }
    #expect(faults.count > 20)
  }

  @Test(arguments: seeds) func dropsLeaveNoGap(seed: UInt64) throws {
    var crashCount = 0
    for call in 1... {
      let files = SimulatedFiles(seed: seed &* 7_919 &+ UInt64(call))
      let script = JournalScript(files)
      files.faults = [call: .crash]
      if (try? script.open()) != nil { run(script) }
      if !files.hasCrashed { break }
      crashCount += 1
      script.close()
      files.crash()
      var opened: [[UInt8]] = []
      // A snapshot says where to start: at the first batch that is left.
      let reader = try JournalReader(files)
      guard let first = reader.segments.first?.header else {
        #expect(script.acknowledged.isEmpty)
        continue
      }
      opened = try script.open {
        $0.start = JournalPosition(batch: first.firstBatch - 1, sequence: first.firstSequence - 1, hash: first.previous)
      }
      let all = script.acknowledged + [script.handedOver].compactMap { $0 }
      #expect(opened.count <= all.count)
      #expect(Array(all.suffix(opened.count)) == opened || Array(script.acknowledged.suffix(opened.count)) == opened)
    }
    #expect(crashCount > 60)
  }

  /// Written and not synced, it survives the process at any call, and after a power failure what is left is a beginning of it.
  @Test(arguments: seeds) func withoutSyncsTheProcessMayDie(seed: UInt64) throws {
    for call in 1... {
      let files = SimulatedFiles(seed: seed &* 31 &+ UInt64(call))
      let script = JournalScript(files, durability: .os)
      files.faults = [call: .fail(5)]
      if (try? script.open()) != nil { run(script, droppingAfter: nil) }
      if files.callCount < call { break }
      script.close()
      files.kill()
      #expect(script.fault(in: try script.open()) == nil, "call \(call)")
      run(script, droppingAfter: nil)
      let acknowledged = script.acknowledged
      script.close()
      files.crash()
      let opened = try script.open()
      #expect(Array(acknowledged.prefix(opened.count)) == opened, "call \(call)")
      #expect(script.report.attested <= script.report.tail.batch)
      _ = script.fault(in: opened)
      run(script, droppingAfter: nil)
      script.close()
      #expect(script.fault(in: try script.open()) == nil, "call \(call)")
    }
  }

  /// A failed write or sync ends it; the process that comes after finds all that was acknowledged, and a power failure later too.
  @Test(arguments: seeds) func whatFailsIsNeverTriedAgain(seed: UInt64) throws {
    for call in 1... {
      let files = SimulatedFiles(seed: seed &* 977 &+ UInt64(call))
      let script = JournalScript(files)
      files.faults = [call: .fail(5)]
      if (try? script.open()) != nil { run(script, droppingAfter: nil) }
      if files.callCount < call { break }
      if script.log?.hasFailed == true {
        let callCount = files.callCount
        #expect(!script.append([10]))
        #expect(files.callCount == callCount)
      }
      script.close()
      files.kill()
      #expect(script.fault(in: try script.open()) == nil, "call \(call)")
      script.append([10])
      script.close()
      files.crash()
      #expect(script.fault(in: try script.open()) == nil, "call \(call)")
    }
  }
}
