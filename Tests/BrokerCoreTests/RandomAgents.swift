import Audit
import WireProtocol

/// Commands about agents, and of agents.
extension RandomCommands {
  mutating func agents(_ model: ReferenceModel) -> Made {
    switch random.weighted([30, 26, 46, 100, 100]) {
    case 0: attach(model)
    case 1: detach(model)
    case 2: report(model)
    case 3: voucher(model)
    default: provision(model)
    }
  }

  /// A resource whose leases an agent provisions, mostly; any resource can have agents.
  private mutating func provisionedResource(_ model: ReferenceModel) -> DescribeReply? {
    var found = resource(model)
    for _ in 0..<6 where found.map({ !$0.terms.policy.contains(.agent) }) ?? true { found = resource(model) }
    return found
  }

  private mutating func attach(_ model: ReferenceModel) -> Made {
    guard let resource = provisionedResource(model) else { return advance(model) }
    var number = UInt32(random.uniform(1, random.one(in: 4) ? 8 : 2))
    if random.one(in: 12) { number = random.one(in: 2) ? 0 : 9 }
    // Mostly one that is lost.
    let lost = model.agents(of: resource.resource).filter { !$0.isAttached && $0.outageEnd != nil }
    if random.chance(60), let one = random.pick(lost) { number = one.number }
    return attach(
      number, of: random.one(in: 20) ? random.next() & 0xFFFF : resourceID(resource), provisions: random.chance(85))
  }

  private mutating func detach(_ model: ReferenceModel) -> Made {
    guard let resource = provisionedResource(model) else { return advance(model) }
    let attached = model.agents(of: resource.resource).filter(\.isAttached)
    let number = random.one(in: 4) ? UInt32(random.below(10)) : random.pick(attached)?.number ?? 1
    var heardAt = model.now
    switch random.below(4) {
    case 0: heardAt = 0
    case 1: break
    default: heardAt -= random.scaled(0, shape.durationMax / 8)
    }
    return plain(DetachCommand(resource: resourceID(resource), heardAt: heardAt, agent: number))
  }

  /// ATTACH, now and then of one that started anew.
  mutating func attach(_ number: UInt32, of resource: UInt64, provisions: Bool) -> Made {
    var flags: AgentFlags = random.chance(65) ? .reports : []
    if provisions { flags.insert(.provisions) }
    return plain(
      AttachCommand(
        resource: resource, agent: number, flags: flags))
  }

  /// ATTACH of an agent that could provision a resource, if it needs one and has none, mostly.
  mutating func attachIfNeeded(_ resource: DescribeReply, _ model: ReferenceModel) -> Made? {
    guard resource.terms.policy.contains(.agent), random.chance(85) else { return nil }
    let known = model.agents(of: resource.resource)
    if known.contains(where: { $0.isAttached && $0.provisions }) { return nil }
    let kept = resources.reduce(0) { $0 + model.agents(of: $1).count }
    let isFull = kept >= Int(shape.genesis.agentCountMax)
    if isFull, known.isEmpty { return nil }
    let number = isFull || random.one(in: 2) ? random.pick(known)?.number : nil
    return attach(number ?? UInt32(random.uniform(1, 3)), of: resource.resource, provisions: true)
  }

  // MARK: - PROVISION

  /// A lease that an agent provides: one that is pending if one is found soon, mostly.
  private mutating func provided(_ model: ReferenceModel) -> LeaseGlimpse? {
    let (wantsPending, wantsLive) = (random.chance(60), random.chance(96))
    for _ in 0..<16 {
      guard let next = random.pick(leases).flatMap({ model.glimpse($0) }), next.agent > 0 else { continue }
      if wantsPending ? next.state == .pending : !wantsLive || !next.state.hasEnded { return next }
    }
    return nil
  }

  mutating func provision(_ model: ReferenceModel) -> Made {
    guard let lease = provided(model) else { return random.one(in: 3) ? attach(model) : unprovided(model) }
    let isAttached = model.agents(of: lease.resource).contains { $0.number == lease.agent && $0.isAttached }
    if !isAttached, random.chance(75) {
      return attach(lease.agent, of: lease.resource, provisions: !random.one(in: 6))
    }
    var command = ProvisionCommand(
      resource: lease.resource, lease: leaseID(lease), epoch: lease.epoch, agent: lease.agent,
      ready: random.one(in: 6) ? 0 : 1, endpoint: endpoint())
    switch random.below(18) {
    case 0: command.epoch = random.one(in: 2) ? lease.epoch - 1 : lease.epoch + random.scaled(1, 1 << 40)
    case 1: command.agent = random.pick(model.agents(of: lease.resource).filter(\.isAttached))?.number ?? 1
    case 2: command.agent = random.one(in: 2) ? 0 : command.agent + 1
    case 3: command.lease = random.pick(leases) ?? 0
    case 4: command.resource = random.pick(resources) ?? 0
    case 5: command.endpoint[random.below(96)] = 0x1B
    case 6, 7: command.endpoint = lease.endpoint
    default: break
    }
    return plain(command)
  }

  /// PROVISION of a lease that no agent provides, by one that is attached.
  private mutating func unprovided(_ model: ReferenceModel) -> Made {
    guard let lease = glimpse(model) else { return acquire(model) }
    guard let agent = random.pick(model.agents(of: lease.resource).filter(\.isAttached)) else {
      return attach(1, of: lease.resource, provisions: true)
    }
    return plain(
      ProvisionCommand(
        resource: lease.resource, lease: leaseID(lease), epoch: lease.epoch, agent: agent.number, ready: 1,
        endpoint: endpoint()))
  }

  /// One of a few, so that it is often the same as before.
  private mutating func endpoint() -> Text96 {
    let number = random.below(4)
    return number == 0 ? Text96() : Text96("host \(number)") ?? Text96()
  }
}

extension RandomWorldShape {
  /// Lets an agent provision leases on these terms, for some of the resources in worlds that have agents.
  func withAgent(_ terms: Terms, _ random: inout RandomSource) -> Terms {
    guard random.chance(agentPercent) else { return terms }
    var terms = terms
    terms.policy.insert(.agent)
    (terms.provision, terms.outage) = (provision(&random), provision(&random))
    return terms
  }

  /// How long an agent may take, or be lost.
  func provision(_ random: inout RandomSource) -> UInt64 {
    random.one(in: 2) ? random.scaled(1, durationMax / 8) : random.uniform(1, durationMax)
  }

  /// What no agent could go by.
  func withSpoiltAgent(_ terms: Terms, _ random: inout RandomSource) -> Terms {
    var terms = terms
    let isProvisioned = terms.policy.contains(.agent)
    let wrong = isProvisioned ? random.one(in: 2) ? 0 : UInt64(WireLimits.durationMillisMax) + 1 : 1
    if random.one(in: 2) { terms.provision = wrong } else { terms.outage = wrong }
    return terms
  }
}

extension RandomCommands {
  /// New terms that mostly leave it as it is whether an agent provisions leases, so that they can be announced while there are some.
  mutating func keepingAgent(_ new: Terms, _ old: Terms) -> Terms {
    guard random.chance(80) else { return new }
    var terms = new
    let isProvisioned = old.policy.contains(.agent)
    if isProvisioned == new.policy.contains(.agent) { return terms }
    if isProvisioned { terms.policy.insert(.agent) } else { terms.policy.remove(.agent) }
    (terms.provision, terms.outage) = (old.provision, old.outage)
    if isProvisioned, random.one(in: 2) {
      (terms.provision, terms.outage) = (shape.provision(&random), shape.provision(&random))
    }
    return terms
  }
}
