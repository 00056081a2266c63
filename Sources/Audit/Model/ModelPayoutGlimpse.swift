public import WireProtocol

/// A proof of the broker's own, for those who compare and generate.
public struct CoinGlimpse: Hashable, Sendable {
  /// Number of its keyset.
  public var keyset: UInt32
  /// It is worth 2 to this power.
  public var exponent: UInt8
  /// Its counter.
  public var counter: UInt32
  /// The signature, unblinded: its x.
  public var x: Digest32
  /// 1: its y is odd.
  public var isOdd: UInt8

  init(_ proof: ModelTreasuryProof) {
    (keyset, exponent, counter, x, isOdd) = (proof.keyset, proof.exponent, proof.counter, proof.x, proof.isOdd)
  }
}

/// A swap of the broker's own proofs that is under way.
public struct CoinSwapGlimpse: Sendable {
  /// Payout that it is for; nil: it is to make fewer of them.
  public var payout: UInt64?
  /// Number of the keyset of all outputs.
  public var keyset: UInt32
  /// What is spent, in the order of (keyset, counter).
  public var coins: [CoinGlimpse]
  /// The payout's outputs that are used, and what becomes of each.
  public var blanks: [BlankOutput]
  /// See `blanks`.
  public var blankExponents: [UInt8]
  /// What the broker gets back.
  public var outputs: [(exponent: UInt8, counter: UInt32)]
}

/// What SIGNATURES tells of an id.
public enum SignaturesGlimpse: Hashable, Sendable {
  /// PAYMENT_UNKNOWN.
  case unknown
  /// PAYMENT_PENDING.
  case pending
  /// NOTHING_DUE.
  case none
  /// What was signed: a key is a signature here.
  case signed(amount: UInt64, mint: UInt32, keyset: UInt32, signatures: [KeysetKey])
}

/// What is held of a keyset.
public struct HoldingGlimpse: Hashable, Sendable {
  /// Its number.
  public var keyset: UInt32
  /// What the broker's proofs of it are worth.
  public var amount: UInt64
  /// How many there are.
  public var count: Int
}

extension ReferenceModel {
  /// The broker's own proofs of a mint, in the order of keyset and counter.
  public func treasury(of mint: UInt32) -> [CoinGlimpse] {
    coins(of: mint).sorted { ($0.keyset, $0.counter) < ($1.keyset, $1.counter) }.map { CoinGlimpse($0) }
  }

  /// What of the broker's own proofs is being spent at a mint; nil: nothing.
  public func coinSwapGlimpse(_ mint: UInt32) -> CoinSwapGlimpse? {
    guard let swap = mints[mint]?.coinSwap else { return nil }
    let blanks = swap.payout.flatMap { ecash[$0]?.payout?.blanks } ?? []
    return CoinSwapGlimpse(
      payout: swap.payout, keyset: swap.keyset, coins: swap.coins.map { CoinGlimpse($0) },
      blanks: Array(blanks.prefix(swap.blankExponents.count)), blankExponents: swap.blankExponents,
      outputs: swap.outputs.map { ($0.exponent, $0.counter) })
  }

  /// SIGNATURES.
  public func signatures(ofPayout id: UInt64) -> SignaturesGlimpse {
    guard let payment = keptEcash(id) else { return .unknown }
    if payment.outcome == .pending { return .pending }
    guard payment.isSigned, let payout = payment.payout else { return .none }
    return .signed(
      amount: payout.net, mint: payment.mint, keyset: payout.keyset, signatures: payout.signatures)
  }

  /// What is held of each keyset of a mint, in the order of their numbers.
  public func holdings(at mint: UInt32) -> [HoldingGlimpse] {
    keysets(of: mint).map { keyset in
      let held = treasury.filter { $0.keyset == keyset.number }
      let amount = held.reduce(UInt128(0)) { $0 + $1.amount }
      return HoldingGlimpse(keyset: keyset.number, amount: UInt64(truncatingIfNeeded: amount), count: held.count)
    }
  }

  /// Whether a payout waits at a mint, that of the swap under way not counted.
  public func hasWaitingPayout(at mint: UInt32) -> Bool {
    pendingPayouts(at: mint).contains { $0.isToBePaid && $0.id != mints[mint]?.coinSwap?.payout }
  }

  /// Pieces that the outputs of payouts that wait are kept in, of all mints.
  public var promisedPieceCount: Int { ecash.values.reduce(0) { $0 + ($1.isPromised ? $1.pieceCount : 0) } }

  /// Whether there are proofs of keysets that the mint does not sign with any more, or only for a while.
  public func hasRetiredCoins(at mint: UInt32) -> Bool {
    let signing = signingKeyset(of: mint).flatMap { keysets[$0] }
    return coins(of: mint).contains { isOutOfUse($0.keyset, beside: signing) }
  }

  /// The keyset that a mint signs with; nil: none is in use.
  public func keysetThatSigns(at mint: UInt32) -> UInt32? { signingKeyset(of: mint) }

  /// What a payout pays out, and its outputs; nil: there is no such payout.
  public func outputs(ofPayout id: UInt64) -> (net: UInt64, blanks: [BlankOutput])? {
    ecash[id]?.payout.map { ($0.net, $0.blanks) }
  }
}
