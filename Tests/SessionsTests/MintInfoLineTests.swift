import Cashu
import Harness
import Payments
import ScriptedMint
import Sessions
import Testing
import WireProtocol

/// What a mint says that it can do: ecash is taken of one that tells what is spent and what it signed, and proves it.
@Suite struct MintInfoLineTests {
  private static let day: UInt64 = 24 * 3_600
  private static let faults: [MintFault] = [.withoutStates, .withoutRestore, .withoutDLEQ]

  private func offer(_ rig: MintRig) throws -> ReceivedFrame {
    try rig.pay(
      ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 4, binding: 0)],
      with: try rig.wallet.gift(4, from: &rig.mint))
  }

  /// No new ecash is taken of it, and what it gave to whom is as it was.
  private func expectNotTaken(_ rig: MintRig) throws {
    let refused = try offer(rig)
    #expect(refused.status == .mintUnknown && refused.money == .notTaken)
    #expect(try rig.offerCount() == 0)
    #expect(throws: MintRig.Refused.self) { _ = try rig.payOut(1, try rig.blanks(1, from: 90).map(\.record)) }
  }

  @Test(arguments: zip(faults, ["NUT-07", "NUT-09", "NUT-12"]))
  func whoLacksOneIsNotTaken(_ fault: MintFault, _ name: String) throws {
    let rig = try MintRig()
    try rig.fill(100)
    let waits = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    #expect(try rig.offerCount() == 1)
    let blanks = try rig.blanks(8)
    let payout = try rig.payOut(37, blanks.map(\.record))
    rig.isUnreachable = true
    rig.run(seconds: Self.day)
    rig.isUnreachable = false
    rig.faults["/v1/info"] = Array(repeating: fault, count: 10)
    // What waits goes on.
    rig.run(seconds: 62)
    try expectNotTaken(rig)
    #expect(try rig.payment(waits).outcome != .notKnown)
    #expect(try rig.collect(payout, blanks) == 37)
    rig.run(seconds: 2_000)
    let what = "its ecash is not taken: it does not say that it supports \(name)"
    #expect(rig.news.filter { $0 == what }.count == 1)
    // Nor after another start, whatever is configured, and when it does not answer.
    rig.isUnreachable = true
    try rig.crash()
    rig.run(seconds: 100)
    try expectNotTaken(rig)
    rig.isUnreachable = false
    rig.run(seconds: 100)
    #expect(rig.news.filter { $0 == what }.count == 2)
    try expectNotTaken(rig)
    // It says so later.
    rig.faults = [:]
    rig.run(seconds: 601)
    #expect(rig.news.last == "its ecash is taken")
    #expect(try rig.offerCount() == 1)
    #expect(try offer(rig).status == .paymentPending)
  }

  /// It says something else than `true`, or at another place.
  @Test(arguments: [
    "{}", #"{"nuts":{}}"#, #"{"nuts":{"7":{"supported":true},"9":{"supported":true},"12":{}}}"#,
    #"{"nuts":{"7":{"supported":true},"9":{"supported":true},"12":{"supported":"true"}}}"#,
    #"{"nuts":{"7":{"supported":1},"9":{"supported":true},"12":{"supported":true}}}"#,
    #"{"nuts":{"7":true,"9":{"supported":true},"12":{"supported":true}}}"#,
    #"{"nuts":{"07":{"supported":true},"9":{"supported":true},"12":{"supported":true}}}"#,
    #"{"nuts":{"7":{"supported":true},"9":{"supported":[true]},"12":{"supported":true}}}"#,
    #"{"7":{"supported":true},"9":{"supported":true},"12":{"supported":true}}"#,
  ])
  func onlyTrueIsTrue(_ body: String) throws {
    let rig = try MintRig()
    rig.lie = { $0.path == "/v1/info" ? Array(body.utf8) : nil }
    rig.run(seconds: Self.day + 700)
    try expectNotTaken(rig)
    rig.lie = { request in
      guard request.path == "/v1/info" else { return nil }
      return Array(#"{"nuts":{"12":{"supported":true},"9":{"supported":true},"7":{"supported":true}}}"#.utf8)
    }
    rig.run(seconds: 601)
    #expect(try rig.offerCount() == 1)
  }

  // MARK: No answer

  private static let answers: [MintFault] = [
    .serverError, .unprocessable, .notFound, .tooManyRequests, .garbage, .truncated, .huge,
  ]

  /// What goes wrong with an answer says nothing: who was taken is, and is asked again.
  @Test(arguments: answers + [.lostBefore, .lostAfter])
  func whoDoesNotSayIsAsHeWas(_ fault: MintFault) throws {
    let rig = try MintRig()
    rig.faults["/v1/info"] = Array(repeating: fault, count: 8)
    rig.run(seconds: Self.day + 700)
    #expect(try rig.offerCount() == 1)
    let payment = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run()
    #expect(try rig.payment(payment).outcome == .taken)
    #expect(rig.news.filter { $0 == "what it can do is not to be had" }.count == 1)
    rig.run(seconds: 10_000)
    // Of one that says nothing at all keysets are asked for once that is over; of another one meanwhile.
    rig.asked = []
    rig.faults["/v1/info"] = [fault]
    rig.run(seconds: Self.day + 700)
    #expect(rig.asked.filter { $0 == "info" }.count == 2)
    let asked = try #require(rig.asked.firstIndex(of: "info"))
    let isSilent = [.lostBefore, .lostAfter].contains(fault)
    #expect(
      Array(rig.asked[asked...].prefix(isSilent ? 3 : 4))
        == (isSilent ? ["info", "info", "keysets"] : ["info", "keysets", "info", "keysets"]))
    #expect(try rig.offerCount() == 1)
  }

  /// Whose answer is kept from the broker for ever has keysets all the same: a new one is learned, and an old one is not taken any more.
  @Test(arguments: answers)
  func keysetsAreLearnedWithoutIt(_ fault: MintFault) throws {
    let rig = try MintRig()
    rig.faults["/v1/info"] = Array(repeating: fault, count: 1_000)
    rig.run(seconds: Self.day + 700)
    rig.mint.rotateKeyset()
    rig.run(seconds: 700)
    #expect(rig.news.suffix(2) == ["keyset 1 is not in use", "keyset 2 is in use"])
    #expect(rig.news.filter { $0 == "what it can do is not to be had" }.count == 1)
    let payment = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run()
    #expect(try rig.payment(payment).outcome == .taken)
  }

  @Test func itIsAskedOnceADay() throws {
    let rig = try MintRig()
    rig.run(seconds: 10 * Self.day)
    #expect((9...10).contains(rig.asked.filter { $0 == "info" }.count))
    #expect(rig.asked.filter { $0 == "keysets" }.count > 1_400)
    #expect(rig.news == ["its ecash is taken", "keyset 1 is in use"])
  }

  /// One that is not configured any more is not asked, and not taken; and then again, once it says what it can do.
  @Test func whoIsNotConfiguredIsNotAsked() throws {
    let rig = try MintRig()
    try rig.fill(5)
    rig.news = []
    rig.takeEcash(isConfigured: false)
    rig.run(seconds: Self.day)
    #expect(Set(rig.asked) == ["keysets"])
    #expect(rig.news.first == "http://127.0.0.1 is not named, and 5 sat of the broker's are there")
    try expectNotTaken(rig)
    rig.isUnreachable = true
    rig.takeEcash()
    rig.run(seconds: 10)
    try expectNotTaken(rig)
    rig.isUnreachable = false
    rig.run(seconds: 70)
    #expect(try rig.offerCount() == 1)
  }

  /// A mint that nobody ever heard of is not taken before it was heard.
  @Test func aNewMintIsNotTakenBeforeItSaysSo() throws {
    let rig = try MintRig(isUnreachable: true)
    rig.run(seconds: 1_000)
    let refused = try offer(rig)
    #expect([.keysetUnknown, .mintUnknown].contains(refused.status) && refused.money == .notTaken)
    #expect(try rig.offerCount() == 0)
    rig.faults["/v1/info"] = [.withoutDLEQ]
    rig.isUnreachable = false
    rig.run(seconds: 70)
    try expectNotTaken(rig)
    rig.run(seconds: 601)
    #expect(try rig.offerCount() == 1)
  }
}
