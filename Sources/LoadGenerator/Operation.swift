/// What a request of a Turnpike workload does.
public enum Operation: String, CaseIterable, Sendable {
  /// USE: debits a lease's purse.
  case use
  /// USE with a hash-chain tick on every request, which pays exactly for it.
  case useTick = "use-tick"
  /// USE with a tick on every 16th request of a lease, whose word pays for 16 of them.
  case useTick16 = "use-tick16"
  /// FUND with fresh notes.
  case fund
  /// ACQUIRE with fresh notes: a lease that lives for as long as they buy.
  case acquire
  /// CHECK: reads a lease.
  case check
  /// PING.
  case ping

  /// Whether it debits a lease, in the name of its owner.
  var usesLease: Bool { self == .use || usesChain }
  var usesChain: Bool { self == .useTick || self == .useTick16 }
  /// How many uses a word pays for, where it uses a chain.
  var usesPerWord: Int { self == .useTick16 ? 16 : 1 }
  /// Whether it is of any lease of the run, whoever asks.
  var namesLease: Bool { self == .fund || self == .check }
}
