import ArgumentParser
import Enforcement
import EventLoop
import Glibc
import Logging
import TurnpikeAgent

/// `turnpike-agent run FILE`: enforces until it is told to end.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Enforce the leases of the resources that a configuration names.",
    discussion: """
      Prints "ready" when the brokers have told of the leases of all resources. Logs go to standard error. SIGTERM and SIGINT end it in order:
      everything is shut first, commands and scripts have ended, or a minute has passed, or the signal comes again. Without a broker leases go on until their time is over, and no longer.

      Should it ever crash, Swift's backtrace would print pieces of memory, keys among them: run it with SWIFT_BACKTRACE=enable=no in
      its environment.
      """)

  @Argument(help: ArgumentHelp("The configuration.", valueName: "file"))
  var file: String
  @Option(
    help: ArgumentHelp(
      "Least level that is logged: trace, debug, info, notice, warning, error, critical.", valueName: "level"))
  var logLevel = "info"

  func validate() throws {
    guard Logger.Level(rawValue: logLevel) != nil else { throw ValidationError("--log-level: no such level") }
  }

  func run() throws {
    let level = Logger.Level(rawValue: logLevel) ?? .info
    LoggingSystem.bootstrap { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = level
      return handler
    }
    let logger = Logger(label: "turnpike-agent")
    let configuration = try AgentConfiguration.loadOrExit(file)
    Self.raiseDescriptorLimit(for: configuration, logger)
    let loop: Loop
    do {
      loop = try Loop()
      try run(configuration, on: loop, logger)
    } catch {
      throw fault("\(error)")
    }
    loop.close()
    logger.info("ended")
  }

  private func run(_ configuration: AgentConfiguration, on loop: Loop, _ logger: Logger) throws {
    var agents: [ResourceAgent] = []
    var waitingCount = configuration.resources.count
    for resource in configuration.resources {
      let agent = ResourceAgent(
        try Agent(resource.setup, at: resource.broker, on: loop),
        try resource.enforcer.make(
          for: EnforcedResource(resource), on: loop, logger),
        resource: resource.id, logger: logger)
      agent.onListed = {
        waitingCount -= 1
        if waitingCount == 0 { writeLine("ready") }
      }
      agents.append(agent)
    }
    var isEnding = false
    var waitedMilliseconds: UInt64 = 0
    let timer = LoopTimer(on: loop) {
      waitedMilliseconds += EnforcementLimits.quietMilliseconds
      let isOver = waitedMilliseconds >= EnforcementLimits.closeMilliseconds
      if isOver || agents.allSatisfy(\.isQuiet) { loop.stop() }
    }
    let signals = try [SignalSource.Signal.terminate, .interrupt].map { signal in
      try SignalSource(signal, on: loop) {
        // Who says it twice does not want to wait for commands and scripts: their guardians go on without this process.
        if isEnding { return loop.stop() }
        isEnding = true
        for agent in agents { agent.close() }
        if agents.allSatisfy(\.isQuiet) { return loop.stop() }
        timer.start(
          afterMilliseconds: EnforcementLimits.quietMilliseconds,
          repeatMilliseconds: EnforcementLimits.quietMilliseconds)
      }
    }
    for agent in agents { try agent.start() }
    loop.run()
    timer.close()
    for signal in signals { signal.close() }
  }

  /// A lease at a gate takes a descriptor, and each of its connections two.
  private static func raiseDescriptorLimit(for configuration: AgentConfiguration, _ logger: Logger) {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let wanted = configuration.resources.reduce(EnforcementLimits.descriptorCountSpare) {
      $0 + $1.setup.leaseCapacity + 2 * $1.enforcer.connectionCountMax
    }
    guard Int(clamping: limit.rlim_cur) < wanted else { return }
    logger.notice(
      "the limit of descriptors is below what the configuration allows: connections may be refused before",
      metadata: ["limit": "\(limit.rlim_cur)", "wanted": "\(wanted)"])
  }
}
