import WireProtocol

/// ACQUIRE and TRANSFER: how a lease comes to its owner.
extension StateMachine {
  /// ACQUIRE: grants a lease, with the money in the request.
  mutating func acquire(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = AcquireCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let isOpen = command.flags.contains(.open)
    // It takes along what gifts to leases that ended have left behind, as of now.
    if isOpen { fireAllDue() }
    guard let resource = resourceIndex(command.resource) else { return .refused(.resourceUnknown) }
    if isOpen {
      let provider = providers[resources[resource].provider].id
      guard command.provider != 0, command.provider == provider else { return .refused(.notAuthorized) }
    }
    // A lease that is not open has an owner, and an open one has none.
    guard command.keyHash.isZero == isOpen else { return .refused(.keyWrong) }
    guard command.units > 0, command.units <= resources[resource].units else {
      return .refused(.unitsInvalid, detail: UInt64(resources[resource].units))
    }
    guard Self.rate(UInt64(command.units), resources[resource].prices.current.price) != nil else {
      return .refused(.amountOverflow)
    }
    var agent: UInt32 = 0
    if resources[resource].policy.contains(.agent) {
      guard let number = provisioner(of: resource) else { return .refused(.agentAbsent) }
      agent = number
    }
    guard makeRoom(.units(command.units, of: resource)) else {
      return .refused(.unitsUnavailable, detail: earliestFree(resource))
    }
    guard makeRoom(.leases), agent == 0 || makeRoom(.services) else { return .refused(.noSpace) }
    let sum: UInt64
    switch judgePayment(bytes, view, to: 0) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    if let refusal = judgeLength(resource, command.units, sum, command.minimum) { return refusal }

    if view.hasEcash { return .putOff }
    takePayment(bytes, view, to: agent > 0 ? .held : isOpen ? .given : .own, of: resource)
    credited &+= sum
    leaseCounter += 1
    var lease = Lease()
    lease.id = drawnIdentifier(leaseCounter)
    lease.resource = resource
    lease.keyHash = command.keyHash
    lease.units = command.units
    lease.ownerGeneration = isOpen ? 0 : 1
    lease.epoch = resources[resource].drawEpoch()
    if isOpen { lease.flags.insert(.open) }
    if command.flags.contains(.giftsRefused) { lease.flags.insert(.giftsRefused) }
    lease.own = isOpen ? 0 : sum
    lease.given = isOpen ? sum : 0
    if agent > 0 {
      lease.flags.insert(.served)
      lease.hold(until: now + resources[resource].provision, resources[resource].prices)
    } else {
      lease.begin(at: now, resources[resource].prices)
    }
    guard let index = leases.insert(lease) else { return .refused(.noSpace) }
    if agent > 0 { addService(of: index, by: agent) }
    // A hint for the next grant, whose timer lies where nobody looked for long.
    if let next = leases.nextFree { leaseTimers.prefetch(next) }
    leaseIDs.insert(seed.hash(drawn: lease.id), index << 1)
    resources[resource].unitsLeased += lease.units
    resources[resource].leaseCount += 1
    add(share(of: index), to: resource)
    noteEnd(of: index)
    arm(index, at: wakeUp(of: index))
    tell(index, .granted)
    notify(index, at: now)
    if isOpen {
      fundings[resource].publicLease = lease.id
      if agent == 0 { spendDonations(resources[resource].donations, of: resource, on: index) }
    }
    AcquireReply(
      lease: lease.id, epoch: lease.epoch, deadline: leases[index].deadline(resources[resource].prices),
      balance: leases[index].balance, payment: drawPayment()
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: AcquireReply.byteCount)
  }

  /// Judges what `sum` buys of `units` from now at the full price.
  @inline(__always) private func judgeLength(_ resource: UInt32, _ units: UInt32, _ sum: UInt64, _ minimum: UInt64)
    -> Outcome?
  {
    // Exact up to 2^64, beyond any instant: a minimum may be absurd.
    let prices = resources[resource].prices.current
    let rate = UInt64(units) &* prices.price
    let (shortest, longest) = (max(resources[resource].shortest, minimum), resources[resource].longest)
    let bought = Ratio.floor(sum, prices.period, over: rate)
    guard bought >= shortest else {
      return .refused(.tooShort, detail: Ratio.ceiling(rate, shortest, over: prices.period))
    }
    guard bought <= longest else {
      return .refused(.tooLong, detail: newCourse(resource, units).fundsMax(through: now + longest))
    }
    return nil
  }

  /// What money buys of `units` from now at the current full price.
  @inline(__always) func newCourse(_ resource: UInt32, _ units: UInt32) -> Course {
    let prices = resources[resource].prices.current
    return Course(start: now, rate: UInt64(units) &* prices.price, period: prices.period)
  }

  /// Lower bound of the instant at which a unit more may become free: now, where some is held, or the first end of a lease.
  @inline(__always) func earliestFree(_ resource: UInt32) -> UInt64 {
    guard resources[resource].unitsHeld == 0 else { return now }
    var end = resources[resource].earliestEnd
    if resources[resource].policy.contains(.agent) { end = min(end, firstOutageEnd(of: resource)) }
    return end == .max ? now : max(now, end)
  }

  /// TRANSFER: a new owner key, a new epoch; the debit keys end, and the chains, whose deposits go back to the purse.
  mutating func transfer(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = TransferCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let index: UInt32
    switch reach(command.lease) {
    case .unknown: return .refused(.leaseUnknown)
    case .ended(let index): return .refused(.leaseEnded, detail: UInt64(endedLeases[index].state.rawValue))
    case .live(let live): index = live
    }
    guard command.actor.owns(leases[index].ownerGeneration) else { return .refused(.handleUnknown) }
    if let refusal = whyPending(index) { return refusal }
    guard command.keyHash != leases[index].keyHash, !command.keyHash.isZero else { return .refused(.keyWrong) }
    removeDebitKeys(of: index)
    closeChains(of: index)
    leases[index].keyHash = command.keyHash
    leases[index].ownerGeneration &+= 1
    leases[index].uses = UseWindow()
    leases[index].epoch = resources[leases[index].resource].drawEpoch()
    tell(index, .transferred)
    TransferReply(epoch: leases[index].epoch).write(to: &reply)
    return .ok(.none, replyByteCount: TransferReply.byteCount)
  }
}
