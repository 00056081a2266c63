import WireProtocol

/// A payment in ecash, from when it was taken in until it is forgotten.
///
/// *Place* can go from WAITING to SWAPPING, from there back (the mint refused others of the swap) or to ENDED. *Outcome* is PENDING until it
/// is credited (then TAKEN or REFUNDABLE) or ends without (NOT_TAKEN). One that is locked is credited at once and ends later.
///
/// A *payout* is one too: PENDING until its mint has signed (TAKEN) or it becomes a note after all (credited, REFUNDABLE).
struct EcashEntry: SlotRecord {
  enum Place: UInt8 {
    case waiting = 1
    case swapping = 2
    case ended = 3
  }

  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// The next one in the list where it lies.
  var next: UInt32 = noIndex
  /// What its proofs are worth, and the fees of their keysets, in the mint's unit and in thousandths of it. Of a payout: what goes
  /// out, and what is kept of that for fees.
  var amount: UInt64 = 0
  var feePerThousand: UInt64 = 0
  /// What it is worth here; of a payout what was paid for it.
  var credit: UInt64 = 0
  var refundHash = Bytes16()
  /// Instant at which it ended, and as how many-th.
  var endedAt: UInt64 = 0
  var endNumber: UInt64 = 0
  /// The session that made it.
  var session: UInt64 = 0
  /// Why it was not taken, or could not do what it was for: of `status`. Of a payout that was TAKEN the keyset's number.
  var detail: UInt64 = 0
  /// The note that it became.
  var serial: UInt64 = 0
  var keyEpoch: UInt32 = 0
  /// Its proofs: the first of them in their table.
  var firstProof: UInt32 = noIndex
  /// What it is for: the command without its payment. Of an EXCHANGE that was put off and is TAKEN its outputs, as long as nobody needs
  /// their pieces.
  var command = StoredBytes()
  /// What spends its proofs, sealed. Of a payout its blank outputs; once it was TAKEN the signatures on them, laid out alike.
  var sealed = StoredBytes()
  /// The fixed reply of what it was for.
  var reply: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
  /// What an ACQUIRE holds that is pending.
  var hold = UnitHold()
  var status: UInt16 = 0
  var proofCount: UInt16 = 0
  /// Index of its mint.
  var mint: UInt8 = 0
  var kind: UInt8 = 0
  private var storedPlace: UInt8 = 0
  /// 0: pending.
  private var storedOutcome: UInt8 = 0
  private var storedFlags: UInt16 = 0
  /// 1: its money was credited.
  private var credited: UInt8 = 0
  /// Bit 0: REFUND gave its note. Bit 1: `isOfBefore`. Bit 2: `isAnswered`.
  private var marks: UInt8 = 0
  /// When the first of its proofs' locks ends, in seconds since 1970; 0: none does.
  var locktime: UInt32 = 0
  /// The most payments that a swap with it may have; 0: any. After one that was refused it is half of what that had, so that
  /// whoever is to blame is found in few swaps.
  var companions: UInt32 = 0
  /// The one before it in the list where it lies.
  var previous: UInt32 = noIndex

  init() {}

  /// One that waits.
  init(_ id: UInt64, _ head: EcashPayment, _ kind: CommandKind, _ session: UInt64, _ worth: EcashWorth) {
    self.id = id
    self.session = session
    mint = UInt8(truncatingIfNeeded: head.mint - 1)
    self.kind = kind.rawValue
    amount = worth.amount
    feePerThousand = worth.feePerThousand
    credit = worth.credit
    refundHash = head.refundHash
    proofCount = head.proofCount
    storedFlags = head.flags.rawValue
    locktime = head.locktime
    companions = head.flags.contains(.alone) ? 1 : 0
    storedPlace = Place.waiting.rawValue
  }

  /// A payout that waits, of so much in the mint's unit.
  init(_ id: UInt64, _ command: PayoutCommand, _ session: UInt64, _ worth: EcashWorth) {
    self.id = id
    self.session = session
    mint = UInt8(truncatingIfNeeded: command.mint - 1)
    kind = CommandKind.payout.rawValue
    amount = worth.amount
    feePerThousand = worth.feePerThousand
    credit = worth.credit
    refundHash = command.refundHash
    storedPlace = Place.waiting.rawValue
  }

  var isPayout: Bool { kind == CommandKind.payout.rawValue }
  var isExchange: Bool { kind == CommandKind.exchange.rawValue }

  /// Of several of a key, the lowest is whose note REFUND gives.
  var refundRank: Int {
    switch outcome {
    case .refundable: return isCollected ? Self.givenRank : 0
    case nil: return 1
    default: return keepsOutputs ? Self.givenRank : Self.givenRank + 1
    }
  }

  /// Of those that give once more what they gave.
  static let givenRank = 2

  /// What its mint keeps, and what remains: of a payout what the payer gets.
  var fee: UInt64 { (feePerThousand + 999) / 1_000 }
  var net: UInt64 { amount - fee }

  /// Whether it ended as an EXCHANGE whose notes REFUND can give once more: of that it keeps the outputs.
  var keepsOutputs: Bool { place == .ended && endedList == .exchanged && command.first != noIndex }

  /// What was told to an EXCHANGE that is TAKEN.
  var exchangeReply: ExchangeReply? {
    let words = [reply.0, reply.1, reply.2, reply.3]
    return unsafe ExchangeReply(words.span.bytes)
  }

  /// Outputs, or signatures on them, that a payout keeps.
  var blankCount: Int { Int(sealed.byteCount) / BlankOutput.byteCount }

  /// Pieces of what it keeps.
  var pieceCount: UInt32 { PieceStore.count(Int(sealed.byteCount)) + PieceStore.count(Int(command.byteCount)) }

  /// Where it lies when it ended.
  var endedList: EndedList {
    switch outcome {
    case .notTaken: .refused
    case .taken: isPayout ? .paidOut : isAnswered ? .carriedOut : isExchange ? .exchanged : .putOff
    case .refundable where isCollected: .collected
    case .refundable where isPayout: .uncollected(of: Int(mint))
    default: .owed
    }
  }

  /// Whether it takes one of the places that payouts may have: it is pending, or became a note that nobody collected.
  var takesPayoutPlace: Bool { isPayout && outcome != .taken && !isCollected }

  var place: Place {
    get { Place(rawValue: storedPlace) ?? .ended }
    set { storedPlace = newValue.rawValue }
  }

  /// Nil: it is pending.
  var outcome: PaymentOutcome? {
    get { PaymentOutcome(rawValue: storedOutcome) }
    set { storedOutcome = newValue?.rawValue ?? 0 }
  }

  var flags: EcashFlags {
    get { EcashFlags(rawValue: storedFlags) }
    set { storedFlags = newValue.rawValue }
  }

  var isCredited: Bool {
    get { credited == 1 }
    set { credited = newValue ? 1 : 0 }
  }

  var isCollected: Bool {
    get { marks & 1 != 0 }
    set { marks = marks & ~1 | (newValue ? 1 : 0) }
  }

  /// Whether a life that was lost may have had it done: it was pending, and not credited, at a restore that may have lost something. Of a
  /// payout: and its mint was not asked since.
  var isOfBefore: Bool {
    get { marks & 2 != 0 }
    set { marks = marks & ~2 | (newValue ? 2 : 0) }
  }

  /// Whether it was credited at once: whoever made it had his reply then.
  var isAnswered: Bool {
    get { marks & 4 != 0 }
    set { marks = marks & ~4 | (newValue ? 4 : 0) }
  }

  /// Whether it ended so long ago that nothing is told of it any more.
  func isGone(at now: UInt64) -> Bool {
    place == .ended && now.subtractingSaturating(CoreLimits.ecashKeptMilliseconds) >= endedAt
  }

  /// Whether each field by itself is one that code can take; links are for others to judge.
  var isSound: Bool {
    Place(rawValue: storedPlace) != nil && (storedOutcome == 0 || outcome.map { $0 != .partlyTaken } ?? false)
      && storedFlags & ~EcashFlags.known == 0 && CommandKind(rawValue: kind) != nil && Status(rawValue: status) != nil
      && credited <= 1 && marks <= 7 && Int(mint) < WireLimits.mintCountMax && (proofCount > 0) != isPayout
      && (place != .ended || storedOutcome != 0) && feePerThousand <= 1 << 40 && amount > fee
      && amount <= UInt64(WireLimits.ecashAmountMax) && (locktime == 0 || flags.contains(.locked))
      && companions <= UInt32(WireLimits.swapPaymentCountMax) && (!isPayout || isSoundPayout)
  }

  private var isSoundPayout: Bool {
    let isSigned = place == .ended && outcome == .taken
    let keeps = place != .ended || isSigned
    return outcome != .notTaken && (outcome == nil) == (place != .ended) && isCredited == (outcome == .refundable)
      && (isCredited || !isCollected)
      && credit > 0 && credit <= UInt64(WireLimits.moneyMax) && command.byteCount == 0 && firstProof == noIndex
      && blankCount <= WireLimits.payoutOutputCountMax && (blankCount > 0) == keeps
      && Int(sealed.byteCount) == blankCount * BlankOutput.byteCount
  }
}

/// Number of a list of entries that ended, which lie there in the order of their ends. Those of the first six may be
/// forgotten before they are gone, those of an earlier list first.
struct EndedList: Equatable {
  let number: Int

  /// Those that were not taken.
  static let refused = EndedList(number: 0)
  /// Those whose notes were collected.
  static let collected = EndedList(number: 1)
  /// Payments that were TAKEN, and whose replies their makers had at once.
  static let carriedOut = EndedList(number: 2)
  /// Payouts that were TAKEN.
  static let paidOut = EndedList(number: 3)
  /// Payments that were put off, and TAKEN then: their makers have a while to ask for their replies.
  static let putOff = EndedList(number: 4)
  /// The same of EXCHANGE: its notes are money.
  static let exchanged = EndedList(number: 5)
  /// Payments that became notes which nobody collected.
  static let owed = EndedList(number: 6)
  /// Payouts of a mint, by its index, that became notes which nobody collected.
  static func uncollected(of mint: Int) -> EndedList { EndedList(number: 7 + mint) }

  static let count = 7 + WireLimits.mintCountMax
}

/// What a payment's proofs are worth, or a payout.
struct EcashWorth {
  /// At the mint.
  var amount: UInt64
  /// Fees of their keysets, in thousandths.
  var feePerThousand: UInt64
  /// Here.
  var credit: UInt64
  /// Whether it is credited before its mint has it.
  var isAtOnce = false
}

/// A proof that somebody paid with.
struct TakenProof: SlotRecord {
  /// The payment.
  var id: UInt64 = 0
  /// While in use: the next one of the payment, or of those that are kept.
  var nextFree: UInt32 = 0
  var keyset: UInt16 = 0
  var exponent: UInt8 = 0
  private var zero: UInt8 = 0
  /// The x of Y.
  var y0 = Bytes16()
  var y1 = Bytes16()
  /// Instant at which it is forgotten; 0: its payment has not ended.
  var keptUntil: UInt64 = 0
}
