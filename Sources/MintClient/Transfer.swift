internal import CCurl
internal import Cashu
internal import EventLoop

/// One request from `send` to its completion, and libcurl's handle for it once it is under way.
///
/// *Waiting* (no handle) -> *under way* -> *ended* (no completion any more). libcurl's callbacks reach it by its address, which is
/// given up with the handle; they only take notes here and never run a user's code.
@safe final class Transfer {
  let request: HTTPRequest
  private let answerMilliseconds: UInt64
  /// When its time is over, by the loop's clock.
  private let deadline: UInt64
  private let loop: Loop
  private var timer: LoopTimer?
  private var completion: ((HTTPResult) -> Void)?

  private(set) var easy: UnsafeMutableRawPointer?
  /// Where its connection is. Outlives the handle.
  private var place: ConnectionPlace?
  private var isConnectionKept = false
  /// How often libcurl was about to send it: 0 means that not a byte of it has left.
  private var sendCount = 0
  /// Why a callback ended it, or why it could not begin.
  private var failure: HTTPFailure?
  private var headerByteCount = 0
  /// Whether the empty line after the last status line has come: libcurl takes a connection that ends before it for an answer without a body.
  private var isHeadWhole = false
  private var body: [UInt8] = []

  /// - Parameter onLapse: Called when its time is over.
  init(
    _ request: HTTPRequest, timeoutMilliseconds: UInt64, answerMilliseconds: UInt64, on loop: Loop,
    onLapse: @escaping (Transfer) -> Void, completion: @escaping (HTTPResult) -> Void
  ) {
    self.request = request
    self.answerMilliseconds = answerMilliseconds
    self.loop = loop
    self.completion = completion
    let timeoutMilliseconds = min(timeoutMilliseconds, MintClientLimits.timeoutMillisecondsMax)
    deadline = loop.now &+ timeoutMilliseconds
    timer = LoopTimer(on: loop) { [weak self] in
      if let self { onLapse(self) }
    }
    timer?.start(afterMilliseconds: timeoutMilliseconds)
  }

  deinit {
    if let easy = unsafe easy { unsafe curl_easy_cleanup(easy) }
  }

  // MARK: Beginning

  /// Makes the handle. What can't be set ends it: a request goes out under all of these conditions or not at all.
  func begin(_ setup: TransferSetup, in place: ConnectionPlace) throws(HTTPFailure) {
    guard let easy = unsafe curl_easy_init() else { throw .other(code: CURLE_OUT_OF_MEMORY.rawValue) }
    unsafe self.easy = easy
    self.place = place
    unsafe try place.give(to: easy)
    unsafe try setup.apply(to: easy, for: request)
    let this = unsafe Unmanaged.passUnretained(self).toOpaque()
    for option in [CURLOPT_PREREQDATA, CURLOPT_HEADERDATA, CURLOPT_WRITEDATA] {
      try HTTPFailure.check(unsafe turnpike_curl_set_pointer(easy, option, this))
    }
    try HTTPFailure.check(
      unsafe turnpike_curl_set_prerequest(easy) { this, _, _, _, _ in
        unsafe transfer(this)?.isToBeSent() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
      })
    try HTTPFailure.check(
      unsafe turnpike_curl_set_write(easy, CURLOPT_HEADERFUNCTION) { bytes, _, count, this in
        unsafe transfer(this)?.takeHeader(UnsafeRawBufferPointer(start: bytes, count: count)) ?? 0
      })
    try HTTPFailure.check(
      unsafe turnpike_curl_set_write(easy, CURLOPT_WRITEFUNCTION) { bytes, _, count, this in
        unsafe transfer(this)?.takeBody(UnsafeRawBufferPointer(start: bytes, count: count)) ?? 0
      })
  }

  /// It could not begin: the result comes from the loop, never from within `send`.
  func failLater(_ failure: HTTPFailure) {
    self.failure = failure
    timer?.start(afterMilliseconds: 0)
  }

  // MARK: Callbacks of libcurl

  /// Runs when the connection stands, right before the request is written to it; and again when libcurl, having found a kept connection
  /// dead, is about to send the request once more on a new one. What was lost with the first may have been read, so only a GET may. A kept
  /// connection that is not silent any more gets nothing.
  private func isToBeSent() -> Bool {
    var newConnectionCount = 0
    guard let easy = unsafe easy, sendCount == 0 || request.body == nil,
      unsafe turnpike_curl_get_long(easy, CURLINFO_NUM_CONNECTS, &newConnectionCount) == CURLE_OK,
      newConnectionCount > 0 || place?.isSilent == true
    else {
      failure = .connectionLost
      return false
    }
    sendCount += 1
    return true
  }

  /// Takes a line: of the status, a header, an interim answer, a trailer. What it returns is not the count given to it when it ends the transfer.
  private func takeHeader(_ line: UnsafeRawBufferPointer) -> Int {
    headerByteCount += line.count
    if headerByteCount > MintClientLimits.headerByteCountMax { return refuse(.tooLong) }
    if unsafe line.starts(with: "HTTP/".utf8) {
      isHeadWhole = false
      // An interim answer says that the mint is still thinking.
      if unsafe !line.starts(with: "HTTP/1.1 1".utf8) { limitAnswer() }
    }
    if unsafe line.allSatisfy({ $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }) { isHeadWhole = true }
    // libcurl would unpack what is compressed for the way, asked or not, and a few bytes can hold gigabytes.
    return unsafe HeaderLine.isEncoded(line) ? refuse(.malformed) : line.count
  }

  /// From now on the rest of the answer has a time of its own, within the request's.
  private func limitAnswer() {
    let left = deadline > loop.now ? deadline - loop.now : 0
    timer?.start(afterMilliseconds: min(left, answerMilliseconds))
  }

  private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    if bytes.count > request.answerByteCountMax - body.count { return refuse(.tooLong) }
    unsafe body.append(contentsOf: bytes)
    return bytes.count
  }

  private func refuse(_ failure: HTTPFailure) -> Int {
    self.failure = failure
    // Any count but the one given.
    return -1
  }

  // MARK: Ending

  /// What became of it, by libcurl's account.
  func result(_ code: CURLcode) -> HTTPResult {
    guard code == CURLE_OK, let easy = unsafe easy else { return failed(HTTPFailure(code)) }
    var status = 0
    _ = unsafe turnpike_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    guard isHeadWhole else { return failed(.connectionLost) }
    guard sendCount > 0, failure == nil, (200...999).contains(status) else { return failed(.malformed) }
    return .answered(status: status, body: body)
  }

  /// What became of it without an answer. A callback's own reason goes before the one given.
  func failed(_ failure: HTTPFailure) -> HTTPResult {
    sendCount == 0 ? .notSent(self.failure ?? failure) : .unknown(self.failure ?? failure)
  }

  /// Looks whether it leaves a connection that can be used again. It has ended well, and is not removed yet.
  func keepConnection() {
    if let easy = unsafe easy, let place { isConnectionKept = unsafe place.keep(after: easy) }
  }

  /// The place that it leaves, if there is a connection in it. After `end()`.
  func takePlace() -> ConnectionPlace? {
    let place = place.take()
    return isConnectionKept ? place : nil
  }

  /// Gives up the handle and the timer. The completion, if it was not given out before.
  func end() -> ((HTTPResult) -> Void)? {
    timer.take()?.close()
    if let easy = unsafe easy.take() { unsafe curl_easy_cleanup(easy) }
    return completion.take()
  }
}

/// The transfer behind a callback's pointer. It is alive: its handle is.
private func transfer(_ pointer: UnsafeMutableRawPointer?) -> Transfer? {
  guard let pointer = unsafe pointer else { return nil }
  return unsafe Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
}

/// What is looked for in an answer's headers.
private enum HeaderLine {
  private static let name = Array("transfer-encoding:".utf8)

  /// Whether it is a Transfer-Encoding other than `chunked`.
  static func isEncoded(_ line: UnsafeRawBufferPointer) -> Bool {
    let line = unsafe line.map(\.lowercased)
    guard line.starts(with: name) else { return false }
    let value = line[name.count...].filter { !" \t\r\n".utf8.contains($0) }
    return !value.elementsEqual("chunked".utf8)
  }
}
