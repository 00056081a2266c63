import BrokerCore
import Testing
import WireProtocol

/// REFUND gives the notes of an EXCHANGE that was put off, whose session may be gone.
@Suite struct ExchangedNotesTests {
  private static let hour: UInt64 = 3_600_000

  private static func swap(_ bench: Bench) {
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
  }

  /// So many notes for a token, one of them for a lease.
  private static func outputs(_ count: UInt64, worth sum: UInt64) -> [NoteOutput] {
    (1..<count).map { NoteOutput(amount: $0, binding: $0 == 1 ? 77 : 0) }
      + [NoteOutput(amount: sum - count * (count - 1) / 2, binding: 0)]
  }

  private static func exchange(
    _ bench: Bench, _ name: UInt64, _ outputs: [NoteOutput], amounts: [UInt64] = [4], flags: EcashFlags = [],
    receipt: ReceiptKey? = nil
  ) -> Applied {
    bench.apply(
      ExchangeCommand(actor: Bench.anyone, lease: 0, count: 0), receipt: receipt, outputs: outputs,
      ecash: bench.ecash(amounts, named: name, flags: flags))
  }

  /// Of a session in which nothing else is asked.
  private static func key(_ bench: Bench) -> ReceiptKey {
    ReceiptKey(session: bench.openSession(Bytes16(low: 9, high: 9)), number: 1, digest: 5, window: 8)
  }

  /// One that was put off and is TAKEN.
  private static func exchanged(_ bench: Bench, _ name: UInt64, _ count: UInt64 = 1) -> UInt64 {
    let payment = exchange(bench, name, outputs(count, worth: 4_000)).outcome.detail
    swap(bench)
    #expect(bench.payment(payment)?.outcome == .taken)
    return payment
  }

  private static func isGiven(_ bench: Bench, _ payment: UInt64) -> Bool { bench.refund(payment).status == .ok }

  @Test func theyOutliveTheirSession() throws {
    let bench = try Bench()
    try bench.setMint()
    let (outputs, key) = (Self.outputs(5, worth: 4_000), Self.key(bench))
    let payment = Self.exchange(bench, 1, outputs, receipt: key).outcome.detail
    #expect(bench.refund(payment).status == .paymentPending && bench.machine.exchangedOutputs(of: payment).isEmpty)
    bench.advance(by: 20 * Self.hour)
    Self.swap(bench)
    let made = try Self.exchange(bench, 1, outputs, receipt: key).reply(ExchangeReply.self)
    bench.advance(by: 24 * Self.hour)
    #expect(Self.exchange(bench, 1, outputs, receipt: key).status == .sessionRequired)
    bench.session = bench.openSession(Bytes16(low: 5, high: 5))
    for asked in [payment, 0, payment] {
      let given = bench.refund(asked)
      let reply = try given.reply(RefundReply.self)
      #expect(given.money == .taken && given.outcome.isReplayed && given.outcome.detail == payment)
      #expect(reply.amount == 4_000 && reply.count == 5 && made.count == 5)
      #expect(reply.firstSerial == made.firstSerial && reply.keyEpoch == made.keyEpoch)
    }
    #expect(bench.machine.exchangedOutputs(of: payment) == outputs)
    let wrong = bench.apply(RefundCommand(payment: payment, keyHash: Bytes16(low: 1, high: 1)))
    #expect(wrong.status == .keyWrong && bench.balance(.notesOutstanding) == 4_000 && bench.isKeptBySnapshot)
    // Thirty days from its end, and asking makes that no later.
    bench.advance(by: CoreLimits.ecashKeptMilliseconds - 24 * Self.hour - 1)
    bench.session = bench.openSession(Bytes16(low: 6, high: 6))
    #expect(Self.isGiven(bench, payment) && bench.isKeptBySnapshot)
    bench.advance(by: 1)
    #expect(bench.refund(payment).status == .paymentUnknown && bench.refund(0).status == .paymentUnknown)
    #expect(bench.machine.exchangedOutputs(of: payment).isEmpty && bench.isKeptBySnapshot)
  }

  @Test func whatWasAnsweredAtOnceIsNot() throws {
    let bench = try Bench()
    try bench.setMint()
    #expect(Self.exchange(bench, 1, Self.outputs(2, worth: 4_000), flags: [.locked, .proven]).status == .ok)
    #expect(bench.refund(0).status == .nothingDue)
    Self.swap(bench)
    let told = bench.refund(0)
    #expect(told.status == .nothingDue && bench.machine.exchangedOutputs(of: told.outcome.detail).isEmpty)
    #expect(bench.isKeptBySnapshot)
  }

  /// By the key alone: what is to be had and what is pending go before, what was done goes behind.
  @Test func theyComeWhereANoteThatWasHadDoes() throws {
    let bench = try Bench()
    try bench.setMint()
    let (resource, other) = (try bench.register(), try bench.register(name: "other"))
    _ = try bench.acquirePending(other, bench.ecash([2], named: 1))
    Self.swap(bench)
    let first = Self.exchanged(bench, 2)
    #expect(bench.refund(0).outcome.detail == first)
    let owed = try bench.acquirePending(resource, bench.ecash([8], named: 3))
    #expect(bench.refund(0).status == .paymentPending)
    #expect(bench.update(resource, Bench.terms(price: 100)).status == .ok)
    Self.swap(bench)
    // What was had last is had again.
    for isAgain in [false, true] {
      let given = bench.refund(0)
      #expect(given.outcome.detail == owed && given.outcome.isReplayed == isAgain)
    }
    #expect(bench.refund(first).status == .ok)
    #expect(bench.refund(owed).outcome.isReplayed && bench.isKeptBySnapshot)
  }

  /// Where pieces are wanting outputs go, the first ones first, after signatures of payouts; the reply can be asked for still.
  @Test func outputsTakeNobodysPieces() throws {
    let bench = try Bench.payingOut([64], genesis: Bench.genesis(pieces: 30))
    let resource = try bench.register(name: "other")
    let payout = try bench.payout(7_000, Bench.blanks(3)).reply(PayoutReply.self).payment
    bench.beginPayout()
    #expect(bench.signCoins().status == .ok)
    // Three pieces of each, as many as what is sealed of a payment.
    let (outputs, key) = (Self.outputs(9, worth: 4_000), Self.key(bench))
    let first = Self.exchange(bench, 1, outputs, receipt: key).outcome.detail
    Self.swap(bench)
    let second = Self.exchanged(bench, 2, 7)
    #expect(Self.isGiven(bench, first) && Self.isGiven(bench, second) && bench.isKeptBySnapshot)
    var name: UInt64 = 10
    func pay() -> Status {
      name += 1
      return bench.tryAcquire(resource, bench.ecash([2], named: name, flags: [.locked, .proven])).status
    }
    var told: [[Bool]] = []
    while pay() == .ok {
      #expect(bench.isKeptBySnapshot)
      let now = [bench.payment(payout) != nil, Self.isGiven(bench, first), Self.isGiven(bench, second)]
      if told.last != now { told.append(now) }
    }
    #expect(told == [[true, true, true], [false, true, true], [false, false, true], [false, false, false]])
    // Its payment is told of, and so is its reply.
    #expect(bench.refund(first).status == .nothingDue && bench.payment(first)?.outcome == .taken)
    let repeated = Self.exchange(bench, 1, outputs, receipt: key)
    #expect(try repeated.outcome.isReplayed && repeated.reply(ExchangeReply.self).count == 9)
    #expect(bench.machine.exchangedOutputs(of: first).isEmpty && bench.isKeptBySnapshot)
  }

  /// Of what was put off and carried out an hour ago an EXCHANGE is forgotten last.
  @Test func anExchangeIsForgottenLast() throws {
    let bench = try Bench(Bench.genesis(ecash: 4))
    try bench.setMint()
    let resource = try bench.register()
    let exchanges = [Self.exchanged(bench, 1), Self.exchanged(bench, 2, 9)]
    bench.advance(by: Self.hour / 2)
    let acquired = try bench.acquirePending(resource, bench.ecash([4], named: 3))
    Self.swap(bench)
    func pay(_ name: UInt64) -> Status {
      bench.tryAcquire(resource, bench.ecash([2], named: name, flags: [.locked, .proven])).status
    }
    bench.advance(by: Self.hour / 2 - 1)
    #expect(pay(4) == .ok && pay(5) == .noSpace)
    bench.advance(by: 1)
    // The lease's hour is not over.
    #expect(pay(6) == .ok && bench.payment(exchanges[0]) == nil && bench.isKeptBySnapshot)
    bench.advance(by: Self.hour / 2)
    #expect(pay(7) == .ok && bench.payment(acquired) == nil && Self.isGiven(bench, exchanges[1]))
    #expect(pay(8) == .ok && bench.refund(exchanges[1]).status == .paymentUnknown && bench.isKeptBySnapshot)
    #expect(pay(9) == .noSpace)
  }

  /// Outputs in a snapshot that are not those of the notes its reply tells of.
  @Test func otherOutputsAreRefused() throws {
    let bench = try Bench()
    try bench.setMint()
    let payment = Self.exchanged(bench, 1, 3)
    let bytes = MemorySnapshot(bench.machine).bytes
    let words = (0..<bytes.count / 8).map { unsafe bytes.span.bytes.uint64(at: 8 * $0) }
    func isRead(_ value: UInt64, at word: Int) -> Bool {
      var snapshot = MemorySnapshot(bytes: bytes)
      for byte in 0..<8 { snapshot.bytes[8 * word + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
      return StateMachine.read(snapshot: &snapshot) != nil
    }
    let outputs = try #require(words.indices.dropLast(5).first { Array(words[$0..<$0 + 4]) == [1, 77, 2, 0] })
    for amount in [0, 2, 4_000, .max] as [UInt64] { #expect(!isRead(amount, at: outputs)) }
    #expect(isRead(78, at: outputs + 1))
    let made = try #require(bench.payment(payment)?.reply)
    let reply = try #require(words.indices.dropLast(3).first { words[$0] == made.word0 && words[$0 + 1] == made.word1 })
    #expect(isRead(made.word1 + 1, at: reply + 1) && !isRead(made.word0 + 1, at: reply))
    for count in [0, 2, 4, 65_535] as [UInt64] {
      #expect(!isRead(made.word3 & 0xFFFF_FFFF | count << 32, at: reply + 3))
    }
  }
}
