public import WireProtocol

/// CHECK CLAIM, FUNDING and DESCRIBE POOL, as of now.
extension StateMachine {
  /// CHECK CLAIM: how a claim stands.
  public func checkClaim(_ id: UInt64) -> Answer<CheckClaimReply> {
    guard case .claim(let index) = findFunding(id) else {
      return .refused(Outcome.refused(.fundingUnknown).with(.none))
    }
    let claim = claims[index]
    return .reply(
      CheckClaimReply(
        resource: resources[claim.resource].id, campaign: claim.campaign == noIndex ? 0 : campaigns[claim.campaign].id,
        amount: claim.amount, left: left(of: index), due: due(on: index), paid: claim.paid,
        instant: nextEvent(of: index), kind: claim.kind, state: state(of: index)))
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
          count: campaign.pledgeCount, instant: campaign.closesAt, kind: .campaign, state: campaign.state,
          label: campaign.label), &records)
      next = campaign.next
    }
    var reply = FundingReply(
      lease: 0, balance: 0, deadline: 0, state: 0, count: UInt16(truncatingIfNeeded: count),
      donations: resources[resource].donations, donationCount: funding.donationCount, plain: funding[.plain],
      pool: funding[.pool], matched: funding[.matched], scheduled: funding[.scheduled], campaign: funding[.campaign])
    if case .reply(let lease) = check(funding.publicLease), !lease.state.isEnded {
      (reply.lease, reply.balance) = (funding.publicLease, lease.own &+ lease.given)
      (reply.deadline, reply.state) = (lease.deadline, lease.state.rawValue)
    }
    return .reply(reply)
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
