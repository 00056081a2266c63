public import WireProtocol

/// A lease as the broker told an agent of it. All instants are those of `AgentClock`, in milliseconds; the agent says when one of them
/// comes, so whoever enforces needs them only to be on the safe side, or to tell others.
public struct AgentLease: Hashable, Sendable {
  /// The lease's number, which it keeps until it is over.
  public var id: UInt64
  /// Which holding of it this is: it grows each time that the lease changes hands, or is provided anew.
  public var epoch: UInt64
  /// How many of the resource's units it holds, at least 1.
  public var units: UInt32
  /// What the broker said last of it.
  public var state: LeaseState
  /// The last instant with access. PENDING: the last one at which it can be ready.
  public var until: UInt64
  /// The first instant with reduced access; 0: none, or it has come.
  public var throttleAt: UInt64
  /// The first instant at which the lease is over if nothing is paid until then.
  public var end: UInt64
  /// Whether this agent provides it; another one of the resource does, if not.
  public var isYours: Bool

  /// A lease with these fields.
  public init(
    id: UInt64, epoch: UInt64, units: UInt32, state: LeaseState, until: UInt64, throttleAt: UInt64 = 0, end: UInt64,
    isYours: Bool = true
  ) {
    self.id = id
    self.epoch = epoch
    self.units = units
    self.state = state
    self.until = until
    self.throttleAt = throttleAt
    self.end = end
    self.isYours = isYours
  }
}
