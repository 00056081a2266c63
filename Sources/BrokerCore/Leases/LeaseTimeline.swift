import WireProtocol

/// Money that a settlement takes out of the two purses.
struct Charge {
  var given: UInt64 = 0
  var own: UInt64 = 0
  /// All of it.
  var sum: UInt64 { given &+ own }
  var isZero: Bool { given | own == 0 }

  static func + (left: Charge, right: Charge) -> Charge {
    Charge(given: left.given &+ right.given, own: left.own &+ right.own)
  }
}

/// Reserved money that comes back at `until` when nobody settles it.
struct TimeOut {
  var until: UInt64
  var own: UInt64
  var given: UInt64
}

/// One boundary that a lease passes.
struct Step {
  enum Cause { case boundary, announcement, timeOut }
  var instant: UInt64
  var cause: Cause
  /// What the time up to it cost.
  var charge: Charge
}

/// How money becomes time: a pure function of the lease, its prices and the instant. Reads run it on a copy, commands on the
/// lease itself and book what it returns.
///
/// While a lease runs, its purse owes `ceil(rate x (t - segmentStart) / period) - segmentCharged` at t: charges are counted
/// from the start of the segment and never summed up from rounded steps. `own + given + segmentCharged` are its *funds*, and
/// the deadline is the last instant whose charge they cover. The lease is settled up to every instant at which something
/// happens to it, so `own` and `given` are right there; in between they are as at the last touch.
extension Lease {
  // MARK: What the money buys

  /// Its prices.
  @inline(__always) func prices(_ history: PriceHistory) -> Prices {
    priceGeneration == history.generation ? history.current : history.previous
  }

  /// Amount per period that it costs now; a halted lease costs nothing.
  @inline(__always) func rate(_ history: PriceHistory) -> UInt64 {
    if isHalted { return 0 }
    let prices = self.prices(history)
    return UInt64(units) &* (flags.contains(.throttledSegment) ? prices.throttledPrice : prices.price)
  }

  /// Whether it runs on the prices before the current ones.
  @inline(__always) func isOnPrevious(_ history: PriceHistory) -> Bool {
    !isSuspended && priceGeneration != history.generation
  }

  /// The segment that runs, from its start, with the switch that is pending.
  @inline(__always) private func segment(_ history: PriceHistory) -> Course {
    let prices = self.prices(history)
    let price = flags.contains(.throttledSegment) ? prices.throttledPrice : prices.price
    return withSwitch(Course(start: segmentStart, rate: UInt64(units) &* price, period: prices.period), history)
  }

  /// What its money buys at the full price, and how much that money is, reckoned from `now`, to which it is settled.
  @inline(__always) func fullCourse(at now: UInt64, _ history: PriceHistory) -> (course: Course, funds: UInt64) {
    if isSuspended {
      let rate = UInt64(units) &* history.current.price
      return (Course(start: now, rate: rate, period: history.current.period), balance)
    }
    guard flags.contains(.throttledSegment) else { return (segment(history), funds) }
    let prices = self.prices(history)
    let course = Course(start: max(now, segmentStart), rate: UInt64(units) &* prices.price, period: prices.period)
    return (withSwitch(course, history), balance)
  }

  @inline(__always) private func withSwitch(_ course: Course, _ history: PriceHistory) -> Course {
    guard switchAt != 0 else { return course }
    var course = course
    course.switchAt = switchAt
    course.nextRate = UInt64(units) &* history.current.price
    course.nextPeriod = history.current.period
    return course
  }

  @inline(__always) private var funds: UInt64 { balance.addingSaturating(segmentCharged) }

  /// Last instant that is paid; 0: PENDING.
  @inline(__always) func deadline(_ history: PriceHistory) -> UInt64 {
    isHalted ? segmentStart - 1 : segment(history).deadline(of: funds)
  }

  /// Instant at which it expires, when no money comes; PENDING: at which it fails.
  @inline(__always) func end(_ history: PriceHistory) -> UInt64 {
    if isHalted { return switchAt }
    let deadline = self.deadline(history)
    return deadline + 1 + grace(after: deadline, history)
  }

  /// How long it is kept when it is suspended after `deadline`: as its own terms say, or the next ones from their switch on.
  private func grace(after deadline: UInt64, _ history: PriceHistory) -> UInt64 {
    let isBeforeSwitch = priceGeneration != history.generation && (switchAt == 0 || deadline + 1 < switchAt)
    return isBeforeSwitch ? history.previous.grace : history.current.grace
  }

  /// Least amount that makes it ACTIVE at `now`, to which it is settled.
  func amountToActive(at now: UInt64, _ history: PriceHistory) -> UInt64 {
    let (course, funds) = fullCourse(at: now, history)
    let low = isSuspended ? history.current.low : prices(history).low
    return course.funds(through: now + low + 1).subtractingSaturating(funds)
  }

  // MARK: Time

  /// Whether nothing happens to it up to `now`.
  @inline(__always) func isQuiet(through now: UInt64, _ history: PriceHistory) -> Bool {
    now < boundary && (priceGeneration == history.generation || switchAt != 0)
  }

  /// Whether new terms that it has not taken note of were announced before `instant`.
  @inline(__always) func isAnnounced(before instant: UInt64, _ history: PriceHistory) -> Bool {
    isOnPrevious(history) && switchAt == 0 && instant > history.announcedAt
  }

  /// Passes the first boundary that is not after `limit`, or gives nil when there is none. `timeOut` is the first of its
  /// reservations; at one instant, boundaries come first. The caller calls again until nil, or until the state is EXPIRED.
  mutating func step(through limit: UInt64, _ history: PriceHistory, _ timeOut: TimeOut?) -> Step? {
    if history.announcedAt <= limit, isAnnounced(before: min(boundary, timeOut?.until ?? .max), history) {
      switchAt = deadline(history) + 1
      updateBoundary(history, deadline(history))
      return Step(instant: history.announcedAt, cause: .announcement, charge: Charge())
    }
    if let timeOut, timeOut.until < boundary, timeOut.until <= limit {
      return Step(
        instant: timeOut.until, cause: .timeOut,
        charge: credit(own: timeOut.own, given: timeOut.given, at: timeOut.until, history))
    }
    guard boundary <= limit else { return nil }
    let instant = boundary
    return Step(instant: instant, cause: .boundary, charge: arrive(at: instant, history, isCredited: false))
  }

  /// Settles up to `instant`, which is not after the deadline of the segment that runs.
  @inline(__always) mutating func settle(through instant: UInt64, _ history: PriceHistory) -> Charge {
    guard !isHalted, instant > segmentStart else { return Charge() }
    let course = segment(history)
    let due = course.charge(through: instant)
    let charge = due.subtractingSaturating(segmentCharged)
    let fromGiven = min(given, charge)
    let fromOwn = min(own, charge - fromGiven)
    given -= fromGiven
    own -= fromOwn
    segmentCharged = due
    // Whole periods cost exactly the rate: counting from a later start changes no charge and keeps the numbers small.
    let elapsed = instant - segmentStart
    if elapsed >= course.period {
      let periods = elapsed / course.period
      segmentStart += periods * course.period
      segmentCharged -= periods &* course.rate
    }
    return Charge(given: fromGiven, own: fromOwn)
  }

  /// Adds money at `instant`, up to which nothing else happens, and judges the state anew.
  mutating func credit(own: UInt64, given: UInt64, at instant: UInt64, _ history: PriceHistory) -> Charge {
    let charge =
      isSuspended ? Charge() : settle(through: min(instant, segment(history).firstDeadline(of: funds)), history)
    self.own &+= own
    self.given &+= given
    return charge + arrive(at: instant, history, isCredited: true)
  }

  /// Takes money at `instant`, to which it is settled, and judges the state anew.
  @inline(__always) mutating func debit(_ amount: Charge, at instant: UInt64, _ history: PriceHistory) {
    own &-= amount.own
    given &-= amount.given
    _ = arrive(at: instant, history, isCredited: false)
  }

  /// Whether a payment may let it run again: the owner's always; a gift only when no own money waits in the purse (it came back
  /// from a reservation), which the gift would have it spend.
  @inline(__always) func mayRevive(byOwner isOwn: Bool) -> Bool { isOwn || own == 0 }

  /// Begins to run at `now` when the purse of a SUSPENDED lease buys a millisecond at the full price.
  mutating func revive(at now: UInt64, _ history: PriceHistory) -> Bool {
    let (course, funds) = fullCourse(at: now, history)
    guard isSuspended, course.deadline(of: funds) > now else { return false }
    begin(at: now, history)
    return true
  }

  /// Begins to run at `now` on the current prices, which count from `start`, by default `now`. Gives what is charged at once, when
  /// they count from earlier and are throttled at once.
  @discardableResult
  mutating func begin(at now: UInt64, from start: UInt64? = nil, _ history: PriceHistory) -> Charge {
    priceGeneration = history.generation
    switchAt = 0
    startSegment(at: start ?? now, isThrottled: false)
    state = .active
    return arrive(at: now, history, isCredited: true)
  }

  /// Waits for an agent, which may take until the instant before `until`.
  mutating func hold(until: UInt64, _ history: PriceHistory) {
    priceGeneration = history.generation
    startSegment(at: 1, isThrottled: false)
    state = .pending
    switchAt = until
    boundary = until
  }

  /// Begins to run at `now`, when the agent is ready, on the prices of its grant.
  mutating func capture(at now: UInt64, _ history: PriceHistory) -> Charge {
    switchAt = 0
    startSegment(at: now, isThrottled: false)
    state = .active
    return arrive(at: now, history, isCredited: true)
  }

  // MARK: While its agent is lost

  /// Time passes it by until `instant` if it stands; it is settled up to where that began.
  mutating func stand(_ absence: Absence, through instant: UInt64, _ history: PriceHistory) -> Charge {
    guard !isHalted, let from = absence.stands(paidTo: deadline(history)), from == absence.passedTo else {
      return Charge()
    }
    let charge = settle(through: from, history)
    let milliseconds = instant - from
    segmentStart = Self.later(segmentStart, by: milliseconds)
    moveSwitch(by: milliseconds)
    // Not moved by as much: a deadline that is as late as can be stays where it is, and so does what comes before it.
    updateBoundary(history, deadline(history))
    return charge
  }

  /// Last instant up to `instant` at which it ran, of one that did until then or is suspended since.
  func lastRun(through instant: UInt64) -> UInt64 { isSuspended ? segmentStart - 1 : instant }

  /// Gives it time at `now`, to which it is settled: what it pays for comes that much later. One that is SUSPENDED begins to run.
  mutating func give(_ milliseconds: UInt64, at now: UInt64, _ history: PriceHistory) -> Charge {
    if isSuspended { return begin(at: now, from: Self.later(now, by: milliseconds), history) }
    let latest = switchAt == 0 ? CoreLimits.instantMax : switchAt - 1
    let paid = min(segment(history).firstDeadline(of: segmentCharged), latest)
    moveSwitch(by: milliseconds)
    startSegment(at: Self.later(paid, by: milliseconds), isThrottled: flags.contains(.throttledSegment))
    return arrive(at: now, history, isCredited: true)
  }

  private static func later(_ instant: UInt64, by milliseconds: UInt64) -> UInt64 {
    min(instant.addingSaturating(milliseconds), CoreLimits.instantMax)
  }

  private mutating func moveSwitch(by milliseconds: UInt64) {
    if switchAt != 0 { switchAt = Self.later(switchAt - 1, by: milliseconds) + 1 }
  }

  /// First instant at which access is reduced, when no money comes; nil: never, or it is.
  func throttleAt(_ history: PriceHistory) -> UInt64? {
    guard !isHalted, !self.is(.throttled) else { return nil }
    let (deadline, throttle) = (deadline(history), prices(history).throttle)
    let instant = deadline.subtractingSaturating(throttle)
    if throttle > 0, switchAt == 0 || instant < switchAt { return instant }
    // From the switch on the new terms say when.
    guard switchAt != 0, deadline >= switchAt, history.current.throttle > 0 else { return nil }
    return max(switchAt, deadline.subtractingSaturating(history.current.throttle))
  }

  // MARK: State

  /// Brings the state to that of `instant`, the first at which something changed. Only money lets a lease rise.
  @inline(__always)
  private mutating func arrive(at instant: UInt64, _ history: PriceHistory, isCredited: Bool) -> Charge {
    guard !isHalted else {
      if instant >= switchAt { state = isSuspended ? .expired : .failed }
      return Charge()
    }
    let course = segment(history)
    let deadline = course.deadline(of: funds)
    if instant > deadline, deadline < course.switchAt { return suspend(after: deadline, history) }
    if instant >= course.switchAt {
      let last = course.switchAt - 1
      let charge = settle(through: last, history)
      return charge + begin(at: instant, from: last, history)
    }
    let flagsBefore = flags
    let charge = judge(at: instant, history, mayRise: isCredited)
    // Another segment, another deadline.
    updateBoundary(history, flags == flagsBefore ? deadline : self.deadline(history))
    return charge
  }

  /// Judges LOW and THROTTLED by the time left at `instant`. Settles only where a segment ends.
  @inline(__always)
  private mutating func judge(at instant: UInt64, _ history: PriceHistory, mayRise: Bool) -> Charge {
    if self.is(.throttled), !mayRise { return Charge() }
    let prices = self.prices(history)
    // Without thresholds (LOW's is the greater one) the time left decides nothing.
    if prices.low == 0, !flags.contains(.throttledSegment) {
      if mayRise || !self.is(.low) { state = .active }
      return Charge()
    }
    let (full, funds) = fullCourse(at: instant, history)
    let left = full.deadline(of: funds).subtractingSaturating(instant)
    if prices.throttle > 0, left <= prices.throttle {
      state = .throttled
      guard prices.throttledPrice != prices.price, !flags.contains(.throttledSegment) else { return Charge() }
      let deadline = full.deadline(of: funds)
      let charge = settle(through: instant, history)
      startThrottledSegment(keeping: deadline, history)
      return charge
    }
    // Only money leads here from a throttled segment, and the lease was settled before the money came.
    if flags.contains(.throttledSegment) { startSegment(at: max(instant, segmentStart), isThrottled: false) }
    if prices.low > 0, left <= prices.low {
      state = .low
    } else if mayRise || !self.is(.low) {
      state = .active
    }
    return Charge()
  }

  private mutating func suspend(after deadline: UInt64, _ history: PriceHistory) -> Charge {
    let charge = settle(through: deadline, history)
    let grace = grace(after: deadline, history)
    startSegment(at: deadline + 1, isThrottled: false)
    state = .suspended
    priceGeneration = history.generation
    switchAt = deadline + 1 + grace
    boundary = switchAt
    return charge
  }

  /// Goes on at the throttled price. The unit of money that was begun is used up at the full price, so that no time is lost that
  /// was paid: the segment begins where it ends, or a millisecond later where rounding the two parts would bring `deadline` forward.
  private mutating func startThrottledSegment(keeping deadline: UInt64, _ history: PriceHistory) {
    let latest = switchAt == 0 ? CoreLimits.instantMax : switchAt - 1
    let paid = segment(history).firstDeadline(of: segmentCharged)
    startSegment(at: min(paid, latest), isThrottled: true)
    if self.deadline(history) < deadline, segmentStart < latest { segmentStart += 1 }
  }

  private mutating func startSegment(at instant: UInt64, isThrottled: Bool) {
    segmentStart = instant
    segmentCharged = 0
    if isThrottled { flags.insert(.throttledSegment) } else { flags.remove(.throttledSegment) }
  }

  /// Notes the next boundary of a lease that runs and is paid until `deadline`.
  @inline(__always) private mutating func updateBoundary(_ history: PriceHistory, _ deadline: UInt64) {
    var instant = switchAt == 0 ? deadline + 1 : min(deadline + 1, switchAt)
    if !self.is(.throttled) {
      let prices = self.prices(history)
      if prices.throttle > 0 { instant = min(instant, deadline.subtractingSaturating(prices.throttle)) }
      if self.is(.active), prices.low > 0 { instant = min(instant, deadline.subtractingSaturating(prices.low)) }
    }
    boundary = instant
  }
}
