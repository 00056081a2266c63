import Harness
import Sessions
import Testing
import WireProtocol

/// Who hears of what.
@Suite struct PushTests {
  private func changes(_ pushes: [ReceivedFrame]) -> [ChangeCause] {
    pushes.compactMap {
      $0.header.opcode == PushCode.leaseChanged.rawValue ? $0.part(LeaseChangedPush.self)?.cause : nil
    }
  }

  private func notices(_ pushes: [ReceivedFrame]) -> [NoticeKind] {
    pushes.compactMap { $0.header.opcode == PushCode.notice.rawValue ? $0.part(NoticePush.self)?.kind : nil }
  }

  @Test func theLifeOfALeaseIsTold() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let owner = try market.client()
    let watcher = try market.client()
    #expect(
      watcher.call(SubscribeRequest(lease: 0, resource: market.resource, funding: 0, mask: [.changes]))?.part(
        SubscribeReply.self)?
        .count == 1)
    let lease = try #require(market.lease(owner, paying: 60_000, key: key(1)))
    #expect(
      owner.call(SubscribeRequest(lease: lease.id, resource: 0, funding: 0, mask: [.changes, .notices]))?.status == .ok)
    #expect(changes(watcher.readPushes()) == [.granted])
    transport.advance(50_500)
    transport.advance(5_000)
    transport.advance(5_000)
    let told = owner.readPushes()
    #expect(notices(told) == [.low, .throttled, .suspended])
    #expect(changes(told) == [.time, .time, .time])
    // Of one event first the change, then the notice.
    let pair = [PushCode.leaseChanged.rawValue, PushCode.notice.rawValue]
    #expect(told.map(\.header.opcode) == pair + pair + pair)
    #expect(
      owner.call(FundRequest(lease: lease.id, handle: lease.handle), payment: market.notes(1, of: 60_000))?.status
        == .ok)
    #expect(changes(owner.readPushes()) == [.funded])
    #expect(owner.call(ReleaseRequest(handle: lease.handle))?.status == .ok)
    #expect(changes(owner.readPushes()) == [.released])
    #expect(changes(watcher.readPushes()) == [.time, .time, .time, .funded, .released])
    // Pushes are counted from 1 on each connection.
    #expect(watcher.faults + owner.faults + market.faults == [])
  }

  @Test func aSubscriptionIsChangedAndEnded() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let client = try market.client()
    let lease = try #require(market.lease(client, key: key(1)))
    func subscribe(_ mask: SubscriptionMask) -> UInt64? {
      client.call(SubscribeRequest(lease: lease.id, resource: 0, funding: 0, mask: mask))?.part(SubscribeReply.self)?
        .count
    }
    func fund() { _ = client.call(FundRequest(lease: lease.id, handle: 0), payment: market.notes(1, of: 1_000)) }
    #expect(subscribe(.notices) == 1)
    fund()
    #expect(client.readPushes().isEmpty)
    #expect(subscribe(.changes) == 1)
    fund()
    #expect(client.readPushes().count == 1)
    #expect(subscribe([]) == 0)
    fund()
    #expect(client.readPushes().isEmpty)
    #expect(
      client.call(SubscribeRequest(lease: 0, resource: 0, funding: 0, mask: .changes))?.status == .resourceUnknown)
    #expect(client.call(SubscribeRequest(lease: 99, resource: 0, funding: 0, mask: .changes))?.status == .leaseUnknown)
    #expect(
      client.call(SubscribeRequest(lease: lease.id, resource: 1, funding: 0, mask: .changes))?.status == .reservedBits)
    #expect(client.faults + market.faults == [])
  }

  @Test func subscriptionsAreBounded() throws {
    var limits = SessionLimits()
    limits.subscriptionCountMax = 3
    limits.subscriptionCountMaxTotal = 5
    let transport = MemoryTransport(limits: limits)
    let market = try #require(try Market(transport))
    let owner = try market.client()
    let leases = try (1...5).map { try #require(market.lease(owner, key: key($0))).id }
    func subscribe(_ client: TestClient, _ lease: UInt64) -> Status? {
      client.call(SubscribeRequest(lease: lease, resource: 0, funding: 0, mask: .changes))?.status
    }
    #expect(leases.map { subscribe(owner, $0) } == [.ok, .ok, .ok, .subscriptionLimit, .subscriptionLimit])
    let other = try market.client()
    #expect(
      leases.map { subscribe(other, $0) } == [.ok, .ok, .subscriptionLimit, .subscriptionLimit, .subscriptionLimit])
    // What a connection held is free when it ends.
    owner.connection.close()
    #expect(subscribe(other, leases[2]) == .ok)
    _ = other.call(FundRequest(lease: leases[2], handle: 0), payment: market.notes(1, of: 1_000))
    #expect(other.readPushes().count == 1)
    #expect(other.faults + market.faults == [])
  }

  @Test func whoDoesNotReadLosesPushesAndIsToldHowMany() throws {
    var limits = SessionLimits()
    limits.pushByteCountMax = 1_000
    let transport = MemoryTransport(limits: limits)
    let market = try #require(try Market(transport))
    let owner = try market.client()
    let lease = try #require(market.lease(owner, paying: 1_000_000, key: key(1)))
    let connection = transport.open()
    let watcher = TestClient(connection)
    watcher.hello()
    _ = watcher.call(SubscribeRequest(lease: lease.id, resource: 0, funding: 0, mask: .changes))
    connection.isStalled = true
    for note in market.notes(100, of: 1_000) {
      #expect(owner.call(FundRequest(lease: lease.id, handle: 0), payment: [note])?.status == .ok)
    }
    connection.isStalled = false
    var pushes: [ReceivedFrame] = []
    while let frame = watcher.nextFrame() { pushes.append(frame) }
    let delivered = pushes.filter { $0.header.opcode == PushCode.leaseChanged.rawValue }.count
    let lost = pushes.compactMap { $0.header.opcode == PushCode.lagged.rawValue ? $0.part(LaggedPush.self)?.lost : nil }
    #expect(delivered > 0 && delivered < 100)
    #expect(lost.count == 1)
    #expect(UInt64(delivered) + lost.reduce(0, +) == 100)
    #expect(pushes.map(\.header.number) == Array(1...UInt64(pushes.count)))
    #expect(watcher.faults + owner.faults + market.faults == [])
  }
}
