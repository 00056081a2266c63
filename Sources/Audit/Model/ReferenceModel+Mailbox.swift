public import WireProtocol

/// MAILBOX: what is kept for the holder of a claim. Nothing is changed.
extension ReferenceModel {
  /// MAILBOX with the right key; nil: FUNDING_UNKNOWN. What the public lease needs is told without its amount.
  public func mailbox(_ id: UInt64, after: UInt64) -> (MailboxReply, [MailboxEntry])? {
    guard let claim = claims[id] else { return nil }
    let entries = (need(of: claim) + kept(for: claim)).filter { $0.at > after }
    let reply = MailboxReply(
      resource: claim.resource, funding: max(claim.campaign, claim.offering, claim.auction), now: now,
      count: UInt16(entries.count))
    return (reply, entries)
  }

  private func need(of claim: ModelClaim) -> [MailboxEntry] {
    guard let resource = resources[claim.resource], let lease = projected(resource.funding.publicLease), lease.isLive
    else { return [] }
    let kind: NoticeKind
    switch lease.state {
    case .low: kind = .low
    case .throttled: kind = .throttled
    case .suspended: kind = .suspended
    default: return []
    }
    let isInvestor = offerings[claim.offering].map { $0.state == .open || $0.state == .sharing } ?? false
    let isAsked = isInvestor && resource.terms.policy.contains(.investorsAsked)
    return [
      MailboxEntry(
        at: now, amount: 0, instant: lease.state == .suspended ? lease.end : lease.deadline,
        kind: isAsked ? .moreFunding : kind)
    ]
  }

  private func kept(for claim: ModelClaim) -> [MailboxEntry] {
    let (until, due) = (armed(of: claim), due(on: claim))
    let month = AuditLimits.endedFundingMilliseconds
    let year = AuditLimits.yearMilliseconds
    switch claim.purpose {
    case .pledge:
      guard let campaign = campaigns[claim.campaign], campaign.state != .open, !campaign.isForfeit else { return [] }
      let isReached = campaign.state == .reached
      return [
        MailboxEntry(
          at: until - month, amount: campaign.pledged, instant: isReached ? until - month : until,
          kind: isReached ? .campaignReached : .campaignMissed)
      ]
    case .schedule, .match:
      return refund(due, at: until &- (claim.state == .cancelled ? year : month), until: until)
    case .investment:
      guard let offering = offerings[claim.offering], due > 0 else { return [] }
      if offering.state == .cancelled { return refund(due, at: until - year, until: until) }
      guard offering.payoutAt > 0 else { return [] }
      return [MailboxEntry(at: offering.payoutAt, amount: due, instant: offering.payoutAt, kind: .payoutReady)]
    case .bid(let bid):
      guard let auction = auctions[bid.auction] else { return [] }
      var entries: [MailboxEntry] = []
      if bid.outbidAt > 0 {
        entries.append(
          MailboxEntry(at: bid.outbidAt, amount: bid.outbidBy, instant: auction.closesAt, kind: .outbid))
      }
      if auction.winner == claim.id, auction.price > 0 {
        entries.append(
          MailboxEntry(at: auction.decidedAt, amount: auction.price, instant: auction.startsAt, kind: .won))
      }
      return entries + refund(due, at: bid.releasedAt, until: auction.isAlive ? 0 : until)
    }
  }

  private func refund(_ amount: UInt64, at instant: UInt64, until forfeitAt: UInt64) -> [MailboxEntry] {
    amount == 0 ? [] : [MailboxEntry(at: instant, amount: amount, instant: forfeitAt, kind: .refunded)]
  }
}
