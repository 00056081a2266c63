import ArgumentParser
import EventLoop
import Glibc
import LoadGenerator
import TurnpikeClient

/// What is measured: a mix of operations of a broker, or a peer.
enum Work: ExpressibleByArgument, CustomStringConvertible, Hashable {
  case operation(Operation)
  case mix(path: String)
  case bare(request: Int, reply: Int)
  case redisSet, redisLuaUse, redisLuaFund
  case etcdLease

  init?(argument: String) {
    switch argument {
    case "redis-set": self = .redisSet
    case "redis-lua-use": self = .redisLuaUse
    case "redis-lua-fund": self = .redisLuaFund
    case "etcd-lease": self = .etcdLease
    default:
      let words = argument.split(separator: ":", omittingEmptySubsequences: false)
      if let operation = Operation(rawValue: argument) {
        self = .operation(operation)
      } else if words.count == 3, words[0] == "bare", let request = Int(words[1]), let reply = Int(words[2]),
        (BareWorkload.byteCountMin...65_536).contains(request), (BareWorkload.byteCountMin...65_536).contains(reply)
      {
        self = .bare(request: request, reply: reply)
      } else if argument.hasPrefix("mix:"), argument.count > 4 {
        self = .mix(path: String(argument.dropFirst(4)))
      } else {
        return nil
      }
    }
  }

  /// As one types it.
  var description: String {
    switch self {
    case .operation(let operation): operation.rawValue
    case .mix(let path): "mix:\(path)"
    case .bare(let request, let reply): "bare:\(request):\(reply)"
    case .redisSet: "redis-set"
    case .redisLuaUse: "redis-lua-use"
    case .redisLuaFund: "redis-lua-fund"
    case .etcdLease: "etcd-lease"
    }
  }

  /// The operations of one that needs a broker.
  var mix: Mix? {
    get throws {
      switch self {
      case .operation(let operation): return Mix(operation)
      case .mix(let path):
        guard let mix = Mix(text: try readText(path), name: path) else {
          throw ValidationError("\(path): a line is an operation and its share, a whole number from 1 to 1000")
        }
        return mix
      default: return nil
      }
    }
  }

  /// Whether it needs a broker.
  var isTurnpike: Bool {
    switch self {
    case .operation, .mix: true
    default: false
    }
  }
}

/// Where the peers listen.
struct PeerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where the bare server listens.", valueName: "host:port"))
  var bare = "127.0.0.1:7475"
  @Option(help: ArgumentHelp("Where Redis listens.", valueName: "host:port|unix:path"))
  var redis = "127.0.0.1:6379"
  @Option(help: ArgumentHelp("The script of redis-lua-use.", valueName: "file"))
  var redisScriptUse: String?
  @Option(help: ArgumentHelp("The script of redis-lua-fund.", valueName: "file"))
  var redisScriptFund: String?
  @Option(help: ArgumentHelp("Where etcd listens for clients.", valueName: "host:port"))
  var etcd = "127.0.0.1:2379"

  func validate() throws {
    for address in [bare, redis, etcd] { _ = try parseEndpoint(address) }
  }
}

/// `turnpike-load run`.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs one or more works in turn, and tells how many requests were done and how long they took.",
    discussion: """
      Without --rate each connection keeps --depth requests under way (a closed loop). With it requests are sent at that rate in all, \
      whether earlier ones were answered or not (an open loop).

      The table has a row for each work: the median of its runs' rates, and the percentiles of the requests of all its runs. JSON has \
      both, each run and each work; CSV has the runs.

      WORKS
        use                debits of leases (USE), no payment in the request
        use-tick           the same, each paid by a word of a hash chain
        use-tick16         the same, every 16th request with a word that pays for 16
        fund               top-ups of leases, each with fresh notes (FUND)
        acquire            leases, each paid with fresh notes (ACQUIRE)
        check, ping        reads
        mix:FILE           several of these: a line for each, its name and its share
        bare:BYTES:BYTES   frames of the bare server, of these sizes of request and reply
        redis-set          SET key value PX 60000 NX of new keys
        redis-lua-use, redis-lua-fund   a script that does what USE or FUND do
        etcd-lease         LeaseGrant

      EXAMPLES
        turnpike-load run --work redis-set --work bare:48:32 --runs 5
        turnpike-load run --work acquire --rate 20000 --json acquire.json --operator operator.credential --provider provider.credential
      """)

  @Option(help: "What to measure; may be repeated.")
  var work: [Work] = [.operation(.use)]
  @OptionGroup(title: "BROKER") var brokerOptions: BrokerOptions
  @OptionGroup(title: "LOAD") var load: LoadOptions
  @Option(help: "Requests a second, in all.")
  var rate: Double?
  @Option(help: "Runs of each work, in turn.")
  var runs = 1
  @OptionGroup(title: "PEERS") var peers: PeerOptions
  @OptionGroup(title: "OUTPUT") var output: OutputOptions

  func validate() throws {
    try demand("--runs", runs, in: 1...100)
    if let rate { try demand("--rate", rate, in: 0...50_000_000) }
    guard pace.hasRequests(within: load.seconds) else {
      throw ValidationError("--rate times --seconds must be at least 1: no request would be sent")
    }
  }

  private var pace: Pace { rate.map { .open(rate: $0, depth: load.depth) } ?? .closed(depth: load.depth) }

  func run() async throws {
    try refuseDebugBuild()
    try output.check()
    var settings = load.settings
    if let rate { settings["rate"] = "\(rate)" }
    if let pid = brokerOptions.serverPid { settings["server"] = ServerUsage.commandLine(of: pid) }
    var report = Report(settings: settings, commit: output.commit)
    var bench = try await Bench(brokerOptions, load, peers, work)
    for round in 1...runs {
      for work in work {
        let result = try await bench.measure(work, pace, progress: output.progress)
        report.add(result, round: round)
        print(report.line(of: result, round: round))
      }
    }
    bench.close()
    print(report.summary)
    try report.write(output)
    if let work = report.idleWork { throw RunFailure.nothingDone(work) }
    if report.hasErrors { throw ExitCode.failure }
  }
}

/// Prepares and measures works, one after the other.
struct Bench {
  private let options: BrokerOptions
  private let load: LoadOptions
  private let peers: PeerOptions
  private let supply: Supply?
  private var leases = LeaseSupply.none
  private var round: UInt32 = 0

  init(_ options: BrokerOptions, _ load: LoadOptions, _ peers: PeerOptions, _ works: [Work]) async throws {
    (self.options, self.load, self.peers) = (options, load, peers)
    // Whether leases and words suffice is known before any is made.
    for work in works {
      guard let mix = try work.mix else { continue }
      _ = try LeasePlan(mix, leases: load.leases, words: load.words, connections: load.connections)
    }
    supply = works.contains(where: \.isTurnpike) ? try await options.supply() : nil
    if let supply { leases = try await supply.leases(count: load.leases) }
  }

  func close() { supply?.close() }

  mutating func measure(_ work: Work, _ pace: Pace, progress: Bool) async throws -> RunResult {
    let firstNumber = Loop.hrtime << 8
    if let mix = try work.mix { return try await turnpike(mix, pace, progress) }
    switch work {
    case .operation, .mix: throw ValidationError("no broker")
    case .bare(let request, let reply):
      return try drive(
        BareWorkload(name: "bare:\(request):\(reply)", request: request, reply: reply, connections: load.connections),
        [try parseEndpoint(peers.bare)], pace, progress)
    case .redisSet: return try redis(.set, firstNumber, pace, progress)
    case .redisLuaUse: return try redis(try script(peers.redisScriptUse, "redis-lua-use"), firstNumber, pace, progress)
    case .redisLuaFund:
      return try redis(try script(peers.redisScriptFund, "redis-lua-fund"), firstNumber, pace, progress)
    case .etcdLease:
      return try drive(
        EtcdWorkload(host: peers.etcd, connections: load.connections), [try parseEndpoint(peers.etcd)], pace, progress)
    }
  }

  private func script(_ path: String?, _ name: String) throws -> RedisWorkload.Command {
    guard let path else { throw ValidationError("\(name) needs its script") }
    return .script(source: try readText(path), name: name)
  }

  private func redis(_ command: RedisWorkload.Command, _ firstNumber: UInt64, _ pace: Pace, _ progress: Bool) throws
    -> RunResult
  {
    try drive(
      RedisWorkload(
        command, leases: max(load.leases, 1), keys: load.keys.choice, connections: load.connections,
        firstNumber: firstNumber),
      [try parseEndpoint(peers.redis)], pace, progress)
  }

  private mutating func turnpike(_ mix: Mix, _ pace: Pace, _ progress: Bool) async throws -> RunResult {
    guard let supply else { throw ValidationError("no broker") }
    round += 1
    let operations = mix.parts.map(\.operation)
    var notes: NoteSupply?
    if operations.contains(.fund) || operations.contains(.acquire) {
      notes = try await supply.notes(count: load.notes, amount: load.noteAmount(for: operations))
    }
    let work = try TurnpikeWorkload(
      mix, on: leases, acquiring: supply.short, notes: notes, tokenCount: load.tokens, words: load.words,
      keys: load.keys.choice, connections: load.connections, depth: load.depth, round: round)
    return try drive(work, try options.endpoints, pace, progress, isSpending: notes != nil || mix.usesWords)
  }

  private func drive<W: Workload & ~Copyable>(
    _ work: consuming W, _ endpoints: [Endpoint], _ pace: Pace, _ progress: Bool, isSpending: Bool = false
  ) throws -> RunResult {
    try LoadGenerator.measure(
      work, at: endpoints, connections: load.connections, pace: pace,
      warmUpMilliseconds: load.warmUpMilliseconds(spending: isSpending), milliseconds: load.milliseconds,
      serverProcess: options.serverPid,
      progress: { if progress { Self.show($0) } })
  }

  private static func show(_ progress: RunProgress) {
    let text = Array("\r\(progress.doneCount) done, \(UInt64(progress.rate))/s, \(progress.errorCount) errors   ".utf8)
    _ = unsafe write(2, text, text.count)
  }
}
