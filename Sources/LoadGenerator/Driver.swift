public import EventLoop
import Glibc

/// Sends a workload's requests over its connections at a pace, and meters the replies. One thread; several drivers may share a loop.
///
/// *connecting* -> *ready* -> *running* (first unmeasured, then measured) -> *draining* -> *over*. Any failure leads to *over*.
@safe public final class Driver<Work: Workload & ~Copyable> {
  @safe private final class Link {
    var stream: EventLoop.Stream?
    let buffer: UnsafeMutableRawPointer
    let byteCount: Int
    var begin = 0
    var end = 0
    var inFlight = 0
    /// Requests written since the run began.
    var sent = 0
    var room = RoomWatch()
    var received: [UInt8] = []
    var isGreeted = false

    init(byteCount: Int) {
      self.byteCount = byteCount
      unsafe buffer = .allocate(byteCount: byteCount, alignment: 64)
    }

    deinit { unsafe buffer.deallocate() }
  }

  private enum Phase { case connecting, ready, running, draining, over }

  /// What came back.
  public let meter: Meter
  /// The workload, for what it found.
  public private(set) var work: Work
  /// Whether the workload has no more requests.
  public private(set) var isExhausted = false

  private let loop: Loop
  private let endpoints: [Endpoint]
  private let pace: Pace
  private let connectionCount: Int
  private let drainMilliseconds: UInt64
  private var links: [Link] = []
  private var phase = Phase.connecting
  private var greetedCount = 0
  private var inFlightCount = 0
  private var handler: StreamHandler?
  private var onReady: () -> Void = {}
  private var onDrained: () -> Void = {}
  private var onExhausted: () -> Void = {}
  private var onFailure: (RunFailure) -> Void = { _ in }

  // An open pace. Requests go out in bursts on one connection after the other, a burst when its last request is due: a system call
  // for each single one would be the limit. No burst is longer than 50 us of the rate.
  private var timer: PreciseTimer?
  private var start: UInt64 = 0
  private var interval = 0.0
  private var burst = 1
  private var wakeCount = 0
  /// Requests that went out late: the generator's doing, and the server's.
  private var lateCount = 0
  private var waitedCount = 0

  // The measured part.
  private var serverProcess: Int32?
  private var doneAtBegin: UInt64 = 0
  private var doneAtEnd: UInt64 = 0
  private var processorAtBegin = 0.0
  private var processorAtEnd = 0.0
  private var serverAtBegin: ServerUsage?
  private var serverAtEnd: ServerUsage?
  private var unsentCount = 0

  /// - Parameter endpoints: Connections are spread over them in turn; a client address has some 28,000 ports for each.
  public init(
    _ work: consuming Work, on loop: Loop, to endpoints: [Endpoint], connections: Int, pace: Pace,
    serverProcess: Int32? = nil, drainMilliseconds: UInt64 = 10_000
  ) {
    self.work = work
    self.drainMilliseconds = drainMilliseconds
    self.loop = loop
    self.endpoints = endpoints
    self.pace = pace
    self.serverProcess = serverProcess
    connectionCount = connections
    meter = Meter(connections: connections, depth: pace.depth)
  }

  /// Leaves what comes in the kernel, or goes on reading it.
  public func setReading(_ isReading: Bool) {
    for link in links { isReading ? link.stream?.startReading() : link.stream?.stopReading() }
  }

  // MARK: Phases

  /// Connects and greets, a few hundred at a time; then calls `ready`.
  ///
  /// - Parameter exhausted: Called once when the workload has no more requests and all were answered.
  public func connect(
    ready: @escaping () -> Void, exhausted: @escaping () -> Void = {}, failure: @escaping (RunFailure) -> Void
  ) {
    (onReady, onExhausted, onFailure) = (ready, exhausted, failure)
    handler = StreamHandler(
      onData: { stream, bytes in unsafe self.take(bytes, of: stream) },
      onEvent: { stream, event in self.handle(event, of: stream) })
    for _ in 0..<min(connectionCount, 256) { connectNext() }
  }

  private func connectNext() {
    guard links.count < connectionCount, let handler else { return }
    do {
      let stream = try Stream.connect(to: endpoints[links.count % endpoints.count], on: loop, handler: handler)
      stream.userIndex = links.count
      let greetingByteCount = work.greeting(of: links.count).count
      let link = Link(byteCount: max(4096, pace.depth * work.requestByteCountMax * 2, greetingByteCount))
      link.stream = stream
      links.append(link)
    } catch {
      fail(.connection(error.message))
    }
  }

  /// The first requests go out.
  public func begin() {
    guard phase == .ready else { return }
    phase = .running
    if case .open(let rate, _) = pace {
      interval = 1_000_000_000 / rate
      burst = max(1, min(pace.depth, Int(rate / 20_000)))
      start = Loop.hrtime + 1_000_000
      do {
        timer = try PreciseTimer(on: loop) { self.wake() }
        timer?.start(atNanoseconds: start)
      } catch {
        fail(.connection(error.message))
      }
    } else {
      for link in links { pump(link) }
    }
  }

  /// The measured part begins.
  public func measure() {
    if phase == .running { measureIfNot() }
  }

  private func measureIfNot() {
    guard meter.begin == .max else { return }
    (doneAtBegin, processorAtBegin) = (meter.count(of: 0), ownProcessorSeconds)
    serverAtBegin = serverProcess.flatMap { ServerUsage(of: $0) }
    meter.begin = Loop.hrtime
  }

  /// The measured part ends; calls `drained` when all that was sent is answered, or was not within `drainMilliseconds`.
  public func finish(drained: @escaping () -> Void) {
    guard phase == .running else { return }
    // What fell due while this thread was held up can still be sent.
    if timer != nil { wake() }
    guard phase == .running else { return }
    measureIfNot()
    meter.end = Loop.hrtime
    (doneAtEnd, processorAtEnd) = (meter.count(of: 0), ownProcessorSeconds)
    serverAtEnd = serverProcess.flatMap { ServerUsage(of: $0) }
    timer?.close()
    phase = .draining
    onDrained = drained
    countUnsent()
    if inFlightCount == 0 { return drain() }
    LoopTimer(on: loop) { self.drain() }.start(afterMilliseconds: drainMilliseconds)
  }

  /// What was due and could not be sent took at least until now: to leave it out would be coordinated omission. What was due in the
  /// last millisecond may just not have had its turn.
  private func countUnsent() {
    guard case .open = pace, !isExhausted else { return }
    for (index, link) in links.enumerated() {
      let due = dueCount(of: index, at: meter.end - 1_000_000)
      for request in min(link.sent, due)..<due {
        let instant = intended(request, of: index)
        if instant >= meter.begin { meter.record(meter.end - min(instant, meter.end)) }
        unsentCount += 1
      }
    }
  }

  private func drain() {
    guard phase == .draining else { return }
    meter.giveUp(at: Loop.hrtime)
    let done = onDrained
    close()
    done()
  }

  private func fail(_ failure: RunFailure) {
    guard phase != .over else { return }
    let failed = onFailure
    close()
    failed(failure)
  }

  /// Closes what is open. Nothing is called after it.
  public func close() {
    phase = .over
    timer?.close()
    for link in links { link.stream?.close() }
    handler = nil
    (onReady, onDrained, onExhausted, onFailure) = ({}, {}, {}, { _ in })
  }

  /// What the run showed, once it is drained.
  public var result: RunResult {
    var errors = meter.refusals.map { (name: work.statusName($0.status), count: $0.count) }
    if inFlightCount > 0 { errors.append(("UNANSWERED", UInt64(inFlightCount))) }
    if unsentCount > 0 { errors.append(("UNSENT", UInt64(unsentCount))) }
    var result = RunResult(
      work: work.name, doneCount: doneAtEnd - doneAtBegin, seconds: Double(meter.end - meter.begin) / 1_000_000_000,
      errors: errors, latencies: meter.latencies, processorSeconds: processorAtEnd - processorAtBegin)
    if let first = serverAtBegin, var last = serverAtEnd {
      last.processorSeconds -= first.processorSeconds
      result.server = last
    }
    result.isExhausted = isExhausted
    result.warnings = warnings(result)
    return result
  }

  private func warnings(_ result: RunResult) -> [String] {
    var warnings: [String] = []
    if result.doneCount == 0 { warnings.append("nothing was done in the measured part") }
    if let processors = result.processors, processors > 0.95 {
      warnings.append("the generator was busy all the time: the server may do more than this")
    }
    if case .open(let rate, _) = pace {
      if result.rate < 0.99 * rate {
        warnings.append("the rate was missed: \(Int(result.rate)) of \(Int(rate)) a second")
      }
      let sent = links.reduce(0) { $0 + $1.sent }
      if lateCount * 100 > sent {
        warnings.append(
          "the generator sent \(lateCount) requests more than a millisecond late, which counts into their latency")
      }
      if waitedCount * 100 > sent {
        warnings.append(
          "\(waitedCount) requests waited for room on their connection, which counts into their latency")
      }
    }
    if result.isExhausted { warnings.append("the workload ran out of requests before the time was over") }
    return warnings
  }

  // MARK: Connections

  private func handle(_ event: StreamEvent, of stream: EventLoop.Stream) {
    let link = links[stream.userIndex]
    switch event {
    case .connected:
      stream.startReading()
      let greeting = work.greeting(of: stream.userIndex)
      guard !greeting.isEmpty else { return greeted(link) }
      unsafe greeting.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress, bytes.count <= link.byteCount else { return }
        unsafe link.buffer.copyMemory(from: base, byteCount: bytes.count)
        link.end = bytes.count
      }
      flush(link)
    case .writable: flush(link)
    case .endOfStream: fail(.ended)
    case .failed(let error): fail(.connection(error.message))
    case .closed: link.stream = nil
    }
  }

  private func greet(_ bytes: UnsafeRawBufferPointer, _ link: Link, _ index: Int) {
    unsafe link.received.append(contentsOf: bytes)
    switch work.takeGreeting(link.received, of: index) {
    case .unfinished: break
    case .refused(let why): fail(.greeting("\(work.name): \(why)"))
    case .accepted:
      link.received = []
      greeted(link)
    }
  }

  private func greeted(_ link: Link) {
    link.isGreeted = true
    greetedCount += 1
    if greetedCount < connectionCount { return connectNext() }
    phase = .ready
    onReady()
  }

  // MARK: Requests

  private func take(_ bytes: UnsafeRawBufferPointer, of stream: EventLoop.Stream) {
    let index = stream.userIndex
    let link = links[index]
    guard link.isGreeted else { return unsafe greet(bytes, link, index) }
    meter.instant = Loop.hrtime
    let replies = unsafe work.takeReplies(in: bytes, of: index, into: meter)
    link.inFlight -= replies
    inFlightCount -= replies
    if phase == .running { pump(link) }
    if phase == .draining, inFlightCount <= 0 { drain() }
  }

  /// Sends what is due on a connection and has room there. Tells when there is nothing more to send, and no reply to wait for.
  private func pump(_ link: Link) {
    guard phase == .running else { return }
    fill(link)
    guard isExhausted, inFlightCount <= 0 else { return }
    let exhausted = onExhausted
    onExhausted = {}
    exhausted()
  }

  private func fill(_ link: Link) {
    guard let stream = link.stream else { return }
    let index = stream.userIndex
    let now = Loop.hrtime
    var count = pace.depth - link.inFlight
    var isOpen = false
    if case .open = pace {
      isOpen = true
      count = min(count, dueCount(of: index, at: now) - link.sent)
    }
    guard count > 0 else {
      link.room.note(hasRoom: link.inFlight < pace.depth, at: now)
      return flush(link)
    }
    makeRoom(in: link, for: count * work.requestByteCountMax)
    while count > 0, link.byteCount - link.end >= work.requestByteCountMax {
      let byteCount = unsafe work.writeRequest(of: index, to: link.buffer + link.end)
      if byteCount == 0 {
        isExhausted = true
        break
      }
      let from = isOpen ? intended(link.sent, of: index) : now
      if isOpen, now &- from > RoomWatch.lateNanoseconds {
        if link.room.hadRoom(at: from) { lateCount += 1 } else { waitedCount += 1 }
      }
      meter.requested(index, from: from)
      link.end += byteCount
      link.inFlight += 1
      link.sent += 1
      inFlightCount += 1
      count -= 1
    }
    link.room.note(hasRoom: link.inFlight < pace.depth, at: now)
    flush(link)
  }

  private func makeRoom(in link: Link, for byteCount: Int) {
    if link.begin == link.end { (link.begin, link.end) = (0, 0) }
    guard link.byteCount - link.end < byteCount, link.begin > 0 else { return }
    unsafe memmove(link.buffer, link.buffer + link.begin, link.end - link.begin)
    (link.begin, link.end) = (0, link.end - link.begin)
  }

  private func flush(_ link: Link) {
    guard link.begin < link.end, let stream = link.stream else { return }
    let bytes = unsafe UnsafeRawBufferPointer(start: link.buffer + link.begin, count: link.end - link.begin)
    link.begin += unsafe stream.write(bytes)
  }

  // MARK: An open pace

  /// When request number `request` of a connection is to be sent: the connections take turns, a burst each.
  private func intended(_ request: Int, of connection: Int) -> UInt64 {
    let turn = (request / burst * connectionCount + connection) * burst + request % burst
    return instant(ofTurn: turn)
  }

  /// Never is in thirty years.
  private func instant(ofTurn turn: Int) -> UInt64 { start + UInt64(min(Double(turn) * interval, 1e18)) }

  /// Bursts of all connections that are whole by now.
  private func burstCount(at now: UInt64) -> Int {
    now < start ? 0 : (Int(Double(now - start) / interval) + 1) / burst
  }

  private func dueCount(of connection: Int, at now: UInt64) -> Int {
    (burstCount(at: now) - connection + connectionCount - 1) / connectionCount * burst
  }

  private func wake() {
    guard phase == .running else { return }
    let due = burstCount(at: Loop.hrtime)
    wakeCount = max(wakeCount, due - connectionCount)
    while wakeCount < due {
      pump(links[wakeCount % connectionCount])
      wakeCount += 1
    }
    if phase == .running { timer?.start(atNanoseconds: instant(ofTurn: (due + 1) * burst - 1) + 1) }
  }
}
