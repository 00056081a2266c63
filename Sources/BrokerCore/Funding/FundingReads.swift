public import WireProtocol

/// CHECK CLAIM, FUNDING, DESCRIBE OFFERING and DESCRIBE POOL, as of now.
extension StateMachine {
  /// CHECK CLAIM: how a claim stands.
  public func checkClaim(_ id: UInt64) -> Answer<CheckClaimReply> {
    guard case .claim(let index) = findFunding(id) else {
      return .refused(Outcome.refused(.fundingUnknown).with(.none))
    }
    let claim = claims[index]
    let due = claim.kind == .investment ? settled(claim.parent).due(on: claim) : self.due(on: index)
    return .reply(
      CheckClaimReply(
        resource: resources[claim.resource].id, funding: fundingID(of: index), amount: claim.amount,
        left: left(of: index),
        due: due, paid: claim.paid, instant: nextEvent(of: index), kind: claim.kind, state: state(of: index)))
  }

  /// Id of what a claim belongs to; 0: nothing.
  func fundingID(of claim: UInt32) -> UInt64 {
    switch claims[claim].kind {
    case .schedule, .match: 0
    case .bid: auctions[claims[claim].parent].id
    case .pledge: campaigns[claims[claim].parent].id
    case .investment: offerings[claims[claim].parent].id
    }
  }

  /// FUNDING: writes what there is to tell of a resource from `offset` on, which has room for `fundingEntryCountMax` records.
  public func funding(
    _ id: UInt64, into records: inout MutableRawSpan, at offset: Int
  ) -> Answer<FundingReply> {
    guard let resource = resourceIndex(id) else { return .refused(Outcome.refused(.resourceUnknown).with(.none)) }
    let funding = fundings[resource]
    var count = 0
    func write(_ entry: FundingEntry, _ records: inout MutableRawSpan) {
      let at = offset + count * FundingEntry.byteCount
      guard count < WireLimits.fundingEntryCountMax, records.byteCount - at >= FundingEntry.byteCount else { return }
      entry.write(to: &records, at: at)
      count += 1
    }
    for age in 0..<funding.labelCount {
      let donation = funding.label(age)
      write(
        FundingEntry(
          id: 0, goal: 0, amount: donation.amount, detail: donation.model, count: 0, instant: donation.instant,
          kind: .donation, state: .ended, label: donation.label), &records)
    }
    var next = funding.firstMatch
    while next != noIndex {
      let claim = claims[next]
      write(
        FundingEntry(
          id: claim.id, goal: claim.amount, amount: claim.left, detail: claim.packedRatio, count: claim.cap,
          instant: nextEvent(of: next), kind: .match, state: .open, label: claim.label), &records)
      next = claim.next
    }
    next = funding.firstCampaign
    while next != noIndex {
      let campaign = campaigns[next]
      write(
        FundingEntry(
          id: campaign.id, goal: campaign.goal, amount: campaign.pledged, detail: campaign.minimum,
          count: campaign.claims.count, instant: campaign.closesAt, kind: .campaign, state: campaign.state,
          label: campaign.label), &records)
      next = campaign.next
    }
    forEachOffering(of: resource) { write(entry(of: settled($0)), &records) }
    for recipient in 0..<funding.revenue.count {
      let share = funding.revenue[recipient]
      write(
        FundingEntry(
          id: providers[share.provider].id, goal: 0, amount: 0, detail: UInt64(share.perMillion), count: 0, instant: 0,
          kind: .recipient, state: .open, label: Name32()), &records)
    }
    forEachAuction(of: resource) { if auctions[$0].isAtWork { write(entry(of: auctions[$0]), &records) } }
    var reply = FundingReply(
      lease: 0, balance: 0, deadline: 0, state: 0, count: UInt16(truncatingIfNeeded: count),
      donations: resources[resource].donations, donationCount: funding.donationCount, plain: funding[.plain],
      pool: funding[.pool], matched: funding[.matched], scheduled: funding[.scheduled], campaign: funding[.campaign],
      invested: funding[.invested], sponsored: funding[.sponsored], earned: resources[resource].earned,
      burnRate: resources[resource].burnRate, period: resources[resource].prices.current.period)
    if case .reply(let lease) = check(funding.publicLease), !lease.state.isEnded {
      (reply.lease, reply.balance) = (funding.publicLease, lease.own &+ lease.given)
      (reply.deadline, reply.state) = (lease.deadline, lease.state.rawValue)
    }
    return .reply(reply)
  }

  private func entry(of offering: Offering) -> FundingEntry {
    let hasShared = offering.state == .sharing || offering.state == .ended
    return FundingEntry(
      id: offering.id, goal: hasShared ? offering.taken : offering.cap, amount: offering.raised,
      detail: UInt64(offering.kind.rawValue) << 32 | UInt64(offering.share), count: offering.claims.count,
      instant: hasShared ? offering.endsAt : offering.closesAt, kind: .offering, state: offering.state,
      label: offering.label)
  }

  /// DESCRIBE OFFERING: writes its tiers from `offset` on, which has room for `tierCountMax`.
  public func describeOffering(
    _ id: UInt64, into records: inout MutableRawSpan, at offset: Int
  ) -> Answer<DescribeOfferingReply> {
    guard case .offering(let index) = findFunding(id) else {
      return .refused(Outcome.refused(.fundingUnknown).with(.none))
    }
    let offering = settled(index)
    for number in 0..<Int(offering.tierCount) {
      let tier = offering.tranches[number]
      TierFigures(
        from: tier.from, amount: tier.amount, earned: tier.paid, target: offering.kind == .fixed ? tier.target : 0,
        rate: tier.rate, retired: tier.isRetired ? 1 : 0
      ).write(to: &records, at: offset + number * TierFigures.byteCount)
    }
    return .reply(
      DescribeOfferingReply(
        resource: resources[offering.resource].id, cap: offering.cap, criterion: offering.criterion,
        startLeft: offering.startLeft, unit: offering.unit, raised: offering.raised, claims: offering.claims.count,
        earned: offering.taken, closesAt: offering.closesAt, endsAt: offering.endsAt, startShare: offering.startShare,
        share: offering.shareAfter, returnPerMillion: offering.returnPerMillion, count: UInt16(offering.tierCount),
        kind: offering.kind, state: offering.state, label: offering.label))
  }

  /// DESCRIBE POOL: by id, or by name when the id is 0; writes its members from `offset` on, which has room for `memberCountMax`.
  public func describePool(
    _ request: DescribePoolRequest, into records: inout MutableRawSpan, at offset: Int
  ) -> Answer<DescribePoolReply> {
    var found = request.pool == 0 ? poolIndex(request.name) : nil
    if case .pool(let index) = findFunding(request.pool) { found = index }
    guard let index = found else { return .refused(Outcome.refused(.fundingUnknown).with(.none)) }
    let pool = pools[index]
    for member in 0..<pool.memberCount {
      PoolMember(resource: resources[pool[member].resource].id, weight: pool[member].weight)
        .write(to: &records, at: offset + member * PoolMember.byteCount)
    }
    return .reply(
      DescribePoolReply(
        pool: pool.id, name: pool.name, donated: pool.donated, donationCount: pool.donationCount,
        count: UInt16(truncatingIfNeeded: pool.memberCount)))
  }
}

extension LeaseState {
  /// Whether a lease of this state has ended.
  fileprivate var isEnded: Bool {
    switch self {
    case .expired, .released, .revoked, .failed: true
    case .pending, .active, .low, .throttled, .suspended: false
    }
  }
}
