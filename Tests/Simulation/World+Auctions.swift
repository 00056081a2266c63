import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// What providers do with auctions for periods of their resources.
extension World {
  func auction(of resource: KnownResource, by client: Client) {
    switch chance.below(8) {
    case 0, 1, 2, 5: openAuction(of: resource, by: client)
    case 3:
      let own = auctions.filter { $0.isTold && $0.resource.provider === client }
      if chance.oneIn(4), let auction = chance.pick(own) { cancel(auction, by: client) }
      // Few of them are cancelled while bids are revealed.
      if let auction = own.first(where: { $0.state == .revealing }) { cancel(auction, by: client) }
    case 4: refuse(by: client, among: auctions.filter { $0.resource.provider === client })
    default: if let auction = chance.pick(auctions) { lookAt(auction, by: client) }
    }
  }

  func openAuction(of resource: KnownResource, by client: Client, label hostile: Name32? = nil) {
    let isFull =
      resource.funding.auctions.count { $0.mayBeAtWork(since: .max) } >= WireLimits.auctionCountMaxPerResource
    if isFull, !chance.oneIn(4) { return }
    var terms = auctionTerms(after: resource.funding.auctions)
    terms.label = hostile ?? label(of: client)
    let auction = KnownAuction(of: resource, terms)
    auctions.append(auction)
    client.ask({ _ in terms.request(resource.id) }, .openAuction) { errand in
      (errand.resource, errand.auction, errand.isForbidden) = (resource, auction, hostile != nil)
      errand.then = { [unowned self] in
        if $0.status == .ok { draw(fundingID: auction.id) } else { auctions.removeAll { $0 === auction } }
      }
    }
  }

  /// Some are over soon, others last for days; some periods begin just when another ends.
  private func auctionTerms(after others: [KnownAuction]) -> KnownAuction.Terms {
    let duration = chance.oneIn(3) ? chance.among(60_000...86_400_000) : chance.among(500...30_000)
    var terms = KnownAuction.Terms(duration: duration, start: duration, period: 1)
    terms.reserve = chance.oneIn(3) ? chance.among(1...10) : chance.among(1...9_000)
    terms.increment = chance.oneIn(3) ? 1 : chance.among(1...900)
    terms.period = chance.oneIn(6) ? chance.among(86_400_000...900 * 86_400_000) : chance.among(1...60_000)
    if chance.oneIn(2) { terms.flags.insert(.secondPrice) }
    if chance.oneIn(2) {
      terms.flags.insert(.sealed)
      terms.reveal = chance.among(500...20_000)
      terms.forfeitPerMillion = UInt32(chance.oneIn(3) ? 0 : chance.among(1...1_000_000))
    } else if chance.oneIn(2) {
      terms.extendBy = chance.among(1...20_000)
    }
    terms.start = duration + terms.reveal + (chance.oneIn(3) ? 0 : chance.among(1...30_000))
    let ends = others.filter { $0.isTold && $0.mayBeAtWork(since: .max) }.map(\.endsAt)
    let from = oracle.now + duration + terms.reveal
    // By the time that it is done a few milliseconds have passed.
    if let end = ends.max(), end > from + 40, end - from < 300 * 86_400_000, chance.below(4) > 0 {
      terms.start = end - oracle.now - UInt64(chance.below(40))
    }
    return terms
  }

  func cancel(_ auction: KnownAuction, by client: Client, isForbidden: Bool = false) {
    client.ask({ _ in CancelRequest(funding: auction.id) }, .cancel) {
      ($0.auction, $0.isForbidden) = (auction, isForbidden)
    }
  }

  func refuse(by client: Client, among auctions: [KnownAuction], isForbidden: Bool = false) {
    let bids = auctions.filter { $0.isTold && !$0.isForgotten }.flatMap(\.bids).filter(\.isTold)
    let live = bids.filter { $0.state == .open || $0.state == .awarded }
    guard let claim = chance.oneIn(6) ? chance.pick(bids) : chance.pick(live) else { return }
    client.ask({ _ in RefuseBidRequest(claim: claim.id) }, .refuseBid) {
      ($0.claim, $0.isForbidden) = (claim, isForbidden)
    }
  }

  // MARK: Asking

  func lookAt(_ auction: KnownAuction, by client: Client) {
    guard auction.isTold, !auction.isForgotten else { return }
    switch chance.below(4) {
    case 0: describe(auction, by: client)
    case 1: read(auction, by: client, from: chance.oneIn(2) ? 0 : chance.below((auction.book?.lines.count ?? 0) + 3))
    case 2: if let claim = chance.pick(auction.bids.filter(\.isTold)) { describe(bid: claim, by: client) }
    default: read(auction, by: client, from: auction.book?.lines.count ?? 0)
    }
  }

  func describe(_ auction: KnownAuction, by client: Client) {
    client.ask({ _ in DescribeAuctionRequest(auction: auction.id) }, .describeAuction) { $0.auction = auction }
  }

  func describe(bid claim: KnownClaim, by client: Client) {
    client.ask({ _ in DescribeBidRequest(claim: claim.id) }, .describeBid) { $0.claim = claim }
  }

  func read(_ auction: KnownAuction, by client: Client, from line: Int) {
    client.ask({ _ in TranscriptRequest(auction: auction.id, from: UInt32(line)) }, .transcript) { errand in
      (errand.auction, errand.lineFrom) = (auction, line)
    }
  }

  /// All of it that there is.
  func readOn(_ auction: KnownAuction, by client: Client) {
    let line = auction.book?.lines.count ?? 0
    client.ask({ _ in TranscriptRequest(auction: auction.id, from: UInt32(line)) }, .transcript) { errand in
      (errand.auction, errand.lineFrom) = (auction, line)
      errand.then = { [unowned self] answer in
        let isFull = answer.records(BidLine.self).count == WireLimits.transcriptCountMax
        if isFull, auction.book?.lines.count ?? 0 > line { readOn(auction, by: client) }
      }
    }
  }
}
