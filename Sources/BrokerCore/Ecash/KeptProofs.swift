import WireProtocol

/// Ys that are known: those of payments that have not ended, and, for 61 days more, those of payments that were locked and
/// swapped, or credited. So long a lock that was taken then can be PROVEN, and nobody is to be credited for it twice.
///
/// Those that are kept lie in the order in which their payments ended: what is forgotten next is the first.
extension StateMachine {
  /// The proof with this Y that somebody paid with at a mint, or for another unit of it: a mint takes a Y once, in whatever unit. At
  /// another url the same Y is another proof: who uses the Y of somebody else's there must not keep him from paying.
  func findProof(_ y0: Bytes16, _ y1: Bytes16, at mint: UInt32) -> UInt32? {
    ecash.proofYs.find(seed.hash(y0.low, y0.high)) {
      guard ecash.proofs[$0].y0 == y0, ecash.proofs[$0].y1 == y1 else { return false }
      let other = mintNumber(ofProof: $0)
      return ecash.mints[Int(other) - 1].url == ecash.mints[Int(mint) - 1].url
    }
  }

  /// Number of the mint that a proof is of.
  func mintNumber(ofProof index: UInt32) -> UInt32 { ecash.keysets[Int(ecash.proofs[index].keyset) - 1].mint }

  /// Keeps a proof of a payment that ends now.
  mutating func keepProof(_ index: UInt32) {
    ecash.proofs[index].keptUntil = now + CoreLimits.proofKeepMilliseconds
    ecash.proofs[index].nextFree = noIndex
    if ecash.lastKept == noIndex { ecash.firstKept = index } else { ecash.proofs[ecash.lastKept].nextFree = index }
    ecash.lastKept = index
  }

  /// Lets go of a proof that lies in no list any more.
  mutating func forgetProof(_ index: UInt32) {
    let y0 = ecash.proofs[index].y0
    ecash.proofYs.remove(seed.hash(y0.low, y0.high), index)
    ecash.proofs.remove(index)
  }

  /// Forgets what was kept for long enough, or as much of it as one command may.
  mutating func forgetKeptProofs() {
    for _ in 0..<CoreLimits.forgottenProofCountMax {
      let index = ecash.firstKept
      guard index != noIndex, ecash.proofs[index].keptUntil <= now else { return }
      ecash.firstKept = ecash.proofs[index].nextFree
      if ecash.firstKept == noIndex { ecash.lastKept = noIndex }
      ecash.mints[Int(mintNumber(ofProof: index)) - 1].lockedProofCount -= 1
      forgetProof(index)
    }
  }

  /// What is wrong with Ys, or nil: each is found at its mint, and is kept, or one of the `usedCount` of payments that have
  /// not ended; `lockedCounts` are those of LOCKED ones among these, by mint.
  func checkProofs(usedCount: UInt32, lockedCounts: [UInt32]) -> String? {
    var counts = lockedCounts
    for index in 0..<ecash.proofs.highWater where ecash.proofs[index].id != 0 {
      let proof = ecash.proofs[index]
      guard findProof(proof.y0, proof.y1, at: mintNumber(ofProof: index)) == index else {
        return "ecash: a Y is not found"
      }
    }
    var (index, last, count, until) = (ecash.firstKept, noIndex, UInt32(0), UInt64(1))
    while index != noIndex {
      guard Self.isUsed(index, in: ecash.proofs), count < ecash.proofs.count, ecash.proofs[index].keptUntil >= until
      else { return "ecash: the list of kept Ys is broken" }
      (last, until, count) = (index, ecash.proofs[index].keptUntil, count + 1)
      counts[Int(mintNumber(ofProof: index)) - 1] += 1
      index = ecash.proofs[index].nextFree
    }
    guard last == ecash.lastKept, until <= now + CoreLimits.proofKeepMilliseconds else {
      return "ecash: the list of kept Ys has no end"
    }
    for mint in 0..<WireLimits.mintCountMax where counts[mint] != ecash.mints[mint].lockedProofCount {
      return "mint \(mint + 1): \(counts[mint]) Ys are locked or kept, not \(ecash.mints[mint].lockedProofCount)"
    }
    return count + usedCount == ecash.proofs.count ? nil : "ecash: proofs are lost"
  }
}
