import Audit
import TurnpikeCrypto
import WireProtocol

/// Commands about hash chains, and those that ticks pay for.
extension RandomCommands {
  /// Longer chains are opened with a root that nobody knows the words of.
  private static var knownLengthMax: UInt32 { 24 }

  /// A word of a chain of this length: the last one follows from who it is of.
  private static func word(_ index: UInt32, of lease: UInt64, _ number: UInt32, length: UInt32) -> Bytes16 {
    guard length <= knownLengthMax, index <= length else { return Bytes16(low: UInt64(index), high: 77) }
    let last = Bytes16(low: lease, high: UInt64(number) << 32 | UInt64(length))
    return HashChain(lease: lease, number: number).word(length - index, before: last, at: length)
  }

  mutating func openChain(_ model: ReferenceModel) -> Made {
    var found = glimpse(model)
    for _ in 0..<3 where found?.state.hasEnded ?? false { found = glimpse(model) }
    guard let glimpse = found, !glimpse.isOpen else { return acquire(model) }
    let isPaid = random.chance(60)
    var length = UInt32(random.uniform(1, UInt64(Self.knownLengthMax)))
    let most = isPaid ? shape.amountMax : max(1, glimpse.own / (random.one(in: 4) ? 1 : 8))
    var weight = max(1, random.scaled(1, max(1, most / UInt64(length))))
    var number = UInt32(random.uniform(1, 5))
    switch random.below(24) {
    case 0: length = 0
    case 1: number = 0
    case 2: weight = 0
    case 3: (length, weight) = (.max, random.next() | 1 << 40)
    case 4: (length, weight) = (UInt32(random.uniform(25, 1 << 32 - 1)), 1)
    case 5: weight = glimpse.own + 1
    default: break
    }
    let lease = leaseID(glimpse)
    let command = OpenChainCommand(
      actor: owner(glimpse), lease: lease, weight: weight, chain: number, length: length,
      root: Self.word(0, of: lease, number, length: length))
    let (deposit, overflow) = weight.multipliedReportingOverflow(by: UInt64(length))
    guard isPaid, !overflow, deposit > 0, deposit <= shape.amountMax else { return withReceipt(command, model) }
    return planned(command, for: lease, amount: random.one(in: 8) ? deposit + 1 : deposit, model)
  }

  mutating func closeChain(_ model: ReferenceModel) -> Made {
    guard let glimpse = glimpse(model), !glimpse.isOpen else { return acquire(model) }
    let number = random.one(in: 8) ? 9 : random.pick(glimpse.chains)?.number ?? UInt32(random.uniform(0, 5))
    return withReceipt(CloseChainCommand(actor: owner(glimpse), lease: leaseID(glimpse), chain: number), model)
  }

  /// FUND or USE, paid by a tick.
  mutating func tick(_ model: ReferenceModel) -> Made {
    var found = glimpse(model)
    for _ in 0..<12 where found?.chains.isEmpty ?? true { found = glimpse(model) }
    guard let glimpse = found, let terms = model.describe(glimpse.resource)?.terms else { return openChain(model) }
    let tick = tick(glimpse)
    if random.chance(30) {
      let isOwner = !glimpse.isOpen && random.chance(60)
      let actor = isOwner ? owner(glimpse) : Actor(authority: .none, generation: 0, id: 0)
      return withReceipt(FundCommand(actor: actor, lease: leaseID(glimpse)), model, tick: tick)
    }
    let meter = meter(terms)
    let quantity = quantity(price(meter, terms), of: max(1, glimpse.own / 4))
    let (actor, last, _) = debitor(glimpse)
    var number = last + 1
    switch random.below(12) {
    case 0: number = max(1, last)
    case 1: number = last > 70 ? last - 66 : max(1, last)
    default: break
    }
    let isOpen = glimpse.isOpen
    let command = UseCommand(
      actor: isOpen ? Actor(authority: .none, generation: 0, id: 0) : actor, lease: leaseID(glimpse),
      quantity: quantity, useNumber: isOpen ? 0 : number, meter: meter, leaseIndex: 0)
    return plain(command, tick: tick)
  }

  /// Mostly the next word of a chain, or one a few steps further.
  private mutating func tick(_ glimpse: LeaseGlimpse) -> VerifiedTick {
    let hint = UInt32(random.below(8))
    guard let chain = random.pick(glimpse.chains), !random.one(in: 30) else {
      return VerifiedTick(chain: 8, index: 1, word: Bytes16(), from: 0, chainIndex: hint)
    }
    var (from, index) = (chain.index, chain.index)
    let isKnown = chain.length <= Self.knownLengthMax
    if isKnown, chain.index < chain.length {
      index += UInt32(random.one(in: 3) ? random.uniform(1, UInt64(chain.length - chain.index)) : 1)
    }
    switch random.below(18) {
    case 0: from &+= 1
    case 1: (from, index) = (chain.index, chain.length == .max ? index : chain.length + 1)
    case 2: index = chain.index
    default: break
    }
    return VerifiedTick(
      chain: chain.number, index: index, word: Self.word(index, of: glimpse.id, chain.number, length: chain.length),
      from: from, chainIndex: hint)
  }
}
