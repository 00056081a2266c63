/// Memory that commands to come will want, asked for ahead: what a command waits for most is the first touch of a table's place.
///
/// Hints. They change no state and no outcome, may be wrong, and take any number.
extension StateMachine {
  /// A command will name the lease that lies there.
  @inline(__always) public func prefetchLease(at index: UInt32) {
    if index < leases.highWater { leases.prefetch(index) }
  }

  /// A command will look for a lease by its id.
  @inline(__always) public func prefetchLease(_ id: UInt64) { leaseIDs.prefetch(seed.hash(drawn: id)) }

  /// The same, once the place where it is looked for is here: what that says lies there.
  @inline(__always) public func prefetchFoundLease(_ id: UInt64) {
    guard let place = leaseIDs.first(seed.hash(drawn: id)), place & 1 == 0 else { return }
    leases.prefetch(place >> 1)
  }

  /// A tick of a lease's chain will come.
  @inline(__always) public func prefetchChains(of lease: UInt64) { chainLeases.prefetch(seed.hash(drawn: lease)) }

  /// A note will be shown.
  @inline(__always) public func prefetchNote(_ keyEpoch: UInt32, _ serial: UInt64) {
    guard let place = epochs.place(of: keyEpoch) else { return }
    epochs.prefetch(serial & CoreLimits.counterMask, at: place)
  }

  /// A command of this number of a session will come, after `ahead` others.
  @inline(__always) public func prefetchReceipt(_ number: UInt64, ofSession id: UInt64, ahead: UInt32) {
    sessions.prefetchReceipt(number, of: id, ahead: ahead)
  }

  /// A lease will be granted, after `ahead` others.
  @inline(__always) public func prefetchGrant(ahead: UInt32) {
    leaseIDs.prefetch(seed.hash(drawn: drawnIdentifier(leaseCounter &+ UInt64(ahead) &+ 1)))
    leases.prefetchNext(ahead)
  }

  /// Timers that rose will fire soon: of one that has some time yet its lease, of one that is nearly first the place where that is
  /// found, since its id is here by now.
  @inline(__always) func prefetchTimers() {
    let (near, far) = leaseTimers.risen
    if far != noIndex { leases.prefetch(far) }
    if near != noIndex { leaseIDs.prefetch(seed.hash(drawn: leases[near].id)) }
  }
}
