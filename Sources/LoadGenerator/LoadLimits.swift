import Glibc

/// The named maxima of the load generator.
public enum LoadLimits {
  /// Leases that one connection binds: a broker's usual limit.
  public static let heldLeaseCountMax = 4096
  /// Leases of one connection that are paid by ticks.
  public static let chainedLeaseCountMax = 64
  /// Connections of one driver.
  public static let connectionCountMax = 100_000
  /// Notes of one run.
  public static let noteCountMax = 100_000_000
  /// Words of all chains of one run.
  public static let wordCountMax = 200_000_000
  /// How many leases a second are made that are to end together.
  public static let endingLeaseRate = 400_000
  /// Leases that an expiry storm looks at: what one connection may subscribe to.
  public static let watchedLeaseCount = 1000

  /// Leases of one run of gates.
  public static let gateCountMax = 65_000
  /// ACQUIREs under way at a time, and what opens their gates.
  public static let gateDepth = 64
  /// Times that a holder tries a gate which is about to open, a millisecond from one to the next.
  static let gateAttemptCountMax = 5000
  /// How long what is due in a run of gates may take, in milliseconds.
  static let gateSilenceMilliseconds: UInt64 = 20_000
  /// How long bytes that come after a cut are looked for, in milliseconds.
  static let gateSettleMilliseconds: UInt64 = 300
  /// Before a deadline, and until the cut, a message is sent each millisecond for so long, in milliseconds.
  static let gateBusyMilliseconds: UInt64 = 100
  /// Descriptors of a process beside those that are counted.
  static let descriptorCountSpare = 100

  /// How long a broker may answer nothing while leases are made.
  public static let silenceMilliseconds: UInt64 = 30_000

  /// How many files this process may have open.
  public static var descriptorLimit: Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
    return Int(clamping: limit.rlim_cur)
  }

  /// As many open files as the system lets this process have: a connection takes one.
  public static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    let wanted = rlim_t(connectionCountMax + 1000)
    // Whoever may raise the hard limit too does; everybody else goes up to it.
    var more = rlimit(rlim_cur: wanted, rlim_max: max(wanted, limit.rlim_max))
    if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &more) != 0 {
      limit.rlim_cur = limit.rlim_max
      _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
  }
}
