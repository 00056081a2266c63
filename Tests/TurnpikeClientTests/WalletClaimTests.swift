import Testing
import TurnpikeClient
import WireProtocol

/// Claims of a wallet: how they come, change their keys and are paid, and their form as text.
@Suite struct WalletClaimTests {
  private let secret = Bytes16(low: 11, high: 12)
  private let claim = WalletClaim(
    key: ClaimKey(claim: 31, key: Bytes16(low: 1, high: 2)), kind: .pledge, resource: 0, funding: 30, amount: 7,
    alias: "gift")

  private func wallet(_ claims: [WalletClaim] = []) throws -> WalletContent {
    var content = try WalletContent()
    content.nextNumber = 2
    content.claims = claims
    return content
  }

  private func entry(_ request: Request, alias: String = "") -> WalletPending {
    var request = request
    (request.number, request.isHeld) = (1, true)
    return WalletPending(request: request, secret: secret, alias: alias)
  }

  private func reply(_ opcode: Opcode, _ body: [UInt8], isReplayed: Bool = false) -> Reply {
    Reply(opcode: opcode, number: 1, isReplayed: isReplayed, money: .taken, body: body)
  }

  private func check(_ kind: ClaimKind) -> CheckClaimReply {
    CheckClaimReply(
      resource: 3, funding: 30, amount: 8, left: 8, due: 0, paid: 0, instant: 9, kind: kind, state: .open)
  }

  @Test(arguments: ClaimKind.allCases)
  func everyKindOfClaimIsBooked(kind: ClaimKind) throws {
    let notes = [note(7)]
    let request: Request
    let receipt: Reply
    switch kind {
    case .pledge:
      request = .pledge(campaign: 30, keyHash: secret.keyHash, payment: notes)
      receipt = reply(.pledge, PledgeReply(claim: 31, amount: 7, pledged: 70, closesAt: 5, payment: 6).bytes)
    case .schedule:
      request = .schedule(
        resource: 3, keyHash: secret.keyHash, count: 12, intervalMilliseconds: 1000, payment: notes)
      receipt = reply(.schedule, ScheduleReply(claim: 31, amount: 7, next: 5, payment: 6).bytes)
    case .match:
      request = .match(
        resource: 3, keyHash: secret.keyHash, numerator: 1, denominator: 2, durationMilliseconds: 1000, payment: notes)
      receipt = reply(.match, MatchReply(claim: 31, amount: 7, until: 5, payment: 6).bytes)
    case .investment:
      request = .invest(offering: 30, keyHash: secret.keyHash, payment: notes)
      receipt = reply(.invest, InvestReply(claim: 31, amount: 7, raised: 70, closesAt: 5, payment: 6).bytes)
    case .bid:
      request = .bid(auction: 30, keyHash: secret.keyHash, payment: notes)
      receipt = reply(.bid, BidReply(claim: 31, amount: 7, payment: 6, head: Bytes16(low: 8, high: 9)).bytes)
    }
    var content = try wallet()
    content.pending = [entry(request, alias: "gift")]
    // The key is in the file before the request is sent.
    #expect(try WalletContent(text: content.text) == content)
    #expect(content.isTaken(alias: "gift"))
    try content.apply(receipt, to: content.pending[0])
    let hasFunding = kind == .pledge || kind == .investment || kind == .bid
    var booked = WalletClaim(
      key: ClaimKey(claim: 31, key: secret), kind: kind, resource: hasFunding ? 0 : 3, funding: hasFunding ? 30 : 0,
      amount: 7, alias: "gift")
    booked.bid?.keyHash = secret.keyHash
    booked.bid?.heads = [Bytes16(low: 8, high: 9)]
    #expect(content.claims == [booked] && content.pending.isEmpty && content.isTaken(alias: "gift"))
    #expect(try WalletContent(text: content.text) == content)
  }

  @Test func rotationReplacesTheKeyAndKeepsTheName() throws {
    var content = try wallet([claim])
    let rotation = entry(.rotateClaim(claim.key, toKeyHash: secret.keyHash))
    try content.apply(reply(.rotateClaim, RotateClaimReply(due: 0).bytes), to: rotation)
    var rotated = claim
    rotated.key.key = secret
    #expect(content.claims == [rotated])
  }

  @Test func claimThatIsTakenOverIsBookedAsTheBrokerTellsIt() throws {
    var content = try wallet()
    let rotation = entry(.rotateClaim(claim.key, toKeyHash: secret.keyHash), alias: "new")
    let receipt = reply(.rotateClaim, RotateClaimReply(due: 0).bytes)
    try content.apply(receipt, to: rotation, claim: check(.schedule))
    #expect(
      content.claims == [
        WalletClaim(
          key: ClaimKey(claim: 31, key: secret), kind: .schedule, resource: 3, funding: 30, amount: 8, alias: "new")
      ])
    // The broker has forgotten it meanwhile.
    content = try wallet()
    try content.apply(receipt, to: rotation)
    #expect(content.claims.isEmpty)
  }

  /// A rotation whose receipt is gone was done when its key is no longer the claim's, unless the wallet knows another key.
  @Test func keyThatIsNoLongerTheClaimsSaysThatTheRotationWasDone() throws {
    let rotation = entry(.rotateClaim(claim.key, toKeyHash: secret.keyHash))
    var other = claim
    other.key.key = Bytes16(low: 5, high: 5)
    for (claims, expected) in [([], true), ([claim], true), ([other], false)] as [([WalletClaim], Bool)] {
      let content = try wallet(claims)
      #expect(content.mayHaveRotated(rotation) == expected)
    }
    let content = try wallet([claim])
    #expect(!content.mayHaveRotated(entry(.claim(claim.key))))
  }

  @Test func noteOfAClaimIsBookedOnceAndTheClaimStays() throws {
    var content = try wallet([claim])
    let body = ClaimReply(amount: 7, left: 0, firstSerial: 50, keyEpoch: 1, count: 1).bytes + note(7, serial: 50).bytes
    let payment = entry(.claim(claim.key))
    for isReplayed in [false, true] {
      try content.apply(reply(.claim, body, isReplayed: isReplayed), to: payment)
      #expect(content.balance == 7 && content.claims == [claim])
    }
    content.notes = []
    try content.apply(reply(.claim, body, isReplayed: true), to: payment, spent: [note(7, serial: 50)])
    #expect(content.balance == 0)
  }

  /// What an investment is paid comes in many notes, each with a CLAIM of its own.
  @Test func investmentIsPaidAgainAndAgain() throws {
    var investment = claim
    investment.kind = .investment
    var content = try wallet([investment])
    for serial: UInt64 in 50..<53 {
      let fixed = ClaimReply(amount: 7, left: 0, firstSerial: serial, keyEpoch: 1, count: 1)
      try content.apply(
        reply(.claim, fixed.bytes + note(7, serial: serial).bytes), to: entry(.claim(investment.key)))
    }
    #expect(content.balance == 21 && content.claims == [investment])
  }

  /// A claim keeps its last note only: one that a CLAIM may have brought is asked for before the next takes its place.
  @Test func paymentWhoseOutcomeWasGivenUpIsRememberedUntilItsNoteIsHere() throws {
    var content = try wallet([claim])
    content.setAside(entry(.claim(claim.key)))
    content.setAside(entry(.rotateClaim(claim.key, toKeyHash: secret.keyHash)))
    #expect(content.mayLackNote(of: 31) && !content.mayLackNote(of: 30))
    content.forgetPayments(of: 30)
    #expect(content.mayLackNote(of: 31))
    content.forgetPayments(of: 31)
    #expect(!content.mayLackNote(of: 31) && content.unresolved.count == 1)
  }

  @Test func lostPledgeKeepsItsKey() throws {
    var content = try wallet()
    let pledge = entry(.pledge(campaign: 30, keyHash: secret.keyHash, payment: [note(7)]), alias: "gift")
    content.pending = [pledge]
    let mayBeDone = content.resolve(pledge, [.bad(.noteSpent)])
    #expect(mayBeDone && content.unresolved == [pledge])
    #expect(try WalletContent(text: content.text).unresolved.first?.secret == secret)
  }

  @Test func damagedClaimsAreRefused() throws {
    let text = try wallet([claim]).text
    let line = "claim 31 \(claim.key.key.hexadecimal) PLEDGE 0 30 7 gift"
    #expect(text.contains(line + "\n"))
    let zero = String(repeating: "0", count: 32)
    for bad in [
      line.replacing("31", with: "0"), line.replacing("31", with: "x"), line.replacing("PLEDGE", with: "PLEDGES"),
      line.replacing(claim.key.key.hexadecimal, with: zero), line.replacing("30 7", with: "30 -7"),
      line.replacing("30 7", with: "30 99999999999999999999"), line.replacing(" gift", with: ""), line + " gift",
      line.replacing("gift", with: "7"), line.replacing("PLEDGE ", with: "PLEDGE  "),
    ] {
      #expect(throws: TurnpikeError.self, "\(bad)") { try WalletContent(text: text.replacing(line, with: bad)) }
    }
  }

  @Test func olderVersionsAreRead() throws {
    for (version, claims) in [(2, []), (3, [claim]), (4, [claim])] as [(Int, [WalletClaim])] {
      let old = try wallet(claims)
      let text = old.text.replacing("turnpike-wallet 8", with: "turnpike-wallet \(version)")
      #expect(try WalletContent(text: text) == old)
    }
    for version in ["1", "9", "22", "7 "] {
      let bad = try wallet().text.replacing("turnpike-wallet 8", with: "turnpike-wallet \(version)")
      #expect(throws: TurnpikeError.self) { try WalletContent(text: bad) }
    }
    let mixed = try wallet([claim]).text.replacing("turnpike-wallet 8", with: "turnpike-wallet 2")
    #expect(throws: TurnpikeError.self) { try WalletContent(text: mixed) }
  }
}
