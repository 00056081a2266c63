import WireProtocol

/// What judging a payout gives: what it comes to, or why there is none.
private enum PayoutVerdict {
  case good(EcashWorth)
  case bad(Outcome)
}

/// PAYOUT: notes are paid in for ecash of a mint. What becomes of it there is in CoinSwaps.swift.
extension StateMachine {
  /// PAYOUT: takes notes, and owes ecash of a mint for them, which it signs on blank outputs of the payer's.
  mutating func payout(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = PayoutCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let worth: EcashWorth
    switch judgePayout(bytes, view, command) {
    case .bad(let outcome): return outcome
    case .good(let good): worth = good
    }
    let blanks = bytes.extracting(view.recordsOffset..<view.recordOffset(view.recordCount))
    let pieceCount = PieceStore.count(blanks.byteCount)
    let mint = Int(command.mint) - 1
    guard hasRoomForPayout(at: mint, pieceCount: pieceCount), hasRoomForEntry(pieceCount: pieceCount),
      epochs.freeRoom >= 1
    else { return .refused(.noSpace) }
    makeRoomForPayout(at: mint)
    makeRoomForEntry(pieceCount: pieceCount)
    ecash.paymentCounter += 1
    let id = drawnIdentifier(CoreLimits.ecashMark | ecash.paymentCounter)
    var entry = EcashEntry(id, command, view.receipt?.session ?? 0, worth)
    entry.sealed = ecash.pieces.store(blanks)
    guard let index = ecash.entries.insert(entry) else { return .refused(.noSpace) }
    ecash.entryIDs.insert(seed.hash(drawn: id), index)
    linkKey(of: index)
    ecash.mints[mint].payouts.append(index, in: ecash.entries)
    ecash.mints[mint].promisedAmount += worth.amount
    ecash.mints[mint].payoutCount += 1
    ecash.payoutPieceCount += pieceCount
    takePayment(bytes, view, to: .payouts, of: noIndex, for: id)
    PayoutReply(payment: id, amount: entry.net, fee: entry.fee).write(to: &reply)
    return .ok(.taken, replyByteCount: PayoutReply.byteCount)
  }

  /// Payouts that may take places, of all mints and of one: so many that payments in ecash find theirs all the same, and
  /// payouts of other mints.
  var payoutCountMax: UInt32 { max(genesis.ecashCountMax / 4, 1) }
  var payoutCountMaxOfMint: UInt32 { max(genesis.ecashCountMax / 16, 1) }
  /// Pieces that may be taken by payouts that are pending.
  var payoutPieceCountMax: UInt32 { genesis.pieceCountMax / 4 }

  /// Judges all of a payout but whether there is room for it, changing nothing.
  private func judgePayout(_ bytes: RawSpan, _ view: CommandView, _ command: PayoutCommand) -> PayoutVerdict {
    guard let mint = ecash.mint(command.mint), ecash.mints[mint].isEnabled else { return .bad(.refused(.mintUnknown)) }
    guard !isRestoring else { return .bad(.refused(.restoreInProgress)) }
    guard view.recordCount > 0 else { return .bad(.refused(.quantityInvalid)) }
    if let refusal = judgeBlanks(bytes, view) { return .bad(refusal) }
    guard let keyset = ecash.activeKeyset(of: command.mint) else { return .bad(.refused(.keysetUnknown)) }
    let paid: UInt64
    switch judgePayment(bytes, view, to: 0) {
    case .bad(let outcome): return .bad(outcome)
    case .good(let sum): paid = sum
    }
    let (numerator, denominator) = (ecash.mints[mint].numerator, ecash.mints[mint].denominator)
    let divisor = Self.greatestDivisor(numerator, denominator)
    // What can be paid out are the multiples of it.
    let step = numerator / divisor
    guard paid % step == 0 else { return .bad(.refused(.amountInvalid, detail: paid - paid % step)) }
    let gross = (paid / step).multipliedFullWidth(by: denominator / divisor)
    guard gross.high == 0, gross.low <= UInt64(WireLimits.ecashAmountMax) else {
      return .bad(.refused(.amountOverflow))
    }
    // One input more than outputs: at most 65 fees of 32 bits.
    let feePerThousand = UInt64(view.recordCount + 1) * UInt64(ecash.keysets[keyset].feePerThousand)
    let fee = (feePerThousand + 999) / 1_000
    let least = UInt128(max(ecash.mints[mint].minimum, 1)) + UInt128(fee)
    guard UInt128(gross.low) >= least else {
      return .bad(.refused(.amountInvalid, detail: Self.price(of: least, numerator, denominator)))
    }
    guard let outputs = ecash.keysets[keyset].outputs(of: gross.low - fee), outputs.count <= view.recordCount else {
      return .bad(.refused(.quantityInvalid))
    }
    let free = ecash.held(at: mint).subtractingSaturating(ecash.mints[mint].promisedAmount)
    guard gross.low <= free else { return .bad(.refused(.treasuryShort, detail: free)) }
    return .good(EcashWorth(amount: gross.low, feePerThousand: feePerThousand, credit: paid))
  }

  /// Whether a blank output stands there twice. Which points there are is judged by whoever builds the command.
  private func judgeBlanks(_ bytes: RawSpan, _ view: CommandView) -> Outcome? {
    for number in 0..<view.recordCount {
      guard let blank = BlankOutput(bytes, at: view.recordOffset(number)) else { return .refused(.malformed) }
      for earlier in 0..<number {
        guard let other = BlankOutput(bytes, at: view.recordOffset(earlier)),
          other.x0 != blank.x0 || other.x1 != blank.x1
        else { return .refused(.ecashInvalid, detail: UInt64(number)) }
      }
    }
    return nil
  }

  /// Neither is 0.
  private static func greatestDivisor(_ one: UInt64, _ other: UInt64) -> UInt64 {
    var (larger, smaller) = (one, other)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
  }

  /// What so much of a mint's unit costs at this rate, rounded up; 0: more money than there is.
  private static func price(of amount: UInt128, _ numerator: UInt64, _ denominator: UInt64) -> UInt64 {
    let (product, overflow) = amount.multipliedReportingOverflow(by: UInt128(numerator))
    guard !overflow else { return 0 }
    let (quotient, remainder) = product.quotientAndRemainder(dividingBy: UInt128(denominator))
    let price = quotient + (remainder == 0 ? 0 : 1)
    return price <= UInt128(WireLimits.moneyMax) ? UInt64(truncatingIfNeeded: price) : 0
  }

  // MARK: The end

  /// A payout that its mint signed: `signatures`, laid out as its blank outputs were, of the keyset with this number.
  mutating func finishPayout(_ index: UInt32, _ keyset: UInt32, signatures: RawSpan) {
    let entry = ecash.entries[index]
    move(entry.credit, .payouts, .ecash, for: entry.id)
    // No more of them than there were blank outputs.
    dropBlanks(index)
    ecash.entries[index].sealed = ecash.pieces.store(signatures)
    ecash.entries[index].reply = (entry.id, entry.net, entry.fee, 0, 0)
    ecash.mints[Int(entry.mint)].payoutCount -= 1
    endPayout(index, .taken, .ok, detail: UInt64(keyset))
  }

  /// A payout that cannot be: it becomes a note, for which there is room, and which REFUND gives.
  mutating func giveBack(_ index: UInt32, _ status: Status, detail: UInt64) {
    let (id, amount) = (ecash.entries[index].id, ecash.entries[index].credit)
    ecash.entries[index].serial = payOut(amount, from: .payouts, of: noIndex, for: id)
    ecash.entries[index].keyEpoch = keyEpoch
    ecash.entries[index].isCredited = true
    dropBlanks(index)
    endPayout(index, .refundable, status, detail: detail)
  }

  /// Lets go of the blank outputs of a payout that is no longer pending.
  private mutating func dropBlanks(_ index: UInt32) {
    ecash.payoutPieceCount -= PieceStore.count(Int(ecash.entries[index].sealed.byteCount))
    ecash.entries[index].sealed = ecash.pieces.remove(ecash.entries[index].sealed)
  }

  private mutating func endPayout(_ index: UInt32, _ outcome: PaymentOutcome, _ status: Status, detail: UInt64) {
    ecash.mints[Int(ecash.entries[index].mint)].promisedAmount -= ecash.entries[index].amount
    ecash.entries[index].outcome = outcome
    ecash.entries[index].status = status.rawValue
    ecash.entries[index].detail = detail
    end(index, keepsProofs: false)
    tellSettled(index)
  }
}
