import Cashu
import ScriptedMint
import Sessions
import Testing
import WireProtocol

/// Inputs and outputs of a swap that the mint used for somebody else: who has the broker's words, a life of it that was lost, a payer of tricks.
/// The broker neither believes too soon that it was not its own swap, nor waits for ever.
@Suite struct ForeignSwapTests {
  // MARK: A mint does all of a swap or nothing

  /// What is signed of the last output, while all inputs are spent.
  enum Signed: CaseIterable {
    case otherAmount
    case otherKeyset
    case onlyThis
  }

  /// Before this question is answered its inputs are spent elsewhere, and its last output is signed.
  private func forestall(_ call: MintCall, _ signed: Signed, _ rig: MintRig) throws {
    try rig.steal({ _ in true }, from: call)
    if signed == .otherKeyset { rig.mint.rotateKeyset(keepsOld: true) }
    let output = try #require(JSONValue(call.request.body ?? [])?["outputs"]?.elements?.last)
    let amount = try #require(output["amount"]?.wholeNumber.flatMap { UInt64(exactly: $0) })
    let message = BlindedMessage(
      amount: signed == .otherAmount ? 2 * amount : amount, keyset: try #require(rig.mint.activeKeyset()).id,
      point: try #require(output["B_"]?.string.flatMap { CompressedPoint(hex: $0) }))
    #expect(rig.mint.give([message]) != nil)
  }

  private func forestallNext(_ signed: Signed, _ rig: MintRig) {
    rig.beforeAnswer = { call in
      guard call.request.path == "/v1/swap" else { return }
      rig.beforeAnswer = { _ in }
      #expect(throws: Never.self) { try forestall(call, signed, rig) }
    }
  }

  @Test(arguments: Signed.allCases) func coinsThatAnotherSwapSpentAreGone(_ signed: Signed) throws {
    let rig = try MintRig()
    try rig.fill(100)
    let coins = try rig.wallet.gift(2, from: &rig.mint)
    forestallNext(signed, rig)
    let blanks = try rig.blanks(8)
    // Of 64: 16, 8, 2 and 1 come back.
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 59)
    #expect(try rig.treasury().lost == 0)
    #expect(try rig.payment(payout).outcome == .notKnown)
    #expect(rig.news.contains("it signed a part of a swap, or otherwise than it was asked to"))
    // Its one output is not the one that was signed.
    let payment = try rig.exchange(coins)
    rig.run(seconds: 30)
    #expect(try rig.payment(payment).outcome == .taken)
    #expect(try rig.collect(payout, blanks) == 37)
    let treasury = try rig.treasury()
    #expect(treasury.lost == 64 && treasury.held == 1 && treasury.paid == 37)
  }

  @Test(arguments: Signed.allCases) func aPaymentThatAnotherSwapSpentIsNotTaken(_ signed: Signed) throws {
    let rig = try MintRig()
    let coins = try rig.wallet.gift(2, from: &rig.mint)
    forestallNext(signed, rig)
    let spent = try rig.exchange(try rig.wallet.gift(7, from: &rig.mint))
    rig.run(seconds: 59)
    #expect(try rig.payment(spent).outcome == .notKnown)
    let good = try rig.exchange(coins)
    rig.run(seconds: 30)
    let told = try rig.payment(spent)
    #expect(told.outcome == .notTaken && told.status == .ecashSpent)
    #expect(try rig.payment(good).outcome == .taken)
    #expect(try rig.treasury().held == 2)
  }

  // MARK: What is pending

  /// Whoever has the words pays with the coins of the next swap, and nobody knows whether he will have paid.
  private func meltNext(_ rig: MintRig, then: @escaping (_ quote: String, MintCall) -> Void) {
    rig.beforeAnswer = { call in
      guard call.request.path == "/v1/swap" else { return }
      rig.beforeAnswer = { _ in }
      #expect(throws: Never.self) { then(try rig.melt(call), call) }
    }
  }

  @Test(arguments: [false, true]) func coinsThatArePendingKeepNoPaymentWaiting(_ isPaid: Bool) throws {
    let rig = try MintRig()
    try rig.fill(100)
    var quote = ""
    meltNext(rig) { made, _ in quote = made }
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 1)
    let payment = try rig.exchange(try rig.wallet.gift(2, from: &rig.mint))
    // It may be this very swap that is being carried out, for a minute.
    rig.run(seconds: 58)
    #expect(try rig.payment(payment).outcome == .notKnown)
    rig.run(seconds: 30)
    #expect(try rig.payment(payment).outcome == .taken)
    #expect(try rig.payment(payout).outcome == .notKnown)
    #expect(rig.news.filter { $0 == "coins are pending" }.count == 1)
    // From then on it costs two questions a minute.
    rig.asked = []
    rig.run(seconds: 60)
    #expect(rig.asked == ["checkstate", "restore"])
    let next = try rig.exchange(try rig.wallet.gift(2, from: &rig.mint))
    rig.run()
    #expect(try rig.payment(next).outcome == .taken)
    rig.mint.settleMelt(quote, isPaid: isPaid)
    rig.run(seconds: 61)
    #expect(try rig.collect(payout, blanks) == 37)
    let treasury = try rig.treasury()
    #expect(treasury.lost == (isPaid ? 64 : 0) && treasury.held == (isPaid ? 3 : 67))
  }

  /// The very request that was refused comes to the mint once more.
  @Test func coinsThatArePendingMayBeSpentByTheirSwap() throws {
    let rig = try MintRig()
    try rig.fill(100)
    var made: (quote: String, call: MintCall)?
    meltNext(rig) { made = ($0, $1) }
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 59)
    let (quote, call) = try #require(made)
    rig.mint.settleMelt(quote, isPaid: false)
    #expect(rig.mint.handle(call.request).status == 200)
    rig.run(seconds: 30)
    #expect(rig.asked.suffix(2) == ["checkstate", "restore"])
    #expect(try rig.collect(payout, blanks) == 37)
    let treasury = try rig.treasury()
    #expect(treasury.lost == 0 && treasury.held == 63)
  }

  /// After they were put back: the mint had them in hand for that long, and did it after all.
  @Test func coinsThatWerePutBackMayHaveBeenSpentByTheirSwap() throws {
    let rig = try MintRig()
    try rig.fill(100)
    var made: (quote: String, call: MintCall)?
    meltNext(rig) { made = ($0, $1) }
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 90)
    let (quote, call) = try #require(made)
    rig.mint.settleMelt(quote, isPaid: false)
    #expect(rig.mint.handle(call.request).status == 200)
    rig.asked = []
    rig.run(seconds: 60)
    #expect(rig.asked == ["checkstate", "restore"])
    #expect(try rig.collect(payout, blanks) == 37)
    #expect(try rig.treasury().lost == 0)
  }

  /// The mint has signed, and for long does not come to spending: that is no other swap.
  @Test func aSwapThatIsHalfCarriedOutIsWaitedFor() throws {
    let rig = try MintRig()
    try rig.fill(100)
    var quote = ""
    meltNext(rig) { made, call in
      quote = made
      let outputs = JSONValue(call.request.body ?? [])?["outputs"]?.elements ?? []
      let messages = outputs.compactMap { output -> BlindedMessage? in
        guard let amount = output["amount"]?.wholeNumber.flatMap({ UInt64(exactly: $0) }),
          let id = output["id"]?.string.flatMap({ KeysetID(hex: $0) }),
          let point = output["B_"]?.string.flatMap({ CompressedPoint(hex: $0) })
        else { return nil }
        return BlindedMessage(amount: amount, keyset: id, point: point)
      }
      #expect(rig.mint.give(messages)?.count == 7)
    }
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 1)
    // Its output has the number of one that was signed.
    let payment = try rig.exchange(try rig.wallet.gift(2, from: &rig.mint))
    rig.run(seconds: 300)
    #expect(try rig.payment(payout).outcome == .notKnown)
    rig.mint.settleMelt(quote, isPaid: true)
    rig.run(seconds: 61)
    #expect(try rig.payment(payment).outcome == .taken)
    #expect(try rig.collect(payout, blanks) == 37)
    let treasury = try rig.treasury()
    #expect(treasury.lost == 0 && treasury.held == 65)
  }

  /// A payer can keep his proofs pending for days; the mint was silent once.
  @Test func aPaymentThatIsPendingElsewhereKeepsNoOtherWaiting() throws {
    let rig = try MintRig()
    rig.faults["/v1/swap"] = [.lostBefore]
    meltNext(rig) { _, _ in }
    let pending = try rig.exchange(try rig.wallet.gift(20, from: &rig.mint))
    rig.run(seconds: 1)
    let good = try rig.exchange(try rig.wallet.gift(2, from: &rig.mint))
    rig.run(seconds: 58)
    #expect(try rig.payment(pending).outcome == .notKnown)
    rig.run(seconds: 120)
    let told = try rig.payment(pending)
    #expect(told.outcome == .notTaken && told.status == .mintRefused)
    #expect(try rig.payment(good).outcome == .taken)
  }

  /// It says so of the swap, and of no proof when it is asked: not for ever.
  @Test func aMintThatSaysPendingAndUnspentIsNotAskedForEver() throws {
    let rig = try MintRig()
    try rig.fill(100)
    rig.faults["/v1/swap"] = Array(repeating: .saysPending, count: 100)
    let payment = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run(seconds: 30)
    #expect(try rig.payment(payment).status == .mintRefused)
    let payout = try rig.payOut(37, try rig.blanks(8).map(\.record))
    rig.run(seconds: 59)
    #expect(try rig.payment(payout).outcome == .notKnown)
    rig.run(seconds: 120)
    let told = try rig.payment(payout)
    #expect(told.outcome == .refundable && told.status == .mintRefused)
    #expect(rig.asked.count < 40)
    #expect(try rig.treasury().held == 100)
  }
}
