public import EventLoop
import Histogram
import TurnpikeClient

/// What a storm showed: how a few requests at a constant rate, the probe, fared before it and in it.
public struct StormResult: Sendable {
  /// The probe before the storm.
  public var quiet: RunResult
  /// The probe in the storm.
  public var during: RunResult
  /// What else was found, by name.
  public var figures: [(name: String, value: String)] = []
  /// Whether what the storm is for was reached.
  public var isReached = true

  /// With fewer requests there is no 99th percentile.
  public static let probeCountMin: UInt64 = 100

  /// What is missing: the storm was not all that it is for, or the probe was not answered, or not often enough, before it or in it.
  public var fault: String? {
    for (probe, part) in [(quiet, "before the storm"), (during, "in the storm")] {
      if !probe.errors.isEmpty { return "requests of the probe failed \(part)" }
      let count = probe.latencies.totalCount
      if count < Self.probeCountMin {
        return "\(count) requests of the probe \(part): fewer than \(Self.probeCountMin) have no 99th percentile"
      }
    }
    return isReached ? nil : "not all happened that was to happen in the storm"
  }

  /// A storm and its probe.
  public init(quiet: RunResult, during: RunResult) { (self.quiet, self.during) = (quiet, during) }

  /// 99th percentile in the storm by that before it.
  public var factor: Double { Double(during.latency(99)) / Double(max(quiet.latency(99), 1)) }
}

/// Many things at once, beside a probe of uses.
public struct Storm: Sendable {
  private let supply: Supply
  private let endpoints: [Endpoint]
  private let leases: LeaseSupply
  private let probeRate: Double
  private let milliseconds: UInt64
  private let serverProcess: Int32?

  private static let probeConnections = 10
  private static let probeDepth = 1024

  /// - Parameters:
  ///   - probeRate: Requests of the probe a second.
  ///   - milliseconds: Length of its measured part before the storm, and in those that have no length of their own.
  public init(
    _ supply: Supply, at endpoints: [Endpoint], probeRate: Double, milliseconds: UInt64, serverProcess: Int32?
  ) async throws {
    (self.supply, self.endpoints, self.probeRate) = (supply, endpoints, probeRate)
    (self.milliseconds, self.serverProcess) = (milliseconds, serverProcess)
    leases = try await supply.leases(count: Self.probeConnections * 16)
  }

  private func probe() throws -> TurnpikeWorkload {
    try TurnpikeWorkload(
      Mix(.use), on: leases, acquiring: supply.short, notes: nil, tokenCount: 1, words: 0, keys: .inTurn,
      connections: Self.probeConnections, depth: Self.probeDepth, round: 1)
  }

  private var probePace: Pace { .open(rate: probeRate, depth: Self.probeDepth) }

  private func quiet() throws -> RunResult {
    try measure(
      probe(), at: endpoints, connections: Self.probeConnections, pace: probePace, warmUpMilliseconds: 200,
      milliseconds: milliseconds, serverProcess: serverProcess)
  }

  // MARK: Storms

  /// `count` leases end within a second: the probe is measured from the first deadline until a thousand of them are known to have ended.
  /// Figures: how late the broker said so.
  public func expiry(count: Int) async throws -> StormResult {
    let quiet = try quiet()
    let (ending, firstDeadline) = try await supply.endingLeases(count: count, leadMilliseconds: 2000)
    let sightings = Sightings()
    let step = max(1, count / LoadLimits.watchedLeaseCount)
    let watched = stride(from: 0, to: count, by: step).prefix(LoadLimits.watchedLeaseCount).map { ending.lease($0) }
    let observer = try Observer(of: watched, sightings)
    let (during, _) = try together(
      observer, connections: 1, pace: .closed(depth: 1), measuredAfter: firstDeadline, atMost: 30_000,
      until: { done in
        sightings.onEnded = { if $0 == watched.count { done() } }
        if Int(sightings.lateness.totalCount) == watched.count { done() }
      })
    var result = StormResult(quiet: quiet, during: during)
    let left = try await supply.operatorClient.status(resource: supply.short).leaseCount
    result.isReached = Int(sightings.lateness.totalCount) == watched.count && left == 0
    result.figures = [
      ("leases", "\(count)"), ("left", "\(left)"),
      ("spread_ms", "\(sightings.lastDeadline &- min(sightings.firstDeadline, sightings.lastDeadline))"),
      ("late_p50_ms", Self.milliseconds(sightings.lateness.valueAtPercentile(50))),
      ("late_p99_ms", Self.milliseconds(sightings.lateness.valueAtPercentile(99))),
      ("late_max_ms", Self.milliseconds(sightings.lateness.valueAtPercentile(100))),
    ]
    return result
  }

  /// `count` leases are funded within a second, each with a fresh note. Figures: how long that took them.
  public func renewals(count: Int) async throws -> StormResult {
    let quiet = try quiet()
    let renewed = try await supply.leases(count: count)
    let notes = try await supply.notes(count: count, amount: 1)
    let connections = 50
    let work = try TurnpikeWorkload(
      Mix(.fund), on: renewed, acquiring: supply.short, notes: notes, tokenCount: 1, words: 0, keys: .inTurn,
      connections: connections, depth: Self.probeDepth, round: 1)
    let (during, storm) = try together(
      work, connections: connections, pace: .open(rate: Double(count), depth: Self.probeDepth), atMost: 10_000)
    var result = StormResult(quiet: quiet, during: during)
    let done = storm.latencies.totalCount
    result.isReached = done == UInt64(count) && storm.errors.isEmpty
    result.figures = [
      ("renewals", "\(done)"), ("seconds", String(Double(Int(storm.seconds * 100)) / 100)),
      ("renewal_p50_ms", Self.milliseconds(storm.latency(50))),
      ("renewal_p99_ms", Self.milliseconds(storm.latency(99))),
      ("renewal_max_ms", Self.milliseconds(storm.latency(100))),
    ]
    return result
  }

  /// `count` connections that say nothing after HELLO. Figures: memory of each, and how long it took to open them.
  public func idle(count: Int) async throws -> StormResult {
    let quiet = try quiet()
    let before = serverProcess.flatMap { ServerUsage(of: $0) }
    let began = Loop.hrtime
    var opened: UInt64 = 0
    let (during, _) = try together(
      GreetedOnly(), connections: count, pace: .closed(depth: 1), atMost: milliseconds,
      until: { _ in opened = Loop.hrtime })
    var result = StormResult(quiet: quiet, during: during)
    result.figures = [
      ("connections", "\(count)"), ("opened_ms", Self.milliseconds(opened - min(began, opened))),
      ("a_second", "\(UInt64(Double(count) / (Double(max(opened - began, 1)) / 1_000_000_000)))"),
    ]
    if let before, let after = during.server {
      let bytes = Int64(after.residentBytes) - Int64(before.residentBytes)
      result.figures.append(("bytes_per_connection", "\(bytes / Int64(count))"))
    }
    return result
  }

  /// Somebody subscribes to a resource and reads nothing while `count` changes happen. Figures: memory that the broker took, and what
  /// the reader missed.
  public func slowReader(changes count: Int) async throws -> StormResult {
    let quiet = try quiet()
    let changed = try await supply.leases(count: LoadLimits.watchedLeaseCount)
    let notes = try await supply.notes(count: count, amount: 1)
    let sightings = Sightings()
    let before = serverProcess.flatMap { ServerUsage(of: $0) }
    let connections = 50
    let work = try TurnpikeWorkload(
      Mix(.fund), on: changed, acquiring: supply.short, notes: notes, tokenCount: 1, words: 0, keys: .inTurn,
      connections: connections, depth: 16, round: 1)
    let reader = try Observer(of: (0..<changed.count).map { changed.lease($0) }, sightings)
    let (during, storm) = try together(
      work, connections: connections, pace: .closed(depth: 16), atMost: 60_000, stalled: reader)
    var result = StormResult(quiet: quiet, during: during)
    result.isReached = storm.latencies.totalCount > 0 && storm.errors.isEmpty
    result.figures = [
      ("changes", "\(storm.doneCount)"), ("pushed", "\(sightings.pushCount)"), ("lost", "\(sightings.lostCount)"),
    ]
    if let before, let after = during.server {
      result.figures.append(("memory_kib", "\((Int64(after.residentBytes) - Int64(before.residentBytes)) / 1024)"))
    }
    return result
  }

  /// `count` connections are opened, `rate` a second: each says HELLO, waits for the reply, and closes. Figures: how long that took from
  /// the instant at which each was to be opened.
  public func connections(count: Int, rate: Double) throws -> StormResult {
    let quiet = try quiet()
    let loop = try Loop()
    defer { loop.close() }
    let dialer = try Dialer(count: count, rate: rate, to: endpoints, on: loop)
    let probe = try Driver(
      probe(), on: loop, to: endpoints, connections: Self.probeConnections, pace: probePace,
      serverProcess: serverProcess)
    var failure: RunFailure?
    let finish = { probe.finish { loop.stop() } }
    let limit = LoopTimer(on: loop, handler: finish)
    probe.connect(
      ready: {
        probe.begin()
        probe.measure()
        dialer.begin(finish)
        limit.start(afterMilliseconds: UInt64(Double(count) / rate * 1000) + 30_000)
      },
      failure: {
        failure = $0
        loop.stop()
      })
    loop.run()
    dialer.close()
    probe.close()
    if let failure { throw failure }
    var result = StormResult(quiet: quiet, during: probe.result)
    result.isReached = dialer.doneCount == count
    result.figures = [
      ("connections", "\(dialer.doneCount)"), ("refused", "\(dialer.failedCount)"),
      ("connect_p50_ms", Self.milliseconds(dialer.latencies.valueAtPercentile(50))),
      ("connect_p99_ms", Self.milliseconds(dialer.latencies.valueAtPercentile(99))),
      ("connect_max_ms", Self.milliseconds(dialer.latencies.valueAtPercentile(100))),
    ]
    return result
  }

  /// A provider revokes `count` leases, one after the other. Figures: from the request until a subscriber's client has the push.
  public func revocations(count: Int) async throws -> [(name: String, value: String)] {
    let revoked = try await supply.leases(count: count)
    guard let address = BrokerAddress("\(endpoints[0])") else { throw RunFailure.connection("\(endpoints[0])") }
    let watcher = try await TurnpikeClient.connect(to: address)
    try await watcher.subscribe(resource: supply.lasting, to: .changes)
    var pushes = watcher.pushes().makeAsyncIterator()
    var latencies = Meter.histogram
    for index in 0..<count {
      let lease = revoked.lease(index)
      let began = Loop.hrtime
      async let reply = supply.providerClient.revoke(lease: lease)
      while let push = await pushes.next() {
        guard case .leaseChanged(let change) = push, change.lease == lease else { continue }
        latencies.record(Loop.hrtime - began)
        break
      }
      _ = try await reply
    }
    watcher.close()
    return [
      ("revocations", "\(latencies.totalCount)"), ("notice_p50_us", "\(latencies.valueAtPercentile(50) / 1000)"),
      ("notice_p99_us", "\(latencies.valueAtPercentile(99) / 1000)"),
      ("notice_max_us", "\(latencies.valueAtPercentile(100) / 1000)"),
    ]
  }

  // MARK: Running

  /// The probe beside a load, from the load's first request until it is exhausted, `until` says so, or `atMost` milliseconds have passed.
  /// It is measured from the beginning, or from an instant, in milliseconds since 1970. A stalled observer subscribes before that, and
  /// reads again after it.
  private func together<Load: Workload & ~Copyable>(
    _ load: consuming Load, connections: Int, pace: Pace, measuredAfter instant: UInt64 = 0,
    atMost milliseconds: UInt64,
    until: ((@escaping () -> Void) -> Void)? = nil
  ) throws -> (probe: RunResult, load: RunResult) {
    try together(
      load, connections: connections, pace: pace, measuredAfter: instant, atMost: milliseconds, until: until,
      stalled: Observer(of: [], Sightings()))
  }

  private func together<Load: Workload & ~Copyable>(
    _ load: consuming Load, connections: Int, pace: Pace, measuredAfter instant: UInt64 = 0,
    atMost milliseconds: UInt64,
    until: ((@escaping () -> Void) -> Void)? = nil, stalled: consuming Observer
  ) throws -> (probe: RunResult, load: RunResult) {
    let loop = try Loop()
    defer { loop.close() }
    let load = Driver(load, on: loop, to: endpoints, connections: connections, pace: pace)
    let probe = try Driver(
      probe(), on: loop, to: endpoints, connections: Self.probeConnections, pace: probePace,
      serverProcess: serverProcess)
    let reader = Driver(stalled, on: loop, to: endpoints, connections: 1, pace: .closed(depth: 1))
    var failure: RunFailure?
    let fail = { (why: RunFailure) in
      failure = why
      loop.stop()
    }
    var (hasBegun, isFinished) = (false, false)
    let readOn = LoopTimer(on: loop) { loop.stop() }
    let finish = {
      guard !isFinished else { return }
      isFinished = true
      probe.finish {
        load.finish {
          // What the reader missed it is told now; that the broker has ended the connection is an answer too.
          reader.setReading(true)
          readOn.start(afterMilliseconds: 500)
        }
      }
    }
    let limit = LoopTimer(on: loop, handler: finish)
    let measuring = LoopTimer(on: loop) { probe.measure() }
    let begin = {
      hasBegun = true
      reader.setReading(false)
      probe.begin()
      let now = wallNanoseconds / 1_000_000
      if instant > now { measuring.start(afterMilliseconds: instant - now) } else { probe.measure() }
      load.begin()
      load.measure()
      limit.start(afterMilliseconds: milliseconds)
      until?(finish)
    }
    reader.connect(
      ready: {
        load.connect(
          ready: { probe.connect(ready: begin, failure: fail) }, exhausted: { if until == nil { finish() } },
          failure: fail)
      },
      // A broker may end the connection of a reader that does not read.
      failure: { if !hasBegun { fail($0) } })
    loop.run()
    for close in [load.close, probe.close, reader.close] { close() }
    if let failure { throw failure }
    return (probe.result, load.result)
  }

  private static func milliseconds(_ nanoseconds: UInt64) -> String {
    String(Double(nanoseconds / 10_000) / 100)
  }
}
