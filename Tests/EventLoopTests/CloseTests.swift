import EventLoop
import Glibc
import Testing

extension EventLoopTests {
  /// Closing at every moment somebody could think of. The sanitizers judge most of it.
  @Suite(.serialized) struct CloseTests {
    enum Moment: CaseIterable {
      case beforeConnected
      case connected
      case partialWrite
      case data
      case writable
      case endOfStream
    }

    @Test(arguments: Moment.allCases, StreamTests.endpoints)
    func inEveryCallback(moment: Moment, endpoint: Endpoint) throws {
      try withLoop { loop in
        var isClosed = false
        var leftClosedCount = 0
        var rightClosedCount = 0
        let payload = [UInt8](repeating: 1, count: 16 << 20)
        let outbox = Outbox()
        outbox.append(payload)

        func reached(_ here: Moment, _ stream: Stream) {
          guard here == moment, !isClosed else { return }
          isClosed = true
          stream.close()
          stream.close()
          stream.startReading()
          stream.stopReading()
          stream.finishWriting()
          #expect(stream.offer([1]) == 0)
          #expect(stream.peerAddress == nil)
        }

        let left = handler(
          onData: { stream, _ in
            #expect(!isClosed)
            reached(.data, stream)
          },
          onEvent: { stream, event in
            #expect(!isClosed || event == .closed)
            switch event {
            case .connected:
              reached(.connected, stream)
              stream.startReading()
              #expect(!outbox.flush(to: stream))
              reached(.partialWrite, stream)
            case .writable:
              outbox.flush(to: stream)
              reached(.writable, stream)
            case .endOfStream: reached(.endOfStream, stream)
            case .closed: leftClosedCount += 1
            case .failed(let error): Issue.record("\(error)")
            }
          })
        let right = handler(
          onData: { stream, _ in
            if stream.userIndex == -1 { stream.send("hi") }
            stream.userIndex += 1
            if stream.userIndex == 4 { stream.finishWriting() }
          },
          onEvent: { stream, event in
            switch event {
            case .endOfStream, .failed: stream.close()
            case .closed: rightClosedCount += 1
            case .connected, .writable: break
            }
            if event == .closed { loop.stop() }
          })
        let listener = try Listener.listen(
          at: endpoint, on: loop, handler: right, onFailure: { Issue.record("\($0)") },
          onAccept: { $0.startReading() })
        let stream = try Stream.connect(to: listener.endpoint, on: loop, handler: left)
        reached(.beforeConnected, stream)
        // A connection closed before it stood may never reach the listener.
        let timer = LoopTimer(on: loop) { loop.stop() }
        if moment == .beforeConnected { timer.start(afterMilliseconds: 50) }
        loop.run()
        #expect(isClosed)
        #expect(leftClosedCount == 1)
        #expect(rightClosedCount == 1 || moment == .beforeConnected)
      }
    }

    /// Two streams are readable in the same poll; the first to be called closes the other and frees its references.
    @Test func ofAnotherStreamThatHasDataWaiting() throws {
      try withLoop { loop in
        var accepted: [Stream] = []
        var dataCount = 0
        var closedCount = 0
        let servers = handler(
          onData: { _, _ in
            dataCount += 1
            for stream in accepted { stream.close() }
            accepted = []
          },
          onEvent: { _, event in
            guard event == .closed else { return }
            closedCount += 1
            if closedCount == 8 { loop.stop() }
          })
        let clients = handler(onEvent: { stream, event in
          if event == .connected { stream.send("x") }
        })
        let listener = try Listener.listen(
          at: anyPort, on: loop, handler: servers, onFailure: { Issue.record("\($0)") },
          onAccept: { accepted.append($0) })
        for _ in 0..<8 { _ = try Stream.connect(to: listener.endpoint, on: loop, handler: clients) }
        let timer = LoopTimer(on: loop) {
          #expect(accepted.count == 8)
          for stream in accepted { stream.startReading() }
        }
        timer.start(afterMilliseconds: 50)
        loop.run()
        #expect(dataCount == 1)
        #expect(closedCount == 8)
      }
    }

    @Test func aListenerInItsOwnCallback() throws {
      try withLoop { loop in
        var listener: Listener?
        var acceptedCount = 0
        listener = try Listener.listen(
          at: anyPort, on: loop, handler: handler(), onFailure: { Issue.record("\($0)") },
          onAccept: { _ in
            acceptedCount += 1
            listener?.close()
            listener = nil
          })
        guard let endpoint = listener?.endpoint else { return }
        let timer = LoopTimer(on: loop) { loop.stop() }
        for _ in 0..<4 {
          _ = try Stream.connect(to: endpoint, on: loop, handler: handler())
        }
        timer.start(afterMilliseconds: 50)
        loop.run()
        #expect(acceptedCount == 1)
      }
    }

    @Test func aStreamNobodyKeptLivesUntilItIsClosed() throws {
      try withLoop { loop in
        weak var kept: Stream?
        let clients = handler(onEvent: { stream, event in
          if event == .connected {
            kept = stream
            stream.close()
          }
          if event == .closed { loop.stop() }
        })
        let listener = try Listener.listen(
          at: anyPort, on: loop, handler: handler(), onFailure: { Issue.record("\($0)") }, onAccept: { _ in })
        _ = try Stream.connect(to: listener.endpoint, on: loop, handler: clients)
        loop.run()
        #expect(kept == nil)
      }
    }
  }
}
