public import WireProtocol

/// One constructor for each operation. Amounts are in the broker's unit, durations in milliseconds.
extension Request {
  /// PING.
  public static func ping(echo: UInt64 = 0) -> Request { Request(.ping, PingRequest(echo: echo)) }

  /// REGISTER, as a provider.
  public static func register(name: Name32, terms: Terms) -> Request {
    Request(.register, RegisterRequest(name: name, terms: terms))
  }

  /// UPDATE, as the resource's provider.
  public static func update(resource: UInt64, terms: Terms) -> Request {
    Request(.update, UpdateRequest(resource: resource, terms: terms))
  }

  /// LIST: a page of resources with ids above `after`.
  public static func list(after: UInt64 = 0, countMax: UInt16 = 0) -> Request {
    Request(.list, ListRequest(after: after, countMax: countMax))
  }

  /// DESCRIBE by id.
  public static func describe(resource: UInt64) -> Request {
    Request(.describe, DescribeRequest(resource: resource, name: Name32()))
  }

  /// DESCRIBE by name.
  public static func describe(name: Name32) -> Request {
    Request(.describe, DescribeRequest(resource: 0, name: name))
  }

  /// STATUS.
  public static func status(resource: UInt64) -> Request { Request(.status, StatusRequest(resource: resource)) }

  /// QUOTE; a duration of 0 asks for the shortest lease.
  public static func quote(resource: UInt64, units: UInt32, durationMilliseconds: UInt64) -> Request {
    Request(.quote, QuoteRequest(resource: resource, units: units, duration: durationMilliseconds))
  }

  /// ACQUIRE. `keyHash` is that of the owner key; zero with the flag OPEN.
  public static func acquire(
    resource: UInt64, units: UInt32, flags: AcquireFlags = [], keyHash: Bytes16, minimumMilliseconds: UInt64 = 0,
    payment: [NoteToken]
  ) -> Request {
    let fixed = AcquireRequest(
      resource: resource, units: units, flags: flags, keyHash: keyHash, minimum: minimumMilliseconds)
    return Request(.acquire, fixed, payment: payment)
  }

  /// FUND: the owner's own money with the owner key, a gift without.
  public static func fund(lease: UInt64, key: Bytes16? = nil, payment: [NoteToken]) -> Request {
    Request(
      .fund, FundRequest(lease: lease, handle: 0), payment: payment, key: key.map { LeaseKey(lease: lease, key: $0) })
  }

  /// FUND, by a tick of one of the lease's chains: always the owner's own money.
  public static func fund(lease: UInt64, tick: TickToken) -> Request {
    var request = Request(.fund, FundRequest(lease: lease, handle: 0))
    request.tick = tick
    return request
  }

  /// BIND.
  public static func bind(_ key: LeaseKey) -> Request { Request(.bind, BindRequest(lease: key.lease, key: key.key)) }

  /// USE in the name of a key. `useNumber` 0: the session gives the next one.
  public static func use(
    _ key: LeaseKey, meter: UInt8, quantity: UInt64, useNumber: UInt64 = 0, payment: [NoteToken] = []
  ) -> Request {
    let fixed = UseRequest(handle: 0, meter: meter, quantity: quantity, useNumber: useNumber, lease: 0)
    return Request(.use, fixed, payment: payment, key: key)
  }

  /// USE in the name of a key, paid by a tick of one of the lease's chains.
  public static func use(
    _ key: LeaseKey, meter: UInt8, quantity: UInt64, useNumber: UInt64 = 0, tick: TickToken
  ) -> Request {
    var request = Request.use(key, meter: meter, quantity: quantity, useNumber: useNumber)
    request.tick = tick
    return request
  }

  /// OPEN_CHAIN, with the deposit as notes, or out of the purse when there are none.
  public static func openChain(
    _ owner: LeaseKey, number: UInt32, weight: UInt64, length: UInt32, root: Bytes16, payment: [NoteToken] = []
  ) -> Request {
    let fixed = OpenChainRequest(handle: 0, chain: number, weight: weight, length: length, root: root)
    return Request(.openChain, fixed, payment: payment, key: owner)
  }

  /// CLOSE_CHAIN.
  public static func closeChain(_ owner: LeaseKey, number: UInt32) -> Request {
    Request(.closeChain, CloseChainRequest(handle: 0, chain: number), key: owner)
  }

  /// CHECK_CHAIN.
  public static func checkChain(lease: UInt64, number: UInt32) -> Request {
    Request(.checkChain, CheckChainRequest(lease: lease, chain: number))
  }

  /// USE of an open lease, which the payment must pay exactly.
  public static func use(openLease lease: UInt64, meter: UInt8, quantity: UInt64, payment: [NoteToken]) -> Request {
    Request(.use, UseRequest(handle: 0, meter: meter, quantity: quantity, useNumber: 0, lease: lease), payment: payment)
  }

  /// RESERVE.
  public static func reserve(
    _ key: LeaseKey, meter: UInt8, quantityMax: UInt64, timeoutMilliseconds: UInt64
  ) -> Request {
    let fixed = ReserveRequest(handle: 0, meter: meter, quantityMax: quantityMax, timeout: timeoutMilliseconds)
    return Request(.reserve, fixed, key: key)
  }

  /// SETTLE.
  public static func settle(_ key: LeaseKey, reservation: UInt64, quantity: UInt64) -> Request {
    Request(.settle, SettleRequest(handle: 0, reservation: reservation, quantity: quantity), key: key)
  }

  /// GRANT_DEBIT_KEY; a total of 0 withdraws the key.
  public static func grantDebitKey(
    _ owner: LeaseKey, keyHash: Bytes16, perSecond: UInt64, total: UInt64
  ) -> Request {
    let fixed = GrantDebitKeyRequest(handle: 0, keyHash: keyHash, perSecond: perSecond, total: total)
    return Request(.grantDebitKey, fixed, key: owner)
  }

  /// CHECK.
  public static func check(lease: UInt64) -> Request { Request(.check, CheckRequest(lease: lease)) }

  /// RELEASE.
  public static func release(_ owner: LeaseKey) -> Request {
    Request(.release, ReleaseRequest(handle: 0), key: owner)
  }

  /// REVOKE, as the resource's provider or the operator.
  public static func revoke(lease: UInt64) -> Request { Request(.revoke, RevokeRequest(lease: lease)) }

  /// TRANSFER to the holder of another key, of which only the hash is told.
  public static func transfer(_ owner: LeaseKey, toKeyHash keyHash: Bytes16) -> Request {
    Request(.transfer, TransferRequest(handle: 0, keyHash: keyHash), key: owner)
  }

  /// SUBSCRIBE to a lease; an empty mask ends it.
  public static func subscribe(lease: UInt64, mask: SubscriptionMask) -> Request {
    Request(.subscribe, SubscribeRequest(lease: lease, resource: 0, funding: 0, mask: mask))
  }

  /// SUBSCRIBE to a resource and all its leases; an empty mask ends it.
  public static func subscribe(resource: UInt64, mask: SubscriptionMask) -> Request {
    Request(.subscribe, SubscribeRequest(lease: 0, resource: resource, funding: 0, mask: mask))
  }

  /// SUBSCRIBE to a campaign, an offering or an auction with its claims, or to a claim; an empty mask ends it.
  public static func subscribe(funding: UInt64, mask: SubscriptionMask) -> Request {
    Request(.subscribe, SubscribeRequest(lease: 0, resource: 0, funding: funding, mask: mask))
  }

  /// PAYMENT, by its id.
  public static func payment(id: UInt64) -> Request { Request(.payment, PaymentRequest(payment: id)) }

  /// PAYMENT, by notes that are shown and not spent.
  public static func payment(showing notes: [NoteToken]) -> Request {
    Request(.payment, PaymentRequest(payment: 0), payment: notes)
  }

  /// EXCHANGE: other notes of the same sum. `key`: the owner key of the lease that the notes are bound to.
  public static func exchange(_ notes: [NoteToken], for outputs: [NoteOutput], key: LeaseKey? = nil) -> Request {
    let fixed = ExchangeRequest(handle: 0, count: UInt16(clamping: outputs.count))
    var request = Request(.exchange, fixed, payment: notes, key: key)
    for output in outputs { request.body += output.bytes }
    return request
  }

  /// ISSUE, as the operator.
  public static func issue(amount: UInt64, count: UInt16, boundTo lease: UInt64 = 0) -> Request {
    Request(.issue, IssueRequest(amount: amount, binding: lease, count: count))
  }

  /// WITHDRAW, as a provider or the operator; 0: all there is.
  public static func withdraw(amount: UInt64) -> Request { Request(.withdraw, WithdrawRequest(amount: amount)) }

  /// ROTATE, as the operator; a validity of 0 is one year.
  public static func rotate(validityMilliseconds: UInt64, algorithm: TagAlgorithm) -> Request {
    Request(.rotate, RotateRequest(validity: validityMilliseconds, algorithm: algorithm))
  }

  /// ACCEPT_LOSS, as the operator, when the notes in quarantine are worth at most `amount`.
  public static func acceptLoss(amount: UInt64) -> Request { Request(.acceptLoss, AcceptLossRequest(amount: amount)) }

  /// BROKER_STATUS.
  public static func brokerStatus() -> Request { Request(.brokerStatus, empty: ()) }

  /// AUDIT_FIGURES, as the operator.
  public static func auditFigures() -> Request { Request(.auditFigures, empty: ()) }

  /// STATEMENT: a page of lines after number `after`, of a resource, or as the operator of the whole ledger (nil).
  public static func statement(of resource: UInt64?, after: UInt64 = 0) -> Request {
    Request(.statement, StatementRequest(resource: resource ?? 0, after: after))
  }
}
