import WireProtocol

/// What agents are told of leases, in the time of their own clocks: none may open a gate longer than the broker says.
extension Oracle {
  /// A turn begins, in which the broker's clock is behind the machine's.
  func turnBegins(at uptime: UInt64, lag: UInt64) {
    guard lag > 0 else { return }
    lags.append((uptime, lag))
    if lags.count > 60 { lags.removeFirst(30) }
  }

  /// By how much it was behind at the most, from a time of the machine on.
  func lag(since uptime: Int64) -> Int64 {
    lags.reduce(Int64(0)) { Int64($1.uptime) >= uptime ? max($0, Int64($1.lag)) : $0 }
  }

  func pushed(_ answer: Answer, to agent: KnownAgent) {
    agent.heard = answer.header.number
    switch PushCode(rawValue: answer.header.opcode) {
    case .goodbye:
      guard let goodbye = answer.part(GoodbyePush.self) else { return }
      note("\(agent.client.name) is told goodbye: \(goodbye.reason)")
      if goodbye.reason == .agentTakenOver {
        agent.isTakenOver = true
        coverage.count(.agentTakenOver)
      }
      if goodbye.reason == .idle, agent.attachment == .attached { coverage.count(.agentSilent) }
    // What was lost nobody knows: all is asked again.
    case .lagged: (agent.isListed, agent.walk) = (false, nil)
    case .agentLeaseChanged:
      guard let push = answer.part(AgentLeaseChangedPush.self) else { return }
      told(push.lease, to: agent, askedBy: nil)
    default: break
    }
  }

  /// An agent is told of a lease, by a push or because it asked.
  func told(_ told: AgentLease, to agent: KnownAgent, askedBy errand: Errand?) {
    let service = service(of: told.lease)
    func what() -> String { "\(agent.client.name), lease \(told.lease), \(told.state), epoch \(told.epoch)" }
    if errand == nil { note("\(what()), from \(told.stamp) until \(told.until), \(told.end)") }
    agent.walk?.told.insert(told.lease)
    let before = agent.last.updateValue((told.epoch, told.state), forKey: told.lease)
    if let before {
      expect(told.epoch >= before.epoch, "\(what()): its epoch was \(before.epoch)")
      expect(before.state.isLive || !told.state.isLive, "\(what()): it was \(before.state)")
      expect(told.state != .pending || before.state == .pending, "\(what()): it was \(before.state)")
      let mustRise = before.state == .suspended && told.state.hasAccess
      expect(!mustRise || told.epoch > before.epoch, "\(what()): it was SUSPENDED at the same epoch")
    }
    let other = agent.resource.epochs.updateValue(told.lease, forKey: told.epoch)
    expect(other == nil || other == told.lease, "\(what()), and lease \(other ?? 0) has that")
    agent.resource.epochMax = max(agent.resource.epochMax, told.epoch)
    judgeShape(of: told, what())
    if told.isYours == 1 {
      expect(service.agent == 0 || service.agent == agent.number, "\(what()): that of agent \(service.agent)")
      service.agent = agent.number
    }
    if told.state != .pending { service.ran(eventCount) }
    if !told.state.isLive { service.ended(eventCount) }
    if let errand {
      expect(told.state.isLive, "\(what()): it ended, and is listed")
      expect(!errand.overServices.contains(told.lease), "\(what()): it was over before that was asked")
    }
    agent.view[told.lease] = told
    guard let lease = service.lease else { return }
    expect(told.units == lease.units && lease.resource === agent.resource, "\(what()): \(told.units) units")
    if told.state == .pending, told.until != 0, let failsAt = service.failsAt {
      judge(told, until: failsAt - 1, agent, what())
    }
    if let errand, compare(told, with: lease, agent, askedAt: errand.order) { coverage.count(.agentLeaseCompared) }
  }

  private func judgeShape(of told: AgentLease, _ what: @autoclosure () -> String) {
    if !told.state.isLive { return expect(told.until == 0 && told.end == 0, "\(what()): until \(told.until)") }
    expect(told.end >= told.stamp && told.end > told.until, "\(what()): until \(told.until), over at \(told.end)")
    expect(told.state != .suspended || told.until == 0, "\(what()): until \(told.until)")
    expect(
      told.throttleAt == 0 || told.state.hasAccess && told.state != .throttled,
      "\(what()): less from \(told.throttleAt)")
  }

  /// No later than that on the agent's clock, and earlier by the way of its stamp at most; a ticket may end where access is reduced.
  private func judge(
    _ told: AgentLease, until deadline: UInt64, _ agent: KnownAgent, mayBeEarly: Bool = false, stood: UInt64 = 0,
    _ what: @autoclosure () -> String
  ) {
    let (stamp, until) = (agent.uptime(of: told.stamp), agent.uptime(of: told.until) + clockOffset)
    expect(
      until <= Int64(deadline + stood) + lag(since: stamp),
      "\(what()): open until \(until), and the broker says until \(deadline)")
    expect(
      mayBeEarly || until + Int64(now + stood) + lag(since: stamp) + 2 - (stamp + clockOffset) >= Int64(deadline),
      "\(what()): shut after \(until), and the broker says until \(deadline)")
  }

  /// What an agent was told, where nothing is under way that changes what the holder was told before that.
  func compare(
    _ told: AgentLease, with lease: KnownLease, _ agent: KnownAgent, askedAt order: Int, isTicket: Bool = false
  ) -> Bool {
    guard let known = lease.told, known.stamp == lease.stamp, lease.isQuiet, known.life == life, known.order <= order,
      lease.reservedUntil < known.at, told.state.hasAccess, known.state?.hasAccess ?? true, told.until != 0,
      lease.resource.isFlat || known.state == told.state && lease.onlyTerms != nil
    else { return false }
    func what() -> String {
      "\(agent.client.name), lease \(lease.id), \(told.state) (\(known.state?.specificationName ?? "funded") at \(known.at))"
    }
    // While its own agent is there it does not stand; while that is lost, others are to shut at the deadline that it knew.
    let isItsAgent = lease.service?.agent == agent.number && agent.attachedOrder < known.order
    let stood = isItsAgent ? 0 : mayHaveStood(lease).now
    judge(told, until: known.deadline, agent, mayBeEarly: isTicket || !isItsAgent, stood: stood, what())
    expect(told.epoch == known.epoch ?? told.epoch, "\(what()): epoch \(told.epoch), not \(known.epoch ?? 0)")
    return true
  }

  /// It has read all pages: what is on none, and was not pushed meanwhile, is over.
  func listed(_ agent: KnownAgent) {
    guard let walk = agent.walk else { return }
    (agent.isListed, agent.walk) = (true, nil)
    agent.view = agent.view.filter { walk.told.contains($0.key) }
    note("\(agent.client.name) knows all \(agent.view.count) leases")
    for (id, service) in services where !walk.told.contains(id) {
      guard let lease = service.lease, lease.resource === agent.resource, lease.grantedOrder <= walk.order else {
        continue
      }
      service.ended(eventCount)
    }
  }

  /// Nothing is under way, and an agent has heard all there is: it has the leases that holders were told of just now.
  func judgeView(of agent: KnownAgent, since order: Int) {
    guard agent.isListed else { return }
    for (id, service) in services.sorted(by: { $0.key < $1.key }) {
      guard let lease = service.lease, lease.resource === agent.resource, lease.isUntouched else { continue }
      let what = "\(agent.client.name), lease \(id)"
      let told = agent.view[id]
      if lease.state == .released || lease.state == .revoked {
        let isOpen = told?.state.isLive ?? false
        expect(!isOpen, "\(what): it is \(lease.state ?? .released), and a gate is open")
      }
      guard let known = lease.told, known.order >= order, let state = known.state, state.hasAccess else { continue }
      if told?.state.hasAccess != true, mayBeLost(lease) { continue }
      guard let told else { return blame("\(what): it is \(state), and was not told") }
      expect(told.state != .pending, "\(what): it is \(state), and known to be \(told.state)")
      expect(
        told.state.hasAccess || known.deadline < now, "\(what) is \(state), and \(told.state) as far as it knows")
      if compare(told, with: lease, agent, askedAt: .max) { coverage.count(.agentViewCompared) }
    }
  }
}
