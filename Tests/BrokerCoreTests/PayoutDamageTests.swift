import BrokerCore
import Testing
import WireProtocol

/// What a checksum lets through of a snapshot's ecash: it is refused, or a state that goes on like any other.
@Suite struct PayoutDamageTests {
  /// What is under way at mint 1.
  private enum Stage: CaseIterable { case nothing, payout, fewerCoins, payments }

  /// A broker with payouts of every kind, and what is needed to go on.
  private struct Subject {
    var bytes: [UInt8] = []
    /// Where the sections of ecash lie, and what the head has of it: six words.
    var ecash = 0..<0
    var head = 0..<0
    var session: UInt64 = 0
    var number: UInt64 = 0
    var resource: UInt64 = 0
    var ids: [UInt64] = []
    var notes: [VerifiedNote] = []
  }

  private static let genesis = Bench.genesis(
    leases: 32, sessions: 2, receipts: 512, claims: 8, ecash: 24, proofs: 128, pieces: 160, treasury: 128)

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
    func payout(_ amount: UInt64, _ count: Int = 6) throws {
      subject.ids.append(try bench.payout(amount, Bench.blanks(count)).reply(PayoutReply.self).payment)
    }
    // TAKEN twice, REFUNDABLE, NOT_TAKEN, and a coin that is gone.
    for amount in [7_000, 41_000, 9_000] as [UInt64] { try payout(amount) }
    bench.beginPayout()
    bench.refuseCoins([try #require(bench.coinSwap()?.coins.first)])
    for _ in 0..<2 {
      bench.beginPayout()
      bench.signCoins()
    }
    bench.beginPayout()
    bench.refuseCoins()
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
    subject.head = headEnd - 48..<headEnd
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
    var random = RandomSource(seed: 6)
    let subjects = try Stage.allCases.map(Self.subject)
    var (refused, read) = (0, 0)
    for turn in 0..<6_000 {
      let subject = subjects[turn % subjects.count]
      var bytes = subject.bytes
      if turn >= subjects.count {
        SnapshotDamage.damage(&bytes, in: random.one(in: 20) ? subject.head : subject.ecash, &random)
      }
      var snapshot = MemorySnapshot(bytes: bytes)
      guard let machine = StateMachine.read(snapshot: &snapshot) else {
        refused += 1
        #expect(turn >= subjects.count, "an undamaged snapshot is refused")
        continue
      }
      read += 1
      let bench = Bench(machine, session: subject.session, number: subject.number)
      let problem = bench.machine.checkInvariants()
      #expect(problem == nil, "turn \(turn)")
      Self.goOn(bench, subject, &random)
      let later = bench.machine.checkInvariants()
      #expect(later == nil, "turn \(turn), late")
    }
    #expect(refused > 1_000 && read > 1_000, "\(refused) refused, \(read) read")
  }
}
