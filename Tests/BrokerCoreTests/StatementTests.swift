import BrokerCore
import Testing
import WireProtocol

/// The lines of the ledger: each movement is written down once, and stays there.
@Suite struct StatementTests {
  private static func donate(_ bench: Bench, _ amount: UInt64, to target: UInt64, _ kind: DonationTarget = .resource)
    throws -> DonateReply
  {
    let note = try bench.note(amount)
    return try bench.apply(DonateCommand(target: target, kind: kind, label: Name32()), notes: [note])
      .reply(DonateReply.self)
  }

  /// Balance of each account by the lines, but of those within one. What went through an account can be more than 64 bits tell:
  /// only what is left in it is not.
  private static func balances(_ lines: [StatementLine]) -> [Account: Int64] {
    lines.reduce(into: [:]) { sums, line in
      sums[line.from, default: 0] &-= Int64(truncatingIfNeeded: line.amount)
      sums[line.to, default: 0] &+= Int64(truncatingIfNeeded: line.amount)
    }
  }

  private static func withRevenueAsOne(_ balances: [Account: Int64]) -> [Account: Int64] {
    var balances = balances
    balances[.providerEarnings, default: 0] += balances.removeValue(forKey: .investorEarnings) ?? 0
    return balances.filter { $0.value != 0 }
  }

  // MARK: Lines

  @Test func usesOfAMinuteShareTheirLines() throws {
    let bench = try Bench(Bench.genesis(fee: 10_000))
    let resource = try bench.register()
    let lease = try bench.acquire(resource, 100_000).lease
    for number in 1...100 as ClosedRange<UInt64> { #expect(bench.use(lease, 20, number: number).status == .ok) }
    let lines = bench.statement(of: resource)
    #expect(lines.map(\.count) == [1, 100, 100] && lines.map(\.amount) == [100_000, 10_000, 100])
    #expect(lines.map(\.from) == [.notesOutstanding, .pursesOwn, .providerEarnings])
    #expect(lines.map(\.to) == [.pursesOwn, .providerEarnings, .operatorFees] && lines.allSatisfy { $0.subject == 0 })
    #expect(lines.map(\.previous) == [0] + lines.dropLast().map(\.sequence))
    let minute = UInt64(WireLimits.statementMinuteMillis)
    bench.advance(to: (bench.machine.now / minute + 1) * minute)
    #expect(bench.use(lease, 20, number: 101).status == .ok)
    let after = bench.statement(of: resource, after: lines[2].sequence)
    // What the time until then cost is charged with it.
    #expect(Array(bench.statement(of: resource).prefix(3)) == lines && after.count == 2)
    #expect(after[0].previous == lines[2].sequence && after.allSatisfy { $0.instant == bench.machine.now })
  }

  @Test func offeringsThatTakeTurnsShareTheirLinesToo() throws {
    let bench = try Bench(Bench.genesis(fee: 10_000))
    let century = UInt64(WireLimits.durationMillisMax)
    let amount: UInt64 = 1_000_000
    let resource = try bench.register(Bench.terms(price: amount, period: century, longest: century, meter0: 1))
    for _ in 0..<4 {
      let offering = try bench.apply(
        OpenOfferingCommand(
          provider: 1, resource: resource, cap: 100, criterion: 0, unit: 1, duration: 1, period: 0, startShare: 0,
          share: 200_000, returnPerMillion: 0, count: 1, kind: .ownership, label: Name32()),
        tiers: [Tier(from: 1, rate: 1)]
      ).reply(OpenOfferingReply.self).offering
      let note = try bench.note(100)
      let invest = InvestCommand(offering: offering, keyHash: Bytes16(low: 1, high: 1))
      #expect(bench.apply(invest, notes: [note]).status == .ok)
    }
    let lease = try bench.acquire(resource, amount).lease
    bench.advance(by: 2)
    let before = bench.statement(of: 0).count
    for number in 1...200 as ClosedRange<UInt64> {
      #expect(bench.use(lease, 100, number: number).status == .ok)
      bench.advance(by: 1)
    }
    // A charge, a fee, and for each offering what it takes, and perhaps gives back; in two minutes at most.
    #expect(bench.statement(of: 0).count - before <= 2 * (2 + 2 * 4))
  }

  @Test func aGiftSaysWhatItWasFor() throws {
    let bench = try Bench()
    let (resource, other) = (try bench.register(), try bench.register(name: "other"))
    let first = try Self.donate(bench, 500, to: resource)
    let pool = try bench.apply(
      SetPoolCommand(
        actor: Actor(authority: .operator, generation: 0, id: 0), pool: 0, name: Name32("both") ?? Name32(), count: 2),
      members: [PoolMember(resource: resource, weight: 1), PoolMember(resource: other, weight: 3)]
    ).reply(SetPoolReply.self).pool
    _ = try Self.donate(bench, 400, to: pool, .pool)
    let lines = bench.statement(of: resource)
    #expect(lines.map(\.subject) == [first.payment, pool] && lines.map(\.amount) == [500, 100])
    #expect(lines[1].from == .donationPurses && lines[1].to == .donationPurses)
    #expect(bench.statement(of: other).map(\.amount) == [300])
    let pooled = bench.statement(of: 0).filter { $0.subject == pool && $0.resource == 0 }
    #expect(pooled.map(\.amount) == [400] && pooled[0].from == .notesOutstanding && pooled[0].to == .donationPurses)
    #expect(Self.balances(bench.statement(of: 0))[.donationPurses] == bench.figure(.donationPurses))
  }

  /// The lines of random worlds, as long as none is forgotten, are the balances.
  @Test func allLinesAddUpToTheBalances() throws {
    var compared = 0
    for seed in 1...40 as ClosedRange<UInt64> {
      var coverage = RandomCoverage()
      guard var world = RandomComparison(seed: seed) else { throw BenchError.genesisRefused }
      for _ in 0..<600 { _ = world.run(&coverage) }
      let lines = Bench.statement(of: world.core, 0)
      guard lines.first?.sequence == 1 else { continue }
      compared += 1
      #expect(lines.map(\.sequence) == Array(1...UInt64(lines.count)))
      // What investors get of revenue is written down when it is split; the figures tell it at once.
      let told = Self.withRevenueAsOne(Self.balances(lines))
      #expect(told == Self.withRevenueAsOne(Bench.figures(of: world.core)), "seed \(seed)")
    }
    #expect(compared >= 20)
  }

  // MARK: What is kept

  @Test func onlyTheLastLinesAreKept() throws {
    let bench = try Bench()
    let (quiet, loud) = (try bench.register(), try bench.register(name: "loud"))
    _ = try Self.donate(bench, 7, to: quiet)
    #expect(bench.statement(of: quiet).map(\.amount) == [7])
    bench.isChecking = false
    for amount in 1...1_100 as ClosedRange<UInt64> { _ = try Self.donate(bench, amount, to: loud) }
    #expect(bench.machine.checkInvariants() == nil)
    let lines = bench.statement(of: loud)
    #expect(lines.last?.amount == 1_100 && lines.count == 1_023 && lines[0].previous != 0)
    #expect(zip(lines, lines.dropFirst()).allSatisfy { $0.sequence == $1.previous && $0.sequence < $1.sequence })
    // Nothing of it is kept, and the next line tells how many are gone.
    #expect(bench.statement(of: quiet).isEmpty)
    _ = try Self.donate(bench, 9, to: quiet)
    let next = bench.statement(of: quiet)
    #expect(next.map(\.amount) == [9] && next[0].previous == 2 && bench.statement(of: quiet, after: 2) == next)
    let all = bench.statement(of: 0)
    #expect(
      all.count == 1_024 && all.last == next[0]
        && zip(all, all.dropFirst()).allSatisfy { $0.sequence + 1 == $1.sequence })
    // A number that is no line of those: from the first kept one on.
    #expect(bench.statement(of: loud, after: next[0].sequence).first == bench.statement(of: loud).first)
    #expect(bench.statement(of: loud, after: .max).first == bench.statement(of: loud).first)
    #expect(bench.statement(of: 0, after: next[0].sequence).isEmpty)
  }

  @Test func aSnapshotOfAFullRingGoesOnInTheSameWay() throws {
    let bench = try Bench(Bench.genesis(fee: 10_000))
    let resources = try (0..<3).map { try bench.register(name: "resource \($0)") }
    let leases = try resources.map { try bench.acquire($0, 500_000).lease }
    bench.isChecking = false
    var copy: StateMachine?
    for turn in 0..<1_200 {
      if turn == 900 {
        var snapshot = MemorySnapshot(bench.machine)
        copy = StateMachine.read(snapshot: &snapshot)
        bench.journal = []
      }
      _ = bench.use(leases[turn % 3], 20, number: UInt64(turn / 3 + 1))
      _ = try Self.donate(bench, UInt64(turn + 1), to: resources[turn % 2])
      if turn % 100 == 0 { bench.advance(by: 30_000) }
    }
    try Self.expect(copy, toGoOnLike: bench)
  }

  /// Movements that take turns find their line a little further back, or none: also where a snapshot comes between.
  @Test func aSnapshotAmongThoseThatTakeTurnsGoesOnInTheSameWay() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let pools = try ["one", "other"].map { name in
      try bench.apply(
        SetPoolCommand(
          actor: Actor(authority: .operator, generation: 0, id: 0), pool: 0, name: Name32(name) ?? Name32(), count: 1),
        members: [PoolMember(resource: resource, weight: 1)]
      ).reply(SetPoolReply.self).pool
    }
    for pool in [pools[0], pools[1], pools[0]] { _ = try Self.donate(bench, 10, to: pool, .pool) }
    for amount in 1...20 as ClosedRange<UInt64> { _ = try Self.donate(bench, amount, to: resource) }
    var snapshot = MemorySnapshot(bench.machine)
    let copy = StateMachine.read(snapshot: &snapshot)
    bench.journal = []
    for pool in pools { _ = try Self.donate(bench, 10, to: pool, .pool) }
    try Self.expect(copy, toGoOnLike: bench)
  }

  private static func expect(_ copy: consuming StateMachine?, toGoOnLike bench: Bench) throws {
    guard var copy else { throw BenchError.genesisRefused }
    for bytes in bench.journal {
      var reply = [UInt8](repeating: 0, count: 64)
      var mutable = reply.mutableSpan
      var span = unsafe mutable.mutableBytes
      _ = unsafe copy.apply(bytes.span.bytes, reply: &span)
    }
    #expect(copy.checkInvariants() == nil)
    #expect(MemorySnapshot(copy).bytes == MemorySnapshot(bench.machine).bytes)
  }
}

extension Bench {
  /// All lines of a resource, or of the ledger, after one; page by page.
  func statement(of resource: UInt64, after: UInt64 = 0) -> [StatementLine] {
    Self.statement(of: machine, resource, after: after)
  }

  static func statement(of machine: borrowing StateMachine, _ resource: UInt64, after: UInt64 = 0) -> [StatementLine] {
    var (lines, after, count): ([StatementLine], UInt64, Int) = ([], after, 0)
    repeat {
      var memory = [UInt8](repeating: 0, count: WireLimits.statementCountMax * StatementLine.byteCount)
      var mutable = memory.mutableSpan
      var bytes = unsafe mutable.mutableBytes
      let request = StatementRequest(resource: resource, after: after)
      guard case .reply(let reply) = machine.statement(request, into: &bytes, at: 0) else { return [] }
      count = Int(reply.count)
      for index in 0..<count {
        if let line = StatementLine(bytes.bytes, at: index * StatementLine.byteCount) { lines.append(line) }
      }
      after = lines.last?.sequence ?? after
    } while count == WireLimits.statementCountMax
    return lines
  }

  /// Balances of all accounts, those of key epochs together.
  static func figures(of machine: borrowing StateMachine) -> [Account: Int64] {
    var memory = [UInt8](repeating: 0, count: WireLimits.outputCountMax * Figure.byteCount)
    var mutable = memory.mutableSpan
    var bytes = unsafe mutable.mutableBytes
    let count = Int(machine.auditFigures(into: &bytes, at: 0).count)
    var figures: [Account: Int64] = [:]
    for index in 0..<count {
      guard let figure = Figure(bytes.bytes, at: index * Figure.byteCount), figure.account.rawValue < 32 else {
        continue
      }
      figures[figure.account, default: 0] += figure.balance
    }
    return figures
  }
}
