import WireProtocol

/// What must hold after every command.
extension ReferenceModel {
  /// The double entry alone: accounts sum to zero, and none but the float and ECASH is negative. Costs a few additions.
  public func checkBook() -> String? {
    if ledger.sum != 0 { return "the accounts sum to \(ledger.sum)" }
    for (key, balance) in ledger.balances where !key.account.isSource && balance < 0 {
      return "\(key.account.specificationName) of key epoch \(key.keyEpoch) is \(balance)"
    }
    if ledger.balance(.operatorFloat) != -Int128(float) { return "the float is not what ISSUE created" }
    if ledger.balance(.ecash) != -ecashBrought { return "ECASH is not what payments brought, less what was paid out" }
    return nil
  }

  /// How many things `checkAll` counts, about.
  var size: Int {
    leases.count + reservations.count + sessions.count + resources.count + claims.count + campaigns.count
      + offerings.count + agents.count + ecash.count + pointsInUse.count + treasury.count + holds.count
      + auctions.values.reduce(0) { $0 + 1 + $1.lines.count }
      + keyEpochs.reduce(0) { $0 + $1.issued.count }
  }

  /// Everything, by enumeration: purses, notes, reservations and claims one by one against the double entry, boundary
  /// identities of every key epoch, no boundary left behind, capacities kept.
  public func checkAll() -> String? {
    if let problem = checkBook() { return problem }
    var enumerated: [ModelLedger.Key: Int128] = [:]
    for figure in figures() where figure.account.rawValue < 32 {
      enumerated[ModelLedger.Key(account: figure.account, keyEpoch: figure.keyEpoch)] = Int128(figure.balance)
    }
    for (key, balance) in ledger.balances where enumerated[key, default: 0] != balance {
      return "\(key.account.specificationName) of key epoch \(key.keyEpoch): the book says \(balance), "
        + "enumeration \(enumerated[key, default: 0])"
    }
    for key in enumerated.keys where ledger.balances[key] == nil {
      return "\(key.account.specificationName) of key epoch \(key.keyEpoch) is not in the book"
    }
    for epoch in keyEpochs { if let problem = check(epoch) { return problem } }
    for resource in resources.values {
      let live = leases.values.filter { $0.resource == resource.id && $0.isLive }
      let held = live.reduce(UInt64(0)) { $0 + UInt64($1.units) }
      if held != resource.unitsLeased { return "resource \(resource.id): units are miscounted" }
      if live.count != resource.leaseCount { return "resource \(resource.id): leases are miscounted" }
    }
    if let problem = checkAgents() ?? checkEcash() { return problem }
    for lease in leases.values { if let problem = check(lease) { return problem } }
    for claim in claims.values { if let problem = check(claim) { return problem } }
    for campaign in campaigns.values { if let problem = check(campaign) { return problem } }
    for offering in offerings.values { if let problem = check(offering) { return problem } }
    for auction in auctions.values { if let problem = check(auction) { return problem } }
    for resource in resources.values { if let problem = checkShares(of: resource) { return problem } }
    let receipts = sessions.values.reduce(0) { $0 + $1.receipts.count }
    if receipts != receiptCount { return "receipts are miscounted" }
    return nil
  }

  /// Issued = taken + outstanding + expired; taken = bits set.
  private func check(_ epoch: ModelKeyEpoch) -> String? {
    var outstanding: UInt128 = 0
    var taken: UInt64 = 0
    var issued: UInt64 = 0
    for (counter, note) in epoch.issued.enumerated() {
      issued &+= note.amount
      if epoch.spent.contains(UInt64(counter)) { taken &+= note.amount } else { outstanding += UInt128(note.amount) }
    }
    let name = "key epoch \(epoch.number)"
    if issued != epoch.issuedAmount { return "\(name): issued amount" }
    if taken != epoch.takenAmount { return "\(name): taken amount is not that of the bits set" }
    if outstanding != UInt128(epoch.outstandingAmount) + UInt128(epoch.expiredAmount) {
      return "\(name): issued is not taken + outstanding + expired"
    }
    return nil
  }

  private func check(_ lease: ModelLease) -> String? {
    let name = "lease \(lease.id)"
    if let next = lease.nextInstant, next <= now { return "\(name): a boundary was not passed" }
    if lease.isRunning != (lease.segment != nil) { return "\(name): \(lease.state) with a wrong segment" }
    if !lease.isLive, lease.purse > 0 { return "\(name): ended with money in its purse" }
    if !lease.isLive, !lease.chains.isEmpty { return "\(name): ended with open chains" }
    if lease.isLive, lease.refund > 0 { return "\(name): live with a refund" }
    if lease.isPending, let problem = checkPending(lease) { return problem }
    if let problem = checkLoss(of: lease) { return problem }
    for id in lease.reservations {
      guard let reservation = reservations[id], reservation.lease == lease.id, reservation.until > now else {
        return "\(name): reservation \(id)"
      }
    }
    for id in lease.debitKeys where debitKeys[id]?.lease != lease.id { return "\(name): debit key \(id)" }
    return nil
  }

  private func check(_ claim: ModelClaim) -> String? {
    let name = "claim \(claim.id)"
    let (isOpen, left, due) = (state(of: claim) == .open, left(of: claim), due(on: claim))
    if event(of: claim) < now, event(of: claim) > 0 { return "\(name): an event was not done" }
    if claim.kind == .bid { return checkBid(claim) }
    if isOpen ? due > 0 || claim.paid != nil : left > 0 { return "\(name): money in two places" }
    let mayGrow = claim.kind == .investment && state(of: claim) != .cancelled
    if left > claim.amount || due > claim.amount && !mayGrow { return "\(name): more than was put in" }
    let listed = resources[claim.resource]?.funding.deposits.contains(claim.id) ?? false
    if listed != (claim.kind == .match && isOpen) { return "\(name): not a deposit that matches" }
    if claim.kind == .pledge, campaigns[claim.campaign] == nil { return "\(name): of no campaign" }
    if claim.kind == .investment, offerings[claim.offering] == nil { return "\(name): of no offering" }
    return nil
  }

  private func check(_ campaign: ModelCampaign) -> String? {
    let name = "campaign \(campaign.id)"
    let kept = (pledges[campaign.id] ?? []).compactMap { claims[$0] }
    if kept.contains(where: { $0.campaign != campaign.id }) { return "\(name): a claim of something else" }
    let pledged = kept.reduce(UInt64(0)) { $0 + $1.amount }
    if !campaign.isForfeit, pledged != campaign.pledged || kept.count != campaign.pledgeCount {
      return "\(name): pledges are miscounted"
    }
    if campaign.event < now { return "\(name): an event was not done" }
    let listed = resources[campaign.resource]?.funding.campaigns.contains(campaign.id) ?? false
    return listed ? nil : "\(name): its resource does not know it"
  }

  private func checkShares(of resource: ModelResource) -> String? {
    let name = "resource \(resource.id)"
    let given = resource.recipients.reduce(promised(of: resource.id)) { $0 + UInt64($1.perMillion) }
    if given > 1_000_000 { return "\(name): shares are more than all of its revenue" }
    if remainders(of: resource) % 1_000_000 != 0 { return "\(name): remainders are no whole units" }
    return nil
  }

  private func check(_ offering: ModelOffering) -> String? {
    let name = "offering \(offering.id)"
    let kept = offering.claims.compactMap { claims[$0] }
    if kept.count != offering.claims.count || kept.contains(where: { $0.offering != offering.id }) {
      return "\(name): a claim of something else"
    }
    if !offering.isForfeit {
      let invested = kept.reduce(UInt64(0)) { $0 + $1.amount }
      if invested != offering.raised || kept.count != offering.claimCount {
        return "\(name): investments are miscounted"
      }
      let collected = kept.reduce(UInt64(0)) { $0 + $1.collected }
      if collected != offering.collected { return "\(name): what claims collected is miscounted" }
    }
    if offering.raised > offering.terms.cap { return "\(name): more than its cap" }
    if offering.tiers.contains(where: { $0.paid > $0.target }) { return "\(name): a tier got more than its target" }
    if offering.tiers.reduce(UInt64(0), { $0 + $1.paid }) > offering.taken { return "\(name): tiers got too much" }
    if offering.collected > offering.taken { return "\(name): claims collected too much" }
    for (index, tier) in offering.tiers.enumerated() where !offering.isForfeit && offering.state != .cancelled {
      let got = kept.reduce(UInt64(0)) { sum, claim in
        guard case .investment(_, index) = claim.purpose else { return sum }
        return sum + claim.collected + due(on: claim)
      }
      if got > tier.paid { return "\(name): claims of tier \(index) got too much" }
    }
    if offering.event < now { return "\(name): an event was not done" }
    let listed = resources[offering.resource]?.funding.offerings.contains(offering.id) ?? false
    return listed ? nil : "\(name): its resource does not know it"
  }
}
