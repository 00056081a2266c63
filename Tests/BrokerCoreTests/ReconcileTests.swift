import BrokerCore
import Testing
import WireProtocol

/// What a mint knows of the broker's own proofs, and the broker does not: after a restore that lost something, and where somebody else
/// has the words.
@Suite struct ReconcileTests {
  private static func sums(_ bench: Bench) -> [UInt64] {
    let totals = bench.totals()
    return [totals?.held ?? 0, totals?.found ?? 0, totals?.lost ?? 0, totals?.paid ?? 0, totals?.swapped ?? 0]
  }

  /// A broker that has these coins of mint 1, after a loss that was accepted.
  private static func restored(_ coins: [UInt64], genesis: GenesisCommand = Bench.genesis()) throws -> Bench {
    let bench = try Bench.payingOut(coins, genesis: genesis)
    #expect(bench.restore(1_000).status == .ok && bench.acceptLoss().status == .ok)
    return bench
  }

  @Test("Until the loss is accepted nothing is begun or ended at a mint, and no ecash asked for there")
  func quarantine() throws {
    let bench = try Bench.payingOut([64, 32])
    let resource = try bench.register(name: "other")
    let payment = try bench.acquirePending(resource, bench.ecash([8], named: 20))
    try bench.setMint(2)
    #expect(try bench.payout(5_000).status == .ok)
    #expect(bench.beginSwap().status == .ok)
    #expect(!bench.machine.isRestoring && bench.machine.lossIncarnations.isEmpty)
    #expect(bench.unknownKeysets().isEmpty && bench.machine.unknownCounters(at: 9).isEmpty)
    #expect(bench.restore(1_000).status == .ok && bench.machine.isRestoring)
    #expect(bench.machine.lossIncarnations == [1_000] && bench.isKeptBySnapshot)
    #expect(bench.machine.unknownCounters(at: 1).map(\.counter) == [2] && bench.unknownKeysets(at: 2) == [2])

    #expect(bench.beginSwap(mint: 9).status == .mintUnknown && bench.beginPayout(mint: 9).status == .mintUnknown)
    #expect(bench.endSwap(.putBack, mint: 9).status == .mintUnknown)
    #expect(bench.endPayout(.putBack, mint: 9).status == .mintUnknown)
    #expect(bench.reconcile(mint: 9, first: 0, next: 0).status == .mintUnknown)
    // Before all else: a swap is under way at one of them, and none at the other.
    for mint in 1...2 as ClosedRange<UInt32> {
      for keyset in [mint, 9] {
        #expect(bench.beginSwap(mint: mint, keyset: keyset).status == .restoreInProgress)
        #expect(bench.beginPayout(mint: mint, keyset: keyset).status == .restoreInProgress)
        let reconciled = bench.reconcile(mint: mint, keyset: keyset, first: 7, next: 0)
        #expect(reconciled.status == .restoreInProgress && reconciled.outcome.detail == 0)
      }
      for outcome in SwapOutcome.allCases {
        #expect(bench.endSwap(outcome, mint: mint).status == .restoreInProgress)
        #expect(bench.endPayout(outcome, mint: mint).status == .restoreInProgress)
      }
      #expect(bench.sign(mint: mint).status == .restoreInProgress)
    }
    for flags in [[], .locked] as [EcashFlags] {
      let refused = bench.tryAcquire(resource, bench.ecash([8], named: 21, flags: flags))
      #expect(refused.status == .restoreInProgress && refused.money == .notTaken)
      let unknown = bench.tryAcquire(resource, bench.ecash([8], named: 21, keyset: 9, flags: flags))
      #expect(unknown.status == .keysetUnknown)
      #expect(bench.tryAcquire(resource, bench.ecash([8], named: 21, mint: 9, flags: flags)).status == .mintUnknown)
    }
    // Nor is what only this broker can spend taken: it could not be swapped before its locktime.
    #expect(
      bench.tryAcquire(resource, bench.ecash([8], named: 22, flags: [.locked, .proven])).status == .restoreInProgress)
    #expect(bench.tryAcquire(resource, bench.ecash([8], named: 20)).status == .ecashInUse)
    #expect(try bench.payout(5_000).status == .restoreInProgress)
    #expect(bench.resolve(9, mint: 9).status == .mintUnknown && bench.resolve(9).status == .restoreInProgress)

    #expect(bench.acceptLoss().status == .ok && !bench.machine.isRestoring && bench.isKeptBySnapshot)
    // The swap that was under way is not any more.
    #expect(bench.swap() == nil && bench.totals()?.waiting == 8 && bench.sign().status == .nothingDue)
    #expect(bench.reconcile(first: 2, next: 3).status == .ok && bench.counter(of: 1) == 3)
    #expect(bench.payment(payment)?.outcome == .notKnown)
    #expect(bench.beginSwap().status == .countersUnknown && bench.beginPayout().status == .countersUnknown)
    #expect(bench.beginSwap(keyset: 2).status == .keysetUnknown)
    #expect(bench.beginPayout(keyset: 2).status == .keysetUnknown)
    #expect(bench.beginSwap(mint: 2, keyset: 2).status == .countersUnknown)
    #expect(bench.setKeyset(1, isActive: false).status == .ok)
    #expect(bench.beginSwap().status == .keysetUnknown && bench.beginPayout().status == .keysetUnknown)
    #expect(bench.tryAcquire(resource, bench.ecash([8], named: 23)).status == .paymentPending)
  }

  @Test("Coins that are spent go, those that were signed come in, and the counter is known with the last")
  func found() throws {
    let bench = try Self.restored([64, 32, 16, 8])
    #expect(Self.sums(bench) == [120, 0, 0, 0, 120] && bench.counter(of: 1) == 4)
    #expect(bench.reconcile(next: 104, gone: [1, 3], found: [(4, 5), (9, 0), (103, 15)]).status == .ok)
    #expect(Self.sums(bench) == [32_881, 32_801, 40, 0, 120] && bench.isKeptBySnapshot)
    #expect(bench.counter(of: 1) == 104 && bench.beginPayout().status == .countersUnknown)
    let coins = bench.machine.coins(ofKeyset: 1)
    #expect(coins == bench.ownProofs() && coins.map(\.counter) == [0, 2, 4, 9, 103])
    #expect(coins.map(\.exponent) == [6, 4, 5, 0, 15] && coins[3].x0.low == 909 && !coins[3].isOdd)
    // What was found can turn out to be spent, and what comes next be found.
    let odd = Bench.coin(200, 3, x: 5, isOdd: 1)
    #expect(bench.reconcile(first: 104, next: 504, [Bench.coin(9), Bench.coin(103), odd]).status == .ok)
    #expect(Self.sums(bench) == [120, 32_809, 32_809, 0, 120])
    #expect(bench.machine.coins(ofKeyset: 1).last?.isOdd == true)
    #expect(bench.reconcile(next: 504).status == .ok && bench.counter(of: 1) == 504)
    #expect(bench.reconcile(next: 504, isLast: true).status == .ok && bench.unknownKeysets().isEmpty)
    #expect(bench.reconcile(first: 504, next: 504).status == .nothingDue && bench.isKeptBySnapshot)
    // From there on outputs are counted.
    let resource = try bench.register(name: "other")
    _ = try bench.acquirePending(resource, bench.ecash([2], named: 30))
    #expect(bench.beginSwap().status == .ok && bench.swap()?.outputs.map(\.counter) == [504])
    #expect(bench.sign().status == .ok)
    #expect(try bench.payout(100_000).status == .ok)
    #expect(bench.beginPayout().status == .ok && bench.signCoins().status == .ok)
    #expect(Self.sums(bench) == [22, 32_809, 32_809, 100, 122])
  }

  @Test("RECONCILE is judged in the order of the contract, and a refusal changes nothing")
  func judged() throws {
    let bench = try Self.restored([64, 32, 16])
    try bench.setMint(2)
    let before = bench.machine.digest()
    func isRefused(
      _ coins: [ReconcileRecord] = [], first: UInt32 = 3, next: UInt32 = 10, _ status: Status = .quantityInvalid
    ) -> Bool { bench.reconcile(first: first, next: next, coins).status == status }
    #expect(bench.reconcile(mint: 3, keyset: 9, first: 9, next: 0).status == .mintUnknown)
    #expect(bench.reconcile(keyset: 2, first: 9, next: 0).status == .keysetUnknown)
    #expect(bench.reconcile(keyset: 0, first: 9, next: 0).status == .keysetUnknown)
    for first in [0, 2, 4, .max] as [UInt32] { #expect(isRefused(first: first, next: 0, .nothingDue)) }
    #expect(isRefused(next: 2) && isRefused(next: 3 + 401) && isRefused(next: .max))
    #expect(isRefused([Bench.coin(10, 1)]) && isRefused([Bench.coin(.max, 1)]))
    #expect(isRefused([Bench.coin(4, 1), Bench.coin(4, 1)]) && isRefused([Bench.coin(5, 1), Bench.coin(4, 1)]))
    #expect(isRefused([Bench.coin(1), Bench.coin(0)]) && isRefused([Bench.coin(3, 1), Bench.coin(2)]))
    #expect(isRefused([Bench.coin(3, 16)]) && isRefused([Bench.coin(3, 255)]) && isRefused([Bench.coin(3, isOdd: 2)]))
    #expect(isRefused([Bench.coin(0, 1)]) && isRefused([Bench.coin(0, x: 1)]) && isRefused([Bench.coin(0, isOdd: 1)]))
    var half = Bench.coin(0)
    half.x1 = Bytes16(low: 0, high: 1)
    #expect(isRefused([half]) && isRefused([Bench.coin(3, 1)], next: 3))
    #expect(bench.machine.coins(ofKeyset: 1).count == 3 && bench.counter(of: 1) == 3)
    // Refusals count as commands, and that is all.
    #expect(bench.machine.digest() != before && Self.sums(bench) == [112, 0, 0, 0, 112])
    #expect(bench.reconcile(next: 403, gone: [1]).status == .ok)
    #expect(bench.reconcile(next: 403, gone: [1]).status == .quantityInvalid)
    #expect(bench.reconcile(next: 403, gone: [3]).status == .quantityInvalid)
    // Another keyset's coins are not this one's.
    #expect(bench.setKeyset(3, mint: 1, id: 77).status == .ok && bench.unknownKeysets() == [1, 3])
    #expect(bench.reconcile(keyset: 3, first: 0, next: 0, [Bench.coin(0)]).status == .quantityInvalid)
    #expect(bench.reconcile(keyset: 3, next: 1, found: [(0, 15)], isLast: true).status == .ok)
    #expect(bench.machine.coins(ofKeyset: 3).map(\.counter) == [0] && bench.unknownKeysets() == [1])
  }

  @Test("What comes in finds places: those of what goes, and none that swaps under way need")
  func room() throws {
    let bench = try Self.restored([64, 32, 16], genesis: Bench.genesis(treasury: 6))
    let many = (3..<8 as Range<UInt32>).map { (counter: $0, exponent: UInt8(1)) }
    #expect(bench.reconcile(next: 20, found: Array(many.prefix(4))).status == .noSpace)
    #expect(bench.reconcile(next: 20, gone: [0], found: many).status == .noSpace)
    #expect(bench.reconcile(next: 20, gone: [0, 2], found: many, isLast: true).status == .ok)
    #expect(bench.machine.coins(ofKeyset: 1).map(\.counter) == [1, 3, 4, 5, 6, 7] && bench.isKeptBySnapshot)
    // A swap under way at another mint keeps its places.
    let other = try Self.restored([64], genesis: Bench.genesis(treasury: 4))
    try other.setMint(2)
    #expect(other.reconcile(mint: 2, keyset: 2, next: 0, isLast: true).status == .ok)
    let resource = try other.register(name: "other")
    _ = try other.acquirePending(resource, other.ecash([4, 2], named: 20, mint: 2, keyset: 2))
    #expect(other.beginSwap(mint: 2, keyset: 2).status == .ok)
    #expect(other.reconcile(next: 3, found: [(1, 1), (2, 1)]).status == .noSpace)
    #expect(other.reconcile(next: 3, gone: [0], found: [(1, 1), (2, 1)]).status == .ok)
    #expect(other.sign(mint: 2).status == .ok && other.isKeptBySnapshot)
  }

  @Test("A counter ends at 2^31")
  func counterEnds() throws {
    let bench = try Self.restored([1])
    let end: UInt32 = 1 << 31
    // Nobody goes there by steps: a snapshot does.
    var bytes = MemorySnapshot(bench.machine).bytes
    let record = SnapshotDamage.sections(of: bytes, from: 34).lowerBound + 32 + 48
    #expect(bytes[record] == 1)
    for (offset, byte) in [0x9C, 0xFE, 0xFF, 0x7F].enumerated() { bytes[record + offset] = UInt8(byte) }
    var snapshot = MemorySnapshot(bytes: bytes)
    let read = StateMachine.read(snapshot: &snapshot)
    guard let machine = read else {
      Issue.record("a counter near its end is refused")
      return
    }
    let late = Bench(machine, session: bench.session, number: bench.number)
    #expect(late.counter(of: 1) == end - 356)
    #expect(late.reconcile(next: end + 1).status == .quantityInvalid)
    #expect(late.reconcile(next: end, found: [(end - 1, 2)], isLast: true).status == .ok)
    _ = try late.acquirePending(try late.register(name: "other"), late.ecash([2], named: 20))
    #expect(late.beginSwap().status == .noSpace)
    let problem = late.machine.checkInvariants()
    #expect(problem == nil)
  }

  @Test("A restore that loses nothing leaves counters, and keysets that come after one that did are not known")
  func whichCounters() throws {
    let bench = try Bench.payingOut([64])
    #expect(bench.restore(500, isLossy: false).status == .ok)
    #expect(!bench.machine.isRestoring && bench.machine.lossIncarnations.isEmpty && bench.unknownKeysets().isEmpty)
    #expect(bench.setKeyset(2, id: 70).status == .ok && bench.unknownKeysets().isEmpty)
    #expect(bench.restore(1_000).status == .ok && bench.acceptLoss().status == .ok)
    #expect(bench.reconcile(next: 1, isLast: true).status == .ok && bench.unknownKeysets() == [2])
    // Saying it again makes it no less known; a new one is not, and after the next restore neither.
    #expect(bench.setKeyset(1, isActive: true).status == .ok && bench.setKeyset(3, id: 71).status == .ok)
    #expect(bench.unknownKeysets() == [2, 3])
    #expect(bench.restore(2_000, isLossy: false).status == .ok && bench.unknownKeysets() == [2, 3])
    #expect(bench.setKeyset(4, id: 72).status == .ok && bench.unknownKeysets() == [2, 3, 4])
    #expect(bench.restore(3_000).status == .ok && bench.unknownKeysets() == [1, 2, 3, 4])
    // A restore that loses nothing ends no quarantine.
    #expect(bench.restore(4_000, isLossy: false).status == .ok && bench.machine.isRestoring && bench.isKeptBySnapshot)
    #expect(bench.machine.lossIncarnations == [1_000, 3_000])
  }

  @Test("The last sixteen losses are remembered")
  func losses() throws {
    let bench = try Bench()
    for number in 1...18 as ClosedRange<UInt64> {
      #expect(bench.restore(number * 1_000).status == .ok)
      #expect(bench.machine.lossIncarnations == (max(number, 16) - 15...number).map { UInt32($0) * 1_000 })
      #expect(bench.isKeptBySnapshot)
      bench.advance(by: CoreLimits.epochValidityMillisecondsMin + 1)
    }
  }
}
