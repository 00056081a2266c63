import Enforcement
import Testing

@Suite struct TokenBucketTests {
  /// What passes is what the rate allows since the beginning, and no burst is longer than a tenth of a second.
  @Test(arguments: [1, 7, 999, 1_000, 16_384, 1_000_000, 1 << 40] as [UInt64])
  func theRateIsKept(bytesPerSecond: UInt64) {
    var bucket = TokenBucket(bytesPerSecond: bytesPerSecond, now: 1_000)
    var passed: UInt64 = 0
    for now in stride(from: 1_000 as UInt64, through: 11_000, by: 20) {
      let available = bucket.available(at: now)
      bucket.take(available)
      passed += UInt64(available)
      #expect(passed <= bytesPerSecond * (now - 1_000) / 1_000)
    }
    // A byte that is there only in part stays behind, and a rate below ten has room for one alone.
    #expect(passed + max(1, bytesPerSecond < 10 ? 10 : 0) >= bytesPerSecond * 10 && passed <= bytesPerSecond * 10)
    #expect(UInt64(bucket.available(at: 10_000_000)) <= max(bytesPerSecond / 10, 1))
  }

  @Test func nothingIsThereAtFirstOrAtNoRateOrInThePast() {
    var bucket = TokenBucket(bytesPerSecond: 1_000, now: 50)
    #expect(bucket.available(at: 50) == 0 && bucket.available(at: 10) == 0 && bucket.available(at: 60) == 10)
    bucket.take(1_000)
    #expect(bucket.available(at: 60) == 0 && bucket.available(at: 55) == 0 && bucket.available(at: 61) == 1)
    var none = TokenBucket(bytesPerSecond: 0, now: 0)
    #expect(none.available(at: .max) == 0)
    var most = TokenBucket(bytesPerSecond: .max, now: 0)
    #expect(most.available(at: .max) > 1 << 30)
  }
}

@Suite struct PortRangeTests {
  @Test func aLeaseFindsItsPortAgain() {
    var ports = PortRange(20_000...20_009)
    #expect(ports.take(for: 4_503) { _ in true } == 20_003)
    #expect(ports.take(for: 4_513) { _ in true } == 20_004, "the next one, where its own is taken")
    ports.giveBack(20_003)
    #expect(ports.take(for: 4_503) { _ in true } == 20_003)
    #expect(ports.take(for: 9) { $0 != 20_009 } == 20_000, "another program has the last one")
  }

  @Test func aRangeIsUsedUp() {
    var ports = PortRange(65_534...65_535)
    #expect(ports.take(for: .max) { _ in true } != nil && ports.take(for: .max) { _ in true } != nil)
    #expect(ports.take(for: 1) { _ in true } == nil)
    var tryCount = 0
    var all = PortRange(1...65_535)
    #expect(
      all.take(for: 1) { _ in
        tryCount += 1
        return false
      } == nil)
    #expect(tryCount < 1_000)
  }
}
