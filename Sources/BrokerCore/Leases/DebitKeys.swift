import WireProtocol

/// GRANT DEBIT KEY: keys that may debit a lease within limits.
extension StateMachine {
  /// GRANT DEBIT KEY: grants a key, changes its limits, or withdraws it (a total of 0).
  mutating func grantDebitKey(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = GrantDebitKeyCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let index: UInt32
    switch reach(command.lease) {
    case .unknown: return .refused(.leaseUnknown)
    case .ended(let index): return .refused(.leaseEnded, detail: UInt64(endedLeases[index].state.rawValue))
    case .live(let live): index = live
    }
    guard command.actor.owns(leases[index].ownerGeneration) else { return .refused(.handleUnknown) }
    if let refusal = whyPending(index) { return refusal }
    guard command.keyHash != leases[index].keyHash, !command.keyHash.isZero else { return .refused(.keyWrong) }
    var spent: UInt64 = 0
    var id: UInt64 = 0
    if let key = findDebitKey(command.keyHash, of: index) {
      spent = debitKeys[key].spent
      if command.total == 0 {
        removeDebitKey(key, of: index)
      } else {
        id = debitKeys[key].id
        debitKeys[key].perSecond = command.perSecond
        debitKeys[key].total = command.total
      }
    } else if command.total > 0 {
      guard Int(leases[index].debitKeyCount) < WireLimits.debitKeyCountMaxPerLease,
        makeRoom(.debitKeys)
      else { return .refused(.debitKeyLimit) }
      id = addDebitKey(command, to: index)
    }
    GrantDebitKeyReply(spent: spent, debitKey: id).write(to: &reply)
    return .ok(.none, replyByteCount: GrantDebitKeyReply.byteCount)
  }

  /// The debit key with this id.
  @inline(__always) func findDebitKey(_ id: UInt64) -> UInt32? {
    debitKeyIDs.find(seed.hash(drawn: id)) { debitKeys[$0].id == id }
  }

  /// The debit key of a live lease with this hash.
  func findDebitKey(_ keyHash: Bytes16, of index: UInt32) -> UInt32? {
    var key = leases[index].debitKey
    while key != noIndex, debitKeys[key].keyHash != keyHash { key = debitKeys[key].next }
    return key == noIndex ? nil : key
  }

  /// Takes all debit keys from a lease.
  mutating func removeDebitKeys(of index: UInt32) {
    while leases[index].debitKey != noIndex { removeDebitKey(leases[index].debitKey, of: index) }
  }

  private mutating func addDebitKey(_ command: GrantDebitKeyCommand, to index: UInt32) -> UInt64 {
    var key = DebitKey()
    debitKeyCounter += 1
    key.id = drawnIdentifier(debitKeyCounter)
    key.keyHash = command.keyHash
    key.lease = leases[index].id
    key.perSecond = command.perSecond
    key.total = command.total
    key.next = leases[index].debitKey
    guard let place = debitKeys.insert(key) else { return 0 }
    debitKeyIDs.insert(seed.hash(drawn: key.id), place)
    leases[index].debitKey = place
    leases[index].debitKeyCount += 1
    return key.id
  }

  private mutating func removeDebitKey(_ key: UInt32, of index: UInt32) {
    if leases[index].debitKey == key {
      leases[index].debitKey = debitKeys[key].next
    } else {
      var before = leases[index].debitKey
      while before != noIndex, debitKeys[before].next != key { before = debitKeys[before].next }
      if before != noIndex { debitKeys[before].next = debitKeys[key].next }
    }
    leases[index].debitKeyCount -= 1
    debitKeyIDs.remove(seed.hash(drawn: debitKeys[key].id), key)
    debitKeys.remove(key)
  }
}
