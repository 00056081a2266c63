import Cashu
import EventLoop
import Glibc
import MintClient
import Testing

extension MintClientTests {
  /// Answers as they should be, and what the server gets to see.
  @Suite struct AnswerTests {
    @Test func aPostArrivesAsItWasMade() throws {
      try World.with { world in
        var heads: [String] = []
        var bodies: [[UInt8]] = []
        world.server.onRequest = { exchange in
          heads.append(exchange.head)
          bodies.append(exchange.body)
          exchange.send(answer(200, "{\"a\":1}"))
        }
        let text = "{\"inputs\":[\"\u{0}\u{e9}\"]}"
        try world.expect(answered(200, "{\"a\":1}"), of: world.request("/v1/swap", text))
        #expect(bodies == [Array(text.utf8)])
        let lines = heads.first?.split(separator: "\r\n").map(String.init) ?? []
        #expect(
          Set(lines) == [
            "POST /v1/swap HTTP/1.1", "Host: 127.0.0.1:\(world.server.port)", "Accept: application/json",
            "Content-Type: application/json", "User-Agent: turnpike", "Content-Length: \(text.utf8.count)",
          ])
      }
    }

    @Test func aGetHasNoBody() throws {
      try World.with { world in
        var heads: [String] = []
        world.server.onRequest = { exchange in
          heads.append(exchange.head)
          #expect(exchange.body.isEmpty)
          exchange.send(answer(200))
        }
        try world.expect(answered(200, "{}"), of: world.request("/v1/keys/00ad268c4d1f5826", nil))
        let lines = heads.first?.split(separator: "\r\n").map(String.init) ?? []
        #expect(
          Set(lines) == [
            "GET /v1/keys/00ad268c4d1f5826 HTTP/1.1", "Host: 127.0.0.1:\(world.server.port)",
            "Accept: application/json", "User-Agent: turnpike",
          ])
      }
    }

    @Test func theOriginsPathComesFirst() throws {
      try World.with { world in
        var paths: [String] = []
        world.server.onRequest = { exchange in
          paths.append(exchange.path)
          exchange.send(answer(200))
        }
        let origin = try MintOrigin("http://127.0.0.1:\(world.server.port)/Bitcoin/")
        try world.expect(answered(200, "{}"), of: HTTPRequest(origin, path: "/v1/info"))
        #expect(paths == ["/Bitcoin/v1/info"])
      }
    }

    @Test(arguments: [200, 201, 400, 404, 422, 429, 500, 503, 999])
    func everyStatusIsAnAnswer(status: Int) throws {
      try World.with { world in
        try world.expect(answered(status, "{\"detail\":[]}"), ofAnswer: answer(status, "{\"detail\":[]}"))
      }
    }

    @Test func anAnswerWithoutABody() throws {
      try World.with { world in
        let bytes = Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)
        try world.expect(answered(204, ""), ofAnswer: bytes)
        try world.expect(answered(304, ""), ofAnswer: answer(304, ""))
        #expect(world.server.connectionCount == 1)
      }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectsAreNotFollowed(status: Int) throws {
      try World.with { world in
        let other = try HostileServer(on: world.loop)
        defer { other.close() }
        let elsewhere = "//127.0.0.1:\(other.port)/"
        for target in ["/v1/other", "http:" + elsewhere, "file:///etc/passwd", elsewhere] {
          let bytes = answer(status, "{}", headers: "Location: \(target)\r\n")
          try world.expect(answered(status, "{}"), ofAnswer: bytes)
        }
        #expect(world.server.requestCount == 4)
        #expect(other.connectionCount == 0)
      }
    }

    @Test func chunksInterimAnswersAndTrailers() throws {
      try World.with { world in
        let bytes = Array(
          ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "3;x=y\r\n{\"a\r\n04\r\n\":1}\r\n0\r\nTrailer: 1\r\n\r\n").utf8)
        try world.expect(answered(200, "{\"a\":1}"), ofAnswer: bytes)
        try world.expect(answered(200, "{\"a\":1}"), ofAnswer: bytes)
        #expect(world.server.connectionCount == 1)
      }
    }

    @Test func anAnswerThatEndsWithTheConnection() throws {
      try World.with { world in
        let bytes = Array("HTTP/1.0 200 OK\r\n\r\n{\"a\":1}".utf8)
        try world.expect(answered(200, "{\"a\":1}"), ofAnswer: bytes, then: .finish)
      }
    }

    @Test func anAnswerBytewise() throws {
      try World.with { world in
        world.server.onRequest = { exchange in
          exchange.drip(String(decoding: answer(200, "{\"a\":1}"), as: UTF8.self), everyMilliseconds: 1)
        }
        try world.expect(answered(200, "{\"a\":1}"), of: world.request())
      }
    }

    @Test func theLongestAnswerAndOneByteMore() throws {
      try World.with { world in
        let limit = 100_000
        for (byteCount, isChunked) in [(limit, false), (limit, true), (limit + 1, false), (limit + 1, true)] {
          let body = String(repeating: "x", count: byteCount)
          let chunked =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(String(byteCount, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
          world.server.onRequest = { $0.send(isChunked ? Array(chunked.utf8) : answer(200, body)) }
          let origin = try world.server.origin
          let request = try HTTPRequest(origin, path: "/v1/swap", body: [0x7b], answerByteCountMax: limit)
          world.expect((byteCount <= limit ? answered(200, body) : .unknown(.tooLong)), of: request)
        }
      }
    }

    @Test func aBodyAsLongAsAllowedArrives() throws {
      try World.with { world in
        let body = [UInt8](repeating: 0x20, count: MintClientLimits.requestByteCountMax)
        var byteCounts: [Int] = []
        world.server.onRequest = { exchange in
          byteCounts.append(exchange.body.count)
          exchange.send(answer(200))
        }
        let request = try HTTPRequest(try world.server.origin, path: "/v1/swap", body: body)
        world.expect(answered(200, "{}"), of: request)
        #expect(byteCounts == [body.count])
      }
    }

    @Test func connectionsAreKept() throws {
      try World.with { world in
        world.server.onRequest = { $0.send(answer(200)) }
        for _ in 0..<100 { try world.expect(answered(200, "{}"), of: world.request()) }
        #expect(world.server.connectionCount == 1)
        #expect(world.server.requestCount == 100)
      }
    }

    @Test func localhostAndIPv6() throws {
      try World.with { world in
        let six = try HostileServer(on: world.loop, host: "::1")
        defer { six.close() }
        six.onRequest = { $0.send(answer(200, "6")) }
        world.server.onRequest = { $0.send(answer(200, "4")) }
        let origin = try MintOrigin("http://[0:0:0:0:0:0:0:1]:\(six.port)")
        try world.expect(answered(200, "6"), of: HTTPRequest(origin, path: "/a"))
        let named = try MintOrigin("http://LocalHost:\(world.server.port)")
        try world.expect(answered(200, "4"), of: HTTPRequest(named, path: "/a"))
      }
    }

    @Test func theEnvironmentNamesNoProxy() throws {
      try World.with { world in
        let proxy = try HostileServer(on: world.loop)
        defer { proxy.close() }
        let names = ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"]
        for name in names { unsafe setenv(name, "http://127.0.0.1:\(proxy.port)", 1) }
        defer { for name in names { unsafe unsetenv(name) } }
        world.server.onRequest = { $0.send(answer(200)) }
        try world.expect(answered(200, "{}"), of: world.request())
        #expect(proxy.connectionCount == 0)
      }
    }

    @Test func noCookiesAreKeptAndNoCredentialsAreSent() throws {
      try World.with { world in
        var heads: [String] = []
        world.server.onRequest = { exchange in
          heads.append(exchange.head)
          exchange.send(
            answer(
              401, "{}",
              headers: "Set-Cookie: a=b\r\nWWW-Authenticate: Basic realm=\"a\"\r\nWWW-Authenticate: Negotiate\r\n"
                + "WWW-Authenticate: NTLM\r\nAlt-Svc: h2=\":1\"\r\nStrict-Transport-Security: max-age=1000\r\n"))
        }
        for _ in 0..<2 { try world.expect(answered(401, "{}"), of: world.request()) }
        #expect(heads.count == 2)
        #expect(Set(heads).count == 1)
      }
    }
  }
}
