internal import WireProtocol

/// Payouts under the wallet's protection: notes go out as ecash of a mint.
///
/// What the ecash is made of is in the file before the request is sent, and the token from when the mint has signed until its holder
/// says that it arrived. So whenever the process ends, the next one goes on; and what cannot be paid out comes back as a note.
extension Wallet {
  /// Pays notes out and waits for the mint, as `awaitMints` says.
  ///
  /// When the error's `money` is `notKnown`, `continuePayouts` goes on with it; `taken`: `collectRefunds` gets the notes back.
  ///
  /// - Parameters:
  ///   - amount: In the broker's unit; it must be a whole number of the mint's: `MintOffer.payable`.
  ///   - outputCount: Coins that it may become, each of which costs the mint's fee; nil: as many as the amount has bits.
  public func payOut(
    _ amount: UInt64, at mint: UInt32, outputCount: Int? = nil
  ) async throws(TurnpikeError) -> WalletPayout {
    guard let client else { throw TurnpikeError(.closed, money: .notTaken, operation: .payout) }
    guard let offer = try await client.mints().offers.first(where: { $0.mint == mint }) else {
      throw TurnpikeError(.invalidArgument("the broker tells of no mint \(mint)"), money: .notTaken)
    }
    guard let place = PayoutMint(offer) else {
      throw TurnpikeError(.protocolViolation("no token can name mint \(mint)"), money: .notTaken)
    }
    let count = outputCount ?? offer.outputCount(for: amount)
    let receipt: PayoutReply
    do {
      receipt = try await begin(amount, place, outputCount: count)
    } catch {
      guard outputCount == nil, error.status == .quantityInvalid, error.money == .notTaken,
        count < WireLimits.payoutOutputCountMax
      else { throw error }
      // The mint has no keys for amounts as large, so there are more coins.
      receipt = try await begin(amount, place, outputCount: WireLimits.payoutOutputCountMax)
    }
    do {
      return try await finish(payout: receipt.payment, waits: true)
    } catch {
      guard content.payouts.contains(where: { $0.payment == receipt.payment }) else {
        _ = try? await collectRefunds()
        let isBack = !content.refunds.contains { $0.payment == receipt.payment }
        throw error.with(money: isBack ? .notTaken : .taken)
      }
      throw TurnpikeError(error.reason, money: .notKnown, operation: .payout, detail: receipt.payment)
    }
  }

  private func begin(
    _ amount: UInt64, _ mint: PayoutMint, outputCount: Int
  ) async throws(TurnpikeError) -> PayoutReply {
    let secrets = try PayoutSecrets()
    let request = try secrets.request(
      mint: mint.number, outputCount: outputCount, payment: await notes(worth: amount))
    return try await perform(request, secret: secrets.seed, mint: mint).fixed()
  }

  /// Goes on with every payout whose ecash is not here yet.
  ///
  /// - Parameter waits: Whether each is waited for, as `awaitMints` says; else it is asked after once.
  /// - Returns: Those whose ecash is here now (no error), and why it is not of the others: PAYMENT_PENDING, or another reason.
  public func continuePayouts(waits: Bool = false) async -> [(payment: UInt64, error: TurnpikeError?)] {
    var outcomes: [(payment: UInt64, error: TurnpikeError?)] = []
    for payout in content.payouts where payout.isWaiting {
      do {
        _ = try await finish(payout: payout.payment, waits: waits)
        outcomes.append((payout.payment, nil))
      } catch {
        outcomes.append((payout.payment, error))
      }
    }
    return outcomes
  }

  /// Makes the token of a payout once its mint has signed. One that cannot be paid out becomes a refund that is to be collected, and
  /// the error says why.
  private func finish(payout payment: UInt64, waits: Bool) async throws(TurnpikeError) -> WalletPayout {
    guard let client else { throw TurnpikeError(.closed) }
    guard var payout = content.payouts.first(where: { $0.payment == payment }) else {
      throw TurnpikeError(.invalidArgument("the wallet has no payout \(payment)"))
    }
    guard payout.isWaiting else { return payout }
    let signatures: Reply
    do {
      signatures = try await self.signatures(of: payment, client, waits: waits)
    } catch {
      guard error.status == .nothingDue else { throw error }
      throw try await refusal(of: payout, client)
    }
    let token = try PayoutSecrets(seed: payout.seed).token(of: signatures, at: payout.mint, worth: payout.amount)
    try change { $0.finish(payout: payment, token: token) }
    payout.token = token
    return payout
  }

  private func signatures(
    of payment: UInt64, _ client: TurnpikeClient, waits: Bool
  ) async throws(TurnpikeError) -> Reply {
    var request = Request.signatures(of: payment)
    request.awaitsMint = false
    do {
      return try await client.perform(request)
    } catch {
      guard error.status == .paymentPending, waits, mintWait > .zero else { throw error }
    }
    tellsPending?(payment)
    request.awaitsMint = true
    return try await client.perform(request, timeout: mintWait)
  }

  /// Why there is no ecash, as the broker tells it.
  private func refusal(of payout: WalletPayout, _ client: TurnpikeClient) async throws(TurnpikeError) -> TurnpikeError {
    let state = try await client.payment(id: payout.payment)
    guard state.outcome == .refundable else {
      return TurnpikeError(.protocolViolation("it paid \(payout.payment) out, and tells no signatures"))
    }
    try change { $0.takeRefund(of: payout) }
    return TurnpikeError(.refused(state.status), money: .taken, operation: .payout, detail: state.detail)
  }

  /// Drops a payout, whose token is somewhere else now.
  ///
  /// - Parameter isUnfinished: Also one whose ecash is not here: what the mint signs of it is nobody's then. And one with which an invoice is
  ///   being paid: what the mint does not take of it is nobody's.
  public func forget(payout payment: UInt64, isUnfinished: Bool = false) throws(TurnpikeError) {
    guard let payout = content.payouts.first(where: { $0.payment == payment }) else {
      throw TurnpikeError(.invalidArgument("the wallet has no payout \(payment)"))
    }
    guard payout.isFinished || isUnfinished else {
      throw TurnpikeError(
        .invalidArgument(
          payout.melt == nil ? "the ecash of payout \(payment) is not here yet" : "payout \(payment) pays an invoice"))
    }
    try change { $0.payouts.removeAll { $0.payment == payment } }
  }
}
