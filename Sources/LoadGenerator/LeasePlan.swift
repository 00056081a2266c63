/// How many leases each connection of a run binds, and what of hash chains lies on them.
public struct LeasePlan: Sendable, Equatable {
  /// Leases that each connection binds and uses.
  public let heldCount: Int
  /// How many of these are paid by ticks.
  public let chainedCount: Int
  /// Words of each chain.
  public let chainLength: Int
  /// How many uses a word pays for: the weight of a chain, since a use costs one.
  public let usesPerWord: Int

  /// Throws where an operation of the mix would have no lease, or a chain no words or two weights.
  ///
  /// - Parameter words: How many words all chains have together.
  public init(_ mix: Mix, leases: Int, words: Int, connections: Int) throws(RunFailure) {
    heldCount = mix.contains(\.usesLease) ? min(leases / connections, LoadLimits.heldLeaseCountMax) : 0
    chainedCount = mix.contains(\.usesChain) ? min(heldCount, LoadLimits.chainedLeaseCountMax) : 0
    let chains = chainedCount * connections
    chainLength = chains > 0 ? words / chains : 0
    let weights = Set(mix.parts.map(\.operation).filter(\.usesChain).map(\.usesPerWord))
    usesPerWord = weights.first ?? 1
    if weights.count > 1 { throw .setup("\(mix.name) has ticks of two kinds: all words of a chain have one weight") }
    if mix.contains(\.usesLease), heldCount == 0 {
      throw .setup("\(leases) leases for \(connections) connections: each needs at least one")
    }
    if mix.contains(\.namesLease), leases == 0 { throw .setup("no leases: \(mix.name) needs at least one") }
    if chains > 0, chainLength == 0 { throw .setup("\(words) words for \(chains) chains: each needs at least one") }
    let lengthMax = Int(Supply.lastingAmount) / usesPerWord
    if chainLength > lengthMax { throw .setup("\(chainLength) words a chain: a lease has money for \(lengthMax)") }
  }
}
