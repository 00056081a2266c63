import EventLoop
import Glibc
import Histogram
import LoadGenerator
import Testing

/// All of one loop and one thread; each ends by itself.
@Suite(.serialized) struct DriverTests {
  /// Runs a workload against a bare server on the same loop, whose answers stand still for a while in the middle. It ends when the
  /// time is over, or `requests` are answered.
  private func run(
    _ pace: Pace, connections: Int = 2, milliseconds: UInt64, stall: ClosedRange<UInt64>? = nil, requests: Int = .max,
    drainMilliseconds: UInt64 = 10_000
  ) throws -> (result: RunResult, answered: Int) {
    let loop = try Loop()
    defer { loop.close() }
    let server = try BareServer(on: loop)
    let work = CountedWorkload(
      bare: BareWorkload(name: "bare", request: 48, reply: 32, connections: connections), left: requests)
    let driver = Driver(
      work, on: loop, to: [server.endpoint], connections: connections, pace: pace,
      drainMilliseconds: drainMilliseconds)
    var failure: RunFailure?
    let end = LoopTimer(on: loop) { driver.finish { loop.stop() } }
    let stop = LoopTimer(on: loop) { server.isStalled = true }
    let go = LoopTimer(on: loop) { server.isStalled = false }
    driver.connect(
      ready: {
        driver.begin()
        driver.measure()
        end.start(afterMilliseconds: milliseconds)
        if let stall {
          stop.start(afterMilliseconds: stall.lowerBound)
          go.start(afterMilliseconds: stall.upperBound)
        }
      },
      exhausted: { driver.finish { loop.stop() } },
      failure: {
        failure = $0
        loop.stop()
      })
    loop.run()
    if let failure { throw failure }
    return (driver.result, server.requestCount)
  }

  @Test func aClosedLoopCountsWhatWasAnswered() throws {
    let (result, answered) = try run(.closed(depth: 8), milliseconds: 100)
    #expect(result.errors.isEmpty)
    #expect(result.doneCount > 100)
    #expect(result.latencies.totalCount <= UInt64(answered))
    #expect(result.latencies.totalCount >= result.doneCount)
    #expect(result.seconds > 0.09)
  }

  @Test(arguments: [1_000.0, 100_000.0])
  func anOpenLoopKeepsItsRate(rate: Double) throws {
    // Room for all that falls due while a busy machine stands still.
    let (result, _) = try run(.open(rate: rate, depth: 1 << 15), milliseconds: 300)
    #expect(result.errors.isEmpty)
    // As many as were due, but for bursts at the two ends and a machine that had something else to do.
    let due = rate * result.seconds
    #expect(Double(result.latencies.totalCount) > due * 0.9)
    #expect(Double(result.latencies.totalCount) <= due * 1.01 + 10)
  }

  /// A server that stands still for 200 ms holds up all requests that were to be sent meanwhile: a hundred of them for more than
  /// 100 ms. A closed loop notices one for each that was under way.
  @Test func nothingIsOmittedWhenTheServerStandsStill() throws {
    let (open, _) = try run(.open(rate: 1_000, depth: 1024), milliseconds: 500, stall: 100...300)
    let slow = open.latencies.count(within: 100_000_000...Meter.latencyMax)
    #expect(slow >= 80, "\(slow) requests took more than 100 ms")
    let (closed, _) = try run(.closed(depth: 1), connections: 2, milliseconds: 500, stall: 100...300)
    let noticed = closed.latencies.count(within: 100_000_000...Meter.latencyMax)
    #expect(noticed >= 2 && noticed <= 8, "\(noticed) requests took more than 100 ms")
  }

  /// What could not be sent at all, because as many were under way as may be, counts too, and is an error.
  @Test func whatIsNeverSentIsCounted() throws {
    let (result, answered) = try run(.open(rate: 1_000, depth: 10), milliseconds: 300, stall: 50...1_000)
    #expect(result.errors.contains { $0.name == "UNSENT" && $0.count > 100 })
    #expect(answered < 150)
    #expect(result.latencies.count(within: 100_000_000...Meter.latencyMax) > 100)
    #expect(result.warnings.contains { $0.hasPrefix("the rate was missed") })
  }

  /// Rates so low that the next request falls due in years: the first one is sent, and nothing traps.
  @Test(arguments: [1e-12, 1e-9, 1])
  func aLowRateSendsWhatIsDue(rate: Double) throws {
    let (result, answered) = try run(.open(rate: rate, depth: 1), milliseconds: 50)
    #expect(answered == 1)
    #expect(result.errors.isEmpty)
  }

  @Test func whetherARequestFallsDueIsKnown() {
    #expect(Pace.open(rate: 2, depth: 1).hasRequests(within: 0.5))
    #expect(!Pace.open(rate: 1e-9, depth: 1).hasRequests(within: 3))
    #expect(Pace.closed(depth: 1).hasRequests(within: 0.001))
  }

  /// A workload that has nothing to send, or no more, ends the run; nothing waits for a reply that will not come. The time would be
  /// over in a week.
  @Test(arguments: [0, 1, 5, 1000], [Pace.closed(depth: 4), .open(rate: 1_000_000, depth: 4)])
  func aRunEndsWithItsRequests(requests: Int, pace: Pace) throws {
    let (result, answered) = try run(pace, milliseconds: 604_800_000, requests: requests)
    #expect(answered == requests)
    #expect(result.doneCount == requests)
    #expect(result.warnings.contains { $0.hasPrefix("the workload ran out") })
    #expect(result.isExhausted)
  }

  /// No rate, no latency and no share of a processor are told of a part in which nothing was done.
  @Test func anEmptyMeasurementSaysSo() throws {
    let (result, _) = try run(.closed(depth: 1), milliseconds: 604_800_000, requests: 0)
    #expect(result.doneCount == 0 && result.rate == 0)
    #expect(result.latency(99) == 0)
    #expect(result.warnings.contains("nothing was done in the measured part"))
    #expect(!result.warnings.contains { $0.hasPrefix("the generator was busy") })
    var short = result
    (short.seconds, short.processorSeconds) = (0.009, 1)
    #expect(short.processors == nil)
    short.seconds = 0.5
    #expect(short.processors == 2)
    #expect(short.serverProcessors == nil)
    short.server = ServerUsage(of: getpid())
    #expect(short.serverProcessors != nil)
  }

  /// What is sent and never answered counts with the time until one gives up, in a closed loop too.
  @Test func whatIsNeverAnsweredIsCounted() throws {
    let (result, _) = try run(
      .closed(depth: 4), milliseconds: 300, stall: 100...604_800_000, drainMilliseconds: 100)
    #expect(result.errors.contains { $0.name == "UNANSWERED" && $0.count == 8 })
    #expect(result.latencies.count(within: 100_000_000...Meter.latencyMax) >= 8)
  }

  /// Requests that the server keeps waiting, by not answering, are told from those that the generator sends late.
  @Test func whatWaitsForRoomIsTold() throws {
    let (result, _) = try run(.open(rate: 1_000, depth: 5), milliseconds: 400, stall: 50...250)
    #expect(result.warnings.contains { $0.contains("requests waited for room on their connection") })
  }

  /// A factor is told of nothing but a probe that was answered often, and always.
  @Test func aStormWithoutAProbeIsNotComplete() throws {
    let (often, _) = try run(.closed(depth: 8), milliseconds: 604_800_000, requests: 200)
    let (seldom, _) = try run(.closed(depth: 8), milliseconds: 604_800_000, requests: 99)
    var failed = often
    failed.errors = [("UNSENT", 1)]
    #expect(StormResult(quiet: often, during: often).fault == nil)
    for wrong in [seldom, failed] {
      #expect(StormResult(quiet: often, during: wrong).fault != nil)
      #expect(StormResult(quiet: wrong, during: often).fault != nil)
    }
    var storm = StormResult(quiet: often, during: often)
    storm.isReached = false
    #expect(storm.fault != nil)
  }

  @Test func aPeerThatRefusesIsAnError() throws {
    let loop = try Loop()
    let server = try BareServer(on: loop)
    let endpoint = server.endpoint
    loop.close()
    #expect(throws: RunFailure.self) {
      _ = try measure(
        BareWorkload(name: "bare", request: 16, reply: 16, connections: 1), at: [endpoint], connections: 1,
        pace: .closed(depth: 1), warmUpMilliseconds: 0, milliseconds: 100)
    }
  }
}
