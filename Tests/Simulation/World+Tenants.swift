import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// What tenants do: take leases, pay, use, hand on, end.
extension World {
  func rent(_ client: Client) {
    let isOver = { (lease: KnownLease) in lease.hasEnded && lease.isReleased && lease.isQuiet }
    endedLeases = (endedLeases + leases.filter(isOver)).suffix(20)
    leases.removeAll(where: isOver)
    let own = leases.filter { $0.owner === client && !$0.isOpen && !$0.isReleased }
    guard own.filter({ !$0.hasEnded }).count >= 3, let lease = chance.pick(own) else {
      if let resource = chance.pick(resources) { acquire(resource, by: client, isOpen: false) }
      return
    }
    if lease.hasEnded { return release(lease) }
    // What gives money back is refused only while there is no space, and that is seldom.
    if broker?.isLowOnSpace ?? false, chance.oneIn(4) {
      let chained = own.filter { !$0.hasEnded && $0.chains.values.contains { $0.isOpen && !$0.isClosing } }
      if chance.oneIn(2), let lease = chance.pick(chained) { return closeChain(lease) }
      if let lease = own.first(where: { !$0.hasEnded && !$0.reservations.isEmpty }) { return settle(lease) }
    }
    if lease.service != nil, chance.oneIn(6) { return askAgentOf(lease, by: client) }
    if chance.oneIn(lease.service != nil ? 5 : 600) { return buyVouchers(lease, lease.ownerKey, by: client) }
    switch chance.below(28) {
    case 20, 21: openChain(lease)
    case 22, 23, 24, 25: tick(lease)
    case 26: chance.oneIn(3) ? closeChain(lease) : checkChain(lease, by: client)
    case 0: if let resource = chance.pick(resources) { acquire(resource, by: client, isOpen: false) }
    case 1, 2, 3: fund(lease, by: client, isGift: false)
    case 4: if let other = anyLive() { fund(other, by: client, isGift: true) }
    case 5, 6, 7, 8: use(lease, lease.ownerKey, by: client)
    case 9, 10: useOther(by: client)
    case 11: reserve(lease, lease.ownerKey, by: client)
    case 12, 13: settle(lease)
    case 14: grant(lease)
    case 15: if chance.oneIn(3) { transfer(lease) }
    case 16: if chance.oneIn(2) { release(lease) }
    case 27: askAgentOf(lease, by: client)
    case 17: exchange(client, lease)
    case 18:
      client.ask(
        { _ in SubscribeRequest(lease: lease.id, resource: 0, funding: 0, mask: [.changes, .notices]) }, .subscribe)
    default: check(lease, by: client)
    }
  }

  func acquire(_ resource: KnownResource, by client: Client, isOpen: Bool) {
    let payment = notes(1 + chance.below(3))
    guard !payment.isEmpty else { return }
    acquire(resource, UInt32(1 + chance.below(2)), by: client, isOpen: isOpen) { $0.payment = payment }
  }

  /// Paid as the change says.
  @discardableResult
  func acquire(
    _ resource: KnownResource, _ units: UInt32, by client: Client, isOpen: Bool, _ change: (Errand) -> Void
  ) -> Errand {
    let key = isOpen ? Bytes16() : draw()
    let refusesGifts = !isOpen && chance.oneIn(5)
    let flags: AcquireFlags = isOpen ? [.open] : refusesGifts ? [.giftsRefused] : []
    let hash = isOpen ? Bytes16() : SHA256.keyHash(key)
    let minimum = chance.oneIn(10) ? chance.among(1_000...60_000) : 0
    return client.ask(
      { _ in AcquireRequest(resource: resource.id, units: units, flags: flags, keyHash: hash, minimum: minimum) },
      .acquire
    ) { errand in
      change(errand)
      (errand.resource, errand.takesPurse, errand.units) = (resource, isOpen, units)
      errand.then = { [unowned self, unowned errand] answer in
        guard let reply = answer.part(AcquireReply.self), answer.status == .ok else { return }
        oracle.expect(!leases.contains { $0.id == reply.lease }, "lease \(reply.lease) was given twice")
        let lease = KnownLease(
          id: reply.lease, resource: resource, units: units, isOpen: isOpen, refusesGifts: refusesGifts, owner: client,
          key: key, epoch: reply.epoch)
        leases.append(lease)
        leaseIDs.insert(lease.id)
        oracle.granted(lease, errand, reply, isReplayed: answer.isReplayed)
        if errand.firstSentAt > oracle.movedAt {
          payments.append(reply.payment)
        } else {
          oracle.forgetEpoch(of: lease)
        }
      }
    }
  }

  func fund(_ lease: KnownLease, by client: Client, isGift: Bool) {
    let payment = notes(1 + chance.below(2), for: lease)
    guard !payment.isEmpty else { return }
    client.ask({ FundRequest(lease: lease.id, handle: isGift ? 0 : $0) }, .fund) { errand in
      errand.payment = payment
      errand.changes = lease
      if !isGift { errand.key = lease.ownerKey }
    }
  }

  func use(_ lease: KnownLease, _ key: HeldKey, by client: Client) {
    let number = lease.useNumbers[key, default: 0] + 1
    lease.useNumbers[key] = number
    let meter: UInt8 = chance.oneIn(20) ? UInt8(2 + chance.below(2)) : UInt8(chance.below(2))
    let quantity = chance.among(1...6)
    let payment = chance.oneIn(8) ? notes(1, for: lease) : []
    client.ask({ UseRequest(handle: $0, meter: meter, quantity: quantity, useNumber: number, lease: 0) }, .use) {
      errand in
      errand.payment = payment
      errand.key = key
      errand.changes = lease
      errand.useNumber = number
    }
  }

  /// An open lease is used by whoever pays for it, to the unit.
  func useOpen(_ lease: KnownLease, by client: Client) {
    let payment = notes(1, for: lease)
    guard !payment.isEmpty else { return }
    client.ask({ _ in UseRequest(handle: 0, meter: 0, quantity: 1, useNumber: 0, lease: lease.id) }, .use) { errand in
      errand.payment = payment
      errand.changes = lease
    }
  }

  private func useOther(by client: Client) {
    let granted = leases.filter { !$0.hasEnded && $0.debitKeys.values.contains { $0.client === client } }
    guard let lease = chance.pick(granted),
      let key = lease.debitKeyOrder.last(where: { lease.debitKeys[$0]?.client === client })
    else { return }
    if lease.service != nil, chance.oneIn(2) { return buyVouchers(lease, key, by: client) }
    chance.oneIn(4) ? reserve(lease, key, by: client) : use(lease, key, by: client)
  }

  private func reserve(_ lease: KnownLease, _ key: HeldKey, by client: Client) {
    let (quantity, timeout) = (chance.among(1...20), chance.among(200...20_000))
    client.ask({ ReserveRequest(handle: $0, meter: 0, quantityMax: quantity, timeout: timeout) }, .reserve) { errand in
      errand.key = key
      errand.changes = lease
      errand.isHasty = chance.oneIn(10)
      errand.then = { answer in
        guard let reply = answer.part(ReserveReply.self), answer.status == .ok else { return }
        lease.reservations.append((reply.reservation, quantity, key, client))
      }
    }
  }

  private func settle(_ lease: KnownLease) {
    guard let reservation = lease.reservations.popLast() else { return }
    let quantity = chance.oneIn(12) ? reservation.quantity + 1 : chance.among(0...reservation.quantity)
    reservation.client.ask(
      { SettleRequest(handle: $0, reservation: reservation.id, quantity: quantity) }, .settle
    ) { errand in
      errand.key = reservation.key
      errand.changes = lease
      errand.isHasty = chance.oneIn(10)
    }
  }

  private func grant(_ lease: KnownLease) {
    guard let holder = chance.pick(tenants.filter { $0 !== lease.owner }) else { return }
    let key = HeldKey(lease: lease.id, key: draw())
    let total = chance.among(50...2_000)
    let perSecond = chance.oneIn(3) ? chance.among(1...200) : total
    let hash = SHA256.keyHash(key.key)
    lease.owner.ask(
      { GrantDebitKeyRequest(handle: $0, keyHash: hash, perSecond: perSecond, total: total) }, .grantDebitKey
    ) {
      errand in
      errand.key = lease.ownerKey
      errand.changes = lease
      errand.isHasty = chance.oneIn(10)
      errand.then = { answer in
        guard answer.status == .ok else { return }
        lease.debitKeys[key] = (holder, total, 0)
        lease.debitKeyOrder.append(key)
      }
    }
  }

  private func transfer(_ lease: KnownLease) {
    // What is under way under the old key could never be asked again.
    let isAwaited = clients.contains { $0.errands.contains { $0.changes === lease } }
    guard lease.isQuiet, !isAwaited, let heir = chance.pick(tenants) else { return }
    let key = draw()
    let hash = SHA256.keyHash(key)
    lease.owner.ask({ TransferRequest(handle: $0, keyHash: hash) }, .transfer) { errand in
      errand.key = lease.ownerKey
      errand.changes = lease
      errand.heir = (key, heir)
      errand.isHasty = chance.oneIn(10)
      errand.then = { answer in
        guard answer.status == .ok else { return }
        (lease.key, lease.owner) = (key, heir)
        lease.debitKeys = [:]
        lease.debitKeyOrder = []
        lease.chains = [:]
      }
    }
    // Nobody asks anything with the old key until that is known.
    lease.isReleased = true
    lease.owner.errands.last?.onEnd = { lease.isReleased = false }
  }

  func release(_ lease: KnownLease) {
    lease.isReleased = true
    lease.owner.ask({ ReleaseRequest(handle: $0) }, .release) { errand in
      errand.key = lease.ownerKey
      errand.changes = lease
      errand.isHasty = chance.oneIn(10)
      errand.then = { answer in
        if answer.status != .ok, answer.status != .leaseEnded { lease.isReleased = false }
      }
    }
  }

  private func exchange(_ client: Client, _ lease: KnownLease) {
    let payment = notes(1 + chance.below(3))
    let sum = payment.reduce(0) { $0 + $1.amount }
    guard sum >= 4 else { return purse += payment }
    let first = chance.among(1...sum - 1)
    let outputs = [
      NoteOutput(amount: first, binding: 0), NoteOutput(amount: sum - first, binding: chance.oneIn(4) ? lease.id : 0),
    ]
    client.ask({ _ in ExchangeRequest(handle: 0, count: 2) }, .exchange) { errand in
      errand.records = outputs
      errand.payment = payment
    }
  }

  func check(_ lease: KnownLease, by client: Client) {
    client.ask({ _ in CheckRequest(lease: lease.id) }, .check) { $0.asks = lease }
  }

  func describe(_ resource: KnownResource, by client: Client) {
    client.ask({ _ in DescribeRequest(resource: resource.id, name: Name32()) }, .describe) { $0.resource = resource }
  }

  /// Questions that change nothing.
  func look(_ client: Client) {
    let known = chance.pick(resources)
    let resource = known?.id ?? 1
    switch chance.below(14) {
    case 11: askMints(client)
    case 12: lookAtFunding(client)
    case 13: lookAtStatement(client)
    case 0: client.ask({ _ in PingRequest(echo: 7) }, .ping)
    case 1: client.ask({ _ in ListRequest(after: 0, countMax: 0) }, .list)
    case 2: if let known { describe(known, by: client) }
    case 3: client.ask({ _ in StatusRequest(resource: resource) }, .status) { $0.resource = known }
    case 4: client.ask({ _ in QuoteRequest(resource: resource, units: 1, duration: 5_000) }, .quote)
    case 5: client.ask({ _ in BrokerStatusRequest() }, .brokerStatus)
    case 6:
      guard let payment = chance.pick(payments) else { return }
      client.ask({ _ in PaymentRequest(payment: payment) }, .payment) { [unowned self] errand in
        errand.then = { answer in
          guard let reply = answer.part(PaymentReply.self), answer.status == .ok else { return }
          self.oracle.expect(
            reply.outcome == .taken || !self.payments.contains(payment), "payment \(payment) is \(reply.outcome)")
        }
      }
    case 7:
      guard let token = chance.pick(spent) else { return }
      client.ask({ _ in PaymentRequest(payment: 0) }, .payment) { [unowned self] errand in
        errand.payment = [token]
        errand.then = { answer in
          guard let reply = answer.part(PaymentReply.self), answer.status == .ok else { return }
          self.oracle.expect(reply.outcome == .taken, "a note that was taken is \(reply.outcome)")
        }
      }
    default: if let lease = anyLive() { check(lease, by: client) }
    }
  }
}
