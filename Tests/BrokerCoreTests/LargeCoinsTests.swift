import BrokerCore
import Testing
import WireProtocol

/// Coins of a mint that signs more than there can be.
@Suite struct LargeCoinsTests {
  /// A broker that has so many coins of 2^53 sats, each of a swap of 32 payments.
  private static func bench(_ count: UInt64) throws -> Bench {
    let bench = try Bench(Bench.genesis(notes: 200_000, ecash: 65_600, treasury: 4_096))
    bench.isChecking = false
    bench.isRecording = false
    try bench.setMint(rate: (1, 1 << 48))
    try #require(bench.setKeyset(2, keys: 64).status == .ok)
    let lease = try bench.lease(Bench.terms(price: 1, period: 1_000), 1_000)
    for swap in 0..<count {
      for payment in 0..<32 as Range<UInt64> {
        let ecash = bench.ecash([1 << 48], named: swap * 32 + payment, keyset: 2)
        let funded = bench.apply(FundCommand(actor: Bench.anyone, lease: lease), ecash: ecash)
        try #require(funded.status == .paymentPending)
      }
      try #require(bench.beginSwap(keyset: 2).status == .ok && bench.sign().status == .ok)
    }
    bench.isChecking = true
    return bench
  }

  /// Sums that end at 2^64 - 1 would leave most of it to the mint.
  @Test func whatComesOutIsWorthWhatGoesIn() throws {
    let bench = try Self.bench(2_048)
    #expect(bench.machine.coinCount(at: 1) == 2_048)
    for _ in 0..<16 {
      #expect(bench.beginPayout(keyset: 2).status == .ok && bench.coinSwap()?.coins.count == 128)
      #expect(bench.coinSwap()?.outputs.map(\.exponent) == [60] && bench.signCoins().status == .ok)
    }
    #expect(bench.beginPayout(keyset: 2).status == .ok && bench.coinSwap()?.coins.count == 16)
    #expect(bench.coinSwap()?.outputs.map(\.exponent) == [63, 63] && bench.isKeptBySnapshot)
    #expect(bench.signCoins().status == .ok && bench.machine.coinCount(at: 1) == 2 && bench.isKeptBySnapshot)
  }
}
