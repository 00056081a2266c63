public import WireProtocol

/// The terms of an offering and how it stands, of what was booked so far. Amounts are in the broker's unit, instants in milliseconds
/// since 1970, shares and returns in millionths.
public struct OfferingDescription: Hashable, Sendable {
  /// Its resource.
  public var resource: UInt64
  /// What it is for; zero bytes: nothing was said.
  public var label: Name32
  /// What investors get.
  public var kind: OfferingKind
  /// Its state.
  public var state: FundingState
  /// Most that it takes.
  public var cap: UInt64
  /// Every investment is a multiple of it.
  public var unit: UInt64
  /// What was invested.
  public var raised: UInt64
  /// In how many investments.
  public var investmentCount: UInt64
  /// What it got of the revenue so far.
  public var earned: UInt64
  /// Its share of the revenue after the start-up phase.
  public var share: UInt32
  /// Its share in the start-up phase.
  public var startShare: UInt32
  /// Revenue that ends the start-up phase; 0: there is none.
  public var criterion: UInt64
  /// Of `criterion`, still to come; 0: the start-up phase is over.
  public var startLeft: UInt64
  /// `fixed`: what a tier gets in all, of what was invested in it; else 0.
  public var returnPerMillion: UInt32
  /// When it closes, or closed.
  public var closesAt: UInt64
  /// First instant at which it shares no more; 0: none is known.
  public var endsAt: UInt64
  /// Its tiers, each with what was invested in it and what it got.
  public var tiers: [TierFigures]

  package init(_ reply: Reply) throws(TurnpikeError) {
    let fixed = try reply.fixed(DescribeOfferingReply.self)
    (resource, label, kind, state) = (fixed.resource, fixed.label, fixed.kind, fixed.state)
    (cap, unit, raised, investmentCount) = (fixed.cap, fixed.unit, fixed.raised, fixed.claims)
    (earned, closesAt, endsAt) = (fixed.earned, fixed.closesAt, fixed.endsAt)
    (share, startShare, returnPerMillion) = (fixed.share, fixed.startShare, fixed.returnPerMillion)
    (criterion, startLeft) = (fixed.criterion, fixed.startLeft)
    tiers = try reply.records()
  }
}
