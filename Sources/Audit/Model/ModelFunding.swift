import WireProtocol

/// A donation with a public label.
struct ModelDonation: Hashable {
  var label: Name32
  var amount: UInt64
  var model: FundingModel
  var instant: UInt64
}

/// How a resource was funded so far, and what is under way for it.
struct ModelFunding: Hashable {
  /// The open lease that was granted last, living or not; 0: none was.
  var publicLease: UInt64 = 0
  /// Donations and pledges; wraps.
  var donationCount: UInt64 = 0
  /// What was given by each model; wraps.
  var given: [FundingModel: UInt64] = [:]
  /// The latest labelled donations, newest first.
  var labelled: [ModelDonation] = []
  /// Ids of its matching deposits that are open, in their order.
  var deposits: [UInt64] = []
  /// Ids of its campaigns that are kept, in their order.
  var campaigns: [UInt64] = []
  /// Ids of its offerings that are kept, in their order.
  var offerings: [UInt64] = []
  /// Ids of its auctions that are kept, in their order.
  var auctions: [UInt64] = []

  /// Counts what was given by `model`.
  mutating func add(_ amount: UInt64, by model: FundingModel) { given[model, default: 0] &+= amount }

  /// Keeps a donation if it has a label.
  mutating func keep(_ donation: ModelDonation) {
    if donation.label.isZero { return }
    labelled = Array(([donation] + labelled).prefix(WireLimits.labelCountMax))
  }
}

/// A pool: who made it, and who shares what is given to it.
struct ModelPool: Hashable {
  var id: UInt64
  /// Number of the provider; nil: the operator.
  var maker: UInt64?
  var name: Name32
  var members: [PoolMember] = []
  /// What was given to it, and in how many donations; wrap.
  var donated: UInt64 = 0
  var donationCount: UInt64 = 0

  /// How a donation is shared, in the order of the members: rounded down, and of the rest one each to the largest
  /// remainders.
  func shares(of amount: UInt64) -> [UInt64] {
    let sum = members.reduce(UInt128(0)) { $0 + UInt128($1.weight) }
    if sum == 0 { return [] }
    let parts = members.map { (UInt128(amount) * UInt128($0.weight)).quotientAndRemainder(dividingBy: sum) }
    var shares = parts.map { UInt64($0.quotient) }
    let left = amount - shares.reduce(0, +)
    let order = parts.indices.sorted {
      parts[$1].remainder < parts[$0].remainder || parts[$0].remainder == parts[$1].remainder && $0 < $1
    }
    for index in order.prefix(Int(left)) { shares[index] += 1 }
    return shares
  }
}

/// A campaign. The state of its pledges is its own.
struct ModelCampaign: Hashable {
  var id: UInt64
  var resource: UInt64
  var goal: UInt64
  var minimum: UInt64
  var closesAt: UInt64
  var rule: UnclaimedRule
  var label: Name32
  var state = FundingState.open
  var pledged: UInt64 = 0
  var pledgeCount: UInt64 = 0
  /// Whether what nobody claimed is gone.
  var isForfeit = false
  /// Instant of its next event.
  var event: UInt64
}

/// What a matching deposit adds to a donation.
struct ModelMatching: Hashable {
  var numerator: UInt32
  var denominator: UInt32
  var cap: UInt64
  var until: UInt64
  var label: Name32

  /// What is added to a donation of `amount` when so much is `left`.
  func match(_ amount: UInt64, left: UInt64) -> UInt64 {
    let ratio = UInt128(amount) * UInt128(numerator) / UInt128(denominator)
    return Exact.clamped(ratio, to: min(left, cap == 0 ? .max : cap))
  }
}

/// The instalments of a scheduled pledge.
struct ModelInstalments: Hashable {
  var count: UInt32
  /// How many are behind.
  var doneCount: UInt32 = 0
  /// When the first one is due, and how far apart they are.
  var first: UInt64
  var interval: UInt64
  var label: Name32

  /// When the next one is due; nil: there is none.
  var next: UInt64? { doneCount < count ? first + UInt64(doneCount) * interval : nil }

  /// What the next one is of `sum`.
  func amount(of sum: UInt64) -> UInt64 {
    func upTo(_ index: UInt32) -> UInt64 { UInt64(UInt128(sum) * UInt128(index) / UInt128(count)) }
    return upTo(doneCount + 1) - upTo(doneCount)
  }
}

/// A claim: what a funder holds.
struct ModelClaim: Hashable {
  /// What it is on.
  enum Purpose: Hashable {
    case pledge(campaign: UInt64)
    case schedule(ModelInstalments)
    case match(ModelMatching)
    case investment(offering: UInt64, tier: Int)
    case bid(ModelBid)
  }

  var id: UInt64
  var resource: UInt64
  var keyHash: Bytes16
  var purpose: Purpose
  /// What was put in.
  var amount: UInt64
  /// The last CLAIM that paid money out, as it is told again.
  var paid: ClaimReply?

  /// What was not paid out or collected.
  var left: UInt64 = 0
  /// Of an investment: what was collected of the revenue.
  var collected: UInt64 = 0

  // Of a schedule, a deposit and a bid only: these of the others follow from their campaign or offering.
  var state = FundingState.open
  var due: UInt64 = 0
  /// Instant of its next event. Of a schedule and a deposit only.
  var event: UInt64 = 0

  var kind: ClaimKind {
    switch purpose {
    case .pledge: .pledge
    case .schedule: .schedule
    case .match: .match
    case .investment: .investment
    case .bid: .bid
    }
  }
  /// When a schedule or a deposit ends by itself; of the others 0.
  var end: UInt64 {
    switch purpose {
    case .match(let matching): matching.until
    case .schedule(let instalments): instalments.first + UInt64(instalments.count - 1) * instalments.interval
    case .pledge, .investment, .bid: 0
    }
  }
  /// Campaign of a pledge; 0: it is none.
  var campaign: UInt64 {
    if case .pledge(let campaign) = purpose { return campaign }
    return 0
  }
  /// Offering of an investment; 0: it is none.
  var offering: UInt64 {
    if case .investment(let offering, _) = purpose { return offering }
    return 0
  }
  /// Auction of a bid; 0: it is none.
  var auction: UInt64 {
    if case .bid(let bid) = purpose { return bid.auction }
    return 0
  }
}
