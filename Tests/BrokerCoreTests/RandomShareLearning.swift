import Audit
import WireProtocol

/// What the generator learns of the limits that mints have, each its own.
extension RandomCommands {
  /// Learns which limit alone kept a payment out.
  mutating func learnOfLimits(
    _ made: Made, _ outcome: ModelOutcome, _ payment: RandomEcash, _ model: ReferenceModel
  ) {
    guard let mint = model.mintGlimpse(payment.head.mint) else { return }
    switch outcome.status {
    case .noSpace: if let share = share(keepingOut: made, payment, model) { ecashEvents.append(share) }
    case .treasuryFull:
      let worth = worth(of: payment, model)
      let taken = UInt128(mint.cameIn) + UInt128(mint.credited) + UInt128(worth)
      if taken <= UInt128(mint.terms.ceiling) { ecashEvents.append(.waitingFull) }
    case .amountOverflow:
      let signing = model.keysetThatSigns(at: payment.head.mint)
      guard let keyset = model.keysets(of: payment.head.mint).first(where: { $0.number == signing }) else { return }
      let count = Self.outputCount(of: worth(of: payment, model), keyCount: keyset.keys.count)
      if count > UInt64(WireLimits.swapOutputCountMax) { ecashEvents.append(.tooManyOutputs) }
    default: break
    }
  }

  /// What a payment's proofs are worth after fees, as far as that is in range.
  private func worth(of payment: RandomEcash, _ model: ReferenceModel) -> UInt64 {
    let known = model.keysets(of: payment.head.mint)
    var (sum, parts): (UInt64, UInt64) = (0, 999)
    for proof in payment.proofs {
      let fee = known.first { $0.number == proof.keyset }?.terms.feePerThousand ?? 0
      (sum, parts) = (sum + 1 << UInt64(min(proof.exponent, 50)), parts + UInt64(fee))
    }
    return sum - min(sum, parts / 1_000)
  }

  /// Learns what a swap that begins passes over, and which limit keeps one out that does not begin.
  mutating func learnOfSwaps(_ made: Made, _ outcome: ModelOutcome, _ model: ReferenceModel) {
    if let command: SetKeysetCommand = Self.decoded(made) {
      let share = WireLimits.keysetCountMax / max(model.mintNumbers.count, 1)
      if outcome.status == .termsInvalid, outcome.field == 4, Int(command.keyset) == model.keysetCount + 1,
        model.keysets(of: command.mint).count >= share
      {
        ecashEvents.append(.keysetShare)
      }
    }
    if let command: ReconcileCommand = Self.decoded(made), outcome.status == .noSpace {
      let all = model.mintNumbers.reduce(0) { $0 + model.treasury(of: $1).count }
      let share = Int(shape.genesis.treasuryCountMax) / model.mintNumbers.count
      let count = model.treasury(of: command.mint).count + Int(command.count)
      if count <= share, all + Int(command.count) < Int(shape.genesis.treasuryCountMax) / 2 {
        ecashEvents.append(.foundTooMuch)
      }
    }
    guard let command: BeginSwapCommand = Self.decoded(made),
      let keyset = model.keysets(of: command.mint).first(where: { $0.number == command.keyset })
    else { return }
    if outcome.status == .noSpace, shape.genesis.treasuryCountMax >= 16 {
      let all = model.mintNumbers.reduce(0) { $0 + model.treasury(of: $1).count }
      if all < Int(shape.genesis.treasuryCountMax) / 2 { ecashEvents.append(.coinShare) }
    }
    guard outcome.status == .ok, let mint = model.mintGlimpse(command.mint) else { return }
    var waiting = model.ecashIDs.compactMap { model.ecashGlimpse($0) }.filter {
      $0.mint == command.mint && $0.kind != .payout && $0.goneAt == nil && !mint.swapped.contains($0.id)
    }
    if !model.unaskedPayouts(at: command.mint).isEmpty {
      if waiting.contains(where: { model.isOfBefore($0.id) }) { ecashEvents.append(.leftUntilAsked) }
      waiting.removeAll { model.isOfBefore($0.id) }
    }
    func isTooMuch(_ sum: UInt64) -> Bool {
      Self.outputCount(of: sum, keyCount: keyset.keys.count) > UInt64(WireLimits.swapOutputCountMax)
    }
    if waiting.contains(where: { isTooMuch($0.worth) }) { ecashEvents.append(.passedOver) }
    if waiting.contains(where: { !isTooMuch($0.worth) && isTooMuch($0.worth + mint.swapTotal) }) {
      ecashEvents.append(.outputsFull)
    }
  }

  /// Which share of its mint alone keeps a payment out; nil: something else, or more than one.
  private func share(
    keepingOut made: Made, _ payment: RandomEcash, _ model: ReferenceModel
  ) -> RandomEcashEvent? {
    let bytes = unsafe made.bytes.span.bytes
    guard let view = CommandView(bytes), let mint = model.mintGlimpse(payment.head.mint), hasRoomForEcash(model) else {
      return nil
    }
    let size = AuditLimits.pieceByteCount
    let pieceCount = (view.paymentOffset + size - 1) / size + (payment.sealedByteCount + size - 1) / size
    let all = model.mintNumbers.reduce(model.promisedPieceCount + pieceCount) {
      $0 + (model.mintGlimpse($1)?.pieceCount ?? 0)
    }
    if all > Int(shape.genesis.pieceCountMax) { return nil }
    let (count, genesis, proofCount) = (model.mintNumbers.count, shape.genesis, payment.proofs.count)
    let payments = max(1, Int(genesis.ecashCountMax) / count)
    let (proofs, pieces) = (Int(genesis.proofCountMax) / count, Int(genesis.pieceCountMax) / count)
    let isProven = payment.head.flags.contains(.proven)
    let isFull: [RandomEcashEvent: Bool] = [
      .paymentShare: mint.paymentCount + 1 > payments,
      .proofShare: mint.proofCount + proofCount > proofs, .pieceShare: mint.pieceCount + pieceCount > pieces,
      .paymentHalf: !isProven && mint.uncreditedCount + 1 > max(1, payments / 2),
      .proofHalf: !isProven && mint.uncreditedProofCount + proofCount > proofs / 2,
      .pieceHalf: !isProven && mint.uncreditedPieceCount + pieceCount > pieces / 2,
      .lockedShare: payment.head.flags.contains(.locked) && mint.lockedProofCount + proofCount > proofs - proofs / 4,
    ]
    let shares = isFull.filter(\.value).keys
    return shares.count == 1 ? shares.first : nil
  }
}
