import EventLoop
import Histogram
import WireProtocol

/// Opens connections at a constant rate; each says HELLO, and closes when that is answered.
@safe final class Dialer {
  /// Nanoseconds from the instant at which a connection was to be opened.
  private(set) var latencies = Meter.histogram
  private(set) var doneCount = 0
  private(set) var failedCount = 0

  private let count: Int
  private let interval: Double
  private let endpoints: [Endpoint]
  private let loop: Loop
  private var timer: PreciseTimer?
  private var start: UInt64 = 0
  private var streams: [EventLoop.Stream?] = []
  private var received: [[UInt8]] = []
  private var onDone: () -> Void = {}

  init(count: Int, rate: Double, to endpoints: [Endpoint], on loop: Loop) throws {
    (self.count, self.endpoints, self.loop) = (count, endpoints, loop)
    interval = 1_000_000_000 / rate
    timer = try PreciseTimer(on: loop) { [unowned self] in dial() }
  }

  func begin(_ done: @escaping () -> Void) {
    onDone = done
    start = Loop.hrtime
    dial()
  }

  func close() {
    timer?.close()
    timer = nil
    onDone = {}
    for stream in streams { stream?.close() }
  }

  private func intended(_ index: Int) -> UInt64 { start + UInt64(Double(index) * interval) }

  private func dial() {
    let now = Loop.hrtime
    while streams.count < count, intended(streams.count) <= now {
      let handler = StreamHandler(
        onData: { [unowned self] stream, bytes in unsafe take(bytes, of: stream) },
        onEvent: { [unowned self] stream, event in handle(event, of: stream) })
      let index = streams.count
      let stream = try? EventLoop.Stream.connect(to: endpoints[index % endpoints.count], on: loop, handler: handler)
      stream?.userIndex = index
      streams.append(stream)
      received.append([])
      if stream == nil { end(index, isDone: false) }
    }
    if streams.count < count { timer?.start(atNanoseconds: intended(streams.count)) }
  }

  private func handle(_ event: StreamEvent, of stream: EventLoop.Stream) {
    switch event {
    case .connected:
      stream.startReading()
      let greeting = hello(session: Bytes16())
      _ = unsafe greeting.withUnsafeBytes { unsafe stream.write($0) }
    case .endOfStream, .failed: end(stream.userIndex, isDone: false)
    case .writable, .closed: break
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer, of stream: EventLoop.Stream) {
    let index = stream.userIndex
    unsafe received[index].append(contentsOf: bytes)
    guard let reply = wholeFrames(received[index]).first else { return }
    end(index, isDone: reply.verdict == .accepted)
  }

  private func end(_ index: Int, isDone: Bool) {
    guard index < streams.count, received[index] != [0] else { return }
    received[index] = [0]
    if isDone {
      doneCount += 1
      latencies.record(Loop.hrtime - intended(index))
    } else {
      failedCount += 1
    }
    streams[index]?.close()
    if doneCount + failedCount == count { onDone() }
  }
}
