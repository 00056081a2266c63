import BrokerCore
import Testing
import WireProtocol

/// What a checksum lets through of a snapshot after a loss: it is refused, or a state that goes on like any other.
@Suite struct ReconcileDamageTests {
  /// How far a broker came after its loss.
  private enum Stage: CaseIterable { case quarantine, unknown, swap, payout }

  private struct Subject: DamageSubject {
    var bytes: [UInt8] = []
    /// Where the sections of ecash lie, and what the head has of payments in ecash and of losses.
    var ecash = 0..<0
    var head = 0..<0
    var session: UInt64 = 0
    var number: UInt64 = 0
    var resource: UInt64 = 0
    var notes: [VerifiedNote] = []

    func damagedRange(_ random: inout RandomSource) -> Range<Int> { random.one(in: 4) ? head : ecash }
    func goOn(_ bench: Bench, _ random: inout RandomSource) { ReconcileDamageTests.goOn(bench, self, &random) }
  }

  private static func subject(_ stage: Stage) throws -> Subject {
    let bench = try Bench.payingOut(
      [64, 32, 16, 8, 8, 4],
      genesis: Bench.genesis(
        leases: 32, sessions: 2, receipts: 512, claims: 8, ecash: 96, proofs: 128, pieces: 256, treasury: 64))
    try bench.setMint(2, ceiling: 1_000)
    var subject = Subject(resource: try bench.register(name: "other"))
    #expect(try bench.payout(20_000).status == .ok)
    #expect(try bench.payout(6_000).status == .ok)
    for name in 21...24 as ClosedRange<UInt64> {
      let mint = UInt32(name & 1) + 1
      _ = try bench.acquirePending(subject.resource, bench.ecash([8, 2], named: name, mint: mint, keyset: mint))
    }
    if stage == .swap { #expect(bench.beginSwap().status == .ok) }
    if stage == .payout { #expect(bench.beginPayout().status == .ok) }
    for loss in [1_000, 2_000] as [UInt64] { #expect(bench.restore(loss).status == .ok) }
    if stage != .quarantine { #expect(bench.acceptLoss().status == .ok) }
    if stage == .unknown { #expect(bench.reconcile(next: 100, gone: [2], found: [(7, 3), (80, 0)]).status == .ok) }
    for _ in 0..<60 { subject.notes.append(try bench.note(5_000)) }
    (subject.session, subject.number) = (bench.session, bench.number)
    subject.bytes = MemorySnapshot(bench.machine).bytes
    subject.ecash = SnapshotDamage.sections(of: subject.bytes, from: 33)
    let headEnd = SnapshotDamage.sections(of: subject.bytes, from: 2).lowerBound
    subject.head = headEnd - (28 + WireLimits.mintCountMax) * 8..<headEnd
    return subject
  }

  private static func ask(_ bench: Bench) {
    _ = (bench.machine.lossIncarnations, bench.machine.isRestoring)
    for mint in 0...3 as ClosedRange<UInt32> {
      _ = (bench.machine.unknownCounters(at: mint), bench.coinSwap(at: mint), bench.swap(at: mint))
      _ = (bench.totals(of: mint), bench.machine.coins(ofKeyset: mint), bench.machine.mintTerms(mint))
      _ = bench.machine.unaskedPayout(at: mint)
    }
  }

  /// What mints, payers and the operator do next.
  private static func goOn(_ bench: Bench, _ subject: Subject, _ random: inout RandomSource) {
    for (turn, note) in subject.notes.enumerated() {
      let mint = UInt32(random.below(2) + 1)
      let first = bench.counter(of: mint, at: mint)
      switch random.below(12) {
      case 0, 1:
        let own = bench.machine.coins(ofKeyset: mint).map(\.counter).filter { $0 < first }
        let gone = Array(own.prefix(random.below(2)))
        bench.reconcile(
          mint: mint, keyset: mint, next: first &+ UInt32(random.below(400)), gone: gone,
          found: [(first &+ UInt32(random.below(9)), UInt8(random.below(17)))], isLast: random.one(in: 2))
      case 2: bench.reconcile(mint: mint, keyset: mint, next: first, isLast: true)
      case 3: bench.endSwap(.behind, mint: mint)
      case 4: bench.endPayout(random.one(in: 2) ? .behind : .putBack, mint: mint)
      case 5:
        guard let payout = bench.machine.unaskedPayout(at: mint) else { continue }
        let exponents = bench.machine.exponents(of: payout.amount, keyset: mint) ?? []
        let isSigned = random.one(in: 2)
        bench.resolve(
          payout.payout, mint: mint, keyset: isSigned ? mint : 0, signatures: isSigned ? exponents.count : 0)
      case 6: bench.sign(mint: mint)
      case 7: bench.signCoins(mint: mint)
      case 8: bench.acceptLoss()
      case 9: if turn.isMultiple(of: 7) { bench.restore(bench.machine.incarnation + 5, isLossy: random.one(in: 2)) }
      case 10: _ = bench.payout([note], Bench.blanks(4, named: UInt64(turn)), mint: mint)
      default:
        bench.tryAcquire(subject.resource, bench.ecash([4, 1], named: 100 + UInt64(turn), mint: mint, keyset: mint))
      }
      bench.beginSwap(mint: mint, keyset: mint)
      bench.beginPayout(mint: mint, keyset: mint)
      if turn % 8 == 0 { ask(bench) }
    }
    ask(bench)
  }

  @Test func itIsRefusedOrGoesOnLikeAnyOther() throws {
    SnapshotDamage.judge(try Stage.allCases.map(Self.subject), turnCount: 6_000, seed: 8)
  }

  /// Losses are in the order in which they came, with what there can have been by then.
  @Test(arguments: Stage.allCases) private func lossesAreJudged(stage: Stage) throws {
    let subject = try Self.subject(stage)
    let words = subject.bytes.count / 8
    func word(_ index: Int) -> UInt64 { unsafe subject.bytes.span.bytes.uint64(at: index * 8) }
    let first = try #require((0..<words - 1).first { word($0) == 1_000 && word($0 + 1) == 2_000 })
    func isRead(_ index: Int, _ value: UInt64) -> Bool {
      var snapshot = MemorySnapshot(bytes: subject.bytes)
      for byte in 0..<8 { snapshot.bytes[index * 8 + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
      return StateMachine.read(snapshot: &snapshot) != nil
    }
    #expect(isRead(first, 1_000) && isRead(first, 999) && isRead(first + 1, 2_000))
    for wrong in [0, 1, 2_000, 2_001] as [UInt64] { #expect(!isRead(first, wrong)) }
    for wrong in [1_000, 2_001, 1 << 32] as [UInt64] { #expect(!isRead(first + 1, wrong)) }
    #expect(!isRead(first + 2, 2_000) && !isRead(first + 2, 2_001))
  }
}
