import EventLoop
import Glibc
import Testing

extension EventLoopTests {
  @Suite(.serialized) struct LoopTests {
    @Test func aLoopWithoutWorkReturnsAtOnce() throws {
      let loop = try Loop()
      #expect(!loop.isAlive)
      loop.run()
      loop.run()
      loop.close()
      loop.close()
      #expect(!loop.isAlive)
    }

    @Test func aLoopNobodyClosedIsFreed() throws {
      let count = openDescriptorCount()
      weak var freed: Loop?
      do {
        let loop = try Loop()
        loop.stop()
        freed = loop
      }
      #expect(freed == nil)
      #expect(openDescriptorCount() == count)
    }

    @Test func timersRunInOrder() throws {
      try withLoop { loop in
        var order: [Int] = []
        var timers: [LoopTimer] = []
        for (name, delay) in [(0, 30), (1, 10), (2, 20), (3, 10), (4, 0)] as [(Int, UInt64)] {
          let timer = LoopTimer(on: loop) {
            order.append(name)
            if order.count == 5 { loop.stop() }
          }
          timer.start(afterMilliseconds: delay)
          timers.append(timer)
        }
        let stopped = LoopTimer(on: loop) { Issue.record("a stopped timer fired") }
        stopped.start(afterMilliseconds: 5)
        stopped.stop()
        let begin = loop.now
        #expect(order.isEmpty)
        loop.run()
        #expect(order == [4, 1, 3, 2, 0])
        #expect(loop.now >= begin + 30)
      }
    }

    @Test func aRepeatingTimer() throws {
      try withLoop { loop in
        var count = 0
        var timer: LoopTimer?
        timer = LoopTimer(on: loop) {
          count += 1
          // Closed inside its own callback, after which it cannot be started.
          if count == 5 { timer?.close() }
          if count == 5 { timer?.start(afterMilliseconds: 0) }
        }
        timer?.start(afterMilliseconds: 1, repeatMilliseconds: 2)
        let end = LoopTimer(on: loop) { loop.stop() }
        end.start(afterMilliseconds: 100)
        loop.run()
        #expect(count == 5)
      }
    }

    /// What a timer does is over before the loop sleeps; what input does, before it sleeps again.
    @Test func turnsFrameTheCallbacks() throws {
      try withLoop { loop in
        var log: [String] = []
        loop.onTurn(begin: { log.append("begin") }, end: { log.append("end") })
        let servers = handler(onData: { _, _ in
          log.append("data")
          loop.stop()
        })
        let listener = try Listener.listen(
          at: anyPort, on: loop, handler: servers, onFailure: { Issue.record("\($0)") },
          onAccept: { stream in
            log.append("accept")
            stream.startReading()
          })
        var client: Stream?
        let timer = LoopTimer(on: loop) {
          log.append("timer")
          client?.send("x")
        }
        client = try Stream.connect(
          to: listener.endpoint, on: loop,
          handler: handler(onEvent: { _, event in
            log.append("\(event)")
            timer.start(afterMilliseconds: 10)
          }))
        loop.run()
        // Accept and connected come in one turn or in two, as the kernel likes.
        #expect(log.suffix(6) == ["begin", "timer", "end", "begin", "data", "end"])
        #expect(log.filter { $0 == "begin" }.count == log.filter { $0 == "end" }.count)
        #expect(log.first == "begin")
      }
    }

    @Test(arguments: SignalSource.Signal.allCases)
    func signals(signal: SignalSource.Signal) throws {
      try withLoop { loop in
        var count = 0
        let source = try SignalSource(signal, on: loop) {
          count += 1
          if count == 2 { loop.stop() } else { kill(getpid(), signal.rawValue) }
        }
        kill(getpid(), signal.rawValue)
        loop.run()
        #expect(count == 2)
        source.close()
      }
    }

    @Test func aSignalDoesNotKeepTheLoopRunning() throws {
      let loop = try Loop()
      _ = try SignalSource(.hangUp, on: loop) {}
      loop.run()
      loop.close()
    }

    /// Every kind of handle, at work, torn down again and again: nothing may be left behind.
    @Test func teardownLeavesNothing() throws {
      func cycle() throws {
        let loop = try Loop()
        let server = try EchoServer(at: anyPort, on: loop)
        let local = try EchoServer(at: .unix(path: temporaryPath("teardown")), on: loop)
        let wakeup = Wakeup<Int>(capacity: 4)
        var delivered: [Int] = []
        try wakeup.attach(to: loop) { delivered.append($0) }
        let queue = WorkQueue(on: loop, concurrencyMax: 2, waitingMax: 8)
        let outbox = Outbox()
        outbox.append([UInt8](repeating: 1, count: 8 << 20))
        var closedCount = 0
        let clients = handler(onEvent: { stream, event in
          switch event {
          case .connected:
            outbox.flush(to: stream)
            for _ in 0..<6 { _ = queue.submit({ usleep(1000) }, completion: { Issue.record("completed after close") }) }
            loop.stop()
          case .closed: closedCount += 1
          default: break
          }
        })
        for endpoint in [server.endpoint, local.endpoint] {
          _ = try Stream.connect(to: endpoint, on: loop, handler: clients)
        }
        let timer = LoopTimer(on: loop) {}
        timer.start(afterMilliseconds: 1_000_000)
        _ = try SignalSource(.hangUp, on: loop) {}
        try NameLookup.start(host: "127.0.0.1", port: 1, on: loop) { _ in }
        loop.run()
        #expect(wakeup.send(1) == .accepted)
        loop.close()
        #expect(!loop.isAlive)
        #expect(closedCount == 2)
        #expect(delivered == [1])
        #expect(wakeup.send(2) == .closed)
      }
      try cycle()
      let descriptorCount = openDescriptorCount()
      for _ in 0..<100 { try cycle() }
      #expect(openDescriptorCount() == descriptorCount)
    }

    @Test func threadsRunAndJoin() throws {
      let done = Wakeup<UInt>(capacity: 4)
      let main = pthread_self()
      let thread = try LoopThread {
        _ = done.send(UInt(pthread_self()))
      }
      thread.join()
      var other: UInt?
      try withLoop { loop in
        try done.attach(to: loop) {
          other = $0
          loop.stop()
        }
        loop.run()
      }
      #expect(other != nil && other != UInt(main))
    }

    @Test func namesBecomeEndpoints() throws {
      try withLoop { loop in
        var result: Result<[Endpoint], LoopError>?
        try NameLookup.start(host: "localhost", port: 7, on: loop) {
          result = $0
          loop.stop()
        }
        #expect(result == nil)
        loop.run()
        let endpoints = try result?.get() ?? []
        #expect(!endpoints.isEmpty)
        #expect(endpoints.allSatisfy { ["127.0.0.1:7", "[::1]:7"].contains($0.description) })
      }
    }

    @Test func endpointsAsText() {
      for text in ["127.0.0.1:7700", "[::1]:0", "unix:/run/x.sock", "name.example:65535"] {
        #expect(Endpoint(text)?.description == text)
      }
      for text in ["", "unix:", ":1", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "::1:80", "[]:1", "1.2.3.4:-1"] {
        #expect(Endpoint(text) == nil, "\(text)")
      }
    }
  }
}
