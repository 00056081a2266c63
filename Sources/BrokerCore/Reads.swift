public import WireProtocol

/// A lease as Sessions sees it when a connection binds a key or subscribes, at `now`.
public struct LeaseView: Hashable, Sendable {
  /// Where it lies: the hint of USE. `UInt32.max` when it ended.
  public var index: UInt32
  /// Its resource's id.
  public var resource: UInt64
  /// Hash of its owner key; zero when it is open.
  public var keyHash: Bytes16
  /// One more with each TRANSFER, from 1.
  public var ownerGeneration: UInt32
  /// Whether nobody owns it.
  public var isOpen: Bool
  /// Its state.
  public var state: LeaseState
  /// Its fencing epoch.
  public var epoch: UInt64
  /// Highest use number of the owner key.
  public var useNumber: UInt64
  /// Whether it is EXPIRED, RELEASED, REVOKED or FAILED.
  public var hasEnded: Bool
}

/// A lease projected to `now`.
enum Projection {
  case live(Lease)
  case ended(EndedLease)
}

/// Reads: all as of `now`, with nothing stored. What is due and was not fired yet is told as if it had been.
extension StateMachine {
  // MARK: Resources

  /// LIST: writes entries from `offset` on, as many as were asked for and fit a page.
  public func list(
    after id: UInt64, countMax: UInt16, into records: inout MutableRawSpan, at offset: Int
  ) -> ListReply {
    let room = max(0, (records.byteCount - offset) / ResourceEntry.byteCount)
    let most = min(countMax == 0 ? WireLimits.listCountMax : Int(countMax), WireLimits.listCountMax, room)
    var index = firstResource(after: id)
    var count = 0
    while count < most, index < resources.count {
      let prices = resources[index].prices.current
      ResourceEntry(
        resource: resources[index].id, name: resources[index].name, price: prices.price, period: prices.period,
        units: resources[index].units, unitsFree: resources[index].unitsFree
      ).write(to: &records, at: offset + count * ResourceEntry.byteCount)
      count += 1
      index += 1
    }
    return ListReply(count: UInt16(truncatingIfNeeded: count), more: index < resources.count ? 1 : 0)
  }

  /// Index of the first resource whose id is above `id`. Ids grow with the index.
  private func firstResource(after id: UInt64) -> UInt32 {
    var (low, high) = (UInt32(0), resources.count)
    while low < high {
      let middle = low + (high - low) / 2
      if resources[middle].id <= id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// DESCRIBE: by id, or by name when the id is 0.
  public func describe(_ request: DescribeRequest) -> Answer<DescribeReply> {
    let found = request.resource == 0 ? resourceIndex(request.name) : resourceIndex(request.resource)
    guard let index = found else { return .refused(Outcome.refused(.resourceUnknown).with(.none)) }
    return .reply(
      DescribeReply(
        resource: resources[index].id, provider: providers[resources[index].provider].id, name: resources[index].name,
        terms: resources[index].terms, version: resources[index].version))
  }

  /// STATUS: totals as of the last touch of each lease.
  public func status(_ id: UInt64) -> Answer<StatusReply> {
    guard let index = resourceIndex(id) else { return .refused(Outcome.refused(.resourceUnknown).with(.none)) }
    return .reply(
      StatusReply(
        units: resources[index].units, unitsLeased: resources[index].unitsTaken,
        leaseCount: resources[index].leaseCount, leaseCountSuspended: resources[index].suspendedCount,
        earned: resources[index].earned, donations: resources[index].donations, burnRate: resources[index].burnRate,
        earliestFree: resources[index].unitsFree > 0 ? 0 : earliestFree(index), version: resources[index].version))
  }

  /// QUOTE: what a lease costs now.
  public func quote(_ request: QuoteRequest) -> Answer<QuoteReply> {
    func refused(_ status: Status, _ detail: UInt64 = 0) -> Answer<QuoteReply> {
      .refused(Outcome.refused(status, detail: detail).with(.none))
    }
    guard let index = resourceIndex(request.resource) else { return refused(.resourceUnknown) }
    guard request.units > 0, request.units <= resources[index].units else {
      return refused(.unitsInvalid, UInt64(resources[index].units))
    }
    let (shortest, longest) = (resources[index].shortest, resources[index].longest)
    guard Self.rate(UInt64(request.units), resources[index].prices.current.price) != nil else {
      return refused(.amountOverflow)
    }
    let course = newCourse(index, request.units)
    let least = min(course.funds(through: now + shortest), UInt64(WireLimits.moneyMax))
    let most = min(course.fundsMax(through: now + longest), UInt64(WireLimits.moneyMax))
    let duration = request.duration == 0 ? shortest : request.duration
    guard duration >= shortest else { return refused(.tooShort, least) }
    guard duration <= longest else { return refused(.tooLong, most) }
    let amount = course.funds(through: now + duration)
    guard amount <= UInt64(WireLimits.moneyMax) else { return refused(.amountOverflow) }
    let areFree = request.units <= resources[index].unitsFree
    return .reply(
      QuoteReply(
        amount: amount, amountMin: least, amountMax: most, earliestFree: areFree ? 0 : earliestFree(index),
        unitsFree: resources[index].unitsFree, version: resources[index].version))
  }

  // MARK: Leases

  /// CHECK: the state of a lease.
  public func check(_ id: UInt64) -> Answer<CheckReply> {
    switch project(id) {
    case nil: return .refused(Outcome.refused(.leaseUnknown).with(.none))
    case .live(let lease):
      let prices = resources[lease.resource].prices
      return .reply(
        CheckReply(
          resource: resources[lease.resource].id, epoch: lease.epoch, state: lease.state, open: lease.isOpen ? 1 : 0,
          units: lease.units, deadline: lease.deadline(prices), end: lease.end(prices), own: lease.own,
          given: lease.given, reserved: reserved(from: lease.reservation), deposits: deposits(ofLive: id)))
    case .ended(let lease):
      return .reply(
        CheckReply(
          resource: resources[lease.resource].id, epoch: lease.epoch, state: lease.state, open: lease.isOpen ? 1 : 0,
          units: lease.units, deadline: lease.endedAt, end: lease.forgottenAt, own: lease.refund, given: 0,
          reserved: reserved(from: lease.reservation), deposits: 0))
    }
  }

  private func deposits(ofLive id: UInt64) -> UInt64 {
    guard case .live(let index) = find(id) else { return 0 }
    return deposits(of: index)
  }

  /// What a connection needs to know of a lease to bind a key or to subscribe; nil when it is unknown.
  public func lease(_ id: UInt64) -> LeaseView? {
    switch project(id) {
    case nil: return nil
    case .live(let lease):
      guard case .live(let index) = find(id) else { return nil }
      return LeaseView(
        index: index, resource: resources[lease.resource].id, keyHash: lease.keyHash,
        ownerGeneration: lease.ownerGeneration, isOpen: lease.isOpen, state: lease.state, epoch: lease.epoch,
        useNumber: lease.uses.highest, hasEnded: false)
    case .ended(let lease):
      return LeaseView(
        index: noIndex, resource: resources[lease.resource].id, keyHash: lease.keyHash,
        ownerGeneration: lease.ownerGeneration, isOpen: lease.isOpen, state: lease.state, epoch: lease.epoch,
        useNumber: 0, hasEnded: true)
    }
  }

  /// The debit key of a live lease with this hash, and its highest use number; nil when there is none.
  public func debitKey(_ lease: UInt64, _ keyHash: Bytes16) -> (id: UInt64, useNumber: UInt64)? {
    guard case .live(let index) = find(lease), let key = findDebitKey(keyHash, of: index) else { return nil }
    return (debitKeys[key].id, debitKeys[key].uses.highest)
  }

  private func reserved(from first: UInt32) -> UInt64 {
    var sum: UInt64 = 0
    var next = first
    while next != noIndex {
      sum &+= reservations[next].held
      next = reservations[next].next
    }
    return sum
  }

  func project(_ id: UInt64) -> Projection? {
    switch find(id) {
    case .unknown: return nil
    case .ended(let index): return project(endedLeases[index])
    case .live(let index):
      var lease = leases[index]
      if let instant = pass(&lease) {
        var ended = EndedLease(lease, state: lease.state, at: instant)
        ended.refund = lease.own &+ deposits(of: index)
        return project(ended)
      }
      _ = lease.settle(through: now, resources[lease.resource].prices)
      return .live(lease)
    }
  }

  /// Passes what is due of a copy of a lease, as `passUnattended` and `step` do of the lease, but for what `settle` does after it; gives the
  /// instant at which it ended.
  private func pass(_ lease: inout Lease) -> UInt64? {
    guard lease.flags.contains(.unattended), let service = findService(lease.id) else {
      return step(&lease, through: now)
    }
    var absence = services[service].absence
    if let ended = step(&lease, through: min(now, absence.passedTo)) { return ended }
    while absence.passedTo < now {
      let stop = absence.nextStop(towards: now, timeOut(lease.reservation))
      _ = lease.stand(absence, through: stop, resources[lease.resource].prices)
      if let ended = step(&lease, through: stop) { return ended }
      absence.pass(to: stop, ranThrough: nil)
    }
    return nil
  }

  private func step(_ lease: inout Lease, through limit: UInt64) -> UInt64? {
    while let step = lease.step(through: limit, resources[lease.resource].prices, timeOut(lease.reservation)) {
      if step.cause == .timeOut { lease.reservation = reservations[lease.reservation].next }
      if lease.is(.expired) || lease.is(.failed) { return step.instant }
    }
    return nil
  }

  private func project(_ lease: EndedLease) -> Projection? {
    var lease = lease
    while let timeOut = timeOut(lease.reservation), timeOut.until <= now {
      lease.refund &+= timeOut.own
      lease.reservation = reservations[lease.reservation].next
    }
    return lease.forgottenAt <= now ? nil : .ended(lease)
  }

  // MARK: Money and sessions

  /// PAYMENT by tokens: whether this note was taken. False for notes that do not exist.
  public func isSpent(_ note: VerifiedNote) -> Bool {
    guard let place = epochs.place(of: note.keyEpoch), note.serial >> 52 == UInt64(slot) else { return false }
    return epochs.isSpent(note.serial & CoreLimits.counterMask, at: place)
  }

  /// The note key epoch that issues.
  public var keyEpoch: UInt32 { epochs[epochs.current].number }

  /// Key epochs that are kept, with their tag algorithms.
  public var keyEpochs: [(UInt32, TagAlgorithm)] {
    var kept: [(UInt32, TagAlgorithm)] = []
    for place in 0..<CoreLimits.epochCountMax where epochs[place].number != 0 {
      kept.append((epochs[place].number, epochs[place].algorithm))
    }
    return kept
  }

  /// Tag algorithm of a note key epoch; nil when it is not kept.
  public func tagAlgorithm(_ keyEpoch: UInt32) -> TagAlgorithm? {
    epochs.place(of: keyEpoch).map { epochs[$0].algorithm }
  }

  /// Whether a command of this number may have been done in the session with this hash: its receipt is kept, or it is below what is
  /// kept. Of any other number nothing was ever done.
  public func mayBeDone(_ number: UInt64, inSession hash: Bytes16) -> Bool {
    guard let index = sessions.find(hash), !sessions.isIdle(index, at: now) else { return false }
    return number < sessions[index].floor || sessions.receipt(number, of: index) != nil
  }

  /// Whether a use of this number may have been charged to a key: it is not above the highest there was, or nobody knows, since the
  /// lease has ended or the key is gone.
  public func mayBeCharged(_ number: UInt64, _ actor: Actor, of lease: UInt64) -> Bool {
    guard case .live(let index) = find(lease), let debtor = debtor(actor, index) else { return true }
    return number <= (debtor == noIndex ? leases[index].uses.highest : debitKeys[debtor].uses.highest)
  }

  /// The session with this hash; nil when it is not open.
  public func session(_ hash: Bytes16) -> (id: UInt64, receiptCount: UInt32)? {
    guard let index = sessions.find(hash), !sessions.isIdle(index, at: now) else { return nil }
    return (sessions[index].id, sessions[index].receiptCount)
  }
}
