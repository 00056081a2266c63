internal import CLibuv

/// What `Wakeup.send` answers.
public enum WakeupResult: Sendable {
  /// The message will be delivered, exactly once.
  case accepted
  /// As many messages wait as the queue holds: try again later.
  case full
  /// The loop is gone, or the wakeup closed.
  case closed
}

/// The way into a loop from other threads: a bounded queue of messages and libuv's one thread-safe call, which wakes the loop.
/// Many messages may share one wake. Messages of one sender are delivered in order, on the loop's thread.
///
/// *Detached* (may be sent to; messages wait) -> *attached* to a loop -> *closed*. Every accepted message is delivered if the
/// wakeup is ever attached: those that wait when it closes are delivered by the close.
@safe public final class Wakeup<Message: Sendable>: @unchecked Sendable {
  /// Protected by being immutable.
  private let capacity: Int

  /// Protects itself. libuv's lock is the system's, which the thread sanitizer sees.
  private let lock = unsafe HandleMemory<uv_mutex_t>()

  /// Protected by `lock`.
  private var waiting: [Message] = []

  /// Protected by `lock`: it is signalled under the lock and leaves under the lock when it closes, so nobody signals a handle
  /// that is gone. Nil before `attach` and after `close`.
  private var handle: AsyncHandle?

  /// Protected by `lock`.
  private var isClosed = false

  /// Protected by being used on the loop's thread only: the messages being delivered; its storage becomes `waiting` again.
  private var delivering: [Message] = []

  /// Protected by being used on the loop's thread only.
  private var handler: ((Message) -> Void)?

  /// Protected by being used on the loop's thread only.
  private var isDelivering = false

  /// - Parameter capacity: Messages that may wait, 1 to `EventLoopLimits.wakeupCapacityMax`. As many more may be just being
  ///   delivered.
  public init(capacity: Int) {
    self.capacity = min(max(1, capacity), EventLoopLimits.wakeupCapacityMax)
    let status = unsafe uv_mutex_init(lock.pointer)
    precondition(status == 0, "no memory for a lock")
  }

  deinit {
    unsafe uv_mutex_destroy(lock.pointer)
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    unsafe uv_mutex_lock(lock.pointer)
    defer { unsafe uv_mutex_unlock(lock.pointer) }
    return body()
  }

  /// Queues a message and wakes the loop if no wake is under way. From any thread; takes a lock for some nanoseconds.
  public func send(_ message: Message) -> WakeupResult {
    locked {
      if isClosed { return .closed }
      if waiting.count >= capacity { return .full }
      waiting.append(message)
      if waiting.count == 1 { handle?.signal() }
      return .accepted
    }
  }

  /// Delivers to `handler` on this loop from now on, those that wait included, and keeps `run()` going until `close()`. To be
  /// called once, on the loop's thread.
  public func attach(to loop: Loop, handler: @escaping (Message) -> Void) throws(LoopError) {
    precondition(self.handler == nil, "attached already")
    let handle = try AsyncHandle(on: loop, onWake: deliver, onClose: close)
    self.handler = handler
    locked {
      self.handle = handle
      if !waiting.isEmpty { handle.signal() }
    }
  }

  /// Takes no further message and delivers those that wait before it returns. On the loop's thread, or before `attach`;
  /// closing the loop does it too.
  public func close() {
    locked {
      isClosed = true
      handle?.closeRaw()
      handle = nil
    }
    if !isDelivering { deliver() }
  }

  private func deliver() {
    guard let handler else { return }
    isDelivering = true
    var isLast = false
    while !isLast {
      locked { swap(&waiting, &delivering) }
      for message in delivering { handler(message) }
      delivering.removeAll(keepingCapacity: true)
      // What came since the swap has a wake of its own, unless the handler closed the wakeup meanwhile.
      isLast = locked { !isClosed || waiting.isEmpty }
    }
    isDelivering = false
    if locked({ isClosed }) { self.handler = nil }
  }
}

/// The async handle behind a `Wakeup`, without its message type: C callbacks know no generics.
@safe private final class AsyncHandle: HandleOwner {
  private let loop: Loop
  private let memory = unsafe HandleMemory<uv_async_t>()
  private let onWake: () -> Void
  private let onClose: () -> Void

  init(on loop: Loop, onWake: @escaping () -> Void, onClose: @escaping () -> Void) throws(LoopError) {
    self.loop = loop
    self.onWake = onWake
    self.onClose = onClose
    let status = unsafe uv_async_init(loop.raw, memory.pointer) {
      unsafe owner($0?.pointee.data, as: AsyncHandle.self)?.wake()
    }
    try LoopError.check(status)
    unsafe memory.adopt(by: self)
  }

  /// From any thread, as long as nobody closes the handle at the same time.
  func signal() {
    _ = unsafe uv_async_send(memory.pointer)
  }

  private func wake() {
    loop.openTurn()
    onWake()
  }

  func close() {
    onClose()
  }

  func closeRaw() {
    unsafe memory.close()
  }
}
