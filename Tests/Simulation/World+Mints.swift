import BrokerCore
import Cashu
import Journal
import Payments
import Replay
import Sessions
import SimulatedDisk
import WireProtocol

/// What goes on between the broker and its mints, and what must be at the mints in the end.
extension World {
  /// Mints of a seed. In worlds that begin with somebody's disk there are none.
  static func mints(of setup: BrokerSetup) -> [SimulatedMint] {
    var chance = Chance(seed: setup.seed ^ 0xCA5)
    guard let seed = Bytes32(Array(repeating: 7, count: Bytes32.byteCount)), let curve = Curve(seed: seed) else {
      return []
    }
    return (0..<setup.mintCount).compactMap { SimulatedMint(seed: setup.seed, number: $0, &chance, curve: curve) }
  }

  /// The first thing in a life, within its first turn: which mints are taken. Now and then it is one less.
  func takeEcash(_ broker: SimulatedBroker) {
    mustTakeEcash = false
    guard !mints.isEmpty else { return }
    let taken = oracle.life > 1 && mints.count > 1 && chance.oneIn(6) && !isLastLife ? Array(mints.dropLast()) : mints
    takenMints = Set(taken.map(\.number))
    if let why = broker.takeEcash(of: taken.compactMap(\.configuration)) { oracle.blame("no ecash is taken: \(why)") }
  }

  /// Within a turn: what was worked out, and what mints answer.
  func deliverEcash(to broker: SimulatedBroker) {
    if mustTakeEcash { takeEcash(broker) }
    while !broker.jobs.isEmpty, chance.below(3) > 0 { broker.finishJob(chance.below(broker.jobs.count)) }
    for mint in mints {
      for reply in mint.pass(to: clock.uptime, clock: clock.wall / 1_000, &chance) where reply.life == oracle.life {
        oracle.note("mint \(mint.number) answers question \(reply.call): \(reply.answer.words)")
        broker.answered(reply.call, reply.answer)
      }
    }
  }

  /// After a turn: what mints are asked.
  func askMints(for broker: SimulatedBroker, isBusy: Bool) {
    guard !mints.isEmpty, broker.fate == .running else { return }
    let calls = broker.ecashWork { [oracle] in oracle.note("mint \($0.mint) of the broker: \($0.what)") }
    for call in calls {
      guard let mint = mints.first(where: { call.origin.isNamed(by: $0.url.utf8) }) else {
        oracle.blame("a mint is asked that nobody named")
        return
      }
      if call.request.path == "/v1/swap" { lastSwapAt = clock.uptime }
      oracle.note("mint \(mint.number) is asked \(call.request.path), question \(call.id)")
      mint.take(call, life: oracle.life, at: clock.uptime, isKind: !isBusy, &chance, coverage)
    }
  }

  /// Between which two steps of a swap the broker died.
  func noteDeath(_ broker: SimulatedBroker) {
    for job in broker.jobs {
      switch job {
      case .prepare: coverage.count(.crashBeforeSwapCall)
      case .complete: coverage.count(.crashBeforeCompletion)
      case .verify: break
      }
    }
    if broker.isCompletionUnwritten { coverage.count(.crashAfterCompletion) }
    for mint in mints {
      let (isDone, isThere) = mint.swapUnderWay(of: oracle.life)
      if isThere { coverage.count(isDone ? .crashAfterSwapDone : .crashBeforeSwapDone) }
    }
  }

  // MARK: The end

  /// Lets the broker swap what is credited. A payment that is swapped alone waits a minute for others all the same, each.
  func awaitSwaps() {
    guard !mints.isEmpty else { return }
    lastSwapAt = clock.uptime
    let end = clock.uptime + 7_200_000
    while clock.uptime < min(end, lastSwapAt + 130_000), oracle.problem == nil {
      clock.pass(500)
      step(isBusy: false)
    }
  }

  /// Each coin that customers had is somebody's: the broker's exactly where it said so. What the broker has it can spend.
  func judgeMints() {
    guard !mints.isEmpty, oracle.problem == nil else { return }
    var options = RecoveryOptions(now: clock.wall)
    options.segmentByteCount = setup.segmentByteCount
    options.acceptsClock = true
    let copy = SimulatedFiles(files.contents)
    guard var resumption = try? Resumption(copy, options, genesis: setup.genesis(now: clock.wall), { _ in }),
      let machine = resumption.takeMachine(), let keys = setup.ecashKeys(genesis: machine.genesis.now)
    else { return oracle.blame("the last state is not to be had") }
    for mint in mints {
      guard
        let number = (1...UInt32(WireLimits.mintCountMax)).first(where: {
          let known = machine.mintTerms($0)
          return known?.url.string == mint.url && known?.unit.string == mint.terms.unit
        })
      else { return oracle.blame("a mint is not known in the end") }
      guard let seed = keys.words.seed(), let secrets = DeterministicSecrets(seed: seed, curve: mint.curve) else {
        return
      }
      let proofs = machine.ownProofs(at: number)
      let coins = proofs.compactMap { proof -> Proof? in
        let id = machine.keyset(proof.keyset).flatMap { KeysetID($0.terms) }
        return id.flatMap { secrets.coin(proof, of: $0) }
      }
      if let totals = machine.totals(ofMint: number) {
        oracle.note("mint \(mint.number) in the end: \(totals), swap \(machine.swap(at: number).debugDescription)")
      }
      judgeTokens(of: mint)
      let unspent = mint.unspentAmount ?? 0
      let sum = coins.reduce(UInt64(0)) { $0 + $1.amount }
      let all = mint.outstanding
      oracle.expect(
        all == Int128(unspent) + Int128(mint.customersAmount) + Int128(sum),
        "at a mint are \(all), customers have \(unspent) and \(mint.customersAmount), and the broker \(sum)")
      let isGood = coins.count == proofs.count && mint.canSpend(coins)
      oracle.expect(isGood, "the broker has \(proofs.count) coins of \(sum), and not all of them are good")
      oracle.comparedCount += coins.isEmpty ? 0 : 1
    }
  }

  private func judgeTokens(of mint: SimulatedMint) {
    for token in tokens where token.mint === mint {
      guard let states = mint.states(of: token.points) else {
        return oracle.blame("a mint does not tell of its coins")
      }
      let isTaken = zip(token.points, states).map { $1 == .spent && !mint.spentByCustomers.contains($0) }
      let what = "a token of \(token.sum), locked to \(token.lock), payments \(token.payments.map { $0.id ?? 0 })"
      let outcomes = token.payments.map(\.outcome)
      if outcomes.contains(.taken) || outcomes.contains(.refundable) {
        // What a mint says that is spent a broker which credited it has lost, though nobody can spend it now.
        oracle.expect(
          !isTaken.contains(false) || token.lock != .none && mint.hasLied, "\(what) is credited, and was not spent")
      } else if isTaken.contains(true) {
        let isUnknown = token.payments.contains { $0.outcome == nil && $0.isAbandoned }
        oracle.expect(isUnknown, "\(what) was spent by the broker, and its owner has nothing: \(outcomes)")
      }
    }
  }
}

extension Sessions.MintAnswer {
  /// In short, for whoever looks for a cause.
  fileprivate var words: String {
    switch self {
    case .answered(let status, let body): "\(status) \(String(decoding: body.prefix(60), as: UTF8.self))"
    case .notSent: "it was not sent"
    case .unknown: "nobody knows"
    }
  }
}

extension DeterministicSecrets {
  /// A coin of the broker's own, as a wallet restores it.
  fileprivate func coin(_ own: OwnProof, of keyset: KeysetID) -> Proof? {
    guard let (secret, _) = secret(keyset: keyset, counter: UInt64(own.counter)),
      let point = CompressedPoint(x0: own.x0, x1: own.x1, isOdd: own.isOdd)
    else { return nil }
    return Proof(amount: 1 << UInt64(own.exponent), keyset: keyset, secret: secret, signature: point)
  }
}

extension KeysetID {
  /// As the state has it.
  fileprivate init?(_ terms: SetKeysetCommand) {
    guard let id = CompressedPoint(x0: terms.id0, x1: terms.id1, isOdd: false) else { return nil }
    self.init((id.x.bytes + [terms.idLast]).prefix(Int(terms.idByteCount)))
  }
}
