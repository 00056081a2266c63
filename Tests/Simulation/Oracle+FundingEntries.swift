import WireProtocol

/// The entries of FUNDING: labelled donations, open matching deposits, campaigns, offerings, recipients of revenue; and what of all
/// that is in the books.
extension Oracle {
  func judgeEntries(_ entries: [FundingEntry], of resource: KnownResource, _ reply: FundingReply, _ errand: Errand) {
    let kinds: [FundingEntryKind] = [.donation, .match, .campaign, .offering, .recipient, .auction]
    let donations = entries.filter { $0.kind == .donation }
    let matches = entries.filter { $0.kind == .match }
    let campaigns = entries.filter { $0.kind == .campaign }
    let offerings = entries.filter { $0.kind == .offering }
    let places = entries.map { entry in UInt64(kinds.firstIndex(of: entry.kind) ?? 0) }
    expect(
      Self.areInOrder(places, orEqual: true) && Self.areInOrder(matches.map(\.id))
        && Self.areInOrder(campaigns.map(\.id)) && Self.areInOrder(offerings.map(\.id))
        && Self.areInOrder(donations.reversed().map(\.instant), orEqual: true),
      "entries of resource \(resource.id) are not in order")
    judgeLabels(donations, of: resource, errand)
    for entry in matches { judge(match: entry, of: resource, errand) }
    for entry in campaigns { judge(campaign: entry, of: resource, errand) }
    judge(offerings: offerings, of: resource, reply, errand)
    judge(recipients: entries.filter { $0.kind == .recipient }, of: resource, errand)
    judge(auctions: entries.filter { $0.kind == .auction }, of: resource, errand)
    // A campaign is kept for 30 days after its end.
    for campaign in resource.funding.campaigns
    where campaign.madeOrder <= errand.firstOrder && now < campaign.forgottenAtEarliest {
      expect(
        campaigns.contains { $0.id == campaign.id }, "campaign \(campaign.id) of resource \(resource.id) is not told of"
      )
    }
    guard errand.order >= resource.funding.told?.order ?? 0 else { return }
    resource.funding.told = (FundingSums(reply), Set(matches.map(\.id)), errand.order, eventCount)
  }

  private static func areInOrder(_ values: [UInt64], orEqual: Bool = false) -> Bool {
    zip(values, values.dropFirst()).allSatisfy { $0 < $1 || orEqual && $0 == $1 }
  }

  /// What is said in public is what somebody said with a gift, and all of it, as long as it is not too much.
  private func judgeLabels(_ entries: [FundingEntry], of resource: KnownResource, _ errand: Errand) {
    for entry in entries {
      guard let label = resource.funding.label(entry.label) else {
        blame("resource \(resource.id) shows a label that nobody gave with a gift: \(entry.label.string)")
        continue
      }
      expect(
        entry.detail == UInt64(label.model.rawValue) && label.amounts.contains(entry.amount) && entry.instant <= now
          && entry.state == .ended && entry.id == 0,
        "resource \(resource.id) shows \(entry.label.string) with \(entry.amount) by way \(entry.detail)")
    }
    guard resource.funding.pools.isEmpty, resource.funding.labelCountMost <= UInt64(WireLimits.labelCountMax) else {
      return expect(entries.count <= WireLimits.labelCountMax, "resource \(resource.id) shows \(entries.count) labels")
    }
    for (label, known) in resource.funding.labels where known.givenOrder <= errand.firstOrder {
      expect(entries.contains { $0.label == label }, "resource \(resource.id) does not show \(label.string)")
    }
  }

  private func judge(match entry: FundingEntry, of resource: KnownResource, _ errand: Errand) {
    // One that nobody was told of yet.
    guard let claim = resource.funding.matches.first(where: { $0.id == entry.id }) else {
      return expect(
        resource.funding.matches.contains { !$0.isTold }, "match \(entry.id) is told of, and nobody made it")
    }
    guard case .match(let numerator, let denominator, let cap, _) = claim.terms else { return }
    expect(
      entry.goal == claim.amount && entry.detail == UInt64(numerator) << 32 | UInt64(denominator) && entry.count == cap
        && entry.instant == claim.instant && entry.label == claim.label && entry.state == .open,
      "match \(claim.id) is told of as another one")
    expect(
      claim.instant > errand.sentAt, "match \(claim.id) is open at \(errand.sentAt), and ended at \(claim.instant)")
    guard errand.order >= claim.stateOrder else { return }
    expect(
      claim.state == .open && entry.amount <= claim.left && Int64(entry.amount) >= claim.leftLeast && entry.amount > 0,
      "match \(claim.id) is \(claim.state) with \(claim.left), and open with \(entry.amount)")
    (claim.left, claim.stateOrder) = (entry.amount, eventCount)
    claim.openAt = max(claim.openAt, errand.sentAt)
  }

  /// A deposit that is open now was so when FUNDING was told.
  func judgeEntry(of claim: KnownClaim, _ errand: Errand) {
    guard let told = claim.resource.funding.told, told.askedOrder >= claim.madeOrder, errand.order >= told.order else {
      return
    }
    expect(told.matchIDs.contains(claim.id), "match \(claim.id) is open, and FUNDING did not tell of it")
  }

  private func judge(campaign entry: FundingEntry, of resource: KnownResource, _ errand: Errand) {
    guard let campaign = resource.funding.campaigns.first(where: { $0.id == entry.id }) else {
      return expect(
        resource.funding.campaigns.contains { !$0.isTold }, "campaign \(entry.id) is told of, and nobody made it")
    }
    expect(
      entry.goal == campaign.goal && entry.detail == campaign.minimum && entry.label == campaign.label
        && entry.instant == campaign.closesAt, "campaign \(campaign.id) is told of as another one")
    judge(entry.state, of: campaign, errand)
    let floor = errand.pledgeFloors[campaign.id] ?? (0, 0)
    expect(
      entry.amount >= floor.sum && entry.amount <= campaign.pledged.most && entry.count >= floor.count
        && entry.count <= campaign.pledgeCount.most,
      "campaign \(campaign.id) has \(entry.amount) in \(entry.count) pledges, clients were told of \(floor.sum) in \(floor.count), and asked for \(campaign.pledged.most)"
    )
    expect(
      errand.sentAt < campaign.forgottenAt ?? .max,
      "campaign \(campaign.id) is kept at \(errand.sentAt) and longer than 30 days")
  }

  // MARK: The books

  /// Nothing is under way, and everybody asked after what is theirs: all that funders put in is where they were told.
  func compare(
    _ figures: [Figure], at instant: UInt64, with claims: [KnownClaim], _ campaigns: [KnownCampaign],
    _ offerings: [KnownOffering], _ auctions: [KnownAuction]
  ) {
    // What happened by itself since it was told of is for the next time.
    guard claims.allSatisfy({ $0.isStill(at: instant) }), !time.isBehind, let bids = held(by: auctions, at: instant)
    else { return }
    comparedCount += 1
    func sum(_ kind: ClaimKind) -> UInt64 {
      claims.filter { $0.kind == kind && $0.state == .open }.reduce(0) { $0 + $1.left(at: instant) }
    }
    if bids > 0 { coverage.count(.bidsInBooks) }
    let dueOnBids = claims.filter { $0.bid != nil }.reduce(UInt64(0)) { $0 + self.due(on: $1, at: instant) }
    let due = claims.filter { $0.isDue && $0.bid == nil }.reduce(dueOnBids) { $0 + ($1.refund ?? 0) }
    let pledged = campaigns.filter { $0.state == .open && $0.closesAt > instant }.reduce(UInt64(0)) {
      $0 + $1.pledged.told
    }
    let invested = offerings.filter { $0.state == .open && $0.closesAt > instant }.reduce(UInt64(0)) {
      $0 + $1.raised.told
    }
    let told: [(Account, UInt64)] = [
      (.matchingDeposits, sum(.match)), (.scheduledPledges, sum(.schedule)), (.campaignPledges, pledged),
      (.claimsDue, due), (.investments, invested), (.bids, bids),
    ]
    for (account, sum) in told {
      let balance = figures.first { $0.account == account }?.balance ?? 0
      expect(balance == Int64(sum), "\(account) is \(balance) at \(instant), clients were told of \(sum)")
    }
  }

  /// What the deposits of a resource have less is what was matched.
  func compareMatches(of resource: KnownResource) {
    var (least, most) = (UInt64(0), UInt64(0))
    for claim in resource.funding.matches {
      let isKnown = claim.refund != nil || claim.state == .open && !claim.isForgotten
      least += claim.amount - (claim.refund ?? claim.left)
      most += isKnown ? claim.amount - (claim.refund ?? claim.left) : claim.amount
    }
    let matched = resource.funding.matched
    expect(
      matched >= least && matched <= most,
      "\(matched) were matched for resource \(resource.id), and its deposits have from \(least) to \(most) less")
  }
}

extension KnownClaim {
  /// What is at work at an instant until which nobody touched it.
  fileprivate func left(at instant: UInt64) -> UInt64 {
    kind == .schedule ? amount - sum(ofFirst: instalmentCount(at: instant)) : left
  }
}
