import BrokerCore
import Testing
import WireProtocol

/// In which order payments in ecash are swapped, and what keeps them from it.
@Suite struct WaitingOrderTests {
  private static let proven: EcashFlags = [.locked, .proven]

  private static func bench(exposure: UInt64 = 0, price: UInt64 = 10) throws -> (Bench, UInt64) {
    let bench = try Bench()
    try bench.setMint(exposure: exposure)
    return (bench, try bench.register(Bench.terms(price: price)))
  }

  /// Payments that the next swap takes.
  private static func swapped(_ bench: Bench, keyset: UInt32 = 1) -> [UInt64]? {
    bench.beginSwap(keyset: keyset).status == .ok ? bench.swap()?.payments : nil
  }

  @Test func whatIsPutBackIsBeforeWhatCameMeanwhile() throws {
    let (bench, resource) = try Self.bench()
    func pay(_ name: UInt64) throws -> UInt64 { try bench.acquirePending(resource, bench.ecash([4], named: name)) }
    let first = try [pay(1), pay(2), pay(3)]
    #expect(Self.swapped(bench) == first)
    let fourth = try pay(4)
    #expect(bench.endSwap(.putBack).status == .ok && bench.isKeptBySnapshot)
    #expect(Self.swapped(bench) == first + [fourth])
    let fifth = try pay(5)
    #expect(bench.refuse([(first[1], .ecashSpent)]).status == .ok && bench.isKeptBySnapshot)
    #expect(Self.swapped(bench) == [first[0], first[2], fourth, fifth])
  }

  @Test func whatMayBeToBlameIsBehindAllOthers() throws {
    let (bench, resource) = try Self.bench()
    func pay(_ name: UInt64, _ flags: EcashFlags = []) throws -> UInt64 {
      try bench.acquirePending(resource, bench.ecash([4], named: name, flags: flags))
    }
    let first = try [pay(1), pay(2), pay(3)]
    #expect(Self.swapped(bench) == first)
    let meanwhile = try pay(4)
    #expect(bench.refuse().status == .ok && bench.isKeptBySnapshot)
    let later = try pay(5)
    #expect(Self.swapped(bench) == [meanwhile, later])
    // Those that may be to blame are before it now; it is not the first that is put back.
    let last = try pay(6)
    #expect(bench.endSwap(.putBack).status == .ok && Self.swapped(bench) == [meanwhile, later, last])
    #expect(bench.sign().status == .ok)
    for payments in [Array(first[..<2]), [first[2]]] {
      #expect(Self.swapped(bench) == payments && bench.endSwap(.putBack).status == .ok)
      #expect(Self.swapped(bench) == payments && bench.sign().status == .ok)
    }
    // Alone from the first on: it has its turn in the order in which it came.
    let (alone, other) = (try pay(7, .alone), try pay(8))
    #expect(Self.swapped(bench) == [alone] && bench.sign().status == .ok && Self.swapped(bench) == [other])
    #expect(bench.isKeptBySnapshot)
  }

  /// What was credited and its mint does not take kept all others waiting: it was the first each time.
  @Test func whatTheMintRefusesKeepsNobodyWaiting() throws {
    let (bench, resource) = try Self.bench(exposure: 100)
    func pay(_ name: UInt64) -> UInt64 {
      #expect(bench.tryAcquire(resource, bench.ecash([4], named: name, flags: Self.proven)).status == .ok)
      // Its id is told by who comes with it once more.
      return bench.tryAcquire(resource, bench.ecash([4], named: name, flags: Self.proven)).outcome.detail
    }
    let (bad, good) = (pay(1), pay(2))
    #expect(Self.swapped(bench) == [bad, good])
    let meanwhile = pay(3)
    #expect(bench.refuse([(bad, .mintRefused)]).status == .ok && bench.isKeptBySnapshot)
    #expect(Self.swapped(bench) == [good, meanwhile] && bench.sign().status == .ok)
    let later = pay(4)
    #expect(Self.swapped(bench) == [bad] && bench.refuse([(bad, .mintRefused)]).status == .ok)
    #expect(Self.swapped(bench) == [later] && bench.sign().status == .ok)
    #expect(Self.swapped(bench) == [bad] && bench.sign().status == .ok && bench.totals()?.credited == 0)
  }

  @Test func byTurnsWhatIsCreditedGoesFirst() throws {
    let (bench, resource) = try Self.bench(exposure: 100)
    #expect(bench.tryAcquire(resource, bench.ecash([4], named: 1, flags: Self.proven)).status == .ok)
    let credited = bench.tryAcquire(resource, bench.ecash([4], named: 1)).outcome.detail
    let waiting = try bench.acquirePending(resource, bench.ecash([4], named: 2))
    for order in [[waiting, credited], [credited, waiting], [waiting, credited]] {
      #expect(Self.swapped(bench) == order && bench.endSwap(.putBack).status == .ok && bench.isKeptBySnapshot)
    }
  }

  @Test func whatWouldBeTooManyOutputsWaitsAndKeepsNobodyWaiting() throws {
    let (bench, resource) = try Self.bench()
    func pay(_ amounts: [UInt64], _ name: UInt64) throws -> UInt64 {
      try bench.acquirePending(resource, bench.ecash(amounts, named: name))
    }
    let large = try pay([128, 1], 1)
    let alone = try bench.acquirePending(resource, bench.ecash([256], named: 2, flags: .alone))
    let (hundred, forty, eight) = (try pay([64, 32, 4], 3), try pay([32, 8], 4), try pay([8], 5))
    // A keyset of ones only.
    #expect(bench.setKeyset(2, keys: 1).status == .ok)
    #expect(Self.swapped(bench, keyset: 2) == [hundred] && bench.swap()?.outputs.count == 100)
    #expect(bench.endSwap(.putBack).status == .ok && Self.swapped(bench, keyset: 2) == [hundred])
    #expect(bench.sign().status == .ok && Self.swapped(bench, keyset: 2) == [forty, eight])
    #expect(bench.sign().status == .ok && bench.beginSwap(keyset: 2).status == .nothingDue)
    #expect(bench.machine.hasWaitingEcash(at: 1) && bench.isKeptBySnapshot)
    #expect(Self.swapped(bench) == [large] && bench.sign().status == .ok && Self.swapped(bench) == [alone])
  }

  @Test func whatAloneWouldBeTooManyOutputsIsNotTaken() throws {
    let (bench, resource) = try Self.bench()
    func pay(_ amounts: [UInt64], _ keyset: UInt32, _ name: UInt64) -> Applied {
      bench.tryAcquire(resource, bench.ecash(amounts, named: name, keyset: keyset))
    }
    #expect(bench.setKeyset(2, fee: 1_000, keys: 1).status == .ok)
    let refused = pay([128, 1], 1, 1)
    #expect(refused.status == .amountOverflow && refused.money == .notTaken)
    #expect(pay([128], 1, 1).status == .paymentPending)
    // The fee of its proofs is not swapped.
    #expect(pay(Array(repeating: 1, count: 128), 2, 2).status == .amountInvalid)
    #expect(bench.setKeyset(2, fee: 1_000, isActive: false, keys: 1).status == .ok)
    #expect(pay([128, 1], 1, 3).status == .paymentPending)
    // What it signs with is not known.
    #expect(bench.setKeyset(1, isActive: false).status == .ok && pay([128, 1], 1, 4).status == .paymentPending)
  }

  /// 129 of the largest amount, one token or several: whatever anybody pays with, what waits is swapped.
  @Test func noSumStopsAMint() throws {
    let (bench, resource) = try Self.bench(price: 1_000_000)
    func pay(_ count: Int, _ name: UInt64) -> Status {
      bench.tryAcquire(resource, bench.ecash(Array(repeating: 1 << 15, count: count), named: name)).status
    }
    #expect(pay(129, 1) == .amountOverflow && pay(128, 1) == .paymentPending && pay(1, 2) == .paymentPending)
    #expect(Self.swapped(bench)?.count == 1 && bench.swap()?.outputs.count == 128 && bench.sign().status == .ok)
    #expect(Self.swapped(bench)?.count == 1 && bench.sign().status == .ok && bench.beginSwap().status == .nothingDue)
  }
}
