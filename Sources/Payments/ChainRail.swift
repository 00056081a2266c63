internal import TurnpikeCrypto
public import WireProtocol

/// The rail of hash chains: prepaid money of a lease, of which each word releases some.
///
///      0    1      2          4       8       12      16        32
///     +----+------+----------+-------+-------+-------+---------+
///     |rail| zero |byte count| chain | index | zero  |  word   |
///     | =2 |  =0  |   = 32   |       |       |       |         |
///     +----+------+----------+-------+-------+-------+---------+
///
/// This proves that the word leads to the last one that was shown, in as many steps as its index says. What the steps are worth,
/// and whether the chain is still there, is the state machine's to say, which gives the head to begin with and checks it again.
public enum ChainRail {
  /// The last word of an open chain.
  public struct Head {
    /// Where the chain lies in the state machine's table.
    public var place: UInt32
    /// Its index; 0: the root.
    public var index: UInt32
    /// Words of the chain.
    public var length: UInt32
    /// The word.
    public var word: Bytes16

    /// All fields.
    public init(place: UInt32, index: UInt32, length: UInt32, word: Bytes16) {
      (self.place, self.index, self.length, self.word) = (place, index, length, word)
    }

    /// The greatest index that a tick may have now.
    var indexMax: UInt32 {
      let stepCountMax = UInt32(WireLimits.chainStepCountMax)
      return length &- index > stepCountMax ? index &+ stepCountMax : length
    }
  }

  /// What a tick was found to be.
  public enum Verdict {
    /// It leads to the head; or there is no such chain, or its index is not above the head's, which are not for this rail to
    /// judge: then `from` is its own index.
    case authentic(VerifiedTick)
    /// TICK_AHEAD, with the greatest index that is taken, or TICK_FORGED.
    case refused(Status, detail: UInt64)
  }

  /// Judges a tick that pays to `lease`, whose chain of that number has this head, if there is such a chain. At most
  /// `WireLimits.chainStepCountMax` compressions of SHA-256.
  static func verify(_ tick: TickToken, on lease: UInt64, head: Head?) -> Verdict {
    var verified = VerifiedTick(
      chain: tick.chain, index: tick.index, word: tick.word, from: tick.index, chainIndex: .max)
    guard let head else { return .authentic(verified) }
    verified.chainIndex = head.place
    guard tick.index > head.index else { return .authentic(verified) }
    guard tick.index <= head.indexMax else { return .refused(.tickAhead, detail: UInt64(head.indexMax)) }
    let chain = HashChain(lease: lease, number: tick.chain)
    let word = chain.word(tick.index - head.index, before: tick.word, at: tick.index)
    guard word.isEqualInConstantTime(to: head.word) else { return .refused(.tickForged, detail: 0) }
    verified.from = head.index
    return .authentic(verified)
  }
}
