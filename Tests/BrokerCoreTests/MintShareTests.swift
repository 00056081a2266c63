import BrokerCore
import Testing
import WireProtocol

/// What one mint may have: the most of its ecash that the operator allows, and its share of the tables.
@Suite struct MintShareTests {
  @Test("A mint's ceiling holds for what came in and what is credited and not swapped, and for what waits by itself")
  func ceiling() throws {
    let bench = try Bench.payingOut([64])
    let resource = try bench.register(name: "other")
    func setMint(ceiling: UInt64) throws { try bench.setMint(exposure: 100, ceiling: ceiling) }
    func acquire(_ amounts: [UInt64], _ name: UInt64, flags: EcashFlags = []) -> Applied {
      bench.tryAcquire(resource, bench.ecash(amounts, named: name, flags: flags))
    }
    try setMint(ceiling: 100)
    #expect(bench.machine.mintTerms(1)?.ceiling == 100 && bench.totals()?.ceiling == 100 && bench.isKeptBySnapshot)
    let full = acquire([32, 8], 20)
    #expect(full.status == .treasuryFull && full.outcome.detail == 36 && full.money == .notTaken)
    #expect(acquire([32], 20).status == .paymentPending)
    // What nobody has vouched for does not count against what is proven.
    #expect(acquire([4], 21, flags: [.locked, .proven]).status == .ok && bench.totals()?.credited == 4)
    #expect(acquire([64], 22, flags: [.locked, .proven]).outcome.detail == 32)
    #expect(acquire([32], 22, flags: [.locked, .proven]).status == .ok)
    let none = acquire([1], 23, flags: [.locked, .proven])
    #expect(none.status == .treasuryFull && none.outcome.detail == 0)
    // After it is asked whose it is, and all that it is judged by itself.
    #expect(acquire([32], 20).status == .ecashInUse && acquire([8, 8, 8], 24).status == .treasuryFull)
    #expect(bench.tryAcquire(resource, bench.ecash([1 << 15], named: 24, keyset: 9)).status == .keysetUnknown)
    try setMint(ceiling: 101)
    #expect(acquire([2], 24).outcome.detail == 1 && acquire([1], 24).status == .paymentPending)
    // What is credited and being swapped counts, and what was swapped; what is owed to payers of payouts does not.
    #expect(bench.beginSwap().status == .ok && acquire([2], 25).outcome.detail == 1)
    #expect(bench.sign().status == .ok && bench.totals()?.held == 133 && acquire([1], 25).status == .treasuryFull)
    #expect(try bench.payout(40_000).status == .ok && acquire([1], 25).status == .treasuryFull)
    #expect(bench.beginPayout().status == .ok && acquire([1], 25).status == .treasuryFull)
    #expect(bench.signCoins().status == .ok && bench.totals()?.held == 93)
    #expect(acquire([64], 25).outcome.detail == 8 && acquire([8], 25).status == .paymentPending)
    // Less than there is: nothing is taken; none: anything.
    try setMint(ceiling: 50)
    #expect(acquire([1], 26).outcome.detail == 0 && acquire([1], 26).status == .treasuryFull)
    try setMint(ceiling: .max)
    #expect(acquire([1], 26).status == .paymentPending)
    try setMint(ceiling: 0)
    #expect(acquire([1 << 15], 27).status == .paymentPending && bench.isKeptBySnapshot)
  }

  @Test("What waits has the ceiling for itself, proven or not")
  func forged() throws {
    let bench = try Bench()
    try bench.setMint(exposure: 100, ceiling: 100)
    let resource = try bench.register()
    func acquire(_ amount: UInt64, _ name: UInt64, flags: EcashFlags = []) -> Applied {
      bench.tryAcquire(resource, bench.ecash([amount], named: name, flags: flags))
    }
    #expect(acquire(64, 1).status == .paymentPending && acquire(64, 2).outcome.detail == 36)
    #expect(acquire(64, 3, flags: [.locked, .proven]).status == .ok)
    #expect(acquire(64, 4, flags: [.locked, .proven]).outcome.detail == 36 && acquire(64, 2).outcome.detail == 36)
    #expect(acquire(32, 2).status == .paymentPending && acquire(8, 5).outcome.detail == 4)
    // More than is credited at once waits like any other.
    try bench.setMint(exposure: 70, ceiling: 100)
    let waiting = acquire(8, 6, flags: [.locked, .proven])
    #expect(waiting.status == .treasuryFull && waiting.outcome.detail == 4)
    #expect(acquire(4, 6, flags: [.locked, .proven]).status == .ok && bench.isKeptBySnapshot)
  }

  @Test("A mint makes no room below its ceiling by saying that coins are spent, and takes no trust by it")
  func spent() throws {
    let bench = try Bench.payingOut([64])
    try bench.setMint(exposure: 10, ceiling: 70)
    let resource = try bench.register(name: "other")
    #expect(try bench.payout(10_000).status == .ok && bench.beginPayout().status == .ok)
    #expect(bench.refuseCoins(bench.coinSwap()?.coins ?? []).status == .ok && bench.totals()?.held == 0)
    #expect(bench.tryAcquire(resource, bench.ecash([8], named: 20)).outcome.detail == 6)
    #expect(bench.tryAcquire(resource, bench.ecash([4], named: 20, flags: [.locked, .proven])).status == .ok)
    // What it had told of before does not count twice.
    #expect(bench.restore(1_000).status == .ok && bench.acceptLoss().status == .ok)
    #expect(bench.reconcile(next: 3, found: [(2, 5)]).status == .ok && bench.totals()?.found == 32)
    #expect(bench.reconcile(next: 3, gone: [2], isLast: true).status == .ok && bench.totals()?.lost == 96)
    #expect(bench.tryAcquire(resource, bench.ecash([8], named: 21)).outcome.detail == 2)
  }

  @Test("The mint's fee is not taken, so it does not count; found coins do")
  func ceilingOfWhat() throws {
    let bench = try Bench()
    try bench.setMint(ceiling: 10, fee: 1_000)
    let resource = try bench.register()
    #expect(bench.tryAcquire(resource, bench.ecash([8, 4, 1], named: 1)).status == .paymentPending)
    // What waits counts as its proofs are worth.
    #expect(bench.totals()?.waiting == 13 && bench.tryAcquire(resource, bench.ecash([2], named: 2)).outcome.detail == 0)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok && bench.totals()?.held == 10)
    #expect(bench.beginSwap().status == .nothingDue)
    #expect(bench.tryAcquire(resource, bench.ecash([2], named: 2)).status == .treasuryFull)
    let other = try Bench.payingOut([1])
    _ = try other.acquirePending(try other.register(name: "other"), other.ecash([1], named: 9))
    #expect(other.beginSwap().status == .ok && other.endSwap(.behind).status == .ok)
    #expect(other.reconcile(next: 4, found: [(3, 15)]).status == .ok)
    try other.setMint(ceiling: 32_770)
    let refused = other.tryAcquire(try other.register(name: "third"), other.ecash([2], named: 10))
    #expect(refused.status == .treasuryFull && refused.outcome.detail == 1)
  }

  private static let proven: EcashFlags = [.locked, .proven]

  /// A broker with so many mints, and a resource.
  private static func bench(mints: UInt32, _ genesis: GenesisCommand, exposure: UInt64 = 0) throws -> (Bench, UInt64) {
    let bench = try Bench(genesis)
    for mint in 1...mints { try bench.setMint(mint, exposure: exposure) }
    return (bench, try bench.register())
  }

  @Test("A mint that does not answer keeps nobody else's ecash out")
  func payments() throws {
    let (bench, resource) = try Self.bench(mints: 3, Bench.genesis(ecash: 13), exposure: 2)
    func acquire(_ name: UInt64, mint: UInt32 = 1, flags: EcashFlags = []) -> Status {
      bench.tryAcquire(resource, bench.ecash([1], named: name, mint: mint, keyset: mint, flags: flags)).status
    }
    // What is credited and not swapped takes places as well.
    #expect(acquire(1, flags: [.locked, .proven]) == .ok && acquire(2, flags: [.locked, .proven]) == .ok)
    #expect(acquire(3) == .paymentPending && acquire(4) == .paymentPending && acquire(5) == .noSpace)
    #expect(acquire(5, flags: [.locked, .proven]) == .noSpace)
    for (mint, name) in [(2, 6), (3, 10)] as [(UInt32, UInt64)] {
      #expect(acquire(name, mint: mint) == .paymentPending && acquire(name + 1, mint: mint) == .paymentPending)
      // Half of what a mint may have is not for what nobody has vouched for.
      #expect(acquire(name + 2, mint: mint) == .noSpace && acquire(name + 2, mint: mint, flags: .locked) == .noSpace)
      #expect(acquire(name + 2, mint: mint, flags: Self.proven) == .ok)
      #expect(acquire(name + 3, mint: mint, flags: Self.proven) == .ok)
    }
    #expect(acquire(14, mint: 3) == .noSpace && bench.isKeptBySnapshot)
    // Those in a swap have not ended; then all have.
    #expect(bench.beginSwap().status == .ok && acquire(5) == .noSpace)
    #expect(bench.sign().status == .ok && acquire(5) == .paymentPending && bench.isKeptBySnapshot)
    // A fourth mint, though it is not in use: three for each.
    try bench.setMint(4, isEnabled: false)
    #expect(acquire(14, mint: 3, flags: Self.proven) == .noSpace && acquire(15) == .noSpace)
    // All places are taken: what was carried out leaves its own.
    #expect(acquire(15, flags: Self.proven) == .ok && bench.isKeptBySnapshot)
    #expect(bench.beginSwap(mint: 3, keyset: 3).status == .ok && bench.sign(mint: 3).status == .ok)
    #expect(acquire(14, mint: 3) == .paymentPending && bench.isKeptBySnapshot)
  }

  @Test("Payments that the mint refuses leave their places")
  func refused() throws {
    let (bench, resource) = try Self.bench(mints: 2, Bench.genesis(ecash: 8))
    var ids: [UInt64] = []
    for name in 1...2 as ClosedRange<UInt64> {
      ids.append(try bench.acquirePending(resource, bench.ecash([2, 1], named: name)))
    }
    #expect(bench.tryAcquire(resource, bench.ecash([1], named: 3)).status == .noSpace)
    #expect(bench.beginSwap().status == .ok && bench.refuse([(ids[0], .ecashSpent)]).status == .ok)
    #expect(bench.tryAcquire(resource, bench.ecash([1], named: 3)).status == .paymentPending)
    #expect(bench.tryAcquire(resource, bench.ecash([1], named: 4)).status == .noSpace && bench.isKeptBySnapshot)
  }

  @Test("One place each at least, payouts not counted")
  func atLeastOne() throws {
    let (bench, resource) = try Self.bench(mints: 16, Bench.genesis(ecash: 15))
    func acquire(_ name: UInt64) -> Status { bench.tryAcquire(resource, bench.ecash([8], named: name)).status }
    #expect(acquire(1) == .paymentPending && acquire(2) == .noSpace)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
    #expect(try bench.payout(1_000).status == .ok && acquire(2) == .paymentPending && acquire(3) == .noSpace)
  }

  @Test("Proofs are shared, those of payments that have not ended")
  func proofs() throws {
    let (bench, resource) = try Self.bench(mints: 2, Bench.genesis(proofs: 17), exposure: 100)
    func acquire(_ amounts: [UInt64], _ name: UInt64, mint: UInt32 = 1, flags: EcashFlags = []) -> Status {
      bench.tryAcquire(resource, bench.ecash(amounts, named: name, mint: mint, keyset: mint, flags: flags)).status
    }
    // Eight of each mint, four of which nobody has vouched for.
    #expect(acquire([1, 1, 1, 1, 1], 1) == .noSpace && acquire([1, 1, 1], 1) == .paymentPending)
    #expect(acquire([1, 1], 2) == .noSpace && acquire([1, 1], 2, flags: Self.proven) == .ok)
    #expect(acquire([1, 1, 1, 1], 3, flags: Self.proven) == .noSpace)
    #expect(acquire([1, 1, 1], 3, flags: Self.proven) == .ok)
    #expect(acquire([1], 4) == .noSpace && acquire([1, 1, 1, 1], 5, mint: 2) == .paymentPending)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok && bench.isKeptBySnapshot)
    // Ys that are kept count as locked ones only: of these there may be six.
    #expect(acquire([1, 1, 1, 1], 6) == .paymentPending && acquire([1, 1], 7, flags: Self.proven) == .noSpace)
    #expect(acquire([1], 7, flags: .locked) == .noSpace && acquire([1], 7, flags: Self.proven) == .ok)
    #expect(acquire([1], 8, flags: Self.proven) == .noSpace && acquire([1], 8) == .noSpace)
    #expect(acquire([1, 1], 9, mint: 2, flags: Self.proven) == .ok && bench.isKeptBySnapshot)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok && acquire([1], 8) == .paymentPending)
    #expect(acquire([1], 10, flags: Self.proven) == .noSpace && bench.isKeptBySnapshot)
  }

  @Test("Locked ecash that is refused leaves its place, and what is kept when it is forgotten")
  func locked() throws {
    let (bench, resource) = try Self.bench(mints: 1, Bench.genesis(proofs: 8), exposure: 100)
    func acquire(_ count: Int, _ name: UInt64, flags: EcashFlags) -> Status {
      bench.tryAcquire(resource, bench.ecash(Array(repeating: 1, count: count), named: name, flags: flags)).status
    }
    #expect(acquire(4, 1, flags: .locked) == .paymentPending && acquire(3, 2, flags: Self.proven) == .noSpace)
    let first = try #require(bench.beginSwap().status == .ok ? bench.swap()?.payments.first : nil)
    #expect(bench.refuse([(first, .ecashSpent)]).status == .ok && bench.isKeptBySnapshot)
    #expect(acquire(6, 2, flags: Self.proven) == .ok && acquire(1, 3, flags: Self.proven) == .noSpace)
    let second = try #require(bench.beginSwap().status == .ok ? bench.swap()?.payments.first : nil)
    #expect(bench.refuse([(second, .ecashSpent)]).status == .ok && acquire(1, 3, flags: Self.proven) == .noSpace)
    #expect(acquire(2, 3, flags: []) == .paymentPending && bench.isKeptBySnapshot)
    bench.advance(by: 61 * 86_400_000)
    bench.session = bench.openSession(Bytes16(low: 9, high: 9))
    #expect(acquire(6, 4, flags: Self.proven) == .ok && bench.isKeptBySnapshot)
  }

  @Test("Pieces are shared: sealed bytes until the end, the command until it is carried out")
  func pieces() throws {
    // A proof's 103 sealed bytes are three pieces, and ACQUIRE's command two.
    let (bench, resource) = try Self.bench(mints: 2, Bench.genesis(pieces: 36), exposure: 100)
    func acquire(_ name: UInt64, mint: UInt32 = 1, flags: EcashFlags = []) -> Status {
      bench.tryAcquire(resource, bench.ecash([1], named: name, mint: mint, keyset: mint, flags: flags)).status
    }
    #expect(acquire(1) == .paymentPending && acquire(2) == .noSpace && acquire(3, mint: 2) == .paymentPending)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok && bench.isKeptBySnapshot)
    #expect(acquire(4) == .paymentPending && acquire(5) == .noSpace)
    for name in 5...7 as ClosedRange<UInt64> { #expect(acquire(name, flags: Self.proven) == .ok) }
    #expect(acquire(8, flags: Self.proven) == .noSpace && bench.isKeptBySnapshot)
  }
}
