import EventLoop

/// The service behind the gates: sends back what it gets, and tells of each message when it came, since it had passed its gate by then.
///
/// A message for which the kernel has no room ends its connection: a run sends little, and one that reads nothing is broken.
@safe final class EchoService {
  /// Called with the place of each message.
  var onMessage: (UInt64) -> Void = { _ in }
  private(set) var endpoint: Endpoint

  private let loop: Loop
  private var listener: Listener?
  private var streams: [EventLoop.Stream?] = []
  private var messages: [GateMessages] = []
  private var freePlaces: [Int] = []

  init(at endpoint: Endpoint, on loop: Loop) throws(LoopError) {
    (self.endpoint, self.loop) = (endpoint, loop)
    let handler = StreamHandler(
      onData: { [unowned self] stream, bytes in unsafe take(bytes, from: stream) },
      onEvent: { [unowned self] stream, event in handle(event, of: stream) })
    let listener = try Listener.listen(
      at: endpoint, on: loop, handler: handler, onFailure: { _ in },
      onAccept: { [unowned self] stream in accept(stream) })
    self.listener = listener
    self.endpoint = listener.endpoint
  }

  func close() {
    onMessage = { _ in }
    listener.take()?.close()
    for stream in streams { stream?.reset() }
  }

  private func accept(_ stream: EventLoop.Stream) {
    let place = freePlaces.popLast() ?? streams.count
    if place == streams.count {
      streams.append(stream)
      messages.append(GateMessages())
    } else {
      streams[place] = stream
      messages[place] = GateMessages()
    }
    stream.userIndex = place
    stream.startReading()
  }

  private func take(_ bytes: UnsafeRawBufferPointer, from stream: EventLoop.Stream) {
    for message in unsafe messages[stream.userIndex].take(bytes) { onMessage(message.place) }
    if unsafe stream.write(bytes) < bytes.count { stream.reset() }
  }

  private func handle(_ event: StreamEvent, of stream: EventLoop.Stream) {
    switch event {
    case .connected, .writable: break
    case .endOfStream, .failed: stream.reset()
    case .closed:
      streams[stream.userIndex] = nil
      freePlaces.append(stream.userIndex)
    }
  }
}
