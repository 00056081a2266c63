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
  /// Mints of a seed.
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
    let taken =
      lifeBase == 0 && oracle.life > 1 && mints.count > 1 && chance.oneIn(6) && !isLastLife
      ? Array(mints.dropLast()) : mints
    takenMints = Set(taken.map(\.number))
    oracle.takenMints = takenMints
    oracle.toldMints.formIntersection(takenMints)
    for mint in mints { (mint.isSaidToLack, mint.lacksSince) = (false, nil) }
    if let why = broker.takeEcash(of: taken.compactMap(\.configuration)) { oracle.blame("no ecash is taken: \(why)") }
  }

  /// Within a turn: what was worked out, and what mints answer.
  func deliverEcash(to broker: SimulatedBroker) {
    if mustTakeEcash { takeEcash(broker) }
    while !broker.jobs.isEmpty, chance.below(3) > 0 { broker.finishJob(chance.below(broker.jobs.count)) }
    for mint in mints {
      for reply in mint.pass(to: clock.uptime, clock: clock.wall / 1_000, &chance) where reply.life == life {
        oracle.note("mint \(mint.number) answers question \(reply.call): \(reply.answer.words)")
        broker.answered(reply.call, reply.answer)
        if let lacks = reply.lacks { say(lacks, of: mint) }
      }
      for swap in mint.takeDoneSwaps() { noteSwap(at: mint, swap.inputs, swap.outputs) }
    }
  }

  /// The broker is told whether a mint can do too little.
  private func say(_ lacks: Bool, of mint: SimulatedMint) {
    mint.isSaidToLack = lacks
    if lacks {
      mint.lackedUntil = .max
      oracle.toldMints.remove(mint.number)
    } else {
      mint.lackedUntil = min(mint.lackedUntil, oracle.now)
      mint.lacksSince = nil
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
      // It is asked once what it said of itself is durable.
      if call.request.path == "/v1/keysets", mint.isSaidToLack, mint.lacksSince == nil { mint.lacksSince = oracle.now }
      if ["/v1/swap", "/v1/checkstate", "/v1/restore"].contains(call.request.path) {
        (lastMoneyAt, moneyCallCount) = (clock.uptime, moneyCallCount + 1)
      }
      oracle.note("mint \(mint.number) is asked \(call.request.path), question \(call.id)")
      mint.take(call, life: life, at: clock.uptime, isKind: !isBusy && !areMintsHard, &chance, coverage)
    }
  }

  /// The broker's life, among all that ever ask these mints.
  var life: Int { lifeBase + oracle.life }

  /// What a mint did for the broker: whether it paid out, or made fewer coins of many.
  private func noteSwap(at mint: SimulatedMint, _ inputs: [CompressedPoint], _ outputs: [CompressedPoint]) {
    if outputs.contains(where: blankPoints.contains) { return coverage.count(payout: "signed") }
    guard inputs.allSatisfy({ !tokenPoints.contains($0) }) else { return }
    coverage.count(payout: inputs.count >= WireLimits.swapCoinCountMax ? "coins of many" : "coins of some")
  }

  /// Outputs of payouts.
  private var blankPoints: Set<CompressedPoint> { Set(oracle.payouts.all.flatMap(\.points)) }

  /// Between which two steps of a swap the broker died.
  func noteDeath(_ broker: SimulatedBroker) {
    for job in broker.jobs {
      switch job {
      case .prepare: coverage.count(.crashBeforeSwapCall)
      case .complete: coverage.count(.crashBeforeCompletion)
      case .prepareScan, .completeScan: coverage.count(.crashDuringScan)
      case .verify: break
      }
    }
    if broker.isCompletionUnwritten { coverage.count(.crashAfterCompletion) }
    for mint in mints {
      for (body, isDone) in mint.swapsUnderWay(of: life) {
        coverage.count(isDone ? .crashAfterSwapDone : .crashBeforeSwapDone)
        let text = String(decoding: body, as: UTF8.self)
        let isPayout = openPayouts.contains { $0.points.first.map { text.contains($0.hex) } ?? false }
        if isPayout { coverage.count(payout: isDone ? "crash after it was signed" : "crash before it is signed") }
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
