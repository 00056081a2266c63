import Cashu
import EventLoop
import MintClient
import Testing

/// An HTTP server that reads requests properly, and does with each of them, and with each connection, what the test says.
final class HostileServer {
  /// What happens to a connection.
  enum Next: Sendable {
    case keep
    /// Ends it in order, once all is sent.
    case finish
    /// Resets it.
    case reset
  }

  /// A request that arrived, and the way back.
  struct Exchange {
    let connection: Connection
    /// The request's first line and headers.
    let head: String
    let body: [UInt8]
    /// 1 for the first on its connection.
    let number: Int

    var path: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }

    func send(_ bytes: [UInt8]) { connection.send(bytes) }
    func send(_ text: String) { connection.send(Array(text.utf8)) }
    func go(_ next: Next) { connection.go(next) }

    /// Sends these bytes again and again, as fast as they are taken.
    func sendForEver(_ text: String) { connection.sendForEver(Array(text.utf8)) }

    /// Sends one byte after the other, each some milliseconds after the one before.
    func drip(_ text: String, everyMilliseconds: UInt64) {
      connection.drip(Array(text.utf8), everyMilliseconds: everyMilliseconds)
    }
  }

  final class Connection {
    let stream: Stream
    private let loop: Loop
    fileprivate var input: [UInt8] = []
    fileprivate var requestCount = 0
    private var output: [UInt8] = []
    private var endless: [UInt8] = []
    private var timer: LoopTimer?
    private var isFinishing = false
    fileprivate(set) var isOpen = true

    init(_ stream: Stream, on loop: Loop) {
      self.stream = stream
      self.loop = loop
    }

    func send(_ bytes: [UInt8]) {
      output += bytes
      flush()
    }

    func sendForEver(_ bytes: [UInt8]) {
      while endless.count < 1 << 20 { endless += bytes }
      flush()
    }

    func drip(_ bytes: [UInt8], everyMilliseconds: UInt64) {
      var rest = bytes[...]
      timer?.close()
      timer = LoopTimer(on: loop) { [weak self] in
        guard let self, let byte = rest.popFirst(), isOpen else { return }
        send([byte])
      }
      timer?.start(afterMilliseconds: 0, repeatMilliseconds: everyMilliseconds)
    }

    func go(_ next: Next) {
      switch next {
      case .keep: break
      case .finish:
        isFinishing = true
        flush()
      case .reset: stream.reset()
      }
    }

    fileprivate func flush() {
      if !output.isEmpty {
        output.removeFirst(unsafe output.withUnsafeBytes { unsafe stream.write($0) })
      } else if !endless.isEmpty, stream.isWritable {
        // The pattern need not be kept in step: it is garbage either way.
        while unsafe endless.withUnsafeBytes({ unsafe stream.write($0) }) == endless.count {}
      }
      if output.isEmpty, endless.isEmpty, isFinishing { stream.close() }
    }

    fileprivate func ended() {
      isOpen = false
      timer?.close()
    }
  }

  /// What it does with a request; by default nothing.
  var onRequest: (Exchange) -> Void = { _ in }
  /// What it does with a connection before anything arrived. Whether it is to be read from.
  var onAccept: (Connection) -> Bool = { _ in true }

  private let loop: Loop
  private var listener: Listener?
  /// Those that are open, by their streams' marks.
  private var connections: [Int: Connection] = [:]
  /// Connections that were made, that are open, and the most that were.
  private(set) var connectionCount = 0
  private(set) var openCount = 0
  private(set) var openCountMax = 0
  /// Requests that arrived whole.
  private(set) var requestCount = 0

  init(on loop: Loop, host: String = "127.0.0.1") throws {
    self.loop = loop
    let handler = StreamHandler(
      onData: { [weak self] stream, bytes in self?.take(unsafe Array(bytes), from: stream) },
      onEvent: { [weak self] stream, event in self?.handle(event, of: stream) })
    listener = try Listener.listen(
      at: .tcp(host: host, port: 0), on: loop, handler: handler, onFailure: { Issue.record("\($0)") }
    ) { [weak self] in self?.accept($0) }
  }

  var port: UInt16 { if case .tcp(_, let port)? = listener?.endpoint { port } else { 0 } }

  var origin: MintOrigin {
    get throws { try MintOrigin("http://127.0.0.1:\(port)") }
  }

  /// Ends it, and lets go of what the test said.
  func close() {
    onRequest = { _ in }
    onAccept = { _ in false }
    listener?.close()
    for connection in connections.values { connection.stream.close() }
  }

  /// Accepts no further connection.
  func stopListening() {
    listener?.close()
  }

  private func accept(_ stream: Stream) {
    let connection = Connection(stream, on: loop)
    stream.userIndex = connectionCount
    connections[connectionCount] = connection
    connectionCount += 1
    openCount += 1
    openCountMax = max(openCountMax, openCount)
    if onAccept(connection) { stream.startReading() }
  }

  private func handle(_ event: StreamEvent, of stream: Stream) {
    switch event {
    case .writable: connections[stream.userIndex]?.flush()
    case .endOfStream, .failed: stream.close()
    case .closed:
      connections.removeValue(forKey: stream.userIndex)?.ended()
      openCount -= 1
    case .connected: break
    }
  }

  private func take(_ bytes: [UInt8], from stream: Stream) {
    guard let connection = connections[stream.userIndex] else { return }
    connection.input += bytes
    while let (head, body, byteCount) = Self.request(in: connection.input) {
      connection.input.removeFirst(byteCount)
      connection.requestCount += 1
      requestCount += 1
      onRequest(Exchange(connection: connection, head: head, body: body, number: connection.requestCount))
    }
  }

  /// The first request, when it is there as a whole.
  private static func request(in bytes: [UInt8]) -> (head: String, body: [UInt8], byteCount: Int)? {
    let mark = Array("\r\n\r\n".utf8)
    guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return nil }
    let head = String(decoding: bytes[..<end], as: UTF8.self)
    let length =
      head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) } ?? 0
    guard bytes.count - end - 4 >= length else { return nil }
    return (head, Array(bytes[(end + 4)..<(end + 4 + length)]), end + 4 + length)
  }
}
