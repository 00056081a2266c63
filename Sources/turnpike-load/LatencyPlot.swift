import Foundation
import Histogram

/// Latencies by percentile, as people who read HdrHistogram's plots know them: the further to the right, the rarer.
struct LatencyPlot {
  let curves: [(name: String, latencies: Histogram<UInt64>)]

  private static let width = 960.0
  private static let height = 540.0
  private static let margin = 70.0
  private static let colors = ["#1b6ca8", "#d1495b", "#2e8b57", "#edae49", "#6b4c9a", "#444444", "#00798c", "#b56576"]
  /// Nines that the axis shows: 0 %, 90 %, 99 % ... 99.999 %.
  private static let nineCount = 5

  private var range: ClosedRange<Double> {
    let filled = curves.filter { $0.latencies.totalCount > 0 }
    let low = filled.map { Double($0.latencies.valueAtPercentile(0)) }.min() ?? 1000
    let high = filled.map { Double($0.latencies.valueAtPercentile(100)) }.max() ?? 1_000_000
    return floor(log10(max(low, 100)))...max(ceil(log10(max(high, 1000))), floor(log10(max(low, 100))) + 1)
  }

  private func x(_ nines: Double) -> Double {
    Self.margin + nines / Double(Self.nineCount) * (Self.width - 2 * Self.margin)
  }

  private func y(_ nanoseconds: Double) -> Double {
    let part = (log10(max(nanoseconds, 1)) - range.lowerBound) / (range.upperBound - range.lowerBound)
    return Self.height - Self.margin - part * (Self.height - 2 * Self.margin)
  }

  var svg: String {
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" font-family=\"sans-serif\" font-size=\"13\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
      "<text x=\"\(Int(Self.width / 2))\" y=\"28\" text-anchor=\"middle\" font-size=\"16\">Latency by percentile</text>",
    ]
    for nines in 0...Self.nineCount {
      let at = Self.text(x(Double(nines)))
      let name =
        nines == 0
        ? "0 %" : nines == 1 ? "90 %" : "99" + (nines > 2 ? "." : "") + String(repeating: "9", count: nines - 2) + " %"
      lines.append(
        "<line x1=\"\(at)\" x2=\"\(at)\" y1=\"\(Self.text(Self.margin))\" y2=\"\(Self.text(Self.height - Self.margin))\" stroke=\"#ddd\"/>"
      )
      lines.append(
        "<text x=\"\(at)\" y=\"\(Self.text(Self.height - Self.margin + 20))\" text-anchor=\"middle\">\(name)</text>")
    }
    for power in Int(range.lowerBound)...Int(range.upperBound) {
      let at = Self.text(y(pow(10, Double(power))))
      lines.append(
        "<line x1=\"\(Self.text(Self.margin))\" x2=\"\(Self.text(Self.width - Self.margin))\" y1=\"\(at)\" y2=\"\(at)\" stroke=\"#ddd\"/>"
      )
      lines.append(
        "<text x=\"\(Self.text(Self.margin - 8))\" y=\"\(at)\" text-anchor=\"end\" dominant-baseline=\"middle\">\(Self.duration(power))</text>"
      )
    }
    for (index, curve) in curves.enumerated() where curve.latencies.totalCount > 0 {
      let color = Self.colors[index % Self.colors.count]
      let points = stride(from: 0.0, through: Double(Self.nineCount), by: 0.05).map { nines in
        let latency = Double(curve.latencies.valueAtPercentile(100 * (1 - pow(10, -nines))))
        return "\(Self.text(x(nines))),\(Self.text(y(latency)))"
      }
      lines.append(
        "<polyline fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\" points=\"\(points.joined(separator: " "))\"/>")
      let top = Self.text(Self.margin + 18 + 18 * Double(index))
      lines.append(
        "<text x=\"\(Self.text(Self.margin + 12))\" y=\"\(top)\" fill=\"\(color)\">\(Self.escaped(curve.name))</text>")
    }
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  private static func text(_ value: Double) -> String { String(format: "%.1f", value) }

  private static func duration(_ power: Int) -> String {
    let unit = power < 3 ? "ns" : power < 6 ? "us" : power < 9 ? "ms" : "s"
    return "1" + String(repeating: "0", count: power % 3) + " " + unit
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
  }
}
