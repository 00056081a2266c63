import BrokerCore
import Testing
import WireProtocol

/// Which period's key ecash is to be locked to.
@Suite struct LockPeriodTests {
  private static let period: UInt64 = 2_592_000

  @Test func itIsThePeriodOfNow() throws {
    let bench = try Bench()
    #expect(bench.machine.lockPeriod == 0)
    bench.advance(to: Self.period * 1_000 - 1)
    #expect(bench.machine.lockPeriod == 0)
    bench.advance(to: Self.period * 1_000)
    #expect(bench.machine.lockPeriod == UInt32(Self.period))
    bench.advance(to: 7 * Self.period * 1_000 + 5)
    #expect(bench.machine.lockPeriod == UInt32(7 * Self.period))
    // Neither time nor a new life takes it back.
    bench.apply(AdvanceCommand(now: 1))
    for flags in [[], .lossy] as [RestoreFlags] {
      let restored = bench.apply(
        RestoreCommand(
          incarnation: flags.isEmpty ? 1_000 : 2_000, validity: 0, now: 1, flags: flags, algorithm: .hmacSha256_128))
      #expect(restored.status == .ok && bench.machine.lockPeriod == UInt32(7 * Self.period))
    }
    #expect(bench.isKeptBySnapshot)
    // Where 32 bits end, it stays.
    bench.apply(AdvanceCommand(now: .max))
    #expect(bench.machine.lockPeriod == UInt32.max - UInt32.max % UInt32(Self.period))
  }

  /// What is locked at any time to the key of then is of no late period any more when its Y is forgotten.
  @Test func aYIsKeptForAsLongAsItsLockIsProven() throws {
    for day in [0, 1, 29, 30, 31, 59, 60] as [UInt64] {
      let bench = try Bench()
      bench.advance(to: 20 * Self.period * 1_000 + day * 86_400_000)
      let locked = UInt64(bench.machine.lockPeriod)
      bench.advance(by: 61 * 86_400_000)
      #expect(UInt64(bench.machine.lockPeriod) - Self.period > locked, "day \(day)")
    }
  }
}
