import WireProtocol

/// Gifts to resources: DONATE and SPEND DONATIONS, and where the money of every other model ends.
///
/// A gift to a resource funds its public lease; while there is none, or it is PENDING, it waits in the donation purse. Nobody can take it out again.
extension StateMachine {
  // MARK: Giving

  /// Gives money of `account` to a resource, and says to which lease it went; nil: it waits in the donation purse.
  @discardableResult
  mutating func give(
    _ amount: UInt64, from account: Ledger.Entry, to resource: UInt32, for subject: UInt64 = 0
  ) -> UInt32? {
    guard case .live(let index) = reach(fundings[resource].publicLease), !leases[index].is(.pending) else {
      donate(amount, from: account, to: resource, for: subject)
      return nil
    }
    move(amount, account, .given, of: resource, for: subject)
    // No `longest` bounds it: money that comes by itself cannot be refused, and whoever gives should not have to wait.
    credit(index, own: 0, given: amount, .funded, revives: leases[index].mayRevive(byOwner: false))
    return index
  }

  /// Moves money of a resource's donation purse, which has as much, into its public lease, which lives.
  mutating func spendDonations(_ amount: UInt64, of resource: UInt32, on index: UInt32) {
    guard amount > 0 else { return }
    resources[resource].donations -= amount
    move(amount, .donations, .given, of: resource)
    credit(index, own: 0, given: amount, .funded, revives: leases[index].mayRevive(byOwner: false))
  }

  // MARK: Commands

  /// DONATE: money for a resource, a lease or a pool.
  mutating func donate(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = DonateCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard Self.isLabel(command.label) else { return .refused(.nameInvalid, field: 16) }
    switch command.kind {
    case .resource: return donateToResource(bytes, view, command, &reply)
    case .lease: return donateToLease(bytes, view, command, &reply)
    case .pool: return donateToPool(bytes, view, command, &reply)
    }
  }

  private mutating func donateToResource(
    _ bytes: RawSpan, _ view: CommandView, _ command: DonateCommand, _ reply: inout MutableRawSpan
  ) -> Outcome {
    guard let resource = resourceIndex(command.target) else { return .refused(.resourceUnknown) }
    guard !resources[resource].policy.contains(.giftsRefused) else { return .refused(.giftsRefused) }
    let sum: UInt64
    switch judgePayment(bytes, view, to: 0) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    if view.hasEcash { return .putOff }
    let payment = drawPayment()
    takePayment(bytes, view, to: .donations, of: resource, for: payment)
    credited &+= sum
    let lease = give(sum, from: .donations, to: resource)
    fundings[resource].count(sum, by: .plain)
    fundings[resource].countDonation(sum, by: .plain, command.label, at: now)
    let matched = match(sum, of: resource)
    return conclude(payment, sum, matched: matched, lease, &reply)
  }

  private mutating func donateToLease(
    _ bytes: RawSpan, _ view: CommandView, _ command: DonateCommand, _ reply: inout MutableRawSpan
  ) -> Outcome {
    let index: UInt32
    switch reach(command.target) {
    case .unknown: return .refused(.leaseUnknown)
    case .ended(let index): return .refused(.leaseEnded, detail: UInt64(endedLeases[index].state.rawValue))
    case .live(let live): index = live
    }
    if let refusal = whyPending(index) { return refusal }
    let sum: UInt64
    switch judgeCredit(bytes, view, to: index, isOwn: false) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    if view.hasEcash { return .putOff }
    let (payment, resource) = (drawPayment(), leases[index].resource)
    takePayment(bytes, view, to: .given, of: resource, for: payment)
    credited &+= sum
    credit(index, own: 0, given: sum, .funded, revives: leases[index].mayRevive(byOwner: false))
    fundings[resource].count(sum, by: .plain)
    fundings[resource].countDonation(sum, by: .plain, command.label, at: now)
    return conclude(payment, sum, matched: 0, index, &reply)
  }

  private mutating func donateToPool(
    _ bytes: RawSpan, _ view: CommandView, _ command: DonateCommand, _ reply: inout MutableRawSpan
  ) -> Outcome {
    guard case .pool(let pool) = findFunding(command.target) else { return .refused(.fundingUnknown) }
    guard pools[pool].memberCount > 0 else { return .refused(.fundingClosed) }
    let sum: UInt64
    switch judgePayment(bytes, view, to: 0) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    if view.hasEcash { return .putOff }
    takePayment(bytes, view, to: .donations, of: noIndex, for: pools[pool].id)
    credited &+= sum
    share(sum, of: pool, command.label)
    return conclude(drawPayment(), sum, matched: 0, nil, &reply)
  }

  private mutating func conclude(
    _ payment: UInt64, _ sum: UInt64, matched: UInt64, _ lease: UInt32?, _ reply: inout MutableRawSpan
  ) -> Outcome {
    var written = DonateReply(credited: sum, matched: matched, payment: payment, lease: 0, deadline: 0)
    if let lease {
      written.lease = leases[lease].id
      written.deadline = leases[lease].deadline(resources[leases[lease].resource].prices)
    }
    written.write(to: &reply)
    return .ok(.taken, replyByteCount: DonateReply.byteCount)
  }

  /// SPEND DONATIONS: from the donation purse into the public lease.
  mutating func spendDonations(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = SpendDonationsCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    // Gifts to leases that ended are in the purse as of now.
    fireAllDue()
    guard let resource = resourceIndex(command.resource) else { return .refused(.resourceUnknown) }
    guard providers[resources[resource].provider].id == command.provider else { return .refused(.notAuthorized) }
    let publicLease = fundings[resource].publicLease
    guard case .live(let found) = find(publicLease) else { return .refused(.leaseUnknown) }
    if let refusal = whyPending(found) { return refusal }
    let available = resources[resource].donations
    let amount = command.amount == 0 ? available : command.amount
    guard amount > 0, amount <= available else { return .refused(.fundsInsufficient, detail: max(amount, 1)) }
    guard case .live(let index) = reach(publicLease) else { return .refused(.leaseUnknown) }
    spendDonations(amount, of: resource, on: index)
    SpendDonationsReply(
      amount: amount, left: available - amount, lease: leases[index].id, balance: leases[index].balance,
      deadline: leases[index].deadline(resources[resource].prices)
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: SpendDonationsReply.byteCount)
  }
}
