import WireProtocol

/// An offering, as clients were told of it.
final class KnownOffering {
  /// Its terms, as its provider asked for them.
  struct Terms {
    var kind: OfferingKind
    var cap: UInt64
    var criterion: UInt64 = 0
    var unit: UInt64 = 1
    var duration: UInt64
    var period: UInt64 = 0
    var startShare: UInt32 = 0
    var share: UInt32
    var returnPerMillion: UInt32 = 0
    var tiers: [Tier]
    var label = Name32()

    /// The greater of its two shares.
    var shareMax: UInt32 { max(share, startShare) }

    func request(_ resource: UInt64) -> OpenOfferingRequest {
      OpenOfferingRequest(
        resource: resource, cap: cap, criterion: criterion, unit: unit, duration: duration, period: period,
        startShare: startShare, share: share, returnPerMillion: returnPerMillion, count: UInt16(tiers.count),
        kind: kind, label: label)
    }

    /// The tier of an investment.
    func tier(of amount: UInt64) -> Int? { tiers.indices.last { tiers[$0].from <= amount } }
  }

  /// FUNDING told of the revenue after fees and of what the offering had got of it, when it shared (or was `open`, and had got nothing).
  struct Share {
    let isOpen: Bool
    let revenue: UInt64
    let taken: UInt64
    /// Its share then, in millionths.
    let perMillion: UInt32
    /// The oracle's count of events.
    let order: Int
  }

  /// A day: every so often it is seen whether all tiers of a FIXED one have got what they get.
  static let reviewMilliseconds: UInt64 = 86_400_000

  let resource: KnownResource
  let terms: Terms
  /// 0: not told yet.
  var id: UInt64 = 0
  var closesAt: UInt64 = 0
  /// What was invested, and in how many investments.
  var raised = KnownSum()
  var claimCount = KnownSum()
  /// Whether, and since when at the earliest, somebody may have cancelled it.
  var cancelCount = 0
  var cancelAskedAt: UInt64?
  /// As it was told, and the oracle's count of events then, or when it was told to be forgotten.
  var state = FundingState.open
  var stateOrder = 0
  var madeOrder = Int.max
  var isForgotten = false
  /// The oracle's count of events, when that was told first.
  var forgottenOrder = Int.max

  // Since it shares.

  /// What was invested in each tier, once it was told.
  var tierAmounts: [UInt64]?
  /// What each tier had got at least.
  var tierGot: [UInt64]
  /// What it had got of the revenue in all, at least, and what was left of the start-up phase, at most.
  var earned: UInt64 = 0
  var startLeft: UInt64
  /// What its investors collected of that.
  var collected: UInt64 = 0
  var told: Share?
  /// What notices told that it had got, by the instant since which.
  var payouts: [UInt64: UInt64] = [:]

  init(of resource: KnownResource, _ terms: Terms) {
    (self.resource, self.terms, startLeft) = (resource, terms, terms.criterion)
    tierGot = terms.tiers.map { _ in 0 }
  }

  /// What is known of it now, for a life that begins with that.
  func copy(of resource: KnownResource) -> KnownOffering {
    let copy = KnownOffering(of: resource, terms)
    (copy.id, copy.closesAt, copy.raised, copy.claimCount) = (id, closesAt, raised, claimCount)
    (copy.cancelCount, copy.cancelAskedAt, copy.state, copy.madeOrder) = (cancelCount, cancelAskedAt, state, 0)
    (copy.tierAmounts, copy.tierGot, copy.earned, copy.startLeft) = (tierAmounts, tierGot, earned, startLeft)
    copy.collected = collected
    return copy
  }

  var isTold: Bool { id != 0 }
  /// Whether it was told to share, or to have shared.
  var hasShared: Bool { state == .sharing || state == .ended }

  /// When it ends by itself, of itself; 0: not at an instant that is known.
  var endsAt: UInt64 { terms.kind == .revenue ? closesAt + terms.period : 0 }

  /// The earliest instant at which it shares no more.
  var endsAtEarliest: UInt64 {
    switch terms.kind {
    case .revenue: endsAt
    case .fixed: closesAt + Self.reviewMilliseconds
    case .ownership: .max
    }
  }

  /// The earliest instant at which it can be forgotten.
  var forgottenAtEarliest: UInt64 {
    guard isTold else { return 0 }
    let isEmpty = raised.told == 0
    let kept = isEmpty ? KnownClaim.endedMilliseconds : KnownClaim.cancelledMilliseconds
    let end = isEmpty ? closesAt : endsAtEarliest
    let byItself = end == .max ? .max : end + kept
    guard cancelCount > 0, !hasShared else { return byItself }
    return min(byItself, min(closesAt, cancelAskedAt ?? .max) + kept)
  }

  /// Whether it may be OPEN or SHARING for a request that was sent first at an event; and whether it certainly is, now.
  func mayBeAtWork(since order: Int) -> Bool {
    (!isForgotten || forgottenOrder > order) && (state == .open || state == .sharing || stateOrder > order)
  }

  func isAtWork(madeBefore order: Int, at instant: UInt64) -> Bool {
    guard isTold, madeOrder <= order, cancelCount == 0, state == .open || state == .sharing else { return false }
    return closesAt > instant || raised.told > 0 && endsAtEarliest > instant
  }

  /// What it gave the resource at `from` or later, and not after `to`.
  func given(from: UInt64, to: UInt64) -> (least: UInt64, most: UInt64) {
    switch state {
    case .sharing, .ended: return (raised.told, raised.most)
    case .open: break
    default: return (0, 0)
    }
    let mayBeGiven = isTold && closesAt <= to
    let isGiven = isTold && closesAt <= from && cancelCount == 0
    return (isGiven ? raised.told : 0, mayBeGiven ? raised.most : 0)
  }

  /// What a tier gets in all, when so much was invested in it; nil: without end.
  func target(of amount: UInt64) -> UInt64? {
    terms.kind == .fixed ? amount * UInt64(terms.returnPerMillion) / 1_000_000 : nil
  }

  /// What each tier has got of what the offering has, when so much was invested in them: by what they weigh, until the very unit that
  /// fills one; what is left over then is shared by the others.
  func shares(of earned: UInt64, investedIn amounts: [UInt64]) -> [UInt64] {
    let weights = zip(amounts, terms.tiers).map { UInt128($0) * UInt128($1.rate) }
    let targets = amounts.map { target(of: $0).map { UInt128($0) } }
    var shares = amounts.map { _ in UInt128(0) }
    var left = UInt128(earned)
    while true {
      let active = shares.indices.filter { weights[$0] > 0 && shares[$0] < targets[$0] ?? .max }
      let whole = active.reduce(UInt128(0)) { $0 + weights[$1] }
      let ends = active.compactMap { tier in
        targets[tier].map { (($0 - shares[tier]) * whole + weights[tier] - 1) / weights[tier] }
      }
      let isEnd = ends.min().map { $0 <= left } ?? false
      let phase = isEnd ? ends.min() ?? left : left
      for tier in active {
        let share = phase * weights[tier] / whole
        shares[tier] += share
        left -= share
      }
      if !isEnd { return shares.map { UInt64($0) } }
    }
  }

  /// What an investment has got, when its tier has got so much; nil: what was invested in the tier is not known.
  func share(of amount: UInt64, in got: [UInt64]) -> UInt64? {
    guard let tier = terms.tier(of: amount), let amounts = tierAmounts, amounts[tier] > 0 else { return nil }
    return got[tier] * amount / amounts[tier]
  }

  /// An investment has got so much: its tier has got what follows from it, at least.
  func learn(got: UInt64, of amount: UInt64) {
    guard let tier = terms.tier(of: amount), let amounts = tierAmounts else { return }
    tierGot[tier] = max(tierGot[tier], (got * amounts[tier] + amount - 1) / amount)
  }

  /// Events of its own that may lie after `from` and not after `to`.
  func eventCountMost(from: UInt64, to: UInt64) -> Int {
    if isForgotten { return 0 }
    guard isTold else { return 2 }
    let closings = closesAt > from && closesAt <= to ? 1 : 0
    let reviewsFrom = max(from, closesAt)
    let reviews =
      switch terms.kind {
      case .revenue: endsAt > from && endsAt <= to ? 1 : 0
      case .fixed: to > reviewsFrom && state != .ended ? Int((to - reviewsFrom) / Self.reviewMilliseconds) + 1 : 0
      case .ownership: 0
      }
    return closings + reviews + (to >= forgottenAtEarliest ? 1 : 0)
  }
}
