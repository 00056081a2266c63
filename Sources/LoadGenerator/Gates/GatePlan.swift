/// How many leases a run of gates takes, what it does with them, and how fast.
public struct GatePlan: Sendable {
  /// Leases that are held all the time.
  public var leaseCount = 1000
  /// How many of them keep a connection through their gate; the others close it when the first bytes came back.
  public var connectionCount = 1000
  /// How many of the connections talk: a message and its echo, each `messageMilliseconds`.
  public var talkingCount = 100
  /// From one message of a connection to its next.
  public var messageMilliseconds: UInt64 = 50
  /// Leases that are ended on request, each followed by a new one.
  public var cutCount = 300
  /// Of both, so many a second.
  public var cutRate = 20.0
  /// Leases that run to their deadline.
  public var deadlineCount = 100
  /// The least time of those.
  public var leadMilliseconds: UInt64 = 5000
  /// And how much longer the last of them lives than the first.
  public var spreadMilliseconds: UInt64 = 3000
  /// A cut that comes sooner than this before the deadline is early. A gate may shut early by the way of a message and a turn.
  public var earlyMilliseconds: UInt64 = 20
  /// A byte that passes later than this after the deadline is a fault.
  public var overrunMilliseconds: UInt64 = 50
  /// A byte that passes later than this after the reply to what ended the lease is a fault.
  public var passedMilliseconds: UInt64 = 50

  /// The usual one.
  public init() {}

  /// Leases in all.
  public var gateCount: Int { leaseCount + cutCount + deadlineCount }

  /// Descriptors that all of it takes: a holder's end of a connection and the service's, for what is under way too.
  public var descriptorCount: Int {
    2 * (min(connectionCount, leaseCount) + deadlineCount + LoadLimits.gateDepth) + LoadLimits.descriptorCountSpare
  }

  /// Sessions of holders: each binds as many leases as it may.
  package var sessionCount: Int {
    max(1, (gateCount + LoadLimits.heldLeaseCountMax - 1) / LoadLimits.heldLeaseCountMax)
  }

  /// Whether a held lease, by its place, is one that talks: they are spread over all with a connection.
  package func talks(_ place: Int) -> Bool {
    let count = min(connectionCount, leaseCount)
    guard talkingCount > 0, count > 0 else { return false }
    return place % max(1, count / min(talkingCount, count)) == 0
  }

  /// When step `index` of the part with cuts is due, in nanoseconds after its start: a lease is ended, half an interval later one is taken.
  package func step(_ index: Int) -> UInt64 { UInt64(Double(index) * 1_000_000_000 / (2 * cutRate)) }

  /// How long one of the leases that run to their deadline is paid for.
  package func paidMilliseconds(_ index: Int) -> UInt64 {
    leadMilliseconds + spreadMilliseconds * UInt64(index) / UInt64(max(1, deadlineCount - 1))
  }
}
