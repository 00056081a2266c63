internal import CCrypto
public import WireProtocol

/// The words of one hash chain (PayWord: R. Rivest, A. Shamir, "PayWord and MicroMint: two simple micropayment schemes", 1996).
///
/// Each word is the hash of the next, so whoever has word i can check that word j > i belongs to the chain, and nobody but who
/// made the chain knows j before it was shown:
///
///     word i - 1 = first 16 bytes of SHA-256("turnpike hash chain v1" || lease (8) || chain (4) || i (4) || word i (16))
///
/// 54 bytes: one compression a step. Lease, chain and index are part of it, so a word is good at one place of one chain only, and
/// what is learnt of one chain helps against no other.
public struct HashChain: Hashable, Sendable {
  /// The lease that it pays.
  public let lease: UInt64
  /// Its number among the chains of that lease.
  public let number: UInt32

  /// The chain `number` of a lease.
  public init(lease: UInt64, number: UInt32) {
    (self.lease, self.number) = (lease, number)
  }

  /// The word `stepCount` steps before `word`, which is number `index`; `stepCount` is at most `index`.
  public func word(_ stepCount: UInt32, before word: Bytes16, at index: UInt32) -> Bytes16 {
    let shown = tp_chain_word(low: word.low, high: word.high)
    let earlier = tp_chain_back(lease, number, index, min(stepCount, index), shown)
    return Bytes16(low: earlier.low, high: earlier.high)
  }
}
