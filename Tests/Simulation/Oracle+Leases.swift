import WireProtocol

/// What is told of leases: deadlines, states, charges.
extension Oracle {
  /// A lease was granted.
  func granted(_ lease: KnownLease, _ errand: Errand, _ reply: AcquireReply) {
    let paid = errand.payment.reduce(0) { $0 + $1.amount }
    expect(reply.balance == paid, "ACQUIRE \(errand.number) took \(paid) and credited \(reply.balance)")
    lease.credited = paid
    drew(reply.epoch, lease.id, lease.resource, errand)
    judgeReach(reply.deadline, of: lease, paidBy: paid)
    // Terms that were announced since may have moved it.
    guard errand.wasQuiet, lease.isQuiet, lease.resource.changeCount == errand.stamp else { return }
    tell(lease, deadline: reply.deadline, state: nil, epoch: reply.epoch)
  }

  func funded(_ errand: Errand, _ answer: Answer, _ paid: UInt64) {
    guard let lease = errand.changes, let reply = answer.part(FundReply.self) else { return }
    expect(reply.credited == paid, "FUND \(errand.number) took \(paid) and credited \(reply.credited)")
    lease.credited += paid
    let isAlone = errand.wasQuiet && lease.isQuiet && lease.stamp == errand.stamp + 2
    if isAlone, !lease.isEpochUnknown, reply.epoch != lease.epoch {
      coverage.countRevival()
      drew(reply.epoch, lease.id, lease.resource, errand)
      lease.epoch = reply.epoch
    } else {
      // Perhaps that of another payment, whose reply has not come.
      learn(reply.epoch, of: lease)
    }
    judgeReach(reply.deadline, of: lease, paidBy: reply.balance + 1)
    if isAlone, !answer.isReplayed {
      tell(lease, deadline: reply.deadline, state: nil, epoch: reply.epoch)
    } else {
      lease.told = nil
    }
  }

  func used(_ errand: Errand, _ answer: Answer) {
    guard let lease = errand.changes, let reply = answer.part(UseReply.self) else { return }
    lease.charged += reply.charged
    if !errand.payment.isEmpty {
      lease.credited += errand.payment.reduce(0) { $0 + $1.amount }
      // It may have revived the lease, and the reply does not say so.
      lease.isEpochUnknown = true
    }
    if reply.charged > 0, let told = lease.told, errand.wasQuiet, told.stamp == errand.stamp,
      lease.resource.isFlat, lease.reservedUntil == 0, errand.payment.isEmpty
    {
      expect(
        told.deadline >= errand.sentAt,
        "lease \(lease.id) was used at \(errand.sentAt) or later, and paid until \(told.deadline)")
    }
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

  func checked(_ errand: Errand, _ answer: Answer) {
    guard let lease = errand.asks, let reply = answer.part(CheckReply.self) else { return }
    if errand.order >= lease.stateOrder {
      coverage.count(reply.state, after: lease.state)
      lease.state = reply.state
      lease.stateOrder = eventCount
    }
    learn(reply.epoch, of: lease)
    if errand.wasEnded { expect(!reply.state.isLive, "lease \(lease.id) ended, and is \(reply.state) again") }
    expect(
      reply.epoch >= errand.leaseEpoch,
      "epoch of lease \(lease.id) fell from \(errand.leaseEpoch) to \(reply.epoch)")
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
    let isQuiet = errand.wasQuiet && lease.isQuiet && lease.stamp == errand.stamp
    guard isQuiet else { return }
    expect(
      reply.own + reply.given + reply.reserved + lease.charged <= lease.credited,
      "lease \(lease.id) has \(reply.own) + \(reply.given) + \(reply.reserved), was charged \(lease.charged) of \(lease.credited)"
    )
    // Two clients' questions may be answered in one order and heard in the other.
    if let told = lease.told, errand.order < told.order { return }
    compare(lease, reply)
    tell(lease, deadline: reply.deadline, state: reply.state, epoch: reply.epoch)
  }

  private func learn(_ epoch: UInt64, of lease: KnownLease) {
    lease.isEpochUnknown = false
    lease.epoch = max(lease.epoch, epoch)
    let other = lease.resource.epochs.updateValue(lease.id, forKey: epoch)
    expect(other == nil || other == lease.id, "epoch \(epoch) was given to leases \(other ?? 0) and \(lease.id)")
    lease.resource.epochMax = max(lease.resource.epochMax, epoch)
  }

  /// Nobody touched it: the deadline is the one that was told before.
  private func compare(_ lease: KnownLease, _ reply: CheckReply) {
    guard let told = lease.told, told.stamp == lease.stamp else { return }
    if told.life != life { deadlineCountAcrossRestarts += 1 }
    let times = told.life == life ? "" : " (told before a restart)"
    expect(reply.epoch == told.epoch, "epoch of lease \(lease.id) went from \(told.epoch) to \(reply.epoch)\(times)")
    // Reserved money that comes back may lift a lease out of THROTTLED, where time costs more.
    expect(
      reply.deadline >= told.deadline || lease.reservedUntil > 0 && !lease.resource.isFlat,
      "deadline of lease \(lease.id) came nearer, from \(told.deadline) to \(reply.deadline)\(times)")
    // A lower price while throttled stretches what is left, also across new terms.
    let mayMove = !lease.resource.isFlat || lease.reservedUntil > 0
    expect(
      mayMove || reply.deadline <= told.deadline,
      "deadline of lease \(lease.id) went further away, from \(told.deadline) to \(reply.deadline)\(times)")
  }

  private func tell(_ lease: KnownLease, deadline: UInt64, state: LeaseState?, epoch: UInt64) {
    lease.told = KnownLease.Told(
      deadline: deadline, state: state, epoch: epoch, stamp: lease.stamp, life: life, order: eventCount)
  }

  /// No deadline is further from now than its money reaches at the cheapest price there ever was.
  private func judgeReach(_ deadline: UInt64, of lease: KnownLease, paidBy amount: UInt64) {
    let reach = lease.longest(paidBy: amount).addingReportingOverflow(now + 1)
    expect(
      reach.overflow || deadline <= reach.partialValue,
      "lease \(lease.id) is paid until \(deadline), and \(amount) reaches no further than \(reach.partialValue)")
  }
}
