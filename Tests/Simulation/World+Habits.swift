import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// What the clients do of themselves, and with what they get.
extension World {
  func act(_ client: Client) {
    guard client.errands.count < 24, !client.isFarAhead, chance.oneIn(2) else { return }
    if client.role.role == .agent, chance.below(8) > 0 { return }
    if strangers.contains(where: { $0 === client }) { return chance.oneIn(2) ? mischief(client) : look(client) }
    // Who comes late finds what is left.
    if client === tenants.last, oracle.acceptedCount < 200 { return }
    if chance.oneIn(12), let errand = chance.pick(client.recent) {
      _ = client.askAgain(errand)
      return
    }
    if !mints.isEmpty, client.role.role == .none, chance.oneIn(14) { meddleWithEcash(client) }
    if !mints.isEmpty, client.role.role != .agent, chance.oneIn(setup.payoutOneIn) { payOut(client) }
    if chance.oneIn(5) { return mischief(client) }
    if chance.oneIn(5) { return look(client) }
    switch client.role.role {
    case .operator:
      operate(client)
      if chance.oneIn(8) { govern(client) }
    case .provider:
      provide(client)
      if chance.oneIn(4) { beFunded(client) }
    case .agent: break
    case .none:
      for _ in 0..<(1 + chance.below(3)) { rent(client) }
      if chance.below(100) < 45 { support(client) }
      if chance.below(100) < 45 { sponsor(client) }
      if chance.oneIn(8) { listen(client) }
    }
  }

  /// A secret that nobody has drawn before.
  func draw() -> Bytes16 {
    drawnCount += 1
    return Bytes16(low: drawnCount, high: chance.next() | 1)
  }

  /// Notes to pay to a lease with, taken from the purse.
  func notes(_ count: Int, for lease: KnownLease? = nil) -> [NoteToken] {
    var taken: [NoteToken] = []
    while taken.count < count {
      let fitting = purse.indices.filter { purse[$0].binding == 0 || purse[$0].binding == lease?.id }
      guard let index = chance.pick(fitting) else { break }
      taken.append(purse.remove(at: index))
    }
    return taken
  }

  // MARK: Outcomes

  /// What became of the notes of a request.
  func settleNotes(_ errand: Errand, _ answer: Answer) {
    // The note of a claim is in the purse of whoever was told of it first.
    var isNews = errand.opcode != .claim || errand.claim?.collector === errand
    // So are those of a payment in ecash, also of an EXCHANGE whose notes REFUND gives as well.
    let payment = errand.opcode == .refund ? errand.refundOf : errand.opcode == .exchange ? errand.ecash : nil
    if answer.status == .ok, let payment {
      isNews = !payment.isCollected
      payment.isCollected = true
    }
    if answer.status == .ok, let payout = errand.payout, errand.opcode == .refund {
      isNews = !payout.isCollected
      payout.isCollected = true
    }
    if errand.isHoard { return }
    if errand.keepsReceipt, answer.status == .ok, isNews { purse += answer.notes }
    guard errand.opcode != .payment, !errand.isMischief, !errand.payment.isEmpty else { return }
    if answer.status == .ok {
      spent += errand.payment
      if spent.count > 200 { spent.removeFirst(100) }
      return
    }
    let blamed = answer.refusal.map { Int($0.token) } ?? Int(Refusal.noToken)
    guard answer.status == .noteExpired || answer.status == .noteEpochUnknown, blamed < errand.payment.count else {
      return purse += errand.payment
    }
    let epoch = errand.payment[blamed].keyEpoch
    purse += errand.payment.filter { $0.keyEpoch != epoch }
    if answer.status == .noteExpired { expired = (expired + errand.payment.filter { $0.keyEpoch == epoch }).suffix(40) }
  }

  /// Its key is gone: what became of it has to be found out otherwise.
  func abandoned(_ errand: Errand, _ client: Client) {
    if let lease = errand.changes, let heir = errand.heir, errand.sendCount > 0 {
      // Why else would the old key be wrong?
      (lease.key, lease.owner, lease.epochUnknownSince) = (heir.key, heir.client, oracle.eventCount)
      lease.chains = [:]
    }
    if errand.opcode == .reserve || errand.opcode == .settle { errand.changes?.reservedUntil = .max }
    guard !errand.payment.isEmpty, errand.opcode != .payment, !errand.isMischief else { return }
    errand.changes?.epochUnknownSince = oracle.eventCount
    client.ask({ _ in PaymentRequest(payment: 0) }, .payment) { question in
      question.payment = errand.payment
      question.then = { [unowned self] answer in
        guard let reply = answer.part(PaymentReply.self), answer.status == .ok else { return }
        switch reply.outcome {
        case .notTaken: purse += errand.payment
        case .taken:
          if let wrong = oracle.money.took(errand.payment, for: errand) { oracle.blame(wrong) }
          oracle.notePaid(errand, answer)
          if let lease = errand.changes {
            oracle.credit(errand.payment.reduce(0) { $0 + $1.amount }, to: lease, errand)
          }
        default: oracle.blame("a payment of one request was \(reply.outcome)")
        }
      }
    }
  }

  // MARK: The operator and the providers

  private func operate(_ client: Client) {
    switch chance.below(12) {
    case 0: askFigures(isSettled: false)
    case 1 where chance.oneIn(8): rotate(client)
    case 4: followLedger()
    case 2: client.ask({ _ in WithdrawRequest(amount: 0) }, .withdraw)
    case 3: if chance.oneIn(4), let lease = anyLive() { revoke(lease, by: client) }
    case 5: askTreasuries(isSettled: false)
    default:
      guard purse.count < 60 else { return }
      // A few single units, for gifts: they buy nobody any time.
      let isSmall = chance.oneIn(8) && !purse.contains { $0.amount == 1 }
      // Where ecash is taken, some are what few coins are worth.
      let hasFewBits = !mints.isEmpty && chance.oneIn(2)
      let amount =
        isSmall
        ? 1 : hasFewBits ? UInt64(8 + chance.below(8)) << UInt64(5 + chance.below(6)) : chance.among(200...20_000)
      let count = UInt16(1 + chance.below(isSmall ? 3 : 12))
      let binding = chance.oneIn(6) ? anyLive()?.id ?? 0 : 0
      client.ask({ _ in IssueRequest(amount: amount, binding: binding, count: count) }, .issue) { errand in
        errand.then = { [unowned self, unowned client] in
          // Perhaps the key epoch is full.
          if $0.status == .noSpace, chance.oneIn(4) { rotate(client) }
        }
      }
    }
  }

  func rotate(_ client: Client) {
    let algorithm: TagAlgorithm = chance.oneIn(2) ? .hmacSha256_128 : .siphash2_4_128
    client.ask({ _ in RotateRequest(validity: 0, algorithm: algorithm) }, .rotate)
  }

  func askFigures(isSettled: Bool) {
    operatorClient.ask({ _ in AuditFiguresRequest() }, .auditFigures) { errand in
      errand.then = { [unowned self] answer in
        guard let reply = answer.part(AuditFiguresReply.self), answer.status == .ok else { return }
        let records = answer.records(Figure.self)
        if let wrong = oracle.money.compare(records, isSettled: isSettled, isUncertain: oracle.ecash.isUncertain) {
          oracle.blame(wrong)
        }
        if isSettled { oracle.compareEcash(records) }
        guard isSettled else { return }
        figures = (reply.sequence, records)
        oracle.compareHeld(records, at: reply.now)
        oracle.compare(
          records, at: reply.now, with: claims.filter { !$0.isForgotten && !($0.bid?.auction.isForgotten ?? false) },
          campaigns, offerings, auctions)
      }
    }
  }

  private func provide(_ client: Client) {
    let own = resources.filter { $0.provider === client }
    guard own.count >= 2 else { return register(client) }
    if own.count == 2, !own.contains(where: \.isProvisioned), setup.hasSecondAgents || oracle.agents.isEmpty {
      return register(client, isProvisioned: true)
    }
    switch chance.below(10) {
    case 0: if chance.oneIn(6) { register(client) }
    case 1, 2: if let resource = chance.pick(own) { update(resource) }
    case 3:
      client.ask(
        { [amount = chance.oneIn(2) ? 0 : chance.among(1...500)] _ in WithdrawRequest(amount: amount) }, .withdraw)
    case 4:
      let leases = leases.filter { $0.resource.provider === client && !$0.hasEnded }
      if chance.oneIn(3), let lease = chance.pick(leases) { revoke(lease, by: client) }
    case 5:
      guard let resource = chance.pick(own) else { return }
      client.ask(
        { _ in SubscribeRequest(lease: 0, resource: resource.id, funding: 0, mask: [.changes, .notices]) }, .subscribe)
    case 6: if let resource = chance.pick(own) { acquire(resource, by: client, isOpen: true) }
    case 7:
      if let lease = leases.first(where: { $0.isOpen && $0.owner === client && !$0.hasEnded }) {
        useOpen(lease, by: client)
      }
    default: look(client)
    }
  }

  func terms(like before: Terms? = nil, isFlat: Bool) -> Terms {
    let price = chance.among(100...1_000)
    let throttle = chance.oneIn(4) ? 0 : chance.among(1_000...5_000)
    return Terms(
      price: price, period: [1_000, 777, 3][chance.below(3)] * (chance.oneIn(8) ? 7 : 1) + 997,
      throttledPrice: isFlat ? price : max(1, price / 3), shortest: 1_000, longest: 240_000,
      low: throttle + chance.among(1_000...6_000), throttle: throttle, grace: chance.among(1_000...20_000),
      provision: before?.policy.contains(.agent) ?? false ? provisionTime() : 0,
      outage: before?.policy.contains(.agent) ?? false ? outageTime() : 0, meter0: 7,
      meter1: 120, meter2: 1 << 40, meter3: 0, units: before?.units ?? UInt32(chance.among(6...16)),
      policy: before?.policy ?? ResourcePolicy(rawValue: UInt32(chance.below(4) == 0 ? 1 : 2 * chance.below(4))))
  }

  private func register(_ client: Client, isProvisioned: Bool = false) {
    var terms = terms(isFlat: chance.below(3) > 0)
    if isProvisioned {
      terms.policy.insert(.agent)
      terms.provision = provisionTime()
      terms.outage = outageTime()
    }
    if !mints.isEmpty, chance.oneIn(2) {
      // A tenth of them is what two may have.
      terms.policy.insert(.unitsHeld)
      terms.units = UInt32(chance.among(20...40))
    }
    guard let name = Name32("resource \(drawnCount) of \(client.name)") else { return }
    drawnCount += 1
    client.ask({ _ in RegisterRequest(name: name, terms: terms) }, .register) { errand in
      errand.then = { [unowned self] answer in
        guard let reply = answer.part(RegisterReply.self), answer.status == .ok else { return }
        names.append(name)
        oracle.expect(!resources.contains { $0.id == reply.resource }, "resource \(reply.resource) was given twice")
        let resource = KnownResource(id: reply.resource, provider: client, terms: terms)
        resources.append(resource)
        if resource.isProvisioned { hire(for: resource) }
      }
    }
  }

  private func update(_ resource: KnownResource) {
    let terms = terms(like: resource.terms[0], isFlat: resource.isFlat)
    resource.terms.append(terms)
    resource.provider.ask({ _ in UpdateRequest(resource: resource.id, terms: terms) }, .update) {
      $0.resource = resource
      $0.then = { if $0.status == .ok { resource.current = terms } }
    }
  }

  private func revoke(_ lease: KnownLease, by client: Client) {
    client.ask({ _ in RevokeRequest(lease: lease.id) }, .revoke) { $0.changes = lease }
  }

  func anyLive() -> KnownLease? { chance.pick(leases.filter { !$0.hasEnded }) }
}
