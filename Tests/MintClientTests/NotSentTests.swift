import Cashu
import EventLoop
import Glibc
import MintClient
import Testing

extension MintClientTests {
  /// Where it is known that the mint got nothing.
  @Suite struct NotSentTests {
    @Test func nobodyListens() throws {
      try World.with { world in
        world.server.stopListening()
        for host in ["127.0.0.1", "localhost", "[::1]"] {
          let origin = try MintOrigin("http://\(host):\(try unusedPort())")
          try world.expect(.notSent(.notConnected), of: world.request(at: origin))
        }
      }
    }

    /// Without a loop of one's own.
    @Test func nobodyListensToATask() async throws {
      let origin = try MintOrigin("http://127.0.0.1:\(try unusedPort())")
      let request = try HTTPRequest(origin, path: "/v1/info")
      for _ in 0..<3 { #expect(await request.result(within: 60_000) == .notSent(.notConnected)) }
      #expect(await request.result(within: 60_000, authoritiesFile: "/nowhere") == .notSent(.notConnected))
    }

    @Test func aNameWithoutAnAddress() throws {
      var limits = MintTransportLimits()
      limits.connectMilliseconds = 2_000
      try World.with(limits: limits) { world in
        // RFC 6761: never to be found. A resolver that does not answer is given up.
        let origin = try MintOrigin("https://mint.invalid")
        let result = world.result(of: try world.request(at: origin))
        let isNotSent = result == .notSent(.nameNotResolved) || result == .notSent(.timedOut)
        #expect(isNotSent, "\(String(describing: result))")
      }
    }

    @Test func noTimeAtAll() throws {
      try World.with { world in
        try world.expect(.notSent(.timedOut), of: world.request(), timeoutMilliseconds: 0)
        #expect(world.server.requestCount == 0)
      }
    }

    @Test func aServerThatNeverShakesHands() throws {
      var limits = MintTransportLimits()
      limits.connectMilliseconds = 100
      try World.with(limits: limits) { world in
        world.server.onAccept = { _ in false }
        let origin = try MintOrigin("https://127.0.0.1:\(world.server.port)")
        try world.expect(.notSent(.timedOut), of: world.request(at: origin), timeoutMilliseconds: 3_600_000)
        #expect(world.server.connectionCount == 1)
      }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{28}"])
    func aServerWithoutTLS(text: String) throws {
      try World.with { world in
        world.server.onAccept = { connection in
          connection.send(Array(text.utf8))
          connection.go(.finish)
          return false
        }
        let origin = try MintOrigin("https://127.0.0.1:\(world.server.port)")
        let result = world.result(of: try world.request(at: origin))
        let isNotSent = result == .notSent(.notTrusted) || result == .notSent(.connectionLost)
        #expect(isNotSent, "\(String(describing: result))")
      }
    }

    @Test func theTimeOfOneThatWaitsEndsInTheQueue() throws {
      var limits = MintTransportLimits()
      limits.underWayMax = 1
      try World.with(limits: limits) { world in
        var results: [HTTPResult] = []
        for timeoutMilliseconds in [UInt64(200), 50, 100] {
          let admission = world.transport.send(try world.request(), timeoutMilliseconds: timeoutMilliseconds) {
            results.append($0)
            if results.count == 3 { world.loop.stop() }
          }
          #expect(admission == .accepted)
        }
        world.loop.run()
        #expect(results == [.notSent(.timedOut), .notSent(.timedOut), .unknown(.timedOut)])
        #expect(world.server.requestCount == 1)
      }
    }

    // MARK: Certificates

    /// The program that makes certificates and serves them.
    private static let openssl = "/usr/bin/openssl"

    /// A folder with a key and a certificate of its own for this machine's address.
    private static func makeCertificate(for name: String, on loop: Loop) throws -> String {
      let path = "\(P_tmpdir)/turnpike-mint-\(getpid())-\(name.filter { $0 != ":" && $0 != "." })"
      var ending: ChildProcess.Ending?
      let process = try ChildProcess.start(
        [
          openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
          "-subj",
          "/CN=mint", "-addext", "subjectAltName=\(name)", "-keyout", path + ".key", "-out", path + ".pem",
        ], environment: [], control: nil, on: loop
      ) {
        ending = $0
        loop.stop()
      }
      loop.run()
      #expect(ending == .exited(0))
      process.close()
      return path
    }

    /// A server of OpenSSL's that answers a GET with a page. The body runs when it can be connected to.
    private static func withTLSServer(
      certificate path: String, arguments: [String] = [], on loop: Loop, _ body: (UInt16) throws -> Void
    ) throws {
      let port = try unusedPort()
      let server = try ChildProcess.start(
        [
          openssl, "s_server", "-accept", "127.0.0.1:\(port)", "-cert", path + ".pem", "-key", path + ".key", "-www",
          "-quiet",
        ] + arguments, environment: [], control: nil, on: loop
      ) { _ in }
      defer {
        server.kill()
        server.close()
      }
      // Not from the first instant on: tried until it answers.
      func knock() {
        Attempt.start(to: .tcp(host: "127.0.0.1", port: port), on: loop, limitMilliseconds: 1_000) { result in
          switch result {
          case .success(let stream):
            stream.handOver(to: StreamHandler(onData: { _, _ in }, onEvent: { _, _ in }))
            stream.close()
            loop.stop()
          case .failure: LoopTimer(on: loop) { knock() }.start(afterMilliseconds: 5)
          }
        }
      }
      knock()
      loop.run()
      try body(port)
    }

    private static func result(
      ofGetAt origin: MintOrigin, trusting authoritiesFile: String?, on loop: Loop
    ) throws -> HTTPResult? {
      let transport = try MintTransport(on: loop, authoritiesFile: authoritiesFile)
      defer { transport.close() }
      var result: HTTPResult?
      let request = try HTTPRequest(origin, path: "/v1/info")
      _ = transport.send(request, timeoutMilliseconds: 20_000) {
        result = $0
        loop.stop()
      }
      loop.run()
      return result
    }

    @Test(.enabled(if: unsafe access(openssl, X_OK) == 0))
    func certificatesAreChecked() throws {
      try World.with { world in
        let good = try Self.makeCertificate(for: "IP:127.0.0.1", on: world.loop)
        let other = try Self.makeCertificate(for: "DNS:other.example", on: world.loop)
        defer { for path in [good, other] { for end in [".key", ".pem"] { unsafe unlink(path + end) } } }
        // It would speak HTTP/2, if that were offered, and say nothing that way.
        try Self.withTLSServer(certificate: good, arguments: ["-alpn", "h2,http/1.1"], on: world.loop) { port in
          let origin = try MintOrigin("https://127.0.0.1:\(port)")
          let named = try MintOrigin("https://localhost:\(port)")
          let result = try Self.result(ofGetAt: origin, trusting: good + ".pem", on: world.loop)
          guard case .answered(200, _)? = result else {
            Issue.record("\(String(describing: result))")
            return
          }
          // Nobody vouches for it; somebody else does; it is another host's.
          for (origin, file) in [
            (origin, nil), (origin, other + ".pem"), (named, good + ".pem"), (origin, "/nowhere.pem"),
          ] {
            let result = try Self.result(ofGetAt: origin, trusting: file, on: world.loop)
            #expect(result == .notSent(.notTrusted), "\(origin) \(file ?? "")")
          }
        }
        try Self.withTLSServer(certificate: other, on: world.loop) { port in
          let origin = try MintOrigin("https://127.0.0.1:\(port)")
          let result = try Self.result(ofGetAt: origin, trusting: other + ".pem", on: world.loop)
          #expect(result == .notSent(.notTrusted))
        }
        // TLS 1.1 and older are not spoken.
        try Self.withTLSServer(
          certificate: good, arguments: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], on: world.loop
        ) { port in
          let origin = try MintOrigin("https://127.0.0.1:\(port)")
          let result = try Self.result(ofGetAt: origin, trusting: good + ".pem", on: world.loop)
          #expect(result == .notSent(.notTrusted))
        }
      }
    }
  }
}
