import Cashu
import ScriptedMint
import Testing

/// A mint and its users, honest and not, at random: the books are right all the time.
@Suite struct RandomTests {
  @Test(arguments: [UInt64(1), 2]) func `ten thousand steps`(seed: UInt64) throws {
    var crowd = try Crowd(seed: seed)
    for step in 1...5_000 {
      try crowd.step()
      if step.isMultiple(of: 100) {
        let broken = crowd.mint.checkInvariants()
        #expect(broken == [], "step \(step)")
        if !broken.isEmpty { return }
      }
    }
    try crowd.finish()
    #expect(crowd.mint.totals.swapCount > 1_000)
    #expect(crowd.mint.totals.doubleSpendCount > 100)
    #expect(crowd.mint.totals.money["sat"].map { $0.fees > 0 && $0.melted > 0 } == true)
    #expect(crowd.kinds == Set(0...7))
  }
}

/// What users do, and what they should have: coins that they hold, and some that they spent.
private struct Crowd {
  var mint: ScriptedMint
  private var wallet: ScriptedWallet
  private var chance: SeededChance
  private var held: [Proof] = []
  private var spent: [Proof] = []
  /// Payments under way, and the coins in them.
  private var pending: [(quote: QuoteID, coins: [Proof], blank: BlindedCoins)] = []
  /// Units paid in, by this account.
  private var paidIn: Int128 = 0
  private(set) var kinds: Set<Int> = []

  init(seed: UInt64) throws {
    mint = try Fixture.mint("crowd \(seed)", terms: .init(keyCount: 7, inputFeePPK: 300))
    wallet = try Fixture.wallet("crowd \(seed)")
    chance = SeededChance(seed: seed)
  }

  mutating func step() throws {
    let kind = held.isEmpty ? 0 : Int.random(in: 0...15, using: &chance)
    kinds.insert(min(kind, 7))
    switch kind {
    case 0: try payIn()
    case 1: try steal()
    case 2: try melt()
    case 3: try settle()
    case 4: try overdraw()
    case 5: if Int.random(in: 0..<60, using: &chance) == 0 { mint.rotateKeyset() }
    case 6: mint.now += UInt64.random(in: 0...100, using: &chance)
    default: try swap()
    }
  }

  /// Everything that is held can be spent; nothing that was can be again.
  mutating func finish() throws {
    while !pending.isEmpty { try settle() }
    #expect(try mint.statesInParts(of: held).allSatisfy { $0 == .unspent })
    #expect(try mint.statesInParts(of: spent).allSatisfy { $0 == .spent })
    let money = try #require(mint.totals.money["sat"])
    #expect(money.issued == paidIn)
    #expect(money.outstanding == held.reduce(Int128(0)) { $0 + Int128($1.amount) })
    #expect(mint.checkInvariants() == [])
  }

  private mutating func payIn() throws {
    let amount = UInt64.random(in: 1...127, using: &chance)
    let before = wallet.coins.count
    try wallet.mint(amount, at: &mint)
    held += wallet.coins.dropFirst(before)
    paidIn += Int128(amount)
  }

  /// Some coins, taken out.
  private mutating func pick() -> [Proof] {
    let count = min(held.count, Int.random(in: 1...3, using: &chance))
    return (0..<count).map { _ in held.remove(at: Int.random(in: held.indices, using: &chance)) }
  }

  private func fee(_ coins: [Proof]) -> UInt64 { (UInt64(coins.count) * 300 + 999) / 1_000 }

  private func sum(_ coins: [Proof]) -> UInt64 { coins.reduce(0) { $0 + $1.amount } }

  /// A swap, with whatever may go wrong: it was done or not, and which of both can be found out.
  private mutating func swap() throws {
    let coins = pick()
    let keyset = try #require(mint.activeKeyset())
    guard sum(coins) > fee(coins), let amounts = keyset.split(sum(coins) - fee(coins)) else {
      held += coins
      return
    }
    let blinded = try wallet.blinded(amounts, keyset: keyset)
    let isFaulty = Int.random(in: 0..<4, using: &chance) == 0
    let fault = isFaulty ? MintFault.allCases.randomElement(using: &chance) : nil
    let answer = mint.answer(.swap(inputs: coins, outputs: blinded.outputs), fault: fault)
    if case .response(200, let body) = answer, fault == nil {
      let signatures = try BlindSignature.all(in: body, for: blinded.outputs)
      held += try #require(blinded.coins(signatures, curve: Fixture.curve))
      spent += coins
      return
    }
    let restored = try RestoredSignature.all(in: mint.handle(.restore(blinded.outputs)).body, for: blinded.outputs)
    let isDone = !restored.isEmpty
    #expect(restored.count == (isDone ? blinded.outputs.count : 0))
    #expect(try mint.states(of: coins).allSatisfy { $0 == (isDone ? .spent : .unspent) })
    if isDone {
      held += try #require(blinded.coins(restored, curve: Fixture.curve))
      spent += coins
    } else {
      held += coins
    }
  }

  /// Coins that were spent, alone or among good ones.
  private mutating func steal() throws {
    guard let old = spent.randomElement(using: &chance) else { return }
    var inputs = [old]
    if Bool.random(using: &chance), let good = held.first { inputs.insert(good, at: 0) }
    let id = try #require(mint.activeKeyset()?.id)
    let outputs = try inputs.map { try Fixture.output($0.amount, keyset: id) }
    #expect(mint.refusal(of: .swap(inputs: inputs, outputs: outputs))?.meaning == .alreadySpent)
  }

  /// More than one has, and coins that nobody signed.
  private mutating func overdraw() throws {
    guard let coin = held.first else { return }
    let id = try #require(mint.activeKeyset()?.id)
    let more = try Fixture.output(min(64, coin.amount * 2), keyset: id)
    let none = coin.amount == 64
    let outputs = none ? [more, try Fixture.output(1, keyset: id)] : [more]
    #expect(mint.refusal(of: .swap(inputs: [coin], outputs: outputs))?.code == 11000)
    var forged = coin
    forged.secret += "0"
    #expect(mint.refusal(of: .swap(inputs: [forged], outputs: [more]))?.meaning == .invalidProof)
  }

  private mutating func melt() throws {
    let coins = pick()
    let keyset = try #require(mint.activeKeyset())
    // Leaves 2 for the payment, and something to come back.
    guard sum(coins) > fee(coins) + 4 else {
      held += coins
      return
    }
    let amount = UInt64.random(in: 1...(sum(coins) - fee(coins) - 2 - sum(coins) / 64), using: &chance)
    let data = String(repeating: "q", count: 6) + bech32(chance.next())
    let quote = try MeltQuote(mint.handle(.meltQuote(invoice: "lnbc\(amount * 10)n1\(data)", unit: "sat")).body)
    let count = Int.random(in: 0...4, using: &chance)
    let blank = try wallet.blinded([UInt64](repeating: 1, count: count), keyset: keyset)
    mint.meltOutcome = [.paid, .pending, .failed].randomElement(using: &chance) ?? .paid
    let (status, body) = mint.handle(.melt(quote.id, inputs: coins, blankOutputs: blank.outputs))
    guard status == 200 else {
      #expect(MintRefusal(status: status, body: body).code == 20004)
      held += coins
      return
    }
    let answer = try MeltQuote(body)
    if answer.state == .pending { pending.append((quote.id, coins, blank)) } else { try end(answer, coins, blank) }
  }

  private mutating func settle() throws {
    guard !pending.isEmpty else { return }
    let (quote, coins, blank) = pending.remove(at: Int.random(in: pending.indices, using: &chance))
    #expect(try mint.states(of: coins).allSatisfy { $0 == .pending })
    mint.settleMelt(quote.text, isPaid: Bool.random(using: &chance))
    try end(try MeltQuote(mint.handle(.meltQuoteState(quote)).body), coins, blank)
  }

  private mutating func end(_ quote: MeltQuote, _ coins: [Proof], _ blank: BlindedCoins) throws {
    guard quote.state == .paid else {
      held += coins
      return
    }
    spent += coins
    held += try #require(blank.coins(try quote.change(for: blank.outputs), curve: Fixture.curve))
  }

  private func bech32(_ number: UInt64) -> String {
    let letters = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l")
    return String((0..<12).map { letters[Int(number >> (5 * $0) & 31)] })
  }
}

extension ScriptedMint {
  /// States of more proofs than a request may have.
  fileprivate mutating func statesInParts(of proofs: [Proof]) throws -> [ProofState] {
    var (states, rest): ([ProofState], ArraySlice<Proof>) = ([], proofs[...])
    while !rest.isEmpty {
      states += try self.states(of: Array(rest.prefix(500)))
      rest = rest.dropFirst(500)
    }
    return states
  }
}
