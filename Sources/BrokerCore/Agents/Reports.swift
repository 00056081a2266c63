import WireProtocol

/// REPORT: what passed through gates, and for how long they were shut while the agent was lost.
extension StateMachine {
  /// REPORT: adds the bytes up, and gives back the time in which gates were shut that should have been open.
  mutating func report(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = ReportCommand(bytes, at: view.fixedOffset), command.last <= 1 else {
      return .refused(.malformed)
    }
    guard let agent = findAgent(command.agent, of: command.resource), agents[agent].isAttached else {
      return .refused(.agentAbsent)
    }
    let last = agents[agent].reportNumber
    guard command.number > last else {
      ReportReply(number: last, credited: 0).write(to: &reply)
      return .ok(.none, replyByteCount: ReportReply.byteCount, isReplayed: true)
    }
    guard command.number == last + 1, Int(command.count) <= WireLimits.agentUsageCountMax else {
      return .refused(.quantityInvalid, detail: last)
    }
    var credited: UInt64 = 0
    for place in 0..<Int(command.count) {
      guard let usage = AgentUsage(bytes, at: view.recordOffset(place)) else { continue }
      credited = credited.addingSaturating(take(usage, of: agent))
    }
    agents[agent].reportNumber = command.number
    if command.last == 1 { agents[agent].round &+= 1 }
    ReportReply(number: command.number, credited: credited).write(to: &reply)
    return .ok(.none, replyByteCount: ReportReply.byteCount)
  }

  /// Takes one record, and tells how many milliseconds the lease is given for it.
  private mutating func take(_ usage: AgentUsage, of agent: UInt32) -> UInt64 {
    guard resourceID(ofLease: usage.lease) == agents[agent].id, let service = findService(usage.lease) else { return 0 }
    services[service].received = services[service].received.addingSaturating(usage.received)
    services[service].sent = services[service].sent.addingSaturating(usage.sent)
    guard usage.shut > 0, services[service].agent == agents[agent].number,
      case .live(let index) = reach(usage.lease), leases[index].epoch >= usage.epoch,
      // Own money that waits is spent by nobody but its owner.
      !leases[index].isSuspended || leases[index].own == 0
    else { return 0 }
    let given = services[service].absence.takeBack(shut: usage.shut, round: agents[agent].round)
    if given > 0 { give(given, to: index) }
    return given
  }

  /// Gives time to a lease that is settled up to `now`. One that is suspended runs again.
  private mutating func give(_ milliseconds: UInt64, to index: UInt32) {
    let resource = leases[index].resource
    let prices = resources[resource].prices
    let before = before(index)
    if leases[index].isSuspended { leases[index].epoch = resources[resource].drawEpoch() }
    book(leases[index].give(milliseconds, at: now, prices), to: resource)
    afterCredit(index, before, .credited, isPayment: false)
  }
}
