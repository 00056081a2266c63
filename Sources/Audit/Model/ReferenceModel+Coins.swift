import WireProtocol

/// What is done with the broker's own proofs: BEGIN_PAYOUT and END_PAYOUT.
extension ReferenceModel {
  /// The broker's own proofs of a mint.
  func coins(of mint: UInt32) -> [ModelTreasuryProof] { treasury.filter { keysets[$0.keyset]?.terms.mint == mint } }

  /// What they are worth, modulo 2^64, those that are being spent included.
  func held(of mint: UInt32) -> UInt128 {
    UInt128(UInt64(truncatingIfNeeded: coins(of: mint).reduce(0) { $0 + $1.amount }))
  }

  /// The keyset that a mint signs with: of those in use the one that ends last.
  func signingKeyset(of mint: UInt32) -> UInt32? {
    keysets.filter { $0.value.terms.mint == mint && $0.value.isActive }
      .max { ($0.value.end, $0.key) < ($1.value.end, $1.key) }?.key
  }

  /// Whether proofs of a keyset are better made new ones of `other`.
  func isOutOfUse(_ keyset: UInt32, beside other: ModelKeyset?) -> Bool {
    guard let keyset = keysets[keyset] else { return false }
    return !keyset.isActive || keyset.endsSoon(at: now) && other?.endsSoon(at: now) == false
  }

  /// What a mint keeps of proofs that are spent together.
  private func fee(for coins: [ModelTreasuryProof]) -> UInt128 {
    UInt128(Self.fee(coins.reduce(0) { $0 + (keysets[$1.keyset]?.fee ?? 0) }))
  }

  mutating func beginPayout(_ command: BeginPayoutCommand) -> ModelOutcome {
    guard let mint = mints[command.mint] else { return ModelOutcome(.mintUnknown) }
    if isInQuarantine { return ModelOutcome(.restoreInProgress) }
    if mint.isSwapping { return ModelOutcome(.swapUnderWay) }
    guard let keyset = keysets[command.keyset], keyset.terms.mint == command.mint, keyset.isActive else {
      return ModelOutcome(.keysetUnknown)
    }
    if !keyset.isCounterKnown { return ModelOutcome(.countersUnknown) }
    let keyCount = keyset.keys.count
    guard let waiting = pendingPayouts(at: command.mint).first(where: \.isToBePaid), let payout = waiting.payout else {
      let worthy = coins(of: command.mint).filter { coin in
        coin.amount * 1_000 >= 2 * UInt128(keysets[coin.keyset]?.fee ?? 0)
      }
      var coins = smallest(of: worthy.filter { isOutOfUse($0.keyset, beside: keyset) })
      if coins.reduce(0, { $0 + $1.amount }) <= fee(for: coins) {
        coins = smallest(of: worthy)
        let (sum, fee) = (coins.reduce(0) { $0 + $1.amount }, fee(for: coins))
        if sum <= fee || 2 * Self.outputCount(of: sum - fee, keyCount: keyCount) > UInt128(coins.count) {
          return ModelOutcome(.nothingDue)
        }
      }
      let (sum, fee) = (coins.reduce(0) { $0 + $1.amount }, fee(for: coins))
      return begin(ModelCoinSwap(keyset: command.keyset, coins: coins, fee: fee), worth: sum - fee, keyset)
    }
    guard let coins = coinsToPay(payout.net, at: command.mint) else {
      let held = Exact.clamped(held(of: command.mint), to: .max)
      return endUnpaid(waiting.id, .treasuryShort, detail: held) ?? ModelOutcome(.ok)
    }
    if Self.outputCount(of: UInt128(payout.net), keyCount: keyCount) > UInt128(payout.blanks.count) {
      return endUnpaid(waiting.id, .keysetUnknown) ?? ModelOutcome(.ok)
    }
    let (sum, fee) = (coins.reduce(0) { $0 + $1.amount }, fee(for: coins))
    let swap = ModelCoinSwap(
      payout: waiting.id, keyset: command.keyset, coins: coins, fee: fee,
      blankExponents: Self.exponents(of: UInt128(payout.net), keyCount: keyCount))
    return begin(swap, worth: sum - fee - UInt128(payout.net), keyset)
  }

  /// Begins a swap of which the broker gets back so much, if it can.
  private mutating func begin(_ swap: ModelCoinSwap, worth rest: UInt128, _ keyset: ModelKeyset) -> ModelOutcome {
    switch ownOutputs(worth: rest, of: keyset, spending: swap.coins.count) {
    case .refused(let outcome):
      guard let payout = swap.payout else { return outcome }
      let why = outcome.status == .amountOverflow ? Status.keysetUnknown : outcome.status
      return endUnpaid(payout, why) ?? ModelOutcome(.ok)
    case .good(let outputs):
      var swap = swap
      swap.outputs = outputs
      swap.coins.sort { ($0.keyset, $0.counter) < ($1.keyset, $1.counter) }
      mints[keyset.terms.mint]?.coinSwap = swap
      return ModelOutcome(.ok)
    }
  }

  /// The smallest coin that pays so much and its own fee, else several, the largest first; nil: as many as one swap
  /// takes do not.
  private func coinsToPay(_ net: UInt64, at mint: UInt32) -> [ModelTreasuryProof]? {
    let enough = coins(of: mint).filter { $0.amount >= UInt128(net) + fee(for: [$0]) }
    if let one = smallest(of: enough).first { return [one] }
    let all = coins(of: mint).sorted {
      $0.exponent != $1.exponent ? $0.exponent > $1.exponent : ($0.keyset, $0.counter) < ($1.keyset, $1.counter)
    }
    var taken: [ModelTreasuryProof] = []
    for coin in all.prefix(WireLimits.swapCoinCountMax) {
      taken.append(coin)
      if taken.reduce(0, { $0 + $1.amount }) >= UInt128(net) + fee(for: taken) { return taken }
    }
    return nil
  }

  /// The smallest coins, as many as one swap takes.
  private func smallest(of coins: [ModelTreasuryProof]) -> [ModelTreasuryProof] {
    Array(
      coins.sorted { ($0.exponent, $0.keyset, $0.counter) < ($1.exponent, $1.keyset, $1.counter) }
        .prefix(WireLimits.swapCoinCountMax))
  }

  mutating func endPayout(_ command: EndPayoutCommand, _ records: [PayoutRecord]) -> ModelOutcome {
    guard let mint = mints[command.mint] else { return ModelOutcome(.mintUnknown) }
    if isInQuarantine { return ModelOutcome(.restoreInProgress) }
    guard let swap = mint.coinSwap else { return ModelOutcome(.nothingDue) }
    switch command.outcome {
    case .apart: return ModelOutcome(.quantityInvalid)
    case .signed: return sign(swap, at: command.mint, records)
    case .refused: return refuse(swap, at: command.mint, records)
    case .putBack, .behind:
      if !records.isEmpty { return ModelOutcome(.quantityInvalid) }
      mints[command.mint]?.coinSwap = nil
      if command.outcome == .behind { keysets[swap.keyset]?.isCounterKnown = false }
      return ModelOutcome(.ok)
    }
  }

  private mutating func sign(_ swap: ModelCoinSwap, at mint: UInt32, _ signatures: [PayoutRecord]) -> ModelOutcome {
    if !areSignatures(signatures, swap.blankExponents.count + swap.outputs.count) {
      return ModelOutcome(.quantityInvalid)
    }
    mints[mint]?.coinSwap = nil
    mints[mint]?.coinFees &+= UInt64(truncatingIfNeeded: swap.fee)
    spend(swap.coins)
    let own = signatures.dropFirst(swap.blankExponents.count)
    self.own(swap.outputs, of: swap.keyset, own.map { (Digest32(first: $0.x0, last: $0.x1), $0.isOdd) })
    if let id = swap.payout {
      mints[mint]?.paid &+= ecash[id]?.payout?.net ?? 0
      pay(id, signatures, by: swap)
    }
    return ModelOutcome(.ok)
  }

  private func areSignatures(_ records: [PayoutRecord], _ count: Int) -> Bool {
    records.count == count && records.allSatisfy { $0.keyset == 0 && $0.counter == 0 && $0.isOdd <= 1 }
  }

  private mutating func pay(_ id: UInt64, _ signatures: [PayoutRecord], by swap: ModelCoinSwap) {
    let signed = zip(signatures, swap.blankExponents).map { signature, exponent in
      KeysetKey(x0: signature.x0, x1: signature.x1, isOdd: signature.isOdd, exponent: exponent)
    }
    pay(id, signed, of: swap.keyset)
  }

  private mutating func refuse(_ swap: ModelCoinSwap, at mint: UInt32, _ spent: [PayoutRecord]) -> ModelOutcome {
    // Each is of the swap, behind the one before it.
    var left = swap.coins[...]
    var gone: [ModelTreasuryProof] = []
    for record in spent {
      let isBlank = record.x0 == Bytes16() && record.x1 == Bytes16() && record.isOdd == 0
      let found = left.firstIndex { ($0.keyset, $0.counter) == (record.keyset, record.counter) }
      guard isBlank, let index = found else { return ModelOutcome(.quantityInvalid) }
      gone.append(left[index])
      left = left[(index + 1)...]
    }
    if spent.isEmpty, let payout = swap.payout, let refusal = endUnpaid(payout, .mintRefused) { return refusal }
    mints[mint]?.coinSwap = nil
    lose(gone, at: mint)
    return ModelOutcome(.ok)
  }
}
