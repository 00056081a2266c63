import WireProtocol

/// Campaigns: OPEN_CAMPAIGN, PLEDGE and CANCEL (also of claims), and what time does to them.
extension ReferenceModel {
  mutating func openCampaign(_ command: OpenCampaignCommand) -> ModelOutcome {
    guard let resource = resources[command.resource] else { return ModelOutcome(.resourceUnknown) }
    if resource.provider != command.provider { return ModelOutcome(.notAuthorized) }
    let moneyMax = UInt64(WireLimits.moneyMax)
    if command.goal == 0 || command.goal > moneyMax || command.minimum > moneyMax {
      return ModelOutcome(.amountInvalid, detail: 1)
    }
    if command.duration == 0 || command.duration > UInt64(WireLimits.durationMillisMax) {
      return ModelOutcome(.termsInvalid, field: 24)
    }
    if !Self.isLabel(command.label) { return ModelOutcome(.nameInvalid, field: 40) }
    if Self.refusesGifts(resource) { return ModelOutcome(.giftsRefused) }
    let countMax = WireLimits.campaignCountMaxPerResource
    if resource.funding.campaigns.count >= countMax { return ModelOutcome(.fundingLimit, detail: UInt64(countMax)) }
    if campaigns.count >= Int(genesis.fundingCountMax) { return ModelOutcome(.noSpace) }
    let closesAt = now + command.duration
    let campaign = ModelCampaign(
      id: drawFundingID(), resource: resource.id, goal: command.goal, minimum: command.minimum, closesAt: closesAt,
      rule: command.rule, label: command.label, event: closesAt)
    arm(campaign)
    resources[resource.id]?.funding.campaigns.append(campaign.id)
    return .ok(OpenCampaignReply(campaign: campaign.id, closesAt: closesAt))
  }

  mutating func pledge(_ command: PledgeCommand, _ money: ModelPayment) -> ModelOutcome {
    guard var campaign = campaigns[command.campaign] else { return ModelOutcome(.fundingUnknown) }
    if campaign.state != .open || now >= campaign.closesAt {
      return ModelOutcome(.fundingClosed, detail: campaign.closesAt)
    }
    if command.keyHash == Bytes16() { return ModelOutcome(.keyWrong) }
    if !Self.isLabel(command.label) { return ModelOutcome(.nameInvalid, field: 24) }
    if !hasRoomForClaim { return ModelOutcome(.noSpace) }
    let amount: UInt64
    switch judgeClaimPayment(money) {
    case .refused(let outcome): return outcome
    case .worth(let sum): amount = sum
    }
    if amount < campaign.minimum { return ModelOutcome(.amountInvalid, detail: campaign.minimum) }
    let id = drawFundingID()
    let payment = take(money, to: .campaignPledges, of: campaign.resource, for: id)
    credited &+= amount
    let claim = ModelClaim(
      id: id, resource: campaign.resource, keyHash: command.keyHash,
      purpose: .pledge(campaign: campaign.id), amount: amount, left: amount)
    claims[claim.id] = claim
    campaign.pledged += amount
    campaign.pledgeCount += 1
    campaigns[campaign.id] = campaign
    pledges[campaign.id, default: []].append(claim.id)
    resources[campaign.resource]?.funding.donationCount &+= 1
    resources[campaign.resource]?.funding.keep(
      ModelDonation(label: command.label, amount: amount, model: .campaign, instant: now))
    return .ok(
      PledgeReply(
        claim: claim.id, amount: amount, pledged: campaign.pledged, closesAt: campaign.closesAt, payment: payment))
  }

  mutating func cancel(_ command: CancelCommand) -> ModelOutcome {
    if let claim = claims[command.funding], claim.kind == .match || claim.kind == .schedule {
      return cancel(claim, command.actor)
    }
    if let offering = offerings[command.funding] { return cancel(offering, command.actor) }
    if let auction = auctions[command.funding] { return cancel(auction, command.actor) }
    guard let campaign = campaigns[command.funding] else { return ModelOutcome(.fundingUnknown) }
    if command.actor.authority == .provider, resources[campaign.resource]?.provider != command.actor.id {
      return ModelOutcome(.notAuthorized)
    }
    if campaign.state != .open || now >= campaign.closesAt {
      return ModelOutcome(.fundingClosed, detail: campaign.closesAt)
    }
    refund(campaign)
    end(campaign, .cancelled)
    return .ok(CancelReply(amount: campaign.pledged))
  }

  private mutating func cancel(_ claim: ModelClaim, _ actor: Actor) -> ModelOutcome {
    if actor.authority == .provider, resources[claim.resource]?.provider != actor.id {
      return ModelOutcome(.notAuthorized)
    }
    if claim.state != .open || now >= claim.end { return ModelOutcome(.fundingClosed) }
    end(claim, .cancelled, keptFor: AuditLimits.yearMilliseconds)
    return .ok(CancelReply(amount: claim.left))
  }

  // MARK: - What time does to them

  /// The event of a campaign: its closing, or the forgetting of its claims.
  mutating func pass(_ campaign: ModelCampaign) {
    if campaign.state == .open { close(campaign) } else { forget(campaign) }
  }

  private mutating func close(_ campaign: ModelCampaign) {
    if campaign.pledged >= campaign.goal {
      give(campaign.pledged, to: campaign.resource, from: .campaignPledges, for: campaign.id)
      resources[campaign.resource]?.funding.add(campaign.pledged, by: .campaign)
      end(campaign, .reached)
    } else {
      refund(campaign)
      end(campaign, .missed)
    }
  }

  /// Makes what was pledged due to those who pledged it.
  private mutating func refund(_ campaign: ModelCampaign) {
    ledger.move(campaign.pledged, from: .campaignPledges, to: .claimsDue, of: campaign.resource, for: campaign.id)
  }

  /// Ends a campaign, whose pledges lie where they belong.
  private mutating func end(_ open: ModelCampaign, _ last: FundingState) {
    var campaign = open
    campaign.state = last
    campaign.event = now + AuditLimits.endedFundingMilliseconds
    arm(campaign)
  }

  /// What nobody claimed is forfeit, once; claims are forgotten, the oldest first, so many in each event; with the last of
  /// them goes the campaign.
  private mutating func forget(_ ended: ModelCampaign) {
    var campaign = ended
    if !campaign.isForfeit { forfeit(campaign) }
    campaign.isForfeit = true
    let gone = (pledges[campaign.id] ?? []).prefix(AuditLimits.forgottenClaimCount)
    for claim in gone { claims[claim] = nil }
    pledges[campaign.id]?.removeFirst(gone.count)
    guard pledges[campaign.id]?.isEmpty ?? true else {
      campaign.event = now + 1
      return arm(campaign)
    }
    pledges[campaign.id] = nil
    campaigns[campaign.id] = nil
    resources[campaign.resource]?.funding.campaigns.removeAll { $0 == campaign.id }
  }

  /// Gives what nobody claimed to whom the campaign's rule says.
  private mutating func forfeit(_ campaign: ModelCampaign) {
    let unclaimed = (pledges[campaign.id] ?? []).compactMap { claims[$0] }.reduce(0) { $0 + due(on: $1) }
    switch campaign.rule {
    case .resource: give(unclaimed, to: campaign.resource, from: .claimsDue, for: campaign.id)
    case .operator:
      fees += unclaimed
      ledger.move(unclaimed, from: .claimsDue, to: .operatorFees, of: campaign.resource, for: campaign.id)
    }
  }

  /// Stores a campaign whose event is another one now.
  private mutating func arm(_ campaign: ModelCampaign) {
    campaigns[campaign.id] = campaign
    events.add(campaign.id, at: campaign.event)
  }
}
