internal import EventLoop
internal import WireProtocol

/// What other threads ask of the driver.
enum DriverMessage: Sendable {
  typealias Answer = CheckedContinuation<Result<Reply, TurnpikeError>, Never>

  case connect(CheckedContinuation<Result<HelloReply, TurnpikeError>, Never>)
  case perform(Request, ticket: UInt64, timeoutMilliseconds: UInt64, Answer)
  case cancel(ticket: UInt64)
  case acknowledge(number: UInt64)
  case addPushes(id: UInt64, AsyncStream<Push>.Continuation)
  case removePushes(id: UInt64)
  case close
}

/// Runs one `ClientSession` on a loop of its own: connects, writes, reads, connects again with growing waits as long as
/// something waits for a reply or a push. Lives on the loop's thread only.
final class Driver {
  /// What the session and the driver are made from.
  struct Configuration: Sendable {
    var address: BrokerAddress
    var credential: Credential?
    var session: SessionState
  }

  private final class PushStream {
    let continuation: AsyncStream<Push>.Continuation
    var lost: UInt64 = 0

    init(_ continuation: AsyncStream<Push>.Continuation) { self.continuation = continuation }
  }

  private let configuration: Configuration
  private let loop: Loop
  private let wakeup: Wakeup<DriverMessage>
  private var session: ClientSession
  private var isClosed = false

  private var answers: [UInt64: DriverMessage.Answer] = [:]
  private var pushStreams: [UInt64: PushStream] = [:]
  /// Who waits for the first connection.
  private var connecting: CheckedContinuation<Result<HelloReply, TurnpikeError>, Never>?

  private var handler: StreamHandler?
  private var stream: EventLoop.Stream?
  private var isReady = false
  /// Endpoints that are still to be tried in this attempt.
  private var endpoints: [Endpoint] = []
  private var isAttempting = false
  private var failureCount: UInt64 = 0
  private var deadlineTimer: LoopTimer?
  private var connectTimer: LoopTimer?
  private var isRetryPlanned = false

  /// The body of the client's thread.
  static func run(_ configuration: Configuration, _ wakeup: Wakeup<DriverMessage>) {
    do {
      let loop = try Loop()
      let driver = Driver(configuration, loop, wakeup)
      try driver.start()
      loop.run()
      loop.close()
    } catch {
      // Without a loop nothing can be delivered: whoever sends is told that the client is closed.
      wakeup.close()
    }
  }

  private init(_ configuration: Configuration, _ loop: Loop, _ wakeup: Wakeup<DriverMessage>) {
    self.configuration = configuration
    self.loop = loop
    self.wakeup = wakeup
    session = ClientSession(
      sessionID: configuration.session.id, nextNumber: configuration.session.nextNumber,
      unacknowledged: configuration.session.unacknowledged, incarnation: configuration.session.incarnation,
      credential: configuration.credential)
  }

  private func start() throws(LoopError) {
    handler = StreamHandler(
      onData: { stream, bytes in
        guard stream === self.stream else { return }
        unsafe self.session.receive(bytes.bytes, now: self.loop.now)
      },
      onEvent: { stream, event in self.handle(event, of: stream) })
    deadlineTimer = LoopTimer(on: loop) { self.session.tick(now: self.loop.now) }
    connectTimer = LoopTimer(on: loop) { self.connectTimerFired() }
    loop.onTurn(begin: {}, end: { self.endTurn() })
    try wakeup.attach(to: loop) { self.handle($0) }
  }

  // MARK: Messages

  private func handle(_ message: DriverMessage) {
    switch message {
    case .connect(let continuation):
      connecting = continuation
      if isClosed { failConnecting(TurnpikeError(.closed)) } else { beginAttempt() }
    case .perform(let request, let ticket, let timeout, let answer):
      answers[ticket] = answer
      let (deadline, overflow) = loop.now.addingReportingOverflow(timeout)
      session.submit(request, ticket: ticket, deadline: overflow ? .max : deadline)
      // A late submitter meets a closed client: there is no turn left to answer it.
      if isClosed { drain() }
    case .cancel(let ticket): session.cancel(ticket: ticket, reason: .cancelled)
    case .acknowledge(let number): session.acknowledge(number)
    case .addPushes(let id, let continuation):
      if isClosed || pushStreams.count >= ClientLimits.pushStreamCountMax { return continuation.finish() }
      pushStreams[id] = PushStream(continuation)
    case .removePushes(let id): pushStreams[id] = nil
    case .close: close()
    }
  }

  private func close() {
    guard !isClosed else { return }
    isClosed = true
    // What can be sent at once is: nothing that was asked for is left unsent for no reason.
    write()
    session.close(.closed)
    drain()
    failConnecting(TurnpikeError(.closed))
    for push in pushStreams.values { push.continuation.finish() }
    pushStreams.removeAll()
    stream?.close()
    stream = nil
    deadlineTimer.take()?.close()
    connectTimer.take()?.close()
    loop.onTurn(begin: {}, end: {})
    handler = nil
    wakeup.close()
    loop.stop()
  }

  // MARK: Turns

  private func endTurn() {
    drain()
    write()
    if isClosed { return }
    let deadline = session.nextDeadline
    deadlineTimer?.stop()
    if deadline != .max {
      deadlineTimer?.start(afterMilliseconds: deadline > loop.now ? deadline - loop.now : 0)
    }
    if stream == nil, !isAttempting, !isRetryPlanned, session.needsConnection { beginAttempt() }
  }

  private func write() {
    guard let stream, stream.isWritable, session.hasOutput else { return }
    session.sendOutput { bytes in unsafe bytes.withUnsafeBytes { unsafe stream.write($0) } }
  }

  private func drain() {
    while true {
      let actions = session.takeActions()
      if actions.isEmpty { return }
      for action in actions { perform(action) }
    }
  }

  private func perform(_ action: ClientSession.Action) {
    switch action {
    case .completed(let ticket, let result): answers.removeValue(forKey: ticket)?.resume(returning: result)
    case .pushed(let push): deliver(push)
    case .ready:
      isReady = true
      isAttempting = false
      connectTimer?.stop()
      if let broker = session.broker { connecting.take()?.resume(returning: .success(broker)) }
    case .disconnect(let error): lost(error)
    }
  }

  private func deliver(_ push: Push) {
    for stream in pushStreams.values {
      if stream.lost > 0 {
        guard case .enqueued = stream.continuation.yield(.lagged(stream.lost)) else {
          stream.lost += 1
          continue
        }
        stream.lost = 0
      }
      if case .dropped = stream.continuation.yield(push) { stream.lost += 1 }
    }
  }

  // MARK: Connecting

  private func beginAttempt() {
    guard !isAttempting, !isClosed else { return }
    isAttempting = true
    isRetryPlanned = false
    endpoints = [configuration.address.endpoint]
    connectTimer?.start(afterMilliseconds: ClientLimits.connectTimeoutMilliseconds)
    tryNextEndpoint(TurnpikeError(.cannotConnect("no address")))
  }

  private func tryNextEndpoint(_ failure: TurnpikeError) {
    guard !endpoints.isEmpty, let handler else { return lost(failure) }
    let endpoint = endpoints.removeFirst()
    do {
      stream = try Stream.connect(to: endpoint, on: loop, handler: handler)
    } catch {
      guard error == .invalidArgument, case .tcp(let host, let port) = endpoint else {
        return tryNextEndpoint(TurnpikeError(.cannotConnect("\(endpoint): \(error.message)")))
      }
      look(up: host, port)
    }
  }

  private func look(up host: String, _ port: UInt16) {
    do {
      try NameLookup.start(host: host, port: port, on: loop) { result in
        guard self.isAttempting, self.stream == nil, !self.isClosed else { return }
        switch result {
        case .success(let found):
          self.endpoints = found
          self.tryNextEndpoint(TurnpikeError(.cannotConnect("\(host): no address")))
        case .failure(let error): self.lost(TurnpikeError(.cannotConnect("\(host): \(error.message)")))
        }
      }
    } catch {
      lost(TurnpikeError(.cannotConnect("\(host): \(error.message)")))
    }
  }

  private func handle(_ event: StreamEvent, of stream: EventLoop.Stream) {
    guard stream === self.stream else { return }
    switch event {
    case .connected:
      stream.startReading()
      session.connected(now: loop.now)
    case .writable: break
    case .endOfStream: lost(TurnpikeError(.cannotConnect("the broker closed the connection")))
    case .failed(let error):
      let failure = TurnpikeError(.cannotConnect("\(configuration.address): \(error.message)"))
      if isReady || endpoints.isEmpty { return lost(failure) }
      stream.close()
      self.stream = nil
      session.disconnected()
      tryNextEndpoint(failure)
    case .closed: self.stream = nil
    }
  }

  /// No connection, or no longer one.
  private func lost(_ error: TurnpikeError) {
    stream?.close()
    stream = nil
    isReady = false
    isAttempting = false
    connectTimer?.stop()
    // A broker that shakes hands and then answers nothing is no better than none.
    if session.hasAnswered { failureCount = 0 }
    session.disconnected()
    session.connectionFailure = error.reason
    failConnecting(error)
    guard !isClosed else { return }
    isRetryPlanned = true
    connectTimer?.start(afterMilliseconds: backoffMilliseconds)
    failureCount += 1
  }

  /// Doubles with each failure; up to half of it is random, so that clients of one broker do not come back together.
  private var backoffMilliseconds: UInt64 {
    if failureCount == 0 { return 0 }
    let wait = min(
      ClientLimits.backoffMillisecondsMin << min(failureCount, 16), ClientLimits.backoffMillisecondsMax)
    return wait / 2 + UInt64.random(in: 0...wait / 2)
  }

  private func connectTimerFired() {
    if isAttempting { return lost(TurnpikeError(.cannotConnect("\(configuration.address): no answer"))) }
    isRetryPlanned = false
    if session.needsConnection { beginAttempt() }
  }

  private func failConnecting(_ error: TurnpikeError) {
    connecting.take()?.resume(returning: .failure(error))
  }
}
