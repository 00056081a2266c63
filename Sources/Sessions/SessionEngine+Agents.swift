internal import BrokerCore
internal import Payments
internal import TurnpikeCrypto
internal import WireProtocol

/// Agents: who enforces leases, what they are told in their own time, and tickets.
extension SessionEngine {
  // MARK: Requests of agents

  /// The connection is an agent of its resource from now on. Who was it before loses its place.
  mutating func attach(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let attach = AttachRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    guard !attach.bootNonce.isZero, attach.stamp > 0 else { return Verdict(.keyWrong) }
    advance()
    let resource = connection.claim.id
    let status = record(
      AttachCommand(resource: resource, agent: attach.agent, flags: attach.flags),
      isApplied: true)
    guard status == .ok, let floor = machine.epochFloor(of: resource) else { return Verdict(status) }
    countWork(ofLeasesOf: resource)
    if let link = connection.agent, link.number != attach.agent { leaveAgency(connection) }
    for other in agents[resource] ?? [] where other != connection.index {
      guard let holder = connections[other], holder.agent?.number == attach.agent else { continue }
      removeAgent(holder)
      sayGoodbye(to: holder, .agentTakenOver)
    }
    detachments.removeAll { $0.resource == resource && $0.agent == attach.agent }
    if connection.agent == nil { agents[resource, default: []].append(connection.index) }
    connection.agent = AgentLink(
      resource: resource, number: attach.agent, bootNonce: attach.bootNonce, newest: attach.stamp)
    unanchored.append(connection.index)
    machine.tellsEffects = tellsEffects
    wheel.set(connection.index, at: now &+ limits.agentSilenceMilliseconds)
    return reply(
      request,
      with: AttachReply(
        epochFloor: floor.epoch, reportNumber: machine.reportNumber(ofAgent: attach.agent, of: resource),
        leaseCount: floor.leaseCount,
        heartbeatMillis: UInt32(truncatingIfNeeded: limits.agentHeartbeatMilliseconds),
        silenceMillis: UInt32(truncatingIfNeeded: limits.agentSilenceMilliseconds)),
      to: connection)
  }

  mutating func agentRequest(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let link = connection.agent else { return Verdict(.agentAbsent) }
    let at = request.layout.fixedOffset
    switch request.opcode {
    case .heartbeat:
      guard let beat = HeartbeatRequest(frame, at: at) else { return Verdict(.malformed) }
      guard beat.stamp >= link.newest, beat.heard <= connection.pushCount else { return Verdict(.quantityInvalid) }
      connection.agent?.newest = beat.stamp
      if connection.lostPushCount == 0 { connection.agent?.hear(beat.heard, of: connection.pushCount, upTo: toldUpTo) }
      unanchored.append(connection.index)
      return reply(request, with: HeartbeatReply(stamp: beat.stamp), to: connection)
    case .agentLeases:
      guard let page = AgentLeasesRequest(frame, at: at) else { return Verdict(.malformed) }
      guard link.isAnchored else { return Verdict(.agentAbsent) }
      advance()
      // Where the last lease that was told is gone, the next is looked for from the start.
      if page.after != 0, machine.lease(page.after)?.hasEnded ?? true { countWork(ofLeasesOf: link.resource) }
      return tellLeases(request, page, link, to: connection)
    case .report:
      guard let report = ReportRequest(frame, at: at) else { return Verdict(.malformed) }
      guard report.last <= 1 else { return Verdict(.reservedBits, field: UInt16(FrameHeader.byteCount + 10)) }
      workCount &+= request.layout.recordCount
      return execute(
        ReportCommand(
          resource: link.resource, number: report.number, agent: link.number, count: report.count, last: report.last),
        request, frame, of: connection)
    default:
      guard let provision = ProvisionRequest(frame, at: at) else { return Verdict(.malformed) }
      guard provision.ready <= 1 else {
        return Verdict(.reservedBits, field: UInt16(FrameHeader.byteCount + 16))
      }
      return execute(
        ProvisionCommand(
          resource: link.resource, lease: provision.lease, epoch: provision.epoch, agent: link.number,
          ready: provision.ready, endpoint: provision.endpoint),
        request, frame, of: connection)
    }
  }

  private mutating func tellLeases(
    _ request: borrowing Request, _ page: AgentLeasesRequest, _ link: AgentLink, to connection: Connection
  ) -> Verdict {
    let most = page.countMax == 0 ? WireLimits.agentLeaseCountMax : Int(page.countMax)
    return answer(
      request, recordByteCount: AgentLease.byteCount, countMax: min(most, WireLimits.agentLeaseCountMax),
      to: connection
    ) { engine, body in
      var (count, last) = (0, page.after)
      var next = engine.machine.servedLease(after: last, of: link.resource)
      while let id = next, count < min(most, WireLimits.agentLeaseCountMax) {
        if let lease = engine.machine.servedLease(id) {
          let offset = AgentLeasesReply.byteCount + count * AgentLease.byteCount
          Self.told(lease, to: link).write(to: &body, at: offset)
          count += 1
        }
        last = id
        next = engine.machine.servedLease(after: last, of: link.resource)
      }
      if next == nil { connection.agent?.noteListed() }
      return (.reply(AgentLeasesReply(count: UInt16(truncatingIfNeeded: count), more: next == nil ? 0 : 1)), count)
    }
  }

  /// A lease in the words and the time of an agent.
  private static func told(_ lease: ServedLease, to link: AgentLink) -> AgentLease {
    AgentLease(
      lease: lease.lease, epoch: lease.epoch, stamp: link.stamp, until: lease.until.flatMap(link.stamp(of:)) ?? 0,
      // What was due before the anchor is due at it.
      throttleAt: lease.throttleAt.map { link.stamp(of: $0) ?? link.stamp } ?? 0,
      end: lease.end.map { link.stamp(of: $0) ?? link.stamp } ?? 0,
      units: lease.units, state: lease.state, isYours: lease.agent == link.number ? 1 : 0)
  }

  // MARK: Requests of holders

  /// Where a lease is provided.
  mutating func service(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let service = ServiceRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    advance()
    guard let lease = ownedLease(service.handle, of: connection) else { return Verdict(.handleUnknown) }
    return answer(request, machine.service(lease), to: connection)
  }

  /// A statement of a lease that an agent can check by itself.
  mutating func ticket(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let ticket = TicketRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    advance()
    guard let id = ownedLease(ticket.handle, of: connection), let resource = machine.lease(id)?.resource,
      let lease = machine.servedLease(id)
    else { return Verdict(.handleUnknown) }
    switch lease.state {
    case .active, .low, .throttled: break
    case .pending: return Verdict(.leasePending, detail: lease.end ?? 0)
    case .suspended: return Verdict(.leaseSuspended, detail: lease.end ?? 0)
    case .expired, .released, .revoked, .failed: return Verdict(.leaseEnded, detail: UInt64(lease.state.rawValue))
    }
    let number = ticket.agent == 0 ? lease.agent : ticket.agent
    guard let agent = agent(number, of: resource), let link = agent.agent, link.isAnchored,
      var until = lease.until.flatMap(link.stamp(of:))
    else { return Verdict(.agentAbsent) }
    // A ticket has one state: it ends where access is reduced, and when that is at once, it is a reduced one.
    var state = lease.state
    if let throttled = lease.throttleAt {
      if let stamp = link.stamp(of: throttled), stamp > link.stamp {
        until = min(until, stamp - 1)
      } else {
        state = .throttled
      }
    }
    ticketCount += 1
    let (issued, holderKey) = TicketKey(keys.credential(agent.claim)).issue(
      LeaseTicket(
        resource: resource, lease: id, epoch: lease.epoch, sequence: ticketCount, bootNonce: link.bootNonce,
        stamp: link.stamp, until: until, agent: number, units: lease.units, state: state, tag: Bytes16()))
    return reply(request, with: TicketReply(ticket: issued, holderKey: holderKey), to: connection)
  }

  /// The lease of a handle of its owner key, as long as that is its owner's.
  private func ownedLease(_ number: UInt32, of connection: Connection) -> UInt64? {
    guard let handle = ownerHandle(number, of: connection),
      machine.lease(handle.lease)?.ownerGeneration == handle.actor.generation
    else { return nil }
    return handle.lease
  }

  // MARK: Changes

  /// Whether anybody is to hear of effects.
  var tellsEffects: Bool { subscriptions.count > 0 || !agents.isEmpty || ecash != nil }

  /// Notes that a lease of a resource that may have agents changed: they hear of it at the end of the turn, as it is then.
  mutating func noteChange(of lease: UInt64, on resource: UInt64) {
    guard !agents.isEmpty, agents[resource] != nil, changedLeases.last?.lease != lease else { return }
    changedLeases.append((lease, resource))
  }

  /// New terms may move the deadlines of all leases of a resource: its agents are to list them anew.
  mutating func reviseAgents(of resource: UInt64) {
    for index in agents[resource] ?? [] {
      guard let connection = connections[index] else { continue }
      connection.lostPushCount &+= 1
      reportLostPushes(to: connection)
    }
  }

  /// Tells agents of the leases that changed in this turn.
  mutating func tellAgents() {
    if changedLeases.isEmpty { return }
    var told: Set<UInt64> = []
    for (id, resource) in changedLeases where told.insert(id).inserted {
      guard let lease = machine.servedLease(id) else { continue }
      for index in agents[resource] ?? [] {
        guard let connection = connections[index], let link = connection.agent, link.isAnchored else { continue }
        workCount &+= 1
        deliver(AgentLeaseChangedPush(lease: Self.told(lease, to: link)), to: connection)
      }
    }
    changedLeases.removeAll(keepingCapacity: true)
  }

  // MARK: Turns

  /// What agents told of their clocks in the last turn has passed by now.
  @inline(never)
  mutating func anchorAgents() {
    for index in unanchored { connections[index]?.agent?.anchor(at: now) }
    unanchored.removeAll(keepingCapacity: true)
  }

  /// The state machine hears of agents that left, after what was due before.
  @inline(never)
  mutating func detachAgents() {
    while let detachment = detachments.last, hasRoomForRequest {
      detachments.removeLast()
      advance()
      record(detachment, isApplied: true)
      countWork(ofLeasesOf: detachment.resource)
    }
  }

  /// All leases of a resource were walked through.
  private mutating func countWork(ofLeasesOf resource: UInt64) {
    workCount &+= Int(machine.epochFloor(of: resource)?.leaseCount ?? 0) / 16
  }

  func agent(_ number: UInt32, of resource: UInt64) -> Connection? {
    for index in agents[resource] ?? [] where connections[index]?.agent?.number == number { return connections[index] }
    return nil
  }

  /// The connection is that of no agent any more, and nobody else is that agent.
  mutating func leaveAgency(_ connection: Connection) {
    guard let link = connection.agent else { return }
    removeAgent(connection)
    detachments.append(DetachCommand(resource: link.resource, heardAt: link.heardAt, agent: link.number))
  }

  private mutating func removeAgent(_ connection: Connection) {
    guard let link = connection.agent else { return }
    connection.agent = nil
    agents[link.resource]?.removeAll { $0 == connection.index }
    if agents[link.resource]?.isEmpty ?? false { agents[link.resource] = nil }
  }
}
