import BrokerCore
import Testing
import WireProtocol

@Suite("Places that payouts take")
struct PayoutRoomTests {
  /// A payout of mint 1 that the mint refuses: it becomes a note.
  private static func refused(_ bench: Bench, _ note: VerifiedNote? = nil) throws -> UInt64 {
    let payment = try bench.payout([note ?? bench.note(1_000)], Bench.blanks(3)).reply(PayoutReply.self).payment
    bench.beginPayout()
    try #require(bench.refuseCoins().status == .ok && bench.payment(payment)?.outcome == .refundable)
    return payment
  }

  /// One that the mint signs.
  private static func signed(_ bench: Bench) throws -> UInt64 {
    let payment = try bench.payout(1_000, Bench.blanks(3)).reply(PayoutReply.self).payment
    bench.beginPayout()
    try #require(bench.signCoins().status == .ok && bench.payment(payment)?.outcome == .taken)
    return payment
  }

  /// A payment that is credited at once and waits for its mint.
  private static func pay(_ bench: Bench, _ resource: UInt64, named name: UInt64) -> Status {
    bench.tryAcquire(resource, bench.ecash([2], named: name, flags: [.locked, .proven])).status
  }

  private static func collect(_ bench: Bench, _ payment: UInt64) throws -> VerifiedNote {
    let refund = try bench.refund(payment).reply(RefundReply.self)
    return VerifiedNote(keyEpoch: refund.keyEpoch, serial: refund.firstSerial, amount: refund.amount, binding: 0)
  }

  @Test("Whoever pays out and collects in turns takes no place that others need")
  func inTurns() throws {
    let bench = try Bench.payingOut([64], genesis: Bench.genesis(ecash: 16))
    let resource = try bench.register(name: "other")
    let taken = try Self.signed(bench)
    var note = try bench.note(1_000)
    for turn in 0..<1_000 {
      let payment = try Self.refused(bench, note)
      // What nobody collected is one sixteenth.
      if turn == 500 { #expect(try bench.payout(1_000).status == .noSpace) }
      note = try Self.collect(bench, payment)
    }
    #expect(bench.payment(taken)?.outcome == .taken && bench.isKeptBySnapshot)
    for name in 1...14 as ClosedRange<UInt64> { #expect(Self.pay(bench, resource, named: 100 + name) == .ok) }
    #expect(bench.payment(taken)?.outcome == .taken && Self.pay(bench, resource, named: 200) == .ok)
    // One place has what filled the treasury, for an hour: it was put off.
    #expect(bench.payment(taken) == nil && Self.pay(bench, resource, named: 201) == .noSpace)
    bench.advance(by: CoreLimits.replyKeptMilliseconds)
    #expect(Self.pay(bench, resource, named: 202) == .ok && Self.pay(bench, resource, named: 203) == .noSpace)
  }

  @Test("A sixteenth of the places for each mint, a quarter for all, until they are TAKEN, collected or gone")
  func limits() throws {
    let bench = try Bench(Bench.genesis(ecash: 32))
    for mint in 1...5 as ClosedRange<UInt32> { try bench.setMint(mint) }
    let resource = try bench.register()
    for mint in 1...5 as ClosedRange<UInt32> {
      try bench.fillTreasury(resource, [64], named: UInt64(mint), mint: mint)
    }
    func statuses(_ mint: UInt32, _ count: Int) throws -> [Status] {
      try (0..<count).map { _ in try bench.payout(1_000, Bench.blanks(3), mint: mint).status }
    }
    func refuse(_ mint: UInt32) throws -> UInt64 {
      bench.beginPayout(mint: mint, keyset: mint)
      #expect(bench.refuseCoins(mint: mint).status == .ok)
      return try #require(bench.refundable.last)
    }
    for mint in 1...4 as ClosedRange<UInt32> { #expect(try statuses(mint, 3) == [.ok, .ok, .noSpace]) }
    #expect(try statuses(5, 1) == [.noSpace])
    bench.beginPayout()
    #expect(bench.signCoins().status == .ok)
    #expect(try statuses(5, 2) == [.ok, .noSpace] && statuses(1, 1) == [.noSpace])
    let first = try refuse(2)
    #expect(try statuses(2, 1) == [.noSpace] && bench.refund(first).status == .ok)
    #expect(bench.refund(first).outcome.isReplayed)
    #expect(try statuses(2, 2) == [.ok, .noSpace])
    let owed = [try refuse(2), try refuse(2), try refuse(3), try refuse(3)]
    bench.advance(by: CoreLimits.ecashKeptMilliseconds - 1)
    bench.session = bench.openSession(Bytes16(low: 2, high: 2))
    #expect(try statuses(2, 1) + statuses(5, 1) == [.noSpace, .noSpace] && bench.isKeptBySnapshot)
    #expect(owed.allSatisfy { bench.payment($0)?.outcome == .refundable })
    bench.advance(by: 1)
    #expect(owed.allSatisfy { bench.refund($0).status == .paymentUnknown } && bench.isKeptBySnapshot)
    // Each takes the place of one that is gone, first of its own mint.
    #expect(try statuses(3, 3) == [.ok, .ok, .noSpace])
    #expect(try statuses(5, 2) == [.ok, .noSpace] && statuses(2, 2) == [.ok, .noSpace])
    #expect(bench.isKeptBySnapshot)
  }

  @Test("A quarter of the pieces for outputs of payouts that are pending")
  func pieces() throws {
    let bench = try Bench.payingOut([16, 16], genesis: Bench.genesis(pieces: 43))
    func status(_ count: Int) throws -> Status { try bench.payout(1_000, Bench.blanks(count)).status }
    // Seven pieces, then four.
    #expect(try status(13) == .noSpace && status(8) == .ok && status(4) == .noSpace && status(3) == .ok)
    #expect(try status(1) == .noSpace)
    bench.beginPayout()
    #expect(try status(1) == .noSpace && bench.signCoins().status == .ok && bench.isKeptBySnapshot)
    // Of what was signed there is one piece.
    #expect(try status(9) == .noSpace && status(8) == .ok)
    bench.beginPayout()
    #expect(bench.refuseCoins().status == .ok && bench.isKeptBySnapshot)
    #expect(try status(3) == .ok && status(1) == .noSpace)
  }

  @Test("Payments in ecash take the other pieces, and payouts wait for them like anybody")
  func noPieces() throws {
    let bench = try Bench.payingOut([16], genesis: Bench.genesis(pieces: 40))
    let resource = try bench.register(name: "other")
    var name: UInt64 = 100
    while bench.tryAcquire(resource, bench.ecash([2], named: name)).status == .paymentPending { name += 1 }
    while Self.pay(bench, resource, named: name) == .ok { name += 1 }
    #expect(try name > 108 && bench.payout(1_000, Bench.blanks(8)).status == .noSpace)
  }

  @Test("A payout ends when there is no place for the rest of its coins")
  func noPlaceForCoins() throws {
    let bench = try Bench.payingOut([16], genesis: Bench.genesis(treasury: 3))
    let payment = try bench.payout(1_000).reply(PayoutReply.self).payment
    #expect(bench.beginPayout().status == .ok && bench.coinSwap() == nil && !bench.machine.hasWaitingPayout(at: 1))
    let state = try #require(bench.payment(payment))
    #expect(state.outcome == .refundable && state.status == .noSpace && state.detail == 0)
    #expect(bench.balance(.payouts) == 0 && bench.totals()?.promised == 0)
  }

  @Test("Forgotten for room are those not taken, collected ones, payouts, what was put off, and none that is owed")
  func forgotten() throws {
    let bench = try Bench.payingOut([64], genesis: Bench.genesis(ecash: 32))
    let resource = try bench.register(name: "other")
    let signed = [try Self.signed(bench), try Self.signed(bench)]
    let collected = [try Self.refused(bench), try Self.refused(bench)]
    // The order of their last ends counts.
    for payment in collected.reversed() { _ = try Self.collect(bench, payment) }
    let owed = try Self.refused(bench)
    let refused = try bench.acquirePending(resource, bench.ecash([2], named: 80))
    bench.beginSwap()
    bench.refuse([(refused, .ecashSpent)])
    // What filled the treasury came right before the first payout.
    let ended = [refused] + collected.reversed() + signed + [signed[0] - 1]
    for name in 1...25 as ClosedRange<UInt64> { #expect(Self.pay(bench, resource, named: 100 + name) == .ok) }
    #expect(ended.allSatisfy { bench.payment($0) != nil } && bench.isKeptBySnapshot)
    for count in 1...ended.count {
      if count == ended.count {
        #expect(Self.pay(bench, resource, named: 300) == .noSpace)
        bench.advance(by: CoreLimits.replyKeptMilliseconds)
      }
      #expect(Self.pay(bench, resource, named: 200 + UInt64(count)) == .ok)
      #expect(ended.filter { bench.payment($0) != nil } == Array(ended.dropFirst(count)))
    }
    #expect(Self.pay(bench, resource, named: 300) == .noSpace && bench.isKeptBySnapshot)
    #expect(bench.payment(owed)?.outcome == .refundable)
    bench.advance(by: CoreLimits.ecashKeptMilliseconds)
    bench.session = bench.openSession(Bytes16(low: 2, high: 2))
    #expect(Self.pay(bench, resource, named: 301) == .ok && bench.payment(owed) == nil)
    #expect(Self.pay(bench, resource, named: 302) == .noSpace && bench.isKeptBySnapshot)
  }

  @Test("A payout is told of for thirty days from when its note was collected")
  func endsAnew() throws {
    let bench = try Bench.payingOut([64])
    let payment = try Self.refused(bench)
    let days = CoreLimits.ecashKeptMilliseconds / 30
    func pass(_ milliseconds: UInt64) {
      bench.advance(by: milliseconds)
      bench.session = bench.openSession(Bytes16(low: bench.machine.now, high: 2))
    }
    pass(20 * days)
    let note = try Self.collect(bench, payment)
    pass(20 * days)
    #expect(bench.refund(payment).outcome.isReplayed && bench.payment(payment)?.outcome == .refundable)
    pass(10 * days - 1)
    #expect(try Self.collect(bench, payment).serial == note.serial && bench.isKeptBySnapshot)
    pass(1)
    #expect(bench.refund(payment).status == .paymentUnknown && bench.isKeptBySnapshot)
  }

  @Test("A treasury without a free place makes fewer coins all the same, and pays out what needs none")
  func fullTreasury() throws {
    let bench = try Bench.payingOut(Array(repeating: 1, count: 7), genesis: Bench.genesis(treasury: 7))
    let payment = try bench.payout(2_000).reply(PayoutReply.self).payment
    bench.beginPayout()
    #expect(bench.coinSwap()?.coins.count == 2 && bench.coinSwap()?.outputs.isEmpty == true)
    bench.signCoins()
    #expect(bench.payment(payment)?.outcome == .taken && bench.machine.coinCount(at: 1) == 5)
    #expect(bench.beginPayout().status == .ok && bench.coinSwap()?.outputs.count == 2)
    bench.signCoins()
    #expect(bench.machine.coinCount(at: 1) == 2)
  }

  @Test("A payout that cannot be waits until there is a note for it")
  func noNote() throws {
    let bench = try Bench.payingOut([16], genesis: Bench.genesis(notes: 12, ecash: 80))
    let notes = try (0..<5).map { _ in try bench.note(1_000) }
    for note in notes { #expect(bench.payout([note]).status == .ok) }
    var issued = 0
    while bench.apply(IssueCommand(amount: 1, binding: 0, count: 1)).status == .ok { issued += 1 }
    #expect(issued == 3)
    // A quarter of the notes of an epoch is for what is owed.
    for _ in 0..<3 {
      bench.beginPayout()
      #expect(bench.refuseCoins().status == .ok)
    }
    bench.beginPayout()
    let swap = bench.coinSwap()
    #expect(bench.refuseCoins().status == .noSpace && bench.coinSwap() == swap)
    #expect(bench.refuseCoins(swap?.coins ?? []).status == .ok && bench.totals()?.held == 0)
    #expect(bench.beginPayout().status == .noSpace && bench.machine.hasWaitingPayout(at: 1))
    #expect(bench.apply(RotateCommand(validity: 0, algorithm: .hmacSha256_128)).status == .ok)
    #expect(bench.beginPayout().status == .ok && bench.beginPayout().status == .ok)
    #expect(!bench.machine.hasWaitingPayout(at: 1) && bench.balance(.payouts) == 0)
    #expect(bench.beginPayout().status == .nothingDue)
  }

}
