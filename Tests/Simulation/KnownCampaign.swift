import WireProtocol

/// A campaign, as clients were told of it.
final class KnownCampaign {
  let resource: KnownResource
  let goal: UInt64
  let minimum: UInt64
  let duration: UInt64
  let label: Name32
  /// 0: not told yet.
  var id: UInt64 = 0
  var closesAt: UInt64 = 0
  /// What was pledged, and in how many pledges.
  var pledged = KnownSum()
  var pledgeCount = KnownSum()
  /// Whether, and since when at the earliest, somebody may have cancelled it.
  var cancelCount = 0
  var cancelAskedAt: UInt64?
  /// As it was told, and the oracle's count of events then.
  var state = FundingState.open
  var stateOrder = 0
  var madeOrder = Int.max
  var isForgotten = false

  init(of resource: KnownResource, goal: UInt64, minimum: UInt64, duration: UInt64, label: Name32) {
    (self.resource, self.goal, self.minimum) = (resource, goal, minimum)
    (self.duration, self.label) = (duration, label)
  }

  /// What is known of it now, for a life that begins with that.
  func copy(of resource: KnownResource) -> KnownCampaign {
    let copy = KnownCampaign(of: resource, goal: goal, minimum: minimum, duration: duration, label: label)
    (copy.id, copy.closesAt, copy.pledged, copy.pledgeCount) = (id, closesAt, pledged, pledgeCount)
    (copy.cancelCount, copy.cancelAskedAt, copy.state, copy.madeOrder) = (cancelCount, cancelAskedAt, state, 0)
    return copy
  }

  var isTold: Bool { id != 0 }

  var forgottenAtEarliest: UInt64 {
    (isTold ? min(closesAt, cancelAskedAt ?? .max) : 0) + KnownClaim.endedMilliseconds
  }

  /// When it is forgotten, where nobody may have cancelled it.
  var forgottenAt: UInt64? { isTold && cancelCount == 0 ? closesAt + KnownClaim.endedMilliseconds : nil }

  /// What it gave the resource at `from` or later, and not after `to`.
  func given(from: UInt64, to: UInt64) -> (least: UInt64, most: UInt64) {
    switch state {
    case .reached: return (pledged.told, pledged.most)
    case .open: break
    case .missed, .ended, .cancelled, .sharing, .revealing, .awarded, .sponsoring: return (0, 0)
    }
    let mayBeReached = isTold && closesAt <= to && pledged.most >= goal
    let isReached = isTold && closesAt <= from && pledged.told >= goal && cancelCount == 0
    return (isReached ? pledged.told : 0, mayBeReached ? pledged.most : 0)
  }

  /// Events of its own that may lie after `from` and not after `to`.
  func eventCountMost(from: UInt64, to: UInt64) -> Int {
    let isIn = { (instant: UInt64) in instant > from && instant <= to }
    if isForgotten { return 0 }
    let closings = isTold && !isIn(closesAt) ? 0 : 1
    return closings + (forgottenAt.map { isIn($0) ? 1 : 0 } ?? (to >= forgottenAtEarliest ? 1 : 0))
  }
}
