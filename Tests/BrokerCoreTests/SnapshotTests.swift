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

  /// Bytes of a record that no field has would be what lay on the stack when it was made: another time something else, and perhaps
  /// a secret. Snapshots of the same commands are the same bytes.
  @Test func nothingOfTheStackIsInASnapshot() throws {
    var random = RandomSource(seed: 12)
    let shape = RandomWorldShape(&random)
    guard var world = RandomComparison(shape: shape, random: random, drains: true) else {
      throw BenchError.genesisRefused
    }
    var (commands, coverage) = ([[UInt8]](), RandomCoverage())
    for _ in 0..<800 {
      let made = world.commands.next(world.model)
      commands.append(made.bytes)
      _ = world.run(made, &coverage)
    }
    func bytes(over rubbish: UInt8) throws -> [UInt8] {
      guard var machine = StateMachine(genesis: shape.genesis) else { throw BenchError.genesisRefused }
      var reply = [UInt8](repeating: 0, count: 64)
      for command in commands {
        var mutable = reply.mutableSpan
        var span = unsafe mutable.mutableBytes
        Self.litter(rubbish)
        _ = unsafe machine.apply(command.span.bytes, reply: &span)
      }
      return MemorySnapshot(machine).bytes
    }
    let (one, other) = (try bytes(over: 0xA5), try bytes(over: 0x5A))
    let places = zip(one, other).enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset)
    #expect(one.count == other.count && places.isEmpty, "different bytes at \(places.prefix(8))")
  }

  /// Leaves bytes where the next calls have their frames.
  @inline(never) private static func litter(_ byte: UInt8) {
    var stack = InlineArray<32_768, UInt8>(repeating: byte)
    stack[Int(byte)] = byte &+ 1
    keep(stack.span)
  }

  @inline(never) private static func keep(_ bytes: Span<UInt8>) {
    #expect(bytes[bytes.count - 1] != bytes[Int(bytes[0])])
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
