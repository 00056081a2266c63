/// When a key is that ecash can be locked to so that only this broker can spend it: each life of the broker has one for each period of 30
/// days, so two lives share no key, whatever their clocks do.
public struct LockEpoch: Hashable, Sendable {
  /// Seconds of a period.
  public static let periodSeconds: UInt32 = 2_592_000

  /// Incarnation of the last restore that lost something; 0: there was none.
  public var life: UInt32
  /// Start of the period, in seconds since 1970: a multiple of `periodSeconds`.
  public var period: UInt32

  /// Both fields.
  public init(life: UInt32, period: UInt32) { (self.life, self.period) = (life, period) }

  /// Whether what is locked to its key may be PROVEN in this epoch: it is of the same life, and of this period or the one before. What is
  /// older, a life that was lost may have taken, or this one so long ago that nobody knows: the mint is asked.
  public func isProvable(in now: LockEpoch) -> Bool {
    life == now.life && period <= now.period && now.period - period <= Self.periodSeconds
  }

  /// Seconds between its period and another one, whichever comes first.
  func distance(to other: UInt32) -> UInt32 { max(period, other) - min(period, other) }

  /// Whether it is of an earlier life, or of an earlier period of the same.
  func isBefore(_ other: LockEpoch) -> Bool { (life, period) < (other.life, other.period) }
}
