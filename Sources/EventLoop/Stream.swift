internal import CLibuv

/// One connection, TCP or unix-domain, connected by `Stream.connect` or accepted by a `Listener`.
///
/// **Reading** starts with `startReading()` and goes into the loop's one receive buffer; a stream is given at most one buffer
/// full per turn, so that a peer who sends fast cannot hold up the others. `stopReading()` leaves the rest in the kernel, which
/// then stops the peer.
///
/// **Writing** never queues. `write` takes what the kernel takes and returns how much that was; the rest stays with the caller,
/// who is free to move or append to it, until `.writable`. To be woken then, the stream hands libuv up to 64 of the remaining
/// bytes, copied into its own memory, by its one write request:
///
///     caller's outbox  |======== taken by the kernel ========|= tail =|-------- stays with the caller --------|
///                      <------------- returned by write ------------->
///
/// **Life.** Nothing ends by itself: whatever happens, the user calls `close()`, and the memory goes after `.closed`.
@safe public final class Stream: HandleOwner {
  /// Can transition to the states below it, and from each to `closing`.
  enum State {
    case connecting
    case open
    case failed
    case closing
    case closed
  }

  private let loop: Loop
  private let memory = unsafe HandleMemory<turnpike_socket>()
  private let isTCP: Bool
  /// Nil once the stream is closed, and for one that failed before anybody was told of it.
  private var handler: StreamHandler?
  private var state: State
  private var isReading = false
  /// Whether this turn's read filled the receive buffer.
  private var isBufferFilled = false
  private var isTailUnderWay = false
  private var isFinishing = false
  private var index = -1

  private init(isTCP: Bool, state: State, loop: Loop, handler: StreamHandler?) throws(LoopError) {
    self.loop = loop
    self.isTCP = isTCP
    self.handler = handler
    self.state = state
    let status =
      isTCP
      ? unsafe uv_tcp_init(loop.raw, turnpike_tcp(memory.pointer))
      : unsafe uv_pipe_init(loop.raw, turnpike_pipe(memory.pointer), 0)
    try LoopError.check(status)
    unsafe memory.adopt(by: self)
  }

  /// The user's mark on the stream, such as its place in a table of connections. -1 until it is set.
  public var userIndex: Int {
    get { index }
    set { index = newValue }
  }

  // MARK: Opening

  /// Begins to connect. `.connected` or `.failed` follows, never from within this call.
  public static func connect(to endpoint: Endpoint, on loop: Loop, handler: StreamHandler) throws(LoopError) -> Stream {
    switch endpoint {
    case .tcp(let host, let port):
      var address = try Endpoint.socketAddress(host: host, port: port)
      let stream = try Stream(isTCP: true, state: .connecting, loop: loop, handler: handler)
      let status = unsafe turnpike_tcp_connect(stream.memory.pointer, &address, Self.connectEnded)
      try stream.closeSilently(ifFailed: status)
      return stream
    case .unix(let path):
      try Endpoint.checkPath(path)
      let stream = try Stream(isTCP: false, state: .connecting, loop: loop, handler: handler)
      let memory = unsafe stream.memory.pointer
      unsafe uv_pipe_connect(turnpike_connect(memory), turnpike_pipe(memory), path, Self.connectEnded)
      return stream
    }
  }

  /// Takes the connection that waits at a listener's handle.
  static func accept(
    from listener: UnsafeMutablePointer<uv_stream_t>, isTCP: Bool, loop: Loop, handler: StreamHandler?
  ) throws(LoopError) -> Stream {
    let stream = try Stream(isTCP: isTCP, state: .open, loop: loop, handler: handler)
    try stream.closeSilently(ifFailed: unsafe uv_accept(listener, stream.socket))
    stream.setNoDelay()
    return stream
  }

  /// One end of a pair of sockets, of which `start` gives the other one to a child.
  static func paired(
    on loop: Loop, handler: StreamHandler, start: (UnsafeMutablePointer<turnpike_socket>) -> Int32
  ) throws(LoopError) -> Stream {
    let stream = try Stream(isTCP: false, state: .open, loop: loop, handler: handler)
    try stream.closeSilently(ifFailed: unsafe start(stream.memory.pointer))
    return stream
  }

  private static let connectEnded: uv_connect_cb = { request, status in
    unsafe owner(request?.pointee.handle?.pointee.data, as: Stream.self)?.connectEnded(status)
  }

  private func connectEnded(_ status: Int32) {
    guard state == .connecting else { return }
    loop.openTurn()
    if status < 0 { return fail(LoopError(status)) }
    state = .open
    setNoDelay()
    handler?.onEvent(self, .connected)
  }

  /// Replies are whole frames: waiting for more bytes would only delay them.
  private func setNoDelay() {
    if isTCP { _ = unsafe uv_tcp_nodelay(turnpike_tcp(memory.pointer), 1) }
  }

  /// Has the kernel ask a TCP peer that is silent for so long whether it is still there; one that is not fails the stream.
  public func keepAlive(afterSeconds seconds: UInt32) {
    if isTCP { _ = unsafe uv_tcp_keepalive(turnpike_tcp(memory.pointer), 1, seconds) }
  }

  /// From now on events go to another handler, as when who connected is not who uses the connection.
  public func handOver(to handler: StreamHandler) {
    if self.handler != nil { self.handler = handler }
  }

  // MARK: Reading

  /// Begins or goes on reading. Does nothing on a stream that cannot be read any more.
  public func startReading() {
    guard state == .open, !isReading else { return }
    isBufferFilled = false
    let status = unsafe uv_read_start(
      socket,
      { handle, _, buffer in
        guard let stream = unsafe owner(handle?.pointee.data, as: Stream.self) else { return }
        unsafe buffer?.pointee = stream.nextBuffer()
      },
      { handle, count, buffer in
        unsafe owner(handle?.pointee.data, as: Stream.self)?.readEnded(count, in: buffer?.pointee.base)
      })
    isReading = status == 0
  }

  /// Leaves what arrives in the kernel until `startReading()`: back-pressure. May be called from a data callback.
  public func stopReading() {
    guard isReading else { return }
    isReading = false
    _ = unsafe uv_read_stop(socket)
  }

  /// libuv reads again as long as the buffer was filled. An empty buffer ends that, until the next turn.
  private func nextBuffer() -> uv_buf_t {
    if isBufferFilled {
      isBufferFilled = false
      return unsafe uv_buf_t(base: nil, len: 0)
    }
    return unsafe uv_buf_t(
      base: loop.receiveBuffer.assumingMemoryBound(to: CChar.self), len: EventLoopLimits.receiveBufferByteCount)
  }

  private func readEnded(_ count: Int, in base: UnsafeMutablePointer<CChar>?) {
    if count > 0 {
      loop.openTurn()
      isBufferFilled = count == EventLoopLimits.receiveBufferByteCount
      unsafe handler?.onData(self, UnsafeRawBufferPointer(start: base, count: count))
      return
    }
    // Zero is "nothing just now", ENOBUFS our own empty buffer; neither is an end.
    if count == 0 || count == Int(UV_ENOBUFS.rawValue) { return }
    guard state == .open else { return }
    loop.openTurn()
    if count != Int(UV_EOF.rawValue) { return fail(LoopError(Int32(truncatingIfNeeded: count))) }
    stopReading()
    handler?.onEvent(self, .endOfStream)
  }

  // MARK: Writing

  /// Whether `write` would reach the kernel.
  public var isWritable: Bool { state == .open && !isTailUnderWay && !isFinishing }

  /// Sends what can be sent now and returns how many bytes that is. Less than `bytes.count` means: keep the rest, and go on at
  /// `.writable`, which follows; until then every further call returns 0. A failure is an event too, never a result.
  public func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard isWritable, let base = bytes.baseAddress, bytes.count > 0 else { return 0 }
    var buffer = unsafe uv_buf_t(
      base: UnsafeMutableRawPointer(mutating: base).assumingMemoryBound(to: CChar.self), len: bytes.count)
    let status = unsafe uv_try_write(socket, &buffer, 1)
    let taken = max(0, Int(status))
    if taken == bytes.count { return taken }
    // The kernel is full, or the socket failed: the tail's callback will tell when it is not, or why.
    return taken + (unsafe writeTail(of: UnsafeRawBufferPointer(rebasing: bytes[taken...])))
  }

  private func writeTail(of bytes: UnsafeRawBufferPointer) -> Int {
    guard let tail = unsafe turnpike_tail(memory.pointer), let base = bytes.baseAddress else { return 0 }
    let count = min(bytes.count, Int(TURNPIKE_TAIL_BYTE_COUNT))
    unsafe UnsafeMutableRawPointer(tail).copyMemory(from: base, byteCount: count)
    var buffer = unsafe uv_buf_t(base: tail, len: count)
    let status = unsafe uv_write(turnpike_write(memory.pointer), socket, &buffer, 1) { request, status in
      unsafe owner(request?.pointee.handle?.pointee.data, as: Stream.self)?.tailEnded(status)
    }
    guard status == 0 else {
      // Only a socket that is not open is refused here, which `isWritable` excludes. `.closed` is then what the user hears.
      close()
      return 0
    }
    isTailUnderWay = true
    return count
  }

  private func tailEnded(_ status: Int32) {
    isTailUnderWay = false
    guard state == .open else { return }
    loop.openTurn()
    if status < 0 { return fail(LoopError(status)) }
    if !isFinishing { handler?.onEvent(self, .writable) }
  }

  /// Ends this direction once all that `write` took is sent: the peer reads an end of stream and may still answer.
  public func finishWriting() {
    guard state == .open, !isFinishing else { return }
    isFinishing = true
    _ = unsafe uv_shutdown(turnpike_shutdown(memory.pointer), socket, nil)
  }

  // MARK: Ending

  private func fail(_ error: LoopError) {
    guard state == .connecting || state == .open else { return }
    stopReading()
    state = .failed
    handler?.onEvent(self, .failed(error))
  }

  /// Closes; `.closed` follows, from the loop, and nothing else. What the kernel holds is still sent, but if bytes of the
  /// peer lie there unread, the kernel resets the connection and the peer may miss the last ones: when they matter, use
  /// `finishWriting()` and read (and drop) for a while first. May be called at any time and more than once.
  public func close() {
    guard state != .closing, state != .closed else { return }
    state = .closing
    isReading = false
    unsafe uv_close(memory.handle) { handle in
      guard let data = unsafe handle?.pointee.data else { return }
      unsafe Unmanaged<Stream>.fromOpaque(data).takeRetainedValue().closeEnded()
    }
  }

  /// Closes as `close()` does, but nothing more goes out: what the kernel holds is dropped, and the peer of a TCP connection sees a reset.
  public func reset() {
    guard state != .closing, state != .closed else { return }
    unsafe turnpike_reset_on_close(memory.pointer)
    close()
  }

  private func closeEnded() {
    state = .closed
    loop.openTurn()
    handler.take()?.onEvent(self, .closed)
  }

  private func closeSilently(ifFailed status: Int32) throws(LoopError) {
    guard status < 0 else { return }
    handler = nil
    close()
    throw LoopError(status)
  }

  /// The peer's address for a log line; nil when the connection is gone. A unix-domain peer has none but its kind.
  public var peerAddress: String? {
    guard state == .open || state == .failed else { return nil }
    guard isTCP else { return "unix" }
    return unsafe Endpoint.formatted { unsafe turnpike_tcp_peer_address(memory.pointer, $0, $1, $2) }?.description
  }

  private var socket: UnsafeMutablePointer<uv_stream_t> { unsafe turnpike_stream(memory.pointer) }
}
