import WireProtocol

/// Outages: what time costs while an agent is lost is nobody's until the agent says for how long gates were shut, or does not come back.
extension StateMachine {
  // MARK: Of an agent

  /// An agent that is attached is lost, at `instant`, up to which all is settled as ever; it had heard of everything up to `heardAt`.
  mutating func lose(_ agent: UInt32, at instant: UInt64, heardAt: UInt64) {
    guard agents[agent].isAttached else { return }
    // What is due would find another loss than the one that it lies in.
    if agents[agent].isInOutage { fireAllDue() }
    agents[agent].isAttached = false
    agents[agent].detachedAt = instant
    agents[agent].heardAt = heardAt
    agents[agent].lossCount &+= 1
    if !agents[agent].isInOutage {
      agents[agent].isInOutage = true
      agents[agent].outage &+= 1
      agents[agent].lostAt = instant
    }
    armOutage(of: agent, from: instant)
  }

  /// A life begins at `instant`: the connections of the one before are gone. Who was lost before has as long as ever to come back.
  mutating func loseAgents(at instant: UInt64) {
    let instant = max(now, min(instant, CoreLimits.instantMax))
    for agent in 0..<agents.highWater where agents[agent].id != 0 {
      if agents[agent].isAttached {
        lose(agent, at: instant, heardAt: 0)
      } else if agents[agent].isInOutage {
        armOutage(of: agent, from: instant)
      }
    }
  }

  private mutating func armOutage(of agent: UInt32, from instant: UInt64) {
    guard let resource = resourceIndex(agents[agent].id) else { return }
    arm(agent: agent, at: instant + resources[resource].outage)
  }

  private mutating func arm(agent: UInt32, at instant: UInt64) {
    agenda.arm(
      Agenda.Entry(instant: instant, id: agents[agent].id, rank: agents[agent].number, member: agentMember(agent)))
  }

  /// The outage of an agent that is back is over: what is withheld is revenue. All that was due in it is done before.
  mutating func endOutage(of agent: UInt32) {
    guard agents[agent].isInOutage else { return }
    fireAllDue()
    releaseWithheld(of: agent)
  }

  private mutating func releaseWithheld(of agent: UInt32) {
    agenda.disarm(agentMember(agent))
    if let resource = resourceIndex(agents[agent].id) {
      move(agents[agent].withheld, .withheld, .earnings, of: resource)
      takeFee(agents[agent].withheld, of: resource)
    }
    agents[agent].withheld = 0
    agents[agent].isInOutage = false
    agents[agent].sweptLease = 0
  }

  /// The outage of an agent has lasted as long as it may: without it, its leases end. Gives how much work it was, in events, `most` at
  /// most; when that is not all, the rest is done at the same instant.
  mutating func fire(agent: UInt32, atMost most: Int) -> Int {
    fireAllDue()
    guard !agents[agent].isAttached, let resource = resourceIndex(agents[agent].id) else {
      releaseWithheld(of: agent)
      return 1
    }
    var count = 0
    var place = firstService(after: agents[agent].sweptLease, of: resource)
    while place != noIndex {
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
    releaseWithheld(of: agent)
    return count + 1
  }

  /// Whether an agent is in an outage: that it is over is to be told when nothing is late.
  public func isInOutage(_ number: UInt32, of resource: UInt64) -> Bool {
    findAgent(number, of: resource).map { agents[$0].isInOutage } ?? false
  }

  /// When leases of a resource end because an agent is lost, if it is not back before.
  func firstOutageEnd(of resource: UInt32) -> UInt64 {
    var first = UInt64.max
    for number in 1...UInt32(WireLimits.agentCountMaxPerResource) {
      guard let agent = findAgent(number, of: resources[resource].id), !agents[agent].isAttached else { continue }
      first = min(first, agenda.instant(of: agentMember(agent)) ?? .max)
    }
    return first
  }

  // MARK: Of a lease

  /// The outage that a lease is in, touched or not; nil: its agent is there.
  private func outage(of index: UInt32) -> (service: UInt32, agent: UInt32)? {
    guard let service = findService(leases[index].id),
      let agent = findAgent(services[service].agent, of: resources[leases[index].resource].id),
      agents[agent].isInOutage
    else { return nil }
    return (service, agent)
  }

  /// A lease that an agent provisions is touched, or passes a boundary, up to `limit`. In an outage that it was not touched in yet, it
  /// is settled as ever up to when that began; from then on what time costs is withheld. False when it ended meanwhile.
  @inline(never)
  mutating func heedOutage(_ index: UInt32, through limit: UInt64) -> Bool {
    guard let (service, agent) = outage(of: index) else {
      leases[index].flags.remove(.withheld)
      return true
    }
    let resource = leases[index].resource
    let known = services[service].stretch
    let isKnown = known.outage == agents[agent].outage
    if !isKnown || known.isReported && known.lossCount != agents[agent].lossCount {
      leases[index].flags.remove(.withheld)
      let since = isKnown ? agents[agent].detachedAt : agents[agent].lostAt
      guard since <= limit else { return true }
      guard step(index, resource, through: since) else { return false }
      book(leases[index].settle(through: since, resources[resource].prices), to: resource)
      var stretch = OutageStretch()
      stretch.outage = agents[agent].outage
      stretch.since = since
      let isDeadlineKnown = services[service].creditedAt <= agents[agent].heardAt
      stretch.knownDeadline = isDeadlineKnown ? max(since, leases[index].deadline(resources[resource].prices)) : since
      services[service].stretch = stretch
      leases[index].flags.insert(.withheld)
    }
    let stretch = services[service].stretch
    if !stretch.isReported, !stretch.isPastKnown, stretch.knownDeadline <= limit {
      guard step(index, resource, through: stretch.knownDeadline) else { return false }
      bookTime(leases[index].settle(through: stretch.knownDeadline, resources[resource].prices), of: index)
      services[service].stretch.isPastKnown = true
    }
    return true
  }

  /// What time cost a lease is revenue, or withheld.
  @inline(__always) mutating func bookTime(_ charge: Charge, of index: UInt32) {
    if leases[index].flags.contains(.withheld) {
      withhold(charge, of: index)
    } else {
      book(charge, to: leases[index].resource)
    }
  }

  @inline(never)
  private mutating func withhold(_ charge: Charge, of index: UInt32) {
    let resource = leases[index].resource
    guard let (service, agent) = outage(of: index), services[service].stretch.outage == agents[agent].outage else {
      leases[index].flags.remove(.withheld)
      return book(charge, to: resource)
    }
    move(charge.given, .given, .withheld, of: resource)
    move(charge.own, .own, .withheld, of: resource)
    agents[agent].withheld &+= charge.sum
    if services[service].stretch.isPastKnown {
      services[service].stretch.second = services[service].stretch.second + charge
    } else {
      services[service].stretch.first = services[service].stretch.first + charge
    }
  }

  /// A lease was credited, which moves its deadline on: whether its agent knows is to be seen.
  @inline(__always) mutating func noteCredit(of index: UInt32, at instant: UInt64) {
    guard leases[index].flags.contains(.served), let service = findService(leases[index].id) else { return }
    services[service].creditedAt = instant
  }

  /// What a lease that ends now gets back: what it was charged after the last deadline that its agent knew.
  func secondPart(of index: UInt32) -> Charge {
    guard leases[index].flags.contains(.withheld), let (service, agent) = outage(of: index),
      services[service].stretch.outage == agents[agent].outage
    else { return Charge() }
    return services[service].stretch.second
  }

  /// A lease is about to end: that much is in its purse again.
  mutating func giveBackSecondPart(of index: UInt32) {
    let part = secondPart(of: index)
    guard !part.isZero, let (service, _) = outage(of: index) else { return }
    takeBack(part, of: index)
    services[service].stretch.second = Charge()
    leases[index].own &+= part.own
    leases[index].given &+= part.given
  }

  /// Moves withheld money back to where purses are.
  mutating func takeBack(_ part: Charge, of index: UInt32) {
    guard let (_, agent) = outage(of: index) else { return }
    move(part.own, .withheld, .own, of: leases[index].resource)
    move(part.given, .withheld, .given, of: leases[index].resource)
    agents[agent].withheld &-= part.sum
  }
}
