import WireProtocol

/// USE, RESERVE, SETTLE and debit keys.
extension ReferenceModel {
  /// Whose purse and limits a debit is judged against.
  private func isValid(_ actor: Actor, for lease: ModelLease) -> Bool {
    switch actor.authority {
    case .owner: !lease.isOpen && actor.generation == lease.generation
    case .debitKey: debitKeys[actor.id]?.lease == lease.id
    default: lease.isOpen
    }
  }

  private func price(_ meter: UInt8, of lease: ModelLease) -> UInt64 {
    guard let terms = resources[lease.resource]?.terms else { return 0 }
    switch meter {
    case 0: return terms.meter0
    case 1: return terms.meter1
    case 2: return terms.meter2
    case 3: return terms.meter3
    default: return 0
    }
  }

  private func spendsGiven(_ lease: ModelLease) -> Bool {
    resources[lease.resource]?.terms.policy.contains(.useSpendsGiven) ?? false
  }

  /// How a debit of `amount` splits into own and given money; nil: there is not enough.
  private func split(_ amount: UInt64, of lease: ModelLease) -> (own: UInt64, given: UInt64)? {
    let given = spendsGiven(lease) ? min(amount, lease.given) : 0
    return amount - given <= lease.own ? (amount - given, given) : nil
  }

  mutating func use(_ command: UseCommand, _ money: ModelPayment) -> ModelOutcome {
    guard var lease = touch(command.lease) else { return ModelOutcome(.leaseUnknown) }
    if !lease.isLive { return ModelOutcome(.leaseEnded, detail: UInt64(lease.state.rawValue)) }
    if !isValid(command.actor, for: lease) { return ModelOutcome(.handleUnknown) }
    let price = price(command.meter, of: lease)
    let (product, overflow) = command.quantity.multipliedReportingOverflow(by: price)
    if lease.isOpen { return useOpen(command, money, lease, price: price, charge: overflow ? nil : product) }

    // The number.
    var uses = command.actor.authority == .owner ? lease.uses : debitKeys[command.actor.id]?.uses ?? ModelUses()
    uses.see(command.useNumber)
    keep(uses, of: command.actor, &lease)
    store(lease)
    if uses.highest - command.useNumber > 63 { return ModelOutcome(.useNumberStale, detail: uses.highest) }
    if uses.charged.contains(command.useNumber) {
      if !money.isNone, money.tick == nil { return ModelOutcome(.numberConflict) }
      var outcome = ModelOutcome.ok(UseReply(charged: 0, balance: lease.purse))
      outcome.isReplayed = true
      outcome.money = .taken
      return outcome
    }

    // The use.
    if price == 0 { return ModelOutcome(.meterUnknown) }
    if command.quantity == 0 { return ModelOutcome(.quantityInvalid) }
    if overflow { return ModelOutcome(.amountOverflow) }
    if lease.isPending { return Self.pending(lease) }
    // What is in a chain is the owner's, whoever shows the word.
    let isOwn = command.actor.authority == .owner || money.tick != nil
    var paid: UInt64 = 0
    var after = lease
    if !money.isNone {
      if !isOwn, refusesGifts(lease) { return ModelOutcome(.giftsRefused) }
      switch judge(money, payingTo: lease.id) {
      case .refused(let outcome): return outcome
      case .worth(let sum): paid = sum
      }
      let (funded, refusal) = credited(lease, own: isOwn ? paid : 0, given: isOwn ? 0 : paid)
      if let refusal { return refusal }
      after = funded
    }
    if !after.isRunning { return ModelOutcome(.leaseSuspended, detail: after.end) }
    guard let parts = split(product, of: after) else { return ModelOutcome(.fundsInsufficient, detail: product) }
    if command.actor.authority == .debitKey {
      let allowance = debitKeys[command.actor.id]?.allowance(at: now) ?? 0
      if product > allowance { return ModelOutcome(.debitLimit, detail: allowance) }
      debitKeys[command.actor.id]?.count(product, at: now)
    }

    // It is done.
    if !money.isNone {
      _ = take(money, to: isOwn ? .pursesOwn : .pursesGiven, of: lease.resource)
      if let tick = money.tick { take(tick, worth: paid, of: &after) } else { credited &+= paid }
      drawEpochIfRevived(&after, from: lease)
      settleState(of: &after)
    }
    after.own -= parts.own
    after.given -= parts.given
    ledger.move(parts.own, from: .pursesOwn, to: .providerEarnings, of: lease.resource)
    ledger.move(parts.given, from: .pursesGiven, to: .providerEarnings, of: lease.resource)
    earn(product, of: lease.resource)
    uses.charged.insert(command.useNumber)
    keep(uses, of: command.actor, &after)
    settleState(of: &after)
    store(after, isPayment: !money.isNone)
    return .ok(UseReply(charged: product, balance: after.purse))
  }

  private mutating func keep(_ uses: ModelUses, of actor: Actor, _ lease: inout ModelLease) {
    if actor.authority == .owner { lease.uses = uses } else { debitKeys[actor.id]?.uses = uses }
  }

  private mutating func useOpen(
    _ command: UseCommand, _ money: ModelPayment, _ lease: ModelLease, price: UInt64, charge: UInt64?
  ) -> ModelOutcome {
    if price == 0 { return ModelOutcome(.meterUnknown) }
    if command.quantity == 0 { return ModelOutcome(.quantityInvalid) }
    guard let charge else { return ModelOutcome(.amountOverflow) }
    if money.isNone { return ModelOutcome(.paymentRequired) }
    // It has no owner, hence no chain.
    if money.tick != nil { return ModelOutcome(.chainUnknown, token: 0) }
    if lease.isPending { return Self.pending(lease) }
    if !lease.isRunning { return ModelOutcome(.leaseSuspended, detail: lease.end) }
    switch judge(money, payingTo: lease.id) {
    case .refused(let outcome): return outcome
    case .worth(let sum):
      if sum != charge { return ModelOutcome(.amountInvalid, detail: charge) }
    }
    _ = take(money, to: .providerEarnings, of: lease.resource)
    earn(charge, of: lease.resource)
    return .ok(UseReply(charged: charge, balance: lease.purse))
  }

  mutating func reserve(_ command: ReserveCommand) -> ModelOutcome {
    guard var lease = touch(command.lease) else { return ModelOutcome(.leaseUnknown) }
    if !lease.isLive { return ModelOutcome(.leaseEnded, detail: UInt64(lease.state.rawValue)) }
    if lease.isOpen || !isValid(command.actor, for: lease) { return ModelOutcome(.handleUnknown) }
    let price = price(command.meter, of: lease)
    if price == 0 { return ModelOutcome(.meterUnknown) }
    if command.quantityMax == 0 { return ModelOutcome(.quantityInvalid) }
    if command.timeout == 0 || command.timeout > AuditLimits.reservationMilliseconds {
      return ModelOutcome(.termsInvalid, field: 16)
    }
    let (amount, overflow) = command.quantityMax.multipliedReportingOverflow(by: price)
    if overflow { return ModelOutcome(.amountOverflow) }
    if lease.isPending { return Self.pending(lease) }
    if !lease.isRunning { return ModelOutcome(.leaseSuspended, detail: lease.end) }
    guard let parts = split(amount, of: lease) else { return ModelOutcome(.fundsInsufficient, detail: amount) }
    if command.actor.authority == .debitKey {
      let allowance = debitKeys[command.actor.id]?.allowance(at: now) ?? 0
      if amount > allowance { return ModelOutcome(.debitLimit, detail: allowance) }
    }
    if lease.reservations.count >= WireLimits.reservationCountMaxPerLease
      || reservations.count >= Int(genesis.reservationCountMax)
    {
      return ModelOutcome(.reservationLimit)
    }
    if command.actor.authority == .debitKey { debitKeys[command.actor.id]?.count(amount, at: now) }
    lastReservation += 1
    let until = now + command.timeout
    let reservation = ModelReservation(
      id: id(lastReservation), lease: lease.id, actor: command.actor, price: price,
      quantityMax: command.quantityMax, own: parts.own, given: parts.given, until: until)
    reservations[reservation.id] = reservation
    lease.own -= parts.own
    lease.given -= parts.given
    lease.reservations.append(reservation.id)
    ledger.move(parts.own, from: .pursesOwn, to: .reservations, of: lease.resource)
    ledger.move(parts.given, from: .pursesGiven, to: .reservations, of: lease.resource)
    settleState(of: &lease)
    store(lease)
    calendar.add(lease.id, at: until)
    return .ok(ReserveReply(reservation: reservation.id, held: amount, until: until, balance: lease.purse))
  }

  mutating func voucher(_ command: VoucherCommand) -> ModelOutcome {
    guard var lease = touch(command.lease) else { return ModelOutcome(.leaseUnknown) }
    if !lease.isLive { return ModelOutcome(.leaseEnded, detail: UInt64(lease.state.rawValue)) }
    if lease.isOpen || !isValid(command.actor, for: lease) { return ModelOutcome(.handleUnknown) }
    let price = price(command.meter, of: lease)
    if price == 0 { return ModelOutcome(.meterUnknown) }
    let isCount = command.count > 0 && command.count <= UInt16(WireLimits.voucherCountMax)
    if command.quantity == 0 || !isCount { return ModelOutcome(.quantityInvalid) }
    let (quantity, isTooMuch) = command.quantity.multipliedReportingOverflow(by: UInt64(command.count))
    let (amount, overflow) = quantity.multipliedReportingOverflow(by: price)
    if isTooMuch || overflow { return ModelOutcome(.amountOverflow) }
    if lease.isPending { return Self.pending(lease) }
    let agent = command.agent == 0 ? lease.service?.agent ?? 0 : command.agent
    if !isAttached(agent, of: lease.resource) { return ModelOutcome(.agentAbsent) }
    if !lease.isRunning { return ModelOutcome(.leaseSuspended, detail: lease.end) }
    guard let parts = split(amount, of: lease) else { return ModelOutcome(.fundsInsufficient, detail: amount) }
    if command.actor.authority == .debitKey {
      let allowance = debitKeys[command.actor.id]?.allowance(at: now) ?? 0
      if amount > allowance { return ModelOutcome(.debitLimit, detail: allowance) }
      debitKeys[command.actor.id]?.count(amount, at: now)
    }
    lease.own -= parts.own
    lease.given -= parts.given
    ledger.move(parts.own, from: .pursesOwn, to: .providerEarnings, of: lease.resource)
    ledger.move(parts.given, from: .pursesGiven, to: .providerEarnings, of: lease.resource)
    earn(amount, of: lease.resource)
    settleState(of: &lease)
    store(lease)
    let first = id(lastVoucher + 1)
    lastVoucher += UInt64(command.count)
    return .ok(
      VoucherReply(
        firstSerial: first, charged: amount, stamp: command.stamp, boot: command.boot, agent: agent,
        count: command.count))
  }

  mutating func settle(_ command: SettleCommand) -> ModelOutcome {
    guard var lease = touch(command.lease) else { return ModelOutcome(.leaseUnknown) }
    guard let reservation = reservations[command.reservation], reservation.lease == lease.id,
      reservation.actor == command.actor,
      command.actor.authority != .owner || command.actor.generation == lease.generation
    else { return ModelOutcome(.reservationUnknown) }
    if command.quantity > reservation.quantityMax {
      return ModelOutcome(.quantityInvalid, detail: reservation.quantityMax)
    }
    let charge = command.quantity * reservation.price
    let fromGiven = min(charge, reservation.given)
    let own = reservation.own - (charge - fromGiven)
    let given = reservation.given - fromGiven
    reservations[reservation.id] = nil
    lease.reservations.removeAll { $0 == reservation.id }
    ledger.move(charge, from: .reservations, to: .providerEarnings, of: lease.resource)
    earn(charge, of: lease.resource)
    giveBack(reservation, own: own, given: given, isLive: lease.isLive, to: lease.resource)
    if lease.isLive {
      lease.credit(own: own, given: given)
      settleState(of: &lease)
    } else {
      lease.refund += own
    }
    store(lease)
    let balance = lease.isLive ? lease.purse : lease.refund
    return .ok(SettleReply(charged: charge, returned: own + given, balance: balance))
  }

  mutating func grantDebitKey(_ command: GrantDebitKeyCommand) -> ModelOutcome {
    guard var lease = touch(command.lease) else { return ModelOutcome(.leaseUnknown) }
    if !lease.isLive { return ModelOutcome(.leaseEnded, detail: UInt64(lease.state.rawValue)) }
    if lease.isOpen || command.actor.generation != lease.generation { return ModelOutcome(.handleUnknown) }
    if lease.isPending { return Self.pending(lease) }
    if command.keyHash == lease.keyHash || command.keyHash == Bytes16() { return ModelOutcome(.keyWrong) }
    let ofLease = lease.debitKeys.compactMap { debitKeys[$0] }
    if let known = ofLease.first(where: { $0.keyHash == command.keyHash }) {
      if command.total == 0 {
        debitKeys[known.id] = nil
        lease.debitKeys.removeAll { $0 == known.id }
        store(lease)
        return .ok(GrantDebitKeyReply(spent: known.spent, debitKey: 0))
      }
      debitKeys[known.id]?.perSecond = command.perSecond
      debitKeys[known.id]?.total = command.total
      return .ok(GrantDebitKeyReply(spent: known.spent, debitKey: known.id))
    }
    if command.total == 0 { return .ok(GrantDebitKeyReply(spent: 0, debitKey: 0)) }
    if ofLease.count >= WireLimits.debitKeyCountMaxPerLease || debitKeys.count >= Int(genesis.debitKeyCountMax) {
      return ModelOutcome(.debitKeyLimit)
    }
    lastDebitKey += 1
    let id = id(lastDebitKey)
    debitKeys[id] = ModelDebitKey(
      id: id, lease: lease.id, keyHash: command.keyHash, perSecond: command.perSecond, total: command.total)
    lease.debitKeys.append(id)
    store(lease)
    return .ok(GrantDebitKeyReply(spent: 0, debitKey: id))
  }
}
