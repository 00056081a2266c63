/// The two clocks of a machine: one that only goes on, and the one on the wall, which people set.
struct SimulatedClock {
  /// Milliseconds since the machine was switched on; goes on while it sleeps.
  private(set) var uptime: UInt64 = 1_000_000
  /// Milliseconds since 1970, as set.
  var wall: UInt64 = 1_700_000_000_000

  mutating func pass(_ milliseconds: UInt64) {
    uptime += milliseconds
    wall += milliseconds
  }
}
