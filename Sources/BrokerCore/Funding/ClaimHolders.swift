import WireProtocol

/// CLAIM, ROTATE CLAIM and CANCEL: what holders of claim keys can collect, and how it becomes due before its time.
extension StateMachine {
  /// CLAIM: pays out what is due, once; and the same note again to whoever lost the reply.
  mutating func claim(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = ClaimCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard case .claim(let index) = findFunding(command.claim) else { return .refused(.fundingUnknown) }
    guard claims[index].keyHash == command.keyHash else { return .refused(.keyWrong) }
    settle(claim: index)
    let isCancelled = command.flags.contains(.cancel) && claims[index].parent == noIndex && isOpen(claim: index)
    let amount = collectable(on: index) + (isCancelled ? claims[index].left : 0)
    guard amount > 0, !command.flags.contains(.again) else {
      guard claims[index].paid > 0 else { return .refused(.nothingDue, detail: nextDue(on: index)) }
      writeClaim(index, to: &reply)
      return .ok(.taken, replyByteCount: ClaimReply.byteCount, isReplayed: true)
    }
    guard epochs.room > 0 else { return .refused(.noSpace) }
    if isCancelled { end(claim: index, .cancelled) }
    let (resource, id) = (claims[index].resource, claims[index].id)
    let serial = payOut(amount, from: collect(amount, on: index), of: resource, for: id)
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

  /// Takes what is due off a claim, and says in which account it lies.
  private mutating func collect(_ amount: UInt64, on index: UInt32) -> Ledger.Entry {
    let claim = claims[index]
    switch claim.kind {
    case .schedule, .match, .bid: claims[index].due = 0
    case .pledge:
      campaigns[claim.parent].unclaimed -= amount
      claims[index].left = 0
    case .investment where offerings[claim.parent].state == .cancelled:
      offerings[claim.parent].unclaimed -= amount
      claims[index].left = 0
    case .investment:
      offerings[claim.parent].collected += amount
      claims[index].collected += amount
      return .investors
    }
    return .due
  }

  /// ROTATE CLAIM: a new key.
  mutating func rotateClaim(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = RotateClaimCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard case .claim(let index) = findFunding(command.claim) else { return .refused(.fundingUnknown) }
    guard claims[index].keyHash == command.keyHash, !command.newKeyHash.isZero, command.newKeyHash != command.keyHash
    else { return .refused(.keyWrong) }
    settle(claim: index)
    claims[index].keyHash = command.newKeyHash
    // Its last note is the former holder's.
    claims[index].notePaid(0, 0, 0)
    RotateClaimReply(due: due(on: index)).write(to: &reply)
    return .ok(.none, replyByteCount: RotateClaimReply.byteCount)
  }

  /// CANCEL: ends a campaign, an offering, a matching deposit or a schedule before its time; what was put in is due.
  mutating func cancel(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = CancelCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let amount: UInt64
    switch findFunding(command.funding) {
    case .campaign(let index):
      guard mayCancel(command.actor, campaigns[index].resource) else { return .refused(.notAuthorized) }
      guard campaigns[index].isOpen(at: now) else { return .refused(.fundingClosed, detail: campaigns[index].closesAt) }
      refund(campaign: index, .cancelled)
      amount = campaigns[index].unclaimed
    case .offering(let index):
      guard mayCancel(command.actor, offerings[index].resource) else { return .refused(.notAuthorized) }
      guard offerings[index].isOpen(at: now) else { return .refused(.fundingClosed, detail: offerings[index].closesAt) }
      cancel(offering: index)
      amount = offerings[index].unclaimed
    case .auction(let index):
      guard mayCancel(command.actor, auctions[index].resource) else { return .refused(.notAuthorized) }
      guard auctions[index].state == .open || auctions[index].state == .revealing, now < auctions[index].nextAt else {
        return .refused(.fundingClosed, detail: auctions[index].closesAt)
      }
      amount = cancel(auction: index)
    case .claim(let index) where claims[index].parent == noIndex:
      guard mayCancel(command.actor, claims[index].resource) else { return .refused(.notAuthorized) }
      guard isOpen(claim: index) else { return .refused(.fundingClosed) }
      end(claim: index, .cancelled, keptFor: CoreLimits.earningsKeptMilliseconds)
      amount = claims[index].due
    case .claim, .pool, nil: return .refused(.fundingUnknown)
    }
    CancelReply(amount: amount).write(to: &reply)
    return .ok(.taken, replyByteCount: CancelReply.byteCount)
  }

  func mayCancel(_ actor: Actor, _ resource: UInt32) -> Bool {
    actor.authority == .operator || actor.id == providers[resources[resource].provider].id
  }

  // MARK: How a claim stands

  /// Before what is due on an investment is judged: all revenue that was booked, by late timers too, is split.
  private mutating func settle(claim index: UInt32) {
    guard isSharing(claim: index) else { return }
    fireAllDue()
    settleRevenue(of: claims[index].resource)
  }

  private func isSharing(claim index: UInt32) -> Bool {
    claims[index].kind == .investment && offerings[claims[index].parent].state == .sharing
  }

  /// Whether what is due on the claim with this id depends on all that is due by time: it is an investment that gets a share.
  public func isSharing(_ id: UInt64) -> Bool {
    guard case .claim(let index) = findFunding(id) else { return false }
    return isSharing(claim: index)
  }

  /// What its holder can collect, of what is settled.
  func due(on index: UInt32) -> UInt64 {
    let claim = claims[index]
    switch claim.kind {
    case .schedule, .match, .bid: return claim.due
    case .pledge: return campaigns[claim.parent].isRefunding ? claim.left : 0
    case .investment: return offerings[claim.parent].due(on: claim)
    }
  }

  /// What CLAIM pays now: of an offering that still shares nothing small, for each note costs a serial and a receipt.
  private func collectable(on index: UInt32) -> UInt64 {
    let due = due(on: index)
    return state(of: index) == .sharing && due < claimMinimum ? 0 : due
  }

  /// What is still at work.
  func left(of index: UInt32) -> UInt64 {
    let claim = claims[index]
    return claim.parent == noIndex || claim.kind == .bid || state(of: index) == .open ? claim.left : 0
  }

  /// Its state.
  func state(of index: UInt32) -> FundingState {
    let claim = claims[index]
    switch claim.kind {
    case .schedule, .match, .bid: return claim.state
    case .pledge: return campaigns[claim.parent].state
    case .investment: return offerings[claim.parent].state
    }
  }

  /// When its state changes by itself; 0: never.
  func nextEvent(of index: UInt32) -> UInt64 {
    let claim = claims[index]
    // An offering that shares is looked at more often than it changes.
    if claim.kind == .investment, offerings[claim.parent].state == .sharing, offerings[claim.parent].kind != .fixed {
      return offerings[claim.parent].endsAt
    }
    return armedAt(of: index)
  }

  /// When the next event of it, or of what it belongs to, happens; 0: there is none.
  func armedAt(of index: UInt32) -> UInt64 {
    let claim = claims[index]
    let member =
      switch claim.kind {
      case .schedule, .match: index
      case .pledge: campaignMember(claim.parent)
      case .investment: offeringMember(claim.parent)
      case .bid: auctionMember(claim.parent)
      }
    return agenda.instant(of: member) ?? 0
  }

  /// When something becomes due on it by itself; 0: nobody knows.
  private func nextDue(on index: UInt32) -> UInt64 {
    state(of: index) == .open && claims[index].kind != .schedule ? nextEvent(of: index) : 0
  }
}
