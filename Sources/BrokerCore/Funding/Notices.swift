public import WireProtocol

/// What funders are told: pushed to whoever subscribed, and kept for whoever asks later with the key of a claim.
///
/// A notice to all claims of a campaign, an offering or an auction is one effect; a mailbox is read off what there is, so neither
/// costs anything for each claim.
extension StateMachine {
  /// Tells that something happened to a claim, or (`claim` 0) to all of a campaign, offering or auction.
  mutating func notify(
    _ kind: NoticeKind, of resource: UInt32, _ funding: UInt64, claim: UInt64 = 0, _ amount: UInt64,
    until instant: UInt64
  ) {
    guard effects.areWanted else { return }
    effects.append(
      .notice(
        NoticePush(
          lease: 0, resource: resources[resource].id, funding: funding, claim: claim, amount: amount,
          instant: instant, kind: kind)))
  }

  /// Tells investors that the public lease of their resource came to need money, when its provider wants them to be asked.
  mutating func askInvestors(_ need: NoticePush, of resource: UInt32) {
    guard resources[resource].policy.contains(.investorsAsked), fundings[resource].publicLease == need.lease else {
      return
    }
    var asked = need
    (asked.lease, asked.kind) = (0, .moreFunding)
    var next = fundings[resource].firstOffering
    while next != noIndex {
      asked.funding = offerings[next].id
      if offerings[next].isAtWork { effects.append(.notice(asked)) }
      next = offerings[next].next
    }
  }

  /// What notices about something name: the campaign, offering or auction, and of a claim in it the claim; of any other claim only
  /// itself. Nil: there is no such thing.
  public func noticeTopic(of id: UInt64) -> (funding: UInt64, claim: UInt64)? {
    switch findFunding(id) {
    case .claim(let index):
      let funding = fundingID(of: index)
      return funding == 0 ? (id, 0) : (funding, id)
    case .campaign, .offering, .auction: return (id, 0)
    case .pool, nil: return nil
    }
  }

  /// MAILBOX: writes what is kept for a claim from `offset` on, which has room for `mailboxCountMax` records.
  public func mailbox(
    _ id: UInt64, keyHash: Bytes16, after: UInt64, into records: inout MutableRawSpan, at offset: Int
  ) -> Answer<MailboxReply> {
    guard case .claim(let index) = findFunding(id) else {
      return .refused(Outcome.refused(.fundingUnknown).with(.none))
    }
    guard claims[index].keyHash == keyHash else { return .refused(Outcome.refused(.keyWrong).with(.none)) }
    var count = 0
    for entry in [need(of: index)] + entries(of: index) {
      guard let entry, entry.at > after, count < WireLimits.mailboxCountMax else { continue }
      entry.write(to: &records, at: offset + count * MailboxEntry.byteCount)
      count += 1
    }
    return .reply(
      MailboxReply(
        resource: resources[claims[index].resource].id, funding: fundingID(of: index), now: now,
        count: UInt16(truncatingIfNeeded: count)))
  }

  /// What the public lease of a claim's resource needs now; nil: it lives and needs nothing, or there is none.
  private func need(of index: UInt32) -> MailboxEntry? {
    let resource = claims[index].resource
    guard case .live(let lease) = project(fundings[resource].publicLease), let need = lease.need else { return nil }
    let prices = resources[resource].prices
    let isAsked =
      claims[index].kind == .investment && resources[resource].policy.contains(.investorsAsked)
      && offerings[claims[index].parent].isAtWork
    return MailboxEntry(
      at: now, amount: lease.amountToActive(at: now, prices),
      instant: lease.isSuspended ? lease.end(prices) : lease.deadline(prices), kind: isAsked ? .moreFunding : need)
  }

  private func entries(of index: UInt32) -> [MailboxEntry?] {
    let claim = claims[index]
    let forfeitAt = armedAt(of: index)
    switch claim.kind {
    case .pledge:
      let campaign = campaigns[claim.parent]
      guard campaign.state != .open, !campaign.isBeingForgotten else { return [] }
      let closedAt = forfeitAt &- CoreLimits.endedMilliseconds
      let isReached = campaign.state == .reached
      return [
        MailboxEntry(
          at: closedAt, amount: campaign.pledged, instant: isReached ? closedAt : forfeitAt,
          kind: isReached ? .campaignReached : .campaignMissed)
      ]
    case .schedule, .match:
      let kept = claim.state == .cancelled ? CoreLimits.earningsKeptMilliseconds : CoreLimits.endedMilliseconds
      return [refund(claim.due, at: forfeitAt &- kept, until: forfeitAt)]
    case .investment:
      let offering = settled(claim.parent)
      let due = offering.due(on: claim)
      if offering.state == .cancelled {
        return [refund(due, at: forfeitAt &- CoreLimits.earningsKeptMilliseconds, until: forfeitAt)]
      }
      guard due > 0, offering.payoutAt > 0 else { return [] }
      return [MailboxEntry(at: offering.payoutAt, amount: due, instant: offering.payoutAt, kind: .payoutReady)]
    case .bid:
      return entries(of: bids[claim.bid], claim)
    }
  }

  private func entries(of bid: Bid, _ claim: Claim) -> [MailboxEntry?] {
    let auction = auctions[claim.parent]
    let outbid = MailboxEntry(at: bid.outbidAt, amount: bid.outbidBy, instant: auction.closesAt, kind: .outbid)
    let won = MailboxEntry(at: auction.decidedAt, amount: auction.price, instant: auction.startsAt, kind: .won)
    return [
      bid.outbidAt > 0 ? outbid : nil, auction.price > 0 && auction.winner == claim.id ? won : nil,
      refund(
        claim.due, at: bid.releasedAt,
        until: auction.isAtWork ? 0 : agenda.instant(of: auctionMember(claim.parent)) ?? 0),
    ]
  }

  private func refund(_ amount: UInt64, at instant: UInt64, until forfeitAt: UInt64) -> MailboxEntry? {
    amount == 0 ? nil : MailboxEntry(at: instant, amount: amount, instant: forfeitAt, kind: .refunded)
  }
}
