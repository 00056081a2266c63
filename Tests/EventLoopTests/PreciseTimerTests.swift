import EventLoop
import Testing

extension EventLoopTests {
  @Suite struct PreciseTimerTests {
    @Test func firesOnceAndNotBefore() throws {
      try withLoop { loop in
        var fired: [UInt64] = []
        let instant = Loop.hrtime + 3_300_000
        let timer = try PreciseTimer(on: loop) { fired.append(Loop.hrtime) }
        timer.start(atNanoseconds: instant)
        LoopTimer(on: loop) { loop.stop() }.start(afterMilliseconds: 30)
        loop.run()
        #expect(fired.count == 1)
        #expect(fired.allSatisfy { $0 >= instant })
      }
    }

    @Test func anInstantThatHasPassedFiresAtOnceAndANewStartReplacesTheOld() throws {
      try withLoop { loop in
        var count = 0
        let timer = try PreciseTimer(on: loop) {
          count += 1
          loop.stop()
        }
        timer.start(atNanoseconds: Loop.hrtime + 60_000_000_000)
        timer.start(atNanoseconds: 0)
        loop.run()
        #expect(count == 1)
      }
    }

    @Test func aClosedOneIsSilent() throws {
      try withLoop { loop in
        let timer = try PreciseTimer(on: loop) { Issue.record("a closed timer fired") }
        timer.start(atNanoseconds: Loop.hrtime)
        timer.close()
        timer.close()
        timer.start(atNanoseconds: Loop.hrtime)
        LoopTimer(on: loop) { loop.stop() }.start(afterMilliseconds: 20)
        loop.run()
      }
    }
  }
}
