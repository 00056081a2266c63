import WireProtocol

/// A claim as its holder has it, and as replies told of it.
final class KnownClaim {
  /// What it is on.
  enum Terms {
    case pledge(KnownCampaign)
    case schedule(count: UInt64, first: UInt64, interval: UInt64)
    case match(numerator: UInt32, denominator: UInt32, cap: UInt64, duration: UInt64)
    case investment(KnownOffering)
    case bid(KnownBid)
  }

  /// 30 days: for how long what ended is kept.
  static let endedMilliseconds: UInt64 = 30 * 86_400_000
  /// 365.25 days: for how long a deposit or a schedule is kept that CANCEL ended, and what an offering has of others.
  static let cancelledMilliseconds: UInt64 = 31_557_600_000

  let terms: Terms
  let resource: KnownResource
  /// What was put in.
  let amount: UInt64
  let label: Name32
  /// 0: not told yet.
  var id: UInt64 = 0
  var holder: Client
  var key: Bytes16
  /// Keys that it had before.
  var formerKeys: [Bytes16] = []
  /// When it was made, or pays its first instalment, or ends.
  var instant: UInt64 = 0

  // What was asked for.

  /// CLAIM, ROTATE_CLAIM and CANCEL that are under way.
  var underWayCount = 0
  var isRotating = false
  /// ROTATE_CLAIMs and CLAIMs that were sent, with its key.
  var rotationCount = 0
  var claimCount = 0
  /// CLAIMs that have their outcome.
  var claimEndedCount = 0
  /// Whether, and since when at the earliest, somebody may have cancelled it.
  var cancelCount = 0
  var cancelAskedAt: UInt64?

  // What was told.

  var state = FundingState.open
  /// The least that was ever told to be at work.
  var left: UInt64
  /// What of a match is left at least, should every DONATE that was sent get all that it can.
  var leftLeast: Int64
  /// What was due when it ended.
  var refund: UInt64?
  /// It was told to be due, and nobody was told that it was paid.
  var isDue = false
  /// Of an investment or a bid: what it has got and what was collected of that, a note each time.
  var earnings = KnownEarnings()
  /// Of any other: the note that it was paid out as, for ever this one, to the key that was shown for it.
  var note: NoteToken?
  var noteKey = Bytes16()
  /// Who was told of it first; of an investment, of its last one.
  var collector: Errand?
  /// The oracle's count of events when that was told; when it was made; when the state was.
  var noteOrder = Int.max
  var madeOrder = Int.max
  var stateOrder = 0
  /// It was open then, or later.
  var openAt: UInt64 = 0
  /// It ended, and is forgotten then.
  var forgottenAt: UInt64?
  var isForgotten = false

  init(_ terms: Terms, of resource: KnownResource, _ amount: UInt64, _ label: Name32, holder: Client, key: Bytes16) {
    (self.terms, self.resource, self.amount, self.label) = (terms, resource, amount, label)
    (self.holder, self.key, left, leftLeast) = (holder, key, amount, Int64(amount))
  }

  /// What is known of it now, for a life that begins with that.
  func copy(_ terms: Terms, of resource: KnownResource) -> KnownClaim {
    let copy = KnownClaim(terms, of: resource, amount, label, holder: holder, key: key)
    (copy.id, copy.formerKeys, copy.instant, copy.openAt, copy.madeOrder) = (id, formerKeys, instant, openAt, 0)
    (copy.isRotating, copy.rotationCount, copy.claimCount) = (isRotating, rotationCount, claimCount)
    (copy.claimEndedCount, copy.earnings) = (claimCount, earnings.copy(isWhole: claimStamp != nil))
    (copy.cancelCount, copy.cancelAskedAt, copy.state, copy.left) = (cancelCount, cancelAskedAt, state, left)
    (copy.leftLeast, copy.refund, copy.isDue, copy.forgottenAt) = (leftLeast, refund, isDue, forgottenAt)
    (copy.note, copy.noteKey, copy.noteOrder) = (note, noteKey, note == nil ? .max : 0)
    return copy
  }

  var kind: ClaimKind {
    switch terms {
    case .pledge: .pledge
    case .schedule: .schedule
    case .match: .match
    case .investment: .investment
    case .bid: .bid
    }
  }

  var campaign: KnownCampaign? { if case .pledge(let campaign) = terms { campaign } else { nil } }
  var offering: KnownOffering? { if case .investment(let offering) = terms { offering } else { nil } }
  var bid: KnownBid? { if case .bid(let bid) = terms { bid } else { nil } }
  /// Id of its campaign, offering or auction; 0: it has none.
  var parentID: UInt64 { campaign?.id ?? offering?.id ?? bid?.auction.id ?? 0 }
  /// How many CLAIMs of it were sent, while none is under way: then what was collected is known.
  var claimStamp: Int? { claimCount == claimEndedCount ? claimCount : nil }
  /// All notes that it was paid out as.
  var notes: [NoteToken] { [note].compactMap { $0 } + earnings.payments.map(\.note) }
  var isTold: Bool { id != 0 }
  /// Nothing more comes of it.
  var isOver: Bool {
    if let bid { return isForgotten || isSettled && bid.auction.state == .ended }
    return isForgotten || state != .open && offering == nil && (note != nil || refund == 0)
  }
  /// Of a bid: it has ended, and everything was collected.
  private var isSettled: Bool { (state == .ended || state == .cancelled) && !isDue && claimStamp != nil }

  /// Whether nothing happened to it by itself since it was told of, and nothing will until `instant`.
  func isStill(at instant: UInt64) -> Bool {
    if let bid {
      let isKnown = bid.auction.standing(at: instant) != nil && claimStamp != nil
      return isKnown && (!isDue || bid.auction.forgottenAtEarliest > instant)
    }
    if state == .open { return end > instant }
    // What an offering has got of the revenue is in another account.
    return offering != nil && state != .cancelled || !isDue || forgottenAt ?? 0 > instant
  }

  /// When it ends by itself at the latest; of an investment: when it begins to share.
  var end: UInt64 {
    switch terms {
    case .pledge(let campaign): campaign.closesAt
    case .schedule(let count, _, let interval): instant + (count - 1) * interval
    case .match: instant
    case .investment(let offering): offering.closesAt
    case .bid(let bid): bid.auction.closesAt
    }
  }

  /// The earliest instant at which it can be forgotten.
  var forgottenAtEarliest: UInt64 {
    if let campaign { return campaign.forgottenAtEarliest }
    if let offering { return offering.forgottenAtEarliest }
    if let bid { return bid.auction.forgottenAtEarliest }
    return forgottenAt ?? openAt + Self.endedMilliseconds
  }

  /// What a match adds to a donation, if enough is left.
  func match(of donation: UInt64) -> UInt64 {
    guard case .match(let numerator, let denominator, let cap, _) = terms else { return 0 }
    let exact = donation * UInt64(numerator) / UInt64(denominator)
    return min(cap == 0 ? exact : min(exact, cap), amount)
  }

  // MARK: Instalments

  /// How many instalments are due at an instant, if nobody cancels it.
  func instalmentCount(at instant: UInt64) -> UInt64 {
    guard case .schedule(let count, _, let interval) = terms, isTold, instant >= self.instant else { return 0 }
    return min(count, (instant - self.instant) / interval + 1)
  }

  /// What the first instalments come to.
  func sum(ofFirst paid: UInt64) -> UInt64 {
    guard case .schedule(let count, _, _) = terms else { return 0 }
    return amount * paid / count
  }

  /// What was given in instalments at `from` or later, and not after `to`; and how many.
  func instalments(
    from: UInt64, to: UInt64
  ) -> (least: (sum: UInt64, count: UInt64), most: (sum: UInt64, count: UInt64)) {
    guard case .schedule(let count, _, _) = terms else { return ((0, 0), (0, 0)) }
    if let refund { return (counted(amount - refund), counted(amount - refund)) }
    guard isTold else { return ((0, 0), (amount, count)) }
    let least = instalmentCount(at: min(from, cancelAskedAt ?? .max))
    return (counted(sum(ofFirst: least)), counted(sum(ofFirst: instalmentCount(at: to))))
  }

  /// A sum of first instalments, and how many they are: each is at least a unit.
  private func counted(_ sum: UInt64) -> (sum: UInt64, count: UInt64) {
    guard case .schedule(let count, _, _) = terms, amount > 0 else { return (sum, 0) }
    return (sum, (sum * count + amount - 1) / amount)
  }

  /// Events of its own that may lie after `from` and not after `to`.
  func eventCountMost(from: UInt64, to: UInt64) -> Int {
    let isIn = { (instant: UInt64) in instant > from && instant <= to }
    if isForgotten { return 0 }
    // What it is a part of has them.
    if parentID != 0 { return 0 }
    if let forgottenAt { return isIn(forgottenAt) ? 1 : 0 }
    let most = to >= forgottenAtEarliest ? 1 : 0
    switch terms {
    case .pledge, .investment, .bid: return 0
    case .schedule where isTold: return most + Int(instalmentCount(at: to) - instalmentCount(at: from))
    case .schedule(let count, _, let interval): return most + Int(min(count, (to - from) / interval + 1))
    case .match: return most + (isTold && !isIn(instant) ? 0 : 1)
    }
  }
}
