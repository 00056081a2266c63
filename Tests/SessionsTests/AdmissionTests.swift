import Harness
import Sessions
import Testing
import WireProtocol

/// Requests that are slowed: taken in for a part of the time, all of them, in order; time itself goes on.
@Suite struct AdmissionTests {
  /// A period begins here.
  private static let now: UInt64 = 1_700_000_000_000
  private static let periodMilliseconds: UInt64 = 32
  private static let slowest = Admission(lag: 1_000, limit: 0)

  @Test func theMoreLagTheLessTime() {
    #expect(Admission(lag: 0, limit: 0) == .open)
    #expect(Admission(lag: 8_000, limit: 8_000) == .open)
    #expect(Admission(lag: 8_001, limit: 8_000) != .open)
    #expect(Admission(lag: 12_000, limit: 8_000) != Admission(lag: 9_000, limit: 8_000))
    #expect(Admission(lag: 16_000, limit: 8_000) == Self.slowest)
    #expect(Admission(lag: 1e300, limit: 8_000) == Self.slowest)
  }

  /// One PING in each millisecond: in how many of them are replies sent, in how many periods, and how long does one wait at most?
  private func measure(_ admission: Admission) -> (open: Int, longest: UInt64, faults: Int) {
    let transport = MemoryTransport(now: Self.now)
    let client = TestClient(transport.open())
    client.hello()
    transport.engine.admission = admission
    var (sentAt, openCount, longest, faults) = ([UInt64](), 0, UInt64(0), 0)
    var next = 0
    for millisecond in 0..<10 * Self.periodMilliseconds {
      sentAt.append(millisecond)
      client.send(client.frame(PingRequest(echo: millisecond)))
      var isOpen = false
      while let reply = client.nextReply()?.part(PingReply.self) {
        if reply.echo != UInt64(next) { faults += 1 }
        longest = max(longest, millisecond - sentAt[next])
        next += 1
        isOpen = true
      }
      if isOpen { openCount += 1 }
      transport.advance(1)
    }
    while let reply = client.nextReply()?.part(PingReply.self) {
      if reply.echo != UInt64(next) { faults += 1 }
      next += 1
    }
    if next != sentAt.count { faults += 1 }
    return (openCount, longest, faults)
  }

  @Test func requestsAreTakenInForAPartOfTheTime() {
    #expect(measure(.open) == (320, 0, 0))
    #expect(measure(Admission(lag: 12_000, limit: 8_000)) == (150, 17, 0))
    #expect(measure(Self.slowest) == (40, 28, 0))
  }

  /// A broker that was off while more instalments came due than a turn pays: whoever comes first buys time from now on, and not
  /// time that is gone.
  @Test func nobodyBuysInThePast() throws {
    let count = 5_000
    let transport = MemoryTransport(now: Self.now) { $0.claimCountMax = UInt32(count) }
    let market = try #require(try Market(transport))
    let client = try market.client()
    for _ in 0..<count / 1_000 {
      for note in market.notes(1_000, of: 1) {
        let request = ScheduleRequest(
          resource: market.resource, keyHash: Bytes16(low: 1, high: 1), count: 1, first: 60_000, interval: 1_000,
          label: Name32())
        #expect(client.call(request, payment: [note])?.status == .ok)
      }
    }
    let notes = market.notes(1, of: 60_000)
    transport.advanceWithoutTurn(300_000)
    // It comes in the first turn, which does not pay them all.
    let bought = client.call(market.acquire(key: Bytes16(low: 3, high: 3)), payment: notes)
    let reply = try #require(bought?.part(AcquireReply.self))
    #expect(reply.deadline == transport.now + 60_000)
    #expect(client.faults + market.faults == [])
  }

  /// A lease ends while nothing is taken in, and who listens is told at once.
  @Test func timeGoesOn() throws {
    let transport = MemoryTransport(now: Self.now)
    let market = try #require(try Market(transport))
    let client = try market.client()
    let lease = try #require(market.lease(client, paying: 60_000, key: key(1)))
    let watcher = TestClient(transport.open())
    watcher.hello()
    #expect(watcher.call(SubscribeRequest(lease: lease.id, resource: 0, funding: 0, mask: .changes))?.status == .ok)
    let checked = try #require(client.call(CheckRequest(lease: lease.id))?.part(CheckReply.self))
    transport.engine.admission = Self.slowest
    // Far enough into a period that nothing is taken in.
    var instant = checked.deadline + 1
    if instant % Self.periodMilliseconds < 4 { instant += 4 }
    transport.advance(instant - transport.now)
    watcher.send(watcher.frame(PingRequest(echo: 2)))
    #expect(watcher.nextReply() == nil)
    #expect(watcher.pushes.last?.part(LeaseChangedPush.self)?.state == .suspended)
  }

  @Test func greedIsNotReadAndNothingIsLost() {
    let transport = MemoryTransport(now: Self.now)
    let connection = transport.open()
    let client = TestClient(connection)
    client.hello()
    transport.engine.admission = Self.slowest
    transport.advance(10)
    for echo in UInt64(0)..<2_000 { client.send(client.frame(PingRequest(echo: echo))) }
    #expect(connection.isReadingPaused)
    #expect(transport.engine.inputByteCountTotal < 64 * 1024)
    var echoes: [UInt64] = []
    for _ in 0..<100 {
      while let reply = client.nextReply()?.part(PingReply.self) { echoes.append(reply.echo) }
      transport.advance(1)
    }
    #expect(echoes == Array(0..<2_000))
  }

  /// Whoever ends the broker does not wait for a period.
  @Test func theEndIsNotSlowed() {
    let transport = MemoryTransport(now: Self.now)
    let client = TestClient(transport.open())
    client.hello()
    transport.engine.admission = Self.slowest
    transport.advance(10)
    client.send(client.frame(PingRequest(echo: 1)))
    #expect(client.nextReply() == nil)
    transport.turn { transport.engine.beginDraining() }
    #expect(client.nextReply()?.part(PingReply.self)?.echo == 1)
    #expect(client.readToEnd() == .draining)
  }
}
