public import WireProtocol

/// Who shares a pool.
public struct PoolDescription: Hashable, Sendable {
  /// Its id.
  public var pool: UInt64
  /// Its name.
  public var name: Name32
  /// What was given to it, in the broker's unit.
  public var donated: UInt64
  /// In how many donations.
  public var donationCount: UInt64
  /// Its resources, each with its weight.
  public var members: [PoolMember]

  init(_ reply: Reply) throws(TurnpikeError) {
    let fixed = try reply.fixed(DescribePoolReply.self)
    (pool, name, donated, donationCount) = (fixed.pool, fixed.name, fixed.donated, fixed.donationCount)
    members = try reply.records()
  }
}
