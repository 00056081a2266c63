/// The named maxima of agents. Reaching one is an error to the caller or a gate that stays shut, never growth.
public enum AgentLimits {
  /// Leases of one agent. More stay shut, and are told of as `noRoom`.
  public static let leaseCountMax = 65_534
  /// Bytes of the text of a report: an endpoint or a reason.
  public static let textByteCountMax = 95
  /// Bytes of a ticket.
  public static let ticketByteCount = 96
  /// Bytes of a voucher.
  public static let voucherByteCount = 96
  /// Vouchers that one agent can have taken of those whose time is not over. More are refused with `AgentFailure.vouchersFull`.
  public static let voucherCountMax = 65_535
  /// Time an agent that ends has to report what it counted, in milliseconds.
  static let finishMilliseconds: UInt64 = 1_000
  /// Bytes of output that may wait: the requests that can be under way at a time fit, a report of 64 leases among them.
  static let sentByteCount = 4096
  /// Time one attempt to connect is given, name lookup included, in milliseconds.
  public static let connectMilliseconds: UInt64 = 10_000
  /// Shortest wait before connecting again, in milliseconds; doubled with each failure.
  public static let backoffMillisecondsMin: UInt64 = 50
  /// Longest wait before connecting again, in milliseconds. At once after a refusal, which seldom passes soon.
  public static let backoffMillisecondsMax: UInt64 = 5_000
  /// How often an agent whose reader is late looks whether its connection needs something, in milliseconds.
  static let lateReaderMilliseconds: UInt64 = 20
  /// Requests of an `AgentRunner` that its loop has not taken yet.
  public static let requestCountMax = 1024
}
