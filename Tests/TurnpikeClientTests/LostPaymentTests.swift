import Testing
import TurnpikeClient
import WireProtocol

/// A token is given back, and what its request has for a lease is dropped, only where nothing of it can have been taken: whatever the
/// broker has forgotten, and whoever else pays with the hash of the refund key.
@Suite struct LostPaymentTests {
  private let key = Bytes16(low: 5, high: 6)
  private let secret = Bytes16(low: 1, high: 0)
  private let hash: Bytes16
  /// Of a payment that somebody made with another token, and with the hash of this one's key.
  private let copied: Bytes16

  init() throws {
    (hash, copied) = (try EcashBroker.keptHash(of: key), try EcashBroker.keptHash(of: key, isCopied: true))
  }

  /// One with ACQUIRE under way, whose reply never arrived.
  private func content(payment: UInt64 = 0) throws -> WalletContent {
    let ecash = try Ecash(token: EcashBroker.token(), refundKey: key)
    var request = try Request.acquire(resource: 3, units: 1, keyHash: secret.keyHash, payment: []).paid(in: ecash)
    (request.number, request.isHeld, request.awaitsMint) = (1, true, false)
    var content = try WalletContent()
    (content.nextNumber, content.unit, content.incarnation) = (2, "msat", 1)
    content.pending = [WalletPending(request: request, secret: secret, alias: "mine")]
    content.pending[0].payment = payment
    return content
  }

  private func isLeased(_ content: WalletContent) -> Bool {
    content.owned.map(\.key) == [LeaseKey(lease: EcashBroker.lease, key: secret)] && content.pending.isEmpty
      && content.unresolved.isEmpty && content.ecash.isEmpty
  }

  private func isKept(_ entry: WalletPending?) -> Bool {
    entry?.secret == secret && entry?.request.ecash?.refundKey == key
  }

  /// The session was lost at the connection before this one, which could not ask, and which somebody used.
  @Test(arguments: [Opcode.refund, .payment])
  func paymentOfASessionThatIsGoneIsFoundLater(full: Opcode) async throws {
    let broker = try EcashBroker()
    broker.set { state in
      (state.payments, state.full) = ([EcashBroker.Payment(id: 90, hash: hash, outcome: .taken)], [full])
    }
    let wallet = try broker.wallet(try content())
    #expect(try await broker.connect(wallet).map { $0.error?.money } == [.notKnown])
    let waiting = await wallet.content
    #expect(waiting.pending.count == 1 && waiting.pending[0].isLost && waiting.nextNumber > 2)
    #expect(try WalletContent(text: waiting.text) == waiting)
    broker.set { ($0.full, $0.isResumed) = ([], true) }
    #expect(try await broker.connect(wallet).map { $0.error?.status } == [nil])
    #expect(isLeased(await wallet.content))
    // It was not sent again.
    #expect(!broker.set { _ in }.contains(.acquire))
    await broker.end(wallet)
  }

  /// Nothing says that a session was lost: whatever the repeat is refused with, the key is asked first.
  @Test(arguments: [Status.unitsUnavailable, .mintUnknown, .tooShort, .ecashInUse, .noSpace, .receiptNotKept])
  func refusalOfARepeatIsNotBelieved(status: Status) async throws {
    let broker = try EcashBroker()
    broker.set { state in
      state.payments = [EcashBroker.Payment(id: 90, hash: hash, outcome: .taken)]
      (state.isResumed, state.refusal, state.full) = (true, status, [.refund])
    }
    let wallet = try broker.wallet(try content())
    #expect(try await broker.connect(wallet).map { $0.error?.money } == [.notKnown])
    #expect(isKept(await wallet.content.pending.first))
    broker.set { $0.full = [] }
    #expect(try await broker.connect(wallet).map { $0.error?.status } == [nil])
    #expect(isLeased(await wallet.content))
    await broker.end(wallet)
  }

  @Test func whatNobodyTookIsGivenBack() async throws {
    let broker = try EcashBroker()
    broker.set { $0.isResumed = true }
    let wallet = try broker.wallet(try content())
    let recovered = try await broker.connect(wallet)
    #expect(recovered.map { $0.error?.status } == [.unitsUnavailable] && recovered[0].error?.money == .notTaken)
    #expect(broker.set { _ in } == [.acquire, .refund])
    let content = await wallet.content
    #expect(content.pending.isEmpty && content.unresolved.isEmpty && content.owned.isEmpty)
    #expect(content.ecash == [WalletEcash(token: try EcashBroker.token(), status: .unitsUnavailable)])
    await broker.end(wallet)
  }

  /// So is what a first answer refuses: it may have been sent twice.
  @Test(arguments: [nil, PaymentOutcome.taken, .refundable, .notTaken])
  func firstRefusalAsksTheKey(outcome: PaymentOutcome?) async throws {
    let broker = try EcashBroker()
    broker.set { state in
      state.payments = outcome.map { [EcashBroker.Payment(id: 90, hash: hash, outcome: $0)] } ?? []
    }
    let wallet = try broker.wallet(try WalletContent())
    try await broker.connect(wallet)
    let ecash = try Ecash(token: EcashBroker.token(), refundKey: key)
    let request = Request.acquire(resource: 3, units: 1, keyHash: secret.keyHash, payment: [])
    do {
      _ = try await wallet.pay(request, with: .ecash(ecash), secret: secret)
      Issue.record("it was paid")
    } catch {
      #expect(error.status == (outcome == .refundable ? .paymentRefundable : .unitsUnavailable))
      #expect(error.money == (outcome == .taken ? .taken : .notTaken))
    }
    let content = await wallet.content
    #expect(content.pending.isEmpty && content.unresolved.isEmpty)
    #expect(
      content.owned.count == (outcome == .taken ? 1 : 0) && content.balance == (outcome == .refundable ? 20_000 : 0))
    #expect(content.ecash.count == (outcome == nil || outcome == .notTaken ? 1 : 0))
    await broker.end(wallet)
  }

  @Test func firstRefusalIsNotKnownWhereTheKeyCannotBeAsked() async throws {
    let broker = try EcashBroker()
    broker.set { $0.full = [.refund] }
    let wallet = try broker.wallet(try WalletContent())
    try await broker.connect(wallet)
    let ecash = try Ecash(token: EcashBroker.token(), refundKey: key)
    do {
      let request = Request.acquire(resource: 3, units: 1, keyHash: secret.keyHash, payment: [])
      _ = try await wallet.pay(request, with: .ecash(ecash), secret: secret)
      Issue.record("it was paid")
    } catch {
      #expect(error.status == .unitsUnavailable && error.money == .notKnown)
    }
    #expect(isKept(await wallet.content.pending.first))
    #expect(await wallet.content.pending.count == 1)
    await broker.end(wallet)
  }

  /// The broker has forgotten session and payment: what it says then is no proof.
  @Test func whatMayBeForgottenIsSetAside() async throws {
    let broker = try EcashBroker()
    let wallet = try broker.wallet(try content())
    #expect(try await broker.connect(wallet).map { $0.error?.money } == [.notKnown])
    let content = await wallet.content
    #expect(content.pending.isEmpty && isKept(content.unresolved.first) && content.ecash.isEmpty)
    #expect(try WalletContent(text: content.text) == content)
    await broker.end(wallet)
  }

  /// The same where the repeat was put off, and the mint says that its token is spent: perhaps for what is forgotten.
  @Test func tokenThatIsSpentIsSetAside() async throws {
    let broker = try EcashBroker()
    broker.set { $0.refusal = nil }
    let wallet = try broker.wallet(try content())
    #expect(try await broker.connect(wallet).map { $0.error?.status } == [.paymentPending])
    #expect(await wallet.content.pending.first?.payment == 99)
    broker.set { state in
      state.payments = [EcashBroker.Payment(id: 99, hash: hash, outcome: .notTaken, status: .ecashSpent)]
      state.isResumed = true
    }
    #expect(try await broker.connect(wallet).map { $0.error?.status } == [.ecashSpent])
    var content = await wallet.content
    #expect(content.pending.isEmpty && isKept(content.unresolved.first) && content.ecash.isEmpty)
    // Nobody needs a token that is spent. One that is not is the holder's, once he asks.
    #expect(try await wallet.takeBack() == 0)
    #expect(await wallet.content.unresolved.count == 1)
    broker.set { $0.payments[0].status = .mintRefused }
    _ = try await wallet.takeBack()
    content = await wallet.content
    #expect(content.unresolved.isEmpty && content.ecash.map(\.status) == [.mintRefused])
    await broker.end(wallet)
  }

  // MARK: Copied hashes

  private static let outcomes: [PaymentOutcome] = [.notKnown, .taken, .notTaken, .refundable]

  /// Whoever saw the hash on the wire pays with it too, for the same operation and amount: that hides nothing.
  @Test(arguments: outcomes) func copiedHashHidesNothing(outcome: PaymentOutcome) async throws {
    let broker = try EcashBroker()
    broker.set { state in
      state.payments = [
        EcashBroker.Payment(id: 80, hash: copied, outcome: outcome),
        EcashBroker.Payment(id: 90, hash: hash, outcome: .taken),
        EcashBroker.Payment(id: 95, hash: copied, outcome: outcome, notes: [20_000]),
      ]
    }
    let wallet = try broker.wallet(try content())
    #expect(try await broker.connect(wallet).map { $0.error?.status } == [nil])
    #expect(isLeased(await wallet.content))
    await broker.end(wallet)
  }

  /// Nor is it taken for the request's.
  @Test(arguments: outcomes) func copiedHashEndsNothing(outcome: PaymentOutcome) async throws {
    let broker = try EcashBroker()
    broker.set { state in
      state.payments = [
        EcashBroker.Payment(id: 80, hash: copied, outcome: outcome, notes: [20_000]),
        EcashBroker.Payment(id: 95, hash: copied, outcome: outcome),
      ]
    }
    let wallet = try broker.wallet(try content())
    #expect(try await broker.connect(wallet).map { $0.error?.money } == [.notKnown])
    for _ in 0..<2 {
      let content = await wallet.content
      #expect(isKept(content.unresolved.first) && content.pending.isEmpty && content.balance == 0)
      #expect(await wallet.findPayments().isEmpty)
    }
    await broker.end(wallet)
  }

  /// Whoever saw the token itself has its money, and the wallet knows that it is gone.
  @Test func tokenThatPaidForSomethingElseIsGone() async throws {
    let broker = try EcashBroker()
    broker.set { $0.payments = [EcashBroker.Payment(id: 90, hash: hash, outcome: .taken, opcode: .donate)] }
    let wallet = try broker.wallet(try content())
    let recovered = try await broker.connect(wallet)
    #expect(recovered.map { $0.error?.status } == [.receiptNotKept] && recovered[0].error?.money == .taken)
    let content = await wallet.content
    #expect(isKept(content.unresolved.first) && content.pending.isEmpty && content.owned.isEmpty)
    await broker.end(wallet)
  }

  /// A broker that leads somewhere else each time is asked a few times, not for ever.
  @Test(arguments: [UInt64(0), 88])
  func brokerThatLeadsAstrayIsNotFollowed(payment: UInt64) async throws {
    let broker = try EcashBroker()
    broker.set { state in
      (state.isLying, state.refusal) = (true, .mintUnknown)
      state.payments = [EcashBroker.Payment(id: 88, hash: hash, outcome: .notTaken, status: .ecashSpent)]
    }
    let wallet = try broker.wallet(try content(payment: payment))
    try await broker.connect(wallet)
    #expect(broker.set { _ in }.count { $0 == .refund } <= 2)
    #expect(isKept(await wallet.content.unresolved.first))
    await broker.end(wallet)
  }

  // MARK: Keys of leases, full wallets

  /// What was locked to a lease's key is given back by that.
  @Test(arguments: [false, true], [PaymentOutcome.refundable, .taken, .notTaken])
  func whatIsLockedToALeaseIsFoundByItsKey(isOwner: Bool, outcome: PaymentOutcome) async throws {
    let broker = try EcashBroker()
    var content = try content()
    let owner = LeaseKey(lease: testKey.lease, key: Bytes16(low: 8, high: 8))
    let ecash = try Ecash(token: EcashBroker.token(), refundKey: key)
    var request = try Request.fund(lease: testKey.lease, key: testKey.key, payment: []).paid(in: ecash)
    (request.number, request.isHeld, request.awaitsMint) = (1, true, false)
    content.unresolved = [WalletPending(request: request, secret: Bytes16(), alias: "")]
    content.pending = []
    // The lease's key has changed since.
    if isOwner { content.owned = [WalletKey(key: owner)] }
    content.unresolved[0].payment = 90
    let keyHash = (isOwner ? owner.key : testKey.key).keyHash
    broker.set { state in
      state.payments = [
        EcashBroker.Payment(id: 80, hash: testKey.key.keyHash, outcome: .refundable, opcode: .fund, amount: 7),
        EcashBroker.Payment(id: 90, hash: keyHash, outcome: outcome, opcode: .fund, status: .mintRefused),
      ]
    }
    let wallet = try broker.wallet(content)
    try await broker.connect(wallet)
    let found = await wallet.findPayments()
    let expected = [PaymentOutcome.refundable: Status.paymentRefundable, .notTaken: .mintRefused][outcome]
    #expect(found.map { $0.found.error?.status } == [expected])
    #expect(found.map(\.notes.amount) == [outcome == .refundable ? 20_000 : 0])
    #expect(await wallet.content.ecash.count == (outcome == .notTaken ? 1 : 0))
    #expect(await wallet.content.unresolved.isEmpty)
    #expect(await wallet.findPayments().isEmpty)
    await broker.end(wallet)
  }

  /// A lease that was released while a mint was asked for what a stranger had locked to it: the key stays until that is clear.
  @Test func whatStrangersLockedToALeaseIsItsOwners() async throws {
    let broker = try EcashBroker()
    let gift = EcashBroker.Payment(id: 90, hash: testKey.key.keyHash, outcome: .notKnown, opcode: .fund)
    broker.set { $0.payments = [gift] }
    var content = try WalletContent()
    (content.unit, content.incarnation) = ("msat", 1)
    content.owned = [WalletKey(key: testKey)]
    content.owned[0].isEnded = true
    let wallet = try broker.wallet(content)
    try await broker.connect(wallet)
    #expect(await wallet.content.owned.count == 1)
    broker.set { $0.payments[0].outcome = .refundable }
    try await broker.connect(wallet)
    #expect(await wallet.content.owned.isEmpty)
    #expect(await wallet.content.balance == 20_000)
    await broker.end(wallet)
  }

  /// A wallet with as many unfinished requests as there may be collects all the same.
  @Test func fullWalletCollects() async throws {
    let broker = try EcashBroker()
    broker.set { $0.payments = [EcashBroker.Payment(id: 90, hash: hash, outcome: .refundable)] }
    var content = try content()
    var other = Request.withdraw(amount: 1)
    other.isHeld = true
    while content.pending.count < ClientLimits.walletPendingCountMax {
      other.number = content.nextNumber
      content.pending.append(
        WalletPending(request: other, secret: Bytes16(), alias: "", identity: Identity(role: .operator, id: 0)))
      content.nextNumber += 1
    }
    let wallet = try broker.wallet(content)
    #expect(try await broker.connect(wallet).first?.error?.status == .paymentRefundable)
    #expect(await wallet.content.balance == 20_000)
    #expect(await wallet.content.pending.count == ClientLimits.walletPendingCountMax - 1)
    await broker.end(wallet)
  }
}
