import WireProtocol

/// What becomes of payments in ecash that ended: REFUND, repeats, and how they are forgotten.
extension StateMachine {
  /// Ends a payment: what it kept goes, but for proofs that must not be taken again soon, and for signatures on a payout.
  mutating func end(_ index: UInt32, keepsProofs: Bool) {
    endHold(of: index)
    // Whoever copied a hash could have forged tokens hide what its payer has.
    if ecash.entries[index].outcome == .notTaken { unlinkKey(of: index) }
    if ecash.entries[index].endedList == .paidOut {
      ecash.paidOutPieceCount += PieceStore.count(Int(ecash.entries[index].sealed.byteCount))
    } else {
      if !ecash.entries[index].isPayout { leaveShare(index, keepsProofs: keepsProofs) }
      ecash.entries[index].sealed = ecash.pieces.remove(ecash.entries[index].sealed)
    }
    var proof = ecash.entries[index].firstProof
    while proof != noIndex {
      let next = ecash.proofs[proof].nextFree
      if keepsProofs { keepProof(proof) } else { forgetProof(proof) }
      proof = next
    }
    ecash.entries[index].firstProof = noIndex
    ecash.entries[index].place = .ended
    appendEnded(index)
    countOutputs(of: index)
  }

  /// Puts an entry behind all that ended before it.
  private mutating func appendEnded(_ index: UInt32) {
    ecash.entries[index].endedAt = now
    ecash.endCounter += 1
    ecash.entries[index].endNumber = ecash.endCounter
    ecash.ended[ecash.entries[index].endedList.number].append(index, in: ecash.entries)
  }

  /// Tells whoever made a payment that it is no longer pending.
  mutating func tellSettled(_ index: UInt32) {
    let state = paymentState(index)
    effects.append(
      .paymentSettled(
        PaymentSettledPush(
          payment: ecash.entries[index].id, outcome: state.outcome, opcode: state.opcode, status: state.status,
          amount: state.amount, detail: state.detail, reply: state.reply), session: ecash.entries[index].session))
  }

  /// Whether a payment finds a place, and its bytes their pieces: free ones, or what may be forgotten for them.
  func hasRoomForEntry(pieceCount: UInt32) -> Bool {
    (!ecash.entries.isFull || forgettable != nil)
      && ecash.pieces.freeCount + ecash.paidOutPieceCount + ecash.outputPieceCount >= pieceCount
  }

  /// Forgets payments as long as there is no place for another, or not so many pieces, which `hasRoomForEntry` said there are; of
  /// EXCHANGEs, whose replies can be asked for still, their outputs only.
  mutating func makeRoomForEntry(pieceCount: UInt32) {
    if ecash.entries.isFull, let list = forgettable { forgetFirst(of: list) }
    while ecash.pieces.freeCount < pieceCount, ecash.ended[EndedList.paidOut.number].first != noIndex {
      forgetFirst(of: .paidOut)
    }
    while ecash.pieces.freeCount < pieceCount, ecash.firstOutputs != noIndex { dropFirstOutputs() }
  }

  /// Whether one more payout of a mint, with so many pieces, leaves places for others. One that is gone has none, though it
  /// may not have been forgotten yet.
  func hasRoomForPayout(at mint: Int, pieceCount: UInt32) -> Bool {
    (ecash.mints[mint].payoutCount < payoutCountMaxOfMint || isFirstGone(.uncollected(of: mint)))
      && (ecash.payoutCount < payoutCountMax || goneUncollected != nil)
      && ecash.payoutPieceCount + pieceCount <= payoutPieceCountMax
  }

  /// Forgets a payout that is gone, where one that `hasRoomForPayout` let in is to take its place.
  mutating func makeRoomForPayout(at mint: Int) {
    if ecash.mints[mint].payoutCount >= payoutCountMaxOfMint { forgetFirst(of: .uncollected(of: mint)) }
    if ecash.payoutCount >= payoutCountMax, let list = goneUncollected { forgetFirst(of: list) }
  }

  /// A list whose first one is gone, a payout that became a note which nobody collected.
  private var goneUncollected: EndedList? {
    (0..<WireLimits.mintCountMax).first { isFirstGone(.uncollected(of: $0)) }.map { .uncollected(of: $0) }
  }

  private func isFirstGone(_ list: EndedList) -> Bool {
    let first = ecash.ended[list.number].first
    return first != noIndex && ecash.entries[first].isGone(at: now)
  }

  private mutating func forgetFirst(of list: EndedList) {
    let index = ecash.ended[list.number].first
    if index == ecash.firstOutputs { dropFirstOutputs() }
    ecash.ended[list.number].remove(index, in: ecash.entries)
    if ecash.entries[index].takesPayoutPlace { ecash.mints[Int(ecash.entries[index].mint)].payoutCount -= 1 }
    if list == .paidOut {
      ecash.paidOutPieceCount -= PieceStore.count(Int(ecash.entries[index].sealed.byteCount))
      ecash.entries[index].sealed = ecash.pieces.remove(ecash.entries[index].sealed)
    }
    ecash.entryIDs.remove(seed.hash(drawn: ecash.entries[index].id), index)
    unlinkKey(of: index)
    ecash.entries.remove(index)
  }

  /// Whose first one is forgotten next: of those that are gone the first that ended, then those that were not taken, then
  /// those whose notes were collected, then payments that were TAKEN at once, then such payouts, since a mint can tell their
  /// signatures as well, then payments that were put off and TAKEN an hour ago, EXCHANGEs last. Nil: nothing may be forgotten.
  private var forgettable: EndedList? {
    var gone: (list: EndedList, endNumber: UInt64)?
    for list in (0..<EndedList.count).lazy.map(EndedList.init(number:)) where isFirstGone(list) {
      let endNumber = ecash.entries[ecash.ended[list.number].first].endNumber
      if gone.map({ endNumber < $0.endNumber }) ?? true { gone = (list, endNumber) }
    }
    if let gone { return gone.list }
    for number in 0...EndedList.paidOut.number where ecash.ended[number].first != noIndex {
      return EndedList(number: number)
    }
    return [EndedList.putOff, .exchanged].first { list in
      let first = ecash.ended[list.number].first
      return first != noIndex
        && now.subtractingSaturating(CoreLimits.replyKeptMilliseconds) >= ecash.entries[first].endedAt
    }
  }

  /// Index of a payment in ecash that is told of.
  func findEntry(_ id: UInt64) -> UInt32? {
    guard let index = ecash.entryIDs.find(seed.hash(drawn: id), where: { ecash.entries[$0].id == id }),
      !ecash.entries[index].isGone(at: now)
    else { return nil }
    return index
  }

  /// REFUND: the note of a payment that could not do what it was for, or the notes of an EXCHANGE that was put off. Payment 0: of the one
  /// that the hash alone leads to. Of an outcome that is OK `detail` is the payment's id.
  mutating func refund(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = RefundCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let found = command.payment == 0 ? findEntry(keyHash: command.keyHash) : findEntry(command.payment)
    guard let index = found else { return .refused(.paymentUnknown) }
    guard ecash.entries[index].refundHash == command.keyHash else { return .refused(.keyWrong) }
    let id = ecash.entries[index].id
    guard let outcome = ecash.entries[index].outcome else {
      return Outcome.refused(.paymentPending, detail: id).with(.notKnown)
    }
    var isAgain = true
    if outcome == .refundable {
      isAgain = ecash.entries[index].isCollected
      if !isAgain { collect(index) }
      RefundReply(
        amount: ecash.entries[index].credit, firstSerial: ecash.entries[index].serial,
        keyEpoch: ecash.entries[index].keyEpoch, count: 1
      ).write(to: &reply)
    } else if let notes = exchangedNotes(of: index) {
      notes.write(to: &reply)
    } else {
      return .refused(.nothingDue, detail: id)
    }
    var given = Outcome.ok(.taken, replyByteCount: RefundReply.byteCount, isReplayed: isAgain)
    given.detail = id
    return given
  }

  /// The note of a payment is given. One that has ended takes no place that others need from then on: it ends anew.
  private mutating func collect(_ index: UInt32) {
    let list = ecash.entries[index].endedList
    ecash.entries[index].isCollected = true
    guard ecash.entries[index].place == .ended else { return }
    ecash.ended[list.number].remove(index, in: ecash.entries)
    if ecash.entries[index].isPayout { ecash.mints[Int(ecash.entries[index].mint)].payoutCount -= 1 }
    appendEnded(index)
  }

  /// A repeat of a command that was put off: what became of it.
  func replayPayment(_ id: UInt64, _ kind: CommandKind, _ reply: inout MutableRawSpan) -> Outcome {
    guard let index = findEntry(id) else { return Outcome.refused(.receiptNotKept).with(.notKnown) }
    switch ecash.entries[index].outcome {
    case nil: return Outcome.refused(.paymentPending, detail: id).with(.notKnown)
    case .taken:
      let words = ecash.entries[index].reply
      reply.store(words.0, at: 0)
      reply.store(words.1, at: 8)
      reply.store(words.2, at: 16)
      reply.store(words.3, at: 24)
      reply.store(words.4, at: 32)
      return .ok(.taken, replyByteCount: Self.replyByteCount(kind), isReplayed: true)
    case .refundable: return Outcome.refused(.paymentRefundable, detail: id).with(.taken)
    default: return .refused(Status(rawValue: ecash.entries[index].status) ?? .mintRefused)
    }
  }
}
