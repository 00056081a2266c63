import WireProtocol

/// OPEN OFFERING and INVEST, and what happens to offerings by itself.
extension StateMachine {
  /// OPEN OFFERING: shares of the revenue for money.
  mutating func openOffering(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = OpenOfferingCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let resource = resourceIndex(command.resource) else { return .refused(.resourceUnknown) }
    guard providers[resources[resource].provider].id == command.provider else { return .refused(.notAuthorized) }
    var offering = Offering(0, command, at: resource, closesAt: now &+ command.duration)
    if let refusal = Self.fault(in: command) ?? Self.addTiers(to: &offering, bytes, view, command) { return refusal }
    if let refusal = judgeGifts(to: resource, command.label, field: 64) { return refusal }
    var (atWork, kept) = (0, 0)
    forEachOffering(of: resource) {
      kept += 1
      if offerings[$0].isAtWork { atWork += 1 }
    }
    for (count, most) in [
      (atWork, WireLimits.offeringCountMaxPerResource), (kept, WireLimits.offeringKeptCountMaxPerResource),
    ] where count >= most {
      return .refused(.fundingLimit, detail: UInt64(most))
    }
    let available = 1_000_000 - offeredShare(of: resource) - fundings[resource].revenue.perMillion
    guard offering.shareMax <= available else { return .refused(.sharesExceeded, detail: UInt64(available)) }
    guard !offerings.isFull else { return .refused(.noSpace) }
    offering.id = drawFundingID()
    guard let index = offerings.insert(offering) else { return .refused(.noSpace) }
    addFundingID(offering.id, at: .offering(index))
    append(offering: index, to: resource)
    arm(offering: index, at: offering.closesAt)
    OpenOfferingReply(offering: offering.id, closesAt: offering.closesAt).write(to: &reply)
    return .ok(.none, replyByteCount: OpenOfferingReply.byteCount)
  }

  private static func fault(in command: OpenOfferingCommand) -> Outcome? {
    let moneyMax = UInt64(WireLimits.moneyMax)
    guard command.cap > 0, command.cap <= moneyMax, command.criterion <= moneyMax, command.unit > 0,
      command.unit <= command.cap
    else { return .refused(.amountInvalid, detail: 1) }
    func wrong(_ field: UInt16) -> Outcome { .refused(.termsInvalid, field: field) }
    if !isDuration(command.duration) { return wrong(32) }
    if command.kind == .revenue ? !isDuration(command.period) : command.period != 0 { return wrong(40) }
    if command.startShare > 1_000_000 { return wrong(48) }
    if command.share == 0 || command.share > 1_000_000 { return wrong(52) }
    return (command.kind == .fixed) == (command.returnPerMillion > 0) ? nil : wrong(56)
  }

  /// Judges the tiers that a command names, and adds them.
  private static func addTiers(
    to offering: inout Offering, _ bytes: RawSpan, _ view: CommandView, _ command: OpenOfferingCommand
  ) -> Outcome? {
    var (least, rateMax) = (UInt64(0), UInt32(0))
    guard view.recordCount > 0 else { return .refused(.quantityInvalid) }
    for record in 0..<view.recordCount {
      guard let tier = Tier(bytes, at: view.recordOffset(record)) else { return .refused(.malformed) }
      guard tier.rate > 0, tier.from > least, tier.from % command.unit == 0 else { return .refused(.quantityInvalid) }
      least = tier.from
      rateMax = max(rateMax, tier.rate)
      offering.addTier(tier)
    }
    // What tiers weigh, and what they are paid, is computed with.
    guard rate(UInt64(rateMax), command.cap) != nil,
      Ratio.floor(command.cap, UInt64(command.returnPerMillion), over: 1_000_000) <= CoreLimits.tierEarningsMax
    else { return .refused(.amountOverflow) }
    return nil
  }

  /// INVEST: money for an offering, kept apart until it closes.
  mutating func invest(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = InvestCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard case .offering(let index) = findFunding(command.offering) else { return .refused(.fundingUnknown) }
    let closesAt = offerings[index].closesAt
    guard offerings[index].isOpen(at: now) else { return .refused(.fundingClosed, detail: closesAt) }
    guard !command.keyHash.isZero else { return .refused(.keyWrong) }
    guard !claims.isFull else { return .refused(.noSpace) }
    let sum: UInt64
    switch judgeClaimPayment(bytes, view) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    guard let tier = offerings[index].tier(of: sum) else {
      return .refused(.amountInvalid, detail: offerings[index].tranches[0].from)
    }
    let unit = offerings[index].unit
    guard sum % unit == 0 else { return .refused(.amountInvalid, detail: sum - sum % unit) }
    let room = offerings[index].cap - offerings[index].raised
    guard sum <= room else { return .refused(.capExceeded, detail: room) }
    if view.hasEcash { return .putOff }
    let resource = offerings[index].resource
    let (claim, id) = addClaim(Claim(.investment, command.keyHash, sum, in: index, of: resource))
    takePayment(bytes, view, to: .investments, of: resource, for: id)
    credited &+= sum
    offerings[index].claims = appended(claim, to: offerings[index].claims)
    offerings[index].take(sum, in: tier)
    InvestReply(
      claim: id, amount: sum, raised: offerings[index].raised, closesAt: closesAt, payment: drawPayment()
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: InvestReply.byteCount)
  }

  // MARK: What happens by itself

  /// The event of an offering.
  mutating func fire(offering index: UInt32) {
    switch offerings[index].state {
    case .open: close(offering: index)
    case .sharing: review(offering: index)
    default: forget(offering: index)
    }
  }

  /// Instant of the first funding event, when it is that of an offering before which all that is due is fired.
  public func nextReckoning() -> UInt64? {
    guard let event = agenda.first, event.member >= offeringMember(0) else { return nil }
    if event.member >= agentMember(0) { return event.instant }
    guard event.member < auctionMember(0) else { return nil }
    let index = event.member - offeringMember(0)
    let isClosing = offerings[index].state == .open && offerings[index].raised > 0
    return isClosing || offerings[index].state == .sharing ? event.instant : nil
  }

  /// Closes an offering: what was raised is the resource's, and from now on the revenue is shared.
  private mutating func close(offering index: UInt32) {
    let (raised, resource) = (offerings[index].raised, offerings[index].resource)
    guard raised > 0 else {
      offerings[index].state = .ended
      return arm(offering: index, at: now + CoreLimits.endedMilliseconds)
    }
    // Late timers book revenue of before.
    fireAllDue()
    give(raised, from: .investments, to: resource, for: offerings[index].id)
    fundings[resource].count(raised, by: .invested)
    settleRevenue(of: resource)
    offerings[index].beginSharing()
    restateShared(resource)
    armReview(of: index)
  }

  private mutating func armReview(of index: UInt32) {
    let next = now + CoreLimits.reviewMilliseconds
    arm(offering: index, at: offerings[index].kind == .revenue ? min(next, offerings[index].endsAt) : next)
  }

  /// Looks at an offering that shares: tells what there is to collect, and ends it when its time is over, or its tiers have all
  /// retired.
  private mutating func review(offering index: UInt32) {
    let resource = offerings[index].resource
    fireAllDue()
    settleRevenue(of: resource)
    let since = offerings[index].payoutAt
    let amount = offerings[index].review(at: now)
    if amount > 0 { notify(.payoutReady, of: resource, offerings[index].id, amount, until: since) }
    guard offerings[index].isOver(at: now) else { return armReview(of: index) }
    offerings[index].state = .ended
    carry(offerings[index].remainder, of: resource)
    offerings[index].remainder = 0
    restateShared(resource)
    arm(offering: index, at: now + CoreLimits.earningsKeptMilliseconds)
  }

  /// Ends an offering before its closing: each investment is due to its claim.
  mutating func cancel(offering index: UInt32) {
    move(offerings[index].raised, .investments, .due, of: offerings[index].resource, for: offerings[index].id)
    offerings[index].unclaimed = offerings[index].raised
    offerings[index].state = .cancelled
    let raised = offerings[index].raised
    let forfeitAt = now + (raised == 0 ? CoreLimits.endedMilliseconds : CoreLimits.earningsKeptMilliseconds)
    arm(offering: index, at: forfeitAt)
    if raised > 0 { notify(.refunded, of: offerings[index].resource, offerings[index].id, raised, until: forfeitAt) }
  }

  /// Forgets an offering: first where goes what nobody collected, then its claims, a bounded number at a time, then itself.
  private mutating func forget(offering index: UInt32) {
    let offering = offerings[index]
    move(offering.unclaimed, .due, .fees, of: offering.resource, for: offering.id)
    let earnings = offering.taken &- offering.collected
    if earnings > 0 { give(earnings, from: .investors, to: offering.resource, for: offering.id) }
    offerings[index].unclaimed = 0
    offerings[index].collected = offering.taken
    offerings[index].isBeingForgotten = true
    offerings[index].claims = forgetFirst(of: offerings[index].claims)
    guard offerings[index].claims.first == noIndex else { return arm(offering: index, at: now + 1) }
    remove(offering: index)
  }

  // MARK: Lists

  /// Calls `body` with each offering of a resource that is kept.
  func forEachOffering(of resource: UInt32, _ body: (UInt32) -> Void) {
    var next = fundings[resource].firstOffering
    while next != noIndex {
      body(next)
      next = offerings[next].next
    }
  }

  private mutating func append(offering index: UInt32, to resource: UInt32) {
    guard fundings[resource].firstOffering != noIndex else { return fundings[resource].firstOffering = index }
    var last = fundings[resource].firstOffering
    while offerings[last].next != noIndex { last = offerings[last].next }
    offerings[last].next = index
  }

  private mutating func remove(offering index: UInt32) {
    let (id, resource, next) = (offerings[index].id, offerings[index].resource, offerings[index].next)
    if fundings[resource].firstOffering == index {
      fundings[resource].firstOffering = next
    } else {
      var before = fundings[resource].firstOffering
      while offerings[before].next != index { before = offerings[before].next }
      offerings[before].next = next
    }
    agenda.disarm(offeringMember(index))
    removeFundingID(id, at: .offering(index))
    offerings.remove(index)
  }
}
