import WireProtocol

/// What judging a payment gives: its sum, or why not.
enum PaymentVerdict {
  case good(UInt64)
  case bad(Outcome)
}

extension StateMachine {
  /// Judges the tick or the notes of a command that pays to a live lease, changing nothing.
  @inline(__always) func judgePayment(_ bytes: RawSpan, _ view: CommandView, toLive index: UInt32) -> PaymentVerdict {
    view.hasTick ? judgeTick(bytes, view, of: index) : judgePayment(bytes, view, to: leases[index].id)
  }

  /// Takes the payment that was judged good and to be worth `sum`: own or given money of a live lease's purse. Of a tick it is
  /// always own.
  @inline(__always)
  mutating func takePayment(_ bytes: RawSpan, _ view: CommandView, _ sum: UInt64, toLive index: UInt32, isOwn: Bool) {
    guard !view.hasTick else { return takeTick(bytes, view, sum, of: index) }
    takePayment(bytes, view, to: isOwn ? .own : .given, of: leases[index].resource)
  }

  /// Judges the notes of a command that pays to `lease` (0: no lease), changing nothing. In this order for each: quarantined, epoch
  /// unknown, expired, forged, repeated, spent, bound to another lease; then the sum. Ecash was judged: it is worth its credit.
  @inline(__always) func judgePayment(_ bytes: RawSpan, _ command: CommandView, to lease: UInt64) -> PaymentVerdict {
    if command.hasEcash { return .good(ecash.credit) }
    var sum: UInt64 = 0
    for token in 0..<command.noteCount {
      guard let note = command.note(token, in: bytes) else { return .bad(.refused(.malformed)) }
      if let refusal = judge(note, token, bytes, command, to: lease) { return .bad(refusal) }
      let (next, overflow) = sum.addingReportingOverflow(note.amount)
      guard !overflow, next <= UInt64(WireLimits.moneyMax) else { return .bad(.refused(.amountOverflow)) }
      sum = next
    }
    return .good(sum)
  }

  @inline(__always)
  private func judge(
    _ note: VerifiedNote, _ token: Int, _ bytes: RawSpan, _ command: CommandView, to lease: UInt64
  ) -> Outcome? {
    let number = UInt8(truncatingIfNeeded: token)
    // First, since an epoch that a lost life began is not known here.
    if isQuarantined(note.keyEpoch) { return .refused(.restoreInProgress, token: number) }
    guard let place = epochs.place(of: note.keyEpoch) else { return .refused(.noteEpochUnknown, token: number) }
    let epoch = epochs[place]
    guard now <= epoch.validUntil, !epoch.hasEnded else {
      return .refused(.noteExpired, detail: epoch.validUntil, token: number)
    }
    let counter = note.serial & CoreLimits.counterMask
    guard note.serial >> 52 == UInt64(slot), counter < epoch.issuedCount, note.amount > 0 else {
      return .refused(.noteForged, token: number)
    }
    var claimed = note.amount
    for earlier in 0..<token {
      guard let other = command.note(earlier, in: bytes), other.keyEpoch == note.keyEpoch else { continue }
      if other.serial == note.serial { return .refused(.noteRepeated, token: number) }
      claimed = claimed.addingSaturating(other.amount)
    }
    // An earlier copy of this very request may have spent it; PAYMENT tells of each note.
    if epochs.isSpent(counter, at: place) { return Outcome.refused(.noteSpent, token: number).with(.notKnown) }
    guard note.binding == 0 || note.binding == lease else {
      return .refused(.noteBound, detail: note.binding, token: number)
    }
    // As much is always outstanding as the notes of an epoch claim, but in a journal from elsewhere.
    guard claimed <= UInt64(clamping: ledger[.outstanding(place)]) else { return .refused(.noteForged, token: number) }
    return nil
  }

  /// Takes the notes of a payment that was judged good: their money goes to `account`, in one movement.
  @inline(__always)
  mutating func takePayment(
    _ bytes: RawSpan, _ command: CommandView, to account: Ledger.Entry, of resource: UInt32, for subject: UInt64 = 0
  ) {
    var sum: UInt64 = 0
    for token in 0..<command.noteCount {
      guard let note = command.note(token, in: bytes), let place = epochs.place(of: note.keyEpoch) else { continue }
      epochs.spend(note.serial & CoreLimits.counterMask, note.amount, at: place)
      ledger.post(note.amount, .outstanding(place), account)
      sum &+= note.amount
    }
    ledger.record(sum, .outstanding(epochs.current), account, resource, subject)
  }

  /// Draws the id of a payment that was taken.
  mutating func drawPayment() -> UInt64 {
    if ecash.carriedOut != 0 { return ecash.carriedOut }
    paymentCounter += 1
    return drawnIdentifier(paymentCounter)
  }

  /// Makes one note of `amount` with money of `account`, and gives its serial. There is room for it.
  mutating func payOut(
    _ amount: UInt64, from account: Ledger.Entry, of resource: UInt32, for subject: UInt64 = 0
  ) -> UInt64 {
    move(amount, account, .outstanding(epochs.current), of: resource, for: subject)
    return identifier(epochs.issue(count: 1, amount: amount))
  }

  /// Books what time or use cost: the provider's, less the operator's fee.
  @inline(__always) mutating func book(_ charge: Charge, to resource: UInt32) {
    let sum = charge.sum
    guard sum > 0 else { return }
    move(charge.given, .given, .earnings, of: resource)
    move(charge.own, .own, .earnings, of: resource)
    takeFee(sum, of: resource)
  }

  /// Splits `sum`, which was booked as earnings of the resource's provider, with the operator.
  mutating func takeFee(_ sum: UInt64, of resource: UInt32) {
    let provider = resources[resource].provider
    resources[resource].earned &+= sum
    charged &+= sum
    var fee: UInt64 = 0
    if feePerMillion > 0 {
      // sum < 2^63 and feePerMillion <= 10^6 < 2^20: the high word is below the divisor.
      let million: UInt64 = 1_000_000
      let product = sum.multipliedFullWidth(by: UInt64(feePerMillion))
      let (low, carry) = product.low.addingReportingOverflow(resources[resource].feeRemainder)
      let high = product.high + (carry ? 1 : 0)
      let division =
        high == 0 ? low.quotientAndRemainder(dividingBy: million) : million.dividingFullWidth((high, low))
      fee = division.quotient
      resources[resource].feeRemainder = division.remainder
      move(fee, .earnings, .fees, of: resource)
    }
    if resources[resource].isShared {
      resources[resource].unsplit += sum - fee
      if !resources[resource].isQueued { queueRevenue(of: resource) }
    } else {
      providers[provider].earnings += sum - fee
    }
  }
}
