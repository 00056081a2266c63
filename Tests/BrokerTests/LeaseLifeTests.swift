import Harness
import Testing
import TurnpikeCrypto
import WireProtocol

/// The suites that run against the engine in memory and against a whole broker over TCP and unix-domain sockets.
@Suite(.serialized) enum CommonTests {}

/// A key made of a number.
func key(_ number: UInt64) -> Bytes16 { Bytes16(low: number, high: 0xFEED) }

extension CommonTests {
  @Suite struct LeaseLifeTests {
    @Test(arguments: TransportKind.allCases)
    func fromHelloToChange(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let payment = market.notes(2, of: 30_000)
      #expect(payment.count == 2)
      let acquired = try #require(client.call(market.acquire(key: key(1)), payment: payment))
      #expect(acquired.status == .ok)
      #expect(acquired.money == .taken)
      let lease = try #require(acquired.part(AcquireReply.self))
      #expect(lease.balance == 60_000)
      let bound = try #require(client.call(BindRequest(lease: lease.lease, key: key(1)))?.part(BindReply.self))
      #expect(bound.authority == .owner)
      #expect(bound.state == .active)
      let used = try #require(
        client.call(UseRequest(handle: bound.handle, meter: 0, quantity: 7, useNumber: 1, lease: 0)))
      #expect(used.status == .ok)
      #expect(used.money == .taken)
      #expect(used.part(UseReply.self)?.charged == 70)
      let released = try #require(client.call(ReleaseRequest(handle: bound.handle)))
      let change = try #require(released.part(ReleaseReply.self))
      #expect(change.count == 1)
      let note = try #require(released.notes.first)
      #expect(note.amount == change.change)
      #expect(note.amount <= 60_000 - 70)
      // The change is money.
      let spent = client.call(
        ExchangeRequest(handle: 0, count: 2),
        records: [
          NoteOutput(amount: 1, binding: 0), NoteOutput(amount: note.amount - 1, binding: 0),
        ], payment: [note])
      #expect(spent?.status == .ok)
      #expect(spent?.notes.map(\.amount) == [1, note.amount - 1])
      #expect(client.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func readsTellWhatIs(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let lease = try #require(market.lease(client, key: key(2)))
      let check = try #require(client.call(CheckRequest(lease: lease.id))?.part(CheckReply.self))
      #expect(check.state == .active)
      #expect(check.resource == market.resource)
      let description = client.call(DescribeRequest(resource: market.resource, name: Name32()))
      #expect(description?.part(DescribeReply.self)?.terms == Market.terms)
      let status = client.call(StatusRequest(resource: market.resource))?.part(StatusReply.self)
      #expect(status?.unitsLeased == 1)
      let quote = client.call(QuoteRequest(resource: market.resource, units: 2, duration: 5_000))?.part(QuoteReply.self)
      #expect(quote?.amount == 10_000)
      #expect(quote?.unitsFree == 9)
      let list = try #require(client.call(ListRequest(after: 0, countMax: 0)))
      #expect(list.layout.recordCount == 1)
      let broker = try #require(client.call(BrokerStatusRequest())?.part(BrokerStatusReply.self))
      #expect(broker.connections == 3)
      #expect(broker.leases == 1)
      #expect(broker.credited == 60_000)
      #expect(broker.accepted > 8)
      #expect(client.call(PingRequest(echo: 99))?.part(PingReply.self)?.echo == 99)
      let audit = try #require(market.operatorClient.call(AuditFiguresRequest()))
      #expect(audit.layout.recordCount > 8)
      #expect(client.faults + market.faults == [])
    }
  }
}
