import WireProtocol

/// What happens to claims, campaigns, offerings and auctions by itself, and to agents that do not come back. Time does not pass an event
/// by: ADVANCE stops at each.
extension StateMachine {
  /// Moves time to `instant` by way of every event up to it, or as far as a bounded number of them.
  mutating func passEvents(through instant: UInt64) {
    var left = CoreLimits.advanceEventCountMax
    while left > 0, let event = agenda.first, event.instant <= instant {
      left -= 1
      reach(event.instant)
      agenda.disarm(event.member)
      switch event.member {
      case ..<claims.capacity: fire(claim: event.member)
      case ..<offeringMember(0): fire(campaign: event.member - campaignMember(0))
      case ..<auctionMember(0): fire(offering: event.member - offeringMember(0))
      case ..<agentMember(0): left -= fire(auction: event.member - auctionMember(0), in: instant)
      default: left -= fire(agent: event.member - agentMember(0), atMost: left + 1) - 1
      }
    }
    if agenda.first?.instant ?? .max > instant { reach(instant) }
  }

  /// Time goes on to an instant, if it is not there yet.
  private mutating func reach(_ instant: UInt64) {
    guard instant > now else { return }
    now = instant
    endHolds(through: now)
    ledger.statement.reach(now)
  }

  private mutating func fire(claim index: UInt32) {
    switch (claims[index].kind, claims[index].state) {
    case (.schedule, .open): payInstalment(of: index)
    case (.match, .open): end(claim: index, .ended)
    default:
      let claim = claims[index]
      if claim.state == .cancelled {
        // Whoever cancelled it must gain nothing when its holder does not look.
        move(claim.due, .due, .fees, of: claim.resource, for: claim.id)
      } else if claim.due > 0 {
        give(claim.due, from: .due, to: claim.resource, for: claim.id)
      }
      removeClaim(index)
    }
  }

  private mutating func fire(campaign index: UInt32) {
    if campaigns[index].state == .open { close(campaign: index) } else { forget(campaign: index) }
  }

  private mutating func payInstalment(of index: UInt32) {
    let (amount, resource) = (claims[index].instalment, claims[index].resource)
    claims[index].paidCount += 1
    claims[index].left -= amount
    give(amount, from: .scheduled, to: resource, for: claims[index].id)
    fundings[resource].count(amount, by: .scheduled)
    fundings[resource].countDonation(amount, by: .scheduled, claims[index].label, at: now)
    guard claims[index].paidCount < claims[index].count else { return end(claim: index, .ended) }
    armClaim(index, at: now + claims[index].interval)
  }

  /// Forgets a claim. The ledger has nothing of it any more.
  mutating func removeClaim(_ index: UInt32) {
    agenda.disarm(index)
    removeFundingID(claims[index].id, at: .claim(index))
    claims.remove(index)
  }

  // MARK: Arming

  /// The number of a campaign on the agenda; that of a claim is its index.
  func campaignMember(_ index: UInt32) -> UInt32 { claims.capacity + index }

  func offeringMember(_ index: UInt32) -> UInt32 { campaignMember(campaigns.capacity) + index }

  func auctionMember(_ index: UInt32) -> UInt32 { offeringMember(offerings.capacity) + index }

  func agentMember(_ index: UInt32) -> UInt32 { auctionMember(auctions.capacity) + index }

  mutating func armClaim(_ index: UInt32, at instant: UInt64) {
    agenda.arm(Agenda.Entry(instant: instant, id: claims[index].id, member: index))
  }

  mutating func arm(campaign index: UInt32, at instant: UInt64) {
    agenda.arm(Agenda.Entry(instant: instant, id: campaigns[index].id, member: campaignMember(index)))
  }

  mutating func arm(offering index: UInt32, at instant: UInt64) {
    agenda.arm(Agenda.Entry(instant: instant, id: offerings[index].id, member: offeringMember(index)))
  }

  mutating func arm(auction index: UInt32, at instant: UInt64) {
    agenda.arm(Agenda.Entry(instant: instant, id: auctions[index].id, member: auctionMember(index)))
  }
}
