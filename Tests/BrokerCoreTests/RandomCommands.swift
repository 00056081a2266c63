import Audit
import WireProtocol

/// Makes the commands of one small world, with an eye on the model: most of them are accepted, the rest aim at one refusal
/// each.
///
/// A command that needs an exact amount of money is put off until a note of that amount was made (`plan`).
struct RandomCommands {
  /// One command, with what its acceptance does to the wallet.
  struct Made {
    var bytes: [UInt8]
    var kind: CommandKind
    var notes: [VerifiedNote] = []
    /// Amounts and bindings of the notes that it makes; RELEASE and WITHDRAW tell theirs in the reply.
    var outputs: [NoteOutput] = []
    var receipt: ReceiptKey?
    var ecash: RandomEcash?
  }

  /// A command to be made once there is a note of `amount` that may pay to `lease`.
  struct Plan {
    var command: any WireCommand
    var lease: UInt64
    var amount: UInt64
    var records = Records.none
  }

  let shape: RandomWorldShape
  var random: RandomSource
  var wallet = RandomWallet()
  var leases: [UInt64] = []
  var gone: [UInt64] = []
  var resources: [UInt64] = []
  /// Pools, campaigns and claims that there were.
  var pools: [UInt64] = []
  var campaigns: [UInt64] = []
  var claims: [UInt64] = []
  var offerings: [UInt64] = []
  var auctions: [UInt64] = []
  /// Bids that were made sealed: what they are, and the nonce.
  var sealed: [Bytes16: (amount: UInt64, nonce: Bytes16)] = [:]
  var hashes: [Bytes16] = []
  var sent: [UInt64: [(number: UInt64, made: Made)]] = [:]
  var nextNumber: [UInt64: UInt64] = [:]
  var plan: Plan?
  /// When the life begins that CONFIGURE or RESTORE told of: time moves on to it next.
  var lifeBeginsAt: UInt64 = 0
  var planAge = 0
  /// Commands that were paid in ecash, and their payments if they were put off.
  var paidInEcash: [RandomPaidInEcash] = []
  /// Those of them that a swap ended, to be repeated.
  var endedInEcash: [Made] = []
  /// One of them that is to meet an obstacle.
  var obstructed: Made?
  /// Payouts that there were, those of them that ended, and until when those that were paid are kept.
  var payouts: [UInt64] = []
  var endedPayouts: Set<UInt64> = []
  var paidOut: [UInt64: UInt64] = [:]
  /// Those that became notes: the mint of each that nobody has collected; until when each that somebody has is kept.
  var uncollected: [UInt64: UInt32] = [:]
  var collected: [UInt64: UInt64] = [:]
  /// Proofs that were ever kept after their payment had ended; the one that is to be shown next.
  var everKept: Set<RandomPoint> = []
  var shownNext: RandomPoint?
  /// Units that were held after the last command.
  var knownHolds: [HoldGlimpse] = []
  /// What came of ecash since somebody emptied this.
  var ecashEvents: [RandomEcashEvent] = []
  /// Resources that were made to take no gifts, and whether it is time to take that back.
  var giftless: Set<UInt64> = []
  var wantsGifts = false
  /// A command that is repeated until its payment is gone, and how often still.
  var vigil: (made: Made, left: Int)?
  private var nameCount: UInt64 = 0

  init(shape: RandomWorldShape, random: RandomSource) {
    self.shape = shape
    self.random = random
    for _ in 0..<10 { hashes.append(Bytes16(low: self.random.next(), high: self.random.next())) }
  }

  // MARK: - The next command

  mutating func next(_ model: ReferenceModel) -> Made {
    forgetLeases(model)
    if model.now < lifeBeginsAt { return plain(AdvanceCommand(now: lifeBeginsAt)) }
    if model.sessionIDs.isEmpty || random.one(in: 60) { return openSession() }
    if resources.isEmpty || random.one(in: 80) { return register(model) }
    if let made = ecashFirst(model) { return made }
    if let plan {
      planAge += 1
      if let made = carryOut(plan, model) { return made }
    }
    if random.one(in: 40), let again = repeated(model) { return again }
    switch random.weighted([
      140, shape.aim == .unitsHeld ? 1_500 : 110, 100, 190, 90, 110, 55, 40, 22, 38, 60, 45, 30, 18, 45, 12, 6, 20, 150,
      40, 150, 1_000, 240,
      ecashWeight,
    ]) {
    case 0: return advance(model)
    case 1: return acquire(model)
    case 2: return fund(model)
    case 3: return use(model)
    case 4: return reserve(model)
    case 5: return settle(model)
    case 6: return grantDebitKey(model)
    case 7: return release(model)
    case 8: return revoke(model)
    case 9: return transfer(model)
    case 10: return exchange(model)
    case 11: return issue(model)
    case 12: return withdraw(model)
    case 13: return rotate(model)
    case 14: return update(model)
    case 16: return restore(model)
    case 17: return acceptLoss(model)
    case 18: return openChain(model)
    case 19: return closeChain(model)
    case 20: return tick(model)
    case 21: return funding(model)
    case 22: return agents(model)
    case 23: return ecash(model)
    default: return configure(model)
    }
  }

  private var ecashWeight: Int {
    if shape.ecashPercent == 0 { return 0 }
    return shape.aim == nil || shape.aim == .unitsHeld ? 740 : 6_000
  }

  private mutating func forgetLeases(_ model: ReferenceModel) {
    guard leases.count > 20 || random.one(in: 20) else { return }
    let remembered = Set(model.leaseIDs)
    gone = Array((gone + leases.filter { !remembered.contains($0) }).suffix(5))
    leases.removeAll { !remembered.contains($0) }
  }

  // MARK: - Encoding

  func encode<Command: WireCommand>(
    _ command: Command, _ receipt: ReceiptKey?, _ outputs: [NoteOutput] = [], _ notes: [VerifiedNote] = [],
    _ tick: VerifiedTick? = nil, records: Records = .none, ecash: RandomEcash? = nil
  ) -> [UInt8] {
    let records = outputs.isEmpty ? records : .outputs(outputs)
    let paidByteCount = notes.count * VerifiedNote.byteCount + (ecash?.byteCount ?? 0)
    var bytes = [UInt8](repeating: 0, count: 512 + records.byteCount + paidByteCount)
    var count: Int?
    do {
      var span = bytes.mutableSpan
      var raw = unsafe span.mutableBytes
      var builder = CommandBuilder(command, receipt: receipt, in: &raw)
      records.append(to: &builder, in: &raw)
      for note in notes { builder.append(note, to: &raw) }
      if let tick { builder.append(tick, to: &raw) }
      ecash?.append(to: &builder, in: &raw)
      count = builder.finish(in: &raw)
    }
    bytes.removeLast(bytes.count - (count ?? bytes.count))
    return bytes
  }

  func plain<Command: WireCommand>(_ command: Command, tick: VerifiedTick? = nil, records: Records = .none) -> Made {
    Made(bytes: encode(command, nil, [], [], tick, records: records), kind: Command.kind)
  }

  mutating func withReceipt<Command: WireCommand>(
    _ command: Command, _ model: ReferenceModel, outputs: [NoteOutput] = [], notes: [VerifiedNote] = [],
    makes: [NoteOutput] = [], tick: VerifiedTick? = nil, records: Records = .none, ecash: RandomEcash? = nil
  ) -> Made {
    let key = receiptKey(model, isPatient: ecash != nil)
    let made = Made(
      bytes: encode(command, key, outputs, notes, tick, records: records, ecash: ecash), kind: Command.kind,
      notes: notes, outputs: makes, receipt: key, ecash: ecash)
    var list = sent[key.session] ?? []
    list.append((key.number, made))
    sent[key.session] = Array(list.suffix(12))
    return made
  }

  /// Mostly the next number of a session; now and then one that was used, is too old, or of no session. The first session is one
  /// that acknowledges little, so that what was put off can be repeated.
  private mutating func receiptKey(_ model: ReferenceModel, isPatient: Bool) -> ReceiptKey {
    let first = model.sessionIDs.first ?? 0
    let session = isPatient && random.chance(85) ? first : random.pick(model.sessionIDs) ?? 0
    var window = UInt16(random.one(in: 3) ? random.uniform(1, shape.windowMax) : 1)
    let keepsAll = session == first && shape.genesis.receiptCountMax > 100 && !random.one(in: 30)
    if keepsAll { window = UInt16(WireLimits.windowMax) }
    var key = ReceiptKey(session: session, number: 0, digest: random.next(), window: window)
    let mischief = random.below(45)
    let known = model.session(session)
    switch mischief {
    case 0: key.session = random.chance(50) ? session + 1000 : 0
    case 1:
      if let known, known.floor > 1 {
        key.number = random.uniform(known.floor > 20 ? known.floor - 20 : 1, known.floor - 1)
        return key
      }
    case 2:
      if let number = random.pick(known?.numbers ?? []) {
        key.number = number
        return key
      }
    case 3 where !keepsAll:
      // One that was left out, if there is any.
      let last = nextNumber[session] ?? 1
      key.number = max(1, last > 3 ? last - UInt64(random.below(3)) : last)
      key.window = 16
      return key
    default: break
    }
    let gap: UInt64 = !keepsAll && random.one(in: 25) ? random.scaled(1, 5000) : 1
    let number = (nextNumber[session] ?? 0) + gap
    nextNumber[session] = number
    key.number = number
    return key
  }

  /// A command that was sent before, once more; sometimes only the number of it, by a command of another kind.
  private mutating func repeated(_ model: ReferenceModel) -> Made? {
    guard let session = random.pick(model.sessionIDs) else { return nil }
    let kept = model.session(session)?.numbers ?? []
    let earlier = (sent[session] ?? []).filter { kept.contains($0.number) }
    guard let made = random.pick(earlier)?.made else { return nil }
    // A note of a key epoch that nobody knew, or a tick of a chain that was closed, was not proved then; by now there may be such an
    // epoch, or a chain of that number, and no broker makes a command of what it cannot prove.
    var other = model
    _ = unsafe other.apply(made.bytes.span.bytes)
    return other.finding == nil ? made : nil
  }

  // MARK: - Time, sessions, configuration

  mutating func advance(_ model: ReferenceModel) -> Made {
    let now = model.now
    var target: UInt64
    switch random.below(10) {
    case 0...3: target = model.soonestBoundary ?? now
    case 4: target = model.soonestEvent ?? now
    case 5:
      let glimpse = random.pick(leases).flatMap { model.glimpse($0) }
      let holds = model.unitsHeld.map(\.end)
      let ends = glimpse?.reservations.map(\.until) ?? []
      target = random.pick(holds.isEmpty || random.one(in: 2) ? ends + [glimpse?.nextInstant ?? now] : holds) ?? now
    case 6: target = random.pick(model.sessionIDs).flatMap { model.session($0)?.end } ?? now
    case 7: target = random.one(in: 3) ? ecashEnd(model) ?? now : random.pick(model.keyEpochEnds) ?? now
    default: target = now + random.scaled(0, shape.durationMax / 8)
    }
    // Boundaries that lie far away come rarely, or no lease would ever live to see another command.
    if target > now + shape.durationMax, !(shape.isAgeing && random.one(in: 6)), !random.one(in: 40) {
      target = now + random.scaled(0, 2000)
    }
    switch random.below(4) {
    case 0: target = target > 0 ? target - 1 : 0
    case 1: target += 1
    default: break
    }
    target = max(target, random.one(in: 50) ? 0 : now)
    return plain(AdvanceCommand(now: min(target, 1 << 46)))
  }

  mutating func openSession() -> Made { plain(OpenSessionCommand(sessionHash: random.pick(hashes) ?? Bytes16())) }

  mutating func configure(_ model: ReferenceModel) -> Made {
    let wait = random.one(in: 2) ? 0 : random.scaled(0, shape.durationMax / 8)
    lifeBeginsAt = random.one(in: 4) ? 0 : min(model.now + wait, 1 << 46)
    return plain(
      ConfigureCommand(
        feePerMillion: UInt32(random.scaled(0, 1_000_000)), claimMinimum: random.scaled(0, random.one(in: 8) ? 500 : 5),
        now: lifeBeginsAt))
  }

  // MARK: - Resources

  mutating func register(_ model: ReferenceModel) -> Made {
    nameCount += 1
    var name = Name32("resource \(nameCount)") ?? Name32()
    var terms = shape.terms(&random)
    switch random.below(8) {
    case 0: name = Name32()
    case 1: name = random.pick(resources).flatMap { model.describe($0)?.name } ?? name
    case 2: terms = shape.spoilt(terms, &random)
    default: break
    }
    return withReceipt(
      RegisterCommand(provider: random.uniform(1, shape.providerCount), name: name, terms: terms), model)
  }

  mutating func resource(_ model: ReferenceModel) -> DescribeReply? {
    random.pick(resources).flatMap { model.describe($0) }
  }

  mutating func update(_ model: ReferenceModel) -> Made {
    guard let resource = resource(model) else { return advance(model) }
    var terms = resource.terms
    var id = resource.resource
    var provider = resource.provider
    switch random.below(12) {
    case 0: id = random.next() & 0xFFFF
    case 1: provider += 1
    case 2: terms = shape.spoilt(terms, &random)
    case 3: (terms.price, terms.throttledPrice) = (.max, 1)
    case 4, 5:
      // Only what holds at once.
      let other = shape.terms(&random)
      (terms.units, terms.policy, terms.meter0, terms.meter1) = (other.units, other.policy, other.meter0, other.meter1)
      (terms.provision, terms.outage) = (other.provision, other.outage)
      terms = keepingAgent(terms, resource.terms)
      if random.one(in: 2) { (terms.shortest, terms.longest) = (other.shortest, other.longest) }
    case 6, 7:
      terms.price = random.scaled(1, terms.price < .max / 4 ? terms.price * 2 : terms.price)
      terms.throttledPrice = random.uniform(1, terms.price)
    default: terms = keepingAgent(shape.terms(&random), resource.terms)
    }
    return withReceipt(UpdateCommand(provider: provider, resource: id, terms: terms), model)
  }

  // MARK: - Money

  mutating func issue(_ model: ReferenceModel) -> Made {
    var amount = random.scaled(1, shape.amountMax)
    var count = UInt16(random.uniform(1, 4))
    switch random.below(12) {
    case 0: amount = 0
    case 1: count = random.one(in: 2) ? 0 : UInt16(WireLimits.issueCountMax + 1)
    case 2: amount = .max / 2 + random.scaled(0, .max / 2)
    default: break
    }
    return issue(amount, count, binding: random.one(in: 6) ? random.pick(leases) ?? 0 : 0, model)
  }

  mutating func issue(_ amount: UInt64, _ count: UInt16, binding: UInt64, _ model: ReferenceModel) -> Made {
    let output = NoteOutput(amount: amount, binding: binding)
    return withReceipt(
      IssueCommand(amount: amount, binding: binding, count: count), model,
      makes: [NoteOutput](repeating: output, count: Int(count)))
  }

  mutating func exchange(_ model: ReferenceModel) -> Made {
    var actor = Actor(authority: .none, generation: 0, id: 0)
    var lease: UInt64 = 0
    if random.one(in: shape.ecashPercent > 0 ? 2 : 3), let glimpse = random.pick(leases).flatMap({ model.glimpse($0) }),
      !glimpse.isOpen
    {
      lease = glimpse.id
      actor = Actor(authority: .owner, generation: glimpse.generation &+ (random.one(in: 8) ? 1 : 0), id: 0)
    }
    var notes = wallet.some(3, for: lease, &random)
    guard !notes.isEmpty else { return issue(model) }
    let sum = notes.reduce(UInt64(0)) { $0 &+ $1.amount }
    var outputs: [NoteOutput] = []
    var left = sum
    for _ in 0..<random.below(3) where left > 1 {
      let part = random.scaled(1, left - 1)
      outputs.append(NoteOutput(amount: part, binding: random.one(in: 6) ? random.pick(leases) ?? 0 : 0))
      left -= part
    }
    // As many as there is room for, where there is little.
    let room = shape.genesis.noteCountMax * 3 / 4
    if shape.genesis.noteCountMax <= 60, random.one(in: 4), model.issuedNoteCount < room {
      while UInt64(outputs.count) + 1 < room - model.issuedNoteCount, left > 1 {
        outputs.append(NoteOutput(amount: 1, binding: 0))
        left -= 1
      }
    }
    if shape.aim == .exchanges {
      for _ in 0..<random.below(60) where left > 1 {
        outputs.append(NoteOutput(amount: 1, binding: 0))
        left -= 1
      }
    }
    outputs.append(NoteOutput(amount: left, binding: 0))
    switch random.below(16) {
    case 0: outputs.append(NoteOutput(amount: 0, binding: 0))
    case 1: outputs[0].amount &+= 1
    case 2: outputs += [NoteOutput(amount: .max, binding: 0), NoteOutput(amount: 1, binding: 0)]
    default: spoil(&notes, for: lease, model)
    }
    let command = ExchangeCommand(actor: actor, lease: lease, count: UInt16(outputs.count))
    if let paid = paidInEcash(command, worth: sum, outputs: outputs, model) { return paid }
    return withReceipt(command, model, outputs: outputs, notes: notes, makes: outputs)
  }

  /// One of the things that can be wrong with a payment, in one of five.
  mutating func spoil(_ notes: inout [VerifiedNote], for lease: UInt64, _ model: ReferenceModel) {
    guard !notes.isEmpty, random.one(in: 5) else { return }
    let index = random.below(notes.count)
    switch wallet.old.isEmpty || random.one(in: 3) ? random.below(6) : 2 {
    case 0:
      if random.one(in: 4) { notes[index].serial ^= 1 << 52 } else { notes[index].serial += 1_000_000 }
    case 1: notes[index].keyEpoch = random.one(in: 2) ? 0 : model.keyEpoch + 1
    case 2: if let old = random.pick(wallet.old) { notes[index] = old }
    case 3: if let spent = random.pick(wallet.spent) { notes[index] = spent }
    case 4: notes.append(notes[index])
    default:
      if let bound = wallet.good.first(where: { $0.binding != 0 && $0.binding != lease }) { notes[index] = bound }
    }
  }

  mutating func withdraw(_ model: ReferenceModel) -> Made {
    let isOperator = random.one(in: 3)
    let provider = random.uniform(1, shape.providerCount)
    let earned = model.earnings(isOperator ? nil : provider)
    var amount: UInt64 = 0
    if random.chance(60) { amount = random.scaled(0, earned) }
    if random.one(in: 8) { amount = earned + random.scaled(1, 1000) }
    let actor = Actor(
      authority: isOperator ? .operator : .provider, generation: 0, id: isOperator ? 0 : provider)
    return withReceipt(WithdrawCommand(actor: actor, amount: amount), model)
  }

  mutating func rotate(_ model: ReferenceModel) -> Made {
    var validity: UInt64 = random.one(in: 2) ? 0 : year + random.scaled(0, year)
    if random.one(in: 6) { validity = random.one(in: 2) ? year - 1 : UInt64(WireLimits.durationMillisMax) + 1 }
    return withReceipt(RotateCommand(validity: validity, algorithm: .siphash2_4_128), model)
  }

  var year: UInt64 { 31_557_600_000 }
}
