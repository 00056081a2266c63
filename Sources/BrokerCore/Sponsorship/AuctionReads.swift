public import WireProtocol

/// DESCRIBE AUCTION and DESCRIBE BID, as of now, and what FUNDING tells of an auction.
extension StateMachine {
  /// DESCRIBE AUCTION: its rules and how it stands.
  public func describeAuction(_ id: UInt64) -> Answer<DescribeAuctionReply> {
    guard case .auction(let index) = findFunding(id) else {
      return .refused(Outcome.refused(.fundingUnknown).with(.none))
    }
    let auction = auctions[index]
    return .reply(
      DescribeAuctionReply(
        resource: resources[auction.resource].id, reserve: auction.reserve, increment: auction.increment,
        least: auction.state == .open ? auction.least : 0, winner: auction.winner, amount: auction.amount,
        price: auction.price, held: auction.held, closesAt: auction.closesAt, decidedAt: auction.decidedAt,
        startsAt: auction.startsAt, endsAt: auction.endsAt, extendBy: auction.extendBy,
        forfeitPerMillion: auction.forfeitPerMillion, flags: auction.flags,
        bidCount: UInt32(truncatingIfNeeded: auction.bids.count), lineCount: auction.lineCount, state: auction.state,
        head: auction.head, label: auction.label))
  }

  /// DESCRIBE BID: how a bid stands, and what it would show.
  public func describeBid(_ id: UInt64) -> Answer<DescribeBidReply> {
    guard let index = bidIndex(id) else { return .refused(Outcome.refused(.fundingUnknown).with(.none)) }
    let (claim, bid) = (claims[index], bids[claims[index].bid])
    return .reply(
      DescribeBidReply(
        auction: auctions[claim.parent].id, held: claim.left, amount: bid.amount, commitment: bid.commitment,
        banner: bid.banner, state: claim.state))
  }

  /// What FUNDING tells of an auction that has not ended.
  func entry(of auction: Auction) -> FundingEntry {
    FundingEntry(
      id: auction.id, goal: auction.reserve, amount: shownAmount(of: auction), detail: auction.startsAt,
      count: auction.bids.count, instant: auction.nextAt, kind: .auction, state: auction.state, label: auction.label)
  }

  private func shownAmount(of auction: Auction) -> UInt64 {
    switch auction.state {
    case .awarded, .sponsoring: auction.price
    default: auction.isSealed ? 0 : auction.amount
    }
  }
}
