import WireProtocol

/// One unit of one mint whose ecash the broker takes, and pays out.
struct Mint {
  var unit = Name32()
  var url = Text96()
  /// Rate: so many of the broker's units for `denominator` of the mint's. 0: there is no such mint.
  var numerator: UInt64 = 0
  var denominator: UInt64 = 0
  /// Least that a payment is worth after fees.
  var minimum: UInt64 = 0
  /// Most that may be credited and not swapped.
  var exposure: UInt64 = 0
  /// Most that the broker has and takes of it; 0: any.
  var ceiling: UInt64 = 0
  /// Of payments that are not credited, and of those that are and were not swapped: what they are worth at the mint.
  var waitingAmount: UInt64 = 0
  var creditedAmount: UInt64 = 0
  /// What swaps of payments brought, what they cost, and what was credited and refused then. Of the mint's unit, like all of these;
  /// they wrap.
  var swappedAmount: UInt64 = 0
  var feeAmount: UInt64 = 0
  var lostAmount: UInt64 = 0
  /// Of payouts that are pending: what they come to, their fees included.
  var promisedAmount: UInt64 = 0
  /// What was paid out, what swaps of coins cost, coins that somebody else spent, those that the mint had signed and the broker did not
  /// know of, what these made good, and payouts that a life that was lost had signed (LostLives.swift). They wrap.
  var paidAmount: UInt64 = 0
  var coinFeeAmount: UInt64 = 0
  var goneAmount: UInt64 = 0
  var foundAmount: UInt64 = 0
  var madeGoodAmount: UInt64 = 0
  var resolvedAmount: UInt64 = 0
  /// Entries that wait, in the order in which they do: not credited, and credited.
  var waiting = EntryQueue()
  var owed = EntryQueue()
  /// Payouts that wait, in the order of their ids.
  var payouts = EntryQueue()
  /// Those of which it must be asked first whether a life that was lost had them signed, in the same order.
  var unasked = EntryQueue()
  var swap = MintSwap()
  var flags: UInt32 = 0
  /// 1: the next swap takes what is credited first.
  var turn: UInt32 = 0
  /// Payouts that are pending, or became notes that nobody collected and were not forgotten since.
  var payoutCount: UInt32 = 0
  /// Payments in ecash that have not ended, their proofs, and the pieces of what they keep: it has a share of each.
  var paymentCount: UInt32 = 0
  var proofCount: UInt32 = 0
  var pieceCount: UInt32 = 0
  /// The same of those that are not credited.
  var waitingCount: UInt32 = 0
  var waitingProofCount: UInt32 = 0
  var waitingPieceCount: UInt32 = 0
  /// Proofs of payments that are LOCKED and have not ended, and those that are kept.
  var lockedProofCount: UInt32 = 0

  var isKnown: Bool { numerator != 0 }
  var isEnabled: Bool { flags & MintFlags.enabled.rawValue != 0 }
}

/// The swap under way at a mint: of payments, or of coins.
struct MintSwap {
  /// Halves of `total`.
  private var totalLow: UInt64 = 0
  private var totalHigh: UInt64 = 0
  /// Number of the outputs' keyset; 0: no swap is under way.
  var keyset: UInt32 = 0
  /// Outputs of the broker's own.
  var outputCount: UInt32 = 0
  /// Its payments, in the order in which it took them; of a swap of coins the payout that it is for, if there is one.
  var payments = EntryQueue()
  var paymentCount: UInt32 = 0
  /// Coins that it spends, in the order of their ids, linked by their `nextFree`; `noIndex`: it is one of payments.
  var firstCoin = noIndex

  init() {}

  init(total: UInt128, keyset: UInt32, outputCount: Int) {
    totalLow = UInt64(truncatingIfNeeded: total)
    totalHigh = UInt64(truncatingIfNeeded: total >> 64)
    self.keyset = keyset
    self.outputCount = UInt32(outputCount)
  }

  /// What the broker's own outputs are worth. Coins can be worth more than 64 bits tell: a mint may sign what it likes.
  var total: UInt128 { UInt128(totalHigh) << 64 | UInt128(totalLow) }

  var isUnderWay: Bool { keyset != 0 }
  var isOfPayments: Bool { isUnderWay && firstCoin == noIndex }
  var isOfCoins: Bool { isUnderWay && firstCoin != noIndex }
}

/// A keyset of a mint: pinned, once it is known.
struct Keyset {
  var id0 = Bytes16()
  var id1 = Bytes16()
  /// Seconds since 1970; 0: never.
  var finalExpiry: UInt64 = 0
  /// Number of its mint; 0: there is no such keyset.
  var mint: UInt32 = 0
  /// Fee for an input, in thousandths of the unit.
  var feePerThousand: UInt32 = 0
  /// First counter of the broker's proofs that the mint has not signed, as far as is known.
  var counter: UInt32 = 0
  var idLast: UInt8 = 0
  var idByteCount: UInt8 = 0
  /// Keys, for 1, 2, 4 and so on.
  var keyCount: UInt8 = 0
  /// 1: the mint signs with it.
  var isActive: UInt8 = 0
  /// Coins of it, and what they are worth; it wraps.
  var coinAmount: UInt64 = 0
  var coinCount: UInt32 = 0
  /// 1: the mint may have signed beyond `counter`.
  private(set) var counterUnknown: UInt32 = 0

  var isCounterKnown: Bool {
    get { counterUnknown == 0 }
    set { counterUnknown = newValue ? 0 : 1 }
  }

  /// Later ends are larger; never is the last.
  var endRank: UInt64 { finalExpiry &- 1 }

  /// Whether it ends in less than 30 days.
  func endsSoon(at now: UInt64) -> Bool {
    let (end, isBeyondTime) = finalExpiry.multipliedReportingOverflow(by: 1_000)
    return finalExpiry != 0 && !isBeyondTime && end < now + CoreLimits.keysetEndMilliseconds
  }

  /// Outputs that are worth `total` in all, if there are at most `swapOutputCountMax`: how many of the largest amount, then one of each
  /// lower bit that is set.
  func outputs(of total: UInt128) -> SwapOutputs? {
    let largest = keyCount - 1
    let many = total >> UInt128(largest)
    let lower = UInt64(truncatingIfNeeded: total) & (1 << UInt64(largest) - 1)
    let countMax = UInt128(WireLimits.swapOutputCountMax)
    guard many <= countMax, many + UInt128(lower.nonzeroBitCount) <= countMax else { return nil }
    return SwapOutputs(largest: largest, manyCount: Int(many), lower: lower)
  }

  /// The same.
  func outputs(of total: UInt64) -> SwapOutputs? { outputs(of: UInt128(total)) }
}

/// What a sum is split into.
struct SwapOutputs {
  var largest: UInt8
  var manyCount: Int
  var lower: UInt64

  var count: Int { manyCount + lower.nonzeroBitCount }

  /// Power of two that output number `index` is worth, from 0 to `count` - 1.
  func exponent(_ index: Int) -> UInt8 {
    if index < manyCount { return largest }
    var left = lower
    for _ in 0..<index - manyCount { left &= ~(1 << UInt64(63 - left.leadingZeroBitCount)) }
    return UInt8(truncatingIfNeeded: 63 - left.leadingZeroBitCount)
  }
}

/// A point of the curve, as SEC 1 compresses it.
struct CurvePoint {
  var x0 = Bytes16()
  var x1 = Bytes16()
  /// 1: y is odd.
  var isOdd: UInt64 = 0
}

/// A proof of the broker's own, a *coin*: its secret follows from the seed, the keyset and the counter.
struct TreasuryProof: SlotRecord {
  /// Keyset in the upper half, counter in the lower: never 0.
  var id: UInt64 = 0
  /// While a swap spends it: the next one of that.
  var nextFree: UInt32 = 0
  var exponent: UInt8 = 0
  var isOdd: UInt8 = 0
  private var zero: UInt16 = 0
  /// The signature, unblinded: its x.
  var x0 = Bytes16()
  var x1 = Bytes16()

  var keyset: UInt32 { UInt32(truncatingIfNeeded: id >> 32) }
  var counter: UInt32 { UInt32(truncatingIfNeeded: id) }
  /// What it is worth, in the mint's unit.
  var amount: UInt64 { 1 << UInt64(exponent) }
}
