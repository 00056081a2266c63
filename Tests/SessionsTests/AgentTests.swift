import Harness
import Sessions
import Testing
import TurnpikeCrypto
import WireProtocol

/// Agents at a broker: what they are told in the time of their own clocks, who is which, and tickets.
@Suite struct AgentTests {
  private static let bootNonce = Bytes16(low: 0xB007, high: 1)

  /// A broker with a resource that agents provision, and a client.
  private final class Station {
    let transport = MemoryTransport()
    let market: Market
    let client: TestClient

    init() throws {
      var terms = Market.terms
      terms.policy = .agent
      terms.provision = 30_000
      terms.outage = 60_000
      market = try #require(try Market(transport, terms: terms))
      client = try market.client()
    }

    func connect() throws -> TestClient {
      let agent = TestClient(try transport.connect())
      let credential = transport.credential(of: .agent, id: market.resource, generation: 0)
      #expect(agent.authenticate(credential) == .ok)
      return agent
    }

    /// Attached, with a stamp of its own that the broker can count from.
    func attach(_ number: UInt32 = 1, stamp: UInt64 = 1_000, flags: AgentFlags = .provisions) throws -> TestClient {
      let agent = try connect()
      let attached = agent.call(
        AttachRequest(agent: number, flags: flags, bootNonce: AgentTests.bootNonce, stamp: stamp))
      #expect(attached?.status == .ok)
      return agent
    }

    func leases(_ agent: TestClient, after: UInt64 = 0, countMax: UInt16 = 0) throws -> [AgentLease] {
      let reply = try #require(agent.call(AgentLeasesRequest(after: after, countMax: countMax)))
      return (0..<reply.layout.recordCount).compactMap {
        unsafe AgentLease(reply.bytes.span.bytes, at: reply.layout.recordsOffset + $0 * AgentLease.byteCount)
      }
    }

    func changes(_ agent: TestClient) -> [AgentLease] {
      let pushes = agent.readPushes()
      return pushes.compactMap {
        $0.header.opcode == PushCode.agentLeaseChanged.rawValue ? $0.part(AgentLeaseChangedPush.self)?.lease : nil
      }
    }

    func ready(_ agent: TestClient, _ lease: AgentLease, at endpoint: String = "here:1") -> ReceivedFrame? {
      agent.call(
        ProvisionRequest(
          lease: lease.lease, epoch: lease.epoch, ready: 1, endpoint: Text96(endpoint) ?? Text96()))
    }
  }

  @Test func aLeaseIsProvisionedUsedAndCut() throws {
    let station = try Station()
    let refused = station.client.call(
      station.market.acquire(key: key(1)), payment: station.market.notes(1, of: 20_000))
    #expect(refused?.status == .agentAbsent && refused?.money == .notTaken)
    let agent = try station.attach()
    #expect(try station.leases(agent).isEmpty)
    let lease = try #require(station.market.lease(station.client, paying: 20_000, key: key(1)))
    let pending = try #require(station.changes(agent).first)
    #expect(pending.lease == lease.id && pending.state == .pending && pending.isYours == 1)
    // The anchor is one millisecond older than the clock can tell.
    #expect(pending.stamp == 1_000 && pending.until == 1_000 + 30_000 - 2)
    station.transport.advance(2_000)
    #expect(agent.call(HeartbeatRequest(stamp: 3_000, heard: 1))?.status == .ok)
    #expect(station.ready(agent, pending)?.status == .ok)
    let running = try #require(station.changes(agent).last)
    #expect(running.state == .low || running.state == .active)
    #expect(running.stamp == 3_000 && running.until == 3_000 + 20_000 - 1 && running.throttleAt == 3_000 + 15_000 - 1)
    #expect(running.end == running.until + 1 + 60_000)
    let service = station.client.call(ServiceRequest(handle: lease.handle))?.part(ServiceReply.self)
    #expect(service?.endpoint == Text96("here:1") && service?.attached == 1 && service?.agent == 1)
    // A debit moves the deadline, and nothing else.
    let use = UseRequest(handle: lease.handle, meter: 0, quantity: 100, useNumber: 1, lease: 0)
    #expect(station.client.call(use)?.status == .ok)
    #expect(try #require(station.changes(agent).last).until == running.until - 1_000)
    #expect(station.client.call(ReleaseRequest(handle: lease.handle))?.status == .ok)
    let ended = try #require(station.changes(agent).last)
    #expect(ended.state == .released && ended.until == 0 && ended.end == 0)
    #expect(station.client.faults + agent.faults + station.market.faults == [])
  }

  /// An agent whose clock ends before a voucher would: nothing is paid for what it could never take.
  @Test func aVoucherBeyondTheAgentsClockIsNotPaid() throws {
    let station = try Station()
    let agent = try station.attach(stamp: .max - 1_000)
    let lease = try #require(station.market.lease(station.client, paying: 20_000, key: key(1)))
    #expect(station.ready(agent, try #require(station.changes(agent).first))?.status == .ok)
    let request = VoucherRequest(handle: lease.handle, agent: 0, quantity: 1, meter: 0, count: 1)
    let refused = station.client.call(request)
    #expect(refused?.status == .agentAbsent && refused?.money == .notTaken)
  }

  /// Whenever the answer is read, it says the same of the agent's own clock; and never more than was paid.
  @Test func delayOnlyShortens() throws {
    let station = try Station()
    let agent = try station.attach(stamp: 5_000)
    let lease = try #require(station.market.lease(station.client, paying: 20_000, key: key(1)))
    #expect(station.ready(agent, try #require(station.changes(agent).first))?.status == .ok)
    let first = try #require(station.changes(agent).last)
    station.transport.advance(7_000)
    // No newer stamp: the same words as before.
    #expect(try station.leases(agent).map(\.until) == [first.until])
    // A stamp that was long on its way: the broker counts from when it came, the agent from when it left.
    #expect(agent.call(HeartbeatRequest(stamp: 8_000, heard: 0))?.status == .ok)
    let later = try #require(try station.leases(agent).first)
    #expect(later.lease == lease.id && later.stamp == 8_000 && later.until == 8_000 + 13_000 - 1)
    #expect(agent.call(HeartbeatRequest(stamp: 7_999, heard: 0))?.status == .quantityInvalid)
    #expect(agent.call(HeartbeatRequest(stamp: 9_000, heard: 1_000))?.status == .quantityInvalid)
  }

  @Test func pagesTellEachLeaseOnce() throws {
    let station = try Station()
    let agent = try station.attach()
    var ids: [UInt64] = []
    for number in 1...5 as ClosedRange<UInt64> {
      ids.append(try #require(station.market.lease(station.client, paying: 2_000, key: key(number))).id)
    }
    var told: [UInt64] = []
    while true {
      let page = try station.leases(agent, after: told.last ?? 0, countMax: 2)
      if page.isEmpty { break }
      told += page.map(\.lease)
    }
    #expect(told == ids)
    #expect(station.market.provider.call(RevokeRequest(lease: ids[2]))?.status == .ok)
    #expect(try station.leases(agent, after: ids[2]).map(\.lease) == [ids[3], ids[4]])
    #expect(try station.leases(agent).count == 4)
  }

  @Test func oneConnectionIsOneAgent() throws {
    let station = try Station()
    let first = try station.attach()
    let second = try station.attach()
    _ = first.readPushes()
    #expect(first.goodbye?.reason == .agentTakenOver)
    // Whoever was taken over leaves no gap: the lease is granted, and the second is told.
    let lease = try #require(station.market.lease(station.client, paying: 2_000, key: key(1)))
    #expect(station.changes(second).map(\.lease) == [lease.id])
    second.connection.close()
    station.transport.advance(1)
    let refused = station.client.call(
      station.market.acquire(key: key(2)), payment: station.market.notes(1, of: 2_000))
    #expect(refused?.status == .agentAbsent)
  }

  @Test func silenceIsALoss() throws {
    let station = try Station()
    let agent = try station.attach()
    let limits = SessionLimits()
    station.transport.advance(limits.agentSilenceMilliseconds - 1_000)
    #expect(agent.call(HeartbeatRequest(stamp: 9_000, heard: 0))?.status == .ok)
    station.transport.advance(limits.agentSilenceMilliseconds - 1_000)
    #expect(station.market.lease(station.client, paying: 2_000, key: key(1)) != nil)
    station.transport.advance(2_000)
    _ = agent.readPushes()
    #expect(agent.goodbye?.reason == .idle)
    let refused = station.client.call(
      station.market.acquire(key: key(2)), payment: station.market.notes(1, of: 2_000))
    #expect(refused?.status == .agentAbsent)
  }

  @Test func whoIsNoAgentIsRefused() throws {
    let station = try Station()
    let attach = AttachRequest(agent: 1, flags: .provisions, bootNonce: Self.bootNonce, stamp: 1)
    #expect(station.client.call(attach)?.status == .notAuthorized)
    #expect(station.market.provider.call(attach)?.status == .notAuthorized)
    let agent = try station.connect()
    #expect(agent.call(HeartbeatRequest(stamp: 1, heard: 0))?.status == .agentAbsent)
    #expect(agent.call(AgentLeasesRequest(after: 0, countMax: 0))?.status == .agentAbsent)
    for (number, nonce, stamp) in [(1, Bytes16(), 1), (1, Self.bootNonce, 0)] as [(UInt32, Bytes16, UInt64)] {
      let wrong = AttachRequest(agent: number, flags: [], bootNonce: nonce, stamp: stamp)
      #expect(agent.call(wrong)?.status == .keyWrong)
    }
    let ninth = AttachRequest(agent: 9, flags: [], bootNonce: Self.bootNonce, stamp: 1)
    #expect(agent.call(ninth)?.status == .quantityInvalid)
    // What providers and owners do is not an agent's.
    #expect(agent.call(WithdrawRequest(amount: 0))?.status == .notAuthorized)
    #expect(agent.call(RevokeRequest(lease: 1))?.status == .notAuthorized)
  }

  @Test func aTicketSaysWhatTheAgentCanCheck() throws {
    let station = try Station()
    let agent = try station.attach()
    let lease = try #require(station.market.lease(station.client, paying: 20_000, key: key(1)))
    func ticket(_ agent: UInt32 = 0) -> ReceivedFrame? {
      station.client.call(TicketRequest(handle: lease.handle, agent: agent))
    }
    #expect(ticket()?.status == .leasePending)
    let pending = try #require(station.changes(agent).first)
    #expect(station.ready(agent, pending)?.status == .ok)
    let running = try #require(station.changes(agent).last)
    let reply = try #require(ticket()?.part(TicketReply.self))
    let given = reply.ticket
    #expect(given.lease == lease.id && given.epoch == running.epoch && given.until == running.throttleAt - 1)
    #expect(given.bootNonce == Self.bootNonce && given.agent == 1 && given.units == 1 && given.sequence == 1)
    let key = TicketKey(station.transport.credential(of: .agent, id: station.market.resource, generation: 0))
    #expect(key.holderKey(of: given) == reply.holderKey)
    var longer = given
    longer.until += 1
    #expect(key.holderKey(of: longer) == nil)
    #expect(ticket(2)?.status == .agentAbsent)
    #expect(
      station.client.call(TransferRequest(handle: lease.handle, keyHash: Bytes16(low: 9, high: 9)))?.status == .ok)
    #expect(ticket()?.status == .handleUnknown)
  }
}
