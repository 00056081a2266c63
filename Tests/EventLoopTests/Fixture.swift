import EventLoop
import Glibc
import Testing

/// All suites of the target are its children and run one after the other: they share signals, descriptors and the pool.
@Suite(.serialized) enum EventLoopTests {}

/// Gives the body a loop and closes it afterwards, which traps if a handle outlives the teardown. A test that has not stopped
/// its loop in time fails.
func withLoop(seconds: UInt64 = 20, _ body: (Loop) throws -> Void) throws {
  let loop = try Loop()
  defer { loop.close() }
  let limit = LoopTimer(on: loop) {
    Issue.record("not finished in \(seconds) s")
    loop.stop()
  }
  limit.start(afterMilliseconds: seconds * 1000)
  try body(loop)
  #expect(loop.isAlive)
}

/// Bytes of an endless sequence that differ at every place a mistake could confuse, and a check against it.
struct Pattern {
  private static let period = 65_521
  private static let table: [UInt8] = (0..<period * 2).map { offset in
    let place = offset % period
    return UInt8(truncatingIfNeeded: place ^ (place >> 8) &* 31)
  }
  private(set) var offset = 0

  mutating func take(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let start = offset % Self.period
      let length = min(count - bytes.count, Self.period)
      bytes += Self.table[start..<start + length]
      offset += length
    }
    return bytes
  }

  /// Fails the test unless these bytes come next.
  mutating func check(_ bytes: UnsafeRawBufferPointer) {
    var done = 0
    while done < bytes.count {
      let start = offset % Self.period
      let length = min(bytes.count - done, Self.period)
      let isEqual = unsafe Self.table.withUnsafeBytes { table in
        guard let left = table.baseAddress, let right = bytes.baseAddress else { return false }
        return unsafe memcmp(left + start, right + done, length) == 0
      }
      if !isEqual { Issue.record("wrong bytes after \(offset)") }
      done += length
      offset += length
    }
  }
}

/// The caller's side of back-pressure: bytes a stream has not taken yet.
final class Outbox {
  private(set) var bytes: [UInt8] = []
  private(set) var byteCountMax = 0

  var isEmpty: Bool { bytes.isEmpty }

  func append(_ more: UnsafeRawBufferPointer) {
    unsafe bytes.append(contentsOf: more)
    byteCountMax = max(byteCountMax, bytes.count)
  }

  func append(_ more: [UInt8]) {
    unsafe more.withUnsafeBytes { unsafe append($0) }
  }

  /// Whether everything is out.
  @discardableResult
  func flush(to stream: Stream) -> Bool {
    let taken = stream.offer(bytes)
    bytes.removeFirst(taken)
    return bytes.isEmpty
  }
}

/// Sends back what it gets, and stops reading while the peer does not read.
final class EchoServer {
  private let loop: Loop
  private var outboxes: [Outbox] = []
  private(set) var listener: Listener?
  private(set) var openCount = 0
  private(set) var errors: [LoopError] = []

  init(at endpoint: Endpoint, on loop: Loop) throws {
    self.loop = loop
    let handler = StreamHandler(
      onData: { [self] stream, bytes in
        let outbox = outboxes[stream.userIndex]
        unsafe outbox.append(bytes)
        if !outbox.flush(to: stream) { stream.stopReading() }
      },
      onEvent: { [self] stream, event in
        switch event {
        case .writable: if outboxes[stream.userIndex].flush(to: stream) { stream.startReading() }
        case .endOfStream: stream.close()
        case .failed(let error):
          errors.append(error)
          stream.close()
        case .closed: openCount -= 1
        case .connected: Issue.record("an accepted stream is connected already")
        }
      })
    listener = try Listener.listen(at: endpoint, on: loop, handler: handler, onFailure: { Issue.record("\($0)") }) {
      [self] stream in
      stream.userIndex = outboxes.count
      outboxes.append(Outbox())
      openCount += 1
      stream.startReading()
    }
  }

  var endpoint: Endpoint { listener?.endpoint ?? .tcp(host: "", port: 0) }

  var outboxByteCountMax: Int { outboxes.map(\.byteCountMax).max() ?? 0 }
}

/// A handler for streams of which a test wants only some of the events.
@safe func handler(
  onData: @escaping (Stream, UnsafeRawBufferPointer) -> Void = { _, _ in },
  onEvent: @escaping (Stream, StreamEvent) -> Void = { _, _ in }
) -> StreamHandler {
  StreamHandler(onData: onData, onEvent: onEvent)
}

extension Stream {
  /// Writes what must fit.
  func send(_ text: String) {
    #expect(offer(Array(text.utf8)) == text.utf8.count)
  }

  /// Writes what does.
  func offer(_ bytes: [UInt8]) -> Int {
    unsafe bytes.withUnsafeBytes { unsafe write($0) }
  }
}

let anyPort = Endpoint.tcp(host: "127.0.0.1", port: 0)

/// A path of its own for a socket or file.
func temporaryPath(_ name: String) -> String { "\(P_tmpdir)/turnpike-test-\(getpid())-\(name)" }

/// Descriptors the process has open.
func openDescriptorCount() -> Int {
  (0..<1024).count { fcntl(Int32($0), F_GETFD) >= 0 }
}
