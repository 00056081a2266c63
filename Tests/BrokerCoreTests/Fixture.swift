import BrokerCore
import Testing
import WireProtocol

/// Outcome and fixed reply of one command.
struct Applied {
  let outcome: Outcome
  let bytes: [UInt8]

  var status: Status { outcome.status }
  var money: Money { outcome.money }

  /// The fixed reply, read back.
  func reply<Reply: WireReply>(_ type: Reply.Type) throws -> Reply {
    try #require(outcome.status == .ok)
    #expect(outcome.replyByteCount == Reply.byteCount)
    let reply = unsafe Reply(bytes.span.bytes, at: 0)
    return try #require(reply)
  }
}

/// A state machine under test: encodes commands, checks every invariant after each, and keeps notes and effects at hand.
final class Bench {
  var machine: StateMachine
  var session: UInt64 = 0
  var number: UInt64 = 0
  /// Whether every command is followed by a full check (large tests turn it off).
  var isChecking = true
  var effects: [Effect] = []
  /// What claims were paid.
  var collected: [UInt64: UInt64] = [:]
  /// Whether every command is kept.
  var isRecording = true
  /// Every command that was applied, for replays.
  var journal: [[UInt8]] = []

  static let start: UInt64 = 1_000_000

  static func genesis(
    leases: UInt32 = 64, sessions: UInt32 = 8, receipts: UInt32 = 4_096, debitKeys: UInt32 = 32,
    reservations: UInt32 = 128, chains: UInt32 = 32, claims: UInt32 = 64, fundings: UInt32 = 8, notes: UInt64 = 4_096,
    fee: UInt32 = 0,
    resources: UInt32 = 8,
    providers: UInt32 = 4,
    services: UInt32 = 8,
    ecash: UInt32 = 64, proofs: UInt32 = 512, pieces: UInt32 = 1_024, treasury: UInt32 = 512,
    slot: UInt32 = 3
  ) -> GenesisCommand {
    GenesisCommand(
      coreVersion: CoreLimits.coreVersion, slot: slot, incarnation: 1, now: start, hashSeed: Bytes16(low: 7, high: 9),
      resourceCountMax: resources, leaseCountMax: leases, sessionCountMax: sessions, receiptCountMax: receipts,
      debitKeyCountMax: debitKeys, reservationCountMax: reservations, noteCountMax: notes, feePerMillion: fee,
      providerCountMax: providers, algorithm: .hmacSha256_128, chainCountMax: chains,
      claimCountMax: claims, fundingCountMax: fundings,
      agentCountMax: 8, serviceCountMax: services, ecashCountMax: ecash, proofCountMax: proofs, pieceCountMax: pieces,
      treasuryCountMax: treasury, unit: Name32("msat") ?? Name32())
  }

  init(_ genesis: GenesisCommand = genesis()) throws {
    guard let machine = StateMachine(genesis: genesis) else { throw BenchError.genesisRefused }
    self.machine = machine
    session = openSession(Bytes16(low: 1, high: 1))
  }

  /// One that goes on with a state that was read; nothing is checked or kept.
  init(_ machine: consuming StateMachine, session: UInt64, number: UInt64) {
    self.machine = machine
    self.session = session
    self.number = number
    (isChecking, isRecording) = (false, false)
  }

  // MARK: Applying

  /// Applies a command; under a receipt with the next number when `receipt` is nil and the kind keeps one.
  @discardableResult
  func apply<Command: WireCommand>(
    _ command: Command, receipt: ReceiptKey? = nil, notes: [VerifiedNote] = [], outputs: [NoteOutput] = [],
    members: [PoolMember] = [], tiers: [Tier] = [], shares: [RevenueShare] = [],
    usages: [AgentUsage] = [], keys: [KeysetKey] = [], swapped: [SwapRecord] = [], blanks: [BlankOutput] = [],
    paidOut: [PayoutRecord] = [], coins: [ReconcileRecord] = [], tick: VerifiedTick? = nil, ecash: Ecash? = nil
  ) -> Applied {
    let layout = Command.kind.layout
    var key = receipt
    if key == nil, layout.keepsReceipt || !notes.isEmpty || ecash != nil {
      number += 1
      key = ReceiptKey(session: session, number: number, digest: number &* 77, window: 1)
    }
    var bytes = [UInt8](repeating: 0, count: CommandBuilder.byteCountMax)
    var mutable = bytes.mutableSpan
    var span = unsafe mutable.mutableBytes
    var builder = CommandBuilder(command, receipt: key, in: &span)
    for output in outputs { builder.append(record: output, to: &span) }
    for member in members { builder.append(record: member, to: &span) }
    for tier in tiers { builder.append(record: tier, to: &span) }
    for share in shares { builder.append(record: share, to: &span) }
    for usage in usages { builder.append(record: usage, to: &span) }
    for key in keys { builder.append(record: key, to: &span) }
    for record in swapped { builder.append(record: record, to: &span) }
    for blank in blanks { builder.append(record: blank, to: &span) }
    for record in paidOut { builder.append(record: record, to: &span) }
    for coin in coins { builder.append(record: coin, to: &span) }
    for note in notes { builder.append(note, to: &span) }
    if let ecash { unsafe builder.append(ecash.head, ecash.proofs, sealed: ecash.sealed.span.bytes, to: &span) }
    if let tick { builder.append(tick, to: &span) }
    guard let count = builder.finish(in: &span) else {
      Issue.record("command does not fit its layout")
      return Applied(outcome: machine.refusedOutcome(), bytes: [])
    }
    let applied = apply(bytes: Array(bytes[..<count]))
    if let claim = command as? ClaimCommand, applied.status == .ok, !applied.outcome.isReplayed,
      let reply = try? applied.reply(ClaimReply.self)
    {
      collected[claim.claim, default: 0] += reply.amount
    }
    return applied
  }

  /// Applies encoded bytes.
  func apply(bytes: [UInt8]) -> Applied {
    if isRecording { journal.append(bytes) }
    var reply = [UInt8](repeating: 0xAA, count: 64)
    var mutable = reply.mutableSpan
    var span = unsafe mutable.mutableBytes
    let outcome = unsafe machine.apply(bytes.span.bytes, reply: &span)
    while let effect = machine.nextEffect() { effects.append(effect) }
    if isChecking {
      let fault = machine.checkInvariants()
      #expect(fault == nil, "after \(outcome.status.specificationName)")
    }
    return Applied(outcome: outcome, bytes: reply)
  }

  func openSession(_ hash: Bytes16) -> UInt64 { apply(OpenSessionCommand(sessionHash: hash)).outcome.detail }

  /// Moves time on to `instant`, as often as events and timers are due.
  func advance(to instant: UInt64) {
    var isDone = false
    while !isDone {
      apply(AdvanceCommand(now: instant))
      let (isBehind, now, next) = (machine.isBehind(instant), machine.now, machine.nextTimer() ?? .max)
      isDone = !isBehind && next > now
    }
  }

  /// Moves time on by `milliseconds`.
  func advance(by milliseconds: UInt64) { advance(to: machine.now + milliseconds) }

  // MARK: Shorthands

  static func terms(
    price: UInt64 = 10, period: UInt64 = 100, throttledPrice: UInt64? = nil, shortest: UInt64 = 1,
    longest: UInt64 = 1_000_000_000, low: UInt64 = 0, throttle: UInt64 = 0, grace: UInt64 = 1_000,
    provision: UInt64 = 0, outage: UInt64? = nil,
    meter0: UInt64 = 5, units: UInt32 = 1_000, policy: ResourcePolicy = []
  ) -> Terms {
    Terms(
      price: price, period: period, throttledPrice: throttledPrice ?? price, shortest: shortest, longest: longest,
      low: low, throttle: throttle, grace: grace, provision: provision,
      outage: outage ?? (provision > 0 ? 60_000 : 0), meter0: meter0, meter1: 0, meter2: 0,
      meter3: 0, units: units, policy: provision > 0 ? policy.union(.agent) : policy)
  }

  func register(_ terms: Terms = terms(), name: String = "resource", provider: UInt64 = 1) throws -> UInt64 {
    let name = try #require(Name32(name))
    return try apply(RegisterCommand(provider: provider, name: name, terms: terms)).reply(RegisterReply.self).resource
  }

  func update(_ resource: UInt64, _ terms: Terms, provider: UInt64 = 1) -> Applied {
    apply(UpdateCommand(provider: provider, resource: resource, terms: terms))
  }

  /// Issues one note.
  func note(_ amount: UInt64, binding: UInt64 = 0) throws -> VerifiedNote {
    let reply = try apply(IssueCommand(amount: amount, binding: binding, count: 1)).reply(IssueReply.self)
    return VerifiedNote(keyEpoch: reply.keyEpoch, serial: reply.firstSerial, amount: amount, binding: binding)
  }

  static let keyHash = Bytes16(low: 0xABC, high: 0xDEF)

  func tryAcquire(
    _ resource: UInt64, _ amount: UInt64, units: UInt32 = 1, flags: AcquireFlags = [], provider: UInt64 = 0,
    minimum: UInt64 = 0, keyHash: Bytes16 = keyHash
  ) throws -> Applied {
    let note = try note(amount)
    return apply(
      AcquireCommand(
        provider: provider, resource: resource, units: units, flags: flags, keyHash: keyHash, minimum: minimum),
      notes: [note])
  }

  func acquire(
    _ resource: UInt64, _ amount: UInt64, units: UInt32 = 1, flags: AcquireFlags = [], provider: UInt64 = 0
  ) throws -> AcquireReply {
    try tryAcquire(resource, amount, units: units, flags: flags, provider: provider).reply(AcquireReply.self)
  }

  /// A lease of a new resource with `terms`.
  func lease(_ terms: Terms, _ amount: UInt64, units: UInt32 = 1) throws -> UInt64 {
    try acquire(try register(terms), amount, units: units).lease
  }

  static let owner = Actor(authority: .owner, generation: 1, id: 0)
  static let anyone = Actor(authority: .none, generation: 0, id: 0)

  func fund(_ lease: UInt64, _ amount: UInt64, as actor: Actor = anyone) throws -> Applied {
    let note = try note(amount)
    return apply(FundCommand(actor: actor, lease: lease), notes: [note])
  }

  func use(
    _ lease: UInt64, _ quantity: UInt64, number: UInt64, as actor: Actor = owner, meter: UInt8 = 0,
    notes: [VerifiedNote] = []
  ) -> Applied {
    apply(
      UseCommand(
        actor: actor, lease: lease, quantity: quantity, useNumber: number, meter: meter, leaseIndex: .max),
      notes: notes)
  }

  func release(_ lease: UInt64, generation: UInt32 = 1) -> Applied {
    apply(ReleaseCommand(actor: Actor(authority: .owner, generation: generation, id: 0), lease: lease))
  }

  func revoke(_ lease: UInt64) -> Applied {
    apply(RevokeCommand(actor: Actor(authority: .operator, generation: 0, id: 0), lease: lease))
  }

  /// CHECK; nil: unknown.
  func check(_ lease: UInt64) -> CheckReply? {
    guard case .reply(let reply) = machine.check(lease) else { return nil }
    return reply
  }

  /// A balance of AUDIT FIGURES; nil: not there.
  func figure(_ account: Account, epoch: UInt32 = 0) -> Int64? {
    var bytes = [UInt8](repeating: 0, count: 256 * Figure.byteCount)
    var mutable = bytes.mutableSpan
    var span = unsafe mutable.mutableBytes
    let reply = machine.auditFigures(into: &span, at: 0)
    for index in 0..<Int(reply.count) {
      if let figure = unsafe Figure(bytes.span.bytes, at: index * Figure.byteCount), figure.account == account,
        figure.keyEpoch == epoch
      {
        return figure.balance
      }
    }
    return nil
  }
}

enum BenchError: Error { case genesisRefused, unanswered }

extension StateMachine {
  /// What a command that could not be built is taken for.
  mutating func refusedOutcome() -> Outcome {
    var reply = [UInt8](repeating: 0, count: 64)
    var mutable = reply.mutableSpan
    var span = unsafe mutable.mutableBytes
    let none: [UInt8] = []
    return unsafe apply(none.span.bytes, reply: &span)
  }
}
