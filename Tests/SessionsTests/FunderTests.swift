import Harness
import Sessions
import Testing
import TurnpikeCrypto
import WireProtocol

/// What those who fund a resource are told: notices, mailboxes, the sponsor's banner.
@Suite struct FunderTests {
  private static let nothing = Digest32(first: Bytes16(), last: Bytes16())
  private static let banner = Banner(
    text: Text96("Read books") ?? Text96(), link: Text96("https://b.example") ?? Text96())

  private static func notices(_ client: TestClient) -> [NoticePush] {
    client.readPushes().compactMap { $0.part(NoticePush.self) }
  }

  private static func subscribe(_ client: TestClient, _ funding: UInt64) -> Status? {
    client.call(SubscribeRequest(lease: 0, resource: 0, funding: funding, mask: .notices))?.status
  }

  private static func campaign(_ market: Market, goal: UInt64) throws -> UInt64 {
    let open = OpenCampaignRequest(
      resource: market.resource, goal: goal, minimum: 0, duration: 1_000, rule: .resource, label: Name32())
    return try #require(market.provider.call(open)?.part(OpenCampaignReply.self)).campaign
  }

  private static func pledge(_ market: Market, _ client: TestClient, _ campaign: UInt64, _ key: Bytes16) throws
    -> UInt64
  {
    let pledge = PledgeRequest(campaign: campaign, keyHash: SHA256.keyHash(key), label: Name32())
    return try #require(client.call(pledge, payment: market.notes(1, of: 500))?.part(PledgeReply.self)).claim
  }

  private static func mailbox(_ client: TestClient, _ claim: UInt64, _ key: Bytes16, after: UInt64 = 0) throws
    -> [MailboxEntry]
  {
    let frame = try #require(client.call(MailboxRequest(claim: claim, key: key, after: after)))
    let reply = try #require(frame.part(MailboxReply.self))
    return (0..<Int(reply.count)).compactMap { index in
      let at = frame.layout.recordsOffset + index * MailboxEntry.byteCount
      return unsafe MailboxEntry(frame.bytes.span.bytes, at: at)
    }
  }

  @Test func aMissedCampaignIsToldToEachOfItsClaims() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let (ada, bob, watcher) = (try market.client(), try market.client(), try market.client())
    let (missed, other) = (try Self.campaign(market, goal: 2_000), try Self.campaign(market, goal: 500))
    let claims = try [key(1), key(2)].map { try Self.pledge(market, ada, missed, $0) }
    let reached = try Self.pledge(market, bob, other, key(3))
    #expect(Self.subscribe(ada, claims[0]) == .ok && Self.subscribe(bob, reached) == .ok)
    #expect(Self.subscribe(watcher, missed) == .ok && Self.subscribe(watcher, missed + 1_000) == .fundingUnknown)
    transport.advance(1_000)
    let told = Self.notices(ada)
    #expect(told.map(\.kind) == [.campaignMissed] && told[0].funding == missed && told[0].amount == 1_000)
    #expect(Self.notices(bob).map(\.kind) == [.campaignReached] && Self.notices(watcher) == told)
    // Whoever was not there asks with the claim key; nobody else can.
    let kept = try Self.mailbox(ada, claims[1], key(2))
    #expect(kept.map(\.kind) == [.campaignMissed] && kept[0].instant == told[0].instant)
    #expect(try Self.mailbox(ada, claims[1], key(2), after: kept[0].at).isEmpty)
    #expect(bob.call(MailboxRequest(claim: claims[1], key: key(1), after: 0))?.status == .keyWrong)
    #expect(bob.call(MailboxRequest(claim: 99, key: key(1), after: 0))?.status == .fundingUnknown)
    #expect(ada.faults + bob.faults + watcher.faults + market.faults == [])
  }

  @Test func investorsAreAskedWhenThePublicLeaseRunsLow() throws {
    var terms = Market.terms
    terms.policy = .investorsAsked
    let transport = MemoryTransport()
    let market = try #require(try Market(transport, terms: terms))
    let investor = try market.client()
    let open = OpenOfferingRequest(
      resource: market.resource, cap: 1_000, criterion: 0, unit: 1, duration: 3_600_000, period: 0, startShare: 0,
      share: 100_000, returnPerMillion: 0, count: 1, kind: .ownership, label: Name32())
    let offering = try #require(
      market.provider.call(open, records: [Tier(from: 1, rate: 1)])?.part(OpenOfferingReply.self)
    ).offering
    let invest = InvestRequest(offering: offering, keyHash: SHA256.keyHash(key(1)))
    let claim = try #require(investor.call(invest, payment: market.notes(1, of: 100))?.part(InvestReply.self)).claim
    #expect(Self.subscribe(investor, claim) == .ok)
    let acquire = AcquireRequest(
      resource: market.resource, units: 1, flags: .open, keyHash: Bytes16(), minimum: 0)
    #expect(market.provider.call(acquire, payment: market.notes(1, of: 60_000))?.status == .ok)
    transport.advance(50_500)
    let asked = Self.notices(investor)
    #expect(asked.map(\.kind) == [.moreFunding] && asked[0].funding == offering && asked[0].amount > 0)
    let kept = try Self.mailbox(investor, claim, key(1))
    #expect(kept.map(\.kind) == [.moreFunding] && kept[0].amount >= asked[0].amount)
    #expect(investor.faults + market.faults == [])
  }

  @Test func anAuctionIsToldToItsBiddersAndItsBannerToEveryone() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let (ada, bob) = (try market.client(), try market.client())
    let open = OpenAuctionRequest(
      resource: market.resource, reserve: 100, increment: 10, duration: 1_000, reveal: 0, extendBy: 0, start: 2_000,
      period: 60_000, forfeitPerMillion: 0, flags: .secondPrice, label: Name32())
    let auction = try #require(market.provider.call(open)?.part(OpenAuctionReply.self)).auction
    func bid(_ client: TestClient, _ amount: UInt64, _ key: Bytes16) throws -> UInt64 {
      let bid = BidRequest(
        auction: auction, keyHash: SHA256.keyHash(key), commitment: Self.nothing, banner: Self.banner)
      return try #require(client.call(bid, payment: market.notes(1, of: amount))?.part(BidReply.self)).claim
    }
    let low = try bid(ada, 100, key(1))
    #expect(Self.subscribe(ada, low) == .ok)
    let best = try bid(bob, 300, key(2))
    #expect(Self.subscribe(bob, best) == .ok)
    let outbid = Self.notices(ada)
    #expect(outbid.map(\.kind) == [.outbid] && outbid[0].claim == low && outbid[0].amount == 310)
    let status = { (client: TestClient) in client.call(StatusRequest(resource: market.resource)) }
    #expect(Self.banner(in: status(ada)).isEmpty)
    transport.advance(1_000)
    // What is due to all of them, and to one what it won.
    #expect(Self.notices(ada).map(\.kind) == [.refunded])
    let won = Self.notices(bob)
    #expect(won.map(\.kind) == [.refunded, .won] && won.map(\.amount) == [300, 100])
    #expect(try Self.mailbox(bob, best, key(2)).map(\.kind) == [.won, .refunded])
    #expect(try Self.mailbox(ada, low, key(1)).map(\.kind) == [.outbid, .refunded])
    transport.advance(1_000)
    let shown = ["Read books", "https://b.example"]
    #expect(Self.banner(in: status(ada)) == shown)
    #expect(Self.banner(in: ada.call(DescribeRequest(resource: market.resource, name: Name32()))) == shown)
    #expect(Self.banner(in: ada.call(FundingRequest(resource: market.resource))) == shown)
    let acquired = ada.call(market.acquire(key: key(5)), payment: market.notes(1, of: 60_000))
    #expect(acquired?.status == .ok && Self.banner(in: acquired) == shown)
    #expect(Self.banner(in: ada.call(QuoteRequest(resource: market.resource, units: 1, duration: 1_000))) == [])
    transport.advance(60_000)
    #expect(Self.banner(in: status(ada)).isEmpty)
    #expect(ada.faults + bob.faults + market.faults == [])
  }

  /// Text and link in the options of a reply.
  private static func banner(in frame: ReceivedFrame?) -> [String] {
    guard let frame else { return [] }
    var options = FrameOptions(frame.layout)
    var found: [String] = []
    while let option = unsafe options.next(in: frame.bytes.span.bytes) {
      let value = frame.bytes[option.valueOffset..<option.valueOffset + option.valueByteCount]
      found.append(String(decoding: value, as: UTF8.self))
    }
    return found
  }

  @Test func theLedgerIsTheOperatorsToReadAndAResourceAnyones() throws {
    let market = try #require(try Market(MemoryTransport()))
    let client = try market.client()
    let gift = DonateRequest(target: market.resource, kind: .resource, label: Name32())
    #expect(client.call(gift, payment: market.notes(2, of: 250))?.status == .ok)
    func lines(_ client: TestClient, of resource: UInt64) -> (status: Status?, lines: [StatementLine]) {
      let frame = client.call(StatementRequest(resource: resource, after: 0))
      guard let frame, let reply = frame.part(StatementReply.self) else { return (frame?.status, []) }
      let lines = (0..<Int(reply.count)).compactMap { index in
        let at = frame.layout.recordsOffset + index * StatementLine.byteCount
        return unsafe StatementLine(frame.bytes.span.bytes, at: at)
      }
      return (frame.status, lines)
    }
    let own = lines(client, of: market.resource).lines
    #expect(own.map(\.amount) == [500] && own[0].count == 1 && own[0].subject != 0)
    #expect(lines(client, of: 0).status == .notAuthorized && lines(market.provider, of: 0).status == .notAuthorized)
    #expect(lines(client, of: market.resource + 1_000).status == .resourceUnknown)
    let all = lines(market.operatorClient, of: 0).lines
    #expect(all.first?.from == .operatorFloat && all.last == own.first)
  }
}
