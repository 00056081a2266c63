/// Shares as people read and write them: per cent, exact in millionths.
package enum PercentText {
  private static let decimalCountMax = 4
  /// Millionths of one per cent.
  private static let onePercent: UInt64 = 10_000

  /// Millionths of `12.5` or `12.5%`, with up to four decimals; nil for anything else, and for more than 429,496.7295.
  package static func decode(_ text: String) -> UInt32? {
    let number = text.hasSuffix("%") ? text.dropLast() : text[...]
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } })
    else { return nil }
    let decimals = parts.count == 2 ? parts[1] : ""
    guard decimals.count <= decimalCountMax else { return nil }
    return UInt32(parts[0] + decimals + String(repeating: "0", count: decimalCountMax - decimals.count))
  }

  /// `12.5%` of 125,000 millionths: as many decimals as it takes.
  package static func encode(_ millionths: UInt64) -> String {
    var decimals = String(onePercent + millionths % onePercent).dropFirst()
    while decimals.last == "0" { decimals.removeLast() }
    return "\(millionths / onePercent)" + (decimals.isEmpty ? "" : "." + decimals) + "%"
  }
}
