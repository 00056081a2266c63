import WireProtocol

/// Outages: how agents are lost, what time costs meanwhile, and REPORT, which tells whose that is.
extension ReferenceModel {
  /// Since when the agent of a lease is lost that was not reported since, and until when it had heard of everything; nil: it is not.
  func loss(of lease: ModelLease) -> (since: UInt64, heardAt: UInt64)? {
    guard lease.isLive, !lease.isReported, let outage = agents[provider(of: lease)]?.outage else { return nil }
    return (lease.wasReported ? outage.detachedAt : outage.lostAt, outage.heardAt)
  }

  /// Passes the boundaries of a lease up to `now`: those up to the loss of its agent as ever, and the others, if there are any or it
  /// is touched, in its outage.
  func passBoundaries(of lease: inout ModelLease, isTouched: Bool, _ passage: inout ModelPassage) {
    let open = openReservations(of: lease)
    if let loss = loss(of: lease) {
      lease.passBoundaries(to: min(now, loss.since), reservations: open, &passage)
      let isPassing = lease.nextBoundary.instant <= now || open.contains { $0.until > loss.since && $0.until <= now }
      if now >= loss.since, isTouched || isPassing {
        lease.lose(since: loss.since, heardAt: loss.heardAt, &passage)
      }
    }
    let left = open.filter { lease.reservations.contains($0.id) }
    lease.passBoundaries(to: now, reservations: left, &passage)
  }

  /// The agent that provides a lease.
  private func provider(of lease: ModelLease) -> ModelAgentName {
    ModelAgentName(resource: lease.resource, number: lease.service?.agent ?? 0)
  }

  /// When a lease ends because its agent is lost, if nobody does anything.
  func lossEnd(of lease: ModelLease) -> UInt64 {
    guard let agent = agents[provider(of: lease)], !agent.isAttached else { return .max }
    return agent.outage?.endsAt ?? .max
  }

  /// Agents are lost, of those that were there. What they report of their leases counts anew.
  private mutating func lose(_ names: Set<ModelAgentName>, at instant: UInt64, heardAt: UInt64) {
    let lost = names.filter { agents[$0]?.isAttached ?? false }
    for name in lost {
      let lostAt = agents[name]?.outage?.lostAt ?? instant
      let endsAt = outageEnd(of: name, from: instant)
      agents[name]?.isAttached = false
      agents[name]?.outage = ModelOutage(lostAt: lostAt, detachedAt: instant, heardAt: heardAt, endsAt: endsAt)
    }
    for (id, lease) in leases where lease.isReported && lost.contains(provider(of: lease)) {
      leases[id]?.isReported = false
    }
  }

  /// When an outage ends that begins, or goes on, at an instant.
  private func outageEnd(of name: ModelAgentName, from instant: UInt64) -> UInt64 {
    instant + (resources[name.resource]?.terms.outage ?? 0)
  }

  /// An agent is lost, if it was there.
  mutating func lose(_ name: ModelAgentName, heardAt: UInt64) {
    lose([name], at: now, heardAt: heardAt)
  }

  /// A life begins at an instant that may be still to come: the connections of all agents were of another one, and those that were
  /// lost could not come back.
  mutating func loseAll(at told: UInt64) {
    let instant = max(now, min(told, AuditLimits.instantMax))
    for (name, agent) in agents where !agent.isAttached {
      let endsAt = outageEnd(of: name, from: instant)
      agents[name]?.outage?.endsAt = endsAt
    }
    lose(Set(agents.keys), at: instant, heardAt: 0)
  }

  /// All that is withheld of an agent's leases is revenue.
  mutating func endOutage(of name: ModelAgentName) {
    guard let agent = agents[name], agent.outage != nil else { return }
    var sum = agent.withheld
    for (id, lease) in leases where provider(of: lease) == name {
      sum += lease.parts?.sum ?? 0
      leases[id]?.parts = nil
      leases[id]?.isReported = false
      leases[id]?.wasReported = false
    }
    agents[name]?.outage = nil
    agents[name]?.withheld = 0
    ledger.move(sum, from: .withheld, to: .providerEarnings, of: name.resource)
    earn(sum, of: name.resource)
  }

  // MARK: - The end that comes by itself

  /// The outage that ends next, of equal instants that of the lowest resource and number.
  func nextOutageEnd() -> (instant: UInt64, name: ModelAgentName)? {
    let ends = agents.compactMap { name, agent in agent.outage.map { (instant: $0.endsAt, name: name) } }
    return ends.min { ($0.instant, $0.name.resource, $0.name.number) < ($1.instant, $1.name.resource, $1.name.number) }
  }

  /// An outage ends, and before, if the agent is still lost, its leases. False: that was too much for one ADVANCE.
  mutating func passOutageEnd(of name: ModelAgentName, _ doneCount: inout Int) -> Bool {
    if let agent = agents[name], !agent.isAttached {
      let last = agent.outage?.lastLease ?? 0
      let left = leases.values.filter {
        $0.resource == name.resource && $0.service != nil && $0.isLive && $0.id > last
      }
      for lease in left.sorted(by: { $0.id < $1.id }) {
        if doneCount >= AuditLimits.eventCountMax { return false }
        doneCount += 1
        agents[name]?.outage?.lastLease = lease.id
        if provider(of: lease) == name { loseLease(lease.id) }
      }
    }
    if doneCount >= AuditLimits.eventCountMax { return false }
    doneCount += 1
    endOutage(of: name)
    return true
  }

  private mutating func loseLease(_ id: UInt64) {
    guard var lease = touch(id), lease.isLive else { return }
    var passage = ModelPassage()
    lease.service?.endpoint = Text96()
    lease.finish(.failed, at: now, &passage)
    lease.position = now
    store(lease, passage)
  }

  // MARK: - REPORT

  mutating func report(_ command: ReportCommand, _ records: [AgentUsage]) -> ModelOutcome {
    let name = ModelAgentName(resource: command.resource, number: command.agent)
    guard let agent = agents[name], agent.isAttached else { return ModelOutcome(.agentAbsent) }
    if command.number <= agent.reportNumber {
      var outcome = ModelOutcome.ok(ReportReply(number: agent.reportNumber, credited: 0))
      outcome.isReplayed = true
      return outcome
    }
    if command.number - 1 != agent.reportNumber || records.count > WireLimits.agentUsageCountMax {
      return ModelOutcome(.quantityInvalid, detail: agent.reportNumber)
    }
    var credited: UInt64 = 0
    for record in records { credited += take(record, of: name) }
    if command.last != 0 { endOutage(of: name) }
    agents[name]?.reportNumber = command.number
    return .ok(ReportReply(number: command.number, credited: credited))
  }

  /// Takes what an agent tells of one lease; gives what is credited to it.
  private mutating func take(_ record: AgentUsage, of name: ModelAgentName) -> UInt64 {
    guard let known = leases[record.lease], known.resource == name.resource, let service = known.service else {
      return 0
    }
    func sum(_ bytes: UInt64, _ more: UInt64) -> UInt64 {
      let (sum, overflow) = bytes.addingReportingOverflow(more)
      return overflow ? .max : sum
    }
    leases[record.lease]?.service?.received = sum(service.received, record.received)
    leases[record.lease]?.service?.sent = sum(service.sent, record.sent)
    guard record.shut > 0, service.agent == name.number, agents[name]?.outage != nil, let lease = touch(record.lease),
      lease.isLive, lease.epoch == record.epoch, !lease.isReported
    else { return 0 }
    // Without parts the outage is still to come.
    return credit(lease.parts ?? ModelParts(since: now, known: now), to: lease, shut: record.shut)
  }

  private mutating func credit(_ parts: ModelParts, to reported: ModelLease, shut: UInt64) -> UInt64 {
    let due = parts.due(shut: shut, at: now)
    let own = min(due, parts.first.own + parts.second.own)
    var lease = reported
    lease.parts = nil
    (lease.isReported, lease.wasReported) = (true, true)
    agents[provider(of: lease)]?.withheld += parts.sum - due
    store(lease)
    guard due > 0 else { return 0 }
    ledger.move(own, from: .withheld, to: .pursesOwn, of: lease.resource)
    ledger.move(due - own, from: .withheld, to: .pursesGiven, of: lease.resource)
    var richer = credited(lease, own: own, given: due - own, isBounded: false, isOwners: true).lease
    drawEpochIfRevived(&richer, from: lease)
    settleState(of: &richer)
    store(richer)
    return due
  }

  // MARK: - What must hold

  func checkOutage(of name: ModelAgentName, _ agent: ModelAgent) -> String? {
    let title = "agent \(name.number) of \(name.resource)"
    guard let outage = agent.outage else {
      if !agent.isAttached, leases.values.contains(where: { $0.isLive && provider(of: $0) == name }) {
        return "\(title): it is not there, and has leases"
      }
      return agent.withheld > 0 ? "\(title): money is withheld without an outage" : nil
    }
    if outage.endsAt < now { return "\(title): an outage was not ended" }
    return nil
  }

  func checkParts(of lease: ModelLease) -> String? {
    let title = "lease \(lease.id)"
    guard let outage = agents[provider(of: lease)]?.outage else {
      let isClear = lease.parts == nil && !lease.isReported && !lease.wasReported
      return isClear ? nil : "\(title): of an outage that is over"
    }
    if lease.isReported, !lease.wasReported { return "\(title): reported, and was not" }
    guard let parts = lease.parts else { return nil }
    if !lease.isLive || lease.isReported { return "\(title): with parts, and ended or reported" }
    let since = outage.lostAt...(lease.wasReported ? max(outage.detachedAt, outage.lostAt) : outage.lostAt)
    return since.contains(parts.since) && parts.known >= parts.since ? nil : "\(title): with parts of another loss"
  }
}
