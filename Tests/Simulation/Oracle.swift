import WireProtocol

/// Judges the broker by what clients were told, and by nothing else: replies, pushes, and when they came. It shares no code with
/// the state machine.
///
/// Holds from the first step to the last, whatever crashed in between:
/// - a receipt never changes: the same number gives the same bytes, and what was accepted is never refused afterwards
/// - a number is one request's: another under it, or under one that is no longer kept, is refused
/// - no note is made twice or credited twice; all that was issued, made and taken is in the broker's own figures, to the unit
/// - epochs of a resource increase, and each is one lease's
/// - a deadline that nobody touched stays where it was, but for what reduced access saves; none is further away than its money reaches
/// - no access after the deadline, no end before it, and none again after the end; a new epoch after a suspension
/// - no lease and no resource is forgotten before its time
/// - a use number is charged once, and a debit key never beyond its limit
/// - an agent's lease ends by itself only after nobody can have been attached for as long as the terms say; a report is taken once,
///   and credits no more than its time cost; no two vouchers have one serial
/// - a chain gives no more than the words that were shown, each once, and gives back the rest
/// - a claim is paid once for ever, by one note, to the key that it has; what was due on it stays due until then, for 30 days
/// - a campaign that was pledged its goal refunds nobody, another one everybody; what happens by itself happens at its instant
/// - an investor has, in what was collected and what is due, the exact share of what its tier got, and gets none of it twice
/// - an offering gets its share of the revenue to the unit, its tiers what their weights say, and none of them more than its return
/// - a provider has earned its part of the revenue by the tables that there were, and can withdraw all of it
/// - a bidder has, in what was collected, what is due, what is held and what was given, what was paid in, once; who wins and at what
///   price is what follows from the transcript, of which nothing that was told is ever lost
/// - a sponsor's banner shows in its period only; notices and mailboxes tell what the claims do
/// - what was given, matched, shared and pledged is what FUNDING says, to the unit, and the books agree
/// - a token of ecash is credited once or is still its owner's; what was told of a payment in ecash is never told otherwise, and it is
///   settled in the end
/// - a payout ends once: in coins of exactly what was told, which the mint takes, or in a note of exactly what was paid
/// - a line of the ledger that was told of a minute that is over is never another one, and all lines come to what is in the books
final class Oracle {
  var money = KnownMoney()
  var statement = KnownStatement()
  let coverage: Coverage
  /// Broker's lives so far.
  var life = 0
  var time = BrokerTime()
  var now: UInt64 { time.now }
  /// What did not hold first.
  private(set) var problem: String?
  private(set) var acceptedCount = 0
  /// Replies that were compared with an earlier one.
  private(set) var repeatCount = 0
  /// When the broker moved to another disk last, by the broker's clock.
  private(set) var movedAt: UInt64 = 0
  /// Deadlines that were told before a restart and after it.
  var deadlineCountAcrossRestarts = 0
  /// How often the books of funding were held against what was told.
  var comparedCount = 0
  /// Deadlines of leases with a lower price while throttled that were held against a bound.
  var throttledDeadlineCount = 0
  /// The latest events, for whoever looks for the cause; each is printed as it happens, if it `traces`.
  private var events: [String] = []
  private let traces: Bool
  private(set) var eventCount = 0
  /// What each client was told last by a push of each lease.
  var pushed: [Listener: (state: LeaseState, epoch: UInt64)] = [:]

  struct Listener: Hashable {
    let client: ObjectIdentifier
    let lease: UInt64
  }

  /// What funding ids name.
  var things: [UInt64: KnownThing] = [:]
  /// Of each provider, by its number.
  var earnings: [UInt64: KnownProvider] = [:]
  /// The smallest claim that can be made.
  let claimMinimum: UInt64
  /// Leases that agents provision, by their ids, and agents.
  var services: [UInt64: KnownService] = [:]
  var agents: [KnownAgent] = []
  /// By how much the broker's clock is ahead of the machine's uptime, in this life; and the last turns in which it stood still.
  var clockOffset: Int64 = 0
  var lags: [(uptime: UInt64, lag: UInt64)] = []
  /// When this life of the broker began, by its clock.
  var lifeBeganAt: UInt64 = 0
  /// Payments in ecash.
  var ecash = KnownPayments()
  /// Ecash that goes out, and what the operator was told of each mint, by its number here.
  var payouts = KnownPayouts()
  var treasuries: [Int: KnownTreasury] = [:]
  /// Of a life that begins from a backup: when that was made.
  var backedUpAt: UInt64?
  /// What had ended when it was made may be forgotten.
  var isLongAfterBackup: Bool { backedUpAt.map { now >= $0 + 30 * 86_400_000 } ?? false }
  /// Mints whose ecash is to be taken in this life; and those of which MINTS told, that they are taken since.
  var takenMints: Set<Int> = []
  var toldMints: Set<Int> = []
  /// Serials of vouchers that were told.
  var vouchers: Set<UInt64> = []
  private let fee: UInt64

  init(_ coverage: Coverage, _ setup: BrokerSetup, traces: Bool) {
    (self.coverage, self.traces) = (coverage, traces)
    (claimMinimum, fee) = (setup.claimMinimum ?? 1, UInt64(setup.fee))
  }

  /// What is left of a resource's revenue after the operator's fee: rounded down once, however often it was booked.
  func net(_ revenue: UInt64) -> UInt64 { revenue - revenue * fee / 1_000_000 }

  func note(_ event: @autoclosure () -> String) {
    eventCount += 1
    let event = "\(eventCount) at \(now): \(event())"
    if traces { print(event) }
    events.append(event)
    if events.count > 80 { events.removeFirst(40) }
  }

  var lastEvents: [String] { events.suffix(40) }

  func blame(_ what: String) {
    if problem == nil { problem = what }
  }

  func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds { blame(what()) }
  }

  // MARK: Requests

  func sent(_ errand: Errand) {
    errand.sentAt = time.reached
    errand.earliest = min(errand.earliest, time.reached)
    errand.order = eventCount
    if errand.opcode == .payment { errand.wasEnded = errand.refundOf?.outcome != nil }
    if let payout = errand.payout { errand.wasEnded = payout.outcome != nil }
    treasuryAsked(errand)
    cancelSent(errand)
    fundingAsked(errand)
    agentAsked(errand)
  }

  func firstSent(_ errand: Errand, of client: Client) {
    errand.firstSentAt = time.reached
    errand.firstOrder = eventCount
    errand.chainFloor = errand.chain?.taken ?? 0
    errand.epochFloor = errand.resource?.epochMax ?? errand.changes?.resource.epochMax ?? 0
    if let lease = errand.changes ?? errand.asks {
      errand.wasQuiet = lease.isQuiet
      errand.stamp = lease.stamp
      errand.leaseEpoch = lease.isEpochUnknown ? 0 : lease.epoch
      errand.wasEnded = lease.hasEnded
    } else if let resource = errand.resource {
      errand.wasQuiet = resource.underWayCount == 0
      errand.wasEnded = resource.funding.publicLease?.hasEnded ?? false
      errand.stamp = resource.changeCount
    }
    fundingSent(errand)
    if errand.opcode == .payout, let payout = errand.payout { payouts.all.append(payout) }
    if errand.opcode == .withdraw { withdrawalSent(errand, of: client) }
    guard errand.isCommand else { return }
    provisionSent(errand)
    errand.changes?.underWayCount += 1
    errand.changes?.changeCount += 1
    guard errand.opcode == .update else { return }
    errand.resource?.underWayCount += 1
    errand.resource?.changeCount += 1
  }

  func abandoned(_ errand: Errand, of client: Client) {
    note("\(client.name) abandons \(errand.opcode) \(errand.number)")
    guard errand.sendCount > 0 else { return }
    finished(errand)
  }

  private func finished(_ errand: Errand) {
    guard errand.isCommand else { return }
    errand.service?.underWayCount -= 1
    errand.service?.changeCount += 1
    errand.changes?.underWayCount -= 1
    errand.changes?.changeCount += 1
    guard errand.opcode == .update else { return }
    errand.resource?.underWayCount -= 1
    errand.resource?.changeCount += 1
  }

  func answered(_ errand: Errand, _ answer: Answer, of client: Client) {
    coverage.count(errand.opcode, answer.status)
    note(
      "\(client.name) \(errand.opcode) \(errand.number): \(answer.status)"
        + (answer.isReplayed ? ", replayed" : "") + (errand.changes.map { " lease \($0.id)" } ?? "")
        + (errand.impostor == nil ? "" : ", under a number that was used"))
    if let impostor = errand.impostor { return judge(impostor, errand, answer, of: client) }
    // Its ADVANCE stands before it in the journal.
    if answer.status == .ok, errand.isCommand { time.tell(errand.sentAt) }
    judgeMemory(errand, answer)
    judgeBanner(errand, answer)
    if errand.opcode == .payment, let payment = errand.refundOf { told(payment, errand, answer) }
    if errand.opcode == .payment, let payout = errand.payout { told(payout, errand, answer) }
    if errand.opcode == .signatures { signaturesAnswered(errand, answer) }
    let isFirst = errand.receipt == nil
    if errand.keepsReceipt { judgeReceipt(errand, answer, of: client) }
    if errand.ecash != nil {
      coverage.count(inEcash: errand.opcode, answer.status)
      judgeEcash(errand, answer)
    }
    guard isFirst, errand.isDone else { return }
    if answer.status == .ok, errand.isCommand, errand.opcode != .provision { acceptedCount += 1 }
    if errand.isCommand { finished(errand) }
    fundingEnded(errand, answer)
    if errand.opcode == .withdraw { withdrawalEnded(errand, of: client) }
    if answer.status == .ok {
      expect(!errand.isForbidden, "\(client.name), \(errand.opcode) \(errand.number) was done, and must not be")
      accepted(errand, answer, of: client)
    } else {
      if errand.keepsReceipt || errand.opcode == .use { refused(errand, answer) }
      fundingRefused(errand, answer)
      if errand.opcode == .payout { payoutRefused(errand, answer) }
      agentRefused(errand, answer)
    }
  }

  private func judgeReceipt(_ errand: Errand, _ answer: Answer, of client: Client) {
    let what = "\(client.name), \(errand.opcode) \(errand.number)"
    guard answer.status == .ok else {
      if errand.receipt != nil, mayVouchersBeLost(errand, answer) || mayBeForgotten(errand, answer) { return }
      expect(errand.receipt == nil, "\(what) was accepted, and its repeat got \(answer.status), \(answer.money)")
      // Clients offer a note for one request only.
      return expect(
        answer.status != .noteSpent || errand.isMischief, "\(what): notes of its own are spent, and it was not done")
    }
    expect(answer.money == (errand.opcode.movesMoney ? .taken : .none), "\(what) was done, and says \(answer.money)")
    expect(!errand.isMischief || errand.payment.isEmpty, "\(what) was paid with notes that are not good")
    guard let receipt = errand.receipt else {
      errand.receipt = Array(answer.body)
      // CLAIM gives a note again that another request was told of, and says so.
      return expect(
        errand.opcode.givesAgain || !answer.isReplayed || errand.sendCount > 1,
        "\(what) was sent once and its first reply is a repeat")
    }
    repeatCount += 1
    coverage.count(.duplicatedReply)
    expect(answer.isReplayed, "\(what) was done twice")
    expect(receipt == Array(answer.body), "\(what): the repeat got another receipt")
  }

  /// Another request under the number of one that was accepted, or below the session's window.
  private func judge(_ impostor: Errand.Impostor, _ errand: Errand, _ answer: Answer, of client: Client) {
    // Said before a command is made of it; NO_SPACE of the disk.
    let early: [Status] = [
      .handleUnknown, .notAuthorized, .paymentRequired, .noteForged, .noteEpochUnknown, .tickForged, .tickAhead,
      .noSpace,
    ]
    if early.contains(answer.status) { return }
    let right: Status = impostor == .ofKept ? .numberConflict : .receiptNotKept
    expect(
      answer.status == right,
      "\(client.name), \(errand.opcode) under number \(errand.number), which is another's: \(answer.status), not \(right)"
    )
  }

  /// What somebody was told of is there: a lease until 30 days after its end, a resource for ever.
  private func judgeMemory(_ errand: Errand, _ answer: Answer) {
    if answer.status == .resourceUnknown, let resource = errand.resource {
      blame("resource \(resource.id) was registered, and is unknown")
    }
    guard answer.status == .leaseUnknown, let lease = errand.changes ?? errand.asks else { return }
    expect(now >= lease.bornAt + 30 * 86_400_000, "lease \(lease.id) is unknown, and not 30 days old")
    (lease.hasEnded, lease.isReleased) = (true, true)
  }

  private func refused(_ errand: Errand, _ answer: Answer) {
    if answer.status == .noteExpired, let token = answer.refusal?.token, Int(token) < errand.payment.count {
      let validUntil = money.validUntil(errand.payment[Int(token)].keyEpoch)
      expect(validUntil.map { $0 < now } ?? true, "a note is refused at \(now), and valid until \(validUntil ?? 0)")
    }
    // Refused: nothing was taken, unless the tokens were never ours to spend.
    guard !errand.payment.isEmpty else { return }
    expect(
      answer.money != .taken, "\(errand.opcode) \(errand.number) was refused with \(answer.status) and its money taken")
  }

  /// The broker is a new life of itself: fencing epochs are other ones.
  func moved(_ leases: [KnownLease], to keyEpoch: UInt32, clock: UInt64) {
    movedAt = now
    money.moved(to: keyEpoch, at: max(now, clock))
    for lease in leases { forgetEpoch(of: lease) }
  }

  /// What was told of it last is no longer, or perhaps, its epoch.
  func forgetEpoch(of lease: KnownLease) {
    lease.epochUnknownSince = eventCount
    lease.told?.epoch = nil
  }

  // MARK: What an acceptance means

  private func accepted(_ errand: Errand, _ answer: Answer, of client: Client) {
    if !errand.payment.isEmpty, errand.keepsReceipt {
      if let wrong = money.took(errand.payment, for: errand) { blame(wrong) }
    }
    // The note of a claim is told to all who show its key.
    if errand.keepsReceipt, !answer.notes.isEmpty, !errand.opcode.givesAgain {
      let lease = errand.changes.map { " of lease \($0.id)" } ?? ""
      let maker = "\(client.name)'s \(errand.opcode) \(errand.number)\(lease)"
      if let payment = errand.ecash, errand.opcode == .exchange {
        exchanged(payment, answer.notes, by: maker)
      } else if let wrong = money.made(answer.notes, by: maker) {
        blame(wrong)
      }
    }
    let paid = errand.paid
    judgeDone(errand)
    switch errand.opcode {
    case .attach, .heartbeat, .agentLeases, .provision, .service, .ticket, .report: agentAccepted(errand, answer)
    case .issue: money.float += Int64(clamping: answer.notes.reduce(0) { $0 + $1.amount })
    case .exchange:
      expect(answer.notes.reduce(0) { $0 + $1.amount } == paid, "EXCHANGE \(errand.number) made another sum")
    case .refund: errand.payout.map { refunded($0, answer) } ?? refunded(errand, answer)
    case .payout: paidOut(errand, answer)
    case .treasury: toldTreasury(errand, answer)
    case .fund: funded(errand, answer, paid)
    case .use: used(errand, answer)
    case .voucher: vouchered(errand, answer)
    case .check: checked(errand, answer)
    case .openChain: opened(errand, answer, paid)
    case .closeChain: closed(errand, answer)
    case .checkChain: checkedChain(errand, answer)
    case .transfer:
      guard let lease = errand.changes, let reply = answer.part(TransferReply.self) else { return }
      drew(reply.epoch, lease.id, lease.resource, errand)
      // Who gave to it since may have heard first.
      lease.epoch = max(lease.epoch, reply.epoch)
    case .settle:
      guard let lease = errand.changes, let reply = answer.part(SettleReply.self) else { return }
      lease.charged += reply.charged
    case .release:
      guard let lease = errand.changes, let reply = answer.part(ReleaseReply.self) else { return }
      judgeRefund(reply.change, of: lease)
      note("lease \(lease.id) gives back \(reply.change)")
      // Asked again after the receipt's time it pays the same note, which `made` has seen: the same errand only once.
      lease.charged += reply.change
      lease.hasEnded = true
      expect(
        !lease.isQuiet || lease.charged <= lease.credited,
        "lease \(lease.id) gave out \(lease.charged) of \(lease.credited) credited")
      expect(
        !lease.isQuiet || reply.change <= lease.ownCredited,
        "lease \(lease.id) paid out \(reply.change), and its owners paid \(lease.ownCredited)")
    case .revoke: errand.changes?.hasEnded = true
    case .reserve:
      guard let lease = errand.changes, let reply = answer.part(ReserveReply.self) else { return }
      lease.reservedUntil = max(lease.reservedUntil, reply.until)
    case .withdraw: withdrew(errand, answer, of: client)
    case .rotate:
      guard let reply = answer.part(RotateReply.self) else { return }
      money.rotated(to: reply)
    default: fundingAccepted(errand, answer, of: client)
    }
    if errand.keepsReceipt { notePaid(errand, answer) }
    if errand.firstSentAt <= movedAt, let lease = errand.changes { forgetEpoch(of: lease) }
  }

  /// An epoch was drawn for a request, and for no other.
  func drew(_ epoch: UInt64, _ lease: UInt64, _ resource: KnownResource, _ errand: Errand) {
    expect(
      epoch > errand.epochFloor,
      "epoch \(epoch) of lease \(lease): \(errand.epochFloor) had been told before it was asked for")
    let other = resource.epochs.updateValue(lease, forKey: epoch)
    expect(other == nil || other == lease, "epoch \(epoch) was given to lease \(other ?? 0) and to lease \(lease)")
    resource.epochMax = max(resource.epochMax, epoch)
  }
}
