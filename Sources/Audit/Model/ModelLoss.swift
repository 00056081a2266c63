import WireProtocol

/// The changes of a lease's deadline that came last, each soon after the one before.
struct ModelRow: Hashable {
  /// The greatest deadline right before one of them, or right after one that was no payment.
  var greatest: UInt64
  /// When the last of them came.
  var lastAt: UInt64
}

/// What a lease keeps while it is unattended, since its agent was lost.
struct ModelLoss: Hashable {
  /// When that was; it may be still to come.
  var lostAt: UInt64
  /// Known deadline: the last instant up to which the agent is taken to keep the gate open.
  var known: UInt64
  /// Whether the lease ran then: if not, it is not counted for how long it stands.
  var wasRunning: Bool
  /// Since when the lease has run, of what is not counted yet; nil: it does not run.
  var runsSince: UInt64?
}

/// How a lease fares while its agent is away, and how it gets time back.
extension ModelLease {
  // MARK: - Changes

  /// Something was done to it at `instant`, right before which its deadline was `before`: a change, if it is
  /// another one now.
  mutating func noteChange(from before: UInt64, at instant: UInt64, isPayment: Bool) {
    guard deadline != before else { return }
    var told = isPayment ? [] : [deadline]
    if row.map({ instant > $0.lastAt }) ?? true { told.append(before) }
    if let row, instant <= Exact.sum(row.lastAt, AuditLimits.rowMilliseconds) { told.append(row.greatest) }
    row = ModelRow(greatest: told.max() ?? 0, lastAt: instant)
  }

  /// The deadline that an agent knows which has heard of all up to `heardAt`.
  private func deadline(heardAt: UInt64) -> UInt64 {
    guard let row, row.lastAt > heardAt else { return deadline }
    return row.greatest
  }

  // MARK: - The agent's absence

  /// Its agent is lost at `lostAt`, not before `now`, up to which it has been passed; the agent has heard of all up to
  /// `heardAt`.
  mutating func lose(at lostAt: UInt64, now: UInt64, heardAt: UInt64) {
    let known = isPending ? now : max(now, deadline(heardAt: heardAt))
    loss = ModelLoss(lostAt: lostAt, known: known, wasRunning: isRunning, runsSince: isRunning ? lostAt : nil)
  }

  /// Its agent is there at `now`, up to which it has been passed.
  mutating func attend(at now: UInt64) {
    if isRunning { countRun(to: now) }
    if let loss, loss.wasRunning, now > loss.known { stood = Exact.sum(stood, now - loss.known) }
    loss = nil
  }

  /// It has run up to `instant`: what of that is owed is counted.
  mutating func countRun(to instant: UInt64) {
    guard let loss, let since = loss.runsSince else { return }
    let (first, last) = (max(since, loss.lostAt), min(instant, loss.known))
    if last > first { owed = Exact.sum(owed, last - first) }
    self.loss?.runsSince = nil
  }

  // MARK: - Standing

  /// The instant from which it stands, if nobody does anything; nil: it does not, but comes to a boundary before.
  var standsFrom: UInt64? {
    guard let loss, isRunning else { return nil }
    let instant = max(position, loss.known)
    return deadline > instant ? instant : nil
  }

  /// When something happens to it by itself; nil: it stands before that.
  var nextInstant: UInt64? {
    let next = nextBoundary.instant
    if let standsFrom, next > standsFrom { return nil }
    return next
  }

  /// It stands up to `instant`, if it stands at all.
  mutating func stand(to instant: UInt64, _ passage: inout ModelPassage) {
    guard let from = standsFrom, instant >= from else { return }
    settle(to: from, &passage)
    move(by: instant - from)
    position = instant
  }

  /// Moves its segment on, and with it all that comes next.
  private mutating func move(by time: UInt64) {
    guard let running = segment else { return }
    segment?.start = Self.instant(running.start, later: time)
    moveSwitch(by: time)
  }

  private mutating func moveSwitch(by time: UInt64) {
    if let last = switchAt.map({ $0 - 1 }) { switchAt = Self.instant(last, later: time) + 1 }
  }

  private static func instant(_ instant: UInt64, later time: UInt64) -> UInt64 {
    min(Exact.sum(instant, time), AuditLimits.instantMax)
  }

  // MARK: - Time given back

  /// Takes what is owed to it when its gate was shut for so long; gives the time that it gets for that.
  mutating func takeOwed(shut: UInt64) -> UInt64 {
    let time = shut > stood ? min(shut - stood, owed) : 0
    (owed, stood) = (0, 0)
    return time
  }

  /// Gives time to it at `now`, up to which it is touched: one that is suspended begins to run on `current` terms.
  mutating func give(_ time: UInt64, at now: UInt64, current: ModelPrices) {
    guard time > 0 else { return }
    if state == .suspended {
      resume(at: now, from: Self.instant(now, later: time), on: current)
    } else if let paid = lastCharged {
      segment?.start = Self.instant(paid, later: time)
      segment?.charged = 0
      moveSwitch(by: time)
      credit(own: 0, given: 0)
    }
  }
}
