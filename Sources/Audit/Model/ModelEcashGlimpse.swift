public import WireProtocol

/// A payment in ecash or a payout, as PAYMENT tells of it, and what a generator of commands wants to know.
public struct EcashGlimpse: Sendable {
  /// Its id.
  public var id: UInt64
  /// What it was for.
  public var kind: CommandKind
  /// Number of its mint.
  public var mint: UInt32
  /// What became of it.
  public var outcome: PaymentOutcome
  /// PAYMENT_PENDING, OK, or why not.
  public var status: Status
  /// As `status` says.
  public var detail: ModelOutcome.Detail
  /// What it is worth here.
  public var credit: UInt64
  /// The reply to its command where it was taken, zero-padded; else zero.
  public var reply: [UInt8]
  /// Hash of its refund key.
  public var refundHash: Bytes16
  /// What its proofs are worth, before and after fees, in the mint's unit.
  public var sum: UInt64
  /// See `sum`.
  public var worth: UInt64
  /// Whether it was credited; it may wait to be swapped all the same.
  public var isCredited: Bool
  /// Whether REFUND gave its note.
  public var isPaidOut: Bool
  /// When nothing is told of it any more; nil: it has not ended.
  public var goneAt: UInt64?
  /// What the notes are that REFUND gives of an EXCHANGE; empty: it gives none, or one of a payment that was not carried out.
  public var outputs: [NoteOutput]
}

/// A keyset, for a generator.
public struct KeysetGlimpse: Sendable {
  /// Its number.
  public var number: UInt32
  /// What SET_KEYSET said last.
  public var terms: SetKeysetCommand
  /// Its keys, from that of 1 on.
  public var keys: [KeysetKey]
}

/// A proof that is in use or kept.
public struct PointGlimpse: Hashable, Sendable {
  /// Address of its mint.
  public var url: Text96
  /// Its x.
  public var x: Digest32
  /// The payment that it is of.
  public var payment: UInt64
}

/// A proof of a payment that ended, which is remembered.
public struct KeptPointGlimpse: Hashable, Sendable {
  /// Number of its mint.
  public var mint: UInt32
  /// Its x.
  public var x: Digest32
  /// From which instant on it is forgotten.
  public var end: UInt64
}

/// A mint, what came of its ecash, and what is under way there. Sums are in its unit.
public struct MintGlimpse: Sendable {
  /// What SET_MINT said last.
  public var terms: SetMintCommand
  /// Ids of the payments that a swap has taken, in its order; empty: none is under way.
  public var swapped: [UInt64] = []
  /// Keyset, sum, and outputs of that swap.
  public var swapKeyset: UInt32 = 0
  /// See `swapKeyset`.
  public var swapTotal: UInt64 = 0
  /// See `swapKeyset`.
  public var swapOutputs: [(exponent: UInt8, counter: UInt32)] = []
  /// Proofs of payments that are not credited and have not ended.
  public var waiting: UInt64
  /// Proofs of payments that are credited and not swapped.
  public var credited: UInt64
  /// When the first lock on these ends, in milliseconds; 0: none does.
  public var locktime: UInt64
  /// What swaps brought in.
  public var swappedIn: UInt64
  /// The broker's own proofs, those that are being spent included.
  public var held: UInt64
  /// What payouts that wait were paid with.
  public var promised: UInt64
  /// What was paid out.
  public var paid: UInt64
  /// What was credited and could not be swapped, and proofs of the broker's own that somebody else spent.
  public var lost: UInt64
  /// What swaps cost.
  public var fees: UInt64
  /// Proofs of the broker's own that the mint had signed and it did not know of.
  public var found: UInt64
  /// What came in less what was paid out, whatever the mint says of it.
  public var cameIn: UInt64
  /// Proofs of payments that a lost life had swapped, and that were credited for what was found.
  public var madeGood: UInt64
  /// Of payments that have not ended and are not credited, how many there are, their proofs, and the pieces that are kept of them.
  public var uncreditedCount: Int
  /// See `uncreditedCount`.
  public var uncreditedProofCount: Int
  /// See `uncreditedCount`.
  public var uncreditedPieceCount: Int
  /// Proofs of LOCKED payments that have not ended, and those that are kept.
  public var lockedProofCount: Int
  /// Payments that have not ended, their proofs, and the pieces that are kept of them.
  public var paymentCount: Int
  /// See `paymentCount`.
  public var proofCount: Int
  /// See `paymentCount`.
  public var pieceCount: Int
  /// Payments that are kept, by what became of them.
  public var counts: [PaymentOutcome: Int]
  /// The same of payouts.
  public var payoutCounts: [PaymentOutcome: Int]
  /// Those of the refundable ones whose notes nobody has collected: they keep others out.
  public var uncollectedCount: Int
}

extension ReferenceModel {
  /// Ids of all payments in ecash of which something is told, in their order.
  public var ecashIDs: [UInt64] { ecash.keys.filter { keptEcash($0) != nil }.sorted() }
  /// Numbers of all mints, in their order.
  public var mintNumbers: [UInt32] { mints.keys.sorted() }
  /// Proofs that are in use or kept.
  public var ecashInUse: [PointGlimpse] {
    pointsInUse.map { PointGlimpse(url: $0.key.url, x: $0.key.x, payment: $0.value) }
      .sorted { ($0.payment, $0.x.first.low) < ($1.payment, $1.x.first.low) }
  }
  /// Proofs of payments that ended, in the order in which they are forgotten.
  public var keptPoints: [KeptPointGlimpse] {
    keptEcashPoints.map { KeptPointGlimpse(mint: $0.mint, x: $0.point.x, end: $0.end) }
  }
  /// The payment that uses a proof, or used it while that is remembered; nil: none does.
  public func payment(using x: Digest32, at mint: UInt32) -> UInt64? {
    mints[mint].flatMap { pointsInUse[ModelPoint(url: $0.terms.url, x: x)] }
  }

  /// A payment in ecash; nil: nothing is told of it.
  public func ecashGlimpse(_ id: UInt64) -> EcashGlimpse? {
    guard let payment = keptEcash(id) else { return nil }
    var glimpse = EcashGlimpse(
      id: id, kind: payment.kind, mint: payment.mint, outcome: .notKnown, status: .paymentPending, detail: .exactly(id),
      credit: payment.credit, reply: [], refundHash: payment.refundHash,
      sum: payment.sum, worth: payment.sum - Self.fee(payment.feeParts), isCredited: payment.isCredited,
      isPaidOut: payment.isPaidOut, goneAt: payment.endedAt.map { $0 + AuditLimits.endedEcashMilliseconds },
      outputs: payment.outputs)
    switch payment.outcome {
    case .pending: break
    case .taken(let reply): (glimpse.outcome, glimpse.status, glimpse.reply) = (.taken, .ok, reply)
    case .refundable(let status, _): (glimpse.outcome, glimpse.status) = (.refundable, status)
    case .notTaken(let status): (glimpse.outcome, glimpse.status) = (.notTaken, status)
    }
    if payment.outcome != .pending { glimpse.detail = .exactly(0) }
    if case .refundable(_, let detail) = payment.outcome { glimpse.detail = detail }
    if payment.isSigned { glimpse.detail = .exactly(UInt64(payment.payout?.keyset ?? 0)) }
    let padding = max(0, KeptReply.byteCount - glimpse.reply.count)
    glimpse.reply += [UInt8](repeating: 0, count: padding)
    return glimpse
  }

  /// Keysets of a mint, in the order of their numbers.
  public func keysets(of mint: UInt32) -> [KeysetGlimpse] {
    keysets.sorted { $0.key < $1.key }.filter { $0.value.terms.mint == mint }.map {
      KeysetGlimpse(number: $0.key, terms: $0.value.terms, keys: $0.value.keys)
    }
  }

  /// How many keysets are known, of all mints.
  public var keysetCount: Int { keysets.count }

  /// A mint; nil: it is not known.
  public func mintGlimpse(_ number: UInt32) -> MintGlimpse? {
    guard let mint = mints[number] else { return nil }
    let kept = ecash.values.filter { $0.mint == number && !$0.isGone(at: now) }
    let waiting = kept.filter { $0.waits && $0.payout == nil }
    let uncredited = waiting.filter { !$0.isCredited }
    let locktimes = waiting.filter { $0.isCredited && $0.locktime > 0 }.map { 1_000 * UInt64($0.locktime) }
    let lockedCount = waiting.reduce(0) { $0 + ($1.isLocked ? $1.points.count : 0) }
    var (counts, payoutCounts): ([PaymentOutcome: Int], [PaymentOutcome: Int]) = ([:], [:])
    for payment in kept {
      let outcome = ecashGlimpse(payment.id)?.outcome ?? .notKnown
      if payment.payout == nil { counts[outcome, default: 0] += 1 } else { payoutCounts[outcome, default: 0] += 1 }
    }
    let promised = pendingPayouts(at: number).reduce(UInt64(0)) { $0 &+ ($1.payout?.gross ?? 0) }
    var glimpse = MintGlimpse(
      terms: mint.terms, waiting: waitingSum(at: number), credited: creditedUnswapped(at: number),
      locktime: locktimes.min() ?? 0, swappedIn: mint.swappedIn, held: UInt64(truncatingIfNeeded: held(of: number)),
      promised: promised,
      paid: mint.paid, lost: mint.allLost,
      fees: mint.fees &+ mint.coinFees, found: mint.found, cameIn: mint.cameIn, madeGood: mint.madeGood,
      uncreditedCount: uncredited.count, uncreditedProofCount: uncredited.reduce(0) { $0 + $1.points.count },
      uncreditedPieceCount: uncredited.reduce(0) { $0 + $1.pieceCount },
      lockedProofCount: lockedCount + keptEcashPoints.count { $0.mint == number },
      paymentCount: waiting.count,
      proofCount: waiting.reduce(0) { $0 + $1.points.count }, pieceCount: waiting.reduce(0) { $0 + $1.pieceCount },
      counts: counts, payoutCounts: payoutCounts,
      uncollectedCount: kept.count { $0.takesPlace(at: now) && !$0.isPromised })
    if let swap = mint.swap {
      (glimpse.swapped, glimpse.swapKeyset, glimpse.swapTotal) = (swap.payments, swap.keyset, swap.total)
      glimpse.swapOutputs = swap.outputs.map { ($0.exponent, $0.counter) }
    }
    return glimpse
  }
}
