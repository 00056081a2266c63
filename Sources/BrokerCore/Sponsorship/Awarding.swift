import WireProtocol

/// What happens to auctions by itself: they close, have a winner, whose period begins and ends, and are forgotten.
extension StateMachine {
  /// The event of an auction, on the way of an ADVANCE to `target`. Gives how many events it counts for beyond one.
  mutating func fire(auction index: UInt32, in target: UInt64) -> Int {
    let work =
      auctions[index].state == .open || auctions[index].state == .revealing ? auctions[index].bids.count / 32 : 0
    switch auctions[index].state {
    case .open where auctions[index].isSealed && auctions[index].bids.count > 0:
      auctions[index].state = .revealing
      if auctions[index].decidedAt <= target { auctions[index].isExcused = true }
      arm(auction: index, at: auctions[index].decidedAt)
    case .open, .revealing: decide(index)
    case .awarded: beginPeriod(of: index)
    case .sponsoring: endPeriod(of: index)
    default: forget(auction: index)
    }
    return max(Int(work) - 1, 0)
  }

  /// A restore that may have lost what was revealed: no bid forfeits anything.
  mutating func excuseSealedBids() {
    for index in 0..<auctions.highWater where auctions[index].isSealed {
      if auctions[index].state == .open || auctions[index].state == .revealing { auctions[index].isExcused = true }
    }
  }

  /// The highest bid of those that count and reach the reserve, of equal ones the earliest; and the next one's amount.
  private func ranking(of auction: UInt32) -> (best: UInt32, amount: UInt64, second: UInt64) {
    let reserve = auctions[auction].reserve
    var (best, amount, second) = (noIndex, UInt64(0), UInt64(0))
    forEachBid(of: auction) { claim in
      let bid = claims[claim].bid
      guard claims[claim].state == .open, bids[bid].amount >= reserve else { return }
      let isBetter =
        best == noIndex || bids[bid].amount > amount
        || bids[bid].amount == amount && bids[bid].line < bids[claims[best].bid].line
      second = max(second, isBetter ? amount : bids[bid].amount)
      if isBetter { (best, amount) = (claim, bids[bid].amount) }
    }
    return (best, amount, second)
  }

  /// Finds the best bid anew, after one was refused.
  mutating func findBest(of auction: UInt32) {
    let (best, amount, _) = ranking(of: auction)
    (auctions[auction].winner, auctions[auction].amount) = (best == noIndex ? 0 : claims[best].id, amount)
    // It is not outbid any more.
    if best != noIndex { bids[claims[best].bid].outbidAt = 0 }
  }

  /// Finds the winner; what does not pay for the period is due.
  private mutating func decide(_ auction: UInt32) {
    forfeit(auction)
    let held = auctions[auction].held
    let (best, amount, second) = ranking(of: auction)
    let isSecondPrice = auctions[auction].flags.contains(.secondPrice)
    let price = best == noIndex ? 0 : isSecondPrice ? max(second, auctions[auction].reserve) : amount
    forEachHeldBid(of: auction) { machine, claim in
      machine.release(machine.claims[claim].left - (claim == best ? price : 0), of: claim)
      machine.claims[claim].state = claim == best ? .awarded : .ended
    }
    tellRefunds(of: auction, held - price)
    guard best != noIndex else { return endWithoutWinner(auction) }
    (auctions[auction].winner, auctions[auction].amount, auctions[auction].price) = (claims[best].id, amount, price)
    auctions[auction].state = .awarded
    arm(auction: auction, at: auctions[auction].startsAt)
    notify(
      .won, of: auctions[auction].resource, auctions[auction].id, claim: auctions[auction].winner, price,
      until: auctions[auction].startsAt)
  }

  /// Takes from each bid that was not revealed what it leaves to the resource.
  private mutating func forfeit(_ auction: UInt32) {
    guard auctions[auction].state == .revealing, !auctions[auction].isExcused else { return }
    let perMillion = UInt64(auctions[auction].forfeitPerMillion)
    var sum: UInt64 = 0
    forEachHeldBid(of: auction) { machine, claim in
      guard machine.bids[machine.claims[claim].bid].amount == 0 else { return }
      let part = Ratio.floor(machine.claims[claim].left, perMillion, over: 1_000_000)
      machine.claims[claim].left -= part
      sum += part
    }
    auctions[auction].held -= sum
    if sum > 0 { give(sum, from: .bids, to: auctions[auction].resource, for: auctions[auction].id) }
  }

  /// Ends an auction that has no winner, or whose winner was refused.
  mutating func endWithoutWinner(_ auction: UInt32) {
    (auctions[auction].winner, auctions[auction].amount, auctions[auction].price) = (0, 0, 0)
    auctions[auction].state = .ended
    arm(auction: auction, at: now + CoreLimits.earningsKeptMilliseconds)
  }

  /// Ends an auction before it is decided; gives what is due by that.
  mutating func cancel(auction: UInt32) -> UInt64 {
    let held = auctions[auction].held
    forEachHeldBid(of: auction) { machine, claim in
      machine.release(machine.claims[claim].left, of: claim)
      machine.claims[claim].state = .cancelled
    }
    endWithoutWinner(auction)
    auctions[auction].state = .cancelled
    tellRefunds(of: auction, held, until: now + CoreLimits.earningsKeptMilliseconds)
    return held
  }

  /// Tells all claims of an auction that so much of theirs is due: one notice, however many there are.
  private mutating func tellRefunds(of auction: UInt32, _ amount: UInt64, until forfeitAt: UInt64 = 0) {
    guard amount > 0 else { return }
    notify(.refunded, of: auctions[auction].resource, auctions[auction].id, amount, until: forfeitAt)
  }

  private mutating func beginPeriod(of auction: UInt32) {
    let (price, resource) = (auctions[auction].price, auctions[auction].resource)
    auctions[auction].state = .sponsoring
    auctions[auction].held -= price
    if let claim = bidIndex(auctions[auction].winner) {
      claims[claim].left -= price
      claims[claim].state = .sponsoring
    }
    give(price, from: .bids, to: resource, for: auctions[auction].id)
    fundings[resource].count(price, by: .sponsored)
    // An earlier one may end in this very millisecond, but later.
    if fundings[resource].sponsor == noIndex { sponsoredCount += 1 }
    fundings[resource].sponsor = auction
    arm(auction: auction, at: auctions[auction].endsAt)
  }

  private mutating func endPeriod(of auction: UInt32) {
    let resource = auctions[auction].resource
    auctions[auction].state = .ended
    if let claim = bidIndex(auctions[auction].winner) { claims[claim].state = .ended }
    if fundings[resource].sponsor == auction {
      fundings[resource].sponsor = noIndex
      sponsoredCount -= 1
    }
    arm(auction: auction, at: now + CoreLimits.earningsKeptMilliseconds)
  }

  /// Forgets bids, a bounded number of them at a time, then lines, then the auction.
  private mutating func forget(auction index: UInt32) {
    let hasBids = auctions[index].bids.first != noIndex
    for _ in 0..<CoreLimits.forgottenClaimCountMax {
      if hasBids { forgetFirstBid(of: index) } else { forgetFirstLine(of: index) }
    }
    guard auctions[index].bids.first == noIndex, auctions[index].firstLine == noIndex else {
      return arm(auction: index, at: now + 1)
    }
    remove(auction: index)
  }

  private mutating func forgetFirstBid(of auction: UInt32) {
    let claim = auctions[auction].bids.first
    guard claim != noIndex else { return }
    auctions[auction].bids.first = claims[claim].next
    if auctions[auction].bids.first == noIndex { auctions[auction].bids.last = noIndex }
    move(claims[claim].due, .due, .fees, of: claims[claim].resource, for: claims[claim].id)
    bids.remove(claims[claim].bid)
    removeClaim(claim)
  }

  /// Calls `body` with the claim of each bid that is still to be decided.
  private mutating func forEachHeldBid(of auction: UInt32, _ body: (inout StateMachine, UInt32) -> Void) {
    var next = auctions[auction].bids.first
    while next != noIndex {
      let claim = next
      next = claims[claim].next
      if claims[claim].state == .open { body(&self, claim) }
    }
  }
}
