public import WireProtocol

/// What an offering promises: nothing of it can be changed later. Amounts are in the broker's unit, durations in milliseconds,
/// shares and returns in millionths. Opening one with terms that are out of range is refused: amounts with AMOUNT_INVALID or, when
/// what they promise is more than money can be, AMOUNT_OVERFLOW, tiers with QUANTITY_INVALID, the rest with TERMS_INVALID.
public struct OfferingTerms: Hashable, Sendable {
  /// What investors get.
  public var kind: OfferingKind
  /// Most that it takes; from 1.
  public var cap: UInt64
  /// Every investment is a multiple of it; from 1.
  public var unit: UInt64 = 1
  /// Its tiers, in ascending order of `from`: 1 to `WireLimits.tierCountMax`. At first one that takes any investment.
  public var tiers = [Tier(from: 1, rate: 1)]
  /// Its share of the revenue; from 1 to 1,000,000.
  public var share: UInt32
  /// Its share in the start-up phase, at most 1,000,000; means nothing when there is none.
  public var startShare: UInt32 = 0
  /// Revenue, fees not included, that ends the start-up phase; 0: there is none.
  public var criterion: UInt64 = 0
  /// Time until it closes; from 1.
  public var durationMilliseconds: UInt64
  /// `revenue`: how long it shares after it closed, from 1; else 0.
  public var periodMilliseconds: UInt64 = 0
  /// `fixed`: what a tier gets in all, of what was invested in it, from 1; else 0.
  public var returnPerMillion: UInt32 = 0
  /// What it is for: anybody can read it; zero bytes: nothing said.
  public var label = Name32()

  /// What every kind needs; the rest can be set.
  public init(kind: OfferingKind, cap: UInt64, share: UInt32, durationMilliseconds: UInt64) {
    (self.kind, self.cap, self.share, self.durationMilliseconds) = (kind, cap, share, durationMilliseconds)
  }
}
