import BrokerCore
import Testing
import WireProtocol

/// A broker with a resource that an agent provisions.
struct ServedBench {
  static let patience: UInt64 = 5_000

  let bench: Bench
  let resource: UInt64

  init(_ terms: Terms = Bench.terms(provision: patience), agents: [UInt32] = [1]) throws {
    bench = try Bench()
    resource = try bench.register(terms)
    for number in agents { #expect(attach(number).status == .ok) }
  }

  @discardableResult
  func attach(_ number: UInt32, _ flags: AgentFlags = .provisions, boot: UInt64 = 1) -> Applied {
    bench.apply(AttachCommand(resource: resource, boot: boot, agent: number, flags: flags))
  }

  /// - Parameter heardAt: Nil: now.
  func detach(_ number: UInt32, heardAt: UInt64? = nil) {
    bench.apply(DetachCommand(resource: resource, heardAt: heardAt ?? bench.machine.now, agent: number))
  }

  func provision(
    _ lease: UInt64, _ epoch: UInt64, by agent: UInt32 = 1, isReady: Bool = true, _ endpoint: String = "here:1"
  ) -> Applied {
    let text = endpoint.isEmpty ? Text96() : Text96(endpoint) ?? Text96()
    return bench.apply(
      ProvisionCommand(
        resource: resource, lease: lease, epoch: epoch, agent: agent, ready: isReady ? 1 : 0, endpoint: text))
  }

  func report(_ number: UInt64, _ usages: [AgentUsage] = [], by agent: UInt32 = 1, isLast: Bool = true) -> Applied {
    bench.apply(
      ReportCommand(
        resource: resource, number: number, agent: agent, count: UInt16(usages.count), last: isLast ? 1 : 0),
      usages: usages)
  }

  func service(_ lease: UInt64) -> ServiceReply? {
    guard case .reply(let reply) = bench.machine.service(lease) else { return nil }
    return reply
  }

  /// A lease that was ready at once.
  func acquire(_ amount: UInt64) throws -> AcquireReply {
    let lease = try bench.acquire(resource, amount)
    #expect(provision(lease.lease, lease.epoch).status == .ok)
    return lease
  }
}
