import BrokerCore
import WireProtocol

/// What is particular about one small world: its capacities, and how large its amounts and durations are.
struct RandomWorldShape {
  var genesis: GenesisCommand
  var priceMax: UInt64
  var periodMax: UInt64
  var durationMax: UInt64
  var meterMax: UInt64
  var unitsMax: UInt32
  var providerCount: UInt64
  /// Largest amount of an ISSUE that is made without a purpose.
  var amountMax: UInt64
  /// Whether time jumps by months and note key epochs are rotated often.
  var isAgeing: Bool
  var windowMax: UInt64
  /// How many of a hundred resources have leases that an agent provisions.
  var agentPercent: Int
  /// How many of a hundred payments are in ecash; 0: there are no mints.
  var ecashPercent: Int
  /// Whether mints, which are units, have an address two and two.
  var sharesURLs: Bool
  /// Whether most payments in ecash have one refund key.
  var sharesRefundKey: Bool
  /// Mints that there may be.
  var mintCountMax = 4
  /// What it is about; nil: everything.
  var aim: RandomAim?

  init(_ random: inout RandomSource) {
    let kind = random.below(6)
    let isTiny = kind == 1 || random.one(in: 6)
    func capacity(_ small: UInt64, _ large: UInt32, _ random: inout RandomSource) -> UInt32 {
      isTiny && random.chance(60) ? UInt32(random.uniform(1, small)) : large
    }
    genesis = GenesisCommand(
      coreVersion: CoreLimits.coreVersion, slot: random.chance(70) ? 1 : UInt32(random.below(4096)),
      incarnation: random.below(50) == 0 ? 0 : 1,
      now: 1_700_000_000_000, hashSeed: Bytes16(low: random.next(), high: random.next()),
      resourceCountMax: capacity(2, 8, &random), leaseCountMax: capacity(6, 64, &random),
      sessionCountMax: capacity(3, 8, &random),
      receiptCountMax: random.one(in: 4) ? UInt32(random.uniform(2, 9)) : 4096,
      debitKeyCountMax: random.one(in: 3) ? UInt32(random.uniform(1, 3)) : 64,
      reservationCountMax: random.one(in: 3) ? UInt32(random.uniform(1, 3)) : 128,
      noteCountMax: isTiny && random.chance(50) ? random.uniform(2, 60) : 100_000,
      feePerMillion: random.one(in: 3) ? 0 : UInt32(random.scaled(0, 1_000_000)),
      providerCountMax: capacity(1, 8, &random), algorithm: .hmacSha256_128,
      chainCountMax: random.one(in: 3) ? UInt32(random.uniform(1, 3)) : 64,
      claimCountMax: random.one(in: 3) ? UInt32(random.uniform(0, 6)) : 300,
      fundingCountMax: random.one(in: 3) ? UInt32(random.uniform(0, 3)) : 64,
      agentCountMax: random.one(in: 10) ? UInt32(random.uniform(0, 4)) : 64,
      serviceCountMax: random.one(in: 6) ? UInt32(random.uniform(0, 12)) : 300,
      ecashCountMax: random.one(in: 5) ? UInt32(random.uniform(0, 6)) : 200,
      proofCountMax: random.one(in: 6) ? UInt32(random.uniform(8, 64)) : 4_000,
      pieceCountMax: random.one(in: 6) ? UInt32(random.uniform(2, random.one(in: 2) ? 60 : 300)) : 8_000,
      treasuryCountMax: random.one(in: 6) ? UInt32(random.uniform(0, 64)) : 8_000,
      unit: Name32("msat") ?? Name32())
    providerCount = 3
    windowMax = random.one(in: 4) ? 64 : 8
    isAgeing = kind == 2 || random.one(in: 8)
    let hasFewNotes = genesis.noteCountMax <= 60
    ecashPercent = random.chance(42) ? 0 : hasFewNotes ? 80 : 50
    sharesURLs = random.one(in: 2)
    sharesRefundKey = random.one(in: 4)
    agentPercent = random.one(in: 3) ? 0 : random.one(in: 4) ? 100 : 60
    switch kind {
    case 3:  // Amounts near the end of 64 bits.
      priceMax = random.one(in: 2) ? .max : 1 << 60
      periodMax = 1 << 20
      durationMax = 1 << 22
      meterMax = .max
      unitsMax = 100
      amountMax = 1 << 62
    case 4:  // Durations from nothing to a century.
      priceMax = 1 << 20
      periodMax = UInt64(WireLimits.durationMillisMax)
      durationMax = UInt64(WireLimits.durationMillisMax)
      meterMax = 1 << 20
      unitsMax = 50
      amountMax = 1 << 40
    case 5:  // Coarse prices: one unit of money buys much time, or one millisecond costs much.
      priceMax = 5
      periodMax = 5000
      durationMax = 60_000
      meterMax = 5
      unitsMax = 5
      amountMax = 200
    default:
      priceMax = 10_000
      periodMax = 10_000
      durationMax = 600_000
      meterMax = 1000
      unitsMax = 30
      amountMax = 1_000_000
    }
    let aims = RandomAim.allCases + [.payouts, .payouts, .exchanges, .exchanges]
    if random.one(in: 5), let aim = random.pick(aims) { take(aim, &random) }
  }

  /// Makes the world one that is about `aim`.
  private mutating func take(_ aim: RandomAim, _ random: inout RandomSource) {
    (self.aim, ecashPercent) = (aim, [.unitsHeld, .putOff, .exchanges].contains(aim) ? 80 : 50)
    genesis.noteCountMax = 100_000
    (genesis.ecashCountMax, genesis.proofCountMax, genesis.pieceCountMax) = (200, 4_000, 8_000)
    switch aim {
    case .payouts: genesis.ecashCountMax = UInt32(random.uniform(4, random.one(in: 2) ? 8 : 20))
    case .putOff: (genesis.ecashCountMax, mintCountMax) = (UInt32(random.uniform(2, 6)), 1)
    case .exchanges:
      (genesis.pieceCountMax, mintCountMax) = (UInt32(random.uniform(24, 80)), 1)
      if random.one(in: 2) { genesis.ecashCountMax = UInt32(random.uniform(4, 10)) }
    case .losses: genesis.treasuryCountMax = UInt32(random.one(in: 2) ? 8_000 : random.uniform(8, 100))
    case .keptProofs:
      genesis.proofCountMax = random.chance(60) ? 12_000 : UInt32(random.uniform(24, 80))
      // More must be kept at a time than one command forgets.
      if hasManyProofs {
        (isAgeing, ecashPercent, amountMax, genesis.treasuryCountMax) = (false, 80, max(amountMax, 1 << 20), 8_000)
      }
    case .keysets: mintCountMax = WireLimits.mintCountMax
    case .unitsHeld: (agentPercent, unitsMax) = (0, max(unitsMax, 60))
    case .shares:
      switch random.below(4) {
      case 0: genesis.ecashCountMax = UInt32(random.uniform(2, 12))
      case 1, 2: genesis.proofCountMax = UInt32(random.uniform(12, 60))
      default: genesis.pieceCountMax = UInt32(random.uniform(40, 200))
      }
    }
  }

  /// Whether payments have so many proofs that not all that are kept of them are forgotten at once.
  var hasManyProofs: Bool { aim == .keptProofs && genesis.proofCountMax > 4_000 }

  /// Terms that are valid.
  func terms(_ random: inout RandomSource) -> Terms {
    let price = random.scaled(1, priceMax)
    let shortest = random.scaled(1, durationMax / 4)
    let longest = random.one(in: 12) ? shortest : shortest + random.uniform(0, durationMax - shortest)
    let throttle = random.chance(25) ? 0 : random.scaled(1, durationMax / 4)
    let low = random.chance(20) ? throttle : min(durationMax, throttle + random.scaled(0, durationMax / 4))
    func meter(_ random: inout RandomSource) -> UInt64 { random.chance(20) ? 0 : random.scaled(1, meterMax) }
    var units = UInt32(random.scaled(1, UInt64(unitsMax)))
    let holdsUnits = ecashPercent > 0 && random.chance(aim == .unitsHeld ? 90 : 40)
    if holdsUnits, random.chance(aim == .unitsHeld ? 90 : 30) { units = max(units, UInt32(random.uniform(10, 60))) }
    var policy = ResourcePolicy(rawValue: (random.chance(15) ? 1 : 0) | (random.chance(50) ? 2 : 0))
    if holdsUnits { policy.insert(.unitsHeld) }
    let terms = Terms(
      price: price, period: random.one(in: 3) ? 1000 : random.scaled(1, periodMax),
      throttledPrice: random.chance(35) ? price : random.uniform(1, price), shortest: shortest, longest: longest,
      low: low, throttle: throttle, grace: random.chance(25) ? 0 : random.scaled(1, durationMax / 2), provision: 0,
      outage: 0,
      meter0: meter(&random), meter1: meter(&random), meter2: meter(&random), meter3: meter(&random),
      units: units, policy: policy)
    return withAgent(terms, &random)
  }

  /// One wrong field in valid terms.
  func spoilt(_ terms: Terms, _ random: inout RandomSource) -> Terms {
    var terms = terms
    let tooLong = UInt64(WireLimits.durationMillisMax) + 1
    switch random.below(14) {
    case 0: terms.price = 0
    case 1: terms.period = 0
    case 2: terms.period = tooLong
    case 3: terms.throttledPrice = 0
    case 4: terms.throttledPrice = terms.price < .max ? terms.price + 1 : 0
    case 5: terms.shortest = 0
    case 6: terms.longest = terms.shortest - 1
    case 7: terms.longest = tooLong
    case 8: (terms.low, terms.throttle) = (5, 6)
    case 9: terms.low = tooLong
    case 10: terms.grace = tooLong
    case 11, 12: terms = withSpoiltAgent(terms, &random)
    default: terms.units = 0
    }
    return terms
  }
}
