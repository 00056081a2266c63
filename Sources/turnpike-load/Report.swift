import WireProtocol

/// The results of all runs, and how they are told.
struct Report {
  private let settings: String
  private let modes: [TurnpikeLoad.Mode]
  private var results: [TurnpikeLoad.Mode: [RunResult]] = [:]

  init(settings: String, modes: [TurnpikeLoad.Mode]) {
    self.settings = settings
    self.modes = modes
  }

  mutating func add(_ result: RunResult, of mode: TurnpikeLoad.Mode) { results[mode, default: []].append(result) }

  /// Whether any request was refused: then the rates are not of the work they claim.
  var hasErrors: Bool { results.values.contains { $0.contains { !$0.refusals.isEmpty } } }

  func median(_ mode: TurnpikeLoad.Mode) -> Double? {
    guard let rates = results[mode]?.map(\.rate).sorted(), !rates.isEmpty else { return nil }
    let middle = rates.count / 2
    return rates.count % 2 == 1 ? rates[middle] : (rates[middle - 1] + rates[middle]) / 2
  }

  func line(_ result: RunResult, _ mode: TurnpikeLoad.Mode, _ round: Int) -> String {
    var line = "run \(round + 1) \(mode.rawValue): \(Self.whole(result.rate))/s"
    line += ", \(result.doneCount) in \(Self.decimal(result.seconds)) s"
    line += ", generator \(Self.decimal(result.seconds > 0 ? result.processorSeconds / result.seconds : 0)) processors"
    for refusal in result.refusals { line += ", \(Self.name(refusal.status, mode)) \(refusal.count)" }
    return line
  }

  /// Settings, medians and ratios.
  var summary: String {
    "settings: \(settings)\nshown:" + figures.map { " \($0.0)=\($0.1)" }.joined()
  }

  var json: String {
    var fields = ["\"settings\":\"\(settings)\""]
    fields += figures.map { "\"\($0.0)\":\($0.1)" }
    for mode in modes {
      let runs = results[mode, default: []].map { result in
        let refusals = result.refusals.map { "\"\(Self.name($0.status, mode))\":\($0.count)" }.joined(separator: ",")
        return
          "{\"rate\":\(Self.whole(result.rate)),\"done\":\(result.doneCount),\"seconds\":\(Self.decimal(result.seconds)),"
          + "\"processorSeconds\":\(Self.decimal(result.processorSeconds)),\"refusals\":{\(refusals)}}"
      }
      fields.append("\"\(mode.rawValue)Runs\":[\(runs.joined(separator: ","))]")
    }
    return "{\(fields.joined(separator: ","))}"
  }

  private var figures: [(String, String)] {
    var figures: [(String, String)] = []
    for mode in modes {
      guard let rate = median(mode) else { continue }
      figures.append((mode == .redisSet ? "redis" : mode.rawValue, Self.whole(rate)))
    }
    guard let redis = median(.redisSet), redis > 0 else { return figures }
    for mode in modes where mode != .redisSet {
      guard let rate = median(mode) else { continue }
      figures.append(("\(mode.rawValue)_vs_redis", Self.decimal(rate / redis)))
    }
    figures.append(("target_vs_redis", "3"))
    return figures
  }

  private static func name(_ status: Int, _ mode: TurnpikeLoad.Mode) -> String {
    if mode == .redisSet { return status == 1 ? "present" : "error" }
    if status == FrameCounter.goodbye { return "GOODBYE" }
    return Status(rawValue: UInt16(clamping: status))?.specificationName ?? "\(status)"
  }

  private static func whole(_ value: Double) -> String { "\(UInt64(max(0, value.rounded())))" }

  private static func decimal(_ value: Double) -> String {
    let hundredths = UInt64(max(0, (value * 100).rounded()))
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}
