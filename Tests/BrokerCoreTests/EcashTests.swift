import BrokerCore
import Testing
import WireProtocol

@Suite("Payments in ecash")
struct EcashTests {
  @Test("A lease is granted when the mint has taken its ecash, at the price of then or not at all")
  func acquired() throws {
    let bench = try Bench()
    try bench.setMint(fee: 100)
    let resource = try bench.register()
    let payment = try bench.acquirePending(resource, bench.ecash([8, 4, 1], named: 1))
    #expect(bench.payment(payment)?.status == .paymentPending)
    #expect(bench.balance(.ecash) == 0 && bench.totals()?.waiting == 13)
    #expect(bench.sign().status == .nothingDue)
    #expect(bench.beginSwap().status == .ok && bench.beginSwap().status == .swapUnderWay)
    let swap = try #require(bench.swap())
    // Three inputs at a tenth each cost one.
    #expect(swap.payments == [payment] && swap.total == 12 && swap.outputs.map(\.exponent) == [3, 2])
    #expect(bench.sign(less: 1).status == .quantityInvalid)
    #expect(bench.sign().status == .ok)
    let state = try #require(bench.payment(payment))
    #expect(state.outcome == .taken && state.status == .ok && state.amount == 12_000 && state.opcode == 0x21)
    let lease = state.reply.word0
    guard case .reply(let check) = bench.machine.check(lease) else {
      Issue.record("no lease")
      return
    }
    #expect(check.own == 12_000 && bench.balance(.ecash) == -12_000 && bench.balance(.notesOutstanding) == 0)
    #expect(bench.ownProofs().map(\.counter) == [0, 1])
    let totals = bench.totals()
    #expect(totals?.waiting == 0 && totals?.credited == 0 && totals?.swapped == 12 && totals?.fees == 1)
    let settled = bench.effects.contains { effect in
      guard case .paymentSettled(let push, let session) = effect else { return false }
      return push.payment == payment && push.outcome == .taken && session == bench.session
    }
    #expect(settled)
  }

  @Test("What the request cannot do any more is the payer's, for his refund key, again and again")
  func refunded() throws {
    let bench = try Bench()
    try bench.setMint()
    let resource = try bench.register()
    let payment = try bench.acquirePending(resource, bench.ecash([8], named: 1))
    #expect(bench.update(resource, Bench.terms(price: 11)).status == .ok)
    let early = bench.apply(RefundCommand(payment: payment, keyHash: Bench.refundHash))
    #expect(early.status == .paymentPending && early.money == .notKnown)
    bench.beginSwap()
    bench.sign()
    let state = try #require(bench.payment(payment))
    #expect(state.outcome == .refundable && state.status == .tooShort)
    #expect(bench.apply(RefundCommand(payment: payment, keyHash: Bytes16(low: 1, high: 2))).status == .keyWrong)
    #expect(bench.apply(RefundCommand(payment: payment + 1, keyHash: Bench.refundHash)).status == .paymentUnknown)
    let first = bench.apply(RefundCommand(payment: payment, keyHash: Bench.refundHash))
    let refund = try first.reply(RefundReply.self)
    #expect(refund.amount == 8_000 && !first.outcome.isReplayed && first.money == .taken)
    let again = bench.apply(RefundCommand(payment: payment, keyHash: Bench.refundHash))
    #expect(try again.reply(RefundReply.self) == refund && again.outcome.isReplayed)
    let note = VerifiedNote(keyEpoch: refund.keyEpoch, serial: refund.firstSerial, amount: refund.amount, binding: 0)
    let acquired = bench.apply(
      AcquireCommand(
        provider: 0, resource: resource, units: 1, flags: [], keyHash: Bench.keyHash, minimum: 0), notes: [note])
    #expect(acquired.status == .ok)
    bench.advance(by: CoreLimits.ecashKeptMilliseconds)
    #expect(bench.payment(payment) == nil)
  }

  @Test("A repeat gives what became of the payment")
  func repeated() throws {
    let bench = try Bench()
    try bench.setMint()
    let resource = try bench.register()
    let key = ReceiptKey(session: bench.session, number: 10, digest: 5, window: 8)
    let command = AcquireCommand(
      provider: 0, resource: resource, units: 1, flags: [], keyHash: Bench.keyHash, minimum: 0)
    let ecash = bench.ecash([8], named: 1)
    let first = bench.apply(command, receipt: key, ecash: ecash)
    let second = bench.apply(command, receipt: key, ecash: ecash)
    #expect(first.status == .paymentPending && second.status == .paymentPending)
    #expect(first.outcome.detail == second.outcome.detail)
    bench.beginSwap()
    #expect(bench.apply(command, receipt: key, ecash: ecash).status == .paymentPending)
    bench.sign()
    let done = bench.apply(command, receipt: key, ecash: ecash)
    #expect(try done.reply(AcquireReply.self).payment == first.outcome.detail && done.outcome.isReplayed)
    var other = key
    other.digest = 6
    #expect(bench.apply(command, receipt: other, ecash: ecash).status == .numberConflict)
  }

  @Test("A spent proof blames its payment only, and an unknown culprit is found by halves")
  func blamed() throws {
    let bench = try Bench()
    try bench.setMint()
    let resource = try bench.register()
    var payments: [UInt64] = []
    for name in 1...4 { payments.append(try bench.acquirePending(resource, bench.ecash([4], named: UInt64(name)))) }
    bench.beginSwap()
    #expect(bench.swap()?.payments == payments)
    #expect(bench.refuse([(payments[2], .ecashSpent), (payments[0], .ecashSpent)]).status == .quantityInvalid)
    #expect(bench.refuse([(payments[0], .ecashSpent)]).status == .ok)
    #expect(bench.payment(payments[0])?.outcome == .notTaken)
    #expect(bench.payment(payments[0])?.status == .ecashSpent)
    bench.beginSwap()
    #expect(bench.swap()?.payments == Array(payments[1...]))
    #expect(bench.swap()?.outputs.map(\.counter) == [0, 1])
    #expect(bench.refuse().status == .ok)
    bench.beginSwap()
    #expect(bench.swap()?.payments == [payments[1], payments[2]])
    #expect(bench.refuse().status == .ok)
    bench.beginSwap()
    #expect(bench.swap()?.payments == [payments[3]])
    bench.sign()
    bench.beginSwap()
    #expect(bench.swap()?.payments == [payments[1]])
    #expect(bench.refuse().status == .quantityInvalid)
    #expect(bench.refuse([(payments[1], .ecashInvalid)]).status == .ok)
    bench.beginSwap()
    bench.sign()
    #expect(bench.payment(payments[2])?.outcome == .taken)
    // Its proof is nobody's any more.
    _ = try bench.acquirePending(resource, bench.ecash([4], named: 2))
  }

  @Test("A proof pays once: while its payment waits, and long after where it was locked to the broker")
  func usedOnce() throws {
    let bench = try Bench()
    try bench.setMint(exposure: 20)
    let resource = try bench.register()
    let plain = try bench.acquirePending(resource, bench.ecash([4, 8], named: 1))
    let again = bench.apply(
      AcquireCommand(
        provider: 0, resource: resource, units: 1, flags: [], keyHash: Bench.keyHash, minimum: 0),
      ecash: bench.ecash([4], named: 1))
    #expect(again.status == .ecashInUse && again.outcome.detail == plain && again.money == .notKnown)
    let lease = try bench.acquire(resource, 5_000)
    let locked: EcashFlags = [.locked, .proven]
    let paid = bench.apply(
      FundCommand(actor: Actor(authority: .none, generation: 0, id: 0), lease: lease.lease),
      ecash: bench.ecash([16], named: 3, flags: locked))
    #expect(try paid.reply(FundReply.self).credited == 16_000)
    #expect(bench.totals()?.credited == 16)
    // Beyond the exposure the mint is asked first.
    let beyond = bench.apply(
      FundCommand(actor: Actor(authority: .none, generation: 0, id: 0), lease: lease.lease),
      ecash: bench.ecash([8], named: 4, flags: locked))
    #expect(beyond.status == .paymentPending)
    bench.beginSwap()
    #expect(bench.swap()?.total == 36)
    bench.sign()
    for name in [UInt64(3), 4] {
      let replayed = bench.apply(
        FundCommand(actor: Actor(authority: .none, generation: 0, id: 0), lease: lease.lease),
        ecash: bench.ecash([8], named: name, flags: locked))
      #expect(replayed.status == .ecashInUse)
    }
    #expect(bench.totals()?.credited == 0)
    #expect(bench.balance(.ecash) == -36_000)
  }

  @Test("What cannot be done is refused before the mint is asked, and nothing is taken")
  func refused() throws {
    let bench = try Bench(Bench.genesis(ecash: 4, proofs: 8, pieces: 40))
    try bench.setMint(minimum: 4)
    let resource = try bench.register(Bench.terms(shortest: 1_000))
    func acquire(_ ecash: Bench.Ecash, resource: UInt64) -> Status {
      let applied = bench.apply(
        AcquireCommand(
          provider: 0, resource: resource, units: 1, flags: [], keyHash: Bench.keyHash, minimum: 0), ecash: ecash)
      #expect(applied.money == .notTaken || applied.status == .paymentPending)
      return applied.status
    }
    #expect(acquire(bench.ecash([8], named: 1, mint: 2), resource: resource) == .mintUnknown)
    #expect(acquire(bench.ecash([8], named: 1, keyset: 2), resource: resource) == .keysetUnknown)
    #expect(acquire(bench.ecash([1 << 16], named: 1), resource: resource) == .ecashInvalid)
    #expect(acquire(bench.ecash([2], named: 1), resource: resource) == .amountInvalid)
    #expect(acquire(bench.ecash([8], named: 1), resource: resource + 1) == .resourceUnknown)
    try bench.setMint(rate: (1, 1), minimum: 4)
    #expect(acquire(bench.ecash([8], named: 1), resource: resource) == .tooShort)
    try bench.setMint(minimum: 4)
    #expect(acquire(bench.ecash(Array(repeating: 1, count: 9), named: 1), resource: resource) == .noSpace)
    #expect(acquire(bench.ecash([8], named: 1), resource: resource) == .paymentPending)
    #expect(acquire(bench.ecash([8], named: 2), resource: resource) == .paymentPending)
    #expect(acquire(bench.ecash([8], named: 3), resource: resource) == .noSpace)
    // A payment that was not taken leaves its place.
    bench.beginSwap()
    let first = try #require(bench.swap()?.payments.first)
    bench.refuse([(first, .ecashInvalid)])
    #expect(acquire(bench.ecash([8], named: 3), resource: resource) == .paymentPending)
  }

  @Test("ISSUE leaves room for what waits, and for what was credited")
  func roomForCredit() throws {
    let bench = try Bench()
    try bench.setMint()
    let resource = try bench.register()
    _ = try bench.acquirePending(resource, bench.ecash([8], named: 1))
    func issue(_ amount: UInt64) -> Status { bench.apply(IssueCommand(amount: amount, binding: 0, count: 1)).status }
    let most = UInt64(WireLimits.moneyMax) - 8_000
    #expect(issue(most + 1) == .amountOverflow && issue(most - 1) == .ok)
    bench.beginSwap()
    bench.sign()
    #expect(issue(2) == .amountOverflow && issue(1) == .ok && issue(1) == .amountOverflow)
    #expect(bench.balance(.ecash) == -8_000)
  }

  @Test("A snapshot keeps all of it")
  func snapshot() throws {
    let bench = try Bench()
    try bench.setMint()
    let resource = try bench.register()
    for name in 1...3 { _ = try bench.acquirePending(resource, bench.ecash([4], named: UInt64(name))) }
    bench.beginSwap()
    bench.sign()
    _ = try bench.acquirePending(resource, bench.ecash([2, 4], named: 9))
    bench.beginSwap()
    var snapshot = MemorySnapshot(bench.machine)
    let copy = StateMachine.read(snapshot: &snapshot)
    #expect(copy?.digest() == bench.machine.digest())
    let swap = copy?.swap(at: 1)
    #expect(swap == bench.machine.swap(at: 1) && swap != nil)
  }
}
