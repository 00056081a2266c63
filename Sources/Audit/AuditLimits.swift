/// Limits and constants of the rules, as the audit reads them.
public enum AuditLimits {
  /// Clock and deadlines saturate here.
  public static let instantMax: UInt64 = 1 << 62
  /// How long an ended lease, and the refund in it, is kept.
  public static let endedLeaseMilliseconds: UInt64 = 30 * 24 * 3600 * 1000
  /// How long a session is kept after its last use.
  public static let sessionMilliseconds: UInt64 = 24 * 3600 * 1000
  /// Longest time-out of a reservation.
  public static let reservationMilliseconds: UInt64 = 24 * 3600 * 1000
  /// A year of 365.25 days: shortest validity of a note key epoch.
  public static let yearMilliseconds: UInt64 = 31_557_600_000
  /// How often it is looked whether an offering of a fixed return has paid it.
  public static let dayMilliseconds: UInt64 = 24 * 3600 * 1000
  /// How long what ended of claims and campaigns is kept, and what is due on it.
  public static let endedFundingMilliseconds: UInt64 = 30 * 24 * 3600 * 1000
  /// Funding events that one ADVANCE does.
  public static let eventCountMax = 128
  /// How long a payment in ecash that ended is kept.
  public static let endedEcashMilliseconds: UInt64 = 30 * 24 * 3600 * 1000
  /// Of one that was put off and TAKEN, the time in which its reply can be asked for, whoever needs its place.
  public static let keptReplyMilliseconds: UInt64 = 3600 * 1000
  /// How long the proofs of one are kept that only this broker can spend, after it ended.
  public static let keptPointMilliseconds: UInt64 = 61 * 24 * 3600 * 1000
  /// Most of these that one command forgets.
  public static let forgottenPointCount = 512
  /// A keyset that ends within this time from now ends soon.
  public static let endsSoonMilliseconds: UInt64 = 30 * 24 * 3600 * 1000
  /// How long an ACQUIRE that is put off holds its units.
  public static let unitsHeldMilliseconds: UInt64 = 30 * 1000
  /// LOSSY RESTOREs of which the numbers are told.
  public static let lossCountMax = 16
  /// Ecash is locked to a key of a period of so many seconds.
  public static let lockPeriodSeconds: UInt64 = 30 * 24 * 3600
  /// What is kept of a payment in ecash that waits is kept in pieces of so many bytes.
  public static let pieceByteCount = 48
  /// Claims of a campaign, an offering or an auction, or lines of a transcript, that one event forgets.
  public static let forgottenClaimCount = 32
  /// How long after a change of a deadline the next one is of the same row; of what came so late in a life agents may
  /// not have heard.
  public static let rowMilliseconds: UInt64 = 10_000
  /// Note key epochs that are kept.
  public static let keyEpochCountMax = 8
  /// Problems that a report lists; the rest are counted.
  public static let problemCountMax = 32
}
