import TurnpikeCrypto
import WireProtocol

/// What is told of providers' earnings: a provider has, in what was withdrawn and what is left, at least its part of all revenue that
/// FUNDING told of before, by the tables that were certain meanwhile.
extension Oracle {
  /// FUNDING told of a resource's revenue, after fees.
  func accrue(_ revenue: UInt64, to resource: KnownResource, _ errand: Errand) {
    let stamp = errand.tableStamp == resource.funding.table.changeCount ? errand.tableStamp : nil
    let now = KnownFunding.Accrual(revenue: revenue, tableStamp: stamp, askedOrder: errand.order, order: eventCount)
    guard let before = resource.funding.accrued else { return resource.funding.accrued = now }
    guard errand.order >= before.order else { return }
    resource.funding.accrued = now
    guard let stamp, stamp == before.tableStamp, revenue > before.revenue else { return }
    let (table, since) = (resource.funding.table.current, revenue - before.revenue)
    let offered = resource.funding.offerings.filter { $0.mayBeAtWork(since: before.askedOrder) }
      .reduce(UInt64(0)) { $0 + UInt64($1.terms.shareMax) }
    let rest = 1_000_000 - min(1_000_000, table.sum + offered)
    let parts = table.records.map { ($0.provider, UInt64($0.perMillion)) } + [(resource.provider.role.id, rest)]
    for (provider, perMillion) in parts {
      earnings[provider, default: KnownProvider()].least += since * perMillion / 1_000_000
    }
  }

  func withdrawalSent(_ errand: Errand, of client: Client) {
    guard client.role.role == .provider, !errand.isMischief else { return }
    var provider = earnings[client.role.id, default: KnownProvider()]
    // Where another is under way, nobody knows what it takes.
    errand.quietStamp = provider.underWayCount == 0 ? provider.withdrawalCount + 1 : nil
    errand.gotFloor = provider.least
    provider.underWayCount += 1
    provider.withdrawalCount += 1
    earnings[client.role.id] = provider
  }

  func withdrawalEnded(_ errand: Errand, of client: Client) {
    guard client.role.role == .provider, !errand.isMischief else { return }
    earnings[client.role.id]?.underWayCount -= 1
  }

  func withdrew(_ errand: Errand, _ answer: Answer, of client: Client) {
    guard client.role.role == .provider, let reply = answer.part(WithdrawReply.self) else { return }
    var provider = earnings[client.role.id, default: KnownProvider()]
    provider.withdrawn += reply.amount
    earnings[client.role.id] = provider
    guard errand.quietStamp == provider.withdrawalCount else { return }
    coverage.count(.earningsCompared)
    expect(
      provider.withdrawn + reply.left >= errand.gotFloor,
      "\(client.name) withdrew \(provider.withdrawn), has \(reply.left) left, and had earned \(errand.gotFloor) before")
  }
}

/// A provider's earnings, as replies told.
struct KnownProvider {
  /// What it has earned at least.
  var least: UInt64 = 0
  var withdrawn: UInt64 = 0
  /// WITHDRAWs under way, and how many were ever sent.
  var underWayCount = 0
  var withdrawalCount = 0
}

extension KnownFunding {
  /// A resource's revenue that FUNDING told of, and the table then, where it was certain.
  struct Accrual {
    let revenue: UInt64
    let tableStamp: Int?
    /// The oracle's count of events, when it was asked and heard.
    let askedOrder: Int
    let order: Int
  }
}
