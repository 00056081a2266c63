import WireProtocol

/// What judging a debit gives: out of which purses it goes, or why not.
enum DebitVerdict {
  case good(Charge)
  case bad(Outcome)
}

/// USE: debits of use, made safe to repeat by their own numbers.
extension StateMachine {
  /// USE: quantity x the meter's price, once for each number of a key.
  mutating func use(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = UseCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    // Where no window of use numbers is left, nobody knows whether this number was charged once.
    let unmatched: Money = view.receipt != nil ? .notTaken : .notKnown
    let index: UInt32
    switch reach(command.lease, hint: command.leaseIndex) {
    case .unknown: return .refused(.leaseUnknown).with(unmatched)
    case .ended(let index):
      return .refused(.leaseEnded, detail: UInt64(endedLeases[index].state.rawValue)).with(unmatched)
    case .live(let live): index = live
    }
    if leases[index].isOpen, command.actor.authority == .none { return useOpen(bytes, view, command, index, &reply) }
    guard let debtor = debtor(command.actor, index) else { return .refused(.handleUnknown).with(unmatched) }
    let verdict =
      debtor == noIndex
      ? leases[index].uses.judge(command.useNumber) : debitKeys[debtor].uses.judge(command.useNumber)
    switch verdict {
    case .fresh: return useFresh(bytes, view, command, index, debtor, &reply)
    case .repeated where view.receipt == nil:
      // It was charged once, at the price and for the quantity of that time, which are not kept.
      UseReply(charged: 0, balance: leases[index].balance).write(to: &reply)
      return .ok(.taken, replyByteCount: UseReply.byteCount, isReplayed: true)
    case .repeated: return Outcome.refused(.numberConflict).with(.notKnown)
    case .stale:
      let highest = debtor == noIndex ? leases[index].uses.highest : debitKeys[debtor].uses.highest
      return Outcome.refused(.useNumberStale, detail: highest).with(.notKnown)
    }
  }

  @inline(__always)
  private mutating func useFresh(
    _ bytes: RawSpan, _ view: CommandView, _ command: UseCommand, _ index: UInt32, _ debtor: UInt32,
    _ reply: inout MutableRawSpan
  ) -> Outcome {
    let resource = leases[index].resource
    let price = resources[resource].meterPrice(command.meter)
    guard price > 0 else { return .refused(.meterUnknown) }
    guard command.quantity > 0 else { return .refused(.quantityInvalid) }
    guard let charge = Self.cost(command.quantity, price) else { return .refused(.amountOverflow) }
    if let refusal = whyPending(index) { return refusal }
    let prices = resources[resource].prices
    let policy = resources[resource].policy
    let before = before(index)
    let isOwn = command.actor.authority == .owner || view.hasTick
    var paid: UInt64 = 0
    var revives = false
    let debit: Charge
    if view.hasPayment {
      switch judgeCredit(bytes, view, to: index, isOwn: isOwn) {
      case .bad(let outcome): return outcome
      case .good(let sum): paid = sum
      }
    }
    // Own money that comes and goes at once: to a lease that is ACTIVE nothing happens.
    let isEven = isOwn && paid == charge && leases[index].is(.active) && leases[index].given == 0
    if isEven {
      if let outcome = exceededLimit(charge, of: debtor) { return outcome }
      if view.hasEcash { return .putOff }
      debit = Charge(given: 0, own: charge)
    } else if view.hasPayment {
      // Judged on a copy: a payment is credited first, and is taken only when the use is accepted too.
      var lease = leases[index]
      let mayRevive = lease.mayRevive(byOwner: isOwn)
      _ = lease.credit(own: isOwn ? paid : 0, given: isOwn ? 0 : paid, at: now, prices)
      revives = mayRevive && lease.revive(at: now, prices)
      switch judgeDebit(charge, of: lease, debtor, policy: policy) {
      case .bad(let outcome): return outcome
      case .good(let good): debit = good
      }
      if view.hasEcash { return .putOff }
      leases[index] = lease
    } else {
      switch judgeDebit(charge, of: leases[index], debtor, policy: policy) {
      case .bad(let outcome): return outcome
      case .good(let good): debit = good
      }
    }
    if !isEven { leases[index].debit(debit, at: now, prices) }
    if debtor == noIndex {
      leases[index].uses.charge(command.useNumber)
    } else {
      debitKeys[debtor].uses.charge(command.useNumber)
      debitKeys[debtor].debit(charge, at: now)
    }
    if paid > 0 {
      takePayment(bytes, view, paid, toLive: index, isOwn: isOwn)
      _ = drawPayment()
      if revives { leases[index].epoch = resources[resource].drawEpoch() }
      // A tick moves money of the lease; subscribers hear of the states that it leads to.
      if !view.hasTick || revives { tell(index, .funded) }
      if !view.hasTick { credited &+= paid }
    }
    book(debit, to: resource)
    afterDebit(index, before, isPayment: paid > 0)
    UseReply(charged: charge, balance: leases[index].balance).write(to: &reply)
    return .ok(.taken, replyByteCount: UseReply.byteCount)
  }

  /// USE of an open lease: the payment is the charge, and revenue at once.
  private mutating func useOpen(
    _ bytes: RawSpan, _ view: CommandView, _ command: UseCommand, _ index: UInt32, _ reply: inout MutableRawSpan
  ) -> Outcome {
    let resource = leases[index].resource
    let price = resources[resource].meterPrice(command.meter)
    guard price > 0 else { return .refused(.meterUnknown) }
    guard command.quantity > 0 else { return .refused(.quantityInvalid) }
    guard let charge = Self.cost(command.quantity, price) else { return .refused(.amountOverflow) }
    guard view.hasPayment else { return .refused(.paymentRequired) }
    guard !view.hasTick else { return .refused(.chainUnknown, token: 0) }
    if let refusal = whyPending(index) { return refusal }
    guard !leases[index].isSuspended else { return .refused(.leaseSuspended, detail: leases[index].switchAt) }
    let paid: UInt64
    switch judgePayment(bytes, view, to: command.lease) {
    case .bad(let outcome): return outcome
    case .good(let sum): paid = sum
    }
    guard paid == charge else { return .refused(.amountInvalid, detail: charge) }
    if view.hasEcash { return .putOff }
    takePayment(bytes, view, to: .earnings, of: resource)
    _ = drawPayment()
    takeFee(charge, of: resource)
    UseReply(charged: charge, balance: leases[index].balance).write(to: &reply)
    return .ok(.taken, replyByteCount: UseReply.byteCount)
  }

  // MARK: Debits

  /// What a debit may change beside the purse.
  struct Before {
    var share: LeaseShare
    var stateNumber: UInt8
    var wakeUp: UInt64
    var servedDeadline: UInt64
  }

  @inline(__always) func before(_ index: UInt32) -> Before {
    Before(
      share: share(of: index), stateNumber: leases[index].stateNumber, wakeUp: wakeUp(of: index),
      servedDeadline: servedDeadline(of: index))
  }

  /// Index of the debit key that `actor` is, `noIndex` for the owner, nil when it may not debit this lease.
  @inline(__always) func debtor(_ actor: Actor, _ index: UInt32) -> UInt32? {
    switch actor.authority {
    case .owner: return actor.owns(leases[index].ownerGeneration) ? noIndex : nil
    case .debitKey:
      guard let key = findDebitKey(actor.id), debitKeys[key].lease == leases[index].id else { return nil }
      return key
    case .none, .provider, .operator: return nil
    }
  }

  /// Quantity x price; nil when it does not fit.
  @inline(__always) static func cost(_ quantity: UInt64, _ price: UInt64) -> UInt64? {
    let (cost, overflow) = quantity.multipliedReportingOverflow(by: price)
    return overflow ? nil : cost
  }

  /// What `units` cost in a period; nil when it is more money than there can be, which no lease could pay for a period.
  @inline(__always) static func rate(_ units: UInt64, _ price: UInt64) -> UInt64? {
    guard let rate = cost(units, price), rate <= UInt64(WireLimits.moneyMax) else { return nil }
    return rate
  }

  /// Judges a debit of a lease that is settled up to now.
  @inline(__always)
  func judgeDebit(_ amount: UInt64, of lease: borrowing Lease, _ debtor: UInt32, policy: ResourcePolicy) -> DebitVerdict
  {
    guard !lease.isSuspended else { return .bad(.refused(.leaseSuspended, detail: lease.switchAt)) }
    let given = policy.contains(.useSpendsGiven) ? min(lease.given, amount) : 0
    guard amount - given <= lease.own else { return .bad(.refused(.fundsInsufficient, detail: amount)) }
    if let outcome = exceededLimit(amount, of: debtor) { return .bad(outcome) }
    return .good(Charge(given: given, own: amount - given))
  }

  @inline(__always)
  private func exceededLimit(_ amount: UInt64, of debtor: UInt32) -> Outcome? {
    guard debtor != noIndex else { return nil }
    let allowed = debitKeys[debtor].allowed(at: now)
    return amount <= allowed ? nil : .refused(.debitLimit, detail: allowed)
  }

  /// Books what a debit did to the lease: its resource's totals, its timer, and what there is to tell.
  @inline(__always)
  mutating func afterDebit(_ index: UInt32, _ before: Before, isPayment: Bool = false) {
    let isServed = leases[index].flags.contains(.served)
    if isServed { noteChange(of: index, from: before.servedDeadline, at: now, isPayment: isPayment) }
    if leases[index].stateNumber != before.stateNumber {
      restate(index, before.share)
      tell(index, .used)
      notify(index, at: now)
    } else if isServed {
      let resource = resources[leases[index].resource].id
      effects.append(.deadlineMoved(lease: leases[index].id, resource: resource))
    }
    noteEnd(of: index)
    rearm(index, before.wakeUp)
  }
}
