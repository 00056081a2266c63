import BrokerCore
import Testing
import WireProtocol

/// How many of the broker's own proofs may be of one mint: so one that tells of more and more takes no other's places.
@Suite struct CoinShareTests {
  private static func bench() throws -> (Bench, UInt64) {
    let bench = try Bench(Bench.genesis(treasury: 12))
    try bench.setMint()
    try bench.setMint(2)
    let resource = try bench.register()
    try bench.fillTreasury(resource, [32, 16, 8, 4, 2, 1], named: 1)
    return (bench, resource)
  }

  @Test func aSwapOfPayments() throws {
    let (bench, resource) = try Self.bench()
    _ = try bench.acquirePending(resource, bench.ecash([1], named: 2))
    #expect(bench.beginSwap().status == .noSpace && bench.isKeptBySnapshot)
    try bench.fillTreasury(resource, [16, 8, 4, 2, 1], named: 3, mint: 2)
    #expect(bench.machine.coinCount(at: 2) == 5)
    // One that goes out makes room for one that comes in.
    #expect(try bench.payout(2_000).status == .ok && bench.beginPayout().status == .ok)
    #expect(bench.signCoins().status == .ok)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok && bench.machine.coinCount(at: 1) == 6)
  }

  @Test func aMintAboveItsShareGoesOn() throws {
    let (bench, _) = try Self.bench()
    try bench.setMint(3)
    // Four each now. What brings more than it spends is not to be, what brings no more is.
    let payment = try bench.payout(3_000, Bench.blanks(2)).reply(PayoutReply.self).payment
    #expect(bench.beginPayout().status == .ok && bench.coinSwap()?.outputs.count == 1)
    #expect(bench.signCoins().status == .ok)
    #expect(bench.payment(payment)?.outcome == .taken && bench.machine.coinCount(at: 1) == 6)
    // Of 8 there would be 2 and 1 beside what goes out.
    let refused = try bench.payout(5_000, Bench.blanks(2)).reply(PayoutReply.self).payment
    #expect(bench.beginPayout().status == .ok && bench.coinSwap() == nil && bench.isKeptBySnapshot)
    #expect(bench.payment(refused)?.status == .noSpace)
  }

  @Test func whatIsFound() throws {
    let (bench, _) = try Self.bench()
    #expect(bench.restore(1_000).status == .ok && bench.acceptLoss().status == .ok)
    #expect(bench.reconcile(next: 7, found: [(6, 0)]).status == .noSpace)
    #expect(bench.reconcile(next: 8, gone: [0], found: [(6, 0), (7, 0)]).status == .noSpace)
    #expect(bench.reconcile(next: 7, gone: [0], found: [(6, 0)]).status == .ok && bench.machine.coinCount(at: 1) == 6)
    #expect(bench.reconcile(mint: 2, keyset: 2, next: 6, found: (0..<6).map { ($0, 1) }).status == .ok)
    #expect(bench.isKeptBySnapshot)
    try bench.setMint(3)
    #expect(bench.reconcile(next: 8, gone: [1], found: [(7, 0)], isLast: true).status == .ok)
  }
}
