/// A running digest of state: not cryptographic, the same on every machine.
struct StateDigest {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always) mutating func mix(_ word: UInt64) {
    let product = (value ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    value = product.high ^ product.low ^ (word &* 0xFF51_AFD7_ED55_8CCD)
  }
}

extension StateMachine {
  /// Digest of the whole state but the effects that wait: equal after equal commands.
  public func digest() -> UInt64 {
    var digest = StateDigest()
    let words: [UInt64] = [
      now, sequence, incarnation, UInt64(slot), UInt64(feePerMillion), leaseCounter, sessionCounter, debitKeyCounter,
      reservationCounter, paymentCounter, credited, charged,
    ]
    for word in words { digest.mix(word) }
    for number in 0..<Ledger.entryCount { digest.mix(UInt64(bitPattern: ledger.balance(number: number))) }
    resources.mix(into: &digest)
    providers.mix(into: &digest)
    leases.mix(into: &digest)
    endedLeases.mix(into: &digest)
    debitKeys.mix(into: &digest)
    reservations.mix(into: &digest)
    leaseTimers.mix(into: &digest)
    endedTimers.mix(into: &digest)
    epochs.mix(into: &digest)
    sessions.mix(into: &digest)
    return digest.value
  }
}
