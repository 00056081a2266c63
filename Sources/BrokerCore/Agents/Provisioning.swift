import WireProtocol

/// ATTACH, DETACH and PROVISION: who can provide what is leased, and hold, provision, capture.
extension StateMachine {
  // MARK: Agents

  /// ATTACH: a connection is an agent of a resource from now on.
  mutating func attach(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = AttachCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let resource = resourceIndex(command.resource) else { return .refused(.resourceUnknown) }
    guard resources[resource].policy.contains(.agent) else { return .refused(.notAuthorized) }
    guard command.agent > 0, command.agent <= UInt32(WireLimits.agentCountMaxPerResource) else {
      return .refused(.quantityInvalid)
    }
    let index: UInt32
    if let known = findAgent(command.agent, of: command.resource) {
      index = known
    } else {
      var agent = Agent()
      agent.id = command.resource
      agent.number = command.agent
      guard let place = agents.insert(agent) else { return .refused(.noSpace) }
      agentNumbers.insert(hash(ofAgent: command.agent, of: command.resource), place)
      index = place
    }
    agents[index].flags = command.flags
    if !command.flags.contains(.reports) { agents[index].round &+= 1 }
    welcome(index)
    return .ok(.none)
  }

  /// DETACH: its connection ended.
  mutating func detach(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = DetachCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    if let index = findAgent(command.agent, of: command.resource) { lose(index, at: now, heardAt: command.heardAt) }
    return .ok(.none)
  }

  func hash(ofAgent number: UInt32, of resource: UInt64) -> UInt32 { seed.hash(resource, UInt64(number)) }

  func findAgent(_ number: UInt32, of resource: UInt64) -> UInt32? {
    agentNumbers.find(hash(ofAgent: number, of: resource)) {
      agents[$0].id == resource && agents[$0].number == number
    }
  }

  /// Whether this agent is attached.
  public func isAttached(_ number: UInt32, to resource: UInt64) -> Bool {
    findAgent(number, of: resource).map { agents[$0].isAttached } ?? false
  }

  /// The agent that provisions a lease which is granted now: the one with the lowest number of those that can; nil: none can.
  func provisioner(of resource: UInt32) -> UInt32? {
    for number in 1...UInt32(WireLimits.agentCountMaxPerResource) {
      guard let index = findAgent(number, of: resources[resource].id) else { continue }
      if agents[index].isAttached, agents[index].flags.contains(.provisions) { return number }
    }
    return nil
  }

  // MARK: Leases

  /// Why nothing can be done with a lease that waits for its agent; nil: it does not.
  @inline(__always) func whyPending(_ index: UInt32) -> Outcome? {
    leases[index].is(.pending) ? .refused(.leasePending, detail: leases[index].switchAt) : nil
  }

  /// PROVISION: the agent says what became of a lease.
  mutating func provision(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = ProvisionCommand(bytes, at: view.fixedOffset), command.ready <= 1 else {
      return .refused(.malformed)
    }
    guard isAttached(command.agent, to: command.resource) else { return .refused(.agentAbsent) }
    guard resourceID(ofLease: command.lease) == command.resource else { return .refused(.leaseUnknown) }
    // It takes along what gifts to leases that ended have left behind, as of now.
    if awaitsDonations(command.lease) { fireAllDue() }
    let index: UInt32
    switch reach(command.lease) {
    case .unknown: return .refused(.leaseUnknown)
    case .ended(let index): return .refused(.leaseEnded, detail: UInt64(endedLeases[index].state.rawValue))
    case .live(let live): index = live
    }
    guard let service = findService(command.lease), services[service].agent == command.agent else {
      return .refused(.notAuthorized)
    }
    // What is as it says needs nothing done: a repeat, after which the lease may have another epoch.
    let isDone =
      command.ready == 1 && !leases[index].is(.pending) && services[service].endpoint == command.endpoint
    guard isDone || command.epoch == leases[index].epoch else {
      return .refused(.epochStale, detail: leases[index].epoch)
    }
    guard command.endpoint.isZero || command.endpoint.isValid else { return .refused(.nameInvalid, field: 24) }
    if command.ready == 0 {
      services[service].endpoint = command.endpoint
      end(index, .failed, share(of: index), at: now, .failed)
    } else if leases[index].is(.pending) {
      services[service].endpoint = command.endpoint
      capture(index)
    } else if !isDone {
      services[service].endpoint = command.endpoint
      leases[index].epoch = resources[leases[index].resource].drawEpoch()
      tell(index, .provisioned)
    }
    ProvisionReply(epoch: command.ready == 0 ? command.epoch : leases[index].epoch).write(to: &reply)
    return .ok(.none, replyByteCount: ProvisionReply.byteCount)
  }

  /// Whether a lease is the public one of its resource, and waits for its agent: the donation purse is its, once it is ready.
  public func awaitsDonations(_ lease: UInt64) -> Bool {
    guard case .live(let index) = find(lease), leases[index].is(.pending) else { return false }
    return leases[index].isOpen && fundings[leases[index].resource].publicLease == lease
  }

  /// The agent is ready: what was held is in the purse, and the lease's time begins.
  private mutating func capture(_ index: UInt32) {
    let resource = leases[index].resource
    let (share, wakeUp) = (share(of: index), wakeUp(of: index))
    move(leases[index].own, .held, .own, of: resource)
    move(leases[index].given, .held, .given, of: resource)
    book(leases[index].capture(at: now, resources[resource].prices), to: resource)
    if let service = findService(leases[index].id) { services[service].deadlines.begin(at: now) }
    restate(index, share)
    // Terms that were announced meanwhile hold from the deadline on that it has now.
    _ = catchUp(index, through: now)
    // The bound was the instant at which it would have failed.
    if resources[resource].leaseCount == 1 { resources[resource].earliestEnd = .max }
    noteEnd(of: index)
    rearm(index, wakeUp)
    tell(index, .provisioned)
    notify(index, at: now)
    if leases[index].isOpen, fundings[resource].publicLease == leases[index].id {
      spendDonations(resources[resource].donations, of: resource, on: index)
    }
  }

  // MARK: Services

  func findService(_ lease: UInt64) -> UInt32? {
    serviceLeases.find(seed.hash(drawn: lease)) { services[$0].id == lease }
  }

  /// Adds the service of a lease just granted, whose id is the highest of all. There is room.
  mutating func addService(of index: UInt32, by agent: UInt32) {
    let (lease, resource) = (leases[index].id, leases[index].resource)
    var service = Service()
    service.id = lease
    service.agent = agent
    service.previous = resources[resource].lastService
    guard let place = services.insert(service) else { return }
    serviceLeases.insert(seed.hash(drawn: lease), place)
    if service.previous == noIndex {
      resources[resource].firstService = place
    } else {
      services[service.previous].next = place
    }
    resources[resource].lastService = place
    if let agent = findAgent(agent, of: resources[resource].id) { agents[agent].leaseCount += 1 }
  }

  /// Takes the service of a lease that ends out of the list of its resource.
  mutating func unlinkService(of lease: Lease) {
    guard let place = findService(lease.id) else { return }
    let (previous, next) = (services[place].previous, services[place].next)
    if previous == noIndex { resources[lease.resource].firstService = next } else { services[previous].next = next }
    if next == noIndex { resources[lease.resource].lastService = previous } else { services[next].previous = previous }
    (services[place].previous, services[place].next) = (noIndex, noIndex)
    if let agent = findAgent(services[place].agent, of: resources[lease.resource].id) { agents[agent].leaseCount -= 1 }
  }

  /// Forgets the service of a lease that is forgotten.
  mutating func forgetService(of lease: UInt64) {
    guard let place = findService(lease) else { return }
    serviceLeases.remove(seed.hash(drawn: lease), place)
    services.remove(place)
  }

  /// The resource's id of a lease that is remembered.
  func resourceID(ofLease id: UInt64) -> UInt64? {
    switch find(id) {
    case .unknown: nil
    case .live(let index): resources[leases[index].resource].id
    case .ended(let index): resources[endedLeases[index].resource].id
    }
  }
}
