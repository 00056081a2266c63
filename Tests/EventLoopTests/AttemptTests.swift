import EventLoop
import Testing

extension EventLoopTests {
  @Suite(.serialized) struct AttemptTests {
    private func result(
      _ endpoint: Endpoint, _ loop: Loop, limitMilliseconds: UInt64 = 5_000
    ) -> Result<Stream, LoopError>? {
      var result: Result<Stream, LoopError>?
      Attempt.start(to: endpoint, on: loop, limitMilliseconds: limitMilliseconds) {
        #expect(result == nil)
        result = $0
        loop.stop()
      }
      #expect(result == nil, "not from within the call")
      loop.run()
      return result
    }

    @Test func aNameIsLookedUpAndTheStreamHandedOver() throws {
      try withLoop { loop in
        let server = try EchoServer(at: anyPort, on: loop)
        guard case .tcp(_, let port) = server.endpoint,
          case .success(let stream)? = result(.tcp(host: "localhost", port: port), loop)
        else {
          Issue.record("no connection")
          return
        }
        var echo = ""
        stream.handOver(
          to: handler(onData: { stream, bytes in
            unsafe echo += String(decoding: bytes, as: UTF8.self)
            loop.stop()
          }))
        stream.keepAlive(afterSeconds: 60)
        stream.startReading()
        stream.send("hello")
        loop.run()
        #expect(echo == "hello")
      }
    }

    @Test func whyItFailed() throws {
      try withLoop { loop in
        let server = try EchoServer(at: anyPort, on: loop)
        let endpoint = server.endpoint
        server.listener?.close()
        guard case .failure(.connectionRefused)? = result(endpoint, loop) else {
          Issue.record("refused")
          return
        }
        guard case .failure(.noSuchFile)? = result(.unix(path: temporaryPath("none")), loop) else {
          Issue.record("no file")
          return
        }
        guard case .failure(.nameTooLong)? = result(.unix(path: String(repeating: "x", count: 200)), loop) else {
          Issue.record("too long")
          return
        }
        guard case .failure? = result(.tcp(host: "no such name.invalid", port: 1), loop) else {
          Issue.record("no name")
          return
        }
      }
    }

    @Test func oneThatIsCancelledSaysNothing() throws {
      try withLoop { loop in
        let server = try EchoServer(at: anyPort, on: loop)
        let attempt = Attempt.start(to: server.endpoint, on: loop, limitMilliseconds: 10) { _ in
          Issue.record("told")
        }
        attempt.cancel()
        attempt.cancel()
        LoopTimer(on: loop) { loop.stop() }.start(afterMilliseconds: 50)
        loop.run()
      }
    }

    /// The time is over before the loop has turned.
    @Test func itGivesUp() throws {
      try withLoop { loop in
        let server = try EchoServer(at: anyPort, on: loop)
        guard case .failure(.timedOut)? = result(server.endpoint, loop, limitMilliseconds: 0) else {
          Issue.record("it connected")
          return
        }
      }
    }

    /// A reset drops what the kernel holds; the peer hears of it at once.
    @Test func aResetIsOne() throws {
      try withLoop { loop in
        var failure: LoopError?
        var receivedByteCount = 0
        let accepted = handler()
        var served: Stream?
        let listener = try Listener.listen(
          at: anyPort, on: loop, keepsReserve: false, handler: accepted, onFailure: { Issue.record("\($0)") },
          onAccept: { stream in
            served = stream
            _ = stream.offer([UInt8](repeating: 1, count: 1 << 20))
            stream.reset()
            stream.reset()
          })
        let peer = handler(
          onData: { _, bytes in receivedByteCount += bytes.count },
          onEvent: { stream, event in
            if event == .connected { stream.startReading() }
            guard case .failed(let error) = event else { return }
            failure = error
            loop.stop()
          })
        _ = try Stream.connect(to: listener.endpoint, on: loop, handler: peer)
        loop.run()
        #expect(failure == .connectionReset && receivedByteCount < 1 << 20 && served != nil)
      }
    }

    /// The clock since boot is ahead of the monotonic one by the time that the machine was suspended; both fire here.
    @Test func aTimerSinceBoot() throws {
      try withLoop { loop in
        let timer = try PreciseTimer(on: loop, clock: .sinceBoot) { loop.stop() }
        timer.start(atNanoseconds: Loop.hrtime)
        loop.run()
      }
    }
  }
}
