import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// Requests about shares in revenue that name what is not there, or ask for what cannot be.
extension World {
  func aboutShares(_ client: Client) -> Misdeed? {
    switch chance.below(8) {
    case 0, 1, 2: badOffering(client)
    case 3, 4: badTable(client)
    case 5, 6: badInvestment()
    // A campaign is no offering.
    default:
      Misdeed(
        DescribeOfferingRequest(
          offering: chance.oneIn(2) ? chance.pick(campaigns)?.id ?? Self.nobody : Self.nobody + chance.next() >> 40))
    }
  }

  private func badOffering(_ client: Client) -> Misdeed? {
    let isOthers = chance.oneIn(5)
    guard let resource = chance.pick(resources.filter { ($0.provider === client) != isOthers })?.id else { return nil }
    let (moneyMax, durationMax) = (UInt64(WireLimits.moneyMax), UInt64(WireLimits.durationMillisMax))
    var tiers = [Tier(from: 2, rate: 1)]
    // Never twice the same: under another's number it would be that one. And wrong, whatever else is.
    var terms = KnownOffering.Terms(
      kind: .ownership, cap: 1_000, unit: 2, duration: durationMax + 1 + chance.next() >> 32, share: 1, tiers: tiers)
    var named = resource
    let fault = chance.below(24)
    if fault < 22 { terms.duration = chance.among(1...durationMax) }
    switch fault {
    case 0: terms.cap = 0
    case 1: terms.cap = moneyMax + 1
    case 2: terms.criterion = moneyMax + 1
    case 3: terms.unit = 0
    case 4: terms.unit = 1_001
    case 5: terms.kind = .revenue
    case 6: terms.period = 1
    case 7: terms.startShare = 1_000_001
    case 8: terms.share = 0
    case 9: terms.share = 1_000_001
    case 10: terms.kind = .fixed
    case 11: terms.returnPerMillion = 1
    case 12: tiers = []
    case 13: tiers[0].rate = 0
    case 14: tiers[0].from = 0
    case 15: tiers[0].from = 3
    case 16: tiers += tiers
    case 17: (terms.cap, tiers[0].rate) = (moneyMax, 2)
    // More than a tier can ever get.
    case 18: (terms.cap, terms.kind, terms.returnPerMillion) = (1 << 62, .fixed, 1_000_000)
    case 19: terms.label = hostileName()
    case 20: named = Self.nobody
    default: break
    }
    if fault == 21 { terms.duration = 0 }
    terms.tiers = tiers
    var misdeed = Misdeed(terms.request(named))
    misdeed.records = tiers
    return misdeed
  }

  private func badTable(_ client: Client) -> Misdeed? {
    let isOthers = chance.oneIn(4)
    guard let resource = chance.pick(resources.filter { ($0.provider === client) != isOthers }) else { return nil }
    let owner = resource.provider.role.id
    // Wrong whatever else is right, and another one each time.
    var records = [RevenueShare(provider: chance.among(3...1 << 40), perMillion: 0)]
    var named = resource.id
    switch chance.below(6) {
    case 0: records = [RevenueShare(provider: 0, perMillion: UInt32(chance.among(1...1_000_000)))]
    case 1: records = [RevenueShare(provider: owner, perMillion: UInt32(chance.among(1...1_000_000)))]
    case 2:
      records[0].perMillion = 1
      records += records
    case 3: named = Self.nobody
    case 4:
      records = [RevenueShare(provider: 1 << 41, perMillion: 1_000_001 + UInt32(chance.below(1_000)))]
    default: break
    }
    var misdeed = Misdeed(SplitRevenueRequest(resource: named, count: UInt16(records.count)))
    misdeed.records = records
    return misdeed
  }

  private func badInvestment() -> Misdeed? {
    let open = chance.pick(offerings.filter { $0.isTold && $0.state == .open && $0.closesAt > oracle.now })?.id
    // A claim is no offering, and a campaign neither.
    let other = chance.oneIn(2) ? chance.pick(claims)?.id : chance.pick(campaigns)?.id
    var request = InvestRequest(offering: open ?? Self.nobody, keyHash: SHA256.keyHash(draw()))
    var misdeed: Misdeed
    switch chance.below(8) {
    case 0: request.keyHash = Bytes16()
    case 1: request.offering = Self.nobody
    case 2: request.offering = other ?? Self.nobody
    default:
      misdeed = Misdeed(request)
      misdeed.payment = badNotes(for: nil)
      return misdeed
    }
    misdeed = Misdeed(request)
    misdeed.payment = spentNote()
    return misdeed
  }
}
