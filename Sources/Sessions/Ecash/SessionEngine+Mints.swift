internal import BrokerCore
internal import Cashu
internal import Journal
internal import Payments
internal import WireProtocol

/// What is said to mints, and what their answers mean.
extension SessionEngine {
  // MARK: Calls

  /// The next question to a mint, if there is one that may be put now: what it depends on is durable. `answered` must follow.
  public mutating func nextMintCall() -> MintCall? {
    guard let desk = ecash else { return nil }
    for index in desk.lines.indices {
      guard case .busy(let step) = desk.lines[index].state, desk.lines[index].call == 0,
        let request = desk.lines[index].request(for: step), desk.lines[index].callsAfter <= journal.durableSequence
      else { continue }
      ecash?.lastCall += 1
      let id = desk.lastCall + 1
      ecash?.lines[index].call = id
      ecash?.lines[index].askedAt = now
      return MintCall(
        id: id, origin: desk.lines[index].origin, request: request, timeoutMilliseconds: EcashLimits.answerMilliseconds)
    }
    return nil
  }

  /// A mint answered, or did not. Within a turn.
  public mutating func answered(_ call: UInt64, _ answer: MintAnswer) {
    guard call != 0, let index = ecash?.lines.firstIndex(where: { $0.call == call }),
      case .busy(let step) = ecash?.lines[index].state
    else { return }
    ecash?.lines[index].call = 0
    let isHeard =
      switch step {
      case .info: gotInfo(index, answer)
      case .keysets: gotKeysets(index, answer)
      case .keys(let id): gotKeys(index, id, answer)
      case .states: gotStates(index, answer)
      case .swap: gotSwapped(index, answer)
      case .restoration: gotRestored(index, answer)
      case .scan(let keyset, .restoration): gotScanned(index, keyset, answer)
      case .scan(let keyset, .states): gotScanStates(index, keyset, answer)
      case .resolution: gotResolved(index, answer)
      case .preparation, .completion, .scan: false
      }
    note(isHeard, index)
    workOnMints()
  }

  /// Whether a question was answered as a mint does, for the operator.
  private mutating func note(_ isHeard: Bool, _ index: Int) {
    guard let line = ecash?.lines[index] else { return }
    if isHeard {
      ecash?.lines[index].answeredAt = now
      ecash?.lines[index].silenceCount = 0
      if line.silenceCount >= EcashLimits.silenceCountHigh { ecash?.note(line.number, "answers again") }
    } else {
      ecash?.lines[index].silenceCount = min(line.silenceCount, .max - 1) + 1
      if ecash?.lines[index].silenceCount == EcashLimits.silenceCountHigh {
        ecash?.note(line.number, "does not answer", isTrouble: true)
      }
    }
    warnOfLocks(index)
  }

  /// Once, where what is credited is not swapped and others than the broker can spend it before long.
  private mutating func warnOfLocks(_ index: Int) {
    guard let line = ecash?.lines[index], line.looksAtLocksAt <= now else { return }
    let locktime = machine.earliestLocktime(at: line.number)
    let isSoon = locktime != 0 && locktime <= now + EcashLimits.lockMilliseconds
    if isSoon, !line.isLockTold {
      ecash?.note(
        line.number, "credited ecash is not swapped, and a lock of it ends at \(locktime / 1_000)", isTrouble: true)
    }
    ecash?.lines[index].isLockTold = isSoon
    ecash?.lines[index].looksAtLocksAt = now + EcashLimits.lookMilliseconds
  }

  /// News for the log.
  public mutating func takeMintNews() -> [MintNews] {
    guard let news = ecash?.news, !news.isEmpty else { return [] }
    ecash?.news = []
    return news
  }

  /// When something is to be asked by itself.
  var nextMintInstant: UInt64? { isDraining ? nil : ecash?.lines.compactMap(\.nextInstant).min() }

  /// A token had a keyset that is not known: its mint may have a new one.
  mutating func learnKeysetsSoon() {
    guard let desk = ecash else { return }
    for index in desk.lines.indices {
      let earliest = now + EcashLimits.learnAgainMilliseconds
      if desk.lines[index].learnsAt > earliest { ecash?.lines[index].learnsAt = earliest }
    }
  }

  // MARK: What is next

  /// Begins what each mint waits for.
  mutating func workOnMints() {
    guard let count = ecash?.lines.count, !isDraining else { return }
    for index in 0..<count { work(on: index) }
  }

  private mutating func work(on index: Int) {
    guard let line = ecash?.lines[index] else { return }
    switch line.state {
    case .busy: return
    case .resting(let until, let step): if until <= now { begin(step, index) }
    case .idle:
      // What a restore lost may be found after all: until that is settled nothing becomes of money.
      let isRestoring = machine.isRestoring
      if !isRestoring, isSwapUnderWay(at: line.number) { return begin(.preparation, index) }
      if line.learnsAt <= now { return begin(line.infoAt <= now ? .info : .keysets, index) }
      if !isRestoring, !scan(index), !resolvePayout(index) { beginNext(index) }
    }
  }

  /// Whether a swap of payments or of coins is under way.
  func isSwapUnderWay(at mint: UInt32) -> Bool {
    machine.swap(at: mint) != nil || machine.coinSwap(at: mint) != nil
  }

  /// What waits at a mint, and should not wait longer: payments, then payouts, then that there are fewer coins.
  private mutating func beginNext(_ index: Int) {
    guard let line = ecash?.lines[index], hasRoomForRequest, !machine.isLate(now) else { return }
    if line.isPayoutNext, beginPayout(index) { return }
    if beginSwap(index) || beginPayout(index) { return }
    consolidate(index)
  }

  /// Takes payments that wait into a swap; whether one is under way now.
  private mutating func beginSwap(_ index: Int) -> Bool {
    guard let line = ecash?.lines[index] else { return false }
    let isOwed = machine.hasOwedEcash(at: line.number)
    if !isOwed { ecash?.lines[index].settlesAt = 0 }
    if isOwed, line.settlesAt == 0 { ecash?.lines[index].settlesAt = now + EcashLimits.settleMilliseconds }
    let isDue = isOwed && (line.settlesAt != 0 && line.settlesAt <= now || isExposed(line.number))
    guard line.beginsAt <= now, machine.hasWaitingEcash(at: line.number) || isDue else { return false }
    guard let keyset = machine.signingKeyset(of: line.number) else {
      ecash?.lines[index].wait(until: now + EcashLimits.noRoomMilliseconds)
      return false
    }
    advance()
    let status = record(BeginSwapCommand(mint: line.number, keyset: keyset), isApplied: true)
    guard status == .ok else {
      ecash?.lines[index].wait(until: now + EcashLimits.noRoomMilliseconds)
      ecash?.note(line.number, "a swap cannot begin: \(status.specificationName)", isTrouble: true)
      return false
    }
    ecash?.lines[index].settlesAt = 0
    begin(.preparation, index)
    return true
  }

  /// Takes the payout that waits longest into a swap; whether one is under way now. One that cannot be paid ends at once.
  private mutating func beginPayout(_ index: Int) -> Bool {
    guard let line = ecash?.lines[index], line.payoutsAt <= now else { return false }
    for _ in 0..<EcashLimits.endedPayoutCountMax {
      guard machine.hasWaitingPayout(at: line.number) else {
        ecash?.lines[index].payoutsAt = 0
        return false
      }
      guard hasRoomForRequest else { break }
      ecash?.lines[index].payoutsAt = now + EcashLimits.noRoomMilliseconds
      guard let keyset = machine.signingKeyset(of: line.number) else { return false }
      advance()
      let status = record(BeginPayoutCommand(mint: line.number, keyset: keyset), isApplied: true)
      deliverEffects()
      guard status == .ok else {
        ecash?.note(line.number, "a payout cannot begin: \(status.specificationName)", isTrouble: true)
        return false
      }
      if machine.coinSwap(at: line.number) != nil {
        ecash?.lines[index].payoutsAt = 0
        begin(.preparation, index)
        return true
      }
    }
    // More of them in the next turn.
    ecash?.lines[index].payoutsAt = now
    return false
  }

  /// Swaps coins for fewer, or those of a keyset that is out of use for others.
  private mutating func consolidate(_ index: Int) {
    guard let line = ecash?.lines[index], line.consolidatesAt <= now, hasRoomForRequest,
      machine.hasRetiredCoins(at: line.number, now: now)
        || machine.coinCount(at: line.number) >= EcashLimits.coinCountHigh,
      !machine.hasWaitingPayout(at: line.number), let keyset = machine.signingKeyset(of: line.number)
    else { return }
    ecash?.lines[index].consolidatesAt = now + EcashLimits.consolidateMilliseconds
    advance()
    let status = record(BeginPayoutCommand(mint: line.number, keyset: keyset), isApplied: true)
    if status == .ok {
      begin(.preparation, index)
    } else if status != .nothingDue {
      ecash?.note(line.number, "there cannot be fewer coins: \(status.specificationName)", isTrouble: true)
    }
  }

  /// Whether half of what may be credited is.
  private func isExposed(_ mint: UInt32) -> Bool {
    guard let totals = machine.totals(ofMint: mint), let terms = machine.mintTerms(mint) else { return false }
    return totals.credited > terms.exposure / 2
  }

  mutating func begin(_ step: MintLine.Step, _ index: Int) {
    guard let line = ecash?.lines[index] else { return }
    ecash?.lines[index].state = .busy(step)
    ecash?.lines[index].callsAfter = journal.lastSequence
    switch step {
    case .preparation:
      guard let preparation = preparation(at: line.number) else { return }
      ecash?.jobs.insert(.prepare(mint: line.number, preparation), at: 0)
    case .completion:
      guard let swap = line.prepared else { return }
      ecash?.jobs.insert(
        .complete(mint: line.number, SwapCompletion(swap: swap, signatures: line.signatures)), at: 0)
    case .scan(let keyset, .preparation):
      guard let preparation = scanPreparation(keyset, index) else { return }
      // Others' tokens, and swaps, do not wait for what is past.
      ecash?.jobs.append(.prepareScan(mint: line.number, preparation))
    case .scan(let keyset, .completion):
      guard let scan = line.scans[keyset], let batch = scan.batch else { return }
      ecash?.jobs.append(.completeScan(mint: line.number, ScanCompletion(scan: batch, restored: scan.restored)))
    default: break
    }
  }
}

extension MintLine {
  /// What a step asks the mint; nil: it asks nothing.
  func request(for step: Step) -> MintRequest? {
    switch step {
    case .info: .info
    case .keysets: .keysets
    case .keys(let id): .keys(id)
    case .states: prepared.map { .checkState($0.ys) }
    case .swap: prepared.map { .swap(inputs: $0.inputs, outputs: $0.outputs) }
    case .restoration: prepared.map { .restore($0.outputs) }
    case .scan(let keyset, let step): scans[keyset]?.request(for: step)
    case .resolution: .restore(inquiry.outputs)
    case .preparation, .completion: nil
    }
  }
}
