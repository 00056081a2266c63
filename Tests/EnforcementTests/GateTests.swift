import Enforcement
import EventLoop
import Testing
import TurnpikeAgent
import WireProtocol

/// A gate on a loop, in front of a service that echoes on the same loop.
@Suite(.serialized) final class GateTests: EnforcementReports {
  private let loop: Loop
  private var gate: Gate
  private var service: Listener?
  private var endpoints: [UInt64: String] = [:]
  private var failures: [UInt64: String] = [:]
  private var usage: [UInt64: (UInt64, UInt64)] = [:]
  private var options = GateOptions(upstream: .tcp(host: "127.0.0.1", port: 0))

  init() throws {
    let loop = try Loop()
    self.loop = loop
    gate = Gate(options, on: loop)
    var rests: [ObjectIdentifier: [UInt8]] = [:]
    let handler = StreamHandler(
      onData: { stream, bytes in
        let taken = unsafe stream.write(bytes)
        guard taken < bytes.count else { return }
        unsafe rests[ObjectIdentifier(stream), default: []] += bytes[taken...]
        stream.stopReading()
      },
      onEvent: { stream, event in
        switch event {
        case .writable:
          let rest = rests.removeValue(forKey: ObjectIdentifier(stream)) ?? []
          let taken = unsafe rest.withUnsafeBytes { unsafe stream.write($0) }
          if taken < rest.count {
            rests[ObjectIdentifier(stream)] = Array(rest[taken...])
          } else {
            stream.startReading()
          }
        case .endOfStream: stream.finishWriting()
        case .failed: stream.close()
        default: break
        }
      })
    let service = try Listener.listen(
      at: .tcp(host: "127.0.0.1", port: 0), on: loop, handler: handler, onFailure: { Issue.record("\($0)") },
      onAccept: { $0.startReading() })
    self.service = service
    options = GateOptions(upstream: service.endpoint)
    make { _ in }
  }

  deinit {
    gate.close()
    loop.close()
  }

  private func make(_ change: (inout GateOptions) -> Void) {
    gate.close()
    change(&options)
    gate = Gate(options, on: loop)
    gate.reports = self
  }

  func ready(_ lease: UInt64, endpoint: String) { endpoints[lease] = endpoint }

  func failed(_ lease: UInt64, reason: String) { failures[lease] = reason }

  func usage(_ lease: UInt64, received: UInt64, sent: UInt64) {
    let before = usage[lease] ?? (0, 0)
    usage[lease] = (before.0 + received, before.1 + sent)
  }

  private func lease(
    _ id: UInt64 = 1, epoch: UInt64 = 1, units: UInt32 = 1, milliseconds: UInt64 = 60_000, throttle: UInt64? = nil
  ) -> EnforcedLease {
    let now = AgentClock.now
    return EnforcedLease(
      id: id, epoch: epoch, units: units, state: .active, until: now + milliseconds,
      throttleAt: throttle.map { now + $0 } ?? 0, end: now + milliseconds + 60_000)
  }

  /// A connection to a lease's port, which the test drives.
  private final class Caller {
    private(set) var byteCount = 0
    private(set) var hasEnded = false
    private(set) var failure: LoopError?
    private var stream: EventLoop.Stream?
    private var rest: [UInt8] = []
    private var finishes = false

    var isOver: Bool { failure != nil || hasEnded }

    init(_ endpoint: String?, on loop: Loop, sending byteCount: Int = 1, finishes: Bool = false) throws {
      rest = [UInt8](repeating: 7, count: byteCount)
      self.finishes = finishes
      let handler = StreamHandler(
        onData: { [self] _, bytes in self.byteCount += bytes.count },
        onEvent: { [self] stream, event in
          switch event {
          case .connected:
            stream.startReading()
            send()
          case .writable: send()
          case .endOfStream:
            hasEnded = true
            stream.close()
          case .failed(let error):
            failure = error
            stream.close()
          case .closed: self.stream = nil
          }
        })
      stream = try Stream.connect(to: try #require(endpoint.flatMap { Endpoint($0) }), on: loop, handler: handler)
    }

    func send(_ more: Int = 0) {
      rest += [UInt8](repeating: 7, count: more)
      guard let stream else { return }
      rest.removeFirst(unsafe rest.withUnsafeBytes { unsafe stream.write($0) })
      if rest.isEmpty, finishes { stream.finishWriting() }
    }
  }

  /// Runs the loop until a condition holds.
  private func run(_ what: String, seconds: UInt64 = 10, until condition: @escaping () -> Bool) {
    let limit = AgentClock.now + seconds * 1_000
    let timer = LoopTimer(on: loop) { [loop] in
      if condition() || AgentClock.now > limit { loop.stop() }
    }
    timer.start(afterMilliseconds: 0, repeatMilliseconds: 1)
    loop.run()
    timer.close()
    #expect(condition(), "\(what)")
  }

  @Test func bytesPassWhileALeaseIsOpen() throws {
    gate.provision(lease())
    run("a lease is ready") { self.endpoints[1] != nil }
    let early = try Caller(endpoints[1], on: loop)
    run("a lease that is provisioned is shut") { early.isOver }
    #expect(early.byteCount == 0)
    gate.open(lease())
    let caller = try Caller(endpoints[1], on: loop, sending: 5 << 20, finishes: true)
    run("all of it comes back, and the end too") { caller.hasEnded }
    #expect(caller.byteCount == 5 << 20 && gate.connectionCount == 0)
    gate.end(lease())
    #expect(try #require(usage[1]) == (5 << 20, 5 << 20))
    let late = try Caller(endpoints[1], on: loop)
    run("nobody listens there") { late.failure == .connectionRefused }
  }

  @Test(arguments: ["shut", "end", "listed", "close", "epoch", "until"])
  func aConnectionIsCut(by what: String) throws {
    gate.open(lease(milliseconds: what == "until" ? 300 : 60_000))
    let caller = try Caller(endpoints[1], on: loop)
    run("it passes") { caller.byteCount == 1 }
    switch what {
    case "shut": gate.shut(lease())
    case "end": gate.end(lease())
    case "listed": gate.listed { $0 != 1 }
    case "close": gate.close()
    case "epoch": gate.open(lease(epoch: 2))
    // Nobody says anything: the next byte is after the deadline.
    default:
      let until = AgentClock.now + 300
      run("the deadline") { AgentClock.now > until }
      caller.send(1)
    }
    run("it is cut") { caller.failure == .connectionReset }
    #expect(caller.byteCount == 1 && gate.connectionCount == 0)
  }

  /// What is said twice, or of what is not known, changes nothing.
  @Test func whatDoesNotChangeIsNotDisturbed() throws {
    gate.shut(lease(5))
    gate.end(lease(5))
    gate.move(lease(5))
    gate.open(lease())
    let caller = try Caller(endpoints[1], on: loop)
    run("it passes") { caller.byteCount == 1 }
    gate.open(lease())
    gate.reduce(lease())
    gate.open(lease())
    gate.move(lease(milliseconds: 90_000))
    gate.listed { $0 == 1 }
    caller.send(1)
    run("it goes on") { caller.byteCount == 2 }
    #expect(gate.connectionCount == 1 && endpoints.count == 1)
  }

  @Test func connectionsAreLimited() throws {
    make { ($0.connectionCountMaxPerLease, $0.connectionCountMax) = (2, 3) }
    gate.open(lease(1))
    gate.open(lease(2))
    let callers = try [1, 1, 2].map { try Caller(endpoints[$0], on: loop) }
    run("three pass") { callers.allSatisfy { $0.byteCount == 1 } }
    for id in [1, 2] as [UInt64] {
      let refused = try Caller(endpoints[id], on: loop)
      run("one more is refused") { refused.isOver }
      #expect(refused.byteCount == 0)
    }
    #expect(callers.allSatisfy { !$0.isOver } && gate.connectionCount == 3)
  }

  @Test func nobodyPaysForAGateInFrontOfNothing() throws {
    let free = try Listener.listen(
      at: .tcp(host: "127.0.0.1", port: 0), on: loop, handler: StreamHandler(onData: { _, _ in }, onEvent: { _, _ in }),
      onFailure: { _ in }, onAccept: { $0.close() })
    let upstream = free.endpoint
    free.close()
    make { $0.upstream = upstream }
    for id in 1...3 { gate.provision(lease(UInt64(id))) }
    run("all fail") { self.failures.count == 3 }
    #expect(endpoints.isEmpty && failures[1]?.contains("ECONNREFUSED") == true)
    // One that runs since a life before goes on: its service may be back before its time is over.
    gate.open(lease(4))
    #expect(endpoints[4] != nil)
  }

  @Test func portsAreThoseOfTheRange() throws {
    let free = try Listener.listen(
      at: .tcp(host: "127.0.0.1", port: 0), on: loop, handler: StreamHandler(onData: { _, _ in }, onEvent: { _, _ in }),
      onFailure: { _ in }, onAccept: { $0.close() })
    guard case .tcp(_, let port) = free.endpoint else { return }
    make { ($0.ports, $0.publicHost) = (port...port, "db.example") }
    gate.provision(lease(1))
    #expect(failures[1]?.contains("EADDRINUSE") == true && endpoints.isEmpty)
    free.close()
    gate.provision(lease(2))
    run("a lease is ready") { self.endpoints[2] != nil }
    #expect(endpoints[2] == "db.example:\(port)")
    gate.open(lease(3))
    #expect(failures[3] != nil)
    gate.end(lease(2))
    gate.open(lease(3))
    #expect(endpoints[3] == "db.example:\(port)")
  }

  /// Both ways together, for each unit; by the clock too, where nobody has said that it is reduced.
  @Test(arguments: [false, true])
  func reducedIsSoManyBytesASecond(byClock: Bool) throws {
    make { $0.throttledBytesPerSecond = 100_000 }
    gate.open(lease(units: 2, throttle: byClock ? 0 : nil))
    if !byClock { gate.reduce(lease(units: 2)) }
    let callers = try (0..<2).map { _ in try Caller(endpoints[1], on: loop, sending: 1 << 20) }
    let began = AgentClock.now
    run("a second") { AgentClock.now >= began + 1_000 }
    let seconds = Double(AgentClock.now - began) / 1_000
    gate.end(lease())
    let (received, sent) = try #require(usage[1])
    let rate = Double(received + sent) / seconds
    #expect(120_000 < rate && rate < 220_000 && sent > 20_000, "\(rate)")
    #expect(callers.allSatisfy { $0.byteCount > 0 })
  }

  @Test func aServiceThatIsNotThere() throws {
    service?.close()
    gate.open(lease())
    let caller = try Caller(endpoints[1], on: loop)
    run("it is reset") { caller.isOver }
    #expect(caller.byteCount == 0 && gate.connectionCount == 0)
  }
}
