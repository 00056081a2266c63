import Harness
import Testing
import TurnpikeCrypto
import WireProtocol

extension CommonTests {
  /// Money that is none, or none any more.
  @Suite struct PaymentTests {
    private func refuse(
      _ frame: ReceivedFrame?, _ status: Status, token: UInt8? = nil, detail: UInt64? = nil, money: Money = .notTaken,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(frame?.status == status, sourceLocation: sourceLocation)
      #expect(frame?.money == money, sourceLocation: sourceLocation)
      if let token { #expect(frame?.refusal?.token == token, sourceLocation: sourceLocation) }
      if let detail { #expect(frame?.refusal?.detail == detail, sourceLocation: sourceLocation) }
    }

    @Test(arguments: TransportKind.allCases)
    func forgedAlteredAndForeignNotes(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let notes = market.notes(2, of: 30_000)
      let good = notes[0]
      func altered(_ change: (inout NoteToken) -> Void) -> [NoteToken] {
        var note = notes[1]
        change(&note)
        return [good, note]
      }
      refuse(client.call(market.acquire(key: key(1)), payment: altered { $0.tag.low ^= 1 }), .noteForged, token: 1)
      refuse(
        client.call(market.acquire(key: key(1)), payment: altered { $0.tag.high ^= 1 << 63 }), .noteForged, token: 1)
      refuse(client.call(market.acquire(key: key(1)), payment: altered { $0.amount += 1 }), .noteForged, token: 1)
      refuse(client.call(market.acquire(key: key(1)), payment: altered { $0.serial += 1 }), .noteForged, token: 1)
      refuse(client.call(market.acquire(key: key(1)), payment: altered { $0.binding = 1 }), .noteForged, token: 1)
      refuse(
        client.call(market.acquire(key: key(1)), payment: altered { $0.keyEpoch = 2 }), .noteEpochUnknown, token: 1)
      // Of another broker: right in every byte, made with another key.
      let other = try #require(try Market(try kind.make(seed: 8)))
      defer { other.transport.stop() }
      refuse(client.call(market.acquire(key: key(1)), payment: other.notes(1, of: 60_000)), .noteForged, token: 0)
      // Nothing was taken: the notes are as good as before.
      #expect(client.call(market.acquire(key: key(1)), payment: notes)?.status == .ok)
      #expect(client.faults + market.faults == [])
    }

    /// Its serials begin at 0 again, and its master key is the same.
    @Test func notesOfALifeBeforeAreForged() throws {
      let before = try #require(try Market(MemoryTransport()))
      let market = try #require(try Market(MemoryTransport(now: 1_700_000_000_001)))
      defer { before.transport.stop() }
      defer { market.transport.stop() }
      let client = try market.client()
      let old = before.notes(1, of: 30_000)
      let new = market.notes(1, of: 30_000)
      #expect(old.map(\.serial) == new.map(\.serial) && old != new)
      refuse(client.call(market.acquire(key: key(1)), payment: old), .noteForged, token: 0)
      #expect(client.call(market.acquire(key: key(1)), payment: new)?.status == .ok)
      #expect(client.faults + market.faults + before.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func spentAndRepeatedNotes(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let other = try market.client()
      let notes = market.notes(4, of: 30_000)
      refuse(
        client.call(market.acquire(key: key(1)), payment: [notes[0], notes[1], notes[0]]), .noteRepeated, token: 2)
      // The same note in two requests of one pipeline.
      client.send(
        client.frame(market.acquire(key: key(1)), payment: [notes[0]])
          + client.frame(market.acquire(key: key(2)), payment: [notes[1], notes[0]]))
      #expect(client.nextReply()?.status == .ok)
      refuse(client.nextReply(), .noteSpent, token: 1, money: .notKnown)
      refuse(other.call(market.acquire(key: key(3)), payment: [notes[0]]), .noteSpent, token: 0, money: .notKnown)
      // The good note of the refused payment is still good.
      #expect(other.call(market.acquire(key: key(3)), payment: [notes[1]])?.status == .ok)
      // PAYMENT tells which is which.
      let asked = other.call(PaymentRequest(payment: 0), payment: [notes[2], notes[0]])
      #expect(asked?.part(PaymentReply.self)?.outcome == .partlyTaken)
      #expect(asked?.part(PaymentReply.self)?.spent == 0b10)
      #expect(
        other.call(PaymentRequest(payment: 0), payment: [notes[2]])?.part(PaymentReply.self)?.outcome == .notTaken)
      #expect(client.faults + other.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func boundNotes(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let first = try #require(market.lease(client, key: key(1)))
      let second = try #require(market.lease(client, key: key(2)))
      let bound = market.notes(2, of: 30_000, boundTo: first.id)
      refuse(
        client.call(FundRequest(lease: second.id, handle: 0), payment: [bound[0]]), .noteBound, token: 0,
        detail: first.id)
      refuse(client.call(market.acquire(key: key(3)), payment: [bound[0]]), .noteBound, token: 0, detail: first.id)
      #expect(client.call(FundRequest(lease: first.id, handle: 0), payment: [bound[0]])?.status == .ok)
      // Only the owner changes a bound note back into money of any lease.
      let plain = [NoteOutput(amount: 30_000, binding: 0)]
      refuse(client.call(ExchangeRequest(handle: 0, count: 1), records: plain, payment: [bound[1]]), .noteBound)
      refuse(
        client.call(ExchangeRequest(handle: second.handle, count: 1), records: plain, payment: [bound[1]]), .noteBound)
      let freed = client.call(ExchangeRequest(handle: first.handle, count: 1), records: plain, payment: [bound[1]])
      #expect(freed?.notes.first?.binding == 0)
      #expect(client.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func amountsThatCannotBe(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let issuer = market.operatorClient
      #expect(issuer.call(IssueRequest(amount: 0, binding: 0, count: 1))?.status == .amountInvalid)
      #expect(issuer.call(IssueRequest(amount: .max, binding: 0, count: 1))?.status == .amountOverflow)
      #expect(issuer.call(IssueRequest(amount: 1 << 60, binding: 0, count: 1_024))?.status == .amountOverflow)
      #expect(issuer.call(IssueRequest(amount: 1, binding: 0, count: 0))?.status == .quantityInvalid)
      #expect(issuer.call(IssueRequest(amount: 1, binding: 0, count: 1_025))?.status == .quantityInvalid)
      // All the money there can be, in two notes, and one more than there can be.
      let whole = market.notes(2, of: 1 << 61)
      refuse(
        client.call(
          ExchangeRequest(handle: 0, count: 2),
          records: [NoteOutput(amount: .max, binding: 0), NoteOutput(amount: 2, binding: 0)], payment: whole),
        .amountOverflow)
      refuse(
        client.call(ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 1, binding: 0)], payment: whole),
        .amountInvalid, detail: 1 << 62)
      refuse(
        client.call(ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 0, binding: 0)], payment: whole),
        .amountInvalid)
      refuse(client.call(market.acquire(key: key(1)), payment: whole), .tooLong)
      refuse(client.call(market.acquire(key: key(1)), payment: market.notes(1, of: 1)), .tooShort, detail: 1_000)
      refuse(client.call(market.acquire(key: key(1), minimum: .max), payment: market.notes(1, of: 60_000)), .tooShort)
      refuse(
        client.call(market.acquire(key: key(1), units: 11), payment: market.notes(1, of: 60_000)), .unitsInvalid,
        detail: 10)
      refuse(client.call(market.acquire(key: key(1), units: 0), payment: market.notes(1, of: 60_000)), .unitsInvalid)
      refuse(client.call(market.acquire(key: key(1), units: .max), payment: market.notes(1, of: 60_000)), .unitsInvalid)
      let lease = try #require(market.lease(client, key: key(9)))
      func use(_ meter: UInt8, _ quantity: UInt64, _ number: UInt64) -> ReceivedFrame? {
        client.call(UseRequest(handle: lease.handle, meter: meter, quantity: quantity, useNumber: number, lease: 0))
      }
      refuse(use(0, 0, 1), .quantityInvalid)
      refuse(use(0, .max, 2), .amountOverflow)
      refuse(use(2, 1 << 20, 3), .fundsInsufficient)
      refuse(use(1, 1, 4), .meterUnknown)
      refuse(use(4, 1, 5), .meterUnknown)
      refuse(client.call(ReserveRequest(handle: lease.handle, meter: 0, quantityMax: 1, timeout: .max)), .termsInvalid)
      refuse(
        client.call(ReserveRequest(handle: lease.handle, meter: 0, quantityMax: .max, timeout: 1_000)), .amountOverflow)
      #expect(client.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func thingsThatAreNotThere(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let lease = try #require(market.lease(client, key: key(1)))
      let note = market.notes(1, of: 30_000)
      let fresh = try market.client()
      for id in [0, lease.id + 1, 1 << 52 | lease.id, UInt64.max] {
        #expect(client.call(CheckRequest(lease: id))?.status == .leaseUnknown)
        #expect(client.call(BindRequest(lease: id, key: key(1)))?.status == .leaseUnknown)
        refuse(client.call(FundRequest(lease: id, handle: 0), payment: note), .leaseUnknown)
        #expect(client.call(StatusRequest(resource: id == 0 ? 999 : id | 1 << 40))?.status == .resourceUnknown)
      }
      #expect(client.call(DescribeRequest(resource: 0, name: try #require(Name32("none"))))?.status == .resourceUnknown)
      refuse(
        client.call(
          AcquireRequest(
            resource: 77, units: 1, flags: [], keyHash: SHA256.keyHash(key(1)), minimum: 0), payment: note),
        .resourceUnknown)
      for handle in [0, 2, 0x7FFF_FFFF, UInt32.max] {
        // Under this number nothing was done; in a session that never kept a receipt, under none.
        refuse(client.call(ReleaseRequest(handle: handle)), .handleUnknown)
        refuse(fresh.call(ReleaseRequest(handle: handle)), .handleUnknown)
        let used = client.call(UseRequest(handle: handle, meter: 0, quantity: 1, useNumber: 1, lease: 0))
        #expect(used?.status == .handleUnknown)
        #expect(used?.money == .notKnown)
      }
      refuse(client.call(SettleRequest(handle: lease.handle, reservation: 12, quantity: 0)), .reservationUnknown)
      #expect(client.call(BindRequest(lease: lease.id, key: key(2)))?.status == .keyWrong)
      #expect(client.call(PaymentRequest(payment: 0))?.status == .paymentRequired)
      #expect(client.call(PaymentRequest(payment: 1 << 40))?.part(PaymentReply.self)?.outcome == .notTaken)
      refuse(fresh.call(FundRequest(lease: lease.id, handle: 9), payment: note), .handleUnknown)
      // A payment where there must be one, and where there must be none.
      refuse(client.call(FundRequest(lease: lease.id, handle: 0)), .paymentRequired)
      refuse(client.call(CheckRequest(lease: lease.id), payment: note), .paymentNotAllowed)
      refuse(client.call(ReleaseRequest(handle: lease.handle), payment: note), .paymentNotAllowed)
      // A lease that ended.
      #expect(client.call(ReleaseRequest(handle: lease.handle))?.status == .ok)
      refuse(client.call(FundRequest(lease: lease.id, handle: 0), payment: note), .leaseEnded)
      // Whether this number was charged before the end is not kept.
      let late = client.call(UseRequest(handle: lease.handle, meter: 0, quantity: 1, useNumber: 9, lease: 0))
      #expect(late?.status == .leaseEnded)
      #expect(late?.money == .notKnown)
      #expect(
        client.call(FundRequest(lease: lease.id, handle: 0), payment: note)?.refusal?.detail
          == UInt64(LeaseState.released.rawValue))
      #expect(client.faults + market.faults == [])
    }

    /// Gifts never come back as change, whoever gave them.
    @Test(arguments: TransportKind.allCases)
    func anOwnerWhoDonatesToItselfTakesNothingOut(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let lease = try #require(market.lease(client, paying: 60_000, key: key(1)))
      #expect(
        client.call(FundRequest(lease: lease.id, handle: 0), payment: market.notes(1, of: 500_000))?.status == .ok)
      let own = client.call(FundRequest(lease: lease.id, handle: lease.handle), payment: market.notes(1, of: 1_000))
      #expect(own?.status == .ok)
      let reply = try #require(client.call(ReleaseRequest(handle: lease.handle))?.part(ReleaseReply.self))
      #expect(reply.change <= 61_000)
      #expect(reply.given > 400_000)
      let status = market.provider.call(StatusRequest(resource: market.resource))?.part(StatusReply.self)
      #expect(status?.donations == reply.given)
      #expect(client.faults + market.faults == [])
    }
  }
}
