import WireProtocol

/// The credits of a lease that came last, each soon after the one before.
struct ModelRow: Hashable {
  /// The lease's deadline right before the first of them.
  var deadlineBefore: UInt64
  /// When the last of them came.
  var lastAt: UInt64
}

/// What a lease keeps while it is unattended, since its agent was lost.
struct ModelLoss: Hashable {
  /// When that was; it may be still to come.
  var lostAt: UInt64
  /// Known deadline: the last instant up to which the agent keeps the gate open.
  var known: UInt64
  /// Since when the lease has run, of what is not counted yet; nil: it does not run.
  var runsSince: UInt64?
}

/// How a lease fares while its agent is away, and how it gets time back.
extension ModelLease {
  // MARK: - Credits

  /// Notes that something is credited to it right now; up to then it has been passed.
  mutating func countCredit(at instant: UInt64) {
    if let last = row?.lastAt, instant <= last + AuditLimits.rowMilliseconds {
      row?.lastAt = instant
    } else {
      row = ModelRow(deadlineBefore: deadline, lastAt: instant)
    }
  }

  // MARK: - The agent's absence

  /// Its agent is lost at `lostAt`, and has not heard of credits from `unheardFrom` on.
  mutating func lose(at lostAt: UInt64, unheardFrom: UInt64) {
    guard isRunning else {
      loss = ModelLoss(lostAt: lostAt, known: lostAt)
      return
    }
    var last = deadline
    if let row, row.lastAt >= unheardFrom { last = min(last, row.deadlineBefore) }
    loss = ModelLoss(lostAt: lostAt, known: max(lostAt, last), runsSince: lostAt)
  }

  /// Its agent is there at `now`, up to which it has been passed.
  mutating func attend(at now: UInt64) {
    if isRunning { countRun(to: now) }
    if let loss, now > loss.known { stood = Exact.sum(stood, now - loss.known) }
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
    countCredit(at: now)
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
