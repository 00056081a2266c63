import BrokerCore
import Testing
import WireProtocol

/// What a life that was lost did at mints for payments and payouts that its backup has.
@Suite struct LostLivesTests {
  private static func isTold(_ bench: Bench, _ payment: UInt64, _ outcome: PaymentOutcome) -> Bool {
    bench.effects.contains { effect in
      guard case .paymentSettled(let push, _) = effect else { return false }
      return push.payment == payment && push.outcome == outcome
    }
  }

  @Test("Of payouts of before it is asked first whether they were signed; then they are TAKEN, or like any other")
  func payouts() throws {
    let bench = try Bench.payingOut([64, 32])
    let ids = try [20_000, 3_000, 5_000].map { try bench.payout($0).reply(PayoutReply.self).payment }
    #expect(bench.beginPayout().status == .ok && bench.machine.unaskedPayout(at: 1) == nil)
    // No life was lost yet.
    #expect(bench.resolve(ids[1]).status == .paymentUnknown)
    #expect(bench.restore(1_000).status == .ok && bench.isKeptBySnapshot)
    #expect(bench.coinSwap() == nil && bench.acceptLoss().status == .ok)
    let later = try bench.payout(6_000).reply(PayoutReply.self).payment
    #expect(bench.reconcile(next: 2, isLast: true).status == .ok)
    let asked = bench.machine.unaskedPayout(at: 1)
    let first = try #require(asked)
    #expect(first.payout == ids[0] && first.amount == 20 && first.blanks == Bench.blanks(8))
    #expect(bench.machine.exponents(of: 20, keyset: 1) == [4, 2] && bench.machine.exponents(of: 20, keyset: 2) == nil)

    #expect(bench.resolve(ids[0], mint: 2).status == .mintUnknown && bench.resolve(7).status == .paymentUnknown)
    #expect(bench.resolve(later).status == .paymentUnknown)
    #expect(bench.resolve(ids[0], keyset: 1).status == .quantityInvalid)
    for keyset in [0, 2, 257] as [UInt32] {
      #expect(bench.resolve(ids[0], keyset: keyset, signatures: 2).status == .keysetUnknown)
    }
    for count in [1, 3, 8] {
      #expect(bench.resolve(ids[0], keyset: 1, signatures: count).status == .quantityInvalid)
    }
    #expect(bench.resolve(ids[0], keyset: 1, signatures: 2, isOdd: 2).status == .quantityInvalid)
    // It is refunded as little as it is begun.
    #expect(bench.refund(ids[0]).status == .paymentPending)
    let before = bench.totals()
    #expect(bench.resolve(ids[0], keyset: 1, signatures: 2).status == .ok && bench.isKeptBySnapshot)
    let state = try #require(bench.payment(ids[0]))
    #expect(state.outcome == .taken && state.detail == 1 && state.reply.word1 == 20)
    guard case .signed(20, 1, 1, let signed) = bench.machine.signatures(ofPayout: ids[0]) else {
      Issue.record("no signatures")
      return
    }
    #expect(signed.map(\.x0.low) == [50, 51] && signed.map(\.exponent) == [4, 2])
    #expect(Self.isTold(bench, ids[0], .taken) && bench.balance(.payouts) == 14_000)
    let after = bench.totals()
    #expect(after?.held == 96 && after?.paid == 0 && after?.fees == before?.fees && after?.promised == 14)
    #expect(bench.resolve(ids[0]).status == .paymentUnknown)
    #expect(bench.resolve(ids[0], keyset: 1, signatures: 2).status == .paymentUnknown)

    // Those that are not asked about yet keep no others waiting, and are begun by their ids then.
    #expect(bench.beginPayout().status == .ok && bench.coinSwap()?.payout == later)
    #expect(bench.putBackCoins().status == .ok)
    #expect(bench.resolve(ids[2]).status == .ok && bench.resolve(ids[2]).status == .paymentUnknown)
    #expect(bench.beginPayout().status == .ok && bench.coinSwap()?.payout == ids[2] && bench.signCoins().status == .ok)
    #expect(bench.resolve(ids[1]).status == .ok && bench.machine.unaskedPayout(at: 1) == nil)
    #expect(bench.beginPayout().status == .ok && bench.coinSwap()?.payout == ids[1] && bench.signCoins().status == .ok)
    #expect(bench.beginPayout().status == .ok && bench.coinSwap()?.payout == later)
    // A restore that loses nothing leaves it where it is; one that does, makes it one of before.
    #expect(bench.restore(2_000, isLossy: false).status == .ok && bench.coinSwap()?.payout == later)
    #expect(bench.restore(3_000).status == .ok && bench.machine.unaskedPayout(at: 1)?.payout == later)
    #expect(bench.restore(4_000).status == .ok && bench.machine.unaskedPayout(at: 1)?.payout == later)
    #expect(bench.acceptLoss().status == .ok && bench.resolve(later, keyset: 1, signatures: 2).status == .ok)
    #expect(bench.totals()?.paid == 8 && bench.balance(.payouts) == 0 && bench.isKeptBySnapshot)
  }

  @Test("Payouts of several losses are asked about in the order of their ids")
  func severalLosses() throws {
    let bench = try Bench.payingOut([64])
    let ids = try [20_000, 3_000].map { try bench.payout($0).reply(PayoutReply.self).payment }
    #expect(bench.restore(1_000).status == .ok && bench.acceptLoss().status == .ok)
    #expect(bench.resolve(ids[0]).status == .ok && bench.machine.unaskedPayout(at: 1)?.payout == ids[1])
    #expect(bench.restore(2_000).status == .ok && bench.machine.unaskedPayout(at: 1)?.payout == ids[0])
    #expect(bench.isKeptBySnapshot)
  }

  @Test("A payout that cannot be any more is asked about before it is given back")
  func shortTreasury() throws {
    let bench = try Bench.payingOut([64])
    let payout = try bench.payout(60_000).reply(PayoutReply.self).payment
    #expect(bench.restore(1_000).status == .ok && bench.acceptLoss().status == .ok)
    #expect(bench.reconcile(next: 2, gone: [0], isLast: true).status == .ok && bench.totals()?.held == 0)
    #expect(bench.beginPayout().status == .nothingDue && bench.payment(payout)?.outcome == .notKnown)
    #expect(bench.resolve(payout).status == .ok && bench.beginPayout().status == .ok)
    #expect(bench.refundable == [payout] && bench.refund(payout).status == .ok)
  }

  @Test("A payment that the lost life swapped is made good by what it left behind, and no more than that")
  func madeGood() throws {
    let bench = try Bench.payingOut([64])
    let resource = try bench.register(name: "other")
    let ids = try (0..<4).map { try bench.acquirePending(resource, bench.ecash([8, 2], named: 20 + $0)) }
    #expect(bench.beginSwap().status == .ok && bench.restore(1_000).status == .ok && bench.acceptLoss().status == .ok)
    #expect(bench.swap() == nil && bench.totals()?.waiting == 40 && bench.isKeptBySnapshot)
    // It spent a coin of 64 for coins of 32 and 16, and swapped two payments and a bit.
    let found = [(counter: UInt32(1), exponent: UInt8(5)), (2, 4), (3, 4), (4, 3), (5, 2), (6, 3)]
    #expect(bench.reconcile(next: 7, gone: [0], found: found, isLast: true).status == .ok)
    #expect(bench.totals()?.found == 84 && bench.totals()?.lost == 64 && bench.totals()?.held == 84)
    let later = try bench.acquirePending(resource, bench.ecash([1], named: 30))
    #expect(bench.beginSwap().status == .ok && bench.swap()?.payments == ids + [later])
    let outstanding = bench.balance(.notesOutstanding)
    #expect(bench.refuse((ids + [later]).map { ($0, .ecashSpent) }).status == .ok && bench.isKeptBySnapshot)
    for id in ids.prefix(2) {
      let state = try #require(bench.payment(id))
      #expect(state.outcome == .refundable && state.status == .ecashSpent && Self.isTold(bench, id, .refundable))
      let note = try bench.refund(id).reply(RefundReply.self)
      #expect(note.amount == 10_000)
    }
    for id in ids.suffix(2) + [later] { #expect(bench.payment(id)?.outcome == .notTaken) }
    #expect(bench.balance(.notesOutstanding) == outstanding + 20_000 && bench.totals()?.waiting == 0)
    #expect(bench.totals()?.held == 84 && bench.totals()?.swapped == 64)
    // For what is refused otherwise nothing is made good, nor for what came after it.
    let other = try Bench.payingOut([64])
    let place = try other.register(name: "other")
    let waiting = try (0..<2).map { try other.acquirePending(place, other.ecash([4], named: 20 + $0)) }
    #expect(other.restore(1_000).status == .ok && other.acceptLoss().status == .ok)
    #expect(other.reconcile(next: 2, found: [(1, 4)], isLast: true).status == .ok)
    #expect(other.beginSwap().status == .ok)
    #expect(other.refuse([(waiting[0], .ecashInvalid), (waiting[1], .ecashSpent)]).status == .ok)
    #expect(other.payment(waiting[0])?.outcome == .notTaken && other.payment(waiting[1])?.outcome == .refundable)
  }

  @Test("What the lost life spent for payouts is not held against payments, which wait for these to be asked about")
  func madeGoodBesidePayouts() throws {
    let bench = try Bench.payingOut([64])
    let resource = try bench.register(name: "other")
    let payout = try bench.payout(37_000).reply(PayoutReply.self).payment
    let payment = try bench.acquirePending(resource, bench.ecash([8], named: 20))
    #expect(bench.restore(1_000).status == .ok && bench.acceptLoss().status == .ok)
    let found = [(counter: UInt32(1), exponent: UInt8(4)), (2, 3), (3, 1), (4, 0), (5, 3)]
    #expect(bench.reconcile(next: 6, gone: [0], found: found, isLast: true).status == .ok)
    #expect(bench.beginSwap().status == .nothingDue)
    let later = try bench.acquirePending(resource, bench.ecash([2], named: 21))
    #expect(bench.beginSwap().status == .ok && bench.swap()?.payments == [later] && bench.sign().status == .ok)
    #expect(bench.resolve(payout, keyset: 1, signatures: 3).status == .ok && bench.isKeptBySnapshot)
    #expect(bench.beginSwap().status == .ok && bench.refuse([(payment, .ecashSpent)]).status == .ok)
    #expect(bench.payment(payment)?.outcome == .refundable && bench.refund(payment).status == .ok)
  }

  @Test("Where no note can be made for it, a swap cannot end so")
  func noRoomForNotes() throws {
    var genesis = Bench.genesis()
    genesis.noteCountMax = 3
    let bench = try Bench(genesis)
    try bench.setMint()
    let resource = try bench.register()
    let id = try bench.acquirePending(resource, bench.ecash([4], named: 1))
    #expect(bench.restore(1_000).status == .ok && bench.acceptLoss().status == .ok)
    #expect(bench.reconcile(next: 1, found: [(0, 2)], isLast: true).status == .ok)
    _ = try bench.note(1)
    #expect(bench.beginSwap().status == .ok)
    while bench.apply(IssueCommand(amount: 1, binding: 0, count: 1)).status == .ok {}
    #expect(bench.refuse([(id, .ecashSpent)]).status == .noSpace && bench.swap()?.payments == [id])
    #expect(bench.refuse([(id, .mintRefused)]).status == .ok && bench.payment(id)?.outcome == .notTaken)
  }
}
