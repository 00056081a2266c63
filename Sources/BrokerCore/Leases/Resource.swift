import WireProtocol

/// A resource: its terms, the units its leases hold, and the totals that STATUS tells. Never removed.
///
/// `unitsLeased`, `leaseCount`, `suspendedCount`, `previousCount` and `burnRate` are sums over its leases as they are
/// stored, that is at their last touch.
struct Resource: SlotRecord {
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Index of its provider.
  var provider: UInt32 = 0
  var name = Name32()
  var prices = PriceHistory(current: Prices(), previous: Prices(), announcedAt: 0, generation: 0)
  var shortest: UInt64 = 0
  var longest: UInt64 = 0
  var meters: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  var units: UInt32 = 0
  var policy: ResourcePolicy = []
  /// Number of its terms, from 1.
  var version: UInt32 = 0
  var unitsLeased: UInt32 = 0
  /// Units that ACQUIREs hold which wait for their mint.
  var unitsHeld: UInt32 = 0
  var leaseCount: UInt32 = 0
  var suspendedCount: UInt32 = 0
  /// Running leases that still have the previous prices.
  var previousCount: UInt32 = 0
  /// Bit 0: others share its revenue; bit 1: it may have some to split.
  private var sharing: UInt32 = 0
  private var zero: UInt32 = 0
  /// Last fencing epoch that was drawn.
  var epochCounter: UInt64 = 0
  var earned: UInt64 = 0
  /// Millionths of the fee on its revenue that were not taken yet.
  var feeRemainder: UInt64 = 0
  var donations: UInt64 = 0
  /// Revenue that others share, less the fee, and that is not split yet.
  var unsplit: UInt64 = 0
  /// Sum of the rates of its running leases, in two words.
  private var burnRateLow: UInt64 = 0
  private var burnRateHigh: UInt64 = 0
  /// Not after the first instant at which a lease of now expires.
  var earliestEnd: UInt64 = .max
  /// How long an agent may take to provision a lease, and how long it may be lost.
  var provision: UInt64 = 0
  var outage: UInt64 = 0
  /// First and last service of its live leases.
  var firstService: UInt32 = noIndex
  var lastService: UInt32 = noIndex

  /// Whether others share its revenue.
  var isShared: Bool {
    @inline(__always) get { sharing & 1 != 0 }
    set { sharing = sharing & ~1 | (newValue ? 1 : 0) }
  }

  /// Whether it is in the list of those that may have revenue to split.
  var isQueued: Bool {
    @inline(__always) get { sharing & 2 != 0 }
    set { sharing = sharing & ~2 | (newValue ? 2 : 0) }
  }

  /// Whether its flags are ones that there are.
  var hasSoundFlags: Bool { sharing <= 3 }

  /// Its current terms as they are told.
  var terms: Terms {
    let prices = self.prices.current
    return Terms(
      price: prices.price, period: prices.period, throttledPrice: prices.throttledPrice, shortest: shortest,
      longest: longest, low: prices.low, throttle: prices.throttle, grace: prices.grace, provision: provision,
      outage: outage, meter0: meters.0, meter1: meters.1, meter2: meters.2, meter3: meters.3, units: units,
      policy: policy)
  }

  /// Takes all but the prices from `terms`.
  mutating func take(_ terms: Terms) {
    shortest = terms.shortest
    longest = terms.longest
    meters = (terms.meter0, terms.meter1, terms.meter2, terms.meter3)
    units = terms.units
    policy = terms.policy
    provision = terms.provision
    outage = terms.outage
    version &+= 1
  }

  /// Sum of the rates of its running leases, at most `UInt64.max`.
  var burnRate: UInt64 { burnRateHigh == 0 ? burnRateLow : .max }

  mutating func addRate(_ rate: UInt64) {
    let (sum, carry) = burnRateLow.addingReportingOverflow(rate)
    burnRateLow = sum
    burnRateHigh &+= carry ? 1 : 0
  }

  mutating func subtractRate(_ rate: UInt64) {
    let (difference, borrow) = burnRateLow.subtractingReportingOverflow(rate)
    burnRateLow = difference
    burnRateHigh &-= borrow ? 1 : 0
  }

  /// Units of leases, and those that are held for some.
  var unitsTaken: UInt32 {
    let (sum, overflow) = unitsLeased.addingReportingOverflow(unitsHeld)
    return overflow ? .max : sum
  }

  /// Units that are there for others.
  var unitsFree: UInt32 { units > unitsTaken ? units - unitsTaken : 0 }

  /// Price of one unit of use; 0: there is no such meter.
  @inline(__always) func meterPrice(_ meter: UInt8) -> UInt64 {
    switch meter {
    case 0: meters.0
    case 1: meters.1
    case 2: meters.2
    case 3: meters.3
    default: 0
    }
  }

  /// Draws the next fencing epoch.
  mutating func drawEpoch() -> UInt64 {
    epochCounter &+= 1
    return epochCounter
  }
}

/// A provider, known since its first resource: what it earned and has not withdrawn.
struct Provider: SlotRecord {
  /// Its number, from 1.
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Leaves no hole in the record.
  private let zero: UInt32 = 0
  var earnings: UInt64 = 0
}
