import Harness
import Testing
import TurnpikeAgent
import TurnpikeClient
import WireProtocol

/// A broker with a resource that agents provision, and a client of it.
final class Station<Transport: TestTransport> {
  let transport: Transport
  let market: Market
  let client: TestClient
  private var keyCount: UInt64 = 0

  init(_ transport: Transport) throws {
    self.transport = transport
    var terms = Market.terms
    (terms.policy, terms.provision, terms.outage) = (.agent, 30_000, 60_000)
    market = try #require(try Market(transport, terms: terms))
    client = try market.client()
  }

  /// An agent of the resource.
  func setup(_ number: UInt32 = 1, leaseCapacity: Int = 16) throws -> AgentSetup {
    let key = transport.roleKey(of: .agent, id: market.resource)
    let credential = try #require(Credential(role: .agent, id: market.resource, generation: 0, key: key))
    return AgentSetup(credential: credential, number: number, leaseCapacity: leaseCapacity)
  }

  /// A lease of one unit, and a handle of its key.
  func lease(paying amount: UInt64 = 20_000) throws -> (id: UInt64, handle: UInt32) {
    keyCount += 1
    return try #require(market.lease(client, paying: amount, key: Bytes16(low: keyCount, high: 0xFEED)))
  }

  func revoke(_ lease: UInt64) {
    #expect(market.provider.call(RevokeRequest(lease: lease))?.status == .ok)
  }

  /// Where the broker says that a lease is.
  func endpoint(_ lease: (id: UInt64, handle: UInt32)) -> Text96? { service(lease)?.endpoint }

  /// What the broker says of what an agent does for a lease.
  func service(_ lease: (id: UInt64, handle: UInt32)) -> ServiceReply? {
    client.call(ServiceRequest(handle: lease.handle))?.part(ServiceReply.self)
  }

  /// The last instant that is paid for, by the broker's clock.
  func deadline(_ lease: UInt64) throws -> UInt64 {
    try #require(client.call(CheckRequest(lease: lease))?.part(CheckReply.self)).deadline
  }

  func fund(_ lease: UInt64, paying amount: UInt64) {
    let request = FundRequest(lease: lease, handle: 0)
    #expect(client.call(request, payment: market.notes(1, of: amount))?.status == .ok)
  }

  /// Paid uses of one unit of the first meter, each with the secret that proves its holder.
  func vouchers(_ count: UInt16, of lease: (id: UInt64, handle: UInt32)) throws -> [IssuedVoucher] {
    let request = VoucherRequest(handle: lease.handle, agent: 0, quantity: 1, meter: 0, count: count)
    let reply = try #require(client.call(request))
    #expect(reply.status == .ok && reply.layout.recordCount == Int(count))
    return (0..<reply.layout.recordCount).compactMap { index in
      let offset = reply.layout.recordsOffset + index * reply.layout.recordByteCount
      return unsafe IssuedVoucher(reply.bytes.span.bytes, at: offset)
    }
  }
}
