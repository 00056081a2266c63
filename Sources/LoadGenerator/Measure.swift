public import EventLoop

/// Connects, warms up, measures and drains one workload.
public func measure<Work: Workload & ~Copyable>(
  _ work: consuming Work, at endpoints: [Endpoint], connections: Int, pace: Pace, warmUpMilliseconds: UInt64,
  milliseconds: UInt64, serverProcess: Int32? = nil, progress: @escaping (RunProgress) -> Void = { _ in }
) throws -> RunResult {
  let loop = try Loop()
  defer { loop.close() }
  let driver = Driver(work, on: loop, to: endpoints, connections: connections, pace: pace, serverProcess: serverProcess)
  var failure: RunFailure?
  let fail = { (why: RunFailure) in
    failure = why
    loop.stop()
  }
  let finish = { driver.finish { loop.stop() } }
  let measuring = LoopTimer(on: loop) { driver.measure() }
  let ending = LoopTimer(on: loop, handler: finish)
  let limit = LoopTimer(on: loop) { fail(.late) }
  var watch = ProgressWatch()
  let ticking = LoopTimer(on: loop) {
    progress(watch.tick(driver.meter))
  }
  driver.connect(
    ready: {
      driver.begin()
      measuring.start(afterMilliseconds: warmUpMilliseconds)
      ending.start(afterMilliseconds: warmUpMilliseconds + milliseconds)
      ticking.start(afterMilliseconds: 100, repeatMilliseconds: 100)
    }, exhausted: finish, failure: fail)
  limit.start(afterMilliseconds: warmUpMilliseconds + milliseconds + 60_000)
  loop.run()
  if let failure {
    driver.close()
    throw failure
  }
  return driver.result
}
