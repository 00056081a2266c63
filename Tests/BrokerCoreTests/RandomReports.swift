import Audit
import WireProtocol

/// REPORT and VOUCHER.
extension RandomCommands {
  /// An agent that is attached, one with an outage if one is found soon, mostly.
  private mutating func reporter(_ model: ReferenceModel) -> (resource: UInt64, agent: AgentGlimpse)? {
    var found: (resource: UInt64, agent: AgentGlimpse)?
    for _ in 0..<8 {
      guard let resource = random.pick(resources), let agent = random.pick(model.agents(of: resource)) else { continue }
      if agent.isAttached, agent.outageEnd != nil { return (resource, agent) }
      if found == nil, agent.isAttached || random.one(in: 8) { found = (resource, agent) }
    }
    return found
  }

  mutating func report(_ model: ReferenceModel) -> Made {
    guard let (resource, agent) = reporter(model) else { return provision(model) }
    var records: [AgentUsage] = []
    let known = model.leaseIDs.compactMap { model.glimpse($0) }.filter { $0.resource == resource && $0.agent > 0 }
    for lease in known.shuffled(using: &random).prefix(Int(random.scaled(0, 40))) {
      // Not those of others, of which an agent tells only bytes, mostly; and not all of its own.
      if lease.agent == agent.number ? random.one(in: 4) : !random.one(in: 6) { continue }
      records.append(usage(of: lease))
      if random.one(in: 12), let last = records.last { records.append(last) }
    }
    if random.one(in: 8), let other = glimpse(model) { records.append(usage(of: other)) }
    if random.one(in: 20), let id = random.pick(gone) {
      records.append(AgentUsage(lease: id, epoch: 1, shut: 1, received: 1, sent: 1))
    }
    records = Array(records.prefix(WireLimits.agentUsageCountMax))
    var command = ReportCommand(
      resource: resource, number: agent.reportNumber + 1, agent: agent.number, count: UInt16(records.count),
      last: random.one(in: 3) ? 1 : 0)
    switch random.below(16) {
    case 0: command.number = agent.reportNumber + random.scaled(2, 1 << 40)
    case 1: command.number = random.uniform(0, agent.reportNumber)
    case 2: command.agent = random.one(in: 2) ? 0 : agent.number + 1
    case 3: command.resource = random.pick(resources) ?? 0
    default: break
    }
    return plain(command, records: .usage(records))
  }

  private mutating func usage(of lease: LeaseGlimpse) -> AgentUsage {
    let (stood, all) = (lease.stood, lease.stood + lease.owed)
    var shut = random.scaled(0, shape.durationMax / 4)
    switch random.below(10) {
    case 0: shut = 0
    case 1: shut = .max
    case 2: shut = stood
    case 3: shut = all
    case 4: shut = stood + 1
    case 5: shut = random.uniform(0, stood)
    case 6, 7: shut = random.uniform(stood, all)
    default: break
    }
    let isHuge = random.one(in: 20)
    return AgentUsage(
      lease: leaseID(lease), epoch: random.one(in: 10) ? lease.epoch &- 1 : lease.epoch, shut: shut,
      received: isHuge ? .max : random.scaled(0, 1 << 40), sent: isHuge ? random.next() : random.scaled(0, 1 << 40))
  }

  mutating func voucher(_ model: ReferenceModel) -> Made {
    // What is rare: one that is suspended while its agent is there, and one that somebody may debit with a limit.
    let wanted = random.uniform(0, 2)
    func isWanted(_ lease: LeaseGlimpse) -> Bool {
      if lease.isOpen || lease.agent == 0 { return false }
      let agent = model.agents(of: lease.resource).first { $0.number == lease.agent }
      return switch wanted {
      case 0: lease.state == .suspended
      case 1: !lease.debitKeys.isEmpty && agent?.isAttached ?? false
      default: true
      }
    }
    var found = glimpse(model)
    for _ in 0..<(wanted < 2 ? 60 : 4) where !(found.map(isWanted) ?? false) { found = glimpse(model) }
    guard let lease = found, !lease.isOpen, let terms = model.describe(lease.resource)?.terms else {
      return provision(model)
    }
    if wanted == 0, lease.state == .suspended,
      !(model.agents(of: lease.resource).first { $0.number == lease.agent }?.isAttached ?? false)
    {
      return plain(AttachCommand(resource: lease.resource, agent: lease.agent, flags: [.provisions, .reports]))
    }
    let meter = meter(terms)
    var (actor, _, allowance) = debitor(lease)
    if wanted == 1, let key = random.pick(lease.debitKeys) {
      (actor, allowance) = (Actor(authority: .debitKey, generation: 0, id: key.id), key.allowance)
    }
    guard actor.authority != .none else { return use(model) }
    let money = terms.policy.contains(.useSpendsGiven) ? lease.own + lease.given : lease.own
    var count = random.one(in: 2) ? 1 : random.uniform(1, 16)
    if random.one(in: 12) { count = random.one(in: 2) ? 0 : 17 }
    let most = random.one(in: 3) ? money : min(money, max(allowance, 1))
    var quantity = quantity(price(meter, terms), of: most / max(count, 1))
    // Just more than it may.
    if wanted == 1, allowance < money, price(meter, terms) > 0 {
      (quantity, count) = (allowance / price(meter, terms) + 1, 1)
    }
    if wanted == 0 { (quantity, count) = (1, 1) }
    var agent: UInt32 = 0
    if wanted > 1, random.one(in: 3) { agent = random.pick(model.agents(of: lease.resource))?.number ?? 1 }
    if random.one(in: 20) { agent = random.one(in: 2) ? 9 : .max }
    return withReceipt(
      VoucherCommand(
        actor: actor, lease: leaseID(lease), quantity: quantity, agent: agent, meter: meter, count: UInt16(count),
        stamp: random.next(), boot: random.next()),
      model)
  }
}
