import EventLoop
import TurnpikeClient

/// What happens on a schedule, and what it shows.
extension GateRun {
  /// Leases that are to run to their deadline.
  var running: ArraySlice<HeldGate> { gates[(plan.leaseCount + plan.cutCount)...] }

  /// Another gate is open.
  func openedOne() {
    switch phase {
    case .filling:
      guard acquiringCount == 0, nextPlace == endPlace else { return }
      result.openCount = plan.leaseCount
      result.openNanoseconds = Loop.hrtime - filledFrom
      result.connectionCount = gates.count { $0.state == .open }
      onFilled()
      settle()
    case .cutting: endCuttingIfDone()
    case .running: if acquiringCount == 0, nextPlace == endPlace { hold() }
    default: break
    }
  }

  /// The part is over, but for bytes that may still come.
  func settle() {
    limitAt = .max
    settledAt = Loop.hrtime + LoadLimits.gateSettleMilliseconds * 1_000_000
  }

  /// What was awaited did not come.
  func late() {
    switch phase {
    case .connecting: fail(.late)
    case .filling: fail(.setup("\(acquiringCount) gates do not open"))
    case .leaving, .over: loop.stop()
    case .cutting, .running:
      if phase == .running && !isHolding { return fail(.setup("\(acquiringCount) gates do not open")) }
      settle()
    }
  }

  /// The next part begins.
  func settled() {
    switch phase {
    case .filling:
      phase = .cutting
      if plan.cutCount == 0 { return settled() }
      startAt = Loop.hrtime + 1_000_000
      limitAt = startAt + plan.step(2 * plan.cutCount) + LoadLimits.gateSilenceMilliseconds * 1_000_000
      timer?.start(atNanoseconds: startAt)
    case .cutting:
      judgeCuts()
      phase = .running
      if plan.deadlineCount == 0 { return settled() }
      (nextPlace, endPlace) = (plan.leaseCount + plan.cutCount, plan.gateCount)
      limit(afterMilliseconds: LoadLimits.gateSilenceMilliseconds)
      acquireMore()
    case .running:
      judgeDeadlines()
      phase = .leaving
      leave()
    default: loop.stop()
    }
  }

  // MARK: Cuts and grants

  func step() {
    guard phase == .cutting else { return }
    let now = Loop.hrtime
    while stepCount < 2 * plan.cutCount, startAt + plan.step(stepCount) <= now {
      let dueAt = startAt + plan.step(stepCount)
      result.own.record(Loop.hrtime - dueAt)
      let index = stepCount / 2
      stepCount += 1
      if stepCount % 2 == 1 {
        end(gates[index], dueAt: dueAt, isRevoked: index % 3 != 2)
      } else {
        acquire(gates[plan.leaseCount + index], dueAt: dueAt)
      }
    }
    if stepCount < 2 * plan.cutCount {
      timer?.start(atNanoseconds: startAt + plan.step(stepCount))
    } else {
      endCuttingIfDone()
    }
  }

  private func end(_ gate: HeldGate, dueAt: UInt64, isRevoked: Bool) {
    gate.ending = isRevoked ? .revoked : .released
    gate.endDueAt = dueAt
    let request: Request = isRevoked ? .revoke(lease: gate.lease) : .release(gate.owner)
    (isRevoked ? provider : gate.link).submit(request) { [unowned self] answer in
      if case .failure(let error) = answer { return refuse(isRevoked ? "REVOKE" : "RELEASE", error) }
      gate.endedAt = Loop.hrtime
      endCuttingIfDone()
    }
  }

  private func endCuttingIfDone() {
    guard phase == .cutting, settledAt == .max, stepCount == 2 * plan.cutCount, acquiringCount == 0,
      gates.prefix(plan.cutCount).allSatisfy({ $0.cutAt != 0 && $0.endedAt != 0 })
    else { return }
    settle()
  }

  private func judgeCuts() {
    for gate in gates.prefix(plan.cutCount) {
      guard gate.cutAt != 0, gate.endedAt != 0 else {
        result.uncutCount += 1
        continue
      }
      let (due, reply) = (gate.cutAt - min(gate.endDueAt, gate.cutAt), gate.cutAt - min(gate.endedAt, gate.cutAt))
      if gate.ending == .revoked {
        result.revoked.record(due)
        result.revokedReply.record(reply)
      } else {
        result.released.record(due)
        result.releasedReply.record(reply)
      }
      result.passed.record(gate.passedAt - min(gate.endedAt, gate.passedAt))
    }
    let opened = gates[plan.leaseCount..<plan.leaseCount + plan.cutCount]
    result.unopenedCount += opened.count { $0.state != .open && $0.state != .cut }
  }

  // MARK: Deadlines

  private func hold() {
    let ends = running.map(\.endsAt)
    guard !isHolding, !ends.contains(0), let first = ends.min(), let last = ends.max() else { return }
    isHolding = true
    let now = Loop.hrtime
    limitAt = last + LoadLimits.gateSilenceMilliseconds / 4 * 1_000_000
    onHolding((first - min(now, first)) / 1_000_000, (last - min(now, last)) / 1_000_000)
    if running.allSatisfy({ $0.cutAt != 0 }) { settle() }
  }

  /// What passes shortly before a deadline, and after it, is seen to a millisecond: of three in four, since who is silent must be cut too.
  func talkBeforeDeadlines(at now: UInt64) {
    let span = LoadLimits.gateBusyMilliseconds * 1_000_000
    for gate in running where gate.state == .open && gate.place % 4 != 3 && gate.endsAt < now + span {
      gate.talk(always: true)
    }
  }

  /// A gate has cut its connection.
  func cut(_ gate: HeldGate) {
    switch phase {
    case .leaving, .over: return
    case .cutting where gate.ending != .none: return endCuttingIfDone()
    default: break
    }
    guard gate.purpose == .running, gate.endsAt != 0 else {
      result.brokenCount += 1
      return
    }
    if isHolding, running.allSatisfy({ $0.cutAt != 0 }) { settle() }
  }

  private func judgeDeadlines() {
    for gate in running {
      guard gate.cutAt != 0 else {
        result.uncutCount += 1
        continue
      }
      if gate.cutAt < gate.endsAt {
        let early = gate.endsAt - gate.cutAt
        result.early.record(early)
        result.late.record(0)
        if early > plan.earlyMilliseconds * 1_000_000 { result.earlyCount += 1 }
      } else {
        result.late.record(gate.cutAt - gate.endsAt)
      }
      result.overrun.record(gate.passedAt - min(gate.endsAt, gate.passedAt))
    }
  }

  // MARK: The end

  /// Gives back what is left, so that the next run finds room.
  private func leave() {
    if isBrokerGone { return loop.stop() }
    limit(afterMilliseconds: LoadLimits.gateSilenceMilliseconds)
    nextPlace = 0
    leaveMore()
  }

  private func leaveMore() {
    while leftCount < LoadLimits.gateDepth, nextPlace < gates.count {
      let gate = gates[nextPlace]
      nextPlace += 1
      guard gate.lease != 0, gate.purpose != .running, gate.ending == .none else { continue }
      leftCount += 1
      provider.submit(.revoke(lease: gate.lease)) { [unowned self] _ in
        leftCount -= 1
        leaveMore()
      }
    }
    if leftCount == 0 { loop.stop() }
  }
}
