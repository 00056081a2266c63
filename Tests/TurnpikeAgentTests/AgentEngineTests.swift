import Harness
import Testing
import TurnpikeAgent
import TurnpikeClient
import TurnpikeCrypto
import WireProtocol

/// The engine against a broker in memory: its clock and the broker's move as the test says, and are far from each other.
@Suite struct AgentEngineTests {
  @Test func aLeaseIsProvisionedOpenedMovedAndEnded() throws {
    let bench = try Bench()
    try bench.connect()
    #expect(try bench.events() == [.listed])
    let lease = try bench.station.lease()
    guard case .provision(let pending)? = try bench.events().first else { throw Expected("PROVISION") }
    #expect(pending.id == lease.id && pending.state == .pending && pending.units == 1)
    #expect(bench.engine.access(to: lease.id, now: bench.now) == .closed)
    try bench.engine.report(lease.id, isReady: true, text: "here:1")
    let told = try bench.events()
    guard case .answered(_, let status)? = told.first, case .opened(let opened)? = told.last else {
      throw Expected("ANSWERED, OPENED, not \(told)")
    }
    #expect(status == Status.ok.rawValue && opened.epoch == pending.epoch)
    #expect(opened.until > bench.now && opened.until <= bench.now + 20_000 && opened.end > opened.until)
    #expect(bench.engine.find(lease.id) == opened)
    #expect(bench.station.endpoint(lease) == Text96("here:1"))
    #expect(bench.engine.access(to: lease.id, now: bench.now) == .full)
    #expect(bench.engine.access(to: lease.id, now: opened.throttleAt) == .reduced)
    #expect(bench.engine.access(to: lease.id, now: opened.until + 1) == .closed)
    let use = UseRequest(handle: lease.handle, meter: 0, quantity: 100, useNumber: 1, lease: 0)
    #expect(bench.station.client.call(use)?.status == .ok)
    guard case .moved(let moved)? = try bench.events().first else { throw Expected("MOVED") }
    #expect(moved.until < opened.until)
    bench.station.revoke(lease.id)
    guard case .ended(let ended)? = try bench.events().last else { throw Expected("ENDED") }
    #expect(ended.id == lease.id && ended.state == .revoked && bench.engine.find(lease.id) == nil)
    #expect(throws: AgentFailure.leaseUnknown) {
      try bench.engine.report(lease.id, isReady: true, text: "here:1")
    }
  }

  /// Without a connection the clock shuts what is open, at the deadline that tick tells.
  @Test func whatAnotherAgentProvidesIsEnforcedToo() throws {
    let bench = try Bench()
    let other = try Bench(beside: bench) { ($0.number, $0.provisions) = (2, false) }
    try bench.connect()
    try other.connect()
    #expect(try other.events() == [.listed])
    let lease = try bench.open()
    #expect(bench.engine.find(lease.id)?.isYours == true)
    guard case .opened(let opened)? = try other.events().last else { throw Expected("OPENED") }
    #expect(opened.id == lease.id && !opened.isYours)
    #expect(throws: AgentFailure.self) { try other.engine.report(lease.id, isReady: true, text: "there:1") }
  }

  @Test func theClockAloneShuts() throws {
    let bench = try Bench()
    try bench.connect()
    let lease = try bench.open()
    let until = try #require(bench.engine.find(lease.id)).until
    bench.disconnect()
    var kinds: [String] = []
    while kinds.last != "closed" {
      let deadline = try bench.engine.tick(now: bench.now)
      #expect(deadline <= until + 1)
      bench.advance(deadline - bench.now)
      for event in try bench.events() {
        if case .reduced = event { kinds.append("reduced") }
        if case .closed(let closed) = event {
          kinds.append("closed")
          #expect(closed.id == lease.id && bench.now == until + 1)
        }
      }
    }
    #expect(kinds == ["reduced", "closed"])
    #expect(try bench.engine.tick(now: bench.now) == .max)
    // With money it comes back, on another connection.
    let fund = FundRequest(lease: lease.id, handle: 0)
    #expect(bench.station.client.call(fund, payment: bench.station.market.notes(1, of: 60_000))?.status == .ok)
    try bench.connect()
    #expect(try bench.events().contains { if case .opened = $0 { true } else { false } })
  }

  @Test func aClockThatGoesBackShutsForGood() throws {
    let bench = try Bench()
    try bench.connect()
    let lease = try bench.open()
    #expect(throws: AgentFailure.clockWrong) { try bench.engine.tick(now: 1) }
    guard case .closed(let closed)? = bench.engine.nextEvent(now: bench.now) else { throw Expected("CLOSED") }
    #expect(closed.id == lease.id && bench.engine.nextEvent(now: bench.now) == nil)
    #expect(bench.engine.access(to: lease.id, now: bench.now) == .closed)
  }

  /// A bit of a frame that changed on its way ends the connection, and opens nothing.
  @Test func whatWasAlteredIsRefused() throws {
    let bench = try Bench()
    try bench.connect()
    let lease = try bench.open()
    bench.station.revoke(try bench.open().id)
    bench.spoil = { bytes in
      guard bytes.count > 40 else { return bytes }
      var bytes = bytes
      bytes[40] ^= 1
      return bytes
    }
    #expect(throws: AgentFailure.macWrong) { try bench.talk() }
    #expect(!bench.engine.isServing && bench.engine.access(to: lease.id, now: bench.now) == .full)
    bench.disconnect()
    bench.spoil = { $0 }
    try bench.connect()
  }

  @Test func whatHasNoRoomStaysShut() throws {
    let bench = try Bench(leaseCapacity: 1)
    try bench.connect()
    let lease = try bench.open()
    let other = try bench.station.lease()
    #expect(try bench.events() == [.noRoom(lease: other.id)])
    bench.station.revoke(lease.id)
    // What ended makes room; then all are asked for again.
    let told = try bench.events() + bench.events()
    #expect(told.contains { if case .provision(let found) = $0 { found.id == other.id } else { false } }, "\(told)")
  }

  @Test func wrongSetupsAreRefused() throws {
    let station = try Station(MemoryTransport())
    var setup = try station.setup()
    setup.leaseCapacity = 0
    #expect(throws: AgentFailure.argumentWrong) { try AgentEngine(setup, now: 1) }
    setup.leaseCapacity = AgentLimits.leaseCountMax + 1
    #expect(throws: AgentFailure.argumentWrong) { try AgentEngine(setup, now: 1) }
    setup.leaseCapacity = AgentLimits.leaseCountMax
    #expect(throws: AgentFailure.argumentWrong) { try AgentEngine(setup, now: 0) }
    setup.number = 9
    #expect(throws: AgentFailure.argumentWrong) { try AgentEngine(setup, now: 1) }
    setup.number = 8
    let engine = try AgentEngine(setup, now: 1)
    #expect(throws: AgentFailure.notNow) { try unsafe engine.receive([1].span.bytes, now: 1) }
    #expect(throws: AgentFailure.argumentWrong) {
      try engine.report(1, isReady: true, text: String(repeating: "x", count: 96))
    }
  }

  /// The broker's refusal is told by its status: a key of another generation.
  @Test func aRefusalSaysWhy() throws {
    let station = try Station(MemoryTransport())
    var setup = try station.setup()
    let key = station.transport.roleKey(of: .agent, id: station.market.resource + 1)
    setup.credential = try #require(Credential(role: .agent, id: station.market.resource, generation: 0, key: key))
    let engine = try AgentEngine(setup, now: 1)
    let connection = station.transport.open()
    try engine.linkUp(now: 1)
    var failure: AgentFailure?
    for _ in 0..<4 where failure == nil {
      do throws(AgentFailure) {
        _ = try engine.tick(now: 1)
        engine.sendOutput { bytes in
          connection.send((0..<bytes.byteCount).map { bytes.uint8(at: $0) })
          return bytes.byteCount
        }
        try unsafe engine.receive(connection.receive().span.bytes, now: 1)
      } catch {
        failure = error
      }
    }
    guard let failure else { throw Expected("a refusal") }
    #expect("\(failure)".contains(Status.authenticationFailed.specificationName), "\(failure)")
  }

  @Test func ticketsAreTakenUntilTheBrokerKnowsBetter() throws {
    let bench = try Bench()
    try bench.connect()
    let lease = try bench.open()
    let reply = try #require(
      bench.station.client.call(TicketRequest(handle: lease.handle, agent: 0))?.part(TicketReply.self))
    let ticket = bytes(of: reply.ticket)
    let challenge = Bytes16(low: 1, high: 2)
    let proof = TicketKey.proof(holderKey: reply.holderKey, challenge: challenge)
    let now = bench.now
    #expect(try unsafe bench.engine.checkTicket(ticket.span.bytes, now: now).lease == lease.id)
    let pass = try unsafe bench.engine.checkProof(ticket.span.bytes, challenge: challenge, proof: proof, now: now)
    #expect(pass.lease == lease.id && pass.until > now && bench.engine.access(by: pass, now: now) == .full)
    #expect(bench.engine.access(by: pass, now: pass.until + 1) == .closed)
    #expect(throws: AgentFailure.proofWrong) {
      try unsafe bench.engine.checkProof(ticket.span.bytes, challenge: proof, proof: challenge, now: now)
    }
    var forged = ticket
    forged[20] ^= 1
    #expect(throws: AgentFailure.ticketForged) { try unsafe bench.engine.checkTicket(forged.span.bytes, now: now) }
    #expect(throws: AgentFailure.ticketForged) { try unsafe bench.engine.checkTicket([1].span.bytes, now: now) }
    bench.station.revoke(lease.id)
    _ = try bench.events()
    #expect(bench.engine.access(by: pass, now: now) == .closed)
    #expect(throws: AgentFailure.ticketFenced) { try unsafe bench.engine.checkTicket(ticket.span.bytes, now: now) }
  }
}
