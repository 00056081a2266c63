import BrokerCore
import Testing
import WireProtocol

/// What becomes of the time of leases while their agent is lost. A millisecond costs 1.
@Suite struct OutageTests {
  private static func terms(outage: UInt64 = 60_000, grace: UInt64 = 1_000) -> Terms {
    Bench.terms(price: 1, period: 1, grace: grace, provision: ServedBench.patience, outage: outage, meter0: 1)
  }

  /// All of an outage.
  private static func usage(_ lease: AcquireReply, shut: UInt64 = .max, epoch: UInt64? = nil) -> AgentUsage {
    AgentUsage(lease: lease.lease, epoch: epoch ?? lease.epoch, shut: shut, received: 3, sent: 4)
  }

  private static func fund(_ bench: Bench, _ lease: AcquireReply, _ amount: UInt64) throws {
    #expect(try bench.fund(lease.lease, amount, as: Bench.owner).status == .ok)
  }

  private static func credited(_ served: ServedBench, _ number: UInt64, _ usages: [AgentUsage], isLast: Bool = true)
    throws -> UInt64
  {
    try served.report(number, usages, isLast: isLast).reply(ReportReply.self).credited
  }

  /// Paid for 10 s, of which the agent knows, and then for 5 s more, of which it does not.
  private static func funded(_ served: ServedBench) throws -> AcquireReply {
    let lease = try served.acquire(10_000)
    served.bench.advance(by: 1_000)
    served.detach(1)
    served.bench.advance(by: 1_000)
    try fund(served.bench, lease, 5_000)
    return lease
  }

  /// The gate is open until the deadline that the agent knows; nothing is charged from then on.
  @Test func standsFromTheKnownDeadlineOn() throws {
    let served = try ServedBench(Self.terms())
    let bench = served.bench
    let lease = try Self.funded(served)
    let start = bench.machine.now - 2_000
    for (passed, own) in [(6_000, 9_000), (10_000, 5_000), (10_001, 5_000), (14_000, 5_000)] as [(UInt64, UInt64)] {
      bench.advance(to: start + passed)
      let told = try #require(bench.check(lease.lease))
      #expect(told.state == .active && told.own == own && told.deadline == bench.machine.now + own)
    }
    served.attach(1, [.provisions, .reports])
    let back = bench.machine.now
    #expect(bench.check(lease.lease)?.own == 5_000 && bench.check(lease.lease)?.deadline == back + 5_000)
    #expect(bench.figure(.providerEarnings) == 10_000)
    bench.advance(by: 1_000)
    #expect(bench.check(lease.lease)?.own == 4_000 && bench.check(lease.lease)?.deadline == back + 5_000)
    bench.advance(by: 4_001)
    #expect(bench.check(lease.lease)?.state == .suspended)
  }

  /// Gates were shut for the whole outage, or for longer than it stood: that time comes back, once, and no money moves.
  @Test(arguments: [(UInt64.max, UInt64(9_000)), (4_000, 0), (4_500, 500)])
  func whatWasShutComesBack(shut: UInt64, given: UInt64) throws {
    let served = try ServedBench(Self.terms())
    let bench = served.bench
    let lease = try Self.funded(served)
    bench.advance(by: 12_000)
    served.attach(1, [.provisions, .reports])
    #expect(served.report(2).status == .quantityInvalid)
    #expect(try Self.credited(served, 1, [Self.usage(lease, shut: shut)], isLast: false) == given)
    let again = served.report(1, [Self.usage(lease)])
    #expect(again.outcome.isReplayed)
    #expect(try again.reply(ReportReply.self).credited == 0)
    #expect(try Self.credited(served, 2, [Self.usage(lease)]) == 0)
    let after = try #require(bench.check(lease.lease))
    #expect(after.own == 5_000 && after.deadline == bench.machine.now + 5_000 + given)
    #expect(bench.figure(.providerEarnings) == 10_000)
    bench.advance(by: given + 1_000)
    #expect(bench.check(lease.lease)?.own == 4_000)
    let service = try #require(served.service(lease.lease))
    #expect(service.received == 6 && service.sent == 8)
  }

  /// Who does not report, or has told all, gives nothing back.
  @Test(arguments: [true, false]) func nothingAfterTheLastReport(isReporting: Bool) throws {
    let served = try ServedBench(Self.terms())
    let lease = try Self.funded(served)
    served.attach(1, isReporting ? [.provisions, .reports] : .provisions)
    if isReporting { #expect(try Self.credited(served, 1, []) == 0) }
    #expect(try Self.credited(served, isReporting ? 2 : 1, [Self.usage(lease)]) == 0)
  }

  /// What the holder gets when the agent does not come back: all that was not used up at the last deadline that it knew.
  @Test(arguments: [true, false]) func notBackInTime(isFundHeard: Bool) throws {
    let served = try ServedBench(Self.terms(outage: 5_000))
    let bench = served.bench
    let lease = try served.acquire(23_000)
    let other = try served.acquire(22_000)
    bench.advance(by: 20_500)
    try Self.fund(bench, other, 50_000)
    bench.advance(by: 500)
    served.detach(1, heardAt: isFundHeard ? nil : bench.machine.now - 501)
    bench.advance(by: 1_000)
    try Self.fund(bench, lease, 10_000)
    let pending = try served.attach(2).status == .ok ? bench.acquire(served.resource, 70) : lease
    served.detach(2)
    bench.advance(by: 4_000)
    let ended = try #require(bench.check(lease.lease))
    #expect(ended.state == .failed && ended.own == 10_000)
    let otherEnded = try #require(bench.check(other.lease))
    #expect(otherEnded.state == .failed && otherEnded.own == (isFundHeard ? 46_000 : 50_000))
    #expect(bench.check(pending.lease)?.state == .pending)
    #expect(bench.figure(.providerEarnings) == (isFundHeard ? 49_000 : 45_000))
    #expect(
      bench.effects.contains { effect in
        if case .leaseChanged(let push) = effect { return push.lease == lease.lease && push.cause == .agentLost }
        return false
      })
  }

  /// One payment alone may be what an agent did not hear of. Where more happened nobody knows, and it is the latest that it can have been told.
  @Test(arguments: [true, false]) func changesOfOneRow(isOneRow: Bool) throws {
    let served = try ServedBench(Self.terms())
    let bench = served.bench
    let lease = try served.acquire(60_000)
    bench.advance(by: 20_000)
    try Self.fund(bench, lease, 1_000)
    bench.advance(by: isOneRow ? 10_000 : 10_001)
    try Self.fund(bench, lease, 3_000)
    served.detach(1, heardAt: bench.machine.now - 1)
    bench.advance(by: 70_000)
    #expect(bench.check(lease.lease)?.own == 3_000)
  }

  enum Trick: CaseIterable { case gifts, evenUses, reservations, reservedBefore, flapping }

  /// Whatever anybody does, an agent that keeps the gate open is paid for: no payment, debit or lost connection makes an outage free.
  @Test(arguments: Trick.allCases) func nobodyMakesAnOutageFree(trick: Trick) throws {
    let served = try ServedBench(Self.terms(outage: 1_000_000, grace: 60_000))
    let bench = served.bench
    let lease = try served.acquire(2_000_000)
    bench.advance(by: 1_000)
    let reserve = ReserveCommand(
      actor: Bench.owner, lease: lease.lease, quantityMax: 1_000_000, timeout: 20_000, meter: 0)
    func settle(_ reservation: UInt64) {
      let command = SettleCommand(actor: Bench.owner, lease: lease.lease, reservation: reservation, quantity: 0)
      #expect(bench.apply(command).status == .ok)
    }
    for number in 1...10 as ClosedRange<UInt64> {
      switch trick {
      case .gifts: _ = try bench.fund(lease.lease, 1)
      case .evenUses: _ = bench.use(lease.lease, 1, number: number, notes: [try bench.note(1)])
      case .reservations, .reservedBefore: settle(try bench.apply(reserve).reply(ReserveReply.self).reservation)
      case .flapping: break
      }
      bench.advance(by: 9_000)
    }
    var heardAt = bench.machine.now - 9_001
    var reservation: UInt64 = 0
    switch trick {
    case .reservedBefore:
      // The debit is not heard of, and the agent knows a later deadline.
      var all = reserve
      all.quantityMax = bench.check(lease.lease)?.own ?? 0
      reservation = try bench.apply(all).reply(ReserveReply.self).reservation
      bench.advance(by: 5_000)
    case .flapping:
      served.detach(1)
      served.attach(1)
      heardAt = 0
    default: break
    }
    served.detach(1, heardAt: heardAt)
    if trick == .reservedBefore {
      settle(reservation)
      try Self.fund(bench, lease, 1)
    }
    let before = try #require(bench.check(lease.lease)?.own)
    bench.advance(by: 500_000)
    #expect(bench.check(lease.lease)?.own == before - 500_000)
  }

  /// What was paid right before the broker went down, and nobody heard of, is not used up while it is.
  @Test func paidRightBeforeTheBrokerWentDown() throws {
    let served = try ServedBench(Self.terms())
    let bench = served.bench
    let lease = try served.acquire(20_000)
    bench.advance(by: 11_000)
    try Self.fund(bench, lease, 100_000)
    let back = bench.machine.now + 50_000
    bench.apply(ConfigureCommand(feePerMillion: 0, claimMinimum: 1, now: back))
    bench.advance(to: back + 1_000)
    #expect(bench.check(lease.lease)?.own == 100_000)
  }

  /// New terms, at which the rest of the money buys more, let a lease stand that would have been suspended; it is settled where that begins.
  @Test func newTermsMayHaveItStand() throws {
    func terms(price: UInt64, period: UInt64) -> Terms {
      Bench.terms(price: price, period: period, provision: ServedBench.patience, outage: 60_000)
    }
    let served = try ServedBench(terms(price: 2, period: 1))
    let bench = served.bench
    let lease = try served.acquire(10_001)
    let start = bench.machine.now
    served.detach(1)
    bench.advance(by: 1_000)
    #expect(bench.update(served.resource, terms(price: 1, period: 10)).status == .ok)
    bench.advance(to: start + 5_000)
    #expect(bench.figure(.providerEarnings) == 10_000)
    bench.advance(to: start + 9_000)
    #expect(bench.check(lease.lease)?.own == 1 && bench.check(lease.lease)?.deadline == bench.machine.now + 10)
  }

  /// No other agent keeps the gate open while the one that provides is lost, and each hears that it is to be shut.
  @Test func othersShutToo() throws {
    let served = try ServedBench(Self.terms(), agents: [1, 2])
    let bench = served.bench
    let lease = try Self.funded(served)
    let start = bench.machine.now - 2_000
    #expect(bench.machine.servedLease(lease.lease)?.until == start + 10_000)
    bench.effects = []
    bench.advance(to: start + 20_000)
    #expect(bench.machine.servedLease(lease.lease)?.until == start + 10_000)
    #expect(bench.effects.contains { if case .deadlineMoved(lease.lease, _) = $0 { true } else { false } })
    served.attach(1)
    #expect(bench.machine.servedLease(lease.lease)?.until == start + 25_000)
  }

  /// It was suspended at the deadline that the agent knew, and nobody opened the gate before: what comes back has it run again.
  @Test func revivesWhatIsSuspended() throws {
    let served = try ServedBench(Self.terms(grace: 100_000))
    let bench = served.bench
    let lease = try served.acquire(1_000)
    served.detach(1)
    bench.advance(by: 5_000)
    #expect(bench.check(lease.lease)?.state == .suspended)
    served.attach(1, [.provisions, .reports])
    #expect(try Self.credited(served, 1, [Self.usage(lease, epoch: lease.epoch + 1)], isLast: false) == 0)
    #expect(try Self.credited(served, 2, [Self.usage(lease)]) == 1_000)
    let after = try #require(bench.check(lease.lease))
    #expect(after.state == .active && after.epoch > lease.epoch && after.deadline == bench.machine.now + 1_000)
    #expect(after.own == 0 && bench.figure(.providerEarnings) == 1_000)
  }

  /// One that revives while its agent is lost stands from then on: the agent opens nothing.
  @Test func standsFromItsRevivalOn() throws {
    let served = try ServedBench(Self.terms(grace: 100_000))
    let bench = served.bench
    let lease = try served.acquire(1_000)
    served.detach(1)
    bench.advance(by: 5_000)
    try Self.fund(bench, lease, 2_000)
    bench.advance(by: 7_000)
    #expect(bench.check(lease.lease)?.own == 2_000 && bench.check(lease.lease)?.deadline == bench.machine.now + 2_000)
  }

  /// A deadline that is as late as can be does not move while the lease stands, and so does nothing that comes before it.
  @Test func standsWithTheLastDeadlineThereIs() throws {
    let longest = UInt64(WireLimits.durationMillisMax)
    func terms(price: UInt64, period: UInt64) -> Terms {
      Bench.terms(
        price: price, period: period, longest: longest, low: 100, grace: 100_000, provision: ServedBench.patience,
        outage: 60_000, meter0: 1)
    }
    let served = try ServedBench(terms(price: 1, period: 1))
    let bench = served.bench
    let lease = try served.acquire(1_000_000_000)
    let reserved = try bench.apply(
      ReserveCommand(
        actor: Bench.owner, lease: lease.lease, quantityMax: 999_999_000, timeout: 20_000, meter: 0)
    ).reply(ReserveReply.self).reservation
    served.detach(1)
    bench.advance(by: 5_000)
    #expect(bench.check(lease.lease)?.state == .suspended)
    #expect(bench.update(served.resource, terms(price: 1, period: longest)).status == .ok)
    try Self.fund(bench, lease, 1)
    let settle = SettleCommand(actor: Bench.owner, lease: lease.lease, reservation: reserved, quantity: 0)
    #expect(bench.apply(settle).status == .ok)
    #expect(bench.check(lease.lease)?.deadline == CoreLimits.instantMax)
    bench.advance(by: 7_000)
    served.attach(1)
    #expect(bench.update(served.resource, terms(price: 2, period: 1)).status == .ok)
    #expect(bench.use(lease.lease, 1, number: 1).status == .ok)
    #expect(bench.check(lease.lease)?.state == .active && bench.machine.checkInvariants() == nil)
  }

  /// Money that is only away for a while makes no time that is given back: what was suspended cost nothing.
  @Test func onlyWhatRanIsOwed() throws {
    let served = try ServedBench(Self.terms(grace: 100_000))
    let bench = served.bench
    let lease = try served.acquire(50_000)
    bench.advance(by: 20_000)
    served.detach(1)
    bench.advance(by: 100)
    let reserve = ReserveCommand(actor: Bench.owner, lease: lease.lease, quantityMax: 29_900, timeout: 15_000, meter: 0)
    #expect(bench.apply(reserve).status == .ok)
    bench.advance(by: 5_000)
    #expect(bench.check(lease.lease)?.state == .suspended)
    bench.advance(by: 12_000)
    served.attach(1, [.provisions, .reports])
    // Nobody but the owner has its own money spent, which came back meanwhile.
    #expect(try Self.credited(served, 1, [Self.usage(lease)], isLast: false) == 0)
    #expect(bench.check(lease.lease)?.state == .suspended)
    try Self.fund(bench, lease, 1)
    #expect(try Self.credited(served, 2, [Self.usage(lease)]) == 100)
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
    #expect(bench.figure(.providerEarnings) == 1_000)
  }

  /// The time between two lives is no outage, and nobody's leases end because of it.
  @Test func betweenTwoLives() throws {
    let served = try ServedBench(Self.terms(outage: 5_000), agents: [1, 2])
    let bench = served.bench
    let lease = try served.acquire(100_000)
    bench.advance(by: 20_000)
    let late = try served.acquire(100_000)
    served.detach(2)
    let back = bench.machine.now + 50_000
    bench.apply(ConfigureCommand(feePerMillion: 0, claimMinimum: 1, now: back))
    bench.advance(to: back + 4_999)
    #expect(bench.check(lease.lease)?.state == .active && bench.check(lease.lease)?.own == 25_001)
    // Of this one no agent can be known to have heard.
    #expect(bench.check(late.lease)?.state == .active && bench.check(late.lease)?.own == 100_000)
    bench.advance(by: 1)
    #expect(bench.check(lease.lease)?.state == .failed && bench.check(lease.lease)?.own == 25_000)
    #expect(bench.check(late.lease)?.state == .failed && bench.check(late.lease)?.own == 100_000)
  }

  /// What is owed of one loss and of the next adds up until it is reported.
  @Test func lostAgainBeforeItReported() throws {
    let served = try ServedBench(Self.terms(outage: 5_000))
    let bench = served.bench
    let (first, second) = (try served.acquire(100_000), try served.acquire(100_000))
    served.detach(1)
    bench.advance(by: 4_000)
    served.attach(1, [.provisions, .reports])
    #expect(try Self.credited(served, 1, [Self.usage(first)], isLast: false) == 4_000)
    bench.advance(by: 500)
    served.detach(1)
    bench.advance(by: 3_000)
    served.attach(1, [.provisions, .reports])
    // Of the first all after it was lost again; of the second both outages, but not what was served between them.
    #expect(try Self.credited(served, 2, [Self.usage(first), Self.usage(second)]) == 3_000 + 7_000)
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
}
