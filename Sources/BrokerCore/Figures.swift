public import WireProtocol

/// Figures of the whole broker.
extension StateMachine {
  /// BROKER STATUS, as far as the core knows: the caller fills in `startedAt`, `durable`, `accepted`, `refused`, `connections`
  /// and `subscriptions`.
  public var brokerFigures: BrokerStatusReply {
    BrokerStatusReply(
      now: now, startedAt: 0, sequence: sequence, durable: 0, accepted: 0, refused: 0, credited: credited,
      charged: charged, connections: 0, sessions: sessions.count, resources: resources.count, leases: leases.count,
      ended: endedLeases.count, subscriptions: 0, keyEpoch: keyEpoch, leaseCountMax: leases.capacity)
  }

  /// AUDIT FIGURES: writes every balance and counter from `offset` on, at most `outputCountMax`, as they are settled.
  public func auditFigures(into records: inout MutableRawSpan, at offset: Int) -> AuditFiguresReply {
    var count = 0
    func write(_ account: Account, _ keyEpoch: UInt32, _ balance: Int64, _ records: inout MutableRawSpan) {
      let at = offset + count * Figure.byteCount
      guard records.byteCount - at >= Figure.byteCount, count < WireLimits.outputCountMax else { return }
      Figure(account: account, keyEpoch: keyEpoch, balance: balance).write(to: &records, at: at)
      count += 1
    }
    let plain: [Account] = [
      .operatorFloat, .pursesOwn, .pursesGiven, .reservations, .donationPurses, .refundsDue,
      .operatorFees, .chainDeposits, .matchingDeposits, .scheduledPledges, .campaignPledges, .claimsDue, .investments,
      .bids, .held, .ecash, .payouts,
    ]
    for account in plain { write(account, 0, ledger[Ledger.Entry(account)], &records) }
    let unsplit = Int64(clamping: unsplitOfInvestors)
    write(.providerEarnings, 0, ledger[.earnings] - unsplit, &records)
    write(.investorEarnings, 0, ledger[.investors] + unsplit, &records)
    write(.notesExpired, 0, ledger[.expiredEarlier], &records)
    for place in 0..<CoreLimits.epochCountMax where epochs[place].number != 0 {
      let epoch = epochs[place]
      write(.notesOutstanding, epoch.number, ledger[.outstanding(place)], &records)
      write(.notesExpired, epoch.number, ledger[.expired(place)], &records)
      write(.notesIssuedCount, epoch.number, Int64(clamping: epoch.issuedCount), &records)
      write(.notesIssuedAmount, epoch.number, Int64(bitPattern: epoch.issuedAmount), &records)
      write(.notesTakenCount, epoch.number, Int64(clamping: epoch.takenCount), &records)
      write(.notesTakenAmount, epoch.number, Int64(bitPattern: epoch.takenAmount), &records)
      if isQuarantined(epoch.number) {
        write(.notesQuarantined, epoch.number, ledger[.outstanding(place)], &records)
      }
    }
    return AuditFiguresReply(sequence: sequence, now: now, count: UInt16(truncatingIfNeeded: count))
  }
}
