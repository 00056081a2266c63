import EventLoop
import Glibc
import MintClient
import Testing

extension MintClientTests {
  /// Many requests: what they cost, and that nothing is left of them.
  @Suite struct LoadTests {
    /// Bytes of memory that the process has in use.
    private static func residentByteCount() -> Int {
      guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
      defer { unsafe fclose(file) }
      var text = [CChar](repeating: 0, count: 128)
      guard unsafe fgets(&text, Int32(text.count), file) != nil else { return 0 }
      let words = text.split(separator: 0x20).map { String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self) }
      return (words.count > 1 ? Int(words[1]) ?? 0 : 0) * Int(getpagesize())
    }

    /// Sends so many, at most `concurrency` at a time, some of them to their doom.
    private static func send(_ count: Int, concurrency: Int, in world: World) throws {
      var sentCount = 0
      var endedCount = 0
      func sendNext() throws {
        sentCount += 1
        let admission = world.transport.send(try world.request(), timeoutMilliseconds: 30_000) { _ in
          endedCount += 1
          if endedCount == count { return world.loop.stop() }
          if sentCount < count { #expect(throws: Never.self) { try sendNext() } }
        }
        #expect(admission == .accepted)
      }
      for _ in 0..<concurrency { try sendNext() }
      world.loop.run()
      #expect(endedCount == count)
    }

    @Test func memoryDoesNotGrow() throws {
      try World.with { world in
        let body = answer(200, String(repeating: "x", count: 10_000))
        var count = 0
        world.server.onRequest = { exchange in
          count += 1
          switch count % 50 {
          case 0: exchange.go(.reset)
          case 1:
            exchange.send(body.dropLast(5) + [])
            exchange.go(.finish)
          default: exchange.send(body)
          }
        }
        try Self.send(4_000, concurrency: 16, in: world)
        let before = Self.residentByteCount()
        try Self.send(20_000, concurrency: 16, in: world)
        let grown = Self.residentByteCount() - before
        // 100 bytes of each request.
        #expect(grown < 2_000_000, "\(grown) bytes")
      }
    }

    @Test func aTurnIsShort() throws {
      try World.with { world in
        var longest: UInt64 = 0
        var began: UInt64 = 0
        world.loop.onTurn(begin: { began = Loop.hrtime }, end: { longest = max(longest, Loop.hrtime - began) })
        world.server.onRequest = { $0.send(answer(200)) }
        try Self.send(1, concurrency: 1, in: world)
        longest = 0
        let start = Loop.hrtime
        try Self.send(5_000, concurrency: 1, in: world)
        let single = Loop.hrtime - start
        try Self.send(5_000, concurrency: 8, in: world)
        let eight = Loop.hrtime - start - single
        print(
          "MintTransport: \(5_000_000_000_000 / single) requests/s one by one, \(5_000_000_000_000 / eight) eight at a time,",
          "longest turn \(longest / 1000) us (with the server's part)")
        // A machine that is busy with other things is no reason to fail.
        #expect(longest < 1_000_000_000)
      }
    }
  }
}
