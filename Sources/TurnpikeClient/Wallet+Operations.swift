public import WireProtocol

/// The operations that keep a receipt, under the wallet's protection. What they mean is said at `TurnpikeClient`'s methods of the
/// same names; payments are taken from the wallet, which splits and merges notes as needed.
extension Wallet {
  /// Takes a lease with a new owner key, which the wallet keeps under the name `alias`.
  public func acquire(
    resource: UInt64, units: UInt32 = 1, paying tender: Tender, minimumMilliseconds: UInt64 = 0,
    refusingGifts: Bool = false, alias: String = ""
  ) async throws(TurnpikeError) -> Sponsored<AcquireReply> {
    let owner = try Bytes16.secret()
    let request = Request.acquire(
      resource: resource, units: units, flags: refusingGifts ? .giftsRefused : [], keyHash: owner.keyHash,
      minimumMilliseconds: minimumMilliseconds, payment: [])
    return try Sponsored(await pay(request, with: tender, secret: owner, alias: alias))
  }

  /// Takes an open lease, as the resource's provider.
  public func acquireOpen(
    resource: UInt64, units: UInt32 = 1, paying tender: Tender, minimumMilliseconds: UInt64 = 0
  ) async throws(TurnpikeError) -> Sponsored<AcquireReply> {
    let request = Request.acquire(
      resource: resource, units: units, flags: .open, keyHash: Bytes16(), minimumMilliseconds: minimumMilliseconds,
      payment: [])
    return try Sponsored(await pay(request, with: tender))
  }

  /// Adds money to a lease: the owner's own with its key, a gift without.
  public func fund(
    lease: UInt64, ownerKey: Bytes16?, paying tender: Tender
  ) async throws(TurnpikeError) -> FundReply {
    try await pay(.fund(lease: lease, key: ownerKey, payment: []), with: tender, to: lease).fixed()
  }

  /// Debits a use that a payment tops up first. Without a payment use the client's `use`, which needs no protection.
  public func use(
    _ key: LeaseKey, meter: UInt8, quantity: UInt64, useNumber: UInt64, paying tender: Tender
  ) async throws(TurnpikeError) -> UseReply {
    let request = Request.use(key, meter: meter, quantity: quantity, useNumber: useNumber)
    return try await pay(request, with: tender, to: key.lease).fixed()
  }

  /// Uses an open lease; the amount must be the exact price.
  public func use(
    openLease lease: UInt64, meter: UInt8, quantity: UInt64, paying tender: Tender
  ) async throws(TurnpikeError) -> UseReply {
    let request = Request.use(openLease: lease, meter: meter, quantity: quantity, payment: [])
    return try await pay(request, with: tender, to: lease).fixed()
  }

  /// Holds money of a lease.
  public func reserve(
    _ key: LeaseKey, meter: UInt8, quantityMax: UInt64, timeoutMilliseconds: UInt64
  ) async throws(TurnpikeError) -> ReserveReply {
    let request = Request.reserve(
      key, meter: meter, quantityMax: quantityMax, timeoutMilliseconds: timeoutMilliseconds)
    return try await perform(request).fixed()
  }

  /// Pays for uses of a lease, and gives a voucher for each.
  public func voucher(
    _ key: LeaseKey, meter: UInt8, quantity: UInt64, count: UInt16, agent: UInt32 = 0
  ) async throws(TurnpikeError) -> VoucherReceipt {
    try VoucherReceipt(await perform(.voucher(key, meter: meter, quantity: quantity, count: count, agent: agent)))
  }

  /// Charges a reservation.
  public func settle(
    _ key: LeaseKey, reservation: UInt64, quantity: UInt64
  ) async throws(TurnpikeError) -> SettleReply {
    try await perform(.settle(key, reservation: reservation, quantity: quantity)).fixed()
  }

  /// Grants a debit key, which the wallet keeps under the name `alias` until it is withdrawn by a total of 0.
  public func grantDebitKey(
    _ owner: LeaseKey, debitKey: Bytes16, perSecond: UInt64, total: UInt64, alias: String = ""
  ) async throws(TurnpikeError) -> GrantDebitKeyReply {
    let request = Request.grantDebitKey(owner, keyHash: debitKey.keyHash, perSecond: perSecond, total: total)
    return try await perform(request, secret: debitKey, alias: alias).fixed()
  }

  /// Opens a chain on a lease, which the wallet keeps.
  ///
  /// - Parameters:
  ///   - number: 0: the lowest that the lease has no chain of.
  ///   - deposit: What the deposit is paid from.
  public func openChain(
    _ owner: LeaseKey, number: UInt32 = 0, weight: UInt64, length: UInt32, from deposit: ChainDeposit = .notes
  ) async throws(TurnpikeError) -> (chain: PaymentChain, receipt: OpenChainReply) {
    let (sum, overflow) = weight.multipliedReportingOverflow(by: UInt64(length))
    guard !overflow, sum <= UInt64(WireLimits.moneyMax) else {
      throw TurnpikeError(.invalidArgument("that is more money than there can be"))
    }
    let own = Set(content.chains.filter { $0.lease == owner.lease }.map(\.number))
    let unused = (1...UInt32.max).lazy.filter { !own.contains($0) }
    var free = number == 0 ? Array(unused.prefix(WireLimits.chainCountMaxPerLease + 1)) : [number]
    while true {
      let chain = try PaymentChain(lease: owner.lease, number: free.removeFirst(), weight: weight, length: length)
      let request = chain.opening(owner, payment: [])
      do {
        let receipt =
          switch deposit {
          case .purse: try await perform(request, secret: chain.secret)
          case .notes: try await pay(request, with: .amount(sum), to: owner.lease, secret: chain.secret)
          case .ecash(let ecash): try await pay(request, with: .ecash(ecash), to: owner.lease, secret: chain.secret)
          }
        return (chain, try receipt.fixed())
      } catch  where error.status == .chainTaken && !free.isEmpty {
        // Another holder of the owner's key has it open.
        continue
      }
    }
  }

  /// A chain of the wallet, brought up to the last word that the broker was shown.
  public func chain(_ number: UInt32, of lease: UInt64) async throws(TurnpikeError) -> PaymentChain {
    guard let client else { throw TurnpikeError(.closed) }
    guard let kept = content.chains.first(where: { $0.lease == lease && $0.number == number }) else {
      throw TurnpikeError(.invalidArgument("the wallet has no chain \(number) of lease \(lease)"))
    }
    var chain = try PaymentChain(
      lease: lease, number: number, weight: kept.weight, length: kept.length, secret: kept.secret)
    try await client.follow(&chain)
    return chain
  }

  /// Closes a chain; what no tick has paid goes back to the purse. One that the broker does not know leaves the wallet too: somebody
  /// else closed it, or the broker was restored from a time before it was opened.
  public func closeChain(_ owner: LeaseKey, number: UInt32) async throws(TurnpikeError) -> CloseChainReply {
    do {
      return try await perform(.closeChain(owner, number: number)).fixed()
    } catch  where error.status == .chainUnknown {
      try change { $0.chains.removeAll { $0.lease == owner.lease && $0.number == number } }
      throw error
    }
  }

  /// Ends a lease; the change comes into the wallet and the key leaves it.
  public func release(_ owner: LeaseKey) async throws(TurnpikeError) -> ReleaseReceipt {
    try ReleaseReceipt(await perform(.release(owner)))
  }

  /// Ends a lease, as provider or operator.
  public func revoke(lease: UInt64) async throws(TurnpikeError) -> RevokeReply {
    try await perform(.revoke(lease: lease)).fixed()
  }

  /// Hands a lease to the holder of another key; the old key leaves the wallet. Returns the lease's new epoch.
  public func transfer(_ owner: LeaseKey, toKeyHash keyHash: Bytes16) async throws(TurnpikeError) -> UInt64 {
    try await perform(.transfer(owner, toKeyHash: keyHash)).fixed(TransferReply.self).epoch
  }

  /// Offers a resource, as a provider. Returns its id.
  public func register(name: Name32, terms: Terms) async throws(TurnpikeError) -> UInt64 {
    try await perform(.register(name: name, terms: terms)).fixed(RegisterReply.self).resource
  }

  /// Announces new terms, as the resource's provider.
  public func update(resource: UInt64, terms: Terms) async throws(TurnpikeError) -> UpdateReply {
    try await perform(.update(resource: resource, terms: terms)).fixed()
  }

  /// Creates notes, as the operator; they come into the wallet.
  public func issue(amount: UInt64, count: UInt16, boundTo lease: UInt64 = 0) async throws(TurnpikeError)
    -> NotesReceipt
  {
    try NotesReceipt(await perform(.issue(amount: amount, count: count, boundTo: lease)))
  }

  /// Pays out earnings into the wallet; 0: all there is.
  public func withdraw(amount: UInt64) async throws(TurnpikeError) -> WithdrawReceipt {
    try WithdrawReceipt(await perform(.withdraw(amount: amount)))
  }

  /// Ends the quarantine of notes after a restore, as the operator, when they are worth at most `amount`; else AMOUNT_INVALID, with
  /// what they are worth.
  public func acceptLoss(amount: UInt64) async throws(TurnpikeError) -> AcceptLossReply {
    try await perform(.acceptLoss(amount: amount)).fixed()
  }

  /// Begins a new note key epoch, as the operator.
  public func rotate(
    validityMilliseconds: UInt64, algorithm: TagAlgorithm
  ) async throws(TurnpikeError) -> RotateReply {
    try await perform(.rotate(validityMilliseconds: validityMilliseconds, algorithm: algorithm)).fixed()
  }
}

/// What the deposit of a chain is paid from.
public enum ChainDeposit: Hashable, Sendable {
  /// Notes of the wallet.
  case notes
  /// Own money of the lease's purse.
  case purse
  /// Ecash, which must be worth exactly as much here after its mint's fees.
  case ecash(Ecash)
}
