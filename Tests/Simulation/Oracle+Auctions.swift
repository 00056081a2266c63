import WireProtocol

/// What is told of auctions: OPEN_AUCTION, DESCRIBE_AUCTION, their entries of FUNDING, CANCEL.
extension Oracle {
  func openedAuction(_ errand: Errand, _ answer: Answer) {
    guard let auction = errand.auction, let reply = answer.part(OpenAuctionReply.self) else { return }
    judge(reply.closesAt, isAfter: auction.terms.duration, errand)
    (auction.id, auction.closesAtFirst, auction.closesAt) = (reply.auction, reply.closesAt, reply.closesAt)
    (auction.madeOrder, auction.stateOrder) = (eventCount, eventCount)
    auction.book = AuctionBook(auction.id, auction.terms, closesAt: auction.closesAt)
    auction.toldLate(time)
    register(auction.id, .auction(auction))
    for other in auction.resource.funding.auctions where other !== auction && other.isTold {
      if other.endsAt == auction.startsAt || other.startsAt == auction.endsAt { coverage.count(.periodsTouch) }
      let isApart = other.endsAt <= auction.startsAt || auction.endsAt <= other.startsAt
      expect(
        isApart || !other.isAtWork(madeBefore: errand.firstOrder, at: now),
        "auction \(auction.id) is for a period of auction \(other.id)")
    }
  }

  func cancelled(_ auction: KnownAuction, _ reply: CancelReply, _ errand: Errand) {
    let what = "auction \(auction.id), which is decided at \(auction.decidedAtLatest) at the latest, is cancelled"
    expect(errand.earliest <= auction.decidedAtLatest, what)
    let most = auction.bids.reduce(UInt64(0)) { $0 + ($1.bid?.money.most ?? 0) }
    expect(reply.amount <= most, "\(what): \(reply.amount) is due, and \(most) were bid")
    if auction.state != .cancelled {
      expect(auction.state == .open || auction.state == .revealing, "\(what), and was \(auction.state)")
    }
    tell(.cancelled, of: auction)
  }

  // MARK: How an auction stands

  /// A state that was told of it: by what was bid, and the time.
  func judge(_ state: FundingState, of auction: KnownAuction, _ errand: Errand) {
    let what =
      "auction \(auction.id), from \(auction.closesAt) to \(auction.startsAt) and \(auction.endsAt), is \(state)"
    if errand.order >= auction.stateOrder {
      let ranks: [FundingState] = [.open, .revealing, .awarded, .sponsoring, .ended]
      let (before, after) = (ranks.firstIndex(of: auction.state), ranks.firstIndex(of: state))
      // It is cancelled before it is decided.
      let isNext =
        state == .cancelled ? auction.state != .awarded && auction.state != .sponsoring : before ?? .max <= after ?? 0
      expect(auction.state == state || isNext, "\(what), and was \(auction.state)")
    }
    switch state {
    case .open:
      expect(max(auction.closesAt, auction.decidedAtLatest) > errand.sentAt, "\(what) at \(errand.sentAt) or later")
    case .revealing:
      expect(
        auction.terms.isSealed && auction.bidCount.most > 0 && auction.closesAt <= now
          && auction.decidedAtLatest > errand.sentAt, "\(what) at \(errand.sentAt) to \(now)")
    case .awarded:
      expect(
        auction.bidCount.most > 0 && auction.closesAt + auction.terms.reveal <= now && auction.startsAt > errand.sentAt,
        "\(what) at \(errand.sentAt) to \(now)")
    case .sponsoring:
      expect(auction.startsAt <= now && auction.endsAt > errand.sentAt, "\(what) at \(errand.sentAt) to \(now)")
    case .ended: expect(auction.closesAt <= now, "\(what) at \(now)")
    case .cancelled: expect(auction.cancelCount > 0, "\(what), and nobody cancelled it")
    case .reached, .missed, .sharing: blame("\(what), which no auction is")
    }
    if errand.order >= auction.stateOrder { tell(state, of: auction) }
  }

  private func tell(_ state: FundingState, of auction: KnownAuction) {
    coverage.count(ofAuction: auction.terms.isSealed, state, after: auction.state)
    (auction.state, auction.stateOrder) = (state, eventCount)
    if state == .cancelled { auction.given = 0 }
  }

  // MARK: DESCRIBE_AUCTION

  func described(auction errand: Errand, _ answer: Answer) {
    guard let auction = errand.auction, let reply = answer.part(DescribeAuctionReply.self) else { return }
    let (what, terms) = ("auction \(auction.id)", auction.terms)
    expect(
      reply.resource == auction.resource.id && reply.reserve == terms.reserve && reply.increment == terms.increment
        && reply.extendBy == terms.extendBy && reply.forfeitPerMillion == terms.forfeitPerMillion
        && reply.flags == terms.flags && reply.label == terms.label && reply.startsAt == auction.startsAt
        && reply.endsAt == auction.endsAt && reply.decidedAt == reply.closesAt + terms.reveal,
      "\(what) is told of as another one")
    let isAsked = errand.order >= auction.stateOrder
    expect(
      reply.closesAt >= (isAsked ? auction.closesAt : auction.closesAtFirst)
        && reply.decidedAt <= max(auction.startsAt, auction.closesAtFirst + terms.reveal),
      "\(what) closes at \(reply.closesAt), and was told to at \(auction.closesAt)")
    expect(
      UInt64(reply.lineCount) >= errand.countFloor && UInt64(reply.lineCount) <= auction.lineCount.most
        && UInt64(reply.bidCount) >= errand.sumFloor && UInt64(reply.bidCount) <= auction.bidCount.most,
      "\(what) has \(reply.lineCount) lines and \(reply.bidCount) bids, clients were told of \(errand.countFloor) and \(errand.sumFloor), and asked for \(auction.lineCount.most)"
    )
    expect(
      errand.sentAt <= auction.endsAt + KnownClaim.cancelledMilliseconds + 1_000,
      "\(what) is kept at \(errand.sentAt), and longer than a year")
    if isAsked { auction.closesAt = max(auction.closesAt, reply.closesAt) }
    judge(reply.state, of: auction, errand)
    if reply.state == .sponsoring || reply.state == .ended {
      expect(
        auction.given ?? reply.price == reply.price, "\(what) gave \(auction.given ?? 0), and gives \(reply.price)")
      auction.given = reply.price
    }
    auction.toldStandings.append(reply)
    readOn(auction)
  }

  /// The winner, the price and all else that a reply told of an auction are what follows from its first lines.
  func compare(_ reply: DescribeAuctionReply, of auction: KnownAuction, with book: AuctionBook) {
    coverage.count(.standingCompared)
    let what = "auction \(auction.id) with \(reply.lineCount) lines, \(reply.state)"
    expect(book.heads.last == reply.head, "\(what), has another head than its transcript")
    expect(
      Int(reply.bidCount) == book.bids.count && reply.closesAt == book.closesAt,
      "\(what), has \(reply.bidCount) bids until \(reply.closesAt), and by its transcript \(book.bids.count) until \(book.closesAt)"
    )
    if book.closesAt > auction.closesAtFirst { coverage.count(.lateBidMovedEnd) }
    var right = AuctionBook.Decision()
    switch reply.state {
    case .open, .revealing:
      if let best = book.best() { (right.winner, right.amount) = best }
    case .awarded, .sponsoring, .ended:
      let decision = book.refusedWinner == nil ? book.decision() : nil
      expect(decision != nil || reply.state == .ended, "\(what), has no winner by its transcript")
      right = decision ?? right
      if decision != nil, book.bids.values.count(where: { $0.amount == right.amount && !$0.isRefused }) > 1 {
        coverage.count(.equalBids)
      }
      if right.price > 0, right.price < right.amount { coverage.count(.secondPricePaid) }
    default: break
    }
    expect(
      AuctionBook.Decision(winner: reply.winner, amount: reply.amount, price: reply.price) == right,
      "\(what), is won by claim \(reply.winner) with \(reply.amount) for \(reply.price), by its transcript by claim \(right.winner) with \(right.amount) for \(right.price)"
    )
    let (held, least) = (book.held(in: reply.state), reply.state == .open ? book.least : 0)
    expect(
      reply.held == held && reply.least == least,
      "\(what), holds \(reply.held) and takes \(reply.least) or more, by its transcript \(held) and \(least)")
  }

  // MARK: FUNDING

  func judge(auctions entries: [FundingEntry], of resource: KnownResource, _ errand: Errand) {
    for entry in entries {
      // One that nobody was told of yet.
      guard let auction = resource.funding.auctions.first(where: { $0.id == entry.id }) else {
        expect(resource.funding.auctions.contains { !$0.isTold }, "auction \(entry.id) is told of, and nobody made it")
        continue
      }
      judge(entry, of: auction, errand)
    }
    for auction in resource.funding.auctions where auction.isAtWork(madeBefore: errand.firstOrder, at: now) {
      expect(
        entries.contains { $0.id == auction.id }, "auction \(auction.id) of resource \(resource.id) is not told of")
    }
  }

  private func judge(_ entry: FundingEntry, of auction: KnownAuction, _ errand: Errand) {
    let what = "auction \(auction.id), an entry of FUNDING"
    expect(
      entry.goal == auction.terms.reserve && entry.detail == auction.startsAt && entry.label == auction.terms.label,
      "\(what) that tells of another one")
    expect(entry.state != .ended && entry.state != .cancelled, "\(what): it is \(entry.state)")
    judge(entry.state, of: auction, errand)
    let floor = errand.pledgeFloors[auction.id] ?? (0, 0)
    expect(
      entry.count >= floor.count && entry.count <= auction.bidCount.most,
      "\(what): \(entry.count) bids, and \(floor.count) were told of")
    let change =
      switch entry.state {
      case .open: entry.instant >= auction.closesAtFirst && entry.instant <= auction.startsAt
      case .revealing: entry.instant == auction.closesAtFirst + auction.terms.reveal
      case .awarded: entry.instant == auction.startsAt
      default: entry.instant == auction.endsAt
      }
    expect(change && entry.instant > errand.sentAt, "\(what): it is \(entry.state) until \(entry.instant)")
    guard let stamp = errand.auctionStamps[auction.id], stamp == auction.changeCount, let book = auction.wholeBook
    else {
      return
    }
    let isDecided = entry.state == .awarded || entry.state == .sponsoring
    let amount = isDecided ? book.decision()?.price : auction.terms.isSealed ? 0 : book.best()?.amount
    expect(entry.amount == amount ?? 0, "\(what): \(entry.amount), and by its transcript \(amount ?? 0)")
  }

  // MARK: The books

  /// Nothing is under way: what all bids have in auctions is in one account. Nil: it is not known at that instant.
  func held(by auctions: [KnownAuction], at instant: UInt64) -> UInt64? {
    var sum: UInt64 = 0
    for auction in auctions where !auction.isForgotten {
      guard let state = auction.standing(at: instant), let book = auction.wholeBook, auction.isExcused != nil else {
        return nil
      }
      sum += book.held(in: state)
    }
    return sum
  }

  /// What is due on a bid.
  func due(on bid: KnownClaim, at instant: UInt64) -> UInt64 {
    let released = bid.bid?.auction.released(bid, from: instant, to: instant).most ?? 0
    expect(
      released >= bid.earnings.collected, "bid \(bid.id) gave back \(bid.earnings.collected), and \(released) was due")
    return released - min(released, bid.earnings.collected)
  }
}
