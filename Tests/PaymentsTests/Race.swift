import Glibc
import Synchronization

/// Runs `body` on threads of its own that all begin at the same moment, and returns what they returned, in no order.
///
/// Not tasks: their threads are shared with every other test, which makes them take turns.
func race<Result: Sendable>(threadCount: Int, _ body: @escaping @Sendable () -> Result) -> [Result] {
  let race = Race(threadCount: threadCount, body)
  var threads: [pthread_t] = []
  for _ in 0..<threadCount {
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(race as AnyObject).toOpaque()
    let failure = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        (unsafe Unmanaged<AnyObject>.fromOpaque(context).takeRetainedValue() as? any Runner)?.run()
        return nil
      }, context)
    precondition(failure == 0)
    threads.append(thread)
  }
  for thread in threads { _ = pthread_join(thread, nil) }
  return race.results.withLock { $0 }
}

private protocol Runner: AnyObject {
  func run()
}

/// What the threads of one race share.
private final class Race<Result: Sendable>: Runner, Sendable {
  private let body: @Sendable () -> Result
  private let waiting: Atomic<Int>
  let results = Mutex<[Result]>([])

  init(threadCount: Int, _ body: @escaping @Sendable () -> Result) {
    self.body = body
    waiting = Atomic(threadCount)
  }

  func run() {
    waiting.subtract(1, ordering: .acquiringAndReleasing)
    while waiting.load(ordering: .acquiring) > 0 { _ = sched_yield() }
    let result = body()
    results.withLock { $0.append(result) }
  }
}
