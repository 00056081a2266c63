import Cashu
import ScriptedMint
import Testing

/// What can go wrong with an answer: that it does, and whether the request was done.
@Suite struct FaultTests {
  /// What a careful client makes of an answer.
  private enum Reading: Equatable {
    case coins, refused(Int), unreadable, notTheirs, late, lost(isDone: Bool)
  }

  private static let expected: [(MintFault, Reading, isDone: Bool)] = [
    (.lostBefore, .lost(isDone: false), false), (.lostAfter, .lost(isDone: true), true), (.delayed, .late, true),
    (.repeated, .refused(400), true), (.serverError, .refused(500), false), (.serverErrorAfter, .refused(500), true),
    (.unprocessable, .refused(422), false), (.notFound, .refused(404), false),
    (.tooManyRequests, .refused(429), false), (.garbage, .unreadable, true), (.truncated, .unreadable, true),
    (.huge, .unreadable, true), (.saysPending, .refused(400), false), (.saysSpent, .refused(400), false),
    (.saysSigned, .refused(400), false), (.wrongPoint, .notTheirs, true), (.otherKey, .notTheirs, true),
    (.missingDLEQ, .notTheirs, true), (.wrongDLEQ, .notTheirs, true), (.wrongAmounts, .unreadable, true),
    (.wrongKeyset, .unreadable, true), (.tooFew, .unreadable, true), (.tooMany, .unreadable, true),
    (.reordered, .unreadable, true), (.rotated, .refused(400), false),
    // Those that do not fit a swap change nothing.
    (.statesSpent, .coins, true), (.statesUnspent, .coins, true), (.changedKeys, .coins, true),
    (.changedFee, .coins, true), (.unpaid, .coins, true), (.meltPending, .coins, true), (.meltFailed, .coins, true),
    (.withoutStates, .coins, true), (.withoutRestore, .coins, true), (.withoutDLEQ, .coins, true),
  ]

  @Test func `each fault of a swap, and that the coins can be had afterwards`() throws {
    #expect(Set(Self.expected.map { $0.0 }) == Set(MintFault.allCases))
    for (fault, reading, isDone) in Self.expected {
      var (mint, wallet) = (try Fixture.mint(), try Fixture.wallet())
      let keyset = try #require(mint.activeKeyset())
      let coins = try wallet.gift(3, from: &mint)
      let blinded = try wallet.blinded([1, 2], keyset: keyset)
      let request = MintRequest.swap(inputs: coins, outputs: blinded.outputs)
      let answer = mint.answer(request, fault: fault)
      #expect(Self.read(answer, blinded) == reading, "\(fault)")
      let states = try mint.states(of: coins)
      #expect(states == [ProofState](repeating: isDone ? .spent : .unspent, count: 2), "\(fault)")
      // What was done can be restored, whatever was said of it; what was not is done now.
      if !isDone, fault != .rotated {
        let again = mint.answer(request)
        #expect(Self.read(again, blinded) == .coins, "\(fault)")
      }
      let (_, body) = mint.handle(.restore(blinded.outputs))
      let restored = try RestoredSignature.all(in: body, for: blinded.outputs)
      #expect(blinded.coins(restored, curve: Fixture.curve)?.count == (fault == .rotated ? 0 : 2), "\(fault)")
      #expect(mint.checkInvariants() == [], "\(fault)")
    }
  }

  private static func read(_ answer: MintAnswer, _ blinded: BlindedCoins) -> Reading {
    switch answer {
    case .lost(let isDone): return .lost(isDone: isDone)
    case .late: return .late
    case .response(let status, let body):
      guard status == 200 else { return .refused(status) }
      guard let signatures = try? BlindSignature.all(in: body, for: blinded.outputs) else { return .unreadable }
      return blinded.coins(signatures, curve: Fixture.curve) == nil ? .notTheirs : .coins
    }
  }

  @Test func `another key's signatures are proved, for that key`() throws {
    var (mint, wallet) = (try Fixture.mint(), try Fixture.wallet())
    let keyset = try #require(mint.activeKeyset())
    let coins = try wallet.gift(1, from: &mint)
    let blinded = try wallet.blinded([1], keyset: keyset)
    let answer = mint.answer(.swap(inputs: coins, outputs: blinded.outputs), fault: .otherKey)
    guard case .response(200, let body) = answer else { throw FormatError.missing }
    let signature = try BlindSignature.all(in: body, for: blinded.outputs)[0]
    // The key is the one that keys are changed to.
    guard case .response(200, let told) = mint.answer(.activeKeys, fault: .changedKeys) else {
      throw FormatError.missing
    }
    let text = try #require(JSONValue(told)?["keysets"]?.elements?.first?["keys"]?["1"]?.string)
    let key = try #require(CompressedPoint(hex: text).flatMap { Fixture.curve.mintKey($0) })
    let dleq = try #require(signature.dleq)
    let output = blinded.outputs[0].point
    #expect(Fixture.curve.verify(dleq, signature: signature.point, blinded: output, key: key))
  }

  @Test func `keysets that change under their id`() throws {
    var mint = try Fixture.mint(terms: .init(inputFeePPK: 100))
    let keyset = try #require(mint.activeKeyset())
    for fault in [MintFault.changedKeys, .changedFee] {
      for request in [MintRequest.activeKeys, .keys(keyset.id)] {
        guard case .response(200, let body) = mint.answer(request, fault: fault) else { throw FormatError.missing }
        #expect(throws: FormatError.mismatch) { try Keyset.all(in: body) }
      }
    }
    guard case .response(200, let body) = mint.answer(.keysets, fault: .changedFee) else { throw FormatError.missing }
    #expect(try KeysetSummary.all(in: body).map(\.inputFeePPK) == [200])
    #expect(try Keyset.all(in: mint.handle(.activeKeys).body) == [keyset])
  }

  @Test func `states that are lies`() throws {
    var (mint, wallet) = (try Fixture.mint(), try Fixture.wallet())
    let coins = try wallet.gift(1, from: &mint)
    let points = coins.compactMap { Fixture.curve.hashToCurve($0.secret).flatMap(Fixture.curve.compressed) }
    for (fault, state) in [(MintFault.statesSpent, ProofState.spent), (.statesUnspent, .unspent)] {
      guard case .response(200, let body) = mint.answer(.checkState(points), fault: fault) else {
        throw FormatError.missing
      }
      #expect(try ProofState.all(in: body, for: points) == [state])
    }
    #expect(try mint.states(of: coins) == [.unspent])
  }

  @Test func `faults of Lightning hold for one request`() throws {
    var (mint, wallet) = (try Fixture.mint(), try Fixture.wallet())
    let quoteRequest = MintRequest.mintQuote(amount: 4, unit: "sat")
    guard case .response(200, let unpaid) = mint.answer(quoteRequest, fault: .unpaid) else { throw FormatError.missing }
    let quote = try MintQuote(unpaid)
    #expect(try MintQuote(mint.handle(.mintQuoteState(quote.id)).body).state == .unpaid)
    let paid = try MintQuote(mint.handle(quoteRequest).body)
    #expect(try MintQuote(mint.handle(.mintQuoteState(paid.id)).body).state == .paid)
    let melt = try MeltQuote(mint.handle(.meltQuote(invoice: "lnbc40n1qqqqqqqq", unit: "sat")).body)
    let coins = try wallet.gift(8, from: &mint)
    let request = MintRequest.melt(melt.id, inputs: coins, blankOutputs: [])
    guard case .response(400, let failed) = mint.answer(request, fault: .meltFailed) else { throw FormatError.missing }
    #expect(MintRefusal(status: 400, body: failed).code == 20004)
    guard case .response(200, let pending) = mint.answer(request, fault: .meltPending) else {
      throw FormatError.missing
    }
    #expect(try MeltQuote(pending).state == .pending)
    #expect(mint.meltOutcome == .paid)
    #expect(mint.checkInvariants() == [])
  }

  @Test(arguments: zip([.withoutStates, .withoutRestore, .withoutDLEQ] as [MintFault], [7, 9, 12]))
  func `what it can do it may leave out`(_ fault: MintFault, _ number: Int) throws {
    var mint = try Fixture.mint()
    guard case .response(200, let told) = mint.answer(.info),
      case .response(200, let less) = mint.answer(.info, fault: fault)
    else { throw FormatError.missing }
    #expect(try MintInfo(told).supported.subtracting(MintInfo(less).supported) == [number])
  }

  @Test func `faults have names and fit something`() {
    let paths = [
      "/v1/info", "/v1/keysets", "/v1/keys", "/v1/keys/00", "/v1/swap", "/v1/checkstate", "/v1/restore",
      "/v1/mint/quote/bolt11", "/v1/mint/bolt11", "/v1/melt/quote/bolt11", "/v1/melt/bolt11",
    ]
    for fault in MintFault.allCases {
      #expect(MintFault(rawValue: fault.rawValue) == fault)
      let fits = paths.contains { path in
        ["GET", "POST"].contains { fault.fits(method: $0, path: path) }
      }
      #expect(fits, "\(fault)")
    }
  }
}
