import BrokerCore
import Testing
import WireProtocol

/// Leases that agents provision: hold, provision, capture, and that everything comes back when it comes to nothing.
@Suite struct AgentTests {
  private static let patience = ServedBench.patience

  @Test func withoutAnAgentNothingIsTaken() throws {
    let served = try ServedBench(agents: [])
    func tried() throws -> Applied { try served.bench.tryAcquire(served.resource, 1_000) }
    #expect(try tried().status == .agentAbsent)
    #expect(try tried().money == .notTaken)
    served.attach(2, [])
    #expect(try tried().status == .agentAbsent)
    served.attach(3)
    #expect(try tried().status == .ok)
    served.detach(3)
    #expect(try tried().status == .agentAbsent)
    #expect(served.bench.figure(.held) == 1_000 && served.bench.machine.checkInvariants() == nil)
  }

  @Test func readyBeginsTheTimeAndCapturesTheMoney() throws {
    let served = try ServedBench()
    let bench = served.bench
    let lease = try bench.acquire(served.resource, 1_000)
    #expect(lease.deadline == 0 && lease.balance == 1_000)
    bench.advance(by: Self.patience - 1)
    let pending = try #require(bench.check(lease.lease))
    #expect(pending.state == .pending && pending.end == Bench.start + Self.patience && pending.own == 1_000)
    #expect(bench.figure(.held) == 1_000 && bench.figure(.pursesOwn) == 0)
    #expect(served.provision(lease.lease, lease.epoch).status == .ok)
    let running = try #require(bench.check(lease.lease))
    #expect(running.state == .active && running.deadline == bench.machine.now + 10_000 && running.epoch == lease.epoch)
    #expect(bench.figure(.held) == 0 && bench.figure(.pursesOwn) == 1_000)
    let service = try #require(served.service(lease.lease))
    #expect(service.agent == 1 && service.attached == 1 && service.endpoint == Text96("here:1"))
    #expect(bench.machine.checkInvariants() == nil)
  }

  /// The instant from which `provision` has passed is too late, and so is any word of the agent after it.
  @Test func whatIsNotReadyInTimeComesBack() throws {
    let served = try ServedBench()
    let bench = served.bench
    let lease = try bench.acquire(served.resource, 1_000)
    bench.advance(by: Self.patience)
    let failed = try #require(bench.check(lease.lease))
    #expect(failed.state == .failed && failed.own == 1_000 && bench.figure(.refundsDue) == 1_000)
    let late = served.provision(lease.lease, lease.epoch)
    #expect(late.status == .leaseEnded && late.outcome.detail == UInt64(LeaseState.failed.rawValue))
    let released = try bench.release(lease.lease).reply(ReleaseReply.self)
    #expect(released.change == 1_000 && bench.figure(.providerEarnings) == 0)
    bench.advance(by: CoreLimits.endedMilliseconds)
    #expect(served.service(lease.lease) == nil && bench.machine.checkInvariants() == nil)
  }

  @Test func anAgentThatFailsSaysWhy() throws {
    let served = try ServedBench()
    let bench = served.bench
    let lease = try bench.acquire(served.resource, 1_000)
    #expect(served.provision(lease.lease, lease.epoch, isReady: false, "no disk").status == .ok)
    #expect(bench.check(lease.lease)?.state == .failed && served.service(lease.lease)?.endpoint == Text96("no disk"))
    #expect(bench.figure(.refundsDue) == 1_000 && bench.figure(.held) == 0)
    // One that ran pays for the time that it ran.
    let second = try bench.acquire(served.resource, 1_000)
    #expect(served.provision(second.lease, second.epoch).status == .ok)
    bench.advance(by: 4_000)
    #expect(served.provision(second.lease, second.epoch, isReady: false, "").status == .ok)
    #expect(bench.check(second.lease)?.own == 600 && bench.figure(.providerEarnings) == 400)
    #expect(bench.machine.checkInvariants() == nil)
  }

  @Test func onlyReleaseAndRevokeDoAnythingBeforeItIsReady() throws {
    let served = try ServedBench()
    let bench = served.bench
    let lease = try bench.acquire(served.resource, 1_000).lease
    let refused = [
      try bench.fund(lease, 10), try bench.fund(lease, 10, as: Bench.owner), bench.use(lease, 1, number: 1),
      bench.apply(
        ReserveCommand(actor: Bench.owner, lease: lease, quantityMax: 1, timeout: 1_000, meter: 0)),
      bench.apply(TransferCommand(actor: Bench.owner, lease: lease, keyHash: Bytes16(low: 1, high: 1))),
      bench.apply(
        GrantDebitKeyCommand(
          actor: Bench.owner, lease: lease, keyHash: Bytes16(low: 1, high: 1), perSecond: 1, total: 1)),
      bench.apply(
        OpenChainCommand(actor: Bench.owner, lease: lease, weight: 1, chain: 1, length: 1, root: Bytes16())),
    ]
    for applied in refused {
      #expect(applied.status == .leasePending && applied.outcome.detail == Bench.start + Self.patience)
      #expect(applied.money != .taken)
    }
    #expect(try bench.release(lease).reply(ReleaseReply.self).change == 1_000)
    let other = try bench.acquire(served.resource, 500).lease
    #expect(try bench.revoke(other).reply(RevokeReply.self).refund == 500)
    #expect(bench.figure(.held) == 0 && bench.machine.checkInvariants() == nil)
  }

  @Test func whoMayReportAndOfWhich() throws {
    let served = try ServedBench(agents: [2, 5])
    let bench = served.bench
    let lease = try bench.acquire(served.resource, 1_000)
    #expect(served.provision(lease.lease, lease.epoch, by: 1).status == .agentAbsent)
    #expect(served.provision(lease.lease, lease.epoch, by: 5).status == .notAuthorized)
    #expect(served.provision(lease.lease + 1, lease.epoch, by: 2).status == .leaseUnknown)
    let stale = served.provision(lease.lease, lease.epoch + 1, by: 2)
    #expect(stale.status == .epochStale && stale.outcome.detail == lease.epoch)
    #expect(served.provision(lease.lease, lease.epoch, by: 2, "\u{7}").status == .ok)
    // Whoever was chosen stays it: another that comes has leases of its own.
    served.attach(1)
    #expect(served.provision(lease.lease, lease.epoch, by: 1).status == .notAuthorized)
    #expect(served.service(try bench.acquire(served.resource, 10).lease)?.agent == 1)
  }

  @Test func whatIsStartedAnewHasANewEpoch() throws {
    let served = try ServedBench()
    let lease = try served.bench.acquire(served.resource, 1_000)
    #expect(served.provision(lease.lease, lease.epoch).status == .ok)
    #expect(try served.provision(lease.lease, lease.epoch).reply(ProvisionReply.self).epoch == lease.epoch)
    let moved = try served.provision(lease.lease, lease.epoch, "there:2").reply(ProvisionReply.self)
    #expect(moved.epoch > lease.epoch && served.service(lease.lease)?.endpoint == Text96("there:2"))
    #expect(served.provision(lease.lease, lease.epoch).status == .epochStale)
    // Whoever did not hear the answer says it again.
    #expect(try served.provision(lease.lease, lease.epoch, "there:2").reply(ProvisionReply.self).epoch == moved.epoch)
  }

  /// The public lease takes no gifts before it is ready, and all of them then.
  @Test func giftsWaitForTheAgent() throws {
    let served = try ServedBench()
    let bench = served.bench
    let open = try bench.tryAcquire(
      served.resource, 1_000, flags: .open, provider: 1, keyHash: Bytes16()
    ).reply(AcquireReply.self)
    let note = try bench.note(300)
    let gift = DonateCommand(target: served.resource, kind: .resource, label: Name32())
    #expect(bench.apply(gift, notes: [note]).status == .ok)
    #expect(bench.figure(.donationPurses) == 300 && bench.figure(.held) == 1_000)
    let spend = SpendDonationsCommand(provider: 1, resource: served.resource, amount: 0)
    #expect(bench.apply(spend).status == .leasePending)
    #expect(served.provision(open.lease, open.epoch).status == .ok)
    #expect(bench.check(open.lease)?.given == 1_300 && bench.figure(.donationPurses) == 0)
    #expect(bench.machine.checkInvariants() == nil)
  }

  @Test func termsAnnouncedMeanwhileHoldFromTheDeadlineOn() throws {
    let served = try ServedBench()
    let bench = served.bench
    let lease = try bench.acquire(served.resource, 1_000)
    var terms = Bench.terms(price: 20, provision: Self.patience)
    #expect(bench.apply(UpdateCommand(provider: 1, resource: served.resource, terms: terms)).status == .ok)
    terms.price = 30
    terms.throttledPrice = 30
    let pending = bench.apply(UpdateCommand(provider: 1, resource: served.resource, terms: terms))
    #expect(pending.status == .termsChangePending && pending.outcome.detail == 1)
    #expect(served.provision(lease.lease, lease.epoch).status == .ok)
    #expect(bench.check(lease.lease)?.deadline == Bench.start + 10_000)
    bench.advance(by: 4_000)
    #expect(try bench.fund(lease.lease, 100).reply(FundReply.self).deadline == Bench.start + 10_500)
    // Whether an agent provisions them cannot change under its leases.
    let without = bench.apply(UpdateCommand(provider: 1, resource: served.resource, terms: Bench.terms(price: 20)))
    #expect(without.status == .termsChangePending && bench.machine.checkInvariants() == nil)
  }

  @Test func aLifeBeginsWithoutAgents() throws {
    let served = try ServedBench()
    let lease = try served.bench.acquire(served.resource, 1_000)
    #expect(served.bench.apply(ConfigureCommand(feePerMillion: 0, claimMinimum: 0, now: 0)).status == .ok)
    #expect(try served.bench.tryAcquire(served.resource, 1_000).status == .agentAbsent)
    #expect(served.provision(lease.lease, lease.epoch).status == .agentAbsent)
    served.attach(1)
    #expect(served.provision(lease.lease, lease.epoch).status == .ok)
  }

  @Test func whatIsAttachedIsJudged() throws {
    let served = try ServedBench(agents: [])
    for number in [0, 9] as [UInt32] { #expect(served.attach(number).status == .quantityInvalid) }
    let plain = try served.bench.register(name: "plain")
    let command = AttachCommand(resource: plain, boot: 1, agent: 1, flags: [])
    #expect(served.bench.apply(command).status == .notAuthorized)
    let unknown = AttachCommand(resource: plain + 1, boot: 1, agent: 1, flags: [])
    #expect(served.bench.apply(unknown).status == .resourceUnknown)
    for number in 1...8 as ClosedRange<UInt32> { #expect(served.attach(number).status == .ok) }
  }
}
