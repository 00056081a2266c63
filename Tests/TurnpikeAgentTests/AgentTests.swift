import EventLoop
import Harness
import Testing
import TurnpikeAgent
import TurnpikeClient
import TurnpikeCrypto
import WireProtocol

/// Agents with real brokers, over sockets.
@Suite(.serialized) struct AgentTests {
  private func station(isUnix: Bool) throws -> (Station<SocketTransport>, BrokerAddress) {
    let station = try Station(try SocketTransport(isUnix: isUnix))
    return (station, try #require(BrokerAddress(station.transport.address)))
  }

  /// Notes what an agent tells, and does what the test says.
  private final class Notes: AgentDelegate {
    var events: [AgentEvent] = []
    var links: [AgentLink] = []
    var onEvent: (Agent, AgentEvent) -> Void = { _, _ in }
    var onLink: (Agent, AgentLink) -> Void = { _, _ in }

    func agent(_ agent: Agent, happened event: AgentEvent) {
      events.append(event)
      onEvent(agent, event)
    }

    func agent(_ agent: Agent, link: AgentLink) {
      links.append(link)
      onLink(agent, link)
    }
  }

  /// A loop that stops by itself when nothing comes of it.
  private func withLoop(_ body: (Loop) throws -> Void) throws {
    let loop = try Loop()
    defer { loop.close() }
    LoopTimer(on: loop) {
      Issue.record("not finished in 20 s")
      loop.stop()
    }.start(afterMilliseconds: 20_000)
    try body(loop)
  }

  @Test(arguments: [false, true])
  func aLeaseIsOpenedAndShutAtItsDeadline(isUnix: Bool) throws {
    let (station, address) = try station(isUnix: isUnix)
    try withLoop { loop in
      let agent = try Agent(try station.setup(), at: address, on: loop)
      let notes = Notes()
      agent.delegate = notes
      var lease: UInt64 = 0
      var lateMilliseconds: UInt64?
      notes.onLink = { _, link in
        #expect(link == .serving)
        do { lease = try station.lease(paying: 1_500).id } catch { Issue.record(error) }
      }
      notes.onEvent = { agent, event in
        switch event {
        case .provision(let found):
          #expect(found.id == lease)
          #expect(throws: Never.self) { try agent.reportReady(lease, endpoint: "here:1") }
        case .opened, .reduced: #expect(agent.access(to: lease) != .closed)
        case .closed(let found):
          lateMilliseconds = AgentClock.now - found.until
          #expect(agent.access(to: lease) == .closed)
          loop.stop()
        default: break
        }
      }
      try agent.start()
      loop.run()
      agent.close()
      agent.close()
      #expect(try #require(lateMilliseconds) < 100)
    }
    #expect(station.market.faults + station.client.faults == [])
  }

  /// A broker that ends and comes back is found again, and told again; two agents share the loop.
  @Test func aBrokerThatComesBackIsFound() throws {
    let (station, address) = try station(isUnix: true)
    try withLoop { loop in
      let agents = try [1, 2].map { try Agent(try station.setup($0), at: address, on: loop) }
      let notes = agents.map { _ in Notes() }
      var servingCount = 0
      for (agent, notes) in zip(agents, notes) {
        agent.delegate = notes
        notes.onLink = { _, link in
          guard link == .serving else { return }
          servingCount += 1
          if servingCount == 2 { #expect(throws: Never.self) { try station.transport.restart() } }
          if servingCount == 4 { loop.stop() }
        }
        try agent.start()
      }
      loop.run()
      for agent in agents { agent.close() }
      for notes in notes {
        #expect(notes.links.first == .serving && notes.links.last == .serving && notes.links.count >= 3)
      }
    }
  }

  /// Two agents with one number: the later one is it, and the other does not come back at once.
  @Test func whoIsTakenOverWaits() throws {
    let (station, address) = try station(isUnix: true)
    try withLoop { loop in
      let first = try Agent(try station.setup(), at: address, on: loop)
      let second = try Agent(try station.setup(), at: address, on: loop)
      let (firstNotes, secondNotes) = (Notes(), Notes())
      (first.delegate, second.delegate) = (firstNotes, secondNotes)
      firstNotes.onLink = { _, link in
        guard case .lost(let reason) = link else {
          #expect(throws: Never.self) { try second.start() }
          return
        }
        #expect(reason.contains("AGENT_TAKEN_OVER"))
        LoopTimer(on: loop) { loop.stop() }.start(afterMilliseconds: 500)
      }
      try first.start()
      loop.run()
      #expect(firstNotes.links.count == 2 && secondNotes.links == [.serving])
      first.close()
      second.close()
    }
  }

  @Test func nobodyListens() throws {
    let (station, _) = try station(isUnix: true)
    try withLoop { loop in
      let agent = try Agent(try station.setup(), at: .unix(path: "/nonexistent/turnpike"), on: loop)
      let notes = Notes()
      agent.delegate = notes
      notes.onLink = { _, _ in if notes.links.count == 3 { loop.stop() } }
      try agent.start()
      loop.run()
      agent.close()
      #expect(notes.links.allSatisfy { if case .lost = $0 { true } else { false } })
    }
  }

  // MARK: Without a loop

  @Test(.timeLimit(.minutes(1)))
  func aRunnerTellsWhenItIsAsked() async throws {
    let (station, address) = try station(isUnix: true)
    let runner = try AgentRunner(try station.setup(), at: address)
    #expect(try await runner.next() == .listed)
    let lease = try station.lease()
    var kinds: [String] = []
    for try await event in runner {
      switch event {
      case .provision(let found):
        kinds.append("provision")
        try await runner.reportReady(found.id, endpoint: "here:1")
      case .answered(_, let status): #expect(status == Status.ok.rawValue)
      case .opened(let found):
        kinds.append("opened")
        #expect(try await runner.access(to: found.id) == .full)
        #expect(try await runner.find(found.id)?.id == lease.id)
        station.revoke(lease.id)
      case .ended:
        kinds.append("ended")
        runner.close()
      default: break
      }
    }
    #expect(kinds == ["provision", "opened", "ended"])
    await #expect(throws: AgentFailure.closed) { try await runner.access(to: lease.id) }
  }

  @Test(.timeLimit(.minutes(1)))
  func aRunnerCountsAndTakesTicketsAndVouchers() async throws {
    let (station, address) = try station(isUnix: true)
    var setup = try station.setup()
    (setup.reports, setup.reportMilliseconds) = (true, 20)
    let runner = try AgentRunner(setup, at: address)
    #expect(try await runner.next() == .listed)
    let lease = try station.lease()
    try await runner.provide(lease.id)
    try await runner.count(lease.id, received: 5, sent: 7)
    while station.service(lease)?.sent != 7 { await Task.yield() }
    #expect(station.service(lease)?.received == 5)
    await #expect(throws: AgentFailure.leaseUnknown) { try await runner.count(lease.id + 1, received: 1, sent: 1) }

    let challenge = try AgentEngine.challenge()
    let request = TicketRequest(handle: lease.handle, agent: 0)
    let reply = try #require(station.client.call(request)?.part(TicketReply.self))
    let proof = TicketKey.proof(holderKey: reply.holderKey, challenge: challenge)
    let ticket = bytes(of: reply.ticket)
    let pass = try await runner.checkProof(ticket, challenge: challenge, proof: proof)
    #expect(try await runner.checkTicket(ticket) == pass)
    #expect(try await runner.access(by: pass) == .full)

    let issued = try #require(try station.vouchers(1, of: lease).first)
    let voucher = bytes(of: issued.voucher)
    let answer = TicketKey.proof(holderKey: issued.holderKey, challenge: challenge)
    let use = try await runner.checkVoucher(voucher)
    #expect(try await runner.takeVoucher(voucher, challenge: challenge, proof: answer) == use && use.lease == lease.id)
    await #expect(throws: AgentFailure.voucherTaken) {
      try await runner.takeVoucher(voucher, challenge: challenge, proof: answer)
    }
    runner.close()
    await #expect(throws: AgentFailure.closed) { try await runner.checkVoucher(voucher) }
  }

  /// Who reads late gets what is true then, not what was.
  @Test(.timeLimit(.minutes(1)))
  func aLateReaderMissesNothingThatMatters() async throws {
    let (station, address) = try station(isUnix: true)
    let runner = try AgentRunner(try station.setup(), at: address)
    #expect(try await runner.next() == .listed)
    let gone = try station.lease()
    while try await runner.find(gone.id) == nil { await Task.yield() }
    try await runner.reportReady(gone.id, endpoint: "here:1")
    while try await runner.access(to: gone.id) == .closed { await Task.yield() }
    station.revoke(gone.id)
    let stays = try station.lease()
    while true {
      let (late, early) = (try await runner.find(gone.id), try await runner.find(stays.id))
      if early != nil, late == nil || late?.state == .revoked { break }
      await Task.yield()
    }
    guard case .provision(let found)? = try await runner.next() else { throw Expected("PROVISION") }
    #expect(found.id == stays.id)
    runner.close()
    #expect(try await runner.next() == nil)
  }

  @Test(.timeLimit(.minutes(1)))
  func aReaderCanBeCancelled() async throws {
    let (station, address) = try station(isUnix: true)
    let runner = try AgentRunner(try station.setup(), at: address)
    #expect(try await runner.next() == .listed)
    let task = Task { try await runner.next() }
    task.cancel()
    #expect(try await task.value == nil)
    let lease = try station.lease()
    guard case .provision(let found)? = try await runner.next() else { throw Expected("PROVISION") }
    #expect(found.id == lease.id)
  }

  @Test(.timeLimit(.minutes(1)))
  func aWrongSetupIsTold() async throws {
    let (station, address) = try station(isUnix: true)
    var setup = try station.setup()
    setup.number = 0
    let runner = try AgentRunner(setup, at: address)
    await #expect(throws: AgentFailure.argumentWrong) { try await runner.next() }
  }
}

extension AgentRunner {
  /// Says that a lease is provided, as soon as it is known, and waits until it is open.
  fileprivate func provide(_ lease: UInt64) async throws {
    while try await find(lease) == nil { await Task.yield() }
    try await reportReady(lease, endpoint: "here:1")
    while try await access(to: lease) == .closed { await Task.yield() }
  }
}
