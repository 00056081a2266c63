import WireProtocol

/// How a resource is funded by others than the holders of its leases: at the index of its resource, and never removed.
///
/// Where to read on: Gifts.swift (money comes), Pools.swift, Claims.swift (what a funder holds), Campaigns.swift,
/// Offerings.swift, Revenue.swift, Events.swift (what happens by itself), Sponsorship/Auction.swift.
struct ResourceFunding: SlotRecord {
  /// Id of the resource.
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// First open matching deposit, by id.
  var firstMatch: UInt32 = noIndex
  /// First campaign that is kept, by id.
  var firstCampaign: UInt32 = noIndex
  /// First offering that is kept, by id.
  var firstOffering: UInt32 = noIndex
  /// First auction that is kept, by id.
  var firstAuction: UInt32 = noIndex
  /// The auction whose winner sponsors it now.
  var sponsor: UInt32 = noIndex
  /// The next resource that may have revenue to split, if this one may.
  var nextUnsplit: UInt32 = noIndex
  var matchCount: UInt16 = 0
  var campaignCount: UInt16 = 0
  var auctionCount: UInt16 = 0
  /// Leaves no hole in the record.
  private let zero0: UInt16 = 0
  private let zero1: UInt32 = 0
  /// Who shares its revenue, beside investors.
  var revenue = RevenueTable()
  /// The open lease that was granted last; 0: none ever was. It may have ended.
  var publicLease: UInt64 = 0
  /// Donations and pledges; wraps.
  var donationCount: UInt64 = 0
  /// What was given by each model, from PLAIN on; wraps.
  private var given = InlineArray<8, UInt64>(repeating: 0)
  /// The last labelled donations: number n is at n mod 8.
  private var labels = InlineArray<8, LabelledDonation>(repeating: LabelledDonation())
  /// Labelled donations so far.
  private(set) var labelledCount: UInt64 = 0

  /// What was given by a model; wraps.
  subscript(model: FundingModel) -> UInt64 { given[Int(model.rawValue)] }

  /// Counts what was given by a model.
  mutating func count(_ amount: UInt64, by model: FundingModel) { given[Int(model.rawValue)] &+= amount }

  /// Counts a donation, and keeps its label if it has one.
  mutating func countDonation(_ amount: UInt64, by model: FundingModel, _ label: Name32, at now: UInt64) {
    donationCount &+= 1
    guard !label.isZero else { return }
    labels[Int(labelledCount % 8)] = LabelledDonation(
      amount: amount, instant: now, model: UInt64(model.rawValue), label: label)
    labelledCount &+= 1
  }

  /// How many labelled donations are kept.
  var labelCount: Int { Int(min(labelledCount, UInt64(WireLimits.labelCountMax))) }

  /// The labelled donation that came as the `age`th before the last one; 0 is the last.
  func label(_ age: Int) -> LabelledDonation { labels[Int((labelledCount &- 1 &- UInt64(age)) % 8)] }
}

/// A donation that says something in public.
struct LabelledDonation {
  var amount: UInt64 = 0
  var instant: UInt64 = 0
  var model: UInt64 = 0
  var label = Name32()
}

/// Which table something with a funding id lies in.
enum FundingPlace: Equatable {
  case claim(UInt32)
  case campaign(UInt32)
  case pool(UInt32)
  case offering(UInt32)
  case auction(UInt32)

  /// As the index of ids keeps it.
  var packed: UInt32 {
    switch self {
    case .claim(let index): index << 3
    case .campaign(let index): index << 3 | 1
    case .pool(let index): index << 3 | 2
    case .offering(let index): index << 3 | 3
    case .auction(let index): index << 3 | 4
    }
  }

  init(packed: UInt32) {
    self =
      switch packed & 7 {
      case 0: .claim(packed >> 3)
      case 1: .campaign(packed >> 3)
      case 2: .pool(packed >> 3)
      case 3: .offering(packed >> 3)
      default: .auction(packed >> 3)
      }
  }
}

/// Ids of claims, campaigns, pools, offerings and auctions, which share one counter.
extension StateMachine {
  /// Where the thing with a funding id lies; nil when there is none.
  func findFunding(_ id: UInt64) -> FundingPlace? {
    fundingIDs.find(seed.hash(drawn: id)) { self.fundingID(at: FundingPlace(packed: $0)) == id }
      .map(FundingPlace.init(packed:))
  }

  private func fundingID(at place: FundingPlace) -> UInt64 {
    switch place {
    case .claim(let index): claims[index].id
    case .campaign(let index): campaigns[index].id
    case .pool(let index): pools[index].id
    case .offering(let index): offerings[index].id
    case .auction(let index): auctions[index].id
    }
  }

  /// Draws an id.
  mutating func drawFundingID() -> UInt64 {
    fundingCounter += 1
    return drawnIdentifier(fundingCounter)
  }

  /// Makes an id that was drawn known.
  mutating func addFundingID(_ id: UInt64, at place: FundingPlace) {
    fundingIDs.insert(seed.hash(drawn: id), place.packed)
  }

  /// Forgets an id.
  mutating func removeFundingID(_ id: UInt64, at place: FundingPlace) {
    fundingIDs.remove(seed.hash(drawn: id), place.packed)
  }

  /// Whether a label is none, or a name.
  static func isLabel(_ label: Name32) -> Bool { label.isZero || label.isValid }
}
