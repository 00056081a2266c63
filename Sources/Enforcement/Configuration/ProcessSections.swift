internal import Glibc

extension ProcessOptions {
  static let keys = ["user", "group", "directory", "environment"]

  /// What a section says of how something runs.
  init(_ section: ConfigurationSection) throws(ConfigurationError) {
    self.init()
    identity = try Self.identity(section)
    if let path = try section.text("directory") {
      guard path.hasPrefix("/") else { throw section.error("directory", "a whole path is wanted") }
      directory = path
    }
    environment = try section.texts("environment") ?? []
    guard environment.count <= EnforcementLimits.commandTextCountMax, environment.allSatisfy(Self.isVariable) else {
      throw section.error(
        "environment",
        "at most \(EnforcementLimits.commandTextCountMax) of NAME=TEXT are wanted, none of which begins with TURNPIKE_")
    }
  }

  private static func isVariable(_ text: String) -> Bool {
    guard let sign = text.firstIndex(of: "="), sign != text.startIndex else { return false }
    return !text.hasPrefix("TURNPIKE_") && !text.utf8.contains(0)
  }

  /// A user by name or number; his group unless another one is named.
  private static func identity(_ section: ConfigurationSection) throws(ConfigurationError) -> Identity? {
    guard let name = try section.text("user") else {
      if section.has("group") { throw section.error("group", "a user is wanted, too") }
      return nil
    }
    let found = unsafe getpwnam(name)
    guard let user = UInt32(name) ?? (unsafe found?.pointee.pw_uid), user < UInt32.max else {
      throw section.error("user", "no such user")
    }
    guard let groupName = try section.text("group") else {
      guard let group = unsafe found?.pointee.pw_gid else { throw section.error("user", "a number needs a group") }
      return Identity(user: user, group: group)
    }
    guard let group = UInt32(groupName) ?? (unsafe getgrnam(groupName)?.pointee.gr_gid), group < UInt32.max else {
      throw section.error("group", "no such group")
    }
    return Identity(user: user, group: group)
  }

  /// A program and its arguments, which no shell looks at.
  static func command(_ section: ConfigurationSection, _ key: String) throws(ConfigurationError) -> [String] {
    let command = try section.texts(key) ?? []
    guard let program = command.first, program.hasPrefix("/"), command.count <= EnforcementLimits.commandTextCountMax,
      !command.contains(where: { $0.utf8.contains(0) })
    else { throw section.error(key, "a list is wanted: a program by its whole path, and its arguments") }
    guard unsafe access(program, X_OK) == 0 else { throw section.error(key, "\(program) cannot be run") }
    return command
  }
}

extension ExecOptions {
  static let keys =
    [
      "command", "ready", "ready-within-ms", "stop-signal", "stop-grace-ms", "cgroup", "cpu-percent",
      "throttled-cpu-percent",
    ] + ProcessOptions.keys

  private static let signals: [String: UInt64] = [
    "HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "USR1": 10, "USR2": 12, "TERM": 15,
  ]

  /// What the section of an exec says.
  init(_ section: ConfigurationSection) throws(ConfigurationError) {
    self.init(command: try ProcessOptions.command(section, "command"))
    process = try ProcessOptions(section)
    if let text = try section.text("ready") {
      guard let known = Readiness(rawValue: text) else {
        throw section.error("ready", "endpoint or started is wanted")
      }
      readiness = known
    }
    let times = 0...EnforcementLimits.waitMillisecondsMax
    if let time = try section.number("ready-within-ms", in: times) { readyMilliseconds = time }
    if let time = try section.number("stop-grace-ms", in: times) { graceMilliseconds = time }
    if let text = try section.text("stop-signal") {
      guard let signal = Self.signals[text] ?? UInt64(text), (1...64).contains(signal) else {
        throw section.error("stop-signal", "a number or one of \(Self.signals.keys.sorted()) is wanted")
      }
      stopSignal = signal
    }
    let percents: ClosedRange<UInt64> = 1...1_000_000
    cpuPercent = try section.number("cpu-percent", in: percents)
    throttledCPUPercent = try section.number("throttled-cpu-percent", in: percents)
    cgroup = try Self.cgroup(section)
    if cgroup == nil, cpuPercent != nil || throttledCPUPercent != nil {
      throw section.error("cgroup", "cpu-percent needs one, and there is none here")
    }
  }

  /// `auto` (below the agent's own, where one can be made), `none`, or a path.
  private static func cgroup(_ section: ConfigurationSection) throws(ConfigurationError) -> String? {
    switch try section.text("cgroup") ?? "auto" {
    case "none": return nil
    case "auto":
      guard let own = LeaseGroups.own, unsafe access(own, W_OK) == 0 else { return nil }
      return own
    case let path:
      guard path.hasPrefix("/") else { throw section.error("cgroup", "auto, none or a whole path is wanted") }
      return path
    }
  }
}

extension HookOptions {
  static let keys = ["script", "state-file", "timeout-ms", "parallel"] + ProcessOptions.keys

  /// What the section of a hook says.
  init(_ section: ConfigurationSection) throws(ConfigurationError) {
    self.init(script: try ProcessOptions.command(section, "script"))
    process = try ProcessOptions(section)
    if let path = try section.text("state-file") {
      guard path.hasPrefix("/") else { throw section.error("state-file", "a whole path is wanted") }
      stateFile = path
    }
    if let time = try section.number("timeout-ms", in: 1...EnforcementLimits.waitMillisecondsMax) {
      scriptMilliseconds = time
    }
    if let count = try section.number("parallel", in: 1...32) { parallelCount = count }
  }
}
