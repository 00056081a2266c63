import WireProtocol

/// What is judged and made anew of claims, campaigns, offerings and pools when a snapshot was read.
extension StateMachine {
  /// Whether no link of theirs leads to a record that is not there, and no number makes their arithmetic trap.
  var hasSoundFunding: Bool {
    guard fundings.count == resources.count, fundings.highWater == resources.highWater,
      firstShared == noIndex || Self.isUsed(firstShared, in: fundings)
    else { return false }
    for index in 0..<fundings.highWater {
      let funding = fundings[index]
      guard Self.isUsedOrNone(funding.firstMatch, in: claims), Self.isUsedOrNone(funding.firstCampaign, in: campaigns),
        Self.isUsedOrNone(funding.firstOffering, in: offerings), Self.isUsedOrNone(funding.nextShared, in: fundings),
        hasSoundRevenue(index)
      else { return false }
    }
    return hasSoundClaims && hasSoundCampaigns && hasSoundOfferings && hasSoundAuctions && hasSoundPools
  }

  private func hasSoundRevenue(_ resource: UInt32) -> Bool {
    let revenue = fundings[resource].revenue
    guard revenue.isSound, revenue.waiting <= resources[resource].unsplit else { return false }
    var perMillion = UInt64(0)
    for recipient in 0..<revenue.count {
      guard Self.isUsed(revenue[recipient].provider, in: providers) else { return false }
      perMillion += UInt64(revenue[recipient].perMillion)
    }
    var count = 0
    var next = fundings[resource].firstOffering
    while next != noIndex {
      // A list that leads in a circle would never end.
      guard Self.isUsed(next, in: offerings), count < Int(offerings.count) else { return false }
      if offerings[next].isAtWork { perMillion += UInt64(offerings[next].shareMax) }
      count += 1
      next = offerings[next].next
    }
    return perMillion <= 1_000_000
  }

  private var hasSoundClaims: Bool {
    for index in 0..<claims.highWater where claims[index].id != 0 {
      let claim = claims[index]
      guard claim.isSound, Self.isUsed(claim.resource, in: resources), Self.isUsedOrNone(claim.next, in: claims) else {
        return false
      }
      switch claim.kind {
      case .pledge: guard Self.isUsed(claim.parent, in: campaigns) else { return false }
      case .investment: guard Self.isUsed(claim.parent, in: offerings) else { return false }
      case .bid:
        guard Self.isUsed(claim.parent, in: auctions), Self.isUsed(claim.bid, in: bids), bids[claim.bid].id == claim.id
        else { return false }
      case .match, .schedule: guard agenda.instant(of: index) != nil else { return false }
      }
    }
    return true
  }

  private var hasSoundCampaigns: Bool {
    for index in 0..<campaigns.highWater where campaigns[index].id != 0 {
      let campaign = campaigns[index]
      guard campaign.isSound, Self.isUsed(campaign.resource, in: resources), isSound(campaign.claims),
        Self.isUsedOrNone(campaign.next, in: campaigns), agenda.instant(of: campaignMember(index)) != nil
      else { return false }
    }
    return true
  }

  private var hasSoundOfferings: Bool {
    for index in 0..<offerings.highWater where offerings[index].id != 0 {
      let offering = offerings[index]
      guard offering.isSound, Self.isUsed(offering.resource, in: resources), isSound(offering.claims),
        Self.isUsedOrNone(offering.next, in: offerings),
        agenda.instant(of: offeringMember(index)) != nil
      else { return false }
    }
    return true
  }

  private var hasSoundAuctions: Bool {
    var (sponsoredCount, lineCount, bidCount) = (UInt32(0), UInt64(0), UInt64(0))
    for index in 0..<auctions.highWater where auctions[index].id != 0 {
      let auction = auctions[index]
      guard auction.isSound, Self.isUsed(auction.resource, in: resources), isSound(auction.bids),
        Self.isUsedOrNone(auction.next, in: auctions), agenda.instant(of: auctionMember(index)) != nil
      else { return false }
      // A list that leads in a circle would never end.
      var next = auction.firstLine
      while next != noIndex {
        guard Self.isUsed(next, in: lines), lines[next].isSound, lineCount < UInt64(lines.count) else { return false }
        (lineCount, next) = (lineCount + 1, lines[next].next)
      }
      next = auction.bids.first
      while next != noIndex {
        guard Self.isUsed(next, in: claims), claims[next].kind == .bid, claims[next].parent == index,
          bidCount < UInt64(bids.count)
        else { return false }
        (bidCount, next) = (bidCount + 1, claims[next].next)
      }
    }
    for index in 0..<fundings.highWater {
      guard Self.isUsedOrNone(fundings[index].firstAuction, in: auctions),
        Self.isUsedOrNone(fundings[index].sponsor, in: auctions)
      else { return false }
      var (count, next) = (UInt16(0), fundings[index].firstAuction)
      while next != noIndex {
        guard Self.isUsed(next, in: auctions), auctions[next].resource == index, count < fundings[index].auctionCount
        else { return false }
        (count, next) = (count + 1, auctions[next].next)
      }
      guard count == fundings[index].auctionCount else { return false }
      sponsoredCount += fundings[index].sponsor == noIndex ? 0 : 1
    }
    return sponsoredCount == self.sponsoredCount && lineCount == UInt64(lines.count) && bidCount == UInt64(bids.count)
  }

  private var hasSoundPools: Bool {
    for index in 0..<pools.highWater where pools[index].id != 0 {
      guard pools[index].isSound else { return false }
      for member in 0..<pools[index].memberCount where !Self.isUsed(pools[index][member].resource, in: resources) {
        return false
      }
    }
    return true
  }

  private func isSound(_ list: ClaimList) -> Bool {
    Self.isUsedOrNone(list.first, in: claims) && Self.isUsedOrNone(list.last, in: claims)
  }

  private static func isUsedOrNone<Record>(_ index: UInt32, in table: borrowing SlotTable<Record>) -> Bool {
    index == noIndex || isUsed(index, in: table)
  }

  /// Makes ids and names known.
  mutating func makeFundingIndices() {
    for index in 0..<claims.highWater where claims[index].id != 0 {
      addFundingID(claims[index].id, at: .claim(index))
    }
    for index in 0..<campaigns.highWater where campaigns[index].id != 0 {
      addFundingID(campaigns[index].id, at: .campaign(index))
    }
    for index in 0..<offerings.highWater where offerings[index].id != 0 {
      addFundingID(offerings[index].id, at: .offering(index))
    }
    for index in 0..<auctions.highWater where auctions[index].id != 0 {
      addFundingID(auctions[index].id, at: .auction(index))
    }
    for index in 0..<pools.highWater where pools[index].id != 0 {
      addFundingID(pools[index].id, at: .pool(index))
      poolNames.insert(hash(pools[index].name), index)
    }
  }
}
