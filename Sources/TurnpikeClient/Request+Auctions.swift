public import WireProtocol

/// One constructor for each operation of auctions. Amounts are in the broker's unit.
extension Request {
  /// OPEN_AUCTION, as the resource's provider.
  public static func openAuction(resource: UInt64, terms: AuctionTerms) -> Request {
    let fixed = OpenAuctionRequest(
      resource: resource, reserve: terms.reserve, increment: terms.increment, duration: terms.durationMilliseconds,
      reveal: terms.revealMilliseconds, extendBy: terms.extendByMilliseconds, start: terms.startMilliseconds,
      period: terms.periodMilliseconds, forfeitPerMillion: terms.forfeitPerMillion, flags: terms.flags,
      label: terms.label)
    return Request(.openAuction, fixed)
  }

  /// BID. `keyHash` is that of the claim key; a sealed bid has a commitment, `BidSeal` makes it.
  public static func bid(
    auction: UInt64, keyHash: Bytes16, commitment: Digest32? = nil, banner: Banner? = nil, payment: [NoteToken]
  ) -> Request {
    let fixed = BidRequest(
      auction: auction, keyHash: keyHash, commitment: commitment ?? .none, banner: banner ?? .none)
    return Request(.bid, fixed, payment: payment)
  }

  /// RAISE_BID; a sealed bid needs a new commitment.
  public static func raiseBid(_ key: ClaimKey, commitment: Digest32? = nil, payment: [NoteToken]) -> Request {
    Request(
      .raiseBid, RaiseBidRequest(claim: key.claim, key: key.key, commitment: commitment ?? .none), payment: payment)
  }

  /// REVEAL_BID.
  public static func revealBid(claim: UInt64, seal: BidSeal) -> Request {
    Request(.revealBid, RevealBidRequest(claim: claim, amount: seal.amount, nonce: seal.nonce))
  }

  /// REFUSE_BID, as the resource's provider or the operator.
  public static func refuseBid(claim: UInt64) -> Request { Request(.refuseBid, RefuseBidRequest(claim: claim)) }

  /// DESCRIBE_AUCTION.
  public static func describeAuction(_ auction: UInt64) -> Request {
    Request(.describeAuction, DescribeAuctionRequest(auction: auction))
  }

  /// DESCRIBE_BID.
  public static func describeBid(claim: UInt64) -> Request {
    Request(.describeBid, DescribeBidRequest(claim: claim))
  }

  /// TRANSCRIPT: a page of lines, from line `first` (0 on).
  public static func transcript(auction: UInt64, from first: UInt32 = 0) -> Request {
    Request(.transcript, TranscriptRequest(auction: auction, from: first))
  }
}

extension Digest32 {
  /// Zero bytes: none.
  static let none = Digest32(first: Bytes16(), last: Bytes16())
}

extension Banner {
  /// Zero bytes: nothing is shown.
  static let none = Banner(text: Text96(), link: Text96())
}
