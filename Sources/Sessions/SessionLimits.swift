internal import WireProtocol

/// The named maxima and times of the sessions. Reaching one is a status to the peer, never growth and never a trap.
public struct SessionLimits: Sendable {
  // MARK: Connections

  /// Connections at a time; further ones are told CONNECTION_LIMIT.
  public var connectionCountMax = 16_384
  /// Requests before HELLO that are answered (with HELLO_FIRST) until the connection is cut.
  public var refusalCountMaxBeforeHello = 16
  /// Time a connection has for a HELLO that is accepted.
  public var helloMilliseconds: UInt64 = 10_000
  /// Time a frame may take from its first byte to its last.
  public var frameMilliseconds: UInt64 = 10_000
  /// Time without a byte from the peer, with nothing to send to it, until it is cut.
  public var idleMilliseconds: UInt64 = 600_000
  /// Time in which a peer must take `slowReaderByteCount` bytes, or all there are.
  public var slowReaderMilliseconds: UInt64 = 10_000
  /// Bytes a peer must take within `slowReaderMilliseconds`.
  public var slowReaderByteCount = 64 * 1024
  /// Time a connection that is being ended has to take what it is owed, its Goodbye included.
  public var farewellMilliseconds: UInt64 = 2_000
  /// Time a connection that was sent everything has to close, before it is closed.
  public var lingerMilliseconds: UInt64 = 1_000

  // MARK: Frames

  /// Largest frame after HELLO, in either direction.
  public var frameByteCountMax = WireLimits.frameByteCountMax
  /// Largest frame before it.
  public var frameByteCountMaxBeforeHello = WireLimits.frameByteCountMaxBeforeHello

  // MARK: Fairness and back-pressure

  /// Work of one turn, in which others wait: a request that moved money counts 1, with its first note; any other frame
  /// `workCountOfFreeFrame`; each further note verified or made, record and push 1 more. When it is done, only connections that
  /// sent little are served in the same turn; the others queue for shares of the next ones.
  public var workCountMaxPerTurn = 8_192
  /// Work that a frame counts which moves no money, and twice that when it is refused: floods of what costs nothing get small
  /// shares, while a turn still takes in the whole pipelines of those who pay.
  public var workCountOfFreeFrame = 8
  /// Steps of a hash chain that count 1.
  public var stepCountOfWork: UInt32 = 4
  /// Work that a tick counts which is refused: as many steps as one can ask for.
  public var workCountOfFailedTick = WireLimits.chainStepCountMax / 4
  /// Work one connection is given at a time.
  public var workCountMaxPerShare = 256
  /// Received bytes that are little.
  public var smallInputByteCount = 1_024
  /// Received bytes of a connection whose frames wait from which on it is not read.
  public var inputByteCountHigh = 8 * 1024
  /// Memory for received bytes of all connections. Above it those with the oldest parts of frames are ended, then those of whom
  /// the most waits, until a quarter of it is free.
  public var inputByteCountMaxTotal = 128 * 1024 * 1024
  /// Unsent bytes above which a connection's frames wait.
  public var outboxByteCountHigh = 256 * 1024
  /// Unsent bytes below which they go on.
  public var outboxByteCountLow = 64 * 1024
  /// Unsent bytes of all connections above which each one's limit is `outboxByteCountLow`.
  public var outboxByteCountMaxTotal = 256 * 1024 * 1024
  /// Unsent bytes above which pushes to a connection are dropped (LAGGED tells how many).
  public var pushByteCountMax = 128 * 1024
  /// ADVANCE commands in one turn that served nobody; what is due beyond them waits for the next.
  public var advanceCountMaxPerTurn = 1
  /// ADVANCE commands more, while funding events hold the time back, which all requests wait for, or while some wait for timers.
  public var advanceCountMaxPerTurnBehind = 15
  /// How long a request waits for timers until no other is taken in before it: what is bought meanwhile can end as fast as timers fire.
  public var timerPatienceMilliseconds: UInt64 = 2_000
  /// Bytes of buffers kept for the next use.
  public var pooledByteCountMax = 16 * 1024 * 1024

  // MARK: Agents

  /// How often an agent is to tell its clock.
  public var agentHeartbeatMilliseconds: UInt64 = 2_000
  /// Time without a byte from an agent until it is taken for lost.
  public var agentSilenceMilliseconds: UInt64 = 10_000
  /// How long a voucher is good.
  public var voucherMilliseconds: UInt64 = 600_000

  // MARK: Logs

  /// Failed proofs of roles that are kept for the log; others are counted.
  public var failedProofCountMax = 16

  // MARK: Handles and subscriptions

  /// Handles of one connection.
  public var handleCountMax = 4_096
  /// Handles of all connections.
  public var handleCountMaxTotal = 1 << 20
  /// Subscriptions of one connection.
  public var subscriptionCountMax = WireLimits.subscriptionCountMax
  /// Subscriptions of all connections.
  public var subscriptionCountMaxTotal = 1 << 16

  /// The defaults.
  public init() {}
}
