public import TurnpikeAgent

/// A lease as its enforcer is told of it.
public typealias EnforcedLease = AgentLease

/// How the leases of one resource are enforced. All calls are on the loop's thread, and none may wait for anything: what takes time goes on
/// behind, and is told to `reports` when it is done.
///
///     unknown -- provision --> provisioned --+-- open --> open (full) <-- open / reduce --> open (reduced)
///        |                                   |              |    ^
///        |  after a restart of the agent     |            shut   | open, reduce
///        +------------ open, reduce ---------+              v    |
///        |                                   +------------ shut -+
///        +------------------- end of any of them: unknown again
///
/// **Rules.** Nothing is open that was not opened, by this life of the program; `shut` and `end` hold when they return, for whatever
/// this process passes on itself. Each call may come twice, and `shut` and `end` for a lease that is not known; what is known already
/// and does not change must not be disturbed. `open` and `reduce` can come for a lease that was never provisioned by
/// this life: it was by the one before. A call with a higher epoch is of another holder: it finds the lease shut, and nothing of
/// the holder before may go on.
public protocol Enforcer: AnyObject {
  /// Where results and usage go. Set before the first call; nobody else holds it, so hold it weakly.
  var reports: (any EnforcementReports)? { get set }

  /// Provide what is leased, still shut, and say `ready` or `failed` before `lease.until`.
  func provision(_ lease: EnforcedLease)
  /// Full access from now on.
  func open(_ lease: EnforcedLease)
  /// Reduced access from now on.
  func reduce(_ lease: EnforcedLease)
  /// Access stays as it is, its instants are others.
  func move(_ lease: EnforcedLease)
  /// No access from now on. It may come back.
  func shut(_ lease: EnforcedLease)
  /// The lease is over: shut it and take down what was provided. Of one that the broker does not tell of any more only the id is
  /// sure; nothing of it comes again.
  func end(_ lease: EnforcedLease)
  /// The broker told of all leases that live: whatever still runs for any other is over.
  func listed(_ isKnown: (UInt64) -> Bool)
  /// After `close`: whether nothing is left to be done behind, so that the program can end and leave nothing undone.
  var isQuiet: Bool { get }
  /// The program ends: everything is shut when it returns. What was provided may stay for the next life, if it stays shut.
  func close()
}

extension Enforcer {
  /// What passes everything on by itself has nothing behind.
  public var isQuiet: Bool { true }
}

/// What an enforcer has to say. On the loop's thread, also from within a call of the enforcer; of a lease that is over it is ignored.
public protocol EnforcementReports: AnyObject {
  /// What is leased is provided, and its holder finds it at `endpoint`: at most `EnforcementLimits.textByteCountMax` bytes of text that
  /// are no secret. To be said again, with the same or another endpoint, for a lease that was opened without `provision`.
  func ready(_ lease: UInt64, endpoint: String)
  /// It cannot be provided, or not any longer: the lease ends, and what was not used is paid back. `reason` is told to its holder.
  func failed(_ lease: UInt64, reason: String)
  /// Bytes that came from the holder, and that went to him, since this was said last.
  func usage(_ lease: UInt64, received: UInt64, sent: UInt64)
}
