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
}

/// What an agent provides for a lease.
struct ModelService: Hashable {
  /// Number of the agent, of the lease's resource.
  var agent: UInt32
  /// Where it is, or of a failed lease why not.
  var endpoint = Text96()
}
