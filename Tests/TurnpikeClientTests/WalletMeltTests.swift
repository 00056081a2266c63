import Cashu
import ScriptedMint
import Testing
import TurnpikeClient
import WireProtocol

/// An invoice is paid once or not at all, and whatever is not paid for it is the wallet's.
@Suite struct WalletMeltTests {
  private static let payment = MeltScene.payment

  /// Pays the invoice; nil: it is paid.
  private func melt(_ wallet: Wallet, _ scene: MeltScene) async throws -> TurnpikeError? {
    let offer = try await scene.offer()
    do {
      let paid = try await wallet.melt(Self.payment, for: offer, waiting: .zero, asking: scene.ask)
      #expect(await wallet.content.payouts == [paid])
      return nil
    } catch {
      #expect(error.detail == Self.payment)
      return error
    }
  }

  /// What is there of the payout, which reads the same from its file.
  private func payout(_ wallet: Wallet) async throws -> WalletPayout {
    let content = await wallet.content
    #expect(try WalletContent(text: content.text) == content)
    return try #require(content.payouts.first)
  }

  /// That the invoice is paid, and the change is here.
  private func expectPaid(_ wallet: Wallet, _ scene: MeltScene, kept: UInt64 = 1) async throws {
    let payout = try await payout(wallet)
    let melt = try #require(payout.melt)
    #expect(melt.isSettled && payout.isFinished && !payout.isWaiting)
    #expect(melt.total == melt.amount + melt.inputFee + payout.amount + kept)
    #expect(try scene.worth(await wallet.content) == payout.amount)
    #expect(scene.melted == 100_000 + kept && scene.meltCount == 1)
  }

  /// That it is not, and the ecash is the wallet's.
  private func expectUnpaid(_ wallet: Wallet, _ scene: MeltScene) async throws {
    let payout = try await payout(wallet)
    #expect(payout.melt == nil && payout.isFinished)
    #expect(try scene.worth(await wallet.content) == payout.amount)
    #expect(scene.melted == 0)
  }

  @Test(arguments: [0, 100, 1_000] as [UInt64], [0, 1, 5_000] as [UInt64])
  func invoiceIsPaidAndTheRestComesBack(fee: UInt64, excess: UInt64) async throws {
    let scene = try MeltScene(fee: fee, excess: excess)
    let wallet = try scene.wallet()
    #expect(try await melt(wallet, scene) == nil)
    try await expectPaid(wallet, scene)
    let payout = try await payout(wallet)
    #expect(payout.melt?.isProved == true && payout.amount >= 999 + excess)
    // Nor is it paid again.
    await #expect(throws: TurnpikeError.self) { try await wallet.checkUnpaid(MeltScene.invoice.uppercased()) }
    #expect(await wallet.continueMelts(asking: scene.ask).isEmpty)
    try await wallet.forget(payout: Self.payment)
    #expect(await wallet.content.payouts.isEmpty)
  }

  /// Whatever is heard of a payment that was made, and of its change.
  @Test(arguments: [
    MintFault.lostAfter, .serverErrorAfter, .garbage, .truncated, .huge, .repeated, .delayed, .wrongPoint, .otherKey,
    .missingDLEQ, .wrongDLEQ, .wrongAmounts, .wrongKeyset, .tooMany, .reordered,
  ])
  func paidIsPaid(fault: MintFault) async throws {
    let scene = try MeltScene()
    scene.arm(fault)
    let wallet = try scene.wallet()
    #expect(try await melt(wallet, scene) == nil)
    try await expectPaid(wallet, scene)
  }

  /// The mint has answered, and says that nothing was paid.
  @Test(arguments: [
    MintFault.unprocessable, .notFound, .tooManyRequests, .saysPending, .saysSpent, .meltFailed,
  ])
  func refusedIsTheWalletsAgain(fault: MintFault) async throws {
    let scene = try MeltScene()
    scene.arm(fault)
    let wallet = try scene.wallet()
    let error = try await melt(wallet, scene)
    #expect(error?.money == .notTaken && error?.description.contains("has not paid") == true)
    try await expectUnpaid(wallet, scene)
    // It can be tried again.
    #expect(try await melt(wallet, scene) == nil)
    #expect(try await payout(wallet).melt?.isSettled == true && scene.melted == 100_001)
  }

  /// Nothing was heard: for a while nobody knows, and nothing is sent again.
  @Test(arguments: [MintFault.lostBefore, .serverError])
  func silenceIsNoRefusal(fault: MintFault) async throws {
    let scene = try MeltScene()
    scene.arm(fault)
    let wallet = try scene.wallet()
    #expect(try await melt(wallet, scene)?.money == .notKnown)
    #expect(try await payout(wallet).isFinished == false)
    #expect(await wallet.continueMelts(asking: scene.ask).map { $0.error?.money } == [.notKnown])
    await #expect(throws: TurnpikeError.self) { try await wallet.forget(payout: Self.payment) }
    await #expect(throws: TurnpikeError.self) {
      try await wallet.melt(Self.payment, for: try await scene.offer(), asking: scene.ask)
    }
    await wallet.doubtMint(for: 0)
    #expect(await wallet.continueMelts(asking: scene.ask).map { $0.error?.money } == [.notTaken])
    try await expectUnpaid(wallet, scene)
  }

  @Test(arguments: [true, false]) func paymentUnderWayEnds(isPaid: Bool) async throws {
    let scene = try MeltScene(outcome: .pending)
    let wallet = try scene.wallet()
    for _ in 0..<2 {
      let error =
        try await payout(wallet).melt == nil
        ? try await melt(wallet, scene) : await wallet.continueMelts(asking: scene.ask).first?.error
      #expect(error?.money == .notKnown && error?.description.contains("is paying") == true)
    }
    scene.settle(isPaid: isPaid)
    let outcomes = await wallet.continueMelts(asking: scene.ask)
    #expect(outcomes.map { $0.error?.money } == [isPaid ? nil : .notTaken])
    if isPaid {
      try await expectPaid(wallet, scene, kept: 0)
    } else {
      try await expectUnpaid(wallet, scene)
    }
  }

  /// Signatures on the change that are wrong wherever they are told: it is due until they are right.
  @Test(arguments: [MintFault.otherKey, .wrongDLEQ, .missingDLEQ, .wrongKeyset, .serverError, .lostBefore, .garbage])
  func changeIsDueUntilItIsHere(fault: MintFault) async throws {
    let scene = try MeltScene()
    scene.arm(fault == .serverError ? .serverErrorAfter : fault == .lostBefore ? .lostAfter : fault)
    scene.arm(fault, "/v1/restore")
    let wallet = try scene.wallet()
    // What the quote's state has of the change is not wrong, and is taken where the first answer was none at all.
    scene.spoil { question, body in question.path.hasPrefix("/v1/melt/quote/") ? Self.withoutChange(body) : body }
    #expect(try await melt(wallet, scene)?.money == .taken)
    let payout = try await payout(wallet)
    #expect(payout.melt?.isPaid == true && payout.token == nil && !payout.isFinished)
    await #expect(throws: TurnpikeError.self) { try await wallet.forget(payout: Self.payment) }
    #expect(await wallet.continueMelts(asking: scene.ask).map { $0.error?.money } == [nil])
    try await expectPaid(wallet, scene)
  }

  private static func withoutChange(_ body: [UInt8]) -> [UInt8] {
    let text = String(decoding: body, as: UTF8.self)
    guard let start = text.firstRange(of: "\"change\":[")?.upperBound, let end = text.lastIndex(of: "]") else {
      return body
    }
    return Array((text[..<start] + text[end...]).utf8)
  }

  /// A mint that says first that it has paid, and signs the change later.
  @Test func changeComesLate() async throws {
    let scene = try MeltScene()
    let wallet = try scene.wallet()
    scene.spoil { question, body in
      question.path == "/v1/restore" ? Array(#"{"outputs":[],"signatures":[]}"#.utf8) : Self.withoutChange(body)
    }
    #expect(try await melt(wallet, scene) == nil)
    #expect(try await payout(wallet).token == nil)
    scene.spoil { $1 }
    #expect(await wallet.continueMelts(asking: scene.ask).isEmpty)
    try await expectPaid(wallet, scene)
  }

  /// Answers that are none: the money is where it was, as far as anybody knows.
  @Test func liesAreTold() async throws {
    let scene = try MeltScene()
    let wallet = try scene.wallet()
    for (old, new) in [
      ("\"amount\":100000", "\"amount\":99999"), ("\"unit\":\"sat\"", "\"unit\":\"usd\""),
      ("\"state\":\"UNPAID\"", "\"state\":\"PAID\""), ("\"state\":\"UNPAID\"", "\"state\":\"FINE\""),
      (MeltScene.invoice, ScriptedInvoice.text("lnbc1m", number: 1)),
      ("\"fee_reserve\":1000", "\"fee_reserve\":18446744073709551615"),
      ("\"fee_reserve\":1000", "\"fee_reserve\":-1"), ("\"quote\":\"", "\"quote\":\"../"),
    ] {
      scene.spoil { question, body in
        guard question.path == "/v1/melt/quote/bolt11" else { return body }
        return Array(String(decoding: body, as: UTF8.self).replacing(old, with: new).utf8)
      }
      await #expect(throws: TurnpikeError.self, "\(new)") { try await scene.offer() }
    }
    // It says of the quote that it is not paid, and of the ecash that it is spent.
    scene.spoil { question, body in
      let text = String(decoding: body, as: UTF8.self)
      return question.path.hasPrefix(MeltScene.meltPath) || question.path.hasPrefix("/v1/melt/quote/bolt11/")
        ? Array(text.replacing("\"PAID\"", with: "\"UNPAID\"").utf8) : body
    }
    let error = try await melt(wallet, scene)
    #expect(error?.money == .notKnown && error?.description.contains("has the ecash") == true)
    #expect(try await payout(wallet).melt != nil)
    // Of another quote.
    scene.spoil { question, body in
      guard question.path.hasPrefix("/v1/melt/quote/bolt11/") else { return body }
      return Array(String(decoding: body, as: UTF8.self).replacing("\"quote\":\"", with: "\"quote\":\"x").utf8)
    }
    #expect(await wallet.continueMelts(asking: scene.ask).map { $0.error?.money } == [.notKnown])
    scene.spoil { $1 }
    #expect(await wallet.continueMelts(asking: scene.ask).map { $0.error?.money } == [nil])
    try await expectPaid(wallet, scene)
  }

  /// What cannot be paid with is refused before anything is sent.
  @Test func whatIsNotEnoughIsRefused() async throws {
    let scene = try MeltScene()
    let wallet = try scene.wallet()
    let offer = try await scene.offer(ScriptedInvoice.text("lnbc2m"))
    for payment in [Self.payment, 78] {
      do {
        _ = try await wallet.melt(payment, for: offer, asking: scene.ask)
        Issue.record("it was paid")
      } catch {
        #expect(error.money == .notTaken)
      }
    }
    for text in [
      ScriptedInvoice.text("lnbc"), "hello", "", ScriptedInvoice.text("lnbc0m"), "lnbc1m1qqqqqqqq",
      ScriptedInvoice.text("lnbc1m", seconds: nil), ScriptedInvoice.text("lnbc1m", seconds: 0),
    ] {
      await #expect(throws: TurnpikeError.self, "\(text)") { try await scene.offer(text) }
    }
    #expect(scene.meltCount == 0)
    try await expectUnpaid(wallet, scene)
  }

  /// A mint's word is told from a proof, wherever it comes from.
  @Test(arguments: [
    "null", "\"\"", "\"\(String(repeating: "0", count: 64))\"", "\"\(String(repeating: "ab", count: 32))\"", "\"yes\"",
  ])
  func proofIsChecked(told: String) async throws {
    for isLost in [false, true] {
      let scene = try MeltScene()
      let wallet = try scene.wallet()
      let preimage = try #require(ScriptedInvoice.preimage(of: MeltScene.invoice)).hex
      scene.spoil { question, body in
        Array(String(decoding: body, as: UTF8.self).replacing("\"\(preimage)\"", with: told).utf8)
      }
      if isLost { scene.arm(.lostAfter) }
      #expect(try await melt(wallet, scene) == nil)
      try await expectPaid(wallet, scene)
      let melt = try #require(try await payout(wallet).melt)
      #expect(!melt.isProved && (melt.preimage != nil) == (told.utf8.count == 66))
    }
  }

  /// A mint that says that it has paid while it has not, and takes nothing: the ecash stays where it is, unless there is a proof.
  @Test(arguments: [false, true]) func wordWithoutProofTakesNothing(isProved: Bool) async throws {
    let scene = try MeltScene(outcome: .failed)
    let wallet = try scene.wallet()
    let preimage = try #require(ScriptedInvoice.preimage(of: MeltScene.invoice)).hex
    let offer = try await scene.offer()
    scene.spoil { question, body in
      guard question.path.hasPrefix("/v1/melt/quote/") else { return body }
      let text = String(decoding: body, as: UTF8.self).replacing("\"UNPAID\"", with: "\"PAID\"")
      return Array(
        (isProved ? text.replacing("\"payment_preimage\":null", with: "\"payment_preimage\":\"\(preimage)\"") : text)
          .utf8)
    }
    let paid = try? await wallet.melt(Self.payment, for: offer, waiting: .zero, asking: scene.ask)
    #expect((paid != nil) == isProved && paid?.melt?.isProved != false)
    if isProved { return }
    let outcomes = await wallet.continueMelts(asking: scene.ask)
    #expect(outcomes.map { $0.error?.money } == [.notKnown])
    #expect(outcomes.first?.error?.description.contains("proves nothing") == true)
    #expect(try await payout(wallet).token != nil)
    scene.spoil { $1 }
    #expect(await wallet.continueMelts(asking: scene.ask).map { $0.error?.money } == [.notTaken])
    try await expectUnpaid(wallet, scene)
  }

  /// What is wanted beside the amount is told from what a way costs; and a mint that gives back less than is due is told as that.
  @Test func costsAreJudged() async throws {
    for (fee, reserve, isModest) in [
      (0, 1_000, true), (0, 10_000, true), (0, 10_001, false), (0, 1 << 60, false), (5_000, 1_000, true),
      (5_000_000, 1_000, false),
    ] as [(UInt64, UInt64, Bool)] {
      let scene = try MeltScene(fee: fee)
      scene.spoil { question, body in
        let text = String(decoding: body, as: UTF8.self)
        return Array(text.replacing("\"fee_reserve\":1000,", with: "\"fee_reserve\":\(reserve),").utf8)
      }
      // Too much for any payout is no price at all.
      let cost = try await scene.offer().cost(at: SigningMint.offer)
      #expect(cost?.isModest ?? false == isModest, "\(fee) \(reserve)")
    }
    let scene = try MeltScene(excess: 5_000)
    scene.spoil { question, body in
      question.path == "/v1/restore" ? Array(#"{"outputs":[],"signatures":[]}"#.utf8) : Self.withoutChange(body)
    }
    let wallet = try scene.wallet()
    #expect(try await melt(wallet, scene) == nil)
    let payout = try await payout(wallet)
    #expect(payout.melt?.changeMin == 5_000 && payout.amount == 0)
  }

  /// The file cannot be written once the mint was asked: the error says that nobody knows, and the file does.
  @Test(arguments: [ScriptedMint.MeltOutcome.paid, .failed]) func fullDiskHidesNothing(
    outcome: ScriptedMint.MeltOutcome
  ) async throws {
    let scene = try MeltScene(outcome: outcome)
    let wallet = try scene.wallet()
    let offer = try await scene.offer()
    do {
      _ = try await wallet.melt(Self.payment, for: offer, waiting: .zero) { question in
        let outcome = await scene.ask(question)
        if question.path == MeltScene.meltPath { scene.hide(true) }
        return outcome
      }
      Issue.record("it was written")
    } catch {
      #expect(error.money == .notKnown && error.detail == Self.payment)
    }
    scene.hide(false)
    await wallet.doubtMint(for: 0)
    #expect(
      await wallet.continueMelts(asking: scene.ask).map { $0.error?.money } == [outcome == .paid ? nil : .notTaken])
    if outcome == .paid { try await expectPaid(wallet, scene) } else { try await expectUnpaid(wallet, scene) }
  }

  /// Whoever looks at the same time hears the same, and neither undoes what the other has done.
  @Test(arguments: [true, false]) func othersMayLookToo(isPaid: Bool) async throws {
    let scene = try MeltScene(outcome: .pending)
    let wallet = try scene.wallet()
    _ = try await melt(wallet, scene)
    scene.settle(isPaid: isPaid)
    await withTaskGroup { group in
      for _ in 0..<8 { group.addTask { _ = await wallet.continueMelts(asking: scene.ask) } }
    }
    if isPaid { try await expectPaid(wallet, scene, kept: 0) } else { try await expectUnpaid(wallet, scene) }
  }

  /// A clock that was set back makes nobody wait for years.
  @Test func doubtOfTheFutureBeginsAnew() async throws {
    let scene = try MeltScene()
    scene.arm(.lostBefore)
    _ = try await melt(try scene.wallet(), scene)
    let text = scene.text()
    let sent = try #require(text.firstMatch(of: /:sent=(\d+):/)?.output.1)
    try scene.write(text.replacing(sent, with: "9\(sent)"), "wallet")
    let wallet = try scene.wallet()
    #expect(await wallet.continueMelts(asking: scene.ask).map { $0.error?.money } == [.notKnown])
    guard case .sent(let instant)? = try await payout(wallet).melt?.state else { throw FormatError.missing }
    #expect(try instant >= #require(UInt64(sent)) && instant < #require(UInt64("9\(sent)")))
    await wallet.doubtMint(for: 0)
    #expect(await wallet.continueMelts(asking: scene.ask).map { $0.error?.money } == [.notTaken])
    try await expectUnpaid(wallet, scene)
  }

  @Test func unreachedMintHasNothing() async throws {
    let scene = try MeltScene()
    let wallet = try scene.wallet()
    let offer = try await scene.offer()
    do {
      _ = try await wallet.melt(Self.payment, for: offer) { question in
        question.path == MeltScene.meltPath ? .notSent("no way") : await scene.ask(question)
      }
      Issue.record("it was paid")
    } catch {
      #expect(error.money == .notTaken && error.description.contains("no way"))
    }
    try await expectUnpaid(wallet, scene)
  }

  /// The process ends at each question, before the mint heard it or after: the next one finds out, and nothing is paid twice.
  @Test(arguments: [ScriptedMint.MeltOutcome.paid, .pending, .failed], [false, true])
  func crashAtEachQuestionLosesNothing(outcome: ScriptedMint.MeltOutcome, isDone: Bool) async throws {
    for isPaid in [true, false] {
      var crashCount = 0
      for point in 1... {
        let scene = try MeltScene(outcome: outcome, crash: MeltScene.Crash(point: point, isDone: isDone))
        let first = try scene.wallet()
        if let offer = try? await scene.offer() {
          _ = try? await first.melt(Self.payment, for: offer, waiting: .zero, asking: scene.ask)
        }
        guard scene.hasCrashed else { break }
        crashCount += 1
        let again = try scene.wallet(afterCrash: true)
        for _ in 0..<2 {
          _ = await again.continueMelts(asking: scene.ask)
          scene.settle(isPaid: isPaid)
          await again.doubtMint(for: 0)
        }
        let payout = try await payout(again)
        #expect(payout.isFinished, "at question \(point)")
        if payout.melt == nil {
          try await expectUnpaid(again, scene)
        } else {
          try await expectPaid(again, scene, kept: outcome == .paid ? 1 : 0)
        }
        #expect(scene.meltCount <= 1)
      }
      // Keysets, keys, information, the quote; keysets again, the payment; what became of it.
      #expect(crashCount == (outcome == .paid ? 7 : outcome == .pending ? 7 : 8))
    }
  }

  @Test func textRefusesWhatIsNone() async throws {
    let scene = try MeltScene(outcome: .pending)
    let wallet = try scene.wallet()
    _ = try await melt(wallet, scene)
    let text = await wallet.content.text
    for (old, new) in [
      (":answered:", ":asked:"), (":answered:", ":sent=:"), (":answered:", ":paid=00:"), (":answered:", ":answered=1:"),
      (":answered:lnbc1m1", ":answered:LNBC1m1"), (":100000:", ":-1:"), (":10:", ":65:"), ("cashuB", "-x"),
      ("turnpike-wallet 8", "turnpike-wallet 6"),
    ] {
      #expect(text.contains(old), "\(old)")
      #expect(throws: TurnpikeError.self, "\(new)") { try WalletContent(text: text.replacing(old, with: new)) }
    }
    let token = try #require(await wallet.content.payouts.first?.token)
    #expect(throws: TurnpikeError.self) { try WalletContent(text: text.replacing(token, with: "-")) }
    for state in ["sent=5", "paid=-", "settled=" + String(repeating: "ab", count: 32)] {
      let other = text.replacing(":answered:", with: ":\(state):")
      #expect(try WalletContent(text: other).text == other)
    }
  }

  /// Whatever the mint takes for coins, and whatever the rate is, what is paid out is enough, and hardly more.
  @Test func costIsWhatIsNeeded() async throws {
    for fee in [0, 1, 100, 999, 1_000, 5_000] as [UInt64] {
      let scene = try MeltScene(fee: fee)
      let keyset = try #require(
        Keyset.all(in: scene.bytes(of: "/v1/keys")).first { $0.unit == "sat" && $0.isActive })
      for invoice in ["lnbc1m", "lnbc210n", "lnbc10n", "lnbc4999u"] {
        let offer = try await scene.offer(ScriptedInvoice.text(invoice))
        for (numerator, denominator) in [(1_000, 1), (1, 1), (3, 7), (1, 1_000), (7, 3)] as [(UInt64, UInt64)] {
          var told = SigningMint.offer
          (told.numerator, told.denominator) = (numerator, denominator)
          let cost = try #require(offer.cost(at: told), "\(fee) \(invoice)")
          let gross = try #require(told.payable(of: cost.amount))
          #expect(gross.amount == cost.amount && (1...64).contains(cost.outputCount))
          let net = gross.units - (try #require(keyset.fee(inputCount: cost.outputCount + 1)))
          let coins = try #require(keyset.split(net, countMax: cost.outputCount))
          let spare = net - (try #require(keyset.fee(inputCount: coins.count))) - offer.needed
          #expect(spare <= denominator + fee * 4 / 1_000 + 1, "\(fee) \(invoice) \(numerator)/\(denominator): \(cost)")
        }
      }
    }
  }
}
