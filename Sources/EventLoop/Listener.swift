internal import CLibuv

/// Accepts connections at one endpoint and hands them out as streams.
///
/// **Caps.** Whoever counts connections calls `pause()` at the cap: further ones wait in the kernel's backlog (libuv holds one of
/// them), and `resume()` takes them up. To refuse instead, close the stream in `onAccept`.
///
/// **No descriptor left.** libuv then sheds the waiting connections with a descriptor it holds in reserve. Where it has
/// lost that one it would call back without end; the listener gives up a reserve of its own, which lets one connection in,
/// does not take that one, which makes libuv stop polling, and rests. It goes on when it has a reserve again.
@safe public final class Listener: HandleOwner {
  /// Where it listens, with the actual port.
  public private(set) var endpoint: Endpoint

  private let loop: Loop
  private let memory = unsafe HandleMemory<turnpike_socket>()
  private let backlog: Int32
  private var handler: StreamHandler?
  private var onAccept: (Stream) -> Void
  private var onFailure: (LoopError) -> Void
  /// Goes on after a pause or a rest, so that `onAccept` is only ever called by the loop.
  private var timer: LoopTimer?
  private var reserve: Int32 = -1
  private var isPaused = false
  private var isResting = false
  /// A connection libuv has accepted and holds for us; it polls for no other until we take it.
  private var isConnectionWaiting = false
  private var failureCount = 0
  /// The file of a unix-domain socket, as it was made.
  private var socketFile = turnpike_file()

  /// Listens from now on. TCP sockets have SO_REUSEADDR, accepted ones TCP_NODELAY; an IPv6 listener at `::` takes IPv4 too.
  /// A unix-domain socket nobody listens on is removed first, and the new one when the listener closes, unless another has taken
  /// its place.
  ///
  /// - Parameters:
  ///   - backlog: Connections the kernel keeps for the listener.
  ///   - keepsReserve: Whether it holds a descriptor in reserve. One of thousands may do without: what waits when the process has none left
  ///     is then dropped, by libuv's reserve or by giving up.
  ///   - socketMode: Permissions of a unix-domain socket; who may write to it may connect.
  ///   - handler: The handler of the accepted streams.
  ///   - onFailure: The listener could not go on and has closed itself.
  ///   - onAccept: A new stream, open and not yet reading. Never called from within a call of the listener.
  public static func listen(
    at endpoint: Endpoint, on loop: Loop, backlog: Int = EventLoopLimits.backlog, keepsReserve: Bool = true,
    socketMode: UInt32 = 0o600, handler: StreamHandler, onFailure: @escaping (LoopError) -> Void,
    onAccept: @escaping (Stream) -> Void
  ) throws(LoopError) -> Listener {
    let listener = try Listener(
      endpoint, loop: loop, backlog: Int32(clamping: backlog), handler: handler, onFailure: onFailure,
      onAccept: onAccept)
    do throws(LoopError) {
      if keepsReserve { listener.reserve = try LoopError.check(turnpike_reserve_descriptor()) }
      try listener.bind(socketMode: socketMode)
      try listener.startListening()
      try listener.readActualPort()
    } catch {
      listener.close()
      throw error
    }
    return listener
  }

  private init(
    _ endpoint: Endpoint, loop: Loop, backlog: Int32, handler: StreamHandler,
    onFailure: @escaping (LoopError) -> Void, onAccept: @escaping (Stream) -> Void
  ) throws(LoopError) {
    self.endpoint = endpoint
    self.loop = loop
    self.backlog = backlog
    self.handler = handler
    self.onFailure = onFailure
    self.onAccept = onAccept
    let status =
      isTCP
      ? unsafe uv_tcp_init(loop.raw, turnpike_tcp(memory.pointer))
      : unsafe uv_pipe_init(loop.raw, turnpike_pipe(memory.pointer), 0)
    try LoopError.check(status)
    unsafe memory.adopt(by: self)
  }

  // MARK: Opening

  private func bind(socketMode: UInt32) throws(LoopError) {
    switch endpoint {
    case .tcp(let host, let port):
      var address = try Endpoint.socketAddress(host: host, port: port)
      try LoopError.check(unsafe turnpike_tcp_bind(memory.pointer, &address))
    case .unix(let path):
      try Endpoint.checkPath(path)
      try LoopError.check(unsafe turnpike_remove_stale_socket(path))
      // Not by `uv_pipe_bind`, which on closing would remove whatever lies at the path by then.
      let descriptor = try LoopError.check(unsafe turnpike_bind_unix(path, socketMode, &socketFile))
      let status = unsafe uv_pipe_open(turnpike_pipe(memory.pointer), descriptor)
      if status < 0 { turnpike_close_descriptor(descriptor) }
      try LoopError.check(status)
    }
  }

  private func startListening() throws(LoopError) {
    let status = unsafe uv_listen(socket, backlog) { handle, status in
      unsafe owner(handle?.pointee.data, as: Listener.self)?.connectionArrived(status)
    }
    try LoopError.check(status)
  }

  private func readActualPort() throws(LoopError) {
    guard isTCP else { return }
    let actual = unsafe Endpoint.formatted { unsafe turnpike_tcp_own_address(memory.pointer, $0, $1, $2) }
    guard let actual else { throw .invalidArgument }
    endpoint = actual
  }

  // MARK: Accepting

  /// Accepts nothing until `resume()`. May be called from `onAccept`.
  public func pause() {
    isPaused = true
  }

  /// Accepts again, from the loop's next turn on.
  public func resume() {
    guard isPaused else { return }
    isPaused = false
    if isConnectionWaiting { goOn(afterMilliseconds: 0) }
  }

  private func connectionArrived(_ status: Int32) {
    guard unsafe !memory.isClosing else { return }
    if status < 0 { return acceptFailed(LoopError(status)) }
    failureCount = 0
    if isPaused || isResting {
      isConnectionWaiting = true
    } else {
      accept()
    }
  }

  private func accept() {
    isConnectionWaiting = false
    let stream: Stream
    do throws(LoopError) {
      stream = try unsafe Stream.accept(from: socket, isTCP: isTCP, loop: loop, handler: handler)
    } catch {
      // libuv has dropped the connection, but polls again only when told to.
      do throws(LoopError) { try startListening() } catch { giveUp(error) }
      return
    }
    loop.openTurn()
    onAccept(stream)
  }

  private func acceptFailed(_ error: LoopError) {
    failureCount += 1
    if error == .tooManyOpenFiles || error == .fileTableFull, reserve >= 0 {
      releaseReserve()
      isResting = true
      goOn(afterMilliseconds: EventLoopLimits.acceptRestMilliseconds)
    } else if failureCount > EventLoopLimits.acceptFailureCountMax {
      giveUp(error)
    }
    // Other failures are those of the connection that was to be accepted, and end with it.
  }

  private func goOn(afterMilliseconds delayMilliseconds: UInt64) {
    let timer = self.timer ?? LoopTimer(on: loop) { [weak self] in self?.goOn() }
    self.timer = timer
    timer.start(afterMilliseconds: delayMilliseconds)
  }

  private func goOn() {
    if isResting {
      reserve = turnpike_reserve_descriptor()
      if reserve < 0 { return goOn(afterMilliseconds: EventLoopLimits.acceptRestMilliseconds) }
      isResting = false
    }
    if isConnectionWaiting && !isPaused { accept() }
  }

  // MARK: Ending

  private func giveUp(_ error: LoopError) {
    let report = onFailure
    close()
    loop.openTurn()
    report(error)
  }

  /// Whether it listens no more.
  public var isClosed: Bool { unsafe memory.isClosing }

  /// Listens no more, and lets go of the closures; connections not handed out yet are dropped, streams handed out live on.
  public func close() {
    handler = nil
    onAccept = { _ in }
    onFailure = { _ in }
    releaseReserve()
    timer?.close()
    timer = nil
    if case .unix(let path) = endpoint { unsafe turnpike_remove_file(path, &socketFile) }
    unsafe memory.close()
  }

  private func releaseReserve() {
    if reserve >= 0 { turnpike_close_descriptor(reserve) }
    reserve = -1
  }

  private var isTCP: Bool { if case .tcp = endpoint { true } else { false } }

  private var socket: UnsafeMutablePointer<uv_stream_t> { unsafe turnpike_stream(memory.pointer) }
}
