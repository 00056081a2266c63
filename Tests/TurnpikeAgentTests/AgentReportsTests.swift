import Testing
import TurnpikeAgent
import TurnpikeCrypto
import WireProtocol

/// What an engine reports of gates to a broker in memory, and the vouchers that it takes. A millisecond of a lease costs 1.
@Suite struct AgentReportsTests {
  private func reporting() throws -> Bench {
    let bench = try Bench { ($0.reports, $0.reportMilliseconds) = (true, 1_000) }
    try bench.connect()
    // The handshake told of no outage: that is over with the first report.
    _ = try bench.events()
    return bench
  }

  private func expectTold(
    _ bench: Bench, _ lease: (id: UInt64, handle: UInt32), _ received: UInt64, _ sent: UInt64
  ) throws {
    let told = try #require(bench.station.service(lease))
    #expect(told.received == received && told.sent == sent)
  }

  /// Time for the heartbeats with which the broker learns what was heard.
  private func beHeard(_ bench: Bench) throws {
    for _ in 0..<3 {
      bench.advance(2_000)
      try bench.talk()
    }
  }

  @Test func bytesAreReportedOnce() throws {
    let bench = try reporting()
    let lease = try bench.open(paying: 600_000)
    try bench.engine.count(lease.id, received: 100, sent: 2_000)
    try bench.engine.count(lease.id, received: 1, sent: 0)
    #expect(throws: AgentFailure.leaseUnknown) { try bench.engine.count(lease.id + 1, received: 1, sent: 1) }
    bench.advance(1_000)
    try bench.talk()
    try expectTold(bench, lease, 101, 2_000)
    // The reply to the next report is lost with the connection.
    try bench.engine.count(lease.id, received: 1 << 33, sent: 5)
    bench.advance(1_000)
    bench.spoil = { _ in [] }
    try bench.talk()
    bench.disconnect()
    bench.spoil = { $0 }
    try bench.engine.count(lease.id, received: 3, sent: 3)
    try bench.connect()
    // A report has room for 32 bits of each: the rest is in the next ones.
    for _ in 0..<4 {
      bench.advance(1_000)
      try bench.talk()
    }
    try expectTold(bench, lease, 104 + (1 << 33), 2_008)
  }

  @Test func theLastBytesOfALeaseCount() throws {
    let bench = try reporting()
    let lease = try bench.open()
    try bench.engine.count(lease.id, received: 1, sent: 2)
    bench.station.revoke(lease.id)
    guard case .ended? = try bench.events().last else { throw Expected("ENDED") }
    try bench.engine.count(lease.id, received: 10, sent: 20)
    _ = try bench.events()
    try expectTold(bench, lease, 11, 22)
    #expect(bench.engine.find(lease.id) == nil)
    #expect(throws: AgentFailure.leaseUnknown) { try bench.engine.count(lease.id, received: 1, sent: 1) }
  }

  @Test func whoDoesNotReportCountsNothing() throws {
    let bench = try Bench()
    try bench.connect()
    let lease = try bench.open()
    #expect(throws: AgentFailure.notNow) { try bench.engine.count(lease.id, received: 1, sent: 1) }
  }

  /// A gate is open until the deadline that was known; from then on the lease stands, and no longer.
  @Test(arguments: [true, false])
  func whatWasShutComesBack(isPaidInTime: Bool) throws {
    let bench = try reporting()
    let (lease, other) = (try bench.open(paying: 20_000), try bench.open(paying: 600_000))
    try beHeard(bench)
    bench.disconnect()
    if isPaidInTime { bench.station.fund(lease.id, paying: 60_000) }
    bench.station.fund(other.id, paying: 1_000)
    var before = (try bench.station.deadline(lease.id), try bench.station.deadline(other.id))
    let until = try #require(bench.engine.find(lease.id)).until
    bench.advance(until + 1 - bench.now)
    _ = try bench.events()
    // Then it is revived, under another epoch.
    if !isPaidInTime {
      bench.station.fund(lease.id, paying: 60_000)
      before.0 = try bench.station.deadline(lease.id)
    }
    bench.advance(7_000)
    try bench.connect()
    #expect(try bench.events().contains { if case .opened(let opened) = $0 { opened.id == lease.id } else { false } })
    let back = try bench.station.deadline(lease.id) - before.0
    #expect(back >= 7_000 && back < 7_100, "\(back)")
    #expect(try bench.station.deadline(other.id) == before.1)
  }

  /// Who is started anew knows of nothing that was open: all comes back of the time in which the broker missed him.
  @Test func aStartKnowsOfNothing() throws {
    let bench = try reporting()
    let lease = try bench.open(paying: 600_000)
    try beHeard(bench)
    try bench.restart()
    let before = try bench.station.deadline(lease.id)
    bench.advance(3_000)
    try bench.connect()
    _ = try bench.events()
    #expect(try bench.station.deadline(lease.id) == before + 3_000)
    // Without `reports` nothing does.
    let silent = try Bench()
    try silent.connect()
    let kept = try silent.open(paying: 600_000)
    try beHeard(silent)
    let end = try silent.station.deadline(kept.id)
    try silent.restart()
    silent.advance(3_000)
    try silent.connect()
    _ = try silent.events()
    #expect(try silent.station.deadline(kept.id) == end)
  }

  // MARK: Vouchers

  @Test func vouchersAreTakenOnce() throws {
    let bench = try Bench { $0.voucherCapacity = 2 }
    try bench.connect()
    let lease = try bench.open(paying: 600_000)
    // The broker knows the agent's clock from the next turn on.
    bench.advance(1)
    let issued = try bench.station.vouchers(3, of: lease)
    bench.disconnect()
    let challenge = try AgentEngine.challenge()
    func take(_ index: Int, provenBy holder: Int? = nil) throws(AgentFailure) -> VoucherUse {
      let voucher = bytes(of: issued[index].voucher)
      let proof = TicketKey.proof(holderKey: issued[holder ?? index].holderKey, challenge: challenge)
      return try unsafe bench.engine.takeVoucher(
        voucher.span.bytes, challenge: challenge, proof: proof, now: bench.now)
    }
    let first = bytes(of: issued[0].voucher)
    let use = try unsafe bench.engine.checkVoucher(first.span.bytes, now: bench.now)
    #expect(use.lease == lease.id && use.serial == issued[0].voucher.serial && use.meter == 0)
    #expect(use.quantity == 1 && use.charged == 10 && use.until > bench.now)
    #expect(throws: AgentFailure.proofWrong) { try take(0, provenBy: 1) }
    #expect(try take(0) == use)
    #expect(throws: AgentFailure.voucherTaken) { try take(0) }
    // Whatever becomes of the lease.
    bench.station.revoke(lease.id)
    #expect(try take(1).serial == issued[1].voucher.serial)
    #expect(throws: AgentFailure.vouchersFull) { try take(2) }
    #expect(throws: AgentFailure.voucherTaken) { try take(1) }
    bench.advance(use.until - bench.now)
    #expect(throws: AgentFailure.voucherTaken) { try take(0) }
    bench.advance(1)
    #expect(throws: AgentFailure.ticketOver) { try take(0) }
    // Of a start before.
    try bench.restart()
    #expect(throws: AgentFailure.ticketNotOurs) { try take(1) }
  }

  @Test func whatIsNoVoucherIsRefused() throws {
    let bench = try Bench { $0.voucherCapacity = 0 }
    try bench.connect()
    let lease = try bench.open(paying: 600_000)
    bench.advance(1)
    let issued = try #require(try bench.station.vouchers(1, of: lease).first)
    let (good, now) = (bytes(of: issued.voucher), bench.now)
    #expect(throws: AgentFailure.ticketForged) { try unsafe bench.engine.checkVoucher([1].span.bytes, now: now) }
    for index in good.indices {
      var forged = good
      forged[index] ^= 1
      #expect(throws: AgentFailure.ticketForged) { try unsafe bench.engine.checkVoucher(forged.span.bytes, now: now) }
    }
    let challenge = try AgentEngine.challenge()
    let proof = TicketKey.proof(holderKey: issued.holderKey, challenge: challenge)
    #expect(throws: AgentFailure.ticketForged) {
      try unsafe bench.engine.takeVoucher([1].span.bytes, challenge: challenge, proof: proof, now: now)
    }
    #expect(throws: AgentFailure.vouchersFull) {
      try unsafe bench.engine.takeVoucher(good.span.bytes, challenge: challenge, proof: proof, now: now)
    }
    var setup = try bench.station.setup()
    setup.voucherCapacity = AgentLimits.voucherCountMax + 1
    #expect(throws: AgentFailure.argumentWrong) { try AgentEngine(setup, now: 1) }
  }
}
