internal import EventLoop
internal import TurnpikeAgent

/// One lease at a gate: its port, whether bytes may pass, how many did. Its instants bind even where nobody has called yet: what comes
/// between the deadline and the call that shuts the lease is not passed on.
final class GateLease {
  /// What was said last.
  enum Access {
    case shut, reduced, full
  }

  private(set) var lease: EnforcedLease
  private(set) var access = Access.shut
  var listener: Listener?
  /// Where its holder finds it.
  var port: UInt16 = 0
  /// Places of its connections in the gate's table.
  var connections: Set<Int> = []
  /// Runs while bytes are held back.
  var timer: LoopTimer?
  private var bucket: TokenBucket
  private let throttledBytesPerSecond: UInt64
  private var received: UInt64 = 0
  private var sent: UInt64 = 0

  init(_ lease: EnforcedLease, throttledBytesPerSecond: UInt64) {
    self.lease = lease
    self.throttledBytesPerSecond = throttledBytesPerSecond
    bucket = TokenBucket(bytesPerSecond: 0, now: AgentClock.now)
    renewBucket()
  }

  /// What is known of it now. True when what it was before must not go on: it is another holder's.
  func update(_ lease: EnforcedLease) -> Bool {
    let isAnother = lease.epoch > self.lease.epoch && access != .shut
    let hasOtherUnits = lease.units != self.lease.units
    if lease.epoch >= self.lease.epoch { self.lease = lease }
    if hasOtherUnits { renewBucket() }
    return isAnother
  }

  func set(_ access: Access) {
    if access == .reduced, self.access != .reduced { renewBucket() }
    self.access = access
  }

  private func renewBucket() {
    let (rate, overflow) = throttledBytesPerSecond.multipliedReportingOverflow(by: UInt64(lease.units))
    bucket = TokenBucket(bytesPerSecond: overflow ? .max : rate, now: AgentClock.now)
  }

  /// Whether anything may pass at this instant.
  func permits(_ now: UInt64) -> Bool {
    access != .shut && now != 0 && now <= lease.until && now < lease.end
  }

  /// How many bytes may pass at this instant.
  func allowance(_ now: UInt64) -> Int {
    guard permits(now) else { return 0 }
    guard access == .reduced || (lease.throttleAt != 0 && now >= lease.throttleAt) else { return .max }
    return bucket.available(at: now)
  }

  /// Counts what has passed.
  func passed(_ byteCount: Int, fromHolder: Bool) {
    if fromHolder { received &+= UInt64(byteCount) } else { sent &+= UInt64(byteCount) }
    bucket.take(byteCount)
  }

  /// What has passed from the holder, and to him, since this was asked last; nil for nothing.
  func takeUsage() -> (received: UInt64, sent: UInt64)? {
    if received == 0, sent == 0 { return nil }
    defer { (received, sent) = (0, 0) }
    return (received, sent)
  }
}
