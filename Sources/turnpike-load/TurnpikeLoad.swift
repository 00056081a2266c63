import ArgumentParser
import EventLoop
import Glibc
import TurnpikeClient

/// Drives a broker, and Redis beside it, with as many requests as they answer.
@main
struct TurnpikeLoad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "turnpike-load",
    abstract: "Measures how many requests a broker answers, beside Redis driven in the same way.",
    discussion: """
      A closed loop: each connection keeps --depth requests under way, one thread drives all connections. Modes:
        use        debits of leases (USE), no payment in the request
        acquire    leases, each paid with a fresh note that is checked and spent once (ACQUIRE)
        fund       top-ups of leases, each with a fresh note (FUND)
        redis-set  SET key value PX 60000 NX of Redis, the same connections and depth
      Runs alternate between the modes; the median of each is shown. Start the broker with room for the leases that \
      acquire makes: turnpiked --leases 8388608.

      EXAMPLE
        turnpike-load --broker 127.0.0.1:7474 --operator operator.credential --provider provider.credential
      """,
    version: "0.1.0")

  enum Mode: String, ExpressibleByArgument, CaseIterable {
    case use, acquire, fund
    case redisSet = "redis-set"
  }

  @Option(help: ArgumentHelp("Where the broker listens.", valueName: "host:port|unix:path"))
  var broker = "127.0.0.1:7474"
  @Option(name: .customLong("operator"), help: ArgumentHelp("The operator's credential.", valueName: "file"))
  var operatorPath: String?
  @Option(name: .customLong("provider"), help: ArgumentHelp("A provider's credential.", valueName: "file"))
  var providerPath: String?
  @Option(help: ArgumentHelp("Where Redis listens.", valueName: "host:port|unix:path"))
  var redis = "127.0.0.1:6379"
  @Option(help: "What to measure; may be repeated. By default use, acquire and redis-set.")
  var mode: [Mode] = []
  @Option(help: "Connections.")
  var connections = 50
  @Option(help: "Requests under way on each connection, 1 to 1024.")
  var depth = 128
  @Option(help: "Leases that each connection uses in turn.")
  var leases = 16
  @Option(help: "Notes of one run of acquire or fund.")
  var notes = 600_000
  @Option(help: "Notes of one request of acquire or fund, 1 to 32.")
  var tokens = 1
  @Flag(help: "Leases that acquire makes live for a day; else for 50 ms, so that their units are soon free.")
  var lasting = false
  @Option(help: "Seconds of each run, after a fifth as much to warm up.")
  var seconds = 3.0
  @Option(help: "Runs of each mode.")
  var runs = 5
  @Flag(help: "One JSON object instead of text.")
  var json = false

  func validate() throws {
    guard (1...10_000).contains(connections), (1...WireLimits.windowMax).contains(depth), (1...1000).contains(leases),
      (1...100).contains(runs), (1...50_000_000).contains(notes), (1...WireLimits.tokenCountMax).contains(tokens),
      seconds > 0, seconds <= 600
    else { throw ValidationError("an option is out of range") }
  }

  private static var isDebugBuild: Bool {
    #if DEBUG
      true
    #else
      false
    #endif
  }

  func run() async throws {
    let modes = mode.isEmpty ? [Mode.use, .acquire, .redisSet] : mode
    guard !Self.isDebugBuild else {
      throw ValidationError("this is a debug build: its figures would mislead. Build with -c release")
    }
    var report = Report(settings: settings, modes: modes)
    let prepared = modes.contains { $0 != .redisSet } ? try await prepare() : nil
    var keys: [[LeaseKey]] = []
    if let prepared, modes.contains(.use) || modes.contains(.fund) {
      keys = try await prepared.leases(connections: connections, count: leases)
    }
    for round in 0..<runs {
      for mode in modes {
        let result = try await measure(mode, round, prepared, keys)
        report.add(result, of: mode)
        if !json { print(report.line(result, mode, round)) }
      }
    }
    prepared?.operatorClient.close()
    print(json ? report.json : report.summary)
    if report.hasErrors { throw ExitCode.failure }
  }

  private var settings: String {
    "connections=\(connections) depth=\(depth) leases=\(leases) notes=\(notes) seconds=\(seconds) runs=\(runs)"
      + " processors=\(sysconf(Int32(_SC_NPROCESSORS_ONLN)))"
  }

  private func prepare() async throws -> Preparation {
    guard let address = BrokerAddress(broker) else { throw ValidationError("--broker: \(broker)") }
    guard let operatorPath, let providerPath else { throw ValidationError("--operator and --provider are needed") }
    guard let operatorCredential = Credential(text: try Self.read(operatorPath)),
      let providerCredential = Credential(text: try Self.read(providerPath))
    else { throw ValidationError("not a credential") }
    return try await Preparation(
      address, operatorCredential: operatorCredential, providerCredential: providerCredential)
  }

  private func measure(
    _ mode: Mode, _ round: Int, _ prepared: Preparation?, _ keys: [[LeaseKey]]
  ) async throws -> RunResult {
    switch mode {
    case .redisSet:
      let firstKey = UInt64(Loop.hrtime) << 8 | UInt64(round)
      return try drive(RedisWorkload(connections: connections, firstKey: firstKey), at: redis)
    case .use: return try drive(UseWorkload(keys: keys), at: broker)
    case .acquire, .fund:
      guard let prepared else { throw RunFailure.greeting }
      let amount = lasting ? Preparation.lastingAmount : Preparation.acquireAmount
      let notes = try await prepared.notes(count: self.notes, amount: amount / UInt64(tokens))
      let work =
        mode == .acquire
        ? try PaidWorkload(
          acquiring: prepared.resource, notes: notes, tokenCount: tokens, connections: connections, depth: depth)
        : try PaidWorkload(
          funding: keys.flatMap { $0.map(\.lease) }, notes: notes, tokenCount: tokens, connections: connections,
          depth: depth)
      return try drive(work, at: broker)
    }
  }

  private func drive(_ work: some Workload, at address: String) throws -> RunResult {
    guard let endpoint = Endpoint(address) else { throw ValidationError("\(address): a numeric address is needed") }
    let isPaid = work is PaidWorkload
    // Notes run out: what they are spent on in the warm-up is not measured.
    let warmUp = isPaid ? 100 : UInt64(seconds * 200)
    return try ClosedLoop.run(
      work, at: endpoint, connections: connections, depth: depth, warmUpMilliseconds: warmUp,
      milliseconds: UInt64(seconds * 1000))
  }

  private static func read(_ path: String) throws -> String {
    guard let file = unsafe fopen(path, "r") else { throw ValidationError("cannot read \(path)") }
    defer { unsafe fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
