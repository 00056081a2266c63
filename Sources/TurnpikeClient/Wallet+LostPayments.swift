public import WireProtocol

/// Payments in ecash, and payouts, whose ids never arrived, because reply and session were lost: their refund keys, which the wallet
/// has from before they were sent, lead to them.
extension Wallet {
  /// What became of a request's payment of a session that is gone, by its id or else by its refund key; books it.
  ///
  /// - Returns: Nil: the broker knows of no payment that may be the request's.
  func lostPayment(of entry: WalletPending, _ client: TurnpikeClient) async throws(TurnpikeError) -> Recovered? {
    guard entry.payment != 0 else { return try await findPayment(of: entry, client) }
    let told = entry.refusal(.receiptNotKept, .taken)
    return Recovered(pending: entry, error: try await settle(entry, askedFor: told, client))
  }

  /// Finds out by its refund key what became of the payment of a request, and books it: a note that it is refunded with, or the reply to
  /// what was done. What key and token lead to is this token's and nobody else's.
  ///
  /// - Returns: Nil: the broker knows of no such payment but one that was not taken.
  func findPayment(of entry: WalletPending, _ client: TurnpikeClient) async throws(TurnpikeError) -> Recovered? {
    let entry = content.current(entry)
    guard let key = entry.refundKey else { return nil }
    switch try await ask(key, token: entry.tokenHash, client) {
    case .nothing: return nil
    case .note(let receipt): return entry.mayBePaid(receipt.amount) ? try refunded(entry, receipt, client) : nil
    case .pending(let payment):
      // A payout is asked for by its key again: what it comes to is told when it is signed.
      if entry.request.ecash != nil { try change { $0.note(payment: payment, of: entry) } }
      return Recovered(pending: entry, error: entry.refusal(.paymentPending, .notKnown, detail: payment))
    case .ended(let payment): return try await foundPayment(payment, of: entry, client)
    }
  }

  /// Books a request's payment that is over.
  private func foundPayment(
    _ payment: UInt64, of entry: WalletPending, _ client: TurnpikeClient
  ) async throws(TurnpikeError) -> Recovered? {
    var known = entry
    known.payment = payment
    let told = entry.refusal(.receiptNotKept, .taken)
    if let state = try await state(of: payment, for: entry.request, client), entry.mayBePaid(state.amount) {
      guard state.outcome != .notTaken else { return nil }
      return Recovered(pending: entry, error: try await book(state, of: known, told, client))
    }
    // Whoever had the token paid for something else with it.
    try change { $0.setAside(entry) }
    acknowledge(entry, client)
    return Recovered(pending: entry, error: told)
  }

  /// What a refund key led to.
  private enum Lead {
    case nothing
    case note(RefundReceipt)
    case pending(UInt64)
    case ended(UInt64)
  }

  /// Asks for a payment by its key and token, or by its id too; by a lease's key there is no token. Where nobody answers no trace of that is
  /// left in the file: whoever asks again has the same note again; but of a lease's key (`keepsTrace`), which can have several.
  private func ask(
    _ key: Bytes16, token: Bytes16 = Bytes16(), payment: UInt64 = 0, keepsTrace: Bool = false, _ client: TurnpikeClient
  ) async throws(TurnpikeError) -> Lead {
    do {
      return .note(try RefundReceipt(await perform(.refund(payment: payment, key: key, token: token))))
    } catch {
      switch error.status {
      case .paymentUnknown, .keyWrong: return .nothing
      case .paymentPending: return .pending(error.detail)
      case .nothingDue: return .ended(error.detail)
      default: break
      }
      guard !keepsTrace else { throw error }
      let number = error.number
      try change { $0.pending.removeAll { $0.request.number == number && $0.request.opcode == .refund } }
      client.acknowledge(number)
      throw error
    }
  }

  /// Books that a request's money is here: back as a note, or as the notes that it was to make.
  private func refunded(
    _ entry: WalletPending, _ receipt: RefundReceipt, _ client: TurnpikeClient
  ) throws(TurnpikeError) -> Recovered {
    try change { $0.drop(entry) }
    acknowledge(entry, client)
    let isDone = entry.request.makes(receipt.notes)
    return Recovered(pending: entry, error: isDone ? nil : entry.refusal(.paymentRefundable, .notTaken))
  }

  /// Has the notes given once more of an EXCHANGE that was put off and done, which PAYMENT does not tell. Whether they are here.
  func takeExchanged(_ entry: WalletPending, _ client: TurnpikeClient) async throws(TurnpikeError) -> Bool {
    guard entry.request.opcode == .exchange, let key = entry.refundKey,
      case .note(let receipt) = try await ask(key, token: entry.tokenHash, payment: entry.payment, client)
    else { return false }
    _ = try refunded(entry, receipt, client)
    return true
  }

  /// Asks after the payments of requests that were set aside: what was done and what can be refunded comes into the wallet, and a token
  /// that was not taken is the holder's again.
  ///
  /// - Returns: What became of each that the broker knows of, and the notes that it came back as; and of each that could not be asked
  ///   for why not. The others stay as they were.
  public func findPayments() async -> [(found: Recovered, notes: [NoteToken])] {
    guard let client else { return [] }
    var all: [(found: Recovered, notes: [NoteToken])] = []
    for entry in content.unresolved where entry.refundKey != nil {
      let before = content.notes
      do throws(TurnpikeError) {
        guard let found = try await paymentSetAside(of: entry, client) else { continue }
        all.append((found, content.notes.filter { !before.contains($0) }))
      } catch {
        all.append((Recovered(pending: entry, error: error.with(money: .notKnown)), []))
      }
    }
    return all
  }

  private func paymentSetAside(
    of entry: WalletPending, _ client: TurnpikeClient
  ) async throws(TurnpikeError) -> Recovered? {
    if let found = try await findPayment(of: entry, client) { return found }
    guard entry.payment != 0 else { return nil }
    // What was locked to a lease's key is given back by that, and paid to no other lease.
    for key in content.refundKeys(of: entry).dropFirst() {
      switch try await ask(key, payment: entry.payment, client) {
      case .note(let receipt): return try refunded(entry, receipt, client)
      case .ended(let payment):
        if let found = try await foundPayment(payment, of: entry, client) { return found }
      default: continue
      }
    }
    // One whose token is spent may have spent it itself, and the broker have forgotten that.
    guard let state = try await state(of: entry.payment, for: entry.request, client), state.outcome == .notTaken,
      state.status != .ecashSpent
    else { return nil }
    let told = entry.refusal(state.status, .notTaken, detail: state.detail)
    try change { $0.giveBack(entry, told) }
    return Recovered(pending: entry, error: told)
  }

  /// Collects, as notes, what of ecash that was locked to a lease's key could not do what it was for, whoever paid with it.
  ///
  /// - Returns: Whether more may come: a mint has not answered.
  func collectGifts(to key: LeaseKey, _ client: TurnpikeClient) async throws(TurnpikeError) -> Bool {
    for _ in 0..<WireLimits.refundLookCountMax {
      switch try await ask(key.key, keepsTrace: true, client) {
      case .note(let receipt) where !receipt.isReplayed: continue
      case .pending: return true
      default: return false
      }
    }
    return true
  }

  /// Lets the broker free the receipt of a request that is over, unless its number is another's by now.
  func acknowledge(_ entry: WalletPending, _ client: TurnpikeClient) {
    guard !content.pending.contains(where: { $0.request.number == entry.request.number }) else { return }
    client.acknowledge(entry.request.number)
  }
}

extension WalletPending {
  /// What REFUND is asked with when what it pays for cannot be done; nil: it pays with notes for something else than ecash.
  var refundKey: Bytes16? {
    request.ecash?.refundKey ?? (request.opcode == .payout ? PayoutSecrets.refundKey(of: secret) : nil)
  }

  /// Of the token that it pays with; zero: it pays with notes.
  var tokenHash: Bytes16 { request.ecash?.tokenHash ?? Bytes16() }

  /// Whether so much can be what it was paid with. Of a token that is certain; of a payout whoever saw the hash of its key can make another.
  fileprivate func mayBePaid(_ amount: UInt64) -> Bool {
    request.ecash != nil || amount == request.payment.amount
  }

  /// What the broker is known to say of it.
  func refusal(_ status: Status, _ money: Money, detail: UInt64 = 0) -> TurnpikeError {
    TurnpikeError(
      .refused(status), money: money, operation: request.opcode, number: request.number, detail: detail)
  }
}

extension Request {
  /// Whether these are the notes that an EXCHANGE asks for.
  fileprivate func makes(_ notes: [NoteToken]) -> Bool {
    guard opcode == .exchange else { return false }
    let bytes = unsafe body.span.bytes
    let outputs = stride(from: ExchangeRequest.byteCount, to: body.count, by: NoteOutput.byteCount).compactMap {
      NoteOutput(bytes, at: $0)
    }
    return outputs == notes.map { NoteOutput(amount: $0.amount, binding: $0.binding) }
  }
}

extension WalletContent {
  /// Marks all requests that are unfinished: the broker has forgotten their session.
  mutating func loseSession() {
    for index in pending.indices { pending[index].isLost = true }
  }

  /// A request as it stands now.
  func current(_ entry: WalletPending) -> WalletPending {
    (pending + unresolved).first { $0.request == entry.request } ?? entry
  }

  /// Takes a request out, wherever it is. One that was set aside may have the number of another.
  mutating func drop(_ entry: WalletPending) {
    pending.removeAll { $0.request == entry.request }
    unresolved.removeAll { $0.request == entry.request }
  }
}
