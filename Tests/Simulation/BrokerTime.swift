/// The broker's own time, as far as it can be known from outside. It never passes the clock; but it stops at each funding event,
/// does a bounded number of them in a turn, and answers requests meanwhile as of where it is.
struct BrokerTime {
  /// Events that one ADVANCE passes; there is one at least in each turn in which some are due.
  private static let eventCountPerTurn = 128

  /// The clock by which it goes.
  private(set) var now: UInt64 = 0
  /// The furthest that it was ever asked to go.
  private(set) var latest: UInt64 = 0
  /// How far it is, at the least.
  private(set) var reached: UInt64 = 0
  /// How far it was when it said something, at the least: no crash takes that back.
  private(set) var told: UInt64 = 0
  /// Events that may have been due and not been done.
  private var backlog = 0

  var isBehind: Bool { backlog > 0 }

  /// A turn begins, in which so many more events may be due.
  mutating func pass(to instant: UInt64, eventCount: Int) {
    now = max(now, instant)
    latest = max(latest, now)
    backlog = max(0, backlog + eventCount - Self.eventCountPerTurn)
    if backlog == 0 { reached = now }
  }

  /// A life begins at `instant`, and so many events may be due since it said something.
  mutating func start(at instant: UInt64, eventCount: Int) {
    (now, reached, backlog) = (instant, min(told, instant), eventCount)
  }

  /// It said something of `instant`, or later.
  mutating func tell(_ instant: UInt64) { told = max(told, instant) }
}
