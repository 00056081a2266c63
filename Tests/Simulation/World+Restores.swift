import Journal
import Replay
import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// Backups and what is made of them: a broker on another disk that lost nothing, and at the end, of every backup, one that has lost
/// all that was done since.
extension World {
  static let backupCountMax = 4

  /// Copies the journal beside the running broker.
  func backUp() {
    guard backups.count < Self.backupCountMax, !files.hasLied, !files.hasCrashed else { return }
    let copy = SimulatedFiles(seed: chance.next())
    do throws(BackupError) {
      let report = try Backup.copy(files, to: copy)
      coverage.count(.backup)
      oracle.note("a backup is made, to batch \(report.position.batch)")
      let (claims, campaigns, offerings, auctions) = copyClaims()
      backups.append(
        KnownBackup(
          files: copy, end: report.position, purse: purse, spent: spent, leases: leases.map { kept($0) },
          resources: resources, claims: claims, campaigns: campaigns, offerings: offerings, auctions: auctions,
          sums: resources.map { ($0.id, $0.funding.least(at: oracle.time.told)) }, money: oracle.money,
          statement: oracle.statement, ecash: copyPayments(), payouts: copyPayouts(),
          madeAt: oracle.time.reached))
    } catch {
      oracle.blame("no backup can be made: \(error)")
    }
  }

  /// The broker goes on elsewhere, from a backup and the journal that its disk still gives. Nothing is lost.
  func moveToOtherDisk() -> Bool {
    guard !files.hasLied, !hasLostSync, !files.contents.isEmpty else { return false }
    let backup = backups.last { $0.isPart(of: files) }
    guard let moved = restore(backup?.files ?? files, later: files) else { return false }
    coverage.count(files)
    coverage.count(.moved)
    files = moved.files
    // Of a life between two restores nobody knows which payment ids it drew.
    payments = []
    oracle.moved(leases + endedLeases, to: moved.keyEpoch, clock: clock.wall)
    return true
  }

  /// Makes a new life on another disk, perhaps at the second attempt; nil: it is refused.
  private func restore(_ backup: SimulatedFiles, later: SimulatedFiles?) -> (files: SimulatedFiles, keyEpoch: UInt32)? {
    if chance.oneIn(2) { cutShort(backup, later: later) }
    let target = SimulatedFiles(seed: chance.next())
    do throws(RestorationError) {
      let report = try Restoration.run(backup, later: later, to: target, now: clock.wall)
      oracle.note("a restore to batch \(report.kept.position.batch): incarnation \(report.incarnation)")
      return (target, UInt32(report.incarnation))
    } catch {
      // The clock was set back, or eight key epochs are in use.
      if case .clockBehind = error { return nil }
      if case .refused(.epochLimit, _) = error { return nil }
      oracle.blame("a restore fails: \(error)")
      return nil
    }
  }

  /// The machine stops in the middle of a restore: no start may take what is there for a broker.
  private func cutShort(_ backup: SimulatedFiles, later: SimulatedFiles?) {
    let target = SimulatedFiles(seed: chance.next())
    target.faults[1 + chance.below(60)] = .crash
    _ = try? Restoration.run(backup, later: later, to: target, now: clock.wall)
    // What the operator does who knows that no broker ran from what was cut short.
    if let later, later.contents["moved"] != nil { try? later.remove("moved") }
    guard target.hasCrashed else { return }
    coverage.count(.crashDuringRestore)
    // From the removal of the mark on it is done.
    let isDone = target.calls.contains(.remove)
    target.crash()
    // Before anything was durable there is nothing.
    if target.contents.isEmpty { return }
    switch SimulatedBroker.start(target, setup, clock, acceptsClock: true) {
    case .refused(let refusal) where refusal.recoveryCase == .backup: break
    case .running where isDone: break
    case .running: oracle.blame("a broker starts from a restore that was cut short")
    case .refused(let refusal): oracle.blame("half a restore is refused: \(refusal.explanation)")
    case .crashed, .failed: oracle.blame("half a restore can't be read")
    }
  }

  // MARK: Of what is lost

  /// Every backup begins a life of its own, as if the disk had been lost after all that happened.
  func judgeBackups() {
    // A second at least after the last life began: its number is the next one's.
    clock.wall = max(clock.wall, oracle.now) + 1_000
    for backup in backups where oracle.problem == nil {
      if case .refused(let refusal) = SimulatedBroker.start(backup.files, setup, clock, acceptsClock: true) {
        oracle.expect(refusal.recoveryCase == .backup, "a backup is refused: \(refusal.explanation)")
      } else {
        oracle.blame("a broker starts from a backup")
      }
      guard oracle.problem == nil, let restored = restore(backup.files, later: nil) else { continue }
      let world = World(seed: seed, traces: traces, files: restored.files, mints: mints, lifeBase: nextLifeBase)
      nextLifeBase += 100
      world.clock = clock
      (world.oracle.money, world.oracle.statement) = (backup.money, backup.statement)
      (world.claims, world.campaigns, world.offerings) = (backup.claims, backup.campaigns, backup.offerings)
      world.auctions = backup.auctions
      world.knowEcash(of: backup, lost: self)
      if world.begin(crashAtCall: nil, isCalm: true) { world.judgeLoss(backup, of: self) }
      // What is still under way at a mint comes there in the end.
      world.clock.pass(SimulatedMint.travelMillisecondsMax)
      clock = world.clock
      coverage.count(.restored)
      coverage.merge(world.coverage.counts)
      if let problem = world.oracle.problem {
        for event in world.oracle.lastEvents { oracle.note("there \(event)") }
        oracle.blame("restored to batch \(backup.end.batch): \(problem)")
      }
    }
  }

  /// This world is that of a broker which has forgotten what it did after a backup.
  private func judgeLoss(_ backup: KnownBackup, of lost: World) {
    guard let quarantined = quarantinedAmount() else { return }
    for lease in backup.leases { judge(lease) }
    // What clients hold may have been taken by the life that is lost: not now, and nothing happens to it.
    let held = backup.purse.prefix(2) + backup.purse.dropFirst(2).suffix(2)
    let heldAmount = backup.purse.reduce(0) { $0 + (isValid($1, lost) ? $1.amount : 0) }
    oracle.expect(heldAmount <= quarantined, "\(quarantined) is in quarantine, and clients hold \(heldAmount)")
    for note in held where isValid(note, lost) {
      guard let answer = exchange(note, isGood: false) else { return }
      oracle.expect(
        answer.status == .restoreInProgress && answer.money == .notTaken,
        "a note of a life that is lost: \(answer.status), \(answer.money)")
    }
    judgeDoubt(backup, lost)
    judgeNewLife(backup, of: lost)
    judgeFunding(backup)
    judgeAuctions()
    // Lines that were told are there, and no others than make what is in the books.
    askStatements(of: backup.resources)
    compareStatement(isSettled: false)
    let worthless = judgeClaims(lost)
    let losses = judgeQuarantinedEcash(of: lost)
    // Some of it may have come of age meanwhile.
    guard let quarantined = quarantinedAmount(), accept(quarantined) else { return }
    for note in worthless {
      let answer = exchange(note, isGood: false)
      oracle.expect(
        answer?.status != .ok, "a claim was paid in a life that is lost, and again, and both notes are good")
    }
    for note in held where isValid(note, lost) {
      let answer = exchange(note, isGood: true)
      oracle.expect(answer?.status == .ok, "a note out of quarantine: \(answer?.status ?? .malformed)")
      let again = exchange(note, isGood: false)
      oracle.expect(again?.status == .noteSpent, "the same note once more: \(again?.status ?? .malformed)")
    }
    for note in backup.spent.suffix(4) where isValid(note, lost) {
      let answer = exchange(note, isGood: false)
      oracle.expect(answer?.status == .noteSpent, "a note spent before the backup: \(answer?.status ?? .malformed)")
    }
    _ = quarantinedAmount()
    if let losses { judgeEcash(after: losses, backup, of: lost) }
  }

  /// A spent note does not tell of one in quarantine that is shown with it.
  private func judgeDoubt(_ backup: KnownBackup, _ lost: World) {
    guard let held = backup.purse.last(where: { isValid($0, lost) }),
      let spent = backup.spent.last(where: { isValid($0, lost) })
    else { return }
    let reply = answer(tenants[0], PaymentRequest(payment: 0), payment: [spent, held])?.part(PaymentReply.self)
    oracle.expect(
      reply?.outcome == .notKnown && reply?.spent == 1,
      "a spent note and one in quarantine are \(reply?.outcome ?? .taken), \(reply?.spent ?? 0)")
  }

  /// What was told of a lease before the backup still holds, but for its epoch, which is above all that the lost life drew.
  private func judge(_ lease: KnownBackup.Lease) {
    guard let answer = answer(tenants[0], CheckRequest(lease: lease.id)) else { return }
    let isOld = oracle.now >= lease.bornAt + 30 * 86_400_000
    oracle.expect(answer.status == .ok || isOld, "lease \(lease.id) was granted before the backup: \(answer.status)")
    guard let reply = answer.part(CheckReply.self), answer.status == .ok else { return }
    oracle.expect(
      reply.epoch > lease.resource.epochMax,
      "lease \(lease.id) is at epoch \(reply.epoch), and the life that is lost reached \(lease.resource.epochMax)")
    oracle.expect(
      !lease.neverReady || !reply.state.hasAccess && reply.state != .suspended && reply.state != .expired,
      "lease \(lease.id) is \(reply.state), and no agent said before the backup that it is ready")
    oracle.expect(
      reply.state != .pending || lease.resource.isProvisioned && !lease.wasReady,
      "lease \(lease.id) waits for its agent, and did so no longer before the backup")
    guard let deadline = lease.deadline else { return }
    let mayBeLost = lease.mayBeLost || oracle.now >= oracle.lifeBeganAt + lease.resource.outageLeast
    if reply.state == .failed, lease.resource.isProvisioned, mayBeLost { return }
    // While its agent is lost it stands.
    let stood = lease.resource.isProvisioned ? oracle.now - min(lease.bornAt, oracle.now) : 0
    let isPaid = reply.deadline >= deadline && reply.deadline <= deadline + stood
    oracle.expect(
      reply.state.hasAccess ? isPaid : deadline < oracle.now,
      "lease \(lease.id) is \(reply.state) until \(reply.deadline), and was paid until \(deadline)")
  }

  /// New notes, leases and epochs are none that the lost life gave to somebody.
  private func judgeNewLife(_ backup: KnownBackup, of lost: World) {
    guard let notes = answer(operatorClient, IssueRequest(amount: 30_000, binding: 0, count: 4))?.notes else { return }
    let epochs = lost.oracle.money.epochs.keys
    oracle.expect(
      notes.allSatisfy { $0.keyEpoch > epochs.max() ?? 0 }, "notes are made under a key epoch of a life that is lost")
    guard let resource = chance.pick(backup.resources), let gift = notes.last else { return }
    judgeNewClaim(gift, on: resource, lost)
    let request = AcquireRequest(
      resource: resource.id, units: 1, flags: [], keyHash: SHA256.keyHash(draw()), minimum: 0)
    guard let answer = answer(tenants[1], request, payment: notes.dropLast(), isGood: true) else { return }
    // Agents are of another life.
    oracle.expect(
      answer.status != .ok || !resource.isProvisioned, "a lease is granted, and no agent came after the restore")
    guard let reply = answer.part(AcquireReply.self), answer.status == .ok else { return }
    oracle.expect(reply.epoch > resource.epochMax, "epoch \(reply.epoch) of a new lease is one of a life that is lost")
    oracle.expect(!lost.leaseIDs.contains(reply.lease), "lease \(reply.lease) is one of a life that is lost")
  }

  /// The operator takes the loss on.
  private func accept(_ amount: UInt64) -> Bool {
    if amount > 0 {
      let answer = answer(operatorClient, AcceptLossRequest(amount: amount - 1))
      let detail = answer?.refusal?.detail
      oracle.expect(
        answer?.status == .amountInvalid && detail == amount,
        "a loss of \(amount - 1) is accepted, and \(detail ?? 0) is in quarantine")
    }
    let answer = answer(operatorClient, AcceptLossRequest(amount: amount))
    oracle.expect(
      answer?.part(AcceptLossReply.self)?.amount == amount, "a loss of \(amount): \(answer?.status ?? .malformed)")
    return oracle.problem == nil
  }

  /// What AUDIT_FIGURES says of it; the accounts must be in balance.
  private func quarantinedAmount() -> UInt64? {
    guard let records = answer(operatorClient, AuditFiguresRequest())?.records(Figure.self) else { return nil }
    if let wrong = oracle.money.compare(records, isSettled: false) { oracle.blame(wrong) }
    return records.filter { $0.account == .notesQuarantined }.reduce(0) { $0 + UInt64(clamping: $1.balance) }
  }

  /// Whether it is taken now. The last ROTATE before the backup may have been answered after it.
  func isValid(_ note: NoteToken, _ lost: World) -> Bool {
    let told = oracle.money.validUntil(note.keyEpoch) ?? lost.oracle.money.validUntil(note.keyEpoch)
    return note.binding == 0 && told ?? .max > oracle.now + 60_000
  }

  func exchange(_ note: NoteToken, isGood: Bool) -> Answer? {
    answer(
      tenants[0], ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: note.amount, binding: 0)],
      payment: [note], isGood: isGood)
  }

  /// Asks, and waits for the answer.
  func answer(
    _ client: Client, _ part: some WireRequest, records: [any WireLayout] = [], payment: [NoteToken] = [],
    isGood: Bool = false, _ change: (Errand) -> Void = { _ in }
  ) -> Answer? {
    guard oracle.problem == nil else { return nil }
    var answer: Answer?
    client.ask({ _ in part }, type(of: part).opcode) { errand in
      (errand.records, errand.payment, errand.isMischief) = (records, payment, !isGood)
      errand.then = { answer = $0 }
      change(errand)
    }
    for _ in 0..<2_000 where answer == nil && oracle.problem == nil { step(isBusy: false) }
    if answer == nil { oracle.blame("\(type(of: part).opcode) is not answered") }
    return answer
  }

  /// What of a lease must be in a backup made now.
  private func kept(_ lease: KnownLease) -> KnownBackup.Lease {
    let isFixed = lease.told.map {
      $0.stamp == lease.stamp && $0.state?.hasAccess ?? true && lease.reservedUntil < $0.at
    }
    let isSettled = isFixed ?? false && lease.isQuiet && lease.resource.isFlat
    return KnownBackup.Lease(
      id: lease.id, resource: lease.resource, bornAt: lease.bornAt, deadline: isSettled ? lease.told?.deadline : nil,
      neverReady: lease.service.map { !$0.mayBeReady } ?? false, wasReady: lease.service?.ranOrder != nil,
      mayBeLost: oracle.mayBeLost(lease))
  }
}
