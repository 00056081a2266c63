import EventLoop
import Glibc
import Histogram
import TurnpikeClient
import WireProtocol

/// What an observer saw.
@safe final class Sightings {
  /// Nanoseconds from the first instant that is not paid to the push which says that a lease ended.
  var lateness = Meter.histogram
  var firstDeadline = UInt64.max
  var lastDeadline: UInt64 = 0
  /// Pushes that the broker dropped.
  var lostCount: UInt64 = 0
  var pushCount = 0
  /// Called when so many leases have ended.
  var onEnded: (Int) -> Void = { _ in }
}

/// Subscribes to leases, and only listens.
@safe struct Observer: Workload, ~Copyable {
  let name = "observer"
  private let leases: [UInt64]
  private let session: Bytes16
  private let sightings: Sightings
  private var received: [UInt8] = []

  init(of leases: [UInt64], _ sightings: Sightings) throws(TurnpikeError) {
    self.leases = leases
    self.sightings = sightings
    session = try .secret()
  }

  var requestByteCountMax: Int { 64 }

  func greeting(of connection: Int) -> [UInt8] {
    leases.enumerated().reduce(into: hello(session: session)) { bytes, lease in
      bytes += frame(
        .subscribe, number: UInt64(lease.offset) + 1,
        SubscribeRequest(lease: lease.element, resource: 0, funding: 0, mask: .changes))
    }
  }

  mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> GreetingVerdict {
    let replies = wholeFrames(bytes).filter { $0[$0.startIndex + 4] < 0x80 }
    if let wrong = replies.first(where: { $0.verdict != .accepted }) { return wrong.verdict }
    return replies.count == leases.count + 1 ? .accepted : .unfinished
  }

  mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int { 0 }

  mutating func takeReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into meter: Meter) -> Int {
    unsafe received.append(contentsOf: bytes)
    var done = 0
    for frame in wholeFrames(received) {
      done += frame.count
      see(Array(frame))
    }
    received.removeFirst(done)
    return 0
  }

  private func see(_ frame: [UInt8]) {
    sightings.pushCount += 1
    switch frame[4] {
    case PushCode.leaseChanged.rawValue:
      guard let push = unsafe LeaseChangedPush(frame.span.bytes, at: FrameHeader.byteCount), push.state == .expired
      else { return }
      let late =
        Int64(wallNanoseconds)
        - Int64(clamping: (push.deadline + 1).multipliedReportingOverflow(by: 1_000_000).partialValue)
      sightings.lateness.record(UInt64(max(0, late)))
      sightings.firstDeadline = min(sightings.firstDeadline, push.deadline)
      sightings.lastDeadline = max(sightings.lastDeadline, push.deadline)
      sightings.onEnded(Int(sightings.lateness.totalCount))
    case PushCode.lagged.rawValue:
      if let push = unsafe LaggedPush(frame.span.bytes, at: FrameHeader.byteCount) { sightings.lostCount += push.lost }
    default: break
    }
  }

  func statusName(_ status: Int) -> String { turnpikeStatusName(status) }
}

/// Nanoseconds since 1970, on this machine's clock.
var wallNanoseconds: UInt64 {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
