import WireProtocol

/// Notes: judging and taking payments, making notes.
extension ReferenceModel {
  /// What a payment is worth, or why it is refused. Takes nothing yet.
  enum Payment {
    case worth(UInt64)
    case refused(ModelOutcome)
  }

  /// Judges a payment to `lease` (0: to none).
  func judge(_ payment: ModelPayment, payingTo lease: UInt64) -> Payment {
    switch payment.promise {
    case .pending: return .refused(ModelOutcome(.paymentPending))
    case .worth(let amount): return .worth(amount)
    case nil: break
    }
    if let tick = payment.tick { return judge(tick, payingTo: lease) }
    let notes = payment.notes
    var sum: UInt128 = 0
    for (index, note) in notes.enumerated() {
      func refused(_ status: Status, _ detail: UInt64 = 0) -> Payment {
        .refused(ModelOutcome(status, detail: detail, token: UInt8(index)))
      }
      if isQuarantined(note.keyEpoch) { return refused(.restoreInProgress) }
      guard let epoch = keyEpochs.first(where: { $0.number == note.keyEpoch }) else {
        return refused(.noteEpochUnknown)
      }
      if let validUntil = epoch.validUntil, epoch.hasEnded || now > validUntil {
        return refused(.noteExpired, validUntil)
      }
      let counter = note.serial & (1 << 52 - 1)
      guard note.serial >> 52 == UInt64(genesis.slot), counter < UInt64(epoch.issued.count) else {
        return refused(.noteForged)
      }
      if notes[..<index].contains(where: { $0.keyEpoch == note.keyEpoch && $0.serial == note.serial }) {
        return refused(.noteRepeated)
      }
      if epoch.spent.contains(counter) { return refused(.noteSpent) }
      if note.binding != 0, note.binding != lease { return refused(.noteBound, note.binding) }
      sum += UInt128(note.amount)
    }
    return sum > UInt128(UInt64.max) ? .refused(ModelOutcome(.amountOverflow)) : .worth(UInt64(sum))
  }

  /// Whether a note of this broker, which its tag proved to be authentic, is as it was made. If not, that is a finding: the
  /// key got out, or the journal was changed.
  mutating func isAsMade(_ note: VerifiedNote) -> Bool {
    let counter = note.serial & (1 << 52 - 1)
    guard note.serial >> 52 == UInt64(genesis.slot),
      let epoch = keyEpochs.first(where: { $0.number == note.keyEpoch }), counter < UInt64(epoch.issued.count)
    else { return true }
    let made = epoch.issued[Int(counter)]
    if made.amount == note.amount, made.binding == note.binding { return true }
    finding =
      "note \(note.keyEpoch)/\(counter) was made with amount \(made.amount), binding \(made.binding), and is shown with "
      + "amount \(note.amount), binding \(note.binding)"
    return false
  }

  /// The id that a payment has when it is taken next: one in ecash has its own.
  func id(of payment: ModelPayment) -> UInt64 { payment.ecash ?? id(paymentCount + 1) }

  /// Takes notes that were judged, to `account`, of a resource and for a subject. Gives the payment id.
  mutating func take(
    _ payment: ModelPayment, to account: Account, of resource: UInt64?, for subject: UInt64 = 0
  ) -> UInt64 {
    for note in payment.notes {
      guard let index = keyEpochs.firstIndex(where: { $0.number == note.keyEpoch }) else { continue }
      let counter = note.serial & (1 << 52 - 1)
      keyEpochs[index].spent.insert(counter)
      keyEpochs[index].takenAmount &+= note.amount
      keyEpochs[index].outstandingAmount &-= note.amount
      ledger.move(
        note.amount, from: .notesOutstanding, note.keyEpoch, to: account, of: resource, for: subject)
    }
    let id = id(of: payment)
    if payment.ecash == nil { paymentCount += 1 }
    return id
  }

  /// Whether the issuing key epoch has room for `count` more notes; its last quarter is for notes that are `owed`.
  func hasRoom(forNotes count: Int, areOwed: Bool) -> Bool {
    let most = areOwed ? genesis.noteCountMax : genesis.noteCountMax - genesis.noteCountMax / 4
    return UInt64(keyEpochs[keyEpochs.count - 1].issued.count) + UInt64(count) <= most
  }

  /// Makes notes out of money that lies on `account`, of a resource and for a subject. Gives the first serial and the key epoch.
  mutating func make(
    _ notes: [ModelNote], from account: Account, of resource: UInt64?, for subject: UInt64 = 0
  ) -> (firstSerial: UInt64, keyEpoch: UInt32) {
    let index = keyEpochs.count - 1
    let number = keyEpochs[index].number
    let first = id(UInt64(keyEpochs[index].issued.count))
    for note in notes {
      keyEpochs[index].issued.append(note)
      keyEpochs[index].issuedAmount &+= note.amount
      keyEpochs[index].outstandingAmount += note.amount
      ledger.move(note.amount, from: account, to: .notesOutstanding, number, of: resource, for: subject)
    }
    return (first, number)
  }

  mutating func issue(_ command: IssueCommand) -> ModelOutcome {
    if command.amount == 0 { return ModelOutcome(.amountInvalid) }
    if command.count == 0 || Int(command.count) > WireLimits.issueCountMax { return ModelOutcome(.quantityInvalid) }
    let sum = UInt128(command.amount) * UInt128(command.count)
    // What was issued and paid out as ecash is in being no more, and still on both accounts.
    if max(moneyInBeing, UInt128(float)) + sum > UInt128(WireLimits.moneyMax) { return ModelOutcome(.amountOverflow) }
    if !hasRoom(forNotes: Int(command.count), areOwed: false) { return ModelOutcome(.noSpace) }
    float += UInt64(sum)
    let note = ModelNote(amount: command.amount, binding: command.binding)
    let made = make([ModelNote](repeating: note, count: Int(command.count)), from: .operatorFloat, of: nil)
    return .ok(
      IssueReply(
        amount: UInt64(sum), firstSerial: made.firstSerial, keyEpoch: made.keyEpoch, count: command.count))
  }

  mutating func exchange(
    _ command: ExchangeCommand, _ outputs: [NoteOutput], _ payment: ModelPayment
  ) -> ModelOutcome {
    var lease: UInt64 = 0
    if command.actor.authority == .owner {
      guard let owned = leases[command.lease], !owned.isOpen, owned.generation == command.actor.generation else {
        return ModelOutcome(.handleUnknown)
      }
      lease = command.lease
    }
    if outputs.contains(where: { $0.amount == 0 }) { return ModelOutcome(.amountInvalid) }
    let wanted = outputs.reduce(UInt128(0)) { $0 + UInt128($1.amount) }
    if wanted > UInt128(UInt64.max) { return ModelOutcome(.amountOverflow) }
    if !hasRoom(forNotes: outputs.count, areOwed: false) { return ModelOutcome(.noSpace) }
    switch judge(payment, payingTo: lease) {
    case .refused(let outcome): return outcome
    case .worth(let amount):
      if UInt128(amount) != wanted { return ModelOutcome(.amountInvalid, detail: amount) }
      // Between what was taken and what was made the money is of no key epoch.
      let payment = take(payment, to: .notesOutstanding, of: nil)
      let notes = outputs.map { ModelNote(amount: $0.amount, binding: $0.binding) }
      let made = make(notes, from: .notesOutstanding, of: nil)
      return .ok(
        ExchangeReply(
          amount: amount, firstSerial: made.firstSerial, payment: payment, keyEpoch: made.keyEpoch,
          count: UInt16(outputs.count)))
    }
  }

  mutating func withdraw(_ command: WithdrawCommand) -> ModelOutcome {
    let isOperator = command.actor.authority == .operator
    let earned = isOperator ? fees : providers[command.actor.id]?.earnings ?? 0
    let amount = command.amount == 0 ? earned : command.amount
    if amount == 0 || amount > earned {
      return ModelOutcome(.fundsInsufficient, detail: max(1, command.amount))
    }
    if !hasRoom(forNotes: 1, areOwed: true) { return ModelOutcome(.noSpace) }
    if isOperator { fees -= amount } else { providers[command.actor.id]?.earnings -= amount }
    let made = make(
      [ModelNote(amount: amount, binding: 0)], from: isOperator ? .operatorFees : .providerEarnings, of: nil)
    return .ok(
      WithdrawReply(
        amount: amount, left: earned - amount, firstSerial: made.firstSerial, keyEpoch: made.keyEpoch, count: 1))
  }

  mutating func rotate(_ command: RotateCommand) -> ModelOutcome {
    guard let validity = Self.validity(command.validity) else { return ModelOutcome(.termsInvalid, field: 0) }
    // One place is left to RESTORE.
    if let limit = makePlace(atMost: AuditLimits.keyEpochCountMax - 1) { return limit }
    begin(keyEpoch + 1, command.algorithm, validity)
    return .ok(RotateReply(keyEpoch: keyEpoch, validUntil: now + validity))
  }

  /// What a command that asks for so much gives a key epoch; nil: it may not.
  static func validity(_ asked: UInt64) -> UInt64? {
    if asked == 0 { return AuditLimits.yearMilliseconds }
    return asked < AuditLimits.yearMilliseconds || asked > UInt64(WireLimits.durationMillisMax) ? nil : asked
  }

  /// Sees to it that one more key epoch makes `countMax` at most, or as many as there are; the refusal, when none has ended.
  mutating func makePlace(atMost countMax: Int) -> ModelOutcome? {
    if keyEpochs.count < countMax { return nil }
    guard let index = keyEpochs.firstIndex(where: { $0.hasEnded }) else {
      return ModelOutcome(.epochLimit, detail: keyEpochs.compactMap { $0.validUntil }.min() ?? 0)
    }
    let dropped = keyEpochs.remove(at: index)
    forgottenExpiredAmount += dropped.expiredAmount
    ledger.move(dropped.expiredAmount, from: .notesExpired, dropped.number, to: .notesExpired, of: nil)
    return nil
  }

  /// Begins a key epoch; the one that issued stays valid for a while.
  mutating func begin(_ number: UInt32, _ algorithm: TagAlgorithm, _ validity: UInt64) {
    keyEpochs[keyEpochs.count - 1].validUntil = now + validity
    keyEpochs.append(ModelKeyEpoch(number: number, algorithm: algorithm))
  }
}
