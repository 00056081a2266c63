import SimulatedDisk
import WireProtocol

/// What agents report when they are back, and later: what passed their gates, and for how long some were shut.
extension World {
  /// One report now and then, until it says that this was all, if it ever does.
  func report(_ agent: KnownAgent) {
    guard agent.isListed else { return }
    if agent.reportsLeft == nil { agent.reportsLeft = chance.oneIn(5) ? .max : chance.below(3) }
    let isOver = agent.outageOverOrder != nil
    guard chance.oneIn(isOver ? 50 : 8) else { return }
    if chance.oneIn(6), agent.reportNumber > 0 { return repeatReport(agent) }
    let left = agent.reportsLeft ?? 0
    let isLast = isOver ? chance.oneIn(8) : left == 0
    if !isOver, left > 0, left < .max { agent.reportsLeft = left - 1 }
    send(of: agent, isLast: isLast)
  }

  private func send(of agent: KnownAgent, isLast: Bool) {
    let told = agent.view.values.sorted { $0.lease < $1.lease }
    let leases = told.filter { _ in chance.below(3) > 0 }.prefix(WireLimits.agentUsageCountMax)
    let usages = leases.map { usage(of: $0) }
    let shut = zip(leases, usages).filter { $0.isYours == 1 && $1.shut > 0 }.map { oracle.service(of: $0.0.lease) }
    let report = KnownReport(number: agent.reportNumber + 1, isLast: isLast, usages: usages, shut: shut)
    agent.reportNumber += 1
    let count = UInt16(usages.count)
    ask(agent, .report, { _ in ReportRequest(number: report.number, count: count, last: isLast ? 1 : 0) }) { errand in
      (errand.report, errand.records) = (report, usages)
      errand.then = { [unowned agent] answer in
        if answer.status != .ok { agent.reportNumber = min(agent.reportNumber, report.number - 1) }
      }
    }
  }

  private func usage(of lease: AgentLease) -> AgentUsage {
    let shut: UInt64 =
      switch chance.below(4) {
      case 0: 0
      case 1: .max
      default: chance.among(1...4_000)
      }
    // It may have another one since.
    let epoch = chance.oneIn(8) ? lease.epoch - min(lease.epoch, 1) : lease.epoch
    return AgentUsage(
      lease: lease.lease, epoch: epoch, shut: shut, received: chance.next() >> 34, sent: chance.next() >> 34)
  }

  /// What was taken is taken once.
  private func repeatReport(_ agent: KnownAgent) {
    let taken = agent.reportNumber
    // One that is under way is not known to be taken.
    guard agent.resource.post(agent.number).reports.isEmpty, !agent.client.errands.contains(where: { $0.report != nil })
    else { return }
    let number = chance.oneIn(2) ? taken : chance.among(0...taken)
    let usages = agent.view.values.sorted { $0.lease < $1.lease }.prefix(3).map { usage(of: $0) }
    let count = UInt16(usages.count)
    ask(agent, .report, { _ in ReportRequest(number: number, count: count, last: 1) }) { errand in
      (errand.records, errand.countFloor) = (usages, taken)
    }
  }
}
