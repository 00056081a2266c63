import WireProtocol

/// Payouts: PAYOUT, what becomes of them, and what is forgotten for want of room.
extension ReferenceModel {
  mutating func payout(
    _ command: PayoutCommand, _ blanks: [BlankOutput], _ payment: ModelPayment
  ) -> ModelOutcome {
    guard let mint = mints[command.mint]?.terms, mint.flags.contains(.enabled) else {
      return ModelOutcome(.mintUnknown)
    }
    if isInQuarantine { return ModelOutcome(.restoreInProgress) }
    if blanks.isEmpty { return ModelOutcome(.quantityInvalid) }
    let points = blanks.map { Digest32(first: $0.x0, last: $0.x1) }
    for (index, point) in points.enumerated() where points[..<index].contains(point) {
      return ModelOutcome(.ecashInvalid, detail: UInt64(index))
    }
    guard let keyset = signingKeyset(of: command.mint).flatMap({ keysets[$0] }) else {
      return ModelOutcome(.keysetUnknown)
    }
    let paid: UInt64
    switch judge(payment, payingTo: 0) {
    case .refused(let outcome): return outcome
    case .worth(let amount): paid = amount
    }
    let payout: ModelPayout
    switch Self.split(paid, blanks, at: mint, keyset) {
    case .refused(let outcome): return outcome
    case .good(let good): payout = good
    }
    let held = held(of: command.mint)
    let promised = pendingPayouts(at: command.mint).reduce(UInt128(0)) { $0 + UInt128($1.payout?.gross ?? 0) }
    let left = held > promised ? held - promised : 0
    if UInt128(payout.gross) > left { return ModelOutcome(.treasuryShort, detail: Exact.clamped(left, to: .max)) }
    let entry = ModelEcash(
      id: id(Self.ecashBit | lastEcash + 1), kind: .payout, mint: command.mint, refundHash: command.refundHash,
      isLocked: false, locktime: 0, place: nextPlace, points: [], sum: 0, feeParts: 0, credit: paid, command: [],
      commandPieceCount: 0, sealedPieceCount: 0, payout: payout)
    if !hasPlace(for: entry) || !hasRoom(for: entry) || !hasRoom(forNotes: 1, areOwed: false) {
      return ModelOutcome(.noSpace)
    }
    keepEcash(entry)
    var notes = payment
    notes.ecash = entry.id
    _ = take(notes, to: .payouts, of: nil, for: entry.id)
    return .ok(PayoutReply(payment: entry.id, amount: payout.net, fee: payout.gross - payout.net))
  }

  /// What is made of the notes of a payout, or why not.
  private enum Split {
    case good(ModelPayout)
    case refused(ModelOutcome)
  }

  private static func split(
    _ paid: UInt64, _ blanks: [BlankOutput], at mint: SetMintCommand, _ keyset: ModelKeyset
  ) -> Split {
    func refused(_ status: Status, _ detail: UInt64 = 0) -> Split { .refused(ModelOutcome(status, detail: detail)) }
    let (gross, rest) = (UInt128(paid) * UInt128(mint.denominator)).quotientAndRemainder(
      dividingBy: UInt128(mint.numerator))
    if rest != 0 {
      let step = mint.numerator / Exact.commonDivisor(mint.numerator, mint.denominator)
      return refused(.amountInvalid, paid - paid % step)
    }
    if gross > UInt128(WireLimits.ecashAmountMax) { return refused(.amountOverflow) }
    let fee = UInt128(Self.fee(UInt64(blanks.count + 1) * keyset.fee))
    let least = UInt128(max(mint.minimum, 1)) + fee
    if gross < least {
      // Beyond 128 bits it is beyond 63, too.
      let (product, isBeyond) = least.multipliedReportingOverflow(by: UInt128(mint.numerator))
      let enough = isBeyond ? UInt128.max : Exact.ceil(product, UInt128(mint.denominator))
      return refused(.amountInvalid, enough > UInt128(WireLimits.moneyMax) ? 0 : UInt64(enough))
    }
    let net = gross - fee
    if Self.outputCount(of: net, keyCount: keyset.keys.count) > UInt128(blanks.count) {
      return refused(.quantityInvalid)
    }
    return .good(ModelPayout(gross: UInt64(gross), net: UInt64(net), blanks: blanks))
  }

  /// Payouts of a mint that wait to be signed for, in the order of their ids.
  func pendingPayouts(at mint: UInt32) -> [ModelEcash] {
    ecash.values.filter { $0.mint == mint && $0.isPromised }.sorted { $0.id < $1.id }
  }

  /// A payout becomes a note, which REFUND gives; the refusal, when no note can be made.
  mutating func endUnpaid(_ id: UInt64, _ why: Status, detail: UInt64 = 0) -> ModelOutcome? {
    guard let payment = ecash[id] else { return nil }
    if !hasRoom(forNotes: 1, areOwed: true) { return ModelOutcome(.noSpace) }
    let made = make([ModelNote(amount: payment.credit, binding: 0)], from: .payouts, of: nil, for: id)
    ecash[id]?.note = RefundReply(
      amount: payment.credit, firstSerial: made.firstSerial, keyEpoch: made.keyEpoch, count: 1)
    ecash[id]?.outcome = .refundable(why, .exactly(detail))
    endEcash(id)
    return nil
  }

  /// The mint has signed for a payout.
  mutating func pay(_ id: UInt64, _ signatures: [KeysetKey], of keyset: UInt32) {
    guard let payment = ecash[id], let payout = payment.payout else { return }
    ledger.move(payment.credit, from: .payouts, to: .ecash, of: nil, for: id)
    ecashBrought -= Int128(payment.credit)
    ecash[id]?.payout?.signatures = signatures
    ecash[id]?.payout?.keyset = keyset
    ecash[id]?.outcome = .taken(
      ModelBytes.of(PayoutReply(payment: id, amount: payout.net, fee: payout.gross - payout.net)))
    endEcash(id)
  }

  // MARK: - Room

  /// Most payouts that take a place, of all mints and of each.
  var placeCountMax: Int { max(1, Int(genesis.ecashCountMax / 4)) }
  var placeCountMaxOfMint: Int { max(1, Int(genesis.ecashCountMax / 16)) }
  /// Most pieces that the outputs of payouts which wait are kept in.
  var promisedPieceCountMax: Int { Int(genesis.pieceCountMax / 4) }

  /// Payouts that take a place, of one mint or (nil) of all.
  func placesTaken(at mint: UInt32? = nil) -> Int {
    ecash.values.count { $0.takesPlace(at: now) && $0.mint == mint ?? $0.mint }
  }

  /// Whether payouts leave payments the room that is theirs when there is this one, too.
  private func hasPlace(for payout: ModelEcash) -> Bool {
    placesTaken() < placeCountMax && placesTaken(at: payout.mint) < placeCountMaxOfMint
      && promisedPieceCount + payout.pieceCount <= promisedPieceCountMax
  }

  /// Whether a payment is within what there is for its mint, of which each has the same share; what is not proven, within half of it;
  /// what is locked leaves a quarter of the proofs to what is not.
  func hasShare(for payment: ModelEcash, _ isProven: Bool) -> Bool {
    let waiting = ecash.values.filter { $0.mint == payment.mint && $0.waits && $0.payout == nil } + [payment]
    let uncredited = waiting.filter { !$0.isCredited }
    func isWithin(_ payments: [ModelEcash], _ part: Int) -> Bool {
      payments.count <= max(1, max(1, Int(genesis.ecashCountMax) / mints.count) / part)
        && payments.reduce(0) { $0 + $1.points.count } <= proofShare / part
        && payments.reduce(0) { $0 + $1.pieceCount } <= Int(genesis.pieceCountMax) / mints.count / part
    }
    let lockedCount =
      waiting.reduce(0) { $0 + ($1.isLocked ? $1.points.count : 0) }
      + keptEcashPoints.count { $0.mint == payment.mint }
    return isWithin(waiting, 1) && (isProven || isWithin(uncredited, 2))
      && (!payment.isLocked || lockedCount <= proofShare - proofShare / 4)
  }

  /// Proofs that there is room for, of each mint.
  private var proofShare: Int { Int(genesis.proofCountMax) / mints.count }

  /// Whether there is room for a payment or a payout, after what may be forgotten for it is.
  func hasRoom(for payment: ModelEcash) -> Bool {
    let kept = ecash.values.count {
      !$0.isGone(at: now) && !$0.isNotTaken && !$0.isCollected && !$0.isForgettable(at: now)
    }
    let pieceCount = ecash.values.reduce(payment.pieceCount) { $0 + ($1.waits ? $1.pieceCount : 0) }
    return kept < Int(genesis.ecashCountMax)
      && pointsInUse.count + payment.points.count <= Int(genesis.proofCountMax)
      && pieceCount <= Int(genesis.pieceCountMax)
  }

  /// Forgets what is in the way of a payment or a payout for which there is room.
  private mutating func forget(for payment: ModelEcash) {
    let isFull = ecash.count >= Int(genesis.ecashCountMax)
    // Hardly ever: an audit of many payments need not put them in order for each.
    guard isFull || lacksPieces(for: payment) else { return }
    let ended = ecash.values.filter { !$0.waits }.sorted { $0.endOrder < $1.endOrder }
    if isFull,
      let first = ended.first(where: { $0.isGone(at: now) }) ?? ended.first(where: \.isNotTaken)
        ?? ended.first(where: \.isCollected) ?? ended.first(where: { $0.isTaken && $0.isAnswered })
        ?? ended.first(where: \.isSigned) ?? ended.first(where: { $0.isForgettable(at: now) && !$0.isExchanged })
        ?? ended.first(where: { $0.isForgettable(at: now) })
    {
      ecash[first.id] = nil
    }
    for signed in ended where signed.isSigned {
      guard lacksPieces(for: payment) else { return }
      ecash[signed.id] = nil
    }
    for exchanged in ended where !exchanged.outputs.isEmpty {
      guard lacksPieces(for: payment) else { return }
      ecash[exchanged.id]?.outputs = []
    }
  }

  private func lacksPieces(for payment: ModelEcash) -> Bool {
    ecash.values.reduce(payment.pieceCount) { $0 + $1.pieceCount } > Int(genesis.pieceCountMax)
  }

  /// Keeps a payment or a payout that waits from now on.
  mutating func keepEcash(_ payment: ModelEcash) {
    forget(for: payment)
    lastEcash += 1
    nextPlace += 1
    ecash[payment.id] = payment
    for point in payment.points { pointsInUse[point] = payment.id }
  }
}
