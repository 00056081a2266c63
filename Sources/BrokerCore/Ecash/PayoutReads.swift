public import WireProtocol

/// The swap of the broker's own proofs that is under way at a mint, or is to be asked for again.
public struct CoinSwap: Hashable, Sendable {
  /// Id of the payout that it is for; 0: for none, fewer proofs are made.
  public var payout: UInt64
  /// Number of its outputs' keyset.
  public var keyset: UInt32
  /// The proofs that it spends, by keyset and counter.
  public var coins: [OwnProof]
  /// Blank outputs of the payer that are used, in their order. Whether they are points of the curve nobody has judged.
  public var blanks: [BlankOutput]
  /// Powers of two that these are worth, in the same order.
  public var blankExponents: [UInt8]
  /// The broker's own outputs, which come after them.
  public var outputs: [SwapOutput]
}

/// What SIGNATURES tells of a payout.
public enum PayoutSignatureState: Hashable, Sendable {
  /// There is no such payment, or none that is told of any more.
  case unknown
  /// It is pending.
  case pending
  /// It is no payout, or one that was not TAKEN.
  case none
  /// What it is worth in the mint's unit, numbers of the mint and of the keyset, and the signatures on its first outputs, in their
  /// order.
  case signed(amount: UInt64, mint: UInt32, keyset: UInt32, signatures: [KeysetKey])
}

/// The broker's own proofs of one keyset.
public struct Holding: Hashable, Sendable {
  /// Number of the keyset.
  public var keyset: UInt32
  /// What they are worth, in the mint's unit.
  public var amount: UInt64
  /// How many there are.
  public var count: UInt32
}

/// What others ask of ecash that goes out.
extension StateMachine {
  /// Whether payouts wait at a mint.
  public func hasWaitingPayout(at mint: UInt32) -> Bool {
    ecash.mint(mint).map { ecash.mints[$0].payouts.first != noIndex } ?? false
  }

  /// How many proofs the broker has of a mint, those that are being spent included.
  public func coinCount(at mint: UInt32) -> Int { ecash.coinCount(of: mint) }

  /// Whether the broker has proofs of a keyset that is out of use: the mint signs with it no more, or it ends within 30 days and
  /// `signingKeyset` does not.
  ///
  /// - Parameter instant: Now, where that is later than the last command.
  public func hasRetiredCoins(at mint: UInt32, now instant: UInt64 = 0) -> Bool {
    let (signing, instant) = (ecash.activeKeyset(of: mint), max(now, instant))
    return (0..<ecash.keysetCount).contains {
      ecash.keysets[$0].mint == mint && ecash.keysets[$0].coinCount > 0
        && isOutOfUse($0, for: signing, at: instant)
    }
  }

  /// What the broker has of a mint, keyset by keyset.
  public func holdings(at mint: UInt32) -> [Holding] {
    (0..<ecash.keysetCount).filter { ecash.keysets[$0].mint == mint }.map { index in
      Holding(
        keyset: UInt32(index + 1), amount: ecash.keysets[index].coinAmount, count: ecash.keysets[index].coinCount)
    }
  }

  /// The swap of the broker's own proofs under way at a mint; nil: none is.
  public func coinSwap(at mint: UInt32) -> CoinSwap? {
    guard let index = ecash.mint(mint), ecash.mints[index].swap.isOfCoins else { return nil }
    let swap = ecash.mints[index].swap
    let keyset = Int(swap.keyset) - 1
    guard let outputs = ecash.keysets[keyset].outputs(of: swap.total) else { return nil }
    var coins: [OwnProof] = []
    var coin = swap.firstCoin
    while coin != noIndex {
      coins.append(OwnProof(ecash.treasury[coin]))
      coin = ecash.treasury[coin].nextFree
    }
    var found = CoinSwap(
      payout: 0, keyset: swap.keyset, coins: coins, blanks: [], blankExponents: [],
      outputs: outputs.list(from: ecash.keysets[keyset].counter))
    let payout = swap.payments.first
    if payout != noIndex, let blanks = ecash.keysets[keyset].outputs(of: ecash.entries[payout].net) {
      found.payout = ecash.entries[payout].id
      found.blanks = Array(keptPoints(of: payout).prefix(blanks.count))
      found.blankExponents = (0..<blanks.count).map { blanks.exponent($0) }
    }
    return found
  }

  /// What the mint signed of a payout.
  public func signatures(ofPayout id: UInt64) -> PayoutSignatureState {
    guard let index = findEntry(id) else { return .unknown }
    let entry = ecash.entries[index]
    guard let outcome = entry.outcome else { return .pending }
    guard entry.isPayout, outcome == .taken else { return .none }
    let keyset = UInt32(truncatingIfNeeded: entry.detail)
    guard let outputs = ecash.keysets[Int(keyset) - 1].outputs(of: entry.net) else { return .none }
    return .signed(
      amount: entry.net, mint: UInt32(entry.mint) + 1, keyset: keyset,
      signatures: keptPoints(of: index).enumerated().map { number, point in
        KeysetKey(x0: point.x0, x1: point.x1, isOdd: point.isOdd, exponent: outputs.exponent(number))
      })
  }

  /// Blank outputs of a payout, or the signatures on them.
  func keptPoints(of index: UInt32) -> [BlankOutput] {
    let words = words(of: ecash.entries[index].sealed)
    let wordCount = BlankOutput.byteCount / 8
    return (0..<words.count / wordCount).map { number in
      let at = number * wordCount
      return BlankOutput(
        x0: Bytes16(low: words[at], high: words[at + 1]), x1: Bytes16(low: words[at + 2], high: words[at + 3]),
        isOdd: UInt8(truncatingIfNeeded: words[at + 4]))
    }
  }
}
