internal import Glibc

/// Instants in UTC, as people read them.
package enum InstantText {
  /// `2026-01-31 12:00:00Z`; `-` for none.
  package static func encode(_ instant: UInt64) -> String {
    if instant == 0 { return "-" }
    var seconds = time_t(clamping: instant / 1000)
    var parts = unsafe tm()
    guard unsafe gmtime_r(&seconds, &parts) != nil else { return "\(instant)" }
    let date = unsafe [(parts.tm_year + 1900, 4), (parts.tm_mon + 1, 2), (parts.tm_mday, 2)]
    let time = unsafe [(parts.tm_hour, 2), (parts.tm_min, 2), (parts.tm_sec, 2)]
    return date.map { padded($0.0, $0.1) }.joined(separator: "-") + " "
      + time.map { padded($0.0, $0.1) }.joined(separator: ":") + "Z"
  }

  private static func padded(_ number: Int32, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
