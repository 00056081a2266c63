import BrokerCore
import Testing
import WireProtocol

/// Keysets that end, and how many a mint may have.
@Suite struct KeysetEndTests {
  /// Thirty days after the start, in seconds.
  private static let month = Bench.start / 1_000 + 30 * 86_400

  @Test func whatAMintSignsWithIsWhatEndsLast() throws {
    let bench = try Bench()
    #expect(bench.machine.signingKeyset(of: 1) == nil)
    try bench.setMint()
    try bench.setMint(2)
    func set(_ number: UInt32, _ expiry: UInt64, isActive: Bool = true) -> UInt32? {
      #expect(bench.setKeyset(number, isActive: isActive, expiry: expiry).status == .ok)
      return bench.machine.signingKeyset(of: 1)
    }
    #expect(bench.machine.signingKeyset(of: 1) == 1 && bench.machine.signingKeyset(of: 2) == 2)
    #expect(set(3, .max) == 1 && set(4, 0) == 4 && set(1, 0) == 4)
    #expect(set(4, 5_000) == 1 && set(1, 0, isActive: false) == 3)
    #expect(set(3, 4_999) == 4 && set(3, 5_000) == 4 && set(3, 5_001) == 3)
    #expect(set(3, 0, isActive: false) == 4 && set(4, 1, isActive: false) == nil && bench.isKeptBySnapshot)
  }

  @Test func payoutsAreSplitAndPaidByIt() throws {
    let bench = try Bench.payingOut([64])
    #expect(bench.setKeyset(2, fee: 1_000, expiry: Self.month).status == .ok)
    #expect(try bench.payout(10_000, Bench.blanks(2)).reply(PayoutReply.self).fee == 0)
    #expect(bench.setKeyset(1, expiry: 10).status == .ok)
    #expect(try bench.payout(10_000, Bench.blanks(3)).reply(PayoutReply.self).fee == 4)
  }

  @Test func coinsLeaveAKeysetThatEndsSoonForOneThatDoesNot() throws {
    let bench = try Bench.payingOut([8, 4])
    func isDue(_ keyset: UInt32) -> Bool {
      let hasBegun = bench.beginPayout(keyset: keyset).status == .ok
      if hasBegun {
        #expect(bench.coinSwap()?.coins.count == 2 && bench.putBackCoins().status == .ok)
      }
      return hasBegun
    }
    #expect(bench.setKeyset(1, expiry: Self.month).status == .ok && bench.setKeyset(2).status == .ok)
    #expect(!bench.machine.hasRetiredCoins(at: 1) && !isDue(2))
    bench.advance(by: 1)
    #expect(bench.machine.hasRetiredCoins(at: 1) && isDue(2) && !isDue(1))
    // Both end soon, or one has ended.
    for (keyset, expiry, isOut) in [
      (2, Self.month, false), (2, Self.month + 1, true), (1, 1, true), (1, .max, false), (1, .max / 1_000 + 1, false),
    ] as [(UInt32, UInt64, Bool)] {
      #expect(bench.setKeyset(keyset, expiry: expiry).status == .ok)
      #expect(bench.machine.hasRetiredCoins(at: 1) == isOut && isDue(2) == isOut, "keyset \(keyset) ends at \(expiry)")
    }
    // Nothing to go to.
    #expect(bench.setKeyset(2, isActive: false).status == .ok && bench.setKeyset(1, expiry: 1).status == .ok)
    #expect(!bench.machine.hasRetiredCoins(at: 1) && !isDue(1) && bench.isKeptBySnapshot)
  }

  @Test func aMintHasItsShareOfKeysets() throws {
    let bench = try Bench()
    try bench.setMint()
    try bench.setMint(2)
    func refusal(_ number: UInt32, mint: UInt32 = 1, id: UInt64? = nil, key: UInt32? = nil, keys: Int = 1) -> UInt16? {
      let applied = bench.setKeyset(number, mint: mint, keys: keys, id: id, key: key)
      return applied.status == .termsInvalid ? applied.outcome.field : nil
    }
    bench.isChecking = false
    for number in 3...129 as ClosedRange<UInt32> { #expect(refusal(number) == nil) }
    bench.isChecking = true
    #expect(bench.machine.keysetCount == 129 && refusal(130) == 4 && bench.isKeptBySnapshot)
    // Ids and keys are judged before, and nothing of it holds for one that is known.
    #expect(refusal(130, id: 7) == 8 && refusal(130, key: 7) == 8 && refusal(129) == nil)
    #expect(refusal(130, mint: 2) == nil && refusal(130, mint: 2) == nil && bench.machine.keysetCount == 130)
  }

  @Test func theSameKeysAreTheSameMint() throws {
    let bench = try Bench()
    try bench.setMint()
    try bench.setMint(2)
    func refusal(_ number: UInt32, mint: UInt32, key: UInt32?, keys: Int = 16) -> UInt16? {
      let applied = bench.setKeyset(number, mint: mint, keys: keys, key: key)
      return applied.status == .termsInvalid ? applied.outcome.field : nil
    }
    #expect(refusal(3, mint: 2, key: 1) == 8 && refusal(3, mint: 1, key: 1) == 8 && refusal(3, mint: 1, key: 2) == 8)
    #expect(refusal(3, mint: 2, key: 1, keys: 1) == 8 && refusal(3, mint: 2, key: 1, keys: 0) == 60)
    for number in [3, 3, 2] as [UInt32] { #expect(refusal(number, mint: 2, key: nil) == nil) }
  }
}
