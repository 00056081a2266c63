/// The named maxima of a client. Reaching one is an error to the caller, never growth.
public enum ClientLimits {
  /// Requests of one client that are not answered yet, those not sent yet included.
  public static let requestCountMax = 16_384
  /// Uses (USE without a payment) of one key that are under way at a time. The broker remembers the outcome of the last 64 of
  /// a key, so that any of these can be asked again after a reconnect.
  public static let useCountMaxPerKey = 63
  /// Pushes that one `AsyncStream` keeps for a reader that is late; then `Push.lagged` stands for what is dropped.
  public static let pushCountMax = 1024
  /// Streams of pushes of one client.
  public static let pushStreamCountMax = 64
  /// Time a request is given when the caller says nothing, in milliseconds.
  public static let timeoutMilliseconds: UInt64 = 30_000
  /// Time a mint of ecash is given when the caller says nothing, in milliseconds.
  public static let mintWaitMilliseconds: UInt64 = 60_000
  /// Time after which a request to a mint that was not heard of is known not to be on its way any more, in
  /// milliseconds: by then its connection was closed for half of it, at least.
  public static let mintDoubtMilliseconds: UInt64 = 60_000
  /// Shortest wait before a mint is asked again, in milliseconds; doubled each time.
  static let mintPauseMillisecondsMin: UInt64 = 500
  /// Longest wait before a mint is asked again, in milliseconds.
  static let mintPauseMillisecondsMax: UInt64 = 5_000
  /// Time one attempt to connect is given, name lookup and handshake included, in milliseconds.
  public static let connectTimeoutMilliseconds: UInt64 = 10_000
  /// A connection that was silent for so long is asked for a sign of life, in milliseconds.
  public static let keepAliveMilliseconds: UInt64 = 15_000
  /// Shortest wait before connecting again, in milliseconds; doubled with each failure.
  public static let backoffMillisecondsMin: UInt64 = 50
  /// Longest wait before connecting again, in milliseconds.
  public static let backoffMillisecondsMax: UInt64 = 5_000
  /// Notes, keys and requests one wallet keeps; a request that could bring more is not sent.
  public static let walletItemCountMax = 100_000
  /// Lines of one statement: more than a broker keeps.
  public static let statementLineCountMax = 1 << 20
  /// Words of one hash chain: making them takes about a second.
  public static let chainLengthMax: UInt32 = 1 << 24
  /// Bytes of a wallet's file.
  public static let walletByteCountMax = 64 << 20
  /// Requests of a wallet whose receipts are not applied yet.
  public static let walletPendingCountMax = 256
  /// Time a wallet waits for another process that holds it, in milliseconds.
  public static let walletLockMilliseconds: UInt64 = 10_000
}
