import BrokerCore
import Testing
import WireProtocol

/// What becomes of the money of leases while their agent is lost. A millisecond costs 1.
@Suite struct OutageTests {
  private static func terms(outage: UInt64 = 60_000, grace: UInt64 = 1_000) -> Terms {
    Bench.terms(price: 1, period: 1, grace: grace, provision: ServedBench.patience, outage: outage)
  }

  /// All of an outage.
  private static func usage(_ lease: AcquireReply, shut: UInt64 = .max, epoch: UInt64? = nil) -> AgentUsage {
    AgentUsage(lease: lease.lease, epoch: epoch ?? lease.epoch, shut: shut, received: 3, sent: 4)
  }

  private static func fund(_ bench: Bench, _ lease: AcquireReply, _ amount: UInt64) throws {
    #expect(try bench.fund(lease.lease, amount, as: Bench.owner).status == .ok)
  }

  @Test func whatWasShutComesBack() throws {
    let served = try ServedBench(Self.terms())
    let bench = served.bench
    let lease = try served.acquire(10_000)
    bench.advance(by: 1_000)
    served.detach(1)
    bench.advance(by: 1_000)
    try Self.fund(bench, lease, 5_000)
    #expect(bench.figure(.withheld) == 1_000 && bench.figure(.providerEarnings) == 1_000)
    bench.advance(by: 10_000)
    served.attach(1, [.provisions, .reports])
    #expect(bench.figure(.withheld) == 1_000)
    let reply = try served.report(1, [Self.usage(lease)]).reply(ReportReply.self)
    #expect(reply.credited == 11_000 && reply.number == 1)
    let after = try #require(bench.check(lease.lease))
    #expect(after.own + after.given == 14_000 && after.deadline == bench.machine.now + 14_000)
    #expect(bench.figure(.withheld) == 0 && bench.figure(.providerEarnings) == 1_000)
    let service = try #require(served.service(lease.lease))
    #expect(service.received == 3 && service.sent == 4)
  }

  /// The gate was open until the deadline that the agent knew: what was paid for after that comes back, and no more.
  @Test func sinceTheKnownDeadline() throws {
    let served = try ServedBench(Self.terms())
    let bench = served.bench
    let lease = try served.acquire(10_000)
    bench.advance(by: 1_000)
    served.detach(1)
    bench.advance(by: 1_000)
    try Self.fund(bench, lease, 5_000)
    bench.advance(by: 10_000)
    served.attach(1, [.provisions, .reports])
    #expect(try served.report(1, [Self.usage(lease, shut: 2_000)]).reply(ReportReply.self).credited == 2_000)
    #expect(bench.figure(.withheld) == 0 && bench.figure(.providerEarnings) == 10_000)
    #expect(bench.check(lease.lease)?.deadline == bench.machine.now + 5_000)
  }

  /// Parts of the two stretches, at the price of each; and nothing twice.
  @Test func partsAndRepeats() throws {
    let served = try ServedBench(Self.terms())
    let bench = served.bench
    let lease = try served.acquire(10_000)
    bench.advance(by: 1_000)
    served.detach(1)
    try Self.fund(bench, lease, 50_000)
    bench.advance(by: 12_000)
    served.attach(1, [.provisions, .reports])
    #expect(served.report(2).status == .quantityInvalid)
    #expect(
      try served.report(1, [Self.usage(lease, shut: 1_000)], isLast: false).reply(ReportReply.self).credited == 1_000)
    let again = served.report(1, [Self.usage(lease)])
    #expect(again.outcome.isReplayed)
    #expect(try again.reply(ReportReply.self).credited == 0)
    bench.advance(by: 100)
    #expect(try served.report(2, [Self.usage(lease)]).reply(ReportReply.self).credited == 0)
    #expect(bench.figure(.withheld) == 0)
    #expect(bench.check(lease.lease)?.deadline == bench.machine.now + 60_000 - 1_000 - 12_000 - 100 + 1_000)
  }

  /// What the holder gets when the agent does not come back: all that was not used up at the last deadline that it knew.
  @Test(arguments: [true, false]) func notBackInTime(isFundHeard: Bool) throws {
    let served = try ServedBench(Self.terms(outage: 5_000))
    let bench = served.bench
    let lease = try served.acquire(3_000)
    let other = try served.acquire(100_000)
    bench.advance(by: 500)
    if !isFundHeard { try Self.fund(bench, other, 1) }
    bench.advance(by: 500)
    served.detach(1, heardAt: isFundHeard ? nil : bench.machine.now - 1_000)
    bench.advance(by: 1_000)
    try Self.fund(bench, lease, 10_000)
    let pending = try served.attach(2).status == .ok ? bench.acquire(served.resource, 70) : lease
    served.detach(2)
    bench.advance(by: 4_000)
    let ended = try #require(bench.check(lease.lease))
    // Up to the known deadline 3,000 were used.
    #expect(ended.state == .failed && ended.own == 10_000)
    let otherEnded = try #require(bench.check(other.lease))
    #expect(otherEnded.state == .failed && otherEnded.own == (isFundHeard ? 94_000 : 99_001))
    #expect(bench.check(pending.lease)?.state == .pending)
    #expect(bench.figure(.withheld) == 0)
    #expect(bench.figure(.providerEarnings) == (isFundHeard ? 9_000 : 4_000))
    #expect(
      bench.effects.contains { effect in
        if case .leaseChanged(let push) = effect { return push.lease == lease.lease && push.cause == .agentLost }
        return false
      })
  }

  @Test func withoutReportsItIsRevenue() throws {
    let served = try ServedBench(Self.terms())
    let bench = served.bench
    let lease = try served.acquire(10_000)
    served.detach(1)
    bench.advance(by: 2_000)
    try Self.fund(bench, lease, 1)
    #expect(bench.figure(.withheld) == 2_000)
    served.attach(1)
    #expect(bench.figure(.withheld) == 0 && bench.figure(.providerEarnings) == 2_000)
  }

  /// It was suspended at the deadline that the agent knew, revived, and nobody opened the gate: what comes back revives it again.
  @Test func revivesWhatIsSuspended() throws {
    let served = try ServedBench(Self.terms(grace: 100_000))
    let bench = served.bench
    let lease = try served.acquire(1_000)
    served.detach(1)
    bench.advance(by: 5_000)
    try Self.fund(bench, lease, 2_000)
    bench.advance(by: 5_000)
    #expect(bench.check(lease.lease)?.state == .suspended)
    served.attach(1, [.provisions, .reports])
    let epoch = try #require(bench.check(lease.lease)?.epoch)
    #expect(epoch > lease.epoch)
    #expect(
      try served.report(1, [Self.usage(lease, epoch: lease.epoch)], isLast: false).reply(ReportReply.self).credited == 0
    )
    #expect(try served.report(2, [Self.usage(lease, epoch: epoch)]).reply(ReportReply.self).credited == 3_000)
    let after = try #require(bench.check(lease.lease))
    #expect(after.state == .active && after.epoch > epoch && after.deadline == bench.machine.now + 3_000)
  }

  /// Whoever releases while the agent is lost gets back what no gate was open for.
  @Test func releaseInAnOutage() throws {
    let served = try ServedBench(Self.terms())
    let bench = served.bench
    let lease = try served.acquire(1_000)
    served.detach(1)
    bench.advance(by: 500)
    try Self.fund(bench, lease, 10_000)
    bench.advance(by: 3_000)
    #expect(try bench.release(lease.lease).reply(ReleaseReply.self).change == 10_000)
    #expect(bench.figure(.withheld) == 1_000)
    served.attach(1)
    #expect(bench.figure(.withheld) == 0 && bench.figure(.providerEarnings) == 1_000)
  }

  /// The time between two lives is no outage, and nobody's leases end because of it.
  @Test func betweenTwoLives() throws {
    let served = try ServedBench(Self.terms(outage: 5_000), agents: [1, 2])
    let bench = served.bench
    let lease = try served.acquire(100_000)
    served.detach(2)
    let back = bench.machine.now + 50_000
    bench.apply(ConfigureCommand(feePerMillion: 0, claimMinimum: 1, now: back))
    bench.advance(to: back + 4_999)
    #expect(bench.check(lease.lease)?.state == .active)
    try Self.fund(bench, lease, 1)
    #expect(bench.figure(.withheld) == 4_999 && bench.figure(.providerEarnings) == 50_000)
    bench.advance(by: 1)
    #expect(bench.check(lease.lease)?.state == .failed)
    #expect(bench.check(lease.lease)?.own == 50_001)
  }

  @Test func lostAgainBeforeItReported() throws {
    let served = try ServedBench(Self.terms(outage: 5_000))
    let bench = served.bench
    let (first, second) = (try served.acquire(100_000), try served.acquire(100_000))
    served.detach(1)
    bench.advance(by: 4_000)
    served.attach(1, [.provisions, .reports])
    #expect(try served.report(1, [Self.usage(first)], isLast: false).reply(ReportReply.self).credited == 4_000)
    bench.advance(by: 500)
    served.detach(1)
    bench.advance(by: 3_000)
    served.attach(1, [.provisions, .reports])
    let reply = try served.report(2, [Self.usage(first), Self.usage(second)]).reply(ReportReply.self)
    // Of the first all after it was lost again; of the second all since it was lost.
    #expect(reply.credited == 3_000 + 7_500)
    #expect(bench.figure(.withheld) == 0)
    bench.advance(by: 5_000)
    #expect(bench.check(first.lease)?.state == .active)
  }

  /// More leases than one ADVANCE ends, of two agents; time stands until all have ended.
  @Test func manyLeases() throws {
    let served = try ServedBench(Self.terms(outage: 5_000), agents: [1], Bench.genesis(leases: 512, services: 512))
    let bench = served.bench
    bench.isChecking = false
    var mine: [AcquireReply] = []
    for _ in 0..<300 { mine.append(try served.acquire(100_000)) }
    served.attach(2)
    served.detach(1)
    for _ in 0..<10 {
      let lease = try bench.acquire(served.resource, 100_000)
      #expect(served.provision(lease.lease, lease.epoch, by: 2).status == .ok)
    }
    let end = bench.machine.now + 5_000
    bench.apply(AdvanceCommand(now: end + 10))
    #expect(bench.machine.isBehind(end + 10) && bench.machine.now == end)
    bench.advance(to: end + 10)
    #expect(mine.allSatisfy { bench.check($0.lease)?.state == .failed })
    #expect(bench.machine.epochFloor(of: served.resource)?.leaseCount == 10)
  }

  // MARK: Vouchers

  @Test func vouchersAreUsesThatArePaid() throws {
    let served = try ServedBench(Bench.terms(provision: ServedBench.patience))
    let bench = served.bench
    let lease = try served.acquire(1_000)
    func voucher(_ quantity: UInt64 = 2, count: UInt16 = 3, agent: UInt32 = 0, meter: UInt8 = 0) -> Applied {
      bench.apply(
        VoucherCommand(
          actor: Bench.owner, lease: lease.lease, quantity: quantity, agent: agent, meter: meter, count: count,
          stamp: 7,
          boot: 8))
    }
    let reply = try voucher().reply(VoucherReply.self)
    #expect(reply.charged == 30 && reply.stamp == 7 && reply.boot == 8 && reply.count == 3 && reply.agent == 1)
    #expect(try voucher(agent: 1).reply(VoucherReply.self).firstSerial == reply.firstSerial + 3)
    #expect(voucher(0).status == .quantityInvalid && voucher(count: 0).status == .quantityInvalid)
    #expect(voucher(count: 17).status == .quantityInvalid && voucher(meter: 1).status == .meterUnknown)
    #expect(voucher(agent: 2).status == .agentAbsent && voucher(.max).status == .amountOverflow)
    #expect(voucher(1_000, count: 1).status == .fundsInsufficient)
    served.detach(1)
    #expect(voucher().status == .agentAbsent && voucher().money == .notTaken)
    #expect(bench.figure(.providerEarnings) == 60)
  }
}
