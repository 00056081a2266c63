import Cashu
import Harness
import Payments
import ScriptedMint
import Sessions
import Testing
import TurnpikeCrypto
import WireProtocol

/// The broker ends between any two steps, and another one goes on. What it had asked its mint came to nothing, or was carried out all the same:
/// nobody loses anything by it, and nobody has anything twice.
@Suite struct EveryStepTests {
  /// Somebody who changes ecash into a note, and asks every new broker for it in the same session and with the same number.
  private final class Payer {
    /// What the note is worth.
    let net: UInt64
    /// Ids that he was told.
    private(set) var ids: Set<UInt64> = []
    /// Notes that he was given, each time.
    private(set) var notes: [[NoteToken]] = []
    private let rig: MintRig
    private let session = Bytes16(low: 70, high: 70)
    private let frame: [UInt8]
    private var client: TestClient

    init(_ rig: MintRig, _ coins: [Proof], fee: UInt64) throws {
      self.rig = rig
      net = coins.reduce(0) { $0 + $1.amount } - fee
      client = try rig.market.client(session: session)
      frame = client.frame(
        ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: net, binding: 0)],
        ecash: try rig.token(of: coins, refundHash: SHA256.keyHash(key(70))))
      client.send(frame)
    }

    /// Takes what the broker had said, and asks the next one.
    func goOn() throws {
      listen()
      client = try rig.market.client(session: session)
      client.send(frame)
    }

    /// Asks once more, and has his note.
    func collect() {
      client.send(frame)
      rig.finishJobs()
      listen()
    }

    private func listen() {
      while let reply = client.nextReply() {
        switch reply.status {
        case .ok: notes.append(reply.notes)
        case .paymentPending: if let refusal = reply.refusal { ids.insert(refusal.detail) }
        default: Issue.record("a payer is told \(String(describing: reply.status))")
        }
      }
    }

    /// He has one note, and was never told of another.
    func expectNote() {
      #expect(notes.last?.map(\.amount) == [net])
      #expect(notes.allSatisfy { $0 == notes.last })
    }
  }

  /// Runs something again and again, with one step more each time, until it says that there is no more. Gives how many steps there were.
  private func steps(_ run: (Int) throws -> Bool) rethrows -> Int {
    var count = 0
    while try !run(count) { count += 1 }
    return count
  }

  /// What the broker says it has is what came in and did not go out, to the unit, and the mint has it for whoever has the words.
  private func expectSound(_ rig: MintRig, of gross: UInt64, counters: UInt64 = 24) throws {
    let treasury = try rig.treasury()
    #expect(treasury.held + treasury.paid + treasury.fees == gross)
    #expect(treasury.waiting == 0 && treasury.credited == 0 && treasury.promised == 0)
    #expect(treasury.lost == 0 && treasury.found == 0)
    #expect(try rig.wordsWorth(counters: counters) == treasury.held)
    #expect(rig.mint.checkInvariants() == [])
  }

  // MARK: Payments

  /// The second broker ends as well, after every number of steps.
  @Test(arguments: [false, true]) func anOnlinePaymentIsTakenOnce(_ arrives: Bool) throws {
    var counts: [Int] = []
    let count = try steps { first in
      var isFirstDone = false
      counts.append(
        try steps { second in
          let rig = try MintRig(feePPK: 500)
          let coins = try rig.wallet.gift(100, from: &rig.mint)
          let payer = try Payer(rig, coins, fee: 2)
          isFirstDone = try rig.crash(after: first, arrives: arrives)
          try payer.goOn()
          let isDone = try rig.crash(after: second, arrives: arrives)
          try payer.goOn()
          rig.run(seconds: 130)
          payer.collect()
          payer.expectNote()
          #expect(payer.ids.count <= 1)
          for id in payer.ids { #expect(try rig.payment(id).outcome == .taken) }
          #expect(try rig.states(of: coins) == [.spent, .spent, .spent])
          let treasury = try rig.treasury()
          #expect(treasury.held == 98 && treasury.received == 98 && treasury.fees == 2)
          try expectSound(rig, of: 100, counters: 8)
          return isDone
        })
      return isFirstDone
    }
    #expect(count > 5)
    #expect(counts.allSatisfy { $0 > 5 }, "\(counts)")
  }

  /// One came first, three are swapped together, and of these one was spent by its payer.
  @Test(arguments: [false, true]) func ofSeveralPaymentsTheSpentOneIsRefused(_ arrives: Bool) throws {
    let count = try steps { step in
      let rig = try MintRig(feePPK: 500)
      let coins = try [5, 6, 9, 12].map { try rig.wallet.gift($0, from: &rig.mint) }
      let payments = try coins.map { try rig.exchange($0) }
      try rig.wallet.receive(try rig.wallet.token(of: coins[1]).text(), at: &rig.mint)
      let isDone = try rig.crash(after: step, arrives: arrives)
      rig.run(seconds: 200)
      #expect(try payments.map { try rig.payment($0).outcome } == [.taken, .notTaken, .taken, .taken])
      #expect(try rig.payment(payments[1]).status == .ecashSpent)
      for (index, net) in [(0, 4), (2, 8), (3, 11)] as [(Int, UInt64)] {
        #expect(try rig.refund(payments[index], key(70)).notes.map(\.amount) == [net])
        #expect(try rig.states(of: coins[index]) == [.spent, .spent])
      }
      let treasury = try rig.treasury()
      // What is swapped together may cost less than what each of them was taken off.
      #expect(treasury.received >= 23 && treasury.held == treasury.received)
      try expectSound(rig, of: 26)
      return isDone
    }
    #expect(count > 10)
  }

  /// What is locked to the broker is credited before the mint is asked, and swapped with somebody's who waits.
  @Test(arguments: [false, true]) func whatWasCreditedIsSwappedOnce(_ arrives: Bool) throws {
    let count = try steps { step in
      // Half of what may be credited: it is swapped at once.
      let rig = try MintRig(feePPK: 500, exposure: 150)
      let first = try rig.exchange(try rig.wallet.gift(5, from: &rig.mint))
      let coins = try rig.wallet.gift(100, lock: try rig.lockKey(), from: &rig.mint)
      let payer = try Payer(rig, coins, fee: 2)
      let isDone = try rig.crash(after: step, arrives: arrives)
      try payer.goOn()
      rig.run(seconds: 130)
      payer.collect()
      payer.expectNote()
      #expect(payer.ids.isEmpty)
      #expect(try rig.payment(first).outcome == .taken)
      #expect(try rig.states(of: coins) == [.spent, .spent, .spent])
      let treasury = try rig.treasury()
      #expect(treasury.received >= 102 && treasury.held == treasury.received)
      try expectSound(rig, of: 105)
      return isDone
    }
    #expect(count > 7)
  }

  // MARK: Payouts

  /// What becomes of two payouts, one after the other.
  private struct Payouts: Equatable {
    let outcomes: [PaymentOutcome]
    let collected: [UInt64]
    /// Held, received, paid, fees.
    let sums: [UInt64]
  }

  private func payOut(_ disturb: (MintRig) throws -> Void) throws -> Payouts {
    let rig = try MintRig(feePPK: 500)
    try rig.fill(101)
    let blanks = try [1, 21].map { try rig.blanks(8, from: $0) }
    let payouts = try zip([40, 20], blanks).map { try rig.payOut($0, $1.map(\.record)) }
    try disturb(rig)
    rig.run(seconds: 200)
    let outcomes = try payouts.map { try rig.payment($0).outcome }
    let collected = try zip(payouts, blanks).map { try rig.collect($0, $1) }
    let treasury = try rig.treasury()
    try expectSound(rig, of: 101)
    return Payouts(
      outcomes: outcomes, collected: collected,
      sums: [treasury.held, treasury.received, treasury.paid, treasury.fees])
  }

  /// Each is worth what it is when nothing happens, and costs the broker that.
  @Test(arguments: [false, true]) func aPayoutIsMadeOnce(_ arrives: Bool) throws {
    let undisturbed = try payOut { _ in }
    #expect(undisturbed.outcomes == [.taken, .taken])
    #expect(undisturbed.collected.first == 33)
    let count = try steps { step in
      var isDone = false
      let payouts = try payOut { isDone = try $0.crash(after: step, arrives: arrives) }
      #expect(payouts == undisturbed)
      return isDone
    }
    #expect(count > 7)
  }

  /// A payment brings more coins than there should be: they become fewer, and are worth what they were.
  @Test(arguments: [false, true]) func coinsBecomeFewerOnce(_ arrives: Bool) throws {
    let count = try steps { step in
      let rig = try MintRig()
      for _ in 0..<7 { try rig.fill(65_535) }
      let payment = try rig.exchange(try rig.wallet.gift(65_535, from: &rig.mint))
      let isDone = try rig.crash(after: step, arrives: arrives)
      rig.run(seconds: 130)
      #expect(try rig.payment(payment).outcome == .taken)
      let treasury = try rig.treasury()
      #expect(treasury.held == 8 * 65_535 && treasury.received == 8 * 65_535 && treasury.fees == 0)
      #expect(try #require(try rig.coinCounts().first) < 96)
      try expectSound(rig, of: 8 * 65_535, counters: 176)
      return isDone
    }
    #expect(count > 6)
  }
}
