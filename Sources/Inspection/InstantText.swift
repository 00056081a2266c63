/// Instants in UTC, as people read them.
public enum InstantText {
  /// `2026-01-31 12:00:00Z`; `-` for none.
  public static func encode(_ instant: UInt64) -> String {
    if instant == 0 { return "-" }
    let (days, second) = (instant / 86_400_000, instant / 1000 % 86_400)
    let (year, month, day) = date(days)
    let date = [(year, 4), (month, 2), (day, 2)].map { padded($0.0, $0.1) }.joined(separator: "-")
    let time = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
    return "\(date) \(time)Z"
  }

  /// Of the Gregorian calendar: years are reckoned from March, so that a leap day is the last of its year, in eras of 400.
  private static func date(_ daysSince1970: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
    let days = daysSince1970 + 719_468
    let (era, dayOfEra) = (days / 146_097, days % 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private static func padded(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
