import Glibc
import Testing
import TurnpikeClient
import WireProtocol

/// A payout's secrets are in the file before anybody knows of it, and its token until the holder says that it arrived.
@Suite struct WalletPayoutTests {
  private let seed = Bytes16(low: 5, high: 6)
  private let money = note(21_000, serial: 50)

  private func content() throws -> WalletContent {
    var content = try WalletContent()
    content.nextNumber = 2
    var request = try PayoutSecrets(seed: seed).request(mint: 1, outputCount: 5, payment: [money])
    (request.number, request.isHeld, request.awaitsMint) = (1, true, true)
    content.pending = [WalletPending(request: request, secret: seed, alias: "", mint: SigningMint.place)]
    return content
  }

  private func taken(_ content: inout WalletContent) throws {
    let body = PayoutReply(payment: 77, amount: 20, fee: 1).bytes
    let reply = Reply(opcode: .payout, number: 1, isReplayed: false, money: .taken, body: body)
    try content.apply(reply, to: content.pending[0])
  }

  @Test func textRoundTrips() throws {
    var content = try content()
    content.unresolved = content.pending
    #expect(try WalletContent(text: content.text) == content)
    try taken(&content)
    #expect(try WalletContent(text: content.text) == content)
    content.finish(payout: 77, token: "cashuBo2FteBtodHRw")
    #expect(content.payouts.map(\.token) == ["cashuBo2FteBtodHRw"])
    let text = content.text
    #expect(try WalletContent(text: text) == content)
    for (old, new) in [
      ("turnpike-wallet 8", "turnpike-wallet 5"), (" 1:sat:http", " 0:sat:http"), (" 1:sat:http", " x:sat:http"),
      ("payout 77", "payout 0"), ("payout 77 \(seed.hexadecimal)", "payout 77 \(Bytes16().hexadecimal)"),
      ("cashuBo2FteBtodHRw", "cashuCo2FteBtodHRw"), (" 20 1 ", " 20 -1 "), ("http://127.0.0.1:3338", ""),
    ] {
      #expect(throws: TurnpikeError.self, "\(old)") { try WalletContent(text: text.replacing(old, with: new)) }
    }
    // A request whose secrets are gone is none that can be gone on with.
    let pending = try self.content().text
    #expect(throws: TurnpikeError.self) { try WalletContent(text: pending.replacing(seed.hexadecimal, with: "-")) }
    #expect(throws: TurnpikeError.self) {
      try WalletContent(text: pending.replacing("1:sat:http://127.0.0.1:3338", with: "-"))
    }
  }

  /// A file of before has none, and is the same otherwise.
  @Test func olderFilesAreRead() throws {
    var content = try WalletContent()
    content.notes = [money]
    content.refunds = [WalletRefund(payment: 5, key: seed)]
    let line = "refund 5 \(seed.hexadecimal)"
    for version in [5, 7] {
      let old = content.text.replacing("turnpike-wallet 8", with: "turnpike-wallet \(version)")
        .replacing("\(line) -", with: line)
      #expect(try WalletContent(text: old) == content)
    }
    // Its REFUND knew no token: it is asked for by the key alone.
    var refund = Request.refund(payment: 5, key: seed, token: Bytes16())
    (refund.number, refund.isHeld) = (1, true)
    (content.nextNumber, content.pending) = (2, [WalletPending(request: refund, secret: Bytes16(), alias: "")])
    let body = refund.body.map { String(Int($0) + 256, radix: 16).dropFirst() }.joined()
    let version7 = content.text.replacing("turnpike-wallet 8", with: "turnpike-wallet 7")
      .replacing("\(line) -", with: line).replacing(body, with: body.dropLast(32))
    #expect(version7 != content.text && !version7.contains(body))
    #expect(try WalletContent(text: version7) == content)
    // One of version 6 has payouts, and no invoices that are paid with them.
    content = try self.content()
    try taken(&content)
    let payout = try #require(content.text.split(separator: "\n").first { $0.hasPrefix("payout ") })
    #expect(payout.hasSuffix(" - -"))
    let version6 = content.text.replacing(payout, with: payout.dropLast(2))
      .replacing("turnpike-wallet 8", with: "turnpike-wallet 6")
    #expect(try WalletContent(text: version6) == content)
  }

  @Test func takenNotesBecomeAPayoutOnce() throws {
    var content = try content()
    let entry = content.pending[0]
    try taken(&content)
    #expect(content.pending.isEmpty && content.balance == 0)
    #expect(content.payouts.map(\.seed) == [seed] && content.payouts.map(\.payment) == [77])
    // The same receipt again.
    content.pending = [entry]
    try taken(&content)
    #expect(content.payouts.count == 1)
  }

  @Test func refusedNotesComeBackAndSecretsGo() throws {
    var content = try content()
    content.giveBack(content.pending[0], TurnpikeError(.refused(.treasuryShort), money: .notTaken))
    #expect(content.notes == [money] && content.payouts.isEmpty && !content.text.contains(seed.hexadecimal))
  }

  @Test func whatCannotBePaidOutIsToBeRefunded() throws {
    var content = try content()
    try taken(&content)
    content.takeRefund(of: content.payouts[0])
    #expect(content.payouts.isEmpty)
    #expect(content.refunds == [WalletRefund(payment: 77, key: try PayoutSecrets(seed: seed).refundKey)])
  }

  @Test func mintsThatNoTokenCanNameAreRefused() {
    for (unit, url) in [
      ("", "http://a"), ("sat", ""), ("s t", "http://a"), ("sat", "http://a b"), ("s:t", "http://a"),
      ("sat", "http://a\n"), ("sät", "http://a"), ("satsatsatsatsatsat", "http://a"),
      ("sat", "http://" + String(repeating: "a", count: 90)),
    ] {
      #expect(PayoutMint(number: 1, unit: unit, url: url) == nil)
    }
    #expect(PayoutMint(number: 0, unit: "sat", url: "http://a") == nil)
    #expect(PayoutMint(number: 1, unit: "sat", url: "http://a:1") != nil)
  }

  // MARK: With a broker

  @Test func payoutBecomesAToken() async throws {
    let broker = try PayoutBroker()
    let wallet = try await broker.wallet(holding: [note(15_000, serial: 1), note(10_000, serial: 2)])
    let payout = try await wallet.payOut(21_000, at: 1)
    #expect(payout.amount == 20 && payout.fee == 1)
    #expect(try broker.mint.worth(of: try #require(payout.token)) == 20)
    let content = await wallet.content
    #expect(content.balance == 4_000 && content.payouts == [payout] && content.pending.isEmpty)
    // It is there until its holder says so.
    #expect(await wallet.continuePayouts().isEmpty)
    try await wallet.forget(payout: payout.payment)
    #expect(await wallet.content.payouts.isEmpty)
    await #expect(throws: TurnpikeError.self) { try await wallet.forget(payout: payout.payment) }
    await broker.end(wallet)
  }

  @Test func refusedPayoutLeavesTheNotes() async throws {
    let broker = try PayoutBroker()
    let wallet = try await broker.wallet(holding: [note(21_500, serial: 1)])
    for (amount, mint, status) in [(21_500, 1, .amountInvalid), (21_000, 2, nil)] as [(UInt64, UInt32, Status?)] {
      do {
        _ = try await wallet.payOut(amount, at: mint)
        Issue.record("it was paid out")
      } catch {
        #expect(error.status == status && error.money == .notTaken)
      }
    }
    await #expect(throws: TurnpikeError.self) {
      try await wallet.perform(try PayoutSecrets().request(mint: 1, outputCount: 5, payment: []))
    }
    let content = await wallet.content
    #expect(content.balance == 21_500 && content.payouts.isEmpty && content.pending.isEmpty)
    await broker.end(wallet)
  }

  @Test func payoutThatTheMintRefusesComesBackAsANote() async throws {
    let broker = try PayoutBroker(signs: false)
    let wallet = try await broker.wallet(holding: [note(21_000, serial: 1)])
    do {
      _ = try await wallet.payOut(21_000, at: 1)
      Issue.record("it was paid out")
    } catch {
      #expect(error.status == .mintRefused && error.money == .notTaken)
    }
    let content = await wallet.content
    #expect(content.balance == 21_000 && content.payouts.isEmpty && content.refunds.isEmpty)
    await broker.end(wallet)
  }

  /// A mint that is slow: the wait ends, the payout does not.
  @Test func waitEndsAndThePayoutGoesOn() async throws {
    let broker = try PayoutBroker(pendingCount: 2)
    let wallet = try await broker.wallet(holding: [note(21_000, serial: 1)])
    await wallet.awaitMints(for: .zero)
    do {
      _ = try await wallet.payOut(21_000, at: 1)
      Issue.record("it was paid out")
    } catch {
      #expect(error.status == .paymentPending && error.money == .notKnown && error.operation == .payout)
    }
    let waiting = await wallet.content.payouts
    #expect(waiting.count == 1 && waiting[0].token == nil)
    await #expect(throws: TurnpikeError.self) { try await wallet.forget(payout: waiting[0].payment) }
    #expect(await wallet.continuePayouts().map { $0.error?.status } == [.paymentPending])
    #expect(await wallet.continuePayouts().map { $0.error?.status } == [nil])
    let token = try #require(await wallet.content.payouts.first?.token)
    #expect(try broker.mint.worth(of: token) == 20)
    await broker.end(wallet)
  }

  /// The reply of PAYOUT is lost, and the session with it: the refund key leads to the payout, or to the notes.
  @Test(arguments: [true, false], [false, true])
  func payoutIsFoundWithoutReplyAndSession(signs: Bool, isSetAside: Bool) async throws {
    let crash = PayoutBroker.Crash(opcode: .payout, isDone: true)
    let broker = try PayoutBroker(signs: signs, pendingCount: 1, crash: crash)
    let wallet = try await broker.wallet(holding: [note(21_000, serial: 1)])
    let first = Task { _ = try? await wallet.payOut(21_000, at: 1) }
    #expect(await broker.hasCrashed())
    first.cancel()
    _ = await first.value
    await wallet.disconnect()
    let again = try await broker.walletOfTheCrash(losingSession: true)
    // Its mint has not answered yet.
    let waiting = await again.content.pending
    #expect(waiting.map(\.request.opcode) == [.payout] && waiting.map(\.request.number) == [1])
    if isSetAside {
      try await again.setAside(1)
      let found = await again.findPayments()
      #expect(found.map { $0.found.error?.status } == [signs ? nil : .paymentRefundable])
      #expect(found.map(\.notes.amount) == [signs ? 0 : 21_000])
    } else {
      await again.disconnect()
      let recovered = try await broker.connect(again)
      #expect(recovered.map { $0.error?.status } == [signs ? nil : .paymentRefundable])
      #expect(signs || recovered.first?.error?.money == .notTaken)
    }
    #expect(await again.continuePayouts().count == (signs ? 1 : 0))
    let content = await again.content
    #expect(content.pending.isEmpty && content.unresolved.isEmpty && content.refunds.isEmpty)
    #expect(content.balance == (signs ? 0 : 21_000) && broker.payoutCount == 1)
    #expect(try content.payouts.map { try broker.mint.worth(of: try #require($0.token)) } == (signs ? [20] : []))
    await broker.end(again)
  }

  /// The process ends at each request, before the broker did it or after: the next one has the ecash, or the notes, once.
  @Test(arguments: [true, false], [false, true])
  func crashAtEachRequestLosesNothing(signs: Bool, isDone: Bool) async throws {
    var crashCount = 0
    for point in 1... {
      let broker = try PayoutBroker(signs: signs, crash: PayoutBroker.Crash(point: point, isDone: isDone))
      let wallet = try await broker.wallet(holding: [note(15_000, serial: 1), note(10_000, serial: 2)])
      let first = Task {
        _ = try? await wallet.payOut(21_000, at: 1)
        broker.flowHasEnded()
      }
      guard await broker.hasCrashed() else {
        _ = await first.value
        await broker.end(wallet)
        break
      }
      crashCount += 1
      first.cancel()
      _ = await first.value
      await wallet.disconnect()
      let again = try await broker.walletOfTheCrash()
      for (_, error) in await again.continuePayouts(waits: true) {
        #expect(error == nil || error?.status == .mintRefused, "at request \(point)")
      }
      _ = try? await again.collectRefunds()
      let content = await again.content
      #expect(content.pending.isEmpty && content.unresolved.isEmpty && content.refunds.isEmpty, "at request \(point)")
      let tokens = content.payouts.compactMap(\.token)
      #expect(tokens.count == content.payouts.count && tokens.count == broker.payoutCount - broker.refundCount)
      for token in tokens { #expect(try broker.mint.worth(of: token) == 20) }
      #expect(content.balance + UInt64(tokens.count) * 21_000 == 25_000, "at request \(point)")
      await broker.end(again)
    }
    // MINTS, EXCHANGE, PAYOUT, SIGNATURES twice and once more after the push; PAYMENT and REFUND.
    #expect(crashCount == (signs ? 6 : 8))
  }
}
