import WireProtocol

/// BEGIN SWAP and END SWAP: what becomes of ecash at its mint.
extension StateMachine {
  /// BEGIN SWAP: takes payments that wait at a mint into one swap.
  mutating func beginSwap(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = BeginSwapCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let mint = ecash.mint(command.mint) else { return .refused(.mintUnknown) }
    guard !isRestoring else { return .refused(.restoreInProgress) }
    guard !ecash.mints[mint].swap.isUnderWay else { return .refused(.swapUnderWay) }
    guard let keyset = ecash.keyset(command.keyset, of: command.mint), ecash.keysets[keyset].isActive == 1 else {
      return .refused(.keysetUnknown)
    }
    guard ecash.keysets[keyset].isCounterKnown else { return .refused(.countersUnknown) }
    let chosen = choosePayments(at: mint, for: ecash.keysets[keyset])
    // Each that waits comes to few enough outputs: so does what was chosen.
    guard !chosen.indices.isEmpty, let outputs = ecash.keysets[keyset].outputs(of: chosen.total) else {
      return .refused(.nothingDue)
    }
    guard hasRoom(forCoins: outputs.count, of: keyset) else { return .refused(.noSpace) }
    let payments = takeOut(chosen.indices, at: mint)
    // Neither kind is to wait for ever behind the other.
    ecash.mints[mint].turn ^= 1
    ecash.mints[mint].swap = MintSwap(
      total: UInt128(chosen.total), keyset: command.keyset, outputCount: outputs.count)
    ecash.mints[mint].swap.payments = payments
    ecash.mints[mint].swap.paymentCount = UInt32(chosen.indices.count)
    return .ok(.none)
  }

  /// Whether so many coins of a keyset can be counted, and kept in the place of those that are spent for them: in the mint's share
  /// of the table, and beside what swaps under way will bring.
  func hasRoom(forCoins count: Int, of keyset: Int, inPlaceOf spentCount: Int = 0) -> Bool {
    guard UInt64(ecash.keysets[keyset].counter) + UInt64(count) <= CoreLimits.counterMaxOfKeyset else { return false }
    // Without more coins than before a mint that has more than its share, since others came, must be able to go on.
    guard count > spentCount else { return true }
    let coinCount = ecash.coinCount(of: ecash.keysets[keyset].mint) + count - spentCount
    return count - spentCount <= Int(ecash.treasury.capacity - ecash.treasury.count) - ecash.expectedProofCount
      && coinCount <= Int(genesis.treasuryCountMax / ecash.mintCount)
  }

  private struct ChosenPayments {
    var indices: [UInt32] = []
    var amount: UInt64 = 0
    var feePerThousand: UInt64 = 0
    var proofCount = 0
    /// The most of them that all of them stand.
    var countMax = WireLimits.swapPaymentCountMax

    /// What comes out of a swap of them.
    var total: UInt64 { amount.subtractingSaturating((feePerThousand + 999) / 1_000) }

    /// These and one more.
    func with(_ index: UInt32, _ entry: EcashEntry) -> ChosenPayments {
      ChosenPayments(
        indices: indices + [index], amount: amount + entry.amount,
        feePerThousand: feePerThousand + entry.feePerThousand, proofCount: proofCount + Int(entry.proofCount),
        countMax: entry.companions == 0 ? countMax : min(countMax, Int(entry.companions)))
    }
  }

  /// What the next swap at a mint takes, in the order in which it waits: by turns those that are not credited first, and those that
  /// are. Those that a mint refused together are not taken with others. One that would be too many outputs by itself keeps nobody
  /// waiting, nor does one of before as long as payouts are unasked: what a life that was lost left must be known.
  private func choosePayments(at mint: Int, for keyset: Keyset) -> ChosenPayments {
    var chosen = ChosenPayments()
    let (waiting, owed) = (ecash.mints[mint].waiting.first, ecash.mints[mint].owed.first)
    for first in ecash.mints[mint].turn == 0 ? [waiting, owed] : [owed, waiting] {
      var index = first
      while index != noIndex {
        let isLike = chosen.indices.first.map { isSuspect($0) == isSuspect(index) } ?? true
        let isDoubtful = ecash.entries[index].isOfBefore && ecash.mints[mint].unasked.first != noIndex
        if isLike, !isDoubtful, keyset.outputs(of: ecash.entries[index].net) != nil {
          let more = chosen.with(index, ecash.entries[index])
          let isFew =
            more.indices.count <= more.countMax && more.proofCount <= WireLimits.swapProofCountMax
            && keyset.outputs(of: more.total) != nil
          guard isFew || chosen.indices.isEmpty else { return chosen }
          chosen = more
          if chosen.indices.count == chosen.countMax { return chosen }
        }
        index = ecash.entries[index].next
      }
    }
    return chosen
  }

  /// Whether a payment is swapped with few others at most: it may be to blame for what was refused.
  private func isSuspect(_ index: UInt32) -> Bool { ecash.entries[index].companions > 0 }

  /// Moves payments from where they wait into a list, of a swap.
  private mutating func takeOut(_ chosen: [UInt32], at mint: Int) -> EntryQueue {
    var payments = EntryQueue()
    for index in chosen {
      if ecash.entries[index].isCredited {
        ecash.mints[mint].owed.remove(index, in: ecash.entries)
      } else {
        ecash.mints[mint].waiting.remove(index, in: ecash.entries)
      }
      payments.append(index, in: ecash.entries)
      ecash.entries[index].place = .swapping
    }
    return payments
  }

  // MARK: The end

  /// END SWAP: what the mint made of it.
  mutating func endSwap(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = EndSwapCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let mint = ecash.mint(command.mint) else { return .refused(.mintUnknown) }
    guard !isRestoring else { return .refused(.restoreInProgress) }
    guard ecash.mints[mint].swap.isOfPayments else { return .refused(.nothingDue) }
    switch command.outcome {
    case .signed: return endSigned(bytes, view, at: mint)
    case .refused: return endRefused(bytes, view, at: mint)
    case .putBack: return putBack(view, at: mint)
    case .behind: return putBack(view, at: mint, isBehind: true)
    case .apart: return view.recordCount > 0 ? .refused(.quantityInvalid) : split(at: mint, companions: 1)
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
      addNextCoin(of: keyset, outputs.exponent(number), record.x0, record.x1, isOdd: record.isOdd)
    }
    ecash.mints[mint].swap = MintSwap()
    ecash.mints[mint].swappedAmount &+= UInt64(truncatingIfNeeded: swap.total)
    ecash.mints[mint].feeAmount &+= amount &- UInt64(truncatingIfNeeded: swap.total)
    // All notes first: what is carried out may take the room of those to come.
    index = swap.payments.first
    while index != noIndex {
      if !ecash.entries[index].isCredited {
        leaveWaiting(index)
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
  mutating func addNextCoin(of keyset: Int, _ exponent: UInt8, _ x0: Bytes16, _ x1: Bytes16, isOdd: UInt8) {
    addCoin(of: keyset, ecash.keysets[keyset].counter, exponent, x0, x1, isOdd: isOdd)
    ecash.keysets[keyset].counter += 1
  }

  /// Keeps a proof of the broker's own, for which there is room.
  mutating func addCoin(
    of keyset: Int, _ counter: UInt32, _ exponent: UInt8, _ x0: Bytes16, _ x1: Bytes16, isOdd: UInt8
  ) {
    var coin = TreasuryProof()
    coin.id = UInt64(keyset + 1) << 32 | UInt64(counter)
    coin.exponent = exponent
    coin.isOdd = isOdd
    coin.x0 = x0
    coin.x1 = x1
    guard ecash.treasury.insert(coin) != nil else { return }
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
    guard view.recordCount > 0 else { return split(at: mint, companions: (swap.paymentCount + 1) / 2) }
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
    let spent = payments(of: swap, spentBy: bytes, view)
    guard canMakeGood(spent, at: mint) else { return .refused(.noSpace) }
    ecash.mints[mint].swap = MintSwap()
    var others: [UInt32] = []
    (index, number) = (swap.payments.first, 0)
    while index != noIndex {
      let next = ecash.entries[index].next
      if number < view.recordCount, let record = SwapRecord(bytes, at: view.recordOffset(number)),
        record.payment == ecash.entries[index].id
      {
        number += 1
        blame(index, record.status)
      } else {
        others.append(index)
      }
      index = next
    }
    waitAgain(others, at: mint)
    return .ok(.none)
  }

  /// Nobody knows which of its payments a swap was refused for: they wait behind all others, to be swapped with few of them.
  private mutating func split(at mint: Int, companions: UInt32) -> Outcome {
    let swap = ecash.mints[mint].swap
    guard swap.paymentCount > 1 else { return .refused(.quantityInvalid) }
    ecash.mints[mint].swap = MintSwap()
    var index = swap.payments.first
    while index != noIndex {
      let next = ecash.entries[index].next
      waitBehind(index, companions: companions)
      index = next
    }
    return .ok(.none)
  }

  private mutating func putBack(_ view: CommandView, at mint: Int, isBehind: Bool = false) -> Outcome {
    guard view.recordCount == 0 else { return .refused(.quantityInvalid) }
    if isBehind { ecash.keysets[Int(ecash.mints[mint].swap.keyset) - 1].isCounterKnown = false }
    putBackPayments(at: mint)
    return .ok(.none)
  }

  /// The swap of payments is over, and all of them wait as before.
  mutating func putBackPayments(at mint: Int) {
    var (index, payments) = (ecash.mints[mint].swap.payments.first, [UInt32]())
    while index != noIndex {
      payments.append(index)
      index = ecash.entries[index].next
    }
    ecash.mints[mint].swap = MintSwap()
    waitAgain(payments, at: mint)
  }

  /// Payments of a swap that the records say are spent.
  private func payments(of swap: MintSwap, spentBy bytes: RawSpan, _ view: CommandView) -> [UInt32] {
    var (index, number, spent) = (swap.payments.first, 0, [UInt32]())
    while index != noIndex, number < view.recordCount {
      if let record = SwapRecord(bytes, at: view.recordOffset(number)), record.payment == ecash.entries[index].id {
        number += 1
        if record.status == .ecashSpent { spent.append(index) }
      }
      index = ecash.entries[index].next
    }
    return spent
  }

  private static func blames(_ record: SwapRecord) -> Bool {
    guard record.x0.isZero, record.x1.isZero, record.isOdd == 0 else { return false }
    return record.status == .ecashSpent || record.status == .ecashInvalid || record.status == .mintRefused
  }

  /// Payments of a swap wait as they did, in the same order: before those that came meanwhile.
  private mutating func waitAgain(_ payments: [UInt32], at mint: Int) {
    for index in payments.reversed() {
      ecash.entries[index].place = .waiting
      if ecash.entries[index].isCredited {
        ecash.mints[mint].owed.prepend(index, in: ecash.entries)
      } else {
        ecash.mints[mint].waiting.prepend(index, in: ecash.entries)
      }
    }
  }

  /// A payment of a swap waits behind all others, to be swapped with few of them: it may be to blame for what was refused.
  private mutating func waitBehind(_ index: UInt32, companions: UInt32) {
    let mint = Int(ecash.entries[index].mint)
    ecash.entries[index].companions = companions
    ecash.entries[index].place = .waiting
    if ecash.entries[index].isCredited {
      ecash.mints[mint].owed.append(index, in: ecash.entries)
    } else {
      ecash.mints[mint].waiting.append(index, in: ecash.entries)
    }
  }

  /// A payment that the mint does not take. What was credited is lost where it was spent; else the mint may take it another time.
  private mutating func blame(_ index: UInt32, _ status: Status) {
    guard !ecash.entries[index].isCredited || status == .ecashSpent else {
      return waitBehind(index, companions: 1)
    }
    let mint = Int(ecash.entries[index].mint)
    let amount = ecash.entries[index].amount
    if ecash.entries[index].isCredited {
      ecash.mints[mint].creditedAmount -= amount
      ecash.mints[mint].lostAmount &+= amount
    } else {
      if status == .ecashSpent, canMakeGood(index) { return makeGood(index) }
      leaveWaiting(index)
      ecash.entries[index].outcome = .notTaken
      ecash.entries[index].status = status.rawValue
      dropCommand(index)
      tellSettled(index)
    }
    end(index, keepsProofs: ecash.entries[index].isCredited)
  }
}
