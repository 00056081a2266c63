import Harness
import Testing
import WireProtocol

extension CommonTests {
  /// Frames that are not what they should be, and clients that talk at the wrong time.
  @Suite struct FrameTests {
    @Test(arguments: TransportKind.allCases)
    func everyWrongLength(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let movesMoney: Set<Opcode> = [
        .acquire, .fund, .use, .reserve, .settle, .release, .revoke, .openChain, .closeChain,
        .exchange, .issue, .withdraw, .donate, .spendDonations, .match, .schedule, .pledge, .invest,
        .cancel, .claim, .bid, .raiseBid, .revealBid, .refuseBid, .voucher, .refund, .payout,
      ]
      // Every length there can be around each request's own: refused, and the connection goes on.
      for opcode in Opcode.allCases where opcode != .hello {
        let right = opcode.layout.requestByteCount
        for body in 0...right + 40 where body != right {
          var frame = [UInt8](repeating: 0, count: 16 + body)
          frame[0] = UInt8(truncatingIfNeeded: frame.count)
          frame[1] = UInt8(truncatingIfNeeded: frame.count >> 8)
          frame[4] = opcode.rawValue
          frame[6] = opcode.layout.keepsReceipt ? 1 : 0
          frame[8] = 7
          client.send(frame)
          let reply = try #require(client.nextReply())
          #expect(reply.status == .malformed, "\(opcode) \(body)")
          #expect(reply.refusal?.detail == UInt64(16 + right), "\(opcode) \(body)")
          #expect(reply.money == (movesMoney.contains(opcode) ? .notTaken : .none), "\(opcode) \(body)")
        }
      }
      #expect(client.call(PingRequest(echo: 1))?.status == .ok)
      #expect(client.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func lengthsThatEndTheConnection(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      for length: UInt32 in [0, 1, 15, 65_537, 1 << 24, .max] {
        let client = try market.client()
        client.send((0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + [UInt8](repeating: 3, count: 40))
        #expect(client.readToEnd() == .frameLength)
        #expect(client.goodbye?.detail == UInt64(length))
        #expect(client.faults == [])
      }
      // Before HELLO the limit is lower.
      let early = TestClient(try market.transport.connect())
      early.send([0x01, 0x10, 0, 0])
      #expect(early.readToEnd() == .frameLength)
      #expect(market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func unknownOperationsAndReservedBits(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      func send(_ place: Int, _ value: UInt8) -> ReceivedFrame? {
        var frame = client.frame(PingRequest(echo: 1))
        frame[place] = value
        client.send(frame)
        return client.nextFrame()
      }
      for opcode: UInt8 in [0, 4, 0x7F, 0x80, 0x84, 0xFF] { #expect(send(4, opcode)?.status == .unknownOpcode) }
      for flags: UInt8 in [2, 4, 8, 32, 64] {
        let refused = send(5, flags)
        #expect(refused?.status == .reservedBits)
        #expect(refused?.refusal?.field == 5)
      }
      let acquire = client.frame(market.acquire(key: key(1)), payment: market.notes(1, of: 60_000))
      for (place, status) in [(28, Status.reservedBits), (59, .paymentMalformed), (58, .paymentMalformed)] {
        var frame = acquire
        frame[place] ^= 0x80
        client.send(frame)
        let refused = client.nextReply()
        #expect(refused?.status == status || refused?.status == .malformed, "\(place)")
        #expect(refused?.money == .notTaken)
      }
      client.send(acquire)
      #expect(client.nextReply()?.status == .ok)
      #expect(
        client.call(
          HelloRequest(
            versionMin: 1, versionMax: 1, role: .none, generation: 0, roleID: 0, session: Bytes16(), nonce: Bytes16())
        )?.status == .helloTwice)
      #expect(client.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func requestsBeforeHelloForEver(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = TestClient(try market.transport.connect())
      let note = market.notes(1, of: 60_000)
      let refused = client.call(market.acquire(key: key(1)), payment: note)
      #expect(refused?.status == .helloFirst)
      #expect(refused?.money == .notTaken)
      let unsupported = client.call(
        HelloRequest(
          versionMin: 2, versionMax: 9, role: .none, generation: 0, roleID: 0, session: Bytes16(), nonce: Bytes16()))
      #expect(unsupported?.status == .versionUnsupported)
      #expect(unsupported?.refusal?.detail == 1)
      var count = 2
      for _ in 0..<100 { try? client.connection.send(client.frame(BrokerStatusRequest())) }
      while let frame = client.nextFrame() { if frame.header.opcode < 0x80 { count += 1 } }
      #expect(client.goodbye?.reason == .helloFirst)
      #expect(count == 16)
      // The note is as good as before.
      #expect(try market.client().call(market.acquire(key: key(1)), payment: note)?.status == .ok)
      #expect(market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func framesInPieces(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let frames = (1...4).flatMap { client.frame(PingRequest(echo: $0)) }
      for size in [1, 3, 7, 15, 16, 17, 23, 25, 47] {
        var rest = frames[...]
        while !rest.isEmpty {
          client.send(Array(rest.prefix(size)))
          rest = rest.dropFirst(size)
        }
        for echo in UInt64(1)...4 { #expect(client.nextReply()?.part(PingReply.self)?.echo == echo) }
      }
      #expect(client.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func aLongPipelineIsAnsweredInOrder(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let lease = try #require(market.lease(client, paying: 3_000_000, key: key(1)))
      let count = 20_000
      var sent = 0
      var received = 0
      while received < count {
        var bytes: [UInt8] = []
        while sent < count, sent - received < 4_000 {
          sent += 1
          bytes += client.frame(
            UseRequest(handle: lease.handle, meter: 0, quantity: 1, useNumber: UInt64(sent), lease: 0),
            number: UInt64(sent))
        }
        client.send(bytes)
        while received < sent {
          let reply = try #require(client.nextReply())
          received += 1
          guard reply.status == .ok, reply.header.number == UInt64(received) else {
            Issue.record("\(String(describing: reply.status)) of \(reply.header.number) at \(received)")
            return
          }
        }
      }
      #expect(client.faults + market.faults == [])
    }
  }
}
