import ArgumentParser
import LoadGenerator

/// `turnpike-load storm`.
struct StormCommand: AsyncParsableCommand {
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case connections, renewals, expiry, idle
    case slowReader = "slow-reader"
    case revocations
  }

  static let configuration = CommandConfiguration(
    commandName: "storm",
    abstract: "Many things at once, and how a few requests fare meanwhile.",
    discussion: """
      A probe of uses at a constant rate is measured before the storm and in it; `factor` is its 99th percentile in the storm by that \
      before it. A storm is complete when all that it is for happened, and the probe was answered at least a hundred times, and \
      always, before it and in it.

      KINDS
        connections   --count connections are opened, --rate a second, and say HELLO
        renewals      --count leases are funded within a second
        expiry        --count leases end within a second, from the first of which on the probe is measured: how late does the \
      broker say so?
        idle          --count connections say nothing: what does each cost? (--server-pid; --broker repeated where there are more \
      than a client's ports)
        slow-reader   a subscriber reads nothing while --count changes happen
        revocations   --count leases are revoked, one by one: how long until a subscriber knows? (no probe)

      EXAMPLE
        turnpike-load storm expiry --count 1000000 --operator operator.credential --provider provider.credential
      """)

  @Argument(help: "What happens.")
  var kind: Kind
  @OptionGroup(title: "BROKER") var brokerOptions: BrokerOptions
  @Option(help: "How many.")
  var count = 10_000
  @Option(help: "Connections a second of a storm of them.")
  var rate = 5000.0
  @Option(help: "Requests of the probe, a second.")
  var probeRate = 2000.0
  @Option(help: "Seconds of the probe before the storm, and in one that has no length of its own.")
  var seconds = 3.0

  func validate() throws {
    let isOfConnections = kind == .idle || kind == .connections
    try demand("--count", count, in: 1...(isOfConnections ? LoadLimits.connectionCountMax : 5_000_000))
    try demand("--rate", rate, in: 1...1_000_000)
    try demand("--probe-rate", probeRate, in: 10...1_000_000)
    try demand("--seconds", seconds, in: 0.001...600)
    guard probeRate * seconds >= Double(StormResult.probeCountMin) else {
      throw ValidationError("--probe-rate times --seconds must be at least \(StormResult.probeCountMin)")
    }
  }

  func run() async throws {
    try refuseDebugBuild()
    LoadLimits.raiseDescriptorLimit()
    let supply = try await brokerOptions.supply()
    let storm = try await Storm(
      supply, at: brokerOptions.endpoints, probeRate: probeRate, milliseconds: UInt64(seconds * 1000),
      serverProcess: brokerOptions.serverPid)
    if kind == .revocations {
      let figures = try await storm.revocations(count: count)
      supply.close()
      print("shown: storm=revocations " + figures.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
      guard figures.contains(where: { $0 == ("revocations", "\(count)") }) else { throw ExitCode.failure }
      return
    }
    let result =
      switch kind {
      case .connections: try storm.connections(count: count, rate: rate)
      case .renewals: try await storm.renewals(count: count)
      case .expiry: try await storm.expiry(count: count)
      case .idle: try await storm.idle(count: count)
      case .slowReader, .revocations: try await storm.slowReader(changes: count)
      }
    supply.close()
    let report = Report(settings: [:], commit: nil)
    print("before: " + report.line(of: result.quiet, round: 1))
    print("during: " + report.line(of: result.during, round: 1))
    let figures = result.figures.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    print(
      "shown: storm=\(kind.rawValue) \(figures) quiet_p99_us=\(result.quiet.latency(99) / 1000)"
        + " storm_p99_us=\(result.during.latency(99) / 1000) factor=\(Report.decimal(result.factor)) complete=\(result.fault == nil ? "yes" : "no")"
    )
    if let fault = result.fault { throw RunFailure.setup(fault) }
  }
}
