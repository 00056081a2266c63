public import WireProtocol

/// What movements that a statement does not tell apart have in common.
public struct ModelMovement: Hashable, Sendable {
  /// The resource; 0: it concerns none.
  public var resource: UInt64
  /// What it was for; 0: leases.
  public var subject: UInt64
  /// Where it came from.
  public var from: Account
  /// Where it went.
  public var to: Account

  /// All of them.
  public init(resource: UInt64, subject: UInt64, from: Account, to: Account) {
    self.resource = resource
    self.subject = subject
    self.from = from
    self.to = to
  }
}

extension Account {
  /// Whether money comes into being on it, and ends: its balance is minus what did, of ECASH plus what was paid out.
  var isSource: Bool { self == .operatorFloat || self == .ecash }
}

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
  /// Whether what moved is kept.
  var keepsMovements = true
  /// What the lines of a statement add up to.
  private(set) var moved: [ModelMovement: UInt128] = [:]

  /// Moves `amount` for a resource (nil: none) and a subject.
  mutating func move(
    _ amount: UInt64, from source: Account, _ sourceEpoch: UInt32 = 0, to target: Account, _ targetEpoch: UInt32 = 0,
    of resource: UInt64?, for subject: UInt64 = 0
  ) {
    guard amount > 0 else { return }
    balances[Key(account: source, keyEpoch: sourceEpoch), default: 0] -= Int128(amount)
    balances[Key(account: target, keyEpoch: targetEpoch), default: 0] += Int128(amount)
    // Of what stays within an account only a pool's share is told, which has a subject.
    guard keepsMovements, source != target || subject != 0 else { return }
    let movement = ModelMovement(resource: resource ?? 0, subject: subject, from: source, to: target)
    moved[movement, default: 0] += UInt128(amount)
  }

  /// What lies on an account.
  func balance(_ account: Account, _ keyEpoch: UInt32 = 0) -> Int128 {
    balances[Key(account: account, keyEpoch: keyEpoch)] ?? 0
  }

  /// Sum over all accounts: zero.
  var sum: Int128 { balances.values.reduce(0, +) }
}
