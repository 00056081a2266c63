public import WireProtocol

/// What PAYMENT, and the push of its end, tell of a payment in ecash.
public struct EcashPaymentState: Hashable, Sendable {
  /// NOT_KNOWN while it is pending.
  public var outcome: PaymentOutcome
  /// Number of the operation that it was for.
  public var opcode: UInt8
  /// PAYMENT_PENDING, OK, or why it was not taken or could not do what it was for.
  public var status: Status
  /// As the status says.
  public var detail: UInt64
  /// What it is worth here, or would be.
  public var amount: UInt64
  /// The fixed reply of what it was for, when it was taken; else zero.
  public var reply: KeptReply
}

/// The swap of payments that is under way at a mint, or is to be asked for again.
public struct EcashSwap: Hashable, Sendable {
  /// Ids of its payments, in the order in which it took them.
  public var payments: [UInt64]
  /// Number of its outputs' keyset.
  public var keyset: UInt32
  /// What the outputs are worth.
  public var total: UInt64
  /// The outputs, in their order.
  public var outputs: [SwapOutput]
}

/// A proof of the broker's own that the mint is to sign: its secret follows from the seed, the keyset and the counter.
public struct SwapOutput: Hashable, Sendable {
  /// It is worth 2 to this power.
  public var exponent: UInt8
  /// Its number in the keyset.
  public var counter: UInt32
}

/// A proof of the broker's own.
public struct OwnProof: Hashable, Sendable {
  /// Number of its keyset.
  public var keyset: UInt32
  /// It is worth 2 to this power.
  public var exponent: UInt8
  /// Its number in the keyset.
  public var counter: UInt32
  /// The signature, unblinded: its x in two halves, and whether its y is odd.
  public var x0, x1: Bytes16
  /// See `x0`.
  public var isOdd: Bool
}

/// What there is at a mint, in its unit. The sums over all time wrap.
public struct MintTotals: Hashable, Sendable {
  /// In payments that are not credited.
  public var waiting: UInt64
  /// Credited and not swapped.
  public var credited: UInt64
  /// What swaps of payments brought, over all time.
  public var swapped: UInt64
  /// What the mint kept of them, and of swaps of the broker's own proofs.
  public var fees: UInt64
  /// What was credited and refused by the mint later, and the broker's own proofs that somebody else spent.
  public var lost: UInt64
  /// What the broker's own proofs are worth, those that are being spent included.
  public var held: UInt64
  /// What payouts that are pending come to, their fees included.
  public var promised: UInt64
  /// What was paid out, over all time.
  public var paid: UInt64
  /// The broker's own proofs that the mint had signed and it did not know of, over all time.
  public var found: UInt64
  /// Most that the broker has and takes of it; 0: any.
  public var ceiling: UInt64
}

/// What others ask of ecash.
extension StateMachine {
  /// What became of a payment in ecash; nil: there is no such one, or none that is told of any more.
  public func ecashPayment(_ id: UInt64) -> EcashPaymentState? {
    findEntry(id).map { paymentState($0) }
  }

  /// The period of the key that ecash is to be locked to: the start, in seconds since 1970, of the 30 days in which `now` is; beyond
  /// 32 bits that of the last ones that they tell. It never goes back, since `now` does not.
  public var lockPeriod: UInt32 {
    let seconds = min(now / 1_000, UInt64(UInt32.max))
    return UInt32(seconds - seconds % CoreLimits.lockPeriodSeconds)
  }

  /// Whether an id is one of payments in ecash, known or not.
  public static func isEcashPayment(_ id: UInt64) -> Bool { id & CoreLimits.ecashMark != 0 }

  /// What is told of an entry.
  func paymentState(_ index: UInt32) -> EcashPaymentState {
    let entry = ecash.entries[index]
    return EcashPaymentState(
      outcome: entry.outcome ?? .notKnown,
      opcode: CommandKind(rawValue: entry.kind).flatMap(\.paidOpcode)?.rawValue ?? 0,
      status: entry.outcome == nil ? .paymentPending : Status(rawValue: entry.status) ?? .ok,
      detail: entry.outcome == nil ? entry.id : entry.detail,
      amount: entry.credit,
      reply: KeptReply(
        word0: entry.reply.0, word1: entry.reply.1, word2: entry.reply.2, word3: entry.reply.3, word4: entry.reply.4))
  }

  /// What is kept sealed of a payment that was not swapped; empty: nothing is.
  public func sealedEcash(of payment: UInt64) -> [UInt8] {
    guard let index = findEntry(payment), !ecash.entries[index].isPayout else { return [] }
    let words = words(of: ecash.entries[index].sealed)
    return unsafe words.withUnsafeBytes { unsafe $0.prefix(Int(ecash.entries[index].sealed.byteCount)).map { $0 } }
  }

  /// What an entry keeps in pieces, as whole words.
  func words(of kept: StoredBytes) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: (Int(kept.byteCount) + 7) / 8)
    var span = words.mutableSpan
    var bytes = unsafe span.mutableBytes
    ecash.pieces.copy(kept, to: &bytes)
    return words
  }

  /// Whether payments wait at a mint that are not credited, and that a swap would take.
  public func hasWaitingEcash(at mint: UInt32) -> Bool {
    guard let mint = ecash.mint(mint) else { return false }
    var index = ecash.mints[mint].waiting.first
    guard ecash.mints[mint].unasked.first != noIndex else { return index != noIndex }
    while index != noIndex, ecash.entries[index].isOfBefore { index = ecash.entries[index].next }
    return index != noIndex
  }

  /// Whether payments wait at a mint that are credited.
  public func hasOwedEcash(at mint: UInt32) -> Bool {
    ecash.mint(mint).map { ecash.mints[$0].owed.first != noIndex } ?? false
  }

  /// The terms of a mint; nil: there is none with this number.
  public func mintTerms(_ mint: UInt32) -> SetMintCommand? {
    ecash.mint(mint).map { index in
      let known = ecash.mints[index]
      return SetMintCommand(
        mint: mint, flags: MintFlags(rawValue: known.flags), numerator: known.numerator,
        denominator: known.denominator, minimum: known.minimum, exposure: known.exposure, ceiling: known.ceiling,
        unit: known.unit, url: known.url)
    }
  }

  /// Keysets that are known, of all mints: their numbers are from 1 to this.
  public var keysetCount: UInt32 { UInt32(ecash.keysetCount) }

  /// A keyset that is known: as SET_KEYSET would say it, and its keys.
  public func keyset(_ number: UInt32) -> (terms: SetKeysetCommand, keys: [KeysetKey])? {
    guard number >= 1, number <= keysetCount else { return nil }
    let index = Int(number) - 1
    let known = ecash.keysets[index]
    let terms = SetKeysetCommand(
      mint: known.mint, keyset: number, id0: known.id0, id1: known.id1, idLast: known.idLast,
      idByteCount: known.idByteCount, feePerThousand: known.feePerThousand, finalExpiry: known.finalExpiry,
      flags: known.isActive == 1 ? .active : [], count: UInt16(known.keyCount))
    let keys = (0..<Int(known.keyCount)).map { exponent in
      let key = ecash.keys[index * WireLimits.keysetKeyCountMax + exponent]
      return KeysetKey(
        x0: key.x0, x1: key.x1, isOdd: UInt8(truncatingIfNeeded: key.isOdd), exponent: UInt8(exponent))
    }
    return (terms, keys)
  }

  /// Number of the keyset that a mint is to sign with: of those that are ACTIVE the one that ends last, of these the one with the
  /// highest number; nil: none is ACTIVE.
  public func signingKeyset(of mint: UInt32) -> UInt32? { ecash.activeKeyset(of: mint).map { UInt32($0 + 1) } }

  /// What a mint takes for each proof that is spent, in thousandths of its unit: the most of its keysets that are ACTIVE; 0: none is.
  public func feePerThousand(ofMint mint: UInt32) -> UInt32 {
    (0..<ecash.keysetCount).filter { ecash.keysets[$0].mint == mint && ecash.keysets[$0].isActive == 1 }
      .map { ecash.keysets[$0].feePerThousand }.max() ?? 0
  }

  /// The hash of a session that is kept.
  public func sessionHash(_ session: UInt64) -> Bytes16? { sessions.find(session).map { sessions[$0].hash } }

  /// The swap of payments under way at a mint; nil: none is.
  public func swap(at mint: UInt32) -> EcashSwap? {
    guard let index = ecash.mint(mint), ecash.mints[index].swap.isOfPayments else { return nil }
    let swap = ecash.mints[index].swap
    let keyset = Int(swap.keyset) - 1
    guard let outputs = ecash.keysets[keyset].outputs(of: swap.total) else { return nil }
    var payments: [UInt64] = []
    var entry = swap.payments.first
    while entry != noIndex {
      payments.append(ecash.entries[entry].id)
      entry = ecash.entries[entry].next
    }
    return EcashSwap(
      payments: payments, keyset: swap.keyset, total: UInt64(truncatingIfNeeded: swap.total),
      outputs: outputs.list(from: ecash.keysets[keyset].counter))
  }

  /// The broker's proofs at a mint, by keyset and counter.
  public func ownProofs(at mint: UInt32) -> [OwnProof] {
    var proofs: [OwnProof] = []
    for index in 0..<ecash.treasury.highWater where ecash.treasury[index].id != 0 {
      guard ecash.keyset(ecash.treasury[index].keyset, of: mint) != nil else { continue }
      proofs.append(OwnProof(ecash.treasury[index]))
    }
    return proofs.sorted { ($0.keyset, $0.counter) < ($1.keyset, $1.counter) }
  }

  /// When the first lock ends of what is credited at a mint and not swapped, in milliseconds since 1970; 0: none does.
  public func earliestLocktime(at mint: UInt32) -> UInt64 {
    guard let mint = ecash.mint(mint) else { return 0 }
    var earliest: UInt64 = 0
    for first in [ecash.mints[mint].owed.first, ecash.mints[mint].swap.payments.first] {
      var index = first
      while index != noIndex {
        let locktime = UInt64(ecash.entries[index].locktime) * 1_000
        if ecash.entries[index].isCredited, locktime != 0, earliest == 0 || locktime < earliest { earliest = locktime }
        index = ecash.entries[index].next
      }
    }
    return earliest
  }

  /// What there is at a mint; nil: there is no such one.
  public func totals(ofMint mint: UInt32) -> MintTotals? {
    ecash.mint(mint).map { index in
      MintTotals(
        waiting: ecash.mints[index].waitingAmount, credited: ecash.mints[index].creditedAmount,
        swapped: ecash.mints[index].swappedAmount,
        fees: ecash.mints[index].feeAmount &+ ecash.mints[index].coinFeeAmount,
        lost: ecash.mints[index].lostAmount &+ ecash.mints[index].goneAmount, held: ecash.held(at: index),
        promised: ecash.mints[index].promisedAmount, paid: ecash.mints[index].paidAmount,
        found: ecash.mints[index].foundAmount, ceiling: ecash.mints[index].ceiling)
    }
  }
}

extension OwnProof {
  init(_ coin: TreasuryProof) {
    self.init(
      keyset: coin.keyset, exponent: coin.exponent, counter: coin.counter, x0: coin.x0, x1: coin.x1,
      isOdd: coin.isOdd == 1)
  }
}

extension SwapOutputs {
  /// As outputs with counters from `first` on.
  func list(from first: UInt32) -> [SwapOutput] {
    (0..<count).map { SwapOutput(exponent: exponent($0), counter: first + UInt32($0)) }
  }
}

extension CommandKind {
  /// The operation, of those that take payments.
  fileprivate var paidOpcode: Opcode? {
    switch self {
    case .acquire: .acquire
    case .fund: .fund
    case .use: .use
    case .openChain: .openChain
    case .exchange: .exchange
    case .donate: .donate
    case .match: .match
    case .schedule: .schedule
    case .pledge: .pledge
    case .invest: .invest
    case .bid: .bid
    case .raiseBid: .raiseBid
    case .payout: .payout
    default: nil
    }
  }
}
