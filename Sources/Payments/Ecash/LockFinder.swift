internal import Cashu

/// Finds which of the broker's keys proofs of one token are locked to. Keys of the lease are computed once, and only as far as a proof
/// needs it: whoever locks to none of them costs them all, once.
struct LockFinder {
  private let locks: LockKeys
  private let lease: UInt64
  private let curve: Curve
  /// The x of the lease's keys, in the order of the epochs; nil: there is no such key.
  private var leaseKeys: [Bytes32?] = []

  /// - Parameter lease: The lease that is paid; 0: none.
  init(_ locks: LockKeys, lease: UInt64, curve: Curve) {
    (self.locks, self.lease, self.curve) = (locks, lease, curve)
  }

  /// What unlocks a proof that is locked to this key; nil: nothing that this broker has.
  mutating func lock(to key: CompressedPoint) -> HeldProof.Lock? {
    // Mints compare x alone.
    if let entry = locks.entries.first(where: { $0.key.publicKey.x == key.x }) { return .broker(entry.epoch) }
    guard lease != 0 else { return nil }
    for (index, entry) in locks.entries.prefix(locks.leaseCount).enumerated() {
      if index == leaseKeys.count { leaseKeys.append(curve.leaseKey(entry.key.publicKey, lease: lease)?.x) }
      if leaseKeys[index] == key.x { return .lease(lease, entry.epoch) }
    }
    return nil
  }
}
