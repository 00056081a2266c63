/// The named maxima of what enforces leases. Reaching one is a lease that fails or a connection that is refused, never growth.
public enum EnforcementLimits {
  /// Bytes of an endpoint or a reason, as the protocol has room for.
  public static let textByteCountMax = 95

  /// Resources of one configuration.
  public static let resourceCountMax = 256
  /// Bytes of a configuration file.
  public static let configurationByteCountMax = 1 << 20
  /// Bytes of a key file.
  public static let keyByteCountMax = 4096

  // MARK: Gates

  /// Connections of one lease at a time, when the configuration says nothing.
  public static let connectionCountPerLease = 100
  /// Connections of one gate at a time, when the configuration says nothing.
  public static let connectionCount = 4096
  /// What a configuration can ask for, of either.
  public static let connectionCountMax = 100_000
  /// Bytes a second of one unit of a lease that is throttled, when the configuration says nothing.
  public static let throttledBytesPerSecond: UInt64 = 16 * 1024
  /// Connections that the kernel keeps for one lease until they are accepted.
  static let backlog = 128
  /// Time an attempt to connect to the service is given, name lookup included, in milliseconds.
  static let connectMilliseconds: UInt64 = 10_000
  /// A peer that is silent for so long is asked by the kernel whether it is still there.
  static let keepAliveSeconds: UInt32 = 60
  /// Ports that are tried for one lease, where others have taken some of the range.
  static let portTryCountMax = 256
  /// How often what a throttled lease holds back is looked at, in milliseconds: its bytes come in pieces of that much time.
  static let throttleMilliseconds: UInt64 = 20
  /// How often usage is told, in milliseconds.
  static let usageMilliseconds: UInt64 = 10_000
  /// Descriptors that a process needs beside those of connections and listeners.
  public static let descriptorCountSpare = 64
}
