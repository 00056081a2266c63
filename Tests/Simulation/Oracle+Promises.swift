import WireProtocol

/// What is asked for and not answered may have been done: until then each sum has a least and a most.
extension Oracle {
  /// It is sent for the first time.
  func fundingSent(_ errand: Errand) {
    if errand.opcode == .revoke { errand.changes?.isRevoked = true }
    if errand.takesPurse, let resource = errand.resource { takerSent(errand, resource) }
    switch errand.opcode {
    case .donate: donationSent(errand)
    case .match, .schedule: promiseSent(errand)
    case .pledge: pledgeSent(errand)
    case .openCampaign: if let campaign = errand.campaign { campaign.resource.funding.campaigns.append(campaign) }
    case .openOffering, .invest, .splitRevenue: sharesSent(errand)
    case .openAuction: if let auction = errand.auction { auction.resource.funding.auctions.append(auction) }
    case .bid, .raiseBid, .revealBid, .refuseBid: lineSent(errand)
    case .cancel, .claim, .rotateClaim: claimSent(errand)
    case .setPool:
      guard let pool = errand.pool, let version = errand.version else { return }
      pool.versions.append(version)
      pool.underWayCount += 1
      pool.changeCount += 1
      for member in version.members where !member.resource.funding.pools.contains(where: { $0 === pool }) {
        member.resource.funding.pools.append(pool)
      }
    default: break
    }
  }

  /// A question is sent, perhaps again: after a crash, and by a clock that was set back, it is answered as of an earlier time.
  func fundingAsked(_ errand: Errand) {
    guard !errand.isCommand else { return }
    errand.quietStamp = nil
    switch errand.opcode {
    case .describePool:
      guard let pool = errand.pool else { return }
      (errand.sumFloor, errand.countFloor) = (pool.donated.told, pool.donationCount.told)
      errand.quietStamp = pool.quietStamp
    case .checkClaim:
      if let claim = errand.claim, claim.offering != nil || claim.bid != nil { return noteEarnings(of: claim, errand) }
      // A match is left as it is while no DONATE is under way.
      guard let funding = errand.claim?.resource.funding, funding.donations.isEmpty else { return }
      errand.quietStamp = funding.donationCount
    case .describeBid, .mailbox:
      guard let claim = errand.claim else { return }
      noteEarnings(of: claim, errand)
      guard errand.opcode == .mailbox else { return }
      // What was read off before is no news.
      errand.countFloor = claim.campaign?.pledged.told ?? 0
      (errand.quietStamp, errand.wasRotating) = (claim.rotationCount, claim.isRotating)
      if claim.formerKeys.contains(errand.claimKey) { errand.isForbidden = true }
    case .describeAuction, .transcript:
      guard let auction = errand.auction else { return }
      (errand.countFloor, errand.sumFloor) = (auction.lineCount.told, auction.bidCount.told)
    case .statement:
      (errand.countFloor, errand.sumFloor) = (statement.last(of: errand.resource?.id), statement.lineCount)
    case .describeOffering: if let offering = errand.offering { noteEarnings(of: offering, errand) }
    case .funding:
      guard let resource = errand.resource else { return }
      errand.sums = resource.funding.least(at: time.reached)
      errand.tableStamp = resource.funding.table.quietStamp
      errand.pledgeFloors = [:]
      for campaign in resource.funding.campaigns where campaign.isTold {
        errand.pledgeFloors[campaign.id] = (campaign.pledged.told, campaign.pledgeCount.told)
      }
      for offering in resource.funding.offerings where offering.isTold {
        errand.pledgeFloors[offering.id] = (offering.raised.told, offering.claimCount.told)
      }
      errand.auctionStamps = [:]
      for auction in resource.funding.auctions where auction.isTold {
        errand.pledgeFloors[auction.id] = (0, auction.bidCount.told)
        errand.auctionStamps[auction.id] = auction.quietStamp
      }
      guard resource.funding.takersUnderWay == 0 else { return }
      (errand.quietStamp, errand.purseFloor) = (resource.funding.takerCount, resource.funding.purse)
    default: break
    }
  }

  /// It has its outcome.
  func fundingEnded(_ errand: Errand, _ answer: Answer) {
    let isDone = answer.status == .ok
    if errand.takesPurse, let resource = errand.resource { takerEnded(errand, resource, isDone) }
    switch errand.opcode {
    case .donate: donationEnded(errand, isDone)
    case .match, .schedule:
      guard !isDone, let claim = errand.claim else { return }
      claim.resource.funding.schedules.removeAll { $0 === claim }
      claim.resource.funding.matches.removeAll { $0 === claim }
      claim.resource.funding.labels[errand.label] = nil
    case .pledge:
      guard let campaign = errand.campaign else { return }
      campaign.pledged.end(errand.paid, told: isDone ? errand.paid : 0)
      campaign.pledgeCount.end(1, told: isDone ? 1 : 0)
      campaign.resource.funding.giftCount.end(1, told: isDone ? 1 : 0)
      settle(errand.label, in: &campaign.resource.funding.labels, isDone)
    case .openCampaign:
      guard !isDone, let campaign = errand.campaign else { return }
      campaign.resource.funding.campaigns.removeAll { $0 === campaign }
    case .openOffering, .invest, .splitRevenue: sharesEnded(errand, isDone)
    case .openAuction:
      guard !isDone, let auction = errand.auction else { return }
      auction.resource.funding.auctions.removeAll { $0 === auction }
    case .bid, .raiseBid, .revealBid, .refuseBid: lineEnded(errand, isDone)
    case .cancel, .claim, .rotateClaim: claimEnded(errand, isDone)
    case .setPool:
      errand.pool?.underWayCount -= 1
      errand.pool?.changeCount += 1
    default: break
    }
  }

  private func settle(_ label: Name32, in labels: inout [Name32: KnownFunding.Label], _ isDone: Bool) {
    if isDone { labels[label]?.givenOrder = eventCount } else { labels[label] = nil }
  }

  // MARK: The donation purse

  private func takerSent(_ errand: Errand, _ resource: KnownResource) {
    resource.funding.takerCount += 1
    if resource.funding.takersUnderWay == 0 {
      (errand.quietStamp, errand.purseFloor) = (resource.funding.takerCount, resource.funding.purse)
    }
    resource.funding.takersUnderWay += 1
    resource.funding.purse = 0
  }

  private func takerEnded(_ errand: Errand, _ resource: KnownResource, _ isDone: Bool) {
    resource.funding.takersUnderWay -= 1
    // Of two that are under way together either may have been served first, whichever was sent first: its repeat is another try.
    guard errand.quietStamp == resource.funding.takerCount else { return errand.purseFloor = 0 }
    if !isDone { resource.funding.purse = max(resource.funding.purse, errand.purseFloor) }
  }

  // MARK: Donations

  private func donationSent(_ errand: Errand) {
    let label = errand.label
    if let pool = errand.pool {
      (errand.sumFloor, errand.countFloor) = (pool.donated.told, pool.donationCount.told)
      errand.quietStamp = pool.quietStamp
      pool.donated.ask(errand.paid)
      pool.donationCount.ask(1)
      pool.unplaced.amount += errand.paid
      pool.unplaced.count += 1
      if !label.isZero { pool.labels[label] = KnownFunding.Label(model: .pool, amounts: 1...errand.paid) }
    } else if let resource = errand.changes?.resource ?? errand.resource {
      resource.funding.plain.ask(errand.paid)
      resource.funding.giftCount.ask(1)
      resource.funding.note(label, .plain, errand.paid...errand.paid)
      guard errand.changes == nil else { return }
      resource.funding.donations.append(errand)
      resource.funding.donationCount += 1
      for match in resource.funding.matches { match.leftLeast -= Int64(match.match(of: errand.paid)) }
    }
  }

  private func donationEnded(_ errand: Errand, _ isDone: Bool) {
    if let pool = errand.pool {
      pool.donated.end(errand.paid, told: isDone ? errand.paid : 0)
      pool.donationCount.end(1, told: isDone ? 1 : 0)
      settle(errand.label, in: &pool.labels, isDone)
      if isDone { return place(errand, pool) }
      pool.unplaced.amount -= errand.paid
      pool.unplaced.count -= 1
    } else if let resource = errand.changes?.resource ?? errand.resource {
      resource.funding.plain.end(errand.paid, told: isDone ? errand.paid : 0)
      resource.funding.giftCount.end(1, told: isDone ? 1 : 0)
      settle(errand.label, in: &resource.funding.labels, isDone)
      resource.funding.donations.removeAll { $0 === errand }
      guard !isDone, errand.changes == nil else { return }
      for match in resource.funding.matches { match.leftLeast += Int64(match.match(of: errand.paid)) }
    }
  }

  /// Who got what of a donation to a pool, where its members are certain.
  private func place(_ errand: Errand, _ pool: KnownPool) {
    guard let stamp = errand.quietStamp, stamp == pool.changeCount, let members = pool.current?.members else { return }
    pool.unplaced.amount -= errand.paid
    pool.unplaced.count -= 1
    for (member, share) in zip(members, KnownPool.shares(of: errand.paid, among: members)) where share > 0 {
      member.resource.funding.shared += share
      member.resource.funding.shareCount += 1
    }
  }

  // MARK: Promises

  private func promiseSent(_ errand: Errand) {
    guard let claim = errand.claim else { return }
    let resource = claim.resource
    guard case .schedule(let count, _, _) = claim.terms else {
      for donation in resource.funding.donations { claim.leftLeast -= Int64(claim.match(of: donation.paid)) }
      return resource.funding.matches.append(claim)
    }
    resource.funding.schedules.append(claim)
    let least = max(1, claim.amount / count)
    resource.funding.note(claim.label, .scheduled, least...(claim.amount + count - 1) / count, times: count)
  }

  private func pledgeSent(_ errand: Errand) {
    guard let campaign = errand.campaign else { return }
    errand.sumFloor = campaign.pledged.told
    campaign.pledged.ask(errand.paid)
    campaign.pledgeCount.ask(1)
    campaign.resource.funding.giftCount.ask(1)
    campaign.resource.funding.note(errand.label, .campaign, errand.paid...errand.paid)
  }

  // MARK: Claims

  private func claimSent(_ errand: Errand) {
    // A key that was rotated away is worth nothing, whoever has it.
    if let claim = errand.claim, claim.formerKeys.contains(errand.claimKey) { errand.isForbidden = true }
    guard !errand.isForbidden else { return }
    errand.claim?.underWayCount += 1
    if let campaign = errand.campaign {
      errand.sumFloor = campaign.pledged.told
      campaign.cancelCount += 1
    }
    if let offering = errand.offering {
      errand.sumFloor = offering.raised.told
      offering.cancelCount += 1
    }
    if let auction = errand.auction {
      auction.begin()
      auction.cancelCount += 1
    }
    guard let claim = errand.claim else { return }
    noteEarnings(of: claim, errand)
    (errand.quietStamp, errand.wasRotating, errand.wasDue) = (
      claim.rotationCount, claim.isRotating && errand.opcode != .rotateClaim, claim.isDue
    )
    switch errand.opcode {
    case .claim: claim.claimCount += 1
    case .rotateClaim:
      claim.rotationCount += 1
      claim.isRotating = true
    default: break
    }
    if errand.mayCancel { claim.cancelCount += 1 }
  }

  /// A repeat may be done earlier than what was sent first, after a crash and by a clock that was set back.
  func cancelSent(_ errand: Errand) {
    guard errand.mayCancel, !errand.isForbidden, !errand.isDone else { return }
    if let campaign = errand.campaign { campaign.cancelAskedAt = min(campaign.cancelAskedAt ?? .max, time.reached) }
    if let offering = errand.offering { offering.cancelAskedAt = min(offering.cancelAskedAt ?? .max, time.reached) }
    if let auction = errand.auction { auction.cancelAskedAt = min(auction.cancelAskedAt ?? .max, time.reached) }
    if let claim = errand.claim { claim.cancelAskedAt = min(claim.cancelAskedAt ?? .max, time.reached) }
  }

  private func claimEnded(_ errand: Errand, _ isDone: Bool) {
    guard !errand.isForbidden else { return }
    errand.claim?.underWayCount -= 1
    if errand.opcode == .rotateClaim { errand.claim?.isRotating = false }
    if errand.opcode == .claim { errand.claim?.claimEndedCount += 1 }
    if let auction = errand.auction {
      auction.end()
      guard !isDone else { return }
      auction.cancelCount -= 1
      if auction.cancelCount == 0 { auction.cancelAskedAt = nil }
    }
    if let offering = errand.offering {
      guard !isDone else { return }
      offering.cancelCount -= 1
      if offering.cancelCount == 0 { offering.cancelAskedAt = nil }
    }
    if let campaign = errand.campaign {
      guard !isDone else { return }
      campaign.cancelCount -= 1
      if campaign.cancelCount == 0 { campaign.cancelAskedAt = nil }
    }
    guard !isDone, errand.mayCancel, let claim = errand.claim else { return }
    claim.cancelCount -= 1
    if claim.cancelCount == 0 { claim.cancelAskedAt = nil }
  }
}

extension Errand {
  /// It ends a schedule or a match that is open.
  var mayCancel: Bool { opcode == .cancel || opcode == .claim && claimFlags == .cancel }
}

extension KnownFunding {
  /// Something is said in public, if it is said.
  fileprivate mutating func note(
    _ label: Name32, _ model: FundingModel, _ amounts: ClosedRange<UInt64>, times count: UInt64 = 1
  ) {
    guard !label.isZero else { return }
    labels[label] = Label(model: model, amounts: amounts)
    labelCountMost += count
  }
}
