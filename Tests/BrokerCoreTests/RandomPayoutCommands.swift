import Audit
import WireProtocol

/// PAYOUT, and what is done with the broker's own proofs.
extension RandomCommands {
  mutating func payout(_ model: ReferenceModel) -> Made {
    let enabled = model.mintNumbers.filter { model.mintGlimpse($0)?.terms.flags.contains(.enabled) ?? false }
    let active = enabled.filter { keysetOfPayouts($0, model) != nil }
    let paying = active.filter { left(at: $0, model) > 0 }
    let some = random.chance(88) ? paying.isEmpty ? active : paying : enabled
    var command = PayoutCommand(mint: random.pick(some) ?? 1, count: 0, refundHash: refundHash())
    if let made = makePlace(at: command.mint, model) { return made }
    guard let terms = model.mintGlimpse(command.mint)?.terms, let keyset = keysetOfPayouts(command.mint, model) else {
      return planned(command, random.blanks(1), amount: 1, model)
    }
    let net = netOfCoin(at: command.mint, model)
    var (amount, count) = amount(left(at: command.mint, model), paying: net, terms, keyset)
    var blanks = random.blanks(count)
    switch random.below(36) {
    case 0: command.mint = random.one(in: 2) ? 0 : 16
    case 1: command.mint = model.mintNumbers.first { !enabled.contains($0) } ?? command.mint
    case 2: blanks = []
    case 3:
      let index = random.below(blanks.count)
      blanks.append(BlankOutput(x0: blanks[index].x0, x1: blanks[index].x1, isOdd: UInt8(random.below(2))))
      blanks = Array(blanks.suffix(WireLimits.payoutOutputCountMax))
      if random.one(in: 2) { blanks.shuffle(using: &random) }
    case 4, 5: blanks.removeLast(min(blanks.count - 1, 1 + random.below(3)))
    case 6: amount = amount &+ random.scaled(1, 8)
    case 7: amount = max(1, amount / (1 + random.scaled(0, 64)))
    case 8: amount = random.scaled(1, terms.numerator)
    case 9: amount = Self.worth(UInt64(WireLimits.ecashAmountMax) + random.scaled(1, 1 << 20), terms) ?? amount
    case 10: blanks += random.blanks(random.below(WireLimits.payoutOutputCountMax + 1 - blanks.count))
    default: break
    }
    return planned(command, blanks, amount: max(1, min(amount, UInt64(WireLimits.moneyMax))), model)
  }

  /// Where no more payouts may be, mostly: collects one, or waits until it is gone; nil: more may be, or all wait.
  private mutating func makePlace(at mint: UInt32, _ model: ReferenceModel) -> Made? {
    guard let glimpse = model.mintGlimpse(mint), glimpse.placeCount >= placeCountMax(16), !random.one(in: 4) else {
      return nil
    }
    let uncollected = model.ecashIDs.compactMap { model.ecashGlimpse($0) }.filter {
      $0.kind == .payout && $0.mint == mint && $0.outcome == .refundable && !$0.isPaidOut
    }
    guard let one = random.pick(uncollected) else { return nil }
    if random.one(in: shape.aim == .payouts ? 3 : 12), let goneAt = one.goneAt {
      return plain(AdvanceCommand(now: min(goneAt - 1 + random.uniform(0, 2), 1 << 46)))
    }
    return withReceipt(RefundCommand(payment: one.id, keyHash: one.refundHash), model)
  }

  /// Most payouts that wait or were not collected: such a part of all payments.
  func placeCountMax(_ part: UInt32) -> Int { max(1, Int(shape.genesis.ecashCountMax / part)) }

  private func keysetOfPayouts(_ mint: UInt32, _ model: ReferenceModel) -> KeysetGlimpse? {
    let number = model.keysetThatSigns(at: mint)
    return model.keysets(of: mint).first { $0.number == number }
  }

  /// What the broker has of a mint and has not promised.
  private func left(at mint: UInt32, _ model: ReferenceModel) -> UInt64 {
    guard let glimpse = model.mintGlimpse(mint), glimpse.held > glimpse.promised else { return 0 }
    return glimpse.held - glimpse.promised
  }

  /// What notes are worth that so much of a mint's unit is paid out for; nil: they are not worth a whole number.
  private static func worth(_ units: UInt64, _ terms: SetMintCommand) -> UInt64? {
    let (worth, rest) = (UInt128(units) * UInt128(terms.numerator)).quotientAndRemainder(
      dividingBy: UInt128(terms.denominator))
    return rest == 0 && worth <= UInt128(WireLimits.moneyMax) ? UInt64(worth) : nil
  }

  private static func commonDivisor(_ one: UInt64, _ other: UInt64) -> UInt64 {
    other == 0 ? one : commonDivisor(other, one % other)
  }

  /// What one of the coins pays and its fee, or just not; nil: mostly.
  private mutating func netOfCoin(at mint: UInt32, _ model: ReferenceModel) -> UInt64? {
    guard random.one(in: 5), let coin = random.pick(model.treasury(of: mint)), coin.exponent < 48,
      let keyset = model.keysets(of: mint).first(where: { $0.number == coin.keyset })
    else { return nil }
    let amount = UInt64(1) << UInt64(coin.exponent)
    let fee = (UInt64(keyset.terms.feePerThousand) + 999) / 1_000
    return amount > fee + 1 ? amount - fee - 1 + random.uniform(0, 2) : nil
  }

  /// What notes are worth that some of `left` is paid out for, or a bit more than that, and on how many outputs; or
  /// that exactly `net` is paid out for.
  private mutating func amount(
    _ left: UInt64, paying net: UInt64?, _ terms: SetMintCommand, _ keyset: KeysetGlimpse
  ) -> (amount: UInt64, count: Int) {
    func fee(_ count: Int) -> UInt64 { (UInt64(count + 1) * UInt64(keyset.terms.feePerThousand) + 999) / 1_000 }
    let least = min(max(terms.minimum, 1), 1 << 50) + fee(1)
    var gross = least < left ? least + random.scaled(0, left - least) : least
    if random.one(in: 5) { gross = left }
    if random.one(in: 12) { gross = left + random.scaled(1, 1 << 20) }
    // What comes out even.
    let step = terms.denominator / Self.commonDivisor(terms.numerator, terms.denominator)
    if step > 1, gross > step { gross -= gross % step } else if step > 1 { gross = step }
    var count = random.one(in: 3) ? 1 + random.below(random.one(in: 6) ? WireLimits.payoutOutputCountMax : 8) : 1
    let top = UInt64(keyset.keys.count - 1)
    while count < WireLimits.payoutOutputCountMax {
      if let net { gross = net + fee(count) }
      let sum = gross > fee(count) ? gross - fee(count) : 0
      if (sum >> top) + UInt64((sum & (1 << top - 1)).nonzeroBitCount) <= UInt64(count) { break }
      count += 1
    }
    return (Self.worth(gross, terms) ?? random.scaled(1, shape.amountMax), count)
  }

  /// A payout that is made when there are notes for it; now and then it is to be paid in ecash, which none can be.
  private mutating func planned(
    _ command: PayoutCommand, _ blanks: [BlankOutput], amount: UInt64, _ model: ReferenceModel
  ) -> Made {
    if random.one(in: 30), let ecash = ecash(worth: amount, model) {
      return withReceipt(command, model, records: .blanks(blanks), ecash: ecash)
    }
    return planned(Plan(command: command, lease: 0, amount: amount, records: .blanks(blanks)), model)
  }

  // MARK: - The broker's own proofs

  /// The next payout, or fewer coins, where no swap is under way, mostly; nil: mostly, where nothing is due.
  mutating func beginPayout(_ model: ReferenceModel) -> Made? {
    let idle = model.mintNumbers.filter {
      model.coinSwapGlimpse($0) == nil && model.mintGlimpse($0)?.swapped.isEmpty ?? false
        && (keysetOfPayouts($0, model) != nil || random.one(in: 10))
    }
    let due = idle.filter { model.hasWaitingPayout(at: $0) }
    let scattered = idle.filter { !due.contains($0) && hasScatteredCoins($0, model) }
    if due.isEmpty, scattered.isEmpty, !random.one(in: 12) { return nil }
    let retired = scattered.filter { model.hasRetiredCoins(at: $0) }
    let wanted = retired.isEmpty || random.one(in: 4) ? scattered : retired
    let some = wanted.isEmpty || !due.isEmpty && random.one(in: 2) ? due : wanted
    var mint = random.pick(random.chance(94) && !some.isEmpty ? some : model.mintNumbers) ?? 1
    let known = model.keysets(of: mint)
    let active = known.filter { $0.terms.flags.contains(.active) }
    let large = active.filter { $0.keys.count >= 16 }
    let least = active.min { $0.keys.count < $1.keys.count }.map { [$0] } ?? []
    let keysets = random.one(in: 8) ? least : large.isEmpty || random.one(in: 5) ? active : large
    guard var keyset = (random.chance(94) && !keysets.isEmpty ? random.pick(keysets) : random.pick(known))?.number
    else { return nil }
    switch random.below(40) {
    case 0: mint = random.one(in: 2) ? 0 : 16
    case 1: keyset = random.one(in: 2) ? 0 : UInt32(model.keysetCount + 1)
    case 2: keyset = UInt32(random.uniform(1, UInt64(max(1, model.keysetCount))))
    default: break
    }
    return plain(BeginPayoutCommand(mint: mint, keyset: keyset))
  }

  /// Whether fewer coins would do for what the broker has of a mint.
  private func hasScatteredCoins(_ mint: UInt32, _ model: ReferenceModel) -> Bool {
    if model.hasRetiredCoins(at: mint) { return true }
    let count = model.holdings(at: mint).reduce(0) { $0 + $1.count }
    return count > 2 * (model.mintGlimpse(mint)?.held.nonzeroBitCount ?? 0)
  }

  /// The end of a swap of coins that is under way; nil: mostly, when none is.
  mutating func endPayout(_ model: ReferenceModel) -> Made? {
    let swapping = model.mintNumbers.filter { model.coinSwapGlimpse($0) != nil }
    guard let mint = random.pick(swapping), let swap = model.coinSwapGlimpse(mint), !random.one(in: 40) else {
      if random.chance(90) { return beginPayout(model) }
      let mint = random.one(in: 2) ? random.pick(model.mintNumbers) ?? 1 : UInt32(random.uniform(0, 17))
      return plain(EndPayoutCommand(mint: mint, outcome: random.one(in: 2) ? .signed : .refused, count: 0))
    }
    // Where there is little room for notes, some wait until there is none.
    let hasFewNotes = shape.genesis.noteCountMax <= 60
    let isFull = hasFewNotes && model.issuedNoteCount >= shape.genesis.noteCountMax
    if hasFewNotes, !isFull, swap.payout != nil, !random.one(in: 12) { return filler(model) }
    var records: [PayoutRecord] = []
    let outcome: SwapOutcome
    switch random.weighted(
      isFull ? [4, 2, 92, 2, 0, 0] : swap.payout == nil ? [62, 24, 4, 6, 4, 1] : [50, 24, 14, 6, 6, 1])
    {
    case 0: (outcome, records) = (.signed, signatures(swap))
    case 1: (outcome, records) = (.refused, spent(swap))
    case 2: outcome = .refused
    case 3: outcome = .putBack
    case 4: outcome = .behind
    default: outcome = .apart
    }
    if random.one(in: 8) { spoil(&records) }
    records = Array(records.prefix(WireLimits.payoutRecordCountMax))
    return plain(EndPayoutCommand(mint: mint, outcome: outcome, count: 0), records: .paid(records))
  }

  /// A command that makes notes, as many as there may be, if there is one.
  private mutating func filler(_ model: ReferenceModel) -> Made? {
    let room = shape.genesis.noteCountMax * 3 / 4
    if model.issuedNoteCount < room {
      return issue(1, UInt16(min(room - model.issuedNoteCount, 40)), binding: 0, model)
    }
    let earners: [UInt64?] = [nil] + (1...shape.providerCount).map { $0 }
    guard let earner = random.pick(earners.filter { model.earnings($0) > 0 }) else { return nil }
    let actor = Actor(authority: earner == nil ? .operator : .provider, generation: 0, id: earner ?? 0)
    return withReceipt(WithdrawCommand(actor: actor, amount: 1), model)
  }

  private mutating func signatures(_ swap: CoinSwapGlimpse) -> [PayoutRecord] {
    (0..<swap.blankExponents.count + swap.outputs.count).map { _ in
      PayoutRecord(
        x0: Bytes16(low: random.next(), high: 31), x1: Bytes16(low: random.next(), high: 32), keyset: 0, counter: 0,
        isOdd: UInt8(random.below(2)))
    }
  }

  /// Some of the coins of a swap, at least one; now and then in another order.
  private mutating func spent(_ swap: CoinSwapGlimpse) -> [PayoutRecord] {
    let percent = random.one(in: 2) ? 100 : random.below(60)
    var coins = swap.coins.filter { _ in random.chance(percent) }
    if coins.isEmpty, let one = random.pick(swap.coins) { coins = [one] }
    if random.one(in: 12) { coins.reverse() }
    return coins.map {
      PayoutRecord(x0: Bytes16(), x1: Bytes16(), keyset: $0.keyset, counter: $0.counter, isOdd: 0)
    }
  }

  private mutating func spoil(_ records: inout [PayoutRecord]) {
    guard let last = records.last else {
      records = [PayoutRecord(x0: Bytes16(), x1: Bytes16(), keyset: 1, counter: 0, isOdd: 0)]
      return
    }
    let index = random.below(records.count)
    switch random.below(7) {
    case 0: records.removeLast()
    case 1: records.append(last)
    case 2: records[index].keyset += 1
    case 3: records[index].counter += 1
    case 4: records[index].x0 = Bytes16(low: 1, high: 0)
    case 5: records[index].x1 = Bytes16(low: 0, high: 1)
    default: records[index].isOdd ^= random.one(in: 2) ? 1 : 2
    }
  }
}

extension RandomSource {
  /// Blank outputs, no two of which are the same.
  fileprivate mutating func blanks(_ count: Int) -> [BlankOutput] {
    (0..<count).map { _ in
      BlankOutput(
        x0: Bytes16(low: next(), high: 41), x1: Bytes16(low: next(), high: 42), isOdd: UInt8(below(2)))
    }
  }
}
