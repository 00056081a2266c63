import BrokerCore
import Harness
import Journal
import Sessions
import Testing
import TurnpikeCrypto
import WireProtocol

/// What the engine writes down.
@Suite struct JournalContentTests {
  /// Whether `needle` stands somewhere in `bytes`.
  private func holds(_ bytes: [UInt8], _ needle: Bytes16) -> Bool {
    let wanted = (0..<16).map { index in
      UInt8(truncatingIfNeeded: (index < 8 ? needle.low : needle.high) >> UInt64(index % 8 * 8))
    }
    return bytes.indices.dropLast(15).contains { bytes[$0] == wanted[0] && Array(bytes[$0..<$0 + 16]) == wanted }
  }

  /// A market in which a little of everything has happened.
  private func busyMarket(_ transport: MemoryTransport) throws -> (Market, secrets: [Bytes16]) {
    let market = try #require(try Market(transport))
    let session = Bytes16(low: 0x1234_5678, high: 0x9ABC_DEF0)
    let client = try market.client(session: session)
    var secrets = [session, key(1), key(2), key(3)]
    let notes = market.notes(3, of: 60_000)
    secrets += notes.map(\.tag)
    let lease = try #require(market.lease(client, key: key(1)))
    transport.advance(700)
    #expect(client.call(FundRequest(lease: lease.id, handle: lease.handle), payment: [notes[0]])?.status == .ok)
    #expect(client.call(FundRequest(lease: lease.id, handle: 0), payment: [notes[0]])?.status == .noteSpent)
    for number in UInt64(1)...5 {
      transport.advance(100)
      let use = UseRequest(handle: lease.handle, meter: 0, quantity: number, useNumber: number, lease: 0)
      #expect(client.call(use)?.status == .ok)
    }
    let grant = GrantDebitKeyRequest(
      handle: lease.handle, keyHash: SHA256.keyHash(key(2)), perSecond: 1_000, total: 5_000)
    #expect(client.call(grant)?.status == .ok)
    let reserve = client.call(ReserveRequest(handle: lease.handle, meter: 0, quantityMax: 9, timeout: 60_000))
    let reservation = try #require(reserve?.part(ReserveReply.self)).reservation
    let settle = SettleRequest(handle: lease.handle, reservation: reservation, quantity: 4)
    #expect(client.call(settle)?.status == .ok)
    let split = [NoteOutput(amount: 59_000, binding: 0), NoteOutput(amount: 1_000, binding: lease.id)]
    secrets += try #require(
      client.call(ExchangeRequest(handle: 0, count: 2), records: split, payment: [notes[1]])
    ).notes.map(\.tag)
    #expect(client.call(TransferRequest(handle: lease.handle, keyHash: SHA256.keyHash(key(3))))?.status == .ok)
    let bound = try #require(client.call(BindRequest(lease: lease.id, key: key(3)))?.part(BindReply.self))
    transport.advance(3_000)
    secrets += try #require(client.call(ReleaseRequest(handle: bound.handle))).notes.map(\.tag)
    #expect(market.provider.call(WithdrawRequest(amount: 0))?.status == .ok)
    #expect(market.operatorClient.call(RotateRequest(validity: 0, algorithm: .siphash2_4_128))?.status == .ok)
    let fresh = market.notes(1, of: 7)
    #expect(fresh.first?.keyEpoch == 2)
    #expect(
      client.call(
        ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 60_007, binding: 0)],
        payment: [notes[2]] + fresh)?.status == .ok)
    #expect(client.faults + market.faults == [])
    return (market, secrets)
  }

  @Test func noSecretIsWritten() throws {
    let transport = MemoryTransport()
    let (_, secrets) = try busyMarket(transport)
    #expect(secrets.count == 10)
    for secret in secrets { #expect(!holds(transport.storage.bytes, secret)) }
    // The search would find what is there.
    #expect(holds(transport.storage.bytes, SHA256.keyHash(key(1))))
  }

  /// What costs its sender nothing leaves nothing behind.
  @Test func usesOfInventedLeasesAreNotWritten() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let client = try market.client()
    let lease = try #require(market.lease(client, key: key(1)))
    let ended = try #require(market.lease(client, key: key(2)))
    #expect(client.call(ReleaseRequest(handle: ended.handle))?.status == .ok)
    transport.advance(10)
    #expect(client.call(PingRequest(echo: 1))?.status == .ok)
    func use(_ lease: UInt64, payment: [NoteToken] = []) -> ReceivedFrame? {
      client.call(UseRequest(handle: 0, meter: 0, quantity: 1, useNumber: 0, lease: lease), payment: payment)
    }
    let expected: [(UInt64, Status, UInt64)] = [
      (lease.id, .handleUnknown, 0), (ended.id, .leaseEnded, UInt64(LeaseState.released.rawValue)),
      (lease.id + 99, .leaseUnknown, 0), (.max, .leaseUnknown, 0),
    ]
    _ = use(lease.id)
    let before = transport.storage.bytes.count
    for (id, status, detail) in expected {
      for _ in 0..<1_000 {
        let refused = use(id)
        #expect(refused?.status == status)
        #expect(refused?.refusal?.detail == detail)
        #expect(refused?.money == .notKnown)
      }
    }
    #expect(transport.storage.bytes.count == before)
    // With a payment, which is money, the state machine judges: the same, but the note is as good as before.
    let note = market.notes(1, of: 10)
    for (id, status, detail) in expected {
      let refused = use(id, payment: note)
      #expect(refused?.status == status)
      #expect(refused?.refusal?.detail == detail)
      #expect(refused?.money == .notTaken)
    }
    #expect(transport.storage.bytes.count > before)
    #expect(client.faults + market.faults == [])
  }

  @Test func theJournalGivesTheSameStateAgain() throws {
    let transport = MemoryTransport()
    let (market, _) = try busyMarket(transport)
    let told = try #require(market.operatorClient.call(AuditFiguresRequest()))
    let bytes = transport.storage.bytes
    let genesis = try #require(unsafe GenesisCommand(bytes.span.bytes, at: CommandHeader.byteCount))
    guard var machine = StateMachine(genesis: genesis) else {
      Issue.record("no state machine")
      return
    }
    var offset = CommandHeader.byteCount + GenesisCommand.byteCount
    var count: UInt64 = 1
    var scratch = [UInt8](repeating: 0, count: 64)
    while offset < bytes.count {
      let view = try #require(unsafe CommandView(bytes.span.bytes, at: offset))
      var span = scratch.mutableSpan
      var reply = unsafe span.mutableBytes
      let outcome = unsafe machine.apply(
        bytes.span.bytes.extracting(offset..<offset + view.byteCount), reply: &reply)
      #expect(outcome.status != .malformed)
      offset += view.byteCount
      count += 1
    }
    #expect(offset == bytes.count)
    #expect(machine.sequence == count)
    var records = [UInt8](repeating: 0, count: WireLimits.outputCountMax * Figure.byteCount)
    var span = records.mutableSpan
    var room = unsafe span.mutableBytes
    let reply = machine.auditFigures(into: &room, at: 0)
    #expect(told.part(AuditFiguresReply.self) == reply)
    #expect(
      Array(told.bytes[told.layout.recordsOffset..<told.layout.contentEnd])
        == Array(records[..<(told.layout.recordCount * Figure.byteCount)]))
    let fault = machine.checkInvariants()
    #expect(fault == nil)
  }
}
