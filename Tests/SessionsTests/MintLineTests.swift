import Cashu
import Harness
import Payments
import ScriptedMint
import Sessions
import Testing
import TurnpikeCrypto
import WireProtocol

/// What is said to a mint about payments, and what becomes of them.
@Suite struct MintLineTests {
  @Test func aPaymentIsSwapped() throws {
    let rig = try MintRig()
    let id = try rig.exchange(try rig.wallet.gift(100, from: &rig.mint))
    #expect(try rig.payment(id).outcome == .notKnown)
    rig.run()
    #expect(rig.asked == ["swap"])
    #expect(try rig.payment(id).outcome == .taken)
    let treasury = try rig.treasury()
    #expect(treasury.held == 100 && treasury.received == 100 && treasury.fees == 0 && treasury.waiting == 0)
    #expect(treasury.answeredAt > 0 && treasury.failureCount == 0 && treasury.count == 1)
    #expect(try rig.coinCounts() == [3])
  }

  /// What a fault does to the one question of a swap, and what is asked after it.
  @Test(
    arguments: [
      (MintFault.lostAfter, ["swap", "checkstate", "restore"]), (.repeated, ["swap", "restore"]),
      (.garbage, ["swap", "checkstate", "restore"]), (.serverErrorAfter, ["swap", "checkstate", "restore"]),
      (.wrongDLEQ, ["swap", "checkstate", "restore"]), (.lostBefore, ["swap", "checkstate", "swap"]),
      (.serverError, ["swap", "checkstate", "swap"]), (.saysSigned, ["swap", "checkstate", "restore", "swap"]),
      (.saysPending, ["swap", "checkstate", "swap"]),
    ])
  func oneAnswerThatGoesWrongChangesNothing(_ fault: MintFault, _ asked: [String]) throws {
    let rig = try MintRig()
    rig.faults["/v1/swap"] = [fault]
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run(seconds: 10)
    #expect(rig.asked == asked)
    #expect(try rig.payment(id).outcome == .taken)
    #expect(try rig.treasury().held == 5)
    #expect(rig.mint.checkInvariants() == [])
  }

  /// The first delivery was carried out, and the second one's answer came: nobody else spent anything.
  @Test func aSwapOfSeveralThatIsDeliveredTwiceBlamesNobody() throws {
    let rig = try MintRig()
    let first = try rig.exchange(try rig.wallet.gift(1, from: &rig.mint))
    let others = try (0..<2).map { _ in try rig.exchange(try rig.wallet.gift(6, from: &rig.mint)) }
    rig.beforeAnswer = { call in
      if call.request.path == "/v1/swap", rig.asked.filter({ $0 == "swap" }).count == 2 {
        rig.faults["/v1/swap"] = [.repeated]
      }
    }
    rig.run()
    #expect(rig.asked == ["swap", "checkstate", "swap", "checkstate", "restore"])
    for id in [first] + others { #expect(try rig.payment(id).outcome == .taken) }
    #expect(try rig.treasury().held == 13)
  }

  @Test func oneSpentTokenAmongSeveralIsTheOnlyOneRefused() throws {
    let rig = try MintRig()
    let first = try rig.exchange(try rig.wallet.gift(1, from: &rig.mint))
    let spent = try rig.wallet.gift(6, from: &rig.mint)
    let bad = try rig.exchange(spent)
    let good = try rig.exchange(try rig.wallet.gift(9, from: &rig.mint))
    try rig.wallet.receive(try rig.wallet.token(of: spent).text(), at: &rig.mint)
    rig.run()
    #expect(rig.asked == ["swap", "checkstate", "swap"])
    #expect(try rig.payment(first).outcome == .taken)
    #expect(try rig.payment(good).outcome == .taken)
    let refused = try rig.payment(bad)
    #expect(refused.outcome == .notTaken && refused.status == .ecashSpent)
    #expect(try rig.treasury().held == 10)
  }

  @Test func aTokenThatWasSpentBeforeIsNotTaken() throws {
    let rig = try MintRig()
    let spent = try rig.wallet.gift(6, from: &rig.mint)
    try rig.wallet.receive(try rig.wallet.token(of: spent).text(), at: &rig.mint)
    let id = try rig.exchange(spent)
    rig.run()
    #expect(rig.asked == ["swap", "restore"])
    #expect(try rig.payment(id).status == .ecashSpent)
  }

  @Test func aKeysetThatGoesOutOfUseIsReplaced() throws {
    let rig = try MintRig()
    rig.faults["/v1/swap"] = [.rotated]
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run()
    #expect(rig.asked == ["swap", "keysets", "keys", "swap", "checkstate", "swap"])
    #expect(try rig.payment(id).outcome == .taken)
    #expect(try rig.coinCounts() == [0, 2])
  }

  /// The second delivery is refused, and once the mint tells other amounts of what it signed.
  @Test func whatIsToldWronglyOnceIsAskedAgain() throws {
    let rig = try MintRig()
    rig.faults = ["/v1/swap": [.repeated], "/v1/restore": [.wrongAmounts]]
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run(seconds: 10)
    #expect(rig.asked == ["swap", "restore", "checkstate", "restore"])
    #expect(try rig.payment(id).outcome == .taken)
  }

  /// A broker that loses its power must know at its mint what it asked for.
  @Test func aMintIsAskedForWhatIsDurable() throws {
    let rig = try MintRig()
    let token = try rig.token(of: try rig.wallet.gift(5, from: &rig.mint), refundHash: SHA256.keyHash(key(70)))
    rig.transport.holdsAppends = true
    rig.client.send(
      rig.client.frame(
        ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 5, binding: 0)], ecash: token))
    rig.finishJobs()
    #expect(rig.transport.isAppendHeld)
    #expect(rig.nextCall() == nil)
    while rig.transport.isAppendHeld { rig.transport.completeAppend() }
    #expect(rig.nextCall()?.request.path == "/v1/swap")
  }

  /// Between any two steps: whether the swap arrived is found out at the mint.
  @Test func aBrokerThatStartsDoubtsWhatItAsked() throws {
    for isDone in [false, true] {
      let rig = try MintRig()
      let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
      // The answer is lost with the broker.
      rig.finishJobs()
      let call = try #require(rig.nextCall())
      #expect(call.request.path == "/v1/swap")
      if isDone { _ = rig.mint.handle(call.request) }
      rig.takeEcash()
      rig.run()
      #expect(rig.asked == (isDone ? ["checkstate", "restore"] : ["checkstate", "swap"]) + ["info", "keysets"])
      #expect(try rig.payment(id).outcome == .taken)
      #expect(try rig.treasury().held == 5)
    }
  }

  /// It says so, and then that nothing is spent: not for ever.
  @Test func aMintThatContradictsItselfIsNotAskedForEver() throws {
    let rig = try MintRig()
    rig.faults["/v1/swap"] = Array(repeating: .saysSpent, count: 100)
    rig.faults["/v1/checkstate"] = Array(repeating: .statesUnspent, count: 100)
    let payments = try [1, 6, 7].map { try rig.exchange(try rig.wallet.gift($0, from: &rig.mint)) }
    rig.run(seconds: 120)
    #expect(rig.asked.count < 60)
    for id in payments { #expect(try rig.payment(id).outcome == .notTaken) }
    #expect(try rig.treasury().held == 0)
    #expect(rig.mint.totals.money["sat"]?.spent == 0)
  }

  @Test func aMintThatDoesNotAnswerIsTold() throws {
    let rig = try MintRig()
    let answeredAt = try rig.treasury().answeredAt
    rig.isUnreachable = true
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run(seconds: 120)
    let treasury = try rig.treasury()
    #expect(treasury.failureCount >= 8 && treasury.answeredAt == answeredAt && treasury.waiting == 5)
    #expect(rig.news.filter { $0 == "does not answer" }.count == 1)
    rig.isUnreachable = false
    rig.run(seconds: 120)
    #expect(rig.news.filter { $0 == "answers again" }.count == 1)
    #expect(try rig.treasury().failureCount == 0)
    #expect(try rig.payment(id).outcome == .taken)
  }

  // MARK: Locks

  /// Whoever sees a token on its way can send it first, with a refund key of his own.
  @Test func whatIsLockedToALeaseIsItsOwnersToCollect() throws {
    let rig = try MintRig(exposure: 0)
    let lease = try #require(rig.market.lease(rig.client, key: key(5)))
    let lock = try #require(rig.curve.leaseKey(try rig.lockKey(), lease: lease.id))
    let coins = try rig.wallet.gift(1_000, lock: lock, from: &rig.mint)
    let thief = try rig.market.client()
    let pending = try rig.pay(FundRequest(lease: lease.id, handle: 0), with: coins, refundKey: key(6), of: thief)
    #expect(pending.status == .paymentPending)
    let id = try #require(pending.refusal).detail
    // It cannot be done any more when the mint has taken it.
    #expect(rig.client.call(ReleaseRequest(handle: lease.handle))?.status == .ok)
    rig.run()
    #expect(try rig.payment(id).outcome == .refundable)
    for isOfLease in [false, true] { #expect(try rig.refund(id, key(6), isOfLease: isOfLease).status == .keyWrong) }
    #expect(try rig.refund(id, key(5)).status == .keyWrong)
    // Its owner need not know the token.
    let refund = try rig.refund(0, key(5), isOfLease: true)
    #expect(refund.status == .ok && refund.notes.map(\.amount) == [1_000])
  }

  @Test func whatIsLockedToTheBrokerIsHisWhoSaysSo() throws {
    let rig = try MintRig(exposure: 0)
    let lease = try #require(rig.market.lease(rig.client, key: key(5)))
    let coins = try rig.wallet.gift(1_000, lock: try rig.lockKey(), from: &rig.mint)
    let pending = try rig.pay(FundRequest(lease: lease.id, handle: 0), with: coins, refundKey: key(6))
    let id = try #require(pending.refusal).detail
    #expect(rig.client.call(ReleaseRequest(handle: lease.handle))?.status == .ok)
    rig.run()
    #expect(try rig.refund(id, key(5), isOfLease: true).status == .keyWrong)
    #expect(try rig.refund(id, key(6)).status == .ok)
  }

  /// The mint cannot stand one of many tokens and says 500, which may mean anything: others wait for that once, not once for each half.
  @Test func whatIsAnsweredWith500HoldsOthersUpOnce() throws {
    let rig = try MintRig()
    let tokens = try (0..<16).map { _ in try rig.wallet.gift(4, from: &rig.mint) }
    let bad = Array(tokens[10][0].secret.utf8)
    var sizes: [Int] = []
    rig.beforeAnswer = { call in
      guard call.request.path == "/v1/swap", let body = call.request.body else { return }
      sizes.append(JSONValue(body)?["inputs"]?.elements?.count ?? 0)
      rig.faults["/v1/swap"] = body.firstRange(of: bad) == nil ? [] : [.serverError]
    }
    let payments = try tokens.map { try rig.exchange($0) }
    func outcomes() throws -> [PaymentOutcome] { try payments.map { try rig.payment($0).outcome } }
    var seconds = 0
    while try outcomes().contains(.notKnown), seconds < 1_200 {
      rig.run(seconds: 20)
      seconds += 20
    }
    #expect(try outcomes() == tokens.indices.map { $0 == 10 ? .notTaken : .taken })
    #expect(try rig.payment(payments[10]).status == .mintRefused)
    // One that came first; then the others together, again and again; then each by itself, one of them as often as all were.
    let together = sizes.count { $0 == 15 }
    let expected = [1] + Array(repeating: 15, count: together) + Array(repeating: 1, count: 14 + together)
    #expect(sizes == expected, "\(sizes)")
    #expect(together > 1)
    #expect(try rig.treasury().held == 60)
  }
}
