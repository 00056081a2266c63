import WireProtocol

/// REPORT: what an agent tells of its leases, and the time that it gives back to them.
extension ReferenceModel {
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
    var given: UInt64 = 0
    for record in records { given = Exact.sum(given, take(record, of: name)) }
    if command.last != 0 { forgetOwed(of: name) }
    agents[name]?.reportNumber = command.number
    return .ok(ReportReply(number: command.number, credited: given))
  }

  /// Takes what an agent tells of one lease; gives the time that the lease gets back.
  private mutating func take(_ record: AgentUsage, of name: ModelAgentName) -> UInt64 {
    guard let known = leases[record.lease], known.resource == name.resource, let service = known.service else {
      return 0
    }
    leases[record.lease]?.service?.received = Exact.sum(service.received, record.received)
    leases[record.lease]?.service?.sent = Exact.sum(service.sent, record.sent)
    guard record.shut > 0, service.agent == name.number, let lease = touch(record.lease), lease.isLive,
      lease.epoch >= record.epoch
    else { return 0 }
    return giveBack(to: lease, shut: record.shut)
  }

  /// Gives a touched lease what is owed to it for a gate that was shut; says how much that is. Nothing, where its
  /// owner's money waits in it: no report may decide that it is spent.
  private mutating func giveBack(to touched: ModelLease, shut: UInt64) -> UInt64 {
    guard let terms = resources[touched.resource]?.terms else { return 0 }
    if touched.state == .suspended, touched.own > 0 { return 0 }
    var lease = touched
    let time = lease.takeOwed(shut: shut)
    lease.give(time, at: now, current: ModelPrices(terms))
    drawEpochIfRevived(&lease, from: touched)
    settleState(of: &lease)
    store(lease)
    return time
  }

  /// Nothing is owed any more to the leases of an agent.
  mutating func forgetOwed(of name: ModelAgentName) {
    for id in liveLeases(of: name) {
      leases[id]?.owed = 0
      leases[id]?.stood = 0
    }
  }
}
