public import Histogram

/// What one run showed.
public struct RunResult: Sendable {
  /// The workload's name.
  public var work: String
  /// Requests done in the measured part, and its length.
  public var doneCount: UInt64
  /// Seconds of the measured part.
  public var seconds: Double
  /// Replies other than done, and what was never sent or answered, in the whole run, by name.
  public var errors: [(name: String, count: UInt64)]
  /// Nanoseconds, of the requests of the measured part.
  public var latencies: Histogram<UInt64>
  /// Of this process, user and system, in the measured part.
  public var processorSeconds: Double
  /// Whether the workload ran out of requests before the time was over.
  public var isExhausted = false
  /// What makes the figures doubtful.
  public var warnings: [String] = []
  /// Of the server, when its process is known: processor time in the measured part, and resident bytes at its end.
  public var server: ServerUsage?

  /// Requests done a second.
  public var rate: Double { seconds > 0 ? Double(doneCount) / seconds : 0 }

  /// Processors that this process kept busy; nil where the measured part is too short to tell.
  public var processors: Double? { share(of: processorSeconds) }
  /// Processors that the server kept busy; nil too when its process is not known.
  public var serverProcessors: Double? { server.flatMap { share(of: $0.processorSeconds) } }

  private func share(of processorSeconds: Double) -> Double? {
    seconds >= Self.processorSecondsMin ? processorSeconds / seconds : nil
  }

  /// Processor time is told in ticks of the system: a shorter part has no share.
  public static let processorSecondsMin = 0.01

  /// Nanoseconds at a percentile, 0 to 100.
  public func latency(_ percentile: Double) -> UInt64 {
    latencies.totalCount == 0 ? 0 : latencies.valueAtPercentile(percentile)
  }

  /// The percentiles that reports show.
  public static let percentiles: [(name: String, value: Double)] = [
    ("p50", 50), ("p90", 90), ("p99", 99), ("p99.9", 99.9), ("p99.99", 99.99), ("max", 100),
  ]
}

/// Why a run could not be made.
public enum RunFailure: Error, CustomStringConvertible {
  /// A connection could not be made, or broke.
  case connection(String)
  /// The peer did not accept what connections say first.
  case greeting(String)
  /// The peer ended a connection.
  case ended
  /// Connections were not greeted, or requests not answered, in time.
  case late
  /// What the run was to be made of does not suffice for it.
  case setup(String)
  /// The measured part of this work holds nothing that was done.
  case nothingDone(String)

  /// One line.
  public var description: String {
    switch self {
    case .connection(let why): "connection: \(why)"
    case .greeting(let why): "the peer did not accept what connections say first: \(why)"
    case .ended: "the peer ended a connection"
    case .late: "the peer did not answer in time"
    case .setup(let why): why
    case .nothingDone(let work): "\(work): nothing was done in the measured part"
    }
  }
}
