import Audit
import WireProtocol

/// Commands about donations, pools, campaigns and claims.
extension RandomCommands {
  mutating func funding(_ model: ReferenceModel) -> Made {
    switch random.weighted([60, 40, 26, 70, 62, 66, 110, 34, 80, 32, 30, 50, 115, 130, 170, 260, 210, 60]) {
    case 0: donate(model)
    case 1: spendDonations(model)
    case 2: setPool(model)
    case 3: match(model)
    case 4: schedule(model)
    case 5: openCampaign(model)
    case 6: pledge(model)
    case 7: cancel(model)
    case 8: claim(model)
    case 9: rotateClaim(model)
    case 10: splitRevenue(model)
    case 11: openOffering(model)
    case 12: invest(model)
    case 13: openAuction(model)
    case 14: bid(model)
    case 15: raiseBid(model)
    case 16: revealBid(model)
    default: refuseBid(model)
    }
  }

  static let operatorActor = Actor(authority: .operator, generation: 0, id: 0)
  private static let nobody = Actor(authority: .none, generation: 0, id: 0)

  /// None, one that says something, or in one of twenty one that is not a name.
  mutating func label() -> Name32 {
    if random.one(in: 2) { return Name32() }
    if random.one(in: 20) { return Name32(words: (random.next() | 1 << 63, 0x1B, 0, 0)) }
    return Name32("label \(random.below(1_000))") ?? Name32()
  }

  /// A resource's id; in one of forty one that is of none.
  mutating func resourceID(_ resource: DescribeReply) -> UInt64 {
    random.one(in: 40) ? random.next() & 0xFFFF : resource.resource
  }

  mutating func keyHash() -> Bytes16 {
    random.one(in: 20) ? Bytes16() : Bytes16(low: random.next(), high: 4)
  }

  mutating func duration() -> UInt64 {
    switch random.below(24) {
    case 0: 0
    case 1: UInt64(WireLimits.durationMillisMax) + 1
    case 2: UInt64(WireLimits.durationMillisMax)
    default: random.one(in: 3) ? shape.durationMax : random.scaled(1, shape.durationMax)
    }
  }

  mutating func amount() -> UInt64 { random.one(in: 8) ? 1 : random.scaled(1, shape.amountMax) }

  // MARK: - Donations

  private mutating func donate(_ model: ReferenceModel) -> Made {
    guard let resource = resource(model) else { return advance(model) }
    var command = DonateCommand(target: resourceID(resource), kind: .resource, label: label())
    switch random.below(6) {
    case 0:
      guard let glimpse = glimpse(model) else { break }
      (command.target, command.kind) = (random.one(in: 12) ? glimpse.id + 1_000 : leaseID(glimpse), .lease)
      let lease = command.target
      return planned(command, for: lease, amount: amount(), model)
    case 1, 2:
      guard let pool = random.pick(pools) else { return setPool(model) }
      (command.target, command.kind) = (random.one(in: 12) ? pool + 1 : pool, .pool)
    default: break
    }
    return planned(command, for: 0, amount: amount(), model)
  }

  private mutating func spendDonations(_ model: ReferenceModel) -> Made {
    guard var resource = resource(model) else { return advance(model) }
    for _ in 0..<12
    where model.publicLease(of: resource.resource) == nil || model.status(resource.resource)?.donations == 0 {
      resource = self.resource(model) ?? resource
    }
    let waiting = model.status(resource.resource)?.donations ?? 0
    var amount: UInt64 = 0
    switch random.below(4) {
    case 0: amount = waiting &+ 1
    case 1, 2: amount = random.scaled(0, waiting)
    default: break
    }
    return withReceipt(
      SpendDonationsCommand(
        provider: resource.provider + (random.one(in: 12) ? 1 : 0), resource: resourceID(resource), amount: amount),
      model)
  }

  private mutating func setPool(_ model: ReferenceModel) -> Made {
    var actor = Self.operatorActor
    if random.one(in: 2) {
      actor = Actor(authority: .provider, generation: 0, id: random.uniform(1, shape.providerCount))
    }
    var id: UInt64 = 0
    var name = Name32("pool \(random.below(random.one(in: 3) ? 3 : 10_000))") ?? Name32()
    if random.one(in: 2), let known = random.pick(pools).flatMap({ model.poolGlimpse($0) }) {
      id = known.id
      if random.chance(80) {
        actor = known.maker.map { Actor(authority: .provider, generation: 0, id: $0) } ?? Self.operatorActor
      }
      if random.one(in: 2) { name = known.name }
    }
    switch random.below(20) {
    case 0: id = random.next() & 0xFFFF
    case 1: name = Name32()
    default: break
    }
    var members: [PoolMember] = []
    for _ in 0..<(random.one(in: 10) ? 0 : random.uniform(1, 4)) {
      guard let resource = resource(model) else { break }
      guard !members.contains(where: { $0.resource == resource.resource }) || random.one(in: 20) else { continue }
      if actor.authority == .provider, resource.provider != actor.id, !random.one(in: 6) { continue }
      let weight = random.one(in: 30) ? 0 : UInt32(random.scaled(1, random.one(in: 4) ? UInt64(UInt32.max) : 5))
      members.append(PoolMember(resource: resourceID(resource), weight: weight))
    }
    return withReceipt(
      SetPoolCommand(actor: actor, pool: id, name: name, count: UInt16(members.count)), model,
      records: .members(members))
  }

  // MARK: - Claims

  /// Often the first resource, so that it comes to have as many of a kind as it may.
  mutating func favourite(_ model: ReferenceModel) -> DescribeReply? {
    guard random.chance(85), let first = resources.first else { return resource(model) }
    return model.describe(first)
  }

  private mutating func match(_ model: ReferenceModel) -> Made {
    // Mostly the first one: eight deposits are wanted at one.
    let first = random.chance(70) ? resources.first.flatMap { model.describe($0) } : nil
    guard let resource = first ?? favourite(model) else { return advance(model) }
    let isPlain = random.one(in: 2)
    var command = MatchCommand(
      resource: resourceID(resource), keyHash: keyHash(), numerator: isPlain ? 1 : UInt32(random.scaled(1, 1 << 20)),
      denominator: isPlain ? 1 : UInt32(random.scaled(1, 1 << 20)), cap: random.one(in: 2) ? 0 : amount(),
      duration: random.chance(75) ? shape.durationMax : duration(), label: label())
    switch random.below(30) {
    case 0: command.numerator = 0
    case 1: command.denominator = 0
    case 2: (command.numerator, command.denominator) = (.max, 1)
    default: break
    }
    return planned(command, for: 0, amount: amount(), model)
  }

  private mutating func schedule(_ model: ReferenceModel) -> Made {
    guard let resource = resource(model) else { return advance(model) }
    var command = ScheduleCommand(
      resource: resourceID(resource), keyHash: keyHash(), count: UInt32(random.scaled(1, 20)),
      first: random.one(in: 4) ? 0 : random.scaled(0, shape.durationMax / 4),
      interval: random.one(in: 40) ? 999 : max(1_000, random.scaled(1, shape.durationMax / 16)), label: label())
    switch random.below(24) {
    case 0: command.count = random.one(in: 2) ? 0 : 1_201
    case 1: command.first = UInt64(WireLimits.durationMillisMax) + 1
    case 2: command.interval = duration()
    case 3: (command.count, command.interval) = (1_200, UInt64(WireLimits.durationMillisMax))
    default: break
    }
    // Mostly enough for each instalment, sometimes for none of them a unit too much.
    let count = UInt64(max(command.count, 1))
    let amount =
      switch random.below(8) {
      case 0: max(count * random.uniform(1, 5) - random.uniform(0, 1), 1)
      case 1: self.amount()
      default: max(self.amount(), count * 5)
      }
    return planned(command, for: 0, amount: amount, model)
  }

  /// A claim, mostly one that is remembered.
  private mutating func claimGlimpse(_ model: ReferenceModel) -> ClaimGlimpse? {
    var found: ClaimGlimpse?
    for _ in 0..<12 where found == nil { found = random.pick(claims).flatMap { model.claimGlimpse($0) } }
    return found
  }

  private mutating func claim(_ model: ReferenceModel) -> Made {
    var known = claimGlimpse(model)
    // One on which something is due, if there is any.
    for _ in 0..<6 where known?.due == 0 { known = claimGlimpse(model) }
    guard let known else { return schedule(model) }
    var command = ClaimCommand(
      claim: known.id, keyHash: known.keyHash, flags: random.one(in: 4) ? .cancel : random.one(in: 10) ? .again : [])
    switch random.below(20) {
    case 0: command.claim = random.one(in: 2) ? random.pick(claims) ?? 0 : known.id + 1
    case 1: command.keyHash.low &+= 1
    default: break
    }
    return withReceipt(command, model)
  }

  private mutating func rotateClaim(_ model: ReferenceModel) -> Made {
    guard let known = claimGlimpse(model) else { return match(model) }
    var command = RotateClaimCommand(claim: known.id, keyHash: known.keyHash, newKeyHash: keyHash())
    switch random.below(10) {
    case 0: command.claim = random.next() & 0xFFFF
    case 1: command.keyHash.high &+= 1
    case 2: command.newKeyHash = known.keyHash
    default: break
    }
    return withReceipt(command, model)
  }

  // MARK: - Campaigns

  private mutating func openCampaign(_ model: ReferenceModel) -> Made {
    guard let resource = favourite(model) else { return advance(model) }
    var command = OpenCampaignCommand(
      provider: resource.provider + (random.one(in: 20) ? 1 : 0), resource: resourceID(resource),
      goal: random.scaled(1, shape.amountMax), minimum: random.one(in: 2) ? 0 : random.scaled(1, shape.amountMax / 4),
      duration: random.chance(60) ? shape.durationMax : duration(),
      rule: random.one(in: 2) ? .resource : .operator, label: label())
    switch random.below(20) {
    case 0: command.goal = random.one(in: 2) ? 0 : .max
    case 1: command.minimum = .max
    default: break
    }
    return withReceipt(command, model)
  }

  private mutating func campaign(_ model: ReferenceModel) -> CampaignGlimpse? {
    var found: CampaignGlimpse?
    for _ in 0..<12 where found?.state != .open {
      found = random.pick(campaigns).flatMap { model.campaignGlimpse($0) } ?? found
    }
    return found
  }

  private mutating func pledge(_ model: ReferenceModel) -> Made {
    guard let known = campaign(model) else { return openCampaign(model) }
    let id = random.one(in: 30) ? random.pick(campaigns) ?? 0 : random.one(in: 40) ? known.id + 1 : known.id
    var amount = amount()
    switch random.below(4) {
    case 0: amount = max(1, known.minimum)
    case 1: if known.goal > known.pledged { amount = known.goal - known.pledged }
    default: break
    }
    return planned(
      PledgeCommand(campaign: id, keyHash: keyHash(), label: label()), for: 0,
      amount: min(amount, UInt64(WireLimits.moneyMax)), model)
  }

  private mutating func cancel(_ model: ReferenceModel) -> Made {
    if random.one(in: 3), let known = claimGlimpse(model), let provider = model.describe(known.resource)?.provider {
      let actor = Actor(authority: .provider, generation: 0, id: provider + (random.one(in: 6) ? 1 : 0))
      return withReceipt(CancelCommand(actor: actor, funding: known.id), model)
    }
    if random.one(in: 4), let auction = random.pick(auctions) {
      return withReceipt(CancelCommand(actor: Self.operatorActor, funding: auction), model)
    }
    if random.one(in: 4), let known = random.pick(offerings).flatMap({ model.offeringGlimpse($0) }) {
      return withReceipt(CancelCommand(actor: Self.operatorActor, funding: known.id), model)
    }
    guard let known = campaign(model), let provider = model.describe(known.resource)?.provider else {
      return openCampaign(model)
    }
    var actor = Self.operatorActor
    if random.one(in: 2) {
      actor = Actor(authority: .provider, generation: 0, id: provider + (random.one(in: 6) ? 1 : 0))
    }
    let id = random.one(in: 8) ? random.pick(campaigns) ?? 0 : random.one(in: 12) ? known.id + 1 : known.id
    return withReceipt(CancelCommand(actor: actor, funding: id), model)
  }
}
