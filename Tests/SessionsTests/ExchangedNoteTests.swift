import Cashu
import Harness
import Payments
import ScriptedMint
import Sessions
import Testing
import TurnpikeCrypto
import WireProtocol

/// REFUND gives the notes of an EXCHANGE that was put off, to whoever has its refund key.
@Suite struct ExchangedNoteTests {
  /// As many as there can be, and one of them for a lease.
  private static let outputs =
    (1..<WireLimits.outputCountMax).map { NoteOutput(amount: 1, binding: $0 == 1 ? 77 : 0) }
    + [NoteOutput(amount: 45, binding: 0)]

  @Test func theyAreTheNotesOfTheReply() throws {
    let rig = try MintRig()
    let token = try rig.token(of: try rig.wallet.gift(300, from: &rig.mint), refundHash: SHA256.keyHash(key(70)))
    let frame = rig.client.frame(
      ExchangeRequest(handle: 0, count: UInt16(Self.outputs.count)), records: Self.outputs, ecash: token)
    func ask() throws -> ReceivedFrame {
      rig.client.send(frame)
      rig.finishJobs()
      return try #require(rig.client.nextReply())
    }
    let pending = try ask()
    #expect(pending.status == .paymentPending)
    let payment = try #require(pending.refusal).detail
    rig.run()
    let notes = try ask().notes
    #expect(notes.map(\.amount) == Self.outputs.map(\.amount) && notes.map(\.binding) == Self.outputs.map(\.binding))
    let hash = SHA256.tokenHash(ofEcash: token)
    func expectGiven(to client: TestClient) throws {
      for asked in [payment, 0] {
        let given = try #require(client.call(RefundRequest(payment: asked, key: key(70), token: hash)))
        #expect(given.status == .ok && given.money == .taken && given.isReplayed && given.notes == notes)
        let reply = try #require(given.part(RefundReply.self))
        #expect(reply.amount == 300 && reply.firstSerial == notes[0].serial && reply.keyEpoch == notes[0].keyEpoch)
      }
      for (key, token) in [(key(71), hash), (key(70), Bytes16()), (key(70), key(1))] {
        let named = client.call(RefundRequest(payment: payment, key: key, token: token))
        let found = client.call(RefundRequest(payment: 0, key: key, token: token))
        #expect(named?.status == .keyWrong && found?.status == .paymentUnknown)
      }
    }
    let other = try rig.market.client()
    try expectGiven(to: other)
    try rig.crash()
    try expectGiven(to: rig.client)
    // They are worth what they were, once.
    let last = try #require(notes.last)
    for isSpent in [false, true] {
      let spent = try #require(
        rig.client.call(
          ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 45, binding: 0)],
          payment: [last]))
      #expect(spent.status == (isSpent ? .noteSpent : .ok))
    }
    try expectGiven(to: rig.client)
  }

  /// A payment that could not do what it was for is one note still, which is not bound, whatever was asked for.
  @Test func whatIsRefundedIsOneNote() throws {
    let rig = try MintRig()
    let outputs = [NoteOutput(amount: 3, binding: 77), NoteOutput(amount: 2, binding: 77)]
    let pending = try rig.pay(
      ExchangeRequest(handle: 0, count: 2), records: outputs, with: try rig.wallet.gift(5, from: &rig.mint))
    let payment = try #require(pending.refusal).detail
    let backup = rig.transport.journalByteCount
    rig.run()
    #expect(try rig.refund(payment, key(70)).notes.map(\.binding) == [77, 77])
    // Its session is of the life that is lost.
    try rig.restore(backup)
    rig.acceptLoss()
    rig.run(seconds: 62)
    let refunded = try rig.refund(payment, key(70)).notes
    #expect(refunded.map(\.amount) == [5] && refunded.map(\.binding) == [0])
  }
}
