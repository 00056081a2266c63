public import WireProtocol

/// Payments in ecash under the wallet's protection.
///
/// A token is in the file, with its request, before it is sent. It leaves the file when the broker has taken it; where it was not
/// taken it is kept, and where it was and could not do what it was for, what refunds it is. A request whose mint has not answered is
/// *unfinished*, and asked after by every `connect`, which waits for no mint.
extension Wallet {
  /// A refund that was collected.
  public typealias CollectedRefund = (payment: UInt64, amount: UInt64, notes: [NoteToken])

  /// How long each payment in ecash is waited for from now on, once it is known to be pending.
  ///
  /// - Parameter told: Called with the payment's id when that begins.
  public func awaitMints(for wait: Duration, telling told: (@Sendable (UInt64) -> Void)? = nil) {
    (mintWait, tellsPending) = (wait, told)
  }

  /// Pays for a request and carries it out.
  ///
  /// - Parameter lease: The lease that it pays to; 0: to anything. Notes that are bound to it can be spent.
  public func pay(
    _ request: Request, with tender: Tender, to lease: UInt64 = 0, secret: Bytes16 = Bytes16(), alias: String = "",
    seal: BidSeal? = nil
  ) async throws(TurnpikeError) -> Reply {
    var request = request
    switch tender {
    case .amount(let amount): request.payment = try await notes(worth: amount, for: lease)
    case .ecash(let ecash):
      if let number = content.request(with: ecash.token) {
        throw TurnpikeError(.invalidArgument("that token pays for request \(number) of the wallet already"))
      }
      request = try request.paid(in: ecash)
    }
    return try await perform(request, secret: secret, alias: alias, seal: seal)
  }

  /// Makes notes of ecash.
  ///
  /// - Parameter outputs: Their amounts, which must be all that it is worth here after its mint's fees; empty: one note of that.
  public func exchange(
    _ ecash: Ecash, for outputs: [UInt64], boundTo lease: UInt64 = 0
  ) async throws(TurnpikeError) -> NotesReceipt {
    let isOne = outputs.isEmpty
    // What it is worth the broker tells, where one unit is not right.
    var outputs = isOne ? [1] : outputs
    do {
      let request = Request.exchange([], for: outputs.map { NoteOutput(amount: $0, binding: lease) })
      return try NotesReceipt(await pay(request, with: .ecash(ecash)))
    } catch {
      guard isOne, error.status == .amountInvalid, error.money == .notTaken, error.detail > 0 else { throw error }
      outputs = [error.detail]
    }
    let request = Request.exchange([], for: outputs.map { NoteOutput(amount: $0, binding: lease) })
    return try NotesReceipt(await pay(request, with: .ecash(ecash)))
  }

  /// Sends a request and, when its ecash is pending, notes that and waits for the mint.
  func send(_ pending: WalletPending, _ client: TurnpikeClient) async throws(TurnpikeError) -> Reply {
    do {
      return try await client.perform(pending.request)
    } catch {
      guard error.status == .paymentPending, pending.request.ecash != nil else { throw error }
      do {
        try change { $0.note(payment: error.detail, of: pending) }
      } catch let failure {
        throw TurnpikeError(
          failure.reason, money: .notKnown, operation: pending.request.opcode, number: pending.request.number)
      }
      guard mintWait > .zero else { throw error }
      tellsPending?(error.detail)
      var request = pending.request
      request.awaitsMint = true
      return try await client.perform(request, timeout: mintWait)
    }
  }

  /// Books the answer to a repeat of a request that is paid in ecash. A token can pay once, so a repeat does no harm; but where the
  /// broker does not know the session any more, its refusal says nothing of the first one. Nil: it is done.
  func settleRepeatedEcash(
    _ pending: WalletPending, _ error: TurnpikeError, _ client: TurnpikeClient
  ) async throws(TurnpikeError) -> TurnpikeError? {
    if pending.payment == 0, error.status == .paymentPending {
      try change { $0.note(payment: error.detail, of: pending) }
      return error
    }
    if pending.payment != 0 { return try await settle(pending, askedFor: error, client) }
    switch error.status {
    case .paymentRefundable:
      try change { $0.takeRefund(of: pending, payment: error.detail) }
      client.acknowledge(pending.request.number)
      return error
    // Not a word about this request: whoever asks has to be somebody else.
    case .notAuthorized, .sessionRequired: return error.with(money: .notKnown)
    default: break
    }
    if let found = try await findPayment(of: pending, client) { return found.error }
    switch (error.status, error.money) {
    case (.ecashInUse, _), (.receiptNotKept, _), (.numberConflict, _), (.leaseUnknown, _), (.keyWrong, _), (_, .taken):
      try change { content in
        // Perhaps that payment is this request's, by the key of a lease: whoever asks for it finds out.
        if error.status == .ecashInUse { content.note(payment: error.detail, of: pending) }
        content.setAside(pending)
      }
      client.acknowledge(pending.request.number)
      return error.with(money: .notKnown)
    case (_, .notKnown): return error
    case _ where error.operation == .bind: return error.with(money: .notKnown)
    default: return try giveBack(pending, error, client)
    }
  }

  /// Books what the broker tells of a request's payment by its id. Nil: it was taken, and what it brought is here.
  func settle(
    _ pending: WalletPending, askedFor error: TurnpikeError, _ client: TurnpikeClient
  ) async throws(TurnpikeError) -> TurnpikeError? {
    let state = try await state(of: pending.payment, for: pending.request, client)
    if let state, state.outcome != .notTaken { return try await book(state, of: pending, error, client) }
    if let told = try otherPayment(of: pending, error) { return told }
    // Perhaps the wallet itself spent it, in a session that is gone: then another payment has the same key.
    if let found = try await findPayment(of: pending, client) { return found.error }
    guard let state else {
      try change { $0.setAside(pending) }
      acknowledge(pending, client)
      return pending.refusal(.paymentUnknown, .notKnown)
    }
    return try giveBack(pending, pending.refusal(state.status, .notTaken, detail: state.detail), client)
  }

  /// What the broker tells of a payment; nil: nothing, or it is for something else than this request.
  func state(
    of payment: UInt64, for request: Request, _ client: TurnpikeClient
  ) async throws(TurnpikeError) -> PaymentReply? {
    do {
      let state = try await client.payment(id: payment)
      return state.opcode == request.opcode.rawValue ? state : nil
    } catch {
      guard error.status == .paymentUnknown else { throw error }
      return nil
    }
  }

  /// Books how a request's payment, which was not refused, stands. Nil: it was taken, and what it brought is here.
  func book(
    _ state: PaymentReply, of pending: WalletPending, _ error: TurnpikeError, _ client: TurnpikeClient
  ) async throws(TurnpikeError) -> TurnpikeError? {
    var told = pending.refusal(.paymentRefundable, .taken, detail: pending.payment)
    switch state.outcome {
    case .taken:
      if let reply = Reply(kept: state, of: pending.request) {
        try await apply(reply, to: pending, client)
        return nil
      }
      if try await takeExchanged(pending, client) { return nil }
      (told.reason, told.detail) = (error.reason, state.detail)
      try change { $0.setAside(pending) }
    case .refundable: try change { $0.takeRefund(of: pending, payment: pending.payment) }
    default: return pending.refusal(.paymentPending, .notKnown, detail: pending.payment)
    }
    acknowledge(pending, client)
    return told
  }

  /// Books a refusal after which no key led to anything that was taken: the token is the holder's again. Of a session that is gone the
  /// refusal is no proof, and the broker may have forgotten what was taken: then the request is set aside, with its keys.
  private func giveBack(
    _ pending: WalletPending, _ error: TurnpikeError, _ client: TurnpikeClient
  ) throws(TurnpikeError) -> TurnpikeError {
    try change { if pending.isLost { $0.setAside(pending) } else { $0.giveBack(pending, error) } }
    acknowledge(pending, client)
    return pending.isLost ? error.with(money: .notKnown) : error
  }

  /// A broker that does not know the session any more took the repeat as a new request, which has a payment of its own now.
  private func otherPayment(
    of pending: WalletPending, _ error: TurnpikeError
  ) throws(TurnpikeError) -> TurnpikeError? {
    guard error.status == .paymentPending, error.detail != pending.payment else { return nil }
    try change { $0.note(payment: error.detail, of: pending) }
    return error
  }

  /// Collects, as notes, what payments in ecash could not do. Where none can be had the first refusal is thrown, after all were tried.
  ///
  /// - Returns: The payments, their amounts and notes.
  public func collectRefunds() async throws(TurnpikeError) -> [CollectedRefund] {
    var collected: [CollectedRefund] = []
    var failure: TurnpikeError?
    // One of several keys of a payment is the right one: the others go with it.
    for refund in content.refunds where content.refunds.contains(refund) {
      do {
        let request = Request.refund(payment: refund.payment, key: refund.key, token: refund.token)
        let receipt = try RefundReceipt(await perform(request))
        collected.append((refund.payment, receipt.amount, receipt.notes))
      } catch {
        failure = failure ?? error
        // There is nothing, or nothing any more; or the token was in a payment of somebody else.
        if [.nothingDue, .keyWrong, .paymentUnknown].contains(error.status) {
          try change { $0.refunds.removeAll { $0 == refund } }
        }
      }
    }
    if let failure, collected.isEmpty { throw failure }
    return collected
  }

  /// Takes tokens out that were not taken. From then on nobody else knows of them.
  public func remove(ecash tokens: [String]) throws(TurnpikeError) {
    try change { content in content.ecash.removeAll { tokens.contains($0.token) } }
  }
}

extension Reply {
  /// The reply that PAYMENT tells of ecash that was taken; nil: it had more than what is kept.
  init?(kept state: PaymentReply, of request: Request) {
    let layout = request.opcode.layout
    guard state.opcode == request.opcode.rawValue, layout.replyRecords.byteCount == 0,
      layout.replyByteCount <= KeptReply.byteCount
    else { return nil }
    self.init(
      opcode: request.opcode, number: request.number, isReplayed: true, money: .taken,
      body: Array(state.reply.bytes.prefix(layout.replyByteCount)))
  }
}
