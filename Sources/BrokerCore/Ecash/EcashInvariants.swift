import WireProtocol

/// What must hold of ecash after every command; a full scan, for tests and snapshots that were read.
extension StateMachine {
  /// What is wrong, or nil.
  func checkEcash() -> String? {
    var lists = EcashLists()
    for mint in 0..<WireLimits.mintCountMax {
      if let fault = check(mint: mint, &lists) { return fault }
    }
    for (queue, isRefused) in [(ecash.refused, true), (ecash.settled, false)] {
      var lastEnd: UInt64 = 0
      let fault = walk(queue) { entry in
        guard entry.place == .ended, (entry.outcome == .notTaken) == isRefused, entry.endNumber > lastEnd,
          entry.firstProof == noIndex, entry.sealed.first == noIndex, entry.command.first == noIndex,
          entry.endNumber <= ecash.endCounter
        else { return "payment \(entry.id) ended wrongly" }
        lastEnd = entry.endNumber
        lists.count += 1
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
    guard lists.pieceCount == ecash.pieces.usedCount else { return "ecash: pieces are lost" }
    return checkProofs(lists) ?? checkTreasury()
  }

  private struct EcashLists {
    var count: UInt32 = 0
    var pendingCredit: UInt64 = 0
    var pieceCount: UInt32 = 0
    var proofCount: UInt32 = 0
  }

  private func check(mint: Int, _ lists: inout EcashLists) -> String? {
    var (waiting, credited) = (UInt64(0), UInt64(0))
    let swap = ecash.mints[mint].swap
    var swapped: UInt32 = 0
    for (queue, place, wanted) in [
      (ecash.mints[mint].waiting, EcashEntry.Place.waiting, false), (ecash.mints[mint].owed, .waiting, true),
      (swap.payments, .swapping, nil as Bool?),
    ] {
      var lastID: UInt64 = 0
      let fault = walk(queue) { entry in
        guard Int(entry.mint) == mint, entry.place == place, entry.id > lastID || place == .swapping,
          wanted == nil || wanted == entry.isCredited
        else {
          return "payment \(entry.id) waits in the wrong list"
        }
        lastID = entry.id
        if place == .swapping { swapped += 1 }
        if entry.isCredited {
          credited = credited.addingSaturating(entry.amount)
        } else {
          waiting = waiting.addingSaturating(entry.amount)
          lists.pendingCredit = lists.pendingCredit.addingSaturating(entry.credit)
        }
        guard entry.isCredited == (entry.outcome != nil), (entry.command.first == noIndex) == entry.isCredited else {
          return "payment \(entry.id) is credited wrongly"
        }
        lists.pieceCount += PieceStore.count(Int(entry.sealed.byteCount))
        lists.pieceCount += PieceStore.count(Int(entry.command.byteCount))
        lists.count += 1
        return checkProofs(of: entry, &lists)
      }
      if let fault { return fault }
    }
    guard waiting == ecash.mints[mint].waitingAmount, credited == ecash.mints[mint].creditedAmount,
      swapped == swap.paymentCount, swap.isUnderWay == (swapped > 0)
    else { return "mint \(mint + 1): its sums are wrong" }
    return nil
  }

  private func walk(_ queue: EntryQueue, _ check: (EcashEntry) -> String?) -> String? {
    var (index, last, steps) = (queue.first, noIndex, UInt32(0))
    while index != noIndex {
      guard Self.isUsed(index, in: ecash.entries), steps < ecash.entries.count else { return "ecash: a list is broken" }
      if let fault = check(ecash.entries[index]) { return fault }
      (last, index, steps) = (index, ecash.entries[index].next, steps + 1)
    }
    return last == queue.last ? nil : "ecash: a list has no end"
  }

  private func checkProofs(of entry: EcashEntry, _ lists: inout EcashLists) -> String? {
    var (proof, count, amount, fee) = (entry.firstProof, UInt16(0), UInt64(0), UInt64(0))
    while proof != noIndex {
      guard Self.isUsed(proof, in: ecash.proofs), count < entry.proofCount, ecash.proofs[proof].id == entry.id,
        ecash.proofs[proof].exponent < 64, ecash.proofs[proof].isKept == 0,
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

  private func checkProofs(_ lists: EcashLists) -> String? {
    var kept: UInt32 = 0
    for index in 0..<ecash.proofs.highWater where ecash.proofs[index].id != 0 {
      guard findProof(ecash.proofs[index].y0, ecash.proofs[index].y1) == index else { return "ecash: a Y is not found" }
      if ecash.proofs[index].isKept == 1 { kept += 1 }
    }
    return kept + lists.proofCount == ecash.proofs.count ? nil : "ecash: proofs are lost"
  }

  /// Nothing is spent yet: what swaps brought is there.
  private func checkTreasury() -> String? {
    var amounts = [UInt64](repeating: 0, count: WireLimits.mintCountMax)
    var counts = [UInt32](repeating: 0, count: WireLimits.keysetCountMax)
    for index in 0..<ecash.treasury.highWater where ecash.treasury[index].id != 0 {
      let proof = ecash.treasury[index]
      let keyset = ecash.keysets[Int(proof.keyset) - 1]
      guard proof.counter < keyset.counter, proof.exponent < keyset.keyCount else {
        return "treasury: a proof is wrong"
      }
      amounts[Int(keyset.mint) - 1] &+= 1 << UInt64(proof.exponent)
      counts[Int(proof.keyset) - 1] += 1
    }
    for index in 0..<ecash.keysetCount where counts[index] != ecash.keysets[index].counter {
      return "treasury: keyset \(index + 1) has \(counts[index]) proofs"
    }
    for index in 0..<WireLimits.mintCountMax where amounts[index] != ecash.mints[index].swappedAmount {
      return "treasury: mint \(index + 1) is worth \(amounts[index])"
    }
    return nil
  }
}
