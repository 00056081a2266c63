/// The named maxima of the event loop. Reaching one is a status to the caller or back-pressure to the peer, never growth.
public enum EventLoopLimits {
  /// Bytes one read can deliver, and the most one stream is given in one turn however much its peer has sent.
  public static let receiveBufferByteCount = 64 * 1024

  /// Bytes of scratch before the receive buffer (see `Loop.receiveHeadroom`): room for the longest partial frame.
  public static let receiveHeadroomByteCount = 64 * 1024

  /// Connections the kernel keeps for a listener that has not accepted them yet. The kernel's own limit may be lower.
  public static let backlog = 4096

  /// Failed accepts in a row after which a listener gives up, since the loop could make no progress beside it.
  public static let acceptFailureCountMax = 1024

  /// How long a listener rests when the process has no descriptor left.
  public static let acceptRestMilliseconds: UInt64 = 100

  /// Longest path of a unix-domain socket: `sun_path` without its final zero.
  public static let unixPathByteCountMax = 107

  /// Largest queue a `Wakeup` may be made with.
  public static let wakeupCapacityMax = 1 << 20

  /// Largest ring a `Handoff` may be made with.
  public static let handoffCapacityMax = 1 << 10

  /// Threads of libuv's pool, shared by every `WorkQueue` of the process (unless UV_THREADPOOL_SIZE says otherwise).
  public static let poolThreadCount = 4

  /// Most jobs a `WorkQueue` may be made to hold back.
  public static let workWaitingMax = 1 << 16

  /// Arguments and variables that a `ChildProcess` can be given, together.
  public static let childTextCountMax = 1024

  /// Bytes of them.
  public static let childTextByteCountMax = 128 * 1024

  /// Addresses one name may resolve to; further ones are dropped.
  public static let resolvedEndpointCountMax = 16
}
