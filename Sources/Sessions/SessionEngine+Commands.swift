internal import BrokerCore
internal import Journal
internal import Payments
internal import TurnpikeCrypto
internal import WireProtocol

/// Requests that change something: each becomes one command, built in the journal's batch and applied from there.
extension SessionEngine {
  mutating func command(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    if isLowOnSpace, Self.takesNewMoney(request), moneyOfRepeat(request.number, on: connection) == nil {
      return Verdict(.noSpace)
    }
    if request.layout.beginsWithEcash, ecashInHand == nil {
      // Ecash is paid out for notes only.
      return request.opcode == .payout
        ? Verdict(.paymentNotAllowed, money: moneyOfRepeat(request.number, on: connection))
        : park(request, frame, of: connection)
    }
    return switch request.opcode {
    case .use: use(request, frame, of: connection)
    case .acquire: acquire(request, frame, of: connection)
    case .fund: fund(request, frame, of: connection)
    case .exchange: exchange(request, frame, of: connection)
    case .reserve, .settle, .grantDebitKey, .release, .transfer, .openChain, .closeChain, .voucher:
      keyHolderCommand(request, frame, of: connection)
    case .donate, .spendDonations, .setPool, .match, .schedule, .openCampaign, .pledge, .cancel, .claim, .rotateClaim,
      .splitRevenue, .openOffering, .invest, .openAuction, .bid,
      .raiseBid, .revealBid, .refuseBid:
      fundingCommand(request, frame, of: connection)
    case .refund: refund(request, frame, of: connection)
    case .payout: payout(request, frame, of: connection)
    default: roleCommand(request, frame, of: connection)
    }
  }

  /// What waits until there is room on the disk again. What ends a lease or gives money back never does.
  private static func takesNewMoney(_ request: borrowing Request) -> Bool {
    switch request.opcode {
    case .acquire, .issue, .fund, .donate, .match, .schedule, .pledge, .invest, .bid, .raiseBid: true
    case .use: request.keepsReceipt
    case .openChain: request.layout.hasPayment
    default: false
    }
  }

  // MARK: Anyone's

  private mutating func use(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let use = UseRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    // One of the two names the lease, not both.
    if use.handle != 0, use.lease != 0 { return Verdict(.reservedBits, field: UInt16(FrameHeader.byteCount + 24)) }
    var handle = Handle(lease: use.lease, actor: .nobody, leaseIndex: 0)
    if use.lease == 0 {
      guard let proved = connection.handles[use.handle] else { return handleUnknown(request, of: connection) }
      handle = proved
    } else if !request.layout.hasPayment, let verdict = whyNoOpenLease(use.lease) {
      return verdict
    }
    return execute(
      UseCommand(
        actor: handle.actor, lease: handle.lease, quantity: use.quantity, useNumber: use.useNumber, meter: use.meter,
        // Not where a receipt is kept: the content of a repeat is the same although the lease has moved, as when it ends.
        leaseIndex: request.keepsReceipt ? 0 : handle.leaseIndex),
      request, frame, to: handle, of: connection)
  }

  /// Why nobody can use this lease by its id alone, as the state machine would say; nil when it is open. Asked first where no
  /// payment is shown: what anybody can send for nothing must not fill the journal.
  private mutating func whyNoOpenLease(_ id: UInt64) -> Verdict? {
    advance()
    guard let lease = machine.lease(id) else { return Verdict(.leaseUnknown, money: .notKnown) }
    if lease.hasEnded { return Verdict(.leaseEnded, detail: UInt64(lease.state.rawValue), money: .notKnown) }
    return lease.isOpen ? nil : Verdict(.handleUnknown, money: .notKnown)
  }

  private mutating func acquire(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let acquire = AcquireRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    let isOpen = acquire.flags.contains(.open)
    if isOpen, connection.role != .provider {
      return Verdict(.notAuthorized, money: moneyOfRepeat(request.number, on: connection))
    }
    return execute(
      AcquireCommand(
        provider: isOpen ? connection.claim.id : 0, resource: acquire.resource, units: acquire.units,
        flags: acquire.flags, keyHash: acquire.keyHash, minimum: acquire.minimum),
      request, frame, of: connection)
  }

  private mutating func fund(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let fund = FundRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    var actor = Actor.nobody
    if fund.handle != 0 {
      guard let handle = ownerHandle(fund.handle, of: connection), handle.lease == fund.lease else {
        return handleUnknown(request, of: connection)
      }
      actor = handle.actor
    }
    return execute(
      FundCommand(actor: actor, lease: fund.lease), request, frame,
      to: Handle(lease: fund.lease, actor: actor, leaseIndex: .max), of: connection)
  }

  private mutating func exchange(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let exchange = ExchangeRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    var handle = Handle.nothing
    if exchange.handle != 0 {
      guard let proved = ownerHandle(exchange.handle, of: connection) else {
        return handleUnknown(request, of: connection)
      }
      handle = proved
    }
    return execute(
      ExchangeCommand(actor: handle.actor, lease: handle.lease, count: exchange.count),
      request, frame, of: connection, noteCountMax: request.layout.recordCount)
  }

  // MARK: A key holder's

  private mutating func keyHolderCommand(
    _ request: borrowing Request, _ frame: RawSpan, of connection: Connection
  ) -> Verdict {
    // Every one of them begins with the handle; RESERVE, SETTLE and VOUCHER take that of a debit key too.
    let at = request.layout.fixedOffset
    let number = frame.uint32(at: at)
    let mayDebit = request.opcode == .reserve || request.opcode == .settle || request.opcode == .voucher
    guard let handle = mayDebit ? connection.handles[number] : ownerHandle(number, of: connection) else {
      return handleUnknown(request, of: connection)
    }
    let (actor, lease) = (handle.actor, handle.lease)
    switch request.opcode {
    case .reserve:
      guard let reserve = ReserveRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        ReserveCommand(
          actor: actor, lease: lease, quantityMax: reserve.quantityMax, timeout: reserve.timeout, meter: reserve.meter),
        request, frame, of: connection)
    case .settle:
      guard let settle = SettleRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        SettleCommand(actor: actor, lease: lease, reservation: settle.reservation, quantity: settle.quantity),
        request, frame, of: connection)
    case .grantDebitKey:
      guard let grant = GrantDebitKeyRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        GrantDebitKeyCommand(
          actor: actor, lease: lease, keyHash: grant.keyHash, perSecond: grant.perSecond, total: grant.total),
        request, frame, of: connection)
    case .transfer:
      guard let transfer = TransferRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        TransferCommand(actor: actor, lease: lease, keyHash: transfer.keyHash), request, frame, of: connection)
    case .openChain:
      guard let open = OpenChainRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        OpenChainCommand(
          actor: actor, lease: lease, weight: open.weight, chain: open.chain, length: open.length, root: open.root),
        request, frame, of: connection)
    case .closeChain:
      guard let close = CloseChainRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        CloseChainCommand(actor: actor, lease: lease, chain: close.chain), request, frame, of: connection)
    case .voucher:
      return voucher(request, frame, handle, of: connection)
    default:
      return execute(ReleaseCommand(actor: actor, lease: lease), request, frame, of: connection, noteCountMax: 1)
    }
  }

  func ownerHandle(_ number: UInt32, of connection: Connection) -> Handle? {
    guard let handle = connection.handles[number], handle.actor.authority == .owner else { return nil }
    return handle
  }

  /// A repeat on a new connection may come before its BIND: then nobody can say that nothing was taken.
  private func handleUnknown(_ request: borrowing Request, of connection: Connection) -> Verdict {
    if request.keepsReceipt { return Verdict(.handleUnknown, money: moneyOfRepeat(request.number, on: connection)) }
    return Verdict(.handleUnknown, money: request.opcode == .use ? .notKnown : nil)
  }

  // MARK: A role's

  private mutating func roleCommand(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection)
    -> Verdict
  {
    let at = request.layout.fixedOffset
    let provider = connection.claim.id
    let actor = connection.roleActor
    switch request.opcode {
    case .register:
      guard let register = RegisterRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        RegisterCommand(provider: provider, name: register.name, terms: register.terms), request, frame,
        of: connection)
    case .update:
      guard let update = UpdateRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        UpdateCommand(provider: provider, resource: update.resource, terms: update.terms), request, frame,
        of: connection)
    case .revoke:
      guard let revoke = RevokeRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(RevokeCommand(actor: actor, lease: revoke.lease), request, frame, of: connection)
    case .issue:
      guard let issue = IssueRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        IssueCommand(amount: issue.amount, binding: issue.binding, count: issue.count), request, frame,
        of: connection, noteCountMax: min(Int(issue.count), WireLimits.issueCountMax))
    case .withdraw:
      guard let withdraw = WithdrawRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        WithdrawCommand(actor: actor, amount: withdraw.amount), request, frame, of: connection, noteCountMax: 1)
    case .rotate:
      guard let rotate = RotateRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        RotateCommand(validity: rotate.validity, algorithm: rotate.algorithm), request, frame, of: connection)
    case .acceptLoss:
      guard let accept = AcceptLossRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(AcceptLossCommand(amount: accept.amount), request, frame, of: connection)
    default:
      return Verdict(.unknownOpcode)
    }
  }

  // MARK: Execution

  /// Applies a command and replies with what the state machine made of it.
  ///
  /// - Parameters:
  ///   - handle: The lease that a tick would pay to.
  ///   - noteCountMax: Notes that the reply may pay out.
  ///   - recordByteCountMax: Bytes of what else may follow the fixed part of the reply.
  mutating func execute<Command: WireCommand>(
    _ command: Command, _ request: borrowing Request, _ frame: RawSpan, to handle: Handle = .nothing,
    of connection: Connection,
    noteCountMax: Int = 0, recordByteCountMax: Int = 0
  ) -> Verdict {
    payment.clear()
    if request.layout.hasPayment, ecashInHand == nil,
      let verdict = verifyPayment(request, frame, to: handle, of: connection)
    {
      return verdict
    }
    advance()
    if request.keepsReceipt, let verdict = openSession(of: connection) { return verdict }
    workCount &+= noteCountMax

    let bodyByteCountMax =
      CoreLimits.replyByteCountMax + noteCountMax * NoteToken.byteCount + recordByteCountMax + bannerRoom
    let room = unsafe roomForFrame(bodyByteCountMax, of: connection)
    var body = unsafe Self.body(of: room, bodyByteCountMax).mutableBytes
    guard var outcome = apply(command, request, frame, of: connection, reply: &body) else {
      return Verdict(.malformed)
    }
    if outcome.status == .sessionRequired {
      // The state machine dropped the session, as it may when it keeps no receipts.
      connection.session = 0
      if let verdict = openSession(of: connection) { return verdict }
      outcome = apply(command, request, frame, of: connection, reply: &body) ?? outcome
    }
    let verdict = unsafe conclude(outcome, request, frame, room: room, body: &body, of: connection)
    deliverEffects()
    return verdict
  }

  /// Builds the command in the batch and applies it from there. It is a record of the journal even when it is refused: it may
  /// have caught a lease up with the time.
  @inline(__always) private mutating func apply<Command: WireCommand>(
    _ command: Command, _ request: borrowing Request, _ frame: RawSpan, of connection: Connection,
    reply: inout MutableRawSpan
  ) -> Outcome? {
    let room = unsafe journal.room(
      ecashInHand == nil ? JournalLimits.recordByteCountMax : JournalLimits.longRecordByteCountMax)
    var bytes = unsafe room.mutableBytes
    let receipt =
      request.keepsReceipt
      ? ReceiptKey(session: connection.session, number: request.number, digest: 0, window: request.window) : nil
    var builder = CommandBuilder(command, receipt: receipt, in: &bytes)
    for index in 0..<request.layout.recordCount {
      let at = request.layout.recordsOffset + index * request.layout.recordByteCount
      builder.append(recordAt: at, of: frame, to: &bytes)
    }
    for index in 0..<payment.count { builder.append(payment[index], to: &bytes) }
    if let tick = payment.tick { builder.append(tick, to: &bytes) }
    if ecashInHand != nil { appendEcash(to: &builder, in: &bytes) }
    guard let byteCount = builder.finish(in: &bytes) else { return nil }
    if ecashInHand != nil {
      stampEcash(request, frame, in: &bytes)
    } else if receipt != nil {
      // Of the command, not of the frame: a handle is a number of one connection, and a repeat may come on another. And not of how
      // a tick was proved, or what an agent's clock said.
      let end =
        byteCount - (payment.tick != nil ? Self.proofByteCount : request.opcode == .voucher ? Self.clockByteCount : 0)
      let digest = ContentDigest.of(bytes.bytes.extracting(Self.contentOffset..<end), seed: digestSeed)
      bytes.store(digest, at: Self.digestOffset)
    }
    let outcome = machine.apply(bytes.bytes.extracting(first: byteCount), reply: &reply)
    // What the state machine cannot read it does not count, so the journal must not either.
    if outcome.status != .malformed { journal.commit(byteCount: byteCount) }
    return outcome
  }

  static var contentOffset: Int { CommandHeader.byteCount + ReceiptKey.byteCount }
  /// Bytes of `from` and `chainIndex`, with which a VerifiedTick ends.
  private static var proofByteCount: Int { 8 }
  /// Bytes of `stamp` and `boot`, with which a VoucherCommand ends.
  private static var clockByteCount: Int { 16 }
  static var digestOffset: Int { CommandHeader.byteCount + 16 }

  /// Sends the reply that lies in `body`, or says why there is none.
  private mutating func conclude(
    _ outcome: Outcome, _ request: borrowing Request, _ frame: RawSpan, room: UnsafeMutableRawBufferPointer,
    body: inout MutableRawSpan, of connection: Connection
  ) -> Verdict {
    guard outcome.status == .ok else {
      let field = outcome.field == Refusal.noField ? outcome.field : outcome.field &+ UInt16(FrameHeader.byteCount)
      return Verdict(
        outcome.status, detail: outcome.detail, token: outcome.token, field: field, money: outcome.money)
    }
    if request.opcode == .rotate { addKeyEpoch(request, frame, body.bytes) }
    if request.opcode == .voucher, !writeVouchers(request, frame, to: &body, of: connection) {
      return Verdict(.agentAbsent, money: .taken)
    }
    guard let byteCount = writeNotes(request, frame, of: outcome.detail, to: &body) else {
      // The reply was kept longer than the key of its notes.
      return Verdict(.receiptNotKept, money: .taken)
    }
    var flags = FrameFlags(money: outcome.money, isReplayed: outcome.isReplayed)
    var bodyByteCount = byteCount
    if request.opcode == .acquire, machine.hasSponsors {
      bodyByteCount += writeBanner(ofAcquired: request, frame, to: &body, at: byteCount)
      if bodyByteCount > byteCount { flags.insert(.options) }
    }
    unsafe finishFrame(
      in: room, opcode: request.opcode.rawValue, flags: flags, word: Status.ok.rawValue, number: request.number,
      bodyByteCount: bodyByteCount, of: connection)
    return Verdict(.ok)
  }

  /// Makes the session known to the state machine, which is when it begins to cost something.
  private mutating func openSession(of connection: Connection) -> Verdict? {
    if connection.session != 0 { return nil }
    connection.session = machine.session(connection.sessionHash)?.id ?? 0
    if connection.session != 0 { return nil }
    let status = record(OpenSessionCommand(sessionHash: connection.sessionHash), isApplied: true)
    connection.session = machine.session(connection.sessionHash)?.id ?? 0
    return connection.session != 0 ? nil : Verdict(status == .ok ? .sessionLimit : status)
  }

  // MARK: Time

  /// Makes the state machine's time that of this turn.
  mutating func advance() {
    if machine.now < now { applyAdvance(to: now) }
  }

  /// Fires timers that are due, a bounded number: few, so that those who ask for little do not wait for a million leases that end
  /// together; and as many more as requests were served since, so that what ends does not fall behind what begins.
  mutating func fireTimers() {
    let served = Int(truncatingIfNeeded: acceptedCount &- acceptedCountAtTimers)
    acceptedCountAtTimers = acceptedCount
    for _ in 0..<limits.advanceCountMaxPerTurn + served / CoreLimits.advanceTimerCountMax {
      guard hasRoomForRequest, let timer = machine.nextTimer(), timer <= now else { break }
      applyAdvance(to: nextStop)
    }
    advanceCountLeft = limits.advanceCountMaxPerTurnBehind
    while advanceCountLeft > 0, hasRoomForRequest,
      machine.isBehind(now) || (awaitingCount > 0 && machine.isLate(now))
    {
      advanceCountLeft -= 1
      applyAdvance(to: nextStop)
    }
    isLate = !isDraining && machine.isLate(now)
  }

  /// Where the next ADVANCE goes: to this turn's instant. But before the event of an offering the state machine fires all that is due
  /// up to it, so what is due before is fired first, as often as it takes, by going to the millisecond before the event. No ADVANCE
  /// may pass an event and go less far than now: how far it goes decides whether sealed bids are excused.
  private var nextStop: UInt64 {
    guard let event = machine.nextReckoning(), event > machine.now, event <= now, let timer = machine.nextTimer(),
      timer < event
    else { return now }
    return event - 1
  }

  mutating func applyAdvance(to instant: UInt64) {
    record(AdvanceCommand(now: instant), isApplied: true)
    deliverEffects()
  }

  /// Makes a command without notes and receipt the next record of the journal, and applies it.
  @discardableResult
  mutating func record<Command: WireCommand, Record: WireLayout>(_ command: Command, records: [Record]) -> Status {
    // END PAYOUT with all its records is longer than other commands without ecash.
    let room = unsafe journal.room(
      CommandHeader.byteCount + Command.byteCount + records.count * Record.byteCount)
    var bytes = unsafe room.mutableBytes
    var builder = CommandBuilder(command, in: &bytes)
    for record in records { builder.append(record: record, to: &bytes) }
    return finish(&builder, in: &bytes, isApplied: true)
  }

  /// Makes a command without records, notes and receipt the next record of the journal.
  @discardableResult
  mutating func record(_ command: some WireCommand, isApplied: Bool = false) -> Status {
    let room = unsafe journal.room()
    var bytes = unsafe room.mutableBytes
    var builder = CommandBuilder(command, in: &bytes)
    return finish(&builder, in: &bytes, isApplied: isApplied)
  }

  private mutating func finish(
    _ builder: inout CommandBuilder, in bytes: inout MutableRawSpan, isApplied: Bool
  ) -> Status {
    guard let byteCount = builder.finish(in: &bytes) else { return .noSpace }
    var status = Status.ok
    if isApplied {
      status = unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { scratch in
        var reply = unsafe scratch.mutableBytes
        return machine.apply(bytes.bytes.extracting(first: byteCount), reply: &reply).status
      }
    }
    journal.commit(byteCount: byteCount)
    return status
  }
}

extension Actor {
  /// Anyone.
  static var nobody: Actor { Actor(authority: .none, generation: 0, id: 0) }
}
