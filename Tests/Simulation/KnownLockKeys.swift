import Cashu

/// The keys that ecash was to be locked to, as clients were told: one for each period of thirty days, and never one of another.
struct KnownLockKeys {
  /// One of them.
  struct Told {
    let key: CompressedPoint
    let period: UInt64
  }

  static let periodDays: UInt64 = 30
  private static let periodMilliseconds = periodDays * 86_400_000
  /// Who was told longer ago than so many periods asks again: the broker may not know all keys that there ever were.
  private static let usedCount: UInt64 = 20

  private var byPeriod: [UInt64: CompressedPoint] = [:]
  /// The one that was told last.
  private(set) var last: Told?

  /// In which period an instant lies.
  static func period(_ instant: UInt64) -> UInt64 { instant / periodMilliseconds }

  /// One was told, some time between two instants; gives what is wrong with that.
  mutating func tell(_ key: CompressedPoint, from: UInt64, to: UInt64) -> String? {
    let period = Self.period(from)
    guard period == Self.period(to) else { return nil }
    if let other = byPeriod.first(where: { $0.value == key })?.key, other != period {
      return "the key of period \(other) is that of period \(period) as well"
    }
    let before = byPeriod.updateValue(key, forKey: period)
    last = Told(key: key, period: period)
    return before == nil || before == key ? nil : "the key of period \(period) was another one"
  }

  /// What a careful client locks with.
  func current(at instant: UInt64) -> Told? {
    last.flatMap { $0.period + Self.usedCount >= Self.period(instant) ? $0 : nil }
  }

  /// Whether somebody was ever told of a key.
  func contains(_ key: CompressedPoint) -> Bool { byPeriod.values.contains(key) }

  /// How many were told.
  var count: Int { byPeriod.count }
}
