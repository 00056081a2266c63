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
    func aPaidUseIsAnsweredByItsReceiptAlsoWhenItsLeaseHasEnded(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let session = Bytes16(low: 0xABC, high: 0xDEF)
      let client = try market.client(session: session)
      // Another lease first, so that this one is not where a search would begin.
      _ = market.lease(client, key: key(1))
      let lease = try #require(market.lease(client, key: key(2)))
      let note = market.notes(1, of: 60_000)
      func use(_ client: TestClient, handle: UInt32) -> ReceivedFrame? {
        client.call(
          UseRequest(handle: handle, meter: 0, quantity: 5, useNumber: 1, lease: 0), payment: note, number: 100,
          window: 1)
      }
      let used = try #require(use(client, handle: lease.handle))
      #expect(used.status == .ok)
      #expect(client.call(ReleaseRequest(handle: lease.handle), number: 101, window: 2)?.status == .ok)
      let resumed = TestClient(try market.transport.connect())
      #expect(resumed.hello(session: session)?.resumed == 1)
      let bound = try #require(resumed.call(BindRequest(lease: lease.id, key: key(2)))?.part(BindReply.self))
      isSame(use(resumed, handle: bound.handle), as: used)
      #expect(resumed.faults + market.faults == [])
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

    /// Whoever holds a session last is the only one: also when the one before it, which lost it, is gone.
    @Test(arguments: TransportKind.allCases)
    func eachTakeoverEndsTheOneBefore(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let session = Bytes16(low: 0x777, high: 0x888)
      var holder = try market.client(session: session)
      _ = try #require(market.lease(holder, key: key(1)))
      var faults: [String] = []
      for _ in 0..<3 {
        let next = TestClient(try market.transport.connect())
        #expect(next.hello(session: session)?.resumed == 1)
        #expect(holder.readToEnd() == .sessionTakenOver)
        faults += holder.faults
        holder = next
      }
      #expect(holder.call(PingRequest(echo: 3))?.status == .ok)
      #expect(faults + holder.faults + market.faults == [])
    }

    /// A repeat may come before its role is proved again, as it may before BIND.
    @Test(arguments: TransportKind.allCases)
    func aRepeatWithoutItsRoleIsNotKnown(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let session = Bytes16(low: 0x123, high: 0x456)
      let credential = market.transport.credential(of: .operator, id: 0, generation: 0)
      let first = TestClient(try market.transport.connect())
      #expect(first.authenticate(credential, session: session) == .ok)
      let issue = IssueRequest(amount: 7, binding: 0, count: 2)
      let issued = try #require(first.call(issue, number: 5))
      #expect(issued.notes.count == 2)
      let plain = TestClient(try market.transport.connect())
      #expect(plain.hello(session: session)?.resumed == 1)
      let open = AcquireRequest(resource: market.resource, units: 1, flags: .open, keyHash: Bytes16(), minimum: 0)
      // Number 5 has a receipt, 3 may have had one; under 6 and 7 nothing was done.
      for (frame, money) in [
        (plain.call(issue, number: 5), Money.notKnown), (plain.call(issue, number: 3), .notKnown),
        (plain.call(open, payment: issued.notes, number: 5), .notKnown),
        (plain.call(open, payment: issued.notes, number: 3), .notKnown),
        (plain.call(WithdrawRequest(amount: 0), number: 6), .notTaken),
        (plain.call(open, payment: issued.notes, number: 7), .notTaken),
      ] {
        #expect(frame?.status == .notAuthorized)
        #expect(frame?.money == money)
      }
      // With the role it is answered as before.
      let again = TestClient(try market.transport.connect())
      #expect(again.authenticate(credential, session: session) == .ok)
      isSame(again.call(issue, number: 5), as: issued)
      // In a session that never kept a receipt nothing can have been done; what keeps none moved nothing.
      let fresh = try market.client()
      #expect(fresh.call(issue)?.money == .notTaken)
      #expect(fresh.call(open, payment: issued.notes)?.money == .notTaken)
      #expect(plain.goodbye == nil || plain.readToEnd() == .sessionTakenOver)
      #expect(plain.call(AuditFiguresRequest())?.money != .notKnown)
      #expect(first.faults + plain.faults + again.faults + fresh.faults + market.faults == [])
    }

    /// The window freed the last receipt: what is below it was done or not, and nobody knows without the handle.
    @Test(arguments: TransportKind.allCases)
    func aRepeatBelowTheFloorWithoutItsHandleIsNotKnown(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let session = Bytes16(low: 0x321, high: 0x456)
      let client = try market.client(session: session)
      let lease = try #require(market.lease(client, key: key(1)))
      #expect(client.call(ReleaseRequest(handle: lease.handle), number: 9)?.status == .ok)
      // Refused, and frees the receipt of 9.
      #expect(
        client.call(FundRequest(lease: lease.id, handle: 0), payment: market.notes(1, of: 5), number: 10)?.status
          == .leaseEnded)
      let resumed = TestClient(try market.transport.connect())
      #expect(resumed.hello(session: session)?.resumed == 0)
      let late = resumed.call(ReleaseRequest(handle: 1), number: 9)
      #expect(late?.status == .handleUnknown)
      #expect(late?.money == .notKnown)
      #expect(client.faults + resumed.faults + market.faults == [])
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
