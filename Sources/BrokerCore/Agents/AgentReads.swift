public import WireProtocol

/// A lease as Sessions tells an agent of it, at `now`; instants are the broker's.
public struct ServedLease: Hashable, Sendable {
  /// The lease.
  public var lease: UInt64
  /// Its fencing epoch.
  public var epoch: UInt64
  /// Last instant at which there is access; PENDING: at which it can be reported ready; nil: none.
  public var until: UInt64?
  /// First instant at which access is reduced; nil: never, or it is.
  public var throttleAt: UInt64?
  /// First instant at which it is over; nil: it is.
  public var end: UInt64?
  /// Its units.
  public var units: UInt32
  /// Its state.
  public var state: LeaseState
  /// Number of the agent that provisions it; 0: none.
  public var agent: UInt32
}

/// What agents and holders of leases ask.
extension StateMachine {
  /// A lease as an agent enforces it; nil: it is unknown.
  public func servedLease(_ id: UInt64) -> ServedLease? {
    let agent = findService(id).map { services[$0].agent } ?? 0
    switch project(id) {
    case nil: return nil
    case .ended(let lease):
      return ServedLease(
        lease: id, epoch: lease.epoch, until: nil, throttleAt: nil, end: nil, units: lease.units, state: lease.state,
        agent: agent)
    case .live(let lease):
      let prices = resources[lease.resource].prices
      let paid = min(lease.deadline(prices), knownDeadline(of: lease))
      let until = lease.is(.pending) ? lease.switchAt - 1 : lease.isSuspended ? nil : paid
      return ServedLease(
        lease: id, epoch: lease.epoch, until: until, throttleAt: lease.throttleAt(prices), end: lease.end(prices),
        units: lease.units, state: lease.state, agent: agent)
    }
  }

  /// Beyond it no agent is to keep the gate of a lease open whose own one is lost.
  private func knownDeadline(of lease: Lease) -> UInt64 {
    guard lease.flags.contains(.unattended), let service = findService(lease.id) else { return .max }
    return services[service].absence.knownDeadline
  }

  /// The first live lease of a resource that agents provision whose id is above `lease`; nil: there is none. In constant time where
  /// `lease` is one.
  public func servedLease(after lease: UInt64, of resource: UInt64) -> UInt64? {
    guard let index = resourceIndex(resource) else { return nil }
    let place = firstService(after: lease, of: index)
    return place == noIndex ? nil : services[place].id
  }

  func firstService(after lease: UInt64, of resource: UInt32) -> UInt32 {
    var place = resources[resource].firstService
    if case .live(let live) = find(lease), leases[live].resource == resource, let known = findService(lease) {
      place = services[known].next
    }
    while place != noIndex, services[place].id <= lease { place = services[place].next }
    return place
  }

  /// Number of the last report of an agent that was taken; 0: none.
  public func reportNumber(ofAgent number: UInt32, of resource: UInt64) -> UInt64 {
    findAgent(number, of: resource).map { agents[$0].reportNumber } ?? 0
  }

  /// Last epoch that was drawn of a resource, and how many leases it has; nil: it is unknown.
  public func epochFloor(of resource: UInt64) -> (epoch: UInt64, leaseCount: UInt32)? {
    resourceIndex(resource).map { (resources[$0].epochCounter, resources[$0].leaseCount) }
  }

  /// SERVICE: where a lease is provided.
  public func service(_ id: UInt64) -> Answer<ServiceReply> {
    guard let lease = servedLease(id), let resource = self.lease(id)?.resource else {
      return .refused(Outcome.refused(.leaseUnknown).with(.none))
    }
    let service = findService(id).map { services[$0] } ?? Service()
    let isAttached = lease.agent > 0 && self.isAttached(lease.agent, to: resource)
    return .reply(
      ServiceReply(
        lease: id, epoch: lease.epoch, agent: lease.agent, state: lease.state, attached: isAttached ? 1 : 0,
        received: service.received, sent: service.sent, endpoint: service.endpoint))
  }
}
