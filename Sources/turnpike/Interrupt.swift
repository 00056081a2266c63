import Glibc

/// SIGINT and SIGTERM as something to wait for, so that what a command began is brought to an end.
enum Interrupt {
  /// Written to by the handler; nobody else writes.
  private nonisolated(unsafe) static var pipeEnds: (read: Int32, write: Int32) = (-1, -1)

  /// From now on the signals end `wait` and not the program. The second one ends the program.
  static func take() {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return }
    unsafe pipeEnds = (ends[0], ends[1])
    for number in [SIGINT, SIGTERM] {
      _ = signal(number) { number in
        var byte: UInt8 = 0
        _ = unsafe write(Interrupt.pipeEnds.write, &byte, 1)
        _ = signal(number, SIG_DFL)
      }
    }
  }

  /// Waits until `instant`; false when a signal came.
  static func wait(until instant: ContinuousClock.Instant) -> Bool {
    let clock = ContinuousClock()
    while true {
      let left = Int32(clamping: Int64(max(0, ((instant - clock.now) / .milliseconds(1)).rounded(.up))))
      var descriptor = unsafe pollfd(fd: pipeEnds.read, events: Int16(POLLIN), revents: 0)
      let found = unsafe poll(&descriptor, 1, left)
      if found > 0 { return false }
      if found == 0, clock.now >= instant { return true }
    }
  }
}
