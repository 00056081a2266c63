/// How many leases each connection of a run binds, and what of hash chains lies on them.
public struct LeasePlan: Sendable, Equatable {
  /// Leases that each connection binds and uses.
  public let heldCount: Int
  /// How many of these are paid by ticks.
  public let chainedCount: Int
  /// Words of each chain, a multiple of `wordCountStep`.
  public let chainLength: Int

  /// A tick pays for up to so many uses.
  static let wordCountStep = 16

  /// Throws where an operation of the mix would have no lease, or a chain no words.
  ///
  /// - Parameter words: How many words all chains have together.
  public init(_ mix: Mix, leases: Int, words: Int, connections: Int) throws(RunFailure) {
    heldCount = mix.contains(\.usesLease) ? min(leases / connections, LoadLimits.heldLeaseCountMax) : 0
    chainedCount = mix.contains(\.usesChain) ? min(heldCount, LoadLimits.chainedLeaseCountMax) : 0
    let chains = chainedCount * connections
    chainLength = chains > 0 ? words / chains / Self.wordCountStep * Self.wordCountStep : 0
    if mix.contains(\.usesLease), heldCount == 0 {
      throw .setup("\(leases) leases for \(connections) connections: each needs at least one")
    }
    if mix.contains(\.namesLease), leases == 0 { throw .setup("no leases: \(mix.name) needs at least one") }
    if chains > 0, chainLength == 0 {
      throw .setup("\(words) words for \(chains) chains: each needs at least \(Self.wordCountStep)")
    }
  }
}
