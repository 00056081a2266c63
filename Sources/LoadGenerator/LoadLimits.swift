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

  /// How long a broker may answer nothing while leases are made.
  public static let silenceMilliseconds: UInt64 = 30_000

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
