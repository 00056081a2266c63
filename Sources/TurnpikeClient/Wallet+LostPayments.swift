public import WireProtocol

/// Payments in ecash, and payouts, whose ids never arrived, because reply and session were lost: their refund keys, which the wallet
/// has from before they were sent, lead to them.
extension Wallet {
  /// Finds out by its refund key what became of the payment of a request, and books it: a note that it is refunded with, the reply to
  /// what was done, or the token that was not taken.
  ///
  /// - Returns: Nil: the broker knows of no such payment, or of none but the one that the request is known to have.
  func findPayment(
    of entry: WalletPending, _ client: TurnpikeClient
  ) async throws(TurnpikeError) -> Recovered? {
    guard let key = entry.refundKey else { return nil }
    var told = TurnpikeError(
      .refused(.paymentRefundable), money: .notTaken, operation: entry.request.opcode, number: entry.request.number)
    do {
      // Its receipt takes the request out.
      _ = try await perform(.refund(payment: 0, key: key))
    } catch {
      switch error.status {
      case .paymentUnknown: return nil
      case .nothingDue:
        guard error.detail > 0, error.detail != entry.payment else { return nil }
        var known = entry
        known.payment = error.detail
        (told.reason, told.money) = (.refused(.receiptNotKept), .taken)
        return Recovered(pending: entry, error: try await settle(known, askedFor: told, client))
      case .paymentPending:
        // A payout is asked for by its key again: what it comes to is told when it is signed.
        if entry.request.ecash != nil { try change { $0.note(payment: error.detail, of: entry) } }
        (told.reason, told.money, told.detail) = (.refused(.paymentPending), .notKnown, error.detail)
        return Recovered(pending: entry, error: told)
      default: throw error
      }
    }
    acknowledge(entry, client)
    return Recovered(pending: entry, error: told)
  }

  /// Asks after the payments of requests that were set aside before their ids arrived.
  ///
  /// - Returns: What became of each that the broker knows of, and the notes that it came back as; and of each that could not be asked
  ///   for why not. The others stay as they were.
  public func findPayments() async -> [(found: Recovered, notes: [NoteToken])] {
    guard let client else { return [] }
    var all: [(found: Recovered, notes: [NoteToken])] = []
    for entry in content.unresolved where entry.payment == 0 && entry.refundKey != nil {
      let before = content.notes
      do {
        guard let found = try await findPayment(of: entry, client) else { continue }
        all.append((found, content.notes.filter { !before.contains($0) }))
      } catch {
        all.append((Recovered(pending: entry, error: error.with(money: .notKnown)), []))
      }
    }
    return all
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
}

extension WalletContent {
  /// Takes a request out, wherever it is. One that was set aside may have the number of another.
  mutating func drop(_ entry: WalletPending) {
    pending.removeAll { $0.request == entry.request }
    unresolved.removeAll { $0.request == entry.request }
  }
}
