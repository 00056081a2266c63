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
    switch step {
    case .keysets: gotKeysets(index, answer)
    case .keys(let id): gotKeys(index, id, answer)
    case .states: gotStates(index, answer)
    case .swap: gotSwapped(index, answer)
    case .restoration: gotRestored(index, answer)
    case .preparation, .completion: break
    }
    workOnMints()
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
      if machine.swap(at: line.number) != nil { return begin(.preparation, index) }
      if line.learnsAt <= now { return begin(.keysets, index) }
      beginSwap(index)
    }
  }

  /// Takes what waits at a mint into a swap, if something does that should not wait longer.
  private mutating func beginSwap(_ index: Int) {
    guard let line = ecash?.lines[index], hasRoomForRequest, !machine.isLate(now) else { return }
    let isOwed = machine.hasOwedEcash(at: line.number)
    if !isOwed { ecash?.lines[index].settlesAt = 0 }
    if isOwed, line.settlesAt == 0 { ecash?.lines[index].settlesAt = now + EcashLimits.settleMilliseconds }
    let isDue = isOwed && (line.settlesAt != 0 && line.settlesAt <= now || isExposed(line.number))
    guard line.beginsAt <= now, machine.hasWaitingEcash(at: line.number) || isDue else { return }
    guard let active = ecash?.terms.mint(line.number)?.keysets.last(where: \.isActive) else {
      ecash?.lines[index].wait(until: now + EcashLimits.noRoomMilliseconds)
      return
    }
    advance()
    guard record(BeginSwapCommand(mint: line.number, keyset: active.number), isApplied: true) == .ok else {
      ecash?.lines[index].wait(until: now + EcashLimits.noRoomMilliseconds)
      ecash?.note(line.number, "no room for more proofs", isTrouble: true)
      return
    }
    ecash?.lines[index].settlesAt = 0
    begin(.preparation, index)
  }

  /// Whether half of what may be credited is.
  private func isExposed(_ mint: UInt32) -> Bool {
    guard let totals = machine.totals(ofMint: mint), let terms = machine.mintTerms(mint) else { return false }
    return totals.credited > terms.exposure / 2
  }

  private mutating func begin(_ step: MintLine.Step, _ index: Int) {
    guard let line = ecash?.lines[index] else { return }
    ecash?.lines[index].state = .busy(step)
    ecash?.lines[index].callsAfter = journal.lastSequence
    switch step {
    case .preparation: prepare(line)
    case .completion:
      guard let swap = line.prepared else { return }
      ecash?.jobs.insert(
        .complete(mint: line.number, SwapCompletion(swap: swap, signatures: line.signatures)), at: 0)
    default: break
    }
  }

  private mutating func prepare(_ line: MintLine) {
    guard let swap = machine.swap(at: line.number), let terms = ecash?.terms else { return }
    let none = Bytes16()
    ecash?.jobs.insert(
      .prepare(
        mint: line.number,
        SwapPreparation(
          terms: terms, mint: line.number,
          payments: swap.payments.map { SwapPreparation.Payment(id: $0, sealed: machine.sealedEcash(of: $0)) },
          keyset: swap.keyset,
          outputs: swap.outputs.map { SwapPreparation.Output(exponent: $0.exponent, counter: $0.counter) },
          auxiliary: (random() ?? none, random() ?? none))), at: 0)
  }

  mutating func prepared(_ mint: UInt32, _ swap: PreparedSwap?) {
    guard let index = ecash?.lines.firstIndex(where: { $0.number == mint }), let line = ecash?.lines[index] else {
      return
    }
    guard let swap else {
      ecash?.note(mint, "what was sealed cannot be opened", isTrouble: true)
      ecash?.lines[index].rest(before: .preparation, at: now)
      return
    }
    ecash?.lines[index].prepared = swap
    // Where nothing was sent and there is one payment, its own proofs say all.
    let isSure = line.doubtfulSince == nil && Set(swap.owners).count == 1
    begin(isSure ? .swap : .states, index)
  }

  // MARK: Keysets

  private mutating func gotKeysets(_ index: Int, _ answer: MintAnswer) {
    guard let line = ecash?.lines[index], let mint = ecash?.terms.mint(line.number) else { return }
    guard case .answered(200, let body) = answer, let summaries = try? KeysetSummary.all(in: body) else {
      return restFromLearning(index, "its keysets are not to be had")
    }
    ecash?.lines[index].failureCount = 0
    ecash?.lines[index].learnsAt = now + EcashLimits.learnMilliseconds
    let ours = summaries.filter { $0.unit == mint.unit }
    for keyset in mint.keysets {
      // A mint may forget one; its proofs are worth nothing then, and no new ones are made of it.
      let isActive = ours.first { $0.id == keyset.id }?.isActive ?? false
      if isActive != keyset.isActive { restate(keyset.number, isActive: isActive, index) }
    }
    let unknown = ours.filter { summary in !mint.keysets.contains { $0.id == summary.id } }
    // Those in use first; of old ones a few at a time.
    let sorted = unknown.filter(\.isActive) + unknown.filter { !$0.isActive }
    ecash?.lines[index].unknownKeysets = Array(sorted.prefix(EcashLimits.learnedCountMax))
    learnNext(index)
  }

  private mutating func restFromLearning(_ index: Int, _ why: String) {
    guard let line = ecash?.lines[index] else { return }
    if line.failureCount == 0 { ecash?.note(line.number, why, isTrouble: true) }
    // What can be done without them goes on.
    ecash?.lines[index].failureCount += 1
    ecash?.lines[index].learnsAt = now + EcashLimits.restMilliseconds(afterFailures: line.failureCount + 1)
    ecash?.lines[index].state = .idle
  }

  /// Whether a keyset that is known is in use.
  private mutating func restate(_ number: UInt32, isActive: Bool, _ index: Int) {
    guard let (known, keys) = machine.keyset(number) else { return }
    var terms = known
    if isActive { terms.flags.insert(.active) } else { terms.flags.remove(.active) }
    record(terms, keys)
  }

  private mutating func record(_ terms: SetKeysetCommand, _ keys: [KeysetKey]) {
    let status = record(terms, records: keys)
    if status == .ok {
      ecash?.learn(keyset: terms.keyset, of: machine)
      ecash?.note(terms.mint, "keyset \(terms.keyset) is \(terms.flags.contains(.active) ? "in use" : "not in use")")
    } else {
      ecash?.note(terms.mint, "a keyset is not taken: \(status.specificationName)", isTrouble: true)
    }
  }

  private mutating func learnNext(_ index: Int) {
    guard let next = ecash?.lines[index].unknownKeysets.first else {
      ecash?.lines[index].state = .idle
      return
    }
    begin(.keys(next.id), index)
  }

  private mutating func gotKeys(_ index: Int, _ id: KeysetID, _ answer: MintAnswer) {
    guard let line = ecash?.lines[index], let summary = line.unknownKeysets.first else { return }
    guard case .answered(200, let body) = answer else {
      return restFromLearning(index, "the keys of keyset \(id.hex) are not to be had")
    }
    ecash?.lines[index].unknownKeysets.removeFirst()
    if let keyset = try? Keyset.all(in: body).first(where: { $0.id == id }), let keys = keyset.firstPowers,
      let fee = UInt32(exactly: summary.inputFeePPK), keyset.unit == summary.unit,
      keyset.inputFeePPK == summary.inputFeePPK || id.bytes.count == KeysetID.shortByteCount && keyset.inputFeePPK == 0
    {
      var bytes = id.bytes
      bytes += Array(repeating: 0, count: KeysetID.longByteCount - bytes.count)
      let halves = Bytes32(bytes.prefix(32)).map { CompressedPoint(isOdd: false, x: $0).halves }
      record(
        SetKeysetCommand(
          mint: line.number, keyset: machine.keysetCount + 1, id0: halves?.x0 ?? Bytes16(),
          id1: halves?.x1 ?? Bytes16(),
          idLast: bytes[32], idByteCount: UInt8(id.bytes.count), feePerThousand: fee,
          finalExpiry: keyset.finalExpiry ?? 0, flags: summary.isActive ? .active : [], count: 0),
        keys.enumerated().map { exponent, key in
          let (x0, x1) = key.halves
          return KeysetKey(x0: x0, x1: x1, isOdd: key.isOdd ? 1 : 0, exponent: UInt8(exponent))
        })
    } else {
      ecash?.note(line.number, "keyset \(id.hex) is not one that can be taken", isTrouble: true)
    }
    learnNext(index)
  }

  // MARK: A swap

  private mutating func gotStates(_ index: Int, _ answer: MintAnswer) {
    guard let line = ecash?.lines[index], let swap = line.prepared else { return }
    guard case .answered(200, let body) = answer, let states = try? ProofState.all(in: body, for: swap.ys) else {
      ecash?.lines[index].rest(before: .states, at: now)
      return
    }
    if states.contains(.pending) {
      ecash?.lines[index].pendingCount += 1
      // Of one that the mint never left unanswered no proof was taken: it need not wait.
      guard line.doubtfulSince == nil, line.pendingCount + 1 >= EcashLimits.pendingCountMax else {
        ecash?.lines[index].rest(before: .states, at: now)
        return
      }
      let pending = Set(zip(swap.owners, states).filter { $0.1 == .pending }.map(\.0))
      return refuse(index, pending.map { ($0, .mintRefused) })
    }
    var spent: [UInt64] = []
    for (number, state) in states.enumerated() where state == .spent && spent.last != swap.owners[number] {
      spent.append(swap.owners[number])
    }
    ecash?.lines[index].spent = spent
    ecash?.lines[index].isAllSpent = states.allSatisfy { $0 == .spent }
    if spent.isEmpty {
      guard line.doubtfulSince != nil, line.isPastDoubt(at: now) else { return begin(.swap, index) }
      // It was sent, nothing came of it, and what it asks for was not done: some of it the mint cannot stand.
      ecash?.lines[index].refusalCount += 1
      guard line.refusalCount + 1 >= EcashLimits.refusalCountMax else { return begin(.swap, index) }
      let payments = machine.swap(at: line.number)?.payments ?? []
      return refuse(index, payments.count == 1 ? [(payments[0], .mintRefused)] : [])
    }
    // Of a swap that was never sent somebody else spent them.
    if line.isSure { return refuse(index, spent.map { ($0, .ecashSpent) }) }
    begin(.restoration, index)
  }

  private mutating func gotSwapped(_ index: Int, _ answer: MintAnswer) {
    guard let line = ecash?.lines[index], let swap = line.prepared else { return }
    if case .notSent = answer {} else { ecash?.lines[index].wasSent = true }
    switch answer {
    case .notSent:
      ecash?.lines[index].rest(before: line.doubtfulSince == nil && !line.wasSent ? .swap : .states, at: now)
    case .answered(200, let body):
      ecash?.lines[index].doubt(at: now)
      guard let signatures = try? BlindSignature.all(in: body, for: swap.outputs) else {
        ecash?.lines[index].rest(before: .states, at: now)
        return
      }
      ecash?.lines[index].signatures = signatures
      begin(.completion, index)
    case .answered(let status, let body) where MintRefusal(status: status, body: body).isOfTheMint:
      refused(index, MintRefusal(status: status, body: body))
    case .answered, .unknown:
      ecash?.lines[index].doubt(at: now)
      ecash?.lines[index].rest(before: .states, at: now)
    }
  }

  private mutating func refused(_ index: Int, _ refusal: MintRefusal) {
    guard let line = ecash?.lines[index], let swap = line.prepared else { return }
    let payments = machine.swap(at: line.number)?.payments ?? []
    switch refusal.meaning {
    case .alreadySpent:
      // Whose: theirs, or ours that came before it.
      guard line.doubtfulSince == nil, payments.count == 1 else { return begin(.states, index) }
      ecash?.lines[index].spent = payments
      ecash?.lines[index].isAllSpent = true
      begin(.restoration, index)
    case .alreadySigned:
      ecash?.lines[index].doubt(at: now)
      begin(.states, index)
    case .pending: ecash?.lines[index].rest(before: .states, at: now)
    case .invalidProof where line.isPastDoubt(at: now):
      refuse(index, payments.count == 1 ? [(payments[0], .ecashInvalid)] : [])
    default:
      let isActive = ecash?.terms.keysetIsActive(swap.outputs.first?.keyset)
      ecash?.note(line.number, "a swap was refused: \(refusal.status) \(refusal.detail)", isTrouble: true)
      ecash?.lines[index].refusalCount += 1
      if isActive == false, line.isPastDoubt(at: now) { return putBack(index) }
      guard line.refusalCount + 1 >= EcashLimits.refusalCountMax, line.isPastDoubt(at: now) else {
        // The keyset may have gone out of use: that is asked before the swap is tried again.
        ecash?.lines[index].rest(before: .keysets, at: now)
        return
      }
      refuse(index, payments.count == 1 ? [(payments[0], .mintRefused)] : [])
    }
  }

  private mutating func gotRestored(_ index: Int, _ answer: MintAnswer) {
    guard let line = ecash?.lines[index], let swap = line.prepared else { return }
    guard case .answered(200, let body) = answer,
      let restored = try? RestoredSignature.all(in: body, for: swap.outputs)
    else {
      ecash?.lines[index].rest(before: .restoration, at: now)
      return
    }
    // Signatures for a swap whose inputs are not spent are those of another one, of a life that was lost.
    guard restored.isEmpty || line.isAllSpent else {
      ecash?.note(line.number, "it signed these outputs for something else", isTrouble: true)
      ecash?.lines[index].rest(before: .states, at: now)
      return
    }
    if restored.count == swap.outputs.count {
      ecash?.lines[index].signatures = restored.sorted { $0.outputIndex < $1.outputIndex }.map(\.signature)
      return begin(.completion, index)
    }
    guard restored.isEmpty else {
      ecash?.note(line.number, "it signed a part of a swap", isTrouble: true)
      ecash?.lines[index].rest(before: .restoration, at: now)
      return
    }
    if line.spent.isEmpty { return begin(.swap, index) }
    guard line.isPastDoubt(at: now) else {
      ecash?.lines[index].rest(before: .states, at: now)
      return
    }
    refuse(index, line.spent.map { ($0, .ecashSpent) })
  }

  mutating func completed(_ mint: UInt32, _ points: [CompressedPoint]?) {
    guard let index = ecash?.lines.firstIndex(where: { $0.number == mint }) else { return }
    guard let points else {
      ecash?.note(mint, "it signed something else than it was asked to", isTrouble: true)
      ecash?.lines[index].rest(before: .restoration, at: now)
      return
    }
    let records = points.map { point in
      let (x0, x1) = point.halves
      return SwapRecord(x0: x0, x1: x1, payment: 0, status: .ok, isOdd: point.isOdd ? 1 : 0)
    }
    advance()
    guard end(index, .signed, records) else {
      // No room for notes: until the operator begins another key epoch.
      ecash?.note(mint, "no room for notes", isTrouble: true)
      ecash?.lines[index].rest(before: .completion, at: now)
      return
    }
    workOnMints()
  }

  private mutating func refuse(_ index: Int, _ blamed: [(payment: UInt64, status: Status)]) {
    guard let mint = ecash?.lines[index].number else { return }
    let order = machine.swap(at: mint)?.payments ?? []
    let records = order.compactMap { payment in
      blamed.first { $0.payment == payment }.map {
        SwapRecord(x0: Bytes16(), x1: Bytes16(), payment: payment, status: $0.status, isOdd: 0)
      }
    }
    advance()
    _ = end(index, .refused, records)
  }

  private mutating func putBack(_ index: Int) {
    advance()
    _ = end(index, .putBack, [])
  }

  /// Ends the swap under way; false: it cannot be ended so.
  private mutating func end(_ index: Int, _ outcome: SwapOutcome, _ records: [SwapRecord]) -> Bool {
    guard let mint = ecash?.lines[index].number else { return false }
    let status = record(EndSwapCommand(mint: mint, outcome: outcome, count: 0), records: records)
    guard status == .ok else { return false }
    ecash?.lines[index].failureCount = 0
    ecash?.lines[index].endSwap()
    deliverEffects()
    return true
  }
}

extension MintLine {
  /// What a step asks the mint; nil: it asks nothing.
  func request(for step: Step) -> MintRequest? {
    switch step {
    case .keysets: .keysets
    case .keys(let id): .keys(id)
    case .states: prepared.map { .checkState($0.ys) }
    case .swap: prepared.map { .swap(inputs: $0.inputs, outputs: $0.outputs) }
    case .restoration: prepared.map { .restore($0.outputs) }
    case .preparation, .completion: nil
    }
  }
}

extension MintRefusal {
  /// Whether the mint itself says no. What stands before it, or an overload, knows nothing of the money.
  fileprivate var isOfTheMint: Bool {
    (400..<500).contains(status) && status != 408 && status != 429 && (code != nil || status == 422)
  }
}

extension EcashTerms {
  /// Whether a keyset is in use; nil: it is not known.
  func keysetIsActive(_ id: KeysetID?) -> Bool? {
    for mint in mints {
      if let keyset = mint.keysets.first(where: { $0.id == id }) { return keyset.isActive }
    }
    return nil
  }
}

extension Keyset {
  /// Its keys for 1, 2, 4 and so on, if it has no others.
  fileprivate var firstPowers: [CompressedPoint]? {
    let points = (0..<keys.count).compactMap { keys[1 << UInt64($0)] }
    return points.count == keys.count ? points : nil
  }
}
