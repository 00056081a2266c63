/// Limits of the state machine that the protocol does not name.
public enum CoreLimits {
  /// Version of the semantics; a journal names the one that made it.
  public static let coreVersion: UInt32 = 11
  /// Timers that one ADVANCE fires at most.
  public static let advanceTimerCountMax = 128
  /// Funding events that one ADVANCE does at most.
  static let advanceEventCountMax = 128
  /// Resources whose revenue one ADVANCE splits at most.
  static let advanceSplitCountMax = 128
  /// Claims of a campaign, an offering or an auction, or lines of a transcript, that one event forgets at most.
  static let forgottenClaimCountMax = 32
  /// How often an offering that shares is looked at: what there is to collect, whether all its tiers have retired. 24 hours.
  static let reviewMilliseconds: UInt64 = 86_400_000
  /// How long earnings of investors are kept after their offering ended, and what CANCEL made due: 365.25 days.
  static let earningsKeptMilliseconds: UInt64 = 31_557_600_000
  /// Most that one tier of an offering is paid in all.
  static let tierEarningsMax: UInt64 = 1 << 61 - 1
  /// Time ends here: no ADVANCE goes beyond it, and deadlines are never later.
  public static let instantMax: UInt64 = 1 << 62
  /// How long ended leases and the refunds due on them are kept: 30 days.
  public static let endedMilliseconds: UInt64 = 30 * 86_400_000
  /// Lines of the ledger that are kept: the power of two from the number of claims on, within these.
  static let statementLineCounts = 1_024...65_536
  /// Among so many last lines of a resource a movement looks for its like.
  static let statementLookback = 16
  /// Changes of a deadline no further apart are of one row. What is older when a life begins, agents are taken to have heard of.
  static let changeRowMilliseconds: UInt64 = 10_000
  /// How long payments in ecash that ended are kept: 30 days.
  public static let ecashKeptMilliseconds: UInt64 = 30 * 86_400_000
  /// How long one of them that was put off and TAKEN keeps its place whoever needs it: an hour, for its reply to be asked for.
  public static let replyKeptMilliseconds: UInt64 = 3_600_000
  /// How long Ys are kept after the end of a payment that could be PROVEN once more: 61 days. What was locked then is PROVEN for
  /// less than two periods more.
  static let proofKeepMilliseconds: UInt64 = 61 * 86_400_000
  /// Ys that one command with ecash forgets at most.
  static let forgottenProofCountMax = 512
  /// A keyset that ends in less than this is on its way out: 30 days.
  static let keysetEndMilliseconds: UInt64 = 30 * 86_400_000
  /// How long the key that ecash is to be locked to stays the same: 30 days.
  public static let lockPeriodSeconds: UInt64 = 30 * 86_400
  /// How long an ACQUIRE that waits for its mint holds its units, where the resource says so.
  static let unitsHeldMilliseconds: UInt64 = 30_000
  /// Of so many units of a resource one can be held.
  static let unitsForOneHeld: UInt32 = 10
  /// In the counter of an id: a payment in ecash.
  static let ecashMark: UInt64 = 1 << 51
  /// Counters of a keyset are below it (NUT-13).
  static let counterMaxOfKeyset: UInt64 = 1 << 31
  /// How long an idle session is kept: 24 hours.
  public static let sessionIdleMilliseconds: UInt64 = 86_400_000
  /// Longest time-out of a reservation: one day.
  public static let reservationMillisecondsMax: UInt64 = 86_400_000
  /// Shortest, and usual, validity of a note key epoch that ends its issue: a year of 365.25 days.
  public static let epochValidityMillisecondsMin: UInt64 = 31_557_600_000
  /// Note key epochs that are kept.
  public static let epochCountMax = 8
  /// Effects that wait to be drained.
  public static let effectCountMax = 4_096
  /// Bytes of a fixed reply that a receipt keeps.
  public static let replyByteCountMax = 40
  /// Largest capacities that GENESIS takes.
  static let resourceCapacityMax: UInt32 = 1 << 20
  static let leaseCapacityMax: UInt32 = 1 << 28
  static let sessionCapacityMax: UInt32 = 1 << 24
  static let receiptCapacityMax: UInt32 = 1 << 28
  static let keyCapacityMax: UInt32 = 1 << 26
  static let agentCapacityMax: UInt32 = 1 << 20
  static let proofCapacityMax: UInt32 = 1 << 28
  static let claimCapacityMax: UInt32 = 1 << 26
  static let fundingCapacityMax: UInt32 = 1 << 20
  static let noteCapacityMax: UInt64 = 1 << 36
  /// Slots of ids: 12 bits.
  static let slotMax: UInt32 = 0xFFF
  /// The counter of an id: 52 bits.
  static let counterMask: UInt64 = 1 << 52 - 1
}
