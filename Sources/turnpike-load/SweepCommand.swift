import ArgumentParser
import LoadGenerator

/// `turnpike-load sweep`.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Raises the rate until the server bears it no more: where is the knee?",
    discussion: """
      Each step is an open loop. A rate is borne when it was reached, and the 99th percentile stayed below --p99-us. The steps double \
      the rate until one is not borne, and then halve the distance, down to a sixteenth. `knee` is a rate that was borne where a higher \
      one was not; it is none, and `limit` says on which side, when --to was borne, or --from was not: then the exit code is 1.

      EXAMPLE
        turnpike-load sweep --work use --operator operator.credential --provider provider.credential --p99-us 2000
      """)

  @Option(help: "What to measure.")
  var work = Work.operation(.use)
  @OptionGroup(title: "BROKER") var brokerOptions: BrokerOptions
  @OptionGroup(title: "LOAD") var load: LoadOptions
  @Option(help: "The first rate.")
  var from = 10_000.0
  @Option(help: "The last rate.")
  var to = 20_000_000.0
  @Option(name: .customLong("p99-us"), help: "What the 99th percentile may be, in microseconds.")
  var p99Microseconds = 5000.0
  @OptionGroup(title: "PEERS") var peers: PeerOptions
  @OptionGroup(title: "OUTPUT") var output: OutputOptions

  func validate() throws {
    try demand("--from", from, in: 1...50_000_000)
    try demand("--to", to, in: from...50_000_000)
    try demand("--p99-us", p99Microseconds, in: 1...600_000_000)
    guard Pace.open(rate: from, depth: load.depth).hasRequests(within: load.seconds) else {
      throw ValidationError("--from times --seconds must be at least 1: no request would be sent")
    }
  }

  func run() async throws {
    try refuseDebugBuild()
    try output.check()
    var report = Report(settings: load.settings, commit: output.commit)
    var bench = try await Bench(brokerOptions, load, peers, [work])
    var (search, borne) = (KneeSearch(from: from, to: to), RunResult?.none)
    while let rate = search.rate {
      let step = search.stepCount + 1
      var result = try await bench.measure(work, .open(rate: rate, depth: load.depth), progress: output.progress)
      let isBorne =
        result.rate >= 0.99 * rate && Double(result.latency(99)) / 1000 <= p99Microseconds && result.errors.isEmpty
      result.work += " at \(Report.whole(rate))/s"
      report.add(result, round: step)
      print(report.line(of: result, round: step))
      // Neither borne nor not: the server was not asked for long enough.
      if result.isExhausted {
        try report.write(output)
        throw RunFailure.setup(
          "\(result.work): it ran out of requests before the time was over: more \(try needed) are needed")
      }
      print(isBorne ? "  borne" : "  not borne")
      if isBorne { borne = result }
      search.note(isBorne: isBorne)
    }
    bench.close()
    try report.write(output)
    let knee = search.knee.map(Report.whole) ?? "none limit=\(borne == nil ? "from" : "to")"
    let p99 = borne.map { Report.decimal(Double($0.latency(99)) / 1000) } ?? "none"
    print("shown: knee=\(knee) p99_us=\(p99) steps=\(search.stepCount) limit_us=\(Report.whole(p99Microseconds))")
    if borne == nil { throw ExitCode.failure }
  }

  /// The options of what runs out.
  private var needed: String {
    get throws { try work.mix?.usesWords == true ? "--words or --notes" : "--notes" }
  }
}
