import Harness
import Testing
import TurnpikeCrypto
import WireProtocol

/// Requests that time or numbers make wrong: status, place of the money, detail and field.
@Suite struct RefusalTests {
  private func expect(
    _ frame: ReceivedFrame?, _ status: Status, _ money: Money, detail: UInt64 = 0, field: UInt16 = Refusal.noField,
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(frame?.status == status, comment, sourceLocation: sourceLocation)
    #expect(frame?.money == money, comment, sourceLocation: sourceLocation)
    #expect(frame?.refusal?.detail == detail, comment, sourceLocation: sourceLocation)
    #expect(frame?.refusal?.field == field, comment, sourceLocation: sourceLocation)
  }

  @Test func notesOfAnEndedKeyEpoch() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport, terms: Self.changed { $0.longest = 3_155_760_000_000 }))
    let old = market.notes(4, of: 30_000)
    #expect(market.operatorClient.call(RotateRequest(validity: 0, algorithm: .hmacSha256_128))?.status == .ok)
    let year: UInt64 = 31_557_600_000
    // To the last instant of the epoch they are good; a client that was idle for so long has been cut.
    let validUntil = transport.now + year
    transport.advance(year)
    let before = try market.client()
    #expect(before.call(market.acquire(key: key(1)), payment: [old[0]])?.status == .ok)
    transport.advance(1)
    let after = try market.client()
    let fresh = TestClient(transport.open())
    #expect(fresh.authenticate(transport.credential(of: .operator, id: 0, generation: 0), session: key(77)) == .ok)
    let good = try #require(fresh.call(IssueRequest(amount: 30_000, binding: 0, count: 1))).notes
    #expect(good.first?.keyEpoch == 2)
    let wanted = [NoteOutput(amount: 60_000, binding: 0)]
    for payment in [[old[1]], good + [old[1]]] {
      let refused = after.call(market.acquire(key: key(2)), payment: payment)
      expect(refused, .noteExpired, .notTaken, detail: validUntil, "\(payment.count)")
      #expect(refused?.refusal?.token == UInt8(payment.count - 1))
    }
    let exchange = after.call(ExchangeRequest(handle: 0, count: 1), records: wanted, payment: good + [old[2]])
    expect(exchange, .noteExpired, .notTaken, detail: validUntil)
    // A spent one is expired first; and the good note of the refused payments is still good.
    expect(after.call(market.acquire(key: key(2)), payment: [old[0]]), .noteExpired, .notTaken, detail: validUntil)
    #expect(after.call(market.acquire(key: key(2)), payment: good)?.status == .ok)
    #expect(before.faults + after.faults + fresh.faults + market.faults == [])
  }

  /// Its spent bits are gone: nobody may be told that a note of it was not taken.
  @Test func notesOfAKeyEpochThatMadePlace() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let note = try #require(market.notes(1, of: 5_000).first)
    let exchange = market.operatorClient.call(
      ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 5_000, binding: 0)], payment: [note])
    #expect(exchange?.status == .ok)
    let rotate = RotateRequest(validity: 0, algorithm: .hmacSha256_128)
    var client = market.operatorClient
    while client.call(rotate)?.status == .ok {}
    transport.advance(31_557_600_001)
    client = TestClient(transport.open())
    #expect(client.authenticate(transport.credential(of: .operator, id: 0, generation: 0), session: key(77)) == .ok)
    #expect(client.call(PaymentRequest(payment: 0), payment: [note])?.part(PaymentReply.self)?.outcome == .taken)
    #expect(client.call(rotate)?.status == .ok)
    expect(client.call(PaymentRequest(payment: 0), payment: [note]), .noteEpochUnknown, .notTaken)
    #expect(client.faults + market.faults == [])
  }

  /// Restores fill all places, also the one that rotations leave to them: at the next rotation the key of an epoch that ended must go
  /// before the new one comes, or the notes that are owed could never be sent.
  @Test func aNewKeyFindsItsPlaceAfterRestores() throws {
    let restores = (2...8).map {
      RestoreCommand(incarnation: $0, validity: 0, now: 0, flags: [], algorithm: .hmacSha256_128)
    }
    let transport = MemoryTransport(earlier: restores)
    let market = try #require(try Market(transport))
    #expect(market.notes(1, of: 5_000).count == 1)
    transport.advance(31_557_600_001)
    let client = TestClient(transport.open())
    #expect(client.authenticate(transport.credential(of: .operator, id: 0, generation: 0), session: key(77)) == .ok)
    #expect(client.call(RotateRequest(validity: 0, algorithm: .hmacSha256_128))?.status == .ok)
    let issued = client.call(IssueRequest(amount: 5_000, binding: 0, count: 1))
    #expect(issued?.status == .ok)
    let note = try #require(issued?.notes.first)
    #expect(client.call(PaymentRequest(payment: 0), payment: [note])?.part(PaymentReply.self)?.outcome == .notTaken)
    #expect(client.faults + market.faults == [])
  }

  private static func changed(_ change: (inout Terms) -> Void) -> Terms {
    var terms = Market.terms
    change(&terms)
    return terms
  }

  private static let century: UInt64 = 3_155_760_000_000

  /// Terms that cannot be, with the offset of the first wrong field in them.
  private static let wrongTerms: [(field: UInt16, terms: Terms)] = [
    (0, changed { $0.price = 0 }),
    (8, changed { $0.period = 0 }), (8, changed { $0.period = century + 1 }), (8, changed { $0.period = .max }),
    (16, changed { $0.throttledPrice = 0 }), (16, changed { $0.throttledPrice = $0.price + 1 }),
    (24, changed { $0.shortest = 0 }), (24, changed { $0.shortest = .max }),
    (32, changed { $0.longest = $0.shortest - 1 }), (32, changed { $0.longest = 0 }),
    (32, changed { $0.longest = century + 1 }), (32, changed { $0.longest = .max }),
    (40, changed { $0.low = $0.throttle - 1 }), (40, changed { $0.low = .max }),
    (56, changed { $0.grace = century + 1 }), (56, changed { $0.grace = .max }),
    (64, changed { $0.provision = 1 }), (64, changed { $0.policy = .agent }),
    (64, changed { ($0.policy, $0.provision) = (.agent, century + 1) }),
    (72, changed { $0.outage = 1 }), (72, changed { ($0.policy, $0.provision) = (.agent, 1) }),
    (72, changed { ($0.policy, $0.provision, $0.outage) = (.agent, 1, century + 1) }), (112, changed { $0.units = 0 }),
  ]

  @Test func termsThatCannotBe() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    for (field, terms) in Self.wrongTerms {
      let name = try #require(Name32("other"))
      expect(
        market.provider.call(RegisterRequest(name: name, terms: terms)), .termsInvalid, .none, field: 16 + 32 + field,
        "REGISTER \(terms)")
      expect(
        market.provider.call(UpdateRequest(resource: market.resource, terms: terms)), .termsInvalid, .none,
        field: 16 + 8 + field, "UPDATE \(terms)")
    }
    // The largest there can be.
    let widest = Self.changed {
      ($0.period, $0.shortest, $0.longest) = (Self.century, Self.century, Self.century)
      ($0.low, $0.throttle, $0.grace) = (Self.century, Self.century, Self.century)
      ($0.price, $0.throttledPrice, $0.units) = (.max >> 1, .max >> 1, 1)
    }
    #expect(
      market.provider.call(RegisterRequest(name: try #require(Name32("widest")), terms: widest))?.status == .ok)
    #expect(market.faults == [])
  }

  @Test func quotesAndLeasesThatCannotBe() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let client = try market.client()
    let note = market.notes(1, of: 60_000)
    func quote(_ units: UInt32, _ duration: UInt64) -> ReceivedFrame? {
      client.call(QuoteRequest(resource: market.resource, units: units, duration: duration))
    }
    expect(quote(0, 5_000), .unitsInvalid, .none, detail: 10)
    expect(quote(11, 5_000), .unitsInvalid, .none, detail: 10)
    expect(quote(.max, 5_000), .unitsInvalid, .none, detail: 10)
    // 0 asks for the shortest.
    #expect(quote(1, 0)?.part(QuoteReply.self)?.amount == 1_000)
    expect(quote(1, 999), .tooShort, .none, detail: 1_000)
    expect(quote(1, 3_600_001), .tooLong, .none, detail: 3_600_000)
    expect(quote(1, .max), .tooLong, .none, detail: 3_600_000)
    #expect(quote(1, 3_600_000)?.status == .ok)
    func acquire(_ units: UInt32, _ minimum: UInt64, _ payment: [NoteToken]) -> ReceivedFrame? {
      client.call(market.acquire(key: key(1), units: units, minimum: minimum), payment: payment)
    }
    expect(acquire(0, 0, note), .unitsInvalid, .notTaken, detail: 10)
    expect(acquire(.max, 0, note), .unitsInvalid, .notTaken, detail: 10)
    expect(acquire(1, .max, note), .tooShort, .notTaken, detail: .max)
    expect(acquire(1, Self.century, note), .tooShort, .notTaken, detail: Self.century)
    expect(acquire(10, 0, market.notes(1, of: 9_999)), .tooShort, .notTaken, detail: 10_000)
    expect(acquire(1, 0, market.notes(1, of: 3_600_001)), .tooLong, .notTaken, detail: 3_600_000)
    #expect(acquire(1, 60_000, note)?.status == .ok)
    #expect(client.faults + market.faults == [])
  }

  /// A lease that was released, revoked, or that time has ended.
  @Test(arguments: [LeaseState.released, .revoked, .expired])
  func aFinishedLease(state: LeaseState) throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let client = try market.client()
    let lease = try #require(market.lease(client, paying: 60_000, key: key(1)))
    let note = market.notes(1, of: 30_000)
    var collected: ReceivedFrame?
    switch state {
    case .released: collected = client.call(ReleaseRequest(handle: lease.handle))
    case .revoked: #expect(market.provider.call(RevokeRequest(lease: lease.id))?.status == .ok)
    default: transport.advance(60_000 + 1 + Market.terms.grace)
    }
    #expect(client.call(CheckRequest(lease: lease.id))?.part(CheckReply.self)?.state == state)
    let (handle, detail) = (lease.handle, UInt64(state.rawValue))
    expect(client.call(FundRequest(lease: lease.id, handle: 0), payment: note), .leaseEnded, .notTaken, detail: detail)
    expect(
      client.call(FundRequest(lease: lease.id, handle: handle), payment: note), .leaseEnded, .notTaken, detail: detail)
    let use = UseRequest(handle: handle, meter: 0, quantity: 1, useNumber: 1, lease: 0)
    expect(client.call(use), .leaseEnded, .notKnown, detail: detail)
    expect(client.call(use, payment: note), .leaseEnded, .notTaken, detail: detail)
    expect(
      client.call(ReserveRequest(handle: handle, meter: 0, quantityMax: 1, timeout: 1_000)), .leaseEnded, .notTaken,
      detail: detail)
    let hash = SHA256.keyHash(key(2))
    expect(
      client.call(GrantDebitKeyRequest(handle: handle, keyHash: hash, perSecond: 1, total: 1)), .leaseEnded, .none,
      detail: detail)
    expect(client.call(TransferRequest(handle: handle, keyHash: hash)), .leaseEnded, .none, detail: detail)
    expect(market.provider.call(RevokeRequest(lease: lease.id)), .leaseEnded, .notTaken, detail: detail)
    expect(
      client.call(SubscribeRequest(lease: lease.id, resource: 0, funding: 0, mask: .changes)), .leaseEnded, .none,
      detail: detail)
    // What it left is its owner's, in one note, however often it is asked for.
    if state == .revoked { collected = client.call(ReleaseRequest(handle: handle)) }
    if state == .expired {
      expect(client.call(ReleaseRequest(handle: handle)), .leaseEnded, .notTaken, detail: detail)
    } else {
      #expect(collected?.notes.map(\.amount) == [60_000])
      let again = client.call(ReleaseRequest(handle: handle))
      #expect(again?.isReplayed == true)
      #expect(again?.notes.map(\.tag) == collected?.notes.map(\.tag))
    }
    #expect(client.call(BindRequest(lease: lease.id, key: key(1)))?.part(BindReply.self)?.state == state)
    // The note was offered often and never taken.
    #expect(client.call(market.acquire(key: key(3)), payment: note)?.status == .ok)
    #expect(client.faults + market.faults == [])
  }
}
