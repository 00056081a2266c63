import WireProtocol

/// Where money is, as the double entry sees it: each movement takes from one account what it adds to another.
///
/// Purses, notes and the rest are kept one by one elsewhere; this is the other side of the book, and `ReferenceModel`
/// compares the two.
struct ModelLedger {
  /// An account; `keyEpoch` is 0 except where there is one per key epoch.
  struct Key: Hashable {
    var account: Account
    var keyEpoch: UInt32
  }

  private(set) var balances: [Key: Int128] = [:]

  /// Moves `amount`.
  mutating func move(
    _ amount: UInt64, from source: Account, _ sourceEpoch: UInt32 = 0, to target: Account, _ targetEpoch: UInt32 = 0
  ) {
    guard amount > 0 else { return }
    balances[Key(account: source, keyEpoch: sourceEpoch), default: 0] -= Int128(amount)
    balances[Key(account: target, keyEpoch: targetEpoch), default: 0] += Int128(amount)
  }

  /// What lies on an account.
  func balance(_ account: Account, _ keyEpoch: UInt32 = 0) -> Int128 {
    balances[Key(account: account, keyEpoch: keyEpoch)] ?? 0
  }

  /// Sum over all accounts: zero.
  var sum: Int128 { balances.values.reduce(0, +) }
}
