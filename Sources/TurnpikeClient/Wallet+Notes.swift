public import WireProtocol

/// Notes that come and go, and the keys that others give.
extension Wallet {
  /// Adds notes that were received. Whoever gave them can still spend them: `renew` makes them one's own.
  public func receive(_ notes: [NoteToken]) throws(TurnpikeError) {
    for note in notes where !note.hasPossibleAmount {
      throw TurnpikeError(.invalidArgument("no broker makes notes of \(note.amount)"))
    }
    guard content.itemCount + notes.count <= ClientLimits.walletItemCountMax else {
      throw TurnpikeError(.wallet("no room for more notes"))
    }
    try change { content in for note in notes { content.add(note) } }
  }

  /// Adds notes that were received after the broker has judged them, and exchanges those that are not bound for new ones at once.
  /// Those that it refuses are set aside, but for those in quarantine, which are kept; the first refusal is thrown at the end.
  public func receiveChecked(_ notes: [NoteToken]) async throws(TurnpikeError) {
    guard let client else { throw TurnpikeError(.closed) }
    let judged = zip(notes, try await outcomes(of: notes, client))
    let good = judged.filter { $0.1 == .good }.map(\.0)
    try receive(good)
    var failure: TurnpikeError?
    for case (let note, .bad(let status)) in judged {
      failure = failure ?? TurnpikeError(.refused(status), operation: .payment)
      try change { $0.take(note, refusedWith: status) }
    }
    try await renew(good.filter { $0.binding == 0 })
    if let failure { throw failure }
  }

  /// Takes notes out to be given away. From then on nobody else knows of them.
  public func remove(_ notes: [NoteToken]) throws(TurnpikeError) {
    let gone = Set(notes)
    try change { content in content.notes.removeAll { gone.contains($0) } }
  }

  /// Notes of exactly this sum, at most 32, for a payment to `lease` (0: to anything). Splits and merges as needed. Those in
  /// quarantine are left alone as long as they are.
  public func notes(worth amount: UInt64, for lease: UInt64 = 0) async throws(TurnpikeError) -> [NoteToken] {
    for _ in 0..<64 {
      switch NoteSelection(amount: amount, lease: lease, from: content.spendable) {
      case .exact(let notes): return notes
      case .exchange(let notes, let outputs): _ = try await exchange(notes, for: outputs)
      case .insufficient(let available):
        if try await isQuarantineOver() { continue }
        let waiting = content.quarantined.amount
        let rest =
          waiting == 0 ? "" : "; \(waiting) more are in quarantine until the broker's operator has accepted a loss"
        throw TurnpikeError(
          .wallet("\(amount) \(content.unit) are needed, and \(available) are there\(rest)"), money: .notTaken)
      }
    }
    throw TurnpikeError(.wallet("the notes are too small to be paid with"), money: .notTaken)
  }

  /// Asks after the notes that were in quarantine, until one tells; those that were spent say nothing of the others.
  private func isQuarantineOver() async throws(TurnpikeError) -> Bool {
    guard let client, !content.quarantined.isEmpty else { return false }
    for note in content.quarantined {
      let outcome = try await outcomes(of: [note], client)[0]
      if outcome == .bad(.restoreInProgress) { return false }
      guard case .bad(let status) = outcome else { break }
      try change { $0.take(note, refusedWith: status) }
    }
    try change { $0.quarantineEnd = 0 }
    return true
  }

  /// Makes other notes of the same sum.
  public func exchange(
    _ notes: [NoteToken], for outputs: [UInt64], boundTo lease: UInt64 = 0
  ) async throws(TurnpikeError) -> NotesReceipt {
    let request = Request.exchange(notes, for: outputs.map { NoteOutput(amount: $0, binding: lease) })
    return try NotesReceipt(await perform(request))
  }

  /// Exchanges notes for new ones of the same amounts, which nobody else has seen. Notes that the broker refuses are set aside, and
  /// the first refusal is thrown after the others are exchanged.
  public func renew(_ notes: [NoteToken]) async throws(TurnpikeError) {
    var rest = notes
    var failure: TurnpikeError?
    while !rest.isEmpty {
      let part = Array(rest.prefix(WireLimits.tokenCountMax))
      do {
        _ = try await exchange(part, for: part.map(\.amount))
        rest.removeFirst(part.count)
      } catch {
        guard error.blamesNote, let token = error.token, part.indices.contains(token) else { throw error }
        failure = failure ?? error
        rest.remove(at: token)
      }
    }
    if let failure { throw failure }
  }

  /// Makes one note of all unbound ones, as far as the broker takes them; the first refusal is thrown at the end.
  public func merge() async throws(TurnpikeError) {
    var failure: TurnpikeError?
    while true {
      let free = content.spendable.filter { $0.binding == 0 }
      if free.count < 2 { break }
      let part = Array(free.sorted { $0.amount < $1.amount }.prefix(WireLimits.tokenCountMax))
      do {
        _ = try await exchange(part, for: [part.amount])
      } catch {
        guard error.blamesNote else { throw error }
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  /// Remembers a debit key that was received from a lease's owner.
  public func add(debitKey key: LeaseKey, alias: String) throws(TurnpikeError) {
    try check(alias: alias, for: key)
    try change { content in
      content.debitKeys.removeAll { $0.key == key }
      content.debitKeys.append(WalletKey(key: key, alias: alias))
    }
  }

  /// Remembers the owner key of a lease that was transferred to this holder.
  public func add(ownerKey key: LeaseKey, resource: UInt64, alias: String) throws(TurnpikeError) {
    try check(alias: alias, for: key)
    try change { content in
      content.owned.removeAll { $0.key.lease == key.lease }
      content.owned.append(WalletKey(key: key, resource: resource, alias: alias))
    }
  }
}

extension TurnpikeError {
  /// Whether one note is at fault, which the wallet has set aside, or put with those in quarantine, so that the rest can be tried
  /// without it.
  fileprivate var blamesNote: Bool {
    token != nil && money == .notTaken
      && status.map { WalletContent.isFatal($0) || $0 == .restoreInProgress } == true
  }
}
