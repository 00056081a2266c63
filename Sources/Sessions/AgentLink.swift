internal import WireProtocol

/// What a connection that attached as an agent told of itself.
///
/// Its clock is known by *anchors*: a stamp, and an instant of ours at which that stamp had passed for certain. A stamp that was read in
/// one turn is one at the beginning of the next, since a turn's instant is older than what is read in it. So what an agent is told
/// to do until a stamp ends early by the way of one message and one turn, and never late, however long the answer takes.
struct AgentLink {
  let resource: UInt64
  /// Its number among the agents of the resource.
  let number: UInt32
  let bootNonce: Bytes16
  /// Newest stamp that was told.
  var newest: UInt64
  /// Stamp of the anchor, and its instant; instant 0: there is none yet.
  private(set) var stamp: UInt64 = 0
  private(set) var anchoredAt: UInt64 = 0

  /// A turn begins.
  mutating func anchor(at now: UInt64) {
    // The clock tells whole milliseconds, of which this one is not over.
    (stamp, anchoredAt) = (newest, now + 1)
  }

  var isAnchored: Bool { anchoredAt > 0 }

  /// An instant in the agent's stamps, at least `stamp`; nil: it was before the anchor.
  func stamp(of instant: UInt64) -> UInt64? {
    guard instant >= anchoredAt else { return nil }
    let (stamp, overflow) = stamp.addingReportingOverflow(instant - anchoredAt)
    return overflow ? .max : stamp
  }
}
