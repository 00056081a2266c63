internal import CLibuv

/// One libuv loop: the thread that calls `run()` sleeps in it and is the only one that may touch it or anything made with it
/// (none of those types is `Sendable`; other threads reach a loop through a `Wakeup`).
///
/// **Turns.** A turn is the run of callbacks between two sleeps. `onTurn` frames it: *begin* before the turn's first
/// callback, when `now` is already the time of waking; *end* after its last, before the loop can sleep again. A loop without
/// work has no turns. (libuv's own order is timers, prepare, sleep, input and completions, check, closes. A prepare hook alone
/// would open the turn before the sleep, with a stale clock, and hold back what a timer did until the next packet.)
///
/// **Life.** Every handle holds its loop, and is held by libuv until it is closed. `close()` closes what is still open, runs the
/// close callbacks and frees the loop; whoever made the loop calls it, after `run()` has returned.
@safe public final class Loop {
  let memory = unsafe HandleMemory<uv_loop_t>()
  private let prepare = unsafe HandleMemory<uv_prepare_t>()
  private let check = unsafe HandleMemory<uv_check_t>()

  /// Headroom, then the receive buffer. One for all streams: a stream's bytes are consumed before the next read begins.
  private let receiveMemory: UnsafeMutableRawPointer

  private var beginTurn: () -> Void = {}
  private var endTurn: () -> Void = {}
  private var isTurnOpen = false
  private var isRunning = false

  /// Set when `close()` begins: from then on only close callbacks run.
  private(set) var isClosing = false
  private var isClosed = false

  /// A loop of its own, with its descriptors and its receive buffer. Ignores SIGPIPE unless the program handles it.
  public init() throws(LoopError) {
    unsafe receiveMemory = .allocate(
      byteCount: EventLoopLimits.receiveHeadroomByteCount + EventLoopLimits.receiveBufferByteCount, alignment: 64)
    let status = unsafe uv_loop_init(memory.pointer)
    if status < 0 {
      isClosed = true
      throw LoopError(status)
    }
    turnpike_ignore_sigpipe()
    startHooks()
  }

  deinit {
    // Open handles hold the loop: whoever gets here has none left but the two hooks.
    if !isClosed { closeRaw() }
    unsafe receiveMemory.deallocate()
  }

  // MARK: Running

  /// Runs until `stop()`, or until nothing is left that could call back: streams, listeners, timers, wakeups and work in
  /// the pool keep a loop running; signals and the turn hooks do not.
  public func run() {
    precondition(!isRunning, "run() called from a callback of the same loop")
    isRunning = true
    _ = unsafe uv_run(raw, UV_RUN_DEFAULT)
    closeTurn()
    isRunning = false
  }

  /// Makes `run()` return after the current turn. `run()` may be called again.
  public func stop() {
    unsafe uv_stop(raw)
  }

  /// Milliseconds on a monotonic clock, read when the loop woke: the same for all callbacks of one poll.
  public var now: UInt64 { unsafe uv_now(memory.pointer) }

  /// Nanoseconds on the same monotonic clock, read anew by every call.
  public static var hrtime: UInt64 { uv_hrtime() }

  /// Whether anything is left that keeps `run()` from returning.
  public var isAlive: Bool { unsafe !isClosed && uv_loop_alive(memory.pointer) != 0 }

  /// Sets what frames each turn. May be called again; not from within the hooks.
  public func onTurn(begin: @escaping () -> Void, end: @escaping () -> Void) {
    beginTurn = begin
    endTurn = end
  }

  /// Scratch that ends exactly where received bytes begin. A data callback that kept the front part of a frame copies it to
  /// the end of this region and then reads frame after frame from one piece of memory, without moving what has just arrived.
  public var receiveHeadroom: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: receiveMemory, count: EventLoopLimits.receiveHeadroomByteCount)
  }

  // MARK: Teardown

  /// Closes every handle, runs their close callbacks, waits for work that is in the pool (its completion is not called)
  /// and frees the loop. Not to be called from a callback. Afterwards nothing can be made with this loop.
  public func close() {
    precondition(!isRunning, "close() called from a callback; call stop() there and close() after run()")
    guard !isClosed else { return }
    isClosing = true
    repeat {
      // A close callback may have opened something new, so look again each time.
      unsafe uv_walk(
        memory.pointer,
        { handle, _ in
          guard let handle = unsafe handle, unsafe uv_is_closing(handle) == 0 else { return }
          let object = unsafe owner(handle.pointee.data, as: AnyObject.self)
          (object as? any HandleOwner)?.close()
        }, nil)
      _ = unsafe uv_run(memory.pointer, UV_RUN_ONCE)
    } while unsafe uv_loop_alive(memory.pointer) != 0
    onTurn(begin: {}, end: {})
    closeRaw()
  }

  private func closeRaw() {
    unsafe uv_close(prepare.handle, nil)
    unsafe uv_close(check.handle, nil)
    while unsafe uv_loop_alive(memory.pointer) != 0 { _ = unsafe uv_run(memory.pointer, UV_RUN_DEFAULT) }
    let status = unsafe uv_loop_close(memory.pointer)
    precondition(status == 0, "a handle outlived the loop's teardown")
    isClosed = true
  }

  // MARK: For the handles

  /// The C loop, for whoever makes or starts something.
  var raw: UnsafeMutablePointer<uv_loop_t> {
    precondition(!isClosed, "the loop was closed")
    return unsafe memory.pointer
  }

  /// Where the next read goes.
  @inline(__always)
  var receiveBuffer: UnsafeMutableRawPointer {
    unsafe receiveMemory + EventLoopLimits.receiveHeadroomByteCount
  }

  /// Every callback that reaches a user passes here first. Teardown has no turns.
  @inline(__always)
  func openTurn() {
    if isTurnOpen || isClosing { return }
    isTurnOpen = true
    beginTurn()
  }

  private func closeTurn() {
    guard isTurnOpen else { return }
    endTurn()
    isTurnOpen = false
  }

  private func startHooks() {
    // libuv's reference would keep a forgotten loop alive for ever; the loop outlives its own two hooks anyway.
    let this = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe uv_prepare_init(memory.pointer, prepare.pointer)
    unsafe prepare.pointer.pointee.data = this
    unsafe uv_prepare_start(prepare.pointer) { unsafe owner($0?.pointee.data, as: Loop.self)?.closeTurn() }
    unsafe uv_unref(prepare.handle)
    unsafe uv_check_init(memory.pointer, check.pointer)
    unsafe check.pointer.pointee.data = this
    unsafe uv_check_start(check.pointer) { unsafe owner($0?.pointee.data, as: Loop.self)?.closeTurn() }
    unsafe uv_unref(check.handle)
  }
}
