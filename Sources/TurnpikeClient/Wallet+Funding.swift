public import WireProtocol

/// The operations that fund resources, under the wallet's protection. What they mean is said at `TurnpikeClient`'s methods of the
/// same names; payments are taken from the wallet, and the claim keys that it makes are kept in it.
extension Wallet {
  /// Gives money to the resource, lease or pool of an id.
  public func donate(
    to kind: DonationTarget, id: UInt64, paying tender: Tender, label: Name32 = Name32()
  ) async throws(TurnpikeError) -> DonateReply {
    let request = Request.donate(to: kind, id: id, label: label, payment: [])
    return try await pay(request, with: tender, to: kind == .lease ? id : 0).fixed()
  }

  /// Moves money of a resource's donation purse into its public lease, as its provider; 0: all there is.
  public func spendDonations(
    resource: UInt64, amount: UInt64 = 0
  ) async throws(TurnpikeError) -> SpendDonationsReply {
    try await perform(.spendDonations(resource: resource, amount: amount)).fixed()
  }

  /// Makes a pool (0), or says which resources share it from now on, as a provider or the operator. Returns its id.
  public func setPool(
    _ pool: UInt64 = 0, name: Name32, members: [PoolMember]
  ) async throws(TurnpikeError) -> UInt64 {
    try await perform(.setPool(pool, name: name, members: members)).fixed(SetPoolReply.self).pool
  }

  /// Puts down a deposit that matches donations to a resource; its claim is kept under the name `alias`.
  public func match(
    resource: UInt64, paying tender: Tender, numerator: UInt32, denominator: UInt32, cap: UInt64 = 0,
    durationMilliseconds: UInt64, label: Name32 = Name32(), alias: String = ""
  ) async throws(TurnpikeError) -> MatchReply {
    let key = try Bytes16.secret()
    let request = Request.match(
      resource: resource, keyHash: key.keyHash, numerator: numerator, denominator: denominator, cap: cap,
      durationMilliseconds: durationMilliseconds, label: label, payment: [])
    return try await pay(request, with: tender, secret: key, alias: alias).fixed()
  }

  /// Pledges the payment to a resource in `count` instalments; the claim is kept under the name `alias`.
  public func schedule(
    resource: UInt64, paying tender: Tender, count: UInt32, firstMilliseconds: UInt64 = 0, intervalMilliseconds: UInt64,
    label: Name32 = Name32(), alias: String = ""
  ) async throws(TurnpikeError) -> ScheduleReply {
    let key = try Bytes16.secret()
    let request = Request.schedule(
      resource: resource, keyHash: key.keyHash, count: count, firstMilliseconds: firstMilliseconds,
      intervalMilliseconds: intervalMilliseconds, label: label, payment: [])
    return try await pay(request, with: tender, secret: key, alias: alias).fixed()
  }

  /// Opens a campaign, as the resource's provider.
  public func openCampaign(
    resource: UInt64, goal: UInt64, minimum: UInt64 = 0, durationMilliseconds: UInt64,
    unclaimed rule: UnclaimedRule = .resource, label: Name32 = Name32()
  ) async throws(TurnpikeError) -> OpenCampaignReply {
    let request = Request.openCampaign(
      resource: resource, goal: goal, minimum: minimum, durationMilliseconds: durationMilliseconds, unclaimed: rule,
      label: label)
    return try await perform(request).fixed()
  }

  /// Pledges money to a campaign; the claim is kept under the name `alias`.
  public func pledge(
    campaign: UInt64, paying tender: Tender, label: Name32 = Name32(), alias: String = ""
  ) async throws(TurnpikeError) -> PledgeReply {
    let key = try Bytes16.secret()
    let request = Request.pledge(campaign: campaign, keyHash: key.keyHash, label: label, payment: [])
    return try await pay(request, with: tender, secret: key, alias: alias).fixed()
  }

  /// Ends a campaign, an offering or an auction that is open, or a matching deposit or scheduled pledge by its claim, as the resource's provider or
  /// the operator. Returns what is due to claim keys by that.
  public func cancel(funding: UInt64) async throws(TurnpikeError) -> UInt64 {
    try await perform(.cancel(funding: funding)).fixed(CancelReply.self).amount
  }

  // MARK: Revenue

  /// Says who shares a resource's revenue from now on, as its provider. Returns what is left to the provider at least, in
  /// millionths.
  public func splitRevenue(resource: UInt64, shares: [RevenueShare]) async throws(TurnpikeError) -> UInt64 {
    try await perform(.splitRevenue(resource: resource, shares: shares)).fixed(SplitRevenueReply.self).left
  }

  /// Offers a share of a resource's revenue for money, as its provider.
  public func openOffering(
    resource: UInt64, terms: OfferingTerms
  ) async throws(TurnpikeError) -> OpenOfferingReply {
    try await perform(.openOffering(resource: resource, terms: terms)).fixed()
  }

  /// Invests in an offering; the claim on its part of the revenue is kept under the name `alias`.
  public func invest(
    offering: UInt64, paying tender: Tender, alias: String = ""
  ) async throws(TurnpikeError) -> InvestReply {
    let key = try Bytes16.secret()
    let request = Request.invest(offering: offering, keyHash: key.keyHash, payment: [])
    return try await pay(request, with: tender, secret: key, alias: alias).fixed()
  }

  // MARK: Claims

  /// Pays out into the wallet what is due on a claim. The claim stays in the wallet: a note whose reply was lost can be had again, and
  /// on an investment more becomes due. A note that was paid out before may be with whoever had the claim then: it is exchanged for a
  /// new one.
  public func claim(_ key: ClaimKey, flags: ClaimFlags = []) async throws(TurnpikeError) -> ClaimReceipt {
    try await collectLostNote(of: key)
    return try await collect(key, flags)
  }

  /// A claim keeps its last note only. Where the outcome of an earlier CLAIM was given up, its note is asked for while it is there.
  private func collectLostNote(of key: ClaimKey) async throws(TurnpikeError) {
    guard content.mayLackNote(of: key.claim) else { return }
    do {
      _ = try await collect(key, .again)
    } catch  where error.status == .nothingDue {
      // That CLAIM was never done.
    }
    try change { $0.forgetPayments(of: key.claim) }
  }

  private func collect(_ key: ClaimKey, _ flags: ClaimFlags) async throws(TurnpikeError) -> ClaimReceipt {
    let known = Set(content.notes)
    let receipt = try ClaimReceipt(await perform(.claim(key, flags: flags)))
    if receipt.isReplayed {
      try await renew(receipt.notes.filter { content.notes.contains($0) && !known.contains($0) })
    }
    return receipt
  }

  /// Gives a claim a new key, which nobody else has seen and the wallet keeps under the name `alias` (empty: the one before): so a
  /// claim that somebody gave becomes one's own.
  ///
  /// - Returns: The new key, and what is due on the claim.
  public func rotateClaim(
    _ key: ClaimKey, alias: String = ""
  ) async throws(TurnpikeError) -> (key: ClaimKey, due: UInt64) {
    try await collectLostNote(of: key)
    let new = try Bytes16.secret()
    let reply = try await perform(.rotateClaim(key, toKeyHash: new.keyHash), secret: new, alias: alias)
    return (ClaimKey(claim: key.claim, key: new), try reply.fixed(RotateClaimReply.self).due)
  }

  /// Takes a claim out to be given away. From then on nobody else knows of its key.
  public func remove(_ key: ClaimKey) throws(TurnpikeError) {
    try change { $0.claims.removeAll { $0.key == key } }
  }

  /// Throws a claim away that is over and has nothing to pay out, or that the broker has forgotten; throws `.invalidArgument` when it
  /// may be worth something still, as an investment is while its offering shares.
  public func forget(_ key: ClaimKey) async throws(TurnpikeError) {
    guard let client else { throw TurnpikeError(.closed) }
    if let claim = try await check(key.claim, client) {
      guard !claim.state.isUnderWay, claim.left == 0, claim.due == 0 else {
        throw TurnpikeError(.invalidArgument("claim \(key.claim) is not over, or has something to pay out"))
      }
    }
    try remove(key)
  }

  /// How a claim stands that a request takes over from somebody; nil: it takes none over, the wallet has it already, or the broker
  /// does not know it.
  func claimTakenOver(
    by pending: WalletPending, _ client: TurnpikeClient
  ) async throws(TurnpikeError) -> CheckClaimReply? {
    guard let claim = pending.request.claimKey?.claim, !content.claims.contains(where: { $0.key.claim == claim })
    else { return nil }
    return try await check(claim, client)
  }

  /// How a claim stands; nil: the broker does not know it.
  private func check(_ claim: UInt64, _ client: TurnpikeClient) async throws(TurnpikeError) -> CheckClaimReply? {
    do {
      return try await client.checkClaim(claim)
    } catch {
      guard error.status == .fundingUnknown else { throw error }
      return nil
    }
  }
}

extension FundingState {
  /// Whether more may come of a claim in this state.
  fileprivate var isUnderWay: Bool {
    switch self {
    case .open, .sharing, .revealing, .awarded, .sponsoring: true
    case .reached, .missed, .ended, .cancelled: false
    }
  }
}
