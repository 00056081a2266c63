internal import Cashu
internal import Payments
internal import WireProtocol

/// What is being said to one mint: one question at a time, one swap at a time. Events in, wishes out; it asks nobody itself.
///
/// What a mint did is never guessed. A question that may have arrived is followed by others: whether the proofs are spent (NUT-07),
/// whether the outputs were signed (NUT-09). Only where the proofs are spent and the outputs were not signed *after that* is somebody else to
/// blame. The very same swap is sent again otherwise, which a mint does at most once. It does all of it or nothing: where only a part of the
/// outputs is signed, or otherwise than it was asked to, that was another swap.
///
/// Swaps of payments and swaps of the broker's own proofs (for payouts, or for fewer of them) go the same way. Outputs of a payout are the
/// payer's, who may have had them signed before: those signatures are the swap's only where all its inputs are spent.
///
/// Where it is not known which of the broker's own outputs a mint has signed, that is asked first (`CounterScan`). While a restore's loss is
/// not accepted nothing is asked but keysets, and what it can do.
struct MintLine {
  /// What is to be asked, or made, next.
  enum Step: Equatable {
    /// What it says that it can do.
    case info
    /// Which keysets there are.
    case keysets
    /// The keys of one.
    case keys(KeysetID)
    /// What the swap under way says, by a job.
    case preparation
    /// Whether its inputs are spent.
    case states
    /// To carry it out.
    case swap
    /// Whether its outputs were signed.
    case restoration
    /// Judging of what was signed, by a job.
    case completion
    /// What was signed of the broker's own in a keyset whose counter is not known.
    case scan(UInt32, CounterScan.Step)
    /// Whether a life that was lost had a payout signed.
    case resolution
  }

  enum State: Equatable {
    /// Nothing is under way.
    case idle
    /// A call or a job is.
    case busy(Step)
    /// The step is next, not before this instant.
    case resting(until: UInt64, Step)
  }

  let number: UInt32
  let origin: MintOrigin
  var state = State.idle
  /// The call under way; 0: none. What it asks waits until this command is durable.
  var call: UInt64 = 0
  var callsAfter: UInt64 = 0
  /// When it was put.
  var askedAt: UInt64 = 0

  /// Keysets are asked for anew from this instant on.
  var learnsAt: UInt64 = 0
  /// Before that it is asked what it can do, from this instant on; `.max`: never, since its ecash is not to be taken.
  var infoAt: UInt64
  /// How often in a row nothing came of asking for either.
  var learnFailureCount = 0
  /// Whether it answered the latter, and not as a mint does, when it was asked last.
  var isInfoMissed = false
  /// How often in a row the keys of a keyset were not to be had of a mint that answered.
  var keysFailureCount = 0
  /// What it did not say that it can do, when it was asked last: numbers of NUTs.
  var missingNUTs: [Int] = []
  /// Keysets that were found and whose keys are not known.
  var unknownKeysets: [KeysetSummary] = []
  /// Whether it was looked at all that the mint listed last.
  var hasLearned = false

  /// The swap under way, as it can be sent.
  var prepared: PreparedSwap?
  /// Until when it may have arrived at the mint without our knowing what came of it; nil: it has not.
  var doubtfulSince: UInt64?
  /// Whether the mint may have seen it at all: then inputs that are spent may be spent by it, whatever its answer says.
  /// A request can come to a mint twice by something in between, and the answer be the second one's.
  var wasSent = false
  /// Whose inputs were spent, when that was asked last, and whether all were.
  var spent: [PreparedSwap.Owner] = []
  var isAllSpent = false
  /// Whether the mint refused it because outputs were signed before, and was not asked since for what.
  var isSaidSigned = false
  /// Whether outputs were seen signed while not all inputs were known to be spent, or not all of them as they were asked for. If inputs are
  /// unspent *after that*, or it is seen again, it was for something else.
  var isSeenSigned = false
  /// How often some of its inputs were pending.
  var pendingCount = 0
  /// Whether the mint refused it because inputs are pending, and left nothing unanswered since.
  var isSaidPending = false
  /// Whose inputs are pending past the doubt; empty unless it is asked just now whether outputs were signed all the same.
  var pending: Set<PreparedSwap.Owner> = []
  /// What is being judged.
  var signatures: [BlindSignature] = []
  /// Whether outputs of the broker's own were signed when that was asked last.
  var areOwnSigned = false
  /// How often it was refused for a reason that is nobody's, or that turned out not to be so.
  var refusalCount = 0
  /// How often in a row nothing came of a step.
  var failureCount = 0
  /// No swap is begun before this instant: there was no room for its proofs.
  var beginsAt: UInt64 = 0
  /// When what is credited is to be swapped at the latest; 0: nothing is.
  var settlesAt: UInt64 = 0
  /// The same for payouts; 0: none waits, or it was not looked yet.
  var payoutsAt: UInt64 = 0
  /// Whether the last swap of coins was put back because they were pending. Then that is asked before another one is sent.
  var arePutBack = false
  /// Whether a payout goes before payments: these had their swap, and must not make payouts wait for ever.
  var isPayoutNext = false
  /// Keysets whose counters are not known, by number.
  var scans: [UInt32: CounterScan] = [:]
  /// What is asked about payouts of before a loss.
  var inquiry = PayoutInquiry()
  /// What the broker before this one had said to the mint is over from this instant on.
  let heirAt: UInt64
  /// Swaps in a row that ended because outputs of the broker's own were signed for something else.
  var behindCount = 0
  /// Fewer coins are not made before this instant.
  var consolidatesAt: UInt64 = 0

  /// When the mint answered last as a mint does; 0: never.
  var answeredAt: UInt64 = 0
  /// Questions in a row of which nothing came.
  var silenceCount: UInt32 = 0
  /// When keysets that end soon are told of again.
  var warnsAt: UInt64 = 0
  /// Whether it was told that a lock ends soon of what is credited, and when it is looked again.
  var isLockTold = false
  var looksAtLocksAt: UInt64 = 0

  /// - Parameters:
  ///   - isTaken: Whether its ecash is to be taken.
  ///   - now: When the broker starts.
  init(number: UInt32, origin: MintOrigin, isTaken: Bool, now: UInt64) {
    self.number = number
    self.origin = origin
    infoAt = isTaken ? 0 : .max
    heirAt = now + EcashLimits.doubtMilliseconds
  }

  /// When something is to be done by itself.
  var nextInstant: UInt64? {
    switch state {
    case .idle:
      ([settlesAt, payoutsAt, inquiry.restsUntil] + scans.values.map(\.restsUntil))
        .reduce(learnsAt) { $1 == 0 ? $0 : min($0, $1) }
    case .busy: nil
    case .resting(let until, _): until
    }
  }

  /// Forgets the swap, which ended.
  mutating func endSwap() {
    prepared = nil
    doubtfulSince = nil
    wasSent = false
    spent = []
    signatures = []
    areOwnSigned = false
    refusalCount = 0
    pendingCount = 0
    isSaidPending = false
    pending = []
    isAllSpent = false
    isSaidSigned = false
    isSeenSigned = false
    state = .idle
  }

  /// Nothing came of a step: another comes after a while, which grows from a quarter of a second to a minute.
  mutating func rest(before step: Step, at now: UInt64) {
    failureCount += 1
    state = .resting(until: now + EcashLimits.restMilliseconds(afterFailures: failureCount), step)
  }

  /// A question about the swap may have arrived, until now.
  mutating func doubt(at now: UInt64) { doubtfulSince = now }

  /// Whether the swap was certainly never carried out: it was not sent.
  var isSure: Bool { doubtfulSince == nil && !wasSent }

  /// No swap is begun for a while.
  mutating func wait(until instant: UInt64) {
    beginsAt = instant
    if settlesAt != 0 { settlesAt = max(settlesAt, instant) }
    state = .idle
  }

  /// Nothing is swapped before this instant, since nothing can be.
  mutating func holdUp(until instant: UInt64) {
    if settlesAt != 0 { settlesAt = max(settlesAt, instant) }
    if payoutsAt != 0 { payoutsAt = max(payoutsAt, instant) }
    if inquiry.restsUntil != 0 { inquiry.restsUntil = max(inquiry.restsUntil, instant) }
  }

  /// Whether what the mint may still do with a swap that was sent long ago was over when it was asked last.
  var isPastDoubt: Bool { doubtfulSince.map { askedAt >= $0 + EcashLimits.doubtMilliseconds } ?? true }
}

/// The named maxima and times of what is said to mints.
enum EcashLimits {
  /// How often a mint is asked for its keysets.
  static let learnMilliseconds: UInt64 = 600_000
  /// How often a mint that can do what is needed is asked whether that is so still.
  static let infoMilliseconds: UInt64 = 24 * 3_600_000
  /// What a mint must support (NUT-06) so that its ecash is taken: telling what is spent, telling what it signed, and proving that.
  static let neededNUTs = [7, 9, 12]
  /// The same as `learnMilliseconds`, where a token has a keyset that is not known.
  static let learnAgainMilliseconds: UInt64 = 5_000
  /// How long a swap is not begun for which there was no room, or no keyset.
  static let noRoomMilliseconds: UInt64 = 60_000
  /// Keysets whose keys are asked for at a time.
  static let learnedCountMax = 8
  /// How often inputs are found pending until their payments are not taken, or coins are put back.
  static let pendingCountMax = 5
  /// How long a payout waits after its coins were pending.
  static let pendingMilliseconds: UInt64 = 60_000
  /// How long what is credited waits for others to be swapped with.
  static let settleMilliseconds: UInt64 = 60_000
  /// How long a mint may carry a request out of which nobody knows whether it arrived.
  static let doubtMilliseconds: UInt64 = 60_000
  /// Coins of one mint from which on fewer are made.
  static let coinCountHigh = 128
  /// How long fewer are not made where they could not be.
  static let consolidateMilliseconds: UInt64 = 600_000
  /// Payouts that end at once, without their mint, in one turn.
  static let endedPayoutCountMax = 16
  /// Questions in a row of which nothing came until that is told.
  static let silenceCountHigh: UInt32 = 8
  /// How long before their end coins of a keyset are told of, and how often.
  static let expiryMilliseconds: UInt64 = 30 * 24 * 3_600_000
  static let warnMilliseconds: UInt64 = 24 * 3_600_000
  /// How long before its lock ends what is credited and not swapped is told of, and how often that is looked at.
  static let lockMilliseconds: UInt64 = 3_600_000
  static let lookMilliseconds: UInt64 = 60_000
  /// How long after outputs were seen signed it is asked whether inputs are spent: a mint need not do both at one instant.
  static let signedMilliseconds: UInt64 = 2_000
  /// How long an answer may take.
  static let answerMilliseconds: UInt64 = 30_000
  /// How often a swap is refused for no known reason until its payments are to blame, or its payout ends.
  static let refusalCountMax = 3
  /// How often in a row a swap ends because the broker's own outputs were signed before, until it ends as one that is refused.
  static let behindCountMax = 3
  /// How often signatures are asked for again that are not proved.
  static let unprovenCountMax = 3
  /// Outputs in a row that are not signed, until it is known that there is nothing beyond (NUT-13).
  static let scanUnsignedCountMax: UInt32 = 300
  /// Questions about what was signed, in a row, of which nothing came, until that is told.
  static let scanFailureCountHigh = 3
  /// Batches that move a counter and bring nothing, and proofs that are found, until there is a pause after each batch, and how long that is.
  static let barrenBatchCountHigh = 64
  static let foundCountHigh = 4_096
  static let batchMilliseconds: UInt64 = 1_000
  /// How often in a row a mint must tell of a payout of before a loss that it did not sign just what that comes to, until it is believed.
  static let unlikeCountMax = 3
  /// Requests whose tokens are being judged: of one connection, and of all.
  static let parkedCountMaxPerConnection = 2
  static let parkedCountMax = 256

  /// The pause after so many failures.
  static func restMilliseconds(afterFailures count: Int) -> UInt64 { min(250 << UInt64(min(count, 9) - 1), 60_000) }
}
