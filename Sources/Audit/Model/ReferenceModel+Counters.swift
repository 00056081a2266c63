import WireProtocol

/// Counters of keysets that are not known, and RECONCILE, which tells what the mint says of them.
extension ReferenceModel {
  /// Whether a life may have been lost, and its operator has not accepted that.
  var isInQuarantine: Bool { quarantineEnd != 0 }

  /// A LOSSY RESTORE has begun a life: what the lost one did at mints is not known.
  mutating func loseMints() {
    losses.append(UInt32(truncatingIfNeeded: incarnation))
    for number in keysets.keys { keysets[number]?.isCounterKnown = false }
    for (number, mint) in mints {
      mints[number]?.coinSwap = nil
      if let swap = mint.swap { putBack(swap, at: number) }
    }
    for (id, payment) in ecash where payment.outcome == .pending {
      if payment.payout == nil { ecash[id]?.isOfBefore = true } else { ecash[id]?.payout?.isUnasked = true }
    }
  }

  // MARK: - What a lost life did

  /// Of payments that are to blame for the refusal of a swap those that a lost life had swapped, as far as what was found is
  /// enough to credit them.
  func paymentsToMakeGood(_ blamed: [SwapRecord], at mint: ModelMint) -> [UInt64] {
    var left = mint.leftToMakeGood
    var found: [UInt64] = []
    for record in blamed where record.status == .ecashSpent {
      guard let payment = ecash[record.payment], payment.isOfBefore, !payment.isCredited else { continue }
      guard Int128(payment.sum) <= left else { continue }
      left -= Int128(payment.sum)
      found.append(payment.id)
    }
    return found
  }

  /// Credits a payment that a lost life had swapped. Its proofs are the mint's: they need not be remembered.
  mutating func makeGood(_ id: UInt64) {
    guard let payment = ecash[id] else { return }
    makeNote(ofEcash: id)
    refuseEcash(id, .ecashSpent)
    mints[payment.mint]?.madeGood &+= payment.sum
    ecash[id]?.isMadeGood = true
  }

  mutating func resolvePayout(_ command: ResolvePayoutCommand, _ signatures: [BlankOutput]) -> ModelOutcome {
    guard mints[command.mint] != nil else { return ModelOutcome(.mintUnknown) }
    if isInQuarantine { return ModelOutcome(.restoreInProgress) }
    guard let payment = ecash[command.payout], let payout = payment.payout, payment.mint == command.mint,
      payment.isPromised, payout.isUnasked
    else { return ModelOutcome(.paymentUnknown) }
    if signatures.isEmpty {
      if command.keyset != 0 { return ModelOutcome(.quantityInvalid) }
      ecash[payment.id]?.payout?.isUnasked = false
      return ModelOutcome(.ok)
    }
    guard let keyset = keysets[command.keyset], keyset.terms.mint == command.mint else {
      return ModelOutcome(.keysetUnknown)
    }
    let (net, keyCount) = (UInt128(payout.net), keyset.keys.count)
    let isWhole = UInt128(signatures.count) == Self.outputCount(of: net, keyCount: keyCount)
    if !isWhole || signatures.count > payout.blanks.count || signatures.contains(where: { $0.isOdd > 1 }) {
      return ModelOutcome(.quantityInvalid)
    }
    let signed = zip(signatures, Self.exponents(of: net, keyCount: keyCount)).map { signature, exponent in
      KeysetKey(x0: signature.x0, x1: signature.x1, isOdd: signature.isOdd, exponent: exponent)
    }
    pay(payment.id, signed, of: command.keyset)
    mints[command.mint]?.resolved &+= payout.net
    return ModelOutcome(.ok)
  }

  // MARK: - What is told of a counter

  mutating func reconcile(_ command: ReconcileCommand, _ records: [ReconcileRecord]) -> ModelOutcome {
    guard let mint = mints[command.mint] else { return ModelOutcome(.mintUnknown) }
    if isInQuarantine { return ModelOutcome(.restoreInProgress) }
    if mint.isSwapping { return ModelOutcome(.swapUnderWay) }
    guard let keyset = keysets[command.keyset], keyset.terms.mint == command.mint else {
      return ModelOutcome(.keysetUnknown)
    }
    if keyset.isCounterKnown || keyset.counter != command.first { return ModelOutcome(.nothingDue) }
    let last = min(UInt64(command.first) + UInt64(WireLimits.reconcileSpanMax), 1 << 31)
    if command.next < command.first || UInt64(command.next) > last { return ModelOutcome(.quantityInvalid) }
    let isOrdered = zip(records, records.dropFirst()).allSatisfy { $0.counter < $1.counter }
    if !isOrdered || records.contains(where: { $0.counter >= command.next }) { return ModelOutcome(.quantityInvalid) }
    let signed = records.filter { $0.counter >= command.first }
    if signed.contains(where: { Int($0.exponent) >= keyset.keys.count || $0.isOdd > 1 }) {
      return ModelOutcome(.quantityInvalid)
    }
    var spent: [ModelTreasuryProof] = []
    for record in records where record.counter < command.first {
      let isBlank =
        record.x0 == Bytes16() && record.x1 == Bytes16() && record.exponent == 0 && record.isOdd == 0
      let coin = treasury.first { $0.keyset == command.keyset && $0.counter == record.counter }
      guard isBlank, let coin else { return ModelOutcome(.quantityInvalid) }
      spent.append(coin)
    }
    if !hasRoom(forCoins: signed.count - spent.count, of: command.mint) { return ModelOutcome(.noSpace) }
    let found = signed.reduce(held(of: command.mint)) { $0 + 1 << UInt128($1.exponent) }
    if !signed.isEmpty, found >= 1 << 63 { return ModelOutcome(.noSpace) }
    lose(spent, at: command.mint)
    for record in signed {
      treasury.append(
        ModelTreasuryProof(
          keyset: command.keyset, exponent: record.exponent, counter: record.counter,
          x: Digest32(first: record.x0, last: record.x1), isOdd: record.isOdd))
      mints[command.mint]?.found &+= 1 << UInt64(record.exponent)
    }
    keysets[command.keyset]?.counter = command.next
    keysets[command.keyset]?.isCounterKnown = command.flags.contains(.last)
    return ModelOutcome(.ok)
  }

  /// Proofs are the broker's no more, since somebody else spent them.
  mutating func lose(_ coins: [ModelTreasuryProof], at mint: UInt32) {
    mints[mint]?.gone &+= coins.reduce(0) { $0 &+ UInt64(truncatingIfNeeded: $1.amount) }
    spend(coins)
  }

  /// Proofs are the broker's no more.
  mutating func spend(_ coins: [ModelTreasuryProof]) {
    let spent = Set(coins)
    treasury.removeAll { spent.contains($0) }
  }
}
