import Audit
import WireProtocol

/// Commands about auctions and bids.
extension RandomCommands {
  private static let nothing = Digest32(first: Bytes16(), last: Bytes16())

  mutating func openAuction(_ model: ReferenceModel) -> Made {
    guard let resource = favourite(model) else { return advance(model) }
    let flags = AuctionFlags(rawValue: UInt32(random.below(4)))
    let isSealed = flags.contains(.sealed)
    let duration = random.one(in: 2) ? shape.durationMax : random.scaled(1, shape.durationMax)
    let reveal = isSealed ? random.scaled(1, shape.durationMax) : 0
    var command = OpenAuctionCommand(
      provider: resource.provider + (random.one(in: 30) ? 1 : 0), resource: resourceID(resource),
      reserve: random.one(in: 2) ? 1 : amount(), increment: random.one(in: 2) ? 1 : amount(), duration: duration,
      reveal: reveal, extendBy: isSealed || random.one(in: 2) ? 0 : random.scaled(1, shape.durationMax),
      start: duration + reveal + (random.one(in: 3) ? 0 : random.scaled(1, 6 * shape.durationMax)),
      period: random.one(in: 2) ? 1 : random.scaled(1, shape.durationMax),
      forfeitPerMillion: isSealed ? UInt32(random.below(1_000_001)) : 0, flags: flags, label: label())
    // One after another, so that a resource comes to have as many as it may.
    let last = model.auctionIDs.compactMap { model.auctionGlimpse($0) }
      .filter { $0.resource == resource.resource && $0.state == .open }.map(\.endsAt).max()
    if random.chance(80), let last, last > model.now { command.start = max(command.start, last - model.now) }
    let tooLong = UInt64(WireLimits.durationMillisMax) + 1
    switch random.below(60) {
    case 0: command.reserve = random.one(in: 2) ? 0 : .max
    case 1: command.increment = random.one(in: 2) ? 0 : .max
    case 2: command.duration = random.one(in: 2) ? 0 : tooLong
    case 3: command.reveal = isSealed ? 0 : 1
    case 4: command.extendBy = isSealed ? 1 : tooLong
    case 5: command.start = random.one(in: 2) ? command.start - 1 : tooLong
    case 6: command.period = random.one(in: 2) ? 0 : tooLong
    case 7: command.forfeitPerMillion = isSealed ? 1_000_001 : 1
    case 8: (command.reserve, command.increment) = (UInt64(WireLimits.moneyMax), UInt64(WireLimits.moneyMax))
    case 9: command.start = UInt64(WireLimits.durationMillisMax)
    default: break
    }
    return withReceipt(command, model)
  }

  /// An auction, of a state that is wanted if there is one among some that are looked at.
  private mutating func auction(_ model: ReferenceModel, _ wanted: FundingState) -> AuctionGlimpse? {
    var found: AuctionGlimpse?
    for _ in 0..<12 where found?.state != wanted {
      found = random.pick(auctions).flatMap { model.auctionGlimpse($0) } ?? found
    }
    return found
  }

  mutating func bid(_ model: ReferenceModel) -> Made {
    guard let known = auction(model, .open) else { return openAuction(model) }
    let id = random.one(in: 30) ? random.pick(auctions) ?? 0 : random.one(in: 40) ? known.id + 1 : known.id
    let keyHash = keyHash()
    let money = money(atLeast: known.least)
    var command = BidCommand(
      auction: id, keyHash: keyHash, commitment: commitment(known, money, keyHash), banner: banner())
    if random.one(in: 20) {
      command.commitment = known.isSealed ? Self.nothing : Digest32(first: keyHash, last: keyHash)
    }
    return planned(command, for: 0, amount: money, model)
  }

  mutating func raiseBid(_ model: ReferenceModel) -> Made {
    guard let (known, claim, bid) = bid(model, .open) else { return self.bid(model) }
    let money = money(atLeast: known.least > claim.left ? known.least - claim.left : 1)
    var command = RaiseBidCommand(
      claim: claim.id, keyHash: claim.keyHash, commitment: commitment(known, claim.left &+ money, bid.bidder))
    switch random.below(12) {
    case 0: command.claim = random.one(in: 2) ? random.pick(claims) ?? 0 : claim.id + 1
    case 1: command.keyHash.low &+= 1
    case 2: command.commitment = known.isSealed ? Self.nothing : Digest32(first: bid.bidder, last: bid.bidder)
    default: break
    }
    return planned(command, for: 0, amount: money, model)
  }

  mutating func revealBid(_ model: ReferenceModel) -> Made {
    guard let (_, claim, bid) = bid(model, .revealing) else { return self.bid(model) }
    let secret = sealed[bid.commitment.first] ?? (amount(), Bytes16())
    var command = RevealBidCommand(claim: claim.id, amount: secret.amount, nonce: secret.nonce)
    switch random.below(7) {
    case 0: command.claim = random.one(in: 2) ? random.pick(claims) ?? 0 : claim.id + 1
    case 1: command.amount = random.one(in: 2) ? 0 : claim.left &+ 1
    case 2, 3: command.nonce.low &+= 1
    default: break
    }
    return withReceipt(command, model)
  }

  mutating func refuseBid(_ model: ReferenceModel) -> Made {
    guard let (known, claim, _) = bid(model, random.one(in: 2) ? .open : .awarded),
      let provider = model.describe(known.resource)?.provider
    else { return bid(model) }
    var actor = Self.operatorActor
    if random.one(in: 2) {
      actor = Actor(authority: .provider, generation: 0, id: provider + (random.one(in: 6) ? 1 : 0))
    }
    let id = random.one(in: 20) ? random.pick(claims) ?? 0 : random.one(in: 30) ? claim.id + 1 : claim.id
    return withReceipt(RefuseBidCommand(actor: actor, claim: id), model)
  }

  /// A bid in an auction, of a state that is wanted if there is one.
  private mutating func bid(_ model: ReferenceModel, _ wanted: FundingState) -> (
    AuctionGlimpse, ClaimGlimpse, BidGlimpse
  )? {
    guard let known = auction(model, wanted) else { return nil }
    let id = known.winner != 0 && random.one(in: 2) ? known.winner : random.pick(known.bids) ?? 0
    guard let claim = model.claimGlimpse(id), let bid = model.bidGlimpse(id) else { return nil }
    return (known, claim, bid)
  }

  private mutating func money(atLeast least: UInt64) -> UInt64 {
    let most = UInt64(WireLimits.moneyMax)
    let amount =
      random.one(in: 12) ? least &- 1 : least.addingReportingOverflow(random.scaled(0, shape.amountMax)).partialValue
    return min(max(amount, 1), most)
  }

  /// What a bid of some part of `money` commits to, if its auction is sealed.
  private mutating func commitment(_ auction: AuctionGlimpse, _ money: UInt64, _ bidder: Bytes16) -> Digest32 {
    guard auction.isSealed else { return Self.nothing }
    let (amount, nonce) = (random.one(in: 3) ? money : random.scaled(1, money), Bytes16(low: random.next(), high: 9))
    let commitment = ReferenceModel.commitment(to: amount, of: bidder, in: auction.id, nonce: nonce)
    sealed[commitment.first] = (amount, nonce)
    return commitment
  }

  private mutating func banner() -> Banner {
    var banner = Banner(text: Text96("read \(random.below(1_000))") ?? Text96(), link: Text96("https://b") ?? Text96())
    switch random.below(30) {
    case 0: banner.text[0] = 0x1B
    case 1: banner.link[95] = 0x41
    case 2: banner.text = Text96()
    case 3: banner.link = Text96()
    default: break
    }
    return banner
  }
}
