import Audit
import WireProtocol

/// Commands about offerings and the split of revenue.
extension RandomCommands {
  mutating func splitRevenue(_ model: ReferenceModel) -> Made {
    guard let resource = favourite(model) else { return advance(model) }
    var shares: [RevenueShare] = []
    for provider in 1...shape.providerCount where provider != resource.provider && random.chance(70) {
      shares.append(RevenueShare(provider: provider, perMillion: UInt32(random.scaled(1, 400_000))))
    }
    if random.one(in: 4) { shares.append(RevenueShare(provider: random.uniform(4, 6), perMillion: 100_000)) }
    switch random.below(16) {
    case 0: shares.append(RevenueShare(provider: random.one(in: 2) ? 0 : resource.provider, perMillion: 1))
    case 1: shares.append(RevenueShare(provider: 5, perMillion: random.one(in: 2) ? 0 : 1_000_000))
    case 2: if let first = shares.first { shares.append(first) }
    case 3: shares = []
    default: break
    }
    shares = Array(shares.prefix(WireLimits.revenueShareCountMax))
    return withReceipt(
      SplitRevenueCommand(
        provider: resource.provider + (random.one(in: 20) ? 1 : 0), resource: resourceID(resource),
        count: UInt16(shares.count)),
      model, records: .shares(shares))
  }

  mutating func openOffering(_ model: ReferenceModel) -> Made {
    guard let resource = favourite(model) else { return advance(model) }
    let kind = random.pick(OfferingKind.allCases) ?? .ownership
    let cap = random.scaled(1, shape.amountMax)
    var command = OpenOfferingCommand(
      provider: resource.provider + (random.one(in: 30) ? 1 : 0), resource: resourceID(resource), cap: cap,
      criterion: random.one(in: 2) ? 0 : random.scaled(1, shape.amountMax),
      unit: random.one(in: 3) ? random.scaled(1, max(1, cap / 8)) : 1, duration: duration(),
      period: kind == .revenue ? duration() : 0, startShare: UInt32(random.scaled(0, 300_000)),
      share: UInt32(random.scaled(1, 300_000)),
      returnPerMillion: kind == .fixed ? UInt32(random.scaled(1, random.one(in: 8) ? 1 << 31 : 3_000_000)) : 0,
      count: 0, kind: kind, label: label())
    switch random.below(40) {
    case 0: command.cap = random.one(in: 2) ? 0 : .max
    case 1: command.criterion = .max
    case 2: command.unit = random.one(in: 2) ? 0 : cap &+ 1
    case 3: command.period = 5
    case 4: command.startShare = 1_000_001
    case 5: command.share = random.one(in: 2) ? 0 : 1_000_001
    case 6: command.returnPerMillion = kind == .fixed ? 0 : 1
    case 7: command.share = 1_000_000
    case 8: (command.cap, command.unit) = (1 << 62, 1)
    default: break
    }
    let tiers = tiers(under: cap)
    command.count = UInt16(tiers.count)
    return withReceipt(command, model, records: .tiers(tiers))
  }

  private mutating func tiers(under cap: UInt64) -> [Tier] {
    var tiers: [Tier] = []
    var from: UInt64 = random.one(in: 2) ? 1 : random.scaled(1, max(1, cap / 4))
    let rateMax: UInt64 = random.one(in: 6) ? UInt64(UInt32.max) : 10
    for _ in 0..<random.uniform(1, 4) {
      tiers.append(Tier(from: from, rate: UInt32(random.scaled(1, rateMax))))
      from = from &+ random.scaled(1, max(1, cap / 2))
    }
    switch random.below(30) {
    case 0: tiers = []
    case 1: tiers[0].rate = 0
    case 2: tiers[0].from = 0
    case 3: if tiers.count > 1 { tiers[1].from = tiers[0].from }
    default: break
    }
    return tiers
  }

  mutating func invest(_ model: ReferenceModel) -> Made {
    var found: OfferingGlimpse?
    for _ in 0..<12 where found?.state != .open {
      found = random.pick(offerings).flatMap { model.offeringGlimpse($0) } ?? found
    }
    guard let known = found else { return openOffering(model) }
    let id = random.one(in: 30) ? random.pick(offerings) ?? 0 : random.one(in: 40) ? known.id + 1 : known.id
    let room = known.cap - known.raised
    let least = random.pick(known.tiers) ?? 1
    var amount = max(least, random.scaled(1, max(1, room)))
    switch random.below(10) {
    case 0: amount = room &+ 1
    case 1: amount = max(1, known.tiers.first ?? 1) - 1
    case 2: break
    default: amount = max(known.unit, amount / known.unit * known.unit)
    }
    return planned(
      InvestCommand(offering: id, keyHash: keyHash()), for: 0,
      amount: min(max(amount, 1), UInt64(WireLimits.moneyMax)), model)
  }
}
