/// The named maxima of what enforces leases. Reaching one is a lease that fails or a connection that is refused, never growth.
public enum EnforcementLimits {
  /// Bytes of an endpoint or a reason, as the protocol has room for.
  public static let textByteCountMax = 95
}
