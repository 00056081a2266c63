public import WireProtocol

/// The rules of an auction for a period of sponsorship: nothing of them can be changed later. Amounts are in the broker's unit,
/// durations in milliseconds. Opening one with rules that are out of range is refused: amounts with AMOUNT_INVALID, the rest with
/// TERMS_INVALID.
public struct AuctionTerms: Hashable, Sendable {
  /// Least bid; from 1.
  public var reserve: UInt64
  /// How far a bid must be above the best one; from 1.
  public var increment: UInt64 = 1
  /// Time until it takes no more bids; from 1.
  public var durationMilliseconds: UInt64
  /// Sealed: time for revealing bids, after that, from 1; else 0.
  public var revealMilliseconds: UInt64 = 0
  /// A bid that comes later than this before the end moves the end this far away from it, though not beyond the begin of the period;
  /// 0: none does. Sealed: 0.
  public var extendByMilliseconds: UInt64 = 0
  /// Time until the period begins; at least that for bidding and revealing together.
  public var startMilliseconds: UInt64
  /// Length of the period; from 1.
  public var periodMilliseconds: UInt64
  /// Sealed: what a bid that is not revealed leaves to the resource, in millionths of its money; else 0.
  public var forfeitPerMillion: UInt32 = 0
  /// Whether bids are sealed, and which price the winner pays.
  public var flags: AuctionFlags = []
  /// What it is for: anybody can read it; zero bytes: nothing said.
  public var label = Name32()

  /// What every auction needs; the rest can be set. The period begins when it closes.
  public init(reserve: UInt64, durationMilliseconds: UInt64, periodMilliseconds: UInt64) {
    (self.reserve, self.durationMilliseconds) = (reserve, durationMilliseconds)
    (startMilliseconds, self.periodMilliseconds) = (durationMilliseconds, periodMilliseconds)
  }
}
