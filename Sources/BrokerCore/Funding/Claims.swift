import WireProtocol

/// MATCH, SCHEDULE, CLAIM and ROTATE CLAIM.
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
    switch judgePayment(bytes, view, to: 0) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    takePayment(bytes, view, to: .matching)
    credited &+= sum
    let until = now + command.duration
    let (index, id) = addClaim(Claim(command, sum, of: resource))
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
    switch judgePayment(bytes, view, to: 0) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    takePayment(bytes, view, to: .scheduled)
    credited &+= sum
    let first = now + command.first
    let (index, id) = addClaim(Claim(command, sum, of: resource))
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
      guard amount > 0 else { continue }
      claims[index].left -= amount
      give(amount, from: .matching, to: resource)
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

  // MARK: Holding claims

  /// CLAIM: pays out what is due, once; and the same note again to whoever lost the reply.
  mutating func claim(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = ClaimCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard case .claim(let index) = findFunding(command.claim) else { return .refused(.fundingUnknown) }
    guard claims[index].keyHash == command.keyHash else { return .refused(.keyWrong) }
    let isCancelled = command.flags.contains(.cancel) && claims[index].kind != .pledge && claims[index].state == .open
    let amount = due(on: index) + (isCancelled ? claims[index].left : 0)
    guard amount > 0, !command.flags.contains(.again) else {
      guard claims[index].paid > 0 else {
        return .refused(.nothingDue, detail: state(of: index) == .open ? nextEvent(of: index) : 0)
      }
      writeClaim(index, to: &reply)
      return .ok(.taken, replyByteCount: ClaimReply.byteCount, isReplayed: true)
    }
    guard epochs.room > 0 else { return .refused(.noSpace) }
    if isCancelled { end(claim: index, .cancelled) }
    claims[index].due = 0
    let campaign = claims[index].campaign
    if campaign != noIndex {
      campaigns[campaign].unclaimed -= amount
      claims[index].left = 0
    }
    let serial = payOut(amount, from: .due)
    claims[index].notePaid(amount, serial, epochs[epochs.current].number)
    writeClaim(index, to: &reply)
    return .ok(.taken, replyByteCount: ClaimReply.byteCount)
  }

  private func writeClaim(_ index: UInt32, to reply: inout MutableRawSpan) {
    let claim = claims[index]
    ClaimReply(
      amount: claim.paid, left: left(of: index), firstSerial: claim.paidSerial, keyEpoch: claim.paidKeyEpoch, count: 1
    ).write(to: &reply)
  }

  /// Ends a schedule or match: what is left of it is due, for 30 days.
  mutating func end(claim index: UInt32, _ state: FundingState) {
    let claim = claims[index]
    ledger.transfer(claim.kind == .match ? .matching : .scheduled, .due, claim.left)
    claims[index].due = claim.left
    claims[index].left = 0
    claims[index].state = state
    if claim.kind == .match { removeMatch(index) }
    armClaim(index, at: now + CoreLimits.endedMilliseconds)
  }

  /// ROTATE CLAIM: a new key.
  mutating func rotateClaim(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = RotateClaimCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard case .claim(let index) = findFunding(command.claim) else { return .refused(.fundingUnknown) }
    guard claims[index].keyHash == command.keyHash, !command.newKeyHash.isZero, command.newKeyHash != command.keyHash
    else { return .refused(.keyWrong) }
    claims[index].keyHash = command.newKeyHash
    // Its last note is the former holder's.
    claims[index].notePaid(0, 0, 0)
    RotateClaimReply(due: due(on: index)).write(to: &reply)
    return .ok(.none, replyByteCount: RotateClaimReply.byteCount)
  }

  // MARK: How a claim stands

  /// What its holder can collect.
  func due(on index: UInt32) -> UInt64 {
    let claim = claims[index]
    guard claim.campaign != noIndex else { return claim.due }
    return campaigns[claim.campaign].isRefunding ? claim.left : 0
  }

  /// What is still at work.
  func left(of index: UInt32) -> UInt64 {
    let claim = claims[index]
    guard claim.campaign != noIndex else { return claim.left }
    return campaigns[claim.campaign].state == .open ? claim.left : 0
  }

  /// Its state.
  func state(of index: UInt32) -> FundingState {
    let claim = claims[index]
    return claim.campaign == noIndex ? claim.state : campaigns[claim.campaign].state
  }

  /// When something happens to it by itself.
  func nextEvent(of index: UInt32) -> UInt64 {
    let campaign = claims[index].campaign
    return agenda.instant(of: campaign == noIndex ? index : campaignMember(campaign)) ?? 0
  }
}
