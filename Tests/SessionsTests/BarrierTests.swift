import Harness
import Journal
import Testing
import WireProtocol

/// A key made of a number.
func key(_ number: UInt64) -> Bytes16 { Bytes16(low: number, high: 0xFEED) }

/// Nothing leaves before what it depends on is durable.
@Suite struct BarrierTests {
  @Test func aReplyWaitsForItsBatchAndOnlyForIt() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let client = TestClient(transport.open())
    client.hello(session: Bytes16(low: 9, high: 9))
    let notes = market.notes(2, of: 30_000)
    let connection = try #require(client.connection as? MemoryConnection)
    transport.advance(5)

    transport.holdsAppends = true
    client.send(client.frame(market.acquire(key: key(1)), payment: [notes[0]]))
    #expect(transport.isAppendHeld)
    #expect(connection.received.isEmpty)
    // The next request goes into the next batch, and a read with no command of its own waits for the batch in flight.
    client.send(client.frame(PingRequest(echo: 1)))
    #expect(connection.received.isEmpty)
    client.send(client.frame(market.acquire(key: key(2)), payment: [notes[1]]))
    #expect(connection.received.isEmpty)
    transport.completeAppend()
    // The first batch is durable: its replies went, the second batch is under way.
    #expect(transport.isAppendHeld)
    #expect(client.nextReply()?.header.opcode == Opcode.acquire.rawValue)
    #expect(client.nextReply()?.header.opcode == Opcode.ping.rawValue)
    #expect(client.nextReply() == nil)
    transport.completeAppend()
    #expect(client.nextReply()?.status == .ok)
    #expect(!transport.isAppendHeld)
  }

  /// Not at that of the command before it: what is bought begins now.
  @Test func aCommandIsJudgedAtTheInstantOfItsTurn() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let client = TestClient(transport.open())
    client.hello(session: Bytes16(low: 9, high: 9))
    let note = market.notes(1, of: 30_000)
    transport.advance(5_000)
    let reply = client.call(market.acquire(key: key(1)), payment: note)?.part(AcquireReply.self)
    #expect(reply?.deadline == transport.now + 30_000)
  }

  @Test func aReadSeesWhatIsNotDurableAndWaitsForIt() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let client = try market.client()
    let other = try market.client()
    let lease = try #require(market.lease(client, key: key(3)))
    transport.holdsAppends = true
    client.send(client.frame(ReleaseRequest(handle: lease.handle)))
    let connection = try #require(other.connection as? MemoryConnection)
    other.send(other.frame(CheckRequest(lease: lease.id)))
    #expect(connection.received.isEmpty)
    transport.completeAppend()
    #expect(other.nextReply()?.part(CheckReply.self)?.state == .released)
  }

  @Test func anIdleBrokerAppendsNothing() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let client = try market.client()
    transport.advance(1)
    let before = transport.storage.bytes.count
    for _ in 0..<100 { transport.advance(50) }
    #expect(transport.storage.bytes.count == before)
    #expect(client.call(PingRequest(echo: 1))?.status == .ok)
    #expect(transport.storage.bytes.count == before)
  }
}
