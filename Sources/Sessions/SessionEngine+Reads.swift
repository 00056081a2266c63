internal import BrokerCore
internal import Journal
internal import Payments
internal import TurnpikeCrypto
internal import WireProtocol

/// Requests that change nothing in the state machine. They are answered as of this turn, and wait for the commit barrier like
/// all others: nobody is told what could still be lost.
extension SessionEngine {
  mutating func read(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    advance()
    let at = request.layout.fixedOffset
    switch request.opcode {
    case .list:
      return list(request, frame, of: connection)
    case .describe:
      guard let describe = DescribeRequest(frame, at: at) else { return Verdict(.malformed) }
      return answer(request, machine.describe(describe), on: \.resource, to: connection)
    case .status:
      guard let status = StatusRequest(frame, at: at) else { return Verdict(.malformed) }
      return answer(request, machine.status(status.resource), on: { _ in status.resource }, to: connection)
    case .quote:
      guard let quote = QuoteRequest(frame, at: at) else { return Verdict(.malformed) }
      return answer(request, machine.quote(quote), to: connection)
    case .check:
      guard let check = CheckRequest(frame, at: at) else { return Verdict(.malformed) }
      return answer(request, machine.check(check.lease), to: connection)
    case .checkChain:
      guard let check = CheckChainRequest(frame, at: at) else { return Verdict(.malformed) }
      return answer(request, machine.checkChain(check), to: connection)
    case .payment:
      return payment(request, frame, of: connection)
    case .mints:
      return listMints(request, of: connection)
    case .signatures:
      return signatures(request, frame, of: connection)
    case .treasury:
      return treasury(request, frame, of: connection)
    case .checkClaim:
      guard let check = CheckClaimRequest(frame, at: at) else { return Verdict(.malformed) }
      return answer(request, machine.checkClaim(check.claim), to: connection)
    case .funding:
      return funding(request, frame, of: connection)
    case .describeOffering:
      return describeOffering(request, frame, of: connection)
    case .describeAuction:
      guard let describe = DescribeAuctionRequest(frame, at: at) else { return Verdict(.malformed) }
      return answer(request, machine.describeAuction(describe.auction), to: connection)
    case .describeBid:
      guard let describe = DescribeBidRequest(frame, at: at) else { return Verdict(.malformed) }
      return answer(request, machine.describeBid(describe.claim), to: connection)
    case .mailbox:
      return mailbox(request, frame, of: connection)
    case .transcript:
      return transcript(request, frame, of: connection)
    case .statement:
      return statement(request, frame, of: connection)
    case .describePool:
      return describePool(request, frame, of: connection)
    case .brokerStatus:
      return brokerStatus(request, of: connection)
    default:
      return auditFigures(request, of: connection)
    }
  }

  mutating func answer<Reply: WireReply>(
    _ request: borrowing Request, _ answer: Answer<Reply>, to connection: Connection
  ) -> Verdict {
    switch answer {
    case .reply(let part): reply(request, with: part, to: connection)
    case .refused(let outcome): refused(outcome)
    }
  }

  private func refused(_ outcome: Outcome) -> Verdict {
    let field = outcome.field == Refusal.noField ? outcome.field : outcome.field &+ UInt16(FrameHeader.byteCount)
    return Verdict(outcome.status, detail: outcome.detail, field: field)
  }

  /// Answers with a fixed part and records, which `write` gives and writes behind it; and with what the sponsor of `resource` shows
  /// now.
  mutating func answer<Reply: WireReply>(
    _ request: borrowing Request, recordByteCount: Int, countMax: Int, on resource: UInt64 = 0,
    to connection: Connection,
    _ write: (inout SessionEngine, inout MutableRawSpan) -> (Answer<Reply>, count: Int)
  ) -> Verdict {
    let byteCountMax = Reply.byteCount + countMax * recordByteCount + bannerRoom
    let room = unsafe roomForFrame(byteCountMax, of: connection)
    var body = unsafe Self.body(of: room, byteCountMax).mutableBytes
    let (answer, count) = write(&self, &body)
    guard case .reply(let part) = answer else {
      guard case .refused(let outcome) = answer else { return Verdict(.malformed) }
      return refused(outcome)
    }
    part.write(to: &body, at: 0)
    workCount &+= count
    let bodyByteCount = Reply.byteCount + count * recordByteCount
    let optionsByteCount = resource == 0 ? 0 : writeBanner(of: resource, to: &body, at: bodyByteCount)
    unsafe finishFrame(
      in: room, opcode: request.opcode.rawValue, flags: optionsByteCount > 0 ? .options : [],
      word: Status.ok.rawValue, number: request.number, bodyByteCount: bodyByteCount + optionsByteCount,
      of: connection)
    return Verdict(.ok)
  }

  private mutating func funding(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let funding = FundingRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    return answer(
      request, recordByteCount: FundingEntry.byteCount, countMax: WireLimits.fundingEntryCountMax,
      on: funding.resource, to: connection
    ) { engine, body in
      let answer = engine.machine.funding(funding.resource, into: &body, at: FundingReply.byteCount)
      guard case .reply(let reply) = answer else { return (answer, 0) }
      return (answer, Int(reply.count))
    }
  }

  private mutating func describeOffering(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection)
    -> Verdict
  {
    guard let describe = DescribeOfferingRequest(frame, at: request.layout.fixedOffset) else {
      return Verdict(.malformed)
    }
    return answer(
      request, recordByteCount: TierFigures.byteCount, countMax: WireLimits.tierCountMax, to: connection
    ) { engine, body in
      let answer = engine.machine.describeOffering(
        describe.offering, into: &body, at: DescribeOfferingReply.byteCount)
      guard case .reply(let reply) = answer else { return (answer, 0) }
      return (answer, Int(reply.count))
    }
  }

  /// What is kept for whoever has the key of a claim.
  private mutating func mailbox(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let question = MailboxRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    let keyHash = SHA256.keyHash(question.key)
    return answer(
      request, recordByteCount: MailboxEntry.byteCount, countMax: WireLimits.mailboxCountMax, to: connection
    ) { engine, body in
      let answer = engine.machine.mailbox(
        question.claim, keyHash: keyHash, after: question.after, into: &body, at: MailboxReply.byteCount)
      guard case .reply(let reply) = answer else { return (answer, 0) }
      return (answer, Int(reply.count))
    }
  }

  private mutating func transcript(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection)
    -> Verdict
  {
    guard let question = TranscriptRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    return answer(
      request, recordByteCount: BidLine.byteCount, countMax: WireLimits.transcriptCountMax, to: connection
    ) { engine, body in
      let answer = engine.machine.transcript(question, into: &body, at: TranscriptReply.byteCount)
      guard case .reply(let reply) = answer else { return (answer, 0) }
      // Lines before those that are wanted are walked.
      if reply.count > 0 { engine.workCount &+= Int(question.from) / 16 }
      return (answer, Int(reply.count))
    }
  }

  /// Lines of the ledger; all of them are the operator's to read.
  private mutating func statement(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection)
    -> Verdict
  {
    guard let question = StatementRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    guard question.resource != 0 || connection.role == .operator else { return Verdict(.notAuthorized) }
    return answer(
      request, recordByteCount: StatementLine.byteCount, countMax: WireLimits.statementCountMax, to: connection
    ) { engine, body in
      let answer = engine.machine.statement(question, into: &body, at: StatementReply.byteCount)
      guard case .reply(let reply) = answer else { return (answer, 0) }
      return (answer, Int(reply.count))
    }
  }

  private mutating func describePool(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection)
    -> Verdict
  {
    guard let describe = DescribePoolRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    return answer(
      request, recordByteCount: PoolMember.byteCount, countMax: WireLimits.memberCountMax, to: connection
    ) { engine, body in
      let answer = engine.machine.describePool(describe, into: &body, at: DescribePoolReply.byteCount)
      guard case .reply(let reply) = answer else { return (answer, 0) }
      return (answer, Int(reply.count))
    }
  }

  private mutating func list(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let list = ListRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    let byteCountMax = ListReply.byteCount + WireLimits.listCountMax * ResourceEntry.byteCount
    let room = unsafe roomForFrame(byteCountMax, of: connection)
    var body = unsafe Self.body(of: room, byteCountMax).mutableBytes
    let reply = machine.list(after: list.after, countMax: list.countMax, into: &body, at: ListReply.byteCount)
    reply.write(to: &body)
    workCount &+= Int(reply.count)
    unsafe finishFrame(
      in: room, opcode: request.opcode.rawValue, flags: [], word: Status.ok.rawValue, number: request.number,
      bodyByteCount: ListReply.byteCount + Int(reply.count) * ResourceEntry.byteCount, of: connection)
    return Verdict(.ok)
  }

  /// Tells what became of a payment, by its id or by its tokens.
  private mutating func payment(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let question = PaymentRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    guard request.layout.hasPayment else {
      if question.payment == 0 { return Verdict(.paymentRequired) }
      if StateMachine.isEcashPayment(question.payment) {
        return ecashPayment(question.payment, request, of: connection)
      }
      let reply = PaymentReply(outcome: machine.payment(question.payment))
      return self.reply(request, with: reply, to: connection)
    }
    if question.payment != 0 { return Verdict(.paymentNotAllowed) }
    let (start, byteCount) = (request.layout.paymentOffset, request.layout.paymentByteCount)
    if let verdict = verifyNotes(frame.extracting(start..<start + byteCount)) { return verdict }
    var spent: UInt32 = 0
    var isKnown = true
    for index in 0..<payment.count {
      if machine.isSpent(payment[index]) {
        spent |= 1 << UInt32(index)
      } else if machine.isQuarantined(payment[index].keyEpoch) {
        isKnown = false
      }
    }
    let (outcome, money): (PaymentOutcome, Money) =
      switch spent.nonzeroBitCount {
      case _ where !isKnown: (.notKnown, .notKnown)
      case 0: (.notTaken, .notTaken)
      case payment.count: (.taken, .taken)
      default: (.partlyTaken, .taken)
      }
    let reply = PaymentReply(outcome: outcome, spent: spent, amount: payment.total)
    return self.reply(request, with: reply, money: money, to: connection)
  }

  private mutating func brokerStatus(_ request: borrowing Request, of connection: Connection) -> Verdict {
    var figures = machine.brokerFigures
    figures.startedAt = startedAt
    figures.durable = journal.durableSequence
    figures.accepted = acceptedCount
    figures.refused = refusedCount
    figures.connections = UInt32(clamping: connectionCount)
    figures.subscriptions = UInt32(clamping: subscriptions.count)
    return reply(request, with: figures, to: connection)
  }

  private mutating func auditFigures(_ request: borrowing Request, of connection: Connection) -> Verdict {
    let byteCountMax = AuditFiguresReply.byteCount + WireLimits.outputCountMax * Figure.byteCount
    let room = unsafe roomForFrame(byteCountMax, of: connection)
    var body = unsafe Self.body(of: room, byteCountMax).mutableBytes
    let reply = machine.auditFigures(into: &body, at: AuditFiguresReply.byteCount)
    reply.write(to: &body)
    unsafe finishFrame(
      in: room, opcode: request.opcode.rawValue, flags: [], word: Status.ok.rawValue, number: request.number,
      bodyByteCount: AuditFiguresReply.byteCount + Int(reply.count) * Figure.byteCount, of: connection)
    return Verdict(.ok)
  }

  // MARK: Keys

  /// Proves a key once and gives a handle for it.
  mutating func bind(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let bind = BindRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    advance()
    guard let lease = machine.lease(bind.lease) else { return Verdict(.leaseUnknown) }
    if lease.isOpen { return Verdict(.leaseOpen) }
    let keyHash = SHA256.keyHash(bind.key)
    var actor = Actor(authority: .owner, generation: lease.ownerGeneration, id: 0)
    var useNumber = lease.useNumber
    if !keyHash.isEqualInConstantTime(to: lease.keyHash) {
      guard let debitKey = machine.debitKey(bind.lease, keyHash) else { return Verdict(.keyWrong) }
      actor = Actor(authority: .debitKey, generation: 0, id: debitKey.id)
      useNumber = debitKey.useNumber
    }
    guard connection.handles.count < limits.handleCountMax, handleCount < limits.handleCountMaxTotal else {
      return Verdict(.handleLimit)
    }
    let handle = connection.handles.append(Handle(lease: bind.lease, actor: actor, leaseIndex: lease.index))
    handleCount += 1
    return reply(
      request,
      with: BindReply(
        handle: handle, authority: actor.authority, state: lease.state, epoch: lease.epoch, useNumber: useNumber),
      to: connection)
  }
}
