internal import EventLoop
internal import TurnpikeAgent

/// One connection of a lease's holder, piped to the service: two streams, and for each way the bytes that one gave and the other has not
/// taken. While there are any the giver is not read, so a way never holds more than one read brings.
///
///     connecting -> piping -> each way that ended is ended on the other side -> both ended: closed
///          any of them -- cut, or a stream failed --> both reset
final class GateConnection {
  /// Which of the two.
  enum Side: Int {
    case holder, service

    var other: Side { self == .holder ? .service : .holder }
  }

  /// What comes from one side.
  private struct Way {
    /// Bytes that are to go to the other side, from `begin` on.
    var rest: [UInt8] = []
    var begin = 0
    /// The side has sent its last byte.
    var hasEnded = false
    /// The other side was told so.
    var isFinished = false

    var isEmpty: Bool { begin == rest.count }
  }

  let lease: GateLease
  private let holder: Stream
  private var service: Stream?
  private var attempt: Attempt?
  private var first = Side.service
  private var ways = (fromHolder: Way(), fromService: Way())

  init(_ holder: Stream, of lease: GateLease) {
    self.holder = holder
    self.lease = lease
  }

  /// Whether bytes wait that the other side would take: what holds them back is the bucket.
  var holdsBack: Bool {
    (!ways.fromHolder.isEmpty && service?.isWritable == true) || (!ways.fromService.isEmpty && holder.isWritable)
  }

  /// Begins to connect to the service. `end` is called when this connection is over.
  func begin(to upstream: Endpoint, on loop: Loop, handler: StreamHandler, end: @escaping (GateConnection) -> Void) {
    attempt = Attempt.start(to: upstream, on: loop, limitMilliseconds: EnforcementLimits.connectMilliseconds) {
      [weak self] result in
      guard let self else { return }
      attempt = nil
      guard case .success(let stream) = result, lease.permits(AgentClock.now) else {
        if case .success(let stream) = result { stream.reset() }
        return end(self)
      }
      stream.userIndex = (holder.userIndex & ~1) | Side.service.rawValue
      stream.handOver(to: handler)
      service = stream
      // Who vanished would keep his place for as long as the lease lives.
      holder.keepAlive(afterSeconds: EnforcementLimits.keepAliveSeconds)
      stream.keepAlive(afterSeconds: EnforcementLimits.keepAliveSeconds)
      holder.startReading()
      stream.startReading()
    }
  }

  /// Whether the stream is this connection's on that side: places are used again.
  func owns(_ stream: Stream, on side: Side) -> Bool {
    side == .holder ? stream === holder : stream === service
  }

  private func stream(_ side: Side) -> Stream? { side == .holder ? holder : service }

  private func withWay<Result>(from side: Side, _ body: (inout Way) -> Result) -> Result {
    side == .holder ? body(&ways.fromHolder) : body(&ways.fromService)
  }

  // MARK: Bytes

  /// Passes on what came from a side, as far as the other takes it and the lease permits; keeps the rest. The lease was asked.
  func received(_ bytes: UnsafeRawBufferPointer, from side: Side) {
    guard let giver = stream(side), let taker = stream(side.other) else { return }
    // A side that is not read gives nothing; should it, order comes first.
    let isFirst = withWay(from: side) { $0.isEmpty }
    let done = isFirst ? unsafe pass(bytes, from: side, to: taker) : 0
    if done == bytes.count { return }
    giver.stopReading()
    withWay(from: side) { way in
      if way.isEmpty {
        way.rest.removeAll(keepingCapacity: true)
        way.begin = 0
      }
      unsafe way.rest.append(contentsOf: bytes[done...])
    }
  }

  private func pass(_ bytes: UnsafeRawBufferPointer, from side: Side, to taker: Stream) -> Int {
    let count = min(bytes.count, lease.allowance(AgentClock.now))
    guard count > 0 else { return 0 }
    let taken = unsafe taker.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    lease.passed(taken, fromHolder: side == .holder)
    return taken
  }

  /// Goes on with what is kept, of both ways. True when both have ended.
  func pump() -> Bool {
    // One after the other is first, or what a bucket has would all go one way.
    first = first.other
    pump(from: first)
    pump(from: first.other)
    return ways.fromHolder.isFinished && ways.fromService.isFinished
  }

  private func pump(from side: Side) {
    guard let giver = stream(side), let taker = stream(side.other) else { return }
    let (isEmpty, hasEnded) = withWay(from: side) { way in
      let taken = unsafe way.rest[way.begin...].withUnsafeBytes { unsafe pass($0, from: side, to: taker) }
      way.begin += taken
      return (way.isEmpty, way.hasEnded)
    }
    guard isEmpty else { return }
    if !hasEnded { return giver.startReading() }
    taker.finishWriting()
    withWay(from: side) { way in
      way.isFinished = true
      way.rest = []
      way.begin = 0
    }
  }

  /// A side has sent its last byte. True when both have, and all of it has gone.
  func ended(_ side: Side) -> Bool {
    withWay(from: side) { $0.hasEnded = true }
    return pump()
  }

  // MARK: Ending

  /// Both ways have ended: what the kernel holds is still sent.
  func close() {
    attempt.take()?.cancel()
    holder.close()
    service?.close()
  }

  /// At once: nothing more goes out on either side.
  func cut() {
    attempt.take()?.cancel()
    holder.reset()
    service?.reset()
    ways = (Way(), Way())
  }
}
