import BrokerCore
import Testing
import TurnpikeCrypto
import WireProtocol

/// Auctions: who wins, what it pays, and where all other money goes.
@Suite struct AuctionTests {
  static let key = Bytes16(low: 11, high: 12)
  static let hour: UInt64 = 3_600_000
  static let year: UInt64 = 31_557_600_000
  static let nothing = Digest32(first: Bytes16(), last: Bytes16())
  static let provider = Actor(authority: .provider, generation: 0, id: 1)

  static func terms(_ resource: UInt64, flags: AuctionFlags = []) -> OpenAuctionCommand {
    let isSealed = flags.contains(.sealed)
    return OpenAuctionCommand(
      provider: 1, resource: resource, reserve: 100, increment: 10, duration: hour, reveal: isSealed ? hour : 0,
      extendBy: 0, start: 3 * hour, period: hour, forfeitPerMillion: isSealed ? 250_000 : 0, flags: flags,
      label: Name32("the week of the fair") ?? Name32())
  }

  static func open(_ bench: Bench, _ terms: OpenAuctionCommand) throws -> UInt64 {
    try bench.apply(terms).reply(OpenAuctionReply.self).auction
  }

  static func banner(_ text: String, _ link: String = "") -> Banner {
    Banner(text: Text96(text) ?? Text96(), link: Text96(link) ?? Text96())
  }

  static func tryBid(
    _ bench: Bench, _ auction: UInt64, _ amount: UInt64, commitment: Digest32 = nothing, keyHash: Bytes16 = key
  ) throws -> Applied {
    let note = try bench.note(amount)
    return bench.apply(
      BidCommand(
        auction: auction, keyHash: keyHash, commitment: commitment, banner: banner("paid by \(amount)", "https://a.b")),
      notes: [note])
  }

  static func bid(_ bench: Bench, _ auction: UInt64, _ amount: UInt64) throws -> UInt64 {
    try tryBid(bench, auction, amount).reply(BidReply.self).claim
  }

  static func raise(_ bench: Bench, _ claim: UInt64, _ amount: UInt64, to commitment: Digest32 = nothing) throws
    -> Applied
  {
    let note = try bench.note(amount)
    return bench.apply(RaiseBidCommand(claim: claim, keyHash: key, commitment: commitment), notes: [note])
  }

  static func refuse(_ bench: Bench, _ claim: UInt64, as actor: Actor = provider) -> Applied {
    bench.apply(RefuseBidCommand(actor: actor, claim: claim))
  }

  /// What a bid of `amount` commits to, written out.
  static func commitment(_ auction: UInt64, _ amount: UInt64, _ nonce: Bytes16, _ keyHash: Bytes16 = key)
    -> Digest32
  {
    digest(Array("turnpike bid v1".utf8), [auction, keyHash.low, keyHash.high, amount, nonce.low, nonce.high])
  }

  static func digest(_ prefix: [UInt8], _ words: [UInt64]) -> Digest32 {
    let bytes = prefix + words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) } }
    return unsafe SHA256.digest(of: bytes.span.bytes)
  }

  // MARK: Open auctions

  @Test func theHighestBidPaysItselfAndAllElseIsDue() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let auction = try Self.open(bench, Self.terms(resource))
    let low = try Self.bid(bench, auction, 100)
    #expect(try Self.tryBid(bench, auction, 109).outcome.detail == 110)
    let high = try Self.bid(bench, auction, 150)
    // A raise counts with what was bid before.
    #expect(try Self.raise(bench, low, 59).outcome.detail == 160)
    #expect(try Self.raise(bench, low, 65).reply(RaiseBidReply.self).amount == 165)
    #expect(bench.figure(.bids) == 315 && bench.auction(auction)?.winner == low)
    bench.advance(by: Self.hour - 1)
    #expect(bench.auction(auction)?.state == .open)
    bench.advance(by: 1)
    let decided = try #require(bench.auction(auction))
    #expect(decided.state == .awarded && decided.price == 165 && decided.held == 165 && decided.amount == 165)
    #expect(bench.claim(high)?.due == 150 && bench.claim(high)?.state == .ended && bench.claim(low)?.left == 165)
    #expect(bench.machine.banner(of: resource) == nil)
    bench.advance(by: 2 * Self.hour)
    #expect(bench.figure(.bids) == 0 && bench.figure(.donationPurses) == 165 && bench.figure(.claimsDue) == 150)
    #expect(bench.machine.banner(of: resource) == Self.banner("paid by 100", "https://a.b"))
    #expect(try bench.funding(resource).0.sponsored == 165)
    #expect(
      try bench.apply(ClaimCommand(claim: high, keyHash: Self.key, flags: [])).reply(ClaimReply.self).amount == 150)
    bench.advance(by: Self.hour)
    #expect(bench.machine.banner(of: resource) == nil && bench.auction(auction)?.state == .ended)
  }

  /// Bids in their order, and what the winner pays under the second price.
  static let secondPrices: [([UInt64], UInt64)] = [
    ([100], 100), ([500], 100), ([100, 500], 100), ([120, 500], 120), ([100, 200, 300], 200),
  ]

  @Test(arguments: secondPrices)
  func theSecondPriceIsThatOfTheNextOneButAtLeastTheReserve(_ bids: [UInt64], _ price: UInt64) throws {
    let bench = try Bench()
    let auction = try Self.open(bench, Self.terms(try bench.register(), flags: .secondPrice))
    let claims = try bids.map { try Self.bid(bench, auction, $0) }
    bench.advance(by: Self.hour)
    let last = try #require(claims.last)
    #expect(bench.auction(auction)?.price == price && bench.auction(auction)?.winner == last)
    #expect(bench.claim(last)?.due == (bids.last ?? 0) - price)
    bench.advance(by: 2 * Self.hour)
    #expect(bench.figure(.donationPurses) == Int64(price))
    #expect(bench.figure(.claimsDue) == Int64(bids.reduce(0, +) - price))
  }

  @Test func anAuctionWithoutBidsEndsAndItsPeriodIsFree() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let auction = try Self.open(bench, Self.terms(resource))
    #expect(bench.apply(Self.terms(resource)).outcome.detail == auction)
    bench.advance(by: Self.hour)
    #expect(bench.auction(auction)?.state == .ended && bench.auction(auction)?.winner == 0)
    var terms = Self.terms(resource)
    terms.start = 2 * Self.hour
    #expect(bench.apply(terms).status == .ok)
  }

  @Test func nobodyBidsInTheMillisecondInWhichItCloses() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let auction = try Self.open(bench, Self.terms(resource))
    let closesAt = Bench.start + Self.hour
    bench.advance(to: closesAt - 1)
    let last = try Self.bid(bench, auction, 100)
    bench.advance(to: closesAt)
    #expect(try Self.tryBid(bench, auction, 1_000).outcome.status == .fundingClosed)
    #expect(try Self.raise(bench, last, 1_000).outcome.detail == closesAt)
    #expect(bench.auction(auction)?.winner == last)
  }

  @Test func aLateBidMovesTheEndButNotBeyondTheBeginOfThePeriod() throws {
    let bench = try Bench()
    var terms = Self.terms(try bench.register())
    terms.extendBy = 2 * Self.hour
    let auction = try Self.open(bench, terms)
    _ = try Self.bid(bench, auction, 100)
    #expect(bench.auction(auction)?.closesAt == Bench.start + 2 * Self.hour)
    bench.advance(by: 90 * 60_000)
    _ = try Self.bid(bench, auction, 200)
    #expect(bench.auction(auction)?.closesAt == Bench.start + 3 * Self.hour)
    bench.advance(by: 90 * 60_000)
    // Closed, decided and begun in one millisecond.
    #expect(bench.auction(auction)?.state == .sponsoring && bench.auction(auction)?.price == 200)
  }

  @Test func smallStepsDoNotFillATranscript() throws {
    let bench = try Bench(Bench.genesis(claims: 4_096))
    bench.isChecking = false
    var terms = Self.terms(try bench.register())
    (terms.reserve, terms.increment) = (1, 1)
    let auction = try Self.open(bench, terms)
    let claim = try Self.bid(bench, auction, 1)
    var count = 1
    while true {
      let auction = try #require(bench.auction(auction))
      let step = auction.least - auction.amount
      #expect(step == max(1, count < 256 ? 0 : auction.amount / 16))
      // More than there is of money, before the transcript is full.
      guard auction.least < 1 << 61 else { break }
      try #require(try Self.raise(bench, claim, step).status == .ok)
      count += 1
    }
    #expect(count < WireLimits.bidCountMax)
    #expect(bench.machine.checkInvariants() == nil)
  }

  @Test func aBidAtTheLimitOfMoneyCannotBeOverbid() throws {
    let bench = try Bench()
    var terms = Self.terms(try bench.register())
    terms.increment = UInt64(WireLimits.moneyMax)
    let auction = try Self.open(bench, terms)
    _ = try Self.bid(bench, auction, 1 << 62)
    #expect(bench.auction(auction)?.least == 1 << 62 + UInt64(WireLimits.moneyMax))
    #expect(try Self.tryBid(bench, auction, 1 << 61).outcome.status == .bidTooLow)
  }

  // MARK: Refused and cancelled

  @Test func aRefusedBidGetsAllItsMoneyAndTheNextOneIsTheBest() throws {
    let bench = try Bench()
    let auction = try Self.open(bench, Self.terms(try bench.register()))
    let low = try Self.bid(bench, auction, 100)
    let high = try Self.bid(bench, auction, 500)
    let stranger = Actor(authority: .provider, generation: 0, id: 2)
    #expect(Self.refuse(bench, high, as: stranger).status == .notAuthorized)
    #expect(try Self.refuse(bench, high).reply(RefuseBidReply.self).amount == 500)
    #expect(Self.refuse(bench, high).status == .fundingClosed)
    #expect(try Self.raise(bench, high, 100).status == .fundingClosed)
    #expect(bench.claim(high)?.due == 500 && bench.auction(auction)?.winner == low)
    #expect(bench.auction(auction)?.least == 110)
    bench.advance(by: Self.hour)
    #expect(bench.auction(auction)?.winner == low && bench.auction(auction)?.price == 100)
  }

  @Test func aRefusedWinnerGetsItsMoneyUntilThePeriodBegins() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let first = try Self.open(bench, Self.terms(resource, flags: .secondPrice))
    let winner = try Self.bid(bench, first, 500)
    bench.advance(by: Self.hour)
    #expect(bench.claim(winner)?.due == 400 && bench.claim(winner)?.state == .awarded)
    #expect(try Self.refuse(bench, winner).reply(RefuseBidReply.self).amount == 100)
    #expect(bench.claim(winner)?.due == 500 && bench.auction(first)?.state == .ended && bench.figure(.bids) == 0)
    var terms = Self.terms(resource)
    terms.start = Self.hour
    let second = try Self.open(bench, terms)
    let other = try Self.bid(bench, second, 500)
    bench.advance(by: Self.hour)
    #expect(bench.auction(second)?.state == .sponsoring && Self.refuse(bench, other).status == .fundingClosed)
    bench.advance(by: Self.year)
    #expect(bench.figure(.donationPurses) == 500)
  }

  /// Resources are never removed. One that its provider shuts under a running auction is sponsored all the same, unless he gives the
  /// money back.
  @Test func aResourceThatIsShutKeepsWhatItPromised() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let auction = try Self.open(bench, Self.terms(resource))
    let claim = try Self.bid(bench, auction, 500)
    #expect(bench.update(resource, Bench.terms(units: 1, policy: .giftsRefused)).status == .ok)
    #expect(bench.apply(Self.terms(resource)).status == .giftsRefused)
    _ = try Self.bid(bench, auction, 600)
    bench.advance(by: 3 * Self.hour)
    #expect(bench.auction(auction)?.state == .sponsoring && bench.figure(.donationPurses) == 600)
    #expect(bench.claim(claim)?.due == 500 && bench.machine.banner(of: resource) != nil)
  }

  @Test func aCancelledAuctionGivesAllBack() throws {
    let bench = try Bench()
    let auction = try Self.open(bench, Self.terms(try bench.register()))
    let bids = try [100, 200, 300].map { try Self.bid(bench, auction, $0) }
    let cancel = bench.apply(CancelCommand(actor: Self.provider, funding: auction))
    #expect(try cancel.reply(CancelReply.self).amount == 600)
    #expect(bench.apply(CancelCommand(actor: Self.provider, funding: auction)).status == .fundingClosed)
    #expect(bids.allSatisfy { bench.claim($0)?.state == .cancelled } && bench.figure(.claimsDue) == 600)
    bench.advance(by: Self.year - 1)
    #expect(bench.claim(bids[0])?.due == 100)
    // What nobody wants back is not the provider's, who cancelled it.
    bench.advance(by: 100)
    #expect(bench.claim(bids[0]) == nil && bench.auction(auction) == nil)
    #expect(bench.figure(.operatorFees) == 600 && bench.figure(.donationPurses) == 0)
  }

  // MARK: Sealed bids

  @Test func sealedBidsAreRevealedAndTheRestForfeitsAPart() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let auction = try Self.open(bench, Self.terms(resource, flags: [.sealed, .secondPrice]))
    let nonce = Bytes16(low: 5, high: 6)
    #expect(try Self.tryBid(bench, auction, 400).status == .commitmentWrong)
    func bid(_ money: UInt64, _ amount: UInt64) throws -> UInt64 {
      try Self.tryBid(bench, auction, money, commitment: Self.commitment(auction, amount, nonce)).reply(BidReply.self)
        .claim
    }
    let (first, second, silent) = (try bid(1_000, 300), try bid(300, 300), try bid(2_000, 2_000))
    let poor = try bid(100, 50)
    #expect(bench.auction(auction)?.amount == 0 && bench.auction(auction)?.least == 100)
    func reveal(_ claim: UInt64, _ amount: UInt64, _ nonce: Bytes16 = nonce) -> Applied {
      bench.apply(RevealBidCommand(claim: claim, amount: amount, nonce: nonce))
    }
    #expect(reveal(first, 300).outcome.status == .fundingClosed)
    bench.advance(by: Self.hour)
    #expect(bench.auction(auction)?.state == .revealing)
    #expect(reveal(first, 301).status == .commitmentWrong && reveal(first, 1_001).outcome.detail == 1_000)
    #expect(reveal(first, 300, Bytes16(low: 6, high: 5)).status == .commitmentWrong)
    #expect(try reveal(second, 300).reply(RevealBidReply.self).due == 0)
    #expect(try reveal(first, 300).reply(RevealBidReply.self).due == 700)
    #expect(reveal(first, 300).status == .fundingClosed)
    #expect(try reveal(poor, 50).reply(RevealBidReply.self).due == 50)
    // Of equal ones the first that was made, whichever was revealed first.
    #expect(bench.auction(auction)?.winner == first)
    bench.advance(by: Self.hour)
    #expect(bench.auction(auction)?.state == .awarded && bench.auction(auction)?.price == 300)
    #expect(bench.claim(silent)?.due == 1_500 && bench.figure(.donationPurses) == 500)
    #expect(bench.claim(poor)?.due == 100 && bench.claim(second)?.due == 300 && bench.claim(first)?.due == 700)
    #expect(reveal(silent, 2_000).status == .fundingClosed)
  }

  /// The broker was not there while bids were to be revealed, or what was revealed may be lost.
  @Test(arguments: [false, true]) func whoeverCouldNotRevealForfeitsNothing(_ isRestored: Bool) throws {
    let bench = try Bench()
    let auction = try Self.open(bench, Self.terms(try bench.register(), flags: .sealed))
    let commitment = Self.commitment(auction, 300, Self.key)
    let claim = try Self.tryBid(bench, auction, 400, commitment: commitment).reply(BidReply.self).claim
    if isRestored {
      bench.advance(by: Self.hour)
      let restore = RestoreCommand(
        incarnation: 2_000, validity: Self.year, now: 0, flags: .lossy, algorithm: .hmacSha256_128)
      #expect(bench.apply(restore).status == .ok)
    }
    bench.advance(to: Bench.start + 2 * Self.hour)
    #expect(bench.auction(auction)?.state == .ended && bench.claim(claim)?.due == 400)
    #expect(bench.figure(.donationPurses) == 0)
  }

  @Test func nobodyCanCopyACommitment() throws {
    let bench = try Bench()
    let auction = try Self.open(bench, Self.terms(try bench.register(), flags: .sealed))
    let (nonce, thief) = (Bytes16(low: 5, high: 6), Bytes16(low: 99, high: 99))
    let commitment = Self.commitment(auction, 300, nonce)
    _ = try Self.tryBid(bench, auction, 300, commitment: commitment)
    let copy = try Self.tryBid(bench, auction, 300, commitment: commitment, keyHash: thief).reply(BidReply.self).claim
    bench.advance(by: Self.hour)
    #expect(bench.apply(RevealBidCommand(claim: copy, amount: 300, nonce: nonce)).status == .commitmentWrong)
  }

  @Test func aRaisedSealedBidIsItsLastCommitment() throws {
    let bench = try Bench()
    let auction = try Self.open(bench, Self.terms(try bench.register(), flags: .sealed))
    let nonce = Bytes16(low: 5, high: 6)
    let claim = try Self.tryBid(bench, auction, 300, commitment: Self.commitment(auction, 300, nonce))
      .reply(BidReply.self).claim
    #expect(try Self.raise(bench, claim, 1).status == .commitmentWrong)
    // Not even a raise fills a transcript for little money.
    #expect(try Self.raise(bench, claim, 99, to: Self.commitment(auction, 300, nonce)).outcome.detail == 400)
    // The key hash in a commitment stays that of the bid.
    let other = Bytes16(low: 3, high: 3)
    #expect(bench.apply(RotateClaimCommand(claim: claim, keyHash: Self.key, newKeyHash: other)).status == .ok)
    let note = try bench.note(200)
    let raise = RaiseBidCommand(claim: claim, keyHash: other, commitment: Self.commitment(auction, 450, nonce))
    #expect(try bench.apply(raise, notes: [note]).reply(RaiseBidReply.self).amount == 500)
    bench.advance(by: Self.hour)
    #expect(bench.apply(RevealBidCommand(claim: claim, amount: 300, nonce: nonce)).status == .commitmentWrong)
    #expect(bench.apply(RevealBidCommand(claim: claim, amount: 450, nonce: nonce)).status == .ok)
  }
}
