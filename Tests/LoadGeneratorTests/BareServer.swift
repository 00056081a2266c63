import EventLoop

/// The bare server's protocol on the loop of a test. While it is stalled it keeps what it would answer.
final class BareServer {
  private(set) var endpoint: Endpoint
  private var listener: Listener?
  private var streams: [EventLoop.Stream] = []
  private var received: [[UInt8]] = []
  private var waiting: [[UInt8]] = []
  private(set) var requestCount = 0
  var isStalled = false {
    didSet { if !isStalled { for index in streams.indices { answer(index) } } }
  }

  init(on loop: Loop) throws {
    endpoint = .tcp(host: "127.0.0.1", port: 0)
    let handler = StreamHandler(
      onData: { [unowned self] stream, bytes in unsafe take(Array(bytes), of: stream) }, onEvent: { _, _ in })
    listener = try Listener.listen(
      at: endpoint, on: loop, handler: handler, onFailure: { _ in },
      onAccept: { [unowned self] stream in
        stream.userIndex = streams.count
        streams.append(stream)
        received.append([])
        waiting.append([])
        stream.startReading()
      })
    if let listener { endpoint = listener.endpoint }
  }

  private func take(_ bytes: [UInt8], of stream: EventLoop.Stream) {
    let index = stream.userIndex
    received[index] += bytes
    while received[index].count >= 16 {
      let length = Int(received[index][0]) | Int(received[index][1]) << 8
      let reply = Int(received[index][4]) | Int(received[index][5]) << 8
      guard received[index].count >= length else { break }
      requestCount += 1
      waiting[index] += [UInt8(reply & 255), UInt8(reply >> 8), 0, 0, 0, 0, 0, 0] + received[index][8..<16]
      waiting[index] += [UInt8](repeating: 0, count: reply - 16)
      received[index].removeFirst(length)
    }
    if !isStalled { answer(index) }
  }

  private func answer(_ index: Int) {
    guard !waiting[index].isEmpty else { return }
    let taken = unsafe waiting[index].withUnsafeBytes { unsafe streams[index].write($0) }
    waiting[index].removeFirst(taken)
  }
}
