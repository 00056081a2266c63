import BrokerCore
import Testing
import WireProtocol

/// A life that begins anew from a backup: what the lost one did must not be undone twice, and nothing of it may mean
/// something else.
@Suite struct RestoreTests {
  private static let incarnation: UInt64 = 1_000

  private func restore(
    _ bench: Bench, _ incarnation: UInt64 = incarnation, at now: UInt64 = 0, isLossy: Bool = true
  ) -> Applied {
    let restored = bench.apply(
      RestoreCommand(
        incarnation: incarnation, validity: 0, now: now, flags: isLossy ? .lossy : [], algorithm: .hmacSha256_128))
    if restored.status == .ok, isLossy {
      bench.session = bench.openSession(Bytes16(low: 1, high: 1))
      bench.number = 0
    }
    return restored
  }

  private func fund(_ bench: Bench, _ lease: UInt64, _ note: VerifiedNote) -> Applied {
    bench.apply(FundCommand(actor: Actor(authority: .none, generation: 0, id: 0), lease: lease), notes: [note])
  }

  @Test func notesFromBeforeAreNotTakenUntilTheLossIsAccepted() throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(), 1_000)
    let (first, second) = (try bench.note(700), try bench.note(42))
    #expect(restore(bench).status == .ok)
    #expect(bench.machine.quarantinedAmount == 742)
    // One of an epoch that the lost life began, too.
    for keyEpoch in [first.keyEpoch, first.keyEpoch + 1] {
      var note = first
      note.keyEpoch = keyEpoch
      let refused = fund(bench, lease, note)
      #expect(refused.status == .restoreInProgress && refused.money == .notTaken && refused.outcome.token == 0)
    }
    let fresh = try bench.note(5)
    #expect(fresh.keyEpoch == UInt32(Self.incarnation))
    #expect(fund(bench, lease, fresh).status == .ok)

    let tooLittle = bench.apply(AcceptLossCommand(amount: 741))
    #expect(tooLittle.status == .amountInvalid && tooLittle.outcome.detail == 742)
    #expect(fund(bench, lease, first).status == .restoreInProgress)
    #expect(try bench.apply(AcceptLossCommand(amount: 742)).reply(AcceptLossReply.self).amount == 742)
    #expect(fund(bench, lease, first).status == .ok)
    #expect(fund(bench, lease, first).status == .noteSpent)
    #expect(fund(bench, lease, second).status == .ok)
    // What only the lost life made is nobody's money: nothing stands behind it.
    var lost = first
    lost.serial += 2
    #expect(fund(bench, lease, lost).status == .noteForged)
    lost.keyEpoch += 1
    #expect(fund(bench, lease, lost).status == .noteEpochUnknown)
    #expect(try bench.apply(AcceptLossCommand(amount: 0)).reply(AcceptLossReply.self).amount == 0)
  }

  @Test func withoutALossNothingIsRefused() throws {
    let bench = try Bench()
    let lease = try bench.lease(Bench.terms(), 1_000)
    let note = try bench.note(700)
    let key = ReceiptKey(session: bench.session, number: bench.number + 1, digest: 1, window: 1)
    let issue = IssueCommand(amount: 9, binding: 0, count: 1)
    let made = try bench.apply(issue, receipt: key).reply(IssueReply.self)
    #expect(restore(bench, isLossy: false).status == .ok)
    // The receipt is the only way to the note of a reply that was lost.
    let again = bench.apply(issue, receipt: key)
    #expect(again.outcome.isReplayed)
    #expect(try again.reply(IssueReply.self) == made)
    bench.number += 1
    #expect(fund(bench, lease, note).status == .ok)
    #expect(bench.machine.quarantinedAmount == 0)
  }

  /// What a life gives out: ids of each kind, a payment, and the fencing epoch of a lease that it grants.
  private func live(_ bench: Bench, _ name: String) throws -> (ids: [UInt64], epoch: UInt64, resource: UInt64) {
    let resource = try bench.register(name: name)
    let lease = try bench.acquire(resource, 1_000)
    let owner = Actor(authority: .owner, generation: 1, id: 0)
    let key = try bench.apply(
      GrantDebitKeyCommand(
        actor: owner, lease: lease.lease, keyHash: Bytes16(low: 5, high: 6), perSecond: 10, total: 10)
    ).reply(GrantDebitKeyReply.self)
    let held = try bench.apply(
      ReserveCommand(actor: owner, lease: lease.lease, quantityMax: 1, timeout: 1_000, meter: 0)
    ).reply(ReserveReply.self)
    let session = bench.openSession(Bytes16(low: UInt64(name.utf8.count), high: 99))
    return ([resource, lease.lease, lease.payment, key.debitKey, held.reservation, session], lease.epoch, resource)
  }

  @Test func livesShareNoIDAndNoEpoch() throws {
    let (lost, first, second) = (try Bench(), try Bench(), try Bench())
    var (common, given): ([UInt64], [[UInt64]]) = ([], [])
    var epochs: [UInt64] = []
    for (index, bench) in [lost, first, second].enumerated() {
      common = try live(bench, "common").ids
      let lease = try bench.acquire(common[0], 1_000)
      if index > 0 { #expect(restore(bench, Self.incarnation * UInt64(index)).status == .ok) }
      let drawn = try live(bench, "later one")
      given.append(drawn.ids)
      // The lease that all have in common, and one more of its resource.
      guard case .reply(let check) = bench.machine.check(lease.lease) else {
        Issue.record("the lease is gone")
        return
      }
      epochs += [check.epoch, try bench.acquire(common[0], 1_000).epoch]
    }
    for kind in common.indices {
      #expect(common[kind] < given[0][kind] && given[0][kind] < given[1][kind] && given[1][kind] < given[2][kind])
    }
    // Each later life is above all that an earlier one can have given.
    #expect(epochs == epochs.sorted() && Set(epochs).count == epochs.count)
    #expect(epochs[2] == epochs[0] + (Self.incarnation - 1) << 32)
  }

  @Test func resourcesOfAllLivesAreFound() throws {
    let bench = try Bench()
    let ids = [
      try bench.register(name: "one"), try bench.register(name: "two"),
      try {
        _ = restore(bench); return try bench.register(name: "three")
      }(),
      try {
        _ = restore(bench, 5_000); return try bench.register(name: "four")
      }(),
    ]
    for (index, id) in ids.enumerated() {
      guard case .reply = bench.machine.status(id) else {
        Issue.record("resource \(index) is not found")
        continue
      }
      var page = [UInt8](repeating: 0, count: 8 * ResourceEntry.byteCount)
      var span = page.mutableSpan
      var raw = unsafe span.mutableBytes
      #expect(bench.machine.list(after: id, countMax: 0, into: &raw, at: 0).count == 3 - UInt16(index))
      #expect(bench.machine.list(after: id - 1, countMax: 0, into: &raw, at: 0).count == 4 - UInt16(index))
    }
    guard case .refused = bench.machine.status(ids[2] + 1) else {
      Issue.record("an id that was never given is found")
      return
    }
  }

  @Test func paymentsOfALostLifeAreNotKnown() throws {
    let (lost, bench) = (try Bench(), try Bench())
    var ids: [UInt64] = []
    for bench in [lost, bench] {
      let lease = try bench.lease(Bench.terms(), 1_000)
      ids = [try fund(bench, lease, try bench.note(5)).reply(FundReply.self).payment]
    }
    let gone = try lost.acquire(try lost.register(name: "other"), 10).payment
    #expect(lost.machine.payment(gone) == .taken && lost.machine.payment(gone + 1) == .notTaken)
    #expect(restore(bench).status == .ok)
    let later = try bench.acquire(try bench.register(name: "other"), 10).payment
    #expect(bench.machine.payment(ids[0]) == .taken)
    #expect(bench.machine.payment(gone) == .notKnown)
    #expect(bench.machine.payment(later) == .taken)
    #expect(bench.machine.payment(later + 1) == .notTaken)
    #expect(restore(bench, 2_000).status == .ok)
    #expect(bench.machine.payment(ids[0]) == .taken)
    #expect(bench.machine.payment(gone) == .notKnown && bench.machine.payment(later) == .notKnown)
  }

  @Test func aRestoreAlwaysHasAKeyEpoch() throws {
    let bench = try Bench()
    let rotate = RotateCommand(validity: 0, algorithm: .hmacSha256_128)
    for _ in 0..<6 { #expect(bench.apply(rotate).status == .ok) }
    #expect(bench.apply(rotate).status == .epochLimit)
    #expect(restore(bench).status == .ok)
    let before = bench.machine.digest()
    #expect(restore(bench, 2_000).status == .epochLimit)
    #expect(bench.machine.incarnation == Self.incarnation && bench.machine.digest() != before)
    bench.advance(by: CoreLimits.epochValidityMillisecondsMin + 1)
    #expect(restore(bench, 2_000).status == .ok)
  }

  /// The place of one that ended while there was no broker is free, though nothing else that was due meanwhile happened yet.
  @Test func aKeyEpochThatHasEndedMeanwhileMakesRoom() throws {
    let bench = try Bench()
    let auction = try AuctionTests.open(bench, AuctionTests.terms(try bench.register(), flags: .sealed))
    let commitment = AuctionTests.commitment(auction, 300, AuctionTests.key)
    let claim = try AuctionTests.tryBid(bench, auction, 400, commitment: commitment).reply(BidReply.self).claim
    for _ in 0..<6 { #expect(bench.apply(RotateCommand(validity: 0, algorithm: .hmacSha256_128)).status == .ok) }
    #expect(restore(bench).status == .ok)
    let end = bench.machine.now + CoreLimits.epochValidityMillisecondsMin
    #expect(restore(bench, 2_000, at: end).status == .epochLimit)
    #expect(restore(bench, 2_000, at: end + 1).status == .ok)
    bench.advance(to: end + 1)
    #expect(bench.claim(claim)?.due == 400 && bench.figure(.donationPurses) == 0)
  }

  @Test func aLifeBeginsAfterTheLast() throws {
    let bench = try Bench()
    for wrong in [0, 1, 1 << 32] as [UInt64] {
      let refused = restore(bench, wrong)
      #expect(refused.status == .termsInvalid && refused.outcome.field == 0)
    }
    #expect(restore(bench, 7).status == .ok)
    bench.apply(RotateCommand(validity: 0, algorithm: .hmacSha256_128))
    #expect(restore(bench, 8).status == .termsInvalid)
    #expect(restore(bench, 9).status == .ok)
  }

  /// Ids have 51 bits, and one that tells payments in ecash: a life that would have none left does not begin.
  @Test func aLifeThatHadNoIDsDoesNotBegin() throws {
    var genesis = Bench.genesis()
    genesis.incarnation = 0
    let bench = try Bench(genesis)
    bench.isChecking = false
    let hashes = (2..<20).map { Bytes16(low: $0, high: 1) }
    for number in 1..<1 << 20 { _ = bench.openSession(hashes[number % hashes.count]) }
    #expect(restore(bench, 1 << 31 - 1).status == .noSpace)
    #expect(restore(bench, 1 << 31 - 2).status == .ok)
  }
}
