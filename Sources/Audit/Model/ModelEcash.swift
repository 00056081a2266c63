import WireProtocol

/// A mint whose ecash is taken and paid out, in one unit. Sums are in its unit; those that only grow wrap.
struct ModelMint: Hashable {
  /// What SET_MINT said last.
  var terms: SetMintCommand
  /// Payments that are being swapped there; nil: none.
  var swap: ModelSwap?
  /// What is being done there with proofs of the broker's own; nil: nothing. Never beside `swap`.
  var coinSwap: ModelCoinSwap?
  /// Of all payments that were ever credited.
  var credited: UInt64 = 0
  /// What swaps of payments brought in, and what they cost.
  var swappedIn: UInt64 = 0
  var fees: UInt64 = 0
  /// What was credited and could not be swapped.
  var lost: UInt64 = 0
  /// Of proofs of the broker's own: what was paid out with them, what their swaps cost, and what of them somebody else spent.
  var paid: UInt64 = 0
  var coinFees: UInt64 = 0
  var gone: UInt64 = 0
  /// Of those that the mint had signed and the broker did not know of.
  var found: UInt64 = 0
  /// Payments that a lost life had swapped, and that were credited for what was found.
  var madeGood: UInt64 = 0
  /// What payouts come to that a lost life had signed.
  var resolved: UInt64 = 0
  /// Whether the next swap takes what is credited first.
  var takesCreditedFirst = false

  init(_ terms: SetMintCommand) { self.terms = terms }

  /// Whether the mint is asked for something.
  var isSwapping: Bool { swap != nil || coinSwap != nil }
  /// All that was lost, of payments and of proofs of the broker's own.
  var allLost: UInt64 { lost &+ gone }
  /// What was lost of payments, as far as nothing was found for it.
  var unfound: UInt64 { lost - min(lost, found) }
  /// What is left of what a lost life had of it, to make payments good that it had swapped: of what was found, and of what it
  /// had spent for payouts that it had signed.
  var leftToMakeGood: Int128 { Int128(found) + Int128(resolved) - Int128(gone) - Int128(madeGood) }
  /// What came in, less what went out as payouts. What the mint says of proofs of the broker's own makes it no less.
  var cameIn: UInt64 {
    let sum = swappedIn &+ found &- paid &- min(found, gone)
    return sum < 1 << 63 ? sum : 0
  }
}

/// A keyset of a mint, pinned when it was first named.
struct ModelKeyset: Hashable {
  /// What SET_KEYSET said last.
  var terms: SetKeysetCommand
  /// Key i is for amount 2^i.
  var keys: [KeysetKey]
  /// The first counter that was never signed, if that is known.
  var counter: UInt32 = 0
  var isCounterKnown: Bool

  var isActive: Bool { terms.flags.contains(.active) }
  var fee: UInt64 { UInt64(terms.feePerThousand) }
  /// When it ends, in seconds; one that never does ends later than all others.
  var end: UInt128 { terms.finalExpiry == 0 ? .max : UInt128(terms.finalExpiry) }

  /// Whether so much is no more outputs of it than one swap has.
  func canSign(_ total: UInt128) -> Bool {
    ReferenceModel.outputCount(of: total, keyCount: keys.count) <= UInt128(WireLimits.swapOutputCountMax)
  }

  /// Whether its key for 1 is this one.
  func isSigned(withKeyOf key: KeysetKey) -> Bool {
    keys.first.map { ($0.x0, $0.x1, $0.isOdd) == (key.x0, key.x1, key.isOdd) } ?? false
  }

  /// Whether it ends before long, or has ended.
  func endsSoon(at now: UInt64) -> Bool { end < UInt128.max / 1_000 && end * 1_000 < UInt128(now) + soon }

  private var soon: UInt128 { UInt128(AuditLimits.endsSoonMilliseconds) }

  /// Whether it has the id that another is named with.
  func hasID(of other: SetKeysetCommand) -> Bool {
    (terms.id0, terms.id1) == (other.id0, other.id1)
      && (terms.idLast, terms.idByteCount) == (other.idLast, other.idByteCount)
  }
}

/// A swap of payments that is under way.
struct ModelSwap: Hashable {
  /// What is asked of the mint: a signature of an amount, on the secret that follows from a counter.
  struct Output: Hashable {
    var exponent: UInt8
    var counter: UInt32
  }

  /// Ids, in the order in which it took them.
  var payments: [UInt64]
  var keyset: UInt32
  /// Of all outputs.
  var total: UInt64
  var outputs: [Output]
}

/// A proof of the broker's own.
struct ModelTreasuryProof: Hashable {
  var keyset: UInt32
  var exponent: UInt8
  var counter: UInt32
  var x: Digest32
  var isOdd: UInt8

  var amount: UInt128 { 1 << UInt128(exponent) }
}

/// What makes a proof the same as another: the address of its mint, whatever the unit, and its point, by its x.
struct ModelPoint: Hashable {
  var url: Text96
  var x: Digest32
}

/// A proof of a payment that ended, which is remembered.
struct ModelKeptPoint {
  var point: ModelPoint
  /// Number of its mint.
  var mint: UInt32
  /// From this instant on it is forgotten.
  var end: UInt64
}

/// A payment in ecash, or a payout, which is one on the way out.
///
/// States of a payment: it waits to be swapped, not credited or (when it was proven) credited; then it has ended. What became
/// of it is known from its credit on, or from its end. A payout waits until it is signed for or becomes a note.
struct ModelEcash {
  /// What became of it.
  enum Outcome: Hashable {
    /// Not known yet.
    case pending
    /// Credited, and the command was carried out, with this reply.
    case taken([UInt8])
    /// Credited, and the command was refused so: the note is its payer's.
    case refundable(Status, ModelOutcome.Detail)
    /// The mint did not take it.
    case notTaken(Status)
  }

  var id: UInt64
  var kind: CommandKind
  var mint: UInt32
  var refundHash: Bytes16
  /// Whether a proof is locked to this broker: what was once taken of it must never be taken again.
  var isLocked: Bool
  /// When the first of its locks ends, in seconds; 0: none does.
  var locktime: UInt32
  /// How many payments there may be in a swap of it, itself included; nil: as many as in any.
  var companyMax: Int?
  /// Its place among those that wait: the least is first.
  var place: Int
  /// Whether it waited, not credited, when a life began after something may have been lost.
  var isOfBefore = false
  /// Whether a lost life had swapped it, and it was credited for what was found.
  var isMadeGood = false
  /// The points of its proofs.
  var points: [ModelPoint]
  /// What its proofs are worth in the mint's unit, and the fees for them, in thousandths.
  var sum: UInt64
  var feeParts: UInt64
  /// What it is worth here.
  var credit: UInt64
  /// What the command bought when it was taken in, of ACQUIRE.
  var durationMin: UInt64 = 0
  /// The whole command; empty once it was carried out, or will never be.
  var command: [UInt8]
  /// Pieces that the command and the sealed bytes are kept in.
  var commandPieceCount: Int
  var sealedPieceCount: Int
  /// What is paid out; nil: it is a payment.
  var payout: ModelPayout?
  /// What an EXCHANGE asked for that was put off and done, as long as nobody needed the pieces.
  var outputs: [NoteOutput] = []

  var outcome = Outcome.pending
  /// The note that it became, as REFUND tells it.
  var note: RefundReply?
  var isPaidOut = false
  /// Whether it was credited at once.
  var isAnswered = false
  /// When it ended, and as which of all; nil: it waits. A payout ends anew when its note is collected.
  var endedAt: UInt64?
  var endOrder: UInt64 = 0

  var isCredited: Bool { note != nil }
  var waits: Bool { endedAt == nil }

  /// Whether it is a payout that waits to be signed for.
  var isPromised: Bool { payout != nil && outcome == .pending }

  /// The same, if it may be begun: it is not to be asked first whether a lost life had it signed.
  var isToBePaid: Bool { isPromised && payout?.isUnasked == false }

  /// Whether it is a payout that takes one of the places that there are for them: it waits, or its note does.
  func takesPlace(at now: UInt64) -> Bool { payout != nil && !isTaken && !isCollected && !isGone(at: now) }

  /// Pieces that are kept of it now.
  var pieceCount: Int {
    if let payout { return isCredited ? 0 : payout.pieceCount }
    if !waits { return Self.pieces(outputs.count * NoteOutput.byteCount) }
    return sealedPieceCount + (isCredited ? 0 : commandPieceCount)
  }

  /// Pieces that so many bytes are kept in.
  static func pieces(_ byteCount: Int) -> Int {
    (byteCount + AuditLimits.pieceByteCount - 1) / AuditLimits.pieceByteCount
  }

  /// Whether it ended so long ago that nothing is told of it any more.
  func isGone(at now: UInt64) -> Bool {
    endedAt.map { now >= $0 + AuditLimits.endedEcashMilliseconds } ?? false
  }

  /// Whether it was credited and could not do what it was for.
  var isRefundable: Bool {
    if case .refundable = outcome { return true }
    return false
  }

  /// Whether it has ended, and somebody who needs its place has it forgotten.
  var isNotTaken: Bool {
    if case .notTaken = outcome { return true }
    return false
  }

  /// The same, when none was not taken: its note was collected.
  var isCollected: Bool { isPaidOut && !waits }

  /// Whether it was carried out, or signed.
  var isDone: Bool {
    if case .taken = outcome { return true }
    return false
  }

  /// The same, and it ended.
  var isTaken: Bool {
    if case .taken = outcome { return !waits }
    return false
  }

  /// The same, when none was collected either: payments that were answered at once, then payouts, then payments that were put off
  /// and ended an hour ago, of these EXCHANGEs last.
  func isForgettable(at now: UInt64) -> Bool {
    isTaken && (isAnswered || isSigned || endedAt.map { now >= $0 + AuditLimits.keptReplyMilliseconds } ?? false)
  }

  /// Whether it was an EXCHANGE, which was done.
  var isExchanged: Bool { kind == .exchange && isTaken }

  /// Whether it is a payout that the mint has signed.
  var isSigned: Bool { payout != nil && isTaken }
}
