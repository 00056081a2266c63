import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// What tenants do who want to sponsor a resource: they bid, raise, reveal, and take back what does not pay for a period.
extension World {
  func sponsor(_ client: Client) {
    switch chance.below(12) {
    case 0, 1, 2, 3: bid(client)
    case 4, 5: raise(client)
    case 6, 7, 8: reveal(client)
    case 9: collectFromBids(client)
    default: if let auction = chance.pick(auctions) { lookAt(auction, by: client) }
    }
  }

  private var open: [KnownAuction] { auctions.filter { $0.isTold && $0.state == .open && $0.closesAt > oracle.now } }

  // MARK: Bidding

  enum BidFlaw { case good, late, keyless, hostile, wrongCommitment }

  func bid(_ client: Client, _ flaw: BidFlaw = .good) {
    if let auction = chance.pick(open) { bid(client, in: auction, flaw) }
  }

  func bid(_ client: Client, in auction: KnownAuction, _ flaw: BidFlaw) {
    let payment = offer(above: leastNow(of: auction))
    let sum = payment.reduce(0) { $0 + $1.amount }
    guard sum > 0 else { return }
    let said = flaw == .hostile ? hostileBanner() : banner()
    let bid = KnownBid(in: auction, said)
    // Most are what they can be, or at least the reserve; some turn out to be too low.
    let least = chance.oneIn(6) ? 1 : min(auction.terms.reserve, sum)
    (bid.nonce, bid.amount) = (draw(), chance.oneIn(3) ? sum : chance.among(least...sum))
    // Some bid the same.
    let usual = auction.terms.reserve + 100
    if chance.oneIn(2), usual <= sum { bid.amount = usual }
    let isSealed = auction.terms.isSealed != (flaw == .wrongCommitment)
    promise(
      .bid(bid), of: auction.resource, by: client, .bid, flaw == .good ? .good : flaw == .keyless ? .keyless : .late,
      with: payment
    ) { hash, _ in
      bid.keyHash = hash
      let commitment = isSealed ? bid.commitment : Digest32(first: Bytes16(), last: Bytes16())
      return BidRequest(auction: auction.id, keyHash: hash, commitment: commitment, banner: said)
    }
  }

  /// The least that it takes, as far as its transcript was read.
  private func leastNow(of auction: KnownAuction) -> UInt64 {
    auction.terms.isSealed ? auction.terms.reserve : auction.book?.least ?? auction.terms.reserve
  }

  /// Notes that reach so far, where there are some; now and then whatever there is.
  private func offer(above least: UInt64) -> [NoteToken] {
    if chance.oneIn(6) { return gift() }
    var (taken, sum): ([NoteToken], UInt64) = ([], 0)
    while sum < least, taken.count < 4 {
      let free = purse.indices.filter { purse[$0].binding == 0 }
      let fitting = free.filter { purse[$0].amount >= least - sum }
      guard let index = chance.pick(fitting) ?? free.max(by: { purse[$0].amount < purse[$1].amount }) else { break }
      taken.append(purse.remove(at: index))
      sum += taken.last?.amount ?? 0
    }
    return taken
  }

  func raise(_ client: Client) {
    let own = claims.filter { claim in
      guard let bid = claim.bid, claim.isTold, claim.holder === client, !claim.isRotating else { return false }
      return claim.state == .open && bid.auction.closesAt > oracle.now && bid.raisesUnderWay == 0
    }
    guard let claim = chance.pick(own) else { return }
    raise(claim, by: client)
  }

  /// `key`: it shows another's, or one that was sold.
  func raise(_ claim: KnownClaim, by client: Client, with key: Bytes16? = nil) {
    guard let bid = claim.bid else { return }
    let has = bid.money.told
    let least = leastNow(of: bid.auction)
    let payment = offer(above: bid.auction.terms.isSealed ? least : least - min(has, least))
    let sum = has + payment.reduce(0) { $0 + $1.amount }
    guard sum > has else { return }
    let next = bid.copy(in: bid.auction)
    (next.nonce, next.amount) = (draw(), chance.among(min(bid.auction.terms.reserve, sum)...sum))
    let commitment = bid.auction.terms.isSealed ? next.commitment : Digest32(first: Bytes16(), last: Bytes16())
    let shown = key ?? claim.key
    client.ask({ _ in RaiseBidRequest(claim: claim.id, key: shown, commitment: commitment) }, .raiseBid) { errand in
      (errand.payment, errand.claim, errand.claimKey) = (payment, claim, shown)
      errand.isForbidden = key != nil
      errand.then = { if $0.status == .ok { (bid.nonce, bid.amount) = (next.nonce, next.amount) } }
    }
  }

  // MARK: Revealing

  private func reveal(_ client: Client) {
    let own = claims.filter { claim in
      guard let bid = claim.bid, claim.isTold, bid.auction.terms.isSealed, claim.state == .open else { return false }
      let isTime = bid.auction.closesAt <= oracle.time.reached && bid.auction.decidedAtLatest > oracle.now
      // Once in a while somebody reveals what is none of its own: whoever knows the nonce may.
      return isTime && bid.revealCount == 0 && bid.raisesUnderWay == 0 && (claim.holder === client || chance.oneIn(8))
    }
    // Some are never revealed.
    guard let claim = chance.pick(own.filter { !$0.id.isMultiple(of: 5) }) else { return }
    reveal(claim, by: client)
  }

  func reveal(_ claim: KnownClaim, by client: Client, as amount: UInt64? = nil, _ nonce: Bytes16? = nil) {
    guard let bid = claim.bid else { return }
    let (shown, secret) = (amount ?? bid.amount, nonce ?? bid.nonce)
    client.ask({ _ in RevealBidRequest(claim: claim.id, amount: shown, nonce: secret) }, .revealBid) { errand in
      (errand.claim, errand.amount, errand.isForbidden) = (claim, shown, amount != nil || nonce != nil)
    }
  }

  // MARK: Collecting

  private func collectFromBids(_ client: Client) {
    let own = claims.filter { $0.holder === client && $0.isTold && !$0.isRotating && $0.bid != nil }
    let due = own.filter { $0.isDue || $0.state == .open && $0.end < oracle.now }
    guard let claim = chance.pick(due) ?? (chance.oneIn(4) ? chance.pick(own) : nil) else { return }
    self.claim(claim, by: client, chance.oneIn(6) ? .again : [])
    guard chance.oneIn(3), let other = chance.pick(tenants) else { return }
    self.claim(claim, by: other, [])
  }

  // MARK: Banners

  /// One that nobody else shows; now and then nothing, or only a link.
  private func banner() -> Banner {
    drawnCount += 1
    if chance.oneIn(12) { return Banner(text: Text96(), link: Text96()) }
    let link = Text96("https://example.org/\(drawnCount)") ?? Text96()
    if chance.oneIn(6) { return Banner(text: Text96(), link: link) }
    let text = Text96("Sponsor \(drawnCount) grüßt") ?? Text96()
    return Banner(text: text, link: chance.oneIn(2) ? link : Text96())
  }

  /// What no banner can be: the bytes of what is no name are no text either, but for those that are only too long.
  func hostileBanner() -> Banner {
    var text = Text96()
    if chance.oneIn(6) {
      for index in 0..<Text96.fieldByteCount { text[index] = 0x41 }
    } else {
      let name = hostileName()
      for index in 0..<Name32.fieldByteCount { text[index] = name[index] }
      // Of 32 letters a text can be made.
      if text.isValid { text[40] = 0x41 }
    }
    return chance.oneIn(2) ? Banner(text: text, link: Text96()) : Banner(text: Text96(), link: text)
  }
}
