internal import BrokerCore
internal import Payments
internal import WireProtocol

/// Notes that a reply pays out: the state machine says which, their tags are made here. Equal descriptions give equal bytes, so
/// a repeated reply holds the very same notes.
extension SessionEngine {
  /// Writes the notes after the fixed part of the reply in `body` and gives the size of both; nil when their key is gone.
  ///
  /// - Parameter payment: The payment in ecash that REFUND was about.
  func writeNotes(
    _ request: borrowing Request, _ frame: RawSpan, of payment: UInt64, to body: inout MutableRawSpan
  ) -> Int? {
    let end = request.opcode.layout.replyByteCount
    let at = request.layout.fixedOffset
    switch request.opcode {
    case .release:
      guard let reply = ReleaseReply(body.bytes) else { return nil }
      let note = VerifiedNote(keyEpoch: reply.keyEpoch, serial: reply.firstSerial, amount: reply.change, binding: 0)
      return writeNotes(like: note, count: reply.count, to: &body, at: end)
    case .claim:
      guard let reply = ClaimReply(body.bytes) else { return nil }
      let note = VerifiedNote(keyEpoch: reply.keyEpoch, serial: reply.firstSerial, amount: reply.amount, binding: 0)
      return writeNotes(like: note, count: reply.count, to: &body, at: end)
    case .refund:
      guard let reply = RefundReply(body.bytes) else { return nil }
      return writeNotes(of: payment, reply, to: &body, at: end)
    case .withdraw:
      guard let reply = WithdrawReply(body.bytes) else { return nil }
      let note = VerifiedNote(keyEpoch: reply.keyEpoch, serial: reply.firstSerial, amount: reply.amount, binding: 0)
      return writeNotes(like: note, count: reply.count, to: &body, at: end)
    case .issue:
      guard let reply = IssueReply(body.bytes), let issue = IssueRequest(frame, at: at) else { return nil }
      let note = VerifiedNote(
        keyEpoch: reply.keyEpoch, serial: reply.firstSerial, amount: issue.amount, binding: issue.binding)
      return writeNotes(like: note, count: reply.count, to: &body, at: end)
    case .exchange:
      guard let reply = ExchangeReply(body.bytes) else { return nil }
      var offset = end
      for index in 0..<min(Int(reply.count), request.layout.recordCount) {
        let recordAt = request.layout.recordsOffset + index * request.layout.recordByteCount
        guard let output = NoteOutput(frame, at: recordAt) else { return nil }
        let note = VerifiedNote(
          keyEpoch: reply.keyEpoch, serial: reply.firstSerial &+ UInt64(index), amount: output.amount,
          binding: output.binding)
        guard NoteRail.write(note, to: &body, at: offset, keyring: keyring) else { return nil }
        offset += NoteToken.byteCount
      }
      return offset
    case .voucher:
      return VoucherReply(body.bytes).map { end + Int($0.count) * IssuedVoucher.byteCount }
    default:
      return end
    }
  }

  /// Writes what REFUND gives: the note that a payment became, or the notes of an EXCHANGE as its own reply had them.
  @inline(never)
  private func writeNotes(
    of payment: UInt64, _ reply: RefundReply, to body: inout MutableRawSpan, at start: Int
  ) -> Int? {
    var outputs = machine.exchangedOutputs(of: payment)
    if outputs.isEmpty { outputs = [NoteOutput(amount: reply.amount, binding: 0)] }
    guard outputs.count == Int(reply.count) else { return nil }
    var offset = start
    for (index, output) in outputs.enumerated() {
      let note = VerifiedNote(
        keyEpoch: reply.keyEpoch, serial: reply.firstSerial &+ UInt64(index), amount: output.amount,
        binding: output.binding)
      guard NoteRail.write(note, to: &body, at: offset, keyring: keyring) else { return nil }
      offset += NoteToken.byteCount
    }
    return offset
  }

  /// Writes `count` notes that differ in their serials only.
  private func writeNotes(
    like first: VerifiedNote, count: UInt16, to body: inout MutableRawSpan, at start: Int
  ) -> Int? {
    var offset = start
    var note = first
    for _ in 0..<count {
      guard NoteRail.write(note, to: &body, at: offset, keyring: keyring) else { return nil }
      note.serial &+= 1
      offset += NoteToken.byteCount
    }
    return offset
  }

  /// Proves the tokens of a payment block that pays to the lease of `handle`; nil when they are authentic, and in `payment` then.
  mutating func verifyPayment(
    _ request: borrowing Request, _ frame: RawSpan, to handle: Handle, of connection: Connection
  ) -> Verdict? {
    let (start, byteCount) = (request.layout.paymentOffset, request.layout.paymentByteCount)
    let block = frame.extracting(start..<start + byteCount)
    guard request.layout.beginsWithTick, request.opcode == .use || request.opcode == .fund,
      let tick = VerifiedPayment.tick(of: block)
    else { return verifyNotes(block) }
    let head = machine.chainHead(tick.chain, of: handle.lease, hint: handle.leaseIndex).map {
      ChainRail.Head(place: $0.place, index: $0.index, length: $0.length, word: $0.word)
    }
    let verdict = payment.verify(tick, on: handle.lease, head: head)
    guard verdict.status == .ok else {
      // As much was hashed as a tick can ask for.
      workCount &+= limits.workCountOfFailedTick
      // Of a repeat it may be that the chain is another by now: the state machine knows what was done, and judges it unproved.
      guard mayBeRepeat(request, frame, to: handle, of: connection) else {
        return Verdict(verdict.status, detail: verdict.detail, token: verdict.token)
      }
      _ = payment.verify(tick, on: handle.lease, head: nil)
      return nil
    }
    if let tick = payment.tick { workCount &+= Int((tick.index &- tick.from) / limits.stepCountOfWork) }
    return nil
  }

  private func mayBeRepeat(
    _ request: borrowing Request, _ frame: RawSpan, to handle: Handle, of connection: Connection
  ) -> Bool {
    if request.keepsReceipt { return machine.mayBeDone(request.number, inSession: connection.sessionHash) }
    guard let use = UseRequest(frame, at: request.layout.fixedOffset) else { return false }
    return machine.mayBeCharged(use.useNumber, handle.actor, of: handle.lease)
  }

  /// Proves the tokens of a payment block; nil when each is a note of this broker, which are in `payment` then.
  mutating func verifyNotes(_ block: RawSpan) -> Verdict? {
    let verdict = payment.verify(block, keyring: keyring)
    guard verdict.status != .ok else { return nil }
    let at = VerifiedPayment.offset(of: Int(verdict.token))
    // The lost life of a broker that was restored may have begun key epochs that this one does not know.
    if verdict.status == .noteEpochUnknown, let token = NoteToken(block, at: at), machine.isQuarantined(token.keyEpoch)
    {
      return Verdict(.restoreInProgress, token: verdict.token)
    }
    return Verdict(verdict.status, token: verdict.token)
  }

  /// ROTATE was done: derives the key of the new epoch. The state machine keeps as many epochs as the keyring has room; when it
  /// dropped one to make place, its key goes too.
  mutating func addKeyEpoch(_ request: borrowing Request, _ frame: RawSpan, _ body: RawSpan) {
    guard let reply = RotateReply(body), let rotate = RotateRequest(frame, at: request.layout.fixedOffset) else {
      return
    }
    for epoch in keyring.numbers where machine.tagAlgorithm(epoch) == nil { _ = keyring.remove(epoch: epoch) }
    _ = keyring.add(epoch: reply.keyEpoch, algorithm: rotate.algorithm, genesis: machine.genesis.now, from: keys)
  }
}
