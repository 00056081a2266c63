import WireProtocol

/// The part of a resource's terms that a live lease keeps until its switch.
struct ModelPrices: Hashable {
  var price: UInt64
  var period: UInt64
  var throttledPrice: UInt64
  var low: UInt64
  var throttle: UInt64
  var grace: UInt64

  init(_ terms: Terms) {
    price = terms.price
    period = terms.period
    throttledPrice = terms.throttledPrice
    low = terms.low
    throttle = terms.throttle
    grace = terms.grace
  }
}

/// One price period of a lease: from `start` on, `rate` per `period`; `charged` of it has been taken from the purse.
struct ModelSegment: Hashable {
  var start: UInt64
  var rate: UInt64
  var period: UInt64
  /// Grows for as long as the segment runs, and money circulates: it may pass 2^64.
  var charged: UInt128
  var isThrottled: Bool

  /// What `instant - start` costs, rounded up; nothing before the start.
  func charge(at instant: UInt64) -> UInt128 {
    Exact.ceil(UInt128(rate) * UInt128(max(instant, start) - start), UInt128(period))
  }
}

/// Money that RESERVE holds.
struct ModelReservation: Hashable {
  var id: UInt64
  var lease: UInt64
  var actor: Actor
  var price: UInt64
  var quantityMax: UInt64
  var own: UInt64
  var given: UInt64
  var until: UInt64

  var held: UInt64 { own + given }
}

/// A hash chain: what it was opened with, and how far its ticks have come.
struct ModelChain: Hashable {
  var number: UInt32
  var weight: UInt64
  var length: UInt32
  var index: UInt32 = 0
  var word: Bytes16

  /// What no tick has paid.
  var left: UInt64 { UInt64(length - index) * weight }
}

/// A key that may debit a lease.
struct ModelDebitKey: Hashable {
  var id: UInt64
  var lease: UInt64
  var keyHash: Bytes16
  var perSecond: UInt64
  var total: UInt64
  var spent: UInt64 = 0
  var second: UInt64 = 0
  var secondSpent: UInt64 = 0
  var uses = ModelUses()

  /// What it may still debit at `now`.
  func allowance(at now: UInt64) -> UInt64 {
    let thisSecond = second == now / 1000 ? secondSpent : 0
    let ofSecond = perSecond > thisSecond ? perSecond - thisSecond : 0
    let ofTotal = total > spent ? total - spent : 0
    return min(ofSecond, ofTotal)
  }

  /// Counts a debit of `amount` at `now`.
  mutating func count(_ amount: UInt64, at now: UInt64) {
    if second != now / 1000 { (second, secondSpent) = (now / 1000, 0) }
    secondSpent += amount
    spent += amount
  }
}

/// Use numbers of one key: the highest, and which of the last 64 were charged.
struct ModelUses: Hashable {
  var highest: UInt64 = 0
  var charged: Set<UInt64> = []

  /// Sees `number`: a higher one moves the window.
  mutating func see(_ number: UInt64) {
    guard number > highest else { return }
    highest = number
    charged = charged.filter { highest - $0 <= 63 }
  }
}

/// A lease, with its purse and the price period that runs.
///
/// The time of a lease is a walk: `nextBoundary` says what happens next if nobody touches it, `pass` does it. Nothing else
/// changes with time.
struct ModelLease: Hashable {
  var id: UInt64
  var resource: UInt64
  var units: UInt32
  var isOpen: Bool
  var refusesGifts: Bool
  var keyHash: Bytes16
  var generation: UInt32 = 1
  var epoch: UInt64
  var uses = ModelUses()

  /// The purse of a live lease; while pending, what is held of it.
  var own: UInt64
  var given: UInt64
  /// Own money of an ended lease that its owner can collect.
  var refund: UInt64 = 0

  var state = LeaseState.active
  var prices: ModelPrices
  /// Terms that were announced while it ran, and from when on they hold (while pending: nobody knows).
  var newPrices: ModelPrices?
  var switchAt: UInt64?
  /// Nil while pending or suspended, and after the end.
  var segment: ModelSegment?
  /// Instant up to which boundaries have been passed, and up to which it has stood: none lies before it.
  var position: UInt64
  /// While suspended: the last instant that was paid.
  var lastPaid: UInt64 = 0
  /// While suspended: the instant at which it expires; while pending: at which it fails.
  var end: UInt64 = 0
  /// When it ended.
  var endedAt: UInt64 = 0
  /// The last RELEASE that paid money out, as it is told again.
  var paid: ReleaseReply?
  /// Ids of its open reservations and of its debit keys.
  var reservations: [UInt64] = []
  var debitKeys: [UInt64] = []
  /// Its open chains.
  var chains: [ModelChain] = []
  /// What an agent provides for it; nil: none does.
  var service: ModelService?
  /// How its deadline changed last; nil: it did not since its grant.
  var row: ModelRow?
  /// Set while it is unattended: its agent is lost.
  var loss: ModelLoss?
  /// For how long it ran while its agent was lost and kept the gate open, as far as is known, until a report tells.
  var owed: UInt64 = 0
  /// For how long its agent was away beyond that.
  var stood: UInt64 = 0

  var isRunning: Bool { state == .active || state == .low || state == .throttled }
  /// Whether an agent is still provisioning it.
  var isPending: Bool { state == .pending }
  var isLive: Bool { isRunning || isPending || state == .suspended }
  var purse: UInt64 { own + given }
  /// What is left in its chains.
  var deposits: UInt64 { chains.reduce(0) { $0 + $1.left } }
}

/// Arithmetic without rounding surprises.
enum Exact {
  static func ceil(_ numerator: UInt128, _ denominator: UInt128) -> UInt128 {
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    return remainder == 0 ? quotient : quotient + 1
  }

  /// The greatest common divisor; of 0 and a number the number.
  static func commonDivisor(_ one: UInt64, _ other: UInt64) -> UInt64 {
    other == 0 ? one : commonDivisor(other, one % other)
  }

  /// Saturates.
  static func sum(_ value: UInt64, _ more: UInt64) -> UInt64 {
    let (sum, overflow) = value.addingReportingOverflow(more)
    return overflow ? .max : sum
  }

  static func clamped(_ value: UInt128, to limit: UInt64) -> UInt64 { value > UInt128(limit) ? limit : UInt64(value) }
}
