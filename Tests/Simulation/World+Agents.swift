import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// What agents do: attach, learn of leases, provision them, and are not always there.
extension World {
  func provisionTime() -> UInt64 { chance.oneIn(3) ? chance.among(300...3_000) : chance.among(5_000...40_000) }

  func outageTime() -> UInt64 { chance.oneIn(2) ? chance.among(500...6_000) : chance.among(10_000...100_000) }

  /// A resource that agents provision gets some.
  func hire(for resource: KnownResource) {
    let isFirst = oracle.agents.isEmpty
    hire(1, for: resource, flags: .provisions)
    hire(1, for: resource, flags: .provisions, isStandby: true)
    guard isFirst else { return }
    if chance.oneIn(2) { hire(2, for: resource, flags: .provisions) }
    hire(0, for: resource, flags: [])
  }

  private func hire(_ number: UInt32, for resource: KnownResource, flags: AgentFlags, isStandby: Bool = false) {
    let name = isStandby ? "standby" : number == 0 ? "wanderer" : "agent \(number)"
    let flags = chance.below(3) > 0 ? flags.union(.reports) : flags
    let client = Client(
      "\(name) of \(resource.id)", role: RoleIdentity(role: .agent, id: resource.id, generation: 0),
      session: Bytes16(), credential: setup.credential)
    let agent = KnownAgent(client, of: resource, number: number, isStandby: isStandby, flags: flags)
    boot(agent)
    if isStandby { agent.awayUntil = stepCount + 100 + chance.below(400) }
    client.agent = agent
    oracle.agents.append(agent)
    welcome(client)
  }

  private func boot(_ agent: KnownAgent) {
    agent.boot(draw(), base: chance.among(1...1 << 40), uptime: clock.uptime)
  }

  // MARK: Coming and going

  /// Whether it wants a connection.
  func isWanted(_ agent: KnownAgent, _ isBusy: Bool) -> Bool {
    if agent.isTakenOver {
      agent.isTakenOver = false
      agent.awayUntil = stepCount + 30 + chance.below(150)
    }
    return !isBusy || stepCount >= agent.awayUntil
  }

  /// Nothing is left to do for it in calm.
  func isAtWork(_ agent: KnownAgent) -> Bool {
    agent.isStandby || agent.attachment == .attached && agent.isListed || agent.refusedLife == oracle.life
  }

  /// In calm two do not drive each other away for ever: whoever stands by comes only with something to say, and then first.
  private func mayAttach(_ agent: KnownAgent) -> Bool {
    if agent.isStandby { return !agent.client.isIdle }
    return !oracle.agents.contains {
      $0.isStandby && $0.resource === agent.resource && $0.number == agent.number && !$0.client.isIdle
    }
  }

  func attend(_ agent: KnownAgent, _ isBusy: Bool) {
    guard agent.client.phase == .ready, !isBusy || stepCount >= agent.silentUntil else { return }
    switch agent.attachment {
    case .asked: return
    case .none:
      guard agent.refusedLife != oracle.life, isBusy || mayAttach(agent) else { return }
      if isBusy, chance.oneIn(6) { askUnattached(agent) }
      attach(agent)
    case .attached:
      if !agent.isListed, agent.walk == nil { list(agent) }
      if isBusy { work(agent) }
    }
  }

  private func work(_ agent: KnownAgent) {
    if chance.oneIn(agent.isStandby ? 60 : 250) {
      agent.awayUntil = stepCount + (agent.isStandby ? 200 + chance.below(600) : 10 + chance.below(120))
      if chance.oneIn(3) { boot(agent) }
      return lose(agent.client, mayReadOn: false)
    }
    if chance.oneIn(800) {
      agent.silentUntil = stepCount + 150
      return
    }
    if chance.oneIn(300) {
      // What is under way to it is in the time of the clock that it had when it was asked for.
      if chance.oneIn(2) { agent.rename(draw()) }
      return attach(agent)
    }
    guard agent.client.errands.count < 8 else { return }
    if stepCount >= agent.beatsAt {
      agent.beatsAt = stepCount + 10 + chance.below(30)
      beat(agent)
    }
    if chance.oneIn(60) { (agent.isListed, agent.walk) = (false, nil) }
    provision(agent)
    report(agent)
    if chance.oneIn(40) { mischief(agent) }
  }

  // MARK: Requests

  func ask(
    _ agent: KnownAgent, _ opcode: Opcode, _ part: @escaping (UInt32) -> any WireRequest,
    _ change: (Errand) -> Void = { _ in }
  ) {
    agent.client.ask(part, opcode) { errand in
      (errand.agent, errand.isOfConnection) = (agent, true)
      change(errand)
    }
  }

  private func attach(_ agent: KnownAgent) {
    agent.attaches()
    if agent.wanders { agent.number = UInt32(3 + chance.below(WireLimits.agentCountMaxPerResource - 2)) }
    let (number, flags, nonce) = (agent.number, agent.flags, agent.bootNonce)
    ask(
      agent, .attach,
      { [unowned self, unowned agent] _ in
        AttachRequest(agent: number, flags: flags, bootNonce: nonce, stamp: agent.stamp(at: clock.uptime))
      }
    ) { errand in
      errand.resource = agent.resource
      errand.then = { [unowned self, unowned agent] answer in
        guard answer.status != .ok else { return }
        agent.refusedLife = oracle.life
        agent.isDetached()
      }
    }
  }

  private func beat(_ agent: KnownAgent, _ then: @escaping (Answer) -> Void = { _ in }) {
    ask(
      agent, .heartbeat,
      { [unowned self, unowned agent] _ in
        HeartbeatRequest(stamp: agent.stamp(at: clock.uptime), heard: agent.heard)
      }
    ) { $0.then = then }
  }

  /// Page by page, from the start.
  private func list(_ agent: KnownAgent) {
    agent.walk = (oracle.eventCount, [])
    let countMax = UInt16(chance.below(4))
    page(agent, after: 0, countMax: countMax, order: oracle.eventCount)
  }

  private func page(_ agent: KnownAgent, after: UInt64, countMax: UInt16, order: Int) {
    ask(agent, .agentLeases, { _ in AgentLeasesRequest(after: after, countMax: countMax) }) { errand in
      errand.then = { [unowned self, unowned agent] answer in
        // What was lost meanwhile is asked for from the start.
        guard agent.walk?.order == order else { return }
        guard let reply = answer.part(AgentLeasesReply.self), answer.status == .ok else { return agent.walk = nil }
        let last = answer.records(AgentLease.self).last?.lease
        if reply.more == 0 { return oracle.listed(agent) }
        guard let last else { return oracle.blame("a page of leases is empty, and not the last") }
        page(agent, after: last, countMax: countMax, order: order)
      }
    }
  }

  /// In the order of their ids, what waits for this agent, each when it comes to it.
  private func provision(_ agent: KnownAgent) {
    let own = agent.view.values.filter { $0.isYours == 1 && $0.state.isLive }.sorted { $0.lease < $1.lease }
    for lease in own where lease.state == .pending {
      guard let plan = agent.plans[lease.lease] else {
        let isReady: Bool? = chance.oneIn(8) ? nil : !chance.oneIn(6)
        agent.plans[lease.lease] = KnownAgent.Plan(
          from: stepCount + (chance.oneIn(6) ? 200 : chance.below(12)), isReady: isReady)
        continue
      }
      guard plan.from <= stepCount, let isReady = plan.isReady else { continue }
      agent.plans[lease.lease] = KnownAgent.Plan(from: .max, isReady: nil)
      report(lease, by: agent, isReady: isReady)
    }
    guard chance.oneIn(40), let lease = chance.pick(own.filter { $0.state != .pending }) else { return }
    report(lease, by: agent, isReady: chance.below(5) > 1)
  }

  private func report(_ lease: AgentLease, by agent: KnownAgent, isReady: Bool) {
    let text = chance.oneIn(4) ? Text96() : Text96("\(isReady ? "gate" : "broken"):\(chance.below(3))") ?? Text96()
    let service = oracle.service(of: lease.lease)
    ask(
      agent, .provision,
      { _ in ProvisionRequest(lease: lease.lease, epoch: lease.epoch, ready: isReady ? 1 : 0, endpoint: text) }
    ) { errand in
      (errand.service, errand.isReady, errand.endpoint) = (service, isReady, text)
      // It is asked again until it is known, on whatever connection this agent has.
      errand.isOfConnection = false
      errand.isHeld = { [unowned agent] in agent.attachment != .attached }
      // Of an open lease that becomes ready: it takes the donation purse along.
      let takesPurse = isReady && service.ranOrder == nil && service.lease?.isOpen ?? true
      if takesPurse { (errand.resource, errand.takesPurse) = (agent.resource, true) }
    }
  }

  /// In calm: what an agent knows is what holders were told just now.
  func judgeViews() {
    let order = oracle.eventCount
    for lease in leases where lease.service != nil && !lease.hasEnded { check(lease, by: lease.owner) }
    awaitAnswers()
    for agent in oracle.agents where agent.attachment == .attached && agent.isListed {
      beat(agent) { [unowned self, unowned agent] in
        if $0.status == .ok { oracle.judgeView(of: agent, since: order) }
      }
    }
    awaitAnswers()
  }

  // MARK: Holders

  func askAgentOf(_ lease: KnownLease, by client: Client) {
    // Of others it is the same.
    if lease.service == nil, chance.below(4) > 0 { return check(lease, by: client) }
    if chance.oneIn(4) {
      client.ask({ ServiceRequest(handle: $0) }, .service) { ($0.key, $0.asks) = (lease.ownerKey, lease) }
      return
    }
    let number = chance.oneIn(3) ? UInt32(1 + chance.below(5)) : 0
    let identity = RoleIdentity(role: .agent, id: lease.resource.id, generation: 0)
    client.ask({ TicketRequest(handle: $0, agent: number) }, .ticket) { errand in
      (errand.key, errand.asks) = (lease.ownerKey, lease)
      errand.then = { [unowned self] answer in
        guard let reply = answer.part(TicketReply.self), answer.status == .ok else { return }
        let holderKey = TicketKey(setup.credential(identity)).holderKey(of: reply.ticket)
        oracle.expect(holderKey == reply.holderKey, "a ticket of lease \(lease.id) is not genuine")
      }
    }
  }

  // MARK: Mischief

  /// By anybody: what only an agent may ask, or with no handle.
  func aboutAgents() -> Misdeed {
    switch chance.below(9) {
    case 7: Misdeed(ReportRequest(number: 1, count: 0, last: 1))
    case 8: Misdeed(VoucherRequest(handle: 9_999, agent: 0, quantity: 1, meter: 0, count: 1))
    case 0: Misdeed(AttachRequest(agent: 1, flags: .provisions, bootNonce: draw(), stamp: 1))
    case 1: Misdeed(HeartbeatRequest(stamp: 1, heard: 0))
    case 2: Misdeed(AgentLeasesRequest(after: 0, countMax: 0))
    case 3: Misdeed(ProvisionRequest(lease: anyLive()?.id ?? 1, epoch: 1, ready: 0, endpoint: Text96()))
    case 4: Misdeed(ServiceRequest(handle: 9_999))
    default: Misdeed(TicketRequest(handle: 9_999, agent: 0))
    }
  }

  private func askUnattached(_ agent: KnownAgent) {
    switch chance.below(4) {
    case 3: forbid(agent, ReportRequest(number: 1, count: 0, last: 1))
    case 0: forbid(agent, HeartbeatRequest(stamp: 1, heard: 0))
    case 1: forbid(agent, AgentLeasesRequest(after: 0, countMax: 0))
    default: forbid(agent, ProvisionRequest(lease: 1, epoch: 1, ready: 1, endpoint: Text96()))
    }
  }

  private func mischief(_ agent: KnownAgent) {
    let told = agent.view.values.sorted { $0.lease < $1.lease }
    let own = chance.pick(told.filter { $0.isYours == 1 && $0.state.isLive })
    func provision(_ lease: UInt64, _ epoch: UInt64, _ text: Text96 = Text96()) {
      forbid(
        agent, ProvisionRequest(lease: lease, epoch: epoch, ready: UInt8(chance.below(2)), endpoint: text))
    }
    switch chance.below(10) {
    case 9: forbid(agent, ReportRequest(number: chance.among(1 << 40...1 << 50), count: 0, last: 1))
    case 0: forbid(agent, HeartbeatRequest(stamp: 0, heard: 0))
    case 1: forbid(agent, HeartbeatRequest(stamp: agent.stamp(at: clock.uptime), heard: 1 << 40))
    case 2: provision(Self.nobody, 1)
    case 3: if let ended = chance.pick(told.filter { !$0.state.isLive }) { provision(ended.lease, ended.epoch) }
    case 4: if let other = chance.pick(told.filter { $0.isYours == 0 }) { provision(other.lease, other.epoch) }
    case 5:
      // At its own place it would only be said once more.
      if let own { provision(own.lease, own.epoch - 1, Text96("another place") ?? Text96()) }
    case 6:
      var text = Text96("a") ?? Text96()
      text[0] = 0x07
      if let own { provision(own.lease, own.epoch, text) }
    case 7:
      let number: UInt32 = chance.oneIn(2) ? 0 : 9
      forbid(agent, AttachRequest(agent: number, flags: [], bootNonce: agent.bootNonce, stamp: 1))
    default:
      let hasNonce = chance.oneIn(2)
      forbid(
        agent,
        AttachRequest(
          agent: agent.number, flags: [], bootNonce: hasNonce ? agent.bootNonce : Bytes16(), stamp: hasNonce ? 0 : 1))
    }
  }

  private func forbid(_ agent: KnownAgent, _ part: some WireRequest) {
    agent.client.ask({ _ in part }, type(of: part).opcode) {
      ($0.isForbidden, $0.isMischief, $0.isOfConnection) = (true, true, true)
    }
  }
}
