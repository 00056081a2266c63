import WireProtocol

/// An agent of a resource, known since it first attached: 88 bytes.
///
/// ```
///   attached --DETACH, a life begins--> lost --ATTACH with REPORTS--> reporting --last REPORT--> attached
///                                        |  ^                             |
///                                        |  +------DETACH, a life begins--+
///                                        +--ATTACH without REPORTS--> attached
/// ```
/// Lost and reporting are its *outage*, which an event ends too (Outages.swift).
struct Agent: SlotRecord {
  /// Its resource's id.
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Its number among those of the resource, from 1.
  var number: UInt32 = 0
  var flags: AgentFlags = []
  private var standing: UInt32 = 0
  /// Number of its last outage; 0: there was none.
  var outage: UInt64 = 0
  /// How often it was lost.
  var lossCount: UInt64 = 0
  /// When the outage began, and when it was lost last in it.
  var lostAt: UInt64 = 0
  var detachedAt: UInt64 = 0
  /// When it was lost last it had heard of everything up to this instant.
  var heardAt: UInt64 = 0
  /// What is withheld of the leases that it provisions.
  var withheld: UInt64 = 0
  /// Number of its last report.
  var reportNumber: UInt64 = 0
  /// The last lease that the end of its outage passed over.
  var sweptLease: UInt64 = 0

  /// Whether a connection of this life is attached as this agent.
  var isAttached: Bool {
    get { standing & 1 != 0 }
    set { standing = standing & ~1 | (newValue ? 1 : 0) }
  }

  /// Whether it is in an outage.
  var isInOutage: Bool {
    get { standing & 2 != 0 }
    set { standing = standing & ~2 | (newValue ? 2 : 0) }
  }

  /// Whether its flags and numbers are ones that there are.
  var isSound: Bool {
    standing <= 3 && number >= 1 && number <= UInt32(WireLimits.agentCountMaxPerResource) && flags.rawValue <= 3
  }
}

/// What an agent provides for a lease, as long as the lease is remembered: 216 bytes.
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
  /// When the lease was credited last.
  var creditedAt: UInt64 = 0
  /// What the outage of its agent is to it.
  var stretch = OutageStretch()
  /// Where the holder finds it; of a lease that failed: why.
  var endpoint = Text96()
}

/// What an outage is to one lease, from when it is touched in it.
struct OutageStretch {
  /// Number of the outage; another one than the agent's: this is all void.
  var outage: UInt64 = 0
  /// From when on it counts.
  var since: UInt64 = 0
  /// Last instant up to which the agent knows that there is access.
  var knownDeadline: UInt64 = 0
  /// What was withheld up to the known deadline, and after it.
  var first = Charge()
  var second = Charge()
  /// How often the agent had been lost when it reported this.
  var lossCount: UInt64 = 0
  private var marks: UInt64 = 0

  /// Whether it was settled at the known deadline: what follows is withheld in the second part.
  var isPastKnown: Bool {
    get { marks & 1 != 0 }
    set { marks = marks & ~1 | (newValue ? 1 : 0) }
  }

  /// Whether the agent reported it.
  var isReported: Bool {
    get { marks & 2 != 0 }
    set { marks = marks & ~2 | (newValue ? 2 : 0) }
  }

  /// Whether its marks are ones that there are.
  var isSound: Bool { marks <= 3 }

  var sum: UInt64 {
    first.given.addingSaturating(first.own).addingSaturating(second.given).addingSaturating(second.own)
  }
}
