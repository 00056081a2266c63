import WireProtocol

/// What is judged and made anew of claims, campaigns, offerings and pools when a snapshot was read. How records agree with one
/// another is what FundingInvariants.swift says.
extension StateMachine {
  /// Whether no link of theirs leads to a record that is not there, and each record by itself is one that its arithmetic can take.
  var hasSoundFunding: Bool {
    guard fundings.count == resources.count, fundings.highWater == resources.highWater,
      (firstUnsplit == noIndex) == (lastUnsplit == noIndex), Self.isUsedOrNone(firstUnsplit, in: fundings),
      Self.isUsedOrNone(lastUnsplit, in: fundings)
    else { return false }
    for index in 0..<fundings.highWater {
      let funding = fundings[index]
      guard Self.isUsedOrNone(funding.firstMatch, in: claims), Self.isUsedOrNone(funding.firstCampaign, in: campaigns),
        Self.isUsedOrNone(funding.firstOffering, in: offerings), Self.isUsedOrNone(funding.nextUnsplit, in: fundings),
        Self.isUsedOrNone(funding.firstAuction, in: auctions), Self.isUsedOrNone(funding.sponsor, in: auctions),
        hasSoundRevenue(index), resources[index].hasSoundFlags
      else { return false }
    }
    return hasSoundClaims && hasSoundCampaigns && hasSoundOfferings && hasSoundAuctions && hasSoundPools
  }

  private func hasSoundRevenue(_ resource: UInt32) -> Bool {
    let revenue = fundings[resource].revenue
    guard revenue.isSound else { return false }
    for recipient in 0..<revenue.count where !Self.isUsed(revenue[recipient].provider, in: providers) { return false }
    return true
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
        guard Self.isUsed(claim.parent, in: auctions), Self.isUsed(claim.bid, in: bids), bids[claim.bid].id == claim.id,
          bids[claim.bid].isSound
        else { return false }
      case .match, .schedule: break
      }
    }
    return true
  }

  private var hasSoundCampaigns: Bool {
    for index in 0..<campaigns.highWater where campaigns[index].id != 0 {
      let campaign = campaigns[index]
      guard campaign.isSound, Self.isUsed(campaign.resource, in: resources), isSound(campaign.claims),
        Self.isUsedOrNone(campaign.next, in: campaigns)
      else { return false }
    }
    return true
  }

  private var hasSoundOfferings: Bool {
    for index in 0..<offerings.highWater where offerings[index].id != 0 {
      let offering = offerings[index]
      guard offering.isSound, Self.isUsed(offering.resource, in: resources), isSound(offering.claims),
        Self.isUsedOrNone(offering.next, in: offerings)
      else { return false }
    }
    return true
  }

  private var hasSoundAuctions: Bool {
    for index in 0..<auctions.highWater where auctions[index].id != 0 {
      let auction = auctions[index]
      guard auction.isSound, Self.isUsed(auction.resource, in: resources), isSound(auction.bids),
        Self.isUsedOrNone(auction.next, in: auctions), Self.isUsedOrNone(auction.firstLine, in: lines),
        Self.isUsedOrNone(auction.lastLine, in: lines)
      else { return false }
    }
    for index in 0..<lines.highWater where lines[index].id != 0 {
      guard lines[index].isSound, Self.isUsedOrNone(lines[index].next, in: lines) else { return false }
    }
    return true
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

  /// Makes ids and names known; false when an id is one that was not drawn yet, or stands there twice.
  mutating func makeFundingIndices() -> Bool {
    for index in 0..<claims.highWater where claims[index].id != 0 {
      guard makeKnown(claims[index].id, at: .claim(index)) else { return false }
    }
    for index in 0..<campaigns.highWater where campaigns[index].id != 0 {
      guard makeKnown(campaigns[index].id, at: .campaign(index)) else { return false }
    }
    for index in 0..<offerings.highWater where offerings[index].id != 0 {
      guard makeKnown(offerings[index].id, at: .offering(index)) else { return false }
    }
    for index in 0..<auctions.highWater where auctions[index].id != 0 {
      guard makeKnown(auctions[index].id, at: .auction(index)) else { return false }
    }
    for index in 0..<pools.highWater where pools[index].id != 0 {
      guard makeKnown(pools[index].id, at: .pool(index)), poolIndex(pools[index].name) == nil else { return false }
      poolNames.insert(hash(pools[index].name), index)
    }
    return fundingCounter < CoreLimits.counterMask
  }

  private mutating func makeKnown(_ id: UInt64, at place: FundingPlace) -> Bool {
    guard id <= drawnIdentifier(fundingCounter), findFunding(id) == nil else { return false }
    addFundingID(id, at: place)
    return true
  }
}
