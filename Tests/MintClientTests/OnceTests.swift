import EventLoop
import MintClient
import Testing

extension MintClientTests {
  /// A POST is delivered at most once, and what is said of it is true, however connections end.
  @Suite struct OnceTests {
    /// The kept connection is closed when the second request has arrived: libcurl would send it again.
    @Test(arguments: [HostileServer.Next.finish, .reset])
    func aPostOnAKeptConnectionThatEndsIsNotSentAgain(next: HostileServer.Next) throws {
      try World.with { world in
        world.server.onRequest = { exchange in
          if exchange.number == 2 { return exchange.go(next) }
          exchange.send(answer(200))
        }
        try world.expect(answered(200, "{}"), of: world.request())
        try world.expect(.unknown(.connectionLost), of: world.request())
        #expect(world.server.requestCount == 2)
        // And the next one is as good as new.
        try world.expect(answered(200, "{}"), of: world.request())
        #expect(world.server.requestCount == 3)
      }
    }

    @Test(arguments: [HostileServer.Next.finish, .reset])
    func aGetOnAKeptConnectionThatEndsIsSentAgain(next: HostileServer.Next) throws {
      try World.with { world in
        world.server.onRequest = { exchange in
          if exchange.number == 2 { return exchange.go(next) }
          exchange.send(answer(200))
        }
        try world.expect(answered(200, "{}"), of: world.request())
        try world.expect(answered(200, "{}"), of: world.request("/v1/info", nil))
        #expect(world.server.requestCount == 3)
      }
    }

    @Test func aGetIsNotSentAgainOnANewConnection() throws {
      try World.with { world in
        world.server.onRequest = { $0.go(.finish) }
        try world.expect(.unknown(.connectionLost), of: world.request("/v1/info", nil))
        #expect(world.server.requestCount == 1)
      }
    }

    @Test func aConnectionThatWasClosedWhileItWasIdleIsNotUsed() throws {
      try World.with { world in
        world.server.onRequest = { exchange in
          exchange.send(answer(200))
          exchange.go(.finish)
        }
        for _ in 0..<50 {
          try world.expect(answered(200, "{}"), of: world.request())
          // The server's end is on its way when the answer is here; a turn later it has arrived.
          LoopTimer(on: world.loop) { world.loop.stop() }.start(afterMilliseconds: 1)
          world.loop.run()
        }
        #expect(world.server.requestCount == 50)
      }
    }

    @Test func aConnectionThatWasIdleForLongIsNotUsed() throws {
      var limits = MintTransportLimits()
      limits.idleMilliseconds = 50
      try World.with(limits: limits) { world in
        world.server.onRequest = { $0.send(answer(200)) }
        try world.expect(answered(200, "{}"), of: world.request())
        try world.expect(answered(200, "{}"), of: world.request())
        #expect(world.server.connectionCount == 1)
        LoopTimer(on: world.loop) { world.loop.stop() }.start(afterMilliseconds: 100)
        world.loop.run()
        try world.expect(answered(200, "{}"), of: world.request())
        #expect(world.server.connectionCount == 2)
      }
    }

    /// What the server may do with a request, or with a connection beside it.
    private enum Fate: UInt64 {
      case answer, answerAndFinish, answerAndReset, finish, reset, cutAndFinish, cutAndReset, finishLater, resetLater
      case resetAccepted
    }

    /// Thousands of requests to a server that ends connections whenever it likes; each has a number of its own.
    @Test(arguments: [UInt64(1), 2, 3])
    func nothingIsDeliveredTwiceAndNothingIsSaidThatIsNotSo(seed: UInt64) throws {
      let requestCount = 4_000
      try World.with { world in
        var chance = Chance(seed: seed)
        var deliveries: [String: Int] = [:]
        var results: [Int: HTTPResult] = [:]
        world.server.onAccept = { connection in
          guard chance.below(20) == 0 else { return true }
          connection.go(.reset)
          return false
        }
        world.server.onRequest = { exchange in
          deliveries[String(decoding: exchange.body, as: UTF8.self), default: 0] += 1
          let whole = answer(200, String(decoding: exchange.body, as: UTF8.self))
          switch Fate(rawValue: chance.below(40)) {
          case .finish: exchange.go(.finish)
          case .reset: exchange.go(.reset)
          case .cutAndFinish:
            exchange.send(Array(whole.dropLast(Int(1 + chance.below(UInt64(whole.count - 1))))))
            exchange.go(.finish)
          case .cutAndReset:
            exchange.send(Array(whole.dropLast(Int(1 + chance.below(UInt64(whole.count - 1))))))
            exchange.go(.reset)
          case .finishLater, .resetLater:
            exchange.send(whole)
            let next: HostileServer.Next = chance.below(2) == 0 ? .finish : .reset
            let timer = LoopTimer(on: world.loop) { exchange.go(next) }
            timer.start(afterMilliseconds: chance.below(3))
          case .answerAndFinish:
            exchange.send(whole)
            exchange.go(.finish)
          case .answerAndReset:
            exchange.send(whole)
            exchange.go(.reset)
          default: exchange.send(whole)
          }
        }
        var sent = 0
        func sendNext() throws {
          let number = sent
          sent += 1
          let request = try world.request("/v1/swap", "{\"number\":\(number)}")
          let admission = world.transport.send(request, timeoutMilliseconds: 30_000) { result in
            #expect(results[number] == nil)
            results[number] = result
            if results.count == requestCount { return world.loop.stop() }
            if sent < requestCount { #expect(throws: Never.self) { try sendNext() } }
          }
          #expect(admission == .accepted)
        }
        for _ in 0..<12 { try sendNext() }
        world.loop.run()
        var counts = [0, 0, 0]
        for number in 0..<requestCount {
          let body = "{\"number\":\(number)}"
          let deliveryCount = deliveries[body] ?? 0
          switch results[number] {
          case .answered(let status, let answer)?:
            counts[0] += 1
            #expect(status == 200 && answer == Array(body.utf8) && deliveryCount == 1)
          case .notSent?:
            counts[1] += 1
            #expect(deliveryCount == 0)
          case .unknown?:
            counts[2] += 1
            #expect(deliveryCount <= 1)
          case nil: Issue.record("no result of \(number)")
          }
        }
        // Each of the three happened, or the test has not tested it.
        #expect(counts.allSatisfy { $0 > 10 }, "\(counts)")
      }
    }
  }
}
