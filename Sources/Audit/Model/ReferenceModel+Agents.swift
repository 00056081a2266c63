public import WireProtocol

/// Agents: ATTACH, DETACH and PROVISION, and the leases that are pending. `ReferenceModel+Outages` has how they are lost.
extension ReferenceModel {
  /// Whether an agent provisions leases on these terms.
  static func isProvisioned(_ terms: Terms) -> Bool { terms.policy.contains(.agent) }

  /// Why a lease that is pending takes part in nothing.
  static func pending(_ lease: ModelLease) -> ModelOutcome { ModelOutcome(.leasePending, detail: lease.end) }

  /// Number of the agent that provisions a lease that is granted now; nil: there is none.
  func provisioner(of resource: UInt64) -> UInt32? {
    agents.filter { $0.key.resource == resource && $0.value.isAttached && $0.value.provisions }.keys.map(\.number).min()
  }

  func isAttached(_ number: UInt32, of resource: UInt64) -> Bool {
    agents[ModelAgentName(resource: resource, number: number)]?.isAttached ?? false
  }

  mutating func attach(_ command: AttachCommand) -> ModelOutcome {
    guard let resource = resources[command.resource] else { return ModelOutcome(.resourceUnknown) }
    if !Self.isProvisioned(resource.terms) { return ModelOutcome(.notAuthorized) }
    if command.agent == 0 || command.agent > UInt32(WireLimits.agentCountMaxPerResource) {
      return ModelOutcome(.quantityInvalid)
    }
    let name = ModelAgentName(resource: resource.id, number: command.agent)
    if agents[name] == nil, agents.count >= Int(genesis.agentCountMax) { return ModelOutcome(.noSpace) }
    let provisions = command.flags.contains(.provisions)
    var agent = agents[name] ?? ModelAgent(provisions: provisions, isAttached: true)
    (agent.provisions, agent.isAttached) = (provisions, true)
    agents[name] = agent
    attend(name)
    if !command.flags.contains(.reports) { forgetOwed(of: name) }
    return ModelOutcome(.ok)
  }

  mutating func detach(_ command: DetachCommand) -> ModelOutcome {
    lose(ModelAgentName(resource: command.resource, number: command.agent), heardAt: command.heardAt)
    return ModelOutcome(.ok)
  }

  // MARK: - PROVISION

  mutating func provision(_ command: ProvisionCommand) -> ModelOutcome {
    if !isAttached(command.agent, of: command.resource) { return ModelOutcome(.agentAbsent) }
    guard leases[command.lease]?.resource == command.resource, let lease = touch(command.lease) else {
      return ModelOutcome(.leaseUnknown)
    }
    if !lease.isLive { return ModelOutcome(.leaseEnded, detail: UInt64(lease.state.rawValue)) }
    guard let service = lease.service, service.agent == command.agent else { return ModelOutcome(.notAuthorized) }
    let isAsSaid = command.ready != 0 && !lease.isPending && service.endpoint == command.endpoint
    if isAsSaid { return .ok(ProvisionReply(epoch: lease.epoch)) }
    if command.epoch != lease.epoch { return ModelOutcome(.epochStale, detail: lease.epoch) }
    if !command.endpoint.isZero, !command.endpoint.isValid { return ModelOutcome(.nameInvalid, field: 24) }
    var provided = lease
    provided.service?.endpoint = command.endpoint
    if command.ready == 0 { return fail(provided) }
    return lease.isPending ? capture(provided) : start(anew: provided)
  }

  /// It is ready: what was held is its purse.
  private mutating func capture(_ lease: ModelLease) -> ModelOutcome {
    ledger.move(lease.own, from: .held, to: .pursesOwn, of: lease.resource)
    ledger.move(lease.given, from: .held, to: .pursesGiven, of: lease.resource)
    return .ok(ProvisionReply(epoch: begin(lease).epoch))
  }

  /// It is somewhere else now, and must not be taken for what it was.
  private mutating func start(anew moved: ModelLease) -> ModelOutcome {
    var lease = moved
    lease.epoch = resources[lease.resource]?.drawEpoch() ?? 0
    store(lease)
    return .ok(ProvisionReply(epoch: lease.epoch))
  }

  private mutating func fail(_ failed: ModelLease) -> ModelOutcome {
    var lease = failed
    var passage = ModelPassage()
    lease.finish(.failed, at: now, &passage)
    lease.position = now
    store(lease, passage)
    return .ok(ProvisionReply(epoch: lease.epoch))
  }

  // MARK: - What can be read

  /// SERVICE by the owner of a lease; nil: LEASE_UNKNOWN.
  public func service(_ id: UInt64) -> ServiceReply? {
    guard let lease = projected(id) else { return nil }
    let agent = lease.service?.agent ?? 0
    return ServiceReply(
      lease: id, epoch: lease.epoch, agent: agent, state: lease.state,
      attached: isAttached(agent, of: lease.resource) ? 1 : 0, received: lease.service?.received ?? 0,
      sent: lease.service?.sent ?? 0, endpoint: lease.service?.endpoint ?? Text96())
  }

  // MARK: - What must hold

  func checkAgents() -> String? {
    if agents.count > Int(genesis.agentCountMax) { return "there are too many agents" }
    for (name, agent) in agents {
      let isNumber = name.number > 0 && name.number <= UInt32(WireLimits.agentCountMaxPerResource)
      if !isNumber || resources[name.resource] == nil { return "agent \(name.number) of \(name.resource)" }
      if let problem = checkOutage(of: name, agent) { return problem }
    }
    if leases.values.count(where: { $0.service != nil }) != serviceCount { return "services are miscounted" }
    return serviceCount > Int(genesis.serviceCountMax) ? "there are too many services" : nil
  }

  func checkPending(_ lease: ModelLease) -> String? {
    let name = "lease \(lease.id), which is pending"
    guard let service = lease.service, lease.isOpen || lease.own > 0, lease.purse > 0 else {
      return "\(name): without money or agent"
    }
    if agents[ModelAgentName(resource: lease.resource, number: service.agent)] == nil { return "\(name): of no agent" }
    if !lease.reservations.isEmpty || !lease.debitKeys.isEmpty || !lease.chains.isEmpty || lease.switchAt != nil {
      return "\(name): something was done with it"
    }
    let isOnTerms = resources[lease.resource].map { Self.isProvisioned($0.terms) } ?? false
    return isOnTerms ? nil : "\(name): of a resource that no agent provisions"
  }
}
