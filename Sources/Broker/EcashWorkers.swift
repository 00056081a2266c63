internal import EventLoop
internal import Glibc
internal import Sessions

/// Threads for the curve work of ecash: one for each processor but one, which run only where nothing else wants to. So whoever floods the
/// broker with tokens that must be judged takes no time from those who pay with notes.
///
/// Jobs go to the thread with the fewest; results come back on the broker's loop, in any order. How many jobs there are at a time
/// is for the engine to bound.
final class EcashWorkers {
  private final class Worker {
    let inbox: Wakeup<EcashJob?>
    private var thread: LoopThread?
    var jobCount = 0

    init(_ outbox: Wakeup<(worker: Int, result: EcashJobResult)>, number: Int) throws(LoopError) {
      let inbox = Wakeup<EcashJob?>(capacity: EventLoopLimits.wakeupCapacityMax)
      self.inbox = inbox
      thread = try LoopThread { EcashWorkers.work(inbox, outbox, number) }
    }

    func end() {
      _ = inbox.send(nil)
      if let thread = thread.take() { thread.join() }
    }
  }

  private let outbox = Wakeup<(worker: Int, result: EcashJobResult)>(capacity: EventLoopLimits.wakeupCapacityMax)
  private var workers: [Worker] = []

  /// - Parameter onResult: Called on the loop.
  init(on loop: Loop, onResult: @escaping (EcashJobResult) -> Void) throws(LoopError) {
    try outbox.attach(to: loop) { [weak self] message in
      self?.workers[message.worker].jobCount -= 1
      onResult(message.result)
    }
    for number in 0..<Self.count { workers.append(try Worker(outbox, number: number)) }
  }

  /// SCHED_IDLE of <sched.h>, which is a macro.
  private static let idlePolicy: Int32 = 5

  private static var count: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) - 1) }

  /// Whether another job would not wait long: more are not begun than each thread has next.
  var hasRoom: Bool { workers.contains { $0.jobCount < 2 } }

  /// Has a job done.
  func submit(_ job: EcashJob) {
    guard let worker = workers.min(by: { $0.jobCount < $1.jobCount }) else { return }
    worker.jobCount += 1
    _ = worker.inbox.send(job)
  }

  /// Ends the threads, after the job that each has begun. What they had not done is not done.
  func close() {
    for worker in workers { worker.end() }
    workers = []
    outbox.close()
  }

  private static func work(
    _ inbox: Wakeup<EcashJob?>, _ outbox: Wakeup<(worker: Int, result: EcashJobResult)>, _ number: Int
  ) {
    // Of the calling thread alone. Where the system refuses, it is a thread like others.
    var parameter = sched_param()
    _ = unsafe sched_setscheduler(0, idlePolicy, &parameter)
    guard let loop = try? Loop() else { return }
    var isEnding = false
    do throws(LoopError) {
      try inbox.attach(to: loop) { job in
        guard let job, !isEnding else {
          isEnding = true
          loop.stop()
          return
        }
        _ = outbox.send((number, job.run()))
      }
      loop.run()
    } catch {}
    inbox.close()
    loop.close()
  }
}
