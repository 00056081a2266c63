internal import Glibc

/// How commands of leases are run.
public struct ExecOptions: Hashable, Sendable {
  /// When a lease is ready.
  public enum Readiness: String, Hashable, Sendable {
    /// With the first line `endpoint=TEXT` of the command's output.
    case endpoint
    /// As soon as the command runs. There is no endpoint.
    case started
  }

  /// The program, by its whole path, and its arguments.
  public var command: [String]
  /// When a lease is ready.
  public var readiness = Readiness.endpoint
  /// Time until it has to be, in milliseconds.
  public var readyMilliseconds: UInt64 = 30_000
  /// The signal that asks a command to end.
  public var stopSignal: UInt64 = 15
  /// Time from that signal to the one that no process survives; 0: nothing of the command runs again.
  public var graceMilliseconds: UInt64 = 2000
  /// Who it runs as and where, and its variables.
  public var process = ProcessOptions()
  /// The cgroup (version 2) below which each lease has one of its own. Nil: process groups do.
  public var cgroup: String?
  /// Processor time for each unit of a lease, in hundredths of one processor; nil: no limit.
  public var cpuPercent: UInt64?
  /// The same while the lease is throttled; nil: as before.
  public var throttledCPUPercent: UInt64?

  /// With what must be given.
  public init(command: [String]) { self.command = command }

  /// What goes into `cpu.max` for so many units: time in each period, in microseconds.
  static func quota(percent: UInt64, units: UInt32) -> String {
    let (time, isTooMuch) = (percent * 1000).multipliedReportingOverflow(by: UInt64(units))
    // The kernel takes no less than a millisecond.
    return isTooMuch ? "max 100000" : "\(max(1000, time)) 100000"
  }
}

/// As whom, where and with what a command or a script runs.
public struct ProcessOptions: Hashable, Sendable {
  /// Numbers of a user and a group; nil: those of the agent. It has no other groups.
  public var identity: Identity?
  /// Its working directory; nil: the agent's.
  public var directory: String?
  /// `NAME=TEXT`. PATH is the agent's, TURNPIKE_... are set for it, and nothing else is passed on.
  public var environment: [String] = []

  /// A user with a group.
  public struct Identity: Hashable, Sendable {
    /// Its number.
    public var user: UInt32
    /// Its number; there are no others.
    public var group: UInt32
  }

  /// The agent's own.
  public init() {}

  /// As a guardian takes it.
  var options: [String] {
    var options: [String] = []
    // The group first: the guardian takes no user without one.
    if let identity { options += ["group=\(identity.group)", "user=\(identity.user)"] }
    if let directory { options.append("directory=\(directory)") }
    return options
  }

  /// All variables, for a resource.
  func variables(_ resource: EnforcedResource, _ more: [String] = []) -> [String] {
    let path = environment.contains { $0.hasPrefix("PATH=") } ? [] : ["PATH=\(Self.path)"]
    return path + environment + ["TURNPIKE_RESOURCE=\(resource.id)"] + more
  }

  private static let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
}
