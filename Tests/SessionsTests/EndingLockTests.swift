import Cashu
import Harness
import ScriptedMint
import Testing
import TurnpikeCrypto
import WireProtocol

/// Ecash that was credited at once, and whose lock ends before its mint has swapped it.
@Suite struct EndingLockTests {
  private static let hour: UInt64 = 3_600

  /// Pays with coins that are locked to the broker until so many seconds from now, or until an instant.
  private func pay(_ rig: MintRig, for seconds: UInt64 = 0, until locktime: UInt64? = nil) throws -> ReceivedFrame {
    let end = locktime ?? rig.transport.now / 1_000 + seconds
    let coins = try rig.wallet.gift(64, lock: try rig.lockKey(), locktime: end, from: &rig.mint)
    return try rig.pay(ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 64, binding: 0)], with: coins)
  }

  private func told(_ rig: MintRig) -> Int { rig.news.count { $0.contains("a lock of it ends") } }

  @Test func treasuryTellsTheFirst() throws {
    let rig = try MintRig()
    let now = rig.transport.now / 1_000
    #expect(try rig.treasury().locktime == 0)
    for (hours, first) in [(20, 20), (12, 12), (30, 12)] as [(UInt64, UInt64)] {
      #expect(try pay(rig, for: hours * Self.hour).status == .ok)
      #expect(try rig.treasury().locktime == (now + first * Self.hour) * 1_000)
    }
    rig.run(seconds: 70)
    let treasury = try rig.treasury()
    #expect(treasury.received == 192 && treasury.credited == 0 && treasury.locktime == 0)
    #expect(told(rig) == 0)
  }

  /// Of several coins in one token the first lock counts, also where another one has none.
  @Test func ofOneTokenTheFirstCounts() throws {
    let rig = try MintRig()
    let (lock, end) = (try rig.lockKey(), rig.transport.now / 1_000 + 9 * Self.hour)
    var coins: [Proof] = []
    for locktime in [nil, end + 5, end, end + 7] {
      coins += try rig.wallet.gift(16, lock: lock, locktime: locktime, from: &rig.mint)
    }
    let reply = try rig.pay(
      ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 64, binding: 0)], with: coins)
    #expect(try reply.status == .ok && rig.treasury().locktime == end * 1_000)
  }

  @Test func itIsToldOnceWhereItsMintIsDown() throws {
    let rig = try MintRig()
    #expect(try pay(rig, for: 8 * Self.hour).status == .ok && pay(rig, for: 8 * Self.hour + 60).status == .ok)
    rig.isUnreachable = true
    rig.run(seconds: 7 * Self.hour - 120)
    #expect(told(rig) == 0)
    rig.run(seconds: 5 * Self.hour)
    #expect(told(rig) == 1)
    rig.isUnreachable = false
    rig.run(seconds: 300)
    #expect(try told(rig) == 1 && rig.treasury().credited == 0 && rig.treasury().locktime == 0)
    // The next time it is told again.
    #expect(try pay(rig, for: 8 * Self.hour).status == .ok)
    rig.isUnreachable = true
    rig.run(seconds: 8 * Self.hour)
    #expect(told(rig) == 2)
  }

  @Test func whatIsBeyondThirtyTwoBitsIsTheirLast() throws {
    let rig = try MintRig()
    #expect(try pay(rig, until: UInt64(UInt32.max) + 10).status == .ok)
    #expect(try rig.treasury().locktime == UInt64(UInt32.max) * 1_000)
  }

  /// It is locked no more: the mint is asked before anything is credited.
  @Test func whatEndedLongAgoIsNotCredited() throws {
    let rig = try MintRig()
    #expect(try pay(rig, until: 0).status == .paymentPending && rig.treasury().locktime == 0)
    rig.run()
    #expect(try rig.treasury().received == 64)
  }
}
