internal import WireProtocol

/// How outcomes change a wallet.
extension WalletContent {
  /// Adds a note that somebody gave, once. It proves nothing yet, so it takes no other note's place.
  mutating func add(_ note: NoteToken) {
    if !notes.contains(note) { notes.append(note) }
  }

  /// Sets a note aside that the broker will not take.
  mutating func reject(_ note: NoteToken, _ status: Status) {
    notes.removeAll { $0 == note }
    if !rejected.contains(where: { $0.note == note }) { rejected.append(Rejected(status: status, note: note)) }
  }

  /// Keeps a note that the broker refuses for now.
  mutating func quarantine(_ note: NoteToken) {
    add(note)
    quarantineEnd = max(quarantineEnd, note.keyEpoch.addingReportingOverflow(1).partialValue)
  }

  /// Books what the broker says against a note.
  mutating func take(_ note: NoteToken, refusedWith status: Status) {
    if Self.isFatal(status) {
      reject(note, status)
    } else if status == .restoreInProgress {
      quarantine(note)
    } else {
      add(note)
    }
  }

  /// Adds a note that the broker made. Whatever else claims its serial is forged.
  private mutating func addGenuine(_ note: NoteToken) {
    for rival in notes where rival.isRival(of: note) { reject(rival, .noteForged) }
    if !pending.contains(where: { $0.request.payment.contains(note) }) { add(note) }
  }

  /// Removes an owner key.
  mutating func forget(_ key: LeaseKey?) {
    owned.removeAll { $0.key == key }
    chains.removeAll { $0.lease == key?.lease }
  }

  /// Books a receipt: the request leaves, what it brought enters.
  ///
  /// - Parameters:
  ///   - spent: Notes in the reply that are no longer worth anything, because they were paid out by an earlier reply.
  ///   - claim: How a claim stands that the request took over, and the wallet has not.
  package mutating func apply(
    _ reply: Reply, to entry: WalletPending, spent: [NoteToken] = [], claim: CheckClaimReply? = nil
  ) throws(TurnpikeError) {
    drop(entry)
    if entry.request.payment.contains(where: { $0.keyEpoch < quarantineEnd }) { quarantineEnd = 0 }
    switch reply.opcode {
    case .acquire:
      let receipt = try reply.fixed(AcquireReply.self)
      let resource = AcquireRequest(unsafe entry.request.body.span.bytes)?.resource ?? 0
      if !entry.secret.isZero {
        owned.append(
          WalletKey(key: LeaseKey(lease: receipt.lease, key: entry.secret), resource: resource, alias: entry.alias))
      }
    case .claim: for note in try reply.records(NoteToken.self) where !spent.contains(note) { addGenuine(note) }
    case .pledge, .schedule, .match, .invest: try addClaim(reply, entry)
    case .bid: try addBid(reply, entry)
    case .raiseBid: try raiseBid(reply, entry)
    case .revealBid: try revealBid(reply, entry)
    case .rotateClaim: rotateClaim(entry, claim)
    case .release:
      for note in try reply.records(NoteToken.self) where !spent.contains(note) { addGenuine(note) }
      for index in owned.indices where owned[index].key == entry.request.key { owned[index].isEnded = true }
      chains.removeAll { $0.lease == entry.request.key?.lease }
    case .exchange, .issue, .withdraw:
      for note in try reply.records(NoteToken.self) { addGenuine(note) }
    case .refund:
      for note in try reply.records(NoteToken.self) where !spent.contains(note) { addGenuine(note) }
      collectRefund(entry)
    case .payout: try addPayout(reply, entry)
    case .transfer: forget(entry.request.key)
    case .openChain:
      guard let opened = unsafe OpenChainRequest(entry.request.body.span.bytes, at: 0), let key = entry.request.key,
        !entry.secret.isZero
      else { break }
      chains.removeAll { $0.lease == key.lease && $0.number == opened.chain }
      chains.append(
        WalletChain(
          lease: key.lease, number: opened.chain, weight: opened.weight, length: opened.length, secret: entry.secret))
    case .closeChain:
      let closed = unsafe CloseChainRequest(entry.request.body.span.bytes, at: 0)?.chain
      chains.removeAll { $0.lease == entry.request.key?.lease && $0.number == closed }
    case .grantDebitKey:
      let receipt = try reply.fixed(GrantDebitKeyReply.self)
      let lease = entry.request.key?.lease ?? 0
      if !entry.secret.isZero {
        let key = LeaseKey(lease: lease, key: entry.secret)
        let earlier = debitKeys.first { $0.key == key }?.alias ?? ""
        debitKeys.removeAll { $0.key == key }
        if receipt.debitKey != 0 {
          debitKeys.append(WalletKey(key: key, alias: entry.alias.isEmpty ? earlier : entry.alias))
        }
      }
    default: break
    }
  }

  /// Books a refusal that took nothing: the notes come back, a bad one is set aside.
  package mutating func giveBack(_ entry: WalletPending, _ error: TurnpikeError) {
    drop(entry)
    keepEcash(of: entry, error.status)
    for (index, note) in entry.request.payment.enumerated() {
      if let status = error.status, index == error.token { take(note, refusedWith: status) } else { add(note) }
    }
  }

  /// Puts a request aside whose outcome cannot be learnt: its notes are in no balance, its keys are not lost.
  package mutating func setAside(_ entry: WalletPending) {
    var known = current(entry)
    known.isLost = false
    drop(entry)
    unresolved.append(known)
  }

  /// Books a request of which nobody knows the outcome but by its notes, as the broker judges each. A payment is taken as a whole:
  /// when all of its notes are spent, it may have been by this request; else the request was never done, and a spent note was
  /// spent by somebody else.
  ///
  /// - Returns: Whether it may have been done.
  package mutating func resolve(_ entry: WalletPending, _ outcomes: [NoteOutcome]) -> Bool {
    if outcomes.allSatisfy({ $0 == .bad(.noteSpent) }) {
      setAside(entry)
      return true
    }
    drop(entry)
    for (note, outcome) in zip(entry.request.payment, outcomes) {
      switch outcome {
      case .good: add(note)
      case .bad(let status): take(note, refusedWith: status)
      }
    }
    return false
  }

  /// Whether a note that was refused so will never be taken again.
  static func isFatal(_ status: Status) -> Bool {
    switch status {
    case .noteForged, .noteEpochUnknown, .noteExpired, .noteSpent: true
    default: false
    }
  }
}
