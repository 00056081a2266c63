import BrokerCore
import Testing
import WireProtocol

/// What a checksum lets through of the lists of kept Ys and of held units: a link that leads elsewhere is seen, and all else is refused or
/// goes on like any other state.
@Suite struct KeptDamageTests {
  /// Payments that wait and hold units, Ys that are kept, and what is needed to go on.
  private struct Subject: DamageSubject {
    var bytes: [UInt8] = []
    var session: UInt64 = 0
    var number: UInt64 = 0
    var resources: [UInt64] = []
    var now: UInt64 = 0

    /// Payments, proofs, or the ends of their lists.
    func damagedRange(_ random: inout RandomSource) -> Range<Int> {
      let number = random.below(3)
      guard number > 0 else { return KeptDamageTests.ends(self)..<KeptDamageTests.ends(self) + 16 }
      let section = Section(35 + number, of: bytes)
      return section.start..<section.start + section.count * section.stride
    }

    func goOn(_ bench: Bench, _ random: inout RandomSource) { KeptDamageTests.goOn(bench, self, &random) }
  }

  /// Where records of a section lie, and how far they are apart.
  private struct Section {
    var start: Int
    var stride: Int
    var count: Int

    init(_ tag: Int, of bytes: [UInt8]) {
      start = SnapshotDamage.sections(of: bytes, from: tag).lowerBound + 32
      stride = unsafe Int(bytes.span.bytes.uint32(at: start - 28))
      count = unsafe Int(bytes.span.bytes.uint32(at: start - 24))
    }

    /// Places of the records in use.
    func records(of bytes: [UInt8]) -> [Int] {
      (0..<count).map { start + $0 * stride }.filter { unsafe bytes.span.bytes.uint64(at: $0) != 0 }
    }
  }

  /// Offsets in a payment of what it holds, and in a proof of what it is of and until when it is kept.
  private static let (until, holder, held, previous, next, kind) = (160, 168, 172, 176, 180, 189)
  /// What it says of locks, when the first ends, and with how many it may be swapped.
  private static let (flags, locktime, companions) = (192, 196, 200)
  private static let (link, keyset, keptUntil) = (8, 12, 48)
  /// In a resource.
  private static let unitsHeld = 224

  private static func subject() throws -> Subject {
    let bench = try Bench(
      Bench.genesis(
        leases: 32, sessions: 2, receipts: 256, claims: 8, ecash: 32, proofs: 64, pieces: 256, treasury: 128))
    try bench.setMint()
    try bench.setMint(2)
    let terms = Bench.terms(units: 100, policy: .unitsHeld)
    let resources = try [bench.register(terms), bench.register(terms, name: "other")]
    for name in 1...5 as ClosedRange<UInt64> {
      let mint: UInt32 = name < 4 ? 1 : 2
      let ecash = bench.ecash([4, 1], named: name, mint: mint, keyset: mint, flags: [.locked, .proven])
      #expect(bench.tryAcquire(resources[0], ecash).status == .ok)
      bench.advance(by: 1_000)
      if name == 2 { #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok) }
    }
    #expect(bench.beginSwap(mint: 2, keyset: 2).status == .ok && bench.sign(mint: 2).status == .ok)
    for name in 11...17 as ClosedRange<UInt64> {
      bench.advance(by: 1_000)
      _ = try bench.acquirePending(resources[name.isMultiple(of: 3) ? 1 : 0], bench.ecash([2, 1], named: name))
      // The Y of a kept one, at the other mint.
      if name == 14 { _ = try bench.acquirePending(resources[1], bench.ecash([4], named: 4)) }
    }
    return Subject(
      bytes: MemorySnapshot(bench.machine).bytes, session: bench.session, number: bench.number, resources: resources,
      now: bench.machine.now)
  }

  /// Where the first and last of both lists stand in the head: behind GENESIS, the counters, and what ended.
  private static func ends(_ subject: Subject) -> Int {
    Section(1, of: subject.bytes).start + (GenesisCommand.byteCount / 8 + 29 + WireLimits.mintCountMax) * 8
  }

  private static func isRead(_ bytes: [UInt8]) -> Bool {
    var snapshot = MemorySnapshot(bytes: bytes)
    return StateMachine.read(snapshot: &snapshot) != nil
  }

  private static func store(_ value: UInt64, _ byteCount: Int, at offset: Int, in bytes: inout [UInt8]) {
    for byte in 0..<byteCount { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
  }

  /// Whether a snapshot with this number in the place of another is read all the same.
  private static func isRead(_ subject: Subject, with value: UInt64, _ byteCount: Int = 4, at offset: Int) -> Bool {
    var bytes = subject.bytes
    store(value, byteCount, at: offset, in: &bytes)
    return isRead(bytes)
  }

  @Test func linksAreJudged() throws {
    let subject = try Self.subject()
    #expect(Self.isRead(subject.bytes))
    let (payments, proofs) = (Section(36, of: subject.bytes), Section(37, of: subject.bytes))
    #expect(payments.stride == 208 && proofs.stride == 56 && payments.count > 8 && proofs.count > 16)
    var (heldCount, keptCount) = (0, 0)
    func judge(_ offset: Int, _ count: Int) {
      let old = unsafe UInt64(subject.bytes.span.bytes.uint32(at: offset))
      for link in (0...UInt64(count)) + [UInt64(UInt32.max), 1 << 31, 1 << 20] where link != old {
        #expect(!Self.isRead(subject, with: link, at: offset), "\(link) in the place of \(old) at \(offset)")
      }
    }
    for record in payments.records(of: subject.bytes)
    where unsafe subject.bytes.span.bytes.uint32(at: record + Self.held) > 0 {
      heldCount += 1
      judge(record + Self.previous, payments.count)
      judge(record + Self.next, payments.count)
    }
    for record in proofs.records(of: subject.bytes) {
      if unsafe subject.bytes.span.bytes.uint64(at: record + Self.keptUntil) > 0 { keptCount += 1 }
      judge(record + Self.link, proofs.count)
    }
    #expect(heldCount == 8 && keptCount == 8)
    // The ends of both.
    let ends = Self.ends(subject)
    for (offset, count) in [(0, proofs.count), (4, proofs.count), (8, payments.count), (12, payments.count)] {
      judge(ends + offset, count)
    }
  }

  @Test func whatIsHeldAndKeptIsJudged() throws {
    let subject = try Self.subject()
    let (payments, proofs) = (Section(36, of: subject.bytes), Section(37, of: subject.bytes))
    for record in payments.records(of: subject.bytes) {
      let isHeld = unsafe subject.bytes.span.bytes.uint32(at: record + Self.held) > 0
      #expect(!Self.isRead(subject, with: isHeld ? 0 : 1, at: record + Self.held))
      #expect(!Self.isRead(subject, with: 7, at: record + Self.held))
      let isLocked = subject.bytes[record + Self.flags] & 1 == 1
      #expect(Self.isRead(subject, with: 1, at: record + Self.locktime) == isLocked)
      let countMax = UInt64(WireLimits.swapPaymentCountMax)
      #expect(Self.isRead(subject, with: countMax, at: record + Self.companions))
      #expect(!Self.isRead(subject, with: countMax + 1, at: record + Self.companions))
      guard isHeld else { continue }
      for until in [0, subject.now, subject.now + 30_001, .max] as [UInt64] {
        #expect(!Self.isRead(subject, with: until, 8, at: record + Self.until))
      }
      let resource = unsafe subject.bytes.span.bytes.uint32(at: record + Self.holder)
      for other in [1 - UInt64(resource), 2, UInt64(UInt32.max)] {
        #expect(!Self.isRead(subject, with: other, at: record + Self.holder))
      }
      #expect(!Self.isRead(subject, with: UInt64(CommandKind.fund.rawValue), 1, at: record + Self.kind))
      // Nothing, and so told by its resource: it would be in the list for ever.
      var bytes = subject.bytes
      let places = Section(3, of: bytes).records(of: bytes)
      let counted = places[Int(resource)] + Self.unitsHeld
      let (units, sum) = unsafe (bytes.span.bytes.uint32(at: record + Self.held), bytes.span.bytes.uint32(at: counted))
      Self.store(0, 4, at: record + Self.held, in: &bytes)
      Self.store(UInt64(sum - units), 4, at: counted, in: &bytes)
      #expect(!Self.isRead(bytes))
    }
    for record in Section(3, of: subject.bytes).records(of: subject.bytes) {
      #expect(unsafe subject.bytes.span.bytes.uint32(at: record + Self.unitsHeld) > 0)
      for units in [0, 1, 100, UInt64(UInt32.max)] {
        #expect(!Self.isRead(subject, with: units, at: record + Self.unitsHeld))
      }
    }
    for record in proofs.records(of: subject.bytes) {
      let isKept = unsafe subject.bytes.span.bytes.uint64(at: record + Self.keptUntil) > 0
      for until in [isKept ? 0 : 1, .max, subject.now + 61 * 86_400_000 + 1] as [UInt64] {
        #expect(!Self.isRead(subject, with: until, 8, at: record + Self.keptUntil))
      }
      for keyset in [0, 3, 0xFFFF] as [UInt64] {
        #expect(!Self.isRead(subject, with: keyset, 2, at: record + Self.keyset))
      }
    }
  }

  /// What happens next to payments, and to what they hold.
  private static func goOn(_ bench: Bench, _ subject: Subject, _ random: inout RandomSource) {
    for turn in 0..<40 as Range<UInt64> {
      switch random.below(8) {
      case 0: bench.sign()
      case 1: bench.refuse((bench.swap()?.payments ?? []).prefix(2).map { ($0, .ecashSpent) })
      case 2: bench.beginSwap()
      case 3: bench.apply(AdvanceCommand(now: bench.machine.now.addingReportingOverflow(9_000).partialValue))
      case 4: bench.apply(ConfigureCommand(feePerMillion: 0, claimMinimum: 1, now: bench.machine.now))
      case 5: bench.tryAcquire(subject.resources[0], bench.ecash([4], named: turn % 8, flags: [.locked, .proven]))
      default: bench.tryAcquire(subject.resources[Int(turn % 2)], bench.ecash([2, 1], named: turn))
      }
    }
    bench.apply(AdvanceCommand(now: bench.machine.now.addingReportingOverflow(62 * 86_400_000).partialValue))
    bench.session = bench.openSession(Bytes16(low: 9, high: 9))
    for name in 0..<8 as Range<UInt64> { bench.tryAcquire(subject.resources[0], bench.ecash([4], named: name)) }
  }

  @Test func itIsRefusedOrGoesOnLikeAnyOther() throws {
    SnapshotDamage.judge([try Self.subject()], turnCount: 4_000, seed: 8, leastRead: 500)
  }
}
