import WireProtocol

/// An agent of a resource, known since it first attached: 24 bytes.
struct Agent: SlotRecord {
  /// Its resource's id.
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Its number among those of the resource, from 1.
  var number: UInt32 = 0
  var flags: AgentFlags = []
  private var attached: UInt32 = 0

  /// Whether a connection of this life is attached as this agent.
  var isAttached: Bool {
    get { attached != 0 }
    set { attached = newValue ? 1 : 0 }
  }

  /// Whether its flags and numbers are ones that there are.
  var isSound: Bool {
    attached <= 1 && number >= 1 && number <= UInt32(WireLimits.agentCountMaxPerResource) && flags.rawValue <= 1
  }
}

/// What an agent provides for a lease, as long as the lease is remembered: 120 bytes.
///
/// Those of live leases lie in a list of their resource, in the order of their ids.
struct Service: SlotRecord {
  /// The lease's id.
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Number of the agent that provisions it.
  var agent: UInt32 = 0
  var previous: UInt32 = noIndex
  var next: UInt32 = noIndex
  /// Where the holder finds it; of a lease that failed: why.
  var endpoint = Text96()
}
