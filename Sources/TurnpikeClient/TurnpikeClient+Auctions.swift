/// One method for each operation of auctions. Amounts are in the broker's unit (`broker.unit`), durations and instants in
/// milliseconds. Banners and labels can be read by everybody.
extension TurnpikeClient {
  /// Opens an auction for a period of sponsorship, as the resource's provider. PERIOD_TAKEN tells in `detail` the auction whose
  /// period lies within this one; FUNDING_LIMIT: the resource has as many as it may.
  public func openAuction(
    resource: UInt64, terms: AuctionTerms
  ) async throws(TurnpikeError) -> OpenAuctionReply {
    try await perform(.openAuction(resource: resource, terms: terms)).fixed()
  }

  /// Bids in an auction: the payment is the bid, or of a sealed one the most that it can be. What does not pay for the period is due
  /// to the claim key. BID_TOO_LOW tells in `detail` the least that is accepted.
  ///
  /// - Parameter seal: Of a sealed bid: keep it before the request is sent, as the claim key. It is needed for `revealBid`.
  public func bid(
    auction: UInt64, claimKey: Bytes16, seal: BidSeal? = nil, banner: Banner? = nil, payment: [NoteToken]
  ) async throws(TurnpikeError) -> BidReply {
    let keyHash = claimKey.keyHash
    let request = Request.bid(
      auction: auction, keyHash: keyHash, commitment: seal?.commitment(auction: auction, keyHash: keyHash),
      banner: banner, payment: payment)
    return try await perform(request).fixed()
  }

  /// Adds money to a bid; a sealed one needs a new commitment.
  public func raiseBid(
    _ key: ClaimKey, commitment: Digest32? = nil, payment: [NoteToken]
  ) async throws(TurnpikeError) -> RaiseBidReply {
    try await perform(.raiseBid(key, commitment: commitment, payment: payment)).fixed()
  }

  /// Reveals a sealed bid, as anyone who knows what it is. What was paid above it is due to its claim key at once.
  public func revealBid(claim: UInt64, seal: BidSeal) async throws(TurnpikeError) -> RevealBidReply {
    try await perform(.revealBid(claim: claim, seal: seal)).fixed()
  }

  /// Refuses a bid, for its banner say, as the resource's provider or the operator. Returns what is due to its claim key by that.
  public func refuseBid(claim: UInt64) async throws(TurnpikeError) -> UInt64 {
    try await perform(.refuseBid(claim: claim)).fixed(RefuseBidReply.self).amount
  }

  /// Tells the rules of an auction and how it stands, to anyone.
  public func describeAuction(_ auction: UInt64) async throws(TurnpikeError) -> AuctionDescription {
    try AuctionDescription(auction: auction, await perform(.describeAuction(auction)))
  }

  /// Tells how a bid stands, to anyone.
  public func describeBid(claim: UInt64) async throws(TurnpikeError) -> BidDescription {
    try BidDescription(await perform(.describeBid(claim: claim)))
  }

  /// All that happened in an auction, up to one moment: what anyone can check, see `AuctionTranscript.fault`.
  public func transcript(auction: UInt64) async throws(TurnpikeError) -> AuctionTranscript {
    let description = try await describeAuction(auction)
    // Each bid or raise may be a bid that is revealed and refused: more than that no auction has.
    let count = min(Int(description.lineCount), 3 * WireLimits.bidCountMax)
    var lines: [BidLine] = []
    while lines.count < count {
      let reply = try await perform(.transcript(auction: auction, from: UInt32(lines.count)))
      let page = try reply.records(BidLine.self)
      // Lines that came since then are not for this moment; fewer than there were are a fault that the transcript shows.
      if page.isEmpty { break }
      lines += page.prefix(count - lines.count)
    }
    return AuctionTranscript(of: description, lines: lines)
  }
}
