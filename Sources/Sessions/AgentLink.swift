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
  /// Up to which instant it has carried out all that concerned it; 0: that is not known.
  private(set) var heardAt: UInt64 = 0
  /// Pushes that it is to have carried out, and up to which instant that is all.
  private var mark: (pushCount: UInt64, at: UInt64)?
  /// Heartbeats until it is certain that it read the list of all leases; nil: it does not have it.
  private var beatsUntilListed: Int?
  /// Stamp of the anchor, and its instant; instant 0: there is none yet.
  private(set) var stamp: UInt64 = 0
  private(set) var anchoredAt: UInt64 = 0

  /// A turn begins.
  mutating func anchor(at now: UInt64) {
    // The clock tells whole milliseconds, of which this one is not over.
    (stamp, anchoredAt) = (newest, now + 1)
  }

  init(resource: UInt64, number: UInt32, bootNonce: Bytes16, newest: UInt64) {
    (self.resource, self.number, self.bootNonce, self.newest) = (resource, number, bootNonce, newest)
  }

  var isAnchored: Bool { anchoredAt > 0 }

  /// It was told the last page of all leases. The heartbeat that follows may have been on its way; the one after that answers to a reply.
  mutating func noteListed() { beatsUntilListed = 1 }

  /// It lost pushes, and is to list all leases anew.
  mutating func noteLagged() { (beatsUntilListed, mark) = (nil, nil) }

  /// A heartbeat tells that it carried out `count` of `pushCount` pushes, which tell of all that was up to `instant`.
  mutating func hear(_ count: UInt64, of pushCount: UInt64, upTo instant: UInt64) {
    guard let beats = beatsUntilListed else { return }
    guard beats == 0 else { return beatsUntilListed = beats - 1 }
    if let mark, count >= mark.pushCount { (heardAt, self.mark) = (mark.at, nil) }
    if count == pushCount {
      (heardAt, mark) = (instant, nil)
    } else if mark == nil {
      mark = (pushCount, instant)
    }
  }

  /// An instant in the agent's stamps, at least `stamp`; nil: it was before the anchor.
  func stamp(of instant: UInt64) -> UInt64? {
    guard instant >= anchoredAt else { return nil }
    let (stamp, overflow) = stamp.addingReportingOverflow(instant - anchoredAt)
    return overflow ? .max : stamp
  }
}
