import Cashu
import Harness
import ScriptedMint
import Sessions
import Testing
import WireProtocol

/// A broker that begins from a backup, and payouts that waited there or were under way: what the lost life had signed is not
/// made again, and nobody has both a payout's ecash and its notes.
@Suite struct LostPayoutTests {
  /// Coins of so much; a payout, which waits behind a payment of 8 that is being swapped, or is under way; a backup.
  private func begin(
    _ rig: MintRig, coins: UInt64 = 200, isUnderWay: Bool = false
  ) throws -> (payout: UInt64, blanks: [MintRig.Blank], backup: Int) {
    try rig.fill(coins)
    if !isUnderWay { _ = try rig.exchange(try rig.wallet.gift(8, from: &rig.mint)) }
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    let backup = rig.transport.journalByteCount
    rig.asked = []
    return (payout, blanks, backup)
  }

  /// A broker begins from it, whose operator accepts the loss when all is over that was under way.
  private func lose(_ rig: MintRig, _ backup: Int) throws {
    try rig.restore(backup)
    rig.run(seconds: 100)
    rig.acceptLoss()
    rig.asked = []
  }

  private func outputs(_ rig: MintRig, _ blanks: [MintRig.Blank], _ amounts: [UInt64]) throws -> [BlindedMessage] {
    let keyset = try #require(rig.mint.activeKeyset())
    return zip(blanks, amounts).map { BlindedMessage(amount: $1, keyset: keyset.id, point: $0.point) }
  }

  /// What the mint is asked about these outputs goes wrong; nil: no more.
  private func spoil(_ rig: MintRig, _ blanks: [MintRig.Blank], _ faults: [MintFault]) {
    var faults = faults
    let first = blanks.first?.point
    rig.beforeAnswer = { call in
      let isOfThese = MintRig.outputs(of: call.request).first?.point == first
      let fault = call.request.path == "/v1/restore" && isOfThese ? faults.first : nil
      rig.faults["/v1/restore"] = fault.map { [$0] } ?? []
      if fault != nil { faults.removeFirst() }
    }
  }

  /// It has what its words are worth, and what its payer has is what it was to be.
  private func expectPaid(_ payout: UInt64, _ blanks: [MintRig.Blank], _ rig: MintRig) throws {
    #expect(rig.news.contains("payout \(payout) was signed before the restore"))
    #expect(try rig.payment(payout).outcome == .taken)
    #expect(try rig.refund(payout, key(71)).status == .nothingDue)
    #expect(try rig.collect(payout, blanks) == 37)
    let treasury = try rig.treasury()
    #expect(treasury.paid == 0 && treasury.promised == 0)
    #expect(try treasury.held == rig.wordsWorth())
    #expect(rig.mint.checkInvariants() == [])
  }

  // MARK: What a lost life had signed

  /// Also where there is nothing left to pay it with: what there was the lost life spent.
  @Test(arguments: [200, 37] as [UInt64]) func whatALostLifeHadSignedIsNotMadeAgain(_ coins: UInt64) throws {
    let rig = try MintRig()
    let (payout, blanks, backup) = try begin(rig, coins: coins)
    rig.run()
    #expect(try rig.payment(payout).outcome == .taken)
    if coins == 37 {
      let rest = try rig.payOut(8, try rig.blanks(8, from: 50).map(\.record))
      rig.run()
      #expect(try rig.payment(rest).outcome == .taken && rig.treasury().held == 0)
    }
    try rig.restore(backup)
    rig.run(seconds: 1_300)
    // Nobody knows yet.
    #expect(try rig.payment(payout).outcome == .notKnown)
    #expect(Set(rig.asked.suffix(2)) == ["keysets"])
    rig.acceptLoss()
    rig.run()
    try expectPaid(payout, blanks, rig)
    #expect(try rig.treasury().lost == (coins == 37 ? 37 : 64))
    #expect(try rig.treasury().found == (coins == 37 ? 0 : 27 + 8))
  }

  /// The mint tells which keyset that was: one that is out of use by now, or that the backup never knew.
  @Test(arguments: [false, true]) func whatWasSignedByAnotherKeyset(_ isNew: Bool) throws {
    let rig = try MintRig()
    let (payout, blanks, backup) = try begin(rig)
    if isNew { rig.mint.rotateKeyset() }
    rig.run(seconds: 700)
    #expect(try rig.payment(payout).outcome == .taken)
    for _ in 0..<3 { rig.mint.rotateKeyset() }
    try lose(rig, backup)
    rig.run()
    try expectPaid(payout, blanks, rig)
  }

  /// Whoever hopes for both ecash and notes makes it look otherwise: an output that is not needed is no point, or he has it signed
  /// himself.
  @Test(arguments: [false, true]) func outputsThatAreNotNeededDoNotCount(_ isSigned: Bool) throws {
    let rig = try MintRig()
    try rig.fill(200)
    _ = try rig.exchange(try rig.wallet.gift(8, from: &rig.mint))
    let blanks = try rig.blanks(5)
    var records = blanks.map(\.record)
    if !isSigned { records[3].isOdd = 2 }
    let payout = try rig.payOut(37, records)
    let backup = rig.transport.journalByteCount
    rig.run()
    #expect(try rig.payment(payout).outcome == .taken)
    if isSigned { #expect(rig.mint.give(try outputs(rig, Array(blanks.suffix(2)), [1, 2])) != nil) }
    try lose(rig, backup)
    rig.run()
    try expectPaid(payout, blanks, rig)
  }

  /// Keysets are not to be had at first: what nobody knows here may have signed it all the same.
  @Test func whatWasSignedByAKeysetThatIsNotToBeHadYet() throws {
    let rig = try MintRig()
    let (payout, blanks, backup) = try begin(rig, isUnderWay: true)
    rig.mint.rotateKeyset()
    rig.run(seconds: 700)
    #expect(try rig.payment(payout).outcome == .taken)
    rig.faults["/v1/keysets"] = Array(repeating: .serverError, count: 12)
    try lose(rig, backup)
    rig.run(seconds: 60)
    #expect(try rig.payment(payout).outcome == .notKnown)
    rig.faults = [:]
    rig.run(seconds: 200)
    try expectPaid(payout, blanks, rig)
  }

  /// A mint need not prove it again; and something in between may distort it, or take it away.
  @Test(
    arguments: [
      [.missingDLEQ], [.wrongDLEQ], [.tooFew, .wrongAmounts], [.wrongKeyset, .lostAfter, .garbage, .tooFew],
    ] as [[MintFault]])
  func whatIsToldOfItGoesWrong(_ faults: [MintFault]) throws {
    let rig = try MintRig()
    let (payout, blanks, backup) = try begin(rig)
    rig.run()
    try lose(rig, backup)
    spoil(rig, blanks, faults)
    rig.run(seconds: 20)
    try expectPaid(payout, blanks, rig)
  }

  /// Nothing is told of it at first; and it was to be signed on one output.
  @Test func whatIsNotToldIsAskedAgain() throws {
    let rig = try MintRig()
    try rig.fill(200)
    _ = try rig.exchange(try rig.wallet.gift(8, from: &rig.mint))
    let blanks = try rig.blanks(2)
    let payout = try rig.payOut(32, blanks.map(\.record))
    let backup = rig.transport.journalByteCount
    rig.run()
    try lose(rig, backup)
    spoil(rig, blanks, [.tooFew, .tooFew])
    rig.run()
    #expect(try rig.collect(payout, blanks) == 32)
    #expect(try rig.treasury().held == rig.wordsWorth())
  }

  /// The backup was made while it was under way, and the request had arrived or not.
  @Test(arguments: [false, true]) func aPayoutThatWasUnderWay(_ isDone: Bool) throws {
    let rig = try MintRig()
    let (payout, blanks, _) = try begin(rig, isUnderWay: true)
    rig.finishJobs()
    let call = try #require(rig.nextCall())
    let backup = rig.transport.journalByteCount
    if isDone { #expect(rig.mint.handle(call.request).status == 200) }
    try lose(rig, backup)
    rig.run()
    if isDone {
      try expectPaid(payout, blanks, rig)
    } else {
      #expect(try rig.collect(payout, blanks) == 37)
      #expect(try rig.treasury().paid == 37)
    }
    #expect(try rig.treasury().held == 163 && rig.wordsWorth() == 163)
  }

  /// What the lost life had sent comes to the mint when its successor is there already.
  @Test func aRequestThatIsLateIsWaitedFor() throws {
    let rig = try MintRig()
    let (payout, blanks, _) = try begin(rig, isUnderWay: true)
    rig.finishJobs()
    let call = try #require(rig.nextCall())
    try rig.restore(rig.transport.journalByteCount)
    rig.acceptLoss()
    rig.run(seconds: 20)
    #expect(rig.mint.handle(call.request).status == 200)
    #expect(try rig.payment(payout).outcome == .notKnown)
    rig.run(seconds: 60)
    #expect(try rig.collect(payout, blanks) == 37 && rig.treasury().paid == 0)
    // What it spent and what came back were looked for after that.
    #expect(try rig.treasury().held == rig.wordsWorth())
  }

  /// It was under way, was put back, and was made with other coins, by the life that was lost.
  @Test func aPayoutThatWasMadeWithOtherCoins() throws {
    let rig = try MintRig()
    let (payout, blanks, _) = try begin(rig, isUnderWay: true)
    rig.finishJobs()
    let call = try #require(rig.nextCall())
    let backup = rig.transport.journalByteCount
    try rig.steal({ _ in true }, from: call)
    rig.transport.turn { rig.transport.engine.answered(call.id, .notSent) }
    rig.run(seconds: 100)
    #expect(try rig.payment(payout).outcome == .taken)
    try lose(rig, backup)
    rig.run()
    try expectPaid(payout, blanks, rig)
    #expect(try rig.treasury().lost == 128 + 64)
  }

  // MARK: What no life had signed

  @Test func whatNobodyHadSignedIsPaid() throws {
    let rig = try MintRig()
    let (payout, blanks, backup) = try begin(rig)
    try lose(rig, backup)
    rig.run()
    #expect(try rig.collect(payout, blanks) == 37)
    #expect(try rig.treasury().paid == 37)
    #expect(try rig.treasury().held == rig.wordsWorth())
  }

  @Test(arguments: [[32, 4, 1], [32, 4, 1, 1]]) func whoHadHisOutputsSignedHimselfIsPaidWithThat(
    _ amounts: [UInt64]
  ) throws {
    let rig = try MintRig()
    let (payout, blanks, backup) = try begin(rig)
    #expect(rig.mint.give(try outputs(rig, blanks, amounts)) != nil)
    try lose(rig, backup)
    rig.run()
    try expectPaid(payout, blanks, rig)
    #expect(try rig.treasury().held == 208)
  }

  /// Otherwise than they are asked for, or not all of them; or the payout is of this life.
  @Test(arguments: [([32, 4, 2], true), ([32, 4], true), ([4, 32, 1], true), ([32, 4, 1], false)])
  func whoHadHisOutputsSignedOtherwiseGetsHisNotes(_ amounts: [UInt64], _ isOfBefore: Bool) throws {
    let rig = try MintRig()
    if !isOfBefore {
      try rig.restore(rig.transport.journalByteCount)
      rig.acceptLoss()
      rig.run()
    }
    let (payout, blanks, backup) = try begin(rig)
    #expect(rig.mint.give(try outputs(rig, blanks, amounts)) != nil)
    if isOfBefore { try lose(rig, backup) }
    rig.run(seconds: 100)
    #expect(try rig.payment(payout).status == .mintRefused)
    #expect(try rig.refund(payout, key(71)).notes.map(\.amount) == [37])
    #expect(try rig.treasury().held == 208)
  }

  /// Nobody need be asked about what is no point.
  @Test func blanksThatAreNoPoints() throws {
    let rig = try MintRig(ecashCountMax: 1_024)
    try rig.fill(200)
    _ = try rig.exchange(try rig.wallet.gift(8, from: &rig.mint))
    let payouts = try (1...20).map { number in
      var records = try rig.blanks(3).map(\.record)
      records[0].isOdd = 2
      return try rig.payOut(UInt64(1 + number % 7), records)
    }
    try lose(rig, rig.transport.journalByteCount)
    rig.run(seconds: 10)
    for (payout, number) in zip(payouts, 1...20) {
      #expect(try rig.payment(payout).status == .mintRefused)
      #expect(try rig.refund(payout, key(71)).notes.map(\.amount) == [UInt64(1 + number % 7)])
    }
    #expect(rig.asked.filter { $0 == "restore" }.count == 3)
    #expect(try rig.treasury().held == 208)
  }

  // MARK: One after another

  /// One was signed, of another the mint cannot tell, the third is no point, and of the last nothing was signed. What is not of before goes
  /// on, whatever the mint cannot tell.
  @Test func severalPayoutsAreAskedAboutInTurn() throws {
    let rig = try MintRig(ecashCountMax: 1_024)
    try rig.fill(500)
    let all = try (0..<4).map { try rig.blanks(8, from: UInt8(1 + 8 * $0)) }
    _ = try rig.exchange(try rig.wallet.gift(8, from: &rig.mint))
    let payouts = try all.enumerated().map { index, blanks in
      var records = blanks.map(\.record)
      if index == 2 { records[0].isOdd = 7 }
      return try rig.payOut(37, records)
    }
    let backup = rig.transport.journalByteCount
    for blanks in all.prefix(2) { #expect(rig.mint.give(try outputs(rig, blanks, [32, 4, 1])) != nil) }
    try lose(rig, backup)
    spoil(rig, all[0], Array(repeating: .notFound, count: 99))
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    let blanks = try rig.blanks(8, from: 100)
    let late = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 20)
    #expect(try rig.payment(id).outcome == .taken)
    #expect(try rig.collect(late, blanks) == 37)
    #expect(try rig.collect(payouts[1], all[1]) == 37)
    #expect(try rig.payment(payouts[2]).status == .mintRefused)
    #expect(try rig.collect(payouts[3], all[3]) == 37)
    #expect(try rig.payment(payouts[0]).outcome == .notKnown && rig.treasury().promised == 37)
    rig.run(seconds: 300)
    #expect(rig.news.contains("it does not tell what it signed of payouts before the restore"))
    // A question a minute.
    let count = rig.asked.count
    rig.run(seconds: 600)
    #expect(rig.asked.count - count < 14)
    rig.beforeAnswer = { _ in }
    rig.faults = [:]
    rig.run(seconds: 61)
    #expect(try rig.collect(payouts[0], all[0]) == 37)
    #expect(try rig.treasury().held == rig.wordsWorth())
  }

  /// The broker ends after every question, with the answer or without it, and before every job.
  @Test func aCrashBetweenAnyTwoStepsChangesNothing() throws {
    var step = 0
    while true {
      let rig = try MintRig(ecashCountMax: 1_024)
      try rig.fill(500)
      let all = try (0..<2).map { try rig.blanks(8, from: UInt8(1 + 8 * $0)) }
      _ = try rig.exchange(try rig.wallet.gift(8, from: &rig.mint))
      let payouts = try all.map { try rig.payOut(37, $0.map(\.record)) }
      let backup = rig.transport.journalByteCount
      #expect(rig.mint.give(try outputs(rig, all[0], [32, 4, 1])) != nil)
      try lose(rig, backup)
      let isDone = try rig.crash(after: step)
      rig.run(seconds: 130)
      for (payout, blanks) in zip(payouts, all) { #expect(try rig.collect(payout, blanks) == 37) }
      let treasury = try rig.treasury()
      #expect(treasury.paid == 37 && treasury.promised == 0)
      #expect(try treasury.held == rig.wordsWorth())
      guard !isDone else { break }
      step += 1
    }
    #expect(step > 20)
  }

  /// Two restores, one after the other.
  @Test func aPayoutOfBeforeTwoLosses() throws {
    let rig = try MintRig(ecashCountMax: 1_024)
    let (payout, blanks, backup) = try begin(rig)
    rig.run()
    try rig.restore(backup)
    rig.acceptLoss()
    rig.run(seconds: 10)
    // It has not been asked about.
    try lose(rig, rig.transport.journalByteCount)
    rig.run()
    try expectPaid(payout, blanks, rig)
  }
}
