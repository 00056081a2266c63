import WireProtocol

/// What must hold of claims, campaigns, offerings, auctions and pools after every command, and of a snapshot before anything is done with it: no
/// arithmetic of theirs traps then, and no list leads in a circle. One pass over each table and each list; no sum of it traps.
extension StateMachine {
  /// What is wrong, or nil.
  func checkFunding() -> String? {
    guard hasSoundFunding else { return "a record of funding is unsound, or names one that is not there" }
    // Lists first: what follows walks them.
    return checkFundingLists() ?? checkFundingRecords() ?? checkFundingMoney()
  }

  // MARK: Records

  private func checkFundingRecords() -> String? {
    var (eventCount, childCount, listed, bidCount) = (0, UInt64(0), UInt64(0), UInt32(0))
    for index in 0..<claims.highWater where claims[index].id != 0 {
      if let fault = check(claims[index], at: index) { return fault }
      if claims[index].parent == noIndex { eventCount += 1 } else { childCount += 1 }
      if claims[index].kind == .bid { bidCount += 1 }
    }
    for index in 0..<campaigns.highWater where campaigns[index].id != 0 {
      if let fault = check(campaigns[index], at: index, counting: &listed) { return fault }
      eventCount += 1
    }
    for index in 0..<offerings.highWater where offerings[index].id != 0 {
      if let fault = check(offerings[index], at: index, counting: &listed) { return fault }
      eventCount += 1
    }
    for index in 0..<auctions.highWater where auctions[index].id != 0 {
      if let fault = check(auctions[index], at: index, counting: &listed) { return fault }
      eventCount += 1
    }
    for index in 0..<pools.highWater where pools[index].id != 0 {
      if let fault = check(pools[index], at: index) { return fault }
    }
    for index in 0..<fundings.highWater {
      if let fault = checkRevenue(of: index) ?? checkPublicLease(of: index) { return fault }
    }
    if bidCount != bids.count { return "\(bids.count) bids of \(bidCount) claims" }
    if listed != childCount { return "a pledge, an investment or a bid is in no list" }
    // Each that must have one has it.
    for index in 0..<agents.highWater where agents[index].id != 0 && isInOutage(index) { eventCount += 1 }
    if agenda.count != eventCount {
      return "\(agenda.count) events of \(eventCount) claims, campaigns, offerings, auctions and agents"
    }
    return agenda.first.map { $0.instant >= now } ?? true ? nil : "time passed an event by"
  }

  private func check(_ claim: Claim, at index: UInt32) -> String? {
    guard findFunding(claim.id) == .claim(index) else { return "claim \(claim.id) is out of place" }
    let isRight =
      switch claim.kind {
      case .match, .schedule: hasEvent(index, claim.id) && (claim.state == .open ? claim.due == 0 : claim.left == 0)
      case .bid: isRight(bids[claim.bid], claim)
      case .pledge: claim.left == claim.amount || isRefunded(campaigns[claim.parent].state)
      case .investment:
        (claim.left == claim.amount || offerings[claim.parent].state == .cancelled)
          && claim.collected <= offerings[claim.parent].got(by: claim)
      }
    return isRight ? nil : "claim \(claim.id): its money or its event is wrong"
  }

  private func isRefunded(_ state: FundingState) -> Bool { state == .missed || state == .cancelled }

  private func check(_ campaign: Campaign, at index: UInt32, counting listed: inout UInt64) -> String? {
    guard findFunding(campaign.id) == .campaign(index), hasEvent(campaignMember(index), campaign.id) else {
      return "campaign \(campaign.id) is out of place"
    }
    if campaign.state == .open, agenda.instant(of: campaignMember(index)) != campaign.closesAt {
      return "campaign \(campaign.id) closes too late"
    }
    guard let total = total(of: campaign.claims, .pledge, in: index, of: campaign.resource) else {
      return "campaign \(campaign.id): its pledges are broken"
    }
    listed += total.count
    let addsUp = total.amount == campaign.pledged && total.count == campaign.claims.count
    return (addsUp || campaign.isBeingForgotten) && total.due == campaign.unclaimed
      ? nil : "campaign \(campaign.id): its pledges do not add up"
  }

  private func check(_ offering: Offering, at index: UInt32, counting listed: inout UInt64) -> String? {
    guard findFunding(offering.id) == .offering(index),
      hasEvent(offeringMember(index), offering.id), let instant = agenda.instant(of: offeringMember(index))
    else { return "offering \(offering.id) is out of place" }
    let isRevenue = offering.state == .sharing && offering.kind == .revenue
    if offering.state == .open && instant != offering.closesAt || isRevenue && instant > offering.endsAt {
      return "offering \(offering.id) closes or ends too late"
    }
    guard let total = total(of: offering.claims, .investment, in: index, of: offering.resource) else {
      return "offering \(offering.id): its claims are broken"
    }
    listed += total.count
    if offering.isBeingForgotten {
      return offering.collected == offering.taken ? nil : "offering \(offering.id): what is forfeit did not go"
    }
    var addsUp = total.count == offering.claims.count && total.collected == offering.collected
    for tier in 0..<Tranches.countMax where total.tiers[tier] != offering.tranches[tier].amount { addsUp = false }
    return addsUp && total.due <= (offering.state == .cancelled ? offering.raised : offering.taken - offering.collected)
      && (offering.state != .cancelled || total.due == offering.unclaimed)
      ? nil : "offering \(offering.id): its investments do not add up"
  }

  private func check(_ pool: Pool, at index: UInt32) -> String? {
    findFunding(pool.id) == .pool(index) && poolIndex(pool.name) == index ? nil : "pool \(pool.id) is out of place"
  }

  /// Whether the event of a member is that of the record `id`, and at an instant with which it can be computed.
  func hasEvent(_ member: UInt32, _ id: UInt64) -> Bool {
    guard let event = agenda.entry(of: member) else { return false }
    return event.id == id && event.instant <= 2 * CoreLimits.instantMax
  }

  /// Remainders of all recipients are whole units, which wait; who does not share has none. Nobody shares more than there is.
  private func checkRevenue(of resource: UInt32) -> String? {
    let revenue = fundings[resource].revenue
    var (parts, perMillion) = (UInt64(revenue.ownersRemainder), UInt64(0))
    for recipient in 0..<revenue.count {
      parts += UInt64(revenue[recipient].remainder)
      perMillion += UInt64(revenue[recipient].perMillion)
    }
    var isShared = revenue.count > 0
    forEachOffering(of: resource) {
      if offerings[$0].isAtWork { perMillion += UInt64(offerings[$0].shareMax) }
      guard offerings[$0].state == .sharing else { return }
      parts += UInt64(offerings[$0].remainder)
      isShared = true
    }
    let (waiting, left) = parts.quotientAndRemainder(dividingBy: 1_000_000)
    guard left == 0, waiting == revenue.waiting, waiting <= resources[resource].unsplit, perMillion <= 1_000_000,
      isShared == resources[resource].isShared, isShared || resources[resource].unsplit == 0,
      resources[resource].isQueued || waiting == resources[resource].unsplit
    else { return "resource \(resources[resource].id): its revenue is split wrongly" }
    return nil
  }

  /// It is an open lease of the resource, if it lives.
  private func checkPublicLease(of resource: UInt32) -> String? {
    guard case .live(let lease) = find(fundings[resource].publicLease) else { return nil }
    let isRight = leases[lease].isOpen && leases[lease].resource == resource
    return isRight ? nil : "resource \(resources[resource].id): its public lease is not its own"
  }

  // MARK: Money

  /// What lies in claims, offerings, donation purses and earnings, one by one, against the accounts.
  private func checkFundingMoney() -> String? {
    var (matching, scheduled, pledged, due) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    var (invested, investors, bid) = (UInt64(0), UInt64(0), UInt64(0))
    var (donations, earnings) = (UInt64(0), UInt64(0))
    func add(_ amount: UInt64, to sum: inout UInt64) { sum = sum.addingSaturating(amount) }
    for index in 0..<claims.highWater where claims[index].id != 0 {
      let claim = claims[index]
      if claim.kind != .investment || state(of: index) == .cancelled { add(self.due(on: index), to: &due) }
      switch claim.kind {
      case .pledge: add(left(of: index), to: &pledged)
      case .investment: add(left(of: index), to: &invested)
      case .bid: add(claim.left, to: &bid)
      case .match: add(claim.left, to: &matching)
      case .schedule: add(claim.left, to: &scheduled)
      }
    }
    for index in 0..<offerings.highWater where offerings[index].id != 0 {
      add(offerings[index].taken - offerings[index].collected, to: &investors)
    }
    for index in 0..<resources.count {
      add(resources[index].donations, to: &donations)
      add(resources[index].unsplit, to: &earnings)
    }
    for index in 0..<providers.count { add(providers[index].earnings, to: &earnings) }
    let pairs: [(Ledger.Entry, UInt64, String)] = [
      (.matching, matching, "matching deposits"), (.scheduled, scheduled, "scheduled pledges"),
      (.pledges, pledged, "campaigns"), (.due, due, "claims"), (.investments, invested, "open offerings"),
      (.investors, investors, "offerings"), (.donations, donations, "donation purses"),
      (.earnings, earnings, "earnings"), (.bids, bid, "auctions"),
    ]
    for (entry, sum, name) in pairs where UInt64(exactly: ledger[entry]) != sum {
      return "\(name) hold \(sum), their account \(ledger[entry])"
    }
    return nil
  }

  /// What the claims of a list come to.
  struct ClaimTotal {
    var count: UInt64 = 0
    var amount: UInt64 = 0
    var left: UInt64 = 0
    var due: UInt64 = 0
    var collected: UInt64 = 0
    var tiers = InlineArray<4, UInt64>(repeating: 0)
  }

  /// What the claims of a list come to; nil: the list is broken.
  func total(
    of list: ClaimList, _ kind: ClaimKind, in parent: UInt32, of resource: UInt32
  ) -> ClaimTotal? {
    var total = ClaimTotal()
    var last = noIndex
    let count = length(from: list.first, atMost: Int(claims.count)) {
      let claim = claims[$0]
      guard claim.parent == parent, claim.kind == kind, claim.resource == resource else { return nil }
      total.amount = total.amount.addingSaturating(claim.amount)
      total.left = total.left.addingSaturating(claim.left)
      total.due = total.due.addingSaturating(due(on: $0))
      total.collected = total.collected.addingSaturating(claim.collected)
      if kind == .investment, let tier = offerings[parent].tier(of: claim.amount) {
        total.tiers[tier] = total.tiers[tier].addingSaturating(claim.amount)
      }
      last = $0
      return (claim.id, claim.next)
    }
    guard let count, last == list.last, UInt64(count) <= list.count else { return nil }
    total.count = UInt64(count)
    return total
  }

  // MARK: Lists

  private func checkFundingLists() -> String? {
    var (found, queuedCount) = ((matches: 0, campaigns: 0, offerings: 0), 0)
    for index in 0..<fundings.highWater {
      let funding = fundings[index]
      guard let matches = matchCount(of: funding, at: index), let campaigns = campaignCount(of: funding, at: index),
        let offerings = offeringCount(of: funding, at: index), funding.id == resources[index].id,
        matches == Int(funding.matchCount), campaigns == Int(funding.campaignCount)
      else { return "resource \(resources[index].id): its lists are broken" }
      found = (found.matches + matches, found.campaigns + campaigns, found.offerings + offerings)
      if resources[index].isQueued { queuedCount += 1 }
    }
    var openCount = 0
    for index in 0..<claims.highWater where claims[index].id != 0 {
      if claims[index].kind == .match, claims[index].state == .open { openCount += 1 }
    }
    guard found == (openCount, Int(campaigns.count), Int(offerings.count)) else {
      return "a deposit, a campaign or an offering is in no list"
    }
    var next = firstUnsplit
    while next != noIndex {
      guard resources[next].isQueued, queuedCount > 0 else { return "the list of revenue to split is broken" }
      queuedCount -= 1
      guard next != lastUnsplit || fundings[next].nextUnsplit == noIndex else {
        return "the list of revenue to split is broken"
      }
      next = fundings[next].nextUnsplit
    }
    return queuedCount == 0 ? checkAuctionLists() : "a resource with revenue to split is in no list"
  }

  private func matchCount(of funding: ResourceFunding, at index: UInt32) -> Int? {
    length(from: funding.firstMatch, atMost: WireLimits.matchCountMaxPerResource) {
      let claim = claims[$0]
      return claim.resource == index && claim.kind == .match && claim.state == .open ? (claim.id, claim.next) : nil
    }
  }

  private func campaignCount(of funding: ResourceFunding, at index: UInt32) -> Int? {
    length(from: funding.firstCampaign, atMost: WireLimits.campaignCountMaxPerResource) {
      campaigns[$0].resource == index ? (campaigns[$0].id, campaigns[$0].next) : nil
    }
  }

  private func offeringCount(of funding: ResourceFunding, at index: UInt32) -> Int? {
    length(from: funding.firstOffering, atMost: WireLimits.offeringKeptCountMaxPerResource) {
      offerings[$0].resource == index ? (offerings[$0].id, offerings[$0].next) : nil
    }
  }

  /// How many records a list has, whose ids rise; nil: one does not belong there, or they are too many. `member` gives the id of one
  /// that does, and the next.
  func length(
    from first: UInt32, atMost countMax: Int, _ member: (UInt32) -> (id: UInt64, next: UInt32)?
  ) -> Int? {
    var (count, last, index) = (0, UInt64(0), first)
    while index != noIndex {
      guard count < countMax, let found = member(index), found.id > last else { return nil }
      (count, last, index) = (count + 1, found.id, found.next)
    }
    return count
  }
}
