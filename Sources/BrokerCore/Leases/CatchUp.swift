import WireProtocol

/// Where a lease lies after it caught up with time.
enum LeasePlace {
  case live(UInt32)
  case ended(UInt32)
  case unknown
}

/// What a lease adds to the totals of its resource.
struct LeaseShare {
  var rate: UInt64
  var isSuspended: Bool
  var isOnPrevious: Bool
  /// Whether its money is held until an agent is ready.
  var isHeld: Bool
}

/// Catching up: passing a lease's boundaries in order, booking what each stretch cost, telling each state.
extension StateMachine {
  // MARK: Looking up

  /// The table and index of a lease as they are stored.
  @inline(__always) func find(_ id: UInt64) -> LeasePlace {
    let found = leaseIDs.find(seed.hash(drawn: id)) { value in
      value & 1 == 0 ? leases[value >> 1].id == id : endedLeases[value >> 1].id == id
    }
    guard let found else { return .unknown }
    return found & 1 == 0 ? .live(found >> 1) : .ended(found >> 1)
  }

  /// Finds a lease that a command names and brings it to `now`, settled. `hint` is where it was seen last.
  @inline(__always) mutating func reach(_ id: UInt64, hint: UInt32 = noIndex) -> LeasePlace {
    let place = leases.holds(id, at: hint) ? .live(hint) : find(id)
    switch place {
    case .unknown: return .unknown
    case .live(let index):
      guard catchUp(index, through: now) else { return reachEnded(id) }
      let resource = leases[index].resource
      book(leases[index].settle(through: now, resources[resource].prices), to: resource)
      return place
    case .ended: return reachEnded(id)
    }
  }

  private mutating func reachEnded(_ id: UInt64) -> LeasePlace {
    guard case .ended(let index) = find(id), catchUpEnded(index, through: now) else { return .unknown }
    return .ended(index)
  }

  /// The first reservation of a list, as what comes back when nobody settles it.
  @inline(__always) func timeOut(_ reservation: UInt32) -> TimeOut? {
    guard reservation != noIndex else { return nil }
    let first = reservations[reservation]
    return TimeOut(until: first.until, own: first.heldOwn, given: first.held - first.heldOwn)
  }

  // MARK: Live leases

  /// Passes every boundary up to `limit`; false when the lease ended, and its index holds it no more.
  @inline(__always) mutating func catchUp(_ index: UInt32, through limit: UInt64) -> Bool {
    let resource = leases[index].resource
    let first = leases[index].reservation
    if leases[index].isQuiet(through: limit, resources[resource].prices),
      first == noIndex || reservations[first].until > limit, !leases[index].flags.contains(.unattended)
    {
      return true
    }
    return passBoundaries(of: index, resource, through: limit)
  }

  @inline(never)
  private mutating func passBoundaries(of index: UInt32, _ resource: UInt32, through limit: UInt64) -> Bool {
    leases[index].flags.contains(.unattended)
      ? passUnattended(index, resource, through: limit) : step(index, resource, through: limit)
  }

  /// Passes every boundary up to `limit` of a lease that time does not pass by; false when the lease ended.
  mutating func step(_ index: UInt32, _ resource: UInt32, through limit: UInt64) -> Bool {
    while true {
      let share = share(of: index)
      let state = leases[index].state
      let timeOut = timeOut(leases[index].reservation)
      let isServed = leases[index].flags.contains(.served)
      let deadline = servedDeadline(of: index)
      guard let step = leases[index].step(through: limit, resources[resource].prices, timeOut) else { return true }
      passedCount &+= 1
      book(step.charge, to: resource)
      if step.cause == .timeOut {
        if isServed { noteChange(of: index, from: deadline, at: step.instant, isPayment: false) }
        leases[index].reservation = takeBack(leases[index].reservation, of: leases[index].resource)
        leases[index].reservationCount -= 1
      }
      if leases[index].is(.expired) || leases[index].is(.failed) {
        end(index, leases[index].state, share, at: step.instant)
        return false
      }
      if leases[index].state != state {
        tell(index, .time, at: step.instant)
        notify(index, at: step.instant)
      } else if step.cause == .timeOut {
        tell(index, .settled, at: step.instant)
      } else if isServed {
        effects.append(.deadlineMoved(lease: leases[index].id, resource: resources[resource].id))
      }
      if let instant = endOfSuspended(index, through: limit) {
        passedCount &+= 1
        end(index, .expired, share, at: instant)
        return false
      }
      restate(index, share)
      noteEnd(of: index)
    }
  }

  /// When a lease that is suspended expires, if that is due too and nothing waits to come back: at once, where there is no grace. So do
  /// most that end by themselves, and their resource need not hear of the state between.
  @inline(__always) private func endOfSuspended(_ index: UInt32, through limit: UInt64) -> UInt64? {
    guard leases[index].isSuspended, leases[index].reservation == noIndex else { return nil }
    let end = leases[index].switchAt
    return end <= limit ? end : nil
  }

  // MARK: Timers

  /// The timer of a live lease fires: it passes the boundaries that are due, and is armed for the next.
  mutating func fireLease(_ index: UInt32, at due: UInt64) {
    if catchUp(index, through: due) { arm(index, at: wakeUp(of: index)) }
  }

  /// The next instant at which something happens to it by itself.
  @inline(__always) func wakeUp(of index: UInt32) -> UInt64 {
    let back = timeOut(leases[index].reservation)?.until ?? .max
    let next = leases[index].flags.contains(.unattended) ? boundaryUnattended(index) : leases[index].boundary
    return min(next, back)
  }

  /// Sets the timer of a lease.
  mutating func arm(_ index: UInt32, at instant: UInt64) {
    leaseTimers.arm(index, at: instant)
    leases[index].timer = UInt32(truncatingIfNeeded: instant)
  }

  /// Moves the timer when what is next came to lie before it: to the start of the slot of that instant, a sixteenth of the
  /// time left, so that small debits move it rarely. `before` is what was next until now.
  ///
  /// The heap is not asked: the timer was not after `before`, and its low bits say how long, but for multiples of 49 days. One
  /// that is taken for later than it is, is moved in vain or stays where it is rightly.
  @inline(__always) mutating func rearm(_ index: UInt32, _ before: UInt64) {
    let next = wakeUp(of: index)
    let lead = UInt32(truncatingIfNeeded: before) &- leases[index].timer
    guard next < before.subtractingSaturating(UInt64(lead)) else { return }
    let left = next.subtractingSaturating(now)
    let bits = UInt64.bitWidth - 1 - max(left, 1).leadingZeroBitCount
    let width: UInt64 = bits > 4 ? 1 << UInt64(bits - 4) : 1
    arm(index, at: max(next / width * width, min(next, now)))
  }

  // MARK: Totals of the resource

  /// What the lease adds to its resource as it is stored.
  @inline(__always) func share(of index: UInt32) -> LeaseShare {
    let prices = resources[leases[index].resource].prices
    return LeaseShare(
      rate: leases[index].rate(prices), isSuspended: leases[index].isSuspended,
      isOnPrevious: leases[index].isOnPrevious(prices), isHeld: leases[index].is(.pending))
  }

  @inline(__always) func add(_ share: LeaseShare, to resource: UInt32) {
    resources[resource].addRate(share.rate)
    if share.isSuspended { resources[resource].suspendedCount += 1 }
    if share.isOnPrevious { resources[resource].previousCount += 1 }
  }

  @inline(__always) func subtract(_ share: LeaseShare, from resource: UInt32) {
    resources[resource].subtractRate(share.rate)
    if share.isSuspended { resources[resource].suspendedCount -= 1 }
    if share.isOnPrevious { resources[resource].previousCount -= 1 }
  }

  /// Replaces the share that the lease had by the one it has.
  @inline(__always) func restate(_ index: UInt32, _ before: LeaseShare) {
    subtract(before, from: leases[index].resource)
    add(share(of: index), to: leases[index].resource)
  }

  /// Lowers the bound of the first end among the resource's leases, after a grant or a debit.
  @inline(__always) func noteEnd(of index: UInt32) {
    let resource = leases[index].resource
    let prices = resources[resource].prices
    // A halted lease ends at its boundary; one that runs, the grace time after its boundary or later.
    let isHalted = leases[index].isHalted
    let grace = isHalted ? 0 : min(prices.current.grace, prices.previous.grace)
    var least = leases[index].boundary.addingSaturating(grace)
    // Money that comes back from a reservation can lift a throttled lease to the full price.
    var mayRise = false
    if leases[index].is(.throttled), let timeOut = timeOut(leases[index].reservation) {
      mayRise = true
      least = min(least, timeOut.until.addingSaturating(grace))
    }
    guard least < resources[resource].earliestEnd else { return }
    // Where a segment is still to end before the deadline, rounding there may bring the deadline forward.
    let mayChange =
      leases[index].isOnPrevious(prices)
      || (!leases[index].is(.throttled) && prices.current.throttle > 0
        && prices.current.throttledPrice != prices.current.price)
    let end = mayChange || mayRise || isHalted ? least : leases[index].end(prices)
    resources[resource].earliestEnd = min(resources[resource].earliestEnd, end)
  }

  // MARK: Effects

  /// Tells that a live lease changed, now or `at` the instant of a boundary: its purse as CHECK would have told it then.
  @inline(__always) mutating func tell(_ index: UInt32, _ cause: ChangeCause, at instant: UInt64? = nil) {
    guard effects.areWanted else { return }
    effects.append(.leaseChanged(pushed(index, cause, at: instant ?? now)))
  }

  private func pushed(_ index: UInt32, _ cause: ChangeCause, at instant: UInt64) -> LeaseChangedPush {
    var lease = leases[index]
    let prices = resources[lease.resource].prices
    _ = lease.settle(through: instant, prices)
    return LeaseChangedPush(
      lease: lease.id, resource: resources[lease.resource].id, epoch: lease.epoch, deadline: lease.deadline(prices),
      balance: lease.balance, state: lease.state, cause: cause, units: lease.units)
  }

  /// Tells funders and holders that a lease came to need money.
  mutating func notify(_ index: UInt32, at instant: UInt64) {
    guard effects.areWanted, let kind = leases[index].need else { return }
    let resource = leases[index].resource
    let prices = resources[resource].prices
    let need = NoticePush(
      lease: leases[index].id, resource: resources[resource].id, funding: 0, claim: 0,
      amount: leases[index].amountToActive(at: instant, prices),
      instant: leases[index].isSuspended ? leases[index].end(prices) : leases[index].deadline(prices), kind: kind)
    effects.append(.notice(need))
    askInvestors(need, of: resource)
  }
}
