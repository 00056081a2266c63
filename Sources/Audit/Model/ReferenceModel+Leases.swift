import WireProtocol

/// ACQUIRE, FUND and what ends or hands over a lease.
extension ReferenceModel {
  mutating func acquire(_ command: AcquireCommand, _ notes: ModelPayment) -> ModelOutcome {
    guard var resource = resources[command.resource] else { return ModelOutcome(.resourceUnknown) }
    let terms = resource.terms
    let isOpen = command.flags.contains(.open)
    if isOpen, command.provider != resource.provider { return ModelOutcome(.notAuthorized) }
    if isOpen != (command.keyHash == Bytes16()) { return ModelOutcome(.keyWrong) }
    if command.units == 0 || command.units > terms.units {
      return ModelOutcome(.unitsInvalid, detail: UInt64(terms.units))
    }
    let rate = UInt128(command.units) * UInt128(terms.price)
    if rate > UInt128(WireLimits.moneyMax) { return ModelOutcome(.amountOverflow) }
    var service: ModelService?
    if Self.isProvisioned(terms) {
      guard let agent = provisioner(of: resource.id) else { return ModelOutcome(.agentAbsent) }
      service = ModelService(agent: agent)
    }
    if unitsTaken(of: resource) + UInt64(command.units) > UInt64(terms.units) {
      var outcome = ModelOutcome(.unitsUnavailable)
      if isCompared { outcome.detail = .instant(after: now, atMost: earliestFree(command.units, of: resource)) }
      return outcome
    }
    if leases.count >= Int(genesis.leaseCountMax) { return ModelOutcome(.noSpace) }
    if service != nil, serviceCount >= Int(genesis.serviceCountMax) { return ModelOutcome(.noSpace) }
    let amount: UInt64
    switch judge(notes, payingTo: 0) {
    case .refused(let outcome): return outcome
    case .worth(let sum): amount = sum
    }
    let bought = UInt128(amount) * UInt128(terms.period) / rate
    let least = max(terms.shortest, command.minimum, notes.durationMin)
    if bought < UInt128(least) {
      return ModelOutcome(.tooShort, detail: Self.amount(buying: least, rate: rate, terms.period, limit: .max))
    }
    if bought > UInt128(terms.longest) {
      return ModelOutcome(
        .tooLong, detail: Self.amount(buyingAtMost: terms.longest, rate: rate, terms.period, limit: .max))
    }
    let purse: Account = isOpen ? .pursesGiven : .pursesOwn
    let payment = take(notes, to: service == nil ? purse : .held, of: resource.id)
    credited &+= amount
    lastLease += 1
    let id = id(lastLease)
    let epoch = resource.drawEpoch()
    if isOpen { resource.funding.publicLease = id }
    resources[resource.id] = resource
    var lease = ModelLease(
      id: id, resource: resource.id, units: command.units, isOpen: isOpen,
      refusesGifts: command.flags.contains(.giftsRefused), keyHash: command.keyHash, epoch: epoch,
      own: isOpen ? 0 : amount, given: isOpen ? amount : 0, prices: ModelPrices(terms), position: now)
    lease.service = service
    if service == nil {
      lease = begin(lease)
    } else {
      lease.state = .pending
      lease.end = now + terms.provision
      store(lease)
    }
    return .ok(
      AcquireReply(lease: id, epoch: epoch, deadline: lease.deadline, balance: lease.purse, payment: payment))
  }

  /// A lease begins to run now, with the money that is in its purse: its agent hears of that as of a payment, before
  /// which the deadline was 0.
  mutating func begin(_ granted: ModelLease) -> ModelLease {
    var lease = granted
    lease.state = .active
    lease.position = now
    lease.beginSegment(at: now, isThrottled: false)
    settleState(of: &lease)
    if lease.newPrices != nil { lease.switchAt = lease.deadline + 1 }
    store(lease, isPayment: true)
    guard let resource = resources[lease.resource], resource.funding.publicLease == lease.id else { return lease }
    // The public lease takes along what waited for it.
    resources[resource.id]?.donations = 0
    return give(resource.donations, to: resource.id, from: .donationPurses) ?? lease
  }

  /// Smallest amount that buys `duration`.
  static func amount(buying duration: UInt64, rate: UInt128, _ period: UInt64, limit: UInt64) -> UInt64 {
    Exact.clamped(Exact.ceil(rate * UInt128(duration), UInt128(period)), to: limit)
  }

  /// Greatest amount that buys no more than `duration`.
  static func amount(buyingAtMost duration: UInt64, rate: UInt128, _ period: UInt64, limit: UInt64) -> UInt64 {
    let exact = Exact.ceil(rate * (UInt128(duration) + 1), UInt128(period)) - 1
    return Exact.clamped(exact, to: limit)
  }

  /// Passes the boundaries that already hold at `now`, after money moved: LOW, THROTTLED.
  func settleState(of lease: inout ModelLease) {
    var passage = ModelPassage()
    lease.passBoundaries(to: now, reservations: [], &passage)
  }

  /// Adds money to a touched lease as a payment does: it may revive. Says why not: only `longest` bounds it, if that.
  func credited(
    _ lease: ModelLease, own: UInt64, given: UInt64, isBounded: Bool = true
  ) -> (lease: ModelLease, refusal: ModelOutcome?) {
    guard let resource = resources[lease.resource] else { return (lease, ModelOutcome(.resourceUnknown)) }
    let horizon = isBounded ? now + resource.terms.longest : .max
    let prices = ModelPrices(resource.terms)
    func paid(_ own: UInt64, _ given: UInt64) -> (lease: ModelLease, lastAtFullPrice: UInt64) {
      var lease = lease
      if lease.state == .suspended {
        // Gifts do not let it spend what came back to its owner.
        let mayRevive = given == 0 || lease.own == 0
        lease.own += own
        lease.given += given
        let isRevived = mayRevive && lease.revive(at: now, current: prices)
        return (lease, isRevived ? lease.deadlineAtFullPrice : 0)
      }
      lease.own += own
      lease.given += given
      let last = lease.deadlineAtFullPrice
      lease.own -= own
      lease.given -= given
      lease.credit(own: own, given: given)
      return (lease, last)
    }
    let whole = paid(own, given)
    if whole.lastAtFullPrice <= horizon { return (whole.lease, nil) }
    // The greatest amount that is accepted: found by halving, since more money never buys less.
    var (accepted, refused) = (UInt64(0), own + given)
    while refused - accepted > 1 {
      let middle = accepted + (refused - accepted) / 2
      let part = own > 0 ? paid(middle, 0) : paid(0, middle)
      if part.lastAtFullPrice <= horizon { accepted = middle } else { refused = middle }
    }
    return (lease, ModelOutcome(.tooLong, detail: accepted))
  }

  mutating func fund(_ command: FundCommand, _ money: ModelPayment) -> ModelOutcome {
    guard let lease = touch(command.lease) else { return ModelOutcome(.leaseUnknown) }
    if !lease.isLive { return ModelOutcome(.leaseEnded, detail: UInt64(lease.state.rawValue)) }
    let isOwner = command.actor.authority == .owner
    if isOwner, lease.isOpen || command.actor.generation != lease.generation { return ModelOutcome(.handleUnknown) }
    if lease.isPending { return Self.pending(lease) }
    // What is in a chain is the owner's, whoever shows the word.
    let isOwn = isOwner || money.tick != nil
    if !isOwn, refusesGifts(lease) { return ModelOutcome(.giftsRefused) }
    let amount: UInt64
    switch judge(money, payingTo: lease.id) {
    case .refused(let outcome): return outcome
    case .worth(let sum): amount = sum
    }
    var (funded, refusal) = credited(lease, own: isOwn ? amount : 0, given: isOwn ? 0 : amount)
    if let refusal { return refusal }
    let payment = take(money, to: isOwn ? .pursesOwn : .pursesGiven, of: lease.resource)
    if let tick = money.tick { take(tick, worth: amount, of: &funded) } else { credited &+= amount }
    drawEpochIfRevived(&funded, from: lease)
    settleState(of: &funded)
    store(funded, isPayment: true)
    return .ok(
      FundReply(
        balance: funded.purse, deadline: funded.deadline, credited: amount, payment: payment, epoch: funded.epoch))
  }

  func refusesGifts(_ lease: ModelLease) -> Bool {
    lease.refusesGifts || resources[lease.resource]?.terms.policy.contains(.giftsRefused) ?? false
  }

  mutating func drawEpochIfRevived(_ lease: inout ModelLease, from before: ModelLease) {
    guard before.state == .suspended, lease.isRunning else { return }
    lease.epoch = resources[lease.resource]?.drawEpoch() ?? 0
  }

  mutating func release(_ command: ReleaseCommand) -> ModelOutcome {
    guard var lease = touch(command.lease) else { return ModelOutcome(.leaseUnknown) }
    if lease.isOpen || command.actor.generation != lease.generation { return ModelOutcome(.handleUnknown) }
    let wasLive = lease.isLive
    var passage = ModelPassage()
    let change = wasLive ? lease.own + lease.deposits : lease.refund
    let given = lease.given
    if !wasLive, change == 0 {
      guard let paid = lease.paid else { return ModelOutcome(.leaseEnded, detail: UInt64(lease.state.rawValue)) }
      var outcome = ModelOutcome.ok(paid)
      outcome.isReplayed = true
      return outcome
    }
    if change > 0, !hasRoom(forNotes: 1, areOwed: true) { return ModelOutcome(.noSpace) }
    if wasLive {
      lease.finish(.released, at: now, &passage)
      lease.position = now
    }
    lease.refund = 0
    var reply = ReleaseReply(change: change, given: given, firstSerial: 0, keyEpoch: 0, count: 0)
    store(lease, passage)
    if change > 0 {
      let made = make([ModelNote(amount: change, binding: 0)], from: .refundsDue, of: lease.resource)
      (reply.firstSerial, reply.keyEpoch, reply.count) = (made.firstSerial, made.keyEpoch, 1)
      var again = reply
      again.given = 0
      leases[lease.id]?.paid = again
    }
    return .ok(reply)
  }

  mutating func revoke(_ command: RevokeCommand) -> ModelOutcome {
    guard var lease = touch(command.lease) else { return ModelOutcome(.leaseUnknown) }
    if command.actor.authority == .provider, resources[lease.resource]?.provider != command.actor.id {
      return ModelOutcome(.notAuthorized)
    }
    if !lease.isLive { return ModelOutcome(.leaseEnded, detail: UInt64(lease.state.rawValue)) }
    var passage = ModelPassage()
    let reply = RevokeReply(refund: lease.own + lease.deposits, given: lease.given)
    lease.finish(.revoked, at: now, &passage)
    lease.position = now
    store(lease, passage)
    return .ok(reply)
  }

  mutating func transfer(_ command: TransferCommand) -> ModelOutcome {
    guard var lease = touch(command.lease) else { return ModelOutcome(.leaseUnknown) }
    if !lease.isLive { return ModelOutcome(.leaseEnded, detail: UInt64(lease.state.rawValue)) }
    if lease.isOpen || command.actor.generation != lease.generation { return ModelOutcome(.handleUnknown) }
    if lease.isPending { return Self.pending(lease) }
    if command.keyHash == lease.keyHash || command.keyHash == Bytes16() { return ModelOutcome(.keyWrong) }
    lease.keyHash = command.keyHash
    lease.generation += 1
    lease.uses = ModelUses()
    lease.epoch = resources[lease.resource]?.drawEpoch() ?? 0
    withdrawDebitKeys(of: &lease)
    closeAllChains(of: &lease)
    store(lease)
    return .ok(TransferReply(epoch: lease.epoch))
  }
}
