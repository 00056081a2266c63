import Cashu
import Testing
import TurnpikeClient
import WireProtocol

/// Payouts: what is sent, what becomes of it, and what no mint has signed.
@Suite struct PayoutTests {
  private let seed = Bytes16(low: 5, high: 6)

  private func signed(_ amount: UInt64, outputCount: Int = 8) throws -> Reply {
    let request = try PayoutSecrets(seed: seed).request(mint: 1, outputCount: outputCount, payment: [note(5)])
    let mint = try #require(SigningMint())
    return reply(try #require(mint.signatures(of: amount, on: request.body)))
  }

  private func reply(_ body: [UInt8]) -> Reply {
    Reply(opcode: .signatures, number: 0, isReplayed: false, money: .none, body: body)
  }

  @Test func seedIsAllThereIsToKeep() throws {
    let (first, again) = (try PayoutSecrets(seed: seed), try PayoutSecrets(seed: seed))
    let request = try first.request(mint: 1, outputCount: 64, payment: [note(5)])
    #expect(try again.request(mint: 1, outputCount: 64, payment: [note(5)]) == request)
    #expect(request.keepsReceipt && request.body.count == PayoutRequest.byteCount + 64 * BlankOutput.byteCount)
    // Of fewer outputs these are the first.
    let fewer = try first.request(mint: 1, outputCount: 3, payment: [note(5)])
    let outputs = PayoutRequest.byteCount..<fewer.body.count
    #expect(fewer.body[outputs] == request.body[outputs])
    #expect(try first.request(mint: 1, outputCount: 1_000, payment: []).body.count == request.body.count)
    let fixed = try #require(unsafe PayoutRequest(request.body.span.bytes, at: 0))
    #expect(fixed.refundHash == first.refundKey.keyHash && fixed.count == 64)
    // The refund key is shown to the broker: nothing follows from it.
    #expect(first.refundKey != seed)
    let seeds = try (0..<8).map { _ in try PayoutSecrets().seed }
    #expect(Set(seeds).count == 8)
  }

  @Test(arguments: [1, 2, 20, 21, 255] as [UInt64])
  func signaturesBecomeATokenOfTheMint(amount: UInt64) throws {
    let token = try PayoutSecrets(seed: seed)
      .token(of: signed(amount), at: try #require(SigningMint.place), worth: amount)
    #expect(token.hasPrefix("cashuB"))
    #expect(try SigningMint()?.worth(of: token) == amount)
  }

  @Test func tokenOfAnotherSeedIsWorthNothing() throws {
    let token = try PayoutSecrets(seed: Bytes16(low: 5, high: 7))
      .token(of: signed(20), at: try #require(SigningMint.place), worth: 20)
    #expect(try SigningMint()?.worth(of: token) == nil)
  }

  /// Whatever a broker tells that is not of the payout is told as such, and nothing is made of it.
  @Test func signaturesOfSomethingElseAreRefused() throws {
    let secrets = try PayoutSecrets(seed: seed)
    let place = try #require(SigningMint.place)
    let good = try signed(20).body
    let first = SignaturesReply.byteCount
    let second = first + PayoutSignature.byteCount
    let edits: [(String, Int, [UInt8])] = [
      ("less", 0, [19]), ("an id of another size", 41, [32]), ("no version", 8, [9]), ("another mint", 44, [2]),
      ("no point", first, [UInt8](repeating: 0xff, count: 32)),
      ("no key", first + 32, [UInt8](repeating: 0xff, count: 32)),
      ("isOdd 2", first + 64, [2]), ("keyIsOdd 2", first + 65, [2]), ("exponent 64", first + 66, [64]),
      ("exponent 63", first + 66, [63]), ("another exponent", second + 66, [3]),
      ("one amount, two keys", second + 66, [4]),
    ]
    for (what, offset, bytes) in edits {
      var body = good
      body.replaceSubrange(offset..<offset + bytes.count, with: bytes)
      #expect(throws: TurnpikeError.self, "\(what)") { try secrets.token(of: reply(body), at: place, worth: 20) }
    }
    #expect(throws: TurnpikeError.self) { try secrets.token(of: reply(good), at: place, worth: 21) }
    for count in [7, second] {
      let part = reply(Array(good.prefix(count)))
      #expect(throws: TurnpikeError.self) { try secrets.token(of: part, at: place, worth: 20) }
    }
    var none = try #require(unsafe SignaturesReply(good.span.bytes, at: 0))
    (none.amount, none.count) = (0, 0)
    #expect(throws: TurnpikeError.self) { try secrets.token(of: reply(none.bytes), at: place, worth: 0) }
    // Amounts that add up beyond 64 bits.
    let record = Array(good[first..<second])
    var two = SignaturesReply.byteCount
    var body = good.prefix(two) + record + record
    for _ in 0..<2 {
      body[two + 66] = 63
      two += PayoutSignature.byteCount
    }
    #expect(throws: TurnpikeError.self) { try secrets.token(of: reply(Array(body)), at: place, worth: 0) }
  }

  @Test func amountsAreWholeNumbersOfBothUnits() throws {
    var offer = SigningMint.offer
    #expect(offer.payable(of: 21_999)?.amount == 21_000 && offer.payable(of: 21_999)?.units == 21)
    #expect(offer.payable(of: 999)?.units == 0 && offer.cost(of: 21) == 21_000)
    #expect(offer.outputCount(for: 21_000) == 5 && offer.outputCount(for: 0) == 1)
    (offer.numerator, offer.denominator) = (6, 4)
    #expect(offer.payable(of: 10)?.amount == 9 && offer.payable(of: 10)?.units == 6)
    #expect(offer.cost(of: 6) == 9 && offer.cost(of: 5) == nil)
    (offer.numerator, offer.denominator) = (1, .max)
    #expect(offer.payable(of: 2) == nil && offer.outputCount(for: 2) == 64 && offer.payable(of: 1)?.units == .max)
    (offer.numerator, offer.denominator) = (.max, 1)
    #expect(offer.payable(of: .max)?.units == 1 && offer.cost(of: 1) == nil && offer.cost(of: 2) == nil)
    for (numerator, denominator) in [(0, 0), (0, 1), (1, 0)] as [(UInt64, UInt64)] {
      (offer.numerator, offer.denominator) = (numerator, denominator)
      #expect(offer.cost(of: 1) == nil || numerator == 0)
      #expect(offer.payable(of: 1)?.units ?? 0 == 0)
    }
  }

  @Test func treasuryIsWorthWhatSpendingItLeaves() throws {
    func report(held: UInt64, promised: UInt64, _ counts: [(UInt32, UInt32)]) throws -> TreasuryReport {
      let totals = TreasuryReply(
        held: held, waiting: 0, credited: 0, promised: promised, received: 0, paid: 0, fees: 0, lost: 0, found: 0,
        ceiling: 0, answeredAt: 0, locktime: 0, failureCount: 0, count: UInt16(counts.count))
      let keysets = counts.map { count, fee in
        KeysetHolding(
          keyset: 1, feePerThousand: fee, amount: 0, finalExpiry: 0, id0: Bytes16(), id1: Bytes16(), count: count,
          idLast: 0, idByteCount: 8, isActive: 1)
      }
      let body = totals.bytes + keysets.flatMap(\.bytes)
      return try TreasuryReport(Reply(opcode: .treasury, number: 0, isReplayed: false, money: .none, body: body))
    }
    #expect(try report(held: 100, promised: 30, [(7, 0)]).payable == 70)
    #expect(try report(held: 100, promised: 30, [(7, 100), (8, 100)]).payable == 68)
    #expect(try report(held: 100, promised: 101, []).payable == 0)
    #expect(try report(held: 1, promised: 0, [(.max, .max), (.max, .max)]).payable == 0)
  }

  /// Ecash for ecash: a wallet can do that by itself.
  @Test func payoutIsPaidInNotesOnly() throws {
    let request = try PayoutSecrets().request(mint: 1, outputCount: 1, payment: [])
    #expect(throws: TurnpikeError.self) { try request.paid(in: Ecash(token: "cashuBo2FteBtodHRw")) }
  }

  @Test func signaturesAreWaitedForOverReconnects() throws {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(.signatures(of: 77), ticket: 1, deadline: 100)
    var sent = broker.requests(of: &session)
    session.receive(broker.refuse(sent[0], .paymentPending, money: .none, detail: 77))
    #expect(session.ended().isEmpty && broker.requests(of: &session).isEmpty)
    let settled = PaymentSettledPush(
      payment: 77, outcome: .taken, opcode: Opcode.payout.rawValue, status: .ok, amount: 5, detail: 0,
      reply: KeptReply(word0: 0, word1: 0, word2: 0, word3: 0, word4: 0))
    session.receive(broker.push(.paymentSettled, settled))
    sent = broker.requests(of: &session)
    #expect(sent.map(\.header.opcode) == [Opcode.signatures.rawValue])
    session.disconnected()
    broker = ScriptedBroker()
    broker.greet(&session, resumed: 1)
    sent = broker.requests(of: &session)
    session.receive(broker.refuse(sent[0], .paymentPending, money: .none, detail: 77))
    #expect(session.ended().isEmpty)
    session.tick(now: 100)
    let error = session.ended().first?.error
    #expect(error?.status == .paymentPending && error?.detail == 77)
    // Asked once, it is not waited for.
    var once = Request.signatures(of: 77)
    once.awaitsMint = false
    session.submit(once, ticket: 2, deadline: .max)
    session.receive(broker.refuse(broker.requests(of: &session)[0], .paymentPending, money: .none, detail: 77))
    #expect(session.ended().first?.error?.status == .paymentPending)
  }
}
