/// The named maxima of what is said to mints. Reaching one is an answer to the caller or an outcome of the request, never growth.
public enum MintClientLimits {
  /// Bytes of a request's path, without the origin's.
  public static let pathByteCountMax = 512

  /// Bytes of a request's body.
  public static let requestByteCountMax = 1 << 20

  /// Bytes that an answer's body may have unless the request says otherwise.
  public static let answerByteCount = 1 << 20

  /// The most it can say.
  public static let answerByteCountMax = 16 << 20

  /// Bytes of an answer's status line, headers, interim answers and trailers.
  public static let headerByteCountMax = 64 * 1024

  /// The longest time a request can be given.
  public static let timeoutMillisecondsMax: UInt64 = 24 * 3_600_000
}

/// How much a `MintTransport` does at a time, and for how long.
public struct MintTransportLimits: Sendable {
  /// Requests under way at one origin, which is also how many connections it has.
  public var underWayMax = 8

  /// Requests that wait for one origin, so that a slow mint is in nobody else's way.
  public var waitingMax = 256

  /// Bytes of the bodies of those.
  public var waitingByteCountMax = 4 << 20

  /// Origins that have requests at a time.
  public var originCountMax = 32

  /// Idle connections that are kept, all origins together.
  public var idleCountMax = 64

  /// The time for looking a name up, connecting, and the TLS handshake.
  public var connectMilliseconds: UInt32 = 10_000

  /// The time for an answer's rest once its (final) status line has come: whoever sends a byte now and then is not waited for as long as a
  /// mint that is still thinking.
  public var answerMilliseconds: UInt64 = 10_000

  /// The time after which an idle connection is not used again. Less than the five seconds after which widespread servers close theirs: a
  /// request that meets the close on its way has an unknown outcome.
  public var idleMilliseconds: UInt64 = 4_000

  /// The defaults.
  public init() {}
}
