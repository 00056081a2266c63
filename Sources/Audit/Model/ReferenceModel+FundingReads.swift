public import WireProtocol

/// What anyone may read about funding, as of `now`. Nothing is changed.
extension ReferenceModel {
  /// CHECK_CLAIM; nil: FUNDING_UNKNOWN.
  public func checkClaim(_ id: UInt64) -> CheckClaimReply? {
    guard let claim = claims[id] else { return nil }
    return CheckClaimReply(
      resource: claim.resource, campaign: claim.campaign, amount: claim.amount, left: left(of: claim),
      due: due(on: claim), paid: claim.paid?.amount ?? 0, instant: event(of: claim), kind: claim.kind,
      state: state(of: claim))
  }

  /// FUNDING: labelled donations, newest first, deposits that match, campaigns; nil: RESOURCE_UNKNOWN.
  public func funding(_ id: UInt64) -> (FundingReply, [FundingEntry])? {
    guard let resource = resources[id] else { return nil }
    let funding = resource.funding
    let entries =
      funding.labelled.map(Self.entry) + funding.deposits.compactMap { claims[$0].flatMap(Self.entry) }
      + funding.campaigns.compactMap { campaigns[$0].map(Self.entry) }
    let lease = projected(funding.publicLease).flatMap { $0.isLive ? $0 : nil }
    let reply = FundingReply(
      lease: lease?.id ?? 0, balance: lease?.purse ?? 0, deadline: lease?.deadline ?? 0,
      state: lease?.state.rawValue ?? 0, count: UInt16(entries.count), donations: resource.donations,
      donationCount: funding.donationCount, plain: funding.given[.plain] ?? 0, pool: funding.given[.pool] ?? 0,
      matched: funding.given[.matched] ?? 0, scheduled: funding.given[.scheduled] ?? 0,
      campaign: funding.given[.campaign] ?? 0)
    return (reply, entries)
  }

  /// DESCRIBE_POOL by id; nil: FUNDING_UNKNOWN.
  public func describePool(_ id: UInt64) -> (DescribePoolReply, [PoolMember])? {
    guard let pool = pools[id] else { return nil }
    let reply = DescribePoolReply(
      pool: id, name: pool.name, donated: pool.donated, donationCount: pool.donationCount,
      count: UInt16(pool.members.count))
    return (reply, pool.members)
  }

  private static func entry(_ donation: ModelDonation) -> FundingEntry {
    FundingEntry(
      id: 0, goal: 0, amount: donation.amount, detail: UInt64(donation.model.rawValue), count: 0,
      instant: donation.instant, kind: .donation, state: .ended, label: donation.label)
  }

  private static func entry(_ deposit: ModelClaim) -> FundingEntry? {
    guard case .match(let matching) = deposit.purpose else { return nil }
    return FundingEntry(
      id: deposit.id, goal: deposit.amount, amount: deposit.left,
      detail: UInt64(matching.numerator) << 32 | UInt64(matching.denominator), count: matching.cap,
      instant: matching.until, kind: .match, state: deposit.state, label: matching.label)
  }

  private static func entry(_ campaign: ModelCampaign) -> FundingEntry {
    FundingEntry(
      id: campaign.id, goal: campaign.goal, amount: campaign.pledged, detail: campaign.minimum,
      count: campaign.pledgeCount, instant: campaign.closesAt, kind: .campaign, state: campaign.state,
      label: campaign.label)
  }
}
