import WireProtocol

/// Which deadline of a lease its agent can be taken to know. Of changes soon after one another nobody can say which it heard of last: the
/// latest deadline that it may have been told is taken, so that nobody makes an outage free. A payment by itself is not taken to be heard.
struct ToldDeadlines {
  /// When the deadline changed last.
  private(set) var changedAt: UInt64 = 0
  /// The latest that the agent can have been told, if it did not hear of the last row of changes to its end.
  private var unheard: UInt64 = 0

  /// At `instant` a command or a time-out has made `after` of the deadline `before`.
  mutating func note(from before: UInt64, to after: UInt64, at instant: UInt64, isPayment: Bool) {
    guard before != after else { return }
    if instant > changedAt.addingSaturating(CoreLimits.changeRowMilliseconds) {
      unheard = before
    } else if instant > changedAt {
      unheard = max(unheard, before)
    }
    if !isPayment { unheard = max(unheard, after) }
    changedAt = instant
  }

  /// The lease begins to run: nobody knew of any deadline before.
  mutating func begin(at instant: UInt64) { (changedAt, unheard) = (instant, 0) }

  /// What an agent knows that has heard of everything up to `heardAt`, of a lease that is paid until `deadline`.
  func known(heardAt: UInt64, deadline: UInt64) -> UInt64 { changedAt <= heardAt ? deadline : unheard }
}

/// What the absence of its agent is to one lease.
///
/// ```
///   lostAt ......... knownDeadline ......... attached again
///   |  it runs: owed  |  it stands: stood    |
/// ```
struct Absence {
  /// When the agent was lost; it may be still to come.
  private var lostAt: UInt64 = 0
  /// Last instant up to which the agent keeps the gate open.
  private(set) var knownDeadline: UInt64 = 0
  /// Up to when all boundaries are passed.
  private(set) var passedTo: UInt64 = 0
  /// For how many milliseconds the lease ran while its agent was away: those may be given back.
  private(set) var owed: UInt64 = 0
  /// For how many milliseconds its agent was away after the known deadline.
  private(set) var stood: UInt64 = 0
  /// The round of the agent that the two are of.
  private var round: UInt64 = 0
  /// From when on it stood, or would have; of one that did not run, never.
  private var stoodFrom: UInt64 = 0

  /// The agent of a lease that runs, or not, is lost at `instant`, which is `now` or later. It keeps the gate open up to `deadline`.
  mutating func begin(at instant: UInt64, now: UInt64, knownDeadline deadline: UInt64, isRunning: Bool, round: UInt64) {
    if self.round != round { (owed, stood, self.round) = (0, 0, round) }
    knownDeadline = max(now, deadline)
    stoodFrom = isRunning ? knownDeadline : .max
    (lostAt, passedTo) = (instant, now)
  }

  /// The agent is back.
  mutating func end(at now: UInt64) { stood = stood.addingSaturating(now.subtractingSaturating(stoodFrom)) }

  /// From when on time passes a lease by that runs and is paid up to `deadline`; nil: it ends before.
  func stands(paidTo deadline: UInt64) -> UInt64? {
    let instant = max(passedTo, knownDeadline)
    return deadline > instant ? instant : nil
  }

  /// The next instant on the way to `limit` up to which nothing changes between running and standing.
  func nextStop(towards limit: UInt64, _ timeOut: TimeOut?) -> UInt64 {
    let next = passedTo < knownDeadline ? knownDeadline : max(passedTo, timeOut?.until ?? .max)
    return min(limit, next)
  }

  /// All boundaries up to `instant` were passed. A lease that ran before did so through `last`.
  mutating func pass(to instant: UInt64, ranThrough last: UInt64?) {
    if passedTo < knownDeadline, let last {
      owed = owed.addingSaturating(last.subtractingSaturating(max(passedTo, lostAt)))
    }
    passedTo = instant
  }

  /// What a lease gets back whose gate was shut for so many of the last milliseconds; it is settled by that.
  mutating func takeBack(shut: UInt64, round: UInt64) -> UInt64 {
    defer { (owed, stood) = (0, 0) }
    return self.round == round ? min(shut.subtractingSaturating(stood), owed) : 0
  }
}
