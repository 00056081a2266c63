public import WireProtocol

/// What anyone may read, as of `now`. Nothing is changed.
extension ReferenceModel {
  /// Ids of all resources, in their order.
  public var resourceIDs: [UInt64] { resources.keys.sorted() }
  /// Ids of all leases that are remembered, in their order.
  public var leaseIDs: [UInt64] { leases.keys.sorted() }
  /// Ids of the sessions that are kept.
  public var sessionIDs: [UInt64] { sessions.keys.sorted() }
  /// Resources, live leases, ended leases, sessions, receipts, reservations and debit keys that are kept.
  public var counts: (resources: Int, live: Int, ended: Int, sessions: Int, receipts: Int) {
    let live = leases.values.count { $0.isLive }
    return (resources.count, live, leases.count - live, sessions.count, receiptCount)
  }

  /// A lease as it is at `now`, settled.
  func projected(_ id: UInt64) -> ModelLease? {
    guard var lease = leases[id] else { return nil }
    var passage = ModelPassage()
    pass(&lease, &passage)
    if lease.isRunning { lease.settle(to: now, &passage) }
    return passage.isForgotten ? nil : lease
  }

  /// CHECK; nil: LEASE_UNKNOWN.
  public func check(_ id: UInt64) -> CheckReply? {
    guard let lease = projected(id) else { return nil }
    let held = openReservations(of: lease).reduce(0) { $0 + $1.held }
    return CheckReply(
      resource: lease.resource, epoch: lease.epoch, state: lease.state, open: lease.isOpen ? 1 : 0,
      units: lease.units, deadline: lease.deadline, end: lease.endInstant,
      own: lease.isLive ? lease.own : lease.refund, given: lease.given, reserved: held, deposits: lease.deposits)
  }

  /// STATUS, but for `earliestFree`, which is 0 when a unit is free and else the latest that a lower bound may be.
  public func status(_ id: UInt64) -> StatusReply? {
    guard let resource = resources[id] else { return nil }
    let live = leases.values.filter { $0.resource == id && $0.isLive }
    let burn = live.reduce(UInt128(0)) { $0 + UInt128($1.segment?.rate ?? 0) }
    return StatusReply(
      units: resource.terms.units, unitsLeased: UInt32(truncatingIfNeeded: unitsTaken(of: resource)),
      leaseCount: UInt32(live.count), leaseCountSuspended: UInt32(live.count { $0.state == .suspended }),
      earned: resource.earned, donations: resource.donations, burnRate: Exact.clamped(burn, to: .max),
      earliestFree: earliestFree(1, of: resource),
      version: resource.version)
  }

  /// DESCRIBE by id.
  public func describe(_ id: UInt64) -> DescribeReply? {
    guard let resource = resources[id] else { return nil }
    return DescribeReply(
      resource: id, provider: resource.provider, name: resource.name, terms: resource.terms,
      version: resource.version)
  }

  /// QUOTE: the reply, or the status and detail of the refusal. `earliestFree` as in `status`.
  public func quote(_ id: UInt64, units: UInt32, duration wanted: UInt64) -> (QuoteReply?, Status, UInt64) {
    guard let resource = resources[id] else { return (nil, .resourceUnknown, 0) }
    let terms = resource.terms
    if units == 0 || units > terms.units { return (nil, .unitsInvalid, UInt64(terms.units)) }
    let rate = UInt128(units) * UInt128(terms.price)
    if rate > UInt128(WireLimits.moneyMax) { return (nil, .amountOverflow, 0) }
    let limit = UInt64(WireLimits.moneyMax)
    let duration = wanted == 0 ? terms.shortest : wanted
    let least = Self.amount(buying: terms.shortest, rate: rate, terms.period, limit: limit)
    let most = Self.amount(buyingAtMost: terms.longest, rate: rate, terms.period, limit: limit)
    if duration < terms.shortest { return (nil, .tooShort, least) }
    if duration > terms.longest { return (nil, .tooLong, most) }
    let amount = Self.amount(buying: duration, rate: rate, terms.period, limit: .max)
    if amount > limit { return (nil, .amountOverflow, 0) }
    let free = UInt64(terms.units) - min(UInt64(terms.units), unitsTaken(of: resource))
    let reply = QuoteReply(
      amount: amount, amountMin: least, amountMax: most,
      earliestFree: earliestFree(units, of: resource), unitsFree: UInt32(free), version: resource.version)
    return (reply, .ok, 0)
  }

  /// Use number and id of the keys of a lease, for BIND.
  public func owner(of lease: UInt64) -> (keyHash: Bytes16, generation: UInt32, useNumber: UInt64)? {
    leases[lease].map { ($0.keyHash, $0.generation, $0.uses.highest) }
  }

  /// Debit keys of a lease.
  public func debitKeyList(of lease: UInt64) -> [(id: UInt64, keyHash: Bytes16, useNumber: UInt64)] {
    (leases[lease]?.debitKeys ?? []).compactMap { id in
      debitKeys[id].map { ($0.id, $0.keyHash, $0.uses.highest) }
    }
  }

  /// Every balance and counter, as AUDIT_FIGURES gives them; balances of zero are left out.
  public func figures() -> [Figure] {
    func refund(_ claim: ModelClaim) -> UInt64 {
      claim.kind == .investment && state(of: claim) != .cancelled ? 0 : due(on: claim)
    }
    var figures: [Figure] = []
    func add(_ account: Account, _ keyEpoch: UInt32, _ value: Int128) {
      if value != 0 {
        figures.append(
          Figure(account: account, keyEpoch: keyEpoch, balance: Int64(truncatingIfNeeded: value)))
      }
    }
    add(.operatorFloat, 0, -Int128(float))
    for epoch in keyEpochs { add(.notesOutstanding, epoch.number, Int128(epoch.outstandingAmount)) }
    add(.notesExpired, 0, Int128(forgottenExpiredAmount))
    for epoch in keyEpochs { add(.notesExpired, epoch.number, Int128(epoch.expiredAmount)) }
    add(.pursesOwn, 0, leases.values.reduce(0) { $0 + Int128($1.isPending ? 0 : $1.own) })
    add(.pursesGiven, 0, leases.values.reduce(0) { $0 + Int128($1.isPending ? 0 : $1.given) })
    add(.reservations, 0, reservations.values.reduce(0) { $0 + Int128($1.held) })
    add(.donationPurses, 0, resources.values.reduce(0) { $0 + Int128($1.donations) })
    add(.refundsDue, 0, leases.values.reduce(0) { $0 + Int128($1.refund) })
    let waiting = resources.values.reduce(0) { $0 + Int128(remainders(of: $1) / 1_000_000) }
    add(.providerEarnings, 0, providers.values.reduce(waiting) { $0 + Int128($1.earnings) })
    add(.operatorFees, 0, Int128(fees))
    add(.chainDeposits, 0, leases.values.reduce(0) { $0 + Int128($1.deposits) })
    add(.matchingDeposits, 0, sum(of: .match, left))
    add(.scheduledPledges, 0, sum(of: .schedule, left))
    add(.campaignPledges, 0, sum(of: .pledge, left))
    add(.claimsDue, 0, ClaimKind.allCases.reduce(0) { $0 + sum(of: $1, refund) })
    add(.investments, 0, sum(of: .investment, left))
    add(.bids, 0, sum(of: .bid, left))
    add(.ecash, 0, -ecashBrought)
    add(.payouts, 0, ecash.values.reduce(0) { $0 + ($1.isPromised ? Int128($1.credit) : 0) })
    add(.held, 0, leases.values.reduce(0) { $0 + Int128($1.isPending ? $1.purse : 0) })
    add(.investorEarnings, 0, offerings.values.reduce(0) { $0 + Int128($1.taken) - Int128($1.collected) })
    for epoch in keyEpochs {
      add(.notesIssuedCount, epoch.number, Int128(epoch.issued.count))
      add(.notesIssuedAmount, epoch.number, Int128(epoch.issuedAmount))
      add(.notesTakenCount, epoch.number, Int128(epoch.spent.count))
      add(.notesTakenAmount, epoch.number, Int128(epoch.takenAmount))
      if epoch.isQuarantined { add(.notesQuarantined, epoch.number, Int128(epoch.outstandingAmount)) }
    }
    return figures
  }

  /// What the lines of a statement add up to since genesis.
  public var movements: [ModelMovement: UInt128] { ledger.moved }

  /// An amount of each claim of a kind, added up.
  private func sum(of kind: ClaimKind, _ amount: (ModelClaim) -> UInt64) -> Int128 {
    claims.values.reduce(0) { $0 + ($1.kind == kind ? Int128(amount($1)) : 0) }
  }
}
