import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// What tenants do for resources that are everybody's: they give, promise, and take back what was not given.
extension World {
  func support(_ client: Client) {
    claims.removeAll {
      $0.isForgotten || $0.offering?.isForgotten ?? false || $0.bid?.auction.isForgotten ?? false
        || $0.isOver && $0.forgottenAt ?? .max < oracle.time.reached
    }
    campaigns.removeAll(where: \.isForgotten)
    offerings.removeAll(where: \.isForgotten)
    auctions.removeAll(where: \.isForgotten)
    switch chance.below(28) {
    case 20, 21, 22, 26, 27: invest(client)
    case 23, 24: collectShare(client)
    case 25: if let claim = chance.pick(claims.filter { $0.isTold && $0.offering != nil }) { check(claim, by: client) }
    case 0, 1, 2, 3: donate(client)
    // At times as many as a resource takes, and more.
    case 4, 5: for _ in 0..<(chance.oneIn(12) ? WireLimits.matchCountMaxPerResource : 1) { match(client) }
    case 6, 7: schedule(client)
    case 8, 9, 10, 11: pledge(client)
    case 12, 13, 14: collect(client)
    case 15: if chance.oneIn(3) { handOn(client) }
    case 16, 17: deceive(client)
    default: lookAtFunding(client)
    }
  }

  // MARK: Giving

  func donate(_ client: Client, label hostile: Name32? = nil) {
    let said = hostile ?? label(of: client)
    let lease = chance.oneIn(4) ? anyLive() : nil
    let payment = gift(for: lease)
    guard !payment.isEmpty else { return }
    let change = { (errand: Errand) in
      (errand.payment, errand.label, errand.isForbidden) = (payment, said, hostile != nil)
    }
    if let lease {
      client.ask({ _ in DonateRequest(target: lease.id, kind: .lease, label: said) }, .donate) {
        change($0)
        $0.changes = lease
      }
    } else if chance.oneIn(3), let pool = chance.pick(pools.filter(\.isTold)) {
      client.ask({ _ in DonateRequest(target: pool.id, kind: .pool, label: said) }, .donate) {
        change($0)
        $0.pool = pool
      }
    } else if let resource = popular() {
      client.ask({ _ in DonateRequest(target: resource.id, kind: .resource, label: said) }, .donate) {
        change($0)
        $0.resource = resource
      }
    } else {
      purse += payment
    }
  }

  /// Notes to give away; now and then a single unit.
  func gift(for lease: KnownLease? = nil) -> [NoteToken] {
    if chance.oneIn(5), let index = purse.firstIndex(where: { $0.amount == 1 && $0.binding == 0 }) {
      return [purse.remove(at: index)]
    }
    return notes(1 + chance.below(2), for: lease)
  }

  /// One that many fund, so that its limits are reached, or any.
  func popular() -> KnownResource? { chance.oneIn(2) ? resources.first { !$0.refusesGifts } : chance.pick(resources) }

  /// What nobody else says, or nothing.
  func label(of client: Client) -> Name32 {
    if chance.oneIn(2) { return Name32() }
    drawnCount += 1
    return Name32("\(chance.oneIn(3) ? "für alle" : "from \(client.name)"), \(drawnCount)") ?? Name32()
  }

  // MARK: Promising

  func match(_ client: Client, label hostile: Name32? = nil, isKeyless: Bool = false) {
    let (ratio, cap) = (
      (UInt32(1 + chance.below(4)), UInt32(1 + chance.below(4))), chance.oneIn(2) ? 0 : chance.among(1...4_000)
    )
    let duration = chance.oneIn(2) ? chance.among(1...60_000) : chance.among(60_000...40 * 86_400_000)
    guard let resource = popular() else { return }
    let terms = KnownClaim.Terms.match(
      numerator: ratio.0, denominator: ratio.1, cap: cap, duration: duration)
    promise(terms, of: resource, by: client, .match, flaw(hostile, isKeyless)) { hash, label in
      MatchRequest(
        resource: resource.id, keyHash: hash, numerator: ratio.0, denominator: ratio.1, cap: cap, duration: duration,
        label: label)
    }
  }

  func schedule(_ client: Client, label hostile: Name32? = nil, isKeyless: Bool = false) {
    // Some of them have more instalments in a week than the broker passes in a turn.
    let isLong = chance.oneIn(8)
    let count = isLong ? chance.among(200...1_200) : chance.among(1...8)
    let interval =
      isLong ? chance.among(60_000...1_000_000) : chance.oneIn(4) ? 86_400_000 : chance.among(1_000...15_000)
    let first = chance.oneIn(3) ? 0 : chance.among(1...10_000)
    guard let resource = popular() else { return }
    let terms = KnownClaim.Terms.schedule(count: count, first: first, interval: interval)
    promise(terms, of: resource, by: client, .schedule, flaw(hostile, isKeyless)) { hash, label in
      ScheduleRequest(
        resource: resource.id, keyHash: hash, count: UInt32(count), first: first, interval: interval, label: label)
    }
  }

  func pledge(_ client: Client, label hostile: Name32? = nil, isKeyless: Bool = false) {
    let open = campaigns.filter { $0.isTold && $0.state == .open && $0.closesAt > oracle.now }
    guard let campaign = chance.pick(open) else { return }
    pledge(client, to: campaign, hostile, isKeyless)
  }

  func pledge(
    _ client: Client, to campaign: KnownCampaign, _ hostile: Name32? = nil, _ isKeyless: Bool = false,
    isLate: Bool = false
  ) {
    promise(
      .pledge(campaign), of: campaign.resource, by: client, .pledge, flaw(hostile, isKeyless, isLate: isLate)
    ) {
      PledgeRequest(campaign: campaign.id, keyHash: $0, label: $1)
    }
  }

  /// What is wrong with a promise, if anything is: it has no key, says what is no name, or comes too late.
  enum Flaw {
    case good, keyless, late
    case hostile(Name32)
  }

  private func flaw(_ hostile: Name32?, _ isKeyless: Bool, isLate: Bool = false) -> Flaw {
    hostile.map { .hostile($0) } ?? (isKeyless ? .keyless : isLate ? .late : .good)
  }

  /// The key is kept before the request is sent: without it nobody gets anything back.
  func promise(
    _ terms: KnownClaim.Terms, of resource: KnownResource, by client: Client, _ opcode: Opcode, _ flaw: Flaw,
    with notes: [NoteToken]? = nil, _ part: (Bytes16, Name32) -> any WireRequest
  ) {
    let payment = notes ?? gift()
    guard !payment.isEmpty else { return }
    var (isGood, isKeyless, hostile): (Bool, Bool, Name32?) = (false, false, nil)
    switch flaw {
    case .good: isGood = true
    case .keyless: isKeyless = true
    case .late: break
    case .hostile(let label): hostile = label
    }
    // An investor says nothing, a bidder by its banner.
    let isSilent = opcode == .invest || opcode == .bid
    let (key, said) = (draw(), hostile ?? (isSilent ? Name32() : label(of: client)))
    let request = part(isKeyless ? Bytes16() : SHA256.keyHash(key), said)
    let claim = KnownClaim(
      terms, of: resource, payment.reduce(0) { $0 + $1.amount }, said, holder: client, key: key)
    claims.append(claim)
    client.ask({ _ in request }, opcode) { errand in
      (errand.payment, errand.label, errand.claim) = (payment, said, claim)
      (errand.campaign, errand.offering, errand.auction) = (claim.campaign, claim.offering, claim.bid?.auction)
      if claim.campaign == nil, claim.offering == nil, claim.bid == nil { errand.resource = resource }
      errand.isForbidden = !isGood
      errand.then = { [unowned self] in
        if $0.status == .ok { draw(fundingID: claim.id) } else { claims.removeAll { $0 === claim } }
      }
    }
  }

  /// They share one counter.
  func draw(fundingID id: UInt64) {
    oracle.expect(fundingIDs.insert(id).inserted, "claim, campaign, offering, auction or pool \(id) was given twice")
  }

  // MARK: Taking back

  func collect(_ client: Client) {
    let own = claims.filter { $0.holder === client && $0.isTold && !$0.isRotating }
    let due = own.filter { $0.isDue || $0.kind == .pledge && $0.state == .open && $0.end < oracle.now }
    // Where nothing is due, not often: there are many of them.
    guard let claim = chance.pick(due) ?? (chance.oneIn(3) ? chance.pick(own) : nil) else { return }
    let flags: [ClaimFlags] = [[], [], [], .cancel, .again, [.cancel, .again]]
    self.claim(claim, by: client, chance.pick(flags) ?? [])
    // At once on another connection: by somebody who has the key too, or the same client's other request.
    guard chance.oneIn(4), let other = chance.pick(tenants) else { return }
    self.claim(claim, by: other, [])
  }

  /// An investor takes what there is, whether it was told or not.
  private func collectShare(_ client: Client) {
    let own = claims.filter {
      $0.holder === client && $0.isTold && !$0.isRotating && $0.offering != nil && $0.end < oracle.now
    }
    guard let claim = chance.pick(own) else { return }
    self.claim(claim, by: client, chance.oneIn(6) ? .again : [])
    // Two of the same investor's requests at once, or somebody who has the key too: each gets what is due then.
    guard chance.oneIn(3), let other = chance.pick(tenants) else { return }
    self.claim(claim, by: other, [])
  }

  func claim(_ claim: KnownClaim, by client: Client, _ flags: ClaimFlags, with key: Bytes16? = nil) {
    let shown = key ?? claim.key
    client.ask({ _ in ClaimRequest(claim: claim.id, key: shown, flags: flags) }, .claim) { errand in
      (errand.claim, errand.claimKey, errand.claimFlags, errand.isForbidden) = (claim, shown, flags, key != nil)
    }
  }

  /// The claim is sold. Now and then the seller tries to be paid too.
  private func handOn(_ client: Client) {
    let own = claims.filter { $0.holder === client && $0.isTold && $0.underWayCount == 0 && !$0.isRotating }
    guard let claim = chance.pick(own), let heir = chance.pick(tenants) else { return }
    let (old, key) = (claim.key, draw())
    if chance.oneIn(3) { self.claim(claim, by: chance.pick(tenants) ?? client, []) }
    rotate(claim, by: client, old, to: SHA256.keyHash(key)) {
      guard $0.status == .ok else { return }
      claim.formerKeys.append(old)
      (claim.key, claim.holder) = (key, heir)
    }
    claim.isRotating = true
    if chance.oneIn(3) { self.claim(claim, by: chance.pick(tenants) ?? client, []) }
  }

  func rotate(
    _ claim: KnownClaim, by client: Client, _ key: Bytes16, to hash: Bytes16, isForbidden: Bool = false,
    _ then: @escaping (Answer) -> Void = { _ in }
  ) {
    client.ask({ _ in RotateClaimRequest(claim: claim.id, key: key, keyHash: hash) }, .rotateClaim) { errand in
      (errand.claim, errand.claimKey, errand.isForbidden, errand.then) = (claim, key, isForbidden, then)
    }
  }

  // MARK: Asking

  func lookAtFunding(_ client: Client) {
    switch chance.below(4) {
    case 0: askFunding(client)
    case 3: if let offering = chance.pick(offerings) { describe(offering, by: client) }
    case 1: if let pool = chance.pick(pools) { describe(pool, by: client) }
    default: if let claim = chance.pick(claims.filter(\.isTold)) { check(claim, by: client) }
    }
  }

  func check(_ claim: KnownClaim, by client: Client) {
    client.ask({ _ in CheckClaimRequest(claim: claim.id) }, .checkClaim) { $0.claim = claim }
  }

  func askFunding(_ client: Client) {
    if let resource = chance.pick(resources) { askFunding(of: resource, by: client) }
  }

  @discardableResult
  func askFunding(of resource: KnownResource, by client: Client) -> Errand {
    client.ask({ _ in FundingRequest(resource: resource.id) }, .funding) { $0.resource = resource }
  }

  /// By its name only while nothing is under way that changes it.
  func describe(_ pool: KnownPool, by client: Client, named name: Name32? = nil) {
    client.ask(
      { _ in DescribePoolRequest(pool: name == nil ? pool.id : 0, name: name ?? Name32()) }, .describePool
    ) { $0.pool = pool }
  }
}
