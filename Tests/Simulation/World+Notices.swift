import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// How funders hear of what becomes of their money: they subscribe, and look into the mailboxes of their claims.
extension World {
  func listen(_ client: Client) {
    chance.oneIn(2) ? subscribe(client) : lookIntoMailbox(client)
  }

  private func subscribe(_ client: Client) {
    let mask: SubscriptionMask = chance.oneIn(8) ? [] : chance.oneIn(2) ? .notices : [.notices, .changes]
    func ask(_ id: UInt64, _ change: (Errand) -> Void) {
      client.ask(
        { _ in SubscribeRequest(lease: 0, resource: 0, funding: id, mask: mask) }, .subscribe, change)
    }
    switch chance.below(8) {
    case 0, 1:
      if let claim = chance.pick(claims.filter { $0.isTold && $0.holder === client }) {
        ask(claim.id) { $0.claim = claim }
      }
    case 2: if let campaign = chance.pick(campaigns.filter(\.isTold)) { ask(campaign.id) { $0.campaign = campaign } }
    case 3: if let offering = chance.pick(offerings.filter(\.isTold)) { ask(offering.id) { $0.offering = offering } }
    case 4, 5: if let auction = chance.pick(auctions.filter(\.isTold)) { ask(auction.id) { $0.auction = auction } }
    case 6:
      guard let resource = chance.pick(resources) else { return }
      client.ask({ _ in SubscribeRequest(lease: 0, resource: resource.id, funding: 0, mask: mask) }, .subscribe) {
        $0.resource = resource
      }
    default:
      guard let lease = leases.last(where: { $0.owner === client && !$0.hasEnded }) else { return }
      client.ask({ _ in SubscribeRequest(lease: lease.id, resource: 0, funding: 0, mask: mask) }, .subscribe)
    }
  }

  private func lookIntoMailbox(_ client: Client) {
    let own = claims.filter { $0.isTold && $0.holder === client && !$0.isRotating }
    guard let claim = chance.pick(own) else { return }
    // Only what came lately, or whatever there is.
    lookIntoMailbox(
      of: claim, by: client, after: chance.oneIn(4) ? oracle.time.reached - min(oracle.time.reached, 5_000) : 0)
  }

  /// `key`: another's, or one that was sold.
  func lookIntoMailbox(of claim: KnownClaim, by client: Client, after instant: UInt64 = 0, with key: Bytes16? = nil) {
    let shown = key ?? claim.key
    client.ask({ _ in MailboxRequest(claim: claim.id, key: shown, after: instant) }, .mailbox) { errand in
      (errand.claim, errand.claimKey, errand.amount, errand.isForbidden) = (claim, shown, instant, key != nil)
    }
  }
}
