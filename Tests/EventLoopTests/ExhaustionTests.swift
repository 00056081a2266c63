import EventLoop
import Glibc
import Testing

extension EventLoopTests {
  /// Accepting when the process has no descriptor left: the loop must neither spin nor stay deaf.
  @Suite(.serialized) struct ExhaustionTests {
    /// Takes every free descriptor below `limit` and forbids those above it, for the time of the body.
    private func withoutDescriptors(from limit: Int32, _ body: () throws -> Void) rethrows {
      var before = rlimit()
      unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before)
      var lowered = before
      lowered.rlim_cur = rlim_t(limit)
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &lowered)
      var fillers: [Int32] = []
      while case let descriptor = dup(0), descriptor >= 0 { fillers.append(descriptor) }
      defer {
        for descriptor in fillers { close(descriptor) }
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before)
      }
      try body()
    }

    /// Runs the loop for a while and expects that it has mostly slept.
    private func runAsleep(_ loop: Loop, milliseconds: UInt64) {
      let timer = LoopTimer(on: loop) { loop.stop() }
      timer.start(afterMilliseconds: milliseconds)
      let begin = clock()
      loop.run()
      let busyMilliseconds = (clock() - begin) * 1000 / CLOCKS_PER_SEC
      #expect(busyMilliseconds < Int(milliseconds) / 2)
      timer.close()
    }

    private func highestDescriptor() -> Int32 {
      (0..<4096).last { fcntl($0, F_GETFD) >= 0 } ?? 0
    }

    @Test func connectionsAreShedAndLaterOnesAccepted() throws {
      try withLoop { loop in
        var acceptedCount = 0
        var endCount = 0
        let listener = try Listener.listen(
          at: anyPort, on: loop, handler: handler(), onFailure: { Issue.record("\($0)") },
          onAccept: { _ in acceptedCount += 1 })
        let clients = handler(onEvent: { stream, event in
          switch event {
          case .connected: stream.startReading()
          case .endOfStream, .failed: endCount += 1
          default: break
          }
        })
        for _ in 0..<4 { _ = try Stream.connect(to: listener.endpoint, on: loop, handler: clients) }
        withoutDescriptors(from: highestDescriptor() + 1) {
          runAsleep(loop, milliseconds: 300)
        }
        #expect(acceptedCount == 0)
        #expect(endCount == 4)
        _ = try Stream.connect(to: listener.endpoint, on: loop, handler: clients)
        runAsleep(loop, milliseconds: 300)
        #expect(acceptedCount == 1)
      }
    }

    @Test func withoutLibraryReserveTheListenerRests() throws {
      try withLoop { loop in
        var acceptedCount = 0
        // Laid out so that the listener's reserve lies below the limit and libuv's, which the loop's first socket opens, does
        // not: giving that one up then helps nobody.
        let place = dup(0)
        let libraryReserve = dup(0)
        close(libraryReserve)
        let first = try Listener.listen(
          at: anyPort, on: loop, handler: handler(), onFailure: { Issue.record("\($0)") }, onAccept: { _ in })
        close(place)
        let listener = try Listener.listen(
          at: anyPort, on: loop, handler: handler(), onFailure: { Issue.record("\($0)") },
          onAccept: { _ in acceptedCount += 1 })
        for _ in 0..<4 { _ = try Stream.connect(to: listener.endpoint, on: loop, handler: handler()) }
        #expect(place < libraryReserve)
        withoutDescriptors(from: libraryReserve) {
          runAsleep(loop, milliseconds: 400)
          #expect(acceptedCount == 0)
        }
        runAsleep(loop, milliseconds: 400)
        #expect(acceptedCount == 4)
        first.close()
      }
    }
  }
}
