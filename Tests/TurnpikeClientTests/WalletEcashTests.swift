import Testing
import TurnpikeClient
import WireProtocol

/// A token is in one place of a wallet, and leaves it when it was taken.
@Suite struct WalletEcashTests {
  private let token = "cashuBo2FteBtodHRw"
  private let key = Bytes16(low: 5, high: 6)

  private func content(_ request: Request = .donate(to: .resource, id: 9, payment: [])) throws -> WalletContent {
    var content = try WalletContent()
    content.nextNumber = 2
    var request = try request.paid(in: Ecash(token: token, refundKey: key))
    (request.number, request.isHeld, request.awaitsMint) = (1, true, false)
    content.pending = [WalletPending(request: request, secret: Bytes16(low: 1, high: 0), alias: "")]
    return content
  }

  @Test func textRoundTrips() throws {
    var content = try content()
    content.note(payment: 77, of: content.pending[0])
    content.unresolved = [content.pending[0]]
    content.pending[0].isLost = true
    content.ecash = [
      WalletEcash(token: token + "A", status: .ecashSpent), WalletEcash(token: token + "B", status: nil),
    ]
    content.refunds = [
      WalletRefund(payment: 78, key: key), WalletRefund(payment: 79, key: key, token: Bytes16(low: 1, high: 2)),
    ]
    #expect(content.pending[0].payment == 77)
    #expect(try WalletContent(text: content.text) == content)
    // A use keeps a receipt only when it is paid.
    let use = try self.content(.use(testKey, meter: 0, quantity: 1, useNumber: 3))
    #expect(try WalletContent(text: use.text) == use)
    for (old, new) in [
      (":77:", ":-1:"), ("ecash:", "ecash::"), ("refund 78", "refund 0"), ("\(token)A", "x"), ("lost 1", "lost 2"),
      ("turnpike-wallet 8", "turnpike-wallet 4"),
      ("turnpike-wallet 8", "turnpike-wallet 7"), ("refund 78 \(key.hexadecimal) -", "refund 78 \(key.hexadecimal)"),
      (" ECASH_SPENT ", " SPENT "),
    ] {
      #expect(throws: TurnpikeError.self) { try WalletContent(text: content.text.replacing(old, with: new)) }
    }
  }

  @Test func refusedTokenIsKept() throws {
    var content = try content()
    let entry = content.pending[0]
    content.giveBack(entry, TurnpikeError(.refused(.ecashSpent), money: .notTaken))
    #expect(content.pending.isEmpty && content.ecash == [WalletEcash(token: token, status: .ecashSpent)])
    // Once, with what was said last.
    content.giveBack(entry, TurnpikeError(.deadlineExceeded, money: .notTaken))
    #expect(content.ecash == [WalletEcash(token: token, status: nil)])
  }

  @Test func takenTokenIsGone() throws {
    var content = try content()
    let done = DonateReply(credited: 5, matched: 0, payment: 77, lease: 0, deadline: 0)
    let reply = Reply(opcode: .donate, number: 1, isReplayed: true, money: .taken, body: done.bytes)
    try content.apply(reply, to: content.pending[0])
    #expect(content.pending.isEmpty && content.ecash.isEmpty && !content.text.contains(token))
  }

  @Test func refundIsCollectedOnce() throws {
    var content = try content()
    content.takeRefund(of: content.pending[0], payment: 77)
    let hash = try Ecash(token: token, refundKey: key).tokenHash
    #expect(content.refunds == [WalletRefund(payment: 77, key: key, token: hash)] && content.pending.isEmpty)
    var request = Request.refund(payment: 77, key: key, token: hash)
    (request.number, request.isHeld) = (2, true)
    let note = note(5, serial: 50)
    let body = RefundReply(amount: 5, firstSerial: 50, keyEpoch: 1, count: 1).bytes + note.bytes
    let entry = WalletPending(request: request, secret: Bytes16(), alias: "")
    content.pending = [entry]
    let reply = Reply(opcode: .refund, number: 2, isReplayed: false, money: .taken, body: body)
    try content.apply(reply, to: entry)
    #expect(content.refunds.isEmpty && content.notes == [note] && content.pending.isEmpty)
    // The same note, which was spent since.
    try content.apply(reply, to: entry, spent: [note])
    #expect(content.balance == 5)
  }

  /// Asked by key and token: which request it ends is for whoever asked to say, and none goes by the receipt.
  @Test(arguments: [false, true])
  func refundByItsKeyEndsNoRequest(isSetAside: Bool) throws {
    var content = try content()
    let entry = content.pending[0]
    var twin = try self.content().pending[0]
    twin.request = try Request.donate(to: .resource, id: 9, payment: []).paid(in: Ecash(token: token + "A"))
    (twin.request.number, twin.request.isHeld, twin.request.awaitsMint) = (1, true, false)
    // Of another session they may have one number.
    (content.pending, content.unresolved) = isSetAside ? ([twin], [entry]) : ([entry], [twin])
    var request = Request.refund(payment: 0, key: key, token: Bytes16())
    (request.number, request.isHeld, request.awaitsMint) = (2, true, false)
    let refund = WalletPending(request: request, secret: Bytes16(), alias: "")
    (content.nextNumber, content.refunds) = (3, [WalletRefund(payment: 78, key: Bytes16(low: 9, high: 9))])
    content.pending.append(refund)
    #expect(try WalletContent(text: content.text).pending.last?.request.body == request.body)
    let body = RefundReply(amount: 5, firstSerial: 50, keyEpoch: 1, count: 1).bytes + note(5, serial: 50).bytes
    try content.apply(Reply(opcode: .refund, number: 2, isReplayed: false, money: .taken, body: body), to: refund)
    #expect(Set(content.pending + content.unresolved) == [entry, twin])
    #expect(content.balance == 5 && content.refunds.count == 1)
    (content.pending, content.unresolved) = ([twin], [])
    content.takeRefund(of: entry, payment: 77)
    #expect(content.pending == [twin] && content.refunds.count == 2)
  }

  @Test func setAsideKeepsWhatIsKnown() throws {
    var content = try content()
    content.pending[0].isLost = true
    let entry = content.pending[0]
    content.note(payment: 77, of: entry)
    content.setAside(entry)
    #expect(content.unresolved.first?.payment == 77 && content.unresolved.first?.isLost == false)
    #expect(content.unresolved.first?.request.ecash?.token == token)
    #expect(content.ecash.isEmpty)
  }
}
