import WireProtocol

/// What is told of leases that agents provision: of each lease to its holder, and to agents in the time of their own clocks.
extension Oracle {
  func service(of lease: UInt64) -> KnownService {
    if let known = services[lease] { return known }
    let service = KnownService()
    services[lease] = service
    return service
  }

  // MARK: Requests

  /// It is sent, perhaps again.
  func agentAsked(_ errand: Errand) {
    if let service = errand.asks?.service { errand.trafficFloor = service.taken }
    guard let agent = errand.agent else { return }
    // A repeat may be refused of what was done the first time.
    if errand.opcode == .provision, errand.sendCount > 0 { errand.purseFloor = 0 }
    errand.agentNumber = agent.number
    if errand.opcode == .attach {
      agent.askedLife = life
      agent.resource.post(agent.number).isTaken = true
    }
    if errand.opcode == .report { reportSent(errand) }
    guard errand.opcode == .agentLeases else { return }
    let over = services.filter { $0.value.lease?.resource === agent.resource && $0.value.overOrder != nil }
    errand.overServices = Set(over.keys)
  }

  /// An agent says for the first time what became of a lease.
  func provisionSent(_ errand: Errand) {
    guard let service = errand.service else { return }
    service.underWayCount += 1
    service.changeCount += 1
    errand.stamp = service.changeCount
    if errand.isReady {
      service.mayBeReady = true
    } else {
      service.mayBeFailed = true
      service.lease?.isRevoked = true
    }
  }

  func agentAccepted(_ errand: Errand, _ answer: Answer) {
    if errand.isOfConnection { seen(errand) }
    switch errand.opcode {
    case .attach: attached(errand, answer)
    case .heartbeat:
      guard let agent = errand.agent else { return }
      expect(
        agent.doubtedAt.map { errand.order < $0 } ?? true,
        "\(agent.client.name) was attached all the time, and an ACQUIRE was told that no agent is")
    case .agentLeases:
      guard let agent = errand.agent else { return }
      for lease in answer.records(AgentLease.self) { told(lease, to: agent, askedBy: errand) }
      if answer.part(AgentLeasesReply.self)?.more == 1 { coverage.count(.agentPaged) }
    case .provision: provisioned(errand, answer)
    case .report: reported(errand, answer)
    case .service: toldService(errand, answer)
    case .ticket: toldTicket(errand, answer)
    default: break
    }
  }

  private func attached(_ errand: Errand, _ answer: Answer) {
    guard let agent = errand.agent, let reply = answer.part(AttachReply.self) else { return }
    agent.isAttached(since: eventCount, reportNumber: reply.reportNumber)
    resolveReports(
      of: agent.resource.post(errand.agentNumber), upTo: reply.reportNumber, askedAt: errand.order)
    expect(
      reply.epochFloor >= errand.epochFloor,
      "\(agent.client.name) attaches at epoch \(reply.epochFloor), and \(errand.epochFloor) had been told")
  }

  private func provisioned(_ errand: Errand, _ answer: Answer) {
    guard let service = errand.service, let reply = answer.part(ProvisionReply.self) else { return }
    errand.isReady ? service.ran(eventCount) : service.ended(eventCount)
    if let agent = errand.agent { judge(agent: agent.number, of: service, "PROVISION \(errand.number)") }
    let isAlone = service.underWayCount == 0 && service.changeCount == errand.stamp + 1
    service.endpoint = isAlone ? (errand.endpoint, service.changeCount) : nil
    if errand.sendCount > 1 { coverage.count(.provisionedByRepeat) }
    guard errand.isReady, let lease = service.lease else { return }
    if errand.sendCount == 1, lease.state == .pending { coverage.count(.provisionedInTime) }
    if reply.epoch > lease.epoch { coverage.count(.endpointChanged) }
    learn(reply.epoch, of: lease, askedAt: errand.order)
  }

  /// A lease is provisioned by one agent, for ever.
  func judge(agent number: UInt32, of service: KnownService, _ what: @autoclosure () -> String) {
    expect(
      service.agent == 0 || service.agent == number, "\(what()): agent \(number), and it was agent \(service.agent)")
    service.agent = number
  }

  private func toldService(_ errand: Errand, _ answer: Answer) {
    guard let lease = errand.asks, let reply = answer.part(ServiceReply.self) else { return }
    let what = "SERVICE of lease \(lease.id)"
    expect(reply.lease == lease.id, "\(what) tells of lease \(reply.lease)")
    guard let service = lease.service else {
      return expect(reply.agent == 0 && reply.endpoint.isZero, "\(what): agent \(reply.agent), and it has none")
    }
    // What was given back before it was ready has none any more.
    if reply.agent == 0, !service.hadRun, reply.state == .released || reply.state == .revoked { return }
    judge(agent: reply.agent, of: service, what)
    judge(reply.state, of: service, askedAt: errand.order, what)
    judgeTraffic(reply, of: service, errand, what)
    let isQuiet = errand.wasQuiet && lease.isQuiet && lease.stamp == errand.stamp
    guard isQuiet, let endpoint = service.endpoint, endpoint.changeCount == service.changeCount else { return }
    // What ended because its agent is lost is nowhere any more.
    let isNowhere = reply.state == .failed && reply.endpoint.isZero
    expect(reply.endpoint == endpoint.text || isNowhere, "\(what) is not where its agent said that it is")
  }

  private func toldTicket(_ errand: Errand, _ answer: Answer) {
    guard let lease = errand.asks, let ticket = answer.part(TicketReply.self)?.ticket else { return }
    let what = "a ticket of lease \(lease.id)"
    expect(
      ticket.resource == lease.resource.id && ticket.lease == lease.id && ticket.units == lease.units
        && ticket.state.hasAccess, "\(what) is of lease \(ticket.lease), \(ticket.state)")
    guard let service = lease.service else { return blame("\(what), which no agent provisions") }
    judge(ticket.state, of: service, askedAt: errand.order, what)
    let agent = agents.first {
      $0.resource === lease.resource && $0.number == ticket.agent && $0.bootNonce == ticket.bootNonce
    }
    guard let agent else { return }
    let told = AgentLease(
      lease: lease.id, epoch: ticket.epoch, stamp: ticket.stamp, until: ticket.until, throttleAt: 0, end: 0,
      units: ticket.units, state: ticket.state, isYours: 0)
    if compare(told, with: lease, agent, askedAt: errand.order, isTicket: true) { coverage.count(.ticketCompared) }
  }

  // MARK: Refusals

  func agentRefused(_ errand: Errand, _ answer: Answer) {
    switch answer.status {
    case .leasePending:
      guard let lease = errand.changes ?? errand.asks else { return }
      let what = "\(errand.opcode) \(errand.number) of lease \(lease.id)"
      guard let service = lease.service else { return blame("\(what) waits for an agent, and has none") }
      judge(.pending, of: service, askedAt: errand.order, what)
      judge(failsAt: answer.refusal?.detail ?? 0, of: service, what)
    case _ where errand.opcode == .report: reportRefused(errand, answer)
    case _ where errand.opcode == .voucher: voucherRefused(errand, answer)
    case _ where errand.opcode == .provision:
      guard let lease = errand.service?.lease, errand.sendCount > 1 else { return }
      lease.epochUnknownSince = eventCount
    case .agentAbsent where errand.opcode == .acquire && !errand.isMischief:
      guard let resource = errand.resource else { return }
      expect(resource.isProvisioned, "resource \(resource.id) needs no agent, and ACQUIRE waits for one")
      for agent in agents where agent.resource === resource && agent.flags.contains(.provisions) {
        guard agent.attachment == .attached, agent.attachedOrder < errand.order else { continue }
        agent.doubtedAt = agent.doubtedAt ?? eventCount
      }
    default: break
    }
  }

  // MARK: Holders

  /// A lease was granted whose agent has to say that it is ready.
  func grantedPending(_ lease: KnownLease, _ errand: Errand, _ reply: AcquireReply, isNew: Bool) {
    guard lease.resource.isProvisioned else { return }
    let service = service(of: lease.id)
    (lease.service, service.lease) = (service, lease)
    (lease.state, service.pendingLife, service.held) = (.pending, life, reply.balance)
    service.askedAt = errand.earliest
    if service.mayBeFailed { lease.isRevoked = true }
    if service.changeCount > 0 { forgetEpoch(of: lease) }
    expect(reply.deadline == 0, "lease \(lease.id) waits for its agent, and is paid until \(reply.deadline)")
    let isPossible = agents.contains { $0.resource === lease.resource && $0.askedLife == life }
    expect(!isNew || isPossible, "lease \(lease.id) was granted, and no agent attached")
  }

  /// What is done with it is done only when it runs.
  func judgeDone(_ errand: Errand) {
    guard let service = errand.changes?.service else { return }
    switch errand.opcode {
    case .fund, .use, .reserve, .openChain, .grantDebitKey, .transfer, .donate, .voucher:
      expect(service.mayBeReady, "\(errand.opcode) \(errand.number) was done while its lease waits for its agent")
      service.ran(eventCount)
    default: break
    }
  }

  /// What was never ready cost nothing.
  func judgeRefund(_ amount: UInt64, of lease: KnownLease) {
    guard let service = lease.service, !service.mayBeReady, lease.charged == 0 else { return }
    expect(
      amount == lease.credited, "lease \(lease.id) was never ready, and gives back \(amount) of \(lease.credited)")
  }

  func judgeService(_ errand: Errand, _ lease: KnownLease, _ reply: CheckReply) {
    let what = "lease \(lease.id)"
    guard let service = lease.service else {
      return expect(reply.state != .pending && reply.state != .failed, "\(what) has no agent, and is \(reply.state)")
    }
    judge(reply.state, of: service, askedAt: errand.order, what)
    guard reply.state == .pending else {
      if reply.state == .failed, !service.mayBeFailed { judgeFailure(of: service, lease, what) }
      return
    }
    judge(failsAt: reply.end, of: service, what)
    if service.pendingLife != life { coverage.count(.pendingAcrossRestart) }
    expect(
      reply.deadline == 0 && reply.own + reply.given == service.held && reply.reserved == 0 && reply.deposits == 0,
      "\(what) is pending until \(reply.deadline), has \(reply.own) + \(reply.given) of \(service.held)")
    expect(reply.end > errand.sentAt, "\(what) is pending at \(errand.sentAt) or later, and failed at \(reply.end)")
  }

  /// A state was told of a lease to whoever asked at a count of events.
  private func judge(
    _ state: LeaseState, of service: KnownService, askedAt order: Int, _ what: @autoclosure () -> String
  ) {
    if state == .pending {
      return expect(
        service.ranOrder.map { order < $0 } ?? true, "\(what()) waits for its agent, and did so no longer before")
    }
    let wasReady = state.hasAccess || state == .suspended || state == .expired
    expect(!wasReady || service.mayBeReady, "\(what()) is \(state), and its agent never said that it is ready")
    expect(
      !state.isLive || service.overOrder.map { order < $0 } ?? true,
      "\(what()) is \(state), and an agent was told that it is over")
    state.isLive ? service.ran(eventCount) : service.ended(eventCount)
  }

  private func judge(failsAt instant: UInt64, of service: KnownService, _ what: @autoclosure () -> String) {
    let terms = service.lease?.resource.terms ?? []
    let least = service.askedAt + (terms.map(\.provision).min() ?? 0)
    expect(
      instant == service.failsAt ?? instant && instant >= least,
      "\(what()) fails at \(instant), and was to at \(service.failsAt ?? least)")
    service.failsAt = instant
  }

  /// All that is held is of leases that wait for their agents; what failed by itself since it was told of may be held still.
  func compareHeld(_ figures: [Figure], at instant: UInt64) {
    let pending = services.values.compactMap(\.lease).filter { $0.state == .pending && !$0.hasEnded }
    let most = pending.reduce(UInt64(0)) { $0 + $1.credited }
    let least = pending.filter { $0.service?.failsAt ?? 0 > instant && !mayBeLost($0) }.reduce(UInt64(0)) {
      $0 + $1.credited
    }
    let held = figures.first { $0.account == .held }?.balance ?? 0
    if held > 0 { coverage.count(.heldInBooks) }
    expect(
      held >= Int64(least) && held <= Int64(most), "\(held) is HELD, clients were told of \(least), \(most) at the most"
    )
  }
}
