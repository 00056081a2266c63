import EventLoop
import Glibc
public import TurnpikeClient
import WireProtocol

/// What has to be on a broker before a run of gates: money, and the resource with its agent. Made with the operator's credential.
public struct GateSupply: Sendable {
  /// The resource whose leases are taken.
  let resource: UInt64
  /// A lease's payment, one note each, by place.
  let payments: [NoteToken]
  /// What turns an instant of the broker, in milliseconds, into one of `Loop.hrtime`.
  let clock: BrokerTime

  /// How long a lease is paid for that is ended before.
  static let heldMilliseconds: UInt64 = 3_600_000

  /// - Parameter name: A resource that agents provision, at a gate whose upstream is the run's.
  public init(for plan: GatePlan, on name: String, operatorClient client: TurnpikeClient) async throws {
    guard let name = Name32(name) else { throw TurnpikeError(.invalidArgument(name)) }
    let described = try await client.describe(name: name)
    guard described.reply.terms.provision > 0 else {
      throw RunFailure.setup("\(name.string): no agent provisions this resource: register it with --provision")
    }
    resource = described.reply.resource
    clock = try await BrokerTime(of: client)
    let held = try await client.quote(resource: resource, durationMilliseconds: Self.heldMilliseconds).amount
    var payments: [NoteToken] = []
    let heldCount = plan.leaseCount + plan.cutCount
    while payments.count < heldCount {
      let count = UInt16(clamping: min(heldCount - payments.count, WireLimits.issueCountMax))
      payments += try await client.issue(amount: held, count: count).notes
    }
    for index in 0..<plan.deadlineCount {
      let amount = try await client.quote(
        resource: resource, durationMilliseconds: plan.paidMilliseconds(index)
      ).amount
      payments += try await client.issue(amount: amount, count: 1).notes
    }
    self.payments = payments
  }
}

/// The broker's time on this machine's clock. A broker counts whole milliseconds of the machine's time since boot, from an instant of its own,
/// which is found by asking often: the answer that was made and read within one millisecond tells it exactly.
package struct BrokerTime: Sendable {
  /// What the broker is ahead of the time since boot, in milliseconds.
  private let aheadMilliseconds: Int64
  /// What `Loop.hrtime` is ahead of the time since boot, in nanoseconds.
  private let ownAheadNanoseconds: Int64

  private static let questionCount = 200

  init(of client: TurnpikeClient) async throws(TurnpikeError) {
    var ahead = Int64.min
    for _ in 0..<Self.questionCount {
      let told = Int64(clamping: try await client.ping())
      ahead = max(ahead, told - Self.sinceBoot / 1_000_000)
    }
    self.init(aheadMilliseconds: ahead, ownAheadNanoseconds: Int64(clamping: Loop.hrtime) - Self.sinceBoot)
  }

  package init(aheadMilliseconds: Int64, ownAheadNanoseconds: Int64) {
    (self.aheadMilliseconds, self.ownAheadNanoseconds) = (aheadMilliseconds, ownAheadNanoseconds)
  }

  /// The first instant without access of a lease with this deadline, by `Loop.hrtime`.
  package func end(ofDeadline milliseconds: UInt64) -> UInt64 {
    let since = Int64(clamping: milliseconds).subtractingReportingOverflow(aheadMilliseconds)
    let next = since.partialValue.addingReportingOverflow(1)
    let nanoseconds = next.partialValue.multipliedReportingOverflow(by: 1_000_000)
    let own = nanoseconds.partialValue.addingReportingOverflow(ownAheadNanoseconds)
    let isBeyond = since.overflow || next.overflow || nanoseconds.overflow || own.overflow
    return isBeyond ? .max : UInt64(clamping: own.partialValue)
  }

  private static var sinceBoot: Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
