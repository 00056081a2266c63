/// How long to wait before connecting again: doubled with each failure, and up to half of it random, so that the agents of one broker do not
/// come back together.
struct Backoff {
  private var failureCount = 0

  /// The connection does what it is for.
  mutating func reset() { failureCount = 0 }

  /// The wait after one more failure.
  mutating func next(isLongest: Bool) -> UInt64 {
    let shift = min(failureCount, 16)
    failureCount += 1
    let longest = AgentLimits.backoffMillisecondsMax
    let wait = isLongest ? longest : min(AgentLimits.backoffMillisecondsMin << UInt64(shift), longest)
    return wait / 2 + UInt64.random(in: 0...wait / 2)
  }
}
