internal import BrokerCore
internal import Cashu
internal import Journal
public import Payments
internal import TurnpikeCrypto
internal import WireProtocol

/// Requests that are paid in ecash: their tokens are judged by jobs, elsewhere; then they are carried out as others are.
extension SessionEngine {
  /// Takes ecash of these mints from now on, of each once it has said that it can do what is needed (`gotInfo`), and of no others. Within a
  /// turn.
  ///
  /// - Returns: Why not, for the operator: a mint that has another unit or place by now, or too many.
  public mutating func takeEcash(of mints: [EcashMint], keys: EcashKeys) -> String? {
    advance()
    var desk = EcashDesk(terms: EcashTerms(keys: keys, locks: lockKeys(of: keys)))
    var isTaken: Set<UInt32> = []
    for mint in mints {
      guard let number = number(of: mint) else { return "more than \(WireLimits.mintCountMax) mints were ever taken" }
      guard isTaken.insert(number).inserted else { return "\(mint.origin) is there twice in one unit" }
      guard let url = Text96(mint.origin.description) else { return "\(mint.origin) is longer than 95 bytes" }
      let known = machine.mintTerms(number)
      let command = SetMintCommand(
        mint: number, flags: known?.flags ?? [], numerator: mint.numerator, denominator: mint.denominator,
        minimum: mint.minimum, exposure: mint.exposure, ceiling: mint.ceiling, unit: mint.unit, url: url)
      if let known, known.isLike(command) { continue }
      let status = record(command, isApplied: true)
      guard status == .ok else { return "\(mint.origin): \(status.specificationName)" }
    }
    for number in 1...UInt32(WireLimits.mintCountMax) {
      guard var known = machine.mintTerms(number) else { continue }
      if !isTaken.contains(number), known.flags.contains(.enabled) {
        known.flags.remove(.enabled)
        record(known, isApplied: true)
      }
      guard let origin = try? MintOrigin(known.url.string, allowsPlainHTTP: true) else { continue }
      desk.terms.mints.append(EcashTerms.Mint(number: number, origin: origin, unit: known.unit.string))
      desk.lines.append(MintLine(number: number, origin: origin, isTaken: isTaken.contains(number), now: now))
      if !isTaken.contains(number), let held = machine.totals(ofMint: number)?.held, held > 0 {
        let what = "\(held) \(known.unit.string) of the broker's"
        desk.note(number, "\(origin) is not named, and \(what) are there", isTrouble: true)
      }
    }
    for number in 0..<machine.keysetCount { desk.learn(keyset: number + 1, of: machine) }
    for index in desk.lines.indices {
      // Whether it arrived nobody knows.
      if isSwapUnderWay(at: desk.lines[index].number) { desk.lines[index].doubt(at: now) }
    }
    if machine.isRestoring {
      for line in desk.lines {
        desk.note(line.number, "nothing is swapped before what the restore lost is accepted", isTrouble: true)
      }
    }
    ecash = desk
    machine.tellsEffects = tellsEffects
    workOnMints()
    return nil
  }

  /// The number that a mint has, or gets.
  private func number(of mint: EcashMint) -> UInt32? {
    var free: UInt32?
    for number in 1...UInt32(WireLimits.mintCountMax) {
      guard let known = machine.mintTerms(number) else {
        if free == nil { free = number }
        continue
      }
      if known.unit == mint.unit, known.url.string == mint.origin.description { return number }
    }
    return free
  }

  // MARK: Locks

  /// Of the key that ecash is to be locked to now, by the state machine's time.
  private var lockEpoch: LockEpoch {
    LockEpoch(life: machine.lossIncarnations.last ?? 0, period: machine.lockPeriod)
  }

  private func lockKeys(of keys: EcashKeys, known: LockKeys? = nil) -> LockKeys {
    LockKeys(
      of: keys, losses: machine.lossIncarnations, since: UInt32(clamping: machine.genesis.now / 1_000),
      period: machine.lockPeriod, known: known)
  }

  /// Takes over that another period has begun.
  private mutating func updateLocks() {
    guard let terms = ecash?.terms, terms.locks.epoch != lockEpoch else { return }
    let locks = lockKeys(of: terms.keys, known: terms.locks)
    ecash?.terms.locks = locks
  }

  // MARK: Parking

  /// Whether the next frame of a connection waits until one of those tokens is judged that it sent before.
  @inline(__always) func mustAwaitVerdict(_ frame: RawSpan, of connection: Connection) -> Bool {
    connection.parkedCount >= EcashLimits.parkedCountMaxPerConnection && FrameLayout(request: frame).beginsWithEcash
  }

  /// Puts a request aside until its token was judged.
  mutating func park(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let desk = ecash else { return refusal(.railUnknown, request, of: connection, token: 0) }
    let (start, byteCount) = (request.layout.paymentOffset, request.layout.paymentByteCount)
    let block = frame.extracting(start..<start + byteCount)
    let (place, verdict) = VerifiedPayment.ecash(of: block)
    guard let place, let head = EcashToken(block, at: place.lowerBound) else {
      return refusal(verdict.status, request, of: connection, token: verdict.token)
    }
    updateLocks()
    guard let terms = ecash?.terms, desk.parked.count < EcashLimits.parkedCountMax,
      journal.byteCountMax >= JournalLimits.longRecordByteCountMax + 2 * JournalLimits.recordByteCountMax
    else { return refusal(.noSpace, request, of: connection) }
    let token = (place.lowerBound..<place.upperBound).map { block.uint8(at: $0) }
    let parked = EcashDesk.Parked(
      connection: connection, frame: (0..<frame.byteCount).map { frame.uint8(at: $0) }, refundHash: head.refundHash)
    let verification = EcashVerification(
      terms: terms, token: token, lease: paidLease(request, frame, of: connection), now: now / 1_000)
    ecash?.park(parked, verification)
    connection.parkedCount += 1
    workCount &+= limits.workCountOfFreeFrame
    return Verdict(.ok)
  }

  /// A refusal before any receipt is looked for.
  private func refusal(
    _ status: Status, _ request: borrowing Request, of connection: Connection, token: UInt8 = Refusal.noToken
  ) -> Verdict {
    Verdict(status, token: token, money: moneyOfRepeat(request.number, on: connection))
  }

  /// The lease that a request pays to; 0: none.
  private func paidLease(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> UInt64 {
    let at = request.layout.fixedOffset
    switch request.opcode {
    case .fund: return FundRequest(frame, at: at)?.lease ?? 0
    case .use:
      guard let use = UseRequest(frame, at: at) else { return 0 }
      return use.lease != 0 ? use.lease : connection.handles[use.handle]?.lease ?? 0
    case .openChain: return OpenChainRequest(frame, at: at).flatMap { connection.handles[$0.handle]?.lease } ?? 0
    case .donate:
      guard let donate = DonateRequest(frame, at: at), donate.kind == .lease else { return 0 }
      return donate.target
    default: return 0
    }
  }

  // MARK: Jobs

  /// The next thing to be worked out elsewhere, if there is one; `finished` must follow.
  public mutating func nextEcashJob() -> EcashJob? {
    guard let desk = ecash, !desk.jobs.isEmpty else { return nil }
    return ecash?.jobs.removeFirst()
  }

  /// A job is done. Within a turn.
  public mutating func finished(_ result: EcashJobResult) {
    switch result {
    case .verified(let ticket, let verdict):
      ecash?.verified.append((ticket, verdict))
      carryOutVerified()
    case .prepared(let mint, let result): prepared(mint, result)
    case .completed(let mint, let points): completed(mint, points)
    case .scanPrepared(let mint, let batch): scanPrepared(mint, batch)
    case .scanned(let mint, let found): scanned(mint, found)
    }
  }

  /// Carries out requests whose tokens were judged, as long as the batch has room for them.
  mutating func carryOutVerified() {
    while let first = ecash?.verified.first {
      guard journal.freeByteCount >= JournalLimits.longRecordByteCountMax + 2 * JournalLimits.recordByteCountMax else {
        return
      }
      ecash?.verified.removeFirst()
      guard let parked = ecash?.parked.removeValue(forKey: first.ticket) else { continue }
      let connection = parked.connection
      connection.parkedCount -= 1
      if connections[connection.index] === connection, connection.isListening {
        unsafe resume(parked.frame.span.bytes, of: connection, parked.refundHash, first.verdict)
      }
      if connection.isDeferred, connection.isListening, !connection.isAwaitingTimers { queueDeferred(connection) }
    }
  }

  private mutating func resume(
    _ frame: RawSpan, of connection: Connection, _ refundHash: Bytes16, _ verdict: EcashVerdict
  ) {
    let request = Request(frame)
    let outcome: Verdict
    switch verdict {
    case .refused(let status):
      if status == .keysetUnknown { learnKeysetsSoon() }
      if status == .ecashInvalid { connection.hadBadEcash = true }
      outcome = refusal(status, request, of: connection, token: 0)
    case .verified(var ecash):
      // Who had a token refused is not swapped together with others.
      if connection.hadBadEcash { ecash.flags.insert(.alone) }
      let own = SHA256.refundHash(refundHash, token: ecash.tokenHash)
      ecashInHand = (ecash, self.refundHash(of: ecash) ?? own)
      outcome = command(request, frame, of: connection)
      ecashInHand = nil
    }
    conclude(request, outcome, of: connection)
    workOnMints()
  }

  /// Who may collect what was locked to a lease: its owner, if it has one, and not whoever saw the token and was faster. Nil: as it is asked for.
  private func refundHash(of ecash: VerifiedEcash) -> Bytes16? {
    guard ecash.lease != 0, let hash = machine.lease(ecash.lease)?.keyHash, !hash.isZero else { return nil }
    return hash
  }

  // MARK: Commands

  /// Adds the ecash in hand to a command.
  func appendEcash(to builder: inout CommandBuilder, in bytes: inout MutableRawSpan) {
    guard let (ecash, refundHash) = ecashInHand else { return }
    // Time went on while it was judged.
    let isProvable = ecash.lockEpoch?.isProvable(in: lockEpoch) == true
    let flags = isProvable ? ecash.flags : ecash.flags.subtracting(.proven)
    let head = EcashPayment(
      mint: ecash.mint, proofCount: 0, flags: flags, refundHash: refundHash, sealedByteCount: 0,
      locktime: ecash.locktime)
    unsafe builder.append(head, ecash.proofs, sealed: ecash.sealed.span.bytes, to: &bytes)
  }

  /// Writes the digest of the request: of the command without its payment, and of the token as it was sent. What was found of it may
  /// be another thing when it is repeated.
  func stampEcash(_ request: borrowing Request, _ frame: RawSpan, in bytes: inout MutableRawSpan) {
    guard let view = CommandView(bytes.bytes) else { return }
    let content = ContentDigest.of(
      bytes.bytes.extracting(Self.contentOffset..<view.paymentOffset), seed: digestSeed)
    let (start, byteCount) = (request.layout.paymentOffset, request.layout.paymentByteCount)
    bytes.store(ContentDigest.of(frame.extracting(start..<start + byteCount), seed: content), at: Self.digestOffset)
  }

  /// Pays out, as a note, ecash that could not do what it was for, or gives the notes of an EXCHANGE once more.
  mutating func refund(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let refund = RefundRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    return execute(
      RefundCommand(
        payment: refund.payment, keyHash: SHA256.refundHash(SHA256.keyHash(refund.key), token: refund.token)),
      request, frame, of: connection, noteCountMax: WireLimits.outputCountMax)
  }

  // MARK: Reads

  /// What became of a payment in ecash.
  mutating func ecashPayment(_ id: UInt64, _ request: borrowing Request, of connection: Connection) -> Verdict {
    guard let state = machine.ecashPayment(id) else { return Verdict(.paymentUnknown, money: .notKnown) }
    let money: Money =
      switch state.outcome {
      case .taken, .refundable: .taken
      case .notTaken: .notTaken
      default: .notKnown
      }
    let reply = PaymentReply(
      outcome: state.outcome, opcode: state.opcode, status: state.status, spent: 0, amount: state.amount,
      detail: state.detail, reply: state.reply)
    return self.reply(request, with: reply, money: money, to: connection)
  }

  /// Whose ecash is taken, and what it can be locked to.
  mutating func listMints(_ request: borrowing Request, of connection: Connection) -> Verdict {
    updateLocks()
    // What is locked could not be swapped before its locktime.
    let key = machine.isRestoring ? nil : ecash?.terms.locks.current
    let halves = key?.halves
    var offers: [MintOffer] = []
    for number in 1...UInt32(WireLimits.mintCountMax) {
      guard ecash != nil, let known = machine.mintTerms(number), known.flags.contains(.enabled) else { continue }
      offers.append(
        MintOffer(
          mint: number, feePerThousand: machine.feePerThousand(ofMint: number), numerator: known.numerator,
          denominator: known.denominator, minimum: known.minimum, unit: known.unit, url: known.url))
    }
    let fixed = MintsReply(
      lockX0: halves?.x0 ?? Bytes16(), lockX1: halves?.x1 ?? Bytes16(), lockIsOdd: key?.isOdd == true ? 1 : 0,
      count: UInt16(offers.count))
    return reply(request, with: fixed, offers, to: connection)
  }

  // MARK: Pushes

  /// Tells whoever made a payment that it is no longer pending.
  mutating func deliverSettled(_ push: PaymentSettledPush, session: UInt64) {
    guard let hash = machine.sessionHash(session), let index = sessions[hash], let connection = connections[index],
      connection.isListening
    else { return }
    // What the broker's lost life had taken is made good: nobody is to blame for that.
    let isBad = push.status == .ecashInvalid || push.status == .ecashSpent
    if isBad, push.outcome != .refundable { connection.hadBadEcash = true }
    deliver(push, to: connection)
  }
}

extension EcashDesk {
  mutating func park(_ request: Parked, _ verification: EcashVerification) {
    lastTicket += 1
    parked[lastTicket] = request
    jobs.append(.verify(ticket: lastTicket, verification))
  }

  /// Adds a keyset that the state machine knows to the terms, or whether it is still in use.
  mutating func learn(keyset number: UInt32, of machine: borrowing StateMachine) {
    guard let (known, points) = machine.keyset(number), let id = KeysetID(known),
      let mint = terms.mints.firstIndex(where: { $0.number == known.mint })
    else { return }
    let isActive = known.flags.contains(.active)
    if let index = terms.mints[mint].keysets.firstIndex(where: { $0.number == number }) {
      terms.mints[mint].keysets[index].isActive = isActive
      terms.mints[mint].keysets[index].finalExpiry = known.finalExpiry
      return
    }
    let keys = points.compactMap { key in
      CompressedPoint(x0: key.x0, x1: key.x1, isOdd: key.isOdd == 1).flatMap { terms.mintKey($0) }
    }
    guard keys.count == points.count else { return }
    terms.mints[mint].keysets.append(
      EcashTerms.KeysetTerms(
        number: number, id: id, isActive: isActive, finalExpiry: known.finalExpiry, keys: keys))
  }
}

extension PaymentReply {
  /// Of notes.
  init(outcome: PaymentOutcome, spent: UInt32 = 0, amount: UInt64 = 0) {
    self.init(
      outcome: outcome, opcode: 0, status: .ok, spent: spent, amount: amount, detail: 0,
      reply: KeptReply(word0: 0, word1: 0, word2: 0, word3: 0, word4: 0))
  }
}

extension KeysetID {
  /// As a command has it.
  init?(_ command: SetKeysetCommand) {
    let point = CompressedPoint(x0: command.id0, x1: command.id1, isOdd: false)
    guard let bytes = point?.x.bytes else { return nil }
    self.init((bytes + [command.idLast]).prefix(Int(command.idByteCount)))
  }
}

extension SetMintCommand {
  /// Whether it says the same as another one.
  fileprivate func isLike(_ other: SetMintCommand) -> Bool {
    flags == other.flags && numerator == other.numerator && denominator == other.denominator
      && minimum == other.minimum && exposure == other.exposure && ceiling == other.ceiling
  }
}
