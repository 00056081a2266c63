internal import EventLoop
internal import Logging
internal import TurnpikeAgent

/// Leases whose changes are told to a script. One guardian for the resource runs it and has the order of all changes, those that the clock
/// brings included (`Sources/turnpike-guardian/hook.c`): what is here tells it of the agent's words and passes on its own.
///
/// **When the guardian is gone** (it was killed) another one is started: it shuts what its state file has, and is told again of what is
/// open. When `EnforcementLimits.hookStartCountMax` in a row were gone before they said anything the leases fail; it is still tried.
final class HookEnforcer: Enforcer {
  weak var reports: (any EnforcementReports)?

  private static let noScript = "no script can be run"

  private let options: HookOptions
  private let resource: EnforcedResource
  private let loop: Loop
  private let logger: Logger
  private var guardian: Guardian?
  /// What was ordered last of each lease that is not over.
  private var leases: [UInt64: (lease: EnforcedLease, kind: GuardianOrder.Kind)] = [:]
  private var startCount = 0
  private var startTimer: LoopTimer?
  private var isClosed = false

  /// Fails when its guardian cannot be started.
  init(_ options: HookOptions, resource: EnforcedResource, on loop: Loop, _ logger: Logger) throws {
    self.options = options
    self.resource = resource
    self.loop = loop
    self.logger = logger
    try Guardian.check()
    try start()
    startTimer = LoopTimer(on: loop) { [weak self] in self?.startAgain() }
  }

  func provision(_ lease: EnforcedLease) {
    // Said twice, it is provided once.
    if let known = leases[lease.id], known.lease.epoch == lease.epoch, known.kind == .provision { return }
    order(.provision, lease)
  }

  func open(_ lease: EnforcedLease) { order(.open, lease) }
  func reduce(_ lease: EnforcedLease) { order(.reduce, lease) }

  func move(_ lease: EnforcedLease) {
    guard let known = leases[lease.id] else { return }
    guardian?.order(GuardianOrder(.move, lease, now: AgentClock.now))
    leases[lease.id] = (lease, known.kind)
  }

  func shut(_ lease: EnforcedLease) {
    if leases[lease.id] != nil { order(.shut, lease) }
  }

  func end(_ lease: EnforcedLease) {
    // Of one that is not known here the life before may have provided something.
    leases[lease.id] = nil
    guardian?.order(GuardianOrder(.leaseEnd, lease, now: AgentClock.now))
  }

  func listed(_ isKnown: (UInt64) -> Bool) {
    for (lease, _) in leases.values where !isKnown(lease.id) { end(lease) }
  }

  func close() {
    isClosed = true
    startTimer?.close()
    guardian?.close()
  }

  /// Its guardian has run all that shuts.
  var isQuiet: Bool { guardian == nil }

  // MARK: The guardian

  private func order(_ kind: GuardianOrder.Kind, _ lease: EnforcedLease) {
    leases[lease.id] = (lease, kind)
    guardian?.order(GuardianOrder(kind, lease, now: AgentClock.now))
    if isHopeless, kind != .shut { reports?.failed(lease.id, reason: Self.noScript) }
  }

  private func start() throws(LoopError) {
    let guardian = try Guardian(
      options.setup("hook", resource: resource), orderCountMax: EnforcementLimits.hookOrderCountMax, on: loop)
    self.guardian = guardian
    guardian.onReport = { [weak self] in self?.hear($0) }
    guardian.onEnd = { [weak self] _ in self?.ended() }
  }

  /// At once, the first time: until there is one again nobody shuts anything. Then again and again, since there is nothing better to do.
  private func ended() {
    guardian = nil
    guard !isClosed else { return }
    startCount += 1
    logger.error("the guardian of the scripts is gone", metadata: ["count": "\(startCount)"])
    if isHopeless { for id in leases.keys { reports?.failed(id, reason: Self.noScript) } }
    startTimer?.start(afterMilliseconds: startCount == 1 ? 0 : EnforcementLimits.hookStartMilliseconds)
  }

  private var isHopeless: Bool { startCount > EnforcementLimits.hookStartCountMax }

  private func startAgain() {
    guard guardian == nil, !isClosed else { return }
    do throws(LoopError) {
      try start()
    } catch {
      logger.critical("no guardian can be started for the scripts", metadata: ["error": "\(error)"])
      return ended()
    }
    for (lease, kind) in leases.values where kind != .shut {
      guardian?.order(GuardianOrder(kind, lease, now: AgentClock.now))
    }
  }

  private func hear(_ report: GuardianReport) {
    startCount = 0
    switch report.kind {
    case .ready: reports?.ready(report.lease, endpoint: report.text)
    case .failed:
      logger.warning("a script failed", metadata: ["lease": "\(report.lease)", "reason": "\(report.text)"])
      reports?.failed(report.lease, reason: report.text)
    case .trouble: logger.error("a script failed", metadata: ["lease": "\(report.lease)", "reason": "\(report.text)"])
    case .started, .shut, .reduced, .opened, .ended: break
    }
  }
}
