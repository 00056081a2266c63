import EventLoop
import Glibc
import Testing

extension EventLoopTests {
  @Suite(.serialized) struct CrossThreadTests {
    private struct Message: Sendable {
      let sender: Int
      let number: Int
    }

    /// Sends 0..<count, trying again while the queue is full.
    private func start(sender: Int, count: Int, to wakeup: Wakeup<Message>) throws -> LoopThread {
      try LoopThread {
        for number in 0..<count {
          while wakeup.send(Message(sender: sender, number: number)) == .full { sched_yield() }
        }
      }
    }

    @Test func everyMessageOfSeveralThreadsArrivesInOrder() throws {
      let count = 25_000
      let wakeup = Wakeup<Message>(capacity: 256)
      try withLoop { loop in
        // Started before there is a loop to wake: the first ones wait.
        let first = try start(sender: 0, count: count, to: wakeup)
        let second = try start(sender: 1, count: count, to: wakeup)
        var next = [0, 0, 0, 0]
        let thread = pthread_self()
        var isRightThread = true
        try wakeup.attach(to: loop) { message in
          isRightThread = isRightThread && pthread_equal(thread, pthread_self()) != 0
          if message.number != next[message.sender] { Issue.record("out of order") }
          next[message.sender] += 1
          if next == [count, count, count, count] { loop.stop() }
        }
        let third = try start(sender: 2, count: count, to: wakeup)
        let fourth = try start(sender: 3, count: count, to: wakeup)
        loop.run()
        #expect(next == [count, count, count, count])
        #expect(isRightThread)
        first.join()
        second.join()
        third.join()
        fourth.join()
      }
    }

    @Test func theQueueIsBounded() throws {
      try withLoop { loop in
        let wakeup = Wakeup<Int>(capacity: 3)
        #expect((0..<5).map { wakeup.send($0) } == [.accepted, .accepted, .accepted, .full, .full])
        var received: [Int] = []
        try wakeup.attach(to: loop) {
          received.append($0)
          // Room again: the batch has been taken out.
          if $0 == 0 { #expect(wakeup.send(10) == .accepted) }
          if $0 == 10 { loop.stop() }
        }
        loop.run()
        #expect(received == [0, 1, 2, 10])
      }
    }

    @Test func closingDeliversWhatWaits() throws {
      try withLoop { loop in
        let wakeup = Wakeup<Int>(capacity: 8)
        var received: [Int] = []
        try wakeup.attach(to: loop) {
          received.append($0)
          if $0 == 1 {
            #expect(wakeup.send(3) == .accepted)
            wakeup.close()
            #expect(wakeup.send(4) == .closed)
          }
        }
        #expect(wakeup.send(1) == .accepted)
        #expect(wakeup.send(2) == .accepted)
        let timer = LoopTimer(on: loop) { loop.stop() }
        timer.start(afterMilliseconds: 20)
        loop.run()
        #expect(received == [1, 2, 3])
        wakeup.close()
        #expect(wakeup.send(5) == .closed)
      }
    }

    @Test func sendersMayOutliveTheLoop() throws {
      for _ in 0..<20 {
        let wakeup = Wakeup<Message>(capacity: 64)
        let senders = Wakeup<Int>(capacity: 64)
        let thread = try LoopThread {
          var accepted = 0
          while true {
            switch wakeup.send(Message(sender: 0, number: accepted)) {
            case .accepted: accepted += 1
            case .full: sched_yield()
            case .closed:
              _ = senders.send(accepted)
              return
            }
          }
        }
        var received = 0
        let loop = try Loop()
        try wakeup.attach(to: loop) { _ in
          received += 1
          if received == 500 { loop.stop() }
        }
        loop.run()
        loop.close()
        thread.join()
        // Accepted means delivered, also across the close.
        try withLoop { loop in
          try senders.attach(to: loop) { accepted in
            #expect(accepted == received)
            loop.stop()
          }
          loop.run()
        }
      }
    }

    @Test func aLoopOnItsOwnThread() throws {
      let commands = Wakeup<Int>(capacity: 16)
      let answers = Wakeup<Int>(capacity: 16)
      let thread = try LoopThread {
        do {
          let loop = try Loop()
          try commands.attach(to: loop) { command in
            if command < 0 { loop.stop() } else { _ = answers.send(command * 2) }
          }
          loop.run()
          loop.close()
        } catch { Issue.record(error) }
      }
      try withLoop { loop in
        var received: [Int] = []
        try answers.attach(to: loop) {
          received.append($0)
          if received.count < 100 { _ = commands.send(received.count) } else { loop.stop() }
        }
        #expect(commands.send(0) == .accepted)
        loop.run()
        #expect(received == (0..<100).map { $0 * 2 })
      }
      #expect(commands.send(-1) == .accepted)
      thread.join()
    }

    @Test func workRunsOffTheLoopAndCompletesOnIt() throws {
      try withLoop { loop in
        let queue = WorkQueue(on: loop, concurrencyMax: 3, waitingMax: 1000)
        let thread = UInt(pthread_self())
        var sum = 0
        var completed = 0
        for number in 0..<1000 {
          let isTaken = queue.submit({ (number, UInt(pthread_self())) }) { number, worker in
            #expect(worker != thread)
            #expect(UInt(pthread_self()) == thread)
            sum += number
            completed += 1
            if completed == 1000 { loop.stop() }
          }
          #expect(isTaken)
        }
        #expect(queue.count == 1000)
        #expect(completed == 0)
        loop.run()
        #expect(sum == 999 * 500)
        #expect(queue.count == 0)
      }
    }

    @Test func aQueueOfOneIsInOrderAndBounded() throws {
      try withLoop { loop in
        let queue = WorkQueue(on: loop, concurrencyMax: 1, waitingMax: 4)
        var order: [Int] = []
        var taken: [Bool] = []
        for number in 0..<7 {
          taken.append(queue.submit({ number }) { order.append($0) })
        }
        #expect(taken == [true, true, true, true, true, false, false])
        // Each completion may submit again.
        func next(_ number: Int) {
          if number == 20 { return loop.stop() }
          #expect(
            queue.submit({ number }) {
              order.append($0)
              next($0 + 1)
            })
        }
        let timer = LoopTimer(on: loop) { next(7) }
        timer.start(afterMilliseconds: 50)
        loop.run()
        #expect(order == [0, 1, 2, 3, 4] + Array(7..<20))
      }
    }

    /// Two queues whose concurrency fits into the pool do not wait for each other.
    @Test func aBusyQueueDoesNotHoldUpAnother() throws {
      try withLoop { loop in
        let slow = WorkQueue(on: loop, concurrencyMax: EventLoopLimits.poolThreadCount - 1, waitingMax: 100)
        let quick = WorkQueue(on: loop, concurrencyMax: 1, waitingMax: 0)
        var slowCount = 0
        for _ in 0..<60 { _ = slow.submit({ usleep(10_000) }) { slowCount += 1 } }
        var countAtQuick = 60
        #expect(
          quick.submit({}) {
            countAtQuick = slowCount
            loop.stop()
          })
        loop.run()
        #expect(countAtQuick < 60)
      }
    }
  }
}
