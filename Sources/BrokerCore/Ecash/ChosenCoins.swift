import WireProtocol

/// Coins that a swap is to spend: at most `swapCoinCountMax`.
struct ChosenCoins {
  /// In the order of their ids.
  var indices: [UInt32]
  /// What they are worth, and what the mint keeps of it: less.
  var amount: UInt128
  var fee: UInt64
}

/// The first coins in an order, of those that were offered: at most so many.
private struct FirstCoins {
  private(set) var coins: [(rank: UInt128, index: UInt32)] = []
  private let countMax: Int

  init(countMax: Int = WireLimits.swapCoinCountMax) {
    self.countMax = countMax
    coins.reserveCapacity(countMax)
  }

  mutating func offer(_ index: UInt32, _ rank: UInt128) {
    let isFull = coins.count == countMax
    if isFull, let last = coins.last, last.rank <= rank { return }
    var (low, high) = (0, coins.count)
    while low < high {
      let middle = (low + high) / 2
      if coins[middle].rank < rank { low = middle + 1 } else { high = middle }
    }
    if isFull { coins.removeLast() }
    coins.insert((rank, index), at: low)
  }
}

/// Which coins of a mint are spent. All of them are looked at once; none is being spent, since a mint has one swap at a time.
extension StateMachine {
  /// The smallest coin of a mint that is worth `net` and its own fee; when none is, the largest ones, as few as are worth
  /// that together. Of one amount by keyset and counter. Nil: so many may not be spent at once, or there are not so many.
  func chooseCoins(worth net: UInt64, at mint: Int) -> ChosenCoins? {
    var (single, largest) = (FirstCoins(countMax: 1), FirstCoins())
    offerCoins(at: mint) { index, coin in
      let fee = (UInt64(ecash.keysets[Int(coin.keyset) - 1].feePerThousand) + 999) / 1_000
      if coin.amount >= net.addingSaturating(fee) {
        single.offer(index, UInt128(coin.exponent) << 64 | UInt128(coin.id))
      } else {
        largest.offer(index, UInt128(63 - coin.exponent) << 64 | UInt128(coin.id))
      }
    }
    return firstCoins(of: single, worth: net) ?? firstCoins(of: largest, worth: net)
  }

  /// As few of these, the first ones first, as are worth `net` and their own fees.
  private func firstCoins(of first: FirstCoins, worth net: UInt64) -> ChosenCoins? {
    var (amount, feePerThousand) = (UInt128(0), UInt64(0))
    for count in 0..<first.coins.count {
      let coin = ecash.treasury[first.coins[count].index]
      amount += UInt128(coin.amount)
      feePerThousand += UInt64(ecash.keysets[Int(coin.keyset) - 1].feePerThousand)
      let fee = (feePerThousand + 999) / 1_000
      if amount >= UInt128(net) + UInt128(fee) { return chosen(first.coins[...count].map { $0.index }, amount, fee) }
    }
    return nil
  }

  /// Whether coins of a keyset are to become others: the mint signs with it no more, or it ends soon and the keyset of the outputs
  /// does not.
  func isOutOfUse(_ keyset: Int, for outputs: Int?, at instant: UInt64) -> Bool {
    guard ecash.keysets[keyset].isActive == 1 else { return true }
    guard let outputs else { return false }
    return ecash.keysets[keyset].endsSoon(at: instant) && !ecash.keysets[outputs].endsSoon(at: instant)
  }

  /// The smallest coins of a mint, of one amount by keyset and counter, or of those that are out of use where outputs are of
  /// `retiredFor`; nil: they are not worth their fees. What is not worth twice its own fee is left where it is.
  func chooseSmallest(at mint: Int, retiredFor outputs: Int? = nil) -> ChosenCoins? {
    var first = FirstCoins()
    offerCoins(at: mint) { index, coin in
      let keyset = Int(coin.keyset) - 1
      let isWorth = UInt128(coin.amount) * 1_000 >= 2 * UInt128(ecash.keysets[keyset].feePerThousand)
      guard isWorth, outputs == nil || isOutOfUse(keyset, for: outputs, at: now) else { return }
      first.offer(index, UInt128(coin.exponent) << 64 | UInt128(coin.id))
    }
    var (amount, feePerThousand) = (UInt128(0), UInt64(0))
    for place in first.coins {
      let coin = ecash.treasury[place.index]
      amount += UInt128(coin.amount)
      feePerThousand += UInt64(ecash.keysets[Int(coin.keyset) - 1].feePerThousand)
    }
    let fee = (feePerThousand + 999) / 1_000
    return amount > UInt128(fee) ? chosen(first.coins.map { $0.index }, amount, fee) : nil
  }

  private func offerCoins(at mint: Int, to offer: (UInt32, TreasuryProof) -> Void) {
    for index in 0..<ecash.treasury.highWater where ecash.treasury[index].id != 0 {
      let coin = ecash.treasury[index]
      if Int(ecash.keysets[Int(coin.keyset) - 1].mint) == mint + 1 { offer(index, coin) }
    }
  }

  private func chosen(_ indices: [UInt32], _ amount: UInt128, _ fee: UInt64) -> ChosenCoins {
    ChosenCoins(
      indices: indices.sorted { ecash.treasury[$0].id < ecash.treasury[$1].id }, amount: amount, fee: fee)
  }
}
