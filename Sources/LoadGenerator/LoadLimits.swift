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
}
