public import Histogram

/// What came back: replies by status, and how long each took.
///
/// A request is noted with the instant from which its latency counts; a reply takes the oldest of its connection.
@safe public final class Meter {
  /// Statuses that are told apart.
  public static let statusCountMax = 256
  /// Longest latency that is told from longer ones: ten minutes.
  public static let latencyMax: UInt64 = 600_000_000_000

  /// Nanoseconds, three digits, of requests whose instant lies in the measured part.
  public private(set) var latencies = Meter.histogram
  /// When the bytes that are being read came.
  public var instant: UInt64 = 0
  /// First instant of the measured part.
  public var begin = UInt64.max
  /// First instant after it.
  public var end = UInt64.max

  private let counts = Fixed<UInt64>(repeating: 0, count: Meter.statusCountMax)
  private let instants: Fixed<UInt64>
  private let heads: Fixed<UInt32>
  private let tails: Fixed<UInt32>
  private let ringShift: Int

  static var histogram: Histogram<UInt64> {
    Histogram(lowestDiscernibleValue: 1, highestTrackableValue: latencyMax, numberOfSignificantValueDigits: .three)
  }

  /// - Parameter depth: Most requests under way on each connection.
  public init(connections: Int, depth: Int) {
    ringShift = Int.bitWidth - max(depth - 1, 0).leadingZeroBitCount
    instants = Fixed(repeating: 0, count: connections << ringShift)
    heads = Fixed(repeating: 0, count: connections)
    tails = Fixed(repeating: 0, count: connections)
  }

  /// Notes that a request was sent, and from when its latency counts.
  @inline(__always)
  public func requested(_ connection: Int, from instant: UInt64) {
    let place = Int(tails[connection]) & (1 << ringShift - 1)
    instants[connection << ringShift + place] = instant
    tails[connection] &+= 1
  }

  /// Notes a reply.
  @inline(__always)
  public func replied(_ connection: Int, _ status: Int) {
    counts[min(status, Self.statusCountMax - 1)] &+= 1
    // A reply that no request asked for.
    guard heads[connection] != tails[connection] else { return }
    let place = Int(heads[connection]) & (1 << ringShift - 1)
    heads[connection] &+= 1
    let asked = instants[connection << ringShift + place]
    if asked >= begin, asked < end { record(instant &- min(asked, instant)) }
  }

  /// Notes the requests of the measured part that were not answered: they took at least until now.
  public func giveUp(at instant: UInt64) {
    for connection in 0..<heads.count {
      while heads[connection] != tails[connection] {
        let place = Int(heads[connection]) & (1 << ringShift - 1)
        heads[connection] &+= 1
        let asked = instants[connection << ringShift + place]
        if asked >= begin, asked < end { record(instant &- min(asked, instant)) }
      }
    }
  }

  @inline(__always)
  func record(_ latency: UInt64) { latencies.record(min(latency, Self.latencyMax)) }

  /// Notes something that is no reply.
  func happened(_ status: Int) { counts[min(status, Self.statusCountMax - 1)] &+= 1 }

  /// Replies with a status so far.
  public func count(of status: Int) -> UInt64 { counts[status] }

  /// All replies so far.
  var answeredCount: UInt64 { (0..<Self.statusCountMax).reduce(0) { $0 &+ counts[$1] } }

  /// Every status but 0 that came.
  var refusals: [(status: Int, count: UInt64)] {
    (1..<Self.statusCountMax).compactMap { counts[$0] == 0 ? nil : ($0, counts[$0]) }
  }
}
