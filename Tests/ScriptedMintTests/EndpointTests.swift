import Cashu
import ScriptedMint
import Testing

/// What the mint does for those who ask as they should.
@Suite struct EndpointTests {
  @Test(arguments: [UInt8(0), 1]) func `it tells who it is and what its keys are`(version: UInt8) throws {
    let terms = ScriptedMint.Terms(keyCount: 8, inputFeePPK: 250, idVersion: version, finalExpiry: 2_000_000_000)
    var mint = try Fixture.mint(units: ["sat", "usd"], terms: terms)
    let info = try MintInfo(mint.handle(.info).body)
    #expect(info.arrayCountMax == 1_000)
    #expect(info.supported == [7, 8, 9, 10, 11, 12])
    #expect(info.mintMethods.map(\.unit) == ["sat", "usd"])
    #expect(info.publicKey != nil)
    let keysets = mint.allKeysets
    #expect(keysets.map(\.unit) == ["sat", "usd"])
    #expect(keysets.allSatisfy { $0.amounts == [1, 2, 4, 8, 16, 32, 64, 128] && $0.inputFeePPK == 250 })
    #expect(keysets.allSatisfy { $0.id.bytes.count == (version == 0 ? 8 : 33) })
    #expect(try Keyset.all(in: mint.handle(.activeKeys).body) == keysets)
    #expect(try Keyset.all(in: mint.handle(.keys(keysets[1].id)).body) == [keysets[1]])
    let summaries = try KeysetSummary.all(in: mint.handle(.keysets).body)
    #expect(summaries.map(\.id) == keysets.map(\.id))
    #expect(summaries.allSatisfy { $0.isActive && $0.inputFeePPK == 250 && $0.finalExpiry == 2_000_000_000 })
  }

  @Test func `coins are had for an invoice that was paid, once`() throws {
    var (mint, wallet) = (try Fixture.mint(), try Fixture.wallet())
    mint.paysInvoices = false
    let keyset = try #require(mint.activeKeyset())
    let quote = try MintQuote(mint.handle(.mintQuote(amount: 21, unit: "sat")).body)
    #expect(quote.state == .unpaid)
    #expect(quote.expiry == mint.now + 3_600)
    let blinded = try wallet.blinded([1, 4, 16], keyset: keyset)
    let request = MintRequest.mint(quote.id, outputs: blinded.outputs)
    #expect(mint.refusal(of: request)?.meaning == .quoteUnpaid)
    #expect(try MintQuote(mint.handle(.mintQuoteState(quote.id)).body).state == .unpaid)
    mint.payInvoice(of: quote.id.text)
    #expect(try MintQuote(mint.handle(.mintQuoteState(quote.id)).body).state == .paid)
    let wrong = try wallet.blinded([1, 4], keyset: keyset)
    #expect(mint.refusal(of: .mint(quote.id, outputs: wrong.outputs))?.code == 11000)
    let signatures = try BlindSignature.all(in: mint.handle(request).body, for: blinded.outputs)
    #expect(blinded.coins(signatures, curve: Fixture.curve)?.map(\.amount) == [1, 4, 16])
    #expect(try MintQuote(mint.handle(.mintQuoteState(quote.id)).body).state == .issued)
    #expect(mint.refusal(of: request)?.meaning == .alreadySigned)
    let others = try wallet.blinded([1, 4, 16], keyset: keyset)
    #expect(mint.refusal(of: .mint(quote.id, outputs: others.outputs))?.meaning == .quoteIssued)
    #expect(mint.totals.money["sat"]?.issued == 21)
    #expect(mint.checkInvariants() == [])
  }

  @Test(arguments: [UInt64(0), 100, 1_000]) func `a swap gives coins of the same worth, less its fee`(fee: UInt64)
    throws
  {
    var (mint, wallet) = (try Fixture.mint(terms: .init(inputFeePPK: fee)), try Fixture.wallet())
    let keyset = try #require(mint.activeKeyset())
    let coins = try wallet.gift(11, from: &mint)
    let expected = try #require(keyset.fee(inputCount: 3))
    let blinded = try wallet.blinded(try #require(keyset.split(11 - expected)), keyset: keyset)
    #expect(try mint.states(of: coins) == [.unspent, .unspent, .unspent])
    let request = MintRequest.swap(inputs: coins, outputs: blinded.outputs)
    let (status, body) = mint.handle(request)
    #expect(status == 200)
    let signatures = try BlindSignature.all(in: body, for: blinded.outputs)
    let fresh = try #require(blinded.coins(signatures, curve: Fixture.curve))
    #expect(fresh.reduce(0) { $0 + $1.amount } == 11 - expected)
    #expect(try mint.states(of: coins + fresh) == [.spent, .spent, .spent] + fresh.map { _ in .unspent })
    #expect(mint.refusal(of: request)?.meaning == .alreadySpent)
    #expect(mint.totals.doubleSpendCount == 3)
    let restored = try RestoredSignature.all(in: mint.handle(.restore(blinded.outputs)).body, for: blinded.outputs)
    #expect(restored.map(\.signature) == signatures)
    #expect(blinded.coins(restored, curve: Fixture.curve) == fresh)
    #expect(mint.totals.money["sat"]?.outstanding == Int128(11 - expected))
    #expect(mint.totals.money["sat"]?.fees == Int128(expected))
    #expect(mint.checkInvariants() == [])
  }

  @Test func `a rotated keyset signs no more, and what it signed is still good`() throws {
    var (mint, wallet) = (try Fixture.mint(), try Fixture.wallet())
    let old = try #require(mint.activeKeyset())
    let coins = try wallet.gift(3, from: &mint)
    let stale = try wallet.blinded([1, 2], keyset: old)
    mint.rotateKeyset()
    let new = try #require(mint.activeKeyset())
    #expect(new.id != old.id)
    #expect(mint.refusal(of: .swap(inputs: coins, outputs: stale.outputs))?.code == 12002)
    #expect(try Keyset.all(in: mint.handle(.activeKeys).body).map(\.id) == [new.id])
    #expect(try Keyset.all(in: mint.handle(.keys(old.id)).body).map(\.isActive) == [false])
    let fresh = try wallet.blinded([1, 2], keyset: new)
    #expect(mint.refusal(of: .swap(inputs: coins, outputs: fresh.outputs)) == nil)
    #expect(mint.checkInvariants() == [])
  }

  @Test func `a lock is unlocked by its key, and by nobody's once its time is over`() throws {
    var (mint, wallet) = (try Fixture.mint(), try Fixture.wallet())
    let (owner, thief) = (try Fixture.key(5), try Fixture.key(6))
    let lock = owner.publicKey
    let coins = try wallet.gift(3, lock: lock, from: &mint)
    let outputs = try coins.map { try Fixture.output($0.amount, keyset: $0.keyset) }
    #expect(mint.refusal(of: .swap(inputs: coins, outputs: outputs))?.detail == "no signatures in proof.")
    let stolen = wallet.sign(coins, with: thief)
    let refusal = mint.refusal(of: .swap(inputs: stolen, outputs: outputs))
    #expect(refusal?.detail == "signature threshold not met. 0 < 1.")
    #expect(try mint.states(of: coins) == [.unspent, .unspent])
    #expect(mint.refusal(of: .swap(inputs: wallet.sign(coins, with: owner), outputs: outputs)) == nil)
    let timed = try wallet.gift(1, lock: lock, locktime: mint.now + 60, from: &mint)
    let output = try Fixture.output(1, keyset: timed[0].keyset)
    mint.now += 60
    #expect(mint.refusal(of: .swap(inputs: timed, outputs: [output])) != nil)
    mint.now += 1
    #expect(mint.refusal(of: .swap(inputs: timed, outputs: [output])) == nil)
    #expect(mint.checkInvariants() == [])
  }

  @Test func `the same seed and requests give the same answers`() throws {
    var answers: [[UInt8]] = []
    for _ in 0..<2 {
      var (mint, wallet) = (try Fixture.mint("same"), try Fixture.wallet("same"))
      try wallet.mint(100, at: &mint)
      let token = try wallet.token(37, at: &mint)
      answers.append(Array(try token.text().utf8) + mint.handle(.mintQuote(amount: 5, unit: "sat")).body)
    }
    #expect(answers[0] == answers[1])
    var (one, other) = (try Fixture.mint("one"), try Fixture.mint("other"))
    let isSame = one.handle(.activeKeys).body == other.handle(.activeKeys).body
    #expect(!isSame)
  }
}
