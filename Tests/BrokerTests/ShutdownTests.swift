import Harness
import Testing
import WireProtocol

/// A whole broker: its cap, its end.
@Suite(.serialized) struct ShutdownTests {
  @Test(arguments: [false, true])
  func everybodyIsToldAndWhatIsInIsAnswered(isUnix: Bool) throws {
    let transport = try SocketTransport(isUnix: isUnix)
    let market = try #require(try Market(transport))
    let clients = try (0..<5).map { _ in try market.client() }
    let notes = market.notes(5, of: 60_000)
    for (index, client) in clients.enumerated() {
      #expect(client.call(market.acquire(key: key(UInt64(index))), payment: [notes[index]])?.status == .ok)
    }
    transport.beginShutDown()
    for client in clients {
      #expect(client.readToEnd() == .draining)
      client.connection.close()
      #expect(client.faults == [])
    }
    #expect(market.operatorClient.readToEnd() == .draining)
    #expect(market.provider.readToEnd() == .draining)
    #expect(market.faults == [])
    // Nobody listens any more.
    #expect(throws: HarnessError.self) { _ = try transport.connect() }
    transport.stop()
  }

  @Test func connectionsBeyondTheCapAreTold() throws {
    let transport = try SocketTransport(isUnix: false) { $0.connectionCountMax = 3 }
    defer { transport.stop() }
    let clients = try (0..<3).map { _ in TestClient(try transport.connect()) }
    for client in clients { #expect(client.hello() != nil) }
    // More than are kept waiting for their farewell.
    for _ in 0..<100 {
      let refused = TestClient(try transport.connect())
      #expect(refused.readToEnd() == .connectionLimit)
      refused.connection.close()
    }
    clients[0].connection.close()
    // The broker sees the end of that connection before or after the next one: ask until it has room.
    var isIn = false
    for _ in 0..<1_000 where !isIn {
      let client = TestClient(try transport.connect())
      isIn = client.hello() != nil
    }
    #expect(isIn)
  }

  /// A start that fails says so once, and leaves nothing that the next one would have to explain.
  @Test func aStartThatFailsHarmsNothing() throws {
    let first = try SocketTransport(isUnix: false)
    defer { first.stop() }
    let log = LogCapture()
    let busy = first.address
    let second = try SocketTransport(isUnix: true, mayFail: true, log: log) { $0.listenAlso(at: busy) }
    #expect(second.address.hasPrefix("error"))
    #expect(!log.lines.contains { $0.contains("stopped") })
  }
}
