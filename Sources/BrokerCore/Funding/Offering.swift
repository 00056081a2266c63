import WireProtocol

/// Shares of a resource's revenue, sold for money.
///
/// - *open*: takes investments, which are kept apart; can transition to *sharing*, *ended* (nobody invested), *cancelled*.
/// - *sharing*: what was raised is the resource's, and the tiers get their part of its revenue; can transition to *ended*.
/// - *ended*, *cancelled*: what is due can be collected for a while; then it is forgotten, claims first.
struct Offering: SlotRecord {
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Kind and state as the protocol numbers them: the record is kept in snapshots as it lies.
  private var kindNumber: UInt8 = 0
  private var stateNumber: UInt8 = 0
  private(set) var tierCount: UInt8 = 0
  private var forgetting: UInt8 = 0
  /// Index of its resource.
  var resource: UInt32 = 0
  /// The next offering of the resource, by id.
  var next: UInt32 = noIndex
  /// Its claims, by id.
  var claims = ClaimList()
  private(set) var cap: UInt64 = 0
  private(set) var criterion: UInt64 = 0
  /// Of the criterion: revenue that is still to come.
  var startLeft: UInt64 = 0
  private(set) var unit: UInt64 = 0
  private(set) var closesAt: UInt64 = 0
  /// How long it shares, if that is limited.
  private(set) var period: UInt64 = 0
  /// What was invested, and by how many claims.
  var raised: UInt64 = 0
  /// Of it, what is due as a refund and was not collected.
  var unclaimed: UInt64 = 0
  /// What it took of the revenue, and what its claims collected of that.
  var taken: UInt64 = 0
  var collected: UInt64 = 0
  /// When it was last looked at and had taken something since the time before, and what it had taken by then.
  private(set) var payoutAt: UInt64 = 0
  private var reviewed: UInt64 = 0
  private(set) var startShare: UInt32 = 0
  private(set) var shareAfter: UInt32 = 0
  private(set) var returnPerMillion: UInt32 = 0
  /// Millionths of a unit of revenue that it has not got yet.
  var remainder: UInt32 = 0
  private(set) var tranches = Tranches()
  private(set) var label = Name32()

  init() {}

  init(_ id: UInt64, _ command: OpenOfferingCommand, at resource: UInt32, closesAt: UInt64) {
    (self.id, self.resource, self.closesAt) = (id, resource, closesAt)
    (kindNumber, stateNumber) = (command.kind.rawValue, FundingState.open.rawValue)
    (cap, criterion, startLeft, unit) = (command.cap, command.criterion, command.criterion, command.unit)
    (period, startShare, shareAfter) = (command.period, command.startShare, command.share)
    (returnPerMillion, label) = (command.returnPerMillion, command.label)
  }

  var kind: OfferingKind { OfferingKind(rawValue: kindNumber) ?? .revenue }

  var state: FundingState {
    get { FundingState(rawValue: stateNumber) ?? .ended }
    set { stateNumber = newValue.rawValue }
  }

  /// Whether it takes money: its closing may be one of too many events that are due.
  func isOpen(at now: UInt64) -> Bool { state == .open && now < closesAt }

  /// Whether it takes money or shares revenue: as many as may be of a resource.
  var isAtWork: Bool { state == .open || state == .sharing }

  /// Whether what nobody collected is gone, and its claims are being forgotten.
  var isBeingForgotten: Bool {
    get { forgetting == 1 }
    set { forgetting = newValue ? 1 : 0 }
  }

  /// When it ends by itself; 0: not at an instant that is known.
  var endsAt: UInt64 { kind == .revenue ? closesAt &+ period : 0 }

  /// Whether it shares no more.
  func isOver(at now: UInt64) -> Bool {
    switch kind {
    case .revenue: now >= endsAt
    case .fixed: !tranches.isActive
    case .ownership: false
    }
  }

  /// Its share of the revenue now, in millionths.
  var share: UInt32 { startLeft > 0 ? startShare : shareAfter }
  /// The greater of its two shares.
  var shareMax: UInt32 { max(startShare, shareAfter) }

  /// Whether its numbers are such as its arithmetic takes for granted.
  var isSound: Bool {
    guard let kind = OfferingKind(rawValue: kindNumber), FundingState(rawValue: stateNumber) != nil, forgetting <= 1,
      startShare <= 1_000_000, shareAfter <= 1_000_000, unit > 0, raised <= cap, cap <= UInt64(WireLimits.moneyMax),
      startLeft <= criterion, collected <= taken, reviewed <= taken, closesAt <= 2 * CoreLimits.instantMax,
      kind == .revenue ? StateMachine.isDuration(period) : period == 0,
      state == .cancelled && !isBeingForgotten ? unclaimed <= raised : unclaimed == 0
    else { return false }
    let hasSoundState =
      switch state {
      case .open: !isBeingForgotten && remainder == 0
      case .sharing: !isBeingForgotten && remainder < 1_000_000
      case .ended, .cancelled: remainder == 0
      case .reached, .missed, .revealing, .awarded, .sponsoring: false
      }
    return hasSoundState && hasSoundTiers && tranches.isSound(taken)
  }

  /// Whether its tiers weigh, and are to get, what follows from what was invested in them.
  private var hasSoundTiers: Bool {
    guard (1...Tranches.countMax).contains(Int(tierCount)), target(of: cap) <= CoreLimits.tierEarningsMax else {
      return false
    }
    let hasShared = state == .sharing || state == .ended
    var (least, sum) = (UInt64(0), UInt64(0))
    for number in 0..<Tranches.countMax {
      let tier = tranches[number]
      guard number < Int(tierCount) else {
        if tier.amount > 0 || tier.weight > 0 || tier.target > 0 { return false }
        continue
      }
      guard tier.from > least, tier.rate > 0, StateMachine.rate(UInt64(tier.rate), cap) != nil,
        tier.weight == (hasShared ? tier.amount &* UInt64(tier.rate) : 0),
        tier.target == (hasShared && tier.amount > 0 ? target(of: tier.amount) : 0)
      else { return false }
      least = tier.from
      sum = sum.addingSaturating(tier.amount)
    }
    return sum == raised
  }

  /// Adds a tier, above those there are.
  mutating func addTier(_ tier: Tier) {
    tranches[Int(tierCount)] = Tranches.Tier(from: tier.from, rate: tier.rate)
    tierCount += 1
  }

  /// The tier of an investment; nil: it is too small for any.
  func tier(of amount: UInt64) -> Int? {
    (0..<Int(tierCount)).last { tranches[$0].from <= amount }
  }

  /// Takes an investment that is of a tier.
  mutating func take(_ amount: UInt64, in tier: Int) {
    raised += amount
    tranches[tier].amount += amount
  }

  /// Begins to share.
  mutating func beginSharing() {
    state = .sharing
    for tier in 0..<Int(tierCount) where tranches[tier].amount > 0 {
      tranches[tier].weight = tranches[tier].amount * UInt64(tranches[tier].rate)
      tranches[tier].target = target(of: tranches[tier].amount)
      tranches[tier].active = tranches[tier].target > 0 ? 1 : 0
    }
  }

  /// What a tier gets in all for so much.
  private func target(of amount: UInt64) -> UInt64 {
    kind == .fixed
      ? Ratio.floor(amount, UInt64(returnPerMillion), over: 1_000_000) : CoreLimits.tierEarningsMax
  }

  /// What is due on a claim: a refund, or what it has got of the revenue and not collected.
  func due(on claim: Claim) -> UInt64 {
    if state == .cancelled { return isBeingForgotten ? 0 : claim.left }
    return isBeingForgotten ? 0 : got(by: claim) - claim.collected
  }

  /// What a claim has got of the revenue.
  func got(by claim: Claim) -> UInt64 {
    guard let tier = tier(of: claim.amount), tranches[tier].amount > 0 else { return 0 }
    return Ratio.floor(tranches[tier].paid, claim.amount, over: tranches[tier].amount)
  }

  /// What it took since it was last looked at.
  mutating func review(at now: UInt64) -> UInt64 {
    let amount = taken &- reviewed
    if amount > 0 { (payoutAt, reviewed) = (now, taken) }
    return amount
  }

  /// Takes its share of revenue that was booked: what that is, what of it (and of what waited) its tiers do not take any more, and
  /// the exact share in millionths.
  mutating func take(_ revenue: UInt64) -> (taken: UInt64, left: UInt64, offered: UInt128) {
    let early = min(revenue, startLeft)
    startLeft -= early
    let offered = UInt128(early) * UInt128(startShare) + UInt128(revenue - early) * UInt128(shareAfter)
    let share = Millionths.whole(offered, carrying: &remainder)
    let left = tranches.take(share)
    taken = taken &+ share &- left
    return (share, left, offered)
  }
}
