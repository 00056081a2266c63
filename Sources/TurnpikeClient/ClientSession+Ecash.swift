internal import WireProtocol

/// Requests whose payment in ecash is pending, and SIGNATURES of a payout that is: each stays *sent* after its answer
/// PAYMENT_PENDING, and is asked again with its number when a push tells that it was settled, when pushes were lost, and on each new
/// connection. Its answer then is what ends it.
extension ClientSession {
  /// Keeps a request that was answered with PAYMENT_PENDING, when it is to wait for its mint.
  ///
  /// - Returns: Whether it does.
  mutating func awaitMint(_ number: UInt64, _ status: Status?, payment: UInt64) -> Bool {
    guard status == .paymentPending, let entry = pending[number], entry.request.awaitsMint,
      entry.request.ecash != nil || entry.request.opcode == .signatures, case .caller = entry.purpose
    else { return false }
    pending[number]?.payment = payment
    hasAnswered = true
    return true
  }

  /// A payment was settled, or nobody knows which (nil): those who wait for it ask.
  mutating func askAgain(about payment: UInt64?) {
    let waiting = pending.filter { $0.value.payment != 0 && payment ?? $0.value.payment == $0.value.payment }
    for number in waiting.keys.sorted() {
      pending[number]?.isSent = false
      queue.append(number)
    }
  }

  /// Why a request ends that is given up: of one whose payment is pending, that it is.
  func reason(_ reason: TurnpikeError.Reason, of entry: Pending) -> TurnpikeError.Reason {
    guard reason == .deadlineExceeded else { return reason }
    if entry.payment != 0 { return .refused(.paymentPending) }
    return entry.wasSent ? reason : connectionFailure ?? reason
  }
}
