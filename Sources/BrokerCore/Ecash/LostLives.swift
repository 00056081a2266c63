public import WireProtocol

/// What a life that was lost did at mints, as far as payments and payouts are concerned that its backup has.
///
/// It may have swapped payments that wait here, and had payouts signed: a mint does not take that back. What it swapped is with the
/// coins that RECONCILE finds, and makes good those payments; of payouts it is asked first, since what was spent for them counts as well.
extension StateMachine {
  /// A restore may have lost something. What is under way at mints is given up, since it may be that it was done and that others
  /// came after it.
  mutating func doubtEcash() {
    for mint in 0..<WireLimits.mintCountMax where ecash.mints[mint].isKnown {
      if ecash.mints[mint].swap.isOfPayments { putBackPayments(at: mint) }
      if ecash.mints[mint].swap.isOfCoins { waitAgain(at: mint) }
      var index = ecash.mints[mint].waiting.first
      while index != noIndex {
        ecash.entries[index].isOfBefore = true
        index = ecash.entries[index].next
      }
      index = ecash.mints[mint].payouts.first
      while index != noIndex {
        let next = ecash.entries[index].next
        ecash.mints[mint].payouts.remove(index, in: ecash.entries)
        ecash.entries[index].isOfBefore = true
        ecash.mints[mint].unasked.insertOrdered(index, in: ecash.entries)
        index = next
      }
    }
  }

  // MARK: Payments

  /// Whether a payment that its mint says is spent was spent by the lost life, as far as that had anything that is not accounted for.
  func canMakeGood(_ index: UInt32) -> Bool {
    let entry = ecash.entries[index]
    return entry.isOfBefore && !entry.isPayout && !entry.isCredited
      && entry.amount <= leftToMakeGood(at: Int(entry.mint))
  }

  /// Whether there is room for a note for each of these that can be made good.
  func canMakeGood(_ spent: [UInt32], at mint: Int) -> Bool {
    var (left, count) = (leftToMakeGood(at: mint), UInt64(0))
    for index in spent where canMakeGood(index) && ecash.entries[index].amount <= left {
      left -= ecash.entries[index].amount
      count += 1
    }
    return epochs.room >= count
  }

  private func leftToMakeGood(at mint: Int) -> UInt64 {
    let mint = ecash.mints[mint]
    let had = UInt128(mint.foundAmount) + UInt128(mint.resolvedAmount)
    let accounted = UInt128(mint.goneAmount) + UInt128(mint.madeGoodAmount)
    return had > accounted ? UInt64(clamping: had - accounted) : 0
  }

  /// A payment that the lost life had swapped, what came of which was found: it becomes a note, which REFUND gives.
  mutating func makeGood(_ index: UInt32) {
    let (mint, amount) = (Int(ecash.entries[index].mint), ecash.entries[index].amount)
    leaveWaiting(index)
    ecash.mints[mint].madeGoodAmount &+= amount
    credit(index)
    ecash.entries[index].outcome = .refundable
    ecash.entries[index].status = Status.ecashSpent.rawValue
    dropCommand(index)
    tellSettled(index)
    end(index, keepsProofs: false)
  }

  // MARK: Payouts

  /// RESOLVE PAYOUT: what a mint signed on the outputs of a payout of before: all that it comes to, or it goes on like any other.
  mutating func resolvePayout(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = ResolvePayoutCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let mint = ecash.mint(command.mint) else { return .refused(.mintUnknown) }
    guard !isRestoring else { return .refused(.restoreInProgress) }
    guard let index = findEntry(command.payout), ecash.entries[index].isPayout, ecash.entries[index].isOfBefore,
      Int(ecash.entries[index].mint) == mint, ecash.entries[index].place == .waiting
    else { return .refused(.paymentUnknown) }
    guard view.recordCount > 0 else {
      guard command.keyset == 0 else { return .refused(.quantityInvalid) }
      ecash.mints[mint].unasked.remove(index, in: ecash.entries)
      ecash.entries[index].isOfBefore = false
      ecash.mints[mint].payouts.insertOrdered(index, in: ecash.entries)
      return .ok(.none)
    }
    guard let keyset = ecash.keyset(command.keyset, of: command.mint) else { return .refused(.keysetUnknown) }
    guard let outputs = ecash.keysets[keyset].outputs(of: ecash.entries[index].net), outputs.count == view.recordCount,
      outputs.count <= ecash.entries[index].blankCount
    else { return .refused(.quantityInvalid) }
    for number in 0..<view.recordCount {
      guard let record = BlankOutput(bytes, at: view.recordOffset(number)) else { return .refused(.malformed) }
      guard record.isOdd <= 1 else { return .refused(.quantityInvalid) }
    }
    ecash.mints[mint].unasked.remove(index, in: ecash.entries)
    ecash.entries[index].isOfBefore = false
    // What it spent for this was not of what it took in.
    ecash.mints[mint].resolvedAmount &+= ecash.entries[index].net
    let signatures = bytes.extracting(view.recordsOffset..<view.recordOffset(view.recordCount))
    finishPayout(index, command.keyset, signatures: signatures)
    return .ok(.none)
  }

  // MARK: Reads

  /// Whether a payment or a payout waits at a mint that a life which was lost may have had swapped, or signed.
  public func hasEcashOfBefore(at mint: UInt32) -> Bool {
    guard let mint = ecash.mint(mint) else { return false }
    if ecash.mints[mint].unasked.first != noIndex { return true }
    var index = ecash.mints[mint].waiting.first
    while index != noIndex, !ecash.entries[index].isOfBefore { index = ecash.entries[index].next }
    return index != noIndex
  }

  /// A payout at a mint of which it must be asked whether a life that was lost had it signed; nil: there is none.
  ///
  /// - Parameter payout: The one whose turn was before, if it is still to be asked about; the first one comes after the last.
  public func unaskedPayout(at mint: UInt32, after payout: UInt64 = 0) -> UnaskedPayout? {
    guard let place = ecash.mint(mint), ecash.mints[place].unasked.first != noIndex else { return nil }
    var index = ecash.mints[place].unasked.first
    if payout != 0, let last = findEntry(payout), ecash.entries[last].isPayout, ecash.entries[last].isOfBefore,
      Int(ecash.entries[last].mint) == place, ecash.entries[last].place == .waiting, ecash.entries[last].next != noIndex
    {
      index = ecash.entries[last].next
    }
    return UnaskedPayout(
      payout: ecash.entries[index].id, amount: ecash.entries[index].net, blanks: keptPoints(of: index))
  }

  /// The powers of two that an amount is split into with a keyset, in the order of the outputs; nil: there are none, or too many.
  public func exponents(of amount: UInt64, keyset: UInt32) -> [UInt8]? {
    guard keyset >= 1, keyset <= UInt32(ecash.keysetCount) else { return nil }
    return ecash.keysets[Int(keyset) - 1].outputs(of: amount).map { outputs in
      (0..<outputs.count).map { outputs.exponent($0) }
    }
  }
}

/// A payout that a life that was lost may have had signed.
public struct UnaskedPayout: Hashable, Sendable {
  /// Its id.
  public var payout: UInt64
  /// What it comes to, in the mint's unit.
  public var amount: UInt64
  /// All blank outputs of the payer. Whether they are points of the curve nobody has judged.
  public var blanks: [BlankOutput]
}
