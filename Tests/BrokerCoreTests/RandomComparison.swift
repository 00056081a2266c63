import Audit
import BrokerCore
import WireProtocol

/// One small world: the core and the model, fed the same commands and compared after each.
struct RandomComparison: ~Copyable {
  private(set) var core: StateMachine
  private(set) var model: ReferenceModel
  var commands: RandomCommands
  /// What the core told of its statement.
  var statement: RandomStatement
  private var reply = [UInt8](repeating: 0, count: 64)
  private var figures = [UInt8](repeating: 0, count: WireLimits.outputCountMax * Figure.byteCount)
  private var step = 0
  /// Whether the last command was accepted, and did something.
  private var wasAccepted = false
  /// Whether every ADVANCE is repeated until no timer is due. If not, commands come while some are late.
  private let drains: Bool

  init?(seed: UInt64) {
    var random = RandomSource(seed: seed)
    let shape = RandomWorldShape(&random)
    self.init(shape: shape, random: random, drains: true)
  }

  init?(shape: RandomWorldShape, random: RandomSource, drains: Bool) {
    guard let core = StateMachine(genesis: shape.genesis), let model = ReferenceModel(genesis: shape.genesis) else {
      return nil
    }
    self.core = core
    self.model = model
    self.drains = drains
    statement = RandomStatement(now: shape.genesis.now)
    commands = RandomCommands(shape: shape, random: random)
  }

  /// Whether no timer is late.
  var isDrained: Bool { core.nextTimer().map { $0 > core.now } ?? true }

  /// Makes and applies one command; says how core and model differ, if they do.
  mutating func run(_ coverage: inout RandomCoverage) -> String? {
    run(commands.next(model), &coverage)
  }

  /// Applies this one, and compares everything.
  mutating func run(_ made: RandomCommands.Made, _ coverage: inout RandomCoverage) -> String? {
    let promised = Self.takesFromLeases(made.kind) ? [] : deadlines()
    if let difference = applyQuietly(made, &coverage) { return difference }
    for (id, deadline) in promised {
      // A lease whose agent is lost for too long ends before its time.
      guard case .reply(let lease) = core.check(id), lease.deadline < deadline, lease.state != .failed else { continue }
      return describe(made, "lease \(id): paid until \(deadline), and now until \(lease.deadline)")
    }
    // What was refused changes little, and what it changed is still there a few commands later.
    if wasAccepted || step % 8 == 0, let difference = isDrained ? compareStates() : compareLeases() {
      return describe(made, difference)
    }
    if made.touchesEcash && wasAccepted || step % 16 == 0, let difference = compareEcash() {
      return describe(made, difference)
    }
    if step % 101 == 0, let difference = goOnFromSnapshot() ?? compareKeptLines() {
      return describe(made, difference)
    }
    if step % 64 == 0, isDrained {
      if let problem = core.checkInvariants() { return describe(made, "core's invariants: \(problem)") }
      if let problem = model.checkAll() { return describe(made, "model's invariants: \(problem)") }
    } else if let problem = model.checkBook() {
      return describe(made, "model's book: \(problem)")
    }
    return nil
  }

  /// Replaces the core by what its snapshot gives: nothing that follows may show it.
  private mutating func goOnFromSnapshot() -> String? {
    var snapshot = MemorySnapshot(core)
    guard let copy = StateMachine.read(snapshot: &snapshot) else { return "the snapshot cannot be read" }
    if copy.digest() != core.digest() { return "the snapshot is of another state" }
    if copy.checkpointDigest != core.checkpointDigest { return "the snapshot has another digest" }
    core = copy
    return nil
  }

  /// Whether a command of this kind may bring the deadline of a lease forward. Time, new terms and other people's business may not.
  private static func takesFromLeases(_ kind: CommandKind) -> Bool {
    switch kind {
    case .acquire, .fund, .use, .reserve, .settle, .release, .revoke, .transfer, .grantDebitKey,
      .openChain, .closeChain, .donate, .provision, .report, .voucher, .endSwap:
      true
    default: false
    }
  }

  /// Until when each lease is paid, as its holders were told. Not of those with reservations, and of open ones: money that comes
  /// back, and a gift that comes by itself, can lift a THROTTLED lease to the full price, as a payment can.
  private func deadlines() -> [(UInt64, UInt64)] {
    commands.leases.compactMap { id in
      guard case .reply(let lease) = core.check(id), lease.reserved == 0, lease.open == 0 else { return nil }
      return (id, lease.deadline)
    }
  }

  /// Applies this one, and compares the answers only.
  mutating func applyQuietly(_ made: RandomCommands.Made, _ coverage: inout RandomCoverage) -> String? {
    step += 1
    let events = commands.newEvents(of: made, model)
    let expected = Self.apply(made.bytes, to: &model)
    let outcome = apply(made.bytes)
    coverage.count(made.kind, expected.status, replayed: expected.isReplayed)
    wasAccepted = [.ok, .paymentPending].contains(expected.status) && !expected.isReplayed
    if let difference = Self.difference(outcome, reply, expected, model.now) ?? readStatement() {
      return describe(made, difference)
    }
    // Timers beyond one ADVANCE's share fire in the next ones.
    if made.kind == .advance, drains {
      var left = 1_000
      while !isDrained, left > 0 {
        _ = apply(made.bytes)
        _ = Self.apply(made.bytes, to: &model)
        if let difference = readStatement() { return describe(made, difference) }
        left -= 1
      }
    }
    commands.learn(made, expected, model)
    if [.ok, .paymentPending].contains(expected.status) { commands.ecashEvents += events }
    for event in commands.ecashEvents { coverage.count(event) }
    commands.ecashEvents = []
    while core.nextEffect() != nil {}
    return nil
  }

  private mutating func apply(_ bytes: [UInt8]) -> Outcome {
    var buffer: [UInt8] = []
    swap(&buffer, &reply)
    defer { swap(&buffer, &reply) }
    var span = buffer.mutableSpan
    var raw = unsafe span.mutableBytes
    return unsafe core.apply(bytes.span.bytes, reply: &raw)
  }

  private static func apply(_ bytes: [UInt8], to model: inout ReferenceModel) -> ModelOutcome {
    unsafe model.apply(bytes.span.bytes)
  }

  private func describe(_ made: RandomCommands.Made, _ difference: String) -> String {
    "step \(step), \(made.kind.specificationName) at \(model.now): \(difference)\n  \(RandomDescription.of(made))"
  }

  // MARK: - What is compared

  /// The answer of the core against what the model expects.
  private static func difference(
    _ outcome: Outcome, _ reply: [UInt8], _ expected: ModelOutcome, _ now: UInt64
  ) -> String? {
    func text(_ status: Status, _ money: Money, _ replayed: Bool) -> String {
      "\(status.specificationName) \(money.specificationName)\(replayed ? " REPLAYED" : "")"
    }
    let got = text(outcome.status, outcome.money, outcome.isReplayed)
    let want = text(expected.status, expected.money, expected.isReplayed)
    if got != want { return "core \(got), model \(want); details: core \(outcome.detail), model \(expected.detail)" }
    if expected.status == .ok {
      let bytes = Array(reply[..<min(reply.count, outcome.replyByteCount)])
      return bytes == expected.reply ? nil : "reply: core \(bytes), model \(expected.reply)"
    }
    switch expected.detail {
    case .exactly(let detail):
      if outcome.detail != detail { return "\(got): detail: core \(outcome.detail), model \(detail)" }
    case .instant(let after, let atMost):
      if outcome.detail < after || outcome.detail > atMost {
        return "\(got): detail \(outcome.detail) is not within \(after)...\(atMost)"
      }
    }
    if outcome.token != expected.token { return "\(got): token: core \(outcome.token), model \(expected.token)" }
    if expected.status == .termsInvalid || expected.status == .nameInvalid, outcome.field != expected.field {
      return "\(got): field: core \(outcome.field), model \(expected.field)"
    }
    return nil
  }

  /// Everything that can be read, and every account.
  private mutating func compareStates() -> String? {
    if core.now != model.now { return "now: core \(core.now), model \(model.now)" }
    if core.sequence != model.sequence { return "sequence: core \(core.sequence), model \(model.sequence)" }
    let (resources, live, ended, sessions, _) = model.counts
    let figures = core.brokerFigures
    let got = (figures.resources, figures.leases, figures.ended, figures.sessions)
    let want = (UInt32(resources), UInt32(live), UInt32(ended), UInt32(sessions))
    if got != want { return "resources, leases, ended, sessions: core \(got), model \(want)" }
    if let difference = compareLeases() { return difference }
    if core.incarnation != model.incarnation {
      return "incarnation: core \(core.incarnation), model \(model.incarnation)"
    }
    let gotSums = (figures.credited, figures.charged, figures.keyEpoch)
    let wantSums = (model.credited, model.charged, model.keyEpoch)
    if gotSums != wantSums { return "credited, charged, keyEpoch: core \(gotSums), model \(wantSums)" }
    for id in commands.resources { if let difference = compareResource(id) { return difference } }
    return compareFunding() ?? compareFigures()
  }

  /// What is projected for each lease: it does not depend on timers.
  private func compareLeases() -> String? {
    for id in commands.leases { if let difference = compareLease(id) { return difference } }
    return nil
  }

  private func compareLease(_ id: UInt64) -> String? {
    guard let expected = model.check(id) else {
      if case .reply(let reply) = core.check(id) { return "lease \(id) is forgotten; core has \(reply)" }
      return nil
    }
    guard case .reply(let reply) = core.check(id) else {
      return "lease \(id): core does not know it; model \(expected)"
    }
    if reply != expected { return "CHECK of \(id): \(RandomDescription.difference(reply, expected))" }
    if let difference = compareService(id) { return difference }
    guard let view = core.lease(id), let owner = model.owner(of: id) else { return nil }
    if !view.isOpen, view.ownerGeneration != owner.generation || view.keyHash != owner.keyHash {
      return "lease \(id): owner key: core \(view), model \(owner)"
    }
    if !view.hasEnded, view.useNumber != owner.useNumber {
      return "lease \(id): use number: core \(view.useNumber), model \(owner.useNumber)"
    }
    for key in model.debitKeyList(of: id) {
      guard let found = core.debitKey(id, key.keyHash), found.id == key.id, found.useNumber == key.useNumber else {
        return "lease \(id): debit key: core \(String(describing: core.debitKey(id, key.keyHash))), model \(key)"
      }
    }
    for number in UInt32(1)...5 where !view.hasEnded {
      let expected = model.chain(number, of: id)
      switch core.checkChain(CheckChainRequest(lease: id, chain: number)) {
      case .reply(let reply) where reply == expected: continue
      case .refused where expected == nil: continue
      default: return "lease \(id): CHECK_CHAIN of \(number) is not \(String(describing: expected))"
      }
    }
    return nil
  }

  private func compareResource(_ id: UInt64) -> String? {
    guard var expected = model.status(id) else { return "resource \(id): the model does not know it" }
    guard case .reply(let reply) = core.status(id) else { return "resource \(id): core does not know it" }
    if let wrong = Self.bound(reply.earliestFree, expected.earliestFree, model.now) { return "STATUS: \(wrong)" }
    expected.earliestFree = reply.earliestFree
    if reply != expected { return "STATUS of \(id): \(RandomDescription.difference(reply, expected))" }
    guard let described = model.describe(id) else { return nil }
    if case .reply(let reply) = core.describe(DescribeRequest(resource: id, name: Name32())), reply != described {
      return "DESCRIBE of \(id): \(RandomDescription.difference(reply, described))"
    }
    for (units, duration) in [(UInt32(1), UInt64(0)), (described.terms.units, described.terms.longest), (0, 1)] {
      if let difference = compareQuote(id, units, duration) { return difference }
    }
    return nil
  }

  private func compareQuote(_ id: UInt64, _ units: UInt32, _ duration: UInt64) -> String? {
    let (expected, status, detail) = model.quote(id, units: units, duration: duration)
    switch core.quote(QuoteRequest(resource: id, units: units, duration: duration)) {
    case .reply(let reply):
      guard var expected else { return "QUOTE of \(id): core \(reply), model \(status) \(detail)" }
      if let wrong = Self.bound(reply.earliestFree, expected.earliestFree, model.now) { return "QUOTE: \(wrong)" }
      expected.earliestFree = reply.earliestFree
      return reply == expected ? nil : "QUOTE of \(id): \(RandomDescription.difference(reply, expected))"
    case .refused(let outcome):
      guard outcome.status == status, outcome.detail == detail else {
        return
          "QUOTE of \(id) for \(units), \(duration): core \(outcome.status) \(outcome.detail), model \(status) \(detail)"
      }
      return nil
    }
  }

  /// `earliestFree` is 0 exactly when there is room, and else a lower bound.
  private static func bound(_ value: UInt64, _ atMost: UInt64, _ now: UInt64) -> String? {
    if (value == 0) != (atMost == 0) { return "earliestFree: core \(value), model \(atMost)" }
    if value != 0, value < now || value > atMost { return "earliestFree \(value) is not within \(now)...\(atMost)" }
    return nil
  }

  private mutating func compareFigures() -> String? {
    var buffer: [UInt8] = []
    swap(&buffer, &figures)
    defer { swap(&buffer, &figures) }
    let reply: AuditFiguresReply
    do {
      var span = buffer.mutableSpan
      var raw = unsafe span.mutableBytes
      reply = core.auditFigures(into: &raw, at: 0)
    }
    let bytes = unsafe buffer.span.bytes
    var got: [Figure] = []
    for index in 0..<Int(reply.count) {
      if let figure = Figure(bytes, at: index * Figure.byteCount), figure.balance != 0 { got.append(figure) }
    }
    let want = model.figures()
    if got.count == want.count, Set(got) == Set(want) { return compareMovements(got, all: step % 64 == 0) }
    let more = Set(got).subtracting(want).map(RandomDescription.of).sorted()
    let less = Set(want).subtracting(got).map(RandomDescription.of).sorted()
    return "figures: core \(more), model \(less)"
  }
}

/// Words for what failed.
enum RandomDescription {
  /// The fields of two values that differ.
  static func difference<Value>(_ core: Value, _ model: Value) -> String {
    zip(Mirror(reflecting: core).children, Mirror(reflecting: model).children).compactMap { core, model in
      let (left, right) = ("\(core.value)", "\(model.value)")
      return left == right ? nil : "\(core.label ?? "?"): core \(left), model \(right)"
    }.joined(separator: "; ")
  }

  static func of(_ figure: Figure) -> String {
    "\(figure.account.specificationName)[\(figure.keyEpoch)] = \(figure.balance)"
  }

  /// The command, as its struct prints.
  static func of(_ made: RandomCommands.Made) -> String {
    let bytes = unsafe made.bytes.span.bytes
    guard let view = CommandView(bytes) else { return "malformed" }
    let at = view.fixedOffset
    func text<Command>(_ command: Command?) -> String { command.map { "\($0)" } ?? "malformed" }
    let body: String
    switch made.kind {
    case .genesis: body = text(GenesisCommand(bytes, at: at))
    case .advance: body = text(AdvanceCommand(bytes, at: at))
    case .configure: body = text(ConfigureCommand(bytes, at: at))
    case .restore: body = text(RestoreCommand(bytes, at: at))
    case .acceptLoss: body = text(AcceptLossCommand(bytes, at: at))
    case .openSession: body = text(OpenSessionCommand(bytes, at: at))
    case .register: body = text(RegisterCommand(bytes, at: at))
    case .update: body = text(UpdateCommand(bytes, at: at))
    case .acquire: body = text(AcquireCommand(bytes, at: at))
    case .fund: body = text(FundCommand(bytes, at: at))
    case .use: body = text(UseCommand(bytes, at: at))
    case .reserve: body = text(ReserveCommand(bytes, at: at))
    case .settle: body = text(SettleCommand(bytes, at: at))
    case .grantDebitKey: body = text(GrantDebitKeyCommand(bytes, at: at))
    case .release: body = text(ReleaseCommand(bytes, at: at))
    case .revoke: body = text(RevokeCommand(bytes, at: at))
    case .transfer: body = text(TransferCommand(bytes, at: at))
    case .openChain: body = text(OpenChainCommand(bytes, at: at))
    case .closeChain: body = text(CloseChainCommand(bytes, at: at))
    case .exchange: body = text(ExchangeCommand(bytes, at: at))
    case .issue: body = text(IssueCommand(bytes, at: at))
    case .withdraw: body = text(WithdrawCommand(bytes, at: at))
    case .rotate: body = text(RotateCommand(bytes, at: at))
    case .donate: body = text(DonateCommand(bytes, at: at))
    case .spendDonations: body = text(SpendDonationsCommand(bytes, at: at))
    case .setPool: body = text(SetPoolCommand(bytes, at: at))
    case .match: body = text(MatchCommand(bytes, at: at))
    case .schedule: body = text(ScheduleCommand(bytes, at: at))
    case .openCampaign: body = text(OpenCampaignCommand(bytes, at: at))
    case .pledge: body = text(PledgeCommand(bytes, at: at))
    case .cancel: body = text(CancelCommand(bytes, at: at))
    case .claim: body = text(ClaimCommand(bytes, at: at))
    case .rotateClaim: body = text(RotateClaimCommand(bytes, at: at))
    case .splitRevenue: body = text(SplitRevenueCommand(bytes, at: at))
    case .openOffering: body = text(OpenOfferingCommand(bytes, at: at))
    case .invest: body = text(InvestCommand(bytes, at: at))
    case .openAuction: body = text(OpenAuctionCommand(bytes, at: at))
    case .bid: body = text(BidCommand(bytes, at: at))
    case .raiseBid: body = text(RaiseBidCommand(bytes, at: at))
    case .revealBid: body = text(RevealBidCommand(bytes, at: at))
    case .refuseBid: body = text(RefuseBidCommand(bytes, at: at))
    case .attach: body = text(AttachCommand(bytes, at: at))
    case .detach: body = text(DetachCommand(bytes, at: at))
    case .provision: body = text(ProvisionCommand(bytes, at: at))
    case .voucher: body = text(VoucherCommand(bytes, at: at))
    case .setMint: body = text(SetMintCommand(bytes, at: at))
    case .setKeyset: body = text(SetKeysetCommand(bytes, at: at))
    case .beginSwap: body = text(BeginSwapCommand(bytes, at: at))
    case .refund: body = text(RefundCommand(bytes, at: at))
    case .endSwap:
      let records = (0..<view.recordCount).map { text(SwapRecord(bytes, at: view.recordOffset($0))) }
      body = "\(text(EndSwapCommand(bytes, at: at))) \(records)"
    case .beginPayout: body = text(BeginPayoutCommand(bytes, at: at))
    case .resolvePayout: body = text(ResolvePayoutCommand(bytes, at: at))
    case .reconcile:
      let records = (0..<view.recordCount).map { text(ReconcileRecord(bytes, at: view.recordOffset($0))) }
      body = "\(text(ReconcileCommand(bytes, at: at))) \(records)"
    case .payout:
      let records = (0..<view.recordCount).map { text(BlankOutput(bytes, at: view.recordOffset($0))) }
      body = "\(text(PayoutCommand(bytes, at: at))) \(records)"
    case .endPayout:
      let records = (0..<view.recordCount).map { text(PayoutRecord(bytes, at: view.recordOffset($0))) }
      body = "\(text(EndPayoutCommand(bytes, at: at))) \(records)"
    case .report:
      let records = (0..<view.recordCount).map { text(AgentUsage(bytes, at: view.recordOffset($0))) }
      body = "\(text(ReportCommand(bytes, at: at))) \(records)"
    }
    let tick = view.tick(in: bytes).map { ", \($0)" } ?? ""
    if let ecash = made.ecash { return "\(body), \(ecash), receipt \(text(made.receipt))" }
    return "\(body), notes \(made.notes.map { "\($0.amount)" })\(tick), receipt \(text(made.receipt))"
  }
}
