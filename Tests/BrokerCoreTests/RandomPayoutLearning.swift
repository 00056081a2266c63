import Audit
import WireProtocol

/// What the generator learns of payouts, and of the broker's own proofs.
extension RandomCommands {
  /// Learns of payouts, and of what a command did to them and to coins.
  mutating func learnOfPayouts(_ made: Made, _ outcome: ModelOutcome, _ model: ReferenceModel) {
    if outcome.status == .noSpace, let limit = limit(to: made, model) { ecashEvents.append(limit) }
    if outcome.status == .paymentPending { learnOfForgotten(model) }
    guard outcome.status == .ok, !outcome.isReplayed else { return }
    switch made.kind {
    case .payout:
      if let reply = unsafe PayoutReply(outcome.reply.span.bytes) { learnOfPayout(reply.payment, model) }
    case .beginPayout:
      learnOfCoins(made, model)
      learnOfEnds(model)
    case .endPayout, .resolvePayout: learnOfEnds(model)
    case .refund: learnOfRefund(model)
    default: break
    }
    if made.kind == .payout || made.ecash != nil { learnOfForgotten(model) }
  }

  private mutating func learnOfPayout(_ id: UInt64, _ model: ReferenceModel) {
    payouts.append(id)
    if payouts.count > 60 { payouts.removeFirst() }
    guard let payout = model.ecashGlimpse(id), let mint = model.mintGlimpse(payout.mint) else { return }
    let gone = uncollected.filter { model.ecashGlimpse($0.key) == nil }
    if mint.placeCount + gone.count(where: { $0.value == payout.mint }) > placeCountMax(16) {
      ecashEvents.append(.lapsed)
    }
    for id in gone.keys { uncollected[id] = nil }
  }

  private mutating func learnOfForgotten(_ model: ReferenceModel) {
    for (id, goneAt) in paidOut where model.ecashGlimpse(id) == nil {
      paidOut[id] = nil
      if model.now < goneAt { ecashEvents.append(.forgotten) }
    }
    for index in paidInEcash.indices where paidInEcash[index].isLearnt {
      if let payment = model.ecashGlimpse(paidInEcash[index].payment) {
        if paidInEcash[index].hasOutputs, payment.outputs.isEmpty { ecashEvents.append(.outputsForgotten) }
        paidInEcash[index].hasOutputs = !payment.outputs.isEmpty
        (paidInEcash[index].outcome, paidInEcash[index].goneAt) = (payment.outcome, payment.goneAt ?? 0)
        continue
      }
      if model.now < paidInEcash[index].goneAt {
        switch paidInEcash[index].outcome {
        case .taken where paidInEcash[index].made.kind == .exchange: ecashEvents.append(.exchangeForgotten)
        case .taken:
          ecashEvents.append(.takenForgotten)
          let isSpared = paidInEcash.contains {
            $0.hasOutputs && $0.goneAt > model.now && $0.goneAt < paidInEcash[index].goneAt
          }
          if isSpared { ecashEvents.append(.exchangeSpared) }
        case .refundable: ecashEvents.append(.paymentForgotten)
        default: break
        }
      }
      paidInEcash[index].goneAt = 0
    }
    for (id, goneAt) in collected where model.ecashGlimpse(id) == nil {
      collected[id] = nil
      guard model.now < goneAt else { continue }
      ecashEvents.append(.collectedForgotten)
      if paidOut.values.contains(where: { $0 < goneAt }) { ecashEvents.append(.paidSpared) }
    }
  }

  /// What a REFUND without an id finds.
  private func keyEvents(_ keyHash: Bytes16, _ model: ReferenceModel) -> [RandomEcashEvent] {
    let all = model.ecashIDs.compactMap { model.ecashGlimpse($0) }
      .filter { $0.refundHash == keyHash && $0.outcome != .notTaken }
    let isDue = { (one: EcashGlimpse) in one.outcome == .refundable && !one.isPaidOut }
    let seen = all.filter { $0.outcome != .taken || !$0.outputs.isEmpty }.prefix(WireLimits.refundLookCountMax)
    if let due = seen.first(where: isDue) { return [due.id == all.first?.id ? .foundByKey : .passedByKey] }
    let isPending = seen.contains { $0.outcome == .notKnown }
    let again = isPending ? nil : seen.first { $0.outcome == .refundable || !$0.outputs.isEmpty }
    return (isPending ? [.pendingByKey] : [])
      + (again.map { [$0.outputs.isEmpty ? .collectedByKey : .exchangedByKey] } ?? [])
  }

  private mutating func learnOfRefund(_ model: ReferenceModel) {
    for payout in uncollected.keys.compactMap({ model.ecashGlimpse($0) }) where payout.isPaidOut {
      ecashEvents.append(.collected)
      collected[payout.id] = payout.goneAt
      uncollected[payout.id] = nil
    }
  }

  /// The payout that a REFUND is about; nil: it is a payment, or another command.
  private func refundedPayout(_ made: Made, _ model: ReferenceModel) -> EcashGlimpse? {
    guard let command: RefundCommand = Self.decoded(made), let payout = model.ecashGlimpse(command.payment) else {
      return nil
    }
    return payout.kind == .payout ? payout : nil
  }

  private mutating func learnOfCoins(_ made: Made, _ model: ReferenceModel) {
    guard let command: BeginPayoutCommand = Self.decoded(made), let swap = model.coinSwapGlimpse(command.mint),
      swap.payout != nil
    else { return }
    let largest = model.treasury(of: command.mint).map(\.exponent).max()
    if swap.coins.count > 1 {
      ecashEvents.append(.severalCoins)
    } else if swap.coins.first?.exponent != largest {
      ecashEvents.append(.smallCoin)
    }
  }

  /// Which limit alone keeps a payout out; nil: another, or more than one.
  private func limit(to made: Made, _ model: ReferenceModel) -> RandomEcashEvent? {
    guard let command: PayoutCommand = Self.decoded(made), let mint = model.mintGlimpse(command.mint) else {
      return nil
    }
    let all = model.mintNumbers.reduce(0) { $0 + (model.mintGlimpse($1)?.placeCount ?? 0) }
    let size = AuditLimits.pieceByteCount
    let pieceCount = model.promisedPieceCount + (Int(command.count) * BlankOutput.byteCount + size - 1) / size
    let isFull = [
      RandomEcashEvent.mintFull: mint.placeCount >= placeCountMax(16), .allFull: all >= placeCountMax(4),
      .bytesFull: pieceCount > Int(shape.genesis.pieceCountMax / 4),
    ]
    let limits = isFull.filter(\.value).keys
    return limits.count == 1 ? limits.first : nil
  }

  private mutating func learnOfEnds(_ model: ReferenceModel) {
    for id in payouts where !endedPayouts.contains(id) {
      guard let glimpse = model.ecashGlimpse(id), glimpse.outcome != .notKnown else { continue }
      endedPayouts.insert(id)
      if glimpse.outcome == .refundable { uncollected[id] = glimpse.mint }
      switch glimpse.status {
      case .ok:
        ecashEvents.append(.paid)
        paidOut[id] = glimpse.goneAt
      case .treasuryShort: ecashEvents.append(.treasuryShort)
      case .keysetUnknown: ecashEvents.append(.keysetUnknown)
      default: ecashEvents.append(.mintRefused)
      }
    }
  }

  /// What a command does to payouts or coins, if it is accepted and can be told only beforehand.
  func payoutEvents(of made: Made, _ model: ReferenceModel) -> [RandomEcashEvent] {
    if let command: RefundCommand = Self.decoded(made), command.payment == 0 {
      return keyEvents(command.keyHash, model)
    }
    if let payout = refundedPayout(made, model) { return payout.isPaidOut ? [.collectedAgain] : [] }
    if let command: RefundCommand = Self.decoded(made) {
      return model.ecashGlimpse(command.payment)?.outputs.isEmpty ?? true ? [] : [.exchangedAgain]
    }
    guard let command: EndPayoutCommand = Self.decoded(made), let swap = model.coinSwapGlimpse(command.mint) else {
      return []
    }
    switch command.outcome {
    case .refused where command.count > 0: return [swap.payout == nil ? .spentOfOthers : .spentOfPayout]
    case .signed where swap.payout == nil:
      return [model.hasRetiredCoins(at: command.mint) ? .retired : .gathered] + endingSoon(swap, command.mint, model)
    case .behind: return [.coinsBehind]
    default: return []
    }
  }
}

extension RandomCommands {
  /// Whether coins are spent for nothing but that their keyset ends soon.
  fileprivate func endingSoon(_ swap: CoinSwapGlimpse, _ mint: UInt32, _ model: ReferenceModel) -> [RandomEcashEvent] {
    let soon = (model.now + AuditLimits.endsSoonMilliseconds) / 1_000
    let ending = model.keysets(of: mint).filter {
      $0.terms.flags.contains(.active) && $0.terms.finalExpiry > 0 && $0.terms.finalExpiry < soon
    }.map(\.number)
    let isSo = swap.coins.allSatisfy { ending.contains($0.keyset) } && !ending.contains(swap.keyset)
    return isSo ? [.endingSoon] : []
  }
}

extension MintGlimpse {
  /// Payouts that keep others out: they wait, or their notes do.
  var placeCount: Int { payoutCounts[.notKnown, default: 0] + uncollectedCount }
}
