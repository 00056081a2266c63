import Cashu
import Harness
import ScriptedMint
import Sessions
import Testing
import TurnpikeCrypto
import WireProtocol

/// What is said to a mint when ecash goes out, and what becomes of it.
@Suite struct PayoutLineTests {
  /// The payout ended without signatures: its payer has his money again, once.
  private func expectRefunded(_ rig: MintRig, _ payout: UInt64, _ amount: UInt64, _ status: Status) throws {
    let told = try rig.payment(payout)
    #expect(told.outcome == .refundable)
    #expect(told.status == status)
    #expect(rig.client.call(SignaturesRequest(payment: payout))?.status == .nothingDue)
    #expect(try rig.refund(payout, key(72)).status == .keyWrong)
    // Whoever was never told its id has its key.
    let notes = try rig.refund(0, key(71)).notes
    #expect(notes.map(\.amount) == [amount])
    #expect(try rig.refund(payout, key(71)).notes == notes && rig.refund(0, key(72)).status == .paymentUnknown)
    #expect(try rig.treasury().promised == 0)
  }

  @Test func aPayoutIsSignedAndItsCoinsAreGood() throws {
    let rig = try MintRig()
    try rig.fill(100)
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    #expect(try rig.treasury().promised == 37)
    let pending = try #require(rig.client.call(SignaturesRequest(payment: payout)))
    #expect(pending.status == .paymentPending)
    #expect(pending.refusal?.detail == payout)
    #expect(try rig.refund(0, key(71)).refusal?.detail == payout)
    rig.run()
    #expect(rig.asked == ["swap"])
    let done = try rig.refund(0, key(71))
    #expect(done.status == .nothingDue && done.refusal?.detail == payout)
    let told = try rig.payment(payout)
    #expect(told.outcome == .taken && told.opcode == Opcode.payout.rawValue && told.amount == 37)
    let settled = rig.client.readPushes().compactMap { $0.part(PaymentSettledPush.self) }
    #expect(settled.contains { $0.payment == payout })
    #expect(try rig.collect(payout, blanks) == 37)
    let treasury = try rig.treasury()
    #expect(treasury.held == 63 && treasury.paid == 37 && treasury.promised == 0 && treasury.lost == 0)
    #expect(rig.mint.checkInvariants() == [])
  }

  @Test func feesAreTakenOffAndPaid() throws {
    let rig = try MintRig(feePPK: 500)
    try rig.fill(101)
    #expect(try rig.toldFee() == 500)
    let held = try rig.treasury().held
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(40, blanks.map(\.record))
    rig.run()
    // (8 + 1) x 0.5, rounded up; collecting 35 = 32 + 2 + 1 costs 2.
    #expect(try rig.collect(payout, blanks) == 33)
    let treasury = try rig.treasury()
    #expect(treasury.paid == 35)
    #expect(treasury.held + treasury.paid + treasury.fees == 101)
    #expect(held > treasury.held)
  }

  @Test(
    arguments: [
      (MintFault.lostAfter, ["swap", "checkstate", "restore"]), (.repeated, ["swap", "checkstate", "restore"]),
      (.truncated, ["swap", "checkstate", "restore"]), (.serverErrorAfter, ["swap", "checkstate", "restore"]),
      (.missingDLEQ, ["swap", "checkstate", "restore"]), (.otherKey, ["swap", "checkstate", "restore"]),
      (.lostBefore, ["swap", "checkstate", "swap"]), (.notFound, ["swap", "checkstate", "swap"]),
      (.saysSpent, ["swap", "checkstate", "swap"]), (.saysSigned, ["swap", "checkstate", "restore", "swap"]),
      (.saysPending, ["swap", "checkstate", "swap"]),
      (.unprocessable, ["swap", "keysets", "swap"]),
    ])
  func oneAnswerThatGoesWrongChangesNothing(_ fault: MintFault, _ asked: [String]) throws {
    let rig = try MintRig()
    try rig.fill(100)
    rig.faults["/v1/swap"] = [fault]
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 10)
    #expect(rig.asked == asked)
    #expect(try rig.collect(payout, blanks) == 37)
    #expect(try rig.treasury().held == 63)
  }

  @Test func aBrokerThatStartsDoubtsWhatItAsked() throws {
    for isDone in [false, true] {
      let rig = try MintRig()
      try rig.fill(100)
      let blanks = try rig.blanks(8)
      let payout = try rig.payOut(37, blanks.map(\.record))
      rig.finishJobs()
      let call = try #require(rig.nextCall())
      if isDone { _ = rig.mint.handle(call.request) }
      rig.takeEcash()
      rig.run()
      #expect(rig.asked == (isDone ? ["checkstate", "restore"] : ["checkstate", "swap"]) + ["info", "keysets"])
      #expect(try rig.collect(payout, blanks) == 37)
    }
  }

  @Test func aKeysetThatGoesOutOfUseIsReplacedAndItsCoinsAreSwapped() throws {
    let rig = try MintRig()
    try rig.fill(100)
    rig.faults["/v1/swap"] = [.rotated]
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run()
    #expect(rig.asked == ["swap", "keysets", "keys", "swap", "checkstate", "swap", "swap"])
    #expect(try rig.collect(payout, blanks) == 37)
    // 63 of the new keyset.
    #expect(try rig.coinCounts() == [0, 6])
    #expect(try rig.treasury().held == 63)
  }

  // MARK: What the mint does not do

  @Test func aMintThatRefusesForReasonsOfItsOwnIsAskedThreeTimes() throws {
    let rig = try MintRig()
    try rig.fill(100)
    rig.faults["/v1/swap"] = Array(repeating: .unprocessable, count: 9)
    let payout = try rig.payOut(37, try rig.blanks(8).map(\.record))
    rig.run(seconds: 60)
    #expect(rig.asked == ["swap", "keysets", "swap", "keysets", "swap", "checkstate", "restore"])
    try expectRefunded(rig, payout, 37, .mintRefused)
    #expect(try rig.treasury().held == 100)
  }

  /// Refused the third time, but by something in between that had sent it before.
  @Test func whatWasCarriedOutIsNotGivenUp() throws {
    let rig = try MintRig()
    try rig.fill(100)
    rig.faults["/v1/swap"] = Array(repeating: .unprocessable, count: 9)
    rig.beforeAnswer = { call in
      if call.request.path == "/v1/swap" { _ = rig.mint.handle(call.request) }
    }
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 60)
    #expect(rig.asked.suffix(3) == ["swap", "checkstate", "restore"])
    #expect(try rig.collect(payout, blanks) == 37)
  }

  /// It was carried out, and for a while the mint tells something else of the broker's own outputs: that ends nothing.
  @Test func whatIsToldWronglyOfWhatWasSignedIsAskedAgain() throws {
    let rig = try MintRig()
    try rig.fill(100)
    rig.faults["/v1/swap"] = [.lostAfter]
    rig.faults["/v1/restore"] = Array(repeating: .wrongAmounts, count: 999)
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 59)
    #expect(try rig.payment(payout).outcome == .notKnown)
    rig.faults = [:]
    rig.run(seconds: 100)
    #expect(try rig.collect(payout, blanks) == 37)
    #expect(try rig.treasury().held == 63)
  }

  @Test func coinsThatSomebodyElseSpentAreGoneAndOthersAreTaken() throws {
    let rig = try MintRig()
    try rig.fill(100)
    var isStolen = false
    rig.beforeAnswer = { call in
      guard call.request.path == "/v1/swap", !isStolen else { return }
      isStolen = true
      // Of 64 and 32, in the order of counters.
      #expect(throws: Never.self) { try rig.steal({ $0 == 1 }, from: call) }
    }
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(66, blanks.map(\.record))
    // It may have been this very swap, for a minute.
    rig.run(seconds: 59)
    #expect(rig.asked.filter { $0 == "swap" }.count == 1)
    #expect(try rig.treasury().lost == 0)
    rig.run(seconds: 30)
    #expect(rig.asked.filter { $0 == "swap" }.count == 2)
    #expect(try rig.collect(payout, blanks) == 66)
    let treasury = try rig.treasury()
    #expect(treasury.lost == 32 && treasury.held == 2 && treasury.paid == 66)
  }

  @Test func withoutCoinsAPayoutEnds() throws {
    let rig = try MintRig()
    try rig.fill(100)
    rig.beforeAnswer = { call in
      guard call.request.path == "/v1/swap" else { return }
      #expect(throws: Never.self) { try rig.steal({ _ in true }, from: call) }
      rig.beforeAnswer = { _ in }
    }
    let payouts = try [66, 20].map { try rig.payOut($0, try rig.blanks(8, from: UInt8($0)).map(\.record)) }
    rig.run(seconds: 90)
    #expect(rig.asked.filter { $0 == "swap" }.count == 1)
    try expectRefunded(rig, payouts[0], 66, .treasuryShort)
    try expectRefunded(rig, payouts[1], 20, .treasuryShort)
    #expect(try rig.treasury().held == 4)
  }

  // MARK: What payers do

  /// The mint signed his blank outputs before: of any keyset, of the very amounts, all of them or some.
  @Test(arguments: [(8, 0), (1, 0), (8, 36), (3, 100)]) func blanksThatWereSignedBefore(_ signed: Int, _ change: UInt64)
    throws
  {
    let rig = try MintRig()
    // 37 + what is left: none, when the payout takes all.
    try rig.fill(37 + change)
    let blanks = try rig.blanks(8)
    let keyset = try #require(rig.mint.activeKeyset())
    // 37 is 32 + 4 + 1.
    let amounts: [UInt64] = [32, 4, 1, 1, 1, 1, 1, 1]
    let outputs = zip(blanks, amounts).map { BlindedMessage(amount: $1, keyset: keyset.id, point: $0.point) }
    #expect(rig.mint.give(Array(outputs.prefix(signed))) != nil)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 120)
    #expect(rig.asked.prefix(3) == ["swap", "checkstate", "restore"])
    #expect(rig.asked.filter { $0 == "swap" }.count == 1)
    try expectRefunded(rig, payout, 37, .mintRefused)
    #expect(try rig.treasury().held == 37 + change)
    // The next payout is served.
    let good = try rig.blanks(8, from: 100)
    let next = try rig.payOut(37, good.map(\.record))
    rig.run()
    #expect(try rig.collect(next, good) == 37)
  }

  @Test func blanksThatAnotherKeysetSignedBefore() throws {
    let rig = try MintRig()
    let blanks = try rig.blanks(8)
    let keyset = try #require(rig.mint.activeKeyset())
    #expect(rig.mint.give([BlindedMessage(amount: 32, keyset: keyset.id, point: blanks[0].point)]) != nil)
    rig.mint.rotateKeyset()
    rig.run(seconds: 601)
    try rig.fill(100)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 120)
    try expectRefunded(rig, payout, 37, .mintRefused)
  }

  /// Somebody has the words, and the payer's outputs were signed before: neither is taken for the other.
  @Test func blanksThatWereSignedBeforeAndCoinsThatWereSpent() throws {
    let rig = try MintRig()
    try rig.fill(100)
    let blanks = try rig.blanks(8)
    let keyset = try #require(rig.mint.activeKeyset())
    let outputs = zip(blanks, [32, 4, 1]).map { BlindedMessage(amount: $1, keyset: keyset.id, point: $0.point) }
    #expect(rig.mint.give(outputs) != nil)
    rig.beforeAnswer = { call in
      guard call.request.path == "/v1/swap" else { return }
      #expect(throws: Never.self) { try rig.steal({ _ in true }, from: call) }
      rig.beforeAnswer = { _ in }
    }
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 200)
    let told = try rig.payment(payout)
    #expect(told.outcome == .refundable)
    let treasury = try rig.treasury()
    #expect(treasury.paid == 0 && treasury.lost == 64 && treasury.held == 36)
  }

  @Test func aBlankThatIsNoPointIsNeverAskedFor() throws {
    let rig = try MintRig()
    try rig.fill(100)
    let good = try rig.blanks(8)
    let none = BlankOutput(x0: Bytes16(low: .max, high: .max), x1: Bytes16(low: .max, high: .max), isOdd: 0)
    var oddities = good.map(\.record)
    oddities[0].isOdd = 2
    for records in [[none] + good.dropFirst().map(\.record), oddities] {
      let payout = try rig.payOut(37, records)
      rig.run()
      #expect(rig.asked == [])
      try expectRefunded(rig, payout, 37, .mintRefused)
    }
    // What is not used of them is not looked at.
    let payout = try rig.payOut(37, good.dropLast().map(\.record) + [none])
    rig.run()
    #expect(try rig.collect(payout, good) == 37)
  }

  @Test func whatIsPaidOutIsPaidForWithNotes() throws {
    let rig = try MintRig()
    let coins = try rig.wallet.gift(40, from: &rig.mint)
    let records = try rig.blanks(8).map(\.record)
    let token = try rig.token(of: coins, refundHash: key(1))
    let request = PayoutRequest(mint: 1, count: 8, refundHash: SHA256.keyHash(key(71)))
    rig.client.send(rig.client.frame(request, records: records, ecash: token))
    let reply = try #require(rig.client.nextReply())
    #expect(reply.status == .paymentNotAllowed)
    #expect(reply.money == .notTaken)
    rig.run()
    #expect(rig.asked == [])
    #expect(rig.client.call(SignaturesRequest(payment: 1))?.status == .paymentUnknown)
    #expect(rig.client.call(TreasuryRequest(mint: 1))?.status == .notAuthorized)
    #expect(rig.market.operatorClient.call(TreasuryRequest(mint: 2))?.status == .mintUnknown)
  }

  /// Whoever pays all the time does not make payouts wait for ever.
  @Test func payoutsAndPaymentsTakeTurns() throws {
    let rig = try MintRig()
    try rig.fill(100)
    var sums: [Int] = []
    rig.beforeAnswer = { call in
      guard call.request.path == "/v1/swap" else { return }
      let outputs = JSONValue(call.request.body ?? [])?["outputs"]?.elements ?? []
      sums.append(outputs.reduce(0) { $0 + Int($1["amount"]?.wholeNumber ?? 0) })
      #expect(throws: Never.self) { _ = try rig.exchange(try rig.wallet.gift(200, from: &rig.mint)) }
      if sums.count == 5 { rig.beforeAnswer = { _ in } }
    }
    _ = try rig.exchange(try rig.wallet.gift(200, from: &rig.mint))
    let payouts = try (1...2).map { try rig.payOut(4, try rig.blanks(1, from: UInt8($0)).map(\.record)) }
    rig.run()
    for payout in payouts { #expect(try rig.payment(payout).outcome == .taken) }
    // A payout spends the smallest coin that will do.
    #expect(sums.prefix(4) == [200, 4, 400, 8])
  }

  /// Nor does whoever sends payouts that fail make payments wait: for one of them at most.
  @Test func payoutsThatFailAndPaymentsTakeTurns() throws {
    let rig = try MintRig(ecashCountMax: 2_048)
    try rig.fill(128)
    let keyset = try #require(rig.mint.activeKeyset())
    var (kinds, payments): ([String], [UInt64]) = ([], [])
    rig.beforeAnswer = { call in
      guard call.request.path == "/v1/swap" else { return }
      let outputs = JSONValue(call.request.body ?? [])?["outputs"]?.elements ?? []
      // What is paid in is one coin; of what is paid out there is change.
      kinds.append(outputs.count == 1 ? "in" : "out")
      guard outputs.count > 1 else { return }
      #expect(throws: Never.self) { payments.append(try rig.exchange(try rig.wallet.gift(512, from: &rig.mint))) }
    }
    let payouts = try (1...100).map { number in
      let blanks = try rig.blanks(1, from: UInt8(number))
      #expect(rig.mint.give([BlindedMessage(amount: 2, keyset: keyset.id, point: blanks[0].point)]) != nil)
      return try rig.payOut(1, blanks.map(\.record))
    }
    rig.run(seconds: 300)
    #expect(kinds == Array(repeating: ["out", "in"], count: 100).flatMap(\.self))
    for payment in payments { #expect(try rig.payment(payment).outcome == .taken) }
    for payout in payouts { #expect(try rig.payment(payout).status == .mintRefused) }
    #expect(try rig.treasury().held == 128 + 100 * 512)
  }

  // MARK: Fewer coins

  @Test func manyCoinsBecomeFewer() throws {
    let rig = try MintRig()
    for _ in 0..<18 { try rig.fill(127) }
    #expect(try rig.coinCounts() == [126])
    #expect(rig.asked == [])
    let id = try rig.exchange(try rig.wallet.gift(127, from: &rig.mint))
    rig.run()
    #expect(try rig.payment(id).outcome == .taken)
    #expect(rig.asked == ["swap", "swap"])
    let count = try #require(try rig.coinCounts().first)
    #expect(count < 20)
    let treasury = try rig.treasury()
    #expect(treasury.held == 19 * 127 && treasury.fees == 0 && treasury.lost == 0)
    #expect(rig.mint.checkInvariants() == [])
  }

  /// It is the payer's fault, and says nothing of the broker's coins.
  @Test func aPayoutThatFailsDoesNotKeepCoinsFromBecomingFewer() throws {
    let rig = try MintRig()
    for _ in 0..<18 { try rig.fill(127) }
    let blanks = try rig.blanks(8)
    let keyset = try #require(rig.mint.activeKeyset())
    #expect(rig.mint.give([BlindedMessage(amount: 1, keyset: keyset.id, point: blanks[0].point)]) != nil)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 10)
    try expectRefunded(rig, payout, 37, .mintRefused)
    rig.asked = []
    _ = try rig.exchange(try rig.wallet.gift(127, from: &rig.mint))
    rig.run()
    #expect(rig.asked == ["swap", "swap"])
    #expect(try #require(try rig.coinCounts().first) < 20)
  }

  @Test func coinsOfAKeysetThatIsOutOfUseAreSwappedAway() throws {
    let rig = try MintRig()
    try rig.fill(100)
    rig.mint.rotateKeyset()
    rig.faults["/v1/swap"] = [.lostAfter]
    rig.run(seconds: 700)
    #expect(rig.asked.filter { $0 != "keysets" } == ["keys", "swap", "checkstate", "restore"])
    #expect(try rig.coinCounts() == [0, 3])
    #expect(try rig.treasury().held == 100)
  }

  @Test func aConsolidationThatTheMintRefusesIsNotTriedSoonAgain() throws {
    let rig = try MintRig()
    try rig.fill(100)
    rig.mint.rotateKeyset()
    rig.faults["/v1/swap"] = Array(repeating: .unprocessable, count: 3)
    rig.run(seconds: 700)
    #expect(rig.asked.filter { $0 == "swap" }.count == 3)
    #expect(try rig.coinCounts() == [3, 0])
    // Nor when a payout was made meanwhile.
    let blanks = try rig.blanks(1)
    let payout = try rig.payOut(32, blanks.map(\.record))
    rig.run()
    #expect(try rig.collect(payout, blanks) == 32)
    #expect(rig.asked.filter { $0 == "swap" }.count == 4)
    rig.run(seconds: 1_200)
    #expect(try rig.coinCounts()[0] == 0)
    #expect(try rig.treasury().held == 68)
  }
}
