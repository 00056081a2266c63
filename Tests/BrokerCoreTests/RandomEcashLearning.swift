import Audit
import WireProtocol

/// A proof, as its mint tells it apart.
struct RandomPoint: Hashable {
  var mint: UInt32
  var x: Digest32
}

/// What the generator learns of proofs, of units that are held, and of the shares of mints.
extension RandomCommands {
  /// The fixed part of a command; nil: it is another one.
  static func decoded<Command: WireCommand>(_ made: Made) -> Command? {
    let bytes = unsafe made.bytes.span.bytes
    guard made.kind == Command.kind, let view = CommandView(bytes) else { return nil }
    return Command(bytes, at: view.fixedOffset)
  }

  /// What a command does to ecash, if it is accepted and can be told only beforehand; nothing, if it is a repeat.
  func newEvents(of made: Made, _ model: ReferenceModel) -> [RandomEcashEvent] {
    if let key = made.receipt, model.session(key.session)?.numbers.contains(key.number) ?? false { return [] }
    switch made.kind {
    case .endSwap: return swapEvents(of: made, model)
    case .restore:
      let command: RestoreCommand? = Self.decoded(made)
      guard command?.flags.contains(.lossy) ?? false else { return [] }
      return model.mintNumbers.compactMap { mint in
        if model.coinSwapGlimpse(mint) != nil { return .coinSwapLost }
        return model.mintGlimpse(mint)?.swapped.isEmpty ?? true ? nil : .swapLost
      }
    case .resolvePayout:
      let command: ResolvePayoutCommand? = Self.decoded(made)
      return [command?.keyset == 0 ? .notSignedBefore : .signedBefore]
    case .reconcile: return [reconciled(made)].compactMap { $0 }
    case .refund, .endPayout: return payoutEvents(of: made, model)
    default: return made.ecash.map { pointEvents($0, model) } ?? []
    }
  }

  private func swapEvents(of made: Made, _ model: ReferenceModel) -> [RandomEcashEvent] {
    let bytes = unsafe made.bytes.span.bytes
    guard let command: EndSwapCommand = Self.decoded(made), let view = CommandView(bytes) else { return [] }
    if command.outcome == .behind { return [.behind] }
    if command.outcome == .apart { return [.apart] }
    guard command.outcome == .refused else { return [] }
    let records = (0..<view.recordCount).compactMap { SwapRecord(bytes, at: view.recordOffset($0)) }
    var left = model.leftToMakeGood(at: command.mint)
    return records.compactMap { record in
      guard record.status == .ecashSpent, model.isOfBefore(record.payment),
        let payment = model.ecashGlimpse(record.payment), !payment.isCredited
      else { return nil }
      left -= Int128(payment.sum)
      if left >= 0 { return .madeGood }
      left += Int128(payment.sum)
      return .notMadeGood
    }
  }

  private func reconciled(_ made: Made) -> RandomEcashEvent? {
    let bytes = unsafe made.bytes.span.bytes
    guard let command: ReconcileCommand = Self.decoded(made), let view = CommandView(bytes) else { return nil }
    let records = (0..<view.recordCount).compactMap { ReconcileRecord(bytes, at: view.recordOffset($0)) }
    let spentCount = records.count { $0.counter < command.first }
    if records.isEmpty { return command.flags.contains(.last) ? .nothingFound : nil }
    return spentCount == 0 ? .found : spentCount == records.count ? .spentByOthers : .foundAndSpent
  }

  private func pointEvents(_ payment: RandomEcash, _ model: ReferenceModel) -> [RandomEcashEvent] {
    let url = model.mintGlimpse(payment.head.mint)?.terms.url
    let others = model.mintNumbers.filter { model.mintGlimpse($0)?.terms.url != url }
    let isElsewhere = payment.points.contains { point in
      others.contains { model.payment(using: point.x, at: $0) != nil }
    }
    let wasKept = payment.points.contains { everKept.contains($0) }
    return (wasKept ? [.keptNoLonger] : []) + (isElsewhere ? [.elsewhere] : [])
  }

  // MARK: - Afterwards

  /// Learns what a command did to proofs that are kept and units that are held, and what kept it out.
  mutating func learnOfRoom(_ made: Made, _ outcome: ModelOutcome, _ model: ReferenceModel) {
    learnOfHolds(made, outcome, model)
    learnOfSwaps(made, outcome, model)
    if made.kind == .endSwap, outcome.status == .ok {
      for point in model.keptPoints { everKept.insert(RandomPoint(mint: point.mint, x: point.x)) }
    }
    guard let ecash = made.ecash, made.kind != .payout else { return }
    switch outcome.status {
    case .ecashInUse:
      guard case .exactly(let id) = outcome.detail else { return }
      let glimpse = model.ecashGlimpse(id)
      if glimpse == nil { ecashEvents.append(.keptLonger) }
      if glimpse?.goneAt != nil { ecashEvents.append(.kept) }
      if let mint = glimpse?.mint, mint != ecash.head.mint { ecashEvents.append(.sameAddress) }
      let points = Set(ecash.points)
      let isOverdue = model.keptPoints.contains {
        $0.end <= model.now && points.contains(RandomPoint(mint: $0.mint, x: $0.x))
      }
      if isOverdue { ecashEvents.append(.overdue) }
    default: learnOfLimits(made, outcome, ecash, model)
    }
  }

  private mutating func learnOfHolds(_ made: Made, _ outcome: ModelOutcome, _ model: ReferenceModel) {
    let holds = model.unitsHeld
    for hold in knownHolds where !holds.contains(hold) {
      switch made.kind {
      case .advance: ecashEvents.append(.heldTooLong)
      case .endSwap: ecashEvents.append(.heldUntilEnd)
      case .configure, .restore: ecashEvents.append(.heldUntilLife)
      default: break
      }
    }
    let isNew = holds.contains { !knownHolds.contains($0) }
    knownHolds = holds
    guard let command: AcquireCommand = Self.decoded(made), let terms = model.describe(command.resource)?.terms else {
      return
    }
    if isNew { ecashEvents.append(.held) }
    let held = holds.reduce(0) { $0 + ($1.resource == command.resource ? UInt64($1.units) : 0) }
    if outcome.status == .paymentPending, !isNew, held > 0, terms.policy.contains(.unitsHeld) {
      ecashEvents.append(.heldEnough)
    }
    let taken = UInt64(model.status(command.resource)?.unitsLeased ?? 0)
    if outcome.status == .unitsUnavailable, taken - held + UInt64(command.units) <= UInt64(terms.units) {
      ecashEvents.append(.heldAway)
    }
  }
}
