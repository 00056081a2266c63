import Cashu
import EventLoop
import MintClient
import Testing

extension MintClientTests {
  /// How much is under way and waits, and how all of it ends.
  @Suite struct BoundTests {
    @Test func whatFindsNoRoomIsRefusedAtOnce() throws {
      try World.with { world in
        let limits = MintTransportLimits()
        var held: [HostileServer.Exchange] = []
        var resultCount = 0
        let acceptedCount = limits.underWayMax + limits.waitingMax
        world.server.onRequest = { exchange in
          if held.count < limits.underWayMax { held.append(exchange) } else { exchange.send(answer(200)) }
          // All that can be there are there: let them go.
          if held.count == limits.underWayMax, resultCount == 0 { for exchange in held { exchange.send(answer(200)) } }
        }
        var refusedCount = 0
        for _ in 0..<(acceptedCount + 10) {
          let admission = world.transport.send(try world.request(), timeoutMilliseconds: 30_000) {
            #expect($0 == answered(200, "{}"))
            resultCount += 1
            if resultCount == acceptedCount { world.loop.stop() }
          }
          if admission == .full { refusedCount += 1 }
        }
        #expect(refusedCount == 10)
        #expect(world.transport.count == acceptedCount)
        world.loop.run()
        #expect(world.server.requestCount == acceptedCount)
        #expect(world.server.openCountMax == limits.underWayMax)
        #expect(world.transport.count == 0)
        world.server.onRequest = { $0.send(answer(200)) }
        try world.expect(answered(200, "{}"), of: world.request())
      }
    }

    @Test func waitingBodiesAreCountedInBytes() throws {
      var limits = MintTransportLimits()
      limits.underWayMax = 1
      limits.waitingByteCountMax = 250
      try World.with(limits: limits) { world in
        let body = String(repeating: " ", count: 100)
        var admissions: [HTTPAdmission] = []
        for _ in 0..<4 {
          admissions.append(
            world.transport.send(try world.request("/a", body), timeoutMilliseconds: 30_000) { _ in })
        }
        #expect(admissions == [.accepted, .accepted, .accepted, .full])
        let small = world.transport.send(
          try world.request("/a", String(repeating: " ", count: 50)), timeoutMilliseconds: 30_000
        ) { _ in }
        #expect(small == .accepted)
        let get = world.transport.send(try world.request("/a", nil), timeoutMilliseconds: 30_000) { _ in }
        #expect(get == .accepted)
      }
    }

    @Test func originsAreCounted() throws {
      var limits = MintTransportLimits()
      limits.originCountMax = 2
      try World.with(limits: limits) { world in
        var admissions: [HTTPAdmission] = []
        for path in ["/a", "/b", "/c", "/a"] {
          let origin = try MintOrigin("http://127.0.0.1:\(world.server.port)\(path)")
          admissions.append(
            world.transport.send(try world.request(at: origin), timeoutMilliseconds: 100) { _ in
              if world.transport.count == 0 { world.loop.stop() }
            })
        }
        #expect(admissions == [.accepted, .accepted, .full, .accepted])
        world.loop.run()
        // Those that have nothing under way any more don't count.
        world.server.onRequest = { $0.send(answer(200)) }
        try world.expect(answered(200, "{}"), of: world.request())
      }
    }

    @Test func aSlowMintIsInNobodysWay() throws {
      try World.with { world in
        let slow = try HostileServer(on: world.loop)
        defer { slow.close() }
        let origin = try slow.origin
        while world.transport.send(
          try world.request(at: origin), timeoutMilliseconds: 30_000, completion: { _ in }) == .accepted
        {}
        world.server.onRequest = { $0.send(answer(200)) }
        try world.expect(answered(200, "{}"), of: world.request())
      }
    }

    @Test func sixtyFourAtATime() throws {
      try World.with { world in
        var servers: [HostileServer] = []
        var held: [HostileServer.Exchange] = []
        for _ in 0..<8 {
          let server = try HostileServer(on: world.loop)
          server.onRequest = { exchange in
            held.append(exchange)
            // The last one first: answers are told apart by their connections.
            if held.count == 64 { for exchange in held.reversed() { exchange.send(answer(200, exchange.path)) } }
          }
          servers.append(server)
        }
        defer { for server in servers { server.close() } }
        var results: [Int: HTTPResult] = [:]
        for number in 0..<64 {
          let request = try world.request("/\(number)", at: servers[number % 8].origin)
          let admission = world.transport.send(request, timeoutMilliseconds: 30_000) {
            results[number] = $0
            if results.count == 64 { world.loop.stop() }
          }
          #expect(admission == .accepted)
        }
        world.loop.run()
        #expect((0..<64).allSatisfy { results[$0] == answered(200, "/\($0)") })
        #expect(servers.allSatisfy { $0.connectionCount == 8 })
      }
    }

    @Test func sentFromACompletion() throws {
      try World.with { world in
        world.server.onRequest = { $0.send(answer(200)) }
        var count = 0
        func sendNext() throws {
          let request = try world.request()
          let admission = world.transport.send(request, timeoutMilliseconds: 30_000) { _ in
            count += 1
            if count == 1_000 { return world.loop.stop() }
            #expect(throws: Never.self) { try sendNext() }
          }
          #expect(admission == .accepted)
        }
        try sendNext()
        world.loop.run()
        #expect(count == 1_000)
        #expect(world.server.connectionCount == 1)
      }
    }

    @Test func idleConnectionsAreCounted() throws {
      var limits = MintTransportLimits()
      limits.idleCountMax = 1
      try World.with(limits: limits) { world in
        let other = try HostileServer(on: world.loop)
        defer { other.close() }
        world.server.onRequest = { $0.send(answer(200)) }
        other.onRequest = { $0.send(answer(200)) }
        for _ in 0..<3 {
          try world.expect(answered(200, "{}"), of: world.request())
          try world.expect(answered(200, "{}"), of: world.request(at: other.origin))
        }
        #expect(world.server.connectionCount == 3)
        #expect(other.connectionCount == 3)
      }
    }

    // MARK: Closing

    @Test func closingEndsAllOfThemAndSaysWhatIsKnown() throws {
      var limits = MintTransportLimits()
      limits.underWayMax = 2
      try World.with(limits: limits) { world in
        let mute = try HostileServer(on: world.loop)
        defer { mute.close() }
        mute.onAccept = { _ in false }
        var results: [String: HTTPResult] = [:]
        func send(_ name: String, _ origin: MintOrigin) throws {
          let admission = world.transport.send(
            try world.request(at: origin), timeoutMilliseconds: 30_000
          ) { results[name] = $0 }
          #expect(admission == .accepted)
        }
        try send("shaking hands", MintOrigin("https://127.0.0.1:\(mute.port)"))
        try send("looked up", MintOrigin("https://mint.invalid"))
        let origin = try world.server.origin
        for name in ["sent", "answered half", "waiting"] { try send(name, origin) }
        var count = 0
        world.server.onRequest = { exchange in
          count += 1
          if count == 2 {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{")
            LoopTimer(on: world.loop) { world.loop.stop() }.start(afterMilliseconds: 10)
          }
        }
        world.loop.run()
        world.transport.close()
        #expect(results["shaking hands"] == .notSent(.closed))
        #expect(results["sent"] == .unknown(.closed))
        #expect(results["answered half"] == .unknown(.closed))
        #expect(results["waiting"] == .notSent(.closed))
        // Whether it was found not to exist meanwhile is the resolver's business.
        let lookedUp = results["looked up"]
        #expect(lookedUp == .notSent(.closed) || lookedUp == .notSent(.nameNotResolved))
        #expect(world.transport.count == 0)
        world.transport.close()
        let late = world.transport.send(try world.request(), timeoutMilliseconds: 1) { _ in
          Issue.record("called after it was closed")
        }
        #expect(late == .closed)
      }
    }

    @Test func closedFromACompletion() throws {
      try World.with { world in
        var held: [HostileServer.Exchange] = []
        world.server.onRequest = { exchange in
          held.append(exchange)
          // Several are answered in one turn; the first completion closes.
          if held.count == 8 { for exchange in held { exchange.send(answer(200)) } }
        }
        var results: [HTTPResult] = []
        for _ in 0..<20 {
          _ = world.transport.send(try world.request(), timeoutMilliseconds: 30_000) { result in
            results.append(result)
            world.transport.close()
            if results.count == 20 { world.loop.stop() }
          }
        }
        world.loop.run()
        #expect(results.count == 20)
        #expect(results.count { if case .answered = $0 { true } else { false } } >= 1)
        #expect(results.count { $0 == .notSent(.closed) } == 12)
      }
    }

    @Test func idleConnectionsDoNotKeepTheLoopGoing() throws {
      let loop = try Loop()
      defer { loop.close() }
      let server = try HostileServer(on: loop)
      server.onRequest = { $0.send(answer(200)) }
      let transport = try MintTransport(on: loop)
      var result: HTTPResult?
      let request = try HTTPRequest(try server.origin, path: "/a")
      _ = transport.send(request, timeoutMilliseconds: 30_000) {
        result = $0
        server.close()
      }
      loop.run()
      #expect(result == answered(200, "{}"))
      transport.close()
    }

    @Test func nothingStaysOpen() throws {
      // What libcurl and the tests' runner open once.
      try World.with { $0.server.onRequest = { $0.send(answer(200)) } }
      let before = openDescriptorCount()
      for _ in 0..<20 {
        weak var transport: MintTransport?
        try World.with { world in
          transport = world.transport
          world.server.onRequest = { $0.number == 3 ? $0.go(.reset) : $0.send(answer(200)) }
          for _ in 0..<5 { _ = world.result(of: try world.request()) }
          for _ in 0..<20 { _ = world.transport.send(try world.request(), timeoutMilliseconds: 30_000) { _ in } }
        }
        #expect(transport == nil)
      }
      #expect(openDescriptorCount() == before)
    }

    /// Not how it should be done, and not the end of the process.
    @Test func forgottenUntilTheLoopIsGone() throws {
      let loop = try Loop()
      let server = try HostileServer(on: loop)
      var transport: MintTransport? = try MintTransport(on: loop)
      for _ in 0..<20 {
        _ = transport?.send(try HTTPRequest(try server.origin, path: "/a"), timeoutMilliseconds: 30_000) { _ in }
      }
      // Some are answered and leave connections.
      server.onRequest = { exchange in
        exchange.send(answer(200))
        if server.requestCount == 5 { loop.stop() }
      }
      loop.run()
      server.close()
      weak let gone = transport
      transport = nil
      #expect(gone != nil)
      loop.close()
      #expect(gone == nil)
    }
  }
}
