public import WireProtocol

/// The operations of auctions, under the wallet's protection. What they mean is said at `TurnpikeClient`'s methods of the same
/// names. A bid is a claim: its key is kept in the wallet, with what a sealed bid is, before the broker hears of it.
extension Wallet {
  /// Opens an auction, as the resource's provider.
  public func openAuction(
    resource: UInt64, terms: AuctionTerms
  ) async throws(TurnpikeError) -> OpenAuctionReply {
    try await perform(.openAuction(resource: resource, terms: terms)).fixed()
  }

  /// Bids in an auction; the claim is kept under the name `alias`.
  ///
  /// - Parameters:
  ///   - tender: What is paid: the bid, or of a sealed one the most that it can be.
  ///   - sealedBid: What a sealed bid is, which is paid in notes; nil: it is not sealed.
  public func bid(
    auction: UInt64, paying tender: Tender, sealing sealedBid: UInt64? = nil, banner: Banner? = nil, alias: String = ""
  ) async throws(TurnpikeError) -> BidReply {
    let key = try Bytes16.secret()
    let seal = try seal(sealedBid, ofAtMost: tender.amount)
    let request = Request.bid(
      auction: auction, keyHash: key.keyHash,
      commitment: seal?.commitment(auction: auction, keyHash: key.keyHash), banner: banner, payment: [])
    return try await pay(request, with: tender, secret: key, alias: alias, seal: seal).fixed()
  }

  /// Adds money to a bid of the wallet.
  ///
  /// - Parameter sealedBid: What a sealed bid is from now on; nil: what it was.
  public func raiseBid(
    _ claim: WalletClaim, paying tender: Tender, sealing sealedBid: UInt64? = nil
  ) async throws(TurnpikeError) -> RaiseBidReply {
    let (most, overflow) = claim.amount.addingReportingOverflow(tender.amount)
    guard !overflow else { throw TurnpikeError(.invalidArgument("that is more money than there can be")) }
    let seal = try seal(sealedBid ?? claim.bid?.seal?.amount, ofAtMost: most)
    let keyHash = claim.bid?.keyHash ?? Bytes16()
    guard seal == nil || !keyHash.isZero else {
      throw TurnpikeError(.invalidArgument("the wallet did not make this bid, and cannot seal it anew"))
    }
    let request = Request.raiseBid(
      claim.key, commitment: seal?.commitment(auction: claim.funding, keyHash: keyHash), payment: [])
    return try await pay(request, with: tender, seal: seal).fixed()
  }

  /// What a sealed bid of the wallet is, by what the broker says that it was committed to; nil: it is not sealed, or not known.
  public func seal(of claim: WalletClaim) async throws(TurnpikeError) -> BidSeal? {
    guard let client else { throw TurnpikeError(.closed) }
    let seals = content.seals(of: claim)
    guard let keyHash = claim.bid?.keyHash, !seals.isEmpty else { return nil }
    let commitment = try await client.describeBid(claim: claim.key.claim).commitment
    return seals.first { $0.commitment(auction: claim.funding, keyHash: keyHash) == commitment }
  }

  /// Reveals a sealed bid of the wallet.
  public func revealBid(_ claim: WalletClaim) async throws(TurnpikeError) -> RevealBidReply {
    guard let seal = try await seal(of: claim) else {
      throw TurnpikeError(.invalidArgument("the wallet does not know what bid \(claim.key.claim) was sealed as"))
    }
    return try await revealBid(claim: claim.key.claim, seal: seal)
  }

  /// Reveals any sealed bid of which one knows what it is.
  public func revealBid(claim: UInt64, seal: BidSeal) async throws(TurnpikeError) -> RevealBidReply {
    try await perform(.revealBid(claim: claim, seal: seal)).fixed()
  }

  /// Refuses a bid, as the resource's provider or the operator. Returns what is due to its claim key by that.
  public func refuseBid(claim: UInt64) async throws(TurnpikeError) -> UInt64 {
    try await perform(.refuseBid(claim: claim)).fixed(RefuseBidReply.self).amount
  }

  /// A bid above its money could never be revealed.
  private func seal(_ bid: UInt64?, ofAtMost most: UInt64) throws(TurnpikeError) -> BidSeal? {
    guard let bid else { return nil }
    guard bid > 0, bid <= most else {
      throw TurnpikeError(.invalidArgument("a sealed bid is at most its money, which is \(NumberText.grouped(most))"))
    }
    return try BidSeal(amount: bid)
  }
}

extension Tender {
  /// What is known of it: of ecash, whose mint's fees are not known, nothing.
  fileprivate var amount: UInt64 { if case .amount(let amount) = self { amount } else { 0 } }
}
