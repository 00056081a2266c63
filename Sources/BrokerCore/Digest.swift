internal import WireProtocol

/// A running digest of state: not cryptographic, the same on every machine.
struct StateDigest {
  private(set) var value: UInt64

  /// Continues where another one was.
  init(value: UInt64 = 0xCBF2_9CE4_8422_2325) { self.value = value }

  @inline(__always) mutating func mix(_ word: UInt64) {
    let product = (value ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    value = product.high ^ product.low ^ (word &* 0xFF51_AFD7_ED55_8CCD)
  }
}

extension StateMachine {
  /// Digest of every outcome so far and of the totals that there are now; two words, because it is cheap enough to be made
  /// at each segment of the journal. Two that applied the same commands and differ anywhere where it shows, differ here.
  public var checkpointDigest: UInt128 {
    var totals = StateDigest()
    for word in [now, sequence, incarnation, leaseCounter, paymentCounter, credited, charged] { totals.mix(word) }
    for number in 0..<Ledger.entryCount { totals.mix(UInt64(bitPattern: ledger.balance(number: number))) }
    for count in [
      resources.count, leases.count, endedLeases.count, debitKeys.count, reservations.count, sessions.count,
      sessions.receiptCount, claims.count, campaigns.count, pools.count, offerings.count,
      auctions.count, bids.count, lines.count, agents.count, services.count,
    ] {
      totals.mix(UInt64(count))
    }
    totals.mix(nextTimer() ?? 0)
    ledger.statement.mixLast(into: &totals)
    return UInt128(totals.value) << 64 | UInt128(trail.value)
  }

  /// Mixes an outcome and its fixed reply, which is padded with zeros, into the digest of all of them.
  @inline(__always) mutating func follow(_ outcome: Outcome, _ reply: borrowing MutableRawSpan) {
    let words = reply.bytes
    // Independent products first: only the last step waits for the one before it.
    let first = words.uint64(at: 0) &* 0x9E37_79B9_7F4A_7C15 ^ words.uint64(at: 8) &* 0xC2B2_AE3D_27D4_EB4F
    let second = words.uint64(at: 16) &* 0x1656_67B1_9E37_79F9 ^ words.uint64(at: 24) &* 0x85EB_CA77_C2B2_AE63
    let third = words.uint64(at: 32) &* 0x27D4_EB2F_1656_67C5 ^ outcome.detail &* 0xFF51_AFD7_ED55_8CCD
    let kind =
      UInt64(outcome.status.rawValue) << 16 | UInt64(outcome.money.rawValue) << 8 | (outcome.isReplayed ? 1 : 0)
    trail.mix(first &+ (second << 21 | second >> 43) &+ (third << 42 | third >> 22) &+ kind)
  }

  /// Digest of the whole state but the effects that wait: equal after equal commands.
  public func digest() -> UInt64 {
    var digest = StateDigest()
    let words: [UInt64] = [
      now, sequence, incarnation, UInt64(slot), UInt64(feePerMillion), leaseCounter, sessionCounter, debitKeyCounter,
      reservationCounter, fundingCounter, paymentCounter, voucherCounter, paymentsBefore, paymentsKnown, credited,
      charged,
    ]
    for word in words + losses.words { digest.mix(word) }
    digest.mix(UInt64(firstUnsplit) << 32 | UInt64(lastUnsplit))
    digest.mix(claimMinimum)
    digest.mix(UInt64(sponsoredCount))
    for number in 0..<Ledger.entryCount { digest.mix(UInt64(bitPattern: ledger.balance(number: number))) }
    ledger.statement.mix(into: &digest)
    resources.mix(into: &digest)
    providers.mix(into: &digest)
    leases.mix(into: &digest)
    endedLeases.mix(into: &digest)
    debitKeys.mix(into: &digest)
    reservations.mix(into: &digest)
    chains.mix(into: &digest)
    agents.mix(into: &digest)
    services.mix(into: &digest)
    fundings.mix(into: &digest)
    claims.mix(into: &digest)
    campaigns.mix(into: &digest)
    offerings.mix(into: &digest)
    auctions.mix(into: &digest)
    bids.mix(into: &digest)
    lines.mix(into: &digest)
    pools.mix(into: &digest)
    agenda.mix(into: &digest)
    leaseTimers.mix(into: &digest)
    endedTimers.mix(into: &digest)
    epochs.mix(into: &digest)
    sessions.mix(into: &digest)
    ecash.mix(into: &digest)
    return digest.value
  }
}
