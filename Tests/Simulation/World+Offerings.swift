import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// What providers do with their revenue, shares of which they sell or give away, and tenants who invest in it.
extension World {
  // MARK: Providers

  func shareRevenue(of resource: KnownResource, by client: Client) {
    chance.oneIn(2) ? splitRevenue(of: resource, by: client) : openOffering(of: resource, by: client)
  }

  func openOffering(of resource: KnownResource, by client: Client, label hostile: Name32? = nil) {
    let isFull =
      resource.funding.offerings.count { $0.mayBeAtWork(since: .max) } >= WireLimits.offeringCountMaxPerResource
    if isFull, !chance.oneIn(6) { return }
    var terms = offeringTerms()
    terms.label = hostile ?? label(of: client)
    let offering = KnownOffering(of: resource, terms)
    offerings.append(offering)
    client.ask({ _ in terms.request(resource.id) }, .openOffering) { errand in
      errand.records = terms.tiers
      (errand.resource, errand.offering, errand.isForbidden) = (resource, offering, hostile != nil)
      errand.then = { [unowned self] in
        if $0.status == .ok { draw(fundingID: offering.id) } else { offerings.removeAll { $0 === offering } }
      }
    }
  }

  private func offeringTerms() -> KnownOffering.Terms {
    let kinds: [OfferingKind] = [.revenue, .fixed, .ownership]
    let kind = chance.pick(kinds) ?? .revenue
    let unit = chance.oneIn(3) ? chance.among(2...6) : 1
    var tiers: [Tier] = []
    var from = unit * chance.among(1...1_000 / unit)
    for _ in 0..<(1 + chance.below(4)) {
      tiers.append(Tier(from: from, rate: UInt32(chance.oneIn(6) ? chance.among(1...1_000_000) : chance.among(1...4))))
      from += unit * chance.among(1...5_000)
    }
    // Small ones are sold out.
    let cap = max(unit, chance.oneIn(3) ? chance.among(1_000...8_000) : chance.among(8_000...200_000))
    var terms = KnownOffering.Terms(
      kind: kind, cap: cap, unit: unit,
      duration: chance.oneIn(8) ? chance.among(60_000...20 * 86_400_000) : chance.among(1_000...60_000),
      share: UInt32(chance.oneIn(6) ? chance.among(300_000...1_000_000) : chance.among(1...300_000)), tiers: tiers)
    terms.startShare = UInt32(chance.oneIn(3) ? 0 : chance.among(1...400_000))
    terms.criterion = chance.oneIn(2) ? 0 : chance.among(1...20_000)
    switch kind {
    case .revenue:
      terms.period = chance.oneIn(4) ? chance.among(86_400_000...900 * 86_400_000) : chance.among(1_000...90_000)
    case .fixed: terms.returnPerMillion = UInt32(chance.among(1_000...(chance.oneIn(3) ? 2_000_000 : 200_000)))
    case .ownership: break
    }
    return terms
  }

  func splitRevenue(of resource: KnownResource, by client: Client) {
    var records: [RevenueShare] = []
    // Others who never come, beside those who do.
    let numbers = providers.map(\.role.id) + (chance.oneIn(4) ? [chance.among(3...40), chance.among(41...80)] : [3])
    for number in numbers where number != client.role.id && !chance.oneIn(4) {
      let most: UInt64 = chance.oneIn(8) ? 1_000_000 : 200_000
      records.append(RevenueShare(provider: number, perMillion: UInt32(chance.among(1...most))))
    }
    let table = KnownTable.Version(records: records)
    client.ask({ _ in SplitRevenueRequest(resource: resource.id, count: UInt16(records.count)) }, .splitRevenue) {
      ($0.resource, $0.table, $0.records) = (resource, table, records)
    }
  }

  // MARK: Investors

  func invest(_ client: Client, isKeyless: Bool = false) {
    let open = offerings.filter { $0.isTold && $0.state == .open && $0.closesAt > oracle.now }
    guard let offering = chance.pick(open) else { return }
    invest(client, in: offering, isKeyless)
  }

  func invest(_ client: Client, in offering: KnownOffering, _ isKeyless: Bool = false, isLate: Bool = false) {
    promise(
      .investment(offering), of: offering.resource, by: client, .invest, isKeyless ? .keyless : isLate ? .late : .good,
      with: investment(in: offering)
    ) { hash, _ in InvestRequest(offering: offering.id, keyHash: hash) }
  }

  /// A note that the offering takes, where there is one.
  private func investment(in offering: KnownOffering) -> [NoteToken] {
    let terms = offering.terms
    let fitting = purse.indices.filter {
      purse[$0].binding == 0 && purse[$0].amount.isMultiple(of: terms.unit) && terms.tier(of: purse[$0].amount) != nil
    }
    guard !chance.oneIn(4), let index = chance.pick(fitting) else { return gift() }
    return [purse.remove(at: index)]
  }

  func describe(_ offering: KnownOffering, by client: Client) {
    guard offering.isTold, !offering.isForgotten else { return }
    client.ask({ _ in DescribeOfferingRequest(offering: offering.id) }, .describeOffering) { $0.offering = offering }
  }
}
