import Cashu
import ScriptedMint
import Testing

/// Tokens that are made, and taken.
@Suite struct WalletTests {
  @Test(arguments: [Token.Format.cashuB, .cashuA], [true, false])
  func `a token goes from one wallet to another`(format: Token.Format, isLocked: Bool) throws {
    var mint = try Fixture.mint(terms: .init(inputFeePPK: 100))
    var (sender, receiver) = (try Fixture.wallet("sender"), try Fixture.wallet("receiver"))
    let key = try Fixture.key(9)
    try sender.mint(100, at: &mint)
    #expect(sender.balance == 100)
    let token = try sender.token(21, lock: isLocked ? key.publicKey : nil, memo: "for you", at: &mint)
    #expect(token.amount == 21)
    #expect(token.memo == "for you")
    // Two inputs, 64 and 32, cost 1.
    #expect(sender.balance == 78)
    let text = try token.text(format)
    for proof in try Token(text: text).proofs {
      let keyset = try #require(mint.activeKeyset())
      let mintKey = try #require(keyset.keys[proof.amount].flatMap { Fixture.curve.mintKey($0) })
      #expect(Fixture.curve.verify(proof, key: mintKey))
      #expect(SpendingCondition(secret: proof.secret) == (isLocked ? .key(key.publicKey, locktime: nil) : .unlocked))
    }
    if isLocked {
      #expect(throws: WalletFailure.self) { try receiver.receive(text, at: &mint) }
    }
    let got = try receiver.receive(text, key: key, at: &mint)
    #expect(got == 20)
    #expect(receiver.balance == 20)
    #expect(throws: WalletFailure.self) { try receiver.receive(text, key: key, at: &mint) }
    #expect(mint.totals.doubleSpendCount == 3)
    #expect(mint.totals.money["sat"]?.outstanding == 98)
    #expect(mint.checkInvariants() == [])
  }

  @Test func `keysets with ids of the older kind`() throws {
    var mint = try Fixture.mint(terms: .init(idVersion: 0))
    var (sender, receiver) = (try Fixture.wallet("sender"), try Fixture.wallet("receiver"))
    try sender.mint(50, at: &mint)
    let text = try sender.token(21, at: &mint).text()
    #expect(try Token(text: text).proofs.allSatisfy { $0.keyset == mint.activeKeyset()?.id })
    let got = try receiver.receive(text, at: &mint)
    #expect(got == 21)
    #expect(mint.checkInvariants() == [])
  }

  @Test func `the books tell when coins come from nowhere`() throws {
    var (mint, wallet) = (try Fixture.mint(), try Fixture.wallet())
    // A mint of the same keys, whose coins this one cannot tell from its own.
    var twin = mint
    let coins = try wallet.gift(4, from: &twin)
    #expect(mint.checkInvariants() == [])
    let output = try Fixture.output(4, keyset: coins[0].keyset)
    #expect(mint.refusal(of: .swap(inputs: coins, outputs: [output])) == nil)
    #expect(mint.checkInvariants() == [])
    let more = try wallet.gift(2, from: &twin)
    let quote = try MeltQuote(mint.handle(.meltQuote(invoice: "lnbc20n1qqqqqqqq", unit: "sat")).body)
    let rich = try wallet.gift(8, from: &twin)
    #expect(mint.refusal(of: .melt(quote.id, inputs: rich + more, blankOutputs: [])) == nil)
    #expect(mint.checkInvariants() == ["sat: 10 more were spent than signed"])
  }

  @Test func `more than there is can't be spent`() throws {
    var (mint, wallet) = (try Fixture.mint(), try Fixture.wallet())
    try wallet.mint(8, at: &mint)
    #expect(throws: WalletFailure.amount) { _ = try wallet.token(9, at: &mint) }
    #expect(wallet.balance == 8)
    #expect(throws: WalletFailure.amount) { _ = try wallet.gift(.max, from: &mint) }
    #expect(mint.checkInvariants() == [])
  }

  @Test func `another mint's token is not taken`() throws {
    var (mint, other) = (try Fixture.mint("one"), try Fixture.mint("other"))
    var (sender, receiver) = (try Fixture.wallet("sender"), try Fixture.wallet("receiver"))
    let text = try sender.token(of: sender.gift(5, from: &other)).text()
    #expect(throws: WalletFailure.keyset) { try receiver.receive(text, at: &mint) }
    #expect(throws: WalletFailure.format(.unknownFormat)) { try receiver.receive("hello", at: &mint) }
  }
}
