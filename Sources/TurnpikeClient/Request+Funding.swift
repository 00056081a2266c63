public import WireProtocol

/// One constructor for each operation that funds resources. Amounts are in the broker's unit, durations in milliseconds; a label of
/// zero bytes is none.
extension Request {
  /// DONATE to the resource, lease or pool of an id.
  public static func donate(
    to kind: DonationTarget, id: UInt64, label: Name32 = Name32(), payment: [NoteToken]
  ) -> Request {
    Request(.donate, DonateRequest(target: id, kind: kind, label: label), payment: payment)
  }

  /// SPEND_DONATIONS, as the resource's provider; 0: all there is.
  public static func spendDonations(resource: UInt64, amount: UInt64 = 0) -> Request {
    Request(.spendDonations, SpendDonationsRequest(resource: resource, amount: amount))
  }

  /// SET_POOL, as a provider or the operator, with at most `WireLimits.memberCountMax` members; pool 0: a new one.
  public static func setPool(_ pool: UInt64 = 0, name: Name32, members: [PoolMember]) -> Request {
    var request = Request(.setPool, SetPoolRequest(pool: pool, name: name, count: UInt16(clamping: members.count)))
    for member in members { request.body += member.bytes }
    return request
  }

  /// DESCRIBE_POOL by id.
  public static func describePool(_ pool: UInt64) -> Request {
    Request(.describePool, DescribePoolRequest(pool: pool, name: Name32()))
  }

  /// DESCRIBE_POOL by name.
  public static func describePool(name: Name32) -> Request {
    Request(.describePool, DescribePoolRequest(pool: 0, name: name))
  }

  /// MATCH. `keyHash` is that of the claim key; a cap of 0 is none.
  public static func match(
    resource: UInt64, keyHash: Bytes16, numerator: UInt32, denominator: UInt32, cap: UInt64 = 0,
    durationMilliseconds: UInt64, label: Name32 = Name32(), payment: [NoteToken]
  ) -> Request {
    let fixed = MatchRequest(
      resource: resource, keyHash: keyHash, numerator: numerator, denominator: denominator, cap: cap,
      duration: durationMilliseconds, label: label)
    return Request(.match, fixed, payment: payment)
  }

  /// SCHEDULE: the payment is the sum of `count` instalments.
  public static func schedule(
    resource: UInt64, keyHash: Bytes16, count: UInt32, firstMilliseconds: UInt64 = 0, intervalMilliseconds: UInt64,
    label: Name32 = Name32(), payment: [NoteToken]
  ) -> Request {
    let fixed = ScheduleRequest(
      resource: resource, keyHash: keyHash, count: count, first: firstMilliseconds, interval: intervalMilliseconds,
      label: label)
    return Request(.schedule, fixed, payment: payment)
  }

  /// OPEN_CAMPAIGN, as the resource's provider; a minimum of 0 takes any pledge.
  public static func openCampaign(
    resource: UInt64, goal: UInt64, minimum: UInt64 = 0, durationMilliseconds: UInt64,
    unclaimed rule: UnclaimedRule = .resource, label: Name32 = Name32()
  ) -> Request {
    let fixed = OpenCampaignRequest(
      resource: resource, goal: goal, minimum: minimum, duration: durationMilliseconds, rule: rule, label: label)
    return Request(.openCampaign, fixed)
  }

  /// PLEDGE.
  public static func pledge(
    campaign: UInt64, keyHash: Bytes16, label: Name32 = Name32(), payment: [NoteToken]
  ) -> Request {
    Request(.pledge, PledgeRequest(campaign: campaign, keyHash: keyHash, label: label), payment: payment)
  }

  /// SPLIT_REVENUE, as the resource's provider, among at most `WireLimits.revenueShareCountMax` others; none: it is the provider's.
  public static func splitRevenue(resource: UInt64, shares: [RevenueShare]) -> Request {
    var request = Request(
      .splitRevenue, SplitRevenueRequest(resource: resource, count: UInt16(clamping: shares.count)))
    for share in shares { request.body += share.bytes }
    return request
  }

  /// OPEN_OFFERING, as the resource's provider.
  public static func openOffering(resource: UInt64, terms: OfferingTerms) -> Request {
    let fixed = OpenOfferingRequest(
      resource: resource, cap: terms.cap, criterion: terms.criterion, unit: terms.unit,
      duration: terms.durationMilliseconds, period: terms.periodMilliseconds, startShare: terms.startShare,
      share: terms.share, returnPerMillion: terms.returnPerMillion, count: UInt16(clamping: terms.tiers.count),
      kind: terms.kind, label: terms.label)
    var request = Request(.openOffering, fixed)
    for tier in terms.tiers { request.body += tier.bytes }
    return request
  }

  /// INVEST. `keyHash` is that of the claim key.
  public static func invest(offering: UInt64, keyHash: Bytes16, payment: [NoteToken]) -> Request {
    Request(.invest, InvestRequest(offering: offering, keyHash: keyHash), payment: payment)
  }

  /// DESCRIBE_OFFERING.
  public static func describeOffering(_ offering: UInt64) -> Request {
    Request(.describeOffering, DescribeOfferingRequest(offering: offering))
  }

  /// CANCEL of a campaign, an offering or an auction, or of a matching deposit or scheduled pledge by its claim, as the resource's provider or the
  /// operator.
  public static func cancel(funding: UInt64) -> Request { Request(.cancel, CancelRequest(funding: funding)) }

  /// CLAIM.
  public static func claim(_ key: ClaimKey, flags: ClaimFlags = []) -> Request {
    Request(.claim, ClaimRequest(claim: key.claim, key: key.key, flags: flags))
  }

  /// ROTATE_CLAIM to another key, of which only the hash is told.
  public static func rotateClaim(_ key: ClaimKey, toKeyHash keyHash: Bytes16) -> Request {
    Request(.rotateClaim, RotateClaimRequest(claim: key.claim, key: key.key, keyHash: keyHash))
  }

  /// CHECK_CLAIM.
  public static func checkClaim(_ claim: UInt64) -> Request { Request(.checkClaim, CheckClaimRequest(claim: claim)) }

  /// MAILBOX.
  public static func mailbox(_ claim: ClaimKey, after instant: UInt64 = 0) -> Request {
    Request(.mailbox, MailboxRequest(claim: claim.claim, key: claim.key, after: instant))
  }

  /// FUNDING.
  public static func funding(resource: UInt64) -> Request { Request(.funding, FundingRequest(resource: resource)) }
}
