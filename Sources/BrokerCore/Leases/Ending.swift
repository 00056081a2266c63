import WireProtocol

/// RELEASE, REVOKE, expiry: how a lease ends, and what is kept of it for 30 days.
extension StateMachine {
  // MARK: Commands

  /// RELEASE: ends a lease and pays its own money out; of a lease that ended before, what is due to its owner. When that was
  /// paid out already, the same note again: whoever lost the reply, and with it the money, gets it for as long as the lease is
  /// remembered.
  mutating func release(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = ReleaseCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let place: UInt32
    var given: UInt64 = 0
    switch reach(command.lease) {
    case .unknown: return .refused(.leaseUnknown)
    case .ended(let index):
      guard command.actor.owns(endedLeases[index].ownerGeneration) else { return .refused(.handleUnknown) }
      let (refund, paid) = (endedLeases[index].refund, endedLeases[index].paid)
      guard refund > 0 || paid > 0 else {
        return .refused(.leaseEnded, detail: UInt64(endedLeases[index].state.rawValue))
      }
      guard refund > 0 else {
        writeRelease(index, given: 0, to: &reply)
        return .ok(.taken, replyByteCount: ReleaseReply.byteCount, isReplayed: true)
      }
      guard epochs.room > 0 else { return .refused(.noSpace) }
      place = index
    case .live(let index):
      guard command.actor.owns(leases[index].ownerGeneration) else { return .refused(.handleUnknown) }
      given = leases[index].given
      let own = leases[index].own &+ deposits(of: index)
      guard own == 0 || epochs.room > 0 else { return .refused(.noSpace) }
      guard let ended = end(index, .released, share(of: index), at: now, .released) else {
        return .refused(.noSpace)
      }
      place = ended
    }
    let change = endedLeases[place].refund
    if change > 0 {
      endedLeases[place].paidSerial = payOut(change, from: .refunds, of: endedLeases[place].resource)
      endedLeases[place].paidKeyEpoch = epochs[epochs.current].number
    }
    endedLeases[place].paid = change
    endedLeases[place].refund = 0
    writeRelease(place, given: given, to: &reply)
    return .ok(.taken, replyByteCount: ReleaseReply.byteCount)
  }

  private func writeRelease(_ place: UInt32, given: UInt64, to reply: inout MutableRawSpan) {
    let ended = endedLeases[place]
    ReleaseReply(
      change: ended.paid, given: given, firstSerial: ended.paidSerial, keyEpoch: ended.paidKeyEpoch,
      count: ended.paid > 0 ? 1 : 0
    ).write(to: &reply)
  }

  /// REVOKE: ends a lease in the name of its resource's provider or of the operator; own money becomes its refund.
  mutating func revoke(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = RevokeCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    switch reach(command.lease) {
    case .unknown: return .refused(.leaseUnknown)
    case .ended(let index):
      guard mayRevoke(command.actor, endedLeases[index].resource) else { return .refused(.notAuthorized) }
      return .refused(.leaseEnded, detail: UInt64(endedLeases[index].state.rawValue))
    case .live(let index):
      guard mayRevoke(command.actor, leases[index].resource) else { return .refused(.notAuthorized) }
      let (own, given) = (leases[index].own &+ deposits(of: index), leases[index].given)
      end(index, .revoked, share(of: index), at: now, .revoked)
      RevokeReply(refund: own, given: given).write(to: &reply)
      return .ok(.taken, replyByteCount: RevokeReply.byteCount)
    }
  }

  private func mayRevoke(_ actor: Actor, _ resource: UInt32) -> Bool {
    switch actor.authority {
    case .operator: true
    case .provider: actor.id == providers[resources[resource].provider].id
    case .none, .owner, .debitKey: false
    }
  }

  // MARK: The end

  /// Ends a live lease that is settled up to `instant` and gives its place among the ended ones. `share` is what it added to its
  /// resource. Its own money, and what is left in its chains, becomes its refund.
  @discardableResult
  mutating func end(
    _ index: UInt32, _ state: LeaseState, _ share: LeaseShare, at instant: UInt64, _ cause: ChangeCause = .time
  ) -> UInt32? {
    let deposits = removeChains(of: index)
    var lease = leases[index]
    subtract(share, from: lease.resource)
    resources[lease.resource].unitsLeased -= lease.units
    resources[lease.resource].leaseCount -= 1
    if resources[lease.resource].leaseCount == 0 { resources[lease.resource].earliestEnd = .max }
    donate(lease.given, from: share.isHeld ? .held : .given, to: lease.resource)
    move(lease.own, share.isHeld ? .held : .own, .refunds, of: lease.resource)
    move(deposits, .deposits, .refunds, of: lease.resource)
    removeDebitKeys(of: index)
    if lease.flags.contains(.served) { unlinkService(of: lease) }
    if share.isHeld, state != .failed {
      // Whoever takes it back costs nothing, and must not use up services.
      forgetService(of: lease.id)
      lease.flags.remove(.served)
    }
    leaseTimers.disarm(index)
    var ended = EndedLease(lease, state: state, at: instant)
    ended.refund = lease.own &+ deposits
    leases.remove(index)
    // There is a place for every live lease: both tables together hold no more than one of them can.
    guard let place = endedLeases.insert(ended) else { return nil }
    leaseIDs.replace(seed.hash(drawn: lease.id), index << 1, by: place << 1 | 1)
    endedTimers.arm(place, at: endedWakeUp(of: place))
    tellEnd(ended, lease.units, cause)
    return place
  }

  private mutating func tellEnd(_ ended: EndedLease, _ units: UInt32, _ cause: ChangeCause) {
    guard effects.areWanted else { return }
    let (resource, state) = (resources[ended.resource].id, ended.state)
    effects.append(
      .leaseChanged(
        LeaseChangedPush(
          lease: ended.id, resource: resource, epoch: ended.epoch, deadline: ended.endedAt,
          balance: state == .released ? 0 : ended.refund,
          state: state, cause: cause, units: units)))
    guard state != .released else { return }
    effects.append(
      .notice(
        NoticePush(
          lease: ended.id, resource: resource, funding: 0, claim: 0, amount: ended.refund, instant: ended.forgottenAt,
          kind: state == .expired ? .expired : .refundReady)))
  }

  /// Given money of no lease: to the donation purse of the resource.
  mutating func donate(_ amount: UInt64, from account: Ledger.Entry, to resource: UInt32, for subject: UInt64 = 0) {
    move(amount, account, .donations, of: resource, for: subject)
    resources[resource].donations &+= amount
  }

  // MARK: Ended leases

  /// Gives back reservations that timed out; false when the lease is forgotten, and its index holds it no more.
  mutating func catchUpEnded(_ index: UInt32, through limit: UInt64) -> Bool {
    while let timeOut = timeOut(endedLeases[index].reservation), timeOut.until <= limit {
      takeBackFirst(ofEnded: index)
    }
    guard endedLeases[index].forgottenAt <= limit else { return true }
    let ended = endedLeases[index]
    donate(ended.refund, from: .refunds, to: ended.resource)
    if ended.isServed { forgetService(of: ended.id) }
    endedTimers.disarm(index)
    leaseIDs.remove(seed.hash(drawn: ended.id), index << 1 | 1)
    endedLeases.remove(index)
    return false
  }

  /// The timer of an ended lease fires.
  mutating func fireEnded(_ index: UInt32, at due: UInt64) {
    guard catchUpEnded(index, through: due) else { return }
    endedTimers.arm(index, at: endedWakeUp(of: index))
  }

  private func endedWakeUp(of index: UInt32) -> UInt64 {
    min(endedLeases[index].forgottenAt, timeOut(endedLeases[index].reservation)?.until ?? .max)
  }
}

extension Actor {
  /// Whether it is the owner of a lease of this owner generation; an open lease has generation 0, and no owner.
  @inline(__always) func owns(_ ownerGeneration: UInt32) -> Bool {
    authority == .owner && generation == ownerGeneration && generation != 0
  }
}
