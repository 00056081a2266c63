import Testing
import TurnpikeClient
import WireProtocol

/// What a client makes of funding requests and replies.
@Suite struct FundingTests {
  private func report(
    state: UInt8 = LeaseState.active.rawValue, lease: UInt64 = 17, _ entries: [FundingEntry]
  ) throws -> FundingReport {
    let fixed = FundingReply(
      lease: lease, balance: 5, deadline: 6, state: state, count: UInt16(entries.count), donations: 7, donationCount: 8,
      plain: 1, pool: 2, matched: 3, scheduled: 4, campaign: 5, invested: 6, sponsored: 7, earned: 10, burnRate: 11,
      period: 12)
    let body = entries.reduce(fixed.bytes) { $0 + $1.bytes }
    return try FundingReport(Reply(opcode: .funding, number: 0, isReplayed: false, money: .none, body: body))
  }

  private func entry(_ kind: FundingEntryKind, detail: UInt64, _ state: FundingState = .open) -> FundingEntry {
    FundingEntry(
      id: 31, goal: 100, amount: 60, detail: detail, count: 9, instant: 77, kind: kind, state: state,
      label: Name32("Ada") ?? Name32())
  }

  @Test func reportTellsEveryKindOfEntry() throws {
    let report = try report([
      entry(.donation, detail: 4), entry(.match, detail: 3 << 32 | 2), entry(.campaign, detail: 12),
    ])
    #expect(report.publicLease?.lease == 17 && report.publicLease?.state == .active)
    #expect(report.donations == 7 && report.donationCount == 8)
    #expect(FundingModel.allCases.map { report.given[$0] } == [1, 2, 3, 4, 5, 6, 7])
    #expect(report.earned == 10 && report.burnRate == 11 && report.burnPeriod == 12)
    #expect(report.labelled.first?.model == .scheduled && report.labelled.first?.label.string == "Ada")
    let deposit = try #require(report.deposits.first)
    #expect(deposit.numerator == 3 && deposit.denominator == 2)
    #expect(deposit.claim == 31 && deposit.amount == 100 && deposit.left == 60)
    #expect(deposit.cap == 9 && deposit.end == 77)
    let campaign = try #require(report.campaigns.first)
    #expect(campaign.campaign == 31 && campaign.goal == 100 && campaign.pledged == 60 && campaign.minimum == 12)
    #expect(campaign.pledgeCount == 9 && campaign.closesAt == 77 && campaign.state == .open)
  }

  /// The same fields tell of an offering first what it takes, then what it got.
  @Test(arguments: [(FundingState.open, false), (.cancelled, false), (.sharing, true), (.ended, true)])
  func offeringsAreToldByTheirState(state: FundingState, hasShared: Bool) throws {
    let detail = UInt64(OfferingKind.fixed.rawValue) << 32 | 125_000
    let offering = try #require(try report([entry(.offering, detail: detail, state)]).offerings.first)
    #expect(offering.offering == 31 && offering.label.string == "Ada" && offering.state == state)
    #expect(offering.kind == .fixed && offering.share == 125_000)
    #expect(offering.raised == 60 && offering.investmentCount == 9)
    #expect(offering.cap == (hasShared ? 0 : 100) && offering.closesAt == (hasShared ? 0 : 77))
    #expect(offering.earned == (hasShared ? 100 : 0) && offering.endsAt == (hasShared ? 77 : 0))
  }

  @Test func recipientsOfTheRevenueAreTold() throws {
    let report = try report([entry(.recipient, detail: 250_000)])
    #expect(report.recipients == [RevenueShare(provider: 31, perMillion: 250_000)])
  }

  @Test func reportWithoutAPublicLeaseNeedsNoState() throws {
    #expect(try report(state: 0, lease: 0, []).publicLease == nil)
  }

  @Test func valuesThatAreNoneAreRefused() {
    #expect(throws: TurnpikeError.self) { try report(state: 0, []) }
    #expect(throws: TurnpikeError.self) { try report(state: 200, []) }
    for model: UInt64 in [0, 8, 257, .max] {
      #expect(throws: TurnpikeError.self) { try report([entry(.donation, detail: model)]) }
    }
    for kind: UInt64 in [0, 4, 257, .max >> 32] {
      #expect(throws: TurnpikeError.self) { try report([entry(.offering, detail: kind << 32)]) }
    }
    #expect(throws: TurnpikeError.self) { try report([entry(.recipient, detail: 1 << 32)]) }
  }

  /// What a wallet keeps of a request makes the same request again.
  @Test func requestsAreMadeAgainFromTheirBodies() throws {
    let name = Name32("commons") ?? Name32()
    let key = ClaimKey(claim: 31, key: testKey.key)
    let requests: [Request] = [
      .donate(to: .pool, id: 9, label: name, payment: [note(1)]), .spendDonations(resource: 3),
      .setPool(name: name, members: [PoolMember(resource: 3, weight: 1), PoolMember(resource: 4, weight: 2)]),
      .setPool(9, name: name, members: []), .openCampaign(resource: 3, goal: 5, durationMilliseconds: 6),
      .cancel(funding: 30), .claim(key, flags: .cancel), .rotateClaim(key, toKeyHash: testKey.key.keyHash),
      .pledge(campaign: 30, keyHash: testKey.key.keyHash, payment: [note(1)]),
      .splitRevenue(resource: 3, shares: []),
      .splitRevenue(resource: 3, shares: [RevenueShare(provider: 2, perMillion: 1)]),
      .openOffering(resource: 3, terms: OfferingTerms(kind: .ownership, cap: 5, share: 6, durationMilliseconds: 7)),
      .invest(offering: 30, keyHash: testKey.key.keyHash, payment: [note(1)]),
    ]
    for request in requests {
      #expect(request.keepsReceipt)
      #expect(Request(opcode: request.opcode, body: request.body, payment: request.payment) == request)
    }
    let tooMany = (0...UInt64(WireLimits.memberCountMax)).map { PoolMember(resource: $0, weight: 1) }
    #expect(Request(opcode: .setPool, body: Request.setPool(name: name, members: tooMany).body) == nil)
    let shares = (0...UInt64(WireLimits.revenueShareCountMax)).map { RevenueShare(provider: $0, perMillion: 1) }
    #expect(Request(opcode: .splitRevenue, body: Request.splitRevenue(resource: 3, shares: shares).body) == nil)
  }

  @Test func refusalsAreSaidInWords() {
    for status: Status in [
      .fundingUnknown, .fundingClosed, .fundingLimit, .nothingDue, .capExceeded, .sharesExceeded,
    ] {
      for detail: UInt64 in [0, 1, .max] { #expect(!status.explanation(detail: detail).isEmpty) }
    }
    let error = TurnpikeError(.refused(.amountInvalid), money: .notTaken, operation: .pledge, detail: 1_000)
    #expect(
      error.description
        == "PLEDGE: a pledge to this campaign is 1_000 at least [AMOUNT_INVALID]; no money was taken")
  }
}
