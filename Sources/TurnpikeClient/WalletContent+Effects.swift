internal import WireProtocol

/// How outcomes change a wallet.
extension WalletContent {
  /// Adds a note, once.
  mutating func add(_ note: NoteToken) {
    if !notes.contains(where: { $0.serial == note.serial && $0.keyEpoch == note.keyEpoch }) { notes.append(note) }
  }

  /// Removes an owner key.
  mutating func forget(_ key: LeaseKey?) {
    owned.removeAll { $0.key == key }
  }

  /// Books a receipt: the request leaves, what it brought enters.
  package mutating func apply(_ reply: Reply, to entry: WalletPending) throws(TurnpikeError) {
    switch reply.opcode {
    case .acquire:
      let receipt = try reply.fixed(AcquireReply.self)
      let resource = AcquireRequest(unsafe entry.request.body.span.bytes)?.resource ?? 0
      if !entry.secret.isZero {
        owned.append(
          WalletKey(key: LeaseKey(lease: receipt.lease, key: entry.secret), resource: resource, alias: entry.alias))
      }
    case .release:
      for note in try reply.records(NoteToken.self) { add(note) }
      forget(entry.request.key)
    case .exchange, .issue, .withdraw:
      for note in try reply.records(NoteToken.self) { add(note) }
    case .transfer: forget(entry.request.key)
    case .grantDebitKey:
      let receipt = try reply.fixed(GrantDebitKeyReply.self)
      let lease = entry.request.key?.lease ?? 0
      if !entry.secret.isZero {
        debitKeys.removeAll { $0.key == LeaseKey(lease: lease, key: entry.secret) }
        if receipt.debitKey != 0 {
          debitKeys.append(
            WalletKey(key: LeaseKey(lease: lease, key: entry.secret), resource: 0, alias: entry.alias))
        }
      }
    default: break
    }
    pending.removeAll { $0.request.number == entry.request.number }
  }

  /// Books a refusal: the notes come back, a bad one is set aside.
  package mutating func giveBack(_ entry: WalletPending, _ error: TurnpikeError, isUnresolved: Bool) {
    pending.removeAll { $0.request.number == entry.request.number }
    if isUnresolved { return unresolved.append(entry) }
    for (index, note) in entry.request.payment.enumerated() {
      if let status = error.status, index == error.token, Self.isFatal(status) {
        rejected.append(Rejected(status: status, note: note))
      } else {
        add(note)
      }
    }
  }

  /// Whether a note that was refused so will never be taken again.
  private static func isFatal(_ status: Status) -> Bool {
    switch status {
    case .noteForged, .noteEpochUnknown, .noteExpired, .noteSpent: true
    default: false
    }
  }
}
