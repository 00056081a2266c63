import BrokerCore
import Testing
import WireProtocol

/// REFUND by the key alone, of whoever was never told the payment's id. All that a bench pays for has one refund key.
@Suite struct RefundKeyTests {
  private static func swap(_ bench: Bench) {
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
  }

  /// A payment that was taken, and could not do what it was for.
  private static func owed(_ bench: Bench, _ resource: UInt64, named name: UInt64, _ amount: UInt64) throws -> UInt64 {
    let payment = try bench.acquirePending(resource, bench.ecash([amount], named: name))
    #expect(bench.update(resource, Bench.terms(price: 10 + name)).status == .ok)
    swap(bench)
    #expect(bench.payment(payment)?.outcome == .refundable)
    return payment
  }

  private static func gift(_ bench: Bench, _ resource: UInt64, named name: UInt64) -> UInt64 {
    let command = DonateCommand(target: resource, kind: .resource, label: Name32())
    return bench.apply(command, ecash: bench.ecash([4], named: name)).outcome.detail
  }

  private func amount(_ applied: Applied) -> UInt64 { (try? applied.reply(RefundReply.self).amount) ?? 0 }

  @Test func theFirstWhoseNoteIsToBeHadIsMeant() throws {
    let bench = try Bench()
    try bench.setMint()
    let (resource, other) = (try bench.register(), try bench.register(name: "other"))
    #expect(bench.refund(0).status == .paymentUnknown)
    let taken = Self.gift(bench, resource, named: 1)
    let pending = bench.refund(0)
    #expect(pending.status == .paymentPending && pending.money == .notKnown && pending.outcome.detail == taken)
    Self.swap(bench)
    for payment in [0, taken] {
      let told = bench.refund(payment)
      #expect(told.status == .nothingDue && told.money == .notTaken && told.outcome.detail == taken)
    }
    let owed = [try Self.owed(bench, other, named: 2, 8), try Self.owed(bench, other, named: 3, 16)]
    let waits = Self.gift(bench, resource, named: 4)
    let key = ReceiptKey(session: bench.session, number: bench.number + 1, digest: 5, window: 8)
    bench.number += 1
    let command = RefundCommand(payment: 0, keyHash: Bench.refundHash)
    #expect(amount(bench.apply(command, receipt: key)) == 8_000 && bench.isKeptBySnapshot)
    // A repeat is what the first was, and not the next note.
    let repeated = bench.apply(command, receipt: key)
    #expect(amount(repeated) == 8_000 && repeated.outcome.isReplayed)
    let second = bench.refund(0)
    #expect(amount(second) == 16_000 && !second.outcome.isReplayed && second.money == .taken)
    #expect(bench.refund(0).outcome.detail == waits)
    Self.swap(bench)
    let again = bench.refund(0)
    // The last one, whose reply may have been lost.
    #expect(amount(again) == 16_000 && again.outcome.isReplayed && bench.refund(owed[0]).outcome.isReplayed)
    let wrong = bench.apply(RefundCommand(payment: 0, keyHash: Bytes16(low: Bench.refundHash.low, high: 0)))
    #expect(wrong.status == .paymentUnknown && bench.isKeptBySnapshot)
    bench.advance(by: CoreLimits.ecashKeptMilliseconds)
    bench.session = bench.openSession(Bytes16(low: 5, high: 5))
    #expect(bench.refund(0).status == .paymentUnknown && bench.isKeptBySnapshot)
  }

  @Test func payoutsHaveKeysToo() throws {
    let bench = try Bench.payingOut([8, 4])
    let payout = try bench.payout(5_000).reply(PayoutReply.self).payment
    #expect(bench.refund(0).outcome.detail == payout)
    bench.beginPayout()
    #expect(bench.refund(0).status == .paymentPending && bench.refuseCoins().status == .ok)
    #expect(amount(bench.refund(0)) == 5_000 && bench.refund(payout).outcome.isReplayed && bench.isKeptBySnapshot)
  }

  /// Whoever has payments made with somebody else's hash comes later, and nobody's key makes the broker look at all there are.
  @Test func onlyTheOldestAreLookedAt() throws {
    let bench = try Bench()
    try bench.setMint()
    let (resource, other) = (try bench.register(), try bench.register(name: "other"))
    // What was done hides nothing.
    let gifts = (1...UInt64(WireLimits.refundLookCountMax) + 1).map { Self.gift(bench, resource, named: $0) }
    while bench.machine.hasWaitingEcash(at: 1) { Self.swap(bench) }
    #expect(bench.refund(0).outcome.detail == gifts[0] && bench.refund(gifts[1]).status == .nothingDue)
    var last: UInt64 = 0
    for name in 20..<20 + UInt64(WireLimits.refundLookCountMax) {
      last = try Self.owed(bench, other, named: name, 8)
      #expect(bench.refund(0).outcome.detail == last)
    }
    bench.advance(by: 1_000)
    let owed = try Self.owed(bench, other, named: 50, 16)
    let told = bench.refund(0)
    #expect(told.outcome.isReplayed && told.outcome.detail == last && bench.isKeptBySnapshot)
    // What nothing is told of any more is not looked at, and does not count.
    bench.advance(by: CoreLimits.ecashKeptMilliseconds - 1_000)
    bench.session = bench.openSession(Bytes16(low: 5, high: 5))
    #expect(bench.payment(last) == nil && bench.payment(owed) != nil && amount(bench.refund(0)) == 16_000)
    #expect(bench.isKeptBySnapshot)
  }

  /// However many tokens that nobody takes are shown with somebody's hash, his payment is found.
  @Test func whatWasNotTakenHidesNothing() throws {
    let bench = try Bench()
    try bench.setMint()
    let resource = try bench.register()
    for name in 1...UInt64(WireLimits.refundLookCountMax) {
      let forged = Self.gift(bench, resource, named: name)
      #expect(bench.refund(0).outcome.detail == forged && bench.beginSwap().status == .ok)
      #expect(bench.refuse([(forged, .ecashInvalid)]).status == .ok)
      #expect(bench.refund(0).status == .paymentUnknown && bench.refund(forged).status == .nothingDue)
    }
    let (taken, forged) = (Self.gift(bench, resource, named: 50), Self.gift(bench, resource, named: 51))
    #expect(bench.beginSwap().status == .ok && bench.refuse([(forged, .ecashInvalid)]).status == .ok)
    #expect(bench.refund(0).outcome.detail == taken && bench.isKeptBySnapshot)
    Self.swap(bench)
    let told = bench.refund(0)
    #expect(told.status == .nothingDue && told.outcome.detail == taken && bench.isKeptBySnapshot)
  }

  /// Those of one key are forgotten in whatever order they ended, the first, the last and those between.
  @Test func whatIsForgottenIsInNobodysWay() throws {
    let bench = try Bench(Bench.genesis(ecash: 6))
    try bench.setMint()
    let resource = try bench.register()
    for round in 0..<12 as Range<UInt64> {
      let some = (0..<3 as Range<UInt64>).map { Self.gift(bench, resource, named: 10 * round + $0 + 1) }
      #expect(bench.beginSwap().status == .ok)
      #expect(bench.refuse([some[Int(round) % 3]].map { ($0, .ecashSpent) }).status == .ok)
      while bench.machine.hasWaitingEcash(at: 1) { Self.swap(bench) }
      bench.advance(by: CoreLimits.replyKeptMilliseconds)
      let told = bench.refund(0)
      #expect(told.status == .nothingDue && bench.payment(told.outcome.detail) != nil && bench.isKeptBySnapshot)
    }
  }

  @Test func theFeeOfAMintIsThatOfItsDearestKeysetInUse() throws {
    let bench = try Bench()
    #expect(bench.machine.feePerThousand(ofMint: 1) == 0)
    try bench.setMint(fee: 100)
    #expect(bench.setKeyset(2, fee: 300).status == .ok && bench.machine.feePerThousand(ofMint: 1) == 300)
    #expect(bench.setKeyset(2, fee: 300, isActive: false).status == .ok)
    #expect(bench.machine.feePerThousand(ofMint: 1) == 100 && bench.machine.feePerThousand(ofMint: 2) == 0)
  }
}
