import BrokerCore
import Testing
import WireProtocol

/// Which Ys are known, of which mint, and for how long.
@Suite struct KeptProofTests {
  private static let day: UInt64 = 86_400_000
  private static let proven: EcashFlags = [.locked, .proven]

  /// Days pass, and the session with them: another goes on.
  private static func pass(_ milliseconds: UInt64, _ bench: Bench) {
    bench.advance(by: milliseconds)
    bench.session = bench.openSession(Bytes16(low: bench.machine.now, high: 1))
  }

  /// A broker that knows two mints, and one resource.
  private static func twoMints(_ genesis: GenesisCommand = Bench.genesis()) throws -> (Bench, UInt64) {
    let bench = try Bench(genesis)
    try bench.setMint()
    try bench.setMint(2)
    return (bench, try bench.register())
  }

  @Test func atAnotherMintTheSameYIsAnotherProof() throws {
    let (bench, resource) = try Self.twoMints()
    func pay(at mint: UInt32, _ flags: EcashFlags = []) -> Applied {
      bench.tryAcquire(resource, bench.ecash([4, 2], named: 7, mint: mint, keyset: mint, flags: flags))
    }
    let (first, second) = (pay(at: 1), pay(at: 2))
    #expect(first.status == .paymentPending && second.status == .paymentPending)
    #expect(first.outcome.detail != second.outcome.detail && bench.isKeptBySnapshot)
    for mint in [1, 2] as [UInt32] {
      let again = pay(at: mint)
      #expect(again.status == .ecashInUse && again.money == .notKnown)
      #expect(again.outcome.detail == (mint == 1 ? first : second).outcome.detail)
    }
    // What one mint takes is free there, and nowhere else; what it keeps is kept there only.
    #expect(bench.beginSwap(mint: 2, keyset: 2).status == .ok && bench.sign(mint: 2).status == .ok)
    #expect(pay(at: 2, Self.proven).status == .ok && pay(at: 2).status == .ecashInUse)
    #expect(bench.beginSwap(mint: 2, keyset: 2).status == .ok && bench.sign(mint: 2).status == .ok)
    #expect(pay(at: 2).status == .ecashInUse && pay(at: 1).outcome.detail == first.outcome.detail)
    #expect(bench.beginSwap().status == .ok && bench.refuse([(first.outcome.detail, .ecashInvalid)]).status == .ok)
    #expect(pay(at: 1).status == .paymentPending && bench.isKeptBySnapshot)
    // Of a keyset of the other mint it is no proof at all.
    #expect(bench.tryAcquire(resource, bench.ecash([1], named: 9, mint: 1, keyset: 2)).status == .keysetUnknown)
  }

  @Test func aMintTakesAYOnceInWhateverUnit() throws {
    let (bench, resource) = try Self.twoMints()
    try bench.setMint(3, at: 1)
    func pay(at mint: UInt32, _ flags: EcashFlags = []) -> Applied {
      bench.tryAcquire(resource, bench.ecash([4, 2], named: 7, mint: mint, keyset: mint, flags: flags))
    }
    let first = pay(at: 1, Self.proven)
    #expect(first.status == .ok && bench.isKeptBySnapshot)
    let again = pay(at: 3, Self.proven)
    #expect(again.status == .ecashInUse && StateMachine.isEcashPayment(again.outcome.detail))
    #expect(pay(at: 2, Self.proven).status == .ok)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
    #expect(pay(at: 3).outcome.detail == again.outcome.detail && pay(at: 1).status == .ecashInUse)
    Self.pass(61 * Self.day, bench)
    #expect(pay(at: 3, Self.proven).status == .ok && pay(at: 1).status == .ecashInUse && bench.isKeptBySnapshot)
  }

  @Test func thatAYIsInUseIsJudgedBeforeAmountsAndRestores() throws {
    let (bench, resource) = try Self.twoMints()
    let waiting = try bench.acquirePending(resource, bench.ecash([1, 4], named: 7))
    func pay(_ amounts: [UInt64], named name: UInt64) -> Applied {
      bench.tryAcquire(resource, bench.ecash(amounts, named: name))
    }
    try bench.setMint(minimum: 1_000, ceiling: 5)
    let little = pay([1], named: 7)
    #expect(little.status == .ecashInUse && little.outcome.detail == waiting && little.money == .notKnown)
    #expect(bench.restore(1_000).status == .ok && pay([1], named: 7).outcome.detail == waiting)
    #expect(pay([1], named: 8).status == .restoreInProgress && bench.acceptLoss().status == .ok)
    #expect(pay([1], named: 8).status == .amountInvalid && pay([1 << 16], named: 7).status == .ecashInvalid)
  }

  @Test func oneCommandForgetsABoundedNumber() throws {
    let bench = try Bench(Bench.genesis(proofs: 2_048, pieces: 4_096, treasury: 64))
    try bench.setMint()
    let resource = try bench.register()
    bench.isChecking = false
    for name in 1...3 as ClosedRange<UInt64> {
      let ecash = bench.ecash(Array(repeating: 1, count: 200), named: name, flags: Self.proven)
      #expect(bench.tryAcquire(resource, ecash).status == .ok)
      #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
    }
    bench.isChecking = true
    Self.pass(61 * Self.day, bench)
    func pay(withProof index: Int) -> Status {
      var ecash = bench.ecash(Array(repeating: 1, count: index + 1), named: 3)
      ecash.proofs = [ecash.proofs[index]]
      ecash.sealed = [1]
      return bench.tryAcquire(resource, ecash).status
    }
    #expect(pay(withProof: 150) == .ecashInUse && bench.isKeptBySnapshot)
    #expect(pay(withProof: 150) == .paymentPending && bench.isKeptBySnapshot)
    Self.pass(61 * Self.day, bench)
    #expect(pay(withProof: 199) == .paymentPending)
  }

  @Test func whatWasTakenUnaskedIsKeptFor61DaysAfterItEnded() throws {
    let (bench, resource) = try Self.twoMints()
    func pay(_ name: UInt64) -> Status {
      bench.tryAcquire(resource, bench.ecash([4, 2, 1], named: name, flags: Self.proven)).status
    }
    #expect(pay(1) == .ok)
    // It waits for its mint for longer than that.
    Self.pass(100 * Self.day, bench)
    #expect(pay(1) == .ecashInUse && pay(2) == .ok)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
    Self.pass(Self.day, bench)
    #expect(pay(3) == .ok && bench.beginSwap().status == .ok && bench.sign().status == .ok)
    Self.pass(60 * Self.day - 1, bench)
    #expect(pay(1) == .ecashInUse && pay(2) == .ecashInUse && pay(3) == .ecashInUse && bench.isKeptBySnapshot)
    Self.pass(1, bench)
    #expect(pay(3) == .ecashInUse && pay(1) == .ok && pay(2) == .ok && bench.isKeptBySnapshot)
    Self.pass(Self.day - 1, bench)
    #expect(pay(3) == .ecashInUse)
    Self.pass(1, bench)
    #expect(pay(3) == .ok && pay(1) == .ecashInUse && bench.isKeptBySnapshot)
  }

  @Test func whatWasLockedOrCreditedIsKeptAndNothingElse() throws {
    let (bench, resource) = try Self.twoMints()
    func pay(_ name: UInt64, _ flags: EcashFlags = []) -> Status {
      bench.tryAcquire(resource, bench.ecash([4], named: name, flags: flags)).status
    }
    // Credited, and refused as spent; locked, and swapped before it was credited; neither.
    #expect(pay(1, Self.proven) == .ok && pay(2, .locked) == .paymentPending && pay(3) == .paymentPending)
    #expect(bench.beginSwap().status == .ok)
    let swapped = try #require(bench.swap()?.payments)
    #expect(swapped.count == 3)
    #expect(bench.refuse([(try #require(swapped.last), .ecashSpent)]).status == .ok)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
    #expect(pay(1, Self.proven) == .ecashInUse && pay(2, Self.proven) == .ecashInUse)
    #expect(pay(3) == .paymentPending)
    // Locked, and refused before it was credited: nothing of it is kept.
    #expect(pay(4, .locked) == .paymentPending && bench.beginSwap().status == .ok)
    let refused = try #require(bench.swap()?.payments)
    #expect(bench.refuse(refused.map { ($0, .ecashSpent) }).status == .ok)
    #expect(pay(3) == .paymentPending && pay(4, .locked) == .paymentPending && bench.isKeptBySnapshot)
  }

  /// What was kept for ever filled the table in the end: then a broker took no more ecash.
  @Test func aBrokerNeverStopsTakingEcash() throws {
    let (bench, resource) = try Self.twoMints(Bench.genesis(leases: 16, ecash: 16, proofs: 24, pieces: 256))
    func pay(_ name: UInt64, _ amounts: [UInt64] = [4, 2, 1]) -> Status {
      bench.tryAcquire(resource, bench.ecash(amounts, named: name, flags: Self.proven)).status
    }
    for round in 0..<20 as Range<UInt64> {
      var taken: UInt64 = 0
      while pay(10 * round + taken) == .ok {
        taken += 1
        #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok)
      }
      // Of the twelve proofs of this mint nine may be locked or kept.
      #expect(taken == 3 && pay(10 * round + 8) == .noSpace, "round \(round)")
      #expect(pay(10 * round + 8, [1]) == .noSpace && bench.isKeptBySnapshot)
      // A replay of what is forgotten is for others to refuse: its lock is too old.
      Self.pass(61 * Self.day, bench)
    }
  }
}
