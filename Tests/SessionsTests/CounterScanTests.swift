import Cashu
import Harness
import ScriptedMint
import Sessions
import Testing
import WireProtocol

/// What a mint did that the broker does not know of: for a life that was lost, or for whoever has its words.
@Suite struct CounterScanTests {
  /// That of a keyset of which nothing beyond its counter was signed.
  private static let silence = ["restore", "restore", "restore"]

  /// What the broker says that it has is what its words are worth, and where that came from.
  private func expectReconciled(_ rig: MintRig, found: UInt64, lost: UInt64) throws {
    let treasury = try rig.treasury()
    #expect(try treasury.held == rig.wordsWorth())
    #expect(treasury.found == found && treasury.lost == lost)
    let (came, went) = (treasury.received + treasury.found, treasury.paid + treasury.fees + treasury.lost)
    #expect(treasury.held == came - went)
  }

  /// The broker works: what is paid is swapped and can be paid out.
  private func expectWorks(_ rig: MintRig) throws {
    let id = try rig.exchange(try rig.wallet.gift(37, from: &rig.mint))
    let blanks = try rig.blanks(8, from: 200)
    rig.run()
    #expect(try rig.payment(id).outcome == .taken)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 100)
    #expect(try rig.collect(payout, blanks) == 37)
    #expect(try rig.treasury().held == rig.wordsWorth())
    #expect(rig.mint.checkInvariants() == [])
  }

  // MARK: Lives that were lost

  /// A backup has 64, 32 and 4. The life after it, which is lost, spends 64 and 32, gets 32, 4 and 1, and spends 1.
  private func lose(_ rig: MintRig) throws -> Int {
    try rig.fill(100)
    let backup = rig.transport.journalByteCount
    let payout = try rig.payOut(96, try rig.blanks(8).map(\.record))
    rig.run()
    #expect(try rig.payment(payout).outcome == .taken)
    try rig.fill(37)
    let small = try rig.payOut(1, try rig.blanks(1, from: 20).map(\.record))
    rig.run()
    #expect(try rig.payment(small).outcome == .taken)
    #expect(try rig.treasury().held == 40)
    rig.asked = []
    return backup
  }

  @Test func whatALostLifeDidIsFound() throws {
    let rig = try MintRig()
    let backup = try lose(rig)
    try rig.restore(backup)
    rig.run(seconds: 1_300)
    #expect(Set(rig.asked) == ["info", "keysets"])
    #expect(rig.news.suffix(1) == ["nothing is swapped before what the restore lost is accepted"])
    #expect(try rig.treasury().held == 100)
    rig.asked = []
    rig.acceptLoss()
    rig.run()
    #expect(rig.asked == ["checkstate", "restore", "checkstate"] + Self.silence)
    try expectReconciled(rig, found: 36, lost: 96)
    #expect(rig.news.suffix(1) == ["keyset 1: it is known what was signed: 2 proofs found, 2 gone"])
    rig.asked = []
    rig.run(seconds: 100)
    #expect(rig.asked == [])
    try expectWorks(rig)
  }

  @Test func aLifeThatLostNothingIsAskedToo() throws {
    let rig = try MintRig()
    try rig.fill(100)
    try rig.restore(rig.transport.journalByteCount)
    rig.acceptLoss()
    rig.run()
    #expect(rig.asked == ["info", "keysets", "checkstate"] + Self.silence)
    try expectReconciled(rig, found: 0, lost: 0)
    #expect(rig.news.suffix(1) == ["keyset 1: it is known what was signed: 0 proofs found, 0 gone"])
    try expectWorks(rig)
  }

  /// Signed, with gaps that are as long as they may be, and longer ones.
  @Test(arguments: [(299, 8), (300, 0)]) func whatIsBeyondAGapIsFound(_ gap: UInt64, _ found: UInt64) throws {
    let rig = try MintRig()
    try rig.fill(100)
    try rig.giveToWords(3 + gap, 8)
    try rig.restore(rig.transport.journalByteCount)
    rig.acceptLoss()
    rig.run()
    #expect(try rig.treasury().found == found)
    #expect(try rig.wordsWorth(counters: 400) == 108)
  }

  /// Of a hundred and more there is more than one batch, of coins and of signatures.
  @Test func manyProofsAreAskedForInBatches() throws {
    let rig = try MintRig()
    for _ in 0..<18 { try rig.fill(127) }
    #expect(try rig.coinCounts() == [126])
    for counter in [0, 99, 100, 125] { try rig.spendWithWords(UInt64(counter)) }
    for counter in 126..<326 { try rig.giveToWords(UInt64(counter), 2) }
    try rig.spendWithWords(225)
    try rig.restore(rig.transport.journalByteCount)
    rig.acceptLoss()
    rig.run()
    let found = ["restore", "checkstate", "restore", "checkstate"]
    let asked = ["info", "keysets", "checkstate", "checkstate"] + found + Self.silence
    #expect(Array(rig.asked.prefix(11)) == asked)
    // More than 128 coins become fewer.
    #expect(Set(rig.asked.dropFirst(11)) == ["swap"])
    let treasury = try rig.treasury()
    #expect(treasury.found == 2 * 199)
    #expect(try treasury.held == rig.wordsWorth(counters: 400))
    // They are 64, 32, 16, 8, 4, 2, 1 each time.
    #expect(treasury.lost == 64 + 32 + 16 + 1)
  }

  /// What is pending is the broker's until it is spent.
  @Test(arguments: [false, true]) func whatIsPendingIsNotGone(_ isPaid: Bool) throws {
    let rig = try MintRig()
    try rig.fill(100)
    try rig.giveToWords(3, 16)
    let inputs = try [rig.wordsCoin(0), rig.wordsCoin(3)]
    let quotes = try inputs.map { try rig.melt([$0]) }
    try rig.restore(rig.transport.journalByteCount)
    rig.acceptLoss()
    rig.run()
    try expectReconciled(rig, found: 16, lost: 0)
    for quote in quotes { rig.mint.settleMelt(quote, isPaid: isPaid) }
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(36, blanks.map(\.record))
    rig.run(seconds: 200)
    #expect(try rig.collect(payout, blanks) == 36)
    try expectReconciled(rig, found: 16, lost: isPaid ? 80 : 0)
  }

  // MARK: Questions without answers

  private static let faults: [MintFault] = [
    .lostBefore, .lostAfter, .serverError, .serverErrorAfter, .unprocessable, .notFound, .tooManyRequests, .garbage,
    .truncated, .huge, .wrongPoint, .otherKey, .missingDLEQ, .wrongDLEQ, .wrongAmounts, .wrongKeyset, .tooFew,
    .tooMany, .reordered,
  ]

  @Test(arguments: faults) func anAnswerThatGoesWrongIsAskedForAgain(_ fault: MintFault) throws {
    let rig = try MintRig()
    let backup = try lose(rig)
    try rig.restore(backup)
    rig.acceptLoss()
    rig.faults = ["/v1/restore": [fault], "/v1/checkstate": [fault]]
    rig.run(seconds: 20)
    try expectReconciled(rig, found: 36, lost: 96)
    try expectWorks(rig)
  }

  @Test func aMintThatDoesNotTellIsAskedSeldom() throws {
    let rig = try MintRig()
    let backup = try lose(rig)
    try rig.restore(backup)
    rig.acceptLoss()
    rig.faults["/v1/restore"] = Array(repeating: .notFound, count: 30)
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run(seconds: 600)
    #expect(rig.asked.filter { $0 == "restore" }.count < 20)
    #expect(!rig.asked.contains("swap"))
    #expect(try rig.payment(id).outcome == .notKnown)
    #expect(rig.news.contains("keyset 1: it does not tell what it signed, or what is spent"))
    // What was found to be gone need not be asked for again.
    #expect(rig.asked.filter { $0 == "checkstate" }.count == 1)
    rig.faults = [:]
    rig.run(seconds: 61)
    #expect(try rig.payment(id).outcome == .taken)
    #expect(try rig.treasury().held == 100 - 96 + 36 + 5)
  }

  /// The broker ends after every question, with the answer or without it, and before every job.
  @Test func aCrashBetweenAnyTwoStepsChangesNothing() throws {
    var step = 0
    while true {
      let rig = try MintRig()
      let backup = try lose(rig)
      try rig.restore(backup)
      rig.acceptLoss()
      let isDone = try rig.crash(after: step)
      rig.run(seconds: 10)
      try expectReconciled(rig, found: 36, lost: 96)
      guard !isDone else { break }
      step += 1
    }
    // What it can do, keysets, six batches, of which one is of coins and one has signatures: preparations, questions, answers, a completion.
    #expect(step == 23)
    let rig = try MintRig()
    let backup = try lose(rig)
    try rig.restore(backup)
    rig.acceptLoss()
    for step in 0..<step { _ = try rig.crash(after: step % 11) }
    rig.run(seconds: 10)
    try expectReconciled(rig, found: 36, lost: 96)
    try expectWorks(rig)
  }

  // MARK: Keysets

  /// One is out of use, and its mint does not tell of it. Another one came while nothing was begun.
  @Test func aKeysetThatIsOutOfUseKeepsNoSwapWaiting() throws {
    let rig = try MintRig()
    try rig.fill(100)
    try rig.giveToWords(3, 8)
    rig.mint.rotateKeyset()
    try rig.giveToWords(0, 16, keyset: 1)
    try rig.restore(rig.transport.journalByteCount)
    rig.run()
    #expect(rig.asked == ["info", "keysets", "keys"])
    rig.acceptLoss()
    let old = rig.mint.allKeysets[0].id
    rig.beforeAnswer = { call in
      let isOfOld = MintRig.outputs(of: call.request).first?.keyset == old
      rig.faults["/v1/restore"] = isOfOld ? [.notFound] : []
    }
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run(seconds: 30)
    #expect(try rig.payment(id).outcome == .taken)
    #expect(try rig.treasury().found == 16)
    // Coins of the old one are swapped away meanwhile.
    #expect(try rig.coinCounts()[0] == 0)
    rig.beforeAnswer = { _ in }
    rig.faults = [:]
    rig.run(seconds: 61)
    try expectReconciled(rig, found: 24, lost: 0)
    rig.run(seconds: 700)
    #expect(try rig.coinCounts()[0] == 0)
  }
}
