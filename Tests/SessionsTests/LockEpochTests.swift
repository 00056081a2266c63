import BrokerCore
import Cashu
import Harness
import Payments
import ScriptedMint
import Testing
import TurnpikeCrypto
import WireProtocol

/// The key that ecash is locked to changes with each period of 30 days, and with each life that something was lost before.
@Suite struct LockEpochTests {
  private static let period = UInt64(LockEpoch.periodSeconds) * 1_000
  private static let amount: UInt64 = 1_000

  /// Moves the clock to the middle of the period that is so many later.
  private func wait(_ periodCount: UInt64, _ rig: MintRig) {
    guard periodCount > 0 else { return }
    let now = rig.transport.now
    rig.transport.advance((now / Self.period + periodCount) * Self.period + Self.period / 2 - now)
    rig.run()
    rig.asked = []
  }

  /// Coins that are locked to a key.
  private func coins(_ key: CompressedPoint, _ rig: MintRig) throws -> [Proof] {
    try rig.wallet.gift(Self.amount, lock: key, from: &rig.mint)
  }

  private func exchange(_ coins: [Proof], _ rig: MintRig) throws -> ReceivedFrame {
    try rig.pay(
      ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: Self.amount, binding: 0)], with: coins)
  }

  /// Pays to a new lease with coins that are locked to its key of some epoch.
  private func fund(_ broker: CompressedPoint, _ rig: MintRig) throws -> ReceivedFrame {
    let lease = try #require(rig.market.lease(rig.client, key: key(5)))
    let lock = try #require(rig.curve.leaseKey(broker, lease: lease.id))
    return try rig.pay(FundRequest(lease: lease.id, handle: lease.handle), with: try coins(lock, rig))
  }

  /// The mint is asked, and swaps what it is shown with the witness of the key that it is locked to.
  private func expectTakenByItsMint(_ reply: ReceivedFrame, _ rig: MintRig) throws {
    #expect(reply.status == .paymentPending)
    let id = try #require(reply.refusal).detail
    rig.run()
    #expect(try rig.payment(id).outcome == .taken)
    #expect(rig.mint.checkInvariants() == [])
  }

  // MARK: Periods

  @Test func theKeyIsOfThePeriod() throws {
    let rig = try MintRig()
    let first = try rig.lockKey()
    #expect(CoreLimits.lockPeriodSeconds == UInt64(LockEpoch.periodSeconds))
    let now = rig.transport.now
    rig.transport.advance(Self.period - 1 - now % Self.period)
    #expect(try rig.lockKey() == first)
    rig.transport.advance(1)
    let second = try rig.lockKey()
    #expect(second != first)
    wait(1, rig)
    #expect(![first, second].contains(try rig.lockKey()))
  }

  @Test func whatWasLockedAPeriodAgoIsTakenAtOnce() throws {
    let rig = try MintRig()
    let key = try rig.lockKey()
    for _ in 0..<2 {
      #expect(try exchange(try coins(key, rig), rig).status == .ok)
      #expect(try fund(key, rig).status == .ok)
      #expect(rig.asked == [])
      rig.run(seconds: 120)
      #expect(try rig.treasury().credited == 0 && rig.mint.checkInvariants() == [])
      wait(1, rig)
    }
  }

  @Test(arguments: [2, 24] as [UInt64]) func whatWasLockedEarlierIsAskedOfItsMint(_ periodCount: UInt64) throws {
    let rig = try MintRig()
    let key = try rig.lockKey()
    let coins = try coins(key, rig)
    wait(periodCount, rig)
    try expectTakenByItsMint(try exchange(coins, rig), rig)
    try expectTakenByItsMint(try fund(key, rig), rig)
    #expect(try exchange(coins, rig).status == .ecashInUse)
  }

  /// Paper lasts. What is locked to a lease's own key is looked for of two years.
  @Test(arguments: [25, 200] as [UInt64]) func whatWasLockedYearsAgoIsAskedOfItsMint(_ periodCount: UInt64) throws {
    let rig = try MintRig()
    let key = try rig.lockKey()
    wait(periodCount, rig)
    try expectTakenByItsMint(try exchange(try coins(key, rig), rig), rig)
    #expect(try fund(key, rig).status == .ecashLocked)
  }

  /// The judging of a token takes its time, and the request is carried out as if it came then.
  @Test func aPeriodEndsWhileATokenIsJudged() throws {
    let rig = try MintRig()
    let coins = try coins(try rig.lockKey(), rig)
    wait(1, rig)
    rig.client.send(
      rig.client.frame(
        ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: Self.amount, binding: 0)],
        ecash: try rig.token(of: coins, refundHash: SHA256.keyHash(key(70)))))
    rig.transport.advance(Self.period)
    rig.finishJobs()
    try expectTakenByItsMint(try #require(rig.client.nextReply()), rig)
  }

  /// What was taken and waits is swapped with the key of then, by a broker that began anew as well.
  @Test func aMintThatIsGoneForThreeMonths() throws {
    let rig = try MintRig()
    let key = try rig.lockKey()
    rig.isUnreachable = true
    #expect(try exchange(try coins(key, rig), rig).status == .ok)
    #expect(try fund(key, rig).status == .ok)
    wait(3, rig)
    try rig.crash()
    #expect(try rig.treasury().held == 0 && rig.treasury().credited == 2 * Self.amount)
    rig.isUnreachable = false
    rig.run(seconds: 3_600)
    let treasury = try rig.treasury()
    #expect(treasury.held == 2 * Self.amount && treasury.credited == 0 && treasury.lost == 0)
    #expect(rig.mint.checkInvariants() == [])
  }

  /// The machine's clock is set back by three months, and a broker begins anew: its time stands still, and so does the period.
  @Test func theClockIsSetBack() throws {
    let rig = try MintRig()
    let first = try rig.lockKey()
    let coins = try coins(first, rig)
    wait(3, rig)
    let last = try rig.lockKey()
    rig.transport.setBack(3 * Self.period)
    try rig.crash()
    #expect(try rig.lockKey() == last)
    try expectTakenByItsMint(try exchange(coins, rig), rig)
  }

  // MARK: Lives

  /// It took a token, and had it swapped; whoever sent it sends it once more. Its clock and that of the restore may be wrong.
  @Test(arguments: [0, 3], [0, 3] as [UInt64])
  func whatALostLifeTookIsNotCreditedAgain(_ setBack: UInt64, _ lived: UInt64) throws {
    let rig = try MintRig()
    let first = try rig.lockKey()
    let backup = rig.transport.journalByteCount
    wait(lived, rig)
    let old = try rig.lockKey()
    let lease = try #require(rig.market.lease(rig.client, key: key(5)))
    let spent = try coins(old, rig)
    let leaseKey = try #require(rig.curve.leaseKey(old, lease: lease.id))
    let spentOnLease = try coins(leaseKey, rig)
    #expect(try exchange(spent, rig).status == .ok)
    #expect(try rig.pay(FundRequest(lease: lease.id, handle: lease.handle), with: spentOnLease).status == .ok)
    rig.run(seconds: 120)
    let unspent = try (0..<2).map { _ in try coins(old, rig) }
    rig.transport.setBack(min(setBack, lived) * Self.period)
    try rig.restore(backup)
    rig.run()
    // By the restore's clock the lost life cannot have told a key of so late.
    let isKnown = setBack == 0 || lived == 0
    // Nobody can tell yet, and what is locked meanwhile could not be swapped in time.
    #expect(try !rig.tellsLock())
    for coins in [spent, unspent[0]] {
      let refused = try exchange(coins, rig)
      #expect(refused.status == (isKnown ? .restoreInProgress : .ecashLocked) && refused.money == .notTaken)
    }
    rig.acceptLoss()
    let newest = try rig.lockKey()
    #expect(newest != old && newest != first)
    #expect(try exchange(try coins(newest, rig), rig).status == .ok)
    #expect(try fund(newest, rig).status == .ok)
    rig.run(seconds: 120)
    if isKnown {
      let pending = try exchange(spent, rig)
      #expect(pending.status == .paymentPending)
      let id = try #require(pending.refusal).detail
      rig.run(seconds: 120)
      let told = try rig.payment(id)
      #expect(told.outcome == .notTaken && told.status == .ecashSpent)
      try expectTakenByItsMint(try exchange(unspent[1], rig), rig)
    }
    // Until the clock is where it was before, time stands still.
    rig.transport.advance(Self.period)
    rig.run(seconds: 120)
    #expect(try rig.treasury().credited == 0)
    #expect(rig.mint.checkInvariants() == [])
  }
}
