import WireProtocol

/// REPORT: what passed through gates, and for how long they were shut while the agent was lost.
extension StateMachine {
  /// REPORT: adds the bytes up, credits what time cost while gates were shut, and ends the outage with the last one.
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
      credited &+= take(usage, of: agent)
    }
    agents[agent].reportNumber = command.number
    if command.last == 1 { endOutage(of: agent) }
    ReportReply(number: command.number, credited: credited).write(to: &reply)
    return .ok(.none, replyByteCount: ReportReply.byteCount)
  }

  /// Takes one record, and gives what it credits.
  private mutating func take(_ usage: AgentUsage, of agent: UInt32) -> UInt64 {
    guard resourceID(ofLease: usage.lease) == agents[agent].id, let service = findService(usage.lease) else { return 0 }
    services[service].received = services[service].received.addingSaturating(usage.received)
    services[service].sent = services[service].sent.addingSaturating(usage.sent)
    guard usage.shut > 0, services[service].agent == agents[agent].number, agents[agent].isInOutage,
      case .live(let index) = reach(usage.lease), leases[index].epoch == usage.epoch
    else { return 0 }
    let stretch = services[service].stretch
    guard stretch.outage == agents[agent].outage, !stretch.isReported else { return 0 }
    let amount = stretch.cost(ofLast: usage.shut, until: now)
    let own = min(amount, stretch.first.own &+ stretch.second.own)
    let part = Charge(given: amount - own, own: own)
    takeBack(part, of: index)
    services[service].stretch.isReported = true
    services[service].stretch.first = Charge()
    services[service].stretch.second = Charge()
    leases[index].flags.remove(.withheld)
    if amount > 0 { credit(index, own: part.own, given: part.given, .credited, revives: true) }
    return amount
  }
}

extension OutageStretch {
  /// What the last `shut` milliseconds before `now` cost: of each part as much of it as they are of its time.
  fileprivate func cost(ofLast shut: UInt64, until now: UInt64) -> UInt64 {
    let late = now.subtractingSaturating(knownDeadline)
    guard shut >= late else { return Self.share(of: second.sum, shut, late) }
    return second.sum &+ Self.share(of: first.sum, shut - late, min(knownDeadline, now).subtractingSaturating(since))
  }

  /// `amount x part / whole`, rounded down; all of it when the part is not less.
  private static func share(of amount: UInt64, _ part: UInt64, _ whole: UInt64) -> UInt64 {
    guard part < whole else { return amount }
    return whole.dividingFullWidth(amount.multipliedFullWidth(by: part)).quotient
  }
}
