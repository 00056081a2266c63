import BrokerCore
import Foundation
import Testing
import WireProtocol

/// A snapshot of format 1 and of this core version that was written once: it is read, and given back to the byte, for as long as the
/// core's version is that. Where there is none it is written by `swift test --filter GoldenSnapshotTests/isWrittenOnce`.
@Suite struct GoldenSnapshotTests {
  private static let path = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden/snapshot-core-\(CoreLimits.coreVersion)").path()

  /// A small world with some of everything.
  private static func state() -> RandomComparison? {
    var coverage = RandomCoverage()
    for seed in 1...1_000 as ClosedRange<UInt64> {
      guard var world = RandomComparison(seed: seed) else { continue }
      for _ in 0..<2_000 {
        _ = world.run(&coverage)
        let figures = world.core.brokerFigures
        if figures.leases > 6, figures.ended > 6, figures.sessions > 1, figures.keyEpoch > 1, world.hasAllFunding,
          world.hasAgents, hasPayouts(world.core), !world.core.lossIncarnations.isEmpty
        {
          return world
        }
      }
    }
    return nil
  }

  /// Whether ecash of some mint was paid out, or is to be.
  private static func hasPayouts(_ core: borrowing StateMachine) -> Bool {
    for mint in 1...UInt32(WireLimits.mintCountMax) {
      if let totals = core.totals(ofMint: mint), totals.paid > 0 || totals.promised > 0 { return true }
    }
    return false
  }

  @Test func isStillReadAndWritten() throws {
    let golden = [UInt8](try Data(contentsOf: URL(filePath: Self.path)))
    var snapshot = MemorySnapshot(bytes: golden)
    guard let machine = StateMachine.read(snapshot: &snapshot) else { throw BenchError.genesisRefused }
    let problem = machine.checkInvariants()
    #expect(problem == nil)
    #expect(MemorySnapshot(machine).bytes == golden)
    let (live, ended) = (machine.brokerFigures.leases, machine.brokerFigures.ended)
    #expect(live > 0 && ended > 0)
  }

  /// Writes the file, where there is none: of a new version of the core.
  @Test(.enabled(if: !FileManager.default.fileExists(atPath: path))) func isWrittenOnce() throws {
    guard let world = Self.state() else { throw BenchError.genesisRefused }
    try FileManager.default.createDirectory(
      at: URL(filePath: Self.path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(MemorySnapshot(world.core).bytes).write(to: URL(filePath: Self.path))
  }
}
