import WireProtocol

/// What must hold of auctions, as FundingInvariants.swift has it of the rest.
extension StateMachine {
  func check(_ auction: Auction, at index: UInt32, counting listed: inout UInt64) -> String? {
    guard findFunding(auction.id) == .auction(index), hasEvent(auctionMember(index), auction.id) else {
      return "auction \(auction.id) is out of place"
    }
    if auction.isAtWork, agenda.instant(of: auctionMember(index)) != auction.nextAt {
      return "auction \(auction.id): its event is at the wrong time"
    }
    guard let total = total(of: auction.bids, .bid, in: index, of: auction.resource) else {
      return "auction \(auction.id): its bids are broken"
    }
    listed += total.count
    guard total.left == auction.held, auction.isAtWork || auction.held == 0,
      total.count == auction.bids.count || !auction.isAtWork
    else { return "auction \(auction.id): its bids do not add up" }
    guard auction.state == .awarded || auction.state == .sponsoring else { return nil }
    let isPaid = auction.price <= auction.amount && auction.held == (auction.state == .awarded ? auction.price : 0)
    let isWon =
      bidIndex(auction.winner).map { claims[$0].parent == index && claims[$0].state == auction.state } ?? false
    return isPaid && isWon ? nil : "auction \(auction.id): its winner is not one"
  }

  /// Whether what a bid is agrees with its money.
  func isRight(_ bid: Bid, _ claim: Claim) -> Bool {
    let auction = auctions[claim.parent]
    switch claim.state {
    case .open:
      return bid.amount <= claim.left && (auction.isSealed || bid.amount == claim.left)
        && (auction.state == .open || auction.state == .revealing)
    case .awarded, .sponsoring:
      return auction.winner == claim.id && auction.state == claim.state
        && claim.left == (claim.state == .awarded ? auction.price : 0)
    case .ended, .cancelled: return claim.left == 0
    default: return false
    }
  }

  func checkAuctionLists() -> String? {
    var (auctionCount, lineCount, sponsored) = (0, 0, UInt32(0))
    // Each line is in one transcript.
    var isListed = [Bool](repeating: false, count: Int(lines.highWater))
    for index in 0..<fundings.highWater {
      let (first, sponsor) = (fundings[index].firstAuction, fundings[index].sponsor)
      let count = length(from: first, atMost: WireLimits.auctionKeptCountMaxPerResource) {
        auctions[$0].resource == index ? (auctions[$0].id, auctions[$0].next) : nil
      }
      guard let count, count == Int(fundings[index].auctionCount) else {
        return "resource \(resources[index].id): its auctions are broken"
      }
      auctionCount += count
      guard sponsor != noIndex else { continue }
      sponsored += 1
      guard auctions[sponsor].resource == index, auctions[sponsor].state == .sponsoring else {
        return "resource \(resources[index].id): its sponsor is none"
      }
    }
    for index in 0..<auctions.highWater where auctions[index].id != 0 {
      guard let count = lineCountKept(of: auctions[index], &isListed) else {
        return "auction \(auctions[index].id): its transcript is broken"
      }
      lineCount += count
    }
    let isWhole =
      auctionCount == Int(auctions.count) && lineCount == Int(lines.count) && sponsored == sponsoredCount
    return isWhole ? nil : "an auction, a line of a transcript or a sponsor is miscounted"
  }

  /// Lines of a transcript; nil: they are broken.
  private func lineCountKept(of auction: Auction, _ isListed: inout [Bool]) -> Int? {
    var (count, last, next) = (0, noIndex, auction.firstLine)
    while next != noIndex {
      guard !isListed[Int(next)] else { return nil }
      isListed[Int(next)] = true
      (count, last, next) = (count + 1, next, lines[next].next)
    }
    let isWhole = last == auction.lastLine && UInt64(count) + UInt64(auction.forgottenLineCount) == auction.lineCount
    return isWhole ? count : nil
  }
}
