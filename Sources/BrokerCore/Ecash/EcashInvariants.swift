import WireProtocol

/// What must hold of ecash after every command; a full scan, for tests and snapshots that were read.
extension StateMachine {
  /// What is wrong, or nil.
  func checkEcash() -> String? {
    guard hasSoundLosses else { return "restores that lost something are remembered wrongly" }
    var lists = EcashLists()
    for mint in 0..<WireLimits.mintCountMax {
      if let fault = check(mint: mint, &lists) { return fault }
    }
    for list in (0..<EndedList.count).map(EndedList.init(number:)) {
      var lastEnd: UInt64 = 0
      let fault = walk(ecash.ended[list.number]) { entry in
        guard entry.place == .ended, entry.endedList == list, entry.endNumber > lastEnd, entry.firstProof == noIndex,
          (entry.sealed.first == noIndex) == (list != .paidOut),
          entry.command.first == noIndex || entry.keepsOutputs, entry.endNumber <= ecash.endCounter
        else { return "payment \(entry.id) ended wrongly" }
        lastEnd = entry.endNumber
        lists.count += 1
        if entry.takesPayoutPlace { lists.payoutCounts[Int(entry.mint)] += 1 }
        lists.pieceCount += entry.pieceCount
        lists.paidOutPieceCount += PieceStore.count(Int(entry.sealed.byteCount))
        return nil
      }
      if let fault { return fault }
    }
    guard lists.count == ecash.entries.count else {
      return "payments in ecash: \(lists.count) in lists, \(ecash.entries.count) kept"
    }
    guard lists.pendingCredit == ecash.pendingCredit,
      ecash.pendingCredit <= UInt64(WireLimits.moneyMax).subtractingSaturating(ledger.inBeing)
    else { return "ecash: pending credit is wrong" }
    guard lists.paidIn == UInt64(clamping: ledger[.payouts]) else {
      return "ecash: payouts that are pending hold \(lists.paidIn), their account \(ledger[.payouts])"
    }
    for mint in 0..<WireLimits.mintCountMax {
      let count = lists.payoutCounts[mint]
      guard count == ecash.mints[mint].payoutCount, count <= payoutCountMaxOfMint else {
        return "mint \(mint + 1): \(count) payouts take places, \(ecash.mints[mint].payoutCount) are counted"
      }
    }
    guard ecash.payoutCount <= payoutCountMax, lists.payoutPieceCount == ecash.payoutPieceCount,
      ecash.payoutPieceCount <= payoutPieceCountMax
    else { return "ecash: payouts take too many places" }
    guard lists.pieceCount == ecash.pieces.usedCount, lists.paidOutPieceCount == ecash.paidOutPieceCount else {
      return "ecash: pieces are lost"
    }
    return checkProofs(usedCount: lists.proofCount, lockedCounts: lists.lockedProofCounts) ?? checkHolds()
      ?? checkCoins() ?? checkKeys() ?? checkOutputs()
  }

  private struct EcashLists {
    var count: UInt32 = 0
    var pendingCredit: UInt64 = 0
    /// By mint.
    var payoutCounts = [UInt32](repeating: 0, count: WireLimits.mintCountMax)
    var payoutPieceCount: UInt32 = 0
    var paidIn: UInt64 = 0
    var pieceCount: UInt32 = 0
    var paidOutPieceCount: UInt32 = 0
    var proofCount: UInt32 = 0
    /// Proofs of payments that are LOCKED, by mint.
    var lockedProofCounts = [UInt32](repeating: 0, count: WireLimits.mintCountMax)
  }

  /// What a mint's share is counted by.
  private struct ShareCounts {
    var paymentCount: UInt32 = 0
    var proofCount: UInt32 = 0
    var pieceCount: UInt32 = 0

    mutating func add(_ entry: EcashEntry) {
      paymentCount += 1
      proofCount += UInt32(entry.proofCount)
      pieceCount += entry.pieceCount
    }

    func agree(_ paymentCount: UInt32, _ proofCount: UInt32, _ pieceCount: UInt32) -> Bool {
      self.paymentCount == paymentCount && self.proofCount == proofCount && self.pieceCount == pieceCount
    }
  }

  private func check(mint: Int, _ lists: inout EcashLists) -> String? {
    var (waiting, credited, promised) = (UInt64(0), UInt64(0), UInt64(0))
    let swap = ecash.mints[mint].swap
    var swapped: UInt32 = 0
    var (all, uncredited) = (ShareCounts(), ShareCounts())
    for (queue, place, isOfPayouts, wanted, isUnasked) in [
      (ecash.mints[mint].waiting, EcashEntry.Place.waiting, false, false, false),
      (ecash.mints[mint].owed, .waiting, false, true, false), (ecash.mints[mint].payouts, .waiting, true, false, false),
      (ecash.mints[mint].unasked, .waiting, true, false, true),
      (swap.payments, .swapping, swap.isOfCoins, nil as Bool?, false),
    ] {
      var lastID: UInt64 = 0
      let fault = walk(queue) { entry in
        guard Int(entry.mint) == mint, entry.place == place, entry.id > lastID || !isOfPayouts,
          wanted == nil || wanted == entry.isCredited, entry.isPayout == isOfPayouts,
          !isOfPayouts || entry.isOfBefore == isUnasked
        else {
          return "payment \(entry.id) waits in the wrong list"
        }
        lastID = entry.id
        if place == .swapping { swapped += 1 }
        if entry.isPayout {
          promised = promised.addingSaturating(entry.amount)
          lists.paidIn = lists.paidIn.addingSaturating(entry.credit)
          lists.payoutCounts[mint] += 1
          lists.payoutPieceCount += PieceStore.count(Int(entry.sealed.byteCount))
        } else if entry.isCredited {
          credited = credited.addingSaturating(entry.amount)
        } else {
          waiting = waiting.addingSaturating(entry.amount)
          lists.pendingCredit = lists.pendingCredit.addingSaturating(entry.credit)
        }
        guard entry.isCredited == (entry.outcome != nil),
          entry.isPayout || (entry.command.first == noIndex) == entry.isCredited
        else {
          return "payment \(entry.id) is credited wrongly"
        }
        lists.pieceCount += entry.pieceCount
        lists.count += 1
        guard !entry.isPayout else { return nil }
        all.add(entry)
        if !entry.isCredited { uncredited.add(entry) }
        if entry.flags.contains(.locked) { lists.lockedProofCounts[mint] += UInt32(entry.proofCount) }
        return checkProofs(of: entry, &lists)
      }
      if let fault { return fault }
    }
    guard waiting == ecash.mints[mint].waitingAmount, credited == ecash.mints[mint].creditedAmount,
      promised == ecash.mints[mint].promisedAmount, swapped == swap.paymentCount
    else { return "mint \(mint + 1): its sums are wrong" }
    let known = ecash.mints[mint]
    guard all.agree(known.paymentCount, known.proofCount, known.pieceCount),
      uncredited.agree(known.waitingCount, known.waitingProofCount, known.waitingPieceCount)
    else { return "mint \(mint + 1): its share is counted wrongly" }
    return swap.isOfCoins ? checkCoins(of: swap, at: mint) : checkPayments(of: swap, at: mint)
  }

  private func walk(_ queue: EntryQueue, _ check: (EcashEntry) -> String?) -> String? {
    var (index, last, steps) = (queue.first, noIndex, UInt32(0))
    while index != noIndex {
      guard Self.isUsed(index, in: ecash.entries), steps < ecash.entries.count, ecash.entries[index].previous == last
      else { return "ecash: a list is broken" }
      if let fault = check(ecash.entries[index]) { return fault }
      (last, index, steps) = (index, ecash.entries[index].next, steps + 1)
    }
    return last == queue.last ? nil : "ecash: a list has no end"
  }

  private func checkProofs(of entry: EcashEntry, _ lists: inout EcashLists) -> String? {
    var (proof, count, amount, fee) = (entry.firstProof, UInt16(0), UInt64(0), UInt64(0))
    while proof != noIndex {
      guard Self.isUsed(proof, in: ecash.proofs), count < entry.proofCount, ecash.proofs[proof].id == entry.id,
        ecash.proofs[proof].exponent < 64, ecash.proofs[proof].keptUntil == 0,
        let keyset = ecash.keyset(UInt32(ecash.proofs[proof].keyset), of: UInt32(entry.mint) + 1)
      else { return "payment \(entry.id): its proofs are broken" }
      fee += UInt64(ecash.keysets[keyset].feePerThousand)
      amount = amount.addingSaturating(1 << UInt64(ecash.proofs[proof].exponent))
      (proof, count) = (ecash.proofs[proof].nextFree, count + 1)
    }
    lists.proofCount += UInt32(count)
    guard count == entry.proofCount, amount == entry.amount, fee == entry.feePerThousand,
      amount <= UInt64(WireLimits.ecashAmountMax)
    else { return "payment \(entry.id): proofs are missing" }
    return nil
  }

  /// The payments of a swap are worth what comes out of it and their fee; of none there is nothing.
  private func checkPayments(of swap: MintSwap, at mint: Int) -> String? {
    var (index, amount, feePerThousand) = (swap.payments.first, UInt128(0), UInt64(0))
    var countMax = UInt32(WireLimits.swapPaymentCountMax)
    while index != noIndex {
      let companions = ecash.entries[index].companions
      if companions > 0 { countMax = min(countMax, companions) }
      amount += UInt128(ecash.entries[index].amount)
      feePerThousand = feePerThousand.addingSaturating(ecash.entries[index].feePerThousand)
      index = ecash.entries[index].next
    }
    let isSound =
      swap.isUnderWay == (swap.paymentCount > 0) && swap.firstCoin == noIndex && swap.paymentCount <= countMax
      && amount == swap.total + UInt128(feePerThousand.addingSaturating(999) / 1_000)
    return isSound ? nil : "mint \(mint + 1): its swap is wrong"
  }

  /// The coins that a swap spends are worth what comes out of it and their fee, and blank outputs are there for what is not the
  /// broker's.
  private func checkCoins(of swap: MintSwap, at mint: Int) -> String? {
    var (coin, count, lastID) = (swap.firstCoin, 0, UInt64(0))
    var (amount, feePerThousand) = (UInt128(0), UInt64(0))
    while coin != noIndex {
      guard Self.isUsed(coin, in: ecash.treasury), ecash.treasury[coin].id > lastID,
        count < WireLimits.swapCoinCountMax,
        let keyset = ecash.keyset(ecash.treasury[coin].keyset, of: UInt32(mint) + 1)
      else { return "mint \(mint + 1): the coins of its swap are broken" }
      amount += UInt128(ecash.treasury[coin].amount)
      feePerThousand += UInt64(ecash.keysets[keyset].feePerThousand)
      (coin, count, lastID) = (ecash.treasury[coin].nextFree, count + 1, ecash.treasury[coin].id)
    }
    let payout = swap.payments.first
    let net = payout == noIndex ? 0 : ecash.entries[payout].net
    let blankCount = payout == noIndex ? 0 : ecash.entries[payout].blankCount
    let spent = swap.total + UInt128(net) + UInt128((feePerThousand + 999) / 1_000)
    guard swap.paymentCount <= 1, amount == spent, let keyset = ecash.keyset(swap.keyset, of: UInt32(mint) + 1),
      let outputs = ecash.keysets[keyset].outputs(of: net), outputs.count <= blankCount
    else { return "mint \(mint + 1): what its swap spends is not what comes out" }
    return nil
  }

  /// What swaps brought and was not spent is there, no coin twice.
  private func checkCoins() -> String? {
    var amounts = [UInt64](repeating: 0, count: WireLimits.keysetCountMax)
    var counts = [UInt32](repeating: 0, count: WireLimits.keysetCountMax)
    var ids: [UInt64] = []
    for index in 0..<ecash.treasury.highWater where ecash.treasury[index].id != 0 {
      let coin = ecash.treasury[index]
      let keyset = Int(coin.keyset) - 1
      guard coin.counter < ecash.keysets[keyset].counter, coin.exponent < ecash.keysets[keyset].keyCount else {
        return "treasury: a coin is wrong"
      }
      amounts[keyset] &+= coin.amount
      counts[keyset] += 1
      ids.append(coin.id)
    }
    ids.sort()
    for index in ids.indices.dropFirst() where ids[index] == ids[index - 1] { return "treasury: a coin is there twice" }
    for index in 0..<ecash.keysetCount
    where counts[index] != ecash.keysets[index].coinCount || amounts[index] != ecash.keysets[index].coinAmount {
      return "treasury: keyset \(index + 1) has \(counts[index]) coins worth \(amounts[index])"
    }
    for index in 0..<WireLimits.mintCountMax {
      let mint = ecash.mints[index]
      let held = mint.swappedAmount &+ mint.foundAmount &- mint.paidAmount &- mint.coinFeeAmount &- mint.goneAmount
      guard ecash.held(at: index) == held else { return "treasury: mint \(index + 1) is not worth \(held)" }
    }
    let room = Int(ecash.treasury.capacity - ecash.treasury.count)
    return ecash.expectedProofCount <= room ? nil : "treasury: there is no room for what swaps will bring"
  }
}
