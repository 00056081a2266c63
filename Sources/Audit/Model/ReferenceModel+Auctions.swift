import WireProtocol

/// Auctions: OPEN_AUCTION and CANCEL, and what time does to them.
extension ReferenceModel {
  mutating func openAuction(_ command: OpenAuctionCommand) -> ModelOutcome {
    guard let resource = resources[command.resource] else { return ModelOutcome(.resourceUnknown) }
    if resource.provider != command.provider { return ModelOutcome(.notAuthorized) }
    if let wrong = Self.judge(command) { return wrong }
    if !Self.isLabel(command.label) { return ModelOutcome(.nameInvalid, field: 72) }
    if Self.refusesGifts(resource) { return ModelOutcome(.giftsRefused) }
    let kept = resource.funding.auctions.compactMap { auctions[$0] }
    let (atWork, most) = (WireLimits.auctionCountMaxPerResource, WireLimits.auctionKeptCountMaxPerResource)
    if kept.count(where: \.isAlive) >= atWork { return ModelOutcome(.fundingLimit, detail: UInt64(atWork)) }
    if kept.count >= most { return ModelOutcome(.fundingLimit, detail: UInt64(most)) }
    let start = now + command.start
    let end = start + command.period
    if let other = kept.first(where: { $0.isAlive && $0.overlaps(from: start, to: end) }) {
      return ModelOutcome(.periodTaken, detail: other.id)
    }
    if auctions.count >= Int(genesis.fundingCountMax) { return ModelOutcome(.noSpace) }
    let auction = ModelAuction(id: drawFundingID(), terms: command, now: now)
    arm(auction)
    resources[resource.id]?.funding.auctions.append(auction.id)
    return .ok(OpenAuctionReply(auction: auction.id, closesAt: auction.closesAt))
  }

  private static func judge(_ command: OpenAuctionCommand) -> ModelOutcome? {
    let (moneyMax, longest) = (UInt64(WireLimits.moneyMax), UInt64(WireLimits.durationMillisMax))
    let isReserveRight = command.reserve > 0 && command.reserve <= moneyMax
    let isIncrementRight = command.increment > 0 && command.increment <= moneyMax
    if !isReserveRight || !isIncrementRight { return ModelOutcome(.amountInvalid, detail: 1) }
    func wrong(_ field: UInt16) -> ModelOutcome { ModelOutcome(.termsInvalid, field: field) }
    func isDuration(_ time: UInt64) -> Bool { time > 0 && time <= longest }
    let isSealed = command.flags.contains(.sealed)
    if !isDuration(command.duration) { return wrong(24) }
    if isSealed ? !isDuration(command.reveal) : command.reveal != 0 { return wrong(32) }
    if command.extendBy > (isSealed ? 0 : longest) { return wrong(40) }
    if command.start < command.duration + command.reveal || command.start > longest { return wrong(48) }
    if !isDuration(command.period) { return wrong(56) }
    if command.forfeitPerMillion > (isSealed ? 1_000_000 : 0) { return wrong(64) }
    return nil
  }

  mutating func cancel(_ open: ModelAuction, _ actor: Actor) -> ModelOutcome {
    var auction = open
    if actor.authority == .provider, resources[auction.resource]?.provider != actor.id {
      return ModelOutcome(.notAuthorized)
    }
    if !auction.isUndecided || now >= auction.event {
      return ModelOutcome(.fundingClosed, detail: auction.closesAt)
    }
    var amount: UInt64 = 0
    for bid in auction.bids where claims[bid]?.state == .open {
      amount += claims[bid]?.left ?? 0
      makeDue(bid, but: 0, .cancelled)
    }
    end(&auction, .cancelled)
    return .ok(CancelReply(amount: amount))
  }

  // MARK: - Bids that count

  /// Bids of an auction that are not decided, count and reach its reserve, the best one first: sealed ones count when they
  /// are revealed, and of equal ones that is better whose last BID or RAISE line is before the other's.
  func ranking(of auction: ModelAuction) -> [(claim: UInt64, amount: UInt64)] {
    var counted: [(claim: UInt64, amount: UInt64, line: Int)] = []
    for id in auction.bids {
      guard let claim = claims[id], claim.state == .open, case .bid(let bid) = claim.purpose else { continue }
      guard let amount = auction.isSealed ? bid.revealed : claim.left, amount >= auction.terms.reserve else { continue }
      counted.append((id, amount, bid.line))
    }
    counted.sort { $0.amount > $1.amount || $0.amount == $1.amount && $0.line < $1.line }
    return counted.map { ($0.claim, $0.amount) }
  }

  /// Least bid that an auction takes now.
  func least(of auction: ModelAuction) -> UInt64 { auction.least(above: ranking(of: auction).first?.amount) }

  /// Makes the money of a bid due, but for so much of it that stays in BIDS.
  mutating func makeDue(_ bid: UInt64, but kept: UInt64, _ state: FundingState) {
    guard let claim = claims[bid] else { return }
    let left = claim.left
    ledger.move(left - kept, from: .bids, to: .claimsDue, of: claim.resource, for: bid)
    claims[bid]?.due += left - kept
    claims[bid]?.left = kept
    claims[bid]?.state = state
    guard left > kept, case .bid(var known) = claims[bid]?.purpose else { return }
    known.releasedAt = now
    claims[bid]?.purpose = .bid(known)
  }

  // MARK: - What time does to them

  /// The event of an auction: its closing, its decision, begin or end of its period, or a part of its forgetting.
  mutating func pass(_ auction: ModelAuction, onTheWayTo target: UInt64) {
    switch auction.state {
    case .open where auction.isSealed && auction.bidCount > 0: reveal(auction, onTheWayTo: target)
    case .open, .revealing: decide(auction)
    case .awarded: begin(auction)
    case .sponsoring: finish(auction)
    default: forget(auction)
    }
  }

  private mutating func reveal(_ open: ModelAuction, onTheWayTo target: UInt64) {
    var auction = open
    if target >= auction.decidedAt { auction.isExcused = true }
    auction.state = .revealing
    auction.event = auction.decidedAt
    arm(auction)
  }

  /// Finds the winner; what does not pay for the period is due, but for what bids leave that were not revealed.
  private mutating func decide(_ undecided: ModelAuction) {
    var auction = undecided
    let ranking = ranking(of: auction)
    if let best = ranking.first {
      (auction.winner, auction.winningBid, auction.price) = (best.claim, best.amount, best.amount)
      if auction.terms.flags.contains(.secondPrice) {
        auction.price = ranking.count > 1 ? ranking[1].amount : auction.terms.reserve
      }
    }
    var left: UInt64 = 0
    for id in auction.bids {
      guard let claim = claims[id], claim.state == .open, case .bid(let bid) = claim.purpose else { continue }
      if auction.isSealed, bid.revealed == nil, !auction.isExcused {
        let part = UInt64(UInt128(claim.left) * UInt128(auction.terms.forfeitPerMillion) / 1_000_000)
        claims[id]?.left -= part
        left += part
      }
      let isWinner = id == auction.winner
      makeDue(id, but: isWinner ? auction.price : 0, isWinner ? .awarded : .ended)
    }
    if auction.winner == 0 {
      end(&auction, .ended)
    } else {
      auction.state = .awarded
      auction.event = auction.startsAt
      arm(auction)
    }
    give(left, to: auction.resource, from: .bids, for: auction.id)
  }

  private mutating func begin(_ awarded: ModelAuction) {
    var auction = awarded
    auction.state = .sponsoring
    auction.event = auction.endsAt
    arm(auction)
    claims[auction.winner]?.state = .sponsoring
    claims[auction.winner]?.left = 0
    give(auction.price, to: auction.resource, from: .bids, for: auction.id)
    resources[auction.resource]?.funding.add(auction.price, by: .sponsored)
  }

  private mutating func finish(_ sponsoring: ModelAuction) {
    var auction = sponsoring
    claims[auction.winner]?.state = .ended
    end(&auction, .ended)
  }

  /// Ends an auction, whose money lies where it belongs.
  mutating func end(_ auction: inout ModelAuction, _ last: FundingState) {
    auction.state = last
    auction.event = now + AuditLimits.yearMilliseconds
    arm(auction)
  }

  /// Forgets some of its bids, the oldest first, and what is due on them is the operator's; or when there is none some lines
  /// of its transcript, the first ones first. With the last of both goes the auction.
  private mutating func forget(_ ended: ModelAuction) {
    var auction = ended
    auction.isFading = true
    if auction.bids.isEmpty {
      auction.forgottenLineCount = min(
        auction.forgottenLineCount + AuditLimits.forgottenClaimCount, auction.lines.count)
    } else {
      let gone = auction.bids.prefix(AuditLimits.forgottenClaimCount)
      for id in gone {
        let due = claims[id]?.due ?? 0
        fees += due
        ledger.move(due, from: .claimsDue, to: .operatorFees, of: auction.resource, for: id)
        claims[id] = nil
      }
      auction.bids.removeFirst(gone.count)
    }
    guard auction.bids.isEmpty, auction.forgottenLineCount == auction.lines.count else {
      auction.event = now + 1
      return arm(auction)
    }
    auctions[auction.id] = nil
    resources[auction.resource]?.funding.auctions.removeAll { $0 == auction.id }
  }

  /// Stores an auction whose event may be another one now.
  mutating func arm(_ auction: ModelAuction) {
    auctions[auction.id] = auction
    events.add(auction.id, at: auction.event)
  }
}
