import Audit
import WireProtocol

/// Commands about mints, keysets, swaps, and what becomes of payments in ecash.
extension RandomCommands {
  mutating func ecash(_ model: ReferenceModel) -> Made {
    if model.mintNumbers.isEmpty { return setMint(model) }
    let hasFewNotes = shape.genesis.noteCountMax <= 60
    let isAboutKeysets = shape.aim == .keysets
    let (losses, kept) = (shape.aim == .losses ? 12 : 1, shape.aim == .keptProofs ? 60 : 2)
    let isExchanging = shape.aim == .exchanges
    let isPuttingOff = shape.aim == .putOff || isExchanging
    switch random.weighted([
      isAboutKeysets ? 80 : 12, isAboutKeysets ? 600 : 36, 90, hasFewNotes ? 200 : 110, isExchanging ? 100 : 50, 120,
      isPuttingOff ? 2 : 100, 60, hasFewNotes ? 240 : 70, 2, 4, losses, kept, 4, isPuttingOff ? 40 : 1,
      isExchanging ? 160 : 0,
    ]) {
    case 0: return setMint(model)
    case 1: return setKeyset(model)
    case 2: return beginSwap(model) ?? funding(model)
    case 3: return endSwap(model) ?? funding(model)
    case 4: return refund(model)
    case 5: return repeatedEcash(model) ?? funding(model)
    case 6: return payout(model)
    case 7: return beginPayout(model) ?? funding(model)
    case 8: return endPayout(model) ?? funding(model)
    case 10: return reconcile(model) ?? funding(model)
    case 11: return losing(model)
    case 12: return keptEnd(model) ?? funding(model)
    case 13: return resolvePayout(model) ?? funding(model)
    case 14: return replyEnd(model) ?? funding(model)
    case 15: return exchange(model)
    default:
      if let made = repeatedEcash(model) { vigil = (made, 62) }
      return funding(model)
    }
  }

  /// What comes before all else: mints at the beginning, obstacles, repeats, and the steps of a vigil.
  mutating func ecashFirst(_ model: ReferenceModel) -> Made? {
    if let (made, left) = vigil {
      vigil = left > 1 ? (made, left - 1) : nil
      guard left % 2 == 0 else { return made }
      let almostDay: UInt64 = 23 * 3600 * 1000
      return plain(AdvanceCommand(now: model.now + almostDay + random.uniform(0, 3_599_000)))
    }
    if let made = obstructed {
      obstructed = nil
      if let obstacle = obstacle(to: made, model) { return obstacle }
    }
    if let made = endedInEcash.popLast() { return made }
    if let point = shownNext {
      shownNext = nil
      if let made = shown(point, model) { return made }
    }
    let hasFewNotes = shape.genesis.noteCountMax <= 60 && shape.ecashPercent > 0
    if hasFewNotes, model.issuedNoteCount >= shape.genesis.noteCountMax, random.one(in: 4),
      let made = endPayout(model)
    {
      return made
    }
    if wantsGifts || !giftless.isEmpty && random.one(in: 150) {
      wantsGifts = !giftless.isEmpty
      if let made = withGiftsAgain(model) { return made }
    }
    if shape.ecashPercent == 0 { return nil }
    if let made = afterLoss(model) { return made }
    let isKnown = !model.mintNumbers.isEmpty && model.mintNumbers.allSatisfy { !model.keysets(of: $0).isEmpty }
    return isKnown || !random.one(in: 4) ? nil : model.mintNumbers.isEmpty ? setMint(model) : setKeyset(model)
  }

  /// When a payment that ended is gone.
  mutating func ecashEnd(_ model: ReferenceModel) -> UInt64? {
    random.pick(model.ecashIDs).flatMap { model.ecashGlimpse($0)?.goneAt }
  }

  /// Comes to where the place of the first payment that was put off and carried out may be had, or almost; nil: there is none.
  private mutating func replyEnd(_ model: ReferenceModel) -> Made? {
    let ends = model.ecashIDs.compactMap { model.ecashGlimpse($0).flatMap { replyEnd(of: $0) } }
    guard let first = ends.filter({ $0 > model.now && $0 < 1 << 46 }).min() else { return nil }
    return plain(AdvanceCommand(now: random.one(in: 3) ? first - 1 : first))
  }

  /// Comes to where the first proofs are forgotten, or almost, and has one of them shown then; nil: none is kept.
  private mutating func keptEnd(_ model: ReferenceModel) -> Made? {
    guard let first = model.keptPoints.first, first.end < 1 << 46 else { return nil }
    var (due, end) = (model.keptPoints.filter { $0.end == first.end }, first.end)
    if shape.hasManyProofs {
      // As many as one command forgets, and some more.
      let more = model.keptPoints.dropFirst(AuditLimits.forgottenPointCount)
      guard let last = more.prefix(40).last else { return nil }
      (due, end) = (Array(more.prefix(40)), last.end)
    }
    shownNext = random.pick(due).map { RandomPoint(mint: $0.mint, x: $0.x) }
    let isEarly = random.one(in: shape.hasManyProofs ? 8 : 3)
    return plain(AdvanceCommand(now: max(model.now, isEarly ? end - 1 : end + random.uniform(0, 1))))
  }

  // MARK: - Mints

  /// A mint that is known, or the next one; of the first, money is worth here what it is worth there.
  private mutating func setMint(_ model: ReferenceModel) -> Made {
    let count = UInt32(model.mintNumbers.count)
    let number =
      count < shape.mintCountMax && (count == 0 || random.one(in: 2)) ? count + 1 : random.pick(model.mintNumbers) ?? 1
    let rates: [(UInt64, UInt64)] = [
      (1, 1), (1_000, 1), (1, 3), (1 << 20, 1), (1 << 40, 1), (1, 1_000), (.max, 1), (1, .max), (3, 7),
    ]
    var (numerator, denominator) = number == 1 ? (1, 1) : random.pick(rates) ?? (1, 1)
    if random.one(in: 8) { (numerator, denominator) = (random.scaled(1, 1 << 30), random.scaled(1, 1 << 30)) }
    var command = SetMintCommand(
      mint: number, flags: number > 1 && random.one(in: 4) ? [] : .enabled, numerator: numerator,
      denominator: denominator,
      minimum: random.one(in: 2) ? 0 : random.scaled(0, random.one(in: 20) ? .max : 40),
      exposure: random.one(in: 4) ? 0 : random.one(in: 3) ? .max : random.scaled(1, shape.amountMax),
      ceiling: ceiling(number, model),
      unit: Name32(number % 2 == 0 ? "sat" : "usd") ?? Name32(), url: url(ofMint: number))
    switch random.below(12) {
    case 0: command.mint = random.one(in: 2) ? 0 : 17
    case 1: command.numerator = 0
    case 2: command.denominator = 0
    case 3: command.unit = random.one(in: 2) ? Name32() : Name32("other") ?? Name32()
    case 4: command.url = random.one(in: 2) ? Text96() : Text96("https://other") ?? Text96()
    default: break
    }
    return plain(command)
  }

  /// In some worlds two mints, which are two units, have one address.
  private func url(ofMint number: UInt32) -> Text96 {
    Text96("https://mint\(shape.sharesURLs ? (number + 1) / 2 : number)") ?? Text96()
  }

  /// None, mostly, or about what there is of a mint.
  private mutating func ceiling(_ mint: UInt32, _ model: ReferenceModel) -> UInt64 {
    guard random.one(in: 3) else { return 0 }
    let glimpse = model.mintGlimpse(mint)
    let taken = random.one(in: 3) ? glimpse?.waiting ?? 0 : (glimpse?.cameIn ?? 0) &+ (glimpse?.credited ?? 0)
    return taken &+ random.scaled(1, random.one(in: 3) ? .max / 2 : shape.amountMax)
  }

  private mutating func setKeyset(_ model: ReferenceModel) -> Made {
    let empty = model.mintNumbers.filter { model.keysets(of: $0).isEmpty }
    let isAboutKeysets = shape.aim == .keysets
    let mint = random.pick(empty) ?? (isAboutKeysets && random.one(in: 2) ? 1 : random.pick(model.mintNumbers) ?? 1)
    let known = model.keysets(of: mint)
    let keyCount = random.pick(known.isEmpty ? [32, 52, 64] : [1, 3, 8, 16, 32, 52, 64]) ?? 32
    let fee: UInt64 = shape.hasManyProofs || random.one(in: 2) ? 0 : random.one(in: 2) ? 100 : random.scaled(1, 3_000)
    var keys = (0..<keyCount).map { exponent in
      KeysetKey(
        x0: Bytes16(low: random.next(), high: 1), x1: Bytes16(low: random.next(), high: 2),
        isOdd: UInt8(random.below(2)), exponent: UInt8(exponent))
    }
    var command = SetKeysetCommand(
      mint: mint, keyset: UInt32(model.keysetCount + 1), id0: Bytes16(low: random.next(), high: 0), id1: Bytes16(),
      idLast: 0, idByteCount: 8, feePerThousand: random.one(in: 60) ? .max : UInt32(fee),
      finalExpiry: expiry(model, keyCount),
      flags: random.one(in: 6) ? [] : .active, count: 0)
    if random.one(in: 2) {
      (command.id1, command.idLast, command.idByteCount) = (Bytes16(low: random.next(), high: 3), 7, 33)
    }
    // One that is known, mostly to say whether it is in use; not so many that numbers end, nor, before there are many mints, more
    // than their shares.
    let countMax = model.mintNumbers.count < WireLimits.mintCountMax ? 60 : 200
    let owned = model.holdings(at: mint).filter { $0.count > 0 }.map(\.keyset)
    let some = known.count > 1 && random.chance(70) ? known.filter { owned.contains($0.number) } : known
    if let old = random.pick(some) ?? random.pick(known),
      random.chance(isAboutKeysets ? 20 : 60) || model.keysetCount > (isAboutKeysets ? countMax : 20)
    {
      (command, keys) = (old.terms, old.keys)
      command.finalExpiry = expiry(model, keys.count)
      command.flags = random.one(in: owned.contains(old.number) ? 2 : 3) ? [] : .active
    }
    spoil(&command, &keys, model)
    command.count = UInt16(keys.count)
    return plain(command, records: .keys(keys))
  }

  /// Never, mostly; else about thirty days from now, before or after that. Keysets of few keys end before long, mostly: what the
  /// mint signs with them is more than one swap has.
  private mutating func expiry(_ model: ReferenceModel, _ keyCount: Int) -> UInt64 {
    let (second, soon) = (model.now / 1_000, AuditLimits.endsSoonMilliseconds / 1_000)
    switch random.below(keyCount < 16 ? 3 : 10) {
    case 0: return second + soon - 1 + random.uniform(0, 2)
    case 1: return second + random.scaled(0, soon)
    case 2: return random.one(in: 2) ? random.scaled(1, second) : second + random.uniform(0, 4 * soon)
    case 3: return second + random.scaled(0, 12 * soon)
    case 4: return random.one(in: 2) ? UInt64.max / 1_000 + random.uniform(0, 2) : random.next()
    default: return 0
    }
  }

  private mutating func spoil(_ command: inout SetKeysetCommand, _ keys: inout [KeysetKey], _ model: ReferenceModel) {
    let other = random.pick(model.mintNumbers.flatMap { model.keysets(of: $0) })
    switch random.below(26) {
    case 0: command.mint = random.one(in: 2) ? 0 : random.pick(model.mintNumbers) ?? 9
    case 1: command.keyset = random.one(in: 2) ? 0 : UInt32(model.keysetCount + 2)
    case 2: command.id0.low &+= 1
    case 3: if let other { (command.id0, command.id1) = (other.terms.id0, other.terms.id1) }
    case 4: command.feePerThousand &+= 1
    case 5: keys = []
    case 6: keys[keys.count - 1].exponent &+= 1
    case 7: keys[0].x0.low &+= 1
    case 8: keys.removeLast()
    case 9: keys[random.below(keys.count)].isOdd ^= 1
    case 10:
      // A new number for what is known.
      if let other {
        (command, keys) = (other.terms, other.keys)
        command.keyset = UInt32(model.keysetCount + 1)
      }
    case 11: if let other { command.keyset = other.number }
    case 12: command.idLast ^= 1
    case 13: command.idByteCount ^= 8 ^ 33
    case 14: command.idByteCount = random.one(in: 2) ? 0 : 32
    case 15: if let other, let key = other.keys.first { keys[0] = key }
    default: break
    }
  }

  // MARK: - Swaps

  /// A swap where something waits; nil: mostly, where nothing does.
  private mutating func beginSwap(_ model: ReferenceModel) -> Made? {
    let due = model.mintNumbers.filter { number in
      model.mintGlimpse(number).map { $0.swapped.isEmpty && $0.waiting + $0.credited > 0 } ?? false
        && (model.coinSwapGlimpse(number) == nil || random.one(in: 10))
    }
    // Where there is little room for notes, not before that is too little.
    let isPatient = hasRoomForPending(model) && pendingCount(model) < 6 && (hasCoins(model) || random.chance(80))
    if due.isEmpty || isPatient, !random.one(in: 12) { return nil }
    var mint = random.pick(due) ?? random.pick(model.mintNumbers) ?? 1
    let known = model.keysets(of: mint)
    let active = known.filter { $0.terms.flags.contains(.active) && ($0.keys.count >= 16 || random.one(in: 4)) }
    let keysets = active.isEmpty && !random.one(in: 4) ? known.filter { $0.terms.flags.contains(.active) } : active
    guard var keyset = (random.chance(94) ? random.pick(keysets) : random.pick(known))?.number else { return nil }
    switch random.below(30) {
    case 0: mint = random.one(in: 2) ? 0 : 16
    case 1: keyset = random.one(in: 2) ? 0 : UInt32(model.keysetCount + 1)
    case 2: keyset = UInt32(random.uniform(1, UInt64(max(1, model.keysetCount))))
    default: break
    }
    return plain(BeginSwapCommand(mint: mint, keyset: keyset))
  }

  /// The end of a swap that is under way; nil: mostly, when none is.
  private mutating func endSwap(_ model: ReferenceModel) -> Made? {
    let swapping = model.mintNumbers.filter { !(model.mintGlimpse($0)?.swapped.isEmpty ?? true) }
    guard let mint = random.pick(swapping), let glimpse = model.mintGlimpse(mint), !random.one(in: 30) else {
      if random.chance(90) { return beginSwap(model) }
      let mint = random.one(in: 2) ? random.pick(model.mintNumbers) ?? 1 : UInt32(random.uniform(0, 17))
      return plain(EndSwapCommand(mint: mint, outcome: random.one(in: 2) ? .signed : .refused, count: 0))
    }
    // What would be rare otherwise: payments for some kinds of command that the mint refuses.
    let isRare = glimpse.swapped.contains { id in
      model.ecashGlimpse(id).map {
        [.openChain, .pledge, .invest, .raiseBid, .use, .match, .schedule].contains($0.kind)
      } ?? false
    }
    if hasRoomForPending(model), hasCoins(model) || random.chance(80), !random.one(in: 6) { return nil }
    if random.one(in: 12) {
      let records = random.one(in: 3) ? blamed(glimpse) : []
      let outcome = random.pick([SwapOutcome.putBack, .behind, .apart]) ?? .putBack
      let command = EndSwapCommand(mint: mint, outcome: outcome, count: UInt16(records.count))
      return plain(command, records: .swapped(records))
    }
    // A refusal would make room for the notes that there is none for.
    let lacksRoom = shape.genesis.noteCountMax <= 60 && !hasRoomForPending(model)
    let isSigned = random.chance(lacksRoom || shape.aim == .putOff ? 92 : isRare ? 45 : 65)
    var records = isSigned ? signatures(glimpse) : blamed(glimpse)
    switch random.below(20) {
    case 0: records.removeLast(min(records.count, 1))
    case 1: records.append(SwapRecord(x0: Bytes16(), x1: Bytes16(), payment: 0, status: .mintRefused, isOdd: 0))
    case 2: if let last = records.last { records.append(last) }
    case 3: if isSigned, !records.isEmpty { records[random.below(records.count)].isOdd = 2 }
    default: break
    }
    records = Array(records.prefix(WireLimits.swapOutputCountMax))
    let command = EndSwapCommand(mint: mint, outcome: isSigned ? .signed : .refused, count: UInt16(records.count))
    return plain(command, records: .swapped(records))
  }

  /// Whether payouts can be made.
  private func hasCoins(_ model: ReferenceModel) -> Bool {
    model.mintNumbers.contains { (model.mintGlimpse($0)?.held ?? 0) > 0 }
  }

  /// Payments that were put off and may be credited yet.
  private func pendingCount(_ model: ReferenceModel) -> Int {
    model.mintNumbers.reduce(0) { $0 + (model.mintGlimpse($1)?.counts[.notKnown] ?? 0) }
  }

  /// Whether there is little room for notes, and still enough for those of all that was put off.
  private func hasRoomForPending(_ model: ReferenceModel) -> Bool {
    let countMax = shape.genesis.noteCountMax
    return countMax <= 60 && model.issuedNoteCount + UInt64(pendingCount(model)) <= countMax
  }

  private mutating func signatures(_ mint: MintGlimpse) -> [SwapRecord] {
    mint.swapOutputs.map { _ in
      SwapRecord(
        x0: Bytes16(low: random.next(), high: 21), x1: Bytes16(low: random.next(), high: 22), payment: 0, status: .ok,
        isOdd: UInt8(random.below(2)))
    }
  }

  /// Some of the payments of a swap, mostly; now and then in another order, for a reason that is none, or of another swap.
  private mutating func blamed(_ mint: MintGlimpse) -> [SwapRecord] {
    if random.one(in: 8) { return [] }
    let some = mint.swapped.filter { _ in mint.swapped.count == 1 || random.chance(75) }
    let reasons: [Status] = [
      .ecashSpent, .ecashSpent, .ecashSpent, .mintRefused, .mintRefused, .mintRefused, .ecashInvalid,
    ]
    var records = some.map {
      SwapRecord(
        x0: Bytes16(), x1: Bytes16(), payment: $0, status: random.pick(reasons) ?? .mintRefused, isOdd: 0)
    }
    switch random.below(12) {
    case 0: records.reverse()
    case 1: if !records.isEmpty { records[0].status = random.one(in: 2) ? .ok : .ecashInUse }
    case 2: if !records.isEmpty { records[0].payment = paidInEcash.first?.payment ?? 1 }
    default: break
    }
    return records
  }

  // MARK: - Refunds and repeats

  private mutating func refund(_ model: ReferenceModel) -> Made {
    var payment = random.pick(paidInEcash)?.payment ?? random.pick(model.ecashIDs) ?? 1
    if random.one(in: 3) { payment = random.pick(payouts) ?? payment }
    let isWanted = random.chance(70)
    for _ in 0..<20 where isWanted && model.ecashGlimpse(payment)?.outcome != .refundable {
      payment = random.pick(model.ecashIDs) ?? payment
    }
    if random.one(in: shape.aim == .exchanges ? 2 : 8) {
      payment = random.pick(model.ecashIDs.filter { !(model.ecashGlimpse($0)?.outputs.isEmpty ?? true) }) ?? payment
    }
    var keyHash = model.ecashGlimpse(payment)?.refundHash ?? Bytes16(low: random.next(), high: 11)
    switch random.below(16) {
    case 0: payment += 1
    case 1: payment &= ~(1 << 51)
    case 2, 3: keyHash.low &+= 1
    case 4...8: payment = 0
    default: break
    }
    if payment == 0, random.one(in: 3) { keyHash = Bytes16(low: UInt64(random.below(3)), high: 11) }
    return withReceipt(RefundCommand(payment: payment, keyHash: keyHash), model)
  }

  /// A command whose payment was put off, once more: one of which there is a receipt, and that came to some end that is wanted.
  private mutating func repeatedEcash(_ model: ReferenceModel) -> Made? {
    let wanted: PaymentOutcome? = random.pick([.notKnown, .refundable, .refundable, .notTaken, .notTaken, .taken])
    let wantsGone = random.one(in: 12)
    for _ in 0..<40 {
      guard let one = random.pick(paidInEcash), let key = one.made.receipt else { return nil }
      if model.ecashGlimpse(one.payment)?.outcome != (wantsGone ? nil : wanted) { continue }
      if model.session(key.session)?.numbers.contains(key.number) ?? false { return one.made }
    }
    return nil
  }

  /// Has a command repeated of whose payment something came, if there is a receipt yet; what is rare more than once.
  private mutating func repeatEnded(_ made: Made, _ outcome: PaymentOutcome, _ model: ReferenceModel) {
    guard let key = made.receipt, model.session(key.session)?.numbers.contains(key.number) ?? false else { return }
    let isRare = [.fund, .use, .openChain, .raiseBid, .exchange, .schedule, .match, .donate].contains(made.kind)
    let isFrequent = made.kind == .acquire
    let seldom = [.invest, .pledge, .exchange].contains(made.kind) ? 40 : isRare ? 16 : 8
    let count = outcome == .taken ? random.below(2) : isFrequent ? 2 : seldom
    for _ in 0..<count { endedInEcash.append(made) }
  }

  /// Learns which payment a command became, and what came of those that a swap ended.
  mutating func learnOfEcash(_ made: Made, _ outcome: ModelOutcome, _ model: ReferenceModel) {
    if made.ecash != nil, outcome.status == .paymentPending, case .exactly(let id) = outcome.detail,
      !paidInEcash.contains(where: { $0.payment == id })
    {
      paidInEcash.append(RandomPaidInEcash(made: made, payment: id))
      if paidInEcash.count > 120 { paidInEcash.removeFirst() }
      let isHard = [.exchange, .schedule, .donate].contains(made.kind)
      let isObstructed = random.chance(isHard ? 85 : made.kind == .acquire ? 15 : 40)
      if isObstructed, shape.aim != .putOff, shape.aim != .exchanges { obstructed = made }
    }
    guard made.kind == .endSwap, outcome.status == .ok else { return }
    for index in paidInEcash.indices where !paidInEcash[index].isLearnt {
      guard let glimpse = model.ecashGlimpse(paidInEcash[index].payment), glimpse.outcome != .notKnown else { continue }
      paidInEcash[index].isLearnt = true
      wantsGifts = !giftless.isEmpty
      if glimpse.status == .sessionRequired { ecashEvents.append(.sessionGone) }
      repeatEnded(paidInEcash[index].made, glimpse.outcome, model)
      if glimpse.outcome == .taken { learn(paidInEcash[index].made, reply: glimpse.reply, model) }
    }
  }
}
