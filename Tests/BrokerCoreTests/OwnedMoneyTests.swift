import BrokerCore
import Testing
import WireProtocol

/// Whose money it is, and who may move it: gifts, reservations of former owners, refunds asked for again, room that is owed.
struct OwnedMoneyTests {
  /// A gift, however small, does not make a suspended lease burn what came back to its owner.
  @Test func aGiftDoesNotSpendWhatWaitsForTheOwner() throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(price: 1, period: 1_000, grace: 100_000, meter0: 1), 12)
    let reserve = ReserveCommand(actor: Bench.owner, lease: lease, quantityMax: 11, timeout: 3_000, meter: 0)
    #expect(bench.apply(reserve).status == .ok)
    bench.advance(by: 4_000)
    let waiting = try #require(bench.check(lease))
    #expect(waiting.state == .suspended && waiting.own == 11)

    let gift = try bench.fund(lease, 1).reply(FundReply.self)
    #expect(gift.epoch == waiting.epoch, "it was not revived")
    bench.advance(by: 4_000)
    let after = try #require(bench.check(lease))
    #expect(after.state == .suspended && after.own == 11 && after.given == 1)

    // The owner's own payment spends all of it, the gift first.
    let own = try bench.fund(lease, 1, as: Bench.owner).reply(FundReply.self)
    #expect(own.epoch > waiting.epoch && own.balance == 13)
    bench.advance(by: 1_000)
    #expect(bench.check(lease)?.given == 0)
    #expect(bench.check(lease)?.own == 12)
  }

  /// Without own money waiting, a gift revives as before.
  @Test func aGiftRevivesAnEmptyLease() throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(price: 1, period: 1_000, grace: 100_000), 2)
    bench.advance(by: 5_000)
    #expect(bench.check(lease)?.state == .suspended)
    let gift = try bench.fund(lease, 3).reply(FundReply.self)
    #expect(gift.epoch == 2)
    #expect(bench.check(lease)?.state == .active)
  }

  /// Who sold a lease can no longer settle what was reserved before: it comes back to the buyer.
  @Test func aFormerOwnerSettlesNothing() throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(price: 1, period: 1_000_000, meter0: 1), 1_000)
    let reserve = ReserveCommand(actor: Bench.owner, lease: lease, quantityMax: 900, timeout: 5_000, meter: 0)
    let reserved = try bench.apply(reserve).reply(ReserveReply.self)
    let buyer = Bytes16(low: 5, high: 6)
    #expect(bench.apply(TransferCommand(actor: Bench.owner, lease: lease, keyHash: buyer)).status == .ok)
    let settle = SettleCommand(actor: Bench.owner, lease: lease, reservation: reserved.reservation, quantity: 900)
    let refused = bench.apply(settle)
    #expect(refused.status == .reservationUnknown && refused.money == .notTaken)
    bench.advance(by: 5_000)
    #expect(bench.check(lease)?.own == 999)
  }

  /// RELEASE pays the very same note for as long as the lease is remembered, whatever became of the session.
  @Test func releaseCanBeAskedAgain() throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(price: 1, period: 1_000), 100)
    bench.advance(by: 10_000)
    let first = try bench.release(lease).reply(ReleaseReply.self)
    #expect(first.change == 90 && first.count == 1)
    let outstanding = bench.figure(.notesOutstanding, epoch: 1)

    bench.advance(by: 25 * 3_600_000)
    bench.session = bench.openSession(Bytes16(low: 2, high: 2))
    let again = bench.release(lease)
    #expect(again.outcome.isReplayed && again.money == .taken)
    let second = try again.reply(ReleaseReply.self)
    #expect(second.firstSerial == first.firstSerial && second.keyEpoch == first.keyEpoch && second.change == 90)
    #expect(bench.figure(.notesOutstanding, epoch: 1) == outstanding)
    #expect(bench.release(lease, generation: 2).status == .handleUnknown)

    bench.advance(by: 29 * 86_400_000)
    bench.session = bench.openSession(Bytes16(low: 3, high: 3))
    #expect(bench.release(lease).status == .leaseUnknown)
  }

  /// What a reservation gives back after RELEASE is paid by another RELEASE, and that one can be repeated too.
  @Test func aLaterRefundIsPaidOnce() throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(price: 1, period: 1_000_000, meter0: 1), 1_000)
    let reserve = ReserveCommand(actor: Bench.owner, lease: lease, quantityMax: 300, timeout: 5_000, meter: 0)
    #expect(bench.apply(reserve).status == .ok)
    let first = try bench.release(lease).reply(ReleaseReply.self)
    bench.advance(by: 5_000)
    let second = try bench.release(lease).reply(ReleaseReply.self)
    #expect(second.change == 300 && second.firstSerial != first.firstSerial)
    let third = bench.release(lease)
    #expect(third.outcome.isReplayed)
    #expect(try third.reply(ReleaseReply.self).firstSerial == second.firstSerial)
    #expect(bench.figure(.refundsDue) ?? 0 == 0)
  }

  /// Splitting notes cannot keep others from their money: the last quarter of an epoch's serials is for what is owed.
  @Test func exchangeLeavesRoomForWhatIsOwed() throws {
    let bench = try Bench(Bench.genesis(notes: 40))
    let lease = try bench.lease(Bench.terms(price: 1, period: 1_000), 100)
    var note = try bench.note(10)
    var exchanged = 0
    while true {
      let output = NoteOutput(amount: 10, binding: 0)
      let command = ExchangeCommand(actor: Bench.anyone, lease: 0, count: 1)
      let applied = bench.apply(command, notes: [note], outputs: [output])
      guard applied.status == .ok else {
        #expect(applied.status == .noSpace && applied.money == .notTaken)
        break
      }
      note.serial = try applied.reply(ExchangeReply.self).firstSerial
      exchanged += 1
    }
    #expect(exchanged == 40 - 10 - 2)
    #expect(bench.apply(IssueCommand(amount: 1, binding: 0, count: 1)).status == .noSpace)
    #expect(try bench.release(lease).reply(ReleaseReply.self).change == 100)
  }

  /// The last eighth of the receipts is for commands that give money back.
  @Test func receiptsAreLeftForWhatIsOwed() throws {
    let bench = try Bench(Bench.genesis(receipts: 16))
    let lease = try bench.lease(Bench.terms(price: 1, period: 1_000), 100)
    let note = try bench.note(1)
    func key(_ number: UInt64) -> ReceiptKey {
      ReceiptKey(session: bench.session, number: number, digest: number, window: 1_024)
    }
    var number: UInt64 = 100
    func issue() -> Applied {
      number += 1
      return bench.apply(IssueCommand(amount: 1, binding: 0, count: 1), receipt: key(number))
    }
    var last = issue()
    while last.status == .ok { last = issue() }
    #expect(last.status == .noSpace && last.money == .notTaken)
    let fund = bench.apply(FundCommand(actor: Bench.anyone, lease: lease), receipt: key(number + 1), notes: [note])
    #expect(fund.status == .noSpace)
    let release = ReleaseCommand(actor: Bench.owner, lease: lease)
    #expect(bench.apply(release, receipt: key(number + 2)).status == .ok)
  }

  /// A spent note may have been spent by an earlier copy of the request, so nobody says that nothing was taken.
  @Test func aSpentNoteLeavesItOpen() throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(), 1_000)
    let note = try bench.note(5)
    let fund = FundCommand(actor: Bench.anyone, lease: lease)
    #expect(bench.apply(fund, notes: [note]).status == .ok)
    let again = bench.apply(fund, notes: [note])
    #expect(again.status == .noteSpent && again.money == .notKnown)
    let isSpent = bench.machine.isSpent(note)
    #expect(isSpent)
  }

  /// A repeated use says that it was charged, and claims nothing of the repeat's own content.
  @Test func aRepeatedUseClaimsNothing() throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(price: 1, period: 1_000_000, meter0: 5), 1_000)
    #expect(try bench.use(lease, 1, number: 7).reply(UseReply.self).charged == 5)
    let again = bench.use(lease, 100, number: 7)
    #expect(again.outcome.isReplayed && again.money == .taken)
    #expect(try again.reply(UseReply.self).charged == 0)
    #expect(bench.check(lease)?.own == 995)
    let paid = bench.use(lease, 1, number: 7, notes: [try bench.note(5)])
    #expect(paid.status == .numberConflict && paid.money == .notKnown)
  }
}
