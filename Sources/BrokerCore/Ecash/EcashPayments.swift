import WireProtocol

/// What judging ecash gives: what it is worth, or why it is not taken.
enum EcashVerdict {
  case good(EcashWorth)
  case bad(Outcome)
}

/// Commands that are paid in ecash: how they are judged, put off, and carried out.
extension StateMachine {
  /// A command with ecash in the place of notes: credited at once, when only the broker can spend it; else put off until its mint
  /// has answered.
  mutating func payInEcash(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    forgetKeptProofs()
    // Ecash for ecash is what mints are for.
    guard view.header.kind != .payout else { return .refused(.paymentNotAllowed) }
    guard let head = view.ecash(in: bytes) else { return .refused(.malformed) }
    let worth: EcashWorth
    switch judgeEcash(bytes, view, head) {
    case .bad(let outcome): return outcome
    case .good(let good): worth = good
    }
    ecash.credit = worth.credit
    let outcome = dispatch(bytes, view, &reply)
    guard outcome.status == .paymentPending else { return outcome }
    // Of EXCHANGE beside the notes that it makes: it is not to fail once the money is there.
    if worth.isAtOnce, view.header.kind == .exchange, epochs.freeRoom <= UInt64(view.recordCount) {
      return .refused(.noSpace)
    }
    let index = takeIn(bytes, view, head, worth)
    let mint = Int(head.mint) - 1
    if worth.isAtOnce {
      ecash.mints[mint].owed.append(index, in: ecash.entries)
      ecash.mints[mint].creditedAmount += worth.amount
      ecash.entries[index].isAnswered = true
      credit(index)
      return carryOut(index, &reply)
    }
    ecash.mints[mint].waiting.append(index, in: ecash.entries)
    joinWaiting(index)
    holdUnits(bytes, view, for: index)
    return Outcome.refused(.paymentPending, detail: ecash.entries[index].id).with(.notKnown)
  }

  /// Judges the ecash of a command, changing nothing: its mint and keysets, what it is worth, that it is in no other payment, and
  /// that there is room for it.
  private func judgeEcash(_ bytes: RawSpan, _ view: CommandView, _ head: EcashPayment) -> EcashVerdict {
    guard let mint = ecash.mint(head.mint), ecash.mints[mint].isEnabled else { return .bad(.refused(.mintUnknown)) }
    var worth = EcashWorth(amount: 0, feePerThousand: 0, credit: 0)
    switch add(bytes, view, head, to: &worth) {
    case .some(let outcome): return .bad(outcome)
    case .none: break
    }
    if let refusal = judgeUse(bytes, view, head) { return .bad(refusal) }
    // Until the loss is accepted nobody is asked whose it is: the lost life may have taken it.
    guard !isRestoring else { return .bad(.refused(.restoreInProgress)) }
    guard worth.amount <= UInt64(WireLimits.ecashAmountMax) else { return .bad(.refused(.amountOverflow)) }
    // At most 256 fees of 32 bits.
    let fee = (worth.feePerThousand + 999) / 1_000
    let least = max(ecash.mints[mint].minimum, 1).addingSaturating(fee)
    guard worth.amount >= least else { return .bad(.refused(.amountInvalid, detail: least)) }
    guard canBeSwapped(worth.amount - fee, at: head.mint) else { return .bad(.refused(.amountOverflow)) }
    let product = (worth.amount - fee).multipliedFullWidth(by: ecash.mints[mint].numerator)
    guard product.high < ecash.mints[mint].denominator else { return .bad(.refused(.amountOverflow)) }
    worth.credit = ecash.mints[mint].denominator.dividingFullWidth(product).quotient
    guard worth.credit > 0 else { return .bad(.refused(.amountInvalid, detail: least)) }
    // What nobody has vouched for must not take all that can still come into being.
    guard worth.credit <= moneyLeft, worth.credit <= creditMax else { return .bad(.refused(.amountOverflow)) }
    worth.isAtOnce = head.flags.contains(.proven) && ecash.mints[mint].isWithinExposure(worth.amount)
    if let left = ecash.mints[mint].leftBelowCeiling(isAtOnce: worth.isAtOnce), worth.amount - fee > left {
      return .bad(.refused(.treasuryFull, detail: left))
    }
    let pieceCount = Self.pieceCount(view, head)
    guard hasShare(of: mint, head, pieceCount: pieceCount), hasRoomForEntry(pieceCount: pieceCount),
      ecash.proofs.capacity - ecash.proofs.count >= UInt32(head.proofCount), epochs.freeRoom >= 1
    else { return .bad(.refused(.noSpace)) }
    return .good(worth)
  }

  /// Whether a mint can sign so much at once, as far as it is known what it signs with.
  private func canBeSwapped(_ net: UInt64, at mint: UInt32) -> Bool {
    ecash.activeKeyset(of: mint).map { ecash.keysets[$0].outputs(of: net) != nil } ?? true
  }

  /// Pieces that a payment takes: its sealed bytes, and the command without it.
  private static func pieceCount(_ view: CommandView, _ head: EcashPayment) -> UInt32 {
    PieceStore.count(Int(head.sealedByteCount)) + PieceStore.count(view.paymentOffset)
  }

  /// Adds up the proofs; why not, when one is not of a keyset that is known, or no proof can be so.
  private func add(
    _ bytes: RawSpan, _ view: CommandView, _ head: EcashPayment, to worth: inout EcashWorth
  ) -> Outcome? {
    for index in 0..<Int(head.proofCount) {
      guard let proof = view.proof(index, in: bytes) else { return .refused(.malformed) }
      guard let keyset = ecash.keyset(proof.keyset, of: head.mint),
        !head.flags.contains(.proven) || ecash.keysets[keyset].isActive == 1
      else { return .refused(.keysetUnknown) }
    }
    for index in 0..<Int(head.proofCount) {
      guard let proof = view.proof(index, in: bytes), let keyset = ecash.keyset(proof.keyset, of: head.mint),
        proof.exponent < ecash.keysets[keyset].keyCount
      else { return .refused(.ecashInvalid) }
      for earlier in 0..<index {
        guard let other = view.proof(earlier, in: bytes), other.y0 != proof.y0 || other.y1 != proof.y1 else {
          return .refused(.ecashInvalid)
        }
      }
      worth.amount = worth.amount.addingSaturating(1 << UInt64(proof.exponent))
      worth.feePerThousand += UInt64(ecash.keysets[keyset].feePerThousand)
    }
    return nil
  }

  /// Whether a proof is in another payment at the url of this mint: then nobody knows yet whose it is.
  private func judgeUse(_ bytes: RawSpan, _ view: CommandView, _ head: EcashPayment) -> Outcome? {
    for index in 0..<Int(head.proofCount) {
      guard let proof = view.proof(index, in: bytes), let found = findProof(proof.y0, proof.y1, at: head.mint)
      else { continue }
      return Outcome.refused(.ecashInUse, detail: ecash.proofs[found].id).with(.notKnown)
    }
    return nil
  }

  /// The most that one payment is worth: all of them together are half of what can be.
  var creditMax: UInt64 { UInt64(WireLimits.moneyMax) / (2 * UInt64(max(genesis.ecashCountMax, 1))) }

  /// Money that can still come into being, credits of payments that wait counted as if they were.
  var moneyLeft: UInt64 {
    UInt64(WireLimits.moneyMax).subtractingSaturating(ledger.inBeing).subtractingSaturating(ecash.pendingCredit)
  }

  // MARK: Taking in

  /// Makes the entry of a payment that was judged good, in no list yet.
  private mutating func takeIn(
    _ bytes: RawSpan, _ view: CommandView, _ head: EcashPayment, _ worth: EcashWorth
  ) -> UInt32 {
    let pieceCount = Self.pieceCount(view, head)
    makeRoomForEntry(pieceCount: pieceCount)
    joinShare(of: Int(head.mint) - 1, head, pieceCount: pieceCount)
    ecash.paymentCounter += 1
    var entry = EcashEntry(
      drawnIdentifier(CoreLimits.ecashMark | ecash.paymentCounter), head, view.header.kind,
      view.receipt?.session ?? 0, worth)
    entry.sealed = ecash.pieces.store(bytes.extracting(view.sealed(in: bytes)))
    entry.command = keep(bytes, view, worth.credit)
    for number in (0..<Int(head.proofCount)).reversed() {
      guard let proof = view.proof(number, in: bytes) else { continue }
      var taken = TakenProof()
      taken.id = entry.id
      taken.keyset = UInt16(truncatingIfNeeded: proof.keyset)
      taken.exponent = proof.exponent
      taken.y0 = proof.y0
      taken.y1 = proof.y1
      guard let index = ecash.proofs.insert(taken) else { continue }
      ecash.proofs[index].nextFree = entry.firstProof
      entry.firstProof = index
      ecash.proofYs.insert(seed.hash(proof.y0.low, proof.y0.high), index)
    }
    guard let index = ecash.entries.insert(entry) else { return noIndex }
    ecash.entryIDs.insert(seed.hash(drawn: entry.id), index)
    linkKey(of: index)
    return index
  }

  /// Keeps the command without its payment. Of ACQUIRE the least time wanted is what the payment buys now, if that is more.
  private mutating func keep(_ bytes: RawSpan, _ view: CommandView, _ credit: UInt64) -> StoredBytes {
    let command = bytes.extracting(first: view.paymentOffset)
    guard view.header.kind == .acquire, var acquire = AcquireCommand(bytes, at: view.fixedOffset),
      let resource = resourceIndex(acquire.resource)
    else { return ecash.pieces.store(command) }
    let prices = resources[resource].prices.current
    let rate = UInt64(acquire.units) &* prices.price
    acquire.minimum = max(acquire.minimum, Ratio.floor(credit, prices.period, over: rate))
    return unsafe withUnsafeTemporaryAllocation(byteCount: command.byteCount, alignment: 8) { room in
      var copy = unsafe room.mutableBytes
      for word in 0..<command.byteCount / 8 { copy.store(command.uint64(at: word * 8), at: word * 8) }
      acquire.write(to: &copy, at: view.fixedOffset)
      return ecash.pieces.store(copy.bytes)
    }
  }

  // MARK: Carrying out

  /// Credits a payment: it becomes a note, with which its command is then carried out.
  mutating func credit(_ index: UInt32) {
    let (id, amount) = (ecash.entries[index].id, ecash.entries[index].credit)
    move(amount, .ecash, .outstanding(epochs.current), for: id)
    let serial = identifier(epochs.issue(count: 1, amount: amount))
    ecash.entries[index].keyEpoch = keyEpoch
    ecash.entries[index].serial = serial
    ecash.entries[index].isCredited = true
  }

  /// Carries out the command of a payment that was credited.
  mutating func carryOut(_ index: UInt32, _ reply: inout MutableRawSpan) -> Outcome {
    // What it holds is for itself.
    endHold(of: index)
    let note = VerifiedNote(
      keyEpoch: ecash.entries[index].keyEpoch, serial: ecash.entries[index].serial,
      amount: ecash.entries[index].credit, binding: 0)
    ecash.carriedOut = ecash.entries[index].id
    let outcome =
      findsWhoAsked(index) ? carryOut(ecash.entries[index].command, with: note, &reply) : .refused(.sessionRequired)
    ecash.carriedOut = 0
    ecash.entries[index].status = outcome.status.rawValue
    ecash.entries[index].detail = outcome.detail
    ecash.entries[index].outcome = outcome.status == .ok ? .taken : .refundable
    if outcome.status == .ok {
      let words = reply.bytes
      ecash.entries[index].reply = (
        words.uint64(at: 0), words.uint64(at: 8), words.uint64(at: 16), words.uint64(at: 24), words.uint64(at: 32)
      )
    }
    dropCarriedOut(index)
    return outcome
  }

  /// Whether somebody can ask for what a payment's command gives. Notes of EXCHANGE are had by its number, in its session, which counts
  /// as used now, so that there is time for it; by its refund key only as long as its outputs are kept.
  private mutating func findsWhoAsked(_ index: UInt32) -> Bool {
    guard ecash.entries[index].isExchange else { return true }
    guard let session = sessions.find(ecash.entries[index].session), !sessions.isIdle(session, at: now) else {
      return false
    }
    sessions.touch(session, at: now)
    return true
  }

  /// Puts a command together again, with a note as its payment, and carries it out.
  private mutating func carryOut(
    _ stored: StoredBytes, with note: VerifiedNote, _ reply: inout MutableRawSpan
  ) -> Outcome {
    for word in 0..<CoreLimits.replyByteCountMax / 8 { reply.store(UInt64(0), at: word * 8) }
    let byteCount = Int(stored.byteCount)
    // Nobody else writes there while it is carried out: no command carries another out.
    let room = unsafe ecash.scratch.mutableBytes(0..<ecash.scratch.count)
    var raw = unsafe room.mutableBytes
    guard byteCount + VerifiedNote.byteCount <= raw.byteCount else { return .refused(.malformed) }
    ecash.pieces.copy(stored, to: &raw)
    guard var header = CommandHeader(raw.bytes) else { return .refused(.malformed) }
    header.byteCount = UInt32(byteCount + VerifiedNote.byteCount)
    header.flags.remove(.ecash)
    header.noteCount = 1
    header.write(to: &raw)
    note.write(to: &raw, at: byteCount)
    let command = raw.bytes.extracting(first: byteCount + VerifiedNote.byteCount)
    guard let view = CommandView(command) else { return .refused(.malformed) }
    return dispatch(command, view, &reply)
  }
}
