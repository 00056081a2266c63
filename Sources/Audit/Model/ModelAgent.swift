import WireProtocol

/// Which agent: those of a resource are numbered.
struct ModelAgentName: Hashable {
  var resource: UInt64
  var number: UInt32
}

/// An agent that attached once.
struct ModelAgent: Hashable {
  var provisions: Bool
  var isAttached: Bool
  /// It has heard of all up to here: the latest that DETACH told of it.
  var heardAt: UInt64 = 0
  /// The end of its outage; nil: it has none.
  var outageEnd: ModelOutageEnd?
  /// Number of the last REPORT that was taken.
  var reportNumber: UInt64 = 0
}

/// The end of an outage, with which leases end.
struct ModelOutageEnd: Hashable {
  /// When it comes.
  var instant: UInt64
  /// The last lease that was looked at, of those that end with it.
  var lastLease: UInt64 = 0
}

/// What an agent provides for a lease.
struct ModelService: Hashable {
  /// Number of the agent, of the lease's resource.
  var agent: UInt32
  /// Where it is, or of a failed lease why not.
  var endpoint = Text96()
  /// Bytes that agents reported; saturate.
  var received: UInt64 = 0
  var sent: UInt64 = 0
}
