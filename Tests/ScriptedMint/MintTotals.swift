/// What the mint counted: for tests to look at, and for `ScriptedMint.checkInvariants`.
public struct MintTotals: Hashable, Sendable {
  /// Of one unit, in it.
  public struct Money: Hashable, Sendable {
    /// Signed for quotes that were paid, and given away.
    public internal(set) var issued: Int128 = 0
    /// Signed in all, so also in swaps and as change.
    public internal(set) var signed: Int128 = 0
    /// Spent in all.
    public internal(set) var spent: Int128 = 0
    /// Kept of what was swapped and melted, as the fee of inputs (NUT-02).
    public internal(set) var fees: Int128 = 0
    /// Gone by melting: paid out, its fee, and what did not come back as change.
    public internal(set) var melted: Int128 = 0

    /// What there is to be spent. Below zero when coins were spent that another mint of the same keys has signed.
    public var outstanding: Int128 { signed - spent }

    /// Nothing.
    public init() {}
  }

  /// By unit.
  public internal(set) var money: [String: Money] = [:]
  /// Swaps that were done.
  public internal(set) var swapCount = 0
  /// Inputs that were refused because they were spent before.
  public internal(set) var doubleSpendCount = 0
  /// Requests, by method and the first part of the path, such as `POST /v1/swap`.
  public internal(set) var requestCounts: [String: Int] = [:]
  /// Answers, by their status.
  public internal(set) var statusCounts: [Int: Int] = [:]

  /// Nothing.
  public init() {}
}
