import WireProtocol

/// What is told of campaigns, and of what is promised: MATCH, SCHEDULE, OPEN_CAMPAIGN, PLEDGE, CANCEL.
extension Oracle {
  // MARK: Promises

  func promised(_ errand: Errand, _ answer: Answer) {
    guard let claim = errand.claim else { return }
    var told: (id: UInt64, amount: UInt64, instant: UInt64, delay: UInt64)?
    switch claim.terms {
    case .match(_, _, _, let duration):
      told = answer.part(MatchReply.self).map { ($0.claim, $0.amount, $0.until, duration) }
    case .schedule(_, let first, _):
      told = answer.part(ScheduleReply.self).map { ($0.claim, $0.amount, $0.next, first) }
    case .pledge(let campaign):
      guard let reply = answer.part(PledgeReply.self) else { return }
      told = (reply.claim, reply.amount, campaign.closesAt, 0)
      judge(pledge: reply, to: campaign, errand)
    case .investment(let offering):
      guard let reply = answer.part(InvestReply.self) else { return }
      told = (reply.claim, reply.amount, offering.closesAt, 0)
      judge(investment: reply, in: offering, errand)
    case .bid(let bid):
      guard let reply = answer.part(BidReply.self) else { return }
      told = (reply.claim, reply.amount, bid.auction.closesAt, 0)
      judge(bid: reply, errand)
    }
    guard let told else { return }
    expect(
      told.amount == errand.paid && told.amount >= claimMinimum,
      "\(errand.opcode) \(errand.number) took \(errand.paid), at least \(claimMinimum), and says \(told.amount)")
    if claim.kind == .match || claim.kind == .schedule { judge(told.instant, isAfter: told.delay, errand) }
    (claim.id, claim.instant, claim.openAt, claim.madeOrder) = (told.id, told.instant, errand.earliest, eventCount)
    claim.stateOrder = eventCount
    register(claim.id, .claim(claim))
  }

  /// An instant that is so long after a request was done.
  func judge(_ instant: UInt64, isAfter delay: UInt64, _ errand: Errand) {
    expect(
      instant >= errand.earliest + delay && instant <= now + delay,
      "\(errand.opcode) \(errand.number): \(instant) is not \(delay) after it was done, from \(errand.earliest) to \(now)"
    )
  }

  private func judge(pledge reply: PledgeReply, to campaign: KnownCampaign, _ errand: Errand) {
    expect(
      errand.earliest < campaign.closesAt && reply.closesAt == campaign.closesAt,
      "campaign \(campaign.id) took a pledge at \(errand.earliest) or later, until \(reply.closesAt), and closed at \(campaign.closesAt)"
    )
    expect(
      reply.amount >= campaign.minimum,
      "campaign \(campaign.id) took a pledge of \(reply.amount), and the least is \(campaign.minimum)")
    expect(
      reply.pledged >= errand.sumFloor + reply.amount && reply.pledged <= campaign.pledged.most,
      "\(reply.pledged) are pledged to campaign \(campaign.id), clients were told of \(errand.sumFloor) before a pledge of \(reply.amount), and asked for \(campaign.pledged.most)"
    )
  }

  func openedCampaign(_ errand: Errand, _ answer: Answer) {
    guard let campaign = errand.campaign, let reply = answer.part(OpenCampaignReply.self) else { return }
    judge(reply.closesAt, isAfter: campaign.duration, errand)
    (campaign.id, campaign.closesAt, campaign.madeOrder) = (reply.campaign, reply.closesAt, eventCount)
    register(campaign.id, .campaign(campaign))
  }

  // MARK: How a campaign stands

  /// A state that was told of it: by its goal, what was pledged, and the time.
  func judge(_ state: FundingState, of campaign: KnownCampaign, _ errand: Errand) {
    let what = "campaign \(campaign.id), until \(campaign.closesAt), is \(state)"
    if errand.order >= campaign.stateOrder {
      expect(campaign.state == .open || campaign.state == state, "\(what), and was \(campaign.state)")
    }
    switch state {
    case .open: expect(campaign.closesAt > errand.sentAt, "\(what) at \(errand.sentAt) or later")
    case .reached:
      expect(campaign.closesAt <= now, "\(what) at \(now)")
      expect(campaign.pledged.most >= campaign.goal, "\(what) with \(campaign.pledged.most) of \(campaign.goal)")
    case .missed:
      expect(campaign.closesAt <= now, "\(what) at \(now)")
      expect(campaign.pledged.told < campaign.goal, "\(what) with \(campaign.pledged.told) of \(campaign.goal)")
    case .cancelled: expect(campaign.cancelCount > 0, "\(what), and nobody cancelled it")
    case .ended, .sharing, .revealing, .awarded, .sponsoring: blame("\(what), which no campaign is")
    }
    guard errand.order >= campaign.stateOrder else { return }
    (campaign.state, campaign.stateOrder) = (state, eventCount)
  }

  /// Its pledges can only be due when it was missed or cancelled.
  func judge(refundOf campaign: KnownCampaign) {
    let isMissed = campaign.closesAt <= now && campaign.pledged.told < campaign.goal
    expect(
      campaign.state != .reached && (isMissed || campaign.cancelCount > 0),
      "campaign \(campaign.id) refunds a pledge at \(now), with \(campaign.pledged.told) of \(campaign.goal) until \(campaign.closesAt)"
    )
  }

  // MARK: CANCEL

  func cancelled(_ errand: Errand, _ answer: Answer) {
    guard let reply = answer.part(CancelReply.self) else { return }
    if let campaign = errand.campaign {
      expect(errand.earliest <= campaign.closesAt, "campaign \(campaign.id) is cancelled after its closing")
      expect(
        reply.amount >= errand.sumFloor && reply.amount <= campaign.pledged.most,
        "\(reply.amount) is due of cancelled campaign \(campaign.id), from \(errand.sumFloor) to \(campaign.pledged.most) were pledged"
      )
      expect(
        campaign.state == .open || campaign.state == .cancelled,
        "campaign \(campaign.id) is \(campaign.state), and cancelled")
      (campaign.state, campaign.stateOrder) = (.cancelled, eventCount)
    } else if let offering = errand.offering {
      cancelled(offering, reply, errand)
    } else if let auction = errand.auction {
      cancelled(auction, reply, errand)
    } else if let claim = errand.claim {
      let given = claim.instalments(from: errand.earliest, to: now)
      let isRight =
        claim.kind == .match
        ? reply.amount <= claim.left
        : reply.amount + given.least.sum <= claim.amount && reply.amount + given.most.sum >= claim.amount
      expect(
        isRight && reply.amount == claim.refund ?? reply.amount,
        "claim \(claim.id) of \(claim.amount) is cancelled, and \(reply.amount) is due")
      expect(claim.state == .open || claim.state == .cancelled, "claim \(claim.id) is \(claim.state), and cancelled")
      claim.refund = reply.amount
      if claim.claimCount == 0 { claim.isDue = reply.amount > 0 }
      tell(.cancelled, of: claim)
    }
  }

  // MARK: Refusals

  /// Nothing is refused that must be done.
  func fundingRefused(_ errand: Errand, _ answer: Answer) {
    let detail = answer.refusal?.detail ?? 0
    switch answer.status {
    case .fundingUnknown: judgeForgotten(errand)
    case .keyWrong: judgeKey(errand)
    case .nothingDue: judgeNothing(errand, detail)
    case .fundingClosed: judgeClosed(errand, detail)
    case .amountInvalid: judgeAmount(errand, detail)
    case .bidTooLow: judgeLow(errand, detail)
    case .periodTaken: judgeTaken(errand, detail)
    case .commitmentWrong: judgeCommitment(errand)
    case .capExceeded, .sharesExceeded: judgeShares(errand, answer.status, detail)
    case .giftsRefused:
      guard let resource = errand.resource, !errand.isMischief else { return }
      expect(resource.refusesGifts, "resource \(resource.id) takes gifts, and refuses \(errand.opcode)")
    case .fundingLimit:
      guard let funding = errand.resource?.funding else { return }
      let count =
        switch errand.opcode {
        case .match: funding.matches.count { $0.state == .open || $0.stateOrder > errand.firstOrder }
        case .openOffering where detail == WireLimits.offeringCountMaxPerResource:
          funding.offerings.count { $0 !== errand.offering && $0.mayBeAtWork(since: errand.firstOrder) }
        case .openOffering: funding.offerings.count { $0 !== errand.offering && !$0.isForgotten }
        case .openAuction where detail == WireLimits.auctionCountMaxPerResource:
          funding.auctions.count { $0 !== errand.auction && $0.mayBeAtWork(since: errand.firstOrder) }
        case .openAuction: funding.auctions.count { $0 !== errand.auction && !$0.isForgotten }
        default: funding.campaigns.count { !$0.isForgotten }
        }
      expect(count >= Int(detail), "\(errand.opcode) \(errand.number): \(detail) are too many, and there are \(count)")
    case .leaseUnknown, .fundsInsufficient:
      if errand.opcode == .spendDonations { judgePurse(errand, answer.status) }
    default: break
    }
  }

  /// What makes a claim is no less than the operator says, nor than who takes it says.
  private func judgeAmount(_ errand: Errand, _ detail: UInt64) {
    guard !errand.isMischief, let claim = errand.claim else { return }
    let what = "\(errand.opcode) \(errand.number) refuses \(errand.paid)"
    if errand.opcode == .revealBid { return expect(errand.isForbidden && detail < errand.amount, what) }
    var least = max(claimMinimum, 1)
    if case .schedule(let count, _, _) = claim.terms { least *= count }
    if errand.paid < least { return expect(detail == least, "\(what): \(detail), not \(least)") }
    switch claim.terms {
    case .pledge(let campaign):
      expect(
        detail == campaign.minimum && errand.paid < detail,
        "\(what): \(detail) is the least, and \(campaign.minimum) was")
    case .investment(let offering):
      let (least, unit) = (offering.terms.tiers.first?.from ?? 0, offering.terms.unit)
      let right = errand.paid < least ? least : errand.paid - errand.paid % unit
      expect(
        detail == right && errand.paid != right,
        "\(what) for offering \(offering.id): \(detail), and from \(least) on in units of \(unit) was told")
    case .match, .schedule, .bid: blame("\(what), and \(claimMinimum) is the least")
    }
  }

  /// What ended is kept for 30 days, a pool for ever; what may have something of investors a year.
  private func judgeForgotten(_ errand: Errand) {
    if let pool = errand.pool { blame("pool \(pool.id) was made, and is unknown") }
    if let offering = errand.offering {
      expect(
        now >= offering.forgottenAtEarliest,
        "offering \(offering.id) is unknown at \(now), before \(offering.forgottenAtEarliest)")
      if !offering.isForgotten { offering.forgottenOrder = eventCount }
      offering.isForgotten = true
    } else if let auction = errand.auction {
      expect(
        now >= auction.forgottenAtEarliest,
        "auction \(auction.id) is unknown at \(now), before \(auction.forgottenAtEarliest)")
      if !auction.isForgotten, auction.bids.contains(where: \.isDue) { coverage.count(.bidRefundForfeit) }
      auction.isForgotten = true
    } else if let claim = errand.claim, errand.opcode != .pledge {
      expect(
        now >= claim.forgottenAtEarliest, "claim \(claim.id) is unknown at \(now), before \(claim.forgottenAtEarliest)")
      if claim.isDue, !claim.isForgotten { coverage.count(.claimForfeit) }
      claim.isForgotten = true
    } else if let campaign = errand.campaign {
      expect(
        now >= campaign.forgottenAtEarliest,
        "campaign \(campaign.id) is unknown at \(now), before \(campaign.forgottenAtEarliest)")
      campaign.isForgotten = true
    }
  }

  private func judgeKey(_ errand: Errand) {
    let shows: [Opcode] = [.claim, .rotateClaim, .raiseBid, .mailbox]
    guard let claim = errand.claim, shows.contains(errand.opcode) else { return }
    if errand.isForbidden {
      if claim.formerKeys.contains(errand.claimKey) { coverage.count(.formerKeyRefused) }
      return
    }
    // A rotation that was under way, or began since, may have been done.
    let stamp = errand.opcode == .rotateClaim ? claim.rotationCount - 1 : claim.rotationCount
    expect(
      errand.quietStamp != stamp || errand.wasRotating || errand.claimKey != claim.key,
      "claim \(claim.id) refuses the key that it has")
  }

  private func judgeNothing(_ errand: Errand, _ detail: UInt64) {
    guard let claim = errand.claim else { return }
    let isKept = errand.quietStamp == claim.rotationCount && !errand.wasRotating
    if let paid = claim.earnings.last(before: errand.firstOrder) {
      expect(
        paid.key != errand.claimKey || !isKept,
        "investment \(claim.id) was paid note \(paid.note.serial), and does not give it again")
    }
    expect(
      claim.note == nil || errand.order < claim.noteOrder || claim.noteKey != errand.claimKey || !isKept,
      "claim \(claim.id) was paid, and does not give its note again")
    expect(
      !errand.wasDue || !isKept || errand.claimFlags.contains(.again),
      "claim \(claim.id) has something due, and pays nothing")
    expect(
      detail == 0 || detail > errand.sentAt,
      "claim \(claim.id) says at \(errand.sentAt) or later that it changes at \(detail)")
  }

  private func judgeClosed(_ errand: Errand, _ detail: UInt64) {
    if let auction = errand.itsAuction {
      judgeClosed(auction, errand, detail)
    } else if let campaign = errand.campaign {
      expect(
        detail == campaign.closesAt, "campaign \(campaign.id) closed at \(detail), and lasts until \(campaign.closesAt)"
      )
      expect(
        now >= campaign.closesAt || campaign.cancelCount > 0,
        "campaign \(campaign.id) is closed at \(now), before \(campaign.closesAt)")
    } else if let offering = errand.offering {
      expect(
        detail == offering.closesAt && (now >= offering.closesAt || offering.cancelCount > 0),
        "offering \(offering.id) is closed at \(now), and was until \(detail); it is until \(offering.closesAt)")
    } else if let claim = errand.claim {
      // A match ends with the last of it, too.
      expect(
        detail == 0 && (claim.kind == .match || now >= claim.end || claim.cancelCount > 0),
        "claim \(claim.id) is closed at \(now), and lasts until \(claim.end)")
    } else if let pool = errand.pool {
      expect(
        detail == 0 && pool.versions.contains { $0.members.isEmpty },
        "pool \(pool.id) has members, and takes no donations")
    }
  }
}
