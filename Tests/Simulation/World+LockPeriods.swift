import SimulatedDisk

/// Ecash that is locked to the broker's key, and offered long after that.
extension World {
  /// A token is locked to the key of now. A period later it may be credited at once, as one that is locked to the new key may; after that its
  /// mint is asked. Whether that was tried.
  func outliveLocks() -> Bool {
    guard chance.oneIn(2), let mint = chance.pick(mints.filter { $0.terms.ceiling == 0 }), oracle.problem == nil else {
      return false
    }
    askMints(tenants[0])
    awaitAnswers()
    let period = lockKeys.last?.period
    guard period == KnownLockKeys.period(oracle.now) else { return false }
    let tokens = (0..<2).compactMap { _ in token(sum(at: mint), of: mint, lock: .broker, forEver: true) }
    // `creditedAtOnce` judges what is said.
    for token in tokens where oracle.problem == nil && outlive(days: KnownLockKeys.periodDays) {
      _ = offer(token)
      awaitAnswers()
    }
    askMints(tenants[0])
    awaitAnswers()
    return true
  }
}
