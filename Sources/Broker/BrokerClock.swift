internal import Glibc

/// The broker's time: milliseconds since 1970, as the wall clock said when it started, carried on by a clock that nobody sets and
/// that goes on while the machine sleeps. Wall-clock jumps of a running broker change nothing.
public struct BrokerClock: Sendable {
  private let offsetMilliseconds: Int64

  /// A clock that continues the wall clock, from the instant that `start` makes of it.
  public init(startingAt start: (UInt64) -> UInt64 = { $0 }) {
    let wallClock = UInt64(clamping: Self.read(CLOCK_REALTIME))
    offsetMilliseconds = Int64(clamping: start(wallClock)) - Self.read(CLOCK_BOOTTIME)
  }

  /// The instant now.
  public var now: UInt64 { UInt64(clamping: Self.read(CLOCK_BOOTTIME) + offsetMilliseconds) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
