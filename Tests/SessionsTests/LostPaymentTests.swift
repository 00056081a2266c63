import Cashu
import Harness
import Payments
import ScriptedMint
import Sessions
import Testing
import WireProtocol

/// A broker that begins from a backup, and payments that waited there: what the lost life had swapped is found, and is their
/// payers' as far as it goes. Until the loss is accepted nothing is taken at all.
@Suite struct LostPaymentTests {
  /// Coins of 100; payments of 5 and 6, of which one is being swapped, and a backup. Whether the life that is lost had them swapped.
  private func begin(_ rig: MintRig, isDone: Bool) throws -> (payments: [UInt64], backup: Int) {
    try rig.fill(100)
    let payments = try [5, 6].map { try rig.exchange(try rig.wallet.gift($0, from: &rig.mint)) }
    let backup = rig.transport.journalByteCount
    if isDone {
      rig.run()
      for payment in payments { #expect(try rig.payment(payment).outcome == .taken) }
    }
    rig.asked = []
    return (payments, backup)
  }

  private func exchange(_ coins: [Proof], _ rig: MintRig) throws -> ReceivedFrame {
    let sum = coins.reduce(0) { $0 + $1.amount }
    return try rig.pay(
      ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: sum, binding: 0)], with: coins)
  }

  // MARK: Made good

  @Test(arguments: [false, true]) func whatALostLifeSwappedIsMadeGood(_ isDone: Bool) throws {
    let rig = try MintRig()
    let (payments, backup) = try begin(rig, isDone: isDone)
    try rig.restore(backup)
    rig.acceptLoss()
    rig.run(seconds: 62)
    for (payment, amount) in zip(payments, [5, 6] as [UInt64]) {
      let told = try rig.payment(payment)
      // The session that asked is lost, too.
      #expect(told.outcome == .refundable && told.amount == amount)
      #expect(told.status == (isDone ? .ecashSpent : .sessionRequired))
      for _ in 0..<2 { #expect(try rig.refund(payment, key(70)).notes.map(\.amount) == [amount]) }
    }
    let treasury = try rig.treasury()
    #expect(treasury.held == 111 && treasury.found == (isDone ? 11 : 0) && treasury.waiting == 0)
    #expect(try rig.wordsWorth() == 111)
    // Nobody is to blame: what its payer brings next is swapped with what others do.
    let others = try [7, 9, 3].map { try rig.exchange(try rig.wallet.gift($0, from: &rig.mint)) }
    rig.asked = []
    rig.run()
    for payment in others { #expect(try rig.payment(payment).outcome == .taken) }
    #expect(rig.asked == ["swap", "checkstate", "swap"])
  }

  /// As far as that goes: somebody has spent of it since.
  @Test func whatIsNotThereIsNotMadeGood() throws {
    let rig = try MintRig()
    let (payments, backup) = try begin(rig, isDone: true)
    // 4 and 1, 4 and 2: one of 4 is gone.
    try rig.spendWithWords(3)
    try rig.restore(backup)
    rig.acceptLoss()
    rig.run(seconds: 62)
    #expect(try rig.treasury().found == 7)
    #expect(try payments.map { try rig.payment($0).outcome } == [.refundable, .notTaken])
    #expect(try rig.payment(payments[1]).status == .ecashSpent)
    #expect(try rig.refund(payments[0], key(70)).notes.map(\.amount) == [5])
    #expect(try rig.treasury().held == rig.wordsWorth())
  }

  /// What the lost life spent for a payout that is made is not missing.
  @Test func whatWasPaidOutIsNotHeldAgainstIt() throws {
    let rig = try MintRig()
    try rig.fill(200)
    let payment = try rig.exchange(try rig.wallet.gift(8, from: &rig.mint))
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    let backup = rig.transport.journalByteCount
    rig.run()
    try rig.restore(backup)
    rig.acceptLoss()
    rig.run(seconds: 10)
    let late = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run(seconds: 49)
    // Nothing is known yet.
    #expect(try rig.payment(late).outcome == .notKnown && rig.payment(payment).outcome == .notKnown)
    rig.run(seconds: 10)
    #expect(try rig.payment(late).outcome == .taken)
    #expect(try rig.collect(payout, blanks) == 37)
    #expect(try rig.payment(payment).outcome == .refundable)
    #expect(try rig.refund(payment, key(70)).notes.map(\.amount) == [8])
    #expect(try rig.treasury().held == rig.wordsWorth())
  }

  // MARK: What arrives late

  /// A swap that the lost life asked for is carried out in the first minute: what was signed is looked for after that.
  @Test(arguments: [0, 30, 59] as [UInt64]) func aSwapThatArrivesLateIsMadeGood(_ seconds: UInt64) throws {
    let rig = try MintRig()
    try rig.fill(100)
    let payment = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    let backup = rig.transport.journalByteCount
    let late = try #require(rig.nextCall())
    #expect(late.request.path == "/v1/swap")
    try rig.restore(backup)
    rig.acceptLoss()
    rig.run(seconds: seconds)
    #expect(rig.asked == ["info", "keysets"])
    // What waits for the same mint waits along.
    let other = try rig.exchange(try rig.wallet.gift(3, from: &rig.mint))
    #expect(rig.mint.handle(late.request).status == 200)
    rig.run(seconds: 62 - seconds)
    let told = try rig.payment(payment)
    #expect(told.outcome == .refundable && told.status == .ecashSpent && told.amount == 5)
    #expect(try rig.refund(payment, key(70)).notes.map(\.amount) == [5])
    #expect(try rig.payment(other).outcome == .taken)
    let treasury = try rig.treasury()
    #expect(treasury.held == 108 && treasury.found == 5 && treasury.lost == 0)
    #expect(try rig.wordsWorth() == 108)
  }

  /// Nobody has to come by for that.
  @Test func theMintIsAskedWhenTheMinuteIsOver() throws {
    let rig = try MintRig()
    try rig.fill(100)
    let payment = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    try rig.restore(rig.transport.journalByteCount)
    rig.acceptLoss()
    let start = rig.transport.now
    var askedAt: UInt64?
    rig.beforeAnswer = { call in
      if call.request.path == "/v1/restore", askedAt == nil { askedAt = rig.transport.now }
    }
    rig.run(seconds: 300)
    #expect(askedAt == start + 60_000)
    #expect(try rig.payment(payment).status == .sessionRequired)
  }

  /// A payout that it asked for is as well: what it spent for that nobody else is given.
  @Test func aPayoutThatArrivesLateMakesNothingGood() throws {
    let rig = try MintRig()
    try rig.fill(64)
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.finishJobs()
    let late = try #require(rig.nextCall())
    let coins = try rig.wallet.gift(5, from: &rig.mint)
    let payment = try rig.exchange(coins)
    try rig.wallet.receive(try rig.wallet.token(of: coins).text(), at: &rig.mint)
    try rig.restore(rig.transport.journalByteCount)
    rig.acceptLoss()
    rig.run(seconds: 30)
    #expect(rig.mint.handle(late.request).status == 200)
    rig.run(seconds: 100)
    #expect(try rig.collect(payout, blanks) == 37)
    let told = try rig.payment(payment)
    #expect(told.outcome == .notTaken && told.status == .ecashSpent)
    let treasury = try rig.treasury()
    #expect(treasury.held == 27 && treasury.found == 27 && treasury.lost == 64)
    #expect(try rig.wordsWorth() == 27)
  }

  /// Where no payment is of before, nobody waits for that minute.
  @Test func whoWasNotThereDoesNotWait() throws {
    let rig = try MintRig()
    try rig.fill(100)
    try rig.restore(rig.transport.journalByteCount)
    rig.acceptLoss()
    let payment = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run()
    #expect(try rig.payment(payment).outcome == .taken)
    #expect(try rig.treasury().held == 105)
  }

  /// What its payer spent himself meanwhile is not found.
  @Test func whoSpentItHimselfHasIt() throws {
    let rig = try MintRig()
    try rig.fill(100)
    let coins = try rig.wallet.gift(5, from: &rig.mint)
    let payment = try rig.exchange(coins)
    let backup = rig.transport.journalByteCount
    try rig.wallet.receive(try rig.wallet.token(of: coins).text(), at: &rig.mint)
    try rig.restore(backup)
    rig.acceptLoss()
    rig.run(seconds: 70)
    let told = try rig.payment(payment)
    #expect(told.outcome == .notTaken && told.status == .ecashSpent)
    #expect(try rig.treasury().held == 100)
  }

  /// The broker ends after every question, with the answer or without it, and before every job.
  @Test func aCrashBetweenAnyTwoStepsMakesNothingGoodTwice() throws {
    var step = 0
    while true {
      let rig = try MintRig()
      let (payments, backup) = try begin(rig, isDone: true)
      try rig.restore(backup)
      rig.acceptLoss()
      rig.transport.advance(60_000)
      let isDone = try rig.crash(after: step)
      rig.run(seconds: 130)
      #expect(try payments.map { try rig.payment($0).outcome } == [.refundable, .refundable])
      #expect(try rig.treasury().held == 111)
      guard !isDone else { break }
      step += 1
    }
    #expect(step > 20)
  }

  /// What a lost life had swapped of what was credited costs no trust: it is found.
  @Test func whatWasCreditedAndIsFoundIsNotExposed() throws {
    let rig = try MintRig(exposure: 1_000)
    try rig.fill(100)
    let coins = try rig.wallet.gift(900, lock: try rig.lockKey(), from: &rig.mint)
    #expect(try exchange(coins, rig).status == .ok)
    let backup = rig.transport.journalByteCount
    rig.run(seconds: 120)
    #expect(try rig.treasury().held == 1_000)
    try rig.restore(backup)
    rig.acceptLoss()
    rig.run(seconds: 200)
    let treasury = try rig.treasury()
    #expect(treasury.held == 1_000 && treasury.found == 900 && treasury.credited == 0)
    let more = try rig.wallet.gift(900, lock: try rig.lockKey(), from: &rig.mint)
    #expect(try exchange(more, rig).status == .ok)
    rig.run(seconds: 120)
    #expect(try rig.treasury().held == 1_900)
  }

  // MARK: Quarantine

  /// Nothing comes in, nothing goes out, no key is told, and no mint is asked about money. All begins when the loss is accepted.
  @Test func nothingIsTakenInAQuarantine() throws {
    let rig = try MintRig()
    try rig.fill(100)
    let before = try rig.wallet.gift(3, lock: try rig.lockKey(), from: &rig.mint)
    #expect(try rig.tellsLock())
    let waits = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    try rig.restore(rig.transport.journalByteCount)
    rig.run(seconds: 1_300)
    #expect(Set(rig.asked) == ["info", "keysets"])
    #expect(try !rig.tellsLock())
    let reply = try #require(rig.client.call(MintsRequest())?.part(MintsReply.self))
    #expect(reply.count == 1)
    // Not what is proved either, nor what waits here already.
    for coins in [before, try rig.wallet.gift(7, from: &rig.mint)] {
      let refused = try exchange(coins, rig)
      #expect(refused.status == .restoreInProgress && refused.money == .notTaken)
    }
    #expect(throws: MintRig.Refused.self) { _ = try rig.payOut(1, try rig.blanks(1, from: 40).map(\.record)) }
    #expect(try rig.payment(waits).outcome == .notKnown && rig.payment(payout).outcome == .notKnown)
    let treasury = try rig.treasury()
    #expect(treasury.held == 100 && treasury.waiting == 5 && treasury.promised == 37)
    rig.asked = []
    rig.acceptLoss()
    #expect(try rig.tellsLock())
    rig.workOff()
    // The session that asked is lost, too.
    #expect(try rig.payment(waits).status == .sessionRequired)
    #expect(try rig.collect(payout, blanks) == 37)
    // Locked to the life that is lost.
    #expect(try exchange(before, rig).status == .paymentPending)
  }
}
