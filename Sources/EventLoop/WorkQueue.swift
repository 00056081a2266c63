internal import CLibuv

/// Runs closures on libuv's thread pool and their completions on the loop, in the order in which they finish.
///
/// The pool is one for the whole process and serves in order, so a queue never gives it more than `concurrencyMax` jobs at a
/// time and holds the others back. As long as the sum of `concurrencyMax` over all queues is at most the pool's threads, no
/// queue waits for another: a thousand slow verifications do not delay a journal write. With `concurrencyMax` 1 the jobs of a
/// queue run one after the other, in order.
@safe public final class WorkQueue {
  private let loop: Loop
  private let concurrencyMax: Int
  /// A ring of the jobs held back; `firstWaiting` is the oldest.
  private var waiting: [Job?]
  private var firstWaiting = 0
  private var waitingCount = 0
  private var runningCount = 0

  /// - Parameters:
  ///   - concurrencyMax: Jobs in the pool at a time, at least 1.
  ///   - waitingMax: Jobs held back, 0 to `EventLoopLimits.workWaitingMax`; further ones are refused.
  public init(on loop: Loop, concurrencyMax: Int, waitingMax: Int) {
    self.loop = loop
    self.concurrencyMax = max(1, concurrencyMax)
    waiting = Array(repeating: nil, count: min(max(0, waitingMax), EventLoopLimits.workWaitingMax))
  }

  /// Jobs submitted and not completed.
  public var count: Int { runningCount + waitingCount }

  /// Runs `work` on a thread of the pool, then `completion` with its result on the loop, never from within this call.
  /// Work that has not finished when the loop closes is not completed, and not even begun if it was held back.
  ///
  /// Returns false, and keeps nothing, when the queue is full or the loop is closing.
  public func submit<Output: Sendable>(
    _ work: @escaping @Sendable () -> Output, completion: @escaping (Output) -> Void
  ) -> Bool {
    if loop.isClosing { return false }
    guard runningCount < concurrencyMax || waitingCount < waiting.count else { return false }
    // The pool's thread writes it, then libuv's own lock hands it to the loop's thread, which reads it.
    var output: Output?
    let job = Job {
      output = work()
    } finish: {
      if let output { completion(output) }
    }
    if runningCount < concurrencyMax { return start(job) }
    waiting[(firstWaiting + waitingCount) % waiting.count] = job
    waitingCount += 1
    return true
  }

  private func start(_ job: Job) -> Bool {
    let request = unsafe job.memory.pointer
    job.queue = self
    unsafe request.pointee.data = Unmanaged.passRetained(job).toOpaque()
    let status = unsafe uv_queue_work(
      loop.raw, request, { unsafe owner($0?.pointee.data, as: Job.self)?.run() },
      { request, _ in
        guard let data = unsafe request?.pointee.data else { return }
        let job = unsafe Unmanaged<Job>.fromOpaque(data).takeRetainedValue()
        job.queue.take()?.ended(job)
      })
    if status < 0 {
      job.queue = nil
      unsafe Unmanaged.passUnretained(job).release()
      return false
    }
    runningCount += 1
    return true
  }

  private func ended(_ job: Job) {
    runningCount -= 1
    if loop.isClosing {
      // Jobs held back are never begun; what their closures hold goes now. There are none unless one was running.
      waiting = []
      waitingCount = 0
      return
    }
    startNext()
    loop.openTurn()
    job.finish()
  }

  private func startNext() {
    guard waitingCount > 0, let job = waiting[firstWaiting] else { return }
    waiting[firstWaiting] = nil
    firstWaiting = (firstWaiting + 1) % waiting.count
    waitingCount -= 1
    _ = start(job)
  }
}

/// One submitted closure with its request. Only `run` is called off the loop's thread, and nothing else touches the job then.
@safe private final class Job {
  let memory = unsafe HandleMemory<uv_work_t>()
  let run: () -> Void
  let finish: () -> Void
  /// While the job is in the pool: keeps the queue alive until the job has ended.
  var queue: WorkQueue?

  init(run: @escaping () -> Void, finish: @escaping () -> Void) {
    self.run = run
    self.finish = finish
  }
}
