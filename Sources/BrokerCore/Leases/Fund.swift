import WireProtocol

/// FUND: money for a lease, from its owner or from anyone.
extension StateMachine {
  /// FUND: adds money; a SUSPENDED lease whose money then buys a millisecond runs again.
  mutating func fund(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = FundCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let index: UInt32
    switch reach(command.lease) {
    case .unknown: return .refused(.leaseUnknown)
    case .ended(let index): return .refused(.leaseEnded, detail: UInt64(endedLeases[index].state.rawValue))
    case .live(let live): index = live
    }
    if command.actor.authority == .owner {
      guard command.actor.owns(leases[index].ownerGeneration) else { return .refused(.handleUnknown) }
    }
    if let refusal = whyPending(index) { return refusal }
    let isOwn = command.actor.authority == .owner || view.hasTick
    let sum: UInt64
    switch judgeCredit(bytes, view, to: index, isOwn: isOwn) {
    // An earlier copy of this very request may have shown the tick.
    case .bad(let outcome) where outcome.status == .tickSpent || outcome.status == .chainUnknown:
      return outcome.with(.notKnown)
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    if view.hasEcash { return .putOff }
    takePayment(bytes, view, sum, toLive: index, isOwn: isOwn)
    // A deposit was credited when its chain was opened.
    if !view.hasTick { credited &+= sum }
    let revives = leases[index].mayRevive(byOwner: isOwn)
    credit(index, own: isOwn ? sum : 0, given: isOwn ? 0 : sum, .funded, revives: revives)
    FundReply(
      balance: leases[index].balance, deadline: leases[index].deadline(resources[leases[index].resource].prices),
      credited: sum, payment: drawPayment(), epoch: leases[index].epoch
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: FundReply.byteCount)
  }

  /// Judges the payment of a command that credits a live lease: whether gifts are taken, its notes, and how far ahead it
  /// would be funded.
  @inline(__always) func judgeCredit(_ bytes: RawSpan, _ view: CommandView, to index: UInt32, isOwn: Bool)
    -> PaymentVerdict
  {
    let resource = leases[index].resource
    if !isOwn, leases[index].flags.contains(.giftsRefused) || resources[resource].policy.contains(.giftsRefused) {
      return .bad(.refused(.giftsRefused))
    }
    let verdict = judgePayment(bytes, view, toLive: index)
    guard case .good(let sum) = verdict else { return verdict }
    // What does not let it run again buys no time.
    if leases[index].isSuspended, !leases[index].mayRevive(byOwner: isOwn) { return verdict }
    let (course, funds) = leases[index].fullCourse(at: now, resources[resource].prices)
    let latest = now + resources[resource].longest
    guard course.deadline(of: funds.addingSaturating(sum)) <= latest else {
      // Nothing more, when what is paid already reaches further.
      let most = course.start > latest ? 0 : course.fundsMax(through: latest).subtractingSaturating(funds)
      return .bad(.refused(.tooLong, detail: most))
    }
    return verdict
  }

  /// Credits a lease that is settled up to now, whose money the ledger has already. Only a payment revives it.
  mutating func credit(_ index: UInt32, own: UInt64, given: UInt64, _ cause: ChangeCause, revives: Bool) {
    let resource = leases[index].resource
    let prices = resources[resource].prices
    let before = before(index)
    book(leases[index].credit(own: own, given: given, at: now, prices), to: resource)
    if revives, leases[index].revive(at: now, prices) { leases[index].epoch = resources[resource].drawEpoch() }
    afterCredit(index, before, cause, isPayment: cause == .funded)
  }

  /// Books what a credit did to the lease: its resource's totals, its timer, and what there is to tell.
  @inline(__always)
  mutating func afterCredit(_ index: UInt32, _ before: Before, _ cause: ChangeCause, isPayment: Bool) {
    let resource = leases[index].resource
    restate(index, before.share)
    if leases[index].flags.contains(.served) {
      noteChange(of: index, from: before.servedDeadline, at: now, isPayment: isPayment)
    }
    // Of the only lease of its resource the end is known exactly; with others beside it the bound just stays.
    if resources[resource].leaseCount == 1 { resources[resource].earliestEnd = .max }
    noteEnd(of: index)
    rearm(index, before.wakeUp)
    tell(index, cause)
  }
}
