import Harness
import Testing
import TurnpikeCrypto
import WireProtocol

extension CommonTests {
  /// A lost reply is asked for again, and is the same to the byte.
  @Suite struct RetryTests {
    private func isSame(
      _ again: ReceivedFrame?, as first: ReceivedFrame, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(again?.status == .ok, sourceLocation: sourceLocation)
      #expect(again?.isReplayed == true, sourceLocation: sourceLocation)
      #expect(again?.money == first.money, sourceLocation: sourceLocation)
      #expect(again?.body == first.body, sourceLocation: sourceLocation)
    }

    @Test(arguments: TransportKind.allCases)
    func theSameNumberGivesTheSameReceiptAndTheVeryNotes(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let session = Bytes16(low: 0xABC, high: 0xDEF)
      let client = try market.client(session: session)
      let note = market.notes(1, of: 60_000)
      let acquire = market.acquire(key: key(1))
      let acquired = try #require(client.call(acquire, payment: note, number: 1))
      let lease = try #require(acquired.part(AcquireReply.self)).lease
      isSame(client.call(acquire, payment: note, number: 1), as: acquired)
      _ = client.call(BindRequest(lease: lease, key: key(1)))
      let split = (1...20).map { NoteOutput(amount: $0, binding: $0 == 7 ? lease : 0) }
      let money = market.notes(1, of: 210)
      let exchanged = try #require(
        client.call(ExchangeRequest(handle: 0, count: 20), records: split, payment: money, number: 2, window: 2))
      #expect(exchanged.notes.map(\.amount) == Array(1...20))
      isSame(
        client.call(ExchangeRequest(handle: 0, count: 20), records: split, payment: money, number: 2, window: 2),
        as: exchanged)
      let released = try #require(client.call(ReleaseRequest(handle: 1), number: 3, window: 3))
      #expect(released.notes.count == 1)
      isSame(client.call(ReleaseRequest(handle: 1), number: 3, window: 3), as: released)

      // On a new connection, while the old one is there: it is taken over.
      let resumed = TestClient(try market.transport.connect())
      #expect(resumed.hello(session: session)?.resumed == 1)
      #expect(client.readToEnd() == .sessionTakenOver)
      isSame(resumed.call(acquire, payment: note, number: 1, window: 3), as: acquired)
      isSame(
        resumed.call(ExchangeRequest(handle: 0, count: 20), records: split, payment: money, number: 2, window: 2),
        as: exchanged)
      // Its handles are other ones: without the key nobody says that nothing was taken.
      let blind = resumed.call(ReleaseRequest(handle: 1), number: 3, window: 3)
      #expect(blind?.status == .handleUnknown)
      #expect(blind?.money == .notKnown)
      resumed.number = 10
      let other = try #require(market.lease(resumed, key: key(2), window: 10))
      #expect(other.handle == 1)
      let bound = try #require(resumed.call(BindRequest(lease: lease, key: key(1)))?.part(BindReply.self))
      #expect(bound.state == .released)
      isSame(resumed.call(ReleaseRequest(handle: bound.handle), number: 3, window: 3), as: released)
      #expect(client.faults + resumed.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func theSameNumberForSomethingElseIsAConflict(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let notes = market.notes(3, of: 60_000)
      #expect(client.call(market.acquire(key: key(1)), payment: [notes[0]], number: 5)?.status == .ok)
      for frame in [
        client.call(market.acquire(key: key(2)), payment: [notes[0]], number: 5),
        client.call(market.acquire(key: key(1)), payment: [notes[1]], number: 5),
        client.call(market.acquire(key: key(1)), payment: [notes[0], notes[1]], number: 5),
        client.call(FundRequest(lease: 1, handle: 0), payment: [notes[0]], number: 5),
      ] {
        #expect(frame?.status == .numberConflict)
        #expect(frame?.money == .notTaken)
      }
      // What was refused did nothing.
      #expect(client.call(market.acquire(key: key(2)), payment: [notes[1]], number: 6)?.status == .ok)
      // Acknowledged: its receipt is gone, and nobody says that nothing was taken.
      #expect(client.call(market.acquire(key: key(3)), payment: [notes[2]], number: 7, window: 1)?.status == .ok)
      let late = client.call(market.acquire(key: key(1)), payment: [notes[0]], number: 5)
      #expect(late?.status == .receiptNotKept)
      #expect(late?.money == .taken)
      #expect(client.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func aUseIsChargedOncePerNumber(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let lease = try #require(market.lease(client, key: key(1)))
      func use(_ number: UInt64) -> ReceivedFrame? {
        client.call(UseRequest(handle: lease.handle, meter: 0, quantity: 5, useNumber: number, lease: 0))
      }
      #expect(use(100)?.part(UseReply.self)?.charged == 50)
      let again = use(100)
      #expect(again?.isReplayed == true)
      #expect(again?.part(UseReply.self)?.charged == 0)
      #expect(use(99)?.isReplayed == false)
      let stale = use(36)
      #expect(stale?.status == .useNumberStale)
      #expect(stale?.money == .notKnown)
      #expect(stale?.refusal?.detail == 100)
      let status = client.call(StatusRequest(resource: market.resource))?.part(StatusReply.self)
      // And what time has cost since.
      #expect((100..<5_000).contains(try #require(status).earned))
      #expect(client.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func receiptsNeedASession(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = TestClient(try market.transport.connect())
      client.hello()
      let note = market.notes(1, of: 60_000)
      let refused = client.call(market.acquire(key: key(1)), payment: note)
      #expect(refused?.status == .sessionRequired)
      #expect(refused?.money == .notTaken)
      let own = try market.client()
      #expect(own.call(market.acquire(key: key(1)), payment: note, window: 0)?.status == .windowExceeded)
      #expect(own.call(market.acquire(key: key(1)), payment: note, window: 1_025)?.status == .windowExceeded)
      #expect(own.call(market.acquire(key: key(1)), payment: note, number: 0)?.status == .reservedBits)
      #expect(own.call(market.acquire(key: key(1)), payment: note, number: .max, window: 1_024)?.status == .ok)
      #expect(client.faults + own.faults + market.faults == [])
    }
  }
}
