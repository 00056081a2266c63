import WireProtocol

/// A tier of an offering: what was put in, and what it got for it.
struct ModelTier: Hashable {
  var from: UInt64
  var rate: UInt32
  var amount: UInt64 = 0
  /// What it is paid at most; 0 while nothing is shared.
  var target: UInt64 = 0
  var paid: UInt64 = 0
  /// What it had got when the phase began.
  var paidBefore: UInt64 = 0
  /// Whether it shares.
  var isActive = false

  var weight: UInt128 { UInt128(amount) * UInt128(rate) }
  /// Whether it shared, and has got all that it gets.
  var isRetired: Bool { !isActive && amount > 0 && paid >= target }
}

/// An offering of a share of a resource's revenue.
struct ModelOffering: Hashable {
  var id: UInt64
  var resource: UInt64
  var terms: OpenOfferingCommand
  var tiers: [ModelTier]
  var closesAt: UInt64
  var state = FundingState.open
  var raised: UInt64 = 0
  /// Ids of its claims that are kept, in their order, and how many there ever were.
  var claims: [UInt64] = []
  var claimCount: UInt64 = 0
  /// Revenue that is still to come before the start-up phase ends.
  var startLeft: UInt64
  /// Millionths of a unit that it has not got.
  var remainder: UInt64 = 0
  /// What came in this phase.
  var phase: UInt64 = 0
  /// What it took of the revenue, and what its claims collected.
  var taken: UInt64 = 0
  var collected: UInt64 = 0
  /// Whether what nobody collected is gone.
  var isForfeit = false
  /// When it was last looked at and had taken something since the time before, and what it had taken by then.
  var payoutAt: UInt64 = 0
  var takenAtReview: UInt64 = 0
  /// Instant of its next event.
  var event: UInt64

  /// Its share of the revenue now, in millionths.
  var share: UInt32 { startLeft > 0 ? terms.startShare : terms.share }
  /// What it may take at most, of what others may not be promised.
  var promised: UInt64 { state == .open || state == .sharing ? UInt64(max(terms.startShare, terms.share)) : 0 }
  /// Whether it shares no more at `now`.
  func isOver(at now: UInt64) -> Bool {
    switch terms.kind {
    case .revenue: now >= closesAt + terms.period
    case .fixed: !tiers.contains(where: \.isActive)
    case .ownership: false
    }
  }

  /// When it is looked at next, after `now`.
  func nextReview(after now: UInt64) -> UInt64 { min(now + AuditLimits.dayMilliseconds, endsAt ?? .max) }

  /// When it ends; nil: at no instant that is known.
  var endsAt: UInt64? { terms.kind == .revenue ? closesAt + terms.period : nil }

  /// Number of the tier of so much.
  func tier(of amount: UInt64) -> Int? { tiers.lastIndex { $0.from <= amount } }

  /// Begins to share.
  mutating func share(from state: FundingState) {
    self.state = state
    for index in tiers.indices where tiers[index].amount > 0 {
      tiers[index].target = target(of: tiers[index].amount)
      tiers[index].isActive = tiers[index].target > 0
    }
  }

  private func target(of amount: UInt64) -> UInt64 {
    guard terms.kind == .fixed else { return 1 << 61 - 1 }
    return UInt64(UInt128(amount) * UInt128(terms.returnPerMillion) / 1_000_000)
  }

  /// Pays its tiers out of `revenue`; gives what none of them takes any more.
  mutating func distribute(_ revenue: UInt64) -> UInt64 {
    var left = revenue
    while left > 0, tiers.contains(where: \.isActive) {
      // How much fills a tier, if so much is there: found by halving, since more never pays a tier less.
      var (low, high) = (UInt64(0), left)
      if fills(left) {
        while high - low > 1 {
          let middle = low + (high - low) / 2
          if fills(middle) { high = middle } else { low = middle }
        }
      }
      let ends = fills(high)
      pay(phase + high)
      left -= high
      if ends { left += beginPhase() }
    }
    return left
  }

  /// Sum of the weights of the tiers that share.
  private var weights: UInt128 { tiers.reduce(0) { $0 + ($1.isActive ? $1.weight : 0) } }

  /// What a tier has got in this phase when so much came in it.
  private func part(_ tier: ModelTier, of phase: UInt64) -> UInt64 {
    UInt64(UInt128(phase) * tier.weight / weights)
  }

  /// Whether a tier is full when so much more comes.
  private func fills(_ more: UInt64) -> Bool {
    tiers.contains { $0.isActive && $0.paidBefore + part($0, of: phase + more) >= $0.target }
  }

  private mutating func pay(_ phase: UInt64) {
    self.phase = phase
    for index in tiers.indices where tiers[index].isActive {
      tiers[index].paid = tiers[index].paidBefore + part(tiers[index], of: phase)
    }
  }

  /// Retires what is full; gives what came in the phase and was not paid.
  private mutating func beginPhase() -> UInt64 {
    let paid = tiers.reduce(UInt64(0)) { $0 + ($1.isActive ? $1.paid - $1.paidBefore : 0) }
    let rest = phase - paid
    for index in tiers.indices where tiers[index].isActive {
      tiers[index].paidBefore = tiers[index].paid
      if tiers[index].paid >= tiers[index].target { tiers[index].isActive = false }
    }
    phase = 0
    return rest
  }
}
