public import WireProtocol

/// What anyone may read about auctions. Nothing is changed.
extension ReferenceModel {
  /// What the sponsor of a resource says now; nil: it has none.
  ///
  /// Where a period follows another at once, both can be SPONSORING in between two events: it is then the later one's.
  public func banner(of resource: UInt64) -> Banner? {
    let sponsoring = auctions.values.filter { $0.resource == resource && $0.state == .sponsoring }
    return sponsoring.max { $0.startsAt < $1.startsAt }.flatMap { bid($0.winner)?.1.banner }
  }

  /// DESCRIBE_AUCTION; nil: FUNDING_UNKNOWN.
  public func describeAuction(_ id: UInt64) -> DescribeAuctionReply? {
    guard let auction = auctions[id] else { return nil }
    let best = auction.isUndecided ? ranking(of: auction).first : (auction.winner, auction.winningBid)
    let terms = auction.terms
    return DescribeAuctionReply(
      resource: auction.resource, reserve: terms.reserve, increment: terms.increment,
      least: auction.state == .open ? least(of: auction) : 0, winner: best?.claim ?? 0, amount: best?.amount ?? 0,
      price: auction.price, held: auction.bids.reduce(0) { $0 + (claims[$1]?.left ?? 0) },
      closesAt: auction.closesAt, decidedAt: auction.decidedAt, startsAt: auction.startsAt, endsAt: auction.endsAt,
      extendBy: terms.extendBy, forfeitPerMillion: terms.forfeitPerMillion, flags: terms.flags,
      bidCount: auction.bidCount, lineCount: UInt32(auction.lines.count), state: auction.state, head: auction.head,
      label: terms.label)
  }

  /// DESCRIBE_BID; nil: FUNDING_UNKNOWN.
  public func describeBid(_ id: UInt64) -> DescribeBidReply? {
    guard let (claim, bid, auction) = bid(id) else { return nil }
    return DescribeBidReply(
      auction: auction.id, held: claim.left, amount: auction.isSealed ? bid.revealed ?? 0 : claim.amount,
      commitment: bid.commitment, banner: bid.banner, state: claim.state)
  }

  /// TRANSCRIPT from line number `first` on; nil: FUNDING_UNKNOWN.
  public func transcript(of id: UInt64, from first: UInt32) -> (TranscriptReply, [BidLine])? {
    guard let auction = auctions[id] else { return nil }
    let lines = Array(
      auction.lines.dropFirst(max(Int(first), auction.forgottenLineCount)).prefix(WireLimits.transcriptCountMax))
    return (TranscriptReply(lineCount: UInt32(auction.lines.count), count: UInt16(lines.count)), lines)
  }

  /// What FUNDING tells of an auction; nil: it has ended.
  func entry(_ auction: ModelAuction) -> FundingEntry? {
    guard auction.isAlive else { return nil }
    let best = auction.isSealed || !auction.isUndecided ? nil : ranking(of: auction).first?.amount
    return FundingEntry(
      id: auction.id, goal: auction.terms.reserve, amount: best ?? auction.price, detail: auction.startsAt,
      count: UInt64(auction.bidCount), instant: auction.event, kind: .auction, state: auction.state,
      label: auction.terms.label)
  }
}
