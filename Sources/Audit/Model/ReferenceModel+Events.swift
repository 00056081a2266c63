import WireProtocol

/// Time: ADVANCE, and the funding events that it does not pass by.
extension ReferenceModel {
  mutating func advance(_ command: AdvanceCommand) -> ModelOutcome {
    let end = max(now, min(command.now, AuditLimits.instantMax))
    var doneCount = 0
    while true {
      let funding = nextEvent()
      if let outage = nextOutageEnd(), outage.instant <= end,
        funding.map({ (outage.instant, outage.name.resource) < ($0.instant, $0.id) }) ?? true
      {
        if doneCount >= AuditLimits.eventCountMax { return ModelOutcome(.ok) }
        pass(to: max(now, outage.instant))
        if !passOutageEnd(of: outage.name, &doneCount) { return ModelOutcome(.ok) }
        continue
      }
      guard let next = funding, next.instant <= end else { break }
      if doneCount >= AuditLimits.eventCountMax { return ModelOutcome(.ok) }
      pass(to: max(now, next.instant))
      _ = events.next(dueAt: next.instant)
      if let campaign = campaigns[next.id] { pass(campaign) }
      if let offering = offerings[next.id] { pass(offering) }
      if let auction = auctions[next.id] {
        // To decide it is the work of an event for each 32 bids.
        if auction.isUndecided { doneCount += max(Int(auction.bidCount) / 32, 1) - 1 }
        pass(auction, onTheWayTo: end)
      }
      if let claim = claims[next.id] { pass(claim) }
      doneCount += 1
    }
    pass(to: end)
    return ModelOutcome(.ok)
  }

  /// Instant of the next event of a campaign, an offering, an auction, a schedule or a deposit; nil: there is none.
  private func event(of id: UInt64) -> UInt64? {
    campaigns[id]?.event ?? offerings[id]?.event ?? auctions[id]?.event ?? claims[id]?.event
  }

  /// The event that happens next, of equal instants that of the lowest id. Drops those that were armed anew since.
  private mutating func nextEvent() -> (instant: UInt64, id: UInt64)? {
    while let first = events.soonest {
      if event(of: first.id) == first.instant { return first }
      _ = events.next(dueAt: first.instant)
    }
    return nil
  }

  /// Makes it `instant`, and does everything that is due then but for events: boundaries of leases, sessions, key
  /// epochs.
  private mutating func pass(to instant: UInt64) {
    now = instant
    while let lease = calendar.next(dueAt: now) { passBoundaries(lease) }
    if now >= firstSessionEnd { dropIdleSessions() }
    endKeyEpochs(at: now)
  }

  /// Ends the key epochs that were valid until before an instant.
  mutating func endKeyEpochs(at instant: UInt64) {
    for index in keyEpochs.indices {
      let epoch = keyEpochs[index]
      guard !epoch.hasEnded, let validUntil = epoch.validUntil, instant > validUntil else { continue }
      keyEpochs[index].hasEnded = true
      keyEpochs[index].expiredAmount = epoch.outstandingAmount
      keyEpochs[index].outstandingAmount = 0
      ledger.move(
        epoch.outstandingAmount, from: .notesOutstanding, epoch.number, to: .notesExpired, epoch.number, of: nil)
    }
  }
}
