import WireProtocol

/// BEGIN PAYOUT and END PAYOUT: coins of the broker's own are spent at their mint, for a payout or for fewer coins.
extension StateMachine {
  /// BEGIN PAYOUT: begins with the payout that waits longest; when none waits, fewer coins are made.
  mutating func beginPayout(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = BeginPayoutCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let mint = ecash.mint(command.mint) else { return .refused(.mintUnknown) }
    guard !isRestoring else { return .refused(.restoreInProgress) }
    guard !ecash.mints[mint].swap.isUnderWay else { return .refused(.swapUnderWay) }
    guard let keyset = ecash.keyset(command.keyset, of: command.mint), ecash.keysets[keyset].isActive == 1 else {
      return .refused(.keysetUnknown)
    }
    guard ecash.keysets[keyset].isCounterKnown else { return .refused(.countersUnknown) }
    let index = ecash.mints[mint].payouts.first
    return index == noIndex ? beginFewer(keyset, at: mint) : begin(index, keyset, at: mint)
  }

  /// Begins to pay out, or ends a payout for which there are no coins, no room, or not enough outputs: it must not keep
  /// others waiting.
  private mutating func begin(_ index: UInt32, _ keyset: Int, at mint: Int) -> Outcome {
    let net = ecash.entries[index].net
    guard let coins = chooseCoins(worth: net, at: mint) else {
      return giveBackFirst(at: mint, .treasuryShort, detail: ecash.held(at: mint))
    }
    guard let outputs = ecash.keysets[keyset].outputs(of: net), outputs.count <= ecash.entries[index].blankCount else {
      return giveBackFirst(at: mint, .keysetUnknown, detail: 0)
    }
    let outcome = spend(coins, keyset, at: mint, owing: net)
    switch outcome.status {
    case .ok: break
    case .amountOverflow: return giveBackFirst(at: mint, .keysetUnknown, detail: 0)
    default: return giveBackFirst(at: mint, outcome.status, detail: 0)
    }
    ecash.mints[mint].payouts.remove(index, in: ecash.entries)
    ecash.entries[index].place = .swapping
    ecash.mints[mint].swap.payments.append(index, in: ecash.entries)
    ecash.mints[mint].swap.paymentCount = 1
    return outcome
  }

  private mutating func giveBackFirst(at mint: Int, _ status: Status, detail: UInt64) -> Outcome {
    guard epochs.room >= 1 else { return .refused(.noSpace) }
    let index = ecash.mints[mint].payouts.first
    ecash.mints[mint].payouts.remove(index, in: ecash.entries)
    giveBack(index, status, detail: detail)
    return .ok(.none)
  }

  /// Begins to make fewer coins: of those of keysets that are out of use; else of all, when that makes half as many.
  private mutating func beginFewer(_ keyset: Int, at mint: Int) -> Outcome {
    if let retired = chooseSmallest(at: mint, retiredFor: keyset) { return spend(retired, keyset, at: mint, owing: 0) }
    guard let coins = chooseSmallest(at: mint) else { return .refused(.nothingDue) }
    let count = ecash.keysets[keyset].outputs(of: coins.amount - UInt128(coins.fee))?.count ?? .max
    guard count <= coins.indices.count / 2 else { return .refused(.nothingDue) }
    return spend(coins, keyset, at: mint, owing: 0)
  }

  /// Begins a swap of coins for `net` of somebody else's, and the rest.
  private mutating func spend(_ coins: ChosenCoins, _ keyset: Int, at mint: Int, owing net: UInt64) -> Outcome {
    let rest = coins.amount - UInt128(coins.fee) - UInt128(net)
    guard let outputs = ecash.keysets[keyset].outputs(of: rest) else { return .refused(.amountOverflow) }
    guard hasRoom(forCoins: outputs.count, of: keyset, inPlaceOf: coins.indices.count) else {
      return .refused(.noSpace)
    }
    var swap = MintSwap(total: rest, keyset: UInt32(keyset + 1), outputCount: outputs.count)
    for index in coins.indices.reversed() {
      ecash.treasury[index].nextFree = swap.firstCoin
      swap.firstCoin = index
    }
    ecash.mints[mint].swap = swap
    return .ok(.none)
  }

  // MARK: The end

  /// END PAYOUT: what the mint made of it.
  mutating func endPayout(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = EndPayoutCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let mint = ecash.mint(command.mint) else { return .refused(.mintUnknown) }
    guard !isRestoring else { return .refused(.restoreInProgress) }
    guard ecash.mints[mint].swap.isOfCoins else { return .refused(.nothingDue) }
    switch command.outcome {
    case .signed: return endSigned(bytes, view, at: mint)
    case .refused: return endRefused(bytes, view, at: mint)
    case .putBack: return putBack(view, at: mint)
    case .behind: return putBack(view, at: mint, isBehind: true)
    case .apart: return .refused(.quantityInvalid)
    }
  }

  private mutating func endSigned(_ bytes: RawSpan, _ view: CommandView, at mint: Int) -> Outcome {
    let swap = ecash.mints[mint].swap
    let (keyset, payout) = (Int(swap.keyset) - 1, swap.payments.first)
    let net = payout == noIndex ? 0 : ecash.entries[payout].net
    guard let foreign = ecash.keysets[keyset].outputs(of: net), let own = ecash.keysets[keyset].outputs(of: swap.total),
      view.recordCount == foreign.count + own.count
    else { return .refused(.quantityInvalid) }
    for number in 0..<view.recordCount {
      guard let record = PayoutRecord(bytes, at: view.recordOffset(number)) else { return .refused(.malformed) }
      guard record.isSignature else { return .refused(.quantityInvalid) }
    }
    var (coin, spent) = (swap.firstCoin, UInt64(0))
    while coin != noIndex {
      let next = ecash.treasury[coin].nextFree
      spent &+= removeCoin(coin)
      coin = next
    }
    for number in foreign.count..<view.recordCount {
      guard let record = PayoutRecord(bytes, at: view.recordOffset(number)) else { continue }
      addNextCoin(of: keyset, own.exponent(number - foreign.count), record.x0, record.x1, isOdd: record.isOdd)
    }
    ecash.mints[mint].swap = MintSwap()
    ecash.mints[mint].paidAmount &+= net
    ecash.mints[mint].coinFeeAmount &+= spent &- net &- UInt64(truncatingIfNeeded: swap.total)
    if payout != noIndex { finishPayout(payout, swap.keyset, bytes, view, count: foreign.count) }
    return .ok(.none)
  }

  private mutating func putBack(_ view: CommandView, at mint: Int, isBehind: Bool = false) -> Outcome {
    guard view.recordCount == 0 else { return .refused(.quantityInvalid) }
    if isBehind { ecash.keysets[Int(ecash.mints[mint].swap.keyset) - 1].isCounterKnown = false }
    waitAgain(at: mint)
    return .ok(.none)
  }

  /// The first records are the signatures of a payout.
  private mutating func finishPayout(
    _ payout: UInt32, _ keyset: UInt32, _ bytes: RawSpan, _ view: CommandView, count: Int
  ) {
    let byteCount = count * BlankOutput.byteCount
    unsafe withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 8) { room in
      var signatures = unsafe room.mutableBytes
      for number in 0..<count {
        guard let record = PayoutRecord(bytes, at: view.recordOffset(number)) else { continue }
        BlankOutput(x0: record.x0, x1: record.x1, isOdd: record.isOdd)
          .write(to: &signatures, at: number * BlankOutput.byteCount)
      }
      finishPayout(payout, keyset, signatures: signatures.bytes)
    }
  }

  private mutating func endRefused(_ bytes: RawSpan, _ view: CommandView, at mint: Int) -> Outcome {
    let swap = ecash.mints[mint].swap
    var (coin, number) = (swap.firstCoin, 0)
    while coin != noIndex, number < view.recordCount {
      guard let record = PayoutRecord(bytes, at: view.recordOffset(number)) else { return .refused(.malformed) }
      if record.names(ecash.treasury[coin]) { number += 1 }
      coin = ecash.treasury[coin].nextFree
    }
    guard number == view.recordCount else { return .refused(.quantityInvalid) }
    guard number > 0 else { return endUnblamed(swap.payments.first, at: mint) }
    (coin, number) = (swap.firstCoin, 0)
    while coin != noIndex {
      let next = ecash.treasury[coin].nextFree
      if number < view.recordCount, let record = PayoutRecord(bytes, at: view.recordOffset(number)),
        record.names(ecash.treasury[coin])
      {
        number += 1
        ecash.mints[mint].goneAmount &+= removeCoin(coin)
      }
      coin = next
    }
    waitAgain(at: mint)
    return .ok(.none)
  }

  /// The mint does not do it, and no coin is to blame: that is the end of the payout.
  private mutating func endUnblamed(_ payout: UInt32, at mint: Int) -> Outcome {
    guard payout == noIndex || epochs.room >= 1 else { return .refused(.noSpace) }
    ecash.mints[mint].swap = MintSwap()
    if payout != noIndex { giveBack(payout, .mintRefused, detail: 0) }
    return .ok(.none)
  }

  /// The swap of coins is over, and its payout waits as before.
  mutating func waitAgain(at mint: Int) {
    let payout = ecash.mints[mint].swap.payments.first
    ecash.mints[mint].swap = MintSwap()
    guard payout != noIndex else { return }
    ecash.entries[payout].place = .waiting
    ecash.mints[mint].payouts.insertOrdered(payout, in: ecash.entries)
  }

  /// Lets go of a coin, and gives what it was worth.
  mutating func removeCoin(_ index: UInt32) -> UInt64 {
    let (amount, keyset) = (ecash.treasury[index].amount, Int(ecash.treasury[index].keyset) - 1)
    ecash.treasury.remove(index)
    ecash.keysets[keyset].coinAmount &-= amount
    ecash.keysets[keyset].coinCount -= 1
    return amount
  }
}

extension PayoutRecord {
  /// Whether it has a signature, of an output that its place names.
  fileprivate var isSignature: Bool { keyset == 0 && counter == 0 && isOdd <= 1 }

  /// Whether it says of this coin that somebody else spent it.
  fileprivate func names(_ coin: TreasuryProof) -> Bool {
    keyset == coin.keyset && counter == coin.counter && x0.isZero && x1.isZero && isOdd == 0
  }
}
