import Cashu
import Harness
import ScriptedMint
import Sessions
import Testing
import WireProtocol

/// A mint that goes wrong in every way and at any time, and holds back what it should not, a broker that is started again between any two
/// steps, and payers who cheat: of what the broker says it has, everything is good in the end, and every payer has his ecash or his notes, and
/// never both.
@Suite struct MintChaosTests {
  /// Numbers that follow from a seed.
  private struct Chance {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
  }

  /// Lies about what is spent cannot be told from theft.
  private static let faults = MintFault.allCases.filter { ![.statesSpent, .changedKeys, .changedFee].contains($0) }

  /// Ecash that somebody paid with.
  private struct Payment {
    /// Nil: it was refused at once.
    let id: UInt64?
    let coins: [Proof]
    /// Whether he has spent it himself as well.
    var isSpent = false
    /// Whether it is for a lease, and not for a note.
    var isForLease = false
    var amount: UInt64 { coins.reduce(0) { $0 + $1.amount } }
  }

  private struct Payout {
    let id: UInt64
    let amount: UInt64
    let blanks: [MintRig.Blank]
    let isCheat: Bool
  }

  @Test(arguments: 1...24) func everythingIsSomebodysInTheEnd(_ seed: Int) throws {
    var chance = Chance(state: UInt64(seed))
    let rig = try MintRig()
    try rig.fill(400)
    var (payments, payouts): ([Payment], [Payout]) = ([], [])
    for round in 0..<10 {
      for path in ["/v1/swap", "/v1/checkstate", "/v1/restore", "/v1/keysets"] {
        rig.faults[path] = (0..<chance.below(4)).compactMap { _ in
          chance.below(2) == 0 ? Self.faults[chance.below(Self.faults.count)] : nil
        }
      }
      switch chance.below(5) {
      case 0:
        for _ in 0...chance.below(3) { payments.append(try pay(rig, UInt64(1 + chance.below(60)))) }
      case 1:
        payments.append(try pay(rig, 7, isCheat: chance.below(2) == 0, isLate: chance.below(2) == 0))
      case 2: payments.append(try fund(rig, isReleased: chance.below(3) > 0))
      default: if let payout = try payOut(rig, round, &chance) { payouts.append(payout) }
      }
      if chance.below(3) == 0 { holdNext(rig) }
      if chance.below(3) == 0 { restart(rig, &chance) }
      rig.run(seconds: UInt64(chance.below(100)))
      if chance.below(2) == 0 { letGo(rig) }
    }
    rig.faults = [:]
    rig.beforeAnswer = { _ in }
    letGo(rig)
    rig.run(seconds: 1_500)
    for payout in payouts { try judge(payout, rig) }
    let received = try payments.reduce(400) { $0 + (try judge($1, rig)) }
    // All of it is good: the mint takes it.
    let treasury = try rig.treasury()
    #expect(treasury.received == received)
    #expect(treasury.promised == 0 && treasury.waiting == 0 && treasury.lost == 0)
    #expect(treasury.held + treasury.paid + treasury.fees == treasury.received)
    let blanks = try rig.blanks(32, from: 200)
    let last = try rig.payOut(treasury.held, blanks.map(\.record))
    rig.run(seconds: 100)
    #expect(try rig.collect(last, blanks) == treasury.held)
    #expect(rig.mint.checkInvariants() == [])
  }

  /// - Parameters:
  ///   - isCheat: Whether the payer spends it himself.
  ///   - isLate: Whether he does that after he has paid with it.
  private func pay(
    _ rig: MintRig, _ amount: UInt64, isCheat: Bool = false, isLate: Bool = false
  ) throws -> Payment {
    let coins = try rig.wallet.gift(amount, from: &rig.mint)
    let text = try rig.wallet.token(of: coins).text()
    if isCheat, !isLate { try rig.wallet.receive(text, at: &rig.mint) }
    let id = try? rig.exchange(coins)
    if isCheat, isLate { try rig.wallet.receive(text, at: &rig.mint) }
    return Payment(id: id, coins: coins, isSpent: isCheat)
  }

  /// - Parameter isReleased: Whether the payer gives the lease back before the mint is asked.
  private func fund(_ rig: MintRig, isReleased: Bool) throws -> Payment {
    let lease = try #require(rig.market.lease(rig.client, key: key(5)))
    let coins = try rig.wallet.gift(9, from: &rig.mint)
    let reply = try rig.pay(FundRequest(lease: lease.id, handle: 0), with: coins)
    let id = reply.status == .paymentPending ? reply.refusal?.detail : nil
    if isReleased { #expect(rig.client.call(ReleaseRequest(handle: lease.handle))?.status == .ok) }
    return Payment(id: id, coins: coins, isForLease: true)
  }

  private func payOut(_ rig: MintRig, _ round: Int, _ chance: inout Chance) throws -> Payout? {
    let blanks = try rig.blanks(8, from: UInt8(1 + 8 * round))
    let amount = UInt64(1 + chance.below(30))
    let isCheat = chance.below(4) == 0
    if isCheat, let keyset = rig.mint.activeKeyset() {
      let coin: UInt64 = 1 << UInt64(63 - amount.leadingZeroBitCount)
      _ = rig.mint.give([BlindedMessage(amount: coin, keyset: keyset.id, point: blanks[0].point)])
    }
    // While no keyset in use is known none is taken.
    guard let id = try? rig.payOut(amount, blanks.map(\.record)) else { return nil }
    return Payout(id: id, amount: amount, blanks: blanks, isCheat: isCheat)
  }

  /// What the next swap spends is pending for something else, which fails in the end.
  private func holdNext(_ rig: MintRig) {
    rig.beforeAnswer = { call in
      guard call.request.path == "/v1/swap" else { return }
      rig.beforeAnswer = { _ in }
      _ = try? rig.melt(call)
    }
  }

  private func letGo(_ rig: MintRig) {
    for quote in rig.mint.pendingMelts { rig.mint.settleMelt(quote, isPaid: false) }
  }

  /// The broker ends where it is, and another one begins. What was asked may have arrived.
  private func restart(_ rig: MintRig, _ chance: inout Chance) {
    rig.finishJobs()
    if let call = rig.nextCall(), chance.below(2) == 0 { _ = rig.mint.handle(call.request) }
    rig.takeEcash()
  }

  private func judge(_ payout: Payout, _ rig: MintRig) throws {
    let told = try rig.payment(payout.id)
    switch told.outcome {
    case .taken:
      #expect(!payout.isCheat)
      #expect(try rig.collect(payout.id, payout.blanks) == payout.amount)
    case .refundable:
      #expect(try rig.refund(payout.id, key(71)).notes.map(\.amount) == [payout.amount])
      // The mint signed nothing for it.
      let outputs = payout.blanks.dropFirst(payout.isCheat ? 1 : 0).map {
        BlindedMessage(amount: 1, keyset: rig.mint.allKeysets[0].id, point: $0.point)
      }
      let restored = try RestoredSignature.all(in: rig.mint.handle(.restore(outputs)).body, for: outputs)
      #expect(restored.isEmpty)
    default: Issue.record("a payout is \(told.outcome), \(told.status)")
    }
  }

  /// The payer has what he paid for, or a note, or his ecash. Gives what the broker has of it.
  private func judge(_ payment: Payment, _ rig: MintRig) throws -> UInt64 {
    let told = try payment.id.map { try rig.payment($0) }
    switch told?.outcome {
    case .taken, .refundable:
      #expect(!payment.isSpent)
      #expect(try rig.states(of: payment.coins).allSatisfy { $0 == .spent })
      let hasNote = !payment.isForLease || told?.outcome == .refundable
      let notes = try rig.refund(try #require(payment.id), key(70)).notes
      #expect(notes.map(\.amount) == (hasNote ? [payment.amount] : []))
      return payment.amount
    case .notTaken, nil:
      guard !payment.isSpent else { return 0 }
      let text = try rig.wallet.token(of: payment.coins).text()
      #expect(try rig.wallet.receive(text, at: &rig.mint) == payment.amount)
      return 0
    case let outcome?:
      Issue.record("a payment is \(outcome), \(String(describing: told?.status))")
      return 0
    }
  }
}
