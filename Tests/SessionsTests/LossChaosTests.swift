import Cashu
import Harness
import ScriptedMint
import Sessions
import Testing
import WireProtocol

/// Brokers that begin from backups, one after the other, at one mint that goes wrong in every way and remembers what all of
/// them did, what a lost one asked last some seconds after its end: in the end the last one has what its words are worth, to the unit, every payment is settled, and nobody has both
/// a payout's ecash and its notes.
@Suite struct LossChaosTests {
  /// Numbers that follow from a seed.
  private struct Chance {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
  }

  /// Not lies about what is spent, and no keysets that go out of use: what was paid out with one is not told of another.
  private static let faults = MintFault.allCases.filter {
    ![.statesSpent, .statesUnspent, .changedKeys, .changedFee, .rotated].contains($0)
  }

  private struct Payout {
    let id: UInt64
    let amount: UInt64
    let blanks: [MintRig.Blank]
  }

  @Test(arguments: 1...12) func whatTheWordsAreWorthIsTheBrokers(_ seed: Int) throws {
    var chance = Chance(state: UInt64(seed))
    let rig = try MintRig()
    // More than all payouts: one for which there is nothing ends without a question.
    try rig.fill(2_000)
    var (backups, payouts, payments, blankCount): ([Int], [Payout], [UInt64], UInt8) = ([], [], [], 0)
    for _ in 0..<4 {
      for _ in 0..<6 {
        backups.append(rig.transport.journalByteCount)
        distort(rig, &chance)
        if chance.below(2) == 0 {
          if let id = try? rig.exchange(try rig.wallet.gift(UInt64(1 + chance.below(60)), from: &rig.mint)) {
            payments.append(id)
          }
        } else {
          let blanks = try rig.blanks(5, from: 1 + blankCount)
          let amount = UInt64(1 + chance.below(30))
          blankCount += 5
          if let id = try? rig.payOut(amount, blanks.map(\.record)) {
            payouts.append(Payout(id: id, amount: amount, blanks: blanks))
          }
        }
        if chance.below(4) == 0 { try rig.crash() }
        rig.run(seconds: UInt64(chance.below(20)))
        if chance.below(6) == 0 { try useWords(rig) }
      }
      let backup = backups[chance.below(backups.count)]
      backups.removeAll { $0 > backup }
      rig.finishJobs()
      let late = rig.nextCall()
      try rig.restore(backup)
      rig.run(seconds: UInt64(chance.below(5)))
      rig.acceptLoss()
      rig.run(seconds: UInt64(chance.below(50)))
      if let late, chance.below(2) == 0 { _ = rig.mint.handle(late.request) }
    }
    rig.faults = [:]
    rig.run(seconds: 1_000)
    // What came late is found by the next swap at the latest.
    payments.append(try rig.exchange(try rig.wallet.gift(5, from: &rig.mint)))
    rig.run(seconds: 200)
    let treasury = try rig.treasury()
    #expect(treasury.promised == 0 && treasury.waiting == 0)
    #expect(try treasury.held == rig.wordsWorth(counters: 400))
    #expect(
      treasury.held + treasury.paid + treasury.fees + treasury.lost == treasury.received + treasury.found)
    for payment in payments {
      // Of those of a life that was lost nothing is told.
      let told = rig.client.call(PaymentRequest(payment: payment))?.part(PaymentReply.self)
      #expect(told?.outcome != .notKnown)
    }
    for payout in payouts { try judge(payout, rig) }
    #expect(rig.mint.checkInvariants() == [])
  }

  private func distort(_ rig: MintRig, _ chance: inout Chance) {
    for path in ["/v1/swap", "/v1/checkstate", "/v1/restore"] {
      let faults = (0..<chance.below(3)).map { _ in Self.faults[chance.below(Self.faults.count)] }
      // Of a payout of before the payer judges whether it is signed as it should be.
      rig.faults[path] = faults.filter { path != "/v1/restore" || ![.wrongPoint, .otherKey].contains($0) }
    }
  }

  /// Whoever has the words has their next output signed, and spends a coin.
  private func useWords(_ rig: MintRig) throws {
    let counters = try (0..<400).filter { counter in
      rig.mint.signature(on: try rig.wordsProof(UInt64(counter)).point) != nil
    }
    try rig.giveToWords(UInt64((counters.last ?? 0) + 1), 2)
    _ = try? rig.spendWithWords(UInt64(counters.first ?? 0))
  }

  private func judge(_ payout: Payout, _ rig: MintRig) throws {
    guard let told = rig.client.call(PaymentRequest(payment: payout.id))?.part(PaymentReply.self) else {
      // Of a life that was lost: this one does not know of it.
      return
    }
    switch told.outcome {
    case .taken: #expect(try rig.collect(payout.id, payout.blanks) == payout.amount)
    case .refundable:
      let outputs = payout.blanks.map {
        BlindedMessage(amount: 1, keyset: rig.mint.allKeysets[0].id, point: $0.point)
      }
      #expect(try RestoredSignature.all(in: rig.mint.handle(.restore(outputs)).body, for: outputs).isEmpty)
      #expect(try rig.refund(payout.id, key(71)).notes.map(\.amount) == [payout.amount])
    default: Issue.record("a payout is \(told.outcome), \(told.status)")
    }
  }
}
