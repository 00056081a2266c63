public import EventLoop
public import TurnpikeClient
public import WireProtocol

/// Whom an agent tells, on the loop's thread.
public protocol AgentDelegate: AnyObject {
  /// Something to do. May call the agent.
  func agent(_ agent: Agent, happened event: AgentEvent)
  /// The connection became another one.
  func agent(_ agent: Agent, link: AgentLink)
}

/// Where an agent's connection is.
public enum AgentLink: Hashable, Sendable {
  /// The broker took it as what it says it is.
  case serving
  /// There is none, in words why; it tries again.
  case lost(String)
}

/// Runs an `AgentEngine` on a loop: connects, connects again with growing waits, and calls its delegate when something is to be done. Several
/// agents can share a loop. Lives on the loop's thread only.
///
///     idle -- start --> connecting -> connected -> serving
///                         ^    ^          | lost      |
///                         |    +- waits <-+-----------+
///                       close of any: closed, for good
///
/// `finish` closes it, too, as soon as what was counted has been reported.
///
/// **Gates are shut by the clock.** A timer of the kernel, on the clock of `AgentClock`, fires at the engine's deadline, with a connection and
/// without, and as soon as the machine wakes. `close` tells of nothing: whoever closes an agent shuts what it opened.
public final class Agent {
  /// Held weakly.
  public weak var delegate: (any AgentDelegate)?

  private let engine: AgentEngine
  private let address: BrokerAddress
  private let loop: Loop
  private var timer: PreciseTimer?
  private var handler: StreamHandler?
  private var stream: EventLoop.Stream?
  private var attempt: Attempt?
  private var backoff = Backoff()
  /// When it connects again; nil while it does, or has connected.
  private var retryAt: UInt64?
  private var isTurning = false
  private var turnsAgain = false
  private var wasServing = false
  /// Whether it was closed, for good.
  public private(set) var isClosed = false
  /// When it closes at the latest.
  private var finishAt: UInt64?
  /// Whether the delegate takes events now. Those that it does not take wait, as differences, which is no queue.
  private var takesEvents = true

  /// An agent that does nothing yet.
  public init(_ setup: AgentSetup, at address: BrokerAddress, on loop: Loop) throws(AgentFailure) {
    engine = try AgentEngine(setup, now: AgentClock.now)
    self.address = address
    self.loop = loop
  }

  /// Begins to connect. Throws when the system has no timer left.
  public func start() throws(LoopError) {
    guard timer == nil, !isClosed else { return }
    timer = try PreciseTimer(on: loop, clock: .sinceBoot) { [weak self] in self?.turn() }
    handler = StreamHandler(
      onData: { [weak self] stream, bytes in unsafe self?.received(bytes, from: stream) },
      onEvent: { [weak self] stream, event in self?.handle(event, of: stream) })
    connect()
    turn()
  }

  /// Ends it for good as soon as the broker has taken what was counted, or does not within a second; `isClosed` says when. Its delegate, whose
  /// gates are shut by now, hears of nothing any more.
  public func finish() {
    guard !isClosed, finishAt == nil else { return }
    delegate = nil
    takesEvents = false
    finishAt = AgentClock.now + AgentLimits.finishMilliseconds
    turn()
  }

  /// Ends it for good. May be called twice.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    attempt.take()?.cancel()
    stream.take()?.close()
    engine.linkDown()
    timer.take()?.close()
    handler = nil
    delegate = nil
  }

  // MARK: Leases

  /// What a lease gives access to at this instant, by the clock.
  public func access(to lease: UInt64) -> LeaseAccess { engine.access(to: lease, now: AgentClock.now) }

  /// A lease as it is known.
  public func find(_ lease: UInt64) -> AgentLease? { engine.find(lease) }

  /// Reports that a lease is provided, and where.
  public func reportReady(_ lease: UInt64, endpoint: String) throws(AgentFailure) {
    try report(lease, isReady: true, endpoint)
  }

  /// Reports that a lease cannot be provided, or not any longer, and why.
  public func reportFailed(_ lease: UInt64, reason: String) throws(AgentFailure) {
    try report(lease, isReady: false, reason)
  }

  private func report(_ lease: UInt64, isReady: Bool, _ text: String) throws(AgentFailure) {
    try engine.report(lease, isReady: isReady, text: text)
    turn()
  }

  /// Counts bytes that came from the holder of a lease, and that went to him, since the call before. Of a lease that ended it is to be
  /// called before the delegate returns from `ended`. Without `reports` of the setup: `notNow`.
  public func count(_ lease: UInt64, received: UInt64, sent: UInt64) throws(AgentFailure) {
    try engine.count(lease, received: received, sent: sent)
  }

  // MARK: Tickets and vouchers

  /// What a ticket would give if whoever shows it can answer a challenge: draw one then (`AgentEngine.challenge`).
  public func checkTicket(_ ticket: RawSpan) throws(AgentFailure) -> TicketPass {
    try engine.checkTicket(ticket, now: AgentClock.now)
  }

  /// Whether the ticket is one to be taken, and the answer to the challenge is right: only then let its holder in. Take each challenge once.
  public func checkProof(_ ticket: RawSpan, challenge: Bytes16, proof: Bytes16) throws(AgentFailure) -> TicketPass {
    try engine.checkProof(ticket, challenge: challenge, proof: proof, now: AgentClock.now)
  }

  /// What the pass gives access to at this instant.
  public func access(by pass: TicketPass) -> LeaseAccess { engine.access(by: pass, now: AgentClock.now) }

  /// What a voucher pays for if it was not taken before, and whoever shows it can answer a challenge: draw one then.
  public func checkVoucher(_ voucher: RawSpan) throws(AgentFailure) -> VoucherUse {
    try engine.checkVoucher(voucher, now: AgentClock.now)
  }

  /// Takes a voucher, once, if the answer to the challenge is right: only then serve the use. Take each challenge once.
  public func takeVoucher(_ voucher: RawSpan, challenge: Bytes16, proof: Bytes16) throws(AgentFailure) -> VoucherUse {
    try engine.takeVoucher(voucher, challenge: challenge, proof: proof, now: AgentClock.now)
  }

  /// Whether the delegate takes events from now on; it may say no while it gets one.
  func takeEvents(_ takesEvents: Bool) {
    self.takesEvents = takesEvents
    if takesEvents { turn() }
  }

  // MARK: Turns

  /// Tells what is to be done, makes and sends what is due, and sets the timer. Called within itself it goes around once more.
  private func turn() {
    if isTurning {
      turnsAgain = true
      return
    }
    isTurning = true
    defer { isTurning = false }
    repeat {
      turnsAgain = false
      tell()
      if isClosed { return }
      tick()
    } while turnsAgain
  }

  private func tell() {
    while !isClosed, takesEvents, let event = engine.nextEvent(now: AgentClock.now) {
      delegate?.agent(self, happened: event)
    }
  }

  private func tick() {
    let now = AgentClock.now
    if let finishAt, engine.flush() || !engine.isServing || finishAt <= now { return close() }
    if let retryAt, retryAt <= now { connect() }
    var deadline = UInt64.max
    do throws(AgentFailure) {
      deadline = try engine.tick(now: now)
    } catch {
      if stream != nil { lose("\(error)", lasts: error.lasts) }
    }
    if isClosed { return }
    noteServing()
    write()
    // What waits for a reader that is late must not keep the loop busy.
    if !takesEvents, deadline <= now { deadline = now + AgentLimits.lateReaderMilliseconds }
    let at = min(deadline, retryAt ?? .max, finishAt ?? .max)
    timer?.start(atNanoseconds: at.multipliedReportingOverflow(by: 1_000_000).overflow ? .max / 2 : at * 1_000_000)
  }

  private func noteServing() {
    guard engine.isServing, !wasServing else { return }
    wasServing = true
    delegate?.agent(self, link: .serving)
  }

  private func write() {
    guard let stream, stream.isWritable else { return }
    engine.sendOutput { bytes in unsafe bytes.withUnsafeBytes { unsafe stream.write($0) } }
  }

  // MARK: The connection

  private func received(_ bytes: UnsafeRawBufferPointer, from stream: EventLoop.Stream) {
    guard stream === self.stream else { return }
    do throws(AgentFailure) {
      try unsafe engine.receive(bytes.bytes, now: AgentClock.now)
      if engine.isServing { backoff.reset() }
    } catch {
      lose("\(error)", lasts: error.lasts)
    }
    turn()
  }

  private func handle(_ event: StreamEvent, of stream: EventLoop.Stream) {
    guard stream === self.stream else { return }
    switch event {
    case .connected, .writable: break
    case .endOfStream: lose("the broker closed the connection")
    case .failed(let error): lose(error.message)
    case .closed: lose("closed")
    }
    turn()
  }

  private func connect() {
    retryAt = nil
    attempt = Attempt.start(to: address.endpoint, on: loop, limitMilliseconds: AgentLimits.connectMilliseconds) {
      [weak self] result in
      guard let self, !isClosed else { return }
      attempt = nil
      switch result {
      case .failure(let error): lose(error.message)
      case .success(let stream): begin(stream)
      }
      turn()
    }
  }

  private func begin(_ stream: EventLoop.Stream) {
    guard let handler else { return stream.close() }
    stream.handOver(to: handler)
    self.stream = stream
    do throws(AgentFailure) {
      try engine.linkUp(now: AgentClock.now)
      stream.startReading()
    } catch {
      lose("\(error)", lasts: error.lasts)
    }
  }

  /// No connection, or no longer one. `lasts`: nothing says that the next one will do better.
  private func lose(_ reason: String, lasts: Bool = false) {
    stream.take()?.close()
    engine.linkDown()
    wasServing = false
    guard !isClosed else { return }
    let (at, overflow) = AgentClock.now.addingReportingOverflow(backoff.next(isLongest: lasts))
    retryAt = overflow ? .max : at
    delegate?.agent(self, link: .lost(reason))
  }
}

extension AgentFailure {
  /// Whether another connection is not likely to do better soon.
  fileprivate var lasts: Bool {
    switch self {
    case .refused, .clockWrong, .frameLength, .macWrong: true
    case .goodbye(let status): status == Status.agentTakenOver.rawValue
    default: false
    }
  }
}
