import BrokerCore
import Testing
import WireProtocol

/// Revenue and who shares it: exact to the unit, whenever it is split.
@Suite struct RevenueTests {
  static let day: UInt64 = 86_400_000
  private static let key = Bytes16(low: 21, high: 22)

  private static func offering(
    _ bench: Bench, _ resource: UInt64, kind: OfferingKind = .ownership, cap: UInt64 = 1_000_000, criterion: UInt64 = 0,
    unit: UInt64 = 1, duration: UInt64 = 1_000, period: UInt64 = 0, startShare: UInt32 = 0, share: UInt32 = 100_000,
    returnPerMillion: UInt32 = 0, tiers: [Tier] = [Tier(from: 1, rate: 1)]
  ) throws -> Applied {
    bench.apply(
      OpenOfferingCommand(
        provider: 1, resource: resource, cap: cap, criterion: criterion, unit: unit, duration: duration, period: period,
        startShare: startShare, share: share, returnPerMillion: returnPerMillion, count: UInt16(tiers.count),
        kind: kind, label: Name32("more of it") ?? Name32()),
      tiers: tiers)
  }

  private static func invest(_ bench: Bench, _ offering: UInt64, _ amount: UInt64) throws -> Applied {
    let note = try bench.note(amount)
    return bench.apply(InvestCommand(offering: offering, keyHash: key), notes: [note])
  }

  private static func claim(_ bench: Bench, _ id: UInt64) -> Applied {
    bench.apply(ClaimCommand(claim: id, keyHash: key, flags: []))
  }

  /// Revenue of `amount`: uses of a lease at 1 a unit.
  private static func earn(_ bench: Bench, _ lease: UInt64, _ amount: UInt64, number: inout UInt64) {
    number += 1
    #expect(bench.use(lease, amount, number: number).status == .ok)
  }

  /// A market whose meter costs 1 a unit, and time next to nothing: a lease for a century. Its next three seconds are paid.
  private static func market(_ amount: UInt64 = 1_000_000_000) throws -> (Bench, UInt64, UInt64) {
    let bench = try Bench(Bench.genesis(fee: 0))
    let century = UInt64(WireLimits.durationMillisMax)
    let resource = try bench.register(Bench.terms(price: amount, period: century, longest: century, meter0: 1))
    let lease = try bench.acquire(resource, amount).lease
    bench.advance(by: 1)
    #expect(bench.use(lease, 1, number: 1).status == .ok)
    return (bench, resource, lease)
  }

  private static func withdraw(_ bench: Bench, _ provider: UInt64) throws -> UInt64 {
    try bench.apply(WithdrawCommand(actor: Actor(authority: .provider, generation: 0, id: provider), amount: 0))
      .reply(WithdrawReply.self).amount
  }

  // MARK: The table

  @Test func aTableSharesToTheUnit() throws {
    let (bench, resource, lease) = try Self.market()
    func split(_ shares: [RevenueShare], provider: UInt64 = 1) -> Applied {
      bench.apply(
        SplitRevenueCommand(provider: provider, resource: resource, count: UInt16(shares.count)), shares: shares)
    }
    #expect(split([RevenueShare(provider: 1, perMillion: 1)]).status == .quantityInvalid)
    #expect(split([RevenueShare(provider: 2, perMillion: 0)]).status == .quantityInvalid)
    let half = RevenueShare(provider: 2, perMillion: 500_000)
    #expect(split([half, half]).status == .quantityInvalid)
    #expect(split([half], provider: 2).status == .notAuthorized)
    #expect(split([half, RevenueShare(provider: 3, perMillion: 500_001)]).status == .sharesExceeded)
    let reply = try split([half, RevenueShare(provider: 3, perMillion: 333_333)]).reply(SplitRevenueReply.self)
    #expect(reply.left == 166_667)
    var number: UInt64 = 1
    // A unit at a time: whoever gets it, all of it is somebody's in the end.
    for _ in 0..<1_000 { Self.earn(bench, lease, 1, number: &number) }
    #expect(try Self.withdraw(bench, 2) == 500)
    #expect(try Self.withdraw(bench, 3) == 333)
    // What was booked before the table is its own.
    #expect(try Self.withdraw(bench, 1) == 166 + 2)
    #expect(bench.figure(.providerEarnings) == 1)
    // Without a table what waited is its provider's.
    #expect(split([]).status == .ok)
    #expect(try Self.withdraw(bench, 1) == 1)
    #expect(bench.figure(.providerEarnings) == 0)
  }

  // MARK: Offerings

  @Test func investorsShareFromTheClosingOn() throws {
    let (bench, resource, lease) = try Self.market()
    let id = try Self.offering(bench, resource).reply(OpenOfferingReply.self).offering
    let first = try Self.invest(bench, id, 300).reply(InvestReply.self)
    let second = try Self.invest(bench, id, 700).reply(InvestReply.self)
    #expect(second.raised == 1_000 && bench.figure(.investments) == 1_000)
    var number: UInt64 = 1
    Self.earn(bench, lease, 5_000, number: &number)
    bench.advance(by: 1_000)
    #expect(bench.figure(.investments) == 0 && bench.figure(.donationPurses) == 1_000)
    #expect(bench.claim(first.claim)?.due == 0 && bench.claim(first.claim)?.state == .sharing)
    #expect(Self.claim(bench, first.claim).status == .nothingDue)
    for _ in 0..<100 { Self.earn(bench, lease, 10, number: &number) }
    #expect(bench.claim(first.claim)?.due == 30 && bench.claim(second.claim)?.due == 70)
    #expect(bench.figure(.investorEarnings) == 100)
    #expect(try Self.claim(bench, first.claim).reply(ClaimReply.self).amount == 30)
    #expect(Self.claim(bench, first.claim).outcome.isReplayed)
    #expect(try Self.claim(bench, second.claim).reply(ClaimReply.self).amount == 70)
    #expect(bench.figure(.investorEarnings) == 0)
    #expect(try Self.withdraw(bench, 1) == bench.machine.brokerFigures.charged - 100)
  }

  @Test func theStartUpPhaseEndsInTheVeryUnit() throws {
    let (bench, resource, lease) = try Self.market()
    let id = try Self.offering(bench, resource, criterion: 100, startShare: 900_000, share: 10_000)
      .reply(OpenOfferingReply.self).offering
    let claim = try Self.invest(bench, id, 1).reply(InvestReply.self).claim
    bench.advance(by: 1_000)
    var number: UInt64 = 1
    Self.earn(bench, lease, 60, number: &number)
    #expect(bench.claim(claim)?.due == 54)
    Self.earn(bench, lease, 140, number: &number)
    #expect(bench.claim(claim)?.due == 91)
    #expect(bench.offering(id)?.0.startLeft == 0)
  }

  @Test func aTierOfFixedReturnRetiresAsAWhole() throws {
    let (bench, resource, lease) = try Self.market()
    let tiers = [Tier(from: 1, rate: 1), Tier(from: 100, rate: 3)]
    let id = try Self.offering(
      bench, resource, kind: .fixed, share: 1_000_000, returnPerMillion: 1_500_000, tiers: tiers
    ).reply(OpenOfferingReply.self).offering
    let small = try Self.invest(bench, id, 50).reply(InvestReply.self).claim
    let large = try Self.invest(bench, id, 100).reply(InvestReply.self).claim
    bench.advance(by: 1_000)
    var number: UInt64 = 1
    // Weights 50 and 300: the large tier is full at 150, when 175 came in.
    Self.earn(bench, lease, 174, number: &number)
    #expect(bench.claim(large)?.due == 149 && bench.claim(small)?.due == 24)
    Self.earn(bench, lease, 1, number: &number)
    #expect(bench.claim(large)?.due == 150 && bench.claim(small)?.due == 25)
    #expect(bench.offering(id)?.1.map(\.retired) == [0, 1])
    Self.earn(bench, lease, 100, number: &number)
    #expect(bench.claim(large)?.due == 150 && bench.claim(small)?.due == 75)
    // 225 were the investors', 50 are the provider's, and 2 were before.
    #expect(try Self.withdraw(bench, 1) == 50 + 2)
    bench.advance(by: Self.day)
    #expect(bench.claim(small)?.state == .ended && bench.claim(small)?.due == 75)
    bench.session = bench.openSession(Bytes16(low: 9, high: 9))
    #expect(try Self.claim(bench, small).reply(ClaimReply.self).amount == 75)
    bench.advance(by: 31_557_600_000)
    #expect(bench.claim(large) == nil && bench.figure(.investorEarnings) == 0)
  }

  @Test func aShareForAPeriodEnds() throws {
    let (bench, resource, lease) = try Self.market()
    let id = try Self.offering(bench, resource, kind: .revenue, period: 500, share: 333_333)
      .reply(OpenOfferingReply.self).offering
    let claim = try Self.invest(bench, id, 7).reply(InvestReply.self).claim
    bench.advance(by: 1_000)
    var number: UInt64 = 1
    Self.earn(bench, lease, 10, number: &number)
    bench.advance(by: 500)
    #expect(bench.claim(claim)?.state == .ended && bench.claim(claim)?.due == 3)
    Self.earn(bench, lease, 1_000, number: &number)
    #expect(bench.claim(claim)?.due == 3)
    #expect(bench.figure(.investorEarnings) == 3)
  }

  @Test func beforeItClosesAnOfferingCanBeCancelled() throws {
    let (bench, resource, _) = try Self.market()
    let id = try Self.offering(bench, resource).reply(OpenOfferingReply.self).offering
    let claim = try Self.invest(bench, id, 70).reply(InvestReply.self).claim
    let provider = Actor(authority: .provider, generation: 0, id: 1)
    #expect(try bench.apply(CancelCommand(actor: provider, funding: id)).reply(CancelReply.self).amount == 70)
    #expect(try Self.claim(bench, claim).reply(ClaimReply.self).amount == 70)
    #expect(Self.claim(bench, claim).outcome.isReplayed)
    #expect(bench.figure(.claimsDue) == 0 && bench.figure(.investments) == 0)
    bench.advance(by: 31_557_600_000)
    #expect(bench.claim(claim) == nil)
  }

  @Test func whatCannotBeOfferedIsRefused() throws {
    let (bench, resource, _) = try Self.market()
    func status(
      _ kind: OfferingKind = .ownership, cap: UInt64 = 10, unit: UInt64 = 1, period: UInt64 = 0, share: UInt32 = 1,
      returnPerMillion: UInt32 = 0, tiers: [Tier] = [Tier(from: 1, rate: 1)]
    ) throws -> Outcome {
      try Self.offering(
        bench, resource, kind: kind, cap: cap, unit: unit, period: period, share: share,
        returnPerMillion: returnPerMillion, tiers: tiers
      ).outcome
    }
    #expect(try status(cap: 0).status == .amountInvalid)
    #expect(try status(unit: 11).status == .amountInvalid)
    #expect(try status(.revenue).field == 40)
    #expect(try status(period: 1).field == 40)
    #expect(try status(share: 0).field == 52)
    #expect(try status(.fixed).field == 56)
    #expect(try status(returnPerMillion: 1).field == 56)
    #expect(try status(tiers: []).status == .quantityInvalid)
    #expect(try status(tiers: [Tier(from: 2, rate: 1), Tier(from: 2, rate: 1)]).status == .quantityInvalid)
    #expect(try status(cap: 1 << 62, tiers: [Tier(from: 1, rate: 2)]).status == .amountOverflow)
    #expect(try status(.fixed, cap: 1 << 62, returnPerMillion: 1_000_000).status == .amountOverflow)
    #expect(try status(share: 600_000).status == .ok)
    #expect(try status(share: 400_001).status == .sharesExceeded)
    #expect(try status(share: 400_001).detail == 400_000)
    for _ in 0..<3 { #expect(try status().status == .ok) }
    #expect(try status().status == .fundingLimit)
  }

  @Test func investmentsFitTiersUnitAndCap() throws {
    let (bench, resource, _) = try Self.market()
    let id = try Self.offering(bench, resource, cap: 100, unit: 10, tiers: [Tier(from: 20, rate: 1)])
      .reply(OpenOfferingReply.self).offering
    #expect(try Self.invest(bench, id, 10).outcome.detail == 20)
    #expect(try Self.invest(bench, id, 39).outcome.detail == 30)
    #expect(try Self.invest(bench, id, 80).status == .ok)
    #expect(try Self.invest(bench, id, 30).outcome.status == .capExceeded)
    #expect(try Self.invest(bench, id, 30).outcome.detail == 20)
    bench.apply(ConfigureCommand(feePerMillion: 0, claimMinimum: 25, now: 0))
    #expect(try Self.invest(bench, id, 20).outcome.detail == 25)
  }

  // MARK: Apportioning

  /// Payouts of many random revenue events are what exact arithmetic gives, but for what is carried.
  /// A million revenue events, and twice fifty thousand with other tiers and shares.
  @Test(arguments: [(UInt64(1), 1_000_000), (2, 50_000), (3, 50_000)])
  func payoutsAreExactToWithinWhatIsCarried(_ seed: UInt64, _ eventCount: Int) throws {
    var random = RandomSource(seed: seed)
    let (bench, resource, lease) = try Self.market(1 << 60)
    (bench.isChecking, bench.isRecording) = (false, false)
    let rates = (0..<3).map { _ in UInt32(random.uniform(1, 1_000)) }
    let tiers = (0..<3).map { Tier(from: [1, 1_000, 100_000][$0], rate: rates[$0]) }
    let share = UInt32(random.uniform(1, 1_000_000))
    let id = try Self.offering(bench, resource, cap: 1 << 40, share: share, tiers: tiers)
      .reply(OpenOfferingReply.self).offering
    var claims: [(id: UInt64, weight: UInt64)] = []
    for _ in 0..<20 {
      let amount = random.scaled(1, 10_000_000)
      let tier = amount < 1_000 ? 0 : amount < 100_000 ? 1 : 2
      claims.append((try Self.invest(bench, id, amount).reply(InvestReply.self).claim, amount * UInt64(rates[tier])))
    }
    bench.advance(by: 1_000)
    var number: UInt64 = 1
    let before = bench.machine.brokerFigures.charged
    for step in 0..<eventCount {
      let amount = random.scaled(1, step % 100 == 0 ? 1 << 40 : 1_000)
      Self.earn(bench, lease, amount, number: &number)
      // Splitting at odd moments changes nothing.
      if random.one(in: 500) { _ = Self.claim(bench, claims[random.below(claims.count)].id) }
    }
    let revenue = bench.machine.brokerFigures.charged - before
    let weights = claims.reduce(UInt128(0)) { $0 + UInt128($1.weight) }
    var paid: UInt64 = 0
    for claim in claims {
      // CHECK CLAIM tells what is due; what was collected is in the difference.
      let got = bench.claim(claim.id).map { $0.due } ?? 0
      let collected = try Self.collected(bench, claim.id)
      let exact = Wide.floor(revenue, UInt64(share), claim.weight, over: 1_000_000, weights)
      #expect(exact >= got + collected && exact - got - collected <= 2, "claim \(claim.id)")
      paid += got + collected
    }
    let whole = UInt64(UInt128(revenue) * UInt128(share) / 1_000_000)
    #expect(paid <= whole && whole - paid <= UInt64(claims.count) + 3)
    #expect(bench.machine.checkInvariants() == nil)
  }

  /// What a claim was paid in all: the sum of its notes in the journal's replies.
  private static func collected(_ bench: Bench, _ claim: UInt64) throws -> UInt64 { bench.collected[claim] ?? 0 }
}

/// Exact arithmetic wide enough for revenue x share x weight.
private enum Wide {
  /// `floor(a x b x c / (d x e))`.
  static func floor(_ a: UInt64, _ b: UInt64, _ c: UInt64, over d: UInt64, _ e: UInt128) -> UInt64 {
    // a x b < 2^84; times c, which is < 2^64, in two halves of 32 bits by long division.
    let numerator = UInt128(a) * UInt128(b)
    let divisor = UInt128(d) * e
    var quotient: UInt128 = 0
    var remainder: UInt128 = 0
    for bit in (0..<64).reversed() {
      quotient = quotient << 1
      remainder = remainder << 1
      if c >> UInt64(bit) & 1 == 1 { remainder += numerator }
      quotient += remainder / divisor
      remainder %= divisor
    }
    return UInt64(quotient)
  }
}

extension Bench {
  /// DESCRIBE OFFERING, with its tiers; nil: unknown.
  func offering(_ id: UInt64) -> (DescribeOfferingReply, [TierFigures])? {
    var bytes = [UInt8](repeating: 0, count: WireLimits.tierCountMax * TierFigures.byteCount)
    var mutable = bytes.mutableSpan
    var span = unsafe mutable.mutableBytes
    guard case .reply(let reply) = machine.describeOffering(id, into: &span, at: 0) else { return nil }
    let tiers = (0..<Int(reply.count)).compactMap { index in
      unsafe TierFigures(bytes.span.bytes, at: index * TierFigures.byteCount)
    }
    return (reply, tiers)
  }
}
