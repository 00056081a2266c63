internal import CCurl
internal import Cashu
public import EventLoop

/// Sends requests to mints and tells what became of each: answered, not sent, or unknown (`HTTPResult`).
///
/// **Bounds.** Each origin has a lane of its own: a few requests under way, on as many connections, and a queue; what finds the queue full
/// is refused at once. See `MintTransportLimits`. A request's time begins with `send`, and ends wherever it is then.
///
/// **Once.** A POST is handed to a connection at most once: where libcurl would send it again by itself, because a kept connection was found
/// closed, it is ended instead, as unknown. A GET may be sent again. A kept connection is looked at before it is used (`ConnectionPlace`).
///
/// **The loop** is never waited on, but does the work: a TLS handshake takes a millisecond or two of it, and the first one of a day
/// tens of them, for reading the system's authorities. A loop that must answer faster than that leaves the transport to another (`LoopThread`).
///
/// **Names** are looked up on threads of libcurl's, one for a lookup, by the system's resolver. A lookup is given up with its request; its
/// thread stays until the resolver's own time is over, also beyond `close()`, and then goes without touching anything of ours.
///
/// **Life.** Whoever made it calls `close()`, before the loop's. While requests are under way they keep the transport and the loop's `run()`
/// going; connections that are kept for later do not.
@safe public final class MintTransport {
  private let loop: Loop
  private let limits: MintTransportLimits
  private let setup: TransferSetup
  private var multi: CurlMulti?
  private var pool: ConnectionPool
  private var lanes: [MintOrigin: Lane] = [:]

  /// A transport without connections.
  ///
  /// - Parameter authoritiesFile: A PEM file of the certificate authorities that mints are checked by, instead of the system's. Read with the
  ///   first connection: when it cannot be, none comes about.
  public init(
    on loop: Loop, limits: MintTransportLimits = MintTransportLimits(), authoritiesFile: String? = nil
  ) throws(HTTPFailure) {
    self.loop = loop
    self.limits = limits
    setup = TransferSetup(limits: limits, authoritiesFile: authoritiesFile)
    pool = ConnectionPool(limits: limits)
    multi = try CurlMulti(on: loop) { [weak self] transfer, code in
      self?.finish(transfer, transfer.result(code))
    }
  }

  /// Requests that were accepted and have no result yet.
  public var count: Int { lanes.values.reduce(0) { $0 + $1.underWay.count + $1.waiting.count } }

  /// Sends a request, as soon as its origin has room.
  ///
  /// - Parameters:
  ///   - timeoutMilliseconds: The time for all of it, waiting included; at most `MintClientLimits.timeoutMillisecondsMax`.
  ///   - completion: Gets the result: called once, by the loop or by `close()`, never from within this call. May send, and may close.
  public func send(
    _ request: HTTPRequest, timeoutMilliseconds: UInt64, completion: @escaping (HTTPResult) -> Void
  ) -> HTTPAdmission {
    guard multi != nil else { return .closed }
    let lane = lanes[request.origin] ?? Lane()
    let isFull =
      lane.underWay.count >= limits.underWayMax
      && (lane.waiting.count >= limits.waitingMax
        || lane.waitingByteCount + request.byteCount > limits.waitingByteCountMax)
    if isFull || (lane.isEmpty && lanes.count >= limits.originCountMax) { return .full }
    let transfer = Transfer(
      request, timeoutMilliseconds: timeoutMilliseconds, answerMilliseconds: limits.answerMilliseconds, on: loop,
      onLapse: { self.finish($0, $0.failed(.timedOut)) }, completion: completion)
    lanes[request.origin] = lane
    lane.append(transfer)
    beginNext(lane)
    return .accepted
  }

  /// Ends what is under way and what waits, calls all completions (with `.closed`, each as not sent or unknown), and closes all
  /// connections before it returns. May be called from a completion. Idempotent.
  public func close() {
    guard let multi = multi.take() else { return }
    let lanes = self.lanes.values
    self.lanes = [:]
    let transfers = lanes.flatMap { $0.underWay + $0.waiting }
    let results = transfers.map { $0.failed(.closed) }
    multi.close()
    let completions = transfers.map { $0.end() }
    for transfer in transfers { _ = transfer.takePlace() }
    pool.close()
    for (completion, result) in zip(completions, results) { completion?(result) }
  }

  private func beginNext(_ lane: Lane) {
    while lane.underWay.count < limits.underWayMax, let transfer = lane.beginNext() {
      do throws(HTTPFailure) {
        try transfer.begin(setup, in: pool.take(for: transfer.request.origin, nowMilliseconds: loop.now))
        try multi?.add(transfer)
      } catch {
        transfer.failLater(error)
      }
    }
  }

  /// From the loop: neither from within `send` nor from a callback of libcurl's.
  private func finish(_ transfer: Transfer, _ result: HTTPResult) {
    guard let lane = lanes[transfer.request.origin], lane.remove(transfer) else { return }
    multi?.remove(transfer)
    let completion = transfer.end()
    if let place = transfer.takePlace() {
      pool.put(place, for: transfer.request.origin, nowMilliseconds: loop.now)
    }
    beginNext(lane)
    if lane.isEmpty { lanes[transfer.request.origin] = nil }
    completion?(result)
  }
}

/// The requests of one origin, in the order in which they came.
private final class Lane {
  private(set) var underWay: [Transfer] = []
  private(set) var waiting: [Transfer] = []
  private(set) var waitingByteCount = 0

  var isEmpty: Bool { underWay.isEmpty && waiting.isEmpty }

  func append(_ transfer: Transfer) {
    waiting.append(transfer)
    waitingByteCount += transfer.request.byteCount
  }

  /// Moves the oldest one that waits.
  func beginNext() -> Transfer? {
    guard let transfer = waiting.first else { return nil }
    _ = remove(transfer)
    underWay.append(transfer)
    return transfer
  }

  /// Whether it was there.
  func remove(_ transfer: Transfer) -> Bool {
    if let index = underWay.firstIndex(where: { $0 === transfer }) {
      underWay.remove(at: index)
      return true
    }
    guard let index = waiting.firstIndex(where: { $0 === transfer }) else { return false }
    waiting.remove(at: index)
    waitingByteCount -= transfer.request.byteCount
    return true
  }
}
