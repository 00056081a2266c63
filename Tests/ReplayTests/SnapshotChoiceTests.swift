import BrokerCore
import Journal
import Replay
import SimulatedDisk
import Testing
import WireProtocol

/// Which snapshot a start believes, and what of the journal those that are kept still need.
@Suite struct SnapshotChoiceTests {
  /// Snapshots of the state after GENESIS, said to be those after these batches.
  private static func written(_ batches: [UInt64]) throws -> SimulatedFiles {
    let files = SimulatedFiles()
    for batch in batches {
      guard let machine = StateMachine(genesis: .small) else { throw FileError(.create, path: "", number: 12) }
      let position = JournalPosition(batch: batch, sequence: machine.sequence, hash: 5)
      var writer = try SnapshotFileWriter(
        files,
        SnapshotHeader(identity: 7, position: position, time: 1, coreVersion: UInt16(CoreLimits.coreVersion), shard: 0))
      machine.writeSnapshot(to: &writer)
      _ = try writer.finish()
    }
    return files
  }

  /// Whatever changed of the newest, also where it is a state like any other, the one before it is taken.
  @Test func aDamagedSnapshotIsNeverTheState() throws {
    let good = try Self.written([3, 8]).contents
    let name = try #require(good.keys.first { $0.hasSuffix("8") && $0.hasPrefix("snapshot") })
    let byteCount = try #require(good[name]?.count)
    // The head of the file has a checksum of its own.
    for offset in SnapshotHeader.byteCount..<byteCount {
      let files = SimulatedFiles(good)
      files.corrupt(name, at: offset, bits: 1)
      var told: [UInt64] = []
      let position = try Snapshots.newest(in: files) { batch, _ in told.append(batch) }?.position
      #expect(position?.batch == 3, "byte \(offset)")
      #expect(told == [8], "byte \(offset)")
    }
  }

  /// The journal must reach back to the oldest snapshot that is kept: it is what a start has when the others are damaged.
  @Test func theJournalIsKeptFromTheOldestSnapshotOn() throws {
    let files = try Self.written([3, 8, 12])
    #expect(try SnapshotFiles.retain(4, in: files) == nil)
    #expect(try SnapshotFiles.retain(2, in: files) == 8)
    #expect(try SnapshotFiles.batches(in: files) == [12, 8])
    #expect(try SnapshotFiles.retain(1, in: files) == 12)
  }
}
