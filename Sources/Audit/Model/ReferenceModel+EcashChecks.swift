import WireProtocol

/// What must hold of ecash after every command.
extension ReferenceModel {
  /// Payments, points and proofs one by one; what was credited of each mint is swapped, paid in fees, lost, or waits.
  func checkEcash() -> String? {
    if moneyInBeing > UInt128(WireLimits.moneyMax) { return "more money than there may be" }
    for (number, mint) in mints { if let problem = check(mint, number) { return problem } }
    for (number, keyset) in keysets {
      let counters = treasury.filter { $0.keyset == number }.map(\.counter)
      if Set(counters).count < counters.count || counters.contains(where: { $0 >= keyset.counter }) {
        return "keyset \(number): proofs with wrong counters"
      }
    }
    for (id, payment) in ecash {
      if let problem = checkID(payment, id) { return problem }
      if let problem = payment.payout == nil ? check(payment) : checkPayout(payment) { return problem }
    }
    if float > UInt64(WireLimits.moneyMax) { return "more was issued than there may be" }
    for (_, id) in pointsInUse {
      guard let payment = ecash[id] else { continue }
      if !payment.waits, !payment.isLocked || !payment.isCredited {
        return "payment \(id): a point that is in use, after its end"
      }
    }
    if let problem = checkKept() ?? checkHolds() { return problem }
    let pieceCount = ecash.values.reduce(0) { $0 + $1.pieceCount }
    let ownCount = treasury.count + expectedCoinCount
    let isFull =
      ecash.count > Int(genesis.ecashCountMax) || pointsInUse.count > Int(genesis.proofCountMax)
      || pieceCount > Int(genesis.pieceCountMax) || ownCount > Int(genesis.treasuryCountMax)
      || placesTaken() > placeCountMax || promisedPieceCount > promisedPieceCountMax
      || mints.keys.contains { placesTaken(at: $0) > placeCountMaxOfMint }
    return isFull ? "more of ecash than there is room for" : nil
  }

  /// Every point that is in use is of a payment that waits, or is kept, once.
  private func checkKept() -> String? {
    let kept = Set(keptEcashPoints.map(\.point))
    let waiting = ecash.values.reduce(0) { $0 + ($1.waits ? $1.points.count : 0) }
    if kept.count != keptEcashPoints.count || kept.contains(where: { pointsInUse[$0] == nil }) {
      return "a point that is kept and not in use"
    }
    if kept.count + waiting != pointsInUse.count { return "points are in use that nobody needs" }
    let isOrdered = zip(keptEcashPoints, keptEcashPoints.dropFirst()).allSatisfy { $0.end <= $1.end }
    return isOrdered ? nil : "points are kept out of their order"
  }

  private func checkHolds() -> String? {
    for hold in holds {
      guard let payment = ecash[hold.payment], payment.kind == .acquire, payment.outcome == .pending else {
        return "units are held for \(hold.payment), which does not wait"
      }
      if resources[hold.resource] == nil { return "units are held of no resource" }
    }
    return Set(holds.map(\.payment)).count == holds.count ? nil : "units are held twice for a payment"
  }

  private func check(_ mint: ModelMint, _ number: UInt32) -> String? {
    let name = "mint \(number)"
    let held = UInt64(truncatingIfNeeded: held(of: number))
    if held != mint.swappedIn &+ mint.found &- mint.paid &- mint.coinFees &- mint.gone {
      return "\(name): \(held) is held of \(mint.swappedIn) swapped in and \(mint.found) found, less "
        + "\(mint.paid) paid out, \(mint.coinFees) in fees and \(mint.gone) that is gone"
    }
    if mint.credited != mint.swappedIn &+ mint.fees &+ mint.lost &+ mint.madeGood &+ creditedUnswapped(at: number) {
      return "\(name): what was credited is not what was swapped, lost, made good or waits"
    }
    if let coinSwap = mint.coinSwap { return mint.swap == nil ? check(coinSwap, number) : "\(name): two swaps" }
    guard let swap = mint.swap else { return nil }
    let outputs = swap.outputs.reduce(UInt64(0)) { $0 + 1 << UInt64($1.exponent) }
    let payments = swap.payments.compactMap { ecash[$0] }
    let sum = payments.reduce(UInt64(0)) { $0 + $1.sum }
    let fee = Self.fee(payments.reduce(0) { $0 + $1.feeParts })
    if outputs != swap.total || outputs + fee != sum { return "\(name): a swap of \(sum) for \(outputs)" }
    if keysets[swap.keyset]?.counter != swap.outputs.first?.counter { return "\(name): a swap with used counters" }
    let isWhole = payments.count == swap.payments.count && Set(swap.payments).count == payments.count
    if !isWhole || payments.contains(where: { !$0.waits || $0.mint != number || $0.payout != nil }) {
      return "\(name): a swap of payments that do not wait"
    }
    if payments.contains(where: { $0.companyMax.map { $0 < payments.count } ?? false }) {
      return "\(name): a swap of more payments than one of them may be with"
    }
    return nil
  }

  private func check(_ swap: ModelCoinSwap, _ number: UInt32) -> String? {
    let name = "mint \(number)"
    let isOrdered = zip(swap.coins, swap.coins.dropFirst()).allSatisfy {
      ($0.keyset, $0.counter) < ($1.keyset, $1.counter)
    }
    if !isOrdered || !Set(swap.coins).isSubset(of: coins(of: number)) { return "\(name): spends what is not its own" }
    let outputs = swap.outputs.reduce(UInt128(0)) { $0 + 1 << UInt128($1.exponent) }
    let paid = swap.blankExponents.reduce(UInt128(0)) { $0 + 1 << UInt128($1) }
    if outputs + paid + swap.fee != swap.sum { return "\(name): spends \(swap.sum) for \(paid) and \(outputs)" }
    if let first = swap.outputs.first, keysets[swap.keyset]?.counter != first.counter {
      return "\(name): a swap with used counters"
    }
    guard let id = swap.payout else { return paid == 0 ? nil : "\(name): pays nobody" }
    guard let payment = ecash[id], let payout = payment.payout, payment.isPromised, payment.mint == number,
      UInt128(payout.net) == paid, swap.blankExponents.count <= payout.blanks.count
    else { return "\(name): pays what is not to be paid" }
    return nil
  }

  private func checkID(_ payment: ModelEcash, _ id: UInt64) -> String? {
    let counter = id & (Self.ecashBit - 1)
    let isWrong = payment.id != id || id != self.id(Self.ecashBit | counter) || counter > lastEcash
    return isWrong ? "payment \(id): its id" : nil
  }

  private func checkPayout(_ payment: ModelEcash) -> String? {
    guard let payout = payment.payout else { return nil }
    let name = "payout \(payment.id)"
    if payment.waits != (payment.outcome == .pending) { return "\(name): its end" }
    if payment.isNotTaken || payment.isSigned == payout.signatures.isEmpty { return "\(name): its outcome" }
    if payment.isCredited == (payment.isPromised || payment.isSigned) { return "\(name): its note" }
    if payment.isPaidOut, !payment.isCredited { return "\(name): a note that was collected and is none" }
    if payout.net == 0 || payout.net > payout.gross { return "\(name): what is paid out" }
    let signed = payout.signatures.reduce(UInt64(0)) { $0 + 1 << UInt64($1.exponent) }
    if payment.isSigned, signed != payout.net { return "\(name): what was signed" }
    return payment.points.isEmpty && payment.command.isEmpty ? nil : "\(name): what only a payment has"
  }

  private func check(_ payment: ModelEcash) -> String? {
    let (name, url) = ("payment \(payment.id)", mints[payment.mint]?.terms.url)
    if (payment.outcome == .pending || payment.isNotTaken) == payment.isCredited { return "\(name): its credit" }
    if payment.waits, !payment.points.allSatisfy({ pointsInUse[$0] == payment.id && $0.url == url }) {
      return "\(name): a point of another"
    }
    if payment.waits, payment.isCredited, !payment.isLocked { return "\(name): credited before its swap" }
    if !payment.waits, payment.outcome == .pending { return "\(name): ended without an outcome" }
    if payment.command.isEmpty != (payment.outcome != .pending) { return "\(name): its command" }
    if payment.locktime != 0, !payment.isLocked { return "\(name): a locktime without a lock" }
    if !payment.outputs.isEmpty {
      let sum = payment.outputs.reduce(UInt64(0)) { $0 + $1.amount }
      if !payment.isExchanged || payment.isAnswered || sum != payment.credit { return "\(name): its outputs" }
    }
    return nil
  }
}
