import WireProtocol

/// Payments in ecash: commands that are paid so, what becomes of them, REFUND.
extension ReferenceModel {
  /// Set in the ids of payments in ecash, and of no others.
  static let ecashBit: UInt64 = 1 << 51

  /// `parts` thousandths of a mint's unit, rounded up.
  static func fee(_ parts: UInt64) -> UInt64 { UInt64(Exact.ceil(UInt128(parts), 1_000)) }

  /// What the broker owes and is going to owe, were all payments that wait credited: no money more than `moneyMax` may come into
  /// being by one that waits either. What a payout is paid with is there already.
  var moneyInBeing: UInt128 {
    let promised = ecash.values.reduce(Int128(0)) {
      $0 + ($1.outcome == .pending && $1.payout == nil ? Int128($1.credit) : 0)
    }
    return UInt128(max(0, Int128(float) + ecashBrought + promised))
  }

  // MARK: - Commands paid in ecash

  /// Carries out a command that is paid in ecash, or puts it off.
  mutating func applyPaidInEcash(
    _ view: CommandView, _ bytes: RawSpan, _ head: EcashPayment, _ proofs: [VerifiedProof]
  ) -> ModelOutcome {
    var payment: ModelEcash
    switch judge(head, proofs, of: view, bytes) {
    case .refused(let outcome): return outcome
    case .good(let judged): payment = judged
    }
    // First up to the notes, which are not there yet; then, on a copy, as if they were.
    let asked = perform(view, bytes, ModelPayment(promise: .pending))
    guard asked.status == .paymentPending else { return asked }
    var copy = self
    let judged = copy.perform(view, bytes, ModelPayment(promise: .worth(payment.credit)))
    guard judged.status == .ok else { return judged }
    if payment.isAnswered {
      copy = self
      copy.keepEcash(payment)
      let outcome = copy.creditEcash(payment.id)
      if outcome.status == .ok { self = copy }
      return outcome
    }
    payment.durationMin = durationBought(by: payment.credit, view, bytes)
    keepEcash(payment)
    holdUnits(for: payment.id, view, bytes)
    return ModelOutcome(.paymentPending, detail: payment.id)
  }

  /// What a payment in ecash is, or why it is refused.
  private enum Judgement {
    case good(ModelEcash)
    case refused(ModelOutcome)
  }

  private func judge(
    _ head: EcashPayment, _ proofs: [VerifiedProof], of view: CommandView, _ bytes: RawSpan
  ) -> Judgement {
    func refused(_ status: Status, _ detail: UInt64 = 0) -> Judgement {
      .refused(ModelOutcome(status, detail: detail))
    }
    let isProven = head.flags.contains(.proven)
    guard let mint = mints[head.mint]?.terms, mint.flags.contains(.enabled) else { return refused(.mintUnknown) }
    let ofProofs = proofs.compactMap { keysets[$0.keyset] }
    if ofProofs.count < proofs.count { return refused(.keysetUnknown) }
    if ofProofs.contains(where: { $0.terms.mint != head.mint || isProven && !$0.isActive }) {
      return refused(.keysetUnknown)
    }
    let points = proofs.map { ModelPoint(url: mint.url, x: Digest32(first: $0.y0, last: $0.y1)) }
    if zip(proofs, ofProofs).contains(where: { Int($0.exponent) >= $1.keys.count }) { return refused(.ecashInvalid) }
    if Set(points).count < points.count { return refused(.ecashInvalid) }
    if let used = points.lazy.compactMap({ pointsInUse[$0] }).first { return refused(.ecashInUse, used) }
    if isInQuarantine { return refused(.restoreInProgress) }
    let sum = proofs.reduce(UInt128(0)) { $0 + UInt128(1) << UInt128($1.exponent) }
    if sum > UInt128(WireLimits.ecashAmountMax) { return refused(.amountOverflow) }
    let feeParts = ofProofs.reduce(UInt64(0)) { $0 + $1.fee }
    let fee = UInt128(Self.fee(feeParts))
    let least = UInt128(max(mint.minimum, 1)) + fee
    let detail = Exact.clamped(least, to: .max)
    if sum < least { return refused(.amountInvalid, detail) }
    if let keyset = signingKeyset(of: head.mint).flatMap({ keysets[$0] }), !keyset.canSign(sum - fee) {
      return refused(.amountOverflow)
    }
    let credit = (sum - fee) * UInt128(mint.numerator) / UInt128(mint.denominator)
    if credit == 0 { return refused(.amountInvalid, detail) }
    if credit + moneyInBeing > UInt128(WireLimits.moneyMax) { return refused(.amountOverflow) }
    let most = UInt128(WireLimits.moneyMax) / UInt128(2 * UInt64(max(genesis.ecashCountMax, 1)))
    if credit > most { return refused(.amountOverflow) }
    let isAtOnce = isProven && isWithinExposure(sum, at: head.mint)
    if let left = leftBelowCeiling(of: mint, isAtOnce), UInt128(left) < sum - fee {
      return refused(.treasuryFull, left)
    }
    var payment = ModelEcash(
      id: id(Self.ecashBit | lastEcash + 1), kind: view.header.kind, mint: head.mint, refundHash: head.refundHash,
      isLocked: head.flags.contains(.locked), locktime: head.locktime,
      companyMax: head.flags.contains(.alone) ? 1 : nil, place: nextPlace, points: points, sum: UInt64(sum),
      feeParts: feeParts, credit: UInt64(credit), command: (0..<view.byteCount).map { bytes.uint8(at: $0) },
      commandPieceCount: ModelEcash.pieces(view.paymentOffset),
      sealedPieceCount: ModelEcash.pieces(view.sealed(in: bytes).count))
    payment.isAnswered = isAtOnce
    let hasRoom = hasShare(for: payment, isProven) && hasRoom(for: payment) && hasRoom(forNotes: 1, areOwed: false)
    return hasRoom ? .good(payment) : refused(.noSpace)
  }

  /// What `credit` buys of what an ACQUIRE asks for, at the prices of now; 0: it is another command.
  private func durationBought(by credit: UInt64, _ view: CommandView, _ bytes: RawSpan) -> UInt64 {
    guard view.header.kind == .acquire, let command = AcquireCommand(bytes, at: view.fixedOffset),
      let terms = resources[command.resource]?.terms
    else { return 0 }
    let rate = UInt128(command.units) * UInt128(terms.price)
    return Exact.clamped(UInt128(credit) * UInt128(terms.period) / rate, to: .max)
  }

  /// What is credited and not swapped of a mint, in its unit; wraps.
  func creditedUnswapped(at mint: UInt32) -> UInt64 {
    ecash.values.reduce(0) { $0 &+ ($1.mint == mint && $1.waits && $1.isCredited ? $1.sum : 0) }
  }

  /// What waits at a mint and is not credited, in its unit; wraps.
  func waitingSum(at mint: UInt32) -> UInt64 {
    ecash.values.reduce(0) { $0 &+ ($1.mint == mint && $1.waits && !$1.isCredited ? $1.sum : 0) }
  }

  /// Whether the broker stands for so much more of a mint, which is proven.
  private func isWithinExposure(_ sum: UInt128, at number: UInt32) -> Bool {
    guard let mint = mints[number] else { return false }
    return UInt128(creditedUnswapped(at: number)) + UInt128(mint.unfound) + sum <= UInt128(mint.terms.exposure)
  }

  /// How much of a mint is taken still of what is credited at once, or of what waits; nil: any sum is.
  private func leftBelowCeiling(of terms: SetMintCommand, _ isAtOnce: Bool) -> UInt64? {
    guard terms.ceiling > 0, let mint = mints[terms.mint] else { return nil }
    func left(_ taken: UInt128) -> UInt64 { terms.ceiling - Exact.clamped(taken, to: terms.ceiling) }
    let ofAll = left(UInt128(mint.cameIn) + UInt128(creditedUnswapped(at: terms.mint)))
    return isAtOnce ? ofAll : min(ofAll, left(UInt128(waitingSum(at: terms.mint))))
  }

  // MARK: - What becomes of a payment

  /// Makes a payment the note that it is worth, and carries out with it what it was for.
  mutating func creditEcash(_ id: UInt64) -> ModelOutcome {
    makeNote(ofEcash: id)
    return carryOutEcash(id)
  }

  /// Makes the note that a payment becomes.
  mutating func makeNote(ofEcash id: UInt64) {
    guard let payment = ecash[id] else { return }
    let made = make([ModelNote(amount: payment.credit, binding: 0)], from: .ecash, of: nil, for: id)
    ecashBrought += Int128(payment.credit)
    mints[payment.mint]?.credited &+= payment.sum
    ecash[id]?.note = RefundReply(
      amount: payment.credit, firstSerial: made.firstSerial, keyEpoch: made.keyEpoch, count: 1)
  }

  /// Carries out what a payment is for, with its note.
  mutating func carryOutEcash(_ id: UInt64) -> ModelOutcome {
    guard let payment = ecash[id], let made = payment.note else { return ModelOutcome(.paymentUnknown) }
    releaseUnits(of: id)
    let bytes = unsafe payment.command.span.bytes
    guard let view = CommandView(bytes) else { return ModelOutcome(.malformed) }
    let note = VerifiedNote(
      keyEpoch: made.keyEpoch, serial: made.firstSerial, amount: payment.credit, binding: 0)
    if view.header.kind == .exchange, !isUsed(session: view.receipt?.session ?? 0) {
      return refuseEcash(id, .sessionRequired)
    }
    let outcome = perform(
      view, bytes, ModelPayment(notes: [note], ecash: id, durationMin: payment.durationMin))
    ecash[id]?.outcome =
      outcome.status == .ok ? .taken(outcome.reply) : .refundable(outcome.status, outcome.detail)
    if view.header.kind == .exchange, outcome.status == .ok, !payment.isAnswered {
      ecash[id]?.outputs = (0..<view.recordCount).compactMap { NoteOutput(bytes, at: view.recordOffset($0)) }
    }
    ecash[id]?.command = []
    return outcome
  }

  /// Whether a session is there; it is used then.
  private mutating func isUsed(session: UInt64) -> Bool {
    guard let known = sessions[session], now < known.usedAt + AuditLimits.sessionMilliseconds else { return false }
    use(session: session)
    return true
  }

  /// The note of a payment is its payer's.
  @discardableResult
  mutating func refuseEcash(_ id: UInt64, _ why: Status) -> ModelOutcome {
    ecash[id]?.outcome = .refundable(why, .exactly(0))
    ecash[id]?.command = []
    return ModelOutcome(why)
  }

  /// Ends a payment: its proofs are its payer's again, or spent at their mint. Spent ones that only this broker can spend are told
  /// apart from fresh ones by nothing but that they are remembered: as long as one could be PROVEN that was locked then.
  mutating func endEcash(_ id: UInt64) {
    guard let payment = ecash[id] else { return }
    noteEnd(of: id)
    ecash[id]?.command = []
    releaseUnits(of: id)
    for point in payment.points {
      if payment.isLocked, payment.isCredited, !payment.isMadeGood {
        let end = now + AuditLimits.keptPointMilliseconds
        keptEcashPoints.append(ModelKeptPoint(point: point, mint: payment.mint, end: end))
      } else {
        pointsInUse[point] = nil
      }
    }
  }

  /// A payment or a payout ends, or its note is collected: from now on it is kept for a while.
  private mutating func noteEnd(of id: UInt64) {
    endedEcashCount += 1
    ecash[id]?.endedAt = now
    ecash[id]?.endOrder = endedEcashCount
  }

  /// Forgets points that are kept no longer, but not all at once.
  mutating func forgetPoints() {
    let forgotten = keptEcashPoints.prefix(AuditLimits.forgottenPointCount).prefix { $0.end <= now }
    if forgotten.isEmpty { return }
    for point in forgotten.map(\.point) { pointsInUse[point] = nil }
    keptEcashPoints.removeFirst(forgotten.count)
  }

  // MARK: - Repeats and refunds

  /// Payment of this id, unless nothing is told of it any more.
  func keptEcash(_ id: UInt64) -> ModelEcash? { ecash[id].flatMap { $0.isGone(at: now) ? nil : $0 } }

  /// The payment that whoever shows a refund key means when he names none, of the oldest that are told of.
  private func keptEcash(ofKey keyHash: Bytes16) -> ModelEcash? {
    let all = ecash.values.filter { $0.refundHash == keyHash && !$0.isNotTaken && !$0.isGone(at: now) }
      .sorted { $0.id < $1.id }
      .prefix(WireLimits.refundWalkCountMax)
    let oldest = all.filter { !$0.isDone || !$0.outputs.isEmpty }.prefix(WireLimits.refundLookCountMax)
    return oldest.first { $0.isRefundable && !$0.isPaidOut } ?? oldest.first { $0.outcome == .pending }
      ?? oldest.max { $0.endOrder < $1.endOrder } ?? all.first
  }

  /// What is told to a repeat of the command that a payment was for.
  func repeated(_ id: UInt64) -> ModelOutcome {
    switch keptEcash(id)?.outcome {
    case .pending: return ModelOutcome(.paymentPending, detail: id)
    case .refundable: return ModelOutcome(.paymentRefundable, detail: id)
    case .notTaken(let status): return ModelOutcome(status)
    case nil: return ModelOutcome(.receiptNotKept)
    case .taken(let reply):
      var outcome = ModelOutcome(.ok)
      outcome.isReplayed = true
      outcome.reply = reply
      return outcome
    }
  }

  mutating func refund(_ command: RefundCommand) -> ModelOutcome {
    let named = command.payment == 0 ? keptEcash(ofKey: command.keyHash) : keptEcash(command.payment)
    guard let payment = named else { return ModelOutcome(.paymentUnknown) }
    if command.keyHash != payment.refundHash { return ModelOutcome(.keyWrong) }
    switch payment.outcome {
    case .pending: return ModelOutcome(.paymentPending, detail: payment.id)
    case .taken(let reply) where !payment.outputs.isEmpty:
      guard let made = unsafe ExchangeReply(reply.span.bytes) else { return ModelOutcome(.nothingDue) }
      var outcome = ModelOutcome.ok(
        RefundReply(
          amount: made.amount, firstSerial: made.firstSerial, keyEpoch: made.keyEpoch,
          count: UInt16(payment.outputs.count)))
      (outcome.isReplayed, outcome.detail) = (true, .exactly(payment.id))
      return outcome
    case .taken, .notTaken: return ModelOutcome(.nothingDue, detail: payment.id)
    case .refundable:
      guard let note = payment.note else { return ModelOutcome(.nothingDue) }
      ecash[payment.id]?.isPaidOut = true
      if !payment.waits, !payment.isPaidOut { noteEnd(of: payment.id) }
      var outcome = ModelOutcome.ok(note)
      (outcome.isReplayed, outcome.detail) = (payment.isPaidOut, .exactly(payment.id))
      return outcome
    }
  }
}
