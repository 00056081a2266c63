import WireProtocol

/// An agent of a resource, known since it first attached: 64 bytes.
///
/// It is attached, or lost: then its leases are *unattended*, and end with it when it is not back in time (Outages.swift).
struct Agent: SlotRecord {
  /// Its resource's id.
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Its number among those of the resource, from 1.
  var number: UInt32 = 0
  var flags: AgentFlags = []
  private var standing: UInt32 = 0
  /// How many live leases it provisions.
  var leaseCount: UInt32 = 0
  /// Leaves no hole in the record.
  private let zero: UInt32 = 0
  /// How often it said that it had told all of its outages: what leases are owed of rounds before is void.
  var round: UInt64 = 0
  /// It had heard of everything up to this instant.
  var heardAt: UInt64 = 0
  /// Number of its last report.
  var reportNumber: UInt64 = 0
  /// The last lease that the end of its outage passed over.
  var sweptLease: UInt64 = 0

  /// Whether a connection of this life is attached as this agent.
  var isAttached: Bool {
    get { standing != 0 }
    set { standing = newValue ? 1 : 0 }
  }

  /// Whether its flags and numbers are ones that there are.
  var isSound: Bool {
    standing <= 1 && number >= 1 && number <= UInt32(WireLimits.agentCountMaxPerResource) && flags.rawValue <= 3
  }
}

/// What an agent provides for a lease, as long as the lease is remembered: 208 bytes.
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
  /// Bytes from and to the holder that agents reported.
  var received: UInt64 = 0
  var sent: UInt64 = 0
  /// What is known of what the agent was told of the lease's deadline.
  var deadlines = ToldDeadlines()
  /// What it is to the lease that its agent is away, or was.
  var absence = Absence()
  /// Where the holder finds it; of a lease that failed: why.
  var endpoint = Text96()
}
