import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// Requests about funding that name what is not there, or ask for what cannot be.
extension World {
  func aboutFunding(_ client: Client) -> Misdeed? {
    switch chance.below(20) {
    case 14, 15, 16, 17, 18, 19: aboutAuctions(client)
    case 10, 11, 12, 13: aboutShares(client)
    case 0: badGift()
    case 1: badMatch()
    case 2: badSchedule()
    case 3: badPledge()
    case 4: badCampaign(client)
    case 5: badPool(client)
    case 6: badSpending(client)
    case 7: badCancel()
    case 8: badClaim()
    default: badQuestion()
    }
  }

  private func paid(_ part: some WireRequest, _ payment: [NoteToken]? = nil) -> Misdeed {
    var misdeed = Misdeed(part)
    misdeed.payment = payment ?? badNotes(for: nil)
    return misdeed
  }

  /// One of which nothing but the payment of a request is refused.
  private func giftTaker() -> UInt64? { chance.pick(resources.filter { !$0.refusesGifts })?.id }

  // MARK: Anyone's, who pays

  private func badGift() -> Misdeed? {
    var (target, kind, payment): (UInt64?, DonationTarget, [NoteToken]) = (Self.nobody, .resource, spentNote())
    switch chance.below(8) {
    case 0: break
    case 1: kind = .lease
    case 2: kind = .pool
    case 3: (target, kind) = (endedLeases.last?.id, .lease)
    case 4: (target, kind, payment) = (chance.pick(pools.filter(\.isTold))?.id, .pool, badNotes(for: nil))
    default: (target, payment) = (giftTaker(), badNotes(for: nil))
    }
    return target.map { paid(DonateRequest(target: $0, kind: kind, label: Name32()), payment) }
  }

  private func badMatch() -> Misdeed? {
    guard let resource = chance.oneIn(6) ? Self.nobody : giftTaker() else { return nil }
    var request = MatchRequest(
      resource: resource, keyHash: SHA256.keyHash(draw()), numerator: 1, denominator: 1, cap: 0, duration: 1_000,
      label: Name32())
    switch chance.below(10) {
    case 0: request.keyHash = Bytes16()
    case 1: request.numerator = 0
    case 2: request.denominator = 0
    case 3: request.duration = chance.oneIn(2) ? 0 : UInt64(WireLimits.durationMillisMax) + 1
    case 4: request.label = hostileName()
    default: return paid(request)
    }
    return paid(request, spentNote())
  }

  private func badSchedule() -> Misdeed? {
    guard let resource = chance.oneIn(6) ? Self.nobody : giftTaker() else { return nil }
    var request = ScheduleRequest(
      resource: resource, keyHash: SHA256.keyHash(draw()), count: 2, first: 0, interval: 1_000, label: Name32())
    switch chance.below(12) {
    case 0: request.keyHash = Bytes16()
    case 1: request.count = chance.oneIn(2) ? 0 : UInt32(WireLimits.instalmentCountMax) + 1
    case 2: request.first = UInt64(WireLimits.durationMillisMax) + 1
    case 3: request.interval = chance.oneIn(2) ? UInt64(WireLimits.instalmentMillisMin) - 1 : .max
    // The last one is too far away.
    case 4: (request.count, request.interval) = (3, UInt64(WireLimits.durationMillisMax))
    case 5: request.label = hostileName()
    default: return paid(request)
    }
    return paid(request, spentNote())
  }

  private func badPledge() -> Misdeed? {
    let open = chance.pick(campaigns.filter { $0.isTold && $0.state == .open && $0.closesAt > oracle.now })?.id
    // A claim is no campaign, and a pool neither.
    let other = chance.oneIn(2) ? chance.pick(claims)?.id : chance.pick(pools)?.id
    var request = PledgeRequest(campaign: open ?? Self.nobody, keyHash: SHA256.keyHash(draw()), label: Name32())
    switch chance.below(10) {
    case 0: request.keyHash = Bytes16()
    case 1: request.label = hostileName()
    case 2: request.campaign = Self.nobody
    case 3: request.campaign = other ?? Self.nobody
    default: return paid(request)
    }
    return paid(request, spentNote())
  }

  // MARK: By a role, or without it

  private func badCampaign(_ client: Client) -> Misdeed? {
    let isOthers = chance.oneIn(4)
    guard let resource = chance.pick(resources.filter { ($0.provider === client) != isOthers })?.id else { return nil }
    // Never twice the same: under another's number it would be that one.
    var request = OpenCampaignRequest(
      resource: resource, goal: 1, minimum: 0, duration: UInt64(WireLimits.durationMillisMax) + 1 + chance.next() >> 32,
      rule: .resource, label: Name32())
    switch chance.below(6) {
    case 0: request.goal = 0
    case 1: request.goal = 1 << 63 + chance.next() >> 32
    case 2: request.minimum = 1 << 63
    case 3: request.resource = Self.nobody
    case 4: (request.label, request.duration) = (hostileName(), 1_000)
    default: break
    }
    return Misdeed(request)
  }

  private func badPool(_ client: Client) -> Misdeed? {
    let isOwn = { (resource: KnownResource) in resource.provider === client || client.role.role == .operator }
    let other = { (pool: KnownPool) in pool.maker !== client }
    drawnCount += 1
    var request = SetPoolRequest(pool: 0, name: Name32("never \(drawnCount)") ?? Name32(), count: 1)
    // Wrong whatever else is right, and looked at last.
    var member = PoolMember(resource: chance.pick(resources.filter(isOwn))?.id ?? Self.nobody, weight: 0)
    switch chance.below(9) {
    case 0: request.pool = Self.nobody
    case 1: request.pool = chance.pick(pools.filter(other))?.id ?? Self.nobody
    // A claim is no pool.
    case 2: request.pool = chance.pick(claims)?.id ?? Self.nobody
    case 3: request.name = hostileName()
    case 4: request.name = chance.pick(pools)?.current?.name ?? Name32()
    case 5: member.resource = Self.nobody
    case 6: member.resource = chance.pick(resources.filter { !isOwn($0) })?.id ?? Self.nobody
    case 7: (request.count, member.weight) = (2, 1)
    default: break
    }
    var misdeed = Misdeed(request)
    misdeed.records = [member, member].suffix(Int(request.count))
    return misdeed
  }

  private func badSpending(_ client: Client) -> Misdeed? {
    let amount = 1 << 50 + chance.next() >> 40
    let other = chance.pick(resources.filter { $0.provider !== client })
    let own = chance.pick(resources.filter { $0.provider === client })
    let resource = chance.oneIn(3) ? Self.nobody : (chance.oneIn(2) ? other : own)?.id
    return resource.map { Misdeed(SpendDonationsRequest(resource: $0, amount: amount)) }
  }

  /// Of a pledge or an investment, of a pool, of nothing.
  private func badCancel() -> Misdeed? {
    let id: UInt64? =
      switch chance.below(3) {
      case 0: chance.pick(claims.filter { $0.isTold && $0.parentID != 0 })?.id
      case 1: chance.pick(pools)?.id
      default: Self.nobody + chance.next() >> 40
      }
    return id.map { Misdeed(CancelRequest(funding: $0)) }
  }

  // MARK: With a key of nothing

  private func badClaim() -> Misdeed? {
    let id = chance.oneIn(2) ? Self.nobody : chance.pick(claims.filter(\.isTold))?.id ?? Self.nobody
    let (key, flags): (Bytes16, ClaimFlags) = (draw(), chance.oneIn(2) ? [] : .cancel)
    if chance.oneIn(2) { return Misdeed(ClaimRequest(claim: id, key: key, flags: flags)) }
    return Misdeed(RotateClaimRequest(claim: id, key: key, keyHash: SHA256.keyHash(draw())))
  }

  private func badQuestion() -> Misdeed? {
    switch chance.below(4) {
    case 0: Misdeed(CheckClaimRequest(claim: chance.oneIn(2) ? chance.pick(campaigns)?.id ?? Self.nobody : Self.nobody))
    case 1: Misdeed(FundingRequest(resource: Self.nobody))
    case 2: Misdeed(DescribePoolRequest(pool: Self.nobody, name: Name32()))
    default: Misdeed(DescribePoolRequest(pool: 0, name: hostileName()))
    }
  }
}
