import WireProtocol

/// MATCH and SCHEDULE: deposits and pledges that have events of their own.
extension StateMachine {
  // MARK: Making claims

  /// MATCH: a deposit that matches donations.
  mutating func match(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = MatchCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let resource = resourceIndex(command.resource) else { return .refused(.resourceUnknown) }
    guard !command.keyHash.isZero else { return .refused(.keyWrong) }
    guard command.numerator > 0 else { return .refused(.termsInvalid, field: 24) }
    guard command.denominator > 0 else { return .refused(.termsInvalid, field: 28) }
    guard Self.isDuration(command.duration) else { return .refused(.termsInvalid, field: 40) }
    if let refusal = judgeGifts(to: resource, command.label, field: 48) { return refusal }
    let most = WireLimits.matchCountMaxPerResource
    guard fundings[resource].matchCount < most else { return .refused(.fundingLimit, detail: UInt64(most)) }
    guard !claims.isFull else { return .refused(.noSpace) }
    let sum: UInt64
    switch judgeClaimPayment(bytes, view) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    if view.hasEcash { return .putOff }
    let until = now + command.duration
    let (index, id) = addClaim(Claim(command, sum, of: resource))
    takePayment(bytes, view, to: .matching, of: resource, for: id)
    credited &+= sum
    armClaim(index, at: until)
    appendMatch(index, to: resource)
    MatchReply(claim: id, amount: sum, until: until, payment: drawPayment()).write(to: &reply)
    return .ok(.taken, replyByteCount: MatchReply.byteCount)
  }

  /// SCHEDULE: a pledge that is paid in instalments.
  mutating func schedule(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = ScheduleCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let resource = resourceIndex(command.resource) else { return .refused(.resourceUnknown) }
    guard !command.keyHash.isZero else { return .refused(.keyWrong) }
    let most = UInt32(WireLimits.instalmentCountMax)
    guard command.count > 0, command.count <= most else { return .refused(.quantityInvalid, detail: UInt64(most)) }
    guard command.first == 0 || Self.isDuration(command.first) else { return .refused(.termsInvalid, field: 32) }
    // At most 1,200 durations: far from overflow.
    guard Self.isDuration(command.interval), command.interval >= UInt64(WireLimits.instalmentMillisMin),
      command.first + command.interval * UInt64(command.count - 1) <= UInt64(WireLimits.durationMillisMax)
    else { return .refused(.termsInvalid, field: 40) }
    if let refusal = judgeGifts(to: resource, command.label, field: 48) { return refusal }
    guard !claims.isFull else { return .refused(.noSpace) }
    let sum: UInt64
    switch judgeClaimPayment(bytes, view, partCount: command.count) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    if view.hasEcash { return .putOff }
    let first = now + command.first
    let (index, id) = addClaim(Claim(command, sum, of: resource))
    takePayment(bytes, view, to: .scheduled, of: resource, for: id)
    credited &+= sum
    armClaim(index, at: first)
    ScheduleReply(claim: id, amount: sum, next: first, payment: drawPayment()).write(to: &reply)
    return .ok(.taken, replyByteCount: ScheduleReply.byteCount)
  }

  /// Whether something can last so long.
  static func isDuration(_ duration: UInt64) -> Bool {
    duration > 0 && duration <= UInt64(WireLimits.durationMillisMax)
  }

  /// Judges what every way to fund a resource needs: a label that is none or a name, and a resource that takes gifts.
  func judgeGifts(to resource: UInt32, _ label: Name32, field: UInt16) -> Outcome? {
    guard Self.isLabel(label) else { return .refused(.nameInvalid, field: field) }
    return resources[resource].policy.contains(.giftsRefused) ? .refused(.giftsRefused) : nil
  }

  /// Judges a payment that makes a claim: its notes, and that it is large enough to be worth a place in the table; of instalments,
  /// that each is worth an event.
  func judgeClaimPayment(_ bytes: RawSpan, _ view: CommandView, partCount: UInt32 = 1) -> PaymentVerdict {
    let verdict = judgePayment(bytes, view, to: 0)
    let least = max(claimMinimum, 1).multipliedReportingOverflow(by: UInt64(partCount))
    let minimum = least.overflow ? .max : least.partialValue
    guard case .good(let sum) = verdict, sum < minimum else { return verdict }
    return .bad(.refused(.amountInvalid, detail: minimum))
  }

  /// Adds a claim, for which there is room.
  mutating func addClaim(_ claim: Claim) -> (index: UInt32, id: UInt64) {
    var claim = claim
    claim.id = drawFundingID()
    let index = claims.insert(claim) ?? noIndex
    addFundingID(claim.id, at: .claim(index))
    return (index, claim.id)
  }

  // MARK: Matching

  /// Has the open matching deposits of a resource add to a donation; gives what they added.
  mutating func match(_ donation: UInt64, of resource: UInt32) -> UInt64 {
    var sum: UInt64 = 0
    var next = fundings[resource].firstMatch
    while next != noIndex {
      let index = next
      next = claims[index].next
      let amount = claims[index].match(of: donation)
      guard amount > 0, isOpen(claim: index) else { continue }
      claims[index].left -= amount
      give(amount, from: .matching, to: resource, for: claims[index].id)
      fundings[resource].count(amount, by: .matched)
      sum += amount
      // What is empty must not stand in the way of other deposits.
      if claims[index].left == 0 { end(claim: index, .ended) }
    }
    return sum
  }

  private mutating func appendMatch(_ index: UInt32, to resource: UInt32) {
    fundings[resource].matchCount += 1
    guard fundings[resource].firstMatch != noIndex else { return fundings[resource].firstMatch = index }
    var last = fundings[resource].firstMatch
    while claims[last].next != noIndex { last = claims[last].next }
    claims[last].next = index
  }

  private mutating func removeMatch(_ index: UInt32) {
    let resource = claims[index].resource
    fundings[resource].matchCount -= 1
    let next = claims[index].next
    claims[index].next = noIndex
    guard fundings[resource].firstMatch != index else { return fundings[resource].firstMatch = next }
    var before = fundings[resource].firstMatch
    while claims[before].next != index { before = claims[before].next }
    claims[before].next = next
  }

  /// Whether a schedule or match is open: its end may be one of too many events that are due.
  func isOpen(claim index: UInt32) -> Bool {
    guard claims[index].state == .open, let next = agenda.instant(of: index) else { return false }
    return now < claims[index].end(after: next)
  }

  /// Ends a schedule or match: what is left of it is due, for a while.
  mutating func end(claim index: UInt32, _ state: FundingState, keptFor duration: UInt64 = CoreLimits.endedMilliseconds)
  {
    let claim = claims[index]
    move(claim.left, claim.kind == .match ? .matching : .scheduled, .due, of: claim.resource, for: claim.id)
    claims[index].due = claim.left
    claims[index].left = 0
    claims[index].state = state
    if claim.kind == .match { removeMatch(index) }
    armClaim(index, at: now + duration)
    guard claim.left > 0 else { return }
    notify(.refunded, of: claim.resource, claim.id, claim: claim.id, claim.left, until: now + duration)
  }
}
