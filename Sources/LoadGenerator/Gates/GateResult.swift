public import Histogram

/// What a run of gates showed.
public struct GateResult: Sendable {
  /// Nanoseconds of one kind.
  public struct Latency: Sendable {
    /// What it is called in figures.
    public let name: String
    /// From what to what.
    public let text: String
    /// What its 99th percentile is to be below, in milliseconds; nil: nobody said.
    public let targetMilliseconds: Double?
    /// The nanoseconds.
    public package(set) var values = Meter.histogram

    /// Nanoseconds at a percentile; 0 of nothing.
    public func value(_ percentile: Double) -> UInt64 {
      values.totalCount == 0 ? 0 : values.valueAtPercentile(percentile)
    }

    /// Whether it is above its target.
    public var isShort: Bool {
      guard let targetMilliseconds else { return false }
      return Double(value(99)) / 1_000_000 >= targetMilliseconds
    }

    package mutating func record(_ nanoseconds: UInt64) { values.record(min(nanoseconds, Meter.latencyMax)) }
  }

  /// What grant and revoke are to stay below, in milliseconds, at the 99th percentile.
  public static let targetMilliseconds = 5.0

  /// ACQUIRE to the first byte that came back, while all were taken as fast as it went.
  public var filled = Latency(
    name: "fill", text: "ACQUIRE, many at once -> first byte through the gate", targetMilliseconds: nil)
  /// The instant at which ACQUIRE was due to the first byte that came back.
  public var granted = Latency(name: "grant", text: "ACQUIRE due -> first byte", targetMilliseconds: targetMilliseconds)
  /// Its reply to the first byte.
  public var grantedReply = Latency(
    name: "grant_reply", text: "its reply -> first byte", targetMilliseconds: targetMilliseconds)
  /// The instant at which REVOKE was due to the reset.
  public var revoked = Latency(name: "revoke", text: "REVOKE due -> cut", targetMilliseconds: targetMilliseconds)
  /// Its reply to the reset; 0 when the reset came first.
  public var revokedReply = Latency(
    name: "revoke_reply", text: "its reply -> cut", targetMilliseconds: targetMilliseconds)
  /// The instant at which RELEASE was due to the reset.
  public var released = Latency(name: "release", text: "RELEASE due -> cut", targetMilliseconds: targetMilliseconds)
  /// Its reply to the reset; 0 when the reset came first.
  public var releasedReply = Latency(
    name: "release_reply", text: "its reply -> cut", targetMilliseconds: targetMilliseconds)
  /// The reply to REVOKE or RELEASE to the last byte that passed; 0 when that was before.
  public var passed = Latency(name: "passed", text: "reply to either -> last byte that passed", targetMilliseconds: nil)
  /// A message to its echo, through the gate.
  public var echoed = Latency(name: "echo", text: "message -> its echo, through the gate", targetMilliseconds: nil)
  /// The deadline to the last byte that passed; 0 when that was before.
  public var overrun = Latency(name: "overrun", text: "deadline -> last byte that passed", targetMilliseconds: nil)
  /// The deadline to the reset; 0 when that was before.
  public var late = Latency(name: "late", text: "deadline -> cut", targetMilliseconds: nil)
  /// The reset to the deadline, of those that were cut before it.
  public var early = Latency(name: "early", text: "cut -> deadline, of those cut before it", targetMilliseconds: nil)
  /// How late this tool was to send what was due, which counts into the figures.
  public var own = Latency(name: "own", text: "this tool, late with what was due", targetMilliseconds: nil)

  /// How long this tool saw nothing, beyond the millisecond from one look to the next: what came meanwhile was seen that much later.
  public var heldUp = Latency(name: "held_up", text: "this tool, held up", targetMilliseconds: nil)

  /// Leases that were all open at a time, and how long it took to have them.
  public var openCount = 0
  /// Nanoseconds from the first ACQUIRE to the last gate.
  public var openNanoseconds: UInt64 = 0
  /// What the agent's memory grew by meanwhile, when its process is known.
  public var agentByteCount: Int64?
  /// Connections that were held open at that time.
  public var connectionCount = 0
  /// Connections that were refused by a gate which was about to open, and made again.
  public var retryCount = 0
  /// Connections that ended though nothing ended their lease.
  public var brokenCount = 0
  /// Connections of leases that had ended, and which never ended themselves.
  public var uncutCount = 0
  /// Cuts that came too soon before the deadline.
  public var earlyCount = 0
  /// Leases that never were open when they were to be.
  public var unopenedCount = 0
  /// What was asked of the broker and refused.
  public var errors: [String] = []

  /// Nothing yet.
  public init() {}

  /// All latencies, in the order in which they are told.
  public var latencies: [Latency] {
    [
      filled, granted, grantedReply, revoked, revokedReply, released, releasedReply, passed, echoed, overrun, late,
      early,
      own, heldUp,
    ]
  }

  /// What must not be, by `plan`.
  public func faults(of plan: GatePlan) -> [String] {
    var faults = errors
    if brokenCount > 0 { faults.append("\(brokenCount) connections ended though nothing ended their lease") }
    if earlyCount > 0 { faults.append("\(earlyCount) cuts more than \(plan.earlyMilliseconds) ms before the deadline") }
    if uncutCount > 0 { faults.append("\(uncutCount) connections were never cut") }
    if unopenedCount > 0 { faults.append("\(unopenedCount) gates never opened") }
    if overrun.value(100) > plan.overrunMilliseconds * 1_000_000 {
      faults.append("bytes passed \(overrun.value(100) / 1_000_000) ms after a deadline\(doubt)")
    }
    if passed.value(100) > plan.passedMilliseconds * 1_000_000 {
      faults.append("bytes passed \(passed.value(100) / 1_000_000) ms after the reply that ended a lease\(doubt)")
    }
    return faults
  }

  private var doubt: String { "; this tool was held up for \(heldUp.value(100) / 1_000_000) ms at most, which counts" }
}
