public import EventLoop
public import Logging

/// How the leases of a resource are enforced, as its configuration says.
public enum EnforcerOptions: Hashable, Sendable {
  /// A gate in front of a service.
  case gate(GateOptions)
  /// A command for each lease.
  case exec(ExecOptions)
  /// A script that hears of each change.
  case hook(HookOptions)

  /// The keys of a resource of which one must be there.
  static let keys = ["gate", "exec", "hook"]

  /// What a resource's section says.
  init(_ section: ConfigurationSection) throws(ConfigurationError) {
    let named = Self.keys.filter { section.has($0) }
    guard named.count == 1 else {
      throw section.error(named.last ?? Self.keys[0], "one of these is wanted: \(Self.keys.joined(separator: ", "))")
    }
    if let gate = try section.section("gate", known: GateOptions.keys) {
      self = .gate(try GateOptions(gate))
    } else if let exec = try section.section("exec", known: ExecOptions.keys) {
      self = .exec(try ExecOptions(exec))
    } else if let hook = try section.section("hook", known: HookOptions.keys) {
      self = .hook(try HookOptions(hook))
    } else {
      throw section.error("gate", "is missing")
    }
  }

  /// What enforces so, for a resource.
  public func make(for resource: EnforcedResource, on loop: Loop, _ logger: Logger) throws -> any Enforcer {
    switch self {
    case .gate(let options): Gate(options, on: loop)
    case .exec(let options): try ExecEnforcer(options, resource: resource, on: loop, logger)
    case .hook(let options): try HookEnforcer(options, resource: resource, on: loop, logger)
    }
  }

  /// Connections that may be open at a time.
  public var connectionCountMax: Int {
    switch self {
    case .gate(let options): options.connectionCountMax
    case .exec, .hook: 0
    }
  }
}

extension GateOptions {
  static let keys = [
    "upstream", "listen", "ports", "public-host", "throttled-bytes-per-second", "connections-per-lease", "connections",
  ]

  /// What the section of a gate says.
  init(_ section: ConfigurationSection) throws(ConfigurationError) {
    guard let upstream = Endpoint(try section.requiredText("upstream")) else {
      throw section.error("upstream", "a host with a port, or unix:PATH, is wanted")
    }
    self.init(upstream: upstream)
    if let host = try section.text("listen") {
      guard Endpoint.tcp(host: host, port: 0).isNumeric else {
        throw section.error("listen", "a numeric address is wanted, such as 127.0.0.1 or ::")
      }
      listenHost = host
      publicHost = host
    }
    ports = try Self.ports(section)
    if let host = try section.text("public-host") {
      // The endpoint is the host, a colon and a port, and perhaps brackets.
      guard host.utf8.count <= EnforcementLimits.textByteCountMax - 8, !host.contains(where: \.isWhitespace) else {
        throw section.error(
          "public-host", "at most \(EnforcementLimits.textByteCountMax - 8) bytes without spaces are wanted")
      }
      publicHost = host
    } else if ["0.0.0.0", "::"].contains(listenHost) {
      throw section.error("public-host", "is wanted where it listens at every address: holders are told it")
    }
    if let rate = try section.number("throttled-bytes-per-second", in: 0...1 << 40) { throttledBytesPerSecond = rate }
    let counts = 1...UInt64(EnforcementLimits.connectionCountMax)
    if let count = try section.number("connections-per-lease", in: counts) { connectionCountMaxPerLease = Int(count) }
    if let count = try section.number("connections", in: counts) { connectionCountMax = Int(count) }
  }

  /// `FIRST-LAST`, or one port.
  private static func ports(_ section: ConfigurationSection) throws(ConfigurationError) -> ClosedRange<UInt16>? {
    guard let text = try section.text("ports") else { return nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let first = UInt16(parts[0]), let last = UInt16(parts[parts.count - 1]),
      first > 0,
      first <= last
    else { throw section.error("ports", "FIRST-LAST is wanted, such as 20000-20999") }
    return first...last
  }
}
