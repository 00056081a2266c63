import EventLoop
import Glibc
import Testing

extension EventLoopTests {
  @Suite struct DescriptorWatchTests {
    /// Two ends of a socket, closed at the end.
    private static func withPair(_ body: (Int32, Int32) throws -> Void) throws {
      var ends: [Int32] = [-1, -1]
      try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
      defer { for end in ends { close(end) } }
      try body(ends[0], ends[1])
    }

    private static func write(_ byteCount: Int, to descriptor: Int32) -> Int {
      let bytes = [UInt8](repeating: 7, count: byteCount)
      return unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, byteCount) }
    }

    private static func read(from descriptor: Int32) -> Int {
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      return unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
    }

    @Test func tellsWhatIsAskedForAndNothingElse() throws {
      try withLoop { loop in
        try Self.withPair { mine, other in
          var seen: [DescriptorWatch.Readiness] = []
          var watch: DescriptorWatch?
          watch = try DescriptorWatch(of: mine, on: loop) { ready in
            seen.append(ready)
            switch seen.count {
            case 1:
              // Writable all the time, but only input counts now.
              watch?.watch(for: .readable)
              #expect(Self.write(3, to: other) == 3)
            case 2:
              #expect(Self.read(from: mine) == 3)
              #expect(Self.write(1, to: other) == 1)
              watch?.watch(for: [.readable, .writable])
            default: loop.stop()
            }
          }
          watch?.watch(for: .writable)
          loop.run()
          watch?.close()
          #expect(seen == [.writable, .readable, [.readable, .writable]])
        }
      }
    }

    @Test func callsAgainInEveryTurnWhileItIsReady() throws {
      try withLoop { loop in
        try Self.withPair { mine, other in
          var turns = 0
          var calls = 0
          loop.onTurn(begin: { turns += 1 }, end: {})
          let watch = try DescriptorWatch(of: mine, on: loop) { ready in
            #expect(ready == .readable)
            calls += 1
            if calls == 5 { loop.stop() }
          }
          watch.watch(for: .readable)
          #expect(Self.write(1, to: other) == 1)
          loop.run()
          #expect(calls == 5)
          #expect(turns >= 5)
          watch.close()
        }
      }
    }

    @Test func theEndOfTheStreamIsReadable() throws {
      try withLoop { loop in
        try Self.withPair { mine, other in
          let watch = try DescriptorWatch(of: mine, on: loop) { ready in
            #expect(ready == .readable)
            #expect(Self.read(from: mine) == 0)
            loop.stop()
          }
          watch.watch(for: .readable)
          shutdown(other, Int32(SHUT_RDWR))
          loop.run()
          watch.close()
        }
      }
    }

    @Test func aFailureIsReadinessForAllThatIsAskedForAndStaysSo() throws {
      try withLoop { loop in
        // Nobody listens there: the port was free a moment ago and is bound by a socket that only holds it.
        let listener = try Listener.listen(
          at: anyPort, on: loop, handler: handler(), onFailure: { _ in }, onAccept: { _ in })
        guard case .tcp(_, let port) = listener.endpoint else { return }
        listener.close()
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        defer { close(descriptor) }
        var seen: [DescriptorWatch.Readiness] = []
        let watch = try DescriptorWatch(of: descriptor, on: loop) { ready in
          seen.append(ready)
          if seen.count == 3 { loop.stop() }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        // The close of the listener reaches the kernel in the loop's first turn.
        LoopTimer(on: loop) {
          unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
              _ = unsafe connect(descriptor, $0, size)
            }
          }
          watch.watch(for: [.readable, .writable])
        }.start(afterMilliseconds: 0)
        loop.run()
        watch.close()
        #expect(seen == [[.readable, .writable], [.readable, .writable], [.readable, .writable]])
      }
    }

    @Test func waitsForNothingAtFirstAndWhenToldTo() throws {
      try withLoop { loop in
        try Self.withPair { mine, _ in
          let watch = try DescriptorWatch(of: mine, on: loop) { _ in Issue.record("a resting watch called") }
          watch.watch(for: .writable)
          watch.watch(for: [])
          LoopTimer(on: loop) { loop.stop() }.start(afterMilliseconds: 20)
          loop.run()
          watch.close()
        }
      }
    }

    @Test func aClosedOneIsSilentAndTheDescriptorCanBeWatchedAnew() throws {
      try withLoop { loop in
        try Self.withPair { mine, _ in
          let first = try DescriptorWatch(of: mine, on: loop) { _ in Issue.record("a closed watch called") }
          first.watch(for: .writable)
          #expect(throws: LoopError.fileExists) { try DescriptorWatch(of: mine, on: loop) { _ in } }
          first.close()
          first.close()
          first.watch(for: .writable)
          let second = try DescriptorWatch(of: mine, on: loop) { _ in loop.stop() }
          second.watch(for: .writable)
          loop.run()
          second.close()
          #expect(fcntl(mine, F_GETFD) >= 0)
        }
      }
    }

    @Test func closesItselfFromItsHandlerAndTheDescriptorAtOnce() throws {
      try withLoop { loop in
        var ends: [Int32] = [-1, -1]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        var calls = 0
        var watch: DescriptorWatch?
        watch = try DescriptorWatch(of: ends[0], on: loop) { _ in
          calls += 1
          watch?.close()
          close(ends[0])
        }
        watch?.watch(for: .writable)
        LoopTimer(on: loop) { loop.stop() }.start(afterMilliseconds: 20)
        loop.run()
        #expect(calls == 1)
        close(ends[1])
      }
    }

    @Test func noFileCanBeWatched() throws {
      try withLoop { loop in
        #expect(throws: LoopError.self) { try DescriptorWatch(of: -1, on: loop) { _ in } }
        let file = unsafe open("/proc/self/exe", O_RDONLY)
        defer { close(file) }
        #expect(throws: LoopError.self) { try DescriptorWatch(of: file, on: loop) { _ in } }
      }
    }

    @Test func theLoopsTeardownClosesIt() throws {
      try Self.withPair { mine, _ in
        let loop = try Loop()
        let watch = try DescriptorWatch(of: mine, on: loop) { _ in }
        watch.watch(for: .readable)
        loop.close()
        watch.watch(for: .readable)
        watch.close()
      }
    }
  }
}
