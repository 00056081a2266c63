/// What the driver is asked to do with one connection.
public enum SessionAction: Equatable, Sendable {
  /// `output(of:)` has bytes that may go.
  case write(Int)
  /// Leave what arrives in the kernel until `resumeReading`.
  case pauseReading(Int)
  /// Read again.
  case resumeReading(Int)
  /// Everything was sent: end this direction, read and drop what still comes.
  case finishWriting(Int)
  /// Close it now, and call `closed(_:)` when that is done.
  case close(Int)
}

/// Actions that a connection waits for, each at most once.
struct PendingActions: OptionSet {
  let rawValue: UInt8
  static let write = PendingActions(rawValue: 1)
  static let pauseReading = PendingActions(rawValue: 2)
  static let resumeReading = PendingActions(rawValue: 4)
  static let finishWriting = PendingActions(rawValue: 8)
  static let close = PendingActions(rawValue: 16)
}
