public import WireProtocol

/// How a bid stands, and what it would show. Amounts are in the broker's unit.
public struct BidDescription: Hashable, Sendable {
  /// Its auction.
  public var auction: UInt64
  /// Its state.
  public var state: FundingState
  /// Its money, as far as it is not due or given.
  public var held: UInt64
  /// The bid; of a sealed one 0 until it is revealed.
  public var amount: UInt64
  /// Of a sealed bid what it was committed to; nil: it is not sealed.
  public var commitment: Digest32?
  /// What is shown if it wins: anybody's text; nil: nothing.
  public var banner: Banner?

  package init(_ reply: Reply) throws(TurnpikeError) {
    let fixed = try reply.fixed(DescribeBidReply.self)
    (auction, state, held, amount) = (fixed.auction, fixed.state, fixed.held, fixed.amount)
    commitment = fixed.commitment == .none ? nil : fixed.commitment
    banner = fixed.banner == .none ? nil : fixed.banner
  }
}
