import WireProtocol

/// What an offering has paid to each of its tiers: exact, and the same however its revenue is cut into pieces.
///
/// While the same tiers are active (a *phase*), a tier has `floor(P x weight / sum of weights)` of all that came in the phase, P. The
/// units that this leaves over, fewer than there are tiers, wait for the next revenue. A tier with a target retires in the very unit
/// that fills it; what came and is not paid begins the next phase.
struct Tranches {
  /// Tiers there can be.
  static let countMax = 4

  /// One tier.
  struct Tier {
    /// Least amount that is of this tier.
    var from: UInt64 = 0
    /// What its claims put in.
    var amount: UInt64 = 0
    /// `amount` x rate.
    var weight: UInt64 = 0
    /// What it is paid at most.
    var target: UInt64 = 0
    /// What it was paid, and of that before this phase.
    var paid: UInt64 = 0
    var paidBefore: UInt64 = 0
    var rate: UInt32 = 0
    /// Whether it shares: 1.
    var active: UInt32 = 0

    init() {}
    init(from: UInt64, rate: UInt32) { (self.from, self.rate) = (from, rate) }

    /// Whether it shared, and is full.
    var isRetired: Bool { active == 0 && weight > 0 }
  }

  private var tiers = InlineArray<4, Tier>(repeating: Tier())
  /// What came in this phase.
  private(set) var phase: UInt64 = 0

  subscript(tier: Int) -> Tier {
    get { tiers[tier] }
    set { tiers[tier] = newValue }
  }

  /// Sum of the weights of the tiers that share.
  private var weights: UInt64 {
    var sum: UInt64 = 0
    for tier in 0..<Self.countMax where tiers[tier].active == 1 { sum += tiers[tier].weight }
    return sum
  }

  /// Whether its numbers are such as its arithmetic takes for granted, when `taken` came in all.
  func isSound(_ taken: UInt64) -> Bool {
    var (sum, came) = (UInt64(0), phase)
    for tier in 0..<Self.countMax {
      let tier = tiers[tier]
      guard tier.active <= 1, tier.active == 0 || tier.weight > 0 && tier.paidBefore < tier.target,
        tier.paidBefore <= tier.target, tier.target <= CoreLimits.tierEarningsMax,
        tier.weight <= UInt64(WireLimits.moneyMax), sum <= UInt64(WireLimits.moneyMax) - tier.weight
      else { return false }
      sum += tier.weight
      came = came.addingSaturating(tier.paidBefore)
    }
    let weights = self.weights
    for tier in 0..<Self.countMax {
      let tier = tiers[tier]
      let inPhase = tier.active == 1 ? Ratio.floor(phase, tier.weight, over: weights) : 0
      guard tier.paid == tier.paidBefore.addingSaturating(inPhase) else { return false }
    }
    return came == taken && (weights == 0 ? phase == 0 : phase < phaseEnd(weights))
  }

  /// Whether any tier shares.
  var isActive: Bool { weights > 0 }

  /// Takes revenue in, and gives what no tier takes any more.
  mutating func take(_ revenue: UInt64) -> UInt64 {
    var left = revenue
    while left > 0 {
      let weights = self.weights
      guard weights > 0 else { return left }
      let end = phaseEnd(weights)
      let step = min(left, end - phase)
      left -= step
      phase += step
      pay(weights)
      if phase == end { left += beginPhase(weights) }
    }
    return 0
  }

  /// How much comes in this phase at most: then a tier is full.
  private func phaseEnd(_ weights: UInt64) -> UInt64 {
    var end = UInt64.max
    for tier in 0..<Self.countMax where tiers[tier].active == 1 {
      end = min(end, Ratio.ceiling(tiers[tier].target - tiers[tier].paidBefore, weights, over: tiers[tier].weight))
    }
    return end
  }

  private mutating func pay(_ weights: UInt64) {
    for tier in 0..<Self.countMax where tiers[tier].active == 1 {
      tiers[tier].paid = tiers[tier].paidBefore + Ratio.floor(phase, tiers[tier].weight, over: weights)
    }
  }

  /// Retires the tiers that are full; gives what came and was not paid.
  private mutating func beginPhase(_ weights: UInt64) -> UInt64 {
    var rest = phase
    for tier in 0..<Self.countMax where tiers[tier].active == 1 {
      rest -= tiers[tier].paid - tiers[tier].paidBefore
      tiers[tier].paidBefore = tiers[tier].paid
      if tiers[tier].paid >= tiers[tier].target { tiers[tier].active = 0 }
    }
    phase = 0
    return rest
  }
}
