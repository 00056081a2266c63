import Audit
import BrokerCore
import WireProtocol

/// What is compared of payments in ecash, swaps, and the broker's own proofs.
extension RandomComparison {
  func compareEcash() -> String? {
    for id in Set(model.ecashIDs).union(commands.paidInEcash.map(\.payment)) {
      if let difference = compareEcash(id) { return difference }
    }
    for mint in model.mintNumbers {
      if let difference = compareSwap(at: mint) ?? compareTotals(of: mint) ?? compareTreasury(of: mint) {
        return difference
      }
    }
    return nil
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
    let got = [totals.waiting, totals.credited, totals.swapped, totals.lost, totals.fees]
    let want = [expected.waiting, expected.credited, expected.swappedIn, expected.lost, expected.fees]
    return got == want ? nil : "mint \(mint): waiting, credited, swapped in, lost, fees: core \(got), model \(want)"
  }

  private func compareTreasury(of mint: UInt32) -> String? {
    let (got, want) = (core.ownProofs(at: mint), model.treasury(of: mint))
    let isSame = got.elementsEqual(want) { core, model in
      (core.keyset, core.counter, core.exponent) == (model.keyset, model.counter, model.exponent)
        && (core.x0, core.x1, core.isOdd) == (model.x.first, model.x.last, model.isOdd == 1)
    }
    return isSame ? nil : "treasury of mint \(mint): core \(got), model \(want)"
  }
}

extension RandomCommands.Made {
  /// Whether something of what is compared of ecash may be different after it.
  var touchesEcash: Bool {
    ecash != nil || [.setMint, .setKeyset, .beginSwap, .endSwap, .refund, .advance, .restore].contains(kind)
  }
}
