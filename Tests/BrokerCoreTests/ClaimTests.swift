import BrokerCore
import Testing
import WireProtocol

/// Matching deposits, scheduled pledges and campaigns: what is due to whom, and when.
@Suite struct ClaimTests {
  private static let key = Bytes16(low: 11, high: 12)
  private static let day: UInt64 = 86_400_000

  private static func match(
    _ bench: Bench, _ resource: UInt64, _ amount: UInt64, _ numerator: UInt32 = 1, _ denominator: UInt32 = 1,
    cap: UInt64 = 0, duration: UInt64 = 1_000_000
  ) throws -> Applied {
    let note = try bench.note(amount)
    return bench.apply(
      MatchCommand(
        resource: resource, keyHash: key, numerator: numerator, denominator: denominator, cap: cap, duration: duration,
        label: Name32("sponsor") ?? Name32()),
      notes: [note])
  }

  private static func donate(_ bench: Bench, _ resource: UInt64, _ amount: UInt64) throws -> DonateReply {
    let note = try bench.note(amount)
    return try bench.apply(DonateCommand(target: resource, kind: .resource, label: Name32()), notes: [note])
      .reply(DonateReply.self)
  }

  private static func claim(_ bench: Bench, _ id: UInt64, flags: ClaimFlags = [], key: Bytes16 = key) -> Applied {
    bench.apply(ClaimCommand(claim: id, keyHash: key, flags: flags))
  }

  private static func campaign(
    _ bench: Bench, _ resource: UInt64, goal: UInt64, minimum: UInt64 = 0, duration: UInt64 = 1_000,
    rule: UnclaimedRule = .resource
  ) throws -> UInt64 {
    try bench.apply(
      OpenCampaignCommand(
        provider: 1, resource: resource, goal: goal, minimum: minimum, duration: duration, rule: rule,
        label: Name32("roof") ?? Name32())
    ).reply(OpenCampaignReply.self).campaign
  }

  private static func pledge(_ bench: Bench, _ campaign: UInt64, _ amount: UInt64, key: Bytes16 = key) throws -> Applied
  {
    let note = try bench.note(amount)
    return bench.apply(PledgeCommand(campaign: campaign, keyHash: key, label: Name32()), notes: [note])
  }

  // MARK: Matching

  @Test func depositsMatchInTheOrderInWhichTheyCame() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let first = try Self.match(bench, resource, 100, 1, 2).reply(MatchReply.self)
    let second = try Self.match(bench, resource, 1_000, 3, 1, cap: 40).reply(MatchReply.self)
    // 1 : 2 of 11 is 5, and 3 : 1 would be 33.
    #expect(try Self.donate(bench, resource, 11).matched == 38)
    // Capped at 40, and the first at what it has left.
    #expect(try Self.donate(bench, resource, 1_000).matched == 95 + 40)
    #expect(bench.claim(first.claim)?.left == 0 && bench.claim(second.claim)?.left == 927)
    #expect(try Self.donate(bench, resource, 1).matched == 3)
    #expect(bench.figure(.matchingDeposits) == 924 && bench.figure(.donationPurses) == 1_012 + 176)
    #expect(try bench.funding(resource).0.matched == 176)
  }

  @Test func dustIsNotMatchedUpwards() throws {
    let bench = try Bench()
    let resource = try bench.register()
    _ = try Self.match(bench, resource, 1_000, 1, 2)
    for _ in 0..<100 { #expect(try Self.donate(bench, resource, 1).matched == 0) }
    #expect(bench.figure(.matchingDeposits) == 1_000)
  }

  @Test func whatWasNotMatchedIsDueAtTheEndAndThenTheResources() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let id = try Self.match(bench, resource, 100, duration: 5_000).reply(MatchReply.self).claim
    _ = try Self.donate(bench, resource, 30)
    #expect(Self.claim(bench, id).outcome.status == .nothingDue)
    #expect(Self.claim(bench, id).outcome.detail == Bench.start + 5_000)
    bench.advance(to: Bench.start + 5_000)
    #expect(bench.claim(id)?.due == 70 && bench.claim(id)?.state == .ended && bench.figure(.claimsDue) == 70)
    #expect(try Self.donate(bench, resource, 30).matched == 0)
    bench.advance(by: 30 * Self.day - 1)
    #expect(bench.claim(id)?.due == 70)
    bench.advance(by: 1)
    #expect(bench.claim(id) == nil && bench.figure(.claimsDue) == 0 && bench.figure(.donationPurses) == 160)
  }

  @Test func whoHasTheKeyHasTheMoneyAndTheSameNoteAgain() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let id = try Self.match(bench, resource, 100).reply(MatchReply.self).claim
    #expect(Self.claim(bench, id, flags: .cancel, key: Bytes16(low: 1, high: 1)).outcome.status == .keyWrong)
    let other = Bytes16(low: 5, high: 5)
    func rotate(_ from: Bytes16, _ to: Bytes16) -> Applied {
      bench.apply(RotateClaimCommand(claim: id, keyHash: from, newKeyHash: to))
    }
    #expect(rotate(other, Self.key).status == .keyWrong && rotate(Self.key, Bytes16()).status == .keyWrong)
    #expect(rotate(Self.key, other).status == .ok)
    #expect(Self.claim(bench, id, flags: .cancel).outcome.status == .keyWrong)
    #expect(Self.claim(bench, id, flags: .again, key: other).outcome.status == .nothingDue)
    let paid = Self.claim(bench, id, flags: .cancel, key: other)
    let reply = try paid.reply(ClaimReply.self)
    #expect(reply.amount == 100 && reply.left == 0 && reply.count == 1 && paid.money == .taken)
    for flags in [ClaimFlags([]), .again, .cancel] {
      let again = Self.claim(bench, id, flags: flags, key: other)
      #expect(again.outcome.isReplayed && again.bytes == paid.bytes)
    }
    #expect(bench.figure(.matchingDeposits) == 0 && bench.figure(.claimsDue) == 0)
    #expect(try Self.donate(bench, resource, 5).matched == 0)
    // The note is the former holder's, once the claim changed hands.
    #expect(rotate(other, Self.key).status == .ok)
    #expect(Self.claim(bench, id, flags: .again).outcome.status == .nothingDue)
  }

  // MARK: Schedules

  private static func schedule(
    _ bench: Bench, _ resource: UInt64, _ amount: UInt64, count: UInt32, first: UInt64 = 0, interval: UInt64 = 1_000
  ) throws -> Applied {
    let note = try bench.note(amount)
    return bench.apply(
      ScheduleCommand(
        resource: resource, keyHash: key, count: count, first: first, interval: interval, label: Name32()),
      notes: [note])
  }

  @Test func instalmentsAddUpAndKeepAPublicLeaseUp() throws {
    let bench = try Bench()
    let resource = try bench.register(Bench.terms(price: 1, period: 10))
    let note = try bench.note(10)
    let lease = try bench.apply(
      AcquireCommand(provider: 1, resource: resource, units: 1, flags: .open, keyHash: Bytes16(), minimum: 0),
      notes: [note]
    ).reply(AcquireReply.self)
    let id = try Self.schedule(bench, resource, 1_000, count: 3, first: 50).reply(ScheduleReply.self).claim
    bench.advance(by: 50)
    #expect(bench.claim(id)?.left == 667 && bench.claim(id)?.instant == Bench.start + 1_050)
    #expect(bench.check(lease.lease)?.deadline == Bench.start + 100 + 3_330)
    // However far time jumps: each instalment comes at its instant.
    bench.advance(by: 100_000)
    #expect(bench.claim(id)?.state == .ended && bench.claim(id)?.left == 0 && bench.claim(id)?.due == 0)
    #expect(bench.figure(.scheduledPledges) == 0)
    #expect(try bench.funding(resource).0.scheduled == 1_000)
    #expect(bench.machine.brokerFigures.charged == 1_010)
  }

  @Test func theRestOfAScheduleIsItsPledgers() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let id = try Self.schedule(bench, resource, 100, count: 4, first: 0).reply(ScheduleReply.self).claim
    bench.advance(by: 0)
    #expect(bench.claim(id)?.left == 75)
    let reply = try Self.claim(bench, id, flags: .cancel).reply(ClaimReply.self)
    #expect(reply.amount == 75)
    bench.advance(by: 100_000)
    #expect(bench.figure(.donationPurses) == 25 && bench.claim(id)?.state == .cancelled)
    bench.advance(by: 30 * Self.day)
    #expect(bench.claim(id) == nil)
  }

  @Test func absurdSchedulesAreRefused() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let most = UInt64(WireLimits.durationMillisMax)
    for (count, first, interval, status) in [
      (UInt32(0), UInt64(0), UInt64(1), Status.quantityInvalid), (1_201, 0, 1, .quantityInvalid),
      (1, most + 1, 1_000, .termsInvalid), (1, 0, 999, .termsInvalid), (2, 0, most + 1, .termsInvalid),
      (1_200, 0, most, .termsInvalid), (1_200, .max, .max, .termsInvalid),
    ] {
      let made = try Self.schedule(bench, resource, 5_000, count: count, first: first, interval: interval)
      #expect(made.outcome.status == status)
    }
  }

  /// Each is an event, for which time stops.
  @Test func everyInstalmentIsWorthAsMuchAsAClaim() throws {
    let bench = try Bench()
    let resource = try bench.register()
    func refused(_ amount: UInt64, count: UInt32) throws -> UInt64? {
      let made = try Self.schedule(bench, resource, amount, count: count)
      #expect(made.status == .amountInvalid && made.money == .notTaken)
      return made.status == .amountInvalid ? made.outcome.detail : nil
    }
    #expect(try refused(1_199, count: 1_200) == 1_200)
    let least = try Self.schedule(bench, resource, 1_200, count: 1_200).reply(ScheduleReply.self).claim
    bench.apply(ConfigureCommand(feePerMillion: 0, claimMinimum: 25, now: 0))
    #expect(try refused(74, count: 3) == 75)
    #expect(try Self.schedule(bench, resource, 75, count: 3).status == .ok)
    for minimum in [UInt64(WireLimits.moneyMax), .max] {
      bench.apply(ConfigureCommand(feePerMillion: 0, claimMinimum: minimum, now: 0))
      #expect(try refused(75, count: 3) == .max)
      #expect(try refused(75, count: 1) == minimum)
    }
    // Those that are there already stay.
    bench.advance(by: 1_199_000)
    #expect(bench.claim(least)?.state == .ended && bench.figure(.scheduledPledges) == 0)
    #expect(try bench.funding(resource).0.donationCount == 1_203)
  }

  // MARK: Campaigns

  @Test func aCampaignThatIsReachedFundsItsResource() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let id = try Self.campaign(bench, resource, goal: 100, minimum: 10)
    #expect(try Self.pledge(bench, id, 9).outcome.status == .amountInvalid)
    let first = try Self.pledge(bench, id, 60).reply(PledgeReply.self)
    let second = try Self.pledge(bench, id, 50).reply(PledgeReply.self)
    #expect(second.pledged == 110 && bench.figure(.campaignPledges) == 110)
    #expect(Self.claim(bench, first.claim, flags: .cancel).outcome.status == .nothingDue)
    bench.advance(by: 999)
    #expect(bench.figure(.donationPurses) == 0)
    bench.advance(by: 1)
    #expect(bench.figure(.donationPurses) == 110 && bench.figure(.campaignPledges) == 0)
    #expect(bench.claim(first.claim)?.state == .reached && bench.claim(first.claim)?.due == 0)
    #expect(Self.claim(bench, first.claim).outcome.detail == 0)
    #expect(try Self.pledge(bench, id, 60).outcome.status == .fundingClosed)
    bench.advance(by: 30 * Self.day)
    #expect(bench.claim(first.claim) == nil)
    bench.session = bench.openSession(Bytes16(low: 2, high: 2))
    #expect(try Self.pledge(bench, id, 60).outcome.status == .fundingUnknown)
  }

  @Test(arguments: [UnclaimedRule.resource, .operator])
  func aCampaignThatIsMissedRefundsAndThenFollowsItsRule(_ rule: UnclaimedRule) throws {
    let bench = try Bench()
    let resource = try bench.register()
    let id = try Self.campaign(bench, resource, goal: 111, rule: rule)
    let first = try Self.pledge(bench, id, 60).reply(PledgeReply.self).claim
    let second = try Self.pledge(bench, id, 50).reply(PledgeReply.self).claim
    bench.advance(by: 1_000)
    #expect(bench.figure(.claimsDue) == 110 && bench.claim(second)?.due == 50)
    #expect(try Self.claim(bench, first).reply(ClaimReply.self).amount == 60)
    #expect(Self.claim(bench, first).outcome.isReplayed)
    #expect(bench.figure(.claimsDue) == 50)
    bench.advance(by: 30 * Self.day)
    #expect(bench.claim(second) == nil && bench.figure(.claimsDue) == 0)
    #expect(bench.figure(rule == .resource ? .donationPurses : .operatorFees) == 50)
  }

  @Test func anEmptyDepositEndsAndAProviderMayRefuseOne() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let first = try Self.match(bench, resource, 5).reply(MatchReply.self).claim
    #expect(try Self.donate(bench, resource, 9).matched == 5)
    #expect(bench.claim(first)?.state == .ended)
    let second = try Self.match(bench, resource, 5).reply(MatchReply.self).claim
    let provider = Actor(authority: .provider, generation: 0, id: 1)
    #expect(try bench.apply(CancelCommand(actor: provider, funding: second)).reply(CancelReply.self).amount == 5)
    #expect(bench.apply(CancelCommand(actor: provider, funding: second)).outcome.status == .fundingClosed)
    #expect(try Self.claim(bench, second).reply(ClaimReply.self).amount == 5)
    for _ in 0..<8 { #expect(try Self.match(bench, resource, 1).outcome.status == .ok) }
    #expect(try Self.match(bench, resource, 1).outcome.status == .fundingLimit)
  }

  @Test func onlyItsProviderOrTheOperatorCancels() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let id = try Self.campaign(bench, resource, goal: 10)
    let claim = try Self.pledge(bench, id, 20).reply(PledgeReply.self).claim
    func cancel(_ authority: Authority, _ provider: UInt64) -> Applied {
      bench.apply(CancelCommand(actor: Actor(authority: authority, generation: 0, id: provider), funding: id))
    }
    #expect(cancel(.provider, 2).outcome.status == .notAuthorized)
    #expect(try cancel(.provider, 1).reply(CancelReply.self).amount == 20)
    #expect(cancel(.operator, 0).outcome.status == .fundingClosed)
    #expect(bench.claim(claim)?.state == .cancelled)
    #expect(try Self.claim(bench, claim).reply(ClaimReply.self).amount == 20)
  }

  @Test func aMillionPledgesCloseInOneStepAndAreForgottenInSmallOnes() throws {
    let count: UInt32 = 5_000
    let bench = try Bench(Bench.genesis(receipts: 16, claims: count, notes: 40_000))
    bench.isChecking = false
    let resource = try bench.register()
    let id = try Self.campaign(bench, resource, goal: 1_000_000)
    for _ in 0..<count { #expect(try Self.pledge(bench, id, 2).outcome.status == .ok) }
    #expect(try Self.pledge(bench, id, 2).outcome.status == .noSpace)
    bench.apply(AdvanceCommand(now: Bench.start + 1_000))
    #expect(bench.figure(.claimsDue) == Int64(count) * 2 && bench.machine.nextTimer() ?? 0 > bench.machine.now)
    let end = Bench.start + 1_000 + 30 * Self.day
    bench.apply(AdvanceCommand(now: end))
    #expect(bench.figure(.donationPurses) == Int64(count) * 2)
    // 32 a millisecond.
    #expect(bench.machine.nextTimer() == end + 1)
    bench.advance(to: end + 155)
    #expect(try bench.funding(resource).1.count == 1)
    bench.advance(to: end + 156)
    #expect(try bench.funding(resource).1.isEmpty)
    #expect(bench.machine.checkInvariants() == nil)
  }

  /// More events are due at one instant than an ADVANCE does: what ends there is closed, though it did not happen yet.
  @Test func whatIsToEndNowIsClosed() throws {
    let bench = try Bench(Bench.genesis(claims: 300))
    let resource = try bench.register()
    for _ in 0..<128 { #expect(try Self.schedule(bench, resource, 1, count: 1, first: 1_000).status == .ok) }
    let schedule = try Self.schedule(bench, resource, 2, count: 2).reply(ScheduleReply.self).claim
    let deposit = try Self.match(bench, resource, 100, duration: 1_000).reply(MatchReply.self).claim
    let campaign = try Self.campaign(bench, resource, goal: 5)
    let offering = try bench.apply(
      OpenOfferingCommand(
        provider: 1, resource: resource, cap: 100, criterion: 0, unit: 1, duration: 1_000, period: 0, startShare: 0,
        share: 1, returnPerMillion: 0, count: 1, kind: .ownership, label: Name32()),
      tiers: [Tier(from: 1, rate: 1)]
    ).reply(OpenOfferingReply.self).offering
    let pledge = try Self.pledge(bench, campaign, 5).reply(PledgeReply.self).claim
    let end = Bench.start + 1_000
    bench.apply(AdvanceCommand(now: end))
    #expect(bench.machine.now == end && bench.claim(deposit)?.state == .open && bench.claim(pledge)?.state == .open)
    func cancel(_ id: UInt64) -> Outcome {
      bench.apply(CancelCommand(actor: Actor(authority: .operator, generation: 0, id: 0), funding: id)).outcome
    }
    for (id, detail) in [(campaign, end), (offering, end), (deposit, 0), (schedule, 0)] {
      let refused = cancel(id)
      #expect(refused.status == .fundingClosed && refused.detail == detail)
    }
    #expect(try Self.pledge(bench, campaign, 5).status == .fundingClosed)
    #expect(try Self.donate(bench, resource, 1).matched == 0)
    for id in [deposit, schedule] { #expect(Self.claim(bench, id, flags: .cancel).status == .nothingDue) }
    bench.apply(AdvanceCommand(now: end))
    #expect(bench.claim(schedule)?.state == .ended && bench.claim(pledge)?.state == .reached)
    #expect(try Self.claim(bench, deposit).reply(ClaimReply.self).amount == 100)
    // 128 and 2 in instalments, 5 pledged, 1 given.
    #expect(bench.figure(.donationPurses) == 136)
  }

  @Test func timeStopsAtEachEventAndGoesOnAfterMany() throws {
    let bench = try Bench(Bench.genesis(claims: 300))
    let resource = try bench.register()
    for _ in 0..<200 { #expect(try Self.schedule(bench, resource, 1, count: 1, first: 70).outcome.status == .ok) }
    bench.apply(AdvanceCommand(now: Bench.start + 1_000))
    #expect(bench.machine.now == Bench.start + 70 && bench.figure(.donationPurses) == 128)
    bench.apply(AdvanceCommand(now: Bench.start + 1_000))
    #expect(bench.machine.now == Bench.start + 1_000 && bench.figure(.donationPurses) == 200)
  }
}
