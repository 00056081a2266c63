import Testing
import TurnpikeClient
import WireProtocol

/// Bids of a wallet: what is kept of them, when, and in which form.
@Suite struct WalletBidTests {
  private let secret = Bytes16(low: 11, high: 12)
  private let seal = BidSeal(amount: 5, nonce: Bytes16(low: 21, high: 22))
  private let newSeal = BidSeal(amount: 8, nonce: Bytes16(low: 23, high: 24))
  private let heads = (0..<3).map { Bytes16(low: 31 + $0, high: 32) }

  private func entry(_ request: Request, secret: Bytes16 = Bytes16(), seal: BidSeal? = nil) -> WalletPending {
    var request = request
    (request.number, request.isHeld) = (1, true)
    return WalletPending(request: request, secret: secret, alias: "", seal: seal)
  }

  private func reply(_ opcode: Opcode, _ part: some WireLayout) -> Reply {
    Reply(opcode: opcode, number: 1, isReplayed: false, money: .taken, body: part.bytes)
  }

  private var sealedBid: WalletPending {
    let keyHash = secret.keyHash
    let request = Request.bid(
      auction: 30, keyHash: keyHash, commitment: seal.commitment(auction: 30, keyHash: keyHash), payment: [note(7)])
    return entry(request, secret: secret, seal: seal)
  }

  /// A wallet with a sealed bid that was done.
  private func wallet() throws -> WalletContent {
    var content = try WalletContent()
    content.nextNumber = 2
    content.pending = [sealedBid]
    try content.apply(reply(.bid, BidReply(claim: 31, amount: 7, payment: 6, head: heads[0])), to: sealedBid)
    return content
  }

  private var raise: WalletPending {
    let request = Request.raiseBid(
      ClaimKey(claim: 31, key: secret), commitment: newSeal.commitment(auction: 30, keyHash: secret.keyHash),
      payment: [note(3)])
    return entry(request, seal: newSeal)
  }

  @Test func whatIsSealedIsInTheFileBeforeTheRequestIsSent() throws {
    for request in [sealedBid, raise] {
      var content = try WalletContent()
      content.nextNumber = 2
      content.pending = [request]
      let read = try WalletContent(text: content.text)
      #expect(read == content && read.pending[0].seal == request.seal)
      content.setAside(request)
      #expect(try WalletContent(text: content.text).unresolved == [request])
    }
  }

  @Test func bidKeepsItsSealAndEveryHead() throws {
    var content = try wallet()
    #expect(content.claims[0].bid?.seal == seal && content.claims[0].bid?.keyHash == secret.keyHash)
    #expect(content.claims[0].kind == .bid && content.claims[0].funding == 30 && content.claims[0].amount == 7)
    try content.apply(
      reply(.raiseBid, RaiseBidReply(amount: 10, closesAt: 5, payment: 6, head: heads[1])), to: raise)
    // A broker that was restored may know the earlier one only.
    #expect(content.claims[0].bid?.seals == [seal, newSeal] && content.claims[0].amount == 10)
    let reveal = entry(.revealBid(claim: 31, seal: newSeal))
    try content.apply(reply(.revealBid, RevealBidReply(due: 2, head: heads[2])), to: reveal)
    #expect(content.claims[0].bid?.heads == heads && content.claims.count == 1)
    #expect(try WalletContent(text: content.text) == content)
  }

  /// A raise whose outcome is not known may have been done: either seal may be the one to reveal.
  @Test func raiseOfUnknownOutcomeLeavesTwoSeals() throws {
    var content = try wallet()
    #expect(content.seals(of: content.claims[0]) == [seal])
    content.pending = [raise]
    #expect(content.seals(of: content.claims[0]) == [seal, newSeal])
    content.setAside(raise)
    #expect(content.seals(of: content.claims[0]) == [seal, newSeal])
    content.unresolved = []
    content.pending = [entry(.raiseBid(ClaimKey(claim: 32, key: secret), payment: [note(3)]), seal: newSeal)]
    #expect(content.seals(of: content.claims[0]) == [seal])
  }

  @Test func refusedRaiseChangesNothing() throws {
    var content = try wallet()
    let before = content.claims
    content.pending = [raise]
    content.giveBack(raise, TurnpikeError(.refused(.bidTooLow), money: .notTaken))
    #expect(content.claims == before && content.balance == 3)
  }

  @Test func bidChangesHandsWithWhatIsKnownOfIt() throws {
    var content = try wallet()
    let rotation = entry(
      .rotateClaim(ClaimKey(claim: 31, key: secret), toKeyHash: Bytes16(low: 5, high: 5).keyHash),
      secret: Bytes16(low: 5, high: 5))
    let receipt = reply(.rotateClaim, RotateClaimReply(due: 0))
    try content.apply(receipt, to: rotation)
    #expect(content.claims[0].bid?.seal == seal && content.claims[0].key.key == Bytes16(low: 5, high: 5))
    var other = try WalletContent()
    other.nextNumber = 2
    let check = CheckClaimReply(
      resource: 3, funding: 30, amount: 7, left: 7, due: 0, paid: 0, instant: 9, kind: .bid, state: .open)
    try other.apply(receipt, to: rotation, claim: check)
    #expect(other.claims[0].bid == WalletBid() && other.claims[0].funding == 30)
    #expect(try WalletContent(text: other.text) == other)
  }

  @Test func damagedBidsAreRefused() throws {
    let content = try wallet()
    let words = "\(secret.keyHash.hexadecimal) 5:\(seal.nonce.hexadecimal) \(heads[0].hexadecimal)"
    #expect(content.text.contains(" - \(words)\n"))
    for bad in [
      "", "- - - -", "x - -", "- 5 -", "- 5: -", "- :\(seal.nonce.hexadecimal) -", "- 5:1:1 -", "- - x", "- - ,",
      "- -", "- - \(heads[0].hexadecimal),", "\(Bytes16().hexadecimal) - -",
    ] {
      let text = content.text.replacing(words, with: bad)
      #expect(throws: TurnpikeError.self, "\(bad)") { try WalletContent(text: text) }
    }
    let plain = try WalletContent(text: content.text.replacing(words, with: "- - -"))
    #expect(plain.claims[0].bid == WalletBid())
    let pledge = content.text.replacing(" BID ", with: " PLEDGE ")
    #expect(throws: TurnpikeError.self) { try WalletContent(text: pledge) }
    let old = content.text.replacing("turnpike-wallet 8", with: "turnpike-wallet 3")
    #expect(throws: TurnpikeError.self) { try WalletContent(text: old) }
  }

  /// Requests that wait have one word less in older files.
  @Test func pendingRequestsOfOlderVersionsAreRead() throws {
    var content = try WalletContent()
    content.nextNumber = 2
    content.pending = [entry(.pledge(campaign: 30, keyHash: secret.keyHash, payment: [note(7)]), secret: secret)]
    let line = content.text.split(separator: "\n").first { $0.hasPrefix("pending ") } ?? ""
    let text = content.text.replacing(line, with: line.dropLast(2))
    for version in [2, 3] {
      let old = text.replacing("turnpike-wallet 8", with: "turnpike-wallet \(version)")
      #expect(try WalletContent(text: old) == content)
    }
    #expect(throws: TurnpikeError.self) { try WalletContent(text: text) }
  }
}
