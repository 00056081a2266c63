internal import BrokerCore
internal import TurnpikeCrypto
internal import WireProtocol

/// One frame: MAC, form, HELLO, role, session; then its operation. And the writing of frames.
extension SessionEngine {
  /// Judges a whole frame, carries it out and replies.
  mutating func process(_ frame: RawSpan, of connection: Connection) {
    workCount &+= limits.workCountOfFreeFrame
    if connection.authenticator != nil {
      guard connection.authenticator?.verify(frame) == true, frame.uint8(at: FrameHeader.flagsOffset) & 0x80 != 0 else {
        noteFailedProof(of: connection, .macInvalid)
        return sayGoodbye(to: connection, .macInvalid)
      }
    }
    let request = Request(frame)
    if let verdict = judge(request, of: connection) {
      refuse(request.layout, verdict, of: connection)
      if connection.state == .awaitingHello { countRefusalBeforeHello(of: connection) }
      return
    }
    let tokenCount = request.layout.tokenCount
    workCount &+= tokenCount &+ request.layout.recordCount
    conclude(request, carryOut(request, frame, of: connection), tokenCount: tokenCount, of: connection)
  }

  /// Counts a request that was carried out, or refuses it.
  mutating func conclude(
    _ request: borrowing Request, _ verdict: Verdict, tokenCount: Int = 0, of connection: Connection
  ) {
    if verdict.status == .ok {
      // Whoever pays is served with the first.
      if request.opcode.movesMoney { workCount &-= limits.workCountOfFreeFrame - 1 + min(tokenCount, 1) }
      return acceptedCount &+= 1
    }
    refuse(request.layout, verdict, of: connection)
    if connection.state == .awaitingHello { countRefusalBeforeHello(of: connection) }
    if verdict.status == .authenticationFailed {
      noteFailedProof(of: connection, .authenticationFailed)
      sayGoodbye(to: connection, .authenticationFailed)
    }
  }

  /// What every request must fulfil, whatever it asks for; nil when it does.
  private func judge(_ request: borrowing Request, of connection: Connection) -> Verdict? {
    let header = request.layout.header
    if connection.state == .awaitingHello, header.opcode != Opcode.hello.rawValue { return Verdict(.helloFirst) }
    if request.layout.status != .ok {
      return Verdict(request.layout.status, detail: request.layout.detail, field: request.layout.field)
    }
    if request.layout.hasMAC != (connection.authenticator != nil) {
      return Verdict(.reservedBits, field: UInt16(FrameHeader.flagsOffset))
    }
    let rules = request.opcode.layout
    let keepsReceipt = request.keepsReceipt
    if keepsReceipt, header.word == 0 {
      return Verdict(.windowExceeded, detail: UInt64(WireLimits.windowMax), field: UInt16(FrameHeader.wordOffset))
    }
    let isAllowed =
      switch rules.role {
      case .anyone: true
      case .provider: connection.role == .provider
      case .operator: connection.role == .operator
      case .providerOrOperator: connection.role == .provider || connection.role == .operator
      case .agent: connection.role == .agent
      }
    if !isAllowed {
      return Verdict(.notAuthorized, money: keepsReceipt ? moneyOfRepeat(header.number, on: connection) : nil)
    }
    return keepsReceipt && connection.sessionHash.isZero ? Verdict(.sessionRequired) : nil
  }

  /// Where the money of a request is that keeps a receipt and is refused before the receipt is looked for: it may be the repeat
  /// of one that was done, and then nobody can say that nothing was taken.
  func moneyOfRepeat(_ number: UInt64, on connection: Connection) -> Money? {
    machine.mayBeDone(number, inSession: connection.sessionHash) ? .notKnown : nil
  }

  private mutating func carryOut(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    switch request.opcode {
    case .hello: hello(request, frame, of: connection)
    case .authenticate: authenticate(request, frame, of: connection)
    case .ping: ping(request, frame, of: connection)
    case .list, .describe, .status, .quote, .check, .checkChain, .payment, .mints, .signatures, .treasury,
      .brokerStatus, .auditFigures, .describePool, .checkClaim, .funding, .describeOffering, .describeAuction,
      .describeBid, .transcript, .mailbox, .statement:
      read(request, frame, of: connection)
    case .bind: bind(request, frame, of: connection)
    case .attach: attach(request, frame, of: connection)
    case .heartbeat, .agentLeases, .provision, .report: agentRequest(request, frame, of: connection)
    case .service: service(request, frame, of: connection)
    case .ticket: ticket(request, frame, of: connection)
    case .subscribe: subscribe(request, frame, of: connection)
    case .register, .update, .acquire, .fund, .use, .reserve, .settle, .grantDebitKey, .release, .revoke, .transfer,
      .openChain, .closeChain, .voucher, .exchange, .issue, .withdraw, .rotate, .acceptLoss, .refund, .payout,
      .donate, .spendDonations, .setPool, .match, .schedule, .openCampaign, .pledge, .cancel, .claim, .rotateClaim,
      .splitRevenue, .openOffering, .invest, .openAuction, .bid, .raiseBid, .revealBid, .refuseBid:
      command(request, frame, of: connection)
    }
  }

  // MARK: Replies

  /// Sends a refusal.
  private mutating func refuse(_ layout: FrameLayout, _ verdict: Verdict, of connection: Connection) {
    refusedCount &+= 1
    workCount &+= limits.workCountOfFreeFrame
    let isAboutMoney =
      layout.header.flags.contains(.payment) || layout.opcode?.movesMoney ?? false
    let money = verdict.money ?? (isAboutMoney ? .notTaken : .none)
    send(
      to: connection, opcode: layout.header.opcode, flags: FrameFlags(money: money), word: verdict.status.rawValue,
      number: layout.header.number, byteCountMax: Refusal.byteCount
    ) { body in
      Refusal(detail: verdict.detail, token: verdict.token, field: verdict.field).write(to: &body)
      return Refusal.byteCount
    }
  }

  /// Replies OK with a fixed part.
  mutating func reply(
    _ request: borrowing Request, with part: some WireReply, money: Money = .none, to connection: Connection
  )
    -> Verdict
  {
    let byteCount = type(of: part).byteCount
    send(
      to: connection, opcode: request.opcode.rawValue, flags: FrameFlags(money: money), word: Status.ok.rawValue,
      number: request.number, byteCountMax: byteCount
    ) { body in
      part.write(to: &body, at: 0)
      return byteCount
    }
    return Verdict(.ok)
  }

  /// Replies OK with a fixed part and records, which it counts.
  mutating func reply<Part: WireReply, Record: WireLayout>(
    _ request: borrowing Request, with part: Part, _ records: [Record], to connection: Connection
  ) -> Verdict {
    let byteCount = Part.byteCount + records.count * Record.byteCount
    workCount &+= records.count
    send(
      to: connection, opcode: request.opcode.rawValue, flags: [], word: Status.ok.rawValue, number: request.number,
      byteCountMax: byteCount
    ) { body in
      part.write(to: &body, at: 0)
      for (index, record) in records.enumerated() {
        record.write(to: &body, at: Part.byteCount + index * Record.byteCount)
      }
      return byteCount
    }
    return Verdict(.ok)
  }

  /// Writes one frame into the outbox; `write` fills its body, of at most `byteCountMax` bytes, and gives its size.
  mutating func send(
    to connection: Connection, opcode: UInt8, flags: FrameFlags, word: UInt16, number: UInt64, byteCountMax: Int,
    _ write: (inout MutableRawSpan) -> Int
  ) {
    let room = unsafe roomForFrame(byteCountMax, of: connection)
    var body = unsafe Self.body(of: room, byteCountMax).mutableBytes
    let bodyByteCount = write(&body)
    unsafe finishFrame(
      in: room, opcode: opcode, flags: flags, word: word, number: number, bodyByteCount: bodyByteCount, of: connection)
  }

  /// Room for a frame whose body is at most `bodyByteCountMax` long; nothing else may be written until `finishFrame`.
  mutating func roomForFrame(_ bodyByteCountMax: Int, of connection: Connection) -> UnsafeMutableRawBufferPointer {
    unsafe connection.outbox.room(
      FrameHeader.byteCount + bodyByteCountMax + WireLimits.macByteCount, from: &pool)
  }

  /// The part of a frame's room where its body goes.
  static func body(of room: UnsafeMutableRawBufferPointer, _ byteCountMax: Int) -> UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(
      rebasing: room[FrameHeader.byteCount..<FrameHeader.byteCount + byteCountMax])
  }

  /// Writes header and MAC around the body, and adds the frame to what waits for the batch being filled.
  mutating func finishFrame(
    in room: UnsafeMutableRawBufferPointer, opcode: UInt8, flags: FrameFlags, word: UInt16, number: UInt64,
    bodyByteCount: Int, of connection: Connection
  ) {
    var flags = flags
    var byteCount = FrameHeader.byteCount + bodyByteCount
    let isAuthenticated = connection.authenticator != nil
    if isAuthenticated {
      flags.insert(.authenticated)
      byteCount += WireLimits.macByteCount
    }
    var frame = unsafe UnsafeMutableRawBufferPointer(rebasing: room[..<byteCount]).mutableBytes
    FrameHeader(length: UInt32(byteCount), opcode: opcode, flags: flags, word: word, number: number).write(to: &frame)
    if isAuthenticated { _ = connection.authenticator?.seal(&frame) }
    connection.outbox.commit(byteCount)
    outboxByteCountTotal += byteCount
    if !connection.isInFillingList {
      connection.isInFillingList = true
      fillingList.append(connection.index)
    }
  }

  private mutating func countRefusalBeforeHello(of connection: Connection) {
    connection.refusalCount += 1
    if connection.refusalCount >= limits.refusalCountMaxBeforeHello { sayGoodbye(to: connection, .helloFirst) }
  }
}
