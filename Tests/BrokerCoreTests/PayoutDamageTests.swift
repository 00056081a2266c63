import BrokerCore
import Testing
import WireProtocol

/// What a checksum lets through of a snapshot's ecash: it is refused, or a state that goes on like any other.
@Suite struct PayoutDamageTests {
  /// What is under way at mint 1.
  private enum Stage: CaseIterable { case nothing, payout, fewerCoins, payments }

  /// A broker with payouts of every kind, and what is needed to go on.
  private struct Subject: DamageSubject {
    var bytes: [UInt8] = []
    /// Where the sections of ecash lie, and what the head has of it: three counters, and a word of each list of what ended:
    /// seven, and one of each mint; of Ys that are kept, and of units that are held; and the losses.
    var ecash = 0..<0
    var head = 0..<0
    var session: UInt64 = 0
    var number: UInt64 = 0
    var resource: UInt64 = 0
    var ids: [UInt64] = []
    var notes: [VerifiedNote] = []

    func damagedRange(_ random: inout RandomSource) -> Range<Int> { random.one(in: 20) ? head : ecash }
    func goOn(_ bench: Bench, _ random: inout RandomSource) { PayoutDamageTests.goOn(bench, self, &random) }
  }

  private static let genesis = Bench.genesis(
    leases: 32, sessions: 2, receipts: 512, claims: 8, ecash: 96, proofs: 128, pieces: 180, treasury: 128)

  private static func subject(_ stage: Stage) throws -> Subject {
    let bench = try Bench(genesis)
    var subject = Subject(session: bench.session)
    try bench.setMint()
    try bench.setMint(2, fee: 100)
    #expect(bench.setKeyset(3, fee: 200, keys: 12, id: 77).status == .ok)
    subject.resource = try bench.register()
    for name in 1...6 as ClosedRange<UInt64> {
      try bench.fillTreasury(subject.resource, [64, 4, 1], named: name, keyset: name.isMultiple(of: 2) ? 1 : 3)
    }
    // EXCHANGEs that are TAKEN: notes that REFUND gives.
    for (name, parts) in [(18, [1_000, 3_000]), (19, [500, 1_500, 500, 1_500])] as [(UInt64, [UInt64])] {
      let outputs = parts.map { NoteOutput(amount: $0, binding: 0) }
      let exchange = ExchangeCommand(actor: Bench.anyone, lease: 0, count: 0)
      subject.ids.append(bench.apply(exchange, outputs: outputs, ecash: bench.ecash([4], named: name)).outcome.detail)
      #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
    }
    func payout(_ amount: UInt64, _ count: Int = 6) throws {
      subject.ids.append(try bench.payout(amount, Bench.blanks(count)).reply(PayoutReply.self).payment)
    }
    // TAKEN twice, REFUNDABLE, once collected, NOT_TAKEN, and a coin that is gone.
    for amount in [7_000, 41_000, 9_000, 5_000] as [UInt64] { try payout(amount) }
    bench.beginPayout()
    bench.refuseCoins([try #require(bench.coinSwap()?.coins.first)])
    for _ in 0..<2 {
      bench.beginPayout()
      bench.signCoins()
    }
    for _ in 0..<2 {
      bench.beginPayout()
      bench.refuseCoins()
    }
    #expect(bench.refund(subject.ids[4]).status == .ok)
    subject.ids.append(try bench.acquirePending(subject.resource, bench.ecash([16], named: 20)))
    bench.beginSwap()
    bench.refuse([(try #require(subject.ids.last), .ecashSpent)])
    if stage == .fewerCoins { #expect(bench.setKeyset(3, fee: 200, isActive: false, keys: 12, id: 77).status == .ok) }
    if stage == .fewerCoins { #expect(bench.beginPayout().status == .ok) }
    for amount in [70_000, 12_000, 4_000] as [UInt64] { try payout(amount, 7) }
    for name in 21...23 as ClosedRange<UInt64> {
      subject.ids.append(try bench.acquirePending(subject.resource, bench.ecash([8, 2], named: name)))
    }
    if stage == .payout { #expect(bench.beginPayout().status == .ok) }
    if stage == .payments { #expect(bench.beginSwap().status == .ok) }
    #expect((bench.coinSwap() == nil) == (stage == .nothing || stage == .payments))
    for _ in 0..<60 { subject.notes.append(try bench.note(5_000)) }
    subject.number = bench.number
    subject.bytes = MemorySnapshot(bench.machine).bytes
    subject.ecash = SnapshotDamage.sections(of: subject.bytes, from: 33)
    let headEnd = SnapshotDamage.sections(of: subject.bytes, from: 2).lowerBound
    subject.head = headEnd - (28 + WireLimits.mintCountMax) * 8..<headEnd
    return subject
  }

  /// Every question about ecash.
  private static func ask(_ bench: Bench, _ subject: Subject) {
    for mint in 0...3 as ClosedRange<UInt32> {
      _ = (bench.coinSwap(at: mint), bench.swap(at: mint), bench.totals(of: mint), bench.ownProofs(at: mint))
      _ = (bench.machine.holdings(at: mint), bench.machine.coinCount(at: mint))
      _ = (bench.machine.hasRetiredCoins(at: mint), bench.machine.hasWaitingPayout(at: mint))
      _ = (bench.machine.hasWaitingEcash(at: mint), bench.machine.hasOwedEcash(at: mint))
    }
    for id in subject.ids {
      _ = (bench.payment(id), bench.machine.signatures(ofPayout: id), bench.machine.sealedEcash(of: id))
      _ = bench.machine.exchangedOutputs(of: id)
    }
    _ = (bench.balance(.payouts), bench.balance(.ecash))
  }

  /// What mints, payers and the operator do next.
  private static func goOn(_ bench: Bench, _ subject: Subject, _ random: inout RandomSource) {
    for (turn, note) in subject.notes.enumerated() {
      let keyset = UInt32(random.below(2) * 2 + 1)
      switch random.below(12) {
      case 0, 1: bench.signCoins()
      case 2: bench.refuseCoins()
      case 3: bench.refuseCoins(Array((bench.coinSwap()?.coins ?? []).prefix(1)))
      case 4: bench.putBackCoins()
      case 5: bench.sign()
      case 6: bench.refuse()
      case 7: bench.beginSwap(keyset: keyset)
      case 8: _ = bench.setKeyset(3, fee: 200, isActive: random.one(in: 2), keys: 12, id: 77)
      case 9: _ = bench.payout([note], Bench.blanks(1 + random.below(9), named: UInt64(turn)))
      case 10: bench.tryAcquire(subject.resource, bench.ecash([4, 1], named: 100 + UInt64(turn)))
      default: for id in subject.ids { _ = bench.refund(id) }
      }
      bench.beginPayout(keyset: keyset)
      if turn % 8 == 0 { ask(bench, subject) }
      if turn % 20 == 19 { bench.apply(AdvanceCommand(now: bench.machine.now + 11 * 86_400_000)) }
    }
    ask(bench, subject)
  }

  @Test func itIsRefusedOrGoesOnLikeAnyOther() throws {
    SnapshotDamage.judge(try Stage.allCases.map(Self.subject), turnCount: 6_000, seed: 6)
  }

  /// Lists lead both ways: one that leads forth and not back, or back to another, would lose entries when one is taken out.
  @Test(arguments: Stage.allCases) private func linksAreJudged(stage: Stage) throws {
    let subject = try Self.subject(stage)
    let start = SnapshotDamage.sections(of: subject.bytes, from: 36).lowerBound
    func half(_ at: Int) -> UInt32 { unsafe subject.bytes.span.bytes.uint32(at: at) }
    let (stride, count) = (Int(half(start + 4)), half(start + 8))
    #expect(count > 8)
    var random = RandomSource(seed: 7)
    for entry in 0..<count {
      let record = start + 32 + Int(entry) * stride
      guard unsafe subject.bytes.span.bytes.uint64(at: record) != 0 else { continue }
      // The next one, and the one before.
      for at in [record + 12, record + stride - 4] {
        for link in Array(0...count) + [UInt32.max, 1 << 31, UInt32(random.below(1 << 20))] where link != half(at) {
          var bytes = subject.bytes
          for byte in 0..<4 { bytes[at + byte] = UInt8(truncatingIfNeeded: link >> UInt32(8 * byte)) }
          var snapshot = MemorySnapshot(bytes: bytes)
          let isRead = StateMachine.read(snapshot: &snapshot) != nil
          #expect(!isRead, "entry \(entry): \(link) in the place of \(half(at))")
        }
      }
    }
  }

  /// What was collected counts nowhere: a payout that says so must be one that was.
  @Test(arguments: Stage.allCases) private func whatWasCollectedIsJudged(stage: Stage) throws {
    let subject = try Self.subject(stage)
    let start = SnapshotDamage.sections(of: subject.bytes, from: 36).lowerBound
    let (stride, count) = unsafe (
      Int(subject.bytes.span.bytes.uint32(at: start + 4)), Int(subject.bytes.span.bytes.uint32(at: start + 8))
    )
    var payoutCount = 0
    for entry in 0..<count {
      let record = start + 32 + entry * stride
      guard subject.bytes[record + 189] == CommandKind.payout.rawValue else { continue }
      payoutCount += 1
      var snapshot = MemorySnapshot(bytes: subject.bytes)
      snapshot.bytes[record + 195] ^= 1
      let isRead = StateMachine.read(snapshot: &snapshot) != nil
      #expect(!isRead, "entry \(entry), outcome \(subject.bytes[record + 191])")
    }
    #expect(payoutCount == 7)
  }
}
