internal import CLibuv

/// A timer of a loop, one-shot or repeating, in milliseconds of `Loop.now`. Timers due at once run in the order of their
/// instants, equal ones in the order they were started. Lives until `close()` or the loop's.
@safe public final class LoopTimer: HandleOwner {
  private let loop: Loop
  private let memory = unsafe HandleMemory<uv_timer_t>()
  private var handler: () -> Void

  /// A timer that is not started.
  public init(on loop: Loop, handler: @escaping () -> Void) {
    self.loop = loop
    self.handler = handler
    unsafe uv_timer_init(loop.raw, memory.pointer)
    unsafe memory.adopt(by: self)
  }

  /// Starts, or starts anew: fires after `delayMilliseconds`, counted from `Loop.now`, not before the loop goes on; then
  /// every `repeatMilliseconds`, if that is not 0. A repetition that comes late is not made up for.
  public func start(afterMilliseconds delayMilliseconds: UInt64, repeatMilliseconds: UInt64 = 0) {
    guard unsafe !memory.isClosing else { return }
    unsafe uv_timer_start(
      memory.pointer, { unsafe owner($0?.pointee.data, as: LoopTimer.self)?.fire() }, delayMilliseconds,
      repeatMilliseconds)
  }

  /// Will not fire until it is started again.
  public func stop() {
    unsafe uv_timer_stop(memory.pointer)
  }

  /// Ends it for good, and lets go of the handler.
  public func close() {
    unsafe memory.close()
    handler = {}
  }

  private func fire() {
    loop.openTurn()
    handler()
  }
}
