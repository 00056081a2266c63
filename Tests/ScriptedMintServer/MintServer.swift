import EventLoop
import ScriptedMint

/// A mint on loopback: HTTP/1.1 with connections that are kept, on one loop, one request at a time each.
///
/// Owns the listener, the connections and the mint. Answers come in the order of the requests of their connection, late ones after their time; those of other
/// connections do not wait for them.
final class MintServer {
  var mint: ScriptedMint
  var wallet: ScriptedWallet
  private let options: ServerOptions
  private let loop: Loop
  private let clock: () -> UInt64
  private var listener: Listener?
  private var connections: [Int: HTTPConnection] = [:]
  private var connectionCount = 0
  private var chance: SeededChance
  var armed = ArmedFaults()
  /// Answers that wait for their time, each a timer that goes with it.
  private var lateAnswers: [ObjectIdentifier: LoopTimer] = [:]

  /// - Parameter clock: Tells the time in seconds since 1970.
  init(
    _ mint: ScriptedMint, wallet: ScriptedWallet, options: ServerOptions, clock: @escaping () -> UInt64, on loop: Loop
  ) throws(LoopError) {
    (self.mint, self.wallet, self.options, self.loop, self.clock) = (mint, wallet, options, loop, clock)
    chance = SeededChance(text: "faults of \(options.seed)")
    let handler = StreamHandler(
      onData: { [weak self] stream, bytes in unsafe self?.take(bytes, from: stream) },
      onEvent: { [weak self] stream, event in self?.handle(event, of: stream) })
    listener = try Listener.listen(
      at: .tcp(host: "127.0.0.1", port: options.port), on: loop, handler: handler,
      onFailure: { [weak self] _ in self?.loop.stop() }
    ) { [weak self] in self?.accept($0) }
  }

  /// Where it listens.
  var port: UInt16 { if case .tcp(_, let port)? = listener?.endpoint { port } else { 0 } }

  // MARK: Connections

  private func accept(_ stream: Stream) {
    stream.userIndex = connectionCount
    connections[connectionCount] = HTTPConnection(stream)
    connectionCount += 1
    if connections.count >= ServerLimits.connectionCountMax { listener?.pause() }
    stream.startReading()
  }

  private func handle(_ event: StreamEvent, of stream: Stream) {
    switch event {
    case .writable: connections[stream.userIndex]?.flush()
    case .endOfStream, .failed: stream.close()
    case .closed:
      connections[stream.userIndex] = nil
      listener?.resume()
    case .connected: break
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer, from stream: Stream) {
    guard let connection = connections[stream.userIndex] else { return }
    unsafe connection.take(bytes)
    serve(connection)
  }

  // MARK: Requests

  private func serve(_ connection: HTTPConnection) {
    while let request = connection.next() { serve(request, connection) }
  }

  private func serve(_ request: HTTPConnection.Request, _ connection: HTTPConnection) {
    mint.now = clock()
    if request.path.hasPrefix("/control/") {
      let (status, body) = control(request)
      return connection.answer(status: status, body: body.bytes)
    }
    let fault = nextFault(request)
    let answer = mint.answer(method: request.method, path: request.path, body: request.body, fault: fault?.kind)
    var delayMilliseconds = options.delayMilliseconds
    switch answer {
    case .lost: return connection.breakOff()
    case .response(let status, let body):
      send(status, body, to: connection, afterMilliseconds: delayMilliseconds)
    case .late(let status, let body):
      delayMilliseconds += fault?.delayMilliseconds ?? ArmedFaults.delayMilliseconds
      send(status, body, to: connection, afterMilliseconds: delayMilliseconds)
    }
  }

  /// What was armed goes before what chance has.
  private func nextFault(_ request: HTTPConnection.Request) -> ArmedFaults.Fault? {
    if let fault = armed.next(method: request.method, path: request.path) { return fault }
    for (kind, rate) in options.faultRates where kind.fits(method: request.method, path: request.path) {
      if Double.random(in: 0..<1, using: &chance) < rate {
        return ArmedFaults.Fault(kind: kind, path: nil, count: 1, delayMilliseconds: ArmedFaults.delayMilliseconds)
      }
    }
    return nil
  }

  private func send(
    _ status: Int, _ body: [UInt8], to connection: HTTPConnection, afterMilliseconds delayMilliseconds: UInt64
  ) {
    guard delayMilliseconds > 0 else { return connection.answer(status: status, body: body) }
    let id = ObjectIdentifier(connection)
    lateAnswers[id]?.close()
    let timer = LoopTimer(on: loop) { [weak self] in
      guard let self else { return }
      lateAnswers.removeValue(forKey: id)?.close()
      connection.answer(status: status, body: body)
      serve(connection)
    }
    lateAnswers[id] = timer
    timer.start(afterMilliseconds: min(delayMilliseconds, ServerLimits.delayMillisecondsMax))
  }
}
