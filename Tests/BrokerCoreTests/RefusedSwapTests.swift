import BrokerCore
import Testing
import WireProtocol

/// A mint refuses a swap and does not say for whose sake: that is found by halves, and costs others time only.
@Suite struct RefusedSwapTests {
  private static let proven: EcashFlags = [.locked, .proven]

  private static func bench(exposure: UInt64 = 0) throws -> (Bench, UInt64) {
    let bench = try Bench(Bench.genesis(leases: 2_048, ecash: 2_048, proofs: 8_192, pieces: 8_192, treasury: 4_096))
    bench.isChecking = false
    try bench.setMint(exposure: exposure)
    return (bench, try bench.register(Bench.terms(units: 4_096)))
  }

  /// Payments that wait, of one proof each.
  private static func pay(_ bench: Bench, _ resource: UInt64, _ names: ClosedRange<UInt64>) throws -> [UInt64] {
    try names.map { try bench.acquirePending(resource, bench.ecash([4], named: $0)) }
  }

  /// Payments that were credited at once. Their ids are told by who comes with them once more.
  private static func payAtOnce(_ bench: Bench, _ resource: UInt64, _ names: ClosedRange<UInt64>) -> [UInt64] {
    names.map { name in
      #expect(bench.tryAcquire(resource, bench.ecash([4], named: name, flags: proven)).status == .ok)
      return bench.tryAcquire(resource, bench.ecash([4], named: name, flags: proven)).outcome.detail
    }
  }

  /// One swap at a mint that takes none with one of these, and blames nobody but who is alone; nil: nothing waits.
  private static func swap(_ bench: Bench, refusing bad: Set<UInt64>, _ status: Status = .ecashInvalid) -> [UInt64]? {
    guard bench.beginSwap().status == .ok, let payments = bench.swap()?.payments else { return nil }
    if bad.isDisjoint(with: payments) {
      #expect(bench.sign().status == .ok)
    } else {
      #expect(bench.refuse(payments.count == 1 ? [(payments[0], status)] : []).status == .ok)
    }
    #expect(bench.machine.checkInvariants() == nil)
    return payments
  }

  /// Swaps until nothing waits: the payments of each.
  private static func settle(_ bench: Bench, refusing bad: Set<UInt64>) -> [[UInt64]] {
    var swaps: [[UInt64]] = []
    while swaps.count < 200, let swap = swap(bench, refusing: bad) { swaps.append(swap) }
    return swaps
  }

  @Test func oneOfThirtyTwoIsFoundInElevenSwaps() throws {
    for place in [0, 1, 13, 15, 16, 30, 31] {
      let (bench, resource) = try Self.bench()
      let payments = try Self.pay(bench, resource, 1...32)
      let bad = payments[place]
      let swaps = Self.settle(bench, refusing: [bad])
      #expect(swaps.map(\.count) == [32, 16, 16, 8, 8, 4, 4, 2, 2, 1, 1] && bench.isKeptBySnapshot)
      for payment in payments {
        #expect(bench.payment(payment)?.outcome == (payment == bad ? .notTaken : .taken))
      }
      #expect(bench.payment(bad)?.status == .ecashInvalid)
    }
  }

  @Test func itTakesTwiceTheLogarithmWhateverTheNumber() throws {
    for count in 2...31 as ClosedRange<UInt64> {
      let (bench, resource) = try Self.bench()
      let payments = try Self.pay(bench, resource, 1...count)
      let bad = payments[Int(count) * 2 / 3]
      let swaps = Self.settle(bench, refusing: [bad])
      let halvings = 64 - (count - 1).leadingZeroBitCount
      #expect(swaps.count <= 2 * halvings + 1, "\(count): \(swaps.map(\.count))")
      #expect(payments.allSatisfy { bench.payment($0)?.outcome == ($0 == bad ? .notTaken : .taken) })
    }
  }

  @Test func twoAreFoundToo() throws {
    for (first, second) in [(0, 1), (0, 31), (7, 8), (15, 16), (4, 27)] {
      let (bench, resource) = try Self.bench()
      let payments = try Self.pay(bench, resource, 1...32)
      let bad: Set = [payments[first], payments[second]]
      let swaps = Self.settle(bench, refusing: bad)
      #expect(swaps.count <= 19, "\(first), \(second): \(swaps.map(\.count))")
      #expect(payments.allSatisfy { bench.payment($0)?.outcome == (bad.contains($0) ? .notTaken : .taken) })
    }
  }

  /// One that was credited and that the mint does not take waits on, and keeps nobody else from being swapped.
  @Test func ofCreditedOnesTheOthersAreSwapped() throws {
    let (bench, resource) = try Self.bench(exposure: 1_000)
    let payments = Self.payAtOnce(bench, resource, 1...8)
    let bad = payments[5]
    var swaps: [[UInt64]] = []
    while bench.totals()?.credited != 4, swaps.count < 20, let swap = Self.swap(bench, refusing: [bad], .mintRefused) {
      swaps.append(swap)
    }
    #expect(swaps.map(\.count) == [8, 4, 4, 2, 2, 1] && bench.isKeptBySnapshot)
    // It is alone from now on, whatever comes.
    let later = try Self.pay(bench, resource, 11...12)
    #expect(Self.swap(bench, refusing: [bad], .mintRefused) == later)
    #expect(Self.swap(bench, refusing: [bad], .mintRefused) == [bad] && Self.swap(bench, refusing: []) == [bad])
    #expect(bench.totals()?.credited == 0 && bench.totals()?.lost == 0)
  }

  /// Where each refusal takes long: two of them, not six, as long as nobody else is to blame.
  @Test func whereItTakesLongEachIsAloneAtOnce() throws {
    let (bench, resource) = try Self.bench(exposure: 1_000)
    let credited = Self.payAtOnce(bench, resource, 1...2)
    let waiting = try Self.pay(bench, resource, 11...16)
    let blamed = SwapRecord(x0: Bytes16(), x1: Bytes16(), payment: waiting[0], status: .mintRefused, isOdd: 0)
    #expect(bench.endSwap(.apart).status == .nothingDue)
    #expect(bench.beginSwap().status == .ok && bench.swap()?.payments == waiting + credited)
    #expect(bench.endSwap(.apart, [blamed]).status == .quantityInvalid)
    #expect(bench.endSwap(.apart).status == .ok && bench.swap() == nil && bench.isKeptBySnapshot)
    let later = try Self.pay(bench, resource, 21...23)
    var swaps: [[UInt64]] = []
    while swaps.count < 20, let swap = Self.swap(bench, refusing: [waiting[3]]) { swaps.append(swap) }
    // What came later waits in its turn, and is suspected of nothing.
    #expect(swaps.filter { $0.count > 1 } == [later] && swaps.count == 9)
    #expect(Set(swaps.joined()) == Set(credited + waiting + later))
    #expect(waiting.allSatisfy { bench.payment($0)?.outcome == ($0 == waiting[3] ? .notTaken : .taken) })
    // Nobody is alone in a swap of one, and no swap of coins is of payments.
    _ = try Self.pay(bench, resource, 31...31)
    #expect(bench.beginSwap().status == .ok && bench.endSwap(.apart).status == .quantityInvalid)
    #expect(bench.sign().status == .ok && bench.beginPayout().status == .ok)
    #expect(bench.endPayout(.apart).status == .quantityInvalid)
  }

  /// Both kinds are of one swap, and each waits behind its own.
  @Test func whatWasCreditedIsHalvedWithTheOthers() throws {
    let (bench, resource) = try Self.bench(exposure: 1_000)
    let credited = Self.payAtOnce(bench, resource, 1...3)
    let waiting = try Self.pay(bench, resource, 11...15)
    #expect(Self.swap(bench, refusing: [credited[1]]) == waiting + credited)
    // In every second swap what is credited goes first.
    #expect(Self.swap(bench, refusing: [credited[1]]) == credited + waiting[..<1])
    #expect(Self.swap(bench, refusing: [credited[1]]) == Array(waiting[1...4]))
    #expect(Self.swap(bench, refusing: [credited[1]]) == Array(credited[..<2]))
    #expect(Self.swap(bench, refusing: [credited[1]]) == [waiting[0], credited[2]])
    #expect(Self.swap(bench, refusing: [credited[1]]) == [credited[0]])
  }

  /// The first that is too much for those that are there ends the swap, as other limits do: so all keep their order.
  @Test func oneThatIsToBeWithFewerEndsTheSwap() throws {
    let (bench, resource) = try Self.bench()
    let first = try Self.pay(bench, resource, 1...7)
    #expect(Self.swap(bench, refusing: [first[6]]) == first)
    let alone = try bench.acquirePending(resource, bench.ecash([4], named: 8, flags: .alone))
    let second = try Self.pay(bench, resource, 9...11)
    #expect(Self.swap(bench, refusing: []) == Array(first[..<4]))
    // Four stand three others each, and one none.
    #expect(bench.beginSwap().status == .ok && bench.swap()?.payments == Array(first[4...]))
    #expect(bench.endSwap(.putBack).status == .ok && bench.isKeptBySnapshot)
    #expect(Self.swap(bench, refusing: [first[6]]) == Array(first[4...]))
    #expect(Self.swap(bench, refusing: []) == [alone])
    // What nobody suspects is not taken with them, wherever it waits.
    #expect(Self.swap(bench, refusing: [second[1]]) == second)
    #expect(Self.swap(bench, refusing: [first[6]]) == Array(first[4...5]))
    // Those of two swaps are together, as many as all of them stand.
    #expect(Self.swap(bench, refusing: [first[6]]) == [first[6], second[0]])
    #expect(Self.swap(bench, refusing: [second[1]]) == Array(second[1...]))
    #expect(
      Self.settle(bench, refusing: [first[6], second[1]]) == [[first[6]], [second[0]], [second[1]], [second[2]]])
  }

  /// Fewer payments than could be are in a swap where they have many proofs: then half of what it had.
  @Test func proofsAreALimitAsWell() throws {
    let (bench, resource) = try Self.bench()
    let payments = try (1...12 as ClosedRange<UInt64>).map {
      try bench.acquirePending(resource, bench.ecash(Array(repeating: 4, count: 16), named: $0))
    }
    #expect(Self.swap(bench, refusing: [payments[0]]) == Array(payments[..<8]))
    #expect(Self.swap(bench, refusing: []) == Array(payments[8...]))
    #expect(Self.swap(bench, refusing: [payments[0]]) == Array(payments[..<4]))
    #expect(Self.settle(bench, refusing: [payments[0]]).map(\.count) == [4, 2, 2, 1, 1])
    // One that has more proofs than all may have together is alone, and no swap of one is halved.
    let large = try bench.acquirePending(resource, bench.ecash(Array(repeating: 1, count: 130), named: 20))
    let small = try Self.pay(bench, resource, 21...21)
    #expect(bench.beginSwap().status == .ok && bench.swap()?.payments == [large])
    #expect(bench.refuse().status == .quantityInvalid && bench.endSwap(.putBack).status == .ok)
    #expect(Self.swap(bench, refusing: [large]) == [large] && Self.swap(bench, refusing: []) == small)
  }

  /// Somebody has a forged token in each swap. Who is honest is in six of them at most, and the mint has twelve for 32
  /// payments, not 33.
  @Test func forgedTokensCostFewSwaps() throws {
    let (bench, resource) = try Self.bench()
    var (honest, forged) = (Set<UInt64>(), Set<UInt64>())
    var (swapCount, swapsOf) = (0, [UInt64: Int]())
    func swapOnce() -> Bool {
      guard let payments = Self.swap(bench, refusing: forged) else { return false }
      swapCount += 1
      for payment in payments { swapsOf[payment, default: 0] += 1 }
      return true
    }
    let roundCount: UInt64 = 12
    for round in 0..<roundCount {
      let payments = try Self.pay(bench, resource, round * 32 + 1...round * 32 + 32)
      let bad = payments[Int(round * 7 % 32)]
      forged.insert(bad)
      honest.formUnion(payments.filter { $0 != bad })
      // As fast as they come, as far as one knows.
      for _ in 0..<3 { _ = swapOnce() }
    }
    while swapCount < 1_000, swapOnce() {}
    #expect(honest.allSatisfy { bench.payment($0)?.outcome == .taken })
    #expect(forged.allSatisfy { bench.payment($0)?.outcome == .notTaken })
    let most = honest.map { swapsOf[$0] ?? 0 }.max() ?? 0
    #expect(most <= 6 && swapCount <= 12 * Int(roundCount), "\(most) swaps of one payment, \(swapCount) of all")
  }

  /// The worst that can be: every second one is forged. Then all are alone in the end, after five others each.
  @Test func halfOfThemForged() throws {
    let (bench, resource) = try Self.bench()
    let payments = try Self.pay(bench, resource, 1...32)
    let forged = Set(payments.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element))
    let swaps = Self.settle(bench, refusing: forged)
    #expect(swaps.count == 63)
    #expect(payments.allSatisfy { bench.payment($0)?.outcome == (forged.contains($0) ? .notTaken : .taken) })
  }
}
