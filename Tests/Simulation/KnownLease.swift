import WireProtocol

/// A resource, as clients were told of it.
final class KnownResource {
  let id: UInt64
  let provider: Client
  /// All terms that it ever had, or may have had.
  var terms: [Terms]
  /// Those that were accepted last.
  var current: Terms
  /// The greatest epoch that anybody was told.
  var epochMax: UInt64 = 0
  /// New terms under way, and how often some began or ended to be.
  var underWayCount = 0
  var changeCount = 0
  /// Epochs that were told, and of which lease.
  var epochs: [UInt64: UInt64] = [:]
  var funding = KnownFunding()
  /// Its agents, by their numbers.
  var posts: [UInt32: KnownPost] = [:]

  init(id: UInt64, provider: Client, terms: Terms) {
    (self.id, self.provider, self.terms, current) = (id, provider, [terms], terms)
  }

  /// No version of its policy differs in that.
  var refusesGifts: Bool { current.policy.contains(.giftsRefused) }

  /// Whether agents provision its leases.
  var isProvisioned: Bool { terms[0].policy.contains(.agent) }

  /// Whether access costs the same in every state, so that no deadline ever changes by itself.
  var isFlat: Bool { terms.allSatisfy { $0.price == $0.throttledPrice } }
}

/// A lease, as clients were told of it, and what they have under way for it.
final class KnownLease {
  /// What a reply said when nothing was under way.
  struct Told {
    var deadline: UInt64
    var state: LeaseState?
    /// The broker's clock, at the earliest.
    var at: UInt64
    /// Nil: nobody knows.
    var epoch: UInt64?
    var stamp: Int
    var life: Int
    /// The oracle's count of events.
    var order: Int
    /// For how long its agent may have been lost until then, in all gaps that had ended.
    var stoodBefore: UInt64
  }

  let id: UInt64
  let resource: KnownResource
  let units: UInt32
  let isOpen: Bool
  let refusesGifts: Bool
  var owner: Client
  var key: Bytes16 { didSet { keys.append(key) } }
  /// All keys that it ever had.
  private(set) var keys: [Bytes16]
  var epoch: UInt64
  /// The broker's clock when it was asked for.
  var bornAt: UInt64 = 0
  /// The terms that it was granted under, and its resource's count of changes then; nil: new ones were under way.
  var terms: (first: Terms, changeCount: Int)?
  /// It was told to be SUSPENDED: the epoch, and the oracle's count of events.
  var suspended: (epoch: UInt64, order: Int)?
  /// A TRANSFER was done and its reply never seen: the next epoch that is told is no news.
  var isEpochUnknown: Bool { epochUnknownSince != nil }
  /// The oracle's count of events, when it became so: only what is asked from then on tells more.
  var epochUnknownSince: Int?
  /// Somebody was told that it has ended.
  var hasEnded = false
  var isReleased = false
  /// Commands for it under way, and how often one began or ended.
  var underWayCount = 0
  var changeCount = 0
  var told: Told?
  var state: LeaseState?
  /// The oracle's count of events, when the state was told.
  var stateOrder = 0
  /// Money comes back until then by itself.
  var reservedUntil: UInt64 = 0
  var reservations: [(id: UInt64, quantity: UInt64, key: HeldKey, client: Client)] = []
  /// Keys that may debit it: with their limit, and what they were charged.
  var debitKeys: [HeldKey: (client: Client, total: UInt64, charged: UInt64)] = [:]
  var debitKeyOrder: [HeldKey] = []
  /// Of an open lease whose time costs the same in every state: how far it is paid at least, and the oracle's count of events when
  /// that was told; and whether anybody asked to revoke it.
  var paidUntil: UInt64 = 0
  var paidUntilOrder = 0
  var isRevoked = false
  /// The oracle's count of events when it was told to be granted.
  var grantedOrder = 0
  /// Of one that agents provision.
  var service: KnownService?
  /// Hash chains that are open, or about to be, by their numbers.
  var chains: [UInt32: KnownChain] = [:]
  var useNumbers: [HeldKey: UInt64] = [:]
  var chargedNumbers: [HeldKey: Set<UInt64>] = [:]
  /// Money that went in, and that came out or was charged, as receipts say.
  var credited: UInt64 = 0
  /// Of it what its owners paid in themselves.
  var ownCredited: UInt64 = 0
  var charged: UInt64 = 0

  init(
    id: UInt64, resource: KnownResource, units: UInt32, isOpen: Bool, refusesGifts: Bool, owner: Client, key: Bytes16,
    epoch: UInt64
  ) {
    self.id = id
    self.resource = resource
    self.units = units
    self.isOpen = isOpen
    self.refusesGifts = refusesGifts
    self.owner = owner
    (self.key, keys) = (key, [key])
    self.epoch = epoch
  }

  /// The only terms that it can be under.
  var onlyTerms: Terms? { terms.flatMap { $0.changeCount == resource.changeCount ? $0.first : nil } }

  /// Changes whenever anything begins or ends to be under way that may change it.
  var stamp: Int {
    changeCount + resource.changeCount + (service?.changeCount ?? 0) + (service?.creditChangeCount ?? 0)
  }
  /// Nothing is under way that may change it. To an open lease gifts come by themselves.
  var isQuiet: Bool { !isOpen && isUntouched }
  /// Nothing that anybody asked for is under way that may change it.
  var isUntouched: Bool {
    underWayCount == 0 && resource.underWayCount == 0 && service?.underWayCount ?? 0 == 0
      && service?.creditsUnderWay ?? 0 == 0
  }

  var ownerKey: HeldKey { HeldKey(lease: id, key: key) }

  /// The cheapest that a millisecond was ever, as a fraction: how long so much money can last at most.
  func longest(paidBy amount: UInt64) -> UInt64 {
    resource.terms.map { terms in
      let (rate, overflow) = UInt64(units).multipliedReportingOverflow(by: min(terms.price, terms.throttledPrice))
      if overflow { return 0 }
      let product = amount.multipliedFullWidth(by: terms.period)
      return product.high >= rate ? .max : rate.dividingFullWidth(product).quotient
    }.max() ?? .max
  }
}

extension LeaseState {
  var isLive: Bool { self == .active || self == .low || self == .throttled || self == .suspended || self == .pending }
  var hasAccess: Bool { self == .active || self == .low || self == .throttled }
}
