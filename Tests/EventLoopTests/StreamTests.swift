import EventLoop
import Glibc
import Testing

extension EventLoopTests {
  @Suite(.serialized) struct StreamTests {
    static let endpoints = [anyPort, Endpoint.unix(path: temporaryPath("stream"))]

    @Test(arguments: endpoints)
    func echoOfManyMessages(endpoint: Endpoint) throws {
      let messageCount = 100_000
      let messageByteCount = 64
      let window = 512
      try withLoop { loop in
        let server = try EchoServer(at: endpoint, on: loop)
        let outbox = Outbox()
        var sent = Pattern()
        var received = Pattern()
        let total = messageCount * messageByteCount

        func fill(_ stream: Stream) {
          let goal = min(total, received.offset + window * messageByteCount)
          if goal > sent.offset { outbox.append(sent.take(goal - sent.offset)) }
          outbox.flush(to: stream)
        }

        let client = handler(
          onData: { stream, bytes in
            unsafe received.check(bytes)
            if received.offset == total { stream.close() } else { fill(stream) }
          },
          onEvent: { stream, event in
            switch event {
            case .connected:
              stream.startReading()
              fill(stream)
            case .writable: fill(stream)
            case .closed: server.listener?.close()
            default: Issue.record("\(event)")
            }
            if event == .closed { loop.stop() }
          })
        _ = try Stream.connect(to: server.endpoint, on: loop, handler: client)
        loop.run()
        #expect(received.offset == total)
        #expect(server.errors.isEmpty)
      }
    }

    @Test(arguments: endpoints)
    func aReaderThatDoesNotRead(endpoint: Endpoint) throws {
      let total = 32 << 20
      try withLoop { loop in
        var reader: Stream?
        var received = Pattern()
        let readers = handler(
          onData: { stream, bytes in
            unsafe received.check(bytes)
            if received.offset == total { loop.stop() }
          })
        let listener = try Listener.listen(
          at: endpoint, on: loop, handler: readers, onFailure: { Issue.record("\($0)") }, onAccept: { reader = $0 })
        // The writer offers 1 MiB at a time and keeps what is not taken.
        let outbox = Outbox()
        var sent = Pattern()
        var writableCount = 0
        func pump(_ stream: Stream) {
          while true {
            if outbox.isEmpty {
              if sent.offset == total { return }
              outbox.append(sent.take(1 << 20))
            }
            if !outbox.flush(to: stream) { break }
          }
          #expect(!stream.isWritable)
          #expect(stream.offer([1]) == 0)
        }
        let writers = handler(onEvent: { stream, event in
          if event == .writable { writableCount += 1 }
          if event == .connected || event == .writable { pump(stream) }
        })
        let writer = try Stream.connect(to: listener.endpoint, on: loop, handler: writers)
        // Nobody reads for a while: the writer stands still, and nothing has grown.
        let timer = LoopTimer(on: loop) {
          #expect(writer.isWritable == false)
          #expect(sent.offset < total)
          #expect(outbox.byteCountMax <= 1 << 20)
          reader?.startReading()
        }
        timer.start(afterMilliseconds: 200)
        loop.run()
        #expect(received.offset == total)
        #expect(writableCount > 0)
        #expect(outbox.byteCountMax <= 1 << 20)
      }
    }

    @Test(arguments: endpoints)
    func halfCloseLeavesTheOtherDirection(endpoint: Endpoint) throws {
      try withLoop { loop in
        var events: [String] = []
        var received = 0
        let servers = handler(
          onData: { _, bytes in received += bytes.count },
          onEvent: { stream, event in
            guard event == .endOfStream else { return }
            events.append("server end")
            stream.send("bye")
            stream.close()
          })
        let listener = try Listener.listen(
          at: endpoint, on: loop, handler: servers, onFailure: { Issue.record("\($0)") },
          onAccept: { $0.startReading() })
        let outbox = Outbox()
        outbox.append([UInt8](repeating: 7, count: 4 << 20))
        let clients = handler(
          onData: { _, bytes in events.append(unsafe String(decoding: bytes, as: UTF8.self)) },
          onEvent: { stream, event in
            switch event {
            case .connected, .writable:
              stream.startReading()
              if outbox.flush(to: stream) {
                stream.finishWriting()
                stream.finishWriting()
                #expect(!stream.isWritable)
              }
            case .endOfStream:
              events.append("client end")
              stream.close()
            case .closed: loop.stop()
            case .failed(let error): Issue.record("\(error)")
            }
          })
        _ = try Stream.connect(to: listener.endpoint, on: loop, handler: clients)
        loop.run()
        #expect(received == 4 << 20)
        #expect(events == ["server end", "bye", "client end"])
      }
    }

    @Test func connectRefused() throws {
      try withLoop { loop in
        var events: [StreamEvent] = []
        let clients = handler(onEvent: { stream, event in
          events.append(event)
          if event == .closed { loop.stop() } else { stream.close() }
        })
        let listener = try Listener.listen(
          at: anyPort, on: loop, handler: clients, onFailure: { Issue.record("\($0)") }, onAccept: { _ in })
        let endpoint = listener.endpoint
        listener.close()
        let timer = LoopTimer(on: loop) {
          do {
            let stream = try Stream.connect(to: endpoint, on: loop, handler: clients)
            #expect(stream.offer([1]) == 0)
            #expect(events.isEmpty)
          } catch { Issue.record(error) }
        }
        timer.start(afterMilliseconds: 0)
        loop.run()
        #expect(events == [.failed(.connectionRefused), .closed])

        events = []
        _ = try Stream.connect(to: .unix(path: temporaryPath("nobody")), on: loop, handler: clients)
        loop.run()
        #expect(events == [.failed(.noSuchFile), .closed])
      }
    }

    @Test func badEndpointsThrow() throws {
      try withLoop { loop in
        #expect(throws: LoopError.invalidArgument) {
          try Stream.connect(to: .tcp(host: "no number", port: 1), on: loop, handler: handler())
        }
        let long = String(repeating: "x", count: EventLoopLimits.unixPathByteCountMax + 1)
        #expect(throws: LoopError.nameTooLong) {
          try Stream.connect(to: .unix(path: long), on: loop, handler: handler())
        }
      }
    }

    @Test func writingToAPeerThatIsGone() throws {
      try withLoop { loop in
        var failures: [LoopError] = []
        let listener = try Listener.listen(
          at: anyPort, on: loop, handler: handler(), onFailure: { Issue.record("\($0)") }, onAccept: { $0.close() })
        var timer: LoopTimer?
        let clients = handler(onEvent: { stream, event in
          switch event {
          case .connected:
            // Not reading, so only writing can find out. SIGPIPE would end the process here.
            timer = LoopTimer(on: loop) { _ = stream.offer([1, 2]) }
            timer?.start(afterMilliseconds: 1, repeatMilliseconds: 5)
          case .failed(let error):
            failures.append(error)
            stream.close()
          case .closed: loop.stop()
          default: Issue.record("\(event)")
          }
        })
        _ = try Stream.connect(to: listener.endpoint, on: loop, handler: clients)
        loop.run()
        #expect(failures.count == 1)
        #expect(failures.allSatisfy { $0 == .connectionReset || $0 == .brokenPipe })
      }
    }

    @Test func aPeerThatSendsFastGetsOneBufferPerTurn() throws {
      let total = 1 << 20
      try withLoop { loop in
        var turn = 0
        var turnsOfReads: [Int] = []
        var received = 0
        loop.onTurn(begin: { turn += 1 }, end: {})
        let readers = handler(onData: { stream, bytes in
          let headroom = unsafe loop.receiveHeadroom
          let headroomEnd = unsafe headroom.baseAddress.map { unsafe UnsafeRawPointer($0 + headroom.count) }
          let isAdjacent = unsafe headroomEnd == bytes.baseAddress
          #expect(isAdjacent && headroom.count == EventLoopLimits.receiveHeadroomByteCount)
          #expect(bytes.count <= EventLoopLimits.receiveBufferByteCount)
          received += bytes.count
          turnsOfReads.append(turn)
          if received == total { loop.stop() }
        })
        var reader: Stream?
        let listener = try Listener.listen(
          at: .unix(path: temporaryPath("fast")), on: loop, handler: readers, onFailure: { Issue.record("\($0)") },
          onAccept: { reader = $0 })
        let outbox = Outbox()
        outbox.append([UInt8](repeating: 1, count: total))
        let writers = handler(onEvent: { stream, event in
          if event == .connected || event == .writable { outbox.flush(to: stream) }
        })
        _ = try Stream.connect(to: listener.endpoint, on: loop, handler: writers)
        let timer = LoopTimer(on: loop) { reader?.startReading() }
        timer.start(afterMilliseconds: 50)
        loop.run()
        #expect(received == total)
        #expect(Set(turnsOfReads).count == turnsOfReads.count)
      }
    }

    @Test func stoppingInsideTheDataCallback() throws {
      try withLoop { loop in
        var received = Pattern()
        let total = 1 << 20
        var timer: LoopTimer?
        let readers = handler(onData: { stream, bytes in
          unsafe received.check(bytes)
          stream.stopReading()
          stream.stopReading()
          timer = timer ?? LoopTimer(on: loop) { stream.startReading() }
          timer?.start(afterMilliseconds: 1)
          if received.offset == total { loop.stop() }
        })
        let listener = try Listener.listen(
          at: anyPort, on: loop, handler: readers, onFailure: { Issue.record("\($0)") },
          onAccept: { $0.startReading() })
        let outbox = Outbox()
        var sent = Pattern()
        outbox.append(sent.take(total))
        let writers = handler(onEvent: { stream, event in
          if event == .connected || event == .writable { outbox.flush(to: stream) }
        })
        _ = try Stream.connect(to: listener.endpoint, on: loop, handler: writers)
        loop.run()
        #expect(received.offset == total)
      }
    }

    @Test func addressesForTheLog() throws {
      try withLoop { loop in
        var addresses: [String?] = []
        let clients = handler(onEvent: { stream, event in
          guard event == .connected else { return }
          addresses.append(stream.peerAddress)
          stream.close()
          #expect(stream.peerAddress == nil)
          loop.stop()
        })
        let listener = try Listener.listen(
          at: anyPort, on: loop, handler: handler(), onFailure: { Issue.record("\($0)") }, onAccept: { _ in })
        _ = try Stream.connect(to: listener.endpoint, on: loop, handler: clients)
        loop.run()
        #expect(addresses == [listener.endpoint.description])
        #expect(LoopError.connectionRefused.description == "ECONNREFUSED: connection refused")
      }
    }
  }
}
