import Audit
import BrokerCore
import Testing
import WireProtocol

/// What a checksum lets through of a snapshot's funding: it is refused, or a state that goes on like any other.
@Suite struct SnapshotDamageTests {
  /// A small world with claims of every kind, campaigns, offerings and pools, and what is done in it next.
  private struct Subject {
    var bytes: [UInt8] = []
    /// Where the sections of funding lie.
    var funding = 0..<0
    var commands: [[UInt8]] = []
    var claims: [UInt64] = []
    var resources: [UInt64] = []
  }

  private static func subject(seed: UInt64) -> Subject? {
    var coverage = RandomCoverage()
    guard var world = RandomComparison(seed: seed) else { return nil }
    var left = 900
    while left > 0, left > 600 || !world.hasAllFunding {
      guard world.run(&coverage) == nil else { return nil }
      left -= 1
    }
    guard world.hasAllFunding else { return nil }
    var subject = Subject(bytes: MemorySnapshot(world.core).bytes)
    subject.funding = sections(of: subject.bytes)
    (subject.claims, subject.resources) = (world.model.claimIDs, world.commands.resources)
    for _ in 0..<1_000 {
      let made = world.commands.next(world.model)
      subject.commands.append(made.bytes)
      guard world.applyQuietly(made, &coverage) == nil else { return nil }
    }
    return subject
  }

  /// From the first of them, number 19, to the end.
  private static func sections(of bytes: [UInt8]) -> Range<Int> {
    var offset = 0
    func word(_ at: Int) -> Int { Int(truncatingIfNeeded: unsafe bytes.span.bytes.uint64(at: at)) }
    while offset < bytes.count, word(offset) & 0xFFFF_FFFF != 19 {
      offset += 32 + (word(offset) >> 32 * word(offset + 8) + 7) / 8 * 8
    }
    return offset..<bytes.count
  }

  /// One bit, one byte, or one number that is an index, an instant, an amount or a word from elsewhere.
  private static func damage(_ bytes: inout [UInt8], in range: Range<Int>, _ random: inout RandomSource) {
    let at = range.lowerBound + random.below(range.count / 8) * 8
    let other = range.lowerBound + random.below(range.count / 8) * 8
    func store(_ value: UInt64, _ byteCount: Int, at offset: Int) {
      for byte in 0..<byteCount { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
    }
    let half = at + random.below(2) * 4
    switch random.below(8) {
    case 0, 1: bytes[at + random.below(8)] ^= 1 << UInt8(random.below(8))
    case 2: bytes[at + random.below(8)] = UInt8(random.below(9))
    case 3: store(UInt64(random.below(12)), 4, at: half)
    case 4: store(UInt64(UInt32.max), 4, at: half)
    case 5: store(random.one(in: 2) ? .max : 1 << UInt64(random.below(64)), 8, at: at)
    case 6: for byte in 0..<8 { bytes[at + byte] = bytes[other + byte] }
    default: for byte in 0..<8 { bytes.swapAt(at + byte, other + byte) }
    }
  }

  private static func apply(_ command: [UInt8], to machine: inout StateMachine) {
    var reply = [UInt8](repeating: 0, count: CoreLimits.replyByteCountMax)
    var mutable = reply.mutableSpan
    var span = unsafe mutable.mutableBytes
    _ = unsafe machine.apply(command.span.bytes, reply: &span)
    while machine.nextEffect() != nil {}
  }

  /// The commands of the world, every question, and time until all that is under way has ended.
  private static func goOn(_ machine: inout StateMachine, _ subject: Subject) {
    for command in subject.commands { apply(command, to: &machine) }
    var records = [UInt8](repeating: 0, count: WireLimits.outputCountMax * Figure.byteCount)
    for days in [0, 1, 30, 1, 365, 40, 1, 40_000, 400] as [UInt64] {
      var mutable = records.mutableSpan
      var span = unsafe mutable.mutableBytes
      for claim in subject.claims { _ = machine.checkClaim(claim) }
      for resource in subject.resources { _ = machine.funding(resource, into: &span, at: 0) }
      _ = machine.auditFigures(into: &span, at: 0)
      advance(&machine, by: days * 86_400_000)
    }
  }

  private static func advance(_ machine: inout StateMachine, by duration: UInt64) {
    let instant = machine.now + duration
    var bytes = [UInt8](repeating: 0, count: 64)
    var mutable = bytes.mutableSpan
    var span = unsafe mutable.mutableBytes
    var builder = CommandBuilder(AdvanceCommand(now: instant), in: &span)
    let count = builder.finish(in: &span) ?? 0
    var left = 2_000
    repeat {
      apply(Array(bytes[..<count]), to: &machine)
      left -= 1
    } while left > 0 && machine.isBehind(instant)
  }

  @Test func itIsRefusedOrGoesOnLikeAnyOther() throws {
    var random = RandomSource(seed: 5)
    let subjects = (1...60 as ClosedRange<UInt64>).compactMap(Self.subject).prefix(4)
    try #require(subjects.count == 4)
    var (refused, read) = (0, 0)
    for turn in 0..<4_000 {
      let subject = subjects[turn % subjects.count]
      var bytes = subject.bytes
      if turn >= subjects.count { Self.damage(&bytes, in: subject.funding, &random) }
      var snapshot = MemorySnapshot(bytes: bytes)
      guard var machine = StateMachine.read(snapshot: &snapshot) else {
        refused += 1
        #expect(turn >= subjects.count, "an undamaged snapshot is refused")
        continue
      }
      read += 1
      for isLate in [false, true] {
        if isLate { Self.goOn(&machine, subject) }
        let problem = machine.checkInvariants()
        #expect(problem == nil, "turn \(turn), late: \(isLate)")
      }
    }
    #expect(refused > 500 && read > 500, "\(refused) refused, \(read) read")
  }
}
