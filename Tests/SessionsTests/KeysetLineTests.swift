import Cashu
import Harness
import ScriptedMint
import Sessions
import Testing
import WireProtocol

/// Keysets that end: what is kept, and what is taken before its mint was asked, is of one that lasts.
@Suite struct KeysetLineTests {
  private static let day: UInt64 = 86_400_000

  /// So many days go by.
  private func wait(days: UInt64, _ rig: MintRig) {
    rig.transport.advance(days * Self.day)
    rig.run()
  }

  private func newKeyset(_ rig: MintRig, endsInDays days: UInt64?, keepsOld: Bool = true) {
    let end = days.map { (rig.transport.now + $0 * Self.day) / 1_000 }
    rig.mint.rotateKeyset(terms: .init(finalExpiry: end), keepsOld: keepsOld)
    rig.run(seconds: 601)
  }

  /// Whether what is locked is taken at once.
  private func isProven(_ rig: MintRig) throws -> Bool {
    let coins = try rig.wallet.gift(64, lock: try rig.lockKey(), from: &rig.mint)
    let reply = try rig.pay(
      ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 64, binding: 0)], with: coins)
    #expect(reply.status == .ok || reply.status == .paymentPending)
    rig.run(seconds: 120)
    #expect(try rig.treasury().waiting == 0 && rig.treasury().credited == 0)
    return reply.status == .ok
  }

  // MARK: Outputs

  /// The ACTIVE one that ends last: never is later than any end, and of two that are alike it is the newer one.
  @Test(
    arguments: [
      (nil, 100, 0), (100, nil, 1), (100, 90, 0), (90, 100, 1), (100, 100, 1), (nil, nil, 1),
    ] as [(UInt64?, UInt64?, Int)])
  func outputsAreOfTheKeysetThatEndsLast(_ old: UInt64?, _ new: UInt64?, _ which: Int) throws {
    let rig = try MintRig(endsInDays: old)
    // To the very second.
    let end = new.map { (rig.transport.now / 1_000 + $0 * 86_400) - (old == new ? 2 : 0) }
    rig.mint.rotateKeyset(terms: .init(finalExpiry: end), keepsOld: true)
    rig.run(seconds: 700)
    try rig.fill(64)
    #expect(try rig.coinCounts() == (which == 0 ? [1, 0] : [0, 1]))
    // Payouts are signed by it, too.
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.run()
    let signatures = try #require(rig.client.call(SignaturesRequest(payment: payout))?.part(SignaturesReply.self))
    #expect(signatures.id0 == (try rig.keysetID(which)))
    #expect(try rig.collect(payout, blanks) == 37)
  }

  /// It is out of use: nothing is signed with it, however long it lasts.
  @Test func outputsAreOfAKeysetThatIsInUse() throws {
    let rig = try MintRig()
    newKeyset(rig, endsInDays: 100, keepsOld: false)
    try rig.fill(64)
    #expect(try rig.coinCounts() == [0, 1])
  }

  // MARK: Keys

  /// One keyset whose keys a mint does not have keeps nobody from the others, and is asked for now and then.
  @Test(arguments: [.notFound, .serverError, .tooManyRequests] as [MintFault])
  func keysThatAreNotToBeHad(_ fault: MintFault) throws {
    let rig = try MintRig()
    rig.mint.rotateKeyset(keepsOld: true)
    rig.mint.rotateKeyset(keepsOld: true)
    let bad = try #require(rig.mint.allKeysets.dropLast().last?.id.hex)
    rig.faults["/v1/keys/\(bad)"] = Array(repeating: fault, count: 5_000)
    rig.run(seconds: 700)
    #expect(rig.news.last == "keyset 2 is in use")
    let what = "the keys of keyset \(bad) are not to be had"
    #expect(rig.news.filter { $0 == what }.count == 1)
    rig.asked = []
    rig.run(seconds: 6_000)
    #expect(rig.asked.count <= 220 && rig.news.filter { $0 == what }.count == 1)
    rig.faults = [:]
    rig.run(seconds: 700)
    #expect(rig.news.last == "keyset 3 is in use")
    rig.asked = []
    rig.run(seconds: 6_000)
    #expect(rig.asked.count <= 12)
  }

  // MARK: Coins

  /// They are moved when it ends within thirty days, and another one does not.
  @Test func coinsLeaveAKeysetThatEnds() throws {
    let rig = try MintRig(endsInDays: 40)
    try rig.fill(100)
    newKeyset(rig, endsInDays: 70)
    #expect(try rig.coinCounts() == [3, 0])
    wait(days: 9, rig)
    #expect(try rig.coinCounts() == [3, 0])
    wait(days: 2, rig)
    rig.run(seconds: 601)
    #expect(try rig.coinCounts()[0] == 0 && rig.treasury().held == 100)
    #expect(try rig.treasury().held == rig.wordsWorth())
  }

  /// Where none lasts there is nowhere to go, and nothing is tried.
  @Test func coinsStayWhereAllEnds() throws {
    let rig = try MintRig(endsInDays: 20)
    try rig.fill(100)
    newKeyset(rig, endsInDays: 25)
    rig.asked = []
    rig.run(seconds: 3_600)
    #expect(try rig.coinCounts() == [3, 0])
    #expect(Set(rig.asked) == ["keysets"])
    #expect(rig.news.contains { $0.hasPrefix("coins of keyset 1, worth 100, end at") })
  }

  // MARK: Trust

  @Test(arguments: [(nil, true), (31, true), (29, false)] as [(UInt64?, Bool)])
  func whatIsTakenAtOnceIsOfAKeysetThatLasts(_ days: UInt64?, _ isTaken: Bool) throws {
    let rig = try MintRig(endsInDays: days)
    #expect(try isProven(rig) == isTaken)
  }

  /// A mint that says that it ends after all, of a keyset whose id does not say it, or that it ends later.
  @Test func anEndThatIsToldLater() throws {
    let rig = try MintRig(idVersion: 0)
    #expect(try isProven(rig))
    var days: UInt64? = 20
    rig.lie = { request in
      guard request.path == "/v1/keysets", let days, let id = rig.mint.allKeysets.first?.id else { return nil }
      let told: JSONValue = [
        "keysets": [
          [
            "id": .text(id.hex), "unit": "sat", "active": true, "input_fee_ppk": 0,
            "final_expiry": .integer(rig.transport.now / 1_000 + days * 86_400),
          ]
        ]
      ]
      return told.bytes
    }
    rig.run(seconds: 601)
    #expect(try !isProven(rig))
    // It must not be said each time that nothing has changed.
    days = 40
    rig.run(seconds: 601)
    #expect(try isProven(rig))
    days = nil
    let byteCount = rig.transport.journalByteCount
    rig.run(seconds: 1_300)
    #expect(rig.transport.journalByteCount - byteCount < 400)
    #expect(try isProven(rig))
  }
}
