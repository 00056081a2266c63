public import WireProtocol

/// The rules of an auction and how it stands. Amounts are in the broker's unit, instants in milliseconds since 1970.
public struct AuctionDescription: Hashable, Sendable {
  /// Its id.
  public var auction: UInt64
  /// The resource that is sponsored.
  public var resource: UInt64
  /// What it is for; zero bytes: nothing was said.
  public var label: Name32
  /// Its state.
  public var state: FundingState
  /// Whether bids are sealed, and which price the winner pays.
  public var flags: AuctionFlags
  /// Least bid.
  public var reserve: UInt64
  /// How far a bid must be above the best one.
  public var increment: UInt64
  /// Least bid that is accepted now; 0: none is.
  public var least: UInt64
  /// Claim of the best bid, and once it is decided of the winner; 0: none is known.
  public var winner: UInt64
  /// What was bid by it.
  public var amount: UInt64
  /// What the winner pays; 0 until it is decided.
  public var price: UInt64
  /// Money of its bids, as far as it is not due or given.
  public var held: UInt64
  /// First instant at which it takes no more bids.
  public var closesAt: UInt64
  /// When the winner is found: then, or at the end of revealing.
  public var decidedAt: UInt64
  /// When the period begins.
  public var startsAt: UInt64
  /// When the period ends.
  public var endsAt: UInt64
  /// How far a late bid moves the end, in milliseconds.
  public var extendByMilliseconds: UInt64
  /// What a sealed bid that is not revealed leaves to the resource, in millionths of its money.
  public var forfeitPerMillion: UInt32
  /// Bids, refused ones included.
  public var bidCount: UInt32
  /// Lines of its transcript.
  public var lineCount: UInt32
  /// Head of its transcript.
  public var head: Digest32

  /// Whether bids are commitments until they are revealed.
  public var isSealed: Bool { flags.contains(.sealed) }

  package init(auction: UInt64, _ reply: Reply) throws(TurnpikeError) {
    let fixed = try reply.fixed(DescribeAuctionReply.self)
    self.auction = auction
    (resource, label, state, flags) = (fixed.resource, fixed.label, fixed.state, fixed.flags)
    (reserve, increment, least) = (fixed.reserve, fixed.increment, fixed.least)
    (winner, amount, price, held) = (fixed.winner, fixed.amount, fixed.price, fixed.held)
    (closesAt, decidedAt, startsAt, endsAt) = (fixed.closesAt, fixed.decidedAt, fixed.startsAt, fixed.endsAt)
    (extendByMilliseconds, forfeitPerMillion) = (fixed.extendBy, fixed.forfeitPerMillion)
    (bidCount, lineCount, head) = (fixed.bidCount, fixed.lineCount, fixed.head)
  }
}
