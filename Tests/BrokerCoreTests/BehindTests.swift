import BrokerCore
import Testing
import WireProtocol

/// Swaps whose outputs the mint had signed for somebody else: who has the words, or a life that was lost.
@Suite struct BehindTests {
  @Test("A swap that is behind puts its payments back, and its keyset's counter is not known")
  func swaps() throws {
    let bench = try Bench.payingOut([64])
    let resource = try bench.register(name: "other")
    #expect(bench.endSwap(.behind).status == .nothingDue)
    let ids = try (0..<2).map { try bench.acquirePending(resource, bench.ecash([8], named: 20 + $0)) }
    #expect(bench.beginSwap().status == .ok)
    let record = SwapRecord(x0: Bytes16(), x1: Bytes16(), payment: ids[0], status: .ecashSpent, isOdd: 0)
    #expect(bench.endSwap(.behind, [record]).status == .quantityInvalid)
    #expect(bench.unknownKeysets().isEmpty && bench.swap()?.payments == ids)
    #expect(bench.endSwap(.behind).status == .ok && bench.swap() == nil && bench.isKeptBySnapshot)
    #expect(bench.unknownKeysets() == [1] && bench.counter(of: 1) == 1 && bench.beginSwap().status == .countersUnknown)
    #expect(!bench.machine.isRestoring && bench.totals()?.waiting == 16)
    // Another keyset of the mint is known.
    #expect(bench.setKeyset(2, id: 70).status == .ok && bench.beginSwap(keyset: 2).status == .ok)
    #expect(bench.swap()?.payments == ids && bench.reconcile(next: 3).status == .swapUnderWay)
    #expect(bench.endSwap(.putBack).status == .ok && bench.unknownKeysets() == [1])
    #expect(bench.reconcile(next: 3, gone: [0], found: [(2, 3)], isLast: true).status == .ok)
    #expect(bench.beginSwap().status == .ok && bench.swap()?.outputs.map(\.counter) == [3])
    #expect(bench.sign().status == .ok && bench.payment(ids[1])?.outcome == .taken)
    #expect(bench.totals()?.held == 24 && bench.totals()?.lost == 64 && bench.totals()?.found == 8)
  }

  @Test("A payout that is behind waits again, and coins stay where they were")
  func payouts() throws {
    let bench = try Bench.payingOut([64, 32])
    #expect(bench.endPayout(.behind).status == .nothingDue)
    let payment = try bench.payout(40_000).reply(PayoutReply.self).payment
    #expect(bench.beginPayout().status == .ok)
    let coin = try #require(bench.coinSwap()?.coins.first)
    let spent = PayoutRecord(
      x0: Bytes16(), x1: Bytes16(), keyset: coin.keyset, counter: coin.counter, isOdd: 0)
    #expect(bench.endPayout(.behind, [spent]).status == .quantityInvalid && bench.unknownKeysets().isEmpty)
    #expect(bench.endPayout(.behind).status == .ok && bench.coinSwap() == nil && bench.isKeptBySnapshot)
    #expect(bench.unknownKeysets() == [1] && bench.machine.hasWaitingPayout(at: 1))
    #expect(bench.beginPayout().status == .countersUnknown && bench.totals()?.promised == 40)
    #expect(bench.reconcile(next: 2, isLast: true).status == .ok && bench.beginPayout().status == .ok)
    #expect(bench.signCoins().status == .ok && bench.payment(payment)?.outcome == .taken)
    // Fewer coins, too.
    let many = try Bench.payingOut([4, 4, 4, 4])
    #expect(many.beginPayout().status == .ok && many.endPayout(.behind).status == .ok)
    #expect(many.unknownKeysets() == [1] && many.machine.coinCount(at: 1) == 4)
  }
}
