import Foundation
import Histogram
import LoadGenerator

/// How a run of gates is told.
struct GatesReport {
  private let result: GateResult
  private let plan: GatePlan
  private let resource: String

  private static let percentiles: [(name: String, value: Double)] = [
    ("p50", 50), ("p99", 99), ("p99.9", 99.9), ("max", 100),
  ]

  init(_ result: GateResult, _ plan: GatePlan, resource: String) {
    (self.result, self.plan, self.resource) = (result, plan, resource)
  }

  private var told: [GateResult.Latency] { result.latencies.filter { $0.values.totalCount > 0 } }

  /// A line for each latency, with the target beside what misses it.
  var text: String {
    var lines = [
      "\(result.openCount) leases open after \(Report.decimal(Double(result.openNanoseconds) / 1_000_000_000)) s, "
        + "\(result.connectionCount) connections held"
    ]
    if let bytes = bytesPerLease { lines[0] += ", \(bytes) bytes of the agent each" }
    for latency in told {
      var line =
        "  \(latency.text): "
        + Self.percentiles.map { "\($0.name) \(Self.milliseconds(latency.value($0.value)))" }.joined(separator: " ")
      line += " ms (\(latency.values.totalCount))"
      if let target = latency.targetMilliseconds, latency.isShort {
        line += "; the target is p99 < \(Report.decimal(target)) ms"
      }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }

  /// The line of figures.
  var figures: String {
    var figures = [
      "leases=\(result.openCount)", "connections=\(result.connectionCount)",
      "open_ms=\(result.openNanoseconds / 1_000_000)",
    ]
    if let bytes = bytesPerLease { figures.append("bytes_per_lease=\(bytes)") }
    for latency in told {
      for percentile in [50.0, 99, 100] {
        figures.append(
          "\(latency.name)_\(percentile == 100 ? "max" : "p\(Int(percentile))")_ms=\(Self.milliseconds(latency.value(percentile)))"
        )
      }
    }
    figures += [
      "early_cuts=\(result.earlyCount)", "broken=\(result.brokenCount)", "uncut=\(result.uncutCount)",
      "unopened=\(result.unopenedCount)", "retries=\(result.retryCount)",
      "short=" + (told.filter(\.isShort).map(\.name).joined(separator: ",").nonEmpty ?? "none"),
      "faults=\(result.faults(of: plan).count)",
    ]
    return "shown: " + figures.joined(separator: " ")
  }

  private var bytesPerLease: Int64? { result.agentByteCount.map { $0 / Int64(max(1, result.openCount)) } }

  var json: String {
    let latencies = result.latencies.map { latency in
      [
        "name": latency.name, "text": latency.text, "count": latency.values.totalCount,
        "targetMilliseconds": latency.targetMilliseconds as Any? ?? NSNull(), "isShort": latency.isShort,
        "milliseconds": Dictionary(
          uniqueKeysWithValues: Self.percentiles.map { ($0.name, Double(latency.value($0.value)) / 1_000_000) }),
      ] as [String: Any]
    }
    let whole: [String: Any] = [
      "settings": [
        "resource": resource, "leases": plan.leaseCount, "connections": plan.connectionCount,
        "talking": plan.talkingCount,
        "messageMilliseconds": plan.messageMilliseconds, "cuts": plan.cutCount, "rate": plan.cutRate,
        "deadlines": plan.deadlineCount, "leadMilliseconds": plan.leadMilliseconds,
        "spreadMilliseconds": plan.spreadMilliseconds, "earlyMilliseconds": plan.earlyMilliseconds,
        "overrunMilliseconds": plan.overrunMilliseconds, "passedMilliseconds": plan.passedMilliseconds,
      ] as [String: Any],
      "latencies": latencies, "open": result.openCount, "openMilliseconds": result.openNanoseconds / 1_000_000,
      "connections": result.connectionCount, "agentBytesPerLease": bytesPerLease as Any? ?? NSNull(),
      "earlyCuts": result.earlyCount, "broken": result.brokenCount, "uncut": result.uncutCount,
      "unopened": result.unopenedCount, "retries": result.retryCount, "faults": result.faults(of: plan),
    ]
    let data = try? JSONSerialization.data(withJSONObject: whole, options: [.prettyPrinted, .sortedKeys])
    return String(decoding: data ?? Data(), as: UTF8.self) + "\n"
  }

  private static func milliseconds(_ nanoseconds: UInt64) -> String {
    String(format: "%.2f", Double(nanoseconds) / 1_000_000)
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
