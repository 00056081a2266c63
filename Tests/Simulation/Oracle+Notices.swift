import WireProtocol

/// What is told of by notices, without being asked for.
extension Oracle {
  /// What an id names, once somebody was told.
  enum KnownThing {
    case claim(KnownClaim)
    case campaign(KnownCampaign)
    case offering(KnownOffering)
    case auction(KnownAuction)
  }

  func register(_ id: UInt64, _ thing: KnownThing) { things[id] = thing }

  func noticed(_ notice: NoticePush, by client: Client) {
    note("\(client.name) is told \(notice.kind) of \(notice.funding), claim \(notice.claim): \(notice.amount)")
    coverage.count(notice.kind, isKept: false)
    if notice.kind.isOfLease {
      let isTerms = notice.kind == .termsChanged
      return expect(
        notice.funding == 0 && notice.claim == 0 && (isTerms || notice.lease != 0),
        "\(notice.kind) of lease \(notice.lease) names \(notice.funding)")
    }
    expect(
      notice.funding != 0 && notice.lease == 0, "\(notice.kind) names lease \(notice.lease) and nothing that funds")
    // Whoever made it may not know yet.
    switch things[notice.funding] {
    case .campaign(let campaign): noticed(notice, of: campaign)
    case .offering(let offering): noticed(notice, of: offering)
    case .auction(let auction): noticed(notice, of: auction)
    case .claim(let claim): noticed(notice, of: claim)
    case nil: break
    }
  }

  private func noticed(_ notice: NoticePush, of campaign: KnownCampaign) {
    let what = "\(notice.kind) of campaign \(campaign.id): \(notice.amount) until \(notice.instant)"
    judgeTopic(notice, what, isOf: campaign.resource, [.campaignReached, .campaignMissed])
    expect(notice.amount <= campaign.pledged.most, "\(what), and \(campaign.pledged.most) at most were pledged")
    if notice.kind == .campaignReached {
      expect(
        notice.amount >= campaign.goal && notice.amount >= campaign.pledged.told && notice.instant == campaign.closesAt
          && now >= campaign.closesAt,
        "\(what): \(campaign.pledged.told) of \(campaign.goal) until \(campaign.closesAt)")
      expect(campaign.state == .open || campaign.state == .reached, "\(what), and it was \(campaign.state)")
      return (campaign.state, campaign.stateOrder) = (.reached, eventCount)
    }
    let endedAt = notice.instant - KnownClaim.endedMilliseconds
    let isMissed = endedAt == campaign.closesAt && now >= endedAt && notice.amount < campaign.goal
    let isCancelled = campaign.cancelCount > 0 && endedAt >= campaign.cancelAskedAt ?? .max && endedAt <= now
    expect(
      isMissed && notice.amount >= campaign.pledged.told || isCancelled,
      "\(what): \(campaign.pledged.told) of \(campaign.goal) until \(campaign.closesAt)")
    expect(campaign.state != .reached, "\(what), and it was \(campaign.state)")
  }

  private func noticed(_ notice: NoticePush, of offering: KnownOffering) {
    let what = "\(notice.kind) of offering \(offering.id): \(notice.amount) until \(notice.instant)"
    judgeTopic(notice, what, isOf: offering.resource, [.payoutReady, .refunded, .moreFunding])
    switch notice.kind {
    case .payoutReady:
      expect(
        notice.amount > 0 && offering.raised.most > 0 && offering.closesAt < now && notice.instant < now
          && (notice.instant >= offering.closesAt || notice.instant == 0),
        "\(what), and it closed at \(offering.closesAt)")
      // What it paid in all is what its tiers got, or will be told to have got.
      offering.payouts[notice.instant] = notice.amount
      offering.earned = max(offering.earned, offering.payouts.values.reduce(0, +))
    case .refunded:
      let cancelledAt = notice.instant - KnownClaim.cancelledMilliseconds
      expect(
        notice.amount <= offering.raised.most && offering.cancelCount > 0
          && cancelledAt >= offering.cancelAskedAt ?? .max && cancelledAt <= min(now, offering.closesAt),
        "\(what): \(offering.raised.most) at most were raised until \(offering.closesAt)")
    default:
      expect(
        offering.resource.terms.contains { $0.policy.contains(.investorsAsked) },
        "\(what), and nobody wants investors to be asked")
    }
  }

  private func noticed(_ notice: NoticePush, of auction: KnownAuction) {
    let what =
      "\(notice.kind) of auction \(auction.id), claim \(notice.claim): \(notice.amount) until \(notice.instant)"
    judgeTopic(notice, what, isOf: auction.resource, [.outbid, .won, .refunded])
    guard notice.claim != 0 else {
      let cancelledAt = notice.instant - min(notice.instant, KnownClaim.cancelledMilliseconds)
      let most = auction.bids.reduce(UInt64(0)) { $0 + ($1.bid?.money.most ?? 0) }
      let isRight =
        notice.instant == 0
        ? now >= auction.closesAtFirst + auction.terms.reveal
        : auction.cancelCount > 0 && cancelledAt >= auction.cancelAskedAt ?? .max && cancelledAt <= now
      return expect(
        notice.kind == .refunded && notice.amount <= most && isRight, "\(what): \(most) at most were bid")
    }
    expect(notice.kind != .refunded || notice.amount > 0 && notice.instant == 0, what)
    expect(notice.kind != .won || now >= auction.closesAtFirst + auction.terms.reveal, "\(what), at \(now)")
    expect(notice.kind != .outbid || !auction.terms.isSealed, "\(what): nobody knows who is")
    auction.toldNotices.append(notice)
    readOn(auction)
  }

  private func noticed(_ notice: NoticePush, of claim: KnownClaim) {
    let what = "\(notice.kind) of claim \(claim.id): \(notice.amount) until \(notice.instant)"
    judgeTopic(notice, what, isOf: claim.resource, [.refunded])
    expect(
      notice.claim == claim.id && claim.parentID == 0 && notice.amount > 0 && notice.amount <= claim.left
        && notice.amount == claim.refund ?? notice.amount,
      "\(what), of \(claim.left) that were left, \(claim.refund ?? claim.left) are due")
    if claim.refund == nil { claim.refund = notice.amount }
  }

  private func judgeTopic(_ notice: NoticePush, _ what: String, isOf resource: KnownResource, _ kinds: [NoticeKind]) {
    expect(notice.resource == resource.id, "\(what), of resource \(notice.resource), not \(resource.id)")
    expect(kinds.contains(notice.kind), "\(what), which says nothing of it")
  }
}

extension NoticeKind {
  /// What the state of a lease, or its resource's terms, are told by.
  var isOfLease: Bool {
    switch self {
    case .low, .throttled, .suspended, .expired, .refundReady, .termsChanged: true
    default: false
    }
  }
}
