import WireProtocol

/// Outages: how agents are lost and come back, and what ends when they do not.
///
/// `ModelLoss` has how a lease fares meanwhile.
extension ReferenceModel {
  /// The agent that provides a lease.
  private func provider(of lease: ModelLease) -> ModelAgentName {
    ModelAgentName(resource: lease.resource, number: lease.service?.agent ?? 0)
  }

  /// The live leases that an agent provides, in their order.
  func liveLeases(of name: ModelAgentName) -> [UInt64] {
    leases.values.filter { $0.isLive && provider(of: $0) == name }.map(\.id).sorted()
  }

  // MARK: - Lost and back

  /// When an outage ends that begins, or is put off, at an instant.
  private func outageEnd(of name: ModelAgentName, from instant: UInt64) -> UInt64 {
    instant + (resources[name.resource]?.terms.outage ?? 0)
  }

  /// An agent that was there is lost, and has heard of all up to `heardAt`: its leases are unattended.
  private mutating func lose(_ name: ModelAgentName, at instant: UInt64, heardAt: UInt64) {
    let end = outageEnd(of: name, from: instant)
    agents[name]?.isAttached = false
    agents[name]?.heardAt = heardAt
    agents[name]?.outageEnd = ModelOutageEnd(instant: end)
    for id in liveLeases(of: name) {
      passBoundaries(id)
      leases[id]?.lose(at: instant, now: now, heardAt: heardAt)
      passBoundaries(id)
    }
  }

  /// An agent is lost now, if it was there.
  mutating func lose(_ name: ModelAgentName, heardAt: UInt64) {
    guard let agent = agents[name], agent.isAttached else { return }
    lose(name, at: now, heardAt: max(agent.heardAt, heardAt))
  }

  /// A life begins at an instant that may be still to come: the connections of all agents were of another one, and those
  /// that were lost could not come back.
  mutating func loseAll(at told: UInt64) {
    let instant = max(now, min(told, AuditLimits.instantMax))
    let heardAtLeast = now - min(now, AuditLimits.rowMilliseconds)
    for (name, agent) in agents {
      if agent.isAttached {
        lose(name, at: instant, heardAt: max(agent.heardAt, heardAtLeast))
      } else {
        let end = outageEnd(of: name, from: instant)
        agents[name]?.outageEnd?.instant = end
      }
    }
  }

  /// An agent is there: its leases are passed up to `now`, and no longer unattended.
  mutating func attend(_ name: ModelAgentName) {
    agents[name]?.outageEnd = nil
    for id in liveLeases(of: name) {
      guard var lease = leases[id], lease.loss != nil else { continue }
      var passage = ModelPassage()
      pass(&lease, &passage)
      lease.attend(at: now)
      store(lease, passage)
    }
  }

  // MARK: - The end that comes by itself

  /// When a lease ends because its agent is lost, if nobody does anything.
  func lossEnd(of lease: ModelLease) -> UInt64 {
    agents[provider(of: lease)]?.outageEnd?.instant ?? .max
  }

  /// The outage that ends next, of equal instants that of the lowest resource and number.
  func nextOutageEnd() -> (instant: UInt64, name: ModelAgentName)? {
    let ends = agents.compactMap { name, agent in agent.outageEnd.map { (instant: $0.instant, name: name) } }
    return ends.min { ($0.instant, $0.name.resource, $0.name.number) < ($1.instant, $1.name.resource, $1.name.number) }
  }

  /// An outage ends, and with it the agent's leases. False: that was too much for one ADVANCE.
  mutating func passOutageEnd(of name: ModelAgentName, _ doneCount: inout Int) -> Bool {
    for id in leasesOnTheWay(of: name) {
      if doneCount >= AuditLimits.eventCountMax { return false }
      doneCount += 1
      agents[name]?.outageEnd?.lastLease = id
      if let lease = leases[id], provider(of: lease) == name { loseLease(id) }
    }
    if doneCount >= AuditLimits.eventCountMax { return false }
    doneCount += 1
    agents[name]?.outageEnd = nil
    return true
  }

  /// The leases that are looked at when an outage ends, in their order: those of other agents of the resource up to the
  /// agent's own last one too.
  private func leasesOnTheWay(of name: ModelAgentName) -> [UInt64] {
    guard let own = liveLeases(of: name).last, let end = agents[name]?.outageEnd else { return [] }
    let known = leases.values.filter { $0.resource == name.resource && $0.service != nil && $0.isLive }
    return known.map(\.id).filter { $0 > end.lastLease && $0 <= own }.sorted()
  }

  private mutating func loseLease(_ id: UInt64) {
    guard var lease = touch(id), lease.isLive else { return }
    var passage = ModelPassage()
    lease.service?.endpoint = Text96()
    lease.finish(.failed, at: now, &passage)
    lease.position = now
    store(lease, passage)
  }

  // MARK: - What must hold

  func checkOutage(of name: ModelAgentName, _ agent: ModelAgent) -> String? {
    let title = "agent \(name.number) of \(name.resource)"
    guard let end = agent.outageEnd else {
      let isLeft = !agent.isAttached && !liveLeases(of: name).isEmpty
      return isLeft ? "\(title): it is not there, and has leases" : nil
    }
    if agent.isAttached { return "\(title): it is there, and in an outage" }
    return end.instant < now ? "\(title): an outage was not ended" : nil
  }

  func checkLoss(of lease: ModelLease) -> String? {
    let title = "lease \(lease.id)"
    let (away, overflow) = lease.owed.addingReportingOverflow(lease.stood)
    if overflow || away > now - genesis.now { return "\(title): its agent was away for longer than time has passed" }
    if away > 0, lease.service == nil || !lease.isLive { return "\(title): something is owed that nobody can report" }
    if lease.isPending, away > 0 { return "\(title): pending, and was to be served" }
    if let problem = checkRow(of: lease) { return problem }
    let isAway = agents[provider(of: lease)].map { !$0.isAttached } ?? false
    guard let loss = lease.loss else {
      return lease.isLive && isAway ? "\(title): its agent is lost, and it does not know" : nil
    }
    if !lease.isLive || !isAway { return "\(title): unattended, and needs no agent or has it" }
    if lease.isRunning != (loss.runsSince != nil) { return "\(title): \(lease.state), and is counted otherwise" }
    return nil
  }

  private func checkRow(of lease: ModelLease) -> String? {
    let title = "lease \(lease.id)"
    if let row = lease.row, row.lastAt > now { return "\(title): its deadline changed later than now" }
    guard lease.isLive, lease.service != nil else { return nil }
    return lease.isPending == (lease.row == nil) ? nil : "\(title): \(lease.state), and READY began a row, or did not"
  }
}
