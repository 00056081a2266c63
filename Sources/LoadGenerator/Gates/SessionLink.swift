import EventLoop
import TurnpikeClient

/// A client's session with a broker on the loop of a run, so that a reply, a push and what a gate does are seen by one thread with one
/// clock. *connecting* -> *ready* -> *over*, which it is for good: a run does not connect again.
@safe final class SessionLink {
  typealias Answer = (Result<Reply, TurnpikeError>) -> Void

  /// Called once each: requests may follow; nothing more comes.
  var onReady: () -> Void = {}
  var onOver: (TurnpikeError) -> Void = { _ in }
  var onPush: (Push) -> Void = { _ in }

  private let loop: Loop
  private var session: ClientSession
  private var stream: EventLoop.Stream?
  private var handler: StreamHandler?
  private var answers: [UInt64: Answer] = [:]
  private var ticket: UInt64 = 0
  private var isDraining = false
  private var isOver = false

  init(on loop: Loop, credential: Credential? = nil) throws {
    self.loop = loop
    session = ClientSession(sessionID: try .secret(), credential: credential)
  }

  func connect(to endpoint: Endpoint) throws(LoopError) {
    let handler = StreamHandler(
      onData: { [unowned self] _, bytes in
        unsafe session.receive(bytes.bytes, now: self.loop.now)
        drain()
      },
      onEvent: { [unowned self] _, event in handle(event) })
    self.handler = handler
    stream = try Stream.connect(to: endpoint, on: loop, handler: handler)
  }

  /// Sends a request, and calls `answer` with what came of it.
  func submit(_ request: Request, _ answer: @escaping Answer) {
    ticket += 1
    answers[ticket] = answer
    session.submit(request, ticket: ticket, deadline: .max)
    drain()
  }

  func close() {
    isOver = true
    stream.take()?.close()
    answers = [:]
    (onReady, onOver, onPush) = ({}, { _ in }, { _ in })
  }

  private func handle(_ event: StreamEvent) {
    switch event {
    case .connected:
      stream?.startReading()
      session.connected(now: loop.now)
      drain()
    case .writable: write()
    case .endOfStream: end(TurnpikeError(.cannotConnect("the broker closed the connection")))
    case .failed(let error): end(TurnpikeError(.cannotConnect(error.message)))
    case .closed: break
    }
  }

  /// What is answered may ask again: that is taken up here, and all of it is written together.
  private func drain() {
    guard !isDraining, !isOver else { return }
    isDraining = true
    while !isOver {
      let actions = session.takeActions()
      if actions.isEmpty { break }
      for action in actions where !isOver { perform(action) }
    }
    isDraining = false
    write()
  }

  private func perform(_ action: ClientSession.Action) {
    switch action {
    case .completed(let ticket, let result): answers.removeValue(forKey: ticket)?(result)
    case .pushed(let push): onPush(push)
    case .ready: onReady()
    case .disconnect(let error): end(error)
    }
  }

  private func write() {
    guard let stream, stream.isWritable, session.hasOutput else { return }
    session.sendOutput { bytes in unsafe bytes.withUnsafeBytes { unsafe stream.write($0) } }
  }

  private func end(_ error: TurnpikeError) {
    guard !isOver else { return }
    let over = onOver
    close()
    over(error)
  }
}
