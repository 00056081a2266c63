import WireProtocol

/// What must hold of claims, campaigns and pools after every command; a full scan, for tests.
extension StateMachine {
  /// What is wrong, or nil.
  func checkFunding() -> String? {
    var (matching, scheduled, pledged, due) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    for index in 0..<claims.highWater where claims[index].id != 0 {
      let claim = claims[index]
      if let fault = check(claim, at: index) { return fault }
      due += self.due(on: index)
      switch claim.kind {
      case .pledge: pledged += left(of: index)
      case .match: matching += claim.left
      case .schedule: scheduled += claim.left
      }
    }
    for index in 0..<campaigns.highWater where campaigns[index].id != 0 {
      if let fault = check(campaigns[index], at: index) { return fault }
    }
    for index in 0..<fundings.highWater {
      if let fault = checkLists(of: fundings[index], at: index) { return fault }
    }
    let pairs: [(Ledger.Entry, UInt64, String)] = [
      (.matching, matching, "matching deposits"), (.scheduled, scheduled, "scheduled pledges"),
      (.pledges, pledged, "campaigns"), (.due, due, "claims"),
    ]
    for (entry, sum, name) in pairs where ledger[entry] != Int64(clamping: sum) {
      return "\(name) hold \(sum), their account \(ledger[entry])"
    }
    return agenda.first.map { $0.instant >= now } ?? true ? nil : "time passed an event by"
  }

  private func check(_ claim: Claim, at index: UInt32) -> String? {
    guard claim.isSound, findFunding(claim.id) == .claim(index) else { return "claim \(claim.id) is out of place" }
    guard claim.campaign == noIndex else {
      return agenda.instant(of: index) == nil ? nil : "pledge \(claim.id) has an event of its own"
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
    var (sum, unclaimed, count, last) = (UInt64(0), UInt64(0), UInt64(0), noIndex)
    var next = campaign.firstPledge
    while next != noIndex {
      guard claims[next].id != 0, claims[next].campaign == index, last == noIndex || claims[last].id < claims[next].id
      else { return "campaign \(campaign.id): its pledges are broken" }
      sum += claims[next].amount
      unclaimed += due(on: next)
      count += 1
      (last, next) = (next, claims[next].next)
    }
    guard unclaimed == campaign.unclaimed else { return "campaign \(campaign.id): its refunds do not add up" }
    if campaign.isBeingForgotten { return nil }
    guard sum == campaign.pledged, count == campaign.pledgeCount, last == campaign.lastPledge else {
      return "campaign \(campaign.id): its pledges do not add up"
    }
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
