import WireProtocol

/// What is refused of an auction, and must not be.
extension Oracle {
  func judgeClosed(_ auction: KnownAuction, _ errand: Errand, _ detail: UInt64) {
    let what = "\(errand.opcode) \(errand.number) of auction \(auction.id) is refused at \(now): it closes at \(detail)"
    let bid = errand.claim?.bid
    let isCancelled = auction.cancelCount > 0 || auction.state == .cancelled
    if errand.opcode == .revealBid {
      let reveal = auction.terms.reveal
      expect(detail >= auction.closesAtFirst + reveal && detail <= auction.decidedAtLatest + reveal, what)
      let isWrong = !auction.terms.isSealed || errand.earliest < auction.closesAt || now >= detail
      return expect(isWrong || isCancelled || bid.map { $0.revealCount + $0.refuseCount > 0 } ?? true, what)
    }
    expect(detail >= auction.closesAtFirst && detail <= auction.decidedAtLatest, what)
    let end = errand.opcode == .bid || errand.opcode == .raiseBid ? detail : detail + auction.terms.reveal
    // Another may have refused it; a sealed one that nobody bid in is decided when it closes.
    let isRefused = bid.map { $0.refuseCount > 0 } ?? false
    let isEmpty = errand.opcode == .cancel && auction.bidCount.told == 0 && now >= detail
    expect(now >= end || isCancelled || isRefused || isEmpty, what)
    let isWinning = errand.opcode == .refuseBid && errand.claim?.state == .awarded
    expect(!isWinning || now >= auction.startsAt || isRefused, "\(what), and it wins until \(auction.startsAt)")
  }

  func judgeLow(_ errand: Errand, _ detail: UInt64) {
    guard !errand.isMischief, let auction = errand.itsAuction else { return }
    let before = errand.opcode == .raiseBid ? errand.claim?.bid?.money.told ?? 0 : 0
    let what = "\(errand.opcode) \(errand.number) of \(errand.paid) and \(before) is refused: \(detail) is the least"
    expect(
      errand.paid + before < detail || auction.changeCount != (errand.bookStamp ?? -3) + 2,
      "\(what) in auction \(auction.id)")
    expect(
      detail >= auction.terms.reserve && (before > 0 || !auction.terms.isSealed || detail == auction.terms.reserve),
      what)
    // It was alone.
    guard errand.bookStamp.map({ $0 + 2 }) == auction.changeCount, let book = auction.wholeBook else { return }
    let least = book.leastSum(with: before)
    expect(detail == least, "\(what), and by its transcript \(least)")
  }

  func judgeTaken(_ errand: Errand, _ id: UInt64) {
    guard !errand.isMischief, let auction = errand.auction else { return }
    let what = "a period of resource \(auction.resource.id) from \(errand.earliest + auction.terms.start) on is refused"
    guard let other = auction.resource.funding.auctions.first(where: { $0.id == id }) else {
      return expect(
        auction.resource.funding.auctions.contains { $0 !== auction && !$0.isTold }, "\(what) for auction \(id)")
    }
    let start = auction.terms.start
    expect(
      other.startsAt < now + start + auction.terms.period && errand.earliest + start < other.endsAt
        && other.mayBeAtWork(since: errand.firstOrder),
      "\(what), and auction \(id) is from \(other.startsAt) to \(other.endsAt)")
  }

  /// What is revealed is what its holder committed to.
  func judgeCommitment(_ errand: Errand) {
    guard !errand.isMischief, !errand.isForbidden, let claim = errand.claim else { return }
    blame("\(errand.opcode) \(errand.number) of bid \(claim.id): the commitment is right, and refused")
  }
}
