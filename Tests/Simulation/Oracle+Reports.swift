import WireProtocol

/// What agents report: each is taken once or not at all, and gives back no more time than gates were shut for.
extension Oracle {
  func reportSent(_ errand: Errand) {
    guard let report = errand.report, let agent = errand.agent else { return }
    report.order = eventCount
    agent.resource.post(errand.agentNumber).reports.append(report)
    for usage in report.usages { service(of: usage.lease).asked += usage }
    for service in report.shut { service.creditBeginsOrEnds(1) }
  }

  /// It is known now whether it was taken; nil: nobody will ever know.
  private func end(_ report: KnownReport, isTaken: Bool?) {
    for usage in report.usages {
      let service = service(of: usage.lease)
      if isTaken == true { service.taken += usage }
      if isTaken == false { service.refused += usage }
    }
    for service in report.shut {
      service.creditBeginsOrEnds(-1)
      // It may have been revived.
      if isTaken != false { service.lease.map(forgetEpoch) }
    }
  }

  /// ATTACH tells the number of the last report: whatever was sent before it was asked, by anybody with this number, is in it or will
  /// never be taken.
  func resolveReports(of post: KnownPost, upTo last: UInt64, askedAt order: Int) {
    let resolved = post.reports.filter { $0.order < order }
    post.reports.removeAll { $0.order < order }
    for report in resolved {
      let isAlone = resolved.filter { $0.number == report.number }.count == 1
      // Who was not told yet that its place is taken sends under a number that is another's.
      let isTaken = report.number <= last && !post.takenNumbers.contains(report.number)
      if isTaken { coverage.count(.reportResolved) }
      end(report, isTaken: isTaken && !isAlone ? nil : isTaken)
    }
    post.takenNumbers.formUnion(resolved.map(\.number).filter { $0 <= last })
  }

  func reported(_ errand: Errand, _ answer: Answer) {
    guard let agent = errand.agent, let reply = answer.part(ReportReply.self) else { return }
    let what = "\(agent.client.name)'s REPORT"
    guard let report = errand.report else {
      // A number that was taken before.
      coverage.count(.reportRepeated)
      return expect(
        answer.isReplayed && reply.credited == 0 && reply.number >= errand.countFloor,
        "\(what) is the last one's again, which was \(errand.countFloor): \(reply.number), \(reply.credited) credited")
    }
    expect(
      !answer.isReplayed && reply.number == report.number, "\(what) \(report.number) was taken as \(reply.number)")
    let post = agent.resource.post(errand.agentNumber)
    let isOver = agent.outageOverOrder.map { $0 < errand.order } ?? false
    if post.reports.contains(where: { $0 === report }) {
      post.reports.removeAll { $0 === report }
      end(report, isTaken: true)
    }
    post.takenNumbers.insert(report.number)
    if report.isLast { agent.outageOverOrder = agent.outageOverOrder ?? eventCount }
    judge(reply.credited, of: report, isOver: isOver, what)
  }

  private func judge(
    _ credited: UInt64, of report: KnownReport, isOver: Bool, _ what: @autoclosure () -> String
  ) {
    if credited > 0 {
      coverage.count(.reportCredited)
      note("\(what()) \(report.number) gives back \(credited) ms to \(report.usages.map(\.lease))")
    }
    expect(
      credited == 0 || !report.shut.isEmpty,
      "\(what()) \(report.number) gives back \(credited) ms, and no gate was shut")
    if isOver {
      return expect(credited == 0, "\(what()) \(report.number) gives back \(credited) ms, and it had told all before")
    }
    let most = report.usages.reduce(UInt64(0)) { $0.addingSaturating($1.shut) }
    if credited > 0, most < .max { coverage.count(.creditBounded) }
    expect(credited <= most, "\(what()) \(report.number) gives back \(credited) ms, of \(most) that gates were shut")
  }

  func reportRefused(_ errand: Errand, _ answer: Answer) {
    guard let report = errand.report, let agent = errand.agent else { return }
    let post = agent.resource.post(errand.agentNumber)
    guard post.reports.contains(where: { $0 === report }) else { return }
    post.reports.removeAll { $0 === report }
    end(report, isTaken: false)
    expect(
      answer.status != .quantityInvalid || agent.wasReportRefused,
      "\(agent.client.name)'s REPORT \(report.number) is not the next, the last is \(answer.refusal?.detail ?? 0)")
    agent.wasReportRefused = true
  }

  /// SERVICE tells what was reported: what was known to be taken when it was asked, and no more than was ever sent.
  func judgeTraffic(
    _ reply: ServiceReply, of service: KnownService, _ errand: Errand, _ what: @autoclosure () -> String
  ) {
    let (least, most) = (errand.trafficFloor, service.trafficMost)
    if most.received + most.sent > 0 { coverage.count(.trafficCompared) }
    expect(
      reply.received >= least.received && reply.received <= most.received && reply.sent >= least.sent
        && reply.sent <= most.sent,
      "\(what()): \(reply.received) received and \(reply.sent) sent; reported were from \(least) to \(most)")
  }
}
