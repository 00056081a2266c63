import Cashu
import ScriptedMint
import Testing

/// The way out: coins that pay invoices.
@Suite struct MeltTests {
  private static let invoice = "lnbc1m1qqqqqqqq"  // 100,000 satoshis

  private struct Scene {
    var mint: ScriptedMint
    var wallet: ScriptedWallet
    let quote: MeltQuote
    let coins: [Proof]
    let blank: BlindedCoins

    init(fee: UInt64 = 0) throws {
      mint = try Fixture.mint(terms: .init(keyCount: 20, inputFeePPK: fee))
      wallet = try Fixture.wallet()
      quote = try MeltQuote(mint.handle(.meltQuote(invoice: MeltTests.invoice, unit: "sat")).body)
      coins = try wallet.gift(101_024, from: &mint)
      let keyset = try #require(mint.activeKeyset())
      blank = try wallet.blinded([UInt64](repeating: 1, count: 12), keyset: keyset)
    }

    var request: MintRequest { .melt(quote.id, inputs: coins, blankOutputs: blank.outputs) }
  }

  @Test(arguments: [UInt64(0), 500]) func `an invoice is paid and the rest comes back`(fee: UInt64) throws {
    var scene = try Scene(fee: fee)
    #expect(scene.quote.amount == 100_000)
    #expect(scene.quote.feeReserve == 1_000)
    #expect(scene.quote.state == .unpaid)
    let keyset = try #require(scene.mint.activeKeyset())
    let inputFee = try #require(keyset.fee(inputCount: scene.coins.count))
    let answer = try MeltQuote(scene.mint.handle(scene.request).body)
    #expect(answer.state == .paid)
    #expect(answer.preimage != nil)
    let change = try answer.change(for: scene.blank.outputs)
    let coins = try #require(scene.blank.coins(change, curve: Fixture.curve))
    #expect(coins.reduce(0) { $0 + $1.amount } == 1_023 - inputFee)
    #expect(coins.map(\.amount) == coins.map(\.amount).sorted(by: >))
    #expect(try scene.mint.states(of: scene.coins).allSatisfy { $0 == .spent })
    #expect(try MeltQuote(scene.mint.handle(.meltQuoteState(answer.id)).body).change == answer.change)
    #expect(scene.mint.refusal(of: scene.request)?.meaning == .quotePaid)
    let again = scene.mint.refusal(of: .meltQuote(invoice: Self.invoice, unit: "sat"))
    #expect(again?.meaning == .quotePaid)
    let restored = try RestoredSignature.all(
      in: scene.mint.handle(.restore(scene.blank.outputs)).body, for: scene.blank.outputs)
    #expect(restored == change)
    #expect(scene.mint.checkInvariants() == [])
  }

  @Test(arguments: [true, false]) func `a payment is under way, and ends in one of two ways`(isPaid: Bool) throws {
    var scene = try Scene()
    scene.mint.meltOutcome = .pending
    let answer = try MeltQuote(scene.mint.handle(scene.request).body)
    #expect(answer.state == .pending)
    #expect(answer.change == [])
    #expect(try scene.mint.states(of: scene.coins).allSatisfy { $0 == .pending })
    #expect(scene.mint.refusal(of: scene.request)?.meaning == .quotePending)
    let outputs = try scene.coins.map { try Fixture.output($0.amount, keyset: $0.keyset) }
    let swap = MintRequest.swap(inputs: scene.coins, outputs: outputs)
    #expect(scene.mint.refusal(of: swap)?.meaning == .pending)
    let coin = try scene.wallet.gift(1, from: &scene.mint)
    let into = MintRequest.swap(inputs: coin, outputs: [scene.blank.outputs[0]])
    #expect(scene.mint.refusal(of: into)?.code == 11004)
    #expect(scene.mint.pendingMelts == [answer.id.text])
    #expect(scene.mint.checkInvariants() == [])
    let isSettled = scene.mint.settleMelt(answer.id.text, isPaid: isPaid)
    #expect(isSettled)
    let end = try MeltQuote(scene.mint.handle(.meltQuoteState(answer.id)).body)
    #expect(end.state == (isPaid ? .paid : .unpaid))
    #expect(end.change.reduce(0) { $0 + $1.amount } == (isPaid ? 1_024 : 0))
    #expect(try scene.mint.states(of: scene.coins).allSatisfy { $0 == (isPaid ? .spent : .unspent) })
    #expect(scene.mint.refusal(of: swap)?.meaning == (isPaid ? .alreadySpent : nil))
    #expect(scene.mint.refusal(of: into)?.meaning == (isPaid ? .alreadySigned : nil))
    #expect(scene.mint.checkInvariants() == [])
  }

  @Test func `a payment that fails leaves everything as it was`() throws {
    var scene = try Scene()
    scene.mint.meltOutcome = .failed
    #expect(scene.mint.refusal(of: scene.request)?.code == 20004)
    #expect(try scene.mint.states(of: scene.coins).allSatisfy { $0 == .unspent })
    #expect(try MeltQuote(scene.mint.handle(.meltQuoteState(scene.quote.id)).body).state == .unpaid)
    scene.mint.meltOutcome = .paid
    #expect(scene.mint.refusal(of: scene.request) == nil)
    #expect(scene.mint.checkInvariants() == [])
  }

  @Test func `what does not come back is gone`() throws {
    var scene = try Scene()
    let one = MintRequest.melt(scene.quote.id, inputs: scene.coins, blankOutputs: [scene.blank.outputs[0]])
    let answer = try MeltQuote(scene.mint.handle(one).body)
    #expect(answer.change.map(\.amount) == [512])
    #expect(scene.mint.totals.money["sat"]?.melted == Int128(100_512))
    #expect(scene.mint.checkInvariants() == [])
  }

  @Test func `too little is refused`() throws {
    var scene = try Scene()
    let some = Array(scene.coins.sorted { $0.amount > $1.amount }.prefix(2))
    let refusal = scene.mint.refusal(of: .melt(scene.quote.id, inputs: some, blankOutputs: []))
    #expect(refusal?.detail == "not enough inputs provided for melt. Provided: 98304, needed: 101000")
    #expect(scene.mint.checkInvariants() == [])
  }

  @Test func `an invoice of its own is settled inside`() throws {
    var scene = try Scene()
    scene.mint.paysInvoices = false
    let own = try MintQuote(scene.mint.handle(.mintQuote(amount: 64, unit: "sat")).body)
    let quote = try MeltQuote(scene.mint.handle(.meltQuote(invoice: own.invoice, unit: "sat")).body)
    #expect(quote.feeReserve == 0)
    #expect(quote.amount == 64)
    let coins = try scene.wallet.gift(64, from: &scene.mint)
    let answer = try MeltQuote(scene.mint.handle(.melt(quote.id, inputs: coins, blankOutputs: [])).body)
    #expect(answer.state == .paid)
    #expect(try MintQuote(scene.mint.handle(.mintQuoteState(own.id)).body).state == .paid)
    #expect(scene.mint.refusal(of: .meltQuote(invoice: own.invoice, unit: "sat"))?.code == 20006)
    #expect(scene.mint.checkInvariants() == [])
  }
}
