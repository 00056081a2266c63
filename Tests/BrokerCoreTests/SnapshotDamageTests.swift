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
    subject.funding = SnapshotDamage.sections(of: subject.bytes, from: 19)
    (subject.claims, subject.resources) = (world.model.claimIDs, world.commands.resources)
    for _ in 0..<1_000 {
      let made = world.commands.next(world.model)
      subject.commands.append(made.bytes)
      guard world.applyQuietly(made, &coverage) == nil else { return nil }
    }
    return subject
  }

  /// The commands of the world, every question, and time until all that is under way has ended.
  private static func goOn(_ machine: inout StateMachine, _ subject: Subject) {
    for command in subject.commands { SnapshotDamage.apply(command, to: &machine) }
    var records = [UInt8](repeating: 0, count: WireLimits.outputCountMax * Figure.byteCount)
    for days in [0, 1, 30, 1, 365, 40, 1, 40_000, 400] as [UInt64] {
      var mutable = records.mutableSpan
      var span = unsafe mutable.mutableBytes
      for claim in subject.claims { _ = machine.checkClaim(claim) }
      for resource in subject.resources { _ = machine.funding(resource, into: &span, at: 0) }
      _ = machine.auditFigures(into: &span, at: 0)
      SnapshotDamage.advance(&machine, by: days * 86_400_000)
    }
  }

  @Test func itIsRefusedOrGoesOnLikeAnyOther() throws {
    var random = RandomSource(seed: 5)
    let subjects = (1...60 as ClosedRange<UInt64>).compactMap(Self.subject).prefix(4)
    try #require(subjects.count == 4)
    var (refused, read) = (0, 0)
    for turn in 0..<4_000 {
      let subject = subjects[turn % subjects.count]
      var bytes = subject.bytes
      if turn >= subjects.count { SnapshotDamage.damage(&bytes, in: subject.funding, &random) }
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
