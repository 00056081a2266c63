public import EventLoop
public import TurnpikeClient
import WireProtocol

/// What a gate owes its holders, measured with real agents: leases are taken, a connection is held through each gate, and it is seen when
/// the first byte passes, and the last. This process is the service behind the gates as well, on the same loop, so that both sides of a gate
/// are told by one clock.
///
/// *connecting* -> *filling* (all leases are taken) -> *cutting* (on a schedule one is ended, another taken) -> *running* (some run to
/// their deadline; from `onHolding` on the broker may be gone) -> *leaving* (what is left is revoked) -> *over*.
@safe public final class GateRun {
  enum Phase { case connecting, filling, cutting, running, leaving, over }

  /// What was found.
  public internal(set) var result = GateResult()
  /// Called when the leases that run to their deadline are all open, with the milliseconds until the first and the last of them end.
  public var onHolding: (UInt64, UInt64) -> Void = { _, _ in }
  /// Called when all leases are open.
  public var onFilled: () -> Void = {}

  let plan: GatePlan
  let loop: Loop
  private let supply: GateSupply
  private let endpoint: Endpoint
  private let echo: EchoService
  let provider: SessionLink
  private let watcher: SessionLink
  private let holders: [SessionLink]
  let gates: [HeldGate]
  private var byLease: [UInt64: HeldGate] = [:]
  private var handler: StreamHandler?

  var phase = Phase.connecting
  private var failure: RunFailure?
  private var readyCount = 0
  /// The next lease of the phase to be acquired, and where its leases end; how many are under way.
  var nextPlace = 0
  var endPlace = 0
  var acquiringCount = 0
  /// When the first lease was asked for.
  var filledFrom: UInt64 = 0
  /// Gates that refused, to be tried again.
  private var retries: [HeldGate] = []
  private var talkers: [HeldGate] = []
  private var talkingPlace = 0
  private var talkingShare = 0.0
  /// When it was looked last what is due.
  private var lookedAt: UInt64 = 0

  // The parts with a schedule, in `GateRun+Schedule`.
  var timer: PreciseTimer?
  var startAt: UInt64 = 0
  var stepCount = 0
  /// Nothing is waited for beyond this instant.
  var limitAt = UInt64.max
  /// What comes after the phase, when all is settled.
  var settledAt = UInt64.max
  var isHolding = false
  var isBrokerGone = false
  var leftCount = 0

  /// - Parameter service: Where this process stands as the service, as the agent's configuration has it.
  public init(
    _ plan: GatePlan, _ supply: GateSupply, at endpoint: Endpoint, service: Endpoint, provider credential: Credential
  ) throws {
    (self.plan, self.supply, self.endpoint) = (plan, supply, endpoint)
    let loop = try Loop()
    self.loop = loop
    do {
      echo = try EchoService(at: service, on: loop)
      provider = try SessionLink(on: loop, credential: credential)
      watcher = try SessionLink(on: loop)
      let holders = try (0..<plan.sessionCount).map { _ in try SessionLink(on: loop) }
      self.holders = holders
      gates = try (0..<plan.gateCount).map { place in
        HeldGate(
          place, place < plan.leaseCount ? .filling : place < plan.leaseCount + plan.cutCount ? .granting : .running,
          key: try .secret(), link: holders[place / LoadLimits.heldLeaseCountMax])
      }
    } catch {
      loop.close()
      throw error
    }
  }

  /// Until all is measured; throws what made that impossible.
  public func run() throws {
    handler = StreamHandler(
      onData: { [unowned self] stream, bytes in unsafe take(bytes, from: stream) },
      onEvent: { [unowned self] stream, event in handle(event, of: stream) })
    echo.onMessage = { [unowned self] place in
      guard place < gates.count else { return }
      gates[Int(place)].passedAt = Loop.hrtime
    }
    limit(afterMilliseconds: LoadLimits.gateSilenceMilliseconds)
    let ticking = LoopTimer(on: loop) { [unowned self] in tick() }
    ticking.start(afterMilliseconds: 1, repeatMilliseconds: 1)
    do {
      timer = try PreciseTimer(on: loop) { [unowned self] in step() }
      for link in [provider, watcher] + holders {
        link.onReady = { [unowned self] in greeted() }
        link.onOver = { [unowned self] error in lost(error) }
        try link.connect(to: endpoint)
      }
    } catch {
      fail(.connection(error.message))
    }
    loop.run()
    phase = .over
    ticking.close()
    timer.take()?.close()
    echo.close()
    for link in [provider, watcher] + holders { link.close() }
    for gate in gates { gate.stream.take()?.reset() }
    loop.close()
    handler = nil
    if let failure { throw failure }
  }

  /// What the agent's memory grew by while it got all leases.
  public func note(agentByteCount: Int64) { result.agentByteCount = agentByteCount }

  private func greeted() {
    readyCount += 1
    guard readyCount == 2 + holders.count else { return }
    watcher.onPush = { [unowned self] push in changed(push) }
    watcher.submit(.subscribe(resource: supply.resource, mask: .changes)) { [unowned self] result in
      if case .failure(let error) = result { return refuse("SUBSCRIBE", error) }
      phase = .filling
      filledFrom = Loop.hrtime
      (nextPlace, endPlace) = (0, plan.leaseCount)
      acquireMore()
    }
  }

  private func lost(_ error: TurnpikeError) {
    // From then on nobody needs the broker, which may have been ended to see just that.
    isBrokerGone = true
    if isHolding || phase == .leaving { return }
    fail(.connection("\(error)"))
  }

  func fail(_ failure: RunFailure) {
    if self.failure == nil { self.failure = failure }
    loop.stop()
  }

  func refuse(_ what: String, _ error: TurnpikeError) {
    if isHolding || phase == .leaving || phase == .over { return }
    fail(.setup("\(what): \(error)"))
  }

  /// What is awaited must have come by then.
  func limit(afterMilliseconds milliseconds: UInt64) { limitAt = Loop.hrtime + milliseconds * 1_000_000 }

  // MARK: Leases

  /// Asks for more leases of this phase, as long as there are any, so many at a time.
  func acquireMore() {
    while acquiringCount < LoadLimits.gateDepth, nextPlace < endPlace {
      nextPlace += 1
      acquire(gates[nextPlace - 1], dueAt: Loop.hrtime)
    }
  }

  func acquire(_ gate: HeldGate, dueAt: UInt64) {
    gate.state = .acquiring
    gate.dueAt = dueAt
    acquiringCount += 1
    let request = Request.acquire(
      resource: supply.resource, units: 1, keyHash: gate.key.keyHash, payment: [supply.payments[gate.place]])
    gate.link.submit(request) { [unowned self] result in
      gate.acquiredAt = Loop.hrtime
      do throws(TurnpikeError) {
        gate.lease = try result.get().fixed(AcquireReply.self).lease
      } catch {
        return refuse("ACQUIRE", error)
      }
      byLease[gate.lease] = gate
      gate.state = .pending
      ask(gate)
    }
  }

  /// Where is it? The answer may be that it is not ready: then the watcher hears when it is.
  private func ask(_ gate: HeldGate) {
    gate.link.submit(.service(gate.owner)) { [unowned self] result in
      guard gate.state == .pending else { return }
      do throws(TurnpikeError) {
        let service = try result.get().fixed(ServiceReply.self)
        switch service.state {
        case .active, .low, .throttled:
          gate.endpoint = Endpoint(service.endpoint.string)
          connect(gate)
        case .pending: break
        default: fail(.setup("the agent failed: \(service.endpoint.string)"))
        }
      } catch {
        refuse("SERVICE", error)
      }
    }
  }

  private func changed(_ push: Push) {
    switch push {
    case .leaseChanged(let change):
      // Of one whose ACQUIRE was not read yet: SERVICE, which follows, tells as much, but for the deadline, which CHECK tells.
      guard let gate = byLease[change.lease] else { return }
      told(gate, change.state, deadline: change.deadline)
    case .lagged:
      for gate in gates where gate.state == .pending { ask(gate) }
    default: break
    }
  }

  private func checkDeadline(_ gate: HeldGate) {
    gate.link.submit(.check(lease: gate.lease)) { [unowned self] result in
      do throws(TurnpikeError) {
        told(gate, .active, deadline: try result.get().fixed(CheckReply.self).deadline)
        openedOne()
      } catch {
        refuse("CHECK", error)
      }
    }
  }

  private func told(_ gate: HeldGate, _ state: LeaseState, deadline: UInt64) {
    guard [.active, .low, .throttled, .failed].contains(state) else { return }
    if deadline != 0 { gate.endsAt = supply.clock.end(ofDeadline: deadline) }
    if gate.state == .pending { ask(gate) }
  }

  // MARK: Connections

  private func connect(_ gate: HeldGate) {
    guard let endpoint = gate.endpoint, let handler else {
      return fail(.setup("the agent of this resource has no gate"))
    }
    gate.state = .connecting
    gate.messages = GateMessages()
    do {
      let stream = try Stream.connect(to: endpoint, on: loop, handler: handler)
      stream.userIndex = gate.place
      gate.stream = stream
    } catch {
      fail(.connection("\(endpoint): \(error.message)"))
    }
  }

  private func handle(_ event: StreamEvent, of stream: EventLoop.Stream) {
    let gate = gates[stream.userIndex]
    guard stream === gate.stream else { return }
    switch event {
    case .connected:
      stream.startReading()
      gate.talk(always: true)
    case .writable: break
    case .endOfStream, .failed, .closed: ended(gate)
    }
  }

  /// The connection of a gate is over, and not by this side.
  private func ended(_ gate: HeldGate) {
    gate.stream.take()?.close()
    gate.isTalking = false
    switch gate.state {
    case .connecting where gate.ending == .none && (gate.endsAt == 0 || Loop.hrtime < gate.endsAt):
      // The broker tells everyone at once, and the agent may open a moment after its holder comes.
      result.retryCount += 1
      gate.attemptCount += 1
      if gate.attemptCount > LoadLimits.gateAttemptCountMax {
        return fail(.setup("\(gate.endpoint?.description ?? ""): it does not open"))
      }
      retries.append(gate)
    case .connecting, .open:
      gate.state = .cut
      gate.cutAt = Loop.hrtime
      cut(gate)
    default: break
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer, from stream: EventLoop.Stream) {
    let gate = gates[stream.userIndex]
    guard stream === gate.stream else { return }
    let now = Loop.hrtime
    gate.passedAt = now
    for message in unsafe gate.messages.take(bytes) where message.place == UInt64(gate.place) {
      gate.isTalking = false
      if gate.state == .connecting {
        opened(gate, at: now)
      } else {
        result.echoed.record(now - min(message.sentAt, now))
      }
    }
  }

  private func opened(_ gate: HeldGate, at now: UInt64) {
    gate.state = .open
    acquiringCount -= 1
    switch gate.purpose {
    case .filling: result.filled.record(now - gate.dueAt)
    case .granting:
      result.granted.record(now - gate.dueAt)
      result.grantedReply.record(now - gate.acquiredAt)
    case .running: if gate.endsAt == 0 { checkDeadline(gate) }
    }
    let index = gate.place
    if gate.purpose == .filling, index >= plan.connectionCount {
      gate.state = .idle
      gate.stream.take()?.reset()
    } else if gate.purpose != .running, plan.talks(index) {
      talkers.append(gate)
    }
    limit(afterMilliseconds: LoadLimits.gateSilenceMilliseconds)
    openedOne()
    acquireMore()
  }

  // MARK: Each millisecond

  private func tick() {
    let now = Loop.hrtime
    if lookedAt > 0, phase != .connecting { result.heldUp.record(now - min(lookedAt + 1_000_000, now)) }
    lookedAt = now
    if !retries.isEmpty {
      let again = retries
      retries = []
      for gate in again { connect(gate) }
    }
    talk()
    if phase == .running { talkBeforeDeadlines(at: now) }
    if now >= settledAt {
      settledAt = .max
      settled()
    } else if now >= limitAt {
      limitAt = .max
      late()
    }
  }

  private func talk() {
    talkingShare += Double(talkers.count) / Double(max(1, plan.messageMilliseconds))
    while talkingShare >= 1, !talkers.isEmpty {
      talkingShare -= 1
      talkingPlace = talkingPlace + 1 < talkers.count ? talkingPlace + 1 : 0
      let gate = talkers[talkingPlace]
      if gate.state == .open {
        gate.talk()
      } else {
        talkers.swapAt(talkingPlace, talkers.count - 1)
        talkers.removeLast()
      }
    }
  }
}
