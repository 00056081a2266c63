import Harness
import Sessions
import Testing
import WireProtocol

/// Peers that are slow, silent, greedy or many.
@Suite struct PatienceTests {
  private func limits(_ change: (inout SessionLimits) -> Void = { _ in }) -> SessionLimits {
    var limits = SessionLimits()
    change(&limits)
    return limits
  }

  @Test func aConnectionThatSaysNothingIsCut() {
    let transport = MemoryTransport()
    let connection = transport.open()
    transport.advance(9_900)
    #expect(!connection.isEnded)
    transport.advance(200)
    #expect(TestClient(connection).readToEnd() == .helloFirst)
    #expect(connection.isEnded)
    // It lingers for the peer to close, and then goes.
    transport.advance(1_100)
    #expect(connection.isClosed)
    #expect(engineCount(transport) == 0)
  }

  @Test func helloThatIsRefusedBuysNoTime() {
    let transport = MemoryTransport()
    let client = TestClient(transport.open())
    for second in 0..<11 {
      if second % 2 == 0 {
        client.send(
          client.frame(
            HelloRequest(
              versionMin: 9, versionMax: 9, role: .none, generation: 0, roleID: 0, session: Bytes16(), nonce: Bytes16())
          ))
      }
      transport.advance(1_000)
    }
    #expect(client.readToEnd() == .helloFirst)
  }

  @Test func oneByteASecondIsTooSlowForAFrame() {
    let transport = MemoryTransport()
    let client = TestClient(transport.open())
    client.hello()
    let frame = client.frame(PingRequest(echo: 1))
    for byte in frame.prefix(10) {
      client.send([byte])
      transport.advance(1_000)
    }
    transport.advance(100)
    #expect(client.readToEnd() == .frameStalled)
    // A frame in pieces that is whole in time is no crime, as often as one likes.
    let patient = TestClient(transport.open())
    patient.hello()
    for echo in UInt64(1)...5 {
      for piece in [patient.frame(PingRequest(echo: echo))].flatMap({ [Array($0.prefix(9)), Array($0.dropFirst(9))] }) {
        patient.send(piece)
        transport.advance(4_000)
      }
      #expect(patient.nextReply()?.part(PingReply.self)?.echo == echo)
    }
  }

  @Test func anIdleConnectionIsCutAndAPingKeepsIt() {
    let transport = MemoryTransport()
    let idle = TestClient(transport.open())
    let lively = TestClient(transport.open())
    idle.hello()
    lively.hello()
    for _ in 0..<5 {
      transport.advance(130_000)
      #expect(lively.call(PingRequest(echo: 1))?.status == .ok)
    }
    #expect(idle.readToEnd() == .idle)
  }

  @Test func whoNeverReadsIsNotReadAndThenCut() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let connection = transport.open()
    let client = TestClient(connection)
    client.hello()
    connection.isStalled = true
    let limits = SessionLimits()
    for _ in 0..<200 {
      client.send((0..<64).flatMap { _ in client.frame(DescribeRequest(resource: market.resource, name: Name32())) })
    }
    #expect(connection.isReadingPaused)
    let owed = outboxByteCount(transport)
    #expect(owed < limits.outboxByteCountHigh + 64 * 1024)
    // Others go on.
    #expect(market.provider.call(PingRequest(echo: 3))?.status == .ok)
    transport.advance(limits.slowReaderMilliseconds + 100)
    transport.advance(limits.farewellMilliseconds + 100)
    #expect(connection.isClosed)
    #expect(outboxByteCount(transport) == 0)
  }

  @Test func whoReadsAgainGetsEverything() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let connection = transport.open()
    let client = TestClient(connection)
    client.hello()
    connection.isStalled = true
    var count = 0
    for _ in 0..<100 {
      client.send((0..<64).flatMap { _ in client.frame(DescribeRequest(resource: market.resource, name: Name32())) })
      count += 64
    }
    #expect(connection.isReadingPaused)
    connection.isStalled = false
    var number: UInt64 = 2
    while let reply = client.nextReply() {
      #expect(reply.header.number == number)
      number += 1
    }
    #expect(number == UInt64(count) + 2)
    #expect(!connection.isReadingPaused)
    #expect(client.faults == [])
  }

  @Test func aTrickleIsTooSlowAReader() throws {
    let transport = MemoryTransport()
    let market = try #require(try Market(transport))
    let connection = transport.open()
    let client = TestClient(connection)
    client.hello()
    connection.readByteCountMax = 100
    for _ in 0..<100 {
      client.send((0..<64).flatMap { _ in client.frame(DescribeRequest(resource: market.resource, name: Name32())) })
    }
    for _ in 0..<15 {
      transport.advance(1_000)
      if !connection.isClosed { connection.read() }
    }
    #expect(connection.isClosed)
  }

  @Test func oneConnectionDoesNotTakeTheWholeTurn() throws {
    let transport = MemoryTransport(
      limits: limits {
        $0.workCountMaxPerTurn = 10
        $0.workCountOfFreeFrame = 1
      })
    let greedy = TestClient(transport.open())
    greedy.hello()
    greedy.send((0..<1_000).flatMap { greedy.frame(PingRequest(echo: $0)) })
    for echo in UInt64(0)..<1_000 { #expect(greedy.nextReply()?.part(PingReply.self)?.echo == echo) }
    #expect(greedy.faults == [])
  }

  @Test func whoSendsLittleDoesNotWaitForThoseWhoSendMuch() throws {
    let transport = MemoryTransport(
      limits: limits {
        $0.workCountMaxPerTurn = 20
        $0.workCountOfFreeFrame = 1
        $0.workCountMaxPerShare = 10
        $0.smallInputByteCount = 24
      })
    let greedy = (0..<10).map { _ in TestClient(transport.open()) }
    let polite = TestClient(transport.open())
    for client in greedy + [polite] { client.hello() }
    for client in greedy {
      (client.connection as? MemoryConnection)?.put((0..<100).flatMap { client.frame(PingRequest(echo: $0)) })
    }
    let connection = try #require(polite.connection as? MemoryConnection)
    connection.put(polite.frame(PingRequest(echo: 7)))
    let before = transport.turnCount
    transport.turn {}
    #expect(connection.turnOfLastBytes == before + 1)
    // The others share what follows: 1,000 frames, 20 a turn.
    let ends = greedy.compactMap { ($0.connection as? MemoryConnection)?.turnOfLastBytes }
    #expect(ends.allSatisfy { (before + 35...before + 60).contains($0) }, "\(before) \(ends)")
    for client in greedy {
      for echo in UInt64(0)..<100 { #expect(client.nextReply()?.part(PingReply.self)?.echo == echo) }
      #expect(client.faults == [])
    }
  }

  @Test func partsOfFramesAreBoundedInSum() throws {
    let transport = MemoryTransport(limits: limits { $0.inputByteCountMaxTotal = 1 << 20 })
    let part = [0, 0, 1, 0, 0x30, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 40_000)
    let clients = (0..<40).map { _ in TestClient(transport.open()) }
    for client in clients {
      client.hello()
      client.send(part)
      transport.advance(10)
      #expect(transport.engine.inputByteCountTotal <= 1 << 20)
    }
    // The oldest went, and were told why.
    #expect(clients[0].readToEnd() == .noSpace)
    let ended = clients.prefix { ($0.connection as? MemoryConnection)?.isEnded == true }.count
    #expect((24..<40).contains(ended))
    for client in clients[ended...] { #expect((client.connection as? MemoryConnection)?.isEnded == false) }
    // The others are as good as before.
    let last = try #require(clients.last)
    last.send([UInt8](repeating: 0, count: 65_536 - part.count) + last.frame(PingRequest(echo: 9)))
    #expect(last.nextReply()?.status == .paymentMalformed)
    #expect(last.nextReply()?.part(PingReply.self)?.echo == 9)
  }

  @Test func framesThatWaitAreBoundedInSum() throws {
    let transport = MemoryTransport(
      limits: limits {
        $0.inputByteCountMaxTotal = 1 << 20
        $0.outboxByteCountHigh = 1_000
        $0.outboxByteCountLow = 500
      })
    let clients = (0..<40).map { _ in TestClient(transport.open()) }
    for client in clients {
      client.hello()
      (client.connection as? MemoryConnection)?.isStalled = true
      client.send((0..<1_500).flatMap { client.frame(PingRequest(echo: $0)) })
      #expect(transport.engine.inputByteCountTotal <= 1 << 20)
    }
    let ended = clients.count { client in
      guard let connection = client.connection as? MemoryConnection else { return false }
      connection.isStalled = false
      return client.readToEnd() == .noSpace
    }
    #expect((1..<40).contains(ended))
    #expect(transport.engine.inputByteCountTotal == 0)
    for client in clients { #expect(client.faults == []) }
  }

  @Test func connectionsBeyondTheCapAreTold() throws {
    let transport = MemoryTransport(limits: limits { $0.connectionCountMax = 3 })
    let connections = (0..<3).map { _ in transport.open() }
    let refused = TestClient(transport.open())
    #expect(refused.readToEnd() == .connectionLimit)
    connections[1].close()
    #expect(TestClient(transport.open()).hello() != nil)
    #expect(TestClient(transport.open()).readToEnd() == .connectionLimit)
  }

  @Test func tenThousandSessionsOpenedAndLeft() throws {
    // Room for two hundred sessions: those of the market, and of those who leave a receipt the first 198.
    let transport = MemoryTransport { $0.sessionCountMax = 200 }
    let market = try #require(try Market(transport))
    let notes = market.notes(1_000, of: 1_000)
    var statuses: [Status?: Int] = [:]
    for number in 0..<10_000 {
      let client = TestClient(transport.open())
      #expect(client.hello(session: Bytes16(low: UInt64(number) + 1_000, high: 3)) != nil)
      // Each tenth one leaves a receipt, which is what costs the broker something.
      if number % 10 == 0 {
        let payment = [notes[number / 10]]
        let reply = client.call(
          ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 1_000, binding: 0)], payment: payment)
        statuses[reply?.status, default: 0] += 1
        #expect(reply?.money == (reply?.status == .ok ? .taken : .notTaken))
      }
      client.connection.close()
    }
    #expect(engineCount(transport) == 2)
    let status = market.provider.call(BrokerStatusRequest())?.part(BrokerStatusReply.self)
    #expect(status?.connections == 2)
    #expect(status?.sessions == 200)
    #expect(statuses == [.ok: 198, .sessionLimit: 802])
    // What is left of those without receipts is room for others, after a day for all.
    transport.advance(86_400_000)
    let next = try market.client()
    let reply = next.call(
      ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 1_000, binding: 0)], payment: [notes[999]])
    #expect(reply?.status == .ok)
  }

  private func engineCount(_ transport: MemoryTransport) -> Int { transport.engine.connectionCount }
  private func outboxByteCount(_ transport: MemoryTransport) -> Int { transport.engine.outboxByteCountTotal }
}
