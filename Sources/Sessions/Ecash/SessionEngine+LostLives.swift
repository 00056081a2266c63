internal import BrokerCore
internal import Cashu
internal import Journal
internal import Payments
internal import WireProtocol

/// Payouts that a life that was lost may have had signed: their mint is asked before anything else becomes of them (`PayoutInquiry`).
extension SessionEngine {
  /// Asks whether the outputs of such a payout were signed (NUT-09); whether that is under way now. What waits besides goes on meanwhile.
  /// What the lost life had under way is over by then: `scan` waits for that.
  mutating func resolvePayout(_ index: Int) -> Bool {
    for _ in 0..<EcashLimits.endedPayoutCountMax {
      guard let line = ecash?.lines[index], line.inquiry.restsUntil <= now else { return false }
      if line.inquiry.unlikeCount > 0 {
        begin(.resolution, index)
        return true
      }
      guard let next = machine.unaskedPayout(at: line.number, after: line.inquiry.payout),
        let keyset = ecash?.terms.mint(line.number)?.keysets.last?.id
      else {
        ecash?.lines[index].inquiry.restsUntil = 0
        return false
      }
      let outputs = outputs(next.blanks, keyset)
      ecash?.lines[index].inquiry.payout = next.payout
      ecash?.lines[index].inquiry.amount = next.amount
      if !outputs.isEmpty {
        ecash?.lines[index].inquiry.outputs = outputs
        begin(.resolution, index)
        return true
      }
      resolve(index, keyset: 0, [])
    }
    // More of them in the next turn.
    ecash?.lines[index].inquiry.restsUntil = now
    return false
  }

  /// Blank outputs of a payer, as their mint knows them, up to the first that is no point of the curve: of what was signed none can be missing.
  private func outputs(_ blanks: [BlankOutput], _ keyset: KeysetID) -> [BlindedMessage] {
    var outputs: [BlindedMessage] = []
    for blank in blanks {
      guard blank.isOdd <= 1, let point = CompressedPoint(x0: blank.x0, x1: blank.x1, isOdd: blank.isOdd == 1),
        ecash?.terms.isPoint(point) == true
      else { break }
      outputs.append(BlindedMessage(amount: 1, keyset: keyset, point: point))
    }
    return outputs
  }

  /// The mint told what it signed; false: it did not.
  mutating func gotResolved(_ index: Int, _ answer: MintAnswer) -> Bool {
    guard let line = ecash?.lines[index] else { return false }
    let inquiry = line.inquiry
    guard case .answered(200, let body) = answer,
      let restored = try? RestoredSignature.all(in: body, for: inquiry.outputs)
    else {
      failResolving(index)
      return false
    }
    let signed = restored.sorted { $0.outputIndex < $1.outputIndex }
    if let (keyset, count) = outputs(worth: inquiry.amount, among: signed, at: line.number) {
      ecash?.note(line.number, "payout \(inquiry.payout) was signed before the restore")
      let signatures = signed.prefix(count).map { restored in
        let (x0, x1) = restored.signature.point.halves
        return BlankOutput(x0: x0, x1: x1, isOdd: restored.signature.point.isOdd ? 1 : 0)
      }
      resolve(index, keyset: keyset, signatures)
    } else if !line.hasLearned, signed.contains(where: { ecash?.terms.keysetIsActive($0.signature.keyset) == nil }) {
      // It may be a keyset that the lost life knew.
      ecash?.lines[index].learnsAt = min(line.learnsAt, now + EcashLimits.learnAgainMilliseconds)
      failResolving(index)
    } else if inquiry.unlikeCount + 1 < EcashLimits.unlikeCountMax {
      ecash?.lines[index].inquiry.unlikeCount += 1
      // Something in between may have distorted it.
      let rest = signed.isEmpty ? 0 : EcashLimits.restMilliseconds(afterFailures: inquiry.unlikeCount + 1)
      restFromResolving(index, for: rest)
    } else {
      if !signed.isEmpty {
        ecash?.note(line.number, "payout \(inquiry.payout): outputs were signed for something else", isTrouble: true)
      }
      resolve(index, keyset: 0, [])
    }
    return true
  }

  /// The keyset with which the whole of an amount was signed, on so many outputs, the first ones; nil: that is not so. What was signed
  /// besides its payer may have had signed himself.
  private func outputs(
    worth amount: UInt64, among signed: [RestoredSignature], at mint: UInt32
  ) -> (keyset: UInt32, count: Int)? {
    guard let id = signed.first?.signature.keyset,
      let keyset = ecash?.terms.mint(mint)?.keysets.first(where: { $0.id == id })?.number,
      let exponents = machine.exponents(of: amount, keyset: keyset), exponents.count <= signed.count
    else { return nil }
    for (number, (restored, exponent)) in zip(signed, exponents).enumerated() {
      guard restored.outputIndex == number, restored.signature.keyset == id,
        restored.signature.amount == 1 << UInt64(exponent)
      else { return nil }
    }
    return (keyset, exponents.count)
  }

  /// Records what was signed of the payout that was asked about.
  private mutating func resolve(_ index: Int, keyset: UInt32, _ signatures: [BlankOutput]) {
    guard let line = ecash?.lines[index] else { return }
    ecash?.lines[index].inquiry.unlikeCount = 0
    guard hasRoomForRequest else { return restFromResolving(index, for: EcashLimits.learnAgainMilliseconds) }
    advance()
    let payout = line.inquiry.payout
    let status = record(
      ResolvePayoutCommand(mint: line.number, keyset: keyset, payout: payout, count: 0), records: signatures)
    guard status == .ok else {
      ecash?.note(line.number, "payout \(payout) cannot be resolved: \(status.specificationName)", isTrouble: true)
      return restFromResolving(index, for: EcashLimits.noRoomMilliseconds)
    }
    ecash?.lines[index].inquiry.failureCount = 0
    restFromResolving(index, for: 0)
    deliverEffects()
  }

  /// A question was not answered as a mint does. Others have their turn: it may be this one that the mint cannot stand.
  private mutating func failResolving(_ index: Int) {
    guard let line = ecash?.lines[index] else { return }
    let failureCount = line.inquiry.failureCount + 1
    if failureCount == EcashLimits.scanFailureCountHigh {
      ecash?.note(line.number, "it does not tell what it signed of payouts before the restore", isTrouble: true)
    }
    ecash?.lines[index].inquiry.failureCount = failureCount
    ecash?.lines[index].inquiry.unlikeCount = 0
    restFromResolving(index, for: EcashLimits.restMilliseconds(afterFailures: failureCount))
  }

  private mutating func restFromResolving(_ index: Int, for milliseconds: UInt64) {
    ecash?.lines[index].inquiry.restsUntil = now + milliseconds
    ecash?.lines[index].state = .idle
  }
}
