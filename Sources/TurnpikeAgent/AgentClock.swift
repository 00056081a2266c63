internal import Glibc

/// The clock of an agent: whole milliseconds since the machine was booted, those in which it was suspended included, so that a lease's time
/// goes on while it sleeps. It never goes back, nobody can set it, and it is above 0 by the time that a program runs.
public enum AgentClock {
  /// Read anew by every call.
  public static var now: UInt64 {
    var time = timespec()
    // A clock that cannot be read stands at 0, which an engine takes for broken: it shuts every gate.
    guard unsafe clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return 0 }
    return UInt64(clamping: time.tv_sec) &* 1000 &+ UInt64(clamping: time.tv_nsec) / 1_000_000
  }
}
