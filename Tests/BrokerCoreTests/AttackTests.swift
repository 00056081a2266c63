import BrokerCore
import Testing
import WireProtocol

/// Those who conspire: none of them takes out more than they put in, and nobody else loses what was not given.
@Suite struct AttackTests {
  private static let key = Bytes16(low: 11, high: 12)
  private static let nothing = Digest32(first: Bytes16(), last: Bytes16())
  private static let year: UInt64 = 31_557_600_000

  /// What the conspirators hold as notes: what they were paid out, less what they paid in.
  private final class Purse {
    let bench: Bench
    private(set) var paidIn: UInt64 = 0
    private(set) var paidOut: UInt64 = 0

    init(_ bench: Bench) { self.bench = bench }

    func pay(_ amount: UInt64, _ body: (VerifiedNote) -> Applied) throws -> Applied {
      let applied = body(try bench.note(amount))
      if applied.status == .ok { paidIn += amount }
      return applied
    }

    func claim(_ claim: UInt64, _ flags: ClaimFlags = []) {
      let applied = bench.apply(ClaimCommand(claim: claim, keyHash: AttackTests.key, flags: flags))
      guard applied.status == .ok, !applied.outcome.isReplayed, let reply = try? applied.reply(ClaimReply.self) else {
        return
      }
      paidOut += reply.amount
    }

    func withdraw(_ actor: Actor) {
      let applied = bench.apply(WithdrawCommand(actor: actor, amount: 0))
      if applied.status == .ok, let reply = try? applied.reply(WithdrawReply.self) { paidOut += reply.amount }
    }

    func release(_ lease: UInt64) {
      let applied = bench.release(lease)
      if applied.status == .ok, let reply = try? applied.reply(ReleaseReply.self) { paidOut += reply.change }
    }
  }

  private static let provider = Actor(authority: .provider, generation: 0, id: 1)

  private static func donate(_ bench: Bench, _ purse: Purse, _ target: UInt64, _ kind: DonationTarget, _ amount: UInt64)
    throws -> Applied
  {
    try purse.pay(amount) {
      bench.apply(DonateCommand(target: target, kind: kind, label: Name32()), notes: [$0])
    }
  }

  /// The owner of a lease has sybils donate to it, a sponsor of his matches, and he releases it for cash.
  @Test func anOwnerCannotCashInWhatSybilsAndHisSponsorGive() throws {
    let bench = try Bench(Bench.genesis(claims: 256))
    let resource = try bench.register()
    let purse = Purse(bench)
    let match = try purse.pay(10_000) {
      bench.apply(
        MatchCommand(
          resource: resource, keyHash: Self.key, numerator: 3, denominator: 1, cap: 0, duration: 3_600_000,
          label: Name32()), notes: [$0])
    }.reply(MatchReply.self)
    let lease = try purse.pay(1_000) {
      bench.apply(
        AcquireCommand(
          provider: 0, resource: resource, units: 1, flags: [], keyHash: Bench.keyHash, minimum: 0), notes: [$0])
    }.reply(AcquireReply.self).lease
    for _ in 0..<20 {
      #expect(try Self.donate(bench, purse, lease, .lease, 50).status == .ok)
      #expect(try Self.donate(bench, purse, resource, .resource, 50).status == .ok)
    }
    bench.advance(by: 100)
    purse.release(lease)
    purse.claim(match.claim, .cancel)
    // The gifts stay with the resource: 1,000 of donations to it, 3,000 of matching, and what was left of those to the lease.
    #expect(purse.paidOut < purse.paidIn && purse.paidIn - purse.paidOut >= 4_000)
    #expect(bench.figure(.donationPurses) ?? 0 >= 4_000)
  }

  /// The same with the provider among them: he earns what is given, as he would from anybody. A stranger's deposit pays only what it
  /// promised for each donation.
  @Test func aStrangersDepositPaysNoMoreThanItPromised() throws {
    let bench = try Bench()
    let resource = try bench.register(Bench.terms(price: 100, period: 100))
    let stranger = Purse(bench)
    let deposit = try stranger.pay(10_000) {
      bench.apply(
        MatchCommand(
          resource: resource, keyHash: Self.key, numerator: 1, denominator: 1, cap: 100, duration: 3_600_000,
          label: Name32()), notes: [$0])
    }.reply(MatchReply.self)
    let purse = Purse(bench)
    _ = try purse.pay(100) {
      bench.apply(
        AcquireCommand(
          provider: 1, resource: resource, units: 1, flags: .open, keyHash: Bytes16(), minimum: 0), notes: [$0])
    }.reply(AcquireReply.self)
    for _ in 0..<10 { #expect(try Self.donate(bench, purse, resource, .resource, 1_000).status == .ok) }
    bench.advance(by: 1_000_000)
    purse.withdraw(Self.provider)
    // A hundred for each of ten donations, and not a unit more.
    #expect(purse.paidOut == purse.paidIn + 1_000)
    stranger.claim(deposit.claim, .cancel)
    #expect(stranger.paidOut == 9_000)
  }

  /// A provider bids against the others by sybils: the winner pays at most what it bid, and what he gains is what it pays.
  @Test(arguments: [AuctionFlags([]), .secondPrice])
  func shillBidsRaiseAPriceNoHigherThanTheBid(_ flags: AuctionFlags) throws {
    let bench = try Bench()
    let resource = try bench.register()
    let auction = try bench.apply(
      OpenAuctionCommand(
        provider: 1, resource: resource, reserve: 100, increment: 1, duration: 3_600_000, reveal: 0, extendBy: 0,
        start: 3_600_000, period: 1_000, forfeitPerMillion: 0, flags: flags, label: Name32())
    ).reply(OpenAuctionReply.self).auction
    let (honest, shills) = (Purse(bench), Purse(bench))
    func bid(_ purse: Purse, _ amount: UInt64) throws -> UInt64 {
      try purse.pay(amount) {
        bench.apply(
          BidCommand(
            auction: auction, keyHash: Self.key, commitment: Self.nothing,
            banner: Banner(text: Text96(), link: Text96())), notes: [$0])
      }.reply(BidReply.self).claim
    }
    let first = try bid(shills, 500)
    let winner = try bid(honest, 1_000)
    let refused = try bid(shills, 1_001)
    #expect(bench.apply(RefuseBidCommand(actor: Self.provider, claim: refused)).status == .ok)
    bench.advance(by: 3_600_000)
    for claim in [first, refused] { shills.claim(claim) }
    honest.claim(winner)
    let price: UInt64 = flags.contains(.secondPrice) ? 500 : 1_000
    #expect(honest.paidIn - honest.paidOut == price && shills.paidOut == shills.paidIn)
    #expect(bench.figure(.donationPurses) == Int64(price))
  }

  /// A provider invests in his own offering and uses his own resource: revenue goes round, and the fee is lost to him.
  @Test func aProviderWhoInvestsInHimselfGainsNothing() throws {
    let bench = try Bench(Bench.genesis(fee: 10_000))
    let resource = try bench.register()
    let purse = Purse(bench)
    let offering = try bench.apply(
      OpenOfferingCommand(
        provider: 1, resource: resource, cap: 10_000, criterion: 0, unit: 1, duration: 1_000, period: 0, startShare: 0,
        share: 1_000_000, returnPerMillion: 0, count: 1, kind: .ownership, label: Name32()),
      tiers: [Tier(from: 1, rate: 1)]
    ).reply(OpenOfferingReply.self).offering
    let claim = try purse.pay(10_000) {
      bench.apply(InvestCommand(offering: offering, keyHash: Self.key), notes: [$0])
    }.reply(InvestReply.self).claim
    bench.advance(by: 1_000)
    let lease = try purse.pay(20_000) {
      bench.apply(
        AcquireCommand(
          provider: 0, resource: resource, units: 1, flags: [], keyHash: Bench.keyHash, minimum: 0), notes: [$0])
    }.reply(AcquireReply.self).lease
    for number in 1...20 as ClosedRange<UInt64> { #expect(bench.use(lease, 100, number: number).status == .ok) }
    purse.release(lease)
    purse.claim(claim)
    purse.withdraw(Self.provider)
    // A public lease lets him earn what he invested, as any gift; nothing more comes out.
    #expect(
      bench.apply(
        AcquireCommand(provider: 1, resource: resource, units: 1, flags: .open, keyHash: Bytes16(), minimum: 0),
        notes: [try bench.note(10)]
      ).status == .ok)
    bench.advance(by: 10_000_000)
    purse.claim(claim)
    purse.withdraw(Self.provider)
    let fee = UInt64(bench.figure(.operatorFees) ?? 0)
    // The note of 10 that the lease began with was not theirs.
    #expect(purse.paidOut <= purse.paidIn + 10 && fee >= 100)
  }

  @Test func aThousandDustGiftsAreMatchedByNothingAndLoseNothing() throws {
    let bench = try Bench(Bench.genesis(receipts: 16_384, notes: 16_384))
    bench.isChecking = false
    let resources = try (1...3).map { try bench.register(name: "r\($0)") }
    let pool = try bench.apply(
      SetPoolCommand(
        actor: Actor(authority: .operator, generation: 0, id: 0), pool: 0, name: Name32("commons") ?? Name32(),
        count: 3), members: resources.enumerated().map { PoolMember(resource: $1, weight: UInt32($0 + 1)) }
    ).reply(SetPoolReply.self).pool
    let purse = Purse(bench)
    _ = try purse.pay(1_000) {
      bench.apply(
        MatchCommand(
          resource: resources[0], keyHash: Self.key, numerator: 9, denominator: 10, cap: 0, duration: 1_000,
          label: Name32()), notes: [$0])
    }.reply(MatchReply.self)
    for number in 0..<1_000 {
      let isPool = number % 2 == 0
      #expect(try Self.donate(bench, purse, isPool ? pool : resources[0], isPool ? .pool : .resource, 1).status == .ok)
    }
    #expect(bench.figure(.matchingDeposits) == 1_000 && bench.figure(.donationPurses) == 1_000)
    #expect(bench.machine.checkInvariants() == nil)
  }
}
