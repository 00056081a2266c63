import Glibc
import Testing
import TurnpikeClient
import WireProtocol

/// Ways in which a wallet lost money or counted money that was not there; each stays impossible.
@Suite struct WalletMoneyTests {
  private func wallet(_ notes: [NoteToken], pending request: Request? = nil) throws -> WalletContent {
    var content = try WalletContent()
    content.notes = notes
    content.nextNumber = 2
    if var request {
      (request.number, request.isHeld) = (1, true)
      content.pending = [WalletPending(request: request, secret: Bytes16(), alias: "")]
    }
    return content
  }

  private func reply(_ opcode: Opcode, _ body: [UInt8]) -> Reply {
    Reply(opcode: opcode, number: 1, isReplayed: false, money: .taken, body: body)
  }

  private func forged(_ amount: UInt64, serial: UInt64) -> NoteToken {
    var note = note(amount, serial: serial)
    note.tag = Bytes16(low: 0, high: 0)
    return note
  }

  @Test func forgedNoteDoesNotKeepRealChangeOut() throws {
    var content = try wallet([forged(4, serial: 50)], pending: .release(testKey))
    let change = ReleaseReply(change: 4, given: 0, firstSerial: 50, keyEpoch: 1, count: 1)
    let real = note(4, serial: 50)
    try content.apply(reply(.release, change.bytes + real.bytes), to: content.pending[0])
    #expect(content.notes == [real])
    #expect(content.rejected == [WalletContent.Rejected(status: .noteForged, note: forged(4, serial: 50))])
    #expect(content.pending.isEmpty)
  }

  @Test func changeThatWasPaidOutBeforeIsNotCountedTwice() throws {
    let real = note(4, serial: 50)
    let receipt = reply(
      .release, ReleaseReply(change: 4, given: 0, firstSerial: 50, keyEpoch: 1, count: 1).bytes + real.bytes)
    var content = try wallet([real], pending: .release(testKey))
    try content.apply(receipt, to: content.pending[0])
    #expect(content.balance == 4)
    content = try wallet([], pending: .release(testKey))
    try content.apply(receipt, to: content.pending[0], spent: [real])
    #expect(content.balance == 0)
    // The note is under way in another request.
    content = try wallet([], pending: .fund(lease: 1, payment: [real]))
    try content.apply(receipt, to: WalletPending(request: .release(testKey), secret: Bytes16(), alias: ""))
    #expect(content.balance == 0 && content.pendingAmount == 4)
  }

  /// A payment is taken as a whole, so one note that is not spent says that the request was never done.
  @Test func outcomesOfNotesSayWhatBecameOfARequest() throws {
    let notes = [note(5, serial: 1), note(6, serial: 2)]
    let spent = NoteOutcome.bad(.noteSpent)
    for (outcomes, isDone, balance, rejected) in [
      ([.good, .good], false, 11, 0), ([spent, spent], true, 0, 0), ([spent, .good], false, 6, 1),
      ([.bad(.noteForged), spent], false, 0, 2),
    ] as [([NoteOutcome], Bool, UInt64, Int)] {
      var content = try wallet([], pending: .fund(lease: 1, payment: notes))
      let result = content.resolve(content.pending[0], outcomes)
      #expect(result == isDone)
      #expect(content.balance == balance && content.rejected.count == rejected && content.pending.isEmpty)
      #expect(content.unresolved.count == (isDone ? 1 : 0))
    }
  }

  /// A note in quarantine is as good as it was: it stays, and others are paid with meanwhile.
  @Test func noteInQuarantineIsKept() throws {
    let (old, new) = (note(5, serial: 1), note(6, serial: 2, keyEpoch: 7))
    let waits = NoteOutcome.bad(.restoreInProgress)
    for outcomes in [[waits, .good], [waits, .bad(.noteSpent)]] {
      var content = try wallet([], pending: .fund(lease: 1, payment: [old, new]))
      let mayBeDone = content.resolve(content.pending[0], outcomes)
      #expect(!mayBeDone)
      #expect(content.quarantined == [old] && content.notes.contains(old))
      #expect(content.spendable == (outcomes[1] == .good ? [new] : []))
      #expect(try WalletContent(text: content.text) == content)
    }
    var content = try wallet([], pending: .fund(lease: 1, payment: [new, old]))
    let error = TurnpikeError(.refused(.restoreInProgress), money: .notTaken, token: 1)
    content.giveBack(content.pending[0], error)
    #expect(content.spendable == [new] && content.quarantined == [old] && content.rejected.isEmpty)
    // One of them was taken: it is over.
    let entry = WalletPending(request: .exchange([old], for: []), secret: Bytes16(), alias: "")
    try content.apply(
      reply(.exchange, ExchangeReply(amount: 0, firstSerial: 3, payment: 1, keyEpoch: 7, count: 0).bytes), to: entry)
    #expect(content.quarantined.isEmpty)
    #expect(throws: TurnpikeError.self) {
      try WalletContent(text: content.text.replacing("end 6", with: "quarantine 0\nend 7"))
    }
  }

  @Test func sumsOfForgedAmountsDoNotTrap() throws {
    let notes = [note(.max, serial: 1), note(.max, serial: 2), note(5, serial: 3)]
    #expect(notes.amount == .max)
    #expect(try wallet(notes).balance == .max)
    #expect(NoteSelection(amount: 7, lease: 0, from: notes) == .exchange([notes[1]], outputs: [7, UInt64.max - 7]))
    for amount in [0, UInt64(WireLimits.moneyMax) + 1, .max] {
      #expect(throws: TurnpikeError.self) { try NoteToken(text: note(amount).text) }
    }
    #expect(try NoteToken(text: note(UInt64(WireLimits.moneyMax)).text).amount == UInt64(WireLimits.moneyMax))
  }

  @Test func namesStandForOneKey() throws {
    var content = try wallet([], pending: .release(testKey))
    content.pending[0].alias = "next"
    content.debitKeys = [WalletKey(key: testKey, alias: "shop")]
    #expect(content.isTaken(alias: "shop") && content.isTaken(alias: "next"))
    #expect(
      !content.isTaken(alias: "shop", for: testKey) && !content.isTaken(alias: "") && !content.isTaken(alias: "x"))
  }

  /// What a wallet has, it loads: limits are for what is still to come.
  @Test func overfullWalletIsStillRead() throws {
    let content = try wallet((0...UInt64(ClientLimits.walletItemCountMax)).map { note(1, serial: $0) })
    #expect(try WalletContent(text: content.text).notes.count == ClientLimits.walletItemCountMax + 1)
  }

  @Test func linkIsFollowedAndOthersAreKeptOut() async throws {
    let folder = "\(temporaryDirectory())/turnpike-link-\(UInt64.random(in: 0 ... .max))"
    #expect(unsafe mkdir(folder, 0o700) == 0)
    let names = ["wallet", "link", "wallet.lock", "wallet.new", "none.lock"].map { "\(folder)/\($0)" }
    defer {
      for name in names { _ = unsafe unlink(name) }
      _ = unsafe rmdir(folder)
    }
    #expect(unsafe symlink("wallet", names[1]) == 0)
    #expect(throws: TurnpikeError.self) { try Wallet(path: names[1]) }
    do { _ = try Wallet(path: names[0]) }
    do {
      let wallet = try Wallet(path: names[1])
      try await wallet.receive([note(5)])
    }
    var status = stat()
    #expect(unsafe lstat(names[1], &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(try await Wallet(path: names[0], creating: false).content.balance == 5)
    #expect(unsafe chmod(names[0], 0o644) == 0)
    #expect(throws: TurnpikeError.self) { try Wallet(path: names[0]) }
    #expect(throws: TurnpikeError.self) { try Wallet(path: "\(folder)/none", creating: false) }
    #expect(unsafe access(names[4], F_OK) != 0)
  }

  private func temporaryDirectory() -> String {
    guard let value = unsafe getenv("TMPDIR") else { return "/tmp" }
    return unsafe String(cString: value)
  }
}
