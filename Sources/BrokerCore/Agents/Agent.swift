import WireProtocol

/// An agent of a resource, known since it first attached: 56 bytes.
///
/// It is attached, or lost: then its leases are *unattended*, and end with it when it is not back in time (Outages.swift).
struct Agent: SlotRecord {
  /// Its resource's id.
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Its number among those of the resource, from 1.
  var number: UInt32 = 0
  var flags: AgentFlags = []
  private var standing: UInt32 = 0
  /// How many live leases it provisions.
  var leaseCount: UInt32 = 0
  /// Leaves no hole in the record.
  private let zero: UInt32 = 0
  /// How often it said that it had told all of its outages: what leases are owed of rounds before is void.
  var round: UInt64 = 0
  /// Number of its last report.
  var reportNumber: UInt64 = 0
  /// The last lease that the end of its outage passed over.
  var sweptLease: UInt64 = 0

  /// Whether a connection of this life is attached as this agent.
  var isAttached: Bool {
    get { standing != 0 }
    set { standing = newValue ? 1 : 0 }
  }

  /// Whether its flags and numbers are ones that there are.
  var isSound: Bool {
    standing <= 1 && number >= 1 && number <= UInt32(WireLimits.agentCountMaxPerResource) && flags.rawValue <= 3
  }
}

/// What an agent provides for a lease, as long as the lease is remembered: 200 bytes.
///
/// Those of live leases lie in a list of their resource, in the order of their ids.
struct Service: SlotRecord {
  /// The lease's id.
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Number of the agent that provisions it.
  var agent: UInt32 = 0
  var previous: UInt32 = noIndex
  var next: UInt32 = noIndex
  /// Bytes from and to the holder that agents reported.
  var received: UInt64 = 0
  var sent: UInt64 = 0
  /// When the lease was credited last, and its deadline before the row of credits that this was one of.
  private var creditedAt: UInt64 = 0
  private var deadlineBefore: UInt64 = 0
  /// What it is to the lease that its agent is away, or was.
  var absence = Absence()
  /// Where the holder finds it; of a lease that failed: why.
  var endpoint = Text96()

  /// The lease is credited, at `instant`: its deadline until then was `deadline`.
  mutating func noteCredit(at instant: UInt64, after deadline: UInt64) {
    if instant > creditedAt + CoreLimits.creditRowMilliseconds { deadlineBefore = deadline }
    creditedAt = instant
  }

  /// The lease begins to run: nobody knew of any deadline before.
  mutating func noteCapture(at instant: UInt64) { (creditedAt, deadlineBefore) = (instant, 0) }

  /// The deadline that an agent knows which has heard of everything up to `heardAt`, of a lease with this one.
  func knownDeadline(of deadline: UInt64, heardAt: UInt64) -> UInt64 {
    creditedAt <= heardAt ? deadline : min(deadline, deadlineBefore)
  }
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
  /// Last instant up to which the agent keeps the gate open; not before it was lost.
  private(set) var knownDeadline: UInt64 = 0
  /// Up to when all boundaries are passed.
  private(set) var passedTo: UInt64 = 0
  /// For how many milliseconds the lease ran while its agent was away: those may be given back.
  private(set) var owed: UInt64 = 0
  /// For how many milliseconds its agent was away after the known deadline.
  private(set) var stood: UInt64 = 0
  /// The round of the agent that the two are of.
  private var round: UInt64 = 0

  /// The agent is lost at `instant`, which is `now` or later.
  mutating func begin(at instant: UInt64, now: UInt64, knownDeadline: UInt64, round: UInt64) {
    if self.round != round { (owed, stood, self.round) = (0, 0, round) }
    self.knownDeadline = max(instant, knownDeadline)
    (lostAt, passedTo) = (instant, now)
  }

  /// The agent is back.
  mutating func end(at now: UInt64) { stood = stood.addingSaturating(now.subtractingSaturating(knownDeadline)) }

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
