import Harness
import Sessions
import Testing
import TurnpikeCrypto
import WireProtocol

/// Whatever comes, the broker goes on, and every answer is well formed.
@Suite struct GarbageTests {
  /// A small generator whose runs can be repeated.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  /// One valid frame of many kinds.
  private func frame(_ client: TestClient, _ market: Market, _ dice: inout Dice, note: NoteToken) -> [UInt8] {
    let small = UInt64.random(in: 0...3, using: &dice)
    let handle = UInt32(small)
    switch Int.random(in: 0..<20, using: &dice) {
    case 0: return client.frame(PingRequest(echo: small))
    case 1: return client.frame(market.acquire(key: key(small)), payment: [note])
    case 2: return client.frame(FundRequest(lease: small, handle: handle), payment: [note])
    case 3: return client.frame(BindRequest(lease: small, key: key(small)))
    case 4: return client.frame(UseRequest(handle: handle, meter: 0, quantity: 1, useNumber: small, lease: 0))
    case 5: return client.frame(ReserveRequest(handle: handle, meter: 0, quantityMax: small, timeout: 1_000))
    case 6: return client.frame(SettleRequest(handle: handle, reservation: small, quantity: small))
    case 7:
      return client.frame(
        GrantDebitKeyRequest(handle: handle, keyHash: SHA256.keyHash(key(9)), perSecond: small, total: small))
    case 8: return client.frame(CheckRequest(lease: small))
    case 9: return client.frame(ReleaseRequest(handle: handle))
    case 10: return client.frame(TransferRequest(handle: handle, keyHash: SHA256.keyHash(key(small))))
    case 11: return client.frame(SubscribeRequest(lease: small, resource: 0, funding: 0, mask: [.changes, .notices]))
    case 12: return client.frame(PaymentRequest(payment: 0), payment: [note])
    case 13:
      let outputs = [NoteOutput(amount: 29_999, binding: 0), NoteOutput(amount: 1, binding: small)]
      return client.frame(ExchangeRequest(handle: 0, count: 2), records: outputs, payment: [note])
    case 14: return client.frame(ListRequest(after: small, countMax: UInt16(small)))
    case 15: return client.frame(DescribeRequest(resource: small, name: Name32()))
    case 16: return client.frame(QuoteRequest(resource: small, units: 1, duration: small))
    case 17: return client.frame(BrokerStatusRequest())
    case 18: return client.frame(IssueRequest(amount: 1, binding: 0, count: 3))
    default: return client.frame(StatusRequest(resource: small))
    }
  }

  private func damage(_ frame: inout [UInt8], _ dice: inout Dice) {
    let places: [Int] = [0, 1, 2, 4, 5, 6, 7, 8, 16, 20, 24, 26]
    for _ in 0..<Int.random(in: 1...3, using: &dice) {
      switch Int.random(in: 0..<5, using: &dice) {
      case 0: frame[Int.random(in: 0..<frame.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
      case 1: frame[Int.random(in: 0..<frame.count, using: &dice)] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
      case 2:
        frame[min(places.randomElement(using: &dice) ?? 0, frame.count - 1)] =
          [0, 1, 0x7F, 0x80, 0xFF]
          .randomElement(using: &dice) ?? 0
      case 3:
        // A shorter or longer frame whose header says so.
        let count = Int.random(in: 16...120, using: &dice)
        frame = Array((frame + [UInt8](repeating: 0xFF, count: 120)).prefix(count))
        frame[0] = UInt8(count)
        frame[1] = 0
        frame[2] = 0
        frame[3] = 0
      default:
        frame.swapAt(Int.random(in: 0..<frame.count, using: &dice), Int.random(in: 0..<frame.count, using: &dice))
      }
    }
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func damagedFrames(seed: UInt64) throws {
    var dice = Dice(state: seed)
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let notes = market.notes(1_000, of: 30_000)
    var client = try market.client()
    var survived = 0
    for round in 0..<20_000 {
      let note = notes[Int.random(in: 0..<notes.count, using: &dice)]
      var bytes = frame(client, market, &dice, note: note)
      if round % 3 != 0 { damage(&bytes, &dice) }
      let cut = Int.random(in: 0...bytes.count, using: &dice)
      client.send(Array(bytes[..<cut]))
      client.send(Array(bytes[cut...]))
      if round % 50 == 0 { transport.advance(UInt64.random(in: 0...3_000, using: &dice)) }
      if round % 1_000 == 0 {
        #expect(market.provider.call(PingRequest(echo: 1))?.status == .ok)
        #expect(market.operatorClient.call(PingRequest(echo: 1))?.status == .ok)
      }
      if round % 7 == 0 {
        while client.nextFrame() != nil {}
        #expect(client.faults == [])
        survived += 1
      }
      // A length that was damaged ended it, or swallows what follows.
      if client.goodbye != nil || round % 40 == 0 {
        client.connection.close()
        client = try market.client()
      }
    }
    #expect(survived > 100)
    #expect(market.provider.call(PingRequest(echo: 1))?.status == .ok)
    #expect(market.faults == [])
    let figures = try #require(market.operatorClient.call(AuditFiguresRequest()))
    var sum: Int64 = 0
    for index in 0..<figures.layout.recordCount {
      let at = figures.layout.recordsOffset + index * figures.layout.recordByteCount
      let figure = try #require(unsafe Figure(figures.bytes.span.bytes, at: at))
      if figure.account.rawValue < 32 { sum += figure.balance }
    }
    #expect(sum == 0)
  }

  @Test(arguments: [UInt64(11), 12])
  func noise(seed: UInt64) throws {
    var dice = Dice(state: seed)
    let transport = MemoryTransport()
    for _ in 0..<3_000 {
      let client = TestClient(transport.open())
      if Bool.random(using: &dice) { client.hello() }
      let count = Int.random(in: 1...300, using: &dice)
      client.send((0..<count).map { _ in UInt8.random(in: 0...255, using: &dice) })
      while client.nextFrame() != nil {}
      #expect(client.faults == [])
      client.connection.close()
    }
    #expect(transport.engine.connectionCount == 0)
    #expect(transport.engine.outboxByteCountTotal == 0)
  }
}
