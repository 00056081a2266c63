import WireProtocol

/// What must hold of ecash after every command.
extension ReferenceModel {
  /// Payments, points and proofs one by one; what was credited of each mint is swapped, paid in fees, lost, or waits.
  func checkEcash() -> String? {
    if moneyInBeing > UInt128(WireLimits.moneyMax) { return "more money than there may be" }
    for (number, mint) in mints { if let problem = check(mint, number) { return problem } }
    for (number, keyset) in keysets {
      let counters = treasury.filter { $0.keyset == number }.map(\.counter)
      if Set(counters) != Set(0..<keyset.counter) || counters.count != Int(keyset.counter) {
        return "keyset \(number): proofs with wrong counters"
      }
    }
    for (id, payment) in ecash { if let problem = check(payment, id) { return problem } }
    for (_, id) in pointsInUse {
      guard let payment = ecash[id] else { continue }
      if !payment.waits, !payment.isLocked || !payment.isCredited {
        return "payment \(id): a point that is in use, after its end"
      }
    }
    let pieceCount = ecash.values.reduce(0) { $0 + $1.pieceCount }
    let isFull =
      ecash.count > Int(genesis.ecashCountMax) || pointsInUse.count > Int(genesis.proofCountMax)
      || pieceCount > Int(genesis.pieceCountMax) || treasury.count > Int(genesis.treasuryCountMax)
    return isFull ? "more of ecash than there is room for" : nil
  }

  private func check(_ mint: ModelMint, _ number: UInt32) -> String? {
    let name = "mint \(number)"
    let own = owned(of: number)
    if own != mint.swappedIn { return "\(name): \(own) in the treasury, of \(mint.swappedIn) swapped in" }
    if mint.credited != mint.swappedIn + mint.fees + mint.lost + creditedUnswapped(at: number) {
      return "\(name): what was credited is not what was swapped, lost or waits"
    }
    guard let swap = mint.swap else { return nil }
    let outputs = swap.outputs.reduce(UInt64(0)) { $0 + 1 << UInt64($1.exponent) }
    let payments = swap.payments.compactMap { ecash[$0] }
    let sum = payments.reduce(UInt64(0)) { $0 + $1.sum }
    let fee = Self.fee(payments.reduce(0) { $0 + $1.feeParts })
    if outputs != swap.total || outputs + fee != sum { return "\(name): a swap of \(sum) for \(outputs)" }
    if keysets[swap.keyset]?.counter != swap.outputs.first?.counter { return "\(name): a swap with used counters" }
    let isWhole = payments.count == swap.payments.count && Set(swap.payments).count == payments.count
    if !isWhole || payments.contains(where: { !$0.waits || $0.mint != number }) {
      return "\(name): a swap of payments that do not wait"
    }
    return nil
  }

  private func check(_ payment: ModelEcash, _ id: UInt64) -> String? {
    let name = "payment \(id)"
    let counter = id & (Self.ecashBit - 1)
    if payment.id != id || id != self.id(Self.ecashBit | counter) || counter > lastEcash { return "\(name): its id" }
    if (payment.outcome == .pending || payment.isNotTaken) == payment.isCredited { return "\(name): its credit" }
    if payment.waits, !payment.points.allSatisfy({ pointsInUse[$0] == id }) { return "\(name): a point of another" }
    if payment.waits, payment.isCredited, !payment.isLocked { return "\(name): credited before its swap" }
    if !payment.waits, payment.outcome == .pending { return "\(name): ended without an outcome" }
    if payment.command.isEmpty != (payment.outcome != .pending) { return "\(name): its command" }
    return nil
  }
}
