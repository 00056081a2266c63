import WireProtocol

/// BID, RAISE BID, REVEAL BID and REFUSE BID: money is held until the auction is decided.
extension StateMachine {
  /// BID: a new bid.
  mutating func bid(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = BidCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard case .auction(let auction) = findFunding(command.auction) else { return .refused(.fundingUnknown) }
    guard takesBids(auction) else { return .refused(.fundingClosed, detail: auctions[auction].closesAt) }
    guard !command.keyHash.isZero else { return .refused(.keyWrong) }
    let banner = command.banner
    guard Self.isText(banner.text) else { return .refused(.nameInvalid, field: 56) }
    guard Self.isText(banner.link) else { return .refused(.nameInvalid, field: 152) }
    if let refusal = judgeOffer(command.commitment, in: auction) { return refusal }
    guard !claims.isFull, !bids.isFull, hasRoomForOffer else { return .refused(.noSpace) }
    let sum: UInt64
    switch judgeClaimPayment(bytes, view) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    let least = auctions[auction].least
    guard sum >= least else { return .refused(.bidTooLow, detail: least) }
    if view.hasEcash { return .putOff }
    let resource = auctions[auction].resource
    let (claim, id) = addClaim(Claim(.bid, command.keyHash, sum, in: auction, of: resource))
    takePayment(bytes, view, to: .bids, of: resource, for: id)
    credited &+= sum
    claims[claim].bid = bids.insert(Bid(id, command)) ?? noIndex
    auctions[auction].bids = appended(claim, to: auctions[auction].bids)
    let payment = drawPayment()
    noteOffer(of: claim, sum, payment, .bid, command.commitment)
    BidReply(claim: id, amount: sum, payment: payment, head: auctions[auction].head.first).write(to: &reply)
    return .ok(.taken, replyByteCount: BidReply.byteCount)
  }

  /// RAISE BID: more money for a bid.
  mutating func raiseBid(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = RaiseBidCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let claim = bidIndex(command.claim) else { return .refused(.fundingUnknown) }
    guard claims[claim].keyHash == command.keyHash else { return .refused(.keyWrong) }
    let auction = claims[claim].parent
    guard takesBids(auction), claims[claim].state == .open else {
      return .refused(.fundingClosed, detail: auctions[auction].closesAt)
    }
    if let refusal = judgeOffer(command.commitment, in: auction) { return refusal }
    guard hasRoomForOffer else { return .refused(.noSpace) }
    let sum: UInt64
    switch judgeClaimPayment(bytes, view) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    let (left, reserve) = (claims[claim].left, auctions[auction].reserve)
    let least = auctions[auction].isSealed ? left.addingSaturating(reserve) : auctions[auction].least
    guard left.addingSaturating(sum) >= least else { return .refused(.bidTooLow, detail: least) }
    if view.hasEcash { return .putOff }
    takePayment(bytes, view, to: .bids, of: claims[claim].resource, for: claims[claim].id)
    credited &+= sum
    claims[claim].amount += sum
    claims[claim].left += sum
    let payment = drawPayment()
    noteOffer(of: claim, sum, payment, .raise, command.commitment)
    RaiseBidReply(
      amount: claims[claim].left, closesAt: auctions[auction].closesAt, payment: payment,
      head: auctions[auction].head.first
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: RaiseBidReply.byteCount)
  }

  /// REVEAL BID: what a sealed bid is.
  mutating func revealBid(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = RevealBidCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let claim = bidIndex(command.claim) else { return .refused(.fundingUnknown) }
    let (auction, bid) = (claims[claim].parent, claims[claim].bid)
    let decidedAt = auctions[auction].decidedAt
    guard auctions[auction].state == .revealing, now < decidedAt, claims[claim].state == .open, bids[bid].amount == 0
    else { return .refused(.fundingClosed, detail: decidedAt) }
    let held = claims[claim].left
    guard command.amount > 0, command.amount <= held else { return .refused(.amountInvalid, detail: held) }
    guard commitment(of: auctions[auction].id, bids[bid].keyHash, command) == bids[bid].commitment else {
      return .refused(.commitmentWrong)
    }
    bids[bid].amount = command.amount
    release(held - command.amount, of: claim)
    append(
      .reveal, of: claim, command.amount, data: Digest32(first: command.nonce, last: bids[bid].keyHash), to: auction)
    noteRevealed(claim)
    RevealBidReply(due: claims[claim].due, head: auctions[auction].head.first).write(to: &reply)
    return .ok(.taken, replyByteCount: RevealBidReply.byteCount)
  }

  /// REFUSE BID: a bid that counts no more, or a winner that does not get its period.
  mutating func refuseBid(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = RefuseBidCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let claim = bidIndex(command.claim) else { return .refused(.fundingUnknown) }
    let auction = claims[claim].parent
    guard mayCancel(command.actor, claims[claim].resource) else { return .refused(.notAuthorized) }
    guard claims[claim].state == .open || claims[claim].state == .awarded, now < auctions[auction].nextAt else {
      return .refused(.fundingClosed, detail: auctions[auction].closesAt)
    }
    let (wasAwarded, held) = (claims[claim].state == .awarded, claims[claim].left)
    release(held, of: claim)
    claims[claim].state = .cancelled
    tellRefund(of: claim)
    append(.refuse, of: claim, 0, data: Digest32(first: Bytes16(), last: Bytes16()), to: auction)
    if wasAwarded {
      endWithoutWinner(auction)
    } else if auctions[auction].winner == command.claim {
      findBest(of: auction)
    }
    RefuseBidReply(amount: held).write(to: &reply)
    return .ok(.taken, replyByteCount: RefuseBidReply.byteCount)
  }

  /// Whether a part of a banner is none, or a text.
  static func isText(_ text: Text96) -> Bool { text.isZero || text.isValid }

  // MARK: Offers

  /// Its closing may be one of too many events at this very instant.
  private func takesBids(_ auction: UInt32) -> Bool {
    auctions[auction].state == .open && now < auctions[auction].closesAt
  }

  /// Two lines for each bid are left, so that it can be revealed and refused whatever others do.
  private var hasRoomForOffer: Bool { lines.count < claims.capacity }

  private func judgeOffer(_ commitment: Digest32, in auction: UInt32) -> Outcome? {
    guard commitment.isZero != auctions[auction].isSealed else { return .refused(.commitmentWrong) }
    let most = UInt32(WireLimits.bidCountMax)
    return auctions[auction].offerCount < most ? nil : .refused(.fundingLimit, detail: UInt64(most))
  }

  /// Notes money that came for a bid. An open auction takes only what is the best bid.
  private mutating func noteOffer(
    of claim: UInt32, _ sum: UInt64, _ payment: UInt64, _ kind: BidLineKind, _ commitment: Digest32
  ) {
    let (auction, bid) = (claims[claim].parent, claims[claim].bid)
    auctions[auction].held += sum
    auctions[auction].offerCount += 1
    bids[bid].line = auctions[auction].lineCount
    bids[bid].commitment = commitment
    append(kind, of: claim, claims[claim].left, payment: payment, data: commitment, to: auction)
    guard !auctions[auction].isSealed else { return }
    let beaten = auctions[auction].winner
    bids[bid].amount = claims[claim].left
    (auctions[auction].winner, auctions[auction].amount) = (claims[claim].id, claims[claim].left)
    auctions[auction].extend(at: now)
    if beaten != claims[claim].id, let index = bidIndex(beaten) { noteOutbid(index) }
    arm(auction: auction, at: auctions[auction].closesAt)
  }

  /// A bid that was revealed may be the best one so far.
  private mutating func noteRevealed(_ claim: UInt32) {
    let (auction, bid) = (claims[claim].parent, claims[claim].bid)
    let (amount, best) = (bids[bid].amount, auctions[auction].amount)
    guard amount >= auctions[auction].reserve, amount >= best else { return }
    if amount == best, let other = bidIndex(auctions[auction].winner), bids[claims[other].bid].line < bids[bid].line {
      return
    }
    (auctions[auction].winner, auctions[auction].amount) = (claims[claim].id, amount)
  }

  private mutating func noteOutbid(_ claim: UInt32) {
    let auction = auctions[claims[claim].parent]
    bids[claims[claim].bid].outbidAt = now
    bids[claims[claim].bid].outbidBy = auction.least
    notify(
      .outbid, of: auction.resource, auction.id, claim: claims[claim].id, auction.least, until: auction.closesAt)
  }

  /// Tells what is due on a bid, if anything is.
  private mutating func tellRefund(of claim: UInt32) {
    guard claims[claim].due > 0 else { return }
    notify(
      .refunded, of: claims[claim].resource, auctions[claims[claim].parent].id, claim: claims[claim].id,
      claims[claim].due, until: 0)
  }

  /// Makes money of a bid due to its claim.
  mutating func release(_ amount: UInt64, of claim: UInt32) {
    move(amount, .bids, .due, of: claims[claim].resource, for: claims[claim].id)
    claims[claim].left -= amount
    claims[claim].due += amount
    if amount > 0 { bids[claims[claim].bid].releasedAt = now }
    auctions[claims[claim].parent].held -= amount
  }
}
