import EventLoop
import Glibc

/// What one run showed.
struct RunResult {
  /// Requests done in the measured part, and its length.
  var doneCount: UInt64
  var seconds: Double
  /// Replies other than done, in the whole run, by status.
  var refusals: [(status: Int, count: UInt64)]
  /// Of the process, user and system, in the measured part.
  var processorSeconds: Double

  var rate: Double { seconds > 0 ? Double(doneCount) / seconds : 0 }
}

/// Why a run could not be made.
enum RunFailure: Error, CustomStringConvertible {
  case connection(String)
  case greeting
  case ended

  var description: String {
    switch self {
    case .connection(let why): "connection: \(why)"
    case .greeting: "the peer did not accept the greeting"
    case .ended: "the peer ended a connection"
    }
  }
}

/// Keeps `depth` requests under way on each connection: a reply is answered by the next request. One thread.
///
/// *greeting* -> *running* (unmeasured first, then measured) -> *draining* -> over.
@safe final class ClosedLoop<Work: Workload> {
  @safe private final class Link {
    var stream: EventLoop.Stream?
    let buffer: UnsafeMutableRawPointer
    let byteCount: Int
    var begin = 0
    var end = 0
    var inFlight = 0
    var received: [UInt8] = []
    var isGreeted = false

    init(byteCount: Int) {
      self.byteCount = byteCount
      unsafe buffer = .allocate(byteCount: byteCount, alignment: 64)
    }

    deinit { unsafe buffer.deallocate() }
  }

  private enum Phase { case greeting, running, draining, over }

  private let loop: Loop
  private var work: Work
  private let depth: Int
  private let tally = Tally()
  private var links: [Link] = []
  private var phase = Phase.greeting
  private var greetedCount = 0
  private var inFlightCount = 0
  private var isExhausted = false
  private var failure: RunFailure?

  private var startCount: UInt64 = 0
  private var startTime: UInt64 = 0
  private var startProcessor = 0.0
  private var endCount: UInt64 = 0
  private var endTime: UInt64 = 0
  private var endProcessor = 0.0

  private init(_ work: Work, depth: Int, on loop: Loop) {
    self.work = work
    self.depth = depth
    self.loop = loop
  }

  /// Connects, greets, warms up, measures, drains.
  static func run(
    _ work: Work, at endpoint: Endpoint, connections: Int, depth: Int, warmUpMilliseconds: UInt64, milliseconds: UInt64
  ) throws -> RunResult {
    let loop = try Loop()
    let driver = ClosedLoop(work, depth: depth, on: loop)
    defer { loop.close() }
    let handler = StreamHandler(
      onData: { stream, bytes in unsafe driver.take(bytes, of: stream) },
      onEvent: { stream, event in driver.handle(event, of: stream) })
    for index in 0..<connections {
      let stream = try Stream.connect(to: endpoint, on: loop, handler: handler)
      stream.userIndex = index
      let link = Link(byteCount: max(65_536, depth * work.requestByteCountMax * 2))
      link.stream = stream
      driver.links.append(link)
    }
    let startTimer = LoopTimer(on: loop) { driver.mark() }
    let endTimer = LoopTimer(on: loop) { driver.finish() }
    let limit = LoopTimer(on: loop) { driver.stop(.ended) }
    driver.onRunning = {
      startTimer.start(afterMilliseconds: warmUpMilliseconds)
      endTimer.start(afterMilliseconds: warmUpMilliseconds + milliseconds)
    }
    limit.start(afterMilliseconds: warmUpMilliseconds + milliseconds + 30_000)
    loop.run()
    driver.onRunning = {}
    if let failure = driver.failure { throw failure }
    return RunResult(
      doneCount: driver.endCount - driver.startCount,
      seconds: Double(driver.endTime - driver.startTime) / 1_000_000_000, refusals: driver.tally.refusals,
      processorSeconds: driver.endProcessor - driver.startProcessor)
  }

  private var onRunning: () -> Void = {}

  // MARK: Phases

  private func begin() {
    phase = .running
    onRunning()
    mark()
    for link in links { fill(link) }
  }

  /// The measured part begins here.
  private func mark() {
    guard phase == .running else { return }
    startCount = tally.count(of: 0)
    startTime = Loop.hrtime
    startProcessor = Self.processorSeconds
  }

  private func finish() {
    guard phase == .running else { return }
    endCount = tally.count(of: 0)
    endTime = Loop.hrtime
    endProcessor = Self.processorSeconds
    phase = .draining
    if inFlightCount == 0 { stop(nil) }
  }

  private func stop(_ failure: RunFailure?) {
    guard phase != .over else { return }
    phase = .over
    self.failure = failure
    loop.stop()
  }

  private func handle(_ event: StreamEvent, of stream: EventLoop.Stream) {
    let link = links[stream.userIndex]
    switch event {
    case .connected:
      stream.startReading()
      let greeting = work.greeting(of: stream.userIndex)
      unsafe greeting.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress, bytes.count <= link.byteCount else { return }
        unsafe link.buffer.copyMemory(from: base, byteCount: bytes.count)
        link.end = bytes.count
      }
      flush(link)
    case .writable: flush(link)
    case .endOfStream: stop(.ended)
    case .failed(let error): stop(.connection(error.message))
    case .closed: link.stream = nil
    }
  }

  // MARK: Requests

  private func take(_ bytes: UnsafeRawBufferPointer, of stream: EventLoop.Stream) {
    let link = links[stream.userIndex]
    guard link.isGreeted else { return unsafe greet(bytes, link, stream.userIndex) }
    let replies = unsafe work.countReplies(in: bytes, of: stream.userIndex, into: tally)
    link.inFlight -= replies
    inFlightCount -= replies
    if phase == .running { fill(link) }
    if inFlightCount > 0 { return }
    if phase == .running, isExhausted { finish() }
    if phase == .draining { stop(nil) }
  }

  private func greet(_ bytes: UnsafeRawBufferPointer, _ link: Link, _ index: Int) {
    unsafe link.received.append(contentsOf: bytes)
    guard let isFine = work.takeGreeting(link.received, of: index) else { return }
    guard isFine else { return stop(.greeting) }
    link.received = []
    link.isGreeted = true
    greetedCount += 1
    if greetedCount == links.count { begin() }
  }

  private func fill(_ link: Link) {
    guard let stream = link.stream else { return }
    if link.begin == link.end { (link.begin, link.end) = (0, 0) }
    let wanted = (depth - link.inFlight) * work.requestByteCountMax
    if link.byteCount - link.end < wanted, link.begin > 0 {
      unsafe memmove(link.buffer, link.buffer + link.begin, link.end - link.begin)
      (link.begin, link.end) = (0, link.end - link.begin)
    }
    while link.inFlight < depth, link.byteCount - link.end >= work.requestByteCountMax {
      let count = unsafe work.writeRequest(of: stream.userIndex, to: link.buffer + link.end)
      if count == 0 {
        isExhausted = true
        break
      }
      link.end += count
      link.inFlight += 1
      inFlightCount += 1
    }
    flush(link)
  }

  private func flush(_ link: Link) {
    guard link.begin < link.end, let stream = link.stream else { return }
    let bytes = unsafe UnsafeRawBufferPointer(start: link.buffer + link.begin, count: link.end - link.begin)
    link.begin += unsafe stream.write(bytes)
  }

  private static var processorSeconds: Double {
    var usage = rusage()
    _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
  }
}
