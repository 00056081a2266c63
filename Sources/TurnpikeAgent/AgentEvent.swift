/// One thing to do.
public enum AgentEvent: Hashable, Sendable {
  /// Provide what is leased until `until`, then report.
  case provision(AgentLease)
  /// Full access from now on.
  case opened(AgentLease)
  /// Reduced access from now on.
  case reduced(AgentLease)
  /// Access stays as it is; its instants are others.
  case moved(AgentLease)
  /// No access from now on. The lease may come back. When it changes hands, this comes first and then `opened` with its new epoch.
  case closed(AgentLease)
  /// The broker answered a report. EPOCH_STALE: it is another lease by now; report again if that is still true of it.
  case answered(AgentLease, status: UInt16)
  /// The lease is over: shut it, and take down what was provided for it. Nothing more comes of it.
  case ended(AgentLease)
  /// There was no room for this lease, and perhaps for others: they stay shut. They are asked for again when there is room.
  case noRoom(lease: UInt64)
  /// The broker told of all leases: what still runs for any other is over.
  case listed
}

/// What a lease gives access to now.
public enum LeaseAccess: Comparable, Sendable {
  /// Nothing.
  case closed
  /// What its provider leaves of it when the money is nearly used up.
  case reduced
  /// All.
  case full
}

/// What a ticket that was taken gives: access to a lease until `until`, as long as the broker says nothing else.
public struct TicketPass: Hashable, Sendable {
  /// The lease.
  public var lease: UInt64
  /// Its epoch.
  public var epoch: UInt64
  /// How many units it holds.
  public var units: UInt32
  /// The agent's stamp at which it was given.
  public var stamp: UInt64
  /// The last instant with access.
  public var until: UInt64
  var state: UInt8
}
