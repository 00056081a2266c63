import Audit
import BrokerCore
import WireProtocol

/// What is compared of payments in ecash, swaps, and the broker's own proofs.
extension RandomComparison {
  func compareEcash() -> String? {
    for id in Set(model.ecashIDs).union(commands.paidInEcash.map(\.payment)).union(commands.payouts) {
      if let difference = compareEcash(id) ?? compareSignatures(of: id) { return difference }
    }
    for mint in model.mintNumbers {
      if let difference = compareSwap(at: mint) ?? compareCoinSwap(at: mint) ?? compareTotals(of: mint) {
        return difference
      }
      if let difference = compareTreasury(of: mint) ?? compareHoldings(at: mint) ?? compareCounters(at: mint) {
        return difference
      }
    }
    return compareLosses()
  }

  private func compareEcash(_ id: UInt64) -> String? {
    let expected = model.ecashGlimpse(id)
    guard let state = core.ecashPayment(id) else {
      return expected.map { "payment \(id): core does not know it; model \($0)" }
    }
    guard let expected else { return "payment \(id) is gone; core has \(state)" }
    let reply = state.reply
    let words = [reply.word0, reply.word1, reply.word2, reply.word3, reply.word4]
    let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }
    let isSame =
      state.outcome == expected.outcome && state.status == expected.status && state.amount == expected.credit
      && state.opcode == Self.opcode(of: expected.kind) && bytes == expected.reply
    let outputs = core.exchangedOutputs(of: id)
    if outputs != expected.outputs { return "outputs of \(id): core \(outputs), model \(expected.outputs)" }
    // While it is pending there is nothing to say that the asker does not know.
    let isPending = expected.status == .paymentPending
    return isSame && (isPending || Self.isWithin(state.detail, expected.detail))
      ? nil : "payment \(id): core \(state), model \(expected)"
  }

  private static func isWithin(_ detail: UInt64, _ expected: ModelOutcome.Detail) -> Bool {
    switch expected {
    case .exactly(let wanted): detail == wanted
    case .instant(let after, let atMost): detail >= after && detail <= atMost
    }
  }

  private static func opcode(of kind: CommandKind) -> UInt8? {
    Opcode.allCases.first { $0.specificationName == kind.specificationName }?.rawValue
  }

  private func compareSwap(at mint: UInt32) -> String? {
    guard let expected = model.mintGlimpse(mint) else { return nil }
    guard let swap = core.swap(at: mint) else {
      return expected.swapped.isEmpty ? nil : "mint \(mint): no swap; model \(expected)"
    }
    let isSame =
      swap.payments == expected.swapped && swap.keyset == expected.swapKeyset && swap.total == expected.swapTotal
      && swap.outputs.elementsEqual(expected.swapOutputs) { ($0.exponent, $0.counter) == $1 }
    return isSame ? nil : "mint \(mint): swap: core \(swap), model \(expected)"
  }

  private func compareTotals(of mint: UInt32) -> String? {
    guard let expected = model.mintGlimpse(mint), let totals = core.totals(ofMint: mint) else {
      return "mint \(mint): core does not know it"
    }
    let got = [totals.waiting, totals.credited, totals.swapped, totals.lost, totals.fees, totals.found]
    let want = [
      expected.waiting, expected.credited, expected.swappedIn, expected.lost, expected.fees, expected.found,
    ]
    if got != want {
      return "mint \(mint): waiting, credited, swapped in, lost, fees, found: core \(got), model \(want)"
    }
    if totals.ceiling != expected.terms.ceiling { return "mint \(mint): ceiling: core \(totals.ceiling)" }
    let locktime = core.earliestLocktime(at: mint)
    if locktime != expected.locktime { return "mint \(mint): locktime: core \(locktime), model \(expected.locktime)" }
    let gotCoins = [totals.held, totals.promised, totals.paid]
    let wantCoins = [expected.held, expected.promised, expected.paid]
    return gotCoins == wantCoins ? nil : "mint \(mint): held, promised, paid: core \(gotCoins), model \(wantCoins)"
  }

  private func compareCounters(at mint: UInt32) -> String? {
    let (got, want) = (core.unknownCounters(at: mint), model.unknownCounters(at: mint))
    let isSame = got.elementsEqual(want) { ($0.keyset, $0.counter) == ($1.keyset, $1.counter) }
    if !isSame { return "counters of mint \(mint) that are not known: core \(got), model \(want)" }
    let fees = model.keysets(of: mint).filter { $0.terms.flags.contains(.active) }.map(\.terms.feePerThousand)
    if core.feePerThousand(ofMint: mint) != fees.max() ?? 0 { return "mint \(mint): its fee is not of \(fees)" }
    for keyset in model.keysets(of: mint) {
      let (got, want) = (core.coins(ofKeyset: keyset.number), model.coins(ofKeyset: keyset.number))
      if !self.isSame(got, want) { return "coins of keyset \(keyset.number): core \(got), model \(want)" }
    }
    return nil
  }

  /// Whether something may be lost, what lives began so, and which key ecash is locked to.
  private func compareLosses() -> String? {
    if core.isRestoring != model.isRestoring { return "a loss is not accepted: model \(model.isRestoring)" }
    let (got, want) = (core.lossIncarnations, model.lossIncarnations)
    if got != want { return "lives after a loss: core \(got), model \(want)" }
    for mint in model.mintNumbers {
      let (got, want) = (core.unaskedPayout(at: mint), model.unaskedPayouts(at: mint).first)
      let outputs = want.flatMap { model.outputs(ofPayout: $0) }
      if got?.payout != want || got?.amount != outputs?.net || got?.blanks ?? [] != outputs?.blanks ?? [] {
        return "mint \(mint): unasked payout: core \(String(describing: got)), model \(want as Any)"
      }
      if core.signingKeyset(of: mint) != model.keysetThatSigns(at: mint) {
        return "mint \(mint): signs with \(String(describing: model.keysetThatSigns(at: mint)))"
      }
    }
    return UInt64(core.lockPeriod) == model.lockPeriod
      ? nil : "lockPeriod: core \(core.lockPeriod), model \(model.lockPeriod)"
  }

  private func compareCoinSwap(at mint: UInt32) -> String? {
    let expected = model.coinSwapGlimpse(mint)
    guard let swap = core.coinSwap(at: mint), let expected else {
      return core.coinSwap(at: mint) == nil && expected == nil
        ? nil : "mint \(mint): coins: core \(String(describing: core.coinSwap(at: mint))), model \(expected as Any)"
    }
    let isSame =
      swap.payout == expected.payout ?? 0 && swap.keyset == expected.keyset && isSame(swap.coins, expected.coins)
      && swap.blanks == expected.blanks && swap.blankExponents == expected.blankExponents
      && swap.outputs.elementsEqual(expected.outputs) { ($0.exponent, $0.counter) == $1 }
    return isSame ? nil : "mint \(mint): coins: core \(swap), model \(expected)"
  }

  private func compareHoldings(at mint: UInt32) -> String? {
    let want = model.holdings(at: mint).filter { $0.count > 0 }
    let got = core.holdings(at: mint).filter { $0.count > 0 }
    let isSame = got.elementsEqual(want) {
      ($0.keyset, $0.amount, UInt64($0.count)) == ($1.keyset, $1.amount, UInt64($1.count))
    }
    if !isSame { return "holdings at mint \(mint): core \(got), model \(want)" }
    let (waits, isRetired) = (model.hasWaitingPayout(at: mint), model.hasRetiredCoins(at: mint))
    if core.hasWaitingPayout(at: mint) != waits { return "mint \(mint): a payout waits: model \(waits)" }
    if core.hasRetiredCoins(at: mint) != isRetired { return "mint \(mint): retired coins: model \(isRetired)" }
    let count = model.treasury(of: mint).count
    return Int(core.coinCount(at: mint)) == count
      ? nil : "mint \(mint): coins: core \(core.coinCount(at: mint)), model \(count)"
  }

  private func compareSignatures(of id: UInt64) -> String? {
    let want = model.signatures(ofPayout: id)
    let got = core.signatures(ofPayout: id)
    let isSame =
      switch (got, want) {
      case (.unknown, .unknown), (.pending, .pending), (.none, .none): true
      case (.signed(let amount, let mint, let keyset, let signatures), .signed):
        want == .signed(amount: amount, mint: mint, keyset: keyset, signatures: signatures)
      default: false
      }
    return isSame ? nil : "signatures of \(id): core \(got), model \(want)"
  }

  private func isSame(_ got: [OwnProof], _ want: [CoinGlimpse]) -> Bool {
    got.elementsEqual(want) { core, model in
      (core.keyset, core.counter, core.exponent) == (model.keyset, model.counter, model.exponent)
        && (core.x0, core.x1, core.isOdd) == (model.x.first, model.x.last, model.isOdd == 1)
    }
  }

  private func compareTreasury(of mint: UInt32) -> String? {
    let (got, want) = (core.ownProofs(at: mint), model.treasury(of: mint))
    return isSame(got, want) ? nil : "treasury of mint \(mint): core \(got), model \(want)"
  }
}

extension RandomCommands.Made {
  /// Whether something of what is compared of ecash may be different after it.
  var touchesEcash: Bool {
    ecash != nil
      || [
        .setMint, .setKeyset, .beginSwap, .endSwap, .refund, .payout, .beginPayout, .endPayout, .reconcile, .advance,
        .resolvePayout,
        .restore, .acceptLoss,
      ].contains(kind)
  }
}
