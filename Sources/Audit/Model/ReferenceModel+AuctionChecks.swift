import WireProtocol

/// What must hold of auctions after every command.
extension ReferenceModel {
  func checkBid(_ claim: ModelClaim) -> String? {
    let name = "bid \(claim.id)"
    guard let (_, bid, auction) = bid(claim.id) else { return "\(name): of no auction" }
    let isAuctions =
      switch claim.state {
      case .open: auction.isUndecided
      case .awarded, .sponsoring: auction.state == claim.state && auction.winner == claim.id
      case .ended, .cancelled: true
      default: false
      }
    if !isAuctions { return "\(name): \(claim.state) in an auction that is \(auction.state)" }
    if claim.resource != auction.resource || !auction.bids.contains(claim.id) {
      return "\(name): its auction does not know it"
    }
    let (holds, isWhole) = (
      claim.state == .open || claim.state == .awarded, claim.state == .open && bid.revealed == nil
    )
    if holds != (claim.left > 0) { return "\(name): \(claim.state) with \(claim.left) in its auction" }
    if isWhole, claim.left != claim.amount || claim.due > 0 { return "\(name): money in two places" }
    let (sum, isTooMuch) = claim.left.addingReportingOverflow(claim.due)
    if isTooMuch || sum > claim.amount { return "\(name): more than was put in" }
    if claim.state == .awarded, claim.left != auction.price { return "\(name): does not hold the price" }
    if let revealed = bid.revealed, claim.state == .open, claim.left != revealed {
      return "\(name): was revealed as \(revealed) and holds \(claim.left)"
    }
    return nil
  }

  func check(_ auction: ModelAuction) -> String? {
    let name = "auction \(auction.id)"
    let kept = auction.bids.compactMap { claims[$0] }
    if kept.count != auction.bids.count || kept.contains(where: { $0.auction != auction.id }) {
      return "\(name): a claim of something else"
    }
    if auction.event < now { return "\(name): an event was not done" }
    let isInOrder = auction.closesAt <= auction.decidedAt && auction.decidedAt <= auction.startsAt
    if !isInOrder || auction.startsAt >= auction.endsAt { return "\(name): its instants are not in order" }
    let hasWinner = auction.winner != 0
    if auction.state == .awarded || auction.state == .sponsoring, !hasWinner { return "\(name): without a winner" }
    if hasWinner != (auction.price > 0) || auction.price > auction.winningBid { return "\(name): a wrong price" }
    let listed = resources[auction.resource]?.funding.auctions ?? []
    if !listed.contains(auction.id) { return "\(name): its resource does not know it" }
    let others = listed.compactMap { auctions[$0] }.filter { $0.id != auction.id && $0.isAlive }
    if auction.isAlive, others.contains(where: { $0.overlaps(from: auction.startsAt, to: auction.endsAt) }) {
      return "\(name): another one is for a time within its period"
    }
    return auction.isFading ? nil : checkTranscript(of: auction)
  }

  /// Its transcript alone, which anyone may read, tells its head, its bids and its winner.
  private func checkTranscript(of auction: ModelAuction) -> String? {
    let name = "transcript of auction \(auction.id)"
    var head = ModelTranscript.firstHead(of: auction.id, auction.terms)
    for line in auction.lines { head = ModelTranscript.head(after: head, line) }
    if head != auction.head { return "\(name): does not lead to its head" }
    if auction.lines.count(where: { $0.kind == .bid }) != Int(auction.bidCount)
      || auction.bids.count != auction.bidCount
    {
      return "\(name): bids are miscounted"
    }
    var counted: [UInt64: (amount: UInt64, line: Int)] = [:]
    var refused: Set<UInt64> = []
    for (number, line) in auction.lines.enumerated() {
      switch line.kind {
      case .bid, .raise: counted[line.claim] = (auction.isSealed ? 0 : line.amount, number)
      case .reveal: counted[line.claim]?.amount = line.amount
      case .refuse: refused.insert(line.claim)
      }
    }
    if auction.state == .cancelled { return nil }
    if refused != Set(auction.bids.filter { claims[$0]?.state == .cancelled }) { return "\(name): of refused bids" }
    let isWithout = auction.state == .ended && auction.winner == 0
    let best = counted.filter { $0.value.amount >= auction.terms.reserve && !refused.contains($0.key) }
      .min { ($1.value.amount, $0.value.line) < ($0.value.amount, $1.value.line) }
    // Who is refused after winning takes the auction with it.
    if isWithout { return best == nil || !refused.isEmpty ? nil : "\(name): has a winner" }
    let told = describeAuction(auction.id)
    return told?.winner == best?.key ?? 0 && told?.amount == best?.value.amount ?? 0 ? nil : "\(name): another winner"
  }
}
