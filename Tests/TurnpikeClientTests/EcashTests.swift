import Testing
import TurnpikeClient
import WireProtocol

/// Requests that are paid in ecash: their frames, and how a session waits for a mint.
@Suite struct EcashTests {
  private let token = "cashuBo2FteBtodHRw"
  private let key = Bytes16(low: 5, high: 6)

  private func donation(awaiting: Bool = true) throws -> Request {
    var request = try Request.donate(to: .resource, id: 9, payment: []).paid(in: Ecash(token: token, refundKey: key))
    request.awaitsMint = awaiting
    return request
  }

  private let settled = PaymentSettledPush(
    payment: 77, outcome: .taken, opcode: Opcode.donate.rawValue, status: .ok, amount: 5, detail: 0,
    reply: KeptReply(word0: 0, word1: 0, word2: 0, word3: 0, word4: 0))
  private let done = DonateReply(credited: 5, matched: 0, payment: 77, lease: 0, deadline: 0)

  @Test func tokenIsTakenAsItWasCopied() throws {
    for text in [token, "cashu:\(token)", " \n\tcashu://\(token)\r\n"] {
      #expect(try Ecash(token: text).token == token)
    }
    #expect(try Ecash(token: token).refundKey != Ecash(token: token).refundKey)
    for text in ["", "cashu:", "tpnote1abc", "cashuC\(token)", "\(token) \(token)", token + "\u{e9}", token + "\0"] {
      #expect(throws: TurnpikeError.self) { try Ecash(token: text) }
    }
  }

  /// The block's head, the token's head, the hash of the refund key and never the key, the text.
  @Test func frameIsThatOfTheRail() throws {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(try donation(), ticket: 1, deadline: .max)
    let frame = try #require(broker.requests(of: &session).first)
    #expect(frame.header.flags.contains(.payment) && frame.header.word == 1 && frame.tokenCount == 1)
    let block = broker.received.suffix(4 + EcashToken.byteCount + token.utf8.count)
    let head = try #require(unsafe EcashToken(Array(block.dropFirst(4)).span.bytes, at: 0))
    #expect(Array(block.prefix(4)) == [UInt8(24 + token.utf8.count), 0, 1, 0])
    #expect(head.rail == .cashu && Int(head.byteCount) == 24 + token.utf8.count && head.refundHash == key.keyHash)
    #expect(Array(block.suffix(token.utf8.count)) == Array(token.utf8))
  }

  @Test func whatCannotBeSentIsRefusedBefore() throws {
    let ecash = try Ecash(token: token, refundKey: key)
    for request in [Request.ping(), .release(testKey), .payment(id: 1)] {
      #expect(throws: TurnpikeError.self) { try request.paid(in: ecash) }
    }
    #expect(throws: TurnpikeError.self) { try Ecash(token: "cashuB" + String(repeating: "A", count: 65_536)) }
    let long = try Ecash(token: "cashuB" + String(repeating: "A", count: 65_500 - 6), refundKey: key)
    #expect(throws: TurnpikeError.self) { try Request.donate(to: .resource, id: 9, payment: []).paid(in: long) }
    #expect(try donation().keepsReceipt)
    // A use that ecash pays for keeps a receipt, as with notes.
    let use = Request.use(testKey, meter: 0, quantity: 1, useNumber: 3)
    #expect(try !use.keepsReceipt && use.paid(in: ecash).keepsReceipt)
  }

  @Test func requestWaitsForItsMint() throws {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(try donation(), ticket: 1, deadline: 100)
    let first = broker.requests(of: &session)[0]
    session.receive(broker.refuse(first, .paymentPending, money: .notKnown, detail: 77))
    #expect(session.ended().isEmpty)
    // Of another payment.
    var other = settled
    other.payment = 78
    session.receive(broker.push(.paymentSettled, other))
    #expect(broker.requests(of: &session).isEmpty)
    session.receive(broker.push(.paymentSettled, settled))
    let again = broker.requests(of: &session)
    #expect(again.map(\.header.number) == [first.header.number])
    session.receive(broker.reply(again[0], done, money: .taken, isReplayed: true))
    let reply = session.ended().first { $0.ticket == 1 }?.reply
    #expect(reply?.isReplayed == false && reply?.money == .taken)
    #expect(try reply?.fixed(DonateReply.self) == done)
  }

  @Test func lostPushesAndConnectionsAreMadeGood() throws {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(try donation(), ticket: 1, deadline: .max)
    let first = broker.requests(of: &session)[0]
    session.receive(broker.refuse(first, .paymentPending, money: .notKnown, detail: 77))
    session.receive(broker.push(.lagged, LaggedPush(lost: 3)))
    var again = broker.requests(of: &session)
    #expect(again.count == 1)
    session.receive(broker.refuse(again[0], .paymentPending, money: .notKnown, detail: 77))
    session.disconnected()
    let isWanted = session.needsConnection
    #expect(isWanted)
    broker = ScriptedBroker()
    broker.greet(&session, resumed: 1)
    again = broker.requests(of: &session)
    #expect(again.map(\.header.number) == [first.header.number])
    session.receive(broker.refuse(again[0], .paymentRefundable, money: .taken, detail: 77))
    let error = session.ended().first?.error
    #expect(error?.status == .paymentRefundable && error?.money == .taken && error?.detail == 77)
  }

  /// The wait ends, not the request: repeated with its number it goes on.
  @Test func timeoutLeavesTheReceipt() throws {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(try donation(), ticket: 1, deadline: 100)
    let first = broker.requests(of: &session)[0]
    session.receive(broker.refuse(first, .paymentPending, money: .notKnown, detail: 77))
    session.tick(now: 100)
    let error = session.ended().first?.error
    #expect(error?.status == .paymentPending && error?.money == .notKnown && error?.detail == 77)
    #expect(error?.number == first.header.number)
    session.receive(broker.push(.paymentSettled, settled))
    #expect(broker.requests(of: &session).isEmpty)
    var request = try donation(awaiting: false)
    request.number = first.header.number
    session.submit(request, ticket: 2, deadline: .max)
    let again = broker.requests(of: &session)[0]
    #expect(again.header.number == first.header.number && again.header.word == 1)
    session.receive(broker.refuse(again, .paymentPending, money: .notKnown, detail: 77))
    #expect(session.ended().first?.error?.status == .paymentPending)
  }

  /// Told before receipts are looked for: of a request that was sent once, nothing was taken.
  @Test(arguments: [Status.mintUnknown, .ecashLocked, .ecashInUse, .keysetUnknown])
  func refusalOfATokenThatWasSentOnceTookNothing(status: Status) throws {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(try donation(), ticket: 1, deadline: .max)
    session.receive(broker.refuse(broker.requests(of: &session)[0], status, money: .notKnown))
    #expect(session.ended().first?.error?.money == .notTaken)
  }

  /// Nobody asks its mint as long as a restore is in progress, and no more is taken than is allowed: the token is as good as before.
  @Test(arguments: [Status.restoreInProgress, .treasuryFull])
  func tokenThatIsNotTakenIsKept(status: Status) throws {
    var content = try WalletContent()
    var request = try donation(awaiting: false)
    (request.number, request.isHeld, content.nextNumber) = (1, true, 2)
    let entry = WalletPending(request: request, secret: Bytes16(), alias: "")
    content.pending = [entry]
    content.giveBack(entry, TurnpikeError(.refused(status), money: .notTaken))
    #expect(content.pending.isEmpty && content.quarantined.isEmpty && content.spendable.isEmpty)
    #expect(content.ecash == [WalletEcash(token: try #require(entry.request.ecash).token, status: status)])
    #expect(try WalletContent(text: content.text) == content)
  }

  @Test func ratesAreRoundedForTheBroker() throws {
    let offer = MintOffer(
      mint: 1, feePerThousand: 100, numerator: 1_000, denominator: 3, minimum: 2, unit: Name32("sat") ?? Name32(),
      url: Text96("http://127.0.0.1:1") ?? Text96())
    #expect(offer.worth(of: 7) == 2_333 && offer.worth(of: .max) == nil)
    #expect(offer.price(of: 2_333) == 7 && offer.price(of: 2_334) == 8 && offer.price(of: 1) == 2)
    var dear = offer
    (dear.numerator, dear.denominator) = (1, .max)
    #expect(dear.price(of: .max) == nil)
  }
}
