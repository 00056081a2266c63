import WireProtocol

/// Gifts: DONATE, SPEND_DONATIONS, and the pools that share them.
extension ReferenceModel {
  /// Gives money that lies on `account` to a resource: to its public lease, if that lives and is not pending, else to its donation purse.
  /// Gives the lease that has it now. `longest` does not bound it.
  @discardableResult
  mutating func give(
    _ amount: UInt64, to resource: UInt64, from account: Account, for subject: UInt64 = 0
  ) -> ModelLease? {
    guard amount > 0, let publicLease = resources[resource]?.funding.publicLease else { return nil }
    guard let lease = touch(publicLease), lease.isLive, !lease.isPending else {
      ledger.move(amount, from: account, to: .donationPurses, of: resource, for: subject)
      resources[resource]?.donations += amount
      return nil
    }
    ledger.move(amount, from: account, to: .pursesGiven, of: resource, for: subject)
    return keep(credited(lease, own: 0, given: amount, isBounded: false).lease, creditedTo: lease)
  }

  /// Stores a lease after money was credited to it, as it was `before`.
  private mutating func keep(_ funded: ModelLease, creditedTo before: ModelLease) -> ModelLease {
    var lease = funded
    drawEpochIfRevived(&lease, from: before)
    settleState(of: &lease)
    store(lease, isPayment: true)
    return lease
  }

  /// Whether a label is one, or says that there is none.
  static func isLabel(_ label: Name32) -> Bool { label.isZero || label.isValid }

  /// Whether the provider takes no gifts for a resource.
  static func refusesGifts(_ resource: ModelResource) -> Bool { resource.terms.policy.contains(.giftsRefused) }

  /// Draws an id of a pool, a campaign, an offering, an auction or a claim.
  mutating func drawFundingID() -> UInt64 {
    lastFunding += 1
    return id(lastFunding)
  }

  // MARK: - Donations

  mutating func donate(_ command: DonateCommand, _ money: ModelPayment) -> ModelOutcome {
    if !Self.isLabel(command.label) { return ModelOutcome(.nameInvalid, field: 16) }
    switch command.kind {
    case .resource: return donateToResource(command, money)
    case .lease: return donateToLease(command, money)
    case .pool: return donateToPool(command, money)
    }
  }

  private mutating func donateToResource(_ command: DonateCommand, _ money: ModelPayment) -> ModelOutcome {
    guard let resource = resources[command.target] else { return ModelOutcome(.resourceUnknown) }
    if Self.refusesGifts(resource) { return ModelOutcome(.giftsRefused) }
    let amount: UInt64
    switch judge(money, payingTo: 0) {
    case .refused(let outcome): return outcome
    case .worth(let sum): amount = sum
    }
    let payment = take(money, to: .donationPurses, of: resource.id, for: id(of: money))
    credited &+= amount
    var lease = give(amount, to: resource.id, from: .donationPurses)
    count(amount, by: .plain, command.label, for: resource.id)
    var matched: UInt64 = 0
    for id in resource.funding.deposits {
      guard let deposit = claims[id], case .match(let matching) = deposit.purpose, now < deposit.end else { continue }
      let more = matching.match(amount, left: deposit.left)
      if more == 0 { continue }
      claims[id]?.left -= more
      lease = give(more, to: resource.id, from: .matchingDeposits, for: id)
      resources[resource.id]?.funding.add(more, by: .matched)
      matched += more
      if more == deposit.left, let empty = claims[id] { end(empty, .ended) }
    }
    return .ok(
      DonateReply(
        credited: amount, matched: matched, payment: payment, lease: lease?.id ?? 0, deadline: lease?.deadline ?? 0))
  }

  private mutating func donateToLease(_ command: DonateCommand, _ money: ModelPayment) -> ModelOutcome {
    guard let lease = touch(command.target) else { return ModelOutcome(.leaseUnknown) }
    if !lease.isLive { return ModelOutcome(.leaseEnded, detail: UInt64(lease.state.rawValue)) }
    if lease.isPending { return Self.pending(lease) }
    if refusesGifts(lease) { return ModelOutcome(.giftsRefused) }
    let amount: UInt64
    switch judge(money, payingTo: lease.id) {
    case .refused(let outcome): return outcome
    case .worth(let sum): amount = sum
    }
    let (funded, refusal) = credited(lease, own: 0, given: amount)
    if let refusal { return refusal }
    let payment = take(money, to: .pursesGiven, of: lease.resource, for: id(of: money))
    credited &+= amount
    let kept = keep(funded, creditedTo: lease)
    count(amount, by: .plain, command.label, for: lease.resource)
    return .ok(
      DonateReply(credited: amount, matched: 0, payment: payment, lease: kept.id, deadline: kept.deadline))
  }

  private mutating func donateToPool(_ command: DonateCommand, _ money: ModelPayment) -> ModelOutcome {
    guard let pool = pools[command.target] else { return ModelOutcome(.fundingUnknown) }
    if pool.members.isEmpty { return ModelOutcome(.fundingClosed) }
    let amount: UInt64
    switch judge(money, payingTo: 0) {
    case .refused(let outcome): return outcome
    case .worth(let sum): amount = sum
    }
    let payment = take(money, to: .donationPurses, of: nil, for: pool.id)
    credited &+= amount
    for (member, share) in zip(pool.members, pool.shares(of: amount)) where share > 0 {
      give(share, to: member.resource, from: .donationPurses, for: pool.id)
      count(share, by: .pool, command.label, for: member.resource)
    }
    pools[pool.id]?.donated &+= amount
    pools[pool.id]?.donationCount &+= 1
    return .ok(DonateReply(credited: amount, matched: 0, payment: payment, lease: 0, deadline: 0))
  }

  /// Counts a donation that came now, and keeps it if it has a label.
  mutating func count(_ amount: UInt64, by model: FundingModel, _ label: Name32, for resource: UInt64) {
    resources[resource]?.funding.donationCount &+= 1
    resources[resource]?.funding.add(amount, by: model)
    resources[resource]?.funding.keep(ModelDonation(label: label, amount: amount, model: model, instant: now))
  }

  mutating func spendDonations(_ command: SpendDonationsCommand) -> ModelOutcome {
    guard let resource = resources[command.resource] else { return ModelOutcome(.resourceUnknown) }
    if resource.provider != command.provider { return ModelOutcome(.notAuthorized) }
    guard let open = leases[resource.funding.publicLease], open.isLive else { return ModelOutcome(.leaseUnknown) }
    if open.isPending { return Self.pending(open) }
    let amount = command.amount == 0 ? resource.donations : command.amount
    if amount == 0 || amount > resource.donations {
      return ModelOutcome(.fundsInsufficient, detail: max(1, command.amount))
    }
    resources[resource.id]?.donations -= amount
    guard let lease = give(amount, to: resource.id, from: .donationPurses) else { return ModelOutcome(.leaseUnknown) }
    return .ok(
      SpendDonationsReply(
        amount: amount, left: resource.donations - amount, lease: lease.id, balance: lease.purse,
        deadline: lease.deadline))
  }

  // MARK: - Pools

  mutating func setPool(_ command: SetPoolCommand, _ members: [PoolMember]) -> ModelOutcome {
    let maker = command.actor.authority == .operator ? nil : command.actor.id
    if command.pool != 0 {
      guard let pool = pools[command.pool] else { return ModelOutcome(.fundingUnknown) }
      if pool.maker != maker { return ModelOutcome(.notAuthorized) }
    }
    if !command.name.isValid { return ModelOutcome(.nameInvalid, field: 8) }
    if let other = pools.values.first(where: { $0.name == command.name && $0.id != command.pool }) {
      return ModelOutcome(.nameTaken, detail: other.id)
    }
    for (index, member) in members.enumerated() {
      guard let resource = resources[member.resource] else { return ModelOutcome(.resourceUnknown) }
      if let maker, resource.provider != maker { return ModelOutcome(.notAuthorized) }
      let standsBefore = members[..<index].contains { $0.resource == member.resource }
      if member.weight == 0 || standsBefore { return ModelOutcome(.quantityInvalid) }
    }
    var id = command.pool
    if id == 0 {
      if pools.count >= Int(genesis.fundingCountMax) { return ModelOutcome(.noSpace) }
      id = drawFundingID()
      pools[id] = ModelPool(id: id, maker: maker, name: command.name)
    }
    pools[id]?.name = command.name
    pools[id]?.members = members
    return .ok(SetPoolReply(pool: id))
  }
}
