import WireProtocol

/// What the passing of time did to a lease's money.
struct ModelPassage {
  /// Charged for time, by what it was taken from.
  var chargedOwn: UInt64 = 0
  var chargedGiven: UInt64 = 0
  /// Moved to the resource's donation purse: from given money, and from refunds that nobody collected.
  var donatedGiven: UInt64 = 0
  var donatedRefund: UInt64 = 0
  /// Own money that became a refund.
  var refunded: UInt64 = 0
  /// What was left in chains, and became one too.
  var refundedDeposits: UInt64 = 0
  /// Reservations whose time was out, with where their money went.
  var timedOut: [(reservation: ModelReservation, wasLive: Bool)] = []
  var isEnded = false
  /// Whether it was pending until then: all of its money was held.
  var wasPending = false
  var isForgotten = false
}

extension ModelLease {
  /// What can happen to a lease with time, in the order in which it happens at one instant.
  enum Boundary: Int {
    case newTerms, suspended, throttled, low, expired, failed, forgotten
  }

  func rate(_ price: UInt64) -> UInt64 { UInt64(units) * price }

  /// Last instant that `funds` pay at `rate` from `start` on; beyond `switchAt` at the full price of the new terms.
  func deadline(from start: UInt64, funds: UInt128, rate: UInt64, period: UInt64) -> UInt64 {
    let plain = UInt128(start) + funds * UInt128(period) / UInt128(rate)
    guard let switchAt, let newPrices, plain >= UInt128(switchAt - 1) else {
      return Exact.clamped(plain, to: AuditLimits.instantMax)
    }
    // The old price pays up to the last instant before the switch; from there on time costs the new one.
    let lastOld = switchAt - 1
    let old = Exact.ceil(UInt128(rate) * UInt128(lastOld - start), UInt128(period))
    let left = funds - old
    let newRate = UInt128(self.rate(newPrices.price))
    return Exact.clamped(
      UInt128(lastOld) + left * UInt128(newPrices.period) / newRate, to: AuditLimits.instantMax)
  }

  /// Last instant that is paid.
  var deadline: UInt64 {
    guard let segment else { return state == .suspended ? lastPaid : endedAt }
    return deadline(
      from: segment.start, funds: UInt128(purse) + segment.charged, rate: segment.rate, period: segment.period)
  }

  /// Last instant that would be paid at the full price; a throttled segment must be settled up to `position`.
  var deadlineAtFullPrice: UInt64 {
    guard let segment, segment.isThrottled else { return deadline }
    return deadline(
      from: max(position, segment.start), funds: UInt128(purse), rate: rate(prices.price), period: prices.period)
  }

  /// Instant at which it expires, or fails (live), or is forgotten (ended).
  var endInstant: UInt64 {
    switch state {
    case .active, .low, .throttled:
      let last = deadline
      let grace: UInt64
      if let newPrices, let switchAt, last + 1 >= switchAt { grace = newPrices.grace } else { grace = prices.grace }
      return last + 1 + grace
    case .suspended, .pending: return end
    default: return endedAt + AuditLimits.endedLeaseMilliseconds
    }
  }

  /// What happens next, and when.
  var nextBoundary: (instant: UInt64, boundary: Boundary) {
    switch state {
    case .active, .low, .throttled:
      var found: (instant: UInt64, boundary: Boundary)
      if let switchAt, deadline >= switchAt {
        found = (switchAt, .newTerms)
      } else {
        found = (deadline + 1, .suspended)
      }
      func consider(_ threshold: UInt64, _ boundary: Boundary) {
        let last = deadline
        let instant = max(position, last > threshold ? last - threshold : 0)
        if instant < found.instant { found = (instant, boundary) }
      }
      // Low comes first at an instant when both hold, so that each state is passed through.
      if state == .active, prices.low > 0 { consider(prices.low, .low) }
      if state != .throttled, prices.throttle > 0 { consider(prices.throttle, .throttled) }
      return found
    case .suspended: return (end, .expired)
    case .pending: return (end, .failed)
    default: return (endInstant, .forgotten)
    }
  }

  /// Takes the charge of the running segment up to `instant` out of the purse: given money first. Nothing, when more was
  /// taken.
  mutating func settle(to instant: UInt64, _ passage: inout ModelPassage) {
    guard var running = segment else { return }
    let charge = running.charge(at: instant)
    guard charge > running.charged else { return }
    let due = UInt64(charge - running.charged)
    let fromGiven = min(due, given)
    given -= fromGiven
    own -= due - fromGiven
    passage.chargedGiven += fromGiven
    passage.chargedOwn += due - fromGiven
    running.charged = charge
    segment = running
  }

  /// Passes every boundary up to `now`, in order; `reservations` are its open ones. While it stands, only they are
  /// boundaries.
  mutating func passBoundaries(to now: UInt64, reservations: [ModelReservation], _ passage: inout ModelPassage) {
    var waiting = reservations.sorted { ($0.until, $0.id) < ($1.until, $1.id) }
    while true {
      let instant = nextInstant.map { max($0, position) }
      if let first = waiting.first, first.until <= now, first.until < instant ?? .max {
        waiting.removeFirst()
        stand(to: first.until, &passage)
        takeBack(first, &passage)
        continue
      }
      guard let instant, instant <= now else { return }
      pass(nextBoundary.boundary, at: instant, &passage)
      if passage.isForgotten { return }
    }
  }

  /// A reservation's time is out: its money is back from that instant on.
  private mutating func takeBack(_ reservation: ModelReservation, _ passage: inout ModelPassage) {
    let instant = max(reservation.until, position)
    passage.timedOut.append((reservation, isLive))
    reservations.removeAll { $0 == reservation.id }
    if isLive {
      if isRunning { settle(to: instant, &passage) }
      position = instant
      let before = deadline
      credit(own: reservation.own, given: reservation.given)
      noteChange(from: before, at: instant, isPayment: false)
    } else {
      refund += reservation.own
    }
  }

  private mutating func pass(_ boundary: Boundary, at instant: UInt64, _ passage: inout ModelPassage) {
    switch boundary {
    case .newTerms:
      settle(to: instant - 1, &passage)
      if let newPrices { prices = newPrices }
      (newPrices, switchAt) = (nil, nil)
      beginSegment(at: instant - 1, isThrottled: false)
      state = .active
    case .suspended:
      lastPaid = instant - 1
      settle(to: lastPaid, &passage)
      countRun(to: lastPaid)
      if let newPrices, switchAt == instant { prices = newPrices }
      end = instant + prices.grace
      (newPrices, switchAt) = (nil, nil)
      segment = nil
      state = .suspended
    case .throttled:
      state = .throttled
      if prices.throttledPrice != prices.price {
        let promised = deadline
        settle(to: instant, &passage)
        beginThrottledSegment(promised)
      }
    case .low:
      state = .low
    case .expired:
      finish(.expired, at: instant, &passage)
    case .failed:
      finish(.failed, at: instant, &passage)
    case .forgotten:
      passage.donatedRefund += refund
      refund = 0
      passage.isForgotten = true
    }
    position = instant
  }

  mutating func beginSegment(at instant: UInt64, isThrottled: Bool) {
    let price = isThrottled ? prices.throttledPrice : prices.price
    segment = ModelSegment(
      start: instant, rate: rate(price), period: prices.period, charged: 0, isThrottled: isThrottled)
  }

  /// The last instant that may be paid at the price that holds now.
  private var lastAtPrice: UInt64 { switchAt.map { $0 - 1 } ?? AuditLimits.instantMax }

  /// The last instant that what was charged in the running segment pays; nil: none runs.
  var lastCharged: UInt64? {
    guard let segment else { return nil }
    let paid = UInt128(segment.start) + segment.charged * UInt128(segment.period) / UInt128(segment.rate)
    return Exact.clamped(paid, to: lastAtPrice)
  }

  /// What was charged at the full price so far is time that was paid: the throttled price begins behind it. Not earlier than
  /// `promised` is the deadline then, to which end the price may have to begin one millisecond later.
  private mutating func beginThrottledSegment(_ promised: UInt64) {
    guard let start = lastCharged else { return }
    beginSegment(at: start, isThrottled: true)
    if deadline < promised, start < lastAtPrice { beginSegment(at: start + 1, isThrottled: true) }
  }

  /// Ends it: own money becomes a refund, given money a donation.
  mutating func finish(_ last: LeaseState, at instant: UInt64, _ passage: inout ModelPassage) {
    loss = nil
    (owed, stood) = (0, 0)
    passage.wasPending = isPending
    // What was never provided and is given back leaves no service; that of one that failed says why.
    if isPending, last != .failed { service = nil }
    state = last
    segment = nil
    (newPrices, switchAt) = (nil, nil)
    endedAt = instant
    refund += own + deposits
    passage.refunded += own
    passage.refundedDeposits += deposits
    chains = []
    passage.donatedGiven += given
    (own, given) = (0, 0)
    passage.isEnded = true
  }

  /// Instant at which it ends if nobody does anything: the walk itself, to its end. One that stands on the way does not.
  func expiry(reservations: [ModelReservation]) -> UInt64 {
    var lease = self
    var passage = ModelPassage()
    while lease.isLive {
      guard let next = lease.nextInstant else { return .max }
      let returned = reservations.filter { lease.reservations.contains($0.id) }
      let until = min(next, returned.map(\.until).min() ?? next)
      if until > AuditLimits.instantMax { return .max }
      lease.passBoundaries(to: until, reservations: returned, &passage)
    }
    return lease.endedAt
  }

  /// Adds money at `position`, up to which it is settled; a suspended lease only keeps it.
  mutating func credit(own moreOwn: UInt64, given moreGiven: UInt64) {
    own += moreOwn
    given += moreGiven
    guard let segment else { return }
    if segment.isThrottled {
      let left = deadlineAtFullPrice - position
      guard left > prices.throttle else { return }
      beginSegment(at: max(position, segment.start), isThrottled: false)
    }
    state = .active
  }

  /// A payment reached a suspended lease whose purse may buy time again on `current` terms. True: it is revived.
  mutating func revive(at now: UInt64, current: ModelPrices) -> Bool {
    let bought = UInt128(purse) * UInt128(current.period) / UInt128(rate(current.price))
    guard state == .suspended, bought >= 1 else { return false }
    resume(at: now, from: now, on: current)
    return true
  }

  /// A suspended lease runs again, with a segment that begins at `start`.
  mutating func resume(at now: UInt64, from start: UInt64, on current: ModelPrices) {
    prices = current
    position = now
    beginSegment(at: start, isThrottled: false)
    state = .active
    loss?.runsSince = now
  }
}
