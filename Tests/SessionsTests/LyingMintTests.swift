import Cashu
import Harness
import ScriptedMint
import Sessions
import Testing
import WireProtocol

/// A mint that says what is not so of proofs that it signed for the broker: ecash of its own is all that is lost by it. The
/// broker goes on, and its journal does not fill.
@Suite struct LyingMintTests {
  /// A broker that asks such a mint what it signed.
  private func asking(
    treasuryCountMax: UInt32 = 512, _ lie: @escaping (MintRequest) -> [UInt8]?
  ) throws -> MintRig {
    let rig = try MintRig(treasuryCountMax: treasuryCountMax)
    try rig.fill(100)
    try rig.restore(rig.transport.journalByteCount)
    rig.run()
    rig.lie = { $0.path == "/v1/restore" ? lie($0) : nil }
    rig.asked = []
    rig.acceptLoss()
    return rig
  }

  /// Says that outputs are signed, which nobody signed.
  private func told(_ outputs: some Sequence<BlindedMessage>, dleq: JSONValue) -> [UInt8] {
    let outputs = Array(outputs)
    let signatures = outputs.map { output -> JSONValue in
      ["amount": 4, "id": .text(output.keyset.hex), "C_": .text(output.point.hex), "dleq": dleq]
    }
    let told: JSONValue = [
      "outputs": .array(outputs.map { ["amount": 1, "id": .text($0.keyset.hex), "B_": .text($0.point.hex)] }),
      "signatures": .array(signatures),
    ]
    return told.bytes
  }

  /// It is asked again, in case something in between has done it, and then these outputs are not used.
  @Test(arguments: [false, true]) func whatIsNotProvedIsPassedBy(_ hasProof: Bool) throws {
    let one = String(repeating: "0", count: 63) + "1"
    let dleq: JSONValue = hasProof ? ["e": .text(one), "s": .text(one)] : .null
    var count = 0
    let rig = try asking { request in
      count += 1
      return count <= 4 ? self.told(MintRig.outputs(of: request).prefix(7), dleq: dleq) : nil
    }
    rig.run(seconds: 10)
    #expect(rig.asked == ["checkstate"] + Array(repeating: "restore", count: 4 + 3))
    #expect(rig.news.contains("keyset 1: 7 signatures that are not proved, and worth nothing"))
    #expect(try rig.treasury().held == 100 && rig.treasury().found == 0)
    // Counters 3 to 9 may be signed.
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run()
    #expect(try rig.payment(id).outcome == .taken)
    #expect(rig.mint.signature(on: try rig.wordsProof(9).point) == nil)
    #expect(rig.mint.signature(on: try rig.wordsProof(10).point)?.amount == 4)
  }

  /// For ever: a record each second or less, and no more than that.
  @Test func aMintThatSaysThatAllIsSignedFillsNoJournal() throws {
    let rig = try asking { self.told(MintRig.outputs(of: $0), dleq: .null) }
    rig.run(seconds: 20)
    var growth: [Int] = []
    for _ in 0..<2 {
      let byteCount = rig.transport.journalByteCount
      rig.run(seconds: 60)
      growth.append(rig.transport.journalByteCount - byteCount)
    }
    // ADVANCE comes with each.
    #expect(growth.allSatisfy { $0 > 0 && $0 < 60 * 100 })
    #expect(try rig.treasury().held == 100)
    rig.lie = { _ in nil }
    rig.run(seconds: 10)
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run()
    #expect(try rig.payment(id).outcome == .taken)
  }

  /// They are, and are spent by the time that it is asked: as fast as it can be asked at first.
  @Test func whoeverMovesTheCounterForLongIsAskedSlowly() throws {
    let rig = try asking { _ in nil }
    // Of each batch the last one is signed, by what it says, and all is spent.
    rig.beforeAnswer = { call in
      guard call.request.path == "/v1/restore" else { return }
      #expect(rig.mint.give(MintRig.outputs(of: call.request).suffix(1)) != nil)
      rig.faults["/v1/checkstate"] = [.statesSpent]
    }
    rig.workOff()
    // After the 65th there is a pause of a second.
    #expect(rig.asked.filter { $0 == "restore" }.count == 65)
    rig.run(seconds: 5)
    #expect(rig.asked.filter { $0 == "restore" }.count == 70)
    rig.beforeAnswer = { _ in }
    rig.run(seconds: 5)
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run()
    #expect(try rig.payment(id).outcome == .taken)
  }

  /// All of it is good: it takes its time, so that others' questions and the journal have theirs.
  @Test func whoeverTellsOfMoreAndMoreProofsIsAskedSlowly() throws {
    let rig = try asking(treasuryCountMax: 8_192) { _ in nil }
    rig.beforeAnswer = { call in
      if call.request.path == "/v1/restore" { #expect(rig.mint.give(MintRig.outputs(of: call.request)) != nil) }
    }
    rig.workOff()
    #expect(try rig.treasury().found == 4_100)
    rig.run(seconds: 3)
    #expect(try rig.treasury().found == 4_400)
  }

  /// It signs everything, and all of it is good: as much is taken in as there is room for.
  @Test func whatThereIsNoRoomForIsPassedBy() throws {
    let rig = try asking { _ in nil }
    rig.beforeAnswer = { call in
      if call.request.path == "/v1/restore" { #expect(rig.mint.give(MintRig.outputs(of: call.request)) != nil) }
    }
    rig.run(seconds: 1)
    // 512 in all; 3 were there.
    #expect(try rig.coinCounts() == [503])
    let asked = ["checkstate"] + Array(repeating: ["restore", "checkstate"], count: 6).flatMap(\.self)
    #expect(rig.asked == asked)
    let byteCount = rig.transport.journalByteCount
    rig.run(seconds: 600)
    #expect(rig.transport.journalByteCount - byteCount < 12 * 5_000)
    #expect(
      rig.news.filter { $0 == "keyset 1: no room for proofs that it had signed: the words have them" }.count == 1)
    #expect(try rig.treasury().found == 500)
    rig.beforeAnswer = { _ in }
    rig.run(seconds: 120)
    // 503 coins became few.
    let id = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
    rig.run()
    #expect(try rig.payment(id).outcome == .taken)
    #expect(try rig.treasury().held == 605)
  }

  /// It says of coins that they are spent, and of what it signed: they are lost, once.
  @Test func coinsThatAreSaidToBeSpentAreLost() throws {
    let rig = try MintRig()
    try rig.fill(100)
    try rig.restore(rig.transport.journalByteCount)
    rig.faults["/v1/checkstate"] = Array(repeating: .statesSpent, count: 99)
    rig.acceptLoss()
    rig.run()
    let treasury = try rig.treasury()
    #expect(treasury.held == 0 && treasury.lost == 100 && treasury.found == 0)
    #expect(rig.asked == ["info", "keysets", "checkstate", "restore", "restore", "restore"])
  }
}
