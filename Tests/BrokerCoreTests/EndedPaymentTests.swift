import BrokerCore
import Testing
import WireProtocol

/// What is kept of payments that ended, and whose an EXCHANGE is that nobody can ask for.
@Suite struct EndedPaymentTests {
  private static let hour: UInt64 = 3_600_000

  private static func swap(_ bench: Bench) {
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
  }

  /// A number of another session than the usual one.
  private static func key(_ bench: Bench, _ number: UInt64 = 1) -> ReceiptKey {
    ReceiptKey(
      session: bench.openSession(Bytes16(low: 77, high: 1)), number: number, digest: number, window: 8)
  }

  private static func exchange(_ bench: Bench, _ name: UInt64, receipt: ReceiptKey) -> Applied {
    bench.apply(
      ExchangeCommand(actor: Bench.anyone, lease: 0, count: 0), receipt: receipt,
      outputs: [NoteOutput(amount: 4_000, binding: 0)], ecash: bench.ecash([4], named: name))
  }

  /// A payment each, EXCHANGE and PAYOUT in turns, closed a broker for thirty days.
  @Test func whatWasCarriedOutTakesNoPlaceThatOthersNeed() throws {
    let bench = try Bench(Bench.genesis(ecash: 8))
    try bench.setMint()
    let resource = try bench.register()
    for name in 1...40 as ClosedRange<UInt64> {
      _ = try bench.acquirePending(resource, bench.ecash([4], named: name))
      Self.swap(bench)
      bench.advance(by: Self.hour / 8)
    }
    #expect(bench.isKeptBySnapshot)
  }

  /// Whoever was put off has an hour to ask for his reply; of what was credited at once he had it then.
  @Test func nobodysReplyIsForgottenWithinAnHour() throws {
    let bench = try Bench(Bench.genesis(ecash: 2))
    try bench.setMint(exposure: 100)
    let resource = try bench.register()
    let command = AcquireCommand(
      provider: 0, resource: resource, units: 1, flags: [], keyHash: Bench.keyHash, minimum: 0)
    let key = Self.key(bench)
    #expect(bench.apply(command, receipt: key, ecash: bench.ecash([4], named: 1)).status == .paymentPending)
    Self.swap(bench)
    for name in 2...6 as ClosedRange<UInt64> {
      let atOnce = bench.ecash([4], named: name, flags: [.locked, .proven])
      #expect(bench.tryAcquire(resource, atOnce).status == .ok)
      Self.swap(bench)
    }
    bench.advance(by: Self.hour - 1)
    _ = try bench.acquirePending(resource, bench.ecash([4], named: 7))
    Self.swap(bench)
    #expect(bench.tryAcquire(resource, bench.ecash([4], named: 8)).status == .noSpace)
    #expect(bench.apply(command, receipt: key, ecash: bench.ecash([4], named: 1)).outcome.isReplayed)
    #expect(bench.isKeptBySnapshot)
    bench.advance(by: 1)
    #expect(bench.tryAcquire(resource, bench.ecash([4], named: 8)).status == .paymentPending)
    #expect(bench.apply(command, receipt: key, ecash: bench.ecash([4], named: 1)).status == .receiptNotKept)
  }

  @Test func anUncollectedNoteIsNeverForgottenForRoom() throws {
    let bench = try Bench(Bench.genesis(ecash: 4))
    try bench.setMint()
    let (resource, other) = (try bench.register(), try bench.register(name: "other"))
    let key = Self.key(bench)
    let command = AcquireCommand(
      provider: 0, resource: other, units: 1, flags: [], keyHash: Bench.keyHash, minimum: 0)
    let taken = bench.apply(command, receipt: key, ecash: bench.ecash([8], named: 1)).outcome.detail
    Self.swap(bench)
    let owed = try (2...4 as ClosedRange<UInt64>).map { name in
      let payment = try bench.acquirePending(resource, bench.ecash([8], named: name))
      #expect(bench.update(resource, Bench.terms(price: 10 + name)).status == .ok)
      Self.swap(bench)
      #expect(bench.payment(payment)?.outcome == .refundable)
      return payment
    }
    #expect(bench.payment(taken)?.outcome == .taken && bench.isKeptBySnapshot)
    // The one that was carried out goes; then nothing does.
    bench.advance(by: Self.hour)
    let last = try bench.acquirePending(resource, bench.ecash([8], named: 5))
    let repeated = bench.apply(command, receipt: key, ecash: bench.ecash([8], named: 1))
    #expect(bench.payment(taken) == nil && repeated.status == .receiptNotKept && repeated.money == .notKnown)
    #expect(bench.tryAcquire(resource, bench.ecash([8], named: 6)).status == .noSpace)
    bench.advance(by: 1_000)
    // The order in which they were collected counts, not how often.
    for payment in [owed[1], owed[0], owed[1]] { #expect(bench.refund(payment).status == .ok) }
    #expect(bench.isKeptBySnapshot && bench.payment(last)?.status == .paymentPending)
    _ = try bench.acquirePending(resource, bench.ecash([8], named: 6))
    #expect(bench.payment(owed[1]) == nil && bench.payment(owed[0]) != nil && bench.payment(owed[2]) != nil)
    #expect(bench.refund(owed[1]).status == .paymentUnknown && bench.refund(owed[0]).outcome.isReplayed)
    bench.advance(by: CoreLimits.ecashKeptMilliseconds - Self.hour - 1_000)
    // It ended anew when it was collected.
    #expect(bench.payment(owed[2]) == nil && bench.payment(owed[0]) != nil && bench.isKeptBySnapshot)
  }

  @Test func notesThatNobodyCanAskForAreOwedInstead() throws {
    let bench = try Bench()
    try bench.setMint()
    let payment = Self.exchange(bench, 1, receipt: Self.key(bench)).outcome.detail
    bench.advance(by: 24 * Self.hour)
    Self.swap(bench)
    let state = try #require(bench.payment(payment))
    #expect(state.outcome == .refundable && state.status == .sessionRequired && state.detail == 0)
    #expect(state.amount == 4_000 && bench.isKeptBySnapshot && bench.balance(.notesOutstanding) == 4_000)
    bench.session = bench.openSession(Bytes16(low: 5, high: 5))
    #expect(try bench.refund(payment).reply(RefundReply.self).amount == 4_000)
    // A lease is had by its key.
    let resource = try bench.register()
    let acquired = try bench.acquirePending(resource, bench.ecash([4], named: 2))
    bench.advance(by: 24 * Self.hour)
    Self.swap(bench)
    #expect(bench.payment(acquired)?.outcome == .taken)
  }

  @Test func whoMayStillAskHasADayForIt() throws {
    let bench = try Bench()
    try bench.setMint()
    let (first, second) = (Self.key(bench, 1), Self.key(bench, 2))
    let payment = Self.exchange(bench, 1, receipt: first).outcome.detail
    #expect(Self.exchange(bench, 2, receipt: second).status == .paymentPending)
    bench.advance(by: 24 * Self.hour - 1)
    Self.swap(bench)
    #expect(bench.payment(payment)?.outcome == .taken && bench.isKeptBySnapshot)
    bench.advance(by: 24 * Self.hour - 1)
    let reply = Self.exchange(bench, 1, receipt: first)
    #expect(reply.outcome.isReplayed && reply.status == .ok)
    bench.advance(by: 24 * Self.hour)
    #expect(Self.exchange(bench, 2, receipt: second).status == .sessionRequired)
    // Later his refund key leads to the notes.
    bench.session = bench.openSession(Bytes16(low: 5, high: 5))
    #expect(try bench.refund(payment).reply(RefundReply.self).count == 1)
  }

  @Test func anExchangeThatIsRefusedKeepsItsSessionToo() throws {
    let bench = try Bench(Bench.genesis(notes: 8))
    try bench.setMint()
    let key = Self.key(bench)
    let payment = Self.exchange(bench, 1, receipt: key).outcome.detail
    while bench.apply(IssueCommand(amount: 1, binding: 0, count: 1)).status == .ok {}
    bench.advance(by: 23 * Self.hour)
    Self.swap(bench)
    #expect(bench.payment(payment)?.outcome == .refundable && bench.payment(payment)?.status == .noSpace)
    bench.advance(by: 23 * Self.hour)
    #expect(Self.exchange(bench, 1, receipt: key).status == .paymentRefundable && bench.isKeptBySnapshot)
  }
}
