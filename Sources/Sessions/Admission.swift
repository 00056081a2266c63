/// How much of the time requests are taken in: all of it, or some milliseconds of each `periodMilliseconds`. Outside of those,
/// requests wait, first in the connections' queues and then, unread, in the system's, which makes clients slow down.
public struct Admission: Equatable, Sendable {
  /// Short beside what a client waits for anyway, and long beside a turn.
  static let periodMilliseconds: UInt64 = 32
  /// Something is always taken in.
  static let openMillisecondsMin: UInt64 = 4

  /// All of the time.
  public static let open = Admission(openMilliseconds: periodMilliseconds)

  /// Milliseconds of each period.
  let openMilliseconds: UInt64

  private init(openMilliseconds: UInt64) { self.openMilliseconds = openMilliseconds }

  /// All of the time up to the limit of a lag, and ever less of it beyond, down to an eighth at twice the limit.
  public init(lag: Double, limit: Double) {
    guard lag > limit else {
      self = .open
      return
    }
    let share = max(0, 1 - (lag - limit) / max(limit, 1))
    openMilliseconds = max(Self.openMillisecondsMin, UInt64(share * Double(Self.periodMilliseconds - 1)))
  }

  /// The next instant, from `now` on, at which requests are taken in.
  func nextOpen(from now: UInt64) -> UInt64 {
    let offset = now % Self.periodMilliseconds
    return offset < openMilliseconds ? now : now - offset + Self.periodMilliseconds
  }
}
