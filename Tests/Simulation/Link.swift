/// One connection between a client and the broker, as the network has it: bytes under way in both directions.
final class Link {
  /// Most bytes that wait for a client which does not read.
  static let downstreamByteCountMax = 16 * 1024

  /// The broker's index of it; nil: not accepted yet.
  var index: Int?
  /// From the client, not yet delivered.
  var upstream: [UInt8] = []
  /// From the broker, not yet read.
  var downstream: [UInt8] = []
  /// The broker does not read it.
  var isReadingPaused = false
  /// The client does not read it.
  var isStalled = false
  /// The client has gone; what it sent may still arrive.
  var isAbandoned = false
  /// The broker has gone, or said its last; what it sent may still be read.
  var isEnded = false

  var roomByteCount: Int { max(0, Self.downstreamByteCountMax - downstream.count) }
}
