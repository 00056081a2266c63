import BrokerCore
import Testing
import WireProtocol

@Suite struct SnapshotTests {
  /// A small world after some hundred random commands.
  private static func world(seed: UInt64, commands: Int = 600) -> RandomComparison? {
    var coverage = RandomCoverage()
    guard var comparison = RandomComparison(seed: seed) else { return nil }
    for _ in 0..<commands { _ = comparison.run(&coverage) }
    return comparison
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func whatIsReadBackIsTheSameState(seed: UInt64) throws {
    guard let world = Self.world(seed: seed) else { throw BenchError.genesisRefused }
    var snapshot = MemorySnapshot(world.core)
    guard let copy = StateMachine.read(snapshot: &snapshot) else { throw BenchError.genesisRefused }
    #expect(snapshot.offset == snapshot.bytes.count)
    let problem = copy.checkInvariants()
    #expect(problem == nil)
    let (digest, original) = (copy.digest(), world.core.digest())
    #expect(digest == original)
    let (checkpoint, expected) = (copy.checkpointDigest, world.core.checkpointDigest)
    #expect(checkpoint == expected)
    #expect(MemorySnapshot(copy).bytes == snapshot.bytes)
  }

  @Test func whatIsCutShortIsRefused() throws {
    guard let world = Self.world(seed: 7) else { throw BenchError.genesisRefused }
    let bytes = MemorySnapshot(world.core).bytes
    for count in stride(from: 0, to: bytes.count, by: 61) {
      var snapshot = MemorySnapshot(bytes: Array(bytes[..<count]))
      let isRead = StateMachine.read(snapshot: &snapshot) != nil
      #expect(!isRead, "read with \(count) of \(bytes.count) bytes")
    }
  }

  /// A checksum keeps damage away from here; what comes through all the same must neither crash nor loop.
  @Test func damageNeverLeadsOutOfTheTables() throws {
    guard let world = Self.world(seed: 8) else { throw BenchError.genesisRefused }
    let bytes = MemorySnapshot(world.core).bytes
    var random = RandomSource(seed: 99)
    var (refused, read) = (0, 0)
    for _ in 0..<3_000 {
      var damaged = bytes
      // Beyond the capacities, which decide how much memory is asked for.
      let at = 152 + Int(random.next() % UInt64(bytes.count - 152))
      damaged[at] ^= 1 << UInt8(random.next() & 7)
      var snapshot = MemorySnapshot(bytes: damaged)
      if StateMachine.read(snapshot: &snapshot) == nil { refused += 1 } else { read += 1 }
    }
    #expect(refused > 100)
    #expect(refused + read == 3_000)
  }

  @Test func theDigestFollowsEveryOutcome() throws {
    let (one, other) = (try Bench(), try Bench())
    #expect(one.machine.checkpointDigest == other.machine.checkpointDigest)
    one.apply(RotateCommand(validity: 1, algorithm: .hmacSha256_128))
    other.apply(RotateCommand(validity: 2, algorithm: .hmacSha256_128))
    // Both were refused alike.
    #expect(one.machine.checkpointDigest == other.machine.checkpointDigest)
    one.apply(RotateCommand(validity: 0, algorithm: .hmacSha256_128))
    other.apply(RotateCommand(validity: 1, algorithm: .hmacSha256_128))
    #expect(one.machine.checkpointDigest & ~0 >> 64 != other.machine.checkpointDigest & ~0 >> 64)
  }
}
