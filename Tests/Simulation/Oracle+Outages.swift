import WireProtocol

/// Agents that are lost: leases end because of that only if nobody can have been attached for as long as the terms say.
extension Oracle {
  /// A life of the broker begins: whoever was attached is lost at this instant, and whoever was lost has as long as ever to come back.
  func outagesBegin(at instant: UInt64) {
    for resource in servedResources {
      for post in resource.posts.values {
        // Who was lost before was so while no broker ran, too.
        post.note(KnownPost.Gap(from: gap(post).from, until: instant), leastOutage: resource.outageLeast)
        (post.seenAt, post.hereAt) = (0, instant)
      }
    }
    // What is told of the life before is older than what the state machine knew when it ended.
    lifeBeganAt = instant
  }

  /// Something was done that only an agent that is attached can do.
  func seen(_ errand: Errand) {
    guard let agent = errand.agent else { return }
    let post = agent.resource.post(errand.agentNumber)
    // Between two words of one connection it was not lost.
    if errand.opcode == .attach { post.note(gap(post), leastOutage: agent.resource.outageLeast) }
    // Of HEARTBEAT the state machine does not learn, and its time may be an earlier one.
    post.seenAt = max(post.seenAt, errand.sentAt)
  }

  private func gap(_ post: KnownPost) -> KnownPost.Gap {
    KnownPost.Gap(from: max(post.seenAt, lifeBeganAt), until: now)
  }

  private var servedResources: [KnownResource] {
    var seen: Set<UInt64> = []
    return agents.map(\.resource).filter { seen.insert($0.id).inserted }
  }

  /// For how long the agent of a lease may have been lost, in all its gaps: of those that ended, and with the one that lasts.
  func mayHaveStood(_ lease: KnownLease) -> (before: UInt64, now: UInt64) {
    guard let service = lease.service else { return (0, 0) }
    let posts = service.agent > 0 ? [lease.resource.post(service.agent)] : Array(lease.resource.posts.values)
    return posts.reduce((0, 0)) { sum, post in
      let last = gap(post)
      return (sum.before + post.gapSum, sum.now + post.gapSum + last.until - min(last.from, last.until))
    }
  }

  /// Whether a lease may have ended because its agent was lost.
  func mayBeLost(_ lease: KnownLease) -> Bool { lease.service.map { mayBeLost($0, of: lease.resource) } ?? false }

  func mayBeLost(_ service: KnownService, of resource: KnownResource) -> Bool {
    let least = resource.outageLeast
    let provisioners = agents.filter { $0.resource === resource && $0.flags.contains(.provisions) }.map(\.number)
    let numbers = service.agent > 0 ? [service.agent] : provisioners
    return numbers.contains { number in
      let post = resource.post(number)
      // When the lease was granted its agent was attached.
      return (post.gaps + [gap(post)]).contains { $0.until >= max($0.from, service.askedAt) + least }
    }
  }

  /// A lease is told to have FAILED, and no agent said so.
  func judgeFailure(of service: KnownService, _ lease: KnownLease, _ what: @autoclosure () -> String) {
    let isPending = !service.hadRun
    if isPending, service.failsAt ?? 0 <= now { return coverage.count(.provisionTimedOut) }
    coverage.count(isPending ? .agentLostPending : .agentLostEnded)
    expect(
      mayBeLost(lease),
      "\(what()) failed by itself at \(now), before \(service.failsAt ?? 0), and its agent \(service.agent) was there")
  }

  /// Why a lease changed, as a push says it.
  func judge(_ cause: ChangeCause, of push: LeaseChangedPush) {
    guard let service = services[push.lease] else { return }
    switch cause {
    case .agentLost:
      expect(push.state == .failed, "lease \(push.lease) lost its agent, and is \(push.state)")
      guard let lease = service.lease else { return }
      expect(mayBeLost(lease), "lease \(push.lease) is told to have lost its agent \(service.agent), which was there")
    case .credited:
      coverage.count(.creditPushed)
      guard let lease = service.lease else { return }
      expect(
        service.creditChangeCount > 0 || mayHaveStood(lease).now > 0,
        "lease \(push.lease) is given time, its agent was there, and none said that a gate was shut")
    default: break
    }
  }

  /// Events of outages that may lie at an instant or before, in a turn: each passes over all leases of its resource.
  func outageEventCountMost(to instant: UInt64) -> Int {
    for agent in agents where agent.client.phase != .away { agent.resource.post(agent.number).hereAt = instant }
    return servedResources.reduce(0) { sum, resource in
      let each = 1 + Int(resource.terms.map(\.units).max() ?? 0)
      let possible = resource.posts.values.filter { post in
        post.isTaken && instant >= max(post.seenAt, lifeBeganAt) + resource.outageLeast
          && instant <= post.hereAt + Self.noticeMost + resource.outageMost
      }
      return sum + possible.count * each
    }
  }

  /// More than after how long anyone whose connection is gone is, whatever the clock does meanwhile.
  private static let noticeMost: UInt64 = 120_000
}
