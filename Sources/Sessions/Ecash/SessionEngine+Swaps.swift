internal import BrokerCore
internal import Cashu
internal import Journal
internal import Payments
internal import WireProtocol

/// A swap of either kind, from when it was begun to its end: what a mint's answers mean.
extension SessionEngine {
  // MARK: Preparation

  /// What the swap under way is made of; nil: there is none.
  func preparation(at mint: UInt32) -> SwapPreparation? {
    guard let terms = ecash?.terms else { return nil }
    let auxiliary = (random() ?? Bytes16(), random() ?? Bytes16())
    func outputs(_ all: [SwapOutput]) -> [SwapPreparation.Output] {
      all.map { SwapPreparation.Output(exponent: $0.exponent, counter: $0.counter) }
    }
    if let swap = machine.swap(at: mint) {
      let payments = swap.payments.map { SwapPreparation.Payment(id: $0, sealed: machine.sealedEcash(of: $0)) }
      return SwapPreparation(
        terms: terms, mint: mint, inputs: .payments(payments), keyset: swap.keyset, outputs: outputs(swap.outputs),
        auxiliary: auxiliary)
    }
    guard let swap = machine.coinSwap(at: mint) else { return nil }
    let coins = swap.coins.compactMap { coin in
      CompressedPoint(x0: coin.x0, x1: coin.x1, isOdd: coin.isOdd).map {
        SwapPreparation.Coin(keyset: coin.keyset, exponent: coin.exponent, counter: coin.counter, signature: $0)
      }
    }
    let blanks = zip(swap.blanks, swap.blankExponents).map { blank, exponent in
      SwapPreparation.Blank(
        exponent: exponent,
        point: blank.isOdd > 1 ? nil : CompressedPoint(x0: blank.x0, x1: blank.x1, isOdd: blank.isOdd == 1))
    }
    return SwapPreparation(
      terms: terms, mint: mint, inputs: .coins(coins), keyset: swap.keyset, blanks: blanks,
      outputs: outputs(swap.outputs), auxiliary: auxiliary)
  }

  mutating func prepared(_ mint: UInt32, _ result: SwapPreparation.Result) {
    guard let index = ecash?.lines.firstIndex(where: { $0.number == mint }), let line = ecash?.lines[index] else {
      return
    }
    switch result {
    case .made(let swap):
      ecash?.lines[index].prepared = swap
      // Where nothing was sent, and there is one payment, its own proofs say all; coins are nobody else's, unless they
      // were pending.
      let isOfOne = isOfCoins(line) ? !line.arePutBack : Set(swap.owners).count == 1
      begin(line.doubtfulSince == nil && isOfOne ? .swap : .states, index)
    case .blankInvalid where isOfCoins(line):
      // Nothing was ever asked.
      refuse(index, [], orRestBefore: .preparation)
      workOnMints()
    case .blankInvalid, .impossible:
      ecash?.note(mint, "a swap cannot be made: what was sealed cannot be opened", isTrouble: true)
      ecash?.lines[index].rest(before: .preparation, at: now)
    }
  }

  /// Whether the swap under way spends the broker's own proofs.
  private func isOfCoins(_ line: MintLine) -> Bool { machine.swap(at: line.number) == nil }

  // MARK: Whether inputs are spent

  /// The mint told which inputs are spent; false: it did not.
  mutating func gotStates(_ index: Int, _ answer: MintAnswer) -> Bool {
    guard let line = ecash?.lines[index], let swap = line.prepared else { return false }
    guard case .answered(200, let body) = answer, let states = try? ProofState.all(in: body, for: swap.ys) else {
      ecash?.lines[index].rest(before: .states, at: now)
      return false
    }
    let pending = Set(zip(swap.owners, states).filter { $0.1 == .pending }.map(\.0))
    guard pending.isEmpty else {
      gotPending(index, pending)
      return true
    }
    ecash?.lines[index].pending = []
    if isOfCoins(line) { ecash?.lines[index].arePutBack = false }
    var spent: [PreparedSwap.Owner] = []
    for (owner, state) in zip(swap.owners, states) where state == .spent && spent.last != owner { spent.append(owner) }
    ecash?.lines[index].spent = spent
    ecash?.lines[index].isAllSpent = states.allSatisfy { $0 == .spent }
    if line.isSeenSigned, states.contains(.unspent) {
      wasForeign(index)
    } else if spent.isEmpty, !line.isSaidSigned {
      sendAgain(index)
    } else if line.isSure, !isOfCoins(line) {
      // Of a swap that was never sent somebody else spent them. (Coins may be of one that was put back.)
      refuse(index, spent.map { ($0, .ecashSpent) })
    } else {
      begin(.restoration, index)
    }
    return true
  }

  /// The mint told that inputs are being spent: by this very swap, or by somebody else.
  private mutating func gotPending(_ index: Int, _ pending: Set<PreparedSwap.Owner>) {
    guard var line = ecash?.lines[index] else { return }
    let isOfCoins = isOfCoins(line)
    let isKnown = isOfCoins && line.arePutBack
    line.pendingCount += 1
    (line.spent, line.isAllSpent) = ([], false)
    if isOfCoins, !isKnown {
      // It must be ours, unless the words are in other hands, or the mint forgot about them.
      if line.doubtfulSince == nil { line.doubt(at: now) }
      if line.pendingCount == EcashLimits.pendingCountMax {
        ecash?.note(line.number, "coins are pending", isTrouble: true)
      }
    }
    ecash?.lines[index] = line
    guard isKnown || line.pendingCount >= EcashLimits.pendingCountMax, line.isPastDoubt else {
      ecash?.lines[index].rest(before: .states, at: now)
      return
    }
    if !isOfCoins, line.doubtfulSince == nil {
      // Of payments that the mint never left unanswered no proof was taken: they need not wait.
      refuse(index, pending.map { ($0, .mintRefused) })
    } else if isKnown || line.isSaidPending || line.refusalCount >= EcashLimits.refusalCountMax {
      ecash?.lines[index].pending = pending
      begin(.restoration, index)
    } else {
      // Whether that is what is in its way the mint has not said.
      ecash?.lines[index].refusalCount += 1
      begin(.swap, index)
    }
  }

  /// The swap was not carried out. It is sent, once more perhaps, unless that is of no use.
  ///
  /// - Parameter isUnsigned: Whether the mint told just now that no output was signed.
  private mutating func sendAgain(_ index: Int, isUnsigned: Bool = false) {
    guard let line = ecash?.lines[index], let swap = line.prepared else { return }
    // It was sent, nothing came of it, and what it asks for was not done: some of it the mint cannot stand.
    if line.doubtfulSince != nil, line.isPastDoubt, !isUnsigned { ecash?.lines[index].refusalCount += 1 }
    guard let count = ecash?.lines[index].refusalCount, count > 0 else { return begin(.swap, index) }
    if line.isPastDoubt {
      if ecash?.terms.keysetIsActive(swap.outputs.first?.keyset) == false { return end(index, .putBack) }
      if count >= EcashLimits.refusalCountMax { return isUnsigned ? giveUp(index) : begin(.restoration, index) }
    }
    ecash?.lines[index].rest(before: .swap, at: now)
  }

  // MARK: The swap itself

  /// The mint said what it made of the swap; false: nobody knows.
  mutating func gotSwapped(_ index: Int, _ answer: MintAnswer) -> Bool {
    guard let line = ecash?.lines[index], let swap = line.prepared else { return false }
    if case .notSent = answer {} else { ecash?.lines[index].wasSent = true }
    switch answer {
    case .notSent:
      ecash?.lines[index].rest(before: line.doubtfulSince == nil && !line.wasSent ? .swap : .states, at: now)
      return false
    case .answered(200, let body):
      ecash?.lines[index].doubt(at: now)
      guard let signatures = try? BlindSignature.all(in: body, for: swap.outputs) else {
        ecash?.lines[index].rest(before: .states, at: now)
        return false
      }
      complete(index, signatures)
      return true
    case .answered(let status, let body) where MintRefusal(status: status, body: body).isOfTheMint:
      refused(index, MintRefusal(status: status, body: body))
      return true
    case .answered, .unknown:
      ecash?.lines[index].isSaidPending = false
      ecash?.lines[index].doubt(at: now)
      ecash?.lines[index].rest(before: .states, at: now)
      return false
    }
  }

  private mutating func refused(_ index: Int, _ refusal: MintRefusal) {
    guard let line = ecash?.lines[index], let swap = line.prepared else { return }
    let payments = machine.swap(at: line.number)?.payments ?? []
    switch refusal.meaning {
    case .alreadySpent:
      // Whose: theirs, or ours that came before it. That it is not true is seen when it is said too often.
      ecash?.lines[index].refusalCount += 1
      // Of coins it must be ours, unless the words are in other hands.
      if isOfCoins(line), line.doubtfulSince == nil { ecash?.lines[index].doubt(at: now) }
      guard line.doubtfulSince == nil, payments.count == 1 else { return begin(.states, index) }
      ecash?.lines[index].spent = [.payment(payments[0])]
      ecash?.lines[index].isAllSpent = true
      begin(.restoration, index)
    case .alreadySigned:
      // For ours that came before it, or for something else. It cannot be carried out any more, but may have been.
      ecash?.lines[index].refusalCount += 1
      ecash?.lines[index].isSaidSigned = true
      begin(.states, index)
    case .pending:
      // It may be ours that is being carried out, and came there before it: that is over a minute later.
      if !line.isSaidPending, isOfCoins(line) || line.doubtfulSince != nil { ecash?.lines[index].doubt(at: now) }
      ecash?.lines[index].isSaidPending = true
      ecash?.lines[index].refusalCount += 1
      ecash?.lines[index].rest(before: .states, at: now)
    case .invalidProof where line.isPastDoubt && !isOfCoins(line):
      refuse(index, payments.count == 1 ? [(.payment(payments[0]), .ecashInvalid)] : [])
    default:
      let isActive = ecash?.terms.keysetIsActive(swap.outputs.first?.keyset)
      ecash?.note(line.number, "a swap was refused: \(refusal.status) \(refusal.detail)", isTrouble: true)
      ecash?.lines[index].refusalCount += 1
      // The keyset may have gone out of use: that is asked before the swap is tried again. And before it is ended, whether it was carried out
      // all the same: something in between may have sent it twice.
      let isLast = isActive == false || line.refusalCount + 1 >= EcashLimits.refusalCountMax
      if isLast, line.isPastDoubt { return begin(.states, index) }
      ecash?.lines[index].rest(before: .keysets, at: now)
    }
  }

  // MARK: What was signed

  /// The mint told what it signed; false: it did not.
  mutating func gotRestored(_ index: Int, _ answer: MintAnswer) -> Bool {
    guard let line = ecash?.lines[index], let swap = line.prepared else { return false }
    guard case .answered(200, let body) = answer,
      let restored = try? RestoredSignature.all(in: body, for: swap.outputs)
    else {
      ecash?.lines[index].rest(before: .restoration, at: now)
      return false
    }
    let sorted = restored.sorted { $0.outputIndex < $1.outputIndex }
    let isWhole =
      sorted.count == swap.outputs.count && zip(sorted, swap.outputs).allSatisfy { $0.signature.signs($1) }
    ecash?.lines[index].areOwnSigned = sorted.last.map { $0.outputIndex >= swap.blankCount } ?? false
    if line.isAllSpent && isWhole {
      complete(index, sorted.map(\.signature))
    } else if restored.isEmpty, line.spent.isEmpty, line.pending.isEmpty {
      ecash?.lines[index].isSaidSigned = false
      sendAgain(index, isUnsigned: true)
    } else if restored.isEmpty || !isWhole && line.isSeenSigned {
      wasForeign(index)
    } else if line.isSeenSigned {
      // All is signed, and inputs are still pending: it is being carried out.
      ecash?.lines[index].rest(before: .states, at: now)
    } else {
      // Of another swap: of the payer's, of a life that was lost, of whoever has the words. Or of ours, which was
      // carried out since.
      if line.isAllSpent, ecash?.lines[index].areOwnSigned == true {
        ecash?.note(line.number, "it signed a part of a swap, or otherwise than it was asked to", isTrouble: true)
        if line.doubtfulSince == nil { ecash?.lines[index].doubt(at: now) }
      }
      ecash?.lines[index].isSeenSigned = true
      ecash?.lines[index].state = .resting(until: now + EcashLimits.signedMilliseconds, .states)
    }
    return true
  }

  /// What is spent or pending is so by somebody else, and what is signed was signed for something else, if no doubt is left. So the swap was
  /// not carried out, and will not be.
  private mutating func wasForeign(_ index: Int) {
    guard let line = ecash?.lines[index] else { return }
    guard line.isPastDoubt else {
      ecash?.lines[index].rest(before: .states, at: now)
      return
    }
    guard line.pending.isEmpty else {
      return isOfCoins(line) ? end(index, .putBack) : refuse(index, line.pending.map { ($0, .mintRefused) })
    }
    guard line.spent.isEmpty else { return refuse(index, line.spent.map { ($0, .ecashSpent) }) }
    wasSignedBefore(index)
  }

  /// Nothing was spent for what is signed. It was by whoever has the words, or for the payer himself.
  private mutating func wasSignedBefore(_ index: Int) {
    guard let line = ecash?.lines[index] else { return }
    if line.areOwnSigned, line.behindCount + 1 < EcashLimits.behindCountMax {
      ecash?.note(line.number, "it signed outputs of the broker's own for somebody else", isTrouble: true)
      ecash?.lines[index].behindCount += 1
      return end(index, .behind)
    }
    let isTrouble = line.areOwnSigned || !isOfCoins(line)
    ecash?.note(line.number, "it signed these outputs for something else", isTrouble: isTrouble)
    if line.areOwnSigned { ecash?.lines[index].behindCount = 0 }
    giveUp(index)
  }

  /// Judges signatures on all outputs, and ends the swap with them.
  private mutating func complete(_ index: Int, _ signatures: [BlindSignature]) {
    ecash?.lines[index].signatures = signatures
    begin(.completion, index)
  }

  mutating func completed(_ mint: UInt32, _ points: [CompressedPoint]?) {
    guard let index = ecash?.lines.firstIndex(where: { $0.number == mint }), let line = ecash?.lines[index] else {
      return
    }
    guard let points else {
      ecash?.note(mint, "it signed something else than it was asked to", isTrouble: true)
      ecash?.lines[index].rest(before: .states, at: now)
      return
    }
    let records = points.map { point in
      let (x0, x1) = point.halves
      return (x0: x0, x1: x1, isOdd: UInt8(point.isOdd ? 1 : 0))
    }
    if isOfCoins(line) {
      end(
        index, .signed,
        coins: records.map { PayoutRecord(x0: $0.x0, x1: $0.x1, keyset: 0, counter: 0, isOdd: $0.isOdd) },
        orRestBefore: .completion)
    } else {
      end(
        index, .signed,
        payments: records.map { SwapRecord(x0: $0.x0, x1: $0.x1, payment: 0, status: .ok, isOdd: $0.isOdd) },
        orRestBefore: .completion)
    }
    workOnMints()
  }

  // MARK: The end

  /// The mint does not carry it out, and nobody knows who is to blame but for a single payment.
  private mutating func giveUp(_ index: Int) {
    guard let line = ecash?.lines[index] else { return }
    let payments = machine.swap(at: line.number)?.payments ?? []
    // Minutes for each half, while everybody waits, would be too much: so it is minutes for each that is to blame.
    if payments.count > 1, line.doubtfulSince != nil { return end(index, .apart) }
    refuse(index, payments.count == 1 ? [(.payment(payments[0]), .mintRefused)] : [])
  }

  /// Ends it without signatures. Of coins only those are named that are spent, and by somebody else.
  private mutating func refuse(
    _ index: Int, _ blamed: [(owner: PreparedSwap.Owner, status: Status)], orRestBefore step: MintLine.Step = .states
  ) {
    guard let line = ecash?.lines[index] else { return }
    let payments = (machine.swap(at: line.number)?.payments ?? []).compactMap { payment in
      blamed.first { $0.owner == .payment(payment) }.map {
        SwapRecord(x0: Bytes16(), x1: Bytes16(), payment: payment, status: $0.status, isOdd: 0)
      }
    }
    let coins = blamed.compactMap { blamed -> PayoutRecord? in
      guard case .coin(let keyset, let counter) = blamed.owner else { return nil }
      return PayoutRecord(x0: Bytes16(), x1: Bytes16(), keyset: keyset, counter: counter, isOdd: 0)
    }.sorted { ($0.keyset, $0.counter) < ($1.keyset, $1.counter) }
    if !coins.isEmpty {
      ecash?.note(line.number, "coins that somebody else spent: \(coins.count)", isTrouble: true)
    }
    end(index, .refused, payments: payments, coins: coins, orRestBefore: step)
  }

  /// Ends the swap under way; where it cannot be ended so (no room for notes, until another key epoch begins), a step is next again.
  private mutating func end(
    _ index: Int, _ outcome: SwapOutcome, payments: [SwapRecord] = [], coins: [PayoutRecord] = [],
    orRestBefore step: MintLine.Step = .states
  ) {
    guard let line = ecash?.lines[index] else { return }
    guard hasRoomForRequest else {
      ecash?.lines[index].rest(before: step, at: now)
      return
    }
    let isOfCoins = isOfCoins(line)
    let hasPayout = machine.coinSwap(at: line.number).map { $0.payout != 0 } ?? false
    advance()
    let status =
      isOfCoins
      ? record(EndPayoutCommand(mint: line.number, outcome: outcome, count: 0), records: coins)
      : record(EndSwapCommand(mint: line.number, outcome: outcome, count: 0), records: payments)
    guard status == .ok else {
      ecash?.note(line.number, "a swap cannot end: \(status.specificationName)", isTrouble: true)
      ecash?.lines[index].rest(before: step, at: now)
      return
    }
    ecash?.lines[index].failureCount = 0
    ecash?.lines[index].isPayoutNext = !isOfCoins
    if outcome == .signed { ecash?.lines[index].behindCount = 0 }
    if isOfCoins {
      let isPending = outcome == .putBack && !line.pending.isEmpty
      ecash?.lines[index].arePutBack = isPending
      // Payments have their turn meanwhile.
      if isPending, hasPayout { ecash?.lines[index].payoutsAt = now + EcashLimits.pendingMilliseconds }
      if !hasPayout {
        // More may be worth while; what could not be done is not tried again soon.
        let isWorthWhile = outcome == .signed || outcome == .behind
        ecash?.lines[index].consolidatesAt = isWorthWhile ? 0 : now + EcashLimits.consolidateMilliseconds
      }
    }
    ecash?.lines[index].endSwap()
    deliverEffects()
  }
}

extension MintRefusal {
  /// Whether the mint itself says no. What stands before it, or an overload, knows nothing of the money.
  fileprivate var isOfTheMint: Bool {
    (400..<500).contains(status) && status != 408 && status != 429 && (code != nil || status == 422)
  }
}

extension EcashTerms {
  /// Whether a keyset is in use; nil: it is not known.
  func keysetIsActive(_ id: KeysetID?) -> Bool? {
    for mint in mints {
      if let keyset = mint.keysets.first(where: { $0.id == id }) { return keyset.isActive }
    }
    return nil
  }
}
