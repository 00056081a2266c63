import WireProtocol

/// A sum that only grows: what replies told of it, and what was asked for besides, which may have been done.
struct KnownSum {
  private(set) var told: UInt64 = 0
  private var awaited: UInt64 = 0
  var most: UInt64 { told + awaited }

  mutating func ask(_ amount: UInt64) { awaited += amount }

  /// What was asked for came to this; 0: it was refused.
  mutating func end(_ amount: UInt64, told amountTold: UInt64) {
    awaited -= amount
    told += amountTold
  }
}

/// The sums of FUNDING.
struct FundingSums {
  static let names = ["donationCount", "plain", "pool", "matched", "scheduled", "campaign", "invested", "sponsored"]
  var values: [UInt64]

  init(_ values: [UInt64]) { self.values = values }

  init(_ reply: FundingReply) {
    values = [
      reply.donationCount, reply.plain, reply.pool, reply.matched, reply.scheduled, reply.campaign, reply.invested,
      reply.sponsored,
    ]
  }

  /// The first that is greater here.
  func excess(over other: FundingSums) -> String? {
    let index = values.indices.first { values[$0] > other.values[$0] }
    return index.map { "\(Self.names[$0]): \(values[$0]) and \(other.values[$0])" }
  }
}

/// What was given to a resource and promised to it, as replies told, and what is under way.
struct KnownFunding {
  /// What somebody said in public, and what FUNDING can say beside it.
  struct Label {
    let model: FundingModel
    let amounts: ClosedRange<UInt64>
    /// The oracle's count of events when it was told to be given.
    var givenOrder = Int.max
  }

  /// By DONATE to it and to its leases.
  var plain = KnownSum()
  /// DONATEs and pledges.
  var giftCount = KnownSum()
  /// What sponsors were told to have added.
  var matched: UInt64 = 0
  /// Shares of pools that are certain, and how many.
  var shared: UInt64 = 0
  var shareCount: UInt64 = 0
  /// All that were asked for, but those that were refused.
  var schedules: [KnownClaim] = []
  var matches: [KnownClaim] = []
  var campaigns: [KnownCampaign] = []
  var offerings: [KnownOffering] = []
  var auctions: [KnownAuction] = []
  var table = KnownTable()
  /// What FUNDING told last of its revenue.
  var accrued: Accrual?
  /// Pools that it was in at any time, or may have been.
  var pools: [KnownPool] = []
  /// DONATEs to the resource that are under way, and how many were ever sent.
  var donations: [Errand] = []
  var donationCount = 0
  /// Labels that may stand in FUNDING, and how many may ever have.
  var labels: [Name32: Label] = [:]
  var labelCountMost: UInt64 = 0
  /// What is in the donation purse at least: only SPEND_DONATIONS takes out of it, and whoever is granted an open lease.
  var purse: UInt64 = 0
  var takersUnderWay = 0
  var takerCount = 0
  /// The last FUNDING: its sums and deposits, when it was asked, by the count of events, and when it was heard.
  var told: (sums: FundingSums, matchIDs: Set<UInt64>, askedOrder: Int, order: Int)?
  /// The open lease that was granted last, as far as anybody was told.
  var publicLease: KnownLease?

  /// What the sums are at least, at an instant or later.
  func least(at instant: UInt64) -> FundingSums {
    let plans = schedules.map { $0.instalments(from: instant, to: instant).least }
    return FundingSums([
      giftCount.told + shareCount + plans.reduce(0) { $0 + $1.count }, plain.told, shared, matched,
      plans.reduce(0) { $0 + $1.sum }, campaigns.reduce(0) { $0 + $1.given(from: instant, to: instant).least },
      offerings.reduce(0) { $0 + $1.given(from: instant, to: instant).least },
      auctions.reduce(0) { $0 + $1.given(from: instant, to: instant).least },
    ])
  }

  /// What they are at most, if they were asked for at `from` or later, and it is `instant`.
  func most(from: UInt64, at instant: UInt64) -> FundingSums {
    let plans = schedules.map { $0.instalments(from: from, to: instant).most }
    let unplaced = pools.reduce((amount: UInt64(0), count: UInt64(0))) {
      ($0.amount + $1.unplaced.amount, $0.count + $1.unplaced.count)
    }
    let toMatch = donations.reduce(UInt64(0)) { sum, donation in
      matches.reduce(sum) { $0 + $1.match(of: donation.paid) }
    }
    return FundingSums([
      giftCount.most + shareCount + unplaced.count + plans.reduce(0) { $0 + $1.count }, plain.most,
      shared + unplaced.amount, matched + toMatch, plans.reduce(0) { $0 + $1.sum },
      campaigns.reduce(0) { $0 + $1.given(from: from, to: instant).most },
      offerings.reduce(0) { $0 + $1.given(from: from, to: instant).most },
      auctions.reduce(0) { $0 + $1.given(from: from, to: instant).most },
    ])
  }

  /// What of a label FUNDING may tell, those of pools included.
  func label(_ label: Name32) -> Label? { labels[label] ?? pools.lazy.compactMap { $0.labels[label] }.first }
}
