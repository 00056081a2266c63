import TurnpikeClient

/// Payouts of the operator's, for which notes are issued: nothing but the treasury backs those, so they are issued for what it can
/// pay out and for nothing else.
extension Account {
  /// Refuses, before it is issued, what PAYOUT would refuse of so much for want of ecash, as too little, or after a restore.
  ///
  /// - Parameter outputCount: Coins that it may become.
  func checkTreasury(_ offer: MintOffer, pays amount: UInt64, outputCount: Int) async throws(TurnpikeError) {
    let totals = try await client.treasury(mint: offer.mint).totals
    guard try await client.mints().lockKey != nil else {
      throw TurnpikeError(.refused(.restoreInProgress), money: .notTaken, operation: .payout)
    }
    let units = offer.payable(of: amount)?.units ?? .max
    let least = offer.payableMin(outputCount: outputCount)
    guard units >= least else {
      let told = PlainText.encode(.amount(least, unit: offer.unit.string))
      throw TurnpikeError(
        .invalidArgument("mint \(offer.mint) pays out \(told) at least, its fees included"), money: .notTaken)
    }
    let free = totals.held > totals.promised ? totals.held - totals.promised : 0
    guard units <= free else {
      throw TurnpikeError(.refused(.treasuryShort), money: .notTaken, operation: .payout, detail: free)
    }
  }

  /// Issues notes and pays them out. Where that fails they are there all the same, and another try would issue more: what to do with
  /// them instead is said.
  func payOutIssued<Outcome>(
    _ issued: UInt64, else goOn: String, _ payOut: () async throws -> Outcome
  ) async throws -> Outcome {
    do {
      _ = try await wallet.issue(amount: issued, count: 1)
    } catch {
      if error.money == .notKnown { Terminal.printError("turnpike: when the notes are in the wallet, \(goOn)") }
      throw error
    }
    do {
      return try await payOut()
    } catch let error as TurnpikeError where error.money == .notTaken || error.money == .none {
      let notes = PlainText.encode(amount(issued))
      Terminal.printError(
        "turnpike: nothing was paid out: the \(notes) that were issued are in the wallet as notes; \(goOn)")
      throw error
    }
  }
}

extension MintOffer {
  /// The least of the mint's unit that is paid out, with what is kept of it for fees.
  func payableMin(outputCount: Int) -> UInt64 {
    let fees = (UInt64(clamping: outputCount + 1) * UInt64(feePerThousand) + 999) / 1_000
    let (sum, overflow) = max(minimum, 1).addingReportingOverflow(fees)
    return overflow ? .max : sum
  }
}
