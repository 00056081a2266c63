import Harness
import Testing
import WireProtocol

/// A whole broker: its cap, its end, its export.
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

  /// A start that fails is no life: the next one must not be told that there was one.
  @Test func aStartThatFailsLeavesNoExport() throws {
    let first = try SocketTransport(isUnix: false)
    defer { first.stop() }
    let log = LogCapture()
    let busy = first.address
    let second = try SocketTransport(isUnix: true, mayFail: true, log: log) { $0.listenAlso(at: busy) }
    #expect(second.address.hasPrefix("error"))
    #expect(throws: HarnessError.self) { _ = try HarnessFile.read(try #require(second.exportPath)) }
    #expect(!log.lines.contains { $0.contains("stopped") })
  }

  @Test func theExportHoldsEveryAcknowledgedCommand() throws {
    let transport = try SocketTransport(isUnix: true)
    let market = try #require(try Market(transport))
    let client = try market.client()
    let lease = try #require(market.lease(client, key: key(1)))
    for number in UInt64(1)...50 {
      let use = UseRequest(handle: lease.handle, meter: 0, quantity: 1, useNumber: number, lease: 0)
      #expect(client.call(use)?.status == .ok)
    }
    // As a killed process would leave it: what was acknowledged is in the file.
    let bytes = try HarnessFile.read(try #require(transport.exportPath))
    #expect(Array(bytes[..<16]) == Array("TPJOURN1".utf8) + [1, 0, 0, 0, 0, 0, 0, 0])
    var offset = 16
    var sequence: UInt64 = 1
    var kinds: [CommandKind] = []
    while offset < bytes.count {
      let (byteCount, first) = unsafe (
        Int(bytes.span.bytes.uint32(at: offset)), bytes.span.bytes.uint64(at: offset + 8)
      )
      #expect(unsafe bytes.span.bytes.uint32(at: offset + 4) == 0)
      #expect(first == sequence)
      var at = offset + 16
      offset = at + byteCount
      while at < offset {
        let view = try #require(unsafe CommandView(bytes.span.bytes, at: at))
        kinds.append(view.header.kind)
        at += view.byteCount
        sequence += 1
      }
      #expect(at == offset)
    }
    #expect(kinds.first == .genesis)
    #expect(kinds.filter { $0 == .use }.count == 50)
    #expect(kinds.filter { $0 == .acquire }.count == 1)
    transport.stop()
  }
}
