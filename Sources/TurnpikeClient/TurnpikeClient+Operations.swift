/// One method for each operation. Amounts are in the broker's unit (`broker.unit`), durations and instants in milliseconds;
/// instants count from 1970 by the broker's clock. The statuses an operation can be refused with are in the specification.
extension TurnpikeClient {
  /// Asks for a sign of life. Returns the broker's time.
  public func ping() async throws(TurnpikeError) -> UInt64 {
    try await perform(.ping()).fixed(PingReply.self).now
  }

  /// Offers a resource, as a provider. Returns its id.
  public func register(name: Name32, terms: Terms) async throws(TurnpikeError) -> UInt64 {
    try await perform(.register(name: name, terms: terms)).fixed(RegisterReply.self).resource
  }

  /// Announces new terms of a resource, as its provider.
  public func update(resource: UInt64, terms: Terms) async throws(TurnpikeError) -> UpdateReply {
    try await perform(.update(resource: resource, terms: terms)).fixed()
  }

  /// Every resource of the broker, in the order of their ids, at most `countMax`.
  public func resources(countMax: Int = .max) async throws(TurnpikeError) -> [ResourceEntry] {
    var entries: [ResourceEntry] = []
    while entries.count < countMax {
      let reply = try await perform(.list(after: entries.last?.resource ?? 0))
      entries += try reply.records(ResourceEntry.self)
      if try reply.fixed(ListReply.self).more == 0 { break }
    }
    return Array(entries.prefix(countMax))
  }

  /// Tells the terms of a resource.
  public func describe(resource: UInt64) async throws(TurnpikeError) -> Sponsored<DescribeReply> {
    try Sponsored(await perform(.describe(resource: resource)))
  }

  /// Tells the terms of the resource of a name.
  public func describe(name: Name32) async throws(TurnpikeError) -> Sponsored<DescribeReply> {
    try Sponsored(await perform(.describe(name: name)))
  }

  /// Tells how a resource is doing.
  public func status(resource: UInt64) async throws(TurnpikeError) -> Sponsored<StatusReply> {
    try Sponsored(await perform(.status(resource: resource)))
  }

  /// Tells what a lease costs now. A duration of 0 asks for the shortest.
  public func quote(
    resource: UInt64, units: UInt32 = 1, durationMilliseconds: UInt64
  ) async throws(TurnpikeError) -> QuoteReply {
    try await perform(.quote(resource: resource, units: units, durationMilliseconds: durationMilliseconds)).fixed()
  }

  /// Takes a lease and pays for it. Keep `ownerKey`: who has it owns the lease.
  public func acquire(
    resource: UInt64, units: UInt32 = 1, ownerKey: Bytes16, minimumMilliseconds: UInt64 = 0,
    refusingGifts: Bool = false,
    payment: [NoteToken]
  ) async throws(TurnpikeError) -> Sponsored<AcquireReply> {
    let request = Request.acquire(
      resource: resource, units: units, flags: refusingGifts ? .giftsRefused : [], keyHash: ownerKey.keyHash,
      minimumMilliseconds: minimumMilliseconds, payment: payment)
    return try Sponsored(await perform(request))
  }

  /// Takes an open lease, as the resource's provider: nobody owns it and anyone may fund it.
  public func acquireOpen(
    resource: UInt64, units: UInt32 = 1, minimumMilliseconds: UInt64 = 0, payment: [NoteToken]
  ) async throws(TurnpikeError) -> Sponsored<AcquireReply> {
    let request = Request.acquire(
      resource: resource, units: units, flags: .open, keyHash: Bytes16(), minimumMilliseconds: minimumMilliseconds,
      payment: payment)
    return try Sponsored(await perform(request))
  }

  /// Adds money to a lease: the owner's own with its key, a gift without.
  public func fund(
    lease: UInt64, ownerKey: Bytes16? = nil, payment: [NoteToken]
  ) async throws(TurnpikeError) -> FundReply {
    try await perform(.fund(lease: lease, key: ownerKey, payment: payment)).fixed()
  }

  /// Adds the money of a tick to a lease, as its owner's own.
  public func fund(lease: UInt64, tick: TickToken) async throws(TurnpikeError) -> FundReply {
    try await perform(.fund(lease: lease, tick: tick)).fixed()
  }

  /// Tells what a key is good for. Other methods prove keys by themselves.
  public func bind(_ key: LeaseKey) async throws(TurnpikeError) -> BindReply {
    try await perform(.bind(key)).fixed()
  }

  /// Debits a use. It has a number of its own, which makes it safe to send again; with a payment it keeps a receipt.
  ///
  /// When its outcome is not known (`money` is `notKnown`), call it again with the error's `detail` as `useNumber`.
  public func use(
    _ key: LeaseKey, meter: UInt8 = 0, quantity: UInt64, useNumber: UInt64 = 0, payment: [NoteToken] = []
  ) async throws(TurnpikeError) -> UseReply {
    try await perform(.use(key, meter: meter, quantity: quantity, useNumber: useNumber, payment: payment)).fixed()
  }

  /// Debits a use that a tick pays for. It is safe to send again, as a use without a payment is.
  public func use(
    _ key: LeaseKey, meter: UInt8 = 0, quantity: UInt64, useNumber: UInt64 = 0, tick: TickToken
  ) async throws(TurnpikeError) -> UseReply {
    try await perform(.use(key, meter: meter, quantity: quantity, useNumber: useNumber, tick: tick)).fixed()
  }

  /// Opens a prepaid chain on a lease: the deposit is the payment, or comes out of the purse when there is none.
  public func open(
    _ chain: PaymentChain, _ owner: LeaseKey, payment: [NoteToken] = []
  ) async throws(TurnpikeError) -> OpenChainReply {
    try await perform(chain.opening(owner, payment: payment)).fixed()
  }

  /// Closes a chain: what no tick has paid goes back to the purse.
  public func closeChain(_ owner: LeaseKey, number: UInt32) async throws(TurnpikeError) -> CloseChainReply {
    try await perform(.closeChain(owner, number: number)).fixed()
  }

  /// Tells how far a chain was used.
  public func checkChain(lease: UInt64, number: UInt32) async throws(TurnpikeError) -> CheckChainReply {
    try await perform(.checkChain(lease: lease, number: number)).fixed()
  }

  /// Brings a chain up to the last word that the broker was shown, which another process may have shown.
  ///
  /// - Throws: `.protocolViolation` when the broker claims a word that it cannot prove to have: nobody has shown it.
  public func follow(_ chain: inout PaymentChain) async throws(TurnpikeError) {
    let reply = try await checkChain(lease: chain.lease, number: chain.number)
    guard chain.follow(to: reply.index, reply.word) else {
      throw TurnpikeError(
        .protocolViolation("it claims word \(reply.index) of chain \(chain.number), and has another"),
        operation: .checkChain)
    }
  }

  /// Uses an open lease; the payment must be the exact price.
  public func use(
    openLease lease: UInt64, meter: UInt8 = 0, quantity: UInt64, payment: [NoteToken]
  ) async throws(TurnpikeError) -> UseReply {
    try await perform(.use(openLease: lease, meter: meter, quantity: quantity, payment: payment)).fixed()
  }

  /// Holds money of a lease for a cost that is not known yet.
  public func reserve(
    _ key: LeaseKey, meter: UInt8 = 0, quantityMax: UInt64, timeoutMilliseconds: UInt64
  ) async throws(TurnpikeError) -> ReserveReply {
    let request = Request.reserve(
      key, meter: meter, quantityMax: quantityMax, timeoutMilliseconds: timeoutMilliseconds)
    return try await perform(request).fixed()
  }

  /// Charges the actual quantity of a reservation; the rest goes back to the lease.
  public func settle(
    _ key: LeaseKey, reservation: UInt64, quantity: UInt64
  ) async throws(TurnpikeError) -> SettleReply {
    try await perform(.settle(key, reservation: reservation, quantity: quantity)).fixed()
  }

  /// Lets the holder of another key debit a lease within limits; a total of 0 withdraws the key.
  public func grantDebitKey(
    _ owner: LeaseKey, debitKey: Bytes16, perSecond: UInt64, total: UInt64
  ) async throws(TurnpikeError) -> GrantDebitKeyReply {
    let request = Request.grantDebitKey(owner, keyHash: debitKey.keyHash, perSecond: perSecond, total: total)
    return try await perform(request).fixed()
  }

  /// Tells the state of a lease, to anyone.
  public func check(lease: UInt64) async throws(TurnpikeError) -> CheckReply {
    try await perform(.check(lease: lease)).fixed()
  }

  /// Ends a lease and pays its unused own money out; of a lease that ended otherwise, collects what is due to its owner.
  public func release(_ owner: LeaseKey) async throws(TurnpikeError) -> ReleaseReceipt {
    try ReleaseReceipt(await perform(.release(owner)))
  }

  /// Ends a lease, as the resource's provider or the operator.
  public func revoke(lease: UInt64) async throws(TurnpikeError) -> RevokeReply {
    try await perform(.revoke(lease: lease)).fixed()
  }

  /// Hands a lease to the holder of another key. Returns its new epoch.
  public func transfer(_ owner: LeaseKey, toKeyHash keyHash: Bytes16) async throws(TurnpikeError) -> UInt64 {
    try await perform(.transfer(owner, toKeyHash: keyHash)).fixed(TransferReply.self).epoch
  }

  /// Asks for pushes about a lease until the mask is set to nothing; see `pushes()`.
  public func subscribe(lease: UInt64, to mask: SubscriptionMask = [.changes, .notices]) async throws(TurnpikeError) {
    _ = try await perform(.subscribe(lease: lease, mask: mask))
  }

  /// Asks for pushes about a resource and all its leases.
  public func subscribe(resource: UInt64, to mask: SubscriptionMask = [.changes, .notices]) async throws(TurnpikeError)
  {
    _ = try await perform(.subscribe(resource: resource, mask: mask))
  }

  /// Asks for notices about a campaign, an offering or an auction with its claims, or about a claim.
  public func subscribe(funding: UInt64, to mask: SubscriptionMask = .notices) async throws(TurnpikeError) {
    _ = try await perform(.subscribe(funding: funding, mask: mask))
  }

  /// Tells what became of a payment.
  public func payment(id: UInt64) async throws(TurnpikeError) -> PaymentReply {
    try await perform(.payment(id: id)).fixed()
  }

  /// Tells what became of notes, which are shown and not spent; at most 32.
  public func payment(showing notes: [NoteToken]) async throws(TurnpikeError) -> PaymentReply {
    try await perform(.payment(showing: notes)).fixed()
  }

  /// Makes other notes of the same sum. `key`: the owner key of the lease that the notes are bound to.
  public func exchange(
    _ notes: [NoteToken], for outputs: [NoteOutput], key: LeaseKey? = nil
  ) async throws(TurnpikeError) -> NotesReceipt {
    try NotesReceipt(await perform(.exchange(notes, for: outputs, key: key)))
  }

  /// Creates notes, as the operator.
  public func issue(
    amount: UInt64, count: UInt16 = 1, boundTo lease: UInt64 = 0
  ) async throws(TurnpikeError) -> NotesReceipt {
    try NotesReceipt(await perform(.issue(amount: amount, count: count, boundTo: lease)))
  }

  /// Pays out what a provider, or the operator in fees, has earned; 0: all there is.
  public func withdraw(amount: UInt64 = 0) async throws(TurnpikeError) -> WithdrawReceipt {
    try WithdrawReceipt(await perform(.withdraw(amount: amount)))
  }

  /// Begins a new note key epoch, as the operator; a validity of 0 is one year.
  public func rotate(
    validityMilliseconds: UInt64 = 0, algorithm: TagAlgorithm = .hmacSha256_128
  ) async throws(TurnpikeError) -> RotateReply {
    try await perform(.rotate(validityMilliseconds: validityMilliseconds, algorithm: algorithm)).fixed()
  }

  /// Ends the quarantine of notes after a restore, as the operator, when they are worth at most `amount`; else AMOUNT_INVALID, with
  /// what they are worth.
  public func acceptLoss(amount: UInt64) async throws(TurnpikeError) -> AcceptLossReply {
    try await perform(.acceptLoss(amount: amount)).fixed()
  }

  /// Tells how the broker is doing.
  public func brokerStatus() async throws(TurnpikeError) -> BrokerStatusReply {
    try await perform(.brokerStatus()).fixed()
  }

  /// Every balance of the ledger, as the operator.
  public func auditFigures() async throws(TurnpikeError) -> LedgerFigures {
    try LedgerFigures(await perform(.auditFigures()))
  }

  /// The lines of the ledger after number `after` that concern a resource, to anyone, or, as the operator, all of them (nil). Of
  /// those that were made up to now, the ones that the broker keeps still: `LedgerStatement.gaps` tells of the rest.
  public func statement(of resource: UInt64?, after: UInt64 = 0) async throws(TurnpikeError) -> LedgerStatement {
    guard resource != 0 else { throw TurnpikeError(.invalidArgument("0 is the id of no resource")) }
    var statement = LedgerStatement(of: resource, after: after)
    while let request = statement.nextRequest { try statement.take(await perform(request)) }
    return statement
  }
}
