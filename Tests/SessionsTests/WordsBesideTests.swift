import Cashu
import Harness
import ScriptedMint
import Sessions
import Testing
import WireProtocol

/// Whoever has the broker's words uses them while it runs: its outputs are signed for something else, its coins are spent.
@Suite struct WordsBesideTests {
  private static let scan = ["checkstate", "restore", "checkstate", "restore", "restore", "restore"]

  @Test func aPaymentIsSwappedWithCountersThatAreFree() throws {
    let rig = try MintRig()
    try rig.fill(100)
    try rig.giveToWords(3, 8)
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run(seconds: 5)
    let asked = ["swap", "checkstate", "restore", "checkstate"] + Self.scan + ["swap"]
    #expect(rig.asked == asked)
    #expect(try rig.payment(id).outcome == .taken)
    let treasury = try rig.treasury()
    #expect(treasury.held == 113 && treasury.found == 8 && treasury.lost == 0)
    #expect(try rig.wordsWorth() == 113)
    #expect(rig.news.contains("it signed outputs of the broker's own for somebody else"))
  }

  @Test func aPayoutIsMadeWithCountersThatAreFree() throws {
    let rig = try MintRig()
    try rig.fill(100)
    // Of 64 come back 16, 8, 2 and 1.
    try rig.giveToWords(6, 4)
    try rig.spendWithWords(6)
    try rig.spendWithWords(1)
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 5)
    #expect(rig.asked.filter { $0 == "swap" }.count == 2)
    #expect(try rig.collect(payout, blanks) == 37)
    let treasury = try rig.treasury()
    #expect(treasury.held == 31 && treasury.lost == 32 && treasury.found == 0 && treasury.paid == 37)
    #expect(try rig.wordsWorth() == 31)
  }

  @Test func coinsBecomeFewerWithCountersThatAreFree() throws {
    let rig = try MintRig()
    for _ in 0..<18 { try rig.fill(127) }
    try rig.giveToWords(133, 8)
    _ = try rig.exchange(try rig.wallet.gift(127, from: &rig.mint))
    rig.run(seconds: 5)
    #expect(try #require(try rig.coinCounts().first) < 20)
    let treasury = try rig.treasury()
    #expect(treasury.held == 19 * 127 + 8 && treasury.found == 8 && treasury.lost == 0)
  }

  /// The request was not answered: for a minute it may have been what had them signed.
  @Test func aSwapThatIsDoubtfulIsNotBehindAtOnce() throws {
    let rig = try MintRig()
    try rig.fill(100)
    rig.faults["/v1/swap"] = [.lostBefore]
    try rig.giveToWords(3, 8)
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run(seconds: 59)
    #expect(try rig.treasury().found == 0)
    rig.run(seconds: 80)
    #expect(try rig.payment(id).outcome == .taken)
    #expect(try rig.treasury().found == 8)
  }

  /// Each time, before the broker does: it does not try for ever, and does not give up for ever.
  @Test func whoeverIsAlwaysFasterHasPaymentsRefused() throws {
    let rig = try MintRig()
    try rig.fill(100)
    rig.beforeAnswer = { call in
      let outputs = MintRig.outputs(of: call.request)
      guard call.request.path == "/v1/swap", let first = outputs.first else { return }
      // Of a payout: behind the payer's. It may be there already.
      _ = rig.mint.give([outputs.count > 3 ? outputs[3] : first])
    }
    let payment = try rig.exchange(try rig.wallet.gift(1, from: &rig.mint))
    rig.run(seconds: 20)
    #expect(rig.asked.filter { $0 == "swap" }.count == 3)
    let told = try rig.payment(payment)
    #expect(told.outcome == .notTaken && told.status == .mintRefused)
    let blanks = try rig.blanks(8)
    // Of 64 come back 16, 8, 2 and 1; the next time of 128.
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run(seconds: 20)
    #expect(rig.asked.filter { $0 == "swap" }.count == 6)
    #expect(try rig.payment(payout).status == .mintRefused)
    rig.beforeAnswer = { _ in }
    rig.asked = []
    let good = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run(seconds: 20)
    #expect(try rig.payment(good).outcome == .taken)
    #expect(rig.asked.filter { $0 == "swap" }.count == 2)
    #expect(try rig.treasury().held == rig.wordsWorth())
  }

  /// Payments of one swap each have their tries.
  @Test func severalPaymentsAreTriedOneByOne() throws {
    let rig = try MintRig()
    try rig.fill(100)
    // All swaps of the two that wait together.
    rig.beforeAnswer = { call in
      guard call.request.path == "/v1/swap", (2...4).contains(rig.asked.filter { $0 == "swap" }.count),
        let output = MintRig.outputs(of: call.request).last
      else { return }
      #expect(rig.mint.give([output]) != nil)
    }
    let payments = try (0..<3).map { _ in try rig.exchange(try rig.wallet.gift(3, from: &rig.mint)) }
    rig.run(seconds: 30)
    for payment in payments { #expect(try rig.payment(payment).outcome == .taken) }
    #expect(rig.asked.filter { $0 == "swap" }.count == 7)
    #expect(try rig.treasury().held == rig.wordsWorth())
  }
}
