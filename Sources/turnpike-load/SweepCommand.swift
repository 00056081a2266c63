import ArgumentParser
import LoadGenerator

/// `turnpike-load sweep`.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Raises the rate until the server bears it no more: where is the knee?",
    discussion: """
      Each step is an open loop. A rate is borne when it was reached, and the 99th percentile stayed below --p99-us. The steps double \
      the rate until one is not borne, and then halve the distance, down to a sixteenth.

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
    guard from >= 1, to >= from, to <= 50_000_000, p99Microseconds > 0 else {
      throw ValidationError("an option is out of range")
    }
  }

  func run() async throws {
    try refuseDebugBuild()
    var report = Report(settings: load.settings, commit: output.commit)
    var bench = try await Bench(brokerOptions, load, peers, [work])
    var (borne, tooMuch): (RunResult?, Double?) = (nil, nil)
    var (rate, knee, step) = (from, 0.0, 1)
    while rate <= to {
      var result = try await bench.measure(work, .open(rate: rate, depth: load.depth), progress: output.progress)
      let isBorne =
        result.rate >= 0.99 * rate && Double(result.latency(99)) / 1000 <= p99Microseconds && result.errors.isEmpty
      result.work += " at \(Report.whole(rate))/s"
      report.add(result, round: step)
      print(report.line(of: result, round: step))
      print(isBorne ? "  borne" : "  not borne")
      if isBorne { (borne, knee) = (result, rate) } else { tooMuch = rate }
      guard let tooMuch else {
        rate *= 2
        step += 1
        continue
      }
      guard knee > 0, tooMuch - knee > knee / 16 else { break }
      rate = (knee + tooMuch) / 2
      step += 1
    }
    bench.close()
    try report.write(output)
    let p99 = borne.map { Report.decimal(Double($0.latency(99)) / 1000) } ?? "none"
    print("shown: knee=\(Report.whole(knee)) p99_us=\(p99) steps=\(step) limit_us=\(Report.whole(p99Microseconds))")
  }
}
