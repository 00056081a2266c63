import EventLoop
import Glibc
import Testing

extension EventLoopTests {
  @Suite(.serialized) struct ListenerTests {
    private func mode(of path: String) -> UInt32? {
      var status = stat()
      return unsafe stat(path, &status) == 0 ? status.st_mode : nil
    }

    private func listen(
      at endpoint: Endpoint, on loop: Loop, socketMode: UInt32 = 0o600, onAccept: @escaping (Stream) -> Void = { _ in }
    ) throws -> Listener {
      try Listener.listen(
        at: endpoint, on: loop, socketMode: socketMode, handler: handler(), onFailure: { Issue.record("\($0)") },
        onAccept: onAccept)
    }

    /// Runs the loop for a while.
    private func run(_ loop: Loop, milliseconds: UInt64) {
      let timer = LoopTimer(on: loop) { loop.stop() }
      timer.start(afterMilliseconds: milliseconds)
      loop.run()
      timer.close()
    }

    @Test func portZeroBecomesAPort() throws {
      try withLoop { loop in
        let first = try listen(at: anyPort, on: loop)
        #expect(first.endpoint.description.hasPrefix("127.0.0.1:"))
        #expect(first.endpoint != anyPort)
        #expect(throws: LoopError.addressInUse) { try listen(at: first.endpoint, on: loop) }
        let second = try listen(at: anyPort, on: loop)
        #expect(second.endpoint != first.endpoint)
      }
    }

    @Test func aPortCanBeTakenAgainAtOnce() throws {
      var endpoint = anyPort
      for _ in 0..<5 {
        try withLoop { loop in
          var connectedCount = 0
          let listener = try listen(at: endpoint, on: loop, onAccept: { $0.close() })
          endpoint = listener.endpoint
          let clients = handler(onEvent: { stream, event in
            if event == .connected { connectedCount += 1 }
          })
          _ = try Stream.connect(to: endpoint, on: loop, handler: clients)
          run(loop, milliseconds: 20)
          #expect(connectedCount == 1)
        }
      }
    }

    @Test func internetProtocolVersion6() throws {
      try withLoop { loop in
        let listener: Listener
        do {
          listener = try listen(at: .tcp(host: "::1", port: 0), on: loop)
        } catch let error as LoopError {
          // Machines without IPv6 refuse the address itself.
          #expect(error.name == "EADDRNOTAVAIL" || error.name == "EAFNOSUPPORT")
          return
        }
        var peer: String?
        let clients = handler(onEvent: { stream, event in
          if event == .connected { peer = stream.peerAddress }
          loop.stop()
        })
        _ = try Stream.connect(to: listener.endpoint, on: loop, handler: clients)
        loop.run()
        #expect(peer == listener.endpoint.description)
        #expect(peer?.hasPrefix("[::1]:") == true)
      }
    }

    @Test(arguments: [UInt32(0o600), 0o660, 0o666])
    func aSocketFileHasItsModeAndGoes(socketMode: UInt32) throws {
      let path = temporaryPath("mode")
      try withLoop { loop in
        let listener = try listen(at: .unix(path: path), on: loop, socketMode: socketMode)
        #expect(mode(of: path) == S_IFSOCK | socketMode)
        listener.close()
        run(loop, milliseconds: 5)
        #expect(mode(of: path) == nil)
      }
    }

    @Test func aStaleSocketIsReplacedAndALiveOneIsNot() throws {
      let path = temporaryPath("stale")
      // What a killed process leaves: a bound socket nobody listens on.
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
      let status = unsafe withUnsafePointer(to: &address) {
        unsafe bind(
          descriptor, UnsafeRawPointer($0).assumingMemoryBound(to: sockaddr.self),
          socklen_t(MemoryLayout<sockaddr_un>.size))
      }
      #expect(status == 0)
      close(descriptor)
      #expect(mode(of: path) != nil)
      try withLoop { loop in
        let listener = try listen(at: .unix(path: path), on: loop)
        #expect(throws: LoopError.addressInUse) { try listen(at: .unix(path: path), on: loop) }
        #expect(mode(of: path) != nil)
        listener.close()
        run(loop, milliseconds: 5)
        #expect(mode(of: path) == nil)
      }
    }

    @Test func aSocketThatTookItsPlaceIsNotRemoved() throws {
      let path = temporaryPath("replaced")
      try withLoop { loop in
        let first = try listen(at: .unix(path: path), on: loop)
        unsafe unlink(path)
        let second = try listen(at: .unix(path: path), on: loop)
        first.close()
        #expect(first.isClosed && !second.isClosed)
        run(loop, milliseconds: 5)
        #expect(mode(of: path) != nil)
        second.close()
        run(loop, milliseconds: 5)
        #expect(mode(of: path) == nil)
      }
    }

    @Test func aFileIsNeverRemoved() throws {
      let path = temporaryPath("file")
      let descriptor = unsafe creat(path, 0o600)
      close(descriptor)
      try withLoop { loop in
        #expect(throws: LoopError.fileExists) { try listen(at: .unix(path: path), on: loop) }
        let long = String(repeating: "x", count: EventLoopLimits.unixPathByteCountMax + 1)
        #expect(throws: LoopError.nameTooLong) { try listen(at: .unix(path: long), on: loop) }
        #expect(throws: LoopError.invalidArgument) { try listen(at: .unix(path: ""), on: loop) }
        #expect(throws: LoopError.invalidArgument) { try listen(at: .tcp(host: "localhost", port: 0), on: loop) }
      }
      #expect(mode(of: path) == S_IFREG | 0o600)
      unsafe unlink(path)
    }

    @Test(arguments: StreamTests.endpoints)
    func pausingAndResuming(endpoint: Endpoint) throws {
      try withLoop { loop in
        var acceptedCount = 0
        var connectedCount = 0
        var listener: Listener?
        // A cap of two at a time.
        listener = try listen(
          at: endpoint, on: loop,
          onAccept: { _ in
            acceptedCount += 1
            if acceptedCount % 2 == 0 { listener?.pause() }
          })
        defer { listener = nil }
        let clients = handler(onEvent: { _, event in if event == .connected { connectedCount += 1 } })
        for _ in 0..<5 { _ = try Stream.connect(to: listener?.endpoint ?? endpoint, on: loop, handler: clients) }
        run(loop, milliseconds: 30)
        #expect(acceptedCount == 2)
        run(loop, milliseconds: 30)
        #expect(acceptedCount == 2)
        for expected in [4, 5] {
          listener?.resume()
          run(loop, milliseconds: 30)
          #expect(acceptedCount == expected)
        }
        #expect(connectedCount == 5)
      }
    }

    @Test func aPausedListenerCloses() throws {
      try withLoop { loop in
        let listener = try listen(at: anyPort, on: loop, onAccept: { _ in Issue.record("accepted while paused") })
        listener.pause()
        var events: [StreamEvent] = []
        let clients = handler(onEvent: { stream, event in
          events.append(event)
          if event == .connected { stream.startReading() }
        })
        _ = try Stream.connect(to: listener.endpoint, on: loop, handler: clients)
        run(loop, milliseconds: 20)
        #expect(events == [.connected])
        listener.resume()
        listener.close()
        run(loop, milliseconds: 20)
        #expect(events.count == 2)
      }
    }

    @Test func rejectingAtACap() throws {
      try withLoop { loop in
        var openCount = 0
        var endCount = 0
        _ = try {
          let listener = try listen(
            at: anyPort, on: loop,
            onAccept: { stream in
              if openCount == 3 { stream.close() } else { openCount += 1 }
            })
          let clients = handler(onEvent: { stream, event in
            switch event {
            case .connected: stream.startReading()
            case .endOfStream, .failed: endCount += 1
            default: break
            }
            if endCount == 7 { loop.stop() }
          })
          for _ in 0..<10 { _ = try Stream.connect(to: listener.endpoint, on: loop, handler: clients) }
        }()
        loop.run()
        #expect(openCount == 3)
        #expect(endCount == 7)
      }
    }
  }
}
