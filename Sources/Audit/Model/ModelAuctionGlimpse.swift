public import WireProtocol

/// An auction, for a generator of commands.
public struct AuctionGlimpse: Sendable {
  /// Its id.
  public var id: UInt64
  /// Its resource.
  public var resource: UInt64
  /// Its state.
  public var state: FundingState
  /// Whether bids are commitments.
  public var isSealed: Bool
  /// Least bid that it takes now.
  public var least: UInt64
  /// First instant at which it takes no more bids.
  public var closesAt: UInt64
  /// When the winner is found.
  public var decidedAt: UInt64
  /// From when to when its period is.
  public var startsAt: UInt64
  /// See `startsAt`.
  public var endsAt: UInt64
  /// Instant of its next event.
  public var event: UInt64
  /// Ids of its bids that are kept.
  public var bids: [UInt64]
  /// Lines of its transcript that are kept.
  public var lineCount: Int
  /// Claim that won; 0: none.
  public var winner: UInt64
}

/// A bid, for a generator: what its claim does not tell.
public struct BidGlimpse: Sendable {
  /// Its claim.
  public var claim: UInt64
  /// Its auction.
  public var auction: UInt64
  /// Key hash that is part of its commitment.
  public var bidder: Bytes16
  /// What it commits to; zero: it is not sealed.
  public var commitment: Digest32
  /// All money that was put in.
  public var amount: UInt64
  /// Whether it was revealed.
  public var isRevealed: Bool
}

extension ReferenceModel {
  /// Ids of all auctions that are kept, in their order.
  public var auctionIDs: [UInt64] { auctions.keys.sorted() }

  /// An auction; nil when it is not kept.
  public func auctionGlimpse(_ id: UInt64) -> AuctionGlimpse? {
    auctions[id].map {
      AuctionGlimpse(
        id: id, resource: $0.resource, state: $0.state, isSealed: $0.isSealed, least: least(of: $0),
        closesAt: $0.closesAt, decidedAt: $0.decidedAt, startsAt: $0.startsAt, endsAt: $0.endsAt, event: $0.event,
        bids: $0.bids, lineCount: $0.lines.count, winner: $0.winner)
    }
  }

  /// A bid; nil when it is not kept.
  public func bidGlimpse(_ claim: UInt64) -> BidGlimpse? {
    bid(claim).map { claim, bid, auction in
      BidGlimpse(
        claim: claim.id, auction: auction.id, bidder: bid.bidder, commitment: bid.commitment, amount: claim.amount,
        isRevealed: bid.revealed != nil)
    }
  }

  /// What a sealed bid commits to.
  public static func commitment(
    to amount: UInt64, of bidder: Bytes16, in auction: UInt64, nonce: Bytes16
  ) -> Digest32 {
    ModelTranscript.commitment(to: amount, of: bidder, in: auction, nonce: nonce)
  }
}
