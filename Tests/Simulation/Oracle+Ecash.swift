import BrokerCore
import Cashu
import WireProtocol

/// What is told of payments in ecash. Of each token one payment at most is ever taken, whatever crashed, whatever the mint answered or did
/// not, and however many requests it was offered in; what was told of a payment is never told otherwise.
extension Oracle {
  /// All payments in ecash that were told of.
  struct KnownPayments {
    var byID: [UInt64: KnownEcash] = [:]
    /// What was pushed of payments whose ids nobody knows yet.
    var pushed: [UInt64: PaymentSettledPush] = [:]
    /// What was credited in all.
    var credited: Int64 = 0
    /// Of some payment nobody was told what became of it.
    var isUncertain = false
  }

  /// Whether ecash of a mint is taken for certain: it is configured, was told of since it said last that it can do too little, and is
  /// about to say that to nobody.
  func isTaken(_ mint: SimulatedMint) -> Bool {
    takenMints.contains(mint.number) && toldMints.contains(mint.number) && !mint.mayLack
  }

  /// Whether the broker was told before an instant, and not otherwise since, that a mint can do less than is needed.
  func isLacking(_ mint: SimulatedMint, since instant: UInt64) -> Bool { mint.lacksSince.map { $0 < instant } ?? false }

  /// A reply to a request that is paid in ecash.
  func judgeEcash(_ errand: Errand, _ answer: Answer) {
    guard let payment = errand.ecash else { return }
    let what = "\(errand.opcode) \(errand.number) in ecash"
    if errand.opcode == .exchange { payment.outputs = errand.records.compactMap { $0 as? NoteOutput } }
    let isNew = payment.id == nil && payment.outcome == nil && [.ok, .paymentPending].contains(answer.status)
    expect(
      !isNew || !isLacking(payment.token.mint, since: errand.firstSentAt),
      "\(what) is \(answer.status), at a mint that lacks what is needed")
    switch answer.status {
    case .ok:
      expect(answer.money == .taken, "\(what) was done, and says \(answer.money)")
      if errand.sendCount == 1 { creditedAtOnce(payment, errand, what) }
      end(payment, .taken, .ok, what)
    case .paymentPending:
      expect(answer.money == .notKnown, "\(what) is pending, and says \(answer.money)")
      expect(payment.outcome == nil, "\(what) was \(payment.outcome ?? .taken), and is pending")
      learn(answer.refusal?.detail ?? 0, of: payment, what)
      payment.pendingAt = errand.sentAt
    case .paymentRefundable:
      expect(answer.money == .taken, "\(what) is refundable, and says \(answer.money)")
      learn(answer.refusal?.detail ?? 0, of: payment, what)
      end(payment, .refundable, payment.status, what)
    case .receiptNotKept:
      payment.isAbandoned = true
      if payment.outcome == nil { ecash.isUncertain = true }
    case .ecashInUse:
      let other = ecash.byID[answer.refusal?.detail ?? 0]
      expect(
        answer.money == .notKnown && (other == nil || other?.token.points == payment.token.points),
        "\(what) is said to be in use, in a payment with another token")
    case .treasuryFull:
      let (detail, net) = (
        answer.refusal?.detail ?? 0, payment.token.sum - payment.token.mint.fee(payment.token.proofs.count)
      )
      expect(detail < net, "\(what) of \(net) is refused, and \(detail) would be taken")
      expect(payment.token.mint.terms.ceiling > 0, "\(what) is refused, and there is no ceiling")
      fallthrough
    default:
      expect(answer.money != .taken, "\(what) was refused with \(answer.status), and its money taken")
      // Before it is judged at all a repeat may be refused, and then nobody knows.
      if answer.money == .notTaken, errand.isDone { end(payment, .notTaken, answer.status, what) }
    }
  }

  /// It was done before anybody asked its mint: only the broker can ever spend it, and no broker before this life's took it.
  private func creditedAtOnce(_ payment: KnownEcash, _ errand: Errand, _ what: String) {
    let token = payment.token
    expect(token.lock != .none && token.original == nil, "\(what) is credited at once, locked to \(token.lock)")
    let (period, before) = (token.lockPeriod ?? 0, KnownLockKeys.period(errand.firstSentAt))
    expect(period + 1 >= before, "\(what) is credited at once, with a lock of period \(period), in \(before)")
    expect(token.mint.terms.exposure >= token.sum, "\(what) of \(token.sum) is credited at once")
    coverage.count(period < before ? .lockOfBeforeCredited : .creditedAtOnce)
  }

  private func learn(_ id: UInt64, of payment: KnownEcash, _ what: String) {
    expect(payment.id ?? id == id, "\(what) is payment \(id), and was payment \(payment.id ?? 0)")
    if payment.id == nil {
      let other = ecash.byID.updateValue(payment, forKey: id)
      expect(other == nil || other === payment, "\(what) is payment \(id), which is another's")
      payment.id = id
    }
    if let push = ecash.pushed.removeValue(forKey: id) { settled(payment, push.outcome, push.status, what) }
  }

  /// Of what was put off, and paid for an hour ago, the place may be needed.
  func mayBeForgotten(_ errand: Errand, _ answer: Answer) -> Bool {
    guard answer.status == .receiptNotKept, let pendingAt = errand.ecash?.pendingAt else { return false }
    return now >= pendingAt + CoreLimits.replyKeptMilliseconds
  }

  /// It is known what became of it, for ever.
  private func end(_ payment: KnownEcash, _ outcome: KnownEcash.Outcome, _ status: Status, _ what: String) {
    let token = payment.token
    if let before = payment.outcome {
      expect(before == outcome, "\(what) was \(before), and is \(outcome)")
    } else {
      payment.outcome = outcome
      coverage.count(outcome)
      if outcome != .notTaken {
        ecash.credited += Int64(clamping: token.credit)
        let credited = token.payments.filter { $0.outcome == .taken || $0.outcome == .refundable }
        // That of a payment which waited when a backup was made the lost life may have spent, by what its mint says. It was somebody
        // else, perhaps, or this broker long before: as far as it found something, no more than what was taken is given back.
        let isMadeGood = payment.wasOpen && outcome == .refundable && status == .ecashSpent
        expect(credited.count == 1 || isMadeGood, "\(what): its token was credited \(credited.count) times")
        expect(token.flaw == .none || isMadeGood, "\(what) was credited, and its token is \(token.flaw)")
        statement.payOut(token.credit, for: KnownStatement.Place.ecash)
        if outcome == .taken { money.tookEcash(token.credit) }
        if let period = token.lockPeriod, period + 1 < KnownLockKeys.period(time.reached) {
          coverage.count(.oldLockTaken)
        }
        token.mint.isKnown = true
      }
    }
    if status != .paymentPending {
      expect(
        payment.status == .paymentPending || payment.status == status || outcome == .notTaken,
        "\(what) was \(payment.status), and is \(status)")
      payment.status = status
    }
  }

  private func settled(_ payment: KnownEcash, _ outcome: PaymentOutcome, _ status: Status, _ what: String) {
    switch outcome {
    case .taken: end(payment, .taken, .ok, what)
    case .refundable: end(payment, .refundable, status, what)
    case .notTaken: end(payment, .notTaken, status, what)
    default: blame("\(what) is settled, and \(outcome)")
    }
  }

  /// A payment is no longer pending, as the client that made it is told without asking.
  func settled(_ push: PaymentSettledPush, to client: Client) {
    note("\(client.name) is told that payment \(push.payment) is \(push.outcome), \(push.status)")
    coverage.count(.paymentPushed)
    if let payout = payouts.byID[push.payment] { return settled(payout, push) }
    guard let payment = ecash.byID[push.payment] else { return ecash.pushed[push.payment] = push }
    let what = "payment \(push.payment), pushed to \(client.name),"
    expect(push.amount == payment.token.credit, "\(what) is worth \(push.amount), not \(payment.token.credit)")
    settled(payment, push.outcome, push.status, what)
  }

  /// What PAYMENT says of it.
  func told(_ payment: KnownEcash, _ errand: Errand, _ answer: Answer) {
    let what = "payment \(payment.id ?? 0)"
    guard answer.status == .ok, let reply = answer.part(PaymentReply.self) else {
      payment.isForgotten = true
      return expect(
        answer.status == .paymentUnknown
          && (payment.outcome != .refundable || payment.refund != nil || isLongAfterBackup),
        "\(what) is \(answer.status)")
    }
    coverage.count(.paymentAsked)
    expect(reply.amount == payment.token.credit, "\(what) is worth \(reply.amount), not \(payment.token.credit)")
    if reply.outcome == .notKnown {
      return expect(
        !errand.wasEnded && reply.status == .paymentPending, "\(what) was told to be over, and is \(reply.status)"
      )
    }
    settled(payment, reply.outcome, reply.status, what)
  }

  /// All that was credited, and nothing else, is in the books.
  func compareEcash(_ figures: [Figure]) {
    let balance = figures.first { $0.account == .ecash }?.balance ?? 0
    expect(
      ecash.isUncertain || balance == payouts.taken - ecash.credited,
      "ECASH is \(balance), and clients were told of \(ecash.credited), and of \(payouts.taken) paid out")
    let waiting = figures.first { $0.account == .payouts }?.balance ?? 0
    expect(waiting == 0, "PAYOUTS is \(waiting), and nobody waits for one")
  }

  /// It was paid out: by one note, whoever asks with the key.
  func refunded(_ errand: Errand, _ answer: Answer) {
    guard let payment = errand.refundOf, let note = answer.notes.first else {
      return blame("REFUND \(errand.number) was done, and must not be")
    }
    let what = "the refund of payment \(payment.id ?? 0)"
    if isExchanged(payment, answer) {
      coverage.count(.exchangedAgain)
      end(payment, .taken, .ok, what)
      return exchanged(payment, answer.notes, by: what)
    }
    expect(
      answer.notes.count == 1 && note.amount == payment.token.credit,
      "\(what) of \(payment.token.credit) is \(note.amount)")
    // Of one whose session is gone nobody need have been told before.
    if payment.outcome == nil { end(payment, .refundable, payment.status, what) }
    expect(payment.outcome == .refundable, "\(what), which is \(payment.outcome.map { "\($0)" } ?? "")")
    if let before = payment.refund {
      return expect(before == note, "\(what) is note \(note.serial), and was note \(before.serial)")
    }
    payment.refund = note
    if let wrong = money.made([note], by: what) { blame(wrong) }
  }

  /// Whether REFUND gave what an EXCHANGE asked for: it was done.
  private func isExchanged(_ payment: KnownEcash, _ answer: Answer) -> Bool {
    payment.outcome != .refundable && answer.isReplayed && !payment.outputs.isEmpty
      && answer.notes.map { NoteOutput(amount: $0.amount, binding: $0.binding) } == payment.outputs
  }

  /// The notes of an EXCHANGE are told, by its reply or by REFUND: the same each time.
  func exchanged(_ payment: KnownEcash, _ notes: [NoteToken], by what: String) {
    guard payment.exchanged.isEmpty else {
      return expect(payment.exchanged == notes, "\(what) has other notes than were told before")
    }
    payment.exchanged = notes
    if let wrong = money.made(notes, by: what) { blame(wrong) }
  }
}

extension KnownStatement.Place {
  /// Of what was credited of ecash: lines that are no resource's, each of its own payment.
  static let ecash = KnownStatement.Place(resource: 0, subject: ecashMark)
  /// What tells the id of a payment in ecash from others.
  private static let ecashMark: UInt64 = 1 << 51

  /// Of whatever payment in ecash it is of.
  var merged: KnownStatement.Place { resource == 0 && subject & Self.ecashMark != 0 ? .ecash : self }
}
