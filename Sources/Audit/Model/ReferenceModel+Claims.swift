import WireProtocol

/// Claims: MATCH and SCHEDULE, which make them, CLAIM and ROTATE_CLAIM.
extension ReferenceModel {
  // MARK: - How a claim stands

  /// A pledge has the state of its campaign, an investment that of its offering.
  func state(of claim: ModelClaim) -> FundingState {
    campaigns[claim.campaign]?.state ?? offerings[claim.offering]?.state ?? claim.state
  }

  /// What of it is still at work.
  func left(of claim: ModelClaim) -> UInt64 {
    claim.kind == .bid || state(of: claim) == .open ? claim.left : 0
  }

  /// What its holder can collect.
  func due(on claim: ModelClaim) -> UInt64 {
    if case .investment(let id, let tier) = claim.purpose, let offering = offerings[id] {
      return due(on: claim, of: offering, tier: tier)
    }
    guard let campaign = campaigns[claim.campaign] else { return claim.due }
    let isRefunded = (campaign.state == .missed || campaign.state == .cancelled) && !campaign.isForfeit
    return isRefunded ? claim.left : 0
  }

  /// Instant of its next event; of a pledge, an investment or a bid that of its campaign, offering or auction, 0: there is none.
  func event(of claim: ModelClaim) -> UInt64 {
    if let offering = offerings[claim.offering], offering.state == .sharing, offering.terms.kind != .fixed {
      return offering.endsAt ?? 0
    }
    return armed(of: claim)
  }

  /// Instant of the next event of it, or of what it belongs to.
  func armed(of claim: ModelClaim) -> UInt64 {
    switch claim.kind {
    case .investment: offerings[claim.offering]?.event ?? 0
    case .bid: auctions[claim.auction]?.event ?? 0
    default: campaigns[claim.campaign]?.event ?? claim.event
    }
  }

  /// When something becomes due on it by itself; 0: nobody knows.
  private func nextDue(on claim: ModelClaim) -> UInt64 {
    if state(of: claim) != .open { return 0 }
    switch claim.kind {
    case .pledge, .match, .investment, .bid: return event(of: claim)
    case .schedule: return 0
    }
  }

  /// Whether one more claim can be kept.
  var hasRoomForClaim: Bool { claims.count < Int(genesis.claimCountMax) }

  /// Judges a payment that makes a claim.
  func judgeClaimPayment(_ money: ModelPayment) -> Payment { judge(money, ofAtLeast: claimMinimum) }

  private func judge(_ money: ModelPayment, ofAtLeast least: UInt64) -> Payment {
    let judged = judge(money, payingTo: 0)
    guard case .worth(let sum) = judged, sum < least else { return judged }
    return .refused(ModelOutcome(.amountInvalid, detail: least))
  }

  // MARK: - What makes them

  mutating func match(_ command: MatchCommand, _ money: ModelPayment) -> ModelOutcome {
    guard let resource = resources[command.resource] else { return ModelOutcome(.resourceUnknown) }
    if command.keyHash == Bytes16() { return ModelOutcome(.keyWrong) }
    if command.numerator == 0 { return ModelOutcome(.termsInvalid, field: 24) }
    if command.denominator == 0 { return ModelOutcome(.termsInvalid, field: 28) }
    if command.duration == 0 || command.duration > UInt64(WireLimits.durationMillisMax) {
      return ModelOutcome(.termsInvalid, field: 40)
    }
    if !Self.isLabel(command.label) { return ModelOutcome(.nameInvalid, field: 48) }
    if Self.refusesGifts(resource) { return ModelOutcome(.giftsRefused) }
    let countMax = WireLimits.matchCountMaxPerResource
    if resource.funding.deposits.count >= countMax { return ModelOutcome(.fundingLimit, detail: UInt64(countMax)) }
    if !hasRoomForClaim { return ModelOutcome(.noSpace) }
    let amount: UInt64
    switch judgeClaimPayment(money) {
    case .refused(let outcome): return outcome
    case .worth(let sum): amount = sum
    }
    let id = drawFundingID()
    let payment = take(money, to: .matchingDeposits, of: resource.id, for: id)
    credited &+= amount
    let until = now + command.duration
    let matching = ModelMatching(
      numerator: command.numerator, denominator: command.denominator, cap: command.cap, until: until,
      label: command.label)
    let claim = ModelClaim(
      id: id, resource: resource.id, keyHash: command.keyHash, purpose: .match(matching), amount: amount,
      left: amount, event: until)
    arm(claim)
    resources[resource.id]?.funding.deposits.append(claim.id)
    return .ok(MatchReply(claim: claim.id, amount: amount, until: until, payment: payment))
  }

  mutating func schedule(_ command: ScheduleCommand, _ money: ModelPayment) -> ModelOutcome {
    guard let resource = resources[command.resource] else { return ModelOutcome(.resourceUnknown) }
    if command.keyHash == Bytes16() { return ModelOutcome(.keyWrong) }
    let countMax = UInt32(WireLimits.instalmentCountMax)
    if command.count == 0 || command.count > countMax {
      return ModelOutcome(.quantityInvalid, detail: UInt64(countMax))
    }
    let longest = UInt64(WireLimits.durationMillisMax)
    if command.first > longest { return ModelOutcome(.termsInvalid, field: 32) }
    if command.interval < UInt64(WireLimits.instalmentMillisMin) || command.interval > longest {
      return ModelOutcome(.termsInvalid, field: 40)
    }
    let last = UInt128(command.first) + UInt128(command.count - 1) * UInt128(command.interval)
    if last > UInt128(longest) { return ModelOutcome(.termsInvalid, field: 40) }
    if !Self.isLabel(command.label) { return ModelOutcome(.nameInvalid, field: 48) }
    if Self.refusesGifts(resource) { return ModelOutcome(.giftsRefused) }
    if !hasRoomForClaim { return ModelOutcome(.noSpace) }
    // Each instalment would do as a claim.
    let least = Exact.clamped(UInt128(command.count) * UInt128(claimMinimum), to: .max)
    let amount: UInt64
    switch judge(money, ofAtLeast: least) {
    case .refused(let outcome): return outcome
    case .worth(let sum): amount = sum
    }
    let id = drawFundingID()
    let payment = take(money, to: .scheduledPledges, of: resource.id, for: id)
    credited &+= amount
    let first = now + command.first
    let instalments = ModelInstalments(
      count: command.count, first: first, interval: command.interval, label: command.label)
    let claim = ModelClaim(
      id: id, resource: resource.id, keyHash: command.keyHash, purpose: .schedule(instalments),
      amount: amount, left: amount, event: first)
    arm(claim)
    return .ok(ScheduleReply(claim: claim.id, amount: amount, next: first, payment: payment))
  }

  // MARK: - What their holders do

  mutating func claim(_ command: ClaimCommand) -> ModelOutcome {
    guard let claim = claims[command.claim] else { return ModelOutcome(.fundingUnknown) }
    if command.keyHash != claim.keyHash { return ModelOutcome(.keyWrong) }
    let cancels = command.flags.contains(.cancel) && claim.state == .open && now < claim.end
    let isSmall = state(of: claim) == .sharing && due(on: claim) < claimMinimum
    let amount = (isSmall ? 0 : due(on: claim)) + (cancels ? claim.left : 0)
    if command.flags.contains(.again) || amount == 0 {
      guard let paid = claim.paid else {
        return ModelOutcome(.nothingDue, detail: nextDue(on: claim))
      }
      var told = paid
      if claim.kind == .bid { told.left = claim.left }
      var outcome = ModelOutcome.ok(told)
      outcome.isReplayed = true
      return outcome
    }
    if !hasRoom(forNotes: 1, areOwed: true) { return ModelOutcome(.noSpace) }
    if cancels { end(claim, .cancelled) }
    let isRevenue = claim.kind == .investment && state(of: claim) != .cancelled
    let made = make(
      [ModelNote(amount: amount, binding: 0)], from: isRevenue ? .investorEarnings : .claimsDue, of: claim.resource,
      for: claim.id)
    let reply = ClaimReply(
      amount: amount, left: claim.kind == .bid ? claim.left : 0, firstSerial: made.firstSerial, keyEpoch: made.keyEpoch,
      count: 1)
    if isRevenue {
      claims[claim.id]?.collected += amount
      offerings[claim.offering]?.collected += amount
    } else {
      claims[claim.id]?.due = 0
      // Of a pledge or an investment: it is collected. Of a deposit or a schedule nothing is left by now.
      if claim.kind != .bid { claims[claim.id]?.left = 0 }
    }
    claims[claim.id]?.paid = reply
    return .ok(reply)
  }

  mutating func rotateClaim(_ command: RotateClaimCommand) -> ModelOutcome {
    guard let claim = claims[command.claim] else { return ModelOutcome(.fundingUnknown) }
    let isNew = command.newKeyHash != Bytes16() && command.newKeyHash != claim.keyHash
    if command.keyHash != claim.keyHash || !isNew { return ModelOutcome(.keyWrong) }
    claims[claim.id]?.keyHash = command.newKeyHash
    claims[claim.id]?.paid = nil
    return .ok(RotateClaimReply(due: due(on: claim)))
  }

  // MARK: - What time does to them

  /// The event of a schedule or a deposit.
  mutating func pass(_ claim: ModelClaim) {
    switch claim.purpose {
    case .pledge, .investment, .bid: return
    case _ where claim.state != .open: forget(claim)
    case .match: end(claim, .ended)
    case .schedule(let instalments): pay(instalments, of: claim)
    }
  }

  /// Pays an instalment; after the last one the schedule has ended.
  private mutating func pay(_ due: ModelInstalments, of schedule: ModelClaim) {
    var (instalments, claim) = (due, schedule)
    let amount = instalments.amount(of: claim.amount)
    instalments.doneCount += 1
    claim.left -= amount
    claim.purpose = .schedule(instalments)
    give(amount, to: claim.resource, from: .scheduledPledges, for: claim.id)
    count(amount, by: .scheduled, instalments.label, for: claim.resource)
    guard let next = instalments.next else { return end(claim, .ended) }
    claim.event = next
    arm(claim)
  }

  /// Ends a schedule or a deposit: what is left of it is due for a while.
  mutating func end(
    _ open: ModelClaim, _ last: FundingState, keptFor duration: UInt64 = AuditLimits.endedFundingMilliseconds
  ) {
    var claim = open
    ledger.move(
      claim.left, from: claim.kind == .match ? .matchingDeposits : .scheduledPledges, to: .claimsDue,
      of: claim.resource, for: claim.id)
    claim.due += claim.left
    claim.left = 0
    claim.state = last
    claim.event = now + duration
    arm(claim)
    resources[claim.resource]?.funding.deposits.removeAll { $0 == claim.id }
  }

  /// Forgets a schedule or a deposit: what is due on it then is its resource's, or the operator's when it was cancelled.
  private mutating func forget(_ claim: ModelClaim) {
    claims[claim.id] = nil
    if claim.state == .cancelled {
      fees += claim.due
      ledger.move(claim.due, from: .claimsDue, to: .operatorFees, of: claim.resource, for: claim.id)
    } else {
      give(claim.due, to: claim.resource, from: .claimsDue, for: claim.id)
    }
  }

  /// Stores a claim whose event is another one now.
  private mutating func arm(_ claim: ModelClaim) {
    claims[claim.id] = claim
    events.add(claim.id, at: claim.event)
  }
}
