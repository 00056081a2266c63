import WireProtocol

/// So much of a mint's ecash as the operator allows. What a mint says of the broker's own proofs makes no room for more: one that
/// prints ecash for itself would buy that of others with it.
extension Mint {
  /// What came in and was not paid out, in the mint's unit. What it says is spent does not count off, but for what it had told of before.
  private var cameIn: UInt64 {
    let amount = swappedAmount &+ foundAmount &- paidAmount &- min(foundAmount, goneAmount)
    return amount < 1 << 63 ? amount : 0
  }

  /// What is still taken of it, of payments that are credited at once or of others; nil: any.
  func leftBelowCeiling(isAtOnce: Bool) -> UInt64? {
    guard ceiling > 0 else { return nil }
    let left = ceiling.subtractingSaturating(cameIn.addingSaturating(creditedAmount))
    return isAtOnce ? left : min(left, ceiling.subtractingSaturating(waitingAmount))
  }

  /// What the broker stands for: credited and not swapped, or refused after it was credited.
  var exposedAmount: UInt64 { creditedAmount.addingSaturating(lostAmount.subtractingSaturating(foundAmount)) }

  /// Whether the broker stands for so much more, which is proven.
  func isWithinExposure(_ amount: UInt64) -> Bool { exposedAmount.addingSaturating(amount) <= exposure }
}

/// The share of the tables that one mint may have, so that one that does not answer keeps nobody else's ecash out.
extension StateMachine {
  /// Whether a mint's share has room for one more payment in ecash, with so many pieces. What nobody has vouched for gets half of
  /// it, and what makes Ys be kept three quarters: neither forged nor locked ecash is to keep the other out. Payouts have bounds of their
  /// own.
  func hasShare(of mint: Int, _ head: EcashPayment, pieceCount: UInt32) -> Bool {
    let (known, mintCount, proofCount) = (ecash.mints[mint], ecash.mintCount, UInt32(head.proofCount))
    let paymentCountMax = max(genesis.ecashCountMax / mintCount, 1)
    let (proofCountMax, pieceCountMax) = (genesis.proofCountMax / mintCount, genesis.pieceCountMax / mintCount)
    guard known.paymentCount < paymentCountMax, known.proofCount + proofCount <= proofCountMax,
      known.pieceCount + pieceCount <= pieceCountMax
    else { return false }
    if !head.flags.contains(.proven) {
      guard known.waitingCount < max(paymentCountMax / 2, 1),
        known.waitingProofCount + proofCount <= proofCountMax / 2,
        known.waitingPieceCount + pieceCount <= pieceCountMax / 2
      else { return false }
    }
    return !head.flags.contains(.locked) || known.lockedProofCount + proofCount <= proofCountMax - proofCountMax / 4
  }

  /// Counts a payment that is taken in.
  mutating func joinShare(of mint: Int, _ head: EcashPayment, pieceCount: UInt32) {
    ecash.mints[mint].paymentCount += 1
    ecash.mints[mint].proofCount += UInt32(head.proofCount)
    ecash.mints[mint].pieceCount += pieceCount
    if head.flags.contains(.locked) { ecash.mints[mint].lockedProofCount += UInt32(head.proofCount) }
  }

  /// Counts a payment no longer, which ends and keeps its sealed bytes until then; its Ys only where they are kept.
  mutating func leaveShare(_ index: UInt32, keepsProofs: Bool) {
    let entry = ecash.entries[index]
    let (mint, proofCount) = (Int(entry.mint), UInt32(entry.proofCount))
    ecash.mints[mint].paymentCount -= 1
    ecash.mints[mint].proofCount -= proofCount
    ecash.mints[mint].pieceCount -= PieceStore.count(Int(entry.sealed.byteCount))
    if entry.flags.contains(.locked) { ecash.mints[mint].lockedProofCount -= proofCount }
    if keepsProofs { ecash.mints[mint].lockedProofCount += proofCount }
  }

  /// Counts a payment that is not credited at once.
  mutating func joinWaiting(_ index: UInt32) {
    let entry = ecash.entries[index]
    let mint = Int(entry.mint)
    ecash.mints[mint].waitingAmount += entry.amount
    ecash.pendingCredit += entry.credit
    ecash.mints[mint].waitingCount += 1
    ecash.mints[mint].waitingProofCount += UInt32(entry.proofCount)
    ecash.mints[mint].waitingPieceCount += entry.pieceCount
  }

  /// Counts it no longer among these: it is credited now, or ends. It has its command still.
  mutating func leaveWaiting(_ index: UInt32) {
    let entry = ecash.entries[index]
    let mint = Int(entry.mint)
    ecash.mints[mint].waitingAmount -= entry.amount
    ecash.pendingCredit -= entry.credit
    ecash.mints[mint].waitingCount -= 1
    ecash.mints[mint].waitingProofCount -= UInt32(entry.proofCount)
    ecash.mints[mint].waitingPieceCount -= entry.pieceCount
  }

  /// Lets go of the command of a payment that was carried out, or is not taken.
  mutating func dropCommand(_ index: UInt32) {
    let command = ecash.entries[index].command
    ecash.mints[Int(ecash.entries[index].mint)].pieceCount -= PieceStore.count(Int(command.byteCount))
    ecash.entries[index].command = ecash.pieces.remove(command)
  }
}
