import WireProtocol

/// RESERVE and SETTLE: costs not known in advance.
extension StateMachine {
  /// RESERVE: moves the greatest cost out of the purse.
  mutating func reserve(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = ReserveCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let index: UInt32
    switch reach(command.lease) {
    case .unknown: return .refused(.leaseUnknown)
    case .ended(let index): return .refused(.leaseEnded, detail: UInt64(endedLeases[index].state.rawValue))
    case .live(let live): index = live
    }
    guard let debtor = debtor(command.actor, index) else { return .refused(.handleUnknown) }
    let resource = leases[index].resource
    let price = resources[resource].meterPrice(command.meter)
    guard price > 0 else { return .refused(.meterUnknown) }
    guard command.quantityMax > 0 else { return .refused(.quantityInvalid) }
    guard command.timeout > 0, command.timeout <= CoreLimits.reservationMillisecondsMax else {
      return .refused(.termsInvalid, field: 16)
    }
    guard let held = Self.cost(command.quantityMax, price) else { return .refused(.amountOverflow) }
    if let refusal = whyPending(index) { return refusal }
    let charge: Charge
    switch judgeDebit(held, of: leases[index], debtor, policy: resources[resource].policy) {
    case .bad(let outcome): return outcome
    case .good(let good): charge = good
    }
    guard Int(leases[index].reservationCount) < WireLimits.reservationCountMaxPerLease,
      makeRoom(.reservations)
    else { return .refused(.reservationLimit) }
    let before = before(index)
    leases[index].debit(charge, at: now, resources[resource].prices)
    if debtor != noIndex { debitKeys[debtor].debit(held, at: now) }
    move(charge.own, .own, .reservations, of: resource)
    move(charge.given, .given, .reservations, of: resource)
    reservationCounter += 1
    var reservation = Reservation()
    reservation.id = drawnIdentifier(reservationCounter)
    reservation.lease = leases[index].id
    reservation.held = held
    reservation.heldOwn = charge.own
    reservation.price = price
    reservation.quantityMax = command.quantityMax
    reservation.until = now + command.timeout
    reservation.setMaker(command.actor)
    insert(reservation, of: index)
    afterDebit(index, before)
    ReserveReply(
      reservation: reservation.id, held: held, until: reservation.until, balance: leases[index].balance
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: ReserveReply.byteCount)
  }

  /// SETTLE: charges what was used; the rest goes back where it came from, or where the ended lease's money went.
  mutating func settle(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = SettleCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let place = reach(command.lease)
    if case .unknown = place { return .refused(.leaseUnknown) }
    let found = reservationIDs.find(seed.hash(drawn: command.reservation)) {
      reservations[$0].id == command.reservation
    }
    guard let found, reservations[found].lease == command.lease, reservations[found].isOf(command.actor),
      command.actor.authority != .owner || command.actor.owns(ownerGeneration(of: place))
    else { return .refused(.reservationUnknown) }
    let reservation = reservations[found]
    guard command.quantity <= reservation.quantityMax else {
      return .refused(.quantityInvalid, detail: reservation.quantityMax)
    }
    let charged = command.quantity &* reservation.price
    let returned = reservation.held - charged
    let returnedOwn = min(returned, reservation.heldOwn)
    refundDebitKey(reservation.debitKey, returned)
    let balance: UInt64
    switch place {
    case .live(let index):
      let resource = leases[index].resource
      earn(charged, of: resource)
      unlink(found, from: &leases[index].reservation)
      leases[index].reservationCount -= 1
      move(returnedOwn, .reservations, .own, of: resource)
      move(returned - returnedOwn, .reservations, .given, of: resource)
      credit(index, own: returnedOwn, given: returned - returnedOwn, .settled, revives: false)
      balance = leases[index].balance
    case .ended(let index):
      let resource = endedLeases[index].resource
      earn(charged, of: resource)
      unlink(found, from: &endedLeases[index].reservation)
      move(returnedOwn, .reservations, .refunds, of: resource)
      endedLeases[index].refund &+= returnedOwn
      donate(returned - returnedOwn, from: .reservations, to: resource)
      balance = endedLeases[index].refund
    case .unknown: return .refused(.leaseUnknown)
    }
    remove(found)
    SettleReply(charged: charged, returned: returned, balance: balance).write(to: &reply)
    return .ok(.taken, replyByteCount: SettleReply.byteCount)
  }

  /// What was used of a reservation is revenue.
  private mutating func earn(_ charged: UInt64, of resource: UInt32) {
    move(charged, .reservations, .earnings, of: resource)
    takeFee(charged, of: resource)
  }

  private func ownerGeneration(of place: LeasePlace) -> UInt32 {
    switch place {
    case .live(let index): leases[index].ownerGeneration
    case .ended(let index): endedLeases[index].ownerGeneration
    case .unknown: 0
    }
  }

  // MARK: The list of a lease

  /// Links a reservation into the list of its lease, which is in the order of (until, id). There is room for it.
  private mutating func insert(_ reservation: Reservation, of index: UInt32) {
    guard let place = reservations.insert(reservation) else { return }
    reservationIDs.insert(seed.hash(drawn: reservation.id), place)
    var before = noIndex
    var next = leases[index].reservation
    while next != noIndex, reservations[next].until <= reservation.until {
      before = next
      next = reservations[next].next
    }
    reservations[place].next = next
    if before == noIndex { leases[index].reservation = place } else { reservations[before].next = place }
    leases[index].reservationCount += 1
  }

  private func unlink(_ place: UInt32, from first: inout UInt32) {
    if first == place {
      first = reservations[place].next
      return
    }
    var before = first
    while before != noIndex, reservations[before].next != place { before = reservations[before].next }
    if before != noIndex { reservations[before].next = reservations[place].next }
  }

  private mutating func remove(_ place: UInt32) {
    reservationIDs.remove(seed.hash(drawn: reservations[place].id), place)
    reservations.remove(place)
  }

  /// A reservation, the first of a live lease, timed out and its money was credited: books that, and gives the next one.
  mutating func takeBack(_ place: UInt32, of resource: UInt32) -> UInt32 {
    let reservation = reservations[place]
    move(reservation.heldOwn, .reservations, .own, of: resource)
    move(reservation.held - reservation.heldOwn, .reservations, .given, of: resource)
    refundDebitKey(reservation.debitKey, reservation.held)
    remove(place)
    return reservation.next
  }

  /// The first reservation of an ended lease timed out: own money to its refund, given to the donation purse.
  mutating func takeBackFirst(ofEnded index: UInt32) {
    let place = endedLeases[index].reservation
    let reservation = reservations[place]
    move(reservation.heldOwn, .reservations, .refunds, of: endedLeases[index].resource)
    endedLeases[index].refund &+= reservation.heldOwn
    donate(reservation.held - reservation.heldOwn, from: .reservations, to: endedLeases[index].resource)
    refundDebitKey(reservation.debitKey, reservation.held)
    remove(place)
    endedLeases[index].reservation = reservation.next
  }

  private func refundDebitKey(_ id: UInt64, _ amount: UInt64) {
    guard id != 0, let index = findDebitKey(id) else { return }
    debitKeys[index].spent = debitKeys[index].spent.subtractingSaturating(amount)
  }
}
