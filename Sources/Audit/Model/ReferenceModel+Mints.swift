import WireProtocol

/// Mints, their keysets, and swaps at them: SET_MINT, SET_KEYSET, BEGIN_SWAP and END_SWAP.
extension ReferenceModel {
  mutating func setMint(_ command: SetMintCommand) -> ModelOutcome {
    func wrong(_ field: UInt16) -> ModelOutcome { ModelOutcome(.termsInvalid, field: field) }
    if command.mint == 0 || command.mint > UInt32(WireLimits.mintCountMax) { return wrong(0) }
    if command.numerator == 0 { return wrong(8) }
    if command.denominator == 0 { return wrong(16) }
    let known = mints[command.mint]?.terms
    if !command.unit.isValid || command.unit != known?.unit ?? command.unit { return wrong(48) }
    if !command.url.isValid || command.url != known?.url ?? command.url { return wrong(80) }
    if known == nil { mints[command.mint] = ModelMint(command) }
    mints[command.mint]?.terms = command
    return ModelOutcome(.ok)
  }

  mutating func setKeyset(_ command: SetKeysetCommand, _ keys: [KeysetKey]) -> ModelOutcome {
    func wrong(_ field: UInt16) -> ModelOutcome { ModelOutcome(.termsInvalid, field: field) }
    let known = keysets[command.keyset]
    if mints[command.mint] == nil || command.mint != known?.terms.mint ?? command.mint { return wrong(0) }
    let numberMax = min(keysets.count + 1, WireLimits.keysetCountMax)
    if command.keyset == 0 || Int(command.keyset) > numberMax { return wrong(4) }
    if let known {
      if !known.hasID(of: command) { return wrong(8) }
      if command.feePerThousand != known.terms.feePerThousand { return wrong(44) }
    } else {
      let ofMint = keysets.values.filter { $0.terms.mint == command.mint }
      if ofMint.contains(where: { $0.hasID(of: command) }) { return wrong(8) }
      if let key = keys.first, keysets.values.contains(where: { $0.isSigned(withKeyOf: key) }) { return wrong(8) }
      if ofMint.count >= WireLimits.keysetCountMax / mints.count { return wrong(4) }
    }
    if ![8, 33].contains(command.idByteCount) { return wrong(8) }
    if keys.isEmpty { return wrong(60) }
    if keys.enumerated().contains(where: { Int($1.exponent) != $0 }) || keys != known?.keys ?? keys { return wrong(64) }
    if known == nil {
      keysets[command.keyset] = ModelKeyset(terms: command, keys: keys, isCounterKnown: losses.isEmpty)
    }
    keysets[command.keyset]?.terms = command
    return ModelOutcome(.ok)
  }

  // MARK: - Swaps

  /// Payments that wait at a mint, in the order in which swaps take them.
  func waiting(at mint: UInt32) -> [ModelEcash] {
    let all = ecash.values.filter { $0.mint == mint && $0.waits && $0.payout == nil }.sorted { $0.place < $1.place }
    let (uncredited, credited) = (all.filter { !$0.isCredited }, all.filter(\.isCredited))
    return mints[mint]?.takesCreditedFirst == true ? credited + uncredited : uncredited + credited
  }

  /// Puts payments at one end of those that wait, in this order.
  private mutating func place(_ payments: [UInt64], ahead: Bool) {
    for id in ahead ? payments.reversed() : payments {
      ecash[id]?.place = ahead ? nextPlaceAhead : nextPlace
      if ahead { nextPlaceAhead -= 1 } else { nextPlace += 1 }
    }
  }

  /// Ends a swap of payments, which wait again as they were, before those that came meanwhile.
  mutating func putBack(_ swap: ModelSwap, at mint: UInt32) {
    mints[mint]?.swap = nil
    place(swap.payments, ahead: true)
  }

  /// What payments are worth together that are swapped at once.
  private static func total(of payments: [ModelEcash]) -> UInt64 {
    payments.reduce(0) { $0 + $1.sum } - fee(payments.reduce(0) { $0 + $1.feeParts })
  }

  /// What the next swap at a mint takes of those that wait there.
  private func chosen(_ waiting: [ModelEcash], _ keyset: ModelKeyset) -> [ModelEcash] {
    let isUnasked = !unaskedPayouts(at: keyset.terms.mint).isEmpty
    let possible = waiting.filter {
      keyset.canSign(UInt128(Self.total(of: [$0]))) && !(isUnasked && $0.isOfBefore && !$0.isCredited)
    }
    guard let first = possible.first else { return [] }
    var chosen = [first]
    for next in possible.dropFirst() where (next.companyMax == nil) == (first.companyMax == nil) {
      let more = chosen + [next]
      let countMax = more.reduce(WireLimits.swapPaymentCountMax) { min($0, $1.companyMax ?? $0) }
      let proofCount = more.reduce(0) { $0 + $1.points.count }
      if more.count > countMax || proofCount > WireLimits.swapProofCountMax { break }
      if !keyset.canSign(UInt128(Self.total(of: more))) { break }
      chosen = more
    }
    return chosen
  }

  /// How many outputs make `total`.
  static func outputCount(of total: UInt128, keyCount: Int) -> UInt128 {
    let top = UInt128(keyCount - 1)
    return (total >> top) + UInt128((total & (1 << top - 1)).nonzeroBitCount)
  }

  /// Exponents of the outputs that make `total`, the largest first.
  static func exponents(of total: UInt128, keyCount: Int) -> [UInt8] {
    let top = keyCount - 1
    let lower = (0..<top).reversed().filter { total >> UInt128($0) & 1 == 1 }
    return ([Int](repeating: top, count: Int(total >> UInt128(top))) + lower).map { UInt8($0) }
  }

  /// Outputs of the broker's own that are worth `total`, or why they cannot be asked for.
  enum OwnOutputs {
    case good([ModelSwap.Output])
    case refused(ModelOutcome)
  }

  /// Of each swap that is under way what it brings beyond what it spends.
  var expectedCoinCount: Int {
    mints.values.reduce(0) { sum, mint in
      sum + max(mint.coinSwap.map { $0.outputs.count - $0.coins.count } ?? mint.swap?.outputs.count ?? 0, 0)
    }
  }

  /// Whether so many more proofs of the broker's own can be kept, of all mints and of this one. Fewer can be, always.
  func hasRoom(forCoins count: Int, of mint: UInt32) -> Bool {
    let share = Int(genesis.treasuryCountMax) / mints.count
    return count <= 0
      || treasury.count + expectedCoinCount + count <= Int(genesis.treasuryCountMax)
        && coins(of: mint).count + count <= share
  }

  func ownOutputs(worth total: UInt128, of keyset: ModelKeyset, spending coinCount: Int = 0) -> OwnOutputs {
    let count = Self.outputCount(of: total, keyCount: keyset.keys.count)
    if count > UInt128(WireLimits.swapOutputCountMax) { return .refused(ModelOutcome(.amountOverflow)) }
    if !hasRoom(forCoins: Int(count) - coinCount, of: keyset.terms.mint) || UInt128(keyset.counter) + count > 1 << 31 {
      return .refused(ModelOutcome(.noSpace))
    }
    let exponents = Self.exponents(of: total, keyCount: keyset.keys.count)
    return .good(
      exponents.enumerated().map {
        ModelSwap.Output(exponent: $0.element, counter: keyset.counter + UInt32($0.offset))
      })
  }

  mutating func beginSwap(_ command: BeginSwapCommand) -> ModelOutcome {
    guard let mint = mints[command.mint] else { return ModelOutcome(.mintUnknown) }
    if isInQuarantine { return ModelOutcome(.restoreInProgress) }
    if mint.isSwapping { return ModelOutcome(.swapUnderWay) }
    guard let keyset = keysets[command.keyset], keyset.terms.mint == command.mint, keyset.isActive else {
      return ModelOutcome(.keysetUnknown)
    }
    if !keyset.isCounterKnown { return ModelOutcome(.countersUnknown) }
    let taken = chosen(waiting(at: command.mint), keyset)
    if taken.isEmpty { return ModelOutcome(.nothingDue) }
    let total = Self.total(of: taken)
    switch ownOutputs(worth: UInt128(total), of: keyset) {
    case .refused(let outcome): return outcome
    case .good(let outputs):
      mints[command.mint]?.swap = ModelSwap(
        payments: taken.map(\.id), keyset: command.keyset, total: total, outputs: outputs)
      mints[command.mint]?.takesCreditedFirst.toggle()
      return ModelOutcome(.ok)
    }
  }

  mutating func endSwap(_ command: EndSwapCommand, _ records: [SwapRecord]) -> ModelOutcome {
    guard let mint = mints[command.mint] else { return ModelOutcome(.mintUnknown) }
    if isInQuarantine { return ModelOutcome(.restoreInProgress) }
    guard let swap = mint.swap else { return ModelOutcome(.nothingDue) }
    switch command.outcome {
    case .signed: return sign(swap, at: mint, records)
    case .refused: return refuse(swap, at: mint, records)
    case .putBack, .behind:
      if !records.isEmpty { return ModelOutcome(.quantityInvalid) }
      putBack(swap, at: command.mint)
      if command.outcome == .behind { keysets[swap.keyset]?.isCounterKnown = false }
      return ModelOutcome(.ok)
    case .apart:
      if !records.isEmpty || swap.payments.count < 2 { return ModelOutcome(.quantityInvalid) }
      putBack(swap, at: command.mint)
      suspect(swap.payments, companyMax: 1)
      return ModelOutcome(.ok)
    }
  }

  private mutating func sign(_ swap: ModelSwap, at mint: ModelMint, _ signatures: [SwapRecord]) -> ModelOutcome {
    if signatures.count != swap.outputs.count || signatures.contains(where: { $0.isOdd > 1 }) {
      return ModelOutcome(.quantityInvalid)
    }
    let uncredited = swap.payments.filter { ecash[$0]?.isCredited == false }
    if !hasRoom(forNotes: uncredited.count, areOwed: true) { return ModelOutcome(.noSpace) }
    own(swap.outputs, of: swap.keyset, signatures.map { (Digest32(first: $0.x0, last: $0.x1), $0.isOdd) })
    let sum = swap.payments.reduce(0) { $0 + (ecash[$1]?.sum ?? 0) }
    let number = mint.terms.mint
    mints[number]?.swap = nil
    mints[number]?.swappedIn &+= swap.total
    mints[number]?.fees &+= sum - swap.total
    for id in uncredited { makeNote(ofEcash: id) }
    for id in swap.payments {
      if uncredited.contains(id) { _ = carryOutEcash(id) }
      endEcash(id)
    }
    return ModelOutcome(.ok)
  }

  /// Outputs that the mint signed become proofs of the broker's own; their counters are used.
  mutating func own(_ outputs: [ModelSwap.Output], of keyset: UInt32, _ points: [(x: Digest32, isOdd: UInt8)]) {
    for (output, point) in zip(outputs, points) {
      treasury.append(
        ModelTreasuryProof(
          keyset: keyset, exponent: output.exponent, counter: output.counter, x: point.x, isOdd: point.isOdd))
    }
    keysets[keyset]?.counter += UInt32(outputs.count)
  }

  private mutating func refuse(_ swap: ModelSwap, at mint: ModelMint, _ blamed: [SwapRecord]) -> ModelOutcome {
    if blamed.isEmpty, swap.payments.count == 1 { return ModelOutcome(.quantityInvalid) }
    // Each is of the swap, behind the one before it.
    var left = swap.payments[...]
    for record in blamed {
      let isWhy = [.ecashSpent, .ecashInvalid, .mintRefused].contains(record.status)
      guard isWhy, let index = left.firstIndex(of: record.payment) else { return ModelOutcome(.quantityInvalid) }
      left = left[(index + 1)...]
    }
    let number = mint.terms.mint
    let madeGood = paymentsToMakeGood(blamed, at: mint)
    if !madeGood.isEmpty, !hasRoom(forNotes: madeGood.count, areOwed: true) { return ModelOutcome(.noSpace) }
    putBack(swap, at: number)
    if blamed.isEmpty {
      // Nobody knows who it was: the next swaps of them tell more, being half as large.
      suspect(swap.payments, companyMax: swap.payments.count - swap.payments.count / 2)
    }
    suspect(blamed.filter { waitsOn($0) }.map(\.payment), companyMax: 1)
    for record in blamed where !waitsOn(record) {
      if madeGood.contains(record.payment) {
        makeGood(record.payment)
      } else if let payment = ecash[record.payment], payment.isCredited {
        mints[number]?.lost &+= payment.sum
      } else {
        ecash[record.payment]?.outcome = .notTaken(record.status)
      }
      endEcash(record.payment)
    }
    return ModelOutcome(.ok)
  }

  /// Payments that wait behind all others from now on, since the mint took none of them or of others beside them.
  private mutating func suspect(_ payments: [UInt64], companyMax: Int) {
    for id in payments { ecash[id]?.companyMax = companyMax }
    place(payments, ahead: false)
  }

  /// Whether a payment that is blamed waits on: it was credited, and may be swapped another time.
  private func waitsOn(_ blamed: SwapRecord) -> Bool {
    blamed.status != .ecashSpent && ecash[blamed.payment]?.isCredited == true
  }
}
