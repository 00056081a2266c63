import Histogram
import LoadGenerator
import Testing

/// What a run of gates plans, counts and judges.
@Suite struct GateTests {
  @Test func aPlanCountsLeasesDescriptorsAndSessions() {
    var plan = GatePlan()
    (plan.leaseCount, plan.connectionCount, plan.cutCount, plan.deadlineCount) = (10_000, 2000, 100, 50)
    #expect(plan.gateCount == 10_150)
    #expect(plan.sessionCount == 3)
    let before = plan.descriptorCount
    plan.connectionCount += 10
    #expect(plan.descriptorCount == before + 20)
    plan.connectionCount = 1_000_000
    #expect(plan.descriptorCount == before + 2 * 8000)
  }

  @Test(arguments: [(1000, 1000, 100), (1000, 50, 10), (7, 7, 7), (5, 5, 1), (10, 10, 0)])
  func talkersAreSpreadOverTheConnections(leases: Int, connections: Int, talking: Int) {
    var plan = GatePlan()
    (plan.leaseCount, plan.connectionCount, plan.talkingCount) = (leases, connections, talking)
    #expect((0..<connections).count { plan.talks($0) } == talking)
  }

  @Test func cutsAndGrantsTakeTurns() {
    var plan = GatePlan()
    plan.cutRate = 50
    #expect((0..<4).map { plan.step($0) } == [0, 10_000_000, 20_000_000, 30_000_000])
    (plan.deadlineCount, plan.leadMilliseconds, plan.spreadMilliseconds) = (5, 1000, 400)
    #expect((0..<5).map { plan.paidMilliseconds($0) } == [1000, 1100, 1200, 1300, 1400])
    plan.deadlineCount = 1
    #expect(plan.paidMilliseconds(0) == 1000)
  }

  @Test(arguments: [1, 7, 16, 17, 31, 48])
  func messagesAreFoundHoweverTheyAreCut(pieceByteCount: Int) {
    let sent = (0..<3).map { GateMessage(place: UInt64($0) << 40 | 5, sentAt: .max - UInt64($0)) }
    let bytes = sent.flatMap(\.bytes)
    var messages = GateMessages()
    var found: [GateMessage] = []
    for begin in stride(from: 0, to: bytes.count, by: pieceByteCount) {
      let piece = Array(bytes[begin..<min(begin + pieceByteCount, bytes.count)])
      found += unsafe piece.withUnsafeBytes { unsafe messages.take($0) }
    }
    #expect(found == sent)
  }

  /// Access holds up to the deadline's millisecond, which is whole.
  @Test func aDeadlineEndsWithItsMillisecond() {
    let time = BrokerTime(aheadMilliseconds: 1_700_000_000_000, ownAheadNanoseconds: -250)
    #expect(time.end(ofDeadline: 1_700_000_000_041) == 42_000_000 - 250)
    #expect(time.end(ofDeadline: 1) == 0)
    #expect(time.end(ofDeadline: .max) == .max)
  }

  @Test func whatMustNotBeIsAFault() {
    let plan = GatePlan()
    var result = GateResult()
    result.overrun.record(plan.overrunMilliseconds * 1_000_000 - 1_000_000)
    result.passed.record(plan.passedMilliseconds * 1_000_000 - 1_000_000)
    result.late.record(600_000_000)
    #expect(result.faults(of: plan).isEmpty)
    let makeFault: [(inout GateResult) -> Void] = [
      { $0.brokenCount = 1 }, { $0.earlyCount = 1 }, { $0.uncutCount = 1 }, { $0.unopenedCount = 1 },
      { $0.overrun.record((plan.overrunMilliseconds + 1) * 1_000_000) },
      { $0.passed.record((plan.passedMilliseconds + 1) * 1_000_000) },
    ]
    for make in makeFault {
      var wrong = result
      make(&wrong)
      #expect(wrong.faults(of: plan).count == 1)
    }
  }

  @Test func whatMissesItsTargetIsShort() {
    var result = GateResult()
    for _ in 0..<99 { result.revoked.record(1_000_000) }
    #expect(!result.revoked.isShort && !result.late.isShort)
    for _ in 0..<2 { result.revoked.record(6_000_000) }
    #expect(result.revoked.isShort)
  }
}
