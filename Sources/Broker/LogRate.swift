/// How often something may be logged that peers can bring about: some lines an interval, and a count of those left out.
struct LogRate {
  private let lineCountMax: Int
  private let intervalMilliseconds: UInt64
  private var intervalEnd: UInt64 = 0
  private var lineCount = 0
  private var leftOutCount = 0

  init(lineCountMax: Int, intervalMilliseconds: UInt64) {
    self.lineCountMax = lineCountMax
    self.intervalMilliseconds = intervalMilliseconds
  }

  /// Counts `count` lines that were left out elsewhere.
  mutating func leaveOut(_ count: Int) { leftOutCount += count }

  /// How many lines were left out since the last one, when one more may be logged at `now`; else nil, and this one is left out.
  mutating func admit(at now: UInt64) -> Int? {
    if now >= intervalEnd {
      intervalEnd = now &+ intervalMilliseconds
      lineCount = 0
    }
    guard lineCount < lineCountMax else {
      leftOutCount += 1
      return nil
    }
    lineCount += 1
    defer { leftOutCount = 0 }
    return leftOutCount
  }
}
