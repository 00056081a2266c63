import WireProtocol

/// Bids: BID, RAISE_BID, REVEAL_BID and REFUSE_BID.
extension ReferenceModel {
  mutating func bid(_ command: BidCommand, _ money: ModelPayment) -> ModelOutcome {
    guard var auction = auctions[command.auction] else { return ModelOutcome(.fundingUnknown) }
    if let closed = judgeOpen(auction) { return closed }
    if command.keyHash == Bytes16() { return ModelOutcome(.keyWrong) }
    if !Self.isText(command.banner.text) { return ModelOutcome(.nameInvalid, field: 56) }
    if !Self.isText(command.banner.link) { return ModelOutcome(.nameInvalid, field: 152) }
    if let wrong = judge(command.commitment, in: auction) { return wrong }
    if !hasRoomForClaim || !hasRoomForOffer { return ModelOutcome(.noSpace) }
    let amount: UInt64
    switch judgeClaimPayment(money) {
    case .refused(let outcome): return outcome
    case .worth(let sum): amount = sum
    }
    let beaten = ranking(of: auction).first?.claim
    let least = least(of: auction)
    if amount < least { return ModelOutcome(.bidTooLow, detail: least) }
    let id = drawFundingID()
    let payment = take(money, to: .bids, of: auction.resource, for: id)
    credited &+= amount
    let bid = ModelBid(
      auction: auction.id, bidder: command.keyHash, commitment: command.commitment, banner: command.banner,
      line: auction.lines.count)
    let claim = ModelClaim(
      id: id, resource: auction.resource, keyHash: command.keyHash, purpose: .bid(bid), amount: amount,
      left: amount)
    claims[claim.id] = claim
    auction.bids.append(claim.id)
    auction.bidCount += 1
    auction.add(
      BidLine(
        claim: claim.id, amount: amount, payment: payment, instant: now, kind: .bid, data: command.commitment))
    auction.extend(at: now)
    arm(auction)
    noteOutbid(beaten)
    return .ok(BidReply(claim: claim.id, amount: amount, payment: payment, head: auction.head.first))
  }

  mutating func raiseBid(_ command: RaiseBidCommand, _ money: ModelPayment) -> ModelOutcome {
    guard var (claim, bid, auction) = bid(command.claim) else { return ModelOutcome(.fundingUnknown) }
    if command.keyHash != claim.keyHash { return ModelOutcome(.keyWrong) }
    if let closed = judgeOpen(auction) { return closed }
    if claim.state != .open { return ModelOutcome(.fundingClosed, detail: auction.closesAt) }
    if let wrong = judge(command.commitment, in: auction) { return wrong }
    if !hasRoomForOffer { return ModelOutcome(.noSpace) }
    let more: UInt64
    switch judgeClaimPayment(money) {
    case .refused(let outcome): return outcome
    case .worth(let sum): more = sum
    }
    let beaten = ranking(of: auction).first?.claim
    let least = auction.isSealed ? claim.left + auction.terms.reserve : least(of: auction)
    if claim.left + more < least { return ModelOutcome(.bidTooLow, detail: least) }
    let payment = take(money, to: .bids, of: claim.resource, for: claim.id)
    credited &+= more
    claim.amount += more
    claim.left += more
    bid.commitment = command.commitment
    bid.line = auction.lines.count
    claim.purpose = .bid(bid)
    claims[claim.id] = claim
    auction.add(
      BidLine(
        claim: claim.id, amount: claim.amount, payment: payment, instant: now, kind: .raise, data: command.commitment))
    auction.extend(at: now)
    arm(auction)
    if beaten != claim.id { noteOutbid(beaten) }
    return .ok(
      RaiseBidReply(amount: claim.amount, closesAt: auction.closesAt, payment: payment, head: auction.head.first))
  }

  mutating func revealBid(_ command: RevealBidCommand) -> ModelOutcome {
    guard var (claim, bid, auction) = bid(command.claim) else { return ModelOutcome(.fundingUnknown) }
    let isRevealing = auction.state == .revealing && now < auction.decidedAt
    if !isRevealing || claim.state != .open || bid.revealed != nil {
      return ModelOutcome(.fundingClosed, detail: auction.decidedAt)
    }
    if command.amount == 0 || command.amount > claim.left {
      return ModelOutcome(.amountInvalid, detail: claim.left)
    }
    let commitment = ModelTranscript.commitment(
      to: command.amount, of: bid.bidder, in: auction.id, nonce: command.nonce)
    if commitment != bid.commitment { return ModelOutcome(.commitmentWrong) }
    let due = claim.left - command.amount
    bid.revealed = command.amount
    claim.purpose = .bid(bid)
    claims[claim.id] = claim
    makeDue(claim.id, but: command.amount, .open)
    auction.add(
      BidLine(
        claim: claim.id, amount: command.amount, payment: 0, instant: now, kind: .reveal,
        data: Digest32(first: command.nonce, last: bid.bidder)))
    auctions[auction.id] = auction
    return .ok(RevealBidReply(due: due, head: auction.head.first))
  }

  mutating func refuseBid(_ command: RefuseBidCommand) -> ModelOutcome {
    guard let (claim, _, found) = bid(command.claim) else { return ModelOutcome(.fundingUnknown) }
    var auction = found
    if command.actor.authority == .provider, resources[claim.resource]?.provider != command.actor.id {
      return ModelOutcome(.notAuthorized)
    }
    let isAtWork = claim.state == .open || claim.state == .awarded
    if !isAtWork || auction.event <= now { return ModelOutcome(.fundingClosed, detail: auction.closesAt) }
    let wasAwarded = claim.state == .awarded
    let wasBest = ranking(of: auction).first?.claim == claim.id
    makeDue(claim.id, but: 0, .cancelled)
    auction.add(
      BidLine(
        claim: claim.id, amount: 0, payment: 0, instant: now, kind: .refuse, data: ModelTranscript.none))
    auctions[auction.id] = auction
    if wasAwarded {
      (auction.winner, auction.winningBid, auction.price) = (0, 0, 0)
      end(&auction, .ended)
    } else if wasBest, let best = ranking(of: auction).first?.claim, case .bid(var next) = claims[best]?.purpose {
      next.outbidAt = 0
      claims[best]?.purpose = .bid(next)
    }
    return .ok(RefuseBidReply(amount: claim.left))
  }

  /// Notes on what was the best bid of an auction that another one is.
  private mutating func noteOutbid(_ beaten: UInt64?) {
    guard let beaten, let (_, known, auction) = bid(beaten), !auction.isSealed else { return }
    var bid = known
    bid.outbidAt = now
    bid.outbidBy = least(of: auction)
    claims[beaten]?.purpose = .bid(bid)
  }

  // MARK: - What several of them judge

  /// A bid that is kept, with its auction.
  func bid(_ claim: UInt64) -> (ModelClaim, ModelBid, ModelAuction)? {
    guard let claim = claims[claim], case .bid(let bid) = claim.purpose, let auction = auctions[bid.auction] else {
      return nil
    }
    return (claim, bid, auction)
  }

  private func judgeOpen(_ auction: ModelAuction) -> ModelOutcome? {
    if auction.state == .open, now < auction.closesAt { return nil }
    return ModelOutcome(.fundingClosed, detail: auction.closesAt)
  }

  /// Judges the commitment of a BID or RAISE, and whether its auction takes one more of them.
  private func judge(_ commitment: Digest32, in auction: ModelAuction) -> ModelOutcome? {
    if auction.isSealed == (commitment == ModelTranscript.none) { return ModelOutcome(.commitmentWrong) }
    let countMax = WireLimits.bidCountMax
    return auction.stepCount >= countMax ? ModelOutcome(.fundingLimit, detail: UInt64(countMax)) : nil
  }

  /// Whether one more offer can be kept.
  private var hasRoomForOffer: Bool {
    auctions.values.reduce(0) { $0 + $1.lines.count - $1.forgottenLineCount } < Int(genesis.claimCountMax)
  }

  /// Whether a text of a banner is one, or says that there is none.
  private static func isText(_ text: Text96) -> Bool { text.isZero || text.isValid }
}
