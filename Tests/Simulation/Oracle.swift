import WireProtocol

/// Judges the broker by what clients were told, and by nothing else: replies, pushes, and when they came. It shares no code with
/// the state machine.
///
/// Holds from the first step to the last, whatever crashed in between:
/// - a receipt never changes: the same number gives the same bytes, and what was accepted is never "not taken" afterwards
/// - no note is made twice or credited twice; all that was issued, made and taken is in the broker's own figures, to the unit
/// - epochs of a resource increase, and each is one lease's
/// - a deadline that nobody touched stays where it was; none is further away than its money reaches
/// - no access after the deadline
/// - a use number is charged once, and a debit key never beyond its limit
final class Oracle {
  var money = KnownMoney()
  let coverage: Coverage
  /// Broker's lives so far.
  var life = 0
  /// The broker's clock, now.
  var now: UInt64 = 0
  /// What did not hold first.
  private(set) var problem: String?
  private(set) var acceptedCount = 0
  /// Replies that were compared with an earlier one.
  private(set) var repeatCount = 0
  /// Deadlines that were told before a restart and after it.
  var deadlineCountAcrossRestarts = 0
  /// The latest events, for whoever looks for the cause.
  private var events: [String] = []
  private(set) var eventCount = 0

  init(_ coverage: Coverage) { self.coverage = coverage }

  func note(_ event: @autoclosure () -> String) {
    eventCount += 1
    events.append("\(eventCount) at \(now): \(event())")
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
    errand.sentAt = now
    errand.order = eventCount
  }

  func firstSent(_ errand: Errand, of client: Client) {
    errand.epochFloor = errand.resource?.epochMax ?? errand.changes?.resource.epochMax ?? 0
    if let lease = errand.changes ?? errand.asks {
      errand.wasQuiet = lease.isQuiet
      errand.stamp = lease.stamp
      errand.leaseEpoch = lease.isEpochUnknown ? 0 : lease.epoch
      errand.wasEnded = lease.hasEnded
    } else if let resource = errand.resource {
      errand.wasQuiet = resource.underWayCount == 0
      errand.stamp = resource.changeCount
    }
    guard errand.isCommand else { return }
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
        + (answer.isReplayed ? ", replayed" : "") + (errand.changes.map { " lease \($0.id)" } ?? ""))
    let isFirst = errand.receipt == nil
    if errand.keepsReceipt { judgeReceipt(errand, answer, of: client) }
    guard isFirst, errand.isDone else { return }
    if answer.status == .ok, errand.isCommand { acceptedCount += 1 }
    if errand.isCommand { finished(errand) }
    if answer.status == .ok {
      accepted(errand, answer, of: client)
    } else if errand.keepsReceipt || errand.opcode == .use {
      refused(errand, answer)
    }
  }

  private func judgeReceipt(_ errand: Errand, _ answer: Answer, of client: Client) {
    let what = "\(client.name), \(errand.opcode) \(errand.number)"
    guard answer.status == .ok else {
      let isLost = errand.receipt != nil && answer.money != .notKnown
      // A role that is not proved yet, a broker that is leaving: said before the receipt is looked for, and honestly.
      return expect(!isLost, "\(what) was accepted, and its repeat got \(answer.status), \(answer.money)")
    }
    guard let receipt = errand.receipt else {
      errand.receipt = Array(answer.body)
      return expect(
        !answer.isReplayed || errand.sendCount > 1, "\(what) was sent once and its first reply is a repeat")
    }
    repeatCount += 1
    coverage.count(.duplicatedReply)
    expect(answer.isReplayed, "\(what) was done twice")
    expect(receipt == Array(answer.body), "\(what): the repeat got another receipt")
  }

  private func refused(_ errand: Errand, _ answer: Answer) {
    // Refused: nothing was taken, unless the tokens were never ours to spend.
    guard !errand.payment.isEmpty else { return }
    expect(
      answer.money != .taken, "\(errand.opcode) \(errand.number) was refused with \(answer.status) and its money taken")
  }

  // MARK: What an acceptance means

  private func accepted(_ errand: Errand, _ answer: Answer, of client: Client) {
    if !errand.payment.isEmpty, errand.keepsReceipt {
      if let wrong = money.took(errand.payment, for: errand) { blame(wrong) }
    }
    if errand.keepsReceipt, !answer.notes.isEmpty, let wrong = money.made(answer.notes) { blame(wrong) }
    let paid = errand.payment.reduce(0) { $0 + $1.amount }
    switch errand.opcode {
    case .issue: money.float += Int64(clamping: answer.notes.reduce(0) { $0 + $1.amount })
    case .exchange:
      expect(answer.notes.reduce(0) { $0 + $1.amount } == paid, "EXCHANGE \(errand.number) made another sum")
    case .fund: funded(errand, answer, paid)
    case .use: used(errand, answer)
    case .check: checked(errand, answer)
    case .transfer:
      guard let lease = errand.changes, let reply = answer.part(TransferReply.self) else { return }
      drew(reply.epoch, lease.id, lease.resource, errand)
      lease.epoch = reply.epoch
    case .settle:
      guard let lease = errand.changes, let reply = answer.part(SettleReply.self) else { return }
      lease.charged += reply.charged
    case .release:
      guard let lease = errand.changes, let reply = answer.part(ReleaseReply.self) else { return }
      // Asked again after the receipt's time it pays the same note, which `made` has seen: the same errand only once.
      lease.charged += reply.change
      lease.hasEnded = true
      expect(
        !lease.isQuiet || lease.charged <= lease.credited,
        "lease \(lease.id) gave out \(lease.charged) of \(lease.credited) credited")
    case .revoke: errand.changes?.hasEnded = true
    default: break
    }
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
