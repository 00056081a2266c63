/// The named maxima and times of a broker process.
public enum BrokerLimits {
  /// Time a shutdown gives connections to take what they are owed; then they are closed.
  public static let drainMilliseconds: UInt64 = 5_000

  /// Connections beyond the cap that are told so at a time; for one more, the oldest of them is closed.
  public static let turnedAwayCountMax = 64

  /// Descriptors that are not for connections: listeners, files, the loop's own.
  public static let reservedDescriptorCount = 128

  /// Listeners of one broker.
  public static let listenerCountMax = 16
}
