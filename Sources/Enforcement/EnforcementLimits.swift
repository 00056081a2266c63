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
  /// For how long a service that took a connection is taken for one that does.
  static let probeMilliseconds: UInt64 = 1_000
  /// A peer that is silent for so long is asked by the kernel whether it is still there.
  static let keepAliveSeconds: UInt32 = 60
  /// Ports that are tried for one lease, where others have taken some of the range.
  static let portTryCountMax = 256
  /// How often what a throttled lease holds back is looked at, in milliseconds: its bytes come in pieces of that much time.
  static let throttleMilliseconds: UInt64 = 20
  /// Descriptors that a process needs beside those of connections and listeners.
  public static let descriptorCountSpare = 64

  // MARK: Guardians

  /// How often an agent that ends looks whether its guardians have ended, in milliseconds.
  public static let quietMilliseconds: UInt64 = 10
  /// And how long it waits for them at most.
  public static let closeMilliseconds: UInt64 = 60_000
  /// No instant is further away than this, for a guardian, in milliseconds: 100 years.
  static let instantMilliseconds: UInt64 = 100 * 366 * 86_400_000
  /// Orders that wait for a guardian that does not read.
  static let guardianOrderCountMax = 64
  /// Orders that wait for the guardian of a resource's scripts.
  static let hookOrderCountMax = 4096
  /// Guardians of a resource's scripts that may end one after the other and say nothing, until its leases fail.
  static let hookStartCountMax = 5
  /// Time from the end of one to the start of the next, in milliseconds, but for the first time.
  static let hookStartMilliseconds: UInt64 = 1000
  /// Depth of cgroups that a command can have made below its own and that are removed after it.
  static let cgroupDepthMax = 8
  /// How often it is looked whether what was left in cgroups is gone, in milliseconds.
  static let sweepMilliseconds: UInt64 = 20
  /// Arguments of a command, and variables.
  static let commandTextCountMax = 128
  /// What a configuration can ask for as a time, in milliseconds: a day.
  static let waitMillisecondsMax: UInt64 = 86_400_000
}
