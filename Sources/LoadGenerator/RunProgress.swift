/// How a run is doing: ten times a second.
public struct RunProgress: Sendable {
  /// Requests done since the run began.
  public var doneCount: UInt64
  /// And a second, since the last time.
  public var rate: Double
  /// Replies that were not done.
  public var errorCount: UInt64
}

/// Looks at a meter from time to time.
struct ProgressWatch {
  private var instant: UInt64 = 0
  private var doneCount: UInt64 = 0

  mutating func tick(_ meter: Meter) -> RunProgress {
    let done = meter.count(of: 0)
    let passed = meter.instant > instant ? Double(meter.instant - instant) / 1_000_000_000 : 0
    defer { (instant, doneCount) = (meter.instant, done) }
    return RunProgress(
      doneCount: done, rate: instant > 0 && passed > 0 ? Double(done - doneCount) / passed : 0,
      errorCount: meter.refusals.reduce(0) { $0 + $1.count })
  }
}
