import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// What providers do to be funded, and the operator with pools and what others promised.
extension World {
  func beFunded(_ client: Client) {
    let own = resources.filter { $0.provider === client }
    let others = own.filter { !$0.isProvisioned || chance.oneIn(3) }
    guard let resource = chance.oneIn(2) ? own.first(where: { !$0.refusesGifts }) : chance.pick(others) else { return }
    switch chance.below(20) {
    case 15, 16, 17, 18, 19: auction(of: resource, by: client)
    case 12, 13, 14: shareRevenue(of: resource, by: client)
    case 0, 1: openCampaign(of: resource, by: client)
    case 2, 3, 4, 5: spendDonations(of: resource, by: client)
    case 6: setPool(by: client, among: own)
    case 7: cancel(by: client, ofResources: own)
    case 8, 9: acquire(resource, by: client, isOpen: true)
    case 10: chance.oneIn(2) ? usurp(client) : deceiveAsRole(client, resource)
    default: askFunding(of: resource, by: client)
    }
  }

  func govern(_ client: Client) {
    switch chance.below(8) {
    case 6: refuse(by: client, among: auctions)
    case 7: if chance.oneIn(3), let auction = chance.pick(auctions.filter(\.isTold)) { cancel(auction, by: client) }
    case 0: setPool(by: client, among: resources)
    case 1: cancel(by: client, ofResources: resources)
    default: askFunding(client)
    }
  }

  func openCampaign(of resource: KnownResource, by client: Client, label hostile: Name32? = nil) {
    let isFull = resource.funding.campaigns.count { !$0.isForgotten } >= WireLimits.campaignCountMaxPerResource
    if isFull, !chance.oneIn(6) { return }
    let (goal, minimum) = (chance.among(1...40_000), chance.oneIn(2) ? 0 : chance.among(1...3_000))
    let duration = chance.oneIn(6) ? chance.among(60_000...20 * 86_400_000) : chance.among(1_000...60_000)
    let rule: UnclaimedRule = chance.oneIn(2) ? .resource : .operator
    let said = hostile ?? label(of: client)
    let campaign = KnownCampaign(of: resource, goal: goal, minimum: minimum, duration: duration, label: said)
    campaigns.append(campaign)
    client.ask(
      { _ in
        OpenCampaignRequest(
          resource: resource.id, goal: goal, minimum: minimum, duration: duration, rule: rule, label: said)
      }, .openCampaign
    ) { errand in
      (errand.resource, errand.campaign, errand.isForbidden) = (resource, campaign, hostile != nil)
      errand.then = { [unowned self] in
        if $0.status == .ok { draw(fundingID: campaign.id) } else { campaigns.removeAll { $0 === campaign } }
      }
    }
  }

  private func spendDonations(of resource: KnownResource, by client: Client) {
    let isLeased = resource.funding.publicLease.map { !$0.hasEnded } ?? false
    guard isLeased || chance.oneIn(4) else { return }
    let amount = chance.oneIn(2) ? 0 : chance.among(1...5_000)
    client.ask({ _ in SpendDonationsRequest(resource: resource.id, amount: amount) }, .spendDonations) { errand in
      (errand.resource, errand.amount, errand.takesPurse) = (resource, amount, true)
    }
  }

  // MARK: Pools

  func setPool(by client: Client, among own: [KnownResource], name hostile: Name32? = nil) {
    let mine = pools.filter { $0.maker === client }
    let renewed =
      chance.oneIn(2) && hostile == nil ? nil : chance.pick(mine.filter { $0.isTold && $0.underWayCount == 0 })
    // They are never removed.
    guard let pool = renewed ?? (mine.count < 4 || chance.oneIn(8) ? KnownPool(maker: client) : nil) else { return }
    drawnCount += 1
    let kept = chance.oneIn(3) ? nil : pool.current?.name
    let name = hostile ?? kept ?? Name32("pool \(drawnCount) of \(client.name)") ?? Name32()
    var (rest, members) = (own, [KnownPool.Member]())
    for _ in 0..<(chance.oneIn(6) ? 0 : 1 + chance.below(4)) where !rest.isEmpty {
      let weight = chance.oneIn(8) ? UInt32.max : UInt32(1 + chance.below(5))
      members.append(KnownPool.Member(resource: rest.remove(at: chance.below(rest.count)), weight: weight))
    }
    let (id, version) = (pool.id, KnownPool.Version(name: name, members: members))
    client.ask(
      { _ in SetPoolRequest(pool: id, name: name, count: UInt16(version.members.count)) }, .setPool
    ) { errand in
      errand.records = version.records
      (errand.pool, errand.version, errand.isForbidden) = (pool, version, hostile != nil)
      errand.then = { [unowned self] in
        guard $0.status == .ok, !pools.contains(where: { $0 === pool }) else { return }
        pools.append(pool)
        draw(fundingID: pool.id)
      }
    }
  }

  // MARK: Ending what others promised

  func cancel(by client: Client, ofResources own: [KnownResource], isForbidden: Bool = false) {
    let isOurs = { (resource: KnownResource) in own.contains { $0 === resource } }
    let open = claims.filter { $0.isTold && $0.parentID == 0 && $0.state == .open && isOurs($0.resource) }
    if chance.oneIn(2), let claim = chance.pick(open) {
      client.ask({ _ in CancelRequest(funding: claim.id) }, .cancel) {
        ($0.claim, $0.isForbidden) = (claim, isForbidden)
      }
    } else if chance.oneIn(2), let offering = chance.pick(offerings.filter { $0.isTold && isOurs($0.resource) }) {
      client.ask({ _ in CancelRequest(funding: offering.id) }, .cancel) {
        ($0.offering, $0.isForbidden) = (offering, isForbidden)
      }
    } else if let campaign = chance.pick(campaigns.filter { $0.isTold && isOurs($0.resource) }) {
      client.ask({ _ in CancelRequest(funding: campaign.id) }, .cancel) {
        ($0.campaign, $0.isForbidden) = (campaign, isForbidden)
      }
    }
  }
}
