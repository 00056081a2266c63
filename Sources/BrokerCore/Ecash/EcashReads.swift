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

/// The swap that is under way at a mint, or is to be asked for again.
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
  /// What swaps brought, over all time.
  public var swapped: UInt64
  /// What the mint kept of them.
  public var fees: UInt64
  /// What was credited and refused by the mint later.
  public var lost: UInt64
}

/// What others ask of ecash.
extension StateMachine {
  /// What became of a payment in ecash; nil: there is no such one, or none that is told of any more.
  public func ecashPayment(_ id: UInt64) -> EcashPaymentState? {
    findEntry(id).map { paymentState($0) }
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
    guard let index = findEntry(payment), ecash.entries[index].sealed.byteCount > 0 else { return [] }
    let byteCount = Int(ecash.entries[index].sealed.byteCount)
    var words = [UInt64](repeating: 0, count: (byteCount + 7) / 8)
    var span = words.mutableSpan
    var bytes = unsafe span.mutableBytes
    ecash.pieces.copy(ecash.entries[index].sealed, to: &bytes)
    let kept = bytes.bytes
    return (0..<byteCount).map { kept.uint8(at: $0) }
  }

  /// Whether payments wait at a mint that are not credited.
  public func hasWaitingEcash(at mint: UInt32) -> Bool {
    ecash.mint(mint).map { ecash.mints[$0].waiting.first != noIndex } ?? false
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
        denominator: known.denominator, minimum: known.minimum, exposure: known.exposure, unit: known.unit,
        url: known.url)
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

  /// The hash of a session that is kept.
  public func sessionHash(_ session: UInt64) -> Bytes16? { sessions.find(session).map { sessions[$0].hash } }

  /// The swap under way at a mint; nil: none is.
  public func swap(at mint: UInt32) -> EcashSwap? {
    guard let index = ecash.mint(mint), ecash.mints[index].swap.isUnderWay else { return nil }
    let swap = ecash.mints[index].swap
    let keyset = Int(swap.keyset) - 1
    guard let outputs = ecash.keysets[keyset].outputs(of: swap.total) else { return nil }
    var payments: [UInt64] = []
    var entry = swap.payments.first
    while entry != noIndex {
      payments.append(ecash.entries[entry].id)
      entry = ecash.entries[entry].next
    }
    let first = ecash.keysets[keyset].counter
    return EcashSwap(
      payments: payments, keyset: swap.keyset, total: swap.total,
      outputs: (0..<outputs.count).map { number in
        SwapOutput(exponent: outputs.exponent(number), counter: first + UInt32(number))
      })
  }

  /// The broker's proofs at a mint, by keyset and counter.
  public func ownProofs(at mint: UInt32) -> [OwnProof] {
    var proofs: [OwnProof] = []
    for index in 0..<ecash.treasury.highWater where ecash.treasury[index].id != 0 {
      let proof = ecash.treasury[index]
      guard ecash.keyset(proof.keyset, of: mint) != nil else { continue }
      proofs.append(
        OwnProof(
          keyset: proof.keyset, exponent: proof.exponent, counter: proof.counter, x0: proof.x0, x1: proof.x1,
          isOdd: proof.isOdd == 1))
    }
    return proofs.sorted { ($0.keyset, $0.counter) < ($1.keyset, $1.counter) }
  }

  /// What there is at a mint; nil: there is no such one.
  public func totals(ofMint mint: UInt32) -> MintTotals? {
    ecash.mint(mint).map { index in
      MintTotals(
        waiting: ecash.mints[index].waitingAmount, credited: ecash.mints[index].creditedAmount,
        swapped: ecash.mints[index].swappedAmount, fees: ecash.mints[index].feeAmount,
        lost: ecash.mints[index].lostAmount)
    }
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
    default: nil
    }
  }
}
