internal import EventLoop
internal import Glibc
internal import Sessions
internal import Synchronization

/// Threads for the curve work of ecash: one for each processor but one, which run only where nothing else wants to. So whoever floods the
/// broker with tokens that must be judged takes little time from those who pay with notes.
///
/// Jobs go to the thread with the fewest; results come back on the broker's loop, in any order. No lock of ours
/// is held by such a thread: jobs and results are handed over without any, and a job is freed where it was made, on the loop's thread.
final class EcashWorkers {
  private typealias Done = (job: EcashJob, result: EcashJobResult)

  /// Jobs that a thread has at a time: the one that it does, and the next.
  private static let jobCountMax = 2

  /// That a thread is to end: it begins no other job.
  private final class End: Sendable {
    let isNear = Atomic(false)
  }

  private final class Worker {
    private let end = End()
    /// Nil: no more come.
    private let inbox: Handoff<EcashJob?>
    private let outbox: Handoff<Done>
    private var watch: DescriptorWatch?
    private var thread: LoopThread?
    private(set) var jobCount = 0

    init(on loop: Loop, onResult: @escaping (EcashJobResult) -> Void) throws(LoopError) {
      let inbox = try Handoff<EcashJob?>(capacity: jobCountMax + 1)
      let outbox = try Handoff<Done>(capacity: jobCountMax)
      (self.inbox, self.outbox) = (inbox, outbox)
      watch = try outbox.watch(on: loop) { [weak self] done in
        guard let self else { return }
        jobCount -= 1
        onResult(done.result)
      }
      let end = end
      thread = try LoopThread { EcashWorkers.work(inbox, outbox, end) }
    }

    func submit(_ job: EcashJob) {
      jobCount += 1
      let isPut = inbox.put(job)
      precondition(isPut, "a thread has more jobs than it may have")
    }

    /// Ends the thread, after the job that it has begun.
    func close() {
      end.isNear.store(true, ordering: .relaxed)
      _ = inbox.put(nil)
      if let thread = thread.take() { thread.join() }
      watch?.close()
    }
  }

  private var workers: [Worker] = []

  /// - Parameter onResult: Called on the loop.
  init(on loop: Loop, onResult: @escaping (EcashJobResult) -> Void) throws(LoopError) {
    do throws(LoopError) {
      for _ in 0..<Self.count { workers.append(try Worker(on: loop, onResult: onResult)) }
    } catch {
      close()
      throw error
    }
  }

  /// SCHED_IDLE of <sched.h>, which is a macro.
  private static let idlePolicy: Int32 = 5

  private static var count: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) - 1) }

  /// Whether another job may be submitted: no thread has more than the next one.
  var hasRoom: Bool { workers.contains { $0.jobCount < Self.jobCountMax } }

  /// Has a job done; there must be room.
  func submit(_ job: EcashJob) { workers.min { $0.jobCount < $1.jobCount }?.submit(job) }

  /// Ends the threads, after the jobs that they have begun. What came of these is not told.
  func close() {
    for worker in workers { worker.close() }
    workers = []
  }

  private static func work(_ inbox: Handoff<EcashJob?>, _ outbox: Handoff<Done>, _ end: End) {
    // Of the calling thread alone. Where the system refuses, it is a thread like others.
    var parameter = sched_param()
    _ = unsafe sched_setscheduler(0, idlePolicy, &parameter)
    while let job = inbox.next(), !end.isNear.load(ordering: .relaxed) {
      let result = job.run()
      _ = outbox.put((job, result))
    }
  }
}
