import BrokerCore
import Testing
import WireProtocol

/// Amounts whose products and sums go beyond 64 bits.
struct LargeAmountsTests {
  /// The fee's product has 64 bits and a carry of what was left of the fees before.
  @Test func theFeeKeepsItsCarry() throws {
    let fee: UInt64 = 999_999
    let large = UInt64.max / fee
    let bench = try Bench(Bench.genesis(fee: UInt32(fee)))
    let lease = try bench.lease(
      Bench.terms(price: 1 << 40, period: 1_000, meter0: 1), 1 << 50)
    #expect(bench.use(lease, 1, number: 1).status == .ok)
    // All of it is in the remainder.
    #expect(bench.figure(.operatorFees) == 0)
    #expect(bench.use(lease, large, number: 2).status == .ok)
    let exact = (Int128(large) + 1) * Int128(fee) / 1_000_000
    #expect(bench.figure(.operatorFees) == Int64(exact))
  }

  /// Outputs that add up to what was paid only modulo 2^64.
  @Test func outputsDoNotWrap() throws {
    let bench = try Bench()
    let note = try bench.note(5)
    let outputs = [UInt64(1) << 63, 1 << 63, 5].map { NoteOutput(amount: $0, binding: 0) }
    let refused = bench.apply(
      ExchangeCommand(actor: Bench.anyone, lease: 0, count: 3), notes: [note], outputs: outputs)
    #expect(refused.status == .amountOverflow && refused.money == .notTaken)
  }
}
