import EventLoop
import Testing

extension EventLoopTests {
  @Suite(.serialized) struct HandoffTests {
    /// What is put by a thread comes in order, each once, to one that waits for it; what that answers comes to the loop.
    @Test func messagesGoThereAndBackInOrder() throws {
      let count = 50_000
      try withLoop { loop in
        let there = try Handoff<Int?>(capacity: 3)
        let back = try Handoff<Int>(capacity: 3)
        let thread = try LoopThread {
          while let number = there.next() { if !back.put(number * 2) { return } }
        }
        var (put, received) = (0, 0)
        func fill() {
          while put < count, put - received < 3 {
            if !there.put(put) { Issue.record("no room for one of three") }
            put += 1
          }
        }
        let watch = try back.watch(on: loop) { number in
          if number != received * 2 { Issue.record("\(number) comes after \(received)") }
          received += 1
          fill()
          if received == count { loop.stop() }
        }
        fill()
        loop.run()
        #expect(received == count)
        #expect(there.put(nil))
        thread.join()
        watch.close()
      }
    }

    @Test func theRingIsBounded() throws {
      let handoff = try Handoff<Int>(capacity: 3)
      #expect((0..<5).map { handoff.put($0) } == [true, true, true, false, false])
      #expect(handoff.take() == 0)
      #expect(handoff.put(7))
      #expect(!handoff.put(8))
      #expect((0..<4).map { _ in handoff.take() } == [1, 2, 7, nil])
    }

    /// What nobody took is freed with it.
    @Test func whatIsLeftIsFreed() throws {
      final class Thing: Sendable {}
      weak var left: Thing?
      do {
        let handoff = try Handoff<Thing>(capacity: 2)
        let thing = Thing()
        left = thing
        #expect(handoff.put(thing))
      }
      #expect(left == nil)
    }

    /// A watch that is closed while it delivers delivers what was there, and nothing that comes after.
    @Test func aClosedWatchIsSilent() throws {
      try withLoop { loop in
        let handoff = try Handoff<Int>(capacity: 4)
        var received: [Int] = []
        var watch: DescriptorWatch?
        watch = try handoff.watch(on: loop) { number in
          received.append(number)
          watch?.close()
          loop.stop()
        }
        #expect(handoff.put(1))
        #expect(handoff.put(2))
        loop.run()
        #expect(received == [1, 2])
        #expect(handoff.put(3))
        #expect(handoff.take() == 3)
      }
    }
  }
}
