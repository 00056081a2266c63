internal import WireProtocol

/// What becomes of requests whose reply is a refusal, or was lost.
extension Wallet {
  /// What became of a request of an earlier process.
  public struct Recovered: Hashable, Sendable {
    /// The request.
    public var pending: WalletPending
    /// Nil: done, and its receipt is applied. Else why not; `money` says where its notes are now.
    public var error: TurnpikeError?
  }

  /// Sends a request of an earlier process again. That process may have sent it, and its receipt may be gone: a refusal alone
  /// does not say that it was not done.
  func recover(_ pending: WalletPending, _ client: TurnpikeClient) async -> Recovered {
    guard pending.identity == client.identity else {
      let reason = TurnpikeError.Reason.wallet("it waits for a command with \(pending.identity)")
      return Recovered(pending: pending, error: TurnpikeError(reason, money: .notKnown))
    }
    do {
      // It may have been done in the session that is gone: a repeat would be another payment.
      if pending.isLost, pending.request.ecash != nil, let found = try await lostPayment(of: pending, client) {
        return found
      }
    } catch let failure {
      return Recovered(pending: pending, error: failure.with(money: .notKnown))
    }
    do {
      let reply = try await client.perform(pending.request)
      try await apply(reply, to: pending, client)
      return Recovered(pending: pending)
    } catch {
      do {
        let settled =
          pending.request.ecash != nil && error.isRefusal
          ? try await settleRepeatedEcash(pending, error, client) : try await settleRepeat(pending, error, client)
        return Recovered(pending: pending, error: settled)
      } catch let failure {
        return Recovered(pending: pending, error: failure.with(money: .notKnown))
      }
    }
  }

  private func settleRepeat(
    _ pending: WalletPending, _ error: TurnpikeError, _ client: TurnpikeClient
  ) async throws(TurnpikeError) -> TurnpikeError? {
    guard error.isRefusal else { return error.with(money: .notKnown) }
    switch error.status {
    case .paymentPending where pending.request.opcode == .refund:
      // It did nothing, and whoever asks again asks anew.
      try change { $0.giveBack(pending, error) }
      client.acknowledge(pending.request.number)
      return error
    case .keyWrong where error.operation == .bind && pending.request.opcode == .transfer:
      // The lease has another key by now: the transfer was done.
      try change { content in
        content.pending.removeAll { $0.request.number == pending.request.number }
        content.forget(pending.request.key)
      }
      client.acknowledge(pending.request.number)
      return error.with(money: .none)
    case .keyWrong where content.mayHaveRotated(pending):
      // The claim has another key by now: the rotation was done.
      let claim = try await claimTakenOver(by: pending, client)
      try change { content in
        content.pending.removeAll { $0.request.number == pending.request.number }
        content.rotateClaim(pending, claim)
      }
      client.acknowledge(pending.request.number)
      return error.with(money: .none)
    case .keyWrong, .leaseUnknown, .fundingUnknown: return try await resolve(pending, error, client)
    case _ where error.operation == .bind: return error.with(money: .notKnown)
    // Not a word about this request: whoever asks has to be somebody else.
    case .notAuthorized, .sessionRequired: return error.with(money: .notKnown)
    case .numberConflict, .noteSpent: return try await resolve(pending, error, client)
    default: break
    }
    if error.money == .notKnown { return error }
    if error.money == .taken || !pending.request.payment.isEmpty { return try await resolve(pending, error, client) }
    try change { $0.giveBack(pending, error) }
    client.acknowledge(pending.request.number)
    return error
  }

  /// Books the first answer to a request, a refusal or none: the notes come back, unless the broker has them or nobody knows yet.
  func settle(
    _ pending: WalletPending, _ error: TurnpikeError, _ client: TurnpikeClient
  ) async throws(TurnpikeError) -> TurnpikeError {
    switch error.money {
    case .notKnown where error.status == .paymentPending && pending.request.opcode == .refund:
      // It did nothing, and whoever asks again asks anew.
      try change { $0.giveBack(pending, error) }
    case .notKnown:
      guard error.status == .noteSpent || error.status == .numberConflict, pending.request.ecash == nil else {
        return error
      }
      do {
        return try await resolve(pending, error, client) ?? error
      } catch {
        return error.with(money: .notKnown)
      }
    case .none, .notTaken:
      let refusal = error
      do throws(TurnpikeError) {
        // Sent twice, over two connections, it may have been done in a session that was gone by the second time.
        if error.isRefusal, pending.request.ecash != nil, let found = try await findPayment(of: pending, client) {
          return found.error ?? error.with(money: .taken)
        }
      } catch {
        return refusal.with(money: .notKnown)
      }
      try change { $0.giveBack(pending, error) }
    case .taken where error.status == .paymentRefundable:
      try change { $0.takeRefund(of: pending, payment: error.detail) }
    case .taken: try change { $0.setAside(pending) }
    }
    client.acknowledge(pending.request.number)
    return error
  }

  /// Gives up an unfinished request by its number: nothing of it is asked for again, and it stays in the wallet as unresolved.
  public func setAside(_ number: UInt64) throws(TurnpikeError) {
    guard let entry = content.pending.first(where: { $0.request.number == number }) else {
      throw TurnpikeError(.invalidArgument("no unfinished request has the number \(number)"))
    }
    try change { $0.setAside(entry) }
    client?.acknowledge(number)
  }

  /// Takes back the notes of requests that were set aside and were never done: a payment is taken as a whole, so one note that
  /// is not spent shows it. Those that are spent, and those in quarantine, stay where they are.
  ///
  /// - Returns: The sum of the notes that can be spent again.
  public func takeBack() async throws(TurnpikeError) -> UInt64 {
    guard let client else { throw TurnpikeError(.closed) }
    var good = await findPayments().flatMap(\.notes)
    for entry in content.unresolved where !entry.request.payment.isEmpty {
      let judged = try await outcomes(of: entry.request.payment, client)
      guard judged.contains(.good) else { continue }
      try change { content in
        content.unresolved.removeAll { $0 == entry }
        _ = content.resolve(entry, judged)
      }
      good += zip(entry.request.payment, judged).filter { $0.1 == .good }.map(\.0)
    }
    return good.amount
  }

  /// The receipt cannot be had, but notes can be asked after, and a payout by its refund key. Nil: it is done.
  private func resolve(
    _ pending: WalletPending, _ refusal: TurnpikeError, _ client: TurnpikeClient
  ) async throws(TurnpikeError) -> TurnpikeError? {
    let judged = try await outcomes(of: pending.request.payment, client)
    if pending.request.opcode == .payout, judged.allSatisfy({ $0 == .bad(.noteSpent) }),
      let found = try await findPayment(of: pending, client)
    {
      return found.error
    }
    var mayBeDone = false
    try change { mayBeDone = $0.resolve(pending, judged) }
    client.acknowledge(pending.request.number)
    if pending.request.payment.isEmpty { return refusal.with(money: .notKnown) }
    return refusal.with(money: mayBeDone ? .taken : .notTaken)
  }

  /// What the broker says of each note, which it is shown and does not take.
  func outcomes(of notes: [NoteToken], _ client: TurnpikeClient) async throws(TurnpikeError) -> [NoteOutcome] {
    var outcomes = [NoteOutcome](repeating: .good, count: notes.count)
    var rest = Array(notes.indices)
    while !rest.isEmpty {
      let part = Array(rest.prefix(WireLimits.tokenCountMax))
      do {
        let reply = try await client.payment(showing: part.map { notes[$0] })
        for (place, index) in part.enumerated() {
          if reply.spent >> UInt32(place) & 1 == 1 {
            outcomes[index] = .bad(.noteSpent)
          } else if reply.outcome == .notKnown {
            // One of those that are not spent is in quarantine: each is asked after alone.
            outcomes[index] =
              part.count == 1 ? .bad(.restoreInProgress) : try await self.outcomes(of: [notes[index]], client)[0]
          }
        }
        rest.removeFirst(part.count)
      } catch {
        guard let status = error.status, let token = error.token, part.indices.contains(token) else { throw error }
        outcomes[part[token]] = .bad(status)
        rest.removeAll { $0 == part[token] }
      }
    }
    return outcomes
  }
}

/// What a broker says of a note that it is shown.
package enum NoteOutcome: Hashable, Sendable {
  /// It can be spent.
  case good
  /// It cannot, for this reason.
  case bad(Status)

  /// Whether it never can again.
  var isFatal: Bool { if case .bad(let status) = self { WalletContent.isFatal(status) } else { false } }
}

extension TurnpikeError {
  /// The same with another word about the money.
  func with(money: Money) -> TurnpikeError {
    var error = self
    error.money = money
    return error
  }
}
