import BrokerCore
import Testing
import WireProtocol

@Suite("Ecash that goes out")
struct PayoutTests {
  private static func sums(_ bench: Bench) -> [UInt64] {
    let totals = bench.totals()
    return [totals?.held ?? 0, totals?.promised ?? 0, totals?.paid ?? 0, totals?.fees ?? 0, totals?.lost ?? 0]
  }

  @Test("Notes become signatures on the payer's outputs, to the unit")
  func paidOut() throws {
    let bench = try Bench()
    try bench.setMint(fee: 100)
    let resource = try bench.register()
    try bench.fillTreasury(resource, [64, 32, 16, 8], named: 1)
    #expect(bench.ownProofs().map(\.exponent) == [6, 5, 4, 2, 1, 0])
    let notes = [try bench.note(20_000), try bench.note(1_000)]
    bench.number += 1
    let key = ReceiptKey(session: bench.session, number: bench.number, digest: 5, window: 8)
    let applied = bench.payout(notes, receipt: key)
    let reply = try applied.reply(PayoutReply.self)
    // Eight outputs and one input at a tenth each may cost one.
    #expect(reply.amount == 20 && reply.fee == 1 && applied.money == .taken)
    #expect(StateMachine.isEcashPayment(reply.payment) && bench.balance(.payouts) == 21_000)
    #expect(bench.payment(reply.payment)?.status == .paymentPending && bench.payment(reply.payment)?.amount == 21_000)
    #expect(bench.payment(reply.payment)?.opcode == 0x39 && bench.payment(reply.payment)?.reply.word0 == 0)
    #expect(bench.machine.signatures(ofPayout: reply.payment) == .pending)
    #expect(Self.sums(bench) == [119, 21, 0, 1, 0] && bench.isKeptBySnapshot)
    #expect(bench.signCoins().status == .nothingDue && bench.machine.hasWaitingPayout(at: 1))
    #expect(bench.beginPayout().status == .ok && bench.beginPayout().status == .swapUnderWay)
    #expect(bench.beginSwap().status == .swapUnderWay && bench.sign().status == .nothingDue && bench.swap() == nil)
    let swap = try #require(bench.coinSwap())
    #expect(swap.payout == reply.payment && swap.keyset == 1 && swap.coins.map(\.exponent) == [5])
    #expect(swap.blanks == Array(Bench.blanks(8).prefix(2)) && swap.blankExponents == [4, 2])
    #expect(swap.outputs.map(\.exponent) == [3, 1, 0] && swap.outputs.map(\.counter) == [6, 7, 8])
    #expect(bench.isKeptBySnapshot && !bench.machine.hasWaitingPayout(at: 1))
    #expect(bench.signCoins(less: 1).status == .quantityInvalid && bench.signCoins(less: -1).status == .quantityInvalid)
    #expect(bench.signCoins().status == .ok)
    #expect(Self.sums(bench) == [98, 0, 20, 2, 0] && bench.isKeptBySnapshot)
    #expect(bench.ownProofs().map(\.counter) == [0, 2, 3, 4, 5, 6, 7, 8])
    #expect(bench.balance(.payouts) == 0 && bench.balance(.ecash) == -98_000)
    guard case .signed(20, 1, 1, let signatures) = bench.machine.signatures(ofPayout: reply.payment) else {
      Issue.record("no signatures")
      return
    }
    #expect(signatures.map(\.exponent) == [4, 2] && signatures.map(\.x0.low) == [1, 2])
    let state = try #require(bench.payment(reply.payment))
    #expect(state.outcome == .taken && state.status == .ok && state.detail == 1)
    #expect([state.reply.word0, state.reply.word1, state.reply.word2] == [reply.payment, 20, 1])
    let isTold = bench.effects.contains { effect in
      guard case .paymentSettled(let push, let session) = effect else { return false }
      return push.payment == reply.payment && push.outcome == .taken && push.detail == 1 && session == bench.session
    }
    let again = bench.payout(notes, receipt: key)
    #expect(try again.reply(PayoutReply.self) == reply && again.outcome.isReplayed)
    #expect(isTold && bench.refund(reply.payment).status == .nothingDue)
    #expect(bench.machine.signatures(ofPayout: reply.payment + 1) == .unknown)
    bench.advance(by: CoreLimits.ecashKeptMilliseconds)
    #expect(bench.machine.signatures(ofPayout: reply.payment) == .unknown)
  }

  @Test("What cannot be paid out is refused, in the order of the contract, and nothing is taken")
  func refused() throws {
    let bench = try Bench.payingOut([16, 16], fee: 500, minimum: 3)
    func status(_ applied: Applied) -> Status {
      #expect(applied.money == .notTaken)
      return applied.status
    }
    let inEcash = bench.apply(
      PayoutCommand(mint: 9, count: 0, refundHash: Bench.refundHash), blanks: Bench.blanks(2),
      ecash: bench.ecash([8], named: 90, mint: 9))
    #expect(status(inEcash) == .paymentNotAllowed)
    var twice = Bench.blanks(5)
    twice[3].x0 = twice[1].x0
    twice[3].isOdd = 0
    twice[4] = twice[0]
    #expect(status(try bench.payout(8_000, mint: 2)) == .mintUnknown)
    #expect(status(try bench.payout(8_000, [])) == .quantityInvalid)
    let repeated = try bench.payout(8_000, twice)
    #expect(status(repeated) == .ecashInvalid && repeated.outcome.detail == 3)
    #expect(bench.setKeyset(2, fee: 500, isActive: false).status == .ok)
    #expect(status(try bench.payout(8_000)) == .keysetUnknown)
    #expect(bench.setKeyset(2, fee: 500).status == .ok)
    var forged = try bench.note(8_000)
    forged.serial += 50
    #expect(status(bench.payout([forged])) == .noteForged)
    #expect(status(bench.payout([try bench.note(8_000, binding: 7)])) == .noteBound)
    let uneven = try bench.payout(8_999)
    #expect(status(uneven) == .amountInvalid && uneven.outcome.detail == 8_000)
    #expect(try bench.payout(999).outcome.detail == 0)
    #expect(status(try bench.payout(1_000 * (UInt64(WireLimits.ecashAmountMax) + 1))) == .amountOverflow)
    // Eight outputs and an input at a half each cost five.
    let little = try bench.payout(7_000)
    #expect(status(little) == .amountInvalid && little.outcome.detail == 8_000)
    // 15 takes four outputs.
    #expect(status(try bench.payout(17_000, Bench.blanks(3))) == .quantityInvalid)
    let short = try bench.payout(33_000)
    #expect(status(short) == .treasuryShort && short.outcome.detail == 32)
    #expect(try bench.payout(20_000).reply(PayoutReply.self).amount == 15)
    #expect(try bench.payout(13_000).outcome.detail == 12)
    #expect(try bench.payout(12_000).reply(PayoutReply.self).fee == 5)
    try bench.setMint(minimum: 3, isEnabled: false)
    #expect(status(try bench.payout(8_000)) == .mintUnknown)
    #expect(bench.beginPayout(mint: 2).status == .mintUnknown && bench.beginPayout(keyset: 1).status == .ok)
    #expect(bench.signCoins(mint: 2).status == .mintUnknown)
  }

  @Test("The least sum is told at any rate, where there is so much money")
  func leastSum() throws {
    let bench = try Bench.payingOut([16])
    try bench.setMint(rate: (3, 2), minimum: 4)
    let little = try bench.payout(3)
    #expect(little.status == .amountInvalid && little.outcome.detail == 6)
    #expect(try bench.payout(4).outcome.detail == 3)
    for (rate, minimum, least) in [
      ((1, 1), 1 << 63 - 1, 1 << 63 - 1), ((1, 1), 1 << 63, 0), ((1, 2), .max, 0), ((.max, .max), .max, 0),
      ((1, 3), .max, 6_148_914_691_236_517_205),
    ] as [((UInt64, UInt64), UInt64, UInt64)] {
      try bench.setMint(rate: rate, minimum: minimum)
      let applied = try bench.payout(1)
      #expect(applied.status == .amountInvalid && applied.outcome.detail == least, "\(rate)")
    }
  }

  @Test("A payout that the mint refuses for no coin's sake becomes a note, for the refund key")
  func refunded() throws {
    let bench = try Bench.payingOut([8, 4])
    let payment = try bench.payout(5_000).reply(PayoutReply.self).payment
    #expect(bench.refund(payment).status == .paymentPending)
    bench.beginPayout()
    #expect(bench.refund(payment).status == .paymentPending)
    #expect(bench.refuseCoins().status == .ok && bench.coinSwap() == nil && bench.isKeptBySnapshot)
    let state = try #require(bench.payment(payment))
    #expect(state.outcome == .refundable && state.status == .mintRefused && state.detail == 0 && state.amount == 5_000)
    #expect(Self.sums(bench) == [12, 0, 0, 0, 0] && bench.balance(.payouts) == 0)
    #expect(bench.machine.signatures(ofPayout: payment) == .none)
    #expect(bench.apply(RefundCommand(payment: payment, keyHash: Bytes16())).status == .keyWrong)
    let refund = try bench.refund(payment).reply(RefundReply.self)
    #expect(refund.amount == 5_000 && bench.refund(payment).outcome.isReplayed)
    let note = VerifiedNote(keyEpoch: refund.keyEpoch, serial: refund.firstSerial, amount: 5_000, binding: 0)
    #expect(bench.payout([note]).status == .ok)
    let isTold = bench.effects.contains { effect in
      guard case .paymentSettled(let push, _) = effect else { return false }
      return push.payment == payment && push.outcome == .refundable && push.status == .mintRefused
        && push.opcode == 0x39
    }
    #expect(isTold)
  }

  @Test("Coins that somebody else spent are gone, the others and the payout as before")
  func spentElsewhere() throws {
    let bench = try Bench.payingOut([8, 8, 4])
    let payment = try bench.payout(15_000).reply(PayoutReply.self).payment
    bench.beginPayout()
    let coins = try #require(bench.coinSwap()?.coins)
    #expect(coins.map(\.counter) == [0, 1])
    #expect(bench.refuseCoins([coins[1], coins[0]]).status == .quantityInvalid)
    #expect(bench.refuseCoins([coins[0], coins[0]]).status == .quantityInvalid)
    #expect(bench.refuseCoins([bench.ownProofs()[2]]).status == .quantityInvalid)
    let wrong = PayoutRecord(x0: Bytes16(), x1: Bytes16(), keyset: 1, counter: 0, isOdd: 1)
    let applied = bench.apply(EndPayoutCommand(mint: 1, outcome: .refused, count: 0), paidOut: [wrong])
    #expect(applied.status == .quantityInvalid && bench.putBackCoins([wrong]).status == .quantityInvalid)
    #expect(bench.refuseCoins([coins[1]]).status == .ok && bench.isKeptBySnapshot)
    #expect(Self.sums(bench) == [12, 15, 0, 0, 8] && bench.machine.hasWaitingPayout(at: 1))
    #expect(bench.payment(payment)?.status == .paymentPending)
    // What there is does not suffice any more.
    #expect(bench.beginPayout().status == .ok && bench.coinSwap() == nil)
    let state = try #require(bench.payment(payment))
    #expect(state.outcome == .refundable && state.status == .treasuryShort && state.detail == 12)
    #expect(try bench.payout(13_000).outcome.detail == 12)
    // What was lost so had been credited to nobody: it does not count against what may be credited at once.
    try bench.setMint(exposure: 10)
    let paid = bench.apply(
      ExchangeCommand(actor: Bench.anyone, lease: 0, count: 0), outputs: [NoteOutput(amount: 4_000, binding: 0)],
      ecash: bench.ecash([4], named: 70, flags: [.locked, .proven]))
    #expect(paid.status == .ok)
  }

  @Test("What is put back is taken again, coin by coin; of two payouts the first one first")
  func putBack() throws {
    let bench = try Bench.payingOut([8, 8, 4])
    let first = try bench.payout(9_000).reply(PayoutReply.self).payment
    let second = try bench.payout(3_000).reply(PayoutReply.self).payment
    bench.beginPayout()
    let swap = try #require(bench.coinSwap())
    #expect(swap.payout == first && bench.putBackCoins().status == .ok && bench.isKeptBySnapshot)
    #expect(Self.sums(bench) == [20, 12, 0, 0, 0])
    bench.beginPayout()
    #expect(bench.coinSwap() == swap)
    bench.signCoins()
    bench.beginPayout()
    #expect(bench.coinSwap()?.payout == second)
    bench.signCoins()
    #expect(Self.sums(bench) == [8, 0, 12, 0, 0])
    bench.beginPayout()
    #expect(bench.coinSwap()?.payout == 0)
  }

  @Test("The smallest coin that is worth it and its fee, of one amount the first one; else the largest ones")
  func smallestCoin() throws {
    let bench = try Bench()
    try bench.setMint(fee: 1_000)
    let resource = try bench.register()
    // The mint keeps two of each.
    let coins: [UInt64] = [64, 16, 8, 32, 16, 8]
    for (name, coin) in coins.enumerated() { try bench.fillTreasury(resource, [coin, 2], named: UInt64(name) + 1) }
    func spent(_ net: UInt64) throws -> [UInt32] {
      // Five blank outputs and an input cost six.
      #expect(try bench.payout((net + 6) * 1_000, Bench.blanks(5)).reply(PayoutReply.self).amount == net)
      bench.beginPayout()
      let coins = try #require(bench.coinSwap()?.coins).map(\.counter)
      #expect(bench.refuseCoins().status == .ok)
      return coins
    }
    #expect(bench.ownProofs().map(\.exponent) == [6, 4, 3, 5, 4, 3])
    let found = [try spent(7), try spent(8), try spent(15)]
    #expect(found == [[2], [1], [1]])
    let larger = try spent(16)
    #expect(larger == [3] && bench.isKeptBySnapshot)
    for id in bench.refundable { #expect(bench.refund(id).status == .ok) }
    // 64 and the fee is more than the largest coin.
    let several = [try spent(62), try spent(64), try spent(96)]
    #expect(several == [[0], [0, 3], [0, 1, 3]])
  }

  @Test("Many small coins become fewer, where that is worth it")
  func fewer() throws {
    let bench = try Bench.payingOut(Array(repeating: 1, count: 9) + [16])
    #expect(bench.machine.coinCount(at: 1) == 10 && bench.beginPayout(keyset: 2).status == .keysetUnknown)
    #expect(bench.beginPayout().status == .ok)
    let swap = try #require(bench.coinSwap())
    #expect(swap.payout == 0 && swap.blanks.isEmpty && swap.coins.count == 10)
    #expect(swap.outputs.map(\.exponent) == [4, 3, 0] && bench.isKeptBySnapshot)
    #expect(bench.refuseCoins().status == .ok && bench.coinSwap() == nil && bench.machine.coinCount(at: 1) == 10)
    bench.beginPayout()
    #expect(bench.refuseCoins([bench.ownProofs()[0]]).status == .ok && bench.machine.coinCount(at: 1) == 9)
    // 24 is two coins, of nine.
    #expect(bench.beginPayout().status == .ok && bench.signCoins().status == .ok)
    let holdings = bench.machine.holdings(at: 1)
    #expect(holdings.map(\.keyset) == [1] && holdings.map(\.amount) == [24] && holdings.map(\.count) == [2])
    #expect(Self.sums(bench) == [24, 0, 0, 0, 1] && bench.beginPayout().status == .nothingDue)
  }

  @Test("At most so many coins at once, the smallest ones, or the largest for a payout")
  func bounded() throws {
    let bench = try Bench(Bench.genesis(pieces: 4_096, treasury: 512))
    try bench.setMint()
    let resource = try bench.register()
    #expect(bench.setKeyset(2, keys: 1).status == .ok)
    bench.isChecking = false
    for name in 1...3 as ClosedRange<UInt64> {
      try bench.fillTreasury(resource, [32, 16], named: name, keyset: 2)
    }
    try bench.fillTreasury(resource, [8], named: 9)
    bench.isChecking = true
    #expect(bench.machine.coinCount(at: 1) == 145 && bench.setKeyset(2, isActive: true, keys: 1).status == .ok)
    let payment = try bench.payout(140_000, Bench.blanks(64)).outcome
    // The keyset that is meant has one key.
    #expect(payment.status == .quantityInvalid)
    #expect(bench.setKeyset(2, isActive: false, keys: 1).status == .ok)
    let refused = try bench.payout(140_000, Bench.blanks(64)).reply(PayoutReply.self).payment
    // 8 and 127 of 1 are not worth 140, though 152 are held.
    #expect(bench.beginPayout().status == .ok && bench.payment(refused)?.status == .treasuryShort)
    #expect(bench.payment(refused)?.detail == 152 && bench.machine.hasRetiredCoins(at: 1))
    let paid = try bench.payout(135_000, Bench.blanks(64)).reply(PayoutReply.self).payment
    bench.beginPayout()
    #expect(bench.coinSwap()?.coins.count == 128 && bench.coinSwap()?.payout == paid && bench.isKeptBySnapshot)
    bench.signCoins()
    #expect(bench.payment(paid)?.outcome == .taken && bench.totals()?.held == 17)
    bench.beginPayout()
    let swap = try #require(bench.coinSwap())
    #expect(swap.coins.count == 17 && swap.coins.allSatisfy { $0.keyset == 2 } && swap.outputs.count == 2)
    bench.signCoins()
    #expect(!bench.machine.hasRetiredCoins(at: 1) && bench.totals()?.held == 17)
  }

  @Test("Coins of a keyset that the mint left are swapped away, even one for one, where they are worth their fee")
  func rotated() throws {
    let bench = try Bench.payingOut([8, 4, 1])
    #expect(bench.beginPayout().status == .nothingDue)
    #expect(bench.setKeyset(1, isActive: false).status == .ok && bench.setKeyset(2, fee: 1_500).status == .ok)
    #expect(bench.machine.hasRetiredCoins(at: 1) && bench.beginPayout(keyset: 1).status == .keysetUnknown)
    bench.beginPayout(keyset: 2)
    #expect(bench.coinSwap()?.coins.count == 3 && bench.coinSwap()?.outputs.map(\.counter) == [0, 1, 2])
    bench.signCoins()
    #expect(!bench.machine.hasRetiredCoins(at: 1) && bench.machine.coinCount(at: 1) == 3)
    #expect(bench.setKeyset(2, fee: 1_500, isActive: false).status == .ok && bench.setKeyset(3).status == .ok)
    bench.beginPayout(keyset: 3)
    // 12 less 3; the one is not worth twice its own fee.
    #expect(bench.coinSwap()?.outputs.map(\.exponent) == [3, 0])
    bench.signCoins()
    #expect(Self.sums(bench) == [10, 0, 0, 3, 0] && bench.machine.hasRetiredCoins(at: 1))
    #expect(bench.machine.holdings(at: 1).map(\.amount) == [0, 1, 9])
    // Nor does it keep others from being swapped away.
    #expect(bench.beginPayout(keyset: 3).status == .nothingDue)
    #expect(bench.setKeyset(3, isActive: false).status == .ok && bench.setKeyset(4).status == .ok)
    bench.beginPayout(keyset: 4)
    #expect(bench.coinSwap()?.coins.count == 2)
    bench.signCoins()
    #expect(bench.machine.holdings(at: 1).map(\.amount) == [0, 1, 0, 9])
  }

  @Test("A payout ends when the keyset of then wants more outputs than there are blank ones")
  func fewerKeys() throws {
    let bench = try Bench.payingOut([16])
    let payment = try bench.payout(12_000, Bench.blanks(2)).reply(PayoutReply.self).payment
    #expect(bench.setKeyset(1, isActive: false).status == .ok && bench.setKeyset(2, keys: 2).status == .ok)
    #expect(bench.beginPayout(keyset: 2).status == .ok && bench.coinSwap() == nil)
    let state = try #require(bench.payment(payment))
    #expect(state.outcome == .refundable && state.status == .keysetUnknown && state.detail == 0)
    #expect(bench.balance(.payouts) == 0 && bench.totals()?.promised == 0)
    // What the broker gets itself may be too many as well: 16 ones of a keyset with one key are not.
    #expect(bench.setKeyset(3, keys: 1).status == .ok && bench.beginPayout(keyset: 3).status == .ok)
    #expect(bench.coinSwap()?.outputs.count == 16)
  }

  @Test("What was ever issued is bounded, however much of it was paid out")
  func issuedInAll() throws {
    let bench = try Bench.payingOut([1 << 15])
    try bench.setMint(rate: (1 << 48, 1))
    let half = UInt64(1) << 62
    #expect(bench.apply(IssueCommand(amount: half, binding: 0, count: 1)).status == .ok)
    let note = try bench.note(1 << 61)
    let payment = bench.payout([note], Bench.blanks(1))
    #expect(payment.status == .ok)
    bench.beginPayout()
    bench.signCoins()
    #expect(bench.balance(.ecash) > 0 && bench.isKeptBySnapshot)
    #expect(bench.apply(IssueCommand(amount: half / 2, binding: 0, count: 1)).status == .amountOverflow)
    #expect(bench.apply(IssueCommand(amount: half / 4, binding: 0, count: 1)).status == .ok)
  }
}
