import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// Requests about auctions and bids that name what is not there, or ask for what cannot be.
extension World {
  func aboutAuctions(_ client: Client) -> Misdeed? {
    switch chance.below(10) {
    case 0, 1: badAuction(client)
    case 2, 3: badBid()
    case 4, 5: badRaise()
    case 6, 7: badReveal()
    case 8: badRefusal(client)
    default: badAuctionQuestion()
    }
  }

  private func badAuction(_ client: Client) -> Misdeed? {
    let isOthers = chance.oneIn(5)
    guard let resource = chance.pick(resources.filter { ($0.provider === client) != isOthers })?.id else { return nil }
    let (moneyMax, durationMax) = (UInt64(WireLimits.moneyMax), UInt64(WireLimits.durationMillisMax))
    // Never twice the same: under another's number it would be that one. And wrong, whatever else is.
    var terms = KnownAuction.Terms(duration: 1_000, start: durationMax + 1 + chance.next() >> 32, period: 1)
    var named = resource
    let fault = chance.below(18)
    if fault < 16 { terms.start = chance.among(10_000...durationMax) }
    switch fault {
    case 0: terms.reserve = 0
    case 1: terms.reserve = moneyMax + 1
    case 2: terms.increment = 0
    case 3: terms.increment = moneyMax + 1
    case 4: terms.duration = 0
    case 5: terms.reveal = 1
    case 6: terms.flags = .sealed
    case 7: (terms.flags, terms.reveal, terms.extendBy) = (.sealed, 1, 1)
    case 8: terms.extendBy = durationMax + 1
    case 9: (terms.start, terms.duration) = (chance.among(1...1_000_000), 1_000_001)
    case 10: terms.period = 0
    case 11: terms.period = durationMax + 1
    case 12: terms.forfeitPerMillion = 1
    case 13: (terms.flags, terms.reveal, terms.forfeitPerMillion) = (.sealed, 1, 1_000_001)
    case 14: terms.label = hostileName()
    case 15: named = Self.nobody
    default: break
    }
    return Misdeed(terms.request(named))
  }

  private static let nothing = Digest32(first: Bytes16(), last: Bytes16())

  private func badBid() -> Misdeed? {
    let open = chance.pick(auctions.filter { $0.isTold && $0.state == .open && $0.closesAt > oracle.now })
    // A claim is no auction, and a campaign neither.
    let other = chance.oneIn(2) ? chance.pick(claims)?.id : chance.pick(campaigns)?.id
    let isSealed = open?.terms.isSealed ?? false
    let commitment = isSealed ? Digest32(first: draw(), last: draw()) : Self.nothing
    var request = BidRequest(
      auction: open?.id ?? Self.nobody, keyHash: SHA256.keyHash(draw()), commitment: commitment,
      banner: Banner(text: Text96(), link: Text96()))
    var payment = spentNote()
    switch chance.below(10) {
    case 0: request.keyHash = Bytes16()
    case 1: request.auction = Self.nobody
    case 2: request.auction = other ?? Self.nobody
    case 3: request.banner = hostileBanner()
    case 4: request.commitment = isSealed ? Self.nothing : Digest32(first: draw(), last: draw())
    default: payment = badNotes(for: nil)
    }
    return paid(request, payment)
  }

  private func paid(_ part: some WireRequest, _ payment: [NoteToken]) -> Misdeed {
    var misdeed = Misdeed(part)
    misdeed.payment = payment
    return misdeed
  }

  /// Of a bid that could be raised.
  private func badRaise() -> Misdeed? {
    let live = claims.filter { claim in
      guard let bid = claim.bid, claim.isTold, !claim.isRotating, claim.state == .open else { return false }
      return bid.auction.closesAt > oracle.now
    }
    let claim = chance.pick(live)
    let isSealed = claim?.bid?.auction.terms.isSealed ?? false
    let commitment = isSealed ? Digest32(first: draw(), last: draw()) : Self.nothing
    var request = RaiseBidRequest(claim: claim?.id ?? Self.nobody, key: claim?.key ?? draw(), commitment: commitment)
    var payment = spentNote()
    switch chance.below(10) {
    case 0: request.key = draw()
    case 1: request.claim = Self.nobody
    // A pledge is no bid, an auction neither.
    case 2: request.claim = chance.pick(claims.filter { $0.bid == nil })?.id ?? Self.nobody
    case 3: request.claim = chance.pick(auctions)?.id ?? Self.nobody
    case 4: request.commitment = isSealed ? Self.nothing : Digest32(first: draw(), last: draw())
    default: payment = badNotes(for: nil)
    }
    return paid(request, payment)
  }

  private func badReveal() -> Misdeed? {
    let sealed = claims.filter { $0.isTold && $0.bid?.auction.terms.isSealed ?? false && $0.state == .open }
    let due = sealed.filter { $0.bid.map { $0.auction.closesAt < oracle.time.reached && $0.revealCount == 0 } ?? false }
    let claim = chance.pick(due) ?? chance.pick(sealed)
    var request = RevealBidRequest(
      claim: claim?.id ?? Self.nobody, amount: claim?.bid?.amount ?? 1, nonce: draw())
    switch chance.below(8) {
    case 0: request.claim = Self.nobody
    case 1: request.claim = chance.pick(auctions)?.id ?? Self.nobody
    case 2: request.amount = 0
    case 3: request.amount = 1 << 50 + chance.next() >> 40
    // Another amount than what was committed to, with the right nonce.
    case 4:
      guard let bid = claim?.bid, bid.amount > 1 else { break }
      (request.amount, request.nonce) = (bid.amount - 1, bid.nonce)
    default: break
    }
    return Misdeed(request)
  }

  private func badRefusal(_ client: Client) -> Misdeed? {
    let id: UInt64? =
      switch chance.below(3) {
      case 0: Self.nobody + chance.next() >> 40
      case 1: chance.pick(claims.filter { $0.isTold && $0.bid == nil })?.id
      default: chance.pick(claims.filter { $0.isTold && $0.bid != nil && $0.resource.provider !== client })?.id
      }
    // The operator may refuse any.
    guard let id, client.role.role != .operator else { return nil }
    return Misdeed(RefuseBidRequest(claim: id))
  }

  private func badAuctionQuestion() -> Misdeed? {
    // An offering is no auction, a pledge no bid.
    let wrong = chance.oneIn(2) ? chance.pick(offerings)?.id ?? Self.nobody : Self.nobody
    switch chance.below(5) {
    case 0: return Misdeed(DescribeAuctionRequest(auction: wrong))
    case 1: return Misdeed(DescribeBidRequest(claim: chance.pick(claims.filter { $0.bid == nil })?.id ?? Self.nobody))
    case 2: return Misdeed(TranscriptRequest(auction: wrong, from: 0))
    case 3: return Misdeed(SubscribeRequest(lease: 0, resource: 0, funding: Self.nobody, mask: .notices))
    default: return Misdeed(MailboxRequest(claim: wrong, key: draw(), after: 0))
    }
  }
}
