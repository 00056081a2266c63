import WireProtocol

/// What is told of bids: BID, RAISE_BID, REVEAL_BID, REFUSE_BID, DESCRIBE_BID, and what their claims have.
///
/// What was paid in is held, due, collected, or given to the resource: as the price, or as what a bid leaves that was not revealed.
/// Where all lines of the auction are known, each of them is known to the unit.
extension Oracle {
  // MARK: What is under way

  func lineSent(_ errand: Errand) {
    guard let auction = errand.itsAuction else { return }
    errand.bookStamp = auction.quietStamp
    auction.begin()
    auction.lineCount.ask(1)
    guard let claim = errand.claim, let bid = claim.bid else { return }
    switch errand.opcode {
    case .bid:
      auction.bidCount.ask(1)
      auction.bids.append(claim)
      bid.money.ask(errand.paid)
    case .raiseBid:
      if claim.formerKeys.contains(errand.claimKey) { errand.isForbidden = true }
      (errand.quietStamp, errand.wasRotating) = (claim.rotationCount, claim.isRotating)
      bid.money.ask(errand.paid)
      bid.raisesUnderWay += 1
    case .revealBid: bid.revealCount += 1
    default: bid.refuseCount += 1
    }
  }

  func lineEnded(_ errand: Errand, _ isDone: Bool) {
    guard let auction = errand.itsAuction else { return }
    auction.end()
    auction.lineCount.end(1, told: isDone ? 1 : 0)
    guard let claim = errand.claim, let bid = claim.bid else { return }
    switch errand.opcode {
    case .bid:
      auction.bidCount.end(1, told: isDone ? 1 : 0)
      bid.money.end(errand.paid, told: isDone ? errand.paid : 0)
      if !isDone { auction.bids.removeAll { $0 === claim } }
    case .raiseBid:
      bid.raisesUnderWay -= 1
      bid.money.end(errand.paid, told: isDone ? errand.paid : 0)
    case .revealBid: if !isDone { bid.revealCount -= 1 }
    default: if !isDone { bid.refuseCount -= 1 }
    }
  }

  // MARK: Offers

  func judge(bid reply: BidReply, _ errand: Errand) {
    guard let auction = errand.auction else { return }
    expect(
      errand.earliest < auction.decidedAtLatest && reply.amount >= auction.terms.reserve,
      "auction \(auction.id) took \(reply.amount) at \(errand.earliest) or later, from \(auction.terms.reserve) on")
    auction.toldLines.append(
      KnownAuction.ToldLine(
        kind: .bid, claim: reply.claim, amount: reply.amount, payment: reply.payment, head: reply.head))
  }

  func raised(_ errand: Errand, _ answer: Answer) {
    guard let claim = errand.claim, let bid = claim.bid, let reply = answer.part(RaiseBidReply.self) else { return }
    let what = "bid \(claim.id), raised by \(errand.paid)"
    expect(
      reply.amount > errand.paid && reply.amount <= bid.money.most,
      "\(what), has \(reply.amount), and \(bid.money.most) at most were paid in")
    expect(
      errand.earliest < reply.closesAt && reply.closesAt >= bid.auction.closesAtFirst
        && reply.closesAt <= bid.auction.decidedAtLatest,
      "\(what) at \(errand.earliest) or later: the auction closes at \(reply.closesAt)")
    bid.auction.toldLines.append(
      KnownAuction.ToldLine(
        kind: .raise, claim: claim.id, amount: reply.amount, payment: reply.payment, head: reply.head))
  }

  func revealed(_ errand: Errand, _ answer: Answer) {
    guard let claim = errand.claim, let bid = claim.bid, let reply = answer.part(RevealBidReply.self) else { return }
    let excess = bid.money.told - errand.amount
    expect(
      reply.due <= excess && (claim.claimCount > 0 || reply.due == excess),
      "bid \(claim.id) of \(bid.money.told) is revealed as \(errand.amount), and \(reply.due) is due")
    expect(
      errand.earliest < bid.auction.decidedAtLatest && now >= bid.auction.closesAt,
      "bid \(claim.id) is revealed from \(errand.earliest) to \(now)")
    if claim.claimCount == 0, reply.due > 0 { claim.isDue = true }
    bid.auction.toldLines.append(
      KnownAuction.ToldLine(kind: .reveal, claim: claim.id, amount: errand.amount, head: reply.head))
  }

  func refusedBid(_ errand: Errand, _ answer: Answer) {
    guard let claim = errand.claim, let bid = claim.bid, let reply = answer.part(RefuseBidReply.self) else { return }
    expect(
      reply.amount > 0 && reply.amount <= bid.money.most && errand.earliest < bid.auction.startsAt,
      "bid \(claim.id) of \(bid.money.most) is refused, and \(reply.amount) is due")
    expect(claim.state != .sponsoring && claim.state != .ended, "bid \(claim.id) is \(claim.state), and refused")
    if claim.claimCount == 0 { claim.isDue = true }
    tell(.cancelled, of: claim)
    bid.auction.toldLines.append(KnownAuction.ToldLine(kind: .refuse, claim: claim.id, amount: 0))
  }

  // MARK: CLAIM and ROTATE_CLAIM

  /// A new note of a bid.
  func collected(_ note: NoteToken, of claim: KnownClaim, bid: KnownBid, _ errand: Errand) {
    coverage.count(.bidCollected)
    let isSure = errand.bookStamp == bid.auction.changeCount
    let released = isSure ? bid.auction.released(claim, from: errand.earliest, to: now) : (0, bid.money.most)
    let what = "bid \(claim.id) of \(bid.money.most) gave back \(claim.earnings.collected)"
    expect(claim.earnings.collected <= released.1, "\(what), and \(released.1) was due of it in all")
    let isAlone = errand.claimStamp.map { $0 + 1 == claim.claimCount } ?? false
    expect(
      !isAlone || !claim.earnings.isWhole || claim.earnings.collected >= max(released.0, errand.gotFloor),
      "\(what), and \(max(released.0, errand.gotFloor)) was due of it before")
  }

  /// What is due on a bid when it changes hands.
  func rotated(bid claim: KnownClaim, due: UInt64, _ errand: Errand) {
    learn(due, onBid: claim, errand)
    claim.isDue = due > 0
  }

  // MARK: CHECK_CLAIM and DESCRIBE_BID

  func checked(bid claim: KnownClaim, _ reply: CheckClaimReply, _ errand: Errand) {
    guard let bid = claim.bid else { return }
    let what = "bid \(claim.id) of \(reply.amount), \(reply.state)"
    expect(
      reply.amount >= errand.sumFloor && reply.amount <= bid.money.most,
      "\(what), and clients were told of \(errand.sumFloor) before")
    expect(
      reply.left + reply.due + claim.earnings.collected <= max(reply.amount, bid.money.most)
        || errand.claimStamp != claim.claimCount,
      "\(what), has \(reply.left) at work and \(reply.due) due, and \(claim.earnings.collected) were collected")
    judgeState(of: claim, reply.state, errand)
    judge(reply.instant, of: claim, reply.state, errand)
    if let right = money(of: claim, in: reply.state, errand) {
      expect(reply.left == right.held, "\(what), has \(reply.left) at work, and by the transcript \(right.held)")
    }
    if errand.claimStamp == claim.claimCount {
      let last = claim.earnings.last?.note.amount ?? 0
      expect(
        reply.paid == last || reply.paid == 0 && claim.rotationCount > 0 || !claim.earnings.isWhole,
        "\(what), was paid \(reply.paid) last, and clients were told of \(last)")
      learn(reply.due, onBid: claim, in: reply.state, errand)
      if errand.order >= claim.stateOrder { claim.isDue = reply.due > 0 }
    }
    guard errand.order >= claim.stateOrder else { return }
    if reply.state == .ended || reply.state == .cancelled { claim.forgottenAt = claim.forgottenAtEarliest }
    tell(reply.state, of: claim)
  }

  func described(bid errand: Errand, _ answer: Answer) {
    guard let claim = errand.claim, let bid = claim.bid, let reply = answer.part(DescribeBidReply.self) else { return }
    let what = "bid \(claim.id), \(reply.state)"
    expect(
      reply.auction == bid.auction.id && reply.banner == bid.banner && reply.held <= bid.money.most,
      "\(what), is told of as another one, with \(reply.held)")
    judgeState(of: claim, reply.state, errand)
    if let right = money(of: claim, in: reply.state, errand), let known = bid.auction.book?.bids[claim.id] {
      expect(
        reply.held == right.held && reply.amount == known.amount && reply.commitment == known.commitment,
        "\(what), holds \(reply.held) and is \(reply.amount), by the transcript \(right.held) and \(known.amount)")
    }
    if errand.order >= claim.stateOrder { tell(reply.state, of: claim) }
  }

  private func judgeState(of claim: KnownClaim, _ state: FundingState, _ errand: Errand) {
    guard let bid = claim.bid else { return }
    let auction = bid.auction
    let what =
      "bid \(claim.id) in auction \(auction.id) from \(auction.closesAt) to \(auction.startsAt) and \(auction.endsAt)"
    if errand.order >= claim.stateOrder {
      let isNext =
        switch claim.state {
        case .open: true
        case .awarded: state != .open
        case .sponsoring: state == .ended
        default: false
        }
      expect(state == claim.state || isNext, "\(what), was \(claim.state), and is \(state)")
    }
    let isRight =
      switch state {
      case .open: auction.startsAt > errand.sentAt
      case .awarded: auction.closesAt <= now && auction.startsAt > errand.sentAt
      case .sponsoring: auction.startsAt <= now && auction.endsAt > errand.sentAt
      case .ended: auction.closesAt <= now
      case .cancelled: bid.refuseCount + auction.cancelCount > 0
      default: false
      }
    expect(isRight, "\(what), is \(state) from \(errand.sentAt) to \(now)")
    guard errand.bookStamp == auction.changeCount, let book = auction.wholeBook else { return }
    let states = [auction.standing(at: errand.sentAt), auction.standing(at: now)].compactMap { $0 }
    guard let first = states.first, states.count == 2, states[1] == first else { return }
    let right = book.state(of: claim.id, in: first)
    expect(state == right, "\(what), is \(state), and by the transcript \(right)")
  }

  /// When something happens to its auction by itself.
  private func judge(_ instant: UInt64, of claim: KnownClaim, _ state: FundingState, _ errand: Errand) {
    guard let auction = claim.bid?.auction else { return }
    let isRight =
      switch state {
      case .open: instant >= auction.closesAtFirst && instant <= max(auction.startsAt, auction.decidedAtLatest)
      case .awarded: instant == auction.startsAt
      case .sponsoring: instant == auction.endsAt
      default: instant >= auction.closesAtFirst
      }
    expect(isRight, "bid \(claim.id), \(state): something happens at \(instant)")
  }

  /// What of its money is held and was ever due, in a state that was told when nothing was under way.
  private func money(
    of claim: KnownClaim, in state: FundingState, _ errand: Errand
  ) -> (held: UInt64, released: UInt64)? {
    guard let auction = claim.bid?.auction, errand.bookStamp == auction.changeCount, let book = auction.wholeBook else {
      return nil
    }
    coverage.count(.bidCompared)
    guard let isExcused = state == .ended ? auction.isExcused : false else { return nil }
    return book.money(of: claim.id, in: state, isExcused: isExcused)
  }

  /// What is due was told, perhaps with its state, and no CLAIM was under way: what was collected is known.
  private func learn(_ due: UInt64, onBid claim: KnownClaim, in state: FundingState? = nil, _ errand: Errand) {
    guard errand.claimStamp == claim.claimCount, claim.earnings.isWhole, let bid = claim.bid else { return }
    let got = claim.earnings.collected + due
    let what = "bid \(claim.id) of \(bid.money.most), \(due) due and \(claim.earnings.collected) collected"
    expect(got >= errand.gotFloor, "\(what), had \(errand.gotFloor) due before in all")
    claim.earnings.learn(got: got)
    if state == .ended, errand.bookStamp == bid.auction.changeCount, bid.auction.learnExcuse(got, of: claim.id) {
      coverage.count(.forfeitExcused)
    }
    if let state, let right = money(of: claim, in: state, errand) {
      let hasWon = bid.auction.book?.decision()?.winner == claim.id
      if state == .ended, !hasWon, right.released < bid.money.told { coverage.count(.forfeitLeft) }
      return expect(got == right.released, "\(what), \(state): by the transcript \(right.released)")
    }
    guard errand.bookStamp == bid.auction.changeCount else { return }
    // A command that is repeated is answered as of when it was done.
    let from = errand.isCommand ? errand.earliest : errand.sentAt
    let bounds = bid.auction.released(claim, from: from, to: now)
    expect(got >= bounds.least && got <= bounds.most, "\(what), and from \(bounds.least) to \(bounds.most) was due")
  }
}
