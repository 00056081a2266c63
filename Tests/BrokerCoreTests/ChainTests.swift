import BrokerCore
import Testing
import TurnpikeCrypto
import WireProtocol

/// Hash chains: where their money is, from the deposit to the end of the lease.
@Suite struct ChainTests {
  private static let root = Bytes16(low: 5, high: 6)

  /// What the market has: a lease at 10 per 100 ms that is funded with `amount`.
  private static func market(_ amount: UInt64 = 10_000, _ terms: Terms = Bench.terms()) throws -> (Bench, UInt64) {
    let bench = try Bench()
    return (bench, try bench.lease(terms, amount))
  }

  private static func open(
    _ bench: Bench, _ lease: UInt64, number: UInt32 = 1, weight: UInt64 = 5, length: UInt32 = 100,
    as actor: Actor = Bench.owner, notes: [VerifiedNote] = []
  ) -> Applied {
    bench.apply(
      OpenChainCommand(
        actor: actor, lease: lease, weight: weight, chain: number, length: length, root: root), notes: notes)
  }

  private static func close(_ bench: Bench, _ lease: UInt64, number: UInt32 = 1) -> Applied {
    bench.apply(CloseChainCommand(actor: Bench.owner, lease: lease, chain: number))
  }

  private static func tick(_ index: UInt32, from: UInt32, chain: UInt32 = 1, hint: UInt32 = 0) -> VerifiedTick {
    VerifiedTick(chain: chain, index: index, word: Bytes16(low: UInt64(index), high: 1), from: from, chainIndex: hint)
  }

  private static func use(
    _ bench: Bench, _ lease: UInt64, _ quantity: UInt64, number: UInt64, as actor: Actor = Bench.owner,
    _ tick: VerifiedTick
  ) -> Applied {
    bench.apply(
      UseCommand(actor: actor, lease: lease, quantity: quantity, useNumber: number, meter: 0, leaseIndex: .max),
      tick: tick)
  }

  // MARK: The deposit

  @Test func theDepositComesOutOfThePurseOrOutOfNotes() throws {
    let (bench, lease) = try Self.market()
    let reply = try Self.open(bench, lease).reply(OpenChainReply.self)
    #expect(reply.deposit == 500 && reply.balance == 9_500 && reply.payment == 0)
    #expect(reply.deadline == Bench.start + 95_000)
    #expect(bench.figure(.chainDeposits) == 500 && bench.figure(.pursesOwn) == 9_500)
    let paid = try Self.open(bench, lease, number: 2, notes: [try bench.note(500)]).reply(OpenChainReply.self)
    #expect(paid.balance == 9_500 && paid.payment != 0)
    #expect(bench.figure(.chainDeposits) == 1_000)
    #expect(bench.check(lease)?.deposits == 1_000)
    #expect(bench.machine.brokerFigures.credited == 10_500)
  }

  @Test func whatIsRefusedTakesNothing() throws {
    let (bench, lease) = try Self.market()
    let note = try bench.note(501)
    #expect(Self.open(bench, lease, notes: [note]).outcome.status == .amountInvalid)
    #expect(Self.open(bench, lease, notes: [note]).outcome.detail == 500)
    #expect(Self.open(bench, lease, weight: 101).outcome.status == .fundsInsufficient)
    #expect(Self.open(bench, lease, number: 0).outcome.status == .quantityInvalid)
    #expect(Self.open(bench, lease, length: 0).outcome.status == .quantityInvalid)
    #expect(Self.open(bench, lease, weight: 0).outcome.status == .amountInvalid)
    #expect(Self.open(bench, lease, weight: 1 << 62, length: 2).outcome.status == .amountOverflow)
    #expect(Self.open(bench, lease, as: Bench.anyone).outcome.status == .handleUnknown)
    #expect(Self.open(bench, lease + 1).outcome.status == .leaseUnknown)
    #expect(bench.figure(.chainDeposits) == 0 && bench.figure(.pursesOwn) == 10_000)
    #expect(Self.open(bench, lease).outcome.status == .ok)
    #expect(Self.open(bench, lease).outcome.status == .chainTaken)
    #expect(Self.open(bench, lease).outcome.money == .notTaken)
  }

  @Test func aLeaseHasEightChainsAndTheBrokerAsManyAsItHasRoomFor() throws {
    let bench = try Bench(Bench.genesis(chains: 10))
    let leases = [
      try bench.lease(Bench.terms(), 10_000), try bench.acquire(try bench.register(name: "other"), 10_000).lease,
    ]
    for number in UInt32(1)...8 { #expect(Self.open(bench, leases[0], number: number).outcome.status == .ok) }
    #expect(Self.open(bench, leases[0], number: 9).outcome.status == .chainLimit)
    for number in UInt32(1)...2 { #expect(Self.open(bench, leases[1], number: number).outcome.status == .ok) }
    #expect(Self.open(bench, leases[1], number: 3).outcome.status == .chainLimit)
    #expect(Self.close(bench, leases[0], number: 4).outcome.status == .ok)
    #expect(Self.open(bench, leases[1], number: 3).outcome.status == .ok)
  }

  // MARK: Ticks

  @Test func aTickPaysForAUse() throws {
    let (bench, lease) = try Self.market()
    _ = Self.open(bench, lease)
    // 3 words of 5 for 3 uses of 5: the purse is as it was.
    let reply = try Self.use(bench, lease, 3, number: 1, Self.tick(3, from: 0)).reply(UseReply.self)
    #expect(reply.charged == 15 && reply.balance == 9_500)
    #expect(bench.figure(.chainDeposits) == 485 && bench.figure(.providerEarnings) == 15)
    // It was money of the lease before: nothing was credited to it.
    #expect(bench.machine.brokerFigures.credited == 10_000)
    guard case .reply(let chain) = bench.machine.checkChain(CheckChainRequest(lease: lease, chain: 1)) else {
      throw BenchError.genesisRefused
    }
    #expect(chain.index == 3 && chain.word == Bytes16(low: 3, high: 1))
    // A word for a window of uses: what is not used stays in the purse.
    #expect(try Self.use(bench, lease, 1, number: 2, Self.tick(19, from: 3)).reply(UseReply.self).balance == 9_575)
    #expect(try bench.use(lease, 15, number: 3).reply(UseReply.self).balance == 9_500)
  }

  @Test func aRepeatIsAnsweredByItsUseNumber() throws {
    let (bench, lease) = try Self.market()
    _ = Self.open(bench, lease)
    _ = Self.use(bench, lease, 1, number: 1, Self.tick(1, from: 0))
    let again = Self.use(bench, lease, 1, number: 1, Self.tick(1, from: 1))
    #expect(again.outcome.status == .ok && again.outcome.isReplayed && again.outcome.money == .taken)
    #expect(bench.figure(.chainDeposits) == 495)
    // A fresh use that shows an old word: nothing of it is done.
    let stale = Self.use(bench, lease, 1, number: 2, Self.tick(1, from: 1))
    #expect(stale.outcome.status == .tickSpent && stale.outcome.detail == 1 && stale.outcome.money == .notTaken)
    #expect(Self.use(bench, lease, 1, number: 2, Self.tick(2, from: 1)).outcome.status == .ok)
  }

  @Test func ofAUseThatIsRefusedTheTickIsNotTaken() throws {
    let (bench, lease) = try Self.market()
    _ = Self.open(bench, lease)
    let refused = Self.use(bench, lease, 4_000, number: 1, Self.tick(7, from: 0))
    #expect(refused.outcome.status == .fundsInsufficient && refused.outcome.money == .notTaken)
    #expect(bench.figure(.chainDeposits) == 500)
    #expect(Self.use(bench, lease, 1, number: 2, Self.tick(7, from: 0)).outcome.status == .ok)
  }

  @Test func whatIsNoTickOfTheChainIsRefused() throws {
    let (bench, lease) = try Self.market()
    _ = Self.open(bench, lease)
    func verdict(_ tick: VerifiedTick) -> (Status, UInt64, UInt8) {
      let outcome = Self.use(bench, lease, 1, number: 9, tick).outcome
      #expect(outcome.money == .notTaken)
      return (outcome.status, outcome.detail, outcome.token)
    }
    #expect(verdict(Self.tick(1, from: 0, chain: 2)) == (.chainUnknown, 0, 0))
    #expect(verdict(Self.tick(0, from: 0)) == (.tickSpent, 0, 0))
    #expect(verdict(Self.tick(5, from: 4)) == (.tickForged, 0, 0))
    #expect(verdict(Self.tick(101, from: 0)) == (.tickAhead, 100, 0))
    // A hint that leads elsewhere only costs time.
    #expect(Self.use(bench, lease, 1, number: 9, Self.tick(1, from: 0, hint: .max)).outcome.status == .ok)
  }

  @Test func fundingByATickIsTheOwnersMoneyWhoeverShowsIt() throws {
    let (bench, lease) = try Self.market(10_000, Bench.terms(policy: .giftsRefused))
    _ = Self.open(bench, lease)
    let funded = bench.apply(FundCommand(actor: Bench.anyone, lease: lease), tick: Self.tick(10, from: 0))
    let reply = try funded.reply(FundReply.self)
    #expect(reply.credited == 50 && reply.balance == 9_550 && reply.deadline == Bench.start + 95_500)
    #expect(bench.check(lease)?.own == 9_550 && bench.check(lease)?.given == 0)
    // It may be the repeat of one that was done.
    let stale = bench.apply(FundCommand(actor: Bench.anyone, lease: lease), tick: Self.tick(10, from: 10))
    #expect(stale.outcome.status == .tickSpent && stale.outcome.money == .notKnown)
  }

  @Test func aTickRevivesASuspendedLease() throws {
    let (bench, lease) = try Self.market(1_000)
    _ = Self.open(bench, lease, weight: 5)
    bench.advance(by: 5_001)
    #expect(bench.check(lease)?.state == .suspended)
    #expect(bench.check(lease)?.deposits == 500)
    let reply = try bench.apply(FundCommand(actor: Bench.anyone, lease: lease), tick: Self.tick(20, from: 0))
      .reply(FundReply.self)
    #expect(reply.epoch == 2 && reply.deadline == bench.machine.now + 1_000)
    #expect(bench.check(lease)?.state == .active)
  }

  @Test func anOpenLeaseHasNoChain() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let acquired = try bench.tryAcquire(resource, 1_000, flags: .open, provider: 1, keyHash: Bytes16())
    let lease = try acquired.reply(AcquireReply.self).lease
    #expect(Self.open(bench, lease).outcome.status == .handleUnknown)
    let used = Self.use(bench, lease, 1, number: 0, as: Bench.anyone, Self.tick(1, from: 0))
    #expect(used.outcome.status == .chainUnknown)
  }

  // MARK: The end

  @Test func closingGivesTheRestBack() throws {
    let (bench, lease) = try Self.market()
    _ = Self.open(bench, lease)
    _ = Self.use(bench, lease, 1, number: 1, Self.tick(40, from: 0))
    let reply = try Self.close(bench, lease).reply(CloseChainReply.self)
    #expect(reply.returned == 300 && reply.index == 40 && reply.balance == 9_995)
    #expect(bench.figure(.chainDeposits) == 0)
    #expect(Self.close(bench, lease).outcome.status == .chainUnknown)
    #expect(Self.use(bench, lease, 1, number: 2, Self.tick(41, from: 40)).outcome.status == .chainUnknown)
  }

  @Test func whatNoTickHasPaidIsPaidOut() throws {
    let (bench, lease) = try Self.market()
    _ = Self.open(bench, lease)
    _ = Self.open(bench, lease, number: 2, notes: [try bench.note(500)])
    _ = Self.use(bench, lease, 1, number: 1, Self.tick(1, from: 0))
    let reply = try bench.release(lease).reply(ReleaseReply.self)
    #expect(reply.change == 10_495)
    #expect(bench.figure(.chainDeposits) == 0 && bench.figure(.refundsDue) == 0)
  }

  @Test func aRevokedOrExpiredLeaseKeepsItForItsOwner() throws {
    let (bench, lease) = try Self.market(1_000)
    _ = Self.open(bench, lease, notes: [try bench.note(500)])
    #expect(try bench.revoke(lease).reply(RevokeReply.self).refund == 1_500)
    #expect(try bench.release(lease).reply(ReleaseReply.self).change == 1_500)
    let other = try bench.acquire(try bench.register(name: "other"), 1_000).lease
    _ = Self.open(bench, other, notes: [try bench.note(500)])
    bench.advance(by: 12_000)
    #expect(bench.check(other)?.state == .expired && bench.check(other)?.own == 500)
    #expect(bench.figure(.chainDeposits) == 0 && bench.figure(.refundsDue) == 500)
    #expect(try bench.release(other).reply(ReleaseReply.self).change == 500)
  }

  @Test func aLeaseThatIsHandedOverTakesItsDepositsAlong() throws {
    let (bench, lease) = try Self.market()
    _ = Self.open(bench, lease)
    let transfer = TransferCommand(actor: Bench.owner, lease: lease, keyHash: Bytes16(low: 1, high: 2))
    #expect(bench.apply(transfer).outcome.status == .ok)
    #expect(bench.check(lease)?.own == 10_000 && bench.check(lease)?.deposits == 0)
    // Words that the former owner may still show are worth nothing.
    let next = Actor(authority: .owner, generation: 2, id: 0)
    #expect(Self.use(bench, lease, 1, number: 1, as: next, Self.tick(1, from: 0)).outcome.status == .chainUnknown)
  }

  @Test func aDebitKeyMayUseWhatAWordReleases() throws {
    let (bench, lease) = try Self.market()
    _ = Self.open(bench, lease)
    let grant = GrantDebitKeyCommand(
      actor: Bench.owner, lease: lease, keyHash: Bytes16(low: 8, high: 8), perSecond: 100, total: 100)
    let key = try bench.apply(grant).reply(GrantDebitKeyReply.self).debitKey
    let service = Actor(authority: .debitKey, generation: 0, id: key)
    #expect(Self.use(bench, lease, 1, number: 1, as: service, Self.tick(1, from: 0)).outcome.status == .ok)
    #expect(bench.check(lease)?.own == 9_500)
  }

  /// A journal of before had no chains: capacity 0 is one that nothing fits.
  @Test func aBrokerWithoutChainsHasNone() throws {
    let bench = try Bench(Bench.genesis(chains: 0))
    let lease = try bench.lease(Bench.terms(), 10_000)
    #expect(Self.open(bench, lease).outcome.status == .chainLimit)
  }
}
