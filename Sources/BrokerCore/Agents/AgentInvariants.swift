import WireProtocol

/// What must hold of agents and services; a full scan, for tests and for a snapshot that was read.
extension StateMachine {
  /// Whether each record by itself, and each link, is one that there can be.
  var hasSoundAgents: Bool {
    for index in 0..<agents.highWater where agents[index].id != 0 {
      guard agents[index].isSound, resourceIndex(agents[index].id) != nil else { return false }
    }
    for index in 0..<services.highWater where services[index].id != 0 {
      let service = services[index]
      guard service.agent >= 1, service.agent <= UInt32(WireLimits.agentCountMaxPerResource),
        isUsedOrNone(service.previous), isUsedOrNone(service.next)
      else { return false }
    }
    for index in 0..<resources.highWater {
      guard isUsedOrNone(resources[index].firstService), isUsedOrNone(resources[index].lastService) else {
        return false
      }
    }
    return true
  }

  private func isUsedOrNone(_ service: UInt32) -> Bool { service == noIndex || Self.isUsed(service, in: services) }

  mutating func makeAgentIndices() {
    for index in 0..<agents.highWater where agents[index].id != 0 {
      agentNumbers.insert(hash(ofAgent: agents[index].number, of: agents[index].id), index)
    }
    for index in 0..<services.highWater where services[index].id != 0 {
      serviceLeases.insert(seed.hash(drawn: services[index].id), index)
    }
  }

  /// What is wrong, or nil.
  func checkAgents() -> String? {
    guard hasSoundAgents else { return "an agent or a service is no sound record" }
    for index in 0..<agents.highWater where agents[index].id != 0 {
      guard findAgent(agents[index].number, of: agents[index].id) == index else { return "an agent is not found" }
    }
    if let fault = checkOutages() { return fault }
    var (listed, served) = (0, 0)
    for resource in 0..<resources.highWater {
      var (place, previous, lease) = (resources[resource].firstService, noIndex, UInt64(0))
      while place != noIndex {
        let service = services[place]
        guard service.previous == previous, service.id > lease, case .live(let index) = find(service.id),
          leases[index].resource == resource, leases[index].flags.contains(.served)
        else { return "resource \(resources[resource].id): its services are broken" }
        (listed, previous, lease, place) = (listed + 1, place, service.id, service.next)
      }
      guard resources[resource].lastService == previous else {
        return "resource \(resources[resource].id): its last service is another"
      }
    }
    for index in 0..<leases.highWater where leases[index].id != 0 && leases[index].flags.contains(.served) {
      guard findService(leases[index].id) != nil else { return "lease \(leases[index].id) has no service" }
      served += 1
    }
    guard listed == served else { return "\(listed) services are listed, of \(served) leases" }
    for index in 0..<endedLeases.highWater where endedLeases[index].id != 0 && endedLeases[index].isServed {
      guard findService(endedLeases[index].id) != nil else { return "ended lease \(endedLeases[index].id): no service" }
      served += 1
    }
    return served == services.count && serviceLeases.count == served && agentNumbers.count == Int(agents.count)
      ? nil : "\(services.count) services, of \(served) leases"
  }

  /// Who is lost has unattended leases and an end of its outage; who was given up has no leases.
  private func checkOutages() -> String? {
    var counts = [UInt32](repeating: 0, count: Int(agents.highWater))
    for index in 0..<leases.highWater where leases[index].id != 0 && leases[index].flags.contains(.served) {
      guard let service = findService(leases[index].id),
        let agent = findAgent(services[service].agent, of: resources[leases[index].resource].id)
      else { return "lease \(leases[index].id) has no agent" }
      counts[Int(agent)] += 1
      guard leases[index].flags.contains(.unattended) == !agents[agent].isAttached else {
        return "lease \(leases[index].id): whether its agent is there"
      }
    }
    for index in 0..<agents.highWater where agents[index].id != 0 {
      let agent = agents[index]
      guard counts[Int(index)] == agent.leaseCount, !(agent.isAttached && isInOutage(index)),
        agent.isAttached || agent.leaseCount == 0 || isInOutage(index)
      else { return "agent \(agent.number) of \(agent.id): its outage is broken" }
    }
    return nil
  }
}
