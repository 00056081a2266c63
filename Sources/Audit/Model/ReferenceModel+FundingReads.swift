public import WireProtocol

/// What anyone may read about funding, as of `now`. Nothing is changed.
extension ReferenceModel {
  /// CHECK_CLAIM; nil: FUNDING_UNKNOWN.
  public func checkClaim(_ id: UInt64) -> CheckClaimReply? {
    guard let claim = claims[id] else { return nil }
    return CheckClaimReply(
      resource: claim.resource, funding: max(claim.campaign, claim.offering, claim.auction), amount: claim.amount,
      left: left(of: claim), due: due(on: claim), paid: claim.paid?.amount ?? 0, instant: event(of: claim),
      kind: claim.kind, state: state(of: claim))
  }

  /// FUNDING: labelled donations, newest first, deposits that match, campaigns, offerings, recipients, auctions
  /// that have not ended; nil: RESOURCE_UNKNOWN.
  public func funding(_ id: UInt64) -> (FundingReply, [FundingEntry])? {
    guard let resource = resources[id] else { return nil }
    let funding = resource.funding
    let entries =
      funding.labelled.map(Self.entry) + funding.deposits.compactMap { claims[$0].flatMap(Self.entry) }
      + funding.campaigns.compactMap { campaigns[$0].map(Self.entry) }
      + funding.offerings.compactMap { offerings[$0].map(Self.entry) } + resource.recipients.map(Self.entry)
      + funding.auctions.compactMap { auctions[$0].flatMap(entry) }
    let lease = projected(funding.publicLease).flatMap { $0.isLive ? $0 : nil }
    let reply = FundingReply(
      lease: lease?.id ?? 0, balance: lease?.purse ?? 0, deadline: lease?.deadline ?? 0,
      state: lease?.state.rawValue ?? 0, count: UInt16(entries.count), donations: resource.donations,
      donationCount: funding.donationCount, plain: funding.given[.plain] ?? 0, pool: funding.given[.pool] ?? 0,
      matched: funding.given[.matched] ?? 0, scheduled: funding.given[.scheduled] ?? 0,
      campaign: funding.given[.campaign] ?? 0, invested: funding.given[.invested] ?? 0,
      sponsored: funding.given[.sponsored] ?? 0,
      earned: resource.earned, burnRate: status(id)?.burnRate ?? 0, period: resource.terms.period)
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

  /// DESCRIBE_OFFERING; nil: FUNDING_UNKNOWN.
  public func describeOffering(_ id: UInt64) -> (DescribeOfferingReply, [TierFigures])? {
    guard let offering = offerings[id] else { return nil }
    let terms = offering.terms
    let tiers = offering.tiers.map {
      TierFigures(
        from: $0.from, amount: $0.amount, earned: $0.paid, target: terms.kind == .fixed ? $0.target : 0, rate: $0.rate,
        retired: $0.isRetired && (offering.state == .sharing || offering.state == .ended) ? 1 : 0)
    }
    let reply = DescribeOfferingReply(
      resource: offering.resource, cap: terms.cap, criterion: terms.criterion, startLeft: offering.startLeft,
      unit: terms.unit, raised: offering.raised, claims: offering.claimCount, earned: offering.taken,
      closesAt: offering.closesAt, endsAt: offering.endsAt ?? 0, startShare: terms.startShare, share: terms.share,
      returnPerMillion: terms.returnPerMillion, count: UInt16(tiers.count), kind: terms.kind, state: offering.state,
      label: terms.label)
    return (reply, tiers)
  }

  private static func entry(_ recipient: ModelRecipient) -> FundingEntry {
    FundingEntry(
      id: recipient.provider, goal: 0, amount: 0, detail: UInt64(recipient.perMillion), count: 0, instant: 0,
      kind: .recipient, state: .open, label: Name32())
  }

  private static func entry(_ offering: ModelOffering) -> FundingEntry {
    let hasShared = offering.state == .sharing || offering.state == .ended
    return FundingEntry(
      id: offering.id, goal: hasShared ? offering.taken : offering.terms.cap, amount: offering.raised,
      detail: UInt64(offering.terms.kind.rawValue) << 32 | UInt64(offering.share), count: offering.claimCount,
      instant: hasShared ? offering.endsAt ?? 0 : offering.closesAt, kind: .offering, state: offering.state,
      label: offering.terms.label)
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
