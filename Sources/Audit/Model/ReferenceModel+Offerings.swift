import WireProtocol

/// Offerings: OPEN_OFFERING, INVEST, and what time does to them.
extension ReferenceModel {
  mutating func openOffering(_ command: OpenOfferingCommand, _ tiers: [Tier]) -> ModelOutcome {
    guard let resource = resources[command.resource] else { return ModelOutcome(.resourceUnknown) }
    if resource.provider != command.provider { return ModelOutcome(.notAuthorized) }
    if let wrong = Self.judge(command) ?? Self.judge(tiers, of: command) { return wrong }
    if !Self.isLabel(command.label) { return ModelOutcome(.nameInvalid, field: 64) }
    if Self.refusesGifts(resource) { return ModelOutcome(.giftsRefused) }
    let kept = resource.funding.offerings.compactMap { offerings[$0] }
    let (atWork, most) = (WireLimits.offeringCountMaxPerResource, WireLimits.offeringKeptCountMaxPerResource)
    if kept.count(where: { $0.state == .open || $0.state == .sharing }) >= atWork {
      return ModelOutcome(.fundingLimit, detail: UInt64(atWork))
    }
    if kept.count >= most { return ModelOutcome(.fundingLimit, detail: UInt64(most)) }
    let left = 1_000_000 - promised(of: resource.id) - resource.recipients.reduce(0) { $0 + UInt64($1.perMillion) }
    if UInt64(max(command.startShare, command.share)) > left { return ModelOutcome(.sharesExceeded, detail: left) }
    if offerings.count >= Int(genesis.fundingCountMax) { return ModelOutcome(.noSpace) }
    let closesAt = now + command.duration
    let offering = ModelOffering(
      id: drawFundingID(), resource: resource.id, terms: command,
      tiers: tiers.map { ModelTier(from: $0.from, rate: $0.rate) }, closesAt: closesAt, startLeft: command.criterion,
      event: closesAt)
    arm(offering)
    resources[resource.id]?.funding.offerings.append(offering.id)
    return .ok(OpenOfferingReply(offering: offering.id, closesAt: closesAt))
  }

  private static func judge(_ command: OpenOfferingCommand) -> ModelOutcome? {
    let (moneyMax, longest) = (UInt64(WireLimits.moneyMax), UInt64(WireLimits.durationMillisMax))
    let isCapWrong = command.cap == 0 || command.cap > moneyMax
    if isCapWrong || command.criterion > moneyMax || command.unit == 0 || command.unit > command.cap {
      return ModelOutcome(.amountInvalid, detail: 1)
    }
    func wrong(_ field: UInt16) -> ModelOutcome { ModelOutcome(.termsInvalid, field: field) }
    if command.duration == 0 || command.duration > longest { return wrong(32) }
    let isPeriodRight =
      command.kind == .revenue ? command.period > 0 && command.period <= longest : command.period == 0
    if !isPeriodRight { return wrong(40) }
    if command.startShare > 1_000_000 { return wrong(48) }
    if command.share == 0 || command.share > 1_000_000 { return wrong(52) }
    let isReturnRight = command.kind == .fixed ? command.returnPerMillion > 0 : command.returnPerMillion == 0
    return isReturnRight ? nil : wrong(56)
  }

  private static func judge(_ tiers: [Tier], of command: OpenOfferingCommand) -> ModelOutcome? {
    if tiers.isEmpty { return ModelOutcome(.quantityInvalid) }
    for (index, tier) in tiers.enumerated() {
      let least = index == 0 ? 0 : tiers[index - 1].from
      if tier.rate == 0 || tier.from <= least || tier.from % command.unit != 0 { return ModelOutcome(.quantityInvalid) }
    }
    let rate = tiers.map(\.rate).max() ?? 1
    let isTooHeavy = UInt128(command.cap) * UInt128(rate) > UInt128(WireLimits.moneyMax)
    let mostPaid = UInt128(command.cap) * UInt128(command.returnPerMillion) / 1_000_000
    return isTooHeavy || mostPaid > 1 << 61 - 1 ? ModelOutcome(.amountOverflow) : nil
  }

  mutating func invest(_ command: InvestCommand, _ money: ModelPayment) -> ModelOutcome {
    guard var offering = offerings[command.offering] else { return ModelOutcome(.fundingUnknown) }
    if offering.state != .open || now >= offering.closesAt {
      return ModelOutcome(.fundingClosed, detail: offering.closesAt)
    }
    if command.keyHash == Bytes16() { return ModelOutcome(.keyWrong) }
    if !hasRoomForClaim { return ModelOutcome(.noSpace) }
    let amount: UInt64
    switch judgeClaimPayment(money) {
    case .refused(let outcome): return outcome
    case .worth(let sum): amount = sum
    }
    guard let tier = offering.tier(of: amount) else {
      return ModelOutcome(.amountInvalid, detail: offering.tiers[0].from)
    }
    let unit = offering.terms.unit
    if amount % unit != 0 { return ModelOutcome(.amountInvalid, detail: amount / unit * unit) }
    let room = offering.terms.cap - offering.raised
    if amount > room { return ModelOutcome(.capExceeded, detail: room) }
    let id = drawFundingID()
    let payment = take(money, to: .investments, of: offering.resource, for: id)
    credited &+= amount
    let claim = ModelClaim(
      id: id, resource: offering.resource, keyHash: command.keyHash,
      purpose: .investment(offering: offering.id, tier: tier), amount: amount, left: amount)
    claims[claim.id] = claim
    offering.raised += amount
    offering.tiers[tier].amount += amount
    offering.claims.append(claim.id)
    offering.claimCount += 1
    offerings[offering.id] = offering
    return .ok(
      InvestReply(
        claim: claim.id, amount: amount, raised: offering.raised, closesAt: offering.closesAt, payment: payment))
  }

  /// What is due on an investment: a refund, or what it has got and not collected.
  func due(on claim: ModelClaim, of offering: ModelOffering, tier: Int) -> UInt64 {
    if offering.isForfeit { return 0 }
    if offering.state == .cancelled { return claim.left }
    let of = offering.tiers[tier]
    let got = of.amount == 0 ? 0 : UInt64(UInt128(of.paid) * UInt128(claim.amount) / UInt128(of.amount))
    return got - claim.collected
  }

  mutating func cancel(_ open: ModelOffering, _ actor: Actor) -> ModelOutcome {
    var offering = open
    if actor.authority == .provider, resources[offering.resource]?.provider != actor.id {
      return ModelOutcome(.notAuthorized)
    }
    if offering.state != .open || now >= offering.closesAt {
      return ModelOutcome(.fundingClosed, detail: offering.closesAt)
    }
    ledger.move(offering.raised, from: .investments, to: .claimsDue, of: offering.resource, for: offering.id)
    offering.state = .cancelled
    offering.event =
      now + (offering.raised > 0 ? AuditLimits.yearMilliseconds : AuditLimits.endedFundingMilliseconds)
    arm(offering)
    return .ok(CancelReply(amount: offering.raised))
  }

  // MARK: - What time does to them

  /// The event of an offering: its closing, its end, or the forgetting of its claims.
  mutating func pass(_ offering: ModelOffering) {
    switch offering.state {
    case .open: close(offering)
    case .sharing: review(offering)
    default: forget(offering)
    }
  }

  private mutating func close(_ open: ModelOffering) {
    guard open.raised > 0 else {
      var offering = open
      offering.state = .ended
      offering.event = now + AuditLimits.endedFundingMilliseconds
      return arm(offering)
    }
    give(open.raised, to: open.resource, from: .investments, for: open.id)
    resources[open.resource]?.funding.add(open.raised, by: .invested)
    var offering = open
    offering.share(from: .sharing)
    offering.event = offering.nextReview(after: now)
    arm(offering)
  }

  private mutating func review(_ sharing: ModelOffering) {
    var offering = sharing
    if offering.taken > offering.takenAtReview {
      (offering.payoutAt, offering.takenAtReview) = (now, offering.taken)
    }
    if !offering.isOver(at: now) {
      offering.event = offering.nextReview(after: now)
      return arm(offering)
    }
    leave(offering.remainder, to: offering.resource)
    offering.remainder = 0
    offering.state = .ended
    offering.event = now + AuditLimits.yearMilliseconds
    arm(offering)
  }

  /// What nobody collected is forfeit, once; claims are forgotten, the oldest first; with the last of them goes the offering.
  private mutating func forget(_ ended: ModelOffering) {
    var offering = ended
    if !offering.isForfeit {
      let refunds =
        offering.state == .cancelled
        ? offering.claims.compactMap { claims[$0] }.reduce(UInt64(0)) { $0 + due(on: $1) } : 0
      fees += refunds
      ledger.move(refunds, from: .claimsDue, to: .operatorFees, of: offering.resource, for: offering.id)
      let earnings = offering.taken - offering.collected
      offering.isForfeit = true
      offering.collected = offering.taken
      offerings[offering.id] = offering
      give(earnings, to: offering.resource, from: .investorEarnings, for: offering.id)
    }
    let gone = offering.claims.prefix(AuditLimits.forgottenClaimCount)
    for claim in gone { claims[claim] = nil }
    offering.claims.removeFirst(gone.count)
    guard offering.claims.isEmpty else {
      offering.event = now + 1
      return arm(offering)
    }
    offerings[offering.id] = nil
    resources[offering.resource]?.funding.offerings.removeAll { $0 == offering.id }
  }

  /// Stores an offering whose event is another one now.
  private mutating func arm(_ offering: ModelOffering) {
    offerings[offering.id] = offering
    events.add(offering.id, at: offering.event)
  }
}
