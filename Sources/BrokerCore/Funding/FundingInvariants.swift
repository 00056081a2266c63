import WireProtocol

/// What must hold of claims, campaigns, offerings and pools after every command; a full scan, for tests.
extension StateMachine {
  /// What is wrong, or nil.
  func checkFunding() -> String? {
    var (matching, scheduled, pledged, due) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    var (invested, earned, bid) = (UInt64(0), UInt64(0), UInt64(0))
    for index in 0..<claims.highWater where claims[index].id != 0 {
      let claim = claims[index]
      if let fault = check(claim, at: index) { return fault }
      if claim.kind != .investment || state(of: index) == .cancelled { due += self.due(on: index) }
      switch claim.kind {
      case .pledge: pledged += left(of: index)
      case .investment: invested += left(of: index)
      case .bid: bid += claim.left
      case .match: matching += claim.left
      case .schedule: scheduled += claim.left
      }
    }
    for index in 0..<campaigns.highWater where campaigns[index].id != 0 {
      if let fault = check(campaigns[index], at: index) { return fault }
    }
    for index in 0..<offerings.highWater where offerings[index].id != 0 {
      if let fault = check(offerings[index], at: index) { return fault }
      earned += offerings[index].taken - offerings[index].collected
    }
    for index in 0..<auctions.highWater where auctions[index].id != 0 {
      if let fault = check(auctions[index], at: index) { return fault }
    }
    for index in 0..<fundings.highWater {
      if let fault = checkRevenue(of: index) { return fault }
      if let fault = checkLists(of: fundings[index], at: index) { return fault }
    }
    let pairs: [(Ledger.Entry, UInt64, String)] = [
      (.matching, matching, "matching deposits"), (.scheduled, scheduled, "scheduled pledges"),
      (.pledges, pledged, "campaigns"), (.due, due, "claims"), (.investments, invested, "open offerings"),
      (.investors, earned, "offerings"), (.bids, bid, "auctions"),
    ]
    for (entry, sum, name) in pairs where ledger[entry] != Int64(clamping: sum) {
      return "\(name) hold \(sum), their account \(ledger[entry])"
    }
    return agenda.first.map { $0.instant >= now } ?? true ? nil : "time passed an event by"
  }

  private func check(_ claim: Claim, at index: UInt32) -> String? {
    guard claim.isSound, findFunding(claim.id) == .claim(index) else { return "claim \(claim.id) is out of place" }
    guard claim.parent == noIndex else {
      return agenda.instant(of: index) == nil ? nil : "claim \(claim.id) has an event of its own"
    }
    guard agenda.instant(of: index) != nil else { return "claim \(claim.id) has no event" }
    let isOpen = claim.state == .open
    guard isOpen ? claim.due == 0 : claim.left == 0 else { return "claim \(claim.id): its money is in two places" }
    guard claim.kind == .schedule, isOpen else { return nil }
    let paid = Ratio.floor(claim.amount, UInt64(claim.paidCount), over: UInt64(claim.count))
    return claim.left == claim.amount - paid ? nil : "claim \(claim.id): its instalments do not add up"
  }

  private func check(_ campaign: Campaign, at index: UInt32) -> String? {
    guard campaign.isSound, findFunding(campaign.id) == .campaign(index),
      let instant = agenda.instant(of: campaignMember(index))
    else { return "campaign \(campaign.id) is out of place" }
    if campaign.state == .open, instant != campaign.closesAt { return "campaign \(campaign.id) closes too late" }
    let (sum, due) = sums(of: campaign.claims, .pledge, in: index)
    guard let sum, due == campaign.unclaimed else { return "campaign \(campaign.id): its refunds do not add up" }
    return campaign.isBeingForgotten || sum == campaign.pledged
      ? nil : "campaign \(campaign.id): its pledges do not add up"
  }

  private func check(_ offering: Offering, at index: UInt32) -> String? {
    guard offering.isSound, findFunding(offering.id) == .offering(index) else {
      return "offering \(offering.id) is out of place"
    }
    let (sum, due) = sums(of: offering.claims, .investment, in: index)
    guard let sum else { return "offering \(offering.id): its claims are broken" }
    guard offering.state == .cancelled ? due == offering.unclaimed : due <= offering.taken - offering.collected else {
      return "offering \(offering.id): what is due on its claims does not add up"
    }
    return offering.isBeingForgotten || sum == offering.raised
      ? nil : "offering \(offering.id): its investments do not add up"
  }

  private func check(_ auction: Auction, at index: UInt32) -> String? {
    guard auction.isSound, findFunding(auction.id) == .auction(index),
      let instant = agenda.instant(of: auctionMember(index))
    else { return "auction \(auction.id) is out of place" }
    if auction.isAtWork, instant != auction.nextAt { return "auction \(auction.id): its event is at the wrong time" }
    var (held, lines, next) = (UInt64(0), UInt32(0), auction.firstLine)
    forEachBid(of: index) { held += claims[$0].left }
    guard held == auction.held, auction.isAtWork || held == 0 else {
      return "auction \(auction.id): its bids do not add up"
    }
    while next != noIndex { (lines, next) = (lines + 1, self.lines[next].next) }
    return lines + auction.forgottenLineCount == auction.lineCount ? nil : "auction \(auction.id): its transcript is broken"
  }

  /// What was put in by the claims of a list (nil: the list is broken), and what is due on them.
  private func sums(of list: ClaimList, _ kind: ClaimKind, in parent: UInt32) -> (sum: UInt64?, due: UInt64) {
    var (sum, due, last) = (UInt64(0), UInt64(0), noIndex)
    var next = list.first
    while next != noIndex {
      guard claims[next].id != 0, claims[next].parent == parent, claims[next].kind == kind,
        last == noIndex || claims[last].id < claims[next].id
      else { return (nil, 0) }
      sum += claims[next].amount
      due += self.due(on: next)
      (last, next) = (next, claims[next].next)
    }
    return (list.first == noIndex || last == list.last ? sum : nil, due)
  }

  /// Remainders of all recipients are whole units, which wait; who does not share has none.
  private func checkRevenue(of resource: UInt32) -> String? {
    let revenue = fundings[resource].revenue
    var parts = UInt64(revenue.ownersRemainder)
    for recipient in 0..<revenue.count { parts += UInt64(revenue[recipient].remainder) }
    var isShared = revenue.count > 0
    forEachOffering(of: resource) {
      guard offerings[$0].state == .sharing else { return }
      parts += UInt64(offerings[$0].remainder)
      isShared = true
    }
    guard parts == revenue.waiting * 1_000_000, isShared == resources[resource].isShared,
      isShared || resources[resource].unsplit == 0
    else { return "resource \(resources[resource].id): its revenue is split wrongly" }
    return nil
  }

  private func checkLists(of funding: ResourceFunding, at index: UInt32) -> String? {
    guard funding.id == resources[index].id else { return "the funding of resource \(funding.id) is out of place" }
    var (count, next) = (0, funding.firstMatch)
    while next != noIndex, count <= WireLimits.matchCountMaxPerResource {
      guard claims[next].resource == index, claims[next].kind == .match, claims[next].state == .open else {
        return "resource \(funding.id): its matching deposits are broken"
      }
      (count, next) = (count + 1, claims[next].next)
    }
    guard count == Int(funding.matchCount), count <= WireLimits.matchCountMaxPerResource else {
      return "resource \(funding.id): its matching deposits are miscounted"
    }
    (count, next) = (0, funding.firstCampaign)
    while next != noIndex, count <= WireLimits.campaignCountMaxPerResource {
      guard campaigns[next].resource == index else { return "resource \(funding.id): its campaigns are broken" }
      (count, next) = (count + 1, campaigns[next].next)
    }
    return count == Int(funding.campaignCount) ? nil : "resource \(funding.id): its campaigns are miscounted"
  }
}
