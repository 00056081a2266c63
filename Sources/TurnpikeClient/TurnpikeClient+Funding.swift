/// One method for each operation that funds resources. Amounts are in the broker's unit (`broker.unit`), durations and instants in
/// milliseconds; a label of zero bytes is none, and any other can be read by everybody. Claim keys are made with `Bytes16.secret()`:
/// keep them before the request is sent, as `Wallet` does, since whoever has one has the money of the claim.
extension TurnpikeClient {
  /// Gives money to the resource, lease or pool of an id. Nobody can take it out again.
  public func donate(
    to kind: DonationTarget, id: UInt64, label: Name32 = Name32(), payment: [NoteToken]
  ) async throws(TurnpikeError) -> DonateReply {
    try await perform(.donate(to: kind, id: id, label: label, payment: payment)).fixed()
  }

  /// Moves money of a resource's donation purse into its public lease, as its provider; 0: all there is.
  public func spendDonations(
    resource: UInt64, amount: UInt64 = 0
  ) async throws(TurnpikeError) -> SpendDonationsReply {
    try await perform(.spendDonations(resource: resource, amount: amount)).fixed()
  }

  /// Makes a pool (0), or says which resources share it from now on, at most `WireLimits.memberCountMax`; as a provider or the
  /// operator. Returns its id.
  public func setPool(
    _ pool: UInt64 = 0, name: Name32, members: [PoolMember]
  ) async throws(TurnpikeError) -> UInt64 {
    try await perform(.setPool(pool, name: name, members: members)).fixed(SetPoolReply.self).pool
  }

  /// Tells who shares a pool.
  public func describePool(_ pool: UInt64) async throws(TurnpikeError) -> PoolDescription {
    try PoolDescription(await perform(.describePool(pool)))
  }

  /// Tells who shares the pool of a name.
  public func describePool(name: Name32) async throws(TurnpikeError) -> PoolDescription {
    try PoolDescription(await perform(.describePool(name: name)))
  }

  /// Puts down a deposit that adds numerator / denominator times each donation to a resource, at most `cap` (0: no limit) to each.
  /// What is left of it at its end is due to the claim key.
  public func match(
    resource: UInt64, claimKey: Bytes16, numerator: UInt32, denominator: UInt32, cap: UInt64 = 0,
    durationMilliseconds: UInt64, label: Name32 = Name32(), payment: [NoteToken]
  ) async throws(TurnpikeError) -> MatchReply {
    let request = Request.match(
      resource: resource, keyHash: claimKey.keyHash, numerator: numerator, denominator: denominator, cap: cap,
      durationMilliseconds: durationMilliseconds, label: label, payment: payment)
    return try await perform(request).fixed()
  }

  /// Pledges the payment to a resource in `count` instalments. What was not paid yet can be taken back with the claim key.
  public func schedule(
    resource: UInt64, claimKey: Bytes16, count: UInt32, firstMilliseconds: UInt64 = 0, intervalMilliseconds: UInt64,
    label: Name32 = Name32(), payment: [NoteToken]
  ) async throws(TurnpikeError) -> ScheduleReply {
    let request = Request.schedule(
      resource: resource, keyHash: claimKey.keyHash, count: count, firstMilliseconds: firstMilliseconds,
      intervalMilliseconds: intervalMilliseconds, label: label, payment: payment)
    return try await perform(request).fixed()
  }

  /// Opens an all-or-nothing campaign, as the resource's provider; a minimum of 0 takes any pledge.
  public func openCampaign(
    resource: UInt64, goal: UInt64, minimum: UInt64 = 0, durationMilliseconds: UInt64,
    unclaimed rule: UnclaimedRule = .resource, label: Name32 = Name32()
  ) async throws(TurnpikeError) -> OpenCampaignReply {
    let request = Request.openCampaign(
      resource: resource, goal: goal, minimum: minimum, durationMilliseconds: durationMilliseconds, unclaimed: rule,
      label: label)
    return try await perform(request).fixed()
  }

  /// Pledges money to a campaign. It is due to the claim key when the campaign misses its goal.
  public func pledge(
    campaign: UInt64, claimKey: Bytes16, label: Name32 = Name32(), payment: [NoteToken]
  ) async throws(TurnpikeError) -> PledgeReply {
    try await perform(.pledge(campaign: campaign, keyHash: claimKey.keyHash, label: label, payment: payment)).fixed()
  }

  /// Says who shares a resource's revenue from now on, beside its provider and investors, as its provider: at most
  /// `WireLimits.revenueShareCountMax` others, in place of those before; SHARES_EXCEEDED tells in `detail` what is left for them.
  /// Returns what is left to the provider at least, in millionths: open offerings count too, each with the greater of its shares.
  public func splitRevenue(resource: UInt64, shares: [RevenueShare]) async throws(TurnpikeError) -> UInt64 {
    try await perform(.splitRevenue(resource: resource, shares: shares)).fixed(SplitRevenueReply.self).left
  }

  /// Offers a share of a resource's revenue for money, as its provider. What is invested funds the resource when the offering closes;
  /// from then on nobody can end it early. SHARES_EXCEEDED tells in `detail` what share is left, in millionths; FUNDING_LIMIT: the
  /// resource has as many as it may.
  public func openOffering(
    resource: UInt64, terms: OfferingTerms
  ) async throws(TurnpikeError) -> OpenOfferingReply {
    try await perform(.openOffering(resource: resource, terms: terms)).fixed()
  }

  /// Tells the terms of an offering and how it stands, to anyone.
  public func describeOffering(_ offering: UInt64) async throws(TurnpikeError) -> OfferingDescription {
    try OfferingDescription(await perform(.describeOffering(offering)))
  }

  /// Invests in an offering. It cannot be taken back; its part of the offering's revenue is due to the claim key as it comes.
  /// AMOUNT_INVALID (less than the first tier takes, or no multiple of the unit) tells in `detail` the nearest amount that is not, and
  /// CAP_EXCEEDED what the offering still takes.
  public func invest(
    offering: UInt64, claimKey: Bytes16, payment: [NoteToken]
  ) async throws(TurnpikeError) -> InvestReply {
    try await perform(.invest(offering: offering, keyHash: claimKey.keyHash, payment: payment)).fixed()
  }

  /// Ends a campaign, an offering or an auction before it closes, so that each pledge, investment or bid goes back, or a matching deposit or scheduled
  /// pledge, by its claim; as the resource's provider or the operator. Returns what is due to claim keys by that.
  public func cancel(funding: UInt64) async throws(TurnpikeError) -> UInt64 {
    try await perform(.cancel(funding: funding)).fixed(CancelReply.self).amount
  }

  /// Pays out what is due on a claim; when nothing is, the note that was paid out last, once more. A claim keeps its last note only:
  /// where the reply to an earlier CLAIM was lost, ask with `.again` first, or repeat it with its number.
  public func claim(_ key: ClaimKey, flags: ClaimFlags = []) async throws(TurnpikeError) -> ClaimReceipt {
    try ClaimReceipt(await perform(.claim(key, flags: flags)))
  }

  /// Hands a claim to the holder of another key. Returns what is due on it.
  public func rotateClaim(_ key: ClaimKey, toKeyHash keyHash: Bytes16) async throws(TurnpikeError) -> UInt64 {
    try await perform(.rotateClaim(key, toKeyHash: keyHash)).fixed(RotateClaimReply.self).due
  }

  /// Tells how a claim stands, to anyone.
  public func checkClaim(_ claim: UInt64) async throws(TurnpikeError) -> CheckClaimReply {
    try await perform(.checkClaim(claim)).fixed()
  }

  /// Tells the notices that are kept for a claim, those that came after `instant`; and the broker's time, which is the `instant` of
  /// the next question.
  public func mailbox(
    _ claim: ClaimKey, after instant: UInt64 = 0
  ) async throws(TurnpikeError) -> (notices: [MailboxEntry], now: UInt64) {
    let reply = try await perform(.mailbox(claim, after: instant))
    return (try reply.records(), try reply.fixed(MailboxReply.self).now)
  }

  /// Tells how a resource is funded, to anyone.
  public func funding(resource: UInt64) async throws(TurnpikeError) -> FundingReport {
    try FundingReport(await perform(.funding(resource: resource)))
  }
}
