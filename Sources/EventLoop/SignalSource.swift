internal import CLibuv

/// Calls back on the loop when the process gets a signal, whose default action it replaces. Several sources, also of several
/// loops, may watch the same signal. Does not keep `run()` going. Lives until `close()` or the loop's.
@safe public final class SignalSource: HandleOwner {
  /// The signals a daemon answers to.
  public enum Signal: Int32, Sendable, CaseIterable {
    /// SIGHUP: read the configuration again.
    case hangUp = 1
    /// SIGINT: somebody at the terminal wants it to end.
    case interrupt = 2
    /// SIGTERM: end in order.
    case terminate = 15
  }

  private let loop: Loop
  private let memory = unsafe HandleMemory<uv_signal_t>()
  private var handler: () -> Void

  /// Watches from now on.
  public init(_ signal: Signal, on loop: Loop, handler: @escaping () -> Void) throws(LoopError) {
    self.loop = loop
    self.handler = handler
    try LoopError.check(unsafe uv_signal_init(loop.raw, memory.pointer))
    unsafe memory.adopt(by: self)
    unsafe uv_unref(memory.handle)
    let status = unsafe uv_signal_start(
      memory.pointer, { handle, _ in unsafe owner(handle?.pointee.data, as: SignalSource.self)?.fire() },
      signal.rawValue)
    if status < 0 {
      close()
      throw LoopError(status)
    }
  }

  /// Ends it, and lets go of the handler; the signal has its default action again when nothing else watches it.
  public func close() {
    unsafe memory.close()
    handler = {}
  }

  private func fire() {
    loop.openTurn()
    handler()
  }
}
