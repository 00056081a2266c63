/// The named maxima of the server.
enum ServerLimits {
  /// Bytes of a request's line and headers.
  static let headByteCountMax = 16 * 1024
  /// Bytes of a request's body: as much as the mint looks at.
  static let bodyByteCountMax = 1 << 20
  /// Bytes of answers that wait for a peer that does not read; beyond it is let go of.
  static let outputByteCountMax = 8 << 20
  /// Connections at a time. Others wait in the kernel.
  static let connectionCountMax = 1_024
  /// Faults that wait for their requests.
  static let armedFaultCountMax = 1_000_000
  /// Milliseconds that anything is put off.
  static let delayMillisecondsMax: UInt64 = 600_000
}
