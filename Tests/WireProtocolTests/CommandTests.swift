import Testing
import WireProtocol

/// Commands built, walked, cut short and made inconsistent.
struct CommandTests {
  private let receipt = ReceiptKey(session: 4, number: 9, digest: 77, window: 3)
  private let note = VerifiedNote(keyEpoch: 1, serial: 5, amount: 100, binding: 0)

  @Test func roundTripWithReceiptRecordsAndNotes() throws {
    let longest = CommandBuilder.unpaidByteCountMax + WireLimits.tokenCountMax * VerifiedNote.byteCount
    var bytes = [UInt8](repeating: 0xEE, count: longest + 8)
    var typed = bytes.mutableSpan
    var span = unsafe typed.mutableBytes
    let actor = Actor(authority: .owner, generation: 2, id: 0)
    let exchange = ExchangeCommand(actor: actor, lease: 11, count: 0)
    var builder = CommandBuilder(exchange, receipt: receipt, in: &span, at: 8)
    for amount in 1...WireLimits.outputCountMax {
      builder.append(record: NoteOutput(amount: UInt64(amount), binding: 0), to: &span)
    }
    for _ in 0..<WireLimits.tokenCountMax { builder.append(note, to: &span) }
    let finished = builder.finish(in: &span)
    #expect(finished == longest)
    let raw = unsafe bytes.span.bytes
    let found = CommandView(raw, at: 8)
    let view = try #require(found)
    let fixed = ExchangeCommand(raw, at: view.fixedOffset)
    let last = NoteOutput(raw, at: view.recordOffset(255))
    let (lastNote, noNote) = (view.note(31, in: raw), view.note(32, in: raw))
    #expect(view.header.kind == .exchange && view.receipt == receipt && view.byteCount == finished)
    #expect(view.recordCount == 256 && view.noteCount == 32)
    #expect(fixed?.lease == 11 && fixed?.count == 256)
    #expect(last?.amount == 256 && lastNote == note && noNote == nil)
    for end in 0..<raw.byteCount {
      let isWhole = CommandView(raw.extracting(0..<end), at: 8) != nil
      #expect(!isWhole)
    }
  }

  @Test func receiptAndNotesFollowTheKind() {
    #expect(finished(AdvanceCommand(now: 1), receipt: nil, notes: 0) == 16)
    #expect(finished(AdvanceCommand(now: 1), receipt: receipt, notes: 0) == nil)
    #expect(finished(AdvanceCommand(now: 1), receipt: nil, notes: 1) == nil)
    let nobody = Actor(authority: .none, generation: 0, id: 0)
    let fund = FundCommand(actor: nobody, lease: 1)
    #expect(finished(fund, receipt: receipt, notes: 1) == 8 + 32 + 24 + 32)
    #expect(finished(fund, receipt: receipt, notes: 0) == nil)
    #expect(finished(fund, receipt: nil, notes: 1) == nil)
    let use = UseCommand(actor: nobody, lease: 1, quantity: 1, useNumber: 1, meter: 0, leaseIndex: 0)
    #expect(finished(use, receipt: nil, notes: 0) == 8 + 48)
    #expect(finished(use, receipt: receipt, notes: 2) == 8 + 32 + 48 + 64)
    #expect(finished(use, receipt: receipt, notes: 0) == nil)
    #expect(finished(use, receipt: nil, notes: 1) == nil)
  }

  @Test func aBuilderWithoutRoomGivesNothing() {
    for count in 0..<16 { #expect(finished(AdvanceCommand(now: 1), receipt: nil, notes: 0, room: count) == nil) }
  }

  private func finished(
    _ command: some WireCommand, receipt: ReceiptKey?, notes: Int, room: Int = 512
  ) -> Int? {
    var bytes = [UInt8](repeating: 0, count: room)
    var typed = bytes.mutableSpan
    var span = unsafe typed.mutableBytes
    var builder = CommandBuilder(command, receipt: receipt, in: &span)
    for _ in 0..<notes { builder.append(note, to: &span) }
    return builder.finish(in: &span)
  }
}
