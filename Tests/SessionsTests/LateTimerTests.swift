import Harness
import Sessions
import Testing
import WireProtocol

/// More timers are due than a turn fires: who needs all of them waits, and nobody else.
@Suite struct LateTimerTests {
  private static let count = 5_000
  private static let lifeMilliseconds: UInt64 = 60_000
  private static let instantOfEnd = lifeMilliseconds + 1

  private static func limits(_ change: (inout SessionLimits) -> Void) -> SessionLimits {
    var limits = SessionLimits()
    change(&limits)
    return limits
  }

  private static func market(
    limits: SessionLimits = SessionLimits(), units: UInt32 = 1 << 20, leaseCountMax: UInt32 = 16_384,
    resourceCountMax: UInt32 = 64
  ) throws -> (MemoryTransport, Market) {
    let transport = MemoryTransport(limits: limits) {
      $0.leaseCountMax = leaseCountMax
      $0.resourceCountMax = resourceCountMax
    }
    return (transport, try #require(try Market(transport, terms: terms(units))))
  }

  /// A unit of time costs a unit of money, and a lease ends at once when there is none.
  static func terms(_ units: UInt32) -> Terms {
    var terms = Market.terms
    (terms.units, terms.shortest, terms.low, terms.throttle, terms.grace) = (units, 1, 0, 0, 0)
    return terms
  }

  /// Leases that all end at the same instant.
  static func storm(_ market: Market, _ count: Int, paying amount: UInt64 = lifeMilliseconds) throws {
    let client = try market.client()
    for note in (0..<(count + 999) / 1_000).flatMap({ _ in market.notes(1_000, of: amount) }).prefix(count) {
      #expect(client.call(market.acquire(key: key(1)), payment: [note])?.status == .ok)
    }
  }

  private static func put(_ client: TestClient, _ bytes: [UInt8]) throws -> MemoryConnection {
    let connection = try #require(client.connection as? MemoryConnection)
    connection.put(bytes)
    return connection
  }

  private static func provider(_ transport: MemoryTransport, _ session: UInt64) -> TestClient {
    let client = TestClient(transport.open())
    #expect(
      client.authenticate(
        transport.credential(of: .provider, id: 1, generation: 0), session: Bytes16(low: session, high: 5)) == .ok)
    return client
  }

  private static func isAwaited(_ transport: MemoryTransport) -> Bool { transport.engine.isAwaitingTimers }

  // MARK: Waiting

  @Test func whoWithdrawsWaitsAndNobodyElse() throws {
    let (transport, market) = try Self.market()
    try Self.storm(market, Self.count)
    let (other, nobody) = (try market.client(), try market.client())
    transport.advanceWithoutTurn(Self.instantOfEnd)
    // All that was earned, the last unit of each lease included.
    let withdraw = WithdrawRequest(amount: UInt64(Self.count) * Self.lifeMilliseconds)
    // What it asked before is answered, and taking that answer does not put it where others wait for shares.
    let waits = try Self.put(
      market.provider,
      market.provider.frame(PingRequest(echo: 0)) + market.provider.frame(withdraw)
        + market.provider.frame(PingRequest(echo: 1)))
    let goesOn = try Self.put(other, other.frame(PingRequest(echo: 2)))
    let mayNot = try Self.put(nobody, nobody.frame(WithdrawRequest(amount: 1)))
    let before = transport.turnCount
    transport.turn {}
    #expect(goesOn.turnOfLastBytes == before + 1 && mayNot.turnOfLastBytes == before + 1)
    // One ADVANCE in the first turn, 16 in each that follows: 40 to 80 for all of them.
    #expect((before + 4...before + 7).contains(waits.turnOfLastBytes), "\(waits.turnOfLastBytes - before)")
    #expect(market.provider.nextReply()?.part(PingReply.self)?.echo == 0)
    #expect(market.provider.nextReply()?.status == .ok)
    #expect(market.provider.nextReply()?.part(PingReply.self)?.echo == 1)
    #expect(other.nextReply()?.part(PingReply.self)?.echo == 2)
    #expect(nobody.nextReply()?.status == .notAuthorized)
    #expect(!Self.isAwaited(transport))
    #expect(market.faults + other.faults + nobody.faults == [])
  }

  /// An offering, and an investment in it.
  private static func invest(_ market: Market, for milliseconds: UInt64) throws -> (offering: UInt64, claim: UInt64) {
    let open = OpenOfferingRequest(
      resource: market.resource, cap: 1_000, criterion: 0, unit: 1, duration: milliseconds, period: 0, startShare: 0,
      share: 100_000, returnPerMillion: 0, count: 1, kind: .ownership, label: Name32())
    let offering = try #require(
      market.provider.call(open, records: [Tier(from: 1, rate: 1)])?.part(OpenOfferingReply.self)
    ).offering
    let invest = InvestRequest(offering: offering, keyHash: market.acquire(key: key(1)).keyHash)
    let reply = try market.client().call(invest, payment: market.notes(1, of: 100))?.part(InvestReply.self)
    return (offering, try #require(reply).claim)
  }

  @Test func eachThatNeedsAllTimersWaits() throws {
    let (transport, market) = try Self.market()
    let claims = try (0..<2).map { _ in try Self.invest(market, for: 1_000).claim }
    transport.advance(1_000)
    try Self.storm(market, Self.count)
    var acquire = market.acquire(key: key(1))
    (acquire.flags, acquire.keyHash) = (.open, Bytes16())
    let payment = market.notes(2, of: 600_000)
    #expect(market.provider.call(acquire, payment: market.notes(1, of: 600_000))?.status == .ok)
    let providers = (UInt64(0)..<4).map { Self.provider(transport, $0 + 1) }
    let clients = try (0..<5).map { _ in try market.client() }
    let rotate = RotateClaimRequest(
      claim: claims[1], key: key(1), keyHash: market.acquire(key: key(2)).keyHash)
    let waiting = [
      (providers[0], providers[0].frame(UpdateRequest(resource: market.resource, terms: Self.terms(1 << 20)))),
      (providers[1], providers[1].frame(SplitRevenueRequest(resource: market.resource, count: 0))),
      (providers[2], providers[2].frame(SpendDonationsRequest(resource: market.resource, amount: 0))),
      (providers[3], providers[3].frame(acquire, payment: [payment[0]])),
      (market.operatorClient, market.operatorClient.frame(WithdrawRequest(amount: 1))),
      (clients[0], clients[0].frame(ClaimRequest(claim: claims[0], key: key(1), flags: []))),
      (clients[1], clients[1].frame(rotate)),
    ]
    let others = [
      (clients[2], clients[2].frame(ClaimRequest(claim: claims[0] + 1_000, key: key(1), flags: []))),
      (clients[3], clients[3].frame(acquire, payment: [payment[1]])),
      (clients[4], clients[4].frame(market.acquire(key: key(3)), payment: [payment[1]])),
    ]
    transport.advanceWithoutTurn(Self.instantOfEnd)
    transport.followingTurnCountMax = 0
    let waitingConnections = try waiting.map { try Self.put($0.0, $0.1) }
    let otherConnections = try others.map { try Self.put($0.0, $0.1) }
    transport.turn {}
    #expect(waitingConnections.map(\.received.isEmpty) == waiting.map { _ in true })
    #expect(otherConnections.map(\.received.isEmpty) == others.map { _ in false })
    transport.followingTurnCountMax = .max
    transport.turn {}
    let statuses = waiting.map { $0.0.nextReply()?.status }
    #expect(statuses == [.ok, .ok, .fundsInsufficient, .ok, .fundsInsufficient, .ok, .ok], "\(statuses)")
  }

  /// The last 4,000 units need more timers than a turn fires, one needs none but its own.
  @Test func whoFindsNoRoomWaitsForItOnly() throws {
    let (transport, market) = try Self.market(units: UInt32(Self.count))
    try Self.storm(market, Self.count)
    let (modest, greedy) = (try market.client(), try market.client())
    let payments = [market.notes(1, of: 60_000), market.notes(1, of: 60_000 * 4_000)]
    transport.advanceWithoutTurn(Self.instantOfEnd)
    transport.followingTurnCountMax = 0
    let one = try Self.put(modest, modest.frame(market.acquire(key: key(2)), payment: payments[0]))
    let many = try Self.put(greedy, greedy.frame(market.acquire(key: key(3), units: 4_000), payment: payments[1]))
    transport.turn {}
    #expect(!one.received.isEmpty && many.received.isEmpty)
    transport.followingTurnCountMax = .max
    transport.turn {}
    #expect(modest.nextReply()?.status == .ok && greedy.nextReply()?.status == .ok)
    #expect(market.faults + modest.faults + greedy.faults == [])
  }

  /// Revenue of more resources than one ADVANCE splits, and no timer due.
  @Test func whoWithdrawsWaitsForRevenueToBeSplit() throws {
    let (transport, market) = try Self.market(resourceCountMax: 256)
    let client = try market.client()
    let notes = market.notes(200, of: 60_000)
    var uses: [UInt8] = []
    for (index, note) in notes.enumerated() {
      let register = RegisterRequest(name: try #require(Name32("r\(index)")), terms: Self.terms(1))
      let resource = try #require(market.provider.call(register)?.part(RegisterReply.self)).resource
      let split = SplitRevenueRequest(resource: resource, count: 1)
      let share = RevenueShare(provider: 2, perMillion: 500_000)
      #expect(market.provider.call(split, records: [share])?.status == .ok)
      var acquire = market.acquire(key: key(1))
      acquire.resource = resource
      let lease = try #require(client.call(acquire, payment: [note])?.part(AcquireReply.self)).lease
      let handle = try #require(client.call(BindRequest(lease: lease, key: key(1)))?.part(BindReply.self)).handle
      uses += client.frame(UseRequest(handle: handle, meter: 0, quantity: 2, useNumber: 1, lease: 0))
    }
    client.send(uses)
    for _ in notes { #expect(client.nextReply()?.status == .ok) }
    // Of a use that costs 20.
    let waits = try Self.put(market.provider, market.provider.frame(WithdrawRequest(amount: UInt64(notes.count) * 10)))
    let goesOn = try Self.put(client, client.frame(PingRequest(echo: 1)))
    let before = transport.turnCount
    transport.turn {}
    #expect(goesOn.turnOfLastBytes == before + 1 && waits.turnOfLastBytes == before + 2)
    #expect(market.provider.nextReply()?.status == .ok)
    #expect(market.faults + client.faults == [])
  }

  // MARK: Ends of waiting

  @Test func whoGoesWhileItWaitsIsForgotten() throws {
    let (transport, market) = try Self.market()
    try Self.storm(market, Self.count)
    let (leaver, other) = (Self.provider(transport, 1), try market.client())
    transport.advanceWithoutTurn(Self.instantOfEnd)
    transport.followingTurnCountMax = 0
    let left = try Self.put(leaver, leaver.frame(WithdrawRequest(amount: 1)))
    let waits = try Self.put(market.provider, market.provider.frame(WithdrawRequest(amount: 1)))
    transport.turn {}
    #expect(Self.isAwaited(transport) && left.received.isEmpty && waits.received.isEmpty)
    left.close()
    // Somebody else has its place, and need not wait.
    let next = TestClient(transport.open())
    #expect(next.hello() != nil && next.call(PingRequest(echo: 1))?.status == .ok)
    waits.close()
    #expect(!Self.isAwaited(transport))
    transport.followingTurnCountMax = .max
    transport.turn {}
    #expect(other.call(PingRequest(echo: 2))?.status == .ok && next.call(PingRequest(echo: 3))?.status == .ok)
    #expect(other.faults + next.faults == [])
  }

  /// Whoever ends the broker does not wait for timers, and no reply is lost.
  @Test func theEndIsNotHeldUp() throws {
    let (transport, market) = try Self.market()
    try Self.storm(market, Self.count)
    transport.advanceWithoutTurn(Self.instantOfEnd)
    transport.followingTurnCountMax = 0
    let waits = try Self.put(
      market.provider, market.provider.frame(WithdrawRequest(amount: 1)) + market.provider.frame(PingRequest(echo: 4)))
    transport.turn {}
    #expect(waits.received.isEmpty)
    let before = transport.turnCount
    transport.followingTurnCountMax = 1
    transport.turn { transport.engine.beginDraining() }
    #expect(waits.turnOfLastBytes == before + 2)
    #expect(market.provider.nextReply()?.status == .ok)
    #expect(market.provider.nextReply()?.part(PingReply.self)?.echo == 4)
    #expect(market.provider.readToEnd() == .draining)
  }

  /// Leases that are bought faster than they end: without an end to patience, who waits would wait for ever.
  @Test func patienceEnds() throws {
    let patience: UInt64 = 30
    let limits = Self.limits {
      $0.timerPatienceMilliseconds = patience
      $0.advanceCountMaxPerTurnBehind = 1
      $0.workCountMaxPerShare = 4_096
    }
    let (transport, market) = try Self.market(limits: limits, leaseCountMax: 1 << 18)
    let buyers = try (0..<2).map { _ in try market.client() }
    var notes = (0..<80).flatMap { _ in market.notes(1_000, of: 1) }[...]
    transport.followingTurnCountMax = 1
    func flood() throws {
      for buyer in buyers {
        let frames = notes.prefix(400).flatMap { buyer.frame(market.acquire(key: key(2)), payment: [$0]) }
        notes = notes.dropFirst(400)
        _ = try Self.put(buyer, frames)
      }
      transport.advance(1)
    }
    for _ in 0..<6 { try flood() }
    let waits = try Self.put(market.provider, market.provider.frame(WithdrawRequest(amount: 1)))
    var milliseconds: UInt64 = 0
    while waits.received.isEmpty, notes.count >= 800 {
      try flood()
      milliseconds += 1
      if milliseconds == patience { #expect(waits.received.isEmpty, "nothing was late") }
    }
    #expect(market.provider.nextReply()?.status == .ok)
    #expect((patience...3 * patience).contains(milliseconds), "\(milliseconds)")
    // And the others go on.
    transport.followingTurnCountMax = .max
    transport.advance(1)
    var accepted = 0
    while let reply = buyers[0].nextReply() { accepted += reply.status == .ok ? 1 : 0 }
    #expect(accepted == (6 + Int(milliseconds)) * 400)
  }

  // MARK: Offerings

  /// An offering closes after leases ended: what they earned is booked before, in turns, while requests wait.
  @Test func anOfferingThatClosesTakesTurns() throws {
    let (transport, market) = try Self.market()
    let offering = try Self.invest(market, for: 5_000).offering
    try Self.storm(market, Self.count, paying: 3_000)
    let client = try market.client()
    transport.advanceWithoutTurn(6_000)
    let connection = try Self.put(client, client.frame(DescribeOfferingRequest(offering: offering)))
    let before = transport.turnCount
    transport.turn {}
    #expect((before + 3...before + 7).contains(connection.turnOfLastBytes), "\(connection.turnOfLastBytes - before)")
    let reply = try #require(client.nextReply()?.part(DescribeOfferingReply.self))
    // It shares what is earned from its closing on.
    #expect(reply.state == .sharing && reply.earned == 0)
  }

  /// A sealed auction, with offerings that close before it does and while bids are revealed, and leases that end before each of
  /// them. Gives what is due to a bidder who did not reveal.
  private static func dueOfUnrevealed(_ pass: (MemoryTransport) -> Void) throws -> UInt64 {
    let (transport, market) = try market()
    let client = try market.client()
    for duration: UInt64 in [5_000, 15_000] { _ = try invest(market, for: duration) }
    let open = OpenAuctionRequest(
      resource: market.resource, reserve: 100, increment: 10, duration: 10_000, reveal: 10_000, extendBy: 0,
      start: 30_000, period: 60_000, forfeitPerMillion: 250_000, flags: .sealed, label: Name32())
    let auction = try #require(market.provider.call(open)?.part(OpenAuctionReply.self)).auction
    let bid = BidRequest(
      auction: auction, keyHash: market.acquire(key: key(1)).keyHash,
      commitment: Digest32(first: key(8), last: key(9)), banner: Banner(text: Text96(), link: Text96()))
    let claim = try #require(client.call(bid, payment: market.notes(1, of: 1_000))?.part(BidReply.self)).claim
    for amount: UInt64 in [3_000, 12_000] { try storm(market, 300, paying: amount) }
    pass(transport)
    return try #require(client.call(CheckClaimRequest(claim: claim))?.part(CheckClaimReply.self)).due
  }

  @Test func anOutageExcusesSealedBidsWhateverElseIsLate() throws {
    let afterOutage = try Self.dueOfUnrevealed { transport in
      transport.advanceWithoutTurn(25_000)
      transport.turn {}
    }
    #expect(afterOutage == 1_000)
    let inTime = try Self.dueOfUnrevealed { transport in for _ in 0..<25 { transport.advance(1_000) } }
    #expect(inTime == 750)
  }
}
