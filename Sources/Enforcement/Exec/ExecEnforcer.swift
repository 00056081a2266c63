internal import EventLoop
internal import Glibc
internal import Logging
internal import TurnpikeAgent

/// Leases that are commands: each has one, with a guardian that starts it, freezes it while there is no access, and ends it.
///
///     nothing -- provision --> starting -- ready --> frozen -- open, reduce --> runs
///        |                                             ^-- shut, deadline -------+
///        +-- open, reduce (started by a life before) --> starting, and runs
///     any -- end, failed, close --> ending (no lease of ours any more) --> gone
///
/// **After a restart** the commands of the life before are gone, since their guardians ended them. One that is opened is started anew, and
/// told `ready` again with what may be another endpoint. Another holder (TRANSFER) takes over the command as it is. A lease that another agent
/// of the resource provides has no command here.
final class ExecEnforcer: Enforcer {
  weak var reports: (any EnforcementReports)?

  private let options: ExecOptions
  private let resource: EnforcedResource
  private let loop: Loop
  private let logger: Logger
  private let groups: LeaseGroups?
  private var leases: [UInt64: Command] = [:]
  /// Ended, but not gone yet.
  private var ending: [ObjectIdentifier: Command] = [:]
  private var sweepTimer: LoopTimer?
  private var startCount = 0
  private var isClosed = false

  private enum Access { case none, reduced, full }

  /// One command.
  private final class Command {
    let guardian: Guardian
    /// Name of its cgroup, of this start only: what a lease had before may not be gone yet.
    let group: String
    var lease: EnforcedLease
    var access: Access
    /// Nil until it is ready.
    var endpoint: String?
    var process: Int32?

    init(_ guardian: Guardian, _ group: String, _ lease: EnforcedLease, _ access: Access) {
      self.guardian = guardian
      self.group = group
      self.lease = lease
      self.access = access
    }
  }

  private static let process = getpid()

  /// Fails when there is no guardian, or no cgroup to be had as the options ask for.
  init(_ options: ExecOptions, resource: EnforcedResource, on loop: Loop, _ logger: Logger) throws {
    self.options = options
    self.resource = resource
    self.loop = loop
    self.logger = logger
    try Guardian.check()
    let wantsQuota = options.cpuPercent != nil || options.throttledCPUPercent != nil
    groups = try options.cgroup.map { try LeaseGroups(below: $0, resource: resource, wantsQuota: wantsQuota) }
    sweep()
  }

  func provision(_ lease: EnforcedLease) {
    if let command = leases[lease.id] {
      command.lease = lease
      if let endpoint = command.endpoint { return report(lease.id, ready: endpoint) }
      return order(command)
    }
    start(lease, .none)
  }

  func open(_ lease: EnforcedLease) { set(lease, .full) }

  func reduce(_ lease: EnforcedLease) { set(lease, .reduced) }

  func move(_ lease: EnforcedLease) {
    guard let command = leases[lease.id] else { return }
    command.lease = lease
    if command.access != .none { order(command) }
  }

  func shut(_ lease: EnforcedLease) {
    guard let command = leases[lease.id] else { return }
    command.lease = lease
    command.access = .none
    freeze(command)
  }

  func end(_ lease: EnforcedLease) {
    guard let command = leases.removeValue(forKey: lease.id) else { return }
    ending[ObjectIdentifier(command.guardian)] = command
    command.guardian.order(GuardianOrder(.end, command.lease, now: AgentClock.now))
  }

  func listed(_ isKnown: (UInt64) -> Bool) {
    for command in leases.values where !isKnown(command.lease.id) { end(command.lease) }
    sweep()
  }

  func close() {
    isClosed = true
    sweepTimer?.close()
    for command in Array(leases.values) + Array(ending.values) { command.guardian.close() }
  }

  /// No guardian is left.
  var isQuiet: Bool { leases.isEmpty && ending.isEmpty }

  // MARK: Commands

  private func set(_ lease: EnforcedLease, _ access: Access) {
    guard let command = leases[lease.id] else { return start(lease, access) }
    command.lease = lease
    command.access = access
    order(command)
  }

  /// Lets it run until its deadline, with its access. While it is being provided it has to, to become ready.
  private func order(_ command: Command) {
    let now = AgentClock.now
    var order = GuardianOrder(.run, command.lease, now: now)
    if command.access == .reduced { order.throttleAt = 1 }
    command.guardian.order(order)
  }

  private func freeze(_ command: Command) {
    command.guardian.order(GuardianOrder(.freeze, command.lease, now: AgentClock.now))
  }

  private func start(_ lease: EnforcedLease, _ access: Access) {
    // What another agent of the resource provides is that one's to run.
    guard !isClosed, lease.isYours else { return }
    startCount += 1
    let group = "lease-\(lease.id)-\(Self.process)-\(startCount)"
    let guardian: Guardian
    do throws(LoopError) {
      guardian = try Guardian(
        setup(lease, group), orderCountMax: EnforcementLimits.guardianOrderCountMax, on: loop)
    } catch {
      logger.error("no guardian can be started", metadata: ["error": "\(error)", "program": "\(Guardian.program)"])
      reports?.failed(lease.id, reason: "it cannot be started")
      return
    }
    let command = Command(guardian, group, lease, access)
    leases[lease.id] = command
    guardian.onReport = { [weak self, weak command] report in
      if let command { self?.hear(report, command) }
    }
    guardian.onEnd = { [weak self] isClean in self?.ended(command, isClean) }
    order(command)
  }

  private func setup(_ lease: EnforcedLease, _ group: String) -> Guardian.Setup {
    var given = [
      "ready=\(options.readiness.rawValue)", "ready-within=\(options.readyMilliseconds)",
      "signal=\(options.stopSignal)", "grace=\(options.graceMilliseconds)",
    ]
    if let groups {
      given.append("cgroup=\(groups.path(of: group))")
      let full = options.cpuPercent.map { ExecOptions.quota(percent: $0, units: lease.units) } ?? "max 100000"
      let reduced = options.throttledCPUPercent.map { ExecOptions.quota(percent: $0, units: lease.units) } ?? full
      if groups.hasQuota { given += ["cpu-full=\(full)", "cpu-reduced=\(reduced)"] }
    }
    return Guardian.Setup(
      mode: "exec", options: given + options.process.options, command: options.command,
      environment: options.process.variables(
        resource, ["TURNPIKE_LEASE=\(lease.id)", "TURNPIKE_UNITS=\(lease.units)"]))
  }

  private func hear(_ report: GuardianReport, _ command: Command) {
    let id = command.lease.id
    let isOurs = leases[id] === command
    switch report.kind {
    case .started: command.process = Int32(truncatingIfNeeded: report.value)
    case .ready:
      command.endpoint = report.text
      guard isOurs else { return }
      // What is provided waits for its holder, who does not know of it yet.
      if command.access == .none { freeze(command) }
      self.report(id, ready: report.text)
    case .failed:
      logger.warning("a command failed", metadata: ["lease": "\(id)", "reason": "\(report.text)"])
      guard isOurs else { return }
      leases[id] = nil
      ending[ObjectIdentifier(command.guardian)] = command
      reports?.failed(id, reason: report.text)
    case .trouble: logger.error("\(report.text)", metadata: ["lease": "\(id)"])
    case .shut, .reduced, .opened, .ended: break
    }
  }

  private func report(_ lease: UInt64, ready endpoint: String) { reports?.ready(lease, endpoint: endpoint) }

  /// The guardian is gone. If it was killed, its command was with it; what that had started is killed here.
  private func ended(_ command: Command, _ isClean: Bool) {
    let id = command.lease.id
    ending[ObjectIdentifier(command.guardian)] = nil
    if !isClean {
      logger.error("a guardian was killed", metadata: ["lease": "\(id)"])
      if let process = command.process { LeaseGroups.killProcessGroup(process) }
    }
    let wasOurs = leases[id] === command
    if wasOurs { leases[id] = nil }
    sweep()
    // At the lease's end it ends by itself. Should the lease live on it is started anew.
    let isExpected = isClean && AgentClock.now >= command.lease.end
    if wasOurs, !isClosed, !isExpected { reports?.failed(id, reason: "its guardian ended") }
  }

  /// Kills what is in cgroups of leases that nobody guards, and comes back until they are gone.
  private func sweep() {
    guard let groups else { return }
    let left = groups.sweep(except: Set((Array(leases.values) + Array(ending.values)).map(\.group)))
    guard !left.isEmpty, !isClosed else { return }
    logger.debug("cgroups without a guardian are being killed", metadata: ["cgroups": "\(left)"])
    if sweepTimer == nil { sweepTimer = LoopTimer(on: loop) { [weak self] in self?.sweep() } }
    sweepTimer?.start(afterMilliseconds: EnforcementLimits.sweepMilliseconds)
  }
}
