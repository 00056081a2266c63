import Testing
import TurnpikeClient
import WireProtocol

/// Auctions as a client opens them, bids in them and is told of them; banners; what refusals mean.
@Suite struct AuctionTests {
  private let zero = Digest32(first: Bytes16(), last: Bytes16())

  private func reply(_ opcode: Opcode, _ body: [UInt8], options: [UInt8] = []) -> Reply {
    Reply(opcode: opcode, number: 0, isReplayed: false, money: .none, body: body, options: options)
  }

  private func option(_ type: UInt8, _ value: [UInt8]) -> [UInt8] {
    [type, 0, UInt8(value.count & 255), UInt8(value.count >> 8)] + value
  }

  private func option(_ type: OptionType, _ text: String) -> [UInt8] { option(type.rawValue, Array(text.utf8)) }

  @Test func requestHasAllRules() throws {
    var terms = AuctionTerms(reserve: 100, durationMilliseconds: 7, periodMilliseconds: 9)
    #expect(terms.startMilliseconds == 7 && terms.increment == 1 && terms.flags == [] && terms.label.isZero)
    (terms.increment, terms.revealMilliseconds, terms.extendByMilliseconds) = (5, 2, 3)
    (terms.startMilliseconds, terms.forfeitPerMillion, terms.flags) = (20, 6, [.sealed, .secondPrice])
    terms.label = Name32("June") ?? Name32()
    let request = Request.openAuction(resource: 3, terms: terms)
    let read = unsafe OpenAuctionRequest(request.body.span.bytes, at: 0)
    let fixed = try #require(read)
    #expect(fixed.resource == 3 && fixed.reserve == 100 && fixed.increment == 5 && fixed.duration == 7)
    #expect(fixed.reveal == 2 && fixed.extendBy == 3 && fixed.start == 20 && fixed.period == 9)
    #expect(fixed.forfeitPerMillion == 6 && fixed.flags == [.sealed, .secondPrice] && fixed.label.string == "June")
  }

  @Test func requestsAreMadeAgainFromTheirBodies() {
    let key = ClaimKey(claim: 31, key: Bytes16(low: 1, high: 2))
    let seal = BidSeal(amount: 5, nonce: Bytes16(low: 3, high: 4))
    let banner = Banner(text: Text96("Example Ltd") ?? Text96(), link: Text96())
    let requests: [Request] = [
      .bid(auction: 7, keyHash: key.key.keyHash, payment: [note(7)]),
      .bid(
        auction: 7, keyHash: key.key.keyHash, commitment: seal.commitment(auction: 7, keyHash: key.key.keyHash),
        banner: banner, payment: [note(7)]),
      .raiseBid(key, payment: [note(7)]), .revealBid(claim: 31, seal: seal), .refuseBid(claim: 31),
      .describeAuction(7), .describeBid(claim: 31), .transcript(auction: 7, from: 64),
    ]
    for request in requests {
      #expect(Request(opcode: request.opcode, body: request.body, payment: request.payment) == request)
    }
    let (first, last) = (requests[0].body, requests[7].body)
    let bid = unsafe BidRequest(first.span.bytes, at: 0)
    #expect(bid?.commitment == zero && bid?.banner.text.isZero == true && bid?.banner.link.isZero == true)
    let page = unsafe TranscriptRequest(last.span.bytes, at: 0)
    #expect(page?.auction == 7 && page?.from == 64)
  }

  @Test func bidIsDescribed() throws {
    let fixed = DescribeBidReply(
      auction: 7, held: 5, amount: 4, commitment: zero, banner: Banner(text: Text96(), link: Text96()), state: .open)
    let plain = try BidDescription(reply(.describeBid, fixed.bytes))
    #expect(plain.auction == 7 && plain.held == 5 && plain.amount == 4 && plain.state == .open)
    #expect(plain.commitment == nil && plain.banner == nil)
    var sealed = fixed
    sealed.commitment.last.high = 1
    sealed.banner.link = Text96("https://example.com") ?? Text96()
    let told = try BidDescription(reply(.describeBid, sealed.bytes))
    #expect(told.commitment == sealed.commitment && told.banner == sealed.banner)
  }

  @Test func fundingTellsAuctions() throws {
    let entry = FundingEntry(
      id: 31, goal: 100, amount: 60, detail: 88, count: 9, instant: 77, kind: .auction, state: .open,
      label: Name32("June") ?? Name32())
    let fixed = FundingReply(
      lease: 0, balance: 0, deadline: 0, state: 0, count: 1, donations: 0, donationCount: 0, plain: 0, pool: 0,
      matched: 0, scheduled: 0, campaign: 0, invested: 0, sponsored: 5, earned: 0, burnRate: 0, period: 1)
    let report = try FundingReport(
      reply(.funding, fixed.bytes + entry.bytes, options: option(.bannerText, "Example Ltd")))
    #expect(report.given[.sponsored] == 5 && report.banner?.text.string == "Example Ltd")
    let auction = try #require(report.auctions.first)
    #expect(auction.auction == 31 && auction.label.string == "June" && auction.state == .open)
    #expect(auction.reserve == 100 && auction.amount == 60 && auction.bidCount == 9)
    #expect(auction.startsAt == 88 && auction.changesAt == 77)
  }

  // MARK: Banners

  @Test func bannerIsReadFromOptionsAndTheRestSkipped() {
    let both =
      option(200, [1, 2, 3]) + option(.bannerText, "Example Ltd") + option(0, []) + option(.bannerLink, "example.com")
    let banner = reply(.ping, [], options: both).banner
    #expect(banner?.text.string == "Example Ltd" && banner?.link.string == "example.com")
    let linkOnly = reply(.ping, [], options: option(.bannerLink, "example.com")).banner
    #expect(linkOnly?.text.isZero == true && linkOnly?.link.string == "example.com")
    #expect(reply(.ping, []).banner == nil)
    #expect(reply(.ping, [], options: option(9, [1])).banner == nil)
  }

  @Test(
    arguments: [
      [], [0], [65, 0], [0, 65], [27, 91, 51, 49, 109], Array("a\nb".utf8), [0xC3], [0xC2, 0x9B],
      Array("a\u{202E}b".utf8), [UInt8](repeating: 65, count: 96), [UInt8](repeating: 65, count: 300),
    ] as [[UInt8]])
  func bannerThatIsNoTextIsDropped(bytes: [UInt8]) {
    #expect(reply(.ping, [], options: option(OptionType.bannerText.rawValue, bytes)).banner == nil)
    let good = option(OptionType.bannerText.rawValue, bytes) + option(.bannerLink, "example.com")
    #expect(reply(.ping, [], options: good).banner?.link.string == "example.com")
  }

  @Test func longestBannerIsRead() {
    let text = String(repeating: "a", count: 95)
    #expect(reply(.ping, [], options: option(.bannerText, text)).banner?.text.string == text)
  }

  @Test func bannerComesWithAReply() throws {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    _ = session.takeActions()
    session.submit(.status(resource: 3), ticket: 1, deadline: .max)
    let requests = broker.requests(of: &session)
    let request = try #require(requests.first)
    let options = option(.bannerText, "Example Ltd")
    let status = StatusReply(
      units: 8, unitsLeased: 3, leaseCount: 3, leaseCountSuspended: 0, earned: 1, donations: 2, burnRate: 3,
      earliestFree: 4, version: 5)
    let block = [UInt8(options.count), 0, 0, 0] + options
    session.receive(
      broker.frame(request.header.opcode, number: request.header.number, flags: .options, body: status.bytes + block))
    let ended = session.ended()
    let told = try #require(ended.first?.reply)
    #expect(told.body == status.bytes && told.banner?.text.string == "Example Ltd")
  }

  // MARK: Refusals

  @Test(
    arguments: [
      (Opcode.bid, Status.bidTooLow, 110, "BID: that bid is too low; at least 110 is accepted now [BID_TOO_LOW]"),
      (
        .raiseBid, .bidTooLow, 1_200,
        "RAISE_BID: that raise is too low; with what was bid before at least 1_200 is accepted now [BID_TOO_LOW]"
      ),
      (
        .bid, .fundingLimit, 1_024,
        "BID: the auction has 1_024 bids and raises, as many as it may [FUNDING_LIMIT]"
      ),
      (.revealBid, .commitmentWrong, 0, "REVEAL_BID: that is not what was committed to [COMMITMENT_WRONG]"),
      (
        .openAuction, .periodTaken, 31, "OPEN_AUCTION: auction 31 is for a time within this period [PERIOD_TAKEN]"
      ),
    ] as [(Opcode, Status, UInt64, String)])
  func refusalsSayWhatWouldDo(opcode: Opcode, status: Status, detail: UInt64, text: String) {
    #expect(TurnpikeError(.refused(status), operation: opcode, detail: detail).description == text)
  }
}
