/// Whose doing it is that a request goes out late: the generator's, or that of a server which has not answered as many as may be
/// under way on the connection.
///
/// *room* -> *full*, from when as many are under way as may be, until room is left after all that is due was sent.
public struct RoomWatch: Sendable {
  /// Later than this is late.
  public static let lateNanoseconds: UInt64 = 1_000_000

  private var fullSince = UInt64.max

  /// A connection with nothing under way.
  public init() {}

  /// What is due was sent, as far as there was room.
  @inline(__always)
  public mutating func note(hasRoom: Bool, at now: UInt64) { fullSince = hasRoom ? .max : min(fullSince, now) }

  /// Whether a request that fell due at `instant`, and is sent only now, had room then. Bursts go out when their last request is due:
  /// one that was not late yet when the connection became full is held up by that.
  @inline(__always)
  public func hadRoom(at instant: UInt64) -> Bool { instant + Self.lateNanoseconds < fullSince }
}
