import ArgumentParser
import Foundation
import Histogram
import LoadGenerator

/// Where results go beside the screen.
struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Writes everything as JSON.", valueName: "file"))
  var json: String?
  @Option(help: ArgumentHelp("Writes a line for each run as CSV.", valueName: "file"))
  var csv: String?
  @Option(
    help: ArgumentHelp(
      "Writes each work's latencies as HdrHistogram's percentile distribution, in milliseconds.", valueName: "directory"
    ))
  var hgrm: String?
  @Option(help: ArgumentHelp("Draws the latencies.", valueName: "file"))
  var svg: String?
  @Option(help: "The commit that is measured, for the record.")
  var commit: String?
  @Flag(help: "Shows how a run is doing, ten times a second.")
  var progress = false

  /// Before the runs: whether their results can be written.
  func check() throws {
    for path in [json, csv, svg].compactMap(\.self) { try checkWritable(path) }
    guard let hgrm else { return }
    do {
      try FileManager.default.createDirectory(atPath: hgrm, withIntermediateDirectories: true)
    } catch {
      throw ValidationError("cannot make the directory \(hgrm)")
    }
    try checkWritable("\(hgrm)/.turnpike-load")
  }
}

/// The results of all runs, and how they are told.
struct Report {
  private let settings: [String: String]
  private var works: [String] = []
  private var results: [(round: Int, result: RunResult)] = []

  init(settings: [String: String], commit: String?) {
    var settings = settings
    settings["commit"] = commit ?? "unknown"
    let host = ProcessInfo.processInfo
    settings["host"] =
      "\(host.hostName), \(host.operatingSystemVersionString), \(host.activeProcessorCount) processors, \(Self.processor)"
    self.settings = settings
  }

  private static var processor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }

  mutating func add(_ result: RunResult, round: Int) {
    if !works.contains(result.work) { works.append(result.work) }
    results.append((round, result))
  }

  /// Whether any request was refused: then the rates are not of the work they claim.
  var hasErrors: Bool { results.contains { !$0.result.errors.isEmpty } }

  /// A work with a run in which nothing was done: then there is no measurement.
  var idleWork: String? { results.first { $0.result.doneCount == 0 }?.result.work }

  private func runs(of work: String) -> [RunResult] { results.filter { $0.result.work == work }.map(\.result) }

  func medianRate(of work: String) -> Double { Self.median(runs(of: work).map(\.rate)) }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// All latencies of a work.
  private func latencies(of work: String) -> Histogram<UInt64>? {
    var all = runs(of: work).map(\.latencies)
    guard var sum = all.popLast() else { return nil }
    for one in all { sum.add(one) }
    return sum
  }

  /// Microseconds that the reports show of a work, in the order of `RunResult.percentiles`: of all its runs, so that the last is the
  /// longest of any.
  private func microseconds(of work: String) -> [Double] {
    let latencies = latencies(of: work)
    return RunResult.percentiles.map { percentile in
      guard let latencies, latencies.totalCount > 0 else { return 0 }
      return Double(latencies.valueAtPercentile(percentile.value)) / 1000
    }
  }

  private func errorCount(of work: String) -> UInt64 {
    runs(of: work).reduce(0) { $0 + $1.errors.reduce(0) { $0 + $1.count } }
  }

  func line(of result: RunResult, round: Int) -> String {
    var line =
      "run \(round) \(result.work): \(Self.whole(result.rate))/s, \(result.doneCount) in \(Self.decimal(result.seconds)) s"
    line +=
      ", " + RunResult.percentiles.map { "\($0.name) \(Self.time(result.latency($0.value)))" }.joined(separator: " ")
    if let processors = result.processors { line += ", generator \(Self.decimal(processors)) processors" }
    if let processors = result.serverProcessors { line += ", server \(Self.decimal(processors)) processors" }
    if let server = result.server { line += ", server \(server.residentBytes >> 20) MiB" }
    for error in result.errors { line += ", \(error.name) \(error.count)" }
    for warning in result.warnings { line += "\n  warning: \(warning)" }
    return line
  }

  /// A table, a work each: the median of its runs' rates, and the latencies of all its runs. And the line of figures.
  var summary: String {
    let header = ["work", "runs", "rate/s"] + RunResult.percentiles.map { "\($0.name) us" } + ["errors"]
    let rows = works.map { work in
      [work, "\(runs(of: work).count)", Self.whole(medianRate(of: work))] + microseconds(of: work).map(Self.decimal)
        + ["\(errorCount(of: work))"]
    }
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    let table = ([header] + rows).map { row in
      row.enumerated().map { column, text in
        let padding = String(repeating: " ", count: widths[column] - text.count)
        return column == 0 ? text + padding : padding + text
      }.joined(separator: "  ")
    }
    let told = settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    let figures = works.map { " \(Self.figure($0))=\(Self.whole(medianRate(of: $0)))" }.joined()
    return table.joined(separator: "\n") + "\nsettings: \(told)\nshown:" + figures
  }

  /// A work's name as a name of a figure.
  private static func figure(_ work: String) -> String {
    String(work.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }

  // MARK: Files

  func write(_ output: OutputOptions) throws {
    if let path = output.json { try writeText(json, to: path) }
    if let path = output.csv { try writeText(csv, to: path) }
    if let path = output.svg { try writeText(plot, to: path) }
    if let directory = output.hgrm {
      for work in works {
        guard let latencies = latencies(of: work) else { continue }
        var text = ""
        latencies.outputPercentileDistribution(to: &text, outputValueUnitScalingRatio: 1_000_000)
        try writeText(text, to: "\(directory)/\(Self.figure(work)).hgrm")
      }
    }
  }

  private var json: String {
    let runs = results.map { round, result in
      var run: [String: Any] = [
        "work": result.work, "round": round, "rate": result.rate, "done": result.doneCount, "seconds": result.seconds,
        "errors": Dictionary(result.errors.map { ($0.name, $0.count) }, uniquingKeysWith: +),
        "latencyMicroseconds": Dictionary(
          uniqueKeysWithValues: RunResult.percentiles.map { ($0.name, Double(result.latency($0.value)) / 1000) }),
        "warnings": result.warnings,
      ]
      run["generatorProcessors"] = result.processors
      run["serverProcessors"] = result.serverProcessors
      run["serverResidentBytes"] = result.server?.residentBytes
      return run
    }
    let works = works.map { work in
      let latencies = zip(RunResult.percentiles, microseconds(of: work)).map { ($0.name, $1) }
      return [
        "work": work, "runs": self.runs(of: work).count, "rate": medianRate(of: work), "errors": errorCount(of: work),
        "latencyMicroseconds": Dictionary(uniqueKeysWithValues: latencies),
      ] as [String: Any]
    }
    let whole: [String: Any] = ["settings": settings, "runs": runs, "works": works]
    let data = try? JSONSerialization.data(withJSONObject: whole, options: [.prettyPrinted, .sortedKeys])
    return String(decoding: data ?? Data(), as: UTF8.self) + "\n"
  }

  private var csv: String {
    var lines = [
      "work,round,rate,done,seconds," + RunResult.percentiles.map { "\($0.name)_us" }.joined(separator: ",") + ",errors"
    ]
    for (round, result) in results {
      let latencies = RunResult.percentiles.map { Self.decimal(Double(result.latency($0.value)) / 1000) }
      lines.append(
        ([result.work, "\(round)", Self.decimal(result.rate), "\(result.doneCount)", Self.decimal(result.seconds)]
          + latencies
          + ["\(result.errors.reduce(0) { $0 + $1.count })"]).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var plot: String {
    LatencyPlot(curves: works.compactMap { work in latencies(of: work).map { (work, $0) } }).svg
  }

  // MARK: Numbers

  static func whole(_ value: Double) -> String { "\(UInt64(max(0, value.rounded())))" }

  static func decimal(_ value: Double) -> String { String(format: "%.2f", value) }

  /// Nanoseconds for people.
  static func time(_ nanoseconds: UInt64) -> String {
    switch nanoseconds {
    case ..<10_000_000: "\(nanoseconds / 1000)us"
    case ..<10_000_000_000: "\(nanoseconds / 1_000_000)ms"
    default: "\(nanoseconds / 1_000_000_000)s"
    }
  }
}
