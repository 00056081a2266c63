import EventLoop
import MintClient
import Testing

extension MintClientTests {
  /// What comes back is not HTTP, not whole, not ending or not in time: the outcome is unknown, soon, and the server got one request.
  @Suite struct HostileTests {
    private static let ok = "HTTP/1.1 200 OK\r\n"

    /// Bytes that the server sends before it ends the connection in order, and why there is no answer.
    private static let garbage: [(String, HTTPFailure)] = [
      ("", .connectionLost),
      ("\r\n\r\n", .malformed),
      ("garbage", .malformed),
      ("<html>\r\n", .malformed),
      ("SSH-2.0-OpenSSH_9.2\r\n", .malformed),
      ("HTTP/0.9 200 OK\r\n\r\n", .malformed),
      ("HTTP/3 200 OK\r\n\r\n", .malformed),
      ("HTTP/1.1 20 OK\r\n\r\n", .malformed),
      ("HTTP/1.1 2000 OK\r\n\r\n", .malformed),
      ("HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n", .malformed),
      ("HTTP/1.1 -20 OK\r\n\r\n", .malformed),
      ("HTTP/1.1", .connectionLost),
      ("HTTP/1.1 200", .connectionLost),
      (ok, .connectionLost),
      (ok + "Content-Length: 2\r\n", .connectionLost),
      (ok + "Content-Type: application/json\r\n", .connectionLost),
      ("HTTP/1.1 400 Bad Request\r\nContent-Length: 0", .connectionLost),
      ("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n", .connectionLost),
      ("HTTP/1.1 103 Early Hints\r\n\r\n" + ok, .connectionLost),
      (ok + "Content-Length: 2\r\n\r\n", .connectionLost),
      (ok + "Content-Length: 2\r\n\r\n{", .connectionLost),
      (ok + "Content-Length: -2\r\n\r\n{}", .malformed),
      (ok + "Content-Length: 99999999999999999999999\r\n\r\n{}", .tooLong),
      (ok + "Content-Length: 1048577\r\n\r\n{}", .tooLong),
      (ok + "no colon\r\n\r\n", .malformed),
      (ok + "a\u{0}b: c\r\n\r\n", .malformed),
      (ok + "Transfer-Encoding: chunked\r\n\r\n", .connectionLost),
      (ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", .connectionLost),
      (ok + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n", .connectionLost),
      (ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}garbage\r\n0\r\n\r\n", .connectionLost),
      (ok + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}", .connectionLost),
      (ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", .connectionLost),
      (ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", .connectionLost),
      (ok + "Transfer-Encoding: gzip\r\n\r\n{}", .malformed),
      (ok + "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", .malformed),
      (ok + "transfer-encoding:deflate\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", .malformed),
      ("HTTP/1.1 100 Continue\r\n\r\n", .connectionLost),
      ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", .connectionLost),
      ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\u{1}\u{2}", .malformed),
    ]

    @Test(arguments: garbage.indices)
    func whatIsNoAnswerIsUnknown(index: Int) throws {
      let (text, reason) = Self.garbage[index]
      try World.with { world in
        let result = try world.result(ofAnswer: Array(text.utf8), then: .finish)
        #expect(result == .unknown(reason), "\(text.debugDescription)")
        #expect(world.server.requestCount == 1)
      }
    }

    @Test(arguments: [
      "", "HTT", ok, ok + "Content-Length: 2\r\n\r\n{", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{",
    ])
    func aResetIsUnknown(before: String) throws {
      try World.with { world in
        try world.expect(.unknown(.connectionLost), ofAnswer: Array(before.utf8), then: .reset)
        #expect(world.server.requestCount == 1)
      }
    }

    /// What is repeated for ever ends it, by its length.
    @Test(arguments: [
      (ok + "Transfer-Encoding: chunked\r\n\r\n", "8\r\n{{{{{{{{\r\n"),
      (ok + "\r\n", "{"),
      (ok, "X-Header: value\r\n"),
      ("", ok + "\r\n"),
      ("", "HTTP/1.1 100 Continue\r\n\r\n"),
      ("", "HTTP/1.1 102 Processing\r\nA: b\r\n\r\n"),
      (ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-Trailer: value\r\n"),
    ])
    func whatDoesNotEndIsTooLong(begin: String, pattern: String) throws {
      try World.with { world in
        world.server.onRequest = { exchange in
          exchange.send(begin)
          exchange.sendForEver(pattern)
        }
        try world.expect(.unknown(.tooLong), of: world.request())
        #expect(world.server.requestCount == 1)
      }
    }

    /// One endless line, which libcurl itself gives up, or reads and drops until the time is over.
    @Test(arguments: [("", "H"), (ok + "X: ", "y"), (ok + "Transfer-Encoding: chunked\r\n\r\n2;", "y")])
    func anEndlessLineIsUnknown(begin: String, pattern: String) throws {
      var limits = MintTransportLimits()
      limits.answerMilliseconds = 100
      try World.with(limits: limits) { world in
        world.server.onRequest = { exchange in
          exchange.send(begin)
          exchange.sendForEver(pattern)
        }
        let result = world.result(of: try world.request())
        guard case .unknown? = result else {
          Issue.record("\(String(describing: result))")
          return
        }
      }
    }

    @Test(arguments: [
      "", "HTTP/1.1 2", ok, "HTTP/1.1 102 Processing\r\n\r\n", ok + "Content-Length: 2\r\n\r\n{",
    ])
    func silenceIsUnknownWhenItsTimeIsOver(before: String) throws {
      try World.with { world in
        world.server.onRequest = { $0.send(before) }
        try world.expect(.unknown(.timedOut), of: world.request(), timeoutMilliseconds: 100)
        #expect(world.server.requestCount == 1)
      }
    }

    @Test func slowHeadersAreNotWaitedForLongerThanTheRequest() throws {
      try World.with { world in
        let line = "HTTP/1.1 200 " + String(repeating: "O", count: 10_000)
        world.server.onRequest = { $0.drip(line, everyMilliseconds: 2) }
        try world.expect(.unknown(.timedOut), of: world.request(), timeoutMilliseconds: 200)
      }
    }

    @Test(arguments: [
      ok, ok + "Content-Length: 10000\r\n\r\n", ok + "\r\n", ok + "Transfer-Encoding: chunked\r\n\r\n1000\r\n",
    ])
    func aByteNowAndThenIsNotWaitedForLongerThanAnAnswer(before: String) throws {
      var limits = MintTransportLimits()
      limits.answerMilliseconds = 100
      try World.with(limits: limits) { world in
        world.server.onRequest = { exchange in
          exchange.send(before)
          exchange.drip(String(repeating: "a", count: 10_000), everyMilliseconds: 2)
        }
        try world.expect(.unknown(.timedOut), of: world.request(), timeoutMilliseconds: 3_600_000)
      }
    }

    @Test func aMintThatThinksIsWaitedForLongerThanAnAnswer() throws {
      var limits = MintTransportLimits()
      limits.answerMilliseconds = 20
      try World.with(limits: limits) { world in
        var timers: [LoopTimer] = []
        world.server.onRequest = { exchange in
          timers.append(LoopTimer(on: world.loop) { exchange.send(answer(200)) })
          timers.last?.start(afterMilliseconds: 200)
        }
        try world.expect(answered(200, "{}"), of: world.request())
      }
    }

    @Test func anInterimAnswerIsNotTheBeginningOfTheAnswer() throws {
      var limits = MintTransportLimits()
      limits.answerMilliseconds = 20
      try World.with(limits: limits) { world in
        var timers: [LoopTimer] = []
        world.server.onRequest = { exchange in
          exchange.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
          timers.append(LoopTimer(on: world.loop) { exchange.send(answer(200)) })
          timers.last?.start(afterMilliseconds: 200)
        }
        try world.expect(answered(200, "{}"), of: world.request())
      }
    }

    @Test func aServerThatDoesNotReadIsUnknown() throws {
      try World.with { world in
        world.server.onAccept = { _ in false }
        let body = String(repeating: " ", count: MintClientLimits.requestByteCountMax)
        try world.expect(.unknown(.timedOut), of: world.request("/a", body), timeoutMilliseconds: 200)
        #expect(world.server.connectionCount == 1)
      }
    }

    @Test(arguments: [HostileServer.Next.finish, .reset])
    func aConnectionThatIsClosedBeforeAnythingIsReadIsNoAnswer(next: HostileServer.Next) throws {
      try World.with { world in
        world.server.onAccept = { connection in
          connection.go(next)
          return false
        }
        let result = world.result(of: try world.request())
        // A reset can come before libcurl knows that it is connected.
        let isLost = result == .unknown(.connectionLost) || (next == .reset && result == .notSent(.notConnected))
        #expect(isLost, "\(String(describing: result))")
      }
    }

    @Test func anAnswerBeforeTheWholeRequestIsTheAnswer() throws {
      try World.with { world in
        world.server.onAccept = { connection in
          connection.send(answer(413, "early", headers: "Connection: close\r\n"))
          return true
        }
        let body = String(repeating: " ", count: MintClientLimits.requestByteCountMax)
        try world.expect(answered(413, "early"), of: world.request("/a", body))
      }
    }

    /// Bytes beyond an answer belong to no other: the connection that brought them is not used again.
    @Test func whatFollowsAnAnswerAnswersNothing() throws {
      try World.with { world in
        try world.expect(answered(200, "1"), ofAnswer: answer(200, "1") + answer(200, "false"))
        try world.expect(answered(200, "2"), ofAnswer: answer(200, "2"))
        #expect(world.server.connectionCount == 2)
        try world.expect(answered(200, "3"), ofAnswer: answer(200, "3"))
        #expect(world.server.connectionCount == 2)
      }
    }

    /// So do bytes that come later, on a connection that waits for its next request: libcurl would take them for the answer to that.
    @Test(arguments: [String(decoding: answer(200, "false"), as: UTF8.self), "x", "\r\n"])
    func whatComesBetweenRequestsAnswersNothing(text: String) throws {
      try World.with { world in
        for (number, body) in ["{}", nil].enumerated() {
          var connection: HostileServer.Connection?
          world.server.onRequest = { exchange in
            connection = exchange.connection
            exchange.send(answer(200, exchange.path))
          }
          try world.expect(answered(200, "/1"), of: world.request("/1", body))
          connection?.send(Array(text.utf8))
          LoopTimer(on: world.loop) { world.loop.stop() }.start(afterMilliseconds: 1)
          world.loop.run()
          try world.expect(answered(200, "/2"), of: world.request("/2", body))
          try world.expect(answered(200, "/3"), of: world.request("/3", body))
          #expect(world.server.connectionCount == number + 2)
        }
        #expect(world.server.requestCount == 6)
      }
    }

    /// The same at the last moment, when the request is on its way to a connection: it stays here.
    @Test func whatComesRightBeforeARequestKeepsItFromBeingSent() throws {
      try World.with { world in
        var connection: HostileServer.Connection?
        world.server.onRequest = { exchange in
          connection = exchange.connection
          exchange.send(answer(200))
        }
        try world.expect(answered(200, "{}"), of: world.request())
        var result: HTTPResult?
        let admission = world.transport.send(try world.request(), timeoutMilliseconds: 30_000) {
          result = $0
          world.loop.stop()
        }
        #expect(admission == .accepted)
        connection?.send(answer(200, "false"))
        world.loop.run()
        #expect(result == .notSent(.connectionLost))
        #expect(world.server.requestCount == 1)
      }
    }

    @Test func aConnectionThatFailedIsNotUsedAgain() throws {
      try World.with { world in
        world.server.onRequest = { $0.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1") }
        try world.expect(.unknown(.timedOut), of: world.request(), timeoutMilliseconds: 50)
        try world.expect(answered(200, "2"), ofAnswer: answer(200, "2"))
        #expect(world.server.connectionCount == 2)
      }
    }
  }
}
