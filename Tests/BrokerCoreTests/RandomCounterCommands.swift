import Audit
import WireProtocol

/// What mints say of counters that are not known, and lives that make them so.
extension RandomCommands {
  /// What comes first in worlds with mints: a loss is accepted before long, counters become known again; nil: mostly.
  mutating func afterLoss(_ model: ReferenceModel) -> Made? {
    if model.isRestoring {
      if random.one(in: 60) {
        switch random.below(3) {
        case 0: return resolvePayout(model)
        case 1: return reconcile(model)
        default: return plain(EndPayoutCommand(mint: random.pick(model.mintNumbers) ?? 1, outcome: .putBack, count: 0))
        }
      }
      return random.one(in: 30) ? acceptLoss(model) : nil
    }
    if random.one(in: 16), model.mintNumbers.contains(where: { !model.unaskedPayouts(at: $0).isEmpty }) {
      return resolvePayout(model)
    }
    let isUnknown = model.mintNumbers.contains { !model.unknownCounters(at: $0).isEmpty }
    return isUnknown && random.one(in: 8) ? reconcile(model) : nil
  }

  /// What a mint says of a keyset whose counter is not known; nil: mostly, where there is none, or a swap at its mint.
  mutating func reconcile(_ model: ReferenceModel) -> Made? {
    let unknown = model.mintNumbers.filter { !model.unknownCounters(at: $0).isEmpty }
    let idle = unknown.filter { model.coinSwapGlimpse($0) == nil && model.mintGlimpse($0)?.swapped.isEmpty ?? false }
    if idle.isEmpty, !random.one(in: 12) { return nil }
    guard let mint = random.pick(idle) ?? random.pick(model.mintNumbers) else { return nil }
    let known = model.keysets(of: mint)
    let counter = random.pick(model.unknownCounters(at: mint))
    guard let keyset = counter.flatMap({ one in known.first { $0.number == one.keyset } }) ?? random.pick(known) else {
      return nil
    }
    let first = counter?.counter ?? 0
    var command = ReconcileCommand(
      mint: mint, keyset: keyset.number, first: first, next: first, flags: random.chance(70) ? .last : [], count: 0)
    var records = spent(model.coins(ofKeyset: keyset.number))
    if !random.one(in: 3) {
      command.next += UInt32(random.one(in: 12) ? UInt64(WireLimits.reconcileSpanMax) : random.scaled(0, 40))
      records += signed(first..<command.next, keyset)
    }
    spoil(&command, &records, keyset, model)
    records = Array(records.prefix(WireLimits.reconcileRecordCountMax))
    return plain(command, records: .reconciled(records))
  }

  /// Some of the broker's own proofs, mostly few.
  private mutating func spent(_ coins: [CoinGlimpse]) -> [ReconcileRecord] {
    let percent = random.one(in: 2) ? 0 : random.one(in: 8) ? 100 : random.below(40)
    return coins.filter { _ in random.chance(percent) }.map {
      ReconcileRecord(x0: Bytes16(), x1: Bytes16(), counter: $0.counter, exponent: 0, isOdd: 0)
    }
  }

  /// Signatures on some of the outputs.
  private mutating func signed(_ counters: Range<UInt32>, _ keyset: KeysetGlimpse) -> [ReconcileRecord] {
    let percent = random.one(in: 4) ? 0 : random.one(in: 2) ? 100 : random.below(100)
    let most = random.one(in: shape.aim == .losses ? 10 : 40) ? keyset.keys.count : min(keyset.keys.count, 20)
    var records = counters.filter { _ in random.chance(percent) }.map {
      ReconcileRecord(
        x0: Bytes16(low: random.next(), high: 51), x1: Bytes16(low: random.next(), high: 52), counter: $0,
        exponent: UInt8(random.below(most)), isOdd: UInt8(random.below(2)))
    }
    // One that is by itself more than there may be.
    if keyset.keys.count == 64, !records.isEmpty, random.one(in: 8) {
      records[random.below(records.count)].exponent = 63
    }
    return records
  }

  private mutating func spoil(
    _ command: inout ReconcileCommand, _ records: inout [ReconcileRecord], _ keyset: KeysetGlimpse,
    _ model: ReferenceModel
  ) {
    switch random.below(40) {
    case 0: command.mint = random.one(in: 2) ? 0 : 16
    case 1: command.keyset = random.one(in: 2) ? 0 : UInt32(model.keysetCount + 1)
    case 2: command.keyset = UInt32(random.uniform(1, UInt64(max(1, model.keysetCount))))
    case 3: command.mint = random.pick(model.mintNumbers) ?? 1
    case 4: command.first &+= random.one(in: 2) ? 1 : UInt32.max
    case 5: command.next = command.first &- 1
    case 6: command.next = command.first + UInt32(WireLimits.reconcileSpanMax) + 1
    case 7: command.next = random.one(in: 2) ? .max : 1 << 31
    case 8: command.next = max(command.first, command.next &- 1)
    case 9...12:
      guard !records.isEmpty else {
        // A coin that the broker has not.
        records = [ReconcileRecord(x0: Bytes16(), x1: Bytes16(), counter: 0, exponent: 0, isOdd: 0)]
        return
      }
      spoil(&records, keyset)
    default: break
    }
  }

  private mutating func spoil(_ records: inout [ReconcileRecord], _ keyset: KeysetGlimpse) {
    let index = random.below(records.count)
    switch random.below(8) {
    case 0: records.reverse()
    case 1: records.insert(records[index], at: index)
    case 2: records[index].exponent = UInt8(keyset.keys.count)
    case 3: records[index].isOdd = random.one(in: 2) ? 2 : records[index].isOdd ^ 1
    case 4: records[index].exponent ^= 1
    case 5: records[index].x0.low ^= 1
    case 6: records[index].x1.high ^= 1
    default: records[index].counter &+= 1
    }
  }

  /// What a mint signed of a payout that it is to be asked about; nil: mostly, where there is none.
  mutating func resolvePayout(_ model: ReferenceModel) -> Made? {
    let unasked = model.mintNumbers.flatMap { mint in model.unaskedPayouts(at: mint).map { (mint, $0) } }
    if unasked.isEmpty, !random.one(in: 4) { return nil }
    let (mint, payout) = random.pick(unasked) ?? (random.pick(model.mintNumbers) ?? 1, random.pick(payouts) ?? 1)
    var command = ResolvePayoutCommand(mint: mint, keyset: 0, payout: payout, count: 0)
    var records: [BlankOutput] = []
    if random.one(in: 2), let keyset = random.pick(model.keysets(of: mint)) {
      let net = model.outputs(ofPayout: payout)?.net ?? 1
      let count = min(Self.outputCount(of: net, keyCount: keyset.keys.count), UInt64(WireLimits.payoutOutputCountMax))
      command.keyset = keyset.number
      records = (0..<count).map { _ in
        BlankOutput(
          x0: Bytes16(low: random.next(), high: 61), x1: Bytes16(low: random.next(), high: 62),
          isOdd: UInt8(random.below(2)))
      }
    }
    switch random.below(20) {
    case 0: command.mint = random.one(in: 2) ? 0 : 16
    case 1: command.mint = random.pick(model.mintNumbers) ?? 1
    case 2: command.payout = random.pick(payouts) ?? random.pick(model.ecashIDs) ?? 1
    case 3, 7: command.keyset = UInt32(random.one(in: 2) ? model.keysetCount + 1 : random.below(model.keysetCount + 1))
    case 4: command.keyset = 0
    case 5: if let last = records.popLast(), random.one(in: 2) { records += [last, last] }
    case 6: if !records.isEmpty { records[random.below(records.count)].isOdd = 2 }
    default: break
    }
    records = Array(records.prefix(WireLimits.payoutOutputCountMax))
    command.count = UInt16(records.count)
    return plain(command, records: .blanks(records))
  }

  /// How many outputs make so much.
  static func outputCount(of amount: UInt64, keyCount: Int) -> UInt64 {
    let top = UInt64(max(keyCount, 1) - 1)
    return (amount >> top) + UInt64((amount & (1 << top - 1)).nonzeroBitCount)
  }

  /// A life after which something may be lost, where a payout waits or coins could be: mostly.
  mutating func losing(_ model: ReferenceModel) -> Made {
    let last = max(model.incarnation, UInt64(model.keyEpoch))
    return plain(
      RestoreCommand(
        incarnation: last + 1, validity: 0, now: model.now, flags: random.one(in: 5) ? [] : .lossy,
        algorithm: .siphash2_4_128))
  }
}
