import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// Requests that nobody should make, so that each refusal is seen too.
extension World {
  /// One of them, and what it names.
  struct Misdeed {
    let opcode: Opcode
    let part: (UInt32) -> any WireRequest
    var payment: [NoteToken] = []
    var tick: TickToken?
    var records: [any WireLayout] = []
    /// Whose handle it is sent with.
    var key: HeldKey?
    var lease: KnownLease?
    var resource: KnownResource?
    var useNumber: UInt64?
    /// It is wrong only under a number that is another's.
    var isGood = false
    var then: (Answer) -> Void = { _ in }

    init(_ part: some WireRequest) {
      opcode = type(of: part).opcode
      self.part = { _ in part }
    }

    init(_ opcode: Opcode, of lease: KnownLease, _ part: @escaping (UInt32) -> any WireRequest) {
      (self.opcode, self.part, self.lease, key) = (opcode, part, lease, lease.ownerKey)
    }
  }

  func mischief(_ client: Client) {
    let own = leases.filter { $0.owner === client && !$0.isOpen && !$0.isReleased && !$0.hasEnded }
    let misdeed: Misdeed? =
      switch chance.below(14) {
      case 10, 11, 12, 13: aboutFunding(client)
      case 0, 1: about(resources: client)
      case 2: withoutHandle()
      case 3, 4: aboutLeases(client)
      case 5: chance.pick(own).flatMap { aboutOwn($0) }
      case 6: chance.pick(own).flatMap { chance.oneIn(2) ? aboutOwn($0) : aboutChains($0) }
      case 7: byRole(client)
      default: chance.oneIn(6) ? aboutAgents() : badlyPaid(client, own)
      }
    guard let misdeed else { return look(client) }
    let change = { (errand: Errand) in
      (errand.payment, errand.records, errand.key) = (misdeed.payment, misdeed.records, misdeed.key)
      errand.tick = misdeed.tick
      (errand.changes, errand.resource, errand.useNumber) = (misdeed.lease, misdeed.resource, misdeed.useNumber)
      (errand.isMischief, errand.then) = (true, misdeed.then)
    }
    switch chance.below(misdeed.isGood ? 2 : 5) {
    case 0: client.misuse(.ofKept, misdeed.part, misdeed.opcode, change)
    case 1:
      // Who keeps no receipts may have lost its session, and the numbers with it.
      guard !setup.hasFewSessions else { return }
      client.misuse(.ofForgotten, misdeed.part, misdeed.opcode, change)
    default: client.ask(misdeed.part, misdeed.opcode, change)
    }
  }

  static let nobody: UInt64 = 1 << 40
  private static let nothing: UInt32 = 9_999
  /// Of which four units cost more than there can be.
  private static let dearPrice = UInt64.max / 3

  // MARK: Resources and leases, by anyone

  private func about(resources client: Client) -> Misdeed? {
    guard let resource = chance.pick(resources) else { return nil }
    switch chance.below(10) {
    case 9: return Misdeed(StatementRequest(resource: Self.nobody, after: 0))
    case 0: return Misdeed(DescribeRequest(resource: Self.nobody, name: Name32()))
    case 1: return Misdeed(StatusRequest(resource: Self.nobody))
    case 2: return Misdeed(SubscribeRequest(lease: 0, resource: Self.nobody, funding: 0, mask: [.changes]))
    case 3: return Misdeed(QuoteRequest(resource: Self.nobody, units: 1, duration: 5_000))
    case 4:
      let (units, duration): (UInt32, UInt64) = [(0, 0), (1, 1), (1, 1 << 50), (2, 5_000)][chance.below(4)]
      return Misdeed(QuoteRequest(resource: resource.id, units: units, duration: duration))
    case 5: return acquire(Self.nobody, 1, spentNote())
    case 6:
      // Nobody's, and not open.
      if chance.oneIn(2) { return acquire(resource.id, 1, spentNote(), keyHash: Bytes16()) }
      return acquire(resource.id, 0, spentNote())
    case 7:
      if chance.oneIn(2), let dearResource { return acquire(dearResource, 4, spentNote()) }
      return acquire(resource.id, 1, [])
    default:
      // Open, and not the provider's who asks.
      guard resource.provider !== client else { return nil }
      return acquire(resource.id, 1, spentNote(), [.open], keyHash: Bytes16())
    }
  }

  private func acquire(
    _ resource: UInt64, _ units: UInt32, _ payment: [NoteToken], _ flags: AcquireFlags = [], keyHash: Bytes16? = nil
  ) -> Misdeed {
    var misdeed = Misdeed(
      AcquireRequest(
        resource: resource, units: units, flags: flags, keyHash: keyHash ?? SHA256.keyHash(draw()), minimum: 0))
    misdeed.payment = payment
    return misdeed
  }

  private func aboutLeases(_ client: Client) -> Misdeed? {
    let open = leases.first { $0.isOpen && !$0.hasEnded }
    switch chance.below(19) {
    case 18: return Misdeed(SignaturesRequest(payment: chance.oneIn(2) ? Self.nobody << 11 : somePayment))
    case 15, 16: return Misdeed(RefundRequest(payment: Self.nobody << 11, key: draw(), token: draw()))
    case 17: return Misdeed(PaymentRequest(payment: Self.nobody << 11))
    case 12: return Misdeed(CheckChainRequest(lease: Self.nobody, chain: 1))
    case 13: return endedLeases.last.map { Misdeed(CheckChainRequest(lease: $0.id, chain: 1)) }
    case 14: return anyLive().map { Misdeed(CheckChainRequest(lease: $0.id, chain: Self.nothing)) }
    case 0: return Misdeed(CheckRequest(lease: Self.nobody))
    case 1: return Misdeed(BindRequest(lease: Self.nobody, key: draw()))
    case 2: return open.map { Misdeed(BindRequest(lease: $0.id, key: draw())) }
    case 3: return anyLive().map { $0.isOpen ? nil : Misdeed(BindRequest(lease: $0.id, key: draw())) } ?? nil
    case 4: return Misdeed(UseRequest(handle: 0, meter: 0, quantity: 1, useNumber: 0, lease: Self.nobody))
    case 5: return open.map { Misdeed(UseRequest(handle: 0, meter: 0, quantity: 1, useNumber: 0, lease: $0.id)) }
    case 6: return fund(Self.nobody, 0, spentNote())
    case 7: return Misdeed(SubscribeRequest(lease: Self.nobody, resource: 0, funding: 0, mask: [.changes]))
    case 8:
      return endedLeases.last.map { Misdeed(SubscribeRequest(lease: $0.id, resource: 0, funding: 0, mask: [.changes])) }
    case 9: return endedLeases.last.flatMap { fund($0.id, 0, spentNote()) }
    case 10: return endedLeases.last { $0.owner === client && !$0.isOpen }.flatMap { aboutEnded($0) }
    default:
      var misdeed = Misdeed(PaymentRequest(payment: chance.oneIn(2) ? 0 : 1))
      misdeed.payment = chance.oneIn(3) ? [] : badNotes(for: nil)
      return misdeed
    }
  }

  private func fund(_ lease: UInt64, _ handle: UInt32, _ payment: [NoteToken]) -> Misdeed {
    var misdeed = Misdeed(FundRequest(lease: lease, handle: handle))
    misdeed.payment = payment
    return misdeed
  }

  private func aboutEnded(_ lease: KnownLease) -> Misdeed {
    switch chance.below(8) {
    case 7: badVoucher(lease)
    case 6: Misdeed(.ticket, of: lease) { TicketRequest(handle: $0, agent: 0) }
    case 4: openChain(lease)
    case 5: Misdeed(.closeChain, of: lease) { CloseChainRequest(handle: $0, chain: 1) }
    case 0: Misdeed(.reserve, of: lease) { ReserveRequest(handle: $0, meter: 0, quantityMax: 1, timeout: 500) }
    case 1:
      Misdeed(.transfer, of: lease) { [hash = SHA256.keyHash(draw())] in TransferRequest(handle: $0, keyHash: hash) }
    case 2: Misdeed(.use, of: lease) { UseRequest(handle: $0, meter: 0, quantity: 1, useNumber: 1 << 40, lease: 0) }
    default:
      Misdeed(.grantDebitKey, of: lease) { [hash = SHA256.keyHash(draw())] in
        GrantDebitKeyRequest(handle: $0, keyHash: hash, perSecond: 1, total: 1)
      }
    }
  }

  /// With a handle that this connection does not have.
  private func withoutHandle() -> Misdeed? {
    let (handle, hash) = (Self.nothing, SHA256.keyHash(draw()))
    switch chance.below(10) {
    case 8: return Misdeed(CloseChainRequest(handle: handle, chain: 1))
    case 9:
      return Misdeed(OpenChainRequest(handle: handle, chain: 1, weight: 1, length: 1, root: draw()))
    case 0: return anyLive().map { fund($0.id, handle, spentNote()) }
    case 1:
      var misdeed = Misdeed(UseRequest(handle: handle, meter: 0, quantity: 1, useNumber: 1, lease: 0))
      if chance.oneIn(2) { misdeed.payment = spentNote() }
      return misdeed
    case 2: return Misdeed(ReserveRequest(handle: handle, meter: 0, quantityMax: 1, timeout: 500))
    case 3: return Misdeed(SettleRequest(handle: handle, reservation: 1, quantity: 0))
    case 4: return Misdeed(GrantDebitKeyRequest(handle: handle, keyHash: hash, perSecond: 1, total: 1))
    case 5: return Misdeed(ReleaseRequest(handle: handle))
    case 6: return Misdeed(TransferRequest(handle: handle, keyHash: hash))
    default: return exchange([1], spentNote(), handle)
    }
  }

  private func exchange(_ outputs: [UInt64], _ payment: [NoteToken], _ handle: UInt32 = 0) -> Misdeed {
    var misdeed = Misdeed(ExchangeRequest(handle: handle, count: UInt16(outputs.count)))
    misdeed.records = outputs.map { NoteOutput(amount: $0, binding: 0) }
    misdeed.payment = payment
    return misdeed
  }

  // MARK: By the owner

  private func aboutOwn(_ lease: KnownLease) -> Misdeed? {
    let same = SHA256.keyHash(lease.key)
    switch chance.below(17) {
    case 15, 16: return badVoucher(lease)
    case 0: return use(lease, quantity: 0)
    case 1: return use(lease, meter: 2, quantity: 1 << 30)
    case 2: return use(lease, meter: 3)
    case 3:
      // Long ago: whether it was charged nobody knows.
      let last = lease.useNumbers[lease.ownerKey, default: 0]
      return last > 70 ? use(lease, number: last - 70) : use(lease, number: last + 100)
    case 4:
      // Charged before, and paid for now.
      guard let number = lease.chargedNumbers[lease.ownerKey]?.max() else { return nil }
      return spent.isEmpty ? nil : use(lease, number: number, payment: spentNote())
    case 5: return reserve(lease, quantity: 0)
    case 6: return reserve(lease, meter: 2, quantity: 1 << 30)
    case 7: return reserve(lease, meter: 3)
    case 8: return reserve(lease, timeout: 0)
    case 9: return reserve(lease, meter: 2)
    case 10: return Misdeed(.settle, of: lease) { SettleRequest(handle: $0, reservation: Self.nobody, quantity: 0) }
    case 11:
      return Misdeed(.grantDebitKey, of: lease) {
        GrantDebitKeyRequest(handle: $0, keyHash: same, perSecond: 1, total: 1)
      }
    case 12: return Misdeed(.transfer, of: lease) { TransferRequest(handle: $0, keyHash: same) }
    case 13:
      var misdeed = Misdeed(.release, of: lease) { ReleaseRequest(handle: $0) }
      misdeed.isGood = true
      return misdeed
    default: return exchange(chance.oneIn(2) ? [0] : [1 << 63, 1 << 63], spentNote())
    }
  }

  /// What cannot be opened, closed or shown.
  private func aboutChains(_ lease: KnownLease) -> Misdeed {
    // One that is asked for may be refused, and its number be free.
    let open = lease.chains.values.filter { $0.isOpen && !$0.isClosing }.sorted { $0.number < $1.number }.first
    switch chance.below(12) {
    case 0: return openChain(lease, number: 0)
    case 1: return openChain(lease, weight: 0)
    case 2: return openChain(lease, weight: 1 << 62, length: 8)
    case 3: return openChain(lease, weight: 1 << 50)
    case 4: return open.map { openChain(lease, number: $0.number) } ?? openChain(lease, length: 0)
    // Few worlds have some that expired, and few of those open a chain.
    case 5:
      let old = chance.oneIn(2) ? chance.pick(expired) : nil
      return openChain(lease, payment: old.map { [$0] } ?? badNotes(for: lease))
    case 6: return Misdeed(.closeChain, of: lease) { CloseChainRequest(handle: $0, chain: Self.nothing) }
    default: return badTick(lease, open)
    }
  }

  private func openChain(
    _ lease: KnownLease, number: UInt32 = 7, weight: UInt64 = 1, length: UInt32 = 3, payment: [NoteToken] = []
  ) -> Misdeed {
    // Where all else is right, there is not so much money.
    let weight = number == 7 && weight == 1 && length == 3 && payment.isEmpty ? 1 << 50 : weight
    var misdeed = Misdeed(.openChain, of: lease) { [root = draw()] in
      OpenChainRequest(handle: $0, chain: number, weight: weight, length: length, root: root)
    }
    misdeed.payment = payment
    return misdeed
  }

  private func badTick(_ lease: KnownLease, _ open: KnownChain?) -> Misdeed {
    let chain = open ?? KnownChain(lease: lease.id, number: Self.nothing, weight: 1, length: 2, last: draw())
    let tick =
      switch chance.below(4) {
      case 0: chain.tick(0)
      case 1: chain.tick(chain.length + 1)
      case 2: KnownChain(lease: lease.id, number: Self.nothing, weight: 1, length: 2, last: draw()).tick(1)
      default: chain.tick(chain.length, word: draw())
      }
    var misdeed = chance.oneIn(2) ? use(lease) : fund(lease.id, 0, [])
    (misdeed.tick, misdeed.lease) = (tick, lease)
    return misdeed
  }

  private func use(
    _ lease: KnownLease, meter: UInt8 = 0, quantity: UInt64 = 1, number: UInt64? = nil, payment: [NoteToken] = []
  ) -> Misdeed {
    let next = lease.useNumbers[lease.ownerKey, default: 0] + 1
    let number = number ?? next
    lease.useNumbers[lease.ownerKey] = max(next, number)
    var misdeed = Misdeed(.use, of: lease) {
      UseRequest(handle: $0, meter: meter, quantity: quantity, useNumber: number, lease: 0)
    }
    (misdeed.payment, misdeed.useNumber) = (payment, number)
    return misdeed
  }

  private func reserve(_ lease: KnownLease, meter: UInt8 = 0, quantity: UInt64 = 1, timeout: UInt64 = 500) -> Misdeed {
    Misdeed(.reserve, of: lease) {
      ReserveRequest(handle: $0, meter: meter, quantityMax: quantity, timeout: timeout)
    }
  }

  // MARK: By a role, or without it

  private func byRole(_ client: Client) -> Misdeed? {
    switch chance.below(14) {
    case 13: return Misdeed(TreasuryRequest(mint: client.role.role == .operator ? Self.nothing : 1))
    case 0: return Misdeed(RotateRequest(validity: 1, algorithm: .hmacSha256_128))
    case 1: return Misdeed(IssueRequest(amount: 0, binding: 0, count: 1))
    case 2: return Misdeed(IssueRequest(amount: 1, binding: 0, count: 0))
    case 3: return Misdeed(IssueRequest(amount: 1 << 62, binding: 0, count: 4))
    case 4: return Misdeed(WithdrawRequest(amount: 1 << 50))
    case 5: return Misdeed(RevokeRequest(lease: Self.nobody))
    case 6:
      guard let lease = anyLive(), client.role.role != .operator, lease.resource.provider !== client else { return nil }
      return Misdeed(RevokeRequest(lease: lease.id))
    case 7: return client.role.role == .operator ? nil : Misdeed(AuditFiguresRequest())
    case 8: return registerDear(client)
    case 9: return chance.pick(names).map { Misdeed(RegisterRequest(name: $0, terms: terms(isFlat: true))) }
    case 10:
      var wrong = terms(isFlat: true)
      wrong.period = 0
      guard let name = Name32("never") else { return nil }
      return chance.oneIn(2)
        ? Misdeed(RegisterRequest(name: name, terms: wrong))
        : chance.pick(resources).map { Misdeed(UpdateRequest(resource: $0.id, terms: wrong)) }
    // Never twice the same: under another's number it would be that one.
    case 11: return Misdeed(AcceptLossRequest(amount: chance.next() >> 1))
    default: return update(client)
    }
  }

  /// A resource that nobody can pay for.
  private func registerDear(_ client: Client) -> Misdeed? {
    guard dearResource == nil, client.role.role == .provider, let name = Name32("dear") else {
      return Misdeed(RegisterRequest(name: Name32(), terms: terms(isFlat: true)))
    }
    var dear = terms(isFlat: true)
    (dear.price, dear.throttledPrice) = (Self.dearPrice, Self.dearPrice)
    var misdeed = Misdeed(RegisterRequest(name: name, terms: dear))
    misdeed.then = { [unowned self] in dearResource = $0.part(RegisterReply.self)?.resource ?? dearResource }
    return misdeed
  }

  private func update(_ client: Client) -> Misdeed? {
    guard let resource = chance.pick(resources) else { return nil }
    if chance.oneIn(3) { return Misdeed(UpdateRequest(resource: Self.nobody, terms: resource.current)) }
    guard resource.provider === client else {
      return Misdeed(UpdateRequest(resource: resource.id, terms: resource.current))
    }
    // So dear that nobody can pay for what is leased; where nothing is, it is announced.
    var dear = resource.current
    // Never twice the same: under another's number it would be that one.
    let price = Self.dearPrice + chance.next() >> 32
    (dear.price, dear.throttledPrice) = (price, price)
    resource.terms.append(dear)
    var misdeed = Misdeed(UpdateRequest(resource: resource.id, terms: dear))
    misdeed.resource = resource
    misdeed.then = { if $0.status == .ok { resource.current = dear } }
    return misdeed
  }

  // MARK: Notes

  private func badlyPaid(_ client: Client, _ own: [KnownLease]) -> Misdeed? {
    if chance.oneIn(mints.isEmpty ? 8 : 3) { return badlyPaidPayout() }
    switch chance.below(4) {
    case 0: return chance.pick(resources).map { acquire($0.id, 1, badNotes(for: nil)) }
    case 1: return exchange([1], badNotes(for: nil))
    case 2: return chance.pick(own).map { use($0, payment: badNotes(for: $0)) }
    default:
      guard let lease = anyLive() else { return nil }
      var misdeed = fund(lease.id, 0, badNotes(for: lease))
      misdeed.lease = lease
      return misdeed
    }
  }

  func badNotes(for lease: KnownLease?) -> [NoteToken] {
    let bound = purse.filter { $0.binding != 0 && $0.binding != lease?.id }
    // There are some in few lives.
    if chance.oneIn(3), let token = chance.pick(expired) { return [token] }
    switch chance.below(6) {
    case 0: return forgedNote()
    case 1:
      guard var token = spentNote().first else { return [] }
      token.keyEpoch = 1_000
      return [token]
    case 2: return chance.pick(purse.filter { $0.binding == 0 }).map { [$0, $0] } ?? spentNote()
    case 3: return chance.pick(expired).map { [$0] } ?? spentNote()
    case 4: return chance.pick(bound).map { [$0] } ?? spentNote()
    default: return spentNote()
    }
  }

  func spentNote() -> [NoteToken] { chance.pick(spent).map { [$0] } ?? [] }

  private func forgedNote() -> [NoteToken] {
    spentNote().map { token in
      var forged = token
      forged.amount += 1
      return forged
    }
  }
}
