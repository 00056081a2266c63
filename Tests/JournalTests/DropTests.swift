import Journal
import SimulatedDisk
import Testing

/// What is dropped of a journal is in two snapshots that were read back: whichever one is spoilt later, a start finds the other, and
/// the journal behind it.
@Suite struct DropTests {
  private static let seeds: ClosedRange<UInt64> = 1...4

  /// A journal with three snapshots, dropped as far as they cover it, and how many batches were acknowledged before each.
  private final class Life {
    let script: JournalScript<SimulatedFiles>
    private(set) var countBefore: [UInt64: Int] = [:]
    private(set) var hasDropped = false
    private var secondBegan = 0
    var files: SimulatedFiles { script.files }

    init(_ files: SimulatedFiles) { script = JournalScript(files) }

    /// - Parameter faults: Goes wrong while the second snapshot is written, counted from its first call.
    func run(faults: [Int: SimulatedFiles.Fault] = [:]) {
      guard (try? script.open()) != nil else { return }
      for number in 1...3 {
        for _ in 0..<4 where !script.append([2_000]) { return }
        if number == 2 {
          secondBegan = files.callCount
          for (call, fault) in faults { files.faults[files.callCount + call] = fault }
        }
        guard (try? writeSnapshot()) != nil, (try? drop()) != nil else { return }
      }
      script.append([300])
    }

    /// What a call of writing the second snapshot was.
    func faultyCall(_ call: Int) -> FileError.Call? {
      files.calls.indices.contains(secondBegan + call - 1) ? files.calls[secondBegan + call - 1] : nil
    }

    private func writeSnapshot() throws {
      let log = try #require(script.log)
      countBefore[log.tail.batch] = script.acknowledged.count
      let header = SnapshotHeader(identity: log.identity, position: log.tail, time: 5, coreVersion: 1, shard: 0)
      let writer = try SnapshotFileWriter(files, header)
      let body = [UInt8](repeating: UInt8(truncatingIfNeeded: log.tail.batch), count: 3_000)
      unsafe body.withUnsafeBytes { unsafe writer.append($0) }
      _ = try writer.finish()
    }

    private func drop() throws {
      let before = try SnapshotFiles.retainWhole(2, in: files) { _, _ in }
      guard let before, let log = script.log else { return }
      let first = log.segmentRange.lowerBound
      try log.drop(before: before)
      if log.segmentRange.lowerBound > first { hasDropped = true }
    }

    /// Starts with the newest snapshot that is whole, or without; what is wrong with what is there then.
    func faultOfStart() -> String? {
      do {
        var (start, skipped) = (JournalPosition.beginning, 0)
        for batch in try SnapshotFiles.batches(in: files) {
          guard let reader = try? SnapshotFileReader(files, batch: batch), isWhole(reader) else { continue }
          (start, skipped) = (reader.header.position, countBefore[batch] ?? 0)
          break
        }
        let opened = try script.open { $0.start = start }
        script.close()
        let acknowledged = Array(script.acknowledged.dropFirst(skipped))
        let isRight = opened == acknowledged || opened == acknowledged + [script.handedOver].compactMap { $0 }
        return isRight ? nil : "\(opened.count) batches behind batch \(start.batch), \(acknowledged.count) acknowledged"
      } catch {
        return "\(error)"
      }
    }

    private func isWhole(_ reader: SnapshotFileReader<SimulatedFiles>) -> Bool {
      var body = [UInt8](repeating: 0, count: 3_000)
      let isRead = unsafe body.withUnsafeMutableBytes { unsafe reader.read(into: $0) }
      return isRead && (try? reader.finish()) != nil
    }

    /// Spoils one file after the other; what is wrong with the starts.
    func faultsWithOneSpoilt() throws -> [String] {
      var faults = [faultOfStart()].compactMap { $0 }
      for name in try files.list() where name.hasPrefix("snapshot-") {
        let good = try #require(files[name])
        files[name] = good.enumerated().map { $0.offset == good.count / 2 ? $0.element ^ 1 : $0.element }
        if let fault = faultOfStart() { faults.append("\(name) spoilt: \(fault)") }
        files[name] = good
      }
      return faults
    }
  }

  /// Power fails at each call.
  @Test(arguments: seeds) func aCrashLeavesTwoWaysToStart(seed: UInt64) throws {
    var (crashes, drops) = (0, 0)
    for call in 1... {
      let life = Life(SimulatedFiles(seed: seed &* 7_919 &+ UInt64(call)))
      life.files.faults = [call: .crash]
      life.run()
      guard life.files.hasCrashed else { break }
      life.script.close()
      life.files.crash()
      crashes += 1
      if life.hasDropped { drops += 1 }
      #expect(try life.faultsWithOneSpoilt() == [], "call \(call)")
    }
    #expect(crashes > 60)
    #expect(drops > 10)
  }

  /// The disk loses a write of the second snapshot and says nothing.
  @Test(arguments: seeds) func aSnapshotThatTheDiskLostCoversNothing(seed: UInt64) throws {
    var losses = 0
    for call in 1...8 {
      let life = Life(SimulatedFiles(seed: seed &* 977 &+ UInt64(call)))
      life.run(faults: [call: .lost])
      // Of a sync that did nothing, reading back cannot tell.
      guard life.faultyCall(call) == .write else { continue }
      losses += 1
      life.script.close()
      life.files.crash()
      #expect(life.hasDropped)
      #expect(try life.faultsWithOneSpoilt() == [], "call \(call)")
    }
    #expect(losses == 2)
  }

  /// Nothing is removed or dropped before two are whole, whichever bit of the newest is wrong.
  @Test func damageIsNoticedBeforeAnythingIsRemoved() throws {
    let life = Life(SimulatedFiles())
    life.run()
    let files = life.files
    let batches = try SnapshotFiles.batches(in: files)
    #expect(batches.count == 2)
    let name = try #require(try files.list().filter { $0.hasPrefix("snapshot-") }.max())
    let good = try #require(files[name])
    var unnoticed = 0
    for bit in stride(from: 0, to: good.count * 8, by: 5) {
      var bytes = good
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      files[name] = bytes
      var told: [UInt64] = []
      let covered = try SnapshotFiles.retainWhole(2, in: files) { batch, _ in told.append(batch) }
      if covered != nil || told != [batches[0]] { unnoticed += 1 }
    }
    #expect(unnoticed == 0)
    #expect(try SnapshotFiles.batches(in: files) == batches)
    files[name] = good
    #expect(try SnapshotFiles.retainWhole(2, in: files) { _, _ in } == batches[1])
  }
}
