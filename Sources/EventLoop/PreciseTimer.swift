internal import CLibuv

/// A one-shot timer of a loop in nanoseconds, for what a `LoopTimer`'s millisecond is too coarse for, or its clock the wrong one. Lives
/// until `close()` or the loop's.
@safe public final class PreciseTimer: HandleOwner {
  /// What its instants are counted by.
  public enum Clock: Sendable {
    /// `Loop.hrtime`, which stands still while the machine is suspended.
    case monotonic
    /// The time since boot, suspended or not: a timer that came due meanwhile fires when the machine wakes.
    case sinceBoot
  }

  private let loop: Loop
  private let memory = unsafe HandleMemory<uv_poll_t>()
  private let descriptor: Int32
  private var handler: () -> Void
  private var isClosed = false

  /// A timer that is not started.
  public init(on loop: Loop, clock: Clock = .monotonic, handler: @escaping () -> Void) throws(LoopError) {
    self.loop = loop
    self.handler = handler
    descriptor = turnpike_timer_open(clock == .sinceBoot ? 1 : 0)
    try LoopError.check(descriptor)
    let status = unsafe uv_poll_init(loop.raw, memory.pointer, descriptor)
    if status < 0 {
      turnpike_close_descriptor(descriptor)
      throw LoopError(status)
    }
    unsafe memory.adopt(by: self)
    unsafe uv_poll_start(memory.pointer, Int32(UV_READABLE.rawValue)) { handle, _, _ in
      unsafe owner(handle?.pointee.data, as: PreciseTimer.self)?.fire()
    }
  }

  /// Starts, or starts anew: fires at this instant, or at once when it has passed.
  public func start(atNanoseconds instant: UInt64) {
    if !isClosed { _ = turnpike_timer_start(descriptor, instant) }
  }

  /// Ends it for good, and lets go of the handler.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    unsafe memory.close()
    // libuv has let go of it: closing a poll handle takes it out of the loop at once.
    turnpike_close_descriptor(descriptor)
    handler = {}
  }

  private func fire() {
    turnpike_timer_take(descriptor)
    loop.openTurn()
    handler()
  }
}
