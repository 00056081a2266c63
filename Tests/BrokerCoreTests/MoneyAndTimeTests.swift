import BrokerCore
import Testing
import WireProtocol

/// What money buys: charges, deadlines, states, two prices.
struct MoneyAndTimeTests {
  /// Charges are counted from the start of the period: however often a lease is touched, the sum is the same.
  @Test(arguments: [(1, 7, 3), (10, 100, 1), (999, 1_009, 7), (3_000, 86_400, 5)] as [(UInt64, UInt64, UInt32)])
  func chargesNeverDrift(price: UInt64, period: UInt64, units: UInt32) throws {
    let touched = try Bench()
    let untouched = try Bench()
    let terms = Bench.terms(price: price, period: period, longest: 3_155_760_000_000)
    let amount: UInt64 = 100_000_000
    let first = try touched.lease(terms, amount, units: units)
    let second = try untouched.lease(terms, amount, units: units)
    var elapsed: UInt64 = 0
    for step in 1...200 as ClosedRange<UInt64> {
      elapsed += step * 13 % 97
      touched.advance(to: Bench.start + elapsed)
      // A refused USE touches the lease, and settles it.
      #expect(touched.use(first, 1, number: step, meter: 3).status == .meterUnknown)
    }
    untouched.advance(to: Bench.start + elapsed)
    let rate = UInt64(units) * price
    let charge = (rate * elapsed + period - 1) / period
    #expect(touched.check(first)?.own == amount - charge)
    #expect(untouched.check(second)?.own == amount - charge)
    #expect(touched.check(first)?.deadline == untouched.check(second)?.deadline)
  }

  /// The deadline is the last instant whose charge the money covers, in all magnitudes.
  @Test(
    arguments: [
      (1_000, 10, 100, 1), (1, 10, 100, 1), (7, 3, 1, 2), (999, 1_000, 1_000, 1),
      (9_223_372_036_854_775_807, 1 << 62, 1, 1),
      (9_223_372_036_854_775_807, 2_147_483_648, 3, 4_294_967_295),
      (9_223_372_036_854_775_807, 1 << 40, 1_000_003, 65_537),
      (12_345_678_901_234_567, 9_223_372_036_854_775_807, 3_155_760_000_000, 1),
    ] as [(UInt64, UInt64, UInt64, UInt32)])
  func deadlineIsTheLastPaidInstant(amount: UInt64, price: UInt64, period: UInt64, units: UInt32) throws {
    let bench = try Bench()
    let terms = Bench.terms(
      price: price, period: period, longest: 3_155_760_000_000, grace: 0, units: units)
    let reply = try bench.acquire(try bench.register(terms), amount, units: units)
    let rate = UInt128(units) * UInt128(price)
    func charge(_ elapsed: UInt64) -> UInt128 {
      (rate * UInt128(elapsed) + UInt128(period) - 1) / UInt128(period)
    }
    let elapsed = reply.deadline - Bench.start
    #expect(charge(elapsed) <= UInt128(amount))
    #expect(charge(elapsed + 1) > UInt128(amount))
    bench.advance(to: reply.deadline)
    #expect(bench.check(reply.lease)?.state == .active)
    #expect(bench.check(reply.lease)?.own == amount - UInt64(charge(elapsed)))
    let rest = bench.check(reply.lease)?.own
    bench.advance(to: reply.deadline + 1)
    #expect(bench.check(reply.lease)?.state == .expired)
    #expect(bench.check(reply.lease)?.own == rest)
  }

  /// Every state from its first instant on: LOW and THROTTLED by time left, SUSPENDED after the deadline, EXPIRED after grace.
  @Test func statesHoldFromTheirInstants() throws {
    let terms = Bench.terms(price: 1, period: 1, low: 400, throttle: 100, grace: 50)
    let table: [(at: UInt64, state: LeaseState, own: UInt64)] = [
      (0, .active, 1_000), (599, .active, 401), (600, .low, 400), (899, .low, 101), (900, .throttled, 100),
      (1_000, .throttled, 0), (1_001, .suspended, 0), (1_050, .suspended, 0), (1_051, .expired, 0),
    ]
    for isTouched in [false, true] {
      let bench = try Bench()
      let lease = try bench.lease(terms, 1_000)
      for row in table {
        bench.advance(to: Bench.start + row.at)
        if isTouched { _ = bench.use(lease, 1, number: 1 + row.at, meter: 3) }
        let check = try #require(bench.check(lease))
        #expect(check.state == row.state, "at \(row.at)")
        #expect(check.own == row.own)
        if row.at <= 1_050 {
          #expect(check.deadline == Bench.start + 1_000)
          #expect(check.end == Bench.start + 1_051)
        } else {
          #expect(check.deadline == Bench.start + 1_051)
          #expect(check.end == Bench.start + 1_051 + 30 * 86_400_000)
        }
      }
      #expect(bench.check(lease) != nil)
      bench.advance(by: 30 * 86_400_000)
      #expect(bench.check(lease) == nil)
      let states = bench.effects.compactMap { effect -> LeaseState? in
        if case .leaseChanged(let push) = effect { push.state } else { nil }
      }
      #expect(states == [.active, .low, .throttled, .suspended, .expired])
      // What is told of the purse is what CHECK told at that instant.
      let balances = bench.effects.compactMap { effect -> UInt64? in
        if case .leaseChanged(let push) = effect { push.balance } else { nil }
      }
      #expect(balances == [1_000, 400, 100, 0, 0])
    }
  }

  /// A late timer shows nowhere: one long ADVANCE gives the same as many short ones.
  @Test func oneLongStepIsManyShortOnes() throws {
    let terms = Bench.terms(price: 7, period: 3, throttledPrice: 2, low: 400, throttle: 100, grace: 50)
    let long = try Bench()
    let short = try Bench()
    let first = try long.lease(terms, 1_000)
    let second = try short.lease(terms, 1_000)
    for elapsed in stride(from: 1 as UInt64, through: 900, by: 1) { short.advance(to: Bench.start + elapsed) }
    long.advance(to: Bench.start + 900)
    #expect(long.check(first) == short.check(second))
    for account in [Account.pursesOwn, .providerEarnings, .refundsDue] {
      #expect(long.figure(account) == short.figure(account))
    }
  }

  /// A unit of money that was begun is used up at the price it was begun at: nothing that was paid is lost to rounding.
  @Test func throttlingLosesNoPaidTime() throws {
    let bench = try Bench()
    let terms = Bench.terms(price: 2, period: 10_000, throttledPrice: 1, low: 3_000, throttle: 3_000)
    let reply = try bench.acquire(try bench.register(terms), 2)
    #expect(reply.deadline == Bench.start + 10_000)
    bench.advance(by: 7_000)
    #expect(bench.check(reply.lease)?.state == .throttled)
    #expect(bench.check(reply.lease)?.deadline == reply.deadline)
    bench.advance(to: reply.deadline)
    #expect(bench.check(reply.lease)?.state == .throttled)
    bench.advance(by: 1)
    #expect(bench.check(reply.lease)?.state == .suspended)
  }

  /// New terms count from the last instant that was paid at the old ones, not from a millisecond later.
  @Test func newTermsBeginWhereTheOldOnesWerePaid() throws {
    let bench = try Bench()
    let resource = try bench.register(Bench.terms(price: 1, period: 10_000))
    let reply = try bench.acquire(resource, 1)
    #expect(bench.update(resource, Bench.terms(price: 1, period: 9_999)).status == .ok)
    #expect(try bench.fund(reply.lease, 1).reply(FundReply.self).deadline == reply.deadline + 9_999)
    #expect(try bench.fund(reply.lease, 1).reply(FundReply.self).deadline == reply.deadline + 2 * 9_999)
    bench.advance(to: reply.deadline + 9_999)
    let halfway = try #require(bench.check(reply.lease))
    #expect(halfway.own + halfway.given == 1)
    bench.advance(to: reply.deadline + 2 * 9_999)
    #expect(bench.check(reply.lease)?.state == .active)
    bench.advance(by: 1)
    #expect(bench.check(reply.lease)?.state == .suspended)
  }

  /// While THROTTLED the throttled price runs, and the deadline stretches.
  @Test func throttledPriceRuns() throws {
    let terms = Bench.terms(price: 10, period: 1, throttledPrice: 1, low: 0, throttle: 0, grace: 0)
    var throttled = terms
    (throttled.low, throttled.throttle) = (20, 20)
    let bench = try Bench()
    let lease = try bench.lease(throttled, 1_000)
    #expect(bench.check(lease)?.deadline == Bench.start + 100)
    bench.advance(to: Bench.start + 79)
    #expect(bench.check(lease)?.state == .active)
    bench.advance(to: Bench.start + 80)
    #expect(bench.check(lease)?.state == .throttled)
    #expect(bench.check(lease)?.own == 200)
    #expect(bench.check(lease)?.deadline == Bench.start + 280)
    bench.advance(to: Bench.start + 180)
    #expect(bench.check(lease)?.own == 100)
    // 100 buys 10 ms at the full price: 110 more keep it throttled (21 ms left would not), 120 bring it back.
    let still = try bench.fund(lease, 100).reply(FundReply.self)
    #expect(bench.check(lease)?.state == .throttled)
    #expect(still.deadline == Bench.start + 380)
    let back = try bench.fund(lease, 10).reply(FundReply.self)
    #expect(bench.check(lease)?.state == .active)
    #expect(back.deadline == Bench.start + 180 + 21)
    bench.advance(by: 1)
    #expect(bench.check(lease)?.state == .throttled)
    bench.advance(by: 200)
    #expect(bench.check(lease)?.state == .throttled)
    bench.advance(by: 1)
    #expect(bench.check(lease)?.state == .expired)
    #expect(bench.figure(.providerEarnings) == 1_110)
  }

  /// Thresholds that lie above what the first payment buys hold at once.
  @Test(
    arguments: [(1_001, LeaseState.active), (1_000, .low), (501, .low), (500, .throttled), (1, .throttled)]
      as [(UInt64, LeaseState)])
  func firstStateIsJudgedAtTheGrant(amount: UInt64, state: LeaseState) throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(price: 1, period: 1, low: 1_000, throttle: 500), amount)
    #expect(bench.check(lease)?.state == state)
  }

  /// SUSPENDED costs nothing; a payment that buys a millisecond revives with a new epoch, one that does not stays.
  @Test func revival() throws {
    let bench = try Bench()
    let resource = try bench.register(Bench.terms(price: 10, period: 1, grace: 1_000))
    let reply = try bench.acquire(resource, 1_000)
    #expect(reply.epoch == 1)
    bench.advance(to: Bench.start + 500)
    #expect(bench.check(reply.lease)?.state == .suspended)
    let less = try bench.fund(reply.lease, 9).reply(FundReply.self)
    #expect(less.balance == 9)
    #expect(less.epoch == 1)
    #expect(less.deadline == Bench.start + 100)
    #expect(bench.check(reply.lease)?.state == .suspended)
    #expect(bench.check(reply.lease)?.end == Bench.start + 1_101)
    let enough = try bench.fund(reply.lease, 1).reply(FundReply.self)
    #expect(enough.epoch == 2)
    #expect(enough.deadline == Bench.start + 501)
    #expect(bench.check(reply.lease)?.state == .active)
    #expect(bench.check(reply.lease)?.own == 0)
    #expect(bench.check(reply.lease)?.given == 10)
    bench.advance(to: Bench.start + 502)
    #expect(bench.check(reply.lease)?.state == .suspended)
    bench.advance(to: Bench.start + 1_502)
    #expect(bench.check(reply.lease)?.state == .expired)
    #expect(try bench.fund(reply.lease, 10).status == .leaseEnded)
  }

  /// Time takes given money first; what is left of it never comes out to the owner.
  @Test func givenBeforeOwn() throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(price: 1, period: 1), 100)
    _ = try bench.fund(lease, 50)
    bench.advance(by: 30)
    #expect(bench.check(lease)?.own == 100)
    #expect(bench.check(lease)?.given == 20)
    bench.advance(by: 30)
    #expect(bench.check(lease)?.own == 90)
    #expect(bench.check(lease)?.given == 0)
    _ = try bench.fund(lease, 40)
    bench.advance(by: 10)
    let reply = try bench.release(lease).reply(ReleaseReply.self)
    #expect(reply.change == 90)
    #expect(reply.given == 30)
    #expect(bench.figure(.donationPurses) == 30)
    #expect(bench.figure(.providerEarnings) == 70)
  }

  /// A gift does not pay for time before it came.
  @Test func giftPaysFromItsInstantOn() throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(price: 1, period: 1), 100)
    bench.advance(by: 60)
    _ = try bench.fund(lease, 50)
    #expect(bench.check(lease)?.own == 40)
    #expect(bench.check(lease)?.given == 50)
  }

  /// FUND beyond the longest lease is refused whole, and says how much it would take.
  @Test func tooLong() throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(price: 10, period: 3, longest: 1_000), 100)
    let refused = try bench.fund(lease, 1_000_000)
    #expect(refused.status == .tooLong)
    #expect(refused.money == .notTaken)
    let most = refused.outcome.detail
    #expect(try bench.fund(lease, most + 1).outcome.detail == most)
    #expect(try bench.fund(lease, most).reply(FundReply.self).deadline == Bench.start + 1_000)
    #expect(try bench.fund(lease, 1).outcome.detail == 0)
    bench.advance(by: 1)
    #expect(try bench.fund(lease, 3).status == .ok)
    #expect(try bench.fund(lease, 4).status == .tooLong)
  }

  /// ACQUIRE takes from TOO_SHORT's amount up to TOO_LONG's, which QUOTE tells.
  @Test(
    arguments: [(10, 3, 7, 50), (3, 1_000, 999, 99_999), (1_000_003, 60_000, 1_000, 86_400_000)]
      as [(UInt64, UInt64, UInt64, UInt64)])
  func lengthOfAGrant(price: UInt64, period: UInt64, shortest: UInt64, longest: UInt64) throws {
    let bench = try Bench()
    let resource = try bench.register(
      Bench.terms(price: price, period: period, shortest: shortest, longest: longest))
    guard case .reply(let quote) = bench.machine.quote(QuoteRequest(resource: resource, units: 2, duration: 0)) else {
      Issue.record("no quote")
      return
    }
    #expect(quote.amount == quote.amountMin)
    let short = try bench.tryAcquire(resource, quote.amountMin - 1, units: 2)
    #expect(short.status == .tooShort)
    #expect(short.outcome.detail == quote.amountMin)
    let long = try bench.tryAcquire(resource, quote.amountMax + 1, units: 2)
    #expect(long.status == .tooLong)
    #expect(long.outcome.detail == quote.amountMax)
    #expect(try bench.tryAcquire(resource, quote.amountMin, units: 2).status == .ok)
    #expect(try bench.tryAcquire(resource, quote.amountMax, units: 2).status == .ok)
    let wanting = try bench.tryAcquire(resource, quote.amountMin, units: 2, minimum: longest)
    #expect(wanting.status == .tooShort)
  }

  /// Timers that are late when the fee changes charge the time before it, at the fee of that time.
  @Test func aNewFeeIsNotForTimeBefore() throws {
    let leaseCount = CoreLimits.advanceTimerCountMax + 100
    let bench = try Bench(Bench.genesis(leases: UInt32(leaseCount)))
    bench.isChecking = false
    let resource = try bench.register(Bench.terms(units: UInt32(leaseCount)))
    for _ in 0..<leaseCount { _ = try bench.acquire(resource, 1_000) }
    let end = bench.machine.now + 1_000_000
    bench.apply(AdvanceCommand(now: end))
    let isLate = bench.machine.nextTimer().map { $0 < end } ?? false
    #expect(isLate)
    #expect(bench.apply(ConfigureCommand(feePerMillion: 1_000_000, claimMinimum: 1, now: 0)).status == .ok)
    bench.advance(to: end)
    #expect(bench.figure(.providerEarnings) == Int64(leaseCount) * 1_000)
    #expect(bench.figure(.operatorFees) == 0)
  }
}
