/// The named maxima and times of a broker process.
public enum BrokerLimits {
  /// Time a shutdown gives connections to take what they are owed; then they are closed.
  public static let drainMilliseconds: UInt64 = 5_000

  /// Connections beyond the cap that are told so at a time; for one more, the oldest of them is closed.
  public static let turnedAwayCountMax = 64

  /// Descriptors that are not for connections: listeners, files, the loop's own.
  public static let reservedDescriptorCount = 128

  /// Lines about failed proofs of roles that are logged within `failedProofIntervalMilliseconds`.
  public static let failedProofLineCountMax = 10

  /// See `failedProofLineCountMax`.
  public static let failedProofIntervalMilliseconds: UInt64 = 10_000

  /// How long a start may have to replay the journal; beyond it, a snapshot is written.
  public static let tailMilliseconds: Double = 2_000

  /// How long a start may have to replay what no snapshot has yet; beyond it, requests are slowed until one has it.
  public static let lagMilliseconds: Double = 8_000

  /// Fewest commands whose replay tells how fast it is.
  static let tellingCommandCount: UInt64 = 100_000

  /// Commands that are replayed in a second, until it was measured.
  public static let replayCommandsPerSecond: Double = 500_000

  /// Snapshots that are kept: the newest, and one to fall back to.
  public static let snapshotCount = 2

  /// Bytes of a batch of one sender that is appended on the loop's thread: what takes a disk no longer than a sector does.
  public static let loopAppendByteCountMax = 4 * 1024

  /// Time until a listener that failed is made anew.
  public static let listenAgainMilliseconds: UInt64 = 1_000

  /// Time until room for the journal's next segments is looked for again, when there was none.
  public static let refillAgainMilliseconds: UInt64 = 1_000

  /// Listeners of one broker.
  public static let listenerCountMax = 16
}
