import WireProtocol

/// Sessions and receipts.
extension ReferenceModel {
  mutating func openSession(_ command: OpenSessionCommand) -> ModelOutcome {
    if let known = sessionsByHash[command.sessionHash] {
      use(session: known)
      return opened(known)
    }
    if sessions.count >= Int(genesis.sessionCountMax) {
      let unused = sessions.values.filter { $0.receipts.isEmpty }
      guard let oldest = unused.min(by: { $0.usedBy < $1.usedBy }) else { return ModelOutcome(.sessionLimit) }
      sessions[oldest.id] = nil
      sessionsByHash[oldest.hash] = nil
    }
    lastSession += 1
    let id = id(lastSession)
    sessionsByHash[command.sessionHash] = id
    sessions[id] = ModelSession(id: id, hash: command.sessionHash, usedAt: now, usedBy: 0)
    use(session: id)
    return opened(id)
  }

  /// Drops the sessions that were not used for too long, with their receipts.
  mutating func dropIdleSessions() {
    for (id, session) in sessions where now >= session.usedAt + AuditLimits.sessionMilliseconds {
      receiptCount -= session.receipts.count
      sessions[id] = nil
      sessionsByHash[session.hash] = nil
    }
    firstSessionEnd = (sessions.values.map(\.usedAt).min() ?? now) + AuditLimits.sessionMilliseconds
  }

  private func opened(_ id: UInt64) -> ModelOutcome {
    var outcome = ModelOutcome(.ok)
    for shift in 0..<8 { outcome.reply.append(UInt8(truncatingIfNeeded: id >> UInt64(8 * shift))) }
    return outcome
  }

  /// A session is used: it is dropped later than all that were used before.
  mutating func use(session: UInt64) {
    useCount += 1
    sessions[session]?.usedAt = now
    sessions[session]?.usedBy = useCount
  }

  /// Judges the ReceiptKey of a command; nil: go on with the command itself.
  mutating func judgeReceipt(_ key: ReceiptKey, kind: CommandKind) -> ModelOutcome? {
    func refused(_ status: Status) -> ModelOutcome {
      var outcome = ModelOutcome(status)
      outcome.money = Self.money(kind, status)
      return outcome
    }
    use(session: key.session)
    guard var session = sessions[key.session] else { return refused(.sessionRequired) }
    let lowest = key.number >= UInt64(key.window) ? (key.number - UInt64(key.window)) &+ 1 : 0
    if lowest > session.floor {
      session.floor = lowest
      let kept = session.receipts.filter { $0.key >= lowest }
      receiptCount -= session.receipts.count - kept.count
      session.receipts = kept
    }
    sessions[key.session] = session
    if key.number < session.floor {
      var outcome = refused(.receiptNotKept)
      if outcome.money == .notTaken { outcome.money = .taken }
      return outcome
    }
    if let receipt = session.receipts[key.number] {
      guard receipt.digest == key.digest, receipt.kind == kind else { return refused(.numberConflict) }
      if let payment = receipt.ecash {
        var outcome = repeated(payment)
        outcome.money = outcome.status == .receiptNotKept ? .notKnown : Self.money(kind, outcome.status)
        return outcome
      }
      var outcome = ModelOutcome(.ok)
      outcome.money = Self.money(kind, .ok)
      outcome.isReplayed = true
      outcome.reply = receipt.reply
      return outcome
    }
    let isOwed = [.release, .revoke, .settle, .closeChain, .withdraw, .claim, .revealBid, .refund].contains(kind)
    let kept = isOwed ? 0 : genesis.receiptCountMax / 8
    if receiptCount >= Int(genesis.receiptCountMax - kept) { return refused(.noSpace) }
    return nil
  }

  /// Keeps the receipt of a command that was accepted, or put off.
  mutating func keepReceipt(_ key: ReceiptKey, _ kind: CommandKind, _ outcome: ModelOutcome, ecash: UInt64? = nil) {
    sessions[key.session]?.receipts[key.number] = ModelReceipt(
      digest: key.digest, kind: kind, reply: outcome.reply, ecash: ecash)
    receiptCount += 1
  }
}
