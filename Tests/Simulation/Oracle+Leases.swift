import WireProtocol

/// What is told of leases: deadlines, states, charges.
extension Oracle {
  /// A lease was granted.
  func granted(_ lease: KnownLease, _ errand: Errand, _ reply: AcquireReply, isReplayed: Bool) {
    let paid = errand.paid
    // An open one takes the donation purse along, when it runs.
    expect(
      lease.isOpen && !lease.resource.isProvisioned ? reply.balance >= paid + errand.purseFloor : reply.balance == paid,
      "ACQUIRE \(errand.number) took \(paid) and credited \(reply.balance), the purse had \(errand.purseFloor) at least"
    )
    (lease.credited, lease.ownCredited) = (reply.balance, lease.isOpen ? 0 : paid)
    drew(reply.epoch, lease.id, lease.resource, errand)
    (lease.bornAt, lease.grantedOrder) = (errand.firstSentAt, eventCount)
    judgeReach(reply.deadline, of: lease, paidBy: reply.balance)
    grantedPending(lease, errand, reply, isNew: !isReplayed)
    if lease.isOpen {
      if lease.id > lease.resource.funding.publicLease?.id ?? 0 { lease.resource.funding.publicLease = lease }
      learn(paidUntil: reply.deadline, of: lease)
    }
    // Terms that were announced since may have moved it.
    guard errand.wasQuiet, lease.isQuiet, lease.resource.changeCount == errand.stamp else { return }
    lease.terms = (lease.resource.current, lease.resource.changeCount)
    if lease.service != nil { return }
    tell(lease, deadline: reply.deadline, state: nil, epoch: reply.epoch, at: errand.firstSentAt)
  }

  func funded(_ errand: Errand, _ answer: Answer, _ paid: UInt64) {
    guard let lease = errand.changes, let reply = answer.part(FundReply.self) else { return }
    if errand.tick == nil {
      expect(reply.credited == paid, "FUND \(errand.number) took \(paid) and credited \(reply.credited)")
      credit(paid, to: lease, errand)
    } else {
      ticked(errand, credited: reply.credited)
    }
    let isAlone = errand.wasQuiet && lease.isQuiet && lease.stamp == errand.stamp + 2
    if isAlone, !lease.isEpochUnknown, errand.firstSentAt > movedAt, reply.epoch != lease.epoch {
      coverage.countRevival()
      drew(reply.epoch, lease.id, lease.resource, errand)
      lease.epoch = reply.epoch
    } else {
      // Perhaps that of another payment, whose reply has not come.
      learn(reply.epoch, of: lease, askedAt: answer.isReplayed ? 0 : errand.order)
    }
    judgeReach(reply.deadline, of: lease, paidBy: reply.balance + 1)
    learn(paidUntil: reply.deadline, of: lease)
    if isAlone, !answer.isReplayed {
      tell(lease, deadline: reply.deadline, state: nil, epoch: reply.epoch, at: errand.sentAt)
    } else {
      lease.told = nil
    }
  }

  /// With a key of its owner it is own money, with a debit key or none it is given.
  func credit(_ amount: UInt64, to lease: KnownLease, _ errand: Errand) {
    lease.credited += amount
    if let key = errand.key, lease.debitKeys[key] == nil { lease.ownCredited += amount }
  }

  func used(_ errand: Errand, _ answer: Answer) {
    guard let lease = errand.changes, let reply = answer.part(UseReply.self) else { return }
    // The number of an earlier use gets what that one got.
    if errand.isMischief, answer.isReplayed { return }
    lease.charged += reply.charged
    if errand.isPaid {
      credit(errand.paid, to: lease, errand)
      // It may have revived the lease, and the reply does not say so.
      lease.epochUnknownSince = eventCount
    } else if errand.tick != nil {
      ticked(errand)
      lease.epochUnknownSince = eventCount
    }
    judgeDebit(errand, answer, reply.charged)
    guard let key = errand.key, let number = errand.useNumber, reply.charged > 0 else { return }
    let isNew = lease.chargedNumbers[key, default: []].insert(number).inserted
    expect(isNew, "use \(number) of lease \(lease.id) was charged twice")
    if var debit = lease.debitKeys[key] {
      debit.charged += reply.charged
      expect(
        debit.charged <= debit.total, "a debit key of lease \(lease.id) was charged \(debit.charged) of \(debit.total)")
      lease.debitKeys[key] = debit
    }
  }

  /// Nothing is debited after the deadline.
  func judgeDebit(_ errand: Errand, _ answer: Answer, _ charged: UInt64) {
    guard let lease = errand.changes else { return }
    let isAlone = errand.wasQuiet && lease.isQuiet && lease.stamp == errand.stamp + 2
    guard charged > 0, let told = lease.told, isAlone, told.stamp == errand.stamp, lease.resource.isFlat,
      lease.reservedUntil < told.at, !errand.isPaid, errand.tick == nil
    else { return }
    // A repeat's charge may be as old as its first sending.
    let usedAt = answer.isReplayed ? errand.firstSentAt : errand.sentAt
    expect(
      told.deadline + stood(lease, since: told) >= usedAt,
      "lease \(lease.id) was used at \(usedAt) or later, and paid until \(told.deadline)")
  }

  func checked(_ errand: Errand, _ answer: Answer) {
    guard let lease = errand.asks, let reply = answer.part(CheckReply.self) else { return }
    if errand.order >= lease.stateOrder {
      coverage.count(reply.state, after: lease.state)
      lease.state = reply.state
      lease.stateOrder = eventCount
    }
    learn(reply.epoch, of: lease, askedAt: errand.order)
    judgeService(errand, lease, reply)
    if errand.wasEnded { expect(!reply.state.isLive, "lease \(lease.id) ended, and is \(reply.state) again") }
    expect(
      reply.epoch >= errand.leaseEpoch,
      "epoch of lease \(lease.id) fell from \(errand.leaseEpoch) to \(reply.epoch)")
    judgeSuspension(errand, lease, reply)
    if errand.order >= lease.paidUntilOrder { judgePaidUntil(reply.deadline, reply.state, of: lease) }
    if reply.state.isLive { learn(paidUntil: reply.deadline, of: lease) }
    let isQuiet = errand.wasQuiet && lease.isQuiet && lease.stamp == errand.stamp
    if isQuiet { judgeEnd(lease, reply) }
    guard reply.state.isLive else {
      lease.hasEnded = true
      return
    }
    if reply.state.hasAccess {
      expect(
        reply.deadline >= errand.sentAt,
        "lease \(lease.id) is \(reply.state) at \(errand.sentAt) or later, and paid until \(reply.deadline)")
      judgeReach(reply.deadline, of: lease, paidBy: reply.own + reply.given + 1)
    }
    guard isQuiet else { return }
    expect(
      reply.own + reply.given + reply.reserved + reply.deposits + lease.charged <= lease.credited,
      "lease \(lease.id) has \(reply.own) + \(reply.given) + \(reply.reserved) + \(reply.deposits), was charged \(lease.charged) of \(lease.credited)"
    )
    // What waits for its agent fails by itself, and has no deadline.
    if reply.state == .pending { return }
    // Two clients' questions may be answered in one order and heard in the other.
    if let told = lease.told, errand.order < told.order { return }
    compare(lease, reply)
    tell(lease, deadline: reply.deadline, state: reply.state, epoch: reply.epoch, at: errand.sentAt)
  }

  func learn(_ epoch: UInt64, of lease: KnownLease, askedAt order: Int) {
    if let since = lease.epochUnknownSince, order >= since { lease.epochUnknownSince = nil }
    lease.epoch = max(lease.epoch, epoch)
    let other = lease.resource.epochs.updateValue(lease.id, forKey: epoch)
    expect(other == nil || other == lease.id, "epoch \(epoch) was given to leases \(other ?? 0) and \(lease.id)")
    lease.resource.epochMax = max(lease.resource.epochMax, epoch)
  }

  /// Nobody touched it: the deadline is the one that was told before.
  private func compare(_ lease: KnownLease, _ reply: CheckReply) {
    guard let told = lease.told, told.stamp == lease.stamp else { return }
    if told.life != life { deadlineCountAcrossRestarts += 1 }
    let times =
      " (\(told.state?.specificationName ?? "granted or funded"), then \(reply.state.specificationName)"
      + (told.life == life ? ")" : ", told before a restart)")
    let epoch = told.epoch ?? reply.epoch
    expect(reply.epoch == epoch, "epoch of lease \(lease.id) went from \(epoch) to \(reply.epoch)\(times)")
    // Reserved money that comes back may lift a lease out of THROTTLED, where time costs more.
    let isReturning = lease.reservedUntil >= told.at
    expect(
      reply.deadline >= told.deadline || isReturning && !lease.resource.isFlat,
      "deadline of lease \(lease.id) came nearer, from \(told.deadline) to \(reply.deadline)\(times)")
    guard !isReturning, let latest = latest(told, lease, reply.state) else { return }
    if !lease.resource.isFlat { throttledDeadlineCount += 1 }
    // Its agent may have been lost meanwhile: from the deadline that it knew on nothing is charged.
    if reply.deadline > latest { coverage.count(.stood) }
    expect(
      reply.deadline <= latest + stood(lease, since: told),
      "deadline of lease \(lease.id) went further away, from \(told.deadline) to \(reply.deadline)\(times)")
  }

  /// For how long it may have stood since it was told of.
  private func stood(_ lease: KnownLease, since told: KnownLease.Told) -> UInt64 {
    mayHaveStood(lease).now - told.stoodBefore
  }

  /// How far a deadline can be now that nobody touched: where it was, but that time costs less from THROTTLED on. Nil: nobody knows.
  private func latest(_ told: KnownLease.Told, _ lease: KnownLease, _ state: LeaseState) -> UInt64? {
    if lease.resource.isFlat { return told.deadline }
    guard let terms = lease.onlyTerms, let before = told.state else { return nil }
    let wasReduced = before == .throttled || before == .suspended
    let isReduced = state == .throttled || state == .suspended
    guard isReduced, !wasReduced else { return told.deadline }
    // What is left at the threshold lasts longer, to the rounding of what was charged until then: time for a unit of money.
    let product = terms.throttle.multipliedFullWidth(by: terms.price)
    guard product.high < terms.throttledPrice else { return nil }
    let stretched =
      terms.throttledPrice.dividingFullWidth(product).quotient + 2 * (terms.period / terms.throttledPrice + 1)
    return told.deadline - min(told.deadline, terms.throttle) + stretched
  }

  /// Nobody touched it: it neither ends nor loses access while it is paid, and does not end before its grace is over.
  private func judgeEnd(_ lease: KnownLease, _ reply: CheckReply) {
    guard let told = lease.told, told.stamp == lease.stamp, !reply.state.hasAccess else { return }
    if reply.state == .failed, mayBeLost(lease) { return }
    let isSettled = lease.resource.isFlat || lease.reservedUntil < told.at
    expect(
      !isSettled || told.deadline < now,
      "lease \(lease.id) is \(reply.state) at \(now), and paid until \(told.deadline)")
    let grace = lease.resource.terms.map(\.grace).min() ?? 0
    expect(
      !isSettled || reply.state == .suspended || told.deadline + grace < now,
      "lease \(lease.id) is \(reply.state) at \(now), was paid until \(told.deadline), and has \(grace) of grace")
  }

  /// Access that comes back is another access: whoever guards it tells the two by their epochs.
  private func judgeSuspension(_ errand: Errand, _ lease: KnownLease, _ reply: CheckReply) {
    if reply.state == .suspended {
      lease.suspended = (max(reply.epoch, lease.suspended?.epoch ?? 0), eventCount)
    } else if reply.state.hasAccess, let suspended = lease.suspended, errand.order >= suspended.order {
      expect(
        reply.epoch > suspended.epoch,
        "lease \(lease.id) was SUSPENDED at epoch \(suspended.epoch), and is \(reply.state) at epoch \(reply.epoch)")
    }
  }

  /// What an open lease has is only used up by time: whoever gives brings its deadline no nearer, and so does nobody else.
  func judgePaidUntil(_ deadline: UInt64, _ state: LeaseState, of lease: KnownLease) {
    guard lease.isOpen, lease.resource.isFlat, !lease.isRevoked else { return }
    if state == .failed, mayBeLost(lease) { return }
    expect(
      deadline >= lease.paidUntil,
      "deadline of open lease \(lease.id) came nearer, from \(lease.paidUntil) to \(deadline)")
    expect(
      state.hasAccess || lease.paidUntil < now,
      "open lease \(lease.id) is \(state) at \(now), and paid until \(lease.paidUntil)")
  }

  func learn(paidUntil deadline: UInt64, of lease: KnownLease) {
    (lease.paidUntil, lease.paidUntilOrder) = (max(lease.paidUntil, deadline), eventCount)
  }

  /// Pushes of one lease to one client, in their order.
  func pushed(_ answer: Answer, to client: Client) {
    if let agent = client.agent { pushed(answer, to: agent) }
    if answer.header.opcode == PushCode.notice.rawValue, let notice = answer.part(NoticePush.self) {
      return noticed(notice, by: client)
    }
    if answer.header.opcode == PushCode.paymentSettled.rawValue, let push = answer.part(PaymentSettledPush.self) {
      return settled(push, to: client)
    }
    guard answer.header.opcode == PushCode.leaseChanged.rawValue, let push = answer.part(LeaseChangedPush.self) else {
      return
    }
    judge(push.cause, of: push)
    let listener = Listener(client: ObjectIdentifier(client), lease: push.lease)
    let before = pushed.updateValue((push.state, push.epoch), forKey: listener)
    coverage.count(push.state, after: before?.state)
    guard let before else { return }
    expect(
      before.state.isLive || !push.state.isLive, "lease \(push.lease) was pushed as \(before.state), then \(push.state)"
    )
    let mustRise = before.state == .suspended && push.state.hasAccess
    expect(
      push.epoch >= before.epoch + (mustRise ? 1 : 0),
      "lease \(push.lease) was pushed at epoch \(before.epoch) as \(before.state), then at \(push.epoch) as \(push.state)"
    )
  }

  func tell(_ lease: KnownLease, deadline: UInt64, state: LeaseState?, epoch: UInt64?, at: UInt64) {
    lease.told = KnownLease.Told(
      deadline: deadline, state: state, at: at, epoch: epoch, stamp: lease.stamp, life: life, order: eventCount,
      stoodBefore: mayHaveStood(lease).before)
  }

  /// No deadline is further from now than its money reaches at the cheapest price there ever was, and what time it can have been given.
  func judgeReach(_ deadline: UInt64, of lease: KnownLease, paidBy amount: UInt64) {
    let reach = lease.longest(paidBy: amount).addingReportingOverflow(now + 1 + mayHaveStood(lease).now)
    expect(
      reach.overflow || deadline <= reach.partialValue,
      "lease \(lease.id) is paid until \(deadline), and \(amount) reaches no further than \(reach.partialValue)")
  }
}
