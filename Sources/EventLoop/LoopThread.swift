internal import CLibuv

/// A thread for a loop that is not the program's main one. The body makes the loop, runs it and closes it; what others need of
/// it goes in as a `Wakeup`, made before the thread is started and attached by the body.
public struct LoopThread: ~Copyable, Sendable {
  private let id: uv_thread_t

  /// Starts the thread.
  public init(_ body: sending @escaping () -> Void) throws(LoopError) {
    let start = ThreadStart(body: body)
    var id = uv_thread_t()
    let argument = unsafe Unmanaged.passRetained(start).toOpaque()
    let status = unsafe uv_thread_create(
      &id,
      { argument in
        guard let argument = unsafe argument else { return }
        unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().body()
      }, argument)
    self.id = id
    if status < 0 {
      unsafe Unmanaged<ThreadStart>.fromOpaque(argument).release()
      throw LoopError(status)
    }
  }

  /// Waits until the body has returned. Not from the thread itself.
  public consuming func join() {
    var id = self.id
    _ = unsafe uv_thread_join(&id)
  }
}

private final class ThreadStart {
  let body: () -> Void

  init(body: @escaping () -> Void) {
    self.body = body
  }
}
