import WireProtocol

/// BEGIN SWAP and END SWAP: what becomes of ecash at its mint.
extension StateMachine {
  /// BEGIN SWAP: takes payments that wait at a mint into one swap.
  mutating func beginSwap(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = BeginSwapCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let mint = ecash.mint(command.mint) else { return .refused(.mintUnknown) }
    guard !ecash.mints[mint].swap.isUnderWay else { return .refused(.swapUnderWay) }
    guard let keyset = ecash.keyset(command.keyset, of: command.mint), ecash.keysets[keyset].isActive == 1 else {
      return .refused(.keysetUnknown)
    }
    let chosen = choosePayments(at: mint)
    guard !chosen.indices.isEmpty else { return .refused(.nothingDue) }
    let total = chosen.amount - (chosen.feePerThousand + 999) / 1_000
    guard let outputs = ecash.keysets[keyset].outputs(of: total) else { return .refused(.amountOverflow) }
    guard hasRoom(forCoins: outputs.count, of: keyset) else { return .refused(.noSpace) }
    takeOut(chosen.indices, at: mint)
    // Neither kind is to wait for ever behind the other.
    ecash.mints[mint].turn ^= 1
    ecash.mints[mint].swap.total = total
    ecash.mints[mint].swap.keyset = command.keyset
    ecash.mints[mint].swap.outputCount = UInt32(outputs.count)
    return .ok(.none)
  }

  /// Whether so many coins of a keyset can be counted, and kept in the place of those that are spent for them.
  func hasRoom(forCoins count: Int, of keyset: Int, inPlaceOf spentCount: Int = 0) -> Bool {
    max(0, count - spentCount) <= Int(ecash.treasury.capacity - ecash.treasury.count) - ecash.expectedProofCount
      && UInt64(ecash.keysets[keyset].counter) + UInt64(count) <= CoreLimits.counterMaxOfKeyset
  }

  private struct ChosenPayments {
    var indices: [UInt32] = []
    var amount: UInt64 = 0
    var feePerThousand: UInt64 = 0
    var proofCount = 0
  }

  /// What the next swap at a mint takes, in the order of their ids: by turns those that are not credited first, and those that are.
  private func choosePayments(at mint: Int) -> ChosenPayments {
    var chosen = ChosenPayments()
    let (waiting, owed) = (ecash.mints[mint].waiting.first, ecash.mints[mint].owed.first)
    for first in ecash.mints[mint].turn == 0 ? [waiting, owed] : [owed, waiting] {
      var index = first
      while index != noIndex {
        let isAlone = ecash.entries[index].flags.contains(.alone)
        if chosen.indices.isEmpty || !isAlone {
          let proofCount = chosen.proofCount + Int(ecash.entries[index].proofCount)
          guard chosen.indices.count < WireLimits.swapPaymentCountMax,
            chosen.indices.isEmpty || proofCount <= WireLimits.swapProofCountMax
          else { return chosen }
          chosen.indices.append(index)
          chosen.amount += ecash.entries[index].amount
          chosen.feePerThousand += ecash.entries[index].feePerThousand
          chosen.proofCount = proofCount
          if isAlone { return chosen }
        }
        index = ecash.entries[index].next
      }
    }
    return chosen
  }

  /// Moves payments from where they wait into the swap.
  private mutating func takeOut(_ chosen: [UInt32], at mint: Int) {
    var payments = EntryQueue()
    var position = 0
    for isOwed in ecash.mints[mint].turn == 0 ? [false, true] : [true, false] {
      var queue = isOwed ? ecash.mints[mint].owed : ecash.mints[mint].waiting
      var index = queue.first
      while index != noIndex, position < chosen.count {
        let next = ecash.entries[index].next
        if index == chosen[position] {
          queue.remove(index, in: ecash.entries)
          payments.append(index, in: ecash.entries)
          ecash.entries[index].place = .swapping
          position += 1
        }
        index = next
      }
      if isOwed { ecash.mints[mint].owed = queue } else { ecash.mints[mint].waiting = queue }
    }
    ecash.mints[mint].swap.payments = payments
    ecash.mints[mint].swap.paymentCount = UInt32(chosen.count)
  }

  // MARK: The end

  /// END SWAP: what the mint made of it.
  mutating func endSwap(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = EndSwapCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let mint = ecash.mint(command.mint) else { return .refused(.mintUnknown) }
    guard ecash.mints[mint].swap.isOfPayments else { return .refused(.nothingDue) }
    switch command.outcome {
    case .signed: return endSigned(bytes, view, at: mint)
    case .refused: return endRefused(bytes, view, at: mint)
    case .putBack: return putBack(view, at: mint)
    }
  }

  private mutating func endSigned(_ bytes: RawSpan, _ view: CommandView, at mint: Int) -> Outcome {
    let swap = ecash.mints[mint].swap
    let keyset = Int(swap.keyset) - 1
    guard view.recordCount == Int(swap.outputCount), let outputs = ecash.keysets[keyset].outputs(of: swap.total) else {
      return .refused(.quantityInvalid)
    }
    for number in 0..<view.recordCount {
      guard let record = SwapRecord(bytes, at: view.recordOffset(number)) else { return .refused(.malformed) }
      guard record.payment == 0, record.status == .ok, record.isOdd <= 1 else { return .refused(.quantityInvalid) }
    }
    var (creditCount, amount) = (UInt64(0), UInt64(0))
    var index = swap.payments.first
    while index != noIndex {
      if !ecash.entries[index].isCredited { creditCount += 1 }
      amount += ecash.entries[index].amount
      index = ecash.entries[index].next
    }
    guard epochs.room >= creditCount else { return .refused(.noSpace) }
    for number in 0..<view.recordCount {
      guard let record = SwapRecord(bytes, at: view.recordOffset(number)) else { continue }
      addCoin(of: keyset, outputs.exponent(number), record.x0, record.x1, isOdd: record.isOdd)
    }
    ecash.mints[mint].swap = MintSwap()
    ecash.mints[mint].swappedAmount &+= swap.total
    ecash.mints[mint].feeAmount &+= amount - swap.total
    // All notes first: what is carried out may take the room of those to come.
    index = swap.payments.first
    while index != noIndex {
      if !ecash.entries[index].isCredited {
        ecash.mints[mint].waitingAmount -= ecash.entries[index].amount
        ecash.pendingCredit -= ecash.entries[index].credit
        credit(index)
      } else {
        ecash.mints[mint].creditedAmount -= ecash.entries[index].amount
      }
      index = ecash.entries[index].next
    }
    index = swap.payments.first
    while index != noIndex {
      let next = ecash.entries[index].next
      finish(index)
      index = next
    }
    return .ok(.none)
  }

  /// Keeps a proof of the broker's own that its mint signed: the next one of the keyset.
  mutating func addCoin(of keyset: Int, _ exponent: UInt8, _ x0: Bytes16, _ x1: Bytes16, isOdd: UInt8) {
    var coin = TreasuryProof()
    coin.id = UInt64(keyset + 1) << 32 | UInt64(ecash.keysets[keyset].counter)
    coin.exponent = exponent
    coin.isOdd = isOdd
    coin.x0 = x0
    coin.x1 = x1
    guard ecash.treasury.insert(coin) != nil else { return }
    ecash.keysets[keyset].counter += 1
    ecash.keysets[keyset].coinAmount &+= coin.amount
    ecash.keysets[keyset].coinCount += 1
  }

  /// A payment whose proofs the mint took, and that is credited: it is carried out, when it was not.
  private mutating func finish(_ index: UInt32) {
    if ecash.entries[index].outcome == nil {
      unsafe withUnsafeTemporaryAllocation(byteCount: CoreLimits.replyByteCountMax, alignment: 8) { scratch in
        var reply = unsafe scratch.mutableBytes
        _ = carryOut(index, &reply)
      }
      tellSettled(index)
    }
    end(index, keepsProofs: ecash.entries[index].flags.contains(.locked))
  }

  private mutating func endRefused(_ bytes: RawSpan, _ view: CommandView, at mint: Int) -> Outcome {
    let swap = ecash.mints[mint].swap
    guard view.recordCount > 0 || swap.paymentCount > 1 else { return .refused(.quantityInvalid) }
    var (index, number) = (swap.payments.first, 0)
    while index != noIndex, number < view.recordCount {
      guard let record = SwapRecord(bytes, at: view.recordOffset(number)) else { return .refused(.malformed) }
      if record.payment == ecash.entries[index].id {
        guard Self.blames(record) else { return .refused(.quantityInvalid) }
        number += 1
      }
      index = ecash.entries[index].next
    }
    guard number == view.recordCount else { return .refused(.quantityInvalid) }
    ecash.mints[mint].swap = MintSwap()
    (index, number) = (swap.payments.first, 0)
    while index != noIndex {
      let next = ecash.entries[index].next
      if number < view.recordCount, let record = SwapRecord(bytes, at: view.recordOffset(number)),
        record.payment == ecash.entries[index].id
      {
        number += 1
        blame(index, record.status)
      } else {
        if view.recordCount == 0 { ecash.entries[index].flags.insert(.alone) }
        waitAgain(index)
      }
      index = next
    }
    return .ok(.none)
  }

  private mutating func putBack(_ view: CommandView, at mint: Int) -> Outcome {
    guard view.recordCount == 0 else { return .refused(.quantityInvalid) }
    var index = ecash.mints[mint].swap.payments.first
    ecash.mints[mint].swap = MintSwap()
    while index != noIndex {
      let next = ecash.entries[index].next
      waitAgain(index)
      index = next
    }
    return .ok(.none)
  }

  private static func blames(_ record: SwapRecord) -> Bool {
    guard record.x0.isZero, record.x1.isZero, record.isOdd == 0 else { return false }
    return record.status == .ecashSpent || record.status == .ecashInvalid || record.status == .mintRefused
  }

  private mutating func waitAgain(_ index: UInt32) {
    let mint = Int(ecash.entries[index].mint)
    ecash.entries[index].place = .waiting
    if ecash.entries[index].isCredited {
      ecash.mints[mint].owed.insertOrdered(index, in: ecash.entries)
    } else {
      ecash.mints[mint].waiting.insertOrdered(index, in: ecash.entries)
    }
  }

  /// A payment that the mint does not take. What was credited is lost where it was spent; else the mint may take it another time.
  private mutating func blame(_ index: UInt32, _ status: Status) {
    guard !ecash.entries[index].isCredited || status == .ecashSpent else {
      ecash.entries[index].flags.insert(.alone)
      return waitAgain(index)
    }
    let mint = Int(ecash.entries[index].mint)
    let amount = ecash.entries[index].amount
    if ecash.entries[index].isCredited {
      ecash.mints[mint].creditedAmount -= amount
      ecash.mints[mint].lostAmount &+= amount
    } else {
      ecash.mints[mint].waitingAmount -= amount
      ecash.pendingCredit -= ecash.entries[index].credit
      ecash.entries[index].outcome = .notTaken
      ecash.entries[index].status = status.rawValue
      ecash.entries[index].command = ecash.pieces.remove(ecash.entries[index].command)
      tellSettled(index)
    }
    end(index, keepsProofs: ecash.entries[index].isCredited)
  }
}
