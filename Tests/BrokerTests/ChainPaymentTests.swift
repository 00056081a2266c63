import Harness
import Testing
import TurnpikeCrypto
import WireProtocol

extension CommonTests {
  /// Ticks of hash chains, over real connections.
  @Suite struct ChainPaymentTests {
    private static let last = Bytes16(low: 0x77, high: 0x88)

    private static func word(_ index: UInt32, of lease: UInt64, length: UInt32, number: UInt32 = 1) -> Bytes16 {
      HashChain(lease: lease, number: number).word(length - index, before: last, at: length)
    }

    private static func tick(_ index: UInt32, of lease: UInt64, length: UInt32 = 1_000) -> TickToken {
      TickToken(rail: .chain, byteCount: 32, chain: 1, index: index, word: word(index, of: lease, length: length))
    }

    private static func opening(_ lease: (id: UInt64, handle: UInt32), weight: UInt64 = 10, length: UInt32 = 1_000)
      -> OpenChainRequest
    {
      OpenChainRequest(
        handle: lease.handle, chain: 1, weight: weight, length: length, root: word(0, of: lease.id, length: length))
    }

    private static func use(_ handle: UInt32, _ number: UInt64, quantity: UInt64 = 1) -> UseRequest {
      UseRequest(handle: handle, meter: 0, quantity: quantity, useNumber: number, lease: 0)
    }

    @Test(arguments: TransportKind.allCases)
    func aWordOnEveryRequestOfAPipeline(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let lease = try #require(market.lease(client, key: key(1)))
      let opened = client.call(Self.opening(lease), payment: market.notes(1, of: 10_000))?.part(OpenChainReply.self)
      #expect(opened?.deposit == 10_000)
      var frames: [UInt8] = []
      for index in UInt32(1)...300 {
        frames += client.frame(Self.use(lease.handle, UInt64(index)), tick: Self.tick(index, of: lease.id))
      }
      client.send(frames)
      for _ in 1...300 {
        let reply = client.nextReply()
        #expect(reply?.status == .ok && reply?.money == .taken && reply?.part(UseReply.self)?.charged == 10)
      }
      let chain = client.call(CheckChainRequest(lease: lease.id, chain: 1))?.part(CheckChainReply.self)
      #expect(chain?.index == 300 && chain?.word == Self.word(300, of: lease.id, length: 1_000))
      let checked = client.call(CheckRequest(lease: lease.id))?.part(CheckReply.self)
      #expect(checked?.deposits == 7_000)
      let closed = client.call(CloseChainRequest(handle: lease.handle, chain: 1))?.part(CloseChainReply.self)
      #expect(closed?.returned == 7_000 && closed?.index == 300)
      #expect(client.faults + market.faults == [])
    }

    /// The connection is lost with the replies; everything is sent again on another one, without a session.
    @Test(arguments: TransportKind.allCases)
    func repeatsOnAnotherConnectionAreDoneOnce(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let lease = try #require(market.lease(client, key: key(1)))
      #expect(client.call(Self.opening(lease))?.status == .ok)
      for index in UInt32(1)...3 {
        #expect(client.call(Self.use(lease.handle, UInt64(index)), tick: Self.tick(index, of: lease.id))?.status == .ok)
      }
      let other = TestClient(try market.transport.connect())
      other.hello()
      let handle = try #require(other.call(BindRequest(lease: lease.id, key: key(1)))?.part(BindReply.self)).handle
      for index in UInt32(1)...5 {
        let reply = other.call(Self.use(handle, UInt64(index)), tick: Self.tick(index, of: lease.id))
        #expect(reply?.status == .ok && reply?.isReplayed == (index <= 3), "\(index)")
      }
      // An old word for a use that is new: nothing of it is done.
      let stale = other.call(Self.use(handle, 6), tick: Self.tick(5, of: lease.id))
      #expect(stale?.status == .tickSpent && stale?.money == .notTaken && stale?.refusal?.detail == 5)
      #expect(stale?.refusal?.token == 0)
      #expect(client.faults + other.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func whatIsNoTickIsRefused(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let lease = try #require(market.lease(client, key: key(1)))
      #expect(client.call(Self.opening(lease))?.status == .ok)
      func refuse(_ frame: ReceivedFrame?, _ status: Status, _ detail: UInt64 = 0, _ money: Money = .notTaken) {
        #expect(frame?.status == status && frame?.money == money && frame?.refusal?.detail == detail)
        #expect(frame?.refusal?.token == 0)
      }
      var forged = Self.tick(1, of: lease.id)
      forged.word.low ^= 1
      refuse(client.call(Self.use(lease.handle, 1), tick: forged), .tickForged)
      forged = Self.tick(2, of: lease.id)
      forged.index = 1
      refuse(client.call(Self.use(lease.handle, 1), tick: forged), .tickForged)
      refuse(client.call(Self.use(lease.handle, 1), tick: Self.tick(257, of: lease.id)), .tickAhead, 256)
      var beyond = Self.tick(1_000, of: lease.id)
      beyond.index = 1_001
      refuse(client.call(Self.use(lease.handle, 1), tick: beyond), .tickAhead, 256)
      var unknown = Self.tick(1, of: lease.id)
      unknown.chain = 2
      refuse(client.call(Self.use(lease.handle, 1), tick: unknown), .chainUnknown)
      // Of FUND a repeat can look like this.
      refuse(client.call(FundRequest(lease: lease.id, handle: 0), tick: unknown), .chainUnknown, 0, .notKnown)
      // Only FUND and USE take one.
      refuse(client.call(market.acquire(key: key(2)), tick: Self.tick(1, of: lease.id)), .railUnknown)
      refuse(
        client.call(
          OpenChainRequest(handle: lease.handle, chain: 3, weight: 1, length: 1, root: Bytes16()),
          tick: Self.tick(1, of: lease.id)), .railUnknown)
      refuse(
        client.call(
          ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 10, binding: 0)],
          tick: Self.tick(1, of: lease.id)), .railUnknown)
      #expect(client.call(PaymentRequest(payment: 0), tick: Self.tick(1, of: lease.id))?.status == .railUnknown)
      // Nor beside a note.
      let mixed = client.call(
        Self.use(lease.handle, 1), payment: market.notes(1, of: 10), tick: Self.tick(1, of: lease.id), window: 1)
      #expect(mixed?.status == .railsMixed && mixed?.refusal?.token == 1)
      // Nothing of all that moved it.
      #expect(client.call(Self.use(lease.handle, 1), tick: Self.tick(256, of: lease.id))?.status == .ok)
      #expect(client.faults + market.faults == [])
    }

    /// The simulator found it: a chain of the same number is another one, of which the word is forged.
    @Test func aRepeatIsOneAlsoWhenTheChainIsAnother() throws {
      let market = try #require(try Market(MemoryTransport()))
      defer { market.transport.stop() }
      let client = try market.client()
      let lease = try #require(market.lease(client, key: key(1)))
      #expect(client.call(Self.opening(lease))?.status == .ok)
      let (fund, number) = (FundRequest(lease: lease.id, handle: 0), client.number)
      let funded = client.call(fund, tick: Self.tick(5, of: lease.id))
      #expect(funded?.status == .ok)
      #expect(client.call(Self.use(lease.handle, 1), tick: Self.tick(6, of: lease.id))?.status == .ok)
      #expect(client.call(CloseChainRequest(handle: lease.handle, chain: 1), window: 9)?.status == .ok)
      let other = OpenChainRequest(handle: lease.handle, chain: 1, weight: 1, length: 3, root: Bytes16(low: 1, high: 1))
      #expect(client.call(other, window: 9)?.status == .ok)
      let repeated = client.call(fund, tick: Self.tick(5, of: lease.id), number: number, window: 1)
      #expect(repeated?.isReplayed == true && repeated?.body == funded?.body)
      let used = client.call(Self.use(lease.handle, 1), tick: Self.tick(6, of: lease.id))
      #expect(used?.status == .ok && used?.isReplayed == true)
      // What is new is judged.
      #expect(client.call(Self.use(lease.handle, 2), tick: Self.tick(2, of: lease.id))?.status == .tickForged)
      #expect(client.call(fund, tick: Self.tick(7, of: lease.id))?.status == .tickAhead)
      #expect(client.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func fundingByTheSecond(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let lease = try #require(market.lease(client, key: key(1)))
      #expect(client.call(Self.opening(lease, weight: 1_000, length: 20))?.status == .ok)
      let before = try #require(client.call(CheckRequest(lease: lease.id))?.part(CheckReply.self))
      // By somebody who has nothing but the word.
      let other = try market.client()
      let funded = other.call(
        FundRequest(lease: lease.id, handle: 0), tick: Self.tick(5, of: lease.id, length: 20))?.part(FundReply.self)
      #expect(funded?.credited == 5_000 && funded?.deadline == before.deadline + 5_000)
      let repeated = other.call(
        FundRequest(lease: lease.id, handle: 0), tick: Self.tick(5, of: lease.id, length: 20), number: other.number - 1)
      #expect(repeated?.isReplayed == true && repeated?.part(FundReply.self) == funded)
      let released = client.call(ReleaseRequest(handle: lease.handle))
      #expect((released?.part(ReleaseReply.self)?.change ?? 0) >= 59_000)
      let after = client.call(CheckChainRequest(lease: lease.id, chain: 1))
      #expect(after?.status == .leaseEnded)
      #expect(client.faults + other.faults + market.faults == [])
    }
  }
}
