import WireProtocol

/// Outages: an agent that is lost keeps gates open up to the deadlines that it knew. From then on its leases stand: time passes them by.
extension StateMachine {
  // MARK: Of an agent

  /// An agent that is attached is lost, at `instant`, which may be still to come; it had heard of everything up to `heardAt`.
  mutating func lose(_ agent: UInt32, at instant: UInt64, heardAt: UInt64) {
    guard agents[agent].isAttached else { return }
    agents[agent].isAttached = false
    agents[agent].heardAt = max(agents[agent].heardAt, heardAt)
    let (heardAt, round) = (agents[agent].heardAt, agents[agent].round)
    forEachLease(of: agent) { machine, service in
      guard let index = machine.reachBoundaries(service) else { return }
      let lease = machine.leases[index]
      let deadline = lease.deadline(machine.resources[lease.resource].prices)
      let known = machine.services[service].deadlines.known(heardAt: heardAt, deadline: deadline)
      machine.services[service].absence.begin(
        at: instant, now: machine.now, knownDeadline: lease.is(.pending) ? 0 : known, isRunning: !lease.isHalted,
        round: round)
      machine.leases[index].flags.insert(.unattended)
      // All boundaries are passed, so it does not end here: it may begin to stand.
      _ = machine.catchUp(index, through: machine.now)
      machine.arm(index, at: machine.wakeUp(of: index))
    }
    armOutage(of: agent, from: instant)
  }

  /// A life begins at `instant`: the connections of the one before are gone. Who was lost before has as long as ever to come back.
  mutating func loseAgents(at instant: UInt64) {
    let instant = max(now, min(instant, CoreLimits.instantMax))
    for agent in 0..<agents.highWater where agents[agent].id != 0 {
      if agents[agent].isAttached {
        lose(agent, at: instant, heardAt: now.subtractingSaturating(CoreLimits.changeRowMilliseconds))
      } else if isInOutage(agent) {
        armOutage(of: agent, from: instant)
      }
    }
  }

  /// An agent is there, or there again.
  mutating func welcome(_ agent: UInt32) {
    guard !agents[agent].isAttached else { return }
    agents[agent].isAttached = true
    agents[agent].sweptLease = 0
    agenda.disarm(agentMember(agent))
    forEachLease(of: agent) { machine, service in
      guard let index = machine.reachBoundaries(service) else { return }
      machine.leases[index].flags.remove(.unattended)
      machine.services[service].absence.end(at: machine.now)
      machine.arm(index, at: machine.wakeUp(of: index))
      let hasStood = machine.now > machine.services[service].absence.knownDeadline && !machine.leases[index].isHalted
      if hasStood { machine.tell(index, .credited) }
    }
  }

  /// Whether an agent is lost, and not yet given up.
  func isInOutage(_ agent: UInt32) -> Bool { agenda.instant(of: agentMember(agent)) != nil }

  private mutating func armOutage(of agent: UInt32, from instant: UInt64) {
    guard let resource = resourceIndex(agents[agent].id) else { return }
    arm(agent: agent, at: instant.addingSaturating(resources[resource].outage))
  }

  private mutating func arm(agent: UInt32, at instant: UInt64) {
    agenda.arm(
      Agenda.Entry(instant: instant, id: agents[agent].id, rank: agents[agent].number, member: agentMember(agent)))
  }

  /// The outage of an agent has lasted as long as it may: without it, its leases end. Gives how much work it was, in events, `most` at
  /// most; when that is not all, the rest is done at the same instant.
  mutating func fire(agent: UInt32, atMost most: Int) -> Int {
    guard let resource = resourceIndex(agents[agent].id) else { return 1 }
    // Leases that ended before are none of those that end now.
    fireAllDue()
    var count = 0
    var place = agents[agent].leaseCount > 0 ? firstService(after: agents[agent].sweptLease, of: resource) : noIndex
    while place != noIndex, agents[agent].leaseCount > 0 {
      guard count < most else { break }
      count += 1
      let (lease, next) = (services[place].id, services[place].next)
      if services[place].agent != agents[agent].number {
        agents[agent].sweptLease = lease
      } else if case .live(let index) = reach(lease) {
        services[place].endpoint = Text96()
        end(index, .failed, share(of: index), at: now, .agentLost)
      }
      place = next
    }
    guard count < most else {
      arm(agent: agent, at: now)
      return count
    }
    agents[agent].sweptLease = 0
    return count + 1
  }

  /// When leases of a resource end because an agent is lost, if it is not back before.
  func firstOutageEnd(of resource: UInt32) -> UInt64 {
    var first = UInt64.max
    for number in 1...UInt32(WireLimits.agentCountMaxPerResource) {
      guard let agent = findAgent(number, of: resources[resource].id), agents[agent].leaseCount > 0 else { continue }
      first = min(first, agenda.instant(of: agentMember(agent)) ?? .max)
    }
    return first
  }

  /// Calls `body` with the service of each live lease that an agent provisions, in the order of their ids; it may end that lease.
  private mutating func forEachLease(of agent: UInt32, _ body: (inout StateMachine, _ service: UInt32) -> Void) {
    guard let resource = resourceIndex(agents[agent].id) else { return }
    var left = agents[agent].leaseCount
    var place = resources[resource].firstService
    while left > 0, place != noIndex {
      let next = services[place].next
      if services[place].agent == agents[agent].number {
        left -= 1
        body(&self, place)
      }
      place = next
    }
  }

  /// Brings a live lease past all boundaries up to `now`, unsettled; nil: it ended.
  private mutating func reachBoundaries(_ service: UInt32) -> UInt32? {
    guard case .live(let index) = find(services[service].id), catchUp(index, through: now) else { return nil }
    return index
  }

  // MARK: Of a lease

  /// Passes every boundary up to `limit` of a lease whose agent is lost: as ever up to the deadline that the agent knew; from then on
  /// it stands while it could run on. False when it ended.
  mutating func passUnattended(_ index: UInt32, _ resource: UInt32, through limit: UInt64) -> Bool {
    guard let service = findService(leases[index].id) else { return step(index, resource, through: limit) }
    var absence = services[service].absence
    // New terms may have been announced at the very instant up to which it is passed.
    guard step(index, resource, through: min(limit, absence.passedTo)) else { return false }
    while absence.passedTo < limit {
      let stop = absence.nextStop(towards: limit, timeOut(leases[index].reservation))
      let wasRunning = !leases[index].isHalted
      book(leases[index].stand(absence, through: stop, resources[resource].prices), to: resource)
      guard step(index, resource, through: stop) else { return false }
      absence.pass(to: stop, ranThrough: wasRunning ? leases[index].lastRun(through: stop) : nil)
      services[service].absence = absence
    }
    // Where it begins to stand is a boundary.
    if absence.passedTo == absence.knownDeadline, !leases[index].isHalted,
      absence.stands(paidTo: leases[index].deadline(resources[resource].prices)) != nil
    {
      book(leases[index].stand(absence, through: absence.passedTo, resources[resource].prices), to: resource)
      effects.append(.deadlineMoved(lease: leases[index].id, resource: resources[resource].id))
    }
    return true
  }

  /// The next instant at which something happens by itself to a lease whose agent is lost, if no reservation times out before.
  @inline(never)
  func boundaryUnattended(_ index: UInt32) -> UInt64 {
    let lease = leases[index]
    guard !lease.isHalted, let service = findService(lease.id) else { return lease.boundary }
    let absence = services[service].absence
    // It may come to stand there: money can come back, and new terms can let it buy more.
    if absence.passedTo < absence.knownDeadline { return min(lease.boundary, absence.knownDeadline) }
    return absence.stands(paidTo: lease.deadline(resources[lease.resource].prices)) == nil ? lease.boundary : .max
  }

  /// The deadline of a lease that an agent provisions, and else nothing: what `noteChange` is to know of before.
  @inline(__always) func servedDeadline(of index: UInt32) -> UInt64 {
    leases[index].flags.contains(.served) ? deadline(of: index) : 0
  }

  /// Of most leases nobody asks for it: it is to cost those nothing.
  @inline(never) private func deadline(of index: UInt32) -> UInt64 {
    leases[index].deadline(resources[leases[index].resource].prices)
  }

  /// Notes that the deadline of a lease that an agent provisions is another than `before`, which the agent is still to hear of.
  @inline(never)
  mutating func noteChange(of index: UInt32, from before: UInt64, at instant: UInt64, isPayment: Bool) {
    guard let service = findService(leases[index].id) else { return }
    services[service].deadlines.note(from: before, to: servedDeadline(of: index), at: instant, isPayment: isPayment)
  }
}
