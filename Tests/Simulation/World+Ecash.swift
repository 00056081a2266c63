import Cashu
import Payments
import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// Clients that pay in ecash, for whatever they pay for.
extension World {
  /// Coins in a token at the most: each costs the simulation's time.
  private static let coinCountMax = 5
  private static let openCountMaxPerClient = 3

  /// A request is about to be taken on, paid with notes: perhaps it is paid with as much ecash instead.
  func payInEcash(_ client: Client, _ errand: Errand) {
    guard !mints.isEmpty, lifeBase == 0, !errand.payment.isEmpty, ![.payment, .payout].contains(errand.opcode),
      !errand.isMischief,
      chance.oneIn(setup.ecashOneIn),
      errand.payment.allSatisfy({ $0.binding == 0 }),
      errand.key == nil || errand.key == errand.changes?.ownerKey,
      client.errands.count(where: { $0.ecash != nil }) < Self.openCountMaxPerClient,
      let mint = chance.pick(mints.filter { takenMints.contains($0.number) }),
      let sum = mint.sum(worth: errand.paid, countMax: Self.coinCountMax),
      let token = token(sum, of: mint, for: errand)
    else { return }
    purse += errand.payment
    errand.payment = []
    errand.isHasty = false
    let payment = KnownEcash(token, refundKey: draw())
    if token.lock != .none, token.lock != .broker, errand.changes?.isOpen == false { payment.lease = errand.changes }
    errand.ecash = payment
  }

  /// A good one, locked or not.
  private func token(_ sum: UInt64, of mint: SimulatedMint, for errand: Errand) -> KnownToken? {
    var lock = KnownToken.Lock.none
    if chance.oneIn(3) { lock = .broker }
    if let lease = errand.changes, [.fund, .use, .openChain, .donate].contains(errand.opcode), chance.oneIn(3) {
      lock = .lease(lease.id)
    }
    return token(sum, of: mint, lock: lock)
  }

  /// `forEver`: nobody but the broker ever has the coins of one that is locked.
  func token(_ sum: UInt64, of mint: SimulatedMint, lock: KnownToken.Lock = .none, forEver: Bool = false) -> KnownToken?
  {
    guard let (key, period) = key(of: lock),
      let proofs = mint.gift(sum, lock: key, locktime: forEver ? nil : locktime())
    else { return nil }
    return keep(KnownToken(proofs, of: mint, lock: period == nil ? .none : lock, lockPeriod: period))
  }

  func keep(_ token: KnownToken?) -> KnownToken? {
    if let token {
      tokens.append(token)
      tokenPoints.formUnion(token.points)
    }
    return token
  }

  /// What a lock has, and of which period that is; a client that was never told of the broker's key, or long ago, locks nothing.
  private func key(of lock: KnownToken.Lock) -> (key: CompressedPoint?, period: UInt64?)? {
    guard let told = lockKeys.current(at: oracle.now), let curve = mints.first?.curve else { return (nil, nil) }
    switch lock {
    case .none: return (nil, nil)
    case .broker: return (told.key, told.period)
    case .lease(let lease): return curve.leaseKey(told.key, lease: lease).map { ($0, told.period) }
    }
  }

  /// For ever, for long, or for less than a broker takes as such.
  private func locktime() -> UInt64? {
    let seconds = clock.wall / 1_000
    return [nil, nil, seconds + 86_400, seconds + 3_600][chance.below(4)]
  }

  // MARK: Waiting

  /// Those that wait for a mint ask again: when they were told that it has answered, and now and then.
  func askAgainAboutEcash(_ client: Client) {
    for errand in client.errands where errand.isPending {
      let isSettled = errand.ecash?.outcome != nil
      if chance.oneIn(isSettled ? 4 : 80) { errand.isPending = false }
    }
  }

  var isAwaitingEcash: Bool {
    clients.contains { client in
      client.errands.contains { errand in
        errand.isPending || errand.opcode == .payment && errand.refundOf.map { $0.outcome == nil } ?? false
      }
    }
  }

  /// What became of a request that was paid in ecash.
  func settleEcash(_ client: Client, _ errand: Errand, _ answer: Answer) {
    guard let payment = errand.ecash else { return }
    switch answer.status {
    case .ok:
      // Whoever has the key is given them as well.
      if payment.isExchanged, chance.oneIn(3), let other = chance.pick(tenants) {
        giveAgain(payment, by: other)
      }
    case .paymentRefundable:
      ask(about: payment, by: client)
      refund(payment, by: client)
      if chance.oneIn(4), let other = chance.pick(tenants) { refund(payment, by: other) }
    default:
      let token = payment.token
      let isWhole = token.flaw == .none && !token.isSpentElsewhere && payment.outcome == .notTaken
      if isWhole, token.lock == .none || token.lock == .broker { untaken = (untaken + [token]).suffix(10) }
    }
    if chance.oneIn(4) { ask(about: payment, by: client) }
  }

  func ask(about payment: KnownEcash, by client: Client) {
    guard let id = payment.id else { return }
    client.ask({ _ in PaymentRequest(payment: id) }, .payment) { errand in
      errand.refundOf = payment
    }
  }

  /// Offers a token for notes, and gives what is said: PAYMENT_PENDING, or the end.
  func offer(_ token: KnownToken) -> Status { awaitPending(exchange(token, by: tenants[1])) }

  func awaitPending(_ errand: Errand) -> Status {
    var status: Status?
    errand.then = { status = $0.status }
    for _ in 0..<2_000 where status == nil && !errand.isPending && oracle.problem == nil { step(isBusy: false) }
    if errand.isPending { return .paymentPending }
    if status == nil { oracle.blame("a token that is offered is not answered") }
    return status ?? .malformed
  }

  /// Of a token that is worth something.
  func sum(at mint: SimulatedMint) -> UInt64 { mint.fee(6) + 8 + UInt64(chance.below(24)) }

  /// Its note, however often it takes. Of a lease whose key changes one of the keys is the right one.
  func refund(_ payment: KnownEcash, by client: Client, triedCount: Int = 0) {
    guard let id = payment.id else { return }
    let keys = payment.lease.map(keys) ?? [payment.refundKey]
    let key = keys[min(triedCount, keys.count - 1)]
    // A lease's key may be that of several.
    let named = payment.lease == nil && chance.oneIn(3) ? 0 : id
    client.ask({ _ in RefundRequest(payment: named, key: key, token: payment.refundToken) }, .refund) { errand in
      errand.refundOf = payment
      errand.then = { [unowned self, unowned client] answer in
        if answer.status == .ok, named == 0 { coverage.count(.refundedByKey) }
        if answer.status == .ok { return }
        if answer.status == .keyWrong, triedCount + 1 < keys.count {
          return refund(payment, by: client, triedCount: triedCount + 1)
        }
        oracle.expect(
          [.noSpace, .sessionLimit].contains(answer.status) || payment.refund != nil,
          "the refund of payment \(id) is refused: \(answer.status)"
        )
        guard payment.refund == nil else { return }
        if answer.status == .noSpace { refund(payment, by: client) }
        // Whoever knows the key can collect it.
        if answer.status == .sessionLimit { refund(payment, by: chance.pick([operatorClient] + tenants) ?? client) }
      }
    }
  }

  /// The session is gone in which an EXCHANGE waits for its mint: its id leads to what became of it, and its key to the notes.
  func loseExchange(of client: Client) {
    let lost = client.errands.first { errand in
      errand.opcode == .exchange && errand.isPending
        && errand.ecash.map { $0.id != nil && $0.token.payments.count == 1 } ?? false
    }
    guard let lost, let payment = lost.ecash else { return }
    client.giveUp(lost)
    find(payment, by: chance.pick(tenants) ?? client)
  }

  private func find(_ payment: KnownEcash, by client: Client) {
    guard let id = payment.id else { return }
    client.ask({ _ in PaymentRequest(payment: id) }, .payment) { errand in
      errand.refundOf = payment
      errand.isHeld = { [unowned self] in payment.outcome == nil && !chance.oneIn(60) }
      errand.then = { [unowned self, unowned client] _ in
        switch payment.outcome {
        case nil:
          if payment.isForgotten { oracle.blame("payment \(id) waited, and is forgotten") }
          find(payment, by: client)
        case .taken:
          coverage.count(.exchangeFound)
          giveAgain(payment, by: client)
        case .refundable: refund(payment, by: client)
        case .notTaken: break
        }
      }
    }
  }

  /// The notes of an EXCHANGE that was put off and done, of its key, however often it takes.
  private func giveAgain(_ payment: KnownEcash, by client: Client) {
    guard let id = payment.id else { return }
    let named = chance.oneIn(3) ? 0 : id
    let request = RefundRequest(payment: named, key: payment.refundKey, token: payment.refundToken)
    client.ask({ _ in request }, .refund) { errand in
      errand.refundOf = payment
      errand.then = { [unowned self, unowned client] answer in
        switch answer.status {
        case .noSpace: giveAgain(payment, by: client)
        // Whoever knows the key can have them.
        case .sessionLimit: giveAgain(payment, by: chance.pick([operatorClient] + tenants) ?? client)
        default:
          // Of what was told the place may be needed since, or the year of its notes be over.
          let isHad = !payment.exchanged.isEmpty
          oracle.expect(
            answer.status == .ok || isHad && [.paymentUnknown, .receiptNotKept].contains(answer.status),
            "the notes of payment \(id) are not given again: \(answer.status)")
        }
      }
    }
  }

  /// All that a lease's owners may have had.
  private func keys(of lease: KnownLease) -> [Bytes16] {
    let heirs = clients.flatMap(\.errands).filter { $0.changes === lease }.compactMap(\.heir?.key)
    return lease.keys + heirs.filter { !lease.keys.contains($0) }
  }

  /// Its key is gone: nobody asks under its number again.
  func abandonedEcash(_ errand: Errand, _ client: Client) {
    guard let payment = errand.ecash, payment.outcome == nil, errand.sendCount > 0 else { return }
    (payment.isAbandoned, oracle.ecash.isUncertain) = (true, true)
  }

  // MARK: The mints

  /// `isQuarantined`: a loss is not accepted yet.
  func askMints(_ client: Client, isQuarantined: Bool = false) {
    client.ask({ _ in MintsRequest() }, .mints) { errand in
      errand.then = { [unowned self, unowned errand] answer in
        guard let reply = answer.part(MintsReply.self), answer.status == .ok else { return }
        let offers = answer.records(MintOffer.self)
        guard !mints.isEmpty else { return }
        let told = mints.filter { mint in offers.contains { $0.mint == mint.brokerNumber } }
        oracle.toldMints.formUnion(told.filter { $0.lackedUntil < errand.sentAt }.map(\.number))
        let isRight =
          told.count == offers.count
          && mints.allSatisfy { mint in
            told.contains { $0 === mint }
              ? takenMints.contains(mint.number) && !oracle.isLacking(mint, since: errand.sentAt)
              : !oracle.isTaken(mint)
          }
        oracle.expect(
          isRight || takenMints.isEmpty || files.hasLied || hasLostSync,
          "mints \(told.map(\.number)) are taken, not \(takenMints)")
        if isQuarantined {
          let isNone = reply.lockX0 == Bytes16() && reply.lockX1 == Bytes16() && reply.lockIsOdd == 0
          return oracle.expect(isNone, "a key to lock ecash to is told before ACCEPT_LOSS")
        }
        guard let key = CompressedPoint(x0: reply.lockX0, x1: reply.lockX1, isOdd: reply.lockIsOdd == 1) else {
          return oracle.blame("ecash is to be locked to no point")
        }
        let count = lockKeys.count
        if let wrong = lockKeys.tell(key, from: errand.sentAt, to: oracle.now) { oracle.blame(wrong) }
        if lockKeys.count > max(1, count) { coverage.count(.lockKeyChanged) }
        for offer in offers { judgeFee(offer) }
      }
    }
  }

  /// Of a mint none of whose keysets is known, or in use, none is told.
  private func judgeFee(_ offer: MintOffer) {
    guard let mint = mints.first(where: { $0.brokerNumber == offer.mint }), offer.feePerThousand > 0 else { return }
    coverage.count(.mintFeeTold)
    oracle.expect(
      UInt64(offer.feePerThousand) == mint.terms.feePPK,
      "mint \(mint.number) takes \(mint.terms.feePPK) for a thousand, and \(offer.feePerThousand) is told")
  }

  /// What nobody wanted is offered again: for notes.
  func offerAgain(_ client: Client) {
    guard let token = untaken.popLast() else { return }
    exchange(token, by: client)
  }

  @discardableResult
  func exchange(_ token: KnownToken, by client: Client) -> Errand {
    let sum = max(1, token.credit)
    let first = sum > 1 ? chance.among(1...sum - 1) : 1
    let amounts = sum > 1 ? [first, sum - first] : [1]
    return client.ask({ _ in ExchangeRequest(handle: 0, count: UInt16(amounts.count)) }, .exchange) { errand in
      errand.records = amounts.map { NoteOutput(amount: $0, binding: 0) }
      errand.ecash = KnownEcash(token, refundKey: draw())
    }
  }
}
