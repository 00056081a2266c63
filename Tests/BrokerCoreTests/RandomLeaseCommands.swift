import Audit
import WireProtocol

/// Commands about leases.
extension RandomCommands {
  /// A lease; a live one if one is found soon, mostly.
  mutating func glimpse(_ model: ReferenceModel) -> LeaseGlimpse? {
    var found = random.pick(leases).flatMap { model.glimpse($0) }
    guard random.chance(92) else { return found }
    for _ in 0..<12 where found?.state.hasEnded ?? true { found = random.pick(leases).flatMap { model.glimpse($0) } }
    if found?.state.hasEnded ?? false, random.chance(70) { return nil }
    return found
  }

  /// The lease of a command that wants an unknown one, in one of forty.
  mutating func leaseID(_ glimpse: LeaseGlimpse) -> UInt64 {
    guard random.one(in: 40) else { return glimpse.id }
    return random.pick(gone) ?? glimpse.id + 1000
  }

  mutating func owner(_ glimpse: LeaseGlimpse) -> Actor {
    Actor(authority: .owner, generation: glimpse.generation &+ (random.one(in: 30) ? 1 : 0), id: 0)
  }

  /// An actor that may debit the lease, mostly.
  mutating func debitor(_ glimpse: LeaseGlimpse) -> (actor: Actor, useNumber: UInt64, allowance: UInt64) {
    if random.chance(40), let key = random.pick(glimpse.debitKeys) {
      let id = random.one(in: 30) ? key.id + 1 : key.id
      return (Actor(authority: .debitKey, generation: 0, id: id), key.useNumber, key.allowance)
    }
    if random.one(in: 40) { return (Actor(authority: .none, generation: 0, id: 0), glimpse.useNumber, 0) }
    return (owner(glimpse), glimpse.useNumber, .max)
  }

  // MARK: - ACQUIRE and FUND

  mutating func acquire(_ model: ReferenceModel) -> Made {
    guard let described = resource(model) else { return advance(model) }
    if let attach = attachIfNeeded(described, model) { return attach }
    let terms = described.terms
    let free = model.quote(described.resource, units: 1, duration: 0).0?.unitsFree ?? 0
    var units = UInt32(random.scaled(1, UInt64(max(1, min(free, max(1, terms.units / 4))))))
    var command = AcquireCommand(
      provider: 0, resource: described.resource, units: units, flags: [],
      keyHash: Bytes16(low: random.next(), high: 1), minimum: 0)
    if random.one(in: 6) { command.flags.insert(.giftsRefused) }
    if random.one(in: 6) {
      command.flags.insert(.open)
      command.provider = described.provider + (random.one(in: 6) ? 1 : 0)
      command.keyHash = Bytes16()
    }
    switch random.below(16) {
    case 0: command.resource = random.next() & 0xFFFF
    case 1: units = random.one(in: 2) ? 0 : terms.units &+ 1
    case 2: units = terms.units
    case 3: command.keyHash = command.keyHash.isZero ? Bytes16(low: 1, high: 1) : Bytes16()
    case 4, 5:
      // What is held is all that is wanting.
      let held = model.unitsHeld.reduce(0) { $0 + ($1.resource == described.resource ? $1.units : 0) }
      if held > 0 { units = min(free + UInt32(random.uniform(1, UInt64(held))), terms.units) }
    default: break
    }
    command.units = units
    // How long: often the shortest or longest itself, and one unit of money beside it.
    let most = UInt64(WireLimits.moneyMax)
    let duration = random.one(in: 3) ? terms.shortest : random.uniform(terms.shortest, terms.longest)
    let quote = model.quote(described.resource, units: units, duration: duration).0
    var amount = quote?.amount ?? random.scaled(1, shape.amountMax)
    switch random.below(10) {
    case 0: amount = quote?.amountMin ?? amount
    case 1: amount = (quote?.amountMin ?? 2) - 1
    case 2: amount = quote?.amountMax ?? amount
    case 3: amount = (quote?.amountMax ?? 2) &+ 1
    case 4: amount = random.scaled(1, shape.amountMax)
    default: break
    }
    if random.one(in: 8) { command.minimum = random.one(in: 10) ? random.next() : random.scaled(0, duration * 2) }
    return planned(command, for: 0, amount: min(max(1, amount), most), model)
  }

  mutating func fund(_ model: ReferenceModel) -> Made {
    guard let glimpse = glimpse(model) else { return acquire(model) }
    let isOwner = !glimpse.isOpen && random.chance(60)
    let actor = isOwner ? owner(glimpse) : Actor(authority: .none, generation: 0, id: 0)
    let command = FundCommand(actor: actor, lease: leaseID(glimpse))
    return planned(command, for: command.lease, amount: fundingAmount(glimpse, model), model)
  }

  /// What buys some more time, or a bit too much of it.
  private mutating func fundingAmount(_ glimpse: LeaseGlimpse, _ model: ReferenceModel) -> UInt64 {
    guard let terms = model.describe(glimpse.resource)?.terms else { return 1 }
    if random.one(in: 10) { return 1 }
    if random.one(in: 12) { return random.scaled(1, shape.amountMax) }
    let left = glimpse.deadline > model.now ? glimpse.deadline - model.now : 0
    let room = terms.longest > left ? terms.longest - left : 0
    var duration = random.scaled(1, max(1, room))
    if random.one(in: 6) { duration = max(1, room + UInt64(random.below(3))) }
    let exact =
      UInt128(glimpse.units) * UInt128(terms.price) * UInt128(duration) / UInt128(terms.period)
      + UInt128(random.below(2))
    return exact == 0 ? 1 : UInt64(min(exact, UInt128(WireLimits.moneyMax)))
  }

  // MARK: - Plans

  /// Carries out a plan at once if the money is there, or makes the money first.
  mutating func planned(
    _ command: any WireCommand, for lease: UInt64, amount: UInt64, _ model: ReferenceModel
  ) -> Made {
    if let paid = paidInEcash(command, worth: amount, model) { return paid }
    return planned(Plan(command: command, lease: lease, amount: amount), model)
  }

  mutating func planned(_ plan: Plan, _ model: ReferenceModel) -> Made {
    self.plan = plan
    planAge = 0
    return carryOut(plan, model) ?? advance(model)
  }

  mutating func carryOut(_ plan: Plan, _ model: ReferenceModel) -> Made? {
    let (amount, lease) = (plan.amount, plan.lease)
    guard
      var notes = wallet.notes(worth: amount, for: lease) ?? (planAge > 2 ? wallet.some(2, for: lease, &random) : nil)
    else { return money(amount, binding: random.one(in: 5) ? lease : 0, model) }
    self.plan = nil
    guard !notes.isEmpty else { return nil }
    spoil(&notes, for: lease, model)
    return withReceipt(plan.command, model, notes: notes, records: plan.records)
  }

  /// Makes a note of `amount`: out of a larger one, or new.
  private mutating func money(_ amount: UInt64, binding: UInt64, _ model: ReferenceModel) -> Made {
    if random.chance(60), let larger = wallet.good.first(where: { $0.binding == 0 && $0.amount > amount }) {
      let outputs = [
        NoteOutput(amount: amount, binding: binding), NoteOutput(amount: larger.amount - amount, binding: 0),
      ]
      return withReceipt(
        ExchangeCommand(actor: Actor(authority: .none, generation: 0, id: 0), lease: 0, count: 2), model,
        outputs: outputs, notes: [larger], makes: outputs)
    }
    return issue(amount, UInt16(random.uniform(1, 2)), binding: binding, model)
  }

  // MARK: - USE, RESERVE, SETTLE, debit keys

  /// A quantity whose charge is some part of `money`, all of it, or a little more.
  mutating func quantity(_ price: UInt64, of money: UInt64) -> UInt64 {
    guard price > 0 else { return random.scaled(0, 10) }
    switch random.below(14) {
    case 0: return 0
    case 1: return random.next() | 1 << 63
    case 2: return money / price
    case 3: return money / price &+ 1
    default: return max(1, random.scaled(0, money / price / (random.one(in: 3) ? 1 : 4)))
    }
  }

  func price(_ meter: UInt8, _ terms: Terms) -> UInt64 {
    switch meter {
    case 0: terms.meter0
    case 1: terms.meter1
    case 2: terms.meter2
    default: meter == 3 ? terms.meter3 : 0
    }
  }

  mutating func meter(_ terms: Terms) -> UInt8 {
    let first = UInt8(random.below(4))
    guard price(first, terms) == 0, random.chance(70) else { return random.one(in: 40) ? 4 : first }
    return UInt8(random.below(4))
  }

  mutating func use(_ model: ReferenceModel) -> Made {
    guard let glimpse = glimpse(model), let terms = model.describe(glimpse.resource)?.terms else {
      return acquire(model)
    }
    let meter = meter(terms)
    let price = price(meter, terms)
    if glimpse.isOpen { return useOpen(glimpse, meter, price, model) }
    let (actor, last, allowance) = debitor(glimpse)
    let money = terms.policy.contains(.useSpendsGiven) ? glimpse.own + glimpse.given : glimpse.own
    let quantity = quantity(price, of: random.one(in: 3) ? money : min(money, max(allowance, 1)))
    var number = last + 1
    switch random.below(12) {
    case 0: number = max(1, last)
    case 1: number = last > 1 ? last - random.uniform(0, min(last - 1, 70)) : 1
    case 2: number = last + random.uniform(1, 100)
    case 3: if last > 64 { number = last - random.uniform(64, max(64, min(last - 1, 66))) }
    default: break
    }
    let command = UseCommand(
      actor: actor, lease: leaseID(glimpse), quantity: quantity, useNumber: number, meter: meter, leaseIndex: 0)
    if random.chance(actor.authority == .debitKey ? 35 : 25) {
      return planned(command, for: command.lease, amount: fundingAmount(glimpse, model), model)
    }
    return plain(command)
  }

  private mutating func useOpen(
    _ glimpse: LeaseGlimpse, _ meter: UInt8, _ price: UInt64, _ model: ReferenceModel
  ) -> Made {
    let quantity = random.one(in: 8) ? quantity(price, of: 1 << 40) : random.scaled(1, 20)
    let command = UseCommand(
      actor: Actor(authority: .none, generation: 0, id: 0), lease: leaseID(glimpse), quantity: quantity,
      useNumber: 0, meter: meter, leaseIndex: 0)
    if random.one(in: 8) { return plain(command) }
    let (product, overflow) = price.multipliedReportingOverflow(by: quantity)
    let right = overflow || product == 0 ? 1 : min(product, UInt64(WireLimits.moneyMax))
    return planned(command, for: command.lease, amount: random.one(in: 6) ? right + 1 : right, model)
  }

  mutating func reserve(_ model: ReferenceModel) -> Made {
    guard let glimpse = glimpse(model), !glimpse.isOpen, let terms = model.describe(glimpse.resource)?.terms else {
      return acquire(model)
    }
    let meter = meter(terms)
    let (actor, _, allowance) = debitor(glimpse)
    guard actor.authority != .none else { return use(model) }
    let money = terms.policy.contains(.useSpendsGiven) ? glimpse.own + glimpse.given : glimpse.own
    let day: UInt64 = 24 * 3600 * 1000
    let longest = min(day, shape.durationMax / 4)
    var timeout = random.one(in: 2) ? random.uniform(1, longest) : random.scaled(1, longest)
    if random.one(in: 12) { timeout = random.one(in: 2) ? 0 : day + 1 }
    let command = ReserveCommand(
      actor: actor, lease: leaseID(glimpse),
      quantityMax: quantity(price(meter, terms), of: random.one(in: 3) ? money : min(money, max(allowance, 1))),
      timeout: timeout, meter: meter)
    return withReceipt(command, model)
  }

  mutating func settle(_ model: ReferenceModel) -> Made {
    var found: (lease: LeaseGlimpse, reservation: ReservationGlimpse)?
    for _ in 0..<40 where found == nil {
      if let glimpse = glimpse(model), !glimpse.reservations.isEmpty,
        let reservation = random.pick(glimpse.reservations)
      {
        found = (glimpse, reservation)
      }
    }
    guard let (lease, reservation) = found else { return reserve(model) }
    var command = SettleCommand(
      actor: reservation.actor, lease: leaseID(lease), reservation: reservation.id,
      quantity: random.uniform(0, reservation.quantityMax))
    switch random.below(14) {
    case 0: command.reservation += 1
    case 1: command.actor.generation += 1
    case 2: command.quantity = reservation.quantityMax < .max ? reservation.quantityMax + 1 : .max
    case 3: command.quantity = 0
    case 4: command.quantity = reservation.quantityMax
    default: break
    }
    return withReceipt(command, model)
  }

  mutating func grantDebitKey(_ model: ReferenceModel) -> Made {
    guard let glimpse = glimpse(model), !glimpse.isOpen else { return acquire(model) }
    let total = random.scaled(1, max(1, min(glimpse.own + glimpse.given, .max / 4)) * 2)
    var command = GrantDebitKeyCommand(
      actor: owner(glimpse), lease: leaseID(glimpse), keyHash: Bytes16(low: random.next(), high: 2),
      perSecond: random.one(in: 3) ? total : random.scaled(1, total), total: total)
    switch random.below(12) {
    case 0: command.keyHash = random.one(in: 2) ? glimpse.keyHash : Bytes16()
    case 1, 2: command.total = 0
    default: break
    }
    if random.chance(40), let known = random.pick(glimpse.debitKeys) { command.keyHash = known.keyHash }
    return withReceipt(command, model)
  }

  // MARK: - Endings

  mutating func release(_ model: ReferenceModel) -> Made {
    guard let glimpse = glimpse(model), !glimpse.isOpen else { return acquire(model) }
    return withReceipt(ReleaseCommand(actor: owner(glimpse), lease: leaseID(glimpse)), model)
  }

  mutating func revoke(_ model: ReferenceModel) -> Made {
    guard let glimpse = glimpse(model), let provider = model.describe(glimpse.resource)?.provider else {
      return acquire(model)
    }
    var actor = Actor(authority: .operator, generation: 0, id: 0)
    if random.chance(60) {
      actor = Actor(authority: .provider, generation: 0, id: provider + (random.one(in: 8) ? 1 : 0))
    }
    return withReceipt(RevokeCommand(actor: actor, lease: leaseID(glimpse)), model)
  }

  mutating func transfer(_ model: ReferenceModel) -> Made {
    guard let glimpse = glimpse(model), !glimpse.isOpen else { return acquire(model) }
    let keyHash =
      random.one(in: 10) ? random.one(in: 2) ? glimpse.keyHash : Bytes16() : Bytes16(low: random.next(), high: 3)
    return withReceipt(
      TransferCommand(actor: owner(glimpse), lease: leaseID(glimpse), keyHash: keyHash), model)
  }
}

extension LeaseState {
  /// Whether a lease in this state has ended.
  var hasEnded: Bool { self == .expired || self == .released || self == .revoked || self == .failed }
}
