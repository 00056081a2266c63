import Journal
import ScriptedMint
import SimulatedDisk
import WireProtocol

/// How often everything happened over a run. What must not stay at zero is in `RequiredCoverage`.
final class Coverage {
  /// What goes wrong outside the disk, and what comes of it.
  enum Event: String, CaseIterable {
    case powerFailure, processKilled, orderlyStop, crashDuringRecovery, refusedRightly
    case clockJumpForward, clockJumpBack, clockStepWhileRunning, clockRefused, yearsPass
    case lostReply, duplicatedReply, lateRequest, reconnect, slowReader
    case lateAppend, failedAppend, lowOnSpace
    case snapshotWritten, snapshotFailed, snapshotRemoved, crashDuringSnapshot, startFromSnapshot, damagedSnapshot
    case journalDropped
    case backup, restored, moved, crashDuringRestore
    case claimPaid, claimPaidAgain, claimForfeit, claimPaidAfterLoss, claimLostItsNote, formerKeyRefused, fundingBacklog
    case timersAwaited
    case shareCollected, shareBelowMinimum, shareCollectedAfterEnd, tierRetired, startPhaseOver, tableReplaced,
      shareCompared
    case shareLostItsNote, earningsCompared, investorsInBooks
    case bidCollected, bidLostItsNote, bidRefundForfeit, lateBidMovedEnd, periodsTouch, forfeitLeft, secondPricePaid
    case forfeitExcused
    case standingCompared, bidCompared, transcriptPaged, equalBids, bidsInBooks, bannerShown, noticeCompared
    case agentTakenOver, agentSilent, agentPaged, provisionedInTime, provisionedByRepeat, provisionTimedOut,
      endpointChanged
    case agentLeaseCompared, agentViewCompared, ticketCompared, heldInBooks, pendingAcrossRestart
    case agentLostEnded, agentLostPending, stood, reportCredited, creditBounded, creditPushed, reportRepeated,
      reportResolved
    case trafficCompared, voucherCompared, voucherLost
    case mintUnreachable, mintQuestionLost, mintQuestionLate, mintDown, mintRotated, paymentPushed, paymentAsked,
      refundedByKey, mintFeeTold, exchangedAgain, exchangeFound
    case monthsPass, lockKeyChanged, creditedAtOnce, lockOfBeforeCredited, oldLockTaken
    case crashBeforeSwapCall, crashBeforeSwapDone, crashAfterSwapDone, crashBeforeCompletion, crashAfterCompletion,
      crashDuringScan
    case unitsCompared, unitsHeld, unitsFreedInTime, shareLeft
    case statementInBooks, statementWhole, statementPaged, statementGap
  }

  struct Pair: Hashable {
    let opcode: Opcode
    let status: Status
    var name: String { "\(opcode.name) \(status.specificationName)" }
  }

  struct Counts: Sendable {
    fileprivate(set) var events: [Event: Int] = [:]
    fileprivate(set) var faults: [DiskFault: Int] = [:]
    fileprivate(set) var crashes: [FileError.Call: Int] = [:]
    fileprivate(set) var pairs: [Pair: Int] = [:]
    fileprivate(set) var transitions: [String: Int] = [:]
    fileprivate(set) var notices: [String: Int] = [:]
    fileprivate(set) var ecash: [String: Int] = [:]
  }

  private(set) var counts = Counts()

  /// How many different things happened.
  var kindCount: Int {
    counts.events.count + counts.faults.count + counts.pairs.count + counts.transitions.count + counts.notices.count
      + counts.ecash.count
  }

  func count(_ event: Event) { counts.events[event, default: 0] += 1 }
  func count(_ opcode: Opcode, _ status: Status) {
    counts.pairs[Pair(opcode: opcode, status: status), default: 0] += 1
  }
  func count(_ disk: SimulatedFiles) {
    counts.faults.merge(disk.faultCounts, uniquingKeysWith: +)
    counts.crashes.merge(disk.crashCounts, uniquingKeysWith: +)
  }

  /// A state that was told, after the one told before.
  func count(_ state: LeaseState, after before: LeaseState?) {
    guard let before, before != state else { return }
    counts.transitions["\(before.specificationName) > \(state.specificationName)", default: 0] += 1
  }

  /// A claim's state that was told, after the one told before.
  func count(_ kind: ClaimKind, _ state: FundingState, after before: FundingState) {
    guard before != state else { return }
    let name = "\(kind.specificationName) \(before.specificationName) > \(state.specificationName)"
    counts.transitions[name, default: 0] += 1
  }

  /// An offering's.
  func count(_ kind: OfferingKind, _ state: FundingState, after before: FundingState) {
    guard before != state else { return }
    let name = "\(kind.specificationName) \(before.specificationName) > \(state.specificationName)"
    counts.transitions[name, default: 0] += 1
  }

  /// An auction's.
  func count(ofAuction isSealed: Bool, _ state: FundingState, after before: FundingState) {
    guard before != state else { return }
    let name = "\(isSealed ? "SEALED" : "AUCTION") \(before.specificationName) > \(state.specificationName)"
    counts.transitions[name, default: 0] += 1
  }

  /// A notice that was pushed, or `isKept` in a mailbox.
  func count(_ kind: NoticeKind, isKept: Bool) {
    counts.notices["\(isKept ? "kept" : "pushed") \(kind.specificationName)", default: 0] += 1
  }

  /// Something that a mint did wrong.
  func count(_ fault: MintFault) { counts.ecash["mint \(fault.rawValue)", default: 0] += 1 }

  /// What became of a payment in ecash.
  func count(_ outcome: KnownEcash.Outcome) { counts.ecash["\(outcome)", default: 0] += 1 }

  /// A reply to a request in ecash.
  func count(inEcash opcode: Opcode, _ status: Status) {
    counts.ecash[status == .ok ? "\(opcode.name)" : status.specificationName, default: 0] += 1
  }

  /// Something that happened to ecash that goes out.
  func count(payout what: String) { counts.ecash["payout \(what)", default: 0] += 1 }

  /// Something that happened to ecash in a life that began from a backup.
  func count(loss what: String) { counts.ecash["loss \(what)", default: 0] += 1 }

  /// A payment revived a lease.
  func countRevival() { counts.transitions["SUSPENDED > new epoch", default: 0] += 1 }

  func merge(_ other: Counts) {
    counts.events.merge(other.events, uniquingKeysWith: +)
    counts.faults.merge(other.faults, uniquingKeysWith: +)
    counts.crashes.merge(other.crashes, uniquingKeysWith: +)
    counts.pairs.merge(other.pairs, uniquingKeysWith: +)
    counts.transitions.merge(other.transitions, uniquingKeysWith: +)
    counts.notices.merge(other.notices, uniquingKeysWith: +)
    counts.ecash.merge(other.ecash, uniquingKeysWith: +)
  }

  /// What had to happen and did not.
  var missing: [String] {
    let transitions = RequiredCoverage.transitions + RequiredCoverage.fundingTransitions
    var missing = Event.allCases.filter { counts.events[$0] == nil }.map(\.rawValue)
    missing += DiskFault.allCases.filter { counts.faults[$0] == nil }.map(\.rawValue)
    missing += RequiredCoverage.crashes.filter { counts.crashes[$0] == nil }.map { "crash in \($0.rawValue)" }
    missing += transitions.filter { counts.transitions[$0] == nil }
    missing += RequiredCoverage.notices.filter { counts.notices[$0] == nil }
    missing += (RequiredCoverage.ecash + RequiredCoverage.payouts + RequiredCoverage.losses).filter {
      counts.ecash[$0] == nil
    }
    .map { "in ecash \($0)" }
    missing += RequiredCoverage.pairs.filter { counts.pairs[$0] == nil }.map(\.name).sorted()
    let isSaid = { (status: Status) in self.counts.pairs.keys.contains { $0.status == status } }
    return missing + RequiredCoverage.ofAnyOperation.filter { !isSaid($0) }.map(\.specificationName)
  }

  /// All of it, a line for each kind.
  var text: String {
    let pairNames = Dictionary(uniqueKeysWithValues: counts.pairs.map { ($0.key.name, $0.value) })
    return [
      Self.line("faults", counts.faults.map { ($0.key.rawValue, $0.value) }),
      Self.line("crashes in", counts.crashes.map { ($0.key.rawValue, $0.value) }),
      Self.line("events", counts.events.map { ($0.key.rawValue, $0.value) }),
      Self.line("states", counts.transitions.map { ($0.key, $0.value) }),
      Self.line("notices", counts.notices.map { ($0.key, $0.value) }),
      Self.line("in ecash", counts.ecash.map { ($0.key, $0.value) }),
      Self.line("replies", pairNames.map { ($0.key, $0.value) }),
    ].joined(separator: "\n")
  }

  private static func line(_ name: String, _ counts: [(String, Int)]) -> String {
    "\(name) (\(counts.count)): " + counts.sorted { $0.0 < $1.0 }.map { "\($0.0)=\($0.1)" }.joined(separator: ", ")
  }
}

extension Opcode {
  /// Of those that keep a receipt: whether money is an answer's business.
  var movesMoney: Bool {
    ![
      .register, .update, .grantDebitKey, .transfer, .rotate, .acceptLoss, .setPool, .openCampaign, .rotateClaim,
      .splitRevenue, .openOffering, .openAuction,
    ].contains(self)
  }

  /// Whether another request gets the same note again, and says so.
  var givesAgain: Bool { self == .claim || self == .refund }

  var name: String { "\(self)" }
}
