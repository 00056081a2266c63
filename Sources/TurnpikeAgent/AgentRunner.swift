public import EventLoop
internal import Synchronization
public import TurnpikeClient
public import WireProtocol

/// An agent on a loop and a thread of its own, for programs that have no loop:
///
///     let runner = try AgentRunner(AgentSetup(credential: credential), at: address)
///     for try await event in runner { ... }
///
/// **No queue.** An event is made when it is asked for, out of the difference between how things are and what was told last. So a reader
/// that is late loses nothing that still matters, and memory does not grow; but nobody else shuts its gates: where that must not wait for
/// a reader, ask `access(to:)`, or use an `Agent`.
///
/// *Running* until `close()`, which ends all loops over it. Requests wait for the thread in a queue of `AgentLimits.requestCountMax`;
/// what finds it full throws `AgentFailure.notNow`.
public final class AgentRunner: Sendable, AsyncSequence {
  /// What it tells.
  public typealias Element = AgentEvent
  /// Why it tells nothing more.
  public typealias Failure = AgentFailure

  private typealias Answer<Value: Sendable> = CheckedContinuation<Result<Value, AgentFailure>, Never>

  private enum Request: Sendable {
    case next(Reader, Answer<AgentEvent?>)
    case cancel(Reader)
    case perform(@Sendable (Body) -> Void)
    case close
  }

  /// Tells one call of `next` from the others.
  private final class Reader: Sendable {
    let isCancelled = Atomic(false)
  }

  private let wakeup: Wakeup<Request>

  /// Starts the thread, which begins to connect.
  public init(_ setup: AgentSetup, at address: BrokerAddress) throws(LoopError) {
    let wakeup = Wakeup<Request>(capacity: AgentLimits.requestCountMax)
    self.wakeup = wakeup
    _ = try LoopThread { Body.run(setup, address, wakeup) }
  }

  deinit {
    _ = wakeup.send(.close)
  }

  /// Ends the agent and its thread; every loop over it ends. May be called twice.
  public func close() {
    _ = wakeup.send(.close)
  }

  /// What a lease gives access to at this instant.
  public func access(to lease: UInt64) async throws(AgentFailure) -> LeaseAccess {
    try await ask { $0.access(to: lease) }
  }

  /// A lease as it is known.
  public func find(_ lease: UInt64) async throws(AgentFailure) -> AgentLease? { try await ask { $0.find(lease) } }

  /// Reports that a lease is provided, and where.
  public func reportReady(_ lease: UInt64, endpoint: String) async throws(AgentFailure) {
    try await ask { agent throws(AgentFailure) in try agent.reportReady(lease, endpoint: endpoint) }
  }

  /// Reports that a lease cannot be provided, or not any longer, and why.
  public func reportFailed(_ lease: UInt64, reason: String) async throws(AgentFailure) {
    try await ask { agent throws(AgentFailure) in try agent.reportFailed(lease, reason: reason) }
  }

  /// Counts bytes that came from the holder of a lease, and that went to him, since the call before: now and then, not for each piece.
  /// A lease that ended is unknown soon after `ended`. Without `reports` of the setup: `notNow`.
  public func count(_ lease: UInt64, received: UInt64, sent: UInt64) async throws(AgentFailure) {
    try await ask { agent throws(AgentFailure) in try agent.count(lease, received: received, sent: sent) }
  }

  // MARK: Tickets and vouchers

  /// What a ticket would give if whoever shows it can answer a challenge: draw one then (`AgentEngine.challenge`).
  public func checkTicket(_ ticket: [UInt8]) async throws(AgentFailure) -> TicketPass {
    try await ask { agent throws(AgentFailure) in try unsafe agent.checkTicket(ticket.span.bytes) }
  }

  /// Whether the ticket is one to be taken, and the answer to the challenge is right: only then let its holder in. Take each challenge once.
  public func checkProof(
    _ ticket: [UInt8], challenge: Bytes16, proof: Bytes16
  ) async throws(AgentFailure) -> TicketPass {
    try await ask { agent throws(AgentFailure) in
      try unsafe agent.checkProof(ticket.span.bytes, challenge: challenge, proof: proof)
    }
  }

  /// What the pass gives access to at this instant.
  public func access(by pass: TicketPass) async throws(AgentFailure) -> LeaseAccess {
    try await ask { $0.access(by: pass) }
  }

  /// What a voucher pays for if it was not taken before, and whoever shows it can answer a challenge: draw one then.
  public func checkVoucher(_ voucher: [UInt8]) async throws(AgentFailure) -> VoucherUse {
    try await ask { agent throws(AgentFailure) in try unsafe agent.checkVoucher(voucher.span.bytes) }
  }

  /// Takes a voucher, once, if the answer to the challenge is right: only then serve the use. Take each challenge once.
  public func takeVoucher(
    _ voucher: [UInt8], challenge: Bytes16, proof: Bytes16
  ) async throws(AgentFailure) -> VoucherUse {
    try await ask { agent throws(AgentFailure) in
      try unsafe agent.takeVoucher(voucher.span.bytes, challenge: challenge, proof: proof)
    }
  }

  // MARK: Events

  /// The next event; nil when the runner is closed or the task cancelled. Waits for one.
  public func next() async throws(AgentFailure) -> AgentEvent? {
    let reader = Reader()
    let result: Result<AgentEvent?, AgentFailure> = await withTaskCancellationHandler {
      await self.result { .next(reader, $0) }
    } onCancel: {
      // The message may overtake the one that it is about.
      reader.isCancelled.store(true, ordering: .releasing)
      _ = wakeup.send(.cancel(reader))
    }
    if case .failure(.closed) = result { return nil }
    return try result.get()
  }

  private func ask<Value: Sendable>(
    _ body: @escaping @Sendable (Agent) throws(AgentFailure) -> Value
  ) async throws(AgentFailure) -> Value {
    try await result { answer in .perform { answer.resume(returning: $0.result(body)) } }.get()
  }

  private func result<Value: Sendable>(_ request: (Answer<Value>) -> Request) async -> Result<Value, AgentFailure> {
    await withCheckedContinuation { answer in
      switch wakeup.send(request(answer)) {
      case .accepted: break
      case .full: answer.resume(returning: .failure(.notNow))
      case .closed: answer.resume(returning: .failure(.closed))
      }
    }
  }

  /// Asks one runner for its events. Several of one runner share them.
  public struct AsyncIterator: AsyncIteratorProtocol {
    /// Why it tells nothing more.
    public typealias Failure = AgentFailure

    let runner: AgentRunner

    /// The next event; nil when there is none to come.
    public mutating func next() async throws(AgentFailure) -> AgentEvent? { try await runner.next() }
  }

  /// For `for try await`.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(runner: self) }

  /// The thread's side.
  private final class Body: AgentDelegate {
    /// Nil when it could not be made, for the reason in `failure`: then every request is answered with that.
    private var agent: Agent?
    private var failure = AgentFailure.noSystem
    private let loop: Loop
    private let wakeup: Wakeup<Request>
    private var readers: [(reader: Reader, answer: Answer<AgentEvent?>)] = []

    static func run(_ setup: AgentSetup, _ address: BrokerAddress, _ wakeup: Wakeup<Request>) {
      do {
        let loop = try Loop()
        let body = Body(loop, wakeup)
        try wakeup.attach(to: loop) { body.take($0) }
        body.begin(setup, address)
        loop.run()
        loop.close()
      } catch {
        // Without a loop nothing can be told: whoever asks from now on is told that it is closed.
        wakeup.close()
      }
    }

    private init(_ loop: Loop, _ wakeup: Wakeup<Request>) {
      self.loop = loop
      self.wakeup = wakeup
    }

    private func begin(_ setup: AgentSetup, _ address: BrokerAddress) {
      do throws(AgentFailure) {
        let agent = try Agent(setup, at: address, on: loop)
        agent.delegate = self
        agent.takeEvents(false)
        self.agent = agent
      } catch {
        failure = error
        return
      }
      do throws(LoopError) { try agent?.start() } catch { agent.take()?.close() }
    }

    private func take(_ request: Request) {
      switch request {
      case .next(let reader, let answer): read(reader, answer)
      case .cancel(let reader):
        guard let index = readers.firstIndex(where: { $0.reader === reader }) else { return }
        readers.remove(at: index).answer.resume(returning: .success(nil))
        agent?.takeEvents(!readers.isEmpty)
      case .perform(let body): body(self)
      case .close: close()
      }
    }

    func result<Value>(_ body: (Agent) throws(AgentFailure) -> Value) -> Result<Value, AgentFailure> {
      guard let agent else { return .failure(failure) }
      do throws(AgentFailure) { return .success(try body(agent)) } catch { return .failure(error) }
    }

    private func read(_ reader: Reader, _ answer: Answer<AgentEvent?>) {
      if reader.isCancelled.load(ordering: .acquiring) { return answer.resume(returning: .success(nil)) }
      guard let agent else { return answer.resume(returning: .failure(failure)) }
      readers.append((reader, answer))
      agent.takeEvents(true)
    }

    func agent(_ agent: Agent, happened event: AgentEvent) {
      guard !readers.isEmpty else { return }
      let answer = readers.removeFirst().answer
      if readers.isEmpty { agent.takeEvents(false) }
      answer.resume(returning: .success(event))
    }

    func agent(_ agent: Agent, link: AgentLink) {}

    private func close() {
      agent.take()?.close()
      failure = .closed
      for (_, answer) in readers { answer.resume(returning: .success(nil)) }
      readers = []
      wakeup.close()
      loop.stop()
    }
  }
}
