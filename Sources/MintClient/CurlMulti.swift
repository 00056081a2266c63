internal import CCurl
internal import EventLoop

/// libcurl's multi handle on a loop: what it wants watched is watched, its one timer is the loop's, and what has ended is told.
///
/// Keeps each transfer that was added until it is removed; their connections are not its own (`ConnectionPlace`). Users are
/// called from the loop only, never while libcurl is at work. Calls into libcurl do not block: names are looked up on a thread of its own each.
@safe final class CurlMulti {
  private let loop: Loop
  private var handle: UnsafeMutableRawPointer?
  private var timer: LoopTimer?
  private var watches: [curl_socket_t: DescriptorWatch] = [:]
  /// By libcurl's handle.
  private var transfers: [UnsafeMutableRawPointer: Transfer] = unsafe [:]
  private let onEnd: (Transfer, CURLcode) -> Void

  /// - Parameter onEnd: A transfer has ended, and is removed.
  init(
    on loop: Loop, onEnd: @escaping (Transfer, CURLcode) -> Void
  ) throws(HTTPFailure) {
    self.loop = loop
    self.onEnd = onEnd
    // Counts its callers; may be called from any thread since 7.84.
    try HTTPFailure.check(curl_global_init(Int(CURL_GLOBAL_DEFAULT)))
    guard let handle = unsafe curl_multi_init() else { throw .other(code: CURLE_OUT_OF_MEMORY.rawValue) }
    unsafe self.handle = handle
    timer = LoopTimer(on: loop) { [weak self] in self?.act(on: CURL_SOCKET_TIMEOUT, 0) }
    let this = unsafe Unmanaged.passUnretained(self).toOpaque()
    let statuses = unsafe [
      turnpike_curl_multi_set_long(handle, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING)),
      // In each place there is one.
      turnpike_curl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, 1),
      turnpike_curl_multi_set_pointer(handle, CURLMOPT_SOCKETDATA, this),
      turnpike_curl_multi_set_pointer(handle, CURLMOPT_TIMERDATA, this),
      turnpike_curl_multi_set_socket(handle) { _, descriptor, what, this, _ in
        unsafe multi(this)?.watch(descriptor, what)
        return 0
      },
      turnpike_curl_multi_set_timer(handle) { _, delayMilliseconds, this in
        unsafe multi(this)?.startTimer(delayMilliseconds)
        return 0
      },
    ]
    guard statuses.allSatisfy({ $0 == CURLM_OK }) else {
      close()
      throw .other(code: CURLE_FAILED_INIT.rawValue)
    }
  }

  deinit {
    close()
  }

  // MARK: Transfers

  /// Begins a transfer that has a handle.
  func add(_ transfer: Transfer) throws(HTTPFailure) {
    guard let handle = unsafe handle, let easy = unsafe transfer.easy,
      unsafe curl_multi_add_handle(handle, easy) == CURLM_OK
    else { throw .other(code: CURLE_FAILED_INIT.rawValue) }
    unsafe transfers[easy] = transfer
  }

  /// Ends a transfer wherever it is, and closes its connection unless it is through with it. Not from within a callback of libcurl's.
  func remove(_ transfer: Transfer) {
    guard let handle = unsafe handle, let easy = unsafe transfer.easy, unsafe transfers[easy] != nil else { return }
    _ = unsafe curl_multi_remove_handle(handle, easy)
    unsafe transfers[easy] = nil
  }

  /// Ends all transfers and closes their connections. Idempotent. A lookup that is still under way is left to its thread.
  func close() {
    guard let handle = unsafe handle else { return }
    let rest = unsafe Array(transfers.values)
    for transfer in rest { remove(transfer) }
    unsafe self.handle = nil
    // Connections are closed next, and watches go before their descriptors.
    for watch in watches.values { watch.close() }
    watches = [:]
    timer.take()?.close()
    _ = unsafe turnpike_curl_multi_set_socket(handle, nil)
    _ = unsafe turnpike_curl_multi_set_timer(handle, nil)
    _ = unsafe curl_multi_cleanup(handle)
  }

  // MARK: Between libcurl and the loop

  private func act(on descriptor: curl_socket_t, _ readiness: Int32) {
    guard let handle = unsafe handle else { return }
    var underWayCount: Int32 = 0
    _ = unsafe curl_multi_socket_action(handle, descriptor, readiness, &underWayCount)
    var ended: [(Transfer, CURLcode)] = []
    var messageCount: Int32 = 0
    while let message = unsafe curl_multi_info_read(handle, &messageCount) {
      guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle,
        let transfer = unsafe transfers[easy]
      else { continue }
      ended.append((transfer, unsafe message.pointee.data.result))
    }
    // Users are called last: one of them may close everything.
    for (transfer, code) in ended {
      if code == CURLE_OK { transfer.keepConnection() }
      remove(transfer)
    }
    for (transfer, code) in ended { onEnd(transfer, code) }
  }

  /// A callback of libcurl's: what to watch a descriptor for. It says "nothing more" before it closes one.
  private func watch(_ descriptor: curl_socket_t, _ what: Int32) {
    if what == CURL_POLL_REMOVE {
      watches.removeValue(forKey: descriptor)?.close()
      return
    }
    var readiness: DescriptorWatch.Readiness = []
    if what & CURL_POLL_IN != 0 { readiness.insert(.readable) }
    if what & CURL_POLL_OUT != 0 { readiness.insert(.writable) }
    do throws(LoopError) {
      if watches[descriptor] == nil { watches[descriptor] = try makeWatch(descriptor) }
      watches[descriptor]?.watch(for: readiness)
    } catch {
      // No memory, say. The transfer is not heard of until its time is over, which is a result like another.
    }
  }

  private func makeWatch(_ descriptor: curl_socket_t) throws(LoopError) -> DescriptorWatch {
    try DescriptorWatch(of: descriptor, on: loop) { [weak self] ready in
      var readiness: Int32 = 0
      if ready.contains(.readable) { readiness |= CURL_CSELECT_IN }
      if ready.contains(.writable) { readiness |= CURL_CSELECT_OUT }
      self?.act(on: descriptor, readiness)
    }
  }

  /// A callback of libcurl's: when to go on, however early; -1 for never. It must not be called back from within.
  private func startTimer(_ delayMilliseconds: Int) {
    if delayMilliseconds < 0 {
      timer?.stop()
    } else {
      timer?.start(afterMilliseconds: UInt64(delayMilliseconds))
    }
  }
}

/// The object behind a callback's pointer. It is alive: its handle is.
private func multi(_ pointer: UnsafeMutableRawPointer?) -> CurlMulti? {
  guard let pointer = unsafe pointer else { return nil }
  return unsafe Unmanaged<CurlMulti>.fromOpaque(pointer).takeUnretainedValue()
}
