import ArgumentParser
import EventLoop
import Foundation
import LoadGenerator
import TurnpikeClient

/// `turnpike-load gates`.
struct GatesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gates",
    abstract:
      "What a gate owes its holders, with a real agent: how soon it opens and cuts, and what passes after a deadline.",
    discussion: """
      Takes --leases of a resource whose agent has a gate, and holds a connection through each. This tool is the service behind the gates, at \
      --service, too. Then, --rate a second, a lease is ended (two of three by REVOKE, one by RELEASE) and a new one taken: --cuts of each. \
      At last --deadlines leases run to their end; when they are open, a line says "holding", and from then on the broker may be stopped \
      or killed. What came late because this tool was late counts, and so does the way back of a byte: figures are never better than \
      what they tell of. Broker, agent and tool must be on one machine.

      It fails when a connection is cut that nobody cut, or too soon, or never; and when bytes pass too long after a deadline, or after the \
      reply that ended their lease.

      EXAMPLE
        turnpike register load-gates --units 20000 --price 3_600_000 --period 1h --shortest 1s --provision 1m --credential provider.credential
        turnpiked key --role agent --id 1 > agent.credential         # the id that register printed
        turnpike-agent run agent.yaml                                # a gate for resource 1, its upstream 127.0.0.1:7475
        turnpike-load gates --operator operator.credential --provider provider.credential
      """)

  @OptionGroup(title: "BROKER") var brokerOptions: BrokerOptions
  @Option(help: ArgumentHelp("The resource, which agents provision.", valueName: "name"))
  var resource = "load-gates"
  @Option(
    help: ArgumentHelp("Where this tool is the service behind the gates: their upstream.", valueName: "host:port"))
  var service = "127.0.0.1:7475"
  @Option(help: ArgumentHelp("The agent's process, to tell its memory too.", valueName: "pid"))
  var agentPid: Int32?
  @Option(help: "Leases that are held.")
  var leases = 1000
  @Option(
    help: "How many of them keep a connection through their gate; by default as many as the limit of descriptors lets.")
  var connections: Int?
  @Option(help: "How many of the connections talk; the others are silent.")
  var talking = 100
  @Option(help: "From one message of a connection to its next, in milliseconds.")
  var messageMs: UInt64 = 50
  @Option(help: "Leases that are ended, and as many that are taken.")
  var cuts = 300
  @Option(help: "Of both, so many a second.")
  var rate = 20.0
  @Option(help: "Leases that run to their deadline.")
  var deadlines = 100
  @Option(help: "The least time of those, in milliseconds.")
  var leadMs: UInt64 = 5000
  @Option(help: "How much longer the last of them lives than the first, in milliseconds.")
  var spreadMs: UInt64 = 3000
  @Option(help: "A cut is early when it comes so long before the deadline, in milliseconds.")
  var earlyMs: UInt64 = 20
  @Option(help: "Nothing may pass so long after a deadline, in milliseconds.")
  var overrunMs: UInt64 = 50
  @Option(help: "Nothing may pass so long after the reply that ended a lease, in milliseconds.")
  var passedMs: UInt64 = 50
  @Option(help: ArgumentHelp("Writes everything as JSON.", valueName: "file"))
  var json: String?

  func validate() throws {
    _ = try parseEndpoint(service)
    try demand("--leases", leases, in: 1...LoadLimits.gateCountMax)
    if let connections { try demand("--connections", connections, in: 1...leases) }
    try demand("--cuts", cuts, in: 0...leases)
    try demand("--rate", rate, in: 0.1...10_000)
    try demand("--deadlines", deadlines, in: 0...10_000)
    try demand("--talking", talking, in: 0...leases)
    try demand("--message-ms", messageMs, in: 1...60_000)
    try demand("--lead-ms", leadMs, in: 1000...600_000)
    try demand("--spread-ms", spreadMs, in: 0...600_000)
    if leases + cuts + deadlines > LoadLimits.gateCountMax {
      throw ValidationError("--leases, --cuts and --deadlines are more than \(LoadLimits.gateCountMax) together")
    }
    if let agentPid, ServerUsage(of: agentPid) == nil {
      throw ValidationError("--agent-pid \(agentPid): there is no such process")
    }
  }

  private func plan() throws -> GatePlan {
    var plan = GatePlan()
    (plan.leaseCount, plan.talkingCount, plan.messageMilliseconds) = (leases, talking, messageMs)
    (plan.cutCount, plan.cutRate) = (cuts, rate)
    (plan.deadlineCount, plan.leadMilliseconds, plan.spreadMilliseconds) = (deadlines, leadMs, spreadMs)
    (plan.earlyMilliseconds, plan.overrunMilliseconds, plan.passedMilliseconds) = (earlyMs, overrunMs, passedMs)
    plan.connectionCount = connections ?? leases
    let spare = plan.descriptorCount - LoadLimits.descriptorLimit
    if spare > 0, connections == nil { plan.connectionCount = max(1, plan.connectionCount - (spare + 1) / 2) }
    guard plan.descriptorCount <= LoadLimits.descriptorLimit else {
      throw ValidationError(
        "\(plan.descriptorCount) descriptors are needed, and the system gives \(LoadLimits.descriptorLimit)")
    }
    guard cuts <= plan.connectionCount else { throw ValidationError("--cuts must be at most --connections") }
    return plan
  }

  func run() async throws {
    try refuseDebugBuild()
    LoadLimits.raiseDescriptorLimit()
    if let json { try checkWritable(json) }
    let plan = try plan()
    let client = try await brokerOptions.operatorClient()
    let supply = try await GateSupply(for: plan, on: resource, operatorClient: client)
    client.close()
    let run = try GateRun(
      plan, supply, at: brokerOptions.endpoints[0], service: try parseEndpoint(service),
      provider: try brokerOptions.providerCredential())
    let before = agentPid.flatMap { ServerUsage(of: $0) }
    let agent = agentPid
    run.onFilled = { [unowned run] in
      guard let agent, let before, let after = ServerUsage(of: agent) else { return }
      run.note(agentByteCount: Int64(after.residentBytes) - Int64(before.residentBytes))
    }
    run.onHolding = { first, last in
      Self.say("holding \(plan.deadlineCount) leases: the first ends in \(first) ms, the last in \(last) ms")
    }
    try run.run()
    let report = GatesReport(run.result, plan, resource: resource)
    Self.say(report.text)
    if let json { try writeText(report.json, to: json) }
    let faults = run.result.faults(of: plan)
    for fault in faults { Self.say("fault: \(fault)") }
    print(report.figures)
    if !faults.isEmpty { throw ExitCode.failure }
  }

  /// Who waits for the line must not wait for a buffer to fill.
  private static func say(_ text: String) {
    print(text)
    fflush(nil)
  }
}
