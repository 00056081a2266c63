import WireProtocol

/// What is known of those who attach to a resource with one number: one at a time, and reports of all of them are one row.
final class KnownPost {
  /// A stretch of the broker's time in which nobody can say that somebody was attached.
  struct Gap {
    let from: UInt64
    let until: UInt64
  }

  /// When somebody was attached for certain, in this life.
  var seenAt: UInt64 = 0
  /// Gaps that ended, of all lives.
  private(set) var gaps: [Gap] = []
  /// How long all that ended were together, short ones too.
  private(set) var gapSum: UInt64 = 0
  /// ATTACH was sent with this number, and when somebody who sent one had a connection last.
  var isTaken = false
  var hereAt: UInt64 = 0
  /// Reports that were sent, and of which nobody knows whether they were taken.
  var reports: [KnownReport] = []
  /// Numbers of those that are known to be taken.
  var takenNumbers: Set<UInt64> = []

  func note(_ gap: Gap, leastOutage: UInt64) {
    gapSum += gap.until - min(gap.from, gap.until)
    if gap.until >= gap.from + leastOutage { gaps.append(gap) }
  }
}

/// One REPORT, from its sending until it is known what became of it.
final class KnownReport {
  let number: UInt64
  let isLast: Bool
  let usages: [AgentUsage]
  /// Leases that it may credit: those that its agent provisions, and says to have been shut.
  let shut: [KnownService]
  /// The oracle's count of events when it was sent.
  var order = 0

  init(number: UInt64, isLast: Bool, usages: [AgentUsage], shut: [KnownService]) {
    (self.number, self.isLast, self.usages, self.shut) = (number, isLast, usages, shut)
  }
}

/// Bytes that went through a gate.
struct GateTraffic {
  var received: UInt64 = 0
  var sent: UInt64 = 0

  static func += (sum: inout GateTraffic, usage: AgentUsage) {
    sum.received = sum.received.addingSaturating(usage.received)
    sum.sent = sum.sent.addingSaturating(usage.sent)
  }
}

extension UInt64 {
  func addingSaturating(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

extension KnownResource {
  func post(_ number: UInt32) -> KnownPost {
    if let known = posts[number] { return known }
    let post = KnownPost()
    posts[number] = post
    return post
  }

  /// How long an agent may be lost, by any terms that there were.
  var outageLeast: UInt64 { terms.map(\.outage).min() ?? 0 }
  var outageMost: UInt64 { terms.map(\.outage).max() ?? 0 }
}
