import BrokerCore
import Testing
import WireProtocol

/// Units that an ACQUIRE holds while its mint is asked.
@Suite struct UnitHoldTests {
  /// A broker with a mint, and a resource of so many units.
  private static func broker(units: UInt32 = 40, policy: ResourcePolicy = .unitsHeld) throws -> (Bench, UInt64) {
    let bench = try Bench()
    try bench.setMint()
    return (bench, try bench.register(Bench.terms(units: units, policy: policy)))
  }

  private static func acquire(
    _ bench: Bench, _ resource: UInt64, _ units: UInt32, named name: UInt64, flags: EcashFlags = []
  ) -> Applied {
    bench.apply(
      AcquireCommand(
        provider: 0, resource: resource, units: units, flags: [], keyHash: Bench.keyHash, minimum: 0),
      ecash: bench.ecash([16], named: name, flags: flags))
  }

  /// One that waits, and its payment's id.
  private static func pending(_ bench: Bench, _ resource: UInt64, _ units: UInt32, named name: UInt64) throws -> UInt64
  {
    let applied = acquire(bench, resource, units, named: name)
    try #require(applied.status == .paymentPending)
    return applied.outcome.detail
  }

  /// Units that are free, as every read of the resource has it.
  private static func free(_ bench: Bench, _ resource: UInt64) throws -> UInt32 {
    let request = QuoteRequest(resource: resource, units: 1, duration: 0)
    guard case .reply(let quote) = bench.machine.quote(request),
      case .reply(let status) = bench.machine.status(resource)
    else { throw BenchError.unanswered }
    #expect(status.units - min(status.unitsLeased, status.units) == quote.unitsFree)
    #expect((quote.earliestFree == 0) == (quote.unitsFree > 0) && (status.earliestFree == 0) == (quote.unitsFree > 0))
    var entries = [UInt8](repeating: 0, count: ResourceEntry.byteCount)
    var mutable = entries.mutableSpan
    var span = unsafe mutable.mutableBytes
    #expect(bench.machine.list(after: resource - 1, countMax: 1, into: &span, at: 0).count == 1)
    let entry = unsafe ResourceEntry(entries.span.bytes, at: 0)
    #expect(entry?.unitsFree == quote.unitsFree && entry?.resource == resource)
    return quote.unitsFree
  }

  @Test func aTenthIsHeldForThirtySecondsAndNoMore() throws {
    let (bench, resource) = try Self.broker(units: 49)
    _ = try Self.pending(bench, resource, 3, named: 1)
    #expect(try Self.free(bench, resource) == 46)
    bench.advance(by: 10_000)
    // Of 49 four at most; what would be more holds none, and is taken in all the same.
    _ = try Self.pending(bench, resource, 2, named: 2)
    #expect(try Self.free(bench, resource) == 46)
    _ = try Self.pending(bench, resource, 1, named: 3)
    _ = try Self.pending(bench, resource, 1, named: 4)
    #expect(try Self.free(bench, resource) == 45 && bench.isKeptBySnapshot)
    bench.apply(AdvanceCommand(now: bench.machine.now + 19_999))
    #expect(try Self.free(bench, resource) == 45)
    bench.apply(AdvanceCommand(now: bench.machine.now + 1))
    #expect(try Self.free(bench, resource) == 48 && bench.isKeptBySnapshot)
    _ = try Self.pending(bench, resource, 3, named: 5)
    #expect(try Self.free(bench, resource) == 45)
    bench.advance(by: 10_000)
    #expect(try Self.free(bench, resource) == 46)
    // Long after, in one step.
    bench.advance(by: 1_000_000)
    #expect(try Self.free(bench, resource) == 49 && bench.isKeptBySnapshot)
  }

  @Test func nobodyElseGetsThemAndWhoHoldsThemDoes() throws {
    let (bench, resource) = try Self.broker()
    let payment = try Self.pending(bench, resource, 4, named: 1)
    let refused = try bench.tryAcquire(resource, 5_000, units: 37)
    #expect(refused.status == .unitsUnavailable && refused.outcome.detail == bench.machine.now)
    #expect(Self.acquire(bench, resource, 37, named: 2).status == .unitsUnavailable)
    // A first lease that ends later: what is held may be free sooner.
    #expect(try bench.tryAcquire(resource, 5_000, units: 36).status == .ok)
    #expect(try Self.free(bench, resource) == 0)
    guard case .reply(let status) = bench.machine.status(resource) else { throw BenchError.unanswered }
    #expect(status.unitsLeased == 40 && status.leaseCount == 1 && status.earliestFree == bench.machine.now)
    #expect(try bench.tryAcquire(resource, 5_000).outcome.detail == bench.machine.now)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
    #expect(bench.payment(payment)?.outcome == .taken && bench.payment(payment)?.status == .ok)
    let full = try bench.tryAcquire(resource, 5_000)
    #expect(full.status == .unitsUnavailable && full.outcome.detail > bench.machine.now && bench.isKeptBySnapshot)
  }

  @Test func whoWaitsForLongerTakesWhatIsFreeThen() throws {
    let (bench, resource) = try Self.broker()
    let payment = try Self.pending(bench, resource, 4, named: 1)
    bench.advance(by: 30_000)
    #expect(try bench.tryAcquire(resource, 500_000, units: 37).status == .ok)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
    #expect(bench.payment(payment)?.outcome == .refundable && bench.payment(payment)?.status == .unitsUnavailable)
  }

  /// Of one swap the holds of those that come later stand while the first is carried out.
  @Test func eachOfASwapHasItsOwn() throws {
    let (bench, resource) = try Self.broker()
    let none = try Self.pending(bench, resource, 5, named: 1)
    let held = [try Self.pending(bench, resource, 2, named: 2), try Self.pending(bench, resource, 2, named: 3)]
    #expect(try bench.tryAcquire(resource, 500_000, units: 35).status == .ok)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
    #expect(bench.payment(none)?.status == .unitsUnavailable)
    #expect(held.allSatisfy { bench.payment($0)?.status == .ok })
    #expect(try Self.free(bench, resource) == 1)
  }

  @Test func itEndsWithItsPaymentAndWithALife() throws {
    let (bench, resource) = try Self.broker()
    func hold(_ name: UInt64) throws -> [UInt64] {
      let ids = try (0..<4).map { try Self.pending(bench, resource, 1, named: name + $0) }
      #expect(try Self.free(bench, resource) == 36)
      return ids
    }
    let ids = try hold(1)
    #expect(bench.beginSwap().status == .ok && bench.swap()?.payments == ids)
    // From the middle, then from both ends.
    #expect(bench.refuse([(ids[1], .ecashSpent)]).status == .ok)
    #expect(try Self.free(bench, resource) == 37 && bench.isKeptBySnapshot)
    #expect(bench.beginSwap().status == .ok)
    #expect(bench.refuse([(ids[0], .ecashInvalid), (ids[3], .mintRefused)]).status == .ok)
    #expect(try Self.free(bench, resource) == 39 && bench.isKeptBySnapshot)
    #expect(
      bench.beginSwap().status == .ok && bench.apply(EndSwapCommand(mint: 1, outcome: .putBack, count: 0)).status == .ok
    )
    #expect(try Self.free(bench, resource) == 39)
    let configured = bench.apply(ConfigureCommand(feePerMillion: 0, claimMinimum: 1, now: bench.machine.now))
    #expect(configured.status == .ok)
    #expect(try Self.free(bench, resource) == 40 && bench.isKeptBySnapshot)
    _ = try hold(10)
    func restore(_ incarnation: UInt64) -> Status {
      bench.apply(
        RestoreCommand(
          incarnation: incarnation, validity: 0, now: bench.machine.now, flags: [], algorithm: .hmacSha256_128)
      ).status
    }
    #expect(restore(0) == .termsInvalid)
    #expect(try Self.free(bench, resource) == 36)
    #expect(restore(1_000) == .ok)
    #expect(try Self.free(bench, resource) == 40 && bench.isKeptBySnapshot)
  }

  @Test func onlyWhereTheResourceSaysSo() throws {
    let (bench, resource) = try Self.broker(policy: [])
    _ = try Self.pending(bench, resource, 4, named: 1)
    #expect(try Self.free(bench, resource) == 40)
    #expect(bench.update(resource, Bench.terms(units: 40, policy: .unitsHeld)).status == .ok)
    guard case .reply(let described) = bench.machine.describe(DescribeRequest(resource: resource, name: Name32()))
    else { throw BenchError.unanswered }
    #expect(described.terms.policy == .unitsHeld)
    _ = try Self.pending(bench, resource, 3, named: 2)
    #expect(try Self.free(bench, resource) == 37)
    // Fewer units, and no more holds: what is held stands.
    #expect(bench.update(resource, Bench.terms(units: 2)).status == .ok)
    #expect(try Self.free(bench, resource) == 0 && bench.isKeptBySnapshot)
    #expect(bench.update(resource, Bench.terms(units: 1_000)).status == .ok)
    #expect(try Self.free(bench, resource) == 997)
    // Other commands, and ecash that is not put off, hold nothing.
    #expect(bench.update(resource, Bench.terms(units: 1_000, policy: .unitsHeld)).status == .ok)
    let lease = try bench.acquire(resource, 5_000).lease
    let funded = bench.apply(FundCommand(actor: Bench.anyone, lease: lease), ecash: bench.ecash([4], named: 3))
    #expect(funded.status == .paymentPending)
    #expect(Self.acquire(bench, resource, 10, named: 4, flags: [.locked, .proven]).status == .ok)
    #expect(try Self.free(bench, resource) == 986)
    // Nor do notes, nor what is refused.
    #expect(Self.acquire(bench, resource, 10, named: 2).status == .ecashInUse)
    #expect(try Self.free(bench, resource) == 986)
  }

  @Test func unitsAreHeldByResource() throws {
    let (bench, first) = try Self.broker()
    let second = try bench.register(Bench.terms(units: 9, policy: .unitsHeld), name: "second")
    let third = try bench.register(Bench.terms(units: .max, policy: .unitsHeld), name: "third")
    _ = try Self.pending(bench, first, 4, named: 1)
    _ = try Self.pending(bench, second, 1, named: 2)
    #expect(try Self.free(bench, first) == 36)
    #expect(try Self.free(bench, second) == 9)
    bench.advance(by: 1_000)
    _ = try Self.pending(bench, third, 1, named: 3)
    #expect(try Self.free(bench, third) == .max - 1)
    bench.advance(by: 29_000)
    #expect(try Self.free(bench, first) == 40)
    #expect(try Self.free(bench, third) == .max - 1)
  }
}
