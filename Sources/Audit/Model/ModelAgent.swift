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
  /// Nil: it was not lost, or all is told of it.
  var outage: ModelOutage?
  /// Withheld, and the provider's when the outage ends: of leases that ended, were reported or are forgotten.
  var withheld: UInt64 = 0
  /// Tells one start of it from another.
  var boot: UInt64 = 0
  /// Number of the last REPORT that was taken.
  var reportNumber: UInt64 = 0
}

/// The time in which an agent is lost, and until all is told of it.
struct ModelOutage: Hashable {
  var lostAt: UInt64
  /// The latest loss.
  var detachedAt: UInt64
  /// Until when it had heard of everything at the latest loss.
  var heardAt: UInt64
  var endsAt: UInt64
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

/// Money of a lease, by whose it was.
struct ModelMoney: Hashable {
  var own: UInt64 = 0
  var given: UInt64 = 0

  var sum: UInt64 { own + given }

  mutating func add(_ other: ModelMoney) {
    own += other.own
    given += other.given
  }
}

/// What time cost a lease since its agent was lost: revenue, or its own, as the agent will tell.
struct ModelParts: Hashable {
  /// When the agent was lost.
  var since: UInt64
  /// Until when the agent kept the gate open, as far as anybody knows.
  var known: UInt64
  /// Up to the known deadline.
  var first = ModelMoney()
  /// After it.
  var second = ModelMoney()

  var sum: UInt64 { first.sum + second.sum }

  /// What of it is the lease's when its gate was shut for the last `shut` milliseconds before `now`.
  func due(shut: UInt64, at now: UInt64) -> UInt64 {
    func share(_ part: UInt64, _ time: UInt64, of whole: UInt64) -> UInt64 {
      time >= whole ? part : UInt64(UInt128(part) * UInt128(time) / UInt128(whole))
    }
    let after = max(now, known) - known
    // Of a deadline that is still to come, only time that has passed was paid.
    let before = min(now, known) - since
    let rest = shut > after ? shut - after : 0
    return share(second.sum, shut, of: after) + (rest > 0 ? share(first.sum, rest, of: before) : 0)
  }
}
