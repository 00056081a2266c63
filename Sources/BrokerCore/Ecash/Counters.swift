import WireProtocol

/// RECONCILE: what a mint says of the broker's own proofs, where it is not known which of them it signed.
///
/// A life that was lost had outputs signed which its backup knows nothing of, and so has whoever has the words. The counter of such
/// a keyset is *not known*: nothing new is asked of the mint with it until what was signed is told.
extension StateMachine {
  /// RECONCILE: coins that are spent go, and those that the mint signed and that are unspent come in.
  mutating func reconcile(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = ReconcileCommand(bytes, at: view.fixedOffset), let records = records(bytes, view) else {
      return .refused(.malformed)
    }
    guard let mint = ecash.mint(command.mint) else { return .refused(.mintUnknown) }
    guard !isRestoring else { return .refused(.restoreInProgress) }
    guard !ecash.mints[mint].swap.isUnderWay else { return .refused(.swapUnderWay) }
    guard let keyset = ecash.keyset(command.keyset, of: command.mint) else { return .refused(.keysetUnknown) }
    guard !ecash.keysets[keyset].isCounterKnown, ecash.keysets[keyset].counter == command.first else {
      return .refused(.nothingDue)
    }
    guard isSound(command, records, keyCount: ecash.keysets[keyset].keyCount),
      let gone = findCoins(of: keyset, records.prefix { $0.counter < command.first }.map(\.counter))
    else { return .refused(.quantityInvalid) }
    let found = records[gone.count...]
    let amount = found.reduce(ecash.held(at: mint)) { $0.addingSaturating(1 << UInt64($1.exponent)) }
    guard hasRoom(forCoins: found.count, of: keyset, inPlaceOf: gone.count), found.isEmpty || amount < 1 << 63 else {
      return .refused(.noSpace)
    }
    for coin in gone { ecash.mints[mint].goneAmount &+= removeCoin(coin) }
    for record in found {
      addCoin(of: keyset, record.counter, record.exponent, record.x0, record.x1, isOdd: record.isOdd)
      ecash.mints[mint].foundAmount &+= 1 << UInt64(record.exponent)
    }
    ecash.keysets[keyset].counter = command.next
    if command.flags.contains(.last) { ecash.keysets[keyset].isCounterKnown = true }
    return .ok(.none)
  }

  private func records(_ bytes: RawSpan, _ view: CommandView) -> [ReconcileRecord]? {
    var records: [ReconcileRecord] = []
    records.reserveCapacity(view.recordCount)
    for number in 0..<view.recordCount {
      guard let record = ReconcileRecord(bytes, at: view.recordOffset(number)) else { return nil }
      records.append(record)
    }
    return records
  }

  /// Whether it goes forth, no further than one may, with records that are in order and can be of coins.
  private func isSound(_ command: ReconcileCommand, _ records: [ReconcileRecord], keyCount: UInt8) -> Bool {
    guard command.next >= command.first, command.next - command.first <= UInt32(WireLimits.reconcileSpanMax),
      UInt64(command.next) <= CoreLimits.counterMaxOfKeyset
    else { return false }
    var least: UInt32 = 0
    for record in records {
      guard record.counter >= least, record.counter < command.next,
        record.counter < command.first ? record.isOfNothing : record.exponent < keyCount && record.isOdd <= 1
      else { return false }
      least = record.counter + 1
    }
    return true
  }

  /// Where coins of a keyset with these counters, which ascend, lie; nil: there is no such coin.
  private func findCoins(of keyset: Int, _ counters: [UInt32]) -> [UInt32]? {
    guard !counters.isEmpty else { return [] }
    var found: [UInt32] = []
    for index in 0..<ecash.treasury.highWater where ecash.treasury[index].id != 0 {
      let coin = ecash.treasury[index]
      guard Int(coin.keyset) == keyset + 1 else { continue }
      var (low, high) = (0, counters.count)
      while low < high {
        let middle = (low + high) / 2
        if counters[middle] < coin.counter { low = middle + 1 } else { high = middle }
      }
      if low < counters.count, counters[low] == coin.counter { found.append(index) }
    }
    return found.count == counters.count ? found : nil
  }

  /// After a restore that may have lost something no counter is known.
  mutating func forgetCounters() {
    for keyset in 0..<ecash.keysetCount { ecash.keysets[keyset].isCounterKnown = false }
  }

  // MARK: Reads

  /// Keysets of a mint whose counters are not known, and the first counter of each that its mint is to be asked about.
  public func unknownCounters(at mint: UInt32) -> [(keyset: UInt32, counter: UInt32)] {
    (0..<ecash.keysetCount).filter { ecash.keysets[$0].mint == mint && !ecash.keysets[$0].isCounterKnown }
      .map { (UInt32($0 + 1), ecash.keysets[$0].counter) }
  }

  /// The broker's proofs of a keyset, in the order of their counters.
  public func coins(ofKeyset keyset: UInt32) -> [OwnProof] {
    var coins: [OwnProof] = []
    for index in 0..<ecash.treasury.highWater where ecash.treasury[index].id != 0 {
      if ecash.treasury[index].keyset == keyset { coins.append(OwnProof(ecash.treasury[index])) }
    }
    return coins.sorted { $0.counter < $1.counter }
  }
}

extension ReconcileRecord {
  /// Whether it says no more than which coin it is of.
  fileprivate var isOfNothing: Bool { x0.isZero && x1.isZero && exponent == 0 && isOdd == 0 }
}
